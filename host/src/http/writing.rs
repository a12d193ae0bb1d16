//! How dates and numbers are written in the reader's language. Between features they travel as `2026-11-23`, `2026-11-23 18:30` and
//! plain digits; where they meet a text or a cell, they become `2026年11月23日`, `23 Nov 2026` and `12,000`.

use super::texts::Locale;
use chrono::{Datelike, NaiveDate};
use fluent_bundle::FluentValue;

/// The date `2026-11-23`, or the moment `2026-11-23 18:30`, as people write it; none for anything else.
pub fn date(locale: Locale, text: &str) -> Option<String> {
    let (day, clock) = match text.len() {
        10 => (text, None),
        16 => text.split_at_checked(10).map(|(day, clock)| (day, Some(clock)))?,
        _ => return None,
    };
    let day = NaiveDate::parse_from_str(day, "%Y-%m-%d").ok()?;
    let day = match locale {
        Locale::ZhCn => format!("{}年{}月{}日", day.year(), day.month(), day.day()),
        Locale::En => day.format("%-d %b %Y").to_string(),
    };
    match clock {
        None => Some(day),
        Some(clock) => {
            let (hour, minute) = clock.strip_prefix(' ')?.split_once(':')?;
            let digits = |part: &str| part.len() == 2 && part.bytes().all(|b| b.is_ascii_digit());
            (digits(hour) && digits(minute)).then(|| format!("{day}{clock}"))
        }
    }
}

/// A date or a moment as people write it; anything else as it is.
pub fn written(locale: Locale, text: &str) -> String {
    date(locale, text).unwrap_or_else(|| text.to_string())
}

/// Every number in `text` in groups of three: `12000 kg` becomes `12,000 kg`. Digits behind a point, and those that begin with a
/// zero as codes do, stay as they are.
pub fn grouped(text: &str) -> String {
    let mut out = String::with_capacity(text.len() + 4);
    let mut rest = text;
    while let Some(start) = rest.find(|c: char| c.is_ascii_digit()) {
        let (before, from) = rest.split_at(start);
        let length = from.find(|c: char| !c.is_ascii_digit()).unwrap_or(from.len());
        let (digits, after) = from.split_at(length);
        let fraction = before.ends_with('.');
        out.push_str(before);
        for (place, digit) in digits.chars().enumerate() {
            if place > 0 && (length - place) % 3 == 0 && !fraction && !digits.starts_with('0') {
                out.push(',');
            }
            out.push(digit);
        }
        rest = after;
    }
    out.push_str(rest);
    out
}

/// A placeholder's value as it is written in this language; none where it stays as it is.
pub(super) fn value(locale: Locale, value: &FluentValue<'_>) -> Option<String> {
    match value {
        FluentValue::String(text) => date(locale, text),
        FluentValue::Number(number) => Some(grouped(&number.as_string())),
        _ => None,
    }
}

/// A placeholder's value where it stands by itself.
pub fn said(locale: Locale, given: &FluentValue<'_>) -> String {
    value(locale, given).unwrap_or_else(|| match given {
        FluentValue::String(text) => text.to_string(),
        FluentValue::Number(number) => number.as_string().into_owned(),
        _ => String::new(),
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn dates_are_written_as_people_write_them() {
        let both = |text: &str| (date(Locale::ZhCn, text), date(Locale::En, text));
        let said = |zh: &str, en: &str| (Some(zh.to_string()), Some(en.to_string()));
        assert_eq!(both("2026-11-03"), said("2026年11月3日", "3 Nov 2026"));
        assert_eq!(both("2026-11-23 18:30"), said("2026年11月23日 18:30", "23 Nov 2026 18:30"));
        for other in ["2026-13-01", "2026-11-23T18:30", "0123456789", "2026-11-23 1830x", "", "二〇二六年十一月三日"]
        {
            assert_eq!(both(other), (None, None), "{other}");
        }
    }

    #[test]
    fn numbers_are_written_in_groups() {
        for (plain, written) in [
            ("12000", "12,000"),
            ("999", "999"),
            ("-1234567", "-1,234,567"),
            ("24000 元", "24,000 元"),
            ("0.12345", "0.12345"),
            ("12345.6789", "12,345.6789"),
            ("007000", "007000"),
            ("无", "无"),
        ] {
            assert_eq!(grouped(plain), written);
        }
    }

    #[test]
    fn texts_write_their_values_so() {
        assert_eq!(Locale::ZhCn.t1("needs-due", "day", "2026-11-23"), "2026年11月23日前");
        assert_eq!(Locale::En.t1("moment-days-left", "n", 1200), "1,200 days left");
    }
}
