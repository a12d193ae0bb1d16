use super::{Block, Document};
use crate::http::components::local_day;
use crate::http::texts::Locale;
use crate::http::writing::written;
use twoway_ids::Millis;

/// A letter of the office: a notice, a reply, a letter of thanks.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Letter<'a> {
    pub language: Locale,
    pub heading: &'a str,
    /// Whom it is for; empty: everybody.
    pub recipient: &'a str,
    pub paragraphs: &'a [String],
    /// Who signs.
    pub signer: &'a str,
    pub date: Millis,
}

/// The letter as it is written in offices: the heading in the middle, the recipient at the left, each paragraph two characters in, and at
/// the right the signer above the date.
pub fn letter(letter: &Letter<'_>) -> Document {
    let mut document = Document::new(letter.heading, letter.language, letter.date);
    document.blocks.push(Block::Title(letter.heading.to_string()));
    document.blocks.push(Block::Gap(1));
    if !letter.recipient.is_empty() {
        let greeting = letter.language.t1("letter-to", "name", letter.recipient);
        document.blocks.push(Block::Paragraph(greeting));
    }
    document.blocks.extend(letter.paragraphs.iter().cloned().map(Block::Indented));
    document.blocks.push(Block::Gap(2));
    document.blocks.push(Block::Right(letter.signer.to_string()));
    document.blocks.push(Block::Right(written(letter.language, &local_day(letter.date))));
    document
}
