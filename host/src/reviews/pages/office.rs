use super::{badge, office_call, under};
use crate::calls::CallState;
use crate::http::components::{
    ActionButton, Cell, Column, Confirm, EmptyState, Look, NextStep, Pager, StateBadge, Table, Tone,
};
use crate::http::form_view::{Control, FormField, FormView, OptionView};
use crate::http::page::{Page, Shell};
use crate::http::preferences::done;
use crate::http::problem::form_errors;
use crate::http::usual::{FormPage, pager, reason_form};
use crate::http::{ActingFor, Caller, Form, Paging, Path, Query};
use crate::proposals::ProposalState;
use crate::reviews::conflicts::Conflict;
use crate::reviews::experts::KEEPERS;
use crate::reviews::model::points;
use crate::reviews::queries::{self, Candidate, candidates};
use crate::reviews::state::{ReviewState, STANDING};
use crate::reviews::{actions, deliberation, plan, views, voiding};
use crate::{App, Refusal, Who, papers, proposals};
use askama::Template;
use axum::extract::State;
use axum::http::StatusCode;
use axum::response::{IntoResponse, Response};
use std::collections::HashMap;
use twoway_entity::accounts::Role;
use twoway_entity::calls::call;
use twoway_entity::reviews::review;
use twoway_ids::Uuid;
use twoway_manifest::FieldProblem;

#[derive(Template)]
#[template(path = "reviews/assignments.html")]
struct AssignmentsHtml {
    shell: Shell,
    heading: String,
    lead: String,
    exports: Vec<ActionButton>,
    next: Option<NextStep>,
    proposals: Vec<Assignments>,
    empty: EmptyState,
    pager: Pager,
    more: Vec<ActionButton>,
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
    Query(paging): Query<Paging>,
) -> Result<Page<impl Template>, Refusal> {
    Ok(Page::new(assignments(&app, &who, shell, id, &paging).await?))
}

/// Reviewers among whom one is chosen by hand, those with the least to do first; a plan reaches all of them.
const OFFERED: usize = 100;

async fn assignments(
    app: &App,
    who: &Who,
    shell: Shell,
    id: Uuid,
    paging: &Paging,
) -> Result<AssignmentsHtml, Refusal> {
    let db = app.db.read();
    let call = office_call(app, who, id).await?;
    let ranked = views::ranking(app, who, id, paging).await?;
    let here: Vec<Uuid> = ranked.items.iter().map(|line| line.proposal_id).collect();
    let mut reviews: HashMap<Uuid, Vec<review::Model>> = HashMap::new();
    for row in queries::of_proposals(db, who.tenant, &here).await? {
        reviews.entry(row.proposal_id).or_default().push(row);
    }
    let reviewers = reviews.values().flatten().map(|r| r.reviewer_id).collect::<std::collections::BTreeSet<_>>();
    let names = views::names(db, who.tenant, reviewers).await?;
    let found = voiding::found_of(app, reviews.values().flatten().map(|r| r.id)).await?;
    let mine = who.holds_over(&[Role::LeadOffice], &call.path);
    let running = mine && call.state == CallState::Reviewing;
    let mut people = Vec::new();
    if running {
        let loads = queries::loads(db, who.tenant, id).await?;
        // In the order of their names, in which they are offered, too.
        let named = candidates(db, who.tenant).await?.into_iter().enumerate();
        people = named.map(|(place, person)| Offered::of(&shell, place, &person)).collect();
        people.sort_by_key(|p| loads.get(&p.account).copied().unwrap_or(0));
    }
    let plan = plan::newest(db, who.tenant, id).await?;
    let heading = shell.t("call-reviews-desk");
    let pager = pager(&format!("/office/calls/{id}/reviews"), &[], &ranked, paging.cursor.is_none());
    let exports = match reviews.is_empty() {
        true => Vec::new(),
        false => papers::buttons::export(shell.locale, &format!("/office/calls/{id}/reviews"), &[]),
    };
    let proposals = ranked
        .items
        .into_iter()
        .map(|line| {
            let rows = reviews.remove(&line.proposal_id).unwrap_or_default();
            let scored = rows.iter().filter(|r| matches!(r.state, ReviewState::Scored | ReviewState::Closed)).count();
            let enough = i32::try_from(scored).is_ok_and(|n| n >= call.min_reviews);
            let open = running && line.state == ProposalState::UnderReview;
            let free = people.iter().filter(|p| open && !rows.iter().any(|r| r.reviewer_id == p.account));
            let mut free: Vec<&Offered> = free.take(OFFERED).collect();
            free.sort_by_key(|p| p.place);
            Assignments {
                id: line.proposal_id,
                title: crate::proposals::assisted::marked(shell.locale, &line.title, line.on_paper),
                progress: shell.t2("reviews-progress", "n", scored, "of", call.min_reviews),
                badge: if enough {
                    StateBadge::new(shell.t("reviews-enough"), Tone::Good)
                } else {
                    StateBadge::new(shell.t("reviews-lacking"), Tone::Attention)
                },
                reviewers: reviewer_table(&shell, &rows, &names, &found, running),
                assign: open.then(|| assign_form(&shell, line.proposal_id, &free)),
            }
        })
        .collect();
    let keeps = who.holds(KEEPERS);
    let mut more = Vec::new();
    if keeps {
        more.push(ActionButton::link(shell.t("experts"), "/office/reviewers"));
    }
    if let Some(plan) = plan {
        more.insert(0, ActionButton::link(shell.t("plan-newest"), format!("/office/review-plans/{}", plan.id)));
    }
    if mine && matches!(call.state, CallState::Reviewing | CallState::Deliberating) {
        let recheck = ActionButton::post(shell.t("recheck"), format!("/office/calls/{id}/recheck-conflicts"));
        let confirm = Confirm {
            title: shell.t("recheck-title"),
            text: shell.t("recheck-text"),
            points: Vec::new(),
            ok: shell.t("recheck"),
        };
        more.push(recheck.with("_version", call.version).confirm(confirm));
    }
    Ok(AssignmentsHtml {
        lead: shell.t1("call-reviews-desk-lead", "n", call.min_reviews),
        exports,
        next: running.then(|| next_step(&shell, &call)),
        empty: EmptyState::new("folder", shell.t("screening-empty"), shell.t("screening-empty-text")),
        proposals,
        pager,
        more,
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
        buttons: vec![
            ActionButton::post(shell.t("plan-make"), format!("{base}/review-plans")).with("_version", call.version),
            button("assign-reviews").primary(),
            button("end-review"),
        ],
    }
}

type FoundOf = HashMap<Uuid, (Vec<Conflict>, String)>;

fn reviewer_table(
    shell: &Shell,
    rows: &[review::Model],
    names: &HashMap<Uuid, String>,
    found: &FoundOf,
    running: bool,
) -> Table {
    let columns = vec![
        Column::new(shell.t("review-reviewer")),
        Column::new(shell.t("review-state")),
        Column::new(shell.t("review-total")).numeric(),
        Column::new(shell.t("review-ties")),
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
            found.get(&row.id).map_or(Cell::Nothing, |(ties, words)| ties_cell(shell, ties, words)),
            last,
        ]);
    }
    table
}

/// What was computed when the assignment was made, and what the reviewer said to it.
fn ties_cell(shell: &Shell, ties: &[Conflict], words: &str) -> Cell {
    let tie = |tie: &Conflict| shell.t1(&format!("refusal-{}", tie.code), "organization", tie.organization.as_str());
    let mut said: Vec<String> = ties.iter().map(tie).collect();
    if !words.is_empty() {
        said.push(shell.t1("review-ties-words", "words", words));
    }
    if said.is_empty() { Cell::text(shell.t("review-ties-none")) } else { Cell::List(said) }
}

/// A reviewer as one of many is chosen from: a page says each of them up to twenty times.
struct Offered {
    account: Uuid,
    /// Among the names.
    place: usize,
    value: String,
    label: String,
}

impl Offered {
    fn of(shell: &Shell, place: usize, person: &Candidate) -> Self {
        let (name, organization) = (person.name.as_str(), person.organization.as_str());
        let label = shell.t2("review-person", "name", name, "organization", organization);
        Self { account: person.account, place, value: person.account.to_string(), label }
    }
}

fn assign_form(shell: &Shell, proposal: Uuid, people: &[&Offered]) -> FormView {
    let mut reviewer = FormField::plain("reviewer", shell.t("review-choose"), Control::Select);
    // Several forms of this kind stand on one page.
    reviewer.id = format!("f-reviewer-{proposal}");
    reviewer.required = true;
    reviewer.options =
        people.iter().map(|p| OptionView { value: p.value.clone(), label: p.label.clone(), selected: false }).collect();
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
            let mut page = assignments(&app, &who, shell, call, &Paging::default()).await?;
            if !page.proposals.iter().any(|p| p.id == id) {
                return Err(refusal);
            }
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

pub(super) async fn recheck(
    State(app): State<App>,
    Caller(who): Caller,
    acting: ActingFor,
    Path(id): Path<Uuid>,
    form: Form,
) -> Result<impl IntoResponse, Refusal> {
    let rechecked = voiding::recheck(&app, &who, &form.command(acting), id).await?;
    let flash = if rechecked.voided == 0 { "flash-recheck-clean" } else { "flash-recheck-voided" };
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
