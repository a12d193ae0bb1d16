use ed25519_dalek::{Signature, Signer, SigningKey, VerifyingKey};
use sha2::{Digest, Sha256};

/// A key whose signature means that somebody known vouches for the package.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct TrustedKey {
    /// As the office knows its owner.
    pub name: String,
    pub key: [u8; 32],
}

/// What can be said about where a package comes from. It is always shown, and never silently improved.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Trust {
    /// Signed by this trusted key.
    Signed {
        by: String,
    },
    /// Validly signed by a key that nobody here vouched for; its fingerprint.
    UnknownKey {
        fingerprint: String,
    },
    /// The files are not those that were listed or signed.
    Modified,
    Unsigned,
}

/// The content of `SIGNATURE`: the public key and its Ed25519 signature over the listing, in hexadecimal, one line each.
pub fn sign(listing: &str, key: &SigningKey) -> String {
    let signature = key.sign(listing.as_bytes());
    format!("{}\n{}\n", hex::encode(key.verifying_key().to_bytes()), hex::encode(signature.to_bytes()))
}

/// `listing` is computed from the files; `said` is the packed `MANIFEST`.
pub(super) fn judge(listing: &str, said: Option<&[u8]>, signature: Option<&[u8]>, trusted: &[TrustedKey]) -> Trust {
    if said.is_some_and(|said| said != listing.as_bytes()) {
        return Trust::Modified;
    }
    let Some(signature) = signature else { return Trust::Unsigned };
    // A signature that cannot be read or does not fit is as good as a changed file.
    let Some((key, signature)) = parse(signature) else { return Trust::Modified };
    if key.verify_strict(listing.as_bytes(), &signature).is_err() {
        return Trust::Modified;
    }
    match trusted.iter().find(|known| known.key == key.to_bytes()) {
        Some(known) => Trust::Signed { by: known.name.clone() },
        None => {
            let fingerprint =
                Sha256::digest(key.to_bytes())[..8].iter().map(|b| format!("{b:02x}")).collect::<Vec<_>>();
            Trust::UnknownKey { fingerprint: fingerprint.join(":") }
        }
    }
}

fn parse(text: &[u8]) -> Option<(VerifyingKey, Signature)> {
    let mut lines = std::str::from_utf8(text).ok()?.lines();
    let key: [u8; 32] = hex::decode(lines.next()?).ok()?.try_into().ok()?;
    let signature: [u8; 64] = hex::decode(lines.next()?).ok()?.try_into().ok()?;
    if lines.next().is_some() {
        return None;
    }
    Some((VerifyingKey::from_bytes(&key).ok()?, Signature::from_bytes(&signature)))
}
