use crate::Refusal;
use serde::{Deserialize, Serialize};
use twoway_entity::mail::Rhythm;
use twoway_manifest::{FieldError, FieldProblem};
use utoipa::ToSchema;

/// When nothing goes that is not urgent, until somebody says otherwise: nine in the evening to eight in the morning.
pub const QUIET: (i32, i32) = (21 * 60, 8 * 60);

/// How somebody wants to be told by mail.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
#[schema(as = MailWish)]
pub struct Wish {
    /// Where to; empty: by no mail.
    pub address: String,
    #[schema(value_type = String)]
    pub rhythm: Rhythm,
    /// `HH:MM`, local; from then to `quiet_to` nothing goes that is not urgent. Equal: no such time.
    pub quiet_from: String,
    pub quiet_to: String,
}

/// A wish that can be kept.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct CheckedWish {
    pub address: String,
    pub rhythm: Rhythm,
    pub quiet_from: i32,
    pub quiet_to: i32,
}

impl Wish {
    /// Errors: at `address`, `quiet_from`, `quiet_to`.
    pub fn check(self) -> Result<CheckedWish, Refusal> {
        let mut errors = Vec::new();
        let mut minutes = |field: &str, text: &str| {
            minutes(text).unwrap_or_else(|| {
                errors.push(FieldError { field: field.into(), problem: FieldProblem::BadTime });
                0
            })
        };
        let (quiet_from, quiet_to) = (minutes("quiet_from", &self.quiet_from), minutes("quiet_to", &self.quiet_to));
        let address = self.address.trim().to_string();
        if !address.is_empty() && !is_address(&address) {
            errors.push(FieldError { field: "address".into(), problem: FieldProblem::BadEmail });
        }
        if address.is_empty() && self.rhythm != Rhythm::Never {
            errors.push(FieldError { field: "address".into(), problem: FieldProblem::Missing });
        }
        if errors.is_empty() {
            Ok(CheckedWish { address, rhythm: self.rhythm, quiet_from, quiet_to })
        } else {
            Err(Refusal::Invalid(errors))
        }
    }
}

/// `HH:MM` as minutes of the day.
fn minutes(text: &str) -> Option<i32> {
    let (hour, minute) = text.trim().split_once(':')?;
    let number = |part: &str, below: i32| {
        let is_number = part.len() == 2 && part.bytes().all(|b| b.is_ascii_digit());
        part.parse::<i32>().ok().filter(|n| is_number && *n < below)
    };
    Some(number(hour, 24)? * 60 + number(minute, 60)?)
}

/// Minutes of the day as `HH:MM`.
pub fn clock(minutes: i32) -> String {
    format!("{:02}:{:02}", minutes / 60, minutes % 60)
}

/// What a mail server would take, as far as can be told before it is asked.
fn is_address(text: &str) -> bool {
    text.len() <= 254 && text.is_ascii() && text.parse::<lettre::Address>().is_ok_and(|a| a.domain().contains('.'))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn wish(address: &str, rhythm: Rhythm, from: &str, to: &str) -> String {
        let wish = Wish { address: address.into(), rhythm, quiet_from: from.into(), quiet_to: to.into() };
        match wish.check() {
            Ok(wish) => format!("{} {} {}", wish.address, wish.quiet_from, wish.quiet_to),
            Err(Refusal::Invalid(errors)) => errors.iter().map(|e| e.field.as_str()).collect::<Vec<_>>().join(" "),
            Err(other) => other.code().to_string(),
        }
    }

    #[test]
    fn wishes_are_checked_at_their_fields() {
        assert_eq!(wish(" zhou@example.org ", Rhythm::Soon, "21:00", "08:30"), "zhou@example.org 1260 510");
        assert_eq!(wish("", Rhythm::Never, "00:00", "00:00"), " 0 0");
        for bad in [
            "zhou",
            "zhou@",
            "@example.org",
            "zhou@example",
            "zhou@exa mple.org",
            "周@example.org",
            "a@b.c\nBcc: d@e.f",
        ] {
            assert_eq!(wish(bad, Rhythm::Soon, "21:00", "08:00"), "address", "{bad:?}");
        }
        assert_eq!(wish("", Rhythm::Daily, "21:00", "08:00"), "address");
        assert_eq!(wish("zhou@example.org", Rhythm::Daily, "24:00", "8:00"), "quiet_from quiet_to");
        assert_eq!(wish("zhou@example.org", Rhythm::Daily, "", "07:60"), "quiet_from quiet_to");
    }

    #[test]
    fn minutes_are_written_as_a_clock_shows_them() {
        assert_eq!((clock(0), clock(510)), ("00:00".into(), "08:30".into()));
    }
}
