use super::NewLine;
use super::model::LINES;
use super::queries::{find_visible, lines};
use super::rules::{self, Editor};
use crate::lifecycle::{Command, Done, Step};
use crate::proposals::{ProposalMachine, queries as proposals};
use crate::refusal::stale_if_taken;
use crate::{App, Refusal, Who};
use sea_orm::sea_query::Expr;
use sea_orm::{ActiveModelTrait, ActiveValue::Set, ColumnTrait, EntityTrait, QueryFilter};
use serde_json::{Value, json};
use twoway_entity::accounts::Role;
use twoway_entity::needs::need_line;
use twoway_entity::organizations::organization;
use twoway_entity::proposals::proposal;
use twoway_ids::Uuid;

/// Adds a line at the end of a proposal's list.
pub async fn add_line(app: &App, who: &Who, command: &Command, proposal: Uuid, line: NewLine) -> Result<Done, Refusal> {
    let (proposal, position) = room_for(app, who, proposal, 1).await?;
    recipient_fits(app, who, &line).await?;
    app.act(who, command, move |step| async move { put_line(&step, &proposal, position, line).await }).await
}

/// The proposal to which so many lines may be added, and the first one's position.
pub async fn room_for(app: &App, who: &Who, proposal: Uuid, more: usize) -> Result<(proposal::Model, i32), Refusal> {
    let db = app.db.read();
    let proposal = proposals::find_visible(db, who, proposal).await?.row;
    editable(who, &proposal)?;
    let there = lines(db, who, proposal.id).await?;
    if there.len() + more > LINES {
        return Err(Refusal::rule("too-many-lines").with("most", LINES));
    }
    let position = there.iter().map(|l| l.position).max().unwrap_or(0) + 1;
    Ok((proposal, position))
}

/// Writes a checked line. The proposal's version is raised with each.
pub async fn put_line(step: &Step, proposal: &proposal::Model, position: i32, line: NewLine) -> Result<Done, Refusal> {
    let id = step.new_id();
    changed(step, proposal, "needs-added", json!({ "line": id, "after": said(&line) })).await?;
    let row = need_line::ActiveModel {
        tenant_id: Set(step.who().tenant),
        id: Set(id),
        proposal_id: Set(proposal.id),
        position: Set(position),
        kind: Set(line.kind),
        title: Set(line.title),
        description: Set(line.description),
        unit: Set(line.unit),
        minimum: Set(line.minimum),
        optimum: Set(line.optimum),
        divisible: Set(line.divisible),
        required: Set(line.required),
        due_on: Set(line.due_on),
        recipient_id: Set(line.recipient_id),
        held: Set(0),
        active: Set(0),
        delivered: Set(0),
        version: Set(1),
        created_at: Set(step.now()),
    };
    row.insert(step.tx()).await.map_err(stale_if_taken)?;
    step.wrote(need_line::Entity, id);
    Ok(Done { id, version: 1 })
}

/// Changes a line. `command.expected` is the line's version.
pub async fn change_line(app: &App, who: &Who, command: &Command, id: Uuid, line: NewLine) -> Result<Done, Refusal> {
    let (before, seen) = find_visible(app.db.read(), who, id).await?;
    editable(who, &seen.row)?;
    command.check_version(before.version)?;
    recipient_fits(app, who, &line).await?;
    app.act(who, command, move |step| async move {
        let payload = json!({ "line": id, "before": said(&stored(&before)), "after": said(&line) });
        changed(&step, &seen.row, "needs-changed", payload).await?;
        let update = need_line::Entity::update_many()
            .col_expr(need_line::Column::Kind, Expr::value(line.kind))
            .col_expr(need_line::Column::Title, Expr::value(line.title))
            .col_expr(need_line::Column::Description, Expr::value(line.description))
            .col_expr(need_line::Column::Unit, Expr::value(line.unit))
            .col_expr(need_line::Column::Minimum, Expr::value(line.minimum))
            .col_expr(need_line::Column::Optimum, Expr::value(line.optimum))
            .col_expr(need_line::Column::Divisible, Expr::value(line.divisible))
            .col_expr(need_line::Column::Required, Expr::value(line.required))
            .col_expr(need_line::Column::DueOn, Expr::value(line.due_on))
            .col_expr(need_line::Column::RecipientId, Expr::value(line.recipient_id))
            .col_expr(need_line::Column::Version, Expr::value(before.version + 1));
        let one = update
            .filter(need_line::Column::TenantId.eq(before.tenant_id))
            .filter(need_line::Column::Id.eq(id))
            .filter(need_line::Column::Version.eq(before.version));
        if one.exec(step.tx()).await?.rows_affected != 1 {
            return Err(Refusal::Stale);
        }
        step.wrote(need_line::Entity, id);
        Ok(Done { id, version: before.version + 1 })
    })
    .await
}

/// Takes a line away. `command.expected` is the line's version.
pub async fn remove_line(app: &App, who: &Who, command: &Command, id: Uuid) -> Result<Done, Refusal> {
    let (before, seen) = find_visible(app.db.read(), who, id).await?;
    editable(who, &seen.row)?;
    command.check_version(before.version)?;
    app.act(who, command, move |step| async move {
        let payload = json!({ "line": id, "before": said(&stored(&before)) });
        changed(&step, &seen.row, "needs-removed", payload).await?;
        let one = need_line::Entity::delete_many()
            .filter(need_line::Column::TenantId.eq(before.tenant_id))
            .filter(need_line::Column::Id.eq(id))
            .filter(need_line::Column::Version.eq(before.version));
        if one.exec(step.tx()).await?.rows_affected != 1 {
            return Err(Refusal::Stale);
        }
        step.wrote(need_line::Entity, id);
        Ok(Done { id, version: before.version })
    })
    .await
}

/// In which capacity somebody may change this proposal's lines, if at all.
pub fn editor(who: &Who, proposal: &proposal::Model) -> Option<Editor> {
    if proposals::is_own(who, proposal) {
        return Some(Editor::Proposer);
    }
    let handed_in = !crate::proposals::UNSEEN.contains(&proposal.state);
    (handed_in && who.holds_over(&[Role::LeadOffice], &proposal.path)).then_some(Editor::Office)
}

/// Refuses who may not change the lines of this proposal now.
pub fn editable(who: &Who, proposal: &proposal::Model) -> Result<(), Refusal> {
    if who.account().is_none() {
        return Err(Refusal::SignedOut);
    }
    rules::may_edit(proposal.state, editor(who, proposal).ok_or(Refusal::NotAllowed)?)
}

/// Refuses a line of money whose recipient is not qualified.
pub async fn recipient_fits(app: &App, who: &Who, line: &NewLine) -> Result<(), Refusal> {
    match line.recipient_id {
        Some(id) => {
            let recipient = organization::Entity::find_by_id((who.tenant, id)).one(app.db.read()).await?;
            rules::qualified_recipient(recipient.as_ref())
        }
        None => Ok(()),
    }
}

/// The change stands in the proposal's history; its version moves, so that a proposal that enters the pool in the same moment wins
/// over the edit or loses to it as a whole.
async fn changed(step: &Step, proposal: &proposal::Model, name: &str, payload: Value) -> Result<(), Refusal> {
    step.touch::<ProposalMachine>(proposal.id, (proposal.state, proposal.version), name, payload).await
}

fn stored(row: &need_line::Model) -> NewLine {
    NewLine {
        kind: row.kind,
        title: row.title.clone(),
        description: row.description.clone(),
        unit: row.unit.clone(),
        minimum: row.minimum,
        optimum: row.optimum,
        divisible: row.divisible,
        required: row.required,
        due_on: row.due_on.clone(),
        recipient_id: row.recipient_id,
    }
}

fn said(line: &NewLine) -> Value {
    json!({
        "kind": line.kind, "title": line.title, "description": line.description, "unit": line.unit, "minimum": line.minimum,
        "optimum": line.optimum, "divisible": line.divisible, "required": line.required, "due_on": line.due_on,
        "recipient": line.recipient_id,
    })
}
