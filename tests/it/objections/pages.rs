//! The pages: the notice, the form, the desk.

use super::*;
use reqwest::multipart::Form;
use twoway_ids::DAY;
use twoway_tests::on_both_databases;

/// The form of the page as a browser sends it, without files.
async fn send(page: &twoway_tests::PageClient, typed: &[(&'static str, &str)]) -> Answer {
    let form = typed.iter().fold(Form::new(), |form, (name, value)| form.text(*name, (*value).to_string()));
    page.upload("/objections", form).await
}

fn text(answer: Answer) -> String {
    answer.body.as_str().expect("a page").to_string()
}

on_both_databases! {
    async fn a_citizen_objects_and_the_office_answers_on_pages(app: &TestApp) {
        let (call, items) = call_in_notice(app, &[1]).await;
        let results = format!("/calls/{call}/results");
        let page = text(app.anon().pages().await.get(&results).await.expect(200));
        assert!(page.contains("怎样提出异议") && page.contains("收到异议 0 件") && page.contains("公示日") && page.contains("需求调查充分"), "{page}");
        let new = format!("/objections/new?target=proposal&item={}", items[0]);
        assert!(page.contains(&new.replace('&', "&amp;")) || page.contains(&new.replace('&', "&#38;")), "{page}");

        let author = author(app).await.pages().await;
        let form = text(author.get(&new).await.expect(200));
        assert!(form.contains("对公示结果提出异议") && form.contains("内容不属实"), "{form}");
        let item = items[0].to_string();
        let mut typed = vec![("_target", "proposal"), ("_item", item.as_str()), ("ground", "facts"), ("statement", "我是欧阳见证。"), ("wish", ""), ("name", ""), ("contact", "")];
        let back = text(send(&author, &typed).await.expect(422));
        assert!(back.contains("我是欧阳见证") && back.contains("f-contact"), "{back}");
        typed[6].1 = CONTACT;
        assert!(text(send(&author, &typed).await.expect(422)).contains("删去后再提交"));
        typed[3].1 = "材料所列场地并不存在。";
        let sent = send(&author, &typed).await.expect(303);
        let here = sent.headers["location"].to_str().expect("a path").split('?').next().expect("a path").to_string();
        assert!(text(author.get(&here).await.expect(200)).contains("等待受理"));
        assert!(text(author.get("/objections").await.expect(200)).contains("公示异议"));
        send(&author, &[("_target", "moon"), ("_item", "x")]).await.expect(400);
        author.get(&format!("/objections/new?target=proposal&item={}", Uuid::from_u128(7))).await.expect(404);

        let (office, second) = (app.office().await.pages().await, app.second_office().await);
        let handler = second.pages().await;
        assert!(text(office.get("/office/objections?phase=open").await.expect(200)).contains(&here));
        assert!(!text(office.get("/office/objections?phase=ended").await.expect(200)).contains(&here));
        assert!(text(office.post(&format!("{here}/dismiss"), &[("reason", "")]).await.expect(422)).contains("f-dismiss-reason"));
        office.post(&format!("{here}/admit"), &[]).await.expect(303);
        let desk = text(office.get(&here).await.expect(200));
        assert!(desk.contains("吴复核") && !desk.contains(&app.office().await.account.to_string()), "only who is not concerned: {desk}");
        assert!(text(office.post(&format!("{here}/assign"), &[("handler", "")]).await.expect(422)).contains("f-assign-handler"));
        office.post(&format!("{here}/assign"), &[("handler", &second.account.to_string())]).await.expect(303);
        handler.post(&format!("{here}/begin"), &[]).await.expect(303);
        handler.post(&format!("{here}/extend"), &[("reason", "需要调取档案。")]).await.expect(303);
        let kept = text(handler.post(&format!("{here}/answer"), &[("result", ""), ("answer", "已核查。"), ("why", "")]).await.expect(422));
        assert!(kept.contains("已核查。") && kept.contains("f-answer-result"), "{kept}");
        handler.post(&format!("{here}/answer"), &[("result", "rejected"), ("answer", "已核查，协议真实。"), ("why", "")]).await.expect(303);
        assert!(text(handler.post(&format!("{here}/publish"), &[("text", "欧阳见证反映不实")]).await.expect(422)).contains("暴露提出人"));
        handler.post(&format!("{here}/publish"), &[("text", "经核查，协议真实，异议不成立。")]).await.expect(303);

        let mine = text(author.get(&here).await.expect(200));
        assert!(mine.contains("已核查，协议真实。") && mine.contains("需要调取档案。") && mine.contains("申请复核"), "{mine}");
        assert!(text(author.post(&format!("{here}/review"), &[("reason", "")]).await.expect(422)).contains("f-review-reason"));
        author.post(&format!("{here}/review"), &[("reason", "没有到现场。")]).await.expect(303);
        let supervisor = app.supervisor().await;
        office.post(&format!("{here}/assign"), &[("handler", &supervisor.account.to_string())]).await.expect(303);
        let last = supervisor.pages().await;
        last.post(&format!("{here}/answer-finally"), &[("result", "rejected"), ("answer", "已到现场。"), ("why", "")]).await.expect(303);
        assert!(text(author.get(&here).await.expect(200)).contains("已作出最终答复"));
        let page = text(app.anon().pages().await.get(&results).await.expect(200));
        assert!(page.contains("收到异议 1 件，正在办理 0 件") && page.contains("经核查，协议真实，异议不成立。"), "{page}");
        let page = text(app.anon().pages().await.get_with(&results, "cookie", "twoway_locale=en").await.expect(200));
        assert!(!page.contains("results-") && !page.contains("objection-"), "{page}");
    }

    async fn an_upheld_item_is_released_again_on_its_page(app: &TestApp) {
        let (call, items) = call_in_notice(app, &[1]).await;
        let id = in_hand(app, "proposal", items[0]).await;
        answer(&app.second_office().await, id, "answer", "upheld").await.expect(200);
        let office = app.office().await.pages().await;
        let item = format!("/proposals/{}", items[0]);
        assert!(text(office.get(&item).await.expect(200)).contains(&format!("{item}/decision")));
        let decision = [("decision", "selected"), ("reason", REASON), ("cost", "42000")];
        let sent = office.post(&format!("{item}/decision"), &decision).await.expect(303);
        assert!(sent.headers["location"].to_str().expect("a path").starts_with(&item));
        assert!(text(office.get(&item).await.expect(200)).contains("单独公示"));
        office.post(&format!("{item}/release"), &[]).await.expect(303);
        app.advance(DAY).await;
        let page = text(app.anon().pages().await.get(&format!("/calls/{call}/results")).await.expect(200));
        assert!(page.contains("提出异议"), "{page}");
    }

    async fn ones_own_objection_is_taken_back_or_accepted_with_a_press(app: &TestApp) {
        let (_, items) = call_in_notice(app, &[1]).await;
        let author = author(app).await;
        let id = file(&author, "proposal", items[0]).await.expect(201).id();
        let here = format!("/objections/{id}");
        let page = author.pages().await;
        page.post(&format!("{here}/withdraw"), &[]).await.expect(303);
        assert!(text(page.get(&here).await.expect(200)).contains("您已撤回"));
        let id = in_hand(app, "proposal", items[0]).await;
        answer(&app.second_office().await, id, "answer", "rejected").await.expect(200);
        page.post(&format!("/objections/{id}/accept"), &[]).await.expect(303);
        assert!(text(page.get(&format!("/objections/{id}")).await.expect(200)).contains("谢谢您的监督"));
    }

    async fn a_complaint_begins_on_the_projects_page(app: &TestApp) {
        let project = crate::projects::world::running(app).await;
        let page = text(app.anon().pages().await.get(&format!("/p/{project}")).await.expect(200));
        assert!(page.contains("/objections/new?target=project"), "{page}");
        let author = author(app).await.pages().await;
        let form = text(author.get(&format!("/objections/new?target=project&item={project}")).await.expect(200));
        assert!(form.contains("索要或变相收取钱物"), "{form}");
    }

    async fn pages_ask_as_much_for_one_row_as_for_three(app: &TestApp) {
        let (call, items) = call_in_notice(app, &[1]).await;
        let (author, office) = (author(app).await.pages().await, app.office().await.pages().await);
        let results = format!("/calls/{call}/results");
        let id = file(&super::author(app).await, "proposal", items[0]).await.expect(201).id();
        let here = format!("/objections/{id}");
        let paths = [(&author, "/objections"), (&office, "/office/objections"), (&office, results.as_str()), (&office, here.as_str())];
        let count = async |who: &twoway_tests::PageClient, path: &str| {
            who.get(path).await.expect(200);
            let before = app.app.db.queries_run();
            who.get(path).await.expect(200);
            app.app.db.queries_run() - before
        };
        let mut with_one = Vec::new();
        for (who, path) in paths {
            with_one.push(count(who, path).await);
        }
        for n in 0..2 {
            let citizen = app.person(&format!("neighbour{n}"), &format!("市民{n}"), None).await;
            file(&citizen, "proposal", items[0]).await.expect(201);
        }
        for ((who, path), one) in paths.into_iter().zip(with_one) {
            assert_eq!(count(who, path).await, one, "{path}");
        }
    }
}
