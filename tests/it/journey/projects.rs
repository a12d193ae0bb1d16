//! Station 5, first part: the office makes the proposal a project and gives it a plugin, after it has read what that asks for.

use super::SCHOOL;
use super::people::People;
use super::walk::{Walk, date};
use anyhow::{Context, Result, ensure};

pub async fn planned_with_a_plugin(walk: &mut Walk<'_>, people: &People) -> Result<()> {
    walk.until(51, "09:30").await;
    walk.sits(&people.office).await?;
    walk.press_in_menu("项目").await?;
    walk.press("立项").await?;
    walk.press_in(SCHOOL, "立项").await?;
    walk.agree().await?;
    walk.see("已立项。").await?;
    walk.see("还没有为项目选定插件").await?;
    walk.look("5-project").await?;

    walk.press("项目插件").await?;
    walk.press_in(SCHOOL, "查看授权清单").await?;
    for text in [
        "这个插件要使用未成年人的信息",
        "照看儿童所需的姓名、出生日期、学校班级、过敏用药情况和事件经过",
        "结束后保存 180 天",
        "核对口令与保密特征",
        "向监护人发送一次性接送码，并在交接时核对",
        "不超过 16 MiB",
        "它不能上网、不能读写文件，也看不到其他项目",
    ] {
        walk.see(text).await?;
    }
    let here = walk.here().await?;
    let digest = here.split("digest=").nth(1).context("the digest in the address")?.to_string();
    ensure!(digest.len() == 64, "{digest} is no digest");
    walk.see(&digest).await?;
    walk.look("5-grant-sheet").await?;
    walk.fill_all(&[
        ("保险有效期至", &date(330)),
        ("最近一次消防与急救检查日期", &date(-20)),
        ("个人信息保护影响评估", "只处理照看所需的信息；加密保存，查看需说明理由并留痕；项目结束 180 日后清除。"),
    ])
    .await?;
    walk.press("授权并选定").await?;
    walk.see("请先阅读授权清单，并勾选确认").await?;
    walk.pick_box("我已阅读授权清单").await?;
    walk.press("授权并选定").await?;
    walk.see("插件申请使用未成年人数据，需要单独确认后才能授权").await?;
    walk.pick_box("我再次确认").await?;
    walk.press("授权并选定").await?;
    walk.see("插件已选定。").await?;
    walk.see("0.1.0").await?;
    walk.see(&digest).await?;

    walk.takes_up(&people.chen, "填写项目计划", SCHOOL).await?;
    walk.press("项目计划").await?;
    walk.fill_all(&[
        ("项目简介", "放学后到家长下班前，在社区活动室照看小学生，辅导作业，安全交接。"),
        ("服务地点", "汇川区上海路街道航宇社区活动室"),
        ("开始日期", &date(53)),
        ("结束日期", &date(180)),
        ("核心成员", "陈桂兰：站点负责人\n邓国华：作业辅导\n谢婷：签到与交接"),
    ])
    .await?;
    walk.choose(Some("是否可能发生人身危险"), "是").await?;
    walk.fill_all(&[
        ("风险说明", "儿童在场内磕碰、交接错误。两名以上成年志愿者在场，凭名单和一次性接送码交接。"),
        ("志愿服务协议", "与志愿者签订书面协议，原件存社区。"),
        ("人身意外伤害保险", "志愿者及在场儿童意外伤害保险，保单号 GZ2027-0117，期限一年。"),
    ])
    .await?;
    walk.press("保存").await?;
    walk.see("已保存。").await?;
    walk.see("各项已备齐，等待牵头单位确认").await?;
    walk.look("5-project-planned").await
}

pub async fn started(walk: &mut Walk<'_>, people: &People) -> Result<()> {
    walk.takes_up(&people.office, "筹备项目：选定插件、确认备齐", SCHOOL).await?;
    walk.see("各项已备齐，请确认").await?;
    walk.press_and_agree("确认可以启动").await?;
    walk.see("已确认，项目负责人会收到通知。").await?;
    walk.takes_up(&people.chen, "启动项目", SCHOOL).await?;
    walk.press_and_agree("启动项目").await?;
    walk.see("项目已启动。").await
}
