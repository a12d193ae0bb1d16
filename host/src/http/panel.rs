//! Draws what a plugin's view answered. A plugin sends words and values, never HTML; names of people and titles of records are
//! put in here, for those who may see them.

use super::components::{Cell, Column, EmptyState, Fact, Markup, Moment, Row, StateBadge, Table, Tone};
use super::page::Shell;
use super::texts::{Locale, Texts, json_values};
use askama::Template;
use twoway_manifest::{AlertLevel, Shown, ViewModel, Words, text_key};

/// What only the host knows about the names in a view. Answer none for what the reader may not see.
pub trait Names {
    fn person(&self, pseudonym: &str) -> Option<String>;
    /// Title and address of a record.
    fn record(&self, id: &str) -> Option<(String, String)>;
    /// Whether a state is one that nothing leaves, or waits for somebody.
    fn state_tone(&self, _kind: &str, _state: &str) -> Tone {
        Tone::Neutral
    }
}

/// For views that name nobody and link nowhere: public ones.
pub struct NoNames;

impl Names for NoNames {
    fn person(&self, _: &str) -> Option<String> {
        None
    }

    fn record(&self, _: &str) -> Option<(String, String)> {
        None
    }
}

struct Alert {
    tone: Tone,
    text: String,
}

struct Progress {
    label: String,
    value: u64,
    max: u64,
}

/// A plugin's view in the reader's language, under its own title and the plugin's name.
pub struct Panel {
    title: String,
    plugin: String,
    alerts: Vec<Alert>,
    facts: Vec<Fact>,
    progress: Vec<Progress>,
    tables: Vec<(String, Table)>,
    published: Option<Moment>,
    unavailable: bool,
}

struct Speech<'a> {
    locale: Locale,
    texts: &'a Texts,
    names: &'a dyn Names,
}

impl Speech<'_> {
    fn say(&self, words: &Words) -> String {
        self.key(&words.key, &words.values)
    }

    fn key(&self, key: &str, values: &serde_json::Map<String, serde_json::Value>) -> String {
        self.texts.get(self.locale, key, &json_values(values)).unwrap_or_else(|| key.to_string())
    }

    fn plain(&self, key: &str) -> String {
        self.texts.get(self.locale, key, &[]).unwrap_or_else(|| key.to_string())
    }

    fn cell(&self, shown: &Shown) -> Cell {
        match shown {
            Shown::Text(text) => Cell::text(text),
            Shown::Words(words) => Cell::Text(self.say(words)),
            Shown::Number(n) => Cell::number(n),
            Shown::Percent(milli) => Cell::Number(percent(*milli)),
            Shown::Instant(millis) => Cell::When(Moment::exactly(*millis)),
            Shown::Date(day) => Cell::date(day),
            Shown::Person(pseudonym) => {
                Cell::Text(self.names.person(pseudonym).unwrap_or_else(|| self.locale.t("panel-person-hidden")))
            }
            Shown::Record(id) => match self.names.record(id) {
                Some((title, href)) => Cell::link(title, href),
                None => Cell::Text(self.locale.t("panel-record-hidden")),
            },
            Shown::State { kind, state } => Cell::State(StateBadge::new(
                self.plain(&text_key(&["state", kind, state])),
                self.names.state_tone(kind, state),
            )),
            Shown::Choice { field, value } => Cell::Text(self.plain(&text_key(&["choice", field, value]))),
            Shown::Nothing => Cell::Nothing,
        }
    }
}

/// Thousandths of a percent with at most one decimal: 87,500 is `87.5%`.
fn percent(milli: i64) -> String {
    let tenths = (milli + 50).div_euclid(100);
    match tenths.rem_euclid(10) {
        0 => format!("{}%", tenths / 10),
        rest => format!("{}.{rest}%", tenths.div_euclid(10)),
    }
}

impl Panel {
    /// `title` is the view's text, `plugin` the plugin's name in the reader's language.
    pub fn new(
        locale: Locale,
        title: String,
        plugin: String,
        texts: &Texts,
        view: &ViewModel,
        names: &dyn Names,
    ) -> Self {
        let words = Speech { locale, texts, names };
        let table = |table: &twoway_manifest::Table| {
            let numeric = |i: usize| {
                !table.rows.is_empty()
                    && table.rows.iter().all(|r| matches!(r.get(i), Some(Shown::Number(_) | Shown::Percent(_))))
            };
            let columns = table
                .columns
                .iter()
                .enumerate()
                .map(|(i, label)| Column { numeric: numeric(i), ..Column::new(words.say(label)) })
                .collect();
            let title = words.say(&table.title);
            let mut drawn = Table::new(title.clone(), columns, EmptyState::new("folder", words.say(&table.empty), ""));
            drawn.rows = table.rows.iter().map(|r| Row { cells: r.iter().map(|c| words.cell(c)).collect() }).collect();
            (title, drawn)
        };
        Self {
            title,
            plugin,
            alerts: view.alerts.iter().map(|a| Alert { tone: tone(a.level), text: words.say(&a.text) }).collect(),
            facts: view
                .facts
                .iter()
                .map(|f| Fact { label: words.say(&f.label), value: words.cell(&f.value) })
                .collect(),
            progress: view
                .progress
                .iter()
                .map(|p| Progress { label: words.say(&p.label), value: p.value.min(p.max), max: p.max })
                .collect(),
            tables: view.tables.iter().map(table).collect(),
            published: None,
            unavailable: false,
        }
    }

    /// Stands where a view would be when its plugin failed: the rest of the page goes on.
    pub fn unavailable(title: String, plugin: String) -> Self {
        Self {
            title,
            plugin,
            alerts: vec![],
            facts: vec![],
            progress: vec![],
            tables: vec![],
            published: None,
            unavailable: true,
        }
    }

    /// For a card that was handed out at one moment, where a view is as of now.
    #[must_use]
    pub fn published(self, when: Moment) -> Self {
        Self { published: Some(when), ..self }
    }

    pub fn html(&self, shell: &Shell) -> Markup {
        Markup::of(&PanelHtml { shell, panel: self })
    }
}

fn tone(level: AlertLevel) -> Tone {
    match level {
        AlertLevel::Info => Tone::Active,
        AlertLevel::Good => Tone::Good,
        AlertLevel::Warning => Tone::Attention,
        AlertLevel::Danger => Tone::Bad,
    }
}

#[derive(Template)]
#[template(path = "components/panel.html")]
struct PanelHtml<'a> {
    shell: &'a Shell,
    panel: &'a Panel,
}

#[cfg(test)]
mod tests {
    use super::*;
    use serde_json::json;

    #[test]
    fn percents_have_at_most_one_decimal() {
        assert_eq!(
            (percent(87_500), percent(100_000), percent(66_666), percent(0)),
            ("87.5%".into(), "100%".into(), "66.7%".into(), "0%".into())
        );
    }

    #[test]
    fn what_a_plugin_sends_is_escaped_and_hidden_names_stay_hidden() {
        let view = ViewModel::parse(json!({
            "alerts": [{"level": "danger", "text": {"key": "label-late", "values": {"who": "<script>"}}}],
            "facts": [{"label": {"key": "label-note"}, "value": {"text": "<b>x</b>"}}, {"label": {"key": "label-who"}, "value": {"person": "p1"}}],
        }))
        .expect("is well formed");
        let (texts, problems) = Texts::new(&["label-late = { $who } 未接\nlabel-note = 备注\nlabel-who = 谁"], &[]);
        assert!(problems.is_empty());
        let panel = Panel::new(Locale::ZhCn, "今日".into(), "四点半学校".into(), &texts, &view, &NoNames);
        let html = panel.html(&Shell::default()).to_string();
        assert!(!html.contains("<script>") && !html.contains("<b>x"), "{html}");
        assert!(html.contains("未接") && html.contains("未公开姓名") && !html.contains("p1"), "{html}");
    }
}
