use super::{address, way};
use crate::http::components::{Cell, Column, EmptyState, Moment, StateBadge, Table, Tone};
use crate::http::page::{Page, Shell};
use crate::http::texts::{self, Locale};
use crate::http::{Caller, Path};
use crate::plugins::queries::{self, Trouble};
use crate::plugins::records::Reader;
use crate::plugins::{DecisionOutcome, Site};
use crate::{App, Refusal};
use askama::Template;
use axum::extract::State;
use twoway_ids::Uuid;

/// A failure as the page tells it.
struct Failure {
    heading: String,
    reference: String,
    when: Moment,
    text: String,
    lines: Vec<String>,
    truncated: bool,
}

#[derive(Template)]
#[template(path = "plugins/log.html")]
struct LogHtml {
    shell: Shell,
    heading: String,
    table: Table,
    failures: Vec<Failure>,
}

pub(super) fn outcome_badge(locale: Locale, outcome: DecisionOutcome) -> StateBadge {
    let (key, tone) = match outcome {
        DecisionOutcome::Done => ("log-outcome-done", Tone::Good),
        DecisionOutcome::Refused => ("log-outcome-refused", Tone::Neutral),
        DecisionOutcome::Failed => ("log-outcome-failed", Tone::Bad),
        DecisionOutcome::WithoutPlugin => ("log-outcome-without-plugin", Tone::Attention),
    };
    StateBadge::new(locale.t(key), tone)
}

/// What was asked, in the plugin's words where it has them.
fn asked(site: &Site, locale: Locale, hook: &str, name: &str) -> String {
    let word = match hook {
        "act" => site.loaded.word(locale, &format!("action-{name}")),
        "show" => site.loaded.word(locale, &format!("view-{name}")),
        "indicator" => site.loaded.word(locale, &format!("indicator-{name}")),
        // What the host tells of or asks about has the host's words; a timer has none but the plugin's own key.
        _ => texts::host().get(locale, &format!("heard-{}", name.replace('.', "-")), &[]).unwrap_or_default(),
    };
    let hook = locale.t(&format!("log-hook-{hook}"));
    if word.is_empty() { hook } else { format!("{hook} · {word}") }
}

pub(super) async fn show(
    State(app): State<App>,
    Caller(who): Caller,
    shell: Shell,
    Path(project): Path<Uuid>,
) -> Result<Page<impl Template>, Refusal> {
    let reader = Reader::enter(&app, &who, project).await?;
    if !reader.insider.leads() {
        return Err(Refusal::NotAllowed);
    }
    let (site, locale) = (reader.site.clone(), shell.locale);
    let keys = ["log-column-when", "log-column-what", "log-column-outcome", "log-column-reason", "log-column-fuel"];
    let empty = EmptyState::new("folder", shell.t("log-none"), shell.t("log-none-text"));
    let heading = shell.t("log-title");
    let mut table = Table::new(heading.as_str(), keys.map(|k| Column::new(shell.t(k))).into(), empty);
    for line in queries::journal(&app, project).await? {
        let what = asked(&site, locale, &line.hook, &line.name);
        table.row(vec![
            Cell::When(Moment::exactly(line.at)),
            match line.target_id {
                Some(id) => Cell::link(what, address(project, &format!("/records/{id}"))),
                None => Cell::Text(what),
            },
            Cell::State(outcome_badge(locale, line.outcome)),
            line.reason.map_or(Cell::Nothing, |reason| Cell::Text(reason_word(&site, locale, line.outcome, &reason))),
            Cell::number(line.fuel),
        ]);
    }
    let failures = queries::troubles(&app, &reader).await?;
    let failures = failures.into_iter().map(|t| failure(&site, locale, t)).collect();
    Ok(Page::new(LogHtml { shell: way(shell, &site).titled(&heading), heading, table, failures }))
}

/// The plugin's own sentence for its "no"; for all else the word of the record.
fn reason_word(site: &Site, locale: Locale, outcome: DecisionOutcome, reason: &str) -> String {
    match outcome {
        DecisionOutcome::Refused => {
            let known = site.loaded.description().refusals.iter().find(|r| r.code == reason && r.values.is_empty());
            known.map_or_else(|| reason.to_string(), |r| site.loaded.word(locale, &format!("refusal-{}", r.code)))
        }
        _ => reason.to_string(),
    }
}

fn failure(site: &Site, locale: Locale, trouble: Trouble) -> Failure {
    Failure {
        heading: asked(site, locale, &trouble.hook, &trouble.name),
        reference: locale.t1("log-reference", "reference", trouble.reference),
        when: Moment::exactly(trouble.at),
        text: trouble.failure,
        lines: trouble.log.lines.into_iter().map(|l| l.message).collect(),
        truncated: trouble.log.truncated,
    }
}
