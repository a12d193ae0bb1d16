//! Sealed content: each project has a data key of its own, wrapped by the host's master key, and each sealed field is encrypted by
//! itself. The first byte of everything sealed names the algorithm, so that another one can be switched on beside this one.

use crate::Refusal;
use crate::keys::Keys;
use aes_gcm_siv::aead::{Aead, KeyInit, Payload};
use aes_gcm_siv::{Aes256GcmSiv, Nonce};
use base64::Engine;
use base64::engine::general_purpose::STANDARD_NO_PAD;
use serde_json::{Value, json};
use twoway_ids::Uuid;

/// AES-256-GCM-SIV (RFC 8452): algorithm, 12 bytes of nonce, then ciphertext and tag.
const AES_256_GCM_SIV: u8 = 1;
const NONCE: usize = 12;
const MARK: &str = "$sealed";

/// The data key of one project, unwrapped. Lives as long as one request.
pub struct DataKey {
    key: [u8; 32],
    project: Uuid,
}

impl DataKey {
    /// Makes a key for a project and the wrapped form that is stored.
    pub fn make(keys: &Keys, project: Uuid) -> Result<(Self, Vec<u8>), Refusal> {
        let key = twoway_ids::new_secret();
        let wrapped = encrypt(&keys.master, &key, &wrapping(project))?;
        Ok((Self { key, project }, wrapped))
    }

    /// Errors: the stored key is damaged, of another project, or was wrapped under another master key.
    pub fn unwrap(keys: &Keys, project: Uuid, wrapped: &[u8]) -> Result<Self, Refusal> {
        let key = decrypt(&keys.master, wrapped, &wrapping(project))?;
        let key = key.try_into().map_err(|_| anyhow::anyhow!("a project's data key has the wrong length"))?;
        Ok(Self { key, project })
    }

    /// Seals bytes for one place (`record:<id>:<field>`); elsewhere they cannot be opened.
    pub fn seal(&self, place: &str, content: &[u8]) -> Result<Vec<u8>, Refusal> {
        encrypt(&self.key, content, &self.bound(place))
    }

    pub fn open(&self, place: &str, sealed: &[u8]) -> Result<Vec<u8>, Refusal> {
        decrypt(&self.key, sealed, &self.bound(place))
    }

    /// Seals a JSON value into one that can stand in its place: `{"$sealed": "…"}`.
    pub fn seal_value(&self, place: &str, value: &Value) -> Result<Value, Refusal> {
        let sealed = self.seal(place, value.to_string().as_bytes())?;
        Ok(json!({ MARK: STANDARD_NO_PAD.encode(sealed) }))
    }

    /// Opens what [`DataKey::seal_value`] made.
    pub fn open_value(&self, place: &str, sealed: &Value) -> Result<Value, Refusal> {
        let text = sealed.get(MARK).and_then(Value::as_str).ok_or_else(|| anyhow::anyhow!("{place} is not sealed"))?;
        let bytes = STANDARD_NO_PAD.decode(text).map_err(|_| anyhow::anyhow!("{place} is damaged"))?;
        Ok(serde_json::from_slice(&self.open(place, &bytes)?)?)
    }

    fn bound(&self, place: &str) -> Vec<u8> {
        format!("{}:{place}", self.project).into_bytes()
    }
}

/// Whether a stored value is sealed.
pub fn is_sealed(value: &Value) -> bool {
    value.get(MARK).is_some()
}

fn wrapping(project: Uuid) -> Vec<u8> {
    format!("data key of {project}").into_bytes()
}

fn encrypt(key: &[u8; 32], content: &[u8], bound_to: &[u8]) -> Result<Vec<u8>, Refusal> {
    let mut nonce = [0_u8; NONCE];
    nonce.copy_from_slice(&twoway_ids::new_secret()[..NONCE]);
    let cipher = Aes256GcmSiv::new(&(*key).into());
    let text = cipher
        .encrypt(&Nonce::from(nonce), Payload { msg: content, aad: bound_to })
        .map_err(|_| anyhow::anyhow!("content is too large to be sealed"))?;
    let mut sealed = Vec::with_capacity(1 + NONCE + text.len());
    sealed.push(AES_256_GCM_SIV);
    sealed.extend_from_slice(&nonce);
    sealed.extend_from_slice(&text);
    Ok(sealed)
}

fn decrypt(key: &[u8; 32], sealed: &[u8], bound_to: &[u8]) -> Result<Vec<u8>, Refusal> {
    match sealed.split_first() {
        Some((&AES_256_GCM_SIV, rest)) if rest.len() >= NONCE => {
            let (nonce, text) = rest.split_at(NONCE);
            let nonce: [u8; NONCE] = nonce.try_into().map_err(|_| anyhow::anyhow!("sealed content is damaged"))?;
            let cipher = Aes256GcmSiv::new(&(*key).into());
            cipher
                .decrypt(&Nonce::from(nonce), Payload { msg: text, aad: bound_to })
                .map_err(|_| anyhow::anyhow!("sealed content does not open with this key in this place").into())
        }
        Some((algorithm, _)) => {
            Err(anyhow::anyhow!("content is sealed with algorithm {algorithm}, unknown here").into())
        }
        None => Err(anyhow::anyhow!("sealed content is empty").into()),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn keys() -> (tempfile::TempDir, Keys) {
        let folder = tempfile::tempdir().expect("a folder");
        let keys = Keys::load(&folder.path().join("keys")).expect("made");
        (folder, keys)
    }

    #[test]
    fn what_is_sealed_opens_only_in_its_place_and_project() {
        let (_folder, keys) = keys();
        let (project, other) = (twoway_ids::new_id(1), twoway_ids::new_id(2));
        let (key, wrapped) = DataKey::make(&keys, project).expect("made");
        let sealed = key.seal_value("record:1:allergies", &json!("peanuts")).expect("sealed");
        assert!(is_sealed(&sealed) && !sealed.to_string().contains("peanuts"));
        let again = DataKey::unwrap(&keys, project, &wrapped).expect("unwrapped");
        assert_eq!(again.open_value("record:1:allergies", &sealed).expect("opened"), json!("peanuts"));
        assert!(again.open_value("record:2:allergies", &sealed).is_err(), "moved to another record");
        assert!(DataKey::unwrap(&keys, other, &wrapped).is_err(), "another project's key");
    }

    #[test]
    fn the_same_content_never_looks_the_same_twice() {
        let (_folder, keys) = keys();
        let (key, _) = DataKey::make(&keys, twoway_ids::new_id(1)).expect("made");
        assert_ne!(key.seal("a", b"x").expect("sealed"), key.seal("a", b"x").expect("sealed"));
    }

    #[test]
    fn a_damaged_or_unknown_seal_is_an_error() {
        let (_folder, keys) = keys();
        let (key, _) = DataKey::make(&keys, twoway_ids::new_id(1)).expect("made");
        let mut sealed = key.seal("a", b"x").expect("sealed");
        let last = sealed.len() - 1;
        sealed[last] ^= 1;
        assert!(key.open("a", &sealed).is_err());
        sealed[0] = 9;
        assert!(key.open("a", &sealed).is_err());
        assert!(key.open("a", &[]).is_err());
    }
}
