use super::badge;
use super::forms::{Deed, Typed, assigns, buttons, deeds, is_assignable};
use crate::calls::pages::paragraphs;
use crate::http::components::{
    Cell, Column, EmptyState, Facts, HistoryList, Moment, NextStep, StateBadge, Stepper, Table, Tone,
};
use crate::http::page::{Page, Shell};
use crate::http::problem::form_errors;
use crate::http::usual::history;
use crate::http::{Caller, Path};
use crate::lifecycle::{Machine, names};
use crate::objections::identity::{self, Identity};
use crate::objections::model::word;
use crate::objections::queries::{self, Seen, Sight};
use crate::objections::state::{ObjectionMachine, ObjectionState as S, Outcome};
use crate::objections::{OBJECTOR, evidence, handlers, targets};
use crate::{App, Refusal, Who, audit, calendar, reviews};
use askama::Template;
use axum::extract::State;
use twoway_ids::Uuid;

#[derive(Template)]
#[template(path = "objections/show.html")]
pub(super) struct ObjectionHtml {
    shell: Shell,
    heading: String,
    badge: StateBadge,
    result: Option<StateBadge>,
    stepper: Stepper,
    next: NextStep,
    facts: Facts,
    statement: Vec<String>,
    wish: Vec<String>,
    /// What came with it, for those who may open it.
    evidence: Option<Table>,
    /// Heading and text of what was answered, in its order.
    answers: Vec<(String, Vec<String>)>,
    /// Who filed it, opened a moment ago for this reader.
    who: Option<Facts>,
    deeds: Vec<Deed>,
    history: Option<HistoryList>,
}

pub(super) async fn show(
    State(app): State<App>,
    Caller(who): Caller,
    shell: Shell,
    Path(id): Path<Uuid>,
) -> Result<Page<ObjectionHtml>, Refusal> {
    Ok(Page::new(page(&app, &who, shell, id, None, None).await?))
}

/// `failed`: a form that was refused, as it was typed. `opened`: who filed it, if the reader has just asked.
pub(super) async fn page(
    app: &App,
    who: &Who,
    shell: Shell,
    id: Uuid,
    failed: Option<(Typed<'_>, Refusal)>,
    opened: Option<Identity>,
) -> Result<ObjectionHtml, Refusal> {
    let seen = queries::find_visible(app, who, id).await?;
    let second = matches!(seen.row.state, S::ReviewRequested | S::ReviewAssigned);
    let candidates = match assigns(who, &seen) && is_assignable(seen.row.state) {
        true => handlers::candidates(app, &seen.row, second).await?,
        false => Vec::new(),
    };
    let (typed, refusal) = failed.map_or((None, None), |(typed, refusal)| (Some(typed), Some(refusal)));
    let mut deeds = deeds(app, who, &shell, &seen, &candidates, typed.as_ref());
    if let Some(refusal) = refusal {
        let verb = typed.as_ref().map_or("", |typed| typed.verb);
        match deeds.iter_mut().find(|deed| deed.verb == verb) {
            Some(deed) => form_errors(&mut deed.form, shell.locale, refusal)?,
            None => return Err(refusal),
        }
    }
    let office = seen.sight.is_office();
    let events = audit::history(app.db.read(), who.tenant, ObjectionMachine::KIND, id, 100).await?;
    let list = match office {
        true => (shell.t("objections-title"), "/office/objections"),
        false => (shell.t("objections-mine"), "/objections"),
    };
    let row = &seen.row;
    let heading = shell.t2(
        "objection-about",
        "target",
        shell.t(&format!("objection-target-{}", word(&row.target))),
        "title",
        row.title.as_str(),
    );
    Ok(ObjectionHtml {
        badge: badge(&shell, row.state),
        result: row.result.map(|result| {
            let tone = if result == Outcome::Upheld { Tone::Attention } else { Tone::Neutral };
            StateBadge::new(shell.t(&format!("objection-result-{}", word(&result))), tone)
        }),
        stepper: stepper(&shell, row.state),
        next: next(app, who, &shell, &seen).await?,
        facts: facts(app, &shell, &seen).await?,
        statement: paragraphs(&row.statement),
        wish: paragraphs(&row.wish),
        evidence: evidence_table(&shell, row.id, evidence::shown(app, &seen).await?),
        answers: answers(app, &shell, &seen)?,
        who: opened.map(|opened| identity_facts(&shell, &opened)),
        deeds,
        history: office.then(|| history(&shell, ObjectionMachine::KIND, unnamed(&shell, events), app.now())),
        shell: shell.crumb(list.0, list.1).titled(&heading),
        heading,
    })
}

/// The steps of its author stand in the history as the author's, without a name.
fn unnamed(shell: &Shell, events: Vec<audit::HistoryEntry>) -> Vec<audit::HistoryEntry> {
    let by_author = |entry: &audit::HistoryEntry| entry.cause.as_deref() == Some(OBJECTOR);
    events
        .into_iter()
        .map(|entry| match by_author(&entry) {
            true => audit::HistoryEntry { actor: Some(shell.t("objection-author-hidden")), ..entry },
            false => entry,
        })
        .collect()
}

fn stepper(shell: &Shell, state: S) -> Stepper {
    let way = [S::Filed, S::Admitted, S::Assigned, S::FactFinding, S::Answered, S::ReviewAssigned, S::AnsweredFinally];
    let label = |state: S| shell.t(&format!("state-objection-{}", names(&state)));
    match state {
        S::Inadmissible | S::Withdrawn => Stepper::linear([label(S::Filed), label(state)], 2),
        S::Accepted => Stepper::linear([S::Filed, S::Admitted, S::FactFinding, S::Answered, S::Accepted].map(label), 5),
        S::AnsweredFinally => Stepper::linear(way.map(label), way.len()),
        S::ReviewRequested => Stepper::linear(way.map(label), 5),
        on_the_way => {
            // Without a second look the way ends with the answer.
            let way = if on_the_way == S::ReviewAssigned { &way[..] } else { &way[..5] };
            let place = way.iter().position(|s| *s == on_the_way).unwrap_or(0);
            Stepper::linear(way.iter().map(|s| label(*s)), place)
        }
    }
}

async fn next(app: &App, who: &Who, shell: &Shell, seen: &Seen) -> Result<NextStep, Refusal> {
    let row = &seen.row;
    let late = row.due_at.is_some_and(|due| app.now() >= due);
    let due = match row.due_at {
        Some(due) => {
            let calendar = calendar::load(app.db.read(), who.tenant, app.config.utc_offset_minutes).await?;
            let left = calendar.workdays_left(app.now(), due);
            Some(Moment::due(shell.locale, due - 1, app.now(), (!late).then_some(left)))
        }
        None => None,
    };
    let side = if seen.sight == Sight::Objector { "mine" } else { "office" };
    let tone = match row.state {
        _ if late => Tone::Bad,
        S::Accepted | S::AnsweredFinally => Tone::Good,
        S::Inadmissible | S::Withdrawn => Tone::Neutral,
        S::Answered if seen.sight == Sight::Objector => Tone::Active,
        _ => Tone::Attention,
    };
    let state = names(&row.state);
    Ok(NextStep {
        tone,
        heading: shell.t(&format!("objection-next-{state}")),
        text: shell.t(&format!("objection-next-{state}-{side}")),
        due,
        buttons: buttons(who, shell, seen),
    })
}

async fn facts(app: &App, shell: &Shell, seen: &Seen) -> Result<Facts, Refusal> {
    let row = &seen.row;
    let place = targets::address(app.db.read(), row.tenant_id, row.target, row.target_id).await?;
    let mut facts = Facts::new()
        .fact(shell.t("objection-title"), Cell::link(row.title.as_str(), place))
        .fact(shell.t("objection-ground"), Cell::text(shell.t(&format!("choice-ground-{}", word(&row.ground)))))
        .fact(shell.t("objection-filed"), Cell::When(Moment::exactly(row.created_at)));
    let files = evidence::count(app.db.read(), row).await?;
    if files > 0 && !seen.sight.reads_evidence() {
        let closed = shell.t1("objection-evidence-closed", "n", files);
        facts = facts.fact(shell.t("objection-evidence"), Cell::text(closed));
    }
    if seen.sight.is_office() {
        facts = facts.fact(shell.t("objection-author"), Cell::text(shell.t("objection-author-hidden")));
        let people = row.handler_id.into_iter().chain(row.second_handler_id);
        let names = reviews::views::names(app.db.read(), row.tenant_id, people).await?;
        for (key, account) in
            [("objection-handler", row.handler_id), ("objection-second-handler", row.second_handler_id)]
        {
            if let Some(name) = account.and_then(|account| names.get(&account)) {
                facts = facts.fact(shell.t(key), Cell::text(name));
            }
        }
    }
    if let Some(at) = row.answered_at {
        facts = facts.fact(shell.t("objection-answered-at"), Cell::When(Moment::exactly(at)));
    }
    Ok(facts)
}

fn evidence_table(shell: &Shell, id: Uuid, files: Vec<evidence::Shown>) -> Option<Table> {
    let columns = vec![Column::new(shell.t("file-name")), Column::new(shell.t("file-size")).numeric()];
    let mut table = Table::new(shell.t("objection-evidence"), columns, EmptyState::new("folder", String::new(), ""));
    let any = !files.is_empty();
    for file in files {
        table.row(vec![
            Cell::link(file.name, format!("/objections/{id}/files/{}", file.row.id)),
            Cell::Number(shell.t1("file-kilobytes", "n", (file.row.size + 1_023) / 1_024)),
        ]);
    }
    any.then_some(table)
}

fn answers(app: &App, shell: &Shell, seen: &Seen) -> Result<Vec<(String, Vec<String>)>, Refusal> {
    let row = &seen.row;
    let first = identity::open_answer(&app.keys, row, "answer", row.answer.as_ref())?;
    let second = identity::open_answer(&app.keys, row, "second-answer", row.second_answer.as_ref())?;
    let said = [
        ("objection-dismissal", row.dismissal.clone()),
        ("objection-extension", row.extension_reason.clone()),
        ("objection-first-answer", first),
        ("objection-review-reason", row.review_reason.clone()),
        ("objection-second-answer", second),
        ("objection-public-answer", row.public_answer.clone()),
    ];
    Ok(said.into_iter().filter_map(|(key, text)| Some((shell.t(key), paragraphs(&text?)))).collect())
}

fn identity_facts(shell: &Shell, opened: &Identity) -> Facts {
    let given = |text: &str| if text.is_empty() { Cell::Nothing } else { Cell::text(text) };
    Facts::new()
        .fact(shell.t("field-objection-name"), given(&opened.name))
        .fact(shell.t("field-objection-contact"), given(&opened.contact))
        .fact(shell.t("objection-account-name"), given(&opened.account_name))
}
