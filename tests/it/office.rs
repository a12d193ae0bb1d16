//! The working-day calendar, background jobs and the log.

use sea_orm::{ColumnTrait, EntityTrait, QueryFilter, sea_query::Expr};
use serde_json::json;
use twoway_entity::jobs::{JobState, job};
use twoway_ids::Uuid;
use twoway_tests::{TestApp, on_both_databases};

/// A job that gave up, as eight failures leave it.
async fn dead_job(app: &TestApp) -> Uuid {
    let (tenant, now) = (app.app.tenant, app.now());
    let id = twoway_ids::new_id(now);
    let new = twoway_jobs::NewJob {
        tenant,
        id,
        kind: "audit.seal".into(),
        key: "given-up".into(),
        payload: json!({}),
        due_at: now,
        now,
        subject: Some(("adoption".into(), Uuid::nil())),
    };
    let write = move |tx: twoway::Tx| async move {
        twoway_jobs::enqueue(&*tx, new).await?;
        let dead = job::Entity::update_many()
            .col_expr(job::Column::State, Expr::value(JobState::Dead))
            .col_expr(job::Column::Attempts, Expr::value(8))
            .filter(job::Column::Id.eq(id));
        dead.exec(&*tx).await?;
        Ok(())
    };
    app.app.db.transact(write).await.expect("written");
    id
}

on_both_databases! {
    async fn the_office_keeps_the_calendar_and_deadlines_follow(app: &TestApp) {
        let office = app.office().await;
        let calendar = async || twoway::calendar::load(app.app.db.read(), app.app.tenant, 480).await.expect("a calendar");
        let four = calendar().await.add_workdays(app.now(), 4);
        office.put("/api/v1/calendar/2026-11-25", json!({"works": false, "name": "停电检修"})).await.expect(200);
        office.put("/api/v1/calendar/2026-11-28", json!({"works": true, "name": "调休"})).await.expect(200);
        assert_eq!(calendar().await.add_workdays(app.now(), 4), four + twoway_ids::DAY, "Saturday is worked, Wednesday is not");
        let year = app.anon().get("/api/v1/calendar?year=2026").await.expect(200);
        assert_eq!(year.body, json!([{"day": "2026-11-25", "works": false, "name": "停电检修"}, {"day": "2026-11-28", "works": true, "name": "调休"}]));
        office.delete("/api/v1/calendar/2026-11-25").await.expect(204);
        office.delete("/api/v1/calendar/2026-11-25").await.expect(404);
        office.put("/api/v1/calendar/2026-02-30", json!({"works": false, "name": "无"})).await.expect(422);
        office.put("/api/v1/calendar/2026-11-25", json!({"works": false, "name": ""})).await.expect(422);
        app.team(1).await.put("/api/v1/calendar/2026-11-25", json!({"works": false, "name": "想放假"})).await.expect(403);
        let log = app.auditor().await.get("/api/v1/events?kind=calendar").await.expect(200);
        let names: Vec<_> = log.body["items"].as_array().expect("events").iter().map(|e| e["name"].as_str().expect("a name").to_string()).collect();
        assert_eq!(names, ["day-removed", "day-set", "day-set"]);
    }

    async fn a_holiday_is_entered_on_the_page(app: &TestApp) {
        let office = app.office().await.pages().await;
        let form = [("from", "2027-02-05"), ("to", "2027-02-11"), ("works", "rest"), ("name", "春节")];
        let answer = office.post("/calendar/new", &form).await.expect(303);
        assert_eq!(answer.headers["location"], "/calendar?year=2027");
        let page = office.get("/calendar?year=2027").await.expect(200);
        assert_eq!(page.body.as_str().expect("a page").matches("<td role=\"cell\" data-label=\"名称\"").count(), 7);
        let wrong = [("from", "2027-02-11"), ("to", "2027-02-05"), ("works", "rest"), ("name", "春节")];
        office.post("/calendar/new", &wrong).await.expect(422);
        office.post("/calendar/2027-02-05/remove", &[]).await.expect(303);
        let anon = app.anon().pages().await;
        assert!(!anon.get("/calendar?year=2027").await.expect(200).body.as_str().expect("a page").contains("删除"));
    }

    async fn who_keeps_the_system_tries_a_job_again(app: &TestApp) {
        let id = dead_job(app).await;
        let admin = app.admin().await;
        let dead = admin.get("/api/v1/jobs").await.expect(200);
        assert_eq!((&dead.body["items"][0]["id"], &dead.body["items"][0]["state"]), (&json!(id), &json!("dead")));
        assert!(dead.body["items"][0].get("payload").is_none(), "a payload may name people");
        app.office().await.get("/api/v1/jobs").await.expect(403);
        admin.get("/api/v1/jobs?state=lost").await.expect(400);
        let pages = admin.pages().await;
        let page = pages.get("/jobs").await.expect(200);
        assert!(page.body.as_str().is_some_and(|t| t.contains("记录签封") && t.contains("重新执行")), "{}", page.body);
        pages.post(&format!("/jobs/{id}/retry"), &[]).await.expect(303);
        assert_eq!(admin.post(&format!("/api/v1/jobs/{id}/retry"), json!({})).await.expect(409).code(), "job-not-dead");
        app.settle().await;
        let done = admin.get("/api/v1/jobs?state=done").await.expect(200);
        assert_eq!(done.body["items"][0]["id"], json!(id));
        for state in ["waiting", "running", "done", "cancelled", "dead"] {
            pages.get(&format!("/jobs?state={state}")).await.expect(200);
        }
    }

    async fn the_auditor_reads_the_whole_log_page_by_page(app: &TestApp) {
        for n in 1..=3 {
            app.team(n).await;
        }
        let auditor = app.auditor().await;
        let all = auditor.get("/api/v1/events?limit=100").await.expect(200);
        let all = all.body["items"].as_array().expect("events").clone();
        let (mut paged, mut cursor) = (Vec::new(), String::new());
        loop {
            let page = auditor.get(&format!("/api/v1/events?limit=2{cursor}")).await.expect(200);
            paged.extend(page.body["items"].as_array().expect("events").clone());
            match page.body["next"].as_str() {
                Some(next) => cursor = format!("&cursor={next}"),
                None => break,
            }
        }
        // Reading signs nobody in again: the token is good for the whole walk.
        assert_eq!(paged, all);
        assert!(all.len() > 6, "{all:#?}");
        let stream = all[0]["stream_id"].as_str().expect("an id");
        let one = auditor.get(&format!("/api/v1/events?id={stream}")).await.expect(200);
        assert!(one.body["items"].as_array().expect("events").iter().all(|e| e["stream_id"] == stream));
        for actor in [&app.office().await, &app.admin().await, &app.supervisor().await] {
            actor.get("/api/v1/events").await.expect(403);
        }
        let page = auditor.pages().await.get("/log?kind=organization").await.expect(200);
        assert!(page.body.as_str().is_some_and(|t| t.contains("核验通过") && t.contains("系统")), "{}", page.body);
    }

    async fn an_auditor_of_a_county_does_not_read_the_whole_log(app: &TestApp) {
        use twoway_entity::{accounts::Role, organizations::OrganizationKind};
        let county = app.organization(OrganizationKind::Node, "区县1").await;
        let auditor = app.person("county-auditor", "区县审计", Some((Role::Auditor, county))).await;
        auditor.get("/api/v1/events").await.expect(403);
    }
}
