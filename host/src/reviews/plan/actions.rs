use super::queries::{self, Proposed, find_visible, place, proposed};
use super::{Drawn, before, draw};
use crate::calls::{self, CallState};
use crate::lifecycle::{Command, Done, Step, permit};
use crate::notices::tell;
use crate::proposals::ProposalState;
use crate::reviews::actions::{Placing, place_on_desks, reviewed_call};
use crate::reviews::conflicts::{self, Conflict, Level};
use crate::reviews::state::{PlanEvent, PlanMachine, PlanState, ReviewState};
use crate::reviews::{experts, facts};
use crate::{App, Refusal, Who};
use sea_orm::ActiveValue::Set;
use sea_orm::sea_query::{Expr, ExprTrait};
use sea_orm::{ActiveModelTrait, ColumnTrait, EntityTrait, QueryFilter, QueryOrder, QuerySelect};
use serde_json::json;
use std::collections::BTreeSet;
use twoway_entity::proposals::proposal;
use twoway_entity::reviews::{plan, plan_line, plan_load, review};
use twoway_ids::Uuid;
use twoway_manifest::FieldProblem;

/// Makes the assignments of a plan that is too large for one request.
pub const APPLY: &str = "reviews.apply-plan";

/// Lines that are applied in one transaction; a plan with more is applied by a job.
const AT_ONCE: u64 = 200;

/// Proposes reviewers for all proposals of a call. Nobody is told before the plan is applied.
pub async fn make(app: &App, who: &Who, command: &Command, call_id: Uuid) -> Result<Done, Refusal> {
    let call = reviewed_call(app, who, call_id).await?;
    command.check_version(call.version)?;
    let by = who.account().ok_or(Refusal::SignedOut)?;
    let drawn = draw(app, &call).await?;
    if drawn.wanted() == 0 {
        return Err(Refusal::of("plan-not-needed", "M1"));
    }
    app.act(who, command, move |step| async move {
        let id = step.new_id();
        let row = plan::ActiveModel {
            tenant_id: Set(step.who().tenant),
            id: Set(id),
            call_id: Set(call.id),
            path: Set(call.path.clone()),
            made_by: Set(by),
            made_at: Set(step.now()),
            wanted: Set(count(drawn.wanted())),
            lacking: Set(count(drawn.lacking())),
            skipped: Set(0),
            state: Set(PlanState::Proposed),
            version: Set(1),
        };
        row.insert(step.tx()).await?;
        let payload = json!({ "call": call.id, "wanted": drawn.wanted(), "lacking": drawn.lacking() });
        step.created::<PlanMachine>(id, PlanState::Proposed, payload);
        write_lines(&step, id, drawn).await?;
        Ok(Done { id, version: 1 })
    })
    .await
}

fn count(n: usize) -> i32 {
    i32::try_from(n).unwrap_or(i32::MAX)
}

async fn write_lines(step: &Step, id: Uuid, drawn: Drawn) -> Result<(), Refusal> {
    let tenant = step.who().tenant;
    let mut lines = Vec::new();
    for line in drawn.lines.iter().filter(|line| line.lacking > 0 || !line.reviewers.is_empty()) {
        let reviewers: Vec<Proposed> = line.reviewers.iter().map(|c| Proposed { id: c.id, expert: c.expert }).collect();
        step.wrote(plan_line::Entity, (id, line.proposal.id));
        lines.push(plan_line::ActiveModel {
            tenant_id: Set(tenant),
            plan_id: Set(id),
            proposal_id: Set(line.proposal.id),
            reviewers: Set(serde_json::to_value(reviewers)?),
            lacking: Set(count(line.lacking)),
            conflicts: Set(count(line.conflicts)),
            asked: Set(count(line.asked)),
            full: Set(count(line.full)),
            by_hand: Set(false),
            applied_at: Set(None),
        });
    }
    for chunk in lines.chunks(500) {
        plan_line::Entity::insert_many(chunk.to_vec()).exec_without_returning(step.tx()).await?;
    }
    let load = |load: &super::Load| plan_load::ActiveModel {
        tenant_id: Set(tenant),
        plan_id: Set(id),
        reviewer_id: Set(load.reviewer),
        before: Set(count(load.before)),
        planned: Set(count(load.planned)),
        expert: Set(count(load.expert)),
        most: Set(load.most),
    };
    for chunk in drawn.loads.chunks(500) {
        chunk.iter().for_each(|load| step.wrote(plan_load::Entity, (id, load.reviewer)));
        plan_load::Entity::insert_many(chunk.iter().map(load)).exec_without_returning(step.tx()).await?;
    }
    Ok(())
}

/// Changes by hand who is proposed for one proposal. Refused where somebody has a conflict of interest or was asked before.
pub async fn change(
    app: &App,
    who: &Who,
    command: &Command,
    id: Uuid,
    proposal: Uuid,
    reviewers: Vec<Uuid>,
) -> Result<Done, Refusal> {
    let row = open_plan(app, who, command, id).await?;
    let call = reviewed_call(app, who, row.call_id).await?;
    let db = app.db.read();
    let line = queries::line(db, &row, proposal).await?;
    let of = proposal::Entity::find_by_id((who.tenant, proposal)).one(db).await?.ok_or(Refusal::NotFound)?;
    let people = crate::reviews::queries::candidates(db, who.tenant).await?;
    let wanted: BTreeSet<Uuid> = reviewers.iter().copied().collect();
    if wanted.len() != reviewers.len() || wanted.len() > 15 {
        return Err(Refusal::field("reviewers", FieldProblem::NotAnOption));
    }
    if wanted.iter().any(|r| !people.iter().any(|c| c.account == *r)) {
        return Err(Refusal::rule("not-a-reviewer"));
    }
    let asked = crate::reviews::queries::of_proposals(db, who.tenant, &[proposal]).await?;
    let near = facts::near(app, &reviewers, &call.path).await?;
    let behind = facts::behind(app, &call, std::slice::from_ref(&of)).await?;
    for reviewer in &wanted {
        let conflict = near.get(reviewer).zip(behind.get(&proposal)).and_then(|(n, b)| conflicts::blocking(n, b));
        if let Some(conflict) = conflict {
            return Err(conflict.refusal());
        }
        match before(&asked, proposal, *reviewer).map(|r| r.state) {
            None | Some(ReviewState::Unassigned) => {}
            Some(ReviewState::Recused) => return Err(Refusal::of("recused-before", "M1")),
            Some(ReviewState::Voided) => return Err(Refusal::of("voided-before", "M1")),
            Some(_) => return Err(Refusal::rule("assigned-already")),
        }
    }
    let profiles = experts::profiles(app, &reviewers).await?;
    let topics = experts::topics(&calls::form_of(&call)?, &of);
    let new: Vec<Proposed> = reviewers
        .iter()
        .map(|id| Proposed { id: *id, expert: profiles.get(id).is_some_and(|p| topics.within(&p.areas)) })
        .collect();
    app.act(who, command, move |step| async move {
        let old = proposed(&line)?;
        let lacking = count((old.len() + usize::try_from(line.lacking).unwrap_or(0)).saturating_sub(new.len()));
        let payload = json!({ "proposal": proposal, "before": old, "after": new });
        step.touch::<PlanMachine>(id, (row.state, row.version), "changed", payload).await?;
        set(&step, id, [(plan::Column::Lacking, Expr::value(row.lacking + lacking - line.lacking))]).await?;
        plan_line::Entity::update_many()
            .filter(plan_line::Column::TenantId.eq(step.who().tenant))
            .filter(plan_line::Column::PlanId.eq(id))
            .filter(plan_line::Column::ProposalId.eq(proposal))
            .col_expr(plan_line::Column::Reviewers, Expr::value(serde_json::to_value(&new)?))
            .col_expr(plan_line::Column::Lacking, Expr::value(lacking))
            .col_expr(plan_line::Column::ByHand, Expr::value(true))
            .exec(step.tx())
            .await?;
        step.wrote(plan_line::Entity, (id, proposal));
        for (people, by) in [(&old, -1), (&new, 1)] {
            for person in people {
                add_load(&step, id, person, by).await?;
            }
        }
        Ok(Done { id, version: row.version + 1 })
    })
    .await
}

async fn add_load(step: &Step, plan: Uuid, person: &Proposed, by: i32) -> Result<(), Refusal> {
    let expert = if person.expert { by } else { 0 };
    plan_load::Entity::update_many()
        .filter(plan_load::Column::TenantId.eq(step.who().tenant))
        .filter(plan_load::Column::PlanId.eq(plan))
        .filter(plan_load::Column::ReviewerId.eq(person.id))
        .col_expr(plan_load::Column::Planned, Expr::col(plan_load::Column::Planned).add(by))
        .col_expr(plan_load::Column::Expert, Expr::col(plan_load::Column::Expert).add(expert))
        .exec(step.tx())
        .await?;
    step.wrote(plan_load::Entity, (plan, person.id));
    Ok(())
}

async fn set(
    step: &Step,
    id: Uuid,
    values: impl IntoIterator<Item = (plan::Column, sea_orm::sea_query::SimpleExpr)>,
) -> Result<(), Refusal> {
    let mut update = plan::Entity::update_many()
        .filter(plan::Column::TenantId.eq(step.who().tenant))
        .filter(plan::Column::Id.eq(id));
    for (column, value) in values {
        update = update.col_expr(column, value);
    }
    update.exec(step.tx()).await?;
    step.wrote(plan::Entity, id);
    Ok(())
}

/// A plan that this person may change now.
async fn open_plan(app: &App, who: &Who, command: &Command, id: Uuid) -> Result<plan::Model, Refusal> {
    let row = find_visible(app.db.read(), who, id).await?;
    permit::<PlanMachine>(who, PlanEvent::Apply, &place(&row))?;
    command.check_version(row.version)?;
    if row.state == PlanState::Proposed { Ok(row) } else { Err(Refusal::of("plan-over", "M1")) }
}

async fn advance(step: &Step, row: &plan::Model, event: PlanEvent) -> Result<(), Refusal> {
    step.advance::<PlanMachine>(row.id, (row.state, row.version), event, json!({ "call": row.call_id })).await?;
    Ok(())
}

/// Sets a plan aside.
pub async fn discard(app: &App, who: &Who, command: &Command, id: Uuid) -> Result<Done, Refusal> {
    let row = open_plan(app, who, command, id).await?;
    app.act(who, command, move |step| async move {
        advance(&step, &row, PlanEvent::Drop).await?;
        Ok(Done { id, version: row.version + 1 })
    })
    .await
}

/// Makes the assignments of a plan: at once, or by a job where there are many.
pub async fn apply(app: &App, who: &Who, command: &Command, id: Uuid) -> Result<Done, Refusal> {
    let row = open_plan(app, who, command, id).await?;
    reviewed_call(app, who, row.call_id).await?;
    let small = u64::try_from(row.wanted).unwrap_or(0) <= AT_ONCE;
    app.act(who, command, move |step| async move {
        advance(&step, &row, PlanEvent::Apply).await?;
        step.enqueue(APPLY, id.to_string(), json!({ "id": id })).await?;
        Ok(Done { id, version: row.version + 1 })
    })
    .await?;
    if small {
        // What the job would do in a moment anyhow: whoever asked sees it done.
        carry_out(app, id).await?;
    }
    Ok(Done { id, version: find_visible(app.db.read(), who, id).await?.version })
}

pub async fn apply_job(app: &App, job: &twoway_entity::jobs::job::Model) -> Result<(), Refusal> {
    let id = job.payload["id"].as_str().and_then(|id| Uuid::parse_str(id).ok());
    carry_out(app, id.ok_or_else(|| anyhow::anyhow!("the job {} names no plan", job.key))?).await
}

/// Makes what is not made yet, some hundred lines at a time: it may be broken off and called again.
async fn carry_out(app: &App, id: Uuid) -> Result<(), Refusal> {
    let who = app.system(APPLY);
    let mut behind = 0;
    loop {
        match batch(app, &who, id).await {
            Ok(true) => {}
            Ok(false) => return Ok(()),
            // Another worker was here first: what it did is looked at anew.
            Err(Refusal::Stale) if behind < 5 => behind += 1,
            Err(refusal) => return Err(refusal),
        }
    }
}

/// One transaction's worth. False: nothing is left.
async fn batch(app: &App, who: &Who, id: Uuid) -> Result<bool, Refusal> {
    let db = app.db.read();
    let row = find_visible(db, who, id).await?;
    if row.state != PlanState::Applying {
        return Ok(false);
    }
    let call = calls::queries::find(db, who.tenant, row.call_id).await?;
    let lines = plan_line::Entity::find()
        .filter(plan_line::Column::TenantId.eq(who.tenant))
        .filter(plan_line::Column::PlanId.eq(id))
        .filter(plan_line::Column::AppliedAt.is_null())
        .order_by_asc(plan_line::Column::ProposalId)
        .limit(AT_ONCE)
        .all(db)
        .await?;
    // A review that has ended takes no more assignments; what was not made by then is left.
    if lines.is_empty() || call.state != CallState::Reviewing {
        return finish(app, who, row).await;
    }
    let ids: Vec<Uuid> = lines.iter().map(|line| line.proposal_id).collect();
    let proposals = proposal::Entity::find()
        .filter(proposal::Column::TenantId.eq(who.tenant))
        .filter(proposal::Column::Id.is_in(ids.iter().copied()))
        .filter(proposal::Column::State.eq(ProposalState::UnderReview))
        .all(db)
        .await?;
    let mut people = BTreeSet::new();
    for line in &lines {
        people.extend(proposed(line)?.into_iter().map(|p| p.id));
    }
    let people: Vec<Uuid> = people.into_iter().collect();
    let near = facts::near(app, &people, &call.path).await?;
    let behind = facts::behind(app, &call, &proposals).await?;
    let mut wanted: Vec<(usize, Uuid, Vec<Conflict>)> = Vec::new();
    let mut skipped = 0;
    for line in &lines {
        let of = proposals.iter().position(|p| p.id == line.proposal_id);
        for person in proposed(line)? {
            let pair = of.and_then(|of| Some((of, near.get(&person.id)?, behind.get(&line.proposal_id)?)));
            let found = pair.map(|(of, near, behind)| (of, conflicts::all(near, behind)));
            match found {
                Some((of, found)) if found.iter().all(|c| c.level != Level::Block) => {
                    wanted.push((of, person.id, found));
                }
                _ => skipped += 1,
            }
        }
    }
    app.act(who, &Command::default(), move |step| async move {
        let tenant = step.who().tenant;
        let fresh = plan::Entity::find_by_id((tenant, id)).one(step.tx()).await?.ok_or(Refusal::NotFound)?;
        let asked = crate::reviews::queries::of_proposals(step.tx(), tenant, &ids).await?;
        let mut skipped = skipped;
        let mut placings = Vec::with_capacity(wanted.len());
        for (of, reviewer, found) in &wanted {
            let proposal = &proposals[*of];
            let old: Option<review::Model> = before(&asked, proposal.id, *reviewer).cloned();
            if old.as_ref().is_some_and(|old| old.state != ReviewState::Unassigned) {
                skipped += 1;
                continue;
            }
            placings.push(Placing { proposal, reviewer: *reviewer, before: old, found });
        }
        place_on_desks(&step, &call, row.made_by, placings).await?;
        let marked = plan_line::Entity::update_many()
            .filter(plan_line::Column::TenantId.eq(tenant))
            .filter(plan_line::Column::PlanId.eq(id))
            .filter(plan_line::Column::ProposalId.is_in(ids.iter().copied()))
            .filter(plan_line::Column::AppliedAt.is_null())
            .col_expr(plan_line::Column::AppliedAt, Expr::value(step.now()))
            .exec(step.tx())
            .await?;
        if marked.rows_affected != ids.len() as u64 {
            // Another worker was here first.
            return Err(Refusal::Stale);
        }
        ids.iter().for_each(|proposal| step.wrote(plan_line::Entity, (id, *proposal)));
        let payload = json!({ "lines": ids.len(), "skipped": skipped });
        step.touch::<PlanMachine>(id, (fresh.state, fresh.version), "part-applied", payload).await?;
        set(&step, id, [(plan::Column::Skipped, Expr::value(fresh.skipped + skipped))]).await?;
        Ok(true)
    })
    .await
}

async fn finish(app: &App, who: &Who, row: plan::Model) -> Result<bool, Refusal> {
    app.act(who, &Command::default(), move |step| async move {
        advance(&step, &row, PlanEvent::Finish).await?;
        let values = json!({ "n": row.wanted - row.lacking - row.skipped, "skipped": row.skipped });
        let link = format!("/office/calls/{}/reviews", row.call_id);
        tell(&step, row.made_by, "notice-review-plan-applied", values, link, false).await?;
        Ok(false)
    })
    .await
}
