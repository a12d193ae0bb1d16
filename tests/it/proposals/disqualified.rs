//! What was won by false statements is taken out again: one person says why, a second one agrees.

use crate::calls::world::*;
use serde_json::json;
use twoway_tests::on_both_databases;

const FOUND: &str = "经实地核查，申报材料中的场地租赁合同系伪造，社区和业主均已书面证明。";

on_both_databases! {
    async fn two_people_disqualify_a_proposal(app: &TestApp) {
        let (office, second, team) = (app.office().await, app.second_office().await, app.team(1).await);
        let (_, proposals) = call_in_notice(app, &[1, 2]).await;
        let path = format!("/api/v1/proposals/{}/disqualification", proposals[0]);
        let (agree, refuse) = (format!("{path}/confirm"), format!("{path}/drop"));
        team.post(&path, json!({"reason": FOUND})).await.expect(403);
        assert_eq!(office.post(&agree, json!({})).await.expect(409).code(), "disqualification-none");
        assert_eq!(office.post(&path, json!({"reason": " "})).await.status, 422);
        let short = office.post(&path, json!({"reason": "弄虚作假"})).await.expect(409);
        assert_eq!((short.code(), short.body["rule"].as_str()), ("disqualification-unexplained", Some("S5")));
        office.post(&path, json!({"reason": FOUND})).await.expect(200);
        assert_eq!(second.post(&path, json!({"reason": FOUND})).await.expect(409).code(), "disqualification-waits");
        assert_eq!(office.post(&agree, json!({})).await.expect(409).code(), "disqualification-needs-second");
        // Nobody outside of the office learns of it before.
        let history = team.pages().await.get(&format!("/proposals/{}", proposals[0])).await.expect(200).body;
        assert!(history.as_str().is_some_and(|page| !page.contains("取消资格")));
        assert!(second.get("/api/v1/work").await.body.to_string().contains("confirm-disqualification"));
        assert!(!office.get("/api/v1/work").await.body.to_string().contains("confirm-disqualification"));
        second.post(&refuse, json!({"reason": "合同经公证处核验属实"})).await.expect(200);
        assert_eq!(office.post(&refuse, json!({"reason": "再想想"})).await.expect(409).code(), "disqualification-none");

        office.post(&path, json!({"reason": FOUND})).await.expect(200);
        second.post(&agree, json!({})).await.expect(200);
        assert_eq!(team.get(&format!("/api/v1/proposals/{}", proposals[0])).await.body["state"], "disqualified");
        assert!(team.get("/api/v1/notices").await.body.to_string().contains("已被取消资格：经实地核查"));
        assert_eq!(office.post(&path, json!({"reason": FOUND})).await.expect(409).code(), "wrong-state");
        assert_eq!(team.post(&format!("/api/v1/proposals/{}/withdraw", proposals[0]), json!({"reason": "撤"})).await.expect(409).code(), "wrong-state");
    }

    async fn what_has_left_meanwhile_waits_for_nobody(app: &TestApp) {
        let (office, second, team) = (app.office().await, app.second_office().await, app.team(2).await);
        let (_, proposals) = call_in_notice(app, &[1, 2]).await;
        let path = format!("/api/v1/proposals/{}", proposals[1]);
        office.post(&format!("{path}/disqualification"), json!({"reason": FOUND})).await.expect(200);
        let waits = async || second.get("/api/v1/work").await.body.to_string().contains("confirm-disqualification");
        assert!(waits().await);
        team.post(&format!("{path}/withdraw"), json!({"reason": "不再申报"})).await.expect(200);
        assert!(!waits().await, "its page is gone");
    }

    async fn the_pages_lead_two_people_through_it(app: &TestApp) {
        let (call, proposals) = call_in_notice(app, &[1, 2]).await;
        let (desk, colleague) = (app.office().await.pages().await, app.second_office().await.pages().await);
        let base = format!("/proposals/{}", proposals[0]);
        let page = format!("{base}/disqualify");
        let read = async |client: &twoway_tests::PageClient, path: &str| {
            client.get(path).await.expect(200).body.as_str().unwrap_or_default().to_string()
        };
        assert!(read(&desk, &base).await.contains(&page));
        assert!(read(&desk, &page).await.contains("须由第二人确认"));
        let back = desk.post(&page, &[("reason", "假")]).await.expect(422).body;
        assert!(back.as_str().is_some_and(|text| text.contains("不少于 20 个字") && text.contains(">假</textarea>")));
        desk.post(&page, &[("reason", FOUND)]).await.expect(303);
        let own = read(&desk, &page).await;
        assert!(own.contains("等待本单位另一位") && !own.contains("disqualify/confirm"), "{own}");
        let other = read(&colleague, &page).await;
        assert!(other.contains("伪造") && other.contains("disqualify/confirm"), "{other}");
        colleague.post(&format!("{page}/drop"), &[("reason", "")]).await.expect(422);
        colleague.post(&format!("{page}/confirm"), &[]).await.expect(303);
        assert!(read(&desk, &base).await.contains("已取消资格"));
        desk.get(&page).await.expect(404);
        let results = read(&app.anon().pages().await, &format!("/calls/{call}/results")).await;
        assert!(!results.contains(&base), "what was taken out is not published as selected: {results}");
    }
}
