//! What was promised arrives: one side records it, the other one confirms it, and the fund alone confirms money.

use super::SCHOOL;
use super::people::People;
use super::walk::Walk;
use anyhow::Result;
use twoway_tests::Actor;

pub async fn confirmed(walk: &mut Walk<'_>, people: &People) -> Result<()> {
    walk.until(54, "10:00").await;
    let money = [("数量", "24000"), ("捐赠票据", "已开具"), ("票据号", "0027"), ("接收单位经手人", "山文")];
    recorded(walk, &people.lin, "24,000 元", None, &money).await?;
    walk.sits(&people.chen).await?;
    walk.see_no("确认交付").await?;
    agreed(walk, &people.shan).await?;
    let room = [("数量", "1"), ("使用记录", "第 1 页"), ("小时数", "2")];
    let snacks = [("数量", "1500"), ("入库单号", "17"), ("验收情况", "完好")];
    // Of two lines that are outstanding one is chosen; the last one needs no choice.
    for (line, proof) in [(Some("社区活动室"), room), (None, snacks)] {
        recorded(walk, &people.mei, "每日点心", line, &proof).await?;
        agreed(walk, &people.chen).await?;
    }
    walk.see("全部交付完成").await?;
    walk.look("5-delivered").await
}

/// `adoption` is said by the row of the one that is meant, and by no other.
async fn recorded(
    walk: &mut Walk<'_>,
    sponsor: &Actor,
    adoption: &str,
    line: Option<&str>,
    proof: &[(&str, &str)],
) -> Result<()> {
    walk.sits(sponsor).await?;
    walk.press_in_menu("认领").await?;
    walk.follow_in(adoption).await?;
    walk.press("登记交付").await?;
    if let Some(line) = line {
        walk.press(line).await?;
    }
    walk.fill_all(proof).await?;
    walk.press("登记，请对方确认").await?;
    walk.see("已登记，等对方确认。").await
}

async fn agreed(walk: &mut Walk<'_>, receiver: &Actor) -> Result<()> {
    walk.takes_up(receiver, "确认交付", SCHOOL).await?;
    walk.press("确认收付").await?;
    walk.see("已确认，进度已更新。").await
}
