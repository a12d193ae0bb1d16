//! Where a call is published: planned, proven once, shown to the public, asked for when the day is past.

use super::world::*;
use reqwest::Method;
use reqwest::multipart::{Form, Part};
use serde_json::{Value, json};
use twoway_ids::{DAY, HOUR, Uuid};
use twoway_tests::{Actor, Answer, on_both_databases};

fn text(body: &Value) -> String {
    body.as_str().unwrap_or_default().to_string()
}

fn day(app: &twoway_tests::TestApp, days: i64) -> String {
    twoway::calendar::local_day(&app.app, app.now() + days * DAY)
}

async fn planned(app: &twoway_tests::TestApp, call: Uuid, name: &str, days: i64) -> Uuid {
    let new = json!({"kind": "newspaper", "name": name, "planned_on": day(app, days)});
    app.office().await.post(&format!("/api/v1/calls/{call}/channels"), new).await.expect(201).id()
}

async fn prove(actor: &Actor, channel: Uuid, form: Form) -> Answer {
    let request = actor.request(Method::POST, &format!("/api/v1/call-channels/{channel}/proof")).await;
    Answer::of(request.multipart(form)).await
}

fn link(address: &str) -> Form {
    Form::new().text("link", address.to_string())
}

fn scan() -> Form {
    Form::new().part("file", Part::bytes(PNG.to_vec()).file_name("剪报.png"))
}

on_both_databases! {
    async fn a_channel_is_planned_proven_once_and_then_public(app: &TestApp) {
        let office = app.office().await;
        let call = previewed_call(app).await;
        let path = format!("/api/v1/calls/{call}/channels");
        let names = |body: &Value| -> Vec<String> {
            body.as_array().expect("a list").iter().map(|one| one["name"].as_str().unwrap_or_default().to_string()).collect()
        };
        let paper = planned(app, call, "遵义日报", 2).await;
        let site = planned(app, call, "市文明网", 1).await;
        let radio = planned(app, call, "交通广播", 3).await;
        assert_eq!(names(&app.anon().get(&path).await.expect(200).body), Vec::<String>::new());
        assert_eq!(names(&office.get(&path).await.expect(200).body), ["市文明网", "遵义日报", "交通广播"]);

        prove(&office, site, link("https://www.example.org/公告")).await.expect(201);
        prove(&office, paper, scan()).await.expect(201);
        app.advance(HOUR).await;
        prove(&office, radio, Form::new().text("aired_at", (app.now() - HOUR).to_string())).await.expect(201);
        assert_eq!(prove(&office, site, link("https://www.example.org/2")).await.expect(409).code(), "channel-proven");
        let dropped = office.delete(&format!("/api/v1/call-channels/{site}")).await;
        assert_eq!(dropped.expect(409).code(), "channel-proven");

        let public = app.anon().get(&path).await.expect(200).body;
        assert_eq!(names(&public), ["市文明网", "遵义日报", "交通广播"]);
        assert_eq!(public[0]["link"], "https://www.example.org/公告");
        assert!(public[1].get("file").is_none() && public[1].get("proven_by").is_none(), "{public}");
        let inside = office.get(&path).await.expect(200).body;
        assert_eq!((&inside[1]["file"], &inside[1]["proven_by"]), (&json!("剪报.png"), &json!(office.account)));

        // The file is the office's own.
        let file = format!("/api/v1/call-channels/{paper}/file");
        let sent = office.request(Method::GET, &file).await.send().await.expect("an answer");
        assert_eq!(sent.bytes().await.expect("bytes"), PNG);
        app.team(1).await.get(&file).await.expect(404);
        office.get(&format!("/api/v1/call-channels/{site}/file")).await.expect(404);

        let page = text(&app.anon().pages().await.get(&format!("/calls/{call}")).await.expect(200).body);
        assert!(page.contains("发布情况") && page.contains("https://www.example.org/公告") && page.contains("遵义日报"), "{page}");
        let history = text(&office.pages().await.get(&format!("/office/calls/{call}")).await.expect(200).body);
        assert!(history.contains("登记发布渠道") && history.contains("上传发布佐证"), "{history}");
    }

    async fn what_is_no_plan_and_no_proof_is_refused(app: &TestApp) {
        let office = app.office().await;
        let call = previewed_call(app).await;
        let path = format!("/api/v1/calls/{call}/channels");
        let new = |name: &str, day: &str| json!({"kind": "site", "name": name, "planned_on": day});
        for wrong in [new(" ", "2026-12-01"), new("市文明网", "2026-02-30"), new("市文明网", "明天"), new("市文明网", ""), new(&"长".repeat(121), "2026-12-01")] {
            office.post(&path, wrong.clone()).await.expect(422);
        }
        let account = office.post(&path, new("开户行 6222021234567890123", "2026-12-01")).await;
        assert!(account.status >= 400, "{}", account.body);
        app.team(1).await.post(&path, new("市文明网", "2026-12-01")).await.expect(403);
        app.anon().post(&path, new("市文明网", "2026-12-01")).await.expect(401);
        let id = planned(app, call, "市文明网", 0).await;
        assert_eq!(prove(&office, id, link("")).await.expect(409).code(), "channel-proof-missing");
        for bad in ["http://www.example.org", "https://localhost/", "javascript:alert(1)", "https://a:b@example.org"] {
            prove(&office, id, link(bad)).await.expect(422);
        }
        let coming = Form::new().text("aired_at", (app.now() + HOUR).to_string());
        assert_eq!(prove(&office, id, coming).await.expect(409).code(), "channel-not-aired");
        prove(&office, id, Form::new().text("aired_at", "yesterday")).await.expect(422);
        prove(&office, id, Form::new().text("more", "1")).await.expect(422);
        let exe = Form::new().part("file", Part::bytes(b"MZ".to_vec()).file_name("a.exe"));
        assert_eq!(prove(&office, id, exe).await.expect(409).code(), "file-type");
        prove(&app.team(1).await, id, scan()).await.expect(403);
        office.delete(&format!("/api/v1/call-channels/{id}")).await.expect(204);
        office.delete(&format!("/api/v1/call-channels/{id}")).await.expect(404);
        for n in 0..30 {
            planned(app, call, &format!("公告栏{n}"), 1).await;
        }
        assert_eq!(office.post(&path, new("再一个", "2026-12-01")).await.expect(409).code(), "too-many-channels");
        office.post(&format!("/api/v1/calls/{call}/cancel"), json!({"reason": "经费未落实"})).await.expect(200);
        assert_eq!(office.post(&path, new("再一个", "2026-12-01")).await.expect(409).code(), "call-cancelled");
    }

    async fn what_has_no_proof_after_its_day_waits_for_the_office(app: &TestApp) {
        let office = app.office().await;
        let call = previewed_call(app).await;
        let (late, _) = (planned(app, call, "遵义日报", 1).await, planned(app, call, "市民中心公告栏", 9).await);
        let work = async |actor: &Actor| actor.get("/api/v1/work").await.expect(200).body.to_string();
        assert!(!work(&office).await.contains("prove-channel"));
        app.advance(2 * DAY).await;
        let due = work(&app.second_office().await).await;
        assert!(due.contains("prove-channel") && due.contains("遵义日报") && !due.contains("公告栏"), "{due}");
        assert!(!work(&app.team(1).await).await.contains("prove-channel"));
        assert!(text(&office.pages().await.get("/work").await.body).contains("补交发布佐证"));
        prove(&office, late, link("https://www.example.org/1")).await.expect(201);
        assert!(!work(&office).await.contains("prove-channel"));
        app.advance(9 * DAY).await;
        assert!(work(&office).await.contains("公告栏"));
        office.post(&format!("/api/v1/calls/{call}/cancel"), json!({"reason": "经费未落实"})).await.expect(200);
        assert!(!work(&office).await.contains("prove-channel"));
    }

    async fn channels_have_pages(app: &TestApp) {
        let desk = app.office().await.pages().await;
        let call = previewed_call(app).await;
        let base = format!("/office/calls/{call}/channels");
        assert!(text(&desk.get(&format!("/office/calls/{call}")).await.body).contains(&base));
        assert!(text(&desk.get(&base).await.body).contains("还没有登记发布渠道"));
        assert_eq!(desk.get(&format!("{base}/new")).await.status, 200);
        let bad = desk.post(&base, &[("kind", "board"), ("name", "市民中心公告栏"), ("planned_on", "")]).await;
        assert_eq!(bad.status, 422);
        assert!(text(&bad.body).contains("市民中心公告栏"), "what was typed stays");
        assert_eq!(desk.post(&base, &[("kind", "tree"), ("name", "树"), ("planned_on", "2026-12-01")]).await.status, 422);
        let day = day(app, -1);
        for name in ["市民中心公告栏", "社区公告栏"] {
            assert_eq!(desk.post(&base, &[("kind", "board"), ("name", name), ("planned_on", day.as_str())]).await.status, 303);
        }
        let list = text(&desk.get(&base).await.body);
        assert!(list.contains("已过发布日期"), "{list}");
        let ids: Vec<&str> = list.split("/office/call-channels/").skip(1).filter_map(|rest| rest.get(..36)).collect();
        let (first, last) = (ids[0], ids[ids.len() - 1]);
        assert_ne!(first, last);
        let proof = desk.get(&format!("/office/call-channels/{first}/proof")).await.expect(200);
        assert!(text(&proof.body).contains("multipart/form-data"));
        assert_eq!(desk.post(&format!("/office/call-channels/{last}/drop"), &[]).await.status, 303);
        assert_eq!(desk.get(&format!("/office/call-channels/{last}/proof")).await.status, 404);
        prove(&app.office().await, first.parse().expect("an id"), scan()).await.expect(201);
        let list = text(&desk.get(&base).await.body);
        assert!(list.contains("剪报.png") && !list.contains("已过发布日期"), "{list}");
        assert_eq!(desk.get(&format!("/office/call-channels/{first}/file")).await.status, 200);
        assert_eq!(app.team(1).await.pages().await.get(&base).await.status, 403);
    }

    async fn the_list_of_channels_asks_as_much_for_one_as_for_three(app: &TestApp) {
        let (office, call) = (app.office().await, previewed_call(app).await);
        let path = format!("/api/v1/calls/{call}/channels");
        let desk = office.pages().await;
        let mut counts = Vec::new();
        for more in [1, 2] {
            for n in 0..more {
                let id = planned(app, call, &format!("渠道{more}{n}"), 1).await;
                prove(&office, id, scan()).await.expect(201);
            }
            for read in 0..2 {
                let before = app.app.db.queries_run();
                office.get(&path).await.expect(200);
                desk.get(&format!("/office/calls/{call}/channels")).await.expect(200);
                desk.get(&format!("/calls/{call}")).await.expect(200);
                if read == 1 {
                    counts.push(app.app.db.queries_run() - before);
                }
            }
        }
        assert_eq!(counts[0], counts[1]);
    }
}
