use super::super::identity::{self, Identity};
use super::super::model::NewObjection;
use super::super::rules::{self, ADMIT_DAYS};
use super::super::state::{OPEN, ObjectionMachine, ObjectionState};
use super::super::{OBJECTOR, evidence, targets};
use super::{in_workdays, set_clock, tell_office};
use crate::files::{self, CheckedFile};
use crate::lifecycle::{Command, Done};
use crate::{App, Refusal, Who};
use sea_orm::{ActiveEnum, ActiveModelTrait, ActiveValue::Set, ColumnTrait, EntityTrait, PaginatorTrait, QueryFilter};
use serde_json::json;
use twoway_entity::accounts::Role;
use twoway_entity::objections::objection;

/// Files an objection or a complaint, with the files that prove it. The step acts as nobody: neither its events nor the answers kept
/// for repeated requests say who filed it. A repeated request is known by its own mark.
///
/// Errors: those of [`targets::find`] and [`evidence::bounded`], `objection-names-author` (P3), `objection-already-yours` (M5).
pub async fn file(
    app: &App,
    who: &Who,
    command: &Command,
    new: NewObjection,
    files: Vec<CheckedFile>,
) -> Result<Done, Refusal> {
    let Some(actor) = who.actor() else { return Err(Refusal::SignedOut) };
    let account = actor.account;
    let request = command
        .key
        .as_ref()
        .map(|asked| identity::request_mark(&app.keys, account, &format!("{} {}", asked.key, asked.request_hash)));
    if let Some(request) = &request {
        let known = objection::Entity::find()
            .filter(objection::Column::TenantId.eq(who.tenant))
            .filter(objection::Column::RequestMark.eq(request))
            .one(app.db.read())
            .await?;
        if let Some(row) = known {
            return Ok(Done { id: row.id, version: 1 });
        }
    }
    let new = new.checked()?;
    let item = targets::find(app, who, new.target, new.item).await?;
    let identity =
        Identity { account, account_name: actor.name.clone(), name: new.name.clone(), contact: new.contact.clone() };
    for (field, text) in [("statement", &new.statement), ("wish", &new.wish)] {
        if rules::tells_who(text, &identity) {
            return Err(Refusal::of("objection-names-author", "P3").with("field", field));
        }
    }
    evidence::bounded(&files)?;
    let id = twoway_ids::new_id(app.now());
    let (key, objector) = identity::seal(&app.keys, id, &identity)?;
    let sealed = evidence::seal(app, id, &key, &files, who.tenant)?;
    let kept: Vec<CheckedFile> = sealed.iter().map(|file| file.kept.clone()).collect();
    let due = in_workdays(app, who, ADMIT_DAYS).await?;
    let mark = identity::mark(&app.keys, account);
    let (nobody, unkept) = (app.system(OBJECTOR), Command::default());
    let filed = app.act(&nobody, &unkept, move |step| async move {
        let again = objection::Entity::find()
            .filter(objection::Column::TenantId.eq(step.who().tenant))
            .filter(objection::Column::ObjectorMark.eq(&mark))
            .filter(objection::Column::TargetId.eq(new.item))
            .filter(objection::Column::State.is_in(OPEN.iter().map(|s| s.to_value())))
            .count(step.tx())
            .await?;
        if again > 0 {
            return Err(Refusal::of("objection-already-yours", "M5"));
        }
        item.held.touch(&step).await?;
        let row = objection::ActiveModel {
            tenant_id: Set(step.who().tenant),
            id: Set(id),
            call_id: Set(item.call.as_ref().map(|call| call.id)),
            organization_id: Set(item.organization),
            path: Set(item.path),
            target: Set(new.target),
            target_id: Set(new.item),
            title: Set(item.title),
            ground: Set(new.ground),
            statement: Set(new.statement),
            wish: Set(new.wish),
            key: Set(key),
            objector: Set(objector),
            objector_mark: Set(mark),
            request_mark: Set(request),
            against_id: Set(item.against),
            handler_id: Set(None),
            second_handler_id: Set(None),
            due_at: Set(Some(due)),
            extended: Set(false),
            extension_reason: Set(None),
            dismissal: Set(None),
            result: Set(None),
            answer: Set(None),
            answered_at: Set(None),
            review_reason: Set(None),
            second_answer: Set(None),
            second_answered_at: Set(None),
            public_answer: Set(None),
            published_at: Set(None),
            state: Set(ObjectionState::Filed),
            version: Set(1),
            created_at: Set(step.now()),
        };
        let row = row.insert(step.tx()).await.map_err(crate::refusal::stale_if_taken)?;
        step.created::<ObjectionMachine>(
            id,
            ObjectionState::Filed,
            json!({ "target": new.target, "ground": new.ground }),
        );
        evidence::attach(&step, id, sealed).await?;
        set_clock(&step, id, due).await?;
        tell_office(&step, &row, "notice-objection-filed", &[Role::LeadOffice, Role::Supervisor]).await?;
        Ok(Done { id, version: 1 })
    });
    files::kept(app, &kept, filed).await
}
