use super::hold::{LAPSE, set_clock};
use super::interest::sponsor;
use super::{office_of, place, shift_all, tell_office, tell_parties, tell_sponsor, update};
use crate::adoptions::agreement::{self as words, Subject};
use crate::adoptions::conditions::{self, Conditions};
use crate::adoptions::model::{AgreementTerms, Committed, SIGNING, said};
use crate::adoptions::partners::{self, Together};
use crate::adoptions::queries::{self, Seen, find_visible};
use crate::adoptions::rules;
use crate::adoptions::{AdoptionEvent, AdoptionMachine, AdoptionState, diligence, plan, templates};
use crate::calendar::{local_day, today};
use crate::lifecycle::{Command, Done, Step, permit};
use crate::needs::{Shift, startable};
use crate::refusal::stale_if_taken;
use crate::{App, Refusal, Who, needs};
use sea_orm::sea_query::Expr;
use sea_orm::{ActiveModelTrait, ActiveValue::Set, ColumnTrait, ConnectionTrait, EntityTrait, QueryFilter};
use serde_json::{Value, json};
use std::collections::HashMap;
use twoway_entity::adoptions::{adoption, agreement, commitment};
use twoway_entity::organizations::organization;
use twoway_ids::Uuid;

/// What an agreement names, read once.
struct Named {
    sponsor: organization::Model,
    team: String,
    office: String,
    recipients: HashMap<Uuid, String>,
    conditions: Conditions,
    partners: Vec<Together>,
}

impl Named {
    async fn load(db: &impl ConnectionTrait, who: &Who, seen: &Seen) -> Result<Self, Refusal> {
        let tenant = seen.row.tenant_id;
        let office = office_of(&seen.row.path);
        let ids =
            seen.lines.iter().filter_map(|l| l.line.recipient_id).chain(office).chain(seen.proposal.organization_id);
        let found = queries::organizations(db, tenant, ids).await?;
        let name = |id: Option<Uuid>| id.and_then(|id| found.get(&id)).map(|o| o.name.clone());
        let team = match name(seen.proposal.organization_id) {
            Some(team) => team,
            None => {
                queries::names(db, tenant, [seen.proposal.owner_id]).await?.into_values().next().unwrap_or_default()
            }
        };
        let office = name(office).unwrap_or_default();
        let recipients = found.iter().map(|(id, o)| (*id, o.name.clone())).collect();
        let conditions = Conditions::of(db, who, seen).await?;
        let partners = partners::joined(db, tenant, seen.row.id).await?;
        Ok(Self { sponsor: sponsor(db, seen).await?, team, office, recipients, conditions, partners })
    }

    fn subject<'a>(&'a self, seen: &'a Seen) -> Subject<'a> {
        Subject {
            proposal_title: &seen.proposal.title,
            sponsor: &self.sponsor,
            team: &self.team,
            office: &self.office,
            lines: &seen.lines,
            recipients: &self.recipients,
            conditions: &self.conditions,
            partners: &self.partners,
        }
    }
}

/// The office or the sponsor starts the agreement from the template.
pub async fn draft_agreement(app: &App, who: &Who, command: &Command, id: Uuid) -> Result<Done, Refusal> {
    let db = app.db.read();
    let seen = find_visible(db, who, id).await?;
    permit::<AdoptionMachine>(who, AdoptionEvent::DraftAgreement, &place(&seen.row))?;
    command.check_version(seen.row.version)?;
    let terms = Named::load(db, who, &seen).await?.subject(&seen).template();
    app.act(who, command, move |step| async move {
        let row = &seen.row;
        step.advance::<AdoptionMachine>(id, (row.state, row.version), AdoptionEvent::DraftAgreement, json!({})).await?;
        new_version(&step, id, 1, &terms).await?;
        super::plan::write(&step, id, plan::whole(&seen.lines)).await?;
        let told = json!({ "project": seen.proposal.title });
        tell_sponsor(&step, &seen, "notice-adoption-drafted", told).await?;
        Ok(Done { id, version: row.version + 1 })
    })
    .await
}

pub(super) async fn new_version(
    step: &Step,
    adoption: Uuid,
    number: i32,
    terms: &AgreementTerms,
) -> Result<(), Refusal> {
    let id = step.new_id();
    let row = agreement::ActiveModel {
        tenant_id: Set(step.who().tenant),
        id: Set(id),
        adoption_id: Set(adoption),
        number: Set(number),
        terms: Set(serde_json::to_value(terms)?),
        text: Set(None),
        hash: Set(None),
        frozen_at: Set(None),
        frozen_by: Set(None),
        created_at: Set(step.now()),
    };
    row.insert(step.tx()).await.map_err(stale_if_taken)?;
    step.wrote(agreement::Entity, id);
    Ok(())
}

/// The text as it would be frozen now; none where nothing is being drafted.
pub async fn preview(app: &App, who: &Who, seen: &Seen) -> Result<Option<String>, Refusal> {
    let db = app.db.read();
    let Ok(draft) = draft(db, seen).await else { return Ok(None) };
    let terms: AgreementTerms = serde_json::from_value(draft.terms)?;
    let planned = plan::of(db, seen.row.tenant_id, seen.row.id).await?;
    let Ok(template) = templates::chosen(db, seen.row.tenant_id, &terms.template).await else { return Ok(None) };
    let named = Named::load(db, who, seen).await?;
    Ok(Some(named.subject(seen).text(&template.body, &terms, &planned, draft.number)))
}

/// Office or sponsor changes the draft.
pub async fn edit_agreement(
    app: &App,
    who: &Who,
    command: &Command,
    id: Uuid,
    terms: AgreementTerms,
) -> Result<Done, Refusal> {
    let db = app.db.read();
    let seen = find_visible(db, who, id).await?;
    permit::<AdoptionMachine>(who, AdoptionEvent::DraftAgreement, &place(&seen.row))?;
    command.check_version(seen.row.version)?;
    let draft = draft(db, &seen).await?;
    templates::chosen(db, who.tenant, &terms.template).await?;
    app.act(who, command, move |step| async move {
        let row = &seen.row;
        let after = serde_json::to_value(&terms)?;
        let payload = json!({ "version": draft.number, "fields": differing(&draft.terms, &after), "after": after });
        step.touch::<AdoptionMachine>(id, (row.state, row.version), "terms-changed", payload).await?;
        agreement::Entity::update_many()
            .col_expr(agreement::Column::Terms, Expr::value(after))
            .filter(agreement::Column::TenantId.eq(row.tenant_id))
            .filter(agreement::Column::Id.eq(draft.id))
            .exec(step.tx())
            .await?;
        step.wrote(agreement::Entity, draft.id);
        Ok(Done { id, version: row.version + 1 })
    })
    .await
}

fn differing(before: &Value, after: &Value) -> Vec<String> {
    let keys = after.as_object().into_iter().flat_map(|map| map.keys());
    keys.filter(|key| before.get(key.as_str()) != after.get(key.as_str())).cloned().collect()
}

/// The version that is being drafted. Errors: `agreement-frozen` (P14) in every other state.
async fn draft(db: &impl ConnectionTrait, seen: &Seen) -> Result<agreement::Model, Refusal> {
    let newest = queries::agreement(db, seen.row.tenant_id, seen.row.id).await?;
    match newest {
        Some((draft, _)) if seen.row.state == AdoptionState::Agreement && draft.text.is_none() => Ok(draft),
        _ => Err(Refusal::of("agreement-frozen", "P14")),
    }
}

/// The office freezes the text: from now on the parties confirm exactly these bytes, within 15 days.
pub async fn freeze(app: &App, who: &Who, command: &Command, id: Uuid) -> Result<Done, Refusal> {
    let db = app.db.read();
    let seen = find_visible(db, who, id).await?;
    permit::<AdoptionMachine>(who, AdoptionEvent::Freeze, &place(&seen.row))?;
    command.check_version(seen.row.version)?;
    let draft = draft(db, &seen).await?;
    let terms: AgreementTerms = serde_json::from_value(draft.terms.clone())?;
    rules::complete_terms(&terms)?;
    let stated = diligence::statement(db, who.tenant, id).await?;
    let findings = diligence::findings(db, who.tenant, id).await?;
    let taken: Vec<_> = seen.lines.iter().map(|l| &l.line).collect();
    diligence::passes(&taken, stated.as_ref(), &findings)?;
    diligence::approved(stated.as_ref(), &findings)?;
    let planned = plan::of(db, who.tenant, id).await?;
    plan::adds_up(&seen.lines, &planned)?;
    let template = templates::chosen(db, who.tenant, &terms.template).await?;
    let named = Named::load(db, who, &seen).await?;
    conditions::still_ahead(&seen.lines, &named.conditions.rows, &today(app))?;
    let text = named.subject(&seen).text(&template.body, &terms, &planned, draft.number);
    let hash = words::hash(&text);
    app.act(who, command, move |step| async move {
        let row = &seen.row;
        let until = step.now() + SIGNING;
        let payload = json!({ "version": draft.number, "hash": hash, "until": until });
        step.advance::<AdoptionMachine>(id, (row.state, row.version), AdoptionEvent::Freeze, payload).await?;
        agreement::Entity::update_many()
            .col_expr(agreement::Column::Text, Expr::value(Some(text)))
            .col_expr(agreement::Column::Hash, Expr::value(Some(hash.clone())))
            .col_expr(agreement::Column::FrozenAt, Expr::value(Some(step.now())))
            .col_expr(agreement::Column::FrozenBy, Expr::value(step.who().account()))
            .filter(agreement::Column::TenantId.eq(row.tenant_id))
            .filter(agreement::Column::Id.eq(draft.id))
            .exec(step.tx())
            .await?;
        step.wrote(agreement::Entity, draft.id);
        update(row.tenant_id, id)
            .col_expr(adoption::Column::AgreementHash, Expr::value(Some(hash)))
            .col_expr(adoption::Column::HeldUntil, Expr::value(Some(until)))
            .exec(step.tx())
            .await?;
        set_clock(&step, id, until).await?;
        let told = json!({ "project": seen.proposal.title, "until": local_day(step.app(), until) });
        tell_parties(&step, &seen, "notice-adoption-frozen", told).await?;
        Ok(Done { id, version: row.version + 1 })
    })
    .await
}

/// Something in the frozen text is wrong: a new version is drafted from it, and no confirmation of the old one counts.
pub async fn reopen(app: &App, who: &Who, command: &Command, id: Uuid, reason: &str) -> Result<Done, Refusal> {
    let db = app.db.read();
    let seen = find_visible(db, who, id).await?;
    permit::<AdoptionMachine>(who, AdoptionEvent::Reopen, &place(&seen.row))?;
    command.check_version(seen.row.version)?;
    let reason = said("reason", reason, 1, 1_000)?;
    let (frozen, _) = queries::agreement(db, who.tenant, id).await?.ok_or(Refusal::NotFound)?;
    let terms: AgreementTerms = serde_json::from_value(frozen.terms.clone())?;
    app.act(who, command, move |step| async move {
        let row = &seen.row;
        let payload = json!({ "version": frozen.number + 1, "reason": reason });
        step.advance::<AdoptionMachine>(id, (row.state, row.version), AdoptionEvent::Reopen, payload).await?;
        new_version(&step, id, frozen.number + 1, &terms).await?;
        update(row.tenant_id, id)
            .col_expr(adoption::Column::AgreementHash, Expr::value(Option::<String>::None))
            .exec(step.tx())
            .await?;
        let told = json!({ "project": seen.proposal.title, "reason": reason });
        tell_parties(&step, &seen, "notice-adoption-reopened", told).await?;
        Ok(Done { id, version: row.version + 1 })
    })
    .await
}

/// The agreement comes into force: what was held is agreed, and if every required line has enough, the project may start.
pub(super) async fn activate(step: &Step, seen: &Seen, from: (AdoptionState, i32), named: bool) -> Result<(), Refusal> {
    let row = &seen.row;
    let lines: Vec<_> = seen
        .lines
        .iter()
        .map(|l: &Committed| json!({ "line": l.line.id, "quantity": l.commitment.quantity }))
        .collect();
    step.advance::<AdoptionMachine>(row.id, from, AdoptionEvent::Activate, json!({ "lines": lines })).await?;
    update(row.tenant_id, row.id)
        .col_expr(adoption::Column::ActivatedAt, Expr::value(Some(step.now())))
        .col_expr(adoption::Column::HeldUntil, Expr::value(Option::<i64>::None))
        .col_expr(adoption::Column::Named, Expr::value(named))
        .exec(step.tx())
        .await?;
    let commitments: Vec<commitment::Model> = seen.lines.iter().map(|l| l.commitment.clone()).collect();
    shift_all(step, &commitments, Shift::Activate).await?;
    super::due::begin(step, seen).await?;
    super::conditions::begin(step, seen).await?;
    super::first_delivery::begin(step, seen).await?;
    step.cancel_timer(LAPSE, &row.id.to_string()).await?;
    if let Some(project) = super::project_of(step, row.proposal_id).await? {
        crate::plugins::sponsor_joined(step, project, row.organization_id).await?;
        crate::disclosures::adopted(step, project).await?;
    }
    let told = json!({ "project": seen.proposal.title });
    tell_parties(step, seen, "notice-adoption-active", told.clone()).await?;
    let coverage = needs::queries::coverage(step.tx(), step.who(), row.proposal_id).await?;
    if startable(&coverage) {
        let link = format!("/proposals/{}", row.proposal_id);
        step.notify(seen.proposal.owner_id, "notice-needs-covered", told.clone(), link.clone()).await?;
        tell_office(step, &row.path, "notice-needs-covered", told, link).await?;
    }
    Ok(())
}
