//! The office's form for what came on paper, and the page that keeps the paper beside its proposal.

use super::api::{ENTERS, sent};
use super::model::fields;
use super::queries::entry_of;
use super::shown::{OnPaper, badge, on_paper};
use super::{actions, is_clerk};
use crate::files::{self, UploadForm};
use crate::http::components::{ActionButton, Cell, Column, EmptyState, Facts, Look, Moment, StateBadge, Table, Tone};
use crate::http::form_view::{Control, FieldWords, FormField, FormView, answers};
use crate::http::page::{Page, Shell};
use crate::http::preferences::done;
use crate::http::problem::form_errors;
use crate::http::usual::FormPage;
use crate::http::{Access, ActingFor, Caller, Form, Parts, Path, Routes};
use crate::proposals::model::Content;
use crate::proposals::queries::{Seen, Sight, find_visible};
use crate::proposals::rules::editable;
use crate::proposals::state::ENDED;
use crate::{App, Refusal, Who, calls};
use askama::Template;
use axum::extract::{DefaultBodyLimit, Multipart, State};
use axum::handler::Handler;
use axum::http::{Method, StatusCode};
use axum::response::{IntoResponse, Response};
use serde_json::{Value, json};
use twoway_entity::assisted::entry;
use twoway_entity::calls::call;
use twoway_ids::Uuid;

pub(super) fn routes(routes: Routes, largest: usize) -> Routes {
    routes
        .page(Method::GET, "/office/calls/{id}/paper", ENTERS, form)
        .page(Method::POST, "/office/calls/{id}/paper", ENTERS, enter)
        .page(Method::GET, "/proposals/{id}/paper", Access::SignedIn, show)
        .page(Method::POST, "/proposals/{id}/paper", ENTERS, amend)
        .page(Method::POST, "/proposals/{id}/paper/scans", ENTERS, scan.layer(DefaultBodyLimit::max(largest)))
        .page(Method::GET, "/proposals/{id}/paper/scans/{file}", ENTERS, download)
        .page(Method::POST, "/proposals/{id}/paper/scans/{file}/remove", ENTERS, unscan)
}

fn person_form(shell: &Shell, action: String, known: bool, typed: &Value) -> FormView {
    let words = FieldWords::host(shell.locale, "field-paper");
    let mut form = FormView::new(action, &fields(known), &words, typed, &[]);
    for field in &mut form.fields {
        field.autocomplete = Some("off");
        if known && field.name == "id_number" {
            field.help = Some(shell.t("paper-id-known"));
        }
    }
    form
}

async fn office_call(app: &App, who: &Who, id: Uuid) -> Result<call::Model, Refusal> {
    let call = calls::queries::find_visible(app.db.read(), who, id).await?;
    if is_clerk(who, &call.path) { Ok(call) } else { Err(Refusal::NotFound) }
}

fn enter_page(shell: Shell, call: &call::Model, typed: &Value) -> FormPage {
    let base = format!("/office/calls/{}", call.id);
    let heading = shell.t("paper-enter");
    let form = person_form(&shell, format!("{base}/paper"), false, typed)
        .submit(shell.t("paper-enter-next"))
        .cancel(shell.t("leave-form"), &base);
    let lead = shell.t("paper-enter-lead");
    let list = shell.t("office-calls-title");
    let shell = shell.crumb(list, "/office/calls").crumb(&call.title, base).titled(&heading);
    FormPage { shell, heading, lead, form }
}

async fn form(
    State(app): State<App>,
    Caller(who): Caller,
    shell: Shell,
    Path(id): Path<Uuid>,
) -> Result<Page<FormPage>, Refusal> {
    let call = office_call(&app, &who, id).await?;
    calls::rules::takes_proposals(&call, app.now())?;
    Ok(Page::new(enter_page(shell, &call, &json!({}))))
}

async fn enter(
    State(app): State<App>,
    Caller(who): Caller,
    acting: ActingFor,
    shell: Shell,
    Path(id): Path<Uuid>,
    form: Form,
) -> Result<Response, Refusal> {
    let typed = answers(&fields(false), &form.0);
    match actions::enter(&app, &who, &form.command(acting), id, &typed, Content::default()).await {
        Ok(made) => Ok(done(&format!("/proposals/{}/paper", made.id), "flash-paper-entered").into_response()),
        Err(refusal) => {
            let mut page = enter_page(shell, &office_call(&app, &who, id).await?, &typed);
            form_errors(&mut page.form, page.shell.locale, refusal)?;
            Ok(Page::new(page).status(StatusCode::UNPROCESSABLE_ENTITY).into_response())
        }
    }
}

#[derive(Template)]
#[template(path = "proposals/paper.html")]
struct PaperHtml {
    shell: Shell,
    heading: String,
    badge: StateBadge,
    facts: Facts,
    scans: Table,
    upload: Option<FormView>,
    amend: Option<FormView>,
    buttons: Vec<ActionButton>,
}

/// Of what came back of one of the forms.
enum Typed {
    Person(Value),
    Scan,
}

fn facts(shell: &Shell, paper: &OnPaper) -> Facts {
    let mut facts = Facts::new();
    let minor = paper.minor.map(|age| shell.t1("paper-minor", "age", age));
    let rows = [
        ("field-paper-name", &paper.name),
        ("field-paper-contact", &paper.contact),
        ("field-paper-id_number", &paper.id_number),
        ("paper-age", &minor),
        ("field-paper-guardian", &paper.guardian),
        ("field-paper-organization", &paper.organization),
        ("field-paper-credit_code", &paper.credit_code),
    ];
    for (label, value) in rows {
        if let Some(value) = value {
            facts = facts.fact(shell.t(label), Cell::text(value.as_str()));
        }
    }
    if let Some(day) = &paper.received_on {
        facts = facts.fact(shell.t("field-paper-received_on"), Cell::date(day));
    }
    if let Some(name) = &paper.entered_by {
        facts = facts.fact(shell.t("paper-entered-by"), Cell::text(name.as_str()));
    }
    match paper.entered_at {
        Some(at) => facts.fact(shell.t("paper-entered-at"), Cell::When(Moment::exactly(at))),
        None => facts,
    }
}

fn scans(shell: &Shell, seen: &Seen, paper: &OnPaper, writable: bool) -> Table {
    let mut columns = vec![Column::new(shell.t("file-name")), Column::new(shell.t("file-size")).numeric()];
    if writable {
        columns.push(Column::new(shell.t("file-do")));
    }
    let empty = EmptyState::new("folder", shell.t("paper-scans-empty"), shell.t("paper-scans-empty-text"));
    let mut table = Table::new(shell.t("paper-scans"), columns, empty);
    for scan in &paper.scans {
        let place = format!("/proposals/{}/paper/scans/{}", seen.row.id, scan.id);
        let size = Cell::Number(shell.t1("file-kilobytes", "n", (scan.size + 1_023) / 1_024));
        let mut cells = vec![Cell::link(scan.name.as_str(), place.as_str()), size];
        if writable {
            let remove = ActionButton::post(shell.t("file-remove"), format!("{place}/remove")).look(Look::Quiet);
            cells.push(Cell::Buttons(vec![remove.with("_version", seen.row.version)]));
        }
        table.row(cells);
    }
    table
}

fn stored(entry: &entry::Model) -> Value {
    json!({
        "name": entry.name, "contact": entry.contact, "guardian": entry.guardian, "organization": entry.organization,
        "credit_code": entry.credit_code, "received_on": entry.received_on,
    })
}

fn upload_form(app: &App, shell: &Shell, seen: &Seen) -> FormView {
    let mut file = FormField::plain("file", shell.t("paper-scan"), Control::File);
    file.help = Some(shell.t1("file-help", "limit", app.config.attachment_limit >> 20));
    file.required = true;
    FormView::plain(format!("/proposals/{}/paper/scans", seen.row.id), vec![file])
        .with("_version", seen.row.version)
        .submit(shell.t("paper-scan-add"))
}

async fn page(
    app: &App,
    who: &Who,
    shell: Shell,
    id: Uuid,
    back: Option<(Typed, Refusal)>,
) -> Result<Response, Refusal> {
    let seen = find_visible(app.db.read(), who, id).await?;
    if seen.sight < Sight::Own {
        return Err(Refusal::NotFound);
    }
    let paper = on_paper(app, who, &seen).await?.ok_or(Refusal::NotFound)?;
    let clerk = is_clerk(who, &seen.row.path);
    let writable = clerk && who.account() == Some(seen.row.owner_id) && editable(&seen.row, app.now()).is_ok();
    let base = format!("/proposals/{id}");
    let (mut upload, mut amend) = (None, None);
    if writable {
        let entry = entry_of(app.db.read(), &seen.row).await?.ok_or(Refusal::NotFound)?;
        let (mut scan, mut typed) = (upload_form(app, &shell, &seen), stored(&entry));
        if let Some((Typed::Person(person), _)) = &back {
            typed.clone_from(person);
        }
        let mut person = person_form(&shell, format!("{base}/paper"), true, &typed)
            .with("_version", seen.row.version)
            .button(shell.t("paper-amend"), "amend", Look::Plain);
        match back {
            Some((Typed::Scan, Refusal::TooLarge { limit })) => {
                scan.error("file", shell.t1("file-too-large", "limit", limit >> 20));
            }
            Some((Typed::Scan, refusal)) => form_errors(&mut scan, shell.locale, refusal)?,
            Some((Typed::Person(_), refusal)) => form_errors(&mut person, shell.locale, refusal)?,
            None => {}
        }
        (upload, amend) = (Some(scan), Some(person));
    } else if let Some((_, refusal)) = back {
        return Err(refusal);
    }
    let wrong = [&upload, &amend].into_iter().flatten().any(FormView::has_errors);
    let mut buttons = vec![ActionButton::link(shell.t("paper-to-proposal"), base.as_str())];
    if writable {
        buttons.insert(0, ActionButton::link(shell.t("paper-write"), format!("{base}/edit")).primary());
    }
    let entry = entry_of(app.db.read(), &seen.row).await?;
    if clerk && entry.is_some_and(|entry| entry.handed_to.is_none()) && !ENDED.contains(&seen.row.state) {
        buttons.push(ActionButton::link(shell.t("paper-hand-over"), format!("{base}/paper/hand-over")));
    }
    let title = if seen.row.title.is_empty() { shell.t("proposal-untitled") } else { seen.row.title.clone() };
    let heading = shell.t("paper-title");
    let shell = match seen.sight {
        Sight::Office => {
            let list = shell.t("office-calls-title");
            shell.crumb(list, "/office/calls")
        }
        _ => {
            let list = shell.t("nav-my-proposals");
            shell.crumb(list, "/proposals")
        }
    };
    let html = PaperHtml {
        facts: facts(&shell, &paper),
        scans: scans(&shell, &seen, &paper, writable),
        upload,
        amend,
        buttons,
        badge: StateBadge::new(badge(shell.locale), Tone::Attention),
        shell: shell.crumb(title, base).titled(&heading),
        heading,
    };
    let page = Page::new(html);
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

async fn amend(
    State(app): State<App>,
    Caller(who): Caller,
    acting: ActingFor,
    shell: Shell,
    Path(id): Path<Uuid>,
    form: Form,
) -> Result<Response, Refusal> {
    let typed = answers(&fields(true), &form.0);
    match actions::amend(&app, &who, &form.command(acting), id, &typed).await {
        Ok(_) => Ok(done(&format!("/proposals/{id}/paper"), "flash-saved").into_response()),
        Err(refusal) => page(&app, &who, shell, id, Some((Typed::Person(typed), refusal))).await,
    }
}

async fn scan(
    State(app): State<App>,
    Caller(who): Caller,
    acting: ActingFor,
    shell: Shell,
    Path(id): Path<Uuid>,
    Parts(parts): Parts,
) -> Result<Response, Refusal> {
    match scanned(&app, &who, acting, id, parts).await {
        Ok(()) => Ok(done(&format!("/proposals/{id}/paper"), "flash-file-attached").into_response()),
        Err(refusal) => page(&app, &who, shell, id, Some((Typed::Scan, refusal))).await,
    }
}

async fn scanned(app: &App, who: &Who, acting: ActingFor, id: Uuid, parts: Multipart) -> Result<(), Refusal> {
    let limit = app.config.attachment_limit;
    let mut form = UploadForm::read(parts, limit).await?;
    let command = form.form.command(acting);
    let file = form.required("file")?;
    let file = files::check(&file.name, file.bytes, limit, None)?;
    actions::scan(app, who, &command, id, file).await?;
    Ok(())
}

async fn download(
    State(app): State<App>,
    Caller(who): Caller,
    Path((id, file)): Path<(Uuid, Uuid)>,
) -> Result<Response, Refusal> {
    sent(&app, &who, id, file).await
}

async fn unscan(
    State(app): State<App>,
    Caller(who): Caller,
    acting: ActingFor,
    Path((id, file)): Path<(Uuid, Uuid)>,
    form: Form,
) -> Result<impl IntoResponse, Refusal> {
    actions::unscan(&app, &who, &form.command(acting), id, file).await?;
    Ok(done(&format!("/proposals/{id}/paper"), "flash-file-removed"))
}
