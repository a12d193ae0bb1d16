use super::*;
use twoway::needs::{self, startable};
use twoway_ids::DAY;
use twoway_tests::on_both_databases;

on_both_databases! {
    /// Station 4: two enterprises take the lines on, everybody signs, the project may start, everything is delivered.
    async fn two_enterprises_adopt_what_a_project_needs(app: &TestApp) {
        let (team, office) = (app.team(1).await, app.office().await);
        let fund = app.recipient(1).await;
        let recipient = fund.organization.expect("a recipient");
        let (proposal, lines) = pooled(app, &team, "四点半学校", &[books(), room(), money(recipient)]).await;
        let (first, second) = (app.sponsor(1).await, app.sponsor(2).await);

        let hall = app.anon().get("/api/v1/hall").await.expect(200);
        assert_eq!(hall.body["items"].as_array().map(Vec::len), Some(3));
        let goods = app.anon().get("/api/v1/hall?kind=goods").await.expect(200);
        assert_eq!(goods.body["items"][0]["line"]["title"], "儿童绘本");

        let one = held(app, &first, proposal, &[(lines[0], 200), (lines[1], 1)]).await;
        assert_eq!(coverage(app, proposal).await, [(200, 0, 0), (1, 0, 0), (0, 0, 0)]);
        // What is held by one is not open to another.
        let refused = second.post("/api/v1/adoptions", interest(&second, proposal, &[(lines[0], 101)])).await.expect(409);
        assert_eq!((refused.code(), refused.body["rule"].as_str()), ("line-taken", None));
        assert!(refused.body["detail"].as_str().is_some_and(|d| d.contains("100 册")), "{:#}", refused.body);
        let two = active(app, &second, &team, &[&fund], proposal, &[(lines[0], 100), (lines[2], 3_000)]).await;
        assert_eq!(coverage(app, proposal).await, [(200, 100, 0), (1, 0, 0), (0, 3_000, 0)]);
        let who = office.who().await;
        let now = async || needs::coverage(app.app.db.read(), &who, proposal).await.expect("coverage");
        assert!(!startable(&now().await), "the room is only held");

        let path = format!("/api/v1/adoptions/{one}/agreement");
        first.post(&path, json!({})).await.expect(200);
        let draft = first.get(&path).await.expect(200);
        assert!(draft.body["terms"]["purpose"].as_str().is_some_and(|p| p.contains("四点半学校")));
        assert_eq!(draft.body["terms"]["publicity"], "", "whether to be named is for the sponsor to say");
        office.put(&path, terms()).await.expect(200);
        office.post(&format!("{path}/freeze"), json!({})).await.expect(200);
        let agreement = first.get(&path).await.expect(200);
        let text = agreement.body["text"].as_str().expect("a text");
        for part in ["企业1", "志愿队1", "儿童绘本，200 册", "周二活动室，1 间", "用于四点半学校", "转给同类项目", "同意在项目页面"] {
            assert!(text.contains(part), "{part} is missing in:\n{text}");
        }
        let hash = agreement.body["hash"].as_str().expect("a hash");
        assert_eq!(hash, twoway::adoptions::agreement::hash(text));
        sign(&first, one, "sponsor", hash).await.expect(200);
        sign(&team, one, "team", hash).await.expect(200);
        assert_eq!(first.get(&format!("/api/v1/adoptions/{one}")).await.body["state"], "signing");
        sign(&office, one, "office", hash).await.expect(200);
        assert_eq!(first.get(&format!("/api/v1/adoptions/{one}")).await.body["state"], "in-notice");
        assert!(!startable(&now().await), "what is in public notice is still only held");
        notice_over(app).await;
        assert_eq!(first.get(&format!("/api/v1/adoptions/{one}")).await.body["state"], "active");
        assert!(startable(&now().await), "every required line has its minimum");

        // Deliveries: goods between sponsor and team, money between sponsor and recipient.
        let body = first.get(&format!("/api/v1/adoptions/{one}")).await.body;
        let record = |commitment: &Value, quantity: i64| json!({"commitment": commitment["id"], "quantity": quantity,
            "delivered_on": "2026-11-23", "evidence": "验收合格", "proof": match commitment["kind"].as_str() {
                Some("goods") => json!({"goods_note": "入库单 2026-17", "condition": "good"}),
                Some("venue") => json!({"use_log": "使用记录第 1 页", "hours": 2}),
                _ => json!({"receipt": "issued", "receipt_number": "5202000012345678", "handler": "刘敏"}),
            }});
        let deliveries = format!("/api/v1/adoptions/{one}/deliveries");
        let books_sent = first.post(&deliveries, record(&body["lines"][0], 200)).await.expect(201).id();
        assert_eq!(coverage(app, proposal).await[0], (0, 300, 0), "one side alone does not count");
        team.post(&format!("/api/v1/deliveries/{books_sent}/confirm"), json!({})).await.expect(200);
        assert_eq!(coverage(app, proposal).await[0], (0, 100, 200));
        let room_used = team.post(&deliveries, record(&body["lines"][1], 1)).await.expect(201).id();
        first.post(&format!("/api/v1/deliveries/{room_used}/confirm"), json!({})).await.expect(200);
        assert_eq!(first.get(&format!("/api/v1/adoptions/{one}")).await.body["state"], "delivered");

        let body = second.get(&format!("/api/v1/adoptions/{two}")).await.body;
        let deliveries = format!("/api/v1/adoptions/{two}/deliveries");
        let paid = second.post(&deliveries, record(&body["lines"][1], 3_000)).await.expect(201).id();
        assert_eq!(team.post(&format!("/api/v1/deliveries/{paid}/confirm"), json!({})).await.status, 403, "money is the recipient's to confirm");
        fund.post(&format!("/api/v1/deliveries/{paid}/confirm"), json!({})).await.expect(200);
        let sent = second.post(&deliveries, record(&body["lines"][0], 100)).await.expect(201).id();
        team.post(&format!("/api/v1/deliveries/{sent}/dispute"), json!({"reason": "实收 90 册"})).await.expect(200);
        assert_eq!(coverage(app, proposal).await, [(0, 100, 200), (0, 0, 1), (0, 0, 3_000)]);
        assert_eq!(second.get(&format!("/api/v1/adoptions/{two}")).await.body["state"], "partially-delivered");

        let rooms = [(&first, "sponsor", 1), (&team, "receiver", 2), (&fund, "receiver", 1), (&office, "office", 2)];
        for (actor, room, count) in rooms {
            let list = actor.get(&format!("/api/v1/adoptions?room={room}")).await.expect(200);
            assert_eq!(list.body["items"].as_array().map(Vec::len), Some(count), "{} in {room}", actor.name);
        }
        app.settle().await;
        let findings = twoway::audit::verify(&app.app).await.expect("verified");
        let own: Vec<_> = findings.iter().map(|f| format!("{f:?}")).filter(|f| f.contains("adoption") || f.contains("deliver")).collect();
        assert!(own.is_empty(), "{own:#?}");
    }

    async fn a_hold_lapses_after_its_time_and_is_extended_once(app: &TestApp) {
        let team = app.team(1).await;
        let (proposal, lines) = pooled(app, &team, "绿丝带护考", &[books()]).await;
        let sponsor = app.sponsor(1).await;
        let id = held(app, &sponsor, proposal, &[(lines[0], 300)]).await;
        app.advance(14 * DAY).await;
        sponsor.post(&format!("/api/v1/adoptions/{id}/extend"), json!({})).await.expect(200);
        let again = sponsor.post(&format!("/api/v1/adoptions/{id}/extend"), json!({})).await.expect(409);
        assert_eq!(again.code(), "hold-extended-already");
        app.advance(15 * DAY).await;
        assert_eq!(coverage(app, proposal).await, [(300, 0, 0)], "the first end was moved");
        app.advance(DAY).await;
        assert_eq!(coverage(app, proposal).await, [(0, 0, 0)]);
        assert_eq!(sponsor.get(&format!("/api/v1/adoptions/{id}")).await.body["state"], "lapsed");
        // Lapsing twice changes nothing.
        twoway::adoptions::actions::lapse(&app.app, &app.app.system("adoptions.lapse"), id).await.expect("nothing to do");
    }

    async fn what_is_signed_no_longer_lapses(app: &TestApp) {
        let team = app.team(1).await;
        let (proposal, lines) = pooled(app, &team, "四点半学校", &[books()]).await;
        let sponsor = app.sponsor(1).await;
        let id = active(app, &sponsor, &team, &[], proposal, &[(lines[0], 50)]).await;
        app.advance(60 * DAY).await;
        assert_eq!(sponsor.get(&format!("/api/v1/adoptions/{id}")).await.body["state"], "active");
        assert_eq!(coverage(app, proposal).await, [(0, 50, 0)]);
    }

    async fn declined_and_withdrawn_holds_are_open_again(app: &TestApp) {
        let (team, office) = (app.team(1).await, app.office().await);
        let (proposal, lines) = pooled(app, &team, "四点半学校", &[books()]).await;
        let (first, second) = (app.sponsor(1).await, app.sponsor(2).await);
        let one = held(app, &first, proposal, &[(lines[0], 100)]).await;
        let (two, _) = frozen(app, &second, proposal, &[(lines[0], 200)]).await;
        office.post(&format!("/api/v1/adoptions/{one}/decline"), json!({"reason": "与另一家重复"})).await.expect(200);
        assert_eq!(coverage(app, proposal).await, [(200, 0, 0)]);
        second.post(&format!("/api/v1/adoptions/{two}/withdraw"), json!({"reason": "预算调整"})).await.expect(200);
        assert_eq!(coverage(app, proposal).await, [(0, 0, 0)]);
        app.advance(40 * DAY).await;
    }

    async fn a_text_that_was_sent_back_is_confirmed_anew(app: &TestApp) {
        let (team, office) = (app.team(1).await, app.office().await);
        let (proposal, lines) = pooled(app, &team, "四点半学校", &[books()]).await;
        let sponsor = app.sponsor(1).await;
        let (id, old) = frozen(app, &sponsor, proposal, &[(lines[0], 100)]).await;
        let path = format!("/api/v1/adoptions/{id}/agreement");
        sign(&sponsor, id, "sponsor", &old).await.expect(200);
        office.post(&format!("{path}/reopen"), json!({"reason": "交付时间有误"})).await.expect(200);
        let confirm = format!("{path}/confirm");
        let old_text = json!({"party": "team", "hash": old, "code": "123456"});
        assert_eq!(team.post(&confirm, old_text.clone()).await.expect(409).code(), "wrong-state", "it is a draft again");
        office.post(&format!("{path}/freeze"), json!({})).await.expect(200);
        let new = office.get(&path).await.expect(200);
        assert_eq!((&new.body["number"], &new.body["confirmations"]), (&json!(2), &json!([])));
        assert_ne!(new.body["hash"], old.as_str(), "the version number is part of the text");
        assert_eq!(team.post(&confirm, old_text).await.expect(409).code(), "agreement-changed");
    }

    async fn lists_take_the_same_number_of_queries_for_any_length(app: &TestApp) {
        let team = app.team(1).await;
        let office = app.office().await;
        let (proposal, lines) = pooled(app, &team, "四点半学校", &[books()]).await;
        let counted = async |path: &str| {
            office.get(path).await.expect(200);
            let before = app.app.db.queries_run();
            office.get(path).await.expect(200);
            app.app.db.queries_run() - before
        };
        held(app, &app.sponsor(1).await, proposal, &[(lines[0], 10)]).await;
        let one = (counted("/api/v1/adoptions?room=office").await, counted("/api/v1/hall").await);
        for n in 2..=3 {
            let (other, its) = pooled(app, &team, &format!("项目{n}"), &[books()]).await;
            held(app, &app.sponsor(n).await, other, &[(its[0], 10)]).await;
        }
        assert_eq!((counted("/api/v1/adoptions?room=office").await, counted("/api/v1/hall").await), one);
    }
}
