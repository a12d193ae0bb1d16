//! Who may register, verify and grant what. Pure.

use crate::{Refusal, Who};
use twoway_entity::accounts::Role;
use twoway_entity::organizations::{OrganizationKind, organization};

/// Who keeps the tree.
pub const REGISTRARS: &[Role] = &[Role::LeadOffice, Role::NodeAdmin, Role::SystemAdmin];

/// Who may grant some role somewhere.
pub const GRANTERS: &[Role] =
    &[Role::LeadOffice, Role::NodeAdmin, Role::SystemAdmin, Role::TeamLead, Role::SponsorSignatory, Role::Recipient];

/// Enterprises, teams and recipients are registered by whoever speaks for them; everything else by who keeps the tree.
pub(super) fn may_register(
    who: &Who,
    kind: OrganizationKind,
    parent: Option<&organization::Model>,
) -> Result<(), Refusal> {
    if who.is_system() {
        return Ok(());
    }
    let Some(parent) = parent else { return Err(Refusal::NotAllowed) };
    if who.holds_over(REGISTRARS, &parent.path) {
        return Ok(());
    }
    match first_role(kind) {
        Some(_) if who.account().is_some() => Ok(()),
        Some(_) => Err(Refusal::SignedOut),
        None => Err(Refusal::NotAllowed),
    }
}

/// Below which organisations one of this kind may stand.
pub(super) fn fits_below(kind: OrganizationKind, parent: OrganizationKind) -> bool {
    use OrganizationKind as K;
    match kind {
        K::LeadOffice => false,
        K::Hub | K::Reviewing => matches!(parent, K::LeadOffice | K::Node),
        K::Node => matches!(parent, K::LeadOffice | K::Node),
        K::Enterprise | K::Team | K::Recipient => matches!(parent, K::LeadOffice | K::Node | K::Hub),
    }
}

/// What the person who registers an organisation becomes in it.
pub(super) fn first_role(kind: OrganizationKind) -> Option<Role> {
    match kind {
        OrganizationKind::Enterprise => Some(Role::SponsorSignatory),
        OrganizationKind::Team => Some(Role::TeamLead),
        OrganizationKind::Recipient => Some(Role::Recipient),
        OrganizationKind::LeadOffice | OrganizationKind::Hub | OrganizationKind::Node | OrganizationKind::Reviewing => {
            None
        }
    }
}

/// Checked by who keeps the tree above it, never by its own people.
pub(super) fn may_verify(who: &Who, organization: &organization::Model) -> Result<(), Refusal> {
    if who.is_system() {
        return Ok(());
    }
    if !who.holds_over(&[Role::LeadOffice, Role::NodeAdmin], &organization.path) {
        return Err(Refusal::NotAllowed);
    }
    let own = who.actor().is_some_and(|a| a.held.iter().any(|h| h.organization == organization.id));
    if own { Err(Refusal::rule("own-organization")) } else { Ok(()) }
}

/// Which roles make sense in which organisation.
pub fn role_fits(role: Role, kind: OrganizationKind) -> bool {
    use OrganizationKind as K;
    match role {
        Role::LeadOffice => matches!(kind, K::LeadOffice | K::Node),
        Role::NodeAdmin => matches!(kind, K::LeadOffice | K::Node | K::Hub),
        Role::Supervisor | Role::SystemAdmin | Role::Auditor => matches!(kind, K::LeadOffice | K::Node),
        // Reviewers and evaluators come from everywhere; conflicts of interest are looked for case by case.
        Role::Reviewer | Role::Evaluator => true,
        Role::TeamLead | Role::Volunteer => kind == K::Team,
        Role::SponsorMember | Role::SponsorSignatory => kind == K::Enterprise,
        Role::Recipient => kind == K::Recipient,
    }
}

/// Who may grant or end this role at this organisation.
///
/// The lead office and the node administrators serve their subtree, but do not make administrators of the system or its auditors, who
/// watch over them. The people of an organisation invite their own.
pub(super) fn may_grant(who: &Who, role: Role, organization: &organization::Model) -> Result<(), Refusal> {
    let path = &organization.path;
    let office = match role {
        Role::SystemAdmin | Role::Auditor => who.holds_over(&[Role::SystemAdmin], path),
        Role::LeadOffice | Role::Supervisor | Role::Reviewer | Role::Evaluator => {
            who.holds_over(&[Role::LeadOffice, Role::SystemAdmin], path)
        }
        Role::NodeAdmin
        | Role::TeamLead
        | Role::Volunteer
        | Role::SponsorMember
        | Role::SponsorSignatory
        | Role::Recipient => who.holds_over(REGISTRARS, path),
    };
    let inviter: &[Role] = match role {
        Role::Volunteer => &[Role::TeamLead],
        Role::SponsorMember => &[Role::SponsorSignatory],
        _ => &[],
    };
    if who.is_system() || office || who.holds_at(inviter, organization.id) { Ok(()) } else { Err(Refusal::NotAllowed) }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::{Actor, Held};
    use std::sync::Arc;
    use twoway_ids::Uuid;

    fn organization(id: u128, path: &str, kind: OrganizationKind) -> organization::Model {
        organization::Model {
            tenant_id: Uuid::nil(),
            id: Uuid::from_u128(id),
            parent_id: None,
            path: path.into(),
            kind,
            name: String::new(),
            credit_code: None,
            division_code: None,
            introduction: String::new(),
            verified_at: None,
            verified_by: None,
            version: 1,
            created_at: 0,
        }
    }

    fn person(role: Role, id: u128, path: &str) -> Who {
        let held =
            vec![Held { role, organization: Uuid::from_u128(id), organization_name: String::new(), path: path.into() }];
        let actor = Actor {
            account: Uuid::from_u128(9),
            session: Uuid::nil(),
            name: String::new(),
            locale: String::new(),
            held,
        };
        Who::person(Uuid::nil(), Arc::new(actor))
    }

    #[test]
    fn roles_are_granted_within_the_own_subtree_only() {
        let team = organization(3, "/1/2/3/", OrganizationKind::Team);
        let may = |role, id, path: &str, granted| may_grant(&person(role, id, path), granted, &team).is_ok();
        assert!(may(Role::LeadOffice, 1, "/1/", Role::TeamLead));
        assert!(may(Role::NodeAdmin, 2, "/1/2/", Role::TeamLead));
        assert!(!may(Role::NodeAdmin, 4, "/1/4/", Role::TeamLead), "another county");
        assert!(may(Role::TeamLead, 3, "/1/2/3/", Role::Volunteer));
        assert!(!may(Role::TeamLead, 3, "/1/2/3/", Role::TeamLead), "leaders do not make leaders");
        assert!(!may(Role::TeamLead, 5, "/1/2/5/", Role::Volunteer), "another team");
        assert!(!may(Role::Volunteer, 3, "/1/2/3/", Role::Volunteer));
    }

    #[test]
    fn the_office_does_not_make_who_watches_it() {
        let office = organization(1, "/1/", OrganizationKind::LeadOffice);
        let lead = person(Role::LeadOffice, 1, "/1/");
        assert!(may_grant(&lead, Role::Auditor, &office).is_err());
        assert!(may_grant(&lead, Role::SystemAdmin, &office).is_err());
        assert!(may_grant(&person(Role::SystemAdmin, 1, "/1/"), Role::Auditor, &office).is_ok());
    }

    #[test]
    fn nobody_verifies_the_own_organisation() {
        let node = organization(2, "/1/2/", OrganizationKind::Node);
        assert!(may_verify(&person(Role::LeadOffice, 1, "/1/"), &node).is_ok());
        let refusal = may_verify(&person(Role::NodeAdmin, 2, "/1/2/"), &node).expect_err("refused");
        assert_eq!(refusal.code(), "own-organization");
        assert!(may_verify(&person(Role::NodeAdmin, 3, "/1/3/"), &node).is_err());
    }
}
