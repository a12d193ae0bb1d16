use super::*;
use twoway_tests::{PageClient, on_both_databases};

/// The value of a page's hidden field.
fn hidden(page: &Value, name: &str) -> String {
    let text = page.as_str().expect("a page");
    let mark = format!("name=\"{name}\" value=\"");
    let from = text.find(&mark).unwrap_or_else(|| panic!("no {name} in {text}")) + mark.len();
    text[from..].split('"').next().expect("a value").to_string()
}

async fn page(client: &PageClient, path: &str) -> String {
    let answer = client.get(path).await.expect(200);
    let text = answer.body.as_str().expect("a page").to_string();
    // A text that is missing shows its key.
    for prefix in ["adoption-", "agreement-", "delivery-", "hall-", "needs-", "field-", "interest-", "next-adoption"] {
        let shown = text.split(['>', '<']).find(|part| part.trim().starts_with(prefix));
        assert!(shown.is_none(), "{path} shows {shown:?}");
    }
    text
}

on_both_databases! {
    async fn an_adoption_goes_from_the_hall_to_delivery_by_pages(app: &TestApp) {
        let (team, office, sponsor) = (app.team(1).await, app.office().await, app.sponsor(1).await);
        let proposal = proposal_in(app, &team, ProposalState::Eligible, "四点半学校").await;
        let (team, office, sponsor) = (team.pages().await, office.pages().await, sponsor.pages().await);
        let needs = format!("/proposals/{proposal}/needs");

        // The team lists what it needs; a wrong line comes back with what was typed.
        page(&team, &format!("{needs}/new")).await;
        let mut line = vec![("kind", "goods"), ("title", "儿童绘本"), ("unit", "册"), ("minimum", "400"), ("optimum", "300"),
            ("divisible", "true"), ("required", "true"), ("due_on", "2027-03-01")];
        let back = team.post(&format!("{needs}/new"), &line).await.expect(422);
        assert!(back.body.as_str().is_some_and(|t| t.contains("儿童绘本") && t.contains("不能大于 300")), "{}", back.body);
        line[3] = ("minimum", "100");
        team.post(&format!("{needs}/new"), &line).await.expect(303);
        line.push(("description", "请汇至 6222021234567890123"));
        let back = team.post(&format!("{needs}/new"), &line).await.expect(422);
        assert!(back.body.as_str().is_some_and(|t| t.contains("平台不收款")), "{}", back.body);
        assert!(page(&team, &needs).await.contains("儿童绘本"));
        move_to(app, proposal, ProposalState::Pooled).await;

        let anon = app.anon().pages().await;
        assert!(page(&anon, "/hall").await.contains("还可认领 300"));
        assert!(page(&anon, "/hall?kind=money").await.contains("暂时没有可认领的需求"));
        anon.get("/hall?kind=nothing").await.expect(400);
        page(&anon, &needs).await;
        anon.get(&format!("/proposals/{proposal}/adopt")).await.expect(303);
        assert!(page(&team, &format!("/proposals/{proposal}/adopt")).await.contains("认领由企业办理"));

        let adopt = format!("/proposals/{proposal}/adopt");
        let form = sponsor.get(&adopt).await.expect(200);
        let organization = hidden(&form.body, "sponsor");
        let lines = app.anon().get(&format!("/api/v1/proposals/{proposal}/needs")).await.body;
        let box_name = format!("line-{}", lines[0]["id"].as_str().expect("an id"));
        let mut wish = vec![("sponsor", organization.as_str()), (box_name.as_str(), "400"), ("related_party", "false"),
            ("clean_promotion", "true"), ("trade", "retail"), ("state_owned", "false"), ("own_products", "false"), ("message", "长期支持")];
        let back = sponsor.post(&adopt, &wish).await.expect(422);
        assert!(back.body.as_str().is_some_and(|t| t.contains("只剩 300 册") && t.contains("长期支持")), "{}", back.body);
        wish[1].1 = "120";
        let sent = sponsor.post(&adopt, &wish).await.expect(303);
        let here = sent.headers["location"].to_str().expect("an address").to_string();
        assert!(page(&sponsor, &here).await.contains("等待牵头单位核查"));

        page(&office, &format!("{here}/check")).await;
        office.post(&format!("{here}/check"), &[("note", "短")]).await.expect(422);
        app.office().await.post(&format!("/api/v1{here}/check"), checked()).await.expect(200);
        assert!(page(&sponsor, &format!("{here}/hold")).await.contains("value=\"120\""));
        let stale = [("_version", "1"), (box_name.as_str(), "120")];
        sponsor.post(&format!("{here}/hold"), &stale).await.expect(422);
        sponsor.post(&format!("{here}/hold"), &[(box_name.as_str(), "120")]).await.expect(303);
        let shown = page(&sponsor, &here).await;
        assert!(shown.contains("延长 15 天") && shown.contains("还剩 15 天"), "{shown}");
        sponsor.post(&format!("{here}/extend"), &[]).await.expect(303);

        office.post(&format!("{here}/agreement/draft"), &[]).await.expect(303);
        assert!(page(&sponsor, &format!("{here}/agreement")).await.contains("还没有填写：宣传"));
        let terms = [("purpose", "用于四点半学校"), ("quality", "正版"), ("schedule", "三月一日前"), ("recipient", "志愿队签收"),
            ("publicity", "named"), ("naming", ""), ("surplus", "转给同类项目")];
        sponsor.post(&format!("{here}/agreement"), &terms).await.expect(303);
        assert!(page(&office, &format!("{here}/agreement")).await.contains("固定文本，开始签署"));
        office.post(&format!("{here}/agreement/freeze"), &[]).await.expect(303);
        let frozen = sponsor.get(&format!("{here}/agreement")).await.expect(200);
        let hash = hidden(&frozen.body, "_hash");
        let file = sponsor.get(&format!("{here}/agreement.txt")).await.expect(200);
        assert_eq!(twoway::adoptions::agreement::hash(file.body.as_str().expect("a text")), hash);
        let confirm = format!("{here}/agreement/confirm");
        let back = sponsor.post(&confirm, &[("_party", "sponsor"), ("_hash", &hash)]).await.expect(422);
        assert!(back.body.as_str().is_some_and(|t| t.contains("请先阅读并勾选履约提示")), "{}", back.body);
        let back = sponsor.post(&confirm, &[("_party", "sponsor"), ("_hash", &hash), ("warned", "true")]).await.expect(422);
        assert!(back.body.as_str().is_some_and(|t| t.contains("请先发送验证码")), "{}", back.body);
        for (client, actor, party) in [(&sponsor, app.sponsor(1).await, "sponsor"), (&team, app.team(1).await, "team"), (&office, app.office().await, "office")] {
            assert!(page(client, &format!("{here}/agreement")).await.contains("发送验证码"));
            client.post(&format!("{here}/agreement/code"), &[("_party", party)]).await.expect(303);
            let code = code(&actor).await;
            client.post(&confirm, &[("_party", party), ("_hash", &hash), ("warned", "true"), ("code", &code)]).await.expect(303);
            if party == "sponsor" {
                assert!(page(&sponsor, &here).await.contains("等待项目团队负责人、牵头单位确认协议"));
            }
        }
        assert!(page(&anon, &needs).await.contains("认领公示"), "it is in public notice");
        notice_over(app).await;
        // Nobody's session lasts so long.
        let (team, office, sponsor) = (app.team(1).await.pages().await, app.office().await.pages().await, app.sponsor(1).await.pages().await);
        assert!(page(&anon, &needs).await.contains("企业1"), "the sponsor agreed to be named");

        page(&sponsor, &format!("{here}/deliver")).await;
        let id = here.trim_start_matches("/adoptions/");
        let who = app.sponsor(1).await;
        let commitment = who.get(&format!("/api/v1/adoptions/{id}")).await.body["lines"][0]["id"].as_str().expect("an id").to_string();
        let mut record = vec![("commitment", commitment.as_str()), ("quantity", "121"), ("delivered_on", "2026-11-23"),
            ("goods_note", "入库单 7"), ("condition", "good"), ("expires_on", ""), ("evidence", "")];
        let back = sponsor.post(&format!("{here}/deliver"), &record).await.expect(422);
        assert!(back.body.as_str().is_some_and(|t| t.contains("还可登记 120 册")), "{}", back.body);
        record[1].1 = "120";
        sponsor.post(&format!("{here}/deliver"), &record).await.expect(303);
        let shown = page(&team, &here).await;
        assert!(shown.contains("有交付等您确认"));
        let delivery = shown.split("/deliveries/").nth(1).and_then(|rest| rest.split('/').next()).expect("a delivery").to_string();
        page(&team, &format!("/deliveries/{delivery}/dispute")).await;
        team.post(&format!("/deliveries/{delivery}/confirm"), &[]).await.expect(303);
        assert!(page(&sponsor, &here).await.contains("全部交付完成"));
        for (client, room) in [(&sponsor, "sponsor"), (&team, "receiver"), (&office, "office")] {
            assert!(page(client, &format!("/adoptions?room={room}")).await.contains("四点半学校"), "{room}");
        }
        app.settle().await;
    }

    async fn the_front_page_counts_what_the_hall_shows(app: &TestApp) {
        let team = app.team(1).await;
        let anon = app.anon().pages().await;
        let (proposal, _) = pooled(app, &team, "四点半学校", &[books(), room()]).await;
        pooled(app, &team, "百家爱心屋", &[books()]).await;
        let front = page(&anon, "/").await;
        assert!(front.contains("<dd>2 项</dd>") && front.contains("<dd>1 项</dd>"), "{front}");
        // Once a project is carried out its lines are no longer offered.
        move_to(app, proposal, ProposalState::Converted).await;
        let front = page(&anon, "/").await;
        assert!(front.contains("<dd>1 项</dd>") && !front.contains("<dd>2 项</dd>"), "{front}");
        app.settle().await;
    }

    async fn pages_take_the_same_number_of_queries_for_any_length(app: &TestApp) {
        let team = app.team(1).await;
        let office = app.office().await.pages().await;
        let counted = async |path: &str| {
            office.get(path).await.expect(200);
            let before = app.app.db.queries_run();
            office.get(path).await.expect(200);
            app.app.db.queries_run() - before
        };
        let (proposal, lines) = pooled(app, &team, "四点半学校", &[books()]).await;
        held(app, &app.sponsor(1).await, proposal, &[(lines[0], 10)]).await;
        let one = (counted("/adoptions?room=office").await, counted("/hall").await, counted(&format!("/proposals/{proposal}/needs")).await);
        let mut last = proposal;
        for n in 2..=3 {
            let (other, its) = pooled(app, &team, &format!("项目{n}"), &[books(), room(), money(app.recipient(1).await.organization.expect("one"))]).await;
            held(app, &app.sponsor(n).await, other, &[(its[0], 10)]).await;
            last = other;
        }
        let many = (counted("/adoptions?room=office").await, counted("/hall").await, counted(&format!("/proposals/{last}/needs")).await);
        assert_eq!(many.0, one.0);
        // Names of recipients are one query more when there are recipients at all.
        assert!(many.1 <= one.1 + 1 && many.2 <= one.2 + 1, "{many:?} after {one:?}");
    }
}
