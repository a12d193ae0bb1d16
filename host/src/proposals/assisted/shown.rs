//! What readers are told of a proposal that came on paper.

use super::identity::masked;
use super::queries::{entries_of, entry_of, is_clerk, scans_of};
use crate::http::texts::Locale;
use crate::proposals::queries::{Seen, Sight};
use crate::proposals::views::AttachmentView;
use crate::{App, Refusal, Who, accounts, calls};
use sea_orm::{ColumnTrait, ConnectionTrait, EntityTrait, QueryFilter, QuerySelect};
use serde::Serialize;
use std::collections::{HashMap, HashSet};
use twoway_entity::files::document;
use twoway_entity::proposals::proposal;
use twoway_ids::{Millis, Uuid};
use utoipa::ToSchema;

/// `代录入 · 纸质申报`
pub fn badge(l: Locale) -> String {
    l.t("paper-badge")
}

/// A title in a list, with the mark where the proposal came on paper.
pub fn marked(l: Locale, text: &str, on_paper: bool) -> String {
    if on_paper { l.t2("paper-marked", "text", text, "badge", badge(l)) } else { text.to_string() }
}

/// The titles of proposals as lists say them.
pub async fn titles(
    db: &impl ConnectionTrait,
    l: Locale,
    tenant: Uuid,
    ids: impl IntoIterator<Item = Uuid>,
) -> Result<HashMap<Uuid, String>, Refusal> {
    let ids: Vec<Uuid> = ids.into_iter().collect();
    if ids.is_empty() {
        return Ok(HashMap::new());
    }
    let rows: Vec<(Uuid, String, Option<Uuid>)> = proposal::Entity::find()
        .select_only()
        .columns([proposal::Column::Id, proposal::Column::Title, proposal::Column::EnteredBy])
        .filter(proposal::Column::TenantId.eq(tenant))
        .filter(proposal::Column::Id.is_in(ids))
        .into_tuple()
        .all(db)
        .await?;
    Ok(rows.into_iter().map(|(id, title, entered_by)| (id, marked(l, &title, entered_by.is_some()))).collect())
}

/// Which of these proposals came on paper.
pub async fn among(
    db: &impl ConnectionTrait,
    tenant: Uuid,
    ids: impl IntoIterator<Item = Uuid>,
) -> Result<HashSet<Uuid>, Refusal> {
    let ids: Vec<Uuid> = ids.into_iter().collect();
    if ids.is_empty() {
        return Ok(HashSet::new());
    }
    let rows: Vec<Uuid> = proposal::Entity::find()
        .select_only()
        .column(proposal::Column::Id)
        .filter(proposal::Column::TenantId.eq(tenant))
        .filter(proposal::Column::Id.is_in(ids))
        .filter(proposal::Column::EnteredBy.is_not_null())
        .into_tuple()
        .all(db)
        .await?;
    Ok(rows.into_iter().collect())
}

/// Who proposes, as every list says it: the organisation or a citizen, with the mark where it came on paper.
pub async fn proposers(
    db: &impl ConnectionTrait,
    l: Locale,
    rows: &[proposal::Model],
) -> Result<HashMap<Uuid, String>, Refusal> {
    let Some(tenant) = rows.first().map(|row| row.tenant_id) else { return Ok(HashMap::new()) };
    let teams = rows.iter().filter_map(|row| row.organization_id);
    let names = calls::queries::organization_names(db, tenant, teams).await?;
    let mut entries = entries_of(db, rows).await?;
    let by = |row: &proposal::Model| {
        let typed = entries.remove(&row.id).and_then(|entry| entry.organization);
        let name = row.organization_id.and_then(|id| names.get(&id).cloned()).or(typed);
        (row.id, marked(l, &name.unwrap_or_else(|| l.t("proposal-by-citizen")), row.entered_by.is_some()))
    };
    Ok(rows.iter().map(by).collect())
}

/// The same of one.
pub async fn proposer(db: &impl ConnectionTrait, l: Locale, row: &proposal::Model) -> Result<String, Refusal> {
    let said = proposers(db, l, std::slice::from_ref(row)).await?.remove(&row.id);
    Ok(said.unwrap_or_else(|| l.t("proposal-by-citizen")))
}

/// Whose paper a proposal is. What is not the reader's to see is absent.
#[derive(Clone, Debug, Serialize, ToSchema)]
pub struct OnPaper {
    /// In whose name, if not in the person's own.
    pub organization: Option<String>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub name: Option<String>,
    /// The telephone number: whole for clerks of the office, masked for the others.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub contact: Option<String>,
    /// Its last four characters.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub id_number: Option<String>,
    /// 14 or 18: younger than this when the paper was received.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub minor: Option<i32>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub guardian: Option<String>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub credit_code: Option<String>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub received_on: Option<String>,
    /// The clerk's name.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub entered_by: Option<String>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub entered_at: Option<Millis>,
    /// Scans of the signed paper, for clerks.
    pub scans: Vec<AttachmentView>,
}

impl From<document::Model> for AttachmentView {
    fn from(file: document::Model) -> Self {
        Self { id: file.id, name: file.name, media_type: file.media_type, size: file.size, sha256: file.sha256 }
    }
}

/// `139****1111`
fn masked_phone(phone: &str) -> String {
    let all: Vec<char> = phone.chars().collect();
    // Of a short number less is shown, so that something is hidden.
    let (head, tail) = if all.len() >= 11 { (3, 4) } else { (0, 2) };
    let shown = |n: usize| n < head || n + tail >= all.len();
    all.iter().enumerate().map(|(n, c)| if shown(n) { *c } else { '*' }).collect()
}

/// What this reader is told of the paper; none where there is none, or where nobody may learn who proposes.
pub async fn on_paper(app: &App, who: &Who, seen: &Seen) -> Result<Option<OnPaper>, Refusal> {
    let db = app.db.read();
    let Some(entry) = entry_of(db, &seen.row).await? else { return Ok(None) };
    let nothing = OnPaper {
        organization: entry.organization.clone(),
        name: None,
        contact: None,
        id_number: None,
        minor: None,
        guardian: None,
        credit_code: None,
        received_on: None,
        entered_by: None,
        entered_at: None,
        scans: Vec::new(),
    };
    if seen.sight < Sight::Own {
        return Ok(Some(nothing));
    }
    let clerk = is_clerk(who, &seen.row.path);
    let names = accounts::names(db, who, [entry.entered_by]).await?;
    // The paper shows what is masked here.
    let scans = if clerk { scans_of(db, who.tenant, seen.row.id).await? } else { Vec::new() };
    Ok(Some(OnPaper {
        name: Some(entry.name),
        contact: Some(if clerk { entry.contact } else { masked_phone(&entry.contact) }),
        id_number: Some(masked(&entry.id_tail)),
        minor: entry.minor,
        guardian: entry.guardian,
        credit_code: entry.credit_code,
        received_on: Some(entry.received_on),
        entered_by: names.get(&entry.entered_by).cloned(),
        entered_at: Some(entry.entered_at),
        scans: scans.into_iter().map(AttachmentView::from).collect(),
        ..nothing
    }))
}

#[cfg(test)]
mod tests {
    use super::masked_phone;

    #[test]
    fn a_masked_number_keeps_its_ends() {
        assert_eq!(masked_phone("13900001111"), "139****1111");
        assert_eq!(masked_phone("8212345"), "*****45");
    }
}
