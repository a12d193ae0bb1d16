//! A year of twelve proposals: the call begins from a template; one is a double that is merged, one goes back to be completed, one is
//! ineligible, one reviewer is found to be concerned, one objection is upheld; in the end six stand in the pool.

use super::people::People;
use super::walk::{Walk, date, instant};
use crate::calls::world::REASON;
use anyhow::{Context, Result, ensure};
use serde_json::{Value, json};
use twoway_ids::Uuid;
use twoway_tests::Actor;

const YEAR: &str = "2027年遵义市志愿服务项目征集";

const SCHOOL: &str = "四点半学校";
/// The same idea from another team.
const DOUBLE: &str = "放学后的小课堂";
const RETURNED: &str = "家在遵义";
const OUT: &str = "筑梦红城";
/// Selected, until somebody shows that its room does not exist.
const OBJECTED: &str = "光影公益";

/// What the others are about, one team each.
const OTHERS: [(&str, &str); 9] = [
    ("找到啦", "失物招领进社区，拾到的东西登记、核对、归还。"),
    ("爱在仲夏", "高温天气为环卫工人和交警送清凉。"),
    ("最美笑脸", "为社区居民义务拍摄全家福。"),
    ("百家爱心屋", "闲置衣物和图书整理消毒后转送。"),
    (RETURNED, "陪同易地搬迁的家庭办理落户、入学和就医。"),
    (OBJECTED, "为山区老人拍摄并冲印照片。"),
    (OUT, "为外地游客讲解红色场馆。"),
    ("学子归巢", "返乡大学生假期辅导留守儿童功课。"),
    (DOUBLE, "放学后到家长下班前，在社区照看小学生，辅导作业，安全交接。"),
];

/// Handed in on paper: title, summary, who signed it, and that person's number.
const ON_PAPER: [(&str, &str, &str, &str); 2] = [
    ("楼道小书架", "各楼道设书架，住户轮流整理。", "吴桂芳", "11010519491231002X"),
    ("夕阳红理发", "每月上门为行动不便的老人理发。", "罗大山", "520302195803170016"),
];

/// Everybody who handed in, with the item.
struct Items(Vec<(String, Uuid, Actor)>);

impl Items {
    fn of(&self, title: &str) -> Result<&(String, Uuid, Actor)> {
        self.0.iter().find(|(t, ..)| t == title).with_context(|| format!("nobody handed in {title}"))
    }

    /// What is reviewed: neither the double nor what was ruled out.
    fn reviewed(&self) -> impl Iterator<Item = &(String, Uuid, Actor)> {
        self.0.iter().filter(|(title, ..)| title != OUT && title != DOUBLE)
    }
}

pub async fn walked(walk: &mut Walk<'_>) -> Result<()> {
    let people = People::of(walk.app).await;
    let call = begun_from_a_template(walk, &people).await?;
    let items = handed_in(walk, &people, call).await?;
    screened(walk, &people, call, &items).await?;
    reviewed(walk, &people, call, &items).await?;
    released(walk, &people, call, &items).await?;
    objected(walk, &people).await?;
    pooled(walk, &people, &items).await
}

async fn begun_from_a_template(walk: &mut Walk<'_>, people: &People) -> Result<Uuid> {
    walk.until(0, "09:30").await;
    walk.sits(&people.office).await?;
    walk.press_in_menu("征集管理").await?;
    walk.press("按模板起草").await?;
    walk.fill("从哪里开始", "年度征集").await?;
    walk.fill_all(&[("征集名称", YEAR), ("开始时间", &instant(8, "09:00"))]).await?;
    walk.look("year-1-start").await?;
    walk.press("按模板起草").await?;
    // Only what a template cannot know is asked for.
    walk.fill("咨询方式", "0851-12345678").await?;
    walk.press("保存").await?;
    walk.press_in_menu("征集管理").await?;
    walk.follow(YEAR).await?;
    walk.look("year-1-draft").await?;
    walk.press_and_agree("提交审核").await?;
    walk.see("等待另一位经办人审核").await?;
    walk.takes_up(&people.second, "审核征集", YEAR).await?;
    walk.press_and_agree("审核通过并发布预告").await?;
    walk.see("已通过，征集已对外预告。").await?;
    let calls = people.office.get("/api/v1/calls?office=true").await.body;
    let call = calls["items"].as_array().and_then(|calls| calls.iter().find(|call| call["title"] == YEAR));
    Ok(call.and_then(|call| call["id"].as_str()).context("the call")?.parse()?)
}

fn content(title: &str, summary: &str) -> Value {
    let plan = format!("{summary}每次两名以上志愿者到场，由组长登记和交接。");
    json!({"title": title, "summary": summary, "answers": {
        "need": "走访辖区居民 120 户，多数家庭提出这项需求。", "plan": plan, "people": 60, "minors": false,
        "safety": "为志愿者购买保险，配备急救包。", "budget": "材料 3000 元，保险 1000 元。", "phone": "13900001111"}})
}

async fn one(actor: &Actor, call: Uuid, title: &str, summary: &str) -> Result<Uuid> {
    let new = json!({"call_id": call, "organization_id": actor.organization, "content": content(title, summary)});
    let id = actor.post("/api/v1/proposals", new).await.expect(201).id();
    crate::calls::world::submit(actor, id).await.expect(200);
    Ok(id)
}

async fn handed_in(walk: &mut Walk<'_>, people: &People, call: Uuid) -> Result<Items> {
    walk.until(8, "10:00").await;
    let school = "放学后到家长下班前，在社区活动室照看小学生，辅导作业，安全交接。";
    let mut items = vec![(SCHOOL.to_string(), one(&people.chen, call, SCHOOL, school).await?, people.chen.clone())];
    let mut teams = vec![people.liu.clone()];
    for n in 1..OTHERS.len() {
        teams.push(walk.app.team(n).await);
    }
    for ((title, summary), team) in OTHERS.into_iter().zip(teams) {
        items.push((title.to_string(), one(&team, call, title, summary).await?, team));
    }
    for paper in ON_PAPER {
        items.push((paper.0.to_string(), on_paper(walk, people, paper).await?, people.second.clone()));
    }
    walk.until(28, "10:00").await;
    walk.sits(&people.office).await?;
    walk.press_in_menu("征集管理").await?;
    walk.follow(YEAR).await?;
    walk.look("year-2-closed").await?;
    Ok(Items(items))
}

/// Somebody without an account brings a signed paper; a clerk types it in, and it is called so ever after.
async fn on_paper(
    walk: &mut Walk<'_>,
    people: &People,
    (title, summary, name, number): (&str, &str, &str, &str),
) -> Result<Uuid> {
    walk.sits(&people.second).await?;
    walk.press_in_menu("征集管理").await?;
    walk.follow(YEAR).await?;
    walk.press("录入纸质申报").await?;
    walk.fill_all(&[
        ("申报人姓名", name),
        ("联系电话", "13700002222"),
        ("居民身份证号码", number),
        ("收件日期", &date(8)),
    ])
    .await?;
    walk.look("year-2-paper").await?;
    walk.press("登记并继续").await?;
    walk.see("请上传签字的纸质申报").await?;
    let folder = tempfile::tempdir()?;
    let scan = folder.path().join("签字申报表.png");
    std::fs::write(&scan, [crate::calls::world::PNG, title.as_bytes()].concat())?;
    walk.attach("扫描件", &scan).await?;
    walk.press("上传扫描件").await?;
    walk.look("year-2-scan").await?;
    walk.press("录入申报内容").await?;
    walk.fill_all(&[
        ("项目名称", title),
        ("项目简介", summary),
        ("需求与服务对象", "本楼道住户提出这项需求。"),
        ("实施方案", "由申报人召集，每周一次。"),
        ("服务人数", "40"),
        ("服务对象是否包括未成年人", "否"),
        ("安全措施与应急预案", "两人同行，配备急救包。"),
        ("预算说明", "材料 800 元。"),
        ("联系电话", "13700002222"),
    ])
    .await?;
    walk.press("保存并去提交").await?;
    walk.pick_box("我已阅读并同意").await?;
    walk.press("确认提交").await?;
    walk.see("已提交，受理编号见下方。").await?;
    walk.see("代录入 · 纸质申报").await?;
    walk.look("year-2-paper-submitted").await?;
    let id = walk.here().await?;
    let id = id.split(['/', '?']).nth(2).context("the proposal's address")?;
    Ok(id.parse()?)
}

async fn screened(walk: &mut Walk<'_>, people: &People, call: Uuid, items: &Items) -> Result<()> {
    // The double shows itself, with the words that both have; both proposers agree, each with the own account.
    walk.takes_up(&people.office, "审查申报资格", DOUBLE).await?;
    walk.press("相似申报").await?;
    walk.see("相同的词句").await?;
    walk.look("year-3-similar").await?;
    walk.follow(DOUBLE).await?;
    walk.press("提出合并").await?;
    walk.fill("并入哪一项", SCHOOL).await?;
    walk.fill("理由", "两项内容相近，合并后力量更集中。").await?;
    walk.press("提出合并").await?;
    walk.see("已提出合并，等待双方同意。").await?;
    let (_, _, double) = items.of(DOUBLE)?;
    for proposer in [double, &people.chen] {
        walk.takes_up(proposer, "答复合并建议", SCHOOL).await?;
        walk.pick_box("同意公开署名").await?;
        walk.look("year-3-merger").await?;
        walk.press("同意合并").await?;
        walk.see("已记录您的同意。").await?;
    }
    walk.see("已合并").await?;

    let (office, second) = (&people.office, &people.second);
    let (_, returned, team) = items.of(RETURNED)?;
    office
        .post(&format!("/api/v1/proposals/{returned}/return"), json!({"defects": "没有写明陪同的次数。"}))
        .await
        .expect(200);
    let (_, summary) = OTHERS.into_iter().find(|(title, _)| *title == RETURNED).context("it is one of them")?;
    let mut more = content(RETURNED, summary);
    more["answers"]["plan"] = "每户陪同三次，每次两名志愿者到场，由组长登记。".into();
    team.put(&format!("/api/v1/proposals/{returned}"), more).await.expect(200);
    crate::calls::world::submit(team, *returned).await.expect(200);
    let (_, out, _) = items.of(OUT)?;
    let why = json!({"rule": "指南第一条", "reason": "服务对象是外来游客，不是本地区居民。"});
    office.post(&format!("/api/v1/proposals/{out}/rule-out"), why).await.expect(200);
    second.post(&format!("/api/v1/proposals/{out}/rule-out/confirm"), json!({})).await.expect(200);
    for (_, id, _) in items.reviewed() {
        office.post(&format!("/api/v1/proposals/{id}/admit"), json!({})).await.expect(200);
    }
    office.post(&format!("/api/v1/calls/{call}/start-review"), json!({})).await.expect(200);
    Ok(())
}

async fn reviewed(walk: &mut Walk<'_>, people: &People, call: Uuid, items: &Items) -> Result<()> {
    walk.until(29, "10:00").await;
    walk.sits(&people.office).await?;
    walk.press_in_menu("征集管理").await?;
    walk.follow(YEAR).await?;
    walk.press("评审分配").await?;
    walk.press("生成分配方案").await?;
    walk.see("请核对分配方案").await?;
    // One of the reviewers serves in the team that proposes the school.
    let lines = people
        .office
        .get(&format!(
            "/api/v1{}/lines?limit=50",
            walk.here().await?.split('?').next().unwrap_or_default().replace("/office", "")
        ))
        .await
        .expect(200)
        .body;
    let lines = lines["items"].as_array().cloned().unwrap_or_default();
    let conflicts =
        |title: &str| lines.iter().find(|line| line["title"] == title).and_then(|line| line["conflicts"].as_i64());
    ensure!((conflicts(SCHOOL), conflicts(RETURNED)) == (Some(1), Some(0)), "{lines:#?}");
    walk.look("year-4-plan").await?;
    walk.press_and_agree("确认并分配").await?;
    walk.see("已按方案分配").await?;

    let mut scored = 0;
    for reviewer in people.reviewers.iter().chain([&people.deng]) {
        for review in reviewer.get("/api/v1/reviews").await.expect(200).body.as_array().cloned().unwrap_or_default() {
            let id = review["id"].as_str().context("an id")?;
            reviewer.post(&format!("/api/v1/reviews/{id}/declare"), json!({"no_interest": true})).await.expect(200);
            let at =
                items.reviewed().position(|(_, item, _)| review["proposal_id"] == json!(item)).context("its item")?;
            let points = json!({"score": 92 - 3 * at, "comment": "有依据"});
            let lines = ["need", "plan", "budget", "effect", "last"].map(|line| (line.to_string(), points.clone()));
            let sheet = json!({"scores": Value::Object(lines.into_iter().collect()), "comment": "可以立项"});
            reviewer.put(&format!("/api/v1/reviews/{id}/scores"), sheet).await.expect(200);
            scored += 1;
        }
    }
    ensure!(scored == 3 * items.reviewed().count(), "{scored} score sheets");
    people.office.post(&format!("/api/v1/calls/{call}/end-review"), json!({})).await.expect(200);
    Ok(())
}

/// Seven are selected, three are not; a supervisor signs that all was in order; everybody learns it in one moment.
async fn released(walk: &mut Walk<'_>, people: &People, call: Uuid, items: &Items) -> Result<()> {
    let not = ["学子归巢", "楼道小书架", "爱在仲夏"];
    for (title, id, _) in items.reviewed() {
        let selected = !not.contains(&title.as_str());
        let decision = if selected { "selected" } else { "not-selected" };
        let body = json!({"decision": decision, "reason": REASON, "cost": selected.then_some(4_000)});
        people.office.put(&format!("/api/v1/proposals/{id}/decision"), body).await.expect(200);
    }
    let supervisor = walk.app.supervisor().await;
    walk.takes_up(&supervisor, "会商监督登记", YEAR).await?;
    walk.fill("监督情况", "会商在市文明办会议室进行，全程到场，程序合规。").await?;
    walk.press("登记到场监督").await?;
    walk.see("监督情况已登记。").await?;
    walk.sits(&people.office).await?;
    walk.goto(&format!("/office/calls/{call}/deliberation")).await?;
    walk.look("year-5-deliberation").await?;
    walk.press_and_agree("统一公布结果").await?;
    walk.see("公示期 5 个工作日").await
}

/// A citizen objects to one item; a clerk who is not concerned finds that it is so; the others go on.
async fn objected(walk: &mut Walk<'_>, people: &People) -> Result<()> {
    walk.until(30, "10:00").await;
    walk.sits(&people.tan).await?;
    walk.press_in_menu("征集").await?;
    walk.follow(YEAR).await?;
    walk.press("查看公示").await?;
    walk.look("year-6-notice").await?;
    walk.press_in(OBJECTED, "提出异议").await?;
    walk.fill("理由类别", "内容不属实").await?;
    walk.fill("具体情况", "申报所写的冲印室在去年已经拆除，没有场地。").await?;
    walk.fill("联系电话或电子邮箱", "13988887777").await?;
    walk.look("year-6-objection").await?;
    walk.press("提交").await?;
    walk.see("已提交，牵头单位会在2个工作日内决定是否受理。").await?;

    walk.takes_up(&people.office, "决定是否受理异议", OBJECTED).await?;
    walk.see_no("13988887777").await?;
    walk.press("受理").await?;
    walk.see("已受理，请指派承办人。").await?;
    walk.fill("承办人", &people.second.name).await?;
    walk.press("指派承办人").await?;
    walk.takes_up(&people.second, "答复异议", OBJECTED).await?;
    walk.press("开始调查核实").await?;
    walk.fill("结论", "异议成立").await?;
    walk.fill("完整答复", "经现场核查，冲印室确已拆除，申报内容与事实不符，异议成立。").await?;
    walk.fill("退回重新办理的理由", "场地已经不存在，须重新论证。").await?;
    walk.look("year-6-answer").await?;
    walk.press("答复").await?;
    walk.see("已答复，提出人会收到通知。").await?;
    walk.sits(&people.tan).await?;
    walk.goto("/objections").await?;
    walk.follow_in(OBJECTED).await?;
    walk.see("冲印室确已拆除").await?;
    walk.see("已办结").await?;
    walk.takes_up(&people.second, "公开异议答复", OBJECTED).await?;
    walk.fill("公开答复内容", "经现场核查，申报所写场地已不存在，异议成立，该项目退回重新论证。").await?;
    walk.press("公开答复").await?;
    walk.see("已在公示页面公开。").await
}

async fn pooled(walk: &mut Walk<'_>, people: &People, items: &Items) -> Result<()> {
    walk.until(45, "10:00").await;
    walk.nobody_sits().await?;
    walk.press_in_menu("储备库").await?;
    let pooled = [SCHOOL, "找到啦", "最美笑脸", "百家爱心屋", RETURNED, "夕阳红理发"];
    for title in pooled {
        walk.see(title).await?;
    }
    for title in [OBJECTED, OUT, DOUBLE, "楼道小书架"] {
        walk.see_no(title).await?;
    }
    walk.look("year-7-pool").await?;
    walk.press_in_menu("征集").await?;
    walk.goto("/calls?phase=all").await?;
    walk.follow(YEAR).await?;
    walk.press("查看公示").await?;
    walk.see("申报所写场地已不存在").await?;
    walk.see_no("13988887777").await?;
    walk.look("year-7-answered").await?;

    // What was upheld is decided anew, and only that.
    let (_, id, _) = items.of(OBJECTED)?;
    walk.sits(&people.office).await?;
    walk.goto(&format!("/proposals/{id}")).await?;
    walk.press("作出决定").await?;
    walk.choose(Some("决定"), "未入选").await?;
    walk.fill("理由", "场地已经不存在，短期内不能落实，项目暂不具备实施条件。建议落实场地后参加下一年度征集，届时可以直接引用本次评审材料。").await?;
    walk.press("保存决定").await?;
    walk.press_and_agree("公布并单独公示").await?;
    walk.see("已公布，该事项单独公示。").await?;
    let pool = people.office.get("/api/v1/pool").await.expect(200).body;
    let found = pool["items"].as_array().map(Vec::len);
    ensure!(found == Some(6), "six stand in the pool: {pool:#}");
    Ok(())
}
