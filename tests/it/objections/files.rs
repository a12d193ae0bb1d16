//! Evidence: who sees the files that came with an objection, and what never tells of them.

use super::*;
use reqwest::Method;
use reqwest::multipart::{Form, Part};
use sea_orm::{ColumnTrait, EntityTrait, QueryFilter, QueryOrder};
use twoway_entity::accounts::Role;
use twoway_entity::audit::event;
use twoway_entity::objections::evidence;
use twoway_tests::on_both_databases;

const RECEIPT: &str = "欧阳家的收据.png";
const PHOTO: &str = "现场照片.png";

fn png(n: u8) -> Vec<u8> {
    [b"\x89PNG\r\n\x1a\n\0\0\0\rIHDR\0\0\0\x01\0\0\0\x01\x08\x06\0\0\0".as_slice(), &[n]].concat()
}

fn form(item: Uuid, files: &[(&str, Vec<u8>)]) -> Form {
    let body = objection("proposal", item);
    let fields = body.as_object().expect("an object").iter();
    let form = fields
        .fold(Form::new(), |form, (name, value)| form.text(name.clone(), value.as_str().expect("a text").to_string()));
    let part = |(name, bytes): &(&str, Vec<u8>)| Part::bytes(bytes.clone()).file_name((*name).to_string());
    files.iter().fold(form, |form, file| form.part("files", part(file)))
}

async fn filed_with(who: &Actor, form: Form) -> Answer {
    let request = who.request(Method::POST, "/api/v1/objections/with-files").await;
    let response = request.multipart(form).send().await.expect("an answer");
    let (status, headers) = (response.status().as_u16(), response.headers().clone());
    Answer { status, headers, body: response.json().await.unwrap_or_default() }
}

async fn with_two(app: &TestApp, item: Uuid) -> Uuid {
    let files = [(RECEIPT, png(1)), (PHOTO, png(2))];
    filed_with(&author(app).await, form(item, &files)).await.expect(201).id()
}

async fn seen_by(who: &Actor, id: Uuid) -> Value {
    who.get(&format!("/api/v1/objections/{id}")).await.expect(200).body
}

async fn looks(app: &TestApp, id: Uuid) -> Vec<Option<Uuid>> {
    let events = event::Entity::find().filter(event::Column::StreamId.eq(id)).order_by_asc(event::Column::Seq);
    let events = events.all(app.app.db.read()).await.expect("read");
    events.into_iter().filter(|e| e.name == "evidence-seen").map(|e| e.actor_id).collect()
}

on_both_databases! {
    async fn the_author_the_handler_and_the_supervisor_open_them(app: &TestApp) {
        let (_, items) = call_in_notice(app, &[1]).await;
        let (author, office, supervisor) = (author(app).await, app.office().await, app.supervisor().await);
        let id = with_two(app, items[0]).await;
        let mine = seen_by(&author, id).await;
        assert_eq!((&mine["file_count"], &mine["files"][0]["name"], &mine["files"][0]["size"]), (&json!(2), &json!(RECEIPT), &json!(png(1).len())));
        let file = format!("/api/v1/objections/{id}/files/{}", mine["files"][0]["id"].as_str().expect("an id"));
        press(&office, id, "admit").await.expect(200);
        let theirs = seen_by(&office, id).await;
        assert_eq!((&theirs["file_count"], theirs.get("files")), (&json!(2), None), "the office knows that there are some");
        let node = app.person("branch", "分中心", Some((Role::NodeAdmin, app.root().await))).await;
        for (reader, status) in [(&office, 403), (&node, 404), (&app.team(1).await, 404), (&app.citizen().await, 404),
            (&app.auditor().await, 404), (&app.anon(), 401)] {
            reader.get(&file).await.expect(status);
        }
        assign(app, id, &node).await.expect(200);
        for reader in [&author, &node, &supervisor] {
            let request = reader.request(Method::GET, &file).await;
            let response = request.send().await.expect("an answer");
            let header = |name: &str| response.headers()[name].to_str().expect("text").to_string();
            assert_eq!((response.status().as_u16(), header("content-type")), (200, "image/png".to_string()));
            assert!(header("content-disposition").starts_with("attachment"));
            assert_eq!(response.bytes().await.expect("bytes").to_vec(), png(1));
        }
        assert_eq!(looks(app, id).await, [Some(node.account), Some(supervisor.account)], "the author's own look is nobody's business");
        supervisor.get(&format!("/api/v1/objections/{id}/files/{}", Uuid::from_u128(7))).await.expect(404);
        // Who is replaced loses them.
        let second = app.second_office().await;
        assign(app, id, &second).await.expect(200);
        node.get(&file).await.expect(404);
        second.get(&file).await.expect(200);
        let third = app.person("third", "第三人", Some((Role::LeadOffice, app.root().await))).await;
        assign(app, id, &third).await.expect(200);
        second.get(&file).await.expect(403);
        assert_eq!(seen_by(&second, id).await.get("files"), None);
        assert_eq!(app.findings().await, []);
    }

    async fn nobody_else_reads_their_names_anywhere(app: &TestApp) {
        let (call, items) = call_in_notice(app, &[1]).await;
        let id = with_two(app, items[0]).await;
        let (office, handler) = (app.office().await, app.second_office().await);
        press(&office, id, "admit").await.expect(200);
        assign(app, id, &handler).await.expect(200);
        press(&handler, id, "begin").await.expect(200);
        let told = json!({"result": "upheld", "answer": "成立。", "why": "所附欧阳家的收据属实。"});
        let refused = handler.post(&at(id, "answer"), told).await.expect(409);
        assert_eq!((refused.code(), &refused.body["rule"]), ("objection-answer-names-file", &json!("P3")));
        answer(&handler, id, "answer", "rejected").await.expect(200);
        for text in ["见现场照片.png，异议不成立。", "欧阳家的 收据不能证明所述事实。"] {
            let refused = handler.post(&at(id, "publish"), json!({"text": text})).await.expect(409);
            assert_eq!((refused.code(), &refused.body["rule"]), ("objection-answer-names-file", &json!("P3")));
        }
        handler.post(&at(id, "publish"), json!({"text": "经核查，异议不成立。"})).await.expect(200);
        let supervisor = app.supervisor().await.pages().await;
        let history = supervisor.get(&format!("/objections/{id}")).await.expect(200).body.to_string();
        assert!(history.contains("附上证据材料") && history.contains("未予发布"), "{history}");
        let pages = [format!("/objections/{id}"), format!("/calls/{call}/results"), format!("/proposals/{}", items[0]), "/office/objections".into(),
            "/log?kind=objection".into(), "/work".into(), "/notices".into()];
        let apis = [format!("/api/v1/objections/{id}"), format!("/api/v1/calls/{call}/objections"), "/api/v1/objections?office=true".into(),
            "/api/v1/events?kind=objection".into()];
        let mut seen = 0;
        for reader in [&office, &app.auditor().await, &app.team(1).await, &app.reviewer(1).await, &app.citizen().await, &app.anon()] {
            let page = reader.pages().await;
            for answer in [page.get(&pages[0]).await, page.get(&pages[1]).await, page.get(&pages[2]).await, page.get(&pages[3]).await,
                page.get(&pages[4]).await, page.get(&pages[5]).await, page.get(&pages[6]).await, reader.get(&apis[0]).await,
                reader.get(&apis[1]).await, reader.get(&apis[2]).await, reader.get(&apis[3]).await] {
                seen += usize::from(answer.status == 200);
                let text = answer.body.to_string();
                assert!(!text.contains("欧阳") && !text.contains(PHOTO), "{} reads it: {text}", reader.name);
            }
        }
        assert!(seen > 20, "the readers saw {seen} answers");
    }

    /// Whoever has the database and the folder but not the keys finds neither names nor contents.
    async fn rows_and_folder_do_not_tell(app: &TestApp) {
        let (_, items) = call_in_notice(app, &[1]).await;
        let id = with_two(app, items[0]).await;
        let rows = evidence::Entity::find().filter(evidence::Column::ObjectionId.eq(id)).all(app.app.db.read()).await.expect("read");
        assert_eq!(rows.len(), 2);
        for row in &rows {
            assert!(!String::from_utf8_lossy(&row.name).contains("欧阳"));
            let kept = std::fs::read(app.app.config.data.join("blobs").join(&row.sha256)).expect("kept");
            assert!(!kept.windows(4).any(|some| some == b"IHDR"), "the bytes are sealed");
        }
        let hashes: Vec<String> = rows.iter().map(|row| row.sha256.clone()).chain([hex::encode([9; 32])]).collect();
        assert_eq!(twoway::objections::evidence::named(&app.app, &hashes).await.expect("read").len(), 2, "the nightly sweep leaves them");
        let author = author(app).await;
        for e in event::Entity::find().filter(event::Column::StreamId.eq(id)).all(app.app.db.read()).await.expect("read") {
            assert!(e.actor_id != Some(author.account) && !e.payload.contains("收据"), "{e:?}");
        }
        assert_eq!(app.findings().await, []);
    }

    async fn how_many_and_of_which_kind(app: &TestApp) {
        let (_, items) = call_in_notice(app, &[1]).await;
        let author = author(app).await;
        let item = items[0];
        let many: Vec<(&str, Vec<u8>)> = (0..6).map(|n| ("照片.png", png(n))).collect();
        let more: Vec<(&str, Vec<u8>)> = (0..11).map(|n| ("照片.png", png(n))).collect();
        type Chosen<'a> = &'a [(&'a str, Vec<u8>)];
        let cases: [(Chosen<'_>, u16, &str); 8] = [
            (many.as_slice(), 409, "too-many-files"),
            (more.as_slice(), 409, "too-many-files"),
            (&[("a.png", png(1)), ("b.png", png(1))], 409, "file-already-there"),
            (&[("a.exe", png(1))], 409, "file-type"),
            (&[("a.pdf", png(1))], 409, "file-type-mismatch"),
            (&[("a.png", Vec::new())], 409, "file-empty"),
            (&[("收款码.png", png(1))], 409, "payment-code-file"),
            (&[("a.png", [png(1), vec![0; 10 << 20]].concat())], 413, "too-large"),
        ];
        for (files, status, code) in cases {
            let refused = filed_with(&author, form(item, files)).await.expect(status);
            assert_eq!(refused.code(), code);
        }
        let unasked = form(item, &[]).text("salary", "1");
        assert_eq!(filed_with(&author, unasked).await.expect(422).body["errors"][0]["field"], "salary");
        let elsewhere = form(item, &[]).part("scan", Part::bytes(png(1)).file_name("a.png"));
        assert_eq!(filed_with(&author, elsewhere).await.expect(422).body["errors"][0]["field"], "scan");
        filed_with(&app.anon(), form(item, &[])).await.expect(401);
        let rows = evidence::Entity::find().all(app.app.db.read()).await.expect("read");
        assert!(rows.is_empty(), "nothing of what was refused is kept: {rows:?}");
        filed_with(&author, form(item, &many[..5])).await.expect(201);
    }

    async fn a_repeated_request_with_files_files_once(app: &TestApp) {
        let (_, items) = call_in_notice(app, &[1]).await;
        let author = author(app).await;
        let form = || Form::new().text("target", "proposal").text("item", items[0].to_string()).text("ground", "facts")
            .text("statement", "材料所列场地并不存在。").text("contact", CONTACT);
        let first = filed_with(&author, form()).await.expect(201).id();
        // An upload takes no key; whoever sends it again has an open objection already.
        let again = filed_with(&author, form()).await.expect(409);
        assert_eq!(again.code(), "objection-already-yours");
        assert_eq!(author.get("/api/v1/objections").await.body["items"][0]["id"], json!(first));
    }

    async fn pages_take_show_and_keep_them_apart(app: &TestApp) {
        let (_, items) = call_in_notice(app, &[1]).await;
        let author = author(app).await.pages().await;
        let text = |answer: Answer| answer.body.as_str().expect("a page").to_string();
        let page = text(author.get(&format!("/objections/new?target=proposal&item={}", items[0])).await.expect(200));
        for part in ["multipart/form-data", "证据材料", "multiple", "accept=\".pdf", "data-most=\"5\"", "最多 5 个"] {
            assert!(page.contains(part), "{part}: {page}");
        }
        let typed = |contact: &str| Form::new().text("_target", "proposal").text("_item", items[0].to_string()).text("ground", "facts")
            .text("statement", "材料所列场地并不存在。").text("wish", "").text("name", "").text("contact", contact.to_string())
            .part("files", Part::bytes(png(1)).file_name(RECEIPT));
        let back = text(author.upload("/objections", typed("")).await.expect(422));
        assert!(back.contains("材料所列场地并不存在。") && back.contains("请重新选择证据材料"), "{back}");
        let wrong = typed(CONTACT).part("files", Part::bytes(png(2)).file_name("a.exe"));
        assert!(text(author.upload("/objections", wrong).await.expect(422)).contains("材料所列场地并不存在。"));
        let sent = author.upload("/objections", typed(CONTACT)).await.expect(303);
        let here = sent.headers["location"].to_str().expect("a path").split('?').next().expect("a path").to_string();
        let mine = text(author.get(&here).await.expect(200));
        assert!(mine.contains(RECEIPT) && mine.contains(&format!("{here}/files/")), "{mine}");
        let file = mine.split("href=\"").filter_map(|part| part.split('"').next()).find(|href| href.contains("/files/")).expect("a link");
        author.get(file).await.expect(200);
        let (office, supervisor) = (app.office().await.pages().await, app.supervisor().await.pages().await);
        let closed = text(office.get(&here).await.expect(200));
        assert!(closed.contains("1 个文件，只有提出人、承办人和监督人员能够打开") && !closed.contains(RECEIPT), "{closed}");
        office.get(file).await.expect(403);
        let open = text(supervisor.get(&here).await.expect(200));
        assert!(open.contains(RECEIPT) && open.contains("附上证据材料"), "{open}");
        supervisor.get(file).await.expect(200);
        assert!(text(supervisor.get(&here).await.expect(200)).contains("打开证据材料"));
        app.anon().pages().await.get(file).await.expect(303);
    }
}
