use crate::{Field, FieldType, control_character};
use serde_json::{Map, Value};

/// What is wrong with one answer. The texts are the host's: `form-problem-<code>`.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum FieldProblem {
    Missing,
    Unknown,
    /// The same field stands there twice, and nobody can say which was meant.
    Repeated,
    WrongType,
    /// See [`control_character`].
    ControlCharacter,
    TooLong {
        max: u32,
    },
    TooSmall {
        min: i64,
    },
    TooLarge {
        max: i64,
    },
    NotAnOption,
    BadDate,
    BadTime,
    BadEmail,
    BadPhone,
    BadIdNumber,
    BadCreditCode,
    /// A day of a question outside of the days on which the form is answered.
    OutsideDays,
    /// Frozen on a day before the answer is required.
    FrozenBeforeRequired,
}

impl FieldProblem {
    pub fn code(&self) -> &'static str {
        match self {
            Self::Missing => "missing",
            Self::Unknown => "unknown",
            Self::Repeated => "repeated",
            Self::WrongType => "wrong-type",
            Self::ControlCharacter => "control-character",
            Self::TooLong { .. } => "too-long",
            Self::TooSmall { .. } => "too-small",
            Self::TooLarge { .. } => "too-large",
            Self::NotAnOption => "not-an-option",
            Self::BadDate => "bad-date",
            Self::BadTime => "bad-time",
            Self::BadEmail => "bad-email",
            Self::BadPhone => "bad-phone",
            Self::BadIdNumber => "bad-id-number",
            Self::BadCreditCode => "bad-credit-code",
            Self::OutsideDays => "outside-days",
            Self::FrozenBeforeRequired => "frozen-before-required",
        }
    }

    /// The number that the text names, if it names one.
    pub fn bound(&self) -> Option<i64> {
        match self {
            Self::TooLong { max } => Some(i64::from(*max)),
            Self::TooSmall { min } => Some(*min),
            Self::TooLarge { max } => Some(*max),
            _ => None,
        }
    }
}

#[derive(Clone, Debug, PartialEq, Eq)]
pub struct FieldError {
    pub field: String,
    pub problem: FieldProblem,
}

/// Checks answers against a form and returns them with nothing but the form's own fields, texts trimmed, and fields that
/// are not asked (see [`crate::ShowIf`]) left out. All errors are found in one go, in the order of the form.
pub fn check_form(fields: &[Field], answers: &Value) -> Result<Map<String, Value>, Vec<FieldError>> {
    check(fields, answers, true)
}

/// The same for a draft: what is there must be right, but nothing needs to be there yet.
pub fn check_form_as_draft(fields: &[Field], answers: &Value) -> Result<Map<String, Value>, Vec<FieldError>> {
    check(fields, answers, false)
}

fn check(fields: &[Field], answers: &Value, complete: bool) -> Result<Map<String, Value>, Vec<FieldError>> {
    let Some(given) = answers.as_object() else {
        return Err(vec![FieldError { field: String::new(), problem: FieldProblem::WrongType }]);
    };
    let mut errors = Vec::new();
    let mut kept = Map::new();
    for field in fields {
        if let Some(condition) = &field.show_if
            && given.get(&condition.field) != Some(&condition.equals)
        {
            continue;
        }
        let answer = given.get(&field.key).filter(|v| !is_blank(v));
        match answer {
            None if field.required && complete => {
                errors.push(FieldError { field: field.key.clone(), problem: FieldProblem::Missing });
            }
            None => {}
            Some(value) => match check_answer(field, value) {
                Ok(value) => {
                    kept.insert(field.key.clone(), value);
                }
                Err(problem) => errors.push(FieldError { field: field.key.clone(), problem }),
            },
        }
    }
    for key in given.keys() {
        if !fields.iter().any(|f| &f.key == key) {
            errors.push(FieldError { field: key.clone(), problem: FieldProblem::Unknown });
        }
    }
    if errors.is_empty() { Ok(kept) } else { Err(errors) }
}

fn is_blank(value: &Value) -> bool {
    match value {
        Value::Null => true,
        Value::String(s) => s.trim().is_empty(),
        Value::Array(a) => a.is_empty(),
        _ => false,
    }
}

/// Checks one answer by itself and returns it as it is kept: trimmed, numbers without punctuation.
pub fn check_answer(field: &Field, value: &Value) -> Result<Value, FieldProblem> {
    use FieldProblem as P;
    let text = || plain(value);
    match field.kind {
        FieldType::Line | FieldType::Text | FieldType::Person | FieldType::Record | FieldType::File => {
            let text = text()?;
            within(text.chars().count(), field)?;
            Ok(text.into())
        }
        FieldType::Date => {
            let text = text()?;
            is_date(text).then(|| text.into()).ok_or(P::BadDate)
        }
        FieldType::Time => {
            let text = text()?;
            is_time(text).then(|| text.into()).ok_or(P::BadTime)
        }
        FieldType::Email => {
            let text = text()?;
            let good = text.len() <= 254
                && text.split_once('@').is_some_and(|(name, host)| {
                    !name.is_empty() && host.contains('.') && !host.starts_with('.') && !host.ends_with('.')
                })
                && !text.contains(char::is_whitespace);
            good.then(|| text.into()).ok_or(P::BadEmail)
        }
        FieldType::Phone => {
            let text: String = text()?.chars().filter(|c| !matches!(c, ' ' | '-')).collect();
            let digits = text.strip_prefix('+').unwrap_or(&text);
            let good = (7..=15).contains(&digits.len()) && digits.chars().all(|c| c.is_ascii_digit());
            good.then(|| text.into()).ok_or(P::BadPhone)
        }
        FieldType::IdNumber => {
            let text = text()?.to_ascii_uppercase();
            is_id_number(&text).then(|| text.into()).ok_or(P::BadIdNumber)
        }
        FieldType::CreditCode => {
            let text = text()?.to_ascii_uppercase();
            is_credit_code(&text).then(|| text.into()).ok_or(P::BadCreditCode)
        }
        FieldType::Integer | FieldType::Instant => {
            let number = value.as_i64().ok_or(P::WrongType)?;
            if let Some(min) = field.min.filter(|min| number < *min) {
                return Err(P::TooSmall { min });
            }
            if let Some(max) = field.max.filter(|max| number > *max) {
                return Err(P::TooLarge { max });
            }
            Ok(number.into())
        }
        FieldType::Boolean => value.as_bool().map(Value::from).ok_or(P::WrongType),
        FieldType::Choice => {
            let text = text()?;
            field.options.iter().any(|o| o.value == text).then(|| text.into()).ok_or(P::NotAnOption)
        }
        FieldType::Choices | FieldType::Lines | FieldType::Persons => {
            let list = value.as_array().ok_or(P::WrongType)?;
            within(list.len(), field)?;
            let mut kept = Vec::with_capacity(list.len());
            for entry in list {
                let entry = plain(entry)?;
                if entry.chars().count() > 500 {
                    return Err(P::TooLong { max: 500 });
                }
                if field.kind == FieldType::Choices && !field.options.iter().any(|o| o.value == entry) {
                    return Err(P::NotAnOption);
                }
                if !entry.is_empty() {
                    kept.push(Value::from(entry));
                }
            }
            Ok(kept.into())
        }
    }
}

fn plain(value: &Value) -> Result<&str, FieldProblem> {
    let text = value.as_str().map(str::trim).ok_or(FieldProblem::WrongType)?;
    control_character(text).map_or(Ok(text), |_| Err(FieldProblem::ControlCharacter))
}

fn within(length: usize, field: &Field) -> Result<(), FieldProblem> {
    let max = field.effective_max_length();
    if length > max as usize { Err(FieldProblem::TooLong { max }) } else { Ok(()) }
}

fn is_time(text: &str) -> bool {
    let Some((h, m)) = text.split_once(':') else { return false };
    h.len() == 2 && m.len() == 2 && h.parse::<u8>().is_ok_and(|h| h < 24) && m.parse::<u8>().is_ok_and(|m| m < 60)
}

fn is_date(text: &str) -> bool {
    let parts: Vec<_> = text.split('-').collect();
    let [y, m, d] = parts.as_slice() else { return false };
    if y.len() != 4 || m.len() != 2 || d.len() != 2 {
        return false;
    }
    let (Ok(y), Ok(m), Ok(d)) = (y.parse::<u16>(), m.parse::<u8>(), d.parse::<u8>()) else { return false };
    is_calendar_day(y, m, d)
}

fn is_calendar_day(year: u16, month: u8, day: u8) -> bool {
    let leap = year.is_multiple_of(4) && (!year.is_multiple_of(100) || year.is_multiple_of(400));
    let days = match month {
        1 | 3 | 5 | 7 | 8 | 10 | 12 => 31,
        4 | 6 | 9 | 11 => 30,
        2 if leap => 29,
        2 => 28,
        _ => return false,
    };
    (1..=days).contains(&day)
}

/// GB 11643: 17 digits with a real birth date, then the check character of ISO 7064 MOD 11-2.
pub fn is_id_number(text: &str) -> bool {
    const WEIGHTS: [u32; 17] = [7, 9, 10, 5, 8, 4, 2, 1, 6, 3, 7, 9, 10, 5, 8, 4, 2];
    const CHECK: &[u8; 11] = b"10X98765432";
    let bytes = text.as_bytes();
    if bytes.len() != 18 || !bytes[..17].iter().all(u8::is_ascii_digit) {
        return false;
    }
    let number = |range: std::ops::Range<usize>| text[range].parse::<u16>().unwrap_or(0);
    let sum: u32 = bytes[..17].iter().zip(WEIGHTS).map(|(b, w)| u32::from(b - b'0') * w).sum();
    is_calendar_day(number(6..10), number(10..12) as u8, number(12..14) as u8)
        && number(6..10) >= 1800
        && bytes[17] == CHECK[(sum % 11) as usize]
}

/// GB 32100: 17 characters of an alphabet of 31 without I, O, S, V and Z, then the check character of MOD 31-3.
pub fn is_credit_code(text: &str) -> bool {
    const ALPHABET: &[u8; 31] = b"0123456789ABCDEFGHJKLMNPQRTUWXY";
    const WEIGHTS: [usize; 17] = [1, 3, 9, 27, 19, 26, 16, 17, 20, 29, 25, 13, 8, 24, 10, 30, 28];
    let values: Option<Vec<usize>> = text.bytes().map(|b| ALPHABET.iter().position(|a| *a == b)).collect();
    let Some(values) = values.filter(|v| v.len() == 18) else { return false };
    let sum: usize = values.iter().zip(WEIGHTS).map(|(v, w)| v * w).sum();
    values[17] == (31 - sum % 31) % 31
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn checksums_follow_the_standards() {
        assert!(is_credit_code("91350100M000100Y43"));
        assert!(!is_credit_code("91350100M000100Y4Z"));
        assert!(!is_credit_code("91350100M000100Y44"));
        assert!(is_id_number("11010519491231002X"));
        assert!(!is_id_number("110105194912310021"));
        assert!(!is_id_number("11010519490231002X"));
    }

    #[test]
    fn every_error_of_a_form_is_found_at_once() {
        let mut age = Field::new("age", FieldType::Integer);
        age.min = Some(6);
        let mut name = Field::new("name", FieldType::Line);
        name.required = true;
        let errors = check_form(&[name, age], &serde_json::json!({"age": 3, "extra": 1})).expect_err("three errors");
        let codes: Vec<_> = errors.iter().map(|e| (e.field.as_str(), e.problem.code())).collect();
        assert_eq!(codes, [("name", "missing"), ("age", "too-small"), ("extra", "unknown")]);
    }

    #[test]
    fn no_answer_holds_a_control_character() {
        let lines = Field::new("lines", FieldType::Lines);
        for (field, answer) in [
            (Field::new("text", FieldType::Text), serde_json::json!("a\0b")),
            (Field::new("line", FieldType::Line), serde_json::json!("a\u{1b}[2J")),
            (lines, serde_json::json!(["fine", "a\u{7f}"])),
        ] {
            assert_eq!(check_answer(&field, &answer), Err(FieldProblem::ControlCharacter), "{answer}");
        }
        let text = Field::new("text", FieldType::Text);
        assert_eq!(check_answer(&text, &"一\r\n\t二".into()), Ok("一\r\n\t二".into()));
    }

    #[test]
    fn a_hidden_field_is_neither_asked_nor_kept() {
        let mut why = Field::new("why", FieldType::Line);
        why.required = true;
        why.show_if = Some(crate::ShowIf { field: "late".into(), equals: true.into() });
        let late = Field::new("late", FieldType::Boolean);
        let form = [late, why];
        let kept = check_form(&form, &serde_json::json!({"late": false, "why": "x"})).expect("not asked");
        assert!(!kept.contains_key("why"));
        assert!(check_form(&form, &serde_json::json!({"late": true})).is_err());
    }
}
