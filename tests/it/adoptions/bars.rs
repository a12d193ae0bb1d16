//! Who broke an agreement takes no part for three years, if the office and a second person of it decide so.

use super::*;
use crate::calls::world::{draft, open_call, submit};
use twoway_entity::sponsoring::bar;
use twoway_ids::DAY;
use twoway_tests::on_both_databases;

const BREACH: &str = "认领方弄虚作假，提供的物资不合格";
const WHY: &str = "约谈以后仍然以不合格物资交付";

/// A termination with a bar, as the first person asks for it.
async fn asked(office: &Actor, id: Uuid, bar: &str) -> Answer {
    let body = json!({"reason": BREACH, "bar_reason": bar});
    office.post(&format!("/api/v1/adoptions/{id}/termination"), body).await
}

async fn answered(second: &Actor, ask: Uuid, agreed: bool) -> Answer {
    let body = json!({"agreed": agreed, "answer": "已当面核实有关情况"});
    second.post(&format!("/api/v1/adoption-asks/{ask}/answer"), body).await
}

async fn bars(actor: &Actor) -> Vec<Value> {
    let list = actor.get("/api/v1/sponsor-bars").await.expect(200).body;
    list["items"].as_array().expect("items").clone()
}

async fn nothing_was_changed_by_hand(app: &TestApp) {
    app.settle().await;
    let findings = twoway::audit::verify(&app.app).await.expect("verified");
    assert!(findings.is_empty(), "{findings:#?}");
}

/// The organisation in whose name a draft stands.
/// The bar is another organisation's: one that proposes has broken an agreement as a sponsor before.
async fn move_bar(app: &TestApp, organization: Uuid) {
    app.step(move |step| async move {
        let row = bar::Entity::find().one(step.tx()).await?.expect("the bar");
        let row = bar::ActiveModel { organization_id: Set(organization), ..row.into() };
        step.wrote_rows(&[row.update(step.tx()).await?]);
        Ok(())
    })
    .await;
}

on_both_databases! {
    async fn a_bar_takes_effect_with_the_second_person_and_ends_when_it_is_lifted(app: &TestApp) {
        let (team, office, second) = (app.team(1).await, app.office().await, app.second_office().await);
        let (sponsor, other) = (app.sponsor(1).await, app.sponsor(2).await);
        let (proposal, lines) = pooled(app, &team, "四点半学校", &[books()]).await;
        let id = active(app, &sponsor, &team, &[], proposal, &[(lines[0], 50)]).await;
        assert_eq!(asked(&office, id, "不行").await.expect(409).code(), "text-too-short");
        let ask = asked(&office, id, WHY).await.expect(201).id();
        assert!(bars(&office).await.is_empty(), "nothing is decided");
        answered(&second, ask, false).await.expect(200);
        sponsor.post("/api/v1/adoptions", interest(&sponsor, proposal, &[(lines[0], 10)])).await.expect(201);

        let ask = asked(&office, id, WHY).await.expect(201).id();
        assert_eq!(answered(&office, ask, true).await.expect(409).code(), "second-person-answers");
        answered(&second, ask, true).await.expect(200);
        let seen = bars(&office).await;
        assert_eq!((seen.len(), seen[0]["reason"].as_str(), seen[0]["name"].as_str()), (1, Some(WHY), Some("企业1")));
        assert_eq!(bars(&sponsor).await.len(), 1, "the organisation sees its own");
        assert!(bars(&other).await.is_empty(), "others do not");
        assert_eq!(team.get("/api/v1/sponsor-bars").await.status, 403);

        let (next, its) = pooled(app, &team, "百家爱心屋", &[books(), room()]).await;
        let refused = sponsor.post("/api/v1/adoptions", interest(&sponsor, next, &[(its[0], 10)])).await.expect(409);
        assert_eq!((refused.code(), refused.body["rule"].as_str()), ("organization-barred", Some("M6")));
        held(app, &other, next, &[(its[1], 1)]).await;
        let wait = json!({"organization": sponsor.organization, "quantity": 1, "message": "", "related_party": false,
            "clean_promotion": true, "trade": "retail", "state_owned": false, "own_products": false});
        let refused = sponsor.post(&format!("/api/v1/needs/{}/queue", its[1]), wait).await.expect(409);
        assert_eq!(refused.code(), "organization-barred");

        let bar = format!("/api/v1/sponsor-bars/{}/lift", seen[0]["id"].as_str().expect("an id"));
        let reason = json!({"reason": "企业已整改并补交合格物资，经复核属实"});
        assert_eq!(sponsor.post(&bar, reason.clone()).await.status, 403, "it does not lift its own");
        assert_eq!(office.post(&bar, json!({"reason": "好"})).await.expect(409).code(), "text-too-short");
        office.post(&bar, reason.clone()).await.expect(200);
        assert_eq!(office.post(&bar, reason).await.expect(409).code(), "bar-over");
        sponsor.post("/api/v1/adoptions", interest(&sponsor, next, &[(its[0], 10)])).await.expect(201);
        nothing_was_changed_by_hand(app).await;
    }

    async fn after_three_years_it_is_over(app: &TestApp) {
        let (team, office, second, sponsor) = (app.team(1).await, app.office().await, app.second_office().await, app.sponsor(1).await);
        let (proposal, lines) = pooled(app, &team, "四点半学校", &[books()]).await;
        let id = active(app, &sponsor, &team, &[], proposal, &[(lines[0], 50)]).await;
        let ask = asked(&office, id, WHY).await.expect(201).id();
        answered(&second, ask, true).await.expect(200);
        let house = sponsor.organization.expect("a house");
        let tenant = app.app.tenant;
        let refused = twoway::adoptions::bars::not_barred(&app.app, tenant, house).await.expect_err("barred");
        assert_eq!(refused.code(), "organization-barred");
        app.advance(3 * 366 * DAY).await;
        twoway::adoptions::bars::not_barred(&app.app, tenant, house).await.expect("it is over");
    }

    async fn bars_have_their_pages(app: &TestApp) {
        let (team, people) = (app.team(1).await, app.sponsor(1).await);
        let (proposal, lines) = pooled(app, &team, "四点半学校", &[books()]).await;
        let id = active(app, &people, &team, &[], proposal, &[(lines[0], 50)]).await;
        let (office, second) = (app.office().await.pages().await, app.second_office().await.pages().await);
        let sponsor = people.pages().await;
        let text = |answer: Answer| answer.body.as_str().expect("a page").to_string();
        assert!(text(office.get("/adoptions?room=office").await.expect(200)).contains("/sponsor-bars"));
        assert!(text(sponsor.get("/adoptions").await.expect(200)).contains("/sponsor-bars"));
        assert!(text(office.get("/sponsor-bars").await.expect(200)).contains("没有限制参与的单位"));
        let terminate = format!("/adoptions/{id}/terminate");
        let back = office.post(&terminate, &[("reason", BREACH), ("bar", "true")]).await.expect(422);
        assert!(text(back).contains(BREACH), "what was typed is kept");
        office.post(&terminate, &[("reason", BREACH), ("bar", "true"), ("bar_reason", WHY)]).await.expect(303);
        let shown = text(second.get(&format!("/adoptions/{id}")).await.expect(200));
        assert!(shown.contains("待第二人确认"), "{shown}");
        assert!(!text(team.pages().await.get(&format!("/adoptions/{id}")).await.expect(200)).contains(WHY), "not for the team");
        let at = shown.find("/adoption-asks/").expect("a link");
        let answer = shown[at..].split('"').next().expect("an address").to_string();
        assert!(text(second.get(&answer).await.expect(200)).contains(WHY));
        second.post(&answer, &[("agreed", "true")]).await.expect(303);
        let list = text(office.get("/sponsor-bars").await.expect(200));
        let at = list.find("/sponsor-bars/").expect("a link");
        let lift = list[at..].split('"').next().expect("an address").to_string();
        let list = text(sponsor.get("/sponsor-bars").await.expect(200));
        assert!(list.contains("限制中") && !list.contains("/lift"), "{list}");
        assert!(text(office.get(&lift).await.expect(200)).contains(WHY));
        let back = office.post(&lift, &[("reason", "好")]).await.expect(422);
        assert!(text(back).contains("好"));
        office.post(&lift, &[("reason", "企业已整改并补交合格物资，经复核属实")]).await.expect(303);
        assert!(text(sponsor.get("/sponsor-bars").await.expect(200)).contains("已解除"));
        let before = app.app.db.queries_run();
        office.get("/sponsor-bars").await.expect(200);
        let one = app.app.db.queries_run() - before;
        for title in ["百家爱心屋", "暑期学校"] {
            let (proposal, lines) = pooled(app, &team, title, &[books()]).await;
            let id = active(app, &app.sponsor(2).await, &team, &[], proposal, &[(lines[0], 5)]).await;
            let ask = asked(&app.office().await, id, WHY).await.expect(201).id();
            answered(&app.second_office().await, ask, true).await.expect(200);
            let listed = bars(&app.office().await).await;
            let open = listed.iter().find(|bar| bar["lifted_at"].is_null()).expect("one that is not lifted");
            let last = open["id"].as_str().expect("an id").to_string();
            let reason = json!({"reason": "企业已整改并补交合格物资，经复核属实"});
            app.office().await.post(&format!("/api/v1/sponsor-bars/{last}/lift"), reason).await.expect(200);
        }
        let before = app.app.db.queries_run();
        office.get("/sponsor-bars").await.expect(200);
        assert_eq!(app.app.db.queries_run() - before, one, "as many queries for three as for one");
        app.settle().await;
    }

    async fn who_is_barred_proposes_nothing(app: &TestApp) {
        let (team, office, second, sponsor) = (app.team(1).await, app.office().await, app.second_office().await, app.sponsor(1).await);
        let (proposal, lines) = pooled(app, &team, "四点半学校", &[books()]).await;
        let id = active(app, &sponsor, &team, &[], proposal, &[(lines[0], 50)]).await;
        let ask = asked(&office, id, WHY).await.expect(201).id();
        answered(&second, ask, true).await.expect(200);
        let other = app.team(2).await;
        let call = open_call(app).await;
        let begun = draft(&other, call, "邻里食堂").await;
        move_bar(app, other.organization.expect("a team")).await;
        let new = json!({"call_id": call, "organization_id": other.organization});
        let refused = other.post("/api/v1/proposals", new).await.expect(409);
        assert_eq!((refused.code(), refused.body["rule"].as_str()), ("organization-barred", Some("M6")));
        // What lay there as a draft is not handed in either.
        assert_eq!(submit(&other, begun).await.expect(409).code(), "organization-barred");
    }
}
