use super::Similar;
use crate::http::problem::Problem;
use crate::http::{Access, Caller, Json, Path, Routes};
use crate::proposals::queries::{self, Sight};
use crate::{App, Refusal};
use axum::extract::State;
use axum::http::Method;
use serde::Serialize;
use twoway_ids::Uuid;
use utoipa::{OpenApi, ToSchema};

#[derive(OpenApi)]
#[openapi(paths(similar), tags((name = "proposals")))]
pub struct Doc;

pub fn routes(routes: Routes) -> Routes {
    super::pages::routes(routes.api(Method::GET, "/api/v1/proposals/{id}/similar", Access::SignedIn, similar))
}

/// A proposal that resembles another one.
#[derive(Debug, Serialize, ToSchema)]
pub struct SimilarView {
    pub id: Uuid,
    pub title: String,
    pub summary: String,
    pub call_id: Uuid,
    pub call_title: String,
    /// How alike, in percent.
    pub alike: u8,
    /// What both say, the longest first.
    pub shared: Vec<String>,
}

impl From<Similar> for SimilarView {
    fn from(similar: Similar) -> Self {
        let alike = super::pages::percent(similar.alike);
        let Similar { row, call_title, shared, .. } = similar;
        Self { id: row.id, title: row.title, summary: row.summary, call_id: row.call_id, call_title, alike, shared }
    }
}

/// What resembles a proposal, the most alike first: for its proposer what is public, for the office what was handed in.
#[utoipa::path(get, path = "/api/v1/proposals/{id}/similar", tag = "proposals", params(("id" = Uuid, Path)),
    responses((status = 200, body = Vec<SimilarView>), (status = 404, body = Problem)))]
async fn similar(
    State(app): State<App>,
    Caller(who): Caller,
    Path(id): Path<Uuid>,
) -> Result<Json<Vec<SimilarView>>, Refusal> {
    let seen = queries::find_visible(app.db.read(), &who, id).await?;
    if seen.sight < Sight::Own {
        return Err(Refusal::NotFound);
    }
    let found = super::of(app.db.read(), &who, &seen.row, seen.sight).await?;
    Ok(Json(found.into_iter().map(SimilarView::from).collect()))
}
