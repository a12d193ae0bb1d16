//! What each kind of reader is shown of a proposal: one place for the API and the pages.

use super::assisted::{self, OnPaper};
use super::late::{self, Late};
use super::model::answers_up_to;
use super::points::{self, PointView};
use super::queries::{Seen, Sight, files_of, masked_file};
use super::state::{Decision, ProposalState, told_to_proposer};
use crate::{App, Refusal, Who, calls};
use serde::Serialize;
use serde_json::{Map, Value};
use twoway_entity::calls::call;
use twoway_entity::proposals::{attachment, proposal};
use twoway_ids::{Millis, Uuid};
use twoway_manifest::DataClass;
use utoipa::ToSchema;

/// A proposal as its reader may see it; what is not theirs to see is absent.
#[derive(Clone, Debug, Serialize, ToSchema)]
pub struct ProposalView {
    pub id: Uuid,
    pub version: i32,
    #[schema(value_type = String)]
    pub state: ProposalState,
    pub call_id: Uuid,
    pub call_title: String,
    pub organization_id: Option<Uuid>,
    pub organization_name: Option<String>,
    pub title: String,
    pub summary: String,
    #[schema(value_type = Object)]
    pub answers: Map<String, Value>,
    pub receipt: Option<String>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub receipt_hash: Option<String>,
    pub submitted_at: Option<Millis>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub defects: Option<String>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub fix_due_at: Option<Millis>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub ineligible_rule: Option<String>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub ineligible_reason: Option<String>,
    /// `selected` or `not-selected`, after the release.
    #[schema(value_type = Option<String>)]
    #[serde(skip_serializing_if = "Option::is_none")]
    pub decision: Option<Decision>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub decision_reason: Option<String>,
    /// Approved cost in yuan.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub cost: Option<i64>,
    /// Mean of the reviewers' totals in hundredths of a point, after the release.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub score: Option<i32>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub pool_until: Option<Millis>,
    /// Handed in after the call's end.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub late: Option<Late>,
    pub attachments: Vec<AttachmentView>,
    /// Typed in from paper by the office, and for whom.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub on_paper: Option<OnPaper>,
    /// What had to be mended, point by point.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub points: Vec<PointView>,
}

#[derive(Clone, Debug, Serialize, ToSchema)]
pub struct AttachmentView {
    pub id: Uuid,
    pub name: String,
    pub media_type: String,
    /// Bytes.
    pub size: i64,
    pub sha256: String,
}

impl From<attachment::Model> for AttachmentView {
    fn from(file: attachment::Model) -> Self {
        Self { id: file.id, name: file.name, media_type: file.media_type, size: file.size, sha256: file.sha256 }
    }
}

/// The state as this reader is told it.
pub fn told(row: &proposal::Model, sight: Sight) -> ProposalState {
    if sight == Sight::Office { row.state } else { told_to_proposer(row.state) }
}

/// Whether results were released, so that proposers may know them.
pub fn is_released(row: &proposal::Model) -> bool {
    use ProposalState as S;
    matches!(row.state, S::InNotice | S::Approved | S::Pooled | S::NotSelected | S::Converted | S::Expired)
}

/// The class up to which a reader sees answers.
pub fn class_for(sight: Sight) -> DataClass {
    match sight {
        Sight::Public => DataClass::P0,
        Sight::Masked | Sight::Review => DataClass::P1,
        Sight::Own | Sight::Office => DataClass::P2,
    }
}

/// Draws a proposal for its reader.
pub async fn view(app: &App, who: &Who, seen: Seen, call: &call::Model) -> Result<ProposalView, Refusal> {
    let on_paper = assisted::on_paper(app, who, &seen).await?;
    let Seen { row, sight } = seen;
    let db = app.db.read();
    let mut files = if sight >= Sight::Masked { files_of(db, row.tenant_id, row.id).await? } else { Vec::new() };
    if sight == Sight::Masked {
        files = files.into_iter().zip(1..).map(|(file, n)| masked_file(file, n)).collect();
    }
    let names = calls::queries::organization_names(db, row.tenant_id, row.organization_id).await?;
    let concerned = sight >= Sight::Own;
    let points = if concerned { points::of(db, &row).await? } else { Vec::new() };
    // What one person of the office found is told when the second agreed.
    let found = sight == Sight::Office || sight == Sight::Own && row.state == ProposalState::Ineligible;
    let reviews = matches!(sight, Sight::Masked | Sight::Review);
    let decided = is_released(&row) && !reviews || sight == Sight::Office;
    let late = if concerned { late::of(db, row.tenant_id, row.id).await? } else { None };
    Ok(ProposalView {
        late: late.map(Late::from),
        id: row.id,
        version: row.version,
        state: told(&row, sight),
        call_id: row.call_id,
        call_title: call.title.clone(),
        organization_id: row.organization_id,
        organization_name: row.organization_id.and_then(|o| names.get(&o).cloned()),
        answers: answers_up_to(class_for(sight), &calls::form_of(call)?, &row.answers),
        title: row.title,
        summary: row.summary,
        receipt: row.receipt,
        receipt_hash: row.receipt_hash.filter(|_| concerned),
        submitted_at: row.submitted_at,
        defects: row.defects.filter(|_| concerned),
        fix_due_at: row.fix_due_at.filter(|_| concerned),
        ineligible_rule: row.ineligible_rule.filter(|_| found),
        ineligible_reason: row.ineligible_reason.filter(|_| found),
        decision: row.decision.filter(|_| decided),
        decision_reason: row.decision_reason.filter(|_| decided && concerned),
        cost: row.cost.filter(|_| decided),
        score: row.score.filter(|_| decided && concerned),
        pool_until: row.pool_until,
        attachments: files
            .into_iter()
            .map(AttachmentView::from)
            .map(|file| if sight == Sight::Masked { AttachmentView { sha256: String::new(), ..file } } else { file })
            .collect(),
        on_paper,
        points: points.into_iter().map(PointView::from).collect(),
    })
}

/// A line of a list of proposals.
#[derive(Clone, Debug, Serialize, ToSchema)]
pub struct ProposalLine {
    pub id: Uuid,
    pub version: i32,
    #[schema(value_type = String)]
    pub state: ProposalState,
    pub call_id: Uuid,
    pub organization_id: Option<Uuid>,
    pub title: String,
    pub summary: String,
    pub receipt: Option<String>,
    pub submitted_at: Option<Millis>,
    pub updated_at: Millis,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub fix_due_at: Option<Millis>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub pool_until: Option<Millis>,
    /// Typed in from paper by the office.
    pub on_paper: bool,
}

impl ProposalLine {
    pub fn of(row: proposal::Model, sight: Sight) -> Self {
        Self {
            id: row.id,
            version: row.version,
            state: told(&row, sight),
            call_id: row.call_id,
            organization_id: row.organization_id,
            title: row.title,
            summary: row.summary,
            receipt: row.receipt,
            submitted_at: row.submitted_at,
            updated_at: row.updated_at,
            fix_due_at: row.fix_due_at.filter(|_| sight >= Sight::Own),
            pool_until: row.pool_until,
            on_paper: row.entered_by.is_some(),
        }
    }
}

/// What was handed in, once or twice.
#[derive(Clone, Debug, Serialize, ToSchema)]
pub struct RevisionView {
    pub number: i32,
    pub title: String,
    pub summary: String,
    #[schema(value_type = Object)]
    pub answers: Value,
    /// `[{name, sha256, size}]`
    #[schema(value_type = Vec<Object>)]
    pub attachments: Value,
    pub hash: String,
    pub at: Millis,
}
