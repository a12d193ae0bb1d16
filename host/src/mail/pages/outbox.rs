//! The outbox: what waits for the office, what could not be delivered, what went.

use crate::http::components::{
    ActionButton, Cell, Column, Confirm, EmptyState, Facts, Filter, Filters, HistoryList, Look, Moment, StateBadge,
    Table, Tone,
};
use crate::http::page::{Page, Shell};
use crate::http::preferences::done;
use crate::http::texts::Locale;
use crate::http::usual::{ListPage, pager};
use crate::http::{ActingFor, Caller, Form, Paging, Path, Query, usual};
use crate::mail::api::state;
use crate::mail::state::MailState;
use crate::mail::text::{self, Letter};
use crate::mail::{actions, queries};
use crate::{App, Refusal, accounts, audit};
use askama::Template;
use axum::extract::State;
use axum::response::IntoResponse;
use serde::Deserialize;
use std::collections::HashMap;
use twoway_entity::mail::{MailKind, message as mail};
use twoway_ids::Uuid;

pub(super) const PLACE: &str = "/office/mails";

const STATES: [(MailState, &str); 5] = [
    (MailState::Held, "held"),
    (MailState::Failed, "failed"),
    (MailState::Waiting, "waiting"),
    (MailState::Sent, "sent"),
    (MailState::Dropped, "dropped"),
];

#[derive(Debug, Default, Deserialize)]
#[serde(default)]
pub(super) struct Asked {
    state: Option<String>,
    cursor: Option<String>,
}

fn badge(l: Locale, state: MailState) -> StateBadge {
    let word = STATES.iter().find(|(s, _)| *s == state).map_or("held", |(_, word)| word);
    let tone = match state {
        MailState::Held => Tone::Attention,
        MailState::Failed => Tone::Bad,
        MailState::Waiting => Tone::Active,
        MailState::Sent => Tone::Good,
        MailState::Dropped => Tone::Neutral,
    };
    StateBadge::of(l, "mail", word, tone)
}

fn what(l: Locale, row: &mail::Model) -> String {
    match row.kind {
        MailKind::Code => l.t("mail-code-subject"),
        MailKind::Notices => l.t1("mail-notices", "n", row.notices.as_array().map_or(0, Vec::len)),
    }
}

pub(super) async fn list(
    State(app): State<App>,
    Caller(who): Caller,
    Query(asked): Query<Asked>,
    shell: Shell,
) -> Result<Page<ListPage>, Refusal> {
    let chosen = state(asked.state.as_deref())?;
    let paging = Paging { cursor: asked.cursor.clone(), limit: None };
    let found = queries::list(app.db.read(), &who, chosen, &paging).await?;
    let ids: Vec<Uuid> = found.items.iter().map(|m| m.account_id).collect();
    let names: HashMap<Uuid, String> = accounts::names(app.db.read(), &who, ids).await?;
    let l = shell.locale;
    let columns = ["to", "what", "due", "state"].map(|c| Column::new(l.t(&format!("mails-column-{c}"))));
    let empty = EmptyState::new("folder", l.t("mails-none"), l.t("mails-none-text"));
    let mut table = Table::new(l.t("nav-mails"), columns.into(), empty);
    for row in &found.items {
        let to = names.get(&row.account_id).cloned().unwrap_or_default();
        table.row(vec![
            Cell::link(to, format!("{PLACE}/{}", row.id)),
            Cell::Text(what(l, row)),
            Cell::When(Moment::exactly(row.sent_at.unwrap_or(row.due_at))),
            Cell::State(badge(l, row.state)),
        ]);
    }
    let word = STATES.iter().find(|(s, _)| *s == chosen).map_or("held", |(_, word)| word);
    let filters = STATES.map(|(s, word)| Filter {
        label: l.t(&format!("state-mail-{word}")),
        href: format!("{PLACE}?state={word}"),
        current: s == chosen,
        count: None,
    });
    let filters = vec![Filters { label: l.t("mails-column-state"), filters: filters.into() }];
    let pager = pager(PLACE, &[("state", word)], &found, asked.cursor.is_none());
    let (heading, lead) = (l.t("nav-mails"), l.t("mails-lead"));
    Ok(Page::new(ListPage { shell: shell.titled(&heading), heading, lead, buttons: Vec::new(), filters, table, pager }))
}

#[derive(Template)]
#[template(path = "mail/show.html")]
pub(super) struct ShowHtml {
    shell: Shell,
    heading: String,
    badge: StateBadge,
    actions: Vec<ActionButton>,
    facts: Facts,
    letter: Option<Letter>,
    unread: String,
    history: HistoryList,
}

pub(super) async fn show(
    State(app): State<App>,
    Caller(who): Caller,
    Path(id): Path<Uuid>,
    shell: Shell,
) -> Result<Page<ShowHtml>, Refusal> {
    let row = queries::find(app.db.read(), &who, id).await?;
    let names = accounts::names(app.db.read(), &who, [row.account_id]).await?;
    let readable = queries::readable(&row);
    let letter = if readable { text::preview(&app, &row).await? } else { None };
    let events = audit::history(app.db.read(), who.tenant, "mail", id, 50).await?;
    let l = shell.locale;
    let to = names.get(&row.account_id).cloned().unwrap_or_default();
    let mut facts = Facts::new()
        .fact(l.t("mails-column-to"), Cell::Text(to.clone()))
        .fact(l.t("mails-column-what"), Cell::Text(what(l, &row)))
        .fact(l.t("mails-column-due"), Cell::When(Moment::exactly(row.due_at)));
    if let Some(sent) = row.sent_at {
        facts = facts.fact(l.t("state-mail-sent"), Cell::When(Moment::exactly(sent)));
    }
    if let Some(reason) = &row.reason {
        facts = facts.fact(l.t("field-reason"), Cell::Text(l.t(reason)));
    }
    let heading = l.t1("mails-to", "name", &to);
    let unread = l.t(if readable { "mails-read-meanwhile" } else { "mails-not-yours" });
    let history = usual::history(&shell, "mail", events, app.now());
    let actions = buttons(l, &row);
    let shell = shell.crumb(l.t("nav-mails"), PLACE).titled(&heading);
    Ok(Page::new(ShowHtml { shell, heading, badge: badge(l, row.state), actions, facts, letter, unread, history }))
}

fn buttons(l: Locale, row: &mail::Model) -> Vec<ActionButton> {
    let post = |label: &str, verb: &str| {
        ActionButton::post(l.t(label), format!("{PLACE}/{}/{verb}", row.id)).with("_version", row.version)
    };
    let drop = post("mail-drop", "drop").look(Look::Danger).confirm(Confirm {
        title: l.t("mail-drop-title"),
        text: l.t("mail-drop-text"),
        points: Vec::new(),
        ok: l.t("mail-drop"),
    });
    match row.state {
        MailState::Held => vec![post("mail-release", "release").primary(), drop],
        MailState::Failed => vec![post("mail-try-again", "release").primary(), drop],
        MailState::Waiting => vec![drop],
        MailState::Sent | MailState::Dropped => Vec::new(),
    }
}

pub(super) async fn release(
    State(app): State<App>,
    Caller(who): Caller,
    acting: ActingFor,
    Path(id): Path<Uuid>,
    form: Form,
) -> Result<impl IntoResponse, Refusal> {
    actions::release(&app, &who, &form.command(acting), id).await?;
    Ok(done(&format!("{PLACE}/{id}"), "flash-mail-released"))
}

pub(super) async fn drop_mail(
    State(app): State<App>,
    Caller(who): Caller,
    acting: ActingFor,
    Path(id): Path<Uuid>,
    form: Form,
) -> Result<impl IntoResponse, Refusal> {
    actions::drop_mail(&app, &who, &form.command(acting), id).await?;
    Ok(done(&format!("{PLACE}/{id}"), "flash-mail-dropped"))
}
