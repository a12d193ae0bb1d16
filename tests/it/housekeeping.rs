//! What the night deletes, and what it leaves.

use sea_orm::{ActiveModelTrait, ActiveValue::Set, ColumnTrait, EntityName, EntityTrait, PaginatorTrait, QueryFilter};
use serde_json::json;
use std::path::PathBuf;
use std::time::{Duration, UNIX_EPOCH};
use twoway::housekeeping::{self, BATCH};
use twoway::jobs;
use twoway_entity::accounts::session;
use twoway_entity::audit::{event, idempotency, seal};
use twoway_entity::files::document;
use twoway_entity::jobs::{JobState, job};
use twoway_entity::limits::spent_budget;
use twoway_entity::objections::evidence;
use twoway_entity::plugins::{DecisionOutcome, confirmation, decision, one_time_code, publication, secret_guess};
use twoway_entity::proposals::{attachment, revision};
use twoway_ids::{DAY, HOUR, Millis, Uuid};
use twoway_tests::{TestApp, on_both_databases};

async fn count<E: EntityTrait>(app: &TestApp, _: E) -> u64
where
    E::Model: Sync,
{
    E::find().count(app.app.db.read()).await.expect("counted")
}

/// Writes rows past every rule: the sweep looks at rows, not at how they came.
async fn insert<A>(app: &TestApp, rows: Vec<A>)
where
    A: ActiveModelTrait + Send + Sync + 'static,
    <A::Entity as EntityTrait>::Model: sea_orm::IntoActiveModel<A>,
{
    let is_covered = twoway::audit::table(A::Entity::default().table_name()).is_some();
    app.step(move |step| async move {
        if is_covered {
            for row in rows {
                step.wrote_rows(&[A::Entity::insert(row).exec_with_returning(step.tx()).await?]);
            }
        } else {
            for some in rows.chunks(100) {
                A::Entity::insert_many(some.to_vec()).exec_without_returning(step.tx()).await?;
            }
        }
        Ok(())
    })
    .await;
}

fn answer(app: &TestApp, key: &str, created_at: Millis) -> idempotency::ActiveModel {
    idempotency::ActiveModel {
        tenant_id: Set(app.app.tenant),
        account_id: Set(Uuid::nil()),
        key: Set(key.to_string()),
        request_hash: Set(String::new()),
        answer: Set(json!({})),
        created_at: Set(created_at),
    }
}

fn code(app: &TestApp, expires_at: Millis, spent_at: Option<Millis>) -> one_time_code::ActiveModel {
    one_time_code::ActiveModel {
        tenant_id: Set(app.app.tenant),
        id: Set(twoway_ids::new_id(app.now())),
        project_id: Set(Uuid::nil()),
        purpose: Set("pick-up".into()),
        target: Set(String::new()),
        person: Set(String::new()),
        code_hash: Set(String::new()),
        issued_at: Set(expires_at - HOUR),
        expires_at: Set(expires_at),
        spent_at: Set(spent_at),
        wrong: Set(0),
    }
}

fn waiting(app: &TestApp, expires_at: Millis, done_at: Option<Millis>) -> confirmation::ActiveModel {
    confirmation::ActiveModel {
        tenant_id: Set(app.app.tenant),
        id: Set(twoway_ids::new_id(app.now())),
        project_id: Set(Uuid::nil()),
        action: Set("release".into()),
        target_id: Set(None),
        input_hash: Set(String::new()),
        input: Set(vec![1]),
        first_id: Set(Uuid::nil()),
        acting_for: Set(None),
        without_plugin: Set(false),
        asked_at: Set(expires_at - DAY),
        expires_at: Set(expires_at),
        done_at: Set(done_at),
        done_by: Set(None),
    }
}

fn card(app: &TestApp, target: &str, until: Option<Millis>, withdrawn_at: Option<Millis>) -> publication::ActiveModel {
    publication::ActiveModel {
        tenant_id: Set(app.app.tenant),
        project_id: Set(Uuid::nil()),
        target: Set(target.to_string()),
        card: Set(json!({})),
        published_at: Set(0),
        until: Set(until),
        withdrawn_at: Set(withdrawn_at),
    }
}

fn guess(app: &TestApp, at: Millis) -> secret_guess::ActiveModel {
    secret_guess::ActiveModel {
        tenant_id: Set(app.app.tenant),
        id: Set(twoway_ids::new_id(at)),
        project_id: Set(Uuid::nil()),
        person: Set(String::new()),
        kind: Set(String::new()),
        record_id: Set(Uuid::nil()),
        question: Set(String::new()),
        at: Set(at),
    }
}

fn decided(app: &TestApp, outcome: DecisionOutcome, at: Millis) -> decision::ActiveModel {
    decision::ActiveModel {
        tenant_id: Set(app.app.tenant),
        id: Set(twoway_ids::new_id(at)),
        project_id: Set(Uuid::nil()),
        digest: Set(String::new()),
        hook: Set("act".into()),
        name: Set("report".into()),
        target_id: Set(None),
        actor: Set(None),
        outcome: Set(outcome),
        reason: Set(None),
        revision: Set(0),
        fuel: Set(0),
        writes: Set(0),
        content: Set(vec![7]),
        at: Set(at),
    }
}

fn finished(app: &TestApp, state: JobState, at: Option<Millis>) -> job::ActiveModel {
    let id = twoway_ids::new_id(app.now());
    job::ActiveModel {
        tenant_id: Set(app.app.tenant),
        id: Set(id),
        kind: Set("plugins.hear".into()),
        key: Set(id.to_string()),
        payload: Set(json!({})),
        state: Set(state),
        due_at: Set(app.now() + 900 * DAY),
        attempts: Set(0),
        lease_until: Set(None),
        fence: Set(0),
        last_error: Set(None),
        subject_kind: Set(None),
        subject_id: Set(None),
        created_at: Set(0),
        finished_at: Set(at),
    }
}

/// A file of the attachments' folder that was written so long ago.
fn blob(app: &TestApp, name: &str, age: Millis) -> PathBuf {
    let folder = app.app.config.data.join("blobs");
    std::fs::create_dir_all(&folder).expect("a folder");
    let path = folder.join(name);
    let file = std::fs::File::create(&path).expect("a file");
    let at = UNIX_EPOCH + Duration::from_millis((app.now() - age).unsigned_abs());
    file.set_modified(at).expect("its time can be set");
    path
}

async fn remaining<E: EntityTrait>(app: &TestApp, _: E, filter: impl sea_orm::sea_query::IntoCondition) -> u64
where
    E::Model: Sync,
{
    E::find().filter(filter).count(app.app.db.read()).await.expect("counted")
}

on_both_databases! {
    async fn a_night_passes_over_sessions_and_answers(app: &TestApp) {
        jobs::plant(&app.app).await.expect("planted");
        let (citizen, team) = (app.citizen().await, app.team(1).await);
        let token = citizen.token().await.expect("signed in");
        app.anon().with("authorization", &format!("Bearer {token}")).delete("/api/v1/session").await.expect(204);
        team.get("/api/v1/me").await.expect(200);
        let browser = citizen.pages().await;
        let body = json!({"kind": "team", "name": "灯塔志愿队", "parent": app.root().await});
        team.with("idempotency-key", "first").post("/api/v1/organizations", body).await.expect(201);
        app.anon().post("/api/v1/session", json!({"login": "nobody", "password": "wrong"})).await.expect(401);
        assert_eq!((count(app, session::Entity).await, count(app, idempotency::Entity).await), (3, 1));
        assert!(count(app, spent_budget::Entity).await > 0);
        app.advance(DAY).await;
        assert_eq!(count(app, session::Entity).await, 3, "what has just ended stays for a day");
        assert_eq!(count(app, spent_budget::Entity).await, 0);
        app.advance(2 * DAY).await;
        assert_eq!(count(app, idempotency::Entity).await, 0);
        let left = session::Entity::find().one(app.app.db.read()).await.expect("read").expect("the team's");
        assert_eq!((count(app, session::Entity).await, left.account_id), (1, team.account));
        browser.get("/me").await.expect(303);
        team.get("/api/v1/me").await.expect(200);
        let signed_out = remaining(app, event::Entity, event::Column::Name.eq("signed-out")).await;
        assert_eq!(signed_out, 1, "what happened stays in the trace");
    }

    async fn work_that_comes_again_is_one_row(app: &TestApp) {
        app.office().await;
        for _ in 0..3 {
            jobs::plant(&app.app).await.expect("planted");
        }
        let planted = count(app, job::Entity).await;
        app.advance(3 * DAY).await;
        assert_eq!(count(app, job::Entity).await, planted, "the same rows");
        assert_eq!(remaining(app, job::Entity, job::Column::State.eq(JobState::Waiting)).await, planted);
        assert_eq!(count(app, seal::Entity).await, 1, "nothing moved after the first hour");
        let next = job::Entity::find().filter(job::Column::Kind.eq("housekeeping.sweep")).one(app.app.db.read()).await.expect("read").expect("there");
        assert!(next.due_at > app.now() && next.due_at <= app.now() + DAY);
    }

    async fn a_table_is_swept_in_batches(app: &TestApp) {
        let now = app.now();
        let old = (0..BATCH * 2 + 7).map(|n| answer(app, &format!("old{n}"), now - 48 * HOUR)).collect();
        insert(app, old).await;
        insert(app, vec![answer(app, "fresh", now - 48 * HOUR + 1)]).await;
        let swept = housekeeping::sweep(&app.app).await.expect("swept");
        let rows = swept.iter().find(|(what, _)| *what == "answers to repeated requests").map(|(_, rows)| *rows);
        assert_eq!(rows, Some(BATCH * 2 + 7));
        let left = idempotency::Entity::find().all(app.app.db.read()).await.expect("read");
        assert_eq!(left.iter().map(|row| row.key.as_str()).collect::<Vec<_>>(), ["fresh"]);
    }

    async fn each_thing_goes_when_its_time_has_come(app: &TestApp) {
        let now = app.now();
        insert(app, vec![code(app, now - DAY, None), code(app, now + HOUR, Some(now - DAY)), code(app, now - HOUR, None)]).await;
        insert(app, vec![waiting(app, now - DAY, None), waiting(app, now + HOUR, Some(now - DAY)), waiting(app, now + HOUR, None)]).await;
        insert(app, vec![card(app, "a", Some(now - DAY), None), card(app, "b", None, Some(now - DAY)), card(app, "c", None, None)]).await;
        insert(app, vec![guess(app, now - 30 * DAY), guess(app, now - 30 * DAY + 1)]).await;
        insert(app, vec![
            finished(app, JobState::Done, Some(now - 14 * DAY)), finished(app, JobState::Cancelled, Some(now - 14 * DAY)),
            finished(app, JobState::Done, Some(now - 13 * DAY)), finished(app, JobState::Dead, Some(now - 400 * DAY)),
            finished(app, JobState::Waiting, None),
        ]).await;
        let refused = decided(app, DecisionOutcome::Refused, now - 90 * DAY);
        let kept = [decided(app, DecisionOutcome::Done, now - 90 * DAY), decided(app, DecisionOutcome::Failed, now - 89 * DAY)];
        insert(app, [vec![refused], kept.into()].concat()).await;
        housekeeping::sweep(&app.app).await.expect("swept");
        assert_eq!(count(app, one_time_code::Entity).await, 1);
        assert_eq!(count(app, confirmation::Entity).await, 1);
        assert_eq!(count(app, publication::Entity).await, 1);
        assert_eq!(count(app, secret_guess::Entity).await, 1);
        assert_eq!(count(app, job::Entity).await, 3);
        assert_eq!(count(app, decision::Entity).await, 3, "that something was refused stays");
        let emptied = decision::Column::Content.eq(Vec::<u8>::new());
        assert_eq!(remaining(app, decision::Entity, emptied).await, 1);
        let none = housekeeping::sweep(&app.app).await.expect("swept");
        assert!(none.iter().all(|(_, rows)| *rows == 0), "{none:?}");
        // What these rows stand for would not be done: the test's end would find the one that gave up.
        app.app.db.transact(|tx| async move { Ok(job::Entity::delete_many().exec(&*tx).await?) }).await.expect("deleted");
    }

    async fn attachments_that_nothing_names_go(app: &TestApp) {
        let hash = |n: u8| hex::encode([n; 32]);
        let old = blob(app, &hash(1), 2 * DAY);
        let half = blob(app, &format!("{}.0193f5a0", hash(2)), 2 * DAY);
        let fresh = blob(app, &hash(3), HOUR);
        let attached = blob(app, &hash(4), 400 * DAY);
        let handed_in = blob(app, &hash(5), 400 * DAY);
        let interrupted = blob(app, &format!("{}.swept", hash(6)), 2 * DAY);
        let proof = blob(app, &hash(7), 400 * DAY);
        insert(app, vec![document::ActiveModel {
            tenant_id: Set(app.app.tenant),
            id: Set(twoway_ids::new_id(app.now())),
            owner_kind: Set("delivery".into()),
            owner_id: Set(Uuid::nil()),
            purpose: Set("photo".into()),
            name: Set("入库.jpg".into()),
            media_type: Set("image/jpeg".into()),
            size: Set(0),
            sha256: Set(hash(7)),
            uploaded_by: Set(Uuid::nil()),
            uploaded_at: Set(0),
        }]).await;
        let proves = blob(app, &hash(8), 400 * DAY);
        insert(app, vec![evidence::ActiveModel {
            tenant_id: Set(app.app.tenant),
            id: Set(twoway_ids::new_id(app.now())),
            objection_id: Set(Uuid::nil()),
            number: Set(1),
            name: Set(vec![1]),
            media_type: Set("image/png".into()),
            size: Set(0),
            sha256: Set(hash(8)),
            uploaded_at: Set(0),
        }]).await;
        let row = |sha256: String| attachment::ActiveModel {
            tenant_id: Set(app.app.tenant),
            id: Set(twoway_ids::new_id(app.now())),
            proposal_id: Set(Uuid::nil()),
            name: Set("计划.pdf".into()),
            media_type: Set("application/pdf".into()),
            size: Set(0),
            sha256: Set(sha256),
            uploaded_by: Set(Uuid::nil()),
            uploaded_at: Set(0),
        };
        insert(app, vec![row(hash(4)), row(hash(6))]).await;
        insert(app, vec![revision::ActiveModel {
            tenant_id: Set(app.app.tenant),
            proposal_id: Set(Uuid::nil()),
            number: Set(1),
            title: Set(String::new()),
            summary: Set(String::new()),
            answers: Set(json!({})),
            attachments: Set(json!([{"name": "预算.xlsx", "sha256": hash(5), "size": 0}])),
            hash: Set(String::new()),
            author_id: Set(Uuid::nil()),
            at: Set(0),
        }]).await;
        let swept = housekeeping::sweep(&app.app).await.expect("swept");
        assert!(swept.contains(&("attachments", 2)), "{swept:?}");
        assert!(!old.exists() && !half.exists());
        assert!(fresh.exists() && attached.exists() && handed_in.exists() && proof.exists() && proves.exists());
        assert!(!interrupted.exists() && interrupted.with_file_name(hash(6)).exists(), "what a row names is put back");
    }
}
