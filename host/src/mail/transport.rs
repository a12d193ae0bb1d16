//! How a mail leaves the host: as a file that somebody can look at, or to a mail server.

use crate::Config;
use crate::config::{MailBy, SmtpSecurity};
use anyhow::Context;
use lettre::transport::smtp::authentication::Credentials;
use lettre::transport::smtp::response::{Category, Severity};
use lettre::{AsyncSmtpTransport, AsyncTransport, Message, Tokio1Executor};
use std::time::Duration;
use twoway_ids::Uuid;

const PATIENCE: Duration = Duration::from_secs(20);

/// Why a mail did not leave.
pub(super) enum NotSent {
    /// The mail server will never take it: there is no such box, say.
    Refused(lettre::transport::smtp::Error),
    /// It may go later.
    Away(anyhow::Error),
}

pub(super) async fn send(config: &Config, id: Uuid, message: Message) -> Result<(), NotSent> {
    match config.mail {
        // What was written while mail was on waits until it is on again.
        MailBy::Off => Err(NotSent::Away(anyhow::anyhow!("mail is switched off in the settings"))),
        MailBy::File => file(config, id, &message).await.map_err(NotSent::Away),
        MailBy::Smtp => {
            let server = server(config).map_err(NotSent::Away)?;
            server.send(message).await.map(|_| ()).map_err(|error| {
                let code = error.status();
                let for_good = code.is_some_and(|code| {
                    code.severity == Severity::PermanentNegativeCompletion && code.category == Category::MailSystem
                });
                if for_good {
                    NotSent::Refused(error)
                } else {
                    NotSent::Away(anyhow::Error::new(error).context("the mail server did not take the mail"))
                }
            })
        }
    }
}

async fn file(config: &Config, id: Uuid, message: &Message) -> anyhow::Result<()> {
    let folder = config.data.join("mail");
    tokio::fs::create_dir_all(&folder).await.context("the folder of mails cannot be made")?;
    let place = folder.join(format!("{id}.eml"));
    tokio::fs::write(&place, message.formatted())
        .await
        .with_context(|| format!("{} cannot be written", place.display()))
}

fn server(config: &Config) -> anyhow::Result<AsyncSmtpTransport<Tokio1Executor>> {
    let host = config.smtp_host.as_str();
    let builder = match config.smtp_security {
        SmtpSecurity::Tls => AsyncSmtpTransport::<Tokio1Executor>::relay(host)?,
        SmtpSecurity::Starttls => AsyncSmtpTransport::<Tokio1Executor>::starttls_relay(host)?,
        SmtpSecurity::None => AsyncSmtpTransport::<Tokio1Executor>::builder_dangerous(host),
    };
    let mut builder = builder.port(config.smtp_port).timeout(Some(PATIENCE));
    if !config.smtp_user.is_empty() {
        builder = builder.credentials(Credentials::new(config.smtp_user.clone(), config.smtp_password.clone()));
    }
    Ok(builder.build())
}
