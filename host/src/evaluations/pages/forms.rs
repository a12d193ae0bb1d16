use super::show::{Read, page, read};
use crate::evaluations::model::{Graded, Indicator, Score, SelfEvaluation, TEXT_LENGTH};
use crate::evaluations::state::Grade;
use crate::evaluations::words::{self, Words};
use crate::evaluations::{actions, queries, rules};
use crate::http::form_view::{Control, FormField, FormView, OptionView};
use crate::http::page::{Page, Shell};
use crate::http::preferences::done;
use crate::http::problem::form_errors;
use crate::http::texts::Locale;
use crate::http::{ActingFor, Caller, Form, Path};
use crate::{App, Refusal, Who};
use axum::extract::State;
use axum::http::StatusCode;
use axum::response::{IntoResponse, Response};
use std::collections::BTreeMap;
use twoway_ids::Uuid;
use twoway_manifest::{FieldError, FieldProblem};

const GRADES: [Grade; 4] = [Grade::A, Grade::B, Grade::C, Grade::D];

fn letter(grade: Grade) -> &'static str {
    match grade {
        Grade::A => "A",
        Grade::B => "B",
        Grade::C => "C",
        Grade::D => "D",
    }
}

fn text(name: &str, label: String, help: Option<String>, typed: &Form) -> FormField {
    let mut field = FormField::plain(name, label, Control::Text);
    field.help = help;
    field.required = true;
    field.max_length = Some(TEXT_LENGTH);
    field.value = typed.text(name).to_string();
    field
}

fn grade_field(name: &str, label: String, l: Locale, typed: &Form) -> FormField {
    let mut field = FormField::plain(name, label, Control::Radios);
    field.required = true;
    field.options = GRADES
        .into_iter()
        .map(|grade| OptionView {
            value: letter(grade).into(),
            label: words::grade(l, grade),
            selected: typed.text(name) == letter(grade),
        })
        .collect();
    field
}

fn says(words: &Words, l: Locale, indicator: &Indicator) -> String {
    let value = words.value(indicator);
    match words.target(indicator) {
        Some(target) => l.t2("evaluation-value-of-target", "value", value, "target", target),
        None => l.t1("evaluation-value", "value", value),
    }
}

/// The lead's form: one answer for each figure, and the whole.
pub(super) fn answers_view(read: &Read, words: &Words, l: Locale, typed: &Form) -> FormView {
    let mut fields: Vec<FormField> = read
        .indicators
        .iter()
        .map(|i| text(&format!("answers.{}", i.key), words.title(i), Some(says(words, l, i)), typed))
        .collect();
    fields.push(text("statement", l.t("evaluation-statement"), Some(l.t("evaluation-statement-help")), typed));
    FormView::plain(format!("/evaluations/{}/self-evaluation", read.seen.row.id), fields)
        .with("_version", read.seen.row.version)
        .submit(l.t("evaluation-self-evaluate"))
}

/// The evaluator's form: grade and reason for each figure, and for the whole.
pub(super) fn score_view(read: &Read, words: &Words, l: Locale, typed: &Form) -> FormView {
    let mut fields = Vec::new();
    for i in &read.indicators {
        let name = format!("grades.{}", i.key);
        let mut grade = grade_field(&name, words.title(i), l, typed);
        grade.help = Some(says(words, l, i));
        fields.push(grade);
        fields.push(text(
            &format!("{name}.reason"),
            l.t1("evaluation-reason", "indicator", words.title(i)),
            None,
            typed,
        ));
    }
    fields.push(grade_field("grade", l.t("evaluation-grade"), l, typed));
    fields.push(text("conclusion", l.t("evaluation-conclusion"), Some(l.t("evaluation-conclusion-help")), typed));
    FormView::plain(format!("/evaluations/{}/score", read.seen.row.id), fields)
        .with("_version", read.seen.row.version)
        .submit(l.t("evaluation-score"))
}

/// The office's choice of an evaluator; who stands too near is not offered.
pub(super) async fn invite_view(app: &App, who: &Who, read: &Read, l: Locale) -> Result<FormView, Refusal> {
    let db = app.db.read();
    let row = &read.seen.row;
    let interested = queries::interested(db, who, &read.seen.project).await?;
    let near = actions::interests(&interested);
    let free = queries::candidates(db, who.tenant).await?.into_iter().filter(|candidate| {
        rules::no_conflict(candidate.account, row.lead_id, &actions::interests(&candidate.houses), &near).is_ok()
    });
    let mut field = FormField::plain("evaluator", l.t("evaluation-evaluator"), Control::Select);
    field.help = Some(l.t("evaluation-evaluator-help"));
    field.required = true;
    field.options = free
        .map(|candidate| {
            let houses: Vec<&str> = candidate.houses.iter().map(|house| house.name.as_str()).collect();
            OptionView {
                selected: row.evaluator_id == Some(candidate.account),
                value: candidate.account.to_string(),
                label: format!("{} · {}", candidate.name, houses.join(&l.t("list-comma"))),
            }
        })
        .collect();
    Ok(FormView::plain(format!("/evaluations/{}/evaluator", row.id), vec![field])
        .with("_version", row.version)
        .submit(l.t("evaluation-invite")))
}

pub(super) fn return_view(read: &Read, l: Locale, typed: &Form) -> FormView {
    let reason = text("reason", l.t("evaluation-return-reason"), None, typed);
    let mut form = FormView::plain(format!("/evaluations/{}/return", read.seen.row.id), vec![reason])
        .with("_version", read.seen.row.version);
    form = form.button(l.t("evaluation-return"), "return", crate::http::components::Look::Plain);
    form
}

/// The page again, with what was typed and why it was refused.
async fn refused(
    app: &App,
    who: &Who,
    id: Uuid,
    shell: Shell,
    form: &Form,
    refusal: Refusal,
) -> Result<Response, Refusal> {
    let read = read(app, who, id).await?;
    let l = shell.locale;
    let mut page = page(app, who, read, shell, form).await?;
    match page.forms.first_mut() {
        Some((_, _, _, view)) => form_errors(view, l, refusal)?,
        None => return Err(refusal),
    }
    Ok(Page::new(page).status(StatusCode::UNPROCESSABLE_ENTITY).into_response())
}

pub(super) async fn self_evaluate(
    State(app): State<App>,
    Caller(who): Caller,
    acting: ActingFor,
    Path(id): Path<Uuid>,
    shell: Shell,
    form: Form,
) -> Result<Response, Refusal> {
    let of = |part: &str| -> BTreeMap<String, String> {
        let parts =
            form.0.iter().filter_map(|(name, value)| Some((name.strip_prefix(part)?.to_string(), value.clone())));
        parts.collect()
    };
    let given = SelfEvaluation { statement: form.text("statement").to_string(), answers: of("answers.") };
    match actions::self_evaluate(&app, &who, &form.command(acting), id, given).await {
        Ok(_) => Ok(done(&format!("/evaluations/{id}"), "flash-evaluation-answered").into_response()),
        Err(refusal) => refused(&app, &who, id, shell, &form, refusal).await,
    }
}

/// Reads the posted grades. What was left out is found by the rules; an overall grade they cannot see missing.
fn scored(form: &Form) -> Result<Score, Refusal> {
    let read = |name: &str| GRADES.into_iter().find(|grade| letter(*grade) == form.text(name));
    let mut grades = BTreeMap::new();
    for (name, _) in &form.0 {
        let Some(key) = name.strip_prefix("grades.").filter(|key| !key.ends_with(".reason")) else { continue };
        if let Some(grade) = read(name) {
            grades.insert(key.to_string(), Graded { grade, reason: form.text(&format!("{name}.reason")).to_string() });
        }
    }
    let missing = || vec![FieldError { field: "grade".to_string(), problem: FieldProblem::Missing }];
    let grade = read("grade").ok_or_else(|| Refusal::Invalid(missing()))?;
    Ok(Score { grades, grade, conclusion: form.text("conclusion").to_string() })
}

pub(super) async fn score(
    State(app): State<App>,
    Caller(who): Caller,
    acting: ActingFor,
    Path(id): Path<Uuid>,
    shell: Shell,
    form: Form,
) -> Result<Response, Refusal> {
    let outcome = match scored(&form) {
        Ok(given) => actions::score(&app, &who, &form.command(acting), id, given).await,
        Err(refusal) => Err(refusal),
    };
    match outcome {
        Ok(_) => Ok(done(&format!("/evaluations/{id}"), "flash-evaluation-scored").into_response()),
        Err(refusal) => refused(&app, &who, id, shell, &form, refusal).await,
    }
}

pub(super) async fn invite(
    State(app): State<App>,
    Caller(who): Caller,
    acting: ActingFor,
    Path(id): Path<Uuid>,
    shell: Shell,
    form: Form,
) -> Result<Response, Refusal> {
    let outcome = match Uuid::parse_str(form.text("evaluator")) {
        Ok(evaluator) => actions::invite(&app, &who, &form.command(acting), id, evaluator).await,
        Err(_) => Err(Refusal::field("evaluator", FieldProblem::Missing)),
    };
    match outcome {
        Ok(_) => Ok(done(&format!("/evaluations/{id}"), "flash-evaluator-invited").into_response()),
        Err(refusal) => refused(&app, &who, id, shell, &form, refusal).await,
    }
}

pub(super) async fn send_back(
    State(app): State<App>,
    Caller(who): Caller,
    acting: ActingFor,
    Path(id): Path<Uuid>,
    shell: Shell,
    form: Form,
) -> Result<Response, Refusal> {
    match actions::send_back(&app, &who, &form.command(acting), id, form.text("reason")).await {
        Ok(_) => Ok(done(&format!("/evaluations/{id}"), "flash-evaluation-returned").into_response()),
        Err(refusal) => refused(&app, &who, id, shell, &form, refusal).await,
    }
}

pub(super) async fn announce(
    State(app): State<App>,
    Caller(who): Caller,
    acting: ActingFor,
    Path(id): Path<Uuid>,
    form: Form,
) -> Result<impl IntoResponse, Refusal> {
    actions::announce(&app, &who, &form.command(acting), id).await?;
    Ok(done(&format!("/evaluations/{id}"), "flash-evaluation-announced"))
}

pub(super) async fn finalize(
    State(app): State<App>,
    Caller(who): Caller,
    acting: ActingFor,
    Path(id): Path<Uuid>,
    form: Form,
) -> Result<impl IntoResponse, Refusal> {
    actions::finalize(&app, &who, &form.command(acting), id).await?;
    Ok(done(&format!("/evaluations/{id}"), "flash-evaluation-final"))
}
