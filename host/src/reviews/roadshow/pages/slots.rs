//! One turn of the roadshow: its sheet, its time, and what the office and the supervisor do with it.

use super::super::actions::{self, Schedule};
use super::super::{SlotState, queries};
use super::badge;
use crate::calls::CallState;
use crate::http::components::{ActionButton, Cell, Column, EmptyState, Facts, Look, Moment, StateBadge, Table, exact};
use crate::http::form_view::{Control, FormField, FormView, answers};
use crate::http::page::{Page, Shell};
use crate::http::preferences::done;
use crate::http::problem::form_errors;
use crate::http::usual::{FormPage, reason_form};
use crate::http::{ActingFor, Caller, Form, Path};
use crate::proposals::assisted::titles;
use crate::reviews::model::points;
use crate::reviews::pages::{office_call, under};
use crate::reviews::views::names;
use crate::{App, Refusal, Who};
use askama::Template;
use axum::extract::State;
use axum::http::StatusCode;
use axum::response::{IntoResponse, Response};
use twoway_entity::accounts::Role;
use twoway_ids::Uuid;
use twoway_manifest::{Field, FieldProblem, FieldType};

#[derive(Template)]
#[template(path = "reviews/score_sheet.html")]
struct SheetHtml {
    shell: Shell,
    heading: String,
    badge: StateBadge,
    facts: Facts,
    scores: Table,
    buttons: Vec<ActionButton>,
    /// What was closed can be scored on, for a reason.
    reopen: Option<FormView>,
}

/// The score sheet of a turn, to read and to print.
pub(super) async fn sheet(
    State(app): State<App>,
    Caller(who): Caller,
    shell: Shell,
    Path(id): Path<Uuid>,
) -> Result<Page<impl Template>, Refusal> {
    let db = app.db.read();
    let row = queries::find_visible(db, &who, id).await?;
    let call = office_call(&app, &who, row.call_id).await?;
    let given = queries::scores_of(db, who.tenant, id).await?;
    let people = given.iter().map(|s| s.judge_id).chain(row.countersigned_by);
    let names = names(db, who.tenant, people).await?;
    let title =
        titles(db, shell.locale, who.tenant, [row.proposal_id]).await?.remove(&row.proposal_id).unwrap_or_default();
    let terms = queries::roadshow_of(db, who.tenant, row.call_id).await?.ok_or(Refusal::NotFound)?;
    let trims = i32::try_from(given.len()).unwrap_or(i32::MAX) >= terms.trim_from && given.len() > 2;
    let columns = vec![
        Column::new(shell.t("round-judge")),
        Column::new(shell.t("round-points")).numeric(),
        Column::new(shell.t("round-counts")),
        Column::new(shell.t("round-note")),
    ];
    let empty = EmptyState::new("hands", shell.t("round-no-scores"), shell.t("round-no-scores-text"));
    let mut table = Table::new(shell.t("round-sheet"), columns, empty);
    for (n, score) in given.iter().enumerate() {
        let end = trims && (n == 0 || n + 1 == given.len());
        table.row(vec![
            names.get(&score.judge_id).map_or(Cell::Nothing, Cell::text),
            Cell::Number(points(score.points)),
            Cell::text(shell.t(if end { "round-left-out" } else { "round-counted" })),
            if score.note.is_empty() { Cell::Nothing } else { Cell::text(score.note.as_str()) },
        ]);
    }
    let number = |n: Option<i32>| n.map_or(Cell::Nothing, |n| Cell::Number(points(n)));
    let signed = row.countersigned_by.and_then(|by| names.get(&by));
    let facts = Facts::new()
        .fact(shell.t("proposal-title"), Cell::link(title.as_str(), format!("/proposals/{}", row.proposal_id)))
        .fact(shell.t("round-at"), row.starts_at.map_or(Cell::Nothing, |at| Cell::When(Moment::exactly(at))))
        .fact(shell.t("round-place"), if row.place.is_empty() { Cell::Nothing } else { Cell::text(row.place.as_str()) })
        .fact(shell.t("round-first"), number(row.first))
        .fact(shell.t("round-live"), number(row.live))
        .fact(shell.t2("round-formula", "first", 100 - terms.weight, "live", terms.weight), number(row.combined))
        .fact(shell.t("round-countersigned"), signed.map_or(Cell::Nothing, Cell::text));
    let deliberating = call.state == CallState::Deliberating;
    let base = format!("/office/roadshow-slots/{id}");
    let post = |key: &str, verb: &str| {
        ActionButton::post(shell.t(key), format!("{base}/{verb}")).with("_version", row.version)
    };
    let link = |key: &str, verb: &str| ActionButton::link(shell.t(key), format!("{base}/{verb}"));
    let office = deliberating && who.holds_over(&[Role::LeadOffice], &row.path);
    let watches = deliberating && who.holds_over(&[Role::Supervisor], &row.path);
    let buttons = match row.state {
        SlotState::Planned if office => vec![
            post("round-open", "open").primary(),
            link("round-schedule", "schedule"),
            link("round-drop", "drop").look(Look::Danger),
        ],
        SlotState::Open if office => {
            let schedule = link("round-schedule", "schedule");
            vec![post("round-close", "close").primary(), schedule, link("round-drop", "drop").look(Look::Danger)]
        }
        SlotState::Closed if watches => vec![post("round-countersign", "countersign").primary()],
        _ => Vec::new(),
    };
    let reopen = (row.state == SlotState::Closed && (watches || office)).then(|| {
        let mut form = reason_form(&shell, &format!("{base}/reopen"), &base, "").with("_version", row.version);
        form.cancel = None;
        form.button(shell.t("round-reopen"), "reopen", Look::Plain)
    });
    let heading = shell.t("round-sheet");
    let (round, back) = (shell.t("round"), format!("/office/calls/{}/roadshow", call.id));
    Ok(Page::new(SheetHtml {
        badge: badge(&shell, row.state),
        facts,
        scores: table,
        buttons,
        reopen,
        shell: under(shell, &call, &round).crumb(&round, back).titled(&heading),
        heading,
    }))
}

async fn schedule_page(
    app: &App,
    who: &Who,
    shell: Shell,
    id: Uuid,
    typed: Option<&Form>,
) -> Result<FormPage, Refusal> {
    let row = queries::find_visible(app.db.read(), who, id).await?;
    let call = office_call(app, who, row.call_id).await?;
    let stored = [
        ("starts_at", row.starts_at.map(|at| exact(at).replace(' ', "T")).unwrap_or_default(), Control::DateTime),
        ("place", row.place.clone(), Control::Line),
        ("position", row.position.to_string(), Control::Number),
    ];
    let fields = stored.map(|(name, value, control)| {
        let key = match name {
            "starts_at" => "round-at",
            "place" => "round-place",
            _ => "round-position",
        };
        let mut field = FormField::plain(name, shell.t(key), control);
        field.value = typed.map_or(value, |form| form.text(name).to_string());
        field.required = true;
        field
    });
    let (heading, lead) = (shell.t("round-schedule"), shell.t("round-schedule-lead"));
    let back = format!("/office/roadshow-slots/{id}");
    let form = FormView::plain(format!("{back}/schedule"), fields.into())
        .with("_version", row.version)
        .submit(shell.t("round-schedule-save"))
        .cancel(shell.t("leave-form"), back);
    Ok(FormPage { shell: under(shell, &call, &heading), heading, lead, form })
}

pub(super) async fn schedule_form(
    State(app): State<App>,
    Caller(who): Caller,
    shell: Shell,
    Path(id): Path<Uuid>,
) -> Result<Page<FormPage>, Refusal> {
    Ok(Page::new(schedule_page(&app, &who, shell, id, None).await?))
}

pub(super) async fn schedule(
    State(app): State<App>,
    Caller(who): Caller,
    acting: ActingFor,
    shell: Shell,
    Path(id): Path<Uuid>,
    form: Form,
) -> Result<Response, Refusal> {
    let given = answers(
        &[Field::new("starts_at", FieldType::Instant)],
        &[("starts_at".to_string(), form.text("starts_at").to_string())],
    );
    let starts_at = given["starts_at"].as_i64().ok_or(Refusal::field("starts_at", FieldProblem::Missing));
    let position = form.text("position").parse().map_err(|_| Refusal::field("position", FieldProblem::WrongType));
    let input = starts_at
        .and_then(|starts_at| Ok(Schedule { starts_at, place: form.text("place").to_string(), position: position? }));
    let saved = match input {
        Ok(input) => actions::schedule(&app, &who, &form.command(acting), id, input).await,
        Err(refusal) => Err(refusal),
    };
    match saved {
        Ok(_) => Ok(done(&format!("/office/roadshow-slots/{id}"), "flash-saved").into_response()),
        Err(refusal) => {
            let mut page = schedule_page(&app, &who, shell, id, Some(&form)).await?;
            form_errors(&mut page.form, page.shell.locale, refusal)?;
            Ok(Page::new(page).status(StatusCode::UNPROCESSABLE_ENTITY).into_response())
        }
    }
}

pub(super) async fn open(
    State(app): State<App>,
    Caller(who): Caller,
    acting: ActingFor,
    Path(id): Path<Uuid>,
    form: Form,
) -> Result<impl IntoResponse, Refusal> {
    actions::open(&app, &who, &form.command(acting), id).await?;
    Ok(done(&format!("/office/roadshow-slots/{id}"), "flash-round-opened"))
}

pub(super) async fn close(
    State(app): State<App>,
    Caller(who): Caller,
    acting: ActingFor,
    Path(id): Path<Uuid>,
    form: Form,
) -> Result<impl IntoResponse, Refusal> {
    actions::close(&app, &who, &form.command(acting), id).await?;
    Ok(done(&format!("/office/roadshow-slots/{id}"), "flash-round-closed"))
}

pub(super) async fn countersign(
    State(app): State<App>,
    Caller(who): Caller,
    acting: ActingFor,
    Path(id): Path<Uuid>,
    form: Form,
) -> Result<impl IntoResponse, Refusal> {
    actions::countersign(&app, &who, &form.command(acting), id).await?;
    Ok(done(&format!("/office/roadshow-slots/{id}"), "flash-round-countersigned"))
}

/// A page that asks why: `verb` is `reopen` or `drop`.
async fn why_page(
    app: &App,
    who: &Who,
    shell: Shell,
    (id, verb): (Uuid, &str),
    typed: &str,
) -> Result<FormPage, Refusal> {
    let row = queries::find_visible(app.db.read(), who, id).await?;
    let call = office_call(app, who, row.call_id).await?;
    let (heading, lead) = (shell.t(&format!("round-{verb}")), shell.t(&format!("round-{verb}-lead")));
    let back = format!("/office/roadshow-slots/{id}");
    let form = reason_form(&shell, &format!("{back}/{verb}"), &back, typed)
        .with("_version", row.version)
        .submit(heading.as_str());
    Ok(FormPage { shell: under(shell, &call, &heading), heading, lead, form })
}

pub(super) async fn drop_form(
    State(app): State<App>,
    Caller(who): Caller,
    shell: Shell,
    Path(id): Path<Uuid>,
) -> Result<Page<FormPage>, Refusal> {
    Ok(Page::new(why_page(&app, &who, shell, (id, "drop"), "").await?))
}

pub(super) async fn reopen(
    State(app): State<App>,
    Caller(who): Caller,
    acting: ActingFor,
    shell: Shell,
    Path(id): Path<Uuid>,
    form: Form,
) -> Result<Response, Refusal> {
    match actions::reopen(&app, &who, &form.command(acting), id, form.text("reason")).await {
        Ok(_) => Ok(done(&format!("/office/roadshow-slots/{id}"), "flash-round-opened").into_response()),
        Err(refusal) => {
            let mut page = why_page(&app, &who, shell, (id, "reopen"), form.text("reason")).await?;
            form_errors(&mut page.form, page.shell.locale, refusal)?;
            Ok(Page::new(page).status(StatusCode::UNPROCESSABLE_ENTITY).into_response())
        }
    }
}

pub(super) async fn discard(
    State(app): State<App>,
    Caller(who): Caller,
    acting: ActingFor,
    shell: Shell,
    Path(id): Path<Uuid>,
    form: Form,
) -> Result<Response, Refusal> {
    let call = queries::find_visible(app.db.read(), &who, id).await?.call_id;
    match actions::discard(&app, &who, &form.command(acting), id, form.text("reason")).await {
        Ok(_) => Ok(done(&format!("/office/calls/{call}/roadshow"), "flash-round-dropped").into_response()),
        Err(refusal) => {
            let mut page = why_page(&app, &who, shell, (id, "drop"), form.text("reason")).await?;
            form_errors(&mut page.form, page.shell.locale, refusal)?;
            Ok(Page::new(page).status(StatusCode::UNPROCESSABLE_ENTITY).into_response())
        }
    }
}
