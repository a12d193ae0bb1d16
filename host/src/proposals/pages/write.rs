use super::{badge, changes, show};
use crate::calls::form::draw;
use crate::calls::pages::paragraphs;
use crate::http::components::{ActionButton, Cell, Column, EmptyState, Look, Markup, Moment, Table};
use crate::http::form_view::{Control, FormField, FormView, answers};
use crate::http::page::{Page, Shell};
use crate::http::preferences::done;
use crate::http::problem::form_errors;
use crate::http::usual::{FormPage, ListPage, address, filters, pager, reason_form};
use crate::http::{ActingFor, Caller, Form, Paging, Parts, Path, Query, usual};
use crate::lifecycle::Command;
use crate::proposals::actions::Submission;
use crate::proposals::late;
use crate::proposals::model::Content;
use crate::proposals::points;
use crate::proposals::queries::{self, Sight};
use crate::proposals::similar::{self, Similar};
use crate::proposals::state::{ProposalState, told_to_proposer};
use crate::proposals::together::{self, Right};
use crate::proposals::{actions, assisted, upload};
use crate::{App, Refusal, Who, calendar, calls};
use askama::Template;
use axum::extract::{Multipart, State};
use axum::http::{HeaderName, HeaderValue, StatusCode};
use axum::response::{IntoResponse, Redirect, Response};
use serde::Deserialize;
use serde_json::Value;
use std::collections::HashMap;
use twoway_entity::assisted::point;
use twoway_entity::calls::call;
use twoway_entity::proposals::proposal;
use twoway_ids::Uuid;
use twoway_manifest::Field;

/// What the proposer's own list can be narrowed to. A decision that is not released yet is told as a review going on.
const STAGES: [(&str, &[ProposalState]); 4] = {
    use ProposalState as S;
    [
        ("mine", &[S::Draft, S::Returned]),
        ("running", &[S::Submitted, S::RulingOut, S::Eligible, S::UnderReview, S::Decided, S::InNotice]),
        ("selected", &[S::Approved, S::Pooled, S::Converted]),
        (
            "over",
            &[S::Ineligible, S::NotSelected, S::Withdrawn, S::MergedInto, S::Expired, S::Cancelled, S::Disqualified],
        ),
    ]
};

#[derive(Default, Deserialize)]
#[serde(default)]
pub(super) struct Wanted {
    stage: String,
}

pub(super) async fn mine(
    State(app): State<App>,
    Caller(who): Caller,
    shell: Shell,
    Query(wanted): Query<Wanted>,
    Query(paging): Query<Paging>,
) -> Result<Page<ListPage>, Refusal> {
    let db = app.db.read();
    let stage = STAGES.iter().find(|(stage, _)| *stage == wanted.stage);
    let (stage, states) = stage.map_or(("", &[] as &[ProposalState]), |(stage, states)| (*stage, *states));
    let found = queries::mine(db, &who, states, &paging).await?;
    let stages = STAGES.iter().map(|(stage, _)| ((*stage).to_string(), shell.t(&format!("proposals-stage-{stage}"))));
    let choices = std::iter::once((String::new(), shell.t("filter-all"))).chain(stages);
    let filters =
        vec![filters(shell.t("proposal-state"), choices, stage, |stage| address("/proposals", &[("stage", stage)]))];
    let titles = call_titles(&app, &who, found.items.iter().map(|row| row.call_id)).await?;
    let columns = ["proposal-title", "proposal-state", "proposal-call", "proposal-receipt", "proposal-updated-at"];
    let empty = EmptyState::new("folder", shell.t("proposals-empty"), shell.t("proposals-empty-text"))
        .button(ActionButton::link(shell.t("proposals-see-calls"), "/calls?phase=open"));
    let empty = usual::empty(&shell, !stage.is_empty(), empty);
    let mut table = Table::new(shell.t("nav-my-proposals"), columns.map(|key| Column::new(shell.t(key))).into(), empty);
    for row in &found.items {
        let title = if row.title.is_empty() { shell.t("proposal-untitled") } else { row.title.clone() };
        let title = assisted::marked(shell.locale, &title, row.entered_by.is_some());
        table.row(vec![
            Cell::link(title, format!("/proposals/{}", row.id)),
            Cell::State(badge(&shell, told_to_proposer(row.state))),
            titles.get(&row.call_id).map_or(Cell::Nothing, Cell::text),
            row.receipt.as_ref().map_or(Cell::Nothing, Cell::text),
            Cell::When(Moment::past(shell.locale, row.updated_at, app.now())),
        ]);
    }
    let pager = pager("/proposals", &[("stage", stage)], &found, paging.cursor.is_none());
    let (heading, lead) = (shell.t("nav-my-proposals"), shell.t("proposals-lead"));
    Ok(Page::new(ListPage { shell: shell.titled(&heading), heading, lead, buttons: Vec::new(), filters, table, pager }))
}

async fn call_titles(app: &App, who: &Who, ids: impl Iterator<Item = Uuid>) -> Result<HashMap<Uuid, String>, Refusal> {
    use sea_orm::{ColumnTrait, EntityTrait, QueryFilter, QuerySelect};
    let rows: Vec<(Uuid, String)> = call::Entity::find()
        .select_only()
        .column(call::Column::Id)
        .column(call::Column::Title)
        .filter(call::Column::TenantId.eq(who.tenant))
        .filter(call::Column::Id.is_in(ids))
        .into_tuple()
        .all(app.db.read())
        .await?;
    Ok(rows.into_iter().collect())
}

pub(super) async fn create(
    State(app): State<App>,
    Caller(who): Caller,
    acting: ActingFor,
    form: Form,
) -> Result<Response, Refusal> {
    let call = Uuid::parse_str(form.text("call")).map_err(|_| Refusal::NotFound)?;
    let organization = match form.text("organization") {
        "" => None,
        id => Some(Uuid::parse_str(id).map_err(|_| Refusal::NotFound)?),
    };
    let made = actions::create(&app, &who, &form.command(acting), call, organization, Content::default(), None).await?;
    Ok(Redirect::to(&format!("/proposals/{}/edit", made.id)).into_response())
}

fn stored(row: &proposal::Model) -> Value {
    let mut all = row.answers.as_object().cloned().unwrap_or_default();
    all.insert("title".into(), row.title.as_str().into());
    all.insert("summary".into(), row.summary.as_str().into());
    Value::Object(all)
}

fn typed(fields: &[Field], form: &Form) -> Value {
    answers(fields, &form.0)
}

/// The posted form as content; a title that is no text cannot come from a form.
fn content(typed: &Value) -> Content {
    let mut answers = typed.as_object().cloned().unwrap_or_default();
    let mut text =
        |name: &str| answers.shift_remove(name).and_then(|v| v.as_str().map(str::to_string)).unwrap_or_default();
    let (title, summary) = (text("title"), text("summary"));
    Content { title, summary, answers }
}

/// What the form of a proposal is drawn from.
struct Asked {
    call: call::Model,
    today: String,
    fields: Vec<Field>,
    stored: Value,
}

impl Asked {
    fn of(app: &App, row: &proposal::Model, call: call::Model) -> Result<Self, Refusal> {
        let today = calendar::today(app);
        Ok(Self { fields: draw::fields(&call, &today)?, stored: stored(row), today, call })
    }

    fn view(&self, shell: &Shell, id: Uuid, typed: &Value, version: &str) -> Result<FormView, Refusal> {
        let base = format!("/proposals/{id}");
        let when = (&self.call, self.today.as_str());
        Ok(draw::form(shell, format!("{base}/edit"), when, &self.fields, (typed, &self.stored))?
            .with("_version", version)
            .button(shell.t("proposal-save"), "draft", Look::Plain)
            .button(shell.t("proposal-save-and-submit"), "submit", Look::Primary)
            .cancel(shell.t("leave-form"), &base)
            .autosave(format!("{base}/autosave")))
    }
}

/// Answers are nested in the API and plain in the page's form.
fn unnested(refusal: Refusal) -> Refusal {
    match refusal {
        Refusal::Invalid(mut errors) => {
            for error in &mut errors {
                if let Some(key) = error.field.strip_prefix("answers.") {
                    error.field = key.to_string();
                }
            }
            Refusal::Invalid(errors)
        }
        other => other,
    }
}

fn form_page(shell: Shell, row: &proposal::Model, call: &call::Model, form: FormView) -> FormPage {
    let heading = shell.t("proposal-edit");
    let name = if row.title.is_empty() { shell.t("proposal-untitled") } else { row.title.clone() };
    let mine = shell.t("nav-my-proposals");
    let lead = shell.t1("proposal-edit-lead", "call", call.title.as_str());
    let shell = shell.crumb(mine, "/proposals").crumb(name, format!("/proposals/{}", row.id)).titled(&heading);
    FormPage { shell, heading, lead, form }
}

/// A proposal with which this person may do at least this as one of its authors, and its call, for a form.
async fn own(app: &App, who: &Who, id: Uuid, need: Right) -> Result<(proposal::Model, call::Model), Refusal> {
    let seen = queries::find_visible(app.db.read(), who, id).await?;
    if seen.sight != Sight::Own {
        return Err(Refusal::NotFound);
    }
    if together::right(app.db.read(), who, &seen.row).await? < need {
        return Err(Refusal::NotAllowed);
    }
    let call = calls::queries::find(app.db.read(), who.tenant, seen.row.call_id).await?;
    Ok((seen.row, call))
}

pub(super) async fn edit(
    State(app): State<App>,
    Caller(who): Caller,
    shell: Shell,
    Path(id): Path<Uuid>,
) -> Result<Page<FormPage>, Refusal> {
    let (row, call) = own(&app, &who, id, Right::Edit).await?;
    crate::proposals::rules::editable(&row, app.now())?;
    let asked = Asked::of(&app, &row, call)?;
    let form = asked.view(&shell, id, &asked.stored, &row.version.to_string())?;
    let form = changes::beside(&app, &shell, &row, form).await?;
    Ok(Page::new(form_page(shell, &row, &asked.call, form)))
}

pub(super) async fn save(
    State(app): State<App>,
    Caller(who): Caller,
    acting: ActingFor,
    shell: Shell,
    Path(id): Path<Uuid>,
    form: Form,
) -> Result<Response, Refusal> {
    let (row, call) = own(&app, &who, id, Right::Edit).await?;
    let asked = Asked::of(&app, &row, call)?;
    let typed = typed(&asked.fields, &form);
    match actions::save(&app, &who, &form.command(acting), id, content(&typed)).await {
        Ok(_) if form.text("_intent") == "submit" => {
            Ok(Redirect::to(&format!("/proposals/{id}/submit")).into_response())
        }
        Ok(_) => Ok(done(&format!("/proposals/{id}"), "flash-draft-saved").into_response()),
        Err(refusal) => {
            let mut view = asked.view(&shell, id, &typed, form.text("_version"))?;
            form_errors(&mut view, shell.locale, unnested(refusal))?;
            let view = changes::beside(&app, &shell, &row, view).await?;
            Ok(Page::new(form_page(shell, &row, &asked.call, view))
                .status(StatusCode::UNPROCESSABLE_ENTITY)
                .into_response())
        }
    }
}

/// Saves while somebody types; the new version goes back to the page's form.
pub(super) async fn autosave(
    State(app): State<App>,
    Caller(who): Caller,
    acting: ActingFor,
    Path(id): Path<Uuid>,
    form: Form,
) -> Result<Response, Refusal> {
    let (_, call) = own(&app, &who, id, Right::Edit).await?;
    let typed = typed(&draw::fields(&call, &calendar::today(&app))?, &form);
    let saved = actions::autosave(&app, &who, &form.command(acting), id, content(&typed)).await?;
    let version = (HeaderName::from_static("x-version"), HeaderValue::from(saved.version));
    Ok((StatusCode::NO_CONTENT, [version]).into_response())
}

#[derive(Template)]
#[template(path = "proposals/submit.html")]
struct SubmitHtml {
    shell: Shell,
    heading: String,
    title: String,
    risk_notice: Vec<String>,
    privacy_notice: Vec<String>,
    /// Public ones that resemble it.
    similar: Option<Markup>,
    form: FormView,
}

fn submit_page(
    shell: Shell,
    row: &proposal::Model,
    call: &call::Model,
    found: &[Similar],
    form: FormView,
) -> SubmitHtml {
    let href = |id| format!("/proposals/{id}");
    let similar = (!found.is_empty()).then(|| similar::cards(&shell, row, found, href));
    let heading = shell.t("proposal-to-submit");
    let name = if row.title.is_empty() { shell.t("proposal-untitled") } else { row.title.clone() };
    let mine = shell.t("nav-my-proposals");
    let shell = shell.crumb(mine, "/proposals").crumb(&name, format!("/proposals/{}", row.id)).titled(&heading);
    SubmitHtml {
        shell,
        heading,
        title: name,
        risk_notice: paragraphs(&call.risk_notice),
        privacy_notice: paragraphs(&call.privacy_notice),
        similar,
        form,
    }
}

/// Whether the form asks why it comes late. A call that takes nothing more says so when the form is sent.
async fn asks_why_late(app: &App, row: &proposal::Model, call: &call::Model) -> Result<bool, Refusal> {
    match late::is_late(app.db.read(), row, call, app.now()).await {
        Err(Refusal::Rule(_)) => Ok(false),
        other => other,
    }
}

/// `found`: what is similar; `points`: what was asked for when it was returned.
fn consent_view(
    shell: &Shell,
    row: &proposal::Model,
    version: &str,
    (found, points): (&[Similar], &[point::Model]),
    is_late: bool,
) -> FormView {
    let mut consent = FormField::plain("consent", shell.t("proposal-consent"), Control::Checkbox);
    consent.required = true;
    let mut fields = vec![consent];
    if !found.is_empty() {
        let mut read = FormField::plain("similar", shell.t("similar-read"), Control::Checkbox);
        read.required = true;
        fields.push(read);
    }
    if is_late {
        let mut why = FormField::plain("late_reason", shell.t("late-reason"), Control::Text);
        (why.required, why.max_length, why.help) = (true, Some(2_000), Some(shell.t("late-reason-help")));
        fields.push(why);
    }
    fields.extend(points.iter().map(|point| changes::asked(shell, point)));
    let base = format!("/proposals/{}", row.id);
    let shown = found.iter().map(|similar| similar.row.id.to_string()).collect::<Vec<_>>().join(" ");
    FormView::plain(format!("{base}/submit"), fields)
        .with("_version", version)
        .with("_similar", shown)
        .submit(shell.t("proposal-submit"))
        .cancel(shell.t("leave-form"), format!("{base}/edit"))
}

pub(super) async fn submit_form(
    State(app): State<App>,
    Caller(who): Caller,
    shell: Shell,
    Path(id): Path<Uuid>,
) -> Result<Page<impl Template>, Refusal> {
    let (row, call) = own(&app, &who, id, Right::Owner).await?;
    crate::proposals::rules::editable(&row, app.now())?;
    let found = similar::of(app.db.read(), &who, &row, Sight::Own).await?;
    let is_late = asks_why_late(&app, &row, &call).await?;
    let points = points::of(app.db.read(), &row).await?;
    let form = consent_view(&shell, &row, &row.version.to_string(), (&found, &points), is_late);
    Ok(Page::new(submit_page(shell, &row, &call, &found, form)))
}

pub(super) async fn submit(
    State(app): State<App>,
    Caller(who): Caller,
    acting: ActingFor,
    shell: Shell,
    Path(id): Path<Uuid>,
    form: Form,
) -> Result<Response, Refusal> {
    let shown = form.text("_similar").split(' ').filter_map(|id| Uuid::parse_str(id).ok());
    let submission = Submission {
        consent: form.text("consent") == "true",
        similar_seen: if form.text("similar") == "true" { shown.collect() } else { Vec::new() },
        late_reason: Some(form.text("late_reason").to_string()).filter(|text| !text.is_empty()),
        points: changes::answers(&form),
    };
    let refusal = match actions::submit(&app, &who, &form.command(acting), id, &submission).await {
        Ok(_) => return Ok(done(&format!("/proposals/{id}"), "flash-proposal-submitted").into_response()),
        Err(refusal) => refusal,
    };
    let (row, call) = own(&app, &who, id, Right::Owner).await?;
    // Missing answers are shown where they are given.
    if matches!(refusal, Refusal::Invalid(_)) && !changes::concerns(&refusal) {
        let asked = Asked::of(&app, &row, call)?;
        let mut view = asked.view(&shell, id, &asked.stored, &row.version.to_string())?;
        form_errors(&mut view, shell.locale, unnested(refusal))?;
        let view = changes::beside(&app, &shell, &row, view).await?;
        return Ok(Page::new(form_page(shell, &row, &asked.call, view))
            .status(StatusCode::UNPROCESSABLE_ENTITY)
            .into_response());
    }
    let found = similar::of(app.db.read(), &who, &row, Sight::Own).await?;
    let is_late = asks_why_late(&app, &row, &call).await?;
    let points = points::of(app.db.read(), &row).await?;
    let mut view = consent_view(&shell, &row, form.text("_version"), (&found, &points), is_late);
    for field in &mut view.fields {
        field.value = form.text(&field.name).to_string();
    }
    form_errors(&mut view, shell.locale, changes::in_submit_form(refusal))?;
    Ok(Page::new(submit_page(shell, &row, &call, &found, view))
        .status(StatusCode::UNPROCESSABLE_ENTITY)
        .into_response())
}

fn withdraw_page(shell: Shell, row: &proposal::Model, typed: &str) -> FormPage {
    let (heading, lead) = (shell.t("proposal-withdraw"), shell.t("proposal-withdraw-lead"));
    let base = format!("/proposals/{}", row.id);
    let form = reason_form(&shell, &format!("{base}/withdraw"), &base, typed).with("_version", row.version).button(
        shell.t("proposal-withdraw"),
        "withdraw",
        Look::Danger,
    );
    let mine = shell.t("nav-my-proposals");
    let shell = shell.crumb(mine, "/proposals").crumb(&row.title, base).titled(&heading);
    FormPage { shell, heading, lead, form }
}

pub(super) async fn withdraw_form(
    State(app): State<App>,
    Caller(who): Caller,
    shell: Shell,
    Path(id): Path<Uuid>,
) -> Result<Page<FormPage>, Refusal> {
    let (row, _) = own(&app, &who, id, Right::Owner).await?;
    Ok(Page::new(withdraw_page(shell, &row, "")))
}

pub(super) async fn withdraw(
    State(app): State<App>,
    Caller(who): Caller,
    acting: ActingFor,
    shell: Shell,
    Path(id): Path<Uuid>,
    form: Form,
) -> Result<Response, Refusal> {
    match actions::withdraw(&app, &who, &form.command(acting), id, form.text("reason")).await {
        Ok(_) => Ok(done(&format!("/proposals/{id}"), "flash-withdrawn").into_response()),
        Err(refusal) => {
            let (row, _) = own(&app, &who, id, Right::Owner).await?;
            let mut page = withdraw_page(shell, &row, form.text("reason"));
            form_errors(&mut page.form, page.shell.locale, refusal)?;
            Ok(Page::new(page).status(StatusCode::UNPROCESSABLE_ENTITY).into_response())
        }
    }
}

pub(super) async fn attach(
    State(app): State<App>,
    Caller(who): Caller,
    ActingFor(acting_for): ActingFor,
    shell: Shell,
    Path(id): Path<Uuid>,
    Parts(form): Parts,
) -> Result<Response, Refusal> {
    match attached(&app, &who, acting_for, id, form).await {
        Ok(()) => Ok(done(&format!("/proposals/{id}"), "flash-file-attached").into_response()),
        Err(refusal) => {
            let mut page = show::page(&app, &who, shell, id).await?;
            let locale = page.shell.locale;
            let Some(upload) = &mut page.upload else { return Err(refusal) };
            let refusal = match refusal {
                Refusal::TooLarge { limit } => {
                    upload.error("file", locale.t1("file-too-large", "limit", limit >> 20));
                    return Ok(Page::new(page).status(StatusCode::UNPROCESSABLE_ENTITY).into_response());
                }
                other => other,
            };
            form_errors(upload, locale, refusal)?;
            Ok(Page::new(page).status(StatusCode::UNPROCESSABLE_ENTITY).into_response())
        }
    }
}

async fn attached(app: &App, who: &Who, acting_for: Option<Uuid>, id: Uuid, form: Multipart) -> Result<(), Refusal> {
    let limit = app.config.attachment_limit;
    let upload = upload::read(form, limit).await?;
    let command = Command { key: None, expected: upload.version, acting_for };
    actions::attach(app, who, &command, id, upload.file).await?;
    Ok(())
}

pub(super) async fn detach(
    State(app): State<App>,
    Caller(who): Caller,
    acting: ActingFor,
    Path((id, file)): Path<(Uuid, Uuid)>,
    form: Form,
) -> Result<impl IntoResponse, Refusal> {
    actions::detach(&app, &who, &form.command(acting), id, file).await?;
    Ok(done(&format!("/proposals/{id}"), "flash-file-removed"))
}
