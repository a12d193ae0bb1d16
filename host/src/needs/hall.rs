//! The adoption hall: lines of pooled proposals and of projects that go on, where something is open, for everybody.

use super::{NeedKind, queries};
use crate::http::{List, Paging, Sort};
use crate::{Refusal, Who, adoptions, organizations};
use sea_orm::sea_query::{Expr, ExprTrait};
use sea_orm::{
    ColumnTrait, ConnectionTrait, EntityTrait, FromQueryResult, JoinType, QueryFilter, QuerySelect, RelationDef, Select,
};
use std::collections::HashMap;
use twoway_entity::needs::need_line;
use twoway_entity::organizations::organization;
use twoway_entity::proposals::proposal;
use twoway_ids::Uuid;

/// What the hall is narrowed to.
#[derive(Clone, Debug, Default)]
pub struct Narrow {
    pub kind: Option<NeedKind>,
    /// A node: proposals of teams anywhere below it.
    pub place: Option<Uuid>,
}

/// One line of the hall.
#[derive(Clone, Debug)]
pub struct Offer {
    pub line: need_line::Model,
    /// Of what is agreed, what hangs on a condition.
    pub conditional: i64,
    pub proposal_title: String,
    /// The proposal was typed in from paper by the office.
    pub on_paper: bool,
    /// None: a citizen's own proposal.
    pub team: Option<String>,
    pub recipient: Option<String>,
}

/// Lines that may be adopted: their proposal waits in the pool or its project goes on, their day has not passed, and not all is
/// taken.
fn open(who: &Who, today: &str) -> Select<need_line::Entity> {
    let of_proposal: RelationDef = need_line::Entity::belongs_to(proposal::Entity)
        .from((need_line::Column::TenantId, need_line::Column::ProposalId))
        .to((proposal::Column::TenantId, proposal::Column::Id))
        .into();
    let taken = Expr::col((need_line::Entity, need_line::Column::Held))
        .add(Expr::col((need_line::Entity, need_line::Column::Active)))
        .add(Expr::col((need_line::Entity, need_line::Column::Delivered)));
    need_line::Entity::find()
        .join(JoinType::InnerJoin, of_proposal)
        .filter(need_line::Column::TenantId.eq(who.tenant))
        .filter(queries::adoptable(who.tenant))
        .filter(need_line::Column::DueOn.gte(today))
        .filter(taken.lt(Expr::col((need_line::Entity, need_line::Column::Optimum))))
}

/// How many lines of each kind the hall shows. `today` is the local day.
pub async fn open_by_kind(db: &impl ConnectionTrait, who: &Who, today: &str) -> Result<Vec<(NeedKind, i64)>, Refusal> {
    Ok(open(who, today)
        .select_only()
        .column(need_line::Column::Kind)
        .column_as(need_line::Column::Id.count(), "lines")
        .group_by(need_line::Column::Kind)
        .into_tuple()
        .all(db)
        .await?)
}

/// Open lines, those that are needed first first. `today` is the local day.
pub async fn hall(
    db: &impl ConnectionTrait,
    who: &Who,
    narrow: &Narrow,
    today: &str,
    paging: &Paging,
) -> Result<List<Offer>, Refusal> {
    let mut select = open(who, today);
    if let Some(kind) = narrow.kind {
        select = select.filter(need_line::Column::Kind.eq(kind));
    }
    if let Some(place) = narrow.place {
        let node = organizations::at(db, who, place).await?;
        let of_team: RelationDef = proposal::Entity::belongs_to(organization::Entity)
            .from((proposal::Column::TenantId, proposal::Column::OrganizationId))
            .to((organization::Column::TenantId, organization::Column::Id))
            .into();
        select = select.join(JoinType::InnerJoin, of_team).filter(organization::Column::Path.starts_with(node.path));
    }
    let select =
        paging.select::<_, _, String>(select, need_line::Column::DueOn, need_line::Column::Id, Sort::Ascending)?;
    let page = paging.list(select.all(db).await?, |line| (line.due_on.clone(), line.id))?;
    let proposals = titles(db, who, page.items.iter().map(|l| l.proposal_id)).await?;
    let houses =
        page.items.iter().filter_map(|l| l.recipient_id).chain(proposals.values().filter_map(|p| p.organization_id));
    let names = organizations::names(db, who, houses).await?;
    let conditional = adoptions::conditions::conditional(db, who.tenant, page.items.iter().map(|l| l.id)).await?;
    Ok(page.map(|line| {
        let proposal = proposals.get(&line.proposal_id);
        Offer {
            conditional: conditional.get(&line.id).copied().unwrap_or_default(),
            proposal_title: proposal.map(|p| p.title.clone()).unwrap_or_default(),
            on_paper: proposal.is_some_and(|p| p.entered_by.is_some()),
            team: proposal.and_then(|p| p.organization_id).and_then(|id| names.get(&id).cloned()),
            recipient: line.recipient_id.and_then(|id| names.get(&id).cloned()),
            line,
        }
    }))
}

#[derive(FromQueryResult)]
struct Title {
    id: Uuid,
    title: String,
    organization_id: Option<Uuid>,
    entered_by: Option<Uuid>,
}

async fn titles(
    db: &impl ConnectionTrait,
    who: &Who,
    ids: impl IntoIterator<Item = Uuid>,
) -> Result<HashMap<Uuid, Title>, Refusal> {
    let found = proposal::Entity::find()
        .select_only()
        .columns([
            proposal::Column::Id,
            proposal::Column::Title,
            proposal::Column::OrganizationId,
            proposal::Column::EnteredBy,
        ])
        .filter(proposal::Column::TenantId.eq(who.tenant))
        .filter(proposal::Column::Id.is_in(ids))
        .into_model::<Title>()
        .all(db)
        .await?;
    Ok(found.into_iter().map(|t| (t.id, t)).collect())
}
