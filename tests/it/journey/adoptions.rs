//! Station 4: two enterprises take lines on. One lets its hold lapse, so that the other one's turn comes in the queue; then both sign.

use super::SCHOOL;
use super::people::People;
use super::walk::{Walk, date};
use anyhow::Result;
use twoway_tests::Actor;

const CHECKED: &str = "已在国家企业信用信息公示系统查询，无经营异常和严重违法失信记录，与受益人无利害关系。";

/// The second enterprise has taken all the money and the room, and does nothing more.
pub async fn held_and_lapsed(walk: &mut Walk<'_>, people: &People) -> Result<()> {
    walk.until(28, "10:00").await;
    wishes(walk, &people.mei, &[("全年运行经费", "40000"), ("社区活动室", "1")]).await?;
    checked(walk, people, &["资金接收单位"]).await?;
    held(walk, &people.mei).await?;
    walk.see("还剩 15 天").await?;
    walk.look("4-held").await?;

    // Nobody gets more than is left, whether it is held or signed.
    walk.sits(&people.lin).await?;
    walk.press_in_menu("认领大厅").await?;
    walk.look("4-hall").await?;
    walk.press_in("每日点心", "去认领").await?;
    answers(walk, &[("每日点心", "3001")]).await?;
    walk.press("提交意向").await?;
    walk.see("“每日点心”只剩 3,000 份").await?;
    walk.see_no("全年运行经费（元）").await?;
    walk.press_in_menu("储备库").await?;
    walk.follow(SCHOOL).await?;
    walk.press("查看需求清单").await?;
    walk.see("保留中 40,000").await?;
    walk.see("还可认领 0").await?;
    walk.press_in("全年运行经费", "排队候补").await?;
    answers(walk, &[("希望认领", "24000")]).await?;
    walk.look("4-queue").await?;
    walk.press("排队").await?;
    walk.see("正在排队，第 1 位").await?;
    checked(walk, people, &["资金接收单位"]).await?;

    walk.until(42, "09:00").await;
    walk.sits(&people.lin).await?;
    walk.press_in_menu("认领").await?;
    walk.see("排队中").await?;
    walk.until(43, "10:30").await;
    walk.sits(&people.mei).await?;
    walk.press_in_menu("认领").await?;
    walk.see("逾期失效").await?;
    walk.sits(&people.lin).await?;
    walk.press_in_menu("通知").await?;
    walk.see(&format!("轮到您认领《{SCHOOL}》：全年运行经费 24,000 元")).await?;
    walk.takes_up(&people.lin, "排队已轮到，请接受", SCHOOL).await?;
    walk.look("4-offered").await?;
    walk.press("接受，保留 15 天").await?;
    walk.see("名额已保留。").await
}

/// Both enterprises sign; the required lines are covered.
pub async fn signed(walk: &mut Walk<'_>, people: &People) -> Result<()> {
    agreed(walk, people, &people.lin, Some(&people.shan)).await?;
    walk.sits(&people.chen).await?;
    needs_of_the_school(walk).await?;
    walk.see("还有 3 项必需内容未达最低需要，项目暂不能启动").await?;
    walk.see("认领公示").await?;
    walk.look("4-notice").await?;

    wishes(walk, &people.mei, &[("社区活动室", "1"), ("每日点心", "1500")]).await?;
    checked(walk, people, &["物资"]).await?;
    held(walk, &people.mei).await?;
    agreed(walk, people, &people.mei, None).await?;
    // Five working days later, without an objection, both come into force.
    walk.until(51, "09:00").await;
    walk.nobody_sits().await?;
    needs_of_the_school(walk).await?;
    for text in ["必需内容均已达到最低需要，项目可以启动", "已签约 24,000", "还可认领 16,000", "已签约 1,500"]
    {
        walk.see(text).await?;
    }
    walk.look("4-covered").await
}

async fn needs_of_the_school(walk: &Walk<'_>) -> Result<()> {
    walk.press_in_menu("储备库").await?;
    walk.follow(SCHOOL).await?;
    walk.press("查看需求清单").await
}

/// The quantities and what every sponsor has to declare.
async fn answers(walk: &Walk<'_>, quantities: &[(&str, &str)]) -> Result<()> {
    walk.fill_all(quantities).await?;
    walk.fill("给项目团队和牵头单位的留言", "愿长期支持孩子们的晚托。").await?;
    walk.fill("本单位的行业类别", "批发和零售").await?;
    walk.choose(Some("本单位是不是国有企业"), "否").await?;
    walk.choose(Some("提供的物资是不是本单位的产品"), "否").await?;
    walk.choose(Some("本单位的利害关系人"), "否").await?;
    walk.choose(Some("是否承诺不借此推广"), "是").await
}

async fn wishes(walk: &mut Walk<'_>, sponsor: &Actor, quantities: &[(&str, &str)]) -> Result<()> {
    walk.sits(sponsor).await?;
    walk.press_in_menu("认领大厅").await?;
    walk.press_in("每日点心", "去认领").await?;
    answers(walk, quantities).await?;
    walk.press("提交意向").await?;
    walk.see("意向已提交，牵头单位核查后会通知您。").await
}

/// `more` are the topics that the lines ask for besides those that are always looked at.
async fn checked(walk: &mut Walk<'_>, people: &People, more: &[&str]) -> Result<()> {
    walk.takes_up(&people.office, "核实认领意向", SCHOOL).await?;
    walk.press("记录核查结论").await?;
    for topic in ["信用状况", "关联关系", "行业类别"].iter().chain(more) {
        walk.choose(Some(&format!("{topic}：结果")), "未见异常").await?;
        walk.fill(&format!("{topic}：查询途径"), "国家企业信用信息公示系统").await?;
    }
    if more.contains(&"资金接收单位") {
        walk.fill("资金接收单位：证书、批文编号", "慈募 2024-17").await?;
        walk.fill("资金接收单位：有效期至", &date(900)).await?;
    }
    walk.fill("核查情况", CHECKED).await?;
    walk.look("4-diligence").await?;
    walk.press("核查通过").await?;
    walk.see("核查结论已记录，已通知认领方。").await
}

/// What was wished stands in the form already.
async fn held(walk: &mut Walk<'_>, sponsor: &Actor) -> Result<()> {
    walk.takes_up(sponsor, "保留认领名额", SCHOOL).await?;
    walk.press("保留名额").await?;
    walk.press("保留名额 15 天").await?;
    walk.see("名额已保留。").await
}

/// The sponsor writes what only it can say, the office freezes the text, and each party confirms it with an own account.
async fn agreed(walk: &mut Walk<'_>, people: &People, sponsor: &Actor, recipient: Option<&Actor>) -> Result<()> {
    walk.takes_up(sponsor, "拟定认领协议", SCHOOL).await?;
    walk.press("拟定协议").await?;
    walk.see("还没有填写：宣传").await?;
    walk.choose(Some("宣传"), "同意公开单位名称").await?;
    walk.press("保存草稿").await?;
    walk.takes_up(&people.office, "核对并固定认领协议", SCHOOL).await?;
    walk.press("修改协议").await?;
    walk.look("4-agreement-draft").await?;
    walk.press_and_agree("固定文本，开始签署").await?;
    walk.see("文本已固定，已通知各方确认。").await?;
    walk.see("文本指纹（SHA-256）").await?;

    walk.takes_up(sponsor, "确认认领协议", SCHOOL).await?;
    walk.press("确认协议").await?;
    with_code(walk, sponsor).await?;
    walk.press("确认这份协议").await?;
    walk.see("请先阅读并勾选履约提示").await?;
    with_code(walk, sponsor).await?;
    walk.pick_box("我已知悉").await?;
    walk.press("确认这份协议").await?;
    walk.see("已确认。").await?;
    if let Some(recipient) = recipient {
        walk.takes_up(recipient, "以接收单位确认认领协议", SCHOOL).await?;
        with_code(walk, recipient).await?;
        walk.press("确认这份协议").await?;
        walk.see("已确认。").await?;
    }
    for party in [&people.chen, &people.office] {
        walk.takes_up(party, "确认认领协议", SCHOOL).await?;
        walk.press("确认协议").await?;
        with_code(walk, party).await?;
        walk.press("确认这份协议").await?;
        walk.see("已确认。").await?;
    }
    walk.see("公示中").await?;
    walk.look("4-agreed").await
}

/// The code comes to the signer's own notices and is typed in.
async fn with_code(walk: &mut Walk<'_>, signer: &Actor) -> Result<()> {
    walk.press("发送验证码").await?;
    walk.see("验证码已发送到您的通知").await?;
    let code = crate::adoptions::code(signer).await;
    walk.fill("验证码", &code).await
}
