//! P5: a whole durable command whose plugin decides in wasm, beside the same command decided natively.

use crate::decision::natively;
use crate::guests::{self, Guest};
use crate::measure::{Case, Effort, interleaved};
use crate::question::{Still, application, context, grant};
use crate::table::{Figure, Goal, Table};
use anyhow::Context;
use serde_json::{Value, json};
use std::cell::Cell;
use tokio::runtime::Runtime;
use twoway::lifecycle::Command;
use twoway::plugins::{self, Activation, Phase, Place, Request};
use twoway_ids::{DAY, Uuid};
use twoway_runtime::{Plugin, Question};
use twoway_tests::{Actor, Backend, TestApp};

/// Commands of one round, all in one project.
const TIMES: u32 = 120;

pub fn measure(table: &mut Table, runtime: &Runtime, effort: Effort) -> anyhow::Result<()> {
    let guest = match guests::after_school()? {
        Ok(guest) => guest,
        Err(folder) => {
            table.missing(format!("P5: {folder} does not hold the after-school plugin; `make plugins` builds it"));
            return Ok(());
        }
    };
    let app = runtime.block_on(TestApp::new(Backend::Sqlite));
    let guardian = runtime.block_on(app.citizen());
    // The plugin counts the applications of its project, so each round begins with a new project.
    let projects = runtime.block_on(projects(&app, &guest, &guardian, effort.rounds + 1))?;
    let who = runtime.block_on(guardian.who());
    let plugin = app.app.plugins.runtime()?.load(&guest.component, &guest.manifest)?;
    let question = Question::Act { action: "apply".into(), target: None, input: by_guardian() };
    let (mut ctx, grant) = (context(), grant());
    ctx.roles = vec!["guardian".into()];

    let round = Cell::new(0);
    let mut cases = [
        Case::new("the command", |times| {
            let project = *projects.get(round.replace(round.get() + 1)).context("there are too few projects")?;
            let (app, who) = (app.app.clone(), who.clone());
            let work = async move {
                for _ in 0..times {
                    let request = Request { action: "apply".into(), input: by_guardian(), ..Request::default() };
                    let acted = plugins::act(&app, &who, &Command::default(), project, request).await?;
                    anyhow::ensure!(acted.records.len() == 1, "the command made {} records", acted.records.len());
                }
                Ok(0.0)
            };
            runtime.block_on(runtime.spawn(work))?
        }),
        Case::each("the decision in wasm", || in_wasm(&plugin, &ctx, &question, &grant)),
        Case::each("the decision natively", || natively(&ctx, &question)),
    ];
    let rounds = interleaved(&mut cases, effort, TIMES)?;
    drop(cases);
    table.heading("P5  a durable command: the after-school plugin takes an application, SQLite with synchronous=FULL");
    table.cost("the command, from the checked person to the commit", rounds.cost(0));
    table.cost("its decision in wasm, through the queue", rounds.cost(1));
    table.cost("its decision natively", rounds.cost(2));
    let ratio = rounds.median_of(|costs| costs[0].cpu / (costs[0].cpu - costs[1].cpu + costs[2].cpu));
    table.judged("P5 CPU with wasm / decided natively", None, &Figure::times(ratio), Goal::AtMost(1.2));
    runtime.block_on(app.finish());
    Ok(())
}

fn in_wasm(
    plugin: &Plugin,
    ctx: &twoway_runtime::Context,
    question: &Question,
    grant: &twoway_manifest::Grant,
) -> anyhow::Result<()> {
    let decision = plugin.decide_blocking(ctx, question, grant, Box::new(Still))?;
    anyhow::ensure!(decision.writes.len() == 1, "the decision wrote {:?}, {:?}", decision.outcome, decision.writes);
    Ok(())
}

/// The application as the guardian enters it alone.
fn by_guardian() -> Value {
    let mut application = application();
    if let Some(answers) = application.as_object_mut() {
        answers.remove("guardian");
    }
    application
}

/// Running projects with the plugin, in each of which the guardian has a place.
async fn projects(app: &TestApp, guest: &Guest, guardian: &Actor, wanted: u32) -> anyhow::Result<Vec<Uuid>> {
    let (office, lead) = (app.office().await, app.team(1).await);
    let who = office.who().await;
    let digest =
        plugins::upload(&app.app, &app.admin().await.who().await, &Command::default(), guest.package.clone()).await?;
    let root = app.root().await;
    let mut made = Vec::new();
    for _ in 0..wanted {
        let project = twoway_ids::new_id(app.now());
        let place = Place {
            project,
            title: "四点半学校".into(),
            path: format!("/{}/", root.simple()),
            team: lead.organization,
            lead: None,
            sponsors: vec![],
            phase: Phase::Running,
        };
        let activation = Activation {
            digest: digest.clone(),
            settings: context().settings,
            grant: guest.manifest.full_grant(),
            minors_data_confirmed: true,
        };
        let pin =
            move |step: twoway::lifecycle::Step| async move { plugins::activate(&step, &place, activation).await };
        app.app.act(&who, &Command::default(), pin).await?;
        give_place(app, &office, &lead, project, guardian).await;
        made.push(project);
    }
    Ok(made)
}

/// First the paper that the role asks for, then the role.
async fn give_place(app: &TestApp, office: &Actor, lead: &Actor, project: Uuid, guardian: &Actor) {
    let members = format!("/api/v1/projects/{project}/members");
    let member = lead.post(&members, json!({"login": guardian.login})).await.expect(201).id();
    let (from, until) = (app.now(), app.now() + 300 * DAY);
    let adult = json!({"predicate": "adult", "document": "身份证核验", "valid_from": from, "valid_until": until});
    office.post(&format!("{members}/{member}/facts"), adult).await.expect(201);
    lead.put(&format!("{members}/{member}/roles"), json!({"roles": ["guardian"]})).await.expect(200);
}
