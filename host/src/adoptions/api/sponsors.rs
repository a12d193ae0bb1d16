//! Sponsors as everybody may know them, for programs.

use crate::adoptions::sponsors::{self, Part};
use crate::http::problem::Problem;
use crate::http::{Access, Caller, Json, Path, Routes};
use crate::needs::NeedKind;
use crate::{App, Refusal};
use axum::extract::State;
use axum::http::Method;
use serde::Serialize;
use twoway_ids::Uuid;
use utoipa::ToSchema;

pub(super) fn routes(routes: Routes) -> Routes {
    routes.api(Method::GET, "/api/v1/sponsors/{id}", Access::Public, show)
}

#[derive(Serialize, ToSchema)]
pub(super) struct SponsorPart {
    #[schema(value_type = String)]
    kind: NeedKind,
    proposal: Uuid,
    project: String,
    line: String,
    unit: String,
    /// Never given for money.
    quantity: Option<i64>,
    delivered: bool,
}

#[derive(Serialize, ToSchema)]
pub(super) struct SponsorFace {
    name: String,
    verified: bool,
    parts: Vec<SponsorPart>,
}

/// What a sponsor agreed to be named with. Amounts of money are never shown.
#[utoipa::path(get, path = "/api/v1/sponsors/{id}", tag = "adoptions", params(("id" = Uuid, Path)),
    security((), ("token" = [])),
    responses((status = 200, body = SponsorFace), (status = 404, body = Problem)))]
pub(super) async fn show(
    State(app): State<App>,
    Caller(who): Caller,
    Path(id): Path<Uuid>,
) -> Result<Json<SponsorFace>, Refusal> {
    let found = sponsors::public(app.db.read(), who.tenant, id).await?;
    let part = |kind: NeedKind, p: Part| SponsorPart {
        kind,
        proposal: p.proposal,
        project: p.project,
        line: p.line,
        unit: p.unit,
        quantity: p.quantity,
        delivered: p.delivered,
    };
    let parts = found.kinds.into_iter().flat_map(|(kind, parts)| parts.into_iter().map(move |p| part(kind, p)));
    Ok(Json(SponsorFace {
        name: found.house.name,
        verified: found.house.verified_at.is_some(),
        parts: parts.collect(),
    }))
}
