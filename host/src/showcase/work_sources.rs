use super::work::WorkItem;
use crate::adoptions::{AdoptionState, DeliveryState, Party, Side, partners, rules};
use crate::calls::CallState;
use crate::evaluations::EvaluationState;
use crate::http::texts::Locale;
use crate::projects::ProjectState;
use crate::proposals::{ProposalState, disqualified};
use crate::{App, Refusal, Who, reviews};
use sea_orm::sea_query::{Query, SelectStatement};
use sea_orm::{ColumnTrait, Condition, EntityTrait, PaginatorTrait, QueryFilter, QueryOrder, QuerySelect};
use std::collections::{BTreeMap, HashSet};
use twoway_entity::accounts::Role;
use twoway_entity::adoptions::{adoption, confirmation, delivery};
use twoway_entity::calls::call;
use twoway_entity::evaluations::evaluation;
use twoway_entity::jobs::{JobState, job};
use twoway_entity::needs::need_line;
use twoway_entity::plugins::{confirmation as plugin_confirmation, plugin_task, project_member, project_plugin};
use twoway_entity::projects::project;
use twoway_entity::proposals::{disqualification, proposal};
use twoway_ids::{Millis, Uuid};

/// Items that one source gives at most.
pub(super) const MOST: u64 = 50;

const OFFICE: &[Role] = &[Role::LeadOffice];
const TEAM: &[Role] = &[Role::TeamLead];
const SPONSOR: &[Role] = &[Role::SponsorMember, Role::SponsorSignatory];

pub(super) fn item(kind: &'static str, title: impl Into<String>, link: String, due_at: Option<Millis>) -> WorkItem {
    WorkItem { kind, title: title.into(), link, due_at, on_paper: false }
}

/// What is done on a proposal's own page.
fn about(row: proposal::Model, kind: &'static str, due_at: Option<Millis>) -> WorkItem {
    item(kind, row.title, format!("/proposals/{}", row.id), due_at).on_paper(row.entered_by.is_some())
}

/// Paths below which the person acts for the office, as a condition; none where there are none.
pub(super) fn over(who: &Who, column: impl ColumnTrait) -> Option<Condition> {
    let paths = who.subtrees(OFFICE);
    if paths.is_empty() {
        return None;
    }
    Some(paths.into_iter().fold(Condition::any(), |any, path| any.add(column.starts_with(path))))
}

/// Not typed in from paper by this person, who may not check it then.
fn by_another(who: &Who) -> Condition {
    let entered = proposal::Column::EnteredBy;
    Condition::any().add(entered.is_null()).add(entered.ne(who.account()))
}

/// Calls that wait for a second person, proposals to screen, and own ones to mend.
pub(super) async fn calls_and_proposals(app: &App, who: &Who) -> Result<Vec<WorkItem>, Refusal> {
    let db = app.db.read();
    let mut items = Vec::new();
    if let Some(over) = over(who, call::Column::Path) {
        let calls = call::Entity::find()
            .filter(call::Column::TenantId.eq(who.tenant))
            .filter(call::Column::State.eq(CallState::InternalReview))
            .filter(call::Column::AuthorId.ne(who.account()))
            .filter(over)
            .limit(MOST)
            .all(db)
            .await?;
        items.extend(
            calls.into_iter().map(|c| item("approve-call", c.title, format!("/office/calls/{}", c.id), c.opens_at)),
        );
    }
    if let Some(over) = over(who, disqualification::Column::Path) {
        let rows = disqualified::waiting(db, who, over, MOST).await?;
        let link = |id| format!("/proposals/{id}/disqualify");
        items.extend(rows.into_iter().map(|p| item("confirm-disqualification", p.title, link(p.id), None)));
    }
    if let Some(over) = over(who, proposal::Column::Path) {
        let handed_in = proposal::Entity::find()
            .filter(proposal::Column::TenantId.eq(who.tenant))
            .filter(proposal::Column::State.eq(ProposalState::Submitted))
            .filter(proposal::Column::CallId.not_in_subquery(crate::calls::sealed_calls(who.tenant)))
            .filter(proposal::Column::Id.not_in_subquery(crate::proposals::late::waiting(who.tenant)))
            .filter(over.clone())
            .filter(by_another(who))
            .order_by_asc(proposal::Column::SubmittedAt)
            .limit(MOST)
            .all(db)
            .await?;
        items.extend(handed_in.into_iter().map(|p| about(p, "screen-proposal", None)));
        let found_out = proposal::Entity::find()
            .filter(proposal::Column::TenantId.eq(who.tenant))
            .filter(proposal::Column::State.eq(ProposalState::RulingOut))
            .filter(proposal::Column::ScreenedBy.ne(who.account()))
            .filter(over)
            .limit(MOST)
            .all(db)
            .await?;
        items.extend(found_out.into_iter().map(|p| about(p, "confirm-ineligible", None)));
    }
    let own = Condition::any()
        .add(proposal::Column::OwnerId.eq(who.account()))
        .add(proposal::Column::OrganizationId.is_in(who.organizations(TEAM)));
    let returned = proposal::Entity::find()
        .filter(proposal::Column::TenantId.eq(who.tenant))
        .filter(proposal::Column::State.eq(ProposalState::Returned))
        .filter(own)
        .limit(MOST)
        .all(db)
        .await?;
    items.extend(returned.into_iter().map(|p| {
        let due = p.fix_due_at;
        about(p, "mend-proposal", due)
    }));
    Ok(items)
}

/// Assignments that a reviewer has not scored.
pub(super) async fn reviews(app: &App, who: &Who) -> Result<Vec<WorkItem>, Refusal> {
    if !who.holds(&[Role::Reviewer]) {
        return Ok(Vec::new());
    }
    let desk = reviews::queries::desk(app.db.read(), who).await?;
    let waiting = desk.into_iter().filter(|line| reviews::queries::is_waiting(line.review.state)).take(MOST as usize);
    let waiting: Vec<_> = waiting.collect();
    let calls = waiting.iter().map(|line| line.call.id);
    let ends = reviews::settings::scoring_ends(app.db.read(), who.tenant, calls).await?;
    let work = |line: reviews::queries::DeskLine| {
        let due = ends.get(&line.call.id).map(|ends| ends - 1);
        let on_paper = line.proposal.entered_by.is_some();
        item("review", line.proposal.title, format!("/reviews/{}", line.review.id), due).on_paper(on_paper)
    };
    Ok(waiting.into_iter().map(work).collect())
}

/// Sponsors to check, quantities to hold, agreements to write, to freeze and to confirm, deliveries to answer.
pub(super) async fn adoptions(app: &App, who: &Who) -> Result<Vec<WorkItem>, Refusal> {
    let db = app.db.read();
    let (sponsors, teams) = (who.organizations(SPONSOR), who.organizations(TEAM));
    let recipients = who.organizations(&[Role::Recipient]);
    let own = Query::select()
        .column(proposal::Column::Id)
        .from(proposal::Entity)
        .and_where(proposal::Column::TenantId.eq(who.tenant))
        .cond_where(
            Condition::any()
                .add(proposal::Column::OwnerId.eq(who.account()))
                .add(proposal::Column::OrganizationId.is_in(teams.iter().copied())),
        )
        .to_owned();
    let mut any = Condition::any()
        .add(adoption::Column::OrganizationId.is_in(sponsors.iter().copied()))
        .add(adoption::Column::ProposalId.in_subquery(own))
        .add(adoption::Column::Id.in_subquery(partners::speaks_in(who)));
    if let Some(over) = over(who, adoption::Column::Path) {
        any = any.add(over);
    }
    if !recipients.is_empty() {
        any = any.add(adoption::Column::Id.in_subquery(received_by(who, &recipients)));
    }
    let rows = adoption::Entity::find()
        .filter(adoption::Column::TenantId.eq(who.tenant))
        .filter(adoption::Column::State.is_in([
            AdoptionState::Interested,
            AdoptionState::Queued,
            AdoptionState::Offered,
            AdoptionState::Held,
            AdoptionState::Agreement,
            AdoptionState::Signing,
            AdoptionState::Active,
            AdoptionState::PartiallyDelivered,
        ]))
        .filter(any)
        .order_by_asc(adoption::Column::CreatedAt)
        .limit(MOST * 4)
        .all(db)
        .await?;
    if rows.is_empty() {
        return Ok(Vec::new());
    }
    let ids = || rows.iter().map(|row| row.id);
    let proposals: BTreeMap<Uuid, proposal::Model> = proposal::Entity::find()
        .filter(proposal::Column::TenantId.eq(who.tenant))
        .filter(proposal::Column::Id.is_in(rows.iter().map(|row| row.proposal_id)))
        .all(db)
        .await?
        .into_iter()
        .map(|p| (p.id, p))
        .collect();
    let confirmed: HashSet<(Uuid, Option<String>, Party)> = confirmation::Entity::find()
        .filter(confirmation::Column::TenantId.eq(who.tenant))
        .filter(confirmation::Column::AdoptionId.is_in(ids()))
        .limit(1_000)
        .all(db)
        .await?
        .into_iter()
        .map(|c| (c.adoption_id, Some(c.hash), c.party))
        .collect();
    let along = partners::turns(db, who, ids()).await?;
    let recorded = delivery::Entity::find()
        .filter(delivery::Column::TenantId.eq(who.tenant))
        .filter(delivery::Column::AdoptionId.is_in(ids()))
        .filter(delivery::Column::State.eq(DeliveryState::Recorded))
        .limit(MOST * 4)
        .all(db)
        .await?;
    let lines: BTreeMap<Uuid, need_line::Model> = need_line::Entity::find()
        .filter(need_line::Column::TenantId.eq(who.tenant))
        .filter(need_line::Column::Id.is_in(recorded.iter().map(|d| d.line_id)))
        .all(db)
        .await?
        .into_iter()
        .map(|line| (line.id, line))
        .collect();
    let workdays = crate::calendar::load(db, who.tenant, app.config.utc_offset_minutes).await?;
    let mut items = Vec::new();
    for row in &rows {
        let office = who.holds_over(OFFICE, &row.path);
        let sponsor = sponsors.contains(&row.organization_id);
        let Some(proposal) = proposals.get(&row.proposal_id) else { continue };
        let team = crate::proposals::queries::is_own(who, proposal);
        let title = proposal.title.clone();
        let page = format!("/adoptions/{}", row.id);
        let signs = [
            (who.holds_at(&[Role::SponsorSignatory], row.organization_id), Party::Sponsor),
            (team, Party::Team),
            (office, Party::Office),
        ];
        let unsigned = |party| !confirmed.contains(&(row.id, row.agreement_hash.clone(), party));
        // The sponsor reads the warning and confirms first.
        let turn = |party| unsigned(party) && (party == Party::Sponsor || !unsigned(Party::Sponsor));
        match row.state {
            AdoptionState::Offered if sponsor => items.push(item("take-offer", title, page, row.held_until)),
            AdoptionState::Interested | AdoptionState::Queued if along.asked.contains(&row.id) => {
                items.push(item("answer-partner", title, format!("{page}/partners"), None));
            }
            AdoptionState::Interested | AdoptionState::Queued if office && row.checked_at.is_none() => {
                let due = workdays.add_workdays(row.created_at, crate::adoptions::diligence::CHECK_DAYS);
                items.push(item("check-sponsor", title, page, Some(due)));
            }
            AdoptionState::Interested if signs[0].0 && row.checked_at.is_some() => {
                items.push(item("hold-adoption", title, page, None));
            }
            AdoptionState::Agreement if office => items.push(item("freeze-agreement", title, page, row.held_until)),
            AdoptionState::Held | AdoptionState::Agreement if sponsor => {
                items.push(item("draft-agreement", title, page, row.held_until))
            }
            AdoptionState::Signing if along.sign.contains(&row.id) && !unsigned(Party::Sponsor) => {
                items.push(item("confirm-agreement", title, page, row.held_until));
            }
            AdoptionState::Signing if signs.into_iter().any(|(may, party)| may && turn(party)) => {
                items.push(item("confirm-agreement", title, page, row.held_until));
            }
            AdoptionState::Active | AdoptionState::PartiallyDelivered => {
                let receives = |d: &delivery::Model| {
                    lines.get(&d.line_id).is_some_and(|line| rules::receives(line, &recipients, team))
                };
                let mine = |d: &delivery::Model| {
                    let sides = [(sponsor, Side::Sponsor), (receives(d), Side::Receiver)];
                    let sides: Vec<Side> = sides.into_iter().filter(|(on, _)| *on).map(|(_, side)| side).collect();
                    d.adoption_id == row.id && rules::may_answer(d, &sides, who.account()).is_ok()
                };
                if recorded.iter().any(mine) {
                    items.push(item("answer-delivery", title, page, None));
                }
            }
            _ => {}
        }
    }
    items.truncate(MOST as usize);
    Ok(items)
}

/// Adoptions with a delivery that one of these recipients may have to confirm.
fn received_by(who: &Who, recipients: &[Uuid]) -> SelectStatement {
    let lines = Query::select()
        .column(need_line::Column::Id)
        .from(need_line::Entity)
        .and_where(need_line::Column::TenantId.eq(who.tenant))
        .and_where(need_line::Column::RecipientId.is_in(recipients.iter().copied()))
        .to_owned();
    Query::select()
        .column(delivery::Column::AdoptionId)
        .from(delivery::Entity)
        .and_where(delivery::Column::TenantId.eq(who.tenant))
        .and_where(delivery::Column::State.eq(DeliveryState::Recorded))
        .and_where(delivery::Column::LineId.in_subquery(lines))
        .to_owned()
}

/// Plans to write, projects to start, to find ready, to let go on.
pub(super) async fn projects(app: &App, who: &Who) -> Result<Vec<WorkItem>, Refusal> {
    let teams = who.organizations(TEAM);
    let mut any = Condition::any()
        .add(project::Column::LeadId.eq(who.account()))
        .add(project::Column::TeamId.is_in(teams.iter().copied()));
    if let Some(over) = over(who, project::Column::Path) {
        any = any.add(over);
    }
    let rows = project::Entity::find()
        .filter(project::Column::TenantId.eq(who.tenant))
        .filter(project::Column::State.is_in([ProjectState::Incubating, ProjectState::Ready, ProjectState::Paused]))
        .filter(any)
        .order_by_asc(project::Column::CreatedAt)
        .limit(MOST)
        .all(app.db.read())
        .await?;
    let what = |row: &project::Model| {
        let leads = Some(row.lead_id) == who.account() || row.team_id.is_some_and(|team| teams.contains(&team));
        let office = who.holds_over(OFFICE, &row.path);
        match row.state {
            ProjectState::Incubating if leads => Some("plan-project"),
            ProjectState::Incubating if office => Some("prepare-project"),
            ProjectState::Ready if leads => Some("start-project"),
            ProjectState::Paused if office => Some("resume-project"),
            _ => None,
        }
    };
    Ok(rows
        .into_iter()
        .filter_map(|row| Some(item(what(&row)?, row.title, format!("/projects/{}", row.id), None)))
        .collect())
}

/// Self-evaluations, grades and last words.
pub(super) async fn evaluations(app: &App, who: &Who) -> Result<Vec<WorkItem>, Refusal> {
    let db = app.db.read();
    let teams = who.organizations(TEAM);
    let mut any = Condition::any()
        .add(evaluation::Column::LeadId.eq(who.account()))
        .add(evaluation::Column::TeamId.is_in(teams.iter().copied()))
        .add(evaluation::Column::EvaluatorId.eq(who.account()));
    if let Some(over) = over(who, evaluation::Column::Path) {
        any = any.add(over);
    }
    let rows = evaluation::Entity::find()
        .filter(evaluation::Column::TenantId.eq(who.tenant))
        .filter(evaluation::Column::State.ne(EvaluationState::Final))
        .filter(any)
        .order_by_asc(evaluation::Column::DueAt)
        .limit(MOST)
        .all(db)
        .await?;
    let titles: BTreeMap<Uuid, String> = project::Entity::find()
        .filter(project::Column::TenantId.eq(who.tenant))
        .filter(project::Column::Id.is_in(rows.iter().map(|row| row.project_id)))
        .all(db)
        .await?
        .into_iter()
        .map(|p| (p.id, p.title))
        .collect();
    let what = |row: &evaluation::Model| {
        let leads = Some(row.lead_id) == who.account() || row.team_id.is_some_and(|team| teams.contains(&team));
        let office = who.holds_over(OFFICE, &row.path);
        let evaluates = row.evaluator_id.is_some() && row.evaluator_id == who.account();
        match row.state {
            EvaluationState::Planned if leads => Some("self-evaluate"),
            EvaluationState::SelfEvaluated if evaluates => Some("grade"),
            EvaluationState::Planned | EvaluationState::SelfEvaluated if office && row.evaluator_id.is_none() => {
                Some("invite-evaluator")
            }
            EvaluationState::Scored if office && !evaluates && !leads => Some("announce-evaluation"),
            // While the notice runs, or an objection is open, nothing is due.
            EvaluationState::InNotice if office && !evaluates && !leads && row.due_at.is_some() => {
                Some("finalize-evaluation")
            }
            _ => None,
        }
    };
    let one = |row: evaluation::Model| {
        let title = titles.get(&row.project_id).cloned().unwrap_or_default();
        Some(item(what(&row)?, title, format!("/evaluations/{}", row.id), row.due_at))
    };
    Ok(rows.into_iter().filter_map(one).collect())
}

/// What plugins ask of the person, and actions that wait for a second one.
pub(super) async fn plugins(app: &App, who: &Who) -> Result<Vec<WorkItem>, Refusal> {
    let db = app.db.read();
    let members = project_member::Entity::find()
        .filter(project_member::Column::TenantId.eq(who.tenant))
        .filter(project_member::Column::AccountId.eq(who.account()))
        .filter(project_member::Column::EndedAt.is_null())
        .limit(200)
        .all(db)
        .await?;
    let leads = Condition::any()
        .add(project_plugin::Column::ProjectId.is_in(members.iter().map(|m| m.project_id)))
        .add(project_plugin::Column::LeadId.eq(who.account()))
        .add(project_plugin::Column::TeamId.is_in(who.organizations(TEAM)));
    let places = project_plugin::Entity::find()
        .filter(project_plugin::Column::TenantId.eq(who.tenant))
        .filter(leads)
        .limit(200)
        .all(db)
        .await?;
    if places.is_empty() {
        return Ok(Vec::new());
    }
    // What the plugin may call the person in each project: the pseudonym, the given roles, and the lead's.
    let mut called: HashSet<(Uuid, String)> = HashSet::new();
    for member in &members {
        called.insert((member.project_id, member.pseudonym.clone()));
        let roles: Vec<String> = serde_json::from_value(member.roles.clone())?;
        called.extend(roles.into_iter().map(|role| (member.project_id, format!("role:{role}"))));
    }
    for place in &places {
        if place.lead_id == who.account() || place.team_id.is_some_and(|team| who.holds_at(TEAM, team)) {
            called.insert((place.project_id, "role:project-lead".to_string()));
        }
    }
    let tasks = plugin_task::Entity::find()
        .filter(plugin_task::Column::TenantId.eq(who.tenant))
        .filter(plugin_task::Column::ProjectId.is_in(places.iter().map(|p| p.project_id)))
        .filter(plugin_task::Column::ClosedAt.is_null())
        .order_by_asc(plugin_task::Column::DueAt)
        .limit(MOST * 4)
        .all(db)
        .await?;
    let tasks = tasks.into_iter().filter(|task| called.contains(&(task.project_id, task.assignee.clone())));
    let mut items = Vec::new();
    for task in tasks.take(MOST as usize) {
        let Some(place) = places.iter().find(|p| p.project_id == task.project_id) else { continue };
        let loaded = app.plugins.load(app, &place.digest).await?;
        let action = loaded.word(
            who.actor().and_then(|a| Locale::parse(&a.locale)).unwrap_or_default(),
            &format!("action-{}", task.action),
        );
        let link = match task.target_id {
            Some(target) => format!("/projects/{}/place/records/{target}", task.project_id),
            None => format!("/projects/{}/place/actions/{}", task.project_id, task.action),
        };
        items.push(item("plugin-task", format!("{} · {action}", place.title), link, task.due_at));
    }
    let waiting = plugin_confirmation::Entity::find()
        .filter(plugin_confirmation::Column::TenantId.eq(who.tenant))
        .filter(plugin_confirmation::Column::ProjectId.is_in(places.iter().map(|p| p.project_id)))
        .filter(plugin_confirmation::Column::DoneAt.is_null())
        .filter(plugin_confirmation::Column::ExpiresAt.gt(app.now()))
        .order_by_asc(plugin_confirmation::Column::ExpiresAt)
        .limit(MOST)
        .all(db)
        .await?;
    for row in waiting.into_iter().filter(|row| !members.iter().any(|m| m.id == row.first_id)) {
        let Some(place) = places.iter().find(|p| p.project_id == row.project_id) else { continue };
        let loaded = app.plugins.load(app, &place.digest).await?;
        let Some(action) = loaded.description().action(&row.action) else { continue };
        // Only who may take the action confirms it.
        if action.roles.iter().any(|role| called.contains(&(row.project_id, format!("role:{role}")))) {
            let link = format!("/projects/{}/place/confirmations/{}", row.project_id, row.id);
            items.push(item("plugin-confirmation", place.title.clone(), link, Some(row.expires_at)));
        }
    }
    Ok(items)
}

/// The places of projects in which the person was given a part: title and address; at most [`MOST`].
pub(super) async fn places(app: &App, who: &Who) -> Result<Vec<(String, String)>, Refusal> {
    let members = Query::select()
        .column(project_member::Column::ProjectId)
        .from(project_member::Entity)
        .and_where(project_member::Column::TenantId.eq(who.tenant))
        .and_where(project_member::Column::AccountId.eq(who.account()))
        .and_where(project_member::Column::EndedAt.is_null())
        .to_owned();
    let places = project_plugin::Entity::find()
        .filter(project_plugin::Column::TenantId.eq(who.tenant))
        .filter(project_plugin::Column::ProjectId.in_subquery(members))
        .order_by_desc(project_plugin::Column::ProjectId)
        .limit(MOST)
        .all(app.db.read())
        .await?;
    Ok(places.into_iter().map(|p| (p.title, format!("/projects/{}/place", p.project_id))).collect())
}

/// Work of the system that gave up and waits for an administrator: one line with its number.
pub(super) async fn jobs(app: &App, who: &Who) -> Result<Vec<WorkItem>, Refusal> {
    if !who.holds(&[Role::SystemAdmin]) {
        return Ok(Vec::new());
    }
    let dead = job::Entity::find()
        .filter(job::Column::TenantId.eq(who.tenant))
        .filter(job::Column::State.eq(JobState::Dead))
        .count(app.db.read())
        .await?;
    Ok((dead > 0)
        .then(|| item("dead-jobs", dead.to_string(), "/jobs?state=dead".to_string(), None))
        .into_iter()
        .collect())
}
