//! Objections to an adoption in its public notice: it waits, all others go on; upheld, its agreement is drafted anew.

use super::*;
use crate::calls::world::call_in_notice;
use crate::objections::{answer, assign, at, author, file, in_hand, objection, objection_state, press};
use twoway_entity::accounts::Role;
use twoway_ids::DAY;
use twoway_tests::on_both_databases;

/// A pooled proposal of a real call, with a line of books.
pub async fn pooled_in_call(app: &TestApp) -> (Uuid, Uuid) {
    let (_, items) = call_in_notice(app, &[1]).await;
    let line =
        app.office().await.post(&format!("/api/v1/proposals/{}/needs", items[0]), books()).await.expect(201).id();
    app.advance(10 * DAY).await;
    (items[0], line)
}

/// Everybody has signed: it is in notice.
pub async fn signed(app: &TestApp, sponsor: &Actor, proposal: Uuid, line: Uuid, quantity: i64) -> Uuid {
    let (id, hash) = frozen(app, sponsor, proposal, &[(line, quantity)]).await;
    sign_all(app, sponsor, id, &hash).await;
    id
}

async fn sign_all(app: &TestApp, sponsor: &Actor, id: Uuid, hash: &str) {
    for (actor, party) in [(sponsor, "sponsor"), (&app.team(1).await, "team"), (&app.office().await, "office")] {
        sign(actor, id, party, hash).await.expect(200);
    }
}

async fn state(app: &TestApp, id: Uuid) -> String {
    crate::objections::state(&app.office().await, &format!("/api/v1/adoptions/{id}")).await
}

async fn announced(app: &TestApp, proposal: Uuid) -> Value {
    app.anon().get(&format!("/api/v1/proposals/{proposal}/announced")).await.expect(200).body
}

async fn told(who: &Actor, words: &str) -> bool {
    who.get("/api/v1/notices?limit=100").await.expect(200).body.to_string().contains(words)
}

on_both_databases! {
    async fn one_adoption_waits_and_the_other_comes_into_force(app: &TestApp) {
        let (proposal, line) = pooled_in_call(app).await;
        let (first, second) = (app.sponsor(1).await, app.sponsor(2).await);
        let held = signed(app, &first, proposal, line, 120).await;
        let other = signed(app, &second, proposal, line, 50).await;
        let id = in_hand(app, "adoption", held).await;
        let shown = announced(app, proposal).await;
        let objected = |id: Uuid| shown.as_array().expect("a list").iter().find(|a| a["id"] == json!(id)).expect("shown")["objected"].clone();
        assert_eq!((objected(held), objected(other)), (json!(true), json!(false)));
        app.advance(12 * DAY).await;
        assert_eq!((state(app, held).await, state(app, other).await), ("in-notice".into(), "active".into()));
        let (author, handler) = (author(app).await, app.second_office().await);
        answer(&handler, id, "answer", "rejected").await.expect(200);
        app.settle().await;
        assert_eq!(state(app, held).await, "in-notice", "a second look may be asked for");
        press(&author, id, "accept").await.expect(200);
        app.settle().await;
        assert_eq!(state(app, held).await, "active", "its notice was over");
        assert_eq!(coverage(app, proposal).await, [(0, 170, 0)]);
        assert_eq!(app.findings().await, []);
    }

    async fn upheld_it_is_drafted_signed_and_announced_anew(app: &TestApp) {
        let (proposal, line) = pooled_in_call(app).await;
        let sponsor = app.sponsor(1).await;
        let id = signed(app, &sponsor, proposal, line, 120).await;
        let objection = in_hand(app, "adoption", id).await;
        let handler = app.second_office().await;
        let without = json!({"result": "upheld", "answer": "成立。"});
        assert_eq!(handler.post(&at(objection, "answer"), without).await.expect(422).body["errors"][0]["field"], "why");
        let why = "协议中的冠名方式属于不当宣传，须删去。";
        let upheld = json!({"result": "upheld", "answer": "经核实，冠名条款不当。", "why": why});
        handler.post(&at(objection, "answer"), upheld).await.expect(200);
        assert_eq!((state(app, id).await, objection_state(&handler, objection).await), ("agreement".into(), "accepted".into()));
        for party in [&sponsor, &app.team(1).await, &app.office().await] {
            assert!(told(party, why).await, "{} is told why", party.name);
        }
        assert_eq!(coverage(app, proposal).await, [(120, 0, 0)], "still reserved");
        assert_eq!(announced(app, proposal).await, json!([]));
        let path = format!("/api/v1/adoptions/{id}/agreement");
        let draft = sponsor.get(&path).await.expect(200).body;
        assert!(draft["hash"].is_null(), "nothing of what was signed counts: {draft:#}");
        let history = sponsor.pages().await.get(&format!("/adoptions/{id}")).await.expect(200).body.to_string();
        assert!(history.contains("异议成立，退回修改协议") && history.contains(why), "{history}");
        app.advance(12 * DAY).await;
        assert_eq!(state(app, id).await, "agreement", "the notice that ended has no clock any more");
        sponsor.put(&path, terms()).await.expect(200);
        app.office().await.post(&format!("{path}/freeze"), json!({})).await.expect(200);
        let hash = sponsor.get(&path).await.expect(200).body["hash"].as_str().expect("a hash").to_string();
        sign_all(app, &sponsor, id, &hash).await;
        assert_eq!(state(app, id).await, "in-notice");
        // Its new notice can be objected to again.
        let again = file(&author(app).await, "adoption", id).await.expect(201).id();
        press(&author(app).await, again, "withdraw").await.expect(200);
        notice_over(app).await;
        assert_eq!(state(app, id).await, "active");
        assert_eq!(app.findings().await, []);
    }

    async fn without_an_answer_the_draft_lapses_as_any_hold_does(app: &TestApp) {
        let (proposal, line) = pooled_in_call(app).await;
        let sponsor = app.sponsor(1).await;
        let id = signed(app, &sponsor, proposal, line, 120).await;
        let objection = in_hand(app, "adoption", id).await;
        answer(&app.second_office().await, objection, "answer", "upheld").await.expect(200);
        app.advance(16 * DAY).await;
        assert_eq!(state(app, id).await, "lapsed");
        assert_eq!(coverage(app, proposal).await, [(0, 0, 0)]);
    }

    async fn what_can_be_objected_to_by_whom_and_until_when(app: &TestApp) {
        let (proposal, line) = pooled_in_call(app).await;
        let (author, sponsor, office) = (author(app).await, app.sponsor(1).await, app.office().await);
        let cites = |answer: &Answer, code: &str, rule: &str| {
            assert_eq!((answer.status, answer.code(), answer.body["rule"].as_str()), (409, code, Some(rule)), "{:#}", answer.body);
        };
        let early = held(app, &sponsor, proposal, &[(line, 50)]).await;
        file(&author, "adoption", early).await.expect(404);
        cites(&file(&sponsor, "adoption", early).await, "objection-not-in-notice", "M5");
        file(&author, "adoption", Uuid::from_u128(7)).await.expect(404);
        file(&author, "proposal", early).await.expect(404);
        let id = signed(app, &app.sponsor(2).await, proposal, line, 50).await;
        file(&app.anon(), "adoption", id).await.expect(401);
        let mut wrong = objection("adoption", id);
        wrong["ground"] = json!("money");
        assert_eq!(author.post("/api/v1/objections", wrong).await.expect(422).body["errors"][0]["field"], "ground");
        let mut right = objection("adoption", id);
        right["ground"] = json!("conflict");
        let filed = author.post("/api/v1/objections", right).await.expect(201).id();
        cites(&file(&author, "adoption", id).await, "objection-already-yours", "M5");
        let seen = author.get(&format!("/api/v1/objections/{filed}")).await.expect(200).body;
        assert_eq!((&seen["title"], &seen["target"]), (&json!("四点半学校1 · 企业2"), &json!("adoption")));
        // The office stops the notice by hand beyond its end: the time to object is over all the same.
        press(&author, filed, "withdraw").await.expect(200);
        office.post(&format!("/api/v1/adoptions/{id}/notice/hold"), json!({"reason": "等待核实"})).await.expect(200);
        notice_over(app).await;
        cites(&file(&author, "adoption", id).await, "objection-time-over", "M5");
    }

    async fn nobody_handles_it_who_had_a_part_in_it(app: &TestApp) {
        let (proposal, line) = pooled_in_call(app).await;
        let (sponsor, office) = (app.sponsor(1).await, app.office().await);
        let id = signed(app, &sponsor, proposal, line, 120).await;
        let objection = file(&author(app).await, "adoption", id).await.expect(201).id();
        let refused = office.post(&at(objection, "dismiss"), json!({"reason": "不属实"})).await.expect(409);
        assert_eq!((refused.code(), &refused.body["rule"]), ("objection-handler-decided", &json!("M5")), "the office checked and signed");
        press(&office, objection, "admit").await.expect(200);
        assert_eq!(assign(app, objection, &office).await.expect(409).code(), "objection-handler-decided");
        for (n, house) in [sponsor.organization, app.team(1).await.organization].into_iter().enumerate() {
            let near = app.person(&format!("near{n}"), "有关联的人", Some((Role::NodeAdmin, app.root().await))).await;
            let role = if n == 0 { Role::SponsorMember } else { Role::Volunteer };
            app.grant(near.account, role, house.expect("a house")).await;
            assert_eq!(assign(app, objection, &near).await.expect(409).code(), "objection-handler-concerned");
        }
        assign(app, objection, &app.second_office().await).await.expect(200);
    }

    async fn the_offices_own_hold_and_an_objection_each_hold(app: &TestApp) {
        let (proposal, line) = pooled_in_call(app).await;
        let (sponsor, office, author) = (app.sponsor(1).await, app.office().await, author(app).await);
        let id = signed(app, &sponsor, proposal, line, 120).await;
        let (hold, resume) = (format!("/api/v1/adoptions/{id}/notice/hold"), format!("/api/v1/adoptions/{id}/notice/resume"));
        let reason = json!({"reason": "核实关联关系"});
        office.post(&hold, reason.clone()).await.expect(200);
        let objection = file(&author, "adoption", id).await.expect(201).id();
        notice_over(app).await;
        press(&author, objection, "withdraw").await.expect(200);
        app.settle().await;
        assert_eq!(state(app, id).await, "in-notice", "the office holds it still");
        office.post(&resume, reason.clone()).await.expect(200);
        app.settle().await;
        assert_eq!(state(app, id).await, "active");

        let next = signed(app, &app.sponsor(2).await, proposal, line, 50).await;
        let objection = file(&author, "adoption", next).await.expect(201).id();
        office.post(&format!("/api/v1/adoptions/{next}/notice/hold"), reason.clone()).await.expect(200);
        notice_over(app).await;
        office.post(&format!("/api/v1/adoptions/{next}/notice/resume"), reason).await.expect(200);
        app.settle().await;
        assert_eq!(state(app, next).await, "in-notice", "an objection is not lifted by hand");
        app.second_office().await.post(&at(objection, "dismiss"), json!({"reason": "与本次认领无关。"})).await.expect(200);
        app.settle().await;
        assert_eq!(state(app, next).await, "active");
    }

    async fn what_has_left_its_notice_is_left_as_it_is(app: &TestApp) {
        let (proposal, line) = pooled_in_call(app).await;
        let sponsor = app.sponsor(1).await;
        let id = signed(app, &sponsor, proposal, line, 120).await;
        let objection = in_hand(app, "adoption", id).await;
        app.office().await.post(&format!("/api/v1/adoptions/{id}/decline"), json!({"reason": "关联关系属实"})).await.expect(200);
        answer(&app.second_office().await, objection, "answer", "upheld").await.expect(200);
        assert_eq!(state(app, id).await, "declined");
        assert_eq!(coverage(app, proposal).await, [(0, 0, 0)]);
        assert_eq!(app.findings().await, []);
    }

    async fn it_begins_and_is_answered_on_pages(app: &TestApp) {
        let (proposal, line) = pooled_in_call(app).await;
        let sponsor = app.sponsor(1).await;
        let id = signed(app, &sponsor, proposal, line, 120).await;
        let text = |answer: Answer| answer.body.as_str().expect("a page").to_string();
        let needs = format!("/proposals/{proposal}/needs");
        let anon = app.anon().pages().await;
        let page = text(anon.get(&needs).await.expect(200));
        assert!(page.contains("/objections/new?target=adoption") && page.contains("提出异议"), "{page}");
        let new = format!("/objections/new?target=adoption&item={id}");
        let form = text(author(app).await.pages().await.get(&new).await.expect(200));
        for words in ["对认领公示提出异议", "四点半学校1 · 企业1", "存在利害关系或利益冲突", "不当宣传推广", needs.as_str()] {
            assert!(form.contains(words), "{words}: {form}");
        }
        let objection = in_hand(app, "adoption", id).await;
        assert!(text(anon.get(&needs).await.expect(200)).contains("有异议正在办理"));
        let own = text(sponsor.pages().await.get(&format!("/adoptions/{id}")).await.expect(200));
        assert!(own.contains("异议办结前，协议不生效") && own.contains("有人提出异议，暂不生效"), "{own}");
        let handler = app.second_office().await;
        let desk = text(handler.pages().await.get(&format!("/objections/{objection}")).await.expect(200));
        assert!(desk.contains("认领公示异议") && desk.contains(&needs) && desk.contains("f-answer-why"), "{desk}");
        answer(&handler, objection, "answer", "rejected").await.expect(200);
        assert!(handler.get("/api/v1/work").await.expect(200).body.to_string().contains("publish-objection"));
        handler.post(&at(objection, "publish"), json!({"text": "经核查，不存在利害关系。"})).await.expect(200);
        let page = text(anon.get(&needs).await.expect(200));
        assert!(page.contains("认领公示异议办理情况") && page.contains("经核查，不存在利害关系。"), "{page}");
        let page = text(anon.get_with(&needs, "cookie", "twoway_locale=en").await.expect(200));
        assert!(page.contains("Objections to adoptions") && !page.contains("announced-"), "{page}");
        notice_over(app).await;
        assert!(!text(anon.get(&needs).await.expect(200)).contains("/objections/new"), "the time is over");
    }
}
