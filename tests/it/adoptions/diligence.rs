use super::*;
use twoway_ids::DAY;
use twoway_tests::on_both_databases;

fn found(topic: &str, outcome: &str) -> Value {
    json!({"topic": topic, "outcome": outcome, "source": "公示系统", "checked_on": "2026-11-20"})
}

fn body(findings: &[Value]) -> Value {
    json!({"note": CHECKED, "findings": findings})
}

on_both_databases! {
    async fn a_blocked_trade_is_told_its_rule(app: &TestApp) {
        let team = app.team(1).await;
        let (proposal, lines) = pooled(app, &team, "四点半学校", &[books()]).await;
        let (sponsor, office) = (app.sponsor(1).await, app.office().await);
        let mut asked = interest(&sponsor, proposal, &[(lines[0], 10)]);
        asked["trade"] = "tobacco".into();
        let refused = sponsor.post("/api/v1/adoptions", asked.clone()).await.expect(409);
        assert_eq!((refused.code(), refused.body["rule"].as_str()), ("trade-blocked", Some("D8")));
        assert!(refused.body["detail"].as_str().is_some_and(|d| d.contains("烟草制品") && d.contains("广告法第二十二条")), "{:#}", refused.body);
        asked["trade"] = "nothing-known".into();
        assert_eq!(sponsor.post("/api/v1/adoptions", asked.clone()).await.expect(422).body["errors"][0]["field"], "trade");

        // The office's own list stands over the starter list.
        let set = async |actor: &Actor, key: &str, body: Value| actor.put(&format!("/api/v1/trades/{key}"), body).await;
        assert_eq!(set(&sponsor, "betel-nut", json!({"title": "槟榔", "blocked": false})).await.status, 403);
        assert_eq!(set(&office, "betel-nut", json!({"title": "槟榔", "blocked": true})).await.status, 422, "a block says why");
        assert_eq!(set(&office, "Betel Nut", json!({"title": "槟榔", "blocked": false})).await.status, 422);
        set(&office, "betel-nut", json!({"title": "槟榔", "blocked": true, "basis": "市里的通知"})).await.expect(200);
        asked["trade"] = "betel-nut".into();
        assert_eq!(sponsor.post("/api/v1/adoptions", asked.clone()).await.expect(409).code(), "trade-blocked");
        set(&office, "betel-nut", json!({"title": "槟榔", "blocked": false})).await.expect(200);
        sponsor.post("/api/v1/adoptions", asked.clone()).await.expect(201);
        let list = app.anon().get("/api/v1/trades").await.expect(200).body;
        assert!(list.as_array().expect("a list").iter().any(|t| t["key"] == "betel-nut" && t["blocked"] == false));
        // The queue asks the same.
        let other = app.sponsor(2).await;
        let queue = json!({"organization": other.organization, "quantity": 400, "related_party": false, "clean_promotion": true,
            "trade": "gambling", "state_owned": false, "own_products": false});
        let refused = other.post(&format!("/api/v1/needs/{}/queue", lines[0]), queue).await.expect(409);
        assert_eq!(refused.code(), "trade-blocked");
    }

    async fn a_sponsor_passes_when_every_topic_is_clear(app: &TestApp) {
        let (team, office) = (app.team(1).await, app.office().await);
        let fund = app.recipient(1).await;
        let money = money(fund.organization.expect("a recipient"));
        let (proposal, lines) = pooled(app, &team, "四点半学校", &[books(), money]).await;
        let sponsor = app.sponsor(1).await;
        let mut asked = interest(&sponsor, proposal, &[(lines[0], 10), (lines[1], 2_000)]);
        asked["own_products"] = true.into();
        let id = sponsor.post("/api/v1/adoptions", asked).await.expect(201).id();
        let (check, record) = (format!("/api/v1/adoptions/{id}/check"), format!("/api/v1/adoptions/{id}/diligence"));
        let code = async |findings: &[Value]| office.post(&check, body(findings)).await.expect(409).body;
        let refused = code(&[]).await;
        assert_eq!(refused["code"], "diligence-missing");
        assert!(refused["detail"].as_str().is_some_and(|d| d.contains("信用状况")), "{refused:#}");
        assert_eq!(office.post(&record, json!({"findings": []})).await.expect(409).code(), "no-findings");
        assert_eq!(sponsor.post(&record, json!({"findings": [found("credit", "clear")]})).await.status, 403);
        let mut future = found("credit", "clear");
        future["checked_on"] = "2026-12-24".into();
        let refused = office.post(&record, json!({"findings": [future]})).await.expect(422);
        assert_eq!(refused.body["errors"][0]["field"], "findings.0.checked_on");

        // A concern stays on record although nothing passes with it.
        office.post(&record, json!({"findings": [found("credit", "concern"), found("related", "clear"), found("trade", "clear")]})).await.expect(200);
        assert_eq!(code(&[]).await["code"], "diligence-concern");
        assert_eq!(code(&[found("credit", "clear")]).await["code"], "diligence-missing", "the goods");
        let mut goods = found("goods", "clear");
        assert_eq!(code(&[found("credit", "clear"), goods.clone()]).await["code"], "goods-certificate-missing");
        goods["certificate"] = "检 17".into();
        goods["valid_until"] = "2027-02-28".into();
        let refused = code(&[found("credit", "clear"), goods.clone()]).await;
        assert_eq!((&refused["code"], &refused["rule"]), (&json!("goods-expire-early"), &json!("D4")));
        goods["valid_until"] = "2027-12-31".into();
        let mut recipient = found("recipient", "clear");
        let refused = code(&[found("credit", "clear"), goods.clone(), recipient.clone()]).await;
        assert_eq!((&refused["code"], &refused["rule"]), (&json!("recipient-certificate-missing"), &json!("D2")));
        recipient["certificate"] = "慈募 7".into();
        recipient["valid_until"] = "2027-01-31".into();
        assert_eq!(code(&[found("credit", "clear"), goods.clone(), recipient.clone()]).await["code"], "recipient-certificate-short");
        recipient["valid_until"] = "2029-01-31".into();
        let before = sponsor.get(&record).await.expect(200).body;
        assert_eq!((&before["label"], before["findings"].as_array().map(Vec::len)), (&json!("self-declared"), Some(3)));
        office.post(&check, body(&[found("credit", "clear"), goods, recipient])).await.expect(200);
        let after = sponsor.get(&record).await.expect(200).body;
        assert_eq!((&after["label"], after["findings"].as_array().map(Vec::len)), (&json!("verified"), Some(6)));
        let seen_by_team = team.get(&record).await.expect(200).body;
        assert_eq!((&seen_by_team["findings"], &seen_by_team["trade"]), (&json!([]), &json!(null)), "between the office and the sponsor");
        app.team(2).await.get(&record).await.expect(404);
    }

    async fn a_hold_of_other_lines_needs_what_belongs_to_them(app: &TestApp) {
        let (team, office) = (app.team(1).await, app.office().await);
        let fund = app.recipient(1).await;
        let (proposal, lines) = pooled(app, &team, "四点半学校", &[books(), money(fund.organization.expect("one"))]).await;
        let sponsor = app.sponsor(1).await;
        let id = sponsor.post("/api/v1/adoptions", interest(&sponsor, proposal, &[(lines[0], 10)])).await.expect(201).id();
        let four = ["credit", "related", "trade", "goods"].map(|topic| found(topic, "clear"));
        office.post(&format!("/api/v1/adoptions/{id}/check"), body(&four)).await.expect(200);
        let refused = sponsor.post(&format!("/api/v1/adoptions/{id}/hold"), wishes(&[(lines[1], 2_000)])).await.expect(409);
        assert_eq!((refused.code(), refused.body["rule"].as_str()), ("diligence-missing", Some("D2")));
        sponsor.post(&format!("/api/v1/adoptions/{id}/hold"), wishes(&[(lines[0], 5)])).await.expect(200);
    }

    async fn a_state_owned_sponsor_signs_with_its_approval(app: &TestApp) {
        let (team, office) = (app.team(1).await, app.office().await);
        let (proposal, lines) = pooled(app, &team, "四点半学校", &[books()]).await;
        let sponsor = app.sponsor(1).await;
        let mut asked = interest(&sponsor, proposal, &[(lines[0], 10)]);
        asked["state_owned"] = true.into();
        let id = sponsor.post("/api/v1/adoptions", asked).await.expect(201).id();
        let path = format!("/api/v1/adoptions/{id}");
        office.post(&format!("{path}/check"), checked()).await.expect(200);
        sponsor.post(&format!("{path}/hold"), wishes(&[(lines[0], 10)])).await.expect(200);
        office.post(&format!("{path}/agreement"), json!({})).await.expect(200);
        sponsor.put(&format!("{path}/agreement"), terms()).await.expect(200);
        let refused = office.post(&format!("{path}/agreement/freeze"), json!({})).await.expect(409);
        assert_eq!((refused.code(), refused.body["rule"].as_str()), ("state-approval-missing", Some("D11")));
        let mut approval = found("state-approval", "clear");
        approval["certificate"] = "遵国资批〔2026〕7号".into();
        office.post(&format!("{path}/diligence"), json!({"findings": [approval]})).await.expect(200);
        office.post(&format!("{path}/agreement/freeze"), json!({})).await.expect(200);
        let late = office.post(&format!("{path}/diligence"), json!({"findings": [found("credit", "clear")]})).await.expect(409);
        assert_eq!(late.code(), "wrong-state", "nothing is added to what was signed on");
    }

    async fn the_office_is_reminded_after_ten_working_days(app: &TestApp) {
        let (team, office) = (app.team(1).await, app.office().await);
        let (proposal, lines) = pooled(app, &team, "四点半学校", &[books()]).await;
        let (slow, quick) = (app.sponsor(1).await, app.sponsor(2).await);
        let id = slow.post("/api/v1/adoptions", interest(&slow, proposal, &[(lines[0], 10)])).await.expect(201).id();
        held(app, &quick, proposal, &[(lines[0], 10)]).await;
        let due = office.get("/api/v1/work").await.expect(200).body;
        let due = due.as_array().or(due["items"].as_array()).expect("a list").iter().find(|i| i["kind"] == "check-sponsor").expect("a task")["due_at"].as_i64();
        let reminded = async || {
            let told = office.get("/api/v1/notices").await.expect(200).body;
            told["items"].as_array().expect("a list").iter().filter(|n| n["text"].as_str().is_some_and(|t| t.contains("还没有核查"))).count()
        };
        app.advance(13 * DAY).await;
        assert_eq!(reminded().await, 0, "ten working days are two weeks at least");
        app.advance(due.expect("a date") - app.now() + 1).await;
        assert_eq!(reminded().await, 1, "once, and not for who was checked");
        office.post(&format!("/api/v1/adoptions/{id}/decline"), json!({"reason": "未能核实"})).await.expect(200);
    }

    async fn due_diligence_is_done_by_pages(app: &TestApp) {
        let (team, office, sponsor) = (app.team(1).await, app.office().await, app.sponsor(1).await);
        let (proposal, lines) = pooled(app, &team, "四点半学校", &[books()]).await;
        let id = sponsor.post("/api/v1/adoptions", interest(&sponsor, proposal, &[(lines[0], 10)])).await.expect(201).id();
        let (office, sponsor) = (office.pages().await, sponsor.pages().await);
        let text = |answer: Answer| answer.body.as_str().expect("a page").to_string();
        let here = format!("/adoptions/{id}");
        let form = text(office.get(&format!("{here}/check")).await.expect(200));
        assert!(form.contains("信用状况：结果") && form.contains("认领方申报的行业：批发和零售") && !form.contains("资金接收单位：结果"), "{form}");
        let mut typed = vec![("credit-outcome", "clear"), ("credit-source", "公示系统"), ("credit-checked_on", "2026-12-20"), ("note", CHECKED)];
        let back = text(office.post(&format!("{here}/check"), &typed).await.expect(422));
        assert!(back.contains("公示系统") && back.contains("2026-12-20"), "what was typed stays: {back}");
        typed[2].1 = "2026-11-20";
        let back = text(office.post(&format!("{here}/check"), &typed).await.expect(422));
        assert!(back.contains("还没有核查") && back.contains("关联关系"), "{back}");
        typed.push(("_intent", "save"));
        office.post(&format!("{here}/check"), &typed).await.expect(303);
        let shown = text(sponsor.get(&here).await.expect(200));
        for part in ["自行申报", "信用状况", "未见异常", "了解项目方", "志愿队1", "批发和零售"] {
            assert!(shown.contains(part), "{part} is missing in {shown}");
        }
        let rest = ["related", "trade", "goods"].map(|topic| [(format!("{topic}-outcome"), "clear"), (format!("{topic}-source"), "公示系统"), (format!("{topic}-checked_on"), "2026-11-20")]);
        let mut all: Vec<(&str, &str)> = rest.iter().flatten().map(|(name, value)| (name.as_str(), *value)).collect();
        all.push(("note", CHECKED));
        office.post(&format!("{here}/check"), &all).await.expect(303);
        assert!(text(sponsor.get(&here).await.expect(200)).contains("已核实"));
        let team_sees = text(team.pages().await.get(&here).await.expect(200));
        assert!(!team_sees.contains("公示系统") && !team_sees.contains("了解项目方"), "{team_sees}");

        let list = text(office.get("/trades").await.expect(200));
        assert!(list.contains("烟草制品") && list.contains("不予认领"), "{list}");
        assert!(text(office.get("/adoptions").await.expect(200)).contains("/trades"));
        assert!(text(office.get("/trades/edit?key=tobacco").await.expect(200)).contains("烟草制品"));
        office.get("/trades/edit?key=unknown").await.expect(404);
        let back = text(office.post("/trades/edit", &[("key", "tobacco"), ("title", "烟草"), ("blocked", "true")]).await.expect(422));
        assert!(back.contains("烟草"), "{back}");
        office.get("/trades/edit").await.expect(200);
        office.post("/trades/edit", &[("_new", "true"), ("key", "betel-nut"), ("title", "槟榔"), ("blocked", "true"), ("basis", "市里的通知")]).await.expect(303);
        assert!(text(office.get("/trades").await.expect(200)).contains("槟榔"));
        sponsor.get("/trades").await.expect(403);
    }
}
