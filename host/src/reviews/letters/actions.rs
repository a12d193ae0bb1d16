use super::{BLANKS, Outcome, fill, templates, values};
use crate::blanks;
use crate::calls::{self, CallMachine, CallState};
use crate::lifecycle::{Command, Done, Step};
use crate::{App, Refusal, Who};
use sea_orm::ActiveValue::Set;
use sea_orm::sea_query::OnConflict;
use sea_orm::{ColumnTrait, EntityTrait, QueryFilter};
use serde_json::json;
use std::collections::HashMap;
use twoway_entity::accounts::Role;
use twoway_entity::calls::call;
use twoway_entity::proposals::proposal;
use twoway_entity::reviews::{Verdict, letter, letter_template, verdict};
use twoway_ids::{Millis, Uuid};
use twoway_manifest::FieldProblem;

/// A template as it may be stored: of some length, with blanks only that can be filled.
pub(super) fn checked(text: &str) -> Result<String, Refusal> {
    let text = text.replace("\r\n", "\n").trim().to_string();
    match text.chars().count() {
        0 => return Err(Refusal::field("text", FieldProblem::Missing)),
        5_001.. => return Err(Refusal::field("text", FieldProblem::TooLong { max: 5_000 })),
        _ => {}
    }
    match blanks::unknown(BLANKS, &text) {
        Some(unknown) => Err(blanks::refusal(BLANKS, &unknown)),
        None => Ok(text),
    }
}

/// Writes the letter of one outcome for a call; until its results are released.
pub async fn save(
    app: &App,
    who: &Who,
    command: &Command,
    call_id: Uuid,
    outcome: Outcome,
    text: &str,
) -> Result<Done, Refusal> {
    let call = calls::queries::find_visible(app.db.read(), who, call_id).await?;
    if !who.holds_over(&[Role::LeadOffice], &call.path) {
        return Err(if who.actor().is_some() { Refusal::NotAllowed } else { Refusal::SignedOut });
    }
    command.check_version(call.version)?;
    if matches!(call.state, CallState::PublicNotice | CallState::Concluded | CallState::Cancelled) {
        return Err(Refusal::of("review-settings-frozen", "M1"));
    }
    let by = who.account().ok_or(Refusal::SignedOut)?;
    let text = checked(text)?;
    app.act(who, command, move |step| async move {
        let row = letter_template::ActiveModel {
            tenant_id: Set(step.who().tenant),
            call_id: Set(call_id),
            outcome: Set(outcome.word().to_string()),
            text: Set(text),
            changed_by: Set(by),
            changed_at: Set(step.now()),
        };
        use letter_template::Column as C;
        let again = OnConflict::columns([C::TenantId, C::CallId, C::Outcome])
            .update_columns([C::Text, C::ChangedBy, C::ChangedAt])
            .to_owned();
        letter_template::Entity::insert(row).on_conflict(again).exec_without_returning(step.tx()).await?;
        step.wrote(letter_template::Entity, (call_id, outcome.word()));
        let payload = json!({ "outcome": outcome });
        step.touch::<CallMachine>(call_id, (call.state, call.version), "letter-written", payload).await?;
        Ok(Done { id: call_id, version: call.version + 1 })
    })
    .await
}

/// Writes the letters of all decided proposals of a call, in the step that releases them.
pub async fn write_all(
    step: &Step,
    call: &call::Model,
    decided: &[proposal::Model],
    until: Millis,
) -> Result<(), Refusal> {
    let (tenant, tx) = (step.who().tenant, step.tx());
    let templates: HashMap<Outcome, String> =
        templates(tx, tenant, call.id).await?.into_iter().map(|(outcome, text, _)| (outcome, text)).collect();
    let verdicts = verdict::Entity::find()
        .filter(verdict::Column::TenantId.eq(tenant))
        .filter(verdict::Column::CallId.eq(call.id))
        .all(tx)
        .await?;
    let verdicts: HashMap<Uuid, Verdict> = verdicts.into_iter().map(|row| (row.proposal_id, row.verdict)).collect();
    for chunk in decided.chunks(500) {
        let values = values(tx, call, chunk, (step.now(), until)).await?;
        let mut letters = Vec::with_capacity(chunk.len());
        for row in chunk {
            let (Some(decision), Some(values)) = (row.decision, values.get(&row.id)) else { continue };
            let outcome = Outcome::of(decision, verdicts.get(&row.id).copied());
            let template = templates.get(&outcome).map(String::as_str).unwrap_or_default();
            let text = fill(template, values);
            step.wrote(letter::Entity, row.id);
            letters.push(letter::ActiveModel {
                tenant_id: Set(tenant),
                proposal_id: Set(row.id),
                call_id: Set(call.id),
                outcome: Set(outcome.word().to_string()),
                text: Set(text),
                at: Set(step.now()),
            });
        }
        if !letters.is_empty() {
            // What is decided anew after an objection has a letter in the place of the first.
            let again = OnConflict::columns([letter::Column::TenantId, letter::Column::ProposalId])
                .update_columns([letter::Column::Outcome, letter::Column::Text, letter::Column::At])
                .to_owned();
            letter::Entity::insert_many(letters).on_conflict(again).exec_without_returning(tx).await?;
        }
    }
    Ok(())
}
