//! Due diligence and the categories of trade, for people.

use super::interest::{FormHtml, respond};
use super::{OFFICE, crumbs};
use crate::adoptions::actions;
use crate::adoptions::diligence::{self, FindingInput, NewFinding, Outcome, TOPICS, Topic};
use crate::adoptions::known::Known;
use crate::adoptions::queries::{Seen, find_visible};
use crate::adoptions::trades::{self, NewTrade, trade_fields};
use crate::http::components::{ActionButton, Cell, Column, EmptyState, Facts, Look, StateBadge, Table, Tone};
use crate::http::form_view::{Control, FieldWords, FormField, FormView, OptionView, answers};
use crate::http::page::{Page, Shell};
use crate::http::preferences::done;
use crate::http::problem::form_errors;
use crate::http::texts::Locale;
use crate::http::usual::{ListPage, pager};
use crate::http::{ActingFor, Caller, Form, List, Path, Query, Routes};
use crate::{App, Refusal, Who, calendar};
use axum::extract::State;
use axum::http::Method;
use axum::response::{IntoResponse, Response};
use serde::Deserialize;
use serde_json::json;
use twoway_entity::adoptions::adoption;
use twoway_entity::agreements::{finding, statement};
use twoway_ids::Uuid;

pub(super) fn routes(routes: Routes) -> Routes {
    routes
        .page(Method::GET, "/adoptions/{id}/check", OFFICE, form)
        .page(Method::POST, "/adoptions/{id}/check", OFFICE, check)
        .page(Method::GET, "/trades", OFFICE, list)
        .page(Method::GET, "/trades/edit", OFFICE, edit_form)
        .page(Method::POST, "/trades/edit", OFFICE, edit)
}

/// The names of a topic's boxes begin with this.
fn at(topic: Topic) -> String {
    format!("{}-", topic.as_str())
}

fn topic_word(l: Locale, topic: Topic) -> String {
    l.t(&format!("diligence-topic-{}", topic.as_str()))
}

fn outcome_badge(l: Locale, outcome: Outcome) -> StateBadge {
    match outcome {
        Outcome::Clear => StateBadge::new(l.t("diligence-outcome-clear"), Tone::Good),
        Outcome::Concern => StateBadge::new(l.t("diligence-outcome-concern"), Tone::Bad),
    }
}

/// The boxes of one topic, as typed or as they were found last.
fn boxes(l: Locale, topic: Topic, typed: &dyn Fn(&str) -> String, today: &str) -> Vec<FormField> {
    let name = |word: &str| format!("{}{word}", at(topic));
    let label = |word: &str| format!("{}：{}", topic_word(l, topic), l.t(&format!("field-diligence-{word}")));
    let field = |word: &str, control: Control| {
        let mut field = FormField::plain(&name(word), label(word), control);
        field.value = typed(&name(word));
        field
    };
    let mut outcome = field("outcome", Control::Radios);
    outcome.help = Some(l.t(&format!("diligence-topic-{}-help", topic.as_str())));
    outcome.options = ["clear", "concern"]
        .map(|word| OptionView {
            value: word.into(),
            label: l.t(&format!("diligence-outcome-{word}")),
            selected: outcome.value == word,
        })
        .into();
    let mut on = field("checked_on", Control::Date);
    if on.value.is_empty() {
        on.value = today.to_string();
    }
    let mut fields = vec![outcome, field("source", Control::Line), on];
    if matches!(topic, Topic::Goods | Topic::Recipient | Topic::StateApproval) {
        let mut certificate = field("certificate", Control::Line);
        certificate.help = Some(l.t(&format!("diligence-certificate-{}", topic.as_str())));
        fields.push(certificate);
    }
    if matches!(topic, Topic::Goods | Topic::Recipient) {
        fields.push(field("valid_until", Control::Date));
    }
    fields.push(field("note", Control::Line));
    fields
}

/// What was typed, topic by topic; a topic without a result was not looked at.
fn findings(app: &App, form: &Form) -> Result<Vec<NewFinding>, Refusal> {
    let today = calendar::today(app);
    let mut found = Vec::new();
    for topic in TOPICS {
        let text = |word: &str| form.text(&format!("{}{word}", at(topic))).to_string();
        let outcome = match text("outcome").as_str() {
            "clear" => Outcome::Clear,
            "concern" => Outcome::Concern,
            _ => continue,
        };
        let input = FindingInput {
            topic,
            outcome,
            source: text("source"),
            checked_on: text("checked_on"),
            certificate: text("certificate"),
            valid_until: Some(text("valid_until")),
            note: text("note"),
        };
        found.push(input.check(&at(topic), &today)?);
    }
    Ok(found)
}

async fn page(
    app: &App,
    who: &Who,
    shell: Shell,
    id: Uuid,
    typed: Option<&Form>,
    refusal: Option<Refusal>,
) -> Result<Response, Refusal> {
    let db = app.db.read();
    let seen = find_visible(db, who, id).await?;
    let stated = diligence::statement(db, who.tenant, id).await?;
    let l = shell.locale;
    let lines: Vec<_> = seen.lines.iter().map(|l| &l.line).collect();
    let mut topics = diligence::needed(&lines);
    if stated.as_ref().is_some_and(|s| s.state_owned) {
        topics.push(Topic::StateApproval);
    }
    let today = calendar::today(app);
    let value = |name: &str| typed.map(|form| form.text(name).to_string()).unwrap_or_default();
    let mut fields: Vec<FormField> = topics.into_iter().flat_map(|topic| boxes(l, topic, &value, &today)).collect();
    let mut note = FormField::plain("note", l.t("field-adoption-note"), Control::Text);
    note.help = Some(l.t("field-adoption-note-help"));
    note.value = value("note");
    fields.push(note);
    let mut form = FormView::plain(format!("/adoptions/{id}/check"), fields)
        .with("_version", seen.row.version)
        .submit(l.t("adoption-check-submit"))
        .button(l.t("diligence-save"), "save", Look::Plain)
        .cancel(l.t("cancel"), format!("/adoptions/{id}"));
    let failed = refusal.is_some();
    if let Some(refusal) = refusal {
        form_errors(&mut form, l, refusal)?;
    }
    let heading = l.t("adoption-check");
    let title = match &stated {
        Some(s) => trades::all(db, who.tenant, l).await?.into_iter().find(|t| t.key == s.trade).map(|t| t.title),
        None => None,
    };
    let notice = title.map(|title| l.t1("diligence-stated-trade", "trade", title));
    let shell = crumbs(shell, &seen).titled(heading.clone());
    Ok(respond(FormHtml { shell, heading, lead: l.t("adoption-check-lead"), notice, form: Some(form) }, failed))
}

async fn form(
    State(app): State<App>,
    Caller(who): Caller,
    Path(id): Path<Uuid>,
    shell: Shell,
) -> Result<Response, Refusal> {
    page(&app, &who, shell, id, None, None).await
}

async fn check(
    State(app): State<App>,
    Caller(who): Caller,
    acting: ActingFor,
    Path(id): Path<Uuid>,
    shell: Shell,
    form: Form,
) -> Result<Response, Refusal> {
    let saves = form.text("_intent") == "save";
    let work = async {
        let (command, found) = (form.command(acting), findings(&app, &form)?);
        match saves {
            true => actions::record_findings(&app, &who, &command, id, found).await,
            false => actions::check(&app, &who, &command, id, form.text("note"), found).await,
        }
    };
    let flash = if saves { "flash-saved" } else { "flash-adoption-checked" };
    match work.await {
        Ok(_) => Ok(done(&format!("/adoptions/{id}"), flash).into_response()),
        Err(refusal) => page(&app, &who, shell, id, Some(&form), Some(refusal)).await,
    }
}

/// Verified by the office, or the sponsor's own word.
pub(super) fn label(l: Locale, row: &adoption::Model) -> StateBadge {
    match row.checked_at {
        Some(_) => StateBadge::new(l.t("known-verified"), Tone::Good),
        None => StateBadge::new(l.t("known-self-declared"), Tone::Attention),
    }
}

/// What the sponsor stated about itself.
pub(super) fn stated(l: Locale, facts: Facts, said: &statement::Model, trade: Option<&str>) -> Facts {
    let yes = |value: bool| Cell::Text(l.t(if value { "answer-yes" } else { "answer-no" }));
    facts
        .fact(l.t("diligence-fact-trade"), Cell::text(trade.unwrap_or(&said.trade)))
        .fact(l.t("diligence-fact-state-owned"), yes(said.state_owned))
        .fact(l.t("diligence-fact-own-products"), yes(said.own_products))
}

/// Everything that was looked up, the newest of each topic first.
pub(super) fn table(l: Locale, found: &[finding::Model]) -> Table {
    let columns = ["topic", "outcome", "source", "on"].map(|c| Column::new(l.t(&format!("diligence-column-{c}"))));
    let empty = EmptyState::new("search", l.t("diligence-empty"), l.t("diligence-empty-text"));
    let mut table = Table::new(l.t("diligence"), columns.into(), empty);
    for f in found.iter().rev() {
        let mut source = vec![f.source.clone()];
        if !f.certificate.is_empty() {
            source.push(l.t1("diligence-certificate", "number", &f.certificate));
        }
        if let Some(until) = &f.valid_until {
            source.push(l.t1("diligence-valid-until", "day", until));
        }
        if !f.note.is_empty() {
            source.push(f.note.clone());
        }
        table.row(vec![
            Cell::Text(topic_word(l, f.topic)),
            Cell::State(outcome_badge(l, f.outcome)),
            Cell::List(source),
            Cell::date(&f.checked_on),
        ]);
    }
    table
}

/// What the sponsor may know of the team.
pub(super) fn known(l: Locale, team: &Known, seen: &Seen) -> Facts {
    let badge = match team.verified {
        true => StateBadge::new(l.t("known-verified"), Tone::Good),
        false => StateBadge::new(l.t("known-self-declared"), Tone::Attention),
    };
    let name = match seen.proposal.organization_id {
        Some(id) => Cell::link(&team.name, format!("/organizations/{id}")),
        None => Cell::text(&team.name),
    };
    let mut facts = Facts::new().fact(l.t("known-name"), name).fact(l.t("known-label"), Cell::State(badge));
    if !team.introduction.is_empty() {
        facts = facts.fact(l.t("known-introduction"), Cell::text(&team.introduction));
    }
    facts
        .fact(l.t("known-proposals"), Cell::Number(team.proposals.to_string()))
        .fact(l.t("known-completed"), Cell::Number(team.completed.to_string()))
}

async fn list(State(app): State<App>, Caller(who): Caller, shell: Shell) -> Result<Page<ListPage>, Refusal> {
    let l = shell.locale;
    let all = trades::all(app.db.read(), who.tenant, l).await?;
    let columns = ["title", "state", "basis", "do"].map(|c| Column::new(l.t(&format!("trade-column-{c}"))));
    let empty = EmptyState::new("folder", l.t("nothing"), String::new());
    let mut table = Table::new(l.t("trades"), columns.into(), empty);
    for trade in &all {
        let state = match trade.blocked {
            true => StateBadge::new(l.t("trade-blocked"), Tone::Bad),
            false => StateBadge::new(l.t("trade-allowed"), Tone::Good),
        };
        table.row(vec![
            Cell::text(&trade.title),
            Cell::State(state),
            Cell::text(&trade.basis),
            Cell::Buttons(vec![ActionButton::link(l.t("trade-edit"), format!("/trades/edit?key={}", trade.key))]),
        ]);
    }
    let found = List { items: all, next: None };
    let pager = pager("/trades", &[], &found, true);
    let (heading, lead) = (l.t("trades"), l.t("trades-lead"));
    let buttons = vec![ActionButton::link(l.t("trade-new"), "/trades/edit").primary().icon("plus")];
    let shell = shell.crumb(l.t("nav-adoptions"), "/adoptions").titled(&heading);
    Ok(Page::new(ListPage { shell, heading, lead, buttons, filters: Vec::new(), table, pager }))
}

#[derive(Debug, Default, Deserialize)]
#[serde(default)]
struct Asked {
    key: String,
}

async fn edit_form(
    State(app): State<App>,
    Caller(who): Caller,
    Query(asked): Query<Asked>,
    shell: Shell,
) -> Result<Response, Refusal> {
    let all = trades::all(app.db.read(), who.tenant, shell.locale).await?;
    let given = match all.into_iter().find(|t| t.key == asked.key) {
        Some(t) => json!({ "title": t.title, "blocked": t.blocked, "basis": t.basis }),
        None if asked.key.is_empty() => json!({}),
        None => return Err(Refusal::NotFound),
    };
    edit_page(shell, &asked.key, asked.key.is_empty(), &given, None)
}

fn edit_page(
    shell: Shell,
    key: &str,
    new: bool,
    given: &serde_json::Value,
    refusal: Option<Refusal>,
) -> Result<Response, Refusal> {
    let l = shell.locale;
    let words = FieldWords::host(l, "field-trade");
    let mut form = FormView::new("/trades/edit", &trade_fields(), &words, given, &[])
        .submit(l.t("trade-save"))
        .cancel(l.t("cancel"), "/trades");
    if new {
        let mut field = FormField::plain("key", l.t("field-trade-key"), Control::Line);
        field.help = Some(l.t("field-trade-key-help"));
        field.required = true;
        field.value = key.to_string();
        form.fields.insert(0, field);
        form = form.with("_new", true);
    } else {
        form = form.with("key", key);
    }
    let failed = refusal.is_some();
    if let Some(refusal) = refusal {
        form_errors(&mut form, l, refusal)?;
    }
    let heading = l.t(if new { "trade-new" } else { "trade-edit" });
    let shell = shell.crumb(l.t("nav-adoptions"), "/adoptions").crumb(l.t("trades"), "/trades").titled(heading.clone());
    Ok(respond(FormHtml { shell, heading, lead: l.t("trade-lead"), notice: None, form: Some(form) }, failed))
}

async fn edit(
    State(app): State<App>,
    Caller(who): Caller,
    acting: ActingFor,
    shell: Shell,
    form: Form,
) -> Result<Response, Refusal> {
    let own: Vec<_> = form.0.iter().filter(|(name, _)| name != "key").cloned().collect();
    let given = answers(&trade_fields(), &own);
    let key = form.text("key");
    let set = async { trades::set(&app, &who, &form.command(acting), key, NewTrade::parse(&given)?).await };
    match set.await {
        Ok(_) => Ok(done("/trades", "flash-saved").into_response()),
        Err(refusal) => edit_page(shell, key, form.text("_new") == "true", &given, Some(refusal)),
    }
}
