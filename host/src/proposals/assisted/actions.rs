use super::model::Particulars;
use super::queries::{PURPOSE, entry_of, is_clerk, scans_of};
use super::rules;
use crate::files::{self, CheckedFile, Owner};
use crate::lifecycle::{Command, Done, Machine};
use crate::proposals::actions::{fresh, own_editable, write};
use crate::proposals::model::Content;
use crate::proposals::state::{ProposalMachine, ProposalState};
use crate::{App, Refusal, Who, calendar, calls};
use chrono::NaiveDate;
use sea_orm::{ActiveModelTrait, ActiveValue::Set, IntoActiveModel};
use serde_json::{Value, json};
use twoway_entity::assisted::entry;
use twoway_entity::calls::call;
use twoway_entity::proposals::proposal;
use twoway_ids::Uuid;

/// The kind under which the scans are kept: they are the proposal's own.
fn owner(proposal: Uuid) -> Owner {
    Owner::new(ProposalMachine::KIND, proposal)
}

fn today(app: &App) -> Result<NaiveDate, Refusal> {
    day(&calendar::today(app))
}

fn day(text: &str) -> Result<NaiveDate, Refusal> {
    Ok(NaiveDate::parse_from_str(text, "%Y-%m-%d").map_err(anyhow::Error::new)?)
}

/// Checks what was typed about the person against this call.
fn particulars(app: &App, call: &call::Model, typed: &Value, known: bool) -> Result<Particulars, Refusal> {
    let particulars = Particulars::parse(typed, known, today(app)?)?;
    let opens = call.opens_at.map(|at| day(&calendar::local_day(app, at))).transpose()?;
    rules::received_in_time(particulars.received_on, opens)?;
    Ok(particulars)
}

/// Starts a proposal that somebody handed in on paper. The clerk holds it in the person's place.
///
/// Errors: wrong answers, `guardian-missing` (V26), `paper-before-call` (M1), and those of any proposal.
pub async fn enter(
    app: &App,
    who: &Who,
    command: &Command,
    call_id: Uuid,
    typed: &Value,
    content: Content,
) -> Result<Done, Refusal> {
    let Some(account) = who.account() else { return Err(Refusal::SignedOut) };
    let call = calls::queries::find_visible(app.db.read(), who, call_id).await?;
    if !is_clerk(who, &call.path) {
        return Err(Refusal::NotAllowed);
    }
    calls::rules::takes_proposals(&call, app.now())?;
    let of = particulars(app, &call, typed, false)?;
    let number =
        of.id_number.clone().ok_or_else(|| Refusal::field("id_number", twoway_manifest::FieldProblem::Missing))?;
    let content = content.draft(&calls::form_of(&call)?)?;
    app.act(who, command, move |step| async move {
        let id = step.new_id();
        let row = proposal::ActiveModel {
            entered_by: Set(Some(account)),
            ..fresh(&step, id, &call, (account, None), content).await?
        };
        row.insert(step.tx()).await?;
        let new = entry::ActiveModel {
            tenant_id: Set(step.who().tenant),
            proposal_id: Set(id),
            name: Set(of.name),
            contact: Set(of.contact),
            organization: Set(of.organization),
            credit_code: Set(of.credit_code),
            id_hash: Set(number.hash(&step.app().keys)),
            id_tail: Set(number.tail().to_string()),
            minor: Set(super::identity::minor(number.born, of.received_on)),
            guardian: Set(of.guardian),
            received_on: Set(of.received_on.to_string()),
            entered_by: Set(account),
            entered_at: Set(step.now()),
            handed_to: Set(None),
            handed_at: Set(None),
        };
        new.insert(step.tx()).await?;
        step.wrote(entry::Entity, id);
        step.created::<ProposalMachine>(id, ProposalState::Draft, json!({ "call": call_id }));
        step.record(ProposalMachine::KIND, id, "entered", json!({ "received_on": of.received_on.to_string() }));
        Ok(Done { id, version: 1 })
    })
    .await
}

/// A paper proposal that is in this clerk's hands.
async fn in_hands(
    app: &App,
    who: &Who,
    command: &Command,
    id: Uuid,
) -> Result<(proposal::Model, call::Model, entry::Model), Refusal> {
    let (row, call) = own_editable(app, who, command, id).await?;
    let entry = entry_of(app.db.read(), &row).await?.ok_or(Refusal::NotFound)?;
    if is_clerk(who, &row.path) { Ok((row, call, entry)) } else { Err(Refusal::NotAllowed) }
}

/// Corrects what was typed about the person. Without an ID number the known one stays.
pub async fn amend(app: &App, who: &Who, command: &Command, id: Uuid, typed: &Value) -> Result<Done, Refusal> {
    let (row, call, old) = in_hands(app, who, command, id).await?;
    let of = particulars(app, &call, typed, true)?;
    app.act(who, command, move |step| async move {
        let mut new = old;
        if let Some(number) = &of.id_number {
            new.id_hash = number.hash(&step.app().keys);
            new.id_tail = number.tail().to_string();
            new.minor = super::identity::minor(number.born, of.received_on);
        }
        rules::still_guarded(new.minor, of.guardian.as_deref())?;
        let new = entry::Model {
            name: of.name,
            contact: of.contact,
            organization: of.organization,
            credit_code: of.credit_code,
            guardian: of.guardian,
            received_on: of.received_on.to_string(),
            ..new
        };
        step.touch::<ProposalMachine>(id, (row.state, row.version), "entry-amended", json!({})).await?;
        new.into_active_model().reset_all().update(step.tx()).await?;
        step.wrote(entry::Entity, id);
        write(&step, id, []).await?;
        Ok(Done { id, version: row.version + 1 })
    })
    .await
}

/// Adds a scan of the signed paper. Errors: those of [`files::attach`].
pub async fn scan(app: &App, who: &Who, command: &Command, id: Uuid, file: CheckedFile) -> Result<Done, Refusal> {
    let (row, ..) = in_hands(app, who, command, id).await?;
    let bytes = [file.clone()];
    let added = app.act(who, command, move |step| async move {
        let payload = json!({ "name": file.name, "sha256": file.sha256, "size": file.bytes.len() });
        step.touch::<ProposalMachine>(id, (row.state, row.version), "paper-scanned", payload).await?;
        let kept = files::attach(&step, owner(id), PURPOSE, &file).await?;
        write(&step, id, []).await?;
        Ok(Done { id: kept.id, version: row.version + 1 })
    });
    files::kept(app, &bytes, added).await
}

/// Takes a scan off again.
pub async fn unscan(app: &App, who: &Who, command: &Command, id: Uuid, file: Uuid) -> Result<Done, Refusal> {
    let (row, ..) = in_hands(app, who, command, id).await?;
    let scans = scans_of(app.db.read(), who.tenant, id).await?;
    let gone = scans.into_iter().find(|scan| scan.id == file).ok_or(Refusal::NotFound)?;
    app.act(who, command, move |step| async move {
        let payload = json!({ "name": gone.name, "sha256": gone.sha256 });
        step.touch::<ProposalMachine>(id, (row.state, row.version), "paper-unscanned", payload).await?;
        files::detach(&step, &gone).await?;
        write(&step, id, []).await?;
        Ok(Done { id, version: row.version + 1 })
    })
    .await
}

/// What a paper proposal needs beside its answers before it is handed in.
pub(in crate::proposals) async fn ready(app: &App, row: &proposal::Model) -> Result<(), Refusal> {
    if row.entered_by.is_none() {
        return Ok(());
    }
    rules::scanned(scans_of(app.db.read(), row.tenant_id, row.id).await?.len())
}
