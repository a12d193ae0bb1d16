//! Reviews as pages: the reviewer's desk and score sheet, the office's assignment and deliberation, the public notice.

mod choose;
mod deliberation;
mod desk;
mod office;
mod several;

use super::api::REVIEWER;
use super::queries::OFFICE_READS;
use super::state::ReviewState;
use crate::calls::api::OFFICE;
use crate::http::components::{StateBadge, Tone};
use crate::http::page::Shell;
use crate::http::{Access, Routes};
use crate::{App, Refusal, Who, calls};
use axum::http::Method;
use sea_orm::ActiveEnum;
use twoway_entity::calls::call;
use twoway_ids::Uuid;

pub(super) fn routes(routes: Routes) -> Routes {
    let readers = Access::AnyOf(OFFICE_READS);
    routes
        .page(Method::GET, "/reviews", REVIEWER, desk::list)
        .page(Method::GET, "/reviews/{id}", REVIEWER, desk::sheet)
        .page(Method::POST, "/reviews/{id}/declare", REVIEWER, desk::declare)
        .page(Method::POST, "/reviews/{id}/scores", REVIEWER, desk::score)
        .page(Method::GET, "/reviews/{id}/recuse", REVIEWER, desk::recuse_form)
        .page(Method::POST, "/reviews/{id}/recuse", REVIEWER, desk::recuse)
        .page(Method::GET, "/office/calls/{id}/reviews", readers, office::reviews)
        .page(Method::POST, "/office/calls/{id}/assign-reviews", OFFICE, office::assign_balanced)
        .page(Method::POST, "/office/calls/{id}/recheck-conflicts", OFFICE, office::recheck)
        .page(Method::POST, "/office/calls/{id}/end-review", OFFICE, office::end_review)
        .page(Method::POST, "/proposals/{id}/reviews", OFFICE, office::assign)
        .page(Method::GET, "/reviews/{id}/unassign", OFFICE, office::unassign_form)
        .page(Method::POST, "/reviews/{id}/unassign", OFFICE, office::unassign)
        .page(Method::GET, "/office/calls/{id}/deliberation", readers, deliberation::deliberation)
        .page(Method::GET, "/office/calls/{id}/decisions", OFFICE, several::form)
        .page(Method::POST, "/office/calls/{id}/decisions", OFFICE, several::post)
        .page(Method::POST, "/office/calls/{id}/release", OFFICE, deliberation::release)
        .page(Method::GET, "/proposals/{id}/decision", OFFICE, deliberation::decision_form)
        .page(Method::POST, "/proposals/{id}/decision", OFFICE, deliberation::decide)
        .page(Method::POST, "/proposals/{id}/release", OFFICE, deliberation::release_item)
        .nav(26, "nav-reviews", "/reviews", "scale", REVIEWER)
}

/// A call of the reader's office.
pub(super) async fn office_call(app: &App, who: &Who, id: Uuid) -> Result<call::Model, Refusal> {
    let call = calls::queries::find_visible(app.db.read(), who, id).await?;
    if calls::queries::is_office(who, &call) { Ok(call) } else { Err(Refusal::NotFound) }
}

pub(super) fn under(shell: Shell, call: &call::Model, heading: &str) -> Shell {
    let title = shell.t("office-calls-title");
    shell.crumb(title, "/office/calls").crumb(&call.title, format!("/office/calls/{}", call.id)).titled(heading)
}

fn badge(shell: &Shell, state: ReviewState) -> StateBadge {
    let tone = match state {
        ReviewState::Assigned => Tone::Attention,
        ReviewState::Declared => Tone::Active,
        ReviewState::Scored | ReviewState::Closed => Tone::Good,
        ReviewState::Recused | ReviewState::Unassigned => Tone::Neutral,
        ReviewState::Voided => Tone::Bad,
    };
    StateBadge::of(shell.locale, "review", &state.to_value(), tone)
}
