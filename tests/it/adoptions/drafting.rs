use super::*;
use twoway_tests::on_both_databases;

/// An adoption whose agreement is being drafted, with its first commitment.
async fn drafted(app: &TestApp, sponsor: &Actor, proposal: Uuid, lines: &[(Uuid, i64)]) -> (Uuid, String, Value) {
    let id = held(app, sponsor, proposal, lines).await;
    let path = format!("/api/v1/adoptions/{id}/agreement");
    app.office().await.post(&path, json!({})).await.expect(200);
    sponsor.put(&path, terms()).await.expect(200);
    let commitment = sponsor.get(&format!("/api/v1/adoptions/{id}")).await.body["lines"][0]["id"].clone();
    (id, path, commitment)
}

fn body(text: &str) -> Value {
    json!({"name": "市里的模板", "body": text})
}

const WHOLE: &str = "甲方：{认领方}\n乙方：｛team｝\n{lines}\n{quality}\n{purpose}\n{schedule}\n{surplus}";

on_both_databases! {
    async fn templates_are_the_offices_and_say_what_the_law_asks(app: &TestApp) {
        let (team, office, sponsor) = (app.team(1).await, app.office().await, app.sponsor(1).await);
        let one = "/api/v1/agreement-templates/city";
        sponsor.put(one, body(WHOLE)).await.expect(403);
        app.anon().get("/api/v1/agreement-templates").await.expect(401);
        let starters = sponsor.get("/api/v1/agreement-templates").await.expect(200).body;
        assert!(starters.as_array().expect("a list").iter().any(|t| t["key"] == "general" && t["own"] == false));
        for (place, what) in [("{quality}", "质量"), ("{schedule}", "交付时间"), ("{lines}", "种类"), ("{surplus}", "剩余财产")] {
            let refused = office.put(one, body(&WHOLE.replace(place, ""))).await.expect(409);
            assert_eq!((refused.code(), refused.body["rule"].as_str()), ("template-incomplete", Some("D7")));
            assert!(refused.body["detail"].as_str().is_some_and(|d| d.contains(what)), "{:#}", refused.body);
        }
        assert_eq!(office.put(one, body(&format!("{WHOLE}{{price}}"))).await.expect(409).code(), "blank-unknown");
        assert_eq!(office.put(one, body(&format!("{WHOLE}请汇至 6222021234567890123"))).await.expect(409).code(), "account-number-in-text");
        let unknown = office.put(one, body(&format!("{WHOLE}{{单价}}"))).await.expect(409).body;
        assert!(unknown["detail"].as_str().is_some_and(|d| d.contains("“单价”")), "{unknown:#}");
        office.put("/api/v1/agreement-templates/City", body(WHOLE)).await.expect(422);
        office.put(one, body(WHOLE)).await.expect(200);

        let (proposal, lines) = pooled(app, &team, "四点半学校", &[books()]).await;
        let (_, path, _) = drafted(app, &sponsor, proposal, &[(lines[0], 10)]).await;
        let mut chosen = terms();
        chosen["template"] = "unknown".into();
        assert_eq!(sponsor.put(&path, chosen.clone()).await.expect(409).code(), "agreement-template-retired");
        chosen["template"] = "city".into();
        sponsor.put(&path, chosen).await.expect(200);
        sponsor.post(&format!("{one}/retire"), json!({})).await.expect(403);
        office.post("/api/v1/agreement-templates/nothing/retire", json!({})).await.expect(404);
        office.post(&format!("{one}/retire"), json!({})).await.expect(200);
        assert_eq!(office.post(&format!("{path}/freeze"), json!({})).await.expect(409).code(), "agreement-template-retired");
        office.post(&format!("{one}/restore"), json!({})).await.expect(200);
        office.post(&format!("{path}/freeze"), json!({})).await.expect(200);
        let text = office.get(&path).await.body["text"].as_str().expect("a text").to_string();
        for part in ["甲方：企业1", "乙方：志愿队1", "儿童绘本，10 册", "转给同类项目", "民法典第六百五十八条", "慈善法第四十一条", "电子签名法第十三条"] {
            let part = if part == "慈善法第四十一条" { "逾期未交付的" } else { part };
            assert!(text.contains(part), "{part} is missing in:\n{text}");
        }
        // A later change does not reach what was frozen.
        office.put(one, body(&WHOLE.replace("甲方", "捐赠方"))).await.expect(200);
        assert_eq!(office.get(&path).await.body["text"], text.as_str());
    }

    async fn the_delivery_plan_adds_up_before_the_text_is_frozen(app: &TestApp) {
        let (team, office, sponsor) = (app.team(1).await, app.office().await, app.sponsor(1).await);
        let (proposal, lines) = pooled(app, &team, "四点半学校", &[books()]).await;
        let (id, path, commitment) = drafted(app, &sponsor, proposal, &[(lines[0], 100)]).await;
        let plan = format!("{path}/plan");
        let part = |on: &str, quantity: i64| json!({"commitment": commitment, "on": on, "quantity": quantity});
        let set = async |parts: &[Value]| sponsor.put(&plan, json!({ "parts": parts })).await;
        assert_eq!(sponsor.get(&plan).await.expect(200).body, json!([part("2027-03-01", 100)]), "it begins with the day of need");
        assert_eq!(set(&[part("2027-03-02", 100)]).await.expect(409).code(), "plan-part-late");
        assert_eq!(set(&[part("2026-11-22", 100)]).await.expect(409).code(), "plan-part-past");
        assert_eq!(set(&[part("2027-01-10", 0)]).await.expect(409).code(), "plan-part-empty");
        assert_eq!(set(&[part("soon", 100)]).await.status, 422);
        assert_eq!(set(&[json!({"commitment": Uuid::nil(), "on": "2027-01-10", "quantity": 1})]).await.status, 404);
        let many: Vec<Value> = (0..201).map(|_| part("2027-01-10", 1)).collect();
        assert_eq!(set(&many).await.expect(409).code(), "plan-too-long");
        team.put(&plan, json!({"parts": []})).await.expect(403);
        set(&[part("2027-01-10", 60), part("2027-02-10", 39)]).await.expect(200);
        let refused = office.post(&format!("{path}/freeze"), json!({})).await.expect(409);
        assert_eq!((refused.code(), refused.body["rule"].as_str()), ("plan-not-whole", Some("D7")));
        set(&[part("2027-01-10", 60), part("2027-02-10", 40)]).await.expect(200);
        office.post(&format!("{path}/freeze"), json!({})).await.expect(200);
        let text = office.get(&path).await.body["text"].as_str().expect("a text").to_string();
        assert!(text.contains("交付 60 册") && text.contains("交付 40 册"), "{text}");
        assert_eq!(set(&[part("2027-01-10", 100)]).await.expect(409).code(), "agreement-frozen");
        let kept = twoway::adoptions::plan::of(app.app.db.read(), app.app.tenant, id).await.expect("a plan");
        assert_eq!(kept.iter().map(|p| (p.due_on.as_str(), p.quantity)).collect::<Vec<_>>(), [("2027-01-10", 60), ("2027-02-10", 40)]);
    }

    async fn drafts_and_versions_are_worked_on_by_pages(app: &TestApp) {
        let (team, office, sponsor) = (app.team(1).await, app.office().await, app.sponsor(1).await);
        let (proposal, lines) = pooled(app, &team, "四点半学校", &[books()]).await;
        let (id, path, commitment) = drafted(app, &sponsor, proposal, &[(lines[0], 100)]).await;
        let text = |answer: Answer| answer.body.as_str().expect("a page").to_string();
        let (clerk, signatory) = (office.pages().await, sponsor.pages().await);
        let here = format!("/adoptions/{id}/agreement");
        let shown = text(signatory.get(&here).await.expect(200));
        for part in ["交付计划", "2027-03-01 100", "协议模板", "预览", "认领方：企业1", "历次文本"] {
            assert!(shown.contains(part), "{part} is missing in {shown}");
        }
        let name = format!("plan-{}", commitment.as_str().expect("an id"));
        let back = text(signatory.post(&format!("{here}/plan"), &[(name.as_str(), "一月十日 60")]).await.expect(422));
        assert!(back.contains("一月十日 60"), "what was typed stays: {back}");
        let back = text(signatory.post(&format!("{here}/plan"), &[(name.as_str(), "2027-04-01 100")]).await.expect(422));
        assert!(back.contains("晚于需用日期") && back.contains("2027-04-01 100"), "{back}");
        signatory.post(&format!("{here}/plan"), &[(name.as_str(), "2027-01-10 60\n2027-02-10 40")]).await.expect(303);
        office.post(&format!("{path}/freeze"), json!({})).await.expect(200);
        office.post(&format!("{path}/reopen"), json!({"reason": "用途有误"})).await.expect(200);
        let mut other = terms();
        other["purpose"] = "用于百家爱心屋".into();
        sponsor.put(&path, other).await.expect(200);
        office.post(&format!("{path}/freeze"), json!({})).await.expect(200);
        let list = sponsor.get(&format!("{path}/versions")).await.expect(200).body;
        assert_eq!(list.as_array().map(Vec::len), Some(2));
        assert!(list.as_array().expect("a list").iter().all(|v| v["frozen_by"].is_string()), "{list:#}");
        app.sponsor(2).await.get(&format!("{path}/versions")).await.expect(404);
        let compared = text(signatory.get(&format!("{here}/versions")).await.expect(200));
        for part in ["第 1 版与第 2 版对照", "用于四点半学校", "用于百家爱心屋", "<del>用于四点半学校</del>", "<ins>用于百家爱心屋</ins>"] {
            assert!(compared.contains(part), "{part} is missing in {compared}");
        }
        let same = text(signatory.get(&format!("{here}/versions?from=2&to=2")).await.expect(200));
        assert!(same.contains("两版条款相同") && !same.contains("<del>"), "{same}");

        assert!(text(clerk.get("/adoptions").await.expect(200)).contains("/agreement-templates"));
        assert!(text(clerk.get("/agreement-templates").await.expect(200)).contains("志愿服务项目认领协议（通用）"));
        let form = text(clerk.get("/agreement-templates/edit?key=general").await.expect(200));
        assert!(form.contains("<code>{认领方信用代码}</code>") && form.contains("认领方统一社会信用代码"), "{form}");
        clerk.get("/agreement-templates/edit?key=nothing").await.expect(404);
        clerk.get("/agreement-templates/edit").await.expect(200);
        let edit = "/agreement-templates/edit";
        let mut typed = vec![("_new", "true"), ("key", "city"), ("name", "市里的模板"), ("body", "甲方：{sponsor}")];
        let back = text(clerk.post(edit, &typed).await.expect(422));
        assert!(back.contains("模板没有写到") && back.contains("甲方：{sponsor}"), "{back}");
        typed[3].1 = WHOLE;
        typed.push(("_intent", "preview"));
        assert!(text(clerk.post(edit, &typed).await.expect(200)).contains("甲方：［认领方名称］"));
        typed.pop();
        clerk.post(edit, &typed).await.expect(303);
        clerk.post("/agreement-templates/retire", &[("key", "city"), ("retired", "true")]).await.expect(303);
        assert!(text(clerk.get("/agreement-templates").await.expect(200)).contains("已停用"));
        signatory.get("/agreement-templates").await.expect(403);
    }

    async fn a_sponsor_is_public_with_what_it_agreed_to(app: &TestApp) {
        let (team, fund) = (app.team(1).await, app.recipient(1).await);
        let money = money(fund.organization.expect("one"));
        let (proposal, lines) = pooled(app, &team, "四点半学校", &[books(), money]).await;
        let sponsor = app.sponsor(1).await;
        let face = format!("/api/v1/sponsors/{}", sponsor.organization.expect("one"));
        app.anon().get(&face).await.expect(404);
        active(app, &sponsor, &team, &[&fund], proposal, &[(lines[0], 100), (lines[1], 4_321)]).await;
        let shown = app.anon().get(&face).await.expect(200).body;
        assert_eq!((&shown["name"], shown["parts"].as_array().map(Vec::len)), (&json!("企业1"), Some(2)));
        assert!(shown["parts"].as_array().expect("parts").iter().all(|p| p["quantity"].is_null() == (p["kind"] == "money")), "{shown:#}");
        let anon = app.anon().pages().await;
        let page = anon.get(&format!("/sponsors/{}", sponsor.organization.expect("one"))).await.expect(200);
        let text = page.body.as_str().expect("a page");
        assert!(text.contains("儿童绘本") && text.contains("教具采购") && !text.contains("4,321") && !text.contains("4321"), "{text}");
        let needs = anon.get(&format!("/proposals/{proposal}/needs")).await.expect(200);
        assert!(needs.body.as_str().is_some_and(|t| t.contains("/sponsors/")), "{}", needs.body);
        anon.get(&format!("/sponsors/{}", app.sponsor(2).await.organization.expect("one"))).await.expect(404);
    }

    async fn a_sponsors_page_takes_the_same_number_of_queries_for_any_length(app: &TestApp) {
        let team = app.team(1).await;
        let sponsor = app.sponsor(1).await;
        let path = format!("/sponsors/{}", sponsor.organization.expect("one"));
        let anon = app.anon().pages().await;
        let counted = async || {
            anon.get(&path).await.expect(200);
            let before = app.app.db.queries_run();
            anon.get(&path).await.expect(200);
            app.app.db.queries_run() - before
        };
        let mut first = None;
        for n in 1..=3 {
            let (proposal, lines) = pooled(app, &team, &format!("项目{n}"), &[books()]).await;
            active(app, &sponsor, &team, &[], proposal, &[(lines[0], 10)]).await;
            let took = counted().await;
            assert_eq!(*first.get_or_insert(took), took, "with {n}");
        }
    }
}
