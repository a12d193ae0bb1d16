use super::{Column, Format, Head, Kind, MOST_ROWS, Value, too_long};
use crate::Refusal;
use crate::http::components::exact;
use anyhow::Context;
use rust_xlsxwriter::{DocProperties, ExcelDateTime, Format as Look, FormatAlign, Workbook, Worksheet};
use std::fs::File;
use std::io::{Seek, SeekFrom, Write};
use twoway_ids::{DAY, HOUR, Millis};

/// Writes one sheet row by row; what is written lies in a temporary file and not in memory.
pub struct Writer {
    columns: Vec<Column>,
    rows: usize,
    to: To,
}

enum To {
    Xlsx { book: Box<Workbook>, looks: Box<Looks>, first: u32 },
    Csv(Box<csv::Writer<File>>),
}

struct Looks {
    text: Look,
    long: Look,
    number: Look,
    points: Look,
    date: Look,
    moment: Look,
}

impl Looks {
    fn new() -> Self {
        let top = || Look::new().set_align(FormatAlign::Top);
        Self {
            text: top().set_num_format("@"),
            long: top().set_num_format("@").set_text_wrap(),
            number: top().set_num_format("#,##0"),
            points: top().set_num_format("0.00"),
            date: top().set_num_format("yyyy-mm-dd"),
            moment: top().set_num_format("yyyy-mm-dd hh:mm"),
        }
    }
}

/// Longest text of a cell in the format of Excel.
const LONGEST: usize = 32_767;

impl Writer {
    pub fn open(format: Format, head: &Head) -> anyhow::Result<Self> {
        let to = match format {
            Format::Xlsx => {
                let mut book = Workbook::new();
                let seconds = head.made_at.div_euclid(1_000);
                let made = ExcelDateTime::from_timestamp(seconds).context("a sheet's date")?;
                book.set_properties(&DocProperties::new().set_title(&head.title).set_creation_datetime(&made));
                let sheet = book.add_worksheet_with_constant_memory()?;
                begin(sheet, head)?;
                To::Xlsx { book: Box::new(book), looks: Box::new(Looks::new()), first: 2 }
            }
            Format::Csv => {
                let mut file = tempfile::tempfile().context("a sheet's temporary file")?;
                // Without this mark Excel takes UTF-8 for the machine's old code page.
                file.write_all("\u{feff}".as_bytes())?;
                let mut csv = csv::WriterBuilder::new().terminator(csv::Terminator::CRLF).from_writer(file);
                csv.write_record(head.columns.iter().map(|column| guarded(&column.heading)))?;
                To::Csv(Box::new(csv))
            }
        };
        Ok(Self { columns: head.columns.clone(), rows: 0, to })
    }

    /// Errors: `sheet-too-long`.
    pub fn row(&mut self, values: &[Value]) -> Result<(), Refusal> {
        if self.rows == MOST_ROWS {
            return Err(too_long());
        }
        match &mut self.to {
            To::Xlsx { book, looks, first } => {
                let row = *first + u32::try_from(self.rows).unwrap_or(u32::MAX);
                let sheet = book.worksheet_from_index(0).map_err(anyhow::Error::new)?;
                for ((at, value), column) in (0_u16..).zip(values).zip(&self.columns) {
                    put(sheet, (row, at), value, column.kind, looks).map_err(anyhow::Error::new)?;
                }
            }
            To::Csv(csv) => csv.write_record(values.iter().map(said)).map_err(anyhow::Error::new)?,
        }
        self.rows += 1;
        Ok(())
    }

    /// The whole file, to be read from its beginning.
    pub fn finish(self) -> anyhow::Result<File> {
        let mut file = match self.to {
            To::Xlsx { mut book, .. } => {
                let mut file = tempfile::tempfile().context("a sheet's temporary file")?;
                book.save_to_writer(&mut file)?;
                file
            }
            To::Csv(csv) => {
                csv.into_inner().map_err(|e| anyhow::anyhow!("a sheet cannot be written: {}", e.error()))?
            }
        };
        file.seek(SeekFrom::Start(0))?;
        Ok(file)
    }
}

/// The title, the headings, and how the sheet is looked at and printed.
fn begin(sheet: &mut Worksheet, head: &Head) -> anyhow::Result<()> {
    // Excel takes at most 31 characters, and none that has a meaning in a reference.
    let name: String = head.title.chars().filter(|c| !"[]:*?/\\'".contains(*c) && !c.is_control()).take(31).collect();
    if !name.trim().is_empty() {
        sheet.set_name(name.trim())?;
    }
    for (at, column) in (0_u16..).zip(&head.columns) {
        let letters = u32::try_from(column.heading.chars().count()).unwrap_or(40);
        let width = match column.kind {
            Kind::Text => 24.0,
            Kind::Long => 48.0,
            Kind::Number | Kind::Yuan | Kind::Points | Kind::Date | Kind::State => 12.0,
            Kind::Moment => 17.0,
        };
        sheet.set_column_width(at, f64::max(width, f64::from(letters) * 2.0 + 2.0))?;
    }
    sheet.write_string_with_format(0, 0, &head.title, &Look::new().set_bold().set_font_size(14.0))?;
    let heading = Look::new().set_bold().set_background_color("#E8EEF4").set_align(FormatAlign::VerticalCenter);
    for (at, column) in (0_u16..).zip(&head.columns) {
        sheet.write_string_with_format(1, at, &column.heading, &heading)?;
    }
    sheet.set_freeze_panes(2, 0)?;
    sheet.set_repeat_rows(1, 1)?;
    sheet.set_paper_size(9).set_landscape();
    Ok(())
}

fn put(
    sheet: &mut Worksheet,
    (row, at): (u32, u16),
    value: &Value,
    kind: Kind,
    looks: &Looks,
) -> Result<(), rust_xlsxwriter::XlsxError> {
    match value {
        Value::Nothing => {}
        Value::Text(text) => {
            let look = if kind == Kind::Long { &looks.long } else { &looks.text };
            // Always a text cell, whatever it begins with.
            match text.char_indices().nth(LONGEST) {
                Some((end, _)) => sheet.write_string_with_format(row, at, &text[..end], look)?,
                None => sheet.write_string_with_format(row, at, text, look)?,
            };
        }
        // Whole numbers of people and yuan are far below 2^53.
        Value::Number(number) => {
            sheet.write_number_with_format(row, at, *number as f64, &looks.number)?;
        }
        Value::Points(hundredths) => {
            sheet.write_number_with_format(row, at, f64::from(*hundredths) / 100.0, &looks.points)?;
        }
        Value::Date(day) => {
            match ExcelDateTime::parse_from_str(day) {
                Ok(date) => sheet.write_datetime_with_format(row, at, &date, &looks.date)?,
                Err(_) => sheet.write_string_with_format(row, at, day, &looks.text)?,
            };
        }
        Value::Moment(millis) => {
            sheet.write_number_with_format(row, at, serial(*millis), &looks.moment)?;
        }
    }
    Ok(())
}

/// Days since the last day of 1899 on the clocks of China, whole minutes.
fn serial(millis: Millis) -> f64 {
    let minutes = (millis + 8 * HOUR).div_euclid(60_000);
    minutes as f64 / (DAY / 60_000) as f64 + 25_569.0
}

fn said(value: &Value) -> String {
    match value {
        Value::Nothing => String::new(),
        Value::Text(text) => guarded(text),
        Value::Number(number) => number.to_string(),
        Value::Points(hundredths) => format!("{:.2}", f64::from(*hundredths) / 100.0),
        Value::Date(day) => day.clone(),
        Value::Moment(millis) => exact(*millis),
    }
}

/// A text that a program which opens CSV would take for a formula gets an apostrophe before it.
pub fn guarded(text: &str) -> String {
    let risky = text.starts_with(['=', '+', '-', '@', '\t', '\r', '\n', '＝', '＋', '－', '＠']);
    if risky { format!("'{text}") } else { text.to_string() }
}
