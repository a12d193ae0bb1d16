use super::{As, head, name};
use crate::adoptions::AdoptionState;
use crate::adoptions::lists::{self, Due, Item, Narrow, Room};
use crate::http::components::exact;
use crate::http::problem::Problem;
use crate::http::texts::{Locale, TextValue, t};
use crate::http::{Caller, Query};
use crate::papers::download::{Reader, sheet};
use crate::papers::sheet::{Kind, Value};
use crate::{App, Refusal};
use axum::extract::State;
use axum::response::Response;
use serde::Deserialize;
use twoway_ids::Uuid;
use utoipa::IntoParams;

#[derive(Debug, Default, Deserialize, IntoParams)]
#[serde(default)]
#[into_params(parameter_in = Query)]
pub(super) struct Asked {
    /// `sponsor` (what we took on), `receiver` (for our proposals or to be received by us), `office` (within our subtree)
    room: String,
    /// `open`, `running` or `over`
    stage: String,
    #[param(value_type = Option<String>)]
    state: Option<AdoptionState>,
    proposal: Option<Uuid>,
}

/// The adoptions that you may see, as a sheet.
#[utoipa::path(get, path = "/api/v1/adoptions/export", tag = "papers", params(Asked, As),
    responses((status = 200, description = "a spreadsheet"), (status = 400, body = Problem), (status = 409, body = Problem)))]
pub(super) async fn list(
    State(app): State<App>,
    Caller(who): Caller,
    Reader(l): Reader,
    Query(asked): Query<Asked>,
    Query(As { format }): Query<As>,
) -> Result<Response, Refusal> {
    let (app, who) = (&app, &who);
    let room = match asked.room.as_str() {
        "" | "sponsor" => Room::Sponsor,
        "receiver" => Room::Receiver,
        "office" => Room::Office,
        _ => return Err(Refusal::BadRequest("room is sponsor, receiver or office".into())),
    };
    let states = match asked.state {
        Some(state) => vec![state],
        None => lists::states_of(&asked.stage),
    };
    let narrow = &Narrow { states, proposal: asked.proposal };
    let title = l.t(&format!("adoption-list-{}", room.as_str()));
    let columns = [
        (l.t("adoption-column-project"), Kind::Text),
        (l.t("adoption-column-sponsor"), Kind::Text),
        (l.t("adoption-column-state"), Kind::State),
        (l.t("adoption-column-lines"), Kind::Long),
        (l.t("adoption-column-due"), Kind::Text),
    ];
    let head = head(app, &title, columns);
    let page = |paging| async move {
        let found = lists::list(app.db.read(), who, room, narrow, &paging).await?;
        Ok(found.map(|item| row(l, item)))
    };
    sheet(&name(app, &[&title], format), format, head, page).await
}

fn row(l: Locale, item: Item) -> Vec<Value> {
    let due = match item.next_due() {
        Some(Due::Hold(until)) => l.t1("export-held-until", "time", exact(until)).into(),
        Some(Due::Line { title, on }) => l.t2("adoption-line-due", "title", title, "day", on).into(),
        None => Value::Nothing,
    };
    let lines = item.lines.iter().map(|line| {
        let values = [
            ("title", line.line.title.text_value()),
            ("n", line.commitment.quantity.text_value()),
            ("unit", line.line.unit.text_value()),
        ];
        t(l, "adoption-line", &values)
    });
    let lines = lines.collect::<Vec<_>>().join("\n");
    vec![
        item.proposal_title.into(),
        item.sponsor.into(),
        l.t(&format!("state-adoption-{}", item.row.state.as_str())).into(),
        lines.into(),
        due,
    ]
}
