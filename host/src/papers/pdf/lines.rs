//! Breaking text into lines. Between two Chinese characters a line may end; a word is kept whole; no line begins with a closing mark or
//! ends with an opening one.

use super::fonts::Book;

/// Marks that no line begins with.
const CLOSING: &str = "，。、；：？！）》〉」』】〕〗”’…—～·％‰℃,.;:?!)]}%";
/// Marks that no line ends with.
const OPENING: &str = "（《〈「『【〔〖“‘([{";

/// The lines of a text at this size within this width. `indent`: how far in the first one begins. A line end in the text is one on paper.
pub fn broken(book: &mut Book, text: &str, size: f32, width: f32, indent: f32) -> Vec<String> {
    let mut lines = Vec::new();
    for (at, part) in text.lines().enumerate() {
        let first = if at == 0 { width - indent } else { width };
        paragraph(book, part, size, (first, width), &mut lines);
    }
    if lines.is_empty() {
        lines.push(String::new());
    }
    lines
}

fn paragraph(book: &mut Book, text: &str, size: f32, (first, rest): (f32, f32), lines: &mut Vec<String>) {
    let begun = lines.len();
    let (mut line, mut used) = (String::new(), 0.0);
    for unit in units(text) {
        let room = |lines: &Vec<String>| if lines.len() == begun { first } else { rest };
        let needs = width(book, &unit, size);
        // Spaces at the end of a line may hang over.
        if used + width(book, unit.trim_end(), size) <= room(lines) + 0.01 {
            line.push_str(&unit);
            used += needs;
            continue;
        }
        if !line.trim().is_empty() {
            lines.push(line.trim_end().to_string());
            (line, used) = (String::new(), 0.0);
        }
        // Longer than a line: broken wherever the line is full.
        for character in unit.trim_start().chars() {
            let needs = width(book, character.encode_utf8(&mut [0; 4]), size);
            if used + needs > room(lines) + 0.01 && !line.is_empty() {
                lines.push(std::mem::take(&mut line));
                used = 0.0;
            }
            line.push(character);
            used += needs;
        }
    }
    if !line.trim().is_empty() || lines.len() == begun {
        lines.push(line.trim_end().to_string());
    }
}

/// How wide a text is.
pub fn width(book: &mut Book, text: &str, size: f32) -> f32 {
    text.chars().map(|c| book.glyph(c).advance).sum::<f32>() * size
}

/// The text cut where a line may end.
fn units(text: &str) -> Vec<String> {
    let mut units: Vec<String> = Vec::new();
    let (mut before, mut figure): (Option<char>, bool) = (None, false);
    for character in text.chars().map(|c| if c.is_control() { ' ' } else { c }) {
        let goes_on = match before {
            None => false,
            Some(before) => {
                CLOSING.contains(character)
                    || character == ' '
                    || OPENING.contains(before)
                    || (in_word(before) && in_word(character))
                    || (figure && ",.:".contains(before) && character.is_ascii_digit())
            }
        };
        match units.last_mut() {
            Some(unit) if goes_on => unit.push(character),
            _ => units.push(character.to_string()),
        }
        // `12,000`, `0.5` and `16:30` are one word.
        figure = before.is_some_and(|before| before.is_ascii_digit());
        before = Some(character);
    }
    units
}

/// Letters and figures of words that are written with spaces between them.
fn in_word(character: char) -> bool {
    (character.is_alphanumeric() && u32::from(character) < 0x2E80) || "-_/@#&+='\u{2010}\u{2011}".contains(character)
}
