//! Attachments: what is taken, what is refused, who may have them.

use super::world::*;
use reqwest::Method;
use serde_json::json;
use twoway_ids::DAY;
use twoway_tests::on_both_databases;

const SHA_OF_PNG_IS_NOT: &str = "0000000000000000000000000000000000000000000000000000000000000000";

on_both_databases! {
    async fn bad_files_are_refused_by_name(app: &TestApp) {
        let call = open_call(app).await;
        let team = app.team(1).await;
        let id = draft(&team, call, "四点半学校").await;
        let large = [PNG, &vec![0; app.app.config.attachment_limit]].concat();
        /// Name, content, promised hash; status and code of the answer.
        type Case<'a> = (&'a str, &'a [u8], Option<&'a str>, u16, &'a str);
        let cases: [Case; 7] = [
            ("../../etc/照片.png", PNG, None, 409, "file-name"),
            ("c:\\照片.png", PNG, None, 409, "file-name"),
            ("程序.exe", b"MZ\x90\0", None, 409, "file-type"),
            ("照片.pdf", PNG, None, 409, "file-type-mismatch"),
            ("空.png", b"", None, 409, "file-empty"),
            ("照片.png", PNG, Some(SHA_OF_PNG_IS_NOT), 409, "file-hash-mismatch"),
            ("照片.png", &large, None, 413, "too-large"),
        ];
        for (name, bytes, sha256, status, code) in cases {
            let refused = attach(&team, id, name, bytes, sha256).await;
            assert_eq!((refused.status, refused.code()), (status, code), "{name}");
        }
        assert_eq!(team.get(&format!("/api/v1/proposals/{id}")).await.body["attachments"], json!([]));
    }

    async fn a_file_goes_to_those_who_may_see_the_proposal(app: &TestApp) {
        let call = open_call(app).await;
        let team = app.team(1).await;
        let id = draft(&team, call, "四点半学校").await;
        let kept = attach(&team, id, "场地 照片.png", PNG, None).await.expect(201);
        assert_eq!(attach(&team, id, "同一张.png", PNG, None).await.expect(409).code(), "file-already-there");
        let path = format!("/api/v1/proposals/{id}/attachments/{}", kept.id());
        let response = team.request(Method::GET, &path).await.send().await.expect("an answer");
        let header = |name: &str| response.headers()[name].to_str().expect("text").to_string();
        assert_eq!(header("content-disposition"), "attachment; filename*=UTF-8''%E5%9C%BA%E5%9C%B0%20%E7%85%A7%E7%89%87.png");
        assert_eq!((header("content-type"), header("x-content-type-options")), ("image/png".into(), "nosniff".into()));
        assert_eq!(response.bytes().await.expect("bytes"), PNG);
        for stranger in [&app.team(2).await, &app.office().await, &app.citizen().await] {
            stranger.get(&path).await.expect(404);
        }
        submit(&team, id).await.expect(200);
        assert_eq!(app.office().await.request(Method::GET, &path).await.send().await.expect("an answer").status(), 200);
        app.team(2).await.get(&path).await.expect(404);
        // What was handed in is not taken back.
        assert_eq!(team.delete(&path).await.expect(409).code(), "proposal-locked");
    }

    async fn a_file_of_a_draft_can_be_taken_off(app: &TestApp) {
        let call = open_call(app).await;
        let team = app.team(1).await;
        let id = draft(&team, call, "四点半学校").await;
        let file = attach(&team, id, "照片.png", PNG, None).await.expect(201).id();
        app.team(2).await.delete(&format!("/api/v1/proposals/{id}/attachments/{file}")).await.expect(404);
        team.delete(&format!("/api/v1/proposals/{id}/attachments/{file}")).await.expect(200);
        assert_eq!(team.get(&format!("/api/v1/proposals/{id}")).await.body["attachments"], json!([]));
    }

    async fn a_file_changed_on_disk_is_not_handed_out(app: &TestApp) {
        let call = open_call(app).await;
        let team = app.team(1).await;
        let id = draft(&team, call, "四点半学校").await;
        let file = attach(&team, id, "照片.png", PNG, None).await.expect(201);
        let sha256 = file.body["sha256"].as_str().expect("a hash");
        std::fs::write(app.app.config.data.join("blobs").join(sha256), b"other").expect("written");
        team.get(&format!("/api/v1/proposals/{id}/attachments/{}", file.id())).await.expect(500);
        app.advance(DAY).await;
    }
}
