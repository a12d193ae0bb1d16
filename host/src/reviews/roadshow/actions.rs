use super::queries::{find_visible, judges_of, place, roadshow_of, scores_of, slots_of};
use super::{MOST_JUDGES, MOST_SLOTS, SlotEvent, SlotMachine, SlotState, combined, live};
use crate::calls::{self, CallMachine, CallState};
use crate::http::texts::Locale;
use crate::lifecycle::{Command, Done, Machine, Step, permit, wrong_state};
use crate::notices::tell;
use crate::proposals::queries::is_masked;
use crate::proposals::{self, ProposalMachine, ProposalState};
use crate::reviews::queries::candidates;
use crate::reviews::state::ReviewState;
use crate::reviews::{conflicts, facts, settings};
use crate::{App, Refusal, Who};
use sea_orm::ActiveValue::Set;
use sea_orm::sea_query::{Expr, OnConflict, SimpleExpr};
use sea_orm::{ActiveModelTrait, ColumnTrait, EntityTrait, QueryFilter};
use serde::{Deserialize, Serialize};
use serde_json::{Value, json};
use std::collections::BTreeSet;
use twoway_entity::accounts::Role;
use twoway_entity::calls::call;
use twoway_entity::proposals::proposal;
use twoway_entity::reviews::{judge, live_score, roadshow, slot};
use twoway_ids::{Millis, Uuid};
use twoway_manifest::{FieldError, FieldProblem};
use utoipa::ToSchema;

/// Whom the chair invites, who judges, and how the result counts.
#[derive(Clone, Debug, Serialize, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct Shortlist {
    /// In the order of their turns.
    pub proposals: Vec<Uuid>,
    pub judges: Vec<Uuid>,
    /// Percent of the score that the roadshow counts.
    #[serde(default = "half")]
    pub weight: i32,
    /// With so many judges the highest and the lowest score are left out.
    #[serde(default = "five")]
    pub trim_from: i32,
}

fn half() -> i32 {
    50
}

fn five() -> i32 {
    5
}

/// When and where a turn is.
#[derive(Clone, Debug, Serialize, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct Schedule {
    pub starts_at: Millis,
    pub place: String,
    pub position: i32,
}

async fn deliberated(app: &App, who: &Who, id: Uuid) -> Result<call::Model, Refusal> {
    let call = calls::queries::find_visible(app.db.read(), who, id).await?;
    if !who.holds_over(&[Role::LeadOffice], &call.path) {
        return Err(if who.actor().is_some() { Refusal::NotAllowed } else { Refusal::SignedOut });
    }
    if call.state == CallState::Deliberating { Ok(call) } else { Err(Refusal::of("not-deliberating", "M1")) }
}

/// Shortlists proposals of a call and names the judges. It may be done again: more come in, none goes out by it.
pub async fn shortlist(
    app: &App,
    who: &Who,
    command: &Command,
    call_id: Uuid,
    input: Shortlist,
) -> Result<Done, Refusal> {
    let call = deliberated(app, who, call_id).await?;
    command.check_version(call.version)?;
    let db = app.db.read();
    if !calls::steps(db, who.tenant, call_id).await?.roadshow {
        return Err(Refusal::of("no-roadshow-in-call", "M1"));
    }
    let mut errors = Vec::new();
    let mut say = |field: &str, problem| errors.push(FieldError { field: field.into(), problem });
    let (chosen, judges): (BTreeSet<Uuid>, BTreeSet<Uuid>) =
        (input.proposals.iter().copied().collect(), input.judges.iter().copied().collect());
    let there = slots_of(db, who.tenant, call_id).await?;
    if chosen.len() != input.proposals.len() || chosen.len() + there.len() > MOST_SLOTS {
        say("proposals", FieldProblem::TooLong { max: MOST_SLOTS as u32 });
    }
    if judges.is_empty() {
        say("judges", FieldProblem::Missing);
    }
    if judges.len() > MOST_JUDGES {
        say("judges", FieldProblem::TooLong { max: MOST_JUDGES as u32 });
    }
    for (field, number, min, max) in [("weight", input.weight, 0, 100), ("trim_from", input.trim_from, 3, 15)] {
        match number {
            n if n < min => say(field, FieldProblem::TooSmall { min: min.into() }),
            n if n > max => say(field, FieldProblem::TooLarge { max: max.into() }),
            _ => {}
        }
    }
    if !errors.is_empty() {
        return Err(Refusal::Invalid(errors));
    }
    let people = candidates(db, who.tenant).await?;
    if judges.iter().any(|judge| !people.iter().any(|c| c.account == *judge)) {
        return Err(Refusal::rule("not-a-reviewer"));
    }
    let rows = proposal::Entity::find()
        .filter(proposal::Column::TenantId.eq(who.tenant))
        .filter(proposal::Column::CallId.eq(call_id))
        .filter(proposal::Column::Id.is_in(chosen.iter().copied()))
        .all(db)
        .await?;
    if rows.len() != chosen.len() || rows.iter().any(|row| row.state != ProposalState::UnderReview) {
        return Err(Refusal::of("not-under-review", "M3"));
    }
    if there.iter().any(|slot| chosen.contains(&slot.proposal_id)) {
        return Err(Refusal::of("shortlisted-already", "M3"));
    }
    // Turns that are signed were computed by the terms of their time.
    let terms = roadshow_of(db, who.tenant, call_id).await?;
    let changed = terms.is_some_and(|terms| (terms.weight, terms.trim_from) != (input.weight, input.trim_from));
    if changed && there.iter().any(|slot| slot.state == SlotState::Countersigned) {
        return Err(Refusal::of("roadshow-terms-fixed", "M3"));
    }
    let before: BTreeSet<Uuid> = judges_of(db, who.tenant, call_id).await?.into_iter().collect();
    app.act(who, command, move |step| async move {
        let tenant = step.who().tenant;
        let payload = json!({ "proposals": input.proposals, "judges": judges.len(), "weight": input.weight });
        step.touch::<CallMachine>(call_id, (call.state, call.version), "shortlisted", payload).await?;
        let terms = roadshow::ActiveModel {
            tenant_id: Set(tenant),
            call_id: Set(call_id),
            weight: Set(input.weight),
            trim_from: Set(input.trim_from),
        };
        use roadshow::Column as C;
        let again = OnConflict::columns([C::TenantId, C::CallId]).update_columns([C::Weight, C::TrimFrom]).to_owned();
        roadshow::Entity::insert(terms).on_conflict(again).exec_without_returning(step.tx()).await?;
        step.wrote(roadshow::Entity, call_id);
        for gone in before.difference(&judges) {
            judge::Entity::delete_by_id((tenant, call_id, *gone)).exec(step.tx()).await?;
            step.wrote(judge::Entity, (call_id, *gone));
        }
        for new in judges.difference(&before) {
            let row = judge::ActiveModel {
                tenant_id: Set(tenant),
                call_id: Set(call_id),
                account_id: Set(*new),
                added_at: Set(step.now()),
            };
            row.insert(step.tx()).await?;
            step.wrote(judge::Entity, (call_id, *new));
            let values = json!({ "title": call.title });
            tell(&step, *new, "notice-roadshow-judge", values, "/roadshow".into(), false).await?;
        }
        let last = there.iter().map(|slot| slot.position).max().unwrap_or(0);
        for (position, id) in (last + 1..).zip(&input.proposals) {
            let Some(of) = rows.iter().find(|row| row.id == *id) else { continue };
            let new = step.new_id();
            let row = slot::ActiveModel {
                tenant_id: Set(tenant),
                id: Set(new),
                call_id: Set(call_id),
                proposal_id: Set(*id),
                path: Set(call.path.clone()),
                position: Set(position),
                starts_at: Set(None),
                place: Set(String::new()),
                first: Set(of.score),
                live: Set(None),
                combined: Set(None),
                countersigned_by: Set(None),
                state: Set(SlotState::Planned),
                version: Set(1),
            };
            row.insert(step.tx()).await?;
            step.created::<SlotMachine>(new, SlotState::Planned, json!({ "proposal": id }));
            let values = json!({ "title": of.title });
            tell(&step, of.owner_id, "notice-roadshow-invited", values, format!("/proposals/{id}"), true).await?;
        }
        Ok(Done { id: call_id, version: call.version + 1 })
    })
    .await
}

/// A slot on which this person may cause this event, with its call in deliberation.
async fn may_cause(
    app: &App,
    who: &Who,
    command: &Command,
    id: Uuid,
    event: SlotEvent,
) -> Result<slot::Model, Refusal> {
    let row = find_visible(app.db.read(), who, id).await?;
    permit::<SlotMachine>(who, event, &place(&row))?;
    command.check_version(row.version)?;
    let call = calls::queries::find(app.db.read(), who.tenant, row.call_id).await?;
    if call.state != CallState::Deliberating {
        return Err(Refusal::of("not-deliberating", "M1"));
    }
    if SlotMachine::next(row.state, event).is_none() {
        return Err(wrong_state::<SlotMachine>(row.state, event));
    }
    Ok(row)
}

async fn advance(step: &Step, row: &slot::Model, event: SlotEvent, payload: Value) -> Result<(), Refusal> {
    step.advance::<SlotMachine>(row.id, (row.state, row.version), event, payload).await?;
    Ok(())
}

async fn write(
    step: &Step,
    id: Uuid,
    set: impl IntoIterator<Item = (slot::Column, SimpleExpr)>,
) -> Result<(), Refusal> {
    let mut update = slot::Entity::update_many()
        .filter(slot::Column::TenantId.eq(step.who().tenant))
        .filter(slot::Column::Id.eq(id));
    for (column, value) in set {
        update = update.col_expr(column, value);
    }
    update.exec(step.tx()).await?;
    step.wrote(slot::Entity, id);
    Ok(())
}

/// Says when and where a turn is, before it is over; its proposer is told.
pub async fn schedule(app: &App, who: &Who, command: &Command, id: Uuid, input: Schedule) -> Result<Done, Refusal> {
    let row = find_visible(app.db.read(), who, id).await?;
    permit::<SlotMachine>(who, SlotEvent::Open, &place(&row))?;
    command.check_version(row.version)?;
    if !matches!(row.state, SlotState::Planned | SlotState::Open) {
        return Err(Refusal::of("slot-over", "M3"));
    }
    let text = input.place.trim().to_string();
    match text.chars().count() {
        0 => return Err(Refusal::field("place", FieldProblem::Missing)),
        101.. => return Err(Refusal::field("place", FieldProblem::TooLong { max: 100 })),
        _ => {}
    }
    if !(1..=1_000).contains(&input.position) {
        return Err(Refusal::field("position", FieldProblem::TooSmall { min: 1 }));
    }
    let of = proposal::Entity::find_by_id((who.tenant, row.proposal_id))
        .one(app.db.read())
        .await?
        .ok_or(Refusal::NotFound)?;
    app.act(who, command, move |step| async move {
        let payload = json!({ "starts_at": input.starts_at, "place": text, "position": input.position });
        step.touch::<SlotMachine>(id, (row.state, row.version), "scheduled", payload).await?;
        let set = [
            (slot::Column::StartsAt, Expr::value(input.starts_at)),
            (slot::Column::Place, Expr::value(text.clone())),
            (slot::Column::Position, Expr::value(input.position)),
        ];
        write(&step, id, set).await?;
        let at = crate::http::components::exact(input.starts_at);
        let values = json!({ "title": of.title, "at": at, "place": text });
        tell(&step, of.owner_id, "notice-roadshow-scheduled", values, format!("/proposals/{}", of.id), true).await?;
        Ok(Done { id, version: row.version + 1 })
    })
    .await
}

/// Judges may score from now on.
pub async fn open(app: &App, who: &Who, command: &Command, id: Uuid) -> Result<Done, Refusal> {
    let row = may_cause(app, who, command, id, SlotEvent::Open).await?;
    app.act(who, command, move |step| async move {
        advance(&step, &row, SlotEvent::Open, json!({})).await?;
        Ok(Done { id, version: row.version + 1 })
    })
    .await
}

/// A judge's live score, 0 to 100; it may be changed while the turn is open.
pub async fn score(
    app: &App,
    who: &Who,
    command: &Command,
    id: Uuid,
    points: i32,
    note: &str,
) -> Result<Done, Refusal> {
    let db = app.db.read();
    let row = find_visible(db, who, id).await?;
    let judge = who.account().ok_or(Refusal::SignedOut)?;
    if !super::queries::is_judge(db, who, row.call_id).await? {
        return Err(Refusal::NotAllowed);
    }
    if row.state != SlotState::Open {
        return Err(Refusal::of("slot-not-open", "M3"));
    }
    match points {
        ..0 => return Err(Refusal::field("points", FieldProblem::TooSmall { min: 0 })),
        101.. => return Err(Refusal::field("points", FieldProblem::TooLarge { max: 100 })),
        _ => {}
    }
    let note = note.trim().to_string();
    if note.chars().count() > 1_000 {
        return Err(Refusal::field("note", FieldProblem::TooLong { max: 1_000 }));
    }
    let call = calls::queries::find(db, who.tenant, row.call_id).await?;
    let of = proposal::Entity::find_by_id((who.tenant, row.proposal_id)).one(db).await?.ok_or(Refusal::NotFound)?;
    let near = facts::near(app, &[judge], &call.path).await?;
    let behind = facts::behind(app, &call, std::slice::from_ref(&of)).await?;
    let conflict = near.get(&judge).zip(behind.get(&of.id)).and_then(|(n, b)| conflicts::blocking(n, b));
    if let Some(conflict) = conflict {
        let hidden = settings::load(db, who.tenant, call.id).await?.hide_proposer;
        let masked = is_masked(&of, hidden);
        return Err(if masked { Refusal::of("conflict-hidden", "M1") } else { conflict.refusal() });
    }
    // Who stepped aside in the first round, or was found to have a conflict, does not judge the second.
    let reviews = crate::reviews::queries::of_proposals(db, who.tenant, &[of.id]).await?;
    let out = |r: &twoway_entity::reviews::review::Model| {
        r.reviewer_id == judge && matches!(r.state, ReviewState::Recused | ReviewState::Voided)
    };
    if reviews.iter().any(out) {
        return Err(Refusal::of("recused-before", "M1"));
    }
    app.act(who, command, move |step| async move {
        let fresh = slot::Entity::find_by_id((step.who().tenant, id)).one(step.tx()).await?.ok_or(Refusal::NotFound)?;
        if fresh.state != SlotState::Open {
            return Err(Refusal::of("slot-not-open", "M3"));
        }
        let given = live_score::ActiveModel {
            tenant_id: Set(step.who().tenant),
            slot_id: Set(id),
            judge_id: Set(judge),
            points: Set(points * 100),
            note: Set(note),
            at: Set(step.now()),
        };
        use live_score::Column as C;
        let again = OnConflict::columns([C::TenantId, C::SlotId, C::JudgeId])
            .update_columns([C::Points, C::Note, C::At])
            .to_owned();
        live_score::Entity::insert(given).on_conflict(again).exec_without_returning(step.tx()).await?;
        step.wrote(live_score::Entity, (id, judge));
        // The history does not repeat the points: the row's hash vouches for them.
        step.record(SlotMachine::KIND, id, "scored", json!({}));
        Ok(Done { id, version: fresh.version })
    })
    .await
}

/// Ends a turn: the live score is computed, and waits for the supervisor.
pub async fn close(app: &App, who: &Who, command: &Command, id: Uuid) -> Result<Done, Refusal> {
    let row = may_cause(app, who, command, id, SlotEvent::Close).await?;
    let terms = roadshow_of(app.db.read(), who.tenant, row.call_id).await?.ok_or(Refusal::NotFound)?;
    app.act(who, command, move |step| async move {
        let given = scores_of(step.tx(), step.who().tenant, id).await?;
        let points: Vec<i32> = given.iter().map(|s| s.points).collect();
        let result = live(&points, terms.trim_from).ok_or(Refusal::of("no-live-scores", "M3"))?;
        advance(&step, &row, SlotEvent::Close, json!({ "judges": points.len() })).await?;
        write(&step, id, [(slot::Column::Live, Expr::value(result))]).await?;
        Ok(Done { id, version: row.version + 1 })
    })
    .await
}

/// Lets judges score on, for a reason.
pub async fn reopen(app: &App, who: &Who, command: &Command, id: Uuid, why: &str) -> Result<Done, Refusal> {
    let row = may_cause(app, who, command, id, SlotEvent::Reopen).await?;
    let why = calls::reason(why)?;
    app.act(who, command, move |step| async move {
        advance(&step, &row, SlotEvent::Reopen, json!({ "reason": why })).await?;
        write(&step, id, [(slot::Column::Live, Expr::value(Option::<i32>::None))]).await?;
        Ok(Done { id, version: row.version + 1 })
    })
    .await
}

/// Takes a proposal off the shortlist, for a reason.
pub async fn discard(app: &App, who: &Who, command: &Command, id: Uuid, why: &str) -> Result<Done, Refusal> {
    let row = may_cause(app, who, command, id, SlotEvent::Drop).await?;
    let why = calls::reason(why)?;
    app.act(who, command, move |step| async move {
        advance(&step, &row, SlotEvent::Drop, json!({ "reason": why })).await?;
        Ok(Done { id, version: row.version + 1 })
    })
    .await
}

/// The supervisor countersigns: the result counts from now on, together with the first round's.
pub async fn countersign(app: &App, who: &Who, command: &Command, id: Uuid) -> Result<Done, Refusal> {
    let row = may_cause(app, who, command, id, SlotEvent::Countersign).await?;
    let terms = roadshow_of(app.db.read(), who.tenant, row.call_id).await?.ok_or(Refusal::NotFound)?;
    let by = who.account();
    app.act(who, command, move |step| async move {
        let tenant = step.who().tenant;
        let of =
            proposal::Entity::find_by_id((tenant, row.proposal_id)).one(step.tx()).await?.ok_or(Refusal::NotFound)?;
        let live = row.live.ok_or(Refusal::of("no-live-scores", "M3"))?;
        let result = combined(row.first, live, terms.weight);
        advance(&step, &row, SlotEvent::Countersign, json!({ "live": live, "combined": result })).await?;
        let set = [(slot::Column::Combined, Expr::value(result)), (slot::Column::CountersignedBy, Expr::value(by))];
        write(&step, id, set).await?;
        step.touch::<ProposalMachine>(of.id, (of.state, of.version), "roadshow-counted", json!({})).await?;
        proposals::actions::write(&step, of.id, [(proposal::Column::Score, Expr::value(result))]).await?;
        Ok(Done { id, version: row.version + 1 })
    })
    .await
}

/// The proposals of a call whose turn is still to come, or waits for the supervisor: they are not decided before.
pub async fn pending(app: &App, call: Uuid) -> Result<BTreeSet<Uuid>, Refusal> {
    let slots = slots_of(app.db.read(), app.tenant, call).await?;
    let waiting = slots.iter().filter(|slot| slot.state != SlotState::Countersigned);
    Ok(waiting.map(|slot| slot.proposal_id).collect())
}

/// What a proposal's score is when its first round's mean has changed: with the roadshow's where that counts already.
pub async fn combine_anew(step: &Step, proposal: &proposal::Model, first: Option<i32>) -> Result<Option<i32>, Refusal> {
    let tenant = step.who().tenant;
    let slots = slots_of(step.tx(), tenant, proposal.call_id).await?;
    let Some(row) = slots.into_iter().find(|slot| slot.proposal_id == proposal.id) else { return Ok(first) };
    let terms = roadshow_of(step.tx(), tenant, proposal.call_id).await?;
    let result = match (row.state, row.live, terms) {
        (SlotState::Countersigned, Some(live), Some(terms)) => Some(combined(first, live, terms.weight)),
        _ => None,
    };
    let payload = json!({ "counted": result.is_some() });
    step.touch::<SlotMachine>(row.id, (row.state, row.version), "first-round-changed", payload).await?;
    write(step, row.id, [(slot::Column::First, Expr::value(first)), (slot::Column::Combined, Expr::value(result))])
        .await?;
    Ok(result.or(first))
}

/// The title as a judge may read it. Where nobody may learn who proposes, nothing says either that it came on paper.
pub async fn title_for_judge(app: &App, who: &Who, l: Locale, row: &slot::Model) -> Result<String, Refusal> {
    let db = app.db.read();
    let of = proposal::Entity::find_by_id((who.tenant, row.proposal_id)).one(db).await?.ok_or(Refusal::NotFound)?;
    let call = calls::queries::find(db, who.tenant, row.call_id).await?;
    let hidden = settings::load(db, who.tenant, row.call_id).await?.hide_proposer;
    let shown = proposals::queries::masked(db, of, &call, hidden).await?;
    Ok(proposals::assisted::marked(l, &shown.title, shown.entered_by.is_some()))
}
