use super::super::super::api::OFFICE;
use super::super::super::queries::OFFICE_READS;
use super::{Batch, Listed, Made, pages};
use crate::http::problem::Problem;
use crate::http::{Access, Caller, Headers, Json, List, Paging, Path, Query, Routes};
use crate::lifecycle::{Command, Done};
use crate::{App, Refusal};
use axum::extract::State;
use axum::http::{Method, StatusCode};
use axum::response::{IntoResponse, Response};
use serde::Serialize;
use twoway_ids::{Millis, Uuid};
use utoipa::ToSchema;

pub(in crate::calls) fn routes(routes: Routes) -> Routes {
    let routes = routes
        .api(Method::GET, "/api/v1/calls/{id}/invitations", Access::AnyOf(OFFICE_READS), list)
        .api(Method::POST, "/api/v1/calls/{id}/invitations", OFFICE, make)
        .api(Method::POST, "/api/v1/call-invitations/{id}/revoke", OFFICE, revoke);
    pages::routes(routes)
}

/// A code of a call by invitation. The code itself is told when it is made, and never again.
#[derive(Serialize, ToSchema)]
#[schema(as = CallInvitation)]
pub struct InvitationView {
    id: Uuid,
    /// For whom it is.
    note: String,
    /// Its first two signs.
    masked: String,
    uses: i32,
    used: i32,
    expires_at: Millis,
    made_at: Millis,
    revoked_at: Option<Millis>,
    used_by: Vec<Use>,
}

/// Who began a proposal with a code.
#[derive(Serialize, ToSchema)]
#[schema(as = InvitationUse)]
pub struct Use {
    account_id: Uuid,
    organization_id: Option<Uuid>,
    at: Millis,
}

impl From<Listed> for InvitationView {
    fn from(listed: Listed) -> Self {
        let row = listed.row;
        let used = listed.used.into_iter();
        Self {
            id: row.id,
            note: row.note,
            masked: row.masked,
            uses: row.uses,
            used: row.used,
            expires_at: row.expires_at,
            made_at: row.made_at,
            revoked_at: row.revoked_at,
            used_by: used
                .map(|one| Use { account_id: one.account_id, organization_id: one.organization_id, at: one.used_at })
                .collect(),
        }
    }
}

/// The codes of a call by invitation, newest first, with who used them.
#[utoipa::path(get, path = "/api/v1/calls/{id}/invitations", tag = "calls", params(("id" = Uuid, Path), Paging),
    responses((status = 200, body = List<InvitationView>), (status = 404, body = Problem)))]
pub(in crate::calls) async fn list(
    State(app): State<App>,
    Caller(who): Caller,
    Path(id): Path<Uuid>,
    Query(paging): Query<Paging>,
) -> Result<Json<List<InvitationView>>, Refusal> {
    Ok(Json(super::list(&app, &who, id, &paging).await?.map(InvitationView::from)))
}

/// Make one code for each name. The answer tells the codes, this once; it is not kept, so that a repeated request makes new ones.
#[utoipa::path(post, path = "/api/v1/calls/{id}/invitations", tag = "calls", params(("id" = Uuid, Path), Headers), request_body = Batch,
    responses((status = 201, body = Vec<Made>), (status = 409, body = Problem), (status = 422, body = Problem)))]
pub(in crate::calls) async fn make(
    State(app): State<App>,
    Caller(who): Caller,
    Path(id): Path<Uuid>,
    headers: Headers,
    Json(input): Json<Batch>,
) -> Result<Response, Refusal> {
    let made = super::make(&app, &who, &headers.into(), id, input).await?;
    Ok((StatusCode::CREATED, Json(made)).into_response())
}

/// Take a code back.
#[utoipa::path(post, path = "/api/v1/call-invitations/{id}/revoke", tag = "calls", params(("id" = Uuid, Path), Headers),
    responses((status = 200, body = Done), (status = 404, body = Problem), (status = 409, body = Problem)))]
pub(in crate::calls) async fn revoke(
    State(app): State<App>,
    Caller(who): Caller,
    Path(id): Path<Uuid>,
    headers: Headers,
) -> Result<Json<Done>, Refusal> {
    let command: Command = headers.into();
    Ok(Json(app.once(&who, &command, super::revoke(&app, &who, &command, id)).await?))
}
