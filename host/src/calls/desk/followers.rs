//! Who follows a call, and what they are told.

use super::super::queries::{find_visible, is_office};
use super::STREAM;
use crate::lifecycle::{Command, Step};
use crate::notices::tell;
use crate::{App, Refusal, Who};
use sea_orm::sea_query::OnConflict;
use sea_orm::{ActiveModelTrait, ColumnTrait, ConnectionTrait, EntityTrait, PaginatorTrait, QueryFilter, QuerySelect};
use serde_json::{Value, json};
use std::collections::BTreeSet;
use twoway_entity::call_desk::{follower, settings};
use twoway_entity::calls::{CallState, call};
use twoway_ids::Uuid;

/// Followers that one call has at most: each is told within one step.
const MOST: u64 = 2_000;

/// Follows a call, or no longer. Doing it twice changes nothing.
///
/// Errors: [`Refusal::NotFound`] for a call that is not published to this person; `too-many-followers`.
pub async fn follow(app: &App, who: &Who, command: &Command, id: Uuid, on: bool) -> Result<(), Refusal> {
    let row = find_visible(app.db.read(), who, id).await?;
    if matches!(row.state, CallState::Draft | CallState::InternalReview) && !is_office(who, &row) {
        return Err(Refusal::NotFound);
    }
    let account = who.account().ok_or(Refusal::SignedOut)?;
    let key = (who.tenant, id, account);
    if follower::Entity::find_by_id(key).one(app.db.read()).await?.is_some() == on {
        return Ok(());
    }
    app.act(who, command, move |step| async move {
        let row = follower::Model { tenant_id: key.0, call_id: id, account_id: account, since: step.now() };
        if on {
            if all(key.0, id).count(step.tx()).await? >= MOST {
                return Err(Refusal::rule("too-many-followers"));
            }
            let row: follower::ActiveModel = row.clone().into();
            let row = row.reset_all();
            let columns = [follower::Column::TenantId, follower::Column::CallId, follower::Column::AccountId];
            let once = OnConflict::columns(columns).do_nothing().to_owned();
            follower::Entity::insert(row).on_conflict(once).exec_without_returning(step.tx()).await?;
        } else {
            follower::Entity::delete_by_id(key).exec(step.tx()).await?;
        }
        step.record(STREAM, id, if on { "followed" } else { "unfollowed" }, json!({}));
        step.wrote_rows(&[row]);
        Ok(())
    })
    .await
}

fn all(tenant: Uuid, call: Uuid) -> sea_orm::Select<follower::Entity> {
    follower::Entity::find().filter(follower::Column::TenantId.eq(tenant)).filter(follower::Column::CallId.eq(call))
}

/// Whether this person follows the call.
pub async fn follows(db: &impl ConnectionTrait, who: &Who, call: Uuid) -> Result<bool, Refusal> {
    let Some(account) = who.account() else { return Ok(false) };
    Ok(follower::Entity::find_by_id((who.tenant, call, account)).one(db).await?.is_some())
}

async fn accounts(step: &Step, call: Uuid) -> Result<BTreeSet<Uuid>, Refusal> {
    let rows: Vec<Uuid> = all(step.who().tenant, call)
        .select_only()
        .column(follower::Column::AccountId)
        .limit(MOST)
        .into_tuple()
        .all(step.tx())
        .await?;
    Ok(rows.into_iter().collect())
}

/// Tells everybody who follows the call, and these others, each once. The link is the call's page.
pub async fn tell_followers(
    step: &Step,
    call: Uuid,
    others: BTreeSet<Uuid>,
    template: &str,
    values: Value,
) -> Result<(), Refusal> {
    for account in accounts(step, call).await?.union(&others) {
        tell(step, *account, template, values.clone(), format!("/calls/{call}"), false).await?;
    }
    Ok(())
}

/// Who followed the call from which this one was copied is told that the next one is announced.
pub async fn tell_of_next(step: &Step, row: &call::Model) -> Result<(), Refusal> {
    let settings = settings::Entity::find_by_id((row.tenant_id, row.id)).one(step.tx()).await?;
    let Some(source) = settings.and_then(|s| s.source_call) else { return Ok(()) };
    for account in accounts(step, source).await? {
        let values = json!({ "title": row.title });
        tell(step, account, "notice-call-announced", values, format!("/calls/{}", row.id), false).await?;
    }
    Ok(())
}
