use crate::{Config, Db, Who};
use std::sync::Arc;
use twoway_ids::{Clock, Millis, Uuid};

/// Everything that an action may need, passed in: no global state, so that several hosts fit in one test process.
#[derive(Clone)]
pub struct App(Arc<Parts>);

pub struct Parts {
    pub config: Config,
    pub db: Db,
    pub clock: Clock,
    /// The tenant that this host serves.
    pub tenant: Uuid,
    pub keys: crate::keys::Keys,
    pub plugins: crate::plugins::Registry,
    pub passwords: crate::accounts::Passwords,
    pub metrics: crate::http::metrics::Metrics,
}

impl App {
    pub fn new(parts: Parts) -> Self {
        Self(Arc::new(parts))
    }

    pub fn now(&self) -> Millis {
        self.clock.now()
    }

    /// The system as an actor, for a job of this kind.
    pub fn system(&self, cause: &'static str) -> Who {
        Who::system(self.tenant, cause)
    }
}

impl std::ops::Deref for App {
    type Target = Parts;

    fn deref(&self) -> &Parts {
        &self.0
    }
}
