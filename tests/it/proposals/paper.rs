//! What came on paper: a clerk types it in for the proposer, everybody is told so, and a second person checks it.

use crate::calls::world::*;
use reqwest::Method;
use reqwest::multipart::{Form, Part};
use serde_json::{Value, json};
use twoway_ids::{DAY, HOUR, Uuid};
use twoway_tests::{Actor, Answer, TestApp, on_both_databases, pdf};

const ID_NUMBER: &str = "11010519491231002X";

/// A right ID number for this birth date.
fn number(born: &str, sequence: u32) -> String {
    let start = format!("110105{born}{sequence:03}");
    let weights = [7, 9, 10, 5, 8, 4, 2, 1, 6, 3, 7, 9, 10, 5, 8, 4, 2];
    let sum: u32 = start.bytes().zip(weights).map(|(b, weight)| u32::from(b - b'0') * weight).sum();
    format!("{start}{}", char::from(b"10X98765432"[(sum % 11) as usize]))
}

fn today(app: &TestApp) -> String {
    twoway::calendar::today(&app.app)
}

fn person(app: &TestApp) -> Value {
    json!({"name": "吴桂芳", "contact": "13700002222", "id_number": ID_NUMBER, "received_on": today(app)})
}

/// A person with these answers instead of the usual ones.
fn with(app: &TestApp, changes: Value) -> Value {
    let mut person = person(app);
    for (key, value) in changes.as_object().expect("answers") {
        person[key] = value.clone();
    }
    person
}

async fn enter(clerk: &Actor, call: Uuid, person: Value, title: &str) -> Answer {
    let body = json!({"person": person, "content": content(title)});
    clerk.post(&format!("/api/v1/calls/{call}/paper-proposals"), body).await
}

async fn scan(clerk: &Actor, proposal: Uuid, extra: &str) -> Answer {
    let bytes = [PNG, extra.as_bytes()].concat();
    let form = Form::new().part("file", Part::bytes(bytes).file_name("签字申报表.png"));
    let request = clerk.request(Method::POST, &format!("/api/v1/proposals/{proposal}/paper/scans")).await;
    let response = request.multipart(form).send().await.expect("an answer");
    let (status, headers) = (response.status().as_u16(), response.headers().clone());
    Answer { status, headers, body: response.json().await.unwrap_or_default() }
}

/// Entered, scanned and handed in.
async fn handed_in(clerk: &Actor, call: Uuid, person: Value, title: &str) -> Uuid {
    let id = enter(clerk, call, person, title).await.expect(201).id();
    scan(clerk, id, title).await.expect(201);
    submit(clerk, id).await.expect(200);
    id
}

async fn page(actor: &Actor, path: &str) -> String {
    let page = actor.pages().await.get(path).await.expect(200);
    page.body.as_str().expect("a page").to_string()
}

on_both_databases! {
    async fn a_paper_goes_its_way_with_its_mark(app: &TestApp) {
        let call = open_call(app).await;
        let (clerk, second) = (app.office().await, app.second_office().await);
        let mut told = content("老街坊互助");
        told["answers"]["plan"] = json!("由吴桂芳召集，每周两次，电话13700002222。");
        let body = json!({"person": person(app), "content": told});
        let id = clerk.post(&format!("/api/v1/calls/{call}/paper-proposals"), body).await.expect(201).id();
        let path = format!("/api/v1/proposals/{id}");

        // Without the signed paper it is not handed in.
        assert_eq!(submit(&clerk, id).await.expect(409).code(), "paper-scan-missing");
        let file = scan(&clerk, id, "").await.expect(201).id();
        let receipt = submit(&clerk, id).await.expect(200).body;
        let view = clerk.get(&path).await.expect(200).body;
        let paper = &view["on_paper"];
        assert_eq!(paper["name"], "吴桂芳");
        assert_eq!(paper["contact"], "13700002222", "a clerk reads it whole");
        assert_eq!(paper["id_number"], "**************002X");
        assert!(!view.to_string().contains(ID_NUMBER), "{view}");

        // The receipt is printed for the proposer, with number and hash, and without the contact.
        let printed = clerk.request(Method::GET, &format!("{path}/receipt.pdf")).await.send().await.expect("a PDF");
        let printed = pdf::read(&printed.bytes().await.expect("bytes"));
        for words in ["吴桂芳", "代录入 · 纸质申报", receipt["receipt"].as_str().expect("a number")] {
            assert!(printed.says(words), "{words}: {}", printed.text());
        }

        app.advance(20 * DAY).await;
        // Whoever typed it in neither checks nor returns it.
        for (verb, body) in [
            ("admit", json!({})),
            ("return", json!({"defects": "？"})),
            ("rule-out", json!({"rule": "一", "reason": REASON})),
        ] {
            assert_eq!(clerk.post(&format!("{path}/{verb}"), body).await.expect(409).code(), "checks-own-entry");
        }
        let work = |body: Value| body.to_string().contains("screen-proposal");
        assert!(!work(clerk.get("/api/v1/work").await.expect(200).body), "nothing that the clerk may not do");
        assert!(work(second.get("/api/v1/work").await.expect(200).body));

        // Other readers of the office see the contact masked, and no scan.
        let watched = app.supervisor().await.get(&path).await.expect(200).body;
        assert_eq!(watched["on_paper"]["contact"], "137****2222");
        assert_eq!(watched["on_paper"]["scans"], json!([]));
        let place = format!("{path}/paper/scans/{file}");
        second.get(&place).await.expect(200);
        app.supervisor().await.get(&place).await.expect(403);
        app.citizen().await.get(&format!("{path}/paper")).await.expect(404);

        // The mark stands wherever it is read.
        for (actor, place) in [
            (&clerk, "/proposals".to_string()),
            (&second, format!("/office/calls/{call}/screening")),
            (&second, format!("/proposals/{id}")),
            (&second, "/work".to_string()),
        ] {
            assert!(page(actor, &place).await.contains("代录入 · 纸质申报"), "{place}");
        }
        let history = page(&second, &format!("/proposals/{id}")).await;
        assert!(history.contains("经办人代录入纸质申报") && history.contains(&clerk.name), "{history}");
        let list = second.get(&format!("/api/v1/calls/{call}/proposals")).await.expect(200).body;
        assert_eq!(list["items"][0]["on_paper"], true);
        let sheet = page(&second, &format!("/office/calls/{call}/screening/export?format=csv")).await;
        assert!(sheet.contains("代录入 · 纸质申报"), "{sheet}");

        second.post(&format!("{path}/admit"), json!({})).await.expect(200);
        second.post(&format!("/api/v1/calls/{call}/start-review"), json!({})).await.expect(200);
        all_scored(app, &[id]).await;
        second.post(&format!("/api/v1/calls/{call}/end-review"), json!({})).await.expect(200);
        let shortlist = page(&second, &format!("/office/calls/{call}/deliberation")).await;
        assert!(shortlist.contains("代录入 · 纸质申报"), "{shortlist}");
        assert_eq!(decide(app, id, true).await.expect(409).code(), "checks-own-entry");
        let body = json!({"decision": "selected", "reason": REASON, "cost": 42_000});
        second.put(&format!("{path}/decision"), body).await.expect(200);
        supervise(app, call).await.expect(200);
        second.post(&format!("/api/v1/calls/{call}/release"), json!({})).await.expect(200);
        let results = page(&app.citizen().await, &format!("/calls/{call}/results")).await;
        assert!(results.contains("代录入 · 纸质申报") && !results.contains("吴桂芳"), "{results}");
        let public = app.anon().get(&path).await.expect(200).body;
        assert_eq!(public["on_paper"], json!({"organization": null, "scans": []}));
        second.post(&format!("{path}/needs"), crate::adoptions::books()).await.expect(201);
        app.advance(10 * DAY).await;
        let hall = page(&app.citizen().await, "/hall").await;
        assert!(hall.contains("老街坊互助") && hall.contains("代录入 · 纸质申报"), "{hall}");
        assert_eq!(app.anon().get("/api/v1/hall").await.expect(200).body["items"][0]["on_paper"], true);
    }

    async fn a_masked_review_tells_neither_the_person_nor_the_paper(app: &TestApp) {
        let call = previewed_call(app).await;
        let (clerk, second) = (app.office().await, app.second_office().await);
        let path = format!("/api/v1/calls/{call}/review-settings");
        second.put(&path, json!({"hide_proposer": true})).await.expect(200);
        app.advance(7 * DAY + HOUR).await;
        let mut told = content("老街坊互助");
        told["answers"]["plan"] = json!("由吴桂芳召集，联系13700002222。");
        let body = json!({"person": person(app), "content": told});
        let id = clerk.post(&format!("/api/v1/calls/{call}/paper-proposals"), body).await.expect(201).id();
        scan(&clerk, id, "").await.expect(201);
        submit(&clerk, id).await.expect(200);
        app.advance(20 * DAY).await;
        second.post(&format!("/api/v1/proposals/{id}/admit"), json!({})).await.expect(200);
        second.post(&format!("/api/v1/calls/{call}/start-review"), json!({})).await.expect(200);
        let reviewer = app.reviewer(1).await;
        let review = assign(app, id, &reviewer).await.expect(201).id();
        declare(&reviewer, review).await.expect(200);
        let view = reviewer.get(&format!("/api/v1/proposals/{id}")).await.expect(200).body;
        let sheet = page(&reviewer, &format!("/reviews/{review}")).await;
        for text in [view.to_string(), sheet] {
            for word in ["吴桂芳", "13700002222", "代录入", "002X"] {
                assert!(!text.contains(word), "{word}: {text}");
            }
        }
    }

    async fn what_is_typed_is_checked(app: &TestApp) {
        let call = open_call(app).await;
        let clerk = app.office().await;
        let tomorrow = "2099-01-01";
        for (changes, field) in [
            (json!({"id_number": "110105194912310021"}), "id_number"),
            (json!({"id_number": number("20981231", 2)}), "id_number"),
            (json!({"contact": "无"}), "contact"),
            (json!({"name": " "}), "name"),
            (json!({"received_on": tomorrow}), "received_on"),
            (json!({"received_on": "昨天"}), "received_on"),
            (json!({"credit_code": twoway_tests::credit_code(3)}), "organization"),
            (json!({"credit_code": "3", "organization": "巷子理发店"}), "credit_code"),
        ] {
            let refused = enter(&clerk, call, with(app, changes.clone()), "互助").await.expect(422);
            assert!(refused.body.to_string().contains(&format!("\"{field}\"")), "{changes}: {}", refused.body);
        }
        let early = with(app, json!({"received_on": "2026-01-05"}));
        assert_eq!(enter(&clerk, call, early, "互助").await.expect(409).code(), "paper-before-call");
        // Minors propose with a guardian.
        for born in ["20130601", "20100601"] {
            let child = json!({"id_number": number(born, 2)});
            let refused = enter(&clerk, call, with(app, child.clone()), "互助").await.expect(409);
            assert_eq!((refused.code(), &refused.body["rule"]), ("guardian-missing", &json!("V26")));
            let mut guarded = with(app, child);
            guarded["guardian"] = json!("吴母");
            let id = enter(&clerk, call, guarded, "互助").await.expect(201).id();
            // A correction without a number keeps the age, and with it the guardian.
            let mut without = person(app);
            without.as_object_mut().expect("answers").remove("id_number");
            let path = format!("/api/v1/proposals/{id}/paper");
            assert_eq!(clerk.put(&path, without.clone()).await.expect(409).code(), "guardian-missing");
            without["guardian"] = json!("吴父");
            clerk.put(&path, without).await.expect(200);
            assert_eq!(clerk.get(&path).await.expect(200).body["guardian"], "吴父");
        }
        // Only the office types in, and only of its own calls.
        for actor in [app.team(1).await, app.citizen().await, app.supervisor().await, app.node_admin(1).await] {
            enter(&actor, call, person(app), "互助").await.expect(403);
        }
        let id = enter(&clerk, call, person(app), "互助").await.expect(201).id();
        let (second, path) = (app.second_office().await, format!("/api/v1/proposals/{id}"));
        second.get(&path).await.expect(404);
        second.put(&format!("{path}/paper"), person(app)).await.expect(404);
        let own = draft(&app.team(1).await, call, "队里的").await;
        clerk.get(&format!("/api/v1/proposals/{own}/paper")).await.expect(404);
        app.advance(20 * DAY).await;
        enter(&clerk, call, person(app), "迟到").await.expect(409);
    }

    async fn one_applicant_counts_once_whoever_types(app: &TestApp) {
        let call = open_call(app).await;
        let (clerk, second) = (app.office().await, app.second_office().await);
        handed_in(&clerk, call, person(app), "老街坊互助").await;
        let again = enter(&second, call, person(app), "楼道读书角").await.expect(201).id();
        scan(&second, again, "again").await.expect(201);
        assert_eq!(submit(&second, again).await.expect(409).code(), "applicant-cap", "the same number is the same person");
        // Another person by the same clerk, and the clerk's own proposal, are others.
        let other = with(app, json!({"id_number": number("19600202", 2)}));
        handed_in(&clerk, call, other, "旧衣改造").await;
        let own = clerk.post("/api/v1/proposals", json!({"call_id": call, "content": content("河道巡护")})).await;
        submit(&clerk, own.expect(201).id()).await.expect(200);

        // An organisation is the same by its name or its code, on paper and with an account.
        let team = app.team(1).await;
        submitted(&team, call, "四点半学校").await;
        let of_team = with(app, json!({"organization": "志愿队1"}));
        let id = enter(&clerk, call, of_team, "周末课堂").await.expect(201).id();
        scan(&clerk, id, "team").await.expect(201);
        assert_eq!(submit(&clerk, id).await.expect(409).code(), "applicant-cap");
        let by_code = |name: &str| with(app, json!({"organization": name, "credit_code": twoway_tests::credit_code(77)}));
        handed_in(&clerk, call, by_code("巷子理发店"), "免费理发").await;
        let id = enter(&clerk, call, by_code("巷子理发铺"), "上门理发").await.expect(201).id();
        scan(&clerk, id, "barber").await.expect(201);
        assert_eq!(submit(&clerk, id).await.expect(409).code(), "applicant-cap");
    }

    async fn a_returned_paper_is_mended_by_its_clerk(app: &TestApp) {
        let call = open_call(app).await;
        let (clerk, second) = (app.office().await, app.second_office().await);
        let id = handed_in(&clerk, call, person(app), "老街坊互助").await;
        app.advance(20 * DAY).await;
        let path = format!("/api/v1/proposals/{id}");
        second.post(&format!("{path}/return"), json!({"defects": "签名不清"})).await.expect(200);
        let work = clerk.get("/api/v1/work").await.expect(200).body.to_string();
        assert!(work.contains("mend-proposal"), "{work}");
        scan(&clerk, id, "better").await.expect(201);
        submit(&clerk, id).await.expect(200);
        scan(&clerk, id, "late").await.expect(409);
        second.post(&format!("{path}/admit"), json!({})).await.expect(200);
        let reviewer = app.reviewer(1).await;
        second.post(&format!("/api/v1/calls/{call}/start-review"), json!({})).await.expect(200);
        assign(app, id, &reviewer).await.expect(201);
    }

    async fn the_pages_lead_from_the_call_to_the_receipt(app: &TestApp) {
        let call = open_call(app).await;
        let clerk = app.office().await;
        let pages = clerk.pages().await;
        let form = format!("/office/calls/{call}/paper");
        assert!(page(&clerk, &format!("/office/calls/{call}")).await.contains(&form));
        assert!(page(&clerk, &form).await.contains("居民身份证号码"));
        let day = today(app);
        let wrong = [("name", "吴桂芳"), ("contact", "13700002222"), ("id_number", "1234"), ("received_on", &*day)];
        let kept = pages.post(&form, &wrong).await.expect(422).body;
        assert!(kept.as_str().is_some_and(|html| html.contains("吴桂芳") && html.contains("1234")), "{kept}");
        let minor = number("20130601", 2);
        let child = [("name", "吴小芳"), ("contact", "13700002222"), ("id_number", &*minor), ("received_on", &*day)];
        let refused = pages.post(&form, &child).await.expect(422).body;
        assert!(refused.as_str().is_some_and(|html| html.contains("V26")), "{refused}");
        let right = [("name", "吴桂芳"), ("contact", "13700002222"), ("id_number", ID_NUMBER), ("received_on", &*day)];
        let made = pages.post(&form, &right).await.expect(303);
        let place = made.headers["location"].to_str().expect("a place").to_string();
        let place = place.split(['?', '#']).next().expect("a path").to_string();
        let id = Uuid::parse_str(place.split('/').nth(2).expect("an id")).expect("an id");
        let work = clerk.get("/api/v1/work").await.expect(200).body.to_string();
        assert!(work.contains("finish-paper-entry"), "{work}");

        let shown = page(&clerk, &place).await;
        assert!(shown.contains(&format!("/proposals/{id}/edit")) && shown.contains("**************002X"), "{shown}");
        let bad = pages.post(&place, &[("name", ""), ("contact", "13700002222"), ("received_on", &*day)]).await;
        bad.expect(422);
        let amended = [("name", "吴桂芬"), ("contact", "13700003333"), ("received_on", &*day)];
        pages.post(&place, &amended).await.expect(303);
        assert!(page(&clerk, &place).await.contains("吴桂芬"));
        let file = scan(&clerk, id, "").await.expect(201).id();
        let remove = format!("{place}/scans/{file}/remove");
        assert!(page(&clerk, &place).await.contains(&remove));
        pages.get(&format!("{place}/scans/{file}")).await.expect(200);
        pages.post(&remove, &[]).await.expect(303);
        pages.get(&format!("{place}/scans/{file}")).await.expect(404);
        let gone = scan(&clerk, id, "more").await.expect(201).id();
        clerk.delete(&format!("/api/v1/proposals/{id}/paper/scans/{gone}")).await.expect(200);
        scan(&clerk, id, "last").await.expect(201);

        let typed = [
            ("title", "老街坊互助"), ("summary", "邻里互助。"), ("people", "30"), ("plan", "每周两次。"),
            ("phone", "13700003333"), ("_intent", "submit"),
        ];
        pages.post(&format!("/proposals/{id}/edit"), &typed).await.expect(303);
        pages.post(&format!("/proposals/{id}/submit"), &[("consent", "true")]).await.expect(303);
        let done = page(&clerk, &format!("/proposals/{id}")).await;
        assert!(done.contains("receipt.pdf") && done.contains(&place), "{done}");
        assert!(!page(&clerk, &place).await.contains("paper/scans\""), "nothing is added to what was handed in");
        app.citizen().await.pages().await.get(&place).await.expect(404);
    }

    async fn it_asks_as_much_for_one_scan_as_for_three(app: &TestApp) {
        let call = open_call(app).await;
        let clerk = app.office().await;
        let id = enter(&clerk, call, person(app), "老街坊互助").await.expect(201).id();
        scan(&clerk, id, "1").await.expect(201);
        let path = format!("/api/v1/proposals/{id}/paper");
        let queries = async || {
            clerk.get(&path).await.expect(200);
            let before = app.app.db.queries_run();
            clerk.get(&path).await.expect(200);
            app.app.db.queries_run() - before
        };
        let one = queries().await;
        scan(&clerk, id, "2").await.expect(201);
        scan(&clerk, id, "3").await.expect(201);
        assert_eq!(queries().await, one);
        // The same of the desk's list.
        let other = with(app, json!({"id_number": number("19600202", 2)}));
        let third = with(app, json!({"id_number": number("19600203", 2)}));
        submit(&clerk, id).await.expect(200);
        let desk = format!("/office/calls/{call}/screening");
        let second = app.second_office().await;
        let pages = second.pages().await;
        let queries = async || {
            pages.get(&desk).await.expect(200);
            let before = app.app.db.queries_run();
            pages.get(&desk).await.expect(200);
            app.app.db.queries_run() - before
        };
        let one = queries().await;
        handed_in(&clerk, call, other, "旧衣改造").await;
        handed_in(&clerk, call, third, "河道巡护").await;
        assert_eq!(queries().await, one);
    }

    async fn a_paper_proposal_goes_into_the_hands_of_its_proposer(app: &TestApp) {
        let (clerk, second) = (app.office().await, app.second_office().await);
        let call = open_call(app).await;
        let id = handed_in(&clerk, call, person(app), "邻里照看").await;
        let path = format!("/api/v1/proposals/{id}/paper/hand-over");
        let citizen = app.citizen().await;
        let to = |login: &str, number: &str| json!({"login": login, "id_number": number});
        let refused = async |actor: &Actor, body: Value| actor.post(&path, body).await;
        refused(&citizen, to(&citizen.login, ID_NUMBER)).await.expect(403);
        for (body, field) in [(to("", ID_NUMBER), "login"), (to("nobody-here", ID_NUMBER), "login"), (to(&citizen.login, ""), "id_number"), (to(&citizen.login, "12"), "id_number")] {
            assert_eq!(refused(&clerk, body).await.expect(422).body["errors"][0]["field"], field);
        }
        let other = number("19800101", 2);
        assert_eq!(refused(&clerk, to(&citizen.login, &other)).await.expect(409).code(), "paper-id-differs");
        // A clerk for a clerk needs no card.
        refused(&clerk, to(&second.login, "")).await.expect(200);
        assert!(second.get("/api/v1/notices").await.body.to_string().contains("邻里照看”已移交给您"));
        let desk = second.pages().await;
        let form = format!("/proposals/{id}/paper/hand-over");
        assert!(page(&second, &format!("/proposals/{id}/paper")).await.contains(&form));
        assert!(page(&second, &form).await.contains("当面核对身份证"));
        let back = desk.post(&form, &[("login", &citizen.login), ("id_number", &other)]).await.expect(422);
        assert!(back.body.as_str().is_some_and(|text| text.contains("不一致") && text.contains(&citizen.login)));
        desk.post(&form, &[("login", &citizen.login), ("id_number", ID_NUMBER)]).await.expect(303);
        assert_eq!(refused(&clerk, to(&citizen.login, ID_NUMBER)).await.expect(409).code(), "paper-handed-over");
        let own = citizen.get(&format!("/api/v1/proposals/{id}")).await.expect(200).body;
        assert_eq!(own["on_paper"]["name"], "吴桂芳", "{own}");
        // The cap counts it among the person's own.
        let mine = draft(&citizen, call, "又一项").await;
        assert_eq!(submit(&citizen, mine).await.expect(409).code(), "applicant-cap");
        app.advance(20 * DAY).await;
        let admit = format!("/api/v1/proposals/{id}/admit");
        assert_eq!(clerk.post(&admit, json!({})).await.expect(409).code(), "checks-own-entry");
        second.post(&admit, json!({})).await.expect(200);
        citizen.post(&format!("/api/v1/proposals/{id}/withdraw"), json!({"reason": "不再申报"})).await.expect(200);
    }

    async fn a_reviewer_with_the_id_number_on_the_paper_has_a_conflict(app: &TestApp) {
        let (clerk, second) = (app.office().await, app.second_office().await);
        let call = open_call(app).await;
        let id = handed_in(&clerk, call, person(app), "邻里照看").await;
        app.advance(20 * DAY).await;
        second.post(&format!("/api/v1/proposals/{id}/admit"), json!({})).await.expect(200);
        second.post(&format!("/api/v1/calls/{call}/start-review"), json!({})).await.expect(200);
        let reviewer = app.reviewer(1).await;
        let own = format!("/api/v1/reviewers/{}", reviewer.account);
        let interests = format!("{own}/interests");
        for wrong in [json!({"kind": "own-id"}), json!({"kind": "own-id", "id_number": "110105194912310021"})] {
            assert_eq!(reviewer.post(&interests, wrong).await.expect(422).body["errors"][0]["field"], "id_number");
        }
        reviewer.post(&interests, json!({"kind": "own-id", "id_number": ID_NUMBER.to_lowercase()})).await.expect(201);
        let seen = reviewer.get(&own).await.expect(200).body;
        let tie = &seen["interests"][0];
        assert_eq!((tie["has_id_number"].as_bool(), tie["has_phone"].as_bool()), (Some(true), Some(false)));
        assert!(!seen.to_string().contains("19491231"), "the number is kept nowhere");
        assert_eq!(assign(app, id, &reviewer).await.expect(409).code(), "conflict-same-id");
        let form = [("kind", "own-id"), ("id_number", "12")];
        let back = reviewer.pages().await.post(&format!("/reviewers/{}/interests", reviewer.account), &form).await.expect(422);
        assert!(back.body.as_str().is_some_and(|text| text.contains("f-id_number-error")));
    }

    async fn what_has_ended_is_not_handed_over(app: &TestApp) {
        let clerk = app.office().await;
        let call = open_call(app).await;
        let id = handed_in(&clerk, call, person(app), "邻里照看").await;
        clerk.post(&format!("/api/v1/proposals/{id}/withdraw"), json!({"reason": "申报人撤回"})).await.expect(200);
        let to = json!({"login": app.citizen().await.login, "id_number": ID_NUMBER});
        let path = format!("/api/v1/proposals/{id}/paper/hand-over");
        assert_eq!(clerk.post(&path, to).await.expect(409).code(), "paper-ended");
        assert!(!page(&clerk, &format!("/proposals/{id}/paper")).await.contains("/hand-over"));
    }
}
