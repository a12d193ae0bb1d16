use crate::{Date, Form, Instant, Person};
use serde_json::{Map, Value};

/// On whose behalf a decision is taken, and when. The same at a replay: a plugin has no other clock.
#[derive(Clone, Debug)]
pub struct Context<S = ()> {
    pub project: String,
    /// As the office set them when it activated the plugin.
    pub settings: S,
    pub now: Instant,
    /// Minutes east of UTC.
    pub utc_offset: i16,
    pub locale: String,
    /// The only source of chance: the same at a replay.
    pub seed: u64,
    /// None for timers and events of the host.
    pub actor: Option<Person>,
    /// The actor's roles in the project.
    pub roles: Vec<String>,
    /// Set when staff enters something for a person without an account.
    pub acting_for: Option<Person>,
    /// Who confirmed, the actor included, where the action asks for two.
    pub confirmed_by: Vec<Person>,
}

impl<S> Context<S> {
    pub fn today(&self) -> Date {
        Date::at(self.now, self.utc_offset)
    }

    pub fn has_role(&self, role: &str) -> bool {
        self.roles.iter().any(|r| r == role)
    }

    /// The person whose wish this is: the one acted for, else the actor.
    pub fn person(&self) -> Option<&Person> {
        self.acting_for.as_ref().or(self.actor.as_ref())
    }
}

impl<S: Form> Context<S> {
    pub(crate) fn typed(raw: Context<Map<String, Value>>) -> Result<Self, String> {
        let settings = S::read(&raw.settings).map_err(|e| format!("settings: {e}"))?;
        Ok(Self {
            project: raw.project,
            settings,
            now: raw.now,
            utc_offset: raw.utc_offset,
            locale: raw.locale,
            seed: raw.seed,
            actor: raw.actor,
            roles: raw.roles,
            acting_for: raw.acting_for,
            confirmed_by: raw.confirmed_by,
        })
    }
}
