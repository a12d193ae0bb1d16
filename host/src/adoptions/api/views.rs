use crate::adoptions::lists::{Due, Item};
use crate::adoptions::model::{AgreementTerms, Committed};
use crate::adoptions::queries::Seen;
use crate::adoptions::{AdoptionState, DeliveryState, Party, Side};
use crate::needs::NeedKind;
use serde::Serialize;
use twoway_entity::adoptions::{adoption, confirmation, delivery};
use twoway_ids::Uuid;
use utoipa::ToSchema;

/// What an adoption takes on of one line.
#[derive(Debug, Serialize, ToSchema)]
pub(super) struct Commitment {
    /// Deliveries name this id.
    id: Uuid,
    line: Uuid,
    #[schema(value_type = String)]
    kind: NeedKind,
    title: String,
    unit: String,
    quantity: i64,
    /// What was asked for in the queue, if more than `quantity`.
    wanted: Option<i64>,
    delivered: i64,
    /// Given back after it was agreed.
    released: i64,
    /// `YYYY-MM-DD`, as agreed.
    due_on: String,
    recipient: Option<Uuid>,
}

impl From<Committed> for Commitment {
    fn from(committed: Committed) -> Self {
        let Committed { commitment, line } = committed;
        let due_on = commitment.due_on.unwrap_or(line.due_on);
        Self {
            id: commitment.id,
            line: line.id,
            kind: line.kind,
            title: line.title,
            unit: line.unit,
            quantity: commitment.quantity,
            wanted: commitment.wanted,
            delivered: commitment.delivered,
            released: commitment.released,
            due_on,
            recipient: line.recipient_id,
        }
    }
}

#[derive(Debug, Serialize, ToSchema)]
pub(super) struct AdoptionItem {
    id: Uuid,
    proposal: Uuid,
    project: String,
    organization: Uuid,
    sponsor: String,
    #[schema(value_type = String)]
    state: AdoptionState,
    version: i32,
    lines: Vec<Commitment>,
    held_until: Option<i64>,
    /// The earliest day by which something of it must be delivered, `YYYY-MM-DD`.
    due_on: Option<String>,
    created_at: i64,
}

impl From<Item> for AdoptionItem {
    fn from(item: Item) -> Self {
        let due_on = match item.next_due() {
            Some(Due::Line { on, .. }) => Some(on),
            Some(Due::Hold(_)) | None => None,
        };
        Self {
            id: item.row.id,
            proposal: item.row.proposal_id,
            project: item.proposal_title,
            organization: item.row.organization_id,
            sponsor: item.sponsor,
            state: item.row.state,
            version: item.row.version,
            lines: item.lines.into_iter().map(Commitment::from).collect(),
            held_until: item.row.held_until,
            due_on,
            created_at: item.row.created_at,
        }
    }
}

#[derive(Debug, Serialize, ToSchema)]
pub(super) struct Delivery {
    id: Uuid,
    commitment: Uuid,
    quantity: i64,
    delivered_on: String,
    evidence: String,
    /// Which side recorded it; the other one answers.
    #[schema(value_type = String)]
    recorded_side: Side,
    #[schema(value_type = String)]
    state: DeliveryState,
    reason: Option<String>,
    version: i32,
}

impl From<delivery::Model> for Delivery {
    fn from(row: delivery::Model) -> Self {
        Self {
            id: row.id,
            commitment: row.commitment_id,
            quantity: row.quantity,
            delivered_on: row.delivered_on,
            evidence: row.evidence,
            recorded_side: row.recorded_side,
            state: row.state,
            reason: row.reason,
            version: row.version,
        }
    }
}

#[derive(Debug, Serialize, ToSchema)]
pub(super) struct Adoption {
    id: Uuid,
    proposal: Uuid,
    project: String,
    organization: Uuid,
    #[schema(value_type = String)]
    state: AdoptionState,
    version: i32,
    message: String,
    related_party: bool,
    clean_promotion: bool,
    checked_at: Option<i64>,
    check_note: Option<String>,
    held_until: Option<i64>,
    extended: bool,
    /// SHA-256 of the frozen text; what a party confirms.
    agreement_hash: Option<String>,
    reason: Option<String>,
    activated_at: Option<i64>,
    named: bool,
    /// From 1, while it waits in a queue.
    place: Option<u64>,
    lines: Vec<Commitment>,
    deliveries: Vec<Delivery>,
}

impl Adoption {
    pub(super) fn new(seen: Seen, deliveries: Vec<delivery::Model>, place: Option<u64>) -> Self {
        let row: adoption::Model = seen.row;
        // What the office noted about a sponsor is between the two.
        let private = seen.standing.sponsor || seen.standing.reads;
        Self {
            id: row.id,
            proposal: row.proposal_id,
            project: seen.proposal.title,
            organization: row.organization_id,
            state: row.state,
            version: row.version,
            message: row.message,
            related_party: row.related_party,
            clean_promotion: row.clean_promotion,
            checked_at: row.checked_at,
            check_note: row.check_note.filter(|_| private),
            held_until: row.held_until,
            extended: row.extended,
            agreement_hash: row.agreement_hash,
            reason: row.reason,
            activated_at: row.activated_at,
            named: row.named,
            place,
            lines: seen.lines.into_iter().map(Commitment::from).collect(),
            deliveries: deliveries.into_iter().map(Delivery::from).collect(),
        }
    }
}

#[derive(Debug, Serialize, ToSchema)]
pub(super) struct Confirmation {
    #[schema(value_type = String)]
    party: Party,
    at: i64,
    hash: String,
}

impl From<confirmation::Model> for Confirmation {
    fn from(row: confirmation::Model) -> Self {
        Self { party: row.party, at: row.at, hash: row.hash }
    }
}

#[derive(Debug, Serialize, ToSchema)]
pub(super) struct Agreement {
    /// Version number, from 1.
    pub number: i32,
    pub terms: AgreementTerms,
    /// The whole text, once it is frozen.
    pub text: Option<String>,
    /// SHA-256 of the text.
    pub hash: Option<String>,
    pub frozen_at: Option<i64>,
    pub confirmations: Vec<Confirmation>,
}
