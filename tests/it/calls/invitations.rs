//! Calls by invitation: codes made, typed, used, taken back; and what is read without one.

use super::world::*;
use serde_json::{Value, json};
use twoway_ids::{DAY, HOUR, Uuid};
use twoway_tests::{Actor, Answer, TestApp, on_both_databases};

fn text(body: &Value) -> String {
    body.as_str().unwrap_or_default().to_string()
}

async fn invited_call(app: &TestApp) -> Uuid {
    call_with_settings(app, json!({"invited": true})).await
}

/// Makes codes for these names.
async fn codes(app: &TestApp, call: Uuid, notes: &[&str], uses: i32) -> Vec<(Uuid, String)> {
    let new = json!({"notes": notes, "uses": uses, "expires_at": app.now() + 20 * DAY});
    let made = app.office().await.post(&format!("/api/v1/calls/{call}/invitations"), new).await.expect(201).body;
    let one = |made: &Value| {
        let text = |name: &str| made[name].as_str().expect("text").to_string();
        (text("id").parse::<Uuid>().expect("an id"), text("code"))
    };
    made.as_array().expect("codes").iter().map(one).collect()
}

async fn start(actor: &Actor, call: Uuid, code: Option<&str>) -> Answer {
    let new = json!({
        "call_id": call, "organization_id": actor.organization, "content": content("四点半学校"), "invitation": code,
    });
    actor.post("/api/v1/proposals", new).await
}

on_both_databases! {
    async fn who_has_a_code_proposes_and_nobody_else(app: &TestApp) {
        let call = invited_call(app).await;
        let made = codes(app, call, &["一队", "二队"], 1).await;
        let (one, two) = (made[0].1.as_str(), made[1].1.as_str());
        assert_ne!(one, two);
        app.advance(7 * DAY + HOUR).await;
        let (first, second) = (app.team(1).await, app.team(2).await);
        assert_eq!(start(&first, call, None).await.expect(409).code(), "invitation-missing");
        assert_eq!(start(&first, call, Some("AAAAA-AAAAA")).await.expect(409).code(), "invitation-wrong");
        // However it is typed.
        let typed = format!(" {} ", one.to_lowercase().replace('-', " "));
        let id = start(&first, call, Some(&typed)).await.expect(201).id();
        assert_eq!(start(&second, call, Some(one)).await.expect(409).code(), "invitation-used-up");
        submit(&first, id).await.expect(200);
        start(&second, call, Some(two)).await.expect(201);

        let office = app.office().await;
        let list = office.get(&format!("/api/v1/calls/{call}/invitations")).await.expect(200).body;
        let of_first = list["items"].as_array().expect("items").iter().find(|one| one["note"] == "一队").expect("listed");
        assert_eq!((&of_first["used"], &of_first["used_by"][0]["account_id"]), (&json!(1), &json!(first.account)));
        assert_eq!(of_first["used_by"][0]["organization_id"], json!(first.organization));
        assert!(!list.to_string().contains(one) && !list.to_string().contains(two), "codes are told once: {list}");
        assert!(of_first["masked"].as_str().is_some_and(|masked| masked.ends_with("***-*****")));
        first.get(&format!("/api/v1/calls/{call}/invitations")).await.expect(403);
        // A code of another call is none of this one.
        let other = call_with_settings(app, json!({"invited": true})).await;
        let foreign = codes(app, other, &["三队"], 1).await;
        assert_eq!(start(&app.team(3).await, call, Some(&foreign[0].1)).await.expect(409).code(), "invitation-wrong");
    }

    async fn a_code_ends_and_is_taken_back(app: &TestApp) {
        let call = invited_call(app).await;
        let office = app.office().await;
        let made = codes(app, call, &["一队", "多次"], 2).await;
        app.advance(7 * DAY + HOUR).await;
        let team = app.team(1).await;
        let revoke = format!("/api/v1/call-invitations/{}/revoke", made[0].0);
        team.post(&revoke, json!({})).await.expect(403);
        office.post(&revoke, json!({})).await.expect(200);
        assert_eq!(office.post(&revoke, json!({})).await.expect(409).code(), "invitation-revoked");
        assert_eq!(start(&team, call, Some(&made[0].1)).await.expect(409).code(), "invitation-revoked");
        for _ in 0..2 {
            start(&team, call, Some(&made[1].1)).await.expect(201);
        }
        assert_eq!(start(&team, call, Some(&made[1].1)).await.expect(409).code(), "invitation-used-up");
        let short = json!({"notes": ["过期"], "expires_at": app.now() + DAY});
        let path = format!("/api/v1/calls/{call}/invitations");
        let late = office.post(&path, short).await.expect(201).body[0]["code"].as_str().expect("a code").to_string();
        app.advance(2 * DAY).await;
        assert_eq!(start(&team, call, Some(&late)).await.expect(409).code(), "invitation-expired");
    }

    async fn codes_are_not_guessed(app: &TestApp) {
        let call = invited_call(app).await;
        let made = codes(app, call, &["一队"], 1).await;
        app.advance(7 * DAY + HOUR).await;
        let team = app.team(1).await;
        for n in 0..10 {
            assert_eq!(start(&team, call, Some(&format!("AAAAA-AAAA{n}"))).await.expect(409).code(), "invitation-wrong");
        }
        start(&team, call, Some(&made[0].1)).await.expect(429);
        // Another account is not held up, and after a while neither is this one.
        start(&app.team(2).await, call, Some("AAAAA-AAAAA")).await.expect(409);
        app.advance(HOUR).await;
        start(&team, call, Some(&made[0].1)).await.expect(201);
    }

    async fn codes_are_made_within_bounds(app: &TestApp) {
        let office = app.office().await;
        let call = invited_call(app).await;
        let path = format!("/api/v1/calls/{call}/invitations");
        let end = app.now() + DAY;
        for wrong in [
            json!({"notes": [], "expires_at": end}), json!({"notes": [" "], "expires_at": end}),
            json!({"notes": vec!["队"; 51], "expires_at": end}), json!({"notes": ["长".repeat(121)], "expires_at": end}),
            json!({"notes": ["队"], "uses": 0, "expires_at": end}), json!({"notes": ["队"], "uses": 21, "expires_at": end}),
        ] {
            office.post(&path, wrong.clone()).await.expect(422);
        }
        let past = json!({"notes": ["队"], "expires_at": app.now()});
        assert_eq!(office.post(&path, past).await.expect(409).code(), "invitation-expiry");
        for _ in 0..4 {
            office.post(&path, json!({"notes": vec!["队"; 50], "expires_at": end})).await.expect(201);
        }
        let more = json!({"notes": ["队"], "expires_at": end});
        assert_eq!(office.post(&path, more.clone()).await.expect(409).code(), "too-many-invitations");
        app.team(1).await.post(&path, more.clone()).await.expect(403);
        let open = previewed_call(app).await;
        let refused = office.post(&format!("/api/v1/calls/{open}/invitations"), more.clone()).await;
        assert_eq!(refused.expect(409).code(), "call-not-by-invitation");
        app.advance(28 * DAY).await;
        let after = json!({"notes": ["队"], "expires_at": app.now() + DAY});
        assert_eq!(office.post(&path, after).await.expect(409).code(), "call-closed");
        // Who needs no code gives none.
        let usual = open_call(app).await;
        start(&app.team(1).await, usual, Some("AAAAA-AAAAA")).await.expect(422);
        let office_path = format!("/api/v1/calls/{usual}/cancel");
        office.post(&office_path, json!({"reason": "经费未落实"})).await.expect(200);
        let invited = invited_call(app).await;
        office.post(&format!("/api/v1/calls/{invited}/cancel"), json!({"reason": "经费未落实"})).await.expect(200);
        let cancelled = office.post(&format!("/api/v1/calls/{invited}/invitations"), json!({"notes": ["队"], "expires_at": app.now() + DAY})).await;
        assert_eq!(cancelled.expect(409).code(), "call-cancelled");
    }

    async fn without_a_code_only_title_and_dates_are_read(app: &TestApp) {
        let call = invited_call(app).await;
        let made = codes(app, call, &["一队"], 1).await;
        app.advance(7 * DAY + HOUR).await;
        let (team, stranger) = (app.team(1).await, app.team(2).await);
        start(&team, call, Some(&made[0].1)).await.expect(201);
        let path = format!("/api/v1/calls/{call}");
        for reader in [&app.anon(), &stranger] {
            let seen = reader.get(&path).await.expect(200).body;
            assert_eq!((&seen["title"], &seen["invited"]), (&json!("2027年度志愿服务项目征集"), &json!(true)));
            assert!(seen["opens_at"].is_i64() && seen["closes_at"].is_i64());
            let empty = [&seen["form"], &seen["rubric"], &seen["summary"], &seen["guide"], &seen["ceiling"], &seen["contact"]];
            assert_eq!(empty, [&json!([]), &json!([]), &json!(""), &json!(""), &Value::Null, &json!("")]);
            let list = reader.get("/api/v1/calls").await.expect(200).body;
            assert_eq!((&list["items"][0]["summary"], &list["items"][0]["invited"]), (&json!(""), &json!(true)));
            let page = text(&reader.pages().await.get(&format!("/calls/{call}")).await.expect(200).body);
            assert!(page.contains("定向邀请") && !page.contains("实施方案") && !page.contains("凡在本市登记"), "{page}");
            assert!(text(&reader.pages().await.get("/calls").await.body).contains("定向邀请"));
        }
        for reader in [&team, &app.office().await] {
            let seen = reader.get(&path).await.expect(200).body;
            assert_eq!(seen["form"].as_array().map(Vec::len), Some(4));
            assert!(text(&reader.pages().await.get(&format!("/calls/{call}")).await.body).contains("实施方案"));
        }
        // A call for all is read by all.
        let open = open_call(app).await;
        let seen = app.anon().get(&format!("/api/v1/calls/{open}")).await.expect(200).body;
        assert_eq!((&seen["invited"], seen["form"].as_array().map(Vec::len)), (&json!(false), Some(4)));
    }

    async fn codes_have_pages(app: &TestApp) {
        let (office, second) = (app.office().await, app.second_office().await);
        let desk = office.pages().await;
        let call = office.post("/api/v1/calls", call_input(app)).await.expect(201).id();
        let settings = format!("/office/calls/{call}/settings");
        assert!(text(&desk.get(&settings).await.body).contains("name=\"invited\""));
        assert_eq!(desk.post(&settings, &[("kind", "annual"), ("invited", "true")]).await.status, 303);
        office.post(&format!("/api/v1/calls/{call}/submit"), json!({})).await.expect(200);
        second.post(&format!("/api/v1/calls/{call}/approve"), json!({})).await.expect(200);
        let base = format!("/office/calls/{call}/invitations");
        assert!(text(&desk.get(&format!("/office/calls/{call}")).await.body).contains(&base));
        assert_eq!(desk.get(&base).await.status, 200);
        assert_eq!(desk.get(&format!("{base}/new")).await.status, 200);
        let bad = desk.post(&base, &[("notes", "花溪队"), ("uses", "many"), ("expires_at", "2027-01-01T12:00")]).await;
        assert_eq!(bad.status, 422);
        assert!(text(&bad.body).contains("花溪队"), "what was typed stays");
        assert_eq!(desk.post(&base, &[("notes", "花溪队"), ("uses", "1"), ("expires_at", "")]).await.status, 422);
        let end = twoway::http::components::exact(app.now() + 20 * DAY).replace(' ', "T");
        let made = desk.post(&base, &[("notes", "花溪队\n红花岗队"), ("uses", "1"), ("expires_at", end.as_str())]).await.expect(200);
        let shown = text(&made.body);
        let is_code = |word: &&str| word.len() == 11 && word.as_bytes()[5] == b'-' && word.bytes().all(|b| b == b'-' || b.is_ascii_uppercase() || b.is_ascii_digit());
        let found: Vec<String> = shown.split(['<', '>']).map(str::trim).filter(is_code).map(str::to_string).collect();
        assert_eq!(found.len(), 2, "{shown}");
        let list = text(&desk.get(&base).await.body);
        assert!(list.contains("花溪队") && found.iter().all(|code| !list.contains(code)), "{list}");

        app.advance(7 * DAY + HOUR).await;
        let desk = app.office().await.pages().await;
        let team = app.team(1).await;
        let (reader, door) = (team.pages().await, format!("/calls/{call}/invitation"));
        assert!(text(&reader.get(&format!("/calls/{call}")).await.body).contains(&door));
        assert_eq!(reader.get(&door).await.status, 200);
        let organization = team.organization.expect("a team").to_string();
        let wrong = reader.post(&door, &[("invitation", "AAAAA-AAAAA"), ("organization", organization.as_str())]).await;
        assert_eq!(wrong.status, 422);
        assert!(text(&wrong.body).contains("邀请码不正确") && text(&wrong.body).contains("AAAAA-AAAAA"));
        assert_eq!(reader.post(&door, &[("invitation", ""), ("organization", "")]).await.status, 422);
        let begun = reader.post(&door, &[("invitation", found[0].as_str()), ("organization", organization.as_str())]).await.expect(303);
        assert!(begun.headers["location"].to_str().is_ok_and(|to| to.ends_with("/edit")));
        let list = text(&desk.get(&base).await.body);
        assert!(list.contains(&team.name), "who used it: {list}");
        let named = call.to_string();
        let id = list.split("/office/call-invitations/").nth(1).and_then(|rest| rest.get(..36)).expect("a button").to_string();
        assert_eq!(desk.post(&format!("/office/call-invitations/{id}/revoke"), &[("call", named.as_str())]).await.status, 303);
        assert!(text(&desk.get(&base).await.body).contains("已作废"));
    }

    async fn the_list_of_codes_asks_as_much_for_one_as_for_three(app: &TestApp) {
        let call = invited_call(app).await;
        app.advance(7 * DAY + HOUR).await;
        let (office, team) = (app.office().await, app.team(1).await);
        let desk = office.pages().await;
        let mut counts = Vec::new();
        for notes in [&["一"][..], &["二", "三"][..]] {
            for (_, code) in codes(app, call, notes, 1).await {
                start(&team, call, Some(&code)).await.expect(201);
            }
            for read in 0..2 {
                let before = app.app.db.queries_run();
                office.get(&format!("/api/v1/calls/{call}/invitations")).await.expect(200);
                desk.get(&format!("/office/calls/{call}/invitations")).await.expect(200);
                desk.get("/calls").await.expect(200);
                if read == 1 {
                    counts.push(app.app.db.queries_run() - before);
                }
            }
        }
        assert_eq!(counts[0], counts[1]);
    }
}
