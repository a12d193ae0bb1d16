use crate::{Form, Instant, RecordId};
use serde_json::{Map, Value};
use std::ops::{Deref, DerefMut};
use twoway_manifest::{self as manifest, FieldType};

/// The states of a record kind: `#[derive(States)]` on an enum.
pub trait States: Copy + PartialEq {
    /// Each key, and whether nothing leaves it.
    const ALL: &'static [(&'static str, bool)];
    fn key(self) -> &'static str;
    fn parse(key: &str) -> Option<Self>;
}

/// A record kind: `#[derive(Record)]` on a struct.
pub trait Record: Form {
    type State: States;
    const KIND: &'static str;
    const INDEXES: &'static [&'static str];
    const TITLE: Option<&'static str>;
    const READERS: &'static [&'static str];
}

/// An action that a person takes: `#[derive(Action)]` on a struct whose fields are the form.
pub trait Action: Form {
    /// `Item<R>` for an action on a record, `()` for one of the whole project.
    type Target: Target;
    const KEY: &'static str;
    fn describe() -> manifest::Action;
}

/// One stored record. Its content is reached directly: `visit.guardian`. Change it and hand it to [`crate::Host::save`].
#[derive(Clone, Debug)]
pub struct Item<R: Record> {
    pub id: RecordId<R>,
    pub state: R::State,
    pub version: u32,
    pub created: Instant,
    pub changed: Instant,
    content: R,
    /// As it came, so that only what was changed is written.
    stored: Map<String, Value>,
    stored_state: &'static str,
}

impl<R: Record> Deref for Item<R> {
    type Target = R;
    fn deref(&self) -> &R {
        &self.content
    }
}

impl<R: Record> DerefMut for Item<R> {
    fn deref_mut(&mut self) -> &mut R {
        &mut self.content
    }
}

/// A record before it is typed.
#[derive(Clone, Debug, PartialEq)]
pub struct RawItem {
    pub id: String,
    pub kind: String,
    pub state: String,
    pub version: u32,
    pub data: Map<String, Value>,
    pub created: Instant,
    pub changed: Instant,
}

impl<R: Record> Item<R> {
    pub(crate) fn read(raw: RawItem) -> Result<Self, String> {
        let bad = |what: String| format!("{} {}: {what}", raw.kind, raw.id);
        if raw.kind != R::KIND {
            return Err(bad(format!("is not of kind {}", R::KIND)));
        }
        let state = R::State::parse(&raw.state).ok_or_else(|| bad(format!("has no state '{}'", raw.state)))?;
        let content = R::read(&raw.data).map_err(bad)?;
        Ok(Self {
            id: RecordId::new(raw.id),
            state,
            version: raw.version,
            created: raw.created,
            changed: raw.changed,
            content,
            stored: raw.data,
            stored_state: state.key(),
        })
    }

    /// The state to move to, if it changed, and the merge patch. A field which the plugin may not see is in neither version of
    /// the content, so it is left alone.
    pub(crate) fn changes(&self) -> (Option<&'static str>, Map<String, Value>) {
        let now = self.content.write();
        let mut patch = Map::new();
        for (key, value) in &now {
            if self.stored.get(key) != Some(value) {
                patch.insert(key.clone(), value.clone());
            }
        }
        for (key, value) in &self.stored {
            if !now.contains_key(key) && !value.is_null() {
                patch.insert(key.clone(), Value::Null);
            }
        }
        let state = self.state.key();
        ((state != self.stored_state).then_some(state), patch)
    }
}

/// What an action acts on.
pub trait Target: Sized {
    fn read(raw: Option<RawItem>) -> Result<Self, String>;
    /// The record kind's key; none for the project.
    fn kind() -> Option<&'static str>;
}

impl Target for () {
    fn read(_: Option<RawItem>) -> Result<Self, String> {
        Ok(())
    }
    fn kind() -> Option<&'static str> {
        None
    }
}

impl<R: Record> Target for Item<R> {
    fn read(raw: Option<RawItem>) -> Result<Self, String> {
        raw.ok_or_else(|| format!("needs a record of kind {}", R::KIND)).and_then(Item::read)
    }
    fn kind() -> Option<&'static str> {
        Some(R::KIND)
    }
}

pub(crate) fn describe<R: Record>() -> manifest::RecordKind {
    let texts = |list: &[&str]| list.iter().map(ToString::to_string).collect();
    let mut fields = R::fields();
    // A form asks for at least one entry of a list; a record may well have none yet.
    for field in &mut fields {
        field.required &= !matches!(field.kind, FieldType::Lines | FieldType::Persons | FieldType::Choices);
    }
    manifest::RecordKind {
        key: R::KIND.to_string(),
        fields,
        states: R::State::ALL.iter().map(|(key, end)| manifest::State { key: key.to_string(), end: *end }).collect(),
        indexes: texts(R::INDEXES),
        title_field: R::TITLE.map(str::to_string),
        readers: texts(R::READERS),
    }
}
