//! Decision letters: a template per call and outcome, filled in when the results are released, and kept with the proposal.

mod actions;
pub mod api;
mod pages;

pub use actions::{save, write_all};

use super::views::names;
use crate::blanks::{self, Blank};
use crate::http::components::local_day;
use crate::http::texts::{self, Locale};
use crate::http::writing::written;
use crate::proposals::Decision;
use crate::proposals::queries::{Sight, find_visible};
use crate::{App, Refusal, Who, calls};
use sea_orm::{ColumnTrait, ConnectionTrait, EntityTrait, QueryFilter};
use serde::{Deserialize, Serialize};
use std::collections::HashMap;
use twoway_entity::calls::call;
use twoway_entity::proposals::proposal;
use twoway_entity::reviews::{Verdict, letter, letter_template};
use twoway_ids::{Millis, Uuid};
use utoipa::ToSchema;

/// What a letter says, by decision and verdict.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Serialize, Deserialize, ToSchema)]
#[serde(rename_all = "kebab-case")]
#[schema(as = LetterOutcome)]
pub enum Outcome {
    Selected,
    SelectedWithChanges,
    NotSelected,
    NotFeasible,
}

pub const OUTCOMES: [Outcome; 4] =
    [Outcome::Selected, Outcome::SelectedWithChanges, Outcome::NotSelected, Outcome::NotFeasible];

impl Outcome {
    pub fn of(decision: Decision, verdict: Option<Verdict>) -> Self {
        match (decision, verdict) {
            (Decision::Selected, Some(Verdict::FeasibleWithChanges)) => Self::SelectedWithChanges,
            (Decision::Selected, _) => Self::Selected,
            (Decision::NotSelected, Some(Verdict::NotFeasible)) => Self::NotFeasible,
            (Decision::NotSelected, _) => Self::NotSelected,
        }
    }

    pub fn word(self) -> &'static str {
        match self {
            Self::Selected => "selected",
            Self::SelectedWithChanges => "selected-with-changes",
            Self::NotSelected => "not-selected",
            Self::NotFeasible => "not-feasible",
        }
    }

    pub fn parse(word: &str) -> Option<Self> {
        OUTCOMES.into_iter().find(|outcome| outcome.word() == word)
    }

    /// The letter of a call whose office wrote none of its own. Letters are written in the language of the office. In the file of texts,
    /// where braces are its own, the blanks stand in brackets.
    fn usual(self) -> String {
        let text = texts::host().get(Locale::ZhCn, &format!("letter-usual-{}", self.word()), &[]);
        text.unwrap_or_default().replace("[[", "{").replace("]]", "}")
    }
}

/// What a template may name.
pub const BLANKS: &[Blank] = &[
    Blank::new("title", "项目名称"),
    Blank::new("call", "征集名称"),
    Blank::new("proposer", "申报人"),
    Blank::new("receipt", "申报编号"),
    Blank::new("reason", "理由"),
    Blank::new("cost", "核定经费"),
    Blank::new("notice-days", "公示工作日数"),
    Blank::new("notice-until", "公示截止日"),
    Blank::new("contact", "联系方式"),
    Blank::new("office", "牵头单位"),
    Blank::new("date", "公布日期"),
];

/// Fills a template.
pub fn fill(template: &str, values: &HashMap<&str, String>) -> String {
    blanks::fill(BLANKS, template, |name| values.get(name).cloned())
}

/// Values with which every template can be looked at.
pub(super) fn sample() -> HashMap<&'static str, String> {
    let said = |blank: &Blank| (blank.name, Locale::ZhCn.t(&format!("letter-sample-{}", blank.name)));
    BLANKS.iter().map(said).collect()
}

/// A letter as it was sent: plain text, one paragraph per line.
#[derive(Clone, Debug, Serialize, ToSchema)]
pub struct Letter {
    pub proposal_id: Uuid,
    pub outcome: Outcome,
    pub heading: String,
    pub text: String,
    pub at: Millis,
}

/// The letter about a proposal, for its proposer and the office.
pub async fn of_proposal(app: &App, who: &Who, id: Uuid) -> Result<Letter, Refusal> {
    let db = app.db.read();
    let seen = find_visible(db, who, id).await?;
    if seen.sight < Sight::Own {
        return Err(Refusal::NotFound);
    }
    let row = letter::Entity::find_by_id((who.tenant, id)).one(db).await?.ok_or(Refusal::NotFound)?;
    let call = calls::queries::find(db, who.tenant, row.call_id).await?;
    let outcome = Outcome::parse(&row.outcome).ok_or(Refusal::NotFound)?;
    let heading = Locale::ZhCn.t1("letter-heading", "call", call.title);
    Ok(Letter { proposal_id: id, outcome, heading, text: row.text, at: row.at })
}

/// The templates of a call by outcome; those that the office did not write are the usual ones. True: its own.
pub async fn templates(
    db: &impl ConnectionTrait,
    tenant: Uuid,
    call: Uuid,
) -> Result<Vec<(Outcome, String, bool)>, Refusal> {
    let rows = letter_template::Entity::find()
        .filter(letter_template::Column::TenantId.eq(tenant))
        .filter(letter_template::Column::CallId.eq(call))
        .all(db)
        .await?;
    let one = |outcome: Outcome| match rows.iter().find(|row| row.outcome == outcome.word()) {
        Some(row) => (outcome, row.text.clone(), true),
        None => (outcome, outcome.usual(), false),
    };
    Ok(OUTCOMES.map(one).into())
}

/// What the places hold for each of these decided proposals, with a number of queries that does not grow with them.
pub(super) async fn values(
    db: &impl ConnectionTrait,
    call: &call::Model,
    rows: &[proposal::Model],
    (now, until): (Millis, Millis),
) -> Result<HashMap<Uuid, HashMap<&'static str, String>>, Refusal> {
    let tenant = call.tenant_id;
    let houses = rows.iter().filter_map(|row| row.organization_id).chain([call.organization_id]);
    let houses = calls::queries::organization_names(db, tenant, houses).await?;
    let people = names(db, tenant, rows.iter().map(|row| row.owner_id)).await?;
    let l = Locale::ZhCn;
    let day = |at: Millis| written(Locale::ZhCn, &local_day(at));
    let one = |row: &proposal::Model| {
        let house = row.organization_id.and_then(|o| houses.get(&o));
        let proposer = house.or_else(|| people.get(&row.owner_id)).cloned().unwrap_or_default();
        HashMap::from([
            ("title", row.title.clone()),
            ("call", call.title.clone()),
            ("proposer", proposer),
            ("receipt", row.receipt.clone().unwrap_or_default()),
            ("reason", row.decision_reason.clone().unwrap_or_default()),
            ("cost", row.cost.map(|cost| l.t1("letter-yuan", "n", cost)).unwrap_or_default()),
            ("notice-days", call.notice_days.to_string()),
            // The notice ends at midnight: its last day is the one before.
            ("notice-until", day(until - 1)),
            ("contact", call.contact.clone()),
            ("office", houses.get(&call.organization_id).cloned().unwrap_or_default()),
            ("date", day(now)),
        ])
    };
    Ok(rows.iter().map(|row| (row.id, one(row))).collect())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn letters_of_both_languages_are_filled() {
        let values = HashMap::from([("title", "四点半".to_string())]);
        assert_eq!(fill("“[[title]]”入选，{项目名称}", &values), "“四点半”入选，四点半");
    }

    #[test]
    fn every_outcome_has_a_usual_letter_that_can_be_filled() {
        for outcome in OUTCOMES {
            assert_eq!(Outcome::parse(outcome.word()), Some(outcome));
            let usual = outcome.usual();
            let named = blanks::named(BLANKS, &usual);
            assert!(named.contains(&"title") && named.contains(&"reason"), "{usual}");
            assert_eq!(blanks::unknown(BLANKS, &usual), None, "{usual}");
            let filled = fill(&usual, &sample());
            assert!(blanks::named(BLANKS, &filled).is_empty(), "{filled}");
        }
    }

    #[test]
    fn decision_and_verdict_make_the_outcome() {
        let (yes, no) = (Decision::Selected, Decision::NotSelected);
        assert_eq!(Outcome::of(yes, Some(Verdict::Feasible)), Outcome::Selected);
        assert_eq!(Outcome::of(yes, Some(Verdict::FeasibleWithChanges)), Outcome::SelectedWithChanges);
        assert_eq!(Outcome::of(no, Some(Verdict::Feasible)), Outcome::NotSelected);
        assert_eq!(Outcome::of(no, Some(Verdict::NotFeasible)), Outcome::NotFeasible);
        assert_eq!(Outcome::of(no, None), Outcome::NotSelected);
    }
}
