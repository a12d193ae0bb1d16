use super::*;

on_both_databases! {
    async fn a_person_sets_mail_on_the_page(app: &TestApp) {
        let zhou = app.person("zhou", "周敏", None).await;
        let page = zhou.pages().await;
        assert!(html(&page.get("/me").await).contains("/me/mail"));
        assert!(html(&page.get("/me/mail").await).contains("邮件通知"));
        let bad = [("address", "周敏"), ("rhythm", "soon"), ("quiet_from", "21:00"), ("quiet_to", "08:00")];
        let answer = page.post("/me/mail", &bad).await;
        assert_eq!(answer.status, 422);
        assert!(html(&answer).contains("value=\"周敏\""), "what was typed stays: {}", html(&answer));
        let good = [("address", "zhou@example.org"), ("rhythm", "daily"), ("quiet_from", "22:00"), ("quiet_to", "07:30")];
        assert_eq!(page.post("/me/mail", &good).await.status, 303);
        let waiting = html(&page.get("/me/mail").await).to_string();
        assert!(waiting.contains("确认码已发到 zhou@example.org") && waiting.contains("07:30"), "{waiting}");
        app.settle().await;
        let wrong = page.post("/me/mail/confirm", &[("code", "1")]).await;
        assert_eq!(wrong.status, 422);
        assert!(html(&wrong).contains("还可以再试 4 次"), "{}", html(&wrong));
        assert_eq!(page.post("/me/mail/confirm", &[("code", &code_in(app))]).await.status, 303);
        assert!(html(&page.get("/me/mail").await).contains("通知会发到 zhou@example.org"));
    }

    async fn the_office_looks_through_the_outbox(app: &TestApp) {
        let (office, zhou) = (app.office().await, app.person("zhou", "周敏", None).await);
        confirmed(app, &zhou, "soon").await;
        let page = office.pages().await;
        assert!(html(&page.get("/office/mails").await).contains("这里没有邮件"));
        let look = json!({ "zh_cn": "", "en": "", "looked_at": true });
        office.put("/api/v1/notice-wordings/notice-call-closed", look).await.expect(200);
        tell(app, &zhou, "先审看", false).await;
        collected(app).await;
        let id = office.get("/api/v1/mails").await.body["items"][0]["id"].as_str().expect("an id").to_string();
        let list = html(&page.get("/office/mails").await).to_string();
        assert!(list.contains("周敏") && list.contains("1 条通知") && list.contains(&id), "{list}");
        let shown = html(&page.get(&format!("/office/mails/{id}")).await).to_string();
        assert!(shown.contains("先审看") && shown.contains("审看无误，发送"), "{shown}");
        assert_eq!(page.post(&format!("/office/mails/{id}/release"), &[("_version", "1")]).await.status, 303);
        app.advance(2 * HOUR).await;
        let shown = html(&page.get(&format!("/office/mails/{id}")).await).to_string();
        assert!(shown.contains("已发送") && shown.contains("审看后放行"), "{shown}");
        assert_eq!(page.get("/office/mails?state=pigeon").await.status, 400);
        tell(app, &zhou, "不发送", false).await;
        collected(app).await;
        let id = office.get("/api/v1/mails").await.body["items"][0]["id"].as_str().expect("an id").to_string();
        assert_eq!(page.post(&format!("/office/mails/{id}/drop"), &[("_version", "1")]).await.status, 303);
        assert!(html(&page.get(&format!("/office/mails/{id}")).await).contains("办公室决定不发送"));
    }

    async fn the_outbox_asks_the_same_of_the_database_for_one_mail_and_for_three(app: &TestApp) {
        let office = app.office().await;
        let look = json!({ "zh_cn": "", "en": "", "looked_at": true });
        office.put("/api/v1/notice-wordings/notice-call-closed", look).await.expect(200);
        let page = office.pages().await;
        let mut counts = Vec::new();
        for n in 1..=3 {
            let person = app.person(&format!("person{n}"), "某人", None).await;
            confirmed(app, &person, "soon").await;
            tell(app, &person, "先审看", false).await;
            collected(app).await;
            if n != 2 {
                let before = app.app.db.queries_run();
                page.get("/office/mails").await.expect(200);
                counts.push(app.app.db.queries_run() - before);
            }
        }
        assert_eq!(counts[0], counts[1]);
    }
}
