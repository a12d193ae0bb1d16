//! The whole site: the features' routes inside the layers that every request passes.

use super::frame::Site;
use super::observe::{after_panic, observe};
use super::problem::{Fault, RequestId, explain};
use super::routes::Routes;
use super::{assets, cookies, docs, gate, health, preferences};
use crate::{
    App, Refusal, accounts, adoptions, audit, calendar, calls, disclosures, evaluations, jobs, mail, needs, notices,
    objections, organizations, papers, plugins, projects, proposals, reviews, showcase,
};
use axum::extract::connect_info::IntoMakeServiceWithConnectInfo;
use axum::extract::{ConnectInfo, DefaultBodyLimit, Request};
use axum::http::{HeaderName, HeaderValue, StatusCode, header};
use axum::middleware::{Next, from_fn, from_fn_with_state};
use axum::response::{IntoResponse, Response};
use axum::routing::{get, post};
use axum::{Extension, Router};
use std::net::SocketAddr;
use std::sync::Arc;
use std::time::Duration;
use tower_http::catch_panic::CatchPanicLayer;
use tower_http::compression::CompressionLayer;
use tower_http::csrf::CsrfLayer;
use tower_http::set_header::SetResponseHeaderLayer;

/// How long a request may take until it is given up.
const PATIENCE: Duration = Duration::from_secs(30);

/// All routes of the product. One line per feature, sorted.
pub fn routes(app: App) -> Routes {
    Routes::new(app, docs::description())
        .feature::<accounts::Doc>(accounts::routes)
        .feature::<adoptions::Doc>(adoptions::routes)
        .feature::<adoptions::partners::api::Doc>(adoptions::partners::api::routes)
        .feature::<audit::Doc>(audit::routes)
        .feature::<calendar::Doc>(calendar::routes)
        .feature::<calls::api::Doc>(calls::api::routes)
        .feature::<docs::Doc>(docs::routes)
        .feature::<evaluations::Doc>(evaluations::routes)
        .feature::<health::Doc>(health::routes)
        .feature::<jobs::Doc>(jobs::routes)
        .feature::<mail::Doc>(mail::routes)
        .feature::<needs::Doc>(needs::routes)
        .feature::<notices::Doc>(notices::routes)
        .feature::<objections::Doc>(objections::routes)
        .feature::<organizations::Doc>(organizations::routes)
        .feature::<papers::Doc>(papers::routes)
        .feature::<plugins::Doc>(plugins::routes)
        .feature::<projects::Doc>(projects::routes)
        .feature::<proposals::api::Doc>(proposals::api::routes)
        .feature::<proposals::assisted::api::Doc>(proposals::assisted::api::routes)
        .feature::<proposals::disqualified::api::Doc>(proposals::disqualified::api::routes)
        .feature::<proposals::merge::api::Doc>(proposals::merge::api::routes)
        .feature::<proposals::similar::api::Doc>(proposals::similar::api::routes)
        .feature::<proposals::together::api::Doc>(proposals::together::api::routes)
        .feature::<reviews::api::Doc>(reviews::api::routes)
        .feature::<reviews::discussion::api::Doc>(reviews::discussion::api::routes)
        .feature::<reviews::experts::api::Doc>(reviews::experts::api::routes)
        .feature::<reviews::deliberation::api::Doc>(reviews::deliberation::api::routes)
        .feature::<reviews::letters::api::Doc>(reviews::letters::api::routes)
        .feature::<reviews::plan::api::Doc>(reviews::plan::api::routes)
        .feature::<reviews::roadshow::api::Doc>(reviews::roadshow::api::routes)
        .feature::<reviews::second::api::Doc>(reviews::second::api::routes)
        .feature::<reviews::settings::api::Doc>(reviews::settings::api::routes)
        .feature::<showcase::Doc>(showcase::routes)
        .feature::<disclosures::Doc>(disclosures::routes)
}

/// The site as a service. `app` is what `start` made.
pub fn router(app: App) -> anyhow::Result<Router> {
    let (router, nav, doc) = routes(app.clone()).into_parts();
    let site = Arc::new(Site { nav, doc: docs::Rendered::of(&doc)? });
    let mut cross_site = CsrfLayer::new();
    let origin = app.config.public_url.trim_end_matches('/');
    cross_site =
        cross_site.add_trusted_origin(origin).map_err(|e| anyhow::anyhow!("TWOWAY_PUBLIC_URL {origin}: {e:?}"))?;
    let cross_site =
        cross_site.with_rejection_response(|_| Fault::edge(StatusCode::FORBIDDEN, "cross-site").into_response());
    let router = router
        .route("/static/{*path}", get(assets::serve))
        .route("/preferences", post(preferences::choose))
        .fallback(async || Refusal::NotFound)
        .method_not_allowed_fallback(async || Fault::edge(StatusCode::METHOD_NOT_ALLOWED, "method-not-allowed"))
        .layer(DefaultBodyLimit::max(gate::BODY_LIMIT))
        .layer(from_fn(give_up))
        .layer(cross_site)
        .layer(CatchPanicLayer::custom(after_panic))
        .layer(from_fn_with_state(site.clone(), explain))
        .layer(Extension(site))
        .layer(from_fn_with_state(app.clone(), cookies::guard))
        .layer(CompressionLayer::new());
    Ok(with_headers(&app, router).layer(from_fn_with_state(app.clone(), observe)).with_state(app))
}

/// Serves the site at this door. Every request knows from which address it comes.
pub fn serve(
    listener: tokio::net::TcpListener,
    router: Router,
) -> axum::serve::Serve<
    tokio::net::TcpListener,
    IntoMakeServiceWithConnectInfo<Router, SocketAddr>,
    axum::middleware::AddExtension<Router, ConnectInfo<SocketAddr>>,
> {
    axum::serve(listener, router.into_make_service_with_connect_info::<SocketAddr>())
}

/// A request that takes too long ends as busy; its transaction is undone with it.
async fn give_up(request: Request, next: Next) -> Response {
    let number = request.extensions().get::<RequestId>().cloned();
    match tokio::time::timeout(PATIENCE, next.run(request)).await {
        Ok(response) => response,
        Err(_) => {
            tracing::error!(?number, "a request took too long");
            Refusal::Busy.into_response()
        }
    }
}

/// Headers for all answers; pages and files set stricter or looser ones of their own.
fn with_headers(app: &App, mut router: Router<App>) -> Router<App> {
    let headers: [(HeaderName, &'static str); 8] = [
        (
            header::CONTENT_SECURITY_POLICY,
            "default-src 'none'; object-src 'none'; base-uri 'none'; frame-ancestors 'none'",
        ),
        (header::X_CONTENT_TYPE_OPTIONS, "nosniff"),
        (header::X_FRAME_OPTIONS, "DENY"),
        (header::REFERRER_POLICY, "same-origin"),
        (header::CACHE_CONTROL, "no-store"),
        (HeaderName::from_static("cross-origin-opener-policy"), "same-origin"),
        (HeaderName::from_static("cross-origin-resource-policy"), "same-origin"),
        (HeaderName::from_static("permissions-policy"), "camera=(self), geolocation=(), microphone=(), payment=()"),
    ];
    for (name, value) in headers {
        router = router.layer(SetResponseHeaderLayer::if_not_present(name, HeaderValue::from_static(value)));
    }
    if app.config.is_https() {
        let value = HeaderValue::from_static("max-age=31536000; includeSubDomains");
        router = router.layer(SetResponseHeaderLayer::if_not_present(header::STRICT_TRANSPORT_SECURITY, value));
    }
    router
}
