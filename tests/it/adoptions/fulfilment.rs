//! From the agreement to the end: days of delivery, releases, changes of use, thanks and what is left over.

use super::*;
use reqwest::Method;
use reqwest::multipart::{Form, Part};
use sea_orm::{ColumnTrait, EntityTrait, PaginatorTrait, QueryFilter};
use twoway_entity::adoptions::{agreement, commitment};
use twoway_entity::notices::notice;
use twoway_ids::DAY;
use twoway_tests::{Answer, on_both_databases};

/// The lines of an adoption as the API tells them.
async fn lines_of(actor: &Actor, id: Uuid) -> Vec<Value> {
    actor.get(&format!("/api/v1/adoptions/{id}")).await.expect(200).body["lines"].as_array().expect("lines").clone()
}

async fn state(actor: &Actor, id: Uuid) -> String {
    actor.get(&format!("/api/v1/adoptions/{id}")).await.expect(200).body["state"].as_str().expect("a state").to_string()
}

/// Records a delivery of one line and lets the team confirm it.
async fn deliver(sponsor: &Actor, team: &Actor, id: Uuid, line: usize, quantity: i64) -> Answer {
    let sent = record(sponsor, id, line, quantity).await.expect(201).id();
    team.post(&format!("/api/v1/deliveries/{sent}/confirm"), json!({})).await.expect(200)
}

async fn record(sponsor: &Actor, id: Uuid, line: usize, quantity: i64) -> Answer {
    let line = &lines_of(sponsor, id).await[line];
    let proof = match line["kind"].as_str() {
        Some("venue") => json!({"use_log": "使用记录第 1 页", "hours": 2}),
        _ => json!({"goods_note": "入库单 7", "condition": "good"}),
    };
    let body = json!({"commitment": line["id"], "quantity": quantity, "delivered_on": "2026-11-23", "proof": proof});
    sponsor.post(&format!("/api/v1/adoptions/{id}/deliveries"), body).await
}

/// How often somebody was told this.
async fn told(app: &TestApp, actor: &Actor, template: &str) -> u64 {
    let account = actor.who().await.account().expect("an account");
    notice::Entity::find()
        .filter(notice::Column::AccountId.eq(account))
        .filter(notice::Column::Template.eq(template))
        .count(app.app.db.read())
        .await
        .expect("a number")
}

/// A document whose content is its own.
fn paper(name: &str, n: u8) -> Part {
    Part::bytes([b"%PDF-1.7\n".as_slice(), &[n]].concat()).file_name(name.to_string())
}

async fn hardship(sponsor: &Actor, id: Uuid, papers: &[(&'static str, u8)]) -> Answer {
    let mut form = Form::new().text("reason", "主要客户停产，连续三个季度亏损");
    for (field, n) in papers {
        form = form.part(*field, paper("材料.pdf", *n));
    }
    let request = sponsor.request(Method::POST, &format!("/api/v1/adoptions/{id}/hardship")).await;
    Answer::of(request.multipart(form)).await
}

async fn nothing_was_changed_by_hand(app: &TestApp) {
    app.settle().await;
    let findings = twoway::audit::verify(&app.app).await.expect("verified");
    assert!(findings.is_empty(), "{findings:#?}");
}

on_both_databases! {
    async fn from_the_first_delivery_to_the_end(app: &TestApp) {
        let (team, office, sponsor) = (app.team(1).await, app.office().await, app.sponsor(1).await);
        let (proposal, lines) = pooled(app, &team, "四点半学校", &[books(), room()]).await;
        let id = active(app, &sponsor, &team, &[], proposal, &[(lines[0], 50), (lines[1], 1)]).await;
        let at = |verb: &str| format!("/api/v1/adoptions/{id}/{verb}");
        assert_eq!(team.post(&at("thanks"), json!({"thanks": "感谢贵单位的支持。"})).await.expect(409).code(), "nothing-to-settle");
        assert_eq!(office.post(&at("surplus"), json!({"how": "nothing"})).await.expect(409).code(), "nothing-to-settle");
        deliver(&sponsor, &team, id, 0, 20).await;
        assert_eq!(state(&sponsor, id).await, "partially-delivered");
        deliver(&sponsor, &team, id, 0, 30).await;
        assert_eq!(state(&sponsor, id).await, "partially-delivered");
        deliver(&sponsor, &team, id, 1, 1).await;
        assert_eq!(state(&sponsor, id).await, "delivered");
        assert_eq!(coverage(app, proposal).await, [(0, 0, 50), (0, 0, 1)]);

        // The team is reminded before its time to thank is over, and at the end the office hears of it.
        app.advance(10 * DAY).await;
        assert_eq!((told(app, &team, "notice-thanks-due").await, told(app, &office, "notice-thanks-due").await), (1, 0));
        app.advance(5 * DAY).await;
        assert_eq!((told(app, &team, "notice-thanks-due").await, told(app, &office, "notice-thanks-due").await), (2, 1));
        actions::remind_of_thanks(&app.app, &app.app.system("adoptions.thanks"), id).await.expect("nothing to do");
        assert_eq!(told(app, &team, "notice-thanks-due").await, 2);

        let thanks = json!({"thanks": "感谢贵单位的支持，孩子们有书读了。", "public": true});
        assert_eq!(sponsor.post(&at("thanks"), thanks.clone()).await.status, 403, "a sponsor does not thank itself");
        assert_eq!(team.post(&at("thanks"), json!({"thanks": "谢谢"})).await.expect(409).code(), "text-too-short");
        team.post(&at("thanks"), thanks.clone()).await.expect(200);
        assert_eq!(team.post(&at("thanks"), thanks).await.expect(409).code(), "thanked-already");
        assert_eq!(state(&sponsor, id).await, "acknowledged");
        assert_eq!(team.post(&at("surplus"), json!({"how": "office", "text": "用于同类项目的绘本角"})).await.status, 403, "that is for the office");
        assert_eq!(sponsor.post(&at("surplus"), json!({"how": "nothing"})).await.status, 403);
        assert_eq!(office.post(&at("surplus"), json!({"how": "agreement"})).await.expect(422).status, 422);
        team.post(&at("surplus"), json!({"how": "agreement", "text": "剩余绘本 6 册转给百家爱心屋"})).await.expect(200);
        assert_eq!(state(&sponsor, id).await, "closed");
        assert_eq!(office.post(&at("surplus"), json!({"how": "nothing"})).await.expect(409).code(), "surplus-decided");
        assert_eq!(told(app, &sponsor, "notice-adoption-closed").await, 1);
        let said = sponsor.get(&at("statement")).await.expect(200).body;
        assert_eq!((&said["state"], &said["surplus"], &said["lines"][0]["delivered"]), (&json!("closed"), &json!("agreement"), &json!(50)));
        assert_eq!(said["deliveries"].as_array().map(Vec::len), Some(3));
        app.sponsor(2).await.get(&at("statement")).await.expect(404);
        nothing_was_changed_by_hand(app).await;
    }

    async fn who_is_not_named_is_thanked_in_private_and_the_office_decides_where_nothing_was_agreed(app: &TestApp) {
        let (team, office, sponsor) = (app.team(1).await, app.office().await, app.sponsor(1).await);
        let (proposal, lines) = pooled(app, &team, "四点半学校", &[books()]).await;
        let id = held(app, &sponsor, proposal, &[(lines[0], 5)]).await;
        let path = format!("/api/v1/adoptions/{id}/agreement");
        office.post(&path, json!({})).await.expect(200);
        let mut silent = terms();
        silent["publicity"] = "anonymous".into();
        sponsor.put(&path, silent).await.expect(200);
        office.post(&format!("{path}/freeze"), json!({})).await.expect(200);
        let hash = sponsor.get(&path).await.body["hash"].as_str().expect("a hash").to_string();
        for (actor, party) in [(&sponsor, "sponsor"), (&team, "team"), (&office, "office")] {
            sign(actor, id, party, &hash).await.expect(200);
        }
        notice_passed(app, id).await;
        deliver(&sponsor, &team, id, 0, 5).await;
        let thanks = format!("/api/v1/adoptions/{id}/thanks");
        let refused = team.post(&thanks, json!({"thanks": "感谢贵单位的支持，感谢！", "public": true})).await.expect(409);
        assert_eq!((refused.code(), refused.body["rule"].as_str()), ("publicity-without-consent", Some("S4")));
        team.post(&thanks, json!({"thanks": "感谢贵单位的支持，感谢！"})).await.expect(200);
        // An agreement of older days that says nothing of leftovers.
        let (tenant, surplus) = (app.app.tenant, format!("/api/v1/adoptions/{id}/surplus"));
        app.step(move |step| async move {
            let row = agreement::Entity::find().filter(agreement::Column::AdoptionId.eq(id)).one(step.tx()).await?.expect("one");
            let mut terms = row.terms.clone();
            terms["surplus"] = "".into();
            let row = agreement::ActiveModel { tenant_id: Set(tenant), id: Set(row.id), terms: Set(terms), ..Default::default() };
            step.wrote_rows(&[row.update(step.tx()).await?]);
            Ok(())
        })
        .await;
        let refused = office.post(&surplus, json!({"how": "agreement", "text": "剩余绘本转给百家爱心屋"})).await.expect(409);
        assert_eq!((refused.code(), refused.body["rule"].as_str()), ("surplus-rule-missing", Some("D13")));
        assert_eq!(office.post(&surplus, json!({"how": "office", "text": "转走"})).await.expect(409).code(), "text-too-short");
        office.post(&surplus, json!({"how": "office", "text": "剩余绘本两册用于目的相近的百家爱心屋项目"})).await.expect(200);
        assert_eq!(state(&sponsor, id).await, "closed");
        let needs = app.anon().pages().await.get(&format!("/proposals/{proposal}/needs")).await.expect(200);
        let needs = needs.body.as_str().expect("a page").to_string();
        assert!(needs.contains("目的相近的百家爱心屋项目") && !needs.contains("企业1"), "{needs}");
    }

    async fn reminders_come_once_and_what_is_30_days_late_is_open_again(app: &TestApp) {
        let (team, office, sponsor) = (app.team(1).await, app.office().await, app.sponsor(1).await);
        // 2027-02-01, in 70 days.
        let mut goods = books();
        goods["due_on"] = "2027-02-01".into();
        let (proposal, lines) = pooled(app, &team, "四点半学校", &[goods]).await;
        let id = active(app, &sponsor, &team, &[], proposal, &[(lines[0], 200)]).await;
        let waits = app.sponsor(2).await;
        let asked = json!({"organization": waits.organization, "quantity": 150, "message": "", "related_party": false, "clean_promotion": true, "trade": "retail", "state_owned": false, "own_products": false});
        let second = waits.post(&format!("/api/v1/needs/{}/queue", lines[0]), asked).await.expect(201).id();
        office.post(&format!("/api/v1/adoptions/{second}/check"), checked()).await.expect(200);
        waits.post(&format!("/api/v1/adoptions/{second}/take-offer"), json!({})).await.expect(200);
        let third = app.sponsor(3).await;
        let asked = json!({"organization": third.organization, "quantity": 120, "message": "", "related_party": false, "clean_promotion": true, "trade": "retail", "state_owned": false, "own_products": false});
        let third_in = third.post(&format!("/api/v1/needs/{}/queue", lines[0]), asked).await.expect(201).id();
        office.post(&format!("/api/v1/adoptions/{third_in}/check"), checked()).await.expect(200);
        waits.post(&format!("/api/v1/adoptions/{second}/extend"), json!({})).await.expect(200);
        deliver(&sponsor, &team, id, 0, 80).await;

        app.advance(62 * DAY).await;
        assert_eq!(told(app, &sponsor, "notice-delivery-soon").await, 0);
        app.advance(2 * DAY).await;
        assert_eq!((told(app, &sponsor, "notice-delivery-soon").await, told(app, &office, "notice-delivery-soon").await), (1, 0));
        app.advance(7 * DAY).await;
        assert_eq!((told(app, &sponsor, "notice-delivery-today").await, told(app, &office, "notice-delivery-today").await), (1, 1));
        app.advance(7 * DAY).await;
        assert_eq!((told(app, &sponsor, "notice-delivery-late").await, told(app, &office, "notice-delivery-late").await), (1, 1));
        let commitment: Uuid = lines_of(&sponsor, id).await[0]["id"].as_str().expect("an id").parse().expect("an id");
        actions::due(&app.app, &app.app.system("adoptions.due"), commitment).await.expect("nothing to do");
        assert_eq!(told(app, &sponsor, "notice-delivery-late").await, 1, "called twice, told once");
        assert_eq!(state(&sponsor, id).await, "partially-delivered");
        // What is recorded and not answered does not lapse.
        let waiting = record(&sponsor, id, 0, 15).await.expect(201).id();
        app.advance(24 * DAY).await;
        assert_eq!(lines_of(&sponsor, id).await[0]["released"], 105);
        assert_eq!(state(&sponsor, id).await, "partially-delivered");
        team.post(&format!("/api/v1/deliveries/{waiting}/confirm"), json!({})).await.expect(200);
        assert_eq!(state(&sponsor, id).await, "delivered", "nothing is outstanding");
        let line = app.anon().get(&format!("/api/v1/proposals/{proposal}/needs")).await.body[0].clone();
        assert_eq!(line["delivered"], 95);
        let sum = ["held", "active", "delivered"].map(|k| line[k].as_i64().expect("a number")).iter().sum::<i64>();
        assert!(sum <= 300, "{line}");
        assert!(told(app, &third, "notice-adoption-offered").await >= 1, "the queue was called");

        // The note is for the office and the sponsor alone.
        let page = |actor: &Actor| { let actor = actor.clone(); async move {
            actor.pages().await.get(&format!("/adoptions/{id}")).await.expect(200).body.as_str().expect("a page").to_string()
        }};
        assert!(page(&sponsor).await.contains("不作排名") && page(&office).await.contains("不作排名"));
        assert!(!page(&team).await.contains("不作排名"));
        nothing_was_changed_by_hand(app).await;
    }

    async fn a_lapse_opens_exactly_its_quantity(app: &TestApp) {
        let (team, sponsor) = (app.team(1).await, app.sponsor(1).await);
        let (proposal, lines) = pooled(app, &team, "四点半学校", &[books(), room()]).await;
        let id = active(app, &sponsor, &team, &[], proposal, &[(lines[0], 120), (lines[1], 1)]).await;
        let other = active(app, &app.sponsor(2).await, &team, &[], proposal, &[(lines[0], 100)]).await;
        deliver(&sponsor, &team, id, 0, 40).await;
        // The books are due on 2027-03-01, the room on 2027-02-01.
        app.advance(101 * DAY).await;
        assert_eq!(coverage(app, proposal).await, [(0, 180, 40), (0, 0, 0)], "the room has lapsed");
        assert_eq!(state(&sponsor, id).await, "partially-delivered", "the books have not");
        app.advance(28 * DAY).await;
        assert_eq!(coverage(app, proposal).await, [(0, 0, 40), (0, 0, 0)]);
        assert_eq!(state(&sponsor, id).await, "delivered", "what stayed was delivered");
        assert_eq!(state(&app.sponsor(2).await, other).await, "lapsed", "nothing of it was");
        let found = app.anon().get("/api/v1/hall?kind=goods").await.expect(200);
        assert_eq!(found.body["items"].as_array().map(Vec::len), Some(1), "a line that is open after its day is needed still");
        nothing_was_changed_by_hand(app).await;
    }

    async fn a_later_day_is_asked_for_and_answered_by_the_receiver(app: &TestApp) {
        let (team, office, sponsor) = (app.team(1).await, app.office().await, app.sponsor(1).await);
        let (proposal, lines) = pooled(app, &team, "四点半学校", &[books()]).await;
        let id = active(app, &sponsor, &team, &[], proposal, &[(lines[0], 50)]).await;
        let path = format!("/api/v1/adoptions/{id}/delays");
        let commitment = lines_of(&sponsor, id).await[0]["id"].clone();
        let ask = |day: &str| json!({"commitment": commitment, "due_on": day, "reason": "厂家交货推迟"});
        assert_eq!(sponsor.post(&path, ask("2027-03-01")).await.expect(409).code(), "day-not-later");
        sponsor.post(&path, ask("三月")).await.expect(422);
        assert_eq!(team.post(&path, ask("2027-04-15")).await.status, 403);
        let mut silent = ask("2027-04-15");
        silent["reason"] = "".into();
        sponsor.post(&path, silent).await.expect(422);
        let first = sponsor.post(&path, ask("2027-04-15")).await.expect(201).id();
        assert_eq!(sponsor.post(&path, ask("2027-04-20")).await.expect(409).code(), "ask-waits");
        let answer = |id: Uuid| format!("/api/v1/adoption-asks/{id}/answer");
        assert_eq!(sponsor.post(&answer(first), json!({"agreed": true})).await.status, 403);
        assert_eq!(office.post(&answer(first), json!({"agreed": true})).await.status, 403, "the receiver answers");
        // While it is not answered, nothing lapses.
        app.advance(140 * DAY).await;
        assert_eq!(coverage(app, proposal).await, [(0, 50, 0)]);
        team.post(&answer(first), json!({"agreed": false})).await.expect(422);
        team.post(&answer(first), json!({"agreed": false, "answer": "学期内要用"})).await.expect(200);
        assert_eq!(team.post(&answer(first), json!({"agreed": true})).await.expect(409).code(), "answered-already");
        let second = sponsor.post(&path, ask("2027-06-01")).await.expect(201).id();
        team.post(&answer(second), json!({"agreed": true})).await.expect(200);
        assert_eq!(lines_of(&sponsor, id).await[0]["due_on"], "2027-06-01");
        app.advance(70 * DAY).await;
        assert_eq!(coverage(app, proposal).await, [(0, 50, 0)], "the new day counts");
        app.advance(30 * DAY).await;
        assert_eq!(coverage(app, proposal).await, [(0, 0, 0)]);
        assert_eq!(state(&sponsor, id).await, "lapsed");
        assert_eq!(sponsor.post(&path, ask("2027-09-01")).await.expect(409).code(), "not-active");
    }

    async fn hardship_needs_two_papers_and_leaves_no_mark(app: &TestApp) {
        let (team, office, sponsor) = (app.team(1).await, app.office().await, app.sponsor(1).await);
        let (proposal, lines) = pooled(app, &team, "四点半学校", &[books()]).await;
        let id = active(app, &sponsor, &team, &[], proposal, &[(lines[0], 50)]).await;
        for papers in [&[][..], &[("report", 1)], &[("explanation", 1)], &[("report", 1), ("explanation", 1)]] {
            let refused = hardship(&sponsor, id, papers).await.expect(409);
            assert_eq!((refused.code(), refused.body["rule"].as_str()), ("hardship-documents", Some("D9")), "{papers:?}");
        }
        let both = [("report", 1), ("explanation", 2)];
        assert_eq!(hardship(&app.sponsor_member(1).await, id, &both).await.expect(409).code(), "signatory-needed");
        deliver(&sponsor, &team, id, 0, 20).await;
        let filed = hardship(&sponsor, id, &both).await.expect(201).id();
        assert_eq!(hardship(&sponsor, id, &both).await.expect(409).code(), "ask-waits");
        let answer = format!("/api/v1/adoption-asks/{filed}/answer");
        assert_eq!(team.post(&answer, json!({"agreed": true})).await.status, 403);
        let waiting = record(&sponsor, id, 0, 5).await.expect(201).id();
        assert_eq!(office.post(&answer, json!({"agreed": true})).await.expect(409).code(), "delivery-waits");
        team.post(&format!("/api/v1/deliveries/{waiting}/dispute"), json!({"reason": "没有收到"})).await.expect(200);
        office.post(&answer, json!({"agreed": true})).await.expect(200);
        assert_eq!(state(&sponsor, id).await, "hardship-released");
        assert_eq!(coverage(app, proposal).await, [(0, 0, 20)]);
        let page = office.pages().await.get(&format!("/adoptions/{id}")).await.expect(200).body.as_str().expect("a page").to_string();
        assert!(page.contains("困难解除") && !page.contains("不作排名"), "no negative mark");
        // What was delivered before is thanked for and settled.
        team.post(&format!("/api/v1/adoptions/{id}/thanks"), json!({"thanks": "感谢贵单位已经给予的支持。"})).await.expect(200);
        office.post(&format!("/api/v1/adoptions/{id}/surplus"), json!({"how": "nothing"})).await.expect(200);
        assert_eq!(state(&sponsor, id).await, "closed");
        nothing_was_changed_by_hand(app).await;
    }

    async fn a_termination_needs_a_second_person(app: &TestApp) {
        let (team, office, sponsor) = (app.team(1).await, app.office().await, app.sponsor(1).await);
        let (proposal, lines) = pooled(app, &team, "四点半学校", &[books()]).await;
        let id = active(app, &sponsor, &team, &[], proposal, &[(lines[0], 50)]).await;
        let path = format!("/api/v1/adoptions/{id}/termination");
        assert_eq!(sponsor.post(&path, json!({"reason": "认领方弄虚作假，提供的物资不合格"})).await.status, 403);
        assert_eq!(office.post(&path, json!({"reason": "不合格"})).await.expect(409).code(), "text-too-short");
        let asked = office.post(&path, json!({"reason": "认领方弄虚作假，提供的物资不合格"})).await.expect(201).id();
        let answer = format!("/api/v1/adoption-asks/{asked}/answer");
        assert_eq!(office.post(&answer, json!({"agreed": true})).await.expect(409).code(), "second-person-answers");
        let second = app.second_office().await;
        second.post(&answer, json!({"agreed": false, "answer": "先约谈认领方"})).await.expect(200);
        assert_eq!(state(&sponsor, id).await, "active");
        let asked = office.post(&path, json!({"reason": "约谈后仍以不合格物资交付"})).await.expect(201).id();
        second.post(&format!("/api/v1/adoption-asks/{asked}/answer"), json!({"agreed": true})).await.expect(200);
        assert_eq!(state(&sponsor, id).await, "terminated");
        assert_eq!(coverage(app, proposal).await, [(0, 0, 0)]);
        nothing_was_changed_by_hand(app).await;
    }

    async fn a_change_of_use_refused_by_one_of_three_freezes_only_its_line(app: &TestApp) {
        let team = app.team(1).await;
        let (proposal, lines) = pooled(app, &team, "四点半学校", &[books(), room()]).await;
        let mut given = Vec::new();
        for n in 1..=3 {
            let sponsor = app.sponsor(n).await;
            let wish = if n == 1 { vec![(lines[0], 50), (lines[1], 1)] } else { vec![(lines[0], 50)] };
            let id = active(app, &sponsor, &team, &[], proposal, &wish).await;
            given.push((sponsor, id));
        }
        let path = format!("/api/v1/needs/{}/use-changes", lines[0]);
        let body = json!({"new_use": "改为购置课桌椅供四点半学校使用", "reason": "图书馆已经捐来足够的绘本"});
        assert_eq!(given[0].0.post(&path, body.clone()).await.status, 403, "the team asks");
        assert_eq!(team.post(&path, json!({"new_use": "桌", "reason": "图书馆已经捐来足够的绘本"})).await.expect(409).code(), "text-too-short");
        let waiting = record(&given[2].0, given[2].1, 0, 5).await.expect(201).id();
        let change = team.post(&path, body.clone()).await.expect(201).id();
        assert_eq!(team.post(&path, body.clone()).await.expect(409).code(), "use-change-open");
        let frozen = record(&given[1].0, given[1].1, 0, 5).await.expect(409);
        assert_eq!((frozen.code(), frozen.body["rule"].as_str()), ("line-frozen", Some("D12")));
        assert_eq!(team.post(&format!("/api/v1/deliveries/{waiting}/confirm"), json!({})).await.expect(409).code(), "line-frozen");
        deliver(&given[0].0, &team, given[0].1, 1, 1).await;

        let answer = format!("/api/v1/use-changes/{change}/answer");
        let said = |n: usize, agreed: bool, note: &str| json!({"adoption": given[n].1, "agreed": agreed, "note": note});
        assert_eq!(given[1].0.post(&answer, said(0, true, "")).await.status, 404, "another's adoption");
        assert_eq!(app.sponsor_member(1).await.post(&answer, said(0, true, "")).await.expect(409).code(), "signatory-needed");
        given[0].0.post(&answer, said(0, true, "")).await.expect(200);
        assert_eq!(given[0].0.post(&answer, said(0, false, "改变主意")).await.expect(409).code(), "answered-already");
        given[1].0.post(&answer, said(1, false, "")).await.expect(422);
        given[1].0.post(&answer, said(1, false, "希望仍用于阅读")).await.expect(200);
        let seen = team.get(&path).await.expect(200).body;
        assert_eq!((&seen[0]["state"], seen[0]["answers"].as_array().map(Vec::len)), (&json!("refused"), Some(3)));
        let seen = given[2].0.get(&path).await.expect(200).body;
        assert_eq!(seen[0]["answers"].as_array().map(Vec::len), Some(1), "its own answer alone");
        assert_eq!(given[2].0.post(&answer, said(2, true, "")).await.expect(409).code(), "wrong-state");
        assert_eq!(record(&given[0].0, given[0].1, 0, 5).await.expect(409).code(), "line-frozen", "refused, it is frozen still");

        let back = format!("/api/v1/use-changes/{change}/withdraw");
        assert_eq!(given[1].0.post(&back, json!({"reason": "按原用途"})).await.status, 403);
        app.advance(4 * DAY).await;
        team.post(&back, json!({"reason": "按原用途"})).await.expect(200);
        assert_eq!(team.post(&back, json!({"reason": "按原用途"})).await.expect(409).code(), "wrong-state");
        record(&given[0].0, given[0].1, 0, 5).await.expect(201);
        team.post(&format!("/api/v1/deliveries/{waiting}/confirm"), json!({})).await.expect(200);
        assert_eq!(lines_of(&given[0].0, given[0].1).await[0]["due_on"], "2027-03-05", "the lost days do not count");
        nothing_was_changed_by_hand(app).await;
    }

    async fn silence_is_no_consent_and_all_consents_are(app: &TestApp) {
        let team = app.team(1).await;
        let (proposal, lines) = pooled(app, &team, "四点半学校", &[books()]).await;
        let path = format!("/api/v1/needs/{}/use-changes", lines[0]);
        let body = json!({"new_use": "改为购置课桌椅供四点半学校使用", "reason": "图书馆已经捐来足够的绘本"});
        assert_eq!(team.post(&path, body.clone()).await.expect(409).code(), "nobody-to-ask");
        let (first, second) = (app.sponsor(1).await, app.sponsor(2).await);
        let one = active(app, &first, &team, &[], proposal, &[(lines[0], 50)]).await;
        let two = active(app, &second, &team, &[], proposal, &[(lines[0], 50)]).await;
        let change = team.post(&path, body.clone()).await.expect(201).id();
        first.post(&format!("/api/v1/use-changes/{change}/answer"), json!({"adoption": one, "agreed": true})).await.expect(200);
        app.advance(15 * DAY).await;
        assert_eq!(team.get(&path).await.body[0]["state"], "expired");
        assert_eq!(record(&first, one, 0, 5).await.expect(409).code(), "line-frozen");
        actions::expire_use_change(&app.app, &app.app.system("adoptions.use-change"), change).await.expect("nothing to do");
        team.post(&format!("/api/v1/use-changes/{change}/withdraw"), json!({"reason": "重新征求意见"})).await.expect(200);
        let change = team.post(&path, body).await.expect(201).id();
        for (sponsor, id) in [(&first, one), (&second, two)] {
            sponsor.post(&format!("/api/v1/use-changes/{change}/answer"), json!({"adoption": id, "agreed": true})).await.expect(200);
        }
        assert_eq!(team.get(&path).await.body[0]["state"], "effective");
        record(&first, one, 0, 5).await.expect(201);
    }

    /// The clocks of all who agreed on one line run out in the same moment, and each is called once more, all at once: what is open in
    /// the end is what was given back, once.
    async fn many_lapses_at_once_keep_the_sum(app: &TestApp) {
        let team = app.team(1).await;
        let (proposal, lines) = pooled(app, &team, "抢着帮忙", &[books()]).await;
        let mut all = Vec::new();
        for n in 1..=6 {
            all.push(active(app, &app.sponsor(n).await, &team, &[], proposal, &[(lines[0], 50)]).await);
        }
        assert_eq!(coverage(app, proposal).await, [(0, 300, 0)]);
        let rows = commitment::Entity::find().filter(commitment::Column::LineId.eq(lines[0])).all(app.app.db.read()).await.expect("rows");
        app.advance(127 * DAY).await;
        assert_eq!(coverage(app, proposal).await, [(0, 300, 0)], "29 days late");
        app.advance(DAY + DAY / 2).await;
        let again: Vec<_> = rows
            .iter()
            .map(|row| {
                let (host, id) = (app.app.clone(), row.id);
                tokio::spawn(async move { actions::due(&host, &host.system("adoptions.due"), id).await })
            })
            .collect();
        for one in again {
            one.await.expect("ends").expect("nothing to do");
        }
        assert_eq!(coverage(app, proposal).await, [(0, 0, 0)], "each was given back once");
        nothing_was_changed_by_hand(app).await;
    }

    async fn obligations_are_one_list_of_all_that_was_promised(app: &TestApp) {
        let (team, sponsor) = (app.team(1).await, app.sponsor(1).await);
        let fund = app.recipient(1).await;
        let (proposal, lines) =
            pooled(app, &team, "四点半学校", &[books(), room(), money(fund.organization.expect("one"))]).await;
        let counted = async || {
            sponsor.get("/api/v1/obligations").await.expect(200);
            let before = app.app.db.queries_run();
            sponsor.get("/api/v1/obligations").await.expect(200);
            app.app.db.queries_run() - before
        };
        let id = active(app, &sponsor, &team, &[&fund], proposal, &[(lines[0], 50), (lines[1], 1), (lines[2], 2_000)]).await;
        let one = counted().await;
        let (other, its) = pooled(app, &team, "百家爱心屋", &[books()]).await;
        active(app, &sponsor, &team, &[], other, &[(its[0], 10)]).await;
        active(app, &sponsor, &team, &[], other, &[(its[0], 20)]).await;
        assert_eq!(counted().await, one);
        deliver(&sponsor, &team, id, 1, 1).await;
        let late = json!({"commitment": lines_of(&sponsor, id).await[1]["id"], "due_on": "2027-05-01", "reason": "装修未完"});
        let refused = sponsor.post(&format!("/api/v1/adoptions/{id}/delays"), late).await.expect(409);
        assert_eq!(refused.code(), "nothing-outstanding");
        let list = sponsor.get("/api/v1/obligations").await.expect(200).body;
        let days: Vec<(&str, i64)> = list.as_array().expect("a list").iter().map(|o| (o["due_on"].as_str().expect("a day"), o["outstanding"].as_i64().expect("a number"))).collect();
        assert_eq!(days.iter().map(|(d, _)| *d).collect::<Vec<_>>(), ["2027-02-15", "2027-03-01", "2027-03-01", "2027-03-01", "2027-02-01"], "what is over comes last");
        assert_eq!(list[0]["receiver"], "基金会1");
        assert!(list[0]["contact"].is_string());
        let narrowed = sponsor.get(&format!("/api/v1/obligations?proposal={other}")).await.expect(200).body;
        assert_eq!(narrowed.as_array().map(Vec::len), Some(2));
        let none = app.sponsor(2).await.get("/api/v1/obligations").await.expect(200).body;
        assert_eq!(none, json!([]));
        let work = sponsor.get("/api/v1/work").await.expect(200).body;
        assert!(!work.to_string().contains("deliver-line"), "in a month there is time");
        app.advance(60 * DAY).await;
        let work = sponsor.get("/api/v1/work").await.expect(200).body;
        assert!(work.to_string().contains("deliver-line"), "{work:#}");
    }

    async fn each_kind_has_a_proof_of_its_own_and_receipts_a_register(app: &TestApp) {
        let (team, office, sponsor, fund) = (app.team(1).await, app.office().await, app.sponsor(1).await, app.recipient(1).await);
        let (proposal, lines) = pooled(app, &team, "四点半学校", &[books(), room(), money(fund.organization.expect("one"))]).await;
        let id = active(app, &sponsor, &team, &[&fund], proposal, &[(lines[0], 50), (lines[1], 1), (lines[2], 4_000)]).await;
        let of = lines_of(&sponsor, id).await;
        let record = async |line: usize, quantity: i64, proof: Value| {
            let body = json!({"commitment": of[line]["id"], "quantity": quantity, "delivered_on": "2026-11-23", "proof": proof});
            sponsor.post(&format!("/api/v1/adoptions/{id}/deliveries"), body).await
        };
        for (line, proof) in [
            (0, json!({})),
            (0, json!({"goods_note": "入库单 7"})),
            (0, json!({"goods_note": "入库单 7", "condition": "perfect"})),
            (0, json!({"goods_note": "入库单 7", "condition": "good", "receipt": "issued"})),
            (1, json!({"use_log": "第 1 页", "hours": 0})),
            (2, json!({"receipt": "issued", "handler": "刘敏"})),
            (2, json!({"receipt": "anonymous", "handler": "刘敏"})),
            (2, json!({"receipt": "issued", "receipt_number": "520200001"})),
            (2, json!({"receipt": "waived", "receipt_number": "520200001", "handler": "刘敏"})),
        ] {
            assert_eq!(record(line, 1, proof.clone()).await.status, 422, "{proof}");
        }
        let old = record(0, 1, json!({"goods_note": "入库单 7", "condition": "good", "expires_on": "2026-11-22"})).await.expect(409);
        assert_eq!((old.code(), old.body["rule"].as_str()), ("goods-expired", Some("D6")));
        assert_eq!(record(0, 1, json!({"goods_note": "请扫收款码", "condition": "good"})).await.expect(409).code(), "account-number-in-text");

        let receipt = |how: &str, number: &str| match number {
            "" => json!({"receipt": how, "handler": "刘敏"}),
            number => json!({"receipt": how, "receipt_number": number, "handler": "刘敏"}),
        };
        let first = record(2, 1_000, receipt("issued", "520200001")).await.expect(201).id();
        assert_eq!(office.get("/api/v1/receipts").await.expect(200).body["items"], json!([]), "one side alone does not count");
        // Two wait with one number: the register takes it once.
        let twice = record(2, 500, receipt("issued", "520200001")).await.expect(201).id();
        let confirm = async |id: Uuid| fund.post(&format!("/api/v1/deliveries/{id}/confirm"), json!({})).await;
        confirm(first).await.expect(200);
        let taken = confirm(twice).await.expect(409);
        assert_eq!((taken.code(), taken.body["rule"].as_str()), ("receipt-number-taken", Some("D6")));
        fund.post(&format!("/api/v1/deliveries/{twice}/dispute"), json!({"reason": "票据号写错"})).await.expect(200);
        assert_eq!(record(2, 500, receipt("issued", "520200001")).await.expect(409).code(), "receipt-number-taken");
        let counted = async || {
            office.get("/api/v1/receipts").await.expect(200);
            let before = app.app.db.queries_run();
            office.get("/api/v1/receipts").await.expect(200);
            app.app.db.queries_run() - before
        };
        let one = counted().await;
        for (quantity, proof) in [(500, receipt("anonymous", "520200002")), (500, receipt("waived", "")), (500, receipt("waived", ""))] {
            // Entries are listed by time.
            app.advance(DAY).await;
            let id = record(2, quantity, proof).await.expect(201).id();
            confirm(id).await.expect(200);
        }
        assert_eq!(counted().await, one);
        for (actor, count) in [(&office, 4), (&fund, 4), (&sponsor, 4), (&app.sponsor(2).await, 0), (&app.recipient(2).await, 0), (&team, 0)] {
            let list = actor.get("/api/v1/receipts").await.expect(200).body;
            assert_eq!(list["items"].as_array().map(Vec::len), Some(count), "{}", actor.name);
        }
        let list = office.get("/api/v1/receipts").await.body["items"].as_array().expect("a list").clone();
        assert_eq!((&list[0]["number"], &list[0]["donor"]), (&Value::Null, &json!("企业1")));
        assert_eq!((&list[2]["number"], &list[2]["donor"]), (&json!("520200002"), &Value::Null), "anonymous");
        assert_eq!((&list[3]["handler"], &list[3]["quantity"]), (&json!("刘敏"), &json!(1_000)));

        // What was wrong is voided by the recipient, with its reason, and replaced.
        let void = format!("/api/v1/receipts/{}/void", list[3]["id"].as_str().expect("an id"));
        assert_eq!(office.post(&void, json!({"reason": "抬头有误"})).await.status, 403);
        fund.post(&void, json!({"reason": ""})).await.expect(422);
        assert_eq!(fund.post(&void, json!({"reason": "抬头有误", "number": "520200002"})).await.expect(409).code(), "receipt-number-taken");
        app.advance(DAY).await;
        fund.post(&void, json!({"reason": "抬头有误", "number": "520200009"})).await.expect(200);
        assert_eq!(fund.post(&void, json!({"reason": "抬头有误"})).await.expect(409).code(), "receipt-voided-already");
        let pages = (fund.pages().await, sponsor.pages().await);
        let register = pages.0.get("/receipts").await.expect(200).body.as_str().expect("a page").to_string();
        assert!(register.contains("520200009") && register.contains("抬头有误") && register.contains("匿名") && register.contains("作废票据"), "{register}");
        let seen = pages.1.get("/receipts").await.expect(200).body.as_str().expect("a page").to_string();
        assert!(seen.contains("520200009") && !seen.contains("/void"), "{seen}");
        let new = fund.get("/api/v1/receipts").await.body["items"][0]["id"].as_str().expect("an id").to_string();
        let form = format!("/receipts/{new}/void");
        pages.0.get(&form).await.expect(200);
        let back = pages.0.post(&form, &[("reason", ""), ("number", "520200010")]).await.expect(422);
        assert!(back.body.as_str().is_some_and(|t| t.contains("520200010")), "{}", back.body);
        pages.0.post(&form, &[("reason", "重复开具"), ("number", "")]).await.expect(303);
        assert!(pages.1.get(&format!("/adoptions/{id}")).await.expect(200).body.as_str().is_some_and(|t| t.contains("票据号：520200001")));
        nothing_was_changed_by_hand(app).await;
    }

    async fn photos_and_scans_stay_with_their_delivery(app: &TestApp) {
        let (team, office, sponsor) = (app.team(1).await, app.office().await, app.sponsor(1).await);
        let (proposal, lines) = pooled(app, &team, "四点半学校", &[books()]).await;
        let id = active(app, &sponsor, &team, &[], proposal, &[(lines[0], 50)]).await;
        let delivery = record(&sponsor, id, 0, 50).await.expect(201).id();
        let path = format!("/api/v1/deliveries/{delivery}/files");
        let add = async |actor: &Actor, form: Form| {
            Answer::of(actor.request(Method::POST, &path).await.multipart(form)).await
        };
        let file = |n: u8| Form::new().part("file", paper("签收单.pdf", n));
        assert_eq!(add(&office, file(1)).await.status, 403, "the office delivers nothing");
        add(&app.team(2).await, file(1)).await.expect(404);
        add(&team, Form::new().text("note", "签收单")).await.expect(422);
        assert_eq!(add(&team, Form::new().part("file", Part::bytes(vec![1_u8]).file_name("a.exe"))).await.expect(409).code(), "file-type");
        add(&team, file(1)).await.expect(201);
        assert_eq!(add(&sponsor, file(1)).await.expect(409).code(), "file-already-there");
        let found = office.get(&path).await.expect(200).body;
        assert_eq!((&found[0]["name"], &found[0]["purpose"]), (&json!("签收单.pdf"), &json!("paper")));
        let download = format!("/deliveries/{delivery}/files/{}", found[0]["id"].as_str().expect("an id"));
        let (client, stranger) = (office.pages().await, app.sponsor(2).await.pages().await);
        let shown = client.get(&format!("/adoptions/{id}")).await.expect(200).body.as_str().expect("a page").to_string();
        assert!(shown.contains(&download) && !shown.contains(&format!("/deliveries/{delivery}/files\"")), "{shown}");
        client.get(&download).await.expect(200);
        stranger.get(&download).await.expect(404);
        let form = format!("/deliveries/{delivery}/files");
        assert!(sponsor.pages().await.get(&form).await.expect(200).body.as_str().is_some_and(|t| t.contains("multipart/form-data")));
        client.get(&form).await.expect(403);
        team.post(&format!("/api/v1/deliveries/{delivery}/dispute"), json!({"reason": "实收 40 册"})).await.expect(200);
        assert_eq!(add(&team, file(2)).await.expect(409).code(), "delivery-settled");
        nothing_was_changed_by_hand(app).await;
    }
}
