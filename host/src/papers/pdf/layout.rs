//! From blocks to pages: where each line of text stands.

use super::fonts::Book;
use super::lines::{broken, width};
use super::{Block, Column, Document, Table};

pub const WIDTH: f32 = 595.28;
pub const HEIGHT: f32 = 841.89;
pub const LEFT: f32 = 68.0;
pub const RIGHT: f32 = WIDTH - 68.0;
const TOP: f32 = 70.0;
const BOTTOM: f32 = HEIGHT - 78.0;
const INNER: f32 = RIGHT - LEFT;

const BODY: f32 = 10.5;
const SMALL: f32 = 9.0;
const FOOT: f32 = 7.5;
const LEADING: f32 = 1.65;
const TIGHT: f32 = 1.45;
/// Between a table's rule and its text.
const PAD: f32 = 4.5;
/// How far a label's value begins to the right.
const LABEL: f32 = 112.0;

/// How dark.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Ink {
    Black,
    Grey,
}

#[derive(Clone, Debug, PartialEq)]
pub enum Mark {
    Text {
        x: f32,
        y: f32,
        size: f32,
        bold: bool,
        ink: Ink,
        text: String,
    },
    /// A hair line from left to right.
    Rule {
        x: f32,
        y: f32,
        width: f32,
    },
    /// A light ground below a table's heads.
    Ground {
        x: f32,
        y: f32,
        width: f32,
        height: f32,
    },
}

pub type Page = Vec<Mark>;

struct Layout<'a> {
    book: &'a mut Book,
    pages: Vec<Page>,
    /// Where the next line may begin.
    y: f32,
}

/// Lays the blocks out; there is at least one page.
pub fn pages(document: &Document, book: &mut Book) -> Vec<Page> {
    let mut layout = Layout { book, pages: vec![Page::new()], y: TOP };
    for block in &document.blocks {
        layout.block(block);
    }
    layout.feet(document);
    layout.pages
}

impl Layout<'_> {
    fn put(&mut self, mark: Mark) {
        if let Some(page) = self.pages.last_mut() {
            page.push(mark);
        }
    }

    fn text(&mut self, (x, y): (f32, f32), size: f32, bold: bool, ink: Ink, text: &str) {
        if !text.is_empty() {
            self.put(Mark::Text { x, y, size, bold, ink, text: text.to_string() });
        }
    }

    fn is_fresh(&self) -> bool {
        self.y <= TOP + 0.01
    }

    fn turn(&mut self) {
        self.pages.push(Page::new());
        self.y = TOP;
    }

    /// Turns the page where so much does not fit any more.
    fn keep(&mut self, height: f32) {
        if self.y + height > BOTTOM && !self.is_fresh() {
            self.turn();
        }
    }

    fn space(&mut self, height: f32) {
        if !self.is_fresh() {
            self.y += height;
        }
    }

    /// A line's baseline lies below its top by this much of its size.
    fn line(&mut self, x: f32, (size, leading): (f32, f32), bold: bool, ink: Ink, text: &str) {
        self.keep(size * leading);
        let baseline = self.y + size * (leading - 1.0) / 2.0 + size * 0.88;
        self.text((x, baseline), size, bold, ink, text);
        self.y += size * leading;
    }

    /// What the paper vouches for, and the pages' numbers.
    fn feet(&mut self, document: &Document) {
        let (l, y) = (document.language, HEIGHT - 46.0);
        let (hash, of) = (l.t1("pdf-hash", "hash", document.hash()), self.pages.len());
        for (at, page) in self.pages.iter_mut().enumerate() {
            let number = l.t2("pdf-page", "page", at + 1, "of", of);
            let right = RIGHT - width(self.book, &number, FOOT);
            let text = |x: f32, text: String| Mark::Text { x, y, size: FOOT, bold: false, ink: Ink::Grey, text };
            page.push(Mark::Rule { x: LEFT, y: y - 13.0, width: INNER });
            width(self.book, &hash, FOOT);
            page.push(text(LEFT, hash.clone()));
            page.push(text(right, number));
        }
    }

    fn block(&mut self, block: &Block) {
        match block {
            Block::Title(text) => {
                for line in broken(self.book, text, 18.0, INNER, 0.0) {
                    let x = LEFT + (INNER - width(self.book, &line, 18.0)) / 2.0;
                    self.line(x, (18.0, 1.5), true, Ink::Black, &line);
                }
                self.space(6.0);
            }
            Block::Under(text) => {
                for line in broken(self.book, text, BODY, INNER, 0.0) {
                    let x = LEFT + (INNER - width(self.book, &line, BODY)) / 2.0;
                    self.line(x, (BODY, LEADING), false, Ink::Grey, &line);
                }
                self.space(6.0);
            }
            Block::Heading(text) => {
                self.space(8.0);
                // A heading never stands alone at the foot of a page: some lines or a table's head and first rows follow it there.
                self.keep(12.0 * LEADING + 5.0 * BODY * LEADING);
                for line in broken(self.book, text, 12.0, INNER, 0.0) {
                    self.line(LEFT, (12.0, LEADING), true, Ink::Black, &line);
                }
                self.space(2.0);
            }
            Block::Paragraph(text) => self.paragraph(text, 0.0),
            Block::Indented(text) => text.lines().for_each(|part| self.paragraph(part, 2.0 * BODY)),
            Block::Right(text) => {
                for line in broken(self.book, text, BODY, INNER, 0.0) {
                    let x = RIGHT - width(self.book, &line, BODY);
                    self.line(x, (BODY, LEADING), false, Ink::Black, &line);
                }
            }
            Block::Facts(facts) => self.facts(facts),
            Block::Table(table) => self.table(table),
            Block::Gap(lines) => self.space(f32::from(*lines) * BODY * LEADING),
        }
    }

    fn paragraph(&mut self, text: &str, indent: f32) {
        let lines = broken(self.book, text, BODY, INNER, indent);
        let count = lines.len();
        for (at, line) in lines.into_iter().enumerate() {
            // No first line alone at the foot, and no last one alone at the head.
            if count > 1 && (at == 0 || at + 2 == count) {
                self.keep(2.0 * BODY * LEADING);
            }
            let x = if at == 0 { LEFT + indent } else { LEFT };
            self.line(x, (BODY, LEADING), false, Ink::Black, &line);
        }
        self.space(3.0);
    }

    fn facts(&mut self, facts: &[(String, String)]) {
        for (label, value) in facts {
            let labels = broken(self.book, label, BODY, LABEL - 10.0, 0.0);
            let values = broken(self.book, value, BODY, INNER - LABEL, 0.0);
            let mut labels = labels.into_iter();
            for (at, line) in values.iter().enumerate() {
                if at == 0 {
                    self.keep(2.0_f32.min(values.len() as f32) * BODY * LEADING + PAD);
                    self.y += PAD / 2.0;
                }
                let label = labels.next().unwrap_or_default();
                self.keep(BODY * LEADING);
                let top = self.y;
                self.line(LEFT, (BODY, LEADING), false, Ink::Grey, &label);
                self.y = top;
                self.line(LEFT + LABEL, (BODY, LEADING), false, Ink::Black, line);
            }
            for label in labels {
                self.line(LEFT, (BODY, LEADING), false, Ink::Grey, &label);
            }
            self.y += PAD / 2.0;
            let y = self.y;
            self.put(Mark::Rule { x: LEFT, y, width: INNER });
        }
        self.space(6.0);
    }

    fn table(&mut self, table: &Table) {
        let widths = shares(&table.columns);
        self.space(2.0);
        let heads: Vec<String> = table.columns.iter().map(|column| column.heading.clone()).collect();
        let heads = self.cells(&heads, &widths);
        let (lead, pads) = (SMALL * TIGHT, 2.0 * PAD);
        let head_height = tallest(&heads) as f32 * lead + pads;
        self.keep(head_height + 2.0 * lead + pads);
        self.head(table, &heads, &widths);
        for row in &table.rows {
            let mut cells = self.cells(row, &widths);
            while tallest(&cells) > 0 {
                let rows = tallest(&cells);
                let fits = ((BOTTOM - self.y - pads) / lead).floor().max(0.0) as usize;
                // A row that fits on one page is never cut; a longer one is, after it has a page of its own.
                let whole_page = ((BOTTOM - TOP - head_height - pads) / lead).floor() as usize;
                if fits < rows && (rows <= whole_page || fits == 0) {
                    self.turn();
                    self.head(table, &heads, &widths);
                    continue;
                }
                let now: Vec<Vec<String>> =
                    cells.iter_mut().map(|cell| cell.drain(..cell.len().min(fits)).collect()).collect();
                self.row(table, &now, &widths, false);
            }
        }
        self.space(8.0);
    }

    fn cells(&mut self, texts: &[String], widths: &[f32]) -> Vec<Vec<String>> {
        let texts = texts.iter().map(String::as_str).chain(std::iter::repeat(""));
        widths.iter().zip(texts).map(|(width, text)| broken(self.book, text, SMALL, width - 2.0 * PAD, 0.0)).collect()
    }

    fn head(&mut self, table: &Table, heads: &[Vec<String>], widths: &[f32]) {
        let height = tallest(heads) as f32 * SMALL * TIGHT + 2.0 * PAD;
        let y = self.y;
        self.put(Mark::Ground { x: LEFT, y, width: INNER, height });
        self.put(Mark::Rule { x: LEFT, y, width: INNER });
        self.row(table, heads, widths, true);
    }

    fn row(&mut self, table: &Table, cells: &[Vec<String>], widths: &[f32], head: bool) {
        let height = tallest(cells) as f32 * SMALL * TIGHT + 2.0 * PAD;
        let mut x = LEFT;
        for ((cell, wide), column) in cells.iter().zip(widths).zip(&table.columns) {
            for (at, line) in cell.iter().enumerate() {
                let left = match column.numeric {
                    true => x + wide - PAD - width(self.book, line, SMALL),
                    false => x + PAD,
                };
                let y = self.y + PAD + at as f32 * SMALL * TIGHT + SMALL * 1.1;
                self.text((left, y), SMALL, head, Ink::Black, line);
            }
            x += wide;
        }
        self.y += height;
        let y = self.y;
        self.put(Mark::Rule { x: LEFT, y, width: INNER });
    }
}

fn tallest(cells: &[Vec<String>]) -> usize {
    cells.iter().map(Vec::len).max().unwrap_or(0)
}

fn shares(columns: &[Column]) -> Vec<f32> {
    let all: f32 = columns.iter().map(|column| f32::from(column.share)).sum::<f32>().max(1.0);
    columns.iter().map(|column| INNER * f32::from(column.share) / all).collect()
}
