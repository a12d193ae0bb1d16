//! What the project kind is made of: its records, who may do what, and what follows. The rules themselves are in `decide.rs`.

pub mod decide;

use twoway_sdk::prelude::*;
use twoway_sdk::roles::PROJECT_LEAD;

/// A role of this kind of project. The project's lead gives it to people.
const VOLUNTEER: &str = "volunteer";

/// Set by the office when it activates the plugin on a project.
#[derive(Form)]
pub struct Settings {
    #[field(min = 1, max = 100, default = 10_u32)]
    pub most_places: u32,
}

type Ctx = Context<Settings>;

#[derive(Clone, Copy, Debug, PartialEq, States)]
pub enum SlotState {
    Open,
    Full,
    #[state(end)]
    Over,
}

/// A time at which helpers are wanted.
#[derive(Record)]
#[record(states = SlotState, title = label, readers(VOLUNTEER))]
pub struct Slot {
    #[field(max_length = 60)]
    pub label: String,
    pub places: u32,
    pub volunteers: Vec<Person>,
}

/// An action's fields are its form.
#[derive(Action)]
#[action(roles(PROJECT_LEAD))]
pub struct OfferSlot {
    #[field(max_length = 60)]
    pub label: String,
    #[field(min = 1)]
    pub places: u32,
}

#[derive(Action)]
#[action(on = Slot, from(Open), to(Full), roles(VOLUNTEER))]
pub struct SignUp {}

#[derive(Action)]
#[action(on = Slot, from(Open, Full), to(Over), roles(PROJECT_LEAD))]
pub struct EndSlot {}

/// Every "no", each with a text `refusal-…` in the locale files.
#[derive(Clone, Debug, PartialEq, Refusals)]
pub enum No {
    SlotFull { places: u32 },
    SignedUpAlready,
    TooManyPlaces { most: u32 },
}

#[derive(Clone, Debug, PartialEq, Notices)]
pub enum Notice {
    SlotFilled { label: String },
}

#[derive(Clone, Copy, Debug, PartialEq, Labels)]
pub enum Label {
    OpenSlots,
    FullSlots,
}

fn offer_slot(ctx: &Ctx, host: &impl Host, _: (), input: OfferSlot) -> Outcome {
    if input.places > ctx.settings.most_places {
        return Err(Refusal::at("places", &No::TooManyPlaces { most: ctx.settings.most_places }));
    }
    let slot = Slot { label: input.label, places: input.places, volunteers: Vec::new() };
    host.create(SlotState::Open, &slot)?;
    Ok(())
}

fn sign_up(ctx: &Ctx, host: &impl Host, mut slot: Item<Slot>, _: SignUp) -> Outcome {
    let Some(person) = ctx.person() else { return Ok(()) };
    let signed_up = slot.volunteers.contains(person);
    decide::may_sign_up(slot.volunteers.len() as u32, slot.places, signed_up)?;
    slot.volunteers.push(person.clone());
    if slot.volunteers.len() as u32 == slot.places {
        slot.state = SlotState::Full;
        let key = format!("filled/{}", slot.id.as_str());
        let notice = Notice::SlotFilled { label: slot.label.clone() };
        host.notify(&key, &Audience::Role(PROJECT_LEAD), &notice, false)?;
    }
    host.save(&slot)
}

fn end_slot(_: &Ctx, host: &impl Host, mut slot: Item<Slot>, _: EndSlot) -> Outcome {
    slot.state = SlotState::Over;
    host.save(&slot)
}

fn panel(_: &Ctx, host: &impl Host, _: ()) -> Result<ViewModel, Refusal> {
    let count = |state| host.count(&Query::<Slot>::in_states(&[state]));
    Ok(Panel::new()
        .number(Label::OpenSlots, count(SlotState::Open)?)
        .number(Label::FullSlots, count(SlotState::Full)?)
        .done())
}

fn slots_filled(_: &Ctx, host: &impl Host, _: Instant, _: Instant) -> Result<Measure, Refusal> {
    let filled = host.count(&Query::<Slot>::in_states(&[SlotState::Full]))?;
    Ok(Measure::percent(filled, host.count(&Query::<Slot>::all())?))
}

twoway_sdk::plugin! {
    settings: Settings,
    roles: [VOLUNTEER requires [ADULT]],
    records: [Slot],
    refusals: No,
    notices: Notice,
    labels: Label,
    actions: [OfferSlot => offer_slot, SignUp => sign_up, EndSlot => end_slot],
    views: [Public "public-card" => panel, Staff "staff-panel" => panel],
    indicators: ["slots-filled" percent target 90 => slots_filled],
}

#[cfg(test)]
mod tests {
    use super::*;
    use twoway_sdk::{FakeHost, Sent};

    #[test]
    fn the_description_is_sound() {
        assert_eq!(description().check(), Ok(()));
    }

    #[test]
    fn the_organiser_hears_when_the_last_place_is_taken() {
        let mut host = FakeHost::new();
        let slot = Slot { label: "周一下午".to_string(), places: 1, volunteers: Vec::new() };
        let id = host.store("monday", SlotState::Open, slot);
        let person = host.person("li", &[]);
        let ctx = Ctx::at("2026-03-02", "09:00", Settings { most_places: 10 }).expect("a moment");
        let ctx = ctx.by(&person, &[VOLUNTEER]);
        sign_up(&ctx, &host, host.record(&id).expect("is stored"), SignUp {}).expect("is free");
        assert_eq!(host.record(&id).map(|slot| slot.state), Some(SlotState::Full));
        let notice = Sent::Notice {
            audience: "role:project-lead".to_string(),
            notice: "slot-filled".to_string(),
            urgent: false,
        };
        assert_eq!(host.sent(), [notice]);
    }
}
