//! Who is on the list, and what becomes of them.

use crate::actions::*;
use crate::meal::OPEN;
use crate::records::*;
use crate::{Ctx, decide};
use twoway_sdk::prelude::*;

/// Those to whom meals are brought.
pub const SERVED: &[ElderState] = &[ElderState::Listed, ElderState::Unreached];

/// Days ahead for which one elder's meals may be planned when they pause; more meals than any list of rounds has.
const AT_ONCE: usize = 30;

pub fn list(ctx: &Ctx, host: &impl Host, _: (), input: ListElder) -> Outcome {
    let here = [ElderState::Listed, ElderState::Unreached, ElderState::Paused];
    let listed = host.count(&Query::<Elder>::in_states(&here))? as u32;
    decide::may_list(input.consent, listed, ctx.settings.most_elders)?;
    let elder = Elder {
        number: format!("{:03}", host.count(&Query::<Elder>::all())? + 1),
        name: input.name,
        phone: input.phone,
        address: input.address,
        contact_phone: input.contact_phone,
        diet: input.diet,
        courier: None,
        unopened: 0,
        leaving: None,
    };
    host.create(ElderState::Listed, &elder)?;
    Ok(())
}

pub fn pause(_: &Ctx, host: &impl Host, elder: Item<Elder>, _: PauseElder) -> Outcome {
    to_pause(host, elder)
}

/// Meals that are still in the kitchen are not brought; one on its way is for the courier to end.
fn to_pause(host: &impl Host, mut elder: Item<Elder>) -> Outcome {
    let planned = Query::<Meal>::in_states(&[MealState::Planned]).with("elder", &elder.id);
    for mut meal in host.find(&planned.limit(AT_ONCE))? {
        meal.state = MealState::Cancelled;
        host.save(&meal)?;
    }
    elder.state = ElderState::Paused;
    elder.unopened = 0;
    host.save(&elder)
}

pub fn resume(_: &Ctx, host: &impl Host, mut elder: Item<Elder>, _: ResumeElder) -> Outcome {
    elder.state = ElderState::Listed;
    host.save(&elder)
}

/// Somebody went and looked: at home and well, or in hospital or away.
pub fn check_on(_: &Ctx, host: &impl Host, mut elder: Item<Elder>, input: CheckOnElder) -> Outcome {
    if !input.at_home {
        return to_pause(host, elder);
    }
    elder.state = ElderState::Listed;
    elder.unopened = 0;
    host.save(&elder)
}

pub fn remove(ctx: &Ctx, host: &impl Host, mut elder: Item<Elder>, input: RemoveElder) -> Outcome {
    let open = host.count(&Query::<Meal>::in_states(OPEN).with("elder", &elder.id))?;
    decide::may_remove(open as u32, &ctx.confirmed_by)?;
    elder.state = ElderState::Removed;
    elder.leaving = Some(input.leaving);
    host.save(&elder)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::No;
    use crate::fixtures::{at, elder, kitchen};
    use crate::roles::DISPATCHER;
    use twoway_sdk::FakeHost;

    #[test]
    fn a_pause_cancels_what_is_in_the_kitchen_and_nothing_else() {
        let (mut host, id, meal) = kitchen(0);
        let ctx = at("09:00").by(&Person("su".to_string()), &[DISPATCHER]);
        pause(&ctx, &host, host.record(&id).unwrap(), PauseElder {}).unwrap();
        assert_eq!(host.record(&meal).unwrap().state, MealState::Cancelled);
        assert_eq!(host.record(&id).unwrap().state, ElderState::Paused);
        host.settle();

        let (host, id, meal) = kitchen(0);
        let on_its_way = dispatched(host, &meal);
        pause(&ctx, &on_its_way, on_its_way.record(&id).unwrap(), PauseElder {}).unwrap();
        assert_eq!(on_its_way.record(&meal).unwrap().state, MealState::Dispatched);
    }

    fn dispatched(mut host: FakeHost, meal: &RecordId<Meal>) -> FakeHost {
        let mut given = host.record(meal).unwrap();
        given.state = MealState::Dispatched;
        host.save(&given).unwrap();
        host.settle();
        host
    }

    #[test]
    fn who_was_found_is_listed_again_and_who_is_away_pauses() {
        for (at_home, state) in [(true, ElderState::Listed), (false, ElderState::Paused)] {
            let mut host = FakeHost::new();
            let id = host.store("gu", ElderState::Unreached, elder(2));
            check_on(&at("13:00"), &host, host.record(&id).unwrap(), CheckOnElder { at_home }).unwrap();
            let gu = host.record(&id).unwrap();
            assert_eq!((gu.state, gu.unopened), (state, 0));
        }
    }

    #[test]
    fn nobody_is_struck_off_while_a_meal_is_open_or_by_one_alone() {
        let (host, id, _) = kitchen(0);
        let mut ctx = at("09:00").by(&Person("su".to_string()), &[DISPATCHER]);
        let strike = |ctx: &Ctx, host: &FakeHost| {
            remove(ctx, host, host.record(&id).unwrap(), RemoveElder { leaving: Leaving::MovedAway })
        };
        assert_eq!(strike(&ctx, &host), Err(No::MealsStillOpen { meals: 1 }.into()));
        let mut host = FakeHost::new();
        let id = host.store("gu", ElderState::Listed, elder(0));
        let strike = |ctx: &Ctx, host: &FakeHost| {
            remove(ctx, host, host.record(&id).unwrap(), RemoveElder { leaving: Leaving::MovedAway })
        };
        assert_eq!(strike(&ctx, &host), Err(No::SecondPersonNeeded.into()));
        ctx.confirmed_by.push(Person("lin".to_string()));
        strike(&ctx, &host).unwrap();
        let gone = host.record(&id).unwrap();
        assert_eq!((gone.state, gone.leaving), (ElderState::Removed, Some(Leaving::MovedAway)));
    }
}
