use std::sync::Arc;
use twoway_entity::accounts::Role;
use twoway_ids::Uuid;

/// On whose behalf something is asked or done. Queries and actions take it, so that none can forget the tenant.
#[derive(Clone, Debug)]
pub struct Who {
    pub tenant: Uuid,
    pub party: Party,
}

#[derive(Clone, Debug)]
pub enum Party {
    /// A visitor who is not signed in.
    Anyone,
    Person(Arc<Actor>),
    /// A timer or an outbox row; the word is the job's kind and stands in the event.
    System(&'static str),
}

/// A person who is signed in, with what they may do where.
#[derive(Clone, Debug)]
pub struct Actor {
    pub account: Uuid,
    pub session: Uuid,
    pub name: String,
    pub locale: String,
    pub held: Vec<Held>,
}

/// One role at one organisation. It reaches all organisations whose path begins with `path`.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Held {
    pub role: Role,
    pub organization: Uuid,
    pub organization_name: String,
    pub path: String,
}

impl Who {
    pub fn anyone(tenant: Uuid) -> Self {
        Self { tenant, party: Party::Anyone }
    }

    pub fn system(tenant: Uuid, cause: &'static str) -> Self {
        Self { tenant, party: Party::System(cause) }
    }

    pub fn person(tenant: Uuid, actor: Arc<Actor>) -> Self {
        Self { tenant, party: Party::Person(actor) }
    }

    pub fn actor(&self) -> Option<&Actor> {
        match &self.party {
            Party::Person(actor) => Some(actor),
            Party::Anyone | Party::System(_) => None,
        }
    }

    pub fn account(&self) -> Option<Uuid> {
        self.actor().map(|a| a.account)
    }

    pub fn is_system(&self) -> bool {
        matches!(self.party, Party::System(_))
    }

    /// Whether the person holds one of the roles anywhere. The system holds none: it is asked for by name.
    pub fn holds(&self, roles: &[Role]) -> bool {
        self.actor().is_some_and(|a| a.held.iter().any(|h| roles.contains(&h.role)))
    }

    /// Whether the person holds one of the roles at an organisation whose subtree contains `path`.
    pub fn holds_over(&self, roles: &[Role], path: &str) -> bool {
        self.actor().is_some_and(|a| a.held.iter().any(|h| roles.contains(&h.role) && path.starts_with(&h.path)))
    }

    /// Whether the person holds one of the roles at exactly this organisation.
    pub fn holds_at(&self, roles: &[Role], organization: Uuid) -> bool {
        self.actor().is_some_and(|a| a.held.iter().any(|h| roles.contains(&h.role) && h.organization == organization))
    }

    /// The organisations at which the person holds one of the roles.
    pub fn organizations(&self, roles: &[Role]) -> Vec<Uuid> {
        let mut ids: Vec<Uuid> = self.actor().map_or_else(Vec::new, |a| {
            a.held.iter().filter(|h| roles.contains(&h.role)).map(|h| h.organization).collect()
        });
        ids.sort_unstable();
        ids.dedup();
        ids
    }

    /// The paths of the subtrees over which the person holds one of the roles.
    pub fn subtrees(&self, roles: &[Role]) -> Vec<String> {
        self.actor().map_or_else(Vec::new, |a| {
            a.held.iter().filter(|h| roles.contains(&h.role)).map(|h| h.path.clone()).collect()
        })
    }
}
