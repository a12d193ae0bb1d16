use super::queries::{FILES, find};
use super::rules::{self, LONGEST, PHOTOS, TOLD_LATE, TOLD_SOON, next_stage};
use crate::adoptions::model::said;
use crate::calendar::{Calendar, local_day};
use crate::files::{self, CheckedFile, Owner};
use crate::lifecycle::{Command, Done, Step};
use crate::projects::model::Plan;
use crate::projects::{ProjectState, queries as projects};
use crate::{App, Refusal, Who, notices};
use sea_orm::sea_query::Expr;
use sea_orm::{
    ActiveModelTrait, ActiveValue::Set, ColumnTrait, EntityTrait, PaginatorTrait, QueryFilter, QueryOrder, QuerySelect,
};
use serde_json::{Value, json};
use twoway_entity::accounts::{Role, membership};
use twoway_entity::adoptions::adoption;
use twoway_entity::call_desk::settings;
use twoway_entity::projects::project;
use twoway_entity::sponsoring::{DisclosureKind, project_disclosure as disclosure};
use twoway_ids::{DAY, Millis, Uuid};
use twoway_manifest::FieldProblem;

/// The job that reminds of a disclosure.
pub const CLOCK: &str = "disclosures.clock";

const EMERGENCY_CALL: &str = "emergency";

fn link(project: Uuid) -> String {
    format!("/projects/{project}/disclosures")
}

/// The first moment after the local day of `at`.
fn end_of_day(app: &App, at: Millis) -> Millis {
    let calendar = Calendar { utc_offset: app.config.utc_offset_minutes, ..Calendar::default() };
    calendar.start_of(calendar.local_day(at)) + DAY
}

async fn newest(step: &Step, project: Uuid) -> Result<Option<disclosure::Model>, Refusal> {
    Ok(disclosure::Entity::find()
        .filter(disclosure::Column::TenantId.eq(step.who().tenant))
        .filter(disclosure::Column::ProjectId.eq(project))
        .order_by_desc(disclosure::Column::Number)
        .one(step.tx())
        .await?)
}

async fn is_adopted(step: &Step, row: &project::Model) -> Result<bool, Refusal> {
    let agreed = adoption::Entity::find()
        .filter(adoption::Column::TenantId.eq(row.tenant_id))
        .filter(adoption::Column::ProposalId.eq(row.proposal_id))
        .filter(adoption::Column::ActivatedAt.is_not_null())
        .count(step.tx())
        .await?;
    Ok(agreed > 0)
}

async fn is_emergency(step: &Step, row: &project::Model) -> Result<bool, Refusal> {
    let set = settings::Entity::find_by_id((row.tenant_id, row.call_id)).one(step.tx()).await?;
    Ok(set.is_some_and(|set| set.kind == EMERGENCY_CALL))
}

async fn owe(step: &Step, row: &project::Model, number: i32, kind: DisclosureKind, due: Millis) -> Result<(), Refusal> {
    let id = step.new_id();
    let due_at = end_of_day(step.app(), due);
    let owed = disclosure::ActiveModel {
        tenant_id: Set(row.tenant_id),
        id: Set(id),
        project_id: Set(row.id),
        number: Set(number),
        kind: Set(kind),
        due_at: Set(due_at),
        told: Set(if kind == DisclosureKind::Emergency { TOLD_SOON } else { 0 }),
        received: Set(None),
        done: Set(None),
        published_by: Set(None),
        published_at: Set(None),
    };
    step.wrote_rows(&[owed.insert(step.tx()).await?]);
    let told = if kind == DisclosureKind::Emergency { TOLD_SOON } else { 0 };
    set_clock(step, id, due_at, told).await
}

async fn set_clock(step: &Step, id: Uuid, due: Millis, told: i32) -> Result<(), Refusal> {
    match next_stage(due, told, step.now()) {
        Some((_, at)) => step.set_timer(CLOCK, id.to_string(), at, ("disclosure", id), json!({})).await,
        None => Ok(()),
    }
}

/// The project runs from now on: if somebody has adopted something of it, it owes its first disclosure.
pub async fn begin(step: &Step, row: &project::Model) -> Result<(), Refusal> {
    if newest(step, row.id).await?.is_some() || !is_adopted(step, row).await? {
        return Ok(());
    }
    let emergency = is_emergency(step, row).await?;
    let due = rules::first(step.now(), Plan::stored(&row.plan)?.days(), emergency);
    let kind = if emergency { DisclosureKind::Emergency } else { DisclosureKind::Running };
    owe(step, row, 1, kind, due).await
}

/// Something of a project was adopted: if it runs already, it owes its first disclosure.
pub async fn adopted(step: &Step, project: Uuid) -> Result<(), Refusal> {
    let row = project::Entity::find_by_id((step.who().tenant, project)).one(step.tx()).await?;
    match row {
        Some(row) if matches!(row.state, ProjectState::Running | ProjectState::Paused) => begin(step, &row).await,
        _ => Ok(()),
    }
}

/// The project has ended: what it still owes becomes the last disclosure.
pub async fn end(step: &Step, row: &project::Model) -> Result<(), Refusal> {
    if row.started_at.is_none() || !is_adopted(step, row).await? {
        return Ok(());
    }
    let due = rules::last(step.now());
    match newest(step, row.id).await? {
        Some(last) if last.kind == DisclosureKind::Final => Ok(()),
        Some(open) if open.published_at.is_none() => {
            let due_at = end_of_day(step.app(), due);
            disclosure::Entity::update_many()
                .col_expr(disclosure::Column::Kind, Expr::value(DisclosureKind::Final))
                .col_expr(disclosure::Column::DueAt, Expr::value(due_at))
                .col_expr(disclosure::Column::Told, Expr::value(0))
                .filter(disclosure::Column::TenantId.eq(row.tenant_id))
                .filter(disclosure::Column::Id.eq(open.id))
                .exec(step.tx())
                .await?;
            step.wrote(disclosure::Entity, open.id);
            set_clock(step, open.id, due_at, 0).await
        }
        last => owe(step, row, last.map_or(1, |l| l.number + 1), DisclosureKind::Final, due).await,
    }
}

/// Everybody who leads the team, and the project's own lead, each once.
async fn tell_team(step: &Step, row: &project::Model, template: &str, told: Value) -> Result<(), Refusal> {
    let mut people: Vec<Uuid> = membership::Entity::find()
        .select_only()
        .column(membership::Column::AccountId)
        .filter(membership::Column::TenantId.eq(row.tenant_id))
        .filter(membership::Column::OrganizationId.is_in(row.team_id))
        .filter(membership::Column::Role.eq(Role::TeamLead))
        .filter(membership::Column::EndedAt.is_null())
        .into_tuple()
        .all(step.tx())
        .await?;
    people.push(row.lead_id);
    people.sort_unstable();
    people.dedup();
    for person in people {
        step.notify(person, template, told.clone(), link(row.id)).await?;
    }
    Ok(())
}

/// The team is reminded seven days before and on the day; afterwards the office hears of it. Called twice for one moment it does it once.
/// While a project is suspended nobody is reminded.
pub async fn remind(app: &App, who: &Who, id: Uuid) -> Result<(), Refusal> {
    let db = app.db.read();
    let Some(owed) = disclosure::Entity::find_by_id((who.tenant, id)).one(db).await? else { return Ok(()) };
    let Some((stage, at)) = next_stage(owed.due_at, owed.told, app.now()) else { return Ok(()) };
    if owed.published_at.is_some() || at > app.now() {
        return Ok(());
    }
    let found = project::Entity::find_by_id((who.tenant, owed.project_id)).one(db).await?;
    let Some(row) = found else { return Ok(()) };
    app.act(who, &Command::default(), move |step| async move {
        let answer = Done { id, version: row.version };
        if row.state == ProjectState::Paused {
            step.set_timer(CLOCK, id.to_string(), step.now() + DAY, ("disclosure", id), json!({})).await?;
            return Ok(answer);
        }
        let marked = disclosure::Entity::update_many()
            .col_expr(disclosure::Column::Told, Expr::value(stage))
            .filter(disclosure::Column::TenantId.eq(row.tenant_id))
            .filter(disclosure::Column::Id.eq(id))
            .filter(disclosure::Column::Told.eq(owed.told))
            .filter(disclosure::Column::PublishedAt.is_null())
            .exec(step.tx())
            .await?;
        if marked.rows_affected != 1 {
            return Ok(answer);
        }
        step.wrote(disclosure::Entity, id);
        let day = local_day(step.app(), owed.due_at - 1);
        let told = json!({ "title": row.title, "due": day });
        if stage == TOLD_LATE {
            step.record("project", row.id, "disclosure-late", json!({ "due": day }));
            let office = &[Role::LeadOffice];
            let page = link(row.id);
            notices::tell_role(&step, office, row.organization_id, "notice-disclosure-late", told, page).await?;
        } else {
            step.record("project", row.id, "disclosure-reminded", json!({ "due": day }));
            tell_team(&step, &row, "notice-disclosure-due", told).await?;
            set_clock(&step, id, owed.due_at, stage).await?;
        }
        Ok(answer)
    })
    .await?;
    Ok(())
}

/// What the team tells the public.
pub struct Account {
    pub received: String,
    pub done: String,
    pub photos: Vec<CheckedFile>,
}

/// The team publishes what it owes; while the project runs the next one is owed from then on.
///
/// Errors: `disclosure-published` (D14), `text-too-short`, `account-number-in-text` (D1); [`Refusal::Invalid`] for what is no photo.
pub async fn publish(app: &App, who: &Who, command: &Command, id: Uuid, told: Account) -> Result<Done, Refusal> {
    let (owed, row) = find(app.db.read(), who, id).await?;
    if !projects::leads(who, &row) {
        return Err(Refusal::NotAllowed);
    }
    if owed.published_at.is_some() {
        return Err(Refusal::of("disclosure-published", "D14"));
    }
    let received = said("received", &told.received, 10, LONGEST)?;
    let done = said("done", &told.done, 10, LONGEST)?;
    if told.photos.len() > PHOTOS {
        return Err(Refusal::of("disclosure-photos", "D14").with("most", PHOTOS));
    }
    if told.photos.iter().any(|photo| !photo.media_type.starts_with("image/")) {
        return Err(Refusal::field("photos", FieldProblem::WrongType));
    }
    let kept = told.photos.clone();
    let command = Command { acting_for: row.team_id, ..command.clone() };
    let published = app.act(who, &command, move |step| async move {
        step.record("project", row.id, "disclosure-published", json!({ "number": owed.number }));
        let written = disclosure::Entity::update_many()
            .col_expr(disclosure::Column::Received, Expr::value(Some(received)))
            .col_expr(disclosure::Column::Done, Expr::value(Some(done)))
            .col_expr(disclosure::Column::PublishedBy, Expr::value(step.who().account()))
            .col_expr(disclosure::Column::PublishedAt, Expr::value(Some(step.now())))
            .filter(disclosure::Column::TenantId.eq(row.tenant_id))
            .filter(disclosure::Column::Id.eq(id))
            .filter(disclosure::Column::PublishedAt.is_null())
            .exec(step.tx())
            .await?;
        if written.rows_affected != 1 {
            return Err(Refusal::Stale);
        }
        step.wrote(disclosure::Entity, id);
        for photo in &told.photos {
            files::attach(&step, Owner::new(FILES, id), "photo", photo).await?;
        }
        step.cancel_timer(CLOCK, &id.to_string()).await?;
        if owed.kind != DisclosureKind::Final && matches!(row.state, ProjectState::Running | ProjectState::Paused) {
            let emergency = owed.kind == DisclosureKind::Emergency;
            // The day itself, of which the clock is the end.
            let due = rules::next(owed.due_at - 1, step.now(), emergency);
            owe(&step, &row, owed.number + 1, owed.kind, due).await?;
        }
        let office = &[Role::LeadOffice];
        let values = json!({ "title": row.title });
        notices::tell_role(&step, office, row.organization_id, "notice-disclosure-published", values, link(row.id))
            .await?;
        Ok(Done { id, version: 1 })
    });
    files::kept(app, &kept, published).await
}
