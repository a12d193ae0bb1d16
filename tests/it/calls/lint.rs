//! No text that gets public carries an account, a payment code or a request for money: refused where it is saved, with the rule.

use super::world::*;
use serde_json::json;
use twoway_tests::{Answer, on_both_databases};

fn refused(answer: &Answer, word: &str) {
    assert_eq!(
        (answer.status, answer.code(), answer.body["rule"].as_str()),
        (409, "account-number-in-text", Some("D1")),
        "{:#}",
        answer.body
    );
    assert!(answer.body["detail"].as_str().is_some_and(|text| text.contains(word)), "{:#}", answer.body);
    assert!(answer.body["way_out"].is_string());
}

on_both_databases! {
    async fn a_call_asks_for_no_money(app: &TestApp) {
        let office = app.office().await;
        for (field, text, word) in [
            ("guide", "报名费请汇入 6222021234567890123。", "6222021234567890123"),
            ("summary", "欢迎扫码捐款", "扫码捐款"),
            ("contact", "开户行：遵义某银行", "开户行"),
            ("risk_notice", "微信支付保险费", "微信支付"),
        ] {
            let mut input = call_input(app);
            input[field] = json!(text);
            refused(&office.post("/api/v1/calls", input).await, word);
        }
        let mut input = call_input(app);
        input["form"][1]["title"] = json!("收款码在哪里");
        refused(&office.post("/api/v1/calls", input).await, "收款码");
        let call = previewed_call(app).await;
        let body = json!({"reason": "请把款打到银行账号，征集取消。"});
        refused(&office.post(&format!("/api/v1/calls/{call}/cancel"), body).await, "银行账号");
    }

    async fn a_proposal_asks_for_no_money_in_public(app: &TestApp) {
        let (call, team) = (open_call(app).await, app.team(1).await);
        let new = |field: &str, text: &str| {
            let mut content = content("四点半学校");
            content[field] = json!(text);
            json!({"call_id": call, "organization_id": team.organization, "content": content})
        };
        refused(&team.post("/api/v1/proposals", new("summary", "捐款账号见海报")).await, "捐款账");
        refused(&team.post("/api/v1/proposals", new("title", "卡号6222 0212 3456 7890 123")).await, "6222 0212 3456 7890 123");
        let id = draft(&team, call, "四点半学校").await;
        let mut content = content("四点半学校");
        content["summary"] = json!("收款二维码如下");
        refused(&team.put(&format!("/api/v1/proposals/{id}"), content).await, "收款二维码");
        let file = attach(&team, id, "收款码.png", PNG, None).await;
        assert_eq!((file.status, file.code(), file.body["rule"].as_str()), (409, "payment-code-file", Some("D1")), "{:#}", file.body);
    }

    async fn an_organization_introduces_itself_without_an_account(app: &TestApp) {
        let citizen = app.citizen().await;
        let root = app.root().await;
        let body = json!({"parent": root, "kind": "team", "name": "某志愿队", "introduction": "捐赠账户：6222021234567890123"});
        refused(&citizen.post("/api/v1/organizations", body).await, "6222021234567890123");
    }
}
