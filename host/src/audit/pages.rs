use super::log::{Entry, Narrow, log};
use super::words::{self, LogWords};
use crate::http::components::{Cell, Column, EmptyState, Filter, Filters, Moment, Table};
use crate::http::page::{Page, Shell};
use crate::http::problem::Problem;
use crate::http::texts::Locale;
use crate::http::usual::{ListPage, pager};
use crate::http::{Access, Caller, Json, List, Paging, Query, Routes};
use crate::{App, Refusal, lifecycle};
use axum::extract::State;
use axum::http::Method;
use serde::{Deserialize, Serialize};
use twoway_entity::accounts::Role;
use twoway_ids::{Millis, Uuid};
use utoipa::{IntoParams, OpenApi, ToSchema};

const AUDITOR: Access = Access::AnyOf(&[Role::Auditor]);

/// Streams of events without a machine.
const WITHOUT_MACHINE: [&str; 8] =
    ["project-plugin", "project-member", "record", "plugin-catalogue", "organization", "account", "calendar", "job"];

#[derive(OpenApi)]
#[openapi(paths(list), tags((name = "audit")))]
pub struct Doc;

pub fn routes(routes: Routes) -> Routes {
    routes.api(Method::GET, "/api/v1/events", AUDITOR, list).page(Method::GET, "/log", AUDITOR, show).nav_kept(
        87,
        "nav-audit",
        "/log",
        "history",
        AUDITOR,
    )
}

#[derive(Debug, Default, Deserialize, IntoParams)]
#[serde(default)]
struct LogQuery {
    /// Kind of stream: `call`, `proposal`, `adoption` …
    kind: Option<String>,
    /// One stream.
    id: Option<Uuid>,
    /// Only events before this moment, in milliseconds since 1970.
    before: Option<Millis>,
    cursor: Option<String>,
    limit: Option<u64>,
}

impl LogQuery {
    fn narrow(&self) -> Narrow {
        Narrow { kind: self.kind.clone().filter(|k| !k.is_empty()), id: self.id, before: self.before }
    }

    fn paging(&self) -> Paging {
        Paging { cursor: self.cursor.clone(), limit: self.limit }
    }
}

/// An event as it stands in its chain.
#[derive(Serialize, ToSchema)]
struct Event {
    stream_kind: String,
    stream_id: Uuid,
    seq: i32,
    at: Millis,
    actor: Option<String>,
    cause: Option<String>,
    acting_for: Option<String>,
    name: String,
    state_before: Option<String>,
    state_after: Option<String>,
    hash: String,
}

/// The log: events of all streams, newest first.
#[utoipa::path(get, path = "/api/v1/events", tag = "audit", params(LogQuery),
    responses((status = 200, body = List<Event>), (status = 403, body = Problem)))]
async fn list(
    State(app): State<App>,
    Caller(who): Caller,
    Query(query): Query<LogQuery>,
) -> Result<Json<List<Event>>, Refusal> {
    let found = log(app.db.read(), &who, &query.narrow(), &query.paging()).await?;
    Ok(Json(found.map(|entry| Event {
        actor: entry.actor,
        acting_for: entry.acting_for,
        stream_kind: entry.event.stream_kind,
        stream_id: entry.event.stream_id,
        seq: entry.event.seq,
        at: entry.event.at,
        cause: entry.event.cause,
        name: entry.event.name,
        state_before: entry.event.state_before,
        state_after: entry.event.state_after,
        hash: entry.event.hash,
    })))
}

async fn show(
    State(app): State<App>,
    Caller(who): Caller,
    Query(query): Query<LogQuery>,
    shell: Shell,
) -> Result<Page<ListPage>, Refusal> {
    let narrow = query.narrow();
    let found = log(app.db.read(), &who, &narrow, &query.paging()).await?;
    let l = shell.locale;
    let columns = ["what", "about", "who", "when", "hash"].map(|c| Column::new(l.t(&format!("audit-column-{c}"))));
    let mut table = Table::new(
        l.t("nav-audit"),
        columns.into(),
        EmptyState::new("search", l.t("audit-empty"), l.t("audit-empty-text")),
    );
    let words = LogWords::of(&app, l, &found.items).await?;
    for entry in &found.items {
        table.row(row(l, entry, &words));
    }
    let kinds = lifecycle::kinds().into_iter().chain(WITHOUT_MACHINE);
    let mut filters =
        vec![Filter { label: l.t("filter-all"), href: "/log".into(), current: narrow.kind.is_none(), count: None }];
    filters.extend(kinds.map(|kind| Filter {
        label: words::stream(l, kind),
        href: format!("/log?kind={kind}"),
        current: narrow.kind.as_deref() == Some(kind),
        count: None,
    }));
    let id = narrow.id.map(|id| id.to_string()).unwrap_or_default();
    let kept = [("kind", narrow.kind.as_deref().unwrap_or_default()), ("id", id.as_str())];
    let pager = pager("/log", &kept, &found, query.cursor.is_none());
    let (heading, lead) = (l.t("nav-audit"), l.t("audit-lead"));
    let filters = vec![Filters { label: l.t("audit-column-about"), filters }];
    Ok(Page::new(ListPage { shell: shell.titled(&heading), heading, lead, buttons: Vec::new(), filters, table, pager }))
}

fn row(l: Locale, entry: &Entry, words: &LogWords) -> Vec<Cell> {
    let event = &entry.event;
    let mut what = vec![words.event(event)];
    what.extend(words.state(event).map(|state| l.t1("audit-state", "state", state)));
    let mut who = vec![match (&entry.actor, &event.cause) {
        (Some(name), _) => name.clone(),
        (None, Some(_)) => l.t("actor-system"),
        (None, None) => l.t("actor-unknown"),
    }];
    who.extend(entry.acting_for.as_ref().map(|house| l.t1("history-acting-for", "name", house)));
    vec![
        Cell::List(what),
        Cell::link(words.stream(event), format!("/log?kind={}&id={}", event.stream_kind, event.stream_id)),
        Cell::List(who),
        Cell::When(Moment::exactly(event.at)),
        Cell::Text(format!("{} · {}", event.seq, event.hash.get(..12).unwrap_or_default())),
    ]
}
