use super::badge;
use crate::calls::pages::yuan;
use crate::calls::{self, CallState};
use crate::http::components::{
    ActionButton, Cell, Column, Confirm, EmptyState, Facts, Look, Moment, NextStep, StateBadge, Table, Tone,
};
use crate::http::form_view::{Control, FormField, FormView, OptionView};
use crate::http::page::{Page, Shell};
use crate::http::preferences::done;
use crate::http::problem::form_errors;
use crate::http::usual::{FormPage, reason_form};
use crate::http::{ActingFor, Caller, Form, Path};
use crate::proposals::queries::Sight;
use crate::proposals::{Decision, ProposalState};
use crate::reviews::deliberation::{self, DecisionInput};
use crate::reviews::model::points;
use crate::reviews::queries::{self, Candidate, candidates};
use crate::reviews::state::{ReviewState, STANDING};
use crate::reviews::{actions, views};
use crate::{App, Refusal, Who, proposals};
use askama::Template;
use axum::extract::State;
use axum::http::StatusCode;
use axum::response::{IntoResponse, Response};
use std::collections::HashMap;
use twoway_entity::accounts::Role;
use twoway_entity::calls::call;
use twoway_entity::proposals::proposal;
use twoway_entity::reviews::review;
use twoway_ids::{Millis, Uuid};
use twoway_manifest::FieldProblem;

async fn office_call(app: &App, who: &Who, id: Uuid) -> Result<call::Model, Refusal> {
    let call = calls::queries::find_visible(app.db.read(), who, id).await?;
    if calls::queries::is_office(who, &call) { Ok(call) } else { Err(Refusal::NotFound) }
}

fn under(shell: Shell, call: &call::Model, heading: &str) -> Shell {
    let title = shell.t("office-calls-title");
    shell.crumb(title, "/office/calls").crumb(&call.title, format!("/office/calls/{}", call.id)).titled(heading)
}

#[derive(Template)]
#[template(path = "reviews/assignments.html")]
struct AssignmentsHtml {
    shell: Shell,
    heading: String,
    lead: String,
    next: Option<NextStep>,
    proposals: Vec<Assignments>,
    empty: EmptyState,
}

/// One proposal with its reviewers.
struct Assignments {
    id: Uuid,
    title: String,
    /// `2 / 3`
    progress: String,
    badge: StateBadge,
    reviewers: Table,
    assign: Option<FormView>,
}

pub(super) async fn reviews(
    State(app): State<App>,
    Caller(who): Caller,
    shell: Shell,
    Path(id): Path<Uuid>,
) -> Result<Page<impl Template>, Refusal> {
    Ok(Page::new(assignments(&app, &who, shell, id).await?))
}

async fn assignments(app: &App, who: &Who, shell: Shell, id: Uuid) -> Result<AssignmentsHtml, Refusal> {
    let db = app.db.read();
    let call = office_call(app, who, id).await?;
    let ranked = views::ranking(app, who, id).await?;
    let mut reviews: HashMap<Uuid, Vec<review::Model>> = HashMap::new();
    for row in queries::of_call(db, who.tenant, id).await? {
        reviews.entry(row.proposal_id).or_default().push(row);
    }
    let reviewers = reviews.values().flatten().map(|r| r.reviewer_id).collect::<std::collections::BTreeSet<_>>();
    let names = views::names(db, who.tenant, reviewers).await?;
    let mine = who.holds_over(&[Role::LeadOffice], &call.path);
    let running = mine && call.state == CallState::Reviewing;
    let people = if running { candidates(db, who.tenant).await? } else { Vec::new() };
    let heading = shell.t("call-reviews-desk");
    let proposals = ranked
        .into_iter()
        .map(|line| {
            let rows = reviews.remove(&line.proposal_id).unwrap_or_default();
            let scored = rows.iter().filter(|r| matches!(r.state, ReviewState::Scored | ReviewState::Closed)).count();
            let enough = i32::try_from(scored).is_ok_and(|n| n >= call.min_reviews);
            let free: Vec<&Candidate> =
                people.iter().filter(|p| !rows.iter().any(|r| r.reviewer_id == p.account)).collect();
            let open = running && line.state == ProposalState::UnderReview;
            Assignments {
                id: line.proposal_id,
                title: line.title,
                progress: shell.t2("reviews-progress", "n", scored, "of", call.min_reviews),
                badge: if enough {
                    StateBadge::new(shell.t("reviews-enough"), Tone::Good)
                } else {
                    StateBadge::new(shell.t("reviews-lacking"), Tone::Attention)
                },
                reviewers: reviewer_table(&shell, &rows, &names, running),
                assign: open.then(|| assign_form(&shell, line.proposal_id, &free, "")),
            }
        })
        .collect();
    Ok(AssignmentsHtml {
        lead: shell.t1("call-reviews-desk-lead", "n", call.min_reviews),
        next: running.then(|| next_step(&shell, &call)),
        empty: EmptyState::new("folder", shell.t("screening-empty"), shell.t("screening-empty-text")),
        proposals,
        shell: under(shell, &call, &heading),
        heading,
    })
}

fn next_step(shell: &Shell, call: &call::Model) -> NextStep {
    let base = format!("/office/calls/{}", call.id);
    let confirm = |key: &str| Confirm {
        title: shell.t(&format!("call-{key}-title")),
        text: shell.t(&format!("call-{key}-text")),
        points: Vec::new(),
        ok: shell.t(&format!("call-{key}")),
    };
    let button = |key: &str| {
        let post = ActionButton::post(shell.t(&format!("call-{key}")), format!("{base}/{key}"));
        post.with("_version", call.version).confirm(confirm(key))
    };
    NextStep {
        tone: Tone::Active,
        heading: shell.t("call-next-reviewing"),
        text: shell.t("call-next-reviewing-text"),
        due: None,
        buttons: vec![button("assign-reviews").primary(), button("end-review")],
    }
}

fn reviewer_table(shell: &Shell, rows: &[review::Model], names: &HashMap<Uuid, String>, running: bool) -> Table {
    let columns = vec![
        Column::new(shell.t("review-reviewer")),
        Column::new(shell.t("review-state")),
        Column::new(shell.t("review-total")).numeric(),
        Column::new(shell.t("review-do")),
    ];
    let empty = EmptyState::new("hands", shell.t("review-none"), shell.t("review-none-text"));
    let mut table = Table::new(shell.t("review-reviewers"), columns, empty);
    for row in rows {
        let standing = running && STANDING.contains(&row.state);
        let unassign =
            ActionButton::link(shell.t("review-unassign"), format!("/reviews/{}/unassign", row.id)).look(Look::Quiet);
        let last = match &row.reason {
            Some(reason) => Cell::text(reason.as_str()),
            None if standing => Cell::Buttons(vec![unassign]),
            None => Cell::Nothing,
        };
        table.row(vec![
            names.get(&row.reviewer_id).map_or(Cell::Nothing, Cell::text),
            Cell::State(badge(shell, row.state)),
            row.total.map_or(Cell::Nothing, |total| Cell::Number(points(total))),
            last,
        ]);
    }
    table
}

fn assign_form(shell: &Shell, proposal: Uuid, people: &[&Candidate], chosen: &str) -> FormView {
    let mut reviewer = FormField::plain("reviewer", shell.t("review-choose"), Control::Select);
    // Several forms of this kind stand on one page.
    reviewer.id = format!("f-reviewer-{proposal}");
    reviewer.required = true;
    reviewer.options = people
        .iter()
        .map(|p| OptionView {
            value: p.account.to_string(),
            label: shell.t2("review-person", "name", p.name.as_str(), "organization", p.organization.as_str()),
            selected: p.account.to_string() == chosen,
        })
        .collect();
    FormView::plain(format!("/proposals/{proposal}/reviews"), vec![reviewer]).button(
        shell.t("review-assign"),
        "assign",
        Look::Plain,
    )
}

pub(super) async fn assign(
    State(app): State<App>,
    Caller(who): Caller,
    acting: ActingFor,
    shell: Shell,
    Path(id): Path<Uuid>,
    form: Form,
) -> Result<Response, Refusal> {
    let call = proposals::queries::find_visible(app.db.read(), &who, id).await?.row.call_id;
    let chosen = form.text("reviewer");
    let assigned = match Uuid::parse_str(chosen) {
        Ok(reviewer) => actions::assign(&app, &who, &form.command(acting), id, reviewer).await,
        Err(_) => Err(Refusal::field("reviewer", FieldProblem::Missing)),
    };
    match assigned {
        Ok(_) => Ok(done(&format!("/office/calls/{call}/reviews"), "flash-review-assigned").into_response()),
        Err(refusal) => {
            let mut page = assignments(&app, &who, shell, call).await?;
            let locale = page.shell.locale;
            let view = page.proposals.iter_mut().find(|p| p.id == id).and_then(|p| p.assign.as_mut());
            let Some(view) = view else { return Err(refusal) };
            for field in &mut view.fields {
                field.options.iter_mut().for_each(|o| o.selected = o.value == chosen);
            }
            form_errors(view, locale, refusal)?;
            Ok(Page::new(page).status(StatusCode::UNPROCESSABLE_ENTITY).into_response())
        }
    }
}

pub(super) async fn assign_balanced(
    State(app): State<App>,
    Caller(who): Caller,
    acting: ActingFor,
    Path(id): Path<Uuid>,
    form: Form,
) -> Result<impl IntoResponse, Refusal> {
    let assigned = actions::assign_balanced(&app, &who, &form.command(acting), id).await?;
    let flash = if assigned.lacking == 0 { "flash-reviews-assigned" } else { "flash-reviews-lacking" };
    Ok(done(&format!("/office/calls/{id}/reviews"), flash))
}

pub(super) async fn end_review(
    State(app): State<App>,
    Caller(who): Caller,
    acting: ActingFor,
    Path(id): Path<Uuid>,
    form: Form,
) -> Result<impl IntoResponse, Refusal> {
    deliberation::end_review(&app, &who, &form.command(acting), id).await?;
    Ok(done(&format!("/office/calls/{id}/deliberation"), "flash-review-ended"))
}

async fn unassign_page(app: &App, who: &Who, shell: Shell, id: Uuid, typed: &str) -> Result<FormPage, Refusal> {
    let row = queries::find_visible(app.db.read(), who, id).await?;
    let call = office_call(app, who, row.call_id).await?;
    let (heading, lead) = (shell.t("review-unassign"), shell.t("review-unassign-lead"));
    let back = format!("/office/calls/{}/reviews", call.id);
    let form = reason_form(&shell, &format!("/reviews/{id}/unassign"), &back, typed)
        .with("_version", row.version)
        .submit(shell.t("review-unassign"));
    Ok(FormPage { shell: under(shell, &call, &heading), heading, lead, form })
}

pub(super) async fn unassign_form(
    State(app): State<App>,
    Caller(who): Caller,
    shell: Shell,
    Path(id): Path<Uuid>,
) -> Result<Page<FormPage>, Refusal> {
    Ok(Page::new(unassign_page(&app, &who, shell, id, "").await?))
}

pub(super) async fn unassign(
    State(app): State<App>,
    Caller(who): Caller,
    acting: ActingFor,
    shell: Shell,
    Path(id): Path<Uuid>,
    form: Form,
) -> Result<Response, Refusal> {
    let call = queries::find_visible(app.db.read(), &who, id).await?.call_id;
    match actions::unassign(&app, &who, &form.command(acting), id, form.text("reason")).await {
        Ok(_) => Ok(done(&format!("/office/calls/{call}/reviews"), "flash-review-unassigned").into_response()),
        Err(refusal) => {
            let mut page = unassign_page(&app, &who, shell, id, form.text("reason")).await?;
            form_errors(&mut page.form, page.shell.locale, refusal)?;
            Ok(Page::new(page).status(StatusCode::UNPROCESSABLE_ENTITY).into_response())
        }
    }
}

#[derive(Template)]
#[template(path = "reviews/deliberation.html")]
struct DeliberationHtml {
    shell: Shell,
    heading: String,
    lead: String,
    next: Option<NextStep>,
    ranking: Table,
}

pub(super) async fn deliberation(
    State(app): State<App>,
    Caller(who): Caller,
    shell: Shell,
    Path(id): Path<Uuid>,
) -> Result<Page<impl Template>, Refusal> {
    let call = office_call(&app, &who, id).await?;
    let ranked = views::ranking(&app, &who, id).await?;
    let columns = vec![
        Column::new(shell.t("proposal-title")),
        Column::new(shell.t("ranking-place")).numeric(),
        Column::new(shell.t("proposal-score")).numeric(),
        Column::new(shell.t("decision")),
        Column::new(shell.t("proposal-cost")).numeric(),
        Column::new(shell.t("decision-reason")),
    ];
    let empty = EmptyState::new("folder", shell.t("screening-empty"), shell.t("screening-empty-text"));
    let mut table = Table::new(shell.t("call-deliberation-desk"), columns, empty);
    let undecided = ranked.iter().filter(|line| line.state == ProposalState::UnderReview).count();
    for line in &ranked {
        table.row(vec![
            Cell::link(line.title.as_str(), format!("/proposals/{}", line.proposal_id)),
            Cell::number(line.place),
            line.score.map_or(Cell::Nothing, |score| Cell::Number(points(score))),
            Cell::State(match line.decision {
                Some(Decision::Selected) => StateBadge::new(shell.t("decision-selected"), Tone::Good),
                Some(Decision::NotSelected) => StateBadge::new(shell.t("decision-not-selected"), Tone::Neutral),
                None => StateBadge::new(shell.t("decision-pending"), Tone::Attention),
            }),
            line.cost.map_or(Cell::Nothing, |cost| Cell::Number(yuan(&shell, cost))),
            line.decision_reason.as_ref().map_or(Cell::Nothing, Cell::text),
        ]);
    }
    let mine = who.holds_over(&[Role::LeadOffice], &call.path) && call.state == CallState::Deliberating;
    let heading = shell.t("call-deliberation-desk");
    Ok(Page::new(DeliberationHtml {
        lead: shell.t("call-deliberation-desk-lead"),
        next: match mine {
            true => {
                let ends = deliberation::notice_ends(&app, &who, &call).await?;
                Some(release_step(&shell, &call, ends, undecided, ranked.len()))
            }
            false => None,
        },
        ranking: table,
        shell: under(shell, &call, &heading),
        heading,
    }))
}

fn release_step(shell: &Shell, call: &call::Model, ends: Millis, undecided: usize, all: usize) -> NextStep {
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

/// What was typed, or what is stored.
struct Typed {
    decision: String,
    reason: String,
    cost: String,
    version: String,
}

async fn decided(app: &App, who: &Who, id: Uuid) -> Result<(proposal::Model, call::Model), Refusal> {
    let seen = proposals::queries::find_visible(app.db.read(), who, id).await?;
    if seen.sight != Sight::Office {
        return Err(Refusal::NotFound);
    }
    let call = calls::queries::find(app.db.read(), who.tenant, seen.row.call_id).await?;
    Ok((seen.row, call))
}

async fn decision_page(
    app: &App,
    who: &Who,
    shell: Shell,
    row: &proposal::Model,
    call: &call::Model,
    typed: Typed,
) -> Result<DecisionHtml, Refusal> {
    let mut decision = FormField::plain("decision", shell.t("decision"), Control::Radios);
    decision.required = true;
    decision.options = [("selected", "decision-selected"), ("not-selected", "decision-not-selected")]
        .map(|(value, key)| OptionView { value: value.into(), label: shell.t(key), selected: typed.decision == value })
        .into();
    let mut reason = FormField::plain("reason", shell.t("decision-reason"), Control::Text);
    reason.help = Some(shell.t1("decision-reason-help", "least", proposals::rules::SHORTEST_REASON));
    reason.value = typed.reason;
    (reason.required, reason.max_length) = (true, Some(2_000));
    let mut cost = FormField::plain("cost", shell.t("proposal-cost"), Control::Number);
    cost.help = Some(match call.ceiling {
        Some(ceiling) => shell.t1("decision-cost-help", "ceiling", yuan(&shell, ceiling)),
        None => shell.t("decision-cost-help-free"),
    });
    cost.value = typed.cost;
    cost.unit = Some(shell.t("unit-yuan"));
    (cost.min, cost.max) = (Some(0), call.ceiling);
    let back = format!("/office/calls/{}/deliberation", call.id);
    let form = FormView::plain(format!("/proposals/{}/decision", row.id), vec![decision, reason, cost])
        .with("_version", typed.version)
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
    let facts = Facts::new()
        .fact(shell.t("proposal-title"), Cell::link(row.title.as_str(), format!("/proposals/{}", row.id)))
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
    let typed = Typed {
        decision: match row.decision {
            Some(Decision::Selected) => "selected".into(),
            Some(Decision::NotSelected) => "not-selected".into(),
            None => String::new(),
        },
        reason: row.decision_reason.clone().unwrap_or_default(),
        cost: row.cost.map(|c| c.to_string()).unwrap_or_default(),
        version: row.version.to_string(),
    };
    Ok(Page::new(decision_page(&app, &who, shell, &row, &call, typed).await?))
}

fn typed_decision(form: &Form) -> Result<DecisionInput, Refusal> {
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
    Ok(DecisionInput { decision, reason: form.text("reason").to_string(), cost })
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
            let typed = Typed {
                decision: form.text("decision").into(),
                reason: form.text("reason").into(),
                cost: form.text("cost").into(),
                version: form.text("_version").into(),
            };
            let mut page = decision_page(&app, &who, shell, &row, &call, typed).await?;
            form_errors(&mut page.form, page.shell.locale, refusal)?;
            Ok(Page::new(page).status(StatusCode::UNPROCESSABLE_ENTITY).into_response())
        }
    }
}
