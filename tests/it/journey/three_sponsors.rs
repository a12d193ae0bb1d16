//! A school that asks for seven things. Sponsors of three kinds take them on: one lets its hold lapse and the next in the queue comes in
//! its place; of three who share a line one does not want its use changed, and only that line stands still.

use super::SCHOOL;
use super::people::People;
use super::walk::{Walk, date, said};
use crate::adoptions::{checked, held, interest, notice_passed, sign, terms, wishes};
use crate::calls::world;
use anyhow::{Context, Result};
use serde_json::{Value, json};
use twoway_entity::accounts::Role;
use twoway_entity::organizations::OrganizationKind;
use twoway_ids::{DAY, Uuid};
use twoway_tests::{Actor, TestApp};

const BOOKS: &str = "儿童绘本";
const ROOM: &str = "周二活动室";
const SNACKS: &str = "每日点心";

/// Kind, title, unit, minimum, optimum, whether several may share it.
const LINES: [(&str, &str, &str, i64, i64, bool); 7] = [
    ("money", "全年运行经费", "", 2_000, 5_000, true),
    ("goods", BOOKS, "册", 100, 300, true),
    ("goods", SNACKS, "份", 1_000, 3_000, true),
    ("venue", ROOM, "间", 1, 1, false),
    ("people", "作业辅导志愿者", "人", 4, 10, true),
    ("service", "儿童安全培训", "次", 1, 2, true),
    ("media", "电台招募时段", "次", 4, 12, true),
];

struct School {
    proposal: Uuid,
    lines: Vec<Uuid>,
    office: Actor,
    team: Actor,
    fund: Actor,
}

impl School {
    fn line(&self, title: &str) -> Uuid {
        let at = LINES.iter().position(|line| line.1 == title).expect("one of the seven");
        self.lines[at]
    }

    /// From what is held to an agreement in force.
    async fn agreed(&self, walk: &Walk<'_>, sponsor: &Actor, id: Uuid, pays: bool) {
        let path = format!("/api/v1/adoptions/{id}/agreement");
        self.office.post(&path, json!({})).await.expect(200);
        sponsor.put(&path, terms()).await.expect(200);
        self.office.post(&format!("{path}/freeze"), json!({})).await.expect(200);
        let hash = sponsor.get(&path).await.body["hash"].as_str().expect("a hash").to_string();
        let recipient = pays.then_some((&self.fund, "recipient"));
        for (who, party) in
            [(sponsor, "sponsor"), (&self.team, "team"), (&self.office, "office")].into_iter().chain(recipient)
        {
            sign(who, id, party, &hash).await.expect(200);
        }
        notice_passed(walk.app, id).await;
    }
}

pub async fn walked(walk: &mut Walk<'_>) -> Result<()> {
    let people = People::of(walk.app).await;
    let team = people.chen.clone();
    let lines: Vec<Value> = LINES
        .iter()
        .map(|(kind, title, unit, minimum, optimum, divisible)| {
            let recipient = (*kind == "money").then_some(people.shan.organization);
            json!({"kind": kind, "title": title, "unit": unit, "minimum": minimum, "optimum": optimum,
                "divisible": divisible, "required": true, "due_on": date(120), "recipient": recipient})
        })
        .collect();
    let (proposal, lines) = pooled(walk.app, &team, &lines).await;
    let school = School { proposal, lines, office: people.office.clone(), team, fund: people.shan.clone() };
    walk.until(0, "09:30").await;
    lapsed_and_replaced(walk, &people, &school).await?;
    let three = signed(walk, &people, &school).await?;
    refused_by_one(walk, &three, &school).await?;
    told(walk, &three, &school).await
}

/// The school from its call to the pool, as the year before left it.
async fn pooled(app: &TestApp, team: &Actor, needs: &[Value]) -> (Uuid, Vec<Uuid>) {
    let call = world::open_call(app).await;
    let id = world::draft(team, call, SCHOOL).await;
    let mut lines = Vec::new();
    for line in needs {
        lines.push(team.post(&format!("/api/v1/proposals/{id}/needs"), line.clone()).await.expect(201).id());
    }
    world::submit(team, id).await.expect(200);
    app.advance(20 * DAY).await;
    let office = app.office().await;
    office.post(&format!("/api/v1/proposals/{id}/admit"), json!({})).await.expect(200);
    office.post(&format!("/api/v1/calls/{call}/start-review"), json!({})).await.expect(200);
    world::all_scored(app, &[id]).await;
    office.post(&format!("/api/v1/calls/{call}/end-review"), json!({})).await.expect(200);
    world::decide(app, id, true).await.expect(200);
    world::supervise(app, call).await.expect(200);
    office.post(&format!("/api/v1/calls/{call}/release"), json!({})).await.expect(200);
    app.advance(9 * DAY).await;
    (id, lines)
}

/// The enterprise that held the room says nothing more; the one that waited behind it comes in its place.
async fn lapsed_and_replaced(walk: &mut Walk<'_>, people: &People, school: &School) -> Result<()> {
    walk.nobody_sits().await?;
    walk.press_in_menu("认领大厅").await?;
    for line in LINES {
        walk.see(line.1).await?;
    }
    walk.look("school-1-hall").await?;
    let room = school.line(ROOM);
    held(walk.app, &people.mei, school.proposal, &[(room, 1)]).await;
    let mut asked = interest(&people.lin, school.proposal, &[]);
    let asked = asked.as_object_mut().context("an object")?;
    asked.remove("proposal");
    asked.remove("lines");
    asked.insert("quantity".into(), 1.into());
    let queued = people.lin.post(&format!("/api/v1/needs/{room}/queue"), json!(asked)).await.expect(201).id();
    school.office.post(&format!("/api/v1/adoptions/{queued}/check"), checked()).await.expect(200);

    walk.until(16, "10:00").await;
    walk.sits(&people.mei).await?;
    walk.press_in_menu("认领").await?;
    walk.see("逾期失效").await?;
    walk.takes_up(&people.lin, "排队已轮到，请接受", SCHOOL).await?;
    walk.look("school-2-offered").await?;
    walk.press("接受，保留 15 天").await?;
    walk.see("名额已保留。").await?;
    school.agreed(walk, &people.lin, queued, false).await;
    Ok(())
}

/// A private enterprise, one that the State owns, and one that gives what it makes: each takes a part of the books.
async fn signed(walk: &mut Walk<'_>, people: &People, school: &School) -> Result<[(Actor, Uuid); 3]> {
    let (books, snacks) = (school.line(BOOKS), school.line(SNACKS));
    let lines = [(books, 50), (snacks, 1_000), (school.lines[0], 3_000)];
    let first = held(walk.app, &people.lin, school.proposal, &lines).await;
    school.agreed(walk, &people.lin, first, true).await;

    let water = walk.app.organization(OrganizationKind::Enterprise, "遵义水务集团有限公司").await;
    let owned = walk.app.person("songqing", "宋青", Some((Role::SponsorSignatory, water))).await;
    let wish = [(books, 60), (school.lines[4], 6)];
    let mut asked = interest(&owned, school.proposal, &wish);
    asked["state_owned"] = true.into();
    let second = owned.post("/api/v1/adoptions", asked).await.expect(201).id();
    let path = format!("/api/v1/adoptions/{second}");
    school.office.post(&format!("{path}/check"), checked()).await.expect(200);
    owned.post(&format!("{path}/hold"), wishes(&wish)).await.expect(200);
    // What belongs to the State is given away with an approval only.
    walk.takes_up(&owned, "拟定认领协议", SCHOOL).await?;
    walk.press("拟定协议").await?;
    owned.put(&format!("{path}/agreement"), terms()).await.expect(200);
    walk.takes_up(&people.office, "核对并固定认领协议", SCHOOL).await?;
    walk.press("修改协议").await?;
    walk.press_and_agree("固定文本，开始签署").await?;
    walk.see("D11").await?;
    walk.look("school-3-approval").await?;
    let approval = json!({"topic": "state-approval", "outcome": "clear", "source": "市国资委批复", "checked_on": date(16),
        "certificate": "遵国资批〔2027〕7号"});
    school.office.post(&format!("{path}/diligence"), json!({"findings": [approval]})).await.expect(200);
    let agreement = format!("{path}/agreement");
    school.office.post(&format!("{agreement}/freeze"), json!({})).await.expect(200);
    let hash = owned.get(&agreement).await.body["hash"].as_str().context("a hash")?.to_string();
    for (who, party) in [(&owned, "sponsor"), (&school.team, "team"), (&school.office, "office")] {
        sign(who, second, party, &hash).await.expect(200);
    }
    notice_passed(walk.app, second).await;

    let press = walk.app.organization(OrganizationKind::Enterprise, "遵义晨光印务有限公司").await;
    let own = walk.app.person("fangyin", "方印", Some((Role::SponsorSignatory, press))).await;
    let wish = [(books, 100), (school.lines[5], 1), (school.lines[6], 4)];
    let mut asked = interest(&own, school.proposal, &wish);
    asked["own_products"] = true.into();
    let third = own.post("/api/v1/adoptions", asked).await.expect(201).id();
    let mut found = checked();
    let goods = found["findings"].as_array_mut().into_iter().flatten().find(|finding| finding["topic"] == "goods");
    goods.context("goods are looked at")?["certificate"] = "检验报告 2027-31".into();
    school.office.post(&format!("/api/v1/adoptions/{third}/check"), found).await.expect(200);
    own.post(&format!("/api/v1/adoptions/{third}/hold"), wishes(&wish)).await.expect(200);
    school.agreed(walk, &own, third, false).await;

    walk.nobody_sits().await?;
    walk.press_in_menu("储备库").await?;
    walk.follow(SCHOOL).await?;
    walk.press("查看需求清单").await?;
    for text in ["已签约 210", "必需内容均已达到最低需要，项目可以启动"] {
        walk.see(text).await?;
    }
    walk.look("school-4-covered").await?;
    Ok([(people.lin.clone(), first), (owned, second), (own, third)])
}

/// Two agree, one does not: the books stand still, everything else goes on.
async fn refused_by_one(walk: &mut Walk<'_>, three: &[(Actor, Uuid); 3], school: &School) -> Result<()> {
    walk.until(40, "10:00").await;
    walk.sits(&school.team).await?;
    walk.goto(&format!("/adoptions/{}", three[0].1)).await?;
    walk.press(&format!("改变用途：{BOOKS}")).await?;
    walk.press("提出改变用途").await?;
    walk.fill_all(&[("拟改用途", "改为购置课桌椅，仍供四点半学校使用"), ("理由", "市图书馆已经捐来足够的绘本。")])
        .await?;
    walk.press("请认领方答复").await?;
    walk.see("这一项需求暂停交付").await?;
    for ((sponsor, _), agreed) in three.iter().zip([true, false, true]) {
        // Once one has refused, nobody else needs to answer.
        walk.sits(sponsor).await?;
        if !walk.shows("答复改变用途").await? {
            continue;
        }
        walk.press_in(SCHOOL, "答复改变用途").await?;
        walk.see("改为购置课桌椅").await?;
        walk.choose(Some("答复"), if agreed { "同意" } else { "不同意" }).await?;
        if !agreed {
            walk.fill("说明", "本单位希望仍用于孩子们的阅读。").await?;
            walk.look("school-5-answer").await?;
        }
        walk.press("答复改变用途").await?;
        walk.see("已答复。").await?;
    }
    walk.sits(&school.team).await?;
    walk.goto(&format!("/needs/{}/use", school.line(BOOKS))).await?;
    walk.see("有认领方不同意").await?;
    walk.see("本单位希望仍用于孩子们的阅读").await?;
    walk.look("school-5-refused").await?;

    // The books are frozen …
    let sponsor = &three[0].0;
    let of = sponsor.get(&format!("/api/v1/adoptions/{}", three[0].1)).await.expect(200).body["lines"].clone();
    let of = |title: &str| {
        let lines = of.as_array().cloned().unwrap_or_default();
        lines.into_iter().find(|line| line["title"] == title).map(|line| line["id"].clone()).context("its line")
    };
    let proof = json!({"goods_note": "入库单 1", "condition": "good"});
    let sent = |commitment: Value, quantity: i64| json!({"commitment": commitment, "quantity": quantity, "delivered_on": date(40), "proof": proof});
    let deliveries = format!("/api/v1/adoptions/{}/deliveries", three[0].1);
    let frozen = sponsor.post(&deliveries, sent(of(BOOKS)?, 50)).await.expect(409);
    assert_eq!((frozen.code(), frozen.body["rule"].as_str()), ("line-frozen", Some("D12")));
    // … and the snacks arrive.
    sponsor.post(&deliveries, sent(of(SNACKS)?, 1_000)).await.expect(201);
    walk.takes_up(&school.team, "确认交付", SCHOOL).await?;
    walk.press("确认收付").await?;
    walk.see("已确认，进度已更新。").await
}

/// What the enterprise still owes, and what each of its lines became.
async fn told(walk: &mut Walk<'_>, three: &[(Actor, Uuid); 3], school: &School) -> Result<()> {
    walk.sits(&three[0].0).await?;
    walk.press_in_menu("认领").await?;
    walk.press("履约日程").await?;
    walk.see("暂停交付").await?;
    walk.see("已交付 1,000 份").await?;
    walk.look("school-6-obligations").await?;
    walk.goto(&format!("/adoptions/{}/statement", three[0].1)).await?;
    walk.see(BOOKS).await?;
    walk.see(&said(40)).await?;
    walk.look("school-6-statement").await?;
    walk.nobody_sits().await?;
    walk.goto(&format!("/proposals/{}/needs", school.proposal)).await?;
    walk.see("每日点心").await?;
    walk.look("school-7-bars").await
}
