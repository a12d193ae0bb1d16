//! The whole log for the auditor: events of all streams by time.

use crate::http::{List, Paging};
use crate::{Refusal, Who};
use sea_orm::{ColumnTrait, Condition, ConnectionTrait, EntityTrait, QueryFilter, QueryOrder, QuerySelect};
use std::collections::HashMap;
use twoway_entity::accounts::{Role, account};
use twoway_entity::audit::event;
use twoway_entity::organizations::organization;
use twoway_ids::{Millis, Uuid};

/// What the log is narrowed to.
#[derive(Clone, Debug, Default)]
pub struct Narrow {
    pub kind: Option<String>,
    pub id: Option<Uuid>,
    /// Events before this moment.
    pub before: Option<Millis>,
}

/// An event with who did it.
#[derive(Clone, Debug)]
pub struct Entry {
    pub event: event::Model,
    pub actor: Option<String>,
    pub acting_for: Option<String>,
}

/// Only an auditor of the whole tree reads the whole log.
async fn auditor(db: &impl ConnectionTrait, who: &Who) -> Result<(), Refusal> {
    if who.account().is_none() {
        return Err(Refusal::SignedOut);
    }
    let root = organization::Entity::find()
        .filter(organization::Column::TenantId.eq(who.tenant))
        .filter(organization::Column::ParentId.is_null())
        .order_by_asc(organization::Column::CreatedAt)
        .one(db)
        .await?;
    match root {
        Some(root) if who.holds_over(&[Role::Auditor], &root.path) => Ok(()),
        _ => Err(Refusal::NotAllowed),
    }
}

/// Who signs in or registers is nobody yet when the event begins; it is told by the account's own stream.
fn who_acted(event: &event::Model) -> Option<Uuid> {
    let own = event.stream_kind == "account" && event.cause.is_none();
    event.actor_id.or_else(|| own.then_some(event.stream_id))
}

/// Events, newest first. Names are two more queries for any number of events.
pub async fn log(
    db: &impl ConnectionTrait,
    who: &Who,
    narrow: &Narrow,
    paging: &Paging,
) -> Result<List<Entry>, Refusal> {
    use event::Column as C;
    auditor(db, who).await?;
    let mut select = event::Entity::find().filter(C::TenantId.eq(who.tenant));
    if let Some(kind) = &narrow.kind {
        select = select.filter(C::StreamKind.eq(kind));
    }
    if let Some(id) = narrow.id {
        select = select.filter(C::StreamId.eq(id));
    }
    if let Some(before) = narrow.before {
        select = select.filter(C::At.lt(before));
    }
    // Several events may share a moment, and one stream may have several of them.
    if let Some(((at, seq), stream)) = paging.after::<(i64, i32)>()? {
        let same_stream = Condition::all().add(C::StreamId.eq(stream)).add(C::Seq.lt(seq));
        let same_moment = Condition::any().add(C::StreamId.lt(stream)).add(same_stream);
        let below = Condition::all().add(C::At.eq(at)).add(same_moment);
        select = select.filter(Condition::any().add(C::At.lt(at)).add(below));
    }
    let rows = select
        .order_by_desc(C::At)
        .order_by_desc(C::StreamId)
        .order_by_desc(C::Seq)
        .limit(paging.limit()? + 1)
        .all(db)
        .await?;
    let page = paging.list(rows, |e| ((e.at, e.seq), e.stream_id))?;
    let people: Vec<Uuid> = page.items.iter().filter_map(who_acted).collect();
    let houses: Vec<Uuid> = page.items.iter().filter_map(|e| e.acting_for).collect();
    let people: HashMap<Uuid, String> = account::Entity::find()
        .filter(account::Column::TenantId.eq(who.tenant))
        .filter(account::Column::Id.is_in(people))
        .all(db)
        .await?
        .into_iter()
        .map(|a| (a.id, a.name))
        .collect();
    let houses: HashMap<Uuid, String> = organization::Entity::find()
        .filter(organization::Column::TenantId.eq(who.tenant))
        .filter(organization::Column::Id.is_in(houses))
        .all(db)
        .await?
        .into_iter()
        .map(|o| (o.id, o.name))
        .collect();
    Ok(page.map(|event| Entry {
        actor: who_acted(&event).and_then(|id| people.get(&id).cloned()),
        acting_for: event.acting_for.and_then(|id| houses.get(&id).cloned()),
        event,
    }))
}
