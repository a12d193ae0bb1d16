//! One meal, from the kitchen to the door, and what follows from a door that stays shut.

use crate::actions::*;
use crate::records::*;
use crate::roles::DISPATCHER;
use crate::round::due;
use crate::{Ctx, HEALTH_CERTIFICATE, Incident, No, Notice, decide};
use twoway_sdk::prelude::*;
use twoway_sdk::roles::PROJECT_LEAD;

/// In the kitchen or on their way.
pub const OPEN: &[MealState] = &[MealState::Planned, MealState::Dispatched];

fn elder_of(host: &impl Host, meal: &Meal) -> Result<Item<Elder>, Refusal> {
    host.get(&meal.elder)?.ok_or_else(|| No::ElderIsGone.into())
}

/// Dispatchers end anybody's meal, couriers their own.
fn may_speak_for(ctx: &Ctx, meal: &Meal) -> Result<(), No> {
    let own = ctx.actor.is_some() && ctx.actor == meal.courier;
    if own || ctx.has_role(DISPATCHER) { Ok(()) } else { Err(No::NotYourMeal) }
}

pub fn dispatch(ctx: &Ctx, host: &impl Host, meal: Item<Meal>, input: Dispatch) -> Outcome {
    // Without the ability couriers take meals on by themselves: the host gave nobody the role without the certificate.
    let certified =
        host.satisfies(&input.courier, HEALTH_CERTIFICATE).map_err(|_| Refusal::from(No::CertificatesNotGranted))?;
    carry(ctx, host, meal, input.courier, certified)
}

pub fn take_on(ctx: &Ctx, host: &impl Host, meal: Item<Meal>, _: TakeOn) -> Outcome {
    let courier = ctx.actor.clone().ok_or(No::WhoCarries)?;
    carry(ctx, host, meal, courier, true)
}

/// From here to the end of the meal the courier sees whom it is for.
fn carry(ctx: &Ctx, host: &impl Host, mut meal: Item<Meal>, courier: Person, certified: bool) -> Outcome {
    let theirs = Query::<Meal>::in_states(&[MealState::Dispatched]).with("courier", &courier);
    let carrying = host.count(&theirs.with("date", &meal.date))? as u32;
    let again = meal.courier.as_ref() == Some(&courier);
    let others = if again { carrying.saturating_sub(1) } else { carrying };
    decide::may_carry(certified, meal.date, ctx.today(), others, ctx.settings.meals_each)?;
    let tell = |what: &str, whom: &Person, notice: &Notice| {
        let key = format!("{what}/{}/{}", meal.id.as_str(), ctx.now.0);
        host.notify(&key, &Audience::from(whom), notice, false)
    };
    if let Some(before) = meal.courier.as_ref().filter(|_| !again) {
        tell("reassigned", before, &Notice::MealReassigned { number: meal.number.clone() })?;
    }
    if ctx.actor.as_ref() != Some(&courier) && !again {
        let notice = Notice::MealAssigned { number: meal.number.clone(), time: ctx.settings.confirm_by };
        tell("assigned", &courier, &notice)?;
    }
    let mut elder = elder_of(host, &meal)?;
    elder.courier = Some(courier.clone());
    host.save(&elder)?;
    meal.state = MealState::Dispatched;
    meal.courier = Some(courier);
    meal.dispatched_at = Some(ctx.now);
    host.save(&meal)
}

/// The courier of this meal needs to know no more whom it was for.
pub fn forget_courier(elder: &mut Elder, meal: &Meal) {
    if elder.courier == meal.courier {
        elder.courier = None;
    }
}

pub fn confirm(ctx: &Ctx, host: &impl Host, mut meal: Item<Meal>, _: ConfirmDelivered) -> Outcome {
    may_speak_for(ctx, &meal)?;
    let mut elder = elder_of(host, &meal)?;
    forget_courier(&mut elder, &meal);
    elder.unopened = 0;
    if elder.state == ElderState::Unreached {
        elder.state = ElderState::Listed;
    }
    host.save(&elder)?;
    meal.state = MealState::Delivered;
    meal.timing = Some(decide::timing(ctx.now, due(ctx, meal.date)));
    meal.ended_at = Some(ctx.now);
    host.save(&meal)
}

pub fn report_unopened(ctx: &Ctx, host: &impl Host, mut meal: Item<Meal>, input: ReportUnopened) -> Outcome {
    may_speak_for(ctx, &meal)?;
    decide::may_report_unopened(input.knocked_and_called)?;
    let mut elder = elder_of(host, &meal)?;
    forget_courier(&mut elder, &meal);
    elder.unopened += 1;
    if elder.unopened >= ctx.settings.unopened_in_a_row {
        if elder.state == ElderState::Listed {
            elder.state = ElderState::Unreached;
        }
        look_for(host, &meal, &elder)?;
    } else {
        let notice = Notice::DoorUnopened { number: meal.number.clone() };
        let key = format!("unopened/{}", meal.id.as_str());
        host.notify(&key, &Audience::Role(DISPATCHER), &notice, true)?;
    }
    host.save(&elder)?;
    meal.state = MealState::Unopened;
    meal.ended_at = Some(ctx.now);
    meal.remark = input.remark;
    host.save(&meal)
}

/// Nobody opened again: the office hears of it at once. Where it cannot, the project's lead does.
fn look_for(host: &impl Host, meal: &Item<Meal>, elder: &Item<Elder>) -> Outcome {
    let (number, times) = (elder.number.clone(), elder.unopened);
    let key = format!("unreached/{}", meal.id.as_str());
    let notice = Notice::ElderUnreached { number: number.clone(), times };
    host.notify(&key, &Audience::Role(DISPATCHER), &notice, true)?;
    let incident = Incident::ElderUnreached { number, times };
    if let Err(denied) = host.report_incident(&key, Some(elder.id.as_str()), Severity::Harm, &incident) {
        host.log(Level::Warn, &denied.reason);
        host.notify(&format!("{key}/lead"), &Audience::Role(PROJECT_LEAD), &notice, true)?;
    }
    Ok(())
}

pub fn cancel(ctx: &Ctx, host: &impl Host, mut meal: Item<Meal>, input: CancelMeal) -> Outcome {
    if meal.state == MealState::Dispatched {
        let mut elder = elder_of(host, &meal)?;
        forget_courier(&mut elder, &meal);
        host.save(&elder)?;
    }
    meal.state = MealState::Cancelled;
    meal.ended_at = Some(ctx.now);
    meal.remark = Some(input.reason);
    host.save(&meal)
}

#[cfg(test)]
mod tests;
