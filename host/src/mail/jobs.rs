use super::state::{MailEvent, MailState};
use super::transport::{self, NotSent};
use super::{SEND, actions, collect, text};
use crate::calls::jobs::subject;
use crate::lifecycle::Command;
use crate::{App, Refusal};
use sea_orm::sea_query::Expr;
use sea_orm::{ColumnTrait, EntityTrait, QueryFilter};
use twoway_entity::jobs::job;
use twoway_entity::mail::{MailKind, message as mail, setting};

pub async fn look(app: App) -> Result<(), Refusal> {
    collect(&app).await.map(|_| ())
}

/// Sends one mail. It may go twice when the host dies between the sending and the note of it; it has the same number then.
pub async fn send(app: App, job: job::Model) -> Result<(), Refusal> {
    let id = subject(&job)?;
    let row = mail::Entity::find_by_id((app.tenant, id)).one(app.db.read()).await?;
    let Some(row) = row.filter(|row| row.state == MailState::Waiting) else { return Ok(()) };
    let (event, reason) = match text::compose(&app, &row).await? {
        Err(why) => (MailEvent::Drop, Some(why)),
        Ok(message) => match transport::send(&app.config, row.id, message).await {
            Ok(()) => (MailEvent::Send, None),
            Err(NotSent::Refused(error)) => {
                tracing::warn!(mail = %row.id, %error, "the mail server refused a mail");
                (MailEvent::Fail, Some("mail-refused"))
            }
            Err(NotSent::Away(error)) => return Err(error.into()),
        },
    };
    app.act(&app.system(SEND), &Command::default(), move |step| async move {
        actions::end(&step, &row, event, reason).await?;
        // A code is asked for; it does not put off what is told.
        if event == MailEvent::Send && row.kind == MailKind::Notices {
            setting::Entity::update_many()
                .col_expr(setting::Column::LastSentAt, Expr::value(step.now()))
                .filter(setting::Column::TenantId.eq(row.tenant_id))
                .filter(setting::Column::AccountId.eq(row.account_id))
                .exec(step.tx())
                .await?;
            step.wrote(setting::Entity, row.account_id);
        }
        Ok(())
    })
    .await
}
