//! Runs over a whole call, and its pages: what they ask of the database does not grow with its proposals.

use super::*;
use twoway_tests::on_both_databases;

/// How many statements a run takes.
async fn run(app: &TestApp, office: &Actor, call: Uuid, what: &str) -> (String, u64) {
    // A token that has grown old is refreshed before.
    office.get(&format!("/api/v1/calls/{call}")).await.expect(200);
    let before = app.app.db.queries_run();
    office.post(&format!("/api/v1/calls/{call}/{what}"), json!({})).await.expect(200);
    (what.to_string(), app.app.db.queries_run() - before)
}

async fn shown(app: &TestApp, path: &str, call: Uuid) -> (String, u64) {
    let desk = app.office().await.pages().await;
    let here = path.replace("{id}", &call.to_string());
    (path.to_string(), queries(app, async || drop(page(&desk, &here).await)).await)
}

on_both_databases! {
    async fn a_run_over_a_call_takes_as_many_statements_for_one_proposal_as_for_three(app: &TestApp) {
        let people = reviewers(app, 3).await;
        let mut costs = Vec::new();
        for teams in [&[1][..], &[2, 3, 4][..]] {
            let office = app.office().await;
            let (call, proposals) = call_in_review(app, teams).await;
            let mut cost = vec![shown(app, "/office/calls/{id}/screening", call).await];
            cost.push(run(app, &office, call, "assign-reviews").await);
            for id in &proposals {
                for review in of_proposal(app, *id).await.as_array().expect("reviews") {
                    let reviewer = people.iter().find(|r| review["reviewer_id"] == json!(r.account)).expect("a reviewer");
                    let review = review["id"].as_str().and_then(|id| Uuid::parse_str(id).ok()).expect("an id");
                    declare(reviewer, review).await.expect(200);
                    score(reviewer, review, [80; 3]).await.expect(200);
                }
            }
            cost.push(shown(app, "/office/calls/{id}/reviews", call).await);
            cost.push(run(app, &office, call, "end-review").await);
            cost.push(shown(app, "/office/calls/{id}/deliberation", call).await);
            for id in &proposals {
                decide(app, *id, true).await.expect(200);
            }
            supervise(app, call).await.expect(200);
            cost.push(run(app, &office, call, "release").await);
            cost.push(shown(app, "/calls/{id}/results", call).await);
            costs.push(cost);
        }
        assert_eq!(costs[0], costs[1]);
    }

    async fn each_proposal_keeps_the_mean_of_its_own_reviews(app: &TestApp) {
        reviewers(app, 3).await;
        let (call, proposals) = call_in_review(app, &[1, 2, 3]).await;
        all_scored(app, &proposals).await;
        let office = app.office().await;
        office.post(&format!("/api/v1/calls/{call}/end-review"), json!({})).await.expect(200);
        let ranking = office.get(&format!("/api/v1/calls/{call}/ranking")).await.expect(200).body;
        let line = |n: usize| (ranking["items"][n]["proposal_id"].clone(), ranking["items"][n]["score"].clone());
        let expected = [8_800, 7_800, 6_800];
        for (n, id) in proposals.iter().enumerate() {
            assert_eq!(line(n), (json!(id), json!(expected[n])));
        }
    }
}
