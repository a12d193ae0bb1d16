use super::*;
use sea_orm::{ColumnTrait, EntityTrait, QueryFilter};
use twoway_entity::agreements::signing_code;
use twoway_entity::audit::event;
use twoway_ids::MINUTE;
use twoway_tests::on_both_databases;

on_both_databases! {
    async fn a_signature_needs_the_code_of_its_own_account(app: &TestApp) {
        let (team, office) = (app.team(1).await, app.office().await);
        let (proposal, lines) = pooled(app, &team, "四点半学校", &[books()]).await;
        let sponsor = app.sponsor(1).await;
        let (id, hash) = frozen(app, &sponsor, proposal, &[(lines[0], 10)]).await;
        let path = format!("/api/v1/adoptions/{id}/agreement");
        let (send, confirm) = (format!("{path}/code"), format!("{path}/confirm"));
        let given = |party: &str, code: &str| json!({"party": party, "hash": hash, "warned": true, "code": code});
        let refused = sponsor.post(&confirm, given("sponsor", "")).await.expect(409);
        assert_eq!((refused.code(), refused.body["rule"].as_str()), ("code-missing", Some("P14")));
        // Who may not sign is sent nothing.
        assert_eq!(team.post(&send, json!({"party": "team"})).await.expect(409).code(), "sponsor-confirms-first");
        assert_eq!(team.post(&send, json!({"party": "sponsor"})).await.status, 403);
        assert_eq!(app.sponsor_member(1).await.post(&send, json!({"party": "sponsor"})).await.expect(409).code(), "signatory-needed");
        assert_eq!(sponsor.post(&send, json!({"party": "recipient"})).await.status, 403, "nobody receives anything else");
        app.sponsor(2).await.post(&send, json!({"party": "sponsor"})).await.expect(404);

        sponsor.post(&send, json!({"party": "sponsor"})).await.expect(200);
        let first = code(&sponsor).await;
        let stored = signing_code::Entity::find().all(app.app.db.read()).await.expect("rows");
        assert!(stored.iter().all(|row| !row.code_hash.contains(&first) && row.code_hash.len() == 64));
        let other = if first == "111111" { "222222" } else { "111111" };
        for left in (0..5).rev() {
            let refused = sponsor.post(&confirm, given("sponsor", other)).await.expect(409);
            assert_eq!(refused.code(), "code-wrong");
            assert!(refused.body["detail"].as_str().is_some_and(|d| d.contains(&format!("还可以输入 {left} 次"))), "{:#}", refused.body);
        }
        let refused = sponsor.post(&confirm, given("sponsor", &first)).await.expect(409);
        assert_eq!((refused.code(), refused.body["rule"].as_str()), ("code-used-up", Some("P14")));

        // A new code replaces the old one; ten minutes later it is of no use.
        sponsor.post(&send, json!({"party": "sponsor"})).await.expect(200);
        let second = code(&sponsor).await;
        app.advance(10 * MINUTE).await;
        assert_eq!(sponsor.post(&confirm, given("sponsor", &second)).await.expect(409).code(), "code-missing");
        sponsor.post(&send, json!({"party": "sponsor"})).await.expect(200);
        let third = code(&sponsor).await;
        sponsor.post(&confirm, given("sponsor", &third)).await.expect(200);
        let told = sponsor.get("/api/v1/notices").await.body.to_string();
        assert!(!told.contains(&third), "a used code no longer stands in the notice");
        // Another account's code is not the team's.
        team.post(&send, json!({"party": "team"})).await.expect(200);
        assert_ne!(code(&team).await, "");
        office.post(&send, json!({"party": "office"})).await.expect(200);
        let offices = code(&office).await;
        if offices != code(&team).await {
            assert_eq!(team.post(&confirm, given("team", &offices)).await.expect(409).code(), "code-wrong");
        }
        let own = code(&team).await;
        team.post(&confirm, given("team", &own)).await.expect(200);
        assert_eq!(team.post(&send, json!({"party": "team"})).await.expect(409).code(), "confirmed-already");

        // The warning is an event of its own, before the signature and before anything was published.
        let events = event::Entity::find().filter(event::Column::StreamId.eq(id)).all(app.app.db.read()).await.expect("events");
        let at = |name: &str| events.iter().filter(|e| e.name == name).map(|e| e.seq).min().unwrap_or_else(|| panic!("no {name}"));
        assert!(at("warning-read") < at("confirm"), "the warning comes first");
        let codes: Vec<_> = events.iter().filter(|e| e.payload.contains(&third)).collect();
        assert!(codes.is_empty(), "no event tells a code");
    }

    async fn each_recipient_signs_for_itself(app: &TestApp) {
        let (team, office) = (app.team(1).await, app.office().await);
        let (fund, other) = (app.recipient(1).await, app.recipient(2).await);
        let lines = [money(fund.organization.expect("one")), {
            let mut second = money(other.organization.expect("two"));
            second["title"] = "安全保险".into();
            second
        }];
        let (proposal, lines) = pooled(app, &team, "四点半学校", &lines).await;
        let sponsor = app.sponsor(1).await;
        let (id, hash) = frozen(app, &sponsor, proposal, &[(lines[0], 2_000), (lines[1], 2_000)]).await;
        let text = office.get(&format!("/api/v1/adoptions/{id}/agreement")).await.body["text"].as_str().expect("a text").to_string();
        assert!(text.contains("民法典第六百五十八条") && text.contains("电子签名法第十三条") && text.matches("接收单位：").count() >= 2, "{text}");
        let work = async |actor: &Actor| actor.get("/api/v1/work").await.expect(200).body.to_string();
        assert!(!work(&fund).await.contains("sign-as-recipient"), "the sponsor comes first");
        sign(&sponsor, id, "sponsor", &hash).await.expect(200);
        assert!(work(&fund).await.contains("sign-as-recipient"));
        let page = fund.pages().await.get(&format!("/adoptions/{id}/agreement")).await.expect(200);
        assert!(page.body.as_str().is_some_and(|t| t.contains("发送验证码")), "{}", page.body);
        sign(&fund, id, "recipient", &hash).await.expect(200);
        assert!(!work(&fund).await.contains("sign-as-recipient"));
        assert!(work(&other).await.contains("sign-as-recipient"));
        sign(&team, id, "team", &hash).await.expect(200);
        sign(&office, id, "office", &hash).await.expect(200);
        assert_eq!(sponsor.get(&format!("/api/v1/adoptions/{id}")).await.body["state"], "signing", "one recipient is missing");
        sign(&other, id, "recipient", &hash).await.expect(200);
        assert_eq!(sponsor.get(&format!("/api/v1/adoptions/{id}")).await.body["state"], "in-notice");
    }
}
