//! Station 6: a wallet is found, two people say that it is theirs, and two others give it to the right one.

use super::care::{does, enters};
use super::people::People;
use super::walk::{Walk, date};
use crate::calls::world;
use anyhow::Result;
use serde_json::json;
use twoway_ids::{DAY, HOUR};
use twoway_tests::TestApp;

const FOUND: &str = "找到啦";

/// The city's first project, made through the API: carried out since the winter by a custodian and a checker.
pub async fn prepared(app: &TestApp) {
    let call = world::call_with(app, |input| input["title"] = "2026年度志愿服务项目征集".into()).await;
    app.advance(7 * DAY + HOUR).await;
    let (office, team) = (app.office().await, app.team(1).await);
    let proposal = world::submitted(&team, call, FOUND).await;
    app.advance(20 * DAY).await;
    office.post(&format!("/api/v1/proposals/{proposal}/admit"), json!({})).await.expect(200);
    office.post(&format!("/api/v1/calls/{call}/start-review"), json!({})).await.expect(200);
    world::all_scored(app, &[proposal]).await;
    office.post(&format!("/api/v1/calls/{call}/end-review"), json!({})).await.expect(200);
    world::decide(app, proposal, true).await.expect(200);
    world::supervise(app, call).await.expect(200);
    office.post(&format!("/api/v1/calls/{call}/release"), json!({})).await.expect(200);
    app.advance(10 * DAY).await;

    let convert = format!("/api/v1/proposals/{proposal}/convert");
    let project = office.post(&convert, json!({})).await.expect(201).id();
    let at = |rest: &str| format!("/api/v1/projects/{project}/{rest}");
    let plan = json!({
        "summary": "公交车上拾到的物品统一登记、保管、公告和归还。", "place": "红花岗区公交总站",
        "starts_on": "2027-01-01", "ends_on": "2027-12-31", "core_team": ["杨志刚 组织", "鲍冠元 保管", "谭鹤 核对"],
        "risks_foreseen": false, "risk_statement": "室内保管和登记，没有可预见的人身风险。",
        "agreement": "与志愿者签订书面协议，原件存总站。"
    });
    team.put(&at("plan"), plan).await.expect(200);
    let catalogue = office.get("/api/v1/plugins").await.expect(200).body;
    let plugin = catalogue["items"].as_array().into_iter().flatten().find(|p| p["plugin"] == "lost-found");
    let digest = plugin.expect("bundled")["digest"].clone();
    let activation = json!({
        "digest": digest, "settings": {"desk": "公交总站失物招领处，每日 9:00 至 17:00"},
        "grant": {"abilities": ["secrets", "notify", "timers", "calendar", "ledger", "incidents", "tasks"], "classes": ["P2"]},
        "assessment": "", "confirmed": true, "minors_data_confirmed": false
    });
    office.put(&at("plugin"), activation).await.expect(200);
    office.post(&at("ready"), json!({})).await.expect(200);
    team.post(&at("start"), json!({})).await.expect(200);
    let now = app.now();
    for (login, name, role) in
        [("baoguanyuan", "鲍冠元", Some("custodian")), ("tanhedui", "谭鹤", Some("checker")), ("siji", "司机", None)]
    {
        app.person(login, name, None).await;
        let member = team.post(&at("members"), json!({ "login": login })).await.expect(201).id();
        let Some(role) = role else { continue };
        let fact = json!({"predicate": "adult", "document": "核 1", "valid_from": now, "valid_until": now + 300 * DAY});
        office.post(&at(&format!("members/{member}/facts")), fact).await.expect(201);
        team.put(&at(&format!("members/{member}/roles")), json!({ "roles": [role] })).await.expect(200);
    }
}

/// Where people without a part in the project come in: its public page.
async fn comes_in(walk: &mut Walk<'_>, who: &twoway_tests::Actor) -> Result<()> {
    walk.sits(who).await?;
    walk.goto("/").await?;
    walk.follow(FOUND).await?;
    walk.press("进入办理区").await
}

pub async fn returned_to_the_owner(walk: &mut Walk<'_>, people: &People) -> Result<()> {
    walk.until(55, "09:00").await;
    comes_in(walk, &people.li).await?;
    walk.press("登记寻物").await?;
    walk.fill("类别", "钱包").await?;
    walk.fill_all(&[
        ("丢失区域", "汇川区"),
        ("丢失时间（起）", &date(54)),
        ("丢失时间（止）", &date(55)),
        ("描述", "黑色钱包，里面有照片。"),
    ])
    .await?;
    walk.press("登记寻物").await?;
    walk.see("已办理。").await?;

    enters(walk, &people.bao, FOUND).await?;
    walk.press("登记拾得物").await?;
    walk.fill("类别", "钱包").await?;
    walk.fill_all(&[
        ("拾得区域", "汇川区"),
        ("拾得日期", &date(54)),
        ("公开描述", "黑色男式钱包"),
        ("具体地点", "7路公交车，大连路站"),
        ("保密特征", "蓝色缝线\n全家福照片\n图书馆借书证"),
        ("存放位置", "3号柜"),
        ("拾得人", "司机"),
    ])
    .await?;
    walk.choose(Some("价值"), "贵重").await?;
    walk.press("登记拾得物").await?;
    walk.see("保密内容，只用于核对，不显示").await?;
    walk.see_no("蓝色缝线").await?;
    walk.look("6-found").await?;
    does(walk, "公告").await?;
    walk.see("公告中").await?;
    // A loss that resembles it is laid beside it, and nothing follows by itself.
    enters(walk, &people.bao, FOUND).await?;
    walk.see("相近程度仅供参考，是否归还由两名工作人员核对后决定").await?;
    walk.see("L0001").await?;
    walk.look("6-suggested").await?;

    let number = format!("{}-0001", date(55));
    for (who, marks, story) in [
        (&people.rival, "红色缝线\n现金", "周二坐车丢的。"),
        (&people.li, "蓝色缝线\n全家福照片\n会员卡", "周六晚上坐 7 路车丢的。"),
    ] {
        comes_in(walk, who).await?;
        walk.see_no("蓝色缝线").await?;
        walk.press("申请认领").await?;
        walk.fill_all(&[("物品编号", &number), ("只有您知道的特征", marks), ("丢失经过", story)]).await?;
        walk.press("申请认领").await?;
        walk.see("待核对").await?;
    }

    claim(walk, people, &format!("{number}/1")).await?;
    walk.press("核实通过").await?;
    walk.choose(None, "已当面核对身份证件").await?;
    walk.press("核实通过").await?;
    walk.see("只有 0 条特征相符，通常需要 2 条").await?;
    walk.look("6-few-matches").await?;
    claim(walk, people, &format!("{number}/2")).await?;
    walk.press("核实通过").await?;
    walk.choose(None, "已当面核对身份证件").await?;
    walk.press("核实通过").await?;
    walk.see("已核实，待领取").await?;

    does(walk, "归还失主").await?;
    walk.see("已提交，等另一个人确认后生效。").await?;
    walk.press("归还失主 · 您已提出，等另一个人确认").await?;
    walk.see("您已经提出此事，请等另一个人确认").await?;
    walk.see_no("我已核对，确认").await?;
    walk.takes_up(&people.bao, "等您复核的事项", FOUND).await?;
    walk.see("您确认后将办理：归还失主").await?;
    walk.see("记录内容").await?;
    walk.look("6-second-person").await?;
    walk.press("我已核对，确认").await?;
    walk.see("已领取").await?;
    walk.sits(&people.rival).await?;
    walk.press_in_menu("通知").await?;
    walk.see("所认领的物品已归还另一位失主").await?;
    walk.nobody_sits().await?;
    walk.follow(FOUND).await?;
    walk.see("目前没有公告中的物品").await?;
    walk.look("6-public").await
}

async fn claim(walk: &mut Walk<'_>, people: &People, number: &str) -> Result<()> {
    enters(walk, &people.tan, FOUND).await?;
    walk.press("认领申请").await?;
    walk.follow(number).await
}
