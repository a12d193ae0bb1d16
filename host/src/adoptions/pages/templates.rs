//! Agreement templates for the office.

use super::OFFICE;
use crate::adoptions::templates::{self, AgreementTemplate, BLANKS, NewTemplate, template_fields};
use crate::http::components::{
    ActionButton, BlankList, Cell, Column, Confirm, EmptyState, Look, StateBadge, Table, Tone,
};
use crate::http::form_view::{Control, FieldWords, FormField, FormView, answers};
use crate::http::page::{Page, Shell};
use crate::http::preferences::done;
use crate::http::problem::form_errors;
use crate::http::texts::Locale;
use crate::http::usual::{ListPage, pager};
use crate::http::{ActingFor, Caller, Form, List, Query, Routes};
use crate::{App, Refusal};
use askama::Template;
use axum::extract::State;
use axum::http::{Method, StatusCode};
use axum::response::{IntoResponse, Response};
use serde::Deserialize;
use serde_json::{Value, json};
use std::collections::BTreeMap;

pub(super) fn routes(routes: Routes) -> Routes {
    routes
        .page(Method::GET, "/agreement-templates", OFFICE, list)
        .page(Method::GET, "/agreement-templates/edit", OFFICE, form)
        .page(Method::POST, "/agreement-templates/edit", OFFICE, save)
        .page(Method::POST, "/agreement-templates/retire", OFFICE, retire)
}

const HERE: &str = "/agreement-templates";

async fn list(State(app): State<App>, Caller(who): Caller, shell: Shell) -> Result<Page<ListPage>, Refusal> {
    let l = shell.locale;
    let all = templates::all(app.db.read(), who.tenant).await?;
    let columns =
        ["name", "origin", "state", "do"].map(|c| Column::new(l.t(&format!("agreement-template-column-{c}"))));
    let empty = EmptyState::new("folder", l.t("nothing"), String::new());
    let mut table = Table::new(l.t("agreement-templates"), columns.into(), empty);
    for template in &all {
        let state = match template.retired {
            true => StateBadge::new(l.t("agreement-template-retired"), Tone::Neutral),
            false => StateBadge::new(l.t("agreement-template-in-use"), Tone::Good),
        };
        let edit = ActionButton::link(l.t("agreement-template-edit"), format!("{HERE}/edit?key={}", template.key));
        table.row(vec![
            Cell::text(&template.name),
            Cell::Text(l.t(if template.own { "agreement-template-own" } else { "agreement-template-starter" })),
            Cell::State(state),
            Cell::Buttons(vec![edit, retire_button(l, template)]),
        ]);
    }
    let pager = pager(HERE, &[], &List { items: all, next: None }, true);
    let (heading, lead) = (l.t("agreement-templates"), l.t("agreement-templates-lead"));
    let buttons =
        vec![ActionButton::link(l.t("agreement-template-new"), format!("{HERE}/edit")).primary().icon("plus")];
    let shell = shell.crumb(l.t("nav-adoptions"), "/adoptions").titled(&heading);
    Ok(Page::new(ListPage { shell, heading, lead, buttons, filters: Vec::new(), table, pager }))
}

fn retire_button(l: Locale, template: &AgreementTemplate) -> ActionButton {
    let button = |key: &str| ActionButton::post(l.t(key), format!("{HERE}/retire")).with("key", &template.key);
    match template.retired {
        true => button("agreement-template-restore").with("retired", "false"),
        false => button("agreement-template-retire").with("retired", "true").look(Look::Danger).confirm(Confirm {
            title: l.t1("agreement-template-retire-title", "name", &template.name),
            text: l.t("agreement-template-retire-text"),
            points: Vec::new(),
            ok: l.t("agreement-template-retire"),
        }),
    }
}

#[derive(Template)]
#[template(path = "adoptions/template.html")]
struct TemplateHtml {
    shell: Shell,
    heading: String,
    form: FormView,
    blanks: BlankList,
    preview: Option<String>,
}

#[derive(Debug, Default, Deserialize)]
#[serde(default)]
struct Asked {
    key: String,
}

async fn form(
    State(app): State<App>,
    Caller(who): Caller,
    Query(asked): Query<Asked>,
    shell: Shell,
) -> Result<Response, Refusal> {
    let all = templates::all(app.db.read(), who.tenant).await?;
    let found = all.iter().find(|t| t.key == asked.key);
    let given = match found.or(all.first().filter(|_| asked.key.is_empty())) {
        Some(t) => json!({ "name": if asked.key.is_empty() { "" } else { t.name.as_str() }, "body": t.body }),
        None => return Err(Refusal::NotFound),
    };
    page(shell, &asked.key, asked.key.is_empty(), &given, None, false)
}

/// What stands in the blanks of a preview: what they hold.
fn preview(l: Locale, body: &str) -> String {
    let values: BTreeMap<&str, String> = BLANKS
        .iter()
        .map(|blank| (blank.name, format!("［{}］", l.t(&format!("agreement-template-place-{}", blank.name)))))
        .collect();
    templates::fill(body, &values)
}

fn page(
    shell: Shell,
    key: &str,
    new: bool,
    given: &Value,
    refusal: Option<Refusal>,
    previews: bool,
) -> Result<Response, Refusal> {
    let l = shell.locale;
    let words = FieldWords::host(l, "field-template");
    let mut form = FormView::new(format!("{HERE}/edit"), &template_fields(), &words, given, &[])
        .submit(l.t("agreement-template-save"))
        .button(l.t("agreement-template-preview"), "preview", Look::Plain)
        .cancel(l.t("cancel"), HERE);
    if new {
        let mut field = FormField::plain("key", l.t("field-template-key"), Control::Line);
        field.help = Some(l.t("field-template-key-help"));
        field.required = true;
        field.value = key.to_string();
        form.fields.insert(0, field);
        form = form.with("_new", true);
    } else {
        form = form.with("key", key);
    }
    let failed = refusal.is_some();
    if let Some(refusal) = refusal {
        form_errors(&mut form, l, refusal)?;
    }
    let heading = l.t(if new { "agreement-template-new" } else { "agreement-template-edit" });
    let blanks = BlankList::new(&shell, BLANKS, "agreement-template-place");
    let preview = previews.then(|| preview(l, given["body"].as_str().unwrap_or_default()));
    let shell =
        shell.crumb(l.t("nav-adoptions"), "/adoptions").crumb(l.t("agreement-templates"), HERE).titled(heading.clone());
    let page = Page::new(TemplateHtml { shell, heading, form, blanks, preview });
    Ok(if failed { page.status(StatusCode::UNPROCESSABLE_ENTITY).into_response() } else { page.into_response() })
}

async fn save(
    State(app): State<App>,
    Caller(who): Caller,
    acting: ActingFor,
    shell: Shell,
    form: Form,
) -> Result<Response, Refusal> {
    let own: Vec<_> = form.0.iter().filter(|(name, _)| name != "key").cloned().collect();
    let given = answers(&template_fields(), &own);
    let (key, new) = (form.text("key"), form.text("_new") == "true");
    let checked = NewTemplate::parse(&given);
    if form.text("_intent") == "preview" {
        return page(shell, key, new, &given, checked.err(), true);
    }
    let saved = async { templates::save(&app, &who, &form.command(acting), key, checked?).await };
    match saved.await {
        Ok(_) => Ok(done(HERE, "flash-saved").into_response()),
        Err(refusal) => page(shell, key, new, &given, Some(refusal), false),
    }
}

async fn retire(
    State(app): State<App>,
    Caller(who): Caller,
    acting: ActingFor,
    form: Form,
) -> Result<impl IntoResponse, Refusal> {
    let retired = form.text("retired") == "true";
    templates::retire(&app, &who, &form.command(acting), form.text("key"), retired).await?;
    Ok(done(HERE, "flash-saved"))
}
