use crate::calls::pages::{badge, yuan};
use crate::calls::{self, CallState};
use crate::http::components::{ActionButton, Cell, Column, EmptyState, Facts, Moment, Pager, StateBadge, Table, Tone};
use crate::http::page::{Page, Shell};
use crate::http::usual::pager;
use crate::http::writing::written;
use crate::http::{Caller, Paging, Path, Query};
use crate::objections::model::word;
use crate::objections::queries::{Told, told};
use crate::objections::state::Outcome;
use crate::proposals::ProposalState;
use crate::{App, Refusal, calendar, papers, proposals, reviews};
use askama::Template;
use axum::extract::State;
use std::collections::HashMap;
use twoway_entity::proposals::proposal;
use twoway_ids::{Millis, Uuid};

#[derive(Template)]
#[template(path = "objections/notice.html")]
struct NoticeHtml {
    shell: Shell,
    heading: String,
    badge: StateBadge,
    intro: String,
    exports: Vec<ActionButton>,
    facts: Facts,
    results: Table,
    pager: Pager,
    /// How one objects, while the notice of any item runs.
    how: Vec<String>,
    counts: String,
    answers: Table,
    mine: ActionButton,
}

/// The public notice: what was selected and why, until when it is shown, how one objects, and what was answered so far.
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
    let proposers = proposals::assisted::proposers(db, shell.locale, &found.items).await?;
    let names = calls::queries::organization_names(db, who.tenant, [call.organization_id]).await?;
    let own = reviews::queries::item_notices(db, who.tenant, id).await?;
    let told = told(db, who.tenant, id).await?;
    let calendar = calendar::load(db, who.tenant, app.config.utc_offset_minutes).await?;
    let mut facts = Facts::new();
    if let Some(office) = names.get(&call.organization_id) {
        facts = facts.fact(shell.t("call-office"), Cell::text(office));
    }
    if let Some(started) = call.notice_started_at {
        facts = facts.fact(shell.t("results-from"), Cell::When(Moment::exactly(started)));
        let days = calendar.workdays(started, call.notice_ends_at.unwrap_or(started));
        let days = days.into_iter().map(|day| written(shell.locale, &day.to_string())).collect();
        facts = facts.fact(shell.t("results-days"), Cell::List(days));
    }
    if let Some(ends) = call.notice_ends_at {
        // The notice ends at midnight: the last day is the one before.
        facts = facts.fact(shell.t("results-until"), Cell::When(Moment::day(shell.locale, ends - 1)));
        if app.now() < ends {
            let left = calendar.workdays_left(app.now(), ends);
            facts = facts
                .fact(shell.t("results-left"), Cell::When(Moment::due(shell.locale, ends - 1, app.now(), Some(left))));
        }
    }
    let voided = reviews::voiding::voided(&app, id).await?;
    if voided > 0 {
        facts = facts.fact(shell.t("results-voided"), Cell::text(shell.t1("results-voided-text", "n", voided)));
    }
    facts = facts.fact(shell.t("results-contact"), Cell::text(call.contact.as_str()));
    let open = |row: &proposal::Model| {
        let until = own.get(&row.id).copied().or(call.notice_ends_at);
        row.state == ProposalState::InNotice && until.is_some_and(|until| app.now() < until)
    };
    let any_open = found.items.iter().any(open);
    let heading = shell.t1("results-of", "title", call.title.as_str());
    let key = if call.state == CallState::PublicNotice { "results-intro" } else { "results-intro-over" };
    let intro = shell.t2(key, "title", call.title.as_str(), "days", call.notice_days);
    let calls_title = shell.t("calls-title");
    let exports = match found.items.is_empty() {
        true => Vec::new(),
        false => papers::buttons::export(shell.locale, &format!("/calls/{id}/results"), &[]),
    };
    Ok(Page::new(NoticeHtml {
        exports,
        badge: badge(&shell, call.state),
        results: results(&shell, &found.items, &proposers, &own, open),
        pager: pager(&format!("/calls/{id}/results"), &[], &found, paging.cursor.is_none()),
        how: if any_open {
            ["results-how-1", "results-how-2", "results-how-3", "results-how-4"].map(|key| shell.t(key)).into()
        } else {
            Vec::new()
        },
        counts: shell.t2("results-objections", "n", told.filed, "open", told.open),
        answers: answers(&shell, &told),
        mine: ActionButton::link(shell.t("objections-mine"), "/objections"),
        shell: shell.crumb(calls_title, "/calls").crumb(&call.title, format!("/calls/{id}")).titled(&heading),
        heading,
        intro,
        facts,
    }))
}

fn results(
    shell: &Shell,
    rows: &[proposal::Model],
    names: &HashMap<Uuid, String>,
    own: &HashMap<Uuid, Millis>,
    open: impl Fn(&proposal::Model) -> bool,
) -> Table {
    let columns = vec![
        Column::new(shell.t("proposal-title")),
        Column::new(shell.t("proposal-by")),
        Column::new(shell.t("decision-reason")),
        Column::new(shell.t("proposal-cost")).numeric(),
        Column::new(shell.t("results-item")),
    ];
    let empty = EmptyState::new("folder", shell.t("results-empty"), shell.t("results-empty-text"));
    let mut table = Table::new(shell.t("results-title"), columns, empty);
    for row in rows {
        let by = names.get(&row.id).cloned().unwrap_or_default();
        let object = format!("/objections/new?target=proposal&item={}", row.id);
        let item = match (open(row), own.get(&row.id)) {
            (true, _) => Cell::Buttons(vec![ActionButton::link(shell.t("objection-file"), object)]),
            (false, Some(ends)) => {
                Cell::text(shell.t1("results-item-again", "day", crate::http::components::local_day(ends - 1)))
            }
            (false, None) => Cell::State(StateBadge::of(
                shell.locale,
                "proposal",
                &crate::lifecycle::names(&row.state),
                if row.state == ProposalState::InNotice { Tone::Attention } else { Tone::Neutral },
            )),
        };
        table.row(vec![
            Cell::link(row.title.as_str(), format!("/proposals/{}", row.id)),
            Cell::text(by),
            row.decision_reason.as_ref().map_or(Cell::Nothing, Cell::text),
            row.cost.map_or(Cell::Nothing, |cost| Cell::Number(yuan(shell, cost))),
            item,
        ]);
    }
    table
}

fn answers(shell: &Shell, told: &Told) -> Table {
    let columns = ["proposal-title", "objection-result", "objection-public-answer", "objection-answered-at"];
    let empty = EmptyState::new("folder", shell.t("results-no-answers"), shell.t("results-no-answers-text"));
    let mut table = Table::new(shell.t("results-answers"), columns.map(|key| Column::new(shell.t(key))).into(), empty);
    for row in &told.published {
        let word_of = |result: Outcome| shell.t(&format!("objection-result-{}", word(&result)));
        let result = row.result.map_or_else(|| shell.t("state-objection-inadmissible"), word_of);
        table.row(vec![
            Cell::text(row.title.as_str()),
            Cell::text(result),
            row.public_answer.as_ref().map_or(Cell::Nothing, Cell::text),
            row.published_at.map_or(Cell::Nothing, |at| Cell::When(Moment::day(shell.locale, at))),
        ]);
    }
    table
}
