//! Reading what somebody uploaded: bounded before it is inflated, and cell by cell after that.

use super::Format;
use crate::Refusal;
use calamine::{DataRef, Reader, Xlsx};
use std::io::{Cursor, Read};

/// How large a file may be that is read.
#[derive(Clone, Copy, Debug)]
pub struct Limits {
    /// Bytes as uploaded.
    pub bytes: usize,
    /// Bytes of all parts of an .xlsx together when they are inflated.
    pub inflated: u64,
    /// Parts of an .xlsx.
    pub parts: usize,
    /// Lines below the headings.
    pub rows: usize,
    pub columns: usize,
}

pub const LIMITS: Limits = Limits { bytes: 4 << 20, inflated: 40 << 20, parts: 200, rows: 2_000, columns: 60 };

/// One line of a sheet: its number as the program shows it, and its cells as texts.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Line {
    pub number: u32,
    pub cells: Vec<String>,
}

/// The first sheet: its headings, and every line below them that is not empty.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Cells {
    pub headings: Line,
    pub lines: Vec<Line>,
}

/// Reads the first sheet of a file. Its ending says which kind it is.
///
/// Errors: [`Refusal::TooLarge`], `sheet-kind`, `sheet-unreadable`, `sheet-bomb`, `sheet-too-many-rows`, `sheet-too-many-columns`,
/// `sheet-empty`.
pub fn read(name: &str, bytes: &[u8], limits: &Limits) -> Result<Cells, Refusal> {
    if bytes.len() > limits.bytes {
        return Err(Refusal::TooLarge { limit: limits.bytes });
    }
    let lines = match kind(name)? {
        Format::Xlsx => {
            measure(bytes, limits)?;
            xlsx(bytes, limits)?
        }
        Format::Csv => csv(bytes, limits)?,
    };
    let mut lines = lines.into_iter().filter(|line| line.cells.iter().any(|cell| !cell.is_empty()));
    let headings = lines.next().ok_or_else(|| Refusal::rule("sheet-empty"))?;
    Ok(Cells { headings, lines: lines.collect() })
}

fn kind(name: &str) -> Result<Format, Refusal> {
    match name.rsplit_once('.').map(|(_, ending)| ending.to_ascii_lowercase()).as_deref() {
        Some("xlsx") => Ok(Format::Xlsx),
        Some("csv") => Ok(Format::Csv),
        _ => Err(Refusal::rule("sheet-kind")),
    }
}

/// Inflates every part once and counts: what a part says of its own size may be a lie.
fn measure(bytes: &[u8], limits: &Limits) -> Result<(), Refusal> {
    let unreadable = |_| Refusal::rule("sheet-unreadable");
    let mut archive = unzip::ZipArchive::new(Cursor::new(bytes)).map_err(unreadable)?;
    if archive.len() > limits.parts {
        return Err(Refusal::rule("sheet-bomb"));
    }
    let mut left = limits.inflated;
    for at in 0..archive.len() {
        let part = archive.by_index(at).map_err(unreadable)?;
        let read = std::io::copy(&mut part.take(left + 1), &mut std::io::sink());
        let read = read.map_err(|_| Refusal::rule("sheet-unreadable"))?;
        left = left.checked_sub(read).ok_or_else(|| Refusal::rule("sheet-bomb"))?;
    }
    Ok(())
}

fn xlsx(bytes: &[u8], limits: &Limits) -> Result<Vec<Line>, Refusal> {
    let unreadable = |_| Refusal::rule("sheet-unreadable");
    let mut book: Xlsx<_> = Xlsx::new(Cursor::new(bytes)).map_err(unreadable)?;
    let first = book.sheet_names().first().cloned().ok_or_else(|| Refusal::rule("sheet-empty"))?;
    let mut cells = book.worksheet_cells_reader(&first).map_err(unreadable)?;
    let mut lines: Vec<Line> = Vec::new();
    while let Some(cell) = cells.next_cell().map_err(unreadable)? {
        let text = said(cell.get_value());
        if text.is_empty() {
            continue;
        }
        let (row, column) = cell.get_position();
        let column = usize::try_from(column).unwrap_or(usize::MAX);
        if column >= limits.columns {
            return Err(too_wide(limits));
        }
        if lines.last().is_none_or(|line| line.number != row + 1) {
            room(&lines, limits)?;
            lines.push(Line { number: row + 1, cells: Vec::new() });
        }
        if let Some(line) = lines.last_mut() {
            if line.cells.len() <= column {
                line.cells.resize(column + 1, String::new());
            }
            line.cells[column] = text;
        }
    }
    Ok(lines)
}

fn csv(bytes: &[u8], limits: &Limits) -> Result<Vec<Line>, Refusal> {
    let text = std::str::from_utf8(bytes).map_err(|_| Refusal::rule("sheet-not-utf8"))?;
    let text = text.trim_start_matches('\u{feff}');
    let mut reader = csv::ReaderBuilder::new().has_headers(false).flexible(true).from_reader(text.as_bytes());
    let mut lines: Vec<Line> = Vec::new();
    // A program shows a record as one row however many lines it has, and an empty line as a row.
    let (mut row, mut next_line) = (0, 1);
    for record in reader.records() {
        let record = record.map_err(|_| Refusal::rule("sheet-unreadable"))?;
        if record.len() > limits.columns {
            return Err(too_wide(limits));
        }
        room(&lines, limits)?;
        let begins = record.position().map_or(next_line, csv::Position::line);
        let within = record.iter().map(|cell| cell.matches('\n').count() as u64).sum::<u64>();
        row += 1 + begins.saturating_sub(next_line);
        next_line = begins + within + 1;
        let number = u32::try_from(row).unwrap_or(u32::MAX);
        lines.push(Line {
            number,
            cells: record.iter().map(|cell| unguarded(cell.trim()).trim().to_string()).collect(),
        });
    }
    Ok(lines)
}

/// The headings, a line of help and one line more, by which it is known that there are too many.
fn room(lines: &[Line], limits: &Limits) -> Result<(), Refusal> {
    if lines.len() > limits.rows + 2 {
        return Err(Refusal::rule("sheet-too-many-rows").with("most", limits.rows));
    }
    Ok(())
}

fn too_wide(limits: &Limits) -> Refusal {
    Refusal::rule("sheet-too-many-columns").with("most", limits.columns)
}

/// The text without the apostrophe that keeps it from being a formula.
fn unguarded(text: &str) -> &str {
    match text.strip_prefix('\'') {
        Some(rest) if super::guarded(rest) == text => rest,
        _ => text,
    }
}

/// What a cell says, as somebody would type it.
fn said(value: &DataRef<'_>) -> String {
    match value {
        DataRef::String(text) => text.trim().to_string(),
        DataRef::SharedString(text) => text.trim().to_string(),
        DataRef::Int(number) => number.to_string(),
        // A whole number has no point; others are written with as few digits as tell them apart.
        DataRef::Float(number) => number.to_string(),
        DataRef::Bool(yes) => if *yes { "TRUE" } else { "FALSE" }.to_string(),
        DataRef::DateTime(moment) => day(moment.as_f64()),
        DataRef::DateTimeIso(text) | DataRef::DurationIso(text) => text.clone(),
        DataRef::Error(_) => "#".to_string(),
        DataRef::Empty => String::new(),
    }
}

/// The day of a serial number of Excel, `YYYY-MM-DD`; the number itself where it is none.
fn day(serial: f64) -> String {
    let days = serial.floor() - 25_569.0;
    let date =
        chrono::DateTime::from_timestamp((days * 86_400.0) as i64, 0).filter(|_| (0.0..2_958_466.0).contains(&serial));
    date.map_or_else(|| serial.to_string(), |date| date.format("%Y-%m-%d").to_string())
}
