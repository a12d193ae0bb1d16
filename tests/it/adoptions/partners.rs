//! Several sponsors in one adoption: they join before the due diligence, sign each for themselves, and stand on one side.

use super::*;
use sea_orm::EntityTrait;
use twoway_entity::organizations::organization;
use twoway_tests::on_both_databases;

async fn code_of(app: &TestApp, actor: &Actor) -> String {
    let id = actor.organization.expect("an organisation");
    let row = organization::Entity::find_by_id((app.app.tenant, id)).one(app.app.db.read()).await.expect("reads");
    row.and_then(|row| row.credit_code).expect("a code")
}

async fn ask(app: &TestApp, lead: &Actor, id: Uuid, whom: &Actor) -> Answer {
    let body = json!({"credit_code": code_of(app, whom).await, "share": "承担绘本 100 册及运输"});
    lead.post(&format!("/api/v1/adoptions/{id}/partners"), body).await
}

/// The newest row of this organisation.
async fn row_of(reader: &Actor, id: Uuid, whom: &Actor) -> Value {
    let all = reader.get(&format!("/api/v1/adoptions/{id}/partners")).await.expect(200).body;
    let own = json!(whom.organization);
    all.as_array().expect("a list").iter().rfind(|one| one["organization"] == own).expect("is asked").clone()
}

async fn answer(actor: &Actor, id: Uuid, how: &str) -> Answer {
    let row = row_of(actor, id, actor).await;
    let body = if how == "join" { json!({"trade": "retail", "clean_promotion": true}) } else { json!({}) };
    actor.post(&format!("/api/v1/adoption-partners/{}/{how}", row["id"].as_str().expect("an id")), body).await
}

on_both_databases! {
    async fn two_sponsors_adopt_together(app: &TestApp) {
        let (team, office) = (app.team(1).await, app.office().await);
        let (lead, along, third) = (app.sponsor(1).await, app.sponsor(2).await, app.sponsor(3).await);
        let (proposal, lines) = pooled(app, &team, "四点半学校", &[books()]).await;
        let id = lead.post("/api/v1/adoptions", interest(&lead, proposal, &[(lines[0], 200)])).await.expect(201).id();
        let path = format!("/api/v1/adoptions/{id}");
        along.get(&path).await.expect(404);
        let partners = format!("{path}/partners");
        let typed = |code: &str, share: &str| json!({"credit_code": code, "share": share});
        for (body, field) in [(typed("", "书"), "credit_code"), (typed("91350100M000100Y43", "书"), "credit_code"), (typed(&code_of(app, &along).await, " "), "share")] {
            assert_eq!(lead.post(&partners, body).await.expect(422).body["errors"][0]["field"], field);
        }
        assert_eq!(ask(app, &lead, id, &lead).await.expect(409).code(), "partner-there");
        ask(app, &lead, id, &along).await.expect(200);
        assert_eq!(ask(app, &lead, id, &along).await.expect(409).code(), "partner-there");
        ask(app, &lead, id, &third).await.expect(200);
        assert!(along.get("/api/v1/notices").await.body.to_string().contains("联合认领“四点半学校”"));
        assert!(along.get("/api/v1/work").await.body.to_string().contains("answer-partner"));
        assert!(along.get("/api/v1/adoptions?room=sponsor").await.expect(200).body.to_string().contains(&id.to_string()));
        // The office checks all of them or none.
        let unanswered = office.post(&format!("{path}/check"), checked()).await.expect(409);
        assert_eq!((unanswered.code(), unanswered.body["rule"].as_str()), ("partner-unanswered", Some("D1")));
        let own = format!("/api/v1/adoption-partners/{}", row_of(&along, id, &along).await["id"].as_str().expect("an id"));
        assert_eq!(lead.post(&format!("{own}/join"), json!({"trade": "retail", "clean_promotion": true})).await.expect(403).code(), "not-allowed");
        assert_eq!(along.post(&format!("{own}/remove"), json!({})).await.expect(403).code(), "not-allowed");
        assert_eq!(along.post(&format!("{own}/join"), json!({"trade": "retail"})).await.expect(409).code(), "promotion-not-clean");
        assert_eq!(along.post(&format!("{own}/join"), json!({"trade": "tobacco", "clean_promotion": true})).await.expect(409).code(), "trade-blocked");
        answer(&along, id, "join").await.expect(200);
        assert_eq!(answer(&along, id, "join").await.expect(409).code(), "wrong-state");
        answer(&third, id, "decline").await.expect(200);
        third.get(&path).await.expect(404);
        assert!(lead.get("/api/v1/notices").await.body.to_string().contains("已加入“四点半学校”的联合认领"));

        office.post(&format!("{path}/check"), checked()).await.expect(200);
        assert_eq!(ask(app, &lead, id, &third).await.expect(409).code(), "partners-checked");
        assert_eq!(answer(&along, id, "leave").await.expect(409).code(), "partners-checked");
        lead.post(&format!("{path}/hold"), wishes(&[(lines[0], 200)])).await.expect(200);
        assert_eq!(along.post(&format!("{path}/hold"), wishes(&[(lines[0], 200)])).await.status, 403, "the lead speaks for all");
        let agreement = format!("{path}/agreement");
        office.post(&agreement, json!({})).await.expect(200);
        lead.put(&agreement, terms()).await.expect(200);
        office.post(&format!("{agreement}/freeze"), json!({})).await.expect(200);
        let frozen = along.get(&agreement).await.expect(200).body;
        let (text, hash) = (frozen["text"].as_str().expect("a text"), frozen["hash"].as_str().expect("a hash"));
        for part in ["联合认领", "由企业1牵头", "联合认领方：企业2", "承担：承担绘本 100 册及运输"] {
            assert!(text.contains(part), "{part} is missing in:\n{text}");
        }
        assert!(!text.contains("企业3"));
        sign(&lead, id, "sponsor", hash).await.expect(200);
        assert!(along.get("/api/v1/work").await.body.to_string().contains("confirm-agreement"));
        let page = along.pages().await.get(&format!("/adoptions/{id}/agreement")).await.expect(200).body;
        assert!(page.as_str().is_some_and(|page| page.contains("联合认领方（企业2）") && page.contains("name=\"warned\"")), "{page}");
        along.post(&format!("{agreement}/code"), json!({"party": "partner"})).await.expect(200);
        let said = json!({"party": "partner", "hash": hash, "warned": false, "code": code(&along).await});
        assert_eq!(along.post(&format!("{agreement}/confirm"), said).await.expect(409).code(), "warning-not-ticked");
        sign(&team, id, "team", hash).await.expect(200);
        sign(&office, id, "office", hash).await.expect(200);
        assert_eq!(lead.get(&path).await.body["state"], "signing", "the partner has not signed");
        let said = json!({"party": "partner", "hash": hash, "warned": true, "code": code(&along).await});
        along.post(&format!("{agreement}/confirm"), said).await.expect(200);
        assert_eq!(lead.get(&path).await.body["state"], "in-notice");
        notice_passed(app, id).await;

        // Either of them records what the side of the sponsors delivers, and both are named.
        let commitment = along.get(&path).await.body["lines"][0]["id"].clone();
        let sent = json!({"commitment": commitment, "quantity": 100, "delivered_on": "2026-11-23", "evidence": "验收合格",
            "proof": {"goods_note": "入库单 2026-18", "condition": "good"}});
        let delivery = along.post(&format!("{path}/deliveries"), sent).await.expect(201).id();
        assert_eq!(lead.post(&format!("/api/v1/deliveries/{delivery}/confirm"), json!({})).await.expect(409).code(), "other-side-confirms");
        team.post(&format!("/api/v1/deliveries/{delivery}/confirm"), json!({})).await.expect(200);
        let sponsor = along.organization.expect("an organisation");
        let public = app.anon().pages().await.get(&format!("/sponsors/{sponsor}")).await.expect(200).body;
        assert!(public.as_str().is_some_and(|page| page.contains("儿童绘本")), "{public}");
        app.anon().pages().await.get(&format!("/sponsors/{}", third.organization.expect("one"))).await.expect(404);
    }

    async fn partners_have_a_page_and_come_and_go_before_the_check(app: &TestApp) {
        let team = app.team(1).await;
        let (lead, along) = (app.sponsor(1).await, app.sponsor(2).await);
        let (proposal, lines) = pooled(app, &team, "四点半学校", &[books()]).await;
        let id = lead.post("/api/v1/adoptions", interest(&lead, proposal, &[(lines[0], 200)])).await.expect(201).id();
        let (desk, phone) = (lead.pages().await, along.pages().await);
        let read = async |client: &twoway_tests::PageClient, path: &str| {
            client.get(path).await.expect(200).body.as_str().unwrap_or_default().to_string()
        };
        let page = format!("/adoptions/{id}/partners");
        assert!(read(&desk, &format!("/adoptions/{id}")).await.contains(&page));
        assert!(read(&desk, &page).await.contains("没有联合认领单位"));
        let back = desk.post(&page, &[("credit_code", "12"), ("share", "承担运输")]).await.expect(422).body;
        assert!(back.as_str().is_some_and(|text| text.contains("f-credit_code-error") && text.contains("承担运输")));
        let code = code_of(app, &along).await;
        desk.post(&page, &[("credit_code", &code), ("share", "承担运输")]).await.expect(303);
        let first = app.app.db.queries_run();
        read(&desk, &page).await;
        let cost = app.app.db.queries_run() - first;
        assert!(read(&phone, &format!("/adoptions/{id}")).await.contains("请答复联合认领邀请"));
        assert!(read(&phone, &page).await.contains("/join"));
        let row = row_of(&lead, id, &along).await["id"].as_str().expect("an id").to_string();
        let back = phone.post(&format!("/adoption-partners/{row}/join"), &[("trade", ""), ("clean_promotion", "true")]).await.expect(422).body;
        assert!(back.as_str().is_some_and(|text| text.contains("f-trade-error")));
        phone.post(&format!("/adoption-partners/{row}/join"), &[("trade", "retail"), ("clean_promotion", "true"), ("related_party", "true")]).await.expect(303);
        assert!(read(&desk, &page).await.contains("声明有关联方受益"));
        // A related party of any sponsor stops the check.
        assert_eq!(app.office().await.post(&format!("/api/v1/adoptions/{id}/check"), checked()).await.expect(409).code(), "related-party");
        phone.post(&format!("/adoption-partners/{row}/leave"), &[]).await.expect(303);
        phone.get(&page).await.expect(404);
        for other in 3..=4 {
            ask(app, &lead, id, &app.sponsor(other).await).await.expect(200);
        }
        let before = app.app.db.queries_run();
        read(&desk, &page).await;
        assert_eq!(app.app.db.queries_run() - before, cost);
        let gone = row_of(&lead, id, &app.sponsor(3).await).await["id"].as_str().expect("an id").to_string();
        desk.post(&format!("/adoption-partners/{gone}/remove"), &[]).await.expect(303);
        assert!(read(&desk, &page).await.contains("已取消"));
        for other in 5..=11 {
            ask(app, &lead, id, &app.sponsor(other).await).await.expect(200);
        }
        ask(app, &lead, id, &along).await.expect(200);
        assert_eq!(ask(app, &lead, id, &app.sponsor(12).await).await.expect(409).code(), "too-many-partners");
    }
}
