//! Station 2: two teams hand in, a citizen comes too late, and the office checks what came.

use super::people::{OTHER_TEAM, People, TEAM};
use super::walk::Walk;
use super::{CALL, SCHOOL, needs};
use crate::calls::world::PNG;
use anyhow::Result;
use std::path::PathBuf;
use twoway_tests::Actor;

pub const SECOND: &str = "家在遵义";
const OUT: &str = "筑梦红城";
const REASON: &str = "项目主要面向外来游客，不属于立足社区的志愿服务项目。";

pub async fn handed_in(walk: &mut Walk<'_>, people: &People) -> Result<()> {
    // Whoever wants to apply is asked to sign in and comes back.
    walk.press("登录后申报").await?;
    walk.fill("登录名", &people.chen.login).await?;
    walk.fill("密码", twoway_tests::PASSWORD).await?;
    walk.press("登录账号").await?;
    walk.press(&format!("以“{TEAM}”名义申报")).await?;
    walk.fill("项目名称", SCHOOL).await?;
    walk.see("草稿已自动保存").await?;
    walk.press("返回").await?;
    walk.press("继续填写").await?;
    anyhow::ensure!(walk.value("项目名称").await? == SCHOOL, "what was saved by itself is there again");
    walk.fill_all(&[
        ("项目简介", "放学后到家长下班前，在社区活动室照看小学生，辅导作业，安全交接。"),
        ("服务对象", "辖区双职工和务工家庭的小学生"),
        ("实施方案", "周一至周五 16:30 至 18:00 开放，接送凭名单和一次性接送码。"),
        ("联系电话", "13900001111"),
    ])
    .await?;
    // What was left out is asked for when it is handed in.
    walk.press("保存并去提交").await?;
    walk.pick_box("我已阅读并同意").await?;
    walk.press("确认提交").await?;
    walk.see("请填写“服务人数”").await?;
    walk.fill("服务人数", "30").await?;
    walk.press("保存草稿").await?;
    walk.see("草稿已保存，随时可以回来继续填写。").await?;
    attached(walk).await?;
    needs::listed(walk).await?;

    walk.press("提交申报").await?;
    walk.see("须为志愿者和服务对象投保").await?;
    walk.see("征集结束后六个月删除").await?;
    walk.press("确认提交").await?;
    walk.see("须先阅读并同意风险告知和个人信息告知").await?;
    walk.pick_box("我已阅读并同意").await?;
    walk.press("确认提交").await?;
    // What was adopted before and reads alike is looked at first.
    walk.see("提交前须先查看").await?;
    walk.see("相同的词句：放学后到家长下班前").await?;
    walk.look("2-similar").await?;
    walk.pick_box("我已查看以上相似项目").await?;
    walk.press("确认提交").await?;
    walk.see("已提交，受理编号见下方。").await?;
    walk.see("内容指纹（SHA-256）").await?;
    walk.look("2-proposal-submitted").await?;

    for (title, target) in [(OUT, "参观红色场馆的游客"), (SECOND, "易地搬迁和新到遵义的家庭")] {
        drafted(walk, &people.liu, &format!("以“{OTHER_TEAM}”名义申报"), title, target).await?;
        walk.press("保存并去提交").await?;
        walk.pick_box("我已阅读并同意").await?;
        walk.press("确认提交").await?;
        walk.see("已提交，受理编号见下方。").await?;
    }
    Ok(())
}

async fn drafted(walk: &mut Walk<'_>, who: &Actor, name: &str, title: &str, target: &str) -> Result<()> {
    walk.sits(who).await?;
    walk.press_in_menu("征集").await?;
    walk.follow(CALL).await?;
    walk.press(name).await?;
    walk.fill_all(&[
        ("项目名称", title),
        ("项目简介", "按清单办理，完成后由服务对象确认。"),
        ("服务对象", target),
        ("实施方案", "每户结对两名志愿者，按清单陪同办理。"),
        ("服务人数", "16"),
        ("联系电话", "13900002222"),
    ])
    .await
}

/// Only files of the listed kinds, within the size, and none twice.
async fn attached(walk: &Walk<'_>) -> Result<()> {
    let folder = tempfile::tempdir()?;
    let file = |name: &str, bytes: &[u8]| -> Result<PathBuf> {
        let path = folder.path().join(name);
        std::fs::write(&path, bytes)?;
        Ok(path)
    };
    let mut large = b"%PDF-1.7\n".to_vec();
    large.resize(walk.app.app.config.attachment_limit + 1, b' ');
    let tries = [
        (file("方案.txt", b"text")?, "不支持这种文件。"),
        (file("方案.pdf", b"no document at all")?, "文件内容与扩展名“pdf”不符"),
        (file("全部照片.pdf", &large)?, "文件太大，每个不超过 10 MB。"),
        (file("活动室.png", PNG)?, "附件已上传。"),
        (file("活动室（副本）.png", PNG)?, "同样的文件已经上传过。"),
        (file("预算.pdf", b"%PDF-1.7\nsmall")?, "附件已上传。"),
    ];
    for (path, said) in tries {
        walk.attach("选择文件", &path).await?;
        walk.press("上传附件").await?;
        walk.see(said).await?;
    }
    walk.see("活动室.png").await?;
    walk.see_no("副本").await?;
    walk.look("2-attachments").await
}

/// Who has the form open while the call closes is told the rule.
pub async fn too_late(walk: &mut Walk<'_>, people: &People) -> Result<()> {
    walk.until(11, "17:30").await;
    drafted(walk, &people.hu, "以个人名义申报", "楼道小书架", "本楼居民").await?;
    walk.press("保存并去提交").await?;
    walk.pick_box("我已阅读并同意").await?;
    walk.until(11, "18:10").await;
    walk.press("确认提交").await?;
    walk.see("征集已经截止，不再受理").await?;
    walk.one("//form[.//button[normalize-space(.)='确认提交']]//input[@type='checkbox'][@checked]").await?;
    walk.look("2-too-late").await?;
    walk.press_in_menu("我的申报").await?;
    walk.follow("楼道小书架").await?;
    walk.see("征集已截止，未提交").await
}

pub async fn screened(walk: &mut Walk<'_>, people: &People) -> Result<()> {
    walk.until(14, "09:30").await;
    walk.takes_up(&people.office, "审查申报资格", SCHOOL).await?;
    walk.see("13900001111").await?;
    // To the office a proposal belongs to its call.
    walk.one("//nav//a[@aria-current='page'][contains(., '征集管理')]").await?;
    walk.look("2-screening").await?;
    walk.press("退回补正").await?;
    walk.fill("理由", "没有写明每日在场的志愿者人数，请补充。").await?;
    walk.press("退回补正").await?;
    walk.see("等待申报人补正").await?;

    walk.takes_up(&people.office, "审查申报资格", OUT).await?;
    walk.press("不符合条件").await?;
    walk.fill_all(&[("依据", "申报指南第二条"), ("理由", REASON)]).await?;
    walk.press("不符合条件").await?;
    walk.see("等待另一位经办人复核").await?;
    walk.see_no("同意，不符合条件").await?;
    walk.sits(&people.liu).await?;
    walk.press_in_menu("我的申报").await?;
    walk.follow(OUT).await?;
    walk.see_no(REASON).await?;
    walk.takes_up(&people.second, "复核不符合条件的结论", OUT).await?;
    walk.see(REASON).await?;
    walk.press_and_agree("同意，不符合条件").await?;
    walk.see("已认定不符合条件，申报人会收到理由。").await?;
    walk.sits(&people.liu).await?;
    walk.press_in_menu("我的申报").await?;
    walk.follow(OUT).await?;
    walk.see("申报指南第二条").await?;
    walk.see(REASON).await?;
    walk.look("2-ineligible").await?;

    walk.takes_up(&people.chen, "补正申报", SCHOOL).await?;
    walk.see("需要补正：没有写明每日在场的志愿者人数，请补充。").await?;
    walk.press("继续填写").await?;
    walk.fill(
        "实施方案",
        "周一至周五 16:30 至 18:00 开放，每日至少两名经过背景查询的成年志愿者在场，接送凭名单和一次性接送码。",
    )
    .await?;
    walk.press("保存并去提交").await?;
    walk.pick_box("我已阅读并同意").await?;
    walk.pick_box("我已查看以上相似项目").await?;
    walk.press("确认提交").await?;
    walk.see("已提交，等待资格审查").await?;

    walk.takes_up(&people.office, "审查申报资格", SCHOOL).await?;
    walk.see("补正前后对照").await?;
    walk.look("2-compared").await?;
    for title in [SCHOOL, SECOND] {
        walk.takes_up(&people.office, "审查申报资格", title).await?;
        walk.press_and_agree("符合条件").await?;
        walk.see("已认定符合条件。").await?;
    }
    walk.press_and_agree("资格审查结束，开始评审").await?;
    walk.see("评审已开始，请分配评审。").await
}
