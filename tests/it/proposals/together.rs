//! Who is asked to write along does what the part allows, at every door, and nothing else.

use crate::calls::world::*;
use serde_json::{Value, json};
use twoway_ids::{DAY, Uuid};
use twoway_tests::{Actor, Answer, TestApp, on_both_databases};

async fn invite(owner: &Actor, proposal: Uuid, body: Value) -> Answer {
    owner.post(&format!("/api/v1/proposals/{proposal}/co-applicants"), body).await
}

async fn answer(actor: &Actor, part: Uuid, verb: &str) -> Answer {
    actor.post(&format!("/api/v1/co-applicants/{part}/{verb}"), json!({})).await
}

/// Somebody without a role who takes this part.
async fn joined(app: &TestApp, owner: &Actor, proposal: Uuid, login: &str, part: &str) -> (Actor, Uuid) {
    let person = app.person(login, &format!("同伴{login}"), None).await;
    let id = invite(owner, proposal, json!({"login": login, "part": part})).await.expect(201).id();
    answer(&person, id, "accept").await.expect(200);
    (person, id)
}

async fn doors(actor: &Actor, proposal: Uuid) -> [u16; 6] {
    let path = format!("/api/v1/proposals/{proposal}");
    let read = actor.get(&path).await.status;
    let said = actor.post(&format!("{path}/comments"), json!({"text": "方案写得清楚。"})).await.status;
    let title = format!("四点半学校，{}改", actor.login);
    let saved = actor.put(&path, content(&title)).await.status;
    let name = format!("{}.png", actor.login);
    let bytes = [PNG, actor.login.as_bytes()].concat();
    let attached = attach(actor, proposal, &name, &bytes, None).await.status;
    let pages = actor.pages().await;
    let page = pages.get(&format!("/proposals/{proposal}/edit")).await.status;
    let autosaved = pages.post(&format!("/proposals/{proposal}/autosave"), &[("title", &title)]).await.status;
    [read, said, saved, attached, page, autosaved]
}

on_both_databases! {
    async fn each_part_opens_its_doors_and_no_other(app: &TestApp) {
        let call = open_call(app).await;
        let team = app.team(1).await;
        let id = draft(&team, call, "四点半学校").await;
        let stranger = app.citizen().await;
        assert_eq!(doors(&stranger, id).await, [404; 6]);
        let (viewer, _) = joined(app, &team, id, "viewer", "view").await;
        assert_eq!(doors(&viewer, id).await, [200, 403, 403, 403, 403, 403]);
        let (commenter, _) = joined(app, &team, id, "commenter", "comment").await;
        assert_eq!(doors(&commenter, id).await, [200, 201, 403, 403, 403, 403]);
        let (editor, part) = joined(app, &team, id, "editor", "edit").await;
        assert_eq!(doors(&editor, id).await, [200, 201, 200, 201, 200, 204]);

        // Handing in, withdrawing and inviting stay with the owner.
        submit(&editor, id).await.expect(403);
        editor.post(&format!("/api/v1/proposals/{id}/withdraw"), json!({"reason": "不做了"})).await.expect(403);
        invite(&editor, id, json!({"login": "citizen", "part": "view"})).await.expect(403);
        editor.pages().await.get(&format!("/proposals/{id}/submit")).await.expect(403);
        let said = team.get(&format!("/api/v1/proposals/{id}/comments")).await.expect(200).body;
        assert_eq!(said.as_array().map(Vec::len), Some(2));
        let own = editor.get("/api/v1/proposals").await.expect(200).body.to_string();
        assert!(own.contains(&id.to_string()), "{own}");

        // Who has left sees nothing any more, and neither does who was removed.
        answer(&editor, part, "leave").await.expect(200);
        assert_eq!(doors(&editor, id).await, [404; 6]);
        assert_eq!(answer(&editor, part, "accept").await.code(), "wrong-state");
    }

    async fn an_invitation_finds_whom_it_means(app: &TestApp) {
        let call = open_call(app).await;
        let team = app.team(1).await;
        let id = draft(&team, call, "四点半学校").await;
        assert_eq!(invite(&team, id, json!({"login": "nobody", "part": "view"})).await.code(), "invitee-unknown");
        assert_eq!(invite(&team, id, json!({"phone": "13900009999", "part": "view"})).await.code(), "invitee-unknown");
        invite(&team, id, json!({"part": "view"})).await.expect(422);
        invite(&team, id, json!({"login": "x", "part": "own"})).await.expect(422);
        assert_eq!(invite(&team, id, json!({"login": team.login, "part": "view"})).await.code(), "co-applicant-there");
        let other = app.team(2).await;
        let asked = json!({"organization_id": other.organization, "part": "edit"});
        let part = invite(&team, id, asked.clone()).await.expect(201).id();
        assert_eq!(invite(&team, id, asked).await.code(), "co-applicant-there");
        let work = other.get("/api/v1/work").await.expect(200).body.to_string();
        assert!(work.contains("answer-co-invitation"), "{work}");
        other.get(&format!("/api/v1/proposals/{id}")).await.expect(404);
        answer(&app.citizen().await, part, "accept").await.expect(404);
        answer(&team, part, "accept").await.expect(403);
        answer(&other, part, "accept").await.expect(200);
        other.get(&format!("/api/v1/proposals/{id}")).await.expect(200);
        answer(&other, part, "remove").await.expect(403);
        answer(&team, part, "remove").await.expect(200);
        other.get(&format!("/api/v1/proposals/{id}")).await.expect(404);
        let declined = invite(&team, id, json!({"login": other.login, "part": "view"})).await.expect(201).id();
        answer(&other, declined, "decline").await.expect(200);
        for n in 0..10 {
            let login = format!("friend{n}");
            app.person(&login, "同伴", None).await;
            invite(&team, id, json!({"login": login, "part": "view"})).await.expect(201);
        }
        app.person("eleventh", "同伴", None).await;
        let more = invite(&team, id, json!({"login": "eleventh", "part": "view"})).await;
        assert_eq!(more.code(), "too-many-co-applicants");
        team.post(&format!("/api/v1/proposals/{id}/withdraw"), json!({"reason": "不做了"})).await.expect(200);
        let late = invite(&team, id, json!({"login": "eleventh", "part": "view"})).await;
        assert_eq!(late.code(), "proposal-ended");
    }

    async fn comments_are_for_the_authors_while_they_write(app: &TestApp) {
        let call = open_call(app).await;
        let team = app.team(1).await;
        let id = draft(&team, call, "四点半学校").await;
        let (commenter, _) = joined(app, &team, id, "commenter", "comment").await;
        let path = format!("/api/v1/proposals/{id}/comments");
        commenter.post(&path, json!({"text": " "})).await.expect(422);
        commenter.post(&path, json!({"text": "字".repeat(1_001)})).await.expect(422);
        commenter.post(&path, json!({"text": "请写明每日人数。"})).await.expect(201);
        submit(&team, id).await.expect(200);
        assert_eq!(commenter.post(&path, json!({"text": "晚了"})).await.code(), "proposal-locked");
        app.advance(20 * DAY).await;
        app.office().await.get(&path).await.expect(404);
        let listed = app.office().await.get(&format!("/api/v1/proposals/{id}/co-applicants")).await.expect(200);
        assert_eq!(listed.body.as_array().map(Vec::len), Some(1));
    }

    async fn a_reviewer_who_writes_along_or_knows_who_does_is_kept_away(app: &TestApp) {
        let call = open_call(app).await;
        let team = app.team(1).await;
        let id = draft(&team, call, "四点半学校").await;
        let (reviewer, colleague) = (app.reviewer(1).await, app.team(3).await);
        let part = invite(&team, id, json!({"login": reviewer.login, "part": "view"})).await.expect(201).id();
        answer(&reviewer, part, "accept").await.expect(200);
        let part = invite(&team, id, json!({"login": colleague.login, "part": "edit"})).await.expect(201).id();
        answer(&colleague, part, "accept").await.expect(200);
        let second = app.reviewer(2).await;
        app.grant(second.account, twoway_entity::accounts::Role::Volunteer, colleague.organization.expect("a team")).await;
        submit(&team, id).await.expect(200);
        app.advance(20 * DAY).await;
        let office = app.office().await;
        office.post(&format!("/api/v1/proposals/{id}/admit"), json!({})).await.expect(200);
        office.post(&format!("/api/v1/calls/{call}/start-review"), json!({})).await.expect(200);
        assert_eq!(assign(app, id, &reviewer).await.code(), "conflict-own-proposal");
        assert_eq!(assign(app, id, &second).await.code(), "conflict-co-member");
        let third = app.reviewer(3).await;
        let review = assign(app, id, &third).await.expect(201).id();
        declare(&third, review).await.expect(200);
        let page = third.pages().await.get(&format!("/proposals/{id}")).await.expect(200).body;
        assert!(page.as_str().expect("a page").contains(&colleague.name), "reviewers see who writes along");
    }

    async fn the_pages_lead_through_it(app: &TestApp) {
        let call = open_call(app).await;
        let team = app.team(1).await;
        let id = draft(&team, call, "四点半学校").await;
        let place = format!("/proposals/{id}/together");
        let pages = team.pages().await;
        let own = pages.get(&format!("/proposals/{id}")).await.expect(200).body;
        assert!(own.as_str().expect("a page").contains(&place));
        let kept = pages.post(&place, &[("login", "nobody"), ("part", "edit")]).await.expect(422).body;
        assert!(kept.as_str().expect("a page").contains("nobody"));
        let other = app.team(2).await;
        pages.post(&place, &[("organization", "志愿队2"), ("part", "edit")]).await.expect(303);
        let theirs = other.pages().await;
        let asked = theirs.get(&place).await.expect(200).body;
        let asked = asked.as_str().expect("a page");
        let at = asked.find("/co-applicants/").expect("a button");
        let part = asked[at..].split('"').next().expect("an address").trim_end_matches("/accept").to_string();
        theirs.post(&format!("{part}/accept"), &[]).await.expect(303);
        theirs.post(&format!("/proposals/{id}/comments"), &[("text", "")]).await.expect(422);
        theirs.post(&format!("/proposals/{id}/comments"), &[("text", "请写明每日人数。")]).await.expect(303);
        let said = pages.get(&place).await.expect(200).body;
        assert!(said.as_str().expect("a page").contains("请写明每日人数。"));
        theirs.post(&format!("{part}/leave"), &[]).await.expect(303);
        theirs.get(&place).await.expect(404);
        app.citizen().await.pages().await.get(&place).await.expect(404);
        pages.post(&place, &[("login", "citizen"), ("part", "view")]).await.expect(303);
        let citizen = app.citizen().await;
        let waiting = citizen.pages().await.get(&place).await.expect(200).body;
        let waiting = waiting.as_str().expect("a page");
        let at = waiting.find("/co-applicants/").expect("a button");
        let part = waiting[at..].split('"').next().expect("an address").trim_end_matches("/accept").to_string();
        pages.post(&format!("{part}/remove"), &[]).await.expect(303);
        citizen.pages().await.post(&format!("{part}/decline"), &[]).await.expect(409);
    }

    async fn it_asks_as_much_for_one_as_for_three(app: &TestApp) {
        let call = open_call(app).await;
        let team = app.team(1).await;
        let id = draft(&team, call, "四点半学校").await;
        joined(app, &team, id, "friend1", "comment").await;
        let path = format!("/api/v1/proposals/{id}/co-applicants");
        let queries = async || {
            team.get(&path).await.expect(200);
            let before = app.app.db.queries_run();
            team.get(&path).await.expect(200);
            app.app.db.queries_run() - before
        };
        let one = queries().await;
        joined(app, &team, id, "friend2", "view").await;
        joined(app, &team, id, "friend3", "edit").await;
        assert_eq!(queries().await, one);
    }
}
