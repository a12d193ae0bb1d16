//! What may be objected to: each kind of item finds itself, says until when, and who had a part in it.

use super::rules;
use super::state::Target;
use crate::adoptions::queries::Seen;
use crate::adoptions::{AdoptionMachine, AdoptionState};
use crate::evaluations::{EvaluationMachine, EvaluationState};
use crate::lifecycle::Step;
use crate::proposals::queries::Sight;
use crate::proposals::{ProposalMachine, ProposalState};
use crate::reviews::conflicts::Behind;
use crate::{App, Refusal, Who, adoptions, calendar, calls, evaluations, projects, proposals, reviews};
use sea_orm::{ColumnTrait, ConnectionTrait, EntityTrait, QueryFilter, QueryOrder};
use serde_json::json;
use std::collections::BTreeSet;
use twoway_entity::adoptions::adoption;
use twoway_entity::audit::event;
use twoway_entity::calls::call;
use twoway_entity::evaluations::evaluation;
use twoway_entity::objections::item_notice;
use twoway_entity::projects::project;
use twoway_entity::proposals::proposal;
use twoway_ids::{Millis, Uuid};

/// Events by which somebody takes part in the decision about an item, by the kind of the item.
fn decides(target: Target) -> (&'static str, &'static [&'static str]) {
    match target {
        Target::Proposal | Target::Ineligible => ("proposal", &["propose-out", "rule-out", "decide"]),
        Target::Adoption => ("adoption", &["check", "freeze", "confirm"]),
        Target::Evaluation => ("evaluation", &["announce", "return"]),
        // A complaint is about what is done, not about who chose the project.
        Target::Project => ("project", &[]),
    }
}

/// An item that can be objected to now.
pub struct Item {
    pub call: Option<call::Model>,
    pub organization: Uuid,
    pub path: String,
    pub title: String,
    /// Until when; none: without limit.
    pub until: Option<Millis>,
    pub held: Held,
    /// Whom a complaint is about.
    pub against: Option<Uuid>,
}

/// What waits while the objection is open.
pub enum Held {
    Nothing,
    Proposal(Box<proposal::Model>),
    Adoption(Box<adoption::Model>),
    Evaluation(Box<evaluation::Model>),
}

impl Held {
    /// Raises its version: whoever ends the notice in the same moment sees that it has moved, and looks again.
    pub async fn touch(&self, step: &Step) -> Result<(), Refusal> {
        const FILED: &str = "objection-filed";
        match self {
            Self::Nothing => Ok(()),
            Self::Proposal(row) => {
                step.touch::<ProposalMachine>(row.id, (row.state, row.version), FILED, json!({})).await
            }
            Self::Adoption(row) => {
                step.touch::<AdoptionMachine>(row.id, (row.state, row.version), FILED, json!({})).await
            }
            Self::Evaluation(row) => {
                step.touch::<EvaluationMachine>(row.id, (row.state, row.version), FILED, json!({})).await
            }
        }
    }
}

/// Where anybody who may object can look at the item.
pub async fn address(db: &impl ConnectionTrait, tenant: Uuid, target: Target, id: Uuid) -> Result<String, Refusal> {
    Ok(match target {
        Target::Proposal | Target::Ineligible => format!("/proposals/{id}"),
        Target::Project => format!("/projects/{id}"),
        Target::Adoption => {
            let row = adoption::Entity::find_by_id((tenant, id)).one(db).await?.ok_or(Refusal::NotFound)?;
            format!("/proposals/{}/needs", row.proposal_id)
        }
        Target::Evaluation => {
            let row = evaluation::Entity::find_by_id((tenant, id)).one(db).await?.ok_or(Refusal::NotFound)?;
            format!("/p/{}", row.project_id)
        }
    })
}

/// The item, if this person may object to it now.
///
/// Errors: `objection-not-in-notice`, `objection-time-over` (M5), [`Refusal::NotAllowed`], [`Refusal::NotFound`].
pub async fn find(app: &App, who: &Who, target: Target, id: Uuid) -> Result<Item, Refusal> {
    let item = match target {
        Target::Proposal => in_notice(app, who, id).await?,
        Target::Ineligible => ineligible(app, who, id).await?,
        Target::Adoption => of_adoption(app, who, id).await?,
        Target::Evaluation => of_evaluation(app, who, id).await?,
        Target::Project => of_project(app, who, id).await?,
    };
    rules::in_time(item.until, app.now())?;
    Ok(item)
}

async fn in_notice(app: &App, who: &Who, id: Uuid) -> Result<Item, Refusal> {
    let db = app.db.read();
    let row = proposals::queries::find_visible(db, who, id).await?.row;
    if row.state != ProposalState::InNotice {
        return Err(Refusal::of("objection-not-in-notice", "M5"));
    }
    let call = calls::queries::find(db, who.tenant, row.call_id).await?;
    let own = item_notice::Entity::find_by_id((who.tenant, id)).one(db).await?;
    let until = own.map(|own| own.ends_at).or(call.notice_ends_at);
    let held = Held::Proposal(Box::new(row.clone()));
    Ok(Item { held, ..of_call(call, row, until) })
}

/// An adoption is private to its parties until its notice tells everybody of it.
async fn of_adoption(app: &App, who: &Who, id: Uuid) -> Result<Item, Refusal> {
    let db = app.db.read();
    let Seen { row, proposal, standing, .. } = adoptions::queries::load(db, who, id).await?;
    if row.state != AdoptionState::InNotice {
        let told = standing.sees();
        return Err(if told { Refusal::of("objection-not-in-notice", "M5") } else { Refusal::NotFound });
    }
    proposals::queries::find_visible(db, who, row.proposal_id).await?;
    let notice = adoptions::notice::of(db, who.tenant, id).await?.ok_or(Refusal::NotFound)?;
    let sponsor = match row.named {
        true => {
            adoptions::queries::organizations(db, who.tenant, [row.organization_id]).await?.remove(&row.organization_id)
        }
        false => None,
    };
    let title = match sponsor {
        Some(sponsor) => format!("{} · {}", proposal.title, sponsor.name),
        None => proposal.title,
    };
    Ok(Item {
        call: None,
        organization: adoptions::actions::office_of(&row.path).ok_or(Refusal::NotFound)?,
        path: row.path.clone(),
        title,
        until: Some(notice.ends_at),
        held: Held::Adoption(Box::new(row)),
        against: None,
    })
}

/// A result is known to its parties until its notice tells everybody of it.
async fn of_evaluation(app: &App, who: &Who, id: Uuid) -> Result<Item, Refusal> {
    let db = app.db.read();
    let row = evaluation::Entity::find_by_id((who.tenant, id)).one(db).await?.ok_or(Refusal::NotFound)?;
    if row.state != EvaluationState::InNotice {
        evaluations::find_visible(db, who, id).await?;
        return Err(Refusal::of("objection-not-in-notice", "M5"));
    }
    let project = projects::queries::find_visible(db, who, row.project_id).await?.row;
    let notice = evaluations::notice::of(db, who.tenant, id).await?.ok_or(Refusal::NotFound)?;
    Ok(Item {
        call: None,
        organization: row.organization_id,
        path: row.path.clone(),
        title: project.title,
        until: Some(notice.ends_at),
        held: Held::Evaluation(Box::new(row)),
        against: None,
    })
}

/// Only its proposer objects to a proposal's being found ineligible, within five working days.
async fn ineligible(app: &App, who: &Who, id: Uuid) -> Result<Item, Refusal> {
    let db = app.db.read();
    let proposals::Seen { row, sight } = proposals::queries::find_visible(db, who, id).await?;
    if sight != Sight::Own {
        return Err(Refusal::NotAllowed);
    }
    if row.state != ProposalState::Ineligible {
        return Err(Refusal::of("objection-not-in-notice", "M5"));
    }
    let call = calls::queries::find(db, who.tenant, row.call_id).await?;
    let found = event::Entity::find()
        .filter(event::Column::TenantId.eq(who.tenant))
        .filter(event::Column::StreamKind.eq("proposal"))
        .filter(event::Column::StreamId.eq(id))
        .filter(event::Column::Name.is_in(["rule-out", "fix-lapsed"]))
        .order_by_desc(event::Column::Seq)
        .one(db)
        .await?;
    let calendar = calendar::load(db, who.tenant, app.config.utc_offset_minutes).await?;
    let until = found.map(|found| calendar.add_workdays(found.at, rules::INELIGIBLE_DAYS));
    Ok(of_call(call, row, until))
}

fn of_call(call: call::Model, row: proposal::Model, until: Option<Millis>) -> Item {
    Item {
        organization: call.organization_id,
        path: row.path,
        title: row.title,
        until,
        call: Some(call),
        held: Held::Nothing,
        against: None,
    }
}

/// A complaint is open to everybody who may see the project, at any time.
async fn of_project(app: &App, who: &Who, id: Uuid) -> Result<Item, Refusal> {
    let row = projects::queries::find_visible(app.db.read(), who, id).await?.row;
    Ok(Item {
        call: None,
        organization: row.organization_id,
        path: row.path,
        title: row.title,
        until: None,
        held: Held::Nothing,
        against: Some(row.lead_id),
    })
}

/// Who had a part in what is objected to.
#[derive(Default)]
pub struct Concerned {
    /// Who decided, or took part in deciding.
    pub decided: BTreeSet<Uuid>,
    /// Who judged it: reviewers, the evaluator.
    pub reviewed: BTreeSet<Uuid>,
    pub behind: Option<Behind>,
}

pub async fn concerned(
    app: &App,
    db: &impl ConnectionTrait,
    tenant: Uuid,
    target: Target,
    id: Uuid,
) -> Result<Concerned, Refusal> {
    let mut reviewed = BTreeSet::new();
    let proposal = match target {
        Target::Proposal | Target::Ineligible => id,
        Target::Evaluation => {
            let row = evaluation::Entity::find_by_id((tenant, id)).one(db).await?.ok_or(Refusal::NotFound)?;
            reviewed.extend(row.evaluator_id);
            let row = project::Entity::find_by_id((tenant, row.project_id)).one(db).await?.ok_or(Refusal::NotFound)?;
            row.proposal_id
        }
        Target::Adoption => {
            let row = adoption::Entity::find_by_id((tenant, id)).one(db).await?.ok_or(Refusal::NotFound)?;
            row.proposal_id
        }
        Target::Project => {
            let row = project::Entity::find_by_id((tenant, id)).one(db).await?.ok_or(Refusal::NotFound)?;
            row.proposal_id
        }
    };
    let row = proposal::Entity::find_by_id((tenant, proposal)).one(db).await?.ok_or(Refusal::NotFound)?;
    let call = calls::queries::find(db, tenant, row.call_id).await?;
    let mut behind = reviews::facts::behind(app, &call, std::slice::from_ref(&row)).await?;
    let mut concerned = Concerned { behind: behind.remove(&proposal), reviewed, ..Concerned::default() };
    let (kind, names) = decides(target);
    if !names.is_empty() {
        let events = event::Entity::find()
            .filter(event::Column::TenantId.eq(tenant))
            .filter(event::Column::StreamKind.eq(kind))
            .filter(event::Column::StreamId.eq(id))
            .filter(event::Column::Name.is_in(names.iter().copied()))
            .all(db)
            .await?;
        concerned.decided = events.into_iter().filter_map(|e| e.actor_id).collect();
    }
    if matches!(target, Target::Proposal | Target::Ineligible) {
        concerned.decided.extend(row.decided_by);
        let reviews = reviews::queries::of_proposals(db, tenant, &[proposal]).await?;
        let standing = reviews.into_iter().filter(|r| reviews::STANDING.contains(&r.state));
        concerned.reviewed = standing.map(|r| r.reviewer_id).collect();
    }
    Ok(concerned)
}
