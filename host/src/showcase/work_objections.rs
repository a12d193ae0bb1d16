//! Objections that wait for the reader: to be admitted, assigned, looked into, answered, told to the public, or taken.

use super::work::WorkItem;
use super::work_sources::MOST;
use crate::objections::queries::in_hand;
use crate::objections::{ObjectionState as S, Target, identity};
use crate::{App, Refusal, Who};
use sea_orm::{ActiveEnum, ColumnTrait, Condition, EntityTrait, QueryFilter, QueryOrder, QuerySelect};
use twoway_entity::accounts::Role;
use twoway_entity::objections::objection;

pub(super) async fn objections(app: &App, who: &Who) -> Result<Vec<WorkItem>, Refusal> {
    use objection::Column as C;
    let db = app.db.read();
    let Some(account) = who.account() else { return Ok(Vec::new()) };
    let mark = identity::mark(&app.keys, account);
    let acting = [S::Filed, S::Admitted, S::Assigned, S::FactFinding, S::ReviewRequested, S::ReviewAssigned];
    let acting = C::State.is_in(acting.map(|s| s.to_value()));
    let unpublished = Condition::all()
        .add(C::Result.is_not_null())
        .add(C::PublicAnswer.is_null())
        .add(C::Target.is_in([Target::Proposal, Target::Adoption, Target::Evaluation]));
    let office = Condition::all()
        .add(in_hand(who))
        .add(C::ObjectorMark.ne(&mark))
        .add(Condition::any().add(C::AgainstId.is_null()).add(C::AgainstId.ne(account)))
        .add(Condition::any().add(acting).add(unpublished));
    let mine = Condition::all().add(C::ObjectorMark.eq(&mark)).add(C::State.eq(S::Answered));
    let rows = objection::Entity::find()
        .filter(C::TenantId.eq(who.tenant))
        .filter(Condition::any().add(office).add(mine))
        .order_by_asc(C::CreatedAt)
        .limit(MOST * 2)
        .all(db)
        .await?;
    let items = rows.into_iter().filter_map(|row| {
        let kind = kind(who, &row, row.objector_mark == mark)?;
        Some(WorkItem {
            kind,
            title: row.title,
            link: format!("/objections/{}", row.id),
            due_at: row.due_at,
            on_paper: false,
        })
    });
    Ok(items.take(MOST as usize).collect())
}

/// What this reader does next with it; none: somebody else is to act.
fn kind(who: &Who, row: &objection::Model, mine: bool) -> Option<&'static str> {
    if mine {
        return (row.state == S::Answered).then_some("answer-to-objection");
    }
    let office = who.holds_over(&[Role::LeadOffice], &row.path);
    let is_handler = |handler| handler == who.account();
    match row.state {
        S::Filed => office.then_some("admit-objection"),
        S::Admitted => office.then_some("assign-objection"),
        S::Assigned | S::FactFinding => is_handler(row.handler_id).then_some("answer-objection"),
        S::ReviewRequested => office.then_some("assign-second-look"),
        S::ReviewAssigned => is_handler(row.second_handler_id).then_some("answer-objection"),
        S::Answered | S::Accepted | S::AnsweredFinally => office.then_some("publish-objection"),
        S::Inadmissible | S::Withdrawn => None,
    }
}
