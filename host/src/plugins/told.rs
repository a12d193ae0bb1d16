//! What a plugin hears of its project's members, in the transaction that changes them.

use super::hooks::hear;
use super::people::{Person, given_roles};
use crate::Refusal;
use crate::lifecycle::Step;
use sea_orm::{ColumnTrait, EntityTrait, QueryFilter, QueryOrder, QuerySelect};
use twoway_entity::plugins::project_member;
use twoway_manifest::{FactRevoked, MemberAdded, MemberEnded, Person as Pseudonym, RolesChanged};

/// More projects than anybody is a member of at one time.
const MAX_PROJECTS: u64 = 200;

/// How a membership changed.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Changed {
    Added,
    Roles,
    Ended,
}

impl Changed {
    /// The event's name in the member's own stream.
    pub(super) fn as_str(self) -> &'static str {
        match self {
            Self::Added => "added",
            Self::Roles => "roles-changed",
            Self::Ended => "ended",
        }
    }
}

/// `row` is the member as it was before.
pub(super) async fn changed(
    step: &Step,
    row: &project_member::Model,
    how: Changed,
    roles: Vec<String>,
) -> Result<(), Refusal> {
    let (project, person) = (row.project_id, Pseudonym(row.pseudonym.clone()));
    let before = given_roles(row);
    match how {
        Changed::Added => hear(step, project, &MemberAdded { person, roles }).await,
        Changed::Roles => hear(step, project, &RolesChanged { person, before, roles }).await,
        Changed::Ended => hear(step, project, &MemberEnded { person, roles: before }).await,
    }
}

/// A fact counts wherever the person is a member, so the plugins of all these projects hear that it is gone.
pub(super) async fn fact_revoked(step: &Step, person: Person, predicate: &str) -> Result<(), Refusal> {
    use project_member::Column as C;
    let whose = match person {
        Person::Account(account) => C::AccountId.eq(account),
        Person::Guest(member) => C::Id.eq(member),
    };
    let members = project_member::Entity::find()
        .filter(C::TenantId.eq(step.who().tenant))
        .filter(whose)
        .filter(C::EndedAt.is_null())
        .order_by_asc(C::Id)
        .limit(MAX_PROJECTS)
        .all(step.tx())
        .await?;
    for member in members {
        let revoked = FactRevoked { person: Pseudonym(member.pseudonym), predicate: predicate.to_string() };
        hear(step, member.project_id, &revoked).await?;
    }
    Ok(())
}
