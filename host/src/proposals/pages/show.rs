use super::{badge, stepper};
use crate::calls::pages::{paragraphs, yuan};
use crate::http::components::{
    ActionButton, Cell, Column, Confirm, EmptyState, Facts, HistoryList, Look, Markup, Moment, NextStep, StateBadge,
    Stepper, Table, Tone,
};
use crate::http::form_view::{Control, FieldWords, FormField, FormView};
use crate::http::page::{Page, Shell};
use crate::http::usual::history;
use crate::http::{Caller, Path};
use crate::lifecycle::Machine;
use crate::proposals::late;
use crate::proposals::merge::{self, MergerState};
use crate::proposals::queries::{self, PROPOSES, Seen, Sight};
use crate::proposals::state::{ProposalEvent, ProposalMachine, ProposalState};
use crate::proposals::together::{self, Right};
use crate::proposals::views::{self, ProposalView};
use crate::proposals::{Decision, assisted, rules, upload};
use crate::{App, Refusal, Who, audit, calendar, calls, papers};
use askama::Template;
use axum::extract::State;
use axum::response::Response;
use twoway_entity::accounts::Role;
use twoway_entity::calls::call;
use twoway_entity::propose::merger;
use twoway_ids::{Millis, Uuid};

#[derive(Template)]
#[template(path = "proposals/proposal.html")]
pub(super) struct ProposalHtml {
    pub(super) shell: Shell,
    title: String,
    summary: Vec<String>,
    badge: StateBadge,
    /// Says that it came on paper.
    paper: Option<StateBadge>,
    stepper: Stepper,
    next: Option<NextStep>,
    facts: Facts,
    /// The answers by section of the form.
    answers: Vec<(Option<String>, Facts)>,
    files: Option<Table>,
    pub(super) upload: Option<FormView>,
    /// What the reviewers or the panel said, once it is released.
    outcome: Option<Facts>,
    /// What it needs to be carried out, line by line.
    needs: Markup,
    revisions: Option<Table>,
    /// What had to be mended, and what was changed for it.
    points: Option<Table>,
    more: Vec<ActionButton>,
    history: Option<HistoryList>,
}

pub(super) async fn show(
    State(app): State<App>,
    Caller(who): Caller,
    shell: Shell,
    Path(id): Path<Uuid>,
) -> Result<Page<ProposalHtml>, Refusal> {
    Ok(Page::new(page(&app, &who, shell, id).await?))
}

pub(super) async fn page(app: &App, who: &Who, shell: Shell, id: Uuid) -> Result<ProposalHtml, Refusal> {
    let db = app.db.read();
    let seen = queries::find_visible(db, who, id).await?;
    let call = calls::queries::find(db, who.tenant, seen.row.call_id).await?;
    let Seen { row, sight } = seen.clone();
    let view = views::view(app, who, seen, &call).await?;
    let right = if sight == Sight::Own { together::right(db, who, &row).await? } else { Right::None };
    let writable = right >= Right::Edit && rules::editable(&row, app.now()).is_ok();
    let is_late = match writable {
        true if call.state == calls::CallState::Suspended => Some(false),
        true => late::is_late(db, &row, &call, app.now()).await.ok(),
        false => None,
    };
    let writable = is_late.is_some();
    let late_until = if is_late == Some(true) { late::until(db, &call).await? } else { None };
    let concerned = sight >= Sight::Own;
    let (list, list_href) = match sight {
        Sight::Own => ("nav-my-proposals", "/proposals"),
        Sight::Office => ("office-calls-title", "/office/calls"),
        Sight::Masked | Sight::Review => ("nav-reviews", "/reviews"),
        Sight::Public => ("nav-pool", "/pool"),
    };
    let list = shell.t(list);
    let title = if view.title.is_empty() { shell.t("proposal-untitled") } else { view.title.clone() };
    let mut shell = shell.crumb(list, list_href);
    if sight == Sight::Office {
        shell = shell.crumb(&call.title, format!("/office/calls/{}/screening", call.id));
    }
    let shell = shell.titled(&title);
    let events =
        if concerned { audit::history(db, who.tenant, ProposalMachine::KIND, id, 100).await? } else { Vec::new() };
    let revisions = if concerned { queries::revisions_of(db, who.tenant, id).await? } else { Vec::new() };
    let working_days = match view.fix_due_at {
        Some(due) => {
            Some(calendar::load(db, who.tenant, app.config.utc_offset_minutes).await?.workdays_left(app.now(), due))
        }
        None => None,
    };
    let mine = who.holds_over(&[Role::LeadOffice], &row.path)
        && rules::not_own(&row, who.account(), &who.organizations(PROPOSES)).is_ok();
    let merger = if concerned { merge::queries::last_of(db, who.tenant, id).await? } else { None };
    let with = if sight >= Sight::Review { together_with(db, who, id).await? } else { Vec::new() };
    let mut authors = merge::authors(db, who, [id], !concerned).await?;
    let by = match sight {
        Sight::Masked => shell.t("mask-hidden"),
        _ => assisted::proposer(db, shell.locale, &row).await?,
    };
    let needs = crate::needs::pages::section(app, who, &shell, &row).await?;
    Ok(ProposalHtml {
        needs,
        badge: badge(&shell, view.state),
        paper: view.on_paper.as_ref().map(|_| StateBadge::new(assisted::badge(shell.locale), Tone::Attention)),
        points: (!view.points.is_empty()).then(|| super::changes::table(&shell, &view, &call)).transpose()?,
        stepper: stepper(&shell, view.state),
        next: match sight {
            Sight::Own => {
                Some(own_step(&shell, &view, (&call, late_until), app.now(), (writable, right), working_days))
            }
            Sight::Office => Some(office_step(&shell, &view, &call, mine, row.screened_by == who.account())),
            Sight::Masked | Sight::Review | Sight::Public => None,
        },
        facts: facts(&shell, &view, (sight, by), (authors.remove(&id), with)),
        answers: answers(&shell, &view, &call)?,
        files: (sight >= Sight::Masked).then(|| files(&shell, &view, writable)),
        upload: writable.then(|| upload_form(app, &shell, &view)),
        outcome: outcome(&shell, &view),
        revisions: (revisions.len() > 1).then(|| changes(&shell, &call, &revisions)).transpose()?,
        more: {
            let letter = concerned && queries::has_letter(db, who.tenant, id).await?;
            more(&shell, &view, sight, (revisions.len(), letter), (mine, right), merger)
        },
        history: concerned.then(|| history(&shell, ProposalMachine::KIND, told(events, sight), app.now())),
        summary: paragraphs(&view.summary),
        title,
        shell,
    })
}

/// The history without what is still pending, and without each of many savings in a row.
fn told(events: Vec<audit::HistoryEntry>, sight: Sight) -> Vec<audit::HistoryEntry> {
    let mut kept: Vec<audit::HistoryEntry> = Vec::new();
    for event in events {
        let inside = [
            "propose-out",
            "keep-in",
            "decide",
            "review-ended",
            "disqualification-proposed",
            "disqualification-dropped",
        ];
        let pending = inside.contains(&event.name.as_str()) && sight != Sight::Office;
        let again = event.name == "saved" && kept.last().is_some_and(|before| before.name == "saved");
        if !pending && !again {
            kept.push(event);
        }
    }
    kept
}

fn own_step(
    shell: &Shell,
    view: &ProposalView,
    (call, late_until): (&call::Model, Option<Millis>),
    now: Millis,
    (writable, right): (bool, Right),
    working_days: Option<u32>,
) -> NextStep {
    use ProposalState as S;
    let base = format!("/proposals/{}", view.id);
    let write = || {
        let mut buttons = vec![ActionButton::link(shell.t("proposal-continue"), format!("{base}/edit")).primary()];
        if right == Right::Owner {
            buttons.push(ActionButton::link(shell.t("proposal-to-submit"), format!("{base}/submit")));
        }
        buttons
    };
    let due = |at: Option<Millis>, days| at.map(|at| Moment::due(shell.locale, at - 1, now, days));
    let (tone, key, due, buttons) = match view.state {
        S::Draft if late_until.is_some() => (Tone::Attention, "draft-late", due(late_until, None), write()),
        S::Draft if writable && call.state == calls::CallState::Suspended => {
            let button = ActionButton::link(shell.t("proposal-continue"), format!("{base}/edit")).primary();
            (Tone::Attention, "draft-suspended", None, vec![button])
        }
        S::Draft if writable => (Tone::Active, "draft", due(call.closes_at, None), write()),
        S::Draft if right < Right::Edit => (Tone::Attention, "draft-of-others", due(call.closes_at, None), Vec::new()),
        S::Draft => (Tone::Bad, "late", None, Vec::new()),
        S::Returned if writable => (Tone::Active, "returned", due(view.fix_due_at, working_days), write()),
        S::Returned if right < Right::Edit => {
            (Tone::Attention, "draft-of-others", due(view.fix_due_at, working_days), Vec::new())
        }
        S::Returned => (Tone::Bad, "ineligible", None, Vec::new()),
        S::Ineligible => {
            let object = format!("/objections/new?target=ineligible&item={}", view.id);
            (Tone::Bad, "ineligible", None, vec![ActionButton::link(shell.t("objection-file"), object)])
        }
        S::Submitted | S::RulingOut => (Tone::Attention, "submitted", None, Vec::new()),
        S::Eligible => (Tone::Attention, "eligible", None, Vec::new()),
        S::UnderReview | S::Decided => (Tone::Attention, "under-review", None, Vec::new()),
        S::InNotice => (Tone::Attention, "in-notice", due(call.notice_ends_at, None), Vec::new()),
        S::Pooled if view.pool_until.is_some_and(|until| rules::renewable(until, now).is_ok()) => {
            let renew = ActionButton::post(shell.t("proposal-renew"), format!("{base}/renew"));
            (Tone::Active, "renew", due(view.pool_until, None), vec![renew.with("_version", view.version).primary()])
        }
        S::Approved | S::Pooled => (Tone::Good, "pooled", None, Vec::new()),
        S::Converted => (Tone::Good, "converted", None, Vec::new()),
        S::NotSelected => (Tone::Neutral, "not-selected", None, Vec::new()),
        S::Withdrawn => (Tone::Neutral, "withdrawn", None, Vec::new()),
        S::MergedInto => (Tone::Neutral, "merged-into", None, Vec::new()),
        S::Expired => (Tone::Neutral, "expired", None, Vec::new()),
        S::Cancelled => (Tone::Neutral, "cancelled", None, Vec::new()),
        S::Disqualified => (Tone::Bad, "disqualified", None, Vec::new()),
    };
    let text = match (view.state, &view.defects) {
        (S::Returned, Some(defects)) => shell.t1("proposal-next-returned-defects", "defects", defects.as_str()),
        _ => shell.t(&format!("proposal-next-{key}-text")),
    };
    NextStep { tone, heading: shell.t(&format!("proposal-next-{key}")), text, due, buttons }
}

fn office_step(shell: &Shell, view: &ProposalView, call: &call::Model, mine: bool, first: bool) -> NextStep {
    use ProposalState as S;
    let base = format!("/proposals/{}", view.id);
    let desk =
        |label: &str, place: &str| ActionButton::link(shell.t(label), format!("/office/calls/{}/{place}", call.id));
    let in_screening = call.state == calls::CallState::Screening;
    let (tone, key, buttons) = match view.state {
        S::Submitted if in_screening && view.late.as_ref().is_some_and(|late| late.accepted_at.is_none()) => {
            let accept = ActionButton::link(shell.t("late-accept"), format!("{base}/accept-late")).primary();
            let refuse = ActionButton::link(shell.t("late-refuse"), format!("{base}/rule-out")).look(Look::Danger);
            (Tone::Active, "late-check", vec![accept, refuse])
        }
        S::Submitted if in_screening => {
            let admit =
                ActionButton::post(shell.t("proposal-admit"), format!("{base}/admit")).with("_version", view.version);
            let confirm = Confirm {
                title: shell.t("proposal-admit-title"),
                text: shell.t("proposal-admit-text"),
                points: Vec::new(),
                ok: shell.t("proposal-admit"),
            };
            let mut buttons = vec![admit.primary().confirm(confirm)];
            if view.defects.is_none() {
                buttons.push(ActionButton::link(shell.t("proposal-return"), format!("{base}/return")));
            }
            buttons
                .push(ActionButton::link(shell.t("proposal-rule-out"), format!("{base}/rule-out")).look(Look::Danger));
            (Tone::Active, "check", buttons)
        }
        S::Submitted => (Tone::Attention, "check-later", Vec::new()),
        S::Returned => (Tone::Attention, "waits-for-fix", Vec::new()),
        S::RulingOut if first => (Tone::Attention, "ruling-out-waits", vec![keep_in(shell, view)]),
        S::RulingOut => (Tone::Active, "ruling-out", vec![confirm_out(shell, view), keep_in(shell, view)]),
        S::Eligible => (Tone::Attention, "checked", vec![desk("call-screening-desk", "screening")]),
        S::UnderReview if matches!(call.state, calls::CallState::Deliberating | calls::CallState::PublicNotice) => {
            let decide = ActionButton::link(shell.t("proposal-decide"), format!("{base}/decision")).primary();
            (Tone::Active, "decide", vec![decide])
        }
        S::UnderReview => (Tone::Active, "reviewing", vec![desk("call-reviews-desk", "reviews")]),
        S::Decided if call.state == calls::CallState::PublicNotice => {
            let again = ActionButton::link(shell.t("proposal-decide-again"), format!("{base}/decision"));
            (Tone::Active, "release-item", vec![release_item(shell, view, call), again])
        }
        S::Decided => {
            let again = ActionButton::link(shell.t("proposal-decide-again"), format!("{base}/decision"));
            (Tone::Attention, "decided", vec![desk("call-deliberation-desk", "deliberation").primary(), again])
        }
        S::InNotice => (Tone::Attention, "in-notice", Vec::new()),
        S::Approved | S::Pooled => (Tone::Good, "pooled", Vec::new()),
        S::Converted => (Tone::Good, "converted", Vec::new()),
        S::Ineligible => (Tone::Bad, "ineligible", Vec::new()),
        S::NotSelected => (Tone::Neutral, "not-selected", Vec::new()),
        S::Draft | S::Withdrawn => (Tone::Neutral, "withdrawn", Vec::new()),
        S::MergedInto => (Tone::Neutral, "merged-into", Vec::new()),
        S::Expired => (Tone::Neutral, "expired", Vec::new()),
        S::Cancelled => (Tone::Neutral, "cancelled", Vec::new()),
        S::Disqualified => (Tone::Bad, "disqualified", Vec::new()),
    };
    let heading = shell.t(&format!("proposal-next-{key}"));
    let text = shell.t(&format!("proposal-next-{key}-text"));
    NextStep { tone, heading, text, due: None, buttons: if mine { buttons } else { Vec::new() } }
}

/// The second person's agreement, with what the first one found.
fn confirm_out(shell: &Shell, view: &ProposalView) -> ActionButton {
    let (rule, reason) = (view.ineligible_rule.clone(), view.ineligible_reason.clone());
    let confirm = Confirm {
        title: shell.t("proposal-confirm-out-title"),
        text: shell.t("proposal-confirm-out-text"),
        points: vec![
            shell.t1("proposal-confirm-out-rule", "rule", rule.unwrap_or_default()),
            shell.t1("proposal-confirm-out-reason", "reason", reason.unwrap_or_default()),
        ],
        ok: shell.t("proposal-confirm-out-ok"),
    };
    ActionButton::post(shell.t("proposal-confirm-out"), format!("/proposals/{}/rule-out/confirm", view.id))
        .with("_version", view.version)
        .look(Look::Danger)
        .confirm(confirm)
}

/// An item that came back after an objection is released by itself.
fn release_item(shell: &Shell, view: &ProposalView, call: &call::Model) -> ActionButton {
    let confirm = Confirm {
        title: shell.t("proposal-release-item"),
        text: shell.t1("proposal-release-item-text", "days", call.notice_days),
        points: Vec::new(),
        ok: shell.t("proposal-release-item"),
    };
    ActionButton::post(shell.t("proposal-release-item"), format!("/proposals/{}/release", view.id))
        .with("_version", view.version)
        .primary()
        .confirm(confirm)
}

fn keep_in(shell: &Shell, view: &ProposalView) -> ActionButton {
    ActionButton::post(shell.t("proposal-keep-in"), format!("/proposals/{}/rule-out/drop", view.id))
        .with("_version", view.version)
}

fn facts(
    shell: &Shell,
    view: &ProposalView,
    (sight, by): (Sight, String),
    (authors, with): (Option<Vec<String>>, Vec<String>),
) -> Facts {
    let call = Cell::link(view.call_title.as_str(), format!("/calls/{}", view.call_id));
    let mut facts = Facts::new().fact(shell.t("proposal-call"), call).fact(shell.t("proposal-by"), Cell::text(by));
    if !with.is_empty() {
        facts = facts.fact(shell.t("together-with"), Cell::List(with));
    }
    if let Some(authors) = authors {
        facts = facts.fact(shell.t("proposal-authors"), Cell::List(authors));
    }
    if let Some(receipt) = &view.receipt {
        facts = facts.fact(shell.t("proposal-receipt"), Cell::text(receipt.as_str()));
    }
    if let Some(at) = view.submitted_at {
        facts = facts.fact(shell.t("proposal-submitted-at"), Cell::When(Moment::exactly(at)));
    }
    if let Some(late) = &view.late {
        let accepted = late.note.as_deref().map(|note| shell.t1("late-was-accepted", "note", note));
        let said = vec![late.reason.clone(), accepted.unwrap_or_else(|| shell.t("late-waits"))];
        facts = facts.fact(shell.t("late-mark"), Cell::List(said));
    }
    if let Some(hash) = &view.receipt_hash {
        facts = facts.fact(shell.t("proposal-receipt-hash"), Cell::text(hash.as_str()));
    }
    if let Some(cost) = view.cost {
        facts = facts.fact(shell.t("proposal-cost"), Cell::text(yuan(shell, cost)));
    }
    if let Some(until) = view.pool_until.filter(|_| view.state == ProposalState::Pooled) {
        facts = facts.fact(shell.t("proposal-pool-until"), Cell::When(Moment::day(shell.locale, until)));
    }
    let ruled_out = matches!(view.state, ProposalState::Ineligible | ProposalState::RulingOut);
    if sight >= Sight::Own && ruled_out {
        let rule = view.ineligible_rule.clone().unwrap_or_default();
        let reason = view.ineligible_reason.clone().unwrap_or_else(|| shell.t("proposal-fix-lapsed"));
        facts = facts
            .fact(shell.t("proposal-ineligible-rule"), Cell::text(rule))
            .fact(shell.t("proposal-ineligible-reason"), Cell::text(reason));
    }
    facts
}

/// The names of those who write along.
async fn together_with(db: &impl sea_orm::ConnectionTrait, who: &Who, id: Uuid) -> Result<Vec<String>, Refusal> {
    let mut rows = together::queries::of(db, who.tenant, id).await?;
    rows.retain(|row| row.state == together::CoApplicantState::Accepted);
    let names = crate::accounts::names(db, who, rows.iter().filter_map(|row| row.account_id)).await?;
    Ok(rows.iter().filter_map(|row| names.get(&row.account_id?).cloned()).collect())
}

fn answers(shell: &Shell, view: &ProposalView, call: &call::Model) -> Result<Vec<(Option<String>, Facts)>, Refusal> {
    let words = FieldWords::host(shell.locale, "field-proposal");
    let (sections, form) = (calls::sections_of(call)?, calls::form_of(call)?);
    let mut answers = Vec::new();
    for (section, fields) in calls::form::grouped(&sections, &form) {
        let mut facts = Facts::new();
        for field in fields {
            if let Some(said) = view.answers.get(&field.key).and_then(|answer| words.said(field, answer)) {
                facts = facts.fact(words.label(field), Cell::List(paragraphs(&said)));
            }
        }
        if !facts.facts.is_empty() {
            answers.push((section.map(|section| section.title.clone()), facts));
        }
    }
    Ok(answers)
}

fn files(shell: &Shell, view: &ProposalView, writable: bool) -> Table {
    let mut columns = vec![Column::new(shell.t("file-name")), Column::new(shell.t("file-size")).numeric()];
    if writable {
        columns.push(Column::new(shell.t("file-do")));
    }
    let empty = EmptyState::new("folder", shell.t("files-empty"), shell.t("files-empty-text"));
    let mut table = Table::new(shell.t("files"), columns, empty);
    for file in &view.attachments {
        let place = format!("/proposals/{}/attachments/{}", view.id, file.id);
        let size = Cell::Number(shell.t1("file-kilobytes", "n", (file.size + 1_023) / 1_024));
        let mut cells = vec![Cell::link(file.name.as_str(), place.as_str()), size];
        if writable {
            let remove = ActionButton::post(shell.t("file-remove"), format!("{place}/remove")).look(Look::Quiet);
            cells.push(Cell::Buttons(vec![remove.with("_version", view.version)]));
        }
        table.row(cells);
    }
    table
}

fn upload_form(app: &App, shell: &Shell, view: &ProposalView) -> FormView {
    let mut file = FormField::plain("file", shell.t("file-choose"), Control::File);
    file.help = Some(shell.t1("file-help", "limit", app.config.attachment_limit >> 20));
    file.required = true;
    FormView::plain(format!("/proposals/{}/attachments", view.id), vec![file]).with("_version", view.version).button(
        shell.t("file-attach"),
        "attach",
        Look::Plain,
    )
}

fn outcome(shell: &Shell, view: &ProposalView) -> Option<Facts> {
    let decision = view.decision?;
    let word = shell.t(if decision == Decision::Selected { "decision-selected" } else { "decision-not-selected" });
    let mut facts = Facts::new().fact(shell.t("decision"), Cell::text(word));
    if let Some(reason) = &view.decision_reason {
        facts = facts.fact(shell.t("decision-reason"), Cell::text(reason.as_str()));
    }
    if let Some(score) = view.score {
        let points = format!("{}.{:02}", score / 100, score % 100);
        facts = facts.fact(shell.t("proposal-score"), Cell::Number(points));
    }
    view.decision_reason.is_some().then_some(facts)
}

/// What the second submission changed, beside the first.
fn changes(
    shell: &Shell,
    call: &call::Model,
    revisions: &[twoway_entity::proposals::revision::Model],
) -> Result<Table, Refusal> {
    let columns = ["revision-part", "revision-before", "revision-after"].map(|key| Column::new(shell.t(key)));
    let empty = EmptyState::new("folder", shell.t("revisions-same"), shell.t("revisions-same-text"));
    let mut table = Table::new(shell.t("revisions"), columns.into(), empty);
    let [newest, before, ..] = revisions else { return Ok(table) };
    let text = |text: &str| if text.is_empty() { Cell::Nothing } else { Cell::text(text) };
    for (key, old, new) in
        [("proposal-title", &before.title, &newest.title), ("proposal-summary", &before.summary, &newest.summary)]
    {
        if old != new {
            table.row(vec![Cell::text(shell.t(key)), text(old), text(new)]);
        }
    }
    let words = FieldWords::host(shell.locale, "field-proposal");
    for field in calls::form_of(call)? {
        let said = |answers: &serde_json::Value| {
            answers.get(&field.key).and_then(|a| words.said(&field, a)).unwrap_or_default()
        };
        let (old, new) = (said(&before.answers), said(&newest.answers));
        if old != new {
            table.row(vec![Cell::text(words.label(&field)), text(&old), text(&new)]);
        }
    }
    let names = |files: &serde_json::Value| -> String {
        let names = files.as_array().into_iter().flatten().filter_map(|f| f["name"].as_str());
        names.collect::<Vec<_>>().join(&shell.t("list-comma"))
    };
    let (old, new) = (names(&before.attachments), names(&newest.attachments));
    if old != new {
        table.row(vec![Cell::text(shell.t("files")), text(&old), text(&new)]);
    }
    Ok(table)
}

fn more(
    shell: &Shell,
    view: &ProposalView,
    sight: Sight,
    (submissions, letter): (usize, bool),
    (mine, right): (bool, Right),
    merger: Option<merger::Model>,
) -> Vec<ActionButton> {
    let base = format!("/proposals/{}", view.id);
    let mut more = Vec::new();
    if sight >= Sight::Own && view.receipt.is_some() {
        more.push(papers::buttons::pdf(shell.t("proposal-pdf"), format!("{base}/receipt.pdf")));
    }
    if letter {
        more.push(ActionButton::link(shell.t("letter"), format!("{base}/letter")));
    }
    if sight == Sight::Own || sight == Sight::Office && submissions > 1 {
        more.push(ActionButton::link(shell.t("versions"), format!("{base}/versions")));
    }
    if sight == Sight::Own {
        more.push(ActionButton::link(shell.t("together"), format!("{base}/together")));
    }
    if sight >= Sight::Own && view.on_paper.is_some() {
        more.push(ActionButton::link(shell.t("paper-title"), format!("{base}/paper")));
    }
    if sight == Sight::Office {
        more.push(ActionButton::link(shell.t("similar-title"), format!("{base}/similar")));
    }
    if let Some(merger) = &merger {
        more.push(ActionButton::link(shell.t("machine-merger"), format!("/mergers/{}", merger.id)));
    }
    let open = merger.is_some_and(|merger| merger.state == MergerState::Proposed);
    let in_check = matches!(view.state, ProposalState::Submitted | ProposalState::Eligible);
    if sight == Sight::Office && mine && in_check && !open {
        more.push(ActionButton::link(shell.t("merge-propose"), format!("{base}/merge")));
    }
    if sight == Sight::Office && mine && ProposalMachine::next(view.state, ProposalEvent::Disqualify).is_some() {
        more.push(ActionButton::link(shell.t("disqualify"), format!("{base}/disqualify")).look(Look::Danger));
    }
    let leaves = right == Right::Owner && ProposalMachine::next(view.state, ProposalEvent::Withdraw).is_some();
    if leaves {
        more.push(ActionButton::link(shell.t("proposal-withdraw"), format!("{base}/withdraw")).look(Look::Danger));
    }
    more
}

pub(super) async fn download(
    State(app): State<App>,
    Caller(who): Caller,
    Path((id, file)): Path<(Uuid, Uuid)>,
) -> Result<Response, Refusal> {
    upload::send(&app, &who, id, file).await
}
