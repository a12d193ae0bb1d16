//! Notices by mail: whose address, when, what it says, and what the office looks at first.

mod pages;
mod smtp;
mod wordings;

use serde_json::{Value, json};
use std::path::PathBuf;
use twoway::mail;
use twoway_entity::accounts::Role;
use twoway_ids::{DAY, HOUR, MINUTE};
use twoway_tests::{Actor, Answer, TestApp, on_both_databases};

/// Tells somebody something, as any feature does.
async fn tell(app: &TestApp, to: &Actor, title: &str, urgent: bool) {
    let (account, values) = (to.who().await.account().expect("an account"), json!({ "title": title }));
    app.step(move |step| async move {
        twoway::notices::tell(&step, account, "notice-call-closed", values, "/calls".into(), urgent).await
    })
    .await;
}

/// The mails that left, oldest first, as text; quoted printable and base64 are read back.
fn left(app: &TestApp) -> Vec<String> {
    let folder: PathBuf = app.app.config.data.join("mail");
    let Ok(entries) = std::fs::read_dir(folder) else { return Vec::new() };
    let mut names: Vec<PathBuf> = entries.map(|entry| entry.expect("an entry").path()).collect();
    names.sort();
    names.iter().map(|path| readable(&std::fs::read_to_string(path).expect("a mail"))).collect()
}

/// A page as it was sent.
fn html(answer: &Answer) -> &str {
    answer.body.as_str().unwrap_or_default()
}

/// Head as it is, body decoded.
fn readable(mail: &str) -> String {
    use base64::Engine;
    let (head, body) = mail.split_once("\r\n\r\n").expect("a head and a body");
    let body = match head.contains("Content-Transfer-Encoding: base64") {
        true => {
            let packed: String = body.split_whitespace().collect();
            let bytes = base64::engine::general_purpose::STANDARD.decode(packed).expect("base64");
            String::from_utf8(bytes).expect("UTF-8")
        }
        false => body.to_string(),
    };
    format!("{head}\r\n\r\n{body}")
}

fn wish(rhythm: &str) -> Value {
    json!({ "address": "zhou@example.org", "rhythm": rhythm, "quiet_from": "21:00", "quiet_to": "08:00" })
}

/// The six digits of the newest mail.
fn code_in(app: &TestApp) -> String {
    let mails = left(app);
    let body = mails.last().expect("a mail with a code");
    let digits: Vec<&str> = body.split(|c: char| !c.is_ascii_digit()).filter(|part| part.len() == 6).collect();
    (*digits.last().expect("six digits")).to_string()
}

/// Confirms the address and empties the folder.
async fn confirmed(app: &TestApp, who: &Actor, rhythm: &str) {
    who.put("/api/v1/me/mail", wish(rhythm)).await.expect(200);
    app.settle().await;
    who.post("/api/v1/me/mail/confirm", json!({ "code": code_in(app) })).await.expect(200);
    std::fs::remove_dir_all(app.app.config.data.join("mail")).expect("emptied");
}

async fn collected(app: &TestApp) {
    mail::collect(&app.app).await.expect("collected");
}

on_both_databases! {
    async fn an_address_is_confirmed_before_anything_goes_there(app: &TestApp) {
        let zhou = app.person("zhou", "周敏", None).await;
        assert_eq!(zhou.get("/api/v1/me/mail").await.expect(200).body["rhythm"], "never");
        zhou.put("/api/v1/me/mail", wish("soon")).await.expect(200);
        tell(app, &zhou, "2027 年度征集", false).await;
        collected(app).await;
        app.advance(2 * HOUR).await;
        let mails = left(app);
        assert_eq!(mails.len(), 1, "the code alone: {mails:?}");
        assert!(mails[0].contains("zhou@example.org") && mails[0].contains("周敏，您好！"), "{}", mails[0]);
        let wrong = zhou.post("/api/v1/me/mail/confirm", json!({ "code": "12345" })).await;
        assert_eq!(wrong.expect(409).code(), "mail-code-wrong");
        zhou.post("/api/v1/me/mail/confirm", json!({ "code": code_in(app) })).await.expect(200);
        assert!(zhou.get("/api/v1/me/mail").await.body["confirmed_at"].is_i64());
        let again = zhou.post("/api/v1/me/mail/confirm", json!({ "code": code_in(app) })).await;
        assert_eq!(again.expect(409).code(), "mail-nothing-to-confirm");
        collected(app).await;
        app.advance(2 * HOUR).await;
        assert_eq!(left(app).len(), 1, "what was told before stays inside the site");
    }

    async fn a_code_counts_for_a_day_and_five_tries(app: &TestApp) {
        let zhou = app.person("zhou", "周敏", None).await;
        let confirm = async |code: &str| zhou.post("/api/v1/me/mail/confirm", json!({ "code": code })).await;
        assert_eq!(confirm("000000").await.expect(409).code(), "mail-nothing-to-confirm");
        zhou.put("/api/v1/me/mail", wish("soon")).await.expect(200);
        app.settle().await;
        for _ in 0..5 {
            assert_eq!(confirm("x").await.expect(409).code(), "mail-code-wrong");
        }
        assert_eq!(confirm(&code_in(app)).await.expect(409).code(), "mail-code-over", "even the right one");
        app.advance(MINUTE).await;
        zhou.put("/api/v1/me/mail", wish("soon")).await.expect(200);
        app.settle().await;
        app.advance(DAY).await;
        assert_eq!(confirm(&code_in(app)).await.expect(409).code(), "mail-code-over");
        zhou.put("/api/v1/me/mail", wish("soon")).await.expect(200);
        app.settle().await;
        let old = code_in(app);
        app.advance(MINUTE).await;
        let other = json!({ "address": "min@example.org", "rhythm": "soon", "quiet_from": "21:00", "quiet_to": "08:00" });
        zhou.put("/api/v1/me/mail", other).await.expect(200);
        assert_eq!(confirm(&old).await.expect(409).code(), "mail-code-wrong", "a code is for its address");
    }

    async fn nobody_fills_strangers_boxes(app: &TestApp) {
        let zhou = app.person("zhou", "周敏", None).await;
        for n in 0..5 {
            let wish = json!({ "address": format!("a{n}@example.org"), "rhythm": "soon", "quiet_from": "21:00", "quiet_to": "08:00" });
            zhou.put("/api/v1/me/mail", wish).await.expect(200);
        }
        assert_eq!(zhou.put("/api/v1/me/mail", wish("soon")).await.expect(409).code(), "mail-too-many-codes");
        app.advance(DAY + MINUTE).await;
        zhou.put("/api/v1/me/mail", wish("soon")).await.expect(200);
    }

    async fn what_comes_within_the_hour_is_one_mail(app: &TestApp) {
        let zhou = app.person("zhou", "周敏", None).await;
        // The tests' clock begins at ten in the morning.
        confirmed(app, &zhou, "soon").await;
        tell(app, &zhou, "甲征集", false).await;
        collected(app).await;
        tell(app, &zhou, "乙征集", false).await;
        collected(app).await;
        app.advance(4 * MINUTE).await;
        assert!(left(app).is_empty());
        app.advance(MINUTE).await;
        let mails = left(app);
        assert_eq!(mails.len(), 1, "{mails:?}");
        assert!(mails[0].contains("甲征集") && mails[0].contains("乙征集") && mails[0].contains("/calls"), "{}", mails[0]);
        assert!(mails[0].contains("List-Unsubscribe: <") && mails[0].contains("/me/mail"), "{}", mails[0]);
        tell(app, &zhou, "丙征集", false).await;
        collected(app).await;
        collected(app).await;
        app.advance(59 * MINUTE).await;
        assert_eq!(left(app).len(), 1, "at most one an hour");
        app.advance(MINUTE).await;
        assert_eq!(left(app).len(), 2);
    }

    async fn the_night_is_quiet_but_for_what_is_urgent(app: &TestApp) {
        let zhou = app.person("zhou", "周敏", None).await;
        confirmed(app, &zhou, "soon").await;
        app.advance(12 * HOUR).await;
        tell(app, &zhou, "夜里的事", false).await;
        tell(app, &zhou, "急事", true).await;
        collected(app).await;
        app.settle().await;
        let mails = left(app);
        assert_eq!(mails.len(), 1, "{mails:?}");
        assert!(mails[0].contains("急事") && !mails[0].contains("夜里的事"), "{}", mails[0]);
        app.advance(10 * HOUR).await;
        assert!(left(app).iter().any(|mail| mail.contains("夜里的事")), "in the morning");
    }

    async fn a_daily_mail_leaves_out_what_was_read(app: &TestApp) {
        let zhou = app.person("zhou", "周敏", None).await;
        confirmed(app, &zhou, "daily").await;
        tell(app, &zhou, "已看过的", false).await;
        collected(app).await;
        let id = zhou.get("/api/v1/notices").await.body["items"][0]["id"].as_str().expect("an id").to_string();
        zhou.post(&format!("/api/v1/notices/{id}/read"), json!({})).await.expect(204);
        tell(app, &zhou, "没看过的", false).await;
        collected(app).await;
        app.advance(DAY).await;
        let mails = left(app);
        assert_eq!(mails.len(), 1);
        assert!(mails[0].contains("没看过的") && !mails[0].contains("已看过的"), "{}", mails[0]);
        tell(app, &zhou, "看过就不发", false).await;
        collected(app).await;
        let page = zhou.pages().await;
        page.post("/notices/read", &[]).await;
        app.advance(DAY).await;
        assert_eq!(left(app).len(), 1, "nothing left to tell");
    }

    async fn mail_stops_at_once(app: &TestApp) {
        let zhou = app.person("zhou", "周敏", None).await;
        confirmed(app, &zhou, "soon").await;
        tell(app, &zhou, "不要了", false).await;
        collected(app).await;
        zhou.put("/api/v1/me/mail", wish("never")).await.expect(200);
        app.advance(2 * HOUR).await;
        assert!(left(app).is_empty());
        confirmed_again(app, &zhou).await;
        tell(app, &zhou, "换邮箱", false).await;
        collected(app).await;
        let other = json!({ "address": "min@example.org", "rhythm": "soon", "quiet_from": "21:00", "quiet_to": "08:00" });
        zhou.put("/api/v1/me/mail", other).await.expect(200);
        app.advance(2 * HOUR).await;
        let mails = left(app);
        assert!(mails.iter().all(|mail| !mail.contains("换邮箱")), "nothing goes to the old address: {mails:?}");
    }

    async fn the_office_looks_first_where_it_wants_to(app: &TestApp) {
        let (office, zhou) = (app.office().await, app.person("zhou", "周敏", None).await);
        confirmed(app, &zhou, "soon").await;
        let look = json!({ "zh_cn": "", "en": "", "looked_at": true });
        office.put("/api/v1/notice-wordings/notice-call-closed", look).await.expect(200);
        tell(app, &zhou, "先审看", false).await;
        collected(app).await;
        app.advance(DAY).await;
        assert!(left(app).is_empty());
        let held = office.get("/api/v1/mails").await.expect(200);
        assert_eq!(held.body["items"].as_array().map(Vec::len), Some(1));
        let id = held.body["items"][0]["id"].as_str().expect("an id").to_string();
        let text = office.get(&format!("/api/v1/mails/{id}")).await.expect(200);
        assert!(text.body["body"].as_str().is_some_and(|b| b.contains("先审看")), "{}", text.body);
        office.at_version(9).post(&format!("/api/v1/mails/{id}/release"), json!({})).await.expect(412);
        office.post(&format!("/api/v1/mails/{id}/release"), json!({})).await.expect(200);
        app.settle().await;
        assert_eq!(left(app).len(), 1);
        let gone = office.post(&format!("/api/v1/mails/{id}/drop"), json!({})).await;
        assert_eq!(gone.expect(409).code(), "wrong-state");
        tell(app, &zhou, "不发送", false).await;
        collected(app).await;
        let held = office.get("/api/v1/mails").await.expect(200);
        let id = held.body["items"][0]["id"].as_str().expect("an id").to_string();
        office.post(&format!("/api/v1/mails/{id}/drop"), json!({})).await.expect(200);
        app.advance(DAY).await;
        assert_eq!(left(app).len(), 1);
    }

    async fn the_office_reads_no_mail_that_is_not_laid_before_it(app: &TestApp) {
        let (office, zhou) = (app.office().await, app.person("zhou", "周敏", None).await);
        confirmed(app, &zhou, "soon").await;
        tell(app, &zhou, "私事", false).await;
        collected(app).await;
        let waiting = office.get("/api/v1/mails?state=waiting").await.expect(200);
        let id = waiting.body["items"][0]["id"].as_str().expect("an id").to_string();
        let shown = office.get(&format!("/api/v1/mails/{id}")).await.expect(200);
        assert_eq!((shown.body["subject"].clone(), shown.body["body"].clone()), (Value::Null, Value::Null));
        let page = office.pages().await.get(&format!("/office/mails/{id}")).await;
        assert!(!html(&page).contains("私事") && !html(&page).contains("zhou@example.org"), "{}", html(&page));
        let sent = office.get("/api/v1/mails?state=sent").await.expect(200);
        let code = sent.body["items"][0]["id"].as_str().expect("an id").to_string();
        let shown = office.get(&format!("/api/v1/mails/{code}")).await.expect(200);
        assert_eq!(shown.body["body"], Value::Null, "nobody else reads a code");
        for actor in [&zhou, &app.person("sun", "孙丽", Some((Role::Auditor, app.root().await))).await] {
            actor.get("/api/v1/mails").await.expect(403);
            actor.get(&format!("/api/v1/mails/{id}")).await.expect(403);
            actor.post(&format!("/api/v1/mails/{id}/release"), json!({})).await.expect(403);
        }
    }
}

/// The same address, wanted again after it was switched off.
async fn confirmed_again(app: &TestApp, who: &Actor) {
    who.put("/api/v1/me/mail", wish("soon")).await.expect(200);
    assert!(who.get("/api/v1/me/mail").await.body["confirmed_at"].is_i64(), "an address stays confirmed");
    app.settle().await;
}
