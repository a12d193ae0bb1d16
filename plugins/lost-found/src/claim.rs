//! Who says that it is theirs, who looks at it, and who gives it away.

use crate::actions::*;
use crate::decide::{self, Fit, Persons};
use crate::item::{OBJECTION_DAYS, let_go};
use crate::records::*;
use crate::roles::CUSTODIAN;
use crate::{Ctx, No, Notice};
use twoway_sdk::prelude::*;

const WINDOW_DAYS: i64 = 30;
const OPEN: &[ClaimState] = &[ClaimState::Filed, ClaimState::Approved];

fn persons<'a>(item: &'a FoundItem, claimant: &'a Person) -> Persons<'a> {
    Persons { finder: item.finder.as_ref(), received_by: &item.received_by, claimant }
}

fn item_of(host: &impl Host, claim: &Claim) -> Result<Item<FoundItem>, Refusal> {
    host.get(&claim.item)?.ok_or_else(|| No::ItemIsGone.into())
}

/// Whose cause it is: the custodian may enter things for others, everybody else only for themselves.
pub fn claimant(ctx: &Ctx) -> Result<&Person, No> {
    let person = if ctx.has_role(CUSTODIAN) { ctx.person() } else { ctx.actor.as_ref() };
    person.ok_or(No::WhoClaims)
}

pub fn may_speak_for(ctx: &Ctx, person: &Person) -> Result<(), No> {
    if ctx.has_role(CUSTODIAN) || ctx.actor.as_ref() == Some(person) { Ok(()) } else { Err(No::NotYourOwn) }
}

pub fn file(ctx: &Ctx, host: &impl Host, _: (), input: FileClaim) -> Outcome {
    let claimant = claimant(ctx)?.clone();
    let announced = Query::in_states(&[ItemState::Announced, ItemState::ClaimPending]);
    let found = host.find(&announced.with("number", &input.number.trim().to_string()).limit(1))?;
    let Some(mut item) = found.into_iter().next() else {
        return Err(Refusal::at("number", &No::NoSuchItem));
    };
    let here = Query::in_states(OPEN).with("item", &item.id).with("claimant", &claimant);
    let open_already = host.count::<Claim>(&here)? > 0;
    let since = ctx.today().plus_days(-WINDOW_DAYS);
    let recent = Query::<Claim>::all().with("claimant", &claimant).between("filed_on", &since, &ctx.today());
    let recent = host.count(&recent)? as u32;
    decide::may_claim(&persons(&item, &claimant), open_already, recent, ctx.settings.claims_in_30_days)?;
    // The host counts tries and may not have the ability granted; either way nothing is filed that was not compared.
    let matched = host
        .secret_matches(item.id.as_str(), "marks", &input.answers)
        .map_err(|_| Refusal::from(No::NotComparedNow))?;
    let of_item = host.count(&Query::<Claim>::all().with("item", &item.id))?;
    let claim = Claim {
        number: format!("{}/{}", item.number, of_item + 1),
        item: item.id.clone(),
        claimant,
        filed_on: ctx.today(),
        story: input.story,
        answered: input.answers.len() as u32,
        matched,
        checked_by: None,
        document_seen: false,
        remark: None,
    };
    let number = claim.number.clone();
    let id = host.create(ClaimState::Filed, &claim)?;
    let key = format!("claim-filed/{}", id.as_str());
    host.notify(&key, &Audience::Role(CUSTODIAN), &Notice::ClaimFiled { number }, false)?;
    item.state = ItemState::ClaimPending;
    host.save(&item)
}

pub fn approve(ctx: &Ctx, host: &impl Host, mut claim: Item<Claim>, input: ApproveClaim) -> Outcome {
    let item = item_of(host, &claim)?;
    let checker = ctx.actor.clone().ok_or(No::WhoClaims)?;
    let fit = Fit { matched: claim.matched, needed: ctx.settings.matches_needed };
    let why = input.why_although_few.as_deref();
    decide::may_approve(&persons(&item, &claim.claimant), &checker, fit, why, input.document_seen)?;
    let other = Query::<Claim>::in_states(&[ClaimState::Approved]).with("item", &claim.item);
    if host.count(&other)? > 0 {
        return Err(No::OtherClaimApproved.into());
    }
    let notice = Notice::ClaimApproved { number: claim.number.clone(), desk: ctx.settings.desk.clone() };
    let key = format!("claim-approved/{}", claim.id.as_str());
    host.notify(&key, &Audience::from(&claim.claimant), &notice, false)?;
    claim.state = ClaimState::Approved;
    claim.checked_by = Some(checker);
    claim.document_seen = true;
    claim.remark = input.why_although_few;
    host.save(&claim)
}

pub fn reject(_: &Ctx, host: &impl Host, mut claim: Item<Claim>, input: RejectClaim) -> Outcome {
    let notice = Notice::ClaimRejected { number: claim.number.clone(), reason: input.reason.clone() };
    let key = format!("claim-rejected/{}", claim.id.as_str());
    host.notify(&key, &Audience::from(&claim.claimant), &notice, false)?;
    claim.state = ClaimState::Rejected;
    claim.remark = Some(input.reason);
    host.save(&claim)?;
    announce_again(host, &claim)
}

pub fn withdraw(ctx: &Ctx, host: &impl Host, mut claim: Item<Claim>, _: WithdrawClaim) -> Outcome {
    may_speak_for(ctx, &claim.claimant)?;
    claim.state = ClaimState::Withdrawn;
    host.save(&claim)?;
    announce_again(host, &claim)
}

/// Without another open claim the thing waits for its owner again.
fn announce_again(host: &impl Host, gone: &Item<Claim>) -> Outcome {
    let open = host.find(&Query::<Claim>::in_states(OPEN).with("item", &gone.item))?;
    if open.iter().any(|claim| claim.id != gone.id) {
        return Ok(());
    }
    let mut item = item_of(host, gone)?;
    if item.state == ItemState::ClaimPending {
        item.state = ItemState::Announced;
        host.save(&item)?;
    }
    Ok(())
}

/// The thing goes to its owner; rivals are told.
pub fn hand_over(ctx: &Ctx, host: &impl Host, mut claim: Item<Claim>, _: HandOver) -> Outcome {
    let mut item = item_of(host, &claim)?;
    decide::may_hand_over(&persons(&item, &claim.claimant), &ctx.confirmed_by)?;
    item.state = ItemState::Returned;
    item.returned_on = Some(ctx.today());
    item.days_to_return = Some(ctx.today().days_since(item.received_on).max(0) as u32);
    let_go(ctx, host, &item)?;
    host.set_timer("objection-ended", &item.id, ctx.now.plus_days(OBJECTION_DAYS))?;
    claim.state = ClaimState::HandedOver;
    host.save(&claim)?;
    for mut rival in host.find(&Query::<Claim>::in_states(OPEN).with("item", &claim.item).limit(20))? {
        if rival.id == claim.id {
            continue;
        }
        rival.state = ClaimState::Rejected;
        host.save(&rival)?;
        let key = format!("returned-to-other/{}", rival.id.as_str());
        let notice = Notice::ReturnedToOther { number: rival.number.clone() };
        host.notify(&key, &Audience::from(&rival.claimant), &notice, false)?;
    }
    Ok(())
}

#[cfg(test)]
mod tests;
