//! When the public is told.

use chrono::{DateTime, Months};
use twoway_ids::{DAY, HOUR, Millis};

/// In an emergency, from the start and from one to the next.
pub const EMERGENCY: Millis = 5 * DAY;

/// A project that is planned to run longer tells the public from its third month on.
pub const LONG_DAYS: i64 = 184;

/// Longest text of each part, in characters.
pub const LONGEST: u32 = 2_000;

/// Photos of one disclosure.
pub const PHOTOS: usize = 6;

/// What was told of one disclosure so far.
pub const TOLD_SOON: i32 = 1;
pub const TOLD_TODAY: i32 = 2;
pub const TOLD_LATE: i32 = 3;

/// The same day some months later.
pub fn months_after(at: Millis, months: u32) -> Millis {
    let later = DateTime::from_timestamp_millis(at).and_then(|at| at.checked_add_months(Months::new(months)));
    later.map_or(Millis::MAX, |at| at.timestamp_millis())
}

/// When the first is due after a start. What is planned to be short has none unless it runs on for half a year.
pub fn first(start: Millis, planned_days: Option<i64>, emergency: bool) -> Millis {
    match planned_days {
        _ if emergency => start + EMERGENCY,
        Some(days) if days <= LONG_DAYS => months_after(start, 6),
        _ => months_after(start, 3),
    }
}

/// When the one after `last` is due: what went by unheard is not made up for.
pub fn next(last: Millis, now: Millis, emergency: bool) -> Millis {
    let after = |due: Millis| if emergency { due + EMERGENCY } else { months_after(due, 3) };
    let mut due = after(last);
    while due <= now && due < Millis::MAX {
        due = after(due);
    }
    due
}

/// When the last is due after an end.
pub fn last(end: Millis) -> Millis {
    months_after(end, 3)
}

/// What is to be told next of one that is due at the end of its day, and when: of several that have passed only the latest.
pub fn next_stage(due: Millis, told: i32, now: Millis) -> Option<(i32, Millis)> {
    let stages = [(TOLD_SOON, due - 8 * DAY + 9 * HOUR), (TOLD_TODAY, due - DAY + 9 * HOUR), (TOLD_LATE, due)];
    let mut left = stages.into_iter().filter(|(stage, _)| *stage > told);
    left.clone().rfind(|(_, at)| *at <= now).or_else(|| left.next())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_long_project_begins_after_three_months_and_a_short_one_only_if_it_runs_on() {
        assert_eq!(first(0, Some(200), false), 90 * DAY, "from the first of January to the first of April");
        assert_eq!(first(0, None, false), 90 * DAY);
        assert_eq!(first(0, Some(184), false), 181 * DAY);
        assert_eq!(first(0, Some(30), true), 5 * DAY);
    }

    #[test]
    fn who_is_early_keeps_the_rhythm_and_who_is_very_late_begins_from_now() {
        assert_eq!(next(90 * DAY, 80 * DAY, false), 181 * DAY);
        assert_eq!(next(90 * DAY, 100 * DAY, false), 181 * DAY);
        assert_eq!(next(90 * DAY, 190 * DAY, false), 273 * DAY);
        assert_eq!(next(5 * DAY, 16 * DAY, true), 20 * DAY);
        assert_eq!(last(0), 90 * DAY);
    }

    #[test]
    fn of_what_has_passed_only_the_latest_is_told() {
        let due = 100 * DAY;
        assert_eq!(next_stage(due, 0, 0), Some((TOLD_SOON, 92 * DAY + 9 * HOUR)));
        assert_eq!(next_stage(due, 0, due - 2 * HOUR), Some((TOLD_TODAY, 99 * DAY + 9 * HOUR)));
        assert_eq!(next_stage(due, TOLD_TODAY, due), Some((TOLD_LATE, due)));
        assert_eq!(next_stage(due, TOLD_LATE, due + DAY), None);
    }
}
