use super::{acting, link, place, tell_office, tell_sponsor};
use crate::adoptions::model::{NewInterest, Wish, said};
use crate::adoptions::queries::{self, Seen, find_visible};
use crate::adoptions::rules::{self, SPONSORS};
use crate::adoptions::{AdoptionEvent, AdoptionMachine, AdoptionState, bars, trades};
use crate::calendar::today;
use crate::lifecycle::{Command, Done, Step, permit};
use crate::{App, Refusal, Who, needs, proposals};
use sea_orm::{
    ActiveModelTrait, ActiveValue::Set, ColumnTrait, ConnectionTrait, EntityTrait, PaginatorTrait, QueryFilter,
};
use serde_json::json;
use twoway_entity::adoptions::{adoption, commitment};
use twoway_entity::agreements::statement;
use twoway_entity::proposals::proposal;
use twoway_ids::Uuid;

/// A sponsor shows interest in lines of a pooled proposal. Nothing is reserved yet; office and proposer are told, nobody else.
pub async fn express_interest(
    app: &App,
    who: &Who,
    command: &Command,
    proposal: Uuid,
    interest: NewInterest,
) -> Result<Done, Refusal> {
    if who.account().is_none() {
        return Err(Refusal::SignedOut);
    }
    if !who.holds_at(SPONSORS, interest.organization) {
        return Err(Refusal::NotAllowed);
    }
    let db = app.db.read();
    let proposal = proposals::queries::find_visible(db, who, proposal).await?.row;
    if !needs::queries::is_adoptable(db, &proposal).await? {
        return Err(Refusal::rule("not-in-pool"));
    }
    let sponsor = queries::organization(db, who.tenant, interest.organization).await?.ok_or(Refusal::NotFound)?;
    rules::verified_sponsor(&sponsor)?;
    bars::not_barred(app, who.tenant, sponsor.id).await?;
    rules::proper_interest(interest.clean_promotion, proposal.organization_id == Some(sponsor.id))?;
    trades::allowed(db, who.tenant, &interest.trade).await?;
    let lines = needs::queries::lines(db, who, proposal.id).await?;
    rules::wishes_fit(&interest.wishes, &lines, &today(app))?;
    let waiting = adoption::Entity::find()
        .filter(adoption::Column::TenantId.eq(who.tenant))
        .filter(adoption::Column::ProposalId.eq(proposal.id))
        .filter(adoption::Column::OrganizationId.eq(sponsor.id))
        .filter(adoption::Column::State.eq(AdoptionState::Interested))
        .count(db)
        .await?;
    if waiting > 0 {
        return Err(Refusal::rule("interest-waits"));
    }
    app.act(who, &acting(command, Some(sponsor.id)), move |step| async move {
        let id = begin(&step, &proposal, interest, AdoptionState::Interested).await?;
        let told = json!({ "sponsor": sponsor.name, "project": proposal.title });
        step.notify(proposal.owner_id, "notice-adoption-interest", told.clone(), link(id)).await?;
        tell_office(&step, &proposal.path, "notice-adoption-interest", told, link(id)).await?;
        Ok(Done { id, version: 1 })
    })
    .await
}

/// The row, its lines and its first event.
pub(super) async fn begin(
    step: &Step,
    proposal: &proposal::Model,
    interest: NewInterest,
    state: AdoptionState,
) -> Result<Uuid, Refusal> {
    let id = step.new_id();
    let row = adoption::ActiveModel {
        tenant_id: Set(step.who().tenant),
        id: Set(id),
        proposal_id: Set(proposal.id),
        organization_id: Set(interest.organization),
        path: Set(proposal.path.clone()),
        message: Set(interest.message),
        related_party: Set(interest.related_party),
        clean_promotion: Set(interest.clean_promotion),
        author_id: Set(step.who().account().ok_or(Refusal::SignedOut)?),
        checked_at: Set(None),
        checked_by: Set(None),
        check_note: Set(None),
        held_until: Set(None),
        extended: Set(false),
        agreement_hash: Set(None),
        reason: Set(None),
        activated_at: Set(None),
        named: Set(false),
        state: Set(state),
        version: Set(1),
        created_at: Set(step.now()),
    };
    row.insert(step.tx()).await?;
    commit_to(step, id, &interest.wishes).await?;
    let payload = json!({
        "lines": interest.wishes, "related_party": interest.related_party, "trade": interest.trade,
        "state_owned": interest.state_owned, "own_products": interest.own_products,
    });
    let stated = statement::ActiveModel {
        tenant_id: Set(step.who().tenant),
        adoption_id: Set(id),
        trade: Set(interest.trade),
        state_owned: Set(interest.state_owned),
        own_products: Set(interest.own_products),
    };
    statement::Entity::insert(stated).exec_without_returning(step.tx()).await?;
    step.wrote(statement::Entity, id);
    step.created::<AdoptionMachine>(id, state, payload);
    super::diligence::set_check_timer(step, id).await?;
    Ok(id)
}

/// Replaces what an adoption takes on.
pub(super) async fn commit_to(step: &Step, adoption: Uuid, wishes: &[Wish]) -> Result<Vec<commitment::Model>, Refusal> {
    let tenant = step.who().tenant;
    let before = commitment::Entity::delete_many()
        .filter(commitment::Column::TenantId.eq(tenant))
        .filter(commitment::Column::AdoptionId.eq(adoption))
        .exec_with_returning(step.tx())
        .await?;
    step.wrote_rows(&before);
    let rows: Vec<commitment::Model> = wishes
        .iter()
        .map(|wish| commitment::Model {
            tenant_id: tenant,
            id: step.new_id(),
            adoption_id: adoption,
            line_id: wish.line,
            quantity: wish.quantity,
            delivered: 0,
            wanted: None,
            released: 0,
            due_on: None,
            reminded: None,
        })
        .collect();
    let models = rows.iter().map(|r| commitment::ActiveModel {
        tenant_id: Set(r.tenant_id),
        id: Set(r.id),
        adoption_id: Set(r.adoption_id),
        line_id: Set(r.line_id),
        quantity: Set(r.quantity),
        delivered: Set(r.delivered),
        wanted: Set(r.wanted),
        released: Set(r.released),
        due_on: Set(None),
        reminded: Set(None),
    });
    commitment::Entity::insert_many(models).exec_without_returning(step.tx()).await?;
    step.wrote_rows(&rows);
    Ok(rows)
}

pub(super) async fn sponsor(
    db: &impl ConnectionTrait,
    seen: &Seen,
) -> Result<twoway_entity::organizations::organization::Model, Refusal> {
    let sponsor = queries::organization(db, seen.row.tenant_id, seen.row.organization_id).await?;
    sponsor.ok_or_else(|| anyhow::anyhow!("adoption {} has no sponsor", seen.row.id).into())
}

/// The office declines, with its reason; what was held is open again.
pub async fn decline(app: &App, who: &Who, command: &Command, id: Uuid, reason: &str) -> Result<Done, Refusal> {
    let seen = find_visible(app.db.read(), who, id).await?;
    permit::<AdoptionMachine>(who, AdoptionEvent::Decline, &place(&seen.row))?;
    command.check_version(seen.row.version)?;
    let reason = said("reason", reason, 1, 1_000)?;
    app.act(who, command, move |step| async move {
        super::hold::end(&step, &seen, AdoptionEvent::Decline, Some(reason.clone())).await?;
        let told = json!({ "project": seen.proposal.title, "reason": reason });
        tell_sponsor(&step, &seen, "notice-adoption-declined", told).await?;
        Ok(Done { id, version: seen.row.version + 1 })
    })
    .await
}
