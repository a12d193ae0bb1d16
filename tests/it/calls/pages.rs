//! The same stretch as people see it, without script: forms, redirects, and what stands on the pages.

use super::world::*;
use serde_json::{Value, json};
use twoway_ids::DAY;
use twoway_tests::{Actor, Answer, PageClient, on_both_databases};

/// Follows a form's redirect; panics with the page where the form came back.
async fn sent(client: &PageClient, path: &str, form: &[(&str, &str)]) -> String {
    let answer = client.post(path, form).await;
    let text = answer.body.as_str().unwrap_or_default();
    assert_eq!(answer.status, 303, "{path}: {}", problems(text));
    answer.headers["location"].to_str().expect("an address").to_string()
}

/// The error summary of a page, for messages.
fn problems(html: &str) -> &str {
    let start = html.find("error-summary").or_else(|| html.find("<main")).unwrap_or(0);
    let end = (start + 1_500).min(html.len());
    let end = (start..=end).rev().find(|n| html.is_char_boundary(*n)).unwrap_or(start);
    &html[start..end]
}

async fn html(client: &PageClient, path: &str) -> String {
    let answer = client.get(path).await;
    let text = text(&answer);
    assert_eq!(answer.status, 200, "{path}: {}", problems(&text));
    // A text that nobody wrote would stand there as its key.
    for key in
        ["call-next-", "proposal-next-", "review-next-", "state-call-", "state-proposal-", "event-", "field-call-"]
    {
        assert!(!text.contains(&format!(">{key}")), "{path} shows a key: {key}");
    }
    text
}

fn text(answer: &Answer) -> String {
    match &answer.body {
        Value::String(text) => text.clone(),
        other => other.to_string(),
    }
}

#[track_caller]
fn shows(page: &str, words: &[&str]) {
    for word in words {
        assert!(page.contains(word), "the page lacks {word}: {}", problems(page));
    }
}

async fn current_version(actor: &Actor, path: &str) -> String {
    version(actor, path).await.to_string()
}

on_both_databases! {
    /// What a question can have beside its kind is set on the page, and stays as it was typed after an error.
    async fn a_question_has_bounds_a_unit_and_a_condition(app: &TestApp) {
        let office = app.office().await;
        let desk = office.pages().await;
        let call = office.post("/api/v1/calls", call_input(app)).await.expect(201).id();
        let (api, questions) = (format!("/api/v1/calls/{call}"), format!("/office/calls/{call}/questions"));
        let row = |n: usize, title: &'static str, kind: &'static str, key: &'static str| {
            [("_key", key), ("title", title), ("type", kind), ("class", "P1"), ("required", "true")]
                .map(|(name, value)| (format!("{name}_{n}"), value.to_string()))
        };
        let v = current_version(&office, &api).await;
        let mut pairs: Vec<(String, String)> = vec![("_version".into(), v), ("_rows".into(), "3".into()), ("_do".into(), "save".into())];
        pairs.extend(row(0, "服务人数", "integer", "q2"));
        pairs.extend(row(1, "是否服务未成年人", "boolean", "q3"));
        pairs.extend(row(2, "保护措施", "text", "q1"));
        for (name, value) in [("min_0", "5"), ("max_0", "3"), ("unit_0", "人"), ("max-length_2", "多"), ("show-if_2", "{\"field\":\"q3\",\"equals\":true}")] {
            pairs.push((name.into(), value.into()));
        }
        let borrowed: Vec<(&str, &str)> = pairs.iter().map(|(a, b)| (a.as_str(), b.as_str())).collect();
        let refused = desk.post(&questions, &borrowed).await;
        assert_eq!(refused.status, 422);
        shows(&text(&refused), &["f-max-length_2-error", "“是否服务未成年人”答“是”时"]);
        set(&mut pairs, "max-length_2", "800");
        let borrowed: Vec<(&str, &str)> = pairs.iter().map(|(a, b)| (a.as_str(), b.as_str())).collect();
        let refused = desk.post(&questions, &borrowed).await;
        assert_eq!(refused.status, 422);
        shows(&text(&refused), &["f-max_0-error"]);
        set(&mut pairs, "max_0", "300");
        let borrowed: Vec<(&str, &str)> = pairs.iter().map(|(a, b)| (a.as_str(), b.as_str())).collect();
        sent(&desk, &questions, &borrowed).await;
        let form = office.get(&api).await.body["form"].clone();
        assert_eq!((&form[0]["min"], &form[0]["max"], &form[0]["unit"]), (&json!(5), &json!(300), &json!("人")));
        assert_eq!((&form[2]["max-length"], &form[2]["show-if"]), (&json!(800), &json!({"field": "q3", "equals": true})));

        // Moved above the question that it hangs on, it keeps its condition.
        set(&mut pairs, "_do", "up-2");
        let borrowed: Vec<(&str, &str)> = pairs.iter().map(|(a, b)| (a.as_str(), b.as_str())).collect();
        shows(&text(&desk.post(&questions, &borrowed).await), &["按已设定的条件"]);
    }

    async fn a_call_is_drafted_approved_and_answered_with_forms(app: &TestApp) {
        let (office, second, team) = (app.office().await, app.second_office().await, app.team(1).await);
        let (desk, other) = (office.pages().await, second.pages().await);
        shows(&html(&desk, "/office/calls/new").await, &["起草征集", "风险告知"]);

        // A form with an error comes back with what was typed.
        let bad = desk.post("/office/calls", &[("title", ""), ("summary", "写了一半"), ("notice_days", "3")]).await;
        assert_eq!(bad.status, 422);
        shows(&text(&bad), &["写了一半", "error-summary"]);
        let basics = [
            ("title", "2027年度征集"), ("summary", "一句话"), ("guide", "第一段\n第二段"), ("opens_at", "2026-11-30T10:00"),
            ("closes_at", "2026-12-20T10:00"), ("ceiling", "50000"), ("cap", "1"), ("min_reviews", "3"), ("notice_days", "5"),
            ("contact", "0851-12345678"), ("risk_notice", "须投保"), ("privacy_notice", "仅用于联系"),
        ];
        let place = sent(&desk, "/office/calls", &basics).await;
        let call = place.strip_prefix("/office/calls/").and_then(|p| p.strip_suffix("/questions")).expect("the questions").to_string();
        let (base, api) = (format!("/office/calls/{call}"), format!("/api/v1/calls/{call}"));

        // Questions: one is there, a second is added, moved up, and saved.
        let questions = format!("{base}/questions");
        shows(&html(&desk, &questions).await, &["问题 1", "_key_0"]);
        let row = |n: usize, title: &'static str, kind: &'static str, key: &'static str| {
            [("_key", key), ("title", title), ("type", kind), ("class", "P1"), ("required", "true")]
                .map(|(name, value)| (format!("{name}_{n}"), value.to_string()))
        };
        let added = desk.post(&questions, &[("_rows", "1"), ("_key_0", "q1"), ("title_0", "实施方案"), ("type_0", "text"), ("class_0", "P1"), ("_do", "add")]).await;
        assert_eq!(added.status, 200);
        shows(&text(&added), &["实施方案", "问题 2", "q2"]);
        let v = current_version(&office, &api).await;
        let mut pairs: Vec<(String, String)> = vec![("_version".into(), v), ("_rows".into(), "2".into()), ("_do".into(), "save".into())];
        pairs.extend(row(0, "服务人数", "integer", "q2"));
        pairs.extend(row(1, "实施方案", "text", "q1"));
        let borrowed: Vec<(&str, &str)> = pairs.iter().map(|(a, b)| (a.as_str(), b.as_str())).collect();
        sent(&desk, &questions, &borrowed).await;
        let form = office.get(&api).await.body["form"].clone();
        assert_eq!((form[0]["key"].as_str(), form[1]["title"].as_str()), (Some("q2"), Some("实施方案")));

        // Not complete yet: the basics come back and say what is missing.
        let v = current_version(&office, &api).await;
        let refused = desk.post(&format!("{base}/submit"), &[("_version", &v)]).await;
        assert_eq!(refused.status, 422);
        shows(&text(&refused), &["还没有评审标准"]);
        let rubric = [
            ("_version", v.as_str()), ("_rows", "2"), ("_do", "save"), ("_key_0", "r1"), ("title_0", "需求"), ("weight_0", "60"),
            ("_key_1", "r2"), ("title_1", "方案"), ("weight_1", "40"),
        ];
        sent(&desk, &format!("{base}/rubric"), &rubric).await;
        let v = current_version(&office, &api).await;
        sent(&desk, &format!("{base}/submit"), &[("_version", &v)]).await;
        shows(&html(&desk, &base).await, &["等待另一位经办人审核"]);
        let v = current_version(&office, &api).await;
        let four_eyes = desk.post(&format!("{base}/approve"), &[("_version", &v)]).await;
        assert_eq!(four_eyes.status, 409);
        shows(&text(&four_eyes), &["两个人", "M1"]);
        shows(&html(&other, &base).await, &["请审核这项征集", "审核通过并发布预告"]);
        html(&other, &format!("{base}/return")).await;
        sent(&other, &format!("{base}/approve"), &[("_version", &v)]).await;
        shows(&html(&app.anon().pages().await, &format!("/calls/{call}")).await, &["征集预告", "第二段", "须投保", "服务人数"]);
        shows(&html(&app.anon().pages().await, "/calls").await, &["2027年度征集"]);
        // What is frozen is there to read, and no form offers to change it.
        for (part, content) in [("edit", "须投保"), ("questions", "服务人数"), ("rubric", "方案")] {
            let frozen = html(&desk, &format!("{base}/{part}")).await;
            shows(&frozen, &[content, "内容不能再改"]);
            assert!(!frozen.contains("name=\"_version\""), "{frozen}");
        }

        // The team applies: draft, autosave, what is missing, consent, receipt.
        app.advance(7 * DAY).await;
        // The sessions of a week ago are over.
        let (desk, proposer) = (office.pages().await, team.pages().await);
        let page = html(&proposer, &format!("/calls/{call}")).await;
        shows(&page, &["现在可以申报", "以“志愿队1”名义申报", "以个人名义申报"]);
        let house = team.organization.expect("a team").to_string();
        let place = sent(&proposer, "/proposals", &[("call", &call), ("organization", &house)]).await;
        let proposal = place.strip_suffix("/edit").expect("the form").to_string();
        shows(&html(&proposer, &place).await, &["data-autosave", "服务人数"]);
        let typed = [("_version", "1"), ("_intent", "autosave"), ("title", "四点半学校"), ("summary", "课后看护"), ("q2", "三十")];
        let saved = proposer.post(&format!("{proposal}/autosave"), &typed).await;
        assert_eq!((saved.status, saved.headers["x-version"].to_str().expect("text")), (204, "2"));
        sent(&proposer, &place, &[("_version", "2"), ("_intent", "submit"), ("title", "四点半学校"), ("summary", "课后看护"), ("q1", "每日开放")]).await;
        shows(&html(&proposer, &format!("{proposal}/submit")).await, &["须投保", "仅用于联系"]);
        let refused = proposer.post(&format!("{proposal}/submit"), &[("consent", "true"), ("_version", "3")]).await;
        assert_eq!(refused.status, 422);
        shows(&text(&refused), &["服务人数", "每日开放"]);
        sent(&proposer, &place, &[("_version", "3"), ("_intent", "draft"), ("title", "四点半学校"), ("summary", "课后看护"), ("q1", "每日开放"), ("q2", "30")]).await;
        let refused = proposer.post(&format!("{proposal}/submit"), &[("_version", "4")]).await;
        assert_eq!(refused.status, 422);
        shows(&text(&refused), &["须先阅读并同意"]);
        sent(&proposer, &format!("{proposal}/submit"), &[("consent", "true"), ("_version", "4")]).await;
        shows(&html(&proposer, &proposal).await, &["SB2026-00001", "等待资格审查", "四点半学校"]);
        shows(&html(&proposer, "/proposals").await, &["四点半学校", "SB2026-00001"]);
        html(&proposer, &format!("{proposal}/withdraw")).await;
        html(&desk, &format!("{base}/extend")).await;
        html(&desk, &format!("{base}/cancel")).await;
    }

    async fn a_proposal_is_checked_reviewed_decided_and_published_with_forms(app: &TestApp) {
        let call = open_call(app).await;
        let (office, team) = (app.office().await, app.team(1).await);
        let id = submitted(&team, call, "四点半学校").await;
        app.advance(20 * DAY).await;
        let (desk, proposer, anon) = (office.pages().await, team.pages().await, app.anon().pages().await);
        let (base, proposal, api) = (format!("/office/calls/{call}"), format!("/proposals/{id}"), format!("/api/v1/proposals/{id}"));

        // The formal check, with a return and its comparison.
        shows(&html(&desk, &format!("{base}/screening")).await, &["四点半学校", "开始评审"]);
        shows(&html(&desk, &proposal).await, &["请作资格审查", "退回补正", "不符合条件", "139"]);
        html(&desk, &format!("{proposal}/rule-out")).await;
        let empty = desk.post(&format!("{proposal}/return"), &[("reason", "")]).await;
        assert_eq!(empty.status, 422);
        sent(&desk, &format!("{proposal}/return"), &[("reason", "缺少安全预案")]).await;
        shows(&html(&proposer, &proposal).await, &["需要补正：缺少安全预案", "个工作日"]);
        let mut better = content("四点半学校");
        better["answers"]["plan"] = json!("附安全预案。");
        team.put(&api, better).await.expect(200);
        submit(&team, id).await.expect(200);
        shows(&html(&desk, &proposal).await, &["补正前后对照", "附安全预案。"]);
        let v = current_version(&office, &api).await;
        let place = sent(&desk, &format!("{proposal}/admit"), &[("_version", &v)]).await;
        html(&desk, &place).await;
        sent(&desk, &format!("{base}/start-review"), &[]).await;

        // Assignment: a conflict comes back in the form with its rule, the others are assigned.
        let insider = app.reviewer(9).await;
        app.grant(insider.account, twoway_entity::accounts::Role::Volunteer, team.organization.expect("a team")).await;
        for r in 1..=3 {
            app.reviewer(r).await;
        }
        shows(&html(&desk, &format!("{base}/reviews")).await, &["还缺评审", "评审1（评审机构1）"]);
        let refused = desk.post(&format!("{proposal}/reviews"), &[("reviewer", &insider.account.to_string())]).await;
        assert_eq!(refused.status, 422);
        shows(&text(&refused), &["同属“志愿队1”"]);
        let first = app.reviewer(1).await;
        sent(&desk, &format!("{proposal}/reviews"), &[("reviewer", &first.account.to_string())]).await;
        sent(&desk, &format!("{base}/assign-reviews"), &[]).await;
        let early = desk.post(&format!("{base}/end-review"), &[]).await;
        assert_eq!(early.status, 409);
        shows(&text(&early), &["不足 3 份"]);
        for r in 1..=3 {
            let reviewer = app.reviewer(r).await;
            let client = reviewer.pages().await;
            let desk_of = reviewer.get("/api/v1/reviews").await.body;
            let sheet = format!("/reviews/{}", desk_of[0]["id"].as_str().expect("an id"));
            shows(&html(&client, "/reviews").await, &["四点半学校", "待声明"]);
            let before = html(&client, &sheet).await;
            shows(&before, &["利益关系声明"]);
            assert!(!before.contains("附安全预案"), "read before the declaration");
            html(&client, &format!("{sheet}/recuse")).await;
            sent(&client, &format!("{sheet}/declare"), &[("no_interest", "true")]).await;
            let page = html(&client, &sheet).await;
            shows(&page, &["附安全预案", "评分表"]);
            assert!(!page.contains("13900001111"), "personal data on the reviewer's desk");
            let bad = client.post(&format!("{sheet}/scores"), &[("score_need", "101"), ("score_plan", "很好"), ("comment", "写了很多")]).await;
            assert_eq!(bad.status, 422);
            shows(&text(&bad), &["写了很多", "101"]);
            let good = [("score_need", "90"), ("score_plan", "80"), ("score_cost", "70"), ("note_need", "有数据"), ("comment", "建议立项")];
            sent(&client, &format!("{sheet}/scores"), &good).await;
            shows(&html(&client, &sheet).await, &["评分已保存"]);
        }
        shows(&html(&desk, &format!("{base}/reviews")).await, &["份数已够", "81.50"]);
        sent(&desk, &format!("{base}/end-review"), &[]).await;

        // Decision, release, notice, pool.
        shows(&html(&desk, &format!("{base}/deliberation")).await, &["81.50", "还有 1 项没有定案"]);
        shows(&html(&desk, &format!("{proposal}/decision")).await, &["建议立项", "50,000"]);
        let short = desk.post(&format!("{proposal}/decision"), &[("decision", "selected"), ("reason", "好"), ("cost", "42000")]).await;
        assert_eq!(short.status, 422);
        shows(&text(&short), &["理由至少 50 个字", "42000"]);
        sent(&desk, &format!("{proposal}/decision"), &[("decision", "selected"), ("reason", REASON), ("cost", "42000")]).await;
        let hidden = html(&proposer, &proposal).await;
        shows(&hidden, &["评审中"]);
        assert!(!hidden.contains("拟入选") && !hidden.contains("待公布") && !hidden.contains("81.50"), "a pending decision is told");
        anon.get(&format!("/calls/{call}/results")).await.expect(404);
        let watcher = app.supervisor().await.pages().await;
        shows(&html(&watcher, &format!("{base}/deliberation")).await, &["等待监督人员登记", "登记到场监督"]);
        html(&watcher, &format!("{base}/supervise")).await;
        assert_eq!(watcher.post(&format!("{base}/supervise"), &[("note", " ")]).await.status, 422);
        sent(&watcher, &format!("{base}/supervise"), &[("note", "全程到场")]).await;
        shows(&html(&desk, &format!("{base}/deliberation")).await, &["已登记", "42,000"]);
        let place = sent(&desk, &format!("{base}/release"), &[]).await;
        shows(&html(&anon, &place).await, &["四点半学校", "42,000", "5 个工作日", "志愿队1"]);
        shows(&html(&proposer, &proposal).await, &["结果公示中", "拟入选", "81.50"]);
        let public = html(&anon, &proposal).await;
        assert!(!public.contains("13900001111") && !public.contains("附安全预案"), "more than the public part");
        app.advance(6 * DAY).await;
        let (desk, proposer) = (office.pages().await, team.pages().await);
        shows(&html(&anon, "/pool").await, &["四点半学校"]);
        shows(&html(&anon, &format!("/calls/{call}")).await, &["征集已结束"]);
        shows(&html(&proposer, &proposal).await, &["已进入储备库"]);
        for page in [base.clone(), format!("{base}/deliberation"), format!("{base}/reviews"), format!("{base}/screening")] {
            html(&desk, &page).await;
        }
        html(&desk, "/office/calls?phase=ended").await;
        // The rooms of others stay closed.
        proposer.get(&format!("{base}/deliberation")).await.expect(403);
        app.citizen().await.pages().await.get(&proposal).await.expect(200);
    }
}

/// Types something else into one box.
fn set(pairs: &mut [(String, String)], name: &str, value: &str) {
    pairs.iter_mut().find(|(at, _)| at == name).expect("a box of that name").1 = value.to_string();
}
