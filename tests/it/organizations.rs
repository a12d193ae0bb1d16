//! The tree of organisations and the roles in it.

use serde_json::json;
use twoway_entity::organizations::OrganizationKind;
use twoway_tests::{credit_code, on_both_databases};

on_both_databases! {
    async fn an_enterprise_registers_and_is_verified_by_its_county(app: &TestApp) {
        let (near, far) = (app.node_admin(1).await, app.node_admin(2).await);
        let citizen = app.citizen().await;
        let new = json!({"parent": near.organization, "kind": "enterprise", "name": "遵义某某科技有限公司",
            "credit_code": credit_code(77), "introduction": "做传感器"});
        let id = citizen.post("/api/v1/organizations", new).await.expect(201).id();
        let path = format!("/api/v1/organizations/{id}");
        app.anon().get(&path).await.expect(404);
        far.get(&path).await.expect(404);
        far.post(&format!("{path}/verify"), json!({})).await.expect(404);
        assert_eq!(citizen.get(&path).await.expect(200).body["verified_at"], json!(null));
        assert_eq!(citizen.get("/api/v1/me").await.body["roles"][0]["role"], "sponsor-signatory");
        near.at_version(7).post(&format!("{path}/verify"), json!({})).await.expect(412);
        near.at_version(1).post(&format!("{path}/verify"), json!({})).await.expect(200);
        let again = near.post(&format!("{path}/verify"), json!({})).await.expect(409);
        assert_eq!(again.code(), "already-verified");
        let seen = app.anon().get(&path).await.expect(200);
        assert_eq!(seen.body["name"], "遵义某某科技有限公司");
        assert!(seen.body.get("credit_code").is_none(), "the credit code is not public");
        let notices = citizen.get("/api/v1/notices").await.expect(200);
        assert_eq!(notices.body["items"][0]["text"], "“遵义某某科技有限公司”已通过核验，可以办理业务了。");
    }

    async fn what_is_wrong_with_a_registration_is_told_at_once(app: &TestApp) {
        let root = app.root().await;
        let new = json!({"parent": root, "kind": "enterprise", "name": " ", "credit_code": "91350100M000100Y44"});
        let answer = app.citizen().await.post("/api/v1/organizations", new).await;
        insta::assert_json_snapshot!("registration", answer.stable());
    }

    async fn nobody_registers_parts_of_the_administration(app: &TestApp) {
        let root = app.root().await;
        let node = json!({"parent": root, "kind": "node", "name": "假区县"});
        app.citizen().await.post("/api/v1/organizations", node.clone()).await.expect(403);
        app.team(1).await.post("/api/v1/organizations", node.clone()).await.expect(403);
        app.office().await.post("/api/v1/organizations", node).await.expect(201);
    }

    async fn a_credit_code_belongs_to_one_organisation(app: &TestApp) {
        let sponsor = app.sponsor(1).await;
        let code = sponsor.get(&format!("/api/v1/organizations/{}", sponsor.organization.expect("one"))).await;
        let new = json!({"parent": app.root().await, "kind": "enterprise", "name": "冒名公司", "credit_code": code.body["credit_code"]});
        let answer = app.citizen().await.post("/api/v1/organizations", new).await.expect(409);
        assert_eq!(answer.code(), "credit-code-taken");
    }

    async fn a_role_counts_at_once_and_ends_at_once(app: &TestApp) {
        let (team, other, citizen) = (app.team(1).await, app.team(2).await, app.citizen().await);
        let house = team.organization.expect("a team");
        let members = format!("/api/v1/organizations/{house}/members");
        let role = json!({"login": "citizen", "role": "volunteer"});
        citizen.get(&members).await.expect(404);
        other.post(&members, role.clone()).await.expect(403);
        let membership = team.post(&members, role.clone()).await.expect(201).id();
        assert_eq!(team.post(&members, role).await.expect(201).id(), membership, "asking twice does nothing");
        let listed = citizen.get(&members).await.expect(200);
        assert_eq!(listed.body["items"].as_array().expect("a list").len(), 2);
        other.delete(&format!("{members}/{membership}")).await.expect(403);
        team.delete(&format!("{members}/{membership}")).await.expect(204);
        citizen.get(&members).await.expect(404);
    }

    async fn the_last_leader_stays(app: &TestApp) {
        let team = app.team(1).await;
        let members = format!("/api/v1/organizations/{}/members", team.organization.expect("a team"));
        let own = team.get(&members).await.body["items"][0]["id"].as_str().expect("an id").to_string();
        let answer = app.office().await.delete(&format!("{members}/{own}")).await.expect(409);
        assert_eq!(answer.code(), "last-of-its-role");
    }

    async fn roles_fit_their_place(app: &TestApp) {
        let house = app.organization(OrganizationKind::Team, "志愿队1").await;
        app.citizen().await;
        let members = format!("/api/v1/organizations/{house}/members");
        let answer = app.office().await.post(&members, json!({"login": "citizen", "role": "sponsor-signatory"})).await.expect(409);
        assert_eq!(answer.code(), "role-place");
        app.office().await.post(&members, json!({"login": "citizen", "role": "auditor"})).await.expect(403);
    }

    async fn a_repeated_key_gets_the_first_answer(app: &TestApp) {
        let root = app.root().await;
        let citizen = app.citizen().await.with("idempotency-key", "k-1");
        let team = |name: &str| json!({"parent": root, "kind": "team", "name": name});
        let first = citizen.post("/api/v1/organizations", team("一队")).await.expect(201);
        let second = citizen.post("/api/v1/organizations", team("一队")).await.expect(201);
        assert_eq!(first.body, second.body);
        let other = citizen.post("/api/v1/organizations", team("二队")).await.expect(422);
        assert_eq!(other.code(), "idempotency-key-reused");
        let held = app.citizen().await.get("/api/v1/me").await.body["roles"].as_array().expect("roles").len();
        assert_eq!(held, 1);
    }

    async fn lists_are_read_page_by_page(app: &TestApp) {
        for n in 0..7 {
            app.organization(OrganizationKind::Team, &format!("队伍{n}")).await;
        }
        let mut names = Vec::new();
        let mut path = "/api/v1/organizations?kind=team&limit=3".to_string();
        loop {
            let page = app.anon().get(&path).await.expect(200).body;
            names.extend(page["items"].as_array().expect("items").iter().map(|i| i["name"].as_str().expect("a name").to_string()));
            let Some(next) = page["next"].as_str() else { break };
            path = format!("/api/v1/organizations?kind=team&limit=3&cursor={next}");
        }
        assert_eq!(names, (0..7).map(|n| format!("队伍{n}")).collect::<Vec<_>>());
        app.anon().get("/api/v1/organizations?limit=101").await.expect(400);
        app.anon().get("/api/v1/organizations?cursor=abc").await.expect(400);
        app.anon().get("/api/v1/organizations?colour=red").await.expect(400);
    }

    async fn the_pages_do_what_the_api_does(app: &TestApp) {
        let node = app.node_admin(1).await;
        let parent = node.organization.expect("a county").to_string();
        let citizen = app.citizen().await.pages().await;
        let form = [("kind", "team"), ("parent", parent.as_str()), ("name", "红领巾小队"), ("introduction", "")];
        let wrong = [("kind", "team"), ("parent", parent.as_str()), ("name", "")];
        let answer = citizen.post("/organizations", &wrong).await.expect(422);
        assert!(answer.body.to_string().contains("请填写“名称”"), "{}", answer.body);
        let answer = citizen.post("/organizations", &form).await.expect(303);
        let place = answer.headers["location"].to_str().expect("an address").to_string();
        assert!(citizen.get(&place).await.expect(200).body.to_string().contains("待核验"));
        citizen.post(&format!("{place}/verify"), &[("_version", "1")]).await.expect(403);
        let admin = node.pages().await;
        assert!(admin.get("/organizations?verified=false").await.expect(200).body.to_string().contains("红领巾小队"));
        admin.post(&format!("{place}/verify"), &[("_version", "0")]).await.expect(409);
        admin.post(&format!("{place}/verify"), &[("_version", "1")]).await.expect(303);
        app.volunteer(1).await;
        admin.post(&format!("{place}/members"), &[("login", "volunteer1"), ("role", "volunteer")]).await.expect(303);
        let page = app.volunteer(1).await.pages().await.get("/notices").await.expect(200);
        assert!(page.body.to_string().contains("您在“红领巾小队”有了新的身份。"), "{}", page.body);
    }
}
