//! What the host tells: the project stops and goes on, helpers leave or lose what they need.

use crate::day::{UNDER_WAY, room, tell_presence};
use crate::records::*;
use crate::roles::{GUARDIAN, SITE_LEAD};
use crate::{Ctx, Notice};
use twoway_sdk::Presence as What;
use twoway_sdk::prelude::*;

/// No more children are taken in; those who are here are handed over as always. The guardians read why.
pub fn project_suspended(ctx: &Ctx, host: &impl Host, told: ProjectSuspended) -> Outcome {
    for mut day in host.find(&Query::<Day>::in_states(&[DayState::Opened]))? {
        day.state = DayState::Closing;
        host.save(&day)?;
    }
    let key = format!("suspended/{}", ctx.now.0);
    Ok(host.notify(&key, &Audience::Role(GUARDIAN), &Notice::CareSuspended { reason: told.reason }, true)?)
}

pub fn project_resumed(ctx: &Ctx, host: &impl Host, _: ProjectResumed) -> Outcome {
    let key = format!("resumed/{}", ctx.now.0);
    Ok(host.notify(&key, &Audience::Role(GUARDIAN), &Notice::CareResumed, false)?)
}

/// Who left the project is not on the floor any more.
pub fn member_ended(ctx: &Ctx, host: &impl Host, told: MemberEnded) -> Outcome {
    change_presence(ctx, host, &told.person, |stay| {
        stay.state = PresenceState::Left;
        stay.until = Some(ctx.now);
    })
}

/// Who is no adult on record, or whose background query was taken back, may be here and does not count.
pub fn fact_revoked(ctx: &Ctx, host: &impl Host, told: FactRevoked) -> Outcome {
    if ![ADULT, CLEARED].contains(&told.predicate.as_str()) {
        return Ok(());
    }
    change_presence(ctx, host, &told.person, |stay| stay.counts = false)
}

/// Changes the present stays of a person, and tells the site's lead where too few adults are left with the children.
fn change_presence(ctx: &Ctx, host: &impl Host, person: &Person, change: impl Fn(&mut Item<Presence>)) -> Outcome {
    for mut stay in host.find(&Query::<Presence>::in_states(&[PresenceState::Present]).with("person", person))? {
        let counted = stay.counts;
        change(&mut stay);
        if stay.state == PresenceState::Left {
            tell_presence(ctx, host, &stay, What::Left);
        }
        host.save(&stay)?;
        let under_way = host.get(&stay.day)?.is_some_and(|day| UNDER_WAY.contains(&day.state));
        if counted && under_way {
            warn(ctx, host, &stay)?;
        }
    }
    Ok(())
}

fn warn(ctx: &Ctx, host: &impl Host, gone: &Item<Presence>) -> Outcome {
    let mut room = room(host, &gone.day)?;
    room.adults = room.adults.saturating_sub(1);
    if ctx.settings.site().may_leave_behind(room).is_ok() {
        return Ok(());
    }
    let key = format!("helpers-missing/{}/{}", gone.id.as_str(), ctx.now.0);
    let notice = Notice::HelpersMissing { adults: room.adults, children: room.children };
    Ok(host.notify(&key, &Audience::Role(SITE_LEAD), &notice, true)?)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::day::tests::{at, day};
    use twoway_sdk::{FakeHost, Sent};

    /// One child in care, with two adults who count: the fewest that may be there.
    fn afternoon() -> (FakeHost, Person, RecordId<Presence>) {
        let mut host = FakeHost::new();
        let day = host.store("day", DayState::Opened, day());
        host.store("visit", VisitState::InCare, crate::visit::tests::visit(&day));
        let stay = |person: &str| Presence {
            day: day.clone(),
            person: Person(person.to_string()),
            counts: true,
            since: Instant(0),
            until: None,
        };
        host.store("lead", PresenceState::Present, stay("lead"));
        let id = host.store("helper", PresenceState::Present, stay("helper"));
        (host, Person("helper".to_string()), id)
    }

    fn warned(host: &FakeHost) -> bool {
        host.sent()
            .iter()
            .any(|s| matches!(s, Sent::Notice { notice, urgent: true, .. } if notice == "helpers-missing"))
    }

    #[test]
    fn a_helper_who_left_the_project_leaves_the_floor_and_the_site_lead_hears() {
        let (host, helper, id) = afternoon();
        member_ended(&at("17:00"), &host, MemberEnded { person: helper.clone(), roles: vec![] }).unwrap();
        let stay = host.record(&id).unwrap();
        assert_eq!((stay.state, stay.until), (PresenceState::Left, Some(at("17:00").now)));
        let left = Sent::Attendance { who: helper, session: "day".to_string(), what: What::Left };
        assert!(host.sent().contains(&left) && warned(&host));
    }

    #[test]
    fn a_helper_without_a_background_query_stays_and_does_not_count() {
        let (host, helper, id) = afternoon();
        let told = |predicate: &str| FactRevoked { person: helper.clone(), predicate: predicate.to_string() };
        fact_revoked(&at("17:00"), &host, told(INSURED)).unwrap();
        assert!(host.record(&id).unwrap().counts && !warned(&host));
        fact_revoked(&at("17:00"), &host, told(CLEARED)).unwrap();
        let stay = host.record(&id).unwrap();
        assert_eq!((stay.state, stay.counts), (PresenceState::Present, false));
        assert!(warned(&host));
    }

    #[test]
    fn nobody_is_warned_where_enough_adults_are_left() {
        let (mut host, helper, _) = afternoon();
        let day = RecordId::new("day");
        let third = Presence { day, person: Person("third".into()), counts: true, since: Instant(0), until: None };
        host.store("third", PresenceState::Present, third);
        member_ended(&at("17:00"), &host, MemberEnded { person: helper, roles: vec![] }).unwrap();
        assert!(!warned(&host));
    }
}
