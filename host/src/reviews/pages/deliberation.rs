use super::{choose, office_call, under};
use crate::calls::pages::yuan;
use crate::calls::{self, CallState};
use crate::http::components::{
    ActionButton, Cell, Column, Confirm, EmptyState, Facts, Markup, Moment, NextStep, Pager, StateBadge, Table, Tone,
};
use crate::http::form_view::{Control, FormField, FormView, OptionView};
use crate::http::page::{Page, Shell};
use crate::http::preferences::done;
use crate::http::problem::form_errors;
use crate::http::usual::pager;
use crate::http::{ActingFor, Caller, Form, Paging, Path, Query};
use crate::proposals::Decision;
use crate::proposals::assisted::marked;
use crate::proposals::queries::Sight;
use crate::reviews::deliberation::{self, DecisionInput};
use crate::reviews::model::points;
use crate::reviews::{roadshow, second, settings, views};
use crate::{App, Refusal, Who, papers, proposals};
use askama::Template;
use axum::extract::State;
use axum::http::StatusCode;
use axum::response::{IntoResponse, Response};
use twoway_entity::accounts::Role;
use twoway_entity::calls::call;
use twoway_entity::proposals::proposal;
use twoway_entity::reviews::Verdict;
use twoway_ids::{Millis, Uuid};
use twoway_manifest::FieldProblem;

#[derive(Template)]
#[template(path = "reviews/deliberation.html")]
struct DeliberationHtml {
    shell: Shell,
    heading: String,
    lead: String,
    next: Option<NextStep>,
    facts: Facts,
    ranking: Table,
    /// Where rows are chosen to be decided together.
    choose: Option<Markup>,
    pager: Pager,
    more: Vec<ActionButton>,
}

pub(super) async fn deliberation(
    State(app): State<App>,
    Caller(who): Caller,
    shell: Shell,
    Path(id): Path<Uuid>,
    Query(paging): Query<Paging>,
) -> Result<Page<impl Template>, Refusal> {
    let call = office_call(&app, &who, id).await?;
    let ranked = views::ranking(&app, &who, id, &paging).await?;
    let (undecided, all) = views::undecided(&app, &who, id).await?;
    let deliberating = call.state == CallState::Deliberating;
    let mine = who.holds_over(&[Role::LeadOffice], &call.path) && deliberating;
    let mut columns = vec![
        Column::new(shell.t("proposal-title")),
        Column::new(shell.t("ranking-place")).numeric(),
        Column::new(shell.t("proposal-score")).numeric(),
        Column::new(shell.t("ranking-spread")).numeric(),
        Column::new(shell.t("decision")),
        Column::new(shell.t("verdict")),
        Column::new(shell.t("proposal-cost")).numeric(),
        Column::new(shell.t("decision-reason")),
    ];
    if mine {
        columns.insert(1, Column::new(shell.t("several-mark")));
    }
    let here: Vec<Uuid> = ranked.items.iter().map(|line| line.proposal_id).collect();
    let spreads = views::spreads(&app, &who, &here).await?;
    let verdicts = deliberation::verdicts(&app, here).await?;
    let empty = EmptyState::new("folder", shell.t("screening-empty"), shell.t("screening-empty-text"));
    let mut table = Table::new(shell.t("call-deliberation-desk"), columns, empty);
    for line in &ranked.items {
        let mut cells = vec![
            Cell::link(marked(shell.locale, &line.title, line.on_paper), format!("/proposals/{}", line.proposal_id)),
            Cell::number(line.place),
            line.score.map_or(Cell::Nothing, |score| Cell::Number(points(score))),
            spreads.get(&line.proposal_id).map_or(Cell::Nothing, |spread| Cell::Number(points(*spread))),
            Cell::State(match line.decision {
                Some(Decision::Selected) => StateBadge::new(shell.t("decision-selected"), Tone::Good),
                Some(Decision::NotSelected) => StateBadge::new(shell.t("decision-not-selected"), Tone::Neutral),
                None => StateBadge::new(shell.t("decision-pending"), Tone::Attention),
            }),
            verdicts
                .get(&line.proposal_id)
                .map_or(Cell::Nothing, |v| Cell::text(shell.t(&format!("verdict-{}", verdict_word(v.verdict))))),
            line.cost.map_or(Cell::Nothing, |cost| Cell::Number(yuan(&shell, cost))),
            line.decision_reason.as_ref().map_or(Cell::Nothing, Cell::text),
        ];
        if mine {
            let label = shell.t1("several-mark-one", "title", &line.title);
            cells.insert(1, Cell::mark(choose::CHOOSE, "proposal", line.proposal_id, label));
        }
        table.row(cells);
    }
    let choose =
        (mine && !ranked.items.is_empty()).then(|| choose::choose(&shell, id, &paging, ranked.items.len(), undecided));
    let settings = settings::load(app.db.read(), who.tenant, id).await?;
    let present = settings::supervised(app.db.read(), who.tenant, id).await?;
    let spent = deliberation::spent(app.db.read(), who.tenant, id).await?;
    let mut facts = Facts::new().fact(shell.t("deliberation-spent"), Cell::text(yuan(&shell, spent)));
    if let Some(budget) = settings.budget {
        facts = facts.fact(shell.t("field-review-budget"), Cell::text(yuan(&shell, budget)));
    }
    let key = match (settings.supervised, present) {
        (_, true) => "supervisor-present",
        (true, false) => "supervisor-awaited",
        (false, false) => "supervisor-not-asked",
    };
    let mut facts = facts.fact(shell.t("supervisor"), Cell::text(shell.t(key)));
    let supervises = deliberating && who.holds_over(&[Role::Supervisor], &call.path);
    let supervise = ActionButton::link(shell.t("supervise"), format!("/office/calls/{id}/supervise"));
    let mut more = Vec::new();
    let steps = calls::steps(app.db.read(), who.tenant, id).await?;
    let begun = second::of(app.db.read(), who.tenant, id).await?;
    if let Some(round) = &begun {
        let said = shell.t2("second-round-formula", "first", 100 - round.weight, "second", round.weight);
        facts = facts.fact(shell.t("second-round"), Cell::text(said));
    }
    let presented = roadshow::planned(app.db.read(), who.tenant, id).await?;
    if steps.second_round && mine && begun.is_none() && !presented {
        more.push(ActionButton::link(shell.t("second-round"), format!("/office/calls/{id}/second-round")));
    }
    if steps.roadshow {
        more.push(ActionButton::link(shell.t("round"), format!("/office/calls/{id}/roadshow")));
    }
    more.extend(supervises.then_some(supervise));
    if !ranked.items.is_empty() {
        more.extend(papers::buttons::export(shell.locale, &format!("/office/calls/{id}/deliberation"), &[]));
    }
    let heading = shell.t("call-deliberation-desk");
    Ok(Page::new(DeliberationHtml {
        lead: shell.t("call-deliberation-desk-lead"),
        next: match mine {
            true => {
                let ends = deliberation::notice_ends(&app, &who, &call).await?;
                Some(release_step(&shell, &call, ends, undecided, all))
            }
            false => None,
        },
        facts,
        more,
        ranking: table,
        choose,
        pager: pager(&format!("/office/calls/{id}/deliberation"), &[], &ranked, paging.cursor.is_none()),
        shell: under(shell, &call, &heading),
        heading,
    }))
}

fn release_step(shell: &Shell, call: &call::Model, ends: Millis, undecided: u64, all: u64) -> NextStep {
    if undecided > 0 {
        return NextStep {
            tone: Tone::Active,
            heading: shell.t1("deliberation-undecided", "n", undecided),
            text: shell.t("deliberation-undecided-text"),
            due: None,
            buttons: Vec::new(),
        };
    }
    // The notice ends at midnight: its last day is the one before.
    let until = Moment::day(shell.locale, ends - 1).said;
    let confirm = Confirm {
        title: shell.t("call-release-title"),
        text: shell.t2("call-release-text", "days", call.notice_days, "until", until.as_str()),
        points: vec![shell.t1("call-release-point", "n", all)],
        ok: shell.t("call-release"),
    };
    let release = ActionButton::post(shell.t("call-release"), format!("/office/calls/{}/release", call.id));
    NextStep {
        tone: Tone::Active,
        heading: shell.t("deliberation-ready"),
        text: shell.t1("deliberation-ready-text", "until", until),
        due: None,
        buttons: vec![
            release.with("_version", call.version).confirm(confirm).primary(),
            ActionButton::link(shell.t("deliberation-calendar"), "/calendar"),
        ],
    }
}

pub(super) async fn release(
    State(app): State<App>,
    Caller(who): Caller,
    acting: ActingFor,
    Path(id): Path<Uuid>,
    form: Form,
) -> Result<impl IntoResponse, Refusal> {
    deliberation::release(&app, &who, &form.command(acting), id).await?;
    Ok(done(&format!("/calls/{id}/results"), "flash-call-released"))
}

pub(super) async fn release_item(
    State(app): State<App>,
    Caller(who): Caller,
    acting: ActingFor,
    Path(id): Path<Uuid>,
    form: Form,
) -> Result<impl IntoResponse, Refusal> {
    deliberation::release_item(&app, &who, &form.command(acting), id).await?;
    Ok(done(&format!("/proposals/{id}"), "flash-item-released"))
}

#[derive(Template)]
#[template(path = "reviews/decision.html")]
struct DecisionHtml {
    shell: Shell,
    heading: String,
    title: String,
    form: FormView,
    facts: Facts,
    /// What each reviewer said on the whole.
    comments: Table,
}

const VERDICTS: [(&str, Verdict); 3] = [
    ("feasible", Verdict::Feasible),
    ("feasible-with-changes", Verdict::FeasibleWithChanges),
    ("not-feasible", Verdict::NotFeasible),
];

fn verdict_word(verdict: Verdict) -> &'static str {
    VERDICTS.iter().find(|(_, v)| *v == verdict).map_or("", |(word, _)| word)
}

async fn decided(app: &App, who: &Who, id: Uuid) -> Result<(proposal::Model, call::Model), Refusal> {
    let seen = proposals::queries::find_visible(app.db.read(), who, id).await?;
    if seen.sight != Sight::Office {
        return Err(Refusal::NotFound);
    }
    let call = calls::queries::find(app.db.read(), who.tenant, seen.row.call_id).await?;
    Ok((seen.row, call))
}

/// What is asked for a decision; `vetoes`: how many reviewers said no on a veto line, of the proposal where most did.
pub(super) async fn decision_fields(
    app: &App,
    who: &Who,
    shell: &Shell,
    call: &call::Model,
    vetoes: usize,
    typed: impl Fn(&str) -> String,
) -> Result<Vec<FormField>, Refusal> {
    let mut decision = FormField::plain("decision", shell.t("decision"), Control::Radios);
    decision.required = true;
    decision.options = [("selected", "decision-selected"), ("not-selected", "decision-not-selected")]
        .map(|(value, key)| OptionView {
            value: value.into(),
            label: shell.t(key),
            selected: typed("decision") == value,
        })
        .into();
    let mut reason = FormField::plain("reason", shell.t("decision-reason"), Control::Text);
    let settings = settings::load(app.db.read(), who.tenant, call.id).await?;
    reason.help = Some(shell.t1("decision-reason-help", "least", settings.shortest_reason));
    reason.value = typed("reason");
    (reason.required, reason.max_length) = (true, Some(2_000));
    let mut cost = FormField::plain("cost", shell.t("proposal-cost"), Control::Number);
    cost.help = Some(match call.ceiling {
        Some(ceiling) => shell.t1("decision-cost-help", "ceiling", yuan(shell, ceiling)),
        None => shell.t("decision-cost-help-free"),
    });
    cost.value = typed("cost");
    cost.unit = Some(shell.t("unit-yuan"));
    (cost.min, cost.max) = (Some(0), call.ceiling);
    let mut verdict = FormField::plain("verdict", shell.t("verdict"), Control::Radios);
    verdict.help = Some(shell.t("verdict-help"));
    verdict.options = VERDICTS
        .map(|(value, _)| OptionView {
            value: value.into(),
            label: shell.t(&format!("verdict-{value}")),
            selected: typed("verdict") == value,
        })
        .into();
    let mut fields = vec![decision, verdict, reason, cost];
    if i32::try_from(vetoes).unwrap_or(i32::MAX) >= settings.vetoes {
        let mut answer = FormField::plain("veto_reason", shell.t("veto-reason"), Control::Text);
        answer.help = Some(shell.t2("veto-reason-help", "n", vetoes, "least", settings.shortest_reason));
        answer.value = typed("veto_reason");
        answer.max_length = Some(2_000);
        fields.push(answer);
    }
    Ok(fields)
}

async fn decision_page(
    app: &App,
    who: &Who,
    shell: Shell,
    row: &proposal::Model,
    call: &call::Model,
    typed: &Form,
) -> Result<DecisionHtml, Refusal> {
    let vetoes = deliberation::vetoes(app, call, &[row.id]).await?.get(&row.id).copied().unwrap_or(0);
    let fields = decision_fields(app, who, &shell, call, vetoes, |name| typed.text(name).to_string()).await?;
    let back = format!("/office/calls/{}/deliberation", call.id);
    let form = FormView::plain(format!("/proposals/{}/decision", row.id), fields)
        .with("_version", typed.text("_version"))
        .submit(shell.t("decision-save"))
        .cancel(shell.t("leave-form"), back.as_str());
    let columns = vec![
        Column::new(shell.t("review-reviewer")),
        Column::new(shell.t("review-total")).numeric(),
        Column::new(shell.t("review-comment")),
    ];
    let empty = EmptyState::new("hands", shell.t("review-none"), shell.t("review-none-text"));
    let mut comments = Table::new(shell.t("review-reviewers"), columns, empty);
    for review in views::of_proposal(app, who, row).await? {
        if let Some(total) = review.total {
            let name = review.reviewer_name.map_or(Cell::Nothing, Cell::Text);
            comments.row(vec![name, Cell::Number(points(total)), Cell::text(review.comment)]);
        }
    }
    let score = row.score.map_or(Cell::Nothing, |score| Cell::Number(points(score)));
    let title = marked(shell.locale, &row.title, row.entered_by.is_some());
    let facts = Facts::new()
        .fact(shell.t("proposal-title"), Cell::link(title, format!("/proposals/{}", row.id)))
        .fact(shell.t("proposal-score"), score)
        .fact(
            shell.t("proposal-submitted-at"),
            row.submitted_at.map_or(Cell::Nothing, |at| Cell::When(Moment::exactly(at))),
        );
    let heading = shell.t("proposal-decide");
    let desk = shell.t("call-deliberation-desk");
    let calls = shell.t("office-calls-title");
    let shell = shell.crumb(calls, "/office/calls").crumb(desk, back).titled(&heading);
    Ok(DecisionHtml { shell, heading, title: row.title.clone(), form, facts, comments })
}

pub(super) async fn decision_form(
    State(app): State<App>,
    Caller(who): Caller,
    shell: Shell,
    Path(id): Path<Uuid>,
) -> Result<Page<impl Template>, Refusal> {
    let (row, call) = decided(&app, &who, id).await?;
    let stored = deliberation::verdicts(&app, [id]).await?.remove(&id);
    let decision = match row.decision {
        Some(Decision::Selected) => "selected",
        Some(Decision::NotSelected) => "not-selected",
        None => "",
    };
    let stands = [
        ("decision", decision.to_string()),
        ("verdict", stored.as_ref().map(|v| verdict_word(v.verdict).to_string()).unwrap_or_default()),
        ("veto_reason", stored.map(|v| v.veto_reason).unwrap_or_default()),
        ("reason", row.decision_reason.clone().unwrap_or_default()),
        ("cost", row.cost.map(|c| c.to_string()).unwrap_or_default()),
        ("_version", row.version.to_string()),
    ];
    let stands = Form(stands.map(|(name, value)| (name.to_string(), value)).into());
    Ok(Page::new(decision_page(&app, &who, shell, &row, &call, &stands).await?))
}

pub(super) fn typed_decision(form: &Form) -> Result<DecisionInput, Refusal> {
    let decision = match form.text("decision") {
        "selected" => Decision::Selected,
        "not-selected" => Decision::NotSelected,
        "" => return Err(Refusal::field("decision", FieldProblem::Missing)),
        _ => return Err(Refusal::field("decision", FieldProblem::NotAnOption)),
    };
    let cost = match form.text("cost") {
        "" => None,
        text => Some(text.parse().map_err(|_| Refusal::field("cost", FieldProblem::WrongType))?),
    };
    let verdict = match form.text("verdict") {
        "" => None,
        word => {
            let known = VERDICTS.iter().find(|(known, _)| *known == word);
            Some(known.ok_or(Refusal::field("verdict", FieldProblem::NotAnOption))?.1)
        }
    };
    let veto_reason = form.text("veto_reason").to_string();
    Ok(DecisionInput { decision, reason: form.text("reason").to_string(), cost, verdict, veto_reason })
}

pub(super) async fn decide(
    State(app): State<App>,
    Caller(who): Caller,
    acting: ActingFor,
    shell: Shell,
    Path(id): Path<Uuid>,
    form: Form,
) -> Result<Response, Refusal> {
    let result = match typed_decision(&form) {
        Ok(input) => deliberation::decide(&app, &who, &form.command(acting), id, input).await,
        Err(refusal) => Err(refusal),
    };
    let (row, call) = decided(&app, &who, id).await?;
    match result {
        Ok(_) if call.state == CallState::PublicNotice => {
            Ok(done(&format!("/proposals/{id}"), "flash-proposal-decided").into_response())
        }
        Ok(_) => Ok(done(&format!("/office/calls/{}/deliberation", call.id), "flash-proposal-decided").into_response()),
        Err(refusal) => {
            let mut page = decision_page(&app, &who, shell, &row, &call, &form).await?;
            form_errors(&mut page.form, page.shell.locale, refusal)?;
            Ok(Page::new(page).status(StatusCode::UNPROCESSABLE_ENTITY).into_response())
        }
    }
}
