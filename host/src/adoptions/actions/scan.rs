//! Signing on paper: upload, and a second person's answer.

use super::confirm::{may_sign_for, organization_of, settle, signer};
use super::{acting, link, office_of, tell_office, tell_parties};
use crate::adoptions::model::said;
use crate::adoptions::queries::{self, Seen, find_visible};
use crate::adoptions::rules::{self, Signature};
use crate::adoptions::{AdoptionEvent, AdoptionMachine, AdoptionState, Party, scans};
use crate::files::{self, CheckedFile};
use crate::lifecycle::{Command, Done, wrong_state};
use crate::{App, Refusal, Who};
use sea_orm::sea_query::Expr;
use sea_orm::{ActiveModelTrait, ActiveValue::Set, ColumnTrait, EntityTrait, QueryFilter};
use serde_json::json;
use twoway_entity::agreements::{ScanState, seal_scan};
use twoway_ids::Uuid;

/// For whom a sealed paper is handed in.
#[derive(Clone, Copy, Debug)]
pub struct Sealed {
    pub party: Party,
    /// The recipient, where there are several.
    pub organization: Option<Uuid>,
    /// The paper of a sponsor shows the warning about enforceable promises.
    pub warned: bool,
}

/// The party itself, or the office for it, uploads the sealed paper. It counts when a second person has accepted it.
///
/// Errors: `confirmed-already`, `warning-not-ticked` (D9), `scan-waits`; those of [`files::attach`].
pub async fn upload_scan(
    app: &App,
    who: &Who,
    command: &Command,
    id: Uuid,
    sealed: Sealed,
    file: CheckedFile,
) -> Result<Done, Refusal> {
    let db = app.db.read();
    let seen = find_visible(db, who, id).await?;
    let account = who.account().ok_or(Refusal::SignedOut)?;
    let signer = signer(&seen, sealed.party, sealed.organization)?;
    if !seen.standing.office && !may_sign_for(who, &seen, &signer) {
        return Err(Refusal::NotAllowed);
    }
    command.check_version(seen.row.version)?;
    if seen.row.state != AdoptionState::Signing {
        return Err(wrong_state::<AdoptionMachine>(seen.row.state, AdoptionEvent::Confirm));
    }
    let (frozen, given) = queries::agreement(db, who.tenant, id).await?.ok_or(Refusal::NotFound)?;
    if given.iter().any(|c| signer.gave(c)) {
        return Err(Refusal::rule("confirmed-already"));
    }
    if matches!(signer.party, Party::Sponsor | Party::Partner) && !sealed.warned {
        return Err(Refusal::of("warning-not-ticked", "D9"));
    }
    let organization = organization_of(&seen, signer);
    let waits = scans::of(db, who.tenant, frozen.id)
        .await?
        .into_iter()
        .any(|s| s.state == ScanState::Waiting && s.party == signer.party && s.organization_id == organization);
    if waits {
        return Err(Refusal::rule("scan-waits"));
    }
    let office = office_of(&seen.row.path).filter(|_| seen.standing.office);
    let acts_for = office.or(organization);
    let kept = [file.clone()];
    let command = acting(command, acts_for);
    let work = app.act(who, &command, move |step| async move {
        let row = &seen.row;
        let scan = step.new_id();
        let payload = json!({
            "scan": scan, "party": signer.party, "organization": organization, "file": file.name, "sha256": file.sha256,
        });
        step.touch::<AdoptionMachine>(id, (row.state, row.version), "scan-uploaded", payload).await?;
        let new = seal_scan::ActiveModel {
            tenant_id: Set(row.tenant_id),
            id: Set(scan),
            adoption_id: Set(id),
            agreement_id: Set(frozen.id),
            party: Set(signer.party),
            organization_id: Set(organization),
            recipient_id: Set(signer.organization),
            hash: Set(row.agreement_hash.clone().unwrap_or_default()),
            uploaded_by: Set(account),
            uploaded_at: Set(step.now()),
            state: Set(ScanState::Waiting),
            answered_by: Set(None),
            answered_at: Set(None),
            reason: Set(None),
        };
        new.insert(step.tx()).await?;
        step.wrote(seal_scan::Entity, scan);
        files::attach(&step, scans::owner(scan), scans::PURPOSE, &file).await?;
        let told = json!({ "project": seen.proposal.title });
        tell_office(&step, &row.path, "notice-scan-uploaded", told, format!("{}/agreement", link(id))).await?;
        Ok(Done { id: scan, version: row.version + 1 })
    });
    files::kept(app, &kept, work).await
}

/// A second person of the office, who sees a scan that still waits.
async fn answerable(app: &App, who: &Who, scan: Uuid) -> Result<(seal_scan::Model, Seen, Uuid), Refusal> {
    let db = app.db.read();
    let row = scans::find(db, who.tenant, scan).await?;
    let seen = find_visible(db, who, row.adoption_id).await?;
    let account = who.account().ok_or(Refusal::SignedOut)?;
    if !seen.standing.office {
        return Err(Refusal::NotAllowed);
    }
    if row.uploaded_by == account {
        return Err(Refusal::of("scan-second-person", "P14"));
    }
    if row.state != ScanState::Waiting {
        return Err(Refusal::rule("scan-answered"));
    }
    Ok((row, seen, account))
}

/// The second person has held the paper against the frozen text: it counts as the party's confirmation.
///
/// Errors: `scan-second-person` (P14), `scan-answered`, `agreement-changed` (P14), `sponsor-confirms-first` (D9).
pub async fn accept_scan(app: &App, who: &Who, command: &Command, scan: Uuid) -> Result<Done, Refusal> {
    let (row, seen, account) = answerable(app, who, scan).await?;
    command.check_version(seen.row.version)?;
    if seen.row.state != AdoptionState::Signing {
        return Err(Refusal::of("agreement-changed", "P14"));
    }
    let (frozen, given) = queries::agreement(app.db.read(), who.tenant, seen.row.id).await?.ok_or(Refusal::NotFound)?;
    let signer = rules::Signer { party: row.party, organization: row.recipient_id };
    // The hand that sealed is on the paper: whose account it passed through says nothing about who signed.
    let signature = Signature { signer, account: Uuid::nil(), hash: &row.hash, warned: true };
    rules::may_confirm(&signature, seen.row.agreement_hash.as_deref(), &given)?;
    app.act(who, &acting(command, office_of(&seen.row.path)), move |step| async move {
        answer(&step, &row, ScanState::Accepted, account, None).await?;
        let by = (row.uploaded_by, row.organization_id, Some(row.id));
        settle(&step, &seen, &frozen, &given, (signer, by, true)).await
    })
    .await
}

/// The paper is not what was frozen, or cannot be read; the party hands in another one, or signs with a code.
pub async fn refuse_scan(app: &App, who: &Who, command: &Command, scan: Uuid, reason: &str) -> Result<Done, Refusal> {
    let (row, seen, account) = answerable(app, who, scan).await?;
    command.check_version(seen.row.version)?;
    let reason = said("reason", reason, 1, 1_000)?;
    app.act(who, &acting(command, office_of(&seen.row.path)), move |step| async move {
        let adoption = &seen.row;
        let payload = json!({ "scan": scan, "party": row.party, "reason": reason });
        step.touch::<AdoptionMachine>(adoption.id, (adoption.state, adoption.version), "scan-refused", payload).await?;
        let told = json!({ "project": seen.proposal.title, "reason": reason });
        answer(&step, &row, ScanState::Refused, account, Some(reason)).await?;
        tell_parties(&step, &seen, "notice-scan-refused", told).await?;
        Ok(Done { id: adoption.id, version: adoption.version + 1 })
    })
    .await
}

async fn answer(
    step: &crate::lifecycle::Step,
    row: &seal_scan::Model,
    state: ScanState,
    by: Uuid,
    reason: Option<String>,
) -> Result<(), Refusal> {
    use seal_scan::Column as C;
    let answered = seal_scan::Entity::update_many()
        .col_expr(C::State, Expr::value(sea_orm::ActiveEnum::to_value(&state)))
        .col_expr(C::AnsweredBy, Expr::value(Some(by)))
        .col_expr(C::AnsweredAt, Expr::value(Some(step.now())))
        .col_expr(C::Reason, Expr::value(reason))
        .filter(C::TenantId.eq(row.tenant_id))
        .filter(C::Id.eq(row.id))
        .filter(C::State.eq(ScanState::Waiting))
        .exec(step.tx())
        .await?;
    step.wrote(seal_scan::Entity, row.id);
    if answered.rows_affected == 1 { Ok(()) } else { Err(Refusal::Stale) }
}
