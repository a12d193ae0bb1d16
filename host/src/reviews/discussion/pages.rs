use super::api::INSIDE;
use super::{Room, Voice, enter, said};
use crate::http::components::{Cell, Column, EmptyState, Moment, Pager, Table};
use crate::http::form_view::{Control, FormField, FormView};
use crate::http::page::{Page, Shell};
use crate::http::preferences::done;
use crate::http::problem::form_errors;
use crate::http::usual::pager;
use crate::http::{ActingFor, Caller, Form, Paging, Path, Query, Routes};
use crate::reviews::model::points;
use crate::{App, Refusal, Who};
use askama::Template;
use axum::extract::State;
use axum::http::{Method, StatusCode};
use axum::response::{IntoResponse, Response};
use twoway_ids::Uuid;

pub fn routes(routes: Routes) -> Routes {
    routes.page(Method::GET, "/proposals/{id}/discussion", INSIDE, show).page(
        Method::POST,
        "/proposals/{id}/discussion",
        INSIDE,
        say,
    )
}

#[derive(Template)]
#[template(path = "reviews/discussion.html")]
struct DiscussionHtml {
    shell: Shell,
    heading: String,
    title: String,
    scores: Table,
    comments: Table,
    pager: Pager,
    /// Absent while no phase lets the reader write.
    form: Option<FormView>,
}

async fn page(
    app: &App,
    who: &Who,
    shell: Shell,
    room: &Room,
    paging: &Paging,
    typed: &str,
) -> Result<DiscussionHtml, Refusal> {
    let id = room.proposal.id;
    let columns = vec![Column::new(shell.t("review-comment")), Column::new(shell.t("review-total")).numeric()];
    let empty = EmptyState::new("hands", shell.t("others-none"), shell.t("others-none-text"));
    let mut scores = Table::new(shell.t("others"), columns, empty);
    for review in room.scores_of_others(who)? {
        let total = review.total.map_or(Cell::Nothing, |total| Cell::Number(points(total)));
        let word = if review.comment.is_empty() { shell.t("others-no-word") } else { review.comment };
        scores.row(vec![Cell::text(word), total]);
    }
    let columns = ["discussion-by", "discussion-text", "discussion-at"].map(|key| Column::new(shell.t(key)));
    let key = if room.hears() { "discussion-empty-text" } else { "discussion-closed-text" };
    let empty = EmptyState::new("folder", shell.t("discussion-empty"), shell.t(key));
    let mut comments = Table::new(shell.t("discussion"), columns.into(), empty);
    let list = said(app, room, paging).await?;
    for said in &list.items {
        comments.row(vec![
            Cell::text(match &said.by {
                Voice::Office => shell.t("discussion-office"),
                Voice::Number(n) => shell.t1("discussion-reviewer", "n", *n),
                Voice::Name(name) => name.clone(),
            }),
            Cell::text(said.text.as_str()),
            Cell::When(Moment::past(shell.locale, said.at, app.now())),
        ]);
    }
    let here = format!("/proposals/{id}/discussion");
    let form = room.writes.then(|| {
        let mut text = FormField::plain("text", shell.t("discussion-text"), Control::Text);
        text.value = typed.to_string();
        (text.required, text.max_length) = (true, Some(2_000));
        FormView::plain(here.as_str(), vec![text]).submit(shell.t("discussion-say"))
    });
    let heading = shell.t("discussion");
    let (list_name, href) = match room.office {
        true => (shell.t("call-reviews-desk"), format!("/office/calls/{}/reviews", room.call.id)),
        false => (shell.t("nav-reviews"), "/reviews".to_string()),
    };
    Ok(DiscussionHtml {
        scores,
        comments,
        pager: pager(&here, &[], &list, paging.cursor.is_none()),
        form,
        title: room.proposal.title.clone(),
        shell: shell.crumb(list_name, href).titled(&heading),
        heading,
    })
}

async fn show(
    State(app): State<App>,
    Caller(who): Caller,
    shell: Shell,
    Path(id): Path<Uuid>,
    Query(paging): Query<Paging>,
) -> Result<Page<impl Template>, Refusal> {
    let room = enter(&app, &who, id).await?;
    Ok(Page::new(page(&app, &who, shell, &room, &paging, "").await?))
}

async fn say(
    State(app): State<App>,
    Caller(who): Caller,
    acting: ActingFor,
    shell: Shell,
    Path(id): Path<Uuid>,
    form: Form,
) -> Result<Response, Refusal> {
    match super::say(&app, &who, &form.command(acting), id, form.text("text")).await {
        Ok(_) => Ok(done(&format!("/proposals/{id}/discussion"), "flash-said").into_response()),
        Err(refusal) => {
            let room = enter(&app, &who, id).await?;
            let mut page = page(&app, &who, shell, &room, &Paging::default(), form.text("text")).await?;
            let Some(view) = &mut page.form else { return Err(refusal) };
            form_errors(view, page.shell.locale, refusal)?;
            Ok(Page::new(page).status(StatusCode::UNPROCESSABLE_ENTITY).into_response())
        }
    }
}
