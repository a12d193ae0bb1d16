//! The columns of each kind of import, as the template has them and as a file is read.

use crate::calls::RubricLine;
use crate::http::texts::Locale;
use crate::needs::model::KINDS;
use crate::{App, Refusal, Who, calls, needs, organizations, reviews};
use sea_orm::{ActiveEnum, Iterable};
use std::collections::BTreeMap;
use twoway_entity::organizations::OrganizationKind;
use twoway_ids::Uuid;

/// What is imported, and into what.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum What {
    Organizations,
    /// Lines of this proposal.
    Needs(Uuid),
    /// Scores of one's own assignments in this call.
    Scores(Uuid),
}

impl What {
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Organizations => "organizations",
            Self::Needs(_) => "needs",
            Self::Scores(_) => "scores",
        }
    }

    pub fn target(self) -> Option<Uuid> {
        match self {
            Self::Organizations => None,
            Self::Needs(id) | Self::Scores(id) => Some(id),
        }
    }

    pub fn of(kind: &str, target: Option<Uuid>) -> Option<Self> {
        match (kind, target) {
            ("organizations", None) => Some(Self::Organizations),
            ("needs", Some(id)) => Some(Self::Needs(id)),
            ("scores", Some(id)) => Some(Self::Scores(id)),
            _ => None,
        }
    }

    /// The page that the imported things are on.
    pub fn home(self) -> String {
        match self {
            Self::Organizations => "/organizations".into(),
            Self::Needs(id) => format!("/proposals/{id}/needs"),
            Self::Scores(_) => "/reviews".into(),
        }
    }

    pub fn path(self) -> String {
        match self {
            Self::Scores(id) => format!("/calls/{id}/scores/import"),
            _ => format!("{}/import", self.home()),
        }
    }
}

/// One column.
#[derive(Clone, Debug)]
pub struct Field {
    /// The name of the form's field.
    pub key: String,
    pub heading: String,
    pub help: String,
    /// Word → value; empty: any text.
    pub words: BTreeMap<String, String>,
}

/// A sheet to be filled in.
#[derive(Clone, Debug, Default)]
pub struct Sheet {
    pub fields: Vec<Field>,
    /// Rows that are there already.
    pub rows: Vec<Vec<String>>,
}

/// The columns of an import, with their words in the reader's language. The caller has the right to what it names.
pub async fn sheet(app: &App, who: &Who, l: Locale, what: What) -> Result<Sheet, Refusal> {
    match what {
        What::Organizations => organizations_sheet(app, who, l).await,
        What::Needs(_) => needs_sheet(app, who, l).await,
        What::Scores(call) => scores_sheet(app, who, l, call).await,
    }
}

fn field(l: Locale, key: &str, heading: &str, help: &str) -> Field {
    Field { key: key.into(), heading: l.t(heading), help: l.t(help), words: BTreeMap::new() }
}

fn chosen(field: Field, words: impl IntoIterator<Item = (String, String)>) -> Field {
    Field { words: words.into_iter().collect(), ..field }
}

async fn organizations_sheet(app: &App, who: &Who, l: Locale) -> Result<Sheet, Refusal> {
    let kinds = OrganizationKind::iter().filter(|kind| *kind != OrganizationKind::LeadOffice);
    let kinds = kinds.map(|kind| (l.t(&format!("organization-kind-{}", kind.to_value())), kind.to_value()));
    let parents = organizations::possible_parents(app.db.read(), who).await?;
    let parents = parents.into_iter().map(|parent| (parent.name, parent.id.to_string()));
    Ok(Sheet {
        fields: vec![
            field(l, "name", "organization-name", "import-help-name"),
            chosen(field(l, "kind", "organization-kind", "import-help-choice"), kinds),
            chosen(field(l, "parent", "organization-parent", "import-help-parent"), parents),
            field(l, "credit_code", "organization-credit-code", "organization-credit-code-help"),
            field(l, "division_code", "organization-division-code", "organization-division-code-help"),
            field(l, "introduction", "organization-introduction", "import-help-optional"),
        ],
        rows: Vec::new(),
    })
}

async fn needs_sheet(app: &App, who: &Who, l: Locale) -> Result<Sheet, Refusal> {
    let kinds = KINDS.map(|kind| (l.t(&format!("choice-kind-{}", kind.as_str())), kind.as_str().to_string()));
    let yes = || [(l.t("answer-yes"), "true".to_string()), (l.t("answer-no"), "false".to_string())];
    let recipients = needs::queries::recipients(app.db.read(), who).await?;
    let recipients = recipients.into_iter().map(|recipient| (recipient.name, recipient.id.to_string()));
    Ok(Sheet {
        fields: vec![
            chosen(field(l, "kind", "field-need-kind", "import-help-choice"), kinds),
            field(l, "title", "field-need-title", "field-need-title-help"),
            field(l, "description", "field-need-description", "field-need-description-help"),
            field(l, "unit", "field-need-unit", "field-need-unit-help"),
            field(l, "minimum", "field-need-minimum", "field-need-minimum-help"),
            field(l, "optimum", "field-need-optimum", "field-need-optimum-help"),
            chosen(field(l, "divisible", "field-need-divisible", "import-help-choice"), yes()),
            chosen(field(l, "required", "field-need-required", "import-help-choice"), yes()),
            field(l, "due_on", "field-need-due_on", "import-help-date"),
            chosen(field(l, "recipient", "field-need-recipient", "field-need-recipient-help"), recipients),
        ],
        rows: Vec::new(),
    })
}

async fn scores_sheet(app: &App, who: &Who, l: Locale, call: Uuid) -> Result<Sheet, Refusal> {
    let desk = reviews::queries::desk(app.db.read(), who).await?;
    let lines: Vec<_> = desk
        .into_iter()
        .filter(|line| line.call.id == call && line.call.state == calls::CallState::Reviewing)
        .filter(|line| matches!(line.review.state, reviews::ReviewState::Declared | reviews::ReviewState::Scored))
        .collect();
    let first = lines.first().ok_or(Refusal::NotFound)?;
    let rubric: Vec<RubricLine> = calls::rubric_of(&first.call)?;
    let mut fields = vec![
        field(l, "review", "import-review", "import-help-review"),
        field(l, "title", "proposal-title", "import-help-review"),
    ];
    for line in &rubric {
        let heading = l.t2("review-line", "title", line.title.as_str(), "weight", line.weight);
        let help = l.t("import-help-score");
        fields.push(Field { key: format!("score_{}", line.key), heading, help, words: BTreeMap::new() });
        let heading = l.t1("review-note", "title", line.title.as_str());
        let help = l.t("import-help-optional");
        fields.push(Field { key: format!("note_{}", line.key), heading, help, words: BTreeMap::new() });
    }
    fields.push(field(l, "comment", "review-comment", "import-help-optional"));
    let mut rows = Vec::new();
    for line in lines {
        let given: BTreeMap<String, reviews::LineScore> = serde_json::from_value(line.review.scores.clone())?;
        let mut row = vec![line.review.id.to_string(), line.proposal.title];
        for one in &rubric {
            let given = given.get(&one.key);
            row.push(given.map(|given| given.score.to_string()).unwrap_or_default());
            row.push(given.map(|given| given.comment.clone()).unwrap_or_default());
        }
        row.push(line.review.comment);
        rows.push(row);
    }
    Ok(Sheet { fields, rows })
}
