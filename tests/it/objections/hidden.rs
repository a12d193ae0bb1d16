//! Who filed an objection: the handler and the supervisor see it, each look is an event, and nothing else tells.

use super::*;
use sea_orm::{ColumnTrait, EntityTrait, QueryFilter, QueryOrder};
use twoway_entity::audit::{event, idempotency};
use twoway_entity::notices::notice;
use twoway_entity::objections::objection as row;
use twoway_tests::on_both_databases;

on_both_databases! {
    async fn nobody_else_reads_the_name_anywhere(app: &TestApp) {
        let (call, items) = call_in_notice(app, &[1]).await;
        let author = author(app).await.with("idempotency-key", "a-key-of-the-client");
        let id = file(&author, "proposal", items[0]).await.expect(201).id();
        let (office, handler, supervisor) = (app.office().await, app.second_office().await, app.supervisor().await);
        press(&office, id, "admit").await.expect(200);
        assign(app, id, &handler).await.expect(200);
        press(&handler, id, "begin").await.expect(200);
        answer(&handler, id, "answer", "rejected").await.expect(200);
        handler.post(&at(id, "publish"), json!({"text": "经核查，异议不成立。"})).await.expect(200);
        author.post(&at(id, "review"), json!({"reason": "没有到现场核查。"})).await.expect(200);

        let objection = format!("/objections/{id}");
        let item = format!("/proposals/{}", items[0]);
        let (results, office_call) = (format!("/calls/{call}/results"), format!("/office/calls/{call}"));
        let (api, told) = (format!("/api/v1/objections/{id}"), format!("/api/v1/calls/{call}/objections"));
        let (handlers, one) = (at(id, "handlers"), format!("/api/v1/proposals/{}", items[0]));
        let pages = [objection.as_str(), &item, &results, &office_call, "/office/objections", "/objections", "/work", "/log?kind=objection",
            "/notices", "/calls", "/pool"];
        let apis = [api.as_str(), &told, &handlers, &one, "/api/v1/objections?office=true", "/api/v1/objections", "/api/v1/work",
            "/api/v1/notices", "/api/v1/events?kind=objection"];
        let readers = [office.clone(), handler.clone(), supervisor.clone(), app.auditor().await, app.team(1).await,
            app.reviewer(1).await, app.node_admin(1).await, app.citizen().await, app.anon()];
        let mut seen = 0;
        for reader in &readers {
            let page = reader.pages().await;
            for path in pages {
                let answer = page.get(path).await;
                seen += usize::from(answer.status == 200);
                assert!(!tells(&answer.body.to_string(), author.account), "{} reads it at {path}", reader.name);
            }
            for path in apis {
                let answer = reader.get(path).await;
                seen += usize::from(answer.status == 200);
                assert!(!tells(&answer.body.to_string(), author.account), "{} reads it at {path}", reader.name);
            }
        }
        assert!(seen > 60, "the readers saw {seen} pages");
        for (reader, status) in [(&office, 403), (&app.team(1).await, 403), (&app.node_admin(1).await, 404), (&author, 403), (&app.anon(), 401)] {
            let answer = press(reader, id, "objector").await.expect(status);
            assert!(!tells(&answer.body.to_string(), author.account));
        }
    }

    async fn the_handler_and_the_supervisor_see_it_and_each_look_is_kept(app: &TestApp) {
        let (_, items) = call_in_notice(app, &[1]).await;
        let id = in_hand(app, "proposal", items[0]).await;
        let (author, handler, supervisor) = (author(app).await, app.second_office().await, app.supervisor().await);
        let looks = async || {
            let events = event::Entity::find().filter(event::Column::StreamId.eq(id)).order_by_asc(event::Column::Seq).all(app.app.db.read()).await.expect("read");
            events.into_iter().filter(|e| e.name == "objector-seen").map(|e| e.actor_id).collect::<Vec<_>>()
        };
        assert_eq!(looks().await, []);
        let seen = press(&handler, id, "objector").await.expect(200).body;
        assert_eq!((&seen["account_name"], &seen["contact"], &seen["account"]), (&json!(NAME), &json!(CONTACT), &json!(author.account)));
        press(&supervisor, id, "objector").await.expect(200);
        assert_eq!(looks().await, [Some(handler.account), Some(supervisor.account)]);
        // On the page it is asked for by a press, and gone with the next look at it.
        let page = supervisor.pages().await;
        let path = format!("/objections/{id}");
        assert!(!page.get(&path).await.expect(200).body.to_string().contains(NAME));
        assert!(page.post(&format!("{path}/objector"), &[]).await.expect(200).body.to_string().contains(NAME));
        assert!(!page.get(&path).await.expect(200).body.to_string().contains(NAME));
        assert_eq!(looks().await.len(), 3);
    }

    /// Whoever has the database but not the keys finds no author either.
    async fn the_rows_do_not_tell(app: &TestApp) {
        let (_, items) = call_in_notice(app, &[1]).await;
        let author = author(app).await.with("idempotency-key", "a-key-of-the-client");
        let id = file(&author, "proposal", items[0]).await.expect(201).id();
        let handler = app.second_office().await;
        press(&app.office().await, id, "admit").await.expect(200);
        assign(app, id, &handler).await.expect(200);
        press(&handler.with("idempotency-key", "look"), id, "objector").await.expect(200);
        let db = app.app.db.read();
        let kept = row::Entity::find().all(db).await.expect("read");
        assert_eq!(kept.len(), 1);
        let text = format!("{kept:?}");
        assert!(!tells(&text, author.account) && !String::from_utf8_lossy(&kept[0].objector).contains(NAME));
        for e in event::Entity::find().all(db).await.expect("read") {
            let about = e.stream_id == id || e.stream_id == items[0];
            assert!(!about || (e.actor_id != Some(author.account) && !tells(&e.payload, author.account)), "{e:?}");
        }
        for n in notice::Entity::find().all(db).await.expect("read") {
            let theirs = n.account_id == author.account;
            assert!(!theirs || !format!("{n:?}").contains(&id.to_string()), "{n:?}");
        }
        for kept in idempotency::Entity::find().all(db).await.expect("read") {
            let text = kept.answer.to_string();
            let theirs = kept.account_id == author.account && text.contains(&id.to_string());
            assert!(!theirs && !tells(&text, author.account), "{text}");
        }
    }
}

fn tells(text: &str, account: Uuid) -> bool {
    text.contains(NAME) || text.contains(CONTACT) || text.contains(&account.to_string())
}
