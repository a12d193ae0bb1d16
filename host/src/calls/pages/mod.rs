//! Calls as pages: what everybody reads, and the office's desk.

mod edit;
mod form_file;
mod frozen;
mod office;
mod preview;
mod public;
mod suspend;

use super::api::OFFICE;
use super::desk::settings::{Settings, Steps};
use super::queries::OFFICE_READS;
use super::state::CallState;
use crate::http::components::{Cell, Facts, Moment, StateBadge, Step, StepStatus, Stepper, Table, Tone};
use crate::http::components::{Column, EmptyState};
use crate::http::page::Shell;
use crate::http::{Access, Routes};
use crate::{Refusal, calls};
use axum::http::Method;
pub(in crate::calls) use edit::under;
pub(in crate::calls) use office::office_call;
use sea_orm::ActiveEnum;
use twoway_entity::calls::call;
use twoway_ids::Millis;
use twoway_manifest::Field;

pub(super) fn routes(routes: Routes) -> Routes {
    let readers = Access::AnyOf(OFFICE_READS);
    routes
        .page(Method::GET, "/calls", Access::Public, public::list)
        .page(Method::GET, "/calls/{id}", Access::Public, public::show)
        .page(Method::GET, "/office/calls", readers, office::list)
        .page(Method::GET, "/office/calls/new", OFFICE, edit::new)
        .page(Method::POST, "/office/calls", OFFICE, edit::create)
        .page(Method::GET, "/office/calls/{id}", readers, office::show)
        .page(Method::GET, "/office/calls/{id}/edit", OFFICE, edit::basics)
        .page(Method::POST, "/office/calls/{id}/edit", OFFICE, edit::save_basics)
        .page(Method::GET, "/office/calls/{id}/questions", OFFICE, edit::questions)
        .page(Method::POST, "/office/calls/{id}/questions", OFFICE, edit::save_questions)
        .page(Method::GET, "/office/calls/{id}/sections", OFFICE, edit::sections)
        .page(Method::POST, "/office/calls/{id}/sections", OFFICE, edit::save_sections)
        .page(Method::GET, "/office/calls/{id}/preview", readers, preview::show)
        .page(Method::GET, "/office/calls/{id}/form-file", OFFICE, form_file::download)
        .page(Method::GET, "/office/calls/{id}/form-import", OFFICE, form_file::upload_form)
        .page(Method::POST, "/office/calls/{id}/form-import", OFFICE, form_file::check)
        .page(Method::POST, "/office/calls/{id}/form-import/take", OFFICE, form_file::take)
        .page(Method::GET, "/office/calls/{id}/rubric", OFFICE, edit::rubric)
        .page(Method::POST, "/office/calls/{id}/rubric", OFFICE, edit::save_rubric)
        .page(Method::POST, "/office/calls/{id}/submit", OFFICE, office::submit)
        .page(Method::POST, "/office/calls/{id}/approve", OFFICE, office::approve)
        .page(Method::GET, "/office/calls/{id}/return", OFFICE, office::return_form)
        .page(Method::POST, "/office/calls/{id}/return", OFFICE, office::return_to_author)
        .page(Method::GET, "/office/calls/{id}/extend", OFFICE, office::extend_form)
        .page(Method::POST, "/office/calls/{id}/extend", OFFICE, office::extend)
        .page(Method::GET, "/office/calls/{id}/suspend", OFFICE, suspend::form)
        .page(Method::POST, "/office/calls/{id}/suspend", OFFICE, suspend::suspend)
        .page(Method::POST, "/office/calls/{id}/resume", OFFICE, suspend::resume)
        .nav(20, "nav-calls", "/calls", "speakerphone", Access::Public)
        .nav(22, "nav-office-calls", "/office/calls", "clipboard-list", readers)
}

/// The state of a call as a badge.
pub fn badge(shell: &Shell, state: CallState) -> StateBadge {
    let tone = match state {
        CallState::Draft | CallState::Concluded => Tone::Neutral,
        CallState::InternalReview | CallState::Previewed | CallState::PublicNotice => Tone::Attention,
        CallState::Open => Tone::Good,
        CallState::Screening | CallState::Reviewing | CallState::Deliberating => Tone::Active,
        CallState::Suspended | CallState::Cancelled => Tone::Bad,
    };
    StateBadge::of(shell.locale, "call", &state.to_value(), tone)
}

/// What was, is and comes next, with the dates that are known.
pub fn stepper(shell: &Shell, call: &call::Model, steps: Steps) -> Stepper {
    use CallState as S;
    let way = [
        (S::Draft, Some(call.created_at)),
        (S::InternalReview, None),
        (S::Previewed, call.preview_at),
        (S::Open, call.opens_at),
        (S::Screening, call.closes_at),
        (S::Reviewing, None),
        (S::Deliberating, None),
        (S::PublicNotice, call.notice_started_at),
        (S::Concluded, call.notice_ends_at),
    ]
    .into_iter()
    .filter(|(state, _)| *state != S::Screening || steps.screening || call.state == S::Screening)
    .collect::<Vec<_>>();
    // A call that stands still is where it was.
    let stands = if call.state == S::Suspended { S::Open } else { call.state };
    let reached = way.iter().position(|(state, _)| *state == stands);
    let ended = call.state == S::Concluded;
    let steps = way.into_iter().enumerate().map(|(n, (state, at))| {
        let status = match reached {
            Some(now) if n < now || ended => StepStatus::Done,
            Some(now) if n == now => StepStatus::Current,
            Some(_) => StepStatus::Next,
            // Cancelled: what it had reached is told by its dates.
            None if at.is_some_and(|_| n < 3) => StepStatus::Done,
            None => StepStatus::Skipped,
        };
        let label = shell.t(&format!("state-call-{}", state.to_value()));
        Step { label, status, when: at.map(|at| Moment::day(shell.locale, at)) }
    });
    Stepper { steps: steps.collect() }
}

fn moment(at: Option<Millis>) -> Cell {
    at.map_or(Cell::Nothing, |at| Cell::When(Moment::exactly(at)))
}

/// The end; while a call stands still nobody knows it.
fn closes(shell: &Shell, call: &call::Model) -> Cell {
    match call.state {
        CallState::Suspended => Cell::text(shell.t("call-closes-later")),
        _ => moment(call.closes_at),
    }
}

/// `50000` as `50,000 元`.
pub fn yuan(shell: &Shell, amount: i64) -> String {
    shell.t1("call-yuan", "n", amount)
}

/// Dates, ceiling, cap, contact.
fn facts(shell: &Shell, call: &call::Model, office: &str, runs: &Settings) -> Result<Facts, Refusal> {
    let ceiling = ceiling(shell, call, runs.cost_question.as_deref())?;
    let steps = [
        (!runs.steps.screening, "call-step-no-screening"),
        (runs.steps.roadshow, "call-step-roadshow"),
        (runs.steps.second_round, "call-step-second-round"),
    ];
    let steps: Vec<String> = steps.iter().filter(|(on, _)| *on).map(|(_, key)| shell.t(key)).collect();
    let late = match runs.late_days {
        0 => Cell::text(shell.t("call-late-none")),
        days => Cell::text(shell.t1("call-late-within", "n", days)),
    };
    let steps = if steps.is_empty() { Cell::Nothing } else { Cell::text(steps.join(&shell.t("list-comma"))) };
    Ok(Facts::new()
        .fact(shell.t("call-office"), Cell::text(office))
        .fact(shell.t("field-call-opens_at"), moment(call.opens_at))
        .fact(shell.t("field-call-closes_at"), closes(shell, call))
        .fact(shell.t("field-call-ceiling"), Cell::text(ceiling))
        .fact(shell.t("field-call-cap"), Cell::text(shell.t1("call-cap-count", "n", call.cap)))
        .fact(shell.t("field-call-notice_days"), Cell::text(shell.t1("call-working-days", "n", call.notice_days)))
        .fact(shell.t("call-kind"), Cell::text(shell.t(&format!("call-kind-{}", runs.kind.as_str()))))
        .fact(shell.t("call-further-steps"), steps)
        .fact(shell.t("call-reading"), Cell::text(shell.t(if runs.sealed { "call-sealed" } else { "call-not-sealed" })))
        .fact(shell.t("call-open-to"), open_to(shell, runs.invited))
        .fact(shell.t("call-late"), late)
        .fact(shell.t("field-call-contact"), Cell::text(call.contact.as_str())))
}

fn open_to(shell: &Shell, invited: bool) -> Cell {
    Cell::text(shell.t(if invited { "call-invited" } else { "call-open-to-all" }))
}

/// What everybody reads of a call by invitation: the office and the dates.
fn outline_facts(shell: &Shell, call: &call::Model, office: &str) -> Facts {
    Facts::new()
        .fact(shell.t("call-office"), Cell::text(office))
        .fact(shell.t("field-call-opens_at"), moment(call.opens_at))
        .fact(shell.t("field-call-closes_at"), closes(shell, call))
        .fact(shell.t("call-open-to"), open_to(shell, true))
}

/// The ceiling, and the question whose answer it bounds.
fn ceiling(shell: &Shell, call: &call::Model, cost_question: Option<&str>) -> Result<String, Refusal> {
    let Some(most) = call.ceiling else { return Ok(shell.t("call-no-ceiling")) };
    let most = yuan(shell, most);
    let asked = match cost_question {
        Some(key) => calls::form_of(call)?.into_iter().find(|field| field.key == key),
        None => None,
    };
    let title = asked.and_then(|field| field.title);
    Ok(title
        .map_or_else(|| most.clone(), |title| shell.t2("call-ceiling-of", "most", most.as_str(), "question", title)))
}

/// The title in lists: a call by invitation says so.
pub fn listed_title(shell: &Shell, call: &call::Model, invited: bool) -> String {
    if invited { shell.t1("call-title-invited", "title", call.title.as_str()) } else { call.title.clone() }
}

/// The questions that a proposal answers.
fn questions_table(shell: &Shell, call: &call::Model) -> Result<Table, Refusal> {
    let (sections, form) = (calls::sections_of(call)?, calls::form_of(call)?);
    let mut columns: Vec<Column> =
        ["call-question", "call-question-type", "call-question-required"].map(|key| Column::new(shell.t(key))).into();
    if !sections.is_empty() {
        columns.insert(0, Column::new(shell.t("question-section")));
    }
    let empty = EmptyState::new("folder", shell.t("call-questions-empty"), shell.t("call-questions-empty-text"));
    let mut table = Table::new(shell.t("call-questions"), columns, empty);
    for field in form {
        let kind = serde_json::to_value(field.kind)?;
        let kind = shell.t(&format!("question-type-{}", kind.as_str().unwrap_or_default()));
        let section = sections.iter().find(|s| Some(&s.key) == field.section.as_ref());
        let required = required(shell, &field);
        let mut cells = vec![Cell::text(field.title.unwrap_or(field.key)), Cell::text(kind), Cell::text(required)];
        if !sections.is_empty() {
            cells.insert(0, section.map_or(Cell::Nothing, |s| Cell::text(s.title.as_str())));
        }
        table.row(cells);
    }
    Ok(table)
}

/// Whether it must be answered, from when on, and until when its answer may be changed.
fn required(shell: &Shell, field: &Field) -> String {
    let required = match &field.required_after {
        Some(day) => shell.t1("question-required-later", "day", day.as_str()),
        None => shell.t(if field.required { "answer-yes" } else { "answer-no" }),
    };
    match &field.frozen_after {
        Some(day) => shell.t2("question-required-until", "required", required, "day", day.as_str()),
        None => required,
    }
}

/// The lines of the rubric with their weights.
fn rubric_table(shell: &Shell, call: &call::Model) -> Result<Table, Refusal> {
    let columns = vec![
        Column::new(shell.t("call-rubric-line")),
        Column::new(shell.t("call-rubric-help")),
        Column::new(shell.t("call-rubric-weight")).numeric(),
    ];
    let empty = EmptyState::new("folder", shell.t("call-rubric-empty"), shell.t("call-rubric-empty-text"));
    let mut table = Table::new(shell.t("call-rubric"), columns, empty);
    for line in calls::rubric_of(call)? {
        let help = line.help.map_or(Cell::Nothing, Cell::Text);
        let weight = match line.kind {
            calls::LineKind::Score => format!("{}%", line.weight),
            calls::LineKind::Bonus => shell.t1("rubric-bonus-of", "cap", line.cap.unwrap_or(0)),
            calls::LineKind::Veto => shell.t("rubric-kind-veto"),
        };
        table.row(vec![Cell::text(line.title), help, Cell::Number(weight)]);
    }
    Ok(table)
}

/// A text of paragraphs, one per line that is not empty.
pub fn paragraphs(text: &str) -> Vec<String> {
    text.lines().map(str::trim).filter(|line| !line.is_empty()).map(str::to_string).collect()
}
