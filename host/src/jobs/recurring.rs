//! Work that comes again and again. Each kind is one row, which moves to its next moment when it is done, so that several hosts do it
//! once and a host that was away does not do it as often as it missed it.

use crate::lifecycle::Step;
use crate::{App, Refusal};
use serde_json::json;
use twoway_entity::jobs::job;
use twoway_ids::{DAY, HOUR, MINUTE, Millis};
use twoway_jobs::NewJob;

/// When a kind of work comes.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Every {
    /// So long after it was done.
    After(Millis),
    /// At ten past three, local time.
    Night,
}

/// One line each, sorted.
const RECURRING: &[(&str, Every)] = &[
    ("audit.seal", Every::After(crate::audit::SEAL_EVERY)),
    ("housekeeping.sweep", Every::Night),
    (crate::mail::COLLECT, Every::After(crate::mail::EVERY)),
    ("plugins.erase", Every::Night),
    (crate::proposals::similar::SKETCH, Every::Night),
    (crate::reviews::voiding::RECHECK, Every::Night),
];

/// Beside it, a person may have one done once more under another key.
const KEY: &str = "again";
const AT_NIGHT: Millis = 3 * HOUR + 10 * MINUTE;

impl Every {
    fn next(self, now: Millis, utc_offset: Millis) -> Millis {
        match self {
            Self::After(pause) => now + pause,
            Self::Night => {
                let local = now + utc_offset - AT_NIGHT;
                (local.div_euclid(DAY) + 1) * DAY + AT_NIGHT - utc_offset
            }
        }
    }
}

fn due(app: &App, every: Every) -> Millis {
    every.next(app.now(), Millis::from(app.config.utc_offset_minutes) * MINUTE)
}

/// The row of a kind of work, to come at `due_at`.
fn row(app: &App, kind: &str, due_at: Millis) -> NewJob {
    NewJob {
        tenant: app.tenant,
        id: twoway_ids::new_id(app.now()),
        kind: kind.to_string(),
        key: KEY.to_string(),
        payload: json!({}),
        due_at,
        now: app.now(),
        subject: None,
    }
}

/// Puts the rows there that are not. What waits, runs or has given up stays as it is.
pub async fn plant(app: &App) -> Result<(), Refusal> {
    let jobs: Vec<NewJob> = RECURRING.iter().map(|(kind, every)| row(app, kind, due(app, *every))).collect();
    app.db
        .transact(move |tx| async move {
            for job in jobs {
                twoway_jobs::enqueue(&*tx, job).await?;
            }
            Ok(())
        })
        .await
}

/// When a job comes again that was done; none for one that comes once.
pub(super) async fn again(app: &App, done: &job::Model) -> Result<Option<Millis>, Refusal> {
    let Some((kind, every)) = RECURRING.iter().find(|(kind, _)| *kind == done.kind && done.key == KEY) else {
        return Ok(None);
    };
    // While nobody has an address, looking once a day is enough; who confirms one lets it come at once.
    let idle = *kind == crate::mail::COLLECT && !crate::mail::is_wanted(app).await?;
    Ok(Some(due(app, if idle { Every::After(DAY) } else { *every })))
}

/// Lets recurring work come now, whenever it would have come.
pub(crate) async fn soon(step: &Step, kind: &str) -> Result<(), Refusal> {
    Ok(twoway_jobs::set(step.tx(), row(step.app(), kind, step.now())).await?)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_night_is_local_and_comes_once_a_day() {
        let china = 8 * HOUR;
        let noon = 1_795_399_200_000 + 2 * HOUR; // 2026-11-23, 12:00 in China
        let night = Every::Night.next(noon, china);
        assert_eq!(night - noon, 15 * HOUR + 10 * MINUTE);
        assert_eq!(Every::Night.next(night, china), night + DAY, "not the same night again");
        assert_eq!(Every::Night.next(night - 1, china), night);
        assert_eq!(
            Every::Night.next(night + 40 * DAY + HOUR, china),
            night + 41 * DAY,
            "what was missed is not made up for"
        );
    }
}
