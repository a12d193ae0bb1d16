//! Proposals as pages: the proposer's room, the office's formal check, the public pool.

mod changes;
mod office;
mod pool;
mod show;
mod versions;
mod write;

use super::queries::OFFICE_READS;
use super::state::{ENDED, ProposalState};
use crate::calls::api::OFFICE;
use crate::http::components::{StateBadge, Step, StepStatus, Stepper, Tone};
use crate::http::page::Shell;
use crate::http::{Access, Routes};
use axum::extract::DefaultBodyLimit;
use axum::handler::Handler;
use axum::http::Method;
use sea_orm::ActiveEnum;

pub(super) fn routes(routes: Routes, largest: usize) -> Routes {
    let readers = Access::AnyOf(OFFICE_READS);
    routes
        .page(Method::GET, "/proposals", Access::SignedIn, write::mine)
        .page(Method::POST, "/proposals", Access::SignedIn, write::create)
        .page(Method::GET, "/proposals/{id}", Access::Public, show::show)
        .page(Method::GET, "/proposals/{id}/versions", Access::SignedIn, versions::show)
        .page(Method::GET, "/proposals/{id}/edit", Access::SignedIn, write::edit)
        .page(Method::POST, "/proposals/{id}/edit", Access::SignedIn, write::save)
        .page(Method::POST, "/proposals/{id}/autosave", Access::SignedIn, write::autosave)
        .page(Method::GET, "/proposals/{id}/submit", Access::SignedIn, write::submit_form)
        .page(Method::POST, "/proposals/{id}/submit", Access::SignedIn, write::submit)
        .page(Method::GET, "/proposals/{id}/withdraw", Access::SignedIn, write::withdraw_form)
        .page(Method::POST, "/proposals/{id}/withdraw", Access::SignedIn, write::withdraw)
        .page(
            Method::POST,
            "/proposals/{id}/attachments",
            Access::SignedIn,
            write::attach.layer(DefaultBodyLimit::max(largest)),
        )
        .page(Method::GET, "/proposals/{id}/attachments/{file}", Access::SignedIn, show::download)
        .page(Method::POST, "/proposals/{id}/attachments/{file}/remove", Access::SignedIn, write::detach)
        .page(Method::POST, "/proposals/{id}/admit", OFFICE, office::admit)
        .page(Method::GET, "/proposals/{id}/return", OFFICE, office::return_form)
        .page(Method::POST, "/proposals/{id}/return", OFFICE, office::return_for_fix)
        .page(Method::GET, "/proposals/{id}/rule-out", OFFICE, office::rule_out_form)
        .page(Method::POST, "/proposals/{id}/rule-out", OFFICE, office::rule_out)
        .page(Method::POST, "/proposals/{id}/rule-out/confirm", OFFICE, office::confirm_out)
        .page(Method::POST, "/proposals/{id}/rule-out/drop", OFFICE, office::keep_in)
        .page(Method::GET, "/office/calls/{id}/screening", readers, office::screening)
        .page(Method::POST, "/office/calls/{id}/start-review", OFFICE, office::start_review)
        .page(Method::GET, "/office/calls/{id}/cancel", OFFICE, office::cancel_form)
        .page(Method::POST, "/office/calls/{id}/cancel", OFFICE, office::cancel)
        .page(Method::GET, "/pool", Access::Public, pool::show)
        .page(Method::POST, "/proposals/{id}/renew", Access::SignedIn, pool::renew)
        .nav(24, "nav-my-proposals", "/proposals", "file-text", Access::SignedIn)
        .nav(30, "nav-pool", "/pool", "package", Access::Public)
}

/// The state of a proposal as a badge.
pub fn badge(shell: &Shell, state: ProposalState) -> StateBadge {
    use ProposalState as S;
    let tone = match state {
        S::Draft | S::NotSelected | S::Withdrawn | S::MergedInto | S::Expired | S::Cancelled => Tone::Neutral,
        S::Submitted | S::UnderReview | S::Eligible => Tone::Active,
        S::Returned | S::RulingOut | S::Decided | S::InNotice => Tone::Attention,
        S::Ineligible | S::Disqualified => Tone::Bad,
        S::Approved | S::Pooled | S::Converted => Tone::Good,
    };
    StateBadge::of(shell.locale, "proposal", &state.to_value(), tone)
}

/// The way of a proposal; where it left the way, that stands as its end.
fn stepper(shell: &Shell, state: ProposalState) -> Stepper {
    use ProposalState as S;
    let way = [S::Draft, S::Submitted, S::Eligible, S::UnderReview, S::InNotice, S::Pooled, S::Converted];
    let label = |state: S| shell.t(&format!("state-proposal-{}", state.to_value()));
    let place = match state {
        S::Returned | S::RulingOut => 1,
        S::Decided => 3,
        S::Approved => 4,
        S::Ineligible | S::MergedInto => 2,
        S::NotSelected => 5,
        S::Expired | S::Disqualified => 6,
        S::Withdrawn | S::Cancelled => 0,
        on_the_way => way.iter().position(|s| *s == on_the_way).unwrap_or(0),
    };
    let off_the_way = state == S::Ineligible || ENDED.contains(&state) && state != S::Converted;
    if off_the_way {
        let before = way[..place].iter().map(|s| Step { label: label(*s), status: StepStatus::Done, when: None });
        let end = Step { label: label(state), status: StepStatus::Current, when: None };
        return Stepper { steps: before.chain([end]).collect() };
    }
    let place = if state == S::Converted { way.len() } else { place };
    Stepper::linear(way.map(label), place)
}
