//! The questions that a call asks.

use super::super::frozen::{self, Part};
use super::super::office::office_call;
use super::rows::{RowHtml, RowsHtml, choice, free_key, rearrange, show_problems, text_field};
use super::under;
use crate::calls::actions;
use crate::calls::form::Section;
use crate::calls::model::{CallInput, LONGEST_UNIT, MOST_QUESTIONS, QUESTION_TYPES};
use crate::http::components::ActionButton;
use crate::http::form_view::{Control, FormField};
use crate::http::page::{Page, Shell};
use crate::http::preferences::done;
use crate::http::{ActingFor, Caller, Form, Path};
use crate::{App, Refusal};
use axum::extract::State;
use axum::http::StatusCode;
use axum::response::{IntoResponse, Response};
use serde_json::{Value, json};
use twoway_entity::calls::call;
use twoway_ids::Uuid;
use twoway_manifest::{Choice, DataClass, Field, FieldError, FieldProblem, FieldType, ShowIf};

fn word(value: impl serde::Serialize) -> String {
    serde_json::to_value(value).ok().and_then(|v| v.as_str().map(str::to_string)).unwrap_or_default()
}

/// Longest answer, bounds and unit of a number, and after which answer the question is asked at all.
fn more_about(shell: &Shell, n: usize, field: &Field, before: &[Field]) -> Vec<FormField> {
    let number = |name: &str, label: &str, value: Option<i64>| {
        let value = value.map(|v| v.to_string()).unwrap_or_default();
        text_field(shell, name, n, label, Control::Number, &value)
    };
    let only_for = |mut field: FormField, kind: FieldType| {
        field.show_if = Some((format!("type_{n}"), word(kind)));
        field
    };
    let mut longest = number("max-length", "question-max-length", field.max_length.map(i64::from));
    (longest.min, longest.max) = (Some(1), Some(20_000));
    let mut unit =
        text_field(shell, "unit", n, "question-unit", Control::Line, field.unit.as_deref().unwrap_or_default());
    (unit.max_length, unit.help) = (Some(LONGEST_UNIT), Some(shell.t("question-unit-help")));
    let mut more = vec![
        only_for(longest, FieldType::Text),
        only_for(number("min", "question-min", field.min), FieldType::Integer),
        only_for(number("max", "question-max", field.max), FieldType::Integer),
        only_for(unit, FieldType::Integer),
    ];
    let mut conditions = conditions(shell, before);
    let chosen = field.show_if.as_ref().map(condition_value).unwrap_or_default();
    // A question that was moved above the one it hangs on keeps its condition until somebody chooses another.
    if !chosen.is_empty() && !conditions.iter().any(|(value, _)| *value == chosen) {
        conditions.push((chosen.clone(), shell.t("question-show-if-kept")));
    }
    for (name, day) in [("required-after", &field.required_after), ("frozen-after", &field.frozen_after)] {
        let label = format!("question-{name}");
        let mut date = text_field(shell, name, n, &label, Control::Date, day.as_deref().unwrap_or_default());
        date.help = Some(shell.t(&format!("{label}-help")));
        more.push(date);
    }
    if !conditions.is_empty() {
        let mut asked = choice(shell, "show-if", n, "question-show-if", &conditions, &chosen);
        (asked.required, asked.help) = (false, Some(shell.t("question-show-if-help")));
        more.push(asked);
    }
    more
}

fn condition_value(condition: &ShowIf) -> String {
    json!({ "field": condition.field, "equals": condition.equals }).to_string()
}

/// Every answer to the questions above on which this one may hang.
fn conditions(shell: &Shell, before: &[Field]) -> Vec<(String, String)> {
    let mut found = Vec::new();
    for field in before {
        let answers: Vec<(Value, String)> = match field.kind {
            FieldType::Boolean => {
                vec![(true.into(), shell.t("answer-yes")), (false.into(), shell.t("answer-no"))]
            }
            FieldType::Choice => {
                let label = |o: &Choice| o.title.clone().unwrap_or_else(|| o.value.clone());
                field.options.iter().map(|o| (o.value.clone().into(), label(o))).collect()
            }
            _ => continue,
        };
        for (equals, answer) in answers {
            let question = field.title.clone().unwrap_or_default();
            let label = shell.t2("question-show-if-answer", "question", question, "answer", answer);
            found.push((condition_value(&ShowIf { field: field.key.clone(), equals }), label));
        }
    }
    found
}

/// In which section it stands; nothing to choose where there is none.
fn section(shell: &Shell, n: usize, field: &Field, sections: &[Section]) -> Option<FormField> {
    let titles: Vec<(String, String)> = sections.iter().map(|s| (s.key.clone(), s.title.clone())).collect();
    let chosen = field.section.as_deref().unwrap_or_default();
    let mut stands = choice(shell, "section", n, "question-section", &titles, chosen);
    (stands.required, stands.help) = (false, Some(shell.t("question-section-help")));
    (!sections.is_empty()).then_some(stands)
}

fn question_row(shell: &Shell, n: usize, form: &[Field], sections: &[Section]) -> RowHtml {
    let field = &form[n];
    let types: Vec<(String, String)> =
        QUESTION_TYPES.iter().map(|t| (word(t), shell.t(&format!("question-type-{}", word(t))))).collect();
    let classes: Vec<(String, String)> = [DataClass::P0, DataClass::P1, DataClass::P2]
        .iter()
        .map(|c| (c.as_str().to_string(), shell.t(&format!("question-class-{}", c.as_str().to_ascii_lowercase()))))
        .collect();
    let options: Vec<String> =
        field.options.iter().map(|o| o.title.clone().unwrap_or_else(|| o.value.clone())).collect();
    let mut title =
        text_field(shell, "title", n, "question-title", Control::Line, field.title.as_deref().unwrap_or_default());
    title.required = true;
    title.max_length = Some(120);
    let mut required = text_field(shell, "required", n, "question-required", Control::Checkbox, "");
    required.value = field.required.to_string();
    let mut options = text_field(shell, "options", n, "question-options", Control::Text, &options.join("\n"));
    options.help = Some(shell.t("question-options-help"));
    let mut purpose = text_field(
        shell,
        "purpose",
        n,
        "question-purpose",
        Control::Line,
        field.purpose.as_deref().unwrap_or_default(),
    );
    purpose.help = Some(shell.t("question-purpose-help"));
    let mut fields = vec![
        title,
        choice(shell, "type", n, "question-type", &types, &word(field.kind)),
        required,
        options,
        text_field(shell, "help", n, "question-help", Control::Line, field.help.as_deref().unwrap_or_default()),
        choice(shell, "class", n, "question-class", &classes, field.class.as_str()),
        purpose,
    ];
    fields.extend(section(shell, n, field, sections));
    RowHtml {
        legend: shell.t1("question-number", "n", n + 1),
        key: field.key.clone(),
        fields,
        more: more_about(shell, n, field, &form[..n]),
    }
}

/// The rows as they were typed, and the number boxes that hold no number. What the page does not show (a longest line) stays with the
/// question of the same key.
fn typed_questions(form: &Form, before: &[Field]) -> (Vec<Field>, Vec<FieldError>) {
    let count: usize = form.text("_rows").parse().unwrap_or(0).min(MOST_QUESTIONS);
    let mut wrong = Vec::new();
    let typed = |n: usize| {
        let text = |name: &str| form.text(&format!("{name}_{n}")).to_string();
        let some = |name: &str| Some(text(name)).filter(|t| !t.is_empty());
        let key = text("_key");
        let kind = serde_json::from_value(json!(text("type"))).unwrap_or(FieldType::Line);
        let known = before.iter().find(|f| f.key == key).cloned();
        let mut field = known.unwrap_or_else(|| Field::new(key, kind));
        let has_options = matches!(kind, FieldType::Choice | FieldType::Choices);
        let lines = text("options");
        let mut options: Vec<Choice> = Vec::new();
        for line in lines.lines().map(str::trim).filter(|l| !l.is_empty() && has_options) {
            let old = field.options.iter().find(|o| o.title.as_deref().unwrap_or(&o.value) == line);
            options.push(old.cloned().unwrap_or_else(|| Choice { value: line.to_string(), title: None }));
        }
        let mut number = |name: &str| {
            let typed = text(name);
            let number = typed.parse::<i64>().ok();
            if number.is_none() && !typed.is_empty() {
                wrong.push(FieldError { field: format!("form[{n}].{name}"), problem: FieldProblem::WrongType });
            }
            number
        };
        let is_number = kind == FieldType::Integer;
        (field.min, field.max) = if is_number { (number("min"), number("max")) } else { (None, None) };
        field.unit = some("unit").filter(|_| is_number);
        if kind == FieldType::Text {
            field.max_length = number("max-length").map(|n| u32::try_from(n).unwrap_or(u32::MAX));
        }
        if form.0.iter().any(|(name, _)| *name == format!("section_{n}")) {
            field.section = some("section");
        }
        (field.required_after, field.frozen_after) = (some("required-after"), some("frozen-after"));
        // A box that was not there says nothing: the first question has no question above it.
        if form.0.iter().any(|(name, _)| *name == format!("show-if_{n}")) {
            field.show_if = some("show-if").and_then(|condition| serde_json::from_str(&condition).ok());
        }
        field.kind = kind;
        field.title = some("title");
        field.required = text("required") == "true";
        field.options = options;
        field.help = some("help");
        field.class = serde_json::from_value(json!(text("class"))).unwrap_or(DataClass::P1);
        field.purpose = some("purpose");
        field
    };
    let rows = (0..count).map(typed).collect();
    (rows, wrong)
}

fn questions_page(shell: Shell, call: &call::Model, version: String, form: &[Field], sections: &[Section]) -> RowsHtml {
    let heading = shell.t("call-edit-questions");
    let base = format!("/office/calls/{}", call.id);
    let link = |label: &str, place: &str| ActionButton::link(shell.t(label), format!("{base}/{place}"));
    let beside = [
        ("call-edit-sections", "sections"),
        ("call-preview", "preview"),
        ("form-file-upload", "form-import"),
        ("form-file-download", "form-file"),
    ];
    let beside = beside.map(|(label, place)| link(label, place)).into();
    RowsHtml {
        beside,
        rows: (0..form.len()).map(|n| question_row(&shell, n, form, sections)).collect(),
        lead: shell.t("call-edit-questions-lead"),
        action: format!("{base}/questions"),
        add: shell.t("question-add"),
        shell: under(shell, call, &heading),
        back: base,
        version,
        heading,
        problems: Vec::new(),
    }
}

pub(in crate::calls::pages) async fn questions(
    State(app): State<App>,
    Caller(who): Caller,
    shell: Shell,
    Path(id): Path<Uuid>,
) -> Result<Response, Refusal> {
    let call = office_call(&app, &who, id).await?;
    let label = shell.t("call-edit-questions");
    if let Some(frozen) =
        frozen::instead(&app, &who, &under(shell.clone(), &call, &label), &call, Part::Questions).await?
    {
        return Ok(frozen);
    }
    let mut form = crate::calls::form_of(&call)?;
    if form.is_empty() {
        form.push(Field { class: DataClass::P1, ..Field::new("q1", FieldType::Line) });
    }
    let sections = crate::calls::sections_of(&call)?;
    Ok(Page::new(questions_page(shell, &call, call.version.to_string(), &form, &sections)).into_response())
}

pub(in crate::calls::pages) async fn save_questions(
    State(app): State<App>,
    Caller(who): Caller,
    acting: ActingFor,
    shell: Shell,
    Path(id): Path<Uuid>,
    form: Form,
) -> Result<Response, Refusal> {
    let call = office_call(&app, &who, id).await?;
    let input = CallInput::of(&call)?;
    let (mut rows, wrong) = typed_questions(&form, &input.form);
    let button = form.text("_do");
    if button != "save" {
        rearrange(&mut rows, button, |rows| {
            let key = free_key("q", rows.iter().map(|f| f.key.as_str()));
            Field { class: DataClass::P1, ..Field::new(key, FieldType::Line) }
        });
        let version = form.text("_version").to_string();
        return Ok(Page::new(questions_page(shell, &call, version, &rows, &input.sections)).into_response());
    }
    let sections = input.sections.clone();
    let input = CallInput { form: rows.clone(), ..input };
    let saved = match wrong.is_empty() {
        true => actions::edit(&app, &who, &form.command(acting), id, input).await,
        false => Err(Refusal::Invalid(wrong)),
    };
    match saved {
        Ok(_) => Ok(done(&format!("/office/calls/{id}"), "flash-saved").into_response()),
        Err(refusal) => {
            let mut page = questions_page(shell, &call, form.text("_version").to_string(), &rows, &sections);
            show_problems(&mut page, refusal)?;
            Ok(Page::new(page).status(StatusCode::UNPROCESSABLE_ENTITY).into_response())
        }
    }
}
