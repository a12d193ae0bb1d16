use super::tone;
use crate::adoptions::lists::{Due, Item, Narrow, Room, STAGES, list, states_of};
use crate::adoptions::rules::SPONSORS;
use crate::http::components::{
    ActionButton, Cell, Column, EmptyState, Filter, Filters, Moment, Pager, StateBadge, Table,
};
use crate::http::page::{Page, Shell};
use crate::http::texts::{Locale, TextValue, t};
use crate::http::{Caller, Paging, Query};
use crate::proposals::queries::OFFICE_READS;
use crate::{App, Refusal, Who, papers};
use askama::Template;
use axum::extract::State;
use serde::Deserialize;
use twoway_entity::accounts::Role;

#[derive(Template)]
#[template(path = "adoptions/list.html")]
struct ListHtml {
    shell: Shell,
    heading: String,
    lead: String,
    buttons: Vec<ActionButton>,
    rooms: Option<Filters>,
    filters: Filters,
    table: Table,
    pager: Pager,
}

#[derive(Debug, Default, Deserialize)]
#[serde(default)]
pub(super) struct Asked {
    room: Option<String>,
    /// `open`, `running`, `over`; all if left out.
    stage: Option<String>,
    cursor: Option<String>,
}

/// The rooms that the reader has, the likeliest first.
fn rooms(who: &Who) -> Vec<Room> {
    let mut rooms = Vec::new();
    if who.holds(SPONSORS) {
        rooms.push(Room::Sponsor);
    }
    if who.holds(OFFICE_READS) {
        rooms.push(Room::Office);
    }
    // Everybody may have proposed something.
    rooms.push(Room::Receiver);
    rooms
}

pub(super) async fn show(
    State(app): State<App>,
    Caller(who): Caller,
    Query(asked): Query<Asked>,
    shell: Shell,
) -> Result<Page<impl Template>, Refusal> {
    let l = shell.locale;
    let rooms = rooms(&who);
    let room = rooms.iter().copied().find(|r| asked.room.as_deref() == Some(r.as_str())).unwrap_or(rooms[0]);
    let stage = asked.stage.as_deref().filter(|s| STAGES.contains(s));
    let paging = Paging { cursor: asked.cursor.clone(), limit: None };
    let narrow = Narrow { states: states_of(stage.unwrap_or_default()), proposal: None };
    let found = list(app.db.read(), &who, room, &narrow, &paging).await?;
    let address = |room: Room, stage: Option<&str>| match stage {
        Some(stage) => format!("/adoptions?room={}&stage={stage}", room.as_str()),
        None => format!("/adoptions?room={}", room.as_str()),
    };
    let heading = l.t(&format!("adoption-list-{}", room.as_str()));
    let empty =
        EmptyState::new("hands", l.t("adoption-list-empty"), l.t(&format!("adoption-list-empty-{}", room.as_str())));
    let columns =
        ["project", "sponsor", "state", "lines", "due"].map(|c| Column::new(l.t(&format!("adoption-column-{c}"))));
    let mut table = Table::new(heading.clone(), columns.into(), empty);
    for item in &found.items {
        table.row(row(l, item, app.now()));
    }
    let here = address(room, stage);
    let page = ListHtml {
        lead: l.t(&format!("adoption-list-{}-lead", room.as_str())),
        buttons: {
            let mut buttons = Vec::new();
            if room == Room::Sponsor {
                buttons.push(ActionButton::link(l.t("obligations"), "/adoptions/obligations").icon("calendar-event"));
            }
            buttons.push(ActionButton::link(l.t("receipts"), "/receipts").icon("file-text"));
            if who.holds(&[Role::LeadOffice]) {
                buttons.push(ActionButton::link(l.t("agreement-templates"), "/agreement-templates").icon("file-text"));
                buttons.push(ActionButton::link(l.t("trades"), "/trades").icon("clipboard-list"));
            }
            if who.holds(&[Role::LeadOffice]) || room == Room::Sponsor {
                buttons.push(ActionButton::link(l.t("bars"), "/sponsor-bars").icon("shield-check"));
            }
            buttons.push(ActionButton::link(l.t("adoption-go-hall"), "/hall").icon("heart-handshake"));
            if !found.items.is_empty() {
                let query = [("room", room.as_str()), ("stage", stage.unwrap_or_default())];
                buttons.extend(papers::buttons::export(l, "/adoptions", &query));
            }
            buttons
        },
        rooms: (rooms.len() > 1).then(|| Filters {
            label: l.t("adoption-room"),
            filters: rooms
                .iter()
                .map(|r| Filter {
                    label: l.t(&format!("adoption-list-{}", r.as_str())),
                    href: address(*r, None),
                    current: *r == room,
                    count: None,
                })
                .collect(),
        }),
        filters: Filters {
            label: l.t("adoption-state-filter"),
            filters: std::iter::once(None)
                .chain(STAGES.into_iter().map(Some))
                .map(|s| Filter {
                    label: l.t(s.map_or("adoption-all".to_string(), |s| format!("adoption-{s}")).as_str()),
                    href: address(room, s),
                    current: s == stage,
                    count: None,
                })
                .collect(),
        },
        pager: Pager {
            first: asked.cursor.is_some().then(|| here.clone()),
            next: found.next.map(|next| format!("{here}&cursor={next}")),
            shown: found.items.len(),
            total: None,
        },
        table,
        shell: shell.titled(heading.clone()),
        heading,
    };
    Ok(Page::new(page))
}

fn row(l: Locale, item: &Item, now: i64) -> Vec<Cell> {
    let lines = item.lines.iter().map(|line| {
        let values = [
            ("title", line.line.title.text_value()),
            ("n", line.commitment.quantity.text_value()),
            ("unit", line.line.unit.text_value()),
        ];
        t(l, "adoption-line", &values)
    });
    vec![
        Cell::link(&item.proposal_title, format!("/adoptions/{}", item.row.id)),
        Cell::text(&item.sponsor),
        Cell::State(StateBadge::of(l, "adoption", item.row.state.as_str(), tone(item.row.state))),
        Cell::List(lines.collect()),
        match item.next_due() {
            Some(Due::Hold(until)) => Cell::When(Moment::due(l, until, now, None)),
            Some(Due::Line { title, on }) => Cell::Text(l.t2("adoption-line-due", "title", title, "day", on)),
            None => Cell::Nothing,
        },
    ]
}
