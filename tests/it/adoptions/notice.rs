use super::*;
use twoway::adoptions::notice;
use twoway_ids::DAY;
use twoway_tests::on_both_databases;

/// Help of one kind alone.
fn people() -> Value {
    json!({"kind": "people", "title": "晚托志愿者", "unit": "人", "minimum": 2, "optimum": 6, "divisible": true,
        "required": true, "due_on": "2027-03-01"})
}

/// Everybody has signed.
async fn signed(app: &TestApp, sponsor: &Actor, team: &Actor, proposal: Uuid, lines: &[(Uuid, i64)]) -> Uuid {
    let (id, hash) = frozen(app, sponsor, proposal, lines).await;
    for (actor, party) in [(sponsor, "sponsor"), (team, "team"), (&app.office().await, "office")] {
        sign(actor, id, party, &hash).await.expect(200);
    }
    id
}

async fn state(actor: &Actor, id: Uuid) -> String {
    actor.get(&format!("/api/v1/adoptions/{id}")).await.expect(200).body["state"].as_str().expect("a state").to_string()
}

on_both_databases! {
    async fn an_agreement_comes_into_force_after_its_public_notice(app: &TestApp) {
        let team = app.team(1).await;
        let (proposal, lines) = pooled(app, &team, "四点半学校", &[books()]).await;
        let sponsor = app.sponsor(1).await;
        let id = signed(app, &sponsor, &team, proposal, &[(lines[0], 120)]).await;
        assert_eq!(state(&sponsor, id).await, "in-notice");
        assert_eq!(coverage(app, proposal).await, [(120, 0, 0)], "still reserved");
        let told = app.anon().get(&format!("/api/v1/proposals/{proposal}/announced")).await.expect(200).body;
        assert_eq!((&told[0]["sponsor"], &told[0]["lines"][0]["quantity"]), (&json!("企业1"), &json!(120)));
        let refused = sponsor.post(&format!("/api/v1/adoptions/{id}/withdraw"), json!({"reason": "不想做了"})).await.expect(409);
        assert_eq!((refused.code(), refused.body["rule"].as_str()), ("promise-binds", Some("D9")));
        let commitment = sponsor.get(&format!("/api/v1/adoptions/{id}")).await.body["lines"][0]["id"].clone();
        let early = json!({"commitment": commitment, "quantity": 1, "delivered_on": "2026-11-23", "evidence": "入库单"});
        assert_eq!(sponsor.post(&format!("/api/v1/adoptions/{id}/deliveries"), early).await.expect(409).code(), "not-active");
        let ends = told[0]["ends_at"].as_i64().expect("an end");
        app.advance(ends - app.now() - 1).await;
        assert_eq!(state(&sponsor, id).await, "in-notice");
        // Nobody ends it by hand before its time.
        twoway::adoptions::actions::end_notice(&app.app, &app.app.system("adoptions.notice-ends"), id).await.expect("nothing to do");
        assert_eq!(state(&sponsor, id).await, "in-notice");
        app.advance(1).await;
        assert_eq!(state(&sponsor, id).await, "active");
        assert_eq!(coverage(app, proposal).await, [(0, 120, 0)]);
        twoway::adoptions::actions::end_notice(&app.app, &app.app.system("adoptions.notice-ends"), id).await.expect("nothing to do");
        assert_eq!(app.anon().get(&format!("/api/v1/proposals/{proposal}/announced")).await.body, json!([]));
    }

    async fn people_need_no_notice_and_an_unnamed_sponsor_stays_unnamed(app: &TestApp) {
        let team = app.team(1).await;
        let (proposal, lines) = pooled(app, &team, "四点半学校", &[people(), books()]).await;
        let (first, second) = (app.sponsor(1).await, app.sponsor(2).await);
        let id = signed(app, &first, &team, proposal, &[(lines[0], 2)]).await;
        assert_eq!(state(&first, id).await, "active");
        let office = app.office().await;
        let two = held(app, &second, proposal, &[(lines[1], 50)]).await;
        let path = format!("/api/v1/adoptions/{two}/agreement");
        office.post(&path, json!({})).await.expect(200);
        let mut quiet = terms();
        quiet["publicity"] = "anonymous".into();
        second.put(&path, quiet).await.expect(200);
        office.post(&format!("{path}/freeze"), json!({})).await.expect(200);
        let hash = office.get(&path).await.body["hash"].as_str().expect("a hash").to_string();
        for (actor, party) in [(&second, "sponsor"), (&team, "team"), (&office, "office")] {
            sign(actor, two, party, &hash).await.expect(200);
        }
        let anon = app.anon().pages().await;
        let page = anon.get(&format!("/proposals/{proposal}/needs")).await.expect(200);
        let text = page.body.as_str().expect("a page");
        assert!(text.contains("认领公示") && text.contains("一家爱心单位") && !text.contains("企业2"), "{text}");
    }

    async fn an_objection_holds_the_agreement_back(app: &TestApp) {
        let (team, office) = (app.team(1).await, app.office().await);
        let (proposal, lines) = pooled(app, &team, "四点半学校", &[books()]).await;
        let sponsor = app.sponsor(1).await;
        let id = signed(app, &sponsor, &team, proposal, &[(lines[0], 120)]).await;
        let (hold, resume) = (format!("/api/v1/adoptions/{id}/notice/hold"), format!("/api/v1/adoptions/{id}/notice/resume"));
        let because = json!({"reason": "有人反映存在关联关系"});
        assert_eq!(sponsor.post(&hold, because.clone()).await.status, 403);
        assert_eq!(office.post(&resume, because.clone()).await.expect(409).code(), "notice-not-held");
        office.post(&hold, json!({"reason": " "})).await.expect(422);
        office.post(&hold, because.clone()).await.expect(200);
        assert_eq!(office.post(&hold, because.clone()).await.expect(409).code(), "notice-held-already");
        assert!(notice::is_held(app.app.db.read(), app.app.tenant, id).await.expect("read"));
        app.advance(30 * DAY).await;
        assert_eq!(state(&sponsor, id).await, "in-notice", "the time alone does not bring it into force");
        office.post(&resume, json!({"reason": "经核实不存在关联关系"})).await.expect(200);
        app.settle().await;
        assert_eq!(state(&sponsor, id).await, "active", "its time was over");
        assert_eq!(office.post(&hold, because).await.expect(409).code(), "wrong-state");
    }

    async fn an_upheld_objection_ends_it(app: &TestApp) {
        let (team, office) = (app.team(1).await, app.office().await);
        let (proposal, lines) = pooled(app, &team, "四点半学校", &[books()]).await;
        let sponsor = app.sponsor(1).await;
        let id = signed(app, &sponsor, &team, proposal, &[(lines[0], 120)]).await;
        office.post(&format!("/api/v1/adoptions/{id}/decline"), json!({"reason": "异议成立"})).await.expect(200);
        assert_eq!(coverage(app, proposal).await, [(0, 0, 0)], "what was reserved is open again");
        app.advance(30 * DAY).await;
        assert_eq!(state(&sponsor, id).await, "declined");
    }

    async fn a_notice_is_held_by_pages(app: &TestApp) {
        let (team, office) = (app.team(1).await, app.office().await.pages().await);
        let (proposal, lines) = pooled(app, &team, "四点半学校", &[books()]).await;
        let sponsor = app.sponsor(1).await;
        let id = signed(app, &sponsor, &team, proposal, &[(lines[0], 120)]).await;
        let sponsor = sponsor.pages().await;
        let here = format!("/adoptions/{id}");
        let text = |answer: Answer| answer.body.as_str().expect("a page").to_string();
        let shown = text(office.get(&here).await.expect(200));
        assert!(shown.contains("正在公示") && shown.contains("中止公示"), "{shown}");
        office.get(&format!("{here}/notice/hold")).await.expect(200);
        office.post(&format!("{here}/notice/hold"), &[("reason", "")]).await.expect(422);
        office.post(&format!("{here}/notice/hold"), &[("reason", "有人反映存在关联关系")]).await.expect(303);
        assert!(text(sponsor.get(&here).await.expect(200)).contains("公示中止：有人反映存在关联关系"));
        let public = text(app.anon().pages().await.get(&format!("/proposals/{proposal}/needs")).await.expect(200));
        assert!(public.contains("因有异议，公示中止") && !public.contains("关联关系，"), "{public}");
        office.get(&format!("{here}/notice/resume")).await.expect(200);
        office.post(&format!("{here}/notice/resume"), &[("reason", "已核实")]).await.expect(303);
        assert!(text(sponsor.get(&here).await.expect(200)).contains("正在公示"));
    }

    async fn the_page_of_needs_takes_the_same_number_of_queries_for_any_number_of_notices(app: &TestApp) {
        let team = app.team(1).await;
        let (proposal, lines) = pooled(app, &team, "四点半学校", &[books()]).await;
        let anon = app.anon().pages().await;
        let counted = async || {
            let path = format!("/proposals/{proposal}/needs");
            anon.get(&path).await.expect(200);
            let before = app.app.db.queries_run();
            anon.get(&path).await.expect(200);
            app.app.db.queries_run() - before
        };
        signed(app, &app.sponsor(1).await, &team, proposal, &[(lines[0], 10)]).await;
        let one = counted().await;
        for n in 2..=3 {
            signed(app, &app.sponsor(n).await, &team, proposal, &[(lines[0], 10)]).await;
        }
        assert_eq!(counted().await, one);
    }
}
