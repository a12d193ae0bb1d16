//! What promises depend on: the form of a draft, and the table on an adoption's page.

use super::agreement::{Back, DRAFTERS, page};
use crate::adoptions::actions;
use crate::adoptions::conditions::{self, Conditions, NewCondition};
use crate::adoptions::queries::{Seen, find_visible};
use crate::http::components::{Cell, Column, EmptyState, Moment, StateBadge, Table, Tone};
use crate::http::form_view::{Control, FormField, FormView, OptionView};
use crate::http::page::Shell;
use crate::http::preferences::done;
use crate::http::texts::{Locale, TextValue, t};
use crate::http::{ActingFor, Caller, Form, Path, Routes};
use crate::{App, Refusal, Who, needs};
use axum::extract::State;
use axum::http::Method;
use axum::response::{IntoResponse, Response};
use twoway_entity::sponsoring::{ConditionKind, ConditionState, condition};
use twoway_ids::Uuid;
use twoway_manifest::FieldProblem;

pub(super) fn routes(routes: Routes) -> Routes {
    routes.page(Method::POST, "/adoptions/{id}/agreement/conditions", DRAFTERS, save)
}

/// The condition's words without its day.
fn words(l: Locale, kind: ConditionKind, needed: &str) -> String {
    match kind {
        ConditionKind::AllRequiredBy => l.t("condition-all-required"),
        ConditionKind::LineCoveredBy => l.t1("condition-line-covered", "line", needed),
    }
}

/// A condition in a sentence.
pub(super) fn sentence(l: Locale, kind: ConditionKind, needed: &str, by: &str) -> String {
    let values = [("what", words(l, kind, needed).text_value()), ("day", by.text_value())];
    t(l, "condition-sentence", &values)
}

/// The conditions of an adoption; none where it has none.
pub(super) fn table(l: Locale, seen: &Seen, all: &Conditions) -> Option<Table> {
    if all.rows.is_empty() {
        return None;
    }
    let columns = ["line", "what", "by", "state"].map(|c| Column::new(l.t(&format!("condition-column-{c}"))));
    let mut table =
        Table::new(l.t("conditions"), columns.into(), EmptyState::new("calendar", l.t("nothing"), String::new()));
    for line in &seen.lines {
        let Some(row) = all.for_commitment(line.commitment.id) else { continue };
        let tone = match row.decision {
            ConditionState::Drafted | ConditionState::Ended | ConditionState::Missed => Tone::Neutral,
            ConditionState::Waiting => Tone::Attention,
            ConditionState::Met => Tone::Good,
        };
        let state = StateBadge::new(l.t(&format!("condition-{}", row.decision.as_str())), tone);
        let decided = row.decided_at.map(|at| Cell::When(Moment::day(l, at)));
        table.row(vec![
            Cell::text(&line.line.title),
            Cell::Text(words(l, row.kind, &all.needed(row))),
            decided.unwrap_or_else(|| Cell::date(&row.by_on)),
            Cell::State(state),
        ]);
    }
    Some(table)
}

fn choice_name(commitment: Uuid) -> String {
    format!("condition-{commitment}")
}

fn day_name(commitment: Uuid) -> String {
    format!("by-{commitment}")
}

const ALL: &str = "all";
const NONE: &str = "none";

/// Two boxes per line: what it depends on, and until when.
pub(super) async fn conditions_form(
    app: &App,
    who: &Who,
    l: Locale,
    seen: &Seen,
    typed: Option<&Form>,
) -> Result<FormView, Refusal> {
    let db = app.db.read();
    let rows: Vec<condition::Model> = conditions::of(db, who.tenant, seen.row.id).await?;
    let all = needs::queries::lines(db, who, seen.row.proposal_id).await?;
    let mut fields = Vec::new();
    for line in &seen.lines {
        let id = line.commitment.id;
        let row = rows.iter().find(|r| r.id == id);
        let now = match row {
            Some(row) => row.needed_id.map_or_else(|| ALL.to_string(), |id| id.to_string()),
            None => NONE.to_string(),
        };
        let chosen = typed.map_or(now, |form| form.text(&choice_name(id)).to_string());
        let option = |value: String, label: String| OptionView { selected: value == chosen, value, label };
        let label = l.t1("condition-of-line", "title", &line.line.title);
        let mut choice = FormField::plain(&choice_name(id), label, Control::Select);
        choice.options = std::iter::once(option(NONE.to_string(), l.t("condition-none")))
            .chain(all.iter().any(|n| n.required).then(|| option(ALL.to_string(), l.t("condition-all-required"))))
            .chain(all.iter().map(|n| option(n.id.to_string(), words(l, ConditionKind::LineCoveredBy, &n.title))))
            .collect();
        let mut day =
            FormField::plain(&day_name(id), l.t1("condition-day-of", "title", &line.line.title), Control::Date);
        day.help = Some(l.t1("condition-day-help", "day", &line.line.due_on));
        day.value = match typed {
            Some(form) => form.text(&day_name(id)).to_string(),
            None => row.map(|r| r.by_on.clone()).unwrap_or_default(),
        };
        fields.extend([choice, day]);
    }
    Ok(FormView::plain(format!("/adoptions/{}/agreement/conditions", seen.row.id), fields)
        .with("_version", seen.row.version)
        .submit(l.t("conditions-save")))
}

async fn save(
    State(app): State<App>,
    Caller(who): Caller,
    acting: ActingFor,
    Path(id): Path<Uuid>,
    shell: Shell,
    form: Form,
) -> Result<Response, Refusal> {
    let seen = find_visible(app.db.read(), &who, id).await?;
    let saved = async {
        let mut new = Vec::new();
        for line in &seen.lines {
            let commitment = line.commitment.id;
            let chosen = form.text(&choice_name(commitment));
            if chosen.is_empty() || chosen == NONE {
                continue;
            }
            let by = form.text(&day_name(commitment)).to_string();
            if by.is_empty() {
                return Err(Refusal::field(&day_name(commitment), FieldProblem::Missing));
            }
            let line = match chosen {
                ALL => None,
                other => Some(
                    Uuid::parse_str(other)
                        .map_err(|_| Refusal::field(&choice_name(commitment), FieldProblem::NotAnOption))?,
                ),
            };
            let kind = if line.is_some() { ConditionKind::LineCoveredBy } else { ConditionKind::AllRequiredBy };
            new.push(NewCondition { commitment, kind, line, by });
        }
        actions::set_conditions(&app, &who, &form.command(acting), id, new).await
    };
    match saved.await {
        Ok(_) => Ok(done(&format!("/adoptions/{id}/agreement"), "flash-draft-saved").into_response()),
        Err(refusal) => page(&app, &who, shell, id, Some(Back::Conditions(form, refusal))).await,
    }
}
