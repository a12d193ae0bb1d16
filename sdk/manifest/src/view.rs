use serde::{Deserialize, Serialize};
use serde_json::{Map, Value};

/// What a plugin's view shows. It is never HTML: the host draws it with its own components and escapes every text, so a
/// plugin can neither script the page nor imitate it. Drawn in this order: alerts, facts, progress, tables.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case", deny_unknown_fields, default)]
pub struct ViewModel {
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub alerts: Vec<Alert>,
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub facts: Vec<Fact>,
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub progress: Vec<Progress>,
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub tables: Vec<Table>,
}

/// A text of the plugin: a full key of its locale files (`label-in-care`) and the values of its placeholders.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Words {
    pub key: String,
    #[serde(default, skip_serializing_if = "Map::is_empty")]
    pub values: Map<String, Value>,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum AlertLevel {
    Info,
    Good,
    Warning,
    Danger,
}

#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Alert {
    pub level: AlertLevel,
    pub text: Words,
}

/// One figure or date with its label.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Fact {
    pub label: Words,
    pub value: Shown,
}

/// A bar: so many of so many.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Progress {
    pub label: Words,
    pub value: u64,
    pub max: u64,
}

#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Table {
    pub title: Words,
    pub columns: Vec<Words>,
    /// As many cells in each row as there are columns.
    pub rows: Vec<Vec<Shown>>,
    /// Said in place of an empty table.
    pub empty: Words,
}

/// A value, and how it is to be shown. Names of people and titles of records are filled in by the host, for those viewers who
/// may see them; so they never pass through the plugin.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Shown {
    /// Written by people; shown as it is, escaped.
    Text(String),
    Words(Words),
    Number(i64),
    /// Thousandths of a percent: 87,500 is 87.5 %.
    Percent(i64),
    /// Milliseconds since the Unix epoch.
    Instant(i64),
    /// `YYYY-MM-DD`.
    Date(String),
    /// A person's pseudonym in the project.
    Person(String),
    /// A record's id: shown as its title, linked to its page.
    Record(String),
    /// A state of a record kind: its text is `state-<kind>-<state>`.
    State {
        kind: String,
        state: String,
    },
    /// An option of a choice: its text is `choice-<field>-<value>`.
    Choice {
        field: String,
        value: String,
    },
    Nothing,
}

impl ViewModel {
    pub const MAX_PARTS: usize = 24;
    pub const MAX_ROWS: usize = 200;
    pub const MAX_COLUMNS: usize = 8;

    /// Reads what a plugin answered; the message is for the plugin's log.
    pub fn parse(answer: Value) -> Result<Self, String> {
        let view: ViewModel = serde_json::from_value(answer).map_err(|e| format!("is not a view model: {e}"))?;
        let parts = view.alerts.len() + view.facts.len() + view.progress.len() + view.tables.len();
        if parts > Self::MAX_PARTS {
            return Err(format!("has {parts} parts; at most {} are drawn", Self::MAX_PARTS));
        }
        for table in &view.tables {
            if table.columns.is_empty() || table.columns.len() > Self::MAX_COLUMNS || table.rows.len() > Self::MAX_ROWS
            {
                return Err(format!(
                    "has a table '{}' outside 1 to {} columns and {} rows",
                    table.title.key,
                    Self::MAX_COLUMNS,
                    Self::MAX_ROWS
                ));
            }
            if table.rows.iter().any(|row| row.len() != table.columns.len()) {
                return Err(format!("has a table '{}' with rows unlike its columns", table.title.key));
            }
        }
        Ok(view)
    }

    /// Every text that it uses, so that a test can find those which a locale lacks.
    pub fn text_keys(&self) -> Vec<String> {
        let mut words: Vec<&Words> = self.alerts.iter().map(|a| &a.text).collect();
        words.extend(self.facts.iter().map(|f| &f.label));
        words.extend(self.progress.iter().map(|p| &p.label));
        for table in &self.tables {
            words.extend([&table.title, &table.empty]);
            words.extend(&table.columns);
        }
        let mut keys: Vec<String> = words.into_iter().map(|w| w.key.clone()).collect();
        let cells = self.tables.iter().flat_map(|t| t.rows.iter().flatten());
        for shown in self.facts.iter().map(|f| &f.value).chain(cells) {
            match shown {
                Shown::Words(words) => keys.push(words.key.clone()),
                Shown::State { kind, state } => keys.push(crate::text_key(&["state", kind, state])),
                Shown::Choice { field, value } => keys.push(crate::text_key(&["choice", field, value])),
                _ => {}
            }
        }
        keys
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use serde_json::json;

    #[test]
    fn a_view_is_read_and_names_its_texts() {
        let view = ViewModel::parse(json!({
            "facts": [{"label": {"key": "label-in-care"}, "value": {"number": 7}}],
            "tables": [{
                "title": {"key": "label-today"}, "empty": {"key": "label-nobody"},
                "columns": [{"key": "label-state"}],
                "rows": [[{"state": {"kind": "visit", "state": "in_care"}}]],
            }],
        }))
        .expect("is well formed");
        assert_eq!(
            view.text_keys(),
            ["label-in-care", "label-today", "label-nobody", "label-state", "state-visit-in_care"]
        );
    }

    #[test]
    fn ragged_rows_and_markup_outside_the_words_are_refused() {
        let ragged = json!({"tables": [{"title": {"key": "t"}, "empty": {"key": "e"},
            "columns": [{"key": "a"}, {"key": "b"}], "rows": [["nothing"]]}]});
        assert_eq!(ViewModel::parse(ragged), Err("has a table 't' with rows unlike its columns".to_string()));
        assert!(ViewModel::parse(json!({"html": "<b>"})).is_err());
    }
}
