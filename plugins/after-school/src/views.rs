//! What people see: the public no child at all, the staff numbers instead of names, until the host shows them more.

use crate::day::room;
use crate::indicators;
use crate::records::*;
use crate::{Ctx, Label};
use twoway_sdk::prelude::*;

fn sessions(host: &impl Host) -> Result<u64, Refusal> {
    host.count(&Query::<Day>::in_states(&[DayState::Closed]))
}

pub fn public_card(ctx: &Ctx, host: &impl Host, _: ()) -> Result<ViewModel, Refusal> {
    let next = host.find(&Query::<Day>::in_states(&[DayState::Planned, DayState::Opened]))?;
    let next = next.iter().map(|day| day.date).filter(|date| *date >= ctx.today()).min();
    Ok(Panel::new()
        .number(Label::SessionsHeld, sessions(host)?)
        .number(Label::ChildrenEnrolled, host.count(&Query::<Enrolment>::in_states(&[EnrolmentState::Enrolled]))?)
        .fact(Label::NextDay, next.map_or(Shown::Words(Label::NoneYet.into()), |d| Shown::Date(d.to_string())))
        .done())
}

pub fn sponsor_panel(ctx: &Ctx, host: &impl Host, _: ()) -> Result<ViewModel, Refusal> {
    let percent = |measure: Measure| match measure.sample {
        0 => Shown::Words(Label::NoneYet.into()),
        _ => Shown::Percent(measure.value_milli),
    };
    let verified = indicators::verified_releases(ctx, host, Instant(0), ctx.now)?;
    let on_time = indicators::on_time_pickups(ctx, host, Instant(0), ctx.now)?;
    Ok(Panel::new()
        .number(Label::SessionsHeld, sessions(host)?)
        .number(Label::ChildrenEnrolled, host.count(&Query::<Enrolment>::in_states(&[EnrolmentState::Enrolled]))?)
        .fact(Label::VerifiedReleases, percent(verified))
        .fact(Label::OnTimePickups, percent(on_time))
        .done())
}

pub fn staff_panel(ctx: &Ctx, host: &impl Host, _: ()) -> Result<ViewModel, Refusal> {
    let days = host.find(&Query::<Day>::all().with("date", &ctx.today()))?;
    let Some(day) = days.into_iter().find(|day| day.state != DayState::Cancelled) else {
        return Ok(Panel::new().alert(AlertLevel::Info, Label::NoDayToday).done());
    };
    let visits = host.find(&Query::<Visit>::all().with("day", &day.id))?;
    let number = |states: &[VisitState]| visits.iter().filter(|v| states.contains(&v.state)).count() as u64;
    let (room, site) = (room(host, &day.id)?, ctx.settings.site());
    let overdue = number(&[VisitState::Overdue]);
    let mut panel = Panel::new();
    if overdue > 0 {
        panel = panel.alert(AlertLevel::Danger, words(Label::OverdueAlert, [("children", overdue.into())]));
    }
    if room.children > 0 && site.may_care(room).is_err() {
        panel = panel.alert(AlertLevel::Danger, Label::RatioAlert);
    }
    let here = visits.iter().filter(|v| matches!(v.state, VisitState::InCare | VisitState::Overdue)).map(|visit| {
        [
            Shown::Text(visit.number.clone()),
            Shown::Record(visit.id.as_str().to_string()),
            Shown::State { kind: Visit::KIND.to_string(), state: visit.state.key().to_string() },
            visit.arrived_at.map_or(Shown::Nothing, |at| Shown::Instant(at.0)),
        ]
    });
    let helpers = host.find(&Query::<Presence>::in_states(&[PresenceState::Present]).with("day", &day.id))?;
    let helpers = helpers.iter().map(|presence| {
        let counts = if presence.counts { Label::CountsYes } else { Label::CountsNo };
        [Shown::Person(presence.person.to_string()), Shown::Words(counts.into()), Shown::Instant(presence.since.0)]
    });
    Ok(panel
        .fact(Label::Today, Shown::State { kind: Day::KIND.to_string(), state: day.state.key().to_string() })
        .number(Label::ChildrenInCare, u64::from(room.children))
        .number(Label::ChildrenExpected, number(&[VisitState::Expected]))
        .number(Label::ChildrenReleased, number(&[VisitState::Released]))
        .number(Label::AdultsThatCount, u64::from(room.adults))
        .progress(Label::RatioUse, u64::from(room.children), u64::from(room.adults * site.children_per_adult))
        .table(Label::WhoIsHere, Label::NobodyHere, [Label::Number, Label::Child, Label::State, Label::Since], here)
        .table(Label::Helpers, Label::NoHelpers, [Label::Helper, Label::Counts, Label::Since], helpers)
        .done())
}
