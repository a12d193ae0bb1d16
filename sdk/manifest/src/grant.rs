use crate::DataClass;
use serde::{Deserialize, Serialize};
use std::collections::BTreeSet;

/// One ability is one interface of the contract. `records` and `log` are always there.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Ability {
    Log,
    Records,
    People,
    Secrets,
    Calendar,
    Notify,
    Timers,
    Tasks,
    Attendance,
    Ledger,
    Publishing,
    Incidents,
}

impl Ability {
    pub const ALL: [Ability; 12] = [
        Self::Log,
        Self::Records,
        Self::People,
        Self::Secrets,
        Self::Calendar,
        Self::Notify,
        Self::Timers,
        Self::Tasks,
        Self::Attendance,
        Self::Ledger,
        Self::Publishing,
        Self::Incidents,
    ];

    /// The interface's name in the contract.
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Log => "log",
            Self::Records => "records",
            Self::People => "people",
            Self::Secrets => "secrets",
            Self::Calendar => "calendar",
            Self::Notify => "notify",
            Self::Timers => "timers",
            Self::Tasks => "tasks",
            Self::Attendance => "attendance",
            Self::Ledger => "ledger",
            Self::Publishing => "publishing",
            Self::Incidents => "incidents",
        }
    }

    pub fn parse(name: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|a| a.as_str() == name)
    }
}

/// What the office allowed a plugin on one project: never more than the manifest asks for.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case", deny_unknown_fields)]
pub struct Grant {
    pub abilities: BTreeSet<Ability>,
    pub classes: BTreeSet<DataClass>,
}

impl Grant {
    /// `records` and `log` are part of every grant: without them a plugin could do nothing.
    pub fn allows(&self, ability: Ability) -> bool {
        matches!(ability, Ability::Log | Ability::Records) || self.abilities.contains(&ability)
    }

    /// P0 and P1 are always readable to the project's own plugin.
    pub fn may_read(&self, class: DataClass) -> bool {
        class <= DataClass::P1 || self.classes.contains(&class)
    }
}
