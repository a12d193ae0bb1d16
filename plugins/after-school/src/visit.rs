//! One child's afternoon: arrival, absence, hand-over, and what the clock does meanwhile.

use crate::actions::*;
use crate::day::room;
use crate::decide::{self, Room, Shown, Taker};
use crate::enrolment::may_speak_for;
use crate::records::*;
use crate::roles::{SITE_LEAD, VOLUNTEER};
use crate::{Ctx, No, Notice, incident};
use twoway_sdk::prelude::*;

/// The purpose under which one-time codes are issued and verified.
const PICK_UP: &str = "pick-up";

/// Children that one ring of a timer deals with: each takes two writes, and a decision has 64. The timer rings again for the
/// rest.
const AT_ONCE: usize = 25;

/// Between two rounds of calls for children that nobody came for.
const ESCALATION_MINUTES: u32 = 15;

/// The round of calls: first the site's lead takes over, then the office hears of it.
#[derive(Form)]
pub struct Round {
    #[field(min = 1, max = 2)]
    pub round: u32,
}

pub fn arrive(ctx: &Ctx, host: &impl Host, mut visit: Item<Visit>, _: Arrive) -> Outcome {
    let open = host.get(&visit.day)?.is_some_and(|day| day.state == DayState::Opened);
    if !open {
        return Err(No::DayNotOpen.into());
    }
    let enrolled = host.get(&visit.enrolment)?.is_some_and(|child| child.state == EnrolmentState::Enrolled);
    if !enrolled {
        return Err(No::NotEnrolled.into());
    }
    let now = room(host, &visit.day)?;
    ctx.settings.site().may_care(Room { children: now.children + 1, ..now })?;
    visit.state = VisitState::InCare;
    visit.arrived_at = Some(ctx.now);
    host.save(&visit)
}

pub fn report_absence(ctx: &Ctx, host: &impl Host, mut visit: Item<Visit>, input: ReportAbsence) -> Outcome {
    may_speak_for(ctx, &visit.guardian)?;
    visit.state = VisitState::AbsentReported;
    visit.absence = Some(input.absence);
    host.save(&visit)
}

/// The code goes to the guardian, whoever asks for it.
pub fn send_code(ctx: &Ctx, host: &impl Host, visit: Item<Visit>, _: SendCode) -> Outcome {
    if !ctx.has_role(VOLUNTEER) {
        may_speak_for(ctx, &visit.guardian)?;
    }
    host.issue_code(PICK_UP, visit.id.as_str(), &visit.guardian, ctx.settings.code_minutes)
        .map_err(|_| No::CodesNotGranted.into())
}

pub fn release(ctx: &Ctx, host: &impl Host, visit: Item<Visit>, input: Release) -> Outcome {
    // Without the ability there are no codes; the way by two persons stays open.
    let right = host
        .verify_code(PICK_UP, visit.id.as_str(), input.code.trim())
        .map_err(|_| Refusal::from(No::CodesNotGranted))?;
    hand_over(ctx, host, visit, input.taken_by, Shown::Code { right }, None)
}

pub fn release_by_two(ctx: &Ctx, host: &impl Host, visit: Item<Visit>, input: ReleaseByTwo) -> Outcome {
    let mut persons: Vec<&Person> = ctx.confirmed_by.iter().collect();
    persons.sort();
    persons.dedup();
    let shown = Shown::Staff { confirmed: persons.len() as u32 };
    hand_over(ctx, host, visit, input.taken_by, shown, Some(input.checked_how))
}

fn hand_over(
    ctx: &Ctx,
    host: &impl Host,
    mut visit: Item<Visit>,
    taken_by: RecordId<PickupAdult>,
    shown: Shown,
    checked_how: Option<String>,
) -> Outcome {
    let taker = match host.get(&taken_by)? {
        Some(adult) => Taker {
            listed: adult.enrolment == visit.enrolment && adult.state != AdultState::Removed,
            barred: adult.state == AdultState::Barred,
            adult_confirmed: adult.adult_confirmed,
            valid_from: adult.valid_from,
            valid_to: adult.valid_to,
        },
        None => Taker::unknown(ctx.today()),
    };
    let proof = decide::may_release(&taker, shown, room(host, &visit.day)?, ctx.today())?;
    let ends = match host.get(&visit.day)? {
        Some(day) => day.date.moment(day.ends_at, ctx.utc_offset),
        None => ctx.now,
    };
    let late = decide::is_late(ctx.now, ends, ctx.settings.overdue_minutes);
    visit.state = VisitState::Released;
    visit.released_at = Some(ctx.now);
    visit.taken_by = Some(taken_by);
    visit.proof = Some(proof);
    visit.pickup = Some(if late { Pickup::Late } else { Pickup::OnTime });
    visit.checked_how = checked_how;
    host.save(&visit)?;
    let notice = Notice::PickedUp { time: TimeOfDay::at(ctx.now, ctx.utc_offset) };
    let key = format!("picked-up/{}", visit.id.as_str());
    Ok(host.notify(&key, &Audience::from(&visit.guardian), &notice, false)?)
}

/// Fifteen minutes after the start: who is neither here nor excused is asked for.
pub fn no_show(ctx: &Ctx, host: &impl Host, day: Item<Day>) -> Outcome {
    match day.state {
        DayState::Opened | DayState::Closing => {}
        DayState::Planned => {
            let key = format!("not-opened/{}", day.id.as_str());
            let notice = Notice::DayNotOpened { date: day.date };
            return Ok(host.notify(&key, &Audience::Role(SITE_LEAD), &notice, true)?);
        }
        DayState::Closed | DayState::Cancelled => return Ok(()),
    }
    let missing = host.find(&in_state(VisitState::Expected, &day).limit(AT_ONCE))?;
    let more = missing.len() == AT_ONCE;
    for mut visit in missing {
        visit.state = VisitState::AbsentUnexplained;
        host.save(&visit)?;
        let key = format!("no-show/{}", visit.id.as_str());
        let notice = Notice::NoShow { time: day.starts_at };
        host.notify(&key, &Audience::from(&visit.guardian), &notice, true)?;
    }
    if more {
        host.set_timer("no-show", &day.id, ctx.now.plus_minutes(1))?;
    }
    Ok(())
}

/// The day is over and a child is still here.
pub fn overdue(ctx: &Ctx, host: &impl Host, day: Item<Day>) -> Outcome {
    let waiting = host.find(&in_state(VisitState::InCare, &day).limit(AT_ONCE))?;
    if waiting.is_empty() {
        return Ok(());
    }
    let more = waiting.len() == AT_ONCE;
    for mut visit in waiting {
        visit.state = VisitState::Overdue;
        host.save(&visit)?;
        let key = format!("overdue/{}", visit.id.as_str());
        let notice = Notice::PickupOverdue { minutes: ctx.settings.overdue_minutes };
        host.notify(&key, &Audience::from(&visit.guardian), &notice, true)?;
    }
    if more {
        host.set_timer("overdue", &day.id, ctx.now.plus_minutes(1))?;
    }
    call_again(ctx, host, &day, 1)
}

fn call_again(ctx: &Ctx, host: &impl Host, day: &Item<Day>, round: u32) -> Outcome {
    let at = ctx.now.plus_minutes(i64::from(ESCALATION_MINUTES));
    Ok(host.set_timer_with("overdue-escalation", &day.id, at, &Round { round })?)
}

/// Still nobody: the site's lead takes over, and a round later it is an incident.
pub fn escalate(ctx: &Ctx, host: &impl Host, day: Item<Day>, Round { round }: Round) -> Outcome {
    let children = host.count(&in_state(VisitState::Overdue, &day))? as u32;
    if children == 0 {
        return Ok(());
    }
    if round > 1 {
        let minutes = ctx.settings.overdue_minutes + 2 * ESCALATION_MINUTES;
        return incident::not_fetched(host, &day, children, minutes);
    }
    let key = format!("escalated/{}", day.id.as_str());
    host.notify(&key, &Audience::Role(SITE_LEAD), &Notice::ChildrenOverdue { children }, true)?;
    call_again(ctx, host, &day, 2)
}

fn in_state(state: VisitState, day: &Item<Day>) -> Query<Visit> {
    Query::in_states(&[state]).with("day", &day.id)
}

#[cfg(test)]
pub(crate) mod tests;
