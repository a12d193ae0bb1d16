//! Conflicts of interest, computed from what the platform knows. Pure: the facts come from `queries`.

use crate::Refusal;
use twoway_ids::{DAY, Millis, Uuid};

/// How long a shared membership counts after it ended: 36 months.
pub const CO_MEMBER_FOR: Millis = 1_096 * DAY;

/// Levels of the tree between a parent and a child that still count as related.
const LEVELS: usize = 2;

/// An organisation to which somebody belongs, now or within the last 36 months.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Tie {
    pub organization: Uuid,
    pub name: String,
    pub path: String,
    pub credit_code: Option<String>,
}

/// Who stands behind a proposal.
#[derive(Clone, Debug, Default)]
pub struct Behind {
    pub owner: Uuid,
    pub owner_ties: Vec<Tie>,
    /// In whose name it was written.
    pub organization: Option<Tie>,
    /// Credit codes that the answers name.
    pub credit_codes: Vec<String>,
}

/// Why a reviewer may not judge a proposal.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Conflict {
    /// The refusal's code, which is also the key of its text.
    pub code: &'static str,
    /// The organisation through which they are tied.
    pub organization: String,
}

impl Conflict {
    pub fn refusal(&self) -> Refusal {
        Refusal::of(self.code, "M1").with("organization", self.organization.as_str())
    }
}

/// The first conflict between a reviewer and a proposal, if there is one.
pub fn find(reviewer: Uuid, ties: &[Tie], behind: &Behind) -> Option<Conflict> {
    let conflict = |code, tie: &Tie| Some(Conflict { code, organization: tie.name.clone() });
    if reviewer == behind.owner {
        return Some(Conflict { code: "conflict-own-proposal", organization: String::new() });
    }
    if let Some(proposer) = &behind.organization {
        if let Some(tie) = ties.iter().find(|t| t.organization == proposer.organization) {
            return conflict("conflict-same-organization", tie);
        }
        if let Some(tie) = ties.iter().find(|t| are_related(&t.path, &proposer.path)) {
            return conflict("conflict-related-organization", tie);
        }
    }
    let named = behind.organization.iter().filter_map(|o| o.credit_code.as_ref()).chain(&behind.credit_codes);
    for code in named {
        if let Some(tie) = ties.iter().find(|t| t.credit_code.as_ref() == Some(code)) {
            return conflict("conflict-same-credit-code", tie);
        }
    }
    let shared = ties.iter().find(|t| behind.owner_ties.iter().any(|o| o.organization == t.organization))?;
    conflict("conflict-co-member", shared)
}

/// One is the other's parent or grandparent in the tree. Paths have a `/` at both ends.
fn are_related(a: &str, b: &str) -> bool {
    let depth = |path: &str| path.matches('/').count();
    let (upper, lower) = if a.len() <= b.len() { (a, b) } else { (b, a) };
    lower.starts_with(upper) && (1..=LEVELS).contains(&(depth(lower) - depth(upper)))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn tie(id: u128, path: &str, credit_code: Option<&str>) -> Tie {
        Tie {
            organization: Uuid::from_u128(id),
            name: format!("组织{id}"),
            path: path.into(),
            credit_code: credit_code.map(str::to_string),
        }
    }

    fn code(ties: &[Tie], behind: &Behind) -> &'static str {
        find(Uuid::from_u128(100), ties, behind).map_or("none", |c| c.code)
    }

    #[test]
    fn every_tie_is_found_and_strangers_pass() {
        let team = tie(3, "/1/2/3/", Some("91350100M000100Y43"));
        let behind = Behind {
            owner: Uuid::from_u128(50),
            owner_ties: vec![team.clone(), tie(9, "/1/9/", None)],
            organization: Some(team),
            credit_codes: vec!["52520300MJ00000001".into()],
        };
        for (ties, expected) in [
            (vec![], "none"),
            (vec![tie(4, "/1/2/4/", None)], "none"),
            (vec![tie(3, "/1/2/3/", None)], "conflict-same-organization"),
            (vec![tie(2, "/1/2/", None)], "conflict-related-organization"),
            (vec![tie(1, "/1/", None)], "conflict-related-organization"),
            (vec![tie(6, "/1/2/3/5/6/", None)], "conflict-related-organization"),
            (vec![tie(7, "/1/2/3/5/6/7/", None)], "none"),
            (vec![tie(8, "/8/", Some("52520300MJ00000001"))], "conflict-same-credit-code"),
            (vec![tie(8, "/8/", Some("91350100M000100Y43"))], "conflict-same-credit-code"),
            (vec![tie(9, "/1/9/", None)], "conflict-co-member"),
        ] {
            assert_eq!(code(&ties, &behind), expected, "{ties:?}");
        }
        let own = Behind { owner: Uuid::from_u128(100), ..Behind::default() };
        assert_eq!(code(&[], &own), "conflict-own-proposal");
    }

    #[test]
    fn a_citizen_without_organisation_is_tied_by_membership_only() {
        let behind =
            Behind { owner: Uuid::from_u128(50), owner_ties: vec![tie(9, "/1/9/", None)], ..Behind::default() };
        assert_eq!(code(&[tie(1, "/1/", None)], &behind), "none");
        assert_eq!(code(&[tie(9, "/1/9/", None)], &behind), "conflict-co-member");
    }
}
