use super::panels::of_record;
use super::{address, naming, role_word, state_badge, way};
use crate::audit;
use crate::http::components::{
    ActionButton, Cell, Change, Facts, HistoryEntry, HistoryList, Look, Moment, NextStep, StateBadge, Tone,
};
use crate::http::form_view::{Control, FieldWords, FormField, FormView};
use crate::http::page::{Page, Shell};
use crate::http::panel::Panel;
use crate::http::preferences::done;
use crate::http::problem::form_errors;
use crate::http::{ActingFor, Caller, Form, Path};
use crate::plugins::records::{self, Reader, Seen, disclosures};
use crate::plugins::{Site, members};
use crate::{App, Refusal, Who};
use askama::Template;
use axum::extract::State;
use axum::http::StatusCode;
use axum::response::{IntoResponse, Response};
use serde_json::Value;
use std::collections::{BTreeSet, HashMap};
use twoway_entity::plugins::record;
use twoway_ids::Uuid;
use twoway_manifest::{Field, FieldType, RecordKind};

#[derive(Template)]
#[template(path = "plugins/record.html")]
struct RecordHtml {
    shell: Shell,
    kind: String,
    title: String,
    state: StateBadge,
    next: NextStep,
    facts: Facts,
    opened: bool,
    reveal: Option<FormView>,
    panels: Vec<Panel>,
    looked: Vec<HistoryEntry>,
    history: HistoryList,
}

impl RecordHtml {
    fn looked(&self) -> HistoryList {
        HistoryList { entries: self.looked.clone() }
    }
}

pub(super) async fn show(
    State(app): State<App>,
    Caller(who): Caller,
    shell: Shell,
    Path((project, id)): Path<(Uuid, Uuid)>,
) -> Result<Page<impl Template>, Refusal> {
    Ok(Page::new(page(&app, &who, shell, project, id, None).await?))
}

pub(super) async fn reveal(
    State(app): State<App>,
    Caller(who): Caller,
    acting: ActingFor,
    shell: Shell,
    Path((project, id)): Path<(Uuid, Uuid)>,
    form: Form,
) -> Result<Response, Refusal> {
    let reason = form.text("reason").to_string();
    match records::disclose(&app, &who, &form.command(acting), project, id, reason.clone()).await {
        Ok(_) => Ok(done(&address(project, &format!("/records/{id}")), "flash-place-opened").into_response()),
        Err(refusal) => {
            let page = page(&app, &who, shell, project, id, Some((reason, refusal))).await?;
            Ok(Page::new(page).status(StatusCode::UNPROCESSABLE_ENTITY).into_response())
        }
    }
}

async fn page(
    app: &App,
    who: &Who,
    shell: Shell,
    project: Uuid,
    id: Uuid,
    failed: Option<(String, Refusal)>,
) -> Result<RecordHtml, Refusal> {
    let reader = Reader::enter(app, who, project).await?;
    let row = reader.record(app, id).await?;
    let (site, locale) = (reader.site.clone(), shell.locale);
    let kind = site.kind(&row.kind)?;
    let opened = reader.has_opened(app, id).await?;
    let seen = reader.fields(&row, opened)?;
    let sealed = seen.iter().any(|(_, s)| *s == Seen::Sealed);
    let reveal = match (sealed && reader.may_reveal(), failed) {
        (true, Some((reason, refusal))) => {
            let mut form = reveal_form(&shell, project, id, &reason);
            form_errors(&mut form, locale, refusal)?;
            Some(form)
        }
        (true, None) => Some(reveal_form(&shell, project, id, "")),
        (false, Some((_, refusal))) => return Err(refusal),
        (false, None) => None,
    };
    let known = Known::of(app, who, &reader, kind, &seen).await?;
    let facts = facts(&shell, &site, kind, &seen, &known);
    let history = audit::history(app.db.read(), app.tenant, "record", id, 50).await?;
    let looked = looked(app, &shell, id).await?;
    let kind_label = site.loaded.word(locale, &format!("record-{}", row.kind));
    let list = address(project, &format!("/kinds/{}", row.kind));
    let panels = of_record(app, who, &shell, &reader, &row).await?;
    let name = naming::names(app, locale, &reader, std::slice::from_ref(&row)).await?.remove(0);
    Ok(RecordHtml {
        next: next(&shell, &reader, &row),
        state: state_badge(&site, locale, &row.kind, &row.state),
        history: HistoryList {
            entries: history.into_iter().map(|e| entry(&shell, &site, kind, e, app.now())).collect(),
        },
        shell: way(shell, &site).crumb(kind_label.as_str(), list).titled(&name),
        title: name,
        kind: kind_label,
        opened: opened && !sealed,
        facts,
        reveal,
        panels,
        looked,
    })
}

/// What the record says to this reader, with nothing opened that is sealed.
pub(super) async fn facts_of(
    app: &App,
    who: &Who,
    shell: &Shell,
    reader: &Reader,
    row: &record::Model,
) -> Result<Facts, Refusal> {
    let kind = reader.site.kind(&row.kind)?;
    let seen = reader.fields(row, false)?;
    let known = Known::of(app, who, reader, kind, &seen).await?;
    Ok(facts(shell, &reader.site, kind, &seen, &known))
}

fn reveal_form(shell: &Shell, project: Uuid, id: Uuid, reason: &str) -> FormView {
    let mut field = FormField::plain("reason", shell.t("place-reveal-reason"), Control::Line);
    field.help = Some(shell.t("place-reveal-hint"));
    field.value = reason.to_string();
    field.required = true;
    field.max_length = Some(200);
    FormView::plain(address(project, &format!("/records/{id}/reveal")), vec![field]).submit(shell.t("place-reveal"))
}

/// What the reader can do with the record now, or for whom it waits.
fn next(shell: &Shell, reader: &Reader, row: &record::Model) -> NextStep {
    let (site, locale) = (&reader.site, shell.locale);
    let buttons: Vec<ActionButton> = reader
        .offered(Some(row))
        .map(|action| {
            let label = site.loaded.word(locale, &format!("action-{}", action.key));
            let href = address(site.project(), &format!("/actions/{}?target={}", action.key, row.id));
            ActionButton::link(label, href).look(Look::Plain)
        })
        .collect();
    let mut step = NextStep { tone: Tone::Active, heading: String::new(), text: String::new(), due: None, buttons };
    if !step.buttons.is_empty() {
        step.heading = shell.t("place-next-yours");
        return step;
    }
    let target = Some((row.kind.as_str(), row.state.as_str()));
    let waits_for: BTreeSet<&String> = site
        .loaded
        .description()
        .actions
        .iter()
        .filter(|a| a.permits(&a.roles, target))
        .flat_map(|a| &a.roles)
        .collect();
    let described = site.kind(&row.kind).ok().and_then(|kind| kind.states.iter().find(|state| state.key == row.state));
    if described.is_some_and(|state| state.end) {
        step.tone = Tone::Good;
        step.heading = shell.t("place-next-end");
    } else if waits_for.is_empty() {
        step.tone = Tone::Neutral;
        step.heading = shell.t("place-next-none");
    } else {
        let roles: Vec<String> = waits_for.into_iter().map(|r| role_word(site, locale, r)).collect();
        step.tone = Tone::Attention;
        step.heading = shell.t1("place-next-others", "roles", roles.join(&shell.t("list-comma")));
    }
    step
}

/// Names of persons and titles of records that stand in the fields.
struct Known {
    people: HashMap<String, String>,
    records: HashMap<String, String>,
    project: Uuid,
}

impl Known {
    async fn of(
        app: &App,
        who: &Who,
        reader: &Reader,
        kind: &RecordKind,
        seen: &[(&Field, Seen)],
    ) -> Result<Self, Refusal> {
        let project = reader.site.project();
        let names_people = kind.fields.iter().any(|f| matches!(f.kind, FieldType::Person | FieldType::Persons));
        let people = match names_people {
            true => naming::people(app, who, &reader.insider, project).await?,
            false => HashMap::new(),
        };
        let ids = seen.iter().filter_map(|(field, seen)| match seen {
            Seen::Content(Value::String(id)) if field.kind == FieldType::Record => Uuid::parse_str(id).ok(),
            _ => None,
        });
        let records = reader.titles(app, ids.collect()).await?;
        Ok(Self { people, records, project })
    }

    fn cell(&self, shell: &Shell, field: &Field, words: &FieldWords<'_>, value: &Value) -> Cell {
        let person = |p: &str| self.people.get(p).cloned().unwrap_or_else(|| shell.t("panel-person-hidden"));
        match (field.kind, value) {
            (FieldType::Person, Value::String(one)) => Cell::Text(person(one)),
            (FieldType::Persons, Value::Array(list)) => {
                Cell::List(list.iter().filter_map(Value::as_str).map(person).collect())
            }
            (FieldType::Record, Value::String(id)) => match self.records.get(id) {
                Some(title) => Cell::link(title, address(self.project, &format!("/records/{id}"))),
                None => Cell::Text(shell.t("panel-record-hidden")),
            },
            _ => words.said(field, value).map_or(Cell::Nothing, Cell::Text),
        }
    }
}

fn facts(shell: &Shell, site: &Site, kind: &RecordKind, seen: &[(&Field, Seen)], known: &Known) -> Facts {
    let prefix = format!("field-{}", kind.key);
    let words = FieldWords::plugin(&site.loaded.texts, shell.locale, &prefix);
    seen.iter().fold(Facts::new(), |facts, (field, seen)| {
        let cell = match seen {
            Seen::Nothing => Cell::Nothing,
            Seen::Content(value) => known.cell(shell, field, &words, value),
            Seen::Sealed => Cell::State(StateBadge::new(shell.t("place-sealed"), Tone::Attention).icon("lock")),
            Seen::Secret => Cell::State(StateBadge::new(shell.t("place-secret"), Tone::Neutral).icon("lock")),
            Seen::Erased => Cell::State(StateBadge::new(shell.t("place-erased"), Tone::Neutral)),
        };
        facts.fact(words.label(field), cell)
    })
}

/// One event of the record. Names of actions and states are the plugin's, all others the host's.
fn entry(shell: &Shell, site: &Site, kind: &RecordKind, event: audit::HistoryEntry, now: i64) -> HistoryEntry {
    let locale = shell.locale;
    let what = match event.name.as_str() {
        "created" => shell.t("place-event-created"),
        "disclosed" => shell.t("place-event-disclosed"),
        "erased" => shell.t("place-event-erased"),
        "first-confirmed" => shell.t("place-event-first-confirmed"),
        "without-plugin" => shell.t("place-event-without-plugin"),
        name if site.loaded.description().action(name).is_some() => site.loaded.word(locale, &format!("action-{name}")),
        _ => shell.t("log-hook-tick"),
    };
    let state = |s: &Option<String>| {
        s.as_ref().map(|s| site.loaded.word(locale, &twoway_manifest::text_key(&["state", &kind.key, s])))
    };
    let mut changes = Vec::new();
    if event.state_before != event.state_after {
        changes.push(Change {
            label: shell.t("place-column-state"),
            before: state(&event.state_before),
            after: state(&event.state_after),
        });
    }
    let prefix = format!("field-{}", kind.key);
    let words = FieldWords::plugin(&site.loaded.texts, locale, &prefix);
    for (key, value) in event.payload["fields"].as_object().into_iter().flatten() {
        let Some(field) = kind.fields.iter().find(|f| &f.key == key) else { continue };
        // Persons and records are named by the facts above; here only what reads without them.
        let named = matches!(field.kind, FieldType::Person | FieldType::Persons | FieldType::Record);
        let after = if named { None } else { words.said(field, value) };
        changes.push(Change { label: words.label(field), before: None, after });
    }
    for key in event.payload["fields"].as_array().into_iter().flatten().filter_map(|key| key.as_str()) {
        let field = kind.fields.iter().find(|f| f.key == key);
        changes.extend(field.map(|f| Change { label: words.label(f), before: None, after: None }));
    }
    HistoryEntry {
        what,
        who: event.actor.unwrap_or_else(|| shell.t("place-by-system")),
        acting_for: event.acting_for,
        when: Moment::past(locale, event.at, now),
        reason: event.payload["reason"].as_str().map(str::to_string),
        changes,
        tone: if event.name == "without-plugin" { Tone::Attention } else { Tone::Neutral },
    }
}

/// Who stated a reason to see what is sealed.
async fn looked(app: &App, shell: &Shell, id: Uuid) -> Result<Vec<HistoryEntry>, Refusal> {
    let rows = disclosures(app, id).await?;
    let names = members::account_names(app, rows.iter().map(|r| r.account_id).collect()).await?;
    Ok(rows
        .into_iter()
        .map(|row| HistoryEntry {
            what: shell.t("place-event-disclosed"),
            who: names.get(&row.account_id).cloned().unwrap_or_default(),
            acting_for: None,
            when: Moment::past(shell.locale, row.at, app.now()),
            reason: Some(row.reason),
            changes: Vec::new(),
            tone: Tone::Neutral,
        })
        .collect())
}
