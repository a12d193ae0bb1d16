//! Who may not take part for a time, for programs.

use super::{OFFICE, Reason};
use crate::adoptions::actions;
use crate::adoptions::bars::{self, Entry};
use crate::http::problem::Problem;
use crate::http::{Access, Caller, Headers, Json, List, Paging, Path, Query, Routes};
use crate::lifecycle::{Command, Done};
use crate::{App, Refusal};
use axum::extract::State;
use axum::http::Method;
use serde::Serialize;
use twoway_entity::accounts::Role;
use twoway_ids::Uuid;
use utoipa::ToSchema;

const CONCERNED: Access = Access::AnyOf(&[Role::LeadOffice, Role::SponsorMember, Role::SponsorSignatory]);

pub(super) fn routes(routes: Routes) -> Routes {
    routes.api(Method::GET, "/api/v1/sponsor-bars", CONCERNED, list).api(
        Method::POST,
        "/api/v1/sponsor-bars/{id}/lift",
        OFFICE,
        lift,
    )
}

#[derive(Debug, Serialize, ToSchema)]
pub(super) struct SponsorBar {
    id: Uuid,
    adoption: Uuid,
    organization: Uuid,
    name: String,
    reason: String,
    began_at: Option<i64>,
    until_at: Option<i64>,
    lifted_at: Option<i64>,
    lift_reason: Option<String>,
}

impl From<Entry> for SponsorBar {
    fn from(Entry { row, organization, .. }: Entry) -> Self {
        Self {
            id: row.id,
            adoption: row.adoption_id,
            organization: row.organization_id,
            name: organization,
            reason: row.reason,
            began_at: row.began_at,
            until_at: row.until_at,
            lifted_at: row.lifted_at,
            lift_reason: row.lift_reason,
        }
    }
}

/// Organisations that may not take part after a breach, the newest first: to the office those that it decided, to an organisation its
/// own.
#[utoipa::path(get, path = "/api/v1/sponsor-bars", tag = "adoptions", params(Paging),
    responses((status = 200, body = List<SponsorBar>)))]
pub(super) async fn list(
    State(app): State<App>,
    Caller(who): Caller,
    Query(paging): Query<Paging>,
) -> Result<Json<List<SponsorBar>>, Refusal> {
    Ok(Json(bars::list(app.db.read(), &who, app.now(), &paging).await?.map(SponsorBar::from)))
}

/// Lift a bar, with a reason.
#[utoipa::path(post, path = "/api/v1/sponsor-bars/{id}/lift", tag = "adoptions", request_body = Reason,
    params(("id" = Uuid, Path), Headers),
    responses((status = 200, body = Done), (status = 404, body = Problem), (status = 409, body = Problem)))]
pub(super) async fn lift(
    State(app): State<App>,
    Caller(who): Caller,
    Path(id): Path<Uuid>,
    headers: Headers,
    Json(input): Json<Reason>,
) -> Result<Json<Done>, Refusal> {
    let command: Command = headers.into();
    Ok(Json(app.once(&who, &command, actions::lift_bar(&app, &who, &command, id, &input.reason)).await?))
}
