use super::model::{Wish, clock};
use super::state::MailState;
use super::{actions, pages, queries, text};
use crate::http::problem::Problem;
use crate::http::{Access, Caller, Headers, Json, List, Paging, Path, Query, Routes};
use crate::lifecycle::{Command, Done};
use crate::{App, Refusal};
use axum::extract::State;
use axum::http::Method;
use serde::{Deserialize, Serialize};
use twoway_entity::accounts::Role;
use twoway_entity::mail::{MailKind, Rhythm, message as mail};
use twoway_ids::{Millis, Uuid};
use utoipa::{IntoParams, OpenApi, ToSchema};

pub(super) const OFFICE: Access = Access::AnyOf(&[Role::LeadOffice]);

#[derive(OpenApi)]
#[openapi(paths(own, wish, confirm, list, show, release, drop_mail), tags((name = "mail")))]
pub struct Doc;

pub fn routes(routes: Routes) -> Routes {
    let routes = routes
        .api(Method::GET, "/api/v1/me/mail", Access::SignedIn, own)
        .api(Method::PUT, "/api/v1/me/mail", Access::SignedIn, wish)
        .api(Method::POST, "/api/v1/me/mail/confirm", Access::SignedIn, confirm)
        .api(Method::GET, "/api/v1/mails", OFFICE, list)
        .api(Method::GET, "/api/v1/mails/{id}", OFFICE, show)
        .api(Method::POST, "/api/v1/mails/{id}/release", OFFICE, release)
        .api(Method::POST, "/api/v1/mails/{id}/drop", OFFICE, drop_mail);
    pages::routes(routes)
}

/// How I am told by mail.
#[derive(Serialize, ToSchema)]
struct OwnMail {
    /// Empty: by no mail.
    address: String,
    confirmed_at: Option<Millis>,
    #[schema(value_type = String)]
    rhythm: Rhythm,
    /// `HH:MM`, local.
    quiet_from: String,
    quiet_to: String,
}

/// How I am told by mail.
#[utoipa::path(get, path = "/api/v1/me/mail", tag = "mail",
    responses((status = 200, body = OwnMail), (status = 401, body = Problem)))]
async fn own(State(app): State<App>, Caller(who): Caller) -> Result<Json<OwnMail>, Refusal> {
    let row = queries::own(app.db.read(), &who).await?;
    Ok(Json(match row {
        Some(row) => OwnMail {
            address: row.address,
            confirmed_at: row.confirmed_at,
            rhythm: row.rhythm,
            quiet_from: clock(row.quiet_from),
            quiet_to: clock(row.quiet_to),
        },
        None => OwnMail {
            address: String::new(),
            confirmed_at: None,
            rhythm: Rhythm::Never,
            quiet_from: clock(super::model::QUIET.0),
            quiet_to: clock(super::model::QUIET.1),
        },
    }))
}

/// Say how I want to be told by mail. A new address gets a code first.
#[utoipa::path(put, path = "/api/v1/me/mail", tag = "mail", params(Headers), request_body = Wish,
    responses((status = 200, body = Done), (status = 401, body = Problem), (status = 422, body = Problem)))]
async fn wish(
    State(app): State<App>,
    Caller(who): Caller,
    headers: Headers,
    Json(input): Json<Wish>,
) -> Result<Json<Done>, Refusal> {
    let command: Command = headers.into();
    Ok(Json(app.once(&who, &command, actions::wish(&app, &who, &command, input)).await?))
}

#[derive(Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
struct Code {
    /// The six digits from the mail.
    code: String,
}

/// Confirm my address by the code that was sent there.
#[utoipa::path(post, path = "/api/v1/me/mail/confirm", tag = "mail", params(Headers), request_body = Code,
    responses((status = 200, body = Done), (status = 401, body = Problem), (status = 409, body = Problem)))]
async fn confirm(
    State(app): State<App>,
    Caller(who): Caller,
    headers: Headers,
    Json(input): Json<Code>,
) -> Result<Json<Done>, Refusal> {
    let command: Command = headers.into();
    Ok(Json(app.once(&who, &command, actions::confirm(&app, &who, &command, &input.code)).await?))
}

/// A mail of the outbox.
#[derive(Serialize, ToSchema)]
struct MailRow {
    id: Uuid,
    version: i32,
    account_id: Uuid,
    #[schema(value_type = String)]
    kind: MailKind,
    #[schema(value_type = String)]
    state: MailState,
    urgent: bool,
    /// Notices in it.
    notices: usize,
    due_at: Millis,
    created_at: Millis,
    sent_at: Option<Millis>,
}

fn row(m: mail::Model) -> MailRow {
    MailRow {
        id: m.id,
        version: m.version,
        account_id: m.account_id,
        kind: m.kind,
        state: m.state,
        urgent: m.urgent,
        notices: m.notices.as_array().map_or(0, Vec::len),
        due_at: m.due_at,
        created_at: m.created_at,
        sent_at: m.sent_at,
    }
}

#[derive(Deserialize, IntoParams)]
struct MailQuery {
    /// `held`, `waiting`, `failed`, `sent`, `dropped`
    state: Option<String>,
    cursor: Option<String>,
    limit: Option<u64>,
}

/// The state with this word; those that wait for the office if there is none.
pub(super) fn state(word: Option<&str>) -> Result<MailState, Refusal> {
    match word.filter(|w| !w.is_empty()) {
        None => Ok(MailState::Held),
        Some(word) => {
            serde_json::from_value(word.into()).map_err(|_| Refusal::BadRequest(format!("there is no state {word}")))
        }
    }
}

/// The outbox: mails in one state, newest first.
#[utoipa::path(get, path = "/api/v1/mails", tag = "mail", params(MailQuery),
    responses((status = 200, body = List<MailRow>), (status = 400, body = Problem), (status = 403, body = Problem)))]
async fn list(
    State(app): State<App>,
    Caller(who): Caller,
    Query(query): Query<MailQuery>,
) -> Result<Json<List<MailRow>>, Refusal> {
    let paging = Paging { cursor: query.cursor, limit: query.limit };
    Ok(Json(queries::list(app.db.read(), &who, state(query.state.as_deref())?, &paging).await?.map(row)))
}

#[derive(Serialize, ToSchema)]
struct MailText {
    #[serde(flatten)]
    mail: MailRow,
    /// None where it was not laid before the office, or where everything was read meanwhile.
    subject: Option<String>,
    body: Option<String>,
}

/// One mail; its text where it was laid before the office.
#[utoipa::path(get, path = "/api/v1/mails/{id}", tag = "mail", params(("id" = Uuid, Path)),
    responses((status = 200, body = MailText), (status = 404, body = Problem)))]
async fn show(State(app): State<App>, Caller(who): Caller, Path(id): Path<Uuid>) -> Result<Json<MailText>, Refusal> {
    let found = queries::find(app.db.read(), &who, id).await?;
    let letter = if queries::readable(&found) { text::preview(&app, &found).await? } else { None };
    let (subject, body) = letter.map_or((None, None), |l| (Some(l.subject), Some(l.body)));
    Ok(Json(MailText { mail: row(found), subject, body }))
}

/// Let a mail go that waited for the office, or try a failed one again.
#[utoipa::path(post, path = "/api/v1/mails/{id}/release", tag = "mail", params(("id" = Uuid, Path), Headers),
    responses((status = 200, body = Done), (status = 404, body = Problem), (status = 409, body = Problem)))]
async fn release(
    State(app): State<App>,
    Caller(who): Caller,
    Path(id): Path<Uuid>,
    headers: Headers,
) -> Result<Json<Done>, Refusal> {
    let command: Command = headers.into();
    Ok(Json(app.once(&who, &command, actions::release(&app, &who, &command, id)).await?))
}

/// Do not send a mail. The notices stay inside the site.
#[utoipa::path(post, path = "/api/v1/mails/{id}/drop", tag = "mail", params(("id" = Uuid, Path), Headers),
    responses((status = 200, body = Done), (status = 404, body = Problem), (status = 409, body = Problem)))]
async fn drop_mail(
    State(app): State<App>,
    Caller(who): Caller,
    Path(id): Path<Uuid>,
    headers: Headers,
) -> Result<Json<Done>, Refusal> {
    let command: Command = headers.into();
    Ok(Json(app.once(&who, &command, actions::drop_mail(&app, &who, &command, id)).await?))
}
