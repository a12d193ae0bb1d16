use super::{As, head, name};
use crate::http::problem::Problem;
use crate::http::{Caller, Path, Query};
use crate::needs::{LineCoverage, queries};
use crate::papers::download::{Reader, whole_sheet};
use crate::papers::sheet::{Kind, Value};
use crate::{App, Refusal, organizations, proposals};
use axum::extract::State;
use axum::response::Response;
use twoway_ids::Uuid;

/// What a proposal needs, line by line, and how far it is covered, as a sheet.
#[utoipa::path(get, path = "/api/v1/proposals/{id}/needs/export", tag = "papers", params(("id" = Uuid, Path), As), security(()),
    responses((status = 200, description = "a spreadsheet"), (status = 404, body = Problem)))]
pub(super) async fn lines(
    State(app): State<App>,
    Caller(who): Caller,
    Reader(l): Reader,
    Path(id): Path<Uuid>,
    Query(As { format }): Query<As>,
) -> Result<Response, Refusal> {
    let db = app.db.read();
    let proposal = proposals::queries::find_visible(db, &who, id).await?.row;
    let lines = queries::lines(db, &who, id).await?;
    let names = organizations::names(db, &who, lines.iter().filter_map(|line| line.recipient_id)).await?;
    let yes = |yes: bool| Value::from(l.t(if yes { "answer-yes" } else { "answer-no" }));
    let rows = lines.into_iter().map(|line| {
        let open = LineCoverage::from(&line).open();
        vec![
            l.t(&format!("choice-kind-{}", line.kind.as_str())).into(),
            line.title.into(),
            line.description.into(),
            line.unit.into(),
            line.minimum.into(),
            line.optimum.into(),
            line.held.into(),
            line.active.into(),
            line.delivered.into(),
            open.into(),
            yes(line.divisible),
            yes(line.required),
            Value::Date(line.due_on),
            line.recipient_id.and_then(|id| names.get(&id)).into(),
        ]
    });
    let rows: Vec<Vec<Value>> = rows.collect();
    let title = l.t("needs");
    let columns = [
        (l.t("field-need-kind"), Kind::State),
        (l.t("field-need-title"), Kind::Text),
        (l.t("field-need-description"), Kind::Long),
        (l.t("field-need-unit"), Kind::State),
        (l.t("field-need-minimum"), Kind::Number),
        (l.t("field-need-optimum"), Kind::Number),
        (l.t("export-held"), Kind::Number),
        (l.t("export-active"), Kind::Number),
        (l.t("export-delivered"), Kind::Number),
        (l.t("export-open"), Kind::Number),
        (l.t("field-need-divisible"), Kind::State),
        (l.t("field-need-required"), Kind::State),
        (l.t("field-need-due_on"), Kind::Date),
        (l.t("field-need-recipient"), Kind::Text),
    ];
    let head = head(&app, &l.t2("export-of", "what", &title, "whose", &proposal.title), columns);
    whole_sheet(&name(&app, &[&title, &proposal.title], format), format, head, rows).await
}
