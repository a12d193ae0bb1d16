//! The first money comes within fifteen working days: its reminder, its end, and who hears when it is late.

use super::*;
use sea_orm::{ColumnTrait, PaginatorTrait, QueryFilter};
use twoway_entity::notices::notice;
use twoway_entity::sponsoring::first_delivery;
use twoway_ids::DAY;
use twoway_tests::on_both_databases;

async fn told(app: &TestApp, actor: &Actor, template: &str) -> u64 {
    let account = actor.who().await.account().expect("an account");
    notice::Entity::find()
        .filter(notice::Column::AccountId.eq(account))
        .filter(notice::Column::Template.eq(template))
        .count(app.app.db.read())
        .await
        .expect("a number")
}

async fn clock(app: &TestApp, id: Uuid) -> Option<first_delivery::Model> {
    first_delivery::Entity::find_by_id((app.app.tenant, id)).one(app.app.db.read()).await.expect("a row or none")
}

async fn pay(sponsor: &Actor, id: Uuid, quantity: i64, number: &str) -> Uuid {
    let seen = sponsor.get(&format!("/api/v1/adoptions/{id}")).await.expect(200).body;
    let proof = json!({"receipt": "issued", "receipt_number": number, "handler": "刘敏"});
    let body = json!({"commitment": seen["lines"][0]["id"], "quantity": quantity, "delivered_on": "2026-11-23", "proof": proof});
    sponsor.post(&format!("/api/v1/adoptions/{id}/deliveries"), body).await.expect(201).id()
}

/// What the work list says of the first money.
async fn to_do(actor: &Actor) -> usize {
    let work = actor.get("/api/v1/work").await.expect(200).body;
    let items = work.as_array().expect("a list");
    items.iter().filter(|item| item["kind"] == "deliver-first-money").count()
}

async fn nothing_was_changed_by_hand(app: &TestApp) {
    app.settle().await;
    let findings = twoway::audit::verify(&app.app).await.expect("verified");
    assert!(findings.is_empty(), "{findings:#?}");
}

on_both_databases! {
    async fn the_sponsor_is_reminded_and_the_office_hears_of_what_is_late(app: &TestApp) {
        let (team, office, sponsor) = (app.team(1).await, app.office().await, app.sponsor(1).await);
        let fund = app.recipient(1).await;
        let (proposal, lines) = pooled(app, &team, "四点半学校", &[money(fund.organization.expect("a house"))]).await;
        let id = active(app, &sponsor, &team, &[&fund], proposal, &[(lines[0], 2_000)]).await;
        let clocks = clock(app, id).await.expect("a clock");
        let workdays = twoway::calendar::load(app.app.db.read(), app.app.tenant, app.app.config.utc_offset_minutes).await.expect("a calendar");
        assert_eq!(clocks.due_at, workdays.add_workdays(app.now(), 15));
        assert_eq!(workdays.workdays_left(clocks.remind_at - 1, clocks.due_at), 3);
        assert_eq!(to_do(&sponsor).await, 1);
        let owed = sponsor.get("/api/v1/obligations").await.expect(200).body;
        assert_eq!(owed[0]["first_due"], clocks.due_at);
        let text = |answer: Answer| answer.body.as_str().expect("a page").to_string();
        let page = text(sponsor.pages().await.get(&format!("/adoptions/{id}")).await.expect(200));
        assert!(page.contains("首笔拨付") && page.contains("15 个工作日内"), "{page}");
        assert!(text(sponsor.pages().await.get("/adoptions/obligations").await.expect(200)).contains("首笔拨付截止"));

        app.advance(clocks.remind_at - app.now() - 1).await;
        assert_eq!(told(app, &sponsor, "notice-first-delivery-soon").await, 0);
        app.advance(1).await;
        assert_eq!(told(app, &sponsor, "notice-first-delivery-soon").await, 1);
        assert_eq!(told(app, &office, "notice-first-delivery-late").await, 0);
        app.advance(clocks.due_at - app.now()).await;
        assert_eq!(told(app, &office, "notice-first-delivery-late").await, 1);
        actions::remind_of_first(&app.app, &app.app.system("adoptions.first-delivery"), id).await.expect("nothing to do");
        assert_eq!(told(app, &office, "notice-first-delivery-late").await, 1);
        let state = sponsor.get(&format!("/api/v1/adoptions/{id}")).await.expect(200).body["state"].clone();
        assert_eq!(state, "active", "nothing follows of itself");
        nothing_was_changed_by_hand(app).await;
    }

    async fn the_first_money_that_is_confirmed_stops_the_clock(app: &TestApp) {
        let (team, office, sponsor) = (app.team(1).await, app.office().await, app.sponsor(1).await);
        let fund = app.recipient(1).await;
        let (proposal, lines) = pooled(app, &team, "四点半学校", &[money(fund.organization.expect("a house"))]).await;
        let id = active(app, &sponsor, &team, &[&fund], proposal, &[(lines[0], 2_000)]).await;
        let due = clock(app, id).await.expect("a clock").due_at;
        let sent = pay(&sponsor, id, 500, "0001").await;
        app.advance(due - app.now() + DAY).await;
        assert_eq!(told(app, &office, "notice-first-delivery-late").await, 0, "it waits for the recipient's word");
        fund.post(&format!("/api/v1/deliveries/{sent}/confirm"), json!({})).await.expect(200);
        assert!(clock(app, id).await.expect("a clock").done_at.is_some());
        assert_eq!(to_do(&sponsor).await, 0);
        app.advance(3 * DAY).await;
        assert_eq!(told(app, &office, "notice-first-delivery-late").await, 0);
        nothing_was_changed_by_hand(app).await;
    }

    async fn money_on_a_condition_has_its_clock_when_it_binds(app: &TestApp) {
        let (team, sponsor) = (app.team(1).await, app.sponsor(1).await);
        let fund = app.recipient(1).await;
        let house = fund.organization.expect("a house");
        let (proposal, lines) = pooled(app, &team, "四点半学校", &[money(house), books()]).await;
        let id = held(app, &sponsor, proposal, &[(lines[0], 2_000)]).await;
        let path = format!("/api/v1/adoptions/{id}/agreement");
        let office = app.office().await;
        office.post(&path, json!({})).await.expect(200);
        sponsor.put(&path, terms()).await.expect(200);
        let seen = sponsor.get(&format!("/api/v1/adoptions/{id}")).await.expect(200).body;
        let on = json!({"commitment": seen["lines"][0]["id"], "kind": "line-covered-by", "line": lines[1], "by": "2027-01-10"});
        sponsor.put(&format!("/api/v1/adoptions/{id}/conditions"), json!({"conditions": [on]})).await.expect(200);
        office.post(&format!("{path}/freeze"), json!({})).await.expect(200);
        let hash = sponsor.get(&path).await.expect(200).body["hash"].as_str().expect("a hash").to_string();
        for (actor, party) in [(&sponsor, "sponsor"), (&fund, "recipient"), (&team, "team"), (&office, "office")] {
            sign(actor, id, party, &hash).await.expect(200);
        }
        notice_passed(app, id).await;
        assert!(clock(app, id).await.is_none(), "nothing binds yet");
        active(app, &app.sponsor(2).await, &team, &[], proposal, &[(lines[1], 100)]).await;
        assert!(clock(app, id).await.is_some());
        nothing_was_changed_by_hand(app).await;
    }

    async fn goods_have_no_such_clock(app: &TestApp) {
        let (team, sponsor) = (app.team(1).await, app.sponsor(1).await);
        let (proposal, lines) = pooled(app, &team, "四点半学校", &[books()]).await;
        let id = active(app, &sponsor, &team, &[], proposal, &[(lines[0], 10)]).await;
        assert!(clock(app, id).await.is_none());
        assert_eq!(to_do(&sponsor).await, 0);
    }
}
