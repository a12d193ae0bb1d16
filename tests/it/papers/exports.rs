//! An export holds exactly what its page shows: scope, filter, order and words.

use super::*;
use crate::adoptions::{active, books, interest, pooled, room};
use crate::calls::world::*;
use sea_orm::{ActiveModelTrait, ActiveValue::Set};
use serde_json::{Value, json};
use twoway_entity::organizations::{OrganizationKind, organization};
use twoway_ids::{DAY, HOUR, Uuid};
use twoway_tests::on_both_databases;

const HOSTILE: &str = "=HYPERLINK(\"https://evil.example\",\"领奖\")";

fn column(rows: &[Vec<String>], at: usize) -> Vec<&str> {
    rows.iter().skip(1).map(|row| row[at].as_str()).collect()
}

fn titles(list: &Value) -> Vec<&str> {
    list["items"].as_array().expect("items").iter().map(|item| item["title"].as_str().expect("a title")).collect()
}

on_both_databases! {
    async fn handed_in_proposals_are_exported_as_the_desk_shows_them(app: &TestApp) {
        let (office, team) = (app.office().await, app.team(1).await);
        let call = call_with(app, |input| input["cap"] = json!(5)).await;
        app.advance(7 * DAY + HOUR).await;
        let first = submitted(&team, call, "四点半学校").await;
        submitted(&team, call, HOSTILE).await;
        draft(&team, call, "还没有提交").await;
        submitted(&app.team(2).await, call, "社区书屋").await;
        app.advance(20 * DAY).await;
        office.post(&format!("/api/v1/proposals/{first}/admit"), json!({})).await.expect(200);

        let path = format!("/api/v1/calls/{call}/proposals/export");
        let rows = csv(&office, &path).await;
        assert_eq!(rows[0], ["项目名称", "申报人", "状态", "受理编号", "提交时间"]);
        let list = office.get(&format!("/api/v1/calls/{call}/proposals")).await.expect(200).body;
        let shown: Vec<String> = titles(&list).iter().map(|t| if *t == HOSTILE { format!("'{t}") } else { t.to_string() }).collect();
        assert_eq!(column(&rows, 0), shown, "the same rows in the same order; a formula is kept from being one");
        let one = rows.iter().find(|row| row[0] == "四点半学校").expect("the first");
        assert_eq!((one[1].as_str(), one[2].as_str()), ("志愿队1", "符合条件"));

        let narrowed = csv(&office, &format!("{path}?state=eligible")).await;
        assert_eq!(column(&narrowed, 0), ["四点半学校"]);
        let sheet = xlsx(&office, &path).await;
        assert_eq!(sheet[0][0], Data::String("申报项目（2027年度志愿服务项目征集）".into()));
        assert!(sheet.iter().any(|row| row[0] == Data::String(HOSTILE.into())), "a text whatever it begins with");
        let named = file(&office, &path).await.name();
        assert!(named.starts_with("申报项目-2027年度志愿服务项目征集-2026-1"), "{named}");

        // The page's own door gives the same, and its list leads there.
        let pages = office.pages().await;
        let desk = format!("/office/calls/{call}/screening");
        let page = pages.get(&format!("{desk}?state=eligible")).await.expect(200);
        let link = format!("{desk}/export?state=eligible&#38;format=csv");
        assert!(page.body.as_str().is_some_and(|text| text.contains(&link)), "{}", page.body);
        let from_page = pages.get(&format!("{desk}/export?state=eligible&format=csv")).await.expect(200);
        assert!(from_page.body.as_str().is_some_and(|text| text.contains("四点半学校") && !text.contains("社区书屋")));

        let node = app.node_admin(1).await;
        node.get(&path).await.expect(404);
        team.get(&path).await.expect(403);
        app.anon().get(&path).await.expect(401);
        office.get(&format!("{path}?format=pdf")).await.expect(400);
        assert_eq!(csv(&office.with("accept-language", "en"), &path).await[0][0], "Title");
    }

    async fn scores_go_to_the_office_and_results_to_everybody_when_they_are_published(app: &TestApp) {
        let (call, proposals) = call_in_review(app, &[1, 2]).await;
        let (office, reviewer) = (app.office().await, app.reviewer(1).await);
        let review = assign(app, proposals[0], &reviewer).await.expect(201).id();
        declare(&reviewer, review).await.expect(200);
        score(&reviewer, review, [80, 90, 70]).await.expect(200);
        let reviews = format!("/api/v1/calls/{call}/reviews/export");
        let rows = csv(&office, &reviews).await;
        assert_eq!(rows.len(), 2);
        assert_eq!(rows[1][..4], ["四点半学校1", reviewer.name.as_str(), "已打分", "81.00"]);
        let ranking = format!("/api/v1/calls/{call}/ranking/export");
        for path in [&reviews, &ranking] {
            reviewer.get(path).await.expect(403);
            app.team(1).await.get(path).await.expect(403);
        }
        let results = format!("/api/v1/calls/{call}/results/export");
        app.anon().get(&results).await.expect(404);

        all_scored(app, &proposals[1..]).await;
        for n in 2..=3 {
            let reviewer = app.reviewer(n).await;
            let review = assign(app, proposals[0], &reviewer).await.expect(201).id();
            declare(&reviewer, review).await.expect(200);
            score(&reviewer, review, [85, 85, 85]).await.expect(200);
        }
        office.post(&format!("/api/v1/calls/{call}/end-review"), json!({})).await.expect(200);
        decide(app, proposals[0], true).await.expect(200);
        decide(app, proposals[1], false).await.expect(200);
        let ranked = csv(&office, &ranking).await;
        assert_eq!(ranked[0], ["项目名称", "名次", "平均分", "决定", "核定经费（元）", "理由"]);
        assert_eq!(ranked[2][1..5], ["2", "83.67", "拟入选", "42000"], "{ranked:?}");
        supervise(app, call).await.expect(200);
        office.post(&format!("/api/v1/calls/{call}/release"), json!({})).await.expect(200);
        let published = csv(&app.anon(), &results).await;
        assert_eq!(column(&published, 0), ["四点半学校1"]);
        assert_eq!(published[1][3], "42000");
        let page = app.anon().pages().await.get(&format!("/calls/{call}/results")).await.expect(200);
        assert!(page.body.as_str().is_some_and(|text| text.contains(&format!("/calls/{call}/results/export?format=xlsx"))));
        for place in ["reviews", "deliberation"] {
            let page = office.pages().await.get(&format!("/office/calls/{call}/{place}")).await.expect(200);
            let link = format!("/office/calls/{call}/{place}/export?format=xlsx");
            assert!(page.body.as_str().is_some_and(|text| text.contains(&link)), "{place}");
        }
    }

    async fn needs_and_adoptions_are_exported_to_who_sees_them(app: &TestApp) {
        let (team, office) = (app.team(1).await, app.office().await);
        let (proposal, lines) = pooled(app, &team, "四点半学校", &[books(), room()]).await;
        let (one, other) = (app.sponsor(1).await, app.sponsor(2).await);
        active(app, &one, &team, &[], proposal, &[(lines[0], 120)]).await;
        app.advance(HOUR).await;
        other.post("/api/v1/adoptions", interest(&other, proposal, &[(lines[1], 1)])).await.expect(201);

        let rows = csv(&app.anon(), &format!("/api/v1/proposals/{proposal}/needs/export")).await;
        assert_eq!(column(&rows, 1), ["儿童绘本", "周二活动室"]);
        assert_eq!(rows[1][4..13], ["100", "300", "0", "120", "0", "180", "是", "是", "2027-03-01"]);
        let page = app.anon().pages().await.get(&format!("/proposals/{proposal}/needs")).await.expect(200);
        assert!(page.body.as_str().is_some_and(|text| text.contains("/needs/export?format=xlsx") && text.contains("/needs.pdf")));

        let path = "/api/v1/adoptions/export";
        assert_eq!(column(&csv(&office, &format!("{path}?room=office")).await, 1), ["企业2", "企业1"], "the newest first");
        assert_eq!(column(&csv(&office, &format!("{path}?room=office&stage=running")).await, 1), ["企业1"]);
        let own = csv(&one, path).await;
        assert_eq!(own[1], ["四点半学校", "企业1", "履约中", "儿童绘本 120 册", "儿童绘本：2027年3月1日前交付"]);
        assert_eq!(column(&csv(&other, path).await, 1), ["企业2"]);
        assert_eq!(csv(&other, &format!("{path}?room=office")).await.len(), 1, "headings alone");
        app.anon().get(path).await.expect(401);
        office.get(&format!("{path}?room=attic")).await.expect(400);
        let page = one.pages().await.get("/adoptions").await.expect(200);
        assert!(page.body.as_str().is_some_and(|text| text.contains("/adoptions/export?room=sponsor&#38;format=xlsx")));
    }

    async fn a_list_of_several_pages_is_exported_whole_and_in_its_order(app: &TestApp) {
        let root = app.root().await;
        let tenant = app.app.tenant;
        let at = app.now();
        app.step(move |step| async move {
            for n in 0..230_u128 {
                let id = Uuid::from_u128(0x0193_f5a0_0000_7000_8000_0000_0000_0000 + n);
                let row = organization::ActiveModel {
                    tenant_id: Set(tenant),
                    id: Set(id),
                    parent_id: Set(Some(root)),
                    path: Set(format!("/{}/{}/", root.simple(), id.simple())),
                    kind: Set(OrganizationKind::Team),
                    name: Set(format!("队伍{n:03}")),
                    credit_code: Set(None),
                    division_code: Set(None),
                    introduction: Set(String::new()),
                    // The last ones are not verified and not for everybody.
                    verified_at: Set((n < 210).then_some(at)),
                    verified_by: Set(None),
                    version: Set(1),
                    created_at: Set(at),
                };
                step.wrote_rows(&[row.insert(step.tx()).await?]);
            }
            step.record("organization", root, "registered", json!({}));
            Ok(())
        })
        .await;
        let path = "/api/v1/organizations/export?kind=team";
        let wanted = |n: usize| (0..n).map(|n| format!("队伍{n:03}")).collect::<Vec<_>>();
        assert_eq!(column(&csv(&app.anon(), path).await, 0), wanted(210));
        assert_eq!(column(&csv(&app.office().await, path).await, 0), wanted(230));
        let sheet = xlsx(&app.office().await, path).await;
        assert_eq!(sheet.len(), 2 + 230, "title, headings, rows");
    }

    async fn exports_ask_as_much_for_one_row_as_for_three(app: &TestApp) {
        let (team, office) = (app.team(1).await, app.office().await);
        let call = call_with(app, |input| input["cap"] = json!(5)).await;
        app.advance(7 * DAY + HOUR).await;
        submitted(&team, call, "一").await;
        let (proposal, lines) = pooled(app, &team, "四点半学校", &[books(), room()]).await;
        let sponsor = app.sponsor(1).await;
        sponsor.post("/api/v1/adoptions", interest(&sponsor, proposal, &[(lines[0], 10)])).await.expect(201);
        let of_call = format!("/api/v1/calls/{call}/proposals/export");
        let paths = [of_call.as_str(), "/api/v1/adoptions/export?room=office", "/api/v1/organizations/export"];
        let mut with_one = Vec::new();
        for path in paths {
            with_one.push(queries(app, &office, path).await);
        }
        for title in ["二", "三"] {
            submitted(&team, call, title).await;
        }
        for n in 2..=3 {
            let sponsor = app.sponsor(n).await;
            sponsor.post("/api/v1/adoptions", interest(&sponsor, proposal, &[(lines[0], 10)])).await.expect(201);
        }
        for (path, one) in paths.into_iter().zip(with_one) {
            assert_eq!(queries(app, &office, path).await, one, "{path}");
        }
    }
}
