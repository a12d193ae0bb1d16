//! Station 1: one clerk drafts the call, another one approves it, everybody reads the preview, and it opens by itself.

use super::CALL;
use super::people::People;
use super::walk::{Walk, instant};
use anyhow::Result;

/// Question, how it is answered, who may read it, and what for.
const QUESTIONS: [(&str, &str, &str, &str); 4] = [
    ("服务对象", "一行文字", "入选后公开", ""),
    ("实施方案", "多行文字", "仅工作人员和评审可见", ""),
    ("服务人数", "整数", "入选后公开", ""),
    ("联系电话", "电话", "个人信息", "评审期间联系"),
];

const RUBRIC: [(&str, &str, &str); 3] = [
    ("需求依据", "40", "有走访、问卷或统计"),
    ("方案可行", "35", "步骤、人员和安全措施具体"),
    ("预算合理", "25", "与服务规模相称"),
];

pub async fn drafted_and_approved(walk: &mut Walk<'_>, people: &People) -> Result<()> {
    walk.until(0, "09:30").await;
    walk.sits(&people.office).await?;
    walk.press_in_menu("征集管理").await?;
    walk.press("起草征集").await?;
    walk.fill_all(&[
        ("征集名称", CALL),
        ("一句话介绍", "面向全市征集贴近需求的志愿服务项目，入选项目由爱心企业认领支持。"),
        ("申报指南", "第一条 全市志愿服务队伍和市民均可申报。\n第二条 项目应当立足社区、服务本地居民。"),
        ("开始时间", &instant(1, "09:00")),
        ("截止时间", &instant(11, "18:00")),
        ("每项支持上限", "50000"),
        ("每个申报人限报", "2"),
        ("每项评审份数", "3"),
        ("公示时长", "5"),
        ("咨询方式", "0851-12345678"),
        ("风险告知", "服务中可能发生意外伤害，须为志愿者和服务对象投保。"),
        ("个人信息告知", "联系电话仅用于评审期间联系，征集结束后六个月删除。"),
    ])
    .await?;
    walk.press("保存").await?;
    walk.see("草稿已保存，请继续编辑申报表。").await?;

    for (n, (title, kind, class, purpose)) in QUESTIONS.iter().enumerate() {
        if n > 0 {
            walk.press("添加问题").await?;
        }
        let part = format!("问题 {}", n + 1);
        walk.fill_in(&part, "问题", title).await?;
        walk.fill_in(&part, "填写方式", kind).await?;
        walk.choose_in(&part, "必须回答").await?;
        walk.fill_in(&part, "公开范围", class).await?;
        if !purpose.is_empty() {
            walk.fill_in(&part, "用途", purpose).await?;
        }
    }
    walk.look("1-questions").await?;
    walk.press("保存").await?;
    walk.see("已保存。").await?;

    walk.press("编辑评审标准").await?;
    rubric_lines(walk, 0, &RUBRIC[..2]).await?;
    // Two of three lines: the weights are no whole yet.
    walk.press_and_agree("提交审核").await?;
    walk.see("评审标准的权重合计为 75，须为 100").await?;
    walk.press("返回").await?;
    walk.press("编辑评审标准").await?;
    walk.press("添加评审项").await?;
    rubric_lines(walk, 2, &RUBRIC[2..]).await?;
    walk.look("1-call-draft").await?;
    walk.press_and_agree("提交审核").await?;
    walk.see("等待另一位经办人审核").await?;
    walk.see_no("审核通过并发布预告").await?;

    walk.takes_up(&people.second, "审核征集", CALL).await?;
    walk.see("请审核这项征集").await?;
    walk.see("50,000 元").await?;
    walk.look("1-call-review").await?;
    walk.press_and_agree("审核通过并发布预告").await?;
    walk.see("已通过，征集已对外预告。").await
}

/// Fills the rubric's rows from `first` on, adding those which are not there yet, and saves.
async fn rubric_lines(walk: &Walk<'_>, first: usize, lines: &[(&str, &str, &str)]) -> Result<()> {
    for (n, (title, weight, help)) in lines.iter().enumerate() {
        if n > 0 {
            walk.press("添加评审项").await?;
        }
        let part = format!("评审项 {}", first + n + 1);
        walk.fill_in(&part, "评审项", title).await?;
        walk.fill_in(&part, "权重", weight).await?;
        walk.fill_in(&part, "评分要点", help).await?;
    }
    walk.press("保存").await?;
    walk.see("已保存。").await
}

pub async fn previewed_and_opened(walk: &mut Walk<'_>) -> Result<()> {
    walk.nobody_sits().await?;
    walk.press_in_menu("征集").await?;
    walk.follow(CALL).await?;
    for text in ["征集预告", "即将开始", "第二条 项目应当立足社区", "须为志愿者和服务对象投保", "方案可行", "35%"]
    {
        walk.see(text).await?;
    }
    walk.see_no("登录后申报").await?;
    walk.look("1-call-preview").await?;
    walk.until(1, "10:00").await;
    walk.press_in_menu("征集").await?;
    walk.follow(CALL).await?;
    walk.see("现在可以申报").await?;
    walk.look("1-call-open").await
}
