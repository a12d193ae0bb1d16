//! Two versions of a text beside each other, with what went and what came marked. Pure.

/// What became of a part of a text.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Fate {
    Kept,
    Gone,
    New,
}

#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Piece {
    pub text: String,
    pub fate: Fate,
}

impl Piece {
    pub fn is_kept(&self) -> bool {
        self.fate == Fate::Kept
    }
}

/// Comparisons of two texts' pieces at most; longer ones are compared by sentences.
const MOST_WORK: usize = 4_000_000;

/// The old and the new text in pieces: the old one without what is new, the new one without what is gone.
pub fn compare(old: &str, new: &str) -> (Vec<Piece>, Vec<Piece>) {
    let (mut a, mut b) = (words(old), words(new));
    if a.len() * b.len() > MOST_WORK {
        (a, b) = (sentences(old), sentences(new));
    }
    if a.len() * b.len() > MOST_WORK {
        let whole = |text: &str, fate| vec![Piece { text: text.to_string(), fate }];
        return (whole(old, Fate::Gone), whole(new, Fate::New));
    }
    let before = a.iter().zip(&b).take_while(|(x, y)| x == y).count();
    let after = a[before..].iter().rev().zip(b[before..].iter().rev()).take_while(|(x, y)| x == y).count();
    let (a_end, b_end) = (a.len() - after, b.len() - after);
    let (kept_a, kept_b) = in_both(&a[before..a_end], &b[before..b_end]);
    let pieces = |all: &[&str], kept: Vec<bool>, end: usize, fate: Fate| {
        let mut pieces: Vec<Piece> = Vec::new();
        for (at, word) in all.iter().enumerate() {
            let is_kept = at < before || at >= end || kept[at - before];
            let fate = if is_kept { Fate::Kept } else { fate };
            match pieces.last_mut().filter(|piece| piece.fate == fate) {
                Some(piece) => piece.text.push_str(word),
                None => pieces.push(Piece { text: (*word).to_string(), fate }),
            }
        }
        pieces
    };
    (pieces(&a, kept_a, a_end, Fate::Gone), pieces(&b, kept_b, b_end, Fate::New))
}

/// Chinese characters and marks one by one, words and numbers of other scripts whole.
fn words(text: &str) -> Vec<&str> {
    split(text, |before, c| !(joins(before) && joins(c)))
}

fn joins(c: char) -> bool {
    c.is_alphanumeric() && (c as u32) < 0x2e80
}

fn sentences(text: &str) -> Vec<&str> {
    split(text, |before, _| matches!(before, '。' | '；' | '\n' | '.' | ';' | '！' | '？'))
}

/// Cuts between two characters where `cuts` says so.
fn split(text: &str, cuts: impl Fn(char, char) -> bool) -> Vec<&str> {
    let mut parts = Vec::new();
    let (mut from, mut before) = (0, None);
    for (at, c) in text.char_indices() {
        if before.is_some_and(|before| cuts(before, c)) {
            parts.push(&text[from..at]);
            from = at;
        }
        before = Some(c);
    }
    if from < text.len() {
        parts.push(&text[from..]);
    }
    parts
}

/// Which pieces of each side belong to the longest sequence that both have.
fn in_both(a: &[&str], b: &[&str]) -> (Vec<bool>, Vec<bool>) {
    let (mut kept_a, mut kept_b) = (vec![false; a.len()], vec![false; b.len()]);
    let width = b.len() + 1;
    // longest[i][j]: of a[i..] and b[j..].
    let mut longest = vec![0_u32; (a.len() + 1) * width];
    for i in (0..a.len()).rev() {
        for j in (0..b.len()).rev() {
            longest[i * width + j] = if a[i] == b[j] {
                longest[(i + 1) * width + j + 1] + 1
            } else {
                longest[(i + 1) * width + j].max(longest[i * width + j + 1])
            };
        }
    }
    let (mut i, mut j) = (0, 0);
    while i < a.len() && j < b.len() {
        if a[i] == b[j] {
            (kept_a[i], kept_b[j]) = (true, true);
            (i, j) = (i + 1, j + 1);
        } else if longest[(i + 1) * width + j] >= longest[i * width + j + 1] {
            i += 1;
        } else {
            j += 1;
        }
    }
    (kept_a, kept_b)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn said(pieces: &[Piece]) -> String {
        let one = |piece: &Piece| match piece.fate {
            Fate::Kept => piece.text.clone(),
            Fate::Gone => format!("[-{}-]", piece.text),
            Fate::New => format!("[+{}+]", piece.text),
        };
        pieces.iter().map(one).collect()
    }

    #[test]
    fn what_went_and_what_came_is_marked() {
        let (old, new) = compare("每周一至周五开放，两名志愿者在场。", "每周一至周四开放，至少三名志愿者在场。");
        assert_eq!(said(&old), "每周一至周[-五-]开放，[-两-]名志愿者在场。");
        assert_eq!(said(&new), "每周一至周[+四+]开放，[+至少三+]名志愿者在场。");
        let (old, new) = compare("预算 12000 元", "预算 15000 元");
        assert_eq!((said(&old), said(&new)), ("预算 [-12000-] 元".into(), "预算 [+15000+] 元".into()));
        assert_eq!(compare("", "新"), (vec![], vec![Piece { text: "新".into(), fate: Fate::New }]));
    }

    #[test]
    fn long_texts_are_compared_by_sentences_and_lose_nothing() {
        let old: String = (0..400).map(|n| format!("第{n}句写明每日安排。")).collect();
        let new = old.replace("第7句", "第柒句");
        let (a, b) = compare(&old, &new);
        let whole = |pieces: &[Piece]| pieces.iter().map(|p| p.text.as_str()).collect::<String>();
        assert_eq!((whole(&a), whole(&b)), (old, new));
        assert!(b.iter().any(|p| p.fate == Fate::New && p.text.contains("柒")));
    }
}
