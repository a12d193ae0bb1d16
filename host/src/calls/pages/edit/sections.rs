//! The sections in which a call's questions stand.

use super::super::frozen::{self, Part};
use super::super::office::office_call;
use super::rows::{RowHtml, RowsHtml, free_key, rearrange, show_problems, text_field};
use super::under;
use crate::calls::actions;
use crate::calls::form::{MOST_SECTIONS, Section, sections_of};
use crate::calls::model::CallInput;
use crate::http::components::ActionButton;
use crate::http::form_view::Control;
use crate::http::page::{Page, Shell};
use crate::http::preferences::done;
use crate::http::{ActingFor, Caller, Form, Path};
use crate::{App, Refusal};
use axum::extract::State;
use axum::http::StatusCode;
use axum::response::{IntoResponse, Response};
use twoway_entity::calls::call;
use twoway_ids::Uuid;

fn sections_page(shell: Shell, call: &call::Model, version: String, sections: &[Section]) -> RowsHtml {
    let heading = shell.t("call-edit-sections");
    let base = format!("/office/calls/{}", call.id);
    let row = |(n, section): (usize, &Section)| {
        let mut title = text_field(&shell, "title", n, "section-title", Control::Line, &section.title);
        (title.required, title.max_length) = (true, Some(120));
        let help = section.help.as_deref().unwrap_or_default();
        let mut help = text_field(&shell, "help", n, "section-help", Control::Line, help);
        help.max_length = Some(500);
        let legend = shell.t1("section-number", "n", n + 1);
        RowHtml { legend, key: section.key.clone(), fields: vec![title, help], more: Vec::new() }
    };
    RowsHtml {
        rows: sections.iter().enumerate().map(row).collect(),
        lead: shell.t("call-edit-sections-lead"),
        action: format!("{base}/sections"),
        add: shell.t("section-add"),
        beside: vec![ActionButton::link(shell.t("call-edit-questions"), format!("{base}/questions"))],
        shell: under(shell.clone(), call, &heading),
        back: base,
        version,
        heading,
        problems: Vec::new(),
    }
}

fn typed_sections(form: &Form) -> Vec<Section> {
    let count: usize = form.text("_rows").parse().unwrap_or(0).min(MOST_SECTIONS + 1);
    let typed = |n: usize| {
        let text = |name: &str| form.text(&format!("{name}_{n}")).to_string();
        Section { key: text("_key"), title: text("title"), help: Some(text("help")).filter(|help| !help.is_empty()) }
    };
    (0..count).map(typed).collect()
}

pub(in crate::calls::pages) async fn sections(
    State(app): State<App>,
    Caller(who): Caller,
    shell: Shell,
    Path(id): Path<Uuid>,
) -> Result<Response, Refusal> {
    let call = office_call(&app, &who, id).await?;
    let label = shell.t("call-edit-sections");
    if let Some(frozen) =
        frozen::instead(&app, &who, &under(shell.clone(), &call, &label), &call, Part::Questions).await?
    {
        return Ok(frozen);
    }
    Ok(Page::new(sections_page(shell, &call, call.version.to_string(), &sections_of(&call)?)).into_response())
}

pub(in crate::calls::pages) async fn save_sections(
    State(app): State<App>,
    Caller(who): Caller,
    acting: ActingFor,
    shell: Shell,
    Path(id): Path<Uuid>,
    form: Form,
) -> Result<Response, Refusal> {
    let call = office_call(&app, &who, id).await?;
    let mut rows = typed_sections(&form);
    let button = form.text("_do");
    if button != "save" {
        rearrange(&mut rows, button, |rows| {
            let key = free_key("s", rows.iter().map(|s| s.key.as_str()));
            Section { key, title: String::new(), help: None }
        });
        return Ok(Page::new(sections_page(shell, &call, form.text("_version").to_string(), &rows)).into_response());
    }
    let mut input = CallInput { sections: rows.clone(), ..CallInput::of(&call)? };
    // The questions of a section that is dropped stay, in front of the others.
    for field in &mut input.form {
        field.section = field.section.take().filter(|key| rows.iter().any(|section| section.key == *key));
    }
    match actions::edit(&app, &who, &form.command(acting), id, input).await {
        Ok(_) => Ok(done(&format!("/office/calls/{id}/questions"), "flash-saved").into_response()),
        Err(refusal) => {
            let mut page = sections_page(shell, &call, form.text("_version").to_string(), &rows);
            show_problems(&mut page, refusal)?;
            Ok(Page::new(page).status(StatusCode::UNPROCESSABLE_ENTITY).into_response())
        }
    }
}
