//! Guards of adoptions. Each refuses with its own code and, where there is one, the published rule behind it.

use super::model::{AgreementTerms, Committed, Wish};
use super::{AdoptionState, Party, RESERVED, Side};
use crate::needs::NeedKind;
use crate::{Refusal, Who};
use twoway_entity::accounts::Role;
use twoway_entity::adoptions::{adoption, confirmation, delivery};
use twoway_entity::needs::need_line;
use twoway_entity::organizations::organization;
use twoway_ids::{Millis, Uuid};

/// Roles that speak for a sponsor; only the signatory binds it.
pub const SPONSORS: &[Role] = &[Role::SponsorMember, Role::SponsorSignatory];

/// A sponsor is an organisation whose existence the office has checked.
pub fn verified_sponsor(sponsor: &organization::Model) -> Result<(), Refusal> {
    if sponsor.verified_at.is_none() || sponsor.credit_code.is_none() {
        return Err(Refusal::of("organization-not-verified", "P13").with("name", sponsor.name.clone()));
    }
    Ok(())
}

/// Nothing that may not be advertised is promoted with a project, and no team sponsors itself.
pub fn proper_interest(clean_promotion: bool, is_proposer: bool) -> Result<(), Refusal> {
    if !clean_promotion {
        return Err(Refusal::of("promotion-not-clean", "D8"));
    }
    if is_proposer {
        return Err(Refusal::of("own-proposal", "D8"));
    }
    Ok(())
}

/// The office's due diligence can only be passed by a sponsor that benefits no related party.
pub fn diligence_passes(sponsor: &organization::Model, related_party: bool) -> Result<(), Refusal> {
    verified_sponsor(sponsor)?;
    if related_party { Err(Refusal::of("related-party", "D8")) } else { Ok(()) }
}

/// Quantities fit their lines: positive, no line twice, what cannot be divided whole, nothing more than is open, nothing late.
pub fn wishes_fit(wishes: &[Wish], lines: &[need_line::Model], today: &str) -> Result<(), Refusal> {
    if wishes.is_empty() {
        return Err(Refusal::rule("no-lines-chosen"));
    }
    for (at, wish) in wishes.iter().enumerate() {
        if wishes[..at].iter().any(|w| w.line == wish.line) {
            return Err(Refusal::rule("line-twice"));
        }
        let line = lines.iter().find(|l| l.id == wish.line).ok_or(Refusal::NotFound)?;
        let refused = |refusal: Refusal| refusal.with("line", line.title.clone()).with("unit", line.unit.clone());
        if wish.quantity < 1 {
            return Err(refused(Refusal::rule("quantity-not-positive")));
        }
        if line.due_on.as_str() < today {
            return Err(refused(Refusal::rule("line-past-due")).with("due", line.due_on.clone()));
        }
        let open = line.optimum - line.held - line.active - line.delivered;
        if !line.divisible && wish.quantity != line.optimum {
            return Err(refused(Refusal::rule("line-indivisible")).with("whole", line.optimum));
        }
        if wish.quantity > open {
            return Err(refused(Refusal::rule("line-taken")).with("open", open));
        }
    }
    Ok(())
}

/// Whether somebody may queue for this quantity: more than is open, not more than is needed at all, in time.
pub fn may_queue(line: &need_line::Model, wanted: i64, today: &str) -> Result<(), Refusal> {
    let refused = |refusal: Refusal| refusal.with("line", line.title.clone()).with("unit", line.unit.clone());
    if wanted < 1 {
        return Err(refused(Refusal::rule("quantity-not-positive")));
    }
    if line.due_on.as_str() < today {
        return Err(refused(Refusal::rule("line-past-due")).with("due", line.due_on.clone()));
    }
    if !line.divisible && wanted != line.optimum {
        return Err(refused(Refusal::rule("line-indivisible")).with("whole", line.optimum));
    }
    // What is delivered never becomes open again.
    let most = line.optimum - line.delivered;
    if wanted > most {
        return Err(refused(Refusal::rule("queue-too-much")).with("most", most));
    }
    let open = line.optimum - line.held - line.active - line.delivered;
    if wanted <= open {
        return Err(refused(Refusal::rule("queue-not-needed")).with("open", open));
    }
    Ok(())
}

/// What stays of a hold is a part of it: no line more, no quantity more, what cannot be divided whole or not at all.
pub fn reduces(lines: &[Committed], stays: &[Wish]) -> Result<(), Refusal> {
    if stays.is_empty() {
        return Err(Refusal::rule("no-lines-chosen"));
    }
    for (at, wish) in stays.iter().enumerate() {
        if stays[..at].iter().any(|w| w.line == wish.line) {
            return Err(Refusal::rule("line-twice"));
        }
        let line = lines.iter().find(|l| l.line.id == wish.line).ok_or(Refusal::NotFound)?;
        let held = line.commitment.quantity;
        let refused =
            |refusal: Refusal| refusal.with("line", line.line.title.clone()).with("unit", line.line.unit.clone());
        if wish.quantity < 1 {
            return Err(refused(Refusal::rule("quantity-not-positive")));
        }
        if wish.quantity > held {
            return Err(refused(Refusal::rule("reduce-not-more")).with("held", held));
        }
        if !line.line.divisible && wish.quantity != held {
            return Err(refused(Refusal::rule("line-indivisible")).with("whole", held));
        }
    }
    let before: i64 = lines.iter().map(|l| l.commitment.quantity).sum();
    if stays.iter().map(|w| w.quantity).sum::<i64>() == before {
        return Err(Refusal::rule("nothing-reduced"));
    }
    Ok(())
}

/// Only a signatory binds the sponsor.
pub fn signatory(who: &Who, sponsor: Uuid) -> Result<(), Refusal> {
    if who.holds_at(&[Role::SponsorSignatory], sponsor) { Ok(()) } else { Err(Refusal::rule("signatory-needed")) }
}

/// A hold needs the office's due diligence first.
pub fn diligence_done(adoption: &adoption::Model) -> Result<(), Refusal> {
    if adoption.checked_at.is_some() { Ok(()) } else { Err(Refusal::rule("due-diligence-missing")) }
}

/// A hold is extended once, by as long as it was given for.
pub fn extendable(adoption: &adoption::Model) -> Result<(), Refusal> {
    if adoption.extended && RESERVED.contains(&adoption.state) {
        return Err(Refusal::rule("hold-extended-already"));
    }
    Ok(())
}

/// The six particulars of a donation agreement are there, and a naming has the consent of those whom it concerns.
pub fn complete_terms(terms: &AgreementTerms) -> Result<(), Refusal> {
    let missing = terms.missing();
    if !missing.is_empty() {
        return Err(Refusal::of("agreement-incomplete", "D7").with("fields", missing));
    }
    if !terms.naming.trim().is_empty() && !terms.naming_consented {
        return Err(Refusal::of("naming-without-consent", "D17"));
    }
    Ok(())
}

/// Who signs an agreement: a party, and which organisation where several are parties of the same kind.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Signer {
    pub party: Party,
    /// Only of a recipient and of a partner.
    pub organization: Option<Uuid>,
}

impl Signer {
    /// Whether this signature is the signer's.
    pub fn gave(&self, given: &confirmation::Model) -> bool {
        given.party == self.party && (self.organization.is_none() || given.organization_id == self.organization)
    }
}

/// Everybody who signs, the sponsor first: each organisation that adopts along (`partners`) or receives a line is a party of its own.
pub fn signers(lines: &[Committed], partners: &[Uuid]) -> Vec<Signer> {
    let alone = |party: Party| Signer { party, organization: None };
    let mut recipients: Vec<Uuid> = lines.iter().filter_map(|l| l.line.recipient_id).collect();
    recipients.sort_unstable();
    recipients.dedup();
    let each = |party: Party| move |id| Signer { party, organization: Some(id) };
    let recipients = recipients.into_iter().map(each(Party::Recipient));
    let partners = partners.iter().copied().map(each(Party::Partner));
    let last = [alone(Party::Team), alone(Party::Office)];
    std::iter::once(alone(Party::Sponsor)).chain(partners).chain(recipients).chain(last).collect()
}

/// Who has not signed yet.
pub fn unsigned(lines: &[Committed], partners: &[Uuid], given: &[confirmation::Model]) -> Vec<Signer> {
    signers(lines, partners).into_iter().filter(|signer| !given.iter().any(|c| signer.gave(c))).collect()
}

/// How often one code may be tried.
pub const CODE_TRIES: i32 = 5;

/// A party's own confirmation of the text that is frozen now.
pub struct Signature<'a> {
    pub signer: Signer,
    pub account: Uuid,
    /// What the person saw.
    pub hash: &'a str,
    /// The warning about enforceable promises was ticked.
    pub warned: bool,
}

/// Whether a signature may be added to those that are there.
pub fn may_confirm(
    signature: &Signature<'_>,
    frozen: Option<&str>,
    given: &[confirmation::Model],
) -> Result<(), Refusal> {
    if frozen != Some(signature.hash) {
        return Err(Refusal::of("agreement-changed", "P14"));
    }
    if given.iter().any(|c| signature.signer.gave(c)) {
        return Err(Refusal::rule("confirmed-already"));
    }
    if given.iter().any(|c| c.scan_id.is_none() && c.account_id == signature.account) {
        return Err(Refusal::of("own-account-needed", "P14"));
    }
    match signature.signer.party {
        Party::Sponsor | Party::Partner if !signature.warned => Err(Refusal::of("warning-not-ticked", "D9")),
        Party::Partner | Party::Recipient | Party::Team | Party::Office
            if !given.iter().any(|c| c.party == Party::Sponsor) =>
        {
            Err(Refusal::of("sponsor-confirms-first", "D9"))
        }
        Party::Sponsor | Party::Partner | Party::Recipient | Party::Team | Party::Office => Ok(()),
    }
}

/// Before everybody has signed a sponsor may leave; afterwards a public promise binds it.
pub fn may_withdraw(state: AdoptionState) -> Result<(), Refusal> {
    match state {
        AdoptionState::InNotice
        | AdoptionState::Active
        | AdoptionState::PartiallyDelivered
        | AdoptionState::Delivered
        | AdoptionState::Acknowledged
        | AdoptionState::HardshipReleased => Err(Refusal::of("promise-binds", "D9")),
        _ => Ok(()),
    }
}

/// No more is delivered than was agreed, counting what still waits for the other side.
pub fn delivery_fits(committed: &Committed, deliveries: &[delivery::Model], quantity: i64) -> Result<(), Refusal> {
    let left = committed.outstanding() - committed.pending(deliveries);
    if quantity > left {
        return Err(Refusal::rule("delivery-too-much")
            .with("line", committed.line.title.clone())
            .with("unit", committed.line.unit.clone())
            .with("left", left));
    }
    Ok(())
}

/// A delivery is answered by the other side, and by somebody else.
pub fn may_answer(delivery: &delivery::Model, sides: &[Side], account: Option<Uuid>) -> Result<Side, Refusal> {
    let other = match delivery.recorded_side {
        Side::Sponsor => Side::Receiver,
        Side::Receiver => Side::Sponsor,
    };
    if !sides.contains(&other) || account == Some(delivery.recorded_by) {
        return Err(Refusal::of("other-side-confirms", "D6"));
    }
    Ok(other)
}

/// Money is received by its recipient alone.
pub fn receives(line: &need_line::Model, recipient_of: &[Uuid], is_team: bool) -> bool {
    match (line.kind, line.recipient_id) {
        (NeedKind::Money, recipient) => recipient.is_some_and(|r| recipient_of.contains(&r)),
        (_, Some(recipient)) => recipient_of.contains(&recipient) || is_team,
        (_, None) => is_team,
    }
}

/// Whether the hold's clock has run out.
pub fn has_run_out(adoption: &adoption::Model, now: Millis) -> bool {
    super::HOLDING.contains(&adoption.state) && adoption.held_until.is_some_and(|until| until <= now)
}

#[cfg(test)]
#[path = "rules_tests.rs"]
mod tests;
