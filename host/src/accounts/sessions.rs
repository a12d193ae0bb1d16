//! From a request to who asks: the cookie of a browser, the bearer token of an API client.

use super::actions::{Client, Knock, SignedIn};
use super::queries::{Named, held, living_session};
use super::tokens::{Tokens, stored_form};
use crate::http::{Peer, cookies};
use crate::{Actor, App, Refusal};
use axum::http::{HeaderMap, HeaderValue, header};
use sea_orm::sea_query::Expr;
use sea_orm::{ColumnTrait, EntityTrait, QueryFilter};
use std::sync::Arc;
use twoway_entity::accounts::{account, session};
use twoway_ids::{DAY, HOUR, MINUTE, Millis, SECOND, Uuid};

/// A browser is signed out after so long without a request, and after so long in any case.
pub const PAGE_IDLE: Millis = 12 * HOUR;
pub const PAGE_LASTS: Millis = 7 * DAY;
/// An API client must sign in again after so long, however often it refreshed.
pub const API_LASTS: Millis = 30 * DAY;
/// The last use is written at most so often: reading pages must not queue for the writer.
const USE_NOTED_EVERY: Millis = 5 * MINUTE;

pub(super) const PAGE: &str = "page";
pub(super) const API: &str = "api";

/// A browser that somebody signed in with is known for so long.
pub const DEVICE_LASTS: Millis = 90 * DAY;

const SESSION_COOKIE: &str = "twoway_session";
const DEVICE_COOKIE: &str = "twoway_device";

/// The cookies that a sign-in sets.
pub fn set_cookies(signed_in: &SignedIn) -> [Option<HeaderValue>; 2] {
    [
        cookies::set(SESSION_COOKIE, &signed_in.secret, PAGE_LASTS / SECOND),
        cookies::set(DEVICE_COOKIE, &signed_in.device, DEVICE_LASTS / SECOND),
    ]
}

/// The cookie that a sign-out takes away. The browser stays known.
pub fn clear_cookie() -> Option<HeaderValue> {
    cookies::clear(SESSION_COOKIE)
}

/// Who knocks, as far as the request tells.
pub fn knock(client: Client, peer: Peer, headers: &HeaderMap) -> Knock {
    let agent = headers.get(header::USER_AGENT).and_then(|v| v.to_str().ok()).unwrap_or_default();
    Knock {
        client,
        address: peer.0,
        agent: agent.chars().take(200).collect(),
        device: cookies::read(headers, DEVICE_COOKIE).map(str::to_string),
    }
}

/// Who holds the browser. A cookie of no living session is nobody.
pub async fn of_page(app: &App, headers: &HeaderMap) -> Result<Option<Arc<Actor>>, Refusal> {
    let Some(secret) = cookies::read(headers, SESSION_COOKIE).filter(|s| s.len() <= 64) else { return Ok(None) };
    let hash = stored_form(secret);
    let now = app.now();
    let Some((session, account)) = living_session(app.db.read(), app.tenant, PAGE, Named::Secret(&hash), now).await?
    else {
        return Ok(None);
    };
    if session.used_at + PAGE_IDLE <= now {
        return Ok(None);
    }
    note_use(app, &session, now).await?;
    actor(app, &session, account).await.map(Some)
}

/// Whose program asks. Without a token nobody; a token that is not good is refused, so that a client never acts as nobody unawares.
pub async fn of_api(app: &App, headers: &HeaderMap) -> Result<Option<Arc<Actor>>, Refusal> {
    let Some(value) = headers.get(header::AUTHORIZATION) else { return Ok(None) };
    let token = value
        .to_str()
        .ok()
        .and_then(|text| text.split_once(' '))
        .filter(|(scheme, _)| scheme.eq_ignore_ascii_case("bearer"));
    let now = app.now();
    let tokens = Tokens::new(&app.keys, &app.config.public_url, app.tenant);
    let bearer = token.and_then(|(_, token)| tokens.read(token.trim(), now)).ok_or(Refusal::SignedOut)?;
    let found = living_session(app.db.read(), app.tenant, API, Named::Id(bearer.session), now).await?;
    match found {
        Some((session, account)) if account.id == bearer.account => actor(app, &session, account).await.map(Some),
        _ => Err(Refusal::SignedOut),
    }
}

async fn actor(app: &App, session: &session::Model, account: account::Model) -> Result<Arc<Actor>, Refusal> {
    let held = held(app.db.read(), app.tenant, account.id).await?;
    Ok(Arc::new(Actor { account: account.id, session: session.id, name: account.name, locale: account.locale, held }))
}

async fn note_use(app: &App, session: &session::Model, now: Millis) -> Result<(), Refusal> {
    if session.used_at + USE_NOTED_EVERY > now {
        return Ok(());
    }
    let (tenant, id): (Uuid, Uuid) = (session.tenant_id, session.id);
    app.db
        .transact(move |tx| async move {
            session::Entity::update_many()
                .col_expr(session::Column::UsedAt, Expr::value(now))
                .filter(session::Column::TenantId.eq(tenant))
                .filter(session::Column::Id.eq(id))
                .exec(&*tx)
                .await?;
            Ok(())
        })
        .await
}
