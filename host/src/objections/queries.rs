use super::identity;
use super::state::{OPEN, ObjectionState, Target};
use crate::http::list::{List, Paging, Sort};
use crate::lifecycle::Place;
use crate::{App, Refusal, Who};
use sea_orm::{
    ActiveEnum, ColumnTrait, Condition, ConnectionTrait, EntityTrait, PaginatorTrait, QueryFilter, QueryOrder,
    QuerySelect,
};
use twoway_entity::accounts::Role;
use twoway_entity::objections::objection;
use twoway_ids::{Millis, Uuid};

/// Roles that read objections of their subtree. The supervisor also reads who filed them.
pub const READS: &[Role] = &[Role::LeadOffice, Role::Supervisor];

/// How somebody stands to an objection.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Sight {
    /// Filed it.
    Objector,
    /// Answers it, first or second.
    Handler,
    Supervisor,
    /// Assigns it; does not know who filed it.
    Office,
}

impl Sight {
    /// Whether this reader may open the identity.
    pub fn knows_who(self) -> bool {
        matches!(self, Self::Handler | Self::Supervisor)
    }

    /// Whether this reader sees the files that came with it: who may know the author, and the author.
    pub fn reads_evidence(self) -> bool {
        self == Self::Objector || self.knows_who()
    }

    /// Whether this reader works on it.
    pub fn is_office(self) -> bool {
        self != Self::Objector
    }
}

/// An objection with how its reader stands to it.
#[derive(Clone, Debug)]
pub struct Seen {
    pub row: objection::Model,
    pub sight: Sight,
}

/// Where an objection stands, as far as rights go. `who` owns it if they filed it.
pub fn place<'a>(who: &Who, seen: &'a Seen) -> Place<'a> {
    let owner = if seen.sight == Sight::Objector { who.account() } else { None };
    Place { path: &seen.row.path, owner, organization: None }
}

/// One objection. Errors: [`Refusal::NotFound`] for everybody whom it does not concern, and for whom it complains about.
pub async fn find_visible(app: &App, who: &Who, id: Uuid) -> Result<Seen, Refusal> {
    let row = find(app.db.read(), who.tenant, id).await?;
    let sight = sight(app, who, &row).ok_or(Refusal::NotFound)?;
    Ok(Seen { row, sight })
}

fn sight(app: &App, who: &Who, row: &objection::Model) -> Option<Sight> {
    let account = who.account()?;
    if identity::is_own(&app.keys, who, row) {
        return Some(Sight::Objector);
    }
    if row.against_id == Some(account) {
        return None;
    }
    if [row.handler_id, row.second_handler_id].contains(&Some(account)) {
        return Some(Sight::Handler);
    }
    if who.holds_over(&[Role::Supervisor], &row.path) {
        return Some(Sight::Supervisor);
    }
    who.holds_over(&[Role::LeadOffice], &row.path).then_some(Sight::Office)
}

pub async fn find(db: &impl ConnectionTrait, tenant: Uuid, id: Uuid) -> Result<objection::Model, Refusal> {
    objection::Entity::find_by_id((tenant, id)).one(db).await?.ok_or(Refusal::NotFound)
}

/// One's own, newest first.
pub async fn mine(app: &App, who: &Who, paging: &Paging) -> Result<List<objection::Model>, Refusal> {
    let account = who.account().ok_or(Refusal::SignedOut)?;
    let select = objection::Entity::find()
        .filter(objection::Column::TenantId.eq(who.tenant))
        .filter(objection::Column::ObjectorMark.eq(identity::mark(&app.keys, account)));
    let (key, id) = (objection::Column::CreatedAt, objection::Column::Id);
    let rows = paging.select::<_, _, Millis>(select, key, id, Sort::Descending)?.all(app.db.read()).await?;
    paging.list(rows, |row| (row.created_at, row.id))
}

/// Those of the reader's office and those that the reader handles, newest first.
pub async fn of_office(
    app: &App,
    who: &Who,
    states: &[ObjectionState],
    paging: &Paging,
) -> Result<List<objection::Model>, Refusal> {
    let account = who.account().ok_or(Refusal::SignedOut)?;
    let mut select =
        objection::Entity::find().filter(objection::Column::TenantId.eq(who.tenant)).filter(in_hand(who)).filter(
            Condition::any().add(objection::Column::AgainstId.is_null()).add(objection::Column::AgainstId.ne(account)),
        );
    if !states.is_empty() {
        select = select.filter(objection::Column::State.is_in(states.iter().map(|s| s.to_value())));
    }
    let (key, id) = (objection::Column::CreatedAt, objection::Column::Id);
    let rows = paging.select::<_, _, Millis>(select, key, id, Sort::Descending)?.all(app.db.read()).await?;
    paging.list(rows, |row| (row.created_at, row.id))
}

/// What the reader's office answers for, or the reader in person.
pub fn in_hand(who: &Who) -> Condition {
    let own = Condition::any()
        .add(objection::Column::HandlerId.eq(who.account()))
        .add(objection::Column::SecondHandlerId.eq(who.account()));
    who.subtrees(READS).into_iter().fold(own, |any, path| any.add(objection::Column::Path.starts_with(path)))
}

/// What the notice page of a call says of objections to it.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Told {
    pub filed: u64,
    /// Not yet answered for good.
    pub open: u64,
    /// Title of the item, state and answer of those that were published, oldest first; at most 100.
    pub published: Vec<objection::Model>,
}

pub async fn told(db: &impl ConnectionTrait, tenant: Uuid, call: Uuid) -> Result<Told, Refusal> {
    let all = || {
        objection::Entity::find()
            .filter(objection::Column::TenantId.eq(tenant))
            .filter(objection::Column::CallId.eq(call))
            .filter(objection::Column::Target.eq(Target::Proposal))
    };
    let open = all().filter(objection::Column::State.is_in(OPEN.iter().map(|s| s.to_value())));
    let published = all()
        .filter(objection::Column::PublicAnswer.is_not_null())
        .order_by_asc(objection::Column::PublishedAt)
        .order_by_asc(objection::Column::Id)
        .limit(100);
    Ok(Told { filed: all().count(db).await?, open: open.count(db).await?, published: published.all(db).await? })
}
