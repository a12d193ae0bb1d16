//! A list that is edited row by row and without script: adding, moving and removing rows are buttons of the same form.

use crate::Refusal;
use crate::http::components::ActionButton;
use crate::http::form_view::{Control, FormField, FormView, OptionView};
use crate::http::page::Shell;
use crate::http::problem::form_errors;
use askama::Template;

#[derive(Template)]
#[template(path = "calls/rows.html")]
pub(super) struct RowsHtml {
    pub(super) shell: Shell,
    pub(super) heading: String,
    pub(super) lead: String,
    pub(super) action: String,
    pub(super) back: String,
    pub(super) version: String,
    pub(super) problems: Vec<String>,
    pub(super) rows: Vec<RowHtml>,
    pub(super) add: String,
    /// Pages beside this one.
    pub(super) beside: Vec<ActionButton>,
}

pub(super) struct RowHtml {
    pub(super) legend: String,
    pub(super) key: String,
    pub(super) fields: Vec<FormField>,
    /// What few rows need: folded away until it says something or is wrong.
    pub(super) more: Vec<FormField>,
}

impl RowHtml {
    pub(super) fn more_is_open(&self) -> bool {
        self.more.iter().any(|field| !field.value.is_empty() || field.error.is_some())
    }
}

/// What the pressed button does to the rows before they are shown again.
pub(super) fn rearrange<T>(rows: &mut Vec<T>, button: &str, fresh: impl FnOnce(&[T]) -> T) {
    let place =
        |verb: &str| button.strip_prefix(verb).and_then(|n| n.parse::<usize>().ok()).filter(|n| *n < rows.len());
    if button == "add" {
        let row = fresh(rows);
        rows.push(row);
    } else if let Some(n) = place("remove-") {
        rows.remove(n);
    } else if let Some(n) = place("up-").filter(|n| *n > 0) {
        rows.swap(n, n - 1);
    } else if let Some(n) = place("down-").filter(|n| n + 1 < rows.len()) {
        rows.swap(n, n + 1);
    }
}

/// A key that no row has: `q1`, `q2` …
pub(super) fn free_key<'a>(prefix: &str, taken: impl Iterator<Item = &'a str>) -> String {
    let taken: Vec<&str> = taken.collect();
    let mut n = taken.len() + 1;
    while taken.contains(&format!("{prefix}{n}").as_str()) {
        n += 1;
    }
    format!("{prefix}{n}")
}

pub(super) fn text_field(shell: &Shell, name: &str, n: usize, label: &str, control: Control, value: &str) -> FormField {
    let mut field = FormField::plain(&format!("{name}_{n}"), shell.t(label), control);
    field.value = value.to_string();
    field
}

pub(super) fn choice(
    shell: &Shell,
    name: &str,
    n: usize,
    label: &str,
    options: &[(String, String)],
    chosen: &str,
) -> FormField {
    let mut field = text_field(shell, name, n, label, Control::Select, chosen);
    field.options = options
        .iter()
        .map(|(value, label)| OptionView { selected: value == chosen, value: value.clone(), label: label.clone() })
        .collect();
    field.required = true;
    field
}

/// Puts `form[2].title` at the field `title_2`, and what has no field above the rows.
pub(super) fn show_problems(page: &mut RowsHtml, refusal: Refusal) -> Result<(), Refusal> {
    let fields: Vec<FormField> = page.rows.iter().flat_map(|row| row.fields.iter().chain(&row.more).cloned()).collect();
    let mut view = FormView::plain("", fields);
    let refusal = match refusal {
        Refusal::Invalid(mut errors) => {
            for error in &mut errors {
                let part = error.field.split_once('[').and_then(|(_, rest)| rest.split_once("]."));
                if let Some((n, part)) = part {
                    error.field = format!("{part}_{n}");
                }
            }
            Refusal::Invalid(errors)
        }
        other => other,
    };
    form_errors(&mut view, page.shell.locale, refusal)?;
    page.problems = view.problems;
    let mut fields = view.fields.into_iter();
    for row in &mut page.rows {
        let (shown, more) = (row.fields.len(), row.more.len());
        row.fields = fields.by_ref().take(shown).collect();
        row.more = fields.by_ref().take(more).collect();
    }
    Ok(())
}
