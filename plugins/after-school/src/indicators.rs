//! What the evaluation reads. Each is computed from the records of the period.

use crate::Ctx;
use crate::records::*;
use twoway_sdk::prelude::*;

fn days<R: Record>(ctx: &Ctx, states: &[R::State], start: Instant, end: Instant) -> Query<R> {
    let day = |moment| Date::at(moment, ctx.utc_offset);
    Query::in_states(states).between("date", &day(start), &day(end))
}

fn released(ctx: &Ctx, start: Instant, end: Instant) -> Query<Visit> {
    days(ctx, &[VisitState::Released], start, end)
}

/// Hand-overs with a proof, of all hand-overs. One by the host's emergency way leaves no proof behind.
pub fn verified_releases(ctx: &Ctx, host: &impl Host, start: Instant, end: Instant) -> Result<Measure, Refusal> {
    let all = host.count(&released(ctx, start, end))?;
    let by_code = host.count(&released(ctx, start, end).with("proof", &Proof::Code))?;
    let by_two = host.count(&released(ctx, start, end).with("proof", &Proof::TwoStaff))?;
    Ok(Measure::percent(by_code + by_two, all))
}

pub fn on_time_pickups(ctx: &Ctx, host: &impl Host, start: Instant, end: Instant) -> Result<Measure, Refusal> {
    let all = host.count(&released(ctx, start, end))?;
    let on_time = host.count(&released(ctx, start, end).with("pickup", &Pickup::OnTime))?;
    Ok(Measure::percent(on_time, all))
}

pub fn sessions_held(ctx: &Ctx, host: &impl Host, start: Instant, end: Instant) -> Result<Measure, Refusal> {
    Ok(Measure::count(host.count(&days::<Day>(ctx, &[DayState::Closed], start, end))?))
}

pub fn unexplained_absences(ctx: &Ctx, host: &impl Host, start: Instant, end: Instant) -> Result<Measure, Refusal> {
    let absent = &[VisitState::AbsentUnexplained];
    Ok(Measure::count(host.count(&days::<Visit>(ctx, absent, start, end))?))
}
