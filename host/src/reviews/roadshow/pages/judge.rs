//! The judge's turns and points.

use super::super::actions::{self, title_for_judge};
use super::super::{SlotState, queries};
use super::badge;
use crate::http::components::{Cell, Column, EmptyState, Moment, Pager, Table};
use crate::http::form_view::{Control, FormField, FormView};
use crate::http::page::{Page, Shell};
use crate::http::preferences::done;
use crate::http::problem::form_errors;
use crate::http::usual::{FormPage, ListPage};
use crate::http::{ActingFor, Caller, Form, Path};
use crate::{App, Refusal, Who};
use axum::extract::State;
use axum::http::StatusCode;
use axum::response::{IntoResponse, Response};
use twoway_ids::Uuid;
use twoway_manifest::FieldProblem;

/// A judge's turns to come.
pub(super) async fn mine(State(app): State<App>, Caller(who): Caller, shell: Shell) -> Result<Page<ListPage>, Refusal> {
    let slots = queries::mine(app.db.read(), &who).await?;
    let columns = ["round-turn", "review-state", "round-at", "round-place"].map(|key| Column::new(shell.t(key)));
    let empty = EmptyState::new("calendar", shell.t("round-none"), shell.t("round-none-text"));
    let mut table = Table::new(shell.t("round"), columns.into(), empty);
    for slot in &slots {
        let turn = shell.t1("round-turn-number", "n", slot.position);
        table.row(vec![
            match slot.state {
                SlotState::Open => Cell::link(turn, format!("/roadshow/{}", slot.id)),
                _ => Cell::text(turn),
            },
            Cell::State(badge(&shell, slot.state)),
            slot.starts_at.map_or(Cell::Nothing, |at| Cell::When(Moment::exactly(at))),
            if slot.place.is_empty() { Cell::Nothing } else { Cell::text(slot.place.as_str()) },
        ]);
    }
    let (heading, lead) = (shell.t("round"), shell.t("round-judge-lead"));
    let reviews = shell.t("nav-reviews");
    let shell = shell.crumb(reviews, "/reviews").titled(&heading);
    let pager = Pager { shown: slots.len(), ..Pager::default() };
    Ok(Page::new(ListPage { shell, heading, lead, buttons: Vec::new(), filters: Vec::new(), table, pager }))
}

async fn judge_page(app: &App, who: &Who, shell: Shell, id: Uuid, typed: Option<&Form>) -> Result<FormPage, Refusal> {
    let db = app.db.read();
    let row = queries::find_visible(db, who, id).await?;
    if !queries::is_judge(db, who, row.call_id).await? {
        return Err(Refusal::NotFound);
    }
    let given = queries::scores_of(db, who.tenant, id).await?.into_iter().find(|s| Some(s.judge_id) == who.account());
    let mut number = FormField::plain("points", shell.t("round-points"), Control::Number);
    number.value = given.as_ref().map(|s| (s.points / 100).to_string()).unwrap_or_default();
    number.unit = Some(shell.t("review-points"));
    (number.min, number.max, number.required) = (Some(0), Some(100), true);
    let mut note = FormField::plain("note", shell.t("round-note"), Control::Text);
    note.value = given.map(|s| s.note).unwrap_or_default();
    note.max_length = Some(1_000);
    let mut fields = vec![number, note];
    if let Some(form) = typed {
        fields.iter_mut().for_each(|field| field.value = form.text(&field.name).to_string());
    }
    let heading = title_for_judge(app, who, shell.locale, &row).await?;
    let lead = shell.t(if row.state == SlotState::Open { "round-score-lead" } else { "round-not-open" });
    let mut form = FormView::plain(format!("/roadshow/{id}"), fields);
    if row.state == SlotState::Open {
        form = form.submit(shell.t("round-score"));
    }
    let round = shell.t("round");
    let shell = shell.crumb(round, "/roadshow").titled(&heading);
    Ok(FormPage { shell, heading, lead, form })
}

pub(super) async fn judge(
    State(app): State<App>,
    Caller(who): Caller,
    shell: Shell,
    Path(id): Path<Uuid>,
) -> Result<Page<FormPage>, Refusal> {
    Ok(Page::new(judge_page(&app, &who, shell, id, None).await?))
}

pub(super) async fn score(
    State(app): State<App>,
    Caller(who): Caller,
    acting: ActingFor,
    shell: Shell,
    Path(id): Path<Uuid>,
    form: Form,
) -> Result<Response, Refusal> {
    let scored = match form.text("points").parse() {
        Ok(points) => actions::score(&app, &who, &form.command(acting), id, points, form.text("note")).await,
        Err(_) if form.text("points").is_empty() => Err(Refusal::field("points", FieldProblem::Missing)),
        Err(_) => Err(Refusal::field("points", FieldProblem::WrongType)),
    };
    match scored {
        Ok(_) => Ok(done(&format!("/roadshow/{id}"), "flash-round-scored").into_response()),
        Err(refusal) => {
            let mut page = judge_page(&app, &who, shell, id, Some(&form)).await?;
            form_errors(&mut page.form, page.shell.locale, refusal)?;
            Ok(Page::new(page).status(StatusCode::UNPROCESSABLE_ENTITY).into_response())
        }
    }
}
