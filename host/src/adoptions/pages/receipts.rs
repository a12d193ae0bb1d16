//! The register of receipts.

use super::asks::{respond, text};
use super::show::below;
use crate::adoptions::queries::find_visible;
use crate::adoptions::{actions, receipts};
use crate::http::components::{ActionButton, Cell, Column, EmptyState, Moment, StateBadge, Table, Tone};
use crate::http::form_view::{Control, FormField, FormView};
use crate::http::page::{Page, Shell};
use crate::http::preferences::done;
use crate::http::usual::{self, ListPage};
use crate::http::{Access, ActingFor, Caller, Form, Paging, Path, Query, Routes};
use crate::{App, Refusal, Who};
use axum::extract::State;
use axum::http::Method;
use axum::response::{IntoResponse, Response};
use sea_orm::EntityTrait;
use serde::Deserialize;
use twoway_entity::accounts::Role;
use twoway_entity::fulfilment::receipt;
use twoway_ids::Uuid;

const RECIPIENT: Access = Access::AnyOf(&[Role::Recipient]);

pub(super) fn routes(routes: Routes) -> Routes {
    routes
        .page(Method::GET, "/receipts", Access::SignedIn, list)
        .page(Method::GET, "/receipts/{id}/void", RECIPIENT, void_form)
        .page(Method::POST, "/receipts/{id}/void", RECIPIENT, void)
}

#[derive(Debug, Default, Deserialize)]
#[serde(default)]
struct Asked {
    cursor: Option<String>,
}

async fn list(
    State(app): State<App>,
    Caller(who): Caller,
    Query(asked): Query<Asked>,
    shell: Shell,
) -> Result<Page<ListPage>, Refusal> {
    let paging = Paging { cursor: asked.cursor.clone(), limit: None };
    let found = receipts::list(app.db.read(), &who, &paging).await?;
    let l = shell.locale;
    let columns = ["number", "donor", "what", "recipient", "handler", "received", "state"]
        .map(|c| Column::new(l.t(&format!("receipt-column-{c}"))));
    let empty = EmptyState::new("folder", l.t("receipt-empty"), l.t("receipt-lead"));
    let mut table = Table::new(l.t("receipts"), columns.into(), empty);
    for entry in &found.items {
        let row = &entry.row;
        let state = match row.voided_at {
            Some(at) => Cell::List(vec![
                l.t1("receipt-voided", "day", crate::http::components::local_day(at)),
                row.void_reason.clone().unwrap_or_default(),
            ]),
            None if who.holds_at(&[Role::Recipient], row.recipient_id) => {
                Cell::Buttons(vec![ActionButton::link(l.t("receipt-void"), format!("/receipts/{}/void", row.id))])
            }
            None => Cell::State(StateBadge::new(l.t("receipt-valid"), Tone::Good)),
        };
        table.row(vec![
            Cell::link(
                row.number.clone().unwrap_or_else(|| l.t("receipt-waived")),
                format!("/adoptions/{}", row.adoption_id),
            ),
            Cell::Text(row.donor.clone().unwrap_or_else(|| l.t("receipt-anonymous"))),
            Cell::Text(l.t2(
                "receipt-what",
                "what",
                &row.what,
                "quantity",
                l.t2("quantity", "n", row.quantity, "unit", &row.unit),
            )),
            Cell::text(&entry.recipient),
            Cell::text(&row.handler),
            Cell::When(Moment::on(&row.received_on)),
            state,
        ]);
    }
    let heading = l.t("receipts");
    let crumb = l.t("nav-adoptions");
    Ok(Page::new(ListPage {
        lead: l.t("receipt-lead"),
        buttons: Vec::new(),
        filters: Vec::new(),
        table,
        pager: usual::pager("/receipts", &[], &found, asked.cursor.is_none()),
        shell: shell.crumb(crumb, "/adoptions").titled(heading.clone()),
        heading,
    }))
}

async fn void_page(
    app: &App,
    who: &Who,
    shell: Shell,
    id: Uuid,
    form: &Form,
    refusal: Option<Refusal>,
) -> Result<Response, Refusal> {
    let db = app.db.read();
    let row = receipt::Entity::find_by_id((who.tenant, id)).one(db).await?.ok_or(Refusal::NotFound)?;
    let seen = find_visible(db, who, row.adoption_id).await?;
    if !who.holds_at(&[Role::Recipient], row.recipient_id) {
        return Err(Refusal::NotAllowed);
    }
    let l = shell.locale;
    let mut number = FormField::plain("number", l.t("field-receipt-new-number"), Control::Line);
    number.value = form.text("number").to_string();
    let view = FormView::plain(
        format!("/receipts/{id}/void"),
        vec![text("reason", l.t("field-adoption-reason"), form.text("reason")), number],
    )
    .submit(l.t("receipt-void"))
    .cancel(l.t("cancel"), "/receipts");
    let lead = l.t1("receipt-void-lead", "number", row.number.unwrap_or_else(|| l.t("receipt-waived")));
    respond(below(shell, &seen, "receipt-void"), "receipt-void", lead, view, refusal)
}

async fn void_form(
    State(app): State<App>,
    Caller(who): Caller,
    Path(id): Path<Uuid>,
    shell: Shell,
) -> Result<Response, Refusal> {
    void_page(&app, &who, shell, id, &Form(Vec::new()), None).await
}

async fn void(
    State(app): State<App>,
    Caller(who): Caller,
    acting: ActingFor,
    Path(id): Path<Uuid>,
    shell: Shell,
    form: Form,
) -> Result<Response, Refusal> {
    let command = form.command(acting);
    match actions::void_receipt(&app, &who, &command, id, form.text("reason"), form.text("number")).await {
        Ok(_) => Ok(done("/receipts", "flash-receipt-voided").into_response()),
        Err(refusal) => void_page(&app, &who, shell, id, &form, Some(refusal)).await,
    }
}
