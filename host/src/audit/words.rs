//! What the log calls its streams, events and states. A plugin's records are called by the words of their plugin.

use super::log::Entry;
use crate::http::texts::{self, Locale};
use crate::plugins::{self, RecordWords};
use crate::{App, Refusal};
use std::collections::HashMap;
use twoway_entity::audit::event;
use twoway_ids::Uuid;

const RECORD: &str = "record";

/// The words for one page of the log.
pub(super) struct LogWords {
    locale: Locale,
    records: HashMap<Uuid, RecordWords>,
}

/// Fluent knows no low line in a key.
fn key(parts: &[&str]) -> String {
    parts.join("-").replace('_', "-")
}

/// The text, or the key where there is none: every name that the product writes has one, which tests see to.
fn known(locale: Locale, key: &str) -> String {
    texts::host().get(locale, key, &[]).unwrap_or_else(|| key.to_string())
}

pub(super) fn stream(locale: Locale, kind: &str) -> String {
    known(locale, &key(&["machine", kind]))
}

/// The text's key for an event without a plugin.
pub fn event_key(kind: &str, name: &str) -> String {
    key(&["event", kind, name])
}

impl LogWords {
    pub(super) async fn of(app: &App, locale: Locale, entries: &[Entry]) -> Result<Self, Refusal> {
        let ids = entries.iter().filter(|e| e.event.stream_kind == RECORD).map(|e| e.event.stream_id).collect();
        Ok(Self { locale, records: plugins::record_words(app, ids).await? })
    }

    fn record(&self, event: &event::Model) -> Option<&RecordWords> {
        self.records.get(&event.stream_id).filter(|_| event.stream_kind == RECORD)
    }

    pub(super) fn stream(&self, event: &event::Model) -> String {
        let record = self.record(event).map(|record| record.kind(self.locale));
        record.unwrap_or_else(|| stream(self.locale, &event.stream_kind))
    }

    pub(super) fn event(&self, event: &event::Model) -> String {
        let acted = self.record(event).and_then(|record| record.action(self.locale, &event.name));
        let own = event_key(&event.stream_kind, &event.name);
        match acted {
            Some(word) => word,
            // A plugin's timer or event: the record changed by itself.
            None if event.stream_kind == RECORD && !texts::host().has(&own) => self.locale.t("event-record-moved"),
            None => known(self.locale, &own),
        }
    }

    /// Where the event led to, if the state changed.
    pub(super) fn state(&self, event: &event::Model) -> Option<String> {
        let after = event.state_after.as_ref().filter(|after| event.state_before.as_ref() != Some(after))?;
        let record = self.record(event).map(|record| record.state(self.locale, after));
        Some(record.unwrap_or_else(|| known(self.locale, &key(&["state", &event.stream_kind, after]))))
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::lifecycle;

    #[test]
    fn every_event_and_state_of_every_machine_has_a_word() {
        let mut missing = Vec::new();
        for machine in lifecycle::words() {
            let kind = machine.kind;
            let created = std::iter::once("created".to_string());
            let events = created.chain(machine.events).map(|name| event_key(kind, &name));
            let states = machine.states.into_iter().map(|state| key(&["state", kind, &state]));
            for text in events.chain(states).chain([key(&["machine", kind])]) {
                for locale in Locale::ALL {
                    if !texts::host().keys(locale).contains(&text) {
                        missing.push(format!("{}: {text}", locale.as_str()));
                    }
                }
            }
        }
        assert!(missing.is_empty(), "{missing:#?}");
    }
}
