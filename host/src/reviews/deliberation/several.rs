//! One act of the panel for many proposals of a call. What would become of each is shown before, and each goes by itself through the
//! guards and the step of a single decision: what one of them is refused for keeps no other from being decided.

use super::decide::{DecisionInput, Ground, Ready, keep, may_decide};
use crate::blanks::{self, Blank};
use crate::calls::{self, CallState};
use crate::http::list::Paging;
use crate::http::texts::Locale;
use crate::lifecycle::{Command, Done, Idempotency, permit};
use crate::proposals::{self, Decision, ProposalEvent, ProposalMachine, ProposalState};
use crate::reviews::model::points;
use crate::reviews::views::{Places, RankedView, best_first, reviewed};
use crate::reviews::{queries, rules};
use crate::{App, Refusal, Who};
use sea_orm::{ActiveEnum, ColumnTrait, EntityTrait, QueryFilter, QuerySelect};
use serde::{Deserialize, Serialize};
use sha2::{Digest, Sha256};
use std::collections::{BTreeSet, HashMap};
use twoway_entity::calls::call;
use twoway_entity::proposals::proposal;
use twoway_entity::reviews::Verdict;
use twoway_ids::Uuid;
use twoway_manifest::FieldProblem;

/// How many proposals one act decides about at most.
pub const MOST: usize = 200;

/// What a reason may name, so that one text says of each proposal what is its own.
pub const BLANKS: &[Blank] = &[
    Blank::new("title", "项目名称"),
    Blank::new("receipt", "申报编号"),
    Blank::new("place", "名次"),
    Blank::new("score", "得分"),
    Blank::new("asked", "申请经费"),
    Blank::new("cost", "核定经费"),
];

/// One decision about many proposals.
#[derive(Clone, Debug, Serialize, Deserialize, utoipa::ToSchema)]
#[serde(deny_unknown_fields)]
pub struct DecisionsInput {
    /// At most 200, each with the version that was looked at.
    pub proposals: Vec<Chosen>,
    #[schema(value_type = String, example = "not-selected")]
    pub decision: Decision,
    /// As long as a single decision's, once it is filled in: `{title}`, `{receipt}`, `{place}`, `{score}`, `{asked}` and `{cost}` stand for
    /// what is each proposal's own.
    pub reason: String,
    /// Approved cost of each in yuan, for what is selected.
    #[serde(default)]
    pub cost: Option<i64>,
    /// Each is approved what it asks for, in place of `cost`; where the call has a question for the amount.
    #[serde(default)]
    pub cost_as_asked: bool,
    #[serde(default)]
    #[schema(value_type = Option<String>, example = "feasible-with-changes")]
    pub verdict: Option<Verdict>,
    #[serde(default)]
    pub veto_reason: String,
}

/// A proposal as somebody saw it when choosing it.
#[derive(Clone, Copy, Debug, Serialize, Deserialize, utoipa::ToSchema)]
#[serde(deny_unknown_fields)]
pub struct Chosen {
    pub proposal_id: Uuid,
    pub version: i32,
}

/// What becomes of one of the proposals.
#[derive(Debug)]
pub struct Outcome {
    pub proposal_id: Uuid,
    /// Nothing, where there is no such proposal in this call.
    pub ranked: Option<RankedView>,
    /// The reason as the proposer will read it, and the cost, as far as they are known.
    pub reason: String,
    pub cost: Option<i64>,
    /// Its version once it is decided; before that, the one that was looked at.
    pub result: Result<i32, Refusal>,
}

/// What becomes of all of them.
#[derive(Debug)]
pub struct Outcomes {
    pub rows: Vec<Outcome>,
    /// What all selected proposals of the call cost together afterwards, in yuan.
    pub spent: i64,
}

/// Which proposals somebody wants to decide about together.
pub enum Choice {
    Marked(Vec<Uuid>),
    /// All on this page of the ranking.
    Page(Paging),
    /// The first of the ranking.
    First(u64),
    /// The first of those that are not decided yet.
    Undecided,
}

/// There is something to decide about, and no more than one request can do.
fn bounded(n: usize) -> Result<(), Refusal> {
    if (1..=MOST).contains(&n) { Ok(()) } else { Err(Refusal::rule("decisions-at-once").with("most", MOST)) }
}

/// A call in which this person decides now.
async fn deciding(app: &App, who: &Who, call_id: Uuid) -> Result<call::Model, Refusal> {
    let call = calls::queries::find_visible(app.db.read(), who, call_id).await?;
    permit::<ProposalMachine>(who, ProposalEvent::Decide, &calls::queries::place(&call))?;
    if call.state == CallState::Deliberating { Ok(call) } else { Err(Refusal::of("not-deliberating", "M1")) }
}

/// The proposals of a choice, the best first.
pub async fn chosen(app: &App, who: &Who, call_id: Uuid, choice: Choice) -> Result<Vec<RankedView>, Refusal> {
    deciding(app, who, call_id).await?;
    let db = app.db.read();
    let ranking = best_first(reviewed(who, call_id));
    let select = match choice {
        Choice::Marked(ids) => {
            bounded(ids.len())?;
            ranking.filter(proposal::Column::Id.is_in(ids))
        }
        Choice::Page(paging) => ranking.offset(queries::offset(&paging)?).limit(paging.limit()?),
        Choice::First(n) => {
            bounded(usize::try_from(n).unwrap_or(usize::MAX))?;
            ranking.limit(n)
        }
        Choice::Undecided => {
            ranking.filter(proposal::Column::State.eq(ProposalState::UnderReview.to_value())).limit(MOST as u64)
        }
    };
    let rows = select.all(db).await?;
    bounded(rows.len())?;
    let places = Places::of(db, who, call_id).await?;
    Ok(rows.into_iter().map(|row| places.ranked(row)).collect())
}

/// The key of the question that asks for the amount, where the call has one.
pub async fn amount_question(app: &App, who: &Who, call: Uuid) -> Result<Option<String>, Refusal> {
    Ok(calls::settings_of(app.db.read(), who.tenant, call).await?.cost_question)
}

/// Everything about the chosen proposals that the guards ask for, read with a number of queries that does not grow with them.
struct Table {
    ground: Ground,
    places: Places,
    amount: Option<String>,
    rows: HashMap<Uuid, proposal::Model>,
    /// Proposals in which the reader takes part.
    joined: BTreeSet<Uuid>,
}

impl Table {
    async fn read(app: &App, who: &Who, call: call::Model, input: &DecisionsInput) -> Result<Self, Refusal> {
        let (db, call_id) = (app.db.read(), call.id);
        let ids: Vec<Uuid> = input.proposals.iter().map(|chosen| chosen.proposal_id).collect();
        let of_call = proposal::Entity::find()
            .filter(proposal::Column::TenantId.eq(who.tenant))
            .filter(proposal::Column::CallId.eq(call_id))
            .filter(proposal::Column::Id.is_in(ids.iter().copied()));
        let rows = of_call.clone().filter(proposal::Column::SubmittedAt.is_not_null()).all(db).await?;
        let joined = proposals::together::joined(who);
        let joined: Vec<Uuid> = of_call
            .select_only()
            .column(proposal::Column::Id)
            .filter(proposal::Column::Id.in_subquery(joined))
            .into_tuple()
            .all(db)
            .await?;
        Ok(Self {
            ground: Ground::read(app, call, &ids).await?,
            places: Places::of(db, who, call_id).await?,
            amount: amount_question(app, who, call_id).await?,
            rows: rows.into_iter().map(|row| (row.id, row)).collect(),
            joined: joined.into_iter().collect(),
        })
    }

    /// What the whole act is refused for, whatever the proposals are.
    fn sensible(&self, input: &DecisionsInput) -> Result<(), Refusal> {
        let reason = calls::reason(&input.reason)?;
        if let Some(unknown) = blanks::unknown(BLANKS, &reason) {
            return Err(blanks::refusal(BLANKS, &unknown));
        }
        if blanks::named(BLANKS, &reason).is_empty() {
            rules::explained(&reason, self.ground.settings.shortest_reason)?;
        }
        rules::verdict(input.decision, input.verdict)?;
        if input.cost_as_asked && self.amount.is_none() {
            return Err(Refusal::field("cost_as_asked", FieldProblem::NotAnOption));
        }
        if !input.cost_as_asked {
            proposals::rules::affordable(input.decision, input.cost, self.ground.call.ceiling)?;
        }
        Ok(())
    }

    fn asked(&self, row: &proposal::Model) -> Option<i64> {
        row.answers.get(self.amount.as_deref()?)?.as_i64()
    }

    /// The decision about one proposal. A reason that names what this one does not have says nothing about it.
    fn input(&self, row: &proposal::Model, input: &DecisionsInput) -> Result<DecisionInput, Refusal> {
        let cost = if input.cost_as_asked { self.asked(row) } else { input.cost };
        let cost = cost.filter(|_| input.decision == Decision::Selected);
        let yuan = |amount: Option<i64>| amount.map(|amount| Locale::ZhCn.t1("letter-yuan", "n", amount));
        let value = |name: &str| match name {
            "title" => Some(row.title.clone()),
            "receipt" => row.receipt.clone(),
            "place" => row.score.map(|score| self.places.place(Some(score)).to_string()),
            "score" => row.score.map(points),
            "asked" => yuan(self.asked(row)),
            "cost" => yuan(cost),
            _ => None,
        };
        let empty = blanks::named(BLANKS, &input.reason).into_iter().find(|name| value(name).is_none());
        if let Some(blank) = empty.and_then(|name| blanks::find(BLANKS, name)) {
            return Err(Refusal::rule("blank-empty").with("name", blank.chinese).with("english", blank.name));
        }
        Ok(DecisionInput {
            decision: input.decision,
            reason: blanks::fill(BLANKS, &input.reason, value),
            cost,
            verdict: input.verdict,
            veto_reason: input.veto_reason.clone(),
        })
    }

    /// Weighs one proposal after those before it. What is ready is counted.
    fn weigh(&mut self, who: &Who, chosen: Chosen, input: &DecisionsInput) -> (Outcome, Option<Ready>) {
        let mut outcome = Outcome {
            proposal_id: chosen.proposal_id,
            ranked: None,
            reason: String::new(),
            cost: None,
            result: Ok(chosen.version),
        };
        let Some(row) = self.rows.get(&chosen.proposal_id).cloned() else {
            outcome.result = Err(Refusal::NotFound);
            return (outcome, None);
        };
        outcome.ranked = Some(self.places.ranked(row.clone()));
        let mut weighed = || -> Result<Ready, Refusal> {
            may_decide(who, &row)?;
            if self.joined.contains(&row.id) {
                return Err(Refusal::NotAllowed);
            }
            if row.version != chosen.version {
                return Err(Refusal::Stale);
            }
            let own = self.input(&row, input)?;
            let ready = self.ground.weigh(&row, &own)?;
            (outcome.reason, outcome.cost) = (own.reason, own.cost);
            Ok(ready)
        };
        match weighed() {
            Ok(ready) => {
                self.ground.count(&row, &ready);
                (outcome, Some(ready))
            }
            Err(refusal) => {
                outcome.result = Err(refusal);
                (outcome, None)
            }
        }
    }
}

/// What was chosen, each proposal once.
fn once(proposals: &[Chosen]) -> Vec<Chosen> {
    let mut seen = BTreeSet::new();
    proposals.iter().copied().filter(|chosen| seen.insert(chosen.proposal_id)).collect()
}

/// What would become of each proposal. Nothing is written.
///
/// Errors: what the whole act is refused for: `decisions-at-once`, `not-deliberating`, `blank-unknown`, `decision-too-short`,
/// `selected-not-feasible`, `cost-missing`, `over-ceiling`.
pub async fn look(app: &App, who: &Who, call_id: Uuid, input: &DecisionsInput) -> Result<Outcomes, Refusal> {
    bounded(input.proposals.len())?;
    let call = deciding(app, who, call_id).await?;
    let mut table = Table::read(app, who, call, input).await?;
    table.sensible(input)?;
    let rows = once(&input.proposals).into_iter().map(|chosen| table.weigh(who, chosen, input).0).collect();
    Ok(Outcomes { rows, spent: table.ground.spent })
}

/// Decides about each proposal that the guards let through, one step each. A key of the request holds for every one of them, so that the
/// same request sent again tells what it did the first time.
///
/// Errors: those of [`look`]. What one proposal is refused for stands in its row.
pub async fn decide(
    app: &App,
    who: &Who,
    command: &Command,
    call_id: Uuid,
    input: &DecisionsInput,
) -> Result<Outcomes, Refusal> {
    bounded(input.proposals.len())?;
    let call = deciding(app, who, call_id).await?;
    let mut table = Table::read(app, who, call, input).await?;
    table.sensible(input)?;
    let mut rows = Vec::new();
    for chosen in once(&input.proposals) {
        let own = Command {
            key: command.key.as_ref().map(|asked| Idempotency {
                key: hex::encode(Sha256::digest(format!("{} {}", asked.key, chosen.proposal_id))),
                request_hash: asked.request_hash.clone(),
            }),
            expected: Some(chosen.version),
            acting_for: command.acting_for,
        };
        let before = table.ground.spent;
        let (mut outcome, ready) = table.weigh(who, chosen, input);
        let row = table.rows.get(&chosen.proposal_id).cloned();
        let refused = std::mem::replace(&mut outcome.result, Ok(chosen.version));
        let done: Result<Done, Refusal> = app
            .once(who, &own, async {
                refused?;
                let (Some(row), Some(ready)) = (row, ready) else { return Err(Refusal::NotFound) };
                keep(app, who, &own, row, ready).await
            })
            .await;
        if let Err(Refusal::Internal(error)) = &done {
            tracing::error!(error = format!("{error:#}"), proposal = %chosen.proposal_id, "a decision was not kept");
        }
        if done.is_err() {
            table.ground.spent = before;
        }
        outcome.result = done.map(|done| done.version);
        if let (Ok(_), true, Some(line)) = (&outcome.result, outcome.reason.is_empty(), &outcome.ranked) {
            // The same request once more: what stands there is what it decided.
            (outcome.reason, outcome.cost) = (line.decision_reason.clone().unwrap_or_default(), line.cost);
        }
        rows.push(outcome);
    }
    let spent = super::spent(app.db.read(), who.tenant, call_id).await?;
    Ok(Outcomes { rows, spent })
}
