use super::world::*;
use serde_json::json;
use twoway_entity::accounts::Role;
use twoway_tests::on_both_databases;

on_both_databases! {
    async fn an_evaluation_is_planned_once_and_its_figures_cannot_be_sent(app: &TestApp) {
        let (project, evaluation) = closed(app).await;
        twoway::evaluations::actions::plan(&app.app, project).await.expect("finds it done");
        let office = app.office().await;
        let list = office.get("/api/v1/evaluations").await.expect(200).body;
        assert_eq!(list["items"].as_array().expect("a list").len(), 1);
        let team = app.team(1).await;
        let page = format!("/api/v1/evaluations/{evaluation}/self-evaluation");
        let forged = json!({"statement": "好", "answers": {}, "indicators": [{"key": "on-time", "value_milli": 100_000}]});
        let refused = team.post(&page, forged).await.expect(422);
        assert_eq!(refused.body["errors"][0]["field"], "indicators");
        let short = json!({"statement": "好", "answers": {"host-days": "够"}});
        let refused = team.post(&page, short).await.expect(422);
        assert_eq!(refused.body["errors"][0]["field"], "answers.on-time");
        app.team(2).await.post(&page, json!({"statement": "好"})).await.expect(404);
        office.post(&page, json!({"statement": "好"})).await.expect(403);
    }

    async fn an_evaluator_of_the_same_organisation_is_refused(app: &TestApp) {
        let (_, evaluation) = closed(app).await;
        let team = app.team(1).await;
        let inside = app.person("inside", "队内评估员", team.organization.map(|o| (Role::Evaluator, o))).await;
        assert_eq!(invite(app, evaluation, &inside).await.expect(409).code(), "evaluator-conflict");
        app.grant(team.account, Role::Evaluator, app.root().await).await;
        assert_eq!(invite(app, evaluation, &team).await.expect(409).code(), "evaluator-conflict");
        assert_eq!(invite(app, evaluation, &app.citizen().await).await.expect(409).code(), "evaluator-role-missing");
        invite(app, evaluation, &app.evaluator().await).await.expect(200);
        // A conflict that came up after the invitation is found when the grades come in.
        self_evaluate(app, evaluation).await.expect(200);
        let evaluator = app.evaluator().await;
        app.grant(evaluator.account, Role::Volunteer, team.organization.expect("a team")).await;
        assert_eq!(score(&evaluator, evaluation).await.expect(409).code(), "evaluator-conflict");
    }

    async fn only_the_invited_one_grades_and_a_second_person_decides(app: &TestApp) {
        let (_, evaluation) = closed(app).await;
        let page = format!("/api/v1/evaluations/{evaluation}");
        let house = app.organization(twoway_entity::organizations::OrganizationKind::Reviewing, "另一家评估机构").await;
        let other = app.person("other", "另一位评估员", Some((Role::Evaluator, house))).await;
        // A clerk of the office who evaluates may not have the last word too.
        let office = app.office().await;
        app.grant(office.account, Role::Evaluator, house).await;
        invite(app, evaluation, &office).await.expect(200);
        score(&office, evaluation).await.expect(422);
        self_evaluate(app, evaluation).await.expect(200);
        score(&other, evaluation).await.expect(404);
        score(&office, evaluation).await.expect(200);
        assert_eq!(announce(&office, evaluation).await.expect(409).code(), "evaluation-second-person");
        let second = app.second_office().await;
        second.post(&format!("{page}/return"), json!({"reason": "请核对样本"})).await.expect(200);
        assert_eq!(second.post(&format!("{page}/final"), json!({})).await.expect(409).code(), "wrong-state");
        score(&office, evaluation).await.expect(200);
        assert_eq!(invite(app, evaluation, &other).await.expect(409).code(), "evaluation-already-scored");
        assert_eq!(second.post(&format!("{page}/final"), json!({})).await.expect(409).code(), "wrong-state", "not without a notice");
        announce(&app.supervisor().await, evaluation).await.expect(403);
        announced(app, &second, evaluation).await;
        assert_eq!(announce(&second, evaluation).await.expect(409).code(), "wrong-state");
        assert_eq!(second.post(&format!("{page}/return"), json!({"reason": "再核对"})).await.expect(409).code(), "wrong-state");
        assert_eq!(office.post(&format!("{page}/final"), json!({})).await.expect(409).code(), "evaluation-second-person");
        second.post(&format!("{page}/final"), json!({})).await.expect(200);
        app.supervisor().await.post(&format!("{page}/final"), json!({})).await.expect(403);
    }
}
