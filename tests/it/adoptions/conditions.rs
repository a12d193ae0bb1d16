//! Promises that depend on something: nothing is delivered before it has come about, and nobody is to blame if it does not.

use super::*;
use sea_orm::{ColumnTrait, PaginatorTrait, QueryFilter};
use twoway_entity::fulfilment::{Cause, release};
use twoway_entity::notices::notice;
use twoway_ids::DAY;
use twoway_tests::on_both_databases;

/// The commitments of an adoption in the order of its lines.
async fn commitments(actor: &Actor, id: Uuid) -> Vec<Value> {
    let seen = actor.get(&format!("/api/v1/adoptions/{id}")).await.expect(200).body;
    let lines = seen["lines"].as_array().expect("lines");
    lines.iter().map(|line| line["id"].clone()).collect()
}

async fn state(actor: &Actor, id: Uuid) -> String {
    actor.get(&format!("/api/v1/adoptions/{id}")).await.expect(200).body["state"].as_str().expect("a state").to_string()
}

/// The states of an adoption's conditions by their day.
async fn results(actor: &Actor, id: Uuid) -> Vec<String> {
    let rows = actor.get(&format!("/api/v1/adoptions/{id}/conditions")).await.expect(200).body;
    let rows = rows.as_array().expect("rows");
    rows.iter().map(|row| row["state"].as_str().expect("a state").to_string()).collect()
}

/// An adoption whose agreement is being drafted.
async fn drafted(app: &TestApp, sponsor: &Actor, proposal: Uuid, lines: &[(Uuid, i64)]) -> Uuid {
    let id = held(app, sponsor, proposal, lines).await;
    let path = format!("/api/v1/adoptions/{id}/agreement");
    app.office().await.post(&path, json!({})).await.expect(200);
    sponsor.put(&path, terms()).await.expect(200);
    id
}

async fn put(sponsor: &Actor, id: Uuid, conditions: Value) -> Answer {
    sponsor.put(&format!("/api/v1/adoptions/{id}/conditions"), json!({ "conditions": conditions })).await
}

/// The draft is frozen, signed by all, and its public notice is over; gives the text.
async fn in_force(app: &TestApp, sponsor: &Actor, team: &Actor, id: Uuid) -> String {
    let office = app.office().await;
    let path = format!("/api/v1/adoptions/{id}/agreement");
    office.post(&format!("{path}/freeze"), json!({})).await.expect(200);
    let frozen = sponsor.get(&path).await.expect(200).body;
    let hash = frozen["hash"].as_str().expect("a hash");
    sign(sponsor, id, "sponsor", hash).await.expect(200);
    sign(team, id, "team", hash).await.expect(200);
    sign(&office, id, "office", hash).await.expect(200);
    notice_passed(app, id).await;
    frozen["text"].as_str().expect("a text").to_string()
}

async fn told(app: &TestApp, actor: &Actor, template: &str) -> u64 {
    let account = actor.who().await.account().expect("an account");
    notice::Entity::find()
        .filter(notice::Column::AccountId.eq(account))
        .filter(notice::Column::Template.eq(template))
        .count(app.app.db.read())
        .await
        .expect("a number")
}

async fn record(sponsor: &Actor, id: Uuid, at: usize, proof: Value, quantity: i64) -> Answer {
    let commitment = commitments(sponsor, id).await[at].clone();
    let body = json!({"commitment": commitment, "quantity": quantity, "delivered_on": "2026-11-23", "proof": proof});
    sponsor.post(&format!("/api/v1/adoptions/{id}/deliveries"), body).await
}

fn goods() -> Value {
    json!({"goods_note": "入库单 7", "condition": "good"})
}

fn all_required(commitment: &Value, by: &str) -> Value {
    json!({"commitment": commitment, "kind": "all-required-by", "by": by})
}

fn covered(commitment: &Value, line: Uuid, by: &str) -> Value {
    json!({"commitment": commitment, "kind": "line-covered-by", "line": line, "by": by})
}

fn uuid(value: &Value) -> Uuid {
    value.as_str().and_then(|text| Uuid::parse_str(text).ok()).expect("an id")
}

async fn startable(app: &TestApp, proposal: Uuid) -> bool {
    let system = app.app.system("test");
    twoway::needs::startable(&twoway::needs::coverage(app.app.db.read(), &system, proposal).await.expect("coverage"))
}

async fn nothing_was_changed_by_hand(app: &TestApp) {
    app.settle().await;
    let findings = twoway::audit::verify(&app.app).await.expect("verified");
    assert!(findings.is_empty(), "{findings:#?}");
}

on_both_databases! {
    async fn two_who_wait_for_each_other_both_bind(app: &TestApp) {
        let (team, one, two) = (app.team(1).await, app.sponsor(1).await, app.sponsor(2).await);
        let (proposal, lines) = pooled(app, &team, "四点半学校", &[books(), room()]).await;
        let first = drafted(app, &one, proposal, &[(lines[0], 120)]).await;
        let books = commitments(&one, first).await;
        put(&one, first, json!([all_required(&books[0], "2027-01-10")])).await.expect(200);
        let second = drafted(app, &two, proposal, &[(lines[1], 1)]).await;
        let room = commitments(&two, second).await;
        put(&two, second, json!([covered(&room[0], lines[0], "2027-01-10")])).await.expect(200);

        let text = in_force(app, &one, &team, first).await;
        assert!(text.contains("附条件：截至 2027年1月10日，本项目全部必需的需求"), "{text}");
        assert_eq!(state(&one, first).await, "active");
        assert_eq!(results(&one, first).await, ["waiting"]);
        assert_eq!(coverage(app, proposal).await[0], (0, 120, 0), "what is promised so is taken all the same");
        let refused = record(&one, first, 0, goods(), 20).await.expect(409);
        assert_eq!(refused.code(), "condition-open");
        assert_eq!(refused.body["rule"], "D7");
        let needs = app.anon().get(&format!("/api/v1/proposals/{proposal}/needs")).await.expect(200).body;
        assert_eq!(needs[0]["conditional"], 120);
        let owed = one.get("/api/v1/obligations").await.expect(200).body;
        assert_eq!(owed[0]["condition"]["by"], "2027-01-10");
        assert_eq!(told(app, &one, "notice-condition-met").await, 0);

        let text = in_force(app, &two, &team, second).await;
        assert!(text.contains("本项目“儿童绘本”达到最低数量"), "{text}");
        assert_eq!((results(&one, first).await, results(&two, second).await), (vec!["met".into()], vec!["met".into()]));
        assert_eq!((told(app, &one, "notice-condition-met").await, told(app, &two, "notice-condition-met").await), (1, 1));
        assert_eq!(told(app, &team, "notice-condition-met").await, 2, "both sides of both are told");
        assert!(startable(app, proposal).await);
        record(&one, first, 0, goods(), 20).await.expect(201);
        let needs = app.anon().get(&format!("/api/v1/proposals/{proposal}/needs")).await.expect(200).body;
        assert_eq!(needs[0]["conditional"], 0);
        // Its day goes by, and nothing happens to what binds.
        app.advance(60 * DAY).await;
        assert_eq!(results(&one, first).await, ["met"]);
        assert_eq!(told(app, &one, "notice-condition-missed").await, 0);
        nothing_was_changed_by_hand(app).await;
    }

    async fn what_does_not_come_about_is_open_again_and_nobody_is_to_blame(app: &TestApp) {
        let (team, office, one, two) = (app.team(1).await, app.office().await, app.sponsor(1).await, app.sponsor(2).await);
        let (proposal, lines) = pooled(app, &team, "四点半学校", &[books(), room()]).await;
        // The first takes on everything; the second waits for a part of it.
        let id = drafted(app, &one, proposal, &[(lines[0], 300)]).await;
        let own = commitments(&one, id).await;
        put(&one, id, json!([covered(&own[0], lines[1], "2026-12-20")])).await.expect(200);
        in_force(app, &one, &team, id).await;
        assert!(!startable(app, proposal).await);
        let waits = json!({"quantity": 80, "organization": two.organization, "message": "愿意候补",
            "related_party": false, "clean_promotion": true, "trade": "retail", "state_owned": false, "own_products": false});
        let queued = two.post(&format!("/api/v1/needs/{}/queue", lines[0]), waits).await.expect(201).id();
        office.post(&format!("/api/v1/adoptions/{queued}/check"), checked()).await.expect(200);

        app.advance(20 * DAY).await;
        assert_eq!(state(&one, id).await, "active", "its day is not there");
        app.advance(8 * DAY).await;
        assert_eq!(state(&one, id).await, "released");
        assert_eq!(results(&one, id).await, ["missed"]);
        assert_eq!(state(&two, queued).await, "offered", "the queue is called");
        assert_eq!(coverage(app, proposal).await[0], (80, 0, 0));
        for actor in [&one, &team, &office] {
            assert_eq!(told(app, actor, "notice-condition-missed").await, 1);
        }
        let lapsed = release::Entity::find().filter(release::Column::Cause.eq(Cause::Lapsed));
        assert_eq!(lapsed.count(app.app.db.read()).await.expect("a number"), 0, "there is no note on its reliability");
        actions::end_condition(&app.app, &app.app.system("adoptions.condition"), uuid(&own[0])).await.expect("nothing to do");
        assert_eq!(told(app, &one, "notice-condition-missed").await, 1, "twice is once");
        nothing_was_changed_by_hand(app).await;
    }

    async fn a_line_without_a_condition_goes_on_when_another_is_released(app: &TestApp) {
        let (team, sponsor) = (app.team(1).await, app.sponsor(1).await);
        let mut chairs = books();
        chairs["title"] = "小椅子".into();
        let (proposal, lines) = pooled(app, &team, "四点半学校", &[books(), room(), chairs]).await;
        let id = drafted(app, &sponsor, proposal, &[(lines[0], 100), (lines[1], 1)]).await;
        let own = commitments(&sponsor, id).await;
        put(&sponsor, id, json!([covered(&own[0], lines[2], "2026-12-20")])).await.expect(200);
        in_force(app, &sponsor, &team, id).await;
        let hours = json!({"use_log": "使用记录第 1 页", "hours": 2});
        let sent = record(&sponsor, id, 1, hours, 1).await.expect(201).id();
        team.post(&format!("/api/v1/deliveries/{sent}/confirm"), json!({})).await.expect(200);
        assert_eq!(state(&sponsor, id).await, "partially-delivered");
        app.advance(28 * DAY).await;
        assert_eq!(results(&sponsor, id).await, ["missed"]);
        assert_eq!(state(&sponsor, id).await, "delivered", "nothing is outstanding any more");
        assert_eq!(coverage(app, proposal).await[..2], [(0, 0, 0), (0, 0, 1)]);
        nothing_was_changed_by_hand(app).await;
    }

    async fn conditions_have_their_guards(app: &TestApp) {
        let (team, office, sponsor) = (app.team(1).await, app.office().await, app.sponsor(1).await);
        let mut spare = books();
        spare["required"] = false.into();
        let (proposal, lines) = pooled(app, &team, "四点半学校", &[spare]).await;
        let (other, others) = pooled(app, &team, "暑期学校", &[books()]).await;
        let id = drafted(app, &sponsor, proposal, &[(lines[0], 10)]).await;
        let foreign = drafted(app, &sponsor, other, &[(others[0], 10)]).await;
        let own = commitments(&sponsor, id).await[0].clone();
        let refused = |answer: Answer| answer.code().to_string();
        assert_eq!(refused(put(&sponsor, id, json!([all_required(&own, "2027-01-10")])).await), "condition-nothing-required");
        assert_eq!(refused(put(&sponsor, id, json!([covered(&own, lines[0], "2026-11-01")])).await), "condition-day-past");
        assert_eq!(refused(put(&sponsor, id, json!([covered(&own, lines[0], "2027-03-02")])).await), "condition-day-late");
        let twice = json!([covered(&own, lines[0], "2027-01-10"), covered(&own, lines[0], "2027-01-11")]);
        assert_eq!(refused(put(&sponsor, id, twice).await), "condition-twice");
        put(&sponsor, id, json!([covered(&own, lines[0], "2027-02-30")])).await.expect(422);
        put(&sponsor, id, json!([{"commitment": own, "kind": "line-covered-by", "by": "2027-01-10"}])).await.expect(422);
        put(&sponsor, id, json!([{"commitment": own, "kind": "all-required-by", "line": lines[0], "by": "2027-01-10"}])).await.expect(422);
        put(&sponsor, id, json!([covered(&own, others[0], "2027-01-10")])).await.expect(404);
        let strange = commitments(&sponsor, foreign).await[0].clone();
        put(&sponsor, id, json!([covered(&strange, lines[0], "2027-01-10")])).await.expect(404);
        put(&app.sponsor(2).await, id, json!([])).await.expect(404);
        assert_eq!(put(&team, id, json!([])).await.status, 403, "the sponsor and the office write the draft");
        put(&office, id, json!([covered(&own, lines[0], "2026-11-30")])).await.expect(200);
        assert_eq!(results(&team, id).await, ["drafted"]);
        app.advance(8 * DAY).await;
        let late = office.post(&format!("/api/v1/adoptions/{id}/agreement/freeze"), json!({})).await.expect(409);
        assert_eq!(late.code(), "condition-day-past");
        put(&sponsor, id, json!([covered(&own, lines[0], "2027-01-10")])).await.expect(200);
        office.post(&format!("/api/v1/adoptions/{id}/agreement/freeze"), json!({})).await.expect(200);
        assert_eq!(refused(put(&sponsor, id, json!([])).await), "agreement-frozen");
        nothing_was_changed_by_hand(app).await;
    }

    async fn conditions_are_written_and_read_on_pages(app: &TestApp) {
        let (team, sponsor) = (app.team(1).await, app.sponsor(1).await);
        let (proposal, lines) = pooled(app, &team, "四点半学校", &[books(), room()]).await;
        let id = drafted(app, &sponsor, proposal, &[(lines[0], 100)]).await;
        let own = commitments(&sponsor, id).await[0].as_str().expect("an id").to_string();
        let pages = sponsor.pages().await;
        let at = format!("/adoptions/{id}/agreement");
        let text = |answer: Answer| answer.body.as_str().expect("a page").to_string();
        assert!(text(pages.get(&at).await.expect(200)).contains("附条件认领"));
        let (choice, day) = (format!("condition-{own}"), format!("by-{own}"));
        let room = lines[1].to_string();
        let back = pages.post(&format!("{at}/conditions"), &[(&choice, &room)]).await.expect(422);
        assert!(text(back).contains(&format!("value=\"{room}\" selected")), "what was chosen is kept");
        let back = pages.post(&format!("{at}/conditions"), &[(&choice, "all"), (&day, "2027-03-02")]).await.expect(422);
        assert!(text(back).contains("晚于需用日"));
        pages.post(&format!("{at}/conditions"), &[(&choice, room.as_str()), (&day, "2027-01-10")]).await.expect(303);
        assert!(text(pages.get(&at).await.expect(200)).contains("本项目“周二活动室”达到最低数量"), "the preview has it");
        in_force(app, &sponsor, &team, id).await;
        let shown = text(pages.get(&format!("/adoptions/{id}")).await.expect(200));
        assert!(shown.contains("等待条件成就") && shown.contains("“周二活动室”达到最低数量"), "{shown}");
        assert!(text(pages.get("/adoptions/obligations").await.expect(200)).contains("附条件："));
        assert!(text(app.anon().pages().await.get("/hall").await.expect(200)).contains("其中附条件 100"));
        assert!(text(team.pages().await.get(&format!("/proposals/{proposal}/needs")).await.expect(200)).contains("其中附条件 100"));
    }

    async fn a_part_that_is_given_back_takes_its_condition_along(app: &TestApp) {
        let (team, sponsor) = (app.team(1).await, app.sponsor(1).await);
        let (proposal, lines) = pooled(app, &team, "四点半学校", &[books(), room()]).await;
        let id = drafted(app, &sponsor, proposal, &[(lines[0], 100), (lines[1], 1)]).await;
        let own = commitments(&sponsor, id).await;
        put(&sponsor, id, json!([covered(&own[1], lines[0], "2027-01-10")])).await.expect(200);
        sponsor.post(&format!("/api/v1/adoptions/{id}/reduce"), wishes(&[(lines[0], 100)])).await.expect(200);
        assert!(results(&sponsor, id).await.is_empty());
        nothing_was_changed_by_hand(app).await;
    }
}
