//! Filing with evidence, and the pages of those who may and may not open it, in a real browser.

use super::*;
use anyhow::{Context, Result};
use twoway_tests::browser::{self, Browser};
use twoway_tests::{Backend, PASSWORD};

/// Looks at the page as it is: the screenshot is kept, axe finds nothing, nothing sticks out.
async fn look(browser: &Browser, name: &str) -> Result<()> {
    browser.screenshot(name).await?;
    browser.no_horizontal_scroll(360).await.with_context(|| name.to_string())?;
    browser.axe().await.with_context(|| name.to_string())?;
    browser.resize(1280, 900).await
}

async fn sits(browser: &Browser, who: &Actor, path: &str) -> Result<()> {
    browser.seat(&[]).await?;
    browser.sign_in(&who.login, PASSWORD, path).await
}

#[tokio::test(flavor = "multi_thread")]
async fn evidence_is_chosen_on_a_phone_and_read_by_its_handler() -> Result<()> {
    if !browser::is_there() {
        return Ok(());
    }
    let app = TestApp::new(Backend::Sqlite).await;
    let (_, items) = call_in_notice(&app, &[1]).await;
    let folder = tempfile::tempdir()?;
    let picture = |name: &str, n: u8| -> Result<std::path::PathBuf> {
        let path = folder.path().join(name);
        std::fs::write(&path, [PNG, &[n]].concat())?;
        Ok(path)
    };
    let author = author(&app).await;
    let browser = Browser::open(&app.base).await?;
    browser.goto("/sign-in").await?;
    sits(&browser, &author, "/objections").await?;
    browser.goto(&format!("/objections/new?target=proposal&item={}", items[0])).await?;
    browser.resize(390, 844).await?;
    browser.attach("证据材料", &picture("活动室门口的照片.png", 1)?).await?;
    browser.attach("证据材料", &picture("居民委员会关于场地使用情况的说明扫描件第一页.png", 2)?).await?;
    browser.attach("证据材料", &picture("多选的一张.png", 3)?).await?;
    browser.see("多选的一张.png").await?;
    look(&browser, "objection-evidence-chosen").await?;
    browser.press_in("多选的一张.png", "移除").await?;
    browser.see_no("多选的一张.png").await?;
    for n in 4..8 {
        browser.attach("证据材料", &picture(&format!("现场{n}.png"), n)?).await?;
    }
    browser.see("附件最多 5 个").await?;
    browser.see_no("现场7.png").await?;
    look(&browser, "objection-evidence-too-many").await?;
    browser.choose(None, "内容不属实").await?;
    browser.fill("具体情况", "申报材料所列场地并不存在，附近居民可以作证。").await?;
    browser.fill("联系电话或电子邮箱", CONTACT).await?;
    browser.press("提交").await?;
    browser.see("等待受理").await?;
    browser.see("活动室门口的照片.png").await?;
    browser.see("现场6.png").await?;
    let here = browser.here().await?.split('?').next().context("a path")?.to_string();
    look(&browser, "objection-evidence-mine").await?;

    sits(&browser, &app.office().await, &here).await?;
    browser.see("5 个文件，只有提出人、承办人和监督人员能够打开").await?;
    browser.see_no("活动室门口的照片.png").await?;
    look(&browser, "objection-evidence-office").await?;
    browser.press("受理").await?;
    let id = here.rsplit('/').next().context("an id")?.parse()?;
    let handler = app.second_office().await;
    assign(&app, id, &handler).await.expect(200);
    press(&handler, id, "begin").await.expect(200);
    sits(&browser, &handler, &here).await?;
    browser.see("居民委员会关于场地使用情况的说明扫描件第一页.png").await?;
    browser.see("附上证据材料").await?;
    look(&browser, "objection-evidence-handler").await?;
    browser.close().await?;

    // Without script the box itself says how many were chosen.
    let browser = Browser::open_without_scripts(&app.base).await?;
    browser.goto("/sign-in").await?;
    sits(&browser, &app.citizen().await, "/objections").await?;
    browser.goto(&format!("/objections/new?target=proposal&item={}", items[0])).await?;
    browser.attach("证据材料", &picture("现场8.png", 8)?).await?;
    browser.choose(None, "内容不属实").await?;
    browser.fill("具体情况", "预算与市场价格相差很大。").await?;
    browser.fill("联系电话或电子邮箱", CONTACT).await?;
    browser.press("提交").await?;
    browser.see("现场8.png").await?;
    browser.close().await?;
    app.finish().await;
    Ok(())
}

#[tokio::test(flavor = "multi_thread")]
async fn an_adoption_in_notice_is_objected_to_in_a_browser() -> Result<()> {
    if !browser::is_there() {
        return Ok(());
    }
    let app = TestApp::new(Backend::Sqlite).await;
    let (proposal, line) = crate::adoptions::objected::pooled_in_call(&app).await;
    let sponsor = app.sponsor(1).await;
    let adoption = crate::adoptions::objected::signed(&app, &sponsor, proposal, line, 120).await;
    crate::adoptions::objected::signed(&app, &app.sponsor(2).await, proposal, line, 50).await;
    let needs = format!("/proposals/{proposal}/needs");
    let browser = Browser::open(&app.base).await?;
    browser.goto(&needs).await?;
    browser.see("认领公示").await?;
    look(&browser, "adoption-notice").await?;
    sits(&browser, &author(&app).await, "/objections").await?;
    browser.goto(&format!("/objections/new?target=adoption&item={adoption}")).await?;
    look(&browser, "objection-adoption-new").await?;
    let id = in_hand(&app, "adoption", adoption).await;
    browser.goto(&needs).await?;
    browser.see("有异议正在办理").await?;
    look(&browser, "adoption-notice-objected").await?;
    sits(&browser, &sponsor, &format!("/adoptions/{adoption}")).await?;
    browser.see("异议办结前，协议不生效").await?;
    look(&browser, "adoption-objected").await?;
    let handler = app.second_office().await;
    answer(&handler, id, "answer", "upheld").await.expect(200);
    handler.post(&at(id, "publish"), json!({"text": "经核查，冠名条款不当，已退回修改。"})).await.expect(200);
    browser.goto(&format!("/adoptions/{adoption}")).await?;
    browser.see("异议成立，退回修改协议").await?;
    look(&browser, "adoption-upheld").await?;
    browser.goto(&needs).await?;
    browser.see("认领公示异议办理情况").await?;
    look(&browser, "adoption-notice-answered").await?;
    browser.close().await?;
    app.finish().await;
    Ok(())
}

#[tokio::test(flavor = "multi_thread")]
async fn a_result_in_notice_is_objected_to_in_a_browser() -> Result<()> {
    if !browser::is_there() {
        return Ok(());
    }
    let app = TestApp::new(Backend::Sqlite).await;
    let (project, evaluation) = crate::projects::objected::in_notice(&app).await;
    let (public, own) = (format!("/p/{project}"), format!("/evaluations/{evaluation}"));
    let browser = Browser::open(&app.base).await?;
    browser.goto(&public).await?;
    browser.see("评价结果公示").await?;
    look(&browser, "result-notice").await?;
    let office = app.office().await;
    sits(&browser, &office, &own).await?;
    browser.see("评价结果正在公示").await?;
    look(&browser, "evaluation-in-notice").await?;
    let id = in_hand(&app, "evaluation", evaluation).await;
    browser.goto(&own).await?;
    browser.see("有异议正在办理").await?;
    look(&browser, "evaluation-objected").await?;
    browser.goto(&public).await?;
    browser.see("异议办结前，结果不确定").await?;
    look(&browser, "result-objected").await?;
    let handler = app.second_office().await;
    answer(&handler, id, "answer", "rejected").await.expect(200);
    handler.post(&at(id, "publish"), json!({"text": "经复核，评分依据充分，异议不成立。"})).await.expect(200);
    press(&author(&app).await, id, "accept").await.expect(200);
    app.advance(12 * twoway_ids::DAY).await;
    sits(&browser, &office, &own).await?;
    look(&browser, "evaluation-notice-over").await?;
    browser.press("定级").await?;
    browser.agree().await?;
    browser.see("评价结果已确定，项目通过验收。").await?;
    browser.goto(&public).await?;
    browser.see("经复核，评分依据充分，异议不成立。").await?;
    look(&browser, "result-final").await?;
    browser.close().await?;
    app.finish().await;
    Ok(())
}
