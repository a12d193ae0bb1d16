//! The outermost layer: every request gets a number, a line in the log and a count, and a handler that panics costs only its own
//! request. Neither queries nor bodies nor headers are logged: they carry what is nobody's business.

use super::problem::{Fault, RequestId};
use crate::App;
use axum::extract::{MatchedPath, Request, State};
use axum::http::{HeaderName, HeaderValue};
use axum::middleware::Next;
use axum::response::{IntoResponse, Response};
use std::time::Instant;
use tracing::Instrument;

pub const REQUEST_ID: HeaderName = HeaderName::from_static("x-request-id");

pub(super) async fn observe(State(app): State<App>, mut request: Request, next: Next) -> Response {
    let began = Instant::now();
    let number = twoway_ids::new_id(app.now()).simple().to_string();
    let route = request.extensions().get::<MatchedPath>().map_or("unmatched", |path| path.as_str()).to_string();
    let method = request.method().clone();
    request.extensions_mut().insert(RequestId(number.clone()));
    let span = tracing::info_span!("request", %number, %method, route);
    let mut response = next.run(request).instrument(span.clone()).await;
    let took = began.elapsed();
    let status = response.status().as_u16();
    span.in_scope(|| tracing::info!(status, millis = took.as_millis() as u64, "answered"));
    app.metrics.request(method.as_str(), &route, status, took);
    if let Ok(number) = HeaderValue::from_str(&number) {
        response.headers_mut().insert(REQUEST_ID, number);
    }
    response
}

/// What a caught panic becomes. Its text goes to the log by the panic hook.
pub(super) fn after_panic(_panic: Box<dyn std::any::Any + Send + 'static>) -> Response {
    Fault::from(crate::Refusal::Internal(anyhow::anyhow!("a handler panicked"))).into_response()
}
