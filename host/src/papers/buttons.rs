//! What a page shows of the files that are made of it.

use crate::http::components::ActionButton;
use crate::http::texts::Locale;
use crate::http::usual::address;

/// A button that hands out a paper.
pub fn pdf(label: String, href: String) -> ActionButton {
    ActionButton::link(label, href).icon("download")
}

/// The two buttons that hand out what a list shows: `path` is the list's address, `query` what it is narrowed to.
pub fn export(l: Locale, path: &str, query: &[(&str, &str)]) -> Vec<ActionButton> {
    [("export-xlsx", "xlsx"), ("export-csv", "csv")]
        .map(|(label, format)| {
            let query: Vec<(&str, &str)> = query.iter().copied().chain([("format", format)]).collect();
            ActionButton::link(l.t(label), address(&format!("{path}/export"), &query)).icon("download")
        })
        .into()
}
