use crate::http::components::{Cell, Column, EmptyState, Filters, Moment, Pager, Table};
use crate::http::page::{Page, Shell};
use crate::http::preferences::done;
use crate::http::usual::{self, address, filters, pager};
use crate::http::{ActingFor, Caller, Form, Paging, Path, Query};
use crate::lifecycle::names;
use crate::proposals::assisted;
use crate::proposals::merge;
use crate::proposals::pool::{self, PoolNarrow, PoolSort};
use crate::{App, Refusal, organizations};
use askama::Template;
use axum::extract::State;
use axum::response::IntoResponse;
use sea_orm::{ActiveEnum, Iterable};
use serde::Deserialize;
use twoway_entity::needs::NeedKind;
use twoway_ids::Uuid;

/// The address bar's words; what says nothing stays empty.
#[derive(Default, Deserialize)]
#[serde(default)]
pub(super) struct Wanted {
    call: String,
    place: String,
    kind: String,
    open: String,
    sort: String,
    q: String,
}

#[derive(Template)]
#[template(path = "proposals/pool.html")]
pub(super) struct PoolHtml {
    shell: Shell,
    heading: String,
    lead: String,
    /// What was searched for.
    search: String,
    /// What the search keeps of the filters.
    kept: Vec<(&'static str, String)>,
    filters: Vec<Filters>,
    table: Table,
    pager: Pager,
}

/// The public pool: what waits for adoption.
pub(super) async fn show(
    State(app): State<App>,
    Caller(who): Caller,
    shell: Shell,
    Query(wanted): Query<Wanted>,
    Query(paging): Query<Paging>,
) -> Result<Page<PoolHtml>, Refusal> {
    let db = app.db.read();
    let id = |text: &str| match text {
        "" => Ok(None),
        text => Uuid::parse_str(text).map(Some).map_err(|_| Refusal::NotFound),
    };
    let kind = NeedKind::try_from_value(&wanted.kind).ok();
    let narrow = PoolNarrow {
        call: id(&wanted.call)?,
        place: id(&wanted.place)?,
        kind,
        open: wanted.open == "yes",
        search: wanted.q.trim().to_string(),
        sort: if wanted.sort == "ending" { PoolSort::Ending } else { PoolSort::Newest },
    };
    let found = pool::list(db, &who, &narrow, &paging).await?;
    let (places, pool_calls) = (organizations::districts(db, &who).await?, pool::calls(db, &who).await?);
    let mut proposers = assisted::proposers(db, shell.locale, &found.items).await?;
    let authors = merge::authors(db, &who, found.items.iter().map(|row| row.id), true).await?;
    let columns = ["proposal-title", "proposal-by", "proposal-summary", "proposal-pool-until"];
    let whole = EmptyState::new("hands", shell.t("pool-empty"), shell.t("pool-empty-text"));
    let empty = usual::empty(&shell, narrow.narrows(), whole);
    let mut table = Table::new(shell.t("nav-pool"), columns.map(|key| Column::new(shell.t(key))).into(), empty);
    for row in &found.items {
        let by = proposers.remove(&row.id).unwrap_or_default();
        table.row(vec![
            Cell::link(row.title.as_str(), format!("/proposals/{}", row.id)),
            match authors.get(&row.id) {
                Some(others) => Cell::List(std::iter::once(by).chain(others.iter().cloned()).collect()),
                None => Cell::text(by),
            },
            Cell::text(row.summary.as_str()),
            row.pool_until.map_or(Cell::Nothing, |until| Cell::When(Moment::day(shell.locale, until))),
        ]);
    }
    let query = said(&wanted);
    let pager = pager("/pool", &query.each_ref().map(|(k, v)| (*k, v.as_str())), &found, paging.cursor.is_none());
    Ok(Page::new(PoolHtml {
        filters: narrowing(&shell, &wanted, pool_calls, places),
        kept: said(&wanted).into_iter().filter(|(key, value)| *key != "q" && !value.is_empty()).collect(),
        search: wanted.q,
        heading: shell.t("nav-pool"),
        lead: shell.t("pool-lead"),
        shell: {
            let heading = shell.t("nav-pool");
            shell.titled(heading)
        },
        table,
        pager,
    }))
}

fn said(wanted: &Wanted) -> [(&'static str, String); 6] {
    [
        ("q", wanted.q.clone()),
        ("call", wanted.call.clone()),
        ("place", wanted.place.clone()),
        ("kind", wanted.kind.clone()),
        ("open", wanted.open.clone()),
        ("sort", wanted.sort.clone()),
    ]
}

fn narrowing(shell: &Shell, wanted: &Wanted, calls: Vec<(Uuid, String)>, places: Vec<(Uuid, String)>) -> Vec<Filters> {
    let with = |name: &'static str, value: &str| {
        let pairs = said(wanted);
        let pairs: Vec<(&str, &str)> =
            pairs.iter().map(|(key, kept)| if *key == name { (*key, value) } else { (*key, kept.as_str()) }).collect();
        address("/pool", &pairs)
    };
    let row = |label: &str, name: &'static str, all: &str, choices: Vec<(String, String)>, chosen: &str| {
        let all = (String::new(), shell.t(all));
        filters(shell.t(label), std::iter::once(all).chain(choices), chosen, |value| with(name, value))
    };
    let ids = |rows: Vec<(Uuid, String)>| rows.into_iter().map(|(id, name)| (id.to_string(), name)).collect();
    let kinds =
        NeedKind::iter().map(|kind| (names(&kind), shell.t(&format!("choice-kind-{}", names(&kind))))).collect();
    let open = vec![("yes".to_string(), shell.t("pool-open-only"))];
    let ending = vec![("ending".to_string(), shell.t("pool-sort-ending"))];
    vec![
        row("proposal-call", "call", "pool-all-calls", ids(calls), &wanted.call),
        row("hall-place", "place", "hall-all-places", ids(places), &wanted.place),
        row("pool-kind", "kind", "pool-all-kinds", kinds, &wanted.kind),
        row("pool-open", "open", "pool-open-all", open, &wanted.open),
        row("pool-sort", "sort", "pool-sort-newest", ending, &wanted.sort),
    ]
}

/// The proposer says that it is still valid.
pub(super) async fn renew(
    State(app): State<App>,
    Caller(who): Caller,
    acting: ActingFor,
    Path(id): Path<Uuid>,
    form: Form,
) -> Result<impl IntoResponse, Refusal> {
    pool::renew(&app, &who, &form.command(acting), id).await?;
    Ok(done(&format!("/proposals/{id}"), "flash-proposal-renewed"))
}
