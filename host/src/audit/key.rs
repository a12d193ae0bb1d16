use sea_orm::sea_query::{Alias, Expr, ExprTrait};
use sea_orm::{Condition, DbErr, IdenStatic, Iterable, ModelTrait, PrimaryKeyToColumn, QueryResult, Value};
use serde_json::Value as Json;
use twoway_ids::Uuid;

/// What names a row of a covered table, besides its tenant.
#[derive(Clone, Debug, PartialEq)]
pub struct RowKey(Vec<Value>);

/// What one column of a key holds.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum KeyKind {
    Uuid,
    Int,
    Word,
}

impl RowKey {
    /// The key of a row as its entity has it.
    pub fn of<M: ModelTrait>(row: &M) -> Self {
        use sea_orm::EntityTrait;
        let columns = <M::Entity as EntityTrait>::PrimaryKey::iter().map(PrimaryKeyToColumn::into_column);
        Self(columns.filter(|column| column.as_str() != "tenant_id").map(|column| row.get(column)).collect())
    }

    /// As it stands in `row_marks`: the parts divided by `/`. Only the last part of a key may be free text.
    pub fn text(&self) -> String {
        let parts: Vec<String> = self.0.iter().map(part).collect();
        parts.join("/")
    }

    /// The other way round. None: the text names no row of such a table.
    pub(super) fn parse(text: &str, kinds: &[(&'static str, KeyKind)]) -> Option<Self> {
        let parts: Vec<&str> = text.splitn(kinds.len(), '/').collect();
        if parts.len() != kinds.len() {
            return None;
        }
        let value = |(part, (_, kind)): (&&str, &(&str, KeyKind))| match kind {
            KeyKind::Uuid => Uuid::parse_str(part).ok().map(Value::from),
            KeyKind::Int => part.parse::<i32>().ok().map(Value::from),
            KeyKind::Word => Some(Value::from(*part)),
        };
        parts.iter().zip(kinds).map(value).collect::<Option<Vec<Value>>>().map(Self)
    }

    /// The key of a row of which the database has made JSON.
    pub(super) fn of_content(content: &Json, kinds: &[(&'static str, KeyKind)]) -> Option<Self> {
        let value = |(column, kind): &(&str, KeyKind)| match (kind, content.get(column)?) {
            (KeyKind::Uuid, Json::String(id)) => Uuid::parse_str(id).ok().map(Value::from),
            (KeyKind::Int, Json::Number(number)) => i32::try_from(number.as_i64()?).ok().map(Value::from),
            (KeyKind::Word, Json::String(word)) => Some(Value::from(word.as_str())),
            _ => None,
        };
        kinds.iter().map(value).collect::<Option<Vec<Value>>>().map(Self)
    }

    /// Whether the parts are what such a key holds: SQLite keeps in a column whatever somebody writes into it by hand.
    pub(super) fn fits(&self, kinds: &[(&'static str, KeyKind)]) -> bool {
        let fits = |(value, (_, kind)): (&Value, &(&str, KeyKind))| {
            matches!(
                (kind, value),
                (KeyKind::Uuid, Value::Uuid(_)) | (KeyKind::Int, Value::Int(_)) | (KeyKind::Word, Value::String(_))
            )
        };
        self.0.len() == kinds.len() && self.0.iter().zip(kinds).all(fits)
    }

    /// The key as a row of only the key's columns has it.
    pub(super) fn read(row: &QueryResult, kinds: &[(&'static str, KeyKind)]) -> Result<Self, DbErr> {
        let value = |(column, kind): &(&str, KeyKind)| {
            let proper = match kind {
                KeyKind::Uuid => row.try_get::<Uuid>("", column).map(Value::from),
                KeyKind::Int => row.try_get::<i32>("", column).map(Value::from),
                KeyKind::Word => row.try_get::<String>("", column).map(Value::from),
            };
            proper
                .or_else(|_| row.try_get::<String>("", column).map(Value::from))
                .or_else(|_| row.try_get::<Vec<u8>>("", column).map(Value::from))
        };
        kinds.iter().map(value).collect::<Result<Vec<Value>, DbErr>>().map(Self)
    }

    /// The rows with one of these keys.
    pub(super) fn any(keys: &[Self], kinds: &[(&'static str, KeyKind)]) -> Condition {
        if let [(column, _)] = kinds {
            let values = keys.iter().filter_map(|key| key.0.first().cloned());
            return Condition::all().add(Expr::col(Alias::new(*column)).is_in(values));
        }
        keys.iter().fold(Condition::any(), |any, key| {
            let parts = kinds.iter().zip(&key.0);
            let equal = parts.map(|((column, _), value)| Expr::col(Alias::new(*column)).eq(value.clone()));
            any.add(equal.fold(Condition::all(), Condition::add))
        })
    }

    /// The rows after this one in the order of their keys.
    pub(super) fn below(&self, kinds: &[(&'static str, KeyKind)]) -> Expr {
        let columns = kinds.iter().map(|(column, _)| Expr::col(Alias::new(*column)));
        let values = self.0.iter().map(|value| Expr::value(value.clone()));
        Expr::tuple(columns).gt(Expr::tuple(values))
    }
}

fn part(value: &Value) -> String {
    match value {
        Value::Uuid(Some(id)) => id.to_string(),
        Value::Int(Some(number)) => number.to_string(),
        Value::String(Some(word)) => word.clone(),
        other => format!("{other:?}"),
    }
}

impl From<Uuid> for RowKey {
    fn from(id: Uuid) -> Self {
        Self(vec![id.into()])
    }
}

impl From<i32> for RowKey {
    fn from(number: i32) -> Self {
        Self(vec![number.into()])
    }
}

impl From<&str> for RowKey {
    fn from(word: &str) -> Self {
        Self(vec![word.into()])
    }
}

impl From<(Uuid, i32)> for RowKey {
    fn from((id, number): (Uuid, i32)) -> Self {
        Self(vec![id.into(), number.into()])
    }
}

impl From<(Uuid, Uuid)> for RowKey {
    fn from((id, other): (Uuid, Uuid)) -> Self {
        Self(vec![id.into(), other.into()])
    }
}

impl From<(Uuid, &str)> for RowKey {
    fn from((id, word): (Uuid, &str)) -> Self {
        Self(vec![id.into(), word.into()])
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_key_is_read_back_from_its_text() {
        const KINDS: &[(&str, KeyKind)] = &[("project_id", KeyKind::Uuid), ("key", KeyKind::Word)];
        let key = RowKey::from((Uuid::from_u128(7), "visit/2026-11-26/one"));
        assert_eq!(RowKey::parse(&key.text(), KINDS), Some(key));
        const NUMBERED: &[(&str, KeyKind)] = &[("proposal_id", KeyKind::Uuid), ("number", KeyKind::Int)];
        let key = RowKey::from((Uuid::from_u128(7), 12));
        assert_eq!(RowKey::parse(&key.text(), NUMBERED), Some(key));
        assert_eq!(RowKey::parse("no-id/12", NUMBERED), None);
        assert_eq!(RowKey::parse("12", NUMBERED), None);
    }
}
