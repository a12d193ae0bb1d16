//! Questions about an open call and the office's public answers. They clarify; they change no rule.

use super::super::queries::{find_visible, is_office, place};
use super::super::rules::takes_proposals;
use super::{STREAM, followers::tell_followers};
use crate::http::{List, Paging, Sort};
use crate::lifecycle::{Command, Done};
use crate::notices::tell_role;
use crate::{App, Refusal, Who, calendar};
use sea_orm::sea_query::Expr;
use sea_orm::{ActiveModelTrait, ActiveValue::Set, ColumnTrait, Condition, EntityTrait, PaginatorTrait, QueryFilter};
use serde_json::json;
use std::collections::BTreeSet;
use twoway_entity::accounts::Role;
use twoway_entity::call_desk::inquiry;
use twoway_entity::calls::CallState;
use twoway_ids::{Millis, Uuid};
use twoway_manifest::FieldProblem;

/// Questions of one person about one call that may wait for an answer.
const MOST_WAITING: u64 = 5;
/// Working days in which the office answers.
const ANSWER_DAYS: u32 = 3;

fn checked(field: &str, text: &str, max: u32) -> Result<String, Refusal> {
    let text = text.trim();
    if text.is_empty() {
        return Err(Refusal::field(field, FieldProblem::Missing));
    }
    if text.chars().count() > max as usize {
        return Err(Refusal::field(field, FieldProblem::TooLong { max }));
    }
    Ok(text.to_string())
}

/// Asks something about an open call.
///
/// Errors: those of [`takes_proposals`]; `too-many-inquiries`; the field `question`.
pub async fn ask(app: &App, who: &Who, command: &Command, call: Uuid, question: &str) -> Result<Done, Refusal> {
    let row = find_visible(app.db.read(), who, call).await?;
    let account = who.account().ok_or(Refusal::SignedOut)?;
    takes_proposals(&row, app.now())?;
    let question = checked("question", question, 1_000)?;
    app.act(who, command, move |step| async move {
        let tenant = step.who().tenant;
        let waiting = inquiry::Entity::find()
            .filter(inquiry::Column::TenantId.eq(tenant))
            .filter(inquiry::Column::CallId.eq(call))
            .filter(inquiry::Column::AskerId.eq(account))
            .filter(inquiry::Column::AnsweredAt.is_null())
            .count(step.tx())
            .await?;
        if waiting >= MOST_WAITING {
            return Err(Refusal::rule("too-many-inquiries").with("most", MOST_WAITING));
        }
        let calendar = calendar::load(step.tx(), tenant, step.app().config.utc_offset_minutes).await?;
        let id = step.new_id();
        let asked = inquiry::ActiveModel {
            tenant_id: Set(tenant),
            id: Set(id),
            call_id: Set(call),
            path: Set(row.path),
            asker_id: Set(account),
            question: Set(question),
            asked_at: Set(step.now()),
            due_at: Set(calendar.add_workdays(step.now(), ANSWER_DAYS)),
            answer: Set(None),
            answered_by: Set(None),
            answered_at: Set(None),
        };
        asked.insert(step.tx()).await?;
        step.record(STREAM, call, "asked", json!({ "inquiry": id }));
        step.wrote(inquiry::Entity, id);
        let link = format!("/calls/{call}/inquiries");
        let values = json!({ "title": row.title });
        tell_role(&step, &[Role::LeadOffice], row.organization_id, "notice-call-asked", values, link).await?;
        Ok(Done { id, version: 1 })
    })
    .await
}

/// Answers for all to read. Once: an answer on which others rely is not changed.
///
/// Errors: `inquiry-answered`, `call-cancelled`, the field `answer`.
pub async fn answer(app: &App, who: &Who, command: &Command, id: Uuid, text: &str) -> Result<Done, Refusal> {
    let asked = find(app, who, id).await?;
    let row = find_visible(app.db.read(), who, asked.call_id).await?;
    if !who.holds_over(&[Role::LeadOffice], place(&row).path) {
        return Err(if is_office(who, &row) { Refusal::NotAllowed } else { Refusal::NotFound });
    }
    let account = who.account().ok_or(Refusal::SignedOut)?;
    if row.state == CallState::Cancelled {
        return Err(Refusal::of("call-cancelled", "M1"));
    }
    let text = checked("answer", text, 4_000)?;
    app.act(who, command, move |step| async move {
        let done = inquiry::Entity::update_many()
            .col_expr(inquiry::Column::Answer, Expr::value(text))
            .col_expr(inquiry::Column::AnsweredBy, Expr::value(account))
            .col_expr(inquiry::Column::AnsweredAt, Expr::value(step.now()))
            .filter(inquiry::Column::TenantId.eq(step.who().tenant))
            .filter(inquiry::Column::Id.eq(id))
            .filter(inquiry::Column::AnsweredAt.is_null())
            .exec(step.tx())
            .await?;
        if done.rows_affected == 0 {
            return Err(Refusal::of("inquiry-answered", "M1"));
        }
        step.record(STREAM, row.id, "answered", json!({ "inquiry": id }));
        step.wrote(inquiry::Entity, id);
        let values = json!({ "title": row.title });
        tell_followers(&step, row.id, BTreeSet::from([asked.asker_id]), "notice-call-answered", values).await?;
        Ok(Done { id, version: 2 })
    })
    .await
}

/// One question, if this person may see it. Errors: [`Refusal::NotFound`].
pub async fn find(app: &App, who: &Who, id: Uuid) -> Result<inquiry::Model, Refusal> {
    let asked = inquiry::Entity::find_by_id((who.tenant, id)).one(app.db.read()).await?.ok_or(Refusal::NotFound)?;
    let row = find_visible(app.db.read(), who, asked.call_id).await?;
    let own = who.account() == Some(asked.asker_id);
    if asked.answered_at.is_some() || own || is_office(who, &row) { Ok(asked) } else { Err(Refusal::NotFound) }
}

/// What was asked about a call, newest first. Everybody reads what was answered; who asked and the office also read what waits.
pub async fn list(app: &App, who: &Who, call: Uuid, paging: &Paging) -> Result<List<inquiry::Model>, Refusal> {
    let row = find_visible(app.db.read(), who, call).await?;
    let mut select = inquiry::Entity::find()
        .filter(inquiry::Column::TenantId.eq(who.tenant))
        .filter(inquiry::Column::CallId.eq(call));
    if !is_office(who, &row) {
        let mut seen = Condition::any().add(inquiry::Column::AnsweredAt.is_not_null());
        if let Some(account) = who.account() {
            seen = seen.add(inquiry::Column::AskerId.eq(account));
        }
        select = select.filter(seen);
    }
    let (key, id) = (inquiry::Column::AskedAt, inquiry::Column::Id);
    let rows = paging.select::<_, _, Millis>(select, key, id, Sort::Descending)?.all(app.db.read()).await?;
    paging.list(rows, |row| (row.asked_at, row.id))
}
