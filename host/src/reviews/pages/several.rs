//! Deciding about many proposals: what is decided about those that were chosen, what would become of each, and what became of it.

use super::choose::choice;
use super::deliberation::{decision_fields, typed_decision};
use super::{office_call, under};
use crate::blanks;
use crate::calls::pages::yuan;
use crate::http::components::{ActionButton, Cell, Column, EmptyState, Look, StateBadge, Table, Tone};
use crate::http::form_view::{Control, FormField, FormView};
use crate::http::page::{Page, Shell};
use crate::http::problem::{Fault, Problem, form_errors};
use crate::http::{ActingFor, Caller, Form, Path, Query};
use crate::lifecycle::Idempotency;
use crate::proposals::Decision;
use crate::proposals::assisted::marked;
use crate::reviews::deliberation::several::{self, BLANKS, Choice, Chosen, DecisionsInput, Outcomes};
use crate::reviews::deliberation::vetoes;
use crate::reviews::model::points;
use crate::reviews::views::RankedView;
use crate::{App, Refusal, Who};
use askama::Template;
use axum::extract::State;
use axum::http::StatusCode;
use axum::response::{IntoResponse, Response};
use sha2::{Digest, Sha256};
use twoway_entity::calls::call;
use twoway_ids::Uuid;

pub(super) fn address(call: Uuid) -> String {
    format!("/office/calls/{call}/decisions")
}

fn desk(call: Uuid) -> String {
    format!("/office/calls/{call}/deliberation")
}

#[derive(Template)]
#[template(path = "reviews/several.html")]
struct SeveralHtml {
    shell: Shell,
    heading: String,
    lead: String,
    /// What would happen or has happened, in one sentence.
    said: Option<(Tone, String)>,
    form: Option<FormView>,
    buttons: Vec<ActionButton>,
    rows: Table,
}

fn frame(shell: Shell, call: &call::Model, heading: &str) -> Shell {
    let name = shell.t("call-deliberation-desk");
    under(shell, call, &name).crumb(&name, desk(call.id)).titled(heading)
}

fn decision_badge(shell: &Shell, decision: Option<Decision>) -> Cell {
    Cell::State(match decision {
        Some(Decision::Selected) => StateBadge::new(shell.t("decision-selected"), Tone::Good),
        Some(Decision::NotSelected) => StateBadge::new(shell.t("decision-not-selected"), Tone::Neutral),
        None => StateBadge::new(shell.t("decision-pending"), Tone::Attention),
    })
}

/// Title, place and score.
fn named(shell: &Shell, line: &RankedView) -> Vec<Cell> {
    vec![
        Cell::link(marked(shell.locale, &line.title, line.on_paper), format!("/proposals/{}", line.proposal_id)),
        Cell::number(line.place),
        line.score.map_or(Cell::Nothing, |score| Cell::Number(points(score))),
    ]
}

fn columns(shell: &Shell, more: &[&str]) -> Vec<Column> {
    let mut columns = vec![
        Column::new(shell.t("proposal-title")),
        Column::new(shell.t("ranking-place")).numeric(),
        Column::new(shell.t("proposal-score")).numeric(),
    ];
    columns.extend(more.iter().map(|key| Column::new(shell.t(key))));
    columns
}

fn empty(shell: &Shell) -> EmptyState {
    EmptyState::new("folder", shell.t("screening-empty"), shell.t("screening-empty-text"))
}

/// The form for what is decided about these proposals, with what was typed.
async fn form_page(
    app: &App,
    who: &Who,
    shell: Shell,
    call: &call::Model,
    lines: &[RankedView],
    typed: &Form,
) -> Result<SeveralHtml, Refusal> {
    let ids: Vec<Uuid> = lines.iter().map(|line| line.proposal_id).collect();
    let vetoed = vetoes(app, call, &ids).await?.into_values().max().unwrap_or(0);
    let mut fields = decision_fields(app, who, &shell, call, vetoed, |name| typed.text(name).to_string()).await?;
    if let Some(reason) = fields.iter_mut().find(|field| field.name == "reason") {
        let names = blanks::listed(BLANKS, shell.locale);
        let help = reason.help.take().unwrap_or_default();
        reason.help = Some(shell.t2("several-reason-help", "help", help, "names", names));
    }
    if several::amount_question(app, who, call.id).await?.is_some() {
        let mut asked = FormField::plain("cost_as_asked", shell.t("several-as-asked"), Control::Checkbox);
        asked.help = Some(shell.t("several-as-asked-help"));
        asked.value = typed.text("cost_as_asked").to_string();
        fields.push(asked);
    }
    let mut form = FormView::plain(address(call.id), fields)
        .button(shell.t("several-check"), "check", Look::Primary)
        .cancel(shell.t("leave-form"), desk(call.id));
    for line in lines {
        form = form.with("_row", format!("{}:{}", line.proposal_id, line.version));
    }
    let mut table = Table::new(shell.t("several-rows"), columns(&shell, &["several-now"]), empty(&shell));
    for line in lines {
        let mut cells = named(&shell, line);
        cells.push(decision_badge(&shell, line.decision));
        table.row(cells);
    }
    let heading = shell.t("several");
    Ok(SeveralHtml {
        lead: shell.t1("several-lead", "n", lines.len()),
        said: None,
        form: Some(form),
        buttons: Vec::new(),
        rows: table,
        shell: frame(shell, call, &heading),
        heading,
    })
}

pub(super) async fn form(
    State(app): State<App>,
    Caller(who): Caller,
    shell: Shell,
    Path(id): Path<Uuid>,
    Query(pairs): Query<Vec<(String, String)>>,
) -> Result<Page<impl Template>, Refusal> {
    let call = office_call(&app, &who, id).await?;
    let lines = several::chosen(&app, &who, id, choice(pairs)?).await?;
    Ok(Page::new(form_page(&app, &who, shell, &call, &lines, &Form(Vec::new())).await?))
}

/// The rows of the page, each with the version that was shown.
fn rows(form: &Form) -> Result<Vec<Chosen>, Refusal> {
    let given = form.0.iter().filter(|(name, _)| name == "_row").map(|(_, value)| value);
    let parse = |value: &String| {
        let (id, version) = value.split_once(':')?;
        Some(Chosen { proposal_id: Uuid::parse_str(id).ok()?, version: version.parse().ok()? })
    };
    given.map(|value| parse(value).ok_or_else(|| Refusal::BadRequest("a row is id:version".into()))).collect()
}

fn typed(form: &Form, proposals: Vec<Chosen>) -> Result<DecisionsInput, Refusal> {
    let one = typed_decision(form)?;
    let cost_as_asked = form.text("cost_as_asked") == "true" && one.decision == Decision::Selected;
    Ok(DecisionsInput {
        proposals,
        decision: one.decision,
        reason: one.reason,
        cost: one.cost,
        cost_as_asked,
        verdict: one.verdict,
        veto_reason: one.veto_reason,
    })
}

/// What the fields of the form are called.
const FIELDS: [&str; 6] = ["decision", "verdict", "reason", "cost", "veto_reason", "cost_as_asked"];

fn outcome_table(shell: &Shell, outcomes: Outcomes, is_done: bool) -> Table {
    let heads = ["several-result", "proposal-cost", "decision-reason"];
    let mut table = Table::new(shell.t("several-rows"), columns(shell, &heads), empty(shell));
    for outcome in outcomes.rows {
        let mut cells = match &outcome.ranked {
            Some(line) => named(shell, line),
            None => vec![Cell::text(shell.t("several-gone")), Cell::Nothing, Cell::Nothing],
        };
        match outcome.result {
            Ok(_) => {
                let word = if is_done { "several-is-decided" } else { "several-will-be-decided" };
                cells.push(Cell::State(StateBadge::new(shell.t(word), Tone::Good)));
                cells.push(outcome.cost.map_or(Cell::Nothing, |cost| Cell::Number(yuan(shell, cost))));
                cells.push(Cell::text(outcome.reason));
            }
            Err(refusal) => {
                let problem = Problem::new(&Fault::from(refusal), shell.locale, None);
                cells.push(Cell::State(StateBadge::new(shell.t("several-not-decided"), Tone::Bad)));
                cells.push(Cell::Nothing);
                cells.push(Cell::List(std::iter::once(problem.detail).chain(problem.way_out).collect()));
            }
        }
        table.row(cells);
    }
    table
}

/// What would become of each, with the button that does it.
async fn check(app: &App, who: &Who, shell: Shell, call: &call::Model, form: &Form) -> Result<SeveralHtml, Refusal> {
    let proposals = rows(form)?;
    let outcomes = several::look(app, who, call.id, &typed(form, proposals.clone())?).await?;
    let ready: Vec<&Chosen> = proposals
        .iter()
        .filter(|chosen| outcomes.rows.iter().any(|o| o.proposal_id == chosen.proposal_id && o.result.is_ok()))
        .collect();
    let refused = outcomes.rows.len() - ready.len();
    let mut view = FormView::plain(address(call.id), Vec::new()).cancel(shell.t("leave-form"), desk(call.id));
    if !ready.is_empty() {
        view = view.button(shell.t1("several-decide", "n", ready.len()), "decide", Look::Primary);
    }
    view = view.button(shell.t("several-change"), "change", Look::Plain);
    for (name, value) in form.0.iter().filter(|(name, _)| FIELDS.contains(&name.as_str())) {
        view = view.with(name, value);
    }
    // What is refused here is not sent on: only what was seen to be decided is decided. It stays for whoever changes the decision.
    for chosen in &proposals {
        let name = if ready.iter().any(|r| r.proposal_id == chosen.proposal_id) { "_row" } else { "_left" };
        view = view.with(name, format!("{}:{}", chosen.proposal_id, chosen.version));
    }
    let view = view.with("_key", twoway_ids::new_id(app.now()));
    let tone = if refused > 0 { Tone::Attention } else { Tone::Active };
    let counts = shell.t2("several-said", "ready", ready.len(), "refused", refused);
    let said = shell.t2("several-said-spent", "said", counts, "spent", yuan(&shell, outcomes.spent));
    let heading = shell.t("several-check-heading");
    Ok(SeveralHtml {
        lead: shell.t("several-check-lead"),
        said: Some((tone, said)),
        form: Some(view),
        buttons: Vec::new(),
        rows: outcome_table(&shell, outcomes, false),
        shell: frame(shell, call, &heading),
        heading,
    })
}

/// Decides, and says of each what became of it. A page that is sent again tells the same once more.
async fn decide(
    app: &App,
    who: &Who,
    acting: ActingFor,
    shell: Shell,
    call: &call::Model,
    form: &Form,
) -> Result<SeveralHtml, Refusal> {
    let input = typed(form, rows(form)?)?;
    let mut command = form.command(acting);
    command.key = Some(form.text("_key")).filter(|key| !key.is_empty() && key.len() <= 128).map(|key| Idempotency {
        key: key.to_string(),
        request_hash: hex::encode(Sha256::digest(serde_json::to_vec(&input).unwrap_or_default())),
    });
    let outcomes = several::decide(app, who, &command, call.id, &input).await?;
    let decided = outcomes.rows.iter().filter(|outcome| outcome.result.is_ok()).count();
    let refused = outcomes.rows.len() - decided;
    let counts = shell.t2("several-done", "decided", decided, "refused", refused);
    let said = shell.t2("several-said-spent", "said", counts, "spent", yuan(&shell, outcomes.spent));
    let heading = shell.t("several-done-heading");
    Ok(SeveralHtml {
        lead: shell.t("several-done-lead"),
        said: Some((if refused > 0 { Tone::Attention } else { Tone::Good }, said)),
        form: None,
        buttons: vec![ActionButton::link(shell.t("several-back"), desk(call.id)).primary()],
        rows: outcome_table(&shell, outcomes, true),
        shell: frame(shell, call, &heading),
        heading,
    })
}

pub(super) async fn post(
    State(app): State<App>,
    Caller(who): Caller,
    acting: ActingFor,
    shell: Shell,
    Path(id): Path<Uuid>,
    mut form: Form,
) -> Result<Response, Refusal> {
    let call = office_call(&app, &who, id).await?;
    let intent = form.text("_intent").to_string();
    let result = match intent.as_str() {
        "decide" => decide(&app, &who, acting, shell.clone(), &call, &form).await.map(Some),
        "change" => Ok(None),
        _ => check(&app, &who, shell.clone(), &call, &form).await.map(Some),
    };
    let refusal = match result {
        Ok(Some(page)) => return Ok(Page::new(page).into_response()),
        Ok(None) => None,
        Err(refusal) => Some(refusal),
    };
    for (name, _) in &mut form.0 {
        if *name == "_left" {
            *name = "_row".to_string();
        }
    }
    let ids = rows(&form)?.into_iter().map(|chosen| chosen.proposal_id).collect();
    let lines = several::chosen(&app, &who, id, Choice::Marked(ids)).await?;
    let mut page = form_page(&app, &who, shell, &call, &lines, &form).await?;
    let Some(refusal) = refusal else { return Ok(Page::new(page).into_response()) };
    if let Some(view) = &mut page.form {
        form_errors(view, page.shell.locale, refusal)?;
    }
    Ok(Page::new(page).status(StatusCode::UNPROCESSABLE_ENTITY).into_response())
}
