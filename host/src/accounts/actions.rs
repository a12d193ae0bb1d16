//! What accounts do: sign in and out, register, change their password and profile.

use super::model::{Login, NewPassword, parse_name};
use super::queries::own;
use super::sessions::{API, API_LASTS, DEVICE_LASTS, PAGE, PAGE_LASTS};
use super::tokens::{self, ACCESS_LASTS, Bearer, Tokens};
use crate::lifecycle::{Command, Step};
use crate::limits::{self, REGISTRATIONS, SIGN_IN_FAILURES};
use crate::{App, Refusal, Who};
use sea_orm::sea_query::{Expr, ExprTrait};
use sea_orm::{ActiveModelTrait, ActiveValue::Set, ColumnTrait, Condition, EntityTrait, QueryFilter};
use serde_json::json;
use std::net::IpAddr;
use twoway_entity::accounts::{account, session};
use twoway_ids::{MINUTE, Millis, Uuid, new_id};

/// After so many wrong passwords in a row an account rests for so long.
pub const FAILURES_ALLOWED: i32 = 5;
pub const LOCKED_FOR: Millis = 15 * MINUTE;

/// A new account for a person.
#[derive(Clone, Debug)]
pub struct Registration {
    pub login: String,
    pub name: String,
    pub password: String,
    /// `zh-CN` or `en`.
    pub locale: String,
}

/// Makes an account. It holds no role: those come with memberships.
///
/// Refuses with `login-taken`, `login-form`, `password-short`, `password-common`.
pub async fn register(app: &App, who: &Who, registration: Registration) -> Result<Uuid, Refusal> {
    let login = Login::parse(&registration.login)?;
    let name = parse_name("name", &registration.name, 60)?;
    let password = NewPassword::parse("password", &registration.password, login.as_str())?;
    let hash = app.passwords.hash(password.as_str()).await?;
    app.act(who, &Command::default(), move |step: Step| async move {
        let id = step.new_id();
        let row = account::ActiveModel {
            tenant_id: Set(step.who().tenant),
            id: Set(id),
            login: Set(login.as_str().to_string()),
            name: Set(name),
            password_hash: Set(hash),
            locale: Set(known_locale(&registration.locale).to_string()),
            phone: Set(None),
            failed_attempts: Set(0),
            locked_until: Set(None),
            created_at: Set(step.now()),
            disabled_at: Set(None),
        };
        row.insert(step.tx()).await.map_err(|error| match error.sql_err() {
            Some(sea_orm::SqlErr::UniqueConstraintViolation(_)) => Refusal::rule("login-taken"),
            _ => error.into(),
        })?;
        step.wrote(account::Entity, id);
        step.record("account", id, "registered", json!({ "login": login.as_str() }));
        Ok(id)
    })
    .await
}

fn known_locale(locale: &str) -> &'static str {
    crate::http::texts::Locale::parse(locale).unwrap_or_default().as_str()
}

/// Whose program or browser signs in.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Client {
    Page,
    Api,
}

/// Who asks to be let in.
#[derive(Clone, Debug)]
pub struct Knock {
    pub client: Client,
    pub address: Option<IpAddr>,
    /// What the program calls itself.
    pub agent: String,
    /// The mark that an earlier sign-in left with this browser.
    pub device: Option<String>,
}

/// A fresh session and the one secret that names it: a cookie's value, or a refresh token.
pub struct SignedIn {
    pub account: Uuid,
    pub session: Uuid,
    pub locale: String,
    pub secret: String,
    /// The mark by which this browser is known the next time.
    pub device: String,
}

/// Registers somebody who comes from this address.
///
/// Refuses with [`Refusal::TooMany`], and as [`register`].
pub async fn sign_up(
    app: &App,
    who: &Who,
    address: Option<IpAddr>,
    registration: Registration,
) -> Result<Uuid, Refusal> {
    limits::check(app, REGISTRATIONS, address).await?;
    limits::spend(app, REGISTRATIONS, address).await?;
    register(app, who, registration).await
}

/// Opens a session for who knows the password. An unknown login, a wrong password, a resting and a disabled account get the same
/// answer, `sign-in-refused`, after the same work: nobody learns here who has an account.
///
/// Refuses with [`Refusal::TooMany`] where too many wrong passwords came from the address. A browser that this person has signed in
/// with before is not counted with its neighbours.
pub async fn sign_in(app: &App, knock: Knock, login: &str, password: &str) -> Result<SignedIn, Refusal> {
    let who = Who::anyone(app.tenant);
    let login = login.trim().to_ascii_lowercase();
    let found = super::queries::by_login(app.db.read(), &who, &login).await?;
    let now = app.now();
    let id = found.as_ref().map_or(Uuid::nil(), |a| a.id);
    let is_known = knock.device.as_deref().is_some_and(|device| tokens::knows_device(&app.keys, device, id, now));
    let address = knock.address.filter(|_| !is_known);
    limits::check(app, SIGN_IN_FAILURES, address).await?;
    let open = found.filter(|a| a.disabled_at.is_none() && a.locked_until.is_none_or(|until| until <= now));
    let stored = open.as_ref().map(|a| a.password_hash.clone());
    let knows = app.passwords.verify(stored, password).await?;
    match open {
        Some(account) if knows => open_session(app, account, knock).await,
        _ => {
            limits::spend(app, SIGN_IN_FAILURES, address).await?;
            count_failure(app, login).await?;
            Err(Refusal::rule("sign-in-refused").with("minutes", LOCKED_FOR / MINUTE))
        }
    }
}

async fn open_session(app: &App, account: account::Model, knock: Knock) -> Result<SignedIn, Refusal> {
    let who = Who::anyone(app.tenant);
    let (kind, lasts) = match knock.client {
        Client::Page => (PAGE, PAGE_LASTS),
        Client::Api => (API, API_LASTS),
    };
    let session = new_id(app.now());
    let secret = match knock.client {
        Client::Page => tokens::new_cookie_secret(),
        Client::Api => tokens::new_refresh(&app.keys, session),
    };
    let hash = tokens::stored_form(&secret);
    let (id, locale) = (account.id, account.locale);
    app.act(&who, &Command::default(), move |step: Step| async move {
        let now = step.now();
        // Guesses that ran beside this one may have sent the account to rest in the meantime.
        let awake = account::Entity::update_many()
            .col_expr(account::Column::FailedAttempts, Expr::value(0))
            .col_expr(account::Column::LockedUntil, Expr::value(None::<i64>))
            .filter(account::Column::TenantId.eq(step.who().tenant))
            .filter(account::Column::Id.eq(id))
            .filter(account::Column::DisabledAt.is_null())
            .filter(
                Condition::any().add(account::Column::LockedUntil.is_null()).add(account::Column::LockedUntil.lte(now)),
            )
            .exec(step.tx())
            .await?;
        if awake.rows_affected != 1 {
            return Err(Refusal::rule("sign-in-refused").with("minutes", LOCKED_FOR / MINUTE));
        }
        let row = session::ActiveModel {
            tenant_id: Set(step.who().tenant),
            id: Set(session),
            account_id: Set(id),
            kind: Set(kind.to_string()),
            agent: Set(knock.agent),
            token_hash: Set(hash),
            previous_hash: Set(None),
            created_at: Set(now),
            used_at: Set(now),
            expires_at: Set(now + lasts),
            revoked_at: Set(None),
        };
        row.insert(step.tx()).await?;
        step.record("account", id, "signed-in", json!({ "session": session, "kind": kind }));
        Ok(())
    })
    .await?;
    let device = tokens::new_device(&app.keys, id, app.now() + DEVICE_LASTS);
    Ok(SignedIn { account: id, session, locale, secret, device })
}

/// Counts a wrong password. For a login that nobody has the same statements run and find nothing.
async fn count_failure(app: &App, login: String) -> Result<(), Refusal> {
    let (tenant, now) = (app.tenant, app.now());
    app.db
        .transact(move |tx| async move {
            let of_login = Condition::all()
                .add(account::Column::TenantId.eq(tenant))
                .add(account::Column::Login.eq(login.as_str()));
            let awake =
                Condition::any().add(account::Column::LockedUntil.is_null()).add(account::Column::LockedUntil.lte(now));
            account::Entity::update_many()
                .col_expr(account::Column::FailedAttempts, Expr::col(account::Column::FailedAttempts).add(1))
                .filter(of_login.clone())
                .filter(awake)
                .exec(&*tx)
                .await?;
            account::Entity::update_many()
                .col_expr(account::Column::FailedAttempts, Expr::value(0))
                .col_expr(account::Column::LockedUntil, Expr::value(now + LOCKED_FOR))
                .filter(of_login)
                .filter(account::Column::FailedAttempts.gte(FAILURES_ALLOWED))
                .exec(&*tx)
                .await?;
            Ok(())
        })
        .await
}

/// The tokens of an API client.
pub struct Pair {
    pub access: String,
    pub expires_in: Millis,
    pub refresh: String,
}

pub fn pair(app: &App, account: Uuid, session: Uuid, refresh: String) -> Result<Pair, Refusal> {
    let tokens = Tokens::new(&app.keys, &app.config.public_url, app.tenant);
    let access = tokens.access(Bearer { account, session }, app.now())?;
    Ok(Pair { access, expires_in: ACCESS_LASTS / 1000, refresh })
}

/// Exchanges a refresh token for a new pair. One that was already exchanged is stolen or replayed: it ends the whole session, so that
/// neither the thief nor the owner can go on with it.
pub async fn refresh(app: &App, token: &str) -> Result<Pair, Refusal> {
    let id = tokens::refresh_session(&app.keys, token).ok_or(Refusal::SignedOut)?;
    let now = app.now();
    let named = super::queries::Named::Id(id);
    let living = super::queries::living_session(app.db.read(), app.tenant, API, named, now).await?;
    let (_, account) = living.ok_or(Refusal::SignedOut)?;
    let next = tokens::new_refresh(&app.keys, id);
    let (old_hash, new_hash) = (tokens::stored_form(token), tokens::stored_form(&next));
    let who = Who::anyone(app.tenant);
    let account_id = account.id;
    let exchanged = app
        .act(&who, &Command::default(), move |step: Step| async move {
            let exchanged = session::Entity::update_many()
                .col_expr(session::Column::PreviousHash, Expr::col(session::Column::TokenHash))
                .col_expr(session::Column::TokenHash, Expr::value(new_hash))
                .col_expr(session::Column::UsedAt, Expr::value(now))
                .filter(session::Column::TenantId.eq(step.who().tenant))
                .filter(session::Column::Id.eq(id))
                .filter(session::Column::TokenHash.eq(old_hash))
                .filter(session::Column::RevokedAt.is_null())
                .exec(step.tx())
                .await?;
            if exchanged.rows_affected != 1 {
                revoke(&step, account_id, Some(id), None).await?;
                step.record("account", account_id, "refresh-token-replayed", json!({ "session": id }));
            }
            Ok(exchanged.rows_affected == 1)
        })
        .await?;
    if exchanged { pair(app, account.id, id, next) } else { Err(Refusal::SignedOut) }
}

/// Ends the caller's session.
pub async fn end_session(app: &App, who: &Who) -> Result<(), Refusal> {
    let actor = who.actor().ok_or(Refusal::SignedOut)?;
    let (account, session) = (actor.account, actor.session);
    app.act(who, &Command::default(), move |step: Step| async move {
        revoke(&step, account, Some(session), None).await?;
        step.record("account", account, "signed-out", json!({ "session": session }));
        Ok(())
    })
    .await
}

/// Ends one session of an account, or all but one.
async fn revoke(step: &Step, account: Uuid, only: Option<Uuid>, but: Option<Uuid>) -> Result<(), Refusal> {
    let mut update = session::Entity::update_many()
        .col_expr(session::Column::RevokedAt, Expr::value(step.now()))
        .filter(session::Column::TenantId.eq(step.who().tenant))
        .filter(session::Column::AccountId.eq(account))
        .filter(session::Column::RevokedAt.is_null());
    if let Some(only) = only {
        update = update.filter(session::Column::Id.eq(only));
    }
    if let Some(but) = but {
        update = update.filter(session::Column::Id.ne(but));
    }
    update.exec(step.tx()).await?;
    Ok(())
}

/// Sets a new password for who knows the old one, and ends all other sessions of the account.
pub async fn change_password(app: &App, who: &Who, current: &str, new: &str) -> Result<(), Refusal> {
    let account = own(app.db.read(), who).await?;
    let session = who.actor().map(|a| a.session);
    if account.locked_until.is_some_and(|until| until > app.now()) {
        return Err(Refusal::rule("password-wrong"));
    }
    if !app.passwords.verify(Some(account.password_hash), current).await? {
        count_failure(app, account.login).await?;
        return Err(Refusal::rule("password-wrong"));
    }
    let password = NewPassword::parse("new_password", new, &account.login)?;
    let hash = app.passwords.hash(password.as_str()).await?;
    let id = account.id;
    app.act(who, &Command::default(), move |step: Step| async move {
        account::Entity::update_many()
            .col_expr(account::Column::PasswordHash, Expr::value(hash))
            .filter(account::Column::TenantId.eq(step.who().tenant))
            .filter(account::Column::Id.eq(id))
            .exec(step.tx())
            .await?;
        revoke(&step, id, None, session).await?;
        step.wrote(account::Entity, id);
        step.record("account", id, "password-changed", json!({}));
        Ok(())
    })
    .await
}

/// Changes the caller's name and language.
pub async fn update_profile(app: &App, who: &Who, name: &str, locale: &str) -> Result<(), Refusal> {
    let id = who.account().ok_or(Refusal::SignedOut)?;
    let name = parse_name("name", name, 60)?;
    if crate::http::texts::Locale::parse(locale).is_none() {
        return Err(Refusal::field("locale", twoway_manifest::FieldProblem::NotAnOption));
    }
    let locale = known_locale(locale);
    app.act(who, &Command::default(), move |step: Step| async move {
        account::Entity::update_many()
            .col_expr(account::Column::Name, Expr::value(name))
            .col_expr(account::Column::Locale, Expr::value(locale))
            .filter(account::Column::TenantId.eq(step.who().tenant))
            .filter(account::Column::Id.eq(id))
            .exec(step.tx())
            .await?;
        step.wrote(account::Entity, id);
        step.record("account", id, "profile-changed", json!({ "locale": locale }));
        Ok(())
    })
    .await
}
