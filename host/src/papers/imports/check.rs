//! Every row by the rules of the form that it stands for.

use super::fields::{Sheet, What};
use super::parse::{Row, Upload};
use crate::calendar::today;
use crate::http::form_view::problem_text;
use crate::http::problem::said;
use crate::http::texts::Locale;
use crate::needs::NewLine;
use crate::organizations::{self, NewOrganization};
use crate::papers::sheet::cell;
use crate::reviews::{self, LineScore};
use crate::{App, Refusal, Who, needs};
use sea_orm::{ActiveEnum, Iterable};
use serde::Serialize;
use serde_json::{Map, Value, json};
use std::collections::{BTreeMap, HashSet};
use twoway_entity::organizations::OrganizationKind;
use twoway_entity::proposals::proposal;
use twoway_entity::reviews::review;
use twoway_ids::Uuid;
use twoway_manifest::{FieldError, FieldProblem};
use utoipa::ToSchema;

/// What becomes of one row.
#[derive(Clone, Debug, Serialize, ToSchema)]
#[schema(as = ImportOutcome)]
pub struct Outcome {
    /// The line of the file.
    pub line: u32,
    pub said: String,
    /// Something that is there already is changed; otherwise it is new.
    pub changes: bool,
    pub errors: Vec<Wrong>,
}

/// What is wrong with a row.
#[derive(Clone, Debug, Serialize, ToSchema)]
pub struct Wrong {
    /// The cell as the program shows it, `C7`; none: the row as a whole.
    pub cell: Option<String>,
    pub text: String,
}

/// What is written when it is confirmed.
pub enum Ready {
    Organizations(Vec<organizations::Ready>),
    Needs(Box<proposal::Model>, i32, Vec<NewLine>),
    Scores(Vec<(review::Model, reviews::Sheet, i32)>),
}

/// All rows; what is to be written where none of them is wrong.
pub struct Checked {
    pub rows: Vec<Outcome>,
    pub ready: Option<Ready>,
}

pub async fn check(
    app: &App,
    who: &Who,
    l: Locale,
    what: What,
    sheet: &Sheet,
    upload: &Upload,
) -> Result<Checked, Refusal> {
    let words = Words { l, sheet, upload };
    match what {
        What::Organizations => new_organizations(app, who, &words).await,
        What::Needs(proposal) => lines(app, who, &words, proposal).await,
        What::Scores(call) => scores(app, who, &words, call).await,
    }
}

struct Words<'a> {
    l: Locale,
    sheet: &'a Sheet,
    upload: &'a Upload,
}

impl Words<'_> {
    /// The values that the words of a row stand for.
    fn values(&self, row: &Row) -> Result<BTreeMap<String, String>, Refusal> {
        let mut values = BTreeMap::new();
        let mut errors = Vec::new();
        for field in &self.sheet.fields {
            let text = row.texts.get(&field.key).cloned().unwrap_or_default();
            let value = match text.is_empty() || field.words.is_empty() {
                true => Some(text.clone()),
                false => field.words.get(&text).cloned(),
            };
            match value {
                Some(value) => drop(values.insert(field.key.clone(), value)),
                None => errors.push(FieldError { field: field.key.clone(), problem: FieldProblem::NotAnOption }),
            }
        }
        if errors.is_empty() { Ok(values) } else { Err(Refusal::Invalid(errors)) }
    }

    /// What is wrong with a row, at its cells. A refusal that no row can mend is handed back.
    fn wrong(&self, row: &Row, refusal: Refusal) -> Result<Vec<Wrong>, Refusal> {
        match &refusal {
            Refusal::Invalid(errors) => Ok(errors
                .iter()
                .map(|error| {
                    let field = self.sheet.fields.iter().find(|field| field.key == error.field);
                    let label = field.map_or(error.field.as_str(), |field| field.heading.as_str());
                    let at = self.upload.columns.get(&error.field).map(|column| cell(*column, row.line));
                    Wrong { cell: at, text: problem_text(self.l, label, &error.problem) }
                })
                .collect()),
            Refusal::Rule(_) | Refusal::NotFound | Refusal::NotAllowed | Refusal::Stale => {
                let code = refusal.code();
                let text = said(self.l, &format!("refusal-{code}"), &refusal.values());
                Ok(vec![Wrong { cell: None, text: text.unwrap_or_else(|| code.to_string()) }])
            }
            _ => Err(refusal),
        }
    }

    fn outcome(&self, row: &Row, changes: bool, errors: Vec<Wrong>) -> Outcome {
        let named = ["title", "name"].iter().find_map(|key| row.texts.get(*key));
        Outcome { line: row.line, said: named.cloned().unwrap_or_default(), changes, errors }
    }
}

fn text(values: &BTreeMap<String, String>, key: &str) -> String {
    values.get(key).cloned().unwrap_or_default()
}

async fn new_organizations(app: &App, who: &Who, words: &Words<'_>) -> Result<Checked, Refusal> {
    let (mut rows, mut ready) = (Vec::new(), Vec::new());
    let mut codes = HashSet::new();
    for row in &words.upload.rows {
        let found = async {
            let values = words.values(row)?;
            let kind = OrganizationKind::iter().find(|kind| kind.to_value() == text(&values, "kind"));
            let kind = kind.ok_or_else(|| Refusal::field("kind", FieldProblem::Missing))?;
            let parent = Uuid::parse_str(&text(&values, "parent"));
            let parent = parent.map_err(|_| Refusal::field("parent", FieldProblem::Missing))?;
            let optional = |key: &str| Some(text(&values, key)).filter(|text| !text.is_empty());
            let new = NewOrganization {
                parent: Some(parent),
                kind,
                name: text(&values, "name"),
                credit_code: optional("credit_code"),
                division_code: optional("division_code"),
                introduction: text(&values, "introduction"),
            };
            let found = organizations::ready(app, who, new).await?;
            if let Some(code) = found.credit_code() {
                organizations::is_new(app.db.read(), who, code).await?;
                if !codes.insert(code.to_string()) {
                    return Err(Refusal::rule("credit-code-taken"));
                }
            }
            Ok(found)
        };
        match found.await {
            Ok(found) => {
                ready.push(found);
                rows.push(words.outcome(row, false, Vec::new()));
            }
            Err(refusal) => rows.push(words.outcome(row, false, words.wrong(row, refusal)?)),
        }
    }
    Ok(checked(rows, Ready::Organizations(ready)))
}

fn checked(rows: Vec<Outcome>, ready: Ready) -> Checked {
    let clean = rows.iter().all(|row| row.errors.is_empty());
    Checked { rows, ready: clean.then_some(ready) }
}

/// The answers of a form as JSON: whole numbers and yes or no as such.
fn answers(values: &BTreeMap<String, String>) -> Value {
    let mut answers = Map::new();
    for (key, text) in values.iter().filter(|(_, text)| !text.is_empty()) {
        let value = match key.as_str() {
            "minimum" | "optimum" => text.replace([',', '，'], "").parse::<i64>().map_or(json!(text), Value::from),
            "divisible" | "required" => json!(text == "true"),
            _ => json!(text),
        };
        answers.insert(key.clone(), value);
    }
    Value::Object(answers)
}

async fn lines(app: &App, who: &Who, words: &Words<'_>, proposal: Uuid) -> Result<Checked, Refusal> {
    let (mut rows, mut ready) = (Vec::new(), Vec::new());
    for row in &words.upload.rows {
        let found = async {
            let line = NewLine::parse(&answers(&words.values(row)?), &today(app))?;
            needs::actions::recipient_fits(app, who, &line).await?;
            Ok(line)
        };
        match found.await {
            Ok(line) => {
                ready.push(line);
                rows.push(words.outcome(row, false, Vec::new()));
            }
            Err(refusal) => rows.push(words.outcome(row, false, words.wrong(row, refusal)?)),
        }
    }
    let (row, position) = needs::actions::room_for(app, who, proposal, words.upload.rows.len()).await?;
    Ok(checked(rows, Ready::Needs(Box::new(row), position, ready)))
}

async fn scores(app: &App, who: &Who, words: &Words<'_>, call: Uuid) -> Result<Checked, Refusal> {
    let (mut rows, mut ready) = (Vec::new(), Vec::new());
    let mut seen = HashSet::new();
    for row in &words.upload.rows {
        let mut changes = false;
        let found = async {
            let id = Uuid::parse_str(&text(&row.texts, "review"));
            let id = id.map_err(|_| Refusal::field("review", FieldProblem::NotAnOption))?;
            if !seen.insert(id) {
                return Err(Refusal::rule("import-row-twice"));
            }
            let (review, of) = reviews::actions::scorable(app, who, id).await?;
            if of.id != call {
                return Err(Refusal::NotFound);
            }
            changes = review.state == reviews::ReviewState::Scored;
            let (sheet, total) = given(row)?.parse(&crate::calls::rubric_of(&of)?).map_err(at_columns)?;
            Ok((review, sheet, total))
        };
        match found.await {
            Ok(found) => {
                ready.push(found);
                rows.push(words.outcome(row, changes, Vec::new()));
            }
            Err(refusal) => rows.push(words.outcome(row, changes, words.wrong(row, refusal)?)),
        }
    }
    Ok(checked(rows, Ready::Scores(ready)))
}

/// The sheet that a row stands for. A cell that holds no whole number is an error at its place.
fn given(row: &Row) -> Result<reviews::Sheet, Refusal> {
    let (mut scores, mut errors) = (BTreeMap::new(), Vec::new());
    for (key, score) in row.texts.iter().filter_map(|(key, text)| Some((key.strip_prefix("score_")?, text))) {
        match score.parse() {
            Ok(score) => {
                let comment = text(&row.texts, &format!("note_{key}"));
                scores.insert(key.to_string(), LineScore { score, comment });
            }
            Err(_) => {
                let problem = if score.is_empty() { FieldProblem::Missing } else { FieldProblem::WrongType };
                errors.push(FieldError { field: format!("score_{key}"), problem });
            }
        }
    }
    if errors.is_empty() {
        Ok(reviews::Sheet { scores, comment: text(&row.texts, "comment") })
    } else {
        Err(Refusal::Invalid(errors))
    }
}

/// `scores.need` is the column `score_need`, `scores.need.comment` the column `note_need`.
fn at_columns(refusal: Refusal) -> Refusal {
    let Refusal::Invalid(mut errors) = refusal else { return refusal };
    for error in &mut errors {
        if let Some(rest) = error.field.strip_prefix("scores.") {
            error.field = match rest.strip_suffix(".comment") {
                Some(key) => format!("note_{key}"),
                None => format!("score_{rest}"),
            };
        }
    }
    Refusal::Invalid(errors)
}
