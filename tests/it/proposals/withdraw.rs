//! Whoever leaves when sponsors are there tells them; what is agreed is not left.

use crate::adoptions::{active, books, coverage, frozen, held, pooled};
use crate::calls::world::open_call;
use sea_orm::{ActiveModelTrait, ActiveValue::Set};
use serde_json::json;
use twoway_entity::proposals::proposal;
use twoway_ids::Uuid;
use twoway_tests::{Actor, Answer, TestApp, on_both_databases};

/// A pooled proposal of a call that is there.
async fn of_call(app: &TestApp, team: &Actor) -> (Uuid, Vec<Uuid>) {
    let call = open_call(app).await;
    let (id, lines) = pooled(app, team, "四点半学校", &[books()]).await;
    let tenant = app.app.tenant;
    app.step(move |step| async move {
        let row =
            proposal::ActiveModel { tenant_id: Set(tenant), id: Set(id), call_id: Set(call), ..Default::default() };
        step.wrote_rows(&[row.update(step.tx()).await?]);
        Ok(())
    })
    .await;
    (id, lines)
}

async fn withdraw(team: &Actor, id: Uuid) -> Answer {
    team.post(&format!("/api/v1/proposals/{id}/withdraw"), json!({"reason": "队伍解散"})).await
}

on_both_databases! {
    async fn sponsors_are_told_and_what_they_hold_is_released(app: &TestApp) {
        let team = app.team(1).await;
        let (id, lines) = of_call(app, &team).await;
        let (first, second) = (app.sponsor(1).await, app.sponsor(2).await);
        let one = held(app, &first, id, &[(lines[0], 100)]).await;
        let (two, _) = frozen(app, &second, id, &[(lines[0], 100)]).await;
        assert_eq!(coverage(app, id).await, [(200, 0, 0)]);
        withdraw(&team, id).await.expect(200);
        let told = first.get("/api/v1/notices").await.expect(200).body.to_string();
        assert!(told.contains("队伍解散"), "{told}");
        app.settle().await;
        let state = async |actor: &Actor, id: Uuid| {
            actor.get(&format!("/api/v1/adoptions/{id}")).await.expect(200).body["state"].as_str().expect("a state").to_string()
        };
        assert_eq!((state(&first, one).await, state(&second, two).await), ("declined".into(), "lapsed".into()));
        let held: i64 = {
            use sea_orm::EntityTrait;
            let line = twoway_entity::needs::need_line::Entity::find_by_id((app.app.tenant, lines[0]));
            line.one(app.app.db.read()).await.expect("read").expect("there").held
        };
        assert_eq!(held, 0);
    }

    async fn what_is_agreed_is_not_left(app: &TestApp) {
        let team = app.team(1).await;
        let (id, lines) = of_call(app, &team).await;
        active(app, &app.sponsor(1).await, &team, &[], id, &[(lines[0], 100)]).await;
        let refused = withdraw(&team, id).await.expect(409);
        assert_eq!((refused.code(), refused.body["rule"].as_str()), ("adoption-agreed", Some("D12")));
    }
}
