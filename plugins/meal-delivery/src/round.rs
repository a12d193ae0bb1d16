//! The meals of one day, from the plan to the last door, and what the clock does meanwhile.

use crate::actions::*;
use crate::elder::SERVED;
use crate::meal::OPEN;
use crate::records::*;
use crate::roles::DISPATCHER;
use crate::{Ctx, No, Notice, decide};
use twoway_sdk::prelude::*;
use twoway_sdk::roles::PROJECT_LEAD;

const UNCONFIRMED: &str = "unconfirmed";

/// How manieth call for meals that nobody confirmed: first the dispatchers hear, then the project's lead.
#[derive(Form)]
pub struct Call {
    #[field(min = 1, max = 2)]
    pub call: u32,
}

/// When the meals of a day are due.
pub fn due(ctx: &Ctx, date: Date) -> Instant {
    date.moment(ctx.settings.confirm_by, ctx.utc_offset)
}

/// The round, and a meal for everybody on the list.
pub fn plan(ctx: &Ctx, host: &impl Host, _: (), input: PlanRound) -> Outcome {
    let date = input.date;
    decide::may_plan(date, ctx.settings.kitchen_licensed_until, due(ctx, date), ctx.now)
        .map_err(|no| Refusal::at("date", &no))?;
    if host.count(&Query::<Round>::all().with("date", &date))? > 0 {
        return Err(Refusal::at("date", &No::RoundExists { date }));
    }
    let elders = host.find(&Query::<Elder>::in_states(SERVED).limit(ctx.settings.most_elders as usize))?;
    if elders.is_empty() {
        return Err(No::NobodyListed.into());
    }
    let round = host.create(RoundState::Open, &Round { date, meals: elders.len() as u32 })?;
    for elder in elders {
        let meal = Meal {
            number: format!("{date}/{}", elder.number),
            round: round.clone(),
            elder: elder.id,
            date,
            courier: None,
            dispatched_at: None,
            ended_at: None,
            timing: None,
            remark: None,
        };
        host.create(MealState::Planned, &meal)?;
    }
    Ok(host.set_timer_with(UNCONFIRMED, &round, due(ctx, date), &Call { call: 1 })?)
}

fn open_meals(host: &impl Host, round: &RecordId<Round>) -> Result<u32, Refusal> {
    Ok(host.count(&Query::<Meal>::in_states(OPEN).with("round", round))? as u32)
}

/// Meals are due and nobody says where they are.
pub fn unconfirmed(ctx: &Ctx, host: &impl Host, round: Item<Round>, Call { call }: Call) -> Outcome {
    let meals = open_meals(host, &round.id)?;
    if meals == 0 {
        return Ok(());
    }
    let key = format!("unconfirmed/{}/{call}", round.id.as_str());
    let minutes = ctx.settings.second_call_minutes;
    if call > 1 {
        let notice = Notice::MealsStillUnconfirmed { meals, minutes };
        return Ok(host.notify(&key, &Audience::Role(PROJECT_LEAD), &notice, true)?);
    }
    let notice = Notice::MealsUnconfirmed { meals, time: ctx.settings.confirm_by };
    host.notify(&key, &Audience::Role(DISPATCHER), &notice, true)?;
    let at = ctx.now.plus_minutes(i64::from(minutes));
    Ok(host.set_timer_with(UNCONFIRMED, &round.id, at, &Call { call: 2 })?)
}

pub fn close(_: &Ctx, host: &impl Host, mut round: Item<Round>, _: CloseRound) -> Outcome {
    decide::may_close(open_meals(host, &round.id)?)?;
    host.cancel_timer(UNCONFIRMED, &round.id);
    round.state = RoundState::Closed;
    host.save(&round)
}

/// A project does not end over meals on their way, nor while somebody is looked for.
pub fn project_may_close(_: &Ctx, host: &impl Host, _: ProjectClose) -> Outcome {
    decide::may_close(host.count(&Query::<Meal>::in_states(OPEN))? as u32)?;
    match host.count(&Query::<Elder>::in_states(&[ElderState::Unreached]))? {
        0 => Ok(()),
        elders => Err(No::EldersUnreached { elders: elders as u32 }.into()),
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::fixtures::{at, elder, kitchen, today};
    use twoway_sdk::{FakeHost, Sent};

    #[test]
    fn a_round_has_a_meal_for_everybody_who_is_served() {
        let mut host = FakeHost::new();
        host.store("a", ElderState::Listed, elder(0));
        host.store("b", ElderState::Unreached, elder(2));
        host.store("c", ElderState::Paused, elder(0));
        host.store("d", ElderState::Removed, elder(0));
        plan(&at("09:00"), &host, (), PlanRound { date: today() }).unwrap();
        let meals: Vec<String> = host.records::<Meal>().iter().map(|m| m.elder.as_str().to_string()).collect();
        assert_eq!(meals, ["a", "b"]);
        assert_eq!(host.records::<Round>()[0].meals, 2);
        let Some(Sent::Timer { name, at: rings, .. }) = host.sent().pop() else { panic!("no timer was set") };
        assert_eq!((name.as_str(), rings), ("unconfirmed", at("12:30").now));
        host.settle();
        let twice = plan(&at("09:00"), &host, (), PlanRound { date: today() });
        assert_eq!(twice, Err(Refusal::at("date", &No::RoundExists { date: today() })));
    }

    #[test]
    fn the_dispatchers_hear_first_and_then_the_lead_and_nobody_once_all_is_well() {
        let (mut host, _, meal) = kitchen(0);
        let round = host.record(&meal).unwrap().round.clone();
        let ring = |host: &FakeHost, call| unconfirmed(&at("12:30"), host, host.record(&round).unwrap(), Call { call });
        let told = |audience: &str, notice: &str| Sent::Notice {
            audience: audience.to_string(),
            notice: notice.to_string(),
            urgent: true,
        };
        ring(&host, 1).unwrap();
        assert_eq!(host.sent()[0], told("role:dispatcher", "meals-unconfirmed"));
        assert!(matches!(&host.sent()[1], Sent::Timer { at: rings, .. } if *rings == at("13:00").now));
        host.settle();
        ring(&host, 2).unwrap();
        assert_eq!(host.sent(), [told("role:project-lead", "meals-still-unconfirmed")]);

        let mut done = host.record(&meal).unwrap();
        done.state = MealState::Delivered;
        host.save(&done).unwrap();
        host.settle();
        ring(&host, 1).unwrap();
        assert_eq!(host.sent(), []);
    }

    #[test]
    fn a_project_ends_when_every_meal_and_everybody_is_found() {
        let (host, ..) = kitchen(0);
        let guard = |host: &FakeHost| project_may_close(&at("09:00"), host, ProjectClose { started: Instant(0) });
        assert_eq!(guard(&host), Err(No::MealsStillOpen { meals: 1 }.into()));
        let mut host = FakeHost::new();
        host.store("a", ElderState::Unreached, elder(2));
        assert_eq!(guard(&host), Err(No::EldersUnreached { elders: 1 }.into()));
        let mut host = FakeHost::new();
        host.store("a", ElderState::Listed, elder(0));
        assert_eq!(guard(&host), Ok(()));
    }
}
