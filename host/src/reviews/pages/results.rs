use crate::calls::pages::{badge, yuan};
use crate::calls::{self, CallState};
use crate::http::components::{Cell, Column, EmptyState, Facts, Moment, Pager, StateBadge, Table};
use crate::http::page::{Page, Shell};
use crate::http::usual::pager;
use crate::http::{Caller, Paging, Path, Query};
use crate::{App, Refusal, calendar, proposals};
use askama::Template;
use axum::extract::State;
use twoway_ids::Uuid;

#[derive(Template)]
#[template(path = "reviews/results.html")]
struct ResultsHtml {
    shell: Shell,
    heading: String,
    badge: StateBadge,
    intro: String,
    facts: Facts,
    results: Table,
    pager: Pager,
}

/// The public notice: what was selected, until when it is shown, and whom to tell if something is wrong.
pub(super) async fn show(
    State(app): State<App>,
    Caller(who): Caller,
    shell: Shell,
    Path(id): Path<Uuid>,
    Query(paging): Query<Paging>,
) -> Result<Page<impl Template>, Refusal> {
    let db = app.db.read();
    let call = calls::queries::find_visible(db, &who, id).await?;
    if !matches!(call.state, CallState::PublicNotice | CallState::Concluded) {
        return Err(Refusal::NotFound);
    }
    let found = proposals::queries::published(db, who.tenant, Some(id), &[], &paging).await?;
    let teams = found.items.iter().filter_map(|row| row.organization_id);
    let names = calls::queries::organization_names(db, who.tenant, teams.chain([call.organization_id])).await?;
    let columns = vec![
        Column::new(shell.t("proposal-title")),
        Column::new(shell.t("proposal-by")),
        Column::new(shell.t("proposal-summary")),
        Column::new(shell.t("proposal-cost")).numeric(),
    ];
    let empty = EmptyState::new("folder", shell.t("results-empty"), shell.t("results-empty-text"));
    let mut table = Table::new(shell.t("results-title"), columns, empty);
    for row in &found.items {
        let by =
            row.organization_id.and_then(|o| names.get(&o).cloned()).unwrap_or_else(|| shell.t("proposal-by-citizen"));
        table.row(vec![
            Cell::link(row.title.as_str(), format!("/proposals/{}", row.id)),
            Cell::text(by),
            Cell::text(row.summary.as_str()),
            row.cost.map_or(Cell::Nothing, |cost| Cell::Number(yuan(&shell, cost))),
        ]);
    }
    let mut facts = Facts::new();
    if let Some(office) = names.get(&call.organization_id) {
        facts = facts.fact(shell.t("call-office"), Cell::text(office));
    }
    if let Some(started) = call.notice_started_at {
        facts = facts.fact(shell.t("results-from"), Cell::When(Moment::exactly(started)));
    }
    if let Some(ends) = call.notice_ends_at {
        let calendar = calendar::load(db, who.tenant, app.config.utc_offset_minutes).await?;
        // The notice ends at midnight: the last day is the one before.
        facts = facts.fact(shell.t("results-until"), Cell::When(Moment::day(shell.locale, ends - 1)));
        if call.state == CallState::PublicNotice {
            let left = calendar.workdays_left(app.now(), ends);
            facts = facts
                .fact(shell.t("results-left"), Cell::When(Moment::due(shell.locale, ends - 1, app.now(), Some(left))));
        }
    }
    facts = facts.fact(shell.t("results-contact"), Cell::text(call.contact.as_str()));
    let heading = shell.t1("results-of", "title", call.title.as_str());
    let key = if call.state == CallState::PublicNotice { "results-intro" } else { "results-intro-over" };
    let intro = shell.t2(key, "title", call.title.as_str(), "days", call.notice_days);
    let calls_title = shell.t("calls-title");
    let pager = pager(&format!("/calls/{id}/results"), &[], &found, paging.cursor.is_none());
    Ok(Page::new(ResultsHtml {
        badge: badge(&shell, call.state),
        shell: shell.crumb(calls_title, "/calls").crumb(&call.title, format!("/calls/{id}")).titled(&heading),
        heading,
        intro,
        facts,
        results: table,
        pager,
    }))
}
