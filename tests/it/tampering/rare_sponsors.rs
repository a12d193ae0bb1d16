//! Rows about sponsors' promises, of which the stories leave none at their end.

use sea_orm::ActiveModelTrait;
use sea_orm::ActiveValue::Set;
use twoway_entity::sponsoring::{
    ConditionKind, ConditionState, DisclosureKind, bar, condition, first_delivery, project_disclosure,
};
use twoway_ids::Uuid;
use twoway_tests::TestApp;

/// One of each; what they belong to is not there.
pub async fn rows(app: &TestApp) {
    let (tenant_id, now) = (Set(app.app.tenant), app.now());
    let id = || Set(twoway_ids::new_id(now));
    let (of, word) = (Set(Uuid::from_u128(7)), || Set("word".to_string()));
    let hangs = condition::ActiveModel {
        tenant_id: tenant_id.clone(),
        id: id(),
        adoption_id: of.clone(),
        proposal_id: of.clone(),
        line_id: of.clone(),
        quantity: Set(1),
        kind: Set(ConditionKind::AllRequiredBy),
        needed_id: Set(None),
        by_on: Set("2026-12-01".into()),
        decision: Set(ConditionState::Drafted),
        decided_at: Set(None),
    };
    let first = first_delivery::ActiveModel {
        tenant_id: tenant_id.clone(),
        id: id(),
        due_at: Set(now),
        remind_at: Set(now),
        reminded: Set(0),
        done_at: Set(None),
    };
    let told = project_disclosure::ActiveModel {
        tenant_id: tenant_id.clone(),
        id: id(),
        project_id: of.clone(),
        number: Set(1),
        kind: Set(DisclosureKind::Running),
        due_at: Set(now),
        told: Set(0),
        received: Set(None),
        done: Set(None),
        published_by: Set(None),
        published_at: Set(None),
    };
    let barred = bar::ActiveModel {
        tenant_id,
        id: id(),
        adoption_id: of.clone(),
        organization_id: of.clone(),
        path: word(),
        reason: word(),
        proposed_by: of,
        proposed_at: Set(now),
        began_at: Set(None),
        until_at: Set(None),
        lifted_by: Set(None),
        lifted_at: Set(None),
        lift_reason: Set(None),
    };
    app.step(move |step| async move {
        let tx = step.tx();
        step.wrote_rows(&[hangs.insert(tx).await?]);
        step.wrote_rows(&[first.insert(tx).await?]);
        step.wrote_rows(&[told.insert(tx).await?]);
        step.wrote_rows(&[barred.insert(tx).await?]);
        Ok(())
    })
    .await;
}
