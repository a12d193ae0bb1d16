//! The office's forms for a draft: the basics, the questions, the rubric. Each keeps what was typed after any error, and the lists
//! are edited without script: adding, moving and removing rows are buttons of the same form.

use super::frozen::{self, Part};
use super::office::office_call;
use crate::calls::actions;
use crate::calls::model::{CallInput, QUESTION_TYPES, RubricLine};
use crate::http::form_view::{Control, FieldWords, FormField, FormView, OptionView, answers};
use crate::http::page::{Page, Shell};
use crate::http::preferences::done;
use crate::http::problem::form_errors;
use crate::http::usual::FormPage;
use crate::http::{ActingFor, Caller, Form, Path};
use crate::{App, Refusal, Who};
use askama::Template;
use axum::extract::State;
use axum::http::StatusCode;
use axum::response::{IntoResponse, Response};
use serde_json::{Value, json};
use twoway_entity::calls::call;
use twoway_ids::Uuid;
use twoway_manifest::{Choice, DataClass, Field, FieldType, check_form_as_draft};

/// The basics as a described form; the labels are `field-call-<key>`.
fn basics_fields() -> Vec<Field> {
    let field = |key: &str, kind: FieldType, max: u32| Field { max_length: Some(max), ..Field::new(key, kind) };
    let number =
        |key: &str, min: i64, max: i64| Field { min: Some(min), max: Some(max), ..Field::new(key, FieldType::Integer) };
    vec![
        Field { required: true, ..field("title", FieldType::Line, 120) },
        field("summary", FieldType::Text, 500),
        field("guide", FieldType::Text, 20_000),
        Field::new("opens_at", FieldType::Instant),
        Field::new("closes_at", FieldType::Instant),
        Field { unit: Some("yuan".into()), ..number("ceiling", 1, 100_000_000) },
        number("cap", 1, 50),
        number("min_reviews", 1, 15),
        number("notice_days", 5, 30),
        field("contact", FieldType::Line, 200),
        field("risk_notice", FieldType::Text, 8_000),
        field("privacy_notice", FieldType::Text, 8_000),
    ]
}

fn stored_basics(input: &CallInput) -> Result<Value, Refusal> {
    let mut value = serde_json::to_value(input)?;
    if let Some(map) = value.as_object_mut() {
        map.remove("form");
        map.remove("rubric");
    }
    Ok(value)
}

/// What was typed over what is stored; boxes left empty become what a new call has.
fn typed_basics(form: &Form, before: &CallInput) -> Result<CallInput, Refusal> {
    let kept = check_form_as_draft(&basics_fields(), &answers(&basics_fields(), &form.0)).map_err(Refusal::Invalid)?;
    let mut value = serde_json::to_value(CallInput {
        form: before.form.clone(),
        rubric: before.rubric.clone(),
        ..CallInput::default()
    })?;
    if let Some(map) = value.as_object_mut() {
        map.extend(kept);
    }
    Ok(serde_json::from_value(value)?)
}

fn basics_view(shell: &Shell, action: &str, back: &str, typed: &Value) -> FormView {
    let words = FieldWords::host(shell.locale, "field-call");
    FormView::new(action, &basics_fields(), &words, typed, &[])
        .submit(shell.t("save"))
        .cancel(shell.t("leave-form"), back)
}

fn new_page(shell: Shell, form: FormView) -> FormPage {
    let (heading, lead, calls) = (shell.t("call-new"), shell.t("call-new-lead"), shell.t("office-calls-title"));
    FormPage { shell: shell.crumb(calls, "/office/calls").titled(&heading), heading, lead, form }
}

pub(super) async fn new(shell: Shell) -> Result<Page<FormPage>, Refusal> {
    let form = basics_view(&shell, "/office/calls", "/office/calls", &stored_basics(&CallInput::default())?);
    Ok(Page::new(new_page(shell, form)))
}

pub(super) async fn create(
    State(app): State<App>,
    Caller(who): Caller,
    acting: ActingFor,
    shell: Shell,
    form: Form,
) -> Result<Response, Refusal> {
    let created = match typed_basics(&form, &CallInput::default()) {
        Ok(input) => actions::create(&app, &who, &form.command(acting), None, input).await,
        Err(refusal) => Err(refusal),
    };
    match created {
        Ok(call) => Ok(done(&format!("/office/calls/{}/questions", call.id), "flash-call-created").into_response()),
        Err(refusal) => {
            let mut view = basics_view(&shell, "/office/calls", "/office/calls", &answers(&basics_fields(), &form.0));
            form_errors(&mut view, shell.locale, refusal)?;
            Ok(Page::new(new_page(shell, view)).status(StatusCode::UNPROCESSABLE_ENTITY).into_response())
        }
    }
}

fn basics_page(shell: Shell, call: &call::Model, form: FormView) -> FormPage {
    let heading = shell.t("call-edit");
    let shell = under(shell, call, &heading);
    FormPage { lead: shell.t("call-edit-lead"), shell, heading, form }
}

fn under(shell: Shell, call: &call::Model, heading: &str) -> Shell {
    let calls = shell.t("office-calls-title");
    shell.crumb(calls, "/office/calls").crumb(&call.title, format!("/office/calls/{}", call.id)).titled(heading)
}

pub(super) async fn basics(
    State(app): State<App>,
    Caller(who): Caller,
    shell: Shell,
    Path(id): Path<Uuid>,
) -> Result<Response, Refusal> {
    let call = office_call(&app, &who, id).await?;
    let label = shell.t("call-edit");
    if let Some(frozen) = frozen::instead(&app, &who, &under(shell.clone(), &call, &label), &call, Part::Basics).await?
    {
        return Ok(frozen);
    }
    let base = format!("/office/calls/{id}");
    let stored = stored_basics(&CallInput::of(&call)?)?;
    let form = basics_view(&shell, &format!("{base}/edit"), &base, &stored).with("_version", call.version);
    Ok(Page::new(basics_page(shell, &call, form)).into_response())
}

pub(super) async fn save_basics(
    State(app): State<App>,
    Caller(who): Caller,
    acting: ActingFor,
    shell: Shell,
    Path(id): Path<Uuid>,
    form: Form,
) -> Result<Response, Refusal> {
    let call = office_call(&app, &who, id).await?;
    let base = format!("/office/calls/{id}");
    let saved = match typed_basics(&form, &CallInput::of(&call)?) {
        Ok(input) => actions::edit(&app, &who, &form.command(acting), id, input).await,
        Err(refusal) => Err(refusal),
    };
    match saved {
        Ok(_) => Ok(done(&base, "flash-saved").into_response()),
        Err(refusal) => {
            let typed = answers(&basics_fields(), &form.0);
            let mut view =
                basics_view(&shell, &format!("{base}/edit"), &base, &typed).with("_version", form.text("_version"));
            form_errors(&mut view, shell.locale, refusal)?;
            Ok(Page::new(basics_page(shell, &call, view)).status(StatusCode::UNPROCESSABLE_ENTITY).into_response())
        }
    }
}

/// A draft that cannot be handed on yet: its form with what is missing. Questions and rubric have forms of their own, so what they
/// lack stands above.
pub(super) async fn incomplete(
    app: &App,
    who: &Who,
    shell: Shell,
    id: Uuid,
    refusal: Refusal,
) -> Result<Response, Refusal> {
    let call = office_call(app, who, id).await?;
    let base = format!("/office/calls/{id}");
    let stored = stored_basics(&CallInput::of(&call)?)?;
    let mut view = basics_view(&shell, &format!("{base}/edit"), &base, &stored).with("_version", call.version);
    let refusal = match refusal {
        Refusal::Invalid(errors) => {
            let (lists, rest): (Vec<_>, Vec<_>) =
                errors.into_iter().partition(|e| e.field == "form" || e.field == "rubric");
            for error in lists {
                view.problems.push(shell.t(if error.field == "form" {
                    "call-questions-missing"
                } else {
                    "call-rubric-missing"
                }));
            }
            Refusal::Invalid(rest)
        }
        other => other,
    };
    form_errors(&mut view, shell.locale, refusal)?;
    Ok(Page::new(basics_page(shell, &call, view)).status(StatusCode::UNPROCESSABLE_ENTITY).into_response())
}

/// A list that is edited row by row.
#[derive(Template)]
#[template(path = "calls/rows.html")]
struct RowsHtml {
    shell: Shell,
    heading: String,
    lead: String,
    action: String,
    back: String,
    version: String,
    problems: Vec<String>,
    rows: Vec<RowHtml>,
    add: String,
}

struct RowHtml {
    legend: String,
    key: String,
    fields: Vec<FormField>,
}

/// What the pressed button does to the rows before they are shown again.
fn rearrange<T>(rows: &mut Vec<T>, button: &str, fresh: impl FnOnce(&[T]) -> T) {
    let place =
        |verb: &str| button.strip_prefix(verb).and_then(|n| n.parse::<usize>().ok()).filter(|n| *n < rows.len());
    if button == "add" {
        let row = fresh(rows);
        rows.push(row);
    } else if let Some(n) = place("remove-") {
        rows.remove(n);
    } else if let Some(n) = place("up-").filter(|n| *n > 0) {
        rows.swap(n, n - 1);
    } else if let Some(n) = place("down-").filter(|n| n + 1 < rows.len()) {
        rows.swap(n, n + 1);
    }
}

/// A key that no row has: `q1`, `q2` …
fn free_key<'a>(prefix: &str, taken: impl Iterator<Item = &'a str>) -> String {
    let taken: Vec<&str> = taken.collect();
    let mut n = taken.len() + 1;
    while taken.contains(&format!("{prefix}{n}").as_str()) {
        n += 1;
    }
    format!("{prefix}{n}")
}

fn text_field(shell: &Shell, name: &str, n: usize, label: &str, control: Control, value: &str) -> FormField {
    let mut field = FormField::plain(&format!("{name}_{n}"), shell.t(label), control);
    field.value = value.to_string();
    field
}

fn choice(shell: &Shell, name: &str, n: usize, label: &str, options: &[(String, String)], chosen: &str) -> FormField {
    let mut field = text_field(shell, name, n, label, Control::Select, chosen);
    field.options = options
        .iter()
        .map(|(value, label)| OptionView { selected: value == chosen, value: value.clone(), label: label.clone() })
        .collect();
    field.required = true;
    field
}

fn word(value: impl serde::Serialize) -> String {
    serde_json::to_value(value).ok().and_then(|v| v.as_str().map(str::to_string)).unwrap_or_default()
}

fn question_row(shell: &Shell, n: usize, field: &Field) -> RowHtml {
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
    RowHtml {
        legend: shell.t1("question-number", "n", n + 1),
        key: field.key.clone(),
        fields: vec![
            title,
            choice(shell, "type", n, "question-type", &types, &word(field.kind)),
            required,
            options,
            text_field(shell, "help", n, "question-help", Control::Line, field.help.as_deref().unwrap_or_default()),
            choice(shell, "class", n, "question-class", &classes, field.class.as_str()),
            purpose,
        ],
    }
}

/// The rows as they were typed. What the page does not show (bounds, conditions) stays with the question of the same key.
fn typed_questions(form: &Form, before: &[Field]) -> Vec<Field> {
    let count: usize = form.text("_rows").parse().unwrap_or(0).min(crate::calls::model::MOST_QUESTIONS);
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
        if kind != FieldType::Integer {
            (field.min, field.max, field.unit) = (None, None, None);
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
    (0..count).map(typed).collect()
}

fn questions_page(
    shell: Shell,
    call: &call::Model,
    version: String,
    form: &[Field],
    problems: Vec<String>,
) -> RowsHtml {
    let heading = shell.t("call-edit-questions");
    let base = format!("/office/calls/{}", call.id);
    RowsHtml {
        rows: form.iter().enumerate().map(|(n, field)| question_row(&shell, n, field)).collect(),
        lead: shell.t("call-edit-questions-lead"),
        action: format!("{base}/questions"),
        add: shell.t("question-add"),
        shell: under(shell, call, &heading),
        back: base,
        version,
        heading,
        problems,
    }
}

pub(super) async fn questions(
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
    Ok(Page::new(questions_page(shell, &call, call.version.to_string(), &form, Vec::new())).into_response())
}

pub(super) async fn save_questions(
    State(app): State<App>,
    Caller(who): Caller,
    acting: ActingFor,
    shell: Shell,
    Path(id): Path<Uuid>,
    form: Form,
) -> Result<Response, Refusal> {
    let call = office_call(&app, &who, id).await?;
    let input = CallInput::of(&call)?;
    let mut rows = typed_questions(&form, &input.form);
    let button = form.text("_do");
    if button != "save" {
        rearrange(&mut rows, button, |rows| {
            let key = free_key("q", rows.iter().map(|f| f.key.as_str()));
            Field { class: DataClass::P1, ..Field::new(key, FieldType::Line) }
        });
        let version = form.text("_version").to_string();
        return Ok(Page::new(questions_page(shell, &call, version, &rows, Vec::new())).into_response());
    }
    let input = CallInput { form: rows.clone(), ..input };
    match actions::edit(&app, &who, &form.command(acting), id, input).await {
        Ok(_) => Ok(done(&format!("/office/calls/{id}"), "flash-saved").into_response()),
        Err(refusal) => {
            let mut page = questions_page(shell, &call, form.text("_version").to_string(), &rows, Vec::new());
            show_problems(&mut page, refusal)?;
            Ok(Page::new(page).status(StatusCode::UNPROCESSABLE_ENTITY).into_response())
        }
    }
}

/// Puts `form[2].title` at the field `title_2`, and what has no field above the rows.
fn show_problems(page: &mut RowsHtml, refusal: Refusal) -> Result<(), Refusal> {
    let fields: Vec<FormField> = page.rows.iter().flat_map(|row| row.fields.clone()).collect();
    let mut view = FormView::plain("", fields);
    let refusal = match refusal {
        Refusal::Invalid(mut errors) => {
            for error in &mut errors {
                let part = error.field.split_once('[').and_then(|(_, rest)| rest.split_once("]."));
                if let Some((n, part)) = part {
                    error.field = format!("{part}_{n}");
                }
            }
            Refusal::Invalid(errors)
        }
        other => other,
    };
    form_errors(&mut view, page.shell.locale, refusal)?;
    page.problems = view.problems;
    let mut fields = view.fields.into_iter();
    for row in &mut page.rows {
        let count = row.fields.len();
        row.fields = fields.by_ref().take(count).collect();
    }
    Ok(())
}

fn rubric_page(shell: Shell, call: &call::Model, version: String, rubric: &[RubricLine]) -> RowsHtml {
    let heading = shell.t("call-edit-rubric");
    let base = format!("/office/calls/{}", call.id);
    let row = |(n, line): (usize, &RubricLine)| {
        let mut title = text_field(&shell, "title", n, "call-rubric-line", Control::Line, &line.title);
        title.required = true;
        let mut weight = text_field(&shell, "weight", n, "call-rubric-weight", Control::Number, "");
        weight.value = if line.weight == 0 { String::new() } else { line.weight.to_string() };
        (weight.min, weight.max, weight.unit, weight.required) = (Some(1), Some(100), Some("%".into()), true);
        let help =
            text_field(&shell, "help", n, "call-rubric-help", Control::Line, line.help.as_deref().unwrap_or_default());
        RowHtml {
            legend: shell.t1("rubric-number", "n", n + 1),
            key: line.key.clone(),
            fields: vec![title, weight, help],
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
    }
}

fn typed_rubric(form: &Form) -> Vec<RubricLine> {
    let count: usize = form.text("_rows").parse().unwrap_or(0).min(crate::calls::model::MOST_LINES);
    let typed = |n: usize| {
        let text = |name: &str| form.text(&format!("{name}_{n}")).to_string();
        RubricLine {
            key: text("_key"),
            title: text("title"),
            help: Some(text("help")).filter(|t| !t.is_empty()),
            weight: text("weight").parse().unwrap_or(0),
        }
    };
    (0..count).map(typed).collect()
}

pub(super) async fn rubric(
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
        rubric.push(RubricLine { key: "r1".into(), title: String::new(), help: None, weight: 0 });
    }
    Ok(Page::new(rubric_page(shell, &call, call.version.to_string(), &rubric)).into_response())
}

pub(super) async fn save_rubric(
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
        rearrange(&mut rows, button, |rows| RubricLine {
            key: free_key("r", rows.iter().map(|l| l.key.as_str())),
            title: String::new(),
            help: None,
            weight: 0,
        });
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
