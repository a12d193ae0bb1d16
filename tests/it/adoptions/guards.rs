use super::*;
use twoway_entity::accounts::Role;
use twoway_entity::organizations::OrganizationKind;
use twoway_tests::on_both_databases;

on_both_databases! {
    async fn needs_are_edited_until_the_notice_and_by_the_office_until_the_pool(app: &TestApp) {
        let (team, office) = (app.team(1).await, app.office().await);
        let id = proposal_in(app, &team, ProposalState::Eligible, "四点半学校").await;
        let path = format!("/api/v1/proposals/{id}/needs");
        let line = team.post(&path, books()).await.expect(201).id();
        let one = format!("/api/v1/needs/{line}");
        let mut more = books();
        more["optimum"] = 400.into();
        team.at_version(1).put(&one, more.clone()).await.expect(200);
        assert_eq!(team.at_version(1).put(&one, more.clone()).await.status, 412, "somebody else was faster");
        move_to(app, id, ProposalState::InNotice).await;
        assert_eq!(team.put(&one, more.clone()).await.expect(409).code(), "needs-in-notice");
        office.put(&one, more.clone()).await.expect(200);
        move_to(app, id, ProposalState::Pooled).await;
        for actor in [&team, &office] {
            assert_eq!(actor.put(&one, more.clone()).await.expect(409).code(), "needs-frozen");
            assert_eq!(actor.delete(&one).await.expect(409).code(), "needs-frozen");
            assert_eq!(actor.post(&path, books()).await.expect(409).code(), "needs-frozen");
        }
    }

    async fn needs_belong_to_their_proposer(app: &TestApp) {
        let team = app.team(1).await;
        let id = proposal_in(app, &team, ProposalState::Eligible, "四点半学校").await;
        let path = format!("/api/v1/proposals/{id}/needs");
        let line = team.post(&path, books()).await.expect(201).id();
        app.team(2).await.put(&format!("/api/v1/needs/{line}"), books()).await.expect(404);
        app.team(2).await.post(&path, books()).await.expect(404);
        app.anon().post(&path, books()).await.expect(401);
        app.anon().get(&path).await.expect(404);
        move_to(app, id, ProposalState::InNotice).await;
        app.anon().get(&path).await.expect(200);
        app.team(2).await.post(&path, books()).await.expect(403);
        team.delete(&format!("/api/v1/needs/{line}")).await.expect(409);
    }

    async fn bad_lines_are_refused_field_by_field(app: &TestApp) {
        let team = app.team(1).await;
        let id = proposal_in(app, &team, ProposalState::Eligible, "四点半学校").await;
        let path = format!("/api/v1/proposals/{id}/needs");
        let with = |key: &str, value: Value| {
            let mut line = books();
            line[key] = value;
            line
        };
        for (line, field) in [
            (with("minimum", 0.into()), "minimum"),
            (with("minimum", 301.into()), "minimum"),
            (with("optimum", "many".into()), "optimum"),
            (with("due_on", "2026-11-22".into()), "due_on"),
            (with("kind", "donation".into()), "kind"),
            (with("price", 3.into()), "price"),
            (with("unit", "".into()), "unit"),
            (with("title", "长".repeat(61).into()), "title"),
        ] {
            let answer = team.post(&path, line).await.expect(422);
            assert_eq!(answer.body["errors"][0]["field"], field, "{:#}", answer.body);
        }
        let asks = with("description", "请汇至 6222 0212 3456 7890 123".into());
        let refused = team.post(&path, asks).await.expect(409);
        assert_eq!((refused.code(), refused.body["rule"].as_str()), ("account-number-in-text", Some("D1")));
        let unfit = app.organization(OrganizationKind::Enterprise, "企业9").await;
        let refused = team.post(&path, money(unfit)).await.expect(409);
        assert_eq!((refused.code(), refused.body["rule"].as_str()), ("recipient-not-qualified", Some("D2")));
    }

    async fn an_interest_is_guarded(app: &TestApp) {
        let team = app.team(1).await;
        let (proposal, lines) = pooled(app, &team, "四点半学校", &[books(), room()]).await;
        let sponsor = app.sponsor(1).await;
        let ask = async |actor: &Actor, body: Value| actor.post("/api/v1/adoptions", body).await;
        let good = interest(&sponsor, proposal, &[(lines[0], 10)]);
        let with = |key: &str, value: Value| {
            let mut body = good.clone();
            body[key] = value;
            body
        };
        assert_eq!(ask(&team, good.clone()).await.status, 403, "a team is no sponsor");
        assert_eq!(ask(&app.sponsor(2).await, good.clone()).await.status, 403, "another sponsor");
        let refused = ask(&sponsor, with("clean_promotion", false.into())).await.expect(409);
        assert_eq!((refused.code(), refused.body["rule"].as_str()), ("promotion-not-clean", Some("D8")));
        let half = ask(&sponsor, interest(&sponsor, proposal, &[(lines[0], 301)])).await.expect(409);
        assert_eq!(half.code(), "line-taken");
        assert_eq!(ask(&sponsor, interest(&sponsor, proposal, &[(lines[0], 0)])).await.expect(409).code(), "quantity-not-positive");
        assert_eq!(ask(&sponsor, interest(&sponsor, proposal, &[])).await.expect(409).code(), "no-lines-chosen");
        assert_eq!(ask(&sponsor, interest(&sponsor, proposal, &[(Uuid::nil(), 1)])).await.status, 404);
        let asks = ask(&sponsor, with("message", "请扫收款码".into())).await.expect(409);
        assert_eq!(asks.code(), "account-number-in-text");
        let draft = proposal_in(app, &team, ProposalState::InNotice, "还在公示").await;
        assert_eq!(ask(&sponsor, with("proposal", draft.to_string().into())).await.expect(409).code(), "not-in-pool");
        ask(&sponsor, good.clone()).await.expect(201);
        assert_eq!(ask(&sponsor, good).await.expect(409).code(), "interest-waits");
    }

    async fn an_unverified_sponsor_cannot_adopt(app: &TestApp) {
        let team = app.team(1).await;
        let (proposal, lines) = pooled(app, &team, "四点半学校", &[books()]).await;
        let root = app.root().await;
        let newcomer = app.citizen().await;
        let new = twoway::organizations::NewOrganization {
            parent: Some(root),
            kind: OrganizationKind::Enterprise,
            name: "新来的企业".into(),
            credit_code: Some("91350100M000100Y43".into()),
            division_code: None,
            introduction: String::new(),
        };
        let who = newcomer.who().await;
        let registered = twoway::organizations::register(&app.app, &who, &Default::default(), new).await.expect("registered").id;
        let mut body = interest(&newcomer, proposal, &[(lines[0], 10)]);
        body["organization"] = registered.to_string().into();
        let refused = newcomer.post("/api/v1/adoptions", body).await.expect(409);
        assert_eq!(refused.code(), "organization-not-verified");
    }

    async fn a_hold_needs_due_diligence_and_a_signatory(app: &TestApp) {
        let (team, office) = (app.team(1).await, app.office().await);
        let (proposal, lines) = pooled(app, &team, "四点半学校", &[books(), room()]).await;
        let (sponsor, clerk) = (app.sponsor(1).await, app.sponsor_member(1).await);
        let wish = [(lines[0], 10)];
        let id = clerk.post("/api/v1/adoptions", interest(&clerk, proposal, &wish)).await.expect(201).id();
        let hold = format!("/api/v1/adoptions/{id}/hold");
        assert_eq!(sponsor.post(&hold, wishes(&wish)).await.expect(409).code(), "due-diligence-missing");
        let check = format!("/api/v1/adoptions/{id}/check");
        assert_eq!(office.post(&check, json!({"note": "好", "findings": findings()})).await.expect(409).code(), "text-too-short");
        assert_eq!(sponsor.post(&check, checked()).await.status, 403);
        office.post(&check, checked()).await.expect(200);
        assert_eq!(clerk.post(&hold, wishes(&wish)).await.expect(409).code(), "signatory-needed");
        assert_eq!(app.sponsor(2).await.post(&hold, wishes(&wish)).await.status, 404, "another sponsor's");
        assert_eq!(sponsor.at_version(1).post(&hold, wishes(&wish)).await.status, 412);
        let half = json!({"lines": [{"line": lines[1], "quantity": 2}]});
        assert_eq!(sponsor.post(&hold, half).await.expect(409).code(), "line-indivisible");
        let keyed = sponsor.with("idempotency-key", "hold-1");
        let first = keyed.post(&hold, wishes(&wish)).await.expect(200);
        assert_eq!(keyed.post(&hold, wishes(&wish)).await.expect(200).body, first.body, "once, however often it is sent");
        let other = keyed.post(&hold, wishes(&[(lines[0], 11)])).await.expect(422);
        assert_eq!(other.code(), "idempotency-key-reused");
        assert_eq!(coverage(app, proposal).await[0], (10, 0, 0));
    }

    async fn a_related_party_does_not_pass_due_diligence(app: &TestApp) {
        let (team, office) = (app.team(1).await, app.office().await);
        let (proposal, lines) = pooled(app, &team, "四点半学校", &[books()]).await;
        let sponsor = app.sponsor(1).await;
        let mut body = interest(&sponsor, proposal, &[(lines[0], 10)]);
        body["related_party"] = true.into();
        let id = sponsor.post("/api/v1/adoptions", body).await.expect(201).id();
        let refused = office.post(&format!("/api/v1/adoptions/{id}/check"), checked()).await.expect(409);
        assert_eq!((refused.code(), refused.body["rule"].as_str()), ("related-party", Some("D8")));
    }

    async fn signing_is_guarded(app: &TestApp) {
        let (team, office) = (app.team(1).await, app.office().await);
        let (proposal, lines) = pooled(app, &team, "四点半学校", &[books()]).await;
        let sponsor = app.sponsor(1).await;
        let id = held(app, &sponsor, proposal, &[(lines[0], 10)]).await;
        let path = format!("/api/v1/adoptions/{id}/agreement");
        assert_eq!(sponsor.put(&path, terms()).await.expect(409).code(), "agreement-frozen", "there is no draft yet");
        office.post(&path, json!({})).await.expect(200);
        let refused = office.post(&format!("{path}/freeze"), json!({})).await.expect(409);
        assert_eq!((refused.code(), refused.body["rule"].as_str()), ("agreement-incomplete", Some("D7")));
        let mut named = terms();
        named["naming"] = "某某图书角".into();
        sponsor.put(&path, named).await.expect(200);
        let refused = office.post(&format!("{path}/freeze"), json!({})).await.expect(409);
        assert_eq!((refused.code(), refused.body["rule"].as_str()), ("naming-without-consent", Some("D17")));
        sponsor.put(&path, terms()).await.expect(200);
        assert_eq!(sponsor.post(&format!("{path}/freeze"), json!({})).await.status, 403);
        office.post(&format!("{path}/freeze"), json!({})).await.expect(200);
        assert_eq!(sponsor.put(&path, terms()).await.expect(409).code(), "agreement-frozen");
        let hash = office.get(&path).await.body["hash"].as_str().expect("a hash").to_string();
        let confirm = format!("{path}/confirm");
        let as_party = |party: &str, warned: bool| json!({"party": party, "hash": hash, "warned": warned, "code": "000000"});
        let refused = team.post(&confirm, as_party("team", false)).await.expect(409);
        assert_eq!((refused.code(), refused.body["rule"].as_str()), ("sponsor-confirms-first", Some("D9")));
        let refused = sponsor.post(&confirm, as_party("sponsor", false)).await.expect(409);
        assert_eq!((refused.code(), refused.body["rule"].as_str()), ("warning-not-ticked", Some("D9")));
        let wrong = json!({"party": "sponsor", "hash": "0".repeat(64), "warned": true});
        assert_eq!(sponsor.post(&confirm, wrong).await.expect(409).code(), "agreement-changed");
        assert_eq!(app.sponsor_member(1).await.post(&confirm, as_party("sponsor", true)).await.expect(409).code(), "signatory-needed");
        assert_eq!(team.post(&confirm, as_party("sponsor", true)).await.status, 403);
        // A leader who is also the sponsor's signatory signs for one side only.
        app.grant(team.account, Role::SponsorSignatory, sponsor.organization.expect("a sponsor")).await;
        sign(&team, id, "sponsor", &hash).await.expect(200);
        let refused = team.post(&confirm, as_party("team", false)).await.expect(409);
        assert_eq!((refused.code(), refused.body["rule"].as_str()), ("own-account-needed", Some("P14")));
    }

    async fn what_is_signed_binds_and_deliveries_need_two_sides(app: &TestApp) {
        let team = app.team(1).await;
        let (proposal, lines) = pooled(app, &team, "四点半学校", &[books()]).await;
        let sponsor = app.sponsor(1).await;
        let id = active(app, &sponsor, &team, &[], proposal, &[(lines[0], 10)]).await;
        let refused = sponsor.post(&format!("/api/v1/adoptions/{id}/withdraw"), json!({"reason": "不想做了"})).await.expect(409);
        assert_eq!((refused.code(), refused.body["rule"].as_str()), ("promise-binds", Some("D9")));
        let commitment = sponsor.get(&format!("/api/v1/adoptions/{id}")).await.body["lines"][0]["id"].clone();
        let path = format!("/api/v1/adoptions/{id}/deliveries");
        let record = |quantity: i64, on: &str| json!({"commitment": commitment, "quantity": quantity, "delivered_on": on, "proof": {"goods_note": "入库单 2026-17", "condition": "good"}});
        assert_eq!(sponsor.post(&path, record(11, "2026-11-23")).await.expect(409).code(), "delivery-too-much");
        sponsor.post(&path, record(1, "2027-11-24")).await.expect(422);
        sponsor.post(&path, record(0, "2026-11-23")).await.expect(422);
        assert_eq!(app.office().await.post(&path, record(1, "2026-11-23")).await.status, 403, "the office delivers nothing");
        app.team(2).await.post(&path, record(1, "2026-11-23")).await.expect(404);
        let sent = sponsor.post(&path, record(8, "2026-11-23")).await.expect(201).id();
        assert_eq!(team.post(&path, record(3, "2026-11-23")).await.expect(409).code(), "delivery-too-much", "eight are waiting");
        let own = sponsor.post(&format!("/api/v1/deliveries/{sent}/confirm"), json!({})).await.expect(409);
        assert_eq!((own.code(), own.body["rule"].as_str()), ("other-side-confirms", Some("D6")));
        let colleague = app.sponsor_member(1).await;
        assert_eq!(colleague.post(&format!("/api/v1/deliveries/{sent}/confirm"), json!({})).await.expect(409).code(), "other-side-confirms");
        team.post(&format!("/api/v1/deliveries/{sent}/confirm"), json!({})).await.expect(200);
        let again = team.post(&format!("/api/v1/deliveries/{sent}/confirm"), json!({})).await.expect(409);
        assert_eq!(again.code(), "wrong-state");
        assert_eq!(coverage(app, proposal).await, [(0, 2, 8)]);
    }

    async fn adoptions_are_between_their_parties(app: &TestApp) {
        let team = app.team(1).await;
        let (proposal, lines) = pooled(app, &team, "四点半学校", &[books()]).await;
        let sponsor = app.sponsor(1).await;
        let id = held(app, &sponsor, proposal, &[(lines[0], 10)]).await;
        let path = format!("/api/v1/adoptions/{id}");
        for actor in [&sponsor, &team, &app.office().await, &app.supervisor().await] {
            actor.get(&path).await.expect(200);
        }
        for actor in [&app.sponsor(2).await, &app.team(2).await, &app.recipient(1).await, &app.citizen().await] {
            actor.get(&path).await.expect(404);
            let list = actor.get("/api/v1/adoptions?room=office").await.expect(200);
            assert_eq!(list.body["items"], json!([]));
        }
        app.anon().get(&path).await.expect(401);
        assert!(team.get(&path).await.body["check_note"].is_null(), "the office's note about a sponsor is between the two");
    }
}
