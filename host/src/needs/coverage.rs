//! The only writer of a line's quantities.

use crate::Refusal;
use sea_orm::sea_query::{Expr, ExprTrait};
use sea_orm::{ColumnTrait, ConnectionTrait, EntityTrait, QueryFilter};
use twoway_entity::needs::need_line::{Column, Entity, Model};
use twoway_ids::Uuid;

/// How a quantity of a line moves on.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Shift {
    /// open → held
    Hold,
    /// held → open
    Release,
    /// held → active
    Activate,
    /// active → delivered
    Deliver,
    /// active → open
    Reopen,
}

/// The line as it is now, and as nobody else can change it before the end of this transaction. Who locks a line and moves an
/// adoption locks the line first, so that two never wait for each other.
///
/// Errors: [`Refusal::NotFound`].
pub async fn lock(tx: &impl ConnectionTrait, tenant: Uuid, line: Uuid) -> Result<Model, Refusal> {
    // A statement that writes what is there takes the row on both databases.
    let taken = Entity::update_many()
        .col_expr(Column::Held, Expr::col(Column::Held))
        .filter(Column::TenantId.eq(tenant))
        .filter(Column::Id.eq(line))
        .exec(tx)
        .await?;
    if taken.rows_affected != 1 {
        return Err(Refusal::NotFound);
    }
    Entity::find_by_id((tenant, line)).one(tx).await?.ok_or(Refusal::NotFound)
}

/// Moves `quantity` of a line in one conditional statement, so that of any number of rivals only as many succeed as there is room
/// for. Who moves several lines does so in the order of their ids. Whoever does it in a step says that the line was written.
///
/// Errors: `line-taken` when a hold finds too little open; internal when a quantity that must be there is not.
pub async fn shift(
    tx: &impl ConnectionTrait,
    tenant: Uuid,
    line: Uuid,
    shift: Shift,
    quantity: i64,
) -> Result<(), Refusal> {
    let update = Entity::update_many().filter(Column::TenantId.eq(tenant)).filter(Column::Id.eq(line));
    let more = |column: Column| Expr::col(column).add(quantity);
    let less = |column: Column| Expr::col(column).sub(quantity);
    let update = match shift {
        Shift::Hold => update.col_expr(Column::Held, more(Column::Held)).filter(
            more(Column::Held)
                .add(Expr::col(Column::Active))
                .add(Expr::col(Column::Delivered))
                .lte(Expr::col(Column::Optimum)),
        ),
        Shift::Release => update.col_expr(Column::Held, less(Column::Held)).filter(Column::Held.gte(quantity)),
        Shift::Activate => update
            .col_expr(Column::Held, less(Column::Held))
            .col_expr(Column::Active, more(Column::Active))
            .filter(Column::Held.gte(quantity)),
        Shift::Deliver => update
            .col_expr(Column::Active, less(Column::Active))
            .col_expr(Column::Delivered, more(Column::Delivered))
            .filter(Column::Active.gte(quantity)),
        Shift::Reopen => update.col_expr(Column::Active, less(Column::Active)).filter(Column::Active.gte(quantity)),
    };
    match (update.exec(tx).await?.rows_affected, shift) {
        (1, _) => Ok(()),
        (_, Shift::Hold) => Err(Refusal::rule("line-taken")),
        _ => Err(anyhow::anyhow!("line {line} has no {quantity} to {shift:?}").into()),
    }
}

/// What has become open after its day is needed still: the line's day moves to `until` unless it is later already. True if it moved.
pub async fn prolong(tx: &impl ConnectionTrait, tenant: Uuid, line: Uuid, until: &str) -> Result<bool, Refusal> {
    let moved = Entity::update_many()
        .col_expr(Column::DueOn, Expr::value(until))
        .filter(Column::TenantId.eq(tenant))
        .filter(Column::Id.eq(line))
        .filter(Column::DueOn.lt(until))
        .exec(tx)
        .await?;
    Ok(moved.rows_affected == 1)
}
