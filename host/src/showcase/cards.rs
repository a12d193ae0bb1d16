//! What a project's plugin published: the newest on the project's public page, all of them on a page of their own.

use super::project::public_row;
use crate::http::components::{EmptyState, Moment, Pager};
use crate::http::page::{Page, Shell};
use crate::http::panel::Panel;
use crate::http::texts::Locale;
use crate::http::{Caller, Json, List, Paging, Path, Query, problem, usual};
use crate::plugins::{self, Site};
use crate::{App, Refusal, Who};
use askama::Template;
use axum::extract::State;
use axum::http::HeaderMap;
use serde::Serialize;
use serde_json::{Map, Value};
use twoway_ids::{Millis, Uuid};
use twoway_manifest::ViewModel;
use utoipa::ToSchema;

/// How many the project's page shows before it leads to the others.
const NEWEST: u64 = 3;

/// The newest cards, and whether there are more.
pub(super) async fn newest(app: &App, l: Locale, project: Uuid) -> Result<(Vec<Panel>, bool), Refusal> {
    let paging = Paging { cursor: None, limit: Some(NEWEST) };
    let page = drawn(app, l, project, &paging).await?;
    Ok((page.items, page.next.is_some()))
}

async fn drawn(app: &App, l: Locale, project: Uuid, paging: &Paging) -> Result<List<Panel>, Refusal> {
    let Some(site) = Site::find(app, project).await? else { return Ok(List { items: Vec::new(), next: None }) };
    let panel = |card: plugins::Card| card.panel(&site, l).published(Moment::past(l, card.published_at, app.now()));
    Ok(plugins::cards(app, &site, paging).await?.map(panel))
}

#[derive(Template)]
#[template(path = "showcase/cards.html")]
pub(super) struct CardsHtml {
    shell: Shell,
    title: String,
    cards: Vec<Panel>,
    empty: EmptyState,
    pager: Pager,
}

/// `GET /p/{id}/cards`
pub(super) async fn page(
    State(app): State<App>,
    Caller(who): Caller,
    Path(id): Path<Uuid>,
    Query(paging): Query<Paging>,
    shell: Shell,
) -> Result<Page<CardsHtml>, Refusal> {
    let row = public_row(&app, &who, id).await?;
    let found = drawn(&app, shell.locale, id, &paging).await?;
    let base = format!("/p/{id}");
    let pager = usual::pager(&format!("{base}/cards"), &[], &found, paging.cursor.is_none());
    let title = shell.t("public-cards");
    Ok(Page::new(CardsHtml {
        empty: EmptyState::new("folder", shell.t("public-cards-none"), shell.t("public-cards-none-text")),
        cards: found.items,
        pager,
        shell: shell.crumb(row.title, base).titled(&title),
        title,
    }))
}

/// Something that a project's plugin published.
#[derive(Serialize, ToSchema)]
pub(super) struct PublicCard {
    /// The kind of thing, in words.
    title: String,
    published_at: Millis,
    /// When it goes by itself.
    until: Option<Millis>,
    /// Facts, alerts, bars and tables; their texts are in `words`.
    #[schema(value_type = Object)]
    view: ViewModel,
    #[schema(value_type = Object)]
    words: Map<String, Value>,
}

/// What the project's plugin published for everybody, newest first; nothing while the project does not run.
#[utoipa::path(get, path = "/api/v1/public/projects/{id}/cards", tag = "showcase", params(("id" = Uuid, Path), Paging), security(()),
    responses((status = 200, body = List<PublicCard>), (status = 404, body = problem::Problem)))]
pub(super) async fn list(
    State(app): State<App>,
    Caller(who): Caller,
    Path(id): Path<Uuid>,
    Query(paging): Query<Paging>,
    headers: HeaderMap,
) -> Result<Json<List<PublicCard>>, Refusal> {
    public_row(&app, &who, id).await?;
    let Some(site) = Site::find(&app, id).await? else { return Ok(Json(List { items: Vec::new(), next: None })) };
    let l = locale(&headers, &who);
    let card = |card: plugins::Card| PublicCard {
        title: card.title(&site, l),
        published_at: card.published_at,
        until: card.until,
        words: card.words(&site, l),
        view: card.view,
    };
    Ok(Json(plugins::cards(&app, &site, &paging).await?.map(card)))
}

fn locale(headers: &HeaderMap, who: &Who) -> Locale {
    problem::wanted_locale(headers, Some(who))
}
