//! A proposal that came on paper goes into the hands of the person whose paper it is, or of another clerk.

use super::identity::IdNumber;
use super::queries::{entry_of, is_clerk};
use crate::accounts;
use crate::lifecycle::{Command, Done};
use crate::notices::tell;
use crate::proposals::actions::write;
use crate::proposals::queries::find_visible;
use crate::proposals::state::{ENDED, ProposalMachine};
use crate::{App, Refusal, Who, calendar};
use chrono::NaiveDate;
use sea_orm::sea_query::Expr;
use sea_orm::{ColumnTrait, EntityTrait, QueryFilter};
use serde::{Deserialize, Serialize};
use serde_json::json;
use twoway_entity::assisted::entry;
use twoway_entity::proposals::proposal;
use twoway_ids::Uuid;
use twoway_manifest::FieldProblem;
use utoipa::ToSchema;

/// Who gets it.
#[derive(Clone, Debug, Default, Serialize, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
#[schema(as = PaperHandOver)]
pub struct HandOver {
    /// With which the other one signs in.
    pub login: String,
    /// As it stands on the person's ID card; left out for another clerk.
    #[serde(default)]
    pub id_number: String,
}

/// Hands a proposal from a clerk to the person whose paper it is, who has an account by now and shows the ID card, or to another clerk.
/// Whoever typed it in still neither checks nor decides it, and everybody is still told that it came on paper.
///
/// Errors: `paper-handed-over`, `paper-ended` (M1) and `paper-id-differs` (V26); the fields `login` and `id_number`.
pub async fn hand_over(app: &App, who: &Who, command: &Command, id: Uuid, to: HandOver) -> Result<Done, Refusal> {
    let db = app.db.read();
    let row = find_visible(db, who, id).await?.row;
    if !is_clerk(who, &row.path) {
        return Err(Refusal::NotAllowed);
    }
    let entry = entry_of(db, &row).await?.ok_or(Refusal::NotFound)?;
    command.check_version(row.version)?;
    if entry.handed_to.is_some() {
        return Err(Refusal::of("paper-handed-over", "M1"));
    }
    if ENDED.contains(&row.state) {
        return Err(Refusal::of("paper-ended", "M1"));
    }
    let login = to.login.trim();
    if login.is_empty() {
        return Err(Refusal::field("login", FieldProblem::Missing));
    }
    let found = accounts::by_login(db, who, login).await?.filter(|found| found.id != row.owner_id);
    let account = found.ok_or(Refusal::field("login", FieldProblem::NotAnOption))?;
    let held = accounts::held(db, who.tenant, account.id).await?;
    let clerk = held.iter().any(|held| super::CLERKS.contains(&held.role) && row.path.starts_with(&held.path));
    if !clerk {
        same_person(app, &entry, &to.id_number)?;
    }
    app.act(who, command, move |step| async move {
        let what = if clerk { "handed-to-clerk" } else { "handed-over" };
        step.touch::<ProposalMachine>(id, (row.state, row.version), what, json!({})).await?;
        write(&step, id, [(proposal::Column::OwnerId, Expr::value(account.id))]).await?;
        if !clerk {
            entry::Entity::update_many()
                .col_expr(entry::Column::HandedTo, Expr::value(account.id))
                .col_expr(entry::Column::HandedAt, Expr::value(step.now()))
                .filter(entry::Column::TenantId.eq(step.who().tenant))
                .filter(entry::Column::ProposalId.eq(id))
                .exec(step.tx())
                .await?;
            step.wrote(entry::Entity, id);
        }
        let values = json!({ "title": row.title });
        tell(&step, account.id, "notice-paper-handed-over", values, format!("/proposals/{id}"), false).await?;
        Ok(Done { id, version: row.version + 1 })
    })
    .await
}

/// The number on the card is the one on the paper.
fn same_person(app: &App, entry: &entry::Model, typed: &str) -> Result<(), Refusal> {
    if typed.trim().is_empty() {
        return Err(Refusal::field("id_number", FieldProblem::Missing));
    }
    let today = NaiveDate::parse_from_str(&calendar::today(app), "%Y-%m-%d").map_err(anyhow::Error::new)?;
    let number = IdNumber::parse(typed, today).ok_or(Refusal::field("id_number", FieldProblem::BadIdNumber))?;
    if number.hash(&app.keys) == entry.id_hash { Ok(()) } else { Err(Refusal::of("paper-id-differs", "V26")) }
}
