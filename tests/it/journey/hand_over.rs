//! Station 5, last part: nobody comes in time, the guardian is called, and the child leaves with a listed adult and the code only.

use super::care::{DAY, does, opens};
use super::people::People;
use super::walk::{Walk, said};
use anyhow::{Context, Result};

pub async fn fetched_late(walk: &mut Walk<'_>, people: &People) -> Result<()> {
    walk.until(DAY, "18:16").await;
    walk.sits(&people.wang).await?;
    walk.press_in_menu("通知").await?;
    walk.see("今日开放结束已超过 15 分钟，孩子仍在站点").await?;
    walk.see("紧急").await?;
    walk.look("5-overdue-notice").await?;
    opens(walk, &people.wang, "当日到访", "001").await?;
    walk.see("逾期未接").await?;
    does(walk, "向监护人发送接送码").await?;
    walk.see("已办理。").await?;
    walk.press_in_menu("通知").await?;
    let text = walk.text().await?;
    let code = text.split("的一次性验证码：").nth(1).context("a notice with the code")?;
    let code: String = code.chars().take_while(char::is_ascii_digit).collect();

    // Somebody whom this child's guardian has not listed goes away without the child, even with the right code.
    handed_to(walk, people, "胡晓燕", &code).await?;
    walk.see("此人不在该儿童的接送人名单上，不能交接").await?;
    walk.see("没有办成，您填写的内容都还在").await?;
    walk.look("5-unknown-adult").await?;
    let wrong = if code == "000000" { "111111" } else { "000000" };
    handed_to(walk, people, "王建国", wrong).await?;
    walk.see("接送码不正确或已失效").await?;
    handed_to(walk, people, "王建国", &code).await?;
    walk.see("已接走").await?;
    walk.look("5-handed-over").await?;
    walk.sits(&people.wang).await?;
    walk.press_in_menu("通知").await?;
    walk.see("孩子已于 18:16 由名单上的接送人接走").await?;

    opens(walk, &people.chen, "开放日", &said(DAY)).await?;
    does(walk, "结束当日").await?;
    walk.see("已结束").await
}

async fn handed_to(walk: &mut Walk<'_>, people: &People, adult: &str, code: &str) -> Result<()> {
    opens(walk, &people.deng, "当日到访", "001").await?;
    walk.press("凭接送码交接").await?;
    walk.fill_all(&[("接走人", adult), ("接送码", code)]).await?;
    walk.press("凭接送码交接").await
}
