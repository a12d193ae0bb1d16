use super::model::{CheckedWish, Wish};
use super::state::{MailEvent, MailMachine, MailState};
use super::{SEND, queries};
use crate::lifecycle::{Command, Done, Machine, Place, Step, permit};
use crate::{App, Refusal, Who};
use sea_orm::sea_query::{Expr, ExprTrait};
use sea_orm::{
    ActiveModelTrait, ActiveValue::Set, ColumnTrait, EntityTrait, IntoActiveModel, PaginatorTrait, QueryFilter,
};
use serde_json::{Value, json};
use twoway_entity::mail::{MailKind, Rhythm, message as mail, setting};
use twoway_ids::{DAY, Millis, Uuid};

/// How long a code for an address counts.
const CODE_LASTS: Millis = DAY;
/// Codes that one account may have sent within a day: nobody fills strangers' boxes from here.
const MOST_CODES: u64 = 5;
/// Wrong codes until another one is needed.
const MOST_WRONG: i32 = 5;

/// Says how the caller wants to be told by mail. A new address gets a code and nothing else until it is confirmed.
///
/// Errors: those of [`Wish::check`], `mail-too-many-codes`.
pub async fn wish(app: &App, who: &Who, command: &Command, wish: Wish) -> Result<Done, Refusal> {
    let account = who.account().ok_or(Refusal::SignedOut)?;
    let wish = wish.check()?;
    app.act(who, command, move |step| async move {
        let before = queries::of(step.tx(), step.who().tenant, account).await?;
        let confirmed = before.as_ref().filter(|row| row.address == wish.address).and_then(|row| row.confirmed_at);
        let needs_code = confirmed.is_none() && !wish.address.is_empty();
        if needs_code {
            within_codes(&step, account).await?;
        }
        let row = put(&step, account, before, &wish, confirmed).await?;
        step.record(
            "account",
            account,
            "mail-wished",
            json!({ "rhythm": row.rhythm, "confirmed": confirmed.is_some() }),
        );
        if needs_code {
            let new = NewMail { kind: MailKind::Code, notices: Vec::new(), urgent: true, due_at: step.now() };
            write(&step, &row, new, MailState::Waiting).await?;
        }
        Ok(Done { id: account, version: 1 })
    })
    .await
}

async fn within_codes(step: &Step, account: Uuid) -> Result<(), Refusal> {
    let sent = mail::Entity::find()
        .filter(mail::Column::TenantId.eq(step.who().tenant))
        .filter(mail::Column::AccountId.eq(account))
        .filter(mail::Column::Kind.eq(MailKind::Code))
        .filter(mail::Column::CreatedAt.gt(step.now() - DAY))
        .count(step.tx())
        .await?;
    if sent < MOST_CODES { Ok(()) } else { Err(Refusal::rule("mail-too-many-codes").with("most", MOST_CODES)) }
}

async fn put(
    step: &Step,
    account: Uuid,
    before: Option<setting::Model>,
    wish: &CheckedWish,
    confirmed_at: Option<Millis>,
) -> Result<setting::Model, Refusal> {
    // What was told before mail was wanted stays where it is.
    let goes_on = confirmed_at.is_some() && before.as_ref().is_some_and(|row| row.rhythm != Rhythm::Never);
    let since = before.as_ref().filter(|_| goes_on).map_or_else(|| step.now(), |row| row.since);
    let row = setting::ActiveModel {
        tenant_id: Set(step.who().tenant),
        account_id: Set(account),
        address: Set(wish.address.clone()),
        confirmed_at: Set(confirmed_at),
        nonce: Set(step.new_id()),
        code_until: Set(step.now() + CODE_LASTS),
        code_wrong: Set(0),
        rhythm: Set(wish.rhythm),
        quiet_from: Set(wish.quiet_from),
        quiet_to: Set(wish.quiet_to),
        since: Set(since),
        last_sent_at: Set(before.as_ref().and_then(|row| row.last_sent_at)),
    };
    let row = match before {
        None => row.insert(step.tx()).await.map_err(crate::refusal::stale_if_taken)?,
        Some(_) => row.update(step.tx()).await?,
    };
    step.wrote(setting::Entity, account);
    Ok(row)
}

/// The six digits that confirm an address. They are computed where they are needed and stand nowhere.
pub(super) fn code(app: &App, row: &setting::Model) -> String {
    let hash = app.keys.keyed_hash("mail-code", &format!("{} {} {}", row.account_id, row.address, row.nonce));
    let number = u64::from_str_radix(hash.get(..12).unwrap_or_default(), 16).unwrap_or_default();
    format!("{:06}", number % 1_000_000)
}

/// Shows by the code that the address is the caller's.
///
/// Errors: `mail-nothing-to-confirm`, `mail-code-over`, `mail-code-wrong`.
pub async fn confirm(app: &App, who: &Who, command: &Command, typed: &str) -> Result<Done, Refusal> {
    let account = who.account().ok_or(Refusal::SignedOut)?;
    let row = queries::own(app.db.read(), who).await?.filter(|row| row.confirmed_at.is_none());
    let row = row.filter(|row| !row.address.is_empty()).ok_or(Refusal::rule("mail-nothing-to-confirm"))?;
    if row.code_until <= app.now() || row.code_wrong >= MOST_WRONG {
        return Err(Refusal::rule("mail-code-over"));
    }
    let hash = |text: &str| app.keys.keyed_hash("mail-typed", text);
    if hash(typed.trim()) != hash(&code(app, &row)) {
        count_wrong(app, &row).await?;
        return Err(Refusal::rule("mail-code-wrong").with("left", MOST_WRONG - row.code_wrong - 1));
    }
    app.act(who, command, move |step| async move {
        let confirmed = setting::Entity::update_many()
            .col_expr(setting::Column::ConfirmedAt, Expr::value(step.now()))
            .col_expr(setting::Column::Since, Expr::value(step.now()))
            .filter(setting::Column::TenantId.eq(row.tenant_id))
            .filter(setting::Column::AccountId.eq(account))
            .filter(setting::Column::Nonce.eq(row.nonce))
            .filter(setting::Column::CodeWrong.lt(MOST_WRONG))
            .exec(step.tx())
            .await?;
        if confirmed.rows_affected != 1 {
            return Err(Refusal::Stale);
        }
        step.wrote(setting::Entity, account);
        step.record("account", account, "mail-confirmed", json!({}));
        crate::jobs::soon(&step, super::COLLECT).await?;
        Ok(Done { id: account, version: 1 })
    })
    .await
}

async fn count_wrong(app: &App, row: &setting::Model) -> Result<(), Refusal> {
    let (tenant, account) = (row.tenant_id, row.account_id);
    app.db
        .transact(move |tx| async move {
            setting::Entity::update_many()
                .col_expr(setting::Column::CodeWrong, Expr::col(setting::Column::CodeWrong).add(1))
                .filter(setting::Column::TenantId.eq(tenant))
                .filter(setting::Column::AccountId.eq(account))
                .exec(&*tx)
                .await?;
            Ok(())
        })
        .await
}

/// What a new mail is about.
pub(super) struct NewMail {
    pub kind: MailKind,
    pub notices: Vec<Uuid>,
    pub urgent: bool,
    pub due_at: Millis,
}

/// Writes a mail in the step's transaction, and the timer that sends it unless it is held.
pub(super) async fn write(step: &Step, to: &setting::Model, new: NewMail, state: MailState) -> Result<(), Refusal> {
    let id = step.new_id();
    let row = mail::ActiveModel {
        tenant_id: Set(to.tenant_id),
        id: Set(id),
        account_id: Set(to.account_id),
        address: Set(to.address.clone()),
        kind: Set(new.kind),
        notices: Set(json!(new.notices)),
        urgent: Set(new.urgent),
        due_at: Set(new.due_at),
        created_at: Set(step.now()),
        sent_at: Set(None),
        reason: Set(None),
        released_by: Set(None),
        state: Set(state),
        version: Set(1),
    };
    row.insert(step.tx()).await?;
    step.created::<MailMachine>(id, state, json!({ "kind": new.kind, "notices": new.notices.len() }));
    if state == MailState::Waiting { at(step, id, new.due_at).await } else { Ok(()) }
}

/// Sends the mail at this moment.
pub(super) async fn at(step: &Step, id: Uuid, due_at: Millis) -> Result<(), Refusal> {
    step.set_timer(SEND, id.to_string(), due_at, (MailMachine::KIND, id), Value::Null).await
}

/// The office has looked at a mail and lets it go, or lets one be tried again that could not be delivered.
pub async fn release(app: &App, who: &Who, command: &Command, id: Uuid) -> Result<Done, Refusal> {
    let row = queries::find(app.db.read(), who, id).await?;
    command.check_version(row.version)?;
    may(who, MailEvent::Release)?;
    let account = who.account().ok_or(Refusal::SignedOut)?;
    app.act(who, command, move |step| async move {
        let payload = json!({});
        step.advance::<MailMachine>(id, (row.state, row.version), MailEvent::Release, payload).await?;
        let mut changed = row.clone().into_active_model();
        changed.reason = Set(None);
        if row.state == MailState::Held {
            changed.released_by = Set(Some(account));
        }
        set(&step, id, changed).await?;
        at(&step, id, Ord::max(row.due_at, step.now())).await?;
        Ok(Done { id, version: row.version + 1 })
    })
    .await
}

/// The office decides that a mail is not sent. The notices stay inside the site.
pub async fn drop_mail(app: &App, who: &Who, command: &Command, id: Uuid) -> Result<Done, Refusal> {
    let row = queries::find(app.db.read(), who, id).await?;
    command.check_version(row.version)?;
    may(who, MailEvent::Drop)?;
    app.act(who, command, move |step| async move {
        end(&step, &row, MailEvent::Drop, Some("mail-dropped-by-office")).await?;
        step.cancel_timer(SEND, &id.to_string()).await?;
        Ok(Done { id, version: row.version + 1 })
    })
    .await
}

fn may(who: &Who, event: MailEvent) -> Result<(), Refusal> {
    let roles = MailMachine::may(event).roles;
    if who.holds(roles) { Ok(()) } else { Err(Refusal::NotAllowed) }
}

/// Ends a mail: sent, dropped or refused, with the key of the sentence that says why.
pub(super) async fn end(
    step: &Step,
    row: &mail::Model,
    event: MailEvent,
    reason: Option<&'static str>,
) -> Result<(), Refusal> {
    if step.who().is_system() {
        permit::<MailMachine>(step.who(), event, &Place::default())?;
    }
    step.advance::<MailMachine>(row.id, (row.state, row.version), event, json!({})).await?;
    let mut changed = row.clone().into_active_model();
    changed.reason = Set(reason.map(str::to_string));
    if event == MailEvent::Send {
        changed.sent_at = Set(Some(step.now()));
    }
    set(step, row.id, changed).await
}

/// Writes the columns that a step changed besides state and version, which the lifecycle writes.
pub(super) async fn set(step: &Step, id: Uuid, changed: mail::ActiveModel) -> Result<(), Refusal> {
    let mut update = mail::Entity::update_many()
        .filter(mail::Column::TenantId.eq(step.who().tenant))
        .filter(mail::Column::Id.eq(id));
    let mut rest = changed;
    rest.not_set(mail::Column::State);
    rest.not_set(mail::Column::Version);
    update = update.set(rest);
    update.exec(step.tx()).await?;
    Ok(())
}
