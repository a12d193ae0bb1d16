//! The workbench: what waits for one person, across all roles, the most urgent first.

use super::work_sources as sources;
use crate::http::Caller;
use crate::http::components::{Cell, Column, EmptyState, Moment, Table};
use crate::http::page::{Page, Shell};
use crate::proposals::assisted::marked;
use crate::{App, Refusal, Who};
use askama::Template;
use axum::extract::State;
use serde::Serialize;
use twoway_ids::Millis;
use utoipa::ToSchema;

/// One thing to do.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, ToSchema)]
pub struct WorkItem {
    /// What is to be done: the text is `work-<kind>`.
    pub kind: &'static str,
    /// What it is about.
    pub title: String,
    /// The page of this site where it is done.
    pub link: String,
    pub due_at: Option<Millis>,
    /// About a proposal that the office typed in from paper.
    pub on_paper: bool,
}

impl WorkItem {
    /// Says that it is about a proposal which came on paper, where it did.
    pub fn on_paper(self, on_paper: bool) -> Self {
        Self { on_paper, ..self }
    }
}

/// Everything that waits for this person now: what is due first in front, what has no date behind. Each source gives at most
/// [`sources::MOST`] items, with a number of queries that does not grow with them.
pub async fn work(app: &App, who: &Who) -> Result<Vec<WorkItem>, Refusal> {
    if who.account().is_none() {
        return Err(Refusal::SignedOut);
    }
    let mut items = sources::calls_and_proposals(app, who).await?;
    items.extend(super::work_calls::inquiries(app, who).await?);
    items.extend(super::work_proposals::mergers(app, who).await?);
    items.extend(super::work_proposals::invitations(app, who).await?);
    items.extend(sources::reviews(app, who).await?);
    items.extend(super::work_reviews::rounds(app, who).await?);
    items.extend(sources::adoptions(app, who).await?);
    items.extend(super::work_fulfilment::fulfilment(app, who).await?);
    items.extend(super::work_agreements::recipients(app, who).await?);
    items.extend(super::work_agreements::scans(app, who).await?);
    items.extend(sources::projects(app, who).await?);
    items.extend(sources::evaluations(app, who).await?);
    items.extend(sources::plugins(app, who).await?);
    items.extend(sources::jobs(app, who).await?);
    items.extend(super::work_objections::objections(app, who).await?);
    items.extend(super::work_pool::renewals(app, who).await?);
    items.extend(super::work_calls::channels(app, who).await?);
    items.extend(super::work_calls::late(app, who).await?);
    items.extend(super::work_sponsoring::first_deliveries(app, who).await?);
    items.extend(super::work_disclosures::disclosures(app, who).await?);
    items.extend(super::work_paper::entries(app, who).await?);
    items.sort_by(|a, b| {
        let due = |item: &WorkItem| item.due_at.unwrap_or(Millis::MAX);
        due(a).cmp(&due(b)).then_with(|| a.title.cmp(&b.title)).then_with(|| a.link.cmp(&b.link))
    });
    Ok(items)
}

#[derive(Template)]
#[template(path = "showcase/work.html")]
pub(super) struct WorkHtml {
    shell: Shell,
    count: usize,
    table: Table,
    /// Projects in whose place the reader has a part.
    places: Vec<(String, String)>,
}

pub(super) async fn show(State(app): State<App>, Caller(who): Caller, shell: Shell) -> Result<Page<WorkHtml>, Refusal> {
    let items = work(&app, &who).await?;
    let l = shell.locale;
    let mut table = Table::new(
        l.t("work-title"),
        ["what", "about", "due"].map(|c| Column::new(l.t(&format!("work-column-{c}")))).into(),
        EmptyState::new("calendar", l.t("work-empty"), l.t("work-empty-text")),
    );
    for item in &items {
        table.row(vec![
            Cell::link(l.t(&format!("work-{}", item.kind)), &*item.link),
            Cell::text(marked(l, &item.title, item.on_paper)),
            item.due_at.map_or(Cell::Nothing, |due| Cell::When(Moment::due(l, due, app.now(), None))),
        ]);
    }
    let count = items.len();
    let places = sources::places(&app, &who).await?;
    Ok(Page::new(WorkHtml { shell: shell.titled(l.t("work-title")), count, table, places }))
}
