use super::{bar, kind};
use crate::calendar::today;
use crate::http::components::{ActionButton, Cell, CoverageLine, EmptyState, Facts, Filter, Filters, Pager};
use crate::http::page::{Page, Shell};
use crate::http::texts::Locale;
use crate::http::{Caller, Query};
use crate::needs::api::HallQuery;
use crate::needs::hall::{self, Offer};
use crate::needs::model::KINDS;
use crate::needs::{LineCoverage, NeedKind};
use crate::proposals::assisted::marked;
use crate::{App, Refusal, organizations};
use askama::Template;
use axum::extract::State;
use twoway_ids::Uuid;

struct Card {
    line: CoverageLine,
    facts: Facts,
    note: Option<String>,
}

#[derive(Template)]
#[template(path = "needs/hall.html")]
struct HallHtml {
    shell: Shell,
    kinds: Filters,
    places: Filters,
    offers: Vec<Card>,
    empty: EmptyState,
    pager: Pager,
}

pub(super) async fn show(
    State(app): State<App>,
    Caller(who): Caller,
    Query(query): Query<HallQuery>,
    shell: Shell,
) -> Result<Page<impl Template>, Refusal> {
    let db = app.db.read();
    let narrow = query.narrow()?;
    let found = hall::hall(db, &who, &narrow, &today(&app), &query.paging()).await?;
    let places = organizations::districts(db, &who).await?;
    let l = shell.locale;
    let kind_filter = |choice: Option<NeedKind>| Filter {
        label: choice.map_or_else(|| l.t("hall-all-kinds"), |k| kind(l, k)),
        href: address(choice, narrow.place),
        current: choice == narrow.kind,
        count: None,
    };
    let place_filter = |choice: Option<&(Uuid, String)>| Filter {
        label: choice.map_or_else(|| l.t("hall-all-places"), |(_, name)| name.clone()),
        href: address(narrow.kind, choice.map(|(id, _)| *id)),
        current: choice.map(|(id, _)| *id) == narrow.place,
        count: None,
    };
    let here = address(narrow.kind, narrow.place);
    let joint = if here.contains('?') { '&' } else { '?' };
    let page = HallHtml {
        kinds: Filters {
            label: l.t("hall-kind"),
            filters: std::iter::once(None).chain(KINDS.into_iter().map(Some)).map(kind_filter).collect(),
        },
        places: Filters {
            label: l.t("hall-place"),
            filters: std::iter::once(None).chain(places.iter().map(Some)).map(place_filter).collect(),
        },
        pager: Pager {
            first: query.cursor.is_some().then(|| here.clone()),
            next: found.next.map(|next| format!("{here}{joint}cursor={next}")),
            shown: found.items.len(),
            total: None,
        },
        offers: found.items.iter().map(|offer| card(l, offer)).collect(),
        empty: EmptyState::new("hands", l.t("hall-empty"), l.t("hall-empty-text")),
        shell: shell.titled(l.t("hall")),
    };
    Ok(Page::new(page))
}

fn address(kind: Option<NeedKind>, place: Option<Uuid>) -> String {
    let kind = kind.map(|k| format!("kind={}", k.as_str()));
    let place = place.map(|p| format!("place={p}"));
    let parts: Vec<String> = kind.into_iter().chain(place).collect();
    if parts.is_empty() { "/hall".to_string() } else { format!("/hall?{}", parts.join("&")) }
}

fn card(l: Locale, offer: &Offer) -> Card {
    let line = &offer.line;
    let adopt = ActionButton::link(l.t("hall-adopt"), format!("/proposals/{}/adopt", line.proposal_id));
    let mut facts = Facts::new().fact(
        l.t("adoption-fact-project"),
        Cell::link(marked(l, &offer.proposal_title, offer.on_paper), format!("/proposals/{}", line.proposal_id)),
    );
    if let Some(team) = &offer.team {
        facts = facts.fact(l.t("adoption-fact-team"), Cell::text(team));
    }
    facts = facts.fact(l.t("needs-column-due"), Cell::date(&line.due_on));
    if !line.divisible {
        facts = facts.fact(l.t("needs-column-nature"), Cell::Text(l.t("hall-whole")));
    }
    Card {
        line: bar(l, &LineCoverage { conditional: offer.conditional, ..LineCoverage::from(line) }, Some(adopt)),
        facts,
        note: offer.recipient.as_ref().map(|name| l.t1("hall-recipient", "name", name)),
    }
}
