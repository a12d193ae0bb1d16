//! Station 5, second part: who has a part in the project, and which papers the office has seen.

use super::SCHOOL;
use super::people::People;
use super::walk::{Walk, date};
use anyhow::Result;

pub async fn admitted(walk: &mut Walk<'_>, people: &People) -> Result<()> {
    const ADULT: &str = "年满十八周岁";
    const CLEARED: &str = "从业查询";
    let all: [(&_, &[&str], &str); 5] = [
        (&people.chen, &[ADULT, CLEARED], "站点负责人"),
        (&people.deng, &[ADULT, CLEARED], "志愿者"),
        // An adult whose background nobody has asked for: she may help, but does not count.
        (&people.xie, &[ADULT], "志愿者"),
        (&people.wang, &[ADULT], "监护人"),
        (&people.hu, &[ADULT], "监护人"),
    ];
    for (n, (who, papers, role)) in all.into_iter().enumerate() {
        walk.sits(&people.office).await?;
        walk.press_in_menu("项目").await?;
        walk.follow(SCHOOL).await?;
        walk.press("进入办理区").await?;
        walk.press("成员与资格").await?;
        walk.fill_in("添加成员", "登录名", &who.login).await?;
        walk.press("添加成员").await?;
        walk.see("成员已添加。").await?;
        if n == 0 {
            // The role asks for papers which nobody has seen yet.
            walk.choose(Some("角色"), role).await?;
            walk.press("保存角色").await?;
            walk.see("这个角色要求先核验资格").await?;
        }
        for paper in papers {
            walk.choose(Some("核验事项"), paper).await?;
            walk.fill_all(&[("文书编号", "查询函 2027-031"), ("自", &date(40)), ("至", &date(330))]).await?;
            walk.press("登记核验结果").await?;
            walk.see("核验结果已登记。").await?;
        }
        walk.choose(Some("角色"), role).await?;
        walk.press("保存角色").await?;
        walk.see("成员信息已保存。").await?;
        if n == 0 {
            walk.look("5-member").await?;
        }
    }
    Ok(())
}
