//! Meals in a whole host: who carries one knows the address, and only while they carry it.

use super::*;

on_both_databases! {
    async fn a_courier_knows_an_address_from_the_kitchen_to_the_door(app: &TestApp) {
        let settings = json!({"kitchen_licensed_until": "2027-12-31"});
        let Some(site) = running(app, "meal-delivery", settings).await else { return };
        let su = site.person("suhua", "苏调度", &["dispatcher"], &["adult"]).await;
        let ma = site.person("mali", "马送餐", &["courier"], &["adult", "trained:健康证明"]).await;
        let he = site.person("hewei", "何志愿", &[], &["adult"]).await;

        let elder = json!({"name": "顾桂英", "phone": "13800000001", "address": "万里路5号2单元301",
            "contact_phone": "13800000002", "diet": "low_sugar", "consent": true});
        let gu = site.does(&su, "list-elder", None, elder).await.remove(0);
        let planned = site.does(&su, "plan-round", None, json!({"date": "2026-11-23"})).await;
        let (round, meal) = (planned[0].clone(), planned[1].clone());
        site.no(&su, "dispatch", Some(&meal), json!({"courier": he.pseudonym})).await;
        site.record(&ma.actor, &gu).await.expect(404);
        site.does(&su, "dispatch", Some(&meal), json!({"courier": ma.pseudonym})).await;
        let seen = site.record(&ma.actor, &gu).await.expect(200).body.to_string();
        assert!(seen.contains("万里路"), "{seen}");
        assert!(site.told(&ma, "notice-plugin").await["text"].is_string());

        let noon = twoway_tests::START + 2 * HOUR;
        site.until(noon + 29 * MINUTE).await;
        assert!(site.told(&su, "notice-plugin").await.is_null());
        site.until(noon + 31 * MINUTE).await;
        assert!(site.told(&su, "notice-plugin").await["text"].is_string(), "the timer noticed");
        site.does(&ma, "confirm-delivered", Some(&meal), json!({})).await;
        site.record(&ma.actor, &gu).await.expect(404);
        site.does(&su, "close-round", Some(&round), json!({})).await;
        let late = plugins::indicator(&app.app, site.project, "meals-in-time", 0, app.now() + HOUR).await.expect("computes");
        assert_eq!((late.value_milli, late.sample), (0, 1));

        let leaving = json!({"leaving": "moved_away"});
        site.act(&su.actor, "remove-elder", Some(&gu), leaving.clone()).await.expect(202);
        assert_eq!(site.state(&gu).await, "listed");
        site.act(&site.lead, "remove-elder", Some(&gu), leaving).await.expect(200);
        assert_eq!(site.state(&gu).await, "removed");
        let card = app.anon().get(&site.path("views/public-card")).await.expect(200).body.to_string();
        assert!(!card.contains("顾桂英") && !card.contains("万里路"), "{card}");
        for path in ["", "/kinds/elder", "/kinds/meal"] {
            su.actor.pages().await.get(&format!("/projects/{}/place{path}", site.project)).await.expect(200);
        }
    }
}
