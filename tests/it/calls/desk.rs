//! Sealed proposals, followers, reminders, questions and answers.

use super::world::*;
use sea_orm::{ActiveModelTrait, EntityTrait};
use serde_json::{Value, json};
use twoway_entity::call_desk::follower;
use twoway_ids::{DAY, HOUR, Uuid};
use twoway_tests::{Actor, on_both_databases};

async fn told(actor: &Actor, words: &str) -> usize {
    let notices = actor.get("/api/v1/notices?limit=100").await.expect(200).body;
    notices["items"].as_array().expect("items").iter().filter(|n| n.to_string().contains(words)).count()
}

fn text(body: &Value) -> String {
    body.as_str().unwrap_or_default().to_string()
}

on_both_databases! {
    async fn what_is_sealed_is_read_by_its_proposer_alone_until_the_end(app: &TestApp) {
        let call = call_with_settings(app, json!({"sealed": true})).await;
        app.advance(7 * DAY + HOUR).await;
        let team = app.team(1).await;
        let id = submitted(&team, call, "密封的项目").await;
        attach(&team, id, "图.png", PNG, None).await;
        let proposal = format!("/api/v1/proposals/{id}");
        let file = Uuid::from_u128(1);
        for reader in [app.office().await, app.second_office().await, app.supervisor().await, app.auditor().await] {
            reader.get(&proposal).await.expect(404);
            reader.get(&format!("{proposal}/revisions")).await.expect(404);
            reader.get(&format!("{proposal}/attachments/{file}")).await.expect(404);
            let list = reader.get(&format!("/api/v1/calls/{call}/proposals")).await.expect(200);
            assert_eq!(list.body["items"], json!([]));
            assert!(!reader.get("/api/v1/work").await.body.to_string().contains("密封的项目"));
            let pages = reader.pages().await;
            assert_eq!(pages.get(&format!("/proposals/{id}")).await.status, 404);
            for path in [format!("/office/calls/{call}/screening"), format!("/office/calls/{call}"), "/work".into(), "/notices".into()] {
                assert!(!text(&pages.get(&path).await.body).contains("密封的项目"), "{path}");
            }
        }
        app.office().await.post(&format!("{proposal}/admit"), json!({})).await.expect(404);
        team.get(&proposal).await.expect(200);

        app.advance(20 * DAY).await;
        let office = app.office().await;
        office.get(&proposal).await.expect(200);
        let list = office.get(&format!("/api/v1/calls/{call}/proposals")).await.expect(200);
        assert_eq!(list.body["items"][0]["title"], "密封的项目");
        assert!(office.get("/api/v1/work").await.body.to_string().contains("密封的项目"));
        office.post(&format!("{proposal}/admit"), json!({})).await.expect(200);
    }

    async fn a_sealed_call_that_is_cancelled_stays_sealed(app: &TestApp) {
        let call = call_with_settings(app, json!({"sealed": true})).await;
        app.advance(7 * DAY + HOUR).await;
        let id = submitted(&app.team(1).await, call, "密封的项目").await;
        let office = app.office().await;
        office.post(&format!("/api/v1/calls/{call}/cancel"), json!({"reason": "经费未落实"})).await.expect(200);
        office.get(&format!("/api/v1/proposals/{id}")).await.expect(404);
    }

    async fn followers_are_told_of_opening_extension_and_end(app: &TestApp) {
        let (citizen, team) = (app.citizen().await, app.team(1).await);
        let call = previewed_call(app).await;
        let follow = format!("/api/v1/calls/{call}/follow");
        for _ in 0..2 {
            citizen.put(&follow, json!({})).await.expect(204);
        }
        app.anon().put(&follow, json!({})).await.expect(401);
        app.advance(7 * DAY + HOUR).await;
        assert_eq!(told(&citizen, "开始接受申报").await, 1);
        draft(&team, call, "草稿").await;
        app.advance(17 * DAY).await;
        for reader in [&citizen, &team] {
            assert_eq!(told(reader, "截止。").await, 1, "three days before");
        }
        let until = app.now() + 13 * DAY;
        let extend = json!({"closes_at": until, "reason": "受天气影响"});
        app.office().await.post(&format!("/api/v1/calls/{call}/extend"), extend).await.expect(200);
        for reader in [&citizen, &team] {
            assert_eq!(told(reader, "截止时间延长至").await, 1);
        }
        citizen.delete(&follow).await.expect(204);
        citizen.delete(&follow).await.expect(204);
        app.advance(11 * DAY).await;
        assert_eq!((told(&citizen, "截止。").await, told(&team, "截止。").await), (1, 2));
    }

    async fn a_call_has_only_so_many_followers_as_one_step_can_tell(app: &TestApp) {
        let call = previewed_call(app).await;
        let (tenant_id, since) = (app.app.tenant, app.now());
        let follower = move |n: u128| follower::Model { tenant_id, call_id: call, account_id: Uuid::from_u128(n), since };
        app.step(move |step| async move {
            step.record("call-desk", call, "followed", json!({}));
            for chunk in (0..4).map(|n| (1 + n * 500..=(n + 1) * 500).map(follower).collect::<Vec<_>>()) {
                let rows = chunk.iter().cloned().map(|row| follower::ActiveModel::from(row).reset_all());
                follower::Entity::insert_many(rows).exec_without_returning(step.tx()).await?;
                step.wrote_rows(&chunk);
            }
            Ok(())
        })
        .await;
        let refused = app.citizen().await.put(&format!("/api/v1/calls/{call}/follow"), json!({})).await;
        assert_eq!(refused.expect(409).code(), "too-many-followers");
    }

    async fn a_draft_call_cannot_be_followed_from_outside(app: &TestApp) {
        let call = app.office().await.post("/api/v1/calls", call_input(app)).await.expect(201).id();
        app.citizen().await.put(&format!("/api/v1/calls/{call}/follow"), json!({})).await.expect(404);
        app.anon().get(&format!("/api/v1/calls/{call}/inquiries")).await.expect(404);
    }

    async fn a_second_person_is_reminded_after_five_working_days(app: &TestApp) {
        let (office, second) = (app.office().await, app.second_office().await);
        let mut input = call_input(app);
        input["opens_at"] = json!(app.now() + 20 * DAY);
        input["closes_at"] = json!(app.now() + 50 * DAY);
        let id = office.post("/api/v1/calls", input).await.expect(201).id();
        office.post(&format!("/api/v1/calls/{id}/submit"), json!({})).await.expect(200);
        app.advance(4 * DAY).await;
        assert_eq!(told(&second, "已满五个工作日").await, 0);
        app.advance(6 * DAY).await;
        assert_eq!(told(&second, "已满五个工作日").await, 1);
    }

    async fn questions_are_answered_for_all_and_nobody_is_named(app: &TestApp) {
        let (office, citizen, team) = (app.office().await, app.citizen().await, app.team(1).await);
        let call = previewed_call(app).await;
        let (path, ask) = (format!("/api/v1/calls/{call}/inquiries"), |text: &str| json!({"question": text}));
        assert_eq!(citizen.post(&path, ask("可以报两项吗？")).await.expect(409).code(), "call-not-open");
        app.advance(7 * DAY + HOUR).await;
        app.anon().post(&path, ask("可以报两项吗？")).await.expect(401);
        citizen.post(&path, ask(" ")).await.expect(422);
        let id = citizen.post(&path, ask("可以报两项吗？")).await.expect(201).id();
        for n in 1..5 {
            citizen.post(&path, ask(&format!("问题{n}"))).await.expect(201);
        }
        assert_eq!(citizen.post(&path, ask("再问一个")).await.expect(409).code(), "too-many-inquiries");

        // What waits is seen by who asked and by the office, which has it in its list with a date.
        let count = |body: &Value| body["items"].as_array().map(Vec::len);
        assert_eq!(count(&citizen.get(&path).await.expect(200).body), Some(5));
        assert_eq!(count(&team.get(&path).await.expect(200).body), Some(0));
        let work = office.get("/api/v1/work").await.expect(200).body.to_string();
        assert!(work.contains("answer-inquiry") && work.contains("可以报两项吗？"), "{work}");
        assert_eq!(told(&office, "有新的提问").await, 5);

        let answer = format!("/api/v1/inquiries/{id}/answer");
        team.post(&answer, json!({"answer": "可以"})).await.expect(403);
        office.post(&answer, json!({"answer": ""})).await.expect(422);
        team.put(&format!("/api/v1/calls/{call}/follow"), json!({})).await.expect(204);
        office.post(&answer, json!({"answer": "每个申报人限报一项。"})).await.expect(200);
        assert_eq!(office.post(&answer, json!({"answer": "改口"})).await.expect(409).code(), "inquiry-answered");
        for reader in [&citizen, &team] {
            assert_eq!(told(reader, "有新的答复").await, 1);
        }
        let public = app.anon().get(&path).await.expect(200).body;
        assert_eq!((count(&public), &public["items"][0]["answer"]), (Some(1), &json!("每个申报人限报一项。")));
        let shown = public.to_string();
        assert!(!shown.contains(&citizen.account.to_string()) && !shown.contains(&citizen.name), "{shown}");
        app.advance(20 * DAY).await;
        assert_eq!(citizen.post(&path, ask("还能报吗？")).await.expect(409).code(), "call-closed");
    }

    async fn the_list_of_questions_asks_as_much_for_one_as_for_three(app: &TestApp) {
        let call = open_call(app).await;
        let (citizen, path) = (app.citizen().await, format!("/api/v1/calls/{call}/inquiries"));
        let mut counts = Vec::new();
        for asked in [1, 2] {
            for n in 0..asked {
                citizen.post(&path, json!({"question": format!("问题{n}")})).await.expect(201);
            }
            citizen.get(&path).await.expect(200);
            let before = app.app.db.queries_run();
            citizen.get(&path).await.expect(200);
            counts.push(app.app.db.queries_run() - before);
        }
        assert_eq!(counts[0], counts[1]);
    }

    async fn following_and_asking_have_pages(app: &TestApp) {
        let call = open_call(app).await;
        let (reader, desk) = (app.citizen().await.pages().await, app.office().await.pages().await);
        let base = format!("/calls/{call}");
        assert!(text(&reader.get(&base).await.body).contains("关注这项征集"));
        assert_eq!(reader.post(&format!("{base}/follow"), &[]).await.status, 303);
        assert!(text(&reader.get(&base).await.body).contains("取消关注"));
        assert_eq!(reader.post(&format!("{base}/unfollow"), &[]).await.status, 303);
        assert!(text(&reader.get(&format!("{base}/inquiries")).await.body).contains(&format!("{base}/ask")));
        assert_eq!(reader.get(&format!("{base}/ask")).await.status, 200);
        let long = "长".repeat(1_001);
        let bad = reader.post(&format!("{base}/ask"), &[("question", long.as_str())]).await;
        assert_eq!(bad.status, 422);
        assert!(text(&bad.body).contains(&long));
        assert_eq!(reader.post(&format!("{base}/ask"), &[("question", "几月公布结果？")]).await.status, 303);
        let list = text(&desk.get(&format!("{base}/inquiries")).await.body);
        let id = list.split("/office/inquiries/").nth(1).and_then(|rest| rest.get(..36)).expect("a link").to_string();
        let place = format!("/office/inquiries/{id}");
        assert!(text(&desk.get(&place).await.body).contains("几月公布结果？"));
        assert_eq!(desk.post(&place, &[("answer", "")]).await.status, 422);
        assert_eq!(desk.post(&place, &[("answer", "三月。")]).await.status, 303);
        assert!(text(&app.anon().pages().await.get(&format!("{base}/inquiries")).await.body).contains("三月。"));
    }
}
