//! What an ID number (GB 11643) tells. The number is read once and kept nowhere: a keyed hash finds the same person again, and the last
//! four characters let two people be told apart on paper.

use crate::keys::Keys;
use chrono::{Datelike, NaiveDate};
use twoway_manifest::is_id_number;

/// Characters of an ID number.
const LENGTH: usize = 18;

/// A number whose check character is right and whose birth date is a real day that has come.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct IdNumber {
    text: String,
    pub born: NaiveDate,
}

impl IdNumber {
    /// None: it is no ID number, or names a birth after `today`.
    pub fn parse(text: &str, today: NaiveDate) -> Option<Self> {
        let text = text.trim().to_ascii_uppercase();
        if !is_id_number(&text) {
            return None;
        }
        let born = NaiveDate::parse_from_str(&text[6..14], "%Y%m%d").ok()?;
        (born <= today).then_some(Self { text, born })
    }

    /// By which the same number is found again.
    pub fn hash(&self, keys: &Keys) -> String {
        keys.keyed_hash("proposals.id-number", &self.text)
    }

    pub fn tail(&self) -> &str {
        &self.text[LENGTH - 4..]
    }
}

/// What is shown of a number of which the last four characters are known.
pub fn masked(tail: &str) -> String {
    format!("{}{tail}", "*".repeat(LENGTH - tail.len().min(LENGTH)))
}

/// 14 or 18 if the person is younger than that on this day, the lower one first.
pub fn minor(born: NaiveDate, on: NaiveDate) -> Option<i32> {
    let had_birthday = (on.month(), on.day()) >= (born.month(), born.day());
    let age = on.year() - born.year() - i32::from(!had_birthday);
    [14, 18].into_iter().find(|limit| age < *limit)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn day(text: &str) -> NaiveDate {
        NaiveDate::parse_from_str(text, "%Y-%m-%d").expect("a day")
    }

    /// A right number for this birth date.
    fn number(born: &str) -> String {
        let start = format!("110105{born}002");
        let sum: u32 = start
            .bytes()
            .zip([7, 9, 10, 5, 8, 4, 2, 1, 6, 3, 7, 9, 10, 5, 8, 4, 2])
            .map(|(b, weight)| u32::from(b - b'0') * weight)
            .sum();
        format!("{start}{}", char::from(b"10X98765432"[(sum % 11) as usize]))
    }

    #[test]
    fn the_published_number_is_right_and_its_neighbours_are_not() {
        let today = day("2026-11-26");
        let right = IdNumber::parse(" 11010519491231002x ", today).expect("the example of the standard");
        assert_eq!((right.born, right.tail()), (day("1949-12-31"), "002X"));
        assert_eq!(masked(right.tail()), "**************002X");
        for wrong in
            ["110105194912310021", "11010519490231002X", "1101051949123100", "", "11010519491231002XX", "身份证"]
        {
            assert_eq!(IdNumber::parse(wrong, today), None, "{wrong}");
        }
    }

    #[test]
    fn nobody_is_born_tomorrow() {
        let number = number("20261127");
        assert!(IdNumber::parse(&number, day("2026-11-27")).is_some());
        assert_eq!(IdNumber::parse(&number, day("2026-11-26")), None);
    }

    #[test]
    fn fourteen_and_eighteen_begin_on_the_birthday() {
        let on = day("2026-11-26");
        for (born, limit) in [
            ("2012-11-27", Some(14)),
            ("2012-11-26", Some(18)),
            ("2008-11-27", Some(18)),
            ("2008-11-26", None),
            ("1949-12-31", None),
        ] {
            assert_eq!(minor(day(born), on), limit, "{born}");
        }
    }
}
