//! Who signs an agreement, who has, and whose turn it is.

use crate::adoptions::Party;
use crate::adoptions::queries::Seen;
use crate::adoptions::rules::{Signer, signers, unsigned};
use crate::http::components::{Cell, Facts, StateBadge, Tone};
use crate::http::texts::Locale;
use std::collections::HashMap;
use twoway_entity::adoptions::confirmation;
use twoway_ids::Uuid;

/// The parties for which the reader can confirm now: the sponsor comes first.
pub(super) fn signable(seen: &Seen, given: &[confirmation::Model]) -> Vec<Signer> {
    let open = unsigned(&seen.lines, &seen.joined(), given);
    let waits = open.iter().any(|s| s.party == Party::Sponsor);
    open.into_iter().filter(|s| seen.standing.signs_for(s) && (s.party == Party::Sponsor || !waits)).collect()
}

/// What a signer is called; a recipient by its name.
pub(super) fn name(l: Locale, signer: &Signer, houses: &HashMap<Uuid, String>) -> String {
    match signer.party {
        Party::Sponsor => l.t("agreement-party-sponsor"),
        Party::Team => l.t("agreement-party-team"),
        Party::Office => l.t("agreement-party-office"),
        Party::Recipient => {
            let name = signer.organization.and_then(|id| houses.get(&id)).cloned().unwrap_or_default();
            l.t1("agreement-party-recipient", "name", name)
        }
        Party::Partner => {
            let name = signer.organization.and_then(|id| houses.get(&id)).cloned().unwrap_or_default();
            l.t1("agreement-party-partner", "name", name)
        }
    }
}

/// The names of all who sign.
pub(super) fn all(l: Locale, seen: &Seen, houses: &HashMap<Uuid, String>) -> Vec<String> {
    signers(&seen.lines, &seen.joined()).iter().map(|s| name(l, s, houses)).collect()
}

/// The names of those who have not.
pub(super) fn missing(
    l: Locale,
    seen: &Seen,
    given: &[confirmation::Model],
    houses: &HashMap<Uuid, String>,
) -> Vec<String> {
    unsigned(&seen.lines, &seen.joined(), given).iter().map(|s| name(l, s, houses)).collect()
}

/// Who has confirmed the newest version.
pub(super) fn parties(
    l: Locale,
    seen: &Seen,
    given: &[confirmation::Model],
    (people, houses): (&HashMap<Uuid, String>, &HashMap<Uuid, String>),
) -> Facts {
    signers(&seen.lines, &seen.joined()).iter().fold(Facts::new(), |facts, signer| {
        let said = match given.iter().find(|c| signer.gave(c)) {
            Some(c) => {
                let name = people.get(&c.account_id).cloned().unwrap_or_default();
                let time = crate::http::components::exact(c.at);
                Cell::State(StateBadge::new(l.t2("agreement-confirmed", "name", name, "time", time), Tone::Good))
            }
            None => Cell::State(StateBadge::new(l.t("agreement-waits"), Tone::Attention)),
        };
        facts.fact(name(l, signer, houses), said)
    })
}
