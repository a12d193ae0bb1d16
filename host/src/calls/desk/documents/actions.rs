use super::super::super::actions::{may_cause, write};
use super::super::super::queries::{find_visible, is_office};
use super::super::super::rules::editable;
use super::super::super::state::{CallEvent, CallMachine};
use super::super::settings::{Kind, settings_of};
use super::{OWNER, PURPOSES};
use crate::files::{self, CheckedFile, Owner};
use crate::lifecycle::{Command, Done};
use crate::{App, Refusal, Who};
use sea_orm::ConnectionTrait;
use sea_orm::sea_query::Expr;
use serde_json::json;
use twoway_entity::calls::call;
use twoway_entity::files::document;
use twoway_ids::Uuid;
use twoway_manifest::FieldProblem;

/// The documents of a call that the caller may see, oldest first.
pub async fn of(db: &impl ConnectionTrait, tenant: Uuid, call: Uuid) -> Result<Vec<document::Model>, Refusal> {
    files::of(db, tenant, OWNER, &[call]).await
}

/// One document of a call. Errors: [`Refusal::NotFound`].
pub async fn find(app: &App, who: &Who, call: Uuid, id: Uuid) -> Result<document::Model, Refusal> {
    find_visible(app.db.read(), who, call).await?;
    let all = of(app.db.read(), who.tenant, call).await?;
    all.into_iter().find(|document| document.id == id).ok_or(Refusal::NotFound)
}

/// A draft whose documents this person may change.
async fn draft(app: &App, who: &Who, command: &Command, id: Uuid) -> Result<call::Model, Refusal> {
    let row = find_visible(app.db.read(), who, id).await?;
    editable(row.state).map_err(|frozen| if is_office(who, &row) { frozen } else { Refusal::NotFound })?;
    may_cause(app, who, command, id, CallEvent::Submit).await
}

/// Attaches one of the documents to a draft; like every change of a draft it makes who does it its author.
///
/// Errors: `call-publishes-no-documents`, `call-document-there`, those of [`files::attach`].
pub async fn attach(
    app: &App,
    who: &Who,
    command: &Command,
    id: Uuid,
    (purpose, file): (&str, CheckedFile),
) -> Result<Done, Refusal> {
    let row = draft(app, who, command, id).await?;
    let account = who.account().ok_or(Refusal::SignedOut)?;
    let purpose = *PURPOSES
        .iter()
        .find(|known| **known == purpose)
        .ok_or_else(|| Refusal::field("purpose", FieldProblem::NotAnOption))?;
    if settings_of(app.db.read(), who.tenant, id).await?.kind != Kind::GovPurchase {
        return Err(Refusal::rule("call-publishes-no-documents"));
    }
    let kept = [file.clone()];
    let attached = app.act(who, command, move |step| async move {
        if of(step.tx(), step.who().tenant, id).await?.iter().any(|document| document.purpose == purpose) {
            return Err(Refusal::rule("call-document-there"));
        }
        let facts = json!({ "purpose": purpose, "name": file.name, "sha256": file.sha256 });
        step.touch::<CallMachine>(id, (row.state, row.version), "document-attached", facts).await?;
        write(&step, id, [(call::Column::AuthorId, Expr::value(account))]).await?;
        let added = files::attach(&step, Owner::new(OWNER, id), purpose, &file).await?;
        Ok(Done { id: added.id, version: row.version + 1 })
    });
    files::kept(app, &kept, attached).await
}

/// Takes a document off a draft.
pub async fn detach(app: &App, who: &Who, command: &Command, id: Uuid, document: Uuid) -> Result<Done, Refusal> {
    let row = draft(app, who, command, id).await?;
    let account = who.account().ok_or(Refusal::SignedOut)?;
    let file = find(app, who, id, document).await?;
    app.act(who, command, move |step| async move {
        let facts = json!({ "purpose": file.purpose, "name": file.name });
        step.touch::<CallMachine>(id, (row.state, row.version), "document-removed", facts).await?;
        write(&step, id, [(call::Column::AuthorId, Expr::value(account))]).await?;
        files::detach(&step, &file).await?;
        Ok(Done { id, version: row.version + 1 })
    })
    .await
}

/// A purchase of services is not called before its list, standard and budget are there for all to read (rule V23).
pub async fn published(app: &App, row: &call::Model) -> Result<(), Refusal> {
    let db = app.db.read();
    if settings_of(db, row.tenant_id, row.id).await?.kind != Kind::GovPurchase {
        return Ok(());
    }
    let there = of(db, row.tenant_id, row.id).await?;
    let missing = PURPOSES.iter().filter(|purpose| !there.iter().any(|d| d.purpose == **purpose)).count();
    if missing == 0 { Ok(()) } else { Err(Refusal::of("purchase-documents-missing", "V23").with("n", missing)) }
}
