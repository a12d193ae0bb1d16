//! What was promised arrives: one side records it, the other one confirms it, and the fund alone confirms money.

use super::SCHOOL;
use super::people::People;
use super::walk::Walk;
use anyhow::Result;
use twoway_tests::Actor;

pub async fn confirmed(walk: &mut Walk<'_>, people: &People) -> Result<()> {
    walk.until(47, "10:00").await;
    recorded(walk, &people.lin, "24,000 元", "全年运行经费", "24000", "捐赠票据 0027").await?;
    walk.sits(&people.chen).await?;
    walk.see_no("确认交付").await?;
    agreed(walk, &people.shan).await?;
    for (line, quantity, evidence) in
        [("社区活动室", "1", "使用记录第 1 页"), ("每日点心", "1500", "入库单 17，验收合格")]
    {
        recorded(walk, &people.mei, "每日点心", line, quantity, evidence).await?;
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
    line: &str,
    quantity: &str,
    evidence: &str,
) -> Result<()> {
    walk.sits(sponsor).await?;
    walk.press_in_menu("认领").await?;
    walk.follow_in(adoption).await?;
    walk.press("登记交付").await?;
    walk.fill_all(&[("交付的内容", line), ("数量", quantity), ("凭证", evidence)]).await?;
    walk.press("登记，请对方确认").await?;
    walk.see("已登记，等对方确认。").await
}

async fn agreed(walk: &mut Walk<'_>, receiver: &Actor) -> Result<()> {
    walk.takes_up(receiver, "确认交付", SCHOOL).await?;
    walk.press("确认收付").await?;
    walk.see("已确认，进度已更新。").await
}
