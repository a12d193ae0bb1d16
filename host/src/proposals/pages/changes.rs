//! The points of a return on the pages: asked for by the office, beside the questions while they are mended, and answered when the
//! proposal is handed in again.

use crate::calls::form::draw;
use crate::calls::pages::paragraphs;
use crate::http::Form;
use crate::http::components::{Cell, Column, EmptyState, Table};
use crate::http::form_view::{Control, FieldWords, FormField, FormView};
use crate::http::page::Shell;
use crate::http::usual::FormPage;
use crate::proposals::points::{self, Point, PointAnswer};
use crate::proposals::state::ProposalState;
use crate::proposals::views::ProposalView;
use crate::{App, Refusal, calendar, calls};
use twoway_entity::assisted::point;
use twoway_entity::calls::call;
use twoway_entity::proposals::proposal;
use twoway_ids::Uuid;
use twoway_manifest::Field;

/// The return's form asks for a text about the whole and one about each question, as far as there is something to mend.
pub(super) async fn return_page(
    app: &App,
    shell: Shell,
    row: &proposal::Model,
    version: &str,
    typed: &Form,
) -> Result<FormPage, Refusal> {
    let call = calls::queries::find(app.db.read(), row.tenant_id, row.call_id).await?;
    let words = FieldWords::host(shell.locale, "field-proposal");
    let about = |field: &Field| {
        let name = format!("point-{}", field.key);
        let mut text = FormField::plain(&name, shell.t1("point-about", "question", words.label(field)), Control::Text);
        text.value = typed.text(&name).to_string();
        text.max_length = Some(2_000);
        text
    };
    let asked: Vec<FormField> = draw::fields(&call, &calendar::today(app))?.iter().map(about).collect();
    let mut page = super::office::check_page(shell, row, "return", version, typed);
    if let Some(reason) = page.form.fields.first_mut() {
        reason.required = false;
        reason.help = Some(page.shell.t("point-general-help"));
    }
    page.form.fields.extend(asked);
    Ok(page)
}

/// The points of the page's form, in the order of the questions.
pub(super) fn typed(form: &Form) -> Vec<Point> {
    let about = |(name, text): &(String, String)| {
        let question = name.strip_prefix("point-").filter(|_| !text.trim().is_empty())?;
        Some(Point { question: Some(question.to_string()), text: text.clone() })
    };
    form.0.iter().filter_map(about).collect()
}

/// The API counts the points, the form names their questions.
pub(super) fn in_return_form(refusal: Refusal, points: &[Point]) -> Refusal {
    let mut errors = match refusal {
        Refusal::Invalid(errors) => errors,
        other => return other,
    };
    for error in &mut errors {
        let number = error.field.strip_prefix("points.").and_then(|rest| rest.split('.').next()?.parse::<usize>().ok());
        if let Some(question) = number.and_then(|n| points.get(n)?.question.clone()) {
            error.field = format!("point-{question}");
        }
    }
    Refusal::Invalid(errors)
}

/// What had to be mended, beside what the proposer changed for it.
pub(super) fn table(shell: &Shell, view: &ProposalView, call: &call::Model) -> Result<Table, Refusal> {
    let columns = ["point-question", "point-text", "point-changed"].map(|key| Column::new(shell.t(key)));
    let empty = EmptyState::new("folder", shell.t("points-title"), shell.t("points-hint"));
    let mut rows = Table::new(shell.t("points-title"), columns.into(), empty);
    let words = FieldWords::host(shell.locale, "field-proposal");
    // For the names of the questions alone, which no day changes.
    let fields = draw::fields(call, "")?;
    for point in &view.points {
        let about = point.question.as_ref().map(|key| {
            let field = fields.iter().find(|field| field.key == *key);
            field.map_or_else(|| key.clone(), |field| words.label(field))
        });
        rows.row(vec![
            Cell::text(about.unwrap_or_else(|| shell.t("point-general"))),
            Cell::List(paragraphs(&point.text)),
            point.changed.as_ref().map_or(Cell::Nothing, |changed| Cell::List(paragraphs(changed))),
        ]);
    }
    Ok(rows)
}

/// Puts what has to be mended beside the questions that it is about.
pub(super) async fn beside(
    app: &App,
    shell: &Shell,
    row: &proposal::Model,
    mut view: FormView,
) -> Result<FormView, Refusal> {
    if row.state != ProposalState::Returned {
        return Ok(view);
    }
    for point in points::of(app.db.read(), row).await? {
        let to_mend = shell.t1("point-to-mend", "text", point.text.as_str());
        // What is about the whole stands on the proposal's page.
        let Some(field) = view.fields.iter_mut().find(|field| Some(&field.name) == point.question.as_ref()) else {
            continue;
        };
        let help = field.help.take();
        field.help = Some(help.into_iter().chain([to_mend]).collect::<Vec<_>>().join(" "));
    }
    Ok(view)
}

/// The question what was changed for this point.
pub(super) fn asked(shell: &Shell, point: &point::Model) -> FormField {
    let mut changed = FormField::plain(&format!("point-{}", point.id), shell.t("point-what-changed"), Control::Text);
    changed.help = Some(shell.t1("point-to-mend", "text", point.text.as_str()));
    changed.required = point.question.is_some();
    changed.max_length = Some(2_000);
    changed
}

/// What the form says was changed.
pub(super) fn answers(form: &Form) -> Vec<PointAnswer> {
    form.0.iter().filter_map(|(name, text)| answer(name, text)).collect()
}

/// `point-<id>` of the page's form.
fn answer(name: &str, text: &str) -> Option<PointAnswer> {
    let id = Uuid::parse_str(name.strip_prefix("point-")?).ok()?;
    Some(PointAnswer { id, changed: text.to_string() })
}

/// Whether what is wrong is an answer to a point, not one to a question of the form.
pub(super) fn concerns(refusal: &Refusal) -> bool {
    matches!(refusal, Refusal::Invalid(errors) if errors.iter().all(|error| error.field.starts_with("points.")))
}

/// The API calls `points.<id>` what the page's form calls `point-<id>`.
pub(super) fn in_submit_form(refusal: Refusal) -> Refusal {
    match refusal {
        Refusal::Invalid(mut errors) => {
            for error in &mut errors {
                error.field = error.field.replace("points.", "point-");
            }
            Refusal::Invalid(errors)
        }
        other => other,
    }
}
