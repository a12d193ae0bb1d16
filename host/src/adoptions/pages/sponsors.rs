//! A sponsor's public page.

use crate::adoptions::sponsors;
use crate::http::components::{Cell, Column, EmptyState, StateBadge, Table, Tone};
use crate::http::page::{Page, Shell};
use crate::http::{Access, Caller, Path, Routes};
use crate::{App, Refusal};
use askama::Template;
use axum::extract::State;
use axum::http::Method;
use twoway_ids::Uuid;

pub(super) fn routes(routes: Routes) -> Routes {
    routes.page(Method::GET, "/sponsors/{id}", Access::Public, show)
}

#[derive(Template)]
#[template(path = "adoptions/sponsor.html")]
struct SponsorHtml {
    shell: Shell,
    name: String,
    badge: StateBadge,
    introduction: String,
    /// The word of each kind, and what was adopted of it.
    kinds: Vec<(String, Table)>,
}

async fn show(
    State(app): State<App>,
    Caller(who): Caller,
    Path(id): Path<Uuid>,
    shell: Shell,
) -> Result<Page<impl Template>, Refusal> {
    let l = shell.locale;
    let found = sponsors::public(app.db.read(), who.tenant, id).await?;
    let mut kinds = Vec::new();
    for (kind, parts) in found.kinds {
        let word = l.t(&format!("choice-kind-{}", kind.as_str()));
        let columns =
            ["project", "line", "quantity", "state"].map(|c| Column::new(l.t(&format!("sponsor-column-{c}"))));
        let empty = EmptyState::new("hands", l.t("nothing"), String::new());
        let mut table = Table::new(word.clone(), columns.into(), empty);
        for part in parts {
            let state = match part.delivered {
                true => StateBadge::new(l.t("sponsor-delivered"), Tone::Good),
                false => StateBadge::new(l.t("sponsor-under-way"), Tone::Active),
            };
            table.row(vec![
                Cell::link(part.project, format!("/proposals/{}/needs", part.proposal)),
                Cell::text(part.line),
                match part.quantity {
                    Some(n) => Cell::Number(l.t2("quantity", "n", n, "unit", &part.unit)),
                    None => Cell::Nothing,
                },
                Cell::State(state),
            ]);
        }
        kinds.push((word, table));
    }
    let badge = match found.house.verified_at {
        Some(_) => StateBadge::new(l.t("known-verified"), Tone::Good),
        None => StateBadge::new(l.t("known-self-declared"), Tone::Attention),
    };
    let name = found.house.name;
    let shell = shell.crumb(l.t("hall"), "/hall").titled(name.clone());
    Ok(Page::new(SponsorHtml { shell, name, badge, introduction: found.house.introduction, kinds }))
}
