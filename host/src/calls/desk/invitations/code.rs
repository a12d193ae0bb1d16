//! The code itself: how it looks, how it is kept, how it is tried and used.

use super::super::super::state::CallMachine;
use super::super::settings::settings_of;
use crate::lifecycle::{Machine, Step};
use crate::{App, Refusal, limits};
use sea_orm::sea_query::{Expr, ExprTrait};
use sea_orm::{ActiveModelTrait, ActiveValue::Set, ColumnTrait, EntityTrait, QueryFilter};
use serde_json::json;
use twoway_entity::call_desk::{invitation, invitation_use};
use twoway_ids::{MINUTE, Millis, Uuid};
use twoway_manifest::FieldProblem;

/// Letters and digits that nobody takes for one another; 32 of them, so that every byte gives each alike.
const SIGNS: &[u8; 32] = b"ABCDEFGHJKLMNPQRSTUVWXYZ23456789";
const LENGTH: usize = 10;

/// Codes that one account may try: with ten signs of thirty-two nobody guesses one.
const GUESSES: limits::Budget = limits::Budget { name: "invitation-guesses", burst: 10, every: 10 * MINUTE };

/// A new code as it is shown, once: `ABCDE-FGHJK`.
pub(super) fn new() -> String {
    let signs = twoway_ids::new_secret().into_iter().take(LENGTH).map(|byte| char::from(SIGNS[usize::from(byte % 32)]));
    let mut code: String = signs.collect();
    code.insert(LENGTH / 2, '-');
    code
}

/// How a code is shown later on.
pub(super) fn masked(code: &str) -> String {
    let shown = |(n, sign): (usize, char)| if n < 2 || sign == '-' { sign } else { '*' };
    code.chars().enumerate().map(shown).collect()
}

/// Typed with other dashes, spaces or small letters it is the same code.
fn plain(typed: &str) -> String {
    typed.chars().filter(char::is_ascii_alphanumeric).map(|c| c.to_ascii_uppercase()).collect()
}

pub(super) fn hash(app: &App, call: Uuid, code: &str) -> String {
    app.keys.keyed_hash("call-invitation", &format!("{call}/{}", plain(code)))
}

/// A code that was tried and is good.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Given {
    id: Uuid,
}

/// Why a code cannot be used now.
fn usable(row: &invitation::Model, now: Millis) -> Result<(), Refusal> {
    if row.revoked_at.is_some() {
        Err(Refusal::rule("invitation-revoked"))
    } else if now >= row.expires_at {
        Err(Refusal::rule("invitation-expired"))
    } else if row.used >= row.uses {
        Err(Refusal::rule("invitation-used-up"))
    } else {
        Ok(())
    }
}

/// Whether this account may begin a proposal for this call: for a call by invitation with a good code, for others without one. Every
/// code that is tried counts, whatever comes of it.
///
/// Errors: `invitation-missing`, `invitation-wrong`, `invitation-revoked`, `invitation-expired`, `invitation-used-up`,
/// [`Refusal::TooMany`]; the field `invitation` for a call that needs none.
pub async fn check(app: &App, call: Uuid, account: Uuid, code: Option<&str>) -> Result<Option<Given>, Refusal> {
    use invitation::Column as C;
    let db = app.db.read();
    let code = code.map(str::trim).filter(|code| !code.is_empty());
    if !settings_of(db, app.tenant, call).await?.invited {
        return if code.is_some() { Err(Refusal::field("invitation", FieldProblem::Unknown)) } else { Ok(None) };
    }
    let code = code.ok_or_else(|| Refusal::rule("invitation-missing"))?;
    limits::check_account(app, GUESSES, account).await?;
    limits::spend_account(app, GUESSES, account).await?;
    let row = invitation::Entity::find()
        .filter(C::TenantId.eq(app.tenant))
        .filter(C::CallId.eq(call))
        .filter(C::CodeHash.eq(hash(app, call, code)))
        .one(db)
        .await?
        .ok_or_else(|| Refusal::rule("invitation-wrong"))?;
    usable(&row, app.now())?;
    Ok(Some(Given { id: row.id }))
}

/// Uses the code for the proposal that the same step begins. Whoever was faster has it.
pub async fn spend(step: &Step, given: Given, organization: Option<Uuid>, proposal: Uuid) -> Result<(), Refusal> {
    use invitation::Column as C;
    let (tenant, now) = (step.who().tenant, step.now());
    let account = step.who().account().ok_or(Refusal::SignedOut)?;
    let done = invitation::Entity::update_many()
        .col_expr(C::Used, Expr::col(C::Used).add(1))
        .filter(C::TenantId.eq(tenant))
        .filter(C::Id.eq(given.id))
        .filter(C::RevokedAt.is_null())
        .filter(C::ExpiresAt.gt(now))
        .filter(Expr::col(C::Used).lt(Expr::col(C::Uses)))
        .exec(step.tx())
        .await?;
    let row = invitation::Entity::find_by_id((tenant, given.id)).one(step.tx()).await?.ok_or(Refusal::NotFound)?;
    if done.rows_affected == 0 {
        usable(&row, now)?;
        return Err(Refusal::Stale);
    }
    let used = invitation_use::ActiveModel {
        tenant_id: Set(tenant),
        id: Set(step.new_id()),
        invitation_id: Set(given.id),
        call_id: Set(row.call_id),
        account_id: Set(account),
        organization_id: Set(organization),
        proposal_id: Set(proposal),
        used_at: Set(now),
    };
    let used = used.insert(step.tx()).await?;
    step.record(
        CallMachine::KIND,
        row.call_id,
        "invitation-used",
        json!({ "invitation": given.id, "proposal": proposal }),
    );
    step.wrote(invitation::Entity, given.id);
    step.wrote(invitation_use::Entity, used.id);
    Ok(())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_code_is_read_as_it_is_typed_and_shown_masked() {
        let code = new();
        assert_eq!(code.len(), LENGTH + 1);
        assert_ne!(code, new());
        assert_eq!(plain(&format!(" {} ", code.to_lowercase().replace('-', " "))), plain(&code));
        assert_eq!(plain(&code).len(), LENGTH);
        let masked = masked("ABCDE-FGHJK");
        assert_eq!(masked, "AB***-*****");
    }

    #[test]
    fn a_code_that_is_over_says_why() {
        let row = |revoked_at, expires_at, used| invitation::Model {
            tenant_id: Uuid::nil(),
            id: Uuid::nil(),
            call_id: Uuid::nil(),
            path: "/a/".into(),
            note: "乙队".into(),
            code_hash: String::new(),
            masked: String::new(),
            uses: 2,
            used,
            expires_at,
            made_by: Uuid::nil(),
            made_at: 0,
            revoked_by: None,
            revoked_at,
        };
        let code = |row: &invitation::Model| usable(row, 10).map_or_else(|r| r.code().to_string(), |()| "ok".into());
        assert_eq!(code(&row(None, 11, 1)), "ok");
        assert_eq!(code(&row(None, 11, 2)), "invitation-used-up");
        assert_eq!(code(&row(None, 10, 1)), "invitation-expired");
        assert_eq!(code(&row(Some(5), 11, 1)), "invitation-revoked");
    }
}
