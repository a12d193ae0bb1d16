use super::public::{Wanted, filters};
use super::{badge, facts, paragraphs, questions_table, rubric_table, stepper};
use crate::calls::actions;
use crate::calls::desk::documents;
use crate::calls::desk::settings::{Kind, Settings, settings_of};
use crate::calls::queries::{self, Phase};
use crate::calls::rules::warnings;
use crate::calls::state::{CallMachine, CallState};
use crate::http::components::{
    ActionButton, Cell, Column, Confirm, EmptyState, Facts, HistoryList, Look, Moment, NextStep, StateBadge, Stepper,
    Table, Tone,
};
use crate::http::form_view::{Control, FormField, FormView};
use crate::http::page::{Page, Shell};
use crate::http::preferences::done;
use crate::http::problem::form_errors;
use crate::http::usual::{FormPage, ListPage, history, pager, reason_form};
use crate::http::{ActingFor, Caller, Form, Paging, Path, Query};
use crate::lifecycle::Machine;
use crate::{App, Refusal, Who, audit};
use askama::Template;
use axum::extract::State;
use axum::http::StatusCode;
use axum::response::{IntoResponse, Response};
use twoway_entity::accounts::Role;
use twoway_entity::calls::call;
use twoway_ids::Uuid;
use twoway_manifest::{Field, FieldProblem, FieldType};

pub(super) async fn list(
    State(app): State<App>,
    Caller(who): Caller,
    shell: Shell,
    Query(wanted): Query<Wanted>,
    Query(paging): Query<Paging>,
) -> Result<Page<ListPage>, Refusal> {
    let db = app.db.read();
    let phase = wanted.phase();
    let found = queries::list(db, &who, phase, true, &paging).await?;
    let ids: Vec<Uuid> = found.items.iter().map(|c| c.id).collect();
    let handed_in = queries::proposals_handed_in(db, who.tenant, &ids).await?;
    let columns = vec![
        Column::new(shell.t("call-title")),
        Column::new(shell.t("call-state")),
        Column::new(shell.t("field-call-opens_at")),
        Column::new(shell.t("field-call-closes_at")),
        Column::new(shell.t("call-proposals")).numeric(),
    ];
    let empty = EmptyState::new("folder", shell.t("calls-empty"), shell.t("office-calls-empty-text"));
    let mut table = Table::new(shell.t("office-calls-title"), columns, empty);
    for row in &found.items {
        table.row(vec![
            Cell::link(row.title.as_str(), format!("/office/calls/{}", row.id)),
            Cell::State(badge(&shell, row.state)),
            row.opens_at.map_or(Cell::Nothing, |at| Cell::When(Moment::day(shell.locale, at))),
            row.closes_at.map_or(Cell::Nothing, |at| Cell::When(Moment::day(shell.locale, at))),
            Cell::number(handed_in.get(&row.id).copied().unwrap_or(0)),
        ]);
    }
    let mut buttons = Vec::new();
    if who.holds(&[Role::LeadOffice]) {
        buttons.push(ActionButton::link(shell.t("call-new"), "/office/calls/new").primary().icon("plus"));
        buttons.push(ActionButton::link(shell.t("call-start"), "/office/calls/start"));
        buttons.push(ActionButton::link(shell.t("templates-title"), "/office/calls/templates"));
    }
    let pager = pager("/office/calls", &[("phase", phase.as_str())], &found, paging.cursor.is_none());
    let (heading, lead) = (shell.t("office-calls-title"), shell.t("office-calls-lead"));
    let filters = vec![filters(&shell, "/office/calls", phase, &Phase::ALL)];
    Ok(Page::new(ListPage { shell: shell.titled(&heading), heading, lead, buttons, filters, table, pager }))
}

#[derive(Template)]
#[template(path = "calls/office_call.html")]
struct OfficeCallHtml {
    shell: Shell,
    title: String,
    summary: String,
    badge: StateBadge,
    stepper: Stepper,
    next: NextStep,
    /// What is unusual about the dates: told, not refused.
    warnings: Vec<String>,
    /// The desks of this call.
    desks: Vec<ActionButton>,
    /// Further things that may be done.
    more: Vec<ActionButton>,
    facts: Facts,
    guide: Vec<String>,
    documents: Option<Table>,
    questions: Table,
    rubric: Table,
    risk_notice: Vec<String>,
    privacy_notice: Vec<String>,
    history: HistoryList,
}

pub(super) async fn show(
    State(app): State<App>,
    Caller(who): Caller,
    shell: Shell,
    Path(id): Path<Uuid>,
) -> Result<Page<impl Template>, Refusal> {
    let db = app.db.read();
    let row = office_call(&app, &who, id).await?;
    let offices = queries::organization_names(db, who.tenant, [row.organization_id]).await?;
    let office = offices.get(&row.organization_id).cloned().unwrap_or_default();
    let handed_in = queries::proposals_handed_in(db, who.tenant, &[id]).await?.get(&id).copied().unwrap_or(0);
    let runs = settings_of(db, who.tenant, id).await?;
    let events = audit::history(db, who.tenant, CallMachine::KIND, id, 50).await?;
    let calls = shell.t("office-calls-title");
    let shell = shell.crumb(calls, "/office/calls").titled(&row.title);
    let mine = who.holds_over(&[Role::LeadOffice], &row.path);
    let count = shell.t1("call-proposals-count", "n", handed_in);
    Ok(Page::new(OfficeCallHtml {
        badge: badge(&shell, row.state),
        stepper: stepper(&shell, &row, runs.steps),
        next: next_step(&shell, &who, &row, app.now(), mine),
        desks: {
            let mut desks = desks(&shell, &row, &runs);
            if row.state == CallState::Open && who.holds_over(&[Role::LeadOffice, Role::NodeAdmin], &row.path) {
                desks.push(ActionButton::link(shell.t("paper-enter"), format!("/office/calls/{id}/paper")));
            }
            desks
        },
        warnings: warnings(&row, runs.kind, app.now()).into_iter().map(|key| shell.t(key)).collect(),
        more: if mine { more(&shell, &row) } else { Vec::new() },
        facts: facts(&shell, &row, &office, &runs)?
            .fact(shell.t("call-proposals"), Cell::text(count))
            .fact(shell.t("field-call-min_reviews"), Cell::text(shell.t1("call-reviews-count", "n", row.min_reviews))),
        documents: documents::shown(&app, &shell, &row).await?,
        guide: paragraphs(&row.guide),
        questions: questions_table(&shell, &row)?,
        rubric: rubric_table(&shell, &row)?,
        risk_notice: paragraphs(&row.risk_notice),
        privacy_notice: paragraphs(&row.privacy_notice),
        history: history(&shell, CallMachine::KIND, events, app.now()),
        title: row.title,
        summary: row.summary,
        shell,
    }))
}

/// A call of the reader's own office. Errors: [`Refusal::NotFound`], also for one that is only public to them.
pub(in crate::calls) async fn office_call(app: &App, who: &Who, id: Uuid) -> Result<call::Model, Refusal> {
    let row = queries::find_visible(app.db.read(), who, id).await?;
    if queries::is_office(who, &row) { Ok(row) } else { Err(Refusal::NotFound) }
}

/// What the office does next with its call, or whom it waits for. The buttons of later stations lead to the pages of proposals
/// and reviews.
fn next_step(shell: &Shell, who: &Who, row: &call::Model, now: i64, mine: bool) -> NextStep {
    let base = format!("/office/calls/{}", row.id);
    let l = shell.locale;
    let post = |label: &str, verb: &str| {
        ActionButton::post(shell.t(label), format!("{base}/{verb}")).with("_version", row.version)
    };
    let link = |label: &str, place: &str| ActionButton::link(shell.t(label), format!("{base}/{place}"));
    let confirm = |key: &str| Confirm {
        title: shell.t(&format!("call-{key}-title")),
        text: shell.t(&format!("call-{key}-text")),
        points: Vec::new(),
        ok: shell.t(&format!("call-{key}")),
    };
    let author = who.account() == Some(row.author_id);
    let (tone, key, due, buttons) = match row.state {
        CallState::Draft => (
            Tone::Active,
            "draft",
            None,
            vec![
                post("call-submit", "submit").primary().confirm(confirm("submit")),
                link("call-edit", "edit"),
                link("call-edit-questions", "questions"),
                link("call-edit-rubric", "rubric"),
                link("call-settings", "settings"),
            ],
        ),
        CallState::InternalReview if author => {
            (Tone::Attention, "waits-for-second", None, vec![link("call-return", "return")])
        }
        CallState::InternalReview => (
            Tone::Active,
            "internal-review",
            None,
            vec![post("call-approve", "approve").primary().confirm(confirm("approve")), link("call-return", "return")],
        ),
        CallState::Previewed => {
            (Tone::Attention, "office-previewed", row.opens_at.map(|at| Moment::due(l, at, now, None)), Vec::new())
        }
        CallState::Open => {
            let buttons = if row.extended { Vec::new() } else { vec![link("call-extend", "extend")] };
            (Tone::Attention, "office-open", row.closes_at.map(|at| Moment::due(l, at, now, None)), buttons)
        }
        CallState::Suspended => {
            let resume = post("call-resume", "resume").primary().confirm(confirm("resume"));
            (Tone::Bad, "office-suspended", row.suspended_at.map(Moment::exactly), vec![resume])
        }
        CallState::Screening => {
            (Tone::Active, "screening", None, vec![link("call-screening-desk", "screening").primary()])
        }
        CallState::Reviewing => (Tone::Active, "reviewing", None, vec![link("call-reviews-desk", "reviews").primary()]),
        CallState::Deliberating => {
            (Tone::Active, "deliberating", None, vec![link("call-deliberation-desk", "deliberation").primary()])
        }
        CallState::PublicNotice => {
            let due = row.notice_ends_at.map(|at| Moment::due(l, at - 1, now, None));
            let results = ActionButton::link(shell.t("call-see-results"), format!("/calls/{}/results", row.id));
            (Tone::Attention, "public-notice", due, vec![results])
        }
        CallState::Concluded => (Tone::Good, "concluded", None, vec![ActionButton::link(shell.t("nav-pool"), "/pool")]),
        CallState::Cancelled => (Tone::Bad, "cancelled", None, Vec::new()),
    };
    let mut text = shell.t(&format!("call-next-{key}-text"));
    if let Some(reason) = row
        .reason
        .as_ref()
        .filter(|_| matches!(row.state, CallState::Draft | CallState::Suspended | CallState::Cancelled))
    {
        text = shell.t1("call-next-with-reason", "reason", reason.as_str());
    }
    let heading = shell.t(&format!("call-next-{key}"));
    NextStep { tone, heading, text, due, buttons: if mine { buttons } else { Vec::new() } }
}

fn desks(shell: &Shell, row: &call::Model, runs: &Settings) -> Vec<ActionButton> {
    use CallState as S;
    let base = format!("/office/calls/{}", row.id);
    let link = |label: &str, place: &str| ActionButton::link(shell.t(label), format!("{base}/{place}"));
    let mut desks = vec![link("call-preview", "preview"), link("channels-title", "channels")];
    if runs.invited {
        desks.push(link("invitations-title", "invitations"));
    }
    if runs.kind == Kind::GovPurchase {
        desks.push(link("call-documents", "documents"));
    }
    if !matches!(row.state, S::Draft | S::InternalReview) {
        desks.push(ActionButton::link(shell.t("inquiries-title"), format!("/calls/{}/inquiries", row.id)));
        desks.push(ActionButton::link(shell.t("call-public-page"), format!("/calls/{}", row.id)));
        desks.push(link("call-screening-desk", "screening"));
    }
    if !matches!(row.state, S::PublicNotice | S::Concluded | S::Cancelled) {
        desks.push(link("review-settings", "review-settings"));
    }
    if matches!(row.state, S::Reviewing | S::Deliberating | S::PublicNotice | S::Concluded) {
        desks.push(link("call-reviews-desk", "reviews"));
    }
    if matches!(row.state, S::Deliberating | S::PublicNotice | S::Concluded) {
        desks.push(link("letters", "letters"));
        desks.push(link("call-deliberation-desk", "deliberation"));
    }
    desks
}

fn more(shell: &Shell, row: &call::Model) -> Vec<ActionButton> {
    let cancellable = CallMachine::next(row.state, crate::calls::CallEvent::Cancel).is_some();
    let cancel = ActionButton::link(shell.t("call-cancel"), format!("/office/calls/{}/cancel", row.id));
    let template = ActionButton::link(shell.t("template-save"), format!("/office/calls/{}/template", row.id));
    let file = ActionButton::link(shell.t("form-file-download"), format!("/office/calls/{}/form-file", row.id));
    let mut more = vec![template, file];
    if row.state == CallState::Open {
        more.push(ActionButton::link(shell.t("call-suspend"), format!("/office/calls/{}/suspend", row.id)));
    }
    if cancellable {
        more.push(cancel.look(Look::Danger));
    }
    more
}

pub(super) async fn submit(
    State(app): State<App>,
    Caller(who): Caller,
    acting: ActingFor,
    Path(id): Path<Uuid>,
    shell: Shell,
    form: Form,
) -> Result<Response, Refusal> {
    match actions::submit(&app, &who, &form.command(acting), id).await {
        Ok(_) => Ok(done(&format!("/office/calls/{id}"), "flash-call-submitted").into_response()),
        // What is missing is shown where it is mended.
        Err(refusal @ (Refusal::Invalid(_) | Refusal::Rule(_))) => {
            super::edit::incomplete(&app, &who, shell, id, refusal).await
        }
        Err(refusal) => Err(refusal),
    }
}

pub(super) async fn approve(
    State(app): State<App>,
    Caller(who): Caller,
    acting: ActingFor,
    Path(id): Path<Uuid>,
    form: Form,
) -> Result<impl IntoResponse, Refusal> {
    actions::approve(&app, &who, &form.command(acting), id).await?;
    Ok(done(&format!("/office/calls/{id}"), "flash-call-approved"))
}

pub(super) fn page_of(shell: Shell, call: &call::Model, key: &str, form: FormView) -> FormPage {
    let heading = shell.t(&format!("call-{key}"));
    let lead = shell.t(&format!("call-{key}-lead"));
    let calls = shell.t("office-calls-title");
    let shell =
        shell.crumb(calls, "/office/calls").crumb(&call.title, format!("/office/calls/{}", call.id)).titled(&heading);
    FormPage { shell, heading, lead, form }
}

fn return_view(shell: &Shell, call: &call::Model, typed: &str) -> FormView {
    let base = format!("/office/calls/{}", call.id);
    reason_form(shell, &format!("{base}/return"), &base, typed)
        .with("_version", call.version)
        .submit(shell.t("call-return"))
}

pub(super) async fn return_form(
    State(app): State<App>,
    Caller(who): Caller,
    shell: Shell,
    Path(id): Path<Uuid>,
) -> Result<Page<FormPage>, Refusal> {
    let call = office_call(&app, &who, id).await?;
    let form = return_view(&shell, &call, "");
    Ok(Page::new(page_of(shell, &call, "return", form)))
}

pub(super) async fn return_to_author(
    State(app): State<App>,
    Caller(who): Caller,
    acting: ActingFor,
    shell: Shell,
    Path(id): Path<Uuid>,
    form: Form,
) -> Result<Response, Refusal> {
    match actions::return_to_author(&app, &who, &form.command(acting), id, form.text("reason")).await {
        Ok(_) => Ok(done(&format!("/office/calls/{id}"), "flash-returned").into_response()),
        Err(refusal) => {
            let call = office_call(&app, &who, id).await?;
            let mut view = return_view(&shell, &call, form.text("reason"));
            form_errors(&mut view, shell.locale, refusal)?;
            Ok(Page::new(page_of(shell, &call, "return", view))
                .status(StatusCode::UNPROCESSABLE_ENTITY)
                .into_response())
        }
    }
}

fn extend_view(shell: &Shell, call: &call::Model, until: &str, typed: &str) -> FormView {
    let base = format!("/office/calls/{}", call.id);
    let mut view = reason_form(shell, &format!("{base}/extend"), &base, typed);
    let mut field = FormField::plain("closes_at", shell.t("call-extend-until"), Control::DateTime);
    field.value = until.to_string();
    field.required = true;
    view.fields.insert(0, field);
    view.with("_version", call.version).submit(shell.t("call-extend"))
}

pub(super) async fn extend_form(
    State(app): State<App>,
    Caller(who): Caller,
    shell: Shell,
    Path(id): Path<Uuid>,
) -> Result<Page<FormPage>, Refusal> {
    let call = office_call(&app, &who, id).await?;
    let form = extend_view(&shell, &call, "", "");
    Ok(Page::new(page_of(shell, &call, "extend", form)))
}

pub(super) async fn extend(
    State(app): State<App>,
    Caller(who): Caller,
    acting: ActingFor,
    shell: Shell,
    Path(id): Path<Uuid>,
    form: Form,
) -> Result<Response, Refusal> {
    let typed = crate::http::form_view::answers(&[Field::new("closes_at", FieldType::Instant)], &form.0);
    let extended = match typed["closes_at"].as_i64() {
        Some(until) => actions::extend(&app, &who, &form.command(acting), id, until, form.text("reason")).await,
        None => Err(Refusal::field("closes_at", FieldProblem::Missing)),
    };
    match extended {
        Ok(_) => Ok(done(&format!("/office/calls/{id}"), "flash-call-extended").into_response()),
        Err(refusal) => {
            let call = office_call(&app, &who, id).await?;
            let mut view = extend_view(&shell, &call, form.text("closes_at"), form.text("reason"));
            form_errors(&mut view, shell.locale, refusal)?;
            Ok(Page::new(page_of(shell, &call, "extend", view))
                .status(StatusCode::UNPROCESSABLE_ENTITY)
                .into_response())
        }
    }
}
