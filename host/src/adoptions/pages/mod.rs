//! Adoptions for people: the sponsor's room, the team's view and the office's list are one list seen from three sides.

mod agreement;
mod asks;
mod bars;
mod conditions;
mod deliveries;
mod diligence;
mod drafting;
mod forms;
mod fulfilment;
mod interest;
mod list;
mod obligations;
mod photos;
mod queue;
mod receipts;
mod scans;
mod settle;
mod show;
mod signers;
mod sponsors;
mod templates;
mod use_changes;

use super::AdoptionState;
use super::model::Committed;
use super::notice::Announced;
use super::queries::Seen;
use crate::http::components::{Tone, local_day};
use crate::http::page::Shell;
use crate::http::texts::{Locale, TextValue, t};
use crate::http::{Access, Routes};
use crate::{App, Refusal, organizations};
use axum::http::Method;
use twoway_entity::accounts::Role;

const OFFICE: Access = Access::AnyOf(&[Role::LeadOffice]);
const SPONSOR: Access = Access::AnyOf(super::rules::SPONSORS);
const PARTIES: Access = Access::AnyOf(&[
    Role::LeadOffice,
    Role::NodeAdmin,
    Role::Supervisor,
    Role::Auditor,
    Role::TeamLead,
    Role::SponsorMember,
    Role::SponsorSignatory,
    Role::Recipient,
]);

pub(super) fn routes(routes: Routes) -> Routes {
    let routes = routes
        .page(Method::GET, "/adoptions", Access::SignedIn, list::show)
        .page(Method::GET, "/proposals/{id}/adopt", Access::SignedIn, interest::form)
        .page(Method::POST, "/proposals/{id}/adopt", SPONSOR, interest::express)
        .page(Method::GET, "/adoptions/{id}", Access::SignedIn, show::show)
        .page(Method::GET, "/adoptions/{id}/notice/hold", OFFICE, forms::hold_notice_form)
        .page(Method::POST, "/adoptions/{id}/notice/hold", OFFICE, forms::hold_notice)
        .page(Method::GET, "/adoptions/{id}/notice/resume", OFFICE, forms::resume_notice_form)
        .page(Method::POST, "/adoptions/{id}/notice/resume", OFFICE, forms::resume_notice)
        .page(Method::GET, "/adoptions/{id}/decline", OFFICE, forms::decline_form)
        .page(Method::POST, "/adoptions/{id}/decline", OFFICE, forms::decline)
        .page(Method::GET, "/adoptions/{id}/withdraw", SPONSOR, forms::withdraw_form)
        .page(Method::POST, "/adoptions/{id}/withdraw", SPONSOR, forms::withdraw)
        .page(Method::GET, "/adoptions/{id}/hold", SPONSOR, interest::hold_form)
        .page(Method::POST, "/adoptions/{id}/hold", SPONSOR, interest::hold)
        .page(Method::POST, "/adoptions/{id}/extend", SPONSOR, forms::extend)
        .nav(60, "nav-adoptions", "/adoptions", "heart-handshake", PARTIES);
    let routes = receipts::routes(photos::routes(routes));
    let routes = obligations::routes(asks::routes(settle::routes(use_changes::routes(routes))));
    let routes = diligence::routes(queue::routes(deliveries::routes(agreement::routes(routes))));
    let routes = bars::routes(conditions::routes(routes));
    scans::routes(sponsors::routes(templates::routes(drafting::routes(routes))))
}

/// What a state means to who looks at a list.
fn tone(state: AdoptionState) -> Tone {
    match state {
        AdoptionState::Interested | AdoptionState::Queued | AdoptionState::Agreement => Tone::Neutral,
        AdoptionState::Offered | AdoptionState::Held | AdoptionState::Signing | AdoptionState::InNotice => {
            Tone::Attention
        }
        AdoptionState::Active | AdoptionState::PartiallyDelivered => Tone::Active,
        AdoptionState::Delivered | AdoptionState::Acknowledged | AdoptionState::Closed => Tone::Good,
        AdoptionState::HardshipReleased | AdoptionState::Released => Tone::Neutral,
        AdoptionState::Terminated | AdoptionState::Declined | AdoptionState::Lapsed | AdoptionState::Withdrawn => {
            Tone::Bad
        }
    }
}

/// Where an adoption's own pages lie below.
fn crumbs(shell: Shell, seen: &Seen) -> Shell {
    let list = shell.t("nav-adoptions");
    shell.crumb(list, "/adoptions").crumb(seen.proposal.title.clone(), format!("/adoptions/{}", seen.row.id))
}

async fn sponsor_name(app: &App, who: &crate::Who, seen: &Seen) -> Result<String, Refusal> {
    let id = seen.row.organization_id;
    Ok(organizations::names(app.db.read(), who, [id]).await?.remove(&id).unwrap_or_default())
}

/// One adoption in public notice, in a sentence.
pub fn announcement(l: Locale, told: &Announced) -> String {
    let line = |c: &Committed| {
        let values = [
            ("title", c.line.title.text_value()),
            ("n", c.commitment.quantity.text_value()),
            ("unit", c.line.unit.text_value()),
        ];
        t(l, "adoption-line", &values)
    };
    let lines: Vec<String> = told.lines.iter().map(line).collect();
    let values = [
        ("sponsor", told.sponsor.clone().unwrap_or_else(|| l.t("announced-anonymous")).text_value()),
        ("lines", lines.join(&l.t("list-comma")).text_value()),
        ("until", local_day(told.ends_at - 1).text_value()),
    ];
    let key = match told {
        Announced { held: true, .. } => "announced-held",
        Announced { objected: true, .. } => "announced-objected",
        _ => "announced-until",
    };
    t(l, key, &values)
}
