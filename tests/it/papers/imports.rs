//! What somebody uploads is checked row by row, shown, and written whole or not at all.

use super::*;
use crate::adoptions::{move_to, proposal_in};
use crate::calls::world::*;
use reqwest::multipart::{Form, Part};
use serde_json::{Value, json};
use twoway_entity::organizations::OrganizationKind;
use twoway_entity::proposals::ProposalState;
use twoway_ids::{DAY, Uuid};
use twoway_tests::{Answer, credit_code, on_both_databases};

async fn upload(actor: &Actor, path: &str, name: &str, bytes: Vec<u8>) -> Answer {
    let form = Form::new().part("file", Part::bytes(bytes).file_name(name.to_string()));
    let request = actor.request(Method::POST, path).await;
    Answer::of(request.multipart(form)).await
}

/// A CSV file of these rows, as Excel writes it.
fn sheet(rows: &[&[&str]]) -> Vec<u8> {
    let mut writer = csv::WriterBuilder::new().terminator(csv::Terminator::CRLF).from_writer(Vec::from("\u{feff}"));
    rows.iter().for_each(|row| writer.write_record(*row).expect("a row"));
    writer.into_inner().expect("a file")
}

fn errors(view: &Value) -> Vec<(u64, String)> {
    let rows = view["rows"].as_array().expect("rows");
    let of = |row: &Value| {
        let line = row["line"].as_u64().expect("a line");
        let errors = row["errors"].as_array().expect("errors").clone();
        errors.into_iter().map(move |e| (line, e["cell"].as_str().unwrap_or_default().to_string())).collect::<Vec<_>>()
    };
    rows.iter().flat_map(of).collect()
}

const NEEDS: [&str; 10] = [
    "类别",
    "名称",
    "说明",
    "计量单位",
    "最低需要",
    "最多需要",
    "可由几家分别认领",
    "项目启动的必需条件",
    "需用日期",
    "接收单位",
];

async fn lines(actor: &Actor, proposal: Uuid) -> usize {
    actor.get(&format!("/api/v1/proposals/{proposal}/needs")).await.expect(200).body.as_array().expect("a list").len()
}

on_both_databases! {
    async fn need_lines_are_imported_whole_or_not_at_all(app: &TestApp) {
        let (team, office) = (app.team(1).await, app.office().await);
        let recipient = app.organization(OrganizationKind::Recipient, "遵义市慈善总会").await;
        let proposal = proposal_in(app, &team, ProposalState::Eligible, "四点半学校").await;
        let path = format!("/api/v1/proposals/{proposal}/needs/import");
        let books = ["物资", "儿童绘本", "", "册", "100", "300", "是", "是", "2027-03-01", ""];
        let money = ["资金", "教具采购", "", "", "2000", "5,000", "是", "否", "2027-02-15", "遵义市慈善总会"];
        let wrong = ["物资", "", "", "册", "许多", "300", "是", "也许", "2027-03-01", ""];
        let early = ["场地", "活动室", "", "间", "1", "1", "否", "是", "2020-01-01", ""];

        let id = upload(&team, &path, "需求.csv", sheet(&[&NEEDS, &books, &wrong, &early])).await.expect(201).id();
        let view = team.get(&format!("/api/v1/imports/{id}")).await.expect(200).body;
        assert_eq!(errors(&view), [(3, "H3".to_string()), (4, "I4".to_string())], "{view:#}");
        assert_eq!(view["ready"], false);
        let confirm = format!("/api/v1/imports/{id}/confirm");
        assert_eq!(team.post(&confirm, json!({})).await.expect(409).code(), "import-has-errors");
        assert_eq!(lines(&team, proposal).await, 0, "nothing is half imported");

        let id = upload(&team, &path, "需求.csv", sheet(&[&NEEDS, &books, &money])).await.expect(201).id();
        assert_eq!(lines(&team, proposal).await, 0, "nothing is written before it is confirmed");
        let confirm = format!("/api/v1/imports/{id}/confirm");
        for stranger in [&app.team(2).await, &office] {
            stranger.get(&format!("/api/v1/imports/{id}")).await.expect(404);
            stranger.post(&confirm, json!({})).await.expect(404);
        }
        let done = team.post(&confirm, json!({})).await.expect(200).body;
        assert_eq!(team.post(&confirm, json!({})).await.expect(200).body, done, "twice is once");
        let there = team.get(&format!("/api/v1/proposals/{proposal}/needs")).await.expect(200).body;
        assert_eq!(there.as_array().map(Vec::len), Some(2));
        assert_eq!((there[0]["title"].as_str(), there[0]["optimum"].as_i64()), (Some("儿童绘本"), Some(300)));
        assert_eq!(there[1]["recipient"]["id"], recipient.to_string());
        assert_eq!((there[1]["unit"].as_str(), there[1]["optimum"].as_i64()), (Some("元"), Some(5_000)));

        move_to(app, proposal, ProposalState::Pooled).await;
        assert_eq!(upload(&team, &path, "a.csv", sheet(&[&NEEDS, &books])).await.expect(409).code(), "needs-frozen");
        upload(&app.team(2).await, &path, "a.csv", sheet(&[&NEEDS, &books])).await.expect(403);
        upload(&app.anon(), &path, "a.csv", sheet(&[&NEEDS, &books])).await.expect(401);
    }

    async fn a_row_that_no_longer_fits_when_it_is_confirmed_undoes_all(app: &TestApp) {
        let team = app.team(1).await;
        let proposal = proposal_in(app, &team, ProposalState::Eligible, "四点半学校").await;
        let path = format!("/api/v1/proposals/{proposal}/needs/import");
        let row = ["物资", "儿童绘本", "", "册", "100", "300", "是", "是", "2027-03-01", ""];
        let many: Vec<&[&str]> = std::iter::once(&NEEDS[..]).chain(std::iter::repeat_n(&row[..], 40)).collect();
        let id = upload(&team, &path, "a.csv", sheet(&many)).await.expect(201).id();
        team.post(&format!("/api/v1/proposals/{proposal}/needs"), crate::adoptions::books()).await.expect(201);
        let refused = team.post(&format!("/api/v1/imports/{id}/confirm"), json!({})).await.expect(409);
        assert_eq!(refused.code(), "too-many-lines");
        assert_eq!(lines(&team, proposal).await, 1);
    }

    async fn files_that_are_no_such_sheet_are_refused(app: &TestApp) {
        let team = app.team(1).await;
        let proposal = proposal_in(app, &team, ProposalState::Eligible, "四点半学校").await;
        let path = format!("/api/v1/proposals/{proposal}/needs/import");
        let code = async |name: &str, bytes: Vec<u8>| upload(&team, &path, name, bytes).await.code().to_string();
        assert_eq!(code("a.xls", b"x".to_vec()).await, "sheet-kind");
        assert_eq!(code("a.xlsx", b"x".to_vec()).await, "sheet-unreadable");
        assert_eq!(code("a.csv", sheet(&[&NEEDS])).await, "sheet-empty");
        assert_eq!(code("a.csv", sheet(&[&NEEDS[..9], &["x"; 9]])).await, "import-heading-missing");
        let mut other = NEEDS;
        other[9] = "账号";
        assert_eq!(code("a.csv", sheet(&[&other, &["x"; 10]])).await, "import-heading-unknown");
        other[9] = "名称";
        assert_eq!(code("a.csv", sheet(&[&other, &["x"; 10]])).await, "import-heading-twice");
        assert_eq!(code("a.csv", vec![b'x'; (4 << 20) + 1]).await, "too-large");
    }

    async fn a_template_filled_in_is_an_import(app: &TestApp) {
        let team = app.team(1).await;
        let proposal = proposal_in(app, &team, ProposalState::Eligible, "四点半学校").await;
        let pages = team.pages().await;
        let start = format!("/proposals/{proposal}/needs/import");
        let list = pages.get(&format!("/proposals/{proposal}/needs")).await.expect(200);
        assert!(list.body.as_str().is_some_and(|text| text.contains(&start)));
        let page = pages.get(&start).await.expect(200);
        assert!(page.body.as_str().is_some_and(|text| text.contains("各列怎么填") && text.contains("物资")), "{}", page.body);
        let template = pages.get(&format!("{start}/template?format=csv")).await.expect(200);
        let template = template.body.as_str().expect("text").trim_start_matches('\u{feff}').to_string();
        let filled = format!("{template}物资,儿童绘本,,册,100,300,是,是,2027-03-01,\r\n");
        let id = upload(&team, &format!("/api/v1{start}"), "填好.csv", filled.into_bytes()).await.expect(201).id();
        let preview = pages.get(&format!("/imports/{id}")).await.expect(200);
        assert!(preview.body.as_str().is_some_and(|text| text.contains("儿童绘本") && text.contains("新增 1 项")), "{}", preview.body);
        pages.post(&format!("/imports/{id}/confirm"), &[]).await.expect(303);
        let after = pages.get(&format!("/imports/{id}")).await.expect(200);
        assert!(after.body.as_str().is_some_and(|text| text.contains("已全部写入")));
        assert_eq!(lines(&team, proposal).await, 1, "the line of help is no row");
        // An empty template holds nothing.
        let bytes = template.into_bytes();
        assert_eq!(upload(&team, &format!("/api/v1{start}"), "空.csv", bytes).await.expect(409).code(), "sheet-empty");
    }

    async fn organizations_are_imported_by_who_keeps_the_tree(app: &TestApp) {
        let office = app.office().await;
        let path = "/api/v1/organizations/import";
        let root = "遵义市志愿服务牵头办公室";
        let heads: [&str; 6] = {
            let pages = office.pages().await;
            let template = pages.get("/organizations/import/template?format=csv").await.expect(200);
            let first = template.body.as_str().expect("text").trim_start_matches('\u{feff}').lines().next().expect("headings").to_string();
            let heads: Vec<&'static str> = first.split(',').map(|head| &*head.to_string().leak()).collect();
            heads.try_into().expect("six columns")
        };
        let code = credit_code(90);
        let rows: [[&str; 6]; 3] = [
            ["遵义甲公司", "企业", root, &code, "", "供应商"],
            ["凤冈志愿队", "志愿服务队伍", root, "", "", ""],
            ["湄潭县", "属地节点", root, "", "520328", ""],
        ];
        let twice = ["乙公司", "企业", root, code.as_str(), "", ""];
        let id = upload(&office, path, "单位.csv", sheet(&[&heads, &rows[0], &twice])).await.expect(201).id();
        let view = office.get(&format!("/api/v1/imports/{id}")).await.expect(200).body;
        assert_eq!(errors(&view), [(3, String::new())], "the code stands there twice: {view:#}");
        office.delete(&format!("/api/v1/imports/{id}")).await.expect(200);
        office.get(&format!("/api/v1/imports/{id}")).await.expect(404);
        let bad = ["丙公司", "企业", "没有的单位", "123", "", ""];
        let id = upload(&office, path, "单位.csv", sheet(&[&heads, &bad])).await.expect(201).id();
        let view = office.get(&format!("/api/v1/imports/{id}")).await.expect(200).body;
        assert_eq!(errors(&view), [(2, "C2".to_string())]);

        let id = upload(&office, path, "单位.csv", sheet(&[&heads, &rows[0], &rows[1], &rows[2]])).await.expect(201).id();
        office.post(&format!("/api/v1/imports/{id}/confirm"), json!({})).await.expect(200);
        let found = office.get("/api/v1/organizations?name=遵义甲公司").await.expect(200).body;
        assert!(found["items"][0]["verified_at"].is_null(), "{found:#}");
        let enterprise = found["items"][0]["id"].as_str().expect("an id");
        let members = office.get(&format!("/api/v1/organizations/{enterprise}/members")).await.expect(200).body;
        assert_eq!(members["items"].as_array().map(Vec::len), Some(0), "who enters it for others has no role in it");
        office.post(&format!("/api/v1/organizations/{enterprise}/verify"), json!({})).await.expect(200);
        upload(&app.team(1).await, path, "a.csv", sheet(&[&heads, &rows[0]])).await.expect(403);
    }

    async fn a_reviewer_imports_the_scores_of_own_assignments(app: &TestApp) {
        let (call, proposals) = call_in_review(app, &[1, 2]).await;
        let (reviewer, other) = (app.reviewer(1).await, app.reviewer(2).await);
        let mut reviews = Vec::new();
        for proposal in &proposals {
            let id = assign(app, *proposal, &reviewer).await.expect(201).id();
            declare(&reviewer, id).await.expect(200);
            reviews.push(id);
        }
        let foreign = assign(app, proposals[0], &other).await.expect(201).id();
        declare(&other, foreign).await.expect(200);
        score(&reviewer, reviews[0], [50, 50, 50]).await.expect(200);
        let path = format!("/api/v1/calls/{call}/scores/import");
        let pages = reviewer.pages().await;
        let desk = pages.get("/reviews").await.expect(200);
        assert!(desk.body.as_str().is_some_and(|text| text.contains(&format!("/calls/{call}/scores/import"))));
        let template = pages.get(&format!("/calls/{call}/scores/import/template?format=csv")).await.expect(200);
        let text = template.body.as_str().expect("text").trim_start_matches('\u{feff}');
        let mut rows: Vec<Vec<String>> = csv::ReaderBuilder::new()
            .has_headers(false)
            .from_reader(text.as_bytes())
            .records()
            .map(|row| row.expect("a row").iter().map(str::to_string).collect())
            .collect();
        assert_eq!(rows.len(), 2 + 2, "headings, help, own assignments: {rows:?}");
        for row in &mut rows[2..] {
            for at in [2, 4, 6] {
                row[at] = "90".into();
            }
        }
        let file = |rows: &[Vec<String>]| {
            let rows: Vec<Vec<&str>> = rows.iter().map(|row| row.iter().map(String::as_str).collect()).collect();
            sheet(&rows.iter().map(Vec::as_slice).collect::<Vec<_>>())
        };
        let mut bad = rows.clone();
        bad[2][2] = "101".into();
        bad[3][0] = foreign.to_string();
        let id = upload(&reviewer, &path, "评分.csv", file(&bad)).await.expect(201).id();
        let view = reviewer.get(&format!("/api/v1/imports/{id}")).await.expect(200).body;
        assert_eq!(errors(&view), [(3, "C3".to_string()), (4, String::new())], "{view:#}");

        let twice = [&rows[..], &rows[2..3]].concat();
        let id = upload(&reviewer, &path, "评分.csv", file(&twice)).await.expect(201).id();
        let view = reviewer.get(&format!("/api/v1/imports/{id}")).await.expect(200).body;
        let said = twoway::http::texts::Locale::ZhCn.t(&format!("refusal-{}", "import-row-twice"));
        assert_eq!((errors(&view), view["rows"][2]["errors"][0]["text"].as_str()), (vec![(5, String::new())], Some(&*said)));

        let id = upload(&reviewer, &path, "评分.csv", file(&rows)).await.expect(201).id();
        let view = reviewer.get(&format!("/api/v1/imports/{id}")).await.expect(200).body;
        let changed = view["rows"].as_array().expect("rows").iter().filter(|row| row["changes"] == true).count();
        assert_eq!((changed, &view["ready"]), (1, &json!(true)));
        reviewer.post(&format!("/api/v1/imports/{id}/confirm"), json!({})).await.expect(200);
        for review in &reviews {
            assert_eq!(reviewer.get(&format!("/api/v1/reviews/{review}")).await.expect(200).body["total"], 9_000);
        }
        assert!(other.get(&format!("/api/v1/reviews/{foreign}")).await.expect(200).body["total"].is_null());
        upload(&app.team(1).await, &path, "评分.csv", file(&rows)).await.expect(403);
    }

    async fn what_nobody_confirms_is_gone_after_a_day(app: &TestApp) {
        let team = app.team(1).await;
        let proposal = proposal_in(app, &team, ProposalState::Eligible, "四点半学校").await;
        let path = format!("/api/v1/proposals/{proposal}/needs/import");
        let row = ["物资", "儿童绘本", "", "册", "100", "300", "是", "是", "2027-03-01", ""];
        let id = upload(&team, &path, "a.csv", sheet(&[&NEEDS, &row])).await.expect(201).id();
        app.advance(DAY).await;
        team.get(&format!("/api/v1/imports/{id}")).await.expect(404);
        team.post(&format!("/api/v1/imports/{id}/confirm"), json!({})).await.expect(404);
        twoway::housekeeping::sweep(&app.app).await.expect("swept");
        use sea_orm::EntityTrait;
        let left = twoway_entity::papers::sheet_import::Entity::find().all(app.app.db.read()).await.expect("read");
        assert!(left.is_empty(), "{left:?}");
    }
}
