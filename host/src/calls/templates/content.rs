use super::super::desk::settings::{Settings, settings_of};
use super::super::model::CallInput;
use super::super::queries::{find_visible, is_office};
use crate::{App, Refusal, Who};
use sea_orm::{ConnectionTrait, EntityTrait};
use serde::{Deserialize, Serialize};
use twoway_entity::call_desk::template;
use twoway_entity::calls::call;
use twoway_ids::{DAY, Millis, Uuid};

/// A template that comes with the product.
pub struct Starter {
    pub key: &'static str,
    json: &'static str,
}

/// Starter values; each office checks them against its own document.
pub const STARTERS: &[Starter] = &[
    Starter { key: "annual", json: include_str!("starters/annual.json") },
    Starter { key: "emergency", json: include_str!("starters/emergency.json") },
    Starter { key: "competition", json: include_str!("starters/competition.json") },
    Starter { key: "gov-purchase", json: include_str!("starters/gov-purchase.json") },
];

/// A call without its dates: they are days from the opening.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Content {
    pub call: CallInput,
    #[serde(default)]
    pub settings: Settings,
    /// Days from the announcement to the opening.
    pub preview_days: i64,
    /// Days from the opening to the end.
    pub open_days: i64,
}

impl Content {
    /// What a call is, without its dates.
    pub fn of(call: &call::Model, settings: Settings) -> Result<Self, Refusal> {
        let days = |from: Option<Millis>, to: Option<Millis>| match (from, to) {
            (Some(from), Some(to)) if to > from => Some(to.saturating_sub(from).saturating_add(DAY - 1) / DAY),
            _ => None,
        };
        let mut input = CallInput { opens_at: None, closes_at: None, ..CallInput::of(call)? };
        // The days of its questions are those of this call alone.
        for field in &mut input.form {
            (field.required_after, field.frozen_after) = (None, None);
        }
        Ok(Self {
            call: input,
            settings,
            preview_days: days(call.preview_at, call.opens_at).unwrap_or(7),
            open_days: days(call.opens_at, call.closes_at).unwrap_or(20),
        })
    }

    /// A draft that opens at this moment, or in as many days as the template announces a call before.
    pub fn call(self, title: &str, opens_at: Option<Millis>, now: Millis) -> CallInput {
        let opens = opens_at.unwrap_or_else(|| now.saturating_add(self.preview_days.saturating_mul(DAY)));
        CallInput {
            title: title.to_string(),
            opens_at: Some(opens),
            closes_at: Some(opens.saturating_add(self.open_days.saturating_mul(DAY))),
            ..self.call
        }
    }
}

impl Starter {
    pub fn content(&self) -> Result<Content, Refusal> {
        Ok(serde_json::from_str(self.json)?)
    }
}

/// What a new call begins from.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum From {
    Empty,
    Starter(&'static str),
    Template(Uuid),
    Call(Uuid),
}

impl From {
    /// `empty`, `starter:annual`, `template:<id>` or `call:<id>`.
    pub fn parse(word: &str) -> Option<Self> {
        match word.split_once(':') {
            None => (word == "empty").then_some(Self::Empty),
            Some(("starter", key)) => STARTERS.iter().find(|s| s.key == key).map(|s| Self::Starter(s.key)),
            Some(("template", id)) => id.parse().ok().map(Self::Template),
            Some(("call", id)) => id.parse().ok().map(Self::Call),
            Some(_) => None,
        }
    }

    /// The content to begin from, if this person may see it, and the call that it is copied from.
    pub async fn content(self, app: &App, who: &Who) -> Result<(Content, Option<Uuid>), Refusal> {
        let db = app.db.read();
        match self {
            Self::Empty => {
                let (call, settings) = (CallInput::default(), Settings::default());
                Ok((Content { call, settings, preview_days: 7, open_days: 20 }, None))
            }
            Self::Starter(key) => {
                let starter = STARTERS.iter().find(|s| s.key == key).ok_or(Refusal::NotFound)?;
                Ok((starter.content()?, None))
            }
            Self::Template(id) => {
                let row = find(db, who, id).await?;
                if row.retired_at.is_some() {
                    return Err(Refusal::rule("template-retired"));
                }
                Ok((serde_json::from_value(row.content)?, None))
            }
            Self::Call(id) => {
                let row = find_visible(db, who, id).await?;
                if !is_office(who, &row) {
                    return Err(Refusal::NotFound);
                }
                let settings = settings_of(db, who.tenant, id).await?;
                Ok((Content::of(&row, settings)?, Some(id)))
            }
        }
    }
}

/// A template of the reader's office. Errors: [`Refusal::NotFound`].
pub async fn find(db: &impl ConnectionTrait, who: &Who, id: Uuid) -> Result<template::Model, Refusal> {
    let row = template::Entity::find_by_id((who.tenant, id)).one(db).await?.ok_or(Refusal::NotFound)?;
    let mine = who.holds_over(&[twoway_entity::accounts::Role::LeadOffice], &row.path);
    if mine { Ok(row) } else { Err(Refusal::NotFound) }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_starter_is_a_call_that_lacks_only_its_contact() {
        for starter in STARTERS {
            let content = starter.content().expect(starter.key);
            assert_eq!(content.settings.kind.as_str(), starter.key);
            let input = content.call("征集", Some(1_000), 0).parse().expect(starter.key);
            assert!(!input.form.is_empty() && !input.guide.is_empty() && !input.risk_notice.is_empty());
            assert_eq!(input.rubric.iter().map(|l| l.weight).sum::<u32>(), 100, "{}", starter.key);
            assert_eq!(input.contact, "", "{}: nobody's telephone", starter.key);
        }
    }

    #[test]
    fn dates_are_days_from_the_opening() {
        let content = STARTERS[0].content().expect("a starter");
        let (preview, open) = (content.preview_days, content.open_days);
        let input = content.clone().call("征集", None, DAY);
        assert_eq!(input.opens_at, Some(DAY + preview * DAY));
        assert_eq!(input.closes_at, Some(DAY + preview * DAY + open * DAY));
        assert_eq!(content.call("征集", Some(5), DAY).opens_at, Some(5));
    }

    #[test]
    fn only_known_beginnings_are_read() {
        assert_eq!(From::parse("empty"), Some(From::Empty));
        assert_eq!(From::parse("starter:annual"), Some(From::Starter("annual")));
        for wrong in ["", "starter:none", "template:1", "call:", "other:1"] {
            assert_eq!(From::parse(wrong), None, "{wrong}");
        }
    }
}
