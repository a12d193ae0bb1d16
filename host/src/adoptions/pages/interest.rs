//! The forms with one box per line: interest and hold.

use super::crumbs;
use crate::adoptions::actions;
use crate::adoptions::model::{NewInterest, Wish, interest_fields};
use crate::adoptions::queries::find_visible;
use crate::adoptions::rules::SPONSORS;
use crate::http::form_view::{Control, FieldWords, FormField, FormView, OptionView, answers};
use crate::http::page::{Page, Shell};
use crate::http::preferences::done;
use crate::http::problem::form_errors;
use crate::http::texts::{Locale, TextValue, t};
use crate::http::{ActingFor, Caller, Form, Path};
use crate::{App, Refusal, Who, needs, proposals};
use askama::Template;
use axum::extract::State;
use axum::http::StatusCode;
use axum::response::{IntoResponse, Response};
use serde_json::{Value, json};
use std::collections::HashMap;
use twoway_entity::needs::need_line;
use twoway_entity::proposals::proposal;
use twoway_ids::Uuid;
use twoway_manifest::FieldProblem;

#[derive(Template)]
#[template(path = "adoptions/form.html")]
pub(super) struct FormHtml {
    pub shell: Shell,
    pub heading: String,
    pub lead: String,
    pub notice: Option<String>,
    pub form: Option<FormView>,
}

/// The name of a line's box.
pub(super) fn name(line: Uuid) -> String {
    format!("line-{line}")
}

/// One box per line that has something open, or that is asked for already.
fn boxes(l: Locale, lines: &[need_line::Model], typed: &HashMap<Uuid, String>) -> Vec<FormField> {
    let open = |line: &need_line::Model| needs::LineCoverage::from(line).open();
    lines
        .iter()
        .filter(|line| open(line) > 0 || typed.contains_key(&line.id))
        .map(|line| {
            let label = l.t2("interest-quantity", "title", &line.title, "unit", &line.unit);
            let mut field = FormField::plain(&name(line.id), label, Control::Number);
            let key = if line.divisible { "interest-quantity-help" } else { "interest-quantity-whole" };
            let values = [
                ("open", open(line).text_value()),
                ("unit", line.unit.text_value()),
                ("day", line.due_on.text_value()),
            ];
            field.help = Some(t(l, key, &values));
            field.value = typed.get(&line.id).cloned().unwrap_or_default();
            field.min = Some(0);
            field.max = Some(open(line));
            field.unit = Some(line.unit.clone());
            field
        })
        .collect()
}

/// What was typed into the boxes.
pub(super) fn typed(form: &Form) -> HashMap<Uuid, String> {
    let boxes = form.0.iter().filter_map(|(key, value)| {
        let id = Uuid::parse_str(key.strip_prefix("line-")?).ok()?;
        Some((id, value.trim().to_string()))
    });
    boxes.collect()
}

/// The quantities; an empty box or a zero is none. Errors: [`Refusal::Invalid`] at the box.
pub(super) fn quantities(typed: &HashMap<Uuid, String>) -> Result<Vec<Wish>, Refusal> {
    let mut wishes = Vec::new();
    for (line, text) in typed {
        let quantity = match text.as_str() {
            "" => 0,
            text => text.parse::<i64>().map_err(|_| Refusal::field(&name(*line), FieldProblem::WrongType))?,
        };
        if quantity != 0 {
            wishes.push(Wish { line: *line, quantity });
        }
    }
    wishes.sort_unstable_by_key(|w| w.line);
    Ok(wishes)
}

pub(super) fn respond(page: FormHtml, failed: bool) -> Response {
    let page = Page::new(page);
    if failed { page.status(StatusCode::UNPROCESSABLE_ENTITY).into_response() } else { page.into_response() }
}

/// The interest's own answers without the boxes.
pub(super) fn own_answers(form: &Form) -> Value {
    let pairs: Vec<_> = form.0.iter().filter(|(k, _)| !k.starts_with("line-") && k != "sponsor").cloned().collect();
    answers(&interest_fields(), &pairs)
}

pub(super) async fn form(
    State(app): State<App>,
    Caller(who): Caller,
    ActingFor(acting): ActingFor,
    Path(id): Path<Uuid>,
    shell: Shell,
) -> Result<Response, Refusal> {
    let proposal = proposals::queries::find_visible(app.db.read(), &who, id).await?.row;
    let chosen = acting.map(|id| id.to_string()).unwrap_or_default();
    interest_page(&app, &who, shell, &proposal, &json!({}), &HashMap::new(), &chosen, None).await
}

/// The sponsors for which the reader speaks, by id and name.
pub(super) fn houses(who: &Who) -> Vec<(String, String)> {
    let held = who.actor().map(|actor| actor.held.as_slice()).unwrap_or_default();
    let held = held.iter().filter(|h| SPONSORS.contains(&h.role));
    let mut houses: Vec<_> = held.map(|h| (h.organization.to_string(), h.organization_name.clone())).collect();
    houses.sort_unstable();
    houses.dedup();
    houses
}

/// What a sponsor may trade in, by key and name; what is blocked is offered too, so that the refusal says why.
pub(super) async fn trades(app: &App, who: &Who, l: Locale) -> Result<Vec<(String, String)>, Refusal> {
    let all = crate::adoptions::trades::all(app.db.read(), who.tenant, l).await?;
    Ok(all.into_iter().map(|t| (t.key, t.title)).collect())
}

/// Asks for which of several sponsors the reader acts; the only one is not asked for.
pub(super) fn for_sponsor(l: Locale, mut form: FormView, houses: Vec<(String, String)>, chosen: &str) -> FormView {
    if let [(only, _)] = houses.as_slice() {
        return form.with("sponsor", only);
    }
    let mut choice = FormField::plain("sponsor", l.t("interest-organization"), Control::Radios);
    choice.required = true;
    choice.options =
        houses.into_iter().map(|(value, label)| OptionView { selected: value == chosen, value, label }).collect();
    form.fields.insert(0, choice);
    form
}

#[expect(clippy::too_many_arguments, reason = "what a form that comes back has to show again")]
async fn interest_page(
    app: &App,
    who: &Who,
    shell: Shell,
    proposal: &proposal::Model,
    given: &Value,
    typed: &HashMap<Uuid, String>,
    organization: &str,
    refusal: Option<Refusal>,
) -> Result<Response, Refusal> {
    let l = shell.locale;
    let lines = needs::queries::lines(app.db.read(), who, proposal.id).await?;
    let heading = l.t1("interest-title", "title", &proposal.title);
    let shell = shell.crumb(l.t("hall"), "/hall").titled(heading.clone());
    let houses = houses(who);
    let lead = l.t("interest-lead");
    if houses.is_empty() {
        let notice = Some(l.t("interest-no-right"));
        return Ok(respond(FormHtml { shell, heading, lead, notice, form: None }, false));
    }
    let words = FieldWords::host(l, "field-interest");
    let action = format!("/proposals/{}/adopt", proposal.id);
    let mut form = FormView::new(action, &interest_fields(), &words, given, &[])
        .submit(l.t("interest-submit"))
        .cancel(l.t("cancel"), format!("/proposals/{}/needs", proposal.id));
    form = form.offer("trade", trades(app, who, l).await?);
    form = for_sponsor(l, form, houses, organization);
    let boxes = boxes(l, &lines, typed);
    let at = form.fields.len() - interest_fields().len();
    form.fields.splice(at..at, boxes);
    let failed = refusal.is_some();
    if let Some(refusal) = refusal {
        form_errors(&mut form, l, refusal)?;
    }
    Ok(respond(FormHtml { shell, heading, lead, notice: None, form: Some(form) }, failed))
}

pub(super) async fn express(
    State(app): State<App>,
    Caller(who): Caller,
    acting: ActingFor,
    Path(id): Path<Uuid>,
    shell: Shell,
    form: Form,
) -> Result<Response, Refusal> {
    let proposal = proposals::queries::find_visible(app.db.read(), &who, id).await?.row;
    let (given, typed) = (own_answers(&form), typed(&form));
    let sent = async {
        let organization =
            Uuid::parse_str(form.text("sponsor")).map_err(|_| Refusal::field("sponsor", FieldProblem::Missing))?;
        let interest = NewInterest::parse(organization, &given, quantities(&typed)?)?;
        actions::express_interest(&app, &who, &form.command(acting), id, interest).await
    };
    match sent.await {
        Ok(sent) => Ok(done(&format!("/adoptions/{}", sent.id), "flash-interest-sent").into_response()),
        Err(refusal) => {
            let organization = form.text("sponsor");
            interest_page(&app, &who, shell, &proposal, &given, &typed, organization, Some(refusal)).await
        }
    }
}

pub(super) async fn hold_form(
    State(app): State<App>,
    Caller(who): Caller,
    Path(id): Path<Uuid>,
    shell: Shell,
) -> Result<Response, Refusal> {
    let seen = find_visible(app.db.read(), &who, id).await?;
    let wished = seen.lines.iter().map(|l| (l.line.id, l.commitment.quantity.to_string())).collect();
    hold_page(&app, &who, shell, id, &wished, None).await
}

async fn hold_page(
    app: &App,
    who: &Who,
    shell: Shell,
    id: Uuid,
    typed: &HashMap<Uuid, String>,
    refusal: Option<Refusal>,
) -> Result<Response, Refusal> {
    let db = app.db.read();
    let seen = find_visible(db, who, id).await?;
    let lines = needs::queries::lines(db, who, seen.row.proposal_id).await?;
    let l = shell.locale;
    let mut form = FormView::plain(format!("/adoptions/{id}/hold"), boxes(l, &lines, typed))
        .with("_version", seen.row.version)
        .submit(l.t("hold-submit"))
        .cancel(l.t("cancel"), format!("/adoptions/{id}"));
    let failed = refusal.is_some();
    if let Some(refusal) = refusal {
        form_errors(&mut form, l, refusal)?;
    }
    let shell = crumbs(shell, &seen).titled(l.t("hold-title"));
    let page = FormHtml { shell, heading: l.t("hold-title"), lead: l.t("hold-lead"), notice: None, form: Some(form) };
    Ok(respond(page, failed))
}

pub(super) async fn hold(
    State(app): State<App>,
    Caller(who): Caller,
    acting: ActingFor,
    Path(id): Path<Uuid>,
    shell: Shell,
    form: Form,
) -> Result<Response, Refusal> {
    let typed = typed(&form);
    let held = async { actions::hold(&app, &who, &form.command(acting), id, quantities(&typed)?).await };
    match held.await {
        Ok(_) => Ok(done(&format!("/adoptions/{id}"), "flash-adoption-held").into_response()),
        Err(refusal) => hold_page(&app, &who, shell, id, &typed, Some(refusal)).await,
    }
}
