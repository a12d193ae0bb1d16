//! Blanks (占位) in texts that an office writes once and the platform fills in many times. They are written `{项目名称}` or `{title}`, in the
//! wide braces of a Chinese keyboard too, and `[[title]]`, as the first letters were.

use crate::Refusal;
use crate::http::texts::Locale;

/// One blank by its two names.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Blank {
    pub name: &'static str,
    pub chinese: &'static str,
}

impl Blank {
    pub const fn new(name: &'static str, chinese: &'static str) -> Self {
        Self { name, chinese }
    }

    /// As somebody who reads this language writes it.
    pub fn written(&self, locale: Locale) -> String {
        match locale {
            Locale::ZhCn => format!("{{{}}}", self.chinese),
            Locale::En => format!("{{{}}}", self.name),
        }
    }
}

/// All of them as somebody writes them, for a sentence; a word that says so where there are none.
pub fn listed(blanks: &[Blank], locale: Locale) -> String {
    if blanks.is_empty() {
        return locale.t("nothing");
    }
    let written: Vec<String> = blanks.iter().map(|blank| blank.written(locale)).collect();
    written.join(&locale.t("list-comma"))
}

/// The blank of this name, in either language.
pub fn find<'a>(blanks: &'a [Blank], name: &str) -> Option<&'a Blank> {
    let name = name.trim();
    blanks.iter().find(|blank| blank.name == name || blank.chinese == name)
}

/// A piece of a text: words as they stand, or a blank with the name inside it.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Piece<'a> {
    Words(&'a str),
    Blank {
        name: &'a str,
        whole: &'a str,
    },
    /// A mark that opens a blank and has none that closes it.
    Open(&'a str),
}

const OPENING: [(&str, &[&str]); 3] = [("[[", &["]]"]), ("{", &["}", "｝"]), ("｛", &["}", "｝"])];

/// A text in its pieces.
pub fn pieces(text: &str) -> Vec<Piece<'_>> {
    let mut found = Vec::new();
    let mut rest = text;
    loop {
        let first = OPENING.iter().filter_map(|(open, close)| Some((rest.find(open)?, *open, *close)));
        let Some((at, open, close)) = first.min_by_key(|(at, _, _)| *at) else { break };
        let (words, from) = rest.split_at(at);
        if !words.is_empty() {
            found.push(Piece::Words(words));
        }
        let inside = &from[open.len()..];
        let end = close.iter().filter_map(|close| Some((inside.find(close)?, close.len()))).min();
        match end {
            Some((end, length)) => {
                let (whole, after) = from.split_at(open.len() + end + length);
                found.push(Piece::Blank { name: &inside[..end], whole });
                rest = after;
            }
            None => {
                found.push(Piece::Open(open));
                rest = inside;
            }
        }
    }
    if !rest.is_empty() {
        found.push(Piece::Words(rest));
    }
    found
}

/// The first name in a text that is none of these blanks, or what stands behind a `[[` that nothing closes.
pub fn unknown(blanks: &[Blank], text: &str) -> Option<String> {
    let pieces = pieces(text);
    pieces.iter().enumerate().find_map(|(n, piece)| match piece {
        Piece::Blank { name, .. } if find(blanks, name).is_none() => Some(name.trim().to_string()),
        Piece::Open("[[") => {
            let behind = match pieces.get(n + 1) {
                Some(Piece::Words(words)) => words.chars().take(20).collect(),
                _ => String::new(),
            };
            Some(behind)
        }
        _ => None,
    })
}

/// What is said of a blank that nobody can fill.
pub fn refusal(blanks: &[Blank], unknown: &str) -> Refusal {
    Refusal::rule("blank-unknown")
        .with("name", unknown)
        .with("names", listed(blanks, Locale::ZhCn))
        .with("english", listed(blanks, Locale::En))
}

/// The blanks that a text has, by their English names, in their order.
pub fn named(blanks: &[Blank], text: &str) -> Vec<&'static str> {
    let name = |piece| match piece {
        Piece::Blank { name, .. } => find(blanks, name).map(|blank| blank.name),
        Piece::Words(_) | Piece::Open(_) => None,
    };
    pieces(text).into_iter().filter_map(name).collect()
}

/// Fills a text. `value` is asked by the English name; what has no value stays as it was written. What is filled in is never looked
/// through again, so that no answer can name a blank.
pub fn fill(blanks: &[Blank], text: &str, value: impl Fn(&str) -> Option<String>) -> String {
    let mut filled = String::with_capacity(text.len() * 2);
    for piece in pieces(text) {
        match piece {
            Piece::Words(words) | Piece::Open(words) => filled.push_str(words),
            Piece::Blank { name, whole } => match find(blanks, name).and_then(|blank| value(blank.name)) {
                Some(value) => filled.push_str(&value),
                None => filled.push_str(whole),
            },
        }
    }
    filled
}

#[cfg(test)]
mod tests {
    use super::*;

    const BLANKS: &[Blank] = &[Blank::new("title", "项目名称"), Blank::new("cost", "核定经费")];

    fn filled(text: &str) -> String {
        fill(BLANKS, text, |name| (name == "title").then(|| "四点半{cost}".to_string()))
    }

    #[test]
    fn both_names_and_all_marks_are_filled_once() {
        assert_eq!(filled("“[[title]]”、{ 项目名称 }、｛title｝"), "“四点半{cost}”、四点半{cost}、四点半{cost}");
        assert_eq!(filled("{cost} {price} { [["), "{cost} {price} { [[");
        assert_eq!(filled("没有"), "没有");
    }

    #[test]
    fn what_nobody_can_fill_is_named() {
        assert_eq!(unknown(BLANKS, "{title}{核定经费}[[cost]]"), None);
        assert_eq!(unknown(BLANKS, "{title}｛单价｝").as_deref(), Some("单价"));
        assert_eq!(unknown(BLANKS, "[[price]]").as_deref(), Some("price"));
        assert_eq!(unknown(BLANKS, "[[title").as_deref(), Some("title"));
        assert_eq!(unknown(BLANKS, "一个 { 不是空格"), None);
    }

    #[test]
    fn blanks_are_found_by_their_english_names() {
        assert_eq!(named(BLANKS, "{项目名称}、[[cost]]、{x}"), ["title", "cost"]);
        assert_eq!(BLANKS[0].written(Locale::ZhCn), "{项目名称}");
        assert_eq!(BLANKS[0].written(Locale::En), "{title}");
    }
}
