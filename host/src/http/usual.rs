//! Pages that look alike in every feature: a list, a form, and the history of one entity.

use super::components::{
    ActionButton, Change, EmptyState, Filter, Filters, HistoryEntry, HistoryList, Moment, Pager, Table, Tone,
};
use super::form_view::{Control, FormField, FormView};
use super::list::List;
use super::page::Shell;
use super::texts::{self, Locale};
use crate::audit;
use askama::Template;
use twoway_ids::Millis;

/// A list with its filters and buttons. The heading is the shell's last crumb: call [`Shell::titled`] first.
#[derive(Template)]
#[template(path = "list.html")]
pub struct ListPage {
    pub shell: Shell,
    pub heading: String,
    pub lead: String,
    pub buttons: Vec<ActionButton>,
    pub filters: Vec<Filters>,
    pub table: Table,
    pub pager: Pager,
}

/// A page that is one form.
#[derive(Template)]
#[template(path = "form.html")]
pub struct FormPage {
    pub shell: Shell,
    pub heading: String,
    pub lead: String,
    pub form: FormView,
}

/// A form that asks for a reason: `typed` is what was typed before. Its field is `reason`; `back` leads away without doing it.
pub fn reason_form(shell: &Shell, action: &str, back: &str, typed: &str) -> FormView {
    let mut reason = FormField::plain("reason", shell.t("field-reason"), Control::Text);
    reason.value = typed.to_string();
    reason.required = true;
    reason.max_length = Some(2_000);
    FormView::plain(action, vec![reason]).cancel(shell.t("leave-form"), back)
}

/// A path with those of these parameters that say something.
pub fn address(path: &str, query: &[(&str, &str)]) -> String {
    let given: Vec<&(&str, &str)> = query.iter().filter(|(_, value)| !value.is_empty()).collect();
    match serde_urlencoded::to_string(&given) {
        Ok(query) if !query.is_empty() => format!("{path}?{query}"),
        _ => path.to_string(),
    }
}

/// A row of filters: `choices` are value and word, the empty value for all. `href` makes the list's address with a value.
pub fn filters(
    label: String,
    choices: impl IntoIterator<Item = (String, String)>,
    chosen: &str,
    href: impl Fn(&str) -> String,
) -> Filters {
    let filter =
        |(value, label): (String, String)| Filter { href: href(&value), current: value == chosen, label, count: None };
    Filters { label, filters: choices.into_iter().map(filter).collect() }
}

/// What stands in the place of a list without rows: `whole` says why there is nothing at all; a list that was narrowed only has
/// nothing of that kind.
pub fn empty(shell: &Shell, narrowed: bool, whole: EmptyState) -> EmptyState {
    if narrowed { EmptyState::new("search", shell.t("filter-none"), shell.t("filter-none-text")) } else { whole }
}

/// The links below a list: `query` is the address bar's query without `cursor`.
pub fn pager<T>(path: &str, query: &[(&str, &str)], list: &List<T>, is_first: bool) -> Pager {
    let beyond = |cursor: &str| {
        let pairs: Vec<(&str, &str)> = query.iter().copied().chain([("cursor", cursor)]).collect();
        address(path, &pairs)
    };
    Pager {
        first: (!is_first).then(|| address(path, query)),
        next: list.next.as_deref().map(beyond),
        shown: list.items.len(),
        total: None,
    }
}

/// What an event changed: the state, and the parts that it names. The chain keeps no contents, which may have to be erased one day; what
/// was handed in when stands in the revisions.
fn changes(l: Locale, kind: &str, entry: &audit::HistoryEntry) -> Vec<Change> {
    let state =
        |word: &Option<String>| word.as_ref().map(|word| l.t(&format!("state-{kind}-{}", word.replace('_', "-"))));
    let mut changes = Vec::new();
    if entry.state_before.is_some() && entry.state_before != entry.state_after {
        let (before, after) = (state(&entry.state_before), state(&entry.state_after));
        changes.push(Change { label: l.t("history-state"), before, after });
    }
    let keys = entry.payload["changed"].as_array().into_iter().flatten().filter_map(|key| key.as_str());
    let mut answers = 0;
    for key in keys {
        match texts::host().get(l, &format!("field-{kind}-{key}"), &[]) {
            Some(label) => changes.push(Change { label, before: None, after: Some(l.t("history-changed")) }),
            None => answers += 1,
        }
    }
    if answers > 0 {
        let after = Some(l.t1("history-answers-changed", "n", answers));
        changes.push(Change { label: l.t("history-answers"), before: None, after });
    }
    changes
}

/// An entity's events as people read them: the text of `event-<kind>-<name>`, what changed, and the reason where the event carries one.
pub fn history(shell: &Shell, kind: &str, entries: Vec<audit::HistoryEntry>, now: Millis) -> HistoryList {
    let entries = entries
        .into_iter()
        .map(|entry| HistoryEntry {
            changes: changes(shell.locale, kind, &entry),
            what: shell.t(&format!("event-{kind}-{}", entry.name)),
            who: entry
                .actor
                .unwrap_or_else(|| shell.t(if entry.cause.is_some() { "actor-system" } else { "actor-unknown" })),
            acting_for: entry.acting_for,
            when: Moment::past(shell.locale, entry.at, now),
            reason: entry.payload["reason"].as_str().map(str::to_string),
            tone: Tone::Neutral,
        })
        .collect();
    HistoryList { entries }
}
