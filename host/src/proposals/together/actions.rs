use super::queries::{MOST, Right, is_for, of, right};
use super::state::{CoApplicantEvent, CoApplicantMachine, CoApplicantState, Part};
use crate::lifecycle::{Command, Done, Machine, Place, permit, wrong_state};
use crate::notices::{tell, tell_role};
use crate::proposals::queries::PROPOSES;
use crate::proposals::rules;
use crate::proposals::state::{ENDED, ProposalMachine};
use crate::{App, Refusal, Who, accounts, organizations};
use sea_orm::sea_query::Expr;
use sea_orm::{ActiveModelTrait, ActiveValue::Set, ColumnTrait, EntityTrait, QueryFilter, QuerySelect};
use serde::Deserialize;
use serde_json::json;
use twoway_entity::accounts::account;
use twoway_entity::proposals::proposal;
use twoway_entity::propose::{co_applicant, comment};
use twoway_ids::Uuid;
use twoway_manifest::{FieldProblem, control_character};

/// Characters of a comment.
pub const LONGEST_COMMENT: u32 = 1_000;

/// Who is asked to write along. Exactly one of the first three is given.
#[derive(Clone, Debug, Deserialize, utoipa::ToSchema)]
#[serde(deny_unknown_fields)]
pub struct Invitation {
    /// The name with which the person signs in.
    #[serde(default)]
    pub login: Option<String>,
    /// The telephone number of the person's account.
    #[serde(default)]
    pub phone: Option<String>,
    /// A team: whoever leads it may accept.
    #[serde(default)]
    pub organization_id: Option<Uuid>,
    /// `view`, `comment` or `edit`.
    #[schema(value_type = String)]
    pub part: Part,
}

/// The owner asks somebody to write along.
pub async fn invite(
    app: &App,
    who: &Who,
    command: &Command,
    proposal: Uuid,
    invitation: Invitation,
) -> Result<Done, Refusal> {
    let row = owned(app, who, proposal).await?;
    if ENDED.contains(&row.state) {
        return Err(Refusal::of("proposal-ended", "M1"));
    }
    let inviter = who.account().ok_or(Refusal::SignedOut)?;
    let (account, organization) = found(app, who, &invitation).await?;
    let there = of(app.db.read(), who.tenant, proposal).await?;
    let own = account == Some(row.owner_id) || organization.is_some() && organization == row.organization_id;
    let again = there.iter().any(|one| {
        account.is_some() && one.account_id == account || organization.is_some() && one.organization_id == organization
    });
    if own || again {
        return Err(Refusal::rule("co-applicant-there"));
    }
    if there.len() as u64 >= MOST {
        return Err(Refusal::rule("too-many-co-applicants").with("most", MOST));
    }
    let part = invitation.part;
    app.act(who, command, move |step| async move {
        let id = step.new_id();
        let new = co_applicant::ActiveModel {
            tenant_id: Set(step.who().tenant),
            id: Set(id),
            proposal_id: Set(proposal),
            account_id: Set(account),
            organization_id: Set(organization),
            part: Set(part),
            invited_by: Set(inviter),
            invited_at: Set(step.now()),
            state: Set(CoApplicantState::Invited),
            version: Set(1),
        };
        new.insert(step.tx()).await?;
        step.created::<CoApplicantMachine>(
            id,
            CoApplicantState::Invited,
            json!({ "proposal": proposal, "part": part }),
        );
        step.record(ProposalMachine::KIND, proposal, "invited", json!({ "co_applicant": id, "part": part }));
        let values = json!({ "title": row.title });
        match (account, organization) {
            (Some(account), _) => tell(&step, account, "notice-co-invited", values, link(proposal), false).await?,
            (None, Some(house)) => {
                tell_role(&step, PROPOSES, house, "notice-co-invited", values, link(proposal)).await?;
            }
            (None, None) => {}
        }
        Ok(Done { id, version: 1 })
    })
    .await
}

/// Whom an invitation means. Somebody who has no account is asked to register first; nothing goes to strangers' numbers.
async fn found(app: &App, who: &Who, invitation: &Invitation) -> Result<(Option<Uuid>, Option<Uuid>), Refusal> {
    let db = app.db.read();
    let unknown = || Refusal::rule("invitee-unknown");
    match (&invitation.login, &invitation.phone, invitation.organization_id) {
        (Some(login), None, None) => {
            let login = login.trim().to_lowercase();
            let account = accounts::by_login(db, who, &login).await?.filter(|a| a.disabled_at.is_none());
            Ok((Some(account.ok_or_else(unknown)?.id), None))
        }
        (None, Some(phone), None) => {
            let phone: String = phone.chars().filter(|c| !matches!(c, ' ' | '-')).collect();
            let accounts = account::Entity::find()
                .filter(account::Column::TenantId.eq(who.tenant))
                .filter(account::Column::Phone.eq(phone))
                .filter(account::Column::DisabledAt.is_null())
                .limit(2)
                .all(db)
                .await?;
            // A number that two accounts name says not who is meant.
            match accounts.as_slice() {
                [one] => Ok((Some(one.id), None)),
                _ => Err(unknown()),
            }
        }
        (None, None, Some(organization)) => {
            let house = organizations::at(db, who, organization).await.map_err(|_| unknown())?;
            Ok((None, Some(house.id)))
        }
        _ => Err(Refusal::field("login", FieldProblem::Missing)),
    }
}

async fn owned(app: &App, who: &Who, proposal: Uuid) -> Result<proposal::Model, Refusal> {
    let row = load(app, who, proposal).await?;
    match right(app.db.read(), who, &row).await? {
        Right::Owner => Ok(row),
        Right::None => Err(Refusal::NotFound),
        Right::View | Right::Comment | Right::Edit => Err(Refusal::NotAllowed),
    }
}

async fn load(app: &App, who: &Who, proposal: Uuid) -> Result<proposal::Model, Refusal> {
    proposal::Entity::find_by_id((who.tenant, proposal)).one(app.db.read()).await?.ok_or(Refusal::NotFound)
}

/// The invited person accepts, declines or leaves; the proposal's owner takes an invitation or a part away.
pub async fn answer(
    app: &App,
    who: &Who,
    command: &Command,
    id: Uuid,
    event: CoApplicantEvent,
) -> Result<Done, Refusal> {
    let db = app.db.read();
    let row = co_applicant::Entity::find_by_id((who.tenant, id)).one(db).await?.ok_or(Refusal::NotFound)?;
    let proposal = load(app, who, row.proposal_id).await?;
    let owner = right(db, who, &proposal).await? == Right::Owner;
    if !(owner || is_for(who, &row)) {
        return Err(Refusal::NotFound);
    }
    let place = if event == CoApplicantEvent::Remove {
        crate::proposals::place(&proposal)
    } else {
        Place { path: "", owner: row.account_id, organization: row.organization_id }
    };
    permit::<CoApplicantMachine>(who, event, &place)?;
    command.check_version(row.version)?;
    if CoApplicantMachine::next(row.state, event).is_none() {
        return Err(wrong_state::<CoApplicantMachine>(row.state, event));
    }
    let account = who.account();
    app.act(who, command, move |step| async move {
        let payload = json!({ "proposal": proposal.id });
        step.advance::<CoApplicantMachine>(id, (row.state, row.version), event, payload).await?;
        if event == CoApplicantEvent::Accept {
            co_applicant::Entity::update_many()
                .col_expr(co_applicant::Column::AccountId, Expr::value(account))
                .filter(co_applicant::Column::TenantId.eq(step.who().tenant))
                .filter(co_applicant::Column::Id.eq(id))
                .exec(step.tx())
                .await?;
        }
        let (told, template) = match event {
            CoApplicantEvent::Accept => (Some(proposal.owner_id), "notice-co-accepted"),
            CoApplicantEvent::Decline => (Some(proposal.owner_id), "notice-co-declined"),
            CoApplicantEvent::Leave => (Some(proposal.owner_id), "notice-co-left"),
            CoApplicantEvent::Remove => (row.account_id, "notice-co-removed"),
        };
        let name = step.who().actor().map(|actor| actor.name.clone()).unwrap_or_default();
        let values = json!({ "title": proposal.title, "name": name });
        // Who was removed has no page to go to but the own list.
        let link = if event == CoApplicantEvent::Remove { "/proposals".into() } else { link(proposal.id) };
        if let Some(told) = told {
            tell(&step, told, template, values, link, false).await?;
        }
        let word = match event {
            CoApplicantEvent::Accept => "joined",
            CoApplicantEvent::Decline => "declined",
            CoApplicantEvent::Leave => "left",
            CoApplicantEvent::Remove => "removed",
        };
        step.record(ProposalMachine::KIND, proposal.id, word, json!({ "co_applicant": id }));
        Ok(Done { id, version: row.version + 1 })
    })
    .await
}

/// Says something about a proposal that is still being written or mended.
pub async fn say(app: &App, who: &Who, command: &Command, proposal: Uuid, text: &str) -> Result<Done, Refusal> {
    let row = load(app, who, proposal).await?;
    match right(app.db.read(), who, &row).await? {
        Right::None => return Err(Refusal::NotFound),
        Right::View => return Err(Refusal::NotAllowed),
        Right::Comment | Right::Edit | Right::Owner => {}
    }
    rules::editable(&row, app.now())?;
    let text = text.trim().to_string();
    if text.is_empty() {
        return Err(Refusal::field("text", FieldProblem::Missing));
    }
    if text.chars().count() > LONGEST_COMMENT as usize {
        return Err(Refusal::field("text", FieldProblem::TooLong { max: LONGEST_COMMENT }));
    }
    if control_character(&text).is_some() {
        return Err(Refusal::field("text", FieldProblem::ControlCharacter));
    }
    let author = who.account().ok_or(Refusal::SignedOut)?;
    app.act(who, command, move |step| async move {
        let id = step.new_id();
        let said = comment::ActiveModel {
            tenant_id: Set(step.who().tenant),
            id: Set(id),
            proposal_id: Set(proposal),
            author_id: Set(author),
            text: Set(text),
            at: Set(step.now()),
        };
        said.insert(step.tx()).await?;
        step.wrote(comment::Entity, id);
        step.record(ProposalMachine::KIND, proposal, "commented", json!({ "comment": id }));
        if author != row.owner_id {
            let values = json!({ "title": row.title });
            tell(&step, row.owner_id, "notice-co-commented", values, link(proposal), false).await?;
        }
        Ok(Done { id, version: 1 })
    })
    .await
}

fn link(proposal: Uuid) -> String {
    format!("/proposals/{proposal}/together")
}
