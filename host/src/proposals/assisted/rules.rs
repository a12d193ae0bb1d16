use super::identity;
use crate::Refusal;
use chrono::NaiveDate;

/// A minor proposes with a guardian, whose name stands on the paper.
pub fn guarded(born: NaiveDate, received: NaiveDate, guardian: Option<&str>) -> Result<(), Refusal> {
    match identity::minor(born, received) {
        Some(age) if guardian.is_none() => Err(Refusal::of("guardian-missing", "V26").with("age", age)),
        _ => Ok(()),
    }
}

/// The same where only the age is known of the number that was given before.
pub fn still_guarded(minor: Option<i32>, guardian: Option<&str>) -> Result<(), Refusal> {
    match minor {
        Some(age) if guardian.is_none() => Err(Refusal::of("guardian-missing", "V26").with("age", age)),
        _ => Ok(()),
    }
}

/// Nothing answers a call before the call is open.
pub fn received_in_time(received: NaiveDate, opens: Option<NaiveDate>) -> Result<(), Refusal> {
    match opens {
        Some(opens) if received < opens => Err(Refusal::of("paper-before-call", "M1").with("day", opens.to_string())),
        _ => Ok(()),
    }
}

/// What was typed can be held against the signed paper.
pub fn scanned(scans: usize) -> Result<(), Refusal> {
    if scans > 0 { Ok(()) } else { Err(Refusal::of("paper-scan-missing", "M1")) }
}
