use super::show::below;
use crate::adoptions::actions::{self, Answer};
use crate::adoptions::model::{Committed, NewDelivery, delivery_fields};
use crate::adoptions::proofs;
use crate::adoptions::queries::{Seen, find_delivery, find_visible};
use crate::calendar::today;
use crate::http::components::ActionButton;
use crate::http::form_view::{Control, FieldWords, FormField, FormView, answers};
use crate::http::page::{Page, Shell};
use crate::http::preferences::done;
use crate::http::problem::form_errors;
use crate::http::texts::{TextValue, t};
use crate::http::{Access, ActingFor, Caller, Form, Path, Query, Routes};
use crate::{App, Refusal, Who};
use askama::Template;
use axum::extract::State;
use axum::http::{Method, StatusCode};
use axum::response::{IntoResponse, Response};
use serde::Deserialize;
use serde_json::{Map, Value, json};
use twoway_ids::Uuid;
use twoway_manifest::Field;

pub(super) fn routes(routes: Routes) -> Routes {
    routes
        .page(Method::GET, "/adoptions/{id}/deliver", Access::SignedIn, form)
        .page(Method::POST, "/adoptions/{id}/deliver", Access::SignedIn, record)
        .page(Method::POST, "/deliveries/{id}/confirm", Access::SignedIn, confirm)
        .page(Method::GET, "/deliveries/{id}/dispute", Access::SignedIn, dispute_form)
        .page(Method::POST, "/deliveries/{id}/dispute", Access::SignedIn, dispute)
}

#[derive(Template)]
#[template(path = "adoptions/form.html")]
struct FormHtml {
    shell: Shell,
    heading: String,
    lead: String,
    notice: Option<String>,
    form: Option<FormView>,
}

#[derive(Template)]
#[template(path = "adoptions/choose.html")]
struct ChooseHtml {
    shell: Shell,
    heading: String,
    lead: String,
    lines: Vec<ActionButton>,
}

fn respond(page: FormHtml, failed: bool) -> Response {
    let page = Page::new(page);
    if failed { page.status(StatusCode::UNPROCESSABLE_ENTITY).into_response() } else { page.into_response() }
}

/// What is outstanding of these lines, and what the reader has a side in.
fn open_lines(seen: &Seen) -> Vec<&Committed> {
    let mine = |line: &&Committed| line.outstanding() > 0 && !seen.standing.sides(&line.line).is_empty();
    seen.lines.iter().filter(mine).collect()
}

async fn page(
    app: &App,
    who: &Who,
    shell: Shell,
    id: Uuid,
    (commitment, given): (Option<Uuid>, &Value),
    refusal: Option<Refusal>,
) -> Result<Response, Refusal> {
    let seen = find_visible(app.db.read(), who, id).await?;
    let l = shell.locale;
    let lines = open_lines(&seen);
    let chosen = lines.iter().find(|line| Some(line.commitment.id) == commitment);
    let chosen = chosen.or_else(|| lines.first().filter(|_| lines.len() == 1));
    let shell = below(shell, &seen, "delivery-record");
    let heading = l.t("delivery-record");
    let Some(line) = chosen else {
        let link = |line: &&Committed| {
            let href = format!("/adoptions/{id}/deliver?commitment={}", line.commitment.id);
            ActionButton::link(&line.line.title, href).primary()
        };
        let lead = l.t(if lines.is_empty() { "delivery-nothing-open" } else { "delivery-choose" });
        return Ok(
            Page::new(ChooseHtml { shell, heading, lead, lines: lines.iter().map(link).collect() }).into_response()
        );
    };
    let values = [
        ("title", line.line.title.text_value()),
        ("n", line.outstanding().text_value()),
        ("unit", line.line.unit.text_value()),
    ];
    let words = FieldWords::host(l, "field-delivery");
    let mut form = FormView::new(format!("/adoptions/{id}/deliver"), &fields(line), &words, given, &[])
        .with("commitment", line.commitment.id)
        .with("_version", seen.row.version)
        .submit(l.t("delivery-submit"))
        .cancel(l.t("cancel"), format!("/adoptions/{id}"));
    let failed = refusal.is_some();
    if let Some(refusal) = refusal {
        form_errors(&mut form, l, refusal)?;
    }
    let lead = l.t1("delivery-record-of", "line", t(l, "adoption-line", &values));
    Ok(respond(FormHtml { shell, heading, lead, notice: None, form: Some(form) }, failed))
}

/// How much, when, and what proves it.
fn fields(line: &Committed) -> Vec<Field> {
    let of = delivery_fields().into_iter().filter(|f| !matches!(f.key.as_str(), "commitment" | "evidence"));
    of.chain(proofs::fields(&line.line)).chain(delivery_fields().into_iter().filter(|f| f.key == "evidence")).collect()
}

#[derive(Debug, Default, Deserialize)]
#[serde(default)]
struct Chosen {
    commitment: Option<Uuid>,
}

async fn form(
    State(app): State<App>,
    Caller(who): Caller,
    Path(id): Path<Uuid>,
    Query(chosen): Query<Chosen>,
    shell: Shell,
) -> Result<Response, Refusal> {
    let given = json!({ "delivered_on": today(&app) });
    page(&app, &who, shell, id, (chosen.commitment, &given), None).await
}

async fn record(
    State(app): State<App>,
    Caller(who): Caller,
    acting: ActingFor,
    Path(id): Path<Uuid>,
    shell: Shell,
    form: Form,
) -> Result<Response, Refusal> {
    let seen = find_visible(app.db.read(), &who, id).await?;
    let commitment = Uuid::parse_str(form.text("commitment")).ok();
    let line = seen.lines.iter().find(|l| Some(l.commitment.id) == commitment).ok_or(Refusal::NotFound)?;
    let asked = fields(line);
    let pairs: Vec<(String, String)> = form.0.iter().filter(|(name, _)| name != "commitment").cloned().collect();
    let given = answers(&asked, &pairs);
    let of_delivery: Vec<Field> = delivery_fields();
    let (mut about, mut proof) = (Map::new(), Map::new());
    for (key, value) in given.as_object().into_iter().flatten() {
        let target = if of_delivery.iter().any(|f| f.key == *key) { &mut about } else { &mut proof };
        // What was left empty was not answered.
        if value.as_str() != Some("") {
            target.insert(key.clone(), value.clone());
        }
    }
    about.insert("commitment".into(), json!(line.commitment.id));
    let recorded = async {
        let delivery = NewDelivery::parse(&about.into(), proof.into(), &today(&app))?;
        actions::record_delivery(&app, &who, &form.command(acting), id, delivery).await
    };
    match recorded.await {
        Ok(_) => Ok(done(&format!("/adoptions/{id}"), "flash-delivery-recorded").into_response()),
        Err(refusal) => page(&app, &who, shell, id, (commitment, &given), Some(refusal)).await,
    }
}

async fn confirm(
    State(app): State<App>,
    Caller(who): Caller,
    acting: ActingFor,
    Path(id): Path<Uuid>,
    form: Form,
) -> Result<impl IntoResponse, Refusal> {
    let (row, _) = find_delivery(app.db.read(), &who, id).await?;
    actions::answer_delivery(&app, &who, &form.command(acting), id, Answer::Confirm).await?;
    Ok(done(&format!("/adoptions/{}", row.adoption_id), "flash-delivery-confirmed"))
}

async fn dispute_page(
    app: &App,
    who: &Who,
    shell: Shell,
    id: Uuid,
    typed: &str,
    refusal: Option<Refusal>,
) -> Result<Response, Refusal> {
    let (row, seen) = find_delivery(app.db.read(), who, id).await?;
    let l = shell.locale;
    let mut reason = FormField::plain("reason", l.t("field-adoption-reason"), Control::Text);
    reason.required = true;
    reason.value = typed.to_string();
    let mut form = FormView::plain(format!("/deliveries/{id}/dispute"), vec![reason])
        .with("_version", row.version)
        .submit(l.t("delivery-dispute-submit"))
        .cancel(l.t("cancel"), format!("/adoptions/{}", row.adoption_id));
    let failed = refusal.is_some();
    if let Some(refusal) = refusal {
        form_errors(&mut form, l, refusal)?;
    }
    let (heading, lead) = (l.t("delivery-dispute"), l.t("delivery-dispute-lead"));
    let shell = below(shell, &seen, "delivery-dispute");
    Ok(respond(FormHtml { shell, heading, lead, notice: None, form: Some(form) }, failed))
}

async fn dispute_form(
    State(app): State<App>,
    Caller(who): Caller,
    Path(id): Path<Uuid>,
    shell: Shell,
) -> Result<Response, Refusal> {
    dispute_page(&app, &who, shell, id, "", None).await
}

async fn dispute(
    State(app): State<App>,
    Caller(who): Caller,
    acting: ActingFor,
    Path(id): Path<Uuid>,
    shell: Shell,
    form: Form,
) -> Result<Response, Refusal> {
    let reason = form.text("reason").to_string();
    let (row, _) = find_delivery(app.db.read(), &who, id).await?;
    match actions::answer_delivery(&app, &who, &form.command(acting), id, Answer::Dispute(reason.clone())).await {
        Ok(_) => Ok(done(&format!("/adoptions/{}", row.adoption_id), "flash-delivery-disputed").into_response()),
        Err(refusal) => dispute_page(&app, &who, shell, id, &reason, Some(refusal)).await,
    }
}
