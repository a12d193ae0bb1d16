use super::{As, head, name};
use crate::http::problem::Problem;
use crate::http::{Caller, Query};
use crate::organizations::{self, Filter};
use crate::papers::download::{Reader, sheet};
use crate::papers::sheet::Kind;
use crate::{App, Refusal};
use axum::extract::State;
use axum::response::Response;
use sea_orm::ActiveEnum;
use serde::Deserialize;
use twoway_entity::organizations::OrganizationKind;
use utoipa::IntoParams;

#[derive(Debug, Default, Deserialize, IntoParams)]
#[serde(default)]
#[into_params(parameter_in = Query)]
pub(super) struct Wanted {
    #[param(value_type = Option<String>)]
    kind: Option<OrganizationKind>,
    /// Only verified ones, or only those that wait for it.
    verified: Option<bool>,
    /// Part of the name.
    name: Option<String>,
}

/// Organisations by name: the verified ones, and those of the caller's own scope that wait for it, as a sheet.
#[utoipa::path(get, path = "/api/v1/organizations/export", tag = "papers", params(Wanted, As), security((), ("token" = [])),
    responses((status = 200, description = "a spreadsheet"), (status = 400, body = Problem), (status = 409, body = Problem)))]
pub(super) async fn list(
    State(app): State<App>,
    Caller(who): Caller,
    Reader(l): Reader,
    Query(wanted): Query<Wanted>,
    Query(As { format }): Query<As>,
) -> Result<Response, Refusal> {
    let (app, who) = (&app, &who);
    let text = wanted.name.filter(|name| !name.trim().is_empty());
    let filter = &Filter { kind: wanted.kind, verified: wanted.verified, name: text };
    let title = l.t("organizations-title");
    let columns = [
        (l.t("organization-name"), Kind::Text),
        (l.t("organization-kind"), Kind::State),
        (l.t("organization-state"), Kind::State),
    ];
    let head = head(app, &title, columns);
    let page = |paging| async move {
        let found = organizations::list(app.db.read(), who, filter, &paging).await?;
        Ok(found.map(|row| {
            let state = if row.verified_at.is_some() { "organization-verified" } else { "organization-unverified" };
            let kind = l.t(&format!("organization-kind-{}", row.kind.to_value()));
            vec![row.name.into(), kind.into(), l.t(state).into()]
        }))
    };
    sheet(&name(app, &[&title], format), format, head, page).await
}
