//! Proposed assignments: one run proposes who reviews what, the office looks at it, changes what it likes, and applies it in one go.

mod actions;
pub mod api;
pub mod balance;
mod pages;
mod queries;

pub use actions::{APPLY, apply, apply_job, change, discard, make};
pub use queries::newest;

use super::conflicts::{self, Conflict, Level};
use super::state::{ReviewState, STANDING};
use super::{actions::under_review, experts, facts};
use crate::calls;
use crate::{App, Refusal};
use balance::{Desk, Wish, balance};
use std::collections::{BTreeMap, HashMap};
use twoway_entity::calls::call;
use twoway_entity::proposals::proposal;
use twoway_entity::reviews::review;
use twoway_ids::Uuid;

/// What a run found, before anything is written.
pub(super) struct Drawn {
    pub lines: Vec<DrawnLine>,
    pub loads: Vec<Load>,
}

pub(super) struct DrawnLine {
    pub proposal: proposal::Model,
    pub reviewers: Vec<Chosen>,
    pub lacking: usize,
    pub conflicts: usize,
    pub asked: usize,
    pub full: usize,
}

pub(super) struct Chosen {
    pub id: Uuid,
    /// It is within the reviewer's areas.
    pub expert: bool,
    /// Ties that ask for a word, not for a refusal.
    pub found: Vec<Conflict>,
}

pub(super) struct Load {
    pub reviewer: Uuid,
    pub before: usize,
    pub planned: usize,
    pub expert: usize,
    pub most: Option<i32>,
}

/// One reviewer for one proposal.
pub(super) struct Placed {
    pub proposal: proposal::Model,
    pub reviewer: Uuid,
    pub found: Vec<Conflict>,
}

impl Drawn {
    pub fn lacking(&self) -> usize {
        self.lines.iter().map(|line| line.lacking).sum()
    }

    pub fn wanted(&self) -> usize {
        self.lines.iter().map(|line| line.lacking + line.reviewers.len()).sum()
    }

    /// Proposals with the reviewers that were found for them.
    pub fn chosen(&self) -> Vec<Placed> {
        let of = |line: &DrawnLine| -> Vec<Placed> {
            let one = |c: &Chosen| Placed { proposal: line.proposal.clone(), reviewer: c.id, found: c.found.clone() };
            line.reviewers.iter().map(one).collect()
        };
        self.lines.iter().flat_map(of).collect()
    }
}

/// Finds reviewers for all proposals of a call that are under review: see [`balance`] for how.
pub(super) async fn draw(app: &App, call: &call::Model) -> Result<Drawn, Refusal> {
    let db = app.db.read();
    let open = under_review(app, call).await?;
    let people = super::queries::candidates(db, call.tenant_id).await?;
    let reviewers: Vec<Uuid> = people.into_iter().map(|c| c.account).collect();
    let near = facts::near(app, &reviewers, &call.path).await?;
    let behind = facts::behind(app, call, &open).await?;
    let profiles = experts::profiles(app, &reviewers).await?;
    let mut load: BTreeMap<Uuid, usize> = BTreeMap::new();
    let mut asked: HashMap<Uuid, Vec<(Uuid, bool)>> = HashMap::new();
    for (proposal, reviewer, state) in super::queries::states_of_call(db, call.tenant_id, call.id).await? {
        // What is closed while a call is in review was given in an earlier round.
        let standing = STANDING.contains(&state) && state != ReviewState::Closed;
        *load.entry(reviewer).or_default() += usize::from(standing);
        asked.entry(proposal).or_default().push((reviewer, standing));
    }
    let most = |r: &Uuid| profiles.get(r).and_then(|p| p.most);
    let desks: Vec<Desk> = reviewers
        .iter()
        .map(|r| Desk {
            load: load.get(r).copied().unwrap_or(0),
            most: most(r).and_then(|n| usize::try_from(n).ok()).unwrap_or(usize::MAX),
        })
        .collect();
    let needed = usize::try_from(call.min_reviews).unwrap_or(0);
    let form = calls::form_of(call)?;
    let mut wishes = Vec::with_capacity(open.len());
    let mut counts = Vec::with_capacity(open.len());
    let mut words: HashMap<(usize, usize), Vec<Conflict>> = HashMap::new();
    for (p, row) in open.iter().enumerate() {
        let before = asked.get(&row.id).map_or(&[][..], Vec::as_slice);
        let standing = before.iter().filter(|(_, standing)| *standing).count();
        let topics = experts::topics(&form, row);
        let mut wish = Wish { wanted: needed.saturating_sub(standing), ..Wish::default() };
        let (mut barred, mut known) = (0, 0);
        for (r, reviewer) in reviewers.iter().enumerate() {
            if before.iter().any(|(asked, _)| asked == reviewer) {
                known += 1;
                continue;
            }
            let found = near.get(reviewer).zip(behind.get(&row.id)).map(|(n, b)| conflicts::all(n, b));
            let found = found.unwrap_or_default();
            if found.iter().any(|c| c.level == Level::Block) {
                barred += 1;
                continue;
            }
            wish.free.insert(r);
            if profiles.get(reviewer).is_some_and(|profile| topics.within(&profile.areas)) {
                wish.expert.insert(r);
            }
            if !found.is_empty() {
                words.insert((p, r), found);
            }
        }
        wishes.push(wish);
        counts.push((barred, known));
    }
    // Thousands of proposals take a moment of thought, which must not hold up other requests.
    let (outcome, desks, wishes) = tokio::task::spawn_blocking(move || (balance(&desks, &wishes), desks, wishes))
        .await
        .map_err(|error| anyhow::Error::new(error).context("the assignment could not be computed"))?;
    let mut loads: Vec<Load> = reviewers
        .iter()
        .zip(&desks)
        .map(|(r, desk)| Load { reviewer: *r, before: desk.load, planned: 0, expert: 0, most: most(r) })
        .collect();
    let mut lines = Vec::with_capacity(open.len());
    for (p, proposal) in open.into_iter().enumerate() {
        let (chosen, wish) = (&outcome.chosen[p], &wishes[p]);
        let lacking = wish.wanted - chosen.len();
        for r in chosen {
            loads[*r].planned += 1;
            loads[*r].expert += usize::from(wish.expert.has(*r));
        }
        let is_full = |r: &usize| !chosen.contains(r) && outcome.loads[*r] >= desks[*r].most;
        lines.push(DrawnLine {
            reviewers: chosen
                .iter()
                .map(|r| Chosen {
                    id: reviewers[*r],
                    expert: wish.expert.has(*r),
                    found: words.remove(&(p, *r)).unwrap_or_default(),
                })
                .collect(),
            full: if lacking > 0 { wish.free.iter().filter(is_full).count() } else { 0 },
            lacking,
            conflicts: counts[p].0,
            asked: counts[p].1,
            proposal,
        });
    }
    Ok(Drawn { lines, loads })
}

/// Whether an assignment was made before, by proposal and reviewer.
pub(super) fn before(rows: &[review::Model], proposal: Uuid, reviewer: Uuid) -> Option<&review::Model> {
    rows.iter().find(|r| r.proposal_id == proposal && r.reviewer_id == reviewer)
}
