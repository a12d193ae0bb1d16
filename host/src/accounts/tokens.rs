//! The API's tokens: a signed access token of ten minutes, and a refresh token that changes with every use.

use crate::keys::Keys;
use base64::Engine;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use jsonwebtoken::{Algorithm, DecodingKey, EncodingKey, Header, Validation};
use serde::{Deserialize, Serialize};
use sha2::{Digest, Sha256};
use subtle::ConstantTimeEq;
use twoway_ids::{MINUTE, Millis, Uuid};

pub const ACCESS_LASTS: Millis = 10 * MINUTE;
/// Hosts' clocks may differ by so much; only for tokens from the future, never for expired ones.
const SKEW_SECONDS: i64 = 60;
const TYPE: &str = "at+jwt";

#[derive(Debug, Serialize, Deserialize)]
struct Claims {
    iss: String,
    aud: String,
    sub: Uuid,
    sid: Uuid,
    iat: i64,
    nbf: i64,
    exp: i64,
}

/// Whom an access token names. Whether the session still lives is asked of the database.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Bearer {
    pub account: Uuid,
    pub session: Uuid,
}

/// Signs and reads the tokens of one tenant.
pub struct Tokens<'a> {
    keys: &'a Keys,
    issuer: &'a str,
    tenant: Uuid,
}

impl<'a> Tokens<'a> {
    pub fn new(keys: &'a Keys, issuer: &'a str, tenant: Uuid) -> Self {
        Self { keys, issuer, tenant }
    }

    pub fn access(&self, bearer: Bearer, now: Millis) -> anyhow::Result<String> {
        let seconds = now.div_euclid(1000);
        let claims = Claims {
            iss: self.issuer.to_string(),
            aud: self.tenant.to_string(),
            sub: bearer.account,
            sid: bearer.session,
            iat: seconds,
            nbf: seconds,
            exp: seconds + ACCESS_LASTS / 1000,
        };
        let mut header = Header::new(Algorithm::EdDSA);
        header.typ = Some(TYPE.into());
        header.kid = Some(self.keys.signing_id.clone());
        let key = EncodingKey::from_ed_pem(self.keys.signing_pem.as_bytes())?;
        Ok(jsonwebtoken::encode(&header, &claims, &key)?)
    }

    /// Reads a token that this tenant's host signed and whose time has come and not passed. Nothing in its header but the
    /// algorithm, the type and the key's name is looked at; the key comes from our own store.
    pub fn read(&self, token: &str, now: Millis) -> Option<Bearer> {
        let header = jsonwebtoken::decode_header(token).ok()?;
        let ours = header.alg == Algorithm::EdDSA
            && header.typ.as_deref() == Some(TYPE)
            && header.kid.as_deref() == Some(self.keys.signing_id.as_str())
            && header.crit.is_none();
        if !ours {
            return None;
        }
        let mut validation = Validation::new(Algorithm::EdDSA);
        validation.set_audience(&[self.tenant]);
        validation.set_issuer(&[self.issuer]);
        validation.set_required_spec_claims(&["iss", "aud", "sub", "exp", "nbf"]);
        // The library asks the system for the time; ours is passed in, and compared below.
        validation.validate_exp = false;
        validation.validate_nbf = false;
        let public = self.keys.signing.verifying_key();
        let key = DecodingKey::from_ed_der(public.as_bytes());
        let claims = jsonwebtoken::decode::<Claims>(token, &key, &validation).ok()?.claims;
        let seconds = now.div_euclid(1000);
        let lives = seconds < claims.exp
            && claims.nbf <= seconds + SKEW_SECONDS
            && claims.iat <= seconds + SKEW_SECONDS
            && claims.exp - claims.iat <= ACCESS_LASTS / 1000;
        lives.then_some(Bearer { account: claims.sub, session: claims.sid })
    }
}

/// A new refresh token of a session: the session's id, 256 random bits, and a mark that only we can make, by which an old token is
/// told from a guessed one.
pub fn new_refresh(keys: &Keys, session: Uuid) -> String {
    let stem = format!("{}.{}", session.simple(), URL_SAFE_NO_PAD.encode(twoway_ids::new_secret()));
    let mark = keys.keyed_hash("refresh-token", &stem);
    format!("{stem}.{mark}")
}

/// The session of a refresh token that we once gave out.
pub fn refresh_session(keys: &Keys, token: &str) -> Option<Uuid> {
    let (stem, mark) = token.rsplit_once('.')?;
    let expected = keys.keyed_hash("refresh-token", stem);
    let is_ours: bool = expected.as_bytes().ct_eq(mark.as_bytes()).into();
    let session = stem.split('.').next()?;
    is_ours.then(|| Uuid::parse_str(session).ok()).flatten()
}

/// Says that somebody once signed in to this account with this browser: who shows it is not counted with the neighbours of its
/// network address. It opens nothing.
pub fn new_device(keys: &Keys, account: Uuid, until: Millis) -> String {
    let stem = format!("{}.{until}", account.simple());
    let mark = keys.keyed_hash("device", &stem);
    format!("{stem}.{mark}")
}

/// Whether this is such a mark for this account, and its time has not passed.
pub fn knows_device(keys: &Keys, device: &str, account: Uuid, now: Millis) -> bool {
    let Some((stem, mark)) = device.rsplit_once('.') else { return false };
    let is_ours: bool = keys.keyed_hash("device", stem).as_bytes().ct_eq(mark.as_bytes()).into();
    let Some((of, until)) = stem.split_once('.') else { return false };
    is_ours && of == account.simple().to_string() && until.parse::<Millis>().is_ok_and(|until| now < until)
}

/// What the database keeps of a secret that a client holds: SHA-256, hex. The secrets are random, so no salt is needed.
pub fn stored_form(secret: &str) -> String {
    hex::encode(Sha256::digest(secret.as_bytes()))
}

/// A secret for a browser's cookie.
pub fn new_cookie_secret() -> String {
    URL_SAFE_NO_PAD.encode(twoway_ids::new_secret())
}

#[cfg(test)]
mod tests;
