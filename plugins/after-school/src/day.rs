//! One afternoon, from the plan to the last child, and the helpers who carry it.

use crate::actions::*;
use crate::decide::Room;
use crate::records::*;
use crate::roles::{GUARDIAN, SITE_LEAD};
use crate::{Ctx, Evidence, No, Notice};
use twoway_sdk::Presence as What;
use twoway_sdk::prelude::*;

const IN_CARE: &[VisitState] = &[VisitState::InCare, VisitState::Overdue];
pub const UNDER_WAY: &[DayState] = &[DayState::Opened, DayState::Closing];

/// Who is here now.
pub fn room(host: &impl Host, day: &RecordId<Day>) -> Result<Room, Refusal> {
    let present = host.find(&Query::<Presence>::in_states(&[PresenceState::Present]).with("day", day))?;
    let children = host.count(&Query::<Visit>::in_states(IN_CARE).with("day", day))?;
    Ok(Room { adults: present.iter().filter(|p| p.counts).count() as u32, children: children as u32 })
}

/// The day, and an expected visit for every enrolled child.
pub fn plan(ctx: &Ctx, host: &impl Host, _: (), input: PlanDay) -> Outcome {
    if input.ends_at <= input.starts_at {
        return Err(Refusal::at("ends_at", &No::EndsBeforeItStarts));
    }
    if input.date < ctx.today() {
        return Err(Refusal::at("date", &No::DayInThePast { date: input.date }));
    }
    let same = host.find(&Query::<Day>::all().with("date", &input.date))?;
    if same.iter().any(|day| day.state != DayState::Cancelled) {
        return Err(Refusal::at("date", &No::DayExists { date: input.date }));
    }
    let PlanDay { date, starts_at, ends_at } = input;
    let day = Day { date, starts_at, ends_at, opened_at: None, closed_at: None, reason: None };
    let day = host.create(DayState::Planned, &day)?;
    let capacity = ctx.settings.capacity as usize;
    for child in host.find(&Query::<Enrolment>::in_states(&[EnrolmentState::Enrolled]).limit(capacity))? {
        let visit = Visit {
            day: day.clone(),
            date,
            number: child.number.clone(),
            guardian: child.guardian.clone(),
            enrolment: child.id,
            arrived_at: None,
            released_at: None,
            taken_by: None,
            proof: None,
            pickup: None,
            absence: None,
            checked_how: None,
        };
        host.create(VisitState::Expected, &visit)?;
    }
    let after = |time: TimeOfDay, minutes: u32| date.moment(time, ctx.utc_offset).plus_minutes(i64::from(minutes));
    host.set_timer("no-show", &day, after(starts_at, ctx.settings.no_show_minutes))?;
    host.set_timer("overdue", &day, after(ends_at, ctx.settings.overdue_minutes))?;
    Ok(())
}

pub fn cancel(_: &Ctx, host: &impl Host, mut day: Item<Day>, input: CancelDay) -> Outcome {
    host.cancel_timer("no-show", &day.id);
    host.cancel_timer("overdue", &day.id);
    let notice = Notice::DayCancelled { date: day.date, reason: input.reason.clone() };
    let key = format!("day-cancelled/{}", day.id.as_str());
    host.notify(&key, &Audience::Role(GUARDIAN), &notice, true)?;
    day.state = DayState::Cancelled;
    day.reason = Some(input.reason);
    host.save(&day)
}

/// Whose presence it is: the site's lead may enter it for somebody else, helpers only for themselves.
fn own(ctx: &Ctx) -> Option<&Person> {
    if ctx.has_role(SITE_LEAD) { ctx.person() } else { ctx.actor.as_ref() }
}

/// Anybody may help; counted is who is an adult and whose background query is in date.
pub fn check_in(ctx: &Ctx, host: &impl Host, day: Item<Day>, input: CheckIn) -> Outcome {
    if day.date != ctx.today() {
        return Err(No::NotToday { date: day.date }.into());
    }
    let person = input.person.or_else(|| own(ctx).cloned()).ok_or(No::OnlyYourself)?;
    if own(ctx) != Some(&person) && !ctx.has_role(SITE_LEAD) {
        return Err(No::OnlyYourself.into());
    }
    let here = Query::in_states(&[PresenceState::Present]).with("day", &day.id).with("person", &person);
    if host.count::<Presence>(&here)? > 0 {
        return Err(No::AlreadyPresent.into());
    }
    let counts = host.satisfies(&person, ADULT)? && host.satisfies(&person, CLEARED)?;
    let stay = Presence { day: day.id, person, counts, since: ctx.now, until: None };
    host.create(PresenceState::Present, &stay)?;
    tell_presence(ctx, host, &stay, What::Arrived);
    Ok(())
}

/// The host turns presence into hours. Where the office did not grant that, the afternoon goes on all the same.
pub fn tell_presence(ctx: &Ctx, host: &impl Host, stay: &Presence, what: What) {
    let evidence = Evidence { entered_by: ctx.actor.clone(), counts: stay.counts };
    if let Err(denied) = host.report_attendance(&stay.person, stay.day.as_str(), ctx.now, what, &evidence) {
        host.log(Level::Warn, &denied.reason);
    }
}

pub fn check_out(ctx: &Ctx, host: &impl Host, mut presence: Item<Presence>, _: CheckOut) -> Outcome {
    if own(ctx) != Some(&presence.person) && !ctx.has_role(SITE_LEAD) {
        return Err(No::OnlyYourself.into());
    }
    if presence.counts {
        let room = room(host, &presence.day)?;
        let left = Room { adults: room.adults.saturating_sub(1), ..room };
        ctx.settings.site().may_leave_behind(left)?;
    }
    presence.state = PresenceState::Left;
    presence.until = Some(ctx.now);
    tell_presence(ctx, host, &presence, What::Left);
    host.save(&presence)
}

pub fn open(ctx: &Ctx, host: &impl Host, mut day: Item<Day>, _: OpenDay) -> Outcome {
    let room = room(host, &day.id)?;
    ctx.settings.site().may_open(room, day.date, ctx.today())?;
    day.state = DayState::Opened;
    day.opened_at = Some(ctx.now);
    host.save(&day)
}

pub fn begin_closing(_: &Ctx, host: &impl Host, mut day: Item<Day>, _: BeginClosing) -> Outcome {
    day.state = DayState::Closing;
    host.save(&day)
}

/// A day ends when every child is home and every absence has been looked at.
pub fn close(ctx: &Ctx, host: &impl Host, mut day: Item<Day>, _: CloseDay) -> Outcome {
    let children = room(host, &day.id)?.children;
    if children > 0 {
        return Err(No::ChildrenStillHere { children }.into());
    }
    let open = host.count(&Query::<Visit>::in_states(&[VisitState::Expected]).with("day", &day.id))?;
    if open > 0 {
        return Err(No::VisitsUnexplained { children: open as u32 }.into());
    }
    for mut presence in host.find(&Query::<Presence>::in_states(&[PresenceState::Present]).with("day", &day.id))? {
        presence.state = PresenceState::Left;
        presence.until = Some(ctx.now);
        tell_presence(ctx, host, &presence, What::Left);
        host.save(&presence)?;
    }
    host.cancel_timer("overdue", &day.id);
    day.state = DayState::Closed;
    day.closed_at = Some(ctx.now);
    host.save(&day)
}

/// The papers have to be in date on the first planned day.
pub fn project_may_start(ctx: &Ctx, _: &impl Host, plan: ProjectStart) -> Outcome {
    Ok(ctx.settings.site().papers_are_in_date(plan.starts_on.max(ctx.today()))?)
}

pub fn project_may_close(_: &Ctx, host: &impl Host, _: ProjectClose) -> Outcome {
    match host.find(&Query::<Day>::in_states(UNDER_WAY).limit(1))?.first() {
        Some(day) => Err(No::ProjectHasOpenDay { date: day.date }.into()),
        None => Ok(()),
    }
}

#[cfg(test)]
pub(crate) mod tests;
