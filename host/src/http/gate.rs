//! The door in front of every route: who is it, may they enter.

use super::access::{Access, Door};
use super::input::RequestHash;
use super::peer::{Peer, unbelieved};
use super::problem::{Fault, Reader};
use super::strict::strictly;
use crate::accounts::sessions;
use crate::{App, Refusal, Who, limits};
use axum::body::{Body, to_bytes};
use axum::extract::{Request, State};
use axum::http::{HeaderMap, Method, StatusCode, header};
use axum::middleware::Next;
use axum::response::{IntoResponse, Response};
use sha2::{Digest, Sha256};

/// The largest JSON body.
pub const BODY_LIMIT: usize = 1 << 20;

#[derive(Clone)]
pub(super) struct Gate {
    pub app: App,
    pub access: Access,
    pub door: Door,
}

pub(super) async fn gate(State(gate): State<Gate>, request: Request, next: Next) -> Response {
    let who = match who_asks(&gate, request.headers()).await {
        Ok(who) => who,
        Err(refusal) => return with_reader(Fault::from(refusal).into_response(), None, gate.door),
    };
    let unbelieved = unbelieved(&gate.app, request.extensions(), request.headers());
    let response = match enter(&gate, &who, request).await {
        Ok(request) => next.run(request).await,
        Err(fault) => fault.into_response(),
    };
    if let (StatusCode::TOO_MANY_REQUESTS, Some(from)) = (response.status(), unbelieved) {
        // Whoever forgot to name the proxy finds everybody counted as one.
        tracing::warn!(%from, "X-Forwarded-For is not believed: this address is not one of trusted_proxies");
    }
    with_reader(response, Some(who), gate.door)
}

fn with_reader(mut response: Response, who: Option<Who>, door: Door) -> Response {
    response.extensions_mut().insert(Reader { who, door });
    response
}

async fn who_asks(gate: &Gate, headers: &HeaderMap) -> Result<Who, Refusal> {
    let actor = match gate.door {
        Door::Page => sessions::of_page(&gate.app, headers).await?,
        Door::Api => sessions::of_api(&gate.app, headers).await?,
    };
    Ok(match actor {
        Some(actor) => Who::person(gate.app.tenant, actor),
        None => Who::anyone(gate.app.tenant),
    })
}

async fn enter(gate: &Gate, who: &Who, request: Request) -> Result<Request, Fault> {
    if let Err(refusal) = gate.access.check(who) {
        if matches!(refusal, Refusal::NotAllowed) {
            tracing::warn!(account = ?who.account(), method = %request.method(), path = request.uri().path(), "entry refused");
        }
        return Err(refusal.into());
    }
    // A write that needs no account is bounded by the address from which it comes.
    if who.account().is_none() && !matches!(*request.method(), Method::GET | Method::HEAD) {
        let Peer(address) = Peer::of(&gate.app, request.extensions(), request.headers());
        limits::check(&gate.app, limits::WITHOUT_ACCOUNT, address).await?;
        limits::spend(&gate.app, limits::WITHOUT_ACCOUNT, address).await?;
    }
    let request = strictly(request).await?;
    let mut request = match gate.door {
        Door::Api if request.headers().contains_key("idempotency-key") => with_hash(request).await?,
        _ => request,
    };
    request.extensions_mut().insert(who.clone());
    Ok(request)
}

/// Reads the body early, so that the hash of the whole request is known when the handler asks for its
/// [`super::input::Asked`].
async fn with_hash(request: Request) -> Result<Request, Fault> {
    let (mut parts, body) = request.into_parts();
    // Attachments are the one thing that may be larger; their limit is enforced where they are read.
    let is_upload = parts.headers.get(header::CONTENT_TYPE).is_some_and(|t| t.as_bytes().starts_with(b"multipart/"));
    if is_upload {
        return Err(Refusal::BadRequest("an upload takes no Idempotency-Key: it is known by its hash".into()).into());
    }
    let bytes = to_bytes(body, BODY_LIMIT).await.map_err(|_| Refusal::TooLarge { limit: BODY_LIMIT })?;
    let mut hash = Sha256::new();
    hash.update(parts.method.as_str());
    hash.update([0]);
    hash.update(parts.uri.path());
    hash.update([0]);
    hash.update(&bytes);
    parts.extensions.insert(RequestHash(hex::encode(hash.finalize())));
    Ok(Request::from_parts(parts, Body::from(bytes)))
}
