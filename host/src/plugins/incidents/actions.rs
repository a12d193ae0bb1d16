use super::queries::{Incident, find};
use super::{GRAVE, HARM, IncidentEvent, IncidentMachine, IncidentState, answer_place, link, values_place};
use crate::lifecycle::{Command, Done, Place, Step, permit};
use crate::plugins::audience;
use crate::plugins::decide::Prepared;
use crate::plugins::records::Reader;
use crate::plugins::site::Site;
use crate::{App, Refusal, Who};
use sea_orm::sea_query::Expr;
use sea_orm::{ActiveModelTrait, ActiveValue::Set, ColumnTrait, EntityTrait, QueryFilter};
use serde_json::{Value, json};
use twoway_entity::accounts::Role;
use twoway_entity::plugins::{incident, project_member};
use twoway_ids::Uuid;
use twoway_manifest::{FieldProblem, IncidentClosed};

/// Longest answer, in characters.
const ANSWER_LENGTH: u32 = 2_000;

/// What a plugin says of it.
pub(in crate::plugins) struct Report<'a> {
    pub key: &'a str,
    pub what: &'a str,
    pub target: Option<&'a str>,
    pub severity: &'a str,
    pub values: &'a Value,
}

/// Keeps the incident under seal and tells the office and the project's lead. The same key is kept once.
pub(in crate::plugins) async fn report(
    step: &Step,
    p: &Prepared,
    asked: Report<'_>,
    reporter: Option<Uuid>,
) -> Result<(), Refusal> {
    use incident::Column as C;
    let (tenant, project) = (step.who().tenant, p.site.project());
    let key: String = asked.key.chars().take(200).collect();
    let known = incident::Entity::find()
        .filter(C::TenantId.eq(tenant))
        .filter(C::ProjectId.eq(project))
        .filter(C::Key.eq(&key))
        .one(step.tx())
        .await?;
    if known.is_some() {
        return Ok(());
    }
    let id = step.new_id();
    let row = incident::ActiveModel {
        tenant_id: Set(tenant),
        id: Set(id),
        project_id: Set(project),
        key: Set(key),
        what: Set(asked.what.to_string()),
        target_id: Set(asked.target.and_then(|t| Uuid::parse_str(t).ok())),
        severity: Set(asked.severity.to_string()),
        state: Set(IncidentState::Reported),
        version: Set(1),
        content: Set(p.site.key.seal(&values_place(id), asked.values.to_string().as_bytes())?),
        reported_at: Set(step.now()),
        reported_by: Set(reporter),
        answer: Set(None),
        answered_by: Set(None),
        answered_at: Set(None),
    };
    row.insert(step.tx()).await?;
    let facts = json!({"what": asked.what, "severity": asked.severity, "target": asked.target, "decision": p.id});
    step.created::<IncidentMachine>(id, IncidentState::Reported, facts);
    let values = json!({"project": p.site.row.title, "severity": asked.severity});
    let urgent = GRAVE.contains(&asked.severity);
    for account in audience::leads(step, &p.site, &[Role::LeadOffice]).await? {
        crate::notices::tell(step, account, "notice-plugin-incident", values.clone(), link(project, id), urgent)
            .await?;
    }
    Ok(())
}

/// Somebody of the office or of the project's lead looks after it.
pub async fn take(app: &App, who: &Who, command: &Command, project: Uuid, id: Uuid) -> Result<Done, Refusal> {
    let taking = async {
        let reader = Reader::enter(app, who, project).await?;
        let Incident { row, .. } = permitted(app, who, &reader, id, IncidentEvent::Take).await?;
        command.check_version(row.version)?;
        app.act(who, command, move |step| async move {
            step.advance::<IncidentMachine>(id, (row.state, row.version), IncidentEvent::Take, json!({})).await?;
            Ok(Done { id, version: row.version + 1 })
        })
        .await
    };
    app.once(who, command, taking).await
}

/// Closes an incident with an answer: what was found, what was done. The answer stays under seal; who reported it is told, and so is
/// the plugin.
///
/// Errors: `incident-harm-office` (P12), `incident-own` (P12), an answer that is missing or too long.
pub async fn close(
    app: &App,
    who: &Who,
    command: &Command,
    project: Uuid,
    id: Uuid,
    answer: &str,
) -> Result<Done, Refusal> {
    let closing = async {
        let reader = Reader::enter(app, who, project).await?;
        let Incident { row, .. } = permitted(app, who, &reader, id, IncidentEvent::Close).await?;
        command.check_version(row.version)?;
        may_answer(&reader, &row)?;
        let answer = written(answer)?;
        let site = reader.site.clone();
        let sealed = site.key.seal(&answer_place(id), answer.as_bytes())?;
        app.act(who, command, move |step| async move {
            let from = (row.state, row.version);
            // The words may name people; the chain keeps for ever only that there are some.
            step.advance::<IncidentMachine>(id, from, IncidentEvent::Close, json!({ "answered": true })).await?;
            keep_answer(&step, id, sealed).await?;
            tell_reporter(&step, &site, &row).await?;
            let closed = IncidentClosed {
                key: row.key.clone(),
                what: row.what.clone(),
                record: row.target_id.map(|t| t.to_string()),
            };
            crate::plugins::hear(&step, project, &closed).await?;
            Ok(Done { id, version: row.version + 1 })
        })
        .await
    };
    app.once(who, command, closing).await
}

/// Whether this reader's answer may close it.
///
/// Errors: `incident-harm-office` (P12), `incident-own` (P12).
pub fn may_answer(reader: &Reader, row: &incident::Model) -> Result<(), Refusal> {
    if row.severity == HARM && !reader.insider.has("office") {
        return Err(Refusal::of("incident-harm-office", "P12"));
    }
    let grave = GRAVE.contains(&row.severity.as_str());
    if grave && row.reported_by.is_some() && row.reported_by == reader.insider.member {
        return Err(Refusal::of("incident-own", "P12"));
    }
    Ok(())
}

async fn permitted(app: &App, who: &Who, reader: &Reader, id: Uuid, event: IncidentEvent) -> Result<Incident, Refusal> {
    let incident = find(app, reader, id).await?;
    let site = &reader.site.row;
    let place = Place { path: &site.path, owner: site.lead_id, organization: site.team_id };
    permit::<IncidentMachine>(who, event, &place)?;
    Ok(incident)
}

fn written(answer: &str) -> Result<String, Refusal> {
    let answer = answer.trim();
    match u32::try_from(answer.chars().count()).unwrap_or(u32::MAX) {
        0 => Err(Refusal::field("answer", FieldProblem::Missing)),
        n if n > ANSWER_LENGTH => Err(Refusal::field("answer", FieldProblem::TooLong { max: ANSWER_LENGTH })),
        _ => Ok(answer.to_string()),
    }
}

async fn keep_answer(step: &Step, id: Uuid, sealed: Vec<u8>) -> Result<(), Refusal> {
    use incident::Column as C;
    incident::Entity::update_many()
        .col_expr(C::Answer, Expr::value(sealed))
        .col_expr(C::AnsweredBy, Expr::value(step.who().account()))
        .col_expr(C::AnsweredAt, Expr::value(Some(step.now())))
        .filter(C::TenantId.eq(step.who().tenant))
        .filter(C::Id.eq(id))
        .exec(step.tx())
        .await?;
    Ok(())
}

async fn tell_reporter(step: &Step, site: &Site, row: &incident::Model) -> Result<(), Refusal> {
    let Some(member) = row.reported_by else { return Ok(()) };
    let member = project_member::Entity::find_by_id((step.who().tenant, member)).one(step.tx()).await?;
    let Some(account) = member.and_then(|m| m.account_id) else { return Ok(()) };
    let values = json!({ "project": site.row.title });
    step.notify(account, "notice-incident-closed", values, link(site.project(), row.id)).await
}
