use super::send;
use crate::http::components::exact;
use crate::http::form_view::FieldWords;
use crate::http::problem::Problem;
use crate::http::writing::written;
use crate::http::{Caller, Path};
use crate::papers::download::Reader;
use crate::papers::pdf::{Block, Column, Document, Table};
use crate::proposals::queries::{self, Sight};
use crate::proposals::{answers_up_to, assisted, views};
use crate::{App, Refusal, calls};
use axum::extract::State;
use axum::response::Response;
use twoway_ids::Uuid;

/// A proposal as it was last handed in, with the number and the hash of its receipt, as PDF: for who proposed it and for the office.
#[utoipa::path(get, path = "/api/v1/proposals/{id}/receipt.pdf", tag = "papers", params(("id" = Uuid, Path)),
    responses((status = 200, description = "a PDF"), (status = 404, body = Problem)))]
pub(super) async fn handed_in(
    State(app): State<App>,
    Caller(who): Caller,
    Reader(l): Reader,
    Path(id): Path<Uuid>,
) -> Result<Response, Refusal> {
    let db = app.db.read();
    let seen = queries::find_visible(db, &who, id).await?;
    if seen.sight < Sight::Own {
        return Err(Refusal::NotFound);
    }
    let row = seen.row;
    let handed = queries::revisions_of(db, who.tenant, id).await?.into_iter().next().ok_or(Refusal::NotFound)?;
    let call = calls::queries::find(db, who.tenant, row.call_id).await?;
    let by = assisted::proposer(db, l, &row).await?;
    let paper = assisted::entry_of(db, &row).await?;
    let receipt = row.receipt.clone().unwrap_or_default();

    let title = l.t("pdf-proposal-title");
    let mut document = Document::new(l.t2("export-of", "what", &title, "whose", &handed.title), l, handed.at);
    document.hash = Some(handed.hash.clone());
    document.blocks.push(Block::Title(handed.title.clone()));
    document.blocks.push(Block::Under(title.clone()));
    document.blocks.push(Block::Facts(vec![
        (l.t("proposal-receipt"), receipt.clone()),
        (l.t("proposal-call"), call.title.clone()),
        (l.t("proposal-by"), by),
        (l.t("proposal-submitted-at"), written(l, &exact(handed.at))),
        (l.t("proposal-receipt-hash"), handed.hash.clone()),
    ]));
    if let Some(paper) = paper {
        // No contact: the receipt goes through many hands.
        document.blocks.push(Block::Facts(vec![
            (l.t("field-paper-name"), paper.name),
            (l.t("field-paper-id_number"), assisted::identity::masked(&paper.id_tail)),
            (l.t("field-paper-received_on"), written(l, &paper.received_on)),
        ]));
    }
    document.blocks.push(Block::Heading(l.t("proposal-summary")));
    document.blocks.push(Block::Indented(handed.summary.clone()));
    let form = calls::form_of(&call)?;
    let answers = answers_up_to(views::class_for(seen.sight), &form, &handed.answers);
    let words = FieldWords::host(l, "field-proposal");
    for field in &form {
        if let Some(said) = answers.get(&field.key).and_then(|answer| words.said(field, answer)) {
            document.blocks.push(Block::Heading(words.label(field)));
            document.blocks.push(Block::Indented(said));
        }
    }
    document.blocks.extend(files(l, &handed.attachments));
    document.blocks.push(Block::Gap(1));
    document.blocks.push(Block::Paragraph(l.t("pdf-proposal-note")));
    send(&app, &[&title, &receipt, &handed.title], document).await
}

fn files(l: crate::http::texts::Locale, kept: &serde_json::Value) -> Option<Block> {
    let text = |file: &serde_json::Value, key: &str| file[key].as_str().unwrap_or_default().to_string();
    let rows: Vec<Vec<String>> =
        kept.as_array()?.iter().map(|file| vec![text(file, "name"), text(file, "sha256")]).collect();
    let columns = vec![Column::new(l.t("file-name"), 35), Column::new(l.t("proposal-receipt-hash"), 65)];
    (!rows.is_empty()).then_some(Block::Table(Table { columns, rows }))
}
