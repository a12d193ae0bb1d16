//! What a mail says: each notice in the reader's language with the way to it, and how to be told differently.

use super::{OWN, actions, queries};
use crate::http::texts::Locale;
use crate::notices::{self, Wordings};
use crate::{App, Refusal};
use anyhow::Context;
use lettre::Message;
use lettre::message::header::{ContentType, HeaderName, HeaderValue};
use lettre::message::{Mailbox, MessageBuilder};
use sea_orm::{ColumnTrait, EntityTrait, QueryFilter, QueryOrder, QuerySelect};
use std::fmt::Write;
use std::time::{Duration, UNIX_EPOCH};
use twoway_entity::accounts::account;
use twoway_entity::mail::{MailKind, Rhythm, message as mail, setting};
use twoway_entity::notices::notice;
use twoway_ids::Uuid;

/// Notices that one mail shows; the others are counted.
const SHOWN: usize = 50;
/// Characters of a subject.
const SUBJECT: usize = 60;

/// Subject and text.
pub struct Letter {
    pub subject: String,
    pub body: String,
}

/// The mail as it goes, or the key of the sentence that says why it does not.
pub(super) async fn compose(app: &App, row: &mail::Model) -> Result<Result<Message, &'static str>, Refusal> {
    let Some(to) = reader(app, row).await? else { return Ok(Err("mail-nobody")) };
    let setting = queries::of(app.db.read(), row.tenant_id, row.account_id).await?;
    let Some(setting) = setting.filter(|setting| setting.address == row.address) else {
        return Ok(Err("mail-address-gone"));
    };
    if row.kind == MailKind::Notices && (setting.confirmed_at.is_none() || setting.rhythm == Rhythm::Never) {
        return Ok(Err("mail-unwanted"));
    }
    match letter(app, row, &setting, &to).await? {
        Some(letter) => Ok(Ok(message(app, row, &to, letter)?)),
        None => Ok(Err("mail-read-meanwhile")),
    }
}

async fn reader(app: &App, row: &mail::Model) -> Result<Option<account::Model>, Refusal> {
    let found = account::Entity::find_by_id((row.tenant_id, row.account_id)).one(app.db.read()).await?;
    Ok(found.filter(|account| account.disabled_at.is_none()))
}

/// What the mail says now; none where everything was read inside the site meanwhile.
pub(super) async fn preview(app: &App, row: &mail::Model) -> Result<Option<Letter>, Refusal> {
    let to = reader(app, row).await?;
    let setting = queries::of(app.db.read(), row.tenant_id, row.account_id).await?;
    match (to, setting) {
        (Some(to), Some(setting)) if row.kind == MailKind::Notices => letter(app, row, &setting, &to).await,
        _ => Ok(None),
    }
}

async fn letter(
    app: &App,
    row: &mail::Model,
    setting: &setting::Model,
    to: &account::Model,
) -> Result<Option<Letter>, Refusal> {
    let l = Locale::parse(&to.locale).unwrap_or_default();
    let site = app.config.public_url.trim_end_matches('/');
    let mut body = format!("{}\n\n", l.t1("mail-greeting", "name", &to.name));
    let subject = match row.kind {
        MailKind::Code => {
            let _ = write!(body, "{}\n\n", l.t1("mail-code-body", "code", actions::code(app, setting)));
            l.t("mail-code-subject")
        }
        MailKind::Notices => {
            let news = unread(app, row).await?;
            let words = Wordings::load(app.db.read(), row.tenant_id).await?;
            let Some(first) = news.first() else { return Ok(None) };
            for notice in news.iter().take(SHOWN) {
                let _ =
                    write!(body, "· {}\n  {site}{}\n\n", words.said(l, &notice.template, &notice.values), notice.link);
            }
            if news.len() > SHOWN {
                let _ = write!(body, "{} {site}{}\n\n", l.t1("mail-more", "n", news.len() - SHOWN), notices::PATH);
            }
            match news.len() {
                1 => words.said(l, &first.template, &first.values).chars().take(SUBJECT).collect(),
                n => l.t1("mail-subject-many", "n", n),
            }
        }
    };
    let _ = writeln!(body, "--\n{}\n{} {site}{OWN}", l.t("mail-foot"), l.t("mail-foot-settings"));
    Ok(Some(Letter { subject: format!("{}{subject}", l.t("mail-subject-mark")), body }))
}

/// The mail's notices that are still unread, oldest first.
async fn unread(app: &App, row: &mail::Model) -> Result<Vec<notice::Model>, Refusal> {
    let ids: Vec<Uuid> = serde_json::from_value(row.notices.clone())?;
    let found = notice::Entity::find()
        .filter(notice::Column::TenantId.eq(row.tenant_id))
        .filter(notice::Column::AccountId.eq(row.account_id))
        .filter(notice::Column::Id.is_in(ids.iter().copied()))
        .filter(notice::Column::ReadAt.is_null())
        .order_by_asc(notice::Column::Id)
        .limit(ids.len() as u64)
        .all(app.db.read())
        .await?;
    Ok(found)
}

fn message(app: &App, row: &mail::Model, to: &account::Model, letter: Letter) -> anyhow::Result<Message> {
    let from: Mailbox = app.config.mail_from.parse().context("mail_from is not an address")?;
    let address = row.address.parse().context("the address cannot be read")?;
    let settings = format!("<{}{OWN}>", app.config.public_url.trim_end_matches('/'));
    let leave = HeaderValue::new(HeaderName::new_from_ascii_str("List-Unsubscribe"), settings);
    let at = UNIX_EPOCH + Duration::from_millis(app.now().max(0).unsigned_abs());
    let builder: MessageBuilder = Message::builder()
        .message_id(Some(format!("<{}@{}>", row.id, from.email.domain())))
        .date(at)
        .from(from)
        .to(Mailbox::new(Some(to.name.clone()), address))
        .subject(letter.subject)
        .raw_header(leave)
        .header(ContentType::TEXT_PLAIN);
    builder.body(letter.body).context("the mail cannot be written")
}
