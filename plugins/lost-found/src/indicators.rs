//! What the evaluation reads, over the things that came in during the period.

use crate::Ctx;
use crate::records::*;
use twoway_sdk::prelude::*;

const GIVEN_BACK: &[ItemState] = &[ItemState::Returned, ItemState::Closed];

fn received(ctx: &Ctx, query: Query<FoundItem>, start: Instant, end: Instant) -> Query<FoundItem> {
    let day = |moment| Date::at(moment, ctx.utc_offset);
    query.between("received_on", &day(start), &day(end))
}

pub fn return_rate(ctx: &Ctx, host: &impl Host, start: Instant, end: Instant) -> Result<Measure, Refusal> {
    let all = host.count(&received(ctx, Query::all(), start, end))?;
    let back = host.count(&received(ctx, Query::in_states(GIVEN_BACK), start, end))?;
    Ok(Measure::percent(back, all))
}

pub fn median_days_to_return(ctx: &Ctx, host: &impl Host, start: Instant, end: Instant) -> Result<Measure, Refusal> {
    let back = host.find(&received(ctx, Query::in_states(GIVEN_BACK), start, end))?;
    Ok(Measure::median(back.iter().filter_map(|item| item.days_to_return.map(i64::from)).collect()))
}

pub fn wrong_releases(ctx: &Ctx, host: &impl Host, start: Instant, end: Instant) -> Result<Measure, Refusal> {
    let wrong = Query::in_states(&[ItemState::WronglyReturned]);
    Ok(Measure::count(host.count(&received(ctx, wrong, start, end))?))
}
