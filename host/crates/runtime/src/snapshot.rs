use crate::{Item, Millis};
use serde::Serialize;
use serde_json::Value;

/// A question about records of one kind, by described indexes.
#[derive(Clone, Debug, PartialEq, Serialize)]
pub struct Find {
    pub kind: String,
    /// Empty: any state.
    pub states: Vec<String>,
    /// Object of index → exact value, or `{"from": …, "to": …}`.
    pub r#where: Value,
    /// Id after which the page starts.
    pub after: Option<String>,
    pub limit: u32,
}

/// A question that the snapshot refuses. It becomes an error result in the guest, never a trap.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Refusal {
    NotFound,
    NotAllowed,
    Conflict,
    TooMany,
}

/// What goes wrong behind the snapshot (the database is gone): ends the decision.
#[derive(Debug, thiserror::Error)]
#[error("{0}")]
pub struct Broken(pub String);

/// What a decision may read: one consistent picture of one project. The host reads its database, the scenario runner its
/// memory. Called on a decision thread, so it may block.
pub trait Snapshot: Send {
    fn get(&mut self, id: &str) -> Result<Option<Item>, Broken>;
    fn find(&mut self, question: &Find) -> Result<Result<Vec<Item>, Refusal>, Broken>;
    fn count(&mut self, kind: &str, states: &[String], r#where: &Value) -> Result<Result<u64, Refusal>, Broken>;
    /// Yes or no; `Err` names an unknown predicate.
    fn satisfies(&mut self, who: &str, predicate: &str) -> Result<Result<bool, String>, Broken>;
    /// How many of the answers match the secret field. `Err` when the caller asked too often.
    fn secret_matches(&mut self, record: &str, field: &str, answers: &[String]) -> Result<Result<u32, String>, Broken>;
    /// Whether this one-time code is valid now. Spending it is a write of the decision.
    fn code_is_valid(&mut self, purpose: &str, target: &str, code: &str) -> Result<Result<bool, String>, Broken>;
    fn is_workday(&mut self, day: Millis) -> Result<bool, Broken>;
    fn add_workdays(&mut self, start: Millis, days: i32) -> Result<Millis, Broken>;
    fn balance(&mut self, book: &str, key: &str) -> Result<Result<i64, String>, Broken>;
    /// The id that a record created by this decision will have; the `nth` of it, from 0.
    fn new_id(&mut self, nth: u32) -> String;
}
