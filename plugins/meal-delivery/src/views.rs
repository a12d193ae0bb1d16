//! What people see: the public figures, the staff numbers of records, until the host shows them more.

use crate::elder::SERVED;
use crate::records::*;
use crate::round::due;
use crate::{Ctx, Label, indicators};
use twoway_sdk::prelude::*;

/// Rows that a page bears without a search; a round has at most 60 meals.
const MOST: usize = 60;

fn figures(host: &impl Host) -> Result<Panel, Refusal> {
    Ok(Panel::new()
        .number(Label::MealsDelivered, host.count(&Query::<Meal>::in_states(&[MealState::Delivered]))?)
        .number(Label::EldersListed, host.count(&Query::<Elder>::in_states(SERVED))?)
        .number(Label::RoundsHeld, host.count(&Query::<Round>::in_states(&[RoundState::Closed]))?))
}

pub fn public_card(_: &Ctx, host: &impl Host, _: ()) -> Result<ViewModel, Refusal> {
    Ok(figures(host)?.done())
}

pub fn sponsor_panel(ctx: &Ctx, host: &impl Host, _: ()) -> Result<ViewModel, Refusal> {
    let in_time = indicators::meals_in_time(ctx, host, Instant(0), ctx.now)?;
    let in_time = match in_time.sample {
        0 => Shown::Words(Label::NoneYet.into()),
        _ => Shown::Percent(in_time.value_milli),
    };
    Ok(figures(host)?.fact(Label::InTime, in_time).done())
}

pub fn staff_panel(ctx: &Ctx, host: &impl Host, _: ()) -> Result<ViewModel, Refusal> {
    let unreached = host.find(&Query::<Elder>::in_states(&[ElderState::Unreached]).limit(MOST))?;
    let mut panel = Panel::new();
    if !unreached.is_empty() {
        panel = panel.alert(AlertLevel::Danger, words(Label::UnreachedAlert, [("elders", unreached.len().into())]));
    }
    let rounds = host.find(&Query::<Round>::all().with("date", &ctx.today()).limit(1))?;
    let panel = match rounds.first() {
        Some(round) => with_round(ctx, host, panel, round)?,
        None => panel.alert(AlertLevel::Info, Label::NoRoundToday),
    };
    let unreached = unreached
        .iter()
        .map(|elder| [Shown::Record(elder.id.as_str().to_string()), Shown::Number(i64::from(elder.unopened))]);
    let columns = [Label::Elder, Label::TimesInARow];
    Ok(panel.table(Label::Unreached, Label::NobodyUnreached, columns, unreached).done())
}

fn with_round(ctx: &Ctx, host: &impl Host, panel: Panel, round: &Item<Round>) -> Result<Panel, Refusal> {
    let meals = host.find(&Query::<Meal>::all().with("round", &round.id).limit(MOST))?;
    let number = |state| meals.iter().filter(|meal| meal.state == state).count() as u64;
    let (planned, dispatched) = (number(MealState::Planned), number(MealState::Dispatched));
    let mut panel = panel;
    if planned + dispatched > 0 && ctx.now > due(ctx, round.date) {
        panel = panel.alert(AlertLevel::Danger, words(Label::LateAlert, [("meals", (planned + dispatched).into())]));
    }
    let open = meals.iter().filter(|m| matches!(m.state, MealState::Planned | MealState::Dispatched)).map(|meal| {
        [
            Shown::Record(meal.id.as_str().to_string()),
            meal.courier.as_ref().map_or(Shown::Nothing, |courier| Shown::Person(courier.to_string())),
            Shown::State { kind: Meal::KIND.to_string(), state: meal.state.key().to_string() },
            meal.dispatched_at.map_or(Shown::Nothing, |at| Shown::Instant(at.0)),
        ]
    });
    Ok(panel
        .number(Label::InTheKitchen, planned)
        .number(Label::OnTheirWay, dispatched)
        .number(Label::DoorsUnopened, number(MealState::Unopened))
        .progress(Label::DeliveredToday, number(MealState::Delivered), u64::from(round.meals))
        .table(Label::OpenMeals, Label::NoOpenMeals, [Label::Meal, Label::Courier, Label::State, Label::Since], open))
}
