//! The description of the API: as OpenAPI for programs, as a page for people; and a page for each problem code.

use super::components::Filters;
use super::frame::Site;
use super::input::Path;
use super::page::{Page, Shell};
use super::texts::{self, Locale};
use super::usual::{address, filters};
use super::{Access, Query, Route, Routes};
use crate::Refusal;
use askama::Template;
use axum::Extension;
use axum::http::{Method, StatusCode, header};
use axum::response::IntoResponse;
use serde::Deserialize;
use std::collections::BTreeSet;
use std::sync::Arc;
use utoipa::OpenApi as _;
use utoipa::openapi::OpenApi;
use utoipa::openapi::security::{HttpAuthScheme, HttpBuilder, SecurityScheme};
use utoipa::openapi::{Content, Ref, RefOr, Response};

#[derive(utoipa::OpenApi)]
#[openapi(paths(openapi), tags((name = "operation")))]
pub struct Doc;

#[derive(utoipa::OpenApi)]
#[openapi(
    info(title = "Twoway", description = "双向奔赴：征集、申报、评审、认领与项目的开放接口。", license(name = "Apache-2.0")),
    security(("token" = [])),
)]
struct Head;

/// The description that the features' parts are merged into.
pub(super) fn description() -> OpenApi {
    let mut doc = Head::openapi();
    let mut http = HttpBuilder::new().scheme(HttpAuthScheme::Bearer).bearer_format("JWT");
    http = http.description(Some("access_token of POST /api/v1/session"));
    doc.components.get_or_insert_default().add_security_scheme("token", SecurityScheme::Http(http.build()));
    doc
}

mod reference;

pub use reference::{OperationView, Rendered, SchemaView, Shape};

/// Adds to every operation what its route answers before the handler is reached, and the media type of problems.
pub(super) fn complete(doc: &mut OpenApi, table: &[Route]) {
    for route in table {
        let Some(item) = doc.paths.paths.get_mut(route.path) else { continue };
        let operation = match route.method.as_str() {
            "GET" => &mut item.get,
            "POST" => &mut item.post,
            "PUT" => &mut item.put,
            "PATCH" => &mut item.patch,
            "DELETE" => &mut item.delete,
            _ => continue,
        };
        let Some(operation) = operation else { continue };
        let mut usual = vec!["500", "503"];
        usual.extend((!matches!(route.access, Access::Public)).then_some("401"));
        usual.extend(matches!(route.access, Access::AnyOf(_)).then_some("403"));
        if operation.parameters.as_ref().is_some_and(|parameters| !parameters.is_empty()) {
            usual.extend(["400", "422"]);
        }
        if operation.request_body.is_some() {
            usual.extend(["400", "413", "415", "422"]);
        }
        for status in usual {
            operation.responses.responses.entry(status.to_string()).or_insert_with(|| RefOr::T(Response::new("")));
        }
        for (status, response) in &mut operation.responses.responses {
            let RefOr::T(response) = response else { continue };
            let is_problem = status.starts_with(['4', '5']) && route.path.starts_with("/api/");
            if is_problem {
                let content = Content::new(Some(RefOr::Ref(Ref::from_schema_name("Problem"))));
                response.content = [("application/problem+json".to_string(), RefOr::T(content))].into_iter().collect();
            }
            if response.description.is_empty() {
                let reason =
                    status.parse().ok().and_then(|s| StatusCode::from_u16(s).ok()).and_then(|s| s.canonical_reason());
                response.description = reason.unwrap_or_default().to_string();
            }
        }
    }
}

pub fn routes(routes: Routes) -> Routes {
    routes
        .api(Method::GET, "/api/openapi.json", Access::Public, openapi)
        .page(Method::GET, "/api/docs", Access::Public, reference)
        .page(Method::GET, "/problems/{code}", Access::Public, problem)
}

/// This description.
#[utoipa::path(get, path = "/api/openapi.json", tag = "operation", security(()), responses((status = 200, body = Object)))]
async fn openapi(Extension(site): Extension<Arc<Site>>) -> axum::response::Response {
    ([(header::CONTENT_TYPE, "application/json")], site.doc.json().to_string()).into_response()
}

#[derive(Template)]
#[template(path = "docs/reference.html")]
struct ReferenceHtml {
    shell: Shell,
    site: Arc<Site>,
    part: String,
    parts: Filters,
}

impl ReferenceHtml {
    fn operations(&self) -> Vec<&OperationView> {
        self.site.doc.operations().iter().filter(|operation| operation.tag == self.part).collect()
    }

    /// The schemas that this part's operations name, and those that these name in turn.
    fn schemas(&self) -> Vec<&SchemaView> {
        let name = |shape: &Shape| shape.schema.clone();
        let mut waiting: Vec<String> = Vec::new();
        for operation in self.operations() {
            waiting.extend(operation.body.iter().filter_map(name));
            waiting.extend(operation.answers.iter().filter_map(|(_, _, shape)| shape.as_ref().and_then(name)));
        }
        let mut named = BTreeSet::new();
        while let Some(next) = waiting.pop() {
            let fields = self.site.doc.schemas().iter().find(|schema| schema.name == next);
            if named.insert(next) {
                waiting.extend(fields.into_iter().flat_map(|schema| &schema.fields).filter_map(|f| name(&f.shape)));
            }
        }
        self.site.doc.schemas().iter().filter(|schema| named.contains(&schema.name)).collect()
    }
}

#[derive(Default, Deserialize)]
#[serde(default)]
struct Wanted {
    part: Option<String>,
}

/// One part of the API at a time: all of it on one page would be a page that no browser reads in reasonable time.
async fn reference(
    shell: Shell,
    Extension(site): Extension<Arc<Site>>,
    Query(wanted): Query<Wanted>,
) -> Result<Page<ReferenceHtml>, Refusal> {
    let parts: BTreeSet<String> = site.doc.operations().iter().map(|operation| operation.tag.clone()).collect();
    let part = wanted.part.or_else(|| parts.first().cloned()).filter(|part| parts.contains(part));
    let part = part.ok_or(Refusal::NotFound)?;
    let choices = parts.into_iter().map(|part| (part.clone(), part));
    let parts = filters(shell.t("docs-part"), choices, &part, |part| address("/api/docs", &[("part", part)]));
    let title = shell.t("docs-title");
    Ok(Page::new(ReferenceHtml { shell: shell.titled(title), site, part, parts }))
}

#[derive(Template)]
#[template(path = "docs/problem.html")]
struct ProblemHtml {
    shell: Shell,
    code: String,
    sentence: String,
    way_out: Option<String>,
}

/// What a problem code means. The sentence is the one that people get, its values left open.
async fn problem(shell: Shell, Path(code): Path<String>) -> Result<Page<ProblemHtml>, Refusal> {
    let locale: Locale = shell.locale;
    let sentence = texts::host().get(locale, &format!("refusal-{code}"), &[]).ok_or(Refusal::NotFound)?;
    let way_out = texts::host().get(locale, &format!("wayout-{code}"), &[]);
    let title = shell.t1("problem-title", "code", code.as_str());
    Ok(Page::new(ProblemHtml { shell: shell.titled(title), code, sentence, way_out }))
}
