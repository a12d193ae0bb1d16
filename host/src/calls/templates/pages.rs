//! Templates as pages: the list, the words of one, and the beginning of a new call.

use super::super::api::OFFICE;
use super::super::pages::under;
use super::super::queries::{self, Phase, find_visible};
use super::actions;
use super::content::{From, STARTERS, find};
use crate::http::components::{ActionButton, Cell, Column, EmptyState, Moment, Table};
use crate::http::form_view::{Control, FormField, FormView, OptionView, answers};
use crate::http::page::{Page, Shell};
use crate::http::preferences::done;
use crate::http::problem::form_errors;
use crate::http::usual::{FormPage, ListPage, pager};
use crate::http::{ActingFor, Caller, Form, Paging, Path, Query, Routes};
use crate::{App, Refusal, Who};
use axum::extract::State;
use axum::http::{Method, StatusCode};
use axum::response::{IntoResponse, Response};
use twoway_ids::Uuid;
use twoway_manifest::{Field, FieldProblem, FieldType};

const LIST: &str = "/office/calls/templates";
const START: &str = "/office/calls/start";

pub(super) fn routes(routes: Routes) -> Routes {
    routes
        .page(Method::GET, START, OFFICE, start_form)
        .page(Method::POST, START, OFFICE, start)
        .page(Method::GET, LIST, OFFICE, list)
        .page(Method::GET, "/office/calls/templates/{id}", OFFICE, edit)
        .page(Method::POST, "/office/calls/templates/{id}", OFFICE, change)
        .page(Method::POST, "/office/calls/templates/{id}/retire", OFFICE, retire)
        .page(Method::GET, "/office/calls/{id}/template", OFFICE, save_form)
        .page(Method::POST, "/office/calls/{id}/template", OFFICE, save)
}

fn desk(shell: Shell, heading: &str) -> Shell {
    let calls = shell.t("office-calls-title");
    shell.crumb(calls, "/office/calls").titled(heading)
}

/// The beginnings that this person may choose: nothing, the starters, the office's templates, its newest calls.
async fn beginnings(app: &App, who: &Who, shell: &Shell) -> Result<Vec<(String, String)>, Refusal> {
    let newest = Paging::default();
    let mut found: Vec<(String, String)> =
        STARTERS.iter().map(|s| (format!("starter:{}", s.key), shell.t(&format!("call-starter-{}", s.key)))).collect();
    for row in actions::list(app, who, false, &newest).await?.items {
        found.push((format!("template:{}", row.id), shell.t1("call-from-template", "name", row.name)));
    }
    for row in queries::list(app.db.read(), who, Phase::All, true, &newest).await?.items {
        found.push((format!("call:{}", row.id), shell.t1("call-from-call", "name", row.title)));
    }
    found.push(("empty".into(), shell.t("call-from-empty")));
    Ok(found)
}

async fn start_page(app: &App, who: &Who, shell: Shell, typed: &Form) -> Result<FormPage, Refusal> {
    let mut from = FormField::plain("from", shell.t("call-from"), Control::Select);
    let chosen = if typed.text("from").is_empty() { "starter:annual" } else { typed.text("from") };
    from.options = beginnings(app, who, &shell)
        .await?
        .into_iter()
        .map(|(value, label)| OptionView { selected: value == chosen, value, label })
        .collect();
    from.help = Some(shell.t("call-from-help"));
    let mut title = FormField::plain("title", shell.t("field-call-title"), Control::Line);
    (title.value, title.max_length) = (typed.text("title").to_string(), Some(120));
    let mut opens = FormField::plain("opens_at", shell.t("field-call-opens_at"), Control::DateTime);
    (opens.value, opens.help) = (typed.text("opens_at").to_string(), Some(shell.t("call-start-opens-help")));
    (from.required, title.required) = (true, true);
    let form = FormView::plain(START, vec![from, title, opens])
        .submit(shell.t("call-start"))
        .cancel(shell.t("leave-form"), "/office/calls");
    let (heading, lead) = (shell.t("call-start"), shell.t("call-start-lead"));
    Ok(FormPage { shell: desk(shell, &heading), heading, lead, form })
}

async fn start_form(State(app): State<App>, Caller(who): Caller, shell: Shell) -> Result<Page<FormPage>, Refusal> {
    Ok(Page::new(start_page(&app, &who, shell, &Form(Vec::new())).await?))
}

async fn start(
    State(app): State<App>,
    Caller(who): Caller,
    acting: ActingFor,
    shell: Shell,
    form: Form,
) -> Result<Response, Refusal> {
    let typed = answers(&[Field::new("opens_at", FieldType::Instant)], &form.0);
    let opens = typed["opens_at"].as_i64();
    let started = match From::parse(form.text("from")) {
        None => Err(Refusal::field("from", FieldProblem::NotAnOption)),
        Some(_) if opens.is_none() && !form.text("opens_at").is_empty() => {
            Err(Refusal::field("opens_at", FieldProblem::WrongType))
        }
        Some(from) => {
            let what = (form.text("title"), opens);
            actions::start(&app, &who, &form.command(acting), None, from, what).await
        }
    };
    match started {
        Ok(call) => Ok(done(&format!("/office/calls/{}/edit", call.id), "flash-call-created").into_response()),
        Err(refusal) => {
            let mut page = start_page(&app, &who, shell, &form).await?;
            form_errors(&mut page.form, page.shell.locale, refusal)?;
            Ok(Page::new(page).status(StatusCode::UNPROCESSABLE_ENTITY).into_response())
        }
    }
}

async fn list(
    State(app): State<App>,
    Caller(who): Caller,
    shell: Shell,
    Query(paging): Query<Paging>,
) -> Result<Page<ListPage>, Refusal> {
    let found = actions::list(&app, &who, true, &paging).await?;
    let columns = ["template-name", "template-description", "template-saved", "call-state"];
    let empty = EmptyState::new("folder", shell.t("templates-empty"), shell.t("templates-empty-text"));
    let mut table = Table::new(shell.t("templates-title"), columns.map(|key| Column::new(shell.t(key))).into(), empty);
    for row in &found.items {
        let state = if row.retired_at.is_some() { "template-retired" } else { "template-in-use" };
        table.row(vec![
            Cell::link(row.name.as_str(), format!("{LIST}/{}", row.id)),
            Cell::text(row.description.as_str()),
            Cell::When(Moment::day(shell.locale, row.created_at)),
            Cell::text(shell.t(state)),
        ]);
    }
    let pager = pager(LIST, &[], &found, paging.cursor.is_none());
    let (heading, lead) = (shell.t("templates-title"), shell.t("templates-lead"));
    let buttons = vec![ActionButton::link(shell.t("call-start"), START).primary()];
    Ok(Page::new(ListPage { shell: desk(shell, &heading), heading, lead, buttons, filters: Vec::new(), table, pager }))
}

fn words_view(shell: &Shell, action: &str, back: &str, name: &str, description: &str) -> FormView {
    let mut title = FormField::plain("name", shell.t("template-name"), Control::Line);
    (title.value, title.required, title.max_length) = (name.to_string(), true, Some(80));
    let mut text = FormField::plain("description", shell.t("template-description"), Control::Text);
    (text.value, text.max_length) = (description.to_string(), Some(500));
    FormView::plain(action, vec![title, text]).submit(shell.t("save")).cancel(shell.t("leave-form"), back)
}

async fn save_page(app: &App, who: &Who, shell: Shell, id: Uuid, typed: Option<&Form>) -> Result<FormPage, Refusal> {
    let call = find_visible(app.db.read(), who, id).await?;
    if !queries::is_office(who, &call) {
        return Err(Refusal::NotFound);
    }
    let base = format!("/office/calls/{id}");
    let (name, description) = typed.map_or((call.title.as_str(), ""), |f| (f.text("name"), f.text("description")));
    let form = words_view(&shell, &format!("{base}/template"), &base, name, description);
    let (heading, lead) = (shell.t("template-save"), shell.t("template-save-lead"));
    Ok(FormPage { shell: under(shell, &call, &heading), heading, lead, form })
}

async fn save_form(
    State(app): State<App>,
    Caller(who): Caller,
    shell: Shell,
    Path(id): Path<Uuid>,
) -> Result<Page<FormPage>, Refusal> {
    Ok(Page::new(save_page(&app, &who, shell, id, None).await?))
}

async fn save(
    State(app): State<App>,
    Caller(who): Caller,
    acting: ActingFor,
    shell: Shell,
    Path(id): Path<Uuid>,
    form: Form,
) -> Result<Response, Refusal> {
    let words = (form.text("name"), form.text("description"));
    match actions::save(&app, &who, &form.command(acting), id, words).await {
        Ok(_) => Ok(done(LIST, "flash-template-saved").into_response()),
        Err(refusal) => refused(save_page(&app, &who, shell, id, Some(&form)).await?, refusal),
    }
}

fn refused(mut page: FormPage, refusal: Refusal) -> Result<Response, Refusal> {
    form_errors(&mut page.form, page.shell.locale, refusal)?;
    Ok(Page::new(page).status(StatusCode::UNPROCESSABLE_ENTITY).into_response())
}

async fn edit_page(app: &App, who: &Who, shell: Shell, id: Uuid, typed: Option<&Form>) -> Result<FormPage, Refusal> {
    let row = find(app.db.read(), who, id).await?;
    let place = format!("{LIST}/{id}");
    let (name, description) =
        typed.map_or((row.name.as_str(), row.description.as_str()), |f| (f.text("name"), f.text("description")));
    let mut form = words_view(&shell, &place, LIST, name, description)
        .with("_version", typed.map_or(row.version.to_string(), |f| f.text("_version").to_string()));
    if row.retired_at.is_some() {
        form.buttons.clear();
        form.problems.push(shell.t("refusal-template-retired"));
    }
    let (list, heading) = (shell.t("templates-title"), shell.t("template-edit"));
    let calls = shell.t("office-calls-title");
    let shell = shell.crumb(calls, "/office/calls").crumb(list, LIST).titled(&row.name);
    Ok(FormPage { lead: shell.t("template-edit-lead"), shell, heading, form })
}

async fn edit(
    State(app): State<App>,
    Caller(who): Caller,
    shell: Shell,
    Path(id): Path<Uuid>,
) -> Result<Page<EditHtml>, Refusal> {
    let row = find(app.db.read(), &who, id).await?;
    let page = edit_page(&app, &who, shell, id, None).await?;
    let retire = ActionButton::post(page.shell.t("template-retire"), format!("{LIST}/{id}/retire"))
        .with("_version", row.version)
        .confirm(crate::http::components::Confirm {
            title: page.shell.t("template-retire-title"),
            text: page.shell.t("template-retire-text"),
            points: Vec::new(),
            ok: page.shell.t("template-retire"),
        });
    let retire = row.retired_at.is_none().then_some(retire);
    Ok(Page::new(EditHtml { shell: page.shell, heading: page.heading, lead: page.lead, form: page.form, retire }))
}

#[derive(askama::Template)]
#[template(path = "calls/template.html")]
struct EditHtml {
    shell: Shell,
    heading: String,
    lead: String,
    form: FormView,
    retire: Option<ActionButton>,
}

async fn change(
    State(app): State<App>,
    Caller(who): Caller,
    acting: ActingFor,
    shell: Shell,
    Path(id): Path<Uuid>,
    form: Form,
) -> Result<Response, Refusal> {
    let words = (form.text("name"), form.text("description"));
    match actions::change(&app, &who, &form.command(acting), id, words).await {
        Ok(_) => Ok(done(LIST, "flash-saved").into_response()),
        Err(refusal) => refused(edit_page(&app, &who, shell, id, Some(&form)).await?, refusal),
    }
}

async fn retire(
    State(app): State<App>,
    Caller(who): Caller,
    acting: ActingFor,
    Path(id): Path<Uuid>,
    form: Form,
) -> Result<impl IntoResponse, Refusal> {
    actions::retire(&app, &who, &form.command(acting), id).await?;
    Ok(done(LIST, "flash-saved"))
}
