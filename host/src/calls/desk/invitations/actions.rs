use super::super::super::queries::{find_visible, is_office};
use super::super::super::state::{CallMachine, CallState};
use super::super::settings::settings_of;
use super::code;
use crate::lifecycle::{Command, Done, Machine};
use crate::{App, Refusal, Who};
use sea_orm::sea_query::Expr;
use sea_orm::{ActiveModelTrait, ActiveValue::Set, ColumnTrait, EntityTrait, PaginatorTrait, QueryFilter};
use serde::{Deserialize, Serialize};
use serde_json::json;
use twoway_entity::accounts::Role;
use twoway_entity::call_desk::invitation;
use twoway_entity::calls::call;
use twoway_ids::{DAY, Millis, Uuid};
use twoway_manifest::{FieldError, FieldProblem};
use utoipa::ToSchema;

/// Codes of one call, and how many are made at once.
const MOST: u64 = 200;
const MOST_AT_ONCE: usize = 50;
const LONGEST_NOTE: u32 = 120;
const MOST_USES: i32 = 20;

/// Codes to be made: one for each name.
#[derive(Clone, Debug, Serialize, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
#[schema(as = NewInvitations)]
pub struct Batch {
    /// For whom each is: the name of one organisation or person. At most 50 at once.
    pub notes: Vec<String>,
    /// Proposals that can be begun with each, 1 to 20.
    #[serde(default = "one")]
    pub uses: i32,
    /// Until when it can be used.
    pub expires_at: Millis,
}

fn one() -> i32 {
    1
}

/// A code that was made. It is shown this once; what is kept is its keyed hash.
#[derive(Clone, Debug, Serialize, ToSchema)]
#[schema(as = MadeInvitation)]
pub struct Made {
    pub id: Uuid,
    pub note: String,
    pub code: String,
}

impl Batch {
    /// Errors: the fields `notes`, `uses` and `expires_at`.
    fn parse(mut self, now: Millis) -> Result<Self, Refusal> {
        let mut wrong = Vec::new();
        let mut say = |field: &str, problem| wrong.push(FieldError { field: field.into(), problem });
        self.notes = self.notes.iter().map(|note| note.trim().to_string()).filter(|note| !note.is_empty()).collect();
        if self.notes.is_empty() {
            say("notes", FieldProblem::Missing);
        } else if self.notes.len() > MOST_AT_ONCE {
            say("notes", FieldProblem::TooLong { max: MOST_AT_ONCE as u32 });
        } else if self.notes.iter().any(|note| note.chars().count() > LONGEST_NOTE as usize) {
            say("notes", FieldProblem::TooLong { max: LONGEST_NOTE });
        }
        if self.uses < 1 {
            say("uses", FieldProblem::TooSmall { min: 1 });
        } else if self.uses > MOST_USES {
            say("uses", FieldProblem::TooLarge { max: MOST_USES.into() });
        }
        if !wrong.is_empty() {
            return Err(Refusal::Invalid(wrong));
        }
        if self.expires_at <= now || self.expires_at > now.saturating_add(400 * DAY) {
            return Err(Refusal::rule("invitation-expiry"));
        }
        Ok(self)
    }
}

/// The call, if this person runs it.
async fn run_by(app: &App, who: &Who, id: Uuid) -> Result<call::Model, Refusal> {
    let row = find_visible(app.db.read(), who, id).await?;
    if who.holds_over(&[Role::LeadOffice], &row.path) {
        return Ok(row);
    }
    Err(if is_office(who, &row) { Refusal::NotAllowed } else { Refusal::NotFound })
}

/// Makes one code for each name and tells them, this once.
///
/// Errors: `call-not-by-invitation`, `call-closed`, `call-cancelled`, `too-many-invitations`, `invitation-expiry`, the fields of
/// [`Batch`].
pub async fn make(app: &App, who: &Who, command: &Command, call: Uuid, batch: Batch) -> Result<Vec<Made>, Refusal> {
    use CallState as S;
    let row = run_by(app, who, call).await?;
    let account = who.account().ok_or(Refusal::SignedOut)?;
    if !settings_of(app.db.read(), who.tenant, call).await?.invited {
        return Err(Refusal::rule("call-not-by-invitation"));
    }
    match row.state {
        S::Draft | S::InternalReview | S::Previewed | S::Open | S::Suspended => {}
        S::Cancelled => return Err(Refusal::of("call-cancelled", "M1")),
        _ => return Err(Refusal::of("call-closed", "M1")),
    }
    let batch = batch.parse(app.now())?;
    app.act(who, command, move |step| async move {
        let tenant = step.who().tenant;
        let before = invitation::Entity::find()
            .filter(invitation::Column::TenantId.eq(tenant))
            .filter(invitation::Column::CallId.eq(call))
            .count(step.tx())
            .await?;
        if before + batch.notes.len() as u64 > MOST {
            return Err(Refusal::rule("too-many-invitations").with("most", MOST));
        }
        let mut made = Vec::new();
        for note in batch.notes {
            let (id, code) = (step.new_id(), code::new());
            let kept = invitation::ActiveModel {
                tenant_id: Set(tenant),
                id: Set(id),
                call_id: Set(call),
                path: Set(row.path.clone()),
                note: Set(note.clone()),
                code_hash: Set(code::hash(step.app(), call, &code)),
                masked: Set(code::masked(&code)),
                uses: Set(batch.uses),
                used: Set(0),
                expires_at: Set(batch.expires_at),
                made_by: Set(account),
                made_at: Set(step.now()),
                revoked_by: Set(None),
                revoked_at: Set(None),
            };
            kept.insert(step.tx()).await?;
            step.wrote(invitation::Entity, id);
            made.push(Made { id, note, code });
        }
        let ids: Vec<Uuid> = made.iter().map(|one| one.id).collect();
        step.record(CallMachine::KIND, call, "invitations-made", json!({ "invitations": ids }));
        Ok(made)
    })
    .await
}

/// Takes a code back: nothing is begun with it any more. What was begun stays. Errors: `invitation-revoked`.
pub async fn revoke(app: &App, who: &Who, command: &Command, id: Uuid) -> Result<Done, Refusal> {
    use invitation::Column as C;
    let row = invitation::Entity::find_by_id((who.tenant, id)).one(app.db.read()).await?.ok_or(Refusal::NotFound)?;
    run_by(app, who, row.call_id).await?;
    let account = who.account().ok_or(Refusal::SignedOut)?;
    app.act(who, command, move |step| async move {
        let done = invitation::Entity::update_many()
            .col_expr(C::RevokedBy, Expr::value(account))
            .col_expr(C::RevokedAt, Expr::value(step.now()))
            .filter(C::TenantId.eq(step.who().tenant))
            .filter(C::Id.eq(id))
            .filter(C::RevokedAt.is_null())
            .exec(step.tx())
            .await?;
        if done.rows_affected == 0 {
            return Err(Refusal::rule("invitation-revoked"));
        }
        step.record(CallMachine::KIND, row.call_id, "invitation-revoked", json!({ "invitation": id }));
        step.wrote(invitation::Entity, id);
        Ok(Done { id, version: 2 })
    })
    .await
}
