use serde::{Deserialize, Serialize};
use std::fmt;

const MINUTE: i64 = 60_000;
const DAY: i64 = 24 * 60 * MINUTE;

/// A moment: milliseconds since the Unix epoch, UTC.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(transparent)]
pub struct Instant(pub i64);

impl Instant {
    pub fn plus_minutes(self, minutes: i64) -> Self {
        Self(self.0 + minutes * MINUTE)
    }

    pub fn plus_days(self, days: i64) -> Self {
        Self(self.0 + days * DAY)
    }

    /// Whole minutes from `earlier` to `self`; negative when it is the other way round.
    pub fn minutes_since(self, earlier: Self) -> i64 {
        (self.0 - earlier.0).div_euclid(MINUTE)
    }
}

/// A day of the calendar, written `YYYY-MM-DD`.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(try_from = "String", into = "String")]
pub struct Date {
    year: i32,
    month: u8,
    day: u8,
}

impl Date {
    /// None for a day that does not exist.
    pub fn new(year: i32, month: u8, day: u8) -> Option<Self> {
        let length = match month {
            4 | 6 | 9 | 11 => 30,
            2 if year % 4 == 0 && (year % 100 != 0 || year % 400 == 0) => 29,
            2 => 28,
            1..=12 => 31,
            _ => return None,
        };
        ((1..=9999).contains(&year) && (1..=length).contains(&day)).then_some(Self { year, month, day })
    }

    pub fn parse(text: &str) -> Option<Self> {
        let (year, rest) = text.split_once('-')?;
        let (month, day) = rest.split_once('-')?;
        if (year.len(), month.len(), day.len()) != (4, 2, 2) {
            return None;
        }
        Self::new(year.parse().ok()?, month.parse().ok()?, day.parse().ok()?)
    }

    /// The day that a clock `offset` minutes east of UTC shows at this moment.
    pub fn at(moment: Instant, offset: i16) -> Self {
        Self::from_days((moment.0 + i64::from(offset) * MINUTE).div_euclid(DAY))
    }

    pub fn plus_days(self, days: i64) -> Self {
        Self::from_days(self.days() + days)
    }

    /// Days from `earlier` to `self`.
    pub fn days_since(self, earlier: Self) -> i64 {
        self.days() - earlier.days()
    }

    /// Full years of life on this day, of one born on `birth`.
    pub fn age_of(self, birth: Self) -> i32 {
        let before_birthday = (self.month, self.day) < (birth.month, birth.day);
        self.year - birth.year - i32::from(before_birthday)
    }

    /// 1 is Monday, 7 is Sunday.
    pub fn weekday(self) -> u8 {
        (self.days() + 3).rem_euclid(7) as u8 + 1
    }

    /// The moment of this local time on this day.
    pub fn moment(self, time: TimeOfDay, offset: i16) -> Instant {
        Instant(self.days() * DAY + (i64::from(time.minutes) - i64::from(offset)) * MINUTE)
    }

    /// Days since 1970-01-01. Years are counted from March, so that the leap day is the last of its year.
    fn days(self) -> i64 {
        let (month, year) = (i64::from(self.month), i64::from(self.year));
        let (year, month) = if month <= 2 { (year - 1, month + 9) } else { (year, month - 3) };
        let day_of_year = (153 * month + 2) / 5 + i64::from(self.day) - 1;
        year * 365 + year.div_euclid(4) - year.div_euclid(100) + year.div_euclid(400) + day_of_year - 719_468
    }

    fn from_days(days: i64) -> Self {
        // No year is longer than 366 days and none shorter than 365, so this is never too late.
        let mut year = 1970 + days.div_euclid(if days < 0 { 365 } else { 366 }) as i32;
        let start = |year: i32| Self { year, month: 1, day: 1 }.days();
        while start(year + 1) <= days {
            year += 1;
        }
        let mut left = days - start(year);
        let mut month = 1;
        loop {
            let length = (28..=31).rev().find(|d| Self::new(year, month, *d).is_some()).unwrap_or(31);
            if left < i64::from(length) || month == 12 {
                return Self { year, month, day: (left + 1).min(31) as u8 };
            }
            left -= i64::from(length);
            month += 1;
        }
    }
}

impl fmt::Display for Date {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{:04}-{:02}-{:02}", self.year, self.month, self.day)
    }
}

impl From<Date> for String {
    fn from(day: Date) -> Self {
        day.to_string()
    }
}

impl TryFrom<String> for Date {
    type Error = String;

    fn try_from(text: String) -> Result<Self, String> {
        Self::parse(&text).ok_or_else(|| format!("'{text}' is no day"))
    }
}

/// A local time, written `HH:MM`.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct TimeOfDay {
    minutes: u16,
}

impl TimeOfDay {
    /// What a clock `offset` minutes east of UTC shows at this moment.
    pub fn at(moment: Instant, offset: i16) -> Self {
        let minutes = (moment.0.div_euclid(MINUTE) + i64::from(offset)).rem_euclid(24 * 60);
        Self { minutes: minutes as u16 }
    }

    /// A time that the author knows: `const NINE: TimeOfDay = TimeOfDay::of(9, 0);`. As a constant, a time that no clock shows does
    /// not compile; elsewhere use [`TimeOfDay::new`].
    pub const fn of(hour: u8, minute: u8) -> Self {
        assert!(hour < 24 && minute < 60, "no clock shows this time");
        Self { minutes: hour as u16 * 60 + minute as u16 }
    }

    /// None for a time that no clock shows.
    pub fn new(hour: u8, minute: u8) -> Option<Self> {
        (hour < 24 && minute < 60).then(|| Self { minutes: u16::from(hour) * 60 + u16::from(minute) })
    }

    pub fn parse(text: &str) -> Option<Self> {
        let (hour, minute) = text.split_once(':')?;
        if (hour.len(), minute.len()) != (2, 2) {
            return None;
        }
        Self::new(hour.parse().ok()?, minute.parse().ok()?)
    }
}

impl fmt::Display for TimeOfDay {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{:02}:{:02}", self.minutes / 60, self.minutes % 60)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn days_are_counted_and_written_back_over_four_centuries() {
        let mut day = Date::new(1799, 12, 30).expect("exists");
        for count in day.days()..day.days() + 150_000 {
            assert_eq!((day.days(), Date::from_days(count)), (count, day));
            assert_eq!(Date::parse(&day.to_string()), Some(day));
            let next = (day.day + 1, day.month, day.year);
            day = Date::new(next.2, next.1, next.0)
                .or_else(|| Date::new(day.year, day.month + 1, 1))
                .or_else(|| Date::new(day.year + 1, 1, 1))
                .expect("one of the three exists");
        }
        assert_eq!(Date::parse("1970-01-01").map(Date::days), Some(0));
        assert_eq!(Date::parse("2026-11-23").map(Date::weekday), Some(1));
    }

    #[test]
    fn local_days_and_times_follow_the_offset() {
        let after_midnight = Date::parse("2026-03-02").unwrap().moment(TimeOfDay::parse("00:30").unwrap(), 480);
        assert_eq!(TimeOfDay::at(after_midnight, 480).to_string(), "00:30");
        assert_eq!(Date::at(after_midnight, 480).to_string(), "2026-03-02");
        assert_eq!(Date::at(after_midnight, 0).to_string(), "2026-03-01");
    }

    #[test]
    fn age_changes_on_the_birthday() {
        let birth = Date::parse("2008-09-15").unwrap();
        assert_eq!(Date::parse("2026-09-14").unwrap().age_of(birth), 17);
        assert_eq!(Date::parse("2026-09-15").unwrap().age_of(birth), 18);
    }
}
