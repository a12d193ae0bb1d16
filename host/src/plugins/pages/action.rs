use super::naming::choices;
use super::{address, state_badge, way};
use crate::http::components::{Cell, Facts, Moment, NextStep, StateBadge, Tone};
use crate::http::form_view::{Control, FieldWords, FormField, FormView, OptionView, answers};
use crate::http::page::{Page, Shell};
use crate::http::preferences::done;
use crate::http::problem::form_errors;
use crate::http::{ActingFor, Caller, Form, Path, Query};
use crate::plugins::records::{Reader, title};
use crate::plugins::site::is_kept_sealed;
use crate::plugins::{Acted, Request, act, confirm, members};
use crate::{App, Refusal};
use askama::Template;
use axum::extract::State;
use axum::http::StatusCode;
use axum::response::{IntoResponse, Response};
use serde::Deserialize;
use serde_json::{Map, Value};
use twoway_entity::plugins::{confirmation, record};
use twoway_ids::Uuid;
use twoway_manifest::{Action, FieldType};

#[derive(Template)]
#[template(path = "plugins/action.html")]
struct ActionHtml {
    shell: Shell,
    heading: String,
    target: Option<(String, String, StateBadge)>,
    notes: Vec<String>,
    form: FormView,
}

#[derive(Deserialize)]
pub(super) struct Target {
    target: Option<Uuid>,
}

/// What the page of an action is about: the action as the reader may take it now, and its record.
struct Asked {
    reader: Reader,
    action: Action,
    target: Option<record::Model>,
}

impl Asked {
    async fn find(
        app: &App,
        who: &crate::Who,
        project: Uuid,
        action: &str,
        target: Option<Uuid>,
    ) -> Result<Self, Refusal> {
        let reader = Reader::enter(app, who, project).await?;
        let action = reader.site.loaded.description().action(action).ok_or(Refusal::NotFound)?.clone();
        let target = match target {
            Some(id) => Some(reader.record(app, id).await?),
            None => None,
        };
        Ok(Self { reader, action, target })
    }

    fn back(&self) -> String {
        let project = self.reader.site.project();
        match &self.target {
            Some(row) => address(project, &format!("/records/{}", row.id)),
            None => address(project, ""),
        }
    }

    async fn view(&self, app: &App, shell: &Shell, given: &Value, acting_for: &str) -> Result<FormView, Refusal> {
        let site = &self.reader.site;
        let prefix = format!("input-{}", self.action.key);
        let words = FieldWords::plugin(&site.loaded.texts, shell.locale, &prefix);
        let url = address(site.project(), &format!("/actions/{}", self.action.key));
        let mut form = FormView::new(url, &self.action.form, &words, given, &[]);
        let staff = self.reader.insider.is_staff();
        let people = if staff { members::choices(app, site.project()).await? } else { Vec::new() };
        for field in &self.action.form {
            match (field.kind, &field.of) {
                // Who may name nobody is not asked whom.
                (FieldType::Person | FieldType::Persons, _) if !staff && !field.required => {
                    form.fields.retain(|shown| shown.name != field.key);
                }
                (FieldType::Person | FieldType::Persons, _) => form = form.offer(&field.key, people.clone()),
                (FieldType::Record, Some(of)) => {
                    let target = self.target.as_ref();
                    form = form.offer(&field.key, choices(app, shell.locale, &self.reader, of, target).await?);
                }
                _ => {}
            }
        }
        let others: Vec<_> = people.into_iter().filter(|(p, _)| *p != self.reader.insider.pseudonym).collect();
        if !others.is_empty() {
            form.fields.push(on_behalf(shell, others, acting_for));
        }
        if let Some(row) = &self.target {
            form = form.with("_target", row.id).with("_version", row.version);
        }
        let label = site.loaded.word(shell.locale, &format!("action-{}", self.action.key));
        Ok(form.submit(label).cancel(shell.t("place-cancel"), self.back()))
    }

    fn html(self, shell: Shell, form: FormView) -> ActionHtml {
        let site = self.reader.site.clone();
        let locale = shell.locale;
        let heading = site.loaded.word(locale, &format!("action-{}", self.action.key));
        let mut notes = Vec::new();
        if self.action.confirmations > 1 {
            notes.push(shell.t("place-two-persons"));
        }
        if self.action.protective {
            notes.push(shell.t("place-protective"));
        }
        let back = self.back();
        let target = self
            .target
            .as_ref()
            .map(|row| (title(row), back.clone(), state_badge(&site, locale, &row.kind, &row.state)));
        let mut shell = way(shell, &site);
        if let Some((title, href, _)) = &target {
            shell = shell.crumb(title.as_str(), href.as_str());
        }
        ActionHtml { shell: shell.titled(&heading), heading, target, notes, form }
    }
}

fn on_behalf(shell: &Shell, people: Vec<(String, String)>, chosen: &str) -> FormField {
    let mut field = FormField::plain("_acting_for", shell.t("place-acting-for"), Control::Select);
    field.help = Some(shell.t("place-acting-for-help"));
    let option = |value: String, label: String| OptionView { selected: value == chosen, value, label };
    field.options = std::iter::once(option(String::new(), shell.t("place-acting-for-self")))
        .chain(people.into_iter().map(|(value, label)| option(value, label)))
        .collect();
    field
}

pub(super) async fn form(
    State(app): State<App>,
    Caller(who): Caller,
    shell: Shell,
    Path((project, action)): Path<(Uuid, String)>,
    Query(query): Query<Target>,
) -> Result<Page<impl Template>, Refusal> {
    let asked = Asked::find(&app, &who, project, &action, query.target).await?;
    if !asked.reader.offered(asked.target.as_ref()).any(|a| a.key == action) {
        return Err(Refusal::NotFound);
    }
    let offered: Map<String, Value> =
        asked.action.form.iter().filter_map(|f| Some((f.key.clone(), f.default.clone()?))).collect();
    let view = asked.view(&app, &shell, &offered.into(), "").await?;
    Ok(Page::new(asked.html(shell, view)))
}

pub(super) async fn submit(
    State(app): State<App>,
    Caller(who): Caller,
    acting: ActingFor,
    shell: Shell,
    Path((project, action)): Path<(Uuid, String)>,
    form: Form,
) -> Result<Response, Refusal> {
    let target = Uuid::parse_str(form.text("_target")).ok();
    let asked = Asked::find(&app, &who, project, &action, target).await?;
    let given = answers(&asked.action.form, &form.0);
    let person = form.text("_acting_for").to_string();
    let acting_for = match person.is_empty() {
        true => None,
        false => Some(members::by_pseudonym(&app, project, &person).await?),
    };
    let request = Request { action, target, input: given.clone(), acting_for };
    match act(&app, &who, &form.command(acting), project, request).await {
        Ok(acted) => Ok(went(project, target, &acted)),
        Err(refusal) => {
            let mut view = asked.view(&app, &shell, &given, &person).await?;
            form_errors(&mut view, shell.locale, refusal)?;
            Ok(Page::new(asked.html(shell, view)).status(StatusCode::UNPROCESSABLE_ENTITY).into_response())
        }
    }
}

/// Where an action leads: to its record, to the one that it made, or back to the place.
fn went(project: Uuid, target: Option<Uuid>, acted: &Acted) -> Response {
    if acted.waiting.is_some() {
        return done(&address(project, ""), "flash-place-waiting").into_response();
    }
    let to = match target.or(acted.records.first().copied()) {
        Some(record) => address(project, &format!("/records/{record}")),
        None => address(project, ""),
    };
    done(&to, "flash-place-done").into_response()
}

#[derive(Template)]
#[template(path = "plugins/confirmation.html")]
struct ConfirmationHtml {
    shell: Shell,
    heading: String,
    lead: String,
    target: Option<(String, String, StateBadge)>,
    notes: Vec<String>,
    /// What the first person entered.
    facts: Facts,
    /// What the record says: the second person checks before agreeing.
    record: Option<Facts>,
    wait: Option<NextStep>,
    form: Option<FormView>,
}

pub(super) async fn review(
    State(app): State<App>,
    Caller(who): Caller,
    shell: Shell,
    Path((project, id)): Path<(Uuid, Uuid)>,
) -> Result<Response, Refusal> {
    // A message leads here also when somebody else was quicker: then to what became of it.
    if let Some(over) = confirm::over(&app, project, id).await? {
        let asked = Asked::find(&app, &who, project, &over.action, over.target_id).await?;
        return match confirm::concerns(&asked.reader, &over) {
            true => Ok(done(&asked.back(), "flash-confirmation-over").into_response()),
            false => Err(Refusal::NotFound),
        };
    }
    Ok(Page::new(confirmation_page(&app, &who, shell, project, id, None).await?).into_response())
}

pub(super) async fn agree(
    State(app): State<App>,
    Caller(who): Caller,
    acting: ActingFor,
    shell: Shell,
    Path((project, id)): Path<(Uuid, Uuid)>,
    form: Form,
) -> Result<Response, Refusal> {
    let target = Uuid::parse_str(form.text("_target")).ok();
    match confirm::confirm(&app, &who, &form.command(acting), project, id).await {
        Ok(acted) => Ok(went(project, target, &acted)),
        Err(refusal) => {
            let page = confirmation_page(&app, &who, shell, project, id, Some(refusal)).await?;
            Ok(Page::new(page).status(StatusCode::UNPROCESSABLE_ENTITY).into_response())
        }
    }
}

async fn confirmation_page(
    app: &App,
    who: &crate::Who,
    shell: Shell,
    project: Uuid,
    id: Uuid,
    failed: Option<Refusal>,
) -> Result<ConfirmationHtml, Refusal> {
    let row = confirm::open(app, project, id).await?;
    let asked = Asked::find(app, who, project, &row.action, row.target_id).await?;
    if !confirm::concerns(&asked.reader, &row) {
        return Err(Refusal::NotFound);
    }
    let (site, locale) = (asked.reader.site.clone(), shell.locale);
    let mine = Some(row.first_id) == asked.reader.insider.member;
    let action = site.loaded.word(locale, &format!("action-{}", row.action));
    let url = address(project, &format!("/confirmations/{id}"));
    let mut form = (!mine).then(|| {
        let view = FormView::plain(url, Vec::new())
            .submit(shell.t("place-confirm-ok"))
            .cancel(shell.t("place-cancel"), asked.back());
        match row.target_id {
            Some(target) => view.with("_target", target),
            None => view,
        }
    });
    match (&mut form, failed) {
        (Some(form), Some(refusal)) => form_errors(form, locale, refusal)?,
        (None, Some(refusal)) => return Err(refusal),
        (_, None) => {}
    }
    let wait = mine.then(|| NextStep {
        tone: Tone::Attention,
        heading: shell.t("place-confirm-wait"),
        text: String::new(),
        due: Some(Moment::due(locale, row.expires_at, app.now(), None)),
        buttons: Vec::new(),
    });
    let mut notes = vec![shell.t1("place-confirm-will", "action", action.as_str())];
    if row.without_plugin {
        notes.push(shell.t("place-confirm-without-plain"));
    }
    let back = asked.back();
    let first = members::name(app, project, row.first_id).await?;
    let lead = lead(&shell, &first, &row);
    let target = asked.target.as_ref().map(|r| (title(r), back, state_badge(&site, locale, &r.kind, &r.state)));
    let facts = entered(app, &shell, &asked, &row).await?;
    let record = match &asked.target {
        Some(row) => Some(super::record::facts_of(app, who, &shell, &asked.reader, row).await?),
        None => None,
    };
    let heading = shell.t("place-confirm-title");
    let shell = way(shell, &site).titled(&heading);
    Ok(ConfirmationHtml { shell, heading, lead, target, notes, facts, record, wait, form })
}

fn lead(shell: &Shell, first: &str, row: &confirmation::Model) -> String {
    let mut values = Map::new();
    values.insert("name".into(), first.into());
    values.insert("time".into(), crate::http::components::exact(row.asked_at).into());
    values.insert("until".into(), crate::http::components::exact(row.expires_at).into());
    crate::http::texts::t_json(shell.locale, "place-confirm-lead", &values)
}

/// What the first person entered. What is sealed or secret was entered too and is bound by the confirmation, but not shown.
async fn entered(app: &App, shell: &Shell, asked: &Asked, row: &confirmation::Model) -> Result<Facts, Refusal> {
    let site = &asked.reader.site;
    let input = confirm::entered(site, row)?;
    let prefix = format!("input-{}", row.action);
    let words = FieldWords::plugin(&site.loaded.texts, shell.locale, &prefix);
    let people = members::names_by_pseudonym(app, site.project()).await?;
    let ids: Vec<Uuid> = asked
        .action
        .form
        .iter()
        .filter(|f| f.kind == FieldType::Record)
        .filter_map(|f| Uuid::parse_str(input.get(&f.key)?.as_str()?).ok())
        .collect();
    let records = asked.reader.titles(app, ids).await?;
    let mut facts = Facts::new();
    for field in &asked.action.form {
        let Some(value) = input.get(&field.key) else { continue };
        let name = |text: &str| people.get(text).cloned().unwrap_or_default();
        let cell = match (field.kind, value) {
            _ if is_kept_sealed(field) => {
                Cell::State(StateBadge::new(shell.t("place-sealed"), Tone::Attention).icon("lock"))
            }
            (FieldType::Person, Value::String(one)) => Cell::Text(name(one)),
            (FieldType::Persons, Value::Array(list)) => {
                Cell::List(list.iter().filter_map(Value::as_str).map(name).collect())
            }
            (FieldType::Record, Value::String(id)) => records.get(id).map_or(Cell::Nothing, Cell::text),
            _ => words.said(field, value).map_or(Cell::Nothing, Cell::Text),
        };
        facts = facts.fact(words.label(field), cell);
    }
    Ok(facts)
}
