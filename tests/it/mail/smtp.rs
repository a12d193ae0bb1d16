//! A mail server of the test's own, which speaks as much of RFC 5321 as is needed.

use super::*;
use std::sync::{Arc, Mutex};
use tokio::io::{AsyncBufReadExt, AsyncWriteExt, BufReader};
use tokio::net::{TcpListener, TcpStream};
use twoway::config::{MailBy, SmtpSecurity};
use twoway_entity::jobs::job;
use twoway_tests::Backend;

/// What the server does with the next mails.
#[derive(Clone, Copy, PartialEq)]
enum Mood {
    Takes,
    /// 550: there is no such box.
    Refuses,
    /// 451: try later.
    IsBusy,
}

struct Server {
    port: u16,
    mood: Arc<Mutex<Mood>>,
    taken: Arc<Mutex<Vec<String>>>,
}

impl Server {
    async fn start() -> Self {
        let listener = TcpListener::bind("127.0.0.1:0").await.expect("a free port");
        let port = listener.local_addr().expect("an address").port();
        let (mood, taken) = (Arc::new(Mutex::new(Mood::Takes)), Arc::new(Mutex::new(Vec::new())));
        let (his_mood, his_taken) = (mood.clone(), taken.clone());
        tokio::spawn(async move {
            while let Ok((stream, _)) = listener.accept().await {
                let mood = *his_mood.lock().expect("its mood");
                talk(stream, mood, &his_taken).await;
            }
        });
        Self { port, mood, taken }
    }
}

async fn talk(stream: TcpStream, mood: Mood, taken: &Mutex<Vec<String>>) {
    let (read, mut write) = stream.into_split();
    let mut lines = BufReader::new(read).lines();
    let mut say = async |text: &str| write.write_all(format!("{text}\r\n").as_bytes()).await.is_ok();
    say("220 test").await;
    while let Ok(Some(line)) = lines.next_line().await {
        let word = line.split_whitespace().next().unwrap_or_default().to_uppercase();
        match word.as_str() {
            "RCPT" if mood == Mood::Refuses => say("550 no such box").await,
            "RCPT" if mood == Mood::IsBusy => say("451 try later").await,
            "DATA" => {
                say("354 go on").await;
                let mut text = String::new();
                while let Ok(Some(line)) = lines.next_line().await {
                    if line == "." {
                        break;
                    }
                    text.push_str(&line);
                    text.push_str("\r\n");
                }
                taken.lock().expect("the mails").push(text);
                say("250 taken").await
            }
            "QUIT" => {
                say("221 bye").await;
                return;
            }
            _ => say("250 test").await,
        };
    }
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_mail_server_takes_refuses_or_is_busy() {
    let server = Server::start().await;
    let port = server.port;
    let app = TestApp::with(Backend::Sqlite, |config| {
        config.mail = MailBy::Smtp;
        config.smtp_host = "127.0.0.1".into();
        config.smtp_port = port;
        config.smtp_security = SmtpSecurity::None;
        config.mail_from = "志愿服务双向征集 <office@example.org>".into();
    })
    .await;
    let (office, zhou) = (app.office().await, app.person("zhou", "周敏", None).await);
    zhou.put("/api/v1/me/mail", wish("soon")).await.expect(200);
    app.settle().await;
    let mail = server.taken.lock().expect("the mails").pop().expect("a mail with a code");
    let body = readable(&mail);
    let code = body.split(|c: char| !c.is_ascii_digit()).rfind(|part| part.len() == 6).expect("six digits").to_string();
    assert!(mail.contains("office@example.org") && mail.contains("zhou@example.org"), "{mail}");
    zhou.post("/api/v1/me/mail/confirm", json!({ "code": code })).await.expect(200);

    *server.mood.lock().expect("its mood") = Mood::IsBusy;
    tell(&app, &zhou, "忙", false).await;
    collected(&app).await;
    app.advance(5 * MINUTE).await;
    assert!(server.taken.lock().expect("the mails").is_empty());
    *server.mood.lock().expect("its mood") = Mood::Takes;
    app.advance(HOUR).await;
    let taken = std::mem::take(&mut *server.taken.lock().expect("the mails"));
    assert_eq!(taken.len(), 1, "tried again until it was taken");

    *server.mood.lock().expect("its mood") = Mood::Refuses;
    tell(&app, &zhou, "没有这个邮箱", true).await;
    collected(&app).await;
    app.settle().await;
    let failed = office.get("/api/v1/mails?state=failed").await.expect(200);
    let id = failed.body["items"][0]["id"].as_str().expect("a mail that could not be delivered").to_string();
    let page = office.pages().await.get(&format!("/office/mails/{id}")).await;
    assert!(html(&page).contains("邮件服务器拒收") && html(&page).contains("再发一次"), "{}", html(&page));
    *server.mood.lock().expect("its mood") = Mood::Takes;
    office.post(&format!("/api/v1/mails/{id}/release"), json!({})).await.expect(200);
    app.settle().await;
    assert_eq!(server.taken.lock().expect("the mails").len(), 1);
    // The try that was put off has left its reason in the list of jobs, which is what it is for.
    app.app
        .db
        .transact(|tx| async move {
            use sea_orm::EntityTrait;
            Ok(job::Entity::delete_many().exec(&*tx).await?)
        })
        .await
        .expect("forgotten");
    app.finish().await;
}
