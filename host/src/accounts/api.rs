use super::actions::{self, Client, Pair, Registration};
use super::pages;
use super::queries::own;
use super::sessions;
use crate::http::problem::Problem;
use crate::http::{Access, Caller, Json, Peer, Routes};
use crate::{App, Refusal};
use axum::extract::State;
use axum::http::{HeaderMap, Method, StatusCode};
use axum::response::{IntoResponse, Response};
use serde::{Deserialize, Serialize};
use twoway_entity::accounts::Role;
use twoway_ids::Uuid;
use utoipa::{OpenApi, ToSchema};

#[derive(OpenApi)]
#[openapi(paths(sign_in, refresh, sign_out, register, me, update_me, change_password), tags((name = "accounts")))]
pub struct Doc;

pub fn routes(routes: Routes) -> Routes {
    let routes = routes
        .api(Method::POST, "/api/v1/session", Access::Public, sign_in)
        .api(Method::POST, "/api/v1/session/refresh", Access::Public, refresh)
        .api(Method::DELETE, "/api/v1/session", Access::SignedIn, sign_out)
        .api(Method::POST, "/api/v1/accounts", Access::Public, register)
        .api(Method::GET, "/api/v1/me", Access::SignedIn, me)
        .api(Method::PUT, "/api/v1/me", Access::SignedIn, update_me)
        .api(Method::PUT, "/api/v1/me/password", Access::SignedIn, change_password);
    pages::routes(routes)
}

#[derive(Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
struct SignIn {
    login: String,
    password: String,
}

/// The tokens of a signed-in client. Send the access token as `Authorization: Bearer …`.
#[derive(Serialize, ToSchema)]
struct Tokens {
    access_token: String,
    token_type: &'static str,
    /// Seconds until the access token ends.
    expires_in: i64,
    /// Good for one exchange at `/api/v1/session/refresh`.
    refresh_token: String,
}

impl From<Pair> for Tokens {
    fn from(pair: Pair) -> Self {
        Self {
            access_token: pair.access,
            token_type: "Bearer",
            expires_in: pair.expires_in,
            refresh_token: pair.refresh,
        }
    }
}

/// Sign in with login and password.
#[utoipa::path(post, path = "/api/v1/session", tag = "accounts", request_body = SignIn, security(()),
    responses((status = 200, body = Tokens), (status = 401, body = Problem), (status = 422, body = Problem), (status = 429, body = Problem)))]
async fn sign_in(
    State(app): State<App>,
    peer: Peer,
    headers: HeaderMap,
    Json(input): Json<SignIn>,
) -> Result<Json<Tokens>, Refusal> {
    let knock = sessions::knock(Client::Api, peer, &headers);
    let signed_in = actions::sign_in(&app, knock, &input.login, &input.password).await?;
    Ok(Json(actions::pair(&app, signed_in.account, signed_in.session, signed_in.secret)?.into()))
}

#[derive(Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
struct Refresh {
    refresh_token: String,
}

/// Exchange the refresh token for a new pair. A token that is exchanged twice ends the session.
#[utoipa::path(post, path = "/api/v1/session/refresh", tag = "accounts", request_body = Refresh, security(()),
    responses((status = 200, body = Tokens), (status = 401, body = Problem), (status = 429, body = Problem)))]
async fn refresh(State(app): State<App>, Json(input): Json<Refresh>) -> Result<Json<Tokens>, Refusal> {
    Ok(Json(actions::refresh(&app, &input.refresh_token).await?.into()))
}

/// End this session: its access and refresh tokens no longer count.
#[utoipa::path(delete, path = "/api/v1/session", tag = "accounts", responses((status = 204), (status = 401, body = Problem)))]
async fn sign_out(State(app): State<App>, Caller(who): Caller) -> Result<StatusCode, Refusal> {
    actions::end_session(&app, &who).await?;
    Ok(StatusCode::NO_CONTENT)
}

#[derive(Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
struct Register {
    /// 3 to 64 letters, digits and `. _ - @`.
    login: String,
    name: String,
    /// At least 8 characters.
    password: String,
    /// `zh-CN` or `en`.
    #[serde(default)]
    locale: String,
}

#[derive(Serialize, ToSchema)]
struct Registered {
    id: Uuid,
}

/// Register a person.
#[utoipa::path(post, path = "/api/v1/accounts", tag = "accounts", request_body = Register, security(()),
    responses((status = 201, body = Registered), (status = 409, body = Problem), (status = 422, body = Problem), (status = 429, body = Problem)))]
async fn register(
    State(app): State<App>,
    Caller(who): Caller,
    Peer(address): Peer,
    Json(input): Json<Register>,
) -> Result<Response, Refusal> {
    let Register { login, name, password, locale } = input;
    let id = actions::sign_up(&app, &who, address, Registration { login, name, password, locale }).await?;
    Ok((StatusCode::CREATED, Json(Registered { id })).into_response())
}

/// The signed-in person.
#[derive(Serialize, ToSchema)]
struct Me {
    id: Uuid,
    login: String,
    name: String,
    locale: String,
    roles: Vec<HeldRole>,
}

#[derive(Serialize, ToSchema)]
struct HeldRole {
    #[schema(value_type = String)]
    role: Role,
    organization_id: Uuid,
    organization_name: String,
}

/// Who am I, and what may I do where.
#[utoipa::path(get, path = "/api/v1/me", tag = "accounts", responses((status = 200, body = Me), (status = 401, body = Problem)))]
async fn me(State(app): State<App>, Caller(who): Caller) -> Result<Json<Me>, Refusal> {
    let account = own(app.db.read(), &who).await?;
    let held = who.actor().map(|a| a.held.as_slice()).unwrap_or_default();
    let roles = held
        .iter()
        .map(|h| HeldRole {
            role: h.role,
            organization_id: h.organization,
            organization_name: h.organization_name.clone(),
        })
        .collect();
    Ok(Json(Me { id: account.id, login: account.login, name: account.name, locale: account.locale, roles }))
}

#[derive(Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
struct UpdateMe {
    name: String,
    /// `zh-CN` or `en`.
    locale: String,
}

/// Change my name and language.
#[utoipa::path(put, path = "/api/v1/me", tag = "accounts", request_body = UpdateMe,
    responses((status = 204), (status = 401, body = Problem), (status = 422, body = Problem)))]
async fn update_me(
    State(app): State<App>,
    Caller(who): Caller,
    Json(input): Json<UpdateMe>,
) -> Result<StatusCode, Refusal> {
    actions::update_profile(&app, &who, &input.name, &input.locale).await?;
    Ok(StatusCode::NO_CONTENT)
}

#[derive(Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
struct ChangePassword {
    current_password: String,
    new_password: String,
}

/// Set a new password. All other sessions end.
#[utoipa::path(put, path = "/api/v1/me/password", tag = "accounts", request_body = ChangePassword,
    responses((status = 204), (status = 401, body = Problem), (status = 409, body = Problem), (status = 422, body = Problem)))]
async fn change_password(
    State(app): State<App>,
    Caller(who): Caller,
    Json(input): Json<ChangePassword>,
) -> Result<StatusCode, Refusal> {
    actions::change_password(&app, &who, &input.current_password, &input.new_password).await?;
    Ok(StatusCode::NO_CONTENT)
}
