//! What the host tells: the desk closes and opens with the project, and a wrong return was answered for.

use crate::actions::SettleWrongRelease;
use crate::records::*;
use crate::{Ctx, Notice};
use twoway_sdk::prelude::*;
use twoway_sdk::roles::PROJECT_LEAD;

/// Owners who were asked to come; more than a notice each fits into one decision.
const AT_ONCE: usize = 50;

fn tell_owners(ctx: &Ctx, host: &impl Host, what: &str, notice: impl Fn(String) -> Notice) -> Outcome {
    for claim in host.find(&Query::<Claim>::in_states(&[ClaimState::Approved]).limit(AT_ONCE))? {
        let key = format!("{what}/{}/{}", claim.id.as_str(), ctx.now.0);
        host.notify(&key, &Audience::from(&claim.claimant), &notice(claim.number.clone()), true)?;
    }
    Ok(())
}

/// Nobody should stand before a closed desk.
pub fn project_suspended(ctx: &Ctx, host: &impl Host, told: ProjectSuspended) -> Outcome {
    let notice = |number| Notice::DeskClosed { number, reason: told.reason.clone() };
    tell_owners(ctx, host, "desk-closed", notice)
}

pub fn project_resumed(ctx: &Ctx, host: &impl Host, _: ProjectResumed) -> Outcome {
    let notice = |number| Notice::DeskOpen { number, desk: ctx.settings.desk.clone() };
    tell_owners(ctx, host, "desk-open", notice)
}

/// The office has answered; what is left is the project lead's, who settles the case.
pub fn incident_closed(_: &Ctx, host: &impl Host, closed: IncidentClosed) -> Outcome {
    let Some(id) = closed.record else { return Ok(()) };
    let open = host.get(&RecordId::<FoundItem>::new(id))?.filter(|item| item.state == ItemState::WronglyReturned);
    let Some(item) = open else { return Ok(()) };
    let key = format!("settle/{}", item.id.as_str());
    let task =
        host.open_task(&key, &Audience::Role(PROJECT_LEAD), SettleWrongRelease::KEY, Some(item.id.as_str()), None);
    if let Err(denied) = task {
        host.log(Level::Warn, &denied.reason);
    }
    Ok(())
}
