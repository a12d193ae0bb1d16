use super::{mark_read, pages, queries};
use crate::http::problem::{Problem, said, wanted_locale};
use crate::http::texts::Locale;
use crate::http::{Access, Caller, Json, List, Paging, Path, Query, Routes};
use crate::{App, Refusal};
use axum::extract::State;
use axum::http::{HeaderMap, Method, StatusCode};
use serde::Serialize;
use twoway_entity::notices::notice;
use twoway_ids::{Millis, Uuid};
use utoipa::{OpenApi, ToSchema};

#[derive(OpenApi)]
#[openapi(paths(list, read), tags((name = "notices")))]
pub struct Doc;

pub fn routes(routes: Routes) -> Routes {
    let routes = routes.api(Method::GET, "/api/v1/notices", Access::SignedIn, list).api(
        Method::POST,
        "/api/v1/notices/{id}/read",
        Access::SignedIn,
        read,
    );
    pages::routes(routes)
}

/// The sentence of a notice in the reader's language.
pub(super) fn text_of(locale: Locale, notice: &notice::Model) -> String {
    // A plugin's notice comes as a finished sentence.
    let finished = notice.values["text"].as_str().map(str::to_string);
    said(locale, &notice.template, &notice.values).or(finished).unwrap_or_else(|| notice.template.clone())
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
    let row = |n: notice::Model| NoticeRow {
        text: text_of(locale, &n),
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
