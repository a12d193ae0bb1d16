//! The books that a plugin keeps, and who was there when: who may read them, and what the lists cost.

use super::*;
use sea_orm::{ActiveModelTrait, ActiveValue::Set};
use twoway_entity::plugins::ledger_entry;
use twoway_ids::MINUTE;
use twoway_tests::on_both_databases;

impl Site<'_> {
    async fn stock(&self) -> Value {
        self.lead.get(&self.path("books/stock")).await.expect(200).body["items"].clone()
    }

    fn place(&self, rest: &str) -> String {
        format!("/projects/{}/place{}{rest}", self.project, if rest.is_empty() { "" } else { "/" })
    }
}

fn text(answer: Answer) -> String {
    answer.body.as_str().expect("a page").to_string()
}

/// Queries of one request, after another one has warmed what is kept.
async fn cost(app: &TestApp, ask: impl AsyncFn() -> Answer) -> u64 {
    ask().await.expect(200);
    let before = app.app.db.queries_run();
    ask().await.expect(200);
    app.app.db.queries_run() - before
}

on_both_databases! {
    async fn a_book_is_for_the_staff_and_never_holds_less_than_nothing(app: &TestApp) {
        let site = site(app).await;
        let note = site.note(json!({"text": "雨伞"})).await;
        let book = async |action: &str| site.act(&site.citizen, action, Some(&note), json!({})).await;
        assert_eq!(book("out").await.expect(409).code(), "ledger-negative");
        assert_eq!(site.stock().await, json!([]), "nothing is left of a refused line");
        book("book").await.expect(200);
        app.advance(MINUTE).await;
        book("book").await.expect(200);
        app.advance(MINUTE).await;
        book("out").await.expect(200);
        let stock = site.stock().await;
        assert_eq!((&stock[0]["key"], &stock[0]["balance"], &stock[0]["entries"]), (&json!(note), &json!(1), &json!(3)));
        assert_eq!(stock[0]["last_at"], app.now());
        let lines = site.lead.get(&site.path("books/stock/entries?limit=2")).await.expect(200).body;
        let quantities: Vec<_> = lines["items"].as_array().expect("lines").iter().map(|l| l["quantity"].as_i64()).collect();
        assert_eq!(quantities, [Some(-1), Some(1)], "newest first");
        assert_eq!(lines["items"][0]["entry"], json!({"shelf": "A3"}));
        let next = lines["next"].as_str().expect("a next page");
        let rest = site.lead.get(&site.path(&format!("books/stock/entries?limit=2&cursor={next}"))).await.expect(200).body;
        assert_eq!((rest["items"].as_array().map(Vec::len), rest.get("next")), (Some(1), None));
        assert_eq!(site.lead.get(&site.path("books/stock/entries?key=other")).await.expect(200).body["items"], json!([]));

        for path in ["books/stock", "books/stock/entries"] {
            for actor in [&site.citizen, &app.reviewer(1).await] {
                assert_eq!(actor.get(&site.path(path)).await.expect(403).code(), "not-allowed");
            }
            app.anon().get(&site.path(path)).await.expect(401);
            site.office.get(&site.path(path)).await.expect(200);
        }
        site.lead.get(&site.path("books/cash")).await.expect(404);
        let other = activated(app, full()).await.expect("activates");
        assert_eq!(other.stock().await, json!([]), "another project has a book of its own");
    }

    async fn the_pages_of_a_book_show_what_stands_and_what_moved(app: &TestApp) {
        let site = site(app).await;
        let note = site.note(json!({"text": "雨伞"})).await;
        let lead = site.lead.pages().await;
        assert!(text(lead.get(&site.place("books/stock")).await.expect(200)).contains("账册还是空的"));
        site.act(&site.citizen, "book", Some(&note), json!({})).await.expect(200);
        let book = text(lead.get(&site.place("books/stock")).await.expect(200));
        assert!(book.contains("«book-stock»") && book.contains(&note) && book.contains("全部明细"), "{book}");
        let lines = text(lead.get(&site.place(&format!("books/stock/lines?key={note}"))).await.expect(200));
        assert!(lines.contains("现存 1。") && lines.contains("+1") && lines.contains("A3"), "{lines}");
        for path in ["books/stock", "books/stock/lines"] {
            site.citizen.pages().await.get(&site.place(path)).await.expect(403);
            assert!(site.citizen.pages().await.get(&site.place("")).await.expect(200).body.as_str().is_some_and(|p| !p.contains(path)));
        }
        lead.get(&site.place("books/cash")).await.expect(404);
        // A key and an entry are a plugin's words: they are shown as words.
        let evil = "=cmd|'/c calc'!A1<script>alert(1)</script>";
        let row = ledger_entry::ActiveModel {
            tenant_id: Set(app.app.tenant),
            id: Set(twoway_ids::new_id(app.now())),
            project_id: Set(site.project),
            book: Set("stock".into()),
            key: Set(evil.into()),
            quantity: Set(1),
            entry: Set(json!({"shelf": evil})),
            at: Set(app.now()),
            decision_id: Set(Uuid::nil()),
        };
        app.step(move |step| async move {
            let row = row.insert(step.tx()).await?;
            step.wrote_rows(&[row]);
            Ok(())
        })
        .await;
        for path in ["books/stock", "books/stock/lines"] {
            let page = text(lead.get(&site.place(path)).await.expect(200));
            assert!(page.contains("=cmd|") && !page.contains("<script>alert"), "{page}");
        }
    }

    async fn presence_is_seen_by_the_staff_and_by_who_was_there(app: &TestApp) {
        let site = site(app).await;
        let note = site.note(json!({"text": "周二值班"})).await;
        let here = async |actor: &Actor| site.act(actor, "here", Some(&note), json!({})).await.expect(200);
        here(&site.citizen).await;
        here(&site.citizen).await;
        app.advance(MINUTE).await;
        here(&site.lead).await;
        let facts = async |actor: &Actor, query: &str| {
            actor.get(&site.path(&format!("attendance{query}"))).await.expect(200).body["items"].as_array().cloned().expect("a list")
        };
        let all = facts(&site.lead, "").await;
        assert_eq!(all.len(), 2, "the same fact twice is one");
        let persons: Vec<&str> = all.iter().filter_map(|f| f["person"].as_str()).collect();
        assert_ne!(persons[0], persons[1]);
        assert!(all.iter().all(|f| f["session"] == note && f["what"] == "arrived"));
        let own = facts(&site.citizen, "").await;
        assert_eq!((own.len(), &own[0]["person"]), (1, &json!(persons[1])));
        assert_eq!(facts(&site.citizen, &format!("?person={}", persons[0])).await, Vec::<Value>::new(), "a name asked for opens nothing");
        assert_eq!(facts(&app.reviewer(1).await, "").await, Vec::<Value>::new());
        app.anon().get(&site.path("attendance")).await.expect(401);
        assert_eq!(facts(&site.office, &format!("?session={note}&person={}", persons[0])).await.len(), 1);

        let (lead, citizen) = (site.lead.pages().await, site.citizen.pages().await);
        let page = text(lead.get(&site.place("attendance")).await.expect(200));
        for word in ["市民甲", "队长1", "到岗", "周二值班"] {
            assert!(page.contains(word), "{word} is missing in {page}");
        }
        let mine = text(citizen.get(&site.place("attendance")).await.expect(200));
        assert!(mine.contains("本人") && !mine.contains("队长1"), "{mine}");
        assert!(text(lead.get(&site.place("attendance?session=none")).await.expect(200)).contains("还没有到岗记录"));
        site.helper().await;
        assert_eq!(facts(&site.citizen, "").await.len(), 2, "a helper is of the staff");
    }

    async fn books_and_presence_cost_the_same_with_one_row_and_with_three(app: &TestApp) {
        let site = site(app).await;
        let lead = site.lead.pages().await;
        let mut costs = Vec::new();
        for n in 0..3 {
            let note = site.note(json!({"text": format!("第{n}条")})).await;
            site.act(&site.citizen, "book", Some(&note), json!({})).await.expect(200);
            site.act(&site.citizen, "here", Some(&note), json!({})).await.expect(200);
            if n != 1 {
                let mut row = Vec::new();
                for path in ["books/stock", "books/stock/entries", "attendance"] {
                    row.push(cost(app, async || site.lead.get(&site.path(path)).await).await);
                }
                for path in ["books/stock", "books/stock/lines", "attendance"] {
                    row.push(cost(app, async || lead.get(&site.place(path)).await).await);
                }
                costs.push(row);
            }
        }
        assert_eq!(costs[0], costs[1]);
    }
}
