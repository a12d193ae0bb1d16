//! The codes of a call by invitation at the office's desk, and the page on which somebody types one.

use super::super::super::api::OFFICE;
use super::super::super::pages::{office_call, under};
use super::super::super::queries::{OFFICE_READS, find_visible, organization_names};
use super::{Batch, Listed, Made};
use crate::http::components::{
    ActionButton, Cell, Column, Confirm, EmptyState, Look, Moment, Pager, StateBadge, Table, Tone, local_day,
};
use crate::http::form_view::{Control, FormField, FormView, OptionView, answers};
use crate::http::page::{Page, Shell};
use crate::http::preferences::done;
use crate::http::problem::form_errors;
use crate::http::usual::{FormPage, ListPage, pager};
use crate::http::{Access, ActingFor, Caller, Form, Paging, Path, Query, Routes};
use crate::proposals::{self, Content};
use crate::{App, Refusal, Who, accounts};
use axum::extract::State;
use axum::http::{Method, StatusCode};
use axum::response::{IntoResponse, Redirect, Response};
use std::collections::HashMap;
use twoway_entity::accounts::Role;
use twoway_entity::call_desk::invitation_use;
use twoway_entity::calls::call;
use twoway_ids::{Millis, Uuid};
use twoway_manifest::{Field, FieldProblem, FieldType};

pub(super) fn routes(routes: Routes) -> Routes {
    let readers = Access::AnyOf(OFFICE_READS);
    routes
        .page(Method::GET, "/office/calls/{id}/invitations", readers, list)
        .page(Method::GET, "/office/calls/{id}/invitations/new", OFFICE, make_form)
        .page(Method::POST, "/office/calls/{id}/invitations", OFFICE, make)
        .page(Method::POST, "/office/call-invitations/{id}/revoke", OFFICE, revoke)
        .page(Method::GET, "/calls/{id}/invitation", Access::SignedIn, code_form)
        .page(Method::POST, "/calls/{id}/invitation", Access::SignedIn, start)
}

/// Who used a code: the team or the person, and the day.
fn users(used: &[invitation_use::Model], people: &HashMap<Uuid, String>, teams: &HashMap<Uuid, String>) -> Cell {
    if used.is_empty() {
        return Cell::Nothing;
    }
    let said = used.iter().map(|one| {
        let person = people.get(&one.account_id).cloned().unwrap_or_default();
        let team = one.organization_id.and_then(|id| teams.get(&id)).map(|name| format!(" {name}")).unwrap_or_default();
        format!("{person}{team} {}", local_day(one.used_at))
    });
    Cell::List(said.collect())
}

fn state(shell: &Shell, listed: &Listed, now: Millis) -> StateBadge {
    let row = &listed.row;
    if row.revoked_at.is_some() {
        StateBadge::new(shell.t("invitation-is-revoked"), Tone::Bad)
    } else if row.used >= row.uses {
        StateBadge::new(shell.t("invitation-is-used"), Tone::Neutral)
    } else if now >= row.expires_at {
        StateBadge::new(shell.t("invitation-is-over"), Tone::Neutral)
    } else {
        StateBadge::new(shell.t("invitation-is-good"), Tone::Good)
    }
}

async fn list(
    State(app): State<App>,
    Caller(who): Caller,
    shell: Shell,
    Path(id): Path<Uuid>,
    Query(paging): Query<Paging>,
) -> Result<Page<ListPage>, Refusal> {
    let call = office_call(&app, &who, id).await?;
    let found = super::list(&app, &who, id, &paging).await?;
    let db = app.db.read();
    let used = || found.items.iter().flat_map(|one| &one.used);
    let people = accounts::names(db, &who, used().map(|one| one.account_id)).await?;
    let teams = organization_names(db, who.tenant, used().filter_map(|one| one.organization_id)).await?;
    let mine = who.holds_over(&[Role::LeadOffice], &call.path);
    let columns = ["note", "code", "uses", "expires", "state", "used-by", "what"];
    let columns = columns.map(|c| Column::new(shell.t(&format!("invitation-{c}"))));
    let empty = EmptyState::new("folder", shell.t("invitations-empty"), shell.t("invitations-empty-text"));
    let mut table = Table::new(shell.t("invitations-title"), columns.into(), empty);
    for one in &found.items {
        let row = &one.row;
        let what = if mine && row.revoked_at.is_none() {
            let sure = Confirm {
                title: shell.t("invitation-revoke-title"),
                text: shell.t("invitation-revoke-text"),
                points: vec![row.note.clone()],
                ok: shell.t("invitation-revoke"),
            };
            let place = format!("/office/call-invitations/{}/revoke", row.id);
            Cell::Buttons(vec![
                ActionButton::post(shell.t("invitation-revoke"), place)
                    .with("call", id)
                    .look(Look::Danger)
                    .confirm(sure),
            ])
        } else {
            Cell::Nothing
        };
        table.row(vec![
            Cell::text(row.note.as_str()),
            Cell::text(row.masked.as_str()),
            Cell::Text(format!("{} / {}", row.used, row.uses)),
            Cell::When(Moment::exactly(row.expires_at)),
            Cell::State(state(&shell, one, app.now())),
            users(&one.used, &people, &teams),
            what,
        ]);
    }
    let place = format!("/office/calls/{id}/invitations");
    let buttons = match mine {
        true => vec![ActionButton::link(shell.t("invitations-make"), format!("{place}/new")).primary()],
        false => Vec::new(),
    };
    let pager = pager(&place, &[], &found, paging.cursor.is_none());
    let (heading, lead) = (shell.t("invitations-title"), shell.t("invitations-lead"));
    let shell = under(shell, &call, &heading);
    Ok(Page::new(ListPage { shell, heading, lead, buttons, filters: Vec::new(), table, pager }))
}

fn below(shell: Shell, call: &call::Model, heading: &str) -> Shell {
    let (calls, codes) = (shell.t("office-calls-title"), shell.t("invitations-title"));
    let base = format!("/office/calls/{}", call.id);
    let shell = shell.crumb(calls, "/office/calls").crumb(&call.title, base.as_str());
    shell.crumb(codes, format!("{base}/invitations")).titled(heading)
}

fn respond(mut page: FormPage, refusal: Option<Refusal>) -> Result<Response, Refusal> {
    let Some(refusal) = refusal else { return Ok(Page::new(page).into_response()) };
    form_errors(&mut page.form, page.shell.locale, refusal)?;
    Ok(Page::new(page).status(StatusCode::UNPROCESSABLE_ENTITY).into_response())
}

fn make_page(shell: Shell, call: &call::Model, typed: &Form) -> FormPage {
    let base = format!("/office/calls/{}/invitations", call.id);
    let mut notes = FormField::plain("notes", shell.t("invitation-notes"), Control::Text);
    (notes.value, notes.required) = (typed.text("notes").into(), true);
    notes.help = Some(shell.t("invitation-notes-help"));
    let mut uses = FormField::plain("uses", shell.t("invitation-uses"), Control::Number);
    uses.value = Some(typed.text("uses")).filter(|text| !text.is_empty()).unwrap_or("1").into();
    (uses.required, uses.min, uses.max) = (true, Some(1), Some(20));
    uses.help = Some(shell.t("invitation-uses-help"));
    let mut expires = FormField::plain("expires_at", shell.t("invitation-expires"), Control::DateTime);
    (expires.value, expires.required) = (typed.text("expires_at").into(), true);
    let form = FormView::plain(base.as_str(), vec![notes, uses, expires])
        .submit(shell.t("invitations-make"))
        .cancel(shell.t("leave-form"), base);
    let (heading, lead) = (shell.t("invitations-make"), shell.t("invitations-make-lead"));
    FormPage { shell: below(shell, call, &heading), heading, lead, form }
}

async fn make_form(
    State(app): State<App>,
    Caller(who): Caller,
    shell: Shell,
    Path(id): Path<Uuid>,
) -> Result<Response, Refusal> {
    let call = office_call(&app, &who, id).await?;
    respond(make_page(shell, &call, &Form(Vec::new())), None)
}

/// The codes that were just made, this once.
fn made_page(shell: Shell, call: &call::Model, made: Vec<Made>) -> ListPage {
    let columns = ["note", "code"].map(|c| Column::new(shell.t(&format!("invitation-{c}"))));
    let empty = EmptyState::new("folder", shell.t("invitations-empty"), shell.t("invitations-empty-text"));
    let (heading, lead) = (shell.t("invitations-made"), shell.t("invitations-made-lead"));
    let mut table = Table::new(heading.as_str(), columns.into(), empty);
    for one in made {
        table.row(vec![Cell::Text(one.note), Cell::Text(one.code)]);
    }
    let back = format!("/office/calls/{}/invitations", call.id);
    let buttons = vec![ActionButton::link(shell.t("invitations-back"), back).primary()];
    let shell = below(shell, call, &heading);
    ListPage { shell, heading, lead, buttons, filters: Vec::new(), table, pager: Pager::default() }
}

/// What was typed into the form of new codes.
fn batch(form: &Form) -> Result<Batch, Refusal> {
    let read = answers(&[Field::new("expires_at", FieldType::Instant)], &form.0);
    let expires_at = match (read["expires_at"].as_i64(), form.text("expires_at")) {
        (Some(at), _) => at,
        (None, "") => return Err(Refusal::field("expires_at", FieldProblem::Missing)),
        (None, _) => return Err(Refusal::field("expires_at", FieldProblem::WrongType)),
    };
    let uses = form.text("uses").parse().map_err(|_| Refusal::field("uses", FieldProblem::WrongType))?;
    Ok(Batch { notes: form.text("notes").lines().map(str::to_string).collect(), uses, expires_at })
}

async fn make(
    State(app): State<App>,
    Caller(who): Caller,
    acting: ActingFor,
    shell: Shell,
    Path(id): Path<Uuid>,
    form: Form,
) -> Result<Response, Refusal> {
    let call = office_call(&app, &who, id).await?;
    let made = match batch(&form) {
        Ok(batch) => super::make(&app, &who, &form.command(acting), id, batch).await,
        Err(refusal) => Err(refusal),
    };
    match made {
        Ok(made) => Ok(Page::new(made_page(shell, &call, made)).into_response()),
        Err(refusal) => respond(make_page(shell, &call, &form), Some(refusal)),
    }
}

async fn revoke(
    State(app): State<App>,
    Caller(who): Caller,
    acting: ActingFor,
    Path(id): Path<Uuid>,
    form: Form,
) -> Result<impl IntoResponse, Refusal> {
    let call = Uuid::parse_str(form.text("call")).map_err(|_| Refusal::NotFound)?;
    super::revoke(&app, &who, &form.command(acting), id).await?;
    Ok(done(&format!("/office/calls/{call}/invitations"), "flash-saved"))
}

async fn code_page(app: &App, who: &Who, shell: Shell, id: Uuid, typed: &Form) -> Result<FormPage, Refusal> {
    let call = find_visible(app.db.read(), who, id).await?;
    let place = format!("/calls/{id}");
    let mut code = FormField::plain("invitation", shell.t("invitation-code"), Control::Code);
    (code.value, code.required, code.max_length) = (typed.text("invitation").into(), true, Some(40));
    code.help = Some(shell.t("invitation-code-help"));
    let mut name = FormField::plain("organization", shell.t("invitation-in-whose-name"), Control::Select);
    let held = who.actor().map(|actor| actor.held.as_slice()).unwrap_or_default();
    let teams = held.iter().filter(|held| held.role == Role::TeamLead);
    let own = (String::new(), shell.t("invitation-in-own-name"));
    name.options = teams
        .map(|held| (held.organization.to_string(), held.organization_name.clone()))
        .chain([own])
        .map(|(value, label)| OptionView { selected: value == typed.text("organization"), value, label })
        .collect();
    let form = FormView::plain(format!("{place}/invitation"), vec![code, name])
        .submit(shell.t("invitation-start"))
        .cancel(shell.t("leave-form"), place.as_str());
    let (heading, lead) = (shell.t("invitation-start"), shell.t("invitation-start-lead"));
    let calls = shell.t("calls-title");
    let shell = shell.crumb(calls, "/calls").crumb(&call.title, place).titled(&heading);
    Ok(FormPage { shell, heading, lead, form })
}

async fn code_form(
    State(app): State<App>,
    Caller(who): Caller,
    shell: Shell,
    Path(id): Path<Uuid>,
) -> Result<Response, Refusal> {
    respond(code_page(&app, &who, shell, id, &Form(Vec::new())).await?, None)
}

async fn start(
    State(app): State<App>,
    Caller(who): Caller,
    acting: ActingFor,
    shell: Shell,
    Path(id): Path<Uuid>,
    form: Form,
) -> Result<Response, Refusal> {
    let begun = async {
        let organization = match form.text("organization") {
            "" => None,
            id => Some(Uuid::parse_str(id).map_err(|_| Refusal::field("organization", FieldProblem::NotAnOption))?),
        };
        let command = form.command(acting);
        let code = Some(form.text("invitation"));
        proposals::actions::create(&app, &who, &command, id, organization, Content::default(), code).await
    };
    match begun.await {
        Ok(begun) => Ok(Redirect::to(&format!("/proposals/{}/edit", begun.id)).into_response()),
        Err(refusal) => respond(code_page(&app, &who, shell, id, &form).await?, Some(refusal)),
    }
}
