use super::{quantity, send};
use crate::adoptions::queries::{self, Seen};
use crate::adoptions::{DeliveryState, Side};
use crate::http::components::{exact, local_day};
use crate::http::problem::Problem;
use crate::http::texts::Locale;
use crate::http::writing::written;
use crate::http::{Caller, Path};
use crate::papers::download::Reader;
use crate::papers::pdf::{Block, Column, Document, Table};
use crate::{App, Refusal, organizations};
use axum::extract::State;
use axum::response::Response;
use std::collections::HashMap;
use twoway_entity::adoptions::delivery;
use twoway_ids::Uuid;

/// What an adoption took on and what of it was delivered, with the proofs and dates, as PDF.
#[utoipa::path(get, path = "/api/v1/adoptions/{id}/statement.pdf", tag = "papers", params(("id" = Uuid, Path)),
    responses((status = 200, description = "a PDF"), (status = 404, body = Problem)))]
pub(super) async fn statement(
    State(app): State<App>,
    Caller(who): Caller,
    Reader(l): Reader,
    Path(id): Path<Uuid>,
) -> Result<Response, Refusal> {
    let db = app.db.read();
    let seen = queries::find_visible(db, &who, id).await?;
    // Before everybody has signed there is nothing to state.
    let since = seen.row.activated_at.ok_or(Refusal::NotFound)?;
    let deliveries = queries::deliveries(db, who.tenant, id).await?;
    let houses = seen.lines.iter().filter_map(|line| line.line.recipient_id).chain(seen.proposal.organization_id);
    let houses = organizations::names(db, &who, houses.chain([seen.row.organization_id])).await?;
    let name = |id: Option<Uuid>| id.and_then(|id| houses.get(&id).cloned());
    let by = crate::proposals::assisted::proposer(db, l, &seen.proposal).await?;
    let title = l.t("pdf-statement-title");
    let mut document = Document::new(l.t2("export-of", "what", &title, "whose", &seen.proposal.title), l, app.now());
    document.blocks.push(Block::Title(title.clone()));
    let facts = vec![
        (l.t("adoption-fact-project"), seen.proposal.title.clone()),
        (l.t("adoption-fact-sponsor"), name(Some(seen.row.organization_id)).unwrap_or_default()),
        (l.t("adoption-fact-team"), by),
        (l.t("pdf-agreed-on"), written(l, &local_day(since))),
        (l.t("agreement-hash"), seen.row.agreement_hash.clone().unwrap_or_default()),
        (l.t("adoption-column-state"), l.t(&format!("state-adoption-{}", seen.row.state.as_str()))),
        (l.t("pdf-as-of"), written(l, &exact(app.now()))),
    ];
    document.blocks.push(Block::Facts(facts));
    document.blocks.push(Block::Heading(l.t("adoption-lines")));
    document.blocks.push(Block::Table(lines(l, &seen, &houses)));
    document.blocks.push(Block::Heading(l.t("delivery-list")));
    document.blocks.push(match deliveries.is_empty() {
        true => Block::Paragraph(l.t("delivery-empty")),
        false => Block::Table(delivered(l, &seen, deliveries)),
    });
    document.blocks.push(Block::Gap(1));
    document.blocks.push(Block::Paragraph(l.t("pdf-statement-note")));
    send(&app, &[&title, &seen.proposal.title], document).await
}

fn lines(l: Locale, seen: &Seen, houses: &HashMap<Uuid, String>) -> Table {
    let columns = vec![
        Column::new(l.t("adoption-column-line"), 32),
        Column::new(l.t("adoption-column-agreed"), 16).numeric(),
        Column::new(l.t("adoption-column-delivered"), 16).numeric(),
        Column::new(l.t("adoption-column-line-due"), 17),
        Column::new(l.t("adoption-column-receiver"), 19),
    ];
    let rows = seen.lines.iter().map(|line| {
        let kind = l.t(&format!("choice-kind-{}", line.line.kind.as_str()));
        let receiver = line.line.recipient_id.or(seen.proposal.organization_id).and_then(|id| houses.get(&id));
        vec![
            l.t2("coverage-line", "kind", kind, "title", &line.line.title),
            quantity(l, line.commitment.quantity, &line.line.unit),
            quantity(l, line.commitment.delivered, &line.line.unit),
            written(l, &line.line.due_on),
            receiver.cloned().unwrap_or_else(|| l.t("adoption-to-team")),
        ]
    });
    Table { columns, rows: rows.collect() }
}

/// The oldest first, as they happened.
fn delivered(l: Locale, seen: &Seen, deliveries: Vec<delivery::Model>) -> Table {
    let columns = vec![
        Column::new(l.t("delivery-column-on"), 17),
        Column::new(l.t("delivery-column-line"), 22),
        Column::new(l.t("delivery-column-quantity"), 14).numeric(),
        Column::new(l.t("delivery-column-evidence"), 30),
        Column::new(l.t("delivery-column-state"), 17),
    ];
    let row = |row: delivery::Model| {
        let line = seen.lines.iter().find(|line| line.commitment.id == row.commitment_id)?;
        let state = l.t(match row.state {
            DeliveryState::Recorded => "state-delivery-recorded",
            DeliveryState::Confirmed => "state-delivery-confirmed",
            DeliveryState::Disputed => "state-delivery-disputed",
        });
        let side = l.t(match row.recorded_side {
            Side::Sponsor => "delivery-side-sponsor",
            Side::Receiver => "delivery-side-receiver",
        });
        let answered = row.answered_at.map(|at| format!("\n{}", written(l, &local_day(at))));
        Some(vec![
            written(l, &row.delivered_on),
            line.line.title.clone(),
            quantity(l, row.quantity, &line.line.unit),
            format!("{}\n{side}", row.evidence),
            format!("{state}{}", answered.unwrap_or_default()),
        ])
    };
    Table { columns, rows: deliveries.into_iter().rev().filter_map(row).collect() }
}
