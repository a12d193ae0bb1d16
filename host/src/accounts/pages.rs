//! Sign-in, registration, profile.

use super::actions::{self, Client, Registration};
use super::queries::own;
use super::sessions;
use crate::http::form_view::{Control, FormField, FormView, OptionView};
use crate::http::page::{Page, Shell};
use crate::http::preferences::{done, keep_locale, own_path};
use crate::http::problem::{Again, form_errors};
use crate::http::texts::Locale;
use crate::http::{Access, Caller, Form, Peer, Query, Routes};
use crate::http::{cookies, frame};
use crate::{App, Refusal, Who};
use askama::Template;
use axum::extract::State;
use axum::http::{HeaderMap, Method, StatusCode};
use axum::response::{IntoResponse, Redirect, Response};
use serde::Deserialize;
use twoway_ids::SECOND;

pub(super) fn routes(routes: Routes) -> Routes {
    routes
        .page(Method::GET, "/sign-in", Access::Public, sign_in_form)
        .page(Method::POST, "/sign-in", Access::Public, sign_in)
        .page(Method::POST, "/sign-out", Access::Public, sign_out)
        .page(Method::GET, "/register", Access::Public, register_form)
        .page(Method::POST, "/register", Access::Public, register)
        .page(Method::POST, "/acting-for", Access::SignedIn, act_for)
        .page(Method::GET, "/me", Access::SignedIn, profile)
        .page(Method::POST, "/me", Access::SignedIn, update_profile)
        .page(Method::POST, "/me/password", Access::SignedIn, change_password)
}

#[derive(Template)]
#[template(path = "accounts/sign_in.html")]
struct SignInHtml {
    shell: Shell,
    form: FormView,
    back: String,
}

#[derive(Deserialize)]
struct Back {
    #[serde(default)]
    back: String,
}

fn sign_in_view(shell: &Shell, login: &str, back: &str) -> FormView {
    let mut name = FormField::plain("login", shell.t("account-login"), Control::Line);
    name.value = login.to_string();
    name.required = true;
    name.autocomplete = Some("username");
    let mut password = FormField::plain("password", shell.t("account-password"), Control::Password);
    password.required = true;
    password.autocomplete = Some("current-password");
    FormView::plain("/sign-in", vec![name, password]).with("_back", back).submit(shell.t("sign-in-submit"))
}

async fn sign_in_form(shell: Shell, Query(query): Query<Back>) -> Page<SignInHtml> {
    let form = sign_in_view(&shell, "", &query.back);
    let title = shell.t("sign-in");
    Page::new(SignInHtml { shell: shell.titled(title), form, back: query.back })
}

async fn sign_in(
    State(app): State<App>,
    shell: Shell,
    peer: Peer,
    headers: HeaderMap,
    form: Form,
) -> Result<Response, Refusal> {
    let back = form.text("_back");
    let knock = sessions::knock(Client::Page, peer, &headers);
    match actions::sign_in(&app, knock, form.text("login"), form.raw("password")).await {
        Ok(signed_in) => {
            // Whoever used this browser before is signed out by it.
            if let Some(before) = sessions::of_page(&app, &headers).await? {
                actions::end_session(&app, &Who::person(app.tenant, before)).await?;
            }
            let reads = Locale::parse(&signed_in.locale).and_then(keep_locale);
            let set =
                sessions::set_cookies(&signed_in).into_iter().chain([reads, cookies::clear(frame::ACTING_COOKIE)]);
            Ok((cookies::answer(set), Redirect::to(&own_path(Some(back)))).into_response())
        }
        Err(refusal) => {
            let again = Again::of(&refusal);
            let mut view = sign_in_view(&shell, form.text("login"), back);
            form_errors(&mut view, shell.locale, refusal)?;
            let title = shell.t("sign-in");
            Ok(again.with(SignInHtml { shell: shell.titled(title), form: view, back: back.to_string() }))
        }
    }
}

async fn sign_out(State(app): State<App>, Caller(who): Caller) -> Result<impl IntoResponse, Refusal> {
    if who.actor().is_some() {
        actions::end_session(&app, &who).await?;
    }
    Ok((cookies::answer([sessions::clear_cookie()]), done("/", "flash-signed-out")))
}

/// Chooses for whom the next acts are done. That the person holds a role there is checked again when the cookie is read.
async fn act_for(form: Form) -> impl IntoResponse {
    let id = twoway_ids::Uuid::parse_str(form.text("organization")).map(|id| id.to_string()).unwrap_or_default();
    let chosen = cookies::set(frame::ACTING_COOKIE, &id, sessions::PAGE_LASTS / SECOND);
    let back = own_path(Some(form.text("back")).filter(|b| !b.is_empty()));
    (cookies::answer([chosen]), Redirect::to(&back))
}

#[derive(Template)]
#[template(path = "accounts/register.html")]
struct RegisterHtml {
    shell: Shell,
    form: FormView,
}

fn register_view(shell: &Shell, form: &Form) -> FormView {
    let mut login = FormField::plain("login", shell.t("account-login"), Control::Line);
    login.help = Some(shell.t("account-login-help"));
    login.autocomplete = Some("username");
    let mut name = FormField::plain("name", shell.t("account-name"), Control::Line);
    name.help = Some(shell.t("account-name-help"));
    name.autocomplete = Some("name");
    let mut password = FormField::plain("password", shell.t("account-password"), Control::Password);
    password.help = Some(shell.t("account-password-help"));
    password.autocomplete = Some("new-password");
    for field in [&mut login, &mut name, &mut password] {
        field.required = true;
    }
    login.value = form.text("login").to_string();
    name.value = form.text("name").to_string();
    FormView::plain("/register", vec![login, name, password]).submit(shell.t("account-register"))
}

async fn register_form(shell: Shell) -> Page<RegisterHtml> {
    let form = register_view(&shell, &Form(Vec::new()));
    let title = shell.t("account-register");
    Page::new(RegisterHtml { shell: shell.titled(title), form })
}

async fn register(
    State(app): State<App>,
    Caller(who): Caller,
    Peer(address): Peer,
    shell: Shell,
    form: Form,
) -> Result<Response, Refusal> {
    let registration = Registration {
        login: form.text("login").to_string(),
        name: form.text("name").to_string(),
        password: form.raw("password").to_string(),
        locale: shell.locale.as_str().to_string(),
    };
    match actions::sign_up(&app, &who, address, registration).await {
        Ok(_) => Ok(done("/sign-in", "flash-registered").into_response()),
        Err(refusal) => {
            let again = Again::of(&refusal);
            let mut view = register_view(&shell, &form);
            form_errors(&mut view, shell.locale, refusal)?;
            let title = shell.t("account-register");
            Ok(again.with(RegisterHtml { shell: shell.titled(title), form: view }))
        }
    }
}

#[derive(Template)]
#[template(path = "accounts/profile.html")]
struct ProfileHtml {
    shell: Shell,
    login: String,
    profile: FormView,
    password: FormView,
    /// Role and organisation.
    roles: Vec<(String, String)>,
}

async fn profile_page(app: &App, who: &Who, shell: Shell) -> Result<ProfileHtml, Refusal> {
    let account = own(app.db.read(), who).await?;
    let mut name = FormField::plain("name", shell.t("account-name"), Control::Line);
    name.value = account.name;
    name.required = true;
    let mut locale = FormField::plain("locale", shell.t("account-locale"), Control::Radios);
    locale.options = Locale::ALL
        .into_iter()
        .map(|l| OptionView {
            value: l.as_str().into(),
            label: shell.t(&format!("locale-{}", l.as_str().to_lowercase())),
            selected: l.as_str() == account.locale,
        })
        .collect();
    locale.required = true;
    let profile = FormView::plain("/me", vec![name, locale]).submit(shell.t("save"));
    let mut current = FormField::plain("current_password", shell.t("account-password-current"), Control::Password);
    current.autocomplete = Some("current-password");
    let mut new = FormField::plain("new_password", shell.t("account-password-new"), Control::Password);
    new.help = Some(shell.t("account-password-help"));
    new.autocomplete = Some("new-password");
    current.required = true;
    new.required = true;
    let password = FormView::plain("/me/password", vec![current, new]).submit(shell.t("account-password-change"));
    let held = who.actor().map(|a| a.held.clone()).unwrap_or_default();
    let roles =
        held.into_iter().map(|h| (shell.t(&format!("role-{}", h.role.as_str())), h.organization_name)).collect();
    let title = shell.t("account-profile");
    Ok(ProfileHtml { shell: shell.titled(title), login: account.login, profile, password, roles })
}

async fn profile(State(app): State<App>, Caller(who): Caller, shell: Shell) -> Result<Page<ProfileHtml>, Refusal> {
    Ok(Page::new(profile_page(&app, &who, shell).await?))
}

async fn update_profile(
    State(app): State<App>,
    Caller(who): Caller,
    shell: Shell,
    form: Form,
) -> Result<Response, Refusal> {
    let locale = form.text("locale");
    match actions::update_profile(&app, &who, form.text("name"), locale).await {
        Ok(()) => {
            let reads = Locale::parse(locale).and_then(keep_locale);
            Ok((cookies::answer([reads]), done("/me", "flash-saved")).into_response())
        }
        Err(refusal) => {
            let mut page = profile_page(&app, &who, shell).await?;
            form_errors(&mut page.profile, page.shell.locale, refusal)?;
            Ok(Page::new(page).status(StatusCode::UNPROCESSABLE_ENTITY).into_response())
        }
    }
}

async fn change_password(
    State(app): State<App>,
    Caller(who): Caller,
    shell: Shell,
    form: Form,
) -> Result<Response, Refusal> {
    match actions::change_password(&app, &who, form.raw("current_password"), form.raw("new_password")).await {
        Ok(()) => Ok(done("/me", "flash-password-changed").into_response()),
        Err(refusal) => {
            let mut page = profile_page(&app, &who, shell).await?;
            form_errors(&mut page.password, page.shell.locale, refusal)?;
            Ok(Page::new(page).status(StatusCode::UNPROCESSABLE_ENTITY).into_response())
        }
    }
}
