use super::files::MOST_FILES;
use super::model::{Content, receipt_hash};
use super::points::{self, PointAnswer};
use super::queries::{PROPOSES, Seen, adoptions_going_on, files_of, find_visible, place};
use super::rules;
use super::state::{ProposalEvent, ProposalMachine, ProposalState};
use super::together::{self, Right};
use super::{FIX_TIMER, POOL_TIMER, POOL_WARNING, WITHDRAWN, assisted, late, saved, similar};
use crate::calendar;
use crate::calls;
use crate::calls::form::days;
use crate::files::{self, CheckedFile};
use crate::lifecycle::{Command, Done, Machine, Step, permit, wrong_state};
use crate::notices::{tell, tell_role};
use crate::{App, Refusal, Who};
use chrono::Datelike;
use sea_orm::sea_query::{CaseStatement, Expr, ExprTrait, OnConflict, SimpleExpr};
use sea_orm::{ActiveModelTrait, ActiveValue::Set, ColumnTrait, EntityTrait, PaginatorTrait, QueryFilter};
use serde::{Deserialize, Serialize};
use serde_json::{Map, Value, json};
use twoway_entity::accounts::Role;
use twoway_entity::calls::call;
use twoway_entity::proposals::{attachment, proposal, receipt_counter, revision};
use twoway_ids::{Millis, Uuid};

/// Who is told for a sponsor.
const SPONSORS: &[Role] = &[Role::SponsorMember, Role::SponsorSignatory];

/// Starts a proposal for an open call, in the name of `organization` or in one's own. A call by invitation asks for a code.
pub async fn create(
    app: &App,
    who: &Who,
    command: &Command,
    call_id: Uuid,
    organization: Option<Uuid>,
    content: Content,
    invitation: Option<&str>,
) -> Result<Done, Refusal> {
    let Some(account) = who.account() else { return Err(Refusal::SignedOut) };
    let call = calls::queries::find_visible(app.db.read(), who, call_id).await?;
    calls::rules::takes_proposals(&call, app.now())?;
    if organization.is_some_and(|o| !who.holds_at(PROPOSES, o)) {
        return Err(Refusal::NotAllowed);
    }
    if let Some(organization) = organization {
        crate::adoptions::bars::not_barred(app, who.tenant, organization).await?;
    }
    let form = days::asked_at(app, &call, app.now())?;
    let content = content.draft(&form)?;
    days::unchanged(&form, &Map::new(), &content.answers, &calendar::today(app))?;
    let invitation = calls::invitations::check(app, call_id, account, invitation).await?;
    app.act(who, command, move |step| async move {
        let id = step.new_id();
        if let Some(given) = invitation {
            calls::invitations::spend(&step, given, organization, id).await?;
        }
        let row = fresh(&step, id, &call, (account, organization), content).await?;
        row.insert(step.tx()).await?;
        step.created::<ProposalMachine>(id, ProposalState::Draft, json!({ "call": call_id }));
        Ok(Done { id, version: 1 })
    })
    .await
}

/// A draft that begins now, with its owner and the organisation in whose name it is written.
pub(super) async fn fresh(
    step: &Step,
    id: Uuid,
    call: &call::Model,
    (owner, organization): (Uuid, Option<Uuid>),
    content: Content,
) -> Result<proposal::ActiveModel, Refusal> {
    if content != Content::default() {
        saved::keep(step, id, &content).await?;
    }
    Ok(proposal::ActiveModel {
        tenant_id: Set(step.who().tenant),
        id: Set(id),
        call_id: Set(call.id),
        path: Set(call.path.clone()),
        owner_id: Set(owner),
        organization_id: Set(organization),
        title: Set(content.title),
        summary: Set(content.summary),
        answers: Set(Value::Object(content.answers)),
        receipt: Set(None),
        receipt_hash: Set(None),
        submitted_at: Set(None),
        consented_at: Set(None),
        defects: Set(None),
        fix_due_at: Set(None),
        returned: Set(false),
        ineligible_rule: Set(None),
        ineligible_reason: Set(None),
        screened_by: Set(None),
        decision: Set(None),
        decision_reason: Set(None),
        cost: Set(None),
        decided_by: Set(None),
        score: Set(None),
        pool_until: Set(None),
        state: Set(ProposalState::Draft),
        version: Set(1),
        created_at: Set(step.now()),
        updated_at: Set(step.now()),
        entered_by: Set(None),
    })
}

/// Saves what was written. Errors name the answers that are wrong; nothing is saved then.
pub async fn save(app: &App, who: &Who, command: &Command, id: Uuid, content: Content) -> Result<Done, Refusal> {
    let (row, call) = own_editable(app, who, command, id).await?;
    let form = days::asked_at(app, &call, app.now())?;
    let (before, content) = (Content::of(&row), content.draft(&form)?);
    days::unchanged(&form, &before.answers, &content.answers, &calendar::today(app))?;
    store(app, who, command, row, content).await
}

/// Saves while somebody types: what is not right yet is left as it was.
pub async fn autosave(app: &App, who: &Who, command: &Command, id: Uuid, content: Content) -> Result<Done, Refusal> {
    let (row, call) = own_editable(app, who, command, id).await?;
    let (form, before) = (days::asked_at(app, &call, app.now())?, Content::of(&row));
    let mut content = content.half_typed(&before, &form);
    days::keep_frozen(&form, &before.answers, &mut content.answers, &calendar::today(app));
    store(app, who, command, row, content).await
}

async fn store(
    app: &App,
    who: &Who,
    command: &Command,
    row: proposal::Model,
    content: Content,
) -> Result<Done, Refusal> {
    let changed = content.changed(&Content::of(&row));
    if changed.is_empty() {
        return Ok(Done { id: row.id, version: row.version });
    }
    app.act(who, command, move |step| async move {
        step.touch::<ProposalMachine>(row.id, (row.state, row.version), "saved", json!({ "changed": changed })).await?;
        saved::keep(&step, row.id, &content).await?;
        let set = [
            (proposal::Column::Title, Expr::value(content.title)),
            (proposal::Column::Summary, Expr::value(content.summary)),
            (proposal::Column::Answers, Expr::value(Value::Object(content.answers))),
        ];
        write(&step, row.id, set).await?;
        Ok(Done { id: row.id, version: row.version + 1 })
    })
    .await
}

/// The receipt of a submission.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, utoipa::ToSchema)]
pub struct Receipt {
    pub id: Uuid,
    pub version: i32,
    pub receipt: String,
    /// SHA-256 over number, content, files and time, hex.
    pub receipt_hash: String,
    pub submitted_at: Millis,
}

/// What whoever hands in says of it.
#[derive(Clone, Debug, Default, Deserialize, utoipa::ToSchema)]
#[serde(deny_unknown_fields, default)]
pub struct Submission {
    /// The call's risk and privacy notices were read and agreed to.
    pub consent: bool,
    /// The ids of the similar proposals that were looked at.
    pub similar_seen: Vec<Uuid>,
    /// Why it comes after the call's end, where the call allows some days for that.
    pub late_reason: Option<String>,
    /// What was changed for each point of the return.
    pub points: Vec<PointAnswer>,
}

/// Hands a proposal in, or in again after a return.
pub async fn submit(
    app: &App,
    who: &Who,
    command: &Command,
    id: Uuid,
    submission: &Submission,
) -> Result<Receipt, Refusal> {
    let (row, call) = own(app, who, command, id, Right::Owner).await?;
    permit::<ProposalMachine>(who, ProposalEvent::Submit, &place(&row))?;
    if ProposalMachine::next(row.state, ProposalEvent::Submit).is_none() {
        return Err(wrong_state::<ProposalMachine>(row.state, ProposalEvent::Submit));
    }
    if late::is_late(app.db.read(), &row, &call, app.now()).await? {
        late::reason(submission.late_reason.as_deref())?;
    }
    rules::consented(submission.consent)?;
    if let Some(organization) = row.organization_id {
        crate::adoptions::bars::not_barred(app, who.tenant, organization).await?;
    }
    let content = Content::of(&row).complete(&days::asked_at(app, &call, app.now())?)?;
    let runs = calls::settings_of(app.db.read(), who.tenant, call.id).await?;
    calls::ceilings::within(&call, runs.cost_question.as_deref(), &content.answers)?;
    assisted::actions::ready(app, &row).await?;
    let points = points::of(app.db.read(), &row).await?;
    let changed = points::answered(&row, &points, &submission.points)?;
    similar::acknowledged(app, who, &row, &submission.similar_seen).await?;
    let Some(account) = who.account() else { return Err(Refusal::SignedOut) };
    let why_late = submission.late_reason.clone();
    app.act(who, command, move |step| async move {
        let number = next_number(&step).await?;
        // From here on no other submission runs beside this one: what was checked before is checked again on what holds now.
        let call = calls::queries::find(step.tx(), step.who().tenant, row.call_id).await?;
        let is_late = late::is_late(step.tx(), &row, &call, step.now()).await?;
        rules::within_cap(assisted::queries::handed_in_by_applicant(&step, &row).await?, call.cap)?;
        let receipt = row.receipt.clone().unwrap_or(number);
        let files = files_of(step.tx(), step.who().tenant, row.id).await?;
        let hash = receipt_hash(&row, &receipt, &content, &files, step.now());
        let payload = json!({ "receipt": receipt, "hash": hash, "late": is_late });
        if is_late {
            late::hand_in(&step, &row, why_late.as_deref()).await?;
        }
        step.advance::<ProposalMachine>(row.id, (row.state, row.version), ProposalEvent::Submit, payload).await?;
        let set = [
            (proposal::Column::Title, Expr::value(content.title.clone())),
            (proposal::Column::Summary, Expr::value(content.summary.clone())),
            (proposal::Column::Answers, Expr::value(Value::Object(content.answers.clone()))),
            (proposal::Column::Receipt, Expr::value(receipt.clone())),
            (proposal::Column::ReceiptHash, Expr::value(hash.clone())),
            (proposal::Column::SubmittedAt, Expr::value(step.now())),
            (proposal::Column::ConsentedAt, Expr::value(step.now())),
            (proposal::Column::FixDueAt, Expr::value(Option::<i64>::None)),
        ];
        write(&step, row.id, set).await?;
        points::answer(&step, points, changed).await?;
        revise(&step, &row, account, content, &files, &hash).await?;
        step.cancel_timer(FIX_TIMER, &row.id.to_string()).await?;
        similar::sketch_later(&step, &row).await?;
        let link = format!("/proposals/{}", row.id);
        let values = json!({ "title": row.title, "receipt": receipt });
        tell(&step, row.owner_id, "notice-proposal-submitted", values.clone(), link.clone(), false).await?;
        if row.returned {
            tell_role(&step, &[Role::LeadOffice], call.organization_id, "notice-proposal-mended", values, link).await?;
        }
        let (id, version, submitted_at) = (row.id, row.version + 1, step.now());
        Ok(Receipt { id, version, receipt, receipt_hash: hash, submitted_at })
    })
    .await
}

/// A first submission while the call takes proposals, a second one while the clock of the return runs. What comes later may still be
/// taken as late.
pub(super) fn in_time(row: &proposal::Model, call: &call::Model, now: Millis) -> Result<(), Refusal> {
    if row.state == ProposalState::Returned {
        if call.state == calls::CallState::Cancelled {
            return Err(Refusal::of("call-cancelled", "M1"));
        }
        return rules::in_fix_time(row, now);
    }
    calls::rules::takes_proposals(call, now)
}

/// Takes the next receipt number of the year, in the office's local time: `SB2026-00001`.
async fn next_number(step: &Step) -> Result<String, Refusal> {
    let calendar = crate::calendar::Calendar { utc_offset: step.app().config.utc_offset_minutes, ..Default::default() };
    let year = calendar.local_day(step.now()).year();
    let row = receipt_counter::ActiveModel { tenant_id: Set(step.who().tenant), year: Set(year), last: Set(1) };
    let taken = receipt_counter::Entity::insert(row)
        .on_conflict(
            OnConflict::columns([receipt_counter::Column::TenantId, receipt_counter::Column::Year])
                .value(
                    receipt_counter::Column::Last,
                    Expr::col((receipt_counter::Entity, receipt_counter::Column::Last)).add(1),
                )
                .to_owned(),
        )
        .exec_with_returning(step.tx())
        .await?;
    step.wrote(receipt_counter::Entity, year);
    Ok(format!("SB{year}-{:05}", taken.last))
}

async fn revise(
    step: &Step,
    row: &proposal::Model,
    author: Uuid,
    content: Content,
    files: &[attachment::Model],
    hash: &str,
) -> Result<(), Refusal> {
    let before = revision::Entity::find()
        .filter(revision::Column::TenantId.eq(step.who().tenant))
        .filter(revision::Column::ProposalId.eq(row.id))
        .count(step.tx())
        .await?;
    let files: Vec<Value> =
        files.iter().map(|f| json!({ "name": f.name, "sha256": f.sha256, "size": f.size })).collect();
    let number = i32::try_from(before + 1).unwrap_or(i32::MAX);
    let kept = revision::ActiveModel {
        tenant_id: Set(step.who().tenant),
        proposal_id: Set(row.id),
        number: Set(number),
        title: Set(content.title),
        summary: Set(content.summary),
        answers: Set(Value::Object(content.answers)),
        attachments: Set(Value::Array(files)),
        hash: Set(hash.to_string()),
        author_id: Set(author),
        at: Set(step.now()),
    };
    kept.insert(step.tx()).await.map_err(crate::refusal::stale_if_taken)?;
    step.wrote(revision::Entity, (row.id, number));
    Ok(())
}

/// The proposer leaves, at any time before the proposal becomes a project.
pub async fn withdraw(app: &App, who: &Who, command: &Command, id: Uuid, why: &str) -> Result<Done, Refusal> {
    let (row, call) = own(app, who, command, id, Right::Owner).await?;
    permit::<ProposalMachine>(who, ProposalEvent::Withdraw, &place(&row))?;
    let why = calls::reason(why)?;
    app.act(who, command, move |step| async move {
        let told = "notice-adopted-proposal-withdrawn";
        leave(&step, (&row, &call), ProposalEvent::Withdraw, (&why, told)).await?;
        if row.submitted_at.is_some() {
            let values = json!({ "title": row.title, "reason": why });
            let office = call.organization_id;
            tell_role(
                &step,
                &[Role::LeadOffice],
                office,
                "notice-proposal-withdrawn",
                values,
                format!("/proposals/{id}"),
            )
            .await?;
        }
        Ok(Done { id, version: row.version + 1 })
    })
    .await
}

/// Ends a proposal on its way, by its proposer or by the office: its sponsors are told by this template, and its clocks stop.
/// Errors: `adoption-agreed` (D12).
pub(super) async fn leave(
    step: &Step,
    (row, call): (&proposal::Model, &call::Model),
    event: ProposalEvent,
    (why, template): (&str, &str),
) -> Result<(), Refusal> {
    let id = row.id;
    let adopted = adoptions_going_on(step.tx(), step.who().tenant, id).await?;
    let states: Vec<_> = adopted.iter().map(|(_, _, state)| *state).collect();
    rules::nothing_agreed(&states)?;
    step.advance::<ProposalMachine>(id, (row.state, row.version), event, json!({ "reason": why })).await?;
    // The sponsors are told in the same moment; what they hold is released by the adoptions' own verbs right after it.
    for (adoption, sponsor, _) in &adopted {
        let values = json!({ "project": row.title, "reason": why });
        tell_role(step, SPONSORS, *sponsor, template, values, format!("/adoptions/{adoption}")).await?;
    }
    if !adopted.is_empty() {
        let reason = json!({ "reason": why });
        step.set_timer(WITHDRAWN, id.to_string(), step.now(), (ProposalMachine::KIND, id), reason).await?;
    }
    write(step, id, [(proposal::Column::FixDueAt, Expr::value(Option::<i64>::None))]).await?;
    step.cancel_timer(FIX_TIMER, &id.to_string()).await?;
    step.cancel_timer(POOL_TIMER, &id.to_string()).await?;
    step.cancel_timer(POOL_WARNING, &id.to_string()).await?;
    if call.state == calls::CallState::PublicNotice && call.notice_ends_at.is_some_and(|ends| step.now() >= ends) {
        // It was the item for which the call had waited.
        let subject = (calls::CallMachine::KIND, call.id);
        step.set_timer(calls::NOTICE_TIMER, id.to_string(), step.now(), subject, json!({ "id": call.id })).await?;
    }
    Ok(())
}

/// A file that was attached, and the proposal's version after it.
#[derive(Clone, Debug, Serialize, Deserialize, utoipa::ToSchema)]
pub struct Attached {
    pub id: Uuid,
    pub version: i32,
    pub name: String,
    pub media_type: String,
    /// Bytes.
    pub size: i64,
    pub sha256: String,
}

/// Attaches a checked file to a proposal that is in the proposer's hands.
pub async fn attach(app: &App, who: &Who, command: &Command, id: Uuid, file: CheckedFile) -> Result<Attached, Refusal> {
    let (row, _) = own_editable(app, who, command, id).await?;
    let Some(account) = who.account() else { return Err(Refusal::SignedOut) };
    let there = files_of(app.db.read(), who.tenant, id).await?;
    if there.len() as u64 >= MOST_FILES {
        return Err(Refusal::rule("too-many-files").with("most", MOST_FILES));
    }
    if there.iter().any(|f| f.sha256 == file.sha256) {
        return Err(Refusal::rule("file-already-there"));
    }
    let bytes = [file.clone()];
    let attached = app.act(who, command, move |step| async move {
        let payload = json!({ "name": file.name, "sha256": file.sha256, "size": file.bytes.len() });
        step.touch::<ProposalMachine>(id, (row.state, row.version), "attached", payload).await?;
        let kept = attachment::ActiveModel {
            tenant_id: Set(step.who().tenant),
            id: Set(step.new_id()),
            proposal_id: Set(id),
            name: Set(file.name),
            media_type: Set(file.media_type.to_string()),
            size: Set(i64::try_from(file.bytes.len()).unwrap_or(i64::MAX)),
            sha256: Set(file.sha256),
            uploaded_by: Set(account),
            uploaded_at: Set(step.now()),
        };
        let kept = kept.insert(step.tx()).await?;
        step.wrote(attachment::Entity, kept.id);
        write(&step, id, []).await?;
        Ok(Attached {
            id: kept.id,
            version: row.version + 1,
            name: kept.name,
            media_type: kept.media_type,
            size: kept.size,
            sha256: kept.sha256,
        })
    });
    files::kept(app, &bytes, attached).await
}

/// Takes a file off a proposal that is in the proposer's hands. What was handed in keeps its hash in the revision.
pub async fn detach(app: &App, who: &Who, command: &Command, id: Uuid, file: Uuid) -> Result<Done, Refusal> {
    let (row, _) = own_editable(app, who, command, id).await?;
    let files = files_of(app.db.read(), who.tenant, id).await?;
    let gone = files.into_iter().find(|f| f.id == file).ok_or(Refusal::NotFound)?;
    app.act(who, command, move |step| async move {
        let payload = json!({ "name": gone.name, "sha256": gone.sha256 });
        step.touch::<ProposalMachine>(id, (row.state, row.version), "detached", payload).await?;
        attachment::Entity::delete_by_id((gone.tenant_id, gone.id)).exec(step.tx()).await?;
        step.wrote(attachment::Entity, gone.id);
        write(&step, id, []).await?;
        Ok(Done { id, version: row.version + 1 })
    })
    .await
}

/// A proposal with which this person may do at least this as one of its authors, and its call.
async fn own(
    app: &App,
    who: &Who,
    command: &Command,
    id: Uuid,
    need: Right,
) -> Result<(proposal::Model, call::Model), Refusal> {
    let Seen { row, .. } = find_visible(app.db.read(), who, id).await?;
    if together::right(app.db.read(), who, &row).await? < need {
        return Err(Refusal::NotAllowed);
    }
    command.check_version(row.version)?;
    let call = calls::queries::find(app.db.read(), who.tenant, row.call_id).await?;
    Ok((row, call))
}

pub(super) async fn own_editable(
    app: &App,
    who: &Who,
    command: &Command,
    id: Uuid,
) -> Result<(proposal::Model, call::Model), Refusal> {
    let (row, call) = own(app, who, command, id, Right::Edit).await?;
    rules::editable(&row, app.now())?;
    // What was begun is written on while the call stands still.
    if row.state == ProposalState::Draft && call.state != calls::CallState::Suspended {
        late::is_late(app.db.read(), &row, &call, app.now()).await?;
    }
    Ok((row, call))
}

/// Writes columns of a proposal whose version the same step has just raised.
pub async fn write(
    step: &Step,
    id: Uuid,
    set: impl IntoIterator<Item = (proposal::Column, SimpleExpr)>,
) -> Result<(), Refusal> {
    let mut update = proposal::Entity::update_many()
        .col_expr(proposal::Column::UpdatedAt, Expr::value(step.now()))
        .filter(proposal::Column::TenantId.eq(step.who().tenant))
        .filter(proposal::Column::Id.eq(id));
    for (column, value) in set {
        update = update.col_expr(column, value);
    }
    update.exec(step.tx()).await?;
    Ok(())
}

/// Proposals in one statement.
const AT_ONCE: usize = 200;

/// Says of proposals whose versions the same step has just raised when they were touched.
pub async fn touched(step: &Step, ids: &[Uuid]) -> Result<(), Refusal> {
    for chunk in ids.chunks(AT_ONCE) {
        write_among(step, chunk, None).await?;
    }
    Ok(())
}

/// The same, with the score of each.
pub async fn write_scores(step: &Step, scores: &[(Uuid, Option<i32>)]) -> Result<(), Refusal> {
    for chunk in scores.chunks(AT_ONCE) {
        let ids: Vec<Uuid> = chunk.iter().map(|(id, _)| *id).collect();
        let each = chunk.iter().fold(CaseStatement::new(), |each, (id, score)| {
            each.case(Expr::col(proposal::Column::Id).eq(*id), Expr::value(*score))
        });
        write_among(step, &ids, Some(each)).await?;
    }
    Ok(())
}

async fn write_among(step: &Step, ids: &[Uuid], scores: Option<CaseStatement>) -> Result<(), Refusal> {
    let mut update = proposal::Entity::update_many()
        .col_expr(proposal::Column::UpdatedAt, Expr::value(step.now()))
        .filter(proposal::Column::TenantId.eq(step.who().tenant))
        .filter(proposal::Column::Id.is_in(ids.iter().copied()));
    if let Some(scores) = scores {
        update = update.col_expr(proposal::Column::Score, scores.into());
    }
    update.exec(step.tx()).await?;
    Ok(())
}
