//! The pool (储备库): what waits there, found by words and narrowed, and how its proposers keep it fresh.

use super::actions::write;
use super::queries::{Seen, Sight, find_visible};
use super::screening::{advance, set_pool_timer};
use super::state::{ProposalEvent, ProposalMachine, ProposalState};
use super::{POOL_WARNING, rules};
use crate::http::list::{List, Paging, Sort};
use crate::lifecycle::{Command, Done, Step, wrong_state};
use crate::notices::tell;
use crate::{App, Refusal, Who, organizations};
use sea_orm::sea_query::{Expr, ExprTrait, LikeExpr, Query, SelectStatement};
use sea_orm::{ColumnTrait, Condition, ConnectionTrait, EntityTrait, QueryFilter, QuerySelect, Select};
use serde::Deserialize;
use serde_json::json;
use twoway_entity::calls::call;
use twoway_entity::needs::{NeedKind, need_line};
use twoway_entity::proposals::proposal;
use twoway_ids::{DAY, Millis, Uuid};

/// Months for which a proposal waits in the pool, and for which it is renewed.
pub const MONTHS: u32 = 12;
/// How long before its end the proposer is asked whether it is still valid.
pub const WARNING: Millis = 30 * DAY;
/// Longest search, in characters.
const LONGEST_SEARCH: usize = 60;
/// Words of a search that are looked at.
const MOST_WORDS: usize = 8;

/// In which order the pool is shown.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Deserialize, utoipa::ToSchema)]
#[serde(rename_all = "kebab-case")]
pub enum PoolSort {
    /// The last touched first.
    #[default]
    Newest,
    /// What leaves the pool next, first.
    Ending,
}

/// What the pool is narrowed to.
#[derive(Clone, Debug, Default)]
pub struct PoolNarrow {
    pub call: Option<Uuid>,
    /// A node: proposals of teams anywhere below it.
    pub place: Option<Uuid>,
    /// With an open line of this kind.
    pub kind: Option<NeedKind>,
    /// With any open line.
    pub open: bool,
    /// Words of title and summary; all of them must be there.
    pub search: String,
    pub sort: PoolSort,
}

impl PoolNarrow {
    /// Whether it leaves anything out.
    pub fn narrows(&self) -> bool {
        self.call.is_some() || self.place.is_some() || self.kind.is_some() || self.open || !self.search.is_empty()
    }
}

/// What waits in the pool, page by page. A cursor belongs to the order that it was made in.
pub async fn list(
    db: &impl ConnectionTrait,
    who: &Who,
    narrow: &PoolNarrow,
    paging: &Paging,
) -> Result<List<proposal::Model>, Refusal> {
    let mut select = proposal::Entity::find()
        .filter(proposal::Column::TenantId.eq(who.tenant))
        .filter(proposal::Column::State.eq(ProposalState::Pooled));
    if let Some(call) = narrow.call {
        select = select.filter(proposal::Column::CallId.eq(call));
    }
    if let Some(place) = narrow.place {
        let node = organizations::at(db, who, place).await?;
        select = select.filter(proposal::Column::OrganizationId.in_subquery(organizations::within(who, &node.path)));
    }
    if narrow.open || narrow.kind.is_some() {
        select = select.filter(proposal::Column::Id.in_subquery(with_open_line(who, narrow.kind)));
    }
    for part in parts(&narrow.search) {
        select = containing(select, &part);
    }
    let (key, sort) = match narrow.sort {
        PoolSort::Newest => (proposal::Column::UpdatedAt, Sort::Descending),
        PoolSort::Ending => (proposal::Column::PoolUntil, Sort::Ascending),
    };
    let rows = paging.select::<_, _, Millis>(select, key, proposal::Column::Id, sort)?.all(db).await?;
    paging.list(rows, |row| {
        let at = if narrow.sort == PoolSort::Ending { row.pool_until.unwrap_or_default() } else { row.updated_at };
        (at, row.id)
    })
}

/// Proposals with a line of which something is open.
fn with_open_line(who: &Who, kind: Option<NeedKind>) -> SelectStatement {
    use need_line::Column as C;
    let column = |column: C| Expr::col((need_line::Entity, column));
    let taken = column(C::Held).add(column(C::Active)).add(column(C::Delivered));
    let mut select = Query::select();
    select
        .column(C::ProposalId)
        .from(need_line::Entity)
        .and_where(C::TenantId.eq(who.tenant))
        .and_where(taken.lt(column(C::Optimum)));
    if let Some(kind) = kind {
        select.and_where(C::Kind.eq(kind));
    }
    select
}

fn containing(select: Select<proposal::Entity>, part: &str) -> Select<proposal::Entity> {
    let pattern = || LikeExpr::new(format!("%{}%", escaped(part))).escape('!');
    let low = |column: proposal::Column| {
        Expr::expr(sea_orm::sea_query::Func::lower(Expr::col((proposal::Entity, column)))).like(pattern())
    };
    select.filter(Condition::any().add(low(proposal::Column::Title)).add(low(proposal::Column::Summary)))
}

fn escaped(part: &str) -> String {
    part.chars().flat_map(|c| matches!(c, '%' | '_' | '!').then_some('!').into_iter().chain([c])).collect()
}

/// What a search asks for: each word of Latin letters and digits as it is, each run of Chinese in its pairs of characters, all of which
/// must be there. Words in another order are found when a space or a sign stands between them.
pub fn parts(search: &str) -> Vec<String> {
    let mut words: Vec<(bool, String)> = Vec::new();
    let mut last = None;
    for c in search.to_lowercase().chars().take(LONGEST_SEARCH) {
        let wide = c.is_alphanumeric().then_some(!c.is_ascii());
        match (wide, words.last_mut()) {
            (Some(wide), Some((kind, word))) if last == Some(wide) && *kind == wide => word.push(c),
            (Some(wide), _) => words.push((wide, c.to_string())),
            (None, _) => {}
        }
        last = wide;
    }
    let mut parts: Vec<String> = Vec::new();
    for (wide, word) in words.into_iter().take(MOST_WORDS) {
        let letters: Vec<char> = word.chars().collect();
        if wide && letters.len() > 2 {
            parts.extend(letters.windows(2).map(|pair| pair.iter().collect()));
        } else {
            parts.push(word);
        }
    }
    parts.sort();
    parts.dedup();
    parts
}

/// The calls from which something waits in the pool, newest first: id and title; at most 20.
pub async fn calls(db: &impl ConnectionTrait, who: &Who) -> Result<Vec<(Uuid, String)>, Refusal> {
    use sea_orm::QueryOrder;
    let pooled = Query::select()
        .column(proposal::Column::CallId)
        .from(proposal::Entity)
        .and_where(proposal::Column::TenantId.eq(who.tenant))
        .and_where(proposal::Column::State.eq(ProposalState::Pooled))
        .to_owned();
    let rows = call::Entity::find()
        .filter(call::Column::TenantId.eq(who.tenant))
        .filter(call::Column::Id.in_subquery(pooled))
        .order_by_desc(call::Column::CreatedAt)
        .order_by_desc(call::Column::Id)
        .limit(20)
        .all(db)
        .await?;
    Ok(rows.into_iter().map(|row| (row.id, row.title)).collect())
}

/// The proposer confirms that a pooled proposal is still valid, in the last thirty days of its time: twelve months more.
///
/// Errors: `pool-renewal-early`.
pub async fn renew(app: &App, who: &Who, command: &Command, id: Uuid) -> Result<Done, Refusal> {
    let Seen { row, sight } = find_visible(app.db.read(), who, id).await?;
    if sight != Sight::Own {
        return Err(Refusal::NotAllowed);
    }
    command.check_version(row.version)?;
    let until = match row.pool_until {
        Some(until) if row.state == ProposalState::Pooled => until,
        _ => return Err(wrong_state::<ProposalMachine>(row.state, ProposalEvent::Expire)),
    };
    rules::renewable(until, app.now())?;
    let until = months_later(until, MONTHS);
    app.act(who, command, move |step| async move {
        let payload = json!({ "until": until });
        step.touch::<ProposalMachine>(id, (row.state, row.version), "renewed", payload).await?;
        write(&step, id, [(proposal::Column::PoolUntil, Expr::value(until))]).await?;
        set_pool_timer(&step, id, until).await?;
        Ok(Done { id, version: row.version + 1 })
    })
    .await
}

/// Asks the proposer, thirty days before the end, whether it is still valid.
pub async fn warn(app: &App, id: Uuid) -> Result<(), Refusal> {
    let who = app.system(POOL_WARNING);
    let row = find_visible(app.db.read(), &who, id).await?.row;
    let Some(until) = row.pool_until.filter(|_| row.state == ProposalState::Pooled) else { return Ok(()) };
    if rules::renewable(until, app.now()).is_err() {
        return Ok(());
    }
    app.act(&who, &Command::default(), move |step| async move {
        step.touch::<ProposalMachine>(id, (row.state, row.version), "renewal-asked", json!({ "until": until })).await?;
        let day = crate::http::components::local_day(until - 1);
        let values = json!({ "title": row.title, "until": day });
        tell(&step, row.owner_id, "notice-proposal-renewal", values, format!("/proposals/{id}"), true).await
    })
    .await
}

/// Puts a selected proposal into the pool for twelve months.
pub async fn enter(step: &Step, row: &proposal::Model) -> Result<(), Refusal> {
    let until = months_later(step.now(), MONTHS);
    advance(step, row, ProposalEvent::Approve, json!({})).await?;
    let approved = proposal::Model { state: ProposalState::Approved, version: row.version + 1, ..row.clone() };
    advance(step, &approved, ProposalEvent::Pool, json!({ "until": until })).await?;
    write(step, row.id, [(proposal::Column::PoolUntil, Expr::value(until))]).await?;
    set_pool_timer(step, row.id, until).await?;
    let values = json!({ "title": row.title, "until": crate::http::components::local_day(until) });
    tell(step, row.owner_id, "notice-proposal-pooled", values, format!("/proposals/{}", row.id), false).await
}

/// The same day and time some months later, or the last day of a shorter month.
pub fn months_later(at: Millis, months: u32) -> Millis {
    chrono::DateTime::from_timestamp_millis(at)
        .and_then(|at| at.checked_add_months(chrono::Months::new(months)))
        .map_or(at, |at| at.timestamp_millis())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_search_is_cut_into_what_can_be_found() {
        for (search, found) in [
            ("", vec![]),
            ("  ，。 ", vec![]),
            ("四", vec!["四"]),
            ("课后", vec!["课后"]),
            ("四点半", vec!["四点", "点半"]),
            ("四点半 四点半", vec!["四点", "点半"]),
            ("ABC课后2027", vec!["2027", "abc", "课后"]),
            ("50%_off!", vec!["50", "off"]),
        ] {
            let mut parts = parts(search);
            parts.sort();
            let mut found: Vec<String> = found.into_iter().map(str::to_string).collect();
            found.sort();
            assert_eq!(parts, found, "{search}");
        }
        assert!(parts(&"字".repeat(500)).len() < 60, "bounded");
        assert_eq!(escaped("a!%_"), "a!!!%!_");
    }
}
