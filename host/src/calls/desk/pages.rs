//! How a call runs, who follows it and what is asked about it, as pages.

use super::super::api::OFFICE;
use super::super::pages::{office_call, under};
use super::super::queries::find_visible;
use super::super::rules::{editable, takes_proposals};
use super::settings::{Kind, MOST_LATE_DAYS, Settings, Steps, settings_of};
use super::{ceilings, followers, inquiries, settings};
use crate::http::components::{ActionButton, Cell, Column, EmptyState, Moment, Table};
use crate::http::form_view::{Control, FormField, FormView, OptionView};
use crate::http::page::{Page, Shell};
use crate::http::preferences::done;
use crate::http::problem::form_errors;
use crate::http::usual::{FormPage, ListPage, pager};
use crate::http::{Access, ActingFor, Caller, Form, Paging, Path, Query, Routes};
use crate::{App, Refusal, Who};
use axum::extract::State;
use axum::http::{Method, StatusCode};
use axum::response::{IntoResponse, Response};
use serde_json::json;
use twoway_entity::accounts::Role;
use twoway_entity::calls::call;
use twoway_ids::Uuid;
use twoway_manifest::FieldProblem;

pub(super) fn routes(routes: Routes) -> Routes {
    routes
        .page(Method::GET, "/office/calls/{id}/settings", OFFICE, settings_form)
        .page(Method::POST, "/office/calls/{id}/settings", OFFICE, save_settings)
        .page(Method::POST, "/calls/{id}/follow", Access::SignedIn, follow)
        .page(Method::POST, "/calls/{id}/unfollow", Access::SignedIn, unfollow)
        .page(Method::GET, "/calls/{id}/inquiries", Access::Public, list)
        .page(Method::GET, "/calls/{id}/ask", Access::SignedIn, ask_form)
        .page(Method::POST, "/calls/{id}/ask", Access::SignedIn, ask)
        .page(Method::GET, "/office/inquiries/{id}", OFFICE, answer_form)
        .page(Method::POST, "/office/inquiries/{id}", OFFICE, answer)
}

fn settings_page(shell: Shell, call: &call::Model, now: &Settings, version: &str) -> Result<FormPage, Refusal> {
    let base = format!("/office/calls/{}", call.id);
    let mut kind = FormField::plain("kind", shell.t("call-kind"), Control::Radios);
    kind.options = Kind::ALL
        .iter()
        .map(|k| OptionView {
            value: k.as_str().into(),
            label: shell.t(&format!("call-kind-{}", k.as_str())),
            selected: *k == now.kind,
        })
        .collect();
    kind.required = true;
    let flag = |name: &str, on: bool| {
        let mut field = FormField::plain(name, shell.t(&format!("call-set-{name}")), Control::Checkbox);
        (field.value, field.help) = (on.to_string(), Some(shell.t(&format!("call-set-{name}-help"))));
        field
    };
    let mut cost = FormField::plain("cost_question", shell.t("call-cost-question"), Control::Select);
    cost.help = Some(shell.t("call-cost-question-help"));
    let amounts = ceilings::amounts(call)?.into_iter().map(|field| (field.key, field.title.unwrap_or_default()));
    cost.options = std::iter::once((String::new(), shell.t("call-cost-question-none")))
        .chain(amounts)
        .map(|(value, label)| OptionView {
            selected: value == now.cost_question.as_deref().unwrap_or(""),
            value,
            label,
        })
        .collect();
    let mut late = FormField::plain("late_days", shell.t("call-late-days"), Control::Number);
    (late.value, late.required) = (now.late_days.to_string(), true);
    (late.min, late.max, late.help) = (Some(0), Some(MOST_LATE_DAYS.into()), Some(shell.t("call-late-days-help")));
    let fields = vec![
        kind,
        cost,
        late,
        flag("invited", now.invited),
        flag("sealed", now.sealed),
        flag("screening", now.steps.screening),
        flag("roadshow", now.steps.roadshow),
        flag("second_round", now.steps.second_round),
    ];
    let form = FormView::plain(format!("{base}/settings"), fields)
        .with("_version", version)
        .submit(shell.t("save"))
        .cancel(shell.t("leave-form"), base);
    let (heading, lead) = (shell.t("call-settings"), shell.t("call-settings-lead"));
    Ok(FormPage { shell: under(shell, call, &heading), heading, lead, form })
}

async fn settings_form(
    State(app): State<App>,
    Caller(who): Caller,
    shell: Shell,
    Path(id): Path<Uuid>,
) -> Result<Page<FormPage>, Refusal> {
    let call = office_call(&app, &who, id).await?;
    editable(call.state)?;
    let now = settings_of(app.db.read(), who.tenant, id).await?;
    Ok(Page::new(settings_page(shell, &call, &now, &call.version.to_string())?))
}

async fn save_settings(
    State(app): State<App>,
    Caller(who): Caller,
    acting: ActingFor,
    shell: Shell,
    Path(id): Path<Uuid>,
    form: Form,
) -> Result<Response, Refusal> {
    let call = office_call(&app, &who, id).await?;
    let on = |name: &str| form.text(name) == "true";
    let kind = serde_json::from_value::<Kind>(json!(form.text("kind")));
    let late_days: Option<i32> = match form.text("late_days") {
        "" => Some(0),
        text => text.parse().ok(),
    };
    let input = Settings {
        kind: *kind.as_ref().unwrap_or(&Kind::Annual),
        sealed: on("sealed"),
        steps: Steps { screening: on("screening"), roadshow: on("roadshow"), second_round: on("second_round") },
        invited: on("invited"),
        late_days: late_days.unwrap_or(0),
        cost_question: Some(form.text("cost_question").to_string()).filter(|key| !key.is_empty()),
    };
    let saved = match kind {
        Ok(_) if late_days.is_none() => Err(Refusal::field("late_days", FieldProblem::WrongType)),
        Ok(_) => settings::change(&app, &who, &form.command(acting), id, input.clone()).await,
        Err(_) => Err(Refusal::field("kind", FieldProblem::NotAnOption)),
    };
    match saved {
        Ok(_) => Ok(done(&format!("/office/calls/{id}"), "flash-saved").into_response()),
        Err(refusal) => refused(settings_page(shell, &call, &input, form.text("_version"))?, refusal),
    }
}

fn refused(mut page: FormPage, refusal: Refusal) -> Result<Response, Refusal> {
    form_errors(&mut page.form, page.shell.locale, refusal)?;
    Ok(Page::new(page).status(StatusCode::UNPROCESSABLE_ENTITY).into_response())
}

async fn follow(
    State(app): State<App>,
    Caller(who): Caller,
    acting: ActingFor,
    Path(id): Path<Uuid>,
    form: Form,
) -> Result<impl IntoResponse, Refusal> {
    followers::follow(&app, &who, &form.command(acting), id, true).await?;
    Ok(done(&format!("/calls/{id}"), "flash-followed"))
}

async fn unfollow(
    State(app): State<App>,
    Caller(who): Caller,
    acting: ActingFor,
    Path(id): Path<Uuid>,
    form: Form,
) -> Result<impl IntoResponse, Refusal> {
    followers::follow(&app, &who, &form.command(acting), id, false).await?;
    Ok(done(&format!("/calls/{id}"), "flash-unfollowed"))
}

/// The buttons of the public page beside the proposal's: follow, and what was asked.
pub(in crate::calls) async fn buttons(
    app: &App,
    who: &Who,
    shell: &Shell,
    id: Uuid,
) -> Result<Vec<ActionButton>, Refusal> {
    let asked = ActionButton::link(shell.t("inquiries-title"), format!("/calls/{id}/inquiries"));
    if who.account().is_none() {
        return Ok(vec![asked]);
    }
    let (label, verb) = if followers::follows(app.db.read(), who, id).await? {
        ("call-unfollow", "unfollow")
    } else {
        ("call-follow", "follow")
    };
    Ok(vec![ActionButton::post(shell.t(label), format!("/calls/{id}/{verb}")), asked])
}

fn under_public(shell: Shell, call: &call::Model, heading: &str) -> Shell {
    let calls = shell.t("calls-title");
    shell.crumb(calls, "/calls").crumb(&call.title, format!("/calls/{}", call.id)).titled(heading)
}

async fn list(
    State(app): State<App>,
    Caller(who): Caller,
    shell: Shell,
    Path(id): Path<Uuid>,
    Query(paging): Query<Paging>,
) -> Result<Page<ListPage>, Refusal> {
    let call = find_visible(app.db.read(), &who, id).await?;
    let found = inquiries::list(&app, &who, id, &paging).await?;
    let answers = who.holds_over(&[Role::LeadOffice], &call.path);
    let columns = ["inquiry-question", "inquiry-asked", "inquiry-answer", "inquiry-answered"];
    let empty = EmptyState::new("folder", shell.t("inquiries-empty"), shell.t("inquiries-empty-text"));
    let mut table = Table::new(shell.t("inquiries-title"), columns.map(|key| Column::new(shell.t(key))).into(), empty);
    for row in &found.items {
        let question = match row.answered_at {
            None if answers => Cell::link(row.question.as_str(), format!("/office/inquiries/{}", row.id)),
            _ => Cell::text(row.question.as_str()),
        };
        let waits = || Cell::When(Moment::due(shell.locale, row.due_at, app.now(), None));
        table.row(vec![
            question,
            Cell::When(Moment::day(shell.locale, row.asked_at)),
            row.answer.as_ref().map_or_else(|| Cell::text(shell.t("inquiry-waits")), Cell::text),
            row.answered_at.map_or_else(waits, |at| Cell::When(Moment::day(shell.locale, at))),
        ]);
    }
    let mut buttons = Vec::new();
    if takes_proposals(&call, app.now()).is_ok() {
        buttons.push(ActionButton::link(shell.t("inquiry-ask"), format!("/calls/{id}/ask")).primary());
    }
    let pager = pager(&format!("/calls/{id}/inquiries"), &[], &found, paging.cursor.is_none());
    let (heading, lead) = (shell.t("inquiries-title"), shell.t("inquiries-lead"));
    let shell = under_public(shell, &call, &heading);
    Ok(Page::new(ListPage { shell, heading, lead, buttons, filters: Vec::new(), table, pager }))
}

/// A form of one long text.
fn text_view(action: &str, name: &str, label: String, max: u32, typed: &str) -> FormView {
    let mut field = FormField::plain(name, label, Control::Text);
    (field.value, field.required, field.max_length) = (typed.to_string(), true, Some(max));
    FormView::plain(action, vec![field])
}

async fn ask_page(app: &App, who: &Who, shell: Shell, id: Uuid, typed: &str) -> Result<FormPage, Refusal> {
    let call = find_visible(app.db.read(), who, id).await?;
    let back = format!("/calls/{id}/inquiries");
    let form = text_view(&format!("/calls/{id}/ask"), "question", shell.t("inquiry-question"), 1_000, typed)
        .submit(shell.t("inquiry-ask"))
        .cancel(shell.t("leave-form"), back);
    let (heading, lead) = (shell.t("inquiry-ask"), shell.t("inquiry-ask-lead"));
    Ok(FormPage { shell: under_public(shell, &call, &heading), heading, lead, form })
}

async fn ask_form(
    State(app): State<App>,
    Caller(who): Caller,
    shell: Shell,
    Path(id): Path<Uuid>,
) -> Result<Page<FormPage>, Refusal> {
    Ok(Page::new(ask_page(&app, &who, shell, id, "").await?))
}

async fn ask(
    State(app): State<App>,
    Caller(who): Caller,
    acting: ActingFor,
    shell: Shell,
    Path(id): Path<Uuid>,
    form: Form,
) -> Result<Response, Refusal> {
    match inquiries::ask(&app, &who, &form.command(acting), id, form.text("question")).await {
        Ok(_) => Ok(done(&format!("/calls/{id}/inquiries"), "flash-asked").into_response()),
        Err(refusal) => refused(ask_page(&app, &who, shell, id, form.text("question")).await?, refusal),
    }
}

async fn answer_page(app: &App, who: &Who, shell: Shell, id: Uuid, typed: &str) -> Result<FormPage, Refusal> {
    let asked = inquiries::find(app, who, id).await?;
    let call = office_call(app, who, asked.call_id).await?;
    let back = format!("/calls/{}/inquiries", asked.call_id);
    let place = format!("/office/inquiries/{id}");
    let typed = asked.answer.as_deref().unwrap_or(typed);
    let form = text_view(&place, "answer", shell.t("inquiry-answer"), 4_000, typed)
        .submit(shell.t("inquiry-do-answer"))
        .cancel(shell.t("leave-form"), back);
    let heading = shell.t("inquiry-do-answer");
    let lead = shell.t1("inquiry-answer-lead", "question", asked.question);
    Ok(FormPage { shell: under(shell, &call, &heading), heading, lead, form })
}

async fn answer_form(
    State(app): State<App>,
    Caller(who): Caller,
    shell: Shell,
    Path(id): Path<Uuid>,
) -> Result<Page<FormPage>, Refusal> {
    Ok(Page::new(answer_page(&app, &who, shell, id, "").await?))
}

async fn answer(
    State(app): State<App>,
    Caller(who): Caller,
    acting: ActingFor,
    shell: Shell,
    Path(id): Path<Uuid>,
    form: Form,
) -> Result<Response, Refusal> {
    let asked = inquiries::find(&app, &who, id).await?;
    match inquiries::answer(&app, &who, &form.command(acting), id, form.text("answer")).await {
        Ok(_) => Ok(done(&format!("/calls/{}/inquiries", asked.call_id), "flash-answered").into_response()),
        Err(refusal) => refused(answer_page(&app, &who, shell, id, form.text("answer")).await?, refusal),
    }
}
