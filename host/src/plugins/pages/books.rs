use super::{address, way};
use crate::http::components::{ActionButton, Cell, Column, EmptyState, Look, Moment, Pager, Table};
use crate::http::form_view::FieldWords;
use crate::http::list::Paging;
use crate::http::page::{Page, Shell};
use crate::http::usual::{self, ListPage};
use crate::http::{Caller, Path, Query};
use crate::plugins::attendance::{self, Asked};
use crate::plugins::records::Reader;
use crate::plugins::{books, members};
use crate::{App, Refusal};
use axum::extract::State;
use serde::Deserialize;
use serde_json::Value;
use std::collections::HashMap;
use twoway_ids::Uuid;
use twoway_manifest::{Field, FieldType};

/// Values of plain fields in one line each; pseudonyms as names.
fn values(words: FieldWords<'_>, fields: &[Field], content: &Value, people: &HashMap<String, String>) -> Cell {
    let said = |field: &Field| {
        let value = content.get(&field.key)?;
        let named = value.as_str().filter(|_| field.kind == FieldType::Person).and_then(|p| people.get(p)).cloned();
        let text = named.or_else(|| words.said(field, value))?;
        Some(words.locale().t2("fact-line", "label", words.label(field), "value", text))
    };
    let lines: Vec<String> = fields.iter().filter_map(said).collect();
    if lines.is_empty() { Cell::Nothing } else { Cell::List(lines) }
}

/// What stands under each key of a book.
pub(super) async fn book(
    State(app): State<App>,
    Caller(who): Caller,
    shell: Shell,
    Path((project, key)): Path<(Uuid, String)>,
) -> Result<Page<ListPage>, Refusal> {
    let reader = Reader::enter(&app, &who, project).await?;
    let book = books::book(&reader, &key)?;
    let (site, locale) = (reader.site.clone(), shell.locale);
    let heading = site.loaded.word(locale, &format!("book-{key}"));
    let columns = ["key", "balance", "lines", "last"].map(|c| {
        let column = Column::new(shell.t(&format!("book-column-{c}")));
        if matches!(c, "balance" | "lines") { column.numeric() } else { column }
    });
    let empty = EmptyState::new("folder", shell.t("book-empty"), shell.t("book-empty-text"));
    let mut table = Table::new(heading.as_str(), columns.into(), empty);
    let base = address(project, &format!("/books/{key}"));
    for row in books::balances(&app, &reader, book).await? {
        let query = serde_urlencoded::to_string([("key", &row.key)]).map_err(anyhow::Error::from)?;
        table.row(vec![
            Cell::link(row.key, format!("{base}/lines?{query}")),
            Cell::number(row.balance),
            Cell::number(row.entries),
            Cell::When(Moment::past(locale, row.last_at, app.now())),
        ]);
    }
    let shown = table.rows.len();
    let all = ActionButton::link(shell.t("book-all-lines"), format!("{base}/lines")).look(Look::Plain);
    let (lead, pager) = (shell.t("book-lead"), Pager { first: None, next: None, shown, total: None });
    let shell = way(shell, &site).titled(&heading);
    Ok(Page::new(ListPage { shell, heading, lead, buttons: vec![all], filters: Vec::new(), table, pager }))
}

#[derive(Deserialize)]
pub(super) struct Lines {
    key: Option<String>,
    cursor: Option<String>,
}

/// The lines of a book, of one key or of all.
pub(super) async fn lines(
    State(app): State<App>,
    Caller(who): Caller,
    shell: Shell,
    Path((project, key)): Path<(Uuid, String)>,
    Query(wanted): Query<Lines>,
) -> Result<Page<ListPage>, Refusal> {
    let reader = Reader::enter(&app, &who, project).await?;
    let book = books::book(&reader, &key)?;
    let (site, locale) = (reader.site.clone(), shell.locale);
    let paging = Paging { cursor: wanted.cursor.clone(), limit: None };
    let page = books::entries(&app, &reader, book, wanted.key.as_deref(), &paging).await?;
    let people = members::names_by_pseudonym(&app, project).await?;
    let name = site.loaded.word(locale, &format!("book-{key}"));
    let columns = ["when", "key", "quantity", "entry"].map(|c| {
        let column = Column::new(shell.t(&format!("book-column-{c}")));
        if c == "quantity" { column.numeric() } else { column }
    });
    let empty = EmptyState::new("folder", shell.t("book-empty"), shell.t("book-empty-text"));
    let heading = match &wanted.key {
        Some(under) => shell.t2("book-lines-of", "book", name.as_str(), "key", under.as_str()),
        None => shell.t1("book-lines", "book", name.as_str()),
    };
    let mut table = Table::new(heading.as_str(), columns.into(), empty);
    let prefix = format!("entry-{key}");
    let words = FieldWords::plugin(&site.loaded.texts, locale, &prefix);
    for row in &page.items {
        table.row(vec![
            Cell::When(Moment::exactly(row.at)),
            Cell::text(row.key.as_str()),
            Cell::number(format!("{:+}", row.quantity)),
            values(words, &book.entry, &row.entry, &people),
        ]);
    }
    let lead = match &wanted.key {
        Some(under) => shell.t1("book-stands", "n", books::balance(&app, &reader, book, under).await?),
        None => shell.t("book-lead"),
    };
    let base = address(project, &format!("/books/{key}"));
    let query = [("key", wanted.key.as_deref().unwrap_or_default())];
    let pager = usual::pager(&format!("{base}/lines"), &query, &page, wanted.cursor.is_none());
    let shell = way(shell, &site).crumb(name, base).titled(&heading);
    Ok(Page::new(ListPage { shell, heading, lead, buttons: Vec::new(), filters: Vec::new(), table, pager }))
}

#[derive(Deserialize)]
pub(super) struct Presence {
    person: Option<String>,
    session: Option<String>,
    cursor: Option<String>,
}

/// Facts about presence: everybody's for the staff, the own ones for all others.
pub(super) async fn attendance(
    State(app): State<App>,
    Caller(who): Caller,
    shell: Shell,
    Path(project): Path<Uuid>,
    Query(wanted): Query<Presence>,
) -> Result<Page<ListPage>, Refusal> {
    let reader = Reader::enter(&app, &who, project).await?;
    let (site, locale) = (reader.site.clone(), shell.locale);
    let paging = Paging { cursor: wanted.cursor.clone(), limit: None };
    let asked = Asked { person: wanted.person.clone(), session: wanted.session.clone() };
    let page = attendance::facts(&app, &reader, &asked, &paging).await?;
    let people = match reader.insider.is_staff() {
        true => members::names_by_pseudonym(&app, project).await?,
        false => [(reader.insider.pseudonym.clone(), shell.t("attendance-you"))].into(),
    };
    let sessions = page.items.iter().filter_map(|f| Uuid::parse_str(&f.session).ok());
    let titles = reader.titles(&app, sessions.collect()).await?;
    let columns = ["when", "person", "what", "session", "evidence"]
        .map(|c| Column::new(shell.t(&format!("attendance-column-{c}"))));
    let empty = EmptyState::new("hands", shell.t("attendance-none"), shell.t("attendance-none-text"));
    let heading = shell.t("attendance-title");
    let mut table = Table::new(heading.as_str(), columns.into(), empty);
    let words = FieldWords::plugin(&site.loaded.texts, locale, "evidence");
    let base = address(project, "/attendance");
    for fact in &page.items {
        let name = people.get(&fact.person).cloned().unwrap_or_else(|| shell.t("panel-person-hidden"));
        table.row(vec![
            Cell::When(Moment::exactly(fact.at)),
            Cell::link(name, format!("{base}?person={}", fact.person)),
            Cell::text(shell.t(&format!("attendance-{}", fact.what))),
            match titles.get(&fact.session) {
                Some(title) => Cell::link(title, address(project, &format!("/records/{}", fact.session))),
                // A session that is no record has a word of its own.
                None if Uuid::parse_str(&fact.session).is_err() => Cell::text(fact.session.as_str()),
                None => Cell::text(shell.t("panel-record-hidden")),
            },
            values(words, &site.loaded.description().evidence, &fact.evidence, &people),
        ]);
    }
    let text = |given: &Option<String>| given.clone().unwrap_or_default();
    let query = [("person", text(&wanted.person)), ("session", text(&wanted.session))];
    let query = query.each_ref().map(|(key, value)| (*key, value.as_str()));
    let pager = usual::pager(&base, &query, &page, wanted.cursor.is_none());
    let mut buttons = Vec::new();
    if wanted.person.is_some() || wanted.session.is_some() {
        buttons.push(ActionButton::link(shell.t("attendance-all"), base).look(Look::Plain));
    }
    let lead = shell.t("attendance-lead");
    let shell = way(shell, &site).titled(&heading);
    Ok(Page::new(ListPage { shell, heading, lead, buttons, filters: Vec::new(), table, pager }))
}
