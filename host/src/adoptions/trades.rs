//! Categories of trade: which sponsors do not adopt because of what they sell. The starter list is a data file; what the office
//! enters stands over it.

use super::model::said;
use crate::http::texts::Locale;
use crate::lifecycle::{Command, Done};
use crate::{App, Refusal, Who};
use sea_orm::sea_query::OnConflict;
use sea_orm::{ActiveValue::Set, ColumnTrait, ConnectionTrait, EntityTrait, QueryFilter, QuerySelect};
use serde::Deserialize;
use serde_json::{Value, json};
use std::collections::BTreeMap;
use std::sync::LazyLock;
use twoway_entity::accounts::Role;
use twoway_entity::agreements::trade;
use twoway_ids::Uuid;
use twoway_manifest::{Field, FieldProblem, FieldType, check_form};

/// The stream in which all changes of the list stand; its id is the tenant's.
pub const STREAM: &str = "trades";

/// How many categories an office may have.
const MOST: u64 = 200;

#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
struct Starter {
    key: String,
    #[serde(rename = "zh-CN")]
    zh: String,
    en: String,
    #[serde(default)]
    blocked: Option<String>,
}

#[expect(clippy::expect_used, reason = "the file is part of the program, and a test reads it")]
static STARTERS: LazyLock<Vec<Starter>> = LazyLock::new(|| {
    serde_json::from_str(include_str!("../../starter/trades.json")).expect("the starter list is JSON")
});

/// One category as it stands now.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Trade {
    pub key: String,
    pub title: String,
    pub blocked: bool,
    /// The document behind a block.
    pub basis: String,
    /// The office has entered it itself.
    pub own: bool,
}

/// All categories: those of the starter list in their order, then the office's further ones.
pub async fn all(db: &impl ConnectionTrait, tenant: Uuid, locale: Locale) -> Result<Vec<Trade>, Refusal> {
    let rows = trade::Entity::find().filter(trade::Column::TenantId.eq(tenant)).limit(MOST).all(db).await?;
    let mut rows: BTreeMap<String, trade::Model> = rows.into_iter().map(|r| (r.key.clone(), r)).collect();
    let own =
        |row: trade::Model| Trade { key: row.key, title: row.title, blocked: row.blocked, basis: row.basis, own: true };
    let mut found = Vec::new();
    for starter in STARTERS.iter() {
        found.push(match rows.remove(&starter.key) {
            Some(row) => own(row),
            None => Trade {
                key: starter.key.clone(),
                title: if locale == Locale::En { starter.en.clone() } else { starter.zh.clone() },
                blocked: starter.blocked.is_some(),
                basis: starter.blocked.clone().unwrap_or_default(),
                own: false,
            },
        });
    }
    found.extend(rows.into_values().map(own));
    Ok(found)
}

/// What a sponsor may say that it trades in. Errors: [`Refusal::Invalid`] at `trade` where there is no such category;
/// `trade-blocked` (D8).
pub async fn allowed(db: &impl ConnectionTrait, tenant: Uuid, key: &str) -> Result<Trade, Refusal> {
    let found = all(db, tenant, Locale::ZhCn).await?.into_iter().find(|t| t.key == key);
    let found = found.ok_or_else(|| Refusal::field("trade", FieldProblem::NotAnOption))?;
    if found.blocked {
        return Err(Refusal::of("trade-blocked", "D8").with("trade", found.title).with("basis", found.basis));
    }
    Ok(found)
}

/// A category as the office enters it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct NewTrade {
    pub title: String,
    pub blocked: bool,
    pub basis: String,
}

pub fn trade_fields() -> Vec<Field> {
    vec![
        Field { required: true, max_length: Some(40), ..Field::new("title", FieldType::Line) },
        Field { required: true, ..Field::new("blocked", FieldType::Boolean) },
        Field { max_length: Some(200), ..Field::new("basis", FieldType::Line) },
    ]
}

impl NewTrade {
    /// Checks the answers to [`trade_fields`]: a block says on what it rests.
    pub fn parse(answers: &Value) -> Result<Self, Refusal> {
        let given = check_form(&trade_fields(), answers).map_err(Refusal::Invalid)?;
        let text = |key: &str| given.get(key).and_then(Value::as_str).unwrap_or_default().to_string();
        let blocked = given.get("blocked") == Some(&Value::Bool(true));
        let basis = if blocked { said("basis", &text("basis"), 1, 200)? } else { text("basis") };
        Ok(Self { title: said("title", &text("title"), 1, 40)?, blocked, basis })
    }
}

/// A key: small letters, digits and hyphens.
pub fn is_key(key: &str) -> bool {
    (1..=40).contains(&key.len())
        && key.bytes().all(|b| b.is_ascii_lowercase() || b.is_ascii_digit() || b == b'-')
        && !key.starts_with('-')
}

/// The office enters a category or changes one. Interests that were shown before keep what they said.
pub async fn set(app: &App, who: &Who, command: &Command, key: &str, new: NewTrade) -> Result<Done, Refusal> {
    match who.account() {
        None => return Err(Refusal::SignedOut),
        Some(_) if who.holds(&[Role::LeadOffice]) => {}
        Some(_) => return Err(Refusal::NotAllowed),
    }
    if !is_key(key) {
        return Err(Refusal::field("key", FieldProblem::WrongType));
    }
    let key = key.to_string();
    app.act(who, command, move |step| async move {
        let tenant = step.who().tenant;
        let payload = json!({ "key": key, "title": new.title, "blocked": new.blocked, "basis": new.basis });
        step.wrote(trade::Entity, key.as_str());
        step.record(STREAM, tenant, "trade-set", payload);
        let row = trade::ActiveModel {
            tenant_id: Set(tenant),
            key: Set(key),
            title: Set(new.title),
            blocked: Set(new.blocked),
            basis: Set(new.basis),
        };
        let replace = OnConflict::columns([trade::Column::TenantId, trade::Column::Key])
            .update_columns([trade::Column::Title, trade::Column::Blocked, trade::Column::Basis])
            .to_owned();
        trade::Entity::insert(row).on_conflict(replace).exec_without_returning(step.tx()).await?;
        Ok(Done { id: tenant, version: 1 })
    })
    .await
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_starter_list_has_good_keys_and_blocks_tobacco() {
        assert!(STARTERS.iter().all(|s| is_key(&s.key) && !s.zh.is_empty() && !s.en.is_empty()));
        let blocked: Vec<&str> = STARTERS.iter().filter(|s| s.blocked.is_some()).map(|s| s.key.as_str()).collect();
        assert!(blocked.contains(&"tobacco") && !blocked.contains(&"retail"), "{blocked:?}");
    }

    #[test]
    fn a_block_says_on_what_it_rests() {
        assert!(NewTrade::parse(&json!({"title": "槟榔", "blocked": true})).is_err());
        let open = NewTrade::parse(&json!({"title": "茶叶", "blocked": false})).expect("a category");
        assert_eq!((open.title.as_str(), open.blocked), ("茶叶", false));
    }
}
