use super::super::page::Shell;
use super::super::writing;
use super::{ActionButton, Markup, Moment, StateBadge};
use crate::blanks::Blank;
use askama::Template;

/// The content of a table cell or a fact.
#[derive(Clone, Debug)]
pub enum Cell {
    Text(String),
    /// Right-aligned in tables, in tabular figures.
    Number(String),
    Link {
        text: String,
        href: String,
    },
    State(StateBadge),
    When(Moment),
    Buttons(Vec<ActionButton>),
    List(Vec<String>),
    /// A box that chooses the row for the form of this name elsewhere on the page.
    Mark {
        form: &'static str,
        name: &'static str,
        value: String,
        label: String,
    },
    /// Nothing there: a dash.
    Nothing,
}

impl Cell {
    pub fn text(text: impl Into<String>) -> Self {
        Self::Text(text.into())
    }

    pub fn link(text: impl Into<String>, href: impl Into<String>) -> Self {
        Self::Link { text: text.into(), href: href.into() }
    }

    pub fn number(number: impl ToString) -> Self {
        Self::Number(number.to_string())
    }

    pub fn mark(form: &'static str, name: &'static str, value: impl ToString, label: impl Into<String>) -> Self {
        Self::Mark { form, name, value: value.to_string(), label: label.into() }
    }

    /// A date as it is stored: `2026-11-23`.
    pub fn date(day: &str) -> Self {
        Self::When(Moment::on(day))
    }

    fn is_number(&self) -> bool {
        matches!(self, Self::Number(_))
    }

    pub fn html(&self, shell: &Shell) -> Markup {
        Markup::of(&CellHtml { shell, cell: self })
    }
}

#[derive(Template)]
#[template(path = "components/cell.html")]
struct CellHtml<'a> {
    shell: &'a Shell,
    cell: &'a Cell,
}

impl CellHtml<'_> {
    /// What is called by a date, as a plugin's day is, is written like one.
    fn written(&self, text: &str) -> String {
        writing::written(self.shell.locale, text)
    }
}

#[derive(Clone, Debug)]
pub struct Fact {
    pub label: String,
    pub value: Cell,
}

impl Fact {
    /// Sentences, which a narrow column would draw out.
    fn is_long(&self) -> bool {
        matches!(&self.value, Cell::Text(text) if text.chars().count() > 60)
    }
}

/// Label and value pairs.
#[derive(Clone, Debug, Default)]
pub struct Facts {
    pub facts: Vec<Fact>,
}

impl Facts {
    pub fn new() -> Self {
        Self::default()
    }

    pub fn fact(mut self, label: impl Into<String>, value: Cell) -> Self {
        self.facts.push(Fact { label: label.into(), value });
        self
    }

    pub fn html(&self, shell: &Shell) -> Markup {
        Markup::of(&FactsHtml { shell, facts: &self.facts })
    }
}

#[derive(Template)]
#[template(path = "components/facts.html")]
struct FactsHtml<'a> {
    shell: &'a Shell,
    facts: &'a [Fact],
}

/// The blanks that a text on this page may have, each with what it holds. A script lets them be put into the text by a click; without it
/// they are copied.
#[derive(Clone, Debug)]
pub struct BlankList {
    blanks: Vec<(String, String)>,
}

impl BlankList {
    /// What a blank holds is the text `<prefix>-<name>`.
    pub fn new(shell: &Shell, blanks: &[Blank], prefix: &str) -> Self {
        let one = |blank: &Blank| (blank.written(shell.locale), shell.t(&format!("{prefix}-{}", blank.name)));
        Self { blanks: blanks.iter().map(one).collect() }
    }

    pub fn html(&self, shell: &Shell) -> Markup {
        Markup::of(&BlanksHtml { shell, blanks: &self.blanks })
    }
}

#[derive(Template)]
#[template(path = "components/blanks.html")]
struct BlanksHtml<'a> {
    shell: &'a Shell,
    blanks: &'a [(String, String)],
}

#[derive(Clone, Debug)]
pub struct Column {
    pub label: String,
    pub numeric: bool,
    /// The address of this list sorted by this column.
    pub sort_href: Option<String>,
    /// `ascending` or `descending` where the list is sorted by it now.
    pub sorted: Option<&'static str>,
}

impl Column {
    pub fn new(label: impl Into<String>) -> Self {
        Self { label: label.into(), numeric: false, sort_href: None, sorted: None }
    }

    pub fn numeric(mut self) -> Self {
        self.numeric = true;
        self
    }

    pub fn sort(mut self, href: impl Into<String>, sorted: Option<&'static str>) -> Self {
        self.sort_href = Some(href.into());
        self.sorted = sorted;
        self
    }
}

#[derive(Clone, Debug)]
pub struct Row {
    pub cells: Vec<Cell>,
}

/// A table that becomes a list of cards on phones; the first cell is the card's heading.
#[derive(Clone, Debug)]
pub struct Table {
    /// Read out, not drawn.
    pub caption: String,
    pub columns: Vec<Column>,
    pub rows: Vec<Row>,
    /// Shown instead when there are no rows.
    pub empty: EmptyState,
}

impl Table {
    pub fn new(caption: impl Into<String>, columns: Vec<Column>, empty: EmptyState) -> Self {
        Self { caption: caption.into(), columns, rows: Vec::new(), empty }
    }

    pub fn row(&mut self, cells: Vec<Cell>) {
        self.rows.push(Row { cells });
    }

    fn label(&self, index: &usize) -> &str {
        self.columns.get(*index).map_or("", |c| c.label.as_str())
    }

    fn is_numeric(&self, index: &usize) -> bool {
        self.columns.get(*index).is_some_and(|c| c.numeric)
    }

    pub fn html(&self, shell: &Shell) -> Markup {
        Markup::of(&TableHtml { shell, table: self })
    }
}

#[derive(Template)]
#[template(path = "components/table.html")]
struct TableHtml<'a> {
    shell: &'a Shell,
    table: &'a Table,
}

/// Nothing here yet: why, and what can be done.
#[derive(Clone, Debug)]
pub struct EmptyState {
    /// `folder`, `search`, `calendar`, `hands`, `signpost` or `repair`.
    pub picture: &'static str,
    pub heading: String,
    pub text: String,
    pub button: Option<ActionButton>,
}

impl EmptyState {
    pub fn new(picture: &'static str, heading: impl Into<String>, text: impl Into<String>) -> Self {
        Self { picture, heading: heading.into(), text: text.into(), button: None }
    }

    pub fn button(mut self, button: ActionButton) -> Self {
        self.button = Some(button);
        self
    }

    pub fn html(&self, shell: &Shell) -> Markup {
        Markup::of(&EmptyHtml { shell, empty: self })
    }
}

#[derive(Template)]
#[template(path = "components/empty.html")]
struct EmptyHtml<'a> {
    shell: &'a Shell,
    empty: &'a EmptyState,
}

/// The foot of a list read by cursors.
#[derive(Clone, Debug, Default)]
pub struct Pager {
    pub first: Option<String>,
    pub next: Option<String>,
    pub shown: usize,
    /// All that the filter matches, where it was counted.
    pub total: Option<u64>,
}

impl Pager {
    pub fn html(&self, shell: &Shell) -> Markup {
        Markup::of(&PagerHtml { shell, pager: self })
    }
}

#[derive(Template)]
#[template(path = "components/pager.html")]
struct PagerHtml<'a> {
    shell: &'a Shell,
    pager: &'a Pager,
}

/// One of the links above a list that narrow it ("全部", "征集中" …).
#[derive(Clone, Debug)]
pub struct Filter {
    pub label: String,
    pub href: String,
    pub current: bool,
    pub count: Option<u64>,
}

/// The row of filters above a list; `label` names it for screen readers.
#[derive(Clone, Debug)]
pub struct Filters {
    pub label: String,
    pub filters: Vec<Filter>,
}

impl Filters {
    pub fn html(&self, shell: &Shell) -> Markup {
        Markup::of(&FiltersHtml { shell, row: self })
    }
}

#[derive(Template)]
#[template(path = "components/filters.html")]
struct FiltersHtml<'a> {
    shell: &'a Shell,
    row: &'a Filters,
}
