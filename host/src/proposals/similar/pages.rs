use super::measure::{Gram, Part, grams, marked};
use super::{Similar, text_of};
use crate::http::components::{ActionButton, EmptyState, Markup};
use crate::http::form_view::FieldWords;
use crate::http::page::{Page, Shell};
use crate::http::{Access, Caller, Path, Routes};
use crate::proposals::queries::{self, OFFICE_READS, Seen, Sight};
use crate::{App, Refusal, calls};
use askama::Template;
use axum::extract::State;
use axum::http::Method;
use std::collections::BTreeSet;
use twoway_entity::proposals::proposal;
use twoway_ids::Uuid;

pub(super) fn routes(routes: Routes) -> Routes {
    let readers = Access::AnyOf(OFFICE_READS);
    routes.page(Method::GET, "/proposals/{id}/similar", readers, list).page(
        Method::GET,
        "/proposals/{id}/similar/{other}",
        readers,
        beside,
    )
}

pub(super) fn percent(alike: f64) -> u8 {
    // Between 0 and 100 by the measure.
    (alike * 100.0).round().clamp(0.0, 100.0) as u8
}

struct Card {
    href: String,
    title: Vec<Part>,
    summary: Vec<Part>,
    from: String,
    why: String,
}

#[derive(Template)]
#[template(path = "proposals/similar_cards.html")]
struct CardsHtml {
    cards: Vec<Card>,
}

/// The found ones as cards, with what they share marked. `href` makes the address of each.
pub(in crate::proposals) fn cards(
    shell: &Shell,
    row: &proposal::Model,
    found: &[Similar],
    href: impl Fn(Uuid) -> String,
) -> Markup {
    let own = grams(&text_of(row));
    let cards = found
        .iter()
        .map(|similar| Card {
            href: href(similar.row.id),
            title: marked(&similar.row.title, &own),
            summary: marked(&similar.row.summary, &own),
            from: shell.t2(
                "similar-from",
                "call",
                similar.call_title.as_str(),
                "state",
                shell.t(&format!("state-proposal-{}", crate::lifecycle::names(&similar.row.state))),
            ),
            why: shell.t2(
                "similar-why",
                "n",
                i64::from(percent(similar.alike)),
                "shared",
                similar.shared.join(&shell.t("list-comma")),
            ),
        })
        .collect();
    Markup::of(&CardsHtml { cards })
}

/// A proposal that the reader sees as the office does.
async fn for_office(app: &App, who: &crate::Who, id: Uuid) -> Result<proposal::Model, Refusal> {
    let Seen { row, sight } = queries::find_visible(app.db.read(), who, id).await?;
    if sight == Sight::Office { Ok(row) } else { Err(Refusal::NotFound) }
}

fn crumbs(shell: Shell, row: &proposal::Model) -> Shell {
    let (calls, desk) = (shell.t("office-calls-title"), shell.t("call-screening-desk"));
    shell
        .crumb(calls, "/office/calls")
        .crumb(desk, format!("/office/calls/{}/screening", row.call_id))
        .crumb(&row.title, format!("/proposals/{}", row.id))
}

#[derive(Template)]
#[template(path = "proposals/similar.html")]
struct SimilarHtml {
    shell: Shell,
    heading: String,
    lead: String,
    cards: Option<Markup>,
    empty: EmptyState,
}

async fn list(
    State(app): State<App>,
    Caller(who): Caller,
    shell: Shell,
    Path(id): Path<Uuid>,
) -> Result<Page<SimilarHtml>, Refusal> {
    let row = for_office(&app, &who, id).await?;
    let found = super::of(app.db.read(), &who, &row, Sight::Office).await?;
    let href = |other| format!("/proposals/{id}/similar/{other}");
    let cards = (!found.is_empty()).then(|| cards(&shell, &row, &found, href));
    let (heading, lead) = (shell.t("similar-title"), shell.t("similar-office-lead"));
    let empty = EmptyState::new("search", shell.t("similar-none"), shell.t("similar-none-text"));
    let shell = crumbs(shell, &row).titled(&heading);
    Ok(Page::new(SimilarHtml { shell, heading, lead, cards, empty }))
}

/// One proposal's part of the comparison.
struct Side {
    heading: String,
    href: String,
    call: String,
    parts: Vec<(String, Vec<Part>)>,
}

#[derive(Template)]
#[template(path = "proposals/beside.html")]
struct BesideHtml {
    shell: Shell,
    heading: String,
    sides: [Side; 2],
    back: ActionButton,
}

async fn beside(
    State(app): State<App>,
    Caller(who): Caller,
    shell: Shell,
    Path((id, other)): Path<(Uuid, Uuid)>,
) -> Result<Page<BesideHtml>, Refusal> {
    let (one, two) = (for_office(&app, &who, id).await?, for_office(&app, &who, other).await?);
    let sides = [side(&app, &shell, &one, &two).await?, side(&app, &shell, &two, &one).await?];
    let heading = shell.t("similar-beside");
    let similar = shell.t("similar-title");
    let back = ActionButton::link(shell.t("similar-back"), format!("/proposals/{id}/similar"));
    let shell = crumbs(shell, &one).crumb(similar, format!("/proposals/{id}/similar")).titled(&heading);
    Ok(Page::new(BesideHtml { shell, heading, sides, back }))
}

/// All that one proposal says, with what the other one says, too, marked.
async fn side(app: &App, shell: &Shell, row: &proposal::Model, other: &proposal::Model) -> Result<Side, Refusal> {
    let call = calls::queries::find(app.db.read(), row.tenant_id, row.call_id).await?;
    let theirs: BTreeSet<Gram> = grams(&format!("{}\n{}", text_of(other), other.answers));
    let mut parts = vec![(shell.t("proposal-summary"), marked(&row.summary, &theirs))];
    let words = FieldWords::host(shell.locale, "field-proposal");
    for field in calls::form_of(&call)? {
        if let Some(said) = row.answers.get(&field.key).and_then(|answer| words.said(&field, answer)) {
            parts.push((words.label(&field), marked(&said, &theirs)));
        }
    }
    Ok(Side { heading: row.title.clone(), href: format!("/proposals/{}", row.id), call: call.title, parts })
}
