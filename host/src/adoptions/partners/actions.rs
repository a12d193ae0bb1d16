use super::MOST_PARTNERS;
use super::queries::inside;
use super::state::{PartnerEvent, PartnerMachine, PartnerState};
use crate::adoptions::actions::{acting, link};
use crate::adoptions::model::said;
use crate::adoptions::queries::{Seen, find_visible, organization};
use crate::adoptions::{AdoptionEvent, AdoptionMachine, AdoptionState, bars, rules, trades};
use crate::lifecycle::{Command, Done, Machine, Place, Step, permit, wrong_state};
use crate::notices::tell_role;
use crate::{App, Refusal, Who};
use sea_orm::sea_query::Expr;
use sea_orm::{ActiveModelTrait, ActiveValue::Set, ColumnTrait, ConnectionTrait, EntityTrait, QueryFilter};
use serde::{Deserialize, Serialize};
use serde_json::json;
use twoway_entity::adoptions::partner;
use twoway_entity::organizations::organization as house;
use twoway_ids::Uuid;
use twoway_manifest::FieldProblem;
use utoipa::ToSchema;

/// Whom the lead asks to adopt along.
#[derive(Clone, Debug, Default, Serialize, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
#[schema(as = PartnerInvitation)]
pub struct Invitation {
    /// The organisation's unified social credit code.
    pub credit_code: String,
    /// What it contributes, in words that come into the agreement.
    pub share: String,
}

/// What a partner states when it joins, as a sponsor does when it shows interest.
#[derive(Clone, Debug, Serialize, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
#[schema(as = PartnerAnswer)]
pub struct Answer {
    /// The key of its category of trade.
    pub trade: String,
    /// A related party of ours benefits from the project.
    #[serde(default)]
    pub related_party: bool,
    /// Nothing that may not be advertised is promoted with it.
    #[serde(default)]
    pub clean_promotion: bool,
}

/// Partners come and go before the office has checked the sponsors; what it checked stays.
fn changeable(seen: &Seen) -> Result<(), Refusal> {
    if !matches!(seen.row.state, AdoptionState::Interested | AdoptionState::Queued) {
        return Err(wrong_state::<AdoptionMachine>(seen.row.state, AdoptionEvent::Check));
    }
    if seen.row.checked_at.is_some() { Err(Refusal::of("partners-checked", "D1")) } else { Ok(()) }
}

/// Whether every partner that was asked has answered: the office checks all sponsors together, and nobody is added behind its back.
pub async fn all_answered(db: &impl ConnectionTrait, seen: &Seen) -> Result<(), Refusal> {
    let waits = inside(db, seen.row.tenant_id, seen.row.id).await?;
    let open = waits.iter().filter(|row| row.state == PartnerState::Invited).count();
    if open == 0 { Ok(()) } else { Err(Refusal::of("partner-unanswered", "D1").with("n", open)) }
}

/// The lead's signatory asks another verified organisation to adopt along.
///
/// Errors: `partners-checked` (D1), `too-many-partners`, `partner-there`, `organization-not-verified` (P13), `organization-barred` (M6),
/// `own-proposal` (D8); the fields `credit_code` and `share`.
pub async fn invite(app: &App, who: &Who, command: &Command, id: Uuid, new: Invitation) -> Result<Done, Refusal> {
    let db = app.db.read();
    let seen = find_visible(db, who, id).await?;
    rules::signatory(who, seen.row.organization_id)?;
    command.check_version(seen.row.version)?;
    changeable(&seen)?;
    let by = who.account().ok_or(Refusal::SignedOut)?;
    let code = new.credit_code.trim().to_uppercase();
    if code.is_empty() {
        return Err(Refusal::field("credit_code", FieldProblem::Missing));
    }
    let share = said("share", &new.share, 1, 500)?;
    let found = house::Entity::find()
        .filter(house::Column::TenantId.eq(who.tenant))
        .filter(house::Column::CreditCode.eq(code))
        .one(db)
        .await?;
    let found = found.ok_or(Refusal::field("credit_code", FieldProblem::NotAnOption))?;
    fit(app, &seen, &found).await?;
    let there = inside(db, who.tenant, id).await?;
    if found.id == seen.row.organization_id || there.iter().any(|row| row.organization_id == found.id) {
        return Err(Refusal::rule("partner-there"));
    }
    if there.len() >= MOST_PARTNERS {
        return Err(Refusal::rule("too-many-partners").with("most", MOST_PARTNERS));
    }
    app.act(who, &acting(command, Some(seen.row.organization_id)), move |step| async move {
        let row = &seen.row;
        let payload = json!({ "organization": found.id, "share": share });
        step.touch::<AdoptionMachine>(id, (row.state, row.version), "partner-invited", payload).await?;
        let new = step.new_id();
        let invited = partner::ActiveModel {
            tenant_id: Set(row.tenant_id),
            id: Set(new),
            adoption_id: Set(id),
            organization_id: Set(found.id),
            share: Set(share),
            trade: Set(String::new()),
            related_party: Set(false),
            invited_by: Set(by),
            invited_at: Set(step.now()),
            answered_by: Set(None),
            answered_at: Set(None),
            state: Set(PartnerState::Invited),
            version: Set(1),
        };
        invited.insert(step.tx()).await?;
        step.created::<PartnerMachine>(new, PartnerState::Invited, json!({ "adoption": id }));
        let lead = organization(step.tx(), row.tenant_id, row.organization_id).await?;
        let values = json!({ "sponsor": lead.map(|lead| lead.name), "project": seen.proposal.title });
        let page = format!("{}/partners", link(id));
        tell_role(&step, rules::SPONSORS, found.id, "notice-partner-invited", values, page).await?;
        Ok(Done { id, version: row.version + 1 })
    })
    .await
}

/// What must be true of every sponsor is true of a partner.
async fn fit(app: &App, seen: &Seen, house: &house::Model) -> Result<(), Refusal> {
    rules::verified_sponsor(house)?;
    bars::not_barred(app, seen.row.tenant_id, house.id).await?;
    rules::proper_interest(true, seen.proposal.organization_id == Some(house.id))
}

/// One partner with its adoption, if the reader may cause this event; the lead's signatory takes away, the partner's does the rest.
async fn may_cause(
    app: &App,
    who: &Who,
    command: &Command,
    id: Uuid,
    event: PartnerEvent,
) -> Result<(partner::Model, Seen), Refusal> {
    let db = app.db.read();
    let row = partner::Entity::find_by_id((who.tenant, id)).one(db).await?.ok_or(Refusal::NotFound)?;
    let seen = find_visible(db, who, row.adoption_id).await?;
    let signs = if event == PartnerEvent::Remove { seen.row.organization_id } else { row.organization_id };
    permit::<PartnerMachine>(who, event, &Place { path: "", owner: None, organization: Some(signs) })?;
    rules::signatory(who, signs)?;
    command.check_version(row.version)?;
    if PartnerMachine::next(row.state, event).is_none() {
        return Err(wrong_state::<PartnerMachine>(row.state, event));
    }
    changeable(&seen)?;
    Ok((row, seen))
}

/// The partner's signatory joins, with the declarations that every sponsor makes.
///
/// Errors: those of [`invite`]; `promotion-not-clean` and `trade-blocked` (D8), the field `trade`.
pub async fn accept(app: &App, who: &Who, command: &Command, id: Uuid, said: Answer) -> Result<Done, Refusal> {
    let (row, seen) = may_cause(app, who, command, id, PartnerEvent::Join).await?;
    let db = app.db.read();
    let house = organization(db, who.tenant, row.organization_id).await?.ok_or(Refusal::NotFound)?;
    rules::proper_interest(said.clean_promotion, false)?;
    trades::allowed(db, who.tenant, &said.trade).await?;
    fit(app, &seen, &house).await?;
    let set = [
        (partner::Column::Trade, Expr::value(said.trade.clone())),
        (partner::Column::RelatedParty, Expr::value(said.related_party)),
    ];
    let payload = json!({ "trade": said.trade, "related_party": said.related_party });
    answer(app, who, command, (row, seen, house), (PartnerEvent::Join, set.into(), payload)).await
}

/// The partner does not join.
pub async fn decline(app: &App, who: &Who, command: &Command, id: Uuid) -> Result<Done, Refusal> {
    change(app, who, command, id, PartnerEvent::Decline).await
}

/// A partner that has joined leaves.
pub async fn leave(app: &App, who: &Who, command: &Command, id: Uuid) -> Result<Done, Refusal> {
    change(app, who, command, id, PartnerEvent::Leave).await
}

/// The lead takes an invitation or a partner away.
pub async fn remove(app: &App, who: &Who, command: &Command, id: Uuid) -> Result<Done, Refusal> {
    change(app, who, command, id, PartnerEvent::Remove).await
}

async fn change(app: &App, who: &Who, command: &Command, id: Uuid, event: PartnerEvent) -> Result<Done, Refusal> {
    let (row, seen) = may_cause(app, who, command, id, event).await?;
    let house = organization(app.db.read(), who.tenant, row.organization_id).await?.ok_or(Refusal::NotFound)?;
    answer(app, who, command, (row, seen, house), (event, Vec::new(), json!({}))).await
}

type Change = (PartnerEvent, Vec<(partner::Column, sea_orm::sea_query::SimpleExpr)>, serde_json::Value);

async fn answer(
    app: &App,
    who: &Who,
    command: &Command,
    (row, seen, house): (partner::Model, Seen, house::Model),
    (event, set, payload): Change,
) -> Result<Done, Refusal> {
    let lead = seen.row.organization_id;
    let (by_lead, account) = (event == PartnerEvent::Remove, who.account());
    app.act(who, &acting(command, Some(if by_lead { lead } else { house.id })), move |step| async move {
        let id = row.id;
        step.advance::<PartnerMachine>(id, (row.state, row.version), event, payload).await?;
        write(&step, id, account, set).await?;
        // The adoption's history tells it, and whoever has the adoption open learns that its parties changed.
        let what = match event {
            PartnerEvent::Join => "partner-joined",
            PartnerEvent::Decline => "partner-declined",
            PartnerEvent::Leave => "partner-left",
            PartnerEvent::Remove => "partner-removed",
        };
        let adoption = &seen.row;
        let payload = json!({ "organization": house.id });
        step.touch::<AdoptionMachine>(adoption.id, (adoption.state, adoption.version), what, payload).await?;
        let values = json!({ "name": house.name, "project": seen.proposal.title });
        let (told, template) = match event {
            PartnerEvent::Join => (lead, "notice-partner-joined"),
            PartnerEvent::Decline => (lead, "notice-partner-declined"),
            PartnerEvent::Leave => (lead, "notice-partner-left"),
            PartnerEvent::Remove => (house.id, "notice-partner-removed"),
        };
        let page = if by_lead { "/adoptions".to_string() } else { format!("{}/partners", link(adoption.id)) };
        tell_role(&step, rules::SPONSORS, told, template, values, page).await?;
        Ok(Done { id, version: row.version + 1 })
    })
    .await
}

async fn write(
    step: &Step,
    id: Uuid,
    by: Option<Uuid>,
    set: Vec<(partner::Column, sea_orm::sea_query::SimpleExpr)>,
) -> Result<(), Refusal> {
    let mut update = partner::Entity::update_many()
        .col_expr(partner::Column::AnsweredBy, Expr::value(by))
        .col_expr(partner::Column::AnsweredAt, Expr::value(step.now()))
        .filter(partner::Column::TenantId.eq(step.who().tenant))
        .filter(partner::Column::Id.eq(id));
    for (column, value) in set {
        update = update.col_expr(column, value);
    }
    update.exec(step.tx()).await?;
    step.wrote(partner::Entity, id);
    Ok(())
}
