//! The list of needs of a proposal, and the adoption hall.

mod edit;
mod hall;

use super::actions::editor;
use super::rules::{may_edit, uncovered};
use super::{LineCoverage, NeedKind, queries};
use crate::http::components::{ActionButton, Confirm, CoverageLine, EmptyState, Look, Markup, Tone};
use crate::http::page::{Page, Shell};
use crate::http::texts::{Locale, TextValue, t};
use crate::http::{Access, Caller, Path, Routes};
use crate::proposals::ProposalState;
use crate::{App, Refusal, Who, adoptions, organizations, papers, proposals, reviews};
use askama::Template;
use axum::extract::State;
use axum::http::Method;
use twoway_entity::needs::need_line;
use twoway_entity::proposals::proposal;
use twoway_ids::Uuid;

pub(super) fn routes(routes: Routes) -> Routes {
    routes
        .page(Method::GET, "/hall", Access::Public, hall::show)
        .page(Method::GET, "/proposals/{id}/needs", Access::Public, list)
        .page(Method::GET, "/proposals/{id}/needs/new", Access::SignedIn, edit::new_line)
        .page(Method::POST, "/proposals/{id}/needs/new", Access::SignedIn, edit::add)
        .page(Method::GET, "/needs/{id}", Access::SignedIn, edit::line)
        .page(Method::POST, "/needs/{id}", Access::SignedIn, edit::change)
        .page(Method::POST, "/needs/{id}/remove", Access::SignedIn, edit::remove)
        .nav(30, "nav-hall", "/hall", "heart-handshake", Access::Public)
}

/// The bar of one line. `button` is what can be done with it from here.
pub fn bar(l: Locale, line: &LineCoverage, button: Option<ActionButton>) -> CoverageLine {
    CoverageLine {
        label: l.t2("coverage-line", "kind", kind(l, line.kind), "title", &line.title),
        href: None,
        unit: line.unit.clone(),
        required: line.required,
        held: line.held,
        active: line.active,
        delivered: line.delivered,
        conditional: line.conditional,
        minimum: line.minimum,
        optimum: line.optimum,
        over: false,
        button,
    }
}

fn kind(l: Locale, kind: NeedKind) -> String {
    l.t(&format!("choice-kind-{}", kind.as_str()))
}

/// Quantity, date and conditions of a line in one sentence.
fn conditions(l: Locale, line: &need_line::Model, recipient: Option<&String>) -> String {
    let quantity = [
        ("minimum", line.minimum.text_value()),
        ("optimum", line.optimum.text_value()),
        ("unit", line.unit.text_value()),
    ];
    let key = if line.minimum == line.optimum { "needs-quantity-one" } else { "needs-quantity" };
    let mut parts = vec![
        t(l, key, &quantity),
        l.t1("needs-due", "day", &line.due_on),
        l.t(if line.divisible { "needs-divisible" } else { "needs-whole" }),
    ];
    if let Some(name) = recipient {
        parts.push(l.t1("needs-recipient", "name", name));
    }
    parts.join(" · ")
}

/// Where a line of an adoptable proposal is adopted.
fn adopt(l: Locale, proposal: &proposal::Model, line: &LineCoverage) -> Option<ActionButton> {
    if line.open() > 0 {
        return Some(ActionButton::link(l.t("hall-adopt"), format!("/proposals/{}/adopt", proposal.id)));
    }
    // What is delivered does not become open again.
    (line.delivered < line.optimum).then(|| queue(l, line))
}

/// Where somebody waits for what others have taken.
fn queue(l: Locale, line: &LineCoverage) -> ActionButton {
    ActionButton::link(l.t("queue-join"), format!("/needs/{}/queue", line.id))
}

struct LineCard {
    bar: CoverageLine,
    description: String,
    conditions: String,
    buttons: Vec<ActionButton>,
}

#[derive(Template)]
#[template(path = "needs/list.html")]
struct ListHtml {
    shell: Shell,
    title: String,
    buttons: Vec<ActionButton>,
    hint: Option<String>,
    covered: Option<(Tone, String)>,
    lines: Vec<LineCard>,
    empty: EmptyState,
    sponsors: Vec<(Uuid, String)>,
    published: adoptions::fulfilment::Published,
    announced: Vec<(String, Option<ActionButton>)>,
    /// Result and text of what was published about objections to adoptions.
    answers: Vec<(String, String)>,
}

async fn list(
    State(app): State<App>,
    Caller(who): Caller,
    Path(id): Path<Uuid>,
    shell: Shell,
) -> Result<Page<impl Template>, Refusal> {
    let db = app.db.read();
    let proposal = proposals::queries::find_visible(db, &who, id).await?.row;
    let rows = queries::lines(db, &who, id).await?;
    let names = organizations::names(db, &who, rows.iter().filter_map(|r| r.recipient_id)).await?;
    let waiting = adoptions::queries::queue_lengths(db, who.tenant, rows.iter().map(|r| r.id)).await?;
    let sponsors = adoptions::lists::named_sponsors(db, who.tenant, id).await?;
    let published = adoptions::fulfilment::published(db, who.tenant, id).await?;
    let announced = adoptions::notice::announced(db, who.tenant, id).await?;
    let object = |a: &adoptions::notice::Announced| {
        let form = format!("/objections/new?target=adoption&item={}", a.adoption);
        (app.now() < a.ends_at).then(|| ActionButton::link(shell.t("objection-file"), form))
    };
    let announced = announced.iter().map(|a| (adoptions::announcement(shell.locale, a), object(a))).collect();
    let answers = adoptions::notice::answers(db, who.tenant, id).await?;
    let answers = answers.iter().filter_map(|row| reviews::views::objection_answer(shell.locale, row)).collect();
    let adoptable = queries::is_adoptable(db, &proposal).await?;
    let l = shell.locale;
    let editor = editor(&who, &proposal);
    let editable = editor.map(|editor| may_edit(proposal.state, editor));
    let hint = match &editable {
        Some(Ok(())) => Some(l.t("needs-lead")),
        Some(Err(refusal)) if refusal.code() == "needs-in-notice" => Some(l.t("needs-notice-hint")),
        Some(Err(_)) => Some(l.t("needs-frozen-hint")),
        None => None,
    };
    let may = matches!(editable, Some(Ok(())));
    let coverage = queries::weighed(db, who.tenant, &rows).await?;
    let covered =
        (proposal.state == ProposalState::Pooled && !coverage.is_empty()).then(|| match uncovered(&coverage).count() {
            0 => (Tone::Good, l.t("needs-covered")),
            n => (Tone::Attention, l.t1("needs-uncovered", "n", n)),
        });
    let lines = rows
        .iter()
        .zip(&coverage)
        .map(|(row, line)| {
            let mut conditions = conditions(l, row, row.recipient_id.and_then(|id| names.get(&id)));
            if let Some(n) = waiting.get(&row.id) {
                conditions = format!("{conditions} · {}", l.t1("queue-waiting", "n", *n));
            }
            let mut buttons = if may { line_buttons(l, row) } else { Vec::new() };
            if adoptable && line.open() > 0 && line.held + line.active > 0 {
                buttons.push(queue(l, line));
            }
            LineCard {
                bar: bar(l, line, if adoptable { adopt(l, &proposal, line) } else { None }),
                description: row.description.clone(),
                conditions,
                buttons,
            }
        })
        .collect();
    let mut buttons = vec![ActionButton::link(l.t("needs-to-proposal"), format!("/proposals/{id}"))];
    if may {
        let add = ActionButton::link(l.t("needs-add"), format!("/proposals/{id}/needs/new"));
        buttons.insert(0, add.primary().icon("plus"));
    }
    if may {
        buttons.push(ActionButton::link(l.t("import-needs"), format!("/proposals/{id}/needs/import")));
    }
    if !rows.is_empty() {
        buttons.push(papers::buttons::pdf(l.t("needs-pdf"), format!("/proposals/{id}/needs.pdf")));
        buttons.extend(papers::buttons::export(l, &format!("/proposals/{id}/needs"), &[]));
    }
    let empty =
        EmptyState::new("hands", l.t("needs-empty"), l.t(if may { "needs-empty-text" } else { "needs-empty-public" }));
    let title = l.t1("needs-title-line", "title", &proposal.title);
    let shell = shell.crumb(proposal.title, format!("/proposals/{id}")).titled(l.t("needs"));
    Ok(Page::new(ListHtml {
        shell,
        title,
        buttons,
        hint,
        covered,
        lines,
        empty,
        sponsors,
        published,
        announced,
        answers,
    }))
}

fn line_buttons(l: Locale, row: &need_line::Model) -> Vec<ActionButton> {
    let remove = ActionButton::post(l.t("needs-remove"), format!("/needs/{}/remove", row.id))
        .look(Look::Danger)
        .with("_version", row.version)
        .confirm(Confirm {
            title: l.t("needs-remove-title"),
            text: l.t1("needs-remove-text", "title", &row.title),
            points: Vec::new(),
            ok: l.t("needs-remove-ok"),
        });
    vec![ActionButton::link(l.t("needs-edit"), format!("/needs/{}", row.id)).icon("pencil"), remove]
}

#[derive(Template)]
#[template(path = "needs/section.html")]
struct SectionHtml<'a> {
    shell: &'a Shell,
    lines: Vec<CoverageLine>,
    buttons: Vec<ActionButton>,
}

/// The part of a proposal's page that shows its needs. The caller has checked that the reader may see the proposal.
pub async fn section(app: &App, who: &Who, shell: &Shell, proposal: &proposal::Model) -> Result<Markup, Refusal> {
    let coverage = queries::coverage(app.db.read(), who, proposal.id).await?;
    let l = shell.locale;
    let adoptable = queries::is_adoptable(app.db.read(), proposal).await?;
    let button = |line: &LineCoverage| if adoptable { adopt(l, proposal, line) } else { None };
    let lines = coverage.iter().map(|line| bar(l, line, button(line))).collect();
    let key = match editor(who, proposal).map(|editor| may_edit(proposal.state, editor)) {
        Some(Ok(())) => "needs-edit-list",
        _ => "needs-open-list",
    };
    let buttons = vec![ActionButton::link(l.t(key), format!("/proposals/{}/needs", proposal.id))];
    Ok(Markup::of(&SectionHtml { shell, lines, buttons }))
}
