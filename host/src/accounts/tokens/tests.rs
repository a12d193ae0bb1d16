use super::*;
use serde_json::{Value, json};

const NOW: Millis = 1_795_399_200_000;
const ISSUER: &str = "https://twoway.example";

struct Forge {
    keys: Keys,
    tenant: Uuid,
    bearer: Bearer,
    _folder: tempfile::TempDir,
}

impl Forge {
    fn new() -> Self {
        let folder = tempfile::tempdir().expect("a folder");
        let keys = Keys::load(&folder.path().join("keys")).expect("keys");
        let bearer = Bearer { account: twoway_ids::new_id(NOW), session: twoway_ids::new_id(NOW) };
        Self { keys, tenant: twoway_ids::new_id(NOW), bearer, _folder: folder }
    }

    fn read(&self, token: &str) -> Option<Bearer> {
        Tokens::new(&self.keys, ISSUER, self.tenant).read(token, NOW)
    }

    fn header(&self) -> Value {
        json!({"alg": "EdDSA", "typ": TYPE, "kid": self.keys.signing_id})
    }

    fn claims(&self) -> Value {
        let s = NOW / 1000;
        json!({"iss": ISSUER, "aud": self.tenant, "sub": self.bearer.account, "sid": self.bearer.session,
            "iat": s, "nbf": s, "exp": s + 600})
    }

    /// Signs any header and claims with the real key.
    fn sign(&self, header: &Value, claims: &Value) -> String {
        use ed25519_dalek::Signer;
        let message = message(header, claims);
        let signature = self.keys.signing.sign(message.as_bytes()).to_bytes();
        format!("{message}.{}", URL_SAFE_NO_PAD.encode(signature))
    }
}

fn message(header: &Value, claims: &Value) -> String {
    let part = |v: &Value| URL_SAFE_NO_PAD.encode(v.to_string());
    format!("{}.{}", part(header), part(claims))
}

fn with(mut value: Value, key: &str, to: Value) -> Value {
    value[key] = to;
    value
}

fn without(mut value: Value, key: &str) -> Value {
    value.as_object_mut().expect("an object").remove(key);
    value
}

#[test]
fn a_token_of_ours_is_read() {
    let forge = Forge::new();
    let tokens = Tokens::new(&forge.keys, ISSUER, forge.tenant);
    let token = tokens.access(forge.bearer, NOW).expect("signed");
    assert_eq!(tokens.read(&token, NOW), Some(forge.bearer));
    assert_eq!(tokens.read(&token, NOW + ACCESS_LASTS - 1000), Some(forge.bearer));
    assert_eq!(tokens.read(&token, NOW + ACCESS_LASTS), None, "expired at its very second");
    // The forge below makes tokens that differ from a right one in one point only.
    assert_eq!(forge.read(&forge.sign(&forge.header(), &forge.claims())), Some(forge.bearer));
}

#[test]
fn forged_tokens_are_refused() {
    let forge = Forge::new();
    let (header, claims) = (forge.header(), forge.claims());
    let right = forge.sign(&header, &claims);
    let s = NOW / 1000;
    let public = forge.keys.signing.verifying_key();
    let hmac_by_public_key = |alg: &str| {
        use hmac::{Hmac, KeyInit, Mac};
        let message = message(&with(header.clone(), "alg", json!(alg)), &claims);
        let mut mac = Hmac::<Sha256>::new_from_slice(public.as_bytes()).expect("any key");
        mac.update(message.as_bytes());
        format!("{message}.{}", URL_SAFE_NO_PAD.encode(mac.finalize().into_bytes()))
    };
    let stranger = {
        use ed25519_dalek::Signer;
        let key = ed25519_dalek::SigningKey::from_bytes(&[7; 32]);
        let message = message(&header, &claims);
        format!("{message}.{}", URL_SAFE_NO_PAD.encode(key.sign(message.as_bytes()).to_bytes()))
    };
    let parts: Vec<&str> = right.split('.').collect();
    let other_claims = URL_SAFE_NO_PAD.encode(with(claims.clone(), "sub", json!(Uuid::nil())).to_string());
    let claim = |key: &str, value: Value| forge.sign(&header, &with(claims.clone(), key, value));
    let head = |key: &str, value: Value| forge.sign(&with(header.clone(), key, value), &claims);
    let forged: Vec<(&str, String)> = vec![
        ("nothing", String::new()),
        ("not a token", "abc".into()),
        ("two parts", format!("{}.{}", parts[0], parts[1])),
        ("no signature", format!("{}.{}.", parts[0], parts[1])),
        ("four parts", format!("{right}.x")),
        ("alg none", format!("{}.", message(&with(header.clone(), "alg", json!("none")), &claims))),
        ("alg None with the right signature", head("alg", json!("None"))),
        ("alg HS256 over the public key", hmac_by_public_key("HS256")),
        ("alg HS512 over the public key", hmac_by_public_key("HS512")),
        ("HS256 that calls itself EdDSA", hmac_by_public_key("EdDSA")),
        ("alg ES256", head("alg", json!("ES256"))),
        ("alg missing", forge.sign(&without(header.clone(), "alg"), &claims)),
        ("signed by a stranger under our kid", stranger),
        ("other kid", head("kid", json!("0000000000000000"))),
        ("kid as a path", head("kid", json!("../../keys/master.key"))),
        ("no kid", forge.sign(&without(header.clone(), "kid"), &claims)),
        ("another type", head("typ", json!("JWT"))),
        ("no type", forge.sign(&without(header.clone(), "typ"), &claims)),
        ("a critical extension", head("crit", json!(["exp"]))),
        ("claims swapped", format!("{}.{other_claims}.{}", parts[0], parts[2])),
        ("signature cut", right[..right.len() - 2].to_string()),
        ("another tenant", claim("aud", json!(Uuid::nil()))),
        ("no audience", forge.sign(&header, &without(claims.clone(), "aud"))),
        ("another issuer", claim("iss", json!("https://elsewhere.example"))),
        ("no issuer", forge.sign(&header, &without(claims.clone(), "iss"))),
        ("expired", claim("exp", json!(s))),
        ("expired long ago", claim("exp", json!(s - 86_400))),
        ("no expiry", forge.sign(&header, &without(claims.clone(), "exp"))),
        ("lives too long", claim("exp", json!(s + 86_400))),
        ("not yet valid", claim("nbf", json!(s + 120))),
        (
            "issued in the future",
            forge.sign(&header, &with(with(claims.clone(), "iat", json!(s + 120)), "exp", json!(s + 600))),
        ),
        ("no session", forge.sign(&header, &without(claims.clone(), "sid"))),
        ("subject is no account", claim("sub", json!("root"))),
        ("expiry as text", claim("exp", json!("never"))),
        ("expiry beyond numbers", claim("exp", json!(f64::MAX))),
    ];
    assert!(forged.len() >= 30);
    for (what, token) in forged {
        assert_eq!(forge.read(&token), None, "{what}");
    }
    // A key that the token brings along is not looked at, neither to help nor to hurt.
    assert_eq!(forge.read(&head("jku", json!("https://elsewhere.example/keys"))), Some(forge.bearer));
    for place in 0..right.len() {
        let mut bytes = right.clone().into_bytes();
        bytes[place] = if bytes[place] == b'A' { b'B' } else { b'A' };
        let changed = String::from_utf8(bytes).expect("text");
        // The last character of a base64 part carries bits that mean nothing; the library refuses those too.
        assert_eq!(forge.read(&changed), None, "changed at {place}");
    }
}

#[test]
fn a_browser_is_known_for_its_account_and_time() {
    let forge = Forge::new();
    let (me, other) = (forge.bearer.account, forge.bearer.session);
    let device = new_device(&forge.keys, me, NOW + 10);
    assert!(knows_device(&forge.keys, &device, me, NOW + 9));
    assert!(!knows_device(&forge.keys, &device, me, NOW + 10), "its time has passed");
    assert!(!knows_device(&forge.keys, &device, other, NOW), "somebody else's");
    let later = device.replacen(&(NOW + 10).to_string(), &(NOW + 99).to_string(), 1);
    for forged in [later.as_str(), "", ".", "a.b.c", &device[1..]] {
        assert!(!knows_device(&forge.keys, forged, me, NOW), "{forged}");
    }
}

#[test]
fn a_refresh_token_tells_its_session_only_if_it_is_ours() {
    let forge = Forge::new();
    let token = new_refresh(&forge.keys, forge.bearer.session);
    assert_eq!(refresh_session(&forge.keys, &token), Some(forge.bearer.session));
    let guessed = format!("{}.abc.def", forge.bearer.session.simple());
    for wrong in [guessed.as_str(), "", ".", "a.b.c", &token[..token.len() - 1], &format!("{token}0")] {
        assert_eq!(refresh_session(&forge.keys, wrong), None, "{wrong}");
    }
}
