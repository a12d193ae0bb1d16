//! Lists read by cursors: a page of at most 100 rows and an opaque mark where the next one begins.

use crate::Refusal;
use base64::Engine;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use sea_orm::sea_query::{Expr, ExprTrait, SimpleExpr, Value};
use sea_orm::{ColumnTrait, Condition, EntityTrait, Order, QueryFilter, QueryOrder, QuerySelect, Select};
use serde::{Deserialize, Serialize, de::DeserializeOwned};
use twoway_ids::Uuid;
use twoway_manifest::control_character_in;
use utoipa::{IntoParams, ToSchema};

pub const LARGEST: u64 = 100;
pub const USUAL: u64 = 20;

/// The query parameters of every list.
#[derive(Clone, Debug, Default, Deserialize, IntoParams)]
#[serde(default)]
pub struct Paging {
    /// `next` of the page before.
    pub cursor: Option<String>,
    /// Rows per page, 1 to 100; 20 if left out.
    pub limit: Option<u64>,
}

/// One page of a list.
#[derive(Clone, Debug, Serialize, ToSchema)]
pub struct List<T> {
    pub items: Vec<T>,
    /// Where the next page begins; absent on the last page.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub next: Option<String>,
}

impl<T> List<T> {
    pub fn map<U>(self, f: impl FnMut(T) -> U) -> List<U> {
        List { items: self.items.into_iter().map(f).collect(), next: self.next }
    }
}

/// Which way a list is sorted.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Sort {
    Ascending,
    Descending,
}

impl Paging {
    pub fn limit(&self) -> Result<u64, Refusal> {
        match self.limit.unwrap_or(USUAL) {
            limit @ 1..=LARGEST => Ok(limit),
            _ => Err(Refusal::BadRequest(format!("limit is between 1 and {LARGEST}"))),
        }
    }

    /// The row after which the page begins: its sort key and id.
    pub fn after<K: DeserializeOwned>(&self) -> Result<Option<(K, Uuid)>, Refusal> {
        let Some(cursor) = self.cursor.as_deref().filter(|c| !c.is_empty()) else { return Ok(None) };
        let bytes = URL_SAFE_NO_PAD.decode(cursor).ok();
        let mark = bytes.and_then(|bytes| serde_json::from_slice(&bytes).ok());
        // Whoever forges a mark may hide in it what no request may hold.
        let mark: Option<serde_json::Value> = mark.filter(|mark| control_character_in(mark).is_none());
        let after = mark.and_then(|mark| serde_json::from_value(mark).ok());
        after.map(Some).ok_or_else(|| Refusal::BadRequest("the cursor is not one of this list".into()))
    }

    /// Sorts `select` by `key`, then by `id`, and bounds it to this page and one row more, by which [`Paging::list`] sees whether
    /// there is a next page.
    pub fn select<E, C, K>(&self, select: Select<E>, key: C, id: C, sort: Sort) -> Result<Select<E>, Refusal>
    where
        E: EntityTrait,
        C: ColumnTrait,
        K: DeserializeOwned + Into<Value> + Clone,
    {
        let order = if sort == Sort::Ascending { Order::Asc } else { Order::Desc };
        let mut select = select.order_by(key, order.clone()).order_by(id, order).limit(self.limit()? + 1);
        if let Some((key_after, id_after)) = self.after::<K>()? {
            let key_col = || Expr::col((key.entity_name(), key));
            let id_col = Expr::col((id.entity_name(), id));
            let beyond = |column: Expr, value: Value| -> SimpleExpr {
                if sort == Sort::Ascending { column.gt(value) } else { column.lt(value) }
            };
            let tie = Condition::all().add(key_col().eq(key_after.clone().into())).add(beyond(id_col, id_after.into()));
            select = select.filter(Condition::any().add(beyond(key_col(), key_after.into())).add(tie));
        }
        Ok(select)
    }

    /// Makes the page of the rows that [`Paging::select`] found. `at` gives a row's sort key and id.
    pub fn list<T, K: Serialize>(&self, mut rows: Vec<T>, at: impl Fn(&T) -> (K, Uuid)) -> Result<List<T>, Refusal> {
        let limit = usize::try_from(self.limit()?).unwrap_or(usize::MAX);
        let more = rows.len() > limit;
        rows.truncate(limit);
        let next = match rows.last() {
            Some(last) if more => Some(URL_SAFE_NO_PAD.encode(serde_json::to_vec(&at(last))?)),
            _ => None,
        };
        Ok(List { items: rows, next })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_page_ends_where_the_next_begins() {
        let id = Uuid::nil();
        let paging = Paging { cursor: None, limit: Some(2) };
        let list = paging.list(vec![10_i64, 20, 30], |n| (*n, id)).expect("a page");
        assert_eq!(list.items, [10, 20]);
        let next = Paging { cursor: list.next, limit: Some(2) };
        assert_eq!(next.after::<i64>().expect("readable"), Some((20, id)));
        let last = next.list(vec![30_i64], |n| (*n, id)).expect("a page");
        assert_eq!((last.items, last.next), (vec![30], None));
    }

    #[test]
    fn bounds_and_forged_cursors_are_refused() {
        for limit in [0, 101, u64::MAX] {
            assert!(Paging { cursor: None, limit: Some(limit) }.limit().is_err(), "{limit}");
        }
        for cursor in ["x", "bnVsbA", "WzEsMl0"] {
            let paging = Paging { cursor: Some(cursor.into()), limit: None };
            assert_eq!(paging.after::<i64>().expect_err("refused").code(), "bad-request", "{cursor}");
        }
        let forged = URL_SAFE_NO_PAD.encode(r#"["a\u0000", "0193f5a0-0000-7000-8000-000000000000"]"#);
        let paging = Paging { cursor: Some(forged), limit: None };
        assert_eq!(paging.after::<String>().expect_err("refused").code(), "bad-request");
    }
}
