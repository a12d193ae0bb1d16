//! The page on which one person says why a proposal is to be disqualified, and a second one agrees or not.

use crate::calls::api::OFFICE;
use crate::http::components::{ActionButton, Cell, Confirm, Facts, Look, Moment};
use crate::http::form_view::FormView;
use crate::http::page::{Page, Shell};
use crate::http::preferences::done;
use crate::http::problem::form_errors;
use crate::http::usual::reason_form;
use crate::http::{ActingFor, Caller, Form, Path, Routes};
use crate::lifecycle::Machine;
use crate::proposals::queries::{Sight, find_visible};
use crate::proposals::state::{ProposalEvent, ProposalMachine};
use crate::{App, Refusal, Who, accounts};
use askama::Template;
use axum::extract::State;
use axum::http::{Method, StatusCode};
use axum::response::{IntoResponse, Response};
use twoway_entity::accounts::Role;
use twoway_ids::Uuid;

pub(super) fn routes(routes: Routes) -> Routes {
    routes
        .page(Method::GET, "/proposals/{id}/disqualify", OFFICE, show)
        .page(Method::POST, "/proposals/{id}/disqualify", OFFICE, propose)
        .page(Method::POST, "/proposals/{id}/disqualify/confirm", OFFICE, confirm)
        .page(Method::POST, "/proposals/{id}/disqualify/drop", OFFICE, refuse)
}

#[derive(Template)]
#[template(path = "proposals/disqualify.html")]
struct DisqualifyHtml {
    shell: Shell,
    heading: String,
    lead: String,
    /// What the first person found; none where nobody did.
    found: Option<Facts>,
    confirm: Option<ActionButton>,
    /// Says why, or why not.
    form: FormView,
}

async fn page(
    app: &App,
    who: &Who,
    shell: Shell,
    id: Uuid,
    typed: Option<(&Form, Refusal)>,
) -> Result<Response, Refusal> {
    let db = app.db.read();
    let seen = find_visible(db, who, id).await?;
    let row = seen.row;
    let open = super::open_of(db, who.tenant, id).await?;
    let possible = ProposalMachine::next(row.state, ProposalEvent::Disqualify).is_some();
    if seen.sight != Sight::Office || !who.holds_over(&[Role::LeadOffice], &row.path) || !possible {
        return Err(Refusal::NotFound);
    }
    let base = format!("/proposals/{id}");
    let written = typed.as_ref().map_or("", |(form, _)| form.text("reason"));
    let action = format!("{base}/disqualify{}", if open.is_some() { "/drop" } else { "" });
    let form = reason_form(&shell, &action, &base, written).with("_version", row.version);
    let mut form = match &open {
        Some(_) => form.button(shell.t("disqualify-drop"), "drop", Look::Plain),
        None => form.submit(shell.t("disqualify-propose")),
    };
    let wrong = match typed {
        Some((_, refusal)) => {
            form_errors(&mut form, shell.locale, refusal)?;
            true
        }
        None => false,
    };
    let (mut found, mut confirm) = (None, None);
    if let Some(open) = &open {
        let names = accounts::names(db, who, [open.proposed_by]).await?;
        let name = names.get(&open.proposed_by).cloned().unwrap_or_default();
        found = Some(
            Facts::new()
                .fact(shell.t("field-reason"), Cell::text(open.reason.as_str()))
                .fact(shell.t("disqualify-by"), Cell::text(name))
                .fact(shell.t("disqualify-at"), Cell::When(Moment::exactly(open.proposed_at))),
        );
        let sure = Confirm {
            title: shell.t("disqualify-confirm-title"),
            text: shell.t("disqualify-confirm-text"),
            points: Vec::new(),
            ok: shell.t("disqualify-confirm"),
        };
        let button = ActionButton::post(shell.t("disqualify-confirm"), format!("{base}/disqualify/confirm"));
        let second = who.account() != Some(open.proposed_by);
        confirm = second.then(|| button.with("_version", row.version).look(Look::Danger).confirm(sure));
    }
    let key = match (&open, &confirm) {
        (None, _) => "disqualify-lead",
        (Some(_), None) => "disqualify-lead-waits",
        (Some(_), Some(_)) => "disqualify-lead-second",
    };
    let (heading, lead, list) = (shell.t("disqualify"), shell.t(key), shell.t("office-calls-title"));
    let shell = shell.crumb(list, "/office/calls").crumb(&row.title, base).titled(&heading);
    let page = Page::new(DisqualifyHtml { shell, heading, lead, found, confirm, form });
    Ok(if wrong { page.status(StatusCode::UNPROCESSABLE_ENTITY).into_response() } else { page.into_response() })
}

async fn show(
    State(app): State<App>,
    Caller(who): Caller,
    shell: Shell,
    Path(id): Path<Uuid>,
) -> Result<Response, Refusal> {
    page(&app, &who, shell, id, None).await
}

async fn propose(
    State(app): State<App>,
    Caller(who): Caller,
    acting: ActingFor,
    shell: Shell,
    Path(id): Path<Uuid>,
    form: Form,
) -> Result<Response, Refusal> {
    match super::propose(&app, &who, &form.command(acting), id, form.text("reason")).await {
        Ok(_) => Ok(done(&format!("/proposals/{id}"), "flash-disqualification-proposed").into_response()),
        Err(refusal) => page(&app, &who, shell, id, Some((&form, refusal))).await,
    }
}

async fn confirm(
    State(app): State<App>,
    Caller(who): Caller,
    acting: ActingFor,
    Path(id): Path<Uuid>,
    form: Form,
) -> Result<impl IntoResponse, Refusal> {
    super::confirm(&app, &who, &form.command(acting), id).await?;
    Ok(done(&format!("/proposals/{id}"), "flash-disqualified"))
}

async fn refuse(
    State(app): State<App>,
    Caller(who): Caller,
    acting: ActingFor,
    shell: Shell,
    Path(id): Path<Uuid>,
    form: Form,
) -> Result<Response, Refusal> {
    match super::refuse(&app, &who, &form.command(acting), id, form.text("reason")).await {
        Ok(_) => Ok(done(&format!("/proposals/{id}"), "flash-saved").into_response()),
        Err(refusal) => page(&app, &who, shell, id, Some((&form, refusal))).await,
    }
}
