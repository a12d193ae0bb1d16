use super::blobs;
use crate::accounts::sessions::PAGE_IDLE;
use crate::audit::{self, retention};
use crate::lifecycle::{Command, Step};
use crate::plugins::SECRET_WINDOW;
use crate::{App, Refusal};
use sea_orm::sea_query::{Expr, ExprTrait, Query};
use sea_orm::{ColumnTrait, Condition, EntityTrait, QueryFilter};
use twoway_entity::accounts::session;
use twoway_entity::audit::idempotency;
use twoway_entity::jobs::{JobState, job};
use twoway_entity::limits::spent_budget;
use twoway_entity::mail::{MailState, message as mail};
use twoway_entity::notices::notice;
use twoway_entity::papers::sheet_import;
use twoway_entity::plugins::{
    DecisionOutcome, confirmation, decision, one_time_code, plugin_log, publication, secret_guess,
};
use twoway_ids::{DAY, HOUR, Millis};

/// The cause of the events.
const CAUSE: &str = "housekeeping.sweep";
/// Rows per transaction: a sweep never keeps the writer for long.
pub const BATCH: u64 = 500;
/// Batches per table and night; what is left over waits for the next one.
const MOST_BATCHES: u64 = 400;

/// Answers to requests with an `Idempotency-Key`.
const ANSWERS_KEPT: Millis = 48 * HOUR;
/// Done and cancelled jobs, for who looks after them. Those that gave up wait for a person.
const JOBS_KEPT: Millis = 14 * DAY;
/// What can no longer be used stays for a day, for who asks what went wrong.
const USELESS_KEPT: Millis = DAY;
/// What plugins wrote in their logs when they failed.
const LOGS_KEPT: Millis = 180 * DAY;
/// What was asked where a plugin said no or failed. That it did stays.
const REFUSED_KEPT: Millis = 90 * DAY;
/// Notices that were read.
const NOTICES_KEPT: Millis = 180 * DAY;
const MAILS_KEPT: Millis = 90 * DAY;

/// What was deleted, and how much of it.
pub type Swept = Vec<(&'static str, u64)>;

/// Deletes what has served its time, in batches of [`BATCH`].
pub async fn sweep(app: &App) -> Result<Swept, Refusal> {
    let now = app.now();
    let useless = now - USELESS_KEPT;
    let any = Condition::any;
    Ok(vec![
        ("sessions", {
            use session::Column as C;
            let idle = Condition::all().add(C::Kind.eq("page")).add(C::UsedAt.lte(useless - PAGE_IDLE));
            let ended = any().add(C::ExpiresAt.lte(useless)).add(C::RevokedAt.lte(useless)).add(idle);
            delete(app, session::Entity, C::TenantId, &[C::Id], ended).await?
        }),
        ("answers to repeated requests", {
            use idempotency::Column as C;
            let old = any().add(C::CreatedAt.lte(now - ANSWERS_KEPT));
            delete(app, idempotency::Entity, C::TenantId, &[C::AccountId, C::Key], old).await?
        }),
        ("jobs", {
            use job::Column as C;
            let over = C::State.is_in([JobState::Done, JobState::Cancelled]);
            let old = Condition::all().add(over).add(C::FinishedAt.lte(now - JOBS_KEPT));
            delete(app, job::Entity, C::TenantId, &[C::Id], old).await?
        }),
        ("budgets of addresses", {
            use spent_budget::Column as C;
            delete(app, spent_budget::Entity, C::TenantId, &[C::Key], any().add(C::WholeAt.lte(now))).await?
        }),
        ("one-time codes", {
            use one_time_code::Column as C;
            let spent = any().add(C::ExpiresAt.lte(useless)).add(C::SpentAt.lte(useless));
            delete(app, one_time_code::Entity, C::TenantId, &[C::Id], spent).await?
        }),
        ("counted guesses", {
            use secret_guess::Column as C;
            let old = any().add(C::At.lte(now - SECRET_WINDOW));
            delete(app, secret_guess::Entity, C::TenantId, &[C::Id], old).await?
        }),
        ("waiting confirmations", {
            use confirmation::Column as C;
            let over = any().add(C::ExpiresAt.lte(useless)).add(C::DoneAt.lte(useless));
            delete(app, confirmation::Entity, C::TenantId, &[C::Id], over).await?
        }),
        ("public cards", {
            use publication::Column as C;
            let over = any().add(C::Until.lte(useless)).add(C::WithdrawnAt.lte(useless));
            delete(app, publication::Entity, C::TenantId, &[C::ProjectId, C::Target], over).await?
        }),
        ("logs of plugins", {
            use plugin_log::Column as C;
            delete(app, plugin_log::Entity, C::TenantId, &[C::Id], any().add(C::At.lte(now - LOGS_KEPT))).await?
        }),
        ("contents of refused decisions", empty_refused(app, now - REFUSED_KEPT).await?),
        ("notices", {
            use notice::Column as C;
            delete(app, notice::Entity, C::TenantId, &[C::Id], any().add(C::ReadAt.lte(now - NOTICES_KEPT))).await?
        }),
        ("mails", {
            use mail::Column as C;
            let over = C::State.is_in([MailState::Sent, MailState::Dropped, MailState::Failed]);
            let old = Condition::all().add(over).add(C::CreatedAt.lte(now - MAILS_KEPT));
            delete(app, mail::Entity, C::TenantId, &[C::Id], old).await?
        }),
        ("unconfirmed imports", {
            use sheet_import::Column as C;
            delete(app, sheet_import::Entity, C::TenantId, &[C::Id], any().add(C::CreatedAt.lte(useless))).await?
        }),
        ("attachments", blobs::sweep(app).await?),
    ])
}

/// Deletes the rows that meet `gone`, in batches of their own transactions. `key` is the table's key without the tenant.
async fn delete<E: EntityTrait>(
    app: &App,
    entity: E,
    tenant: E::Column,
    key: &[E::Column],
    gone: Condition,
) -> Result<u64, Refusal> {
    let mut total = 0;
    for _ in 0..MOST_BATCHES {
        let some = Query::select()
            .columns(key.iter().copied())
            .from(entity.table_ref())
            .and_where(tenant.eq(app.tenant))
            .cond_where(gone.clone())
            .limit(BATCH)
            .to_owned();
        let names = Expr::tuple(key.iter().map(|column| Expr::col(*column)).collect::<Vec<_>>());
        let batch = E::delete_many().filter(tenant.eq(app.tenant)).filter(names.in_subquery(some));
        let deleted = if audit::table(entity.table_name()).is_some() {
            let work = move |step: Step| async move {
                let deleted = batch.exec_with_returning(step.tx()).await?;
                retention::done(&step, retention::DELETED, &deleted);
                Ok(deleted.len() as u64)
            };
            app.act(&app.system(CAUSE), &Command::default(), work).await?
        } else {
            app.db.transact(move |tx| async move { Ok(batch.exec(&*tx).await?.rows_affected) }).await?
        };
        total += deleted;
        if deleted < BATCH {
            break;
        }
    }
    Ok(total)
}

/// The journal keeps that a plugin said no or failed; what it was asked belongs to nothing that was made of it.
async fn empty_refused(app: &App, before: Millis) -> Result<u64, Refusal> {
    use decision::Column as C;
    let (tenant, mut total) = (app.tenant, 0);
    for _ in 0..MOST_BATCHES {
        let some = Query::select()
            .column(C::Id)
            .from(decision::Entity)
            .and_where(C::TenantId.eq(tenant))
            .and_where(C::Outcome.is_in([DecisionOutcome::Refused, DecisionOutcome::Failed]))
            .and_where(C::At.lte(before))
            .and_where(C::Content.ne(Vec::<u8>::new()))
            .limit(BATCH)
            .to_owned();
        let batch = decision::Entity::update_many()
            .col_expr(C::Content, Expr::value(Vec::<u8>::new()))
            .filter(C::TenantId.eq(tenant))
            .filter(C::Id.in_subquery(some));
        let work = move |step: Step| async move {
            let emptied = batch.exec_with_returning(step.tx()).await?;
            retention::done(&step, retention::EMPTIED, &emptied);
            Ok(emptied.len() as u64)
        };
        let emptied = app.act(&app.system(CAUSE), &Command::default(), work).await?;
        total += emptied;
        if emptied < BATCH {
            break;
        }
    }
    Ok(total)
}
