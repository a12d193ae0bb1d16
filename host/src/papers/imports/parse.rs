//! From the cells of a file to the rows of an import: which column is which is known by the headings.

use super::fields::{Field, Sheet};
use crate::Refusal;
use crate::papers::sheet::Cells;
use serde::{Deserialize, Serialize};
use std::collections::BTreeMap;

/// A row as it was uploaded: its line in the file, and its texts by the fields' names.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Row {
    pub line: u32,
    pub texts: BTreeMap<String, String>,
}

/// What was uploaded, with the place of each field's column.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Upload {
    pub columns: BTreeMap<String, usize>,
    pub rows: Vec<Row>,
}

/// Errors: `import-headings` (a column is missing, there twice, or unknown), `sheet-empty`.
pub fn upload(sheet: &Sheet, cells: Cells) -> Result<Upload, Refusal> {
    let Cells { mut headings, mut lines } = cells;
    // The title of our own sheets stands above the headings.
    if headings.cells.iter().filter(|cell| !cell.is_empty()).count() == 1 && sheet.fields.len() > 1 && !lines.is_empty()
    {
        headings = lines.remove(0);
    }
    let mut columns = BTreeMap::new();
    for (at, heading) in headings.cells.iter().enumerate().filter(|(_, heading)| !heading.is_empty()) {
        let field = sheet.fields.iter().find(|field| same(&field.heading, heading));
        let field = field.ok_or_else(|| wrong("import-heading-unknown", heading))?;
        if columns.insert(field.key.clone(), at).is_some() {
            return Err(wrong("import-heading-twice", heading));
        }
    }
    if let Some(field) = sheet.fields.iter().find(|field| !columns.contains_key(&field.key)) {
        return Err(wrong("import-heading-missing", &field.heading));
    }
    let text = |line: &[String], field: &Field| {
        columns.get(&field.key).and_then(|at| line.get(*at)).cloned().unwrap_or_default()
    };
    // The line of help below the headings is no row.
    lines.retain(|line| !sheet.fields.iter().all(|field| same(&text(&line.cells, field), &field.help)));
    let rows: Vec<Row> = lines
        .into_iter()
        .map(|line| Row {
            line: line.number,
            texts: sheet.fields.iter().map(|field| (field.key.clone(), text(&line.cells, field))).collect(),
        })
        .collect();
    if rows.is_empty() {
        return Err(Refusal::rule("sheet-empty"));
    }
    Ok(Upload { columns, rows })
}

fn wrong(code: &'static str, heading: &str) -> Refusal {
    Refusal::rule(code).with("heading", heading)
}

fn same(one: &str, other: &str) -> bool {
    one.split_whitespace().eq(other.split_whitespace())
}
