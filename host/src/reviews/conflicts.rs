//! Conflicts of interest, computed from what the platform knows. Pure: the facts come from `queries`.

use crate::Refusal;
use serde::{Deserialize, Serialize};
use std::collections::BTreeSet;
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

/// Who stands near a reviewer.
#[derive(Clone, Debug, Default)]
pub struct Near {
    pub account: Uuid,
    pub ties: Vec<Tie>,
    /// Organisations that the reviewer represents by law.
    pub represents: Vec<Tie>,
    /// Where relatives work.
    pub family: Vec<Tie>,
    /// Keyed hash of the reviewer's own telephone number.
    pub mark: Option<String>,
    /// Keyed hash of the reviewer's own ID number.
    pub id: Option<String>,
    /// Keyed hashes of relatives' telephone numbers.
    pub family_marks: BTreeSet<String>,
}

/// Who stands behind a proposal.
#[derive(Clone, Debug, Default)]
pub struct Behind {
    pub owner: Uuid,
    /// Who wrote it along, or had another one merged into it. Their ties are among the owner's.
    pub along: Vec<Uuid>,
    pub owner_ties: Vec<Tie>,
    /// In whose name it was written.
    pub organization: Option<Tie>,
    /// Credit codes that the answers name.
    pub credit_codes: Vec<String>,
    /// Organisations that give to it or receive for it.
    pub hands: BTreeSet<Uuid>,
    /// Keyed hashes of the owner's telephone number and of those in the answers.
    pub marks: BTreeSet<String>,
    /// Keyed hash of the ID number on the paper. No form of a call asks for one.
    pub id: Option<String>,
    /// Who wrote the call's guide.
    pub guide_author: Option<Uuid>,
}

/// What a conflict leads to.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize, utoipa::ToSchema)]
#[serde(rename_all = "kebab-case")]
pub enum Level {
    /// The assignment is refused.
    Block,
    /// The reviewer says in words how they stand to it, and signs that.
    Declare,
}

/// Why a reviewer may not judge a proposal, or only after a word about it.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, utoipa::ToSchema)]
pub struct Conflict {
    /// The refusal's code, which is also the key of its text.
    pub code: String,
    pub level: Level,
    /// The organisation through which they are tied.
    pub organization: String,
}

impl Conflict {
    fn of(code: &str, organization: &str) -> Self {
        let level = if code == GUIDE_AUTHOR { Level::Declare } else { Level::Block };
        Self { code: code.to_string(), level, organization: organization.to_string() }
    }

    pub fn refusal(&self) -> Refusal {
        let code = CODES.iter().find(|code| **code == self.code).copied().unwrap_or("conflict-hidden");
        Refusal::of(code, "M1").with("organization", self.organization.as_str())
    }
}

const GUIDE_AUTHOR: &str = "conflict-guide-author";

/// All codes, the gravest first.
pub const CODES: &[&str] = &[
    "conflict-own-proposal",
    "conflict-same-organization",
    "conflict-related-organization",
    "conflict-same-credit-code",
    "conflict-co-member",
    "conflict-legal-representative",
    "conflict-sponsor-or-recipient",
    "conflict-family",
    "conflict-same-phone",
    "conflict-same-id",
    GUIDE_AUTHOR,
];

/// The first conflict that refuses an assignment, if there is one.
pub fn blocking(near: &Near, behind: &Behind) -> Option<Conflict> {
    all(near, behind).into_iter().find(|conflict| conflict.level == Level::Block)
}

/// All conflicts between a reviewer and a proposal, each kind once, the gravest first.
pub fn all(near: &Near, behind: &Behind) -> Vec<Conflict> {
    let mut found: Vec<Conflict> = Vec::new();
    let mut say = |code: &str, organization: Option<&str>| {
        if let Some(organization) = organization {
            found.push(Conflict::of(code, organization));
        }
    };
    let named: Vec<&String> =
        behind.organization.iter().filter_map(|o| o.credit_code.as_ref()).chain(&behind.credit_codes).collect();
    let same_code = |tie: &&Tie| tie.credit_code.as_ref().is_some_and(|code| named.contains(&code));
    let name = |tie: &Tie| tie.name.clone();
    let is_proposer = |tie: &&Tie| behind.organization.as_ref().is_some_and(|o| o.organization == tie.organization);
    let is_related = |tie: &&Tie| behind.organization.as_ref().is_some_and(|o| are_related(&tie.path, &o.path));
    let ties = || near.ties.iter();
    let own = near.account == behind.owner || behind.along.contains(&near.account);
    say("conflict-own-proposal", own.then_some(""));
    let same = ties().find(is_proposer).map(name);
    say("conflict-same-organization", same.as_deref());
    say("conflict-related-organization", ties().find(is_related).map(name).as_deref());
    say("conflict-same-credit-code", ties().find(same_code).map(name).as_deref());
    let shared = ties().find(|t| behind.owner_ties.iter().any(|o| o.organization == t.organization)).map(name);
    // Who belongs to the proposing organisation belongs to what its author belongs to, too: once is enough.
    say("conflict-co-member", shared.filter(|shared| same.as_ref() != Some(shared)).as_deref());
    let represented = near.represents.iter().find(|tie| is_proposer(tie) || same_code(tie)).map(name);
    say("conflict-legal-representative", represented.as_deref());
    let hand = ties().chain(&near.represents).find(|t| behind.hands.contains(&t.organization)).map(name);
    say("conflict-sponsor-or-recipient", hand.as_deref());
    let relative = near.family.iter().find(|tie| is_proposer(tie) || same_code(tie)).map(name);
    let by_mark = near.family_marks.intersection(&behind.marks).next().map(|_| String::new());
    say("conflict-family", relative.or(by_mark).as_deref());
    let phone = near.mark.as_ref().is_some_and(|mark| behind.marks.contains(mark));
    say("conflict-same-phone", phone.then_some(""));
    let same_id = near.id.is_some() && near.id == behind.id;
    say("conflict-same-id", same_id.then_some(""));
    say(GUIDE_AUTHOR, (behind.guide_author == Some(near.account)).then_some(""));
    found
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

    fn near(ties: &[Tie]) -> Near {
        Near { account: Uuid::from_u128(100), ties: ties.to_vec(), ..Near::default() }
    }

    fn code(ties: &[Tie], behind: &Behind) -> String {
        blocking(&near(ties), behind).map_or("none".to_string(), |c| c.code)
    }

    #[test]
    fn ties_that_no_membership_shows_are_found() {
        let (team, giver) = (tie(3, "/1/3/", Some("91350100M000100Y43")), tie(20, "/20/", None));
        let marks = BTreeSet::from(["a".to_string()]);
        let behind = Behind {
            owner: Uuid::from_u128(50),
            organization: Some(team.clone()),
            hands: BTreeSet::from([giver.organization]),
            marks: marks.clone(),
            id: Some("b".into()),
            guide_author: Some(Uuid::from_u128(100)),
            ..Behind::default()
        };
        let twin = tie(4, "/4/", Some("91350100M000100Y43"));
        let stranger = near(&[tie(7, "/7/", None)]);
        for (who, expected) in [
            (Near { represents: vec![team.clone()], ..stranger.clone() }, "conflict-legal-representative"),
            (Near { represents: vec![twin], ..stranger.clone() }, "conflict-legal-representative"),
            (Near { ties: vec![giver.clone()], ..stranger.clone() }, "conflict-sponsor-or-recipient"),
            (Near { represents: vec![giver], ..stranger.clone() }, "conflict-sponsor-or-recipient"),
            (Near { family: vec![team], ..stranger.clone() }, "conflict-family"),
            (Near { family_marks: marks, ..stranger.clone() }, "conflict-family"),
            (Near { mark: Some("a".into()), ..stranger.clone() }, "conflict-same-phone"),
            (Near { id: Some("b".into()), ..stranger.clone() }, "conflict-same-id"),
        ] {
            let found: Vec<String> = all(&who, &behind).into_iter().map(|c| c.code).collect();
            assert_eq!(found, [expected, "conflict-guide-author"]);
            assert_eq!(blocking(&who, &behind).map(|c| c.code).as_deref(), Some(expected));
        }
        assert_eq!(blocking(&stranger, &behind), None, "who wrote the guide declares, and is not refused");
        let other = Near { mark: Some("b".into()), ..near(&[]) };
        assert_eq!(all(&other, &Behind { guide_author: None, ..behind }), []);
    }

    #[test]
    fn every_tie_is_found_and_strangers_pass() {
        let team = tie(3, "/1/2/3/", Some("91350100M000100Y43"));
        let behind = Behind {
            owner: Uuid::from_u128(50),
            along: Vec::new(),
            owner_ties: vec![team.clone(), tie(9, "/1/9/", None)],
            organization: Some(team),
            credit_codes: vec!["52520300MJ00000001".into()],
            ..Behind::default()
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
        let along = Behind { along: vec![Uuid::from_u128(100)], ..Behind::default() };
        assert_eq!(code(&[], &along), "conflict-own-proposal");
    }

    #[test]
    fn a_citizen_without_organisation_is_tied_by_membership_only() {
        let behind =
            Behind { owner: Uuid::from_u128(50), owner_ties: vec![tie(9, "/1/9/", None)], ..Behind::default() };
        assert_eq!(code(&[tie(1, "/1/", None)], &behind), "none");
        assert_eq!(code(&[tie(9, "/1/9/", None)], &behind), "conflict-co-member");
    }
}
