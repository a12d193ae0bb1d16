//! The clock of the first delivery of money: it begins when a promise of money binds, and ends with the first that is confirmed.

use super::{link, tell_office, tell_sponsor};
use crate::adoptions::first_delivery::{self as first, BEFORE, WITHIN};
use crate::adoptions::model::Committed;
use crate::adoptions::queries::{self, Seen};
use crate::adoptions::{DeliveryState, RUNNING, conditions};
use crate::calendar::{self, local_day};
use crate::lifecycle::{Command, Done, Step};
use crate::needs::NeedKind;
use crate::{App, Refusal, Who};
use sea_orm::sea_query::Expr;
use sea_orm::{ActiveModelTrait, ActiveValue::Set, ColumnTrait, EntityTrait, QueryFilter};
use serde_json::json;
use twoway_entity::sponsoring::first_delivery;
use twoway_ids::{DAY, Millis, Uuid};

/// The job that reminds of the first delivery.
pub const FIRST: &str = "adoptions.first-delivery";

fn is_money(line: &&Committed) -> bool {
    line.line.kind == NeedKind::Money
}

/// A promise of money binds from now on: the clock begins, unless it runs already.
pub(super) async fn begin(step: &Step, seen: &Seen) -> Result<(), Refusal> {
    let row = &seen.row;
    let open = conditions::waiting(step.tx(), row.tenant_id, [row.id]).await?;
    let binds = seen.lines.iter().filter(is_money).any(|line| !open.contains_key(&line.commitment.id));
    if !binds || first::of(step.tx(), row.tenant_id, row.id).await?.is_some() {
        return Ok(());
    }
    let offset = step.app().config.utc_offset_minutes;
    let calendar = calendar::load(step.tx(), row.tenant_id, offset).await?;
    let remind_at = calendar.add_workdays(step.now(), WITHIN - BEFORE);
    let begun = first_delivery::ActiveModel {
        tenant_id: Set(row.tenant_id),
        id: Set(row.id),
        due_at: Set(calendar.add_workdays(step.now(), WITHIN)),
        remind_at: Set(remind_at),
        reminded: Set(0),
        done_at: Set(None),
    };
    step.wrote_rows(&[begun.insert(step.tx()).await?]);
    set_clock(step, row.id, remind_at).await
}

async fn set_clock(step: &Step, id: Uuid, at: Millis) -> Result<(), Refusal> {
    step.set_timer(FIRST, id.to_string(), at, ("adoption", id), json!({})).await
}

/// A delivery was confirmed: if it is the first of money, the clock stops.
pub(super) async fn done(step: &Step, line: &Committed) -> Result<(), Refusal> {
    if line.line.kind != NeedKind::Money {
        return Ok(());
    }
    let id = line.commitment.adoption_id;
    let stopped = first_delivery::Entity::update_many()
        .col_expr(first_delivery::Column::DoneAt, Expr::value(Some(step.now())))
        .filter(first_delivery::Column::TenantId.eq(step.who().tenant))
        .filter(first_delivery::Column::Id.eq(id))
        .filter(first_delivery::Column::DoneAt.is_null())
        .exec(step.tx())
        .await?;
    if stopped.rows_affected == 1 {
        step.wrote(first_delivery::Entity, id);
        step.cancel_timer(FIRST, &id.to_string()).await?;
    }
    Ok(())
}

/// Three working days before the end the sponsor is reminded; at the end the office hears that nothing has come. Called twice for one
/// moment it does it once.
pub async fn remind_of_first(app: &App, who: &Who, id: Uuid) -> Result<(), Refusal> {
    let db = app.db.read();
    let Some(row) = first::of(db, who.tenant, id).await? else { return Ok(()) };
    let late = row.reminded > 0;
    let at = if late { row.due_at } else { row.remind_at };
    if row.done_at.is_some() || row.reminded > 1 || at > app.now() {
        return Ok(());
    }
    let seen = queries::load(db, who, id).await?;
    if !RUNNING.contains(&seen.row.state) || seen.lines.iter().filter(is_money).all(|l| l.outstanding() == 0) {
        return Ok(());
    }
    let recorded = queries::deliveries(db, who.tenant, id).await?;
    // What was sent and waits for the recipient's word is not late.
    let pending = seen.lines.iter().filter(is_money).any(|line| {
        recorded.iter().any(|d| d.commitment_id == line.commitment.id && d.state == DeliveryState::Recorded)
    });
    app.act(who, &Command::default(), move |step| async move {
        let version = seen.row.version;
        if late && pending {
            set_clock(&step, id, step.now() + DAY).await?;
            return Ok(Done { id, version });
        }
        let marked = first_delivery::Entity::update_many()
            .col_expr(first_delivery::Column::Reminded, Expr::value(row.reminded + 1))
            .filter(first_delivery::Column::TenantId.eq(row.tenant_id))
            .filter(first_delivery::Column::Id.eq(id))
            .filter(first_delivery::Column::Reminded.eq(row.reminded))
            .exec(step.tx())
            .await?;
        if marked.rows_affected != 1 {
            return Ok(Done { id, version });
        }
        step.wrote(first_delivery::Entity, id);
        let day = local_day(step.app(), row.due_at - 1);
        let told = json!({ "project": seen.proposal.title, "due": day });
        if late {
            step.record("adoption", id, "first-delivery-late", json!({ "due": day }));
            tell_office(&step, &seen.row.path, "notice-first-delivery-late", told, link(id)).await?;
        } else {
            step.record("adoption", id, "first-delivery-reminded", json!({ "due": day }));
            tell_sponsor(&step, &seen, "notice-first-delivery-soon", told).await?;
            set_clock(&step, id, row.due_at).await?;
        }
        Ok(Done { id, version })
    })
    .await?;
    Ok(())
}
