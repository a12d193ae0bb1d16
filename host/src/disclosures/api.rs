use super::actions::{self, Account};
use super::pages;
use super::queries::{self, SHOWN};
use crate::files::UploadForm;
use crate::http::problem::Problem;
use crate::http::{Access, Caller, Headers, Json, Path, Routes};
use crate::lifecycle::{Command, Done};
use crate::projects::{self, Sight};
use crate::{App, Refusal};
use axum::extract::{Multipart, State};
use axum::http::Method;
use serde::Serialize;
use twoway_entity::sponsoring::DisclosureKind;
use twoway_ids::Uuid;
use utoipa::{OpenApi, ToSchema};

#[derive(OpenApi)]
#[openapi(paths(list, publish), tags((name = "disclosures")))]
pub struct Doc;

pub fn routes(routes: Routes) -> Routes {
    let routes = routes.api(Method::GET, "/api/v1/projects/{id}/disclosures", Access::Public, list).api(
        Method::POST,
        "/api/v1/disclosures/{id}/publish",
        Access::SignedIn,
        publish,
    );
    pages::routes(routes)
}

#[derive(Debug, Serialize, ToSchema)]
struct ProjectDisclosure {
    id: Uuid,
    /// From 1.
    number: i32,
    /// `running`, `emergency`, `final`
    #[schema(value_type = String)]
    kind: DisclosureKind,
    due_at: i64,
    received: Option<String>,
    done: Option<String>,
    published_at: Option<i64>,
    /// Addresses of the photos.
    photos: Vec<String>,
}

/// What a project has told the public, the newest first; to its team and the office also what it owes.
#[utoipa::path(get, path = "/api/v1/projects/{id}/disclosures", tag = "disclosures", params(("id" = Uuid, Path)), security(()),
    responses((status = 200, body = Vec<ProjectDisclosure>), (status = 404, body = Problem)))]
async fn list(
    State(app): State<App>,
    Caller(who): Caller,
    Path(id): Path<Uuid>,
) -> Result<Json<Vec<ProjectDisclosure>>, Refusal> {
    let db = app.db.read();
    let seen = projects::find_visible(db, &who, id).await?;
    let told = queries::of(db, who.tenant, id, seen.sight == Sight::Public, SHOWN).await?;
    let one = |row: &twoway_entity::sponsoring::project_disclosure::Model| ProjectDisclosure {
        id: row.id,
        number: row.number,
        kind: row.kind,
        due_at: row.due_at,
        received: row.received.clone(),
        done: row.done.clone(),
        published_at: row.published_at,
        photos: told.photos_of(row.id).map(|p| format!("/disclosures/{}/photos/{}", row.id, p.id)).collect(),
    };
    Ok(Json(told.rows.iter().map(one).collect()))
}

/// Publish what is owed: a multipart form with `received`, `done` and up to six `photos`.
#[utoipa::path(post, path = "/api/v1/disclosures/{id}/publish", tag = "disclosures",
    request_body(content_type = "multipart/form-data", content = String), params(("id" = Uuid, Path), Headers),
    responses((status = 200, body = Done), (status = 409, body = Problem), (status = 422, body = Problem)))]
async fn publish(
    State(app): State<App>,
    Caller(who): Caller,
    Path(id): Path<Uuid>,
    headers: Headers,
    form: Multipart,
) -> Result<Json<Done>, Refusal> {
    let limit = app.config.attachment_limit;
    let mut form = UploadForm::read(form, limit).await?;
    let photos = form.files("photos", limit)?;
    form.nothing_else(&["received", "done"])?;
    let (received, done) = (form.form.text("received").to_string(), form.form.text("done").to_string());
    let command: Command = headers.into();
    let work = actions::publish(&app, &who, &command, id, Account { received, done, photos });
    Ok(Json(app.once(&who, &command, work).await?))
}
