use super::{badge, changes};
use crate::http::components::{ActionButton, Cell, Column, Confirm, EmptyState, Filter, Filters, Look, Moment, Table};
use crate::http::form_view::{Control, FormField};
use crate::http::page::{Page, Shell};
use crate::http::preferences::done;
use crate::http::problem::form_errors;
use crate::http::usual::{FormPage, ListPage, pager, reason_form};
use crate::http::{ActingFor, Caller, Form, Paging, Path, Query};
use crate::proposals::late;
use crate::proposals::queries::{self, Sight};
use crate::proposals::state::ProposalState;
use crate::proposals::views::told;
use crate::proposals::{assisted, screening};
use crate::{App, Refusal, Who, calls, papers};
use axum::extract::State;
use axum::http::StatusCode;
use axum::response::{IntoResponse, Response};
use sea_orm::ActiveEnum;
use serde::Deserialize;
use twoway_entity::accounts::Role;
use twoway_entity::calls::call;
use twoway_entity::proposals::proposal;
use twoway_ids::Uuid;

#[derive(Default, Deserialize)]
#[serde(default)]
pub(super) struct InState {
    state: Option<ProposalState>,
}

/// The states by which the office narrows its list.
const FILTERS: &[ProposalState] = &[
    ProposalState::Submitted,
    ProposalState::Returned,
    ProposalState::RulingOut,
    ProposalState::Eligible,
    ProposalState::Ineligible,
    ProposalState::UnderReview,
];

async fn office_call(app: &App, who: &Who, id: Uuid) -> Result<call::Model, Refusal> {
    let call = calls::queries::find_visible(app.db.read(), who, id).await?;
    if calls::queries::is_office(who, &call) { Ok(call) } else { Err(Refusal::NotFound) }
}

pub(super) async fn screening(
    State(app): State<App>,
    Caller(who): Caller,
    shell: Shell,
    Path(id): Path<Uuid>,
    Query(wanted): Query<InState>,
    Query(paging): Query<Paging>,
) -> Result<Page<ListPage>, Refusal> {
    let db = app.db.read();
    let call = office_call(&app, &who, id).await?;
    let states: Vec<ProposalState> = wanted.state.into_iter().collect();
    let found = queries::handed_in(db, &who, Some(id), &states, &paging).await?;
    let mut names = assisted::proposers(db, shell.locale, &found.items).await?;
    let columns = ["proposal-title", "proposal-by", "proposal-state", "proposal-receipt", "proposal-submitted-at"];
    let empty = EmptyState::new("folder", shell.t("screening-empty"), shell.t("screening-empty-text"));
    let mut table =
        Table::new(shell.t("call-screening-desk"), columns.map(|key| Column::new(shell.t(key))).into(), empty);
    let late = late::among(db, who.tenant, found.items.iter().map(|row| row.id)).await?;
    for row in &found.items {
        let title = late::marked(shell.locale, &row.title, late.contains(&row.id));
        let sight = if queries::is_own(&who, row) { Sight::Own } else { Sight::Office };
        let by = names.remove(&row.id).unwrap_or_default();
        table.row(vec![
            Cell::link(title, format!("/proposals/{}", row.id)),
            Cell::text(by),
            Cell::State(badge(&shell, told(row, sight))),
            row.receipt.as_ref().map_or(Cell::Nothing, Cell::text),
            row.submitted_at.map_or(Cell::Nothing, |at| Cell::When(Moment::exactly(at))),
        ]);
    }
    let path = format!("/office/calls/{id}/screening");
    let all =
        Filter { label: shell.t("call-phase-all"), href: path.clone(), current: wanted.state.is_none(), count: None };
    let narrowed = FILTERS.iter().map(|state| Filter {
        label: shell.t(&format!("state-proposal-{}", state.to_value())),
        href: format!("{path}?state={}", state.to_value()),
        current: wanted.state == Some(*state),
        count: None,
    });
    let filters =
        vec![Filters { label: shell.t("proposal-state"), filters: std::iter::once(all).chain(narrowed).collect() }];
    let mut buttons = Vec::new();
    if call.state == calls::CallState::Screening && who.holds_over(&[Role::LeadOffice], &call.path) {
        let confirm = Confirm {
            title: shell.t("call-start-review-title"),
            text: shell.t("call-start-review-text"),
            points: Vec::new(),
            ok: shell.t("call-start-review"),
        };
        let start = ActionButton::post(shell.t("call-start-review"), format!("/office/calls/{id}/start-review"));
        buttons.push(start.with("_version", call.version).confirm(confirm).primary());
    }
    let state = wanted.state.map(|s| s.to_value()).unwrap_or_default();
    if !found.items.is_empty() {
        buttons.extend(papers::buttons::export(shell.locale, &path, &[("state", state.as_str())]));
    }
    let pager = pager(&path, &[("state", state.as_str())], &found, paging.cursor.is_none());
    let (heading, lead) = (shell.t("call-screening-desk"), shell.t("screening-lead"));
    let calls_title = shell.t("office-calls-title");
    let shell =
        shell.crumb(calls_title, "/office/calls").crumb(&call.title, format!("/office/calls/{id}")).titled(&heading);
    Ok(Page::new(ListPage { shell, heading, lead, buttons, filters, table, pager }))
}

pub(super) async fn admit(
    State(app): State<App>,
    Caller(who): Caller,
    acting: ActingFor,
    Path(id): Path<Uuid>,
    form: Form,
) -> Result<impl IntoResponse, Refusal> {
    screening::admit(&app, &who, &form.command(acting), id).await?;
    let call = queries::find_visible(app.db.read(), &who, id).await?.row.call_id;
    Ok(done(&format!("/office/calls/{call}/screening?state=submitted"), "flash-proposal-admitted"))
}

async fn checked(app: &App, who: &Who, id: Uuid) -> Result<proposal::Model, Refusal> {
    let seen = queries::find_visible(app.db.read(), who, id).await?;
    if seen.sight == Sight::Office { Ok(seen.row) } else { Err(Refusal::NotFound) }
}

pub(super) fn check_page(shell: Shell, row: &proposal::Model, key: &str, version: &str, typed: &Form) -> FormPage {
    let (heading, lead) = (shell.t(&format!("proposal-{key}")), shell.t(&format!("proposal-{key}-lead")));
    let base = format!("/proposals/{}", row.id);
    let mut form = reason_form(&shell, &format!("{base}/{key}"), &base, typed.text("reason")).with("_version", version);
    if key == "rule-out" {
        let mut rule = FormField::plain("rule", shell.t("proposal-ineligible-rule"), Control::Line);
        rule.value = typed.text("rule").to_string();
        rule.help = Some(shell.t("proposal-ineligible-rule-help"));
        rule.required = true;
        rule.max_length = Some(32);
        form.fields.insert(0, rule);
        form = form.button(&heading, "rule-out", Look::Danger);
    } else {
        form = form.submit(&heading);
    }
    let (calls, desk) = (shell.t("office-calls-title"), shell.t("call-screening-desk"));
    let shell = shell
        .crumb(calls, "/office/calls")
        .crumb(desk, format!("/office/calls/{}/screening", row.call_id))
        .crumb(&row.title, base)
        .titled(&heading);
    FormPage { shell, heading, lead, form }
}

fn refused(mut page: FormPage, refusal: Refusal) -> Result<Response, Refusal> {
    form_errors(&mut page.form, page.shell.locale, refusal)?;
    Ok(Page::new(page).status(StatusCode::UNPROCESSABLE_ENTITY).into_response())
}

pub(super) async fn return_form(
    State(app): State<App>,
    Caller(who): Caller,
    shell: Shell,
    Path(id): Path<Uuid>,
) -> Result<Page<FormPage>, Refusal> {
    let row = checked(&app, &who, id).await?;
    Ok(Page::new(changes::return_page(&app, shell, &row, &row.version.to_string(), &Form(Vec::new())).await?))
}

pub(super) async fn return_for_fix(
    State(app): State<App>,
    Caller(who): Caller,
    acting: ActingFor,
    shell: Shell,
    Path(id): Path<Uuid>,
    form: Form,
) -> Result<Response, Refusal> {
    let (command, points) = (form.command(acting), changes::typed(&form));
    match screening::return_for_fix(&app, &who, &command, id, form.text("reason"), points.clone()).await {
        Ok(_) => Ok(done(&format!("/proposals/{id}"), "flash-returned").into_response()),
        Err(refusal) => {
            let row = checked(&app, &who, id).await?;
            let page = changes::return_page(&app, shell, &row, form.text("_version"), &form).await?;
            refused(page, changes::in_return_form(refusal, &points))
        }
    }
}

pub(super) async fn rule_out_form(
    State(app): State<App>,
    Caller(who): Caller,
    shell: Shell,
    Path(id): Path<Uuid>,
) -> Result<Page<FormPage>, Refusal> {
    let row = checked(&app, &who, id).await?;
    Ok(Page::new(check_page(shell, &row, "rule-out", &row.version.to_string(), &Form(Vec::new()))))
}

pub(super) async fn rule_out(
    State(app): State<App>,
    Caller(who): Caller,
    acting: ActingFor,
    shell: Shell,
    Path(id): Path<Uuid>,
    form: Form,
) -> Result<Response, Refusal> {
    let (rule, why) = (form.text("rule"), form.text("reason"));
    match screening::rule_out(&app, &who, &form.command(acting), id, rule, why).await {
        Ok(_) => Ok(done(&format!("/proposals/{id}"), "flash-proposal-ruling-out").into_response()),
        Err(refusal) => {
            let row = checked(&app, &who, id).await?;
            refused(check_page(shell, &row, "rule-out", form.text("_version"), &form), refusal)
        }
    }
}

pub(super) async fn confirm_out(
    State(app): State<App>,
    Caller(who): Caller,
    acting: ActingFor,
    Path(id): Path<Uuid>,
    form: Form,
) -> Result<impl IntoResponse, Refusal> {
    screening::confirm_out(&app, &who, &form.command(acting), id).await?;
    Ok(done(&format!("/proposals/{id}"), "flash-proposal-ruled-out"))
}

pub(super) async fn keep_in(
    State(app): State<App>,
    Caller(who): Caller,
    acting: ActingFor,
    Path(id): Path<Uuid>,
    form: Form,
) -> Result<impl IntoResponse, Refusal> {
    screening::keep_in(&app, &who, &form.command(acting), id).await?;
    Ok(done(&format!("/proposals/{id}"), "flash-proposal-kept-in"))
}

pub(super) async fn start_review(
    State(app): State<App>,
    Caller(who): Caller,
    acting: ActingFor,
    Path(id): Path<Uuid>,
    form: Form,
) -> Result<impl IntoResponse, Refusal> {
    screening::start_review(&app, &who, &form.command(acting), id).await?;
    Ok(done(&format!("/office/calls/{id}/reviews"), "flash-review-started"))
}

fn cancel_page(shell: Shell, call: &call::Model, version: &str, typed: &str) -> FormPage {
    let (heading, lead) = (shell.t("call-cancel"), shell.t("call-cancel-lead"));
    let base = format!("/office/calls/{}", call.id);
    let form = reason_form(&shell, &format!("{base}/cancel"), &base, typed).with("_version", version).button(
        &heading,
        "cancel",
        Look::Danger,
    );
    let calls_title = shell.t("office-calls-title");
    let shell = shell.crumb(calls_title, "/office/calls").crumb(&call.title, base).titled(&heading);
    FormPage { shell, heading, lead, form }
}

pub(super) async fn cancel_form(
    State(app): State<App>,
    Caller(who): Caller,
    shell: Shell,
    Path(id): Path<Uuid>,
) -> Result<Page<FormPage>, Refusal> {
    let call = office_call(&app, &who, id).await?;
    Ok(Page::new(cancel_page(shell, &call, &call.version.to_string(), "")))
}

pub(super) async fn cancel(
    State(app): State<App>,
    Caller(who): Caller,
    acting: ActingFor,
    shell: Shell,
    Path(id): Path<Uuid>,
    form: Form,
) -> Result<Response, Refusal> {
    match screening::cancel_call(&app, &who, &form.command(acting), id, form.text("reason")).await {
        Ok(_) => Ok(done(&format!("/office/calls/{id}"), "flash-call-cancelled").into_response()),
        Err(refusal) => {
            let call = office_call(&app, &who, id).await?;
            refused(cancel_page(shell, &call, form.text("_version"), form.text("reason")), refusal)
        }
    }
}
