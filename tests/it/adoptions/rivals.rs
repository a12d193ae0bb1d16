//! No line is ever taken beyond its optimum, however many want it at once.

use super::*;
use proptest::strategy::{Strategy, ValueTree};
use proptest::test_runner::TestRunner;
use twoway::lifecycle::Step;
use twoway::needs::{Shift, shift};
use twoway_entity::needs::need_line;
use twoway_tests::on_both_databases;

on_both_databases! {
    /// For any optimum and any 200 rivals, each with a transaction of its own: the sum of what succeeded is what the line holds, it does
    /// not pass the optimum, and whoever was refused would not have fitted in.
    async fn two_hundred_rivals_never_pass_the_optimum(app: &TestApp) {
        let team = app.team(1).await;
        let mut runner = TestRunner::deterministic();
        let cases = (1_i64..400, proptest::collection::vec(1_i64..12, 200));
        for _ in 0..4 {
            let (optimum, wanted) = cases.new_tree(&mut runner).expect("a case").current();
            let mut line = books();
            (line["minimum"], line["optimum"]) = (1.into(), optimum.into());
            let (proposal, lines) = pooled(app, &team, "抢着帮忙", &[line]).await;
            let (tenant, line) = (app.app.tenant, lines[0]);
            let rivals: Vec<_> = wanted
                .into_iter()
                .map(|quantity| {
                    let app = app.app.clone();
                    tokio::spawn(async move {
                        let hold = move |step: Step| async move {
                            step.wrote(need_line::Entity, line);
                            shift(step.tx(), tenant, line, Shift::Hold, quantity).await
                        };
                        let held = twoway_tests::step(&app, hold).await;
                        (quantity, held)
                    })
                })
                .collect();
            let (mut held, mut smallest_refused) = (0, i64::MAX);
            for rival in rivals {
                match rival.await.expect("a rival ends") {
                    (quantity, Ok(())) => held += quantity,
                    (quantity, Err(refusal)) => {
                        assert_eq!(refusal.code(), "line-taken");
                        smallest_refused = smallest_refused.min(quantity);
                    }
                }
            }
            assert_eq!(coverage(app, proposal).await, [(held, 0, 0)]);
            assert!(held <= optimum, "{held} of {optimum}");
            assert!(smallest_refused == i64::MAX || held + smallest_refused > optimum, "{smallest_refused} would have fitted");
        }
    }

    /// The same through the action: a whole room goes to exactly one of eight enterprises.
    async fn one_room_goes_to_one_of_eight(app: &TestApp) {
        let (team, office) = (app.team(1).await, app.office().await);
        let (proposal, lines) = pooled(app, &team, "四点半学校", &[room()]).await;
        let mut asked = Vec::new();
        for n in 1..=8 {
            let sponsor = app.sponsor(n).await;
            let id = sponsor.post("/api/v1/adoptions", interest(&sponsor, proposal, &[(lines[0], 1)])).await.expect(201).id();
            office.post(&format!("/api/v1/adoptions/{id}/check"), checked()).await.expect(200);
            asked.push((sponsor, id));
        }
        let line = lines[0];
        let rivals: Vec<_> = asked
            .into_iter()
            .map(|(sponsor, id)| tokio::spawn(async move { sponsor.post(&format!("/api/v1/adoptions/{id}/hold"), wishes(&[(line, 1)])).await }))
            .collect();
        let mut answers = Vec::new();
        for rival in rivals {
            let answer = rival.await.expect("a rival ends");
            answers.push((answer.status, answer.code().to_string()));
        }
        answers.sort();
        let mut expected = vec![(200, String::new())];
        expected.extend(vec![(409, "line-taken".to_string()); 7]);
        assert_eq!(answers, expected);
        assert_eq!(coverage(app, proposal).await, [(1, 0, 0)]);
    }

    /// The table itself refuses what no statement of the product does.
    async fn the_table_checks_the_sum(app: &TestApp) {
        use sea_orm::{ColumnTrait, EntityTrait, QueryFilter, sea_query::Expr};
        use twoway_entity::needs::need_line::{Column, Entity};
        let team = app.team(1).await;
        let (_, lines) = pooled(app, &team, "四点半学校", &[books()]).await;
        for (column, value) in [(Column::Held, 301), (Column::Active, -1), (Column::Optimum, 99), (Column::Minimum, 0)] {
            let line = lines[0];
            let forced = app
                .app
                .db
                .transact(move |tx| async move {
                    Entity::update_many().col_expr(column, Expr::value(value)).filter(Column::Id.eq(line)).exec(&*tx).await?;
                    Ok(())
                })
                .await;
            assert!(forced.is_err(), "{column:?} = {value}");
        }
    }
}
