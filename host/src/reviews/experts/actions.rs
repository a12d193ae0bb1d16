use super::super::facts::{id_mark, phone_mark};
use super::queries::{interests_of, may_see};
use crate::lifecycle::{Command, Done};
use crate::{App, Refusal, Who};
use sea_orm::ActiveValue::Set;
use sea_orm::sea_query::{Expr, OnConflict};
use sea_orm::{ActiveModelTrait, ColumnTrait, EntityTrait, QueryFilter};
use serde::{Deserialize, Serialize};
use serde_json::json;
use twoway_entity::organizations::organization;
use twoway_entity::reviews::{InterestKind, interest, profile};
use twoway_ids::Uuid;
use twoway_manifest::{FieldError, FieldProblem};
use utoipa::ToSchema;

/// The stream of what happens to a reviewer's profile.
const STREAM: &str = "reviewer";

const MOST_AREAS: usize = 20;
const MOST_INTERESTS: usize = 100;

/// What a reviewer knows about, and how much they take on.
#[derive(Clone, Debug, Serialize, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct ProfileInput {
    /// Words, as calls use them for their kinds; at most 20 of at most 20 characters.
    pub areas: Vec<String>,
    /// Reviews in one call, 1 to 500; absent: no bound.
    #[serde(default)]
    pub most: Option<i32>,
}

/// A tie that no membership shows.
#[derive(Clone, Debug, Serialize, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct InterestInput {
    #[schema(value_type = String, example = "family")]
    pub kind: InterestKind,
    /// Where the relative works, or what the reviewer represents by law.
    #[serde(default)]
    pub organization_id: Option<Uuid>,
    /// The relative's telephone number, or the reviewer's own; only a keyed hash of it is kept.
    #[serde(default)]
    pub phone: Option<String>,
    /// The reviewer's own ID number (GB 11643), for `own-id`; only a keyed hash of it is kept.
    #[serde(default)]
    pub id_number: Option<String>,
    #[serde(default)]
    pub note: String,
}

/// Writes a reviewer's profile: the reviewer or an office does.
pub async fn set_profile(
    app: &App,
    who: &Who,
    command: &Command,
    reviewer: Uuid,
    input: ProfileInput,
) -> Result<Done, Refusal> {
    may_see(app, who, reviewer).await?;
    let by = who.account().ok_or(Refusal::SignedOut)?;
    let mut areas: Vec<String> = Vec::new();
    for area in input.areas.iter().map(|area| area.trim()).filter(|area| !area.is_empty()) {
        if !areas.iter().any(|known| known == area) {
            areas.push(area.to_string());
        }
    }
    let mut errors = Vec::new();
    let mut say = |field: &str, problem| errors.push(FieldError { field: field.into(), problem });
    if areas.len() > MOST_AREAS || areas.iter().any(|area| area.chars().count() > 20) {
        say("areas", FieldProblem::TooLong { max: 20 });
    }
    match input.most {
        Some(..1) => say("most", FieldProblem::TooSmall { min: 1 }),
        Some(501..) => say("most", FieldProblem::TooLarge { max: 500 }),
        _ => {}
    }
    if !errors.is_empty() {
        return Err(Refusal::Invalid(errors));
    }
    let most = input.most;
    app.act(who, command, move |step| async move {
        let row = profile::ActiveModel {
            tenant_id: Set(step.who().tenant),
            account_id: Set(reviewer),
            areas: Set(serde_json::to_value(&areas)?),
            most: Set(most),
            changed_by: Set(by),
            changed_at: Set(step.now()),
        };
        use profile::Column as C;
        let again = OnConflict::columns([C::TenantId, C::AccountId])
            .update_columns([C::Areas, C::Most, C::ChangedBy, C::ChangedAt])
            .to_owned();
        profile::Entity::insert(row).on_conflict(again).exec_without_returning(step.tx()).await?;
        step.wrote(profile::Entity, reviewer);
        step.record(STREAM, reviewer, "profile-set", json!({ "areas": areas, "most": most }));
        Ok(Done { id: reviewer, version: 1 })
    })
    .await
}

/// Declares a tie. It counts from now on, and the nightly look at standing reviews finds what it touches.
pub async fn add_interest(
    app: &App,
    who: &Who,
    command: &Command,
    reviewer: Uuid,
    input: InterestInput,
) -> Result<Done, Refusal> {
    may_see(app, who, reviewer).await?;
    let by = who.account().ok_or(Refusal::SignedOut)?;
    let phone = input.phone.as_deref().map(str::trim).filter(|phone| !phone.is_empty());
    let own_id = input.id_number.as_deref().map(str::trim).filter(|number| !number.is_empty());
    let mark = match (input.kind, phone, own_id) {
        (InterestKind::OwnId, _, Some(number)) => {
            Some(id_mark(app, number).ok_or(Refusal::field("id_number", FieldProblem::BadIdNumber))?)
        }
        (InterestKind::OwnId, _, None) | (_, None, _) => None,
        (_, Some(phone), _) => Some(phone_mark(app, phone).ok_or(Refusal::field("phone", FieldProblem::WrongType))?),
    };
    let note = input.note.trim().to_string();
    if note.chars().count() > 500 {
        return Err(Refusal::field("note", FieldProblem::TooLong { max: 500 }));
    }
    let (house, number) = (input.organization_id.is_some(), mark.is_some());
    let lacking = match input.kind {
        InterestKind::Family if !house && !number => Some("organization"),
        InterestKind::LegalRepresentative if !house => Some("organization"),
        InterestKind::OwnPhone if !number => Some("phone"),
        InterestKind::OwnId if !number => Some("id_number"),
        _ => None,
    };
    if let Some(field) = lacking {
        return Err(Refusal::field(field, FieldProblem::Missing));
    }
    if let Some(id) = input.organization_id
        && organization::Entity::find_by_id((who.tenant, id)).one(app.db.read()).await?.is_none()
    {
        return Err(Refusal::field("organization", FieldProblem::NotAnOption));
    }
    if interests_of(app, reviewer).await?.len() >= MOST_INTERESTS {
        return Err(Refusal::rule("too-many-interests").with("most", MOST_INTERESTS));
    }
    app.act(who, command, move |step| async move {
        let id = step.new_id();
        let row = interest::ActiveModel {
            tenant_id: Set(step.who().tenant),
            id: Set(id),
            account_id: Set(reviewer),
            kind: Set(input.kind),
            organization_id: Set(input.organization_id),
            mark: Set(mark),
            note: Set(note),
            added_by: Set(by),
            added_at: Set(step.now()),
            ended_at: Set(None),
        };
        row.insert(step.tx()).await?;
        step.wrote(interest::Entity, id);
        step.record(STREAM, reviewer, "interest-added", json!({ "id": id, "kind": input.kind }));
        Ok(Done { id, version: 1 })
    })
    .await
}

/// A declared tie is over.
pub async fn end_interest(app: &App, who: &Who, command: &Command, id: Uuid) -> Result<Done, Refusal> {
    let row = interest::Entity::find_by_id((who.tenant, id)).one(app.db.read()).await?.ok_or(Refusal::NotFound)?;
    may_see(app, who, row.account_id).await?;
    if row.ended_at.is_some() {
        return Err(Refusal::rule("interest-ended"));
    }
    app.act(who, command, move |step| async move {
        interest::Entity::update_many()
            .filter(interest::Column::TenantId.eq(step.who().tenant))
            .filter(interest::Column::Id.eq(id))
            .col_expr(interest::Column::EndedAt, Expr::value(step.now()))
            .exec(step.tx())
            .await?;
        step.wrote(interest::Entity, id);
        step.record(STREAM, row.account_id, "interest-ended", json!({ "id": id, "kind": row.kind }));
        Ok(Done { id: row.account_id, version: 1 })
    })
    .await
}
