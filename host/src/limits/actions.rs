use super::model::{Budget, bucket};
use crate::{App, Refusal};
use sea_orm::sea_query::{CaseStatement, Expr, ExprTrait, OnConflict};
use sea_orm::{ActiveValue::Set, EntityTrait};
use std::net::IpAddr;
use twoway_entity::limits::spent_budget;
use twoway_ids::Uuid;

/// Whether the address has something left. An unknown address is not counted: only a host that was built without one has it.
///
/// Errors: [`Refusal::TooMany`] with the time to wait.
pub async fn check(app: &App, budget: Budget, address: Option<IpAddr>) -> Result<(), Refusal> {
    let Some(address) = address else { return Ok(()) };
    check_key(app, budget, key(app, budget, address)).await
}

/// The same for what one account may do.
pub async fn check_account(app: &App, budget: Budget, account: Uuid) -> Result<(), Refusal> {
    check_key(app, budget, account_key(app, budget, account)).await
}

async fn check_key(app: &App, budget: Budget, key: String) -> Result<(), Refusal> {
    let row = spent_budget::Entity::find_by_id((app.tenant, key)).one(app.db.read()).await?;
    match row.and_then(|row| budget.wait(row.whole_at, app.now())) {
        None => Ok(()),
        Some(wait) => {
            app.metrics.limited(budget.name);
            Err(Refusal::TooMany { wait })
        }
    }
}

/// Takes one from the budget. What several requests took at the same moment beyond it must come back first, too.
pub async fn spend(app: &App, budget: Budget, address: Option<IpAddr>) -> Result<(), Refusal> {
    let Some(address) = address else { return Ok(()) };
    spend_key(app, budget, key(app, budget, address)).await
}

/// The same from what one account may do.
pub async fn spend_account(app: &App, budget: Budget, account: Uuid) -> Result<(), Refusal> {
    spend_key(app, budget, account_key(app, budget, account)).await
}

async fn spend_key(app: &App, budget: Budget, key: String) -> Result<(), Refusal> {
    use spent_budget::Column as C;
    let (tenant, now) = (app.tenant, app.now());
    app.db
        .transact(move |tx| async move {
            let row =
                spent_budget::ActiveModel { tenant_id: Set(tenant), key: Set(key), whole_at: Set(now + budget.every) };
            let kept = || Expr::col((spent_budget::Entity, C::WholeAt));
            let grown: Expr = CaseStatement::new()
                .case(kept().lt(now), now + budget.every)
                .case(kept().gt(budget.latest(now) - budget.every), budget.latest(now))
                .finally(kept().add(budget.every))
                .into();
            let again = OnConflict::columns([C::TenantId, C::Key]).value(C::WholeAt, grown).to_owned();
            spent_budget::Entity::insert(row).on_conflict(again).exec_without_returning(&*tx).await?;
            Ok(())
        })
        .await
}

fn key(app: &App, budget: Budget, address: IpAddr) -> String {
    app.keys.keyed_hash("address", &format!("{} {}", budget.name, bucket(address)))
}

fn account_key(app: &App, budget: Budget, account: Uuid) -> String {
    app.keys.keyed_hash("account", &format!("{} {account}", budget.name))
}
