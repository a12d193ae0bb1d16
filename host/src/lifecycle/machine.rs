use crate::{Refusal, Who};
use sea_orm::{ActiveEnum, Iterable};
use std::fmt::Write;
use twoway_entity::accounts::Role;
use twoway_ids::Uuid;

/// One lifecycle: which event leads where, and who may cause it. Pure, so that the table, the pictures, the buttons and the API
/// all say the same.
pub trait Machine: 'static {
    /// The stream of events: `call`, `proposal` …
    const KIND: &'static str;
    const TABLE: &'static str;
    type State: ActiveEnum<Value = String> + Iterable + Copy + PartialEq + Send + Sync;
    type Event: ActiveEnum<Value = String> + Iterable + Copy + PartialEq + Send + Sync;

    /// None: the event does not happen in this state.
    fn next(state: Self::State, event: Self::Event) -> Option<Self::State>;
    fn may(event: Self::Event) -> May;
}

/// Who may cause an event.
#[derive(Clone, Copy, Debug, Default)]
pub struct May {
    /// Roles at an organisation over the entity.
    pub roles: &'static [Role],
    /// The entity's owner: its author or somebody who leads its organisation.
    pub owner: bool,
    /// A timer or another machine's step.
    pub system: bool,
}

/// Where an entity stands, as far as rights go.
#[derive(Clone, Debug, Default)]
pub struct Place<'a> {
    /// The path of the organisation that runs it.
    pub path: &'a str,
    pub owner: Option<Uuid>,
    /// The organisation that owns it: a team's proposal, a sponsor's adoption.
    pub organization: Option<Uuid>,
}

/// Roles that may act for the organisation which owns an entity.
const LEADS: &[Role] = &[Role::TeamLead, Role::SponsorSignatory, Role::SponsorMember];

/// Whether this party may cause this event on an entity that stands there.
pub fn permit<M: Machine>(who: &Who, event: M::Event, place: &Place<'_>) -> Result<(), Refusal> {
    let may = M::may(event);
    if who.is_system() {
        return if may.system { Ok(()) } else { Err(Refusal::NotAllowed) };
    }
    let Some(account) = who.account() else { return Err(Refusal::SignedOut) };
    let owns =
        may.owner && (place.owner == Some(account) || place.organization.is_some_and(|o| who.holds_at(LEADS, o)));
    if owns || who.holds_over(may.roles, place.path) { Ok(()) } else { Err(Refusal::NotAllowed) }
}

/// What is said of an event that does not happen in this state.
pub fn wrong_state<M: Machine>(state: M::State, event: M::Event) -> Refusal {
    Refusal::rule("wrong-state").with("kind", M::KIND).with("state", state.to_value()).with("event", event.to_value())
}

/// The word of a state or event.
pub fn names<E: ActiveEnum<Value = String>>(value: &E) -> String {
    value.to_value()
}

/// The checked-in table: one line per state and event that leads somewhere, with who may cause it.
pub fn table<M: Machine>() -> String {
    let mut text = format!("{}\n", M::KIND);
    for state in M::State::iter() {
        for event in M::Event::iter() {
            let Some(next) = M::next(state, event) else { continue };
            let may = M::may(event);
            let mut who: Vec<&str> = may.roles.iter().map(|r| r.as_str()).collect();
            who.extend(may.owner.then_some("owner"));
            who.extend(may.system.then_some("system"));
            let _ = writeln!(
                text,
                "  {:<20} {:<22} -> {:<20} {}",
                state.to_value(),
                event.to_value(),
                next.to_value(),
                who.join(", ")
            );
        }
    }
    text
}

/// The picture for the docs, in Mermaid's words.
pub fn diagram<M: Machine>() -> String {
    let mut text = String::from("stateDiagram-v2\n");
    let word = |s: &str| s.replace('-', "_");
    if let Some(first) = M::State::iter().next() {
        let _ = writeln!(text, "    [*] --> {}", word(&first.to_value()));
    }
    for state in M::State::iter() {
        let mut ends = true;
        for event in M::Event::iter() {
            if let Some(next) = M::next(state, event) {
                ends &= next == state;
                let _ = writeln!(
                    text,
                    "    {} --> {}: {}",
                    word(&state.to_value()),
                    word(&next.to_value()),
                    event.to_value()
                );
            }
        }
        if ends {
            let _ = writeln!(text, "    {} --> [*]", word(&state.to_value()));
        }
    }
    text
}
