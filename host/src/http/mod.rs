//! The edge between HTTP and the product.
//!
//! # Adding routes to a feature
//!
//! A feature's `api.rs` and `pages.rs` hold handlers of about ten lines (take apart, one action or query, answer), and its face
//! gives `routes` and `Doc`; [`site::routes`] has one line for it.
//!
//! ```ignore
//! #[derive(OpenApi)]
//! #[openapi(paths(open), tags((name = "calls")))]
//! pub struct Doc;
//!
//! pub fn routes(routes: Routes) -> Routes {
//!     routes
//!         .api(Method::POST, "/api/v1/calls/{id}/open", Access::AnyOf(&[Role::LeadOffice]), open)
//!         .page(Method::GET, "/calls/{id}", Access::Public, show)
//!         .page(Method::POST, "/calls/{id}/open", Access::AnyOf(&[Role::LeadOffice]), open_from_page)
//!         .nav(20, "nav-calls", "/calls", "speakerphone", Access::Public)
//! }
//!
//! /// Open the call now.
//! #[utoipa::path(post, path = "/api/v1/calls/{id}/open", tag = "calls", params(("id" = Uuid, Path), Headers),
//!     responses((status = 200, body = Done), (status = 409, body = Problem), (status = 412, body = Problem)))]
//! async fn open(
//!     State(app): State<App>,
//!     Caller(who): Caller,          // who asks; the door of the route has let them in
//!     Path(id): Path<Uuid>,         // no uuid: 404
//!     headers: Headers,             // If-Match: "3", Idempotency-Key, Twoway-Acting-For
//!     Json(input): Json<Open>,      // at most 1 MiB; wrong or unknown fields: 422 with their place
//! ) -> Result<Json<Done>, Refusal> {
//!     Ok(Json(actions::open(&app, &who, &headers.into(), id, input).await?))
//! }
//!
//! async fn open_from_page(
//!     State(app): State<App>,
//!     Caller(who): Caller,
//!     acting: ActingFor,            // as chosen in the page's header
//!     Path(id): Path<Uuid>,
//!     form: Form,                   // posted pairs; `form.command(acting)` reads `_version`
//! ) -> Result<impl IntoResponse, Refusal> {
//!     actions::open(&app, &who, &form.command(acting), id, Open::from(&form)).await?;
//!     Ok(preferences::done(&format!("/calls/{id}"), "flash-saved"))
//! }
//! ```
//!
//! * The access of a route is its third argument; without it a route cannot be registered. What a person may do with which object is
//!   decided behind it: queries take `&who`, and what is not theirs to see is `Refusal::NotFound`.
//! * A page handler takes `shell: Shell` and answers `Page::new(Template { shell, .. })`.
//! * `Refusal` (with `?`) is all that a handler needs for failure: the API turns it into `application/problem+json`, a page into an error
//!   page. A guard's sentence is the text `refusal-<code>`, its way out `wayout-<code>`, in both languages. A form that comes back
//!   with its errors uses [`problem::form_errors`].
//! * Lists take `Query(paging): Query<Paging>` and answer `Json<List<T>>`: `paging.select(..)`, then `paging.list(..)`.
//! * The table of all routes is `tests/it/snapshots/…routes….snap`; the test that prints it also calls every route as every role.

pub mod access;
pub mod assets;
pub mod components;
pub mod cookies;
pub mod docs;
pub mod form_view;
pub mod frame;
pub mod gallery;
mod gate;
pub mod health;
pub mod input;
pub mod list;
mod menu;
pub mod metrics;
mod observe;
pub mod page;
pub mod panel;
pub mod peer;
pub mod preferences;
pub mod problem;
pub mod routes;
pub mod site;
mod strict;
pub mod texts;
pub mod usual;
pub mod writing;

pub use access::{Access, Door, Route};
pub use frame::ActingFor;
pub use input::{Caller, Form, Headers, Json, Parts, Path, Query};
pub use list::{List, Paging, Sort};
pub use peer::Peer;
pub use routes::Routes;
pub use site::{router, serve};
