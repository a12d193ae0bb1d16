//! Who filed an objection. It stands in the database under a key of its own; the handler and the supervisor may open it, and each
//! look is an event. What the chain and the log keep of the author's own deeds names nobody.

use crate::keys::Keys;
use crate::vault::DataKey;
use crate::{Refusal, Who};
use serde::{Deserialize, Serialize};
use twoway_entity::objections::objection;
use twoway_ids::Uuid;

/// Where the identity lies under the objection's key.
const PLACE: &str = "objector";

/// Who filed it and how to reach them.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, utoipa::ToSchema)]
pub struct Identity {
    pub account: Uuid,
    /// What the account is called.
    pub account_name: String,
    /// The name that was given, if one was.
    pub name: String,
    pub contact: String,
}

/// Seals an identity: the wrapped key and the content that it opens.
pub fn seal(keys: &Keys, objection: Uuid, identity: &Identity) -> Result<(Vec<u8>, Vec<u8>), Refusal> {
    let (key, wrapped) = DataKey::make(keys, objection)?;
    let sealed = key.seal(PLACE, &serde_json::to_vec(identity)?)?;
    Ok((wrapped, sealed))
}

pub fn open(keys: &Keys, row: &objection::Model) -> Result<Identity, Refusal> {
    let key = DataKey::unwrap(keys, row.id, &row.key)?;
    Ok(serde_json::from_slice(&key.open(PLACE, &row.objector)?)?)
}

/// Seals one of the answers: they may tell more of the author than the public may read.
pub fn seal_answer(keys: &Keys, row: &objection::Model, place: &str, text: &str) -> Result<Vec<u8>, Refusal> {
    DataKey::unwrap(keys, row.id, &row.key)?.seal(place, text.as_bytes())
}

pub fn open_answer(
    keys: &Keys,
    row: &objection::Model,
    place: &str,
    sealed: Option<&Vec<u8>>,
) -> Result<Option<String>, Refusal> {
    let Some(sealed) = sealed else { return Ok(None) };
    let text = DataKey::unwrap(keys, row.id, &row.key)?.open(place, sealed)?;
    Ok(Some(String::from_utf8_lossy(&text).into_owned()))
}

/// By what one's own objections are found without a name in any row.
pub fn mark(keys: &Keys, account: Uuid) -> String {
    keys.keyed_hash("objector", &account.to_string())
}

/// By what a repeated request is known.
pub fn request_mark(keys: &Keys, account: Uuid, key: &str) -> String {
    keys.keyed_hash("objection request", &format!("{account} {key}"))
}

pub fn is_own(keys: &Keys, who: &Who, row: &objection::Model) -> bool {
    who.account().is_some_and(|account| mark(keys, account) == row.objector_mark)
}
