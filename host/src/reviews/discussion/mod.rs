//! What the reviewers of one proposal and the chair say to each other about it.

pub mod api;
mod pages;

use super::queries::OFFICE_READS;
use super::settings::{self, Rights, Settings};
use super::state::ReviewState;
use super::views;
use crate::calls::{self, CallState};
use crate::http::list::{List, Paging, Sort};
use crate::lifecycle::{Command, Done};
use crate::proposals::queries::is_own;
use crate::{App, Refusal, Who, proposals};
use sea_orm::ActiveModelTrait;
use sea_orm::ActiveValue::Set;
use sea_orm::{ColumnTrait, EntityTrait, QueryFilter};
use serde_json::json;
use std::collections::HashMap;
use twoway_entity::accounts::Role;
use twoway_entity::calls::call;
use twoway_entity::proposals::proposal;
use twoway_entity::reviews::{Reads, comment, review};
use twoway_ids::{Millis, Uuid};
use twoway_manifest::FieldProblem;

/// The stream of what was said about a proposal; its entity is the proposal.
const STREAM: &str = "review-discussion";

/// A reader of one proposal's discussion, and what they may do.
pub struct Room {
    pub proposal: proposal::Model,
    pub call: call::Model,
    pub settings: Settings,
    /// The office and those who look over its shoulder.
    pub office: bool,
    pub writes: bool,
    /// The scores of others may be read.
    pub reads: bool,
    /// All reviews of the proposal, oldest first.
    reviews: Vec<review::Model>,
}

/// Lets in the office, and reviewers who have declared to have no interest: whoever stepped aside, was taken off or turned out to have
/// a conflict stays outside.
pub async fn enter(app: &App, who: &Who, id: Uuid) -> Result<Room, Refusal> {
    let db = app.db.read();
    let row = proposal::Entity::find_by_id((who.tenant, id)).one(db).await?.ok_or(Refusal::NotFound)?;
    if is_own(who, &row) {
        return Err(Refusal::NotFound);
    }
    let call = calls::queries::find(db, who.tenant, row.call_id).await?;
    let settings = settings::load(db, who.tenant, call.id).await?;
    let reviews = super::queries::of_proposals(db, who.tenant, &[id]).await?;
    let office = row.submitted_at.is_some() && who.holds_over(OFFICE_READS, &row.path);
    let own = reviews.iter().find(|r| Some(r.reviewer_id) == who.account());
    let inside =
        own.is_some_and(|r| matches!(r.state, ReviewState::Declared | ReviewState::Scored | ReviewState::Closed));
    let banned = own.is_some_and(|r| matches!(r.state, ReviewState::Recused | ReviewState::Voided));
    if banned || !(office || inside && who.holds(&[Role::Reviewer])) {
        return Err(Refusal::NotFound);
    }
    let going = matches!(call.state, CallState::Reviewing | CallState::Deliberating);
    let Rights { reads, discusses, .. } = settings.rights(app.now());
    let given = own.is_some_and(|r| matches!(r.state, ReviewState::Scored | ReviewState::Closed));
    let allowed = match reads {
        Reads::Always => true,
        Reads::AfterOwn => given,
        Reads::Never => false,
    };
    let chair = who.holds_over(&[Role::LeadOffice], &row.path);
    // A discussion before one's own score would be a discussion of it.
    let writes = going && discusses && (chair || (inside && (given || reads == Reads::Always)));
    let reads = office || (going && allowed);
    let proposal =
        if office { row } else { proposals::queries::masked(db, row, &call, settings.hide_proposer).await? };
    Ok(Room { proposal, call, settings, office, writes, reads, reviews })
}

impl Room {
    /// Whether the reader may see what was said: the office always, reviewers while they may read or write.
    pub fn hears(&self) -> bool {
        self.office || self.reads || self.writes
    }

    /// The scores of others, as this reader may see them: without names, the reader's own left out.
    pub fn scores_of_others(&self, who: &Who) -> Result<Vec<views::ReviewView>, Refusal> {
        if !self.reads {
            return Ok(Vec::new());
        }
        let given = |r: &&review::Model| {
            matches!(r.state, ReviewState::Scored | ReviewState::Closed) && Some(r.reviewer_id) != who.account()
        };
        let view = |r: &review::Model| Ok(views::ReviewView::of(r.clone(), None)?.without_name());
        self.reviews.iter().filter(given).map(view).collect()
    }

    /// What a reviewer is called here: by a number while reviewers are hidden, else by name.
    fn voice(&self, account: Uuid, names: &HashMap<Uuid, String>) -> Voice {
        let number = self.reviews.iter().position(|r| r.reviewer_id == account).map(|n| n + 1);
        let named = self.office || !self.settings.hide_reviewers;
        match (number, named) {
            (None, false) => Voice::Office,
            (Some(n), false) => Voice::Number(n),
            (_, true) => names.get(&account).map_or(Voice::Office, |name| Voice::Name(name.clone())),
        }
    }
}

/// How somebody is called in a discussion.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Voice {
    Office,
    Number(usize),
    Name(String),
}

/// One thing that was said.
pub struct Said {
    pub id: Uuid,
    pub by: Voice,
    pub text: String,
    pub at: Millis,
}

/// What was said about a proposal, oldest first.
pub async fn said(app: &App, room: &Room, paging: &Paging) -> Result<List<Said>, Refusal> {
    if !room.hears() {
        return Ok(List { items: Vec::new(), next: None });
    }
    let db = app.db.read();
    let select = comment::Entity::find()
        .filter(comment::Column::TenantId.eq(app.tenant))
        .filter(comment::Column::ProposalId.eq(room.proposal.id));
    let (key, id) = (comment::Column::At, comment::Column::Id);
    let rows = paging.select::<_, _, Millis>(select, key, id, Sort::Ascending)?.all(db).await?;
    let list = paging.list(rows, |row| (row.at, row.id))?;
    let names = views::names(db, app.tenant, list.items.iter().map(|row| row.author_id)).await?;
    Ok(list.map(|row| Said { by: room.voice(row.author_id, &names), id: row.id, text: row.text, at: row.at }))
}

/// Says something about a proposal, while a phase allows it.
pub async fn say(app: &App, who: &Who, command: &Command, id: Uuid, text: &str) -> Result<Done, Refusal> {
    let room = enter(app, who, id).await?;
    if !room.writes {
        return Err(Refusal::of("discussion-closed", "M3"));
    }
    let author = who.account().ok_or(Refusal::SignedOut)?;
    let text = text.trim().to_string();
    match text.chars().count() {
        0 => return Err(Refusal::field("text", FieldProblem::Missing)),
        2_001.. => return Err(Refusal::field("text", FieldProblem::TooLong { max: 2_000 })),
        _ => {}
    }
    app.act(who, command, move |step| async move {
        let new = step.new_id();
        let row = comment::ActiveModel {
            tenant_id: Set(step.who().tenant),
            id: Set(new),
            call_id: Set(room.call.id),
            proposal_id: Set(id),
            author_id: Set(author),
            text: Set(text),
            at: Set(step.now()),
        };
        row.insert(step.tx()).await?;
        step.wrote(comment::Entity, new);
        // A stream of its own: proposers read the proposal's.
        step.record(STREAM, id, "said", json!({ "comment": new }));
        Ok(Done { id: new, version: 1 })
    })
    .await
}
