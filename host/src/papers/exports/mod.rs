//! Exports of exactly what a page shows: the same filters, the same scope, the same order and the same words, in a sheet. Each has two
//! doors, the page's and the API's, with one handler behind them.

mod adoptions;
mod calls;
mod needs;
mod organizations;

use super::sheet::{Column, Format, Head, Kind};
use crate::http::components::local_day;
use crate::http::texts::Locale;
use crate::http::{Access, Routes};
use crate::{App, proposals, reviews};
use axum::http::Method;
use serde::Deserialize;
use utoipa::{IntoParams, OpenApi};

#[derive(OpenApi)]
#[openapi(
    paths(
        adoptions::list,
        calls::handed_in,
        calls::assignments,
        calls::ranking,
        calls::results,
        needs::lines,
        organizations::list
    ),
    tags((name = "papers"))
)]
pub struct Doc;

pub fn routes(routes: Routes) -> Routes {
    let readers = Access::AnyOf(proposals::queries::OFFICE_READS);
    let judges = Access::AnyOf(reviews::queries::OFFICE_READS);
    routes
        .page(Method::GET, "/adoptions/export", Access::SignedIn, adoptions::list)
        .page(Method::GET, "/office/calls/{id}/screening/export", readers, calls::handed_in)
        .page(Method::GET, "/office/calls/{id}/reviews/export", judges, calls::assignments)
        .page(Method::GET, "/office/calls/{id}/deliberation/export", judges, calls::ranking)
        .page(Method::GET, "/calls/{id}/results/export", Access::Public, calls::results)
        .page(Method::GET, "/proposals/{id}/needs/export", Access::Public, needs::lines)
        .page(Method::GET, "/organizations/export", Access::Public, organizations::list)
        .api(Method::GET, "/api/v1/adoptions/export", Access::SignedIn, adoptions::list)
        .api(Method::GET, "/api/v1/calls/{id}/proposals/export", readers, calls::handed_in)
        .api(Method::GET, "/api/v1/calls/{id}/reviews/export", judges, calls::assignments)
        .api(Method::GET, "/api/v1/calls/{id}/ranking/export", judges, calls::ranking)
        .api(Method::GET, "/api/v1/calls/{id}/results/export", Access::Public, calls::results)
        .api(Method::GET, "/api/v1/proposals/{id}/needs/export", Access::Public, needs::lines)
        .api(Method::GET, "/api/v1/organizations/export", Access::Public, organizations::list)
}

/// As what a list is exported.
#[derive(Clone, Copy, Debug, Default, Deserialize, IntoParams)]
#[serde(default)]
#[into_params(parameter_in = Query)]
struct As {
    /// `xlsx`, or `csv` in UTF-8; `xlsx` if left out.
    #[param(value_type = Option<String>)]
    format: Format,
}

fn head<const N: usize>(app: &App, title: &str, columns: [(String, Kind); N]) -> Head {
    let columns = columns.map(|(heading, kind)| Column::new(heading, kind)).into();
    Head { title: title.to_string(), columns, made_at: app.now() }
}

/// `<title>-2026-11-23.xlsx`.
fn name(app: &App, parts: &[&str], format: Format) -> String {
    let day = local_day(app.now());
    super::download::file_name(&[parts, &[day.as_str()]].concat(), format.ending())
}

/// A heading that names the unit of its amounts.
fn in_yuan(l: Locale, key: &str) -> String {
    l.t1("sheet-in-yuan", "heading", l.t(key))
}
