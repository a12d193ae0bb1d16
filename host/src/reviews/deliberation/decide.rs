//! What the panel decides about a proposal: the guards, which look at one or at many with the same questions to the database, and the
//! step that keeps it.

use crate::calls::{self, CallState};
use crate::lifecycle::{Command, Done, Step, permit};
use crate::proposals::screening::advance as advance_proposal;
use crate::proposals::{self, Decision, PROPOSES, ProposalEvent, ProposalMachine, ProposalState, Seen, Sight};
use crate::reviews::settings::{self, Settings};
use crate::reviews::state::ReviewState;
use crate::reviews::{model, queries, roadshow, rules};
use crate::{App, Refusal, Who};
use sea_orm::ActiveValue::Set;
use sea_orm::sea_query::{Expr, OnConflict};
use sea_orm::{ColumnTrait, ConnectionTrait, EntityTrait, QueryFilter, QuerySelect};
use serde::{Deserialize, Serialize};
use serde_json::json;
use std::collections::{BTreeSet, HashMap};
use twoway_entity::calls::call;
use twoway_entity::proposals::proposal;
use twoway_entity::reviews::{Verdict, verdict};
use twoway_ids::Uuid;

/// A decision as the panel writes it.
#[derive(Clone, Debug, Serialize, Deserialize, utoipa::ToSchema)]
#[serde(deny_unknown_fields)]
pub struct DecisionInput {
    #[schema(value_type = String, example = "selected")]
    pub decision: Decision,
    /// At least 50 characters, or as the call's settings say; the proposer reads it after the release.
    pub reason: String,
    /// Approved cost in yuan, for what is selected.
    #[serde(default)]
    pub cost: Option<i64>,
    /// `feasible`, `feasible-with-changes` or `not-feasible`; left out, what is selected is feasible and the rest is not.
    #[serde(default)]
    #[schema(value_type = Option<String>, example = "feasible-with-changes")]
    pub verdict: Option<Verdict>,
    /// Why it is feasible although reviewers said no on a veto line.
    #[serde(default)]
    pub veto_reason: String,
}

/// What the guards of a decision have to know of a call, read once for any number of its proposals.
pub(super) struct Ground {
    pub call: call::Model,
    pub settings: Settings,
    /// Shortlisted proposals whose roadshow is not over.
    pending: BTreeSet<Uuid>,
    vetoes: HashMap<Uuid, usize>,
    /// What all selected proposals cost together.
    pub spent: i64,
}

/// A decision that the guards let through.
pub(super) struct Ready {
    decision: Decision,
    why: String,
    verdict: Verdict,
    vetoes: usize,
    veto_reason: String,
    pub cost: Option<i64>,
}

impl Ground {
    pub async fn read(app: &App, call: call::Model, proposals: &[Uuid]) -> Result<Self, Refusal> {
        let (db, tenant) = (app.db.read(), call.tenant_id);
        Ok(Self {
            settings: settings::load(db, tenant, call.id).await?,
            pending: roadshow::pending(app, call.id).await?,
            vetoes: vetoes(app, &call, proposals).await?,
            spent: spent(db, tenant, call.id).await?,
            call,
        })
    }

    /// What the other selected proposals cost.
    fn without(&self, row: &proposal::Model) -> i64 {
        let own = row.cost.filter(|_| row.decision == Some(Decision::Selected));
        self.spent - own.unwrap_or(0)
    }

    /// Whether the panel may decide about this proposal so.
    pub fn weigh(&self, row: &proposal::Model, input: &DecisionInput) -> Result<Ready, Refusal> {
        // During the notice only what came back after an objection is decided anew.
        let back = matches!(row.state, ProposalState::UnderReview | ProposalState::Decided);
        let again = self.call.state == CallState::PublicNotice && back;
        if self.call.state != CallState::Deliberating && !again {
            return Err(Refusal::of("not-deliberating", "M1"));
        }
        if self.pending.contains(&row.id) {
            return Err(Refusal::of("roadshow-pending", "M3"));
        }
        let why = calls::reason(&input.reason)?;
        rules::explained(&why, self.settings.shortest_reason)?;
        let verdict = rules::verdict(input.decision, input.verdict)?;
        let vetoes = self.vetoes.get(&row.id).copied().unwrap_or(0);
        let veto_reason = rules::veto_answered(verdict, vetoes, &self.settings, &input.veto_reason)?;
        let cost = input.cost.filter(|_| input.decision == Decision::Selected);
        proposals::rules::affordable(input.decision, cost, self.call.ceiling)?;
        rules::within_budget(self.without(row) + cost.unwrap_or(0), self.settings.budget)?;
        Ok(Ready { decision: input.decision, why, verdict, vetoes, veto_reason, cost })
    }

    /// Counts what was decided, so that the next one is weighed against what is left.
    pub fn count(&mut self, row: &proposal::Model, ready: &Ready) {
        self.spent = self.without(row) + ready.cost.unwrap_or(0);
    }
}

/// Decides about one proposal. It may be decided anew until all decisions are released.
pub async fn decide(app: &App, who: &Who, command: &Command, id: Uuid, input: DecisionInput) -> Result<Done, Refusal> {
    let Seen { row, sight } = proposals::queries::find_visible(app.db.read(), who, id).await?;
    may_decide(who, &row)?;
    if sight != Sight::Office {
        return Err(Refusal::NotAllowed);
    }
    command.check_version(row.version)?;
    let call = calls::queries::find(app.db.read(), who.tenant, row.call_id).await?;
    let ready = Ground::read(app, call, &[id]).await?.weigh(&row, &input)?;
    keep(app, who, command, row, ready).await
}

/// The panel does not decide about what is its own.
pub(super) fn may_decide(who: &Who, row: &proposal::Model) -> Result<(), Refusal> {
    proposals::rules::not_own(row, who.account(), &who.organizations(PROPOSES))?;
    permit::<ProposalMachine>(who, ProposalEvent::Decide, &proposals::place(row))
}

/// Keeps a decision in one step.
pub(super) async fn keep(
    app: &App,
    who: &Who,
    command: &Command,
    row: proposal::Model,
    ready: Ready,
) -> Result<Done, Refusal> {
    let by = who.account();
    app.act(who, command, move |step| async move {
        // Nothing of the decision stands in the event: proposers read this history.
        advance_proposal(&step, &row, ProposalEvent::Decide, json!({})).await?;
        let set = [
            (proposal::Column::Decision, Expr::value(ready.decision)),
            (proposal::Column::DecisionReason, Expr::value(ready.why.clone())),
            (proposal::Column::Cost, Expr::value(ready.cost)),
            (proposal::Column::DecidedBy, Expr::value(by)),
        ];
        proposals::actions::write(&step, row.id, set).await?;
        keep_verdict(&step, &row, ready).await?;
        Ok(Done { id: row.id, version: row.version + 1 })
    })
    .await
}

/// How many reviewers said no on a veto line of the rubric; only proposals where somebody did are in it.
pub async fn vetoes(app: &App, call: &call::Model, proposals: &[Uuid]) -> Result<HashMap<Uuid, usize>, Refusal> {
    let rubric = calls::rubric_of(call)?;
    let reviews = queries::of_proposals(app.db.read(), call.tenant_id, proposals).await?;
    let mut counts = HashMap::new();
    for review in reviews.iter().filter(|r| matches!(r.state, ReviewState::Closed | ReviewState::Scored)) {
        if model::vetoes(&rubric, &serde_json::from_value(review.scores.clone())?) {
            *counts.entry(review.proposal_id).or_default() += 1;
        }
    }
    Ok(counts)
}

async fn keep_verdict(step: &Step, row: &proposal::Model, ready: Ready) -> Result<(), Refusal> {
    let new = verdict::ActiveModel {
        tenant_id: Set(row.tenant_id),
        proposal_id: Set(row.id),
        call_id: Set(row.call_id),
        verdict: Set(ready.verdict),
        vetoes: Set(i32::try_from(ready.vetoes).unwrap_or(i32::MAX)),
        veto_reason: Set(ready.veto_reason),
    };
    use verdict::Column as C;
    let again = OnConflict::columns([C::TenantId, C::ProposalId])
        .update_columns([C::Verdict, C::Vetoes, C::VetoReason])
        .to_owned();
    verdict::Entity::insert(new).on_conflict(again).exec_without_returning(step.tx()).await?;
    step.wrote(verdict::Entity, row.id);
    Ok(())
}

/// The verdicts on these proposals, where they are decided.
pub async fn verdicts(
    app: &App,
    proposals: impl IntoIterator<Item = Uuid>,
) -> Result<HashMap<Uuid, verdict::Model>, Refusal> {
    let ids: Vec<Uuid> = proposals.into_iter().collect();
    let rows = verdict::Entity::find()
        .filter(verdict::Column::TenantId.eq(app.tenant))
        .filter(verdict::Column::ProposalId.is_in(ids))
        .all(app.db.read())
        .await?;
    Ok(rows.into_iter().map(|row| (row.proposal_id, row)).collect())
}

/// What the selected proposals of a call cost together, in yuan.
pub async fn spent(db: &impl ConnectionTrait, tenant: Uuid, call: Uuid) -> Result<i64, Refusal> {
    let costs: Vec<Option<i64>> = proposal::Entity::find()
        .select_only()
        .column(proposal::Column::Cost)
        .filter(proposal::Column::TenantId.eq(tenant))
        .filter(proposal::Column::CallId.eq(call))
        .filter(proposal::Column::Decision.eq(Decision::Selected))
        .filter(proposal::Column::Cost.is_not_null())
        .into_tuple()
        .all(db)
        .await?;
    Ok(costs.into_iter().flatten().sum())
}
