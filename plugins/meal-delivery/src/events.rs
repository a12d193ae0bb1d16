//! What the host tells: a courier may carry no more, or has left.

use crate::meal::forget_courier;
use crate::records::*;
use crate::roles::{COURIER, DISPATCHER};
use crate::{Ctx, HEALTH_CERTIFICATE, Notice};
use twoway_sdk::prelude::*;

/// As many meals as one courier can carry: two writes each, and a decision has 64.
const AT_ONCE: usize = 30;

pub fn fact_revoked(ctx: &Ctx, host: &impl Host, told: FactRevoked) -> Outcome {
    if ![ADULT, HEALTH_CERTIFICATE].contains(&told.predicate.as_str()) {
        return Ok(());
    }
    hand_back(ctx, host, &told.person)
}

pub fn roles_changed(ctx: &Ctx, host: &impl Host, told: RolesChanged) -> Outcome {
    let courier = |roles: &[String]| roles.iter().any(|role| role == COURIER);
    if !courier(&told.before) || courier(&told.roles) {
        return Ok(());
    }
    hand_back(ctx, host, &told.person)
}

pub fn member_ended(ctx: &Ctx, host: &impl Host, told: MemberEnded) -> Outcome {
    hand_back(ctx, host, &told.person)
}

/// Meals of somebody who may not carry them wait for another courier, and the dispatchers hear of it.
fn hand_back(ctx: &Ctx, host: &impl Host, person: &Person) -> Outcome {
    let theirs = Query::<Meal>::in_states(&[MealState::Dispatched]).with("courier", person);
    let theirs = host.find(&theirs.limit(AT_ONCE))?;
    if theirs.is_empty() {
        return Ok(());
    }
    let meals = theirs.len() as u32;
    for mut meal in theirs {
        if let Some(mut elder) = host.get(&meal.elder)? {
            forget_courier(&mut elder, &meal);
            host.save(&elder)?;
        }
        meal.state = MealState::Planned;
        meal.courier = None;
        meal.dispatched_at = None;
        host.save(&meal)?;
    }
    let key = format!("handed-back/{person}/{}", ctx.now.0);
    Ok(host.notify(&key, &Audience::Role(DISPATCHER), &Notice::MealsHandedBack { meals }, true)?)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::fixtures::{at, kitchen};
    use twoway_sdk::{FakeHost, Sent};

    fn carried() -> (FakeHost, RecordId<Elder>, RecordId<Meal>) {
        let (mut host, elder, meal) = kitchen(0);
        let (mut gu, mut given) = (host.record(&elder).unwrap(), host.record(&meal).unwrap());
        gu.courier = Some(Person("ma".to_string()));
        given.courier = gu.courier.clone();
        given.state = MealState::Dispatched;
        host.save(&gu).unwrap();
        host.save(&given).unwrap();
        host.settle();
        (host, elder, meal)
    }

    fn revoked(predicate: &str) -> FactRevoked {
        FactRevoked { person: Person("ma".to_string()), predicate: predicate.to_string() }
    }

    #[test]
    fn meals_of_a_courier_without_a_certificate_go_back_to_the_kitchen_once() {
        let (mut host, elder, meal) = carried();
        fact_revoked(&at("11:00"), &host, revoked(HEALTH_CERTIFICATE)).unwrap();
        let back = host.record(&meal).unwrap();
        assert_eq!((back.state, back.courier.clone()), (MealState::Planned, None));
        assert_eq!(host.record(&elder).unwrap().courier, None);
        let notice = "meals-handed-back".to_string();
        assert_eq!(host.sent(), [Sent::Notice { audience: "role:dispatcher".to_string(), notice, urgent: true }]);
        host.settle();
        fact_revoked(&at("11:01"), &host, revoked(HEALTH_CERTIFICATE)).unwrap();
        assert_eq!(host.sent(), []);
    }

    #[test]
    fn who_is_no_courier_any_more_carries_nothing() {
        let roles = |list: &[&str]| list.iter().map(ToString::to_string).collect::<Vec<_>>();
        for (before, now, state) in [
            (roles(&[COURIER]), roles(&[]), MealState::Planned),
            (roles(&[COURIER]), roles(&[COURIER, DISPATCHER]), MealState::Dispatched),
            (roles(&[]), roles(&[DISPATCHER]), MealState::Dispatched),
        ] {
            let (host, _, meal) = carried();
            let told = RolesChanged { person: Person("ma".to_string()), before, roles: now };
            roles_changed(&at("11:00"), &host, told).unwrap();
            assert_eq!(host.record(&meal).unwrap().state, state);
        }
    }

    #[test]
    fn another_fact_and_another_member_change_nothing() {
        let (host, _, meal) = carried();
        fact_revoked(&at("11:00"), &host, revoked(INSURED)).unwrap();
        let told = MemberEnded { person: Person("he".to_string()), roles: vec![] };
        member_ended(&at("11:00"), &host, told).unwrap();
        assert_eq!(host.record(&meal).unwrap().state, MealState::Dispatched);
        assert_eq!(host.sent(), []);
    }
}
