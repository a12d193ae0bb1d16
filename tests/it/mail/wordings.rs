use super::*;

on_both_databases! {
    async fn the_office_words_a_notice(app: &TestApp) {
        let (office, zhou) = (app.office().await, app.person("zhou", "周敏", None).await);
        tell(app, &zhou, "2027 年度征集", false).await;
        let path = "/api/v1/notice-wordings/notice-call-closed";
        let own = json!({ "zh_cn": "“{标题}”的申报已结束。", "en": "", "looked_at": false });
        assert_eq!(office.at_version(0).put(path, own.clone()).await.expect(200).body["version"], 1);
        office.at_version(0).put(path, own.clone()).await.expect(412);
        let said = zhou.get("/api/v1/notices").await.body["items"][0]["text"].clone();
        assert_eq!(said, "“2027 年度征集”的申报已结束。");
        let page = zhou.pages().await.get("/notices").await;
        assert!(html(&page).contains("“2027 年度征集”的申报已结束。"), "{}", html(&page));
        let listed = office.get("/api/v1/notice-wordings").await.expect(200);
        let row = listed.body.as_array().expect("a list").iter().find(|s| s["template"] == "notice-call-closed").cloned();
        assert_eq!(row.expect("there")["version"], 1);
        let plain = json!({ "zh_cn": "", "en": "", "looked_at": false });
        office.put(path, plain).await.expect(200);
        let said = zhou.get("/api/v1/notices").await.body["items"][0]["text"].clone();
        assert!(said.as_str().is_some_and(|s| !s.contains("申报已结束")), "the platform's own again: {said}");
    }

    async fn a_bad_wording_is_refused(app: &TestApp) {
        let (office, team) = (app.office().await, app.team(1).await);
        let path = "/api/v1/notice-wordings/notice-call-closed";
        let wording = |text: &str| json!({ "zh_cn": text, "en": "", "looked_at": false });
        assert_eq!(office.put(path, wording("{name}")).await.expect(409).code(), "blank-unknown");
        assert_eq!(office.put(path, wording("{title")).await.expect(409).code(), "wording-braces");
        office.put(path, wording(&"长".repeat(501))).await.expect(422);
        office.put("/api/v1/notice-wordings/sign-in", wording("好")).await.expect(404);
        team.put(path, wording("好")).await.expect(403);
        team.get("/api/v1/notice-wordings").await.expect(403);
        let page = office.pages().await;
        let bad = page.post("/office/wordings/notice-call-closed", &[("zh_cn", "{name}到期"), ("_version", "0")]).await;
        assert_eq!(bad.status, 422);
        assert!(html(&bad).contains("{name}到期") && html(&bad).contains("“name”没有可以填入的内容"), "what was typed stays: {}", html(&bad));
        assert!(html(&bad).contains("<code>{标题}</code>") && html(&bad).contains("可以使用的有：{标题}"), "{}", html(&bad));
        let good = [("zh_cn", "{title}到期"), ("looked_at", "true"), ("_version", "0")];
        assert_eq!(page.post("/office/wordings/notice-call-closed", &good).await.status, 303);
        let list = page.get("/office/wordings").await;
        assert!(html(&list).contains("{title}到期") && html(&list).contains("先审看"), "{}", html(&list));
        assert!(html(&page.get("/office/wordings/notice-call-closed").await).contains("{title}到期"));
        assert_eq!(page.get("/office/wordings/notice-new").await.status, 404);
    }
}
