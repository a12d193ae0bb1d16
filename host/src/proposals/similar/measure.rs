//! How alike two texts are, for Chinese and for what stands between it. Pure; why it is made so stands in
//! `docs/adr/0015-similar-proposals.md`.

use std::collections::BTreeSet;

/// The alikeness from which on a proposal is shown, between 0 and 1.
pub const THRESHOLD: f64 = 0.2;

/// A text in pieces that are counted: two neighbouring Chinese characters, or a whole word or number of another script. Each is one
/// number, so that the databases compare and index numbers.
pub type Gram = i64;

/// What a text is made of, each piece once.
pub fn grams(text: &str) -> BTreeSet<Gram> {
    places(text).into_iter().map(|(gram, _)| gram).collect()
}

/// Letters and digits of full width are those of half width, and capitals are small letters.
fn folded(c: char) -> char {
    let narrow = match c {
        '\u{ff01}'..='\u{ff5e}' => char::from_u32(c as u32 - 0xfee0).unwrap_or(c),
        other => other,
    };
    narrow.to_ascii_lowercase()
}

fn is_han(c: char) -> bool {
    matches!(c, '\u{3400}'..='\u{9fff}' | '\u{f900}'..='\u{faff}' | '\u{20000}'..='\u{3134f}')
}

/// The pieces with the characters that each covers, as `(first, one behind the last)`.
fn places(text: &str) -> Vec<(Gram, (usize, usize))> {
    let folded: Vec<char> = text.chars().map(folded).collect();
    let mut found = Vec::new();
    let mut at = 0;
    while at < folded.len() {
        let c = folded[at];
        if is_han(c) {
            if let Some(next) = folded.get(at + 1).filter(|next| is_han(**next)) {
                found.push((i64::from(c as u32) << 21 | i64::from(*next as u32), (at, at + 2)));
            }
            at += 1;
        } else if c.is_alphanumeric() {
            let end = (at..folded.len()).find(|i| !folded[*i].is_alphanumeric() || is_han(folded[*i]));
            let end = end.unwrap_or(folded.len());
            // One letter by itself, or a numeral, says nothing.
            if end - at > 1 {
                found.push((word(&folded[at..end]), (at, end)));
            }
            at = end;
        } else {
            at += 1;
        }
    }
    found
}

/// FNV-1a over the word's characters, kept out of the way of the pairs by its highest bit but the sign.
fn word(letters: &[char]) -> Gram {
    let hash = letters
        .iter()
        .fold(0xcbf2_9ce4_8422_2325_u64, |hash, c| (hash ^ u64::from(*c as u32)).wrapping_mul(0x0000_0100_0000_01b3));
    (hash >> 2 | 1 << 61).cast_signed()
}

/// What one piece says: much when few of `all` texts have it (`having`), next to nothing when nearly all do.
pub fn weight(all: i64, having: i64) -> f64 {
    let (all, having) = (all.max(1) as f64, having.max(1) as f64);
    (1.0 + all / having).ln()
}

/// How alike two sets are: what they share against what both have, by weight; 0 for nothing in common, 1 for the same.
pub fn alike(a: &BTreeSet<Gram>, b: &BTreeSet<Gram>, weight: impl Fn(Gram) -> f64) -> f64 {
    let sum = |grams: &mut dyn Iterator<Item = &Gram>| grams.map(|gram| weight(*gram)).sum::<f64>();
    let (shared, all) = (sum(&mut a.intersection(b)), sum(&mut a.iter()) + sum(&mut b.iter()));
    if all > 0.0 { (2.0 * shared / all).min(1.0) } else { 0.0 }
}

/// A part of a text; `shared` where the other text has it, too.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Part {
    pub text: String,
    pub shared: bool,
}

/// A text with what it shares with another one marked. The parts together are the text.
pub fn marked(text: &str, other: &BTreeSet<Gram>) -> Vec<Part> {
    let letters: Vec<char> = text.chars().collect();
    let mut covered = vec![false; letters.len()];
    for (gram, (from, to)) in places(text) {
        if other.contains(&gram) {
            covered[from..to].fill(true);
        }
    }
    let mut parts: Vec<Part> = Vec::new();
    for (letter, shared) in letters.into_iter().zip(covered) {
        match parts.last_mut().filter(|part| part.shared == shared) {
            Some(part) => part.text.push(letter),
            None => parts.push(Part { text: letter.to_string(), shared }),
        }
    }
    parts
}

/// The phrases that two texts share, the longest first; at most `most`, none within another.
pub fn phrases(text: &str, other: &BTreeSet<Gram>, most: usize) -> Vec<String> {
    let mut found: Vec<String> =
        marked(text, other).into_iter().filter(|part| part.shared).map(|part| part.text).collect();
    found.sort_by(|a, b| b.chars().count().cmp(&a.chars().count()).then_with(|| a.cmp(b)));
    let mut kept: Vec<String> = Vec::new();
    for phrase in found {
        if kept.len() < most && !kept.iter().any(|longer| longer.contains(&phrase)) {
            kept.push(phrase);
        }
    }
    kept
}

#[cfg(test)]
mod tests {
    use super::*;

    fn plain(a: &str, b: &str) -> f64 {
        alike(&grams(a), &grams(b), |_| 1.0)
    }

    #[test]
    fn the_same_idea_in_other_words_is_alike_and_another_idea_is_not() {
        let school = "四点半学校：放学后到家长下班前，由志愿者在社区活动室看护小学生。";
        let again = "社区四点半课堂，志愿者在活动室照看放学后的小学生，等家长下班来接。";
        let trees = "在河滨种植树木，组织市民认养并定期浇水。";
        assert!(plain(school, again) > THRESHOLD, "{}", plain(school, again));
        assert!(plain(school, trees) < THRESHOLD / 2.0, "{}", plain(school, trees));
    }

    #[test]
    fn width_capitals_and_punctuation_do_not_matter() {
        assert!((plain("ＡＩ助老，2027 年", "ai 助老（2027年）") - 1.0).abs() < 1e-9);
    }

    #[test]
    fn a_rare_piece_weighs_more_than_a_common_one() {
        assert!(weight(5_000, 2) > 3.0 * weight(5_000, 4_000));
        let (query, rare, common) = (grams("留守老人助浴服务"), grams("助浴"), grams("服务"));
        let weigh = |gram: Gram| if grams("服务").contains(&gram) { 0.1 } else { 5.0 };
        assert!(alike(&query, &rare, weigh) > alike(&query, &common, weigh));
    }

    #[test]
    fn what_is_shared_is_shown_as_phrases() {
        let other = grams("由志愿者在活动室看护");
        assert_eq!(phrases("志愿者来看护，在活动室", &other, 2), ["在活动室", "志愿者"]);
        assert_eq!(
            marked("志愿者来看护", &other),
            [("志愿者", true), ("来", false), ("看护", true)].map(|(text, shared)| Part { text: text.into(), shared })
        );
    }
}
