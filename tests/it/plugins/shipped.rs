//! The shipped plugins in a whole host: the hand-over of a child, two rival claims for one wallet, and a meal for one door.

mod meals;

use super::*;
use sea_orm::{ColumnTrait, EntityTrait, QueryFilter};
use std::path::PathBuf;
use twoway_entity::notices::notice;
use twoway_ids::{HOUR, MINUTE, Millis};
use twoway_manifest::Manifest;
use twoway_tests::on_both_databases;

/// The packed plugin, from the folder that `TWOWAY_TEST_PLUGINS` or `TWOWAY_PLUGINS` names. CI always has it.
pub fn packed(id: &str) -> Option<Vec<u8>> {
    let folder =
        ["TWOWAY_TEST_PLUGINS", "TWOWAY_PLUGINS"].iter().find_map(|name| std::env::var_os(name).map(PathBuf::from));
    let folder = folder.unwrap_or_else(|| "../target/plugins".into());
    // Tests run in the folder of their package, commands in that of the workspace.
    let folder =
        if folder.is_absolute() { folder } else { PathBuf::from(env!("CARGO_MANIFEST_DIR")).join("..").join(folder) };
    let found = std::fs::read_dir(&folder).ok()?.filter_map(Result::ok).map(|e| e.path()).find(|path| {
        let name = path.file_name().and_then(|n| n.to_str()).unwrap_or_default();
        name.starts_with(&format!("{id}-")) && name.ends_with(".twk")
    });
    if found.is_none() {
        eprintln!("not run: {} has no package of {id}; make plugins builds it", folder.display());
    }
    std::fs::read(found?).ok()
}

/// A project that runs the packed plugin with everything that it asks for.
async fn running<'a>(app: &'a TestApp, id: &str, settings: Value) -> Option<Site<'a>> {
    let file = packed(id)?;
    let admin = app.admin().await.who().await;
    let digest = plugins::upload(&app.app, &admin, &Command::default(), file).await.expect("passes the gate");
    let sheet = plugins::grant_sheet(&app.app, &digest).await.expect("there");
    let (office, lead) = (app.office().await, app.team(1).await);
    let project = twoway_ids::new_id(app.now());
    let root = app.root().await;
    let place = Place {
        project,
        title: sheet.title.zh_cn.clone(),
        path: format!("/{}/", root.simple()),
        team: lead.organization,
        lead: None,
        sponsors: vec![],
        phase: Phase::Running,
    };
    let activation = Activation { digest, settings, grant: sheet.full, minors_data_confirmed: true };
    let work = move |step: twoway::lifecycle::Step| async move { plugins::activate(&step, &place, activation).await };
    app.app.act(&office.who().await, &Command::default(), work).await.expect("activates");
    Some(Site { app, project, lead, office, citizen: app.citizen().await })
}

/// A person of the project.
struct Person {
    actor: Actor,
    pseudonym: String,
}

impl Site<'_> {
    /// Adds a person; the lead office has seen these papers.
    async fn person(&self, login: &str, name: &str, roles: &[&str], papers: &[&str]) -> Person {
        let actor = self.app.person(login, name, None).await;
        let added = self.lead.post(&self.path("members"), json!({ "login": login })).await.expect(201);
        let member = added.id();
        let now = self.app.now();
        for predicate in papers {
            let fact =
                json!({"predicate": predicate, "document": "核 1", "valid_from": now, "valid_until": now + 300 * DAY});
            self.office.post(&self.path(&format!("members/{member}/facts")), fact).await.expect(201);
        }
        self.lead.put(&self.path(&format!("members/{member}/roles")), json!({ "roles": roles })).await.expect(200);
        let members = self.lead.get(&self.path("members")).await.expect(200).body;
        let items = members["items"].as_array().cloned().unwrap_or_default();
        let found = items.into_iter().find(|m| m["id"] == member.to_string()).expect("listed");
        Person { actor, pseudonym: found["pseudonym"].as_str().expect("a pseudonym").to_string() }
    }

    /// Does it and answers the records that it made or changed.
    async fn does(&self, who: &Person, action: &str, target: Option<&str>, input: Value) -> Vec<String> {
        let answer = self.act(&who.actor, action, target, input).await.expect(200);
        answer.body["records"].as_array().into_iter().flatten().filter_map(|v| Some(v.as_str()?.to_string())).collect()
    }

    /// The plugin says no with this code.
    async fn no(&self, who: &Person, action: &str, target: Option<&str>, input: Value) -> String {
        let answer = self.act(&who.actor, action, target, input).await;
        assert_eq!(answer.code(), "plugin-refused", "{action}: {}", answer.body);
        answer.body["detail"].as_str().unwrap_or_default().to_string()
    }

    async fn state(&self, record: &str) -> String {
        self.record(&self.lead, record).await.expect(200).body["state"].as_str().expect("a state").to_string()
    }

    /// The values of a notice of this kind that the person got; the clock stands still, so there is at most one.
    async fn told(&self, to: &Person, template: &str) -> Value {
        let found = notice::Entity::find()
            .filter(notice::Column::AccountId.eq(to.actor.account))
            .filter(notice::Column::Template.eq(template))
            .one(self.app.app.db.read())
            .await
            .expect("read");
        found.map_or(Value::Null, |n| n.values)
    }

    async fn until(&self, moment: Millis) {
        self.app.advance(moment - self.app.now()).await;
    }
}

fn enrolment(name: &str, guardian: &Person, phones: [&str; 2]) -> Value {
    json!({
        "pupil_name": name, "birth_date": "2017-09-15", "school_class": "汇川区第一小学二年级三班",
        "allergies": "花生", "guardian": guardian.pseudonym,
        "first_contact_name": "李芳", "first_contact_phone": phones[0],
        "second_contact_name": "王建国", "second_contact_phone": phones[1],
        "consent_care": true, "consent_data": true,
    })
}

on_both_databases! {
    async fn a_child_leaves_only_with_a_listed_adult_and_the_code(app: &TestApp) {
        let settings = json!({"capacity": 20, "children_per_adult": 8, "min_adults": 2,
            "insured_until": "2027-12-31", "fire_checked_on": "2026-11-01"});
        let Some(site) = running(app, "after-school", settings).await else { return };
        let zhou = site.person("zhou", "周老师", &["site-lead"], &["adult", "cleared"]).await;
        let he = site.person("hewei", "何老师", &["volunteer"], &["adult", "cleared"]).await;
        let mother = site.person("mother", "王妈妈", &["guardian"], &["adult"]).await;
        let other = site.person("other", "陈妈妈", &["guardian"], &["adult"]).await;

        let tom = site.does(&zhou, "apply", None, enrolment("王小明", &mother, ["13800000001", "13800000002"])).await.remove(0);
        site.does(&zhou, "accept", Some(&tom), json!({})).await;
        // The second child comes a second later, so that the day's first visit is the first child's.
        app.advance(twoway_ids::SECOND).await;
        let ann = site.does(&zhou, "apply", None, enrolment("陈小红", &other, ["13800000003", "13800000004"])).await.remove(0);
        site.does(&zhou, "accept", Some(&ann), json!({})).await;
        assert!(site.told(&mother, "notice-plugin").await["text"].is_string());
        let adult = |name: &str, phone: &str| json!({"name": name, "relation": "grandparent", "phone": phone,
            "adult_confirmed": true, "valid_from": "2026-11-20"});
        let grandfather = site.does(&zhou, "add-pickup-adult", Some(&tom), adult("王建国", "13800000002")).await.remove(0);
        let aunt = site.does(&zhou, "add-pickup-adult", Some(&ann), adult("陈敏", "13800000004")).await.remove(0);

        let planned = site.does(&zhou, "plan-day", None, json!({"date": "2026-11-23", "starts_at": "16:30", "ends_at": "18:00"})).await;
        let (day, visit) = (planned[0].clone(), planned[1].clone());
        site.does(&zhou, "check-in", Some(&day), json!({})).await;
        let refused = site.no(&zhou, "open-day", Some(&day), json!({})).await;
        assert!(refused.contains('2'), "{refused}");
        site.does(&he, "check-in", Some(&day), json!({})).await;
        site.does(&zhou, "open-day", Some(&day), json!({})).await;
        site.does(&he, "arrive", Some(&visit), json!({})).await;
        assert_eq!(site.state(&visit).await, "in_care");

        site.no(&he, "release", Some(&visit), json!({"taken_by": aunt, "code": "000000"})).await;
        site.does(&he, "send-code", Some(&visit), json!({})).await;
        let sent = site.told(&mother, "notice-plugin-code").await;
        let code = sent["code"].as_str().expect("a code").to_string();
        let wrong = if code == "000000" { "111111" } else { "000000" };
        site.no(&he, "release", Some(&visit), json!({"taken_by": grandfather, "code": wrong})).await;
        assert_eq!(site.state(&visit).await, "in_care");
        site.does(&he, "release", Some(&visit), json!({"taken_by": grandfather, "code": code})).await;
        assert_eq!(site.state(&visit).await, "released");

        // A guardian sees the own child's visit and nobody else's; the names stay sealed.
        site.record(&mother.actor, &visit).await.expect(200);
        site.record(&other.actor, &visit).await.expect(404);
        let seen = site.record(&site.lead, &tom).await.body.to_string();
        assert!(!seen.contains("王小明") && !seen.contains("花生"), "{seen}");
        let measure = plugins::indicator(&app.app, site.project, "verified-releases", 0, app.now() + HOUR).await.expect("computes");
        assert_eq!((measure.value_milli, measure.sample), (100_000, 1));
        let card = app.anon().get(&site.path("views/public-card")).await.expect(200).body.to_string();
        assert!(!card.contains("王小明"));
        for path in ["", "/kinds/visit", "/kinds/enrolment", "/members", "/log"] {
            site.lead.pages().await.get(&format!("/projects/{}/place{path}", site.project)).await.expect(200);
        }
        for (who, record) in [(&mother, &visit), (&zhou, &tom), (&zhou, &day)] {
            who.actor.pages().await.get(&format!("/projects/{}/place/records/{record}", site.project)).await.expect(200);
        }
    }

    async fn a_child_that_nobody_fetches_is_noticed_and_handed_over_by_two(app: &TestApp) {
        let settings = json!({"capacity": 20, "children_per_adult": 8, "min_adults": 2,
            "insured_until": "2027-12-31", "fire_checked_on": "2026-11-01"});
        let Some(site) = running(app, "after-school", settings).await else { return };
        let zhou = site.person("zhou", "周老师", &["site-lead"], &["adult", "cleared"]).await;
        let he = site.person("hewei", "何老师", &["volunteer"], &["adult", "cleared"]).await;
        let mother = site.person("mother", "王妈妈", &["guardian"], &["adult"]).await;
        let tom = site.does(&zhou, "apply", None, enrolment("王小明", &mother, ["13800000001", "13800000002"])).await.remove(0);
        site.does(&zhou, "accept", Some(&tom), json!({})).await;
        let adult = json!({"name": "王建国", "relation": "grandparent", "phone": "13800000002",
            "adult_confirmed": true, "valid_from": "2026-11-20"});
        let grandfather = site.does(&zhou, "add-pickup-adult", Some(&tom), adult).await.remove(0);
        let planned = site.does(&zhou, "plan-day", None, json!({"date": "2026-11-23", "starts_at": "16:30", "ends_at": "18:00"})).await;
        let (day, visit) = (planned[0].clone(), planned[1].clone());
        for who in [&zhou, &he] {
            site.does(who, "check-in", Some(&day), json!({})).await;
        }
        site.does(&zhou, "open-day", Some(&day), json!({})).await;
        site.does(&he, "arrive", Some(&visit), json!({})).await;
        let evening = twoway_tests::START + 8 * HOUR;
        site.until(evening + 14 * MINUTE).await;
        assert_eq!(site.state(&visit).await, "in_care");
        site.until(evening + 16 * MINUTE).await;
        assert_eq!(site.state(&visit).await, "overdue", "the timer noticed");
        assert!(site.told(&mother, "notice-plugin").await["text"].is_string());
        let by_two = json!({"taken_by": grandfather, "checked_how": "身份证件，并回拨监护人电话确认"});
        site.act(&zhou.actor, "release-by-two", Some(&visit), by_two.clone()).await.expect(202);
        assert_eq!(site.state(&visit).await, "overdue");
        site.act(&he.actor, "release-by-two", Some(&visit), by_two).await.expect(200);
        assert_eq!(site.state(&visit).await, "released");
    }

    async fn of_two_rival_claims_the_right_one_is_released_by_two(app: &TestApp) {
        let Some(site) = running(app, "lost-found", json!({"desk": "社区服务中心一楼"})).await else { return };
        let liu = site.person("liu", "刘保管", &["custodian"], &["adult"]).await;
        let tan = site.person("tan", "谭核对", &["checker"], &["adult"]).await;
        let driver = site.person("driver", "司机", &[], &[]).await;
        // The claimants are nobody's members: they have an account, and that is all.
        let claimant = async |login: &str| Person { actor: app.person(login, login, None).await, pseudonym: String::new() };
        let (owner, rival) = (claimant("owner").await, claimant("rival").await);

        let found = json!({"category": "wallet", "area": "汇川区", "found_on": "2026-11-22", "description": "黑色男式钱包",
            "exact_place": "7路公交车，大连路站", "marks": ["蓝色缝线", "全家福照片", "图书馆借书证"], "tier": "valuable",
            "kept_at": "3号柜", "finder": driver.pseudonym});
        let wallet = site.does(&liu, "register", None, found).await.remove(0);
        site.does(&liu, "announce", Some(&wallet), json!({})).await;
        let public = app.anon().get(&site.path("views/public-card")).await.expect(200).body.to_string();
        assert!(public.contains("黑色男式钱包") && public.contains("汇川区"), "{public}");
        for secret in ["缝线", "全家福", "大连路站", "3号柜"] {
            assert!(!public.contains(secret), "{secret} in {public}");
        }
        let number = site.record(&site.lead, &wallet).await.body["title"].as_str().expect("a number").to_string();
        let claim = |answers: &[&str]| json!({"number": number, "answers": answers, "story": "周五晚上坐7路车丢失"});
        site.no(&driver, "file-claim", None, claim(&["蓝色缝线"])).await;
        let wrong = site.does(&rival, "file-claim", None, claim(&["红色缝线", "现金"])).await.remove(0);
        let right = site.does(&owner, "file-claim", None, claim(&["蓝色缝线 ", "全家福照片", "会员卡"])).await.remove(0);
        site.no(&tan, "approve-claim", Some(&wrong), json!({"document_seen": true})).await;
        site.does(&tan, "approve-claim", Some(&right), json!({"document_seen": true})).await;
        site.act(&liu.actor, "hand-over", Some(&right), json!({})).await.expect(202);
        assert_eq!(site.state(&wallet).await, "claim_pending");
        site.act(&tan.actor, "hand-over", Some(&right), json!({})).await.expect(200);
        assert_eq!((site.state(&wallet).await, site.state(&wrong).await), ("returned".into(), "rejected".into()));

        // Each claimant sees the own claim; the marks are nowhere to be read.
        site.record(&rival.actor, &wrong).await.expect(200);
        site.record(&rival.actor, &right).await.expect(404);
        site.record(&rival.actor, &wallet).await.expect(404);
        let seen = site.record(&site.lead, &wallet).await.body.to_string();
        assert!(!seen.contains("缝线") && !seen.contains("借书证"), "{seen}");
        let panel = liu.actor.get(&site.path("views/staff-panel")).await.expect(200).body.to_string();
        assert!(!panel.contains("缝线"));
        let rate = plugins::indicator(&app.app, site.project, "return-rate", 0, app.now() + HOUR).await.expect("computes");
        assert_eq!(rate.value_milli, 100_000);
        liu.actor.pages().await.get(&format!("/projects/{}/place", site.project)).await.expect(200);
    }
}

#[test]
fn the_fixture_s_manifest_is_sound() {
    Manifest::parse(super::fixture::TOML).expect("a manifest");
}
