//! Rows about sponsors' promises, of which the stories leave none at their end.

use sea_orm::ActiveModelTrait;
use sea_orm::ActiveValue::Set;
use twoway_entity::sponsoring::{ConditionKind, ConditionState, condition};
use twoway_ids::Uuid;
use twoway_tests::TestApp;

/// One of each; what they belong to is not there.
pub async fn rows(app: &TestApp) {
    let (tenant_id, now) = (Set(app.app.tenant), app.now());
    let of = Set(Uuid::from_u128(7));
    let hangs = condition::ActiveModel {
        tenant_id,
        id: Set(twoway_ids::new_id(now)),
        adoption_id: of.clone(),
        proposal_id: of.clone(),
        line_id: of,
        quantity: Set(1),
        kind: Set(ConditionKind::AllRequiredBy),
        needed_id: Set(None),
        by_on: Set("2026-12-01".into()),
        decision: Set(ConditionState::Drafted),
        decided_at: Set(None),
    };
    app.step(move |step| async move {
        let tx = step.tx();
        step.wrote_rows(&[hangs.insert(tx).await?]);
        Ok(())
    })
    .await;
}
