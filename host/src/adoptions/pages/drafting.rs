//! The delivery plan of a draft, and the versions of an agreement against each other.

use super::agreement::{Back, DRAFTERS, page};
use super::show::below;
use crate::adoptions::actions;
use crate::adoptions::model::{AgreementTerms, Committed};
use crate::adoptions::plan::{self, NewPart};
use crate::adoptions::queries::{self, Seen, find_visible};
use crate::adoptions::versions::{self, Line};
use crate::http::components::{Cell, Column, EmptyState, Filter, Filters, Moment, StateBadge, Table, Tone};
use crate::http::form_view::{Control, FormField, FormView};
use crate::http::page::{Page, Shell};
use crate::http::preferences::done;
use crate::http::texts::Locale;
use crate::http::{Access, ActingFor, Caller, Form, Path, Query, Routes};
use crate::{App, Refusal};
use askama::Template;
use axum::extract::State;
use axum::http::Method;
use axum::response::{IntoResponse, Response};
use serde::Deserialize;
use serde_json::Value;
use twoway_entity::adoptions::agreement;
use twoway_entity::agreements::plan_part;
use twoway_ids::Uuid;

pub(super) fn routes(routes: Routes) -> Routes {
    routes.page(Method::POST, "/adoptions/{id}/agreement/plan", DRAFTERS, save_plan).page(
        Method::GET,
        "/adoptions/{id}/agreement/versions",
        Access::SignedIn,
        compare,
    )
}

fn name(line: &Committed) -> String {
    format!("plan-{}", line.commitment.id)
}

/// One box per line; `typed` is what came back.
pub(super) fn plan_form(l: Locale, seen: &Seen, parts: &[plan_part::Model], typed: Option<&Form>) -> FormView {
    let fields = seen.lines.iter().map(|line| {
        let label = l.t2("agreement-plan-of-line", "title", &line.line.title, "unit", &line.line.unit);
        let mut field = FormField::plain(&name(line), label, Control::Text);
        field.help = Some(l.t2("agreement-plan-help", "n", line.commitment.quantity, "day", &line.line.due_on));
        field.value = match typed {
            Some(form) => form.text(&name(line)).to_string(),
            None => {
                let own = parts.iter().filter(|p| p.commitment_id == line.commitment.id);
                plan::written(own.map(|p| (p.due_on.as_str(), p.quantity)))
            }
        };
        field
    });
    FormView::plain(format!("/adoptions/{}/agreement/plan", seen.row.id), fields.collect())
        .with("_version", seen.row.version)
        .submit(l.t("agreement-plan-save"))
}

async fn save_plan(
    State(app): State<App>,
    Caller(who): Caller,
    acting: ActingFor,
    Path(id): Path<Uuid>,
    shell: Shell,
    form: Form,
) -> Result<Response, Refusal> {
    let seen = find_visible(app.db.read(), &who, id).await?;
    let saved = async {
        let mut parts: Vec<NewPart> = Vec::new();
        for line in &seen.lines {
            parts.extend(plan::read(&name(line), line.commitment.id, form.text(&name(line)))?);
        }
        actions::plan_deliveries(&app, &who, &form.command(acting), id, parts).await
    };
    match saved.await {
        Ok(_) => Ok(done(&format!("/adoptions/{id}/agreement"), "flash-draft-saved").into_response()),
        Err(refusal) => page(&app, &who, shell, id, Some(Back::Plan(form, refusal))).await,
    }
}

#[derive(Template)]
#[template(path = "adoptions/versions.html")]
struct VersionsHtml {
    shell: Shell,
    heading: String,
    versions: Table,
    choose: Vec<Filters>,
    compared: Option<String>,
    changes: Table,
    text: Vec<(&'static str, String)>,
}

#[derive(Debug, Default, Deserialize)]
#[serde(default)]
struct Asked {
    from: Option<i32>,
    to: Option<i32>,
}

/// All versions, and two of them against each other: the last two unless others are asked for.
async fn compare(
    State(app): State<App>,
    Caller(who): Caller,
    Path(id): Path<Uuid>,
    Query(asked): Query<Asked>,
    shell: Shell,
) -> Result<Page<impl Template>, Refusal> {
    let db = app.db.read();
    let seen = find_visible(db, &who, id).await?;
    let all = versions::of(db, who.tenant, id).await?;
    let people = queries::names(db, who.tenant, all.iter().filter_map(|v| v.frozen_by)).await?;
    let l = shell.locale;
    let columns =
        ["number", "created", "frozen", "by"].map(|c| Column::new(l.t(&format!("agreement-version-column-{c}"))));
    let empty = EmptyState::new("folder", l.t("agreement-version-empty"), String::new());
    let mut table = Table::new(l.t("agreement-versions"), columns.into(), empty);
    for version in &all {
        let when = |at: i64| Cell::When(Moment::past(l, at, app.now()));
        table.row(vec![
            Cell::Text(l.t1("agreement-version", "n", version.number)),
            when(version.created_at),
            version
                .frozen_at
                .map_or_else(|| Cell::State(StateBadge::new(l.t("agreement-version-draft"), Tone::Attention)), when),
            version.frozen_by.and_then(|by| people.get(&by)).map_or(Cell::Nothing, Cell::text),
        ]);
    }
    let find = |number: Option<i32>| all.iter().find(|v| Some(v.number) == number);
    let to = find(asked.to).or(all.first());
    let from = find(asked.from).or_else(|| all.iter().find(|v| to.is_some_and(|to| v.number < to.number)));
    let (changes, text) = match (from, to) {
        (Some(from), Some(to)) => (terms(l, from, to)?, text(from, to)),
        _ => (changes_table(l), Vec::new()),
    };
    let numbers = (from.map(|v| v.number), to.map(|v| v.number));
    let compared = match numbers {
        (Some(from), Some(to)) => Some(l.t2("agreement-version-compared", "from", from, "to", to)),
        _ => None,
    };
    let choose = if all.len() > 1 { choices(l, id, &all, numbers) } else { Vec::new() };
    let heading = l.t("agreement-versions");
    let shell = below(shell, &seen, "agreement-versions");
    Ok(Page::new(VersionsHtml { shell, heading, versions: table, choose, compared, changes, text }))
}

/// Links that choose the earlier and the later version.
fn choices(l: Locale, id: Uuid, all: &[agreement::Model], (from, to): (Option<i32>, Option<i32>)) -> Vec<Filters> {
    let here = format!("/adoptions/{id}/agreement/versions");
    let filters = |key: &str, chosen: Option<i32>, address: &dyn Fn(i32) -> String| Filters {
        label: l.t(key),
        filters: all
            .iter()
            .map(|v| Filter {
                label: l.t1("agreement-version", "n", v.number),
                href: address(v.number),
                current: chosen == Some(v.number),
                count: None,
            })
            .collect(),
    };
    let (first, last) = (from.unwrap_or(1), to.unwrap_or(1));
    vec![
        filters("agreement-version-from", from, &|n| format!("{here}?from={n}&to={last}")),
        filters("agreement-version-to", to, &|n| format!("{here}?from={first}&to={n}")),
    ]
}

fn changes_table(l: Locale) -> Table {
    let columns = ["term", "before", "after"].map(|c| Column::new(l.t(&format!("agreement-version-column-{c}"))));
    Table::new(
        l.t("agreement-version-changes"),
        columns.into(),
        EmptyState::new("search", l.t("agreement-version-same"), String::new()),
    )
}

fn terms(l: Locale, from: &agreement::Model, to: &agreement::Model) -> Result<Table, Refusal> {
    let before: AgreementTerms = serde_json::from_value(from.terms.clone())?;
    let after: AgreementTerms = serde_json::from_value(to.terms.clone())?;
    let mut table = changes_table(l);
    for change in versions::changed(&before, &after)? {
        let said = |value: &Value| match (change.field.as_str(), value) {
            (_, Value::Bool(yes)) => Cell::Text(l.t(if *yes { "answer-yes" } else { "answer-no" })),
            ("publicity", Value::String(word)) if !word.is_empty() => {
                Cell::Text(l.t(&format!("choice-publicity-{word}")))
            }
            (_, Value::String(text)) if !text.is_empty() => Cell::text(text),
            _ => Cell::Nothing,
        };
        table.row(vec![
            Cell::Text(l.t(&format!("field-adoption-{}", change.field))),
            said(&change.before),
            said(&change.after),
        ]);
    }
    Ok(table)
}

/// The frozen texts line by line, where both are frozen: the tag of each line, and the line.
fn text(from: &agreement::Model, to: &agreement::Model) -> Vec<(&'static str, String)> {
    let (Some(before), Some(after)) = (&from.text, &to.text) else { return Vec::new() };
    versions::lines(before, after)
        .into_iter()
        .map(|line| match line {
            Line::Same(text) => ("same", text.to_string()),
            Line::Gone(text) => ("gone", text.to_string()),
            Line::New(text) => ("new", text.to_string()),
        })
        .collect()
}
