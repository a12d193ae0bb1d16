//! Papers as PDF: A4, set in a font that lies in the file, with text that can be copied. The same document gives the same bytes.
//!
//! A document is a list of blocks; [`write`] breaks them into lines and pages. It keeps a processor busy for some milliseconds: call it
//! through [`made`].

mod draw;
mod fonts;
mod layout;
mod letter;
mod lines;

pub use fonts::Fonts;
pub use letter::{Letter, letter};

use crate::http::texts::Locale;
use crate::papers::download::busy;
use crate::{App, Refusal};
use sha2::{Digest, Sha256};
use twoway_ids::Millis;

/// What is to be set.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Document {
    /// Also the title that a reader program shows.
    pub title: String,
    pub language: Locale,
    /// The date that the file bears.
    pub made_at: Millis,
    pub blocks: Vec<Block>,
    /// What the foot of each page vouches for, as SHA-256 in hex; none: the words of this document.
    pub hash: Option<String>,
}

#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Block {
    /// The paper's own name, in the middle and large.
    Title(String),
    /// A line in the middle below the title.
    Under(String),
    Heading(String),
    /// A paragraph, from its first letter on.
    Paragraph(String),
    /// A paragraph whose first line begins two characters in, as a letter's do.
    Indented(String),
    /// A line at the right side.
    Right(String),
    /// Pairs of a label and what stands there.
    Facts(Vec<(String, String)>),
    Table(Table),
    /// Free space, in lines.
    Gap(u8),
}

#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Table {
    pub columns: Vec<Column>,
    pub rows: Vec<Vec<String>>,
}

#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Column {
    pub heading: String,
    /// How wide beside the others.
    pub share: u16,
    pub numeric: bool,
}

impl Column {
    pub fn new(heading: impl Into<String>, share: u16) -> Self {
        Self { heading: heading.into(), share, numeric: false }
    }

    pub fn numeric(mut self) -> Self {
        self.numeric = true;
        self
    }
}

impl Document {
    pub fn new(title: impl Into<String>, language: Locale, made_at: Millis) -> Self {
        Self { title: title.into(), language, made_at, blocks: Vec::new(), hash: None }
    }

    pub fn block(mut self, block: Block) -> Self {
        self.blocks.push(block);
        self
    }

    /// The hash that stands at the foot.
    pub fn hash(&self) -> String {
        self.hash.clone().unwrap_or_else(|| {
            let mut hash = Sha256::new();
            hash.update(self.title.as_bytes());
            for block in &self.blocks {
                hash.update([0]);
                hash.update(block.words());
            }
            hex::encode(hash.finalize())
        })
    }
}

impl Block {
    fn words(&self) -> String {
        match self {
            Self::Title(text)
            | Self::Under(text)
            | Self::Heading(text)
            | Self::Paragraph(text)
            | Self::Indented(text)
            | Self::Right(text) => text.clone(),
            Self::Facts(facts) => facts.iter().map(|(label, value)| format!("{label}\t{value}\n")).collect(),
            Self::Table(table) => {
                let headings: Vec<&str> = table.columns.iter().map(|column| column.heading.as_str()).collect();
                let rows = table.rows.iter().map(|row| format!("{}\n", row.join("\t")));
                format!("{}\n{}", headings.join("\t"), rows.collect::<String>())
            }
            Self::Gap(_) => String::new(),
        }
    }
}

/// Sets the document. A character that no font has is set as 〓 and named in the log.
pub fn write(document: &Document, fonts: &Fonts) -> anyhow::Result<Vec<u8>> {
    let mut book = fonts.open();
    let pages = layout::pages(document, &mut book);
    let bytes = draw::file(document, &pages, &mut book)?;
    for lacking in book.lacking() {
        tracing::warn!(
            title = document.title,
            character = format!("U+{:04X}", u32::from(lacking)),
            "no font has this character: set as 〓. Name a font file that has it in `fonts` of twoway.toml"
        );
    }
    Ok(bytes)
}

/// The document's bytes, made beside the other requests.
pub async fn made(app: &App, document: Document) -> Result<Vec<u8>, Refusal> {
    let fonts = Fonts::new(&app.config.fonts);
    busy(move || Ok(write(&document, &fonts)?)).await
}

#[cfg(test)]
mod tests;
