//! How a call runs: its kind, the steps that not every call has, whether what is handed in stays sealed until it closes, whether it is
//! by invitation, and which question its ceiling bounds.

use super::super::actions::may_cause;
use super::super::queries::find;
use super::super::rules;
use super::super::state::CallEvent;
use super::{STREAM, ceilings};
use crate::lifecycle::{Command, Done, Step};
use crate::{App, Refusal, Who};
use sea_orm::sea_query::{Expr, Query, SelectStatement};
use sea_orm::{ActiveModelTrait, ActiveValue::Set, ColumnTrait, ConnectionTrait, EntityTrait, QueryFilter};
use serde::{Deserialize, Serialize};
use serde_json::json;
use twoway_entity::call_desk::settings;
use twoway_entity::calls::call;
use twoway_entity::organizations::organization;
use twoway_ids::Uuid;
use twoway_manifest::FieldProblem;
use utoipa::ToSchema;

/// Days after the end that a call may allow for what comes late.
pub const MOST_LATE_DAYS: i32 = 10;

/// Which rules of a document of its own a call follows.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
#[serde(rename_all = "kebab-case")]
pub enum Kind {
    #[default]
    Annual,
    /// Under unified command (rule V20).
    Emergency,
    Competition,
    /// The government purchases the service: three documents are published with the call (rule V23).
    GovPurchase,
}

impl Kind {
    pub const ALL: [Kind; 4] = [Self::Annual, Self::Emergency, Self::Competition, Self::GovPurchase];

    pub fn as_str(self) -> &'static str {
        match self {
            Self::Annual => "annual",
            Self::Emergency => "emergency",
            Self::Competition => "competition",
            Self::GovPurchase => "gov-purchase",
        }
    }
}

/// The steps that not every call has.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct Steps {
    /// The formal check. Without it all that was handed in goes to the reviewers when the call closes.
    #[serde(default = "usual")]
    pub screening: bool,
    /// Nothing is released before a roadshow was planned; without it there is none.
    #[serde(default)]
    pub roadshow: bool,
    #[serde(default)]
    pub second_round: bool,
}

impl Default for Steps {
    fn default() -> Self {
        Self { screening: usual(), roadshow: false, second_round: false }
    }
}

fn usual() -> bool {
    true
}

/// How a call runs.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
#[schema(as = CallSettings)]
pub struct Settings {
    #[serde(default)]
    pub kind: Kind,
    #[serde(default)]
    pub steps: Steps,
    /// Nobody but the proposer reads a proposal before the call is closed.
    #[serde(default)]
    pub sealed: bool,
    /// Only who has a code of the office proposes; others read the title and the dates.
    #[serde(default)]
    pub invited: bool,
    /// The key of the question that asks for the amount: a required whole number with the unit 元. What is handed in with more than
    /// the call's ceiling is refused.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub cost_question: Option<String>,
    /// Days after the end, 0 to 10, in which somebody may hand in late, with a reason; the office accepts each.
    #[serde(default)]
    pub late_days: i32,
}

/// How this call runs. A call that is older than its settings runs as an annual one.
pub async fn settings_of(db: &impl ConnectionTrait, tenant: Uuid, call: Uuid) -> Result<Settings, Refusal> {
    let Some(row) = settings::Entity::find_by_id((tenant, call)).one(db).await? else {
        return Ok(Settings::default());
    };
    Ok(Settings {
        kind: serde_json::from_value(json!(row.kind))?,
        steps: serde_json::from_value(row.steps)?,
        sealed: row.sealed,
        invited: row.invited,
        cost_question: row.cost_question,
        late_days: row.late_days,
    })
}

/// Which steps this call has.
pub async fn steps(db: &impl ConnectionTrait, tenant: Uuid, call: Uuid) -> Result<Steps, Refusal> {
    Ok(settings_of(db, tenant, call).await?.steps)
}

/// The calls whose proposals nobody but the proposer reads now. A call that was cancelled before its end stays sealed.
pub fn sealed_calls(tenant: Uuid) -> SelectStatement {
    Query::select()
        .column(settings::Column::Id)
        .from(settings::Entity)
        .and_where(settings::Column::TenantId.eq(tenant))
        .and_where(settings::Column::Sealed.eq(true))
        .and_where(settings::Column::UnsealedAt.is_null())
        .to_owned()
}

/// Whether the proposals of this call are sealed now.
pub async fn is_sealed(db: &impl ConnectionTrait, tenant: Uuid, call: Uuid) -> Result<bool, Refusal> {
    let row = settings::Entity::find_by_id((tenant, call)).one(db).await?;
    Ok(row.is_some_and(|row| row.sealed && row.unsealed_at.is_none()))
}

/// The settings of a call that the same step drafts.
pub async fn insert(step: &Step, call: Uuid, input: Settings, source: Option<Uuid>) -> Result<(), Refusal> {
    let row = settings::ActiveModel {
        tenant_id: Set(step.who().tenant),
        id: Set(call),
        kind: Set(input.kind.as_str().to_string()),
        steps: Set(serde_json::to_value(input.steps)?),
        sealed: Set(input.sealed),
        unsealed_at: Set(None),
        source_call: Set(source),
        invited: Set(input.invited),
        cost_question: Set(input.cost_question),
        late_days: Set(input.late_days),
    };
    row.insert(step.tx()).await?;
    step.wrote(settings::Entity, call);
    Ok(())
}

/// Changes how a draft runs; like every change of a draft it makes who does it its author.
pub async fn change(app: &App, who: &Who, command: &Command, id: Uuid, input: Settings) -> Result<Done, Refusal> {
    let row = super::super::queries::find_visible(app.db.read(), who, id).await?;
    rules::editable(row.state)
        .map_err(|frozen| if super::super::queries::is_office(who, &row) { frozen } else { Refusal::NotFound })?;
    let row = may_cause(app, who, command, id, CallEvent::Submit).await?;
    if input.late_days < 0 {
        return Err(Refusal::field("late_days", FieldProblem::TooSmall { min: 0 }));
    }
    if input.late_days > MOST_LATE_DAYS {
        return Err(Refusal::field("late_days", FieldProblem::TooLarge { max: MOST_LATE_DAYS.into() }));
    }
    // What comes late is taken by who checks it.
    if input.late_days > 0 && !input.steps.screening {
        return Err(Refusal::of("late-without-screening", "M1"));
    }
    if !ceilings::asks_amount(&row, input.cost_question.as_deref())? {
        return Err(Refusal::field("cost_question", FieldProblem::NotAnOption));
    }
    let account = who.account().ok_or(Refusal::SignedOut)?;
    app.act(who, command, move |step| async move {
        let seen = (row.state, row.version);
        let changed = json!({ "changed": ["settings"] });
        step.touch::<super::super::CallMachine>(id, seen, "edited", changed).await?;
        super::super::actions::write(&step, id, [(call::Column::AuthorId, Expr::value(account))]).await?;
        let done = settings::Entity::update_many()
            .col_expr(settings::Column::Kind, Expr::value(input.kind.as_str()))
            .col_expr(settings::Column::Steps, Expr::value(serde_json::to_value(input.steps)?))
            .col_expr(settings::Column::Sealed, Expr::value(input.sealed))
            .col_expr(settings::Column::Invited, Expr::value(input.invited))
            .col_expr(settings::Column::CostQuestion, Expr::value(input.cost_question.clone()))
            .col_expr(settings::Column::LateDays, Expr::value(input.late_days))
            .filter(settings::Column::TenantId.eq(step.who().tenant))
            .filter(settings::Column::Id.eq(id))
            .exec(step.tx())
            .await?;
        if done.rows_affected == 0 {
            insert(&step, id, input, None).await?;
        }
        step.wrote(settings::Entity, id);
        Ok(Done { id, version: row.version + 1 })
    })
    .await
}

/// At the end of the call what was sealed may be read: an event of its own.
pub async fn unseal(step: &Step, call: Uuid) -> Result<(), Refusal> {
    let done = settings::Entity::update_many()
        .col_expr(settings::Column::UnsealedAt, Expr::value(step.now()))
        .filter(settings::Column::TenantId.eq(step.who().tenant))
        .filter(settings::Column::Id.eq(call))
        .filter(settings::Column::Sealed.eq(true))
        .filter(settings::Column::UnsealedAt.is_null())
        .exec(step.tx())
        .await?;
    if done.rows_affected > 0 {
        step.record(STREAM, call, "unsealed", json!({}));
        step.wrote(settings::Entity, call);
    }
    Ok(())
}

/// In an emergency only the node that commands publishes calls: the office at the top (rule V20).
pub async fn commanded(app: &App, row: &call::Model) -> Result<(), Refusal> {
    let db = app.db.read();
    if settings_of(db, row.tenant_id, row.id).await?.kind != Kind::Emergency {
        return Ok(());
    }
    let office = organization::Entity::find_by_id((row.tenant_id, row.organization_id)).one(db).await?;
    if office.is_some_and(|office| office.parent_id.is_none()) {
        Ok(())
    } else {
        Err(Refusal::of("emergency-not-commanded", "V20"))
    }
}

/// The settings that this reader may see. Errors: [`Refusal::NotFound`].
pub async fn visible(app: &App, who: &Who, id: Uuid) -> Result<Settings, Refusal> {
    super::super::queries::find_visible(app.db.read(), who, id).await?;
    let row = find(app.db.read(), who.tenant, id).await?;
    settings_of(app.db.read(), row.tenant_id, row.id).await
}
