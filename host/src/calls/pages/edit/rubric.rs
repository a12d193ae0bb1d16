//! The rubric by which a call's proposals are scored.

use super::super::frozen::{self, Part};
use super::super::office::office_call;
use super::rows::{RowHtml, RowsHtml, choice, free_key, rearrange, show_problems, text_field};
use super::under;
use crate::calls::actions;
use crate::calls::model::{CallInput, HIGHEST_CAP, LineKind, MOST_LINES, RubricLine};
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

fn rubric_page(shell: Shell, call: &call::Model, version: String, rubric: &[RubricLine]) -> RowsHtml {
    let heading = shell.t("call-edit-rubric");
    let base = format!("/office/calls/{}", call.id);
    let row = |(n, line): (usize, &RubricLine)| {
        let mut title = text_field(&shell, "title", n, "call-rubric-line", Control::Line, &line.title);
        title.required = true;
        let mut weight = text_field(&shell, "weight", n, "call-rubric-weight", Control::Number, "");
        weight.value = if line.weight == 0 { String::new() } else { line.weight.to_string() };
        (weight.min, weight.max, weight.unit) = (Some(1), Some(100), Some("%".into()));
        weight.show_if = Some((format!("kind_{n}"), LineKind::Score.as_str().into()));
        let kinds = [LineKind::Score, LineKind::Bonus, LineKind::Veto];
        let kinds = kinds.map(|kind| (kind.as_str().to_string(), shell.t(&format!("rubric-kind-{}", kind.as_str()))));
        let mut kind = choice(&shell, "kind", n, "rubric-kind", &kinds, line.kind.as_str());
        // Left out, a line is a weighted one.
        kind.required = false;
        let mut cap = text_field(&shell, "cap", n, "rubric-cap", Control::Number, "");
        cap.value = line.cap.map(|cap| cap.to_string()).unwrap_or_default();
        (cap.min, cap.max, cap.unit) = (Some(1), Some(HIGHEST_CAP.into()), Some(shell.t("review-points")));
        cap.show_if = Some((format!("kind_{n}"), LineKind::Bonus.as_str().into()));
        let help =
            text_field(&shell, "help", n, "call-rubric-help", Control::Line, line.help.as_deref().unwrap_or_default());
        RowHtml {
            legend: shell.t1("rubric-number", "n", n + 1),
            key: line.key.clone(),
            fields: vec![title, kind, weight, cap, help],
            more: Vec::new(),
        }
    };
    RowsHtml {
        rows: rubric.iter().enumerate().map(row).collect(),
        lead: shell.t1("call-edit-rubric-lead", "sum", rubric.iter().map(|l| l.weight).sum::<u32>()),
        action: format!("{base}/rubric"),
        add: shell.t("rubric-add"),
        shell: under(shell.clone(), call, &heading),
        back: base,
        version,
        heading,
        problems: Vec::new(),
        beside: Vec::new(),
    }
}

fn empty(key: String) -> RubricLine {
    RubricLine { key, title: String::new(), help: None, weight: 0, kind: LineKind::Score, cap: None }
}

fn typed_rubric(form: &Form) -> Vec<RubricLine> {
    let count: usize = form.text("_rows").parse().unwrap_or(0).min(MOST_LINES);
    let typed = |n: usize| {
        let text = |name: &str| form.text(&format!("{name}_{n}")).to_string();
        RubricLine {
            key: text("_key"),
            title: text("title"),
            help: Some(text("help")).filter(|t| !t.is_empty()),
            weight: text("weight").parse().unwrap_or(0),
            kind: match text("kind").as_str() {
                "bonus" => LineKind::Bonus,
                "veto" => LineKind::Veto,
                _ => LineKind::Score,
            },
            cap: text("cap").parse().ok(),
        }
    };
    (0..count).map(typed).collect()
}

pub(in crate::calls::pages) async fn rubric(
    State(app): State<App>,
    Caller(who): Caller,
    shell: Shell,
    Path(id): Path<Uuid>,
) -> Result<Response, Refusal> {
    let call = office_call(&app, &who, id).await?;
    let label = shell.t("call-edit-rubric");
    if let Some(frozen) = frozen::instead(&app, &who, &under(shell.clone(), &call, &label), &call, Part::Rubric).await?
    {
        return Ok(frozen);
    }
    let mut rubric = crate::calls::rubric_of(&call)?;
    if rubric.is_empty() {
        rubric.push(empty("r1".into()));
    }
    Ok(Page::new(rubric_page(shell, &call, call.version.to_string(), &rubric)).into_response())
}

pub(in crate::calls::pages) async fn save_rubric(
    State(app): State<App>,
    Caller(who): Caller,
    acting: ActingFor,
    shell: Shell,
    Path(id): Path<Uuid>,
    form: Form,
) -> Result<Response, Refusal> {
    let call = office_call(&app, &who, id).await?;
    let mut rows = typed_rubric(&form);
    let button = form.text("_do");
    if button != "save" {
        rearrange(&mut rows, button, |rows| empty(free_key("r", rows.iter().map(|l| l.key.as_str()))));
        return Ok(Page::new(rubric_page(shell, &call, form.text("_version").to_string(), &rows)).into_response());
    }
    let input = CallInput { rubric: rows.clone(), ..CallInput::of(&call)? };
    match actions::edit(&app, &who, &form.command(acting), id, input).await {
        Ok(_) => Ok(done(&format!("/office/calls/{id}"), "flash-saved").into_response()),
        Err(refusal) => {
            let mut page = rubric_page(shell, &call, form.text("_version").to_string(), &rows);
            show_problems(&mut page, refusal)?;
            Ok(Page::new(page).status(StatusCode::UNPROCESSABLE_ENTITY).into_response())
        }
    }
}
