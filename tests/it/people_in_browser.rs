//! Accounts, organisations and notices in a real browser: every page is looked at, and works by its words.

use anyhow::{Context, Result};
use twoway_tests::browser::{self, Browser};
use twoway_tests::{Backend, PASSWORD, TestApp, credit_code};

/// Looks at the page as it is: the screenshot is kept, axe finds nothing, nothing sticks out.
async fn look(browser: &Browser, name: &str) -> Result<()> {
    browser.screenshot(name).await?;
    browser.no_horizontal_scroll(360).await.with_context(|| name.to_string())?;
    browser.axe().await.with_context(|| name.to_string())?;
    browser.resize(1280, 900).await
}

#[tokio::test(flavor = "multi_thread")]
async fn a_citizen_registers_an_enterprise_and_the_county_verifies_it() -> Result<()> {
    if !browser::is_there() {
        return Ok(());
    }
    let app = TestApp::new(Backend::Sqlite).await;
    app.node_admin(1).await;
    let browser = Browser::open(&app.base).await?;
    for (path, name) in [
        ("/register", "register"),
        ("/organizations", "organizations-public"),
        ("/api/docs", "api-docs"),
        ("/problems/sign-in-refused", "problem"),
    ] {
        browser.goto(path).await?;
        look(&browser, name).await?;
    }

    browser.goto("/register").await?;
    browser.fill("登录名", "liming").await?;
    browser.fill("姓名", "黎明").await?;
    browser.fill("密码", "12345678").await?;
    browser.press("注册账号").await?;
    browser.see("这个密码太常见").await?;
    look(&browser, "register-refused").await?;
    browser.fill("密码", PASSWORD).await?;
    browser.press("注册账号").await?;
    browser.see("注册成功，请登录。").await?;
    browser.fill("登录名", "liming").await?;
    browser.fill("密码", "不是这个密码").await?;
    browser.press("登录账号").await?;
    browser.see("登录名或密码不对").await?;
    look(&browser, "sign-in-refused").await?;

    // The page that needs a sign-in is the one that comes after it.
    browser.goto("/organizations/new").await?;
    look(&browser, "sign-in").await?;
    browser.fill("登录名", "liming").await?;
    browser.fill("密码", PASSWORD).await?;
    browser.press("登录账号").await?;
    browser.see("登记企业、志愿服务队伍或接收单位").await?;
    look(&browser, "organization-new").await?;
    browser.choose(None, "企业").await?;
    browser.fill("所属", "区县1").await?;
    browser.fill("名称", "遵义红城科技有限公司").await?;
    browser.fill("统一社会信用代码", "91350100M000100Y44").await?;
    browser.press("登记单位").await?;
    browser.see("与统一社会信用代码的校验位不符").await?;
    look(&browser, "organization-new-refused").await?;
    browser.fill("统一社会信用代码", &credit_code(77)).await?;
    browser.press("登记单位").await?;
    browser.see("已登记，等待核验。").await?;
    look(&browser, "organization-unverified").await?;
    let place = browser.here().await?;
    browser.goto("/me").await?;
    browser.see("企业签约人 · 遵义红城科技有限公司").await?;
    look(&browser, "me").await?;
    browser.close().await?;

    let browser = Browser::open(&app.base).await?;
    browser.goto(&format!("/sign-in?back={place}")).await?;
    browser.fill("登录名", "node1").await?;
    browser.fill("密码", PASSWORD).await?;
    browser.press("登录账号").await?;
    browser.see("请核对该单位的证照和登记人后办理").await?;
    browser.press("核验通过").await?;
    browser.see("已核对证照与统一社会信用代码").await?;
    browser.screenshot("organization-verify").await?;
    browser.close().await?;

    // Without script the confirmation opens below its button.
    let browser = Browser::open_without_scripts(&app.base).await?;
    browser.goto(&format!("/sign-in?back={place}")).await?;
    browser.fill("登录名", "node1").await?;
    browser.fill("密码", PASSWORD).await?;
    browser.press("登录账号").await?;
    browser.goto("/organizations?verified=false").await?;
    browser.follow("遵义红城科技有限公司").await?;
    browser.see("授予身份").await?;
    browser.close().await?;

    let who = app.node_admin(1).await.who().await;
    let id = place.rsplit('/').next().context("an id")?.parse()?;
    let command = twoway::lifecycle::Command::default();
    twoway::organizations::verify(&app.app, &who, &command, id).await.map_err(|e| anyhow::anyhow!("{e}"))?;
    let browser = Browser::open(&app.base).await?;
    browser.goto("/sign-in?back=/notices").await?;
    browser.fill("登录名", "liming").await?;
    browser.fill("密码", PASSWORD).await?;
    browser.press("登录账号").await?;
    browser.see("“遵义红城科技有限公司”已通过核验，可以办理业务了。").await?;
    look(&browser, "notices").await?;
    browser.follow("已通过核验").await?;
    browser.see("已核验").await?;
    look(&browser, "organization").await?;
    browser.close().await?;
    app.finish().await;
    Ok(())
}
