use super::*;
use reqwest::Method;
use reqwest::multipart::{Form, Part};
use twoway_tests::on_both_databases;

const PDF: &[u8] = b"%PDF-1.7\n1 0 obj\n";

/// Uploads a sealed paper.
async fn seal(actor: &Actor, id: Uuid, party: &str, warned: bool, bytes: &[u8]) -> Answer {
    let file = Part::bytes(bytes.to_vec()).file_name("协议盖章页.pdf");
    let form = Form::new().text("party", party.to_string()).text("warned", warned.to_string()).part("file", file);
    let path = format!("/api/v1/adoptions/{id}/agreement/scans");
    let response = actor.request(Method::POST, &path).await.multipart(form).send().await.expect("an answer");
    let (status, headers) = (response.status().as_u16(), response.headers().clone());
    Answer { status, headers, body: response.json().await.unwrap_or_default() }
}

on_both_databases! {
    async fn a_sealed_paper_counts_when_a_second_person_accepts_it(app: &TestApp) {
        let (team, office, sponsor) = (app.team(1).await, app.office().await, app.sponsor(1).await);
        let other = app.second_office().await;
        let (proposal, lines) = pooled(app, &team, "四点半学校", &[books()]).await;
        let (id, hash) = frozen(app, &sponsor, proposal, &[(lines[0], 10)]).await;
        let refused = seal(&sponsor, id, "sponsor", false, PDF).await.expect(409);
        assert_eq!((refused.code(), refused.body["rule"].as_str()), ("warning-not-ticked", Some("D9")));
        assert_eq!(seal(&team, id, "sponsor", true, PDF).await.status, 403, "not for another party");
        assert_eq!(seal(&app.sponsor_member(1).await, id, "sponsor", true, PDF).await.status, 403, "the signatory binds");
        seal(&app.sponsor(2).await, id, "sponsor", true, PDF).await.expect(404);
        seal(&office, id, "nobody", true, PDF).await.expect(422);
        assert_eq!(seal(&office, id, "sponsor", true, b"MZ").await.expect(409).code(), "file-type-mismatch");
        // The office hands in the team's paper before the sponsor has signed: it waits.
        let early = seal(&office, id, "team", false, PDF).await.expect(201).id();
        assert_eq!(seal(&team, id, "team", false, b"%PDF-1.7\nagain").await.expect(409).code(), "scan-waits");
        let refused = other.post(&format!("/api/v1/seal-scans/{early}/accept"), json!({})).await.expect(409);
        assert_eq!((refused.code(), refused.body["rule"].as_str()), ("sponsor-confirms-first", Some("D9")));

        let scan = seal(&sponsor, id, "sponsor", true, PDF).await.expect(201).id();
        let file = office.request(Method::GET, &format!("/api/v1/seal-scans/{scan}/file")).await.send().await.expect("an answer");
        assert_eq!(file.bytes().await.expect("bytes"), PDF);
        app.team(2).await.get(&format!("/api/v1/seal-scans/{scan}/file")).await.expect(404);
        sponsor.post(&format!("/api/v1/seal-scans/{scan}/accept"), json!({})).await.expect(403);
        let work = other.get("/api/v1/work").await.expect(200).body.to_string();
        assert!(work.contains("accept-scan"), "{work}");
        other.post(&format!("/api/v1/seal-scans/{scan}/refuse"), json!({"reason": "盖章不清"})).await.expect(200);
        assert_eq!(other.post(&format!("/api/v1/seal-scans/{scan}/accept"), json!({})).await.expect(409).code(), "scan-answered");
        let scan = seal(&office, id, "sponsor", true, b"%PDF-1.7\nsharp").await.expect(201).id();
        let refused = office.post(&format!("/api/v1/seal-scans/{scan}/accept"), json!({})).await.expect(409);
        assert_eq!((refused.code(), refused.body["rule"].as_str()), ("scan-second-person", Some("P14")));
        other.post(&format!("/api/v1/seal-scans/{scan}/accept"), json!({})).await.expect(200);
        assert_eq!(seal(&sponsor, id, "sponsor", true, b"%PDF-1.7\nmore").await.expect(409).code(), "confirmed-already");
        other.post(&format!("/api/v1/seal-scans/{early}/accept"), json!({})).await.expect(200);
        // Who accepted papers of others signs for the office all the same: the hands that sealed are others'.
        sign(&other, id, "office", &hash).await.expect(200);
        let body = sponsor.get(&format!("/api/v1/adoptions/{id}")).await.body;
        assert_eq!(body["state"], "in-notice");
        assert_eq!(seal(&sponsor, id, "sponsor", true, b"%PDF-1.7\nlate").await.expect(409).code(), "wrong-state");
        app.settle().await;
        let findings = twoway::audit::verify(&app.app).await.expect("verified");
        assert!(findings.iter().all(|f| !format!("{f:?}").contains("scan")), "{findings:#?}");
    }

    async fn a_paper_of_a_text_that_was_sent_back_counts_no_more(app: &TestApp) {
        let (team, office, sponsor) = (app.team(1).await, app.office().await, app.sponsor(1).await);
        let other = app.second_office().await;
        let (proposal, lines) = pooled(app, &team, "四点半学校", &[books()]).await;
        let (id, _) = frozen(app, &sponsor, proposal, &[(lines[0], 10)]).await;
        let scan = seal(&sponsor, id, "sponsor", true, PDF).await.expect(201).id();
        let path = format!("/api/v1/adoptions/{id}/agreement");
        office.post(&format!("{path}/reopen"), json!({"reason": "日期有误"})).await.expect(200);
        let accept = format!("/api/v1/seal-scans/{scan}/accept");
        assert_eq!(other.post(&accept, json!({})).await.expect(409).code(), "agreement-changed");
        office.post(&format!("{path}/freeze"), json!({})).await.expect(200);
        let refused = other.post(&accept, json!({})).await.expect(409);
        assert_eq!((refused.code(), refused.body["rule"].as_str()), ("agreement-changed", Some("P14")));
        assert_eq!(office.get(&format!("{path}/scans")).await.expect(200).body, json!([]), "the new version has none");
    }

    async fn papers_are_handed_in_and_answered_by_pages(app: &TestApp) {
        let (team, sponsor) = (app.team(1).await, app.sponsor(1).await);
        let other = app.second_office().await.pages().await;
        let (proposal, lines) = pooled(app, &team, "四点半学校", &[books()]).await;
        let (id, _) = frozen(app, &sponsor, proposal, &[(lines[0], 10)]).await;
        let here = format!("/adoptions/{id}/agreement");
        let text = |answer: Answer| answer.body.as_str().expect("a page").to_string();
        let signatory = sponsor.pages().await;
        let shown = text(signatory.get(&here).await.expect(200));
        assert!(shown.contains("盖章扫描件") && shown.contains("multipart/form-data"), "{shown}");
        let scan = seal(&sponsor, id, "sponsor", true, PDF).await.expect(201).id();
        let shown = text(signatory.get(&here).await.expect(200));
        assert!(shown.contains("等待第二人核对") && !shown.contains("核对无误，视同确认"), "{shown}");
        let shown = text(other.get(&here).await.expect(200));
        assert!(shown.contains("核对无误，视同确认") && shown.contains(&format!("/seal-scans/{scan}/file")), "{shown}");
        other.post(&format!("/seal-scans/{scan}/refuse"), &[("reason", "")]).await.expect(422);
        other.post(&format!("/seal-scans/{scan}/refuse"), &[("reason", "盖章不清")]).await.expect(303);
        assert!(text(signatory.get(&here).await.expect(200)).contains("退回：盖章不清"));
        let scan = seal(&sponsor, id, "sponsor", true, b"%PDF-1.7\nsharp").await.expect(201).id();
        other.post(&format!("/seal-scans/{scan}/accept"), &[]).await.expect(303);
        assert!(text(signatory.get(&here).await.expect(200)).contains("已核对"));
    }
}
