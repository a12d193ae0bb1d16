//! Photos and scans that prove a delivery.

use super::acting;
use crate::adoptions::queries::find_delivery;
use crate::adoptions::{AdoptionMachine, AdoptionState, DeliveryState, Side};
use crate::files::{self, CheckedFile, Owner};
use crate::lifecycle::{Command, Done};
use crate::{App, Refusal, Who};
use serde_json::json;
use twoway_ids::Uuid;

/// The kind of owner of these files.
pub const DELIVERY_FILES: &str = "delivery";

/// One of the two sides adds a photo or a scan to what was recorded, until the adoption is closed. What the other side found wrong
/// takes no more.
pub async fn add_photo(app: &App, who: &Who, command: &Command, id: Uuid, file: CheckedFile) -> Result<Done, Refusal> {
    let (row, seen) = find_delivery(app.db.read(), who, id).await?;
    let line = seen.lines.iter().find(|l| l.commitment.id == row.commitment_id).ok_or(Refusal::NotFound)?;
    let sides = seen.standing.sides(&line.line);
    let side = *sides.first().ok_or(Refusal::NotAllowed)?;
    command.check_version(seen.row.version)?;
    if row.state == DeliveryState::Disputed || seen.row.state == AdoptionState::Closed {
        return Err(Refusal::rule("delivery-settled"));
    }
    let organization = match side {
        Side::Sponsor => Some(seen.row.organization_id),
        Side::Receiver => line.line.recipient_id.or(seen.proposal.organization_id),
    };
    let purpose = if file.media_type.starts_with("image/") { "photo" } else { "paper" };
    let kept = [file.clone()];
    let command = acting(command, organization);
    let added = app.act(who, &command, move |step| async move {
        let from = (seen.row.state, seen.row.version);
        let facts = json!({ "delivery": id, "name": file.name, "sha256": file.sha256 });
        step.touch::<AdoptionMachine>(seen.row.id, from, "delivery-file-added", facts).await?;
        let added = files::attach(&step, Owner::new(DELIVERY_FILES, id), purpose, &file).await?;
        Ok(Done { id: added.id, version: seen.row.version + 1 })
    });
    files::kept(app, &kept, added).await
}
