//! Station 3: reviewers without a conflict score, the office decides, and everything becomes public in one moment.

use super::people::People;
use super::proposals::SECOND;
use super::walk::{Walk, date};
use super::{CALL, SCHOOL};
use crate::calls::world::supervise;
use anyhow::Result;

const SELECTED: &str = "评审一致认为该项目需求真实、做法具体、队伍稳定，安全措施到位，一年内能够见到成效，同意入选并进入储备库，面向社会招募认领企业。";
const NOT_SELECTED: &str = "评审认为该项目的需求依据还不充分，实施方案与社区现有服务存在重复，建议先在一个社区试点，取得数据后参加下一年度征集。";

pub async fn scored(walk: &mut Walk<'_>, people: &People) -> Result<()> {
    // A reviewer who belongs to the proposing team is refused; the others are found by the fewest tasks.
    walk.fill_in(SCHOOL, "指定评审人", "邓国华").await?;
    walk.press_in(SCHOOL, "分配").await?;
    walk.see("评审人与申报人同属“航宇社区志愿服务队”，须回避").await?;
    walk.look("3-conflict").await?;
    walk.fill_in(SCHOOL, "指定评审人", "评审1").await?;
    walk.press_in(SCHOOL, "分配").await?;
    walk.see("已分配，评审人会收到通知。").await?;
    walk.press_and_agree("自动分配评审").await?;
    walk.see("每项申报的评审已补足").await?;
    walk.press_and_agree("结束评审").await?;
    walk.see("有 2 项申报的评审不足 3 份").await?;

    // The conflict is one with a proposal, not with the person: whoever was assigned to the other one scores it.
    for (n, reviewer) in people.reviewers.iter().chain([&people.deng]).enumerate() {
        walk.sits(reviewer).await?;
        walk.press_in_menu("评审").await?;
        while walk.shows("待声明").await? {
            walk.follow_in("待声明").await?;
            let school = walk.shows(SCHOOL).await?;
            walk.see_no("按清单").await?;
            walk.pick_box("我与申报人及其单位没有隶属").await?;
            walk.press("声明并查看材料").await?;
            walk.see_no("1390000").await?;
            let points = if school { 90 - n } else { 64 - n };
            for line in ["需求依据", "方案可行", "预算合理"] {
                walk.fill(line, &points.to_string()).await?;
            }
            walk.fill("总体意见", if school { "需求扎实，做法具体。" } else { "需求依据偏弱，建议试点。" }).await?;
            if n == 0 && school {
                walk.look("3-score-sheet").await?;
            }
            walk.press("保存评分").await?;
            walk.see("评分已保存。").await?;
            walk.press_in_menu("评审").await?;
        }
    }

    walk.sits(&people.office).await?;
    walk.press_in_menu("征集管理").await?;
    walk.follow(CALL).await?;
    walk.press("评审分配").await?;
    walk.see("已打分 3 / 3").await?;
    walk.press_and_agree("结束评审").await?;
    walk.see("评审已结束，分数已锁定。").await
}

pub async fn released(walk: &mut Walk<'_>, people: &People) -> Result<()> {
    walk.until(17, "10:00").await;
    for (title, decision, reason, cost) in [(SCHOOL, "拟入选", SELECTED, "48000"), (SECOND, "未入选", NOT_SELECTED, "")]
    {
        deliberation(walk, people).await?;
        walk.follow(title).await?;
        walk.press("作出决定").await?;
        walk.choose(Some("决定"), decision).await?;
        walk.fill_all(&[("理由", reason), ("核定经费", cost)]).await?;
        walk.press("保存决定").await?;
        walk.see("决定已保存，公布前不对外透露。").await?;
    }
    // Nobody learns anything before everybody does.
    walk.sits(&people.chen).await?;
    walk.press_in_menu("我的申报").await?;
    walk.follow(SCHOOL).await?;
    walk.see_no("拟入选").await?;

    // From Thursday on, five working days end on the next Thursday; a holiday on Monday moves that by a day.
    deliberation(walk, people).await?;
    walk.see("2027年1月28日").await?;
    walk.press("查看工作日历").await?;
    walk.press("添加放假或调休").await?;
    walk.fill("从", &date(21)).await?;
    walk.choose(Some("安排"), "放假").await?;
    walk.fill("名称", "雪灾停工").await?;
    walk.press("保存").await?;
    walk.see("雪灾停工").await?;
    walk.look("3-calendar").await?;
    // A supervisor was in the room.
    let calls = people.office.get("/api/v1/calls?office=true").await.body;
    let calls = calls["items"].as_array().cloned().unwrap_or_default();
    let call = calls.iter().find(|call| call["title"] == CALL).and_then(|call| call["id"].as_str()?.parse().ok());
    supervise(walk.app, call.expect("the call")).await.expect(200);
    deliberation(walk, people).await?;
    walk.see("2027年1月29日").await?;
    walk.look("3-deliberation").await?;
    walk.press_and_agree("统一公布结果").await?;
    walk.see("公示期 5 个工作日").await?;

    walk.nobody_sits().await?;
    walk.press_in_menu("征集").await?;
    walk.follow(CALL).await?;
    walk.see("还剩 5 个工作日").await?;
    walk.press("查看公示").await?;
    walk.see(SCHOOL).await?;
    walk.see_no(SECOND).await?;
    walk.look("3-public-notice").await?;
    walk.until(25, "10:00").await;
    walk.press_in_menu("储备库").await?;
    walk.see("储备库暂时没有项目").await?;
    walk.until(26, "10:00").await;
    walk.press_in_menu("储备库").await?;
    walk.follow(SCHOOL).await?;
    walk.see("资金：全年运行经费").await?;
    walk.see("还可认领 40,000").await?;
    walk.see_no("13900001111").await?;
    walk.look("3-pooled").await
}

async fn deliberation(walk: &mut Walk<'_>, people: &People) -> Result<()> {
    walk.sits(&people.office).await?;
    walk.press_in_menu("征集管理").await?;
    walk.follow(CALL).await?;
    walk.press("会商定案").await
}
