//! Puts what was told inside the site and not read into mails: many notices into one, at the reader's times.

use super::actions::{NewMail, at, set, write};
use super::state::{MailEvent, MailMachine, MailState};
use super::{queries, rules};
use crate::config::MailBy;
use crate::lifecycle::{Command, Step};
use crate::notices::Wordings;
use crate::{App, Refusal};
use sea_orm::sea_query::{Expr, ExprTrait};
use sea_orm::{
    ActiveValue::Set, ColumnTrait, EntityTrait, IntoActiveModel, JoinType, QueryFilter, QueryOrder, QuerySelect,
};
use serde_json::json;
use std::sync::Arc;
use twoway_entity::mail::{MailKind, Rhythm, message as mail, setting};
use twoway_entity::notices::notice;
use twoway_ids::{DAY, MINUTE, Millis, Uuid};

/// The job that does it again and again.
pub const COLLECT: &str = "mail.collect";
pub const EVERY: Millis = 5 * MINUTE;

/// What is older than this is no news any more.
const NEWS: Millis = 14 * DAY;
/// People in one look, and notices of one person in one step.
const PEOPLE: u64 = 200;
const NOTICES: u64 = 50;
/// Notices in one mail.
const MOST: usize = 200;

/// Looks once. Returns the number of people for whom something was put into a mail or passed over.
pub async fn collect(app: &App) -> Result<u64, Refusal> {
    if app.config.mail == MailBy::Off {
        return Ok(0);
    }
    let words = Arc::new(Wordings::load(app.db.read(), app.tenant).await?);
    let mut looked_at = 0;
    loop {
        let waiting = people(app).await?;
        if waiting.is_empty() {
            return Ok(looked_at);
        }
        for account in waiting {
            let words = words.clone();
            app.act(&app.system(COLLECT), &Command::default(), move |step| async move {
                gather(&step, account, &words).await
            })
            .await?;
            looked_at += 1;
        }
    }
}

/// Whether anybody has confirmed an address.
pub async fn is_wanted(app: &App) -> Result<bool, Refusal> {
    let one = setting::Entity::find()
        .select_only()
        .column(setting::Column::AccountId)
        .filter(setting::Column::TenantId.eq(app.tenant))
        .filter(setting::Column::ConfirmedAt.is_not_null())
        .limit(1)
        .into_tuple::<Uuid>()
        .one(app.db.read())
        .await?;
    Ok(app.config.mail != MailBy::Off && one.is_some())
}

/// People who want mail and have unread notices that no mail has looked at.
async fn people(app: &App) -> Result<Vec<Uuid>, Refusal> {
    let wants = notice::Entity::belongs_to(setting::Entity)
        .from((notice::Column::TenantId, notice::Column::AccountId))
        .to((setting::Column::TenantId, setting::Column::AccountId))
        .into();
    let accounts = notice::Entity::find()
        .select_only()
        .column(notice::Column::AccountId)
        .distinct()
        .join(JoinType::InnerJoin, wants)
        .filter(notice::Column::TenantId.eq(app.tenant))
        .filter(notice::Column::CreatedAt.gte(app.now() - NEWS))
        .filter(notice::Column::ReadAt.is_null())
        .filter(setting::Column::ConfirmedAt.is_not_null())
        .filter(setting::Column::Rhythm.ne(Rhythm::Never))
        .filter(notice::Column::GatheredAt.is_null())
        .filter(
            Expr::col((notice::Entity, notice::Column::CreatedAt))
                .gte(Expr::col((setting::Entity, setting::Column::Since))),
        )
        .limit(PEOPLE)
        .into_tuple()
        .all(app.db.read())
        .await?;
    Ok(accounts)
}

async fn gather(step: &Step, account: Uuid, words: &Wordings) -> Result<(), Refusal> {
    let tenant = step.who().tenant;
    let Some(to) = queries::of(step.tx(), tenant, account).await? else { return Ok(()) };
    let news = notice::Entity::find()
        .filter(notice::Column::TenantId.eq(tenant))
        .filter(notice::Column::AccountId.eq(account))
        .filter(notice::Column::CreatedAt.gte(Ord::max(to.since, step.now() - NEWS)))
        .filter(notice::Column::ReadAt.is_null())
        .filter(notice::Column::GatheredAt.is_null())
        .order_by_asc(notice::Column::Id)
        .limit(NOTICES)
        .all(step.tx())
        .await?;
    let offset = Millis::from(step.app().config.utc_offset_minutes) * MINUTE;
    let due = |urgent| rules::due(&to, urgent, step.now(), offset);
    let told = |urgent: bool, held: bool| -> Vec<Uuid> {
        let of_kind = |n: &&notice::Model| n.urgent == urgent && words.looked_at(&n.template) == held;
        news.iter().filter(of_kind).map(|n| n.id).collect()
    };
    for (urgent, held) in [(true, false), (true, true), (false, true), (false, false)] {
        let (notices, Some(due_at)) = (told(urgent, held), due(urgent)) else { continue };
        if notices.is_empty() {
            continue;
        }
        let state = if held { MailState::Held } else { MailState::Waiting };
        match open(step, account, urgent, state).await? {
            Some(mail) => add(step, mail, notices).await?,
            None => write(step, &to, NewMail { kind: MailKind::Notices, notices, urgent, due_at }, state).await?,
        }
    }
    notice::Entity::update_many()
        .col_expr(notice::Column::GatheredAt, Expr::value(step.now()))
        .filter(notice::Column::TenantId.eq(tenant))
        .filter(notice::Column::Id.is_in(news.iter().map(|n| n.id)))
        .exec(step.tx())
        .await?;
    Ok(())
}

/// The mail into which more fits.
async fn open(step: &Step, account: Uuid, urgent: bool, state: MailState) -> Result<Option<mail::Model>, Refusal> {
    let found = mail::Entity::find()
        .filter(mail::Column::TenantId.eq(step.who().tenant))
        .filter(mail::Column::AccountId.eq(account))
        .filter(mail::Column::State.eq(state))
        .filter(mail::Column::Kind.eq(MailKind::Notices))
        .filter(mail::Column::Urgent.eq(urgent))
        .order_by_desc(mail::Column::Id)
        .one(step.tx())
        .await?;
    Ok(found.filter(|row| row.notices.as_array().is_some_and(|list| list.len() < MOST)))
}

async fn add(step: &Step, row: mail::Model, notices: Vec<Uuid>) -> Result<(), Refusal> {
    let payload = json!({ "notices": notices.len() });
    step.advance::<MailMachine>(row.id, (row.state, row.version), MailEvent::Add, payload).await?;
    let mut all = row.notices.as_array().cloned().unwrap_or_default();
    all.extend(notices.iter().map(|id| json!(id)));
    let mut changed = row.clone().into_active_model();
    changed.notices = Set(json!(all));
    set(step, row.id, changed).await?;
    // A timer that already runs keeps its moment.
    if row.state == MailState::Waiting && row.urgent { at(step, row.id, step.now()).await } else { Ok(()) }
}
