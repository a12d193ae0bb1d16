//! What the project needs, line by line, as its team types it.

use super::people::RECIPIENT;
use super::walk::{Walk, date};
use anyhow::Result;

/// Kind, title, unit (none for money, which is yuan), minimum, optimum; divisible, required.
type Line = (&'static str, &'static str, &'static str, &'static str, &'static str, bool, bool);

const LINES: [Line; 6] = [
    ("资金", "全年运行经费", "", "20000", "40000", true, true),
    ("物资", "每日点心", "份", "1000", "3000", true, true),
    ("场地", "社区活动室", "间", "1", "1", false, true),
    ("人员", "作业辅导志愿者", "人", "4", "10", true, false),
    ("专业服务", "儿童安全培训", "次", "1", "2", true, false),
    ("媒体宣传", "电台招募时段", "次", "4", "12", true, false),
];

/// From the proposal's page to the list and back.
pub async fn listed(walk: &Walk<'_>) -> Result<()> {
    walk.press("填写需求清单").await?;
    for (kind, title, unit, minimum, optimum, divisible, required) in LINES {
        walk.press("添加一项需求").await?;
        walk.fill("类别", kind).await?;
        walk.fill("名称", title).await?;
        if kind == "资金" {
            // No field takes an account number: money goes to a recipient who may take it.
            walk.fill("说明", "请汇至 6222021234567890123").await?;
            walk.fill("接收单位", RECIPIENT).await?;
        } else {
            walk.fill("计量单位", unit).await?;
        }
        walk.fill_all(&[("最低需要", minimum), ("最多需要", optimum), ("需用日期", &date(150))]).await?;
        if !divisible {
            walk.untick("可由几家分别认领").await?;
        }
        if !required {
            walk.untick("项目启动的必需条件").await?;
        }
        walk.press("保存").await?;
        if kind == "资金" {
            walk.see("平台不收款").await?;
            walk.fill("说明", "桌椅、课外读物、志愿者保险。").await?;
            walk.press("保存").await?;
        }
        walk.see("已添加。").await?;
    }
    walk.see("20,000–40,000 元").await?;
    walk.see(&format!("接收单位：{RECIPIENT}")).await?;
    walk.see("整项认领").await?;
    walk.look("2-needs").await?;
    walk.press("返回项目").await
}
