//! The second round (路演): the chair shortlists, judges score live, a supervisor countersigns, and the result counts with the first round's.

mod actions;
pub mod api;
mod pages;
mod queries;

pub use actions::{combine_anew, pending};
pub use queries::planned;

use crate::lifecycle::{Machine, May};
use crate::reviews::model;
use twoway_entity::accounts::Role;
pub use twoway_entity::reviews::{SlotEvent, SlotState};

/// Proposals that are shortlisted at most, and judges that a roadshow has.
pub const MOST_SLOTS: usize = 50;
pub const MOST_JUDGES: usize = 30;

/// The lifecycle of one proposal's turn in the roadshow.
pub struct SlotMachine;

impl Machine for SlotMachine {
    const KIND: &'static str = "roadshow-slot";
    const TABLE: &'static str = "roadshow_slots";
    type State = SlotState;
    type Event = SlotEvent;

    fn next(state: SlotState, event: SlotEvent) -> Option<SlotState> {
        use {SlotEvent as E, SlotState as S};
        Some(match (state, event) {
            (S::Planned, E::Open) => S::Open,
            (S::Open, E::Close) => S::Closed,
            (S::Closed, E::Reopen) => S::Open,
            (S::Closed, E::Countersign) => S::Countersigned,
            (S::Planned | S::Open, E::Drop) => S::Dropped,
            (S::Planned | S::Open | S::Closed | S::Countersigned | S::Dropped, _) => return None,
        })
    }

    fn may(event: SlotEvent) -> May {
        match event {
            SlotEvent::Open | SlotEvent::Close | SlotEvent::Drop => {
                May { roles: &[Role::LeadOffice], owner: false, system: false }
            }
            SlotEvent::Reopen => May { roles: &[Role::LeadOffice, Role::Supervisor], owner: false, system: false },
            // The office does not sign for itself.
            SlotEvent::Countersign => May { roles: &[Role::Supervisor], owner: false, system: false },
        }
    }
}

/// The live score: the mean, without the highest and the lowest where there are so many judges. In hundredths of a point.
pub fn live(points: &[i32], trim_from: i32) -> Option<i32> {
    let mut points = points.to_vec();
    points.sort_unstable();
    let trims = i32::try_from(points.len()).unwrap_or(i32::MAX) >= trim_from && points.len() > 2;
    model::mean(if trims { &points[1..points.len() - 1] } else { &points })
}

/// First round × (100 − weight) % + live × weight %, rounded half up. Without a first round the live score is all there is.
pub fn combined(first: Option<i32>, live: i32, weight: i32) -> i32 {
    first.map_or(live, |first| (first * (100 - weight) + live * weight + 50) / 100)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn ends_are_left_out_where_there_are_enough_judges() {
        assert_eq!(live(&[], 5), None);
        assert_eq!(live(&[9_000, 8_000], 5), Some(8_500));
        assert_eq!(live(&[10_000, 0, 8_000, 8_100], 5), Some(6_525));
        assert_eq!(live(&[10_000, 0, 8_000, 8_100, 8_200], 5), Some(8_100));
        assert_eq!(live(&[10_000, 0, 8_000], 3), Some(8_000));
    }

    #[test]
    fn both_rounds_count_by_the_weight() {
        assert_eq!(combined(Some(8_000), 9_000, 50), 8_500);
        assert_eq!(combined(Some(8_000), 9_000, 0), 8_000);
        assert_eq!(combined(Some(8_000), 9_000, 100), 9_000);
        assert_eq!(combined(Some(8_001), 9_000, 50), 8_501);
        assert_eq!(combined(None, 9_000, 50), 9_000);
    }
}
