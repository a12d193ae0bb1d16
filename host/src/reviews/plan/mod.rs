//! Proposed assignments: one run proposes who reviews what, the office looks at it, changes what it likes, and applies it in one go.

mod actions;
pub mod api;
pub mod balance;
mod pages;
mod queries;

pub use actions::{APPLY, apply, apply_job, change, discard, make};
pub use queries::newest;

use super::conflicts::{self, Behind, Conflict, Level, Near};
use super::experts::{self, Profile};
use super::state::{ReviewState, STANDING};
use super::{actions::under_review, facts};
use crate::calls;
use crate::{App, Refusal};
use balance::{Desk, Wish, balance};
use std::collections::HashMap;
use twoway_entity::calls::call;
use twoway_entity::proposals::proposal;
use twoway_entity::reviews::review;
use twoway_ids::Uuid;
use twoway_manifest::Field;

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

impl Drawn {
    pub fn lacking(&self) -> usize {
        self.lines.iter().map(|line| line.lacking).sum()
    }

    pub fn wanted(&self) -> usize {
        self.lines.iter().map(|line| line.lacking + line.reviewers.len()).sum()
    }
}

/// What a run reads before it thinks.
struct Facts {
    open: Vec<proposal::Model>,
    reviewers: Vec<Uuid>,
    /// In the order of the reviewers.
    near: Vec<Option<Near>>,
    profiles: Vec<Profile>,
    behind: HashMap<Uuid, Behind>,
    /// Assignments that stand, by reviewer.
    load: HashMap<Uuid, usize>,
    /// Who was asked about a proposal before, and whether the assignment stands.
    asked: HashMap<Uuid, Vec<(Uuid, bool)>>,
    form: Vec<Field>,
    needed: usize,
}

/// Finds reviewers for all proposals of a call that are under review: see [`balance`] for how.
pub(super) async fn draw(app: &App, call: &call::Model) -> Result<Drawn, Refusal> {
    let db = app.db.read();
    let open = under_review(app, call).await?;
    let people = super::queries::candidates(db, call.tenant_id).await?;
    let reviewers: Vec<Uuid> = people.into_iter().map(|c| c.account).collect();
    let mut near = facts::near(app, &reviewers, &call.path).await?;
    let mut profiles = experts::profiles(app, &reviewers).await?;
    let behind = facts::behind(app, call, &open).await?;
    let (mut load, mut asked) = (HashMap::<Uuid, usize>::new(), HashMap::<Uuid, Vec<(Uuid, bool)>>::new());
    for (proposal, reviewer, state) in super::queries::states_of_call(db, call.tenant_id, call.id).await? {
        // What is closed while a call is in review was given in an earlier round.
        let standing = STANDING.contains(&state) && state != ReviewState::Closed;
        *load.entry(reviewer).or_default() += usize::from(standing);
        asked.entry(proposal).or_default().push((reviewer, standing));
    }
    let facts = Facts {
        near: reviewers.iter().map(|reviewer| near.remove(reviewer)).collect(),
        profiles: reviewers.iter().map(|reviewer| profiles.remove(reviewer).unwrap_or_default()).collect(),
        form: calls::form_of(call)?,
        needed: usize::try_from(call.min_reviews).unwrap_or(0),
        open,
        reviewers,
        behind,
        load,
        asked,
    };
    // A million pairs take a moment of thought, which must not hold up other requests.
    let drawn = tokio::task::spawn_blocking(move || facts.drawn()).await;
    drawn.map_err(|error| anyhow::Error::new(error).context("the assignment could not be computed").into())
}

impl Facts {
    fn drawn(self) -> Drawn {
        let desk = |(r, reviewer): (usize, &Uuid)| Desk {
            load: self.load.get(reviewer).copied().unwrap_or(0),
            most: self.profiles[r].most.and_then(|n| usize::try_from(n).ok()).unwrap_or(usize::MAX),
        };
        let desks: Vec<Desk> = self.reviewers.iter().enumerate().map(desk).collect();
        let mut wishes = Vec::with_capacity(self.open.len());
        let mut counts = Vec::with_capacity(self.open.len());
        let mut words = HashMap::new();
        for (p, row) in self.open.iter().enumerate() {
            let (wish, barred, known) = self.wish(row, |r, found| drop(words.insert((p, r), found)));
            wishes.push(wish);
            counts.push((barred, known));
        }
        let outcome = balance(&desks, &wishes);
        let mut loads: Vec<Load> = desks
            .iter()
            .zip(&self.reviewers)
            .zip(&self.profiles)
            .map(|((desk, r), profile)| Load {
                reviewer: *r,
                before: desk.load,
                planned: 0,
                expert: 0,
                most: profile.most,
            })
            .collect();
        let mut lines = Vec::with_capacity(self.open.len());
        for (p, proposal) in self.open.into_iter().enumerate() {
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
                        id: self.reviewers[*r],
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
        Drawn { lines, loads }
    }

    /// Who may review a proposal, how many are barred, and how many were asked before. `say` hears of ties that ask for a word.
    fn wish(&self, row: &proposal::Model, mut say: impl FnMut(usize, Vec<Conflict>)) -> (Wish, usize, usize) {
        let before = self.asked.get(&row.id).map_or(&[][..], Vec::as_slice);
        let standing = before.iter().filter(|(_, standing)| *standing).count();
        let topics = experts::topics(&self.form, row);
        let behind = self.behind.get(&row.id);
        let mut wish = Wish { wanted: self.needed.saturating_sub(standing), ..Wish::default() };
        let (mut barred, mut known) = (0, 0);
        for (r, reviewer) in self.reviewers.iter().enumerate() {
            if before.iter().any(|(asked, _)| asked == reviewer) {
                known += 1;
                continue;
            }
            let pair = self.near[r].as_ref().zip(behind);
            let found = pair.map(|(near, behind)| conflicts::all(near, behind)).unwrap_or_default();
            if found.iter().any(|c| c.level == Level::Block) {
                barred += 1;
                continue;
            }
            wish.free.insert(r);
            if topics.within(&self.profiles[r].areas) {
                wish.expert.insert(r);
            }
            if !found.is_empty() {
                say(r, found);
            }
        }
        (wish, barred, known)
    }
}

/// Whether an assignment was made before, by proposal and reviewer.
pub(super) fn before(rows: &[review::Model], proposal: Uuid, reviewer: Uuid) -> Option<&review::Model> {
    rows.iter().find(|r| r.proposal_id == proposal && r.reviewer_id == reviewer)
}
