use crate::{App, Refusal};
use chrono::{DateTime, Datelike, Days, FixedOffset, NaiveDate, TimeZone, Weekday};
use serde_json::Value;
use std::collections::BTreeMap;
use twoway_ids::{MINUTE, Millis};
use twoway_manifest::{Choice, Field, FieldProblem, FieldType, check_form};

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
        let shifted = at.saturating_add(Millis::from(self.utc_offset) * MINUTE);
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

    /// The working days after the day of `from` and before `until`, at most 60.
    pub fn workdays(&self, from: Millis, until: Millis) -> Vec<NaiveDate> {
        let (first, last) = (self.local_day(from), self.local_day(until));
        let days = first.iter_days().skip(1).take_while(|day| *day < last);
        days.filter(|day| self.is_workday(*day)).take(60).collect()
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

/// A day that differs from the week, as the office enters it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct NewDay {
    /// `YYYY-MM-DD`.
    pub day: String,
    pub works: bool,
    pub name: String,
}

/// The longest holiday that is entered at once, in days.
const LONGEST: i64 = 31;

/// The form: a day or several in a row.
pub fn day_fields() -> Vec<Field> {
    let field = |key: &str, kind: FieldType, required: bool| Field { required, ..Field::new(key, kind) };
    let options = ["rest", "work"].map(|value| Choice { value: value.into(), title: None }).into();
    vec![
        field("from", FieldType::Date, true),
        field("to", FieldType::Date, false),
        Field { options, ..field("works", FieldType::Choice, true) },
        Field { max_length: Some(40), ..field("name", FieldType::Line, true) },
    ]
}

impl NewDay {
    /// Checks the answers to [`day_fields`]. Errors: [`Refusal::Invalid`] by field; `holiday-too-long`.
    pub fn parse(answers: &Value) -> Result<Vec<Self>, Refusal> {
        let given = check_form(&day_fields(), answers).map_err(Refusal::Invalid)?;
        let text = |key: &str| given.get(key).and_then(Value::as_str).unwrap_or_default();
        let day = |key: &str| text(key).parse::<NaiveDate>().map_err(|_| Refusal::field(key, FieldProblem::BadDate));
        let from = day("from")?;
        let to = if text("to").is_empty() { from } else { day("to")? };
        if to < from {
            return Err(Refusal::field("to", FieldProblem::BadDate));
        }
        if (to - from).num_days() >= LONGEST {
            return Err(Refusal::rule("holiday-too-long").with("most", LONGEST));
        }
        let (works, name) = (text("works") == "work", text("name").to_string());
        Ok(from
            .iter_days()
            .take_while(|d| *d <= to)
            .map(|d| Self { day: d.to_string(), works, name: name.clone() })
            .collect())
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
    fn a_holiday_is_entered_day_by_day() {
        let given = serde_json::json!({"from": "2027-02-27", "to": "2027-03-01", "works": "rest", "name": "调休"});
        let days: Vec<String> = NewDay::parse(&given).expect("days").into_iter().map(|d| d.day).collect();
        assert_eq!(days, ["2027-02-27", "2027-02-28", "2027-03-01"]);
        for (from, to) in [("2027-02-30", ""), ("2027-03-01", "2027-02-27"), ("2027-01-01", "2027-02-01")] {
            let given = serde_json::json!({"from": from, "to": to, "works": "work", "name": "补班"});
            assert!(NewDay::parse(&given).is_err(), "{from} {to}");
        }
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
