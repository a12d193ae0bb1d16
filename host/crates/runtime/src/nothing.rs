use crate::{Broken, Find, Item, Millis, Refusal, Snapshot};
use serde_json::Value;

/// The snapshot of a call that may not read: every question ends the call.
pub(crate) struct Nothing;

fn nothing<T>() -> Result<T, Broken> {
    Err(Broken("nothing can be read here".to_string()))
}

impl Snapshot for Nothing {
    fn get(&mut self, _id: &str) -> Result<Option<Item>, Broken> {
        nothing()
    }
    fn find(&mut self, _question: &Find) -> Result<Result<Vec<Item>, Refusal>, Broken> {
        nothing()
    }
    fn count(&mut self, _kind: &str, _states: &[String], _where: &Value) -> Result<Result<u64, Refusal>, Broken> {
        nothing()
    }
    fn satisfies(&mut self, _who: &str, _predicate: &str) -> Result<Result<bool, String>, Broken> {
        nothing()
    }
    fn secret_matches(&mut self, _r: &str, _f: &str, _a: &[String]) -> Result<Result<u32, String>, Broken> {
        nothing()
    }
    fn code_is_valid(&mut self, _p: &str, _t: &str, _c: &str) -> Result<Result<bool, String>, Broken> {
        nothing()
    }
    fn is_workday(&mut self, _day: Millis) -> Result<bool, Broken> {
        nothing()
    }
    fn add_workdays(&mut self, _start: Millis, _days: i32) -> Result<Millis, Broken> {
        nothing()
    }
    fn balance(&mut self, _book: &str, _key: &str) -> Result<Result<i64, String>, Broken> {
        nothing()
    }
    fn new_id(&mut self, nth: u32) -> String {
        nth.to_string()
    }
}
