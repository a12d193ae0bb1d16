//! What the host tells a plugin of its own accord (events), and asks before steps of its own (guards), each with typed values.
//! A later host may add values to an event, so what reads them passes over those that it does not know.

use crate::{Date, Instant, Person};
use serde::de::DeserializeOwned;
use serde::{Deserialize, Serialize};
use serde_json::Value;

/// Something that happened in the host. Its values are the type's fields.
pub trait HostEvent: Serialize + DeserializeOwned {
    const NAME: &'static str;
}

/// A step of the host that a plugin may refuse. Its values are the type's fields.
pub trait HostGuard: Serialize + DeserializeOwned {
    const NAME: &'static str;
}

macro_rules! told {
    ($(#[$about:meta])* $names:ident, $check:ident, $trait:ident, $what:literal: $(
        $(#[$doc:meta])*
        $type:ident $name:literal { $($(#[$field_doc:meta])* $field:ident: $of:ty,)* }
    )*) => {
        $(
            $(#[$doc])*
            #[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
            pub struct $type { $($(#[$field_doc])* pub $field: $of,)* }

            impl $trait for $type {
                const NAME: &'static str = $name;
            }
        )*

        $(#[$about])*
        pub const $names: &[&str] = &[$($name),*];

        /// Whether values are those that the host gives: every one of them, and no other.
        ///
        /// Errors: what is wrong, in words for who wrote them by hand.
        pub fn $check(name: &str, values: &Value) -> Result<(), String> {
            match name {
                $($name => exact::<$type>(name, values),)*
                _ => Err(format!("there is no {} '{name}' in the host; it has {}", $what, $names.join(", "))),
            }
        }
    };
}

fn exact<T: Serialize + DeserializeOwned>(name: &str, values: &Value) -> Result<(), String> {
    let read: T = serde_json::from_value(values.clone()).map_err(|e| format!("the values of '{name}': {e}"))?;
    let known = serde_json::to_value(read).unwrap_or_default();
    let strange = values.as_object().into_iter().flatten().find(|(key, _)| known.get(key).is_none());
    match strange {
        Some((key, _)) => Err(format!("the values of '{name}': there is no '{key}'")),
        None => Ok(()),
    }
}

told! {
    /// Every event that a description may listen to.
    EVENTS, check_event, HostEvent, "event":

    /// The project began to run.
    ProjectStarted "project-started" {}

    /// The work was stopped at once, to protect people. From here on only protective actions are taken.
    ProjectSuspended "project-suspended" {
        /// As the public reads it.
        reason: String,
    }

    /// The work goes on after a suspension.
    ProjectResumed "project-resumed" {}

    /// The work is over and is now evaluated.
    ProjectClosed "project-closed" {}

    /// The last thing that a plugin hears: the project was accepted, or ended early.
    ProjectEnded "project-ended" {
        /// False where it could not go on.
        accepted: bool,
        /// Of an early end.
        reason: Option<String>,
    }

    /// Both sides confirmed that something a sponsor had promised was delivered.
    LineDelivered "line-delivered" {
        /// The need line's title.
        line: String,
        quantity: i64,
        unit: String,
        /// What of the sponsor's promise for this line is still to come.
        left: i64,
    }

    /// Somebody was added to the project, or came back.
    MemberAdded "member-added" {
        person: Person,
        roles: Vec<String>,
    }

    /// A member now has these roles and no others.
    RolesChanged "roles-changed" {
        person: Person,
        before: Vec<String>,
        roles: Vec<String>,
    }

    /// Somebody left the project.
    MemberEnded "member-ended" {
        person: Person,
        /// Those that they had until then.
        roles: Vec<String>,
    }

    /// A fact about a member was taken back: the person satisfies this no more.
    FactRevoked "fact-revoked" {
        person: Person,
        /// `adult`, `cleared`, `insured` or `trained:<what>`.
        predicate: String,
    }

    /// Somebody answered for an incident that the plugin had reported, and closed it.
    IncidentClosed "incident-closed" {
        /// The key under which it was reported.
        key: String,
        /// The described incident.
        what: String,
        /// The record that it was about.
        record: Option<String>,
    }
}

told! {
    /// Every step that a description may guard.
    GUARDS, check_guard, HostGuard, "guard":

    /// Before a project begins to run.
    ProjectStart "project.start" {
        /// The planned first day.
        starts_on: Date,
        /// The planned last day.
        ends_on: Date,
    }

    /// Before the work ends and its evaluation begins.
    ProjectClose "project.close" {
        /// When it began to run.
        started: Instant,
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use serde_json::json;

    #[test]
    fn values_are_checked_by_name() {
        let left = json!({"person": "p-1", "roles": ["helper"]});
        assert_eq!(check_event("member-ended", &left), Ok(()));
        assert_eq!(check_event("project-ended", &json!({"accepted": true, "reason": null})), Ok(()));
        let missing = check_event("member-ended", &json!({"person": "p-1"}));
        assert_eq!(missing, Err("the values of 'member-ended': missing field `roles`".to_string()));
        let strange = check_event("project-started", &json!({"when": 1}));
        assert_eq!(strange, Err("the values of 'project-started': there is no 'when'".to_string()));
        let unknown = check_guard("project.pause", &json!({}));
        assert_eq!(
            unknown,
            Err("there is no guard 'project.pause' in the host; it has project.start, project.close".to_string())
        );
        assert_eq!(
            check_guard("project.start", &json!({"starts_on": "2026-11-23", "ends_on": "2026-11-31"})),
            Err("the values of 'project.start': '2026-11-31' is no day".to_string())
        );
    }

    #[test]
    fn a_value_of_a_later_host_is_passed_over() {
        let read: ProjectSuspended =
            serde_json::from_value(json!({"reason": "停水", "by": "office"})).expect("is read");
        assert_eq!(read, ProjectSuspended { reason: "停水".to_string() });
    }
}
