use super::{quantity, send};
use crate::http::components::local_day;
use crate::http::problem::Problem;
use crate::http::texts::{Locale, TextValue, t};
use crate::http::writing::written;
use crate::http::{Caller, Path};
use crate::needs::{LineCoverage, queries};
use crate::papers::download::Reader;
use crate::papers::pdf::{Block, Column, Document, Table};
use crate::{App, Refusal, organizations, proposals};
use axum::extract::State;
use axum::response::Response;
use twoway_entity::needs::need_line;
use twoway_ids::Uuid;

/// What a proposal needs, to be hung up or handed round, as PDF.
#[utoipa::path(get, path = "/api/v1/proposals/{id}/needs.pdf", tag = "papers", params(("id" = Uuid, Path)), security(()),
    responses((status = 200, description = "a PDF"), (status = 404, body = Problem)))]
pub(super) async fn sheet(
    State(app): State<App>,
    Caller(who): Caller,
    Reader(l): Reader,
    Path(id): Path<Uuid>,
) -> Result<Response, Refusal> {
    let db = app.db.read();
    let proposal = proposals::queries::find_visible(db, &who, id).await?.row;
    let lines = queries::lines(db, &who, id).await?;
    let names = organizations::names(db, &who, lines.iter().filter_map(|line| line.recipient_id)).await?;
    let by = proposals::assisted::proposer(db, l, &proposal).await?;
    let adoptable = queries::is_adoptable(db, &proposal).await?;
    let title = l.t("pdf-needs-title");
    let mut document = Document::new(l.t2("export-of", "what", &title, "whose", &proposal.title), l, app.now());
    document.blocks.push(Block::Title(proposal.title.clone()));
    document.blocks.push(Block::Under(title.clone()));
    document.blocks.push(Block::Facts(vec![
        (l.t("proposal-by"), by),
        (l.t("proposal-summary"), proposal.summary.clone()),
        (l.t("pdf-as-of"), written(l, &local_day(app.now()))),
    ]));
    let columns = vec![
        Column::new(l.t("field-need-kind"), 9),
        Column::new(l.t("field-need-title"), 28),
        Column::new(l.t("pdf-quantity"), 17).numeric(),
        Column::new(l.t("export-open"), 13).numeric(),
        Column::new(l.t("field-need-due_on"), 18),
        Column::new(l.t("field-need-recipient"), 17),
    ];
    let rows = lines.iter().map(|line| row(l, line, line.recipient_id.and_then(|id| names.get(&id))));
    document.blocks.push(Block::Table(Table { columns, rows: rows.collect() }));
    document.blocks.push(Block::Paragraph(l.t("pdf-needs-note")));
    if adoptable {
        let address = format!("{}/proposals/{id}/needs", app.config.public_url.trim_end_matches('/'));
        document.blocks.push(Block::Paragraph(l.t1("pdf-needs-where", "address", address)));
    }
    send(&app, &[&title, &proposal.title], document).await
}

fn row(l: Locale, line: &need_line::Model, recipient: Option<&String>) -> Vec<String> {
    let mut title = line.title.clone();
    for text in [
        line.description.clone(),
        if line.required { l.t("pdf-required") } else { String::new() },
        if line.divisible { String::new() } else { l.t("hall-whole") },
    ] {
        if !text.is_empty() {
            title = format!("{title}\n{text}");
        }
    }
    let needed = match line.minimum == line.optimum {
        true => quantity(l, line.optimum, &line.unit),
        false => t(
            l,
            "needs-quantity",
            &[
                ("minimum", line.minimum.text_value()),
                ("optimum", line.optimum.text_value()),
                ("unit", line.unit.text_value()),
            ],
        ),
    };
    vec![
        l.t(&format!("choice-kind-{}", line.kind.as_str())),
        title,
        needed,
        quantity(l, LineCoverage::from(line).open(), &line.unit),
        written(l, &line.due_on),
        recipient.cloned().unwrap_or_default(),
    ]
}
