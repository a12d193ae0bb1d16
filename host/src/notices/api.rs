use super::actions;
use super::wordings::{blanks_of, own, templates};
use super::{NewWording, Wordings, mark_read, pages, queries};
use crate::http::problem::{Problem, wanted_locale};
use crate::http::texts::Locale;
use crate::http::{Access, Caller, Headers, Json, List, Paging, Path, Query, Routes};
use crate::lifecycle::{Command, Done};
use crate::{App, Refusal};
use axum::extract::State;
use axum::http::{HeaderMap, Method, StatusCode};
use serde::Serialize;
use twoway_entity::accounts::Role;
use twoway_entity::notices::notice;
use twoway_ids::{Millis, Uuid};
use utoipa::{OpenApi, ToSchema};

pub(super) const OFFICE: Access = Access::AnyOf(&[Role::LeadOffice]);

#[derive(OpenApi)]
#[openapi(paths(list, read, wordings, word), tags((name = "notices")))]
pub struct Doc;

pub fn routes(routes: Routes) -> Routes {
    let routes = routes.api(Method::GET, "/api/v1/notices", Access::SignedIn, list).api(
        Method::POST,
        "/api/v1/notices/{id}/read",
        Access::SignedIn,
        read,
    );
    let routes = routes.api(Method::GET, "/api/v1/notice-wordings", OFFICE, wordings).api(
        Method::PUT,
        "/api/v1/notice-wordings/{template}",
        OFFICE,
        word,
    );
    pages::routes(routes)
}

#[derive(Serialize, ToSchema)]
struct NoticeRow {
    id: Uuid,
    text: String,
    /// Path inside the site.
    link: String,
    urgent: bool,
    created_at: Millis,
    read_at: Option<Millis>,
}

/// What the platform told me, newest first.
#[utoipa::path(get, path = "/api/v1/notices", tag = "notices", params(Paging),
    responses((status = 200, body = List<NoticeRow>), (status = 401, body = Problem)))]
async fn list(
    State(app): State<App>,
    Caller(who): Caller,
    headers: HeaderMap,
    Query(paging): Query<Paging>,
) -> Result<Json<List<NoticeRow>>, Refusal> {
    let locale = wanted_locale(&headers, Some(&who));
    let words = Wordings::load(app.db.read(), who.tenant).await?;
    let row = |n: notice::Model| NoticeRow {
        text: words.said(locale, &n.template, &n.values),
        id: n.id,
        link: n.link,
        urgent: n.urgent,
        created_at: n.created_at,
        read_at: n.read_at,
    };
    Ok(Json(queries::list(app.db.read(), &who, false, &paging).await?.map(row)))
}

/// I have read it.
#[utoipa::path(post, path = "/api/v1/notices/{id}/read", tag = "notices", params(("id" = Uuid, Path)),
    responses((status = 204), (status = 401, body = Problem), (status = 404, body = Problem)))]
async fn read(State(app): State<App>, Caller(who): Caller, Path(id): Path<Uuid>) -> Result<StatusCode, Refusal> {
    if mark_read(&app, &who, Some(id)).await? == 0 {
        return Err(Refusal::NotFound);
    }
    Ok(StatusCode::NO_CONTENT)
}

/// One of the platform's sentences.
#[derive(Serialize, ToSchema)]
struct Sentence {
    template: String,
    /// The values that it may name.
    values: Vec<String>,
    /// The office's own; none: the platform's.
    zh_cn: Option<String>,
    en: Option<String>,
    /// Mails that tell it wait until somebody of the office has looked at them.
    looked_at: bool,
    /// 0 while the office has left it as it is.
    version: i32,
}

/// All sentences that the platform tells people by itself, with what the office made of them.
#[utoipa::path(get, path = "/api/v1/notice-wordings", tag = "notices",
    responses((status = 200, body = Vec<Sentence>), (status = 403, body = Problem)))]
async fn wordings(State(app): State<App>, Caller(who): Caller) -> Result<Json<Vec<Sentence>>, Refusal> {
    let words = Wordings::load(app.db.read(), who.tenant).await?;
    let sentence = |template: &String| {
        let row = words.get(template);
        let said = |locale| row.and_then(|row| own(row, locale)).map(str::to_string);
        Sentence {
            template: template.clone(),
            values: blanks_of(template).iter().map(|blank| blank.name.to_string()).collect(),
            zh_cn: said(Locale::ZhCn),
            en: said(Locale::En),
            looked_at: row.is_some_and(|row| row.looked_at),
            version: row.map_or(0, |row| row.version),
        }
    };
    Ok(Json(templates().iter().map(sentence).collect()))
}

/// Put the office's own sentence in the place of the platform's; empty texts take it back.
#[utoipa::path(put, path = "/api/v1/notice-wordings/{template}", tag = "notices",
    params(("template" = String, Path), Headers), request_body = NewWording,
    responses((status = 200, body = Done), (status = 404, body = Problem), (status = 422, body = Problem)))]
async fn word(
    State(app): State<App>,
    Caller(who): Caller,
    Path(template): Path<String>,
    headers: Headers,
    Json(input): Json<NewWording>,
) -> Result<Json<Done>, Refusal> {
    let command: Command = headers.into();
    Ok(Json(app.once(&who, &command, actions::word(&app, &who, &command, &template, input)).await?))
}
