//! How a call is reviewed: who sees whom, which phase carries which rights, and what a decision needs.

mod actions;
pub mod api;
mod pages;

pub use actions::{REMIND, remind, save, supervise, supervised};

use crate::Refusal;
use sea_orm::{ActiveEnum, ColumnTrait, ConnectionTrait, EntityTrait, QueryFilter, QueryOrder, QuerySelect};
use serde::{Deserialize, Serialize};
use twoway_entity::reviews::{Reads, phase, setting};
use twoway_ids::{Millis, Uuid};
use twoway_manifest::{FieldError, FieldProblem};
use utoipa::ToSchema;

/// Phases that a review has at most.
pub const MOST_PHASES: usize = 6;

/// How a call is reviewed. A call of which nobody said anything is reviewed by the defaults.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
#[serde(deny_unknown_fields, default)]
#[schema(as = ReviewSettings)]
pub struct Settings {
    /// Reviewers do not learn who proposes, until the release.
    pub hide_proposer: bool,
    /// Proposers do not learn who reviewed.
    pub hide_reviewers: bool,
    /// So many reviewers who say no on a veto line keep a proposal from being found feasible without a reason of its own.
    pub vetoes: i32,
    /// Characters that a decision's reason has at least.
    pub shortest_reason: i32,
    /// What all selected proposals may cost together, in yuan.
    pub budget: Option<i64>,
    /// Results are released when a supervisor has recorded their presence.
    pub supervised: bool,
    pub phases: Vec<Phase>,
}

/// A phase of the review and what reviewers may do in it. Without any phase they may score while the call is reviewed.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
#[schema(as = ReviewPhase)]
pub struct Phase {
    pub title: String,
    pub starts_at: Millis,
    /// The first moment after it.
    pub ends_at: Millis,
    /// Give and change one's own scores.
    #[serde(default)]
    pub scores: bool,
    /// Read the reviews of others: `never`, `after-own` (once the own one is given) or `always`.
    #[schema(value_type = String, example = "after-own")]
    #[serde(default = "never")]
    pub reads: Reads,
    /// Write into the discussion of a proposal.
    #[serde(default)]
    pub discusses: bool,
}

fn never() -> Reads {
    Reads::Never
}

impl Default for Settings {
    fn default() -> Self {
        Self {
            hide_proposer: false,
            hide_reviewers: true,
            vetoes: 1,
            shortest_reason: 50,
            budget: None,
            supervised: true,
            phases: Vec::new(),
        }
    }
}

/// What reviewers may do now.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Rights {
    pub scores: bool,
    pub reads: Reads,
    pub discusses: bool,
}

impl Settings {
    pub fn rights(&self, now: Millis) -> Rights {
        if self.phases.is_empty() {
            return Rights { scores: true, reads: Reads::Never, discusses: false };
        }
        let mut rights = Rights { scores: false, reads: Reads::Never, discusses: false };
        // Phases may overlap: what one of them allows is allowed.
        for phase in self.phases.iter().filter(|p| p.starts_at <= now && now < p.ends_at) {
            rights.scores |= phase.scores;
            rights.discusses |= phase.discusses;
            rights.reads = match (rights.reads, phase.reads) {
                (Reads::Always, _) | (_, Reads::Always) => Reads::Always,
                (Reads::AfterOwn, _) | (_, Reads::AfterOwn) => Reads::AfterOwn,
                (Reads::Never, Reads::Never) => Reads::Never,
            };
        }
        rights
    }

    /// When scores can no longer be given; none where only the end of the review says so.
    pub fn scoring_ends(&self) -> Option<Millis> {
        self.phases.iter().filter(|p| p.scores).map(|p| p.ends_at).max()
    }

    /// Trims and checks.
    pub fn parse(mut self) -> Result<Self, Refusal> {
        let mut errors = Vec::new();
        let mut number = |field: &str, number: i64, min: i64, max: i64| {
            let problem = match number {
                n if n < min => FieldProblem::TooSmall { min },
                n if n > max => FieldProblem::TooLarge { max },
                _ => return,
            };
            errors.push(FieldError { field: field.into(), problem });
        };
        number("vetoes", self.vetoes.into(), 1, 15);
        number("shortest_reason", self.shortest_reason.into(), 10, 500);
        number("budget", self.budget.unwrap_or(1), 1, 10_000_000_000);
        let mut say = |field: String, problem| errors.push(FieldError { field, problem });
        if self.phases.len() > MOST_PHASES {
            say("phases".into(), FieldProblem::TooLong { max: MOST_PHASES as u32 });
        }
        for (n, phase) in self.phases.iter_mut().enumerate() {
            phase.title = phase.title.trim().to_string();
            match phase.title.chars().count() {
                0 => say(format!("phases[{n}].title"), FieldProblem::Missing),
                41.. => say(format!("phases[{n}].title"), FieldProblem::TooLong { max: 40 }),
                _ => {}
            }
            if phase.ends_at <= phase.starts_at {
                say(format!("phases[{n}].ends_at"), FieldProblem::TooSmall { min: phase.starts_at });
            }
        }
        if errors.is_empty() { Ok(self) } else { Err(Refusal::Invalid(errors)) }
    }
}

/// How this call is reviewed.
pub async fn load(db: &impl ConnectionTrait, tenant: Uuid, call: Uuid) -> Result<Settings, Refusal> {
    let row = setting::Entity::find_by_id((tenant, call)).one(db).await?;
    let phases = phase::Entity::find()
        .filter(phase::Column::TenantId.eq(tenant))
        .filter(phase::Column::CallId.eq(call))
        .order_by_asc(phase::Column::Number)
        .limit(MOST_PHASES as u64)
        .all(db)
        .await?;
    let phases = phases
        .into_iter()
        .map(|p| Phase {
            title: p.title,
            starts_at: p.starts_at,
            ends_at: p.ends_at,
            scores: p.scores,
            reads: p.reads,
            discusses: p.discusses,
        })
        .collect();
    Ok(match row {
        None => Settings { phases, ..Settings::default() },
        Some(row) => Settings {
            hide_proposer: row.hide_proposer,
            hide_reviewers: row.hide_reviewers,
            vetoes: row.vetoes,
            shortest_reason: row.shortest_reason,
            budget: row.budget,
            supervised: row.supervised,
            phases,
        },
    })
}

/// When scores can no longer be given, for these calls.
pub async fn scoring_ends(
    db: &impl ConnectionTrait,
    tenant: Uuid,
    calls: impl IntoIterator<Item = Uuid>,
) -> Result<std::collections::HashMap<Uuid, Millis>, Refusal> {
    let rows: Vec<(Uuid, Option<Millis>)> = phase::Entity::find()
        .select_only()
        .column(phase::Column::CallId)
        .column_as(phase::Column::EndsAt.max(), "ends")
        .filter(phase::Column::TenantId.eq(tenant))
        .filter(phase::Column::CallId.is_in(calls))
        .filter(phase::Column::Scores.eq(true))
        .group_by(phase::Column::CallId)
        .into_tuple()
        .all(db)
        .await?;
    Ok(rows.into_iter().filter_map(|(call, ends)| Some((call, ends?))).collect())
}

/// The word of a right to read.
pub(super) fn reads_word(reads: Reads) -> String {
    reads.to_value()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn phase(starts_at: Millis, ends_at: Millis, scores: bool, reads: Reads, discusses: bool) -> Phase {
        Phase { title: "打分".into(), starts_at, ends_at, scores, reads, discusses }
    }

    #[test]
    fn rights_follow_the_phases() {
        let none = Settings::default();
        assert_eq!(none.rights(5), Rights { scores: true, reads: Reads::Never, discusses: false });
        assert_eq!(none.scoring_ends(), None);
        let phases = vec![phase(10, 20, true, Reads::AfterOwn, false), phase(15, 30, false, Reads::Always, true)];
        let settings = Settings { phases, ..Settings::default() };
        let rights = |now| {
            let Rights { scores, reads, discusses } = settings.rights(now);
            (scores, reads, discusses)
        };
        assert_eq!(rights(9), (false, Reads::Never, false));
        assert_eq!(rights(10), (true, Reads::AfterOwn, false));
        assert_eq!(rights(15), (true, Reads::Always, true));
        assert_eq!(rights(20), (false, Reads::Always, true));
        assert_eq!(rights(30), (false, Reads::Never, false));
        assert_eq!(settings.scoring_ends(), Some(20));
    }

    #[test]
    fn bounds_are_checked() {
        let wrong = Settings {
            vetoes: 0,
            shortest_reason: 9,
            budget: Some(0),
            phases: vec![Phase { title: " ".into(), ..phase(20, 20, true, Reads::Never, false) }],
            ..Settings::default()
        };
        let Err(Refusal::Invalid(errors)) = wrong.parse() else { panic!("taken") };
        let fields: Vec<&str> = errors.iter().map(|e| e.field.as_str()).collect();
        let all = ["vetoes", "shortest_reason", "budget", "phases[0].title", "phases[0].ends_at"];
        assert_eq!(fields, all);
        assert_eq!(Settings::default().parse().expect("is right"), Settings::default());
    }
}
