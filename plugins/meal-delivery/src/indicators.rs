//! What the evaluation reads, over the meals of the period.

use crate::Ctx;
use crate::records::*;
use twoway_sdk::prelude::*;

fn meals(ctx: &Ctx, state: MealState, start: Instant, end: Instant) -> Query<Meal> {
    let day = |moment| Date::at(moment, ctx.utc_offset);
    Query::in_states(&[state]).between("date", &day(start), &day(end))
}

/// Of the meals that reached somebody, those that were confirmed by the agreed time.
pub fn meals_in_time(ctx: &Ctx, host: &impl Host, start: Instant, end: Instant) -> Result<Measure, Refusal> {
    let all = host.count(&meals(ctx, MealState::Delivered, start, end))?;
    let in_time = host.count(&meals(ctx, MealState::Delivered, start, end).with("timing", &Timing::InTime))?;
    Ok(Measure::percent(in_time, all))
}

pub fn meals_delivered(ctx: &Ctx, host: &impl Host, start: Instant, end: Instant) -> Result<Measure, Refusal> {
    Ok(Measure::count(host.count(&meals(ctx, MealState::Delivered, start, end))?))
}

pub fn doors_unopened(ctx: &Ctx, host: &impl Host, start: Instant, end: Instant) -> Result<Measure, Refusal> {
    Ok(Measure::count(host.count(&meals(ctx, MealState::Unopened, start, end))?))
}
