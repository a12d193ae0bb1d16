//! How I want to be told by mail.

use crate::http::form_view::{Control, FormField, FormView, OptionView};
use crate::http::page::{Page, Shell};
use crate::http::preferences::done;
use crate::http::problem::form_errors;
use crate::http::{ActingFor, Caller, Form};
use crate::mail::model::{QUIET, Wish, clock};
use crate::mail::{OWN, actions, queries};
use crate::{App, Refusal, Who};
use askama::Template;
use axum::extract::State;
use axum::http::StatusCode;
use axum::response::{IntoResponse, Response};
use twoway_entity::mail::{Rhythm, setting};
use twoway_manifest::FieldProblem;

#[derive(Template)]
#[template(path = "mail/settings.html")]
pub(super) struct SettingsHtml {
    shell: Shell,
    wish: FormView,
    /// Where the code went that is still to be typed.
    awaited: Option<(String, FormView)>,
    confirmed: Option<String>,
}

const RHYTHMS: [(Rhythm, &str); 4] =
    [(Rhythm::Soon, "soon"), (Rhythm::Daily, "daily"), (Rhythm::Urgent, "urgent"), (Rhythm::Never, "never")];

fn rhythm(word: &str) -> Option<Rhythm> {
    RHYTHMS.iter().find(|(_, known)| *known == word).map(|(rhythm, _)| *rhythm)
}

fn wish_form(shell: &Shell, row: Option<&setting::Model>, typed: Option<&Form>) -> FormView {
    let l = shell.locale;
    let value = |key: &str, stands: String| typed.map_or(stands, |form| form.text(key).to_string());
    let mut address = FormField::plain("address", l.t("mail-address"), Control::Email);
    address.value = value("address", row.map(|row| row.address.clone()).unwrap_or_default());
    address.help = Some(l.t("mail-address-help"));
    address.autocomplete = Some("email");
    address.max_length = Some(254);
    let mut times = FormField::plain("rhythm", l.t("mail-rhythm"), Control::Radios);
    let stands = row.map_or(Rhythm::Soon, |row| row.rhythm);
    let stands = RHYTHMS.iter().find(|(known, _)| *known == stands).map_or("soon", |(_, word)| word);
    let chosen = value("rhythm", stands.to_string());
    times.options = RHYTHMS
        .iter()
        .map(|(_, word)| OptionView {
            value: (*word).to_string(),
            label: l.t(&format!("mail-rhythm-{word}")),
            selected: *word == chosen,
        })
        .collect();
    times.required = true;
    let quiet = |key: &str, label: &str, stands: i32| {
        let mut field = FormField::plain(key, l.t(label), Control::Time);
        field.value = value(key, clock(stands));
        field.required = true;
        field
    };
    let mut from = quiet("quiet_from", "mail-quiet-from", row.map_or(QUIET.0, |row| row.quiet_from));
    from.help = Some(l.t("mail-quiet-help"));
    let to = quiet("quiet_to", "mail-quiet-to", row.map_or(QUIET.1, |row| row.quiet_to));
    FormView::plain(OWN, vec![address, times, from, to]).submit(l.t("save"))
}

fn code_form(shell: &Shell) -> FormView {
    let mut code = FormField::plain("code", shell.t("mail-code"), Control::Code);
    code.required = true;
    code.max_length = Some(6);
    code.autocomplete = Some("one-time-code");
    FormView::plain("/me/mail/confirm", vec![code]).submit(shell.t("mail-confirm"))
}

async fn page(app: &App, who: &Who, shell: Shell, typed: Option<&Form>) -> Result<SettingsHtml, Refusal> {
    let row = queries::own(app.db.read(), who).await?;
    let wish = wish_form(&shell, row.as_ref(), typed);
    let there = row.filter(|row| !row.address.is_empty());
    let awaited = there.as_ref().filter(|row| row.confirmed_at.is_none());
    let awaited = awaited.map(|row| (shell.t1("mail-code-sent", "address", &row.address), code_form(&shell)));
    let confirmed = there.filter(|row| row.confirmed_at.is_some());
    let confirmed = confirmed.map(|row| shell.t1("mail-address-confirmed", "address", row.address));
    let profile = shell.t("account-profile");
    let title = shell.t("mail-settings");
    Ok(SettingsHtml { shell: shell.crumb(profile, "/me").titled(title), wish, awaited, confirmed })
}

pub(super) async fn show(
    State(app): State<App>,
    Caller(who): Caller,
    shell: Shell,
) -> Result<Page<SettingsHtml>, Refusal> {
    Ok(Page::new(page(&app, &who, shell, None).await?))
}

pub(super) async fn save(
    State(app): State<App>,
    Caller(who): Caller,
    acting: ActingFor,
    shell: Shell,
    form: Form,
) -> Result<Response, Refusal> {
    let text = |key: &str| form.text(key).to_string();
    let wish = async {
        let rhythm = rhythm(form.text("rhythm"));
        let rhythm = rhythm.ok_or_else(|| Refusal::field("rhythm", FieldProblem::NotAnOption))?;
        let (quiet_from, quiet_to) = (text("quiet_from"), text("quiet_to"));
        let wish = Wish { address: text("address"), rhythm, quiet_from, quiet_to };
        actions::wish(&app, &who, &form.command(acting), wish).await
    };
    match wish.await {
        Ok(_) => Ok(done(OWN, "flash-saved").into_response()),
        Err(refusal) => {
            let mut page = page(&app, &who, shell, Some(&form)).await?;
            form_errors(&mut page.wish, page.shell.locale, refusal)?;
            Ok(Page::new(page).status(StatusCode::UNPROCESSABLE_ENTITY).into_response())
        }
    }
}

pub(super) async fn confirm(
    State(app): State<App>,
    Caller(who): Caller,
    acting: ActingFor,
    shell: Shell,
    form: Form,
) -> Result<Response, Refusal> {
    match actions::confirm(&app, &who, &form.command(acting), form.text("code")).await {
        Ok(_) => Ok(done(OWN, "flash-mail-confirmed").into_response()),
        Err(refusal) => {
            let mut page = page(&app, &who, shell, None).await?;
            let locale = page.shell.locale;
            let Some((_, code)) = &mut page.awaited else { return Err(refusal) };
            form_errors(code, locale, refusal)?;
            Ok(Page::new(page).status(StatusCode::UNPROCESSABLE_ENTITY).into_response())
        }
    }
}
