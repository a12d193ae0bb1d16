//! Spreadsheets, as .xlsx and as CSV: typed columns, rows written as they come, and the same rows read back cell by cell.
//!
//! A text stays a text. In .xlsx it is a text cell whatever it begins with; CSV knows no types, so that a text which a program would
//! take for a formula gets an apostrophe before it (OWASP, CSV injection), which [`read`] takes away again.

mod places;
mod read;
mod write;

pub use places::{cell, column_letters};
pub use read::{Cells, LIMITS, Limits, Line, read};
pub use write::{Writer, guarded};

use crate::Refusal;
use serde::Deserialize;
use twoway_ids::Millis;
use utoipa::ToSchema;

/// Rows of one sheet, its headings aside.
pub const MOST_ROWS: usize = 50_000;

#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Deserialize, ToSchema)]
#[serde(rename_all = "lowercase")]
pub enum Format {
    #[default]
    Xlsx,
    Csv,
}

impl Format {
    pub fn ending(self) -> &'static str {
        match self {
            Self::Xlsx => "xlsx",
            Self::Csv => "csv",
        }
    }

    pub fn media_type(self) -> &'static str {
        match self {
            Self::Xlsx => "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet",
            Self::Csv => "text/csv; charset=utf-8",
        }
    }
}

/// What a column holds.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Kind {
    Text,
    /// A text of several sentences.
    Long,
    Number,
    /// Whole yuan.
    Yuan,
    /// Hundredths of a point, shown as points.
    Points,
    /// A day without an hour.
    Date,
    /// A moment on the clocks of China.
    Moment,
    /// The word of a state or of another choice.
    State,
}

#[derive(Clone, Debug)]
pub struct Column {
    pub heading: String,
    pub kind: Kind,
}

impl Column {
    pub fn new(heading: impl Into<String>, kind: Kind) -> Self {
        Self { heading: heading.into(), kind }
    }
}

/// One cell. What kind of number it is says its column.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Value {
    Nothing,
    Text(String),
    Number(i64),
    /// Hundredths.
    Points(i32),
    /// `YYYY-MM-DD`.
    Date(String),
    Moment(Millis),
}

impl Value {
    pub fn text(text: impl Into<String>) -> Self {
        Self::Text(text.into())
    }
}

impl<T: Into<Value>> From<Option<T>> for Value {
    fn from(value: Option<T>) -> Self {
        value.map_or(Self::Nothing, Into::into)
    }
}

impl From<&str> for Value {
    fn from(text: &str) -> Self {
        Self::Text(text.to_string())
    }
}

impl From<String> for Value {
    fn from(text: String) -> Self {
        Self::Text(text)
    }
}

impl From<&String> for Value {
    fn from(text: &String) -> Self {
        Self::Text(text.clone())
    }
}

impl From<i64> for Value {
    fn from(number: i64) -> Self {
        Self::Number(number)
    }
}

/// A sheet before its first row.
#[derive(Clone, Debug)]
pub struct Head {
    pub title: String,
    pub columns: Vec<Column>,
    pub made_at: Millis,
}

/// Refuses a sheet that is longer than anybody can read.
pub(super) fn too_long() -> Refusal {
    Refusal::rule("sheet-too-long").with("most", i64::try_from(MOST_ROWS).unwrap_or(i64::MAX))
}

#[cfg(test)]
mod tests;
