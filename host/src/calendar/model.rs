use crate::App;
use chrono::{DateTime, Datelike, Days, FixedOffset, NaiveDate, TimeZone, Weekday};
use std::collections::BTreeMap;
use twoway_ids::{MINUTE, Millis};

/// The office's calendar at one place: which days are worked.
#[derive(Clone, Debug, Default)]
pub struct Calendar {
    /// Days that differ from the week.
    pub exceptions: BTreeMap<NaiveDate, bool>,
    /// Minutes east of UTC.
    pub utc_offset: i32,
}

impl Calendar {
    pub fn local_day(&self, at: Millis) -> NaiveDate {
        let shifted = at + Millis::from(self.utc_offset) * MINUTE;
        DateTime::from_timestamp_millis(shifted).map_or(NaiveDate::MIN, |d| d.date_naive())
    }

    /// The first moment of a local day.
    pub fn start_of(&self, day: NaiveDate) -> Millis {
        let offset = FixedOffset::east_opt(self.utc_offset * 60);
        let midnight = day.and_time(chrono::NaiveTime::MIN);
        match offset.and_then(|o| o.from_local_datetime(&midnight).single()) {
            Some(at) => at.timestamp_millis(),
            None => midnight.and_utc().timestamp_millis(),
        }
    }

    pub fn is_workday(&self, day: NaiveDate) -> bool {
        self.exceptions.get(&day).copied().unwrap_or(!matches!(day.weekday(), Weekday::Sat | Weekday::Sun))
    }

    /// The end of the `days`th working day after the day of `start`: the first moment of the day that follows it. The day of
    /// `start` itself never counts, so that "five working days" are five whole ones.
    pub fn add_workdays(&self, start: Millis, days: u32) -> Millis {
        let mut day = self.local_day(start);
        let mut left = days;
        while left > 0 {
            let Some(next) = day.checked_add_days(Days::new(1)) else { break };
            day = next;
            if self.is_workday(day) {
                left -= 1;
            }
        }
        self.start_of(day.checked_add_days(Days::new(1)).unwrap_or(day))
    }

    /// Whole working days from the day after `from` up to the last day before `until`.
    pub fn workdays_left(&self, from: Millis, until: Millis) -> u32 {
        let mut day = self.local_day(from);
        let last = self.local_day(until);
        let mut count = 0;
        while let Some(next) = day.checked_add_days(Days::new(1)).filter(|next| *next < last) {
            day = next;
            count += u32::from(self.is_workday(day));
        }
        count
    }
}

/// The local day of a moment, `YYYY-MM-DD`.
pub fn local_day(app: &App, at: Millis) -> String {
    Calendar { utc_offset: app.config.utc_offset_minutes, ..Calendar::default() }.local_day(at).to_string()
}

/// Today, `YYYY-MM-DD`.
pub fn today(app: &App) -> String {
    local_day(app, app.now())
}

#[cfg(test)]
mod tests {
    use super::*;

    fn day(text: &str) -> NaiveDate {
        text.parse().expect("a date")
    }

    #[test]
    fn a_holiday_and_its_make_up_day_move_the_end() {
        let mut calendar = Calendar { utc_offset: 480, ..Calendar::default() };
        // Wednesday 2026-09-30; the holiday runs to 10-07, Saturday 10-10 is worked.
        let start = calendar.start_of(day("2026-09-30"));
        assert_eq!(calendar.local_day(calendar.add_workdays(start, 5)), day("2026-10-08"));
        for d in 1..=7 {
            calendar.exceptions.insert(day(&format!("2026-10-{d:02}")), false);
        }
        calendar.exceptions.insert(day("2026-10-10"), true);
        assert_eq!(calendar.local_day(calendar.add_workdays(start, 5)), day("2026-10-14"));
    }

    #[test]
    fn the_starting_day_does_not_count() {
        let calendar = Calendar { utc_offset: 480, ..Calendar::default() };
        let friday_noon = calendar.start_of(day("2026-11-20")) + 12 * twoway_ids::HOUR;
        assert_eq!(calendar.add_workdays(friday_noon, 1), calendar.start_of(day("2026-11-24")));
        assert_eq!(calendar.workdays_left(friday_noon, calendar.add_workdays(friday_noon, 5)), 5);
    }
}
