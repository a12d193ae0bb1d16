//! Signing by the agreed method (电子签名法 §13): the hash of the frozen text, the clause in it that names the method, and a one-time
//! code that only the signer's own account receives.

use super::notice::begin_notice;
use super::sign::activate;
use super::{acting, link, office_of, place, tell_parties};
use crate::adoptions::model::{AgreementTerms, NAMED};
use crate::adoptions::queries::{self, Seen, find_visible};
use crate::adoptions::rules::{self, CODE_TRIES, Signature, Signer};
use crate::adoptions::{AdoptionEvent, AdoptionMachine, AdoptionState, Party, notice};
use crate::lifecycle::{Command, Done, Place, Step, permit, wrong_state};
use crate::refusal::stale_if_taken;
use crate::{App, Refusal, Who, notices, proposals};
use sea_orm::sea_query::{Expr, ExprTrait};
use sea_orm::{ActiveModelTrait, ActiveValue::Set, ColumnTrait, EntityTrait, QueryFilter, QueryOrder};
use serde_json::json;
use twoway_entity::accounts::Role;
use twoway_entity::adoptions::{agreement, confirmation};
use twoway_entity::agreements::signing_code;
use twoway_entity::notices::notice as told_notice;
use twoway_ids::{MINUTE, Millis, Uuid};

/// How long a code can be used.
const CODE_LASTS: Millis = 10 * MINUTE;

const CODE_NOTICE: &str = "notice-signing-code";

/// What a person gives to confirm for a party.
#[derive(Clone, Debug)]
pub struct Given<'a> {
    pub party: Party,
    /// The recipient, where the person is the clerk of several.
    pub organization: Option<Uuid>,
    /// The hash of the text that was read.
    pub hash: &'a str,
    /// The warning about enforceable promises was ticked.
    pub warned: bool,
    /// The one-time code.
    pub code: &'a str,
}

/// Who signs, looked up among those who have to.
pub(super) fn signer(seen: &Seen, party: Party, organization: Option<Uuid>) -> Result<Signer, Refusal> {
    let mut found = rules::signers(&seen.lines, &seen.joined()).into_iter().filter(|s| s.party == party);
    let found = match party {
        Party::Recipient | Party::Partner => found.find(|s| match organization {
            Some(wanted) => s.organization == Some(wanted),
            None => seen.standing.signs_for(s),
        }),
        Party::Sponsor | Party::Team | Party::Office => found.next(),
    };
    found.ok_or(Refusal::NotAllowed)
}

/// Whether this person binds the party.
pub(super) fn may_sign_for(who: &Who, seen: &Seen, signer: &Signer) -> bool {
    match signer.party {
        Party::Sponsor => rules::signatory(who, seen.row.organization_id).is_ok(),
        Party::Partner | Party::Recipient | Party::Team | Party::Office => seen.standing.signs_for(signer),
    }
}

/// What must be true of whoever wants to sign, before any code.
async fn may_sign(
    app: &App,
    who: &Who,
    seen: &Seen,
    signer: Signer,
) -> Result<(agreement::Model, Vec<confirmation::Model>), Refusal> {
    permit::<AdoptionMachine>(who, AdoptionEvent::Confirm, &place_of(who, seen, signer))?;
    match signer.party {
        Party::Sponsor => rules::signatory(who, seen.row.organization_id)?,
        _ if !seen.standing.signs_for(&signer) => return Err(Refusal::NotAllowed),
        _ => {}
    }
    if seen.row.state != AdoptionState::Signing {
        return Err(wrong_state::<AdoptionMachine>(seen.row.state, AdoptionEvent::Confirm));
    }
    queries::agreement(app.db.read(), who.tenant, seen.row.id).await?.ok_or(Refusal::NotFound)
}

fn place_of<'a>(who: &'a Who, seen: &'a Seen, signer: Signer) -> Place<'a> {
    match signer.party {
        Party::Team => Place { path: "", ..proposals::place(&seen.proposal) },
        Party::Sponsor => Place { path: "", ..place(&seen.row) },
        Party::Partner => Place { path: "", owner: None, organization: signer.organization },
        Party::Office => Place { path: &seen.row.path, owner: None, organization: None },
        Party::Recipient => {
            let clerk = who.actor().and_then(|a| {
                a.held.iter().find(|h| h.role == Role::Recipient && Some(h.organization) == signer.organization)
            });
            Place { path: clerk.map_or("", |held| held.path.as_str()), owner: None, organization: None }
        }
    }
}

pub(super) fn organization_of(seen: &Seen, signer: Signer) -> Option<Uuid> {
    match signer.party {
        Party::Sponsor => Some(seen.row.organization_id),
        Party::Recipient | Party::Partner => signer.organization,
        Party::Team => seen.proposal.organization_id,
        Party::Office => office_of(&seen.row.path),
    }
}

fn code_hash(app: &App, agreement: Uuid, account: Uuid, code: &str) -> String {
    app.keys.keyed_hash("adoption-signature", &format!("{agreement}/{account}/{code}"))
}

/// Sends a six-digit code to the signer's own account. An earlier one can no longer be used.
pub async fn send_code(
    app: &App,
    who: &Who,
    command: &Command,
    id: Uuid,
    party: Party,
    organization: Option<Uuid>,
) -> Result<Done, Refusal> {
    use signing_code::Column as C;
    let seen = find_visible(app.db.read(), who, id).await?;
    let account = who.account().ok_or(Refusal::SignedOut)?;
    let signer = signer(&seen, party, organization)?;
    let (frozen, given) = may_sign(app, who, &seen, signer).await?;
    let hash = seen.row.agreement_hash.clone().unwrap_or_default();
    // Everything but the code is looked at now, so that nobody waits for a code that is of no use. The warning is ticked later.
    rules::may_confirm(&Signature { signer, account, hash: &hash, warned: true }, Some(&hash), &given)?;
    app.act(who, &acting(command, organization_of(&seen, signer)), move |step| async move {
        let tenant = step.who().tenant;
        let older = signing_code::Entity::update_many()
            .col_expr(C::ExpiresAt, Expr::value(step.now()))
            .filter(C::TenantId.eq(tenant))
            .filter(C::AgreementId.eq(frozen.id))
            .filter(C::AccountId.eq(account))
            .filter(C::SpentAt.is_null())
            .filter(C::ExpiresAt.gt(step.now()))
            .exec_with_returning(step.tx())
            .await?;
        step.wrote_rows(&older);
        strike(&step, account, id).await?;
        let (code, row) = (twoway_ids::new_code(), step.new_id());
        let sent = signing_code::ActiveModel {
            tenant_id: Set(tenant),
            id: Set(row),
            adoption_id: Set(id),
            agreement_id: Set(frozen.id),
            party: Set(signer.party),
            account_id: Set(account),
            code_hash: Set(code_hash(step.app(), frozen.id, account, &code)),
            issued_at: Set(step.now()),
            expires_at: Set(step.now() + CODE_LASTS),
            spent_at: Set(None),
            tries: Set(0),
        };
        signing_code::Entity::insert(sent).exec_without_returning(step.tx()).await?;
        step.wrote(signing_code::Entity, row);
        step.record("adoption", id, "code-sent", json!({ "party": signer.party, "organization": signer.organization }));
        let values = json!({ "project": seen.proposal.title, "code": code, "minutes": CODE_LASTS / MINUTE });
        notices::tell(&step, account, CODE_NOTICE, values, page(id), true).await?;
        Ok(Done { id, version: seen.row.version })
    })
    .await
}

fn page(id: Uuid) -> String {
    format!("{}/agreement", link(id))
}

/// Takes codes that are of no use any more out of the account's notices: the notice stays, the digits do not.
async fn strike(step: &Step, account: Uuid, id: Uuid) -> Result<(), Refusal> {
    use told_notice::Column as C;
    let notices = told_notice::Entity::find()
        .filter(C::TenantId.eq(step.who().tenant))
        .filter(C::AccountId.eq(account))
        .filter(C::Template.eq(CODE_NOTICE))
        .filter(C::Link.eq(page(id)))
        .all(step.tx())
        .await?;
    for mut row in notices {
        if row.values["code"].as_str().is_none_or(|code| code == STRUCK) {
            continue;
        }
        row.values["code"] = STRUCK.into();
        told_notice::Entity::update_many()
            .col_expr(C::Values, Expr::value(row.values))
            .filter(C::TenantId.eq(row.tenant_id))
            .filter(C::Id.eq(row.id))
            .exec(step.tx())
            .await?;
        step.wrote(told_notice::Entity, row.id);
    }
    Ok(())
}

/// What stands in a notice instead of a code that was used or replaced.
const STRUCK: &str = "******";

/// Counts the try first, in a transaction of its own, then compares: guesses that run side by side are counted all the same.
///
/// Errors: `code-missing`, `code-wrong`, `code-used-up` (P14).
async fn try_code(app: &App, agreement: Uuid, account: Uuid, code: &str) -> Result<Uuid, Refusal> {
    use signing_code::Column as C;
    let (tenant, now) = (app.tenant, app.now());
    let newest = signing_code::Entity::find()
        .filter(C::TenantId.eq(tenant))
        .filter(C::AgreementId.eq(agreement))
        .filter(C::AccountId.eq(account))
        .filter(C::SpentAt.is_null())
        .filter(C::ExpiresAt.gt(now))
        .order_by_desc(C::IssuedAt)
        .one(app.db.read())
        .await?;
    let newest = newest.filter(|_| !code.is_empty()).ok_or_else(|| Refusal::of("code-missing", "P14"))?;
    let id = newest.id;
    let counted = app
        .db
        .transact(move |tx| async move {
            let counted = signing_code::Entity::update_many()
                .col_expr(C::Tries, Expr::col(C::Tries).add(1))
                .filter(C::TenantId.eq(tenant))
                .filter(C::Id.eq(id))
                .filter(C::Tries.lt(CODE_TRIES))
                .exec(&*tx)
                .await?;
            Ok(counted.rows_affected)
        })
        .await?;
    if counted == 0 {
        return Err(Refusal::of("code-used-up", "P14"));
    }
    if newest.code_hash != code_hash(app, agreement, account, code) {
        return Err(Refusal::of("code-wrong", "P14").with("left", std::cmp::Ord::max(CODE_TRIES - newest.tries - 1, 0)));
    }
    Ok(id)
}

async fn spend(step: &Step, code: Uuid) -> Result<(), Refusal> {
    use signing_code::Column as C;
    let spent = signing_code::Entity::update_many()
        .col_expr(C::SpentAt, Expr::value(step.now()))
        .filter(C::TenantId.eq(step.who().tenant))
        .filter(C::Id.eq(code))
        .filter(C::SpentAt.is_null())
        .filter(C::ExpiresAt.gt(step.now()))
        .exec_with_returning(step.tx())
        .await?;
    step.wrote_rows(&spent);
    if spent.is_empty() { Err(Refusal::Stale) } else { Ok(()) }
}

/// One party confirms the text with this hash, with the code that its account received. When the last one has, the public notice
/// begins, or the agreement comes into force where none is needed.
pub async fn confirm(app: &App, who: &Who, command: &Command, id: Uuid, said: Given<'_>) -> Result<Done, Refusal> {
    let seen = find_visible(app.db.read(), who, id).await?;
    let account = who.account().ok_or(Refusal::SignedOut)?;
    let signer = signer(&seen, said.party, said.organization)?;
    let (frozen, given) = may_sign(app, who, &seen, signer).await?;
    command.check_version(seen.row.version)?;
    let signature = Signature { signer, account, hash: said.hash, warned: said.warned };
    rules::may_confirm(&signature, seen.row.agreement_hash.as_deref(), &given)?;
    let code = try_code(app, frozen.id, account, said.code).await?;
    let organization = organization_of(&seen, signer);
    let warned = said.warned;
    app.act(who, &acting(command, organization), move |step| async move {
        spend(&step, code).await?;
        strike(&step, account, id).await?;
        settle(&step, &seen, &frozen, &given, (signer, (account, organization, None), warned)).await
    })
    .await
}

/// A party's confirmation is there: it is written down, and after the last one the public notice begins, or the agreement comes into
/// force. `by`: the account through which it came, the organisation, and the sealed paper if there was one.
pub(super) async fn settle(
    step: &Step,
    seen: &Seen,
    frozen: &agreement::Model,
    given: &[confirmation::Model],
    (signer, by, warned): (Signer, (Uuid, Option<Uuid>, Option<Uuid>), bool),
) -> Result<Done, Refusal> {
    let (row, id) = (&seen.row, seen.row.id);
    let (account, organization, scan) = by;
    let hash = row.agreement_hash.clone().unwrap_or_default();
    if matches!(signer.party, Party::Sponsor | Party::Partner) {
        // 慈善法 §41: that the warning was shown and read is an event of its own, before anything is published.
        step.record("adoption", id, "warning-read", json!({ "hash": hash, "article": "慈善法第四十一条" }));
    }
    let payload = json!({
        "party": signer.party, "organization": organization, "hash": hash, "version": frozen.number,
        "method": if scan.is_some() { "seal" } else { "code" }, "scan": scan,
    });
    step.advance::<AdoptionMachine>(id, (row.state, row.version), AdoptionEvent::Confirm, payload).await?;
    let signed = step.new_id();
    let signature = confirmation::ActiveModel {
        tenant_id: Set(row.tenant_id),
        id: Set(signed),
        adoption_id: Set(id),
        agreement_id: Set(frozen.id),
        party: Set(signer.party),
        organization_id: Set(organization),
        account_id: Set(account),
        hash: Set(hash),
        warned: Set(warned),
        at: Set(step.now()),
        scan_id: Set(scan),
    };
    signature.insert(step.tx()).await.map_err(stale_if_taken)?;
    step.wrote(confirmation::Entity, signed);
    if rules::unsigned(&seen.lines, &seen.joined(), given).len() == 1 {
        let terms: AgreementTerms = serde_json::from_value(frozen.terms.clone())?;
        let named = terms.publicity == NAMED;
        match notice::needed(&seen.lines) {
            true => begin_notice(step, seen, row.version + 1, named).await?,
            false => activate(step, seen, (AdoptionState::Signing, row.version + 1), named).await?,
        }
        return Ok(Done { id, version: row.version + 2 });
    }
    let told = json!({ "project": seen.proposal.title });
    tell_parties(step, seen, "notice-adoption-confirmed", told).await?;
    Ok(Done { id, version: row.version + 1 })
}
