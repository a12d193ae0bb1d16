use super::list::teams;
use crate::http::form_view::{Control, FieldWords, FormField, FormView, OptionView, answers};
use crate::http::page::{Page, Shell};
use crate::http::preferences::done;
use crate::http::problem::form_errors;
use crate::http::usual::FormPage;
use crate::http::{ActingFor, Caller, Form, Path};
use crate::projects::model::{Plan, REPORT_LENGTH};
use crate::projects::queries::{find_visible, leads};
use crate::projects::state::{PLANNING, ProjectState};
use crate::projects::{SUSPENDS, actions};
use crate::{App, Refusal, Who};
use axum::extract::State;
use axum::http::StatusCode;
use axum::response::{IntoResponse, Response};
use twoway_entity::accounts::Role;
use twoway_entity::projects::project;
use twoway_entity::proposals::proposal;
use twoway_ids::Uuid;

fn form_page(shell: Shell, row: &project::Model, key: &str, form: FormView) -> FormPage {
    let heading = shell.t(&format!("project-{key}-title"));
    let lead = shell.t(&format!("project-{key}-lead"));
    let projects = shell.t("nav-projects");
    let shell = shell
        .crumb(projects, "/projects")
        .crumb(row.title.clone(), format!("/projects/{}", row.id))
        .titled(heading.clone());
    FormPage { shell, heading, lead, form }
}

/// The page again, with what was typed and why it was refused.
fn refused(mut page: FormPage, refusal: Refusal) -> Result<Response, Refusal> {
    form_errors(&mut page.form, page.shell.locale, refusal)?;
    Ok(Page::new(page).status(StatusCode::UNPROCESSABLE_ENTITY).into_response())
}

/// The project whose lead the reader is, in a state in which the plan is still theirs to write.
async fn planned(app: &App, who: &Who, id: Uuid) -> Result<project::Model, Refusal> {
    let row = find_visible(app.db.read(), who, id).await?.row;
    match (leads(who, &row), PLANNING.contains(&row.state)) {
        (false, _) => Err(Refusal::NotAllowed),
        (true, false) => Err(Refusal::rule("project-plan-frozen")),
        (true, true) => Ok(row),
    }
}

fn plan_view(shell: &Shell, row: &project::Model, given: &serde_json::Value) -> FormView {
    let words = FieldWords::host(shell.locale, "field-project");
    // The page marks what a start will need; saving a part is always possible.
    FormView::new(format!("/projects/{}/plan", row.id), &Plan::form(), &words, given, &[])
        .with("_version", row.version)
        .submit(shell.t("save"))
        .cancel(shell.t("cancel"), format!("/projects/{}", row.id))
}

pub(super) async fn plan_form(
    State(app): State<App>,
    Caller(who): Caller,
    Path(id): Path<Uuid>,
    shell: Shell,
) -> Result<Response, Refusal> {
    let row = planned(&app, &who, id).await?;
    let form = plan_view(&shell, &row, &row.plan);
    Ok(Page::new(form_page(shell, &row, "plan", form)).into_response())
}

pub(super) async fn save_plan(
    State(app): State<App>,
    Caller(who): Caller,
    acting: ActingFor,
    Path(id): Path<Uuid>,
    shell: Shell,
    form: Form,
) -> Result<Response, Refusal> {
    let given = answers(&Plan::form(), &form.0);
    match actions::save_plan(&app, &who, &form.command(acting), id, &given).await {
        Ok(_) => Ok(done(&format!("/projects/{id}"), "flash-saved").into_response()),
        Err(refusal) => {
            let row = planned(&app, &who, id).await?;
            let view = plan_view(&shell, &row, &given);
            refused(form_page(shell, &row, "plan", view), refusal)
        }
    }
}

/// A form of one long text.
fn text_view(shell: &Shell, row: &project::Model, verb: &str, field: &str, max: u32, typed: &str) -> FormView {
    let mut text = FormField::plain(field, shell.t(&format!("field-project-{field}")), Control::Text);
    text.help = Some(shell.t(&format!("field-project-{field}-help")));
    text.required = true;
    text.max_length = Some(max);
    text.value = typed.to_string();
    FormView::plain(format!("/projects/{}/{verb}", row.id), vec![text])
        .with("_version", row.version)
        .submit(shell.t(&format!("project-{verb}")))
        .cancel(shell.t("cancel"), format!("/projects/{}", row.id))
}

macro_rules! text_page {
    ($form:ident, $post:ident, $verb:literal, $field:literal, $max:expr, $action:path, $may:expr, $flash:literal) => {
        pub(super) async fn $form(
            State(app): State<App>,
            Caller(who): Caller,
            Path(id): Path<Uuid>,
            shell: Shell,
        ) -> Result<Response, Refusal> {
            let row = find_visible(app.db.read(), &who, id).await?.row;
            $may(&who, &row)?;
            let form = text_view(&shell, &row, $verb, $field, $max, "");
            Ok(Page::new(form_page(shell, &row, $verb, form)).into_response())
        }

        pub(super) async fn $post(
            State(app): State<App>,
            Caller(who): Caller,
            acting: ActingFor,
            Path(id): Path<Uuid>,
            shell: Shell,
            form: Form,
        ) -> Result<Response, Refusal> {
            let typed = form.text($field);
            match $action(&app, &who, &form.command(acting), id, typed).await {
                Ok(_) => Ok(done(&format!("/projects/{id}"), $flash).into_response()),
                Err(refusal) => {
                    let row = find_visible(app.db.read(), &who, id).await?.row;
                    let view = text_view(&shell, &row, $verb, $field, $max, typed);
                    refused(form_page(shell, &row, $verb, view), refusal)
                }
            }
        }
    };
}

/// A form is offered only to who may send it, and only while it can do something.
fn offered(may: bool, fits: bool, row: &project::Model) -> Result<(), Refusal> {
    match (may, fits) {
        (false, _) => Err(Refusal::NotAllowed),
        (true, true) => Ok(()),
        (true, false) => Err(crate::projects::wrong_state(row)),
    }
}

fn may_suspend(who: &Who, row: &project::Model) -> Result<(), Refusal> {
    offered(who.holds_over(SUSPENDS, &row.path), row.state == ProjectState::Running, row)
}

fn may_terminate(who: &Who, row: &project::Model) -> Result<(), Refusal> {
    let over = matches!(row.state, ProjectState::Accepted | ProjectState::Terminated);
    offered(who.holds_over(&[Role::LeadOffice], &row.path), !over, row)
}

fn may_close(who: &Who, row: &project::Model) -> Result<(), Refusal> {
    offered(leads(who, row), row.state == ProjectState::Running, row)
}

text_page!(suspend_form, suspend, "suspend", "reason", 2_000, actions::suspend, may_suspend, "flash-project-suspended");
text_page!(
    terminate_form,
    terminate,
    "terminate",
    "reason",
    2_000,
    actions::terminate,
    may_terminate,
    "flash-project-terminated"
);
text_page!(
    close_form,
    close,
    "close",
    "final_report",
    REPORT_LENGTH,
    actions::close,
    may_close,
    "flash-project-closed"
);

/// Asks for the team that carries out what a citizen proposed alone.
pub(super) async fn team_form(app: &App, shell: Shell, row: &proposal::Model) -> Result<Response, Refusal> {
    let (mut fields, mut lead) = (Vec::new(), shell.t("project-convert-text"));
    // A team's own proposal is carried out by that team.
    if row.organization_id.is_none() {
        let mut team = FormField::plain("team", shell.t("field-project-team"), Control::Select);
        team.required = true;
        team.options =
            teams(app).await?.into_iter().map(|(value, label)| OptionView { value, label, selected: false }).collect();
        fields.push(team);
        lead = shell.t("project-convert-citizen");
    }
    let form = FormView::plain(format!("/projects/pool/{}", row.id), fields)
        .with("_version", row.version)
        .submit(shell.t("project-convert"))
        .cancel(shell.t("cancel"), "/projects/pool");
    let heading = shell.t1("project-convert-confirm", "title", &row.title);
    let (projects, pool) = (shell.t("nav-projects"), shell.t("project-convert-title"));
    let shell = shell.crumb(projects, "/projects").crumb(pool, "/projects/pool").titled(row.title.clone());
    Ok(Page::new(FormPage { shell, heading, lead, form }).into_response())
}
