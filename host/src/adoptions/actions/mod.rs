//! What is done with an adoption, step by step.

mod asks;
mod bars;
mod conditions;
mod confirm;
mod deliveries;
mod diligence;
mod due;
mod first_delivery;
mod hold;
mod interest;
mod notice;
mod photos;
mod plan;
mod queue;
mod receipts;
mod release;
mod scan;
mod settle;
mod sign;
mod use_changes;
mod withdrawn;

pub use asks::{ASK_FILES, answer_ask, ask_delay, ask_termination, file_hardship, may_answer};
pub use bars::lift_bar;
pub use conditions::{CONDITION, end_condition, set_conditions};
pub use confirm::{Given, confirm, send_code};
pub use deliveries::{Answer, answer_delivery, record_delivery};
pub use diligence::{check, record_findings, remind_of_check};
pub use due::{DUE, due};
pub use first_delivery::{FIRST, remind_of_first};
pub use hold::{LAPSE, extend_hold, hold, lapse, withdraw};
pub use interest::{decline, express_interest};
pub use notice::{NOTICE_ENDS, end_notice, go_on, hold_notice, resume_notice, uphold};
pub use photos::{DELIVERY_FILES, add_photo};
pub use plan::plan_deliveries;
pub use queue::{join_queue, reduce, take_offer};
pub use receipts::void_receipt;
pub use scan::{Sealed, accept_scan, refuse_scan, upload_scan};
pub use settle::{THANKS, decide_surplus, remind_of_thanks, thank};
pub use sign::{draft_agreement, edit_agreement, freeze, preview, reopen};
pub use use_changes::{
    USE_CHANGE, answer_use_change, ask_use_change, expire_use_change, leads, sees_changes, withdraw_use_change,
};
pub use withdrawn::proposal_withdrawn;

use super::queries::Seen;
use crate::Refusal;
use crate::lifecycle::{Command, Place, Step};
use crate::needs::{Shift, shift};
use sea_orm::{ColumnTrait, EntityTrait, QueryFilter, QuerySelect, UpdateMany};
use twoway_entity::accounts::Role;
use twoway_entity::adoptions::adoption;
use twoway_entity::adoptions::commitment;
use twoway_entity::needs::need_line;
use twoway_entity::projects::project;
use twoway_ids::Uuid;

/// Where an adoption stands as far as its sponsor and its office are concerned.
fn place(row: &adoption::Model) -> Place<'_> {
    Place { path: &row.path, owner: None, organization: Some(row.organization_id) }
}

/// The command in the name of the organisation for which it is done, whatever the request said.
pub(super) fn acting(command: &Command, organization: Option<Uuid>) -> Command {
    Command { acting_for: organization, ..command.clone() }
}

/// The office that a path ends with.
pub fn office_of(path: &str) -> Option<Uuid> {
    path.trim_end_matches('/').rsplit('/').next().and_then(|last| Uuid::parse_str(last).ok())
}

/// The project that a proposal has become, in this step.
async fn project_of(step: &Step, proposal: Uuid) -> Result<Option<Uuid>, Refusal> {
    Ok(project::Entity::find()
        .select_only()
        .column(project::Column::Id)
        .filter(project::Column::TenantId.eq(step.who().tenant))
        .filter(project::Column::ProposalId.eq(proposal))
        .into_tuple()
        .one(step.tx())
        .await?)
}

pub(super) fn link(adoption: Uuid) -> String {
    format!("/adoptions/{adoption}")
}

/// The one row of an adoption, for columns that change together with an event.
fn update(tenant: Uuid, id: Uuid) -> UpdateMany<adoption::Entity> {
    adoption::Entity::update_many().filter(adoption::Column::TenantId.eq(tenant)).filter(adoption::Column::Id.eq(id))
}

/// Moves all lines that an adoption took on. In the order of the lines' ids, so that two adoptions never wait for each other.
async fn shift_all(step: &Step, commitments: &[commitment::Model], how: Shift) -> Result<(), Refusal> {
    let mut sorted: Vec<_> = commitments.iter().map(|c| (c.line_id, c.quantity)).collect();
    sorted.sort_unstable();
    for (line, quantity) in sorted {
        shift(step.tx(), step.who().tenant, line, how, quantity).await?;
        step.wrote(need_line::Entity, line);
    }
    Ok(())
}

/// Tells the people of the sponsor and its partners, the proposer and the office, each in the same transaction. The one who acts is told too: the notice
/// is the receipt.
async fn tell_parties(step: &Step, seen: &Seen, template: &str, values: serde_json::Value) -> Result<(), Refusal> {
    let link = link(seen.row.id);
    tell_sponsor(step, seen, template, values.clone()).await?;
    step.notify(seen.proposal.owner_id, template, values.clone(), link.clone()).await?;
    tell_office(step, &seen.row.path, template, values, link).await
}

async fn tell_sponsor(step: &Step, seen: &Seen, template: &str, values: serde_json::Value) -> Result<(), Refusal> {
    for house in std::iter::once(seen.row.organization_id).chain(seen.joined()) {
        let page = link(seen.row.id);
        crate::notices::tell_role(step, super::rules::SPONSORS, house, template, values.clone(), page).await?;
    }
    Ok(())
}

async fn tell_office(
    step: &Step,
    path: &str,
    template: &str,
    values: serde_json::Value,
    link: String,
) -> Result<(), Refusal> {
    match office_of(path) {
        Some(office) => crate::notices::tell_role(step, &[Role::LeadOffice], office, template, values, link).await,
        None => Ok(()),
    }
}
