//! Objections as pages: how one is filed and followed, the office's desk, and the public notice itself.

mod desk;
mod file;
mod forms;
mod list;
mod notice;
mod show;

use super::api::{HANDLERS, READERS};
use super::state::ObjectionState;
use crate::calls::api::OFFICE;
use crate::http::components::{StateBadge, Tone};
use crate::http::page::Shell;
use crate::http::{Access, Routes};
use axum::extract::DefaultBodyLimit;
use axum::handler::Handler;
use axum::http::Method;
use sea_orm::ActiveEnum;

pub(super) fn routes(routes: Routes, largest: usize) -> Routes {
    let send = file::send.layer(DefaultBodyLimit::max(largest));
    routes
        .page(Method::GET, "/calls/{id}/results", Access::Public, notice::show)
        .page(Method::GET, "/objections", Access::SignedIn, list::mine)
        .page(Method::GET, "/objections/new", Access::SignedIn, file::form)
        .page(Method::POST, "/objections", Access::SignedIn, send)
        .page(Method::GET, "/office/objections", READERS, list::office)
        .page(Method::GET, "/objections/{id}", Access::SignedIn, show::show)
        .page(Method::GET, "/objections/{id}/files/{file}", Access::SignedIn, super::api::evidence_file)
        .page(Method::POST, "/objections/{id}/admit", OFFICE, desk::admit)
        .page(Method::POST, "/objections/{id}/dismiss", OFFICE, desk::dismiss)
        .page(Method::POST, "/objections/{id}/assign", OFFICE, desk::assign)
        .page(Method::POST, "/objections/{id}/begin", HANDLERS, desk::begin)
        .page(Method::POST, "/objections/{id}/extend", HANDLERS, desk::extend)
        .page(Method::POST, "/objections/{id}/answer", HANDLERS, desk::answer)
        .page(Method::POST, "/objections/{id}/answer-finally", HANDLERS, desk::answer_finally)
        .page(Method::POST, "/objections/{id}/publish", HANDLERS, desk::publish)
        .page(Method::POST, "/objections/{id}/objector", HANDLERS, desk::look)
        .page(Method::POST, "/objections/{id}/accept", Access::SignedIn, desk::accept)
        .page(Method::POST, "/objections/{id}/review", Access::SignedIn, desk::review)
        .page(Method::POST, "/objections/{id}/withdraw", Access::SignedIn, desk::withdraw)
        .nav_kept(28, "nav-office-objections", "/office/objections", "scale", READERS)
}

fn badge(shell: &Shell, state: ObjectionState) -> StateBadge {
    use ObjectionState as S;
    let tone = match state {
        S::Filed | S::ReviewRequested => Tone::Attention,
        S::Admitted | S::Assigned | S::FactFinding | S::ReviewAssigned => Tone::Active,
        S::Answered => Tone::Attention,
        S::Accepted | S::AnsweredFinally => Tone::Good,
        S::Inadmissible | S::Withdrawn => Tone::Neutral,
    };
    StateBadge::of(shell.locale, "objection", &state.to_value(), tone)
}
