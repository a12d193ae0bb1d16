//! From an application to a place, and the list of those who may take the child.

use crate::actions::*;
use crate::records::*;
use crate::roles::{GUARDIAN, SITE_LEAD};
use crate::{Ctx, No, Notice, decide};
use twoway_sdk::prelude::*;
use twoway_sdk::roles::PROJECT_LEAD;

/// A guardian acts for their own child only, the staff for every child. The host lets whoever has a role of the project enter
/// things for others; here that is the staff's alone, so the actor counts and not the one acted for.
pub fn may_speak_for(ctx: &Ctx, guardian: &Person) -> Result<(), No> {
    let staff = ctx.has_role(SITE_LEAD) || ctx.has_role(PROJECT_LEAD);
    if staff || ctx.actor.as_ref() == Some(guardian) { Ok(()) } else { Err(No::NotYourChild) }
}

pub fn apply(ctx: &Ctx, host: &impl Host, _: (), input: Apply) -> Outcome {
    let alone = ctx.has_role(GUARDIAN).then(|| ctx.actor.clone()).flatten();
    let guardian = input.guardian.or(alone).ok_or_else(|| Refusal::at("guardian", &No::GuardianMissing))?;
    may_speak_for(ctx, &guardian)?;
    // Numbers which the office keeps from the plugin cannot be compared here; then the staff looks.
    if let (Some(first), Some(second)) = (input.first_contact_phone.read(), input.second_contact_phone.read())
        && first == second
    {
        return Err(Refusal::at("second_contact_phone", &No::ContactsAreTheSame));
    }
    let number = format!("{:03}", host.count(&Query::<Enrolment>::all())? + 1);
    let enrolment = Enrolment {
        number,
        pupil_name: input.pupil_name,
        birth_date: input.birth_date,
        school_class: input.school_class,
        allergies: input.allergies,
        guardian,
        first_contact_name: input.first_contact_name,
        first_contact_phone: input.first_contact_phone,
        second_contact_name: input.second_contact_name,
        second_contact_phone: input.second_contact_phone,
        consent_care: input.consent_care,
        consent_data: input.consent_data,
        consent_portrait: input.consent_portrait,
        reason: None,
    };
    host.create(EnrolmentState::Applied, &enrolment)?;
    Ok(())
}

fn enrol(ctx: &Ctx, host: &impl Host, mut enrolment: Item<Enrolment>) -> Outcome {
    let enrolled = host.count(&Query::<Enrolment>::in_states(&[EnrolmentState::Enrolled]))?;
    decide::may_enrol(enrolment.consent_care, enrolment.consent_data, enrolled as u32, ctx.settings.capacity)?;
    enrolment.state = EnrolmentState::Enrolled;
    enrolment.reason = None;
    host.save(&enrolment)
}

pub fn accept(ctx: &Ctx, host: &impl Host, enrolment: Item<Enrolment>, _: Accept) -> Outcome {
    let guardian = Audience::from(&enrolment.guardian);
    let key = format!("place-given/{}", enrolment.id.as_str());
    enrol(ctx, host, enrolment)?;
    Ok(host.notify(&key, &guardian, &Notice::PlaceGiven, false)?)
}

pub fn resume(ctx: &Ctx, host: &impl Host, enrolment: Item<Enrolment>, _: Resume) -> Outcome {
    enrol(ctx, host, enrolment)
}

pub fn waitlist(_: &Ctx, host: &impl Host, mut enrolment: Item<Enrolment>, _: Waitlist) -> Outcome {
    enrolment.state = EnrolmentState::Waitlisted;
    host.save(&enrolment)
}

pub fn decline(_: &Ctx, host: &impl Host, mut enrolment: Item<Enrolment>, input: Decline) -> Outcome {
    enrolment.state = EnrolmentState::Declined;
    enrolment.reason = Some(input.reason);
    host.save(&enrolment)
}

/// Withdrawing a consent is never refused. Care stops when one that it rests on is gone.
pub fn change_consents(ctx: &Ctx, host: &impl Host, mut enrolment: Item<Enrolment>, input: ChangeConsents) -> Outcome {
    may_speak_for(ctx, &enrolment.guardian)?;
    enrolment.consent_care = input.consent_care;
    enrolment.consent_data = input.consent_data;
    enrolment.consent_portrait = input.consent_portrait;
    if enrolment.state == EnrolmentState::Enrolled && !(input.consent_care && input.consent_data) {
        enrolment.state = EnrolmentState::Suspended;
    }
    host.save(&enrolment)
}

pub fn leave(_: &Ctx, host: &impl Host, mut enrolment: Item<Enrolment>, input: Leave) -> Outcome {
    enrolment.state = EnrolmentState::Left;
    enrolment.reason = Some(input.reason);
    host.save(&enrolment)
}

pub fn add_pickup_adult(ctx: &Ctx, host: &impl Host, enrolment: Item<Enrolment>, input: AddPickupAdult) -> Outcome {
    may_speak_for(ctx, &enrolment.guardian)?;
    if input.valid_to.is_some_and(|to| to < input.valid_from) {
        return Err(Refusal::at("valid_to", &No::PeriodEndsBeforeItStarts));
    }
    let listed = Query::in_states(&[AdultState::Valid, AdultState::Barred]).with("enrolment", &enrolment.id);
    let listed = host.count::<PickupAdult>(&listed)?;
    decide::may_list_adult(listed as u32, input.adult_confirmed)?;
    let adult = PickupAdult {
        enrolment: enrolment.id,
        name: input.name,
        relation: input.relation,
        phone: input.phone,
        adult_confirmed: input.adult_confirmed,
        valid_from: input.valid_from,
        valid_to: input.valid_to,
        reason: None,
    };
    host.create(AdultState::Valid, &adult)?;
    Ok(())
}

fn may_change(ctx: &Ctx, host: &impl Host, adult: &PickupAdult) -> Outcome {
    match host.get(&adult.enrolment)? {
        Some(enrolment) => Ok(may_speak_for(ctx, &enrolment.guardian)?),
        None => Err(No::NotYourChild.into()),
    }
}

pub fn bar_adult(ctx: &Ctx, host: &impl Host, mut adult: Item<PickupAdult>, input: BarAdult) -> Outcome {
    may_change(ctx, host, &adult)?;
    adult.state = AdultState::Barred;
    adult.reason = Some(input.reason);
    host.save(&adult)
}

pub fn unbar_adult(ctx: &Ctx, host: &impl Host, mut adult: Item<PickupAdult>, input: UnbarAdult) -> Outcome {
    if ctx.confirmed_by.len() < 2 {
        return Err(No::SecondPersonNeeded.into());
    }
    adult.state = AdultState::Valid;
    adult.reason = Some(input.reason);
    host.save(&adult)
}

pub fn remove_adult(ctx: &Ctx, host: &impl Host, mut adult: Item<PickupAdult>, _: RemoveAdult) -> Outcome {
    may_change(ctx, host, &adult)?;
    adult.state = AdultState::Removed;
    host.save(&adult)
}
