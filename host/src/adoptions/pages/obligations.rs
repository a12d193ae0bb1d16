//! What a sponsor has promised, in the order of the days, and the statement of one adoption.

use super::conditions::sentence;
use super::fulfilment::surplus;
use crate::adoptions::statement::{self, Obligation, Statement};
use crate::http::components::{ActionButton, Cell, Column, EmptyState, Facts, Moment, Pager, StateBadge, Table, Tone};
use crate::http::page::{Page, Shell};
use crate::http::texts::Locale;
use crate::http::usual::{self, ListPage};
use crate::http::{Access, ActingFor, Caller, Path, Query, Routes};
use crate::{App, Refusal};
use askama::Template;
use axum::extract::State;
use axum::http::Method;
use serde::Deserialize;
use std::collections::BTreeMap;
use twoway_ids::Uuid;

pub(super) fn routes(routes: Routes) -> Routes {
    routes.page(Method::GET, "/adoptions/obligations", super::SPONSOR, obligations).page(
        Method::GET,
        "/adoptions/{id}/statement",
        Access::SignedIn,
        show,
    )
}

#[derive(Debug, Default, Deserialize)]
#[serde(default)]
struct Asked {
    proposal: Option<Uuid>,
}

async fn obligations(
    State(app): State<App>,
    Caller(who): Caller,
    ActingFor(acting): ActingFor,
    Query(asked): Query<Asked>,
    shell: Shell,
) -> Result<Page<ListPage>, Refusal> {
    let all = statement::obligations(app.db.read(), &who, acting, None).await?;
    let l = shell.locale;
    let projects: BTreeMap<String, String> = all.iter().map(|o| (o.proposal.to_string(), o.title.clone())).collect();
    let shown: Vec<&Obligation> = all.iter().filter(|o| asked.proposal.is_none_or(|p| p == o.proposal)).collect();
    let chosen = asked.proposal.map(|p| p.to_string()).unwrap_or_default();
    let choices = std::iter::once((String::new(), l.t("adoption-all"))).chain(projects);
    let filters = usual::filters(l.t("obligations-project"), choices, &chosen, |value| {
        usual::address("/adoptions/obligations", &[("proposal", value)])
    });
    let columns =
        ["due", "line", "project", "receiver", "became"].map(|c| Column::new(l.t(&format!("fulfilment-column-{c}"))));
    let whole = EmptyState::new("hands", l.t("obligations-empty"), l.t("obligations-empty-text"));
    let mut table =
        Table::new(l.t("obligations"), columns.into(), usual::empty(&shell, asked.proposal.is_some(), whole));
    for one in &shown {
        table.row(row(l, one));
    }
    let heading = l.t("obligations");
    let pager = Pager { first: None, next: None, shown: shown.len(), total: None };
    let list = l.t("nav-adoptions");
    Ok(Page::new(ListPage {
        lead: l.t("obligations-lead"),
        buttons: Vec::new(),
        filters: vec![filters],
        table,
        pager,
        shell: shell.crumb(list, "/adoptions").titled(heading.clone()),
        heading,
    }))
}

fn row(l: Locale, one: &Obligation) -> Vec<Cell> {
    let quantity = |key: &str, n: i64| l.t1(key, "quantity", l.t2("quantity", "n", n, "unit", &one.unit));
    let mut receiver = vec![one.receiver.clone().unwrap_or_else(|| l.t("adoption-to-team"))];
    receiver.extend(one.contact.as_ref().map(|name| l.t1("obligation-contact", "name", name)));
    let mut became = vec![ActionButton::link(l.t("obligation-adoption"), format!("/adoptions/{}", one.adoption))];
    became.push(ActionButton::link(l.t("agreement-open"), format!("/adoptions/{}/agreement", one.adoption)));
    if let Some(project) = one.project {
        became.push(ActionButton::link(l.t("obligation-project"), format!("/projects/{project}")));
    }
    let mut said =
        vec![l.t2("coverage-line", "kind", l.t(&format!("choice-kind-{}", one.kind.as_str())), "title", &one.line)];
    said.push(quantity("obligation-agreed", one.agreed));
    said.push(quantity("obligation-delivered", one.delivered));
    if one.released > 0 {
        said.push(quantity("obligation-released", one.released));
    }
    if one.outstanding > 0 {
        said.push(quantity("obligation-outstanding", one.outstanding));
    }
    if one.frozen {
        said.push(l.t("obligation-frozen"));
    }
    if let Some(until) = one.first_due {
        said.push(l.t1("obligation-first", "day", crate::http::components::local_day(until - 1)));
    }
    if let Some(on) = &one.condition {
        said.push(sentence(l, on.kind, &on.line, &on.by));
    }
    vec![
        if one.is_open() {
            Cell::date(&one.due_on)
        } else {
            Cell::State(StateBadge::new(l.t("obligation-over"), Tone::Neutral))
        },
        Cell::List(said),
        Cell::text(&one.title),
        Cell::List(receiver),
        Cell::Buttons(became),
    ]
}

#[derive(Template)]
#[template(path = "adoptions/statement.html")]
struct StatementHtml {
    shell: Shell,
    heading: String,
    facts: Facts,
    lines: Table,
    deliveries: Table,
    released: Option<Table>,
}

async fn show(
    State(app): State<App>,
    Caller(who): Caller,
    Path(id): Path<Uuid>,
    shell: Shell,
) -> Result<Page<impl Template>, Refusal> {
    let said = statement::statement(app.db.read(), &who, id).await?;
    let l = shell.locale;
    let heading = l.t1("statement-title", "title", &said.project);
    let list = l.t("nav-adoptions");
    let shell = shell
        .crumb(list, "/adoptions")
        .crumb(said.project.clone(), format!("/adoptions/{id}"))
        .titled(l.t("statement-open"));
    Ok(Page::new(StatementHtml {
        facts: facts(l, &said),
        lines: lines(l, &said),
        deliveries: deliveries(l, &said),
        released: (!said.released.is_empty()).then(|| released(l, &said)),
        heading,
        shell,
    }))
}

fn facts(l: Locale, said: &Statement) -> Facts {
    let day = |at: Option<i64>| at.map_or(Cell::Nothing, |at| Cell::When(Moment::day(l, at)));
    let mut facts = Facts::new()
        .fact(l.t("adoption-fact-sponsor"), Cell::text(&said.sponsor))
        .fact(l.t("adoption-fact-project"), Cell::text(&said.project))
        .fact(
            l.t("adoption-column-state"),
            Cell::State(StateBadge::of(l, "adoption", said.state.as_str(), super::tone(said.state))),
        )
        .fact(l.t("statement-agreed"), day(said.agreed_at))
        .fact(l.t("agreement-hash"), said.agreement.as_ref().map_or(Cell::Nothing, Cell::text))
        .fact(l.t("settlement-delivered"), day(said.delivered_at));
    if let Some(thanks) = &said.thanks {
        facts = facts.fact(l.t("settlement-thanks"), Cell::text(thanks));
    }
    if let Some(how) = said.surplus {
        facts = facts.fact(l.t("settlement-surplus"), Cell::List(surplus(l, how, said.surplus_text.as_deref())));
    }
    facts.fact(l.t("statement-closed"), day(said.closed_at))
}

fn table(l: Locale, label: &str, columns: &[&str]) -> Table {
    let columns = columns.iter().map(|c| Column::new(l.t(c))).collect();
    Table::new(l.t(label), columns, EmptyState::new("folder", l.t("nothing"), String::new()))
}

fn lines(l: Locale, said: &Statement) -> Table {
    let mut table = table(
        l,
        "adoption-lines",
        &[
            "adoption-column-line",
            "adoption-column-agreed",
            "adoption-column-delivered",
            "statement-column-released",
            "adoption-column-receiver",
        ],
    );
    for line in &said.lines {
        let quantity = |n: i64| Cell::Number(l.t2("quantity", "n", n, "unit", &line.unit));
        let kind = l.t(&format!("choice-kind-{}", line.kind.as_str()));
        table.row(vec![
            Cell::Text(l.t2("coverage-line", "kind", kind, "title", &line.title)),
            quantity(line.agreed),
            quantity(line.delivered),
            quantity(line.released),
            line.receiver.as_ref().map_or_else(|| Cell::Text(l.t("adoption-to-team")), Cell::text),
        ]);
    }
    table
}

fn deliveries(l: Locale, said: &Statement) -> Table {
    let columns = [
        "delivery-column-on",
        "delivery-column-line",
        "delivery-column-quantity",
        "delivery-column-evidence",
        "delivery-column-state",
    ];
    let mut table = table(l, "delivery-list", &columns);
    for one in &said.deliveries {
        let (key, tone) = match one.state {
            crate::adoptions::DeliveryState::Recorded => ("recorded", Tone::Attention),
            crate::adoptions::DeliveryState::Confirmed => ("confirmed", Tone::Good),
            crate::adoptions::DeliveryState::Disputed => ("disputed", Tone::Bad),
        };
        table.row(vec![
            Cell::date(&one.delivered_on),
            Cell::text(&one.line),
            Cell::Number(l.t2("quantity", "n", one.quantity, "unit", &one.unit)),
            Cell::text(&one.evidence),
            Cell::State(StateBadge::of(l, "delivery", key, tone)),
        ]);
    }
    table
}

fn released(l: Locale, said: &Statement) -> Table {
    let mut table = table(
        l,
        "release-list",
        &["fulfilment-column-line", "fulfilment-column-quantity", "fulfilment-column-cause", "fulfilment-column-on"],
    );
    for one in &said.released {
        table.row(vec![
            Cell::text(&one.line),
            Cell::Number(l.t2("quantity", "n", one.quantity, "unit", &one.unit)),
            Cell::Text(l.t(&format!("cause-{}", one.cause.as_str()))),
            Cell::When(Moment::day(l, one.at)),
        ]);
    }
    table
}
