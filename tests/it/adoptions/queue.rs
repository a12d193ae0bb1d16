//! The queue behind what is taken: whatever becomes open is offered, in order, exactly.

use super::*;
use proptest::strategy::{Strategy, ValueTree};
use proptest::test_runner::TestRunner;
use sea_orm::{ColumnTrait, EntityTrait, QueryFilter, QueryOrder};
use std::collections::HashMap;
use twoway::Refusal;
use twoway::adoptions::diligence::{FindingInput, NewFinding};
use twoway::adoptions::model::Wish;
use twoway::adoptions::{AdoptionState, HOLDING, actions};
use twoway::lifecycle::Command;
use twoway_entity::adoptions::{adoption, commitment};
use twoway_entity::agreements::finding;
use twoway_entity::needs::need_line;
use twoway_ids::{DAY, MINUTE};
use twoway_tests::on_both_databases;

/// A place in a line's queue, which the office has checked.
async fn queued(app: &TestApp, sponsor: &Actor, line: Uuid, quantity: i64) -> Uuid {
    // Places are by time.
    app.advance(MINUTE).await;
    let id = join(sponsor, line, quantity).await.expect(201).id();
    app.office().await.post(&format!("/api/v1/adoptions/{id}/check"), checked()).await.expect(200);
    id
}

async fn join(sponsor: &Actor, line: Uuid, quantity: i64) -> twoway_tests::Answer {
    let body = json!({"organization": sponsor.organization, "quantity": quantity, "message": "", "related_party": false,
        "clean_promotion": true, "trade": "retail", "state_owned": false, "own_products": false});
    sponsor.post(&format!("/api/v1/needs/{line}/queue"), body).await
}

/// State, place and quantity of an adoption with one line.
async fn stands(actor: &Actor, id: Uuid) -> (String, Option<u64>, i64) {
    let body = actor.get(&format!("/api/v1/adoptions/{id}")).await.expect(200).body;
    let state = body["state"].as_str().expect("a state").to_string();
    (state, body["place"].as_u64(), body["lines"][0]["quantity"].as_i64().expect("a quantity"))
}

fn is(state: &str, place: Option<u64>, quantity: i64) -> (String, Option<u64>, i64) {
    (state.to_string(), place, quantity)
}

on_both_databases! {
    async fn what_becomes_open_goes_to_the_first_then_to_the_next(app: &TestApp) {
        let (team, office) = (app.team(1).await, app.office().await);
        let (proposal, lines) = pooled(app, &team, "四点半学校", &[books()]).await;
        let line = lines[0];
        let (first, second, third) = (app.sponsor(1).await, app.sponsor(2).await, app.sponsor(3).await);
        let one = held(app, &first, proposal, &[(line, 250)]).await;
        assert_eq!(join(&second, line, 50).await.expect(409).code(), "queue-not-needed");
        assert_eq!(join(&second, line, 301).await.expect(409).code(), "queue-too-much");
        let two = join(&second, line, 200).await.expect(201).id();
        assert_eq!(join(&second, line, 200).await.expect(409).code(), "queued-already");
        assert_eq!(join(&team, line, 200).await.status, 403, "a team is no sponsor");
        let three = queued(app, &third, line, 200).await;
        // The second place was checked, so that what was open is offered past the unchecked first one.
        assert_eq!(stands(&third, three).await, is("offered", None, 50));
        assert_eq!(stands(&second, two).await, is("queued", Some(1), 200));
        office.post(&format!("/api/v1/adoptions/{two}/check"), checked()).await.expect(200);
        assert_eq!(coverage(app, proposal).await, [(300, 0, 0)]);

        // Both sides see the place; other sponsors see their own alone.
        let fourth = app.sponsor(4).await;
        let four = queued(app, &fourth, line, 10).await;
        assert_eq!(stands(&team, four).await, is("queued", Some(2), 10));
        for (actor, seen) in [(&team, 2), (&office, 2), (&fourth, 1), (&first, 0)] {
            let queue = actor.get(&format!("/api/v1/needs/{line}/queue")).await.expect(200);
            assert_eq!(queue.body.as_array().map(Vec::len), Some(seen), "{}", actor.name);
        }
        let queue = fourth.get(&format!("/api/v1/needs/{line}/queue")).await.expect(200).body;
        assert_eq!((&queue[0]["place"], &queue[0]["sponsor"]), (&json!(2), &json!("企业4")));

        // Nobody takes an offer that is not there, in another's name, or twice.
        let take = |id: Uuid| format!("/api/v1/adoptions/{id}/take-offer");
        assert_eq!(second.post(&take(two), json!({})).await.expect(409).code(), "wrong-state");
        second.post(&take(three), json!({})).await.expect(404);
        assert_eq!(third.post(&format!("/api/v1/adoptions/{three}/hold"), wishes(&[(line, 200)])).await.expect(409).code(), "wrong-state");
        third.post(&take(three), json!({})).await.expect(200);
        assert_eq!(third.post(&take(three), json!({})).await.expect(409).code(), "wrong-state");
        assert_eq!(stands(&third, three).await.0, "held");

        // Reduced by 100: the first in the queue is offered these 100 of its 200.
        let reduce = format!("/api/v1/adoptions/{one}/reduce");
        assert_eq!(first.post(&reduce, wishes(&[(line, 251)])).await.expect(409).code(), "reduce-not-more");
        assert_eq!(first.post(&reduce, wishes(&[(line, 250)])).await.expect(409).code(), "nothing-reduced");
        first.post(&reduce, wishes(&[(line, 150)])).await.expect(200);
        assert_eq!(stands(&second, two).await, is("offered", None, 100));
        assert_eq!(stands(&fourth, four).await, is("queued", Some(1), 10));
        assert_eq!(coverage(app, proposal).await, [(300, 0, 0)]);

        // Its offer grows by what else comes back before it answers.
        first.post(&reduce, wishes(&[(line, 140)])).await.expect(200);
        assert_eq!(stands(&second, two).await, is("offered", None, 110));
        first.post(&reduce, wishes(&[(line, 150)])).await.expect(409);

        // The offer's own clock: five days, then the next one, and what nobody wants is open.
        app.advance(5 * DAY).await;
        assert_eq!(stands(&second, two).await.0, "lapsed");
        assert_eq!(stands(&fourth, four).await, is("offered", None, 10));
        assert_eq!(coverage(app, proposal).await, [(200, 0, 0)]);
        fourth.post(&format!("/api/v1/adoptions/{four}/withdraw"), json!({"reason": "预算调整"})).await.expect(200);
        assert_eq!(coverage(app, proposal).await, [(190, 0, 0)]);
        app.settle().await;
        let findings = twoway::audit::verify(&app.app).await.expect("verified");
        let own: Vec<_> = findings.iter().map(|f| format!("{f:?}")).filter(|f| f.contains("adoption")).collect();
        assert!(own.is_empty(), "{own:#?}");
    }

    async fn what_cannot_be_divided_is_offered_whole(app: &TestApp) {
        let (team, office) = (app.team(1).await, app.office().await);
        let (proposal, lines) = pooled(app, &team, "四点半学校", &[room()]).await;
        let (first, second) = (app.sponsor(1).await, app.sponsor(2).await);
        let one = held(app, &first, proposal, &[(lines[0], 1)]).await;
        let two = queued(app, &second, lines[0], 1).await;
        office.post(&format!("/api/v1/adoptions/{one}/decline"), json!({"reason": "与另一家重复"})).await.expect(200);
        assert_eq!(stands(&second, two).await, is("offered", None, 1));
        assert_eq!(coverage(app, proposal).await, [(1, 0, 0)]);
        // The signatory alone takes it.
        let clerk = app.sponsor_member(2).await;
        assert_eq!(clerk.post(&format!("/api/v1/adoptions/{two}/take-offer"), json!({})).await.expect(409).code(), "signatory-needed");
    }

    async fn the_queue_on_pages(app: &TestApp) {
        let team = app.team(1).await;
        let (proposal, lines) = pooled(app, &team, "四点半学校", &[books()]).await;
        let line = lines[0];
        let one = held(app, &app.sponsor(1).await, proposal, &[(line, 300)]).await;
        let (sponsor, office) = (app.sponsor(2).await.pages().await, app.office().await.pages().await);
        let text = |answer: twoway_tests::Answer| answer.body.as_str().expect("a page").to_string();
        assert!(text(app.anon().pages().await.get(&format!("/proposals/{proposal}/needs")).await.expect(200)).contains("排队候补"));
        let path = format!("/needs/{line}/queue");
        assert!(text(sponsor.get(&path).await.expect(200)).contains("现在可认领 0 册"));
        let name = format!("line-{line}");
        let organization = app.sponsor(2).await.organization.expect("one").to_string();
        let mut form = vec![("sponsor", organization.as_str()), (name.as_str(), "900"), ("related_party", "false"), ("clean_promotion", "true"), ("trade", "retail"), ("state_owned", "false"), ("own_products", "false"), ("message", "愿意等")];
        let back = text(sponsor.post(&path, &form).await.expect(422));
        assert!(back.contains("最多还可能释放 300 册") && back.contains("愿意等") && back.contains("900"), "{back}");
        form[1].1 = "120";
        let sent = sponsor.post(&path, &form).await.expect(303);
        let here = sent.headers["location"].to_str().expect("a path").split('?').next().expect("a path").to_string();
        assert!(text(sponsor.get(&here).await.expect(200)).contains("正在排队，第 1 位"));
        assert!(text(office.get(&here).await.expect(200)).contains("请核查排队的认领方"));
        assert!(text(office.get(&format!("/proposals/{proposal}/needs")).await.expect(200)).contains("1 家排队"));
        app.office().await.post(&format!("/api/v1{here}/check"), checked()).await.expect(200);
        let first = app.sponsor(1).await.pages().await;
        assert!(text(first.get(&format!("/adoptions/{one}/reduce")).await.expect(200)).contains("现保留 300 册"));
        first.post(&format!("/adoptions/{one}/reduce"), &[(name.as_str(), "180")]).await.expect(303);
        assert!(text(sponsor.get(&here).await.expect(200)).contains("已轮到本单位"));
        assert!(text(sponsor.get("/work").await.expect(200)).contains("排队已轮到"));
        sponsor.post(&format!("{here}/take-offer"), &[]).await.expect(303);
        assert_eq!(coverage(app, proposal).await, [(300, 0, 0)]);
    }

    /// 200 signatories reserve at once, each in a transaction of its own; then all clocks run out. The optimum is never passed, what
    /// lapses is open again to the last piece, and what the queue wants of it is offered in order.
    async fn two_hundred_holds_and_their_lapse(app: &TestApp) {
        let team = app.team(1).await;
        let mut runner = TestRunner::deterministic();
        let (optimum, wanted) =
            (100_i64..400, proptest::collection::vec(1_i64..12, 200)).new_tree(&mut runner).expect("a case").current();
        let mut line = books();
        (line["minimum"], line["optimum"]) = (1.into(), optimum.into());
        let (proposal, lines) = pooled(app, &team, "抢着帮忙", &[line]).await;
        let line = lines[0];
        let mut sponsors = Vec::new();
        for n in 1..=4 {
            sponsors.push(app.sponsor(n).await);
        }
        let mut rivals = Vec::new();
        for (n, quantity) in wanted.into_iter().enumerate() {
            let sponsor = &sponsors[n % sponsors.len()];
            let id = checked_interest(app, sponsor, proposal).await;
            let (host, who) = (app.app.clone(), sponsor.who().await);
            rivals.push(tokio::spawn(async move {
                let held = actions::hold(&host, &who, &Command::default(), id, vec![Wish { line, quantity }]).await;
                (quantity, held)
            }));
        }
        let (mut held, mut smallest_refused) = (0, i64::MAX);
        for rival in rivals {
            match rival.await.expect("a rival ends") {
                (quantity, Ok(_)) => held += quantity,
                (quantity, Err(refusal)) => {
                    assert_eq!(refusal.code(), "line-taken");
                    smallest_refused = smallest_refused.min(quantity);
                }
            }
        }
        assert_eq!(coverage(app, proposal).await, [(held, 0, 0)]);
        assert!(held <= optimum && (smallest_refused == i64::MAX || held + smallest_refused > optimum), "{held} of {optimum}");
        if held < optimum {
            let rest = checked_interest(app, &sponsors[0], proposal).await;
            let wish = vec![Wish { line, quantity: optimum - held }];
            actions::hold(&app.app, &sponsors[0].who().await, &Command::default(), rest, wish).await.expect("the rest is held");
        }
        let (fifth, sixth) = (app.sponsor(5).await, app.sponsor(6).await);
        let five = queued(app, &fifth, line, optimum - 30).await;
        let six = queued(app, &sixth, line, 80).await;
        app.advance(15 * DAY).await;
        assert_eq!(coverage(app, proposal).await, [(optimum, 0, 0)], "everything lapsed and was offered");
        let offered = (stands(&fifth, five).await.2, stands(&sixth, six).await.2);
        assert_eq!(offered, (optimum - 30, 30), "each lapse let the first offer grow, then the second");
        // Whichever offer runs out first may let the other grow, whose clock then begins anew.
        app.advance(10 * DAY).await;
        assert_eq!(coverage(app, proposal).await, [(0, 0, 0)]);
    }

    /// Any order of holding, queueing, reducing, leaving and waiting: a line's quantity is what its adoptions say, it never passes the
    /// optimum, and nobody who was checked waits while something is open.
    async fn any_order_of_steps_keeps_the_sums(app: &TestApp) {
        let team = app.team(1).await;
        let mut sponsors = Vec::new();
        for n in 1..=5 {
            sponsors.push((app.sponsor(n).await, app.sponsor(n).await.who().await));
        }
        let office = app.office().await.who().await;
        let mut runner = TestRunner::deterministic();
        for _ in 0..3 {
            let mut line = books();
            (line["minimum"], line["optimum"]) = (1.into(), 40.into());
            let (proposal, lines) = pooled(app, &team, "有人退出有人补", &[line]).await;
            let line = lines[0];
            let steps = proptest::collection::vec((0_usize..7, 0_usize..5, 1_i64..30), 40);
            for (step, n, quantity) in steps.new_tree(&mut runner).expect("a case").current() {
                let (sponsor, who) = &sponsors[n];
                let rows = adoptions(app, proposal).await;
                let mine = |states: &[AdoptionState]| {
                    rows.iter().find(|r| Some(r.organization_id) == sponsor.organization && states.contains(&r.state)).map(|r| r.id)
                };
                let command = Command::default();
                let done = match step {
                    0 => {
                        let id = checked_interest(app, sponsor, proposal).await;
                        let held = actions::hold(&app.app, who, &command, id, vec![Wish { line, quantity }]).await;
                        if held.is_err() {
                            actions::withdraw(&app.app, who, &command, id, "算了").await.expect("withdrawn");
                        }
                        held
                    }
                    1 => {
                        let joined = join(sponsor, line, quantity).await;
                        if joined.status == 201 {
                            actions::check(&app.app, &office, &command, joined.id(), CHECKED, new_findings()).await
                        } else {
                            Err(Refusal::NotFound)
                        }
                    }
                    2 => match mine(HOLDING) {
                        Some(id) => actions::withdraw(&app.app, who, &command, id, "算了").await,
                        None => continue,
                    },
                    3 => match mine(&[AdoptionState::Held]) {
                        Some(id) => actions::reduce(&app.app, who, &command, id, vec![Wish { line, quantity }]).await,
                        None => continue,
                    },
                    4 => match mine(&[AdoptionState::Offered]) {
                        Some(id) => actions::take_offer(&app.app, who, &command, id).await,
                        None => continue,
                    },
                    5 => match mine(&[AdoptionState::Queued, AdoptionState::Held]) {
                        Some(id) => actions::decline(&app.app, &office, &command, id, "重复").await,
                        None => continue,
                    },
                    _ => {
                        app.advance(quantity / 10 * DAY).await;
                        continue;
                    }
                };
                if let Err(refusal) = &done {
                    assert!(matches!(refusal, Refusal::Rule(_) | Refusal::NotFound), "{step}: {refusal}");
                }
                sums(app, proposal, line).await;
            }
        }
    }
}

/// The findings as the product takes them.
fn new_findings() -> Vec<NewFinding> {
    let inputs: Vec<FindingInput> = serde_json::from_value(findings()).expect("inputs");
    inputs.into_iter().map(|f| f.check("", "2027-12-31").expect("a finding")).collect()
}

/// An interest of a sponsor as the office leaves it after its check, without lines.
async fn checked_interest(app: &TestApp, sponsor: &Actor, proposal: Uuid) -> Uuid {
    let id = twoway_ids::new_id(app.now());
    let row = adoption::ActiveModel {
        tenant_id: Set(app.app.tenant),
        id: Set(id),
        proposal_id: Set(proposal),
        organization_id: Set(sponsor.organization.expect("a sponsor")),
        path: Set(format!("/{}/", app.root().await.simple())),
        message: Set(String::new()),
        related_party: Set(false),
        clean_promotion: Set(true),
        author_id: Set(sponsor.account),
        checked_at: Set(Some(app.now())),
        checked_by: Set(None),
        check_note: Set(None),
        held_until: Set(None),
        extended: Set(false),
        agreement_hash: Set(None),
        reason: Set(None),
        activated_at: Set(None),
        named: Set(false),
        state: Set(AdoptionState::Interested),
        version: Set(1),
        created_at: Set(app.now()),
    };
    let (tenant, by) = (app.app.tenant, sponsor.account);
    app.step(move |step| async move {
        step.wrote_rows(&[row.insert(step.tx()).await?]);
        for (at, f) in new_findings().into_iter().enumerate() {
            let row = finding::ActiveModel {
                tenant_id: Set(tenant),
                id: Set(step.new_id()),
                adoption_id: Set(id),
                number: Set(i32::try_from(at + 1).expect("few")),
                topic: Set(f.topic),
                outcome: Set(f.outcome),
                source: Set(f.source),
                checked_on: Set(f.checked_on),
                certificate: Set(f.certificate),
                valid_until: Set(f.valid_until),
                note: Set(f.note),
                by: Set(by),
                at: Set(step.now()),
            };
            step.wrote_rows(&[row.insert(step.tx()).await?]);
        }
        Ok(())
    })
    .await;
    id
}

async fn adoptions(app: &TestApp, proposal: Uuid) -> Vec<adoption::Model> {
    adoption::Entity::find()
        .filter(adoption::Column::ProposalId.eq(proposal))
        .order_by_asc(adoption::Column::Id)
        .all(app.app.db.read())
        .await
        .expect("rows")
}

async fn sums(app: &TestApp, proposal: Uuid, line: Uuid) {
    let db = app.app.db.read();
    let rows = adoptions(app, proposal).await;
    let quantities: HashMap<Uuid, (i64, i64)> = commitment::Entity::find()
        .filter(commitment::Column::LineId.eq(line))
        .all(db)
        .await
        .expect("rows")
        .into_iter()
        .map(|c| (c.adoption_id, (c.quantity, c.wanted.unwrap_or_default() - c.quantity)))
        .collect();
    let of = |row: &adoption::Model| quantities.get(&row.id).copied().unwrap_or_default();
    let holding = rows.iter().filter(|r| HOLDING.contains(&r.state));
    let held: i64 = holding.map(|r| of(r).0).sum();
    let line = need_line::Entity::find_by_id((app.app.tenant, line)).one(db).await.expect("read").expect("a line");
    assert_eq!(line.held, held, "the line holds what its adoptions hold");
    let taken = line.held + line.active + line.delivered;
    assert!(taken <= line.optimum, "{taken} of {}", line.optimum);
    let waits = rows.iter().any(|r| match r.state {
        AdoptionState::Queued => r.checked_at.is_some(),
        AdoptionState::Offered => of(r).1 > 0,
        _ => false,
    });
    assert!(!waits || taken == line.optimum, "somebody waits while {} are open", line.optimum - taken);
}
