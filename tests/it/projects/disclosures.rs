//! What an adopted project tells the public while it runs and after it: when it is due, who is reminded, what is shown.

use super::cards::publishing;
use super::world::*;
use reqwest::Method;
use reqwest::multipart::{Form, Part};
use sea_orm::{ActiveModelTrait, ActiveValue::Set, ColumnTrait, EntityTrait, PaginatorTrait, QueryFilter, QueryOrder};
use serde_json::json;
use twoway_entity::adoptions::{AdoptionState, adoption};
use twoway_entity::call_desk::settings;
use twoway_entity::notices::notice;
use twoway_entity::projects::project;
use twoway_entity::sponsoring::{DisclosureKind, project_disclosure as disclosure};
use twoway_ids::{DAY, Uuid};
use twoway_tests::{Actor, Answer, on_both_databases};

async fn owed(app: &TestApp, project: Uuid) -> Vec<disclosure::Model> {
    disclosure::Entity::find()
        .filter(disclosure::Column::ProjectId.eq(project))
        .order_by_asc(disclosure::Column::Number)
        .all(app.app.db.read())
        .await
        .expect("rows")
}

async fn row_of(app: &TestApp, id: Uuid) -> project::Model {
    project::Entity::find_by_id((app.app.tenant, id)).one(app.app.db.read()).await.expect("a row").expect("a project")
}

/// A running project of which a sponsor has adopted something, planned to run this long; it has no disclosure before that.
async fn adopted(app: &TestApp, planned: (&str, &str), emergency: bool) -> Uuid {
    let id = publishing(app).await;
    assert!(owed(app, id).await.is_empty(), "nobody has adopted anything");
    let row = row_of(app, id).await;
    let mut plan = row.plan.clone();
    plan["starts_on"] = planned.0.into();
    plan["ends_on"] = planned.1.into();
    let sponsor = app.sponsor(1).await;
    let (tenant, now) = (app.app.tenant, app.now());
    let (author, house) = (sponsor.who().await.account().expect("a person"), sponsor.organization.expect("a house"));
    app.step(move |step| async move {
        let planned =
            project::ActiveModel { tenant_id: Set(tenant), id: Set(id), plan: Set(plan), ..Default::default() };
        step.wrote_rows(&[planned.update(step.tx()).await?]);
        let agreed = adoption::ActiveModel {
            tenant_id: Set(tenant),
            id: Set(twoway_ids::new_id(now)),
            proposal_id: Set(row.proposal_id),
            organization_id: Set(house),
            path: Set(row.path.clone()),
            message: Set(String::new()),
            related_party: Set(false),
            clean_promotion: Set(true),
            author_id: Set(author),
            checked_at: Set(None),
            checked_by: Set(None),
            check_note: Set(None),
            held_until: Set(None),
            extended: Set(false),
            agreement_hash: Set(None),
            reason: Set(None),
            activated_at: Set(Some(now)),
            named: Set(false),
            state: Set(AdoptionState::Active),
            version: Set(1),
            created_at: Set(now),
        };
        step.wrote_rows(&[agreed.insert(step.tx()).await?]);
        if emergency {
            let set = settings::Entity::find_by_id((tenant, row.call_id)).one(step.tx()).await?;
            match set {
                Some(set) => {
                    let set = settings::ActiveModel { kind: Set("emergency".into()), ..set.into() };
                    step.wrote_rows(&[set.update(step.tx()).await?]);
                }
                None => {
                    let set = settings::ActiveModel {
                        tenant_id: Set(tenant),
                        id: Set(row.call_id),
                        kind: Set("emergency".into()),
                        steps: Set(json!({})),
                        sealed: Set(false),
                        unsealed_at: Set(None),
                        source_call: Set(None),
                        cost_question: Set(None),
                        invited: Set(false),
                        late_days: Set(0),
                    };
                    step.wrote_rows(&[set.insert(step.tx()).await?]);
                }
            }
        }
        twoway::disclosures::adopted(&step, id).await
    })
    .await;
    id
}

const RECEIVED: &str = "收到绘本 120 册、活动室 1 间，均已入库登记。";
const DONE: &str = "本季度开放 36 次，服务 38 名学生。";

async fn publish(actor: &Actor, id: Uuid, texts: (&str, &str), photos: &[(&'static str, &[u8])]) -> Answer {
    let mut form = Form::new().text("received", texts.0.to_string()).text("done", texts.1.to_string());
    for (name, bytes) in photos {
        form = form.part("photos", Part::bytes(bytes.to_vec()).file_name(*name));
    }
    let request = actor.request(Method::POST, &format!("/api/v1/disclosures/{id}/publish")).await;
    Answer::of(request.multipart(form)).await
}

async fn told(app: &TestApp, actor: &Actor, template: &str) -> u64 {
    let account = actor.who().await.account().expect("an account");
    notice::Entity::find()
        .filter(notice::Column::AccountId.eq(account))
        .filter(notice::Column::Template.eq(template))
        .count(app.app.db.read())
        .await
        .expect("a number")
}

/// How many things of this kind wait for somebody.
async fn waits(actor: &Actor, kind: &str) -> usize {
    let work = actor.get("/api/v1/work").await.expect(200).body;
    work.as_array().expect("a list").iter().filter(|item| item["kind"] == kind).count()
}

async fn nothing_was_changed_by_hand(app: &TestApp) {
    app.settle().await;
    let findings = twoway::audit::verify(&app.app).await.expect("verified");
    assert!(findings.is_empty(), "{findings:#?}");
}

const LONG: (&str, &str) = ("2026-12-01", "2027-12-31");

on_both_databases! {
    async fn a_long_project_tells_the_public_every_three_months_and_at_its_end(app: &TestApp) {
        let id = adopted(app, LONG, false).await;
        let (team, office) = (app.team(1).await, app.office().await);
        let first = owed(app, id).await.remove(0);
        assert_eq!((first.kind, first.number), (DisclosureKind::Running, 1));
        assert!(first.due_at - app.now() > 88 * DAY && first.due_at - app.now() <= 93 * DAY);
        app.advance(first.due_at - 8 * DAY - app.now()).await;
        assert_eq!(told(app, &team, "notice-disclosure-due").await, 0);
        app.advance(DAY / 2).await;
        assert_eq!(told(app, &team, "notice-disclosure-due").await, 1);
        assert_eq!((waits(&team, "write-disclosure").await, waits(&office, "late-disclosure").await), (1, 0));
        app.advance(first.due_at - app.now() - 1).await;
        assert_eq!((told(app, &team, "notice-disclosure-due").await, told(app, &office, "notice-disclosure-late").await), (2, 0));
        app.advance(1).await;
        assert_eq!((told(app, &team, "notice-disclosure-due").await, told(app, &office, "notice-disclosure-late").await), (2, 1));
        assert_eq!(waits(&office, "late-disclosure").await, 1);
        twoway::disclosures::actions::remind(&app.app, &app.app.system("disclosures.clock"), first.id).await.expect("nothing to do");
        assert_eq!(told(app, &office, "notice-disclosure-late").await, 1, "twice is once");

        publish(&team, first.id, (RECEIVED, DONE), &[]).await.expect(200);
        assert_eq!(waits(&office, "late-disclosure").await, 0);
        let second = owed(app, id).await.remove(1);
        assert_eq!(second.kind, DisclosureKind::Running);
        assert!(second.due_at - first.due_at > 88 * DAY && second.due_at - first.due_at <= 93 * DAY, "the rhythm is kept");
        let shown = app.anon().get(&format!("/api/v1/projects/{id}/disclosures")).await.expect(200).body;
        assert_eq!((shown.as_array().map(Vec::len), shown[0]["done"].as_str()), (Some(1), Some(DONE)), "what is owed is not public");

        // The project ends: what it still owes becomes the last.
        end(app, id).await;
        let last = owed(app, id).await.remove(1);
        assert_eq!((last.id, last.kind), (second.id, DisclosureKind::Final));
        assert!(last.due_at - app.now() > 88 * DAY && last.due_at - app.now() <= 93 * DAY);
        publish(&team, last.id, (RECEIVED, DONE), &[]).await.expect(200);
        assert_eq!(owed(app, id).await.len(), 2, "nothing follows the last");
        nothing_was_changed_by_hand(app).await;
    }

    async fn a_short_project_and_an_emergency_have_days_of_their_own(app: &TestApp) {
        let short = adopted(app, ("2026-12-01", "2027-02-01"), false).await;
        let due = owed(app, short).await[0].due_at - app.now();
        assert!(due > 180 * DAY && due <= 185 * DAY, "only if it runs on");
    }

    async fn in_an_emergency_the_public_hears_every_five_days(app: &TestApp) {
        let id = adopted(app, LONG, true).await;
        let team = app.team(1).await;
        let first = owed(app, id).await.remove(0);
        assert_eq!(first.kind, DisclosureKind::Emergency);
        assert!(first.due_at - app.now() > 5 * DAY - 1 && first.due_at - app.now() <= 6 * DAY);
        publish(&team, first.id, (RECEIVED, DONE), &[]).await.expect(200);
        let second = owed(app, id).await.remove(1);
        assert_eq!(second.due_at - first.due_at, 5 * DAY);
        nothing_was_changed_by_hand(app).await;
    }

    async fn disclosures_have_their_guards(app: &TestApp) {
        let id = adopted(app, LONG, false).await;
        let (team, office, other) = (app.team(1).await, app.office().await, app.team(2).await);
        let first = owed(app, id).await.remove(0).id;
        assert_eq!(publish(&other, first, (RECEIVED, DONE), &[]).await.status, 404);
        assert_eq!(publish(&office, first, (RECEIVED, DONE), &[]).await.status, 403, "the team speaks for itself");
        assert_eq!(publish(&team, first, ("绘本", DONE), &[]).await.expect(409).code(), "text-too-short");
        let asks = publish(&team, first, (RECEIVED, "欢迎继续捐款，请汇至 6222021234567890123 账户"), &[]).await.expect(409);
        assert_eq!(asks.code(), "account-number-in-text");
        let paper: &[u8] = b"%PDF-1.7\n";
        publish(&team, first, (RECEIVED, DONE), &[("a.pdf", paper)]).await.expect(422);
        let photo: Vec<Vec<u8>> = (0..7u8).map(|n| [b"\x89PNG\r\n\x1a\n".as_slice(), &[n]].concat()).collect();
        let seven: Vec<(&'static str, &[u8])> = photo.iter().map(|bytes| ("p.png", bytes.as_slice())).collect();
        assert_eq!(publish(&team, first, (RECEIVED, DONE), &seven).await.expect(409).code(), "disclosure-photos");
        publish(&team, first, (RECEIVED, DONE), &seven[..2]).await.expect(200);
        let again = publish(&team, first, (RECEIVED, DONE), &[]).await.expect(409);
        assert_eq!((again.code(), again.body["rule"].as_str()), ("disclosure-published", Some("D14")));
        let shown = app.anon().get(&format!("/api/v1/projects/{id}/disclosures")).await.expect(200).body;
        assert_eq!(shown[0]["photos"].as_array().map(Vec::len), Some(2));
        let photo = shown[0]["photos"][0].as_str().expect("an address").to_string();
        app.anon().pages().await.get(&photo).await.expect(200);
        nothing_was_changed_by_hand(app).await;
    }

    async fn disclosures_are_written_and_read_on_pages(app: &TestApp) {
        let id = adopted(app, LONG, false).await;
        let (team, office, anon) = (app.team(1).await.pages().await, app.office().await.pages().await, app.anon().pages().await);
        let text = |answer: Answer| answer.body.as_str().expect("a page").to_string();
        let here = format!("/projects/{id}/disclosures");
        assert!(text(team.get(&format!("/projects/{id}")).await.expect(200)).contains(&here));
        let list = text(team.get(&here).await.expect(200));
        let at = list.find("/disclosures/").and_then(|_| list.find("\"/disclosures/")).expect("a link") + 1;
        let write = list[at..].split('"').next().expect("an address").to_string();
        assert!(text(team.get(&write).await.expect(200)).contains("收到的款物"));
        assert!(!text(office.get(&here).await.expect(200)).contains("/write"), "the office only reads");
        anon.get(&here).await.expect(303);
        let first = owed(app, id).await.remove(0).id;
        publish(&app.team(1).await, first, (RECEIVED, DONE), &[("p.png", b"\x89PNG\r\n\x1a\n1")]).await.expect(200);
        let public = text(anon.get(&format!("/p/{id}")).await.expect(200));
        assert!(public.contains(RECEIVED) && public.contains(DONE) && public.contains(&format!("/disclosures/{first}/photos/")), "{public}");
        let before = app.app.db.queries_run();
        team.get(&here).await.expect(200);
        let one = app.app.db.queries_run() - before;
        for _ in 0..2 {
            let open = owed(app, id).await.pop().expect("one").id;
            publish(&app.team(1).await, open, (RECEIVED, DONE), &[]).await.expect(200);
        }
        let before = app.app.db.queries_run();
        team.get(&here).await.expect(200);
        assert_eq!(app.app.db.queries_run() - before, one, "as many queries for three as for one");
        app.settle().await;
    }
}

/// The lead hands in the final report.
async fn end(app: &TestApp, id: Uuid) {
    let report = json!({"final_report": "项目按计划完成，共服务 38 名学生。"});
    app.team(1).await.post(&path(id, "close"), report).await.expect(200);
}
