//! A purchase by the government publishes its list, its standard and its budget (rule V23).

use super::world::*;
use reqwest::Method;
use reqwest::multipart::{Form, Part};
use serde_json::json;
use std::collections::BTreeSet;
use twoway_ids::Uuid;
use twoway_tests::{Actor, Answer, TestApp, on_both_databases};

/// A document whose content is its own.
fn paper(purpose: &str, n: u8) -> Form {
    let bytes = [b"%PDF-1.7\n".as_slice(), &[n]].concat();
    Form::new()
        .text("purpose", purpose.to_string())
        .part("file", Part::bytes(bytes).file_name(format!("{purpose}.pdf")))
}

async fn attached(actor: &Actor, call: Uuid, form: Form) -> Answer {
    let request = actor.request(Method::POST, &format!("/api/v1/calls/{call}/documents")).await;
    let response = request.multipart(form).send().await.expect("an answer");
    let (status, headers) = (response.status().as_u16(), response.headers().clone());
    Answer { status, headers, body: response.json().await.unwrap_or_default() }
}

fn text(answer: &Answer) -> String {
    answer.body.as_str().map_or_else(|| answer.body.to_string(), str::to_string)
}

/// From the starter, with a contact.
async fn purchase(app: &TestApp) -> Uuid {
    let office = app.office().await;
    let start = json!({"from": "starter:gov-purchase", "title": "四点半服务购买"});
    let call = office.post("/api/v1/call-drafts", start).await.expect(201).id();
    let path = format!("/api/v1/calls/{call}");
    let mut input = office.get(&path).await.expect(200).body;
    let object = input.as_object_mut().expect("an object");
    for key in [
        "id",
        "version",
        "state",
        "organization_id",
        "extended",
        "notice_started_at",
        "notice_ends_at",
        "reason",
        "author_id",
        "approved_by",
        "invited",
        "suspended_at",
    ] {
        object.remove(key);
    }
    input["contact"] = json!("0851-12345678");
    office.put(&path, input).await.expect(200);
    call
}

on_both_databases! {
    async fn a_purchase_is_not_called_without_its_three_documents(app: &TestApp) {
        let (office, second, anon) = (app.office().await, app.second_office().await, app.anon());
        let call = purchase(app).await;
        let path = format!("/api/v1/calls/{call}");
        assert_eq!(office.get(&format!("{path}/settings")).await.body["kind"], "gov-purchase");
        let submit = async || office.post(&format!("{path}/submit"), json!({})).await;
        let refused = submit().await.expect(409);
        assert_eq!((refused.code(), &refused.body["rule"]), ("purchase-documents-missing", &json!("V23")));
        attached(&office, call, paper("purchase-list", 1)).await.expect(201);
        let standard = attached(&office, call, paper("standard", 2)).await.expect(201).id();
        assert_eq!(submit().await.expect(409).code(), "purchase-documents-missing");
        assert_eq!(attached(&office, call, paper("standard", 3)).await.expect(409).code(), "call-document-there");
        assert_eq!(attached(&office, call, paper("budget", 2)).await.expect(409).code(), "file-already-there");
        assert_eq!(attached(&office, call, paper("other", 4)).await.expect(422).body["errors"][0]["field"], "purpose");
        attached(&app.team(1).await, call, paper("budget", 4)).await.expect(403);
        attached(&office, call, paper("budget", 4)).await.expect(201);
        // Exchanged: off and on again.
        office.delete(&format!("{path}/documents/{standard}")).await.expect(200);
        assert_eq!(submit().await.expect(409).code(), "purchase-documents-missing");
        attached(&office, call, paper("standard", 5)).await.expect(201);
        anon.get(&format!("{path}/documents")).await.expect(404);
        submit().await.expect(200);
        assert_eq!(attached(&office, call, paper("budget", 6)).await.expect(409).code(), "call-frozen");
        second.post(&format!("{path}/approve"), json!({})).await.expect(200);

        // Public with the call, and fixed.
        let public = anon.get(&format!("{path}/documents")).await.expect(200).body;
        let documents = public.as_array().expect("documents").iter();
        let purposes: BTreeSet<&str> = documents.filter_map(|d| d["purpose"].as_str()).collect();
        assert_eq!(purposes, BTreeSet::from(["budget", "purchase-list", "standard"]));
        let id = public[0]["id"].as_str().expect("an id").to_string();
        assert_eq!(office.delete(&format!("{path}/documents/{id}")).await.expect(409).code(), "call-frozen");
        let reader = anon.pages().await;
        let page = text(&reader.get(&format!("/calls/{call}")).await.expect(200));
        for word in ["公开文件", "购买目录", "标准", "预算", &format!("/calls/{call}/documents/{id}")] {
            assert!(page.contains(word), "{word}: {page}");
        }
        let file = reader.get(&format!("/calls/{call}/documents/{id}")).await.expect(200);
        assert!(text(&file).starts_with("%PDF-1.7"), "{file:?}");
        anon.get(&format!("{path}/documents/{}", Uuid::from_u128(1))).await.expect(404);
    }

    async fn other_calls_publish_no_documents(app: &TestApp) {
        let office = app.office().await;
        let call = office.post("/api/v1/calls", call_input(app)).await.expect(201).id();
        assert_eq!(attached(&office, call, paper("budget", 1)).await.expect(409).code(), "call-publishes-no-documents");
        let page = text(&office.pages().await.get(&format!("/office/calls/{call}")).await.expect(200));
        assert!(!page.contains("公开文件"), "{page}");
        office.post(&format!("/api/v1/calls/{call}/submit"), json!({})).await.expect(200);
    }

    async fn documents_are_uploaded_and_taken_off_on_their_page(app: &TestApp) {
        let office = app.office().await;
        let desk = office.pages().await;
        let call = purchase(app).await;
        let (base, api) = (format!("/office/calls/{call}"), format!("/api/v1/calls/{call}"));
        let place = format!("{base}/documents");
        assert!(text(&desk.get(&base).await).contains(&place));
        let page = text(&desk.get(&place).await.expect(200));
        assert!(page.contains("还没有公开文件") && page.contains("multipart/form-data"), "{page}");
        let refused = desk.post(&format!("{base}/submit"), &[("_version", "2")]).await.expect(422);
        assert!(text(&refused).contains("还缺 3 份") && text(&refused).contains("V23"), "{}", text(&refused));
        let empty = desk.upload(&place, Form::new().text("purpose", "standard").text("_version", "2")).await.expect(422);
        assert!(text(&empty).contains("value=\"standard\" checked"), "{}", text(&empty));
        let wrong = Form::new().text("purpose", "standard").part("file", Part::bytes(vec![1_u8]).file_name("a.exe"));
        assert_eq!(desk.upload(&place, wrong).await.status, 422);
        let stale = desk.upload(&place, paper("standard", 1).text("_version", "1")).await;
        assert_eq!(stale.status, 422);
        assert_eq!(desk.upload(&place, paper("standard", 1).text("_version", "2")).await.status, 303);
        let page = text(&desk.get(&place).await.expect(200));
        assert!(page.contains("standard.pdf"), "{page}");
        let id = office.get(&format!("{api}/documents")).await.body[0]["id"].as_str().expect("an id").to_string();
        assert_eq!(desk.post(&format!("{place}/{id}/remove"), &[("_version", "3")]).await.status, 303);
        assert_eq!(office.get(&format!("{api}/documents")).await.body, json!([]));
        let settings = text(&desk.get(&format!("{base}/settings")).await);
        assert!(settings.contains("政府购买服务"), "{settings}");
        let start = text(&desk.get("/office/calls/start").await);
        assert!(start.contains("起步模板：政府购买服务") && start.contains("请对照本单位文件核对"), "{start}");
    }
}
