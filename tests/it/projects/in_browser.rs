//! A project's incidents, books, presence and public cards in a real browser.

use super::cards::{act, note, publishing, put, saying};
use anyhow::{Context, Result};
use serde_json::json;
use twoway_ids::{HOUR, MINUTE};
use twoway_tests::browser::{self, Browser};
use twoway_tests::{Backend, PASSWORD, TestApp};

/// Looks at the page as it is: the screenshot is kept, axe finds nothing, nothing sticks out.
async fn look(browser: &Browser, name: &str) -> Result<()> {
    browser.screenshot(name).await?;
    browser.no_horizontal_scroll(360).await.with_context(|| name.to_string())?;
    browser.axe().await.with_context(|| name.to_string())?;
    browser.resize(1280, 900).await
}

async fn sign_in(browser: &Browser, login: &str) -> Result<()> {
    browser.goto("/sign-in").await?;
    browser.fill("登录名", login).await?;
    browser.fill("密码", PASSWORD).await?;
    browser.press("登录账号").await?;
    browser.see("工作台").await
}

#[tokio::test(flavor = "multi_thread")]
async fn what_a_plugin_keeps_and_publishes_is_read_in_a_browser() -> Result<()> {
    if !browser::is_there() {
        return Ok(());
    }
    let app = TestApp::new(Backend::Sqlite).await;
    let project = publishing(&app).await;
    for n in 1..=6 {
        let text = format!("第{n}条留言：周二下午在社区服务中心一楼值班");
        let id = note(&app, project, json!({ "text": text })).await;
        for action in ["book", "here"] {
            act(&app, project, action, Some(&id), json!({})).await.expect(200);
        }
        if n % 2 == 0 {
            act(&app, project, "out", Some(&id), json!({})).await.expect(200);
            act(&app, project, "injury", Some(&id), json!({})).await.expect(200);
        }
        put(&app, project, &id, (10 - n) * HOUR, saying(&format!("第{n}件：黑色男式钱包，汇川区大连路"))).await;
        app.advance(MINUTE).await;
    }

    let browser = Browser::open(&app.base).await?;
    browser.goto(&format!("/p/{project}")).await?;
    browser.see("项目公开信息").await?;
    look(&browser, "public-cards").await?;
    browser.follow("查看全部公开信息").await?;
    browser.see("第1件").await?;
    look(&browser, "public-cards-all").await?;

    sign_in(&browser, "team1").await?;
    let place = format!("/projects/{project}/place");
    for (path, name) in [
        ("", "place-front"),
        ("/books/stock", "place-book"),
        ("/books/stock/lines", "place-book-lines"),
        ("/attendance", "place-attendance"),
        ("/incidents?state=closed", "place-incidents-none"),
        ("/incidents", "place-incidents"),
    ] {
        browser.goto(&format!("{place}{path}")).await?;
        look(&browser, name).await?;
    }
    browser.follow("有人在stairs摔倒").await?;
    let incident = browser.here().await?;
    look(&browser, "place-incident").await?;
    browser.press("接手处理").await?;
    browser.see("已接手处理。").await?;
    browser.see("由牵头单位办结").await?;
    look(&browser, "place-incident-taken").await?;
    browser.seat(&[]).await?;
    sign_in(&browser, "office").await?;
    browser.goto(&incident).await?;
    browser.fill("答复", "已加装扶手。").await?;
    browser.press("答复并办结").await?;
    browser.see("已办结").await?;
    look(&browser, "place-incident-closed").await?;
    browser.close().await?;
    app.finish().await;
    Ok(())
}
