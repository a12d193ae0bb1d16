//! Every part of a page in every state, for those who design and check pages. Mounted at `/design` in development only.

use super::components::*;
use super::form_view::{FieldWords, FormView, answers};
use super::page::{Acting, ActingChoice, ErrorPage, NavItem, Page, Shell};
use super::panel::{Names, Panel};
use super::preferences::Preferences;
use super::texts::{Locale, Texts};
use askama::Template;
use axum::extract::Path;
use axum::http::{StatusCode, Uri};
use axum::response::IntoResponse;
use serde_json::json;
use twoway_manifest::{Choice, DataClass, Field, FieldType, ShowIf, ViewModel, check_form};

/// 2026-11-23 10:00 in China: the gallery shows the same words every day.
const NOW: i64 = 1_795_399_200_000;
const HOUR: i64 = 3_600_000;
const DAY: i64 = 24 * HOUR;

#[derive(Template)]
#[template(path = "gallery.html")]
struct Gallery {
    shell: Shell,
    stepper: Stepper,
    long_stepper: Stepper,
    next_steps: Vec<NextStep>,
    badges: Vec<StateBadge>,
    facts: Facts,
    filters: Filters,
    table: Table,
    empty_table: Table,
    pager: Pager,
    history: HistoryList,
    timeline: Timeline,
    coverage: Vec<CoverageLine>,
    form: FormView,
    wrong_form: FormView,
    panel: Panel,
    dead_panel: Panel,
    buttons: Vec<ActionButton>,
}

/// `GET /design`
pub async fn show(preferences: Preferences, uri: Uri) -> impl IntoResponse {
    let l = preferences.locale;
    let shell = frame(&preferences, &uri).crumb("征集", "/design").titled("组件与样式");
    Page::new(Gallery {
        stepper: dated_stepper(l),
        long_stepper: Stepper::linear(
            [
                "draft",
                "internal-review",
                "previewed",
                "open",
                "screening",
                "reviewing",
                "deliberating",
                "public-notice",
                "concluded",
            ]
            .map(|s| l.t(&format!("state-call-{s}"))),
            3,
        ),
        next_steps: next_steps(l),
        badges: badges(l),
        facts: facts(l),
        filters: filters(),
        table: table(l),
        empty_table: Table::new(
            "认领",
            vec![],
            EmptyState::new("hands", "还没有认领", "从认领大厅挑选一项需求，点“认领”即可为它保留名额 15 天。")
                .button(ActionButton::link("去认领大厅", "/design").primary()),
        ),
        pager: Pager {
            first: Some("/design".into()),
            next: Some("/design?after=1".into()),
            shown: 25,
            total: Some(128),
        },
        history: history(l),
        timeline: timeline(l),
        coverage: coverage(),
        form: enrolment(l, false),
        wrong_form: enrolment(l, true),
        panel: panel(l),
        dead_panel: Panel::unavailable("今日在园".into(), "四点半学校".into()),
        buttons: vec![
            ActionButton::link("发布征集", "/design").primary().icon("speakerphone"),
            ActionButton::link("导出名册", "/design").icon("download"),
            terminate(),
            ActionButton::link("了解认领流程", "/design").look(Look::Quiet),
        ],
        shell,
    })
}

/// `GET /design/error/{status}`: 400, 401, 403, 404, 409, 413, 422, 429, 500 and 503.
pub async fn error(Path(status): Path<u16>, preferences: Preferences, uri: Uri) -> impl IntoResponse {
    let shell = frame(&preferences, &uri);
    let page = ErrorPage::new(shell, StatusCode::from_u16(status).unwrap_or(StatusCode::NOT_FOUND));
    match status {
        422 => page
            .heading("这一项已经认领满了")
            .detail("“课后辅导志愿者”最多需要 12 人，目前已保留和签约 12 人。")
            .rule("同一需求已保留、签约和交付的数量之和不得超过最优需要量（认领规则第 5 条）")
            .way_out(ActionButton::link("看看其他可认领的需求", "/design").primary())
            .way_out(ActionButton::link("登记候补", "/design")),
        500 => page.reference("TW-7F3A-2209"),
        _ => page,
    }
}

fn frame(preferences: &Preferences, uri: &Uri) -> Shell {
    let l = preferences.locale;
    let mut shell = Shell::new(preferences, uri.path_and_query().map_or("/design", |p| p.as_str()));
    shell.user = Some("周敏".into());
    shell.acting = Some(Acting {
        name: "红花岗区文明办".into(),
        others: vec![
            ActingChoice { id: "1".into(), name: "遵义市义工联合会".into() },
            ActingChoice { id: String::new(), name: "本人".into() },
        ],
    });
    shell.nav = vec![
        NavItem::new(l.t("nav-workbench"), "/work", "checklist").count(7),
        NavItem::new(l.t("nav-calls"), "/design", "speakerphone"),
        NavItem::new(l.t("nav-hall"), "/hall", "heart-handshake"),
        NavItem::new(l.t("nav-projects"), "/projects", "clipboard-list"),
        NavItem::new(l.t("nav-organizations"), "/organizations", "sitemap"),
    ];
    shell
}

fn dated_stepper(l: Locale) -> Stepper {
    let step =
        |label: &str, status, when: i64| Step { label: label.into(), status, when: Some(Moment::day(l, NOW + when)) };
    Stepper {
        steps: vec![
            step("申报", StepStatus::Done, -40 * DAY),
            step("评审", StepStatus::Done, -22 * DAY),
            step("公示", StepStatus::Done, -12 * DAY),
            step("社会认领", StepStatus::Current, 4 * DAY),
            Step { label: "实施".into(), status: StepStatus::Next, when: None },
            Step { label: "评价".into(), status: StepStatus::Next, when: None },
        ],
    }
}

fn terminate() -> ActionButton {
    ActionButton::post("终止项目", "/design").look(Look::Danger).icon("ban").with("_version", 3).confirm(Confirm {
        title: "终止“四点半学校·老城小学”？".into(),
        text: "终止后不能恢复，需要另一位工作人员确认后生效。".into(),
        points: vec![
            "2 家认领企业的 3 项承诺将解除，并收到通知".into(),
            "本周 4 场活动取消，38 名学生家长收到短信".into(),
            "项目数据保留 10 年，仅供查阅".into(),
        ],
        ok: "提交终止申请".into(),
    })
}

fn next_steps(l: Locale) -> Vec<NextStep> {
    vec![
        NextStep {
            tone: Tone::Active,
            heading: "请在公示前核对 3 份评审意见".into(),
            text: "三位评审已全部打分，没有利益冲突。核对后将进入 5 个工作日的公示。".into(),
            due: Some(Moment::due(l, NOW + 4 * DAY, NOW, Some(3))),
            buttons: vec![
                ActionButton::post("核对无误，进入公示", "/design").primary(),
                ActionButton::link("逐份查看意见", "/design"),
                terminate(),
            ],
        },
        NextStep {
            tone: Tone::Attention,
            heading: "等待贵州播州酒业有限公司确认协议".into(),
            text: "协议已发送给对方。对方逾期未确认的，名额将自动释放给候补企业。".into(),
            due: Some(Moment::due(l, NOW + 6 * HOUR, NOW, None)),
            buttons: vec![ActionButton::link("查看协议", "/design")],
        },
        NextStep {
            tone: Tone::Good,
            heading: "评价已完成，等次 A".into(),
            text: "公示期内没有收到异议，结果已记入下一年度储备库排序。".into(),
            due: None,
            buttons: vec![],
        },
        NextStep {
            tone: Tone::Bad,
            heading: "项目已叫停".into(),
            text: "安全员于 11月22日 叫停：场地消防验收到期。服务对象和认领单位均已通知。".into(),
            due: Some(Moment::due(l, NOW - 3 * DAY, NOW, None)),
            buttons: vec![],
        },
    ]
}

fn badges(l: Locale) -> Vec<StateBadge> {
    vec![
        StateBadge::of(l, "call", "draft", Tone::Neutral).icon("pencil"),
        StateBadge::of(l, "call", "open", Tone::Active),
        StateBadge::of(l, "proposal", "returned_for_fix", Tone::Attention),
        StateBadge::of(l, "proposal", "approved", Tone::Good),
        StateBadge::of(l, "project", "suspended", Tone::Bad),
    ]
}

fn facts(l: Locale) -> Facts {
    Facts::new()
        .fact("申报单位", Cell::link("老城街道青年志愿服务队", "/design"))
        .fact("服务对象", Cell::text("小学一至三年级放学后无人看护的学生"))
        .fact("每周服务", Cell::number("5 天 × 2 小时"))
        .fact("状态", Cell::State(StateBadge::of(l, "project", "running", Tone::Active)))
        .fact("提交时间", Cell::When(Moment::past(l, NOW - 3 * HOUR, NOW)))
        .fact("附件", Cell::List(vec!["场地照片（3 张）".into(), "消防验收意见.pdf".into()]))
        .fact("联合单位", Cell::Nothing)
}

fn filters() -> Filters {
    let filter = |label: &str, count, current| Filter {
        label: label.into(),
        href: format!("/design?state={count}"),
        current,
        count: Some(count),
    };
    Filters {
        label: "按状态筛选".into(),
        filters: vec![
            filter("全部", 128, true),
            filter("征集中", 4, false),
            filter("公示中", 2, false),
            filter("已结束", 122, false),
        ],
    }
}

fn table(l: Locale) -> Table {
    let mut table = Table::new(
        "征集列表",
        vec![
            Column::new("征集名称").sort("/design?sort=title", None),
            Column::new("组织"),
            Column::new("状态"),
            Column::new("申报数").numeric().sort("/design?sort=n", Some("descending")),
            Column::new("截止").sort("/design?sort=due", None),
        ],
        EmptyState::new("calendar", "", ""),
    );
    let rows = [
        (
            "2026 年下半年志愿服务项目征集",
            "遵义市文明办",
            Tone::Active,
            "open",
            46,
            Moment::due(l, NOW + 4 * DAY, NOW, Some(3)),
        ),
        ("“爱心校门”微项目征集", "红花岗区文明办", Tone::Active, "open", 18, Moment::due(l, NOW + 6 * HOUR, NOW, None)),
        (
            "社区助老服务需求对接征集（汇川区、播州区联合）",
            "遵义市义工联合会",
            Tone::Attention,
            "public-notice",
            31,
            Moment::day(l, NOW - 9 * DAY),
        ),
        ("乡村书屋伙伴计划", "湄潭县文明办", Tone::Neutral, "draft", 0, Moment::day(l, NOW + 40 * DAY)),
    ];
    for (title, body, tone, state, n, due) in rows {
        table.row(vec![
            Cell::link(title, "/design"),
            Cell::text(body),
            Cell::State(StateBadge::of(l, "call", state, tone)),
            Cell::number(n),
            Cell::When(due),
        ]);
    }
    table
}

fn history(l: Locale) -> HistoryList {
    let entry = |what: &str, who: &str, acting_for: Option<&str>, ago: i64, tone| HistoryEntry {
        what: what.into(),
        who: who.into(),
        acting_for: acting_for.map(str::to_string),
        when: Moment::past(l, NOW - ago, NOW),
        reason: None,
        changes: vec![],
        tone,
    };
    HistoryList {
        entries: vec![
            HistoryEntry {
                reason: Some("第 3 项预算缺少计算依据，请补充物料单价。".into()),
                ..entry("退回补正", "周敏", Some("红花岗区文明办"), 12 * 60_000, Tone::Attention)
            },
            HistoryEntry {
                changes: vec![
                    Change { label: "每周服务".into(), before: Some("3 天".into()), after: Some("5 天".into()) },
                    Change { label: "志愿者人数".into(), before: None, after: Some("12 人".into()) },
                ],
                ..entry("修改并重新提交", "陈立", Some("老城街道青年志愿服务队"), 16 * HOUR, Tone::Active)
            },
            entry("提交申报", "陈立", Some("老城街道青年志愿服务队"), 5 * DAY, Tone::Good),
            entry("创建草稿", "陈立", None, 9 * DAY, Tone::Neutral),
        ],
    }
}

fn timeline(l: Locale) -> Timeline {
    let entry = |heading: &str, text: &str, ago: i64, tone| TimelineEntry {
        when: Moment::day(l, NOW - ago),
        heading: heading.into(),
        text: text.into(),
        href: None,
        tone,
    };
    Timeline {
        entries: vec![
            entry("征集发布", "市文明办面向全市征集课后看护类项目，收到申报 46 份。", 120 * DAY, Tone::Good),
            entry("公示结束", "公示 5 个工作日，未收到异议，项目进入储备库。", 70 * DAY, Tone::Good),
            entry("社会认领", "2 家企业认领场地和教具，12 名志愿者报名。", 45 * DAY, Tone::Good),
            TimelineEntry {
                href: Some("/design".into()),
                ..entry("开园", "已服务 38 名学生，累计 152 场。", 30 * DAY, Tone::Active)
            },
        ],
    }
}

fn coverage() -> Vec<CoverageLine> {
    let line = |label: &str, unit: &str, required, delivered, active, held, minimum, optimum| CoverageLine {
        label: label.into(),
        href: Some("/design".into()),
        unit: unit.into(),
        required,
        held,
        active,
        delivered,
        conditional: 0,
        minimum,
        optimum,
        over: false,
        button: None,
    };
    vec![
        CoverageLine {
            button: Some(ActionButton::link("认领", "/design").primary()),
            ..line("课后辅导志愿者", "人", true, 3, 2, 2, 8, 12)
        },
        line("活动场地（每周 5 天）", "间", true, 1, 0, 0, 1, 1),
        CoverageLine {
            conditional: 60,
            button: Some(ActionButton::link("认领", "/design")),
            ..line("绘本", "册", false, 0, 120, 80, 200, 400)
        },
    ]
}

fn fields() -> Vec<Field> {
    let field = |key: &str, kind, title: &str| Field { title: Some(title.into()), ..Field::new(key, kind) };
    let choice = |value: &str, title: &str| Choice { value: value.into(), title: Some(title.into()) };
    vec![
        Field {
            required: true,
            help: Some("用服务对象看得懂的话，不超过 30 字。".into()),
            max_length: Some(30),
            ..field("title", FieldType::Line, "项目名称")
        },
        Field { max_length: Some(800), ..field("need", FieldType::Text, "要解决的问题") },
        Field {
            required: true,
            min: Some(1),
            max: Some(500),
            unit: Some("people".into()),
            ..field("people", FieldType::Integer, "服务人数")
        },
        Field {
            required: true,
            options: vec![
                choice("child", "儿童"),
                choice("elder", "老年人"),
                choice("disabled", "残疾人"),
                choice("all", "全体居民"),
            ],
            ..field("group", FieldType::Choice, "服务对象")
        },
        Field {
            options: vec![choice("mon", "周一"), choice("wed", "周三"), choice("fri", "周五")],
            ..field("days", FieldType::Choices, "服务日")
        },
        Field {
            options: (1..=7)
                .map(|i| {
                    choice(
                        &i.to_string(),
                        ["红花岗区", "汇川区", "播州区", "新蒲新区", "湄潭县", "凤冈县", "仁怀市"][i - 1],
                    )
                })
                .collect(),
            ..field("place", FieldType::Choice, "服务地区")
        },
        Field { required: true, ..field("minors", FieldType::Boolean, "服务中是否接触未成年人") },
        Field {
            required: true,
            show_if: Some(ShowIf { field: "minors".into(), equals: true.into() }),
            ..field("guard", FieldType::Line, "未成年人保护负责人")
        },
        field("start", FieldType::Date, "开始日期"),
        field("open_at", FieldType::Instant, "首场时间"),
        Field {
            required: true,
            class: DataClass::P3,
            purpose: Some("identity".into()),
            help: Some("仅用于实名核验。".into()),
            ..field("id_number", FieldType::IdNumber, "负责人身份证号")
        },
        Field { required: true, ..field("phone", FieldType::Phone, "联系电话") },
        Field {
            help: Some("PDF 或图片，不超过 10 MB。".into()), ..field("plan", FieldType::File, "实施方案")
        },
        field("agree", FieldType::Boolean, "同意在项目页公示单位名称"),
    ]
}

fn enrolment(l: Locale, wrong: bool) -> FormView {
    let fields = fields();
    let words = FieldWords::host(l, "field-design");
    let typed: Vec<(String, String)> = [
        ("title", "四点半学校·老城小学"),
        ("need", "辖区三所小学下午四点放学，双职工家庭六点才能接孩子，约两个小时无人看护。"),
        ("people", if wrong { "8000" } else { "40" }),
        ("group", "child"),
        ("days", "mon"),
        ("days", "fri"),
        ("place", "1"),
        ("minors", "true"),
        ("start", "2026-12-01"),
        ("open_at", "2026-12-01T16:00"),
        ("id_number", if wrong { "520302199001011234" } else { "" }),
        ("phone", "0851-28220000"),
        ("agree", "true"),
    ]
    .map(|(k, v)| (k.to_string(), v.to_string()))
    .into();
    let given = answers(&fields, &typed);
    let errors = if wrong { check_form(&fields, &given).err().unwrap_or_default() } else { Vec::new() };
    let mut form = FormView::new("/design", &fields, &words, &given, &errors)
        .with("_version", 1)
        .submit("提交申报")
        .button("保存草稿", "draft", Look::Plain)
        .cancel("返回", "/design");
    for field in &mut form.fields {
        // Two forms on one page: ids must differ.
        field.id = format!("{}-{wrong}", field.id);
    }
    form
}

struct GalleryNames;

impl Names for GalleryNames {
    fn person(&self, pseudonym: &str) -> Option<String> {
        (pseudonym == "p1").then(|| "李红".to_string())
    }

    fn record(&self, id: &str) -> Option<(String, String)> {
        Some((format!("王小{}", if id == "r1" { "雨" } else { "川" }), "/design".into()))
    }

    fn state_tone(&self, _: &str, state: &str) -> Tone {
        if state == "overdue" { Tone::Bad } else { Tone::Active }
    }
}

fn panel(l: Locale) -> Panel {
    let words = |key: &str| json!({ "key": key });
    let view = json!({
        "alerts": [{"level": "warning", "text": {"key": "label-late", "values": {"n": 1}}}],
        "facts": [
            {"label": words("label-in-care"), "value": {"number": 17}},
            {"label": words("label-adults"), "value": {"number": 3}},
            {"label": words("label-rate"), "value": {"percent": 92_500}},
        ],
        "progress": [{"label": words("label-places"), "value": 17, "max": 40}],
        "tables": [
            {"title": words("label-today"), "empty": words("label-nobody"), "columns": [words("label-pupil"), words("label-state"), words("label-adult"), words("label-since")], "rows": [
                [{"record": "r1"}, {"state": {"kind": "visit", "state": "in-care"}}, {"person": "p1"}, {"instant": NOW - HOUR}],
                [{"record": "r2"}, {"state": {"kind": "visit", "state": "overdue"}}, {"person": "p2"}, {"instant": NOW - 2 * HOUR}],
            ]},
            {"title": words("label-visitors"), "empty": words("label-nobody"), "columns": [words("label-pupil")], "rows": []},
        ],
    });
    let zh = "label-late = 有 { $n } 名学生超过约定时间未接\nlabel-in-care = 在园学生\nlabel-adults = 在岗成人\nlabel-rate = 准时接走率\nlabel-places = 今日名额\nlabel-today = 今日接送\nlabel-nobody = 今天没有登记\nlabel-pupil = 学生\nlabel-state = 状态\nlabel-adult = 值班人\nlabel-since = 到园\nlabel-visitors = 访客\nstate-visit-in-care = 在园\nstate-visit-overdue = 超时未接";
    let (texts, _) = Texts::new(&[zh], &[]);
    match ViewModel::parse(view) {
        Ok(view) => Panel::new(l, "今日在园".into(), "四点半学校".into(), &texts, &view, &GalleryNames),
        Err(_) => Panel::unavailable("今日在园".into(), "四点半学校".into()),
    }
}
