//! Where a call is published, as pages of the office; and what the public page of the call says of it.

use super::super::super::api::OFFICE;
use super::super::super::pages::{office_call, under};
use super::super::super::queries::OFFICE_READS;
use super::super::super::state::CallState;
use super::{ChannelKind, Plan, Proof, api, find};
use crate::files::UploadForm;
use crate::http::components::{
    ActionButton, Cell, Column, Confirm, EmptyState, Look, Moment, Pager, StateBadge, Table, Tone,
};
use crate::http::form_view::{Control, FormField, FormView, OptionView, answers};
use crate::http::page::{Page, Shell};
use crate::http::preferences::done;
use crate::http::problem::form_errors;
use crate::http::usual::{FormPage, ListPage};
use crate::http::{Access, ActingFor, Caller, Form, Parts, Path, Routes};
use crate::{App, Refusal, Who, accounts, calendar};
use axum::extract::{DefaultBodyLimit, State};
use axum::handler::Handler;
use axum::http::{Method, StatusCode};
use axum::response::{IntoResponse, Response};
use serde_json::json;
use twoway_entity::accounts::Role;
use twoway_entity::call_desk::channel;
use twoway_entity::calls::call;
use twoway_entity::files::document;
use twoway_ids::Uuid;
use twoway_manifest::{Field, FieldProblem, FieldType};

pub(super) fn routes(routes: Routes, largest: usize) -> Routes {
    let readers = Access::AnyOf(OFFICE_READS);
    let proof = prove.layer(DefaultBodyLimit::max(largest));
    routes
        .page(Method::GET, "/office/calls/{id}/channels", readers, list)
        .page(Method::GET, "/office/calls/{id}/channels/new", OFFICE, plan_form)
        .page(Method::POST, "/office/calls/{id}/channels", OFFICE, plan)
        .page(Method::GET, "/office/call-channels/{id}/proof", OFFICE, proof_form)
        .page(Method::POST, "/office/call-channels/{id}/proof", OFFICE, proof)
        .page(Method::POST, "/office/call-channels/{id}/drop", OFFICE, drop_it)
        .page(Method::GET, "/office/call-channels/{id}/file", readers, api::file)
}

fn kind(shell: &Shell, row: &channel::Model) -> String {
    shell.t(&format!("channel-kind-{}", row.kind))
}

/// What the public page of a call shows: the channels that are proven, each with its day and its link. None where there are none.
pub(in crate::calls) async fn card(app: &App, who: &Who, shell: &Shell, call: Uuid) -> Result<Option<Table>, Refusal> {
    let rows = super::rows(app.db.read(), who.tenant, call, true).await?;
    if rows.is_empty() {
        return Ok(None);
    }
    let columns = ["channel-name", "channel-kind", "channel-day"].map(|key| Column::new(shell.t(key)));
    let empty = EmptyState::new("signpost", shell.t("channels-empty"), shell.t("channels-empty-text"));
    let mut table = Table::new(shell.t("channels-published"), columns.into(), empty);
    for row in rows {
        let kind = kind(shell, &row);
        let day = row.aired_at.map_or_else(|| Moment::on(&row.planned_on), Moment::exactly);
        let name = match row.link {
            Some(link) => Cell::link(row.name, link),
            None => Cell::Text(row.name),
        };
        table.row(vec![name, Cell::Text(kind), Cell::When(day)]);
    }
    Ok(Some(table))
}

/// How it is proven: the link, the file, the time on air.
fn proofs(shell: &Shell, row: &channel::Model, file: Option<&document::Model>) -> Cell {
    let mut shown = Vec::new();
    if let Some(link) = &row.link {
        shown.push(ActionButton::link(shell.t("channel-open-link"), link.as_str()).look(Look::Quiet));
    }
    if let Some(file) = file {
        shown.push(
            ActionButton::link(file.name.as_str(), format!("/office/call-channels/{}/file", row.id)).look(Look::Quiet),
        );
    }
    match (shown.is_empty(), row.aired_at) {
        (false, _) => Cell::Buttons(shown),
        (true, Some(at)) => Cell::When(Moment::exactly(at)),
        (true, None) => Cell::Nothing,
    }
}

async fn list(
    State(app): State<App>,
    Caller(who): Caller,
    shell: Shell,
    Path(id): Path<Uuid>,
) -> Result<Page<ListPage>, Refusal> {
    let call = office_call(&app, &who, id).await?;
    let found = super::list(&app, &who, id).await?;
    let people = accounts::names(app.db.read(), &who, found.iter().filter_map(|(row, _)| row.proven_by)).await?;
    let mine = who.holds_over(&[Role::LeadOffice], &call.path);
    let today = calendar::today(&app);
    let columns =
        ["name", "kind", "day", "state", "proof", "what"].map(|c| Column::new(shell.t(&format!("channel-{c}"))));
    let empty = EmptyState::new("signpost", shell.t("channels-empty"), shell.t("channels-empty-text"));
    let mut table = Table::new(shell.t("channels-title"), columns.into(), empty);
    for (row, file) in &found {
        let state = match row.proven_at {
            Some(at) => {
                let by = row.proven_by.and_then(|by| people.get(&by).cloned()).unwrap_or_default();
                let day = crate::http::components::local_day(at);
                StateBadge::new(shell.t2("channel-proven-by", "name", by, "day", day), Tone::Good)
            }
            None if row.planned_on < today => StateBadge::new(shell.t("channel-overdue"), Tone::Bad),
            None => StateBadge::new(shell.t("channel-planned"), Tone::Attention),
        };
        let place = format!("/office/call-channels/{}", row.id);
        let mut buttons = Vec::new();
        if mine && row.proven_at.is_none() {
            buttons.push(ActionButton::link(shell.t("channel-prove"), format!("{place}/proof")).primary());
            let sure = Confirm {
                title: shell.t("channel-drop-title"),
                text: shell.t("channel-drop-text"),
                points: vec![row.name.clone()],
                ok: shell.t("channel-drop"),
            };
            buttons.push(
                ActionButton::post(shell.t("channel-drop"), format!("{place}/drop")).look(Look::Danger).confirm(sure),
            );
        }
        table.row(vec![
            Cell::text(row.name.as_str()),
            Cell::Text(kind(&shell, row)),
            Cell::date(&row.planned_on),
            Cell::State(state),
            proofs(&shell, row, file.as_ref()),
            if buttons.is_empty() { Cell::Nothing } else { Cell::Buttons(buttons) },
        ]);
    }
    let mut buttons = Vec::new();
    if mine && call.state != CallState::Cancelled {
        let add = format!("/office/calls/{id}/channels/new");
        buttons.push(ActionButton::link(shell.t("channel-add"), add).primary());
    }
    let (heading, lead) = (shell.t("channels-title"), shell.t("channels-lead"));
    let shell = under(shell, &call, &heading);
    let pager = Pager::default();
    Ok(Page::new(ListPage { shell, heading, lead, buttons, filters: Vec::new(), table, pager }))
}

fn respond(mut page: FormPage, refusal: Option<Refusal>) -> Result<Response, Refusal> {
    let Some(refusal) = refusal else { return Ok(Page::new(page).into_response()) };
    let refusal = match refusal {
        Refusal::TooLarge { limit } => {
            page.form.error("file", page.shell.locale.t1("file-too-large", "limit", limit >> 20));
            // The form says it already; what is left is to answer as for any other wrong field.
            Refusal::Invalid(Vec::new())
        }
        other => other,
    };
    form_errors(&mut page.form, page.shell.locale, refusal)?;
    Ok(Page::new(page).status(StatusCode::UNPROCESSABLE_ENTITY).into_response())
}

fn plan_page(shell: Shell, call: &call::Model, typed: &Form) -> FormPage {
    let base = format!("/office/calls/{}/channels", call.id);
    let mut kind = FormField::plain("kind", shell.t("channel-kind"), Control::Select);
    kind.options = ChannelKind::ALL
        .iter()
        .map(|k| OptionView {
            value: k.as_str().into(),
            label: shell.t(&format!("channel-kind-{}", k.as_str())),
            selected: k.as_str() == typed.text("kind"),
        })
        .collect();
    kind.required = true;
    let mut name = FormField::plain("name", shell.t("channel-name"), Control::Line);
    (name.value, name.required, name.max_length) = (typed.text("name").into(), true, Some(120));
    name.help = Some(shell.t("channel-name-help"));
    let mut day = FormField::plain("planned_on", shell.t("channel-day"), Control::Date);
    (day.value, day.required) = (typed.text("planned_on").into(), true);
    let form = FormView::plain(base.as_str(), vec![kind, name, day])
        .submit(shell.t("channel-add"))
        .cancel(shell.t("leave-form"), base);
    let (heading, lead) = (shell.t("channel-add"), shell.t("channel-add-lead"));
    FormPage { shell: below(shell, call, &heading), heading, lead, form }
}

fn below(shell: Shell, call: &call::Model, heading: &str) -> Shell {
    let (calls, channels) = (shell.t("office-calls-title"), shell.t("channels-title"));
    let base = format!("/office/calls/{}", call.id);
    let shell = shell.crumb(calls, "/office/calls").crumb(&call.title, base.as_str());
    shell.crumb(channels, format!("{base}/channels")).titled(heading)
}

async fn plan_form(
    State(app): State<App>,
    Caller(who): Caller,
    shell: Shell,
    Path(id): Path<Uuid>,
) -> Result<Response, Refusal> {
    let call = office_call(&app, &who, id).await?;
    respond(plan_page(shell, &call, &Form(Vec::new())), None)
}

async fn plan(
    State(app): State<App>,
    Caller(who): Caller,
    acting: ActingFor,
    shell: Shell,
    Path(id): Path<Uuid>,
    form: Form,
) -> Result<Response, Refusal> {
    let call = office_call(&app, &who, id).await?;
    let text = |name: &str| form.text(name).to_string();
    let planned = match serde_json::from_value(json!(text("kind"))) {
        Ok(kind) => {
            let input = Plan { kind, name: text("name"), planned_on: text("planned_on") };
            super::plan(&app, &who, &form.command(acting), id, input).await
        }
        Err(_) => Err(Refusal::field("kind", FieldProblem::NotAnOption)),
    };
    match planned {
        Ok(_) => Ok(done(&format!("/office/calls/{id}/channels"), "flash-saved").into_response()),
        Err(refusal) => respond(plan_page(shell, &call, &form), Some(refusal)),
    }
}

fn proof_page(shell: Shell, row: &channel::Model, call: &call::Model, typed: &Form) -> FormPage {
    let back = format!("/office/calls/{}/channels", call.id);
    let mut link = FormField::plain("link", shell.t("channel-link"), Control::Line);
    (link.value, link.max_length) = (typed.text("link").into(), Some(500));
    link.help = Some(shell.t("channel-link-help"));
    let mut aired = FormField::plain("aired_at", shell.t("channel-aired"), Control::DateTime);
    (aired.value, aired.help) = (typed.text("aired_at").into(), Some(shell.t("channel-aired-help")));
    let mut file = FormField::plain("file", shell.t("channel-file"), Control::File);
    file.help = Some(shell.t("channel-file-help"));
    let form = FormView::plain(format!("/office/call-channels/{}/proof", row.id), vec![link, aired, file])
        .submit(shell.t("channel-prove"))
        .cancel(shell.t("leave-form"), back);
    let heading = shell.t("channel-prove");
    let lead = shell.t2("channel-prove-lead", "name", row.name.as_str(), "day", row.planned_on.as_str());
    FormPage { shell: below(shell, call, &heading), heading, lead, form }
}

async fn proof_form(
    State(app): State<App>,
    Caller(who): Caller,
    shell: Shell,
    Path(id): Path<Uuid>,
) -> Result<Response, Refusal> {
    let (row, call) = find(&app, &who, id).await?;
    respond(proof_page(shell, &row, &call, &Form(Vec::new())), None)
}

async fn prove(
    State(app): State<App>,
    Caller(who): Caller,
    acting: ActingFor,
    shell: Shell,
    Path(id): Path<Uuid>,
    Parts(parts): Parts,
) -> Result<Response, Refusal> {
    let (row, call) = find(&app, &who, id).await?;
    let limit = app.config.attachment_limit;
    let mut typed = Form(Vec::new());
    let proven = async {
        let mut upload = UploadForm::read(parts, limit).await?;
        typed.0.clone_from(&upload.form.0);
        let file = upload.file("file", limit)?;
        upload.nothing_else(&["link", "aired_at"])?;
        let read = answers(&[Field::new("aired_at", FieldType::Instant)], &upload.form.0);
        let aired_at = read["aired_at"].as_i64();
        if aired_at.is_none() && !upload.form.text("aired_at").is_empty() {
            return Err(Refusal::field("aired_at", FieldProblem::WrongType));
        }
        let proof = Proof { link: Some(upload.form.text("link").to_string()), aired_at, file };
        super::prove(&app, &who, &upload.form.command(acting), id, proof).await
    };
    match proven.await {
        Ok(_) => Ok(done(&format!("/office/calls/{}/channels", call.id), "flash-saved").into_response()),
        Err(refusal) => respond(proof_page(shell, &row, &call, &typed), Some(refusal)),
    }
}

async fn drop_it(
    State(app): State<App>,
    Caller(who): Caller,
    acting: ActingFor,
    Path(id): Path<Uuid>,
    form: Form,
) -> Result<impl IntoResponse, Refusal> {
    let (row, _) = find(&app, &who, id).await?;
    super::drop_it(&app, &who, &form.command(acting), id).await?;
    Ok(done(&format!("/office/calls/{}/channels", row.call_id), "flash-saved"))
}
