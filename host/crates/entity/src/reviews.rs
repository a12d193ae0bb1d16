//! Who reviews which proposal, and what they found.

pub mod review {
    use sea_orm::entity::prelude::*;

    #[derive(Clone, Debug, PartialEq, DeriveEntityModel)]
    #[sea_orm(table_name = "reviews")]
    pub struct Model {
        #[sea_orm(primary_key, auto_increment = false)]
        pub tenant_id: Uuid,
        #[sea_orm(primary_key, auto_increment = false)]
        pub id: Uuid,
        pub call_id: Uuid,
        pub proposal_id: Uuid,
        /// The call's path.
        pub path: String,
        pub reviewer_id: Uuid,
        pub assigned_by: Uuid,
        pub assigned_at: i64,
        /// When the reviewer declared to have no interest in the proposal.
        pub declared_at: Option<i64>,
        /// Why the reviewer stepped aside, or the office took the assignment back.
        pub reason: Option<String>,
        /// `{rubric line: {score, comment}}`, 0 to 100 each.
        pub scores: Json,
        pub comment: String,
        /// Weighted, in hundredths of a point.
        pub total: Option<i32>,
        pub scored_at: Option<i64>,
        pub state: super::ReviewState,
        pub version: i32,
    }

    #[derive(Copy, Clone, Debug, EnumIter, DeriveRelation)]
    pub enum Relation {}
    impl ActiveModelBehavior for ActiveModel {}
}

pub mod profile {
    use sea_orm::entity::prelude::*;

    /// What a reviewer knows about and how much they take on.
    #[derive(Clone, Debug, PartialEq, DeriveEntityModel)]
    #[sea_orm(table_name = "reviewer_profiles")]
    pub struct Model {
        #[sea_orm(primary_key, auto_increment = false)]
        pub tenant_id: Uuid,
        #[sea_orm(primary_key, auto_increment = false)]
        pub account_id: Uuid,
        /// Words, as calls use them for their kinds: `["助学", "助老"]`.
        pub areas: Json,
        /// Reviews that they take on in one call; none: no bound.
        pub most: Option<i32>,
        pub changed_by: Uuid,
        pub changed_at: i64,
    }

    #[derive(Copy, Clone, Debug, EnumIter, DeriveRelation)]
    pub enum Relation {}
    impl ActiveModelBehavior for ActiveModel {}
}

pub mod interest {
    use sea_orm::entity::prelude::*;

    /// What a reviewer declared, or the office learnt, about ties that no membership shows.
    #[derive(Clone, Debug, PartialEq, DeriveEntityModel)]
    #[sea_orm(table_name = "reviewer_interests")]
    pub struct Model {
        #[sea_orm(primary_key, auto_increment = false)]
        pub tenant_id: Uuid,
        #[sea_orm(primary_key, auto_increment = false)]
        pub id: Uuid,
        /// The reviewer.
        pub account_id: Uuid,
        pub kind: super::InterestKind,
        /// Where the relative works, or what the reviewer represents.
        pub organization_id: Option<Uuid>,
        /// Keyed hash of a telephone number, the relative's or the reviewer's own; the number itself is not kept.
        pub mark: Option<String>,
        pub note: String,
        pub added_by: Uuid,
        pub added_at: i64,
        pub ended_at: Option<i64>,
    }

    #[derive(Copy, Clone, Debug, EnumIter, DeriveRelation)]
    pub enum Relation {}
    impl ActiveModelBehavior for ActiveModel {}
}

pub mod plan {
    use sea_orm::entity::prelude::*;

    /// A proposed assignment of reviewers to all proposals of a call.
    #[derive(Clone, Debug, PartialEq, DeriveEntityModel)]
    #[sea_orm(table_name = "review_plans")]
    pub struct Model {
        #[sea_orm(primary_key, auto_increment = false)]
        pub tenant_id: Uuid,
        #[sea_orm(primary_key, auto_increment = false)]
        pub id: Uuid,
        pub call_id: Uuid,
        /// The call's path.
        pub path: String,
        pub made_by: Uuid,
        pub made_at: i64,
        /// Reviews that the proposals still need.
        pub wanted: i32,
        /// Of those, how many nobody was found for.
        pub lacking: i32,
        /// What could not be applied, because it had become a conflict since.
        pub skipped: i32,
        pub state: super::PlanState,
        pub version: i32,
    }

    #[derive(Copy, Clone, Debug, EnumIter, DeriveRelation)]
    pub enum Relation {}
    impl ActiveModelBehavior for ActiveModel {}
}

pub mod plan_line {
    use sea_orm::entity::prelude::*;

    /// Who is proposed for one proposal, and why nobody was found for the rest.
    #[derive(Clone, Debug, PartialEq, DeriveEntityModel)]
    #[sea_orm(table_name = "review_plan_lines")]
    pub struct Model {
        #[sea_orm(primary_key, auto_increment = false)]
        pub tenant_id: Uuid,
        #[sea_orm(primary_key, auto_increment = false)]
        pub plan_id: Uuid,
        #[sea_orm(primary_key, auto_increment = false)]
        pub proposal_id: Uuid,
        /// `[{id, expert}]`.
        pub reviewers: Json,
        pub lacking: i32,
        /// Reviewers who have a conflict of interest with it.
        pub conflicts: i32,
        /// Reviewers who were asked before: they review it, or stepped aside.
        pub asked: i32,
        /// Reviewers who have as much as they take on.
        pub full: i32,
        /// The office changed the line.
        pub by_hand: bool,
        pub applied_at: Option<i64>,
    }

    #[derive(Copy, Clone, Debug, EnumIter, DeriveRelation)]
    pub enum Relation {}
    impl ActiveModelBehavior for ActiveModel {}
}

pub mod plan_load {
    use sea_orm::entity::prelude::*;

    /// How much one reviewer would have to do.
    #[derive(Clone, Debug, PartialEq, DeriveEntityModel)]
    #[sea_orm(table_name = "review_plan_loads")]
    pub struct Model {
        #[sea_orm(primary_key, auto_increment = false)]
        pub tenant_id: Uuid,
        #[sea_orm(primary_key, auto_increment = false)]
        pub plan_id: Uuid,
        #[sea_orm(primary_key, auto_increment = false)]
        pub reviewer_id: Uuid,
        /// Standing assignments of this call when the plan was made.
        pub before: i32,
        pub planned: i32,
        /// Of the planned ones, how many are within the reviewer's areas.
        pub expert: i32,
        pub most: Option<i32>,
    }

    #[derive(Copy, Clone, Debug, EnumIter, DeriveRelation)]
    pub enum Relation {}
    impl ActiveModelBehavior for ActiveModel {}
}

pub mod found {
    use sea_orm::entity::prelude::*;

    /// What was computed about conflicts when an assignment was made, and the reviewer's own words about it.
    #[derive(Clone, Debug, PartialEq, DeriveEntityModel)]
    #[sea_orm(table_name = "review_conflicts")]
    pub struct Model {
        #[sea_orm(primary_key, auto_increment = false)]
        pub tenant_id: Uuid,
        #[sea_orm(primary_key, auto_increment = false)]
        pub review_id: Uuid,
        /// `[{code, level, organization}]`; empty: nothing was found.
        pub found: Json,
        pub computed_at: i64,
        /// What the reviewer declared where a tie asks for words.
        pub words: String,
    }

    #[derive(Copy, Clone, Debug, EnumIter, DeriveRelation)]
    pub enum Relation {}
    impl ActiveModelBehavior for ActiveModel {}
}

pub mod setting {
    use sea_orm::entity::prelude::*;

    /// How a call is reviewed: who sees whom, and what a decision needs.
    #[derive(Clone, Debug, PartialEq, DeriveEntityModel)]
    #[sea_orm(table_name = "review_settings")]
    pub struct Model {
        #[sea_orm(primary_key, auto_increment = false)]
        pub tenant_id: Uuid,
        #[sea_orm(primary_key, auto_increment = false)]
        pub call_id: Uuid,
        /// Reviewers do not learn who proposes.
        pub hide_proposer: bool,
        /// Proposers do not learn who reviewed.
        pub hide_reviewers: bool,
        /// So many vetoes need a reason of their own.
        pub vetoes: i32,
        /// Characters of a decision's reason.
        pub shortest_reason: i32,
        /// What all selected proposals may cost together, in yuan.
        pub budget: Option<i64>,
        pub supervised: bool,
        pub changed_by: Uuid,
        pub changed_at: i64,
    }

    #[derive(Copy, Clone, Debug, EnumIter, DeriveRelation)]
    pub enum Relation {}
    impl ActiveModelBehavior for ActiveModel {}
}

pub mod phase {
    use sea_orm::entity::prelude::*;

    /// A phase of a call's review with its rights.
    #[derive(Clone, Debug, PartialEq, DeriveEntityModel)]
    #[sea_orm(table_name = "review_phases")]
    pub struct Model {
        #[sea_orm(primary_key, auto_increment = false)]
        pub tenant_id: Uuid,
        #[sea_orm(primary_key, auto_increment = false)]
        pub call_id: Uuid,
        #[sea_orm(primary_key, auto_increment = false)]
        pub number: i32,
        pub title: String,
        pub starts_at: i64,
        /// The first moment after it.
        pub ends_at: i64,
        pub scores: bool,
        pub reads: super::Reads,
        pub discusses: bool,
    }

    #[derive(Copy, Clone, Debug, EnumIter, DeriveRelation)]
    pub enum Relation {}
    impl ActiveModelBehavior for ActiveModel {}
}

pub mod comment {
    use sea_orm::entity::prelude::*;

    /// What a reviewer or the chair said about a proposal.
    #[derive(Clone, Debug, PartialEq, DeriveEntityModel)]
    #[sea_orm(table_name = "review_comments")]
    pub struct Model {
        #[sea_orm(primary_key, auto_increment = false)]
        pub tenant_id: Uuid,
        #[sea_orm(primary_key, auto_increment = false)]
        pub id: Uuid,
        pub call_id: Uuid,
        pub proposal_id: Uuid,
        pub author_id: Uuid,
        pub text: String,
        pub at: i64,
    }

    #[derive(Copy, Clone, Debug, EnumIter, DeriveRelation)]
    pub enum Relation {}
    impl ActiveModelBehavior for ActiveModel {}
}

pub mod supervision {
    use sea_orm::entity::prelude::*;

    /// A supervisor was present at the deliberation of a call.
    #[derive(Clone, Debug, PartialEq, DeriveEntityModel)]
    #[sea_orm(table_name = "review_supervisions")]
    pub struct Model {
        #[sea_orm(primary_key, auto_increment = false)]
        pub tenant_id: Uuid,
        #[sea_orm(primary_key, auto_increment = false)]
        pub call_id: Uuid,
        #[sea_orm(primary_key, auto_increment = false)]
        pub account_id: Uuid,
        pub note: String,
        pub at: i64,
    }

    #[derive(Copy, Clone, Debug, EnumIter, DeriveRelation)]
    pub enum Relation {}
    impl ActiveModelBehavior for ActiveModel {}
}

pub mod verdict {
    use sea_orm::entity::prelude::*;

    /// Whether a proposal can be carried out, beside the decision whether it is selected.
    #[derive(Clone, Debug, PartialEq, DeriveEntityModel)]
    #[sea_orm(table_name = "decision_verdicts")]
    pub struct Model {
        #[sea_orm(primary_key, auto_increment = false)]
        pub tenant_id: Uuid,
        #[sea_orm(primary_key, auto_increment = false)]
        pub proposal_id: Uuid,
        pub call_id: Uuid,
        pub verdict: super::Verdict,
        /// Reviewers who said no on a veto line, when it was decided.
        pub vetoes: i32,
        /// Why it is feasible nevertheless.
        pub veto_reason: String,
    }

    #[derive(Copy, Clone, Debug, EnumIter, DeriveRelation)]
    pub enum Relation {}
    impl ActiveModelBehavior for ActiveModel {}
}

pub mod letter_template {
    use sea_orm::entity::prelude::*;

    /// The office's own letter for one outcome of a call.
    #[derive(Clone, Debug, PartialEq, DeriveEntityModel)]
    #[sea_orm(table_name = "letter_templates")]
    pub struct Model {
        #[sea_orm(primary_key, auto_increment = false)]
        pub tenant_id: Uuid,
        #[sea_orm(primary_key, auto_increment = false)]
        pub call_id: Uuid,
        /// `selected`, `selected-with-changes`, `not-selected` or `not-feasible`.
        #[sea_orm(primary_key, auto_increment = false)]
        pub outcome: String,
        pub text: String,
        pub changed_by: Uuid,
        pub changed_at: i64,
    }

    #[derive(Copy, Clone, Debug, EnumIter, DeriveRelation)]
    pub enum Relation {}
    impl ActiveModelBehavior for ActiveModel {}
}

pub mod letter {
    use sea_orm::entity::prelude::*;

    /// The letter that a proposer got when the results were released.
    #[derive(Clone, Debug, PartialEq, DeriveEntityModel)]
    #[sea_orm(table_name = "decision_letters")]
    pub struct Model {
        #[sea_orm(primary_key, auto_increment = false)]
        pub tenant_id: Uuid,
        #[sea_orm(primary_key, auto_increment = false)]
        pub proposal_id: Uuid,
        pub call_id: Uuid,
        pub outcome: String,
        pub text: String,
        pub at: i64,
    }

    #[derive(Copy, Clone, Debug, EnumIter, DeriveRelation)]
    pub enum Relation {}
    impl ActiveModelBehavior for ActiveModel {}
}

pub mod second_round {
    use sea_orm::entity::prelude::*;

    /// The second reading of a call's best proposals.
    #[derive(Clone, Debug, PartialEq, Eq, DeriveEntityModel)]
    #[sea_orm(table_name = "second_rounds")]
    pub struct Model {
        #[sea_orm(primary_key, auto_increment = false)]
        pub tenant_id: Uuid,
        #[sea_orm(primary_key, auto_increment = false)]
        pub call_id: Uuid,
        /// Percent of the score that it counts.
        pub weight: i32,
        pub started_by: Uuid,
        /// Reviews that were asked for before are of the first round.
        pub started_at: i64,
    }

    #[derive(Copy, Clone, Debug, EnumIter, DeriveRelation)]
    pub enum Relation {}
    impl ActiveModelBehavior for ActiveModel {}
}

pub mod second_item {
    use sea_orm::entity::prelude::*;

    /// A proposal that is read a second time.
    #[derive(Clone, Debug, PartialEq, Eq, DeriveEntityModel)]
    #[sea_orm(table_name = "second_round_items")]
    pub struct Model {
        #[sea_orm(primary_key, auto_increment = false)]
        pub tenant_id: Uuid,
        #[sea_orm(primary_key, auto_increment = false)]
        pub call_id: Uuid,
        #[sea_orm(primary_key, auto_increment = false)]
        pub proposal_id: Uuid,
        /// Mean of the first round, in hundredths of a point.
        pub first: Option<i32>,
    }

    #[derive(Copy, Clone, Debug, EnumIter, DeriveRelation)]
    pub enum Relation {}
    impl ActiveModelBehavior for ActiveModel {}
}

pub mod roadshow {
    use sea_orm::entity::prelude::*;

    /// How the roadshow of a call counts.
    #[derive(Clone, Debug, PartialEq, DeriveEntityModel)]
    #[sea_orm(table_name = "roadshows")]
    pub struct Model {
        #[sea_orm(primary_key, auto_increment = false)]
        pub tenant_id: Uuid,
        #[sea_orm(primary_key, auto_increment = false)]
        pub call_id: Uuid,
        /// Percent of the score that it counts.
        pub weight: i32,
        /// With so many judges the highest and the lowest score are left out.
        pub trim_from: i32,
    }

    #[derive(Copy, Clone, Debug, EnumIter, DeriveRelation)]
    pub enum Relation {}
    impl ActiveModelBehavior for ActiveModel {}
}

pub mod judge {
    use sea_orm::entity::prelude::*;

    /// Somebody who scores a call's roadshow.
    #[derive(Clone, Debug, PartialEq, DeriveEntityModel)]
    #[sea_orm(table_name = "roadshow_judges")]
    pub struct Model {
        #[sea_orm(primary_key, auto_increment = false)]
        pub tenant_id: Uuid,
        #[sea_orm(primary_key, auto_increment = false)]
        pub call_id: Uuid,
        #[sea_orm(primary_key, auto_increment = false)]
        pub account_id: Uuid,
        pub added_at: i64,
    }

    #[derive(Copy, Clone, Debug, EnumIter, DeriveRelation)]
    pub enum Relation {}
    impl ActiveModelBehavior for ActiveModel {}
}

pub mod slot {
    use sea_orm::entity::prelude::*;

    /// The turn of one shortlisted proposal.
    #[derive(Clone, Debug, PartialEq, DeriveEntityModel)]
    #[sea_orm(table_name = "roadshow_slots")]
    pub struct Model {
        #[sea_orm(primary_key, auto_increment = false)]
        pub tenant_id: Uuid,
        #[sea_orm(primary_key, auto_increment = false)]
        pub id: Uuid,
        pub call_id: Uuid,
        pub proposal_id: Uuid,
        /// The call's path.
        pub path: String,
        pub position: i32,
        pub starts_at: Option<i64>,
        pub place: String,
        /// Mean of the first round, in hundredths of a point.
        pub first: Option<i32>,
        /// What the judges gave.
        pub live: Option<i32>,
        /// Both together, once it is countersigned.
        pub combined: Option<i32>,
        pub countersigned_by: Option<Uuid>,
        pub state: super::SlotState,
        pub version: i32,
    }

    #[derive(Copy, Clone, Debug, EnumIter, DeriveRelation)]
    pub enum Relation {}
    impl ActiveModelBehavior for ActiveModel {}
}

pub mod live_score {
    use sea_orm::entity::prelude::*;

    /// What one judge gave for one turn.
    #[derive(Clone, Debug, PartialEq, DeriveEntityModel)]
    #[sea_orm(table_name = "roadshow_scores")]
    pub struct Model {
        #[sea_orm(primary_key, auto_increment = false)]
        pub tenant_id: Uuid,
        #[sea_orm(primary_key, auto_increment = false)]
        pub slot_id: Uuid,
        #[sea_orm(primary_key, auto_increment = false)]
        pub judge_id: Uuid,
        /// In hundredths of a point.
        pub points: i32,
        pub note: String,
        pub at: i64,
    }

    #[derive(Copy, Clone, Debug, EnumIter, DeriveRelation)]
    pub enum Relation {}
    impl ActiveModelBehavior for ActiveModel {}
}

use sea_orm::sea_query::StringLen;
use sea_orm::{DeriveActiveEnum, EnumIter};
use serde::{Deserialize, Serialize};

#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, EnumIter, DeriveActiveEnum, Serialize, Deserialize)]
#[sea_orm(rs_type = "String", db_type = "String(StringLen::N(32))", rename_all = "kebab-case")]
#[serde(rename_all = "kebab-case")]
pub enum ReviewState {
    Assigned,
    /// The reviewer declared to have no interest and may read and score.
    Declared,
    Scored,
    /// 回避: the reviewer stepped aside.
    Recused,
    /// The office took the assignment back.
    Unassigned,
    /// The phase is over; scores are fixed.
    Closed,
    /// 作废: a conflict became known afterwards; the score does not count.
    Voided,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, EnumIter, DeriveActiveEnum, Serialize, Deserialize)]
#[sea_orm(rs_type = "String", db_type = "String(StringLen::N(32))", rename_all = "kebab-case")]
#[serde(rename_all = "kebab-case")]
pub enum ReviewEvent {
    /// Assigned again after the office had taken it back.
    Assign,
    Declare,
    Score,
    Recuse,
    Unassign,
    Close,
    Void,
}

/// Ties that only people know of.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, EnumIter, DeriveActiveEnum, Serialize, Deserialize)]
#[sea_orm(rs_type = "String", db_type = "String(StringLen::N(32))", rename_all = "kebab-case")]
#[serde(rename_all = "kebab-case")]
pub enum InterestKind {
    /// 亲属.
    Family,
    /// 法定代表人.
    LegalRepresentative,
    /// The reviewer's own telephone number.
    OwnPhone,
    /// The reviewer's own ID number.
    OwnId,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, EnumIter, DeriveActiveEnum, Serialize, Deserialize)]
#[sea_orm(rs_type = "String", db_type = "String(StringLen::N(32))", rename_all = "kebab-case")]
#[serde(rename_all = "kebab-case")]
pub enum PlanState {
    Proposed,
    /// Agreed; the assignments are being made.
    Applying,
    Applied,
    Dropped,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, EnumIter, DeriveActiveEnum, Serialize, Deserialize)]
#[sea_orm(rs_type = "String", db_type = "String(StringLen::N(32))", rename_all = "kebab-case")]
#[serde(rename_all = "kebab-case")]
pub enum PlanEvent {
    Apply,
    Finish,
    Drop,
}

/// When reviewers may read the reviews of others.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, EnumIter, DeriveActiveEnum, Serialize, Deserialize)]
#[sea_orm(rs_type = "String", db_type = "String(StringLen::N(16))", rename_all = "kebab-case")]
#[serde(rename_all = "kebab-case")]
pub enum Reads {
    Never,
    /// Once the own score is given.
    AfterOwn,
    Always,
}

/// Whether a proposal can be carried out.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, EnumIter, DeriveActiveEnum, Serialize, Deserialize)]
#[sea_orm(rs_type = "String", db_type = "String(StringLen::N(32))", rename_all = "kebab-case")]
#[serde(rename_all = "kebab-case")]
pub enum Verdict {
    Feasible,
    FeasibleWithChanges,
    NotFeasible,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, EnumIter, DeriveActiveEnum, Serialize, Deserialize)]
#[sea_orm(rs_type = "String", db_type = "String(StringLen::N(32))", rename_all = "kebab-case")]
#[serde(rename_all = "kebab-case")]
pub enum SlotState {
    Planned,
    /// Judges score.
    Open,
    /// Scored; the supervisor has not signed.
    Closed,
    Countersigned,
    /// Taken off the shortlist.
    Dropped,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, EnumIter, DeriveActiveEnum, Serialize, Deserialize)]
#[sea_orm(rs_type = "String", db_type = "String(StringLen::N(32))", rename_all = "kebab-case")]
#[serde(rename_all = "kebab-case")]
pub enum SlotEvent {
    Open,
    Close,
    Reopen,
    Countersign,
    Drop,
}
