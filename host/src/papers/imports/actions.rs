use super::check::{Checked, Ready, check};
use super::fields::{Sheet, What, sheet};
use super::parse::{self, Upload};
use crate::http::texts::Locale;
use crate::lifecycle::{Command, Done, Step};
use crate::papers::download::busy;
use crate::papers::sheet::{LIMITS, read};
use crate::{App, Refusal, Who, needs, organizations, proposals, reviews};
use sea_orm::ActiveValue::Set;
use sea_orm::sea_query::Expr;
use sea_orm::{ActiveModelTrait, ColumnTrait, EntityTrait, QueryFilter};
use serde_json::json;
use twoway_entity::accounts::Role;
use twoway_entity::papers::sheet_import;
use twoway_ids::{DAY, Millis, Uuid};

/// So long an upload waits for being confirmed.
pub const KEPT: Millis = DAY;

/// An upload with what became of its rows.
pub struct Seen {
    pub row: sheet_import::Model,
    pub what: What,
    /// None: it is confirmed and its rows are gone.
    pub checked: Option<Checked>,
}

/// Whether somebody may import this at all: what a page asks before it shows a form.
pub async fn permitted(app: &App, who: &Who, what: What) -> Result<(), Refusal> {
    if who.account().is_none() {
        return Err(Refusal::SignedOut);
    }
    match what {
        What::Organizations if who.holds(organizations::REGISTRARS) => Ok(()),
        What::Organizations => Err(Refusal::NotAllowed),
        What::Needs(id) => {
            let proposal = proposals::queries::find_visible(app.db.read(), who, id).await?.row;
            needs::actions::editable(who, &proposal)
        }
        What::Scores(_) if who.holds(&[Role::Reviewer]) => Ok(()),
        What::Scores(_) => Err(Refusal::NotAllowed),
    }
}

/// Reads and checks a file and keeps its rows until they are confirmed. Nothing of them is written.
pub async fn upload(
    app: &App,
    who: &Who,
    command: &Command,
    l: Locale,
    what: What,
    (name, bytes): (String, Vec<u8>),
) -> Result<Done, Refusal> {
    permitted(app, who, what).await?;
    let account = who.account().ok_or(Refusal::SignedOut)?;
    let form = sheet(app, who, l, what).await?;
    let file = name.clone();
    let cells = busy(move || read(&file, &bytes, &LIMITS)).await?;
    let upload = parse::upload(&form, cells)?;
    check(app, who, l, what, &form, &upload).await?;
    let rows = serde_json::to_value(&upload)?;
    let count = upload.rows.len();
    app.act(who, command, move |step| async move {
        let id = step.new_id();
        let row = sheet_import::ActiveModel {
            tenant_id: Set(step.who().tenant),
            id: Set(id),
            kind: Set(what.as_str().to_string()),
            target_id: Set(what.target()),
            account_id: Set(account),
            name: Set(name.chars().take(240).collect()),
            upload: Set(rows),
            created_at: Set(step.now()),
            confirmed_at: Set(None),
            version: Set(1),
        };
        row.insert(step.tx()).await?;
        step.wrote(sheet_import::Entity, id);
        step.record("import", id, "uploaded", json!({ "kind": what.as_str(), "target": what.target(), "rows": count }));
        Ok(Done { id, version: 1 })
    })
    .await
}

/// One's own upload.
async fn find(app: &App, who: &Who, id: Uuid) -> Result<(sheet_import::Model, What), Refusal> {
    let row = sheet_import::Entity::find_by_id((who.tenant, id)).one(app.db.read()).await?;
    let row = row.filter(|row| who.account() == Some(row.account_id) && row.created_at + KEPT > app.now());
    let row = row.ok_or(Refusal::NotFound)?;
    let what = What::of(&row.kind, row.target_id).ok_or(Refusal::NotFound)?;
    Ok((row, what))
}

/// One's own upload with its rows, checked as things are now.
pub async fn show(app: &App, who: &Who, l: Locale, id: Uuid) -> Result<Seen, Refusal> {
    let (row, what) = find(app, who, id).await?;
    if row.confirmed_at.is_some() {
        return Ok(Seen { row, what, checked: None });
    }
    permitted(app, who, what).await?;
    let upload: Upload = serde_json::from_value(row.upload.clone())?;
    let form: Sheet = sheet(app, who, l, what).await?;
    let checked = check(app, who, l, what, &form, &upload).await?;
    Ok(Seen { row, what, checked: Some(checked) })
}

/// Writes all rows in one transaction, or none. Who confirms twice is told that it is done.
///
/// Errors: `import-has-errors`; what the rows' own rules refuse in the same moment.
pub async fn confirm(app: &App, who: &Who, command: &Command, l: Locale, id: Uuid) -> Result<Done, Refusal> {
    let seen = show(app, who, l, id).await?;
    let version = seen.row.version;
    let Some(checked) = seen.checked else { return Ok(Done { id, version }) };
    let ready = checked.ready.ok_or_else(|| Refusal::rule("import-has-errors"))?;
    app.act(who, command, move |step| async move {
        let count = write(&step, ready).await?;
        let confirmed = sheet_import::Entity::update_many()
            .col_expr(sheet_import::Column::ConfirmedAt, Expr::value(step.now()))
            .col_expr(sheet_import::Column::Upload, Expr::value(json!({})))
            .col_expr(sheet_import::Column::Version, Expr::value(version + 1))
            .filter(sheet_import::Column::TenantId.eq(step.who().tenant))
            .filter(sheet_import::Column::Id.eq(id))
            .filter(sheet_import::Column::Version.eq(version))
            .exec(step.tx())
            .await?;
        if confirmed.rows_affected != 1 {
            return Err(Refusal::Stale);
        }
        step.wrote(sheet_import::Entity, id);
        step.record("import", id, "confirmed", json!({ "rows": count }));
        Ok(Done { id, version: version + 1 })
    })
    .await
}

async fn write(step: &Step, ready: Ready) -> Result<usize, Refusal> {
    match ready {
        Ready::Organizations(rows) => {
            let count = rows.len();
            for row in rows {
                // Whoever keeps the tree enters them for others and gets no role in them.
                organizations::enter(step, row, false).await?;
            }
            Ok(count)
        }
        Ready::Needs(mut proposal, mut position, lines) => {
            let count = lines.len();
            for line in lines {
                needs::actions::put_line(step, &proposal, position, line).await?;
                proposal.version += 1;
                position += 1;
            }
            Ok(count)
        }
        Ready::Scores(rows) => {
            let count = rows.len();
            for (row, sheet, total) in rows {
                reviews::actions::put_scores(step, &row, sheet, total).await?;
            }
            Ok(count)
        }
    }
}

/// Takes an upload away before its day is over.
pub async fn discard(app: &App, who: &Who, command: &Command, id: Uuid) -> Result<Done, Refusal> {
    let (row, _) = find(app, who, id).await?;
    app.act(who, command, move |step| async move {
        sheet_import::Entity::delete_by_id((row.tenant_id, row.id)).exec(step.tx()).await?;
        step.wrote(sheet_import::Entity, row.id);
        step.record("import", row.id, "discarded", json!({}));
        Ok(Done { id: row.id, version: row.version })
    })
    .await
}
