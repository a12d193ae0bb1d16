use super::api::{KEEPER, state};
use super::{actions, queries};
use crate::http::components::{
    ActionButton, Cell, Column, EmptyState, Filter, Filters, Moment, StateBadge, Table, Tone,
};
use crate::http::page::{Page, Shell};
use crate::http::preferences::done;
use crate::http::texts::{self, Locale};
use crate::http::usual::{ListPage, pager};
use crate::http::{ActingFor, Caller, Form, Paging, Path, Query, Routes};
use crate::{App, Refusal};
use axum::extract::State;
use axum::http::Method;
use axum::response::IntoResponse;
use serde::Deserialize;
use twoway_entity::jobs::JobState;
use twoway_ids::Uuid;

pub(super) fn routes(routes: Routes) -> Routes {
    routes
        .page(Method::GET, "/jobs", KEEPER, list)
        .page(Method::POST, "/jobs/{id}/retry", KEEPER, retry)
        .nav_kept(86, "nav-jobs", "/jobs", "refresh", KEEPER)
}

const STATES: [(JobState, &str); 5] = [
    (JobState::Dead, "dead"),
    (JobState::Waiting, "waiting"),
    (JobState::Running, "running"),
    (JobState::Done, "done"),
    (JobState::Cancelled, "cancelled"),
];

#[derive(Debug, Default, Deserialize)]
#[serde(default)]
struct Asked {
    state: Option<String>,
    cursor: Option<String>,
}

fn word(state: JobState) -> &'static str {
    STATES.iter().find(|(s, _)| *s == state).map_or("dead", |(_, word)| word)
}

fn tone(state: JobState) -> Tone {
    match state {
        JobState::Waiting => Tone::Neutral,
        JobState::Running => Tone::Active,
        JobState::Done => Tone::Good,
        JobState::Cancelled => Tone::Neutral,
        JobState::Dead => Tone::Bad,
    }
}

/// What a job does, where there is a word for it.
fn what(l: Locale, kind: &str) -> String {
    texts::host().get(l, &format!("job-{}", kind.replace('.', "-")), &[]).unwrap_or_else(|| kind.to_string())
}

async fn list(
    State(app): State<App>,
    Caller(who): Caller,
    Query(asked): Query<Asked>,
    shell: Shell,
) -> Result<Page<ListPage>, Refusal> {
    let chosen = state(asked.state.as_deref())?;
    let paging = Paging { cursor: asked.cursor.clone(), limit: None };
    let found = queries::list(app.db.read(), &who, chosen, &paging).await?;
    let l = shell.locale;
    let columns = ["what", "about", "due", "attempts", "state"].map(|c| Column::new(l.t(&format!("jobs-column-{c}"))));
    let empty = match chosen {
        JobState::Dead => EmptyState::new("folder", l.t("jobs-none-dead"), l.t("jobs-none-dead-text")),
        _ => EmptyState::new("folder", l.t("jobs-none"), l.t("jobs-none-text")),
    };
    let mut table = Table::new(l.t("nav-jobs"), columns.into(), empty);
    for job in &found.items {
        let about = job
            .subject_kind
            .as_ref()
            .map(|kind| texts::host().get(l, &format!("machine-{kind}"), &[]).unwrap_or_else(|| kind.clone()));
        let mut cells = vec![
            match &job.last_error {
                Some(reason) => Cell::List(vec![what(l, &job.kind), l.t1("jobs-reason", "reason", reason)]),
                None => Cell::Text(what(l, &job.kind)),
            },
            about.map_or(Cell::Nothing, Cell::Text),
            Cell::When(Moment::exactly(job.due_at)),
            Cell::number(job.attempts),
        ];
        cells.push(match job.state {
            JobState::Dead => {
                Cell::Buttons(vec![ActionButton::post(l.t("jobs-retry"), format!("/jobs/{}/retry", job.id))])
            }
            state => Cell::State(StateBadge::of(l, "job", word(state), tone(state))),
        });
        table.row(cells);
    }
    let filters = STATES.map(|(s, word)| Filter {
        label: l.t(&format!("state-job-{word}")),
        href: format!("/jobs?state={word}"),
        current: s == chosen,
        count: None,
    });
    let filters = vec![Filters { label: l.t("jobs-column-state"), filters: filters.into() }];
    let pager = pager("/jobs", &[("state", word(chosen))], &found, asked.cursor.is_none());
    let (heading, lead) = (l.t("nav-jobs"), l.t("jobs-lead"));
    Ok(Page::new(ListPage { shell: shell.titled(&heading), heading, lead, buttons: Vec::new(), filters, table, pager }))
}

async fn retry(
    State(app): State<App>,
    Caller(who): Caller,
    acting: ActingFor,
    Path(id): Path<Uuid>,
    form: Form,
) -> Result<impl IntoResponse, Refusal> {
    actions::retry(&app, &who, &form.command(acting), id).await?;
    Ok(done("/jobs?state=waiting", "flash-job-retried"))
}
