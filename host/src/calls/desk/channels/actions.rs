use super::super::super::queries::{find_visible, is_office};
use super::super::super::state::{CallMachine, CallState};
use crate::files::{self, CheckedFile, Owner};
use crate::lifecycle::{Command, Done, Machine};
use crate::{App, Refusal, Who};
use sea_orm::sea_query::Expr;
use sea_orm::{
    ActiveModelTrait, ActiveValue::Set, ColumnTrait, ConnectionTrait, EntityTrait, PaginatorTrait, QueryFilter,
    QueryOrder, QuerySelect,
};
use serde::{Deserialize, Serialize};
use serde_json::json;
use twoway_entity::accounts::Role;
use twoway_entity::call_desk::channel;
use twoway_entity::calls::call;
use twoway_entity::files::document;
use twoway_ids::{Millis, Uuid};
use twoway_manifest::{FieldError, FieldProblem};
use utoipa::ToSchema;

/// The kind of owner of the files that prove a publication.
pub const FILES: &str = "call-channel";
/// Channels of one call.
const MOST: u64 = 30;
const LONGEST_NAME: u32 = 120;
const LONGEST_LINK: u32 = 500;

/// What a channel is.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
#[serde(rename_all = "kebab-case")]
pub enum ChannelKind {
    Site,
    Wechat,
    Newspaper,
    /// Radio and television.
    Broadcast,
    /// A notice board.
    Board,
    Other,
}

impl ChannelKind {
    pub const ALL: [Self; 6] = [Self::Site, Self::Wechat, Self::Newspaper, Self::Broadcast, Self::Board, Self::Other];

    pub fn as_str(self) -> &'static str {
        match self {
            Self::Site => "site",
            Self::Wechat => "wechat",
            Self::Newspaper => "newspaper",
            Self::Broadcast => "broadcast",
            Self::Board => "board",
            Self::Other => "other",
        }
    }
}

/// A channel that is planned.
#[derive(Clone, Debug, Serialize, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
#[schema(as = NewChannel)]
pub struct Plan {
    pub kind: ChannelKind,
    /// Which site, account, newspaper, programme or board.
    pub name: String,
    /// `YYYY-MM-DD`
    pub planned_on: String,
}

impl Plan {
    /// Errors: the fields `name` and `planned_on`; account numbers and requests for money, which nothing public carries.
    fn parse(mut self) -> Result<Self, Refusal> {
        self.name = self.name.trim().to_string();
        let mut wrong = Vec::new();
        let mut say = |field: &str, problem| wrong.push(FieldError { field: field.into(), problem });
        if self.name.is_empty() {
            say("name", FieldProblem::Missing);
        } else if self.name.chars().count() > LONGEST_NAME as usize {
            say("name", FieldProblem::TooLong { max: LONGEST_NAME });
        }
        let is_day = self.planned_on.len() == 10 && self.planned_on.parse::<chrono::NaiveDate>().is_ok();
        if self.planned_on.is_empty() {
            say("planned_on", FieldProblem::Missing);
        } else if !is_day {
            say("planned_on", FieldProblem::BadDate);
        }
        if !wrong.is_empty() {
            return Err(Refusal::Invalid(wrong));
        }
        crate::lint::all([self.name.as_str()])?;
        Ok(self)
    }
}

/// What shows that a call was published in a channel: one of the three is enough.
#[derive(Clone, Debug, Default)]
pub struct Proof {
    pub link: Option<String>,
    pub aired_at: Option<Millis>,
    pub file: Option<CheckedFile>,
}

impl Proof {
    /// Errors: the field `link` where nothing is there or it is no address of a page; `aired_at` where it is still to come.
    fn parse(mut self, now: Millis) -> Result<Self, Refusal> {
        self.link = self.link.map(|link| link.trim().to_string()).filter(|link| !link.is_empty());
        if let Some(link) = &self.link {
            if link.chars().count() > LONGEST_LINK as usize {
                return Err(Refusal::field("link", FieldProblem::TooLong { max: LONGEST_LINK }));
            }
            if !is_page(link) {
                return Err(Refusal::field("link", FieldProblem::WrongType));
            }
            crate::lint::all([link.as_str()])?;
        }
        if self.aired_at.is_some_and(|at| at < 0) {
            return Err(Refusal::field("aired_at", FieldProblem::TooSmall { min: 0 }));
        }
        if self.aired_at.is_some_and(|at| at > now) {
            return Err(Refusal::rule("channel-not-aired"));
        }
        if self.link.is_none() && self.aired_at.is_none() && self.file.is_none() {
            return Err(Refusal::rule("channel-proof-missing"));
        }
        Ok(self)
    }
}

/// An address of a page that anybody can open: `https`, a host with a dot, nobody's name or password in it.
fn is_page(link: &str) -> bool {
    let Some(rest) = link.strip_prefix("https://") else { return false };
    if link.chars().any(|c| c.is_control() || c.is_whitespace() || matches!(c, '<' | '>' | '"' | '\\' | '`')) {
        return false;
    }
    let host = rest.split(['/', '?', '#']).next().unwrap_or_default();
    let name = host.split(':').next().unwrap_or_default();
    let port = host.strip_prefix(name).unwrap_or_default();
    let is_label = |label: &str| {
        !label.is_empty()
            && label.chars().all(|c| c.is_alphanumeric() || c == '-')
            && !label.starts_with('-')
            && !label.ends_with('-')
    };
    let port_fits = port.is_empty() || port.strip_prefix(':').is_some_and(|digits| digits.parse::<u16>().is_ok());
    name.contains('.') && name.split('.').all(is_label) && port_fits
}

/// The call, if this person runs it. Errors: [`Refusal::NotFound`], [`Refusal::NotAllowed`].
async fn run_by(app: &App, who: &Who, id: Uuid) -> Result<call::Model, Refusal> {
    let row = find_visible(app.db.read(), who, id).await?;
    if who.holds_over(&[Role::LeadOffice], &row.path) {
        return Ok(row);
    }
    Err(if is_office(who, &row) { Refusal::NotAllowed } else { Refusal::NotFound })
}

/// A channel of a call that this person runs.
async fn found(app: &App, who: &Who, id: Uuid) -> Result<(channel::Model, call::Model), Refusal> {
    let row = channel::Entity::find_by_id((who.tenant, id)).one(app.db.read()).await?.ok_or(Refusal::NotFound)?;
    let call = run_by(app, who, row.call_id).await?;
    Ok((row, call))
}

/// The same for pages that only the office reads.
pub async fn find(app: &App, who: &Who, id: Uuid) -> Result<(channel::Model, call::Model), Refusal> {
    let row = channel::Entity::find_by_id((who.tenant, id)).one(app.db.read()).await?.ok_or(Refusal::NotFound)?;
    let call = find_visible(app.db.read(), who, row.call_id).await?;
    if is_office(who, &call) { Ok((row, call)) } else { Err(Refusal::NotFound) }
}

fn of_call(tenant: Uuid, call: Uuid) -> sea_orm::Select<channel::Entity> {
    channel::Entity::find().filter(channel::Column::TenantId.eq(tenant)).filter(channel::Column::CallId.eq(call))
}

/// Plans a channel. Every call may have as many as it needs, but not without end.
///
/// Errors: `call-cancelled`, `too-many-channels`, the fields of [`Plan`].
pub async fn plan(app: &App, who: &Who, command: &Command, call: Uuid, plan: Plan) -> Result<Done, Refusal> {
    let row = run_by(app, who, call).await?;
    let account = who.account().ok_or(Refusal::SignedOut)?;
    if row.state == CallState::Cancelled {
        return Err(Refusal::of("call-cancelled", "M1"));
    }
    let plan = plan.parse()?;
    app.act(who, command, move |step| async move {
        let tenant = step.who().tenant;
        if of_call(tenant, call).count(step.tx()).await? >= MOST {
            return Err(Refusal::rule("too-many-channels").with("most", MOST));
        }
        let id = step.new_id();
        let planned = channel::ActiveModel {
            tenant_id: Set(tenant),
            id: Set(id),
            call_id: Set(call),
            path: Set(row.path),
            kind: Set(plan.kind.as_str().to_string()),
            name: Set(plan.name.clone()),
            planned_on: Set(plan.planned_on.clone()),
            planned_by: Set(account),
            planned_at: Set(step.now()),
            link: Set(None),
            aired_at: Set(None),
            proven_by: Set(None),
            proven_at: Set(None),
        };
        planned.insert(step.tx()).await?;
        let facts = json!({ "channel": id, "name": plan.name, "planned_on": plan.planned_on });
        step.record(CallMachine::KIND, call, "channel-planned", facts);
        step.wrote(channel::Entity, id);
        Ok(Done { id, version: 1 })
    })
    .await
}

/// Says with what it is proven that the call was published there. Once: what others rely on is not exchanged.
///
/// Errors: `channel-proven`, `channel-proof-missing`, `channel-not-aired`, the field `link`.
pub async fn prove(app: &App, who: &Who, command: &Command, id: Uuid, proof: Proof) -> Result<Done, Refusal> {
    let (row, _) = found(app, who, id).await?;
    let account = who.account().ok_or(Refusal::SignedOut)?;
    if row.proven_at.is_some() {
        return Err(Refusal::rule("channel-proven"));
    }
    let proof = proof.parse(app.now())?;
    let kept: Vec<CheckedFile> = proof.file.clone().into_iter().collect();
    let proven = app.act(who, command, move |step| async move {
        let done = channel::Entity::update_many()
            .col_expr(channel::Column::Link, Expr::value(proof.link.clone()))
            .col_expr(channel::Column::AiredAt, Expr::value(proof.aired_at))
            .col_expr(channel::Column::ProvenBy, Expr::value(account))
            .col_expr(channel::Column::ProvenAt, Expr::value(step.now()))
            .filter(channel::Column::TenantId.eq(step.who().tenant))
            .filter(channel::Column::Id.eq(id))
            .filter(channel::Column::ProvenAt.is_null())
            .exec(step.tx())
            .await?;
        if done.rows_affected == 0 {
            return Err(Refusal::rule("channel-proven"));
        }
        let sha256 = proof.file.as_ref().map(|file| file.sha256.clone());
        let facts = json!({
            "channel": id, "name": row.name, "link": proof.link, "aired_at": proof.aired_at, "sha256": sha256,
        });
        step.record(CallMachine::KIND, row.call_id, "channel-proven", facts);
        step.wrote(channel::Entity, id);
        if let Some(file) = &proof.file {
            files::attach(&step, Owner::new(FILES, id), "proof", file).await?;
        }
        Ok(Done { id, version: 2 })
    });
    files::kept(app, &kept, proven).await
}

/// Takes a channel off the plan. Errors: `channel-proven`.
pub async fn drop_it(app: &App, who: &Who, command: &Command, id: Uuid) -> Result<Done, Refusal> {
    let (row, _) = found(app, who, id).await?;
    app.act(who, command, move |step| async move {
        let done = channel::Entity::delete_many()
            .filter(channel::Column::TenantId.eq(step.who().tenant))
            .filter(channel::Column::Id.eq(id))
            .filter(channel::Column::ProvenAt.is_null())
            .exec(step.tx())
            .await?;
        if done.rows_affected == 0 {
            return Err(Refusal::rule("channel-proven"));
        }
        step.record(CallMachine::KIND, row.call_id, "channel-dropped", json!({ "channel": id, "name": row.name }));
        step.wrote(channel::Entity, id);
        Ok(Done { id, version: 2 })
    })
    .await
}

/// The channels of a call by their day, with the files that prove them; for everybody those that are proven, for the office all.
/// Errors: [`Refusal::NotFound`].
pub async fn list(app: &App, who: &Who, call: Uuid) -> Result<Vec<(channel::Model, Option<document::Model>)>, Refusal> {
    let db = app.db.read();
    let row = find_visible(db, who, call).await?;
    let office = is_office(who, &row);
    let rows = rows(db, who.tenant, call, !office).await?;
    let owners: Vec<Uuid> = rows.iter().map(|row| row.id).collect();
    let files = if office { files::of(db, who.tenant, FILES, &owners).await? } else { Vec::new() };
    let file = |id: Uuid| files.iter().find(|file| file.owner_id == id).cloned();
    let with_file = |row: channel::Model| {
        let file = file(row.id);
        (row, file)
    };
    Ok(rows.into_iter().map(with_file).collect())
}

/// The channels of a call by their day.
pub async fn rows(
    db: &impl ConnectionTrait,
    tenant: Uuid,
    call: Uuid,
    proven: bool,
) -> Result<Vec<channel::Model>, Refusal> {
    let mut rows =
        of_call(tenant, call).order_by_asc(channel::Column::PlannedOn).order_by_asc(channel::Column::Id).limit(MOST);
    if proven {
        rows = rows.filter(channel::Column::ProvenAt.is_not_null());
    }
    Ok(rows.all(db).await?)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_link_leads_to_a_page_that_anybody_can_open() {
        for good in [
            "https://www.zunyi.gov.cn/notice/1.html",
            "https://mp.weixin.qq.com/s?__biz=1&mid=2#rd",
            "https://example.org:8443",
            "https://征集.中国/公告",
        ] {
            assert!(is_page(good), "{good}");
        }
        for bad in [
            "http://www.zunyi.gov.cn/",
            "https://",
            "https://localhost/",
            "https://name:word@example.org/",
            "https://example.org:99999/",
            "https://example.org/a b",
            "https://-a.org",
            "https://example..org",
            "javascript:alert(1)",
            "https://example.org/\"><script>",
        ] {
            assert!(!is_page(bad), "{bad}");
        }
    }

    #[test]
    fn a_proof_is_something_that_has_happened() {
        let code = |proof: Proof| proof.parse(1_000).map_or_else(|r| r.code().to_string(), |_| "ok".into());
        assert_eq!(code(Proof::default()), "channel-proof-missing");
        assert_eq!(code(Proof { link: Some("  ".into()), ..Proof::default() }), "channel-proof-missing");
        assert_eq!(code(Proof { link: Some("http://a.b".into()), ..Proof::default() }), "invalid-input");
        assert_eq!(code(Proof { aired_at: Some(1_001), ..Proof::default() }), "channel-not-aired");
        assert_eq!(code(Proof { aired_at: Some(-1), ..Proof::default() }), "invalid-input");
        assert_eq!(code(Proof { aired_at: Some(1_000), ..Proof::default() }), "ok");
    }
}
