use super::{Settings, load};
use crate::calls::{self, CallMachine, CallState};
use crate::lifecycle::{Command, Done, Machine};
use crate::notices::tell;
use crate::reviews::state::ReviewState;
use crate::{App, Refusal, Who};
use sea_orm::ActiveValue::Set;
use sea_orm::sea_query::OnConflict;
use sea_orm::{ActiveModelTrait, ColumnTrait, ConnectionTrait, EntityTrait, PaginatorTrait, QueryFilter, QuerySelect};
use serde_json::json;
use twoway_entity::accounts::Role;
use twoway_entity::jobs::job;
use twoway_entity::reviews::{phase, review, setting, supervision};
use twoway_ids::{DAY, Uuid};
use twoway_manifest::FieldProblem;

/// Reminds reviewers of what is not scored, three days and one day before scores can no longer be given.
pub const REMIND: &str = "reviews.remind";

const REMINDERS: [i64; 2] = [3, 1];

/// Says how a call is reviewed; until its results are released.
pub async fn save(app: &App, who: &Who, command: &Command, call_id: Uuid, input: Settings) -> Result<Done, Refusal> {
    let call = calls::queries::find_visible(app.db.read(), who, call_id).await?;
    if !who.holds_over(&[Role::LeadOffice], &call.path) {
        return Err(if who.actor().is_some() { Refusal::NotAllowed } else { Refusal::SignedOut });
    }
    command.check_version(call.version)?;
    let by = who.account().ok_or(Refusal::SignedOut)?;
    if matches!(call.state, CallState::PublicNotice | CallState::Concluded | CallState::Cancelled) {
        return Err(Refusal::of("review-settings-frozen", "M1"));
    }
    let before = load(app.db.read(), who.tenant, call_id).await?;
    let input = input.parse()?;
    let reviewed = matches!(call.state, CallState::Reviewing | CallState::Deliberating);
    let loosened = (before.hide_proposer && !input.hide_proposer) || (before.hide_reviewers && !input.hide_reviewers);
    // Whoever proposed or reviewed under a mask counts on it.
    if reviewed && loosened {
        return Err(Refusal::of("mask-not-loosened", "M3"));
    }
    app.act(who, command, move |step| async move {
        let tenant = step.who().tenant;
        let payload = json!({ "before": before, "after": input });
        step.touch::<CallMachine>(call_id, (call.state, call.version), "review-settings", payload).await?;
        let row = setting::ActiveModel {
            tenant_id: Set(tenant),
            call_id: Set(call_id),
            hide_proposer: Set(input.hide_proposer),
            hide_reviewers: Set(input.hide_reviewers),
            vetoes: Set(input.vetoes),
            shortest_reason: Set(input.shortest_reason),
            budget: Set(input.budget),
            supervised: Set(input.supervised),
            changed_by: Set(by),
            changed_at: Set(step.now()),
        };
        use setting::Column as C;
        let again = OnConflict::columns([C::TenantId, C::CallId])
            .update_columns([
                C::HideProposer,
                C::HideReviewers,
                C::Vetoes,
                C::ShortestReason,
                C::Budget,
                C::Supervised,
                C::ChangedBy,
                C::ChangedAt,
            ])
            .to_owned();
        setting::Entity::insert(row).on_conflict(again).exec_without_returning(step.tx()).await?;
        step.wrote(setting::Entity, call_id);
        let gone = phase::Entity::delete_many()
            .filter(phase::Column::TenantId.eq(tenant))
            .filter(phase::Column::CallId.eq(call_id));
        gone.exec(step.tx()).await?;
        for number in 1..=super::MOST_PHASES {
            step.wrote(phase::Entity, (call_id, i32::try_from(number).unwrap_or(0)));
        }
        for (number, one) in (1..).zip(&input.phases) {
            let row = phase::ActiveModel {
                tenant_id: Set(tenant),
                call_id: Set(call_id),
                number: Set(number),
                title: Set(one.title.clone()),
                starts_at: Set(one.starts_at),
                ends_at: Set(one.ends_at),
                scores: Set(one.scores),
                reads: Set(one.reads),
                discusses: Set(one.discusses),
            };
            row.insert(step.tx()).await?;
        }
        for days in REMINDERS {
            let key = format!("{call_id}:{days}");
            match input.scoring_ends().map(|ends| ends - days * DAY).filter(|due| *due > step.now()) {
                Some(due) => {
                    let payload = json!({ "days": days });
                    step.set_timer(REMIND, key, due, (CallMachine::KIND, call_id), payload).await?;
                }
                None => step.cancel_timer(REMIND, &key).await?,
            }
        }
        Ok(Done { id: call_id, version: call.version + 1 })
    })
    .await
}

/// Tells each reviewer of a call how many of their reviews are still to be given.
pub async fn remind(app: &App, job: &job::Model) -> Result<(), Refusal> {
    let call = calls::jobs::subject(job)?;
    let call = calls::queries::find(app.db.read(), app.tenant, call).await?;
    if call.state != CallState::Reviewing {
        return Ok(());
    }
    let rows: Vec<(Uuid, i64)> = review::Entity::find()
        .select_only()
        .column(review::Column::ReviewerId)
        .column_as(review::Column::Id.count(), "n")
        .filter(review::Column::TenantId.eq(app.tenant))
        .filter(review::Column::CallId.eq(call.id))
        .filter(review::Column::State.is_in([ReviewState::Assigned, ReviewState::Declared]))
        .group_by(review::Column::ReviewerId)
        .into_tuple()
        .all(app.db.read())
        .await?;
    let days = job.payload["days"].as_i64().unwrap_or(1);
    app.act(&app.system(REMIND), &Command::default(), move |step| async move {
        for (reviewer, n) in rows {
            let values = json!({ "title": call.title, "n": n, "days": days });
            tell(&step, reviewer, "notice-review-reminder", values, "/reviews?stage=waiting".into(), days == 1).await?;
        }
        step.record(CallMachine::KIND, call.id, "reviewers-reminded", json!({ "days": days }));
        Ok(())
    })
    .await
}

/// A supervisor records that they were present at the deliberation.
pub async fn supervise(app: &App, who: &Who, command: &Command, call_id: Uuid, note: &str) -> Result<Done, Refusal> {
    let call = calls::queries::find_visible(app.db.read(), who, call_id).await?;
    if !who.holds_over(&[Role::Supervisor], &call.path) {
        return Err(if who.actor().is_some() { Refusal::NotAllowed } else { Refusal::SignedOut });
    }
    command.check_version(call.version)?;
    if call.state != CallState::Deliberating {
        return Err(Refusal::of("not-deliberating", "M1"));
    }
    let note = note.trim().to_string();
    match note.chars().count() {
        0 => return Err(Refusal::field("note", FieldProblem::Missing)),
        1_001.. => return Err(Refusal::field("note", FieldProblem::TooLong { max: 1_000 })),
        _ => {}
    }
    let account = who.account().ok_or(Refusal::SignedOut)?;
    app.act(who, command, move |step| async move {
        let row = supervision::ActiveModel {
            tenant_id: Set(step.who().tenant),
            call_id: Set(call_id),
            account_id: Set(account),
            note: Set(note),
            at: Set(step.now()),
        };
        use supervision::Column as C;
        let again =
            OnConflict::columns([C::TenantId, C::CallId, C::AccountId]).update_columns([C::Note, C::At]).to_owned();
        supervision::Entity::insert(row).on_conflict(again).exec_without_returning(step.tx()).await?;
        step.wrote(supervision::Entity, (call_id, account));
        step.touch::<CallMachine>(call_id, (call.state, call.version), "supervised", json!({})).await?;
        Ok(Done { id: call_id, version: call.version + 1 })
    })
    .await
}

/// Whether a supervisor recorded their presence.
pub async fn supervised(db: &impl ConnectionTrait, tenant: Uuid, call: Uuid) -> Result<bool, Refusal> {
    let present = supervision::Entity::find()
        .filter(supervision::Column::TenantId.eq(tenant))
        .filter(supervision::Column::CallId.eq(call));
    Ok(present.count(db).await? > 0)
}
