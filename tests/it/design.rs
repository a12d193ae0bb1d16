//! The parts of pages in a real browser: they look after themselves on a phone, read well to assistive technology and work
//! without script.

use anyhow::{Context, Result};
use axum::Router;
use axum::routing::{get, post};
use twoway::http::{assets, gallery, preferences};
use twoway_tests::browser::{self, Browser};

async fn serve() -> Result<String> {
    let router = Router::new()
        .route("/design", get(gallery::show).post(gallery::show))
        .route("/design/error/{status}", get(gallery::error))
        .route("/preferences", post(preferences::choose))
        .route("/static/{*path}", get(assets::serve));
    let listener = tokio::net::TcpListener::bind("127.0.0.1:0").await?;
    let base = format!("http://{}", listener.local_addr()?);
    tokio::spawn(async move { axum::serve(listener, router).await });
    Ok(base)
}

#[tokio::test(flavor = "multi_thread")]
async fn every_part_is_accessible_and_fits_a_phone() -> Result<()> {
    if !browser::is_there() {
        return Ok(());
    }
    let browser = Browser::open(&serve().await?).await?;
    browser.goto("/design").await?;
    browser.see("下一步").await?;
    browser.screenshot("design").await?;
    browser.no_horizontal_scroll(360).await?;
    browser.axe().await?;
    for status in [403, 404, 409, 422, 500, 503] {
        browser.goto(&format!("/design/error/{status}")).await?;
        browser.screenshot(&format!("error-{status}")).await?;
        browser.no_horizontal_scroll(360).await?;
        browser.axe().await.with_context(|| format!("error page {status}"))?;
    }
    browser.close().await
}

#[tokio::test(flavor = "multi_thread")]
async fn large_type_and_language_are_remembered() -> Result<()> {
    if !browser::is_there() {
        return Ok(());
    }
    let browser = Browser::open(&serve().await?).await?;
    browser.goto("/design/error/404").await?;
    browser.press("大字版").await?;
    browser.press("English").await?;
    browser.see("This page was not found").await?;
    browser.goto("/design/error/404").await?;
    browser.see("Standard type").await?;
    browser.screenshot("design-elder-en").await?;
    browser.goto("/design").await?;
    browser.no_horizontal_scroll(360).await?;
    browser.axe().await?;
    browser.close().await
}

#[tokio::test(flavor = "multi_thread")]
async fn a_dangerous_act_says_what_will_happen() -> Result<()> {
    if !browser::is_there() {
        return Ok(());
    }
    let base = serve().await?;
    for scripts in [true, false] {
        let browser = if scripts { Browser::open(&base).await? } else { Browser::open_without_scripts(&base).await? };
        browser.goto("/design").await?;
        browser.see_no("2 家认领企业的 3 项承诺将解除").await?;
        browser.press("终止项目").await?;
        browser.see("2 家认领企业的 3 项承诺将解除").await?;
        browser.screenshot(if scripts { "design-dialog" } else { "design-dialog-without-script" }).await?;
        browser.press("提交终止申请").await?;
        browser.see("组件与样式").await?;
        browser.see_no("2 家认领企业的 3 项承诺将解除").await?;
        browser.close().await?;
    }
    Ok(())
}

#[tokio::test(flavor = "multi_thread")]
async fn a_field_that_does_not_apply_is_hidden_only_where_script_can_show_it_again() -> Result<()> {
    if !browser::is_there() {
        return Ok(());
    }
    let base = serve().await?;
    let guard = "//label[starts-with(normalize-space(.), '未成年人保护负责人')]";
    let browser = Browser::open(&base).await?;
    browser.goto("/design").await?;
    browser.fill("未成年人保护负责人", "陈立").await?;
    browser.choose(Some("服务中是否接触未成年人"), "否").await?;
    let first = browser.driver().find(thirtyfour::By::XPath(guard)).await?;
    anyhow::ensure!(!first.is_displayed().await?, "the field that does not apply is hidden");
    browser.choose(Some("服务中是否接触未成年人"), "是").await?;
    browser.see("未成年人保护负责人").await?;
    browser.close().await?;

    let plain = Browser::open_without_scripts(&base).await?;
    plain.goto("/design").await?;
    plain.choose(Some("服务中是否接触未成年人"), "否").await?;
    plain.fill("未成年人保护负责人", "陈立").await?;
    plain.close().await
}

#[tokio::test(flavor = "multi_thread")]
async fn paper_shows_the_matter_without_menus_and_buttons() -> Result<()> {
    if !browser::is_there() {
        return Ok(());
    }
    let browser = Browser::open(&serve().await?).await?;
    browser.goto("/design").await?;
    browser.see("大字版").await?;
    browser.driver().cdp().send_raw("Emulation.setEmulatedMedia", serde_json::json!({ "media": "print" })).await?;
    browser.screenshot("design-print").await?;
    for gone in ["大字版", "终止项目", "下一页"] {
        browser.see_no(gone).await?;
    }
    browser.see("老城街道青年志愿服务队").await?;
    browser.close().await
}
