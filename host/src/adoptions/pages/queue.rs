//! Standing in a queue, taking what it offers, giving back a part of a hold.

use super::interest::{FormHtml, for_sponsor, houses, name, own_answers, quantities, respond, trades, typed};
use super::{SPONSOR, crumbs};
use crate::adoptions::model::{NewInterest, interest_fields};
use crate::adoptions::queries::find_visible;
use crate::adoptions::{actions, queries};
use crate::http::form_view::{Control, FieldWords, FormField, FormView};
use crate::http::page::Shell;
use crate::http::preferences::done;
use crate::http::problem::form_errors;
use crate::http::texts::{TextValue, t};
use crate::http::{Access, ActingFor, Caller, Form, Path, Routes};
use crate::{App, Refusal, Who, needs};
use axum::extract::State;
use axum::http::Method;
use axum::response::{IntoResponse, Response};
use serde_json::{Value, json};
use std::collections::HashMap;
use twoway_ids::Uuid;
use twoway_manifest::FieldProblem;

pub(super) fn routes(routes: Routes) -> Routes {
    routes
        .page(Method::GET, "/needs/{id}/queue", Access::SignedIn, queue_form)
        .page(Method::POST, "/needs/{id}/queue", SPONSOR, join)
        .page(Method::POST, "/adoptions/{id}/take-offer", SPONSOR, take)
        .page(Method::GET, "/adoptions/{id}/reduce", SPONSOR, reduce_form)
        .page(Method::POST, "/adoptions/{id}/reduce", SPONSOR, reduce)
}

/// What was typed into the queue's form.
#[derive(Default)]
struct Typed {
    answers: Value,
    boxes: HashMap<Uuid, String>,
    sponsor: String,
}

async fn queue_form(
    State(app): State<App>,
    Caller(who): Caller,
    ActingFor(acting): ActingFor,
    Path(id): Path<Uuid>,
    shell: Shell,
) -> Result<Response, Refusal> {
    let sponsor = acting.map(|id| id.to_string()).unwrap_or_default();
    queue_page(&app, &who, shell, id, Typed { answers: json!({}), sponsor, ..Typed::default() }, None).await
}

async fn queue_page(
    app: &App,
    who: &Who,
    shell: Shell,
    id: Uuid,
    given: Typed,
    refusal: Option<Refusal>,
) -> Result<Response, Refusal> {
    let db = app.db.read();
    let (line, seen) = needs::queries::find_visible(db, who, id).await?;
    let waiting = queries::queue_lengths(db, who.tenant, [id]).await?.remove(&id).unwrap_or_default();
    let l = shell.locale;
    let back = format!("/proposals/{}/needs", seen.row.id);
    let heading = l.t1("queue-title", "line", &line.title);
    let shell = shell.crumb(l.t("hall"), "/hall").crumb(seen.row.title.clone(), back.clone()).titled(heading.clone());
    let lead = l.t("queue-lead");
    let houses = houses(who);
    if houses.is_empty() {
        let notice = Some(l.t("interest-no-right"));
        return Ok(respond(FormHtml { shell, heading, lead, notice, form: None }, false));
    }
    let words = FieldWords::host(l, "field-interest");
    let action = format!("/needs/{id}/queue");
    let mut form = FormView::new(action, &interest_fields(), &words, &given.answers, &[])
        .submit(l.t("queue-submit"))
        .cancel(l.t("cancel"), back);
    form = form.offer("trade", trades(app, who, l).await?);
    form = for_sponsor(l, form, houses, &given.sponsor);
    let label = l.t2("queue-quantity", "title", &line.title, "unit", &line.unit);
    let mut field = FormField::plain(&name(id), label, Control::Number);
    let key = if line.divisible { "queue-quantity-help" } else { "queue-quantity-whole" };
    let values = [
        ("open", needs::LineCoverage::from(&line).open().text_value()),
        ("whole", line.optimum.text_value()),
        ("unit", line.unit.text_value()),
        ("day", line.due_on.text_value()),
        ("waiting", waiting.text_value()),
    ];
    field.help = Some(t(l, key, &values));
    field.required = true;
    field.min = Some(1);
    field.max = Some(line.optimum);
    field.unit = Some(line.unit);
    field.value = given.boxes.get(&id).cloned().unwrap_or_default();
    let at = form.fields.len() - interest_fields().len();
    form.fields.insert(at, field);
    let failed = refusal.is_some();
    if let Some(refusal) = refusal {
        form_errors(&mut form, l, refusal)?;
    }
    Ok(respond(FormHtml { shell, heading, lead, notice: None, form: Some(form) }, failed))
}

async fn join(
    State(app): State<App>,
    Caller(who): Caller,
    acting: ActingFor,
    Path(id): Path<Uuid>,
    shell: Shell,
    form: Form,
) -> Result<Response, Refusal> {
    let given = Typed { answers: own_answers(&form), boxes: typed(&form), sponsor: form.text("sponsor").to_string() };
    let sent = async {
        let organization =
            Uuid::parse_str(&given.sponsor).map_err(|_| Refusal::field("sponsor", FieldProblem::Missing))?;
        let mut wishes = quantities(&given.boxes)?;
        wishes.retain(|w| w.line == id);
        if wishes.is_empty() {
            return Err(Refusal::field(&name(id), FieldProblem::Missing));
        }
        let interest = NewInterest::parse(organization, &given.answers, wishes)?;
        actions::join_queue(&app, &who, &form.command(acting), id, interest).await
    };
    match sent.await {
        Ok(sent) => Ok(done(&format!("/adoptions/{}", sent.id), "flash-queue-joined").into_response()),
        Err(refusal) => queue_page(&app, &who, shell, id, given, Some(refusal)).await,
    }
}

async fn take(
    State(app): State<App>,
    Caller(who): Caller,
    acting: ActingFor,
    Path(id): Path<Uuid>,
    form: Form,
) -> Result<impl IntoResponse, Refusal> {
    actions::take_offer(&app, &who, &form.command(acting), id).await?;
    Ok(done(&format!("/adoptions/{id}"), "flash-adoption-held"))
}

async fn reduce_form(
    State(app): State<App>,
    Caller(who): Caller,
    Path(id): Path<Uuid>,
    shell: Shell,
) -> Result<Response, Refusal> {
    reduce_page(&app, &who, shell, id, None, None).await
}

async fn reduce_page(
    app: &App,
    who: &Who,
    shell: Shell,
    id: Uuid,
    given: Option<&HashMap<Uuid, String>>,
    refusal: Option<Refusal>,
) -> Result<Response, Refusal> {
    let seen = find_visible(app.db.read(), who, id).await?;
    let l = shell.locale;
    let boxes = seen.lines.iter().map(|line| {
        let held = line.commitment.quantity;
        let label = l.t2("interest-quantity", "title", &line.line.title, "unit", &line.line.unit);
        let mut field = FormField::plain(&name(line.line.id), label, Control::Number);
        let key = if line.line.divisible { "reduce-quantity-help" } else { "reduce-quantity-whole" };
        field.help = Some(l.t2(key, "held", held.to_string(), "unit", &line.line.unit));
        field.value = match given {
            Some(typed) => typed.get(&line.line.id).cloned().unwrap_or_default(),
            None => held.to_string(),
        };
        field.min = Some(0);
        field.max = Some(held);
        field.unit = Some(line.line.unit.clone());
        field
    });
    let mut form = FormView::plain(format!("/adoptions/{id}/reduce"), boxes.collect())
        .with("_version", seen.row.version)
        .submit(l.t("reduce-submit"))
        .cancel(l.t("cancel"), format!("/adoptions/{id}"));
    let failed = refusal.is_some();
    if let Some(refusal) = refusal {
        form_errors(&mut form, l, refusal)?;
    }
    let shell = crumbs(shell, &seen).titled(l.t("hold-reduce"));
    let (heading, lead) = (l.t("hold-reduce"), l.t("reduce-lead"));
    Ok(respond(FormHtml { shell, heading, lead, notice: None, form: Some(form) }, failed))
}

async fn reduce(
    State(app): State<App>,
    Caller(who): Caller,
    acting: ActingFor,
    Path(id): Path<Uuid>,
    shell: Shell,
    form: Form,
) -> Result<Response, Refusal> {
    let typed = typed(&form);
    let reduced = async { actions::reduce(&app, &who, &form.command(acting), id, quantities(&typed)?).await };
    match reduced.await {
        Ok(_) => Ok(done(&format!("/adoptions/{id}"), "flash-adoption-reduced").into_response()),
        Err(refusal) => reduce_page(&app, &who, shell, id, Some(&typed), Some(refusal)).await,
    }
}
