//! Papers of what the house knows: an agreement, a list of needs to be hung up, the statement of an adoption, a proposal as it was handed
//! in. Who may see the page that leads to a paper may have the paper.

mod agreement;
mod needs;
mod proposal;
mod statement;

use super::download::{download, file_name};
use super::pdf::{self, Document};
use crate::http::texts::Locale;
use crate::http::{Access, Routes};
use crate::{App, Refusal};
use axum::http::Method;
use axum::response::Response;
use utoipa::OpenApi;

#[derive(OpenApi)]
#[openapi(
    paths(agreement::agreement, needs::sheet, proposal::handed_in, statement::statement),
    tags((name = "papers"))
)]
pub struct Doc;

pub fn routes(routes: Routes) -> Routes {
    routes
        .page(Method::GET, "/adoptions/{id}/agreement.pdf", Access::SignedIn, agreement::agreement)
        .page(Method::GET, "/adoptions/{id}/statement.pdf", Access::SignedIn, statement::statement)
        .page(Method::GET, "/proposals/{id}/needs.pdf", Access::Public, needs::sheet)
        .page(Method::GET, "/proposals/{id}/receipt.pdf", Access::SignedIn, proposal::handed_in)
        .api(Method::GET, "/api/v1/adoptions/{id}/agreement.pdf", Access::SignedIn, agreement::agreement)
        .api(Method::GET, "/api/v1/adoptions/{id}/statement.pdf", Access::SignedIn, statement::statement)
        .api(Method::GET, "/api/v1/proposals/{id}/needs.pdf", Access::Public, needs::sheet)
        .api(Method::GET, "/api/v1/proposals/{id}/receipt.pdf", Access::SignedIn, proposal::handed_in)
}

async fn send(app: &App, name: &[&str], document: Document) -> Result<Response, Refusal> {
    let bytes = pdf::made(app, document).await?;
    Ok(download(&file_name(name, "pdf"), "application/pdf", bytes))
}

/// A quantity with its unit, as the pages write it.
fn quantity(l: Locale, n: i64, unit: &str) -> String {
    l.t2("quantity", "n", n, "unit", unit)
}
