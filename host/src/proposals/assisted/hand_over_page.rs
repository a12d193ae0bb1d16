use super::api::ENTERS;
use super::hand_over::{HandOver, hand_over};
use super::queries::{entry_of, is_clerk};
use crate::http::form_view::{Control, FormField, FormView};
use crate::http::page::{Page, Shell};
use crate::http::preferences::done;
use crate::http::problem::form_errors;
use crate::http::usual::FormPage;
use crate::http::{ActingFor, Caller, Form, Path, Routes};
use crate::proposals::queries::find_visible;
use crate::{App, Refusal, Who};
use axum::extract::State;
use axum::http::{Method, StatusCode};
use axum::response::{IntoResponse, Response};
use twoway_ids::Uuid;

pub(super) fn routes(routes: Routes) -> Routes {
    routes.page(Method::GET, "/proposals/{id}/paper/hand-over", ENTERS, form).page(
        Method::POST,
        "/proposals/{id}/paper/hand-over",
        ENTERS,
        send,
    )
}

async fn page(app: &App, who: &Who, shell: Shell, id: Uuid, typed: &HandOver) -> Result<FormPage, Refusal> {
    let row = find_visible(app.db.read(), who, id).await?.row;
    if !is_clerk(who, &row.path) || entry_of(app.db.read(), &row).await?.is_none() {
        return Err(Refusal::NotFound);
    }
    let mut login = FormField::plain("login", shell.t("paper-hand-over-login"), Control::Line);
    (login.value, login.required, login.autocomplete) = (typed.login.clone(), true, Some("off"));
    login.help = Some(shell.t("paper-hand-over-login-help"));
    let mut number = FormField::plain("id_number", shell.t("field-paper-id_number"), Control::Code);
    (number.value, number.autocomplete) = (typed.id_number.clone(), Some("off"));
    number.help = Some(shell.t("paper-hand-over-id-help"));
    let paper = format!("/proposals/{id}/paper");
    let form = FormView::plain(format!("{paper}/hand-over"), vec![login, number])
        .with("_version", row.version)
        .submit(shell.t("paper-hand-over-do"))
        .cancel(shell.t("leave-form"), paper.as_str());
    let (heading, lead) = (shell.t("paper-hand-over"), shell.t("paper-hand-over-lead"));
    let (list, of) = (shell.t("office-calls-title"), shell.t("paper-title"));
    let title = if row.title.is_empty() { shell.t("proposal-untitled") } else { row.title };
    let shell = shell.crumb(list, "/office/calls").crumb(title, format!("/proposals/{id}")).crumb(of, paper);
    Ok(FormPage { shell: shell.titled(&heading), heading, lead, form })
}

async fn form(
    State(app): State<App>,
    Caller(who): Caller,
    shell: Shell,
    Path(id): Path<Uuid>,
) -> Result<Page<FormPage>, Refusal> {
    Ok(Page::new(page(&app, &who, shell, id, &HandOver::default()).await?))
}

async fn send(
    State(app): State<App>,
    Caller(who): Caller,
    acting: ActingFor,
    shell: Shell,
    Path(id): Path<Uuid>,
    form: Form,
) -> Result<Response, Refusal> {
    let typed = HandOver { login: form.text("login").to_string(), id_number: form.text("id_number").to_string() };
    match hand_over(&app, &who, &form.command(acting), id, typed.clone()).await {
        // The clerk may not see it any more: a draft is read by its owner alone.
        Ok(_) => Ok(done("/work", "flash-paper-handed-over").into_response()),
        Err(refusal) => {
            let mut page = page(&app, &who, shell, id, &typed).await?;
            form_errors(&mut page.form, page.shell.locale, refusal)?;
            Ok(Page::new(page).status(StatusCode::UNPROCESSABLE_ENTITY).into_response())
        }
    }
}
