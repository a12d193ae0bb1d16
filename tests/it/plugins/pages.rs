use super::*;
use twoway_tests::on_both_databases;

/// A page as a browser's user reads and follows it.
trait Read {
    fn text(&self) -> String;
    fn location(&self) -> String;
}

impl Read for Answer {
    fn text(&self) -> String {
        self.body.as_str().unwrap_or_default().to_string()
    }

    fn location(&self) -> String {
        self.headers["location"].to_str().expect("a path").to_string()
    }
}

on_both_databases! {
    async fn the_place_is_worked_in_from_pages(app: &TestApp) {
        let site = site(app).await;
        let member = site.helper().await;
        let place = format!("/projects/{}/place", site.project);
        let citizen = site.citizen.pages().await;
        let front = citizen.get(&place).await.expect(200).text();
        assert!(front.contains("留言簿") && front.contains("action-write"), "{front}");
        let wrong = citizen.post(&format!("{place}/actions/write"), &[("text", ""), ("child", "小雨")]).await.expect(422).text();
        assert!(wrong.contains("小雨") && wrong.contains("error-summary"), "what was typed is kept");
        let done = citizen.post(&format!("{place}/actions/write"), &[("text", "第一条"), ("child", "小雨"), ("mark", "蓝色缝线")]).await;
        let record = done.expect(303).location();
        let page = citizen.get(&record).await.expect(200).text();
        assert!(page.contains("第一条") && !page.contains("小雨") && !page.contains("蓝色缝线"), "sealed and secret stay closed");
        let refused = citizen.post(&format!("{record}/reveal"), &[("reason", "a")]).await.expect(422).text();
        assert!(refused.contains("至少 4 个字"), "{refused}");
        citizen.post(&format!("{record}/reveal"), &[("reason", "家长来电核对")]).await.expect(303);
        let open = citizen.get(&record).await.expect(200).text();
        assert!(open.contains("小雨") && open.contains("家长来电核对") && !open.contains("蓝色缝线"));

        let lead = site.lead.pages().await;
        let id = record.rsplit('/').next().expect("an id").to_string();
        let form = lead.get(&format!("{place}/actions/finish-by-two?target={id}")).await.expect(200).text();
        assert!(form.contains("两个人分别确认"));
        lead.post(&format!("{place}/actions/finish-by-two"), &[("_target", &id), ("why", "已交接")]).await.expect(303);
        let office = site.office.pages().await;
        let waiting = office.get(&place).await.expect(200).text();
        let at = waiting.find("/place/confirmations/").expect("a link") + "/place/confirmations/".len();
        let confirmation = format!("{place}/confirmations/{}", &waiting[at..at + 36]);
        assert!(office.get(&confirmation).await.expect(200).text().contains("已交接"));
        lead.post(&confirmation, &[]).await.expect(409);
        office.post(&confirmation, &[("_target", &id)]).await.expect(303);
        let page = office.get(&record).await.expect(200).text();
        assert!(page.contains("state-note-done"));

        for path in ["", "/kinds/note", "/kinds/note?state=done", "/members", "/log"] {
            lead.get(&format!("{place}{path}")).await.expect(200);
        }
        let member = lead.get(&format!("{place}/members/{member}")).await.expect(200).text();
        assert!(member.contains("查字〔2026〕12号"));
        citizen.get(&format!("{place}/members")).await.expect(403);
        citizen.get(&format!("{place}/log")).await.expect(403);
    }

    async fn members_are_kept_from_pages(app: &TestApp) {
        let site = site(app).await;
        let place = format!("/projects/{}/place", site.project);
        let lead = site.lead.pages().await;
        let unknown = lead.post(&format!("{place}/members"), &[("_kind", "account"), ("login", "nobody-here")]).await;
        assert!(unknown.expect(422).text().contains("nobody-here"));
        let guest = lead.post(&format!("{place}/members"), &[("_kind", "guest"), ("name", "李奶奶"), ("phone", "13800000000")]).await;
        let member = guest.expect(303).location();
        let early = lead.post(&format!("{member}/roles"), &[("roles", "helper")]).await.expect(422).text();
        assert!(early.contains("从业查询"), "{early}");
        let long = [("predicate", "cleared"), ("document", "查 1"), ("valid_from", "2026-11-01"), ("valid_until", "2028-11-01")];
        assert!(lead.post(&format!("{member}/facts"), &long).await.expect(422).text().contains("最长一年"));
        let good = [("predicate", "cleared"), ("document", "查 1"), ("valid_from", "2026-11-01"), ("valid_until", "2027-10-31")];
        lead.post(&format!("{member}/facts"), &good).await.expect(303);
        lead.post(&format!("{member}/roles"), &[("roles", "helper")]).await.expect(303);
        assert!(lead.get(&member).await.expect(200).text().contains("查 1"));
        lead.post(&format!("{member}/end"), &[]).await.expect(303);
        assert!(lead.get(&format!("{place}/members")).await.expect(200).text().contains("已退出"));
    }

    async fn the_office_looks_through_the_catalogue(app: &TestApp) {
        let site = site(app).await;
        let note = site.note(json!({"text": "first"})).await;
        site.act(&site.citizen, "trap", Some(&note), json!({})).await.expect(503);
        let office = site.office.pages().await;
        let list = office.get("/office/plugins").await.expect(200).text();
        assert!(list.contains("留言簿") && list.contains("未签名"));
        let at = list.find("/office/plugins/").expect("a link");
        let package = list[at..at + "/office/plugins/".len() + 64].to_string();
        let page = office.get(&package).await.expect(200).text();
        assert!(page.contains("照护儿童") && page.contains("核对特征") && page.contains("trapped"), "{page}");
        office.post(&format!("{package}/offer"), &[("_offered", "false")]).await.expect(303);
        assert!(office.get(&package).await.expect(200).text().contains("已停止提供"));
        let refusal = activated(app, full()).await.err().expect("withdrawn");
        assert_eq!(refusal.code(), "plugin-withdrawn");
        site.note(json!({"text": "the running project goes on"})).await;
        site.citizen.pages().await.get("/office/plugins").await.expect(403);
    }
}
