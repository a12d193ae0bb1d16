use super::*;
use twoway_tests::{PageClient, on_both_databases};

async fn page(client: &PageClient, path: &str) -> String {
    let answer = client.get(path).await.expect(200);
    let text = answer.body.as_str().expect("a page").to_string();
    // A text that is missing shows its key.
    let keys = [
        "adoption-",
        "obligation",
        "statement-",
        "use-change",
        "ask-",
        "fulfilment-",
        "settlement-",
        "field-",
        "thanks-",
        "surplus-",
        "next-adoption",
    ];
    for prefix in keys {
        let shown = text.split(['>', '<']).find(|part| part.trim().starts_with(prefix));
        assert!(shown.is_none(), "{path} shows {shown:?}");
    }
    text
}

/// The first address of the page that begins so.
fn link(page: &str, begins: &str) -> String {
    let mark = format!("href=\"{begins}");
    let from = page.find(&mark).unwrap_or_else(|| panic!("no {begins} in {page}")) + "href=\"".len();
    page[from..].split('"').next().expect("an address").to_string()
}

on_both_databases! {
    async fn delays_changes_and_ends_by_pages(app: &TestApp) {
        let people = (app.team(1).await, app.sponsor(1).await);
        let (proposal, lines) = pooled(app, &people.0, "四点半学校", &[books(), room()]).await;
        let id = active(app, &people.1, &people.0, &[], proposal, &[(lines[0], 50), (lines[1], 1)]).await;
        let here = format!("/adoptions/{id}");
        let (team, sponsor) = (people.0.pages().await, people.1.pages().await);
        let (office, second) = (app.office().await.pages().await, app.second_office().await.pages().await);
        let commitment = people.1.get(&format!("/api/v1{here}")).await.body["lines"][0]["id"].as_str().expect("an id").to_string();

        // A later day.
        assert!(page(&sponsor, &here).await.contains(&format!("{here}/delay")));
        assert!(page(&sponsor, &format!("{here}/delay")).await.contains("儿童绘本"));
        let mut form = vec![("commitment", commitment.as_str()), ("due_on", "2027-02-01"), ("reason", "厂家交货推迟")];
        let back = sponsor.post(&format!("{here}/delay"), &form).await.expect(422);
        assert!(back.body.as_str().is_some_and(|t| t.contains("须晚于") && t.contains("厂家交货推迟")), "{}", back.body);
        sponsor.post(&format!("{here}/delay"), &form[..1]).await.expect(422);
        form[1].1 = "2027-04-01";
        sponsor.post(&format!("{here}/delay"), &form).await.expect(303);
        assert!(page(&team, "/work").await.contains("答复延期申请"));
        let answer = link(&page(&team, &here).await, "/adoption-asks/");
        assert!(page(&team, &answer).await.contains("厂家交货推迟"));
        team.post(&answer, &[("answer", "x")]).await.expect(422);
        team.post(&answer, &[("agreed", "true")]).await.expect(303);
        assert!(page(&sponsor, &here).await.contains("2027-04-01"));

        // A change of use.
        let use_of = format!("/needs/{}/use", lines[0]);
        assert!(page(&team, &here).await.contains(&use_of));
        page(&team, &use_of).await;
        sponsor.get(&use_of).await.expect(403);
        let back = team.post(&format!("{use_of}/new"), &[("new_use", "课桌"), ("reason", "绘本足够了")]).await.expect(422);
        assert!(back.body.as_str().is_some_and(|t| t.contains("课桌")), "{}", back.body);
        page(&team, &format!("{use_of}/new")).await;
        let asked = [("new_use", "改为购置课桌椅供四点半学校使用"), ("reason", "图书馆已经捐来足够的绘本")];
        team.post(&format!("{use_of}/new"), &asked).await.expect(303);
        assert!(page(&sponsor, "/work").await.contains("答复改变用途"));
        assert!(page(&sponsor, "/adoptions/obligations").await.contains("暂停交付"));
        let answer = link(&page(&sponsor, &here).await, "/use-changes/");
        assert!(page(&sponsor, &answer).await.contains("改为购置课桌椅"));
        sponsor.post(&answer, &[("agreed", "false")]).await.expect(422);
        sponsor.post(&answer, &[("agreed", "false"), ("note", "希望仍用于阅读")]).await.expect(303);
        assert!(page(&team, "/work").await.contains("撤回未获同意的改变用途"));
        let list = page(&team, &use_of).await;
        assert!(list.contains("企业1：不同意 希望仍用于阅读"), "{list}");
        let back = link(&list, "/use-changes/");
        page(&team, &back).await;
        team.post(&back, &[("reason", "")]).await.expect(422);
        team.post(&back, &[("reason", "按原用途执行")]).await.expect(303);

        // Hardship: the form says what is missing.
        page(&sponsor, &format!("{here}/hardship")).await;
        team.get(&format!("{here}/hardship")).await.expect(403);

        // Everything is delivered.
        for (line, quantity) in [(0, 50), (1, 1)] {
            let of = people.1.get(&format!("/api/v1{here}")).await.body["lines"][line]["id"].clone();
            let proof = [json!({"goods_note": "入库单 7", "condition": "good"}), json!({"use_log": "第 1 页", "hours": 2})][line].clone();
            let body = json!({"commitment": of, "quantity": quantity, "delivered_on": "2026-11-23", "proof": proof});
            let sent = people.1.post(&format!("/api/v1{here}/deliveries"), body).await.expect(201).id();
            people.0.post(&format!("/api/v1/deliveries/{sent}/confirm"), json!({})).await.expect(200);
        }
        assert!(page(&team, "/work").await.contains("向认领方致谢"));
        page(&team, &format!("{here}/thanks")).await;
        team.post(&format!("{here}/thanks"), &[("thanks", "谢谢")]).await.expect(422);
        team.post(&format!("{here}/thanks"), &[("thanks", "感谢贵单位，孩子们有书读了。"), ("public", "true")]).await.expect(303);
        let needs = page(&app.anon().pages().await, &format!("/proposals/{proposal}/needs")).await;
        assert!(needs.contains("孩子们有书读了"), "{needs}");
        assert!(page(&office, "/work").await.contains("确定剩余财产处理"));
        assert!(page(&office, &format!("{here}/surplus")).await.contains("转给同类项目"));
        office.post(&format!("{here}/surplus"), &[("text", "x")]).await.expect(422);
        office.post(&format!("{here}/surplus"), &[("how", "nothing")]).await.expect(303);
        assert!(page(&sponsor, &here).await.contains("已结项"));
        assert!(page(&sponsor, &format!("{here}/statement")).await.contains("没有剩余"));
        let obligations = page(&sponsor, "/adoptions/obligations").await;
        assert!(obligations.contains("已交付 50 册") && obligations.contains("已完结"), "{obligations}");
        assert!(page(&sponsor, "/adoptions").await.contains("/adoptions/obligations"));

        // A termination, by two people of the office.
        let id = active(app, &people.1, &people.0, &[], proposal, &[(lines[0], 10)]).await;
        let here = format!("/adoptions/{id}");
        page(&office, &format!("{here}/terminate")).await;
        office.post(&format!("{here}/terminate"), &[("reason", "不行")]).await.expect(422);
        office.post(&format!("{here}/terminate"), &[("reason", "认领方弄虚作假，物资不合格")]).await.expect(303);
        assert!(!page(&office, &here).await.contains("/adoption-asks/"), "not the one who asked");
        let answer = link(&page(&second, &here).await, "/adoption-asks/");
        page(&second, &answer).await;
        second.post(&answer, &[("agreed", "true")]).await.expect(303);
        assert!(page(&sponsor, &here).await.contains("已终止"));
        app.settle().await;
    }
}
