use super::actions::{self, Grant, NewOrganization};
use super::pages;
use super::queries::{self, Filter, Member, Summary};
use super::rules::GRANTERS;
use crate::accounts;
use crate::http::problem::Problem;
use crate::http::{Access, Caller, Headers, Json, List, Paging, Path, Query, Routes};
use crate::lifecycle::Done;
use crate::{App, Refusal};
use axum::extract::State;
use axum::http::{Method, StatusCode};
use axum::response::{IntoResponse, Response};
use serde::{Deserialize, Serialize};
use twoway_entity::accounts::Role;
use twoway_entity::organizations::OrganizationKind;
use twoway_ids::{Millis, Uuid};
use twoway_manifest::FieldProblem;
use utoipa::{IntoParams, OpenApi, ToSchema};

#[derive(OpenApi)]
#[openapi(paths(list, show, register, verify, members, grant, end_role), tags((name = "organizations")))]
pub struct Doc;

pub fn routes(routes: Routes) -> Routes {
    let verifiers = Access::AnyOf(&[Role::LeadOffice, Role::NodeAdmin]);
    let routes = routes
        .api(Method::GET, "/api/v1/organizations", Access::Public, list)
        .api(Method::POST, "/api/v1/organizations", Access::SignedIn, register)
        .api(Method::GET, "/api/v1/organizations/{id}", Access::Public, show)
        .api(Method::POST, "/api/v1/organizations/{id}/verify", verifiers, verify)
        .api(Method::GET, "/api/v1/organizations/{id}/members", Access::SignedIn, members)
        .api(Method::POST, "/api/v1/organizations/{id}/members", Access::AnyOf(GRANTERS), grant)
        .api(Method::DELETE, "/api/v1/organizations/{id}/members/{membership}", Access::SignedIn, end_role);
    pages::routes(routes)
}

#[derive(Clone, Debug, Default, Deserialize, IntoParams)]
#[serde(default, deny_unknown_fields)]
#[into_params(parameter_in = Query)]
pub(super) struct Wanted {
    #[param(value_type = Option<String>)]
    pub kind: Option<OrganizationKind>,
    /// Only verified ones, or only those that wait for it.
    pub verified: Option<bool>,
    /// Part of the name.
    pub name: Option<String>,
    /// `next` of the page before.
    pub cursor: Option<String>,
    /// Rows per page, 1 to 100; 20 if left out.
    pub limit: Option<u64>,
}

impl Wanted {
    pub(super) fn split(self) -> (Filter, Paging) {
        let name = self.name.filter(|n| !n.trim().is_empty());
        (Filter { kind: self.kind, verified: self.verified, name }, Paging { cursor: self.cursor, limit: self.limit })
    }
}

#[derive(Serialize, ToSchema)]
struct OrganizationRow {
    id: Uuid,
    name: String,
    #[schema(value_type = String)]
    kind: OrganizationKind,
    /// Milliseconds since 1970; absent until it is verified.
    verified_at: Option<Millis>,
}

impl From<Summary> for OrganizationRow {
    fn from(s: Summary) -> Self {
        Self { id: s.id, name: s.name, kind: s.kind, verified_at: s.verified_at }
    }
}

/// Organisations by name: the verified ones, and those of the caller's own scope that wait for it.
#[utoipa::path(get, path = "/api/v1/organizations", tag = "organizations", params(Wanted), security((), ("token" = [])),
    responses((status = 200, body = List<OrganizationRow>), (status = 400, body = Problem)))]
async fn list(
    State(app): State<App>,
    Caller(who): Caller,
    Query(wanted): Query<Wanted>,
) -> Result<Json<List<OrganizationRow>>, Refusal> {
    let (filter, paging) = wanted.split();
    Ok(Json(queries::list(app.db.read(), &who, &filter, &paging).await?.map(Into::into)))
}

#[derive(Serialize, ToSchema)]
struct OrganizationView {
    id: Uuid,
    parent_id: Option<Uuid>,
    name: String,
    #[schema(value_type = String)]
    kind: OrganizationKind,
    introduction: String,
    /// GB/T 2260, for administrative nodes.
    division_code: Option<String>,
    /// Shown to its own people and to who keeps the tree.
    #[serde(skip_serializing_if = "Option::is_none")]
    credit_code: Option<String>,
    verified_at: Option<Millis>,
    version: i32,
}

/// One organisation.
#[utoipa::path(get, path = "/api/v1/organizations/{id}", tag = "organizations", params(("id" = Uuid, Path)),
    security((), ("token" = [])), responses((status = 200, body = OrganizationView), (status = 404, body = Problem)))]
async fn show(
    State(app): State<App>,
    Caller(who): Caller,
    Path(id): Path<Uuid>,
) -> Result<Json<OrganizationView>, Refusal> {
    let o = queries::at(app.db.read(), &who, id).await?;
    let credit_code = o.credit_code.clone().filter(|_| queries::may_see_members(&who, &o));
    Ok(Json(OrganizationView {
        id: o.id,
        parent_id: o.parent_id,
        name: o.name,
        kind: o.kind,
        introduction: o.introduction,
        division_code: o.division_code,
        credit_code,
        verified_at: o.verified_at,
        version: o.version,
    }))
}

#[derive(Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
struct Register {
    /// Below which organisation.
    parent: Uuid,
    #[schema(value_type = String)]
    kind: OrganizationKind,
    name: String,
    /// Unified social credit code; enterprises and recipients need one.
    credit_code: Option<String>,
    division_code: Option<String>,
    #[serde(default)]
    introduction: String,
}

/// Register an organisation. Whoever registers an enterprise, team or recipient becomes its signatory, leader or clerk.
#[utoipa::path(post, path = "/api/v1/organizations", tag = "organizations", params(Headers), request_body = Register,
    responses((status = 201, body = Done), (status = 403, body = Problem), (status = 409, body = Problem),
        (status = 422, body = Problem)))]
async fn register(
    State(app): State<App>,
    Caller(who): Caller,
    headers: Headers,
    Json(input): Json<Register>,
) -> Result<Response, Refusal> {
    let new = NewOrganization {
        parent: Some(input.parent),
        kind: input.kind,
        name: input.name,
        credit_code: input.credit_code,
        division_code: input.division_code,
        introduction: input.introduction,
    };
    let done = actions::register(&app, &who, &headers.into(), new).await?;
    Ok((StatusCode::CREATED, Json(done)).into_response())
}

/// Say that an organisation is what it claims to be.
#[utoipa::path(post, path = "/api/v1/organizations/{id}/verify", tag = "organizations", params(("id" = Uuid, Path), Headers),
    responses((status = 200, body = Done), (status = 403, body = Problem), (status = 404, body = Problem),
        (status = 409, body = Problem), (status = 412, body = Problem)))]
async fn verify(
    State(app): State<App>,
    Caller(who): Caller,
    Path(id): Path<Uuid>,
    headers: Headers,
) -> Result<Json<Done>, Refusal> {
    Ok(Json(actions::verify(&app, &who, &headers.into(), id).await?))
}

#[derive(Serialize, ToSchema)]
struct MemberRow {
    /// The membership.
    id: Uuid,
    account_id: Uuid,
    name: String,
    #[schema(value_type = String)]
    role: Role,
    granted_at: Millis,
}

impl From<Member> for MemberRow {
    fn from(m: Member) -> Self {
        Self { id: m.id, account_id: m.account_id, name: m.name, role: m.role, granted_at: m.granted_at }
    }
}

#[derive(Serialize, ToSchema)]
struct Members {
    items: Vec<MemberRow>,
}

/// Who holds which role there: for its own people and who keeps the tree.
#[utoipa::path(get, path = "/api/v1/organizations/{id}/members", tag = "organizations", params(("id" = Uuid, Path)),
    responses((status = 200, body = Members), (status = 401, body = Problem), (status = 404, body = Problem)))]
async fn members(State(app): State<App>, Caller(who): Caller, Path(id): Path<Uuid>) -> Result<Json<Members>, Refusal> {
    let organization = queries::at(app.db.read(), &who, id).await?;
    if !queries::may_see_members(&who, &organization) {
        return Err(Refusal::NotFound);
    }
    let members = queries::members(app.db.read(), &who, &organization).await?;
    Ok(Json(Members { items: members.into_iter().map(Into::into).collect() }))
}

#[derive(Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
struct GrantRole {
    /// The person's login.
    login: String,
    #[schema(value_type = String)]
    role: Role,
}

/// Give a person a role there.
#[utoipa::path(post, path = "/api/v1/organizations/{id}/members", tag = "organizations", params(("id" = Uuid, Path), Headers),
    request_body = GrantRole,
    responses((status = 201, body = Done), (status = 403, body = Problem), (status = 404, body = Problem),
        (status = 409, body = Problem), (status = 422, body = Problem)))]
async fn grant(
    State(app): State<App>,
    Caller(who): Caller,
    Path(organization): Path<Uuid>,
    headers: Headers,
    Json(input): Json<GrantRole>,
) -> Result<Response, Refusal> {
    let login = input.login.trim().to_ascii_lowercase();
    let person = accounts::by_login(app.db.read(), &who, &login).await?;
    let account = person.ok_or_else(|| Refusal::field("login", FieldProblem::NotAnOption))?.id;
    let grant = Grant { organization, account, role: input.role };
    let done = actions::grant(&app, &who, &headers.into(), grant).await?;
    Ok((StatusCode::CREATED, Json(done)).into_response())
}

/// End a role: by who might give it, or by its holder.
#[utoipa::path(delete, path = "/api/v1/organizations/{id}/members/{membership}", tag = "organizations",
    params(("id" = Uuid, Path), ("membership" = Uuid, Path), Headers),
    responses((status = 204), (status = 403, body = Problem), (status = 404, body = Problem), (status = 409, body = Problem)))]
async fn end_role(
    State(app): State<App>,
    Caller(who): Caller,
    Path((organization, membership)): Path<(Uuid, Uuid)>,
    headers: Headers,
) -> Result<StatusCode, Refusal> {
    actions::end_role(&app, &who, &headers.into(), organization, membership).await?;
    Ok(StatusCode::NO_CONTENT)
}
