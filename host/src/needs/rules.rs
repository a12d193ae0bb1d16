use super::LineCoverage;
use crate::Refusal;
use crate::proposals::ProposalState;
use twoway_entity::organizations::{OrganizationKind, organization};

pub use crate::lint::{no_account_number, no_payment_request};

/// Who wants to change the lines of a proposal.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Editor {
    /// Wrote the proposal, or leads its team.
    Proposer,
    /// Runs the call.
    Office,
}

/// The proposer edits until the proposal is in public notice, the office until it is in the pool; then only the coverage changes.
///
/// Errors: `needs-in-notice` (M4), `needs-frozen`.
pub fn may_edit(state: ProposalState, editor: Editor) -> Result<(), Refusal> {
    use ProposalState as S;
    match state {
        S::Draft | S::Submitted | S::Returned | S::RulingOut | S::Eligible | S::UnderReview | S::Decided => Ok(()),
        S::InNotice | S::Approved if editor == Editor::Office => Ok(()),
        S::InNotice | S::Approved => Err(Refusal::of("needs-in-notice", "M4")),
        S::Ineligible
        | S::Pooled
        | S::NotSelected
        | S::Converted
        | S::Withdrawn
        | S::MergedInto
        | S::Expired
        | S::Cancelled
        | S::Disqualified => Err(Refusal::rule("needs-frozen")),
    }
}

/// Who receives money is a qualified organisation that the office has checked.
///
/// Errors: `recipient-not-qualified` (D2).
pub fn qualified_recipient(recipient: Option<&organization::Model>) -> Result<(), Refusal> {
    let fit = recipient.is_some_and(|r| r.kind == OrganizationKind::Recipient && r.verified_at.is_some());
    if fit {
        return Ok(());
    }
    let name = recipient.map(|r| r.name.clone()).unwrap_or_default();
    Err(Refusal::of("recipient-not-qualified", "D2").with("name", name))
}

/// Whether a project may start: every required line has as much as it needs at least, agreed or delivered.
pub fn startable(coverage: &[LineCoverage]) -> bool {
    uncovered(coverage).next().is_none()
}

/// The required lines that do not yet have what they need at least.
pub fn uncovered(coverage: &[LineCoverage]) -> impl Iterator<Item = &LineCoverage> {
    coverage.iter().filter(|line| line.required && !line.is_covered())
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::needs::NeedKind;
    use twoway_ids::Uuid;

    fn line(required: bool, active: i64, delivered: i64) -> LineCoverage {
        LineCoverage {
            id: Uuid::nil(),
            kind: NeedKind::Goods,
            title: "绘本".into(),
            unit: "册".into(),
            minimum: 10,
            optimum: 20,
            divisible: true,
            required,
            held: 5,
            active,
            delivered,
            conditional: 0,
        }
    }

    #[test]
    fn lines_are_edited_until_the_notice_and_by_the_office_until_the_pool() {
        use ProposalState as S;
        let code = |state, editor| may_edit(state, editor).map_err(|r| r.code().to_string()).err().unwrap_or_default();
        for state in [S::Draft, S::Submitted, S::Returned, S::Eligible, S::UnderReview, S::Decided] {
            assert_eq!(code(state, Editor::Proposer), "", "{state:?}");
        }
        for state in [S::InNotice, S::Approved] {
            assert_eq!(code(state, Editor::Proposer), "needs-in-notice", "{state:?}");
            assert_eq!(code(state, Editor::Office), "", "{state:?}");
        }
        for state in [S::Pooled, S::Converted, S::Withdrawn, S::NotSelected] {
            assert_eq!(code(state, Editor::Office), "needs-frozen", "{state:?}");
        }
    }

    #[test]
    fn money_goes_to_a_verified_recipient_only() {
        let organization = |kind, verified: bool| organization::Model {
            tenant_id: Uuid::nil(),
            id: Uuid::nil(),
            parent_id: None,
            path: "/x/".into(),
            kind,
            name: "遵义某基金会".into(),
            credit_code: None,
            division_code: None,
            introduction: String::new(),
            verified_at: verified.then_some(1),
            verified_by: None,
            version: 1,
            created_at: 0,
        };
        assert!(qualified_recipient(Some(&organization(OrganizationKind::Recipient, true))).is_ok());
        let unfit = [
            Some(organization(OrganizationKind::Recipient, false)),
            Some(organization(OrganizationKind::Enterprise, true)),
            None,
        ];
        for organization in unfit {
            let refusal = qualified_recipient(organization.as_ref()).expect_err("refused");
            assert_eq!(refusal.code(), "recipient-not-qualified");
        }
    }

    #[test]
    fn only_what_is_agreed_or_delivered_lets_a_project_start() {
        assert!(startable(&[]));
        assert!(startable(&[line(true, 6, 4), line(false, 0, 0)]));
        assert!(!startable(&[line(true, 6, 3)]));
        assert!(!startable(&[LineCoverage { conditional: 1, ..line(true, 6, 4) }]), "one of them hangs on something");
        assert_eq!(uncovered(&[line(true, 10, 0), line(true, 0, 0)]).count(), 1);
        assert_eq!(line(true, 6, 4).open(), 5);
    }
}
