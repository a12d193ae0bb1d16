use super::api::{Narrow, READERS};
use super::queries::{self, Proposed};
use crate::calls::api::OFFICE;
use crate::http::components::{
    ActionButton, Cell, Column, Confirm, EmptyState, Filters, Look, Moment, NextStep, Pager, Table, Tone,
};
use crate::http::form_view::{Control, FormField, FormView, OptionView};
use crate::http::page::{Page, Shell};
use crate::http::preferences::done;
use crate::http::problem::form_errors;
use crate::http::usual::{FormPage, address, filters, pager};
use crate::http::{ActingFor, Caller, Form, Paging, Path, Query, Routes, usual};
use crate::proposals::assisted::titles;
use crate::reviews::experts::KEEPERS;
use crate::reviews::pages::{office_call, under};
use crate::reviews::queries::candidates;
use crate::reviews::state::PlanState;
use crate::reviews::views::names;
use crate::{App, Refusal, Who};
use askama::Template;
use axum::extract::State;
use axum::http::{Method, StatusCode};
use axum::response::{IntoResponse, Response};
use twoway_entity::accounts::Role;
use twoway_entity::reviews::{plan, plan_line};
use twoway_ids::Uuid;

pub fn routes(routes: Routes) -> Routes {
    routes
        .page(Method::POST, "/office/calls/{id}/review-plans", OFFICE, make)
        .page(Method::GET, "/office/review-plans/{id}", READERS, show)
        .page(Method::GET, "/office/review-plans/{id}/lines/{proposal}", OFFICE, line_form)
        .page(Method::POST, "/office/review-plans/{id}/lines/{proposal}", OFFICE, change)
        .page(Method::POST, "/office/review-plans/{id}/apply", OFFICE, apply)
        .page(Method::POST, "/office/review-plans/{id}/drop", OFFICE, discard)
}

async fn make(
    State(app): State<App>,
    Caller(who): Caller,
    acting: ActingFor,
    Path(id): Path<Uuid>,
    form: Form,
) -> Result<impl IntoResponse, Refusal> {
    let made = super::make(&app, &who, &form.command(acting), id).await?;
    Ok(done(&format!("/office/review-plans/{}", made.id), "flash-plan-made"))
}

#[derive(Template)]
#[template(path = "reviews/plan.html")]
struct PlanHtml {
    shell: Shell,
    heading: String,
    lead: String,
    next: NextStep,
    filters: Filters,
    lines: Table,
    pager: Pager,
    loads: Table,
}

async fn show(
    State(app): State<App>,
    Caller(who): Caller,
    shell: Shell,
    Path(id): Path<Uuid>,
    Query(narrow): Query<Narrow>,
    Query(paging): Query<Paging>,
) -> Result<Page<impl Template>, Refusal> {
    let db = app.db.read();
    let row = queries::find_visible(db, &who, id).await?;
    let call = office_call(&app, &who, row.call_id).await?;
    let open = row.state == PlanState::Proposed && who.holds_over(&[Role::LeadOffice], &row.path);
    let list = queries::lines(db, &row, narrow.lacking, &paging).await?;
    let loads = queries::loads(db, &row).await?;
    let mut people: Vec<Uuid> = loads.iter().map(|l| l.reviewer_id).collect();
    for line in &list.items {
        people.extend(queries::proposed(line)?.into_iter().map(|p| p.id));
    }
    let names = names(db, who.tenant, people).await?;
    let titles = titles(db, shell.locale, who.tenant, list.items.iter().map(|l| l.proposal_id)).await?;
    let columns =
        ["proposal-title", "plan-reviewers", "plan-lacking", "review-do"].map(|key| Column::new(shell.t(key)));
    let whole = EmptyState::new("folder", shell.t("plan-empty"), shell.t("plan-empty-text"));
    let mut lines = Table::new(shell.t("plan"), columns.into(), usual::empty(&shell, narrow.lacking, whole));
    for line in &list.items {
        let said = |p: Proposed| {
            let name = names.get(&p.id).cloned().unwrap_or_default();
            if p.expert { shell.t1("plan-expert", "name", name) } else { name }
        };
        let change = ActionButton::link(shell.t("plan-change"), line_address(id, line.proposal_id)).look(Look::Quiet);
        lines.row(vec![
            Cell::link(
                titles.get(&line.proposal_id).cloned().unwrap_or_default(),
                format!("/proposals/{}", line.proposal_id),
            ),
            Cell::List(queries::proposed(line)?.into_iter().map(said).collect()),
            if line.lacking > 0 { Cell::List(why(&shell, line)) } else { Cell::Nothing },
            if open { Cell::Buttons(vec![change]) } else { Cell::Nothing },
        ]);
    }
    let columns = [
        Column::new(shell.t("review-reviewer")),
        Column::new(shell.t("plan-before")).numeric(),
        Column::new(shell.t("plan-planned")).numeric(),
        Column::new(shell.t("plan-in-area")).numeric(),
        Column::new(shell.t("expert-most")).numeric(),
    ];
    let empty = EmptyState::new("hands", shell.t("experts-empty"), shell.t("experts-empty-text"));
    let mut table = Table::new(shell.t("plan-loads"), columns.into(), empty);
    // Whoever only watches does not keep the experts.
    let keeps = who.holds(KEEPERS);
    for load in &loads {
        table.row(vec![
            match names.get(&load.reviewer_id).cloned().unwrap_or_default() {
                name if keeps => Cell::link(name, format!("/reviewers/{}", load.reviewer_id)),
                name => Cell::text(name),
            },
            Cell::number(load.before),
            Cell::number(load.planned),
            Cell::number(load.expert),
            load.most.map_or(Cell::Nothing, Cell::number),
        ]);
    }
    let here = format!("/office/review-plans/{id}");
    let word = if narrow.lacking { "true" } else { "" };
    let choices = [("", "filter-all"), ("true", "plan-only-lacking")].map(|(v, key)| (v.to_string(), shell.t(key)));
    let filters = filters(shell.t("plan-lacking"), choices, word, |v| address(&here, &[("lacking", v)]));
    let heading = shell.t("plan");
    let reviews = shell.t("call-reviews-desk");
    Ok(Page::new(PlanHtml {
        lead: shell.t2("plan-lead", "at", Moment::exactly(row.made_at).said, "call", call.title.as_str()),
        next: next(&shell, &row, open),
        filters,
        lines,
        pager: pager(&here, &[("lacking", word)], &list, paging.cursor.is_none()),
        loads: table,
        shell: under(shell.clone(), &call, &reviews)
            .crumb(&reviews, format!("/office/calls/{}/reviews", call.id))
            .titled(&heading),
        heading,
    }))
}

fn line_address(plan: Uuid, proposal: Uuid) -> String {
    format!("/office/review-plans/{plan}/lines/{proposal}")
}

/// Why nobody was found for the rest of a line.
fn why(shell: &Shell, line: &plan_line::Model) -> Vec<String> {
    let mut said = vec![shell.t1("plan-lacks", "n", line.lacking)];
    for (key, n) in [("plan-conflicts", line.conflicts), ("plan-asked", line.asked), ("plan-full", line.full)] {
        if n > 0 {
            said.push(shell.t1(key, "n", n));
        }
    }
    said
}

fn next(shell: &Shell, row: &plan::Model, open: bool) -> NextStep {
    let found = row.wanted - row.lacking;
    let base = format!("/office/review-plans/{}", row.id);
    let confirm = Confirm {
        title: shell.t("plan-apply-title"),
        text: shell.t1("plan-apply-text", "n", found),
        points: Vec::new(),
        ok: shell.t("plan-apply"),
    };
    let apply = ActionButton::post(shell.t("plan-apply"), format!("{base}/apply")).with("_version", row.version);
    let drop = ActionButton::post(shell.t("plan-drop"), format!("{base}/drop")).with("_version", row.version);
    let buttons = if open { vec![apply.primary().confirm(confirm), drop] } else { Vec::new() };
    let (tone, key) = match row.state {
        PlanState::Proposed => (Tone::Active, "proposed"),
        PlanState::Applying => (Tone::Attention, "applying"),
        PlanState::Applied => (Tone::Good, "applied"),
        PlanState::Dropped => (Tone::Neutral, "dropped"),
    };
    let text = match row.state {
        PlanState::Applied => shell.t2("plan-next-applied-text", "n", found - row.skipped, "skipped", row.skipped),
        _ => shell.t2(&format!("plan-next-{key}-text"), "n", found, "lacking", row.lacking),
    };
    NextStep { tone, heading: shell.t(&format!("plan-next-{key}")), text, due: None, buttons }
}

async fn line_page(
    app: &App,
    who: &Who,
    shell: Shell,
    (id, proposal): (Uuid, Uuid),
    typed: Option<&[Uuid]>,
) -> Result<FormPage, Refusal> {
    let db = app.db.read();
    let row = queries::find_visible(db, who, id).await?;
    let call = office_call(app, who, row.call_id).await?;
    let line = queries::line(db, &row, proposal).await?;
    let chosen: Vec<Uuid> = match typed {
        Some(typed) => typed.to_vec(),
        None => queries::proposed(&line)?.into_iter().map(|p| p.id).collect(),
    };
    let loads = queries::loads(db, &row).await?;
    let load = |id: Uuid| loads.iter().find(|l| l.reviewer_id == id).map_or(0, |l| l.before + l.planned);
    let mut field = FormField::plain("reviewers", shell.t("plan-reviewers"), Control::Checks);
    field.options = candidates(db, who.tenant)
        .await?
        .into_iter()
        .map(|c| OptionView {
            selected: chosen.contains(&c.account),
            value: c.account.to_string(),
            label: shell.t2("plan-person", "name", c.name, "n", load(c.account)),
        })
        .collect();
    let title = titles(db, shell.locale, who.tenant, [proposal]).await?.remove(&proposal).unwrap_or_default();
    let (heading, plan) = (shell.t("plan-change"), shell.t("plan"));
    let back = format!("/office/review-plans/{id}");
    let form = FormView::plain(line_address(id, proposal), vec![field])
        .with("_version", row.version)
        .submit(shell.t("plan-save"))
        .cancel(shell.t("leave-form"), back.as_str());
    let shell = under(shell, &call, &plan).crumb(&plan, back).titled(&heading);
    Ok(FormPage { shell, heading, lead: title, form })
}

async fn line_form(
    State(app): State<App>,
    Caller(who): Caller,
    shell: Shell,
    Path(at): Path<(Uuid, Uuid)>,
) -> Result<Page<FormPage>, Refusal> {
    Ok(Page::new(line_page(&app, &who, shell, at, None).await?))
}

async fn change(
    State(app): State<App>,
    Caller(who): Caller,
    acting: ActingFor,
    shell: Shell,
    Path((id, proposal)): Path<(Uuid, Uuid)>,
    form: Form,
) -> Result<Response, Refusal> {
    let typed = form.0.iter().filter(|(name, _)| name == "reviewers");
    let typed: Vec<Uuid> = typed.filter_map(|(_, value)| Uuid::parse_str(value).ok()).collect();
    match super::change(&app, &who, &form.command(acting), id, proposal, typed.clone()).await {
        Ok(_) => Ok(done(&format!("/office/review-plans/{id}"), "flash-plan-changed").into_response()),
        Err(refusal) => {
            let mut page = line_page(&app, &who, shell, (id, proposal), Some(&typed)).await?;
            form_errors(&mut page.form, page.shell.locale, refusal)?;
            Ok(Page::new(page).status(StatusCode::UNPROCESSABLE_ENTITY).into_response())
        }
    }
}

async fn apply(
    State(app): State<App>,
    Caller(who): Caller,
    acting: ActingFor,
    Path(id): Path<Uuid>,
    form: Form,
) -> Result<impl IntoResponse, Refusal> {
    super::apply(&app, &who, &form.command(acting), id).await?;
    Ok(done(&format!("/office/review-plans/{id}"), "flash-plan-applied"))
}

async fn discard(
    State(app): State<App>,
    Caller(who): Caller,
    acting: ActingFor,
    Path(id): Path<Uuid>,
    form: Form,
) -> Result<impl IntoResponse, Refusal> {
    super::discard(&app, &who, &form.command(acting), id).await?;
    Ok(done(&format!("/office/review-plans/{id}"), "flash-plan-dropped"))
}
