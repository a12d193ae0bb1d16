//! Reviewers: what they know about, how much they take on, and ties of theirs that no membership shows.

mod actions;
pub mod api;
mod pages;
mod queries;

pub use actions::{InterestInput, ProfileInput, add_interest, end_interest, set_profile};
pub use queries::{KEEPERS, Profile, interests_of, may_see, profiles};

use std::collections::BTreeSet;
use twoway_entity::proposals::proposal;
use twoway_manifest::{Field, FieldType};

/// What a proposal is about: the kinds that it chose in the call's form, and its words.
pub(super) struct Topics {
    chosen: BTreeSet<String>,
    text: String,
}

/// The topics of a proposal.
pub(super) fn topics(form: &[Field], row: &proposal::Model) -> Topics {
    let mut chosen = BTreeSet::new();
    for field in form.iter().filter(|f| matches!(f.kind, FieldType::Choice | FieldType::Choices)) {
        match row.answers.get(&field.key) {
            Some(serde_json::Value::String(one)) => drop(chosen.insert(one.clone())),
            Some(serde_json::Value::Array(many)) => {
                chosen.extend(many.iter().filter_map(|v| v.as_str().map(str::to_string)));
            }
            _ => {}
        }
    }
    Topics { chosen, text: format!("{}\n{}", row.title, row.summary) }
}

impl Topics {
    /// Whether one of these areas is among the kinds or is spoken of in title and summary.
    pub fn within(&self, areas: &[String]) -> bool {
        areas.iter().any(|area| self.chosen.contains(area) || self.text.contains(area.as_str()))
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::proposals::ProposalState;
    use serde_json::json;
    use twoway_manifest::Choice;

    #[test]
    fn areas_meet_kinds_and_words() {
        let options = ["助学", "助老"].map(|value| Choice { value: value.into(), title: None }).to_vec();
        let kinds = Field { options, ..Field::new("kinds", FieldType::Choices) };
        let mut row = crate::proposals::rules::tests::proposal(ProposalState::UnderReview);
        row.answers = json!({"kinds": ["助学"], "other": "助残"});
        let about = topics(&[kinds], &row);
        let within = |areas: &[&str]| about.within(&areas.iter().map(|a| a.to_string()).collect::<Vec<_>>());
        assert!(within(&["环保", "助学"]), "a kind that was chosen");
        assert!(within(&["课后"]), "a word of the summary");
        assert!(!within(&["助残"]), "only what was chosen from a list is a kind");
        assert!(!within(&[]));
    }
}
