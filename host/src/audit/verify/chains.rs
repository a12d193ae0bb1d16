use super::Finding;
use crate::audit::chain::{GENESIS, event_hash};
use crate::audit::marks::{self, Mark};
use crate::{App, Refusal};
use sea_orm::sea_query::{Expr, ExprTrait};
use sea_orm::{ColumnTrait, EntityTrait, QueryFilter, QueryOrder, QuerySelect};
use std::collections::HashMap;
use twoway_entity::audit::event;

const PAGE: u64 = 1_000;

/// Each event continues the one before it, and no row's mark is older than an event says.
pub(super) async fn verify(app: &App, findings: &mut Vec<Finding>) -> Result<(), Refusal> {
    use event::Column as C;
    let mut before: Option<event::Model> = None;
    loop {
        let mut page = event::Entity::find().filter(C::TenantId.eq(app.tenant));
        if let Some(last) = &before {
            let columns = [C::StreamKind, C::StreamId, C::Seq].map(Expr::col);
            let values = [Expr::value(last.stream_kind.clone()), Expr::value(last.stream_id), Expr::value(last.seq)];
            page = page.filter(Expr::tuple(columns).gt(Expr::tuple(values)));
        }
        let page = page.order_by_asc(C::StreamKind).order_by_asc(C::StreamId).order_by_asc(C::Seq);
        let events = page.limit(PAGE).all(app.db.read()).await?;
        let is_last = (events.len() as u64) < PAGE;
        let mut newest: HashMap<(String, String), Mark> = HashMap::new();
        for event in events {
            let same =
                |last: &&event::Model| (&last.stream_kind, last.stream_id) == (&event.stream_kind, event.stream_id);
            check(&event, before.as_ref().filter(same), findings);
            for mark in
                event.marks.as_deref().map(serde_json::from_str::<Vec<Mark>>).and_then(Result::ok).unwrap_or_default()
            {
                let row = (mark.0.clone(), mark.1.clone());
                if newest.get(&row).is_none_or(|known| known.2 < mark.2) {
                    newest.insert(row, mark);
                }
            }
            before = Some(event);
        }
        check_marks(app, &newest, findings).await?;
        if is_last {
            return Ok(());
        }
    }
}

fn check(event: &event::Model, before: Option<&event::Model>, findings: &mut Vec<Finding>) {
    let mut say = |message: String| {
        let place = format!("{} {} event {}", event.stream_kind, event.stream_id, event.seq);
        findings.push(Finding { place, message });
    };
    let (seq, hash) = before.map_or((0, GENESIS), |last| (last.seq, last.hash.as_str()));
    if event.seq != seq + 1 {
        say(format!("an event is missing: {seq} is followed by {}", event.seq));
    } else if event.prev_hash != hash {
        say("it does not continue the event before it".to_string());
    }
    if event_hash(event) != event.hash {
        say("its content was changed after it was written".to_string());
    }
}

/// Marks only grow, so one that is read after its event is at least as new.
async fn check_marks(
    app: &App,
    newest: &HashMap<(String, String), Mark>,
    findings: &mut Vec<Finding>,
) -> Result<(), Refusal> {
    let mut names: Vec<(&str, &str)> = newest.keys().map(|(table, key)| (table.as_str(), key.as_str())).collect();
    names.sort_unstable();
    let known = marks::known(app.db.read(), app.tenant, &names).await?;
    for (table, key) in names {
        let row = (table.to_string(), key.to_string());
        let Some((_, _, number, hash)) = newest.get(&row) else { continue };
        match known.get(&row) {
            None => findings.push(Finding::row(table, key, "its mark was removed by hand")),
            Some(mark) if mark.number < *number || mark.number == *number && mark.hash != *hash => {
                findings.push(Finding::row(table, key, "its mark was set back by hand: an event knows a newer one"));
            }
            Some(_) => {}
        }
    }
    Ok(())
}
