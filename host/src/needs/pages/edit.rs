use crate::calendar::today;
use crate::http::form_view::{FieldWords, FormView, answers};
use crate::http::page::{Page, Shell};
use crate::http::preferences::done;
use crate::http::problem::form_errors;
use crate::http::{ActingFor, Caller, Form, Path};
use crate::needs::{NewLine, actions, model, queries};
use crate::{App, Refusal, Who, proposals};
use askama::Template;
use axum::extract::State;
use axum::http::StatusCode;
use axum::response::{IntoResponse, Response};
use serde_json::{Value, json};
use twoway_entity::needs::need_line;
use twoway_ids::Uuid;

#[derive(Template)]
#[template(path = "needs/form.html")]
struct FormHtml {
    shell: Shell,
    heading: String,
    lead: String,
    form: FormView,
}

/// Where a form stands: which proposal, and which line of it, if it is there already.
struct Spot {
    proposal: Uuid,
    title: String,
    line: Option<(Uuid, i32)>,
}

async fn page(
    app: &App,
    who: &Who,
    shell: Shell,
    spot: Spot,
    given: &Value,
    refusal: Option<Refusal>,
) -> Result<Response, Refusal> {
    let l = shell.locale;
    let action = match spot.line {
        Some((id, _)) => format!("/needs/{id}"),
        None => format!("/proposals/{}/needs/new", spot.proposal),
    };
    let fields = model::fields();
    let words = FieldWords::host(l, "field-need");
    let recipients = queries::recipients(app.db.read(), who).await?;
    let mut form = FormView::new(action, &fields, &words, given, &[])
        .offer("recipient", recipients.into_iter().map(|r| (r.id.to_string(), r.name)))
        .submit(l.t("needs-save"))
        .cancel(l.t("cancel"), format!("/proposals/{}/needs", spot.proposal));
    if let Some((_, version)) = spot.line {
        form = form.with("_version", version);
    }
    let failed = refusal.is_some();
    if let Some(refusal) = refusal {
        form_errors(&mut form, l, refusal)?;
    }
    let heading = l.t(if spot.line.is_some() { "needs-edit" } else { "needs-add" });
    let list = format!("/proposals/{}/needs", spot.proposal);
    let lead = l.t1("needs-title-line", "title", &spot.title);
    let shell =
        shell.crumb(spot.title, format!("/proposals/{}", spot.proposal)).crumb(l.t("needs"), list).titled(&heading);
    let page = Page::new(FormHtml { shell, heading, lead, form });
    Ok(if failed { page.status(StatusCode::UNPROCESSABLE_ENTITY).into_response() } else { page.into_response() })
}

async fn spot_new(app: &App, who: &Who, id: Uuid) -> Result<Spot, Refusal> {
    let proposal = proposals::queries::find_visible(app.db.read(), who, id).await?.row;
    Ok(Spot { proposal: id, title: proposal.title, line: None })
}

async fn spot_of(app: &App, who: &Who, id: Uuid) -> Result<(Spot, need_line::Model), Refusal> {
    let (line, seen) = queries::find_visible(app.db.read(), who, id).await?;
    Ok((Spot { proposal: seen.row.id, title: seen.row.title, line: Some((id, line.version)) }, line))
}

pub(super) async fn new_line(
    State(app): State<App>,
    Caller(who): Caller,
    Path(id): Path<Uuid>,
    shell: Shell,
) -> Result<Response, Refusal> {
    let spot = spot_new(&app, &who, id).await?;
    page(&app, &who, shell, spot, &json!({ "divisible": true, "required": true }), None).await
}

pub(super) async fn add(
    State(app): State<App>,
    Caller(who): Caller,
    acting: ActingFor,
    Path(id): Path<Uuid>,
    shell: Shell,
    form: Form,
) -> Result<Response, Refusal> {
    let given = answers(&model::fields(), &form.0);
    let added = async {
        let line = NewLine::parse(&given, &today(&app))?;
        actions::add_line(&app, &who, &form.command(acting), id, line).await
    };
    match added.await {
        Ok(_) => Ok(done(&format!("/proposals/{id}/needs"), "flash-need-added").into_response()),
        Err(refusal) => page(&app, &who, shell, spot_new(&app, &who, id).await?, &given, Some(refusal)).await,
    }
}

pub(super) async fn line(
    State(app): State<App>,
    Caller(who): Caller,
    Path(id): Path<Uuid>,
    shell: Shell,
) -> Result<Response, Refusal> {
    let (spot, line) = spot_of(&app, &who, id).await?;
    let stored = json!({
        "kind": line.kind, "title": line.title, "description": line.description, "unit": line.unit, "minimum": line.minimum,
        "optimum": line.optimum, "divisible": line.divisible, "required": line.required, "due_on": line.due_on,
        "recipient": line.recipient_id,
    });
    page(&app, &who, shell, spot, &stored, None).await
}

pub(super) async fn change(
    State(app): State<App>,
    Caller(who): Caller,
    acting: ActingFor,
    Path(id): Path<Uuid>,
    shell: Shell,
    form: Form,
) -> Result<Response, Refusal> {
    let (spot, _) = spot_of(&app, &who, id).await?;
    let given = answers(&model::fields(), &form.0);
    let changed = async {
        let line = NewLine::parse(&given, &today(&app))?;
        actions::change_line(&app, &who, &form.command(acting), id, line).await
    };
    match changed.await {
        Ok(_) => Ok(done(&format!("/proposals/{}/needs", spot.proposal), "flash-need-changed").into_response()),
        Err(refusal) => page(&app, &who, shell, spot, &given, Some(refusal)).await,
    }
}

pub(super) async fn remove(
    State(app): State<App>,
    Caller(who): Caller,
    acting: ActingFor,
    Path(id): Path<Uuid>,
    form: Form,
) -> Result<Response, Refusal> {
    let (spot, _) = spot_of(&app, &who, id).await?;
    actions::remove_line(&app, &who, &form.command(acting), id).await?;
    Ok(done(&format!("/proposals/{}/needs", spot.proposal), "flash-need-removed").into_response())
}
