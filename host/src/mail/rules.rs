//! When a mail goes. Pure.

use twoway_entity::mail::{Rhythm, setting};
use twoway_ids::{DAY, HOUR, MINUTE, Millis};

/// What comes within this time of the first notice goes with it.
const GATHER: Millis = 5 * MINUTE;
/// Between two mails to one person that are not urgent.
const PAUSE: Millis = HOUR;
/// Minutes of the local day at which the daily mail goes.
const MORNING: i32 = 8 * 60;
const MINUTES_OF_DAY: i32 = 24 * 60;

/// The moment of the first notice's mail; none where this person is not told this by mail.
pub fn due(setting: &setting::Model, urgent: bool, now: Millis, utc_offset: Millis) -> Option<Millis> {
    setting.confirmed_at?;
    if setting.rhythm == Rhythm::Never {
        return None;
    }
    if urgent {
        return Some(now);
    }
    let at = match setting.rhythm {
        Rhythm::Never | Rhythm::Urgent => return None,
        Rhythm::Daily => next_at(now, MORNING, utc_offset),
        Rhythm::Soon => (now + GATHER).max(setting.last_sent_at.map_or(0, |last| last + PAUSE)),
    };
    Some(after_quiet(setting, at, utc_offset))
}

/// The next moment, not before `from`, at which the local clock shows these minutes of the day.
fn next_at(from: Millis, minutes: i32, utc_offset: Millis) -> Millis {
    let today = (from + utc_offset).div_euclid(DAY) * DAY + Millis::from(minutes) * MINUTE - utc_offset;
    if today >= from { today } else { today + DAY }
}

fn after_quiet(setting: &setting::Model, at: Millis, utc_offset: Millis) -> Millis {
    let (from, to) = (setting.quiet_from, setting.quiet_to);
    let minute = i32::try_from((at + utc_offset).rem_euclid(DAY) / MINUTE).unwrap_or(0).min(MINUTES_OF_DAY - 1);
    // A quiet time may pass midnight.
    let is_quiet = if from <= to { (from..to).contains(&minute) } else { minute >= from || minute < to };
    if is_quiet { next_at(at, to, utc_offset) } else { at }
}

#[cfg(test)]
mod tests {
    use super::*;
    use twoway_ids::Uuid;

    const CHINA: Millis = 8 * HOUR;
    /// 2026-11-23, midnight in China.
    const MIDNIGHT: Millis = 1_795_363_200_000;

    fn wants(rhythm: Rhythm, quiet: (i32, i32), last_sent_at: Option<Millis>) -> setting::Model {
        setting::Model {
            tenant_id: Uuid::nil(),
            account_id: Uuid::nil(),
            address: "zhou@example.org".into(),
            confirmed_at: Some(1),
            nonce: Uuid::nil(),
            code_until: 0,
            code_wrong: 0,
            rhythm,
            quiet_from: quiet.0,
            quiet_to: quiet.1,
            since: 0,
            last_sent_at,
        }
    }

    fn at(hour: i64, minute: i64) -> Millis {
        MIDNIGHT + hour * HOUR + minute * MINUTE
    }

    #[test]
    fn midnight_is_midnight() {
        assert_eq!((MIDNIGHT + CHINA) % DAY, 0);
    }

    #[test]
    fn a_mail_goes_at_its_moment() {
        let night = (21 * 60, 8 * 60);
        for (rhythm, quiet, last, urgent, now, expected) in [
            (Rhythm::Soon, night, None, false, at(10, 0), Some(at(10, 5))),
            (Rhythm::Soon, night, Some(at(9, 50)), false, at(10, 0), Some(at(10, 50))),
            (Rhythm::Soon, night, None, false, at(20, 58), Some(at(32, 0))),
            (Rhythm::Soon, night, None, false, at(23, 30), Some(at(32, 0))),
            (Rhythm::Soon, night, None, false, at(2, 0), Some(at(8, 0))),
            (Rhythm::Soon, (12 * 60, 14 * 60), None, false, at(12, 30), Some(at(14, 0))),
            (Rhythm::Soon, (0, 0), None, false, at(2, 0), Some(at(2, 5))),
            (Rhythm::Soon, night, Some(at(1, 59)), true, at(2, 0), Some(at(2, 0))),
            (Rhythm::Daily, night, None, false, at(7, 59), Some(at(8, 0))),
            (Rhythm::Daily, night, None, false, at(8, 1), Some(at(32, 0))),
            (Rhythm::Daily, (7 * 60, 9 * 60), None, false, at(7, 0), Some(at(9, 0))),
            (Rhythm::Daily, night, None, true, at(23, 0), Some(at(23, 0))),
            (Rhythm::Urgent, night, None, false, at(10, 0), None),
            (Rhythm::Urgent, night, None, true, at(10, 0), Some(at(10, 0))),
            (Rhythm::Never, night, None, true, at(10, 0), None),
        ] {
            assert_eq!(due(&wants(rhythm, quiet, last), urgent, now, CHINA), expected, "{rhythm:?} {urgent} {now}");
        }
    }

    #[test]
    fn nothing_goes_to_an_address_that_nobody_confirmed() {
        let unconfirmed = setting::Model { confirmed_at: None, ..wants(Rhythm::Soon, (0, 0), None) };
        assert_eq!(due(&unconfirmed, true, at(10, 0), CHINA), None);
    }
}
