use super::show::below;
use crate::adoptions::actions::{self, Answer};
use crate::adoptions::model::{NewDelivery, delivery_fields};
use crate::adoptions::queries::{find_delivery, find_visible};
use crate::calendar::today;
use crate::http::form_view::{Control, FieldWords, FormField, FormView, answers};
use crate::http::page::{Page, Shell};
use crate::http::preferences::done;
use crate::http::problem::form_errors;
use crate::http::texts::{TextValue, t};
use crate::http::{Access, ActingFor, Caller, Form, Path, Routes};
use crate::{App, Refusal, Who};
use askama::Template;
use axum::extract::State;
use axum::http::{Method, StatusCode};
use axum::response::{IntoResponse, Response};
use serde_json::{Value, json};
use twoway_ids::Uuid;

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

fn respond(page: FormHtml, failed: bool) -> Response {
    let page = Page::new(page);
    if failed { page.status(StatusCode::UNPROCESSABLE_ENTITY).into_response() } else { page.into_response() }
}

async fn page(
    app: &App,
    who: &Who,
    shell: Shell,
    id: Uuid,
    given: &Value,
    refusal: Option<Refusal>,
) -> Result<Response, Refusal> {
    let seen = find_visible(app.db.read(), who, id).await?;
    let l = shell.locale;
    // Only what is outstanding and what this reader has a side in.
    let lines = seen.lines.iter().filter(|line| line.outstanding() > 0 && !seen.standing.sides(&line.line).is_empty());
    let options: Vec<(String, String)> = lines
        .map(|line| {
            let values = [
                ("title", line.line.title.text_value()),
                ("n", line.outstanding().text_value()),
                ("unit", line.line.unit.text_value()),
            ];
            (line.commitment.id.to_string(), t(l, "adoption-line", &values))
        })
        .collect();
    let words = FieldWords::host(l, "field-delivery");
    let mut form = FormView::new(format!("/adoptions/{id}/deliver"), &delivery_fields(), &words, given, &[])
        .offer("commitment", options)
        .with("_version", seen.row.version)
        .submit(l.t("delivery-submit"))
        .cancel(l.t("cancel"), format!("/adoptions/{id}"));
    let failed = refusal.is_some();
    if let Some(refusal) = refusal {
        form_errors(&mut form, l, refusal)?;
    }
    let (heading, lead) = (l.t("delivery-record"), l.t("delivery-record-lead"));
    let shell = below(shell, &seen, "delivery-record");
    Ok(respond(FormHtml { shell, heading, lead, notice: None, form: Some(form) }, failed))
}

async fn form(
    State(app): State<App>,
    Caller(who): Caller,
    Path(id): Path<Uuid>,
    shell: Shell,
) -> Result<Response, Refusal> {
    let given = json!({ "delivered_on": today(&app) });
    page(&app, &who, shell, id, &given, None).await
}

async fn record(
    State(app): State<App>,
    Caller(who): Caller,
    acting: ActingFor,
    Path(id): Path<Uuid>,
    shell: Shell,
    form: Form,
) -> Result<Response, Refusal> {
    let given = answers(&delivery_fields(), &form.0);
    let recorded = async {
        let delivery = NewDelivery::parse(&given, &today(&app))?;
        actions::record_delivery(&app, &who, &form.command(acting), id, delivery).await
    };
    match recorded.await {
        Ok(_) => Ok(done(&format!("/adoptions/{id}"), "flash-delivery-recorded").into_response()),
        Err(refusal) => page(&app, &who, shell, id, &given, Some(refusal)).await,
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
