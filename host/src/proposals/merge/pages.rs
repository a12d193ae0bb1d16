use super::actions;
use super::queries::{Seen, find_visible};
use super::state::{MergerMachine, MergerState};
use crate::calls::api::OFFICE;
use crate::http::components::{ActionButton, Cell, Facts, HistoryList, Look, Moment, StateBadge, Tone};
use crate::http::form_view::{Control, FormField, FormView, OptionView};
use crate::http::page::{Page, Shell};
use crate::http::preferences::done;
use crate::http::problem::form_errors;
use crate::http::usual::{FormPage, history, reason_form};
use crate::http::{Access, ActingFor, Caller, Form, Paging, Path, Query, Routes};
use crate::lifecycle::{Machine, names};
use crate::proposals::queries::{self, Sight};
use crate::proposals::state::ProposalState;
use crate::{App, Refusal, Who, audit};
use askama::Template;
use axum::extract::State;
use axum::http::{Method, StatusCode};
use axum::response::{IntoResponse, Response};
use serde::Deserialize;
use twoway_entity::proposals::proposal;
use twoway_ids::Uuid;

pub(super) fn routes(routes: Routes) -> Routes {
    routes
        .page(Method::GET, "/proposals/{id}/merge", OFFICE, propose_form)
        .page(Method::POST, "/proposals/{id}/merge", OFFICE, propose)
        .page(Method::GET, "/mergers/{id}", Access::SignedIn, show)
        .page(Method::POST, "/mergers/{id}/agree", Access::SignedIn, agree)
        .page(Method::POST, "/mergers/{id}/take-back", Access::SignedIn, take_back)
        .page(Method::POST, "/mergers/{id}/refuse", Access::SignedIn, refuse)
        .page(Method::POST, "/mergers/{id}/call-off", OFFICE, call_off)
}

#[derive(Default, Deserialize)]
#[serde(default)]
struct Wanted {
    into: Option<Uuid>,
}

/// The form with which the office proposes a merger: into which of the call's other proposals, and why.
async fn propose_page(
    app: &App,
    who: &Who,
    shell: Shell,
    id: Uuid,
    into: &str,
    typed: &Form,
) -> Result<FormPage, Refusal> {
    let db = app.db.read();
    let seen = queries::find_visible(db, who, id).await?;
    if seen.sight != Sight::Office {
        return Err(Refusal::NotFound);
    }
    let row = seen.row;
    let states = [ProposalState::Submitted, ProposalState::Eligible];
    let all = Paging { limit: Some(100), ..Paging::default() };
    let others = queries::handed_in(db, who, Some(row.call_id), &states, &all).await?;
    let option = |other: proposal::Model| OptionView {
        label: format!("{} {}", other.receipt.unwrap_or_default(), other.title),
        selected: other.id.to_string() == into,
        value: other.id.to_string(),
    };
    let mut target = FormField::plain("into", shell.t("merge-into"), Control::Select);
    target.help = Some(shell.t("merge-into-help"));
    target.required = true;
    target.value = into.to_string();
    target.options = others.items.into_iter().filter(|other| other.id != id).map(option).collect();
    let (heading, lead) = (shell.t("merge-propose"), shell.t("merge-propose-lead"));
    let base = format!("/proposals/{id}");
    let mut form = reason_form(&shell, &format!("{base}/merge"), &base, typed.text("reason"))
        .with("_version", row.version)
        .submit(&heading);
    form.fields.insert(0, target);
    let (calls, desk) = (shell.t("office-calls-title"), shell.t("call-screening-desk"));
    let shell = shell
        .crumb(calls, "/office/calls")
        .crumb(desk, format!("/office/calls/{}/screening", row.call_id))
        .crumb(&row.title, base)
        .titled(&heading);
    Ok(FormPage { shell, heading, lead, form })
}

async fn propose_form(
    State(app): State<App>,
    Caller(who): Caller,
    shell: Shell,
    Path(id): Path<Uuid>,
    Query(wanted): Query<Wanted>,
) -> Result<Page<FormPage>, Refusal> {
    let into = wanted.into.map(|id| id.to_string()).unwrap_or_default();
    Ok(Page::new(propose_page(&app, &who, shell, id, &into, &Form(Vec::new())).await?))
}

async fn propose(
    State(app): State<App>,
    Caller(who): Caller,
    acting: ActingFor,
    shell: Shell,
    Path(id): Path<Uuid>,
    form: Form,
) -> Result<Response, Refusal> {
    let proposed = match Uuid::parse_str(form.text("into")) {
        Ok(into) => actions::propose(&app, &who, &form.command(acting), id, into, form.text("reason")).await,
        Err(_) => Err(Refusal::field("into", twoway_manifest::FieldProblem::Missing)),
    };
    match proposed {
        Ok(made) => Ok(done(&format!("/mergers/{}", made.id), "flash-merger-proposed").into_response()),
        Err(refusal) => {
            let mut page = propose_page(&app, &who, shell, id, form.text("into"), &form).await?;
            form_errors(&mut page.form, page.shell.locale, refusal)?;
            Ok(Page::new(page).status(StatusCode::UNPROCESSABLE_ENTITY).into_response())
        }
    }
}

#[derive(Template)]
#[template(path = "proposals/merger.html")]
struct MergerHtml {
    shell: Shell,
    heading: String,
    badge: StateBadge,
    facts: Facts,
    /// What the proposer may do who has not agreed yet.
    agree: Option<FormView>,
    take_back: Option<ActionButton>,
    /// Refuse, or call off.
    end: Option<FormView>,
    history: HistoryList,
}

fn badge(shell: &Shell, state: MergerState) -> StateBadge {
    let tone = match state {
        MergerState::Proposed => Tone::Attention,
        MergerState::Merged => Tone::Good,
        MergerState::Refused | MergerState::CalledOff | MergerState::Lapsed => Tone::Neutral,
    };
    StateBadge::of(shell.locale, "merger", &names(&state), tone)
}

fn facts(app: &App, shell: &Shell, seen: &Seen) -> Facts {
    let Seen { row, source, target, .. } = seen;
    let said = |agreed: bool| Cell::text(shell.t(if agreed { "merge-agreed" } else { "merge-not-yet" }));
    let mut facts = Facts::new()
        .fact(shell.t("merge-source"), Cell::link(source.title.as_str(), format!("/proposals/{}", source.id)))
        .fact(shell.t("merge-target"), Cell::link(target.title.as_str(), format!("/proposals/{}", target.id)))
        .fact(shell.t("field-reason"), Cell::text(row.reason.as_str()))
        .fact(shell.t("merge-source-answer"), said(row.source_agreed.is_some()))
        .fact(shell.t("merge-target-answer"), said(row.target_agreed.is_some()));
    if row.state == MergerState::Proposed {
        let due = Moment::due(shell.locale, row.due_at - 1, app.now(), None);
        facts = facts.fact(shell.t("merge-due"), Cell::When(due));
    }
    if let Some(reason) = &row.ended_reason {
        facts = facts.fact(shell.t("merge-ended-reason"), Cell::text(reason.as_str()));
    }
    facts
}

async fn page(app: &App, who: &Who, shell: Shell, id: Uuid, typed: &Form) -> Result<MergerHtml, Refusal> {
    let seen = find_visible(app.db.read(), who, id).await?;
    let (row, base) = (&seen.row, format!("/mergers/{id}"));
    let open = row.state == MergerState::Proposed;
    let owns = seen.owns_source || seen.owns_target;
    let agreed = seen.owns_source && row.source_agreed.is_some() || seen.owns_target && row.target_agreed.is_some();
    let all = (!seen.owns_source || row.source_agreed.is_some()) && (!seen.owns_target || row.target_agreed.is_some());
    let agree = (open && owns && !all).then(|| {
        let mut named = FormField::plain("named", shell.t("merge-named"), Control::Checkbox);
        named.help = Some(shell.t("merge-named-help"));
        named.value = typed.text("named").to_string();
        FormView::plain(format!("{base}/agree"), vec![named])
            .with("_version", row.version)
            .submit(shell.t("merge-agree"))
    });
    let take_back = (open && agreed).then(|| {
        ActionButton::post(shell.t("merge-take-back"), format!("{base}/take-back")).with("_version", row.version)
    });
    let leads = who.holds_over(&[twoway_entity::accounts::Role::LeadOffice], &row.path);
    let ends = match (owns, leads) {
        (true, _) => Some("refuse"),
        (false, true) => Some("call-off"),
        (false, false) => None,
    };
    let end = ends.filter(|_| open).map(|verb| {
        let label = shell.t(&format!("merge-{verb}"));
        let mut form = reason_form(&shell, &format!("{base}/{verb}"), &base, typed.text("reason"))
            .with("_version", row.version)
            .button(label, verb, Look::Danger);
        form.cancel = None;
        form
    });
    let events = audit::history(app.db.read(), who.tenant, MergerMachine::KIND, id, 50).await?;
    let (list, href) = if owns { ("nav-my-proposals", "/proposals") } else { ("office-calls-title", "/office/calls") };
    let (heading, list) = (shell.t("machine-merger"), shell.t(list));
    let shell = shell.crumb(list, href).titled(&heading);
    Ok(MergerHtml {
        badge: badge(&shell, row.state),
        facts: facts(app, &shell, &seen),
        history: history(&shell, MergerMachine::KIND, events, app.now()),
        heading,
        agree,
        take_back,
        end,
        shell,
    })
}

async fn show(
    State(app): State<App>,
    Caller(who): Caller,
    shell: Shell,
    Path(id): Path<Uuid>,
) -> Result<Page<MergerHtml>, Refusal> {
    Ok(Page::new(page(&app, &who, shell, id, &Form(Vec::new())).await?))
}

async fn agree(
    State(app): State<App>,
    Caller(who): Caller,
    acting: ActingFor,
    shell: Shell,
    Path(id): Path<Uuid>,
    form: Form,
) -> Result<Response, Refusal> {
    match actions::agree(&app, &who, &form.command(acting), id, form.text("named") == "true").await {
        Ok(_) => Ok(done(&format!("/mergers/{id}"), "flash-merger-agreed").into_response()),
        Err(refusal) => {
            let mut page = page(&app, &who, shell, id, &form).await?;
            let Some(view) = &mut page.agree else { return Err(refusal) };
            form_errors(view, page.shell.locale, refusal)?;
            Ok(Page::new(page).status(StatusCode::UNPROCESSABLE_ENTITY).into_response())
        }
    }
}

async fn take_back(
    State(app): State<App>,
    Caller(who): Caller,
    acting: ActingFor,
    Path(id): Path<Uuid>,
    form: Form,
) -> Result<impl IntoResponse, Refusal> {
    actions::take_back(&app, &who, &form.command(acting), id).await?;
    Ok(done(&format!("/mergers/{id}"), "flash-merger-taken-back"))
}

async fn refuse(
    State(app): State<App>,
    Caller(who): Caller,
    acting: ActingFor,
    shell: Shell,
    Path(id): Path<Uuid>,
    form: Form,
) -> Result<Response, Refusal> {
    let ended = actions::refuse(&app, &who, &form.command(acting), id, form.text("reason")).await;
    after_end(&app, &who, shell, id, &form, ended.map(|_| "flash-merger-refused")).await
}

async fn call_off(
    State(app): State<App>,
    Caller(who): Caller,
    acting: ActingFor,
    shell: Shell,
    Path(id): Path<Uuid>,
    form: Form,
) -> Result<Response, Refusal> {
    let ended = actions::call_off(&app, &who, &form.command(acting), id, form.text("reason")).await;
    after_end(&app, &who, shell, id, &form, ended.map(|_| "flash-merger-called-off")).await
}

async fn after_end(
    app: &App,
    who: &Who,
    shell: Shell,
    id: Uuid,
    form: &Form,
    ended: Result<&'static str, Refusal>,
) -> Result<Response, Refusal> {
    match ended {
        Ok(flash) => Ok(done(&format!("/mergers/{id}"), flash).into_response()),
        Err(refusal) => {
            let mut page = page(app, who, shell, id, form).await?;
            let Some(view) = &mut page.end else { return Err(refusal) };
            form_errors(view, page.shell.locale, refusal)?;
            Ok(Page::new(page).status(StatusCode::UNPROCESSABLE_ENTITY).into_response())
        }
    }
}
