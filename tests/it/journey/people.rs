//! Everybody who takes part, with accounts and organisations: the journey begins with the call.

use twoway_entity::accounts::Role;
use twoway_entity::organizations::OrganizationKind;
use twoway_tests::{Actor, TestApp};

/// The team that carries out 四点半学校.
pub const TEAM: &str = "航宇社区志愿服务队";
pub const OTHER_TEAM: &str = "青禾志愿服务队";
pub const RECIPIENT: &str = "遵义市阳光慈善基金会";

pub struct People {
    /// Two clerks of the lead office.
    pub office: Actor,
    pub second: Actor,
    /// Leads the team, with two volunteers; the first of them is a reviewer too.
    pub chen: Actor,
    pub deng: Actor,
    pub xie: Actor,
    /// Leads the other team.
    pub liu: Actor,
    /// Two parents.
    pub wang: Actor,
    pub hu: Actor,
    /// Signatories of two enterprises.
    pub lin: Actor,
    pub mei: Actor,
    /// Receives money for the fund.
    pub shan: Actor,
    pub reviewers: [Actor; 3],
    pub evaluator: Actor,
    /// Keeps what was found, and checks who claims it.
    pub bao: Actor,
    pub tan: Actor,
    /// Lost a wallet, and says so.
    pub li: Actor,
    pub rival: Actor,
}

impl People {
    pub async fn of(app: &TestApp) -> Self {
        let team = app.organization(OrganizationKind::Team, TEAM).await;
        let other = app.organization(OrganizationKind::Team, OTHER_TEAM).await;
        let faculty = app.organization(OrganizationKind::Reviewing, "黔北师范学院社会学系").await;
        let shops = app.organization(OrganizationKind::Enterprise, "遵义黔山商贸有限公司").await;
        let tea = app.organization(OrganizationKind::Enterprise, "遵义湄水茶业有限公司").await;
        let fund = app.organization(OrganizationKind::Recipient, RECIPIENT).await;
        let deng = app.person("dengguohua", "邓国华", Some((Role::Volunteer, team))).await;
        app.grant(deng.account, Role::Reviewer, faculty).await;
        Self {
            office: app.office().await,
            second: app.second_office().await,
            chen: app.person("chenguilan", "陈桂兰", Some((Role::TeamLead, team))).await,
            deng,
            xie: app.person("xieting", "谢婷", Some((Role::Volunteer, team))).await,
            liu: app.person("liuyang", "刘洋", Some((Role::TeamLead, other))).await,
            wang: app.person("wangfang", "王芳", None).await,
            hu: app.person("huxiaoyan", "胡晓燕", None).await,
            lin: app.person("linhai", "林海", Some((Role::SponsorSignatory, shops))).await,
            mei: app.person("meiyu", "梅雨", Some((Role::SponsorSignatory, tea))).await,
            shan: app.person("shanmin", "单敏", Some((Role::Recipient, fund))).await,
            reviewers: [app.reviewer(1).await, app.reviewer(2).await, app.reviewer(3).await],
            evaluator: app.evaluator().await,
            bao: app.person("baoguanyuan", "鲍冠元", None).await,
            tan: app.person("tanhedui", "谭鹤", None).await,
            li: app.person("liqiang", "李强", None).await,
            rival: app.person("hezhi", "何志", None).await,
        }
    }
}
