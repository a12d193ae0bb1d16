//! P1 and P3: a fresh guarded decision, alone and on two threads.

use crate::core_call::{CoreCall, Words};
use crate::guests::{self, Guest};
use crate::measure::{Case, Cost, Effort, interleaved};
use crate::question::{ENROLLED, Still, context, grant, question};
use crate::table::{Figure, Goal, Table};
use anyhow::Context;
use std::sync::Arc;
use twoway_runtime::{Allocation, Compiler, Plugin, Question, Runtime, RuntimeConfig};
use twoway_sdk::FakeHost;
use twoway_sdk::glue::{Content, Dispatch, RawContext};

const TIMES: u32 = 1_500;

pub fn measure(table: &mut Table, effort: Effort) -> anyhow::Result<()> {
    let folder = tempfile::tempdir()?;
    let start = |name: &str, allocation| -> anyhow::Result<Runtime> {
        let mut config = RuntimeConfig::new(folder.path().join(name), Compiler::this_program()?);
        config.allocation = allocation;
        Ok(Runtime::new(config)?)
    };
    let pooled = start("pooled", RuntimeConfig::new(folder.path(), Compiler::this_program()?).allocation)?;
    let mapped = start("mapped", Allocation::OnDemand)?;
    one(table, "a guest of WebAssembly text", &guests::text()?, None, (&pooled, &mapped), effort)?;
    match guests::after_school()? {
        Ok(guest) => {
            one(table, "the after-school plugin, an application", &guest, Some(natively), (&pooled, &mapped), effort)?
        }
        Err(folder) => table.missing(format!(
            "P1 and P3 with the after-school plugin: {folder} does not hold it; `make plugins` builds it"
        )),
    }
    Ok(())
}

fn core_problem(problem: wasmtime::Error) -> anyhow::Error {
    anyhow::anyhow!("the core module: {problem:#}")
}

/// The same rules, compiled into this program.
pub fn natively(ctx: &twoway_runtime::Context, question: &Question) -> anyhow::Result<()> {
    let Question::Act { action, input, .. } = question else { anyhow::bail!("the question is no action") };
    let content = |value: &serde_json::Value| -> anyhow::Result<Content> {
        value.as_object().cloned().context("the question's content is no object")
    };
    let person = |name: &String| twoway_sdk::Person(name.clone());
    let raw = RawContext {
        project: ctx.project.clone(),
        settings: content(&ctx.settings)?,
        now: twoway_sdk::Instant(ctx.now),
        utc_offset: ctx.utc_offset,
        locale: ctx.locale.clone(),
        seed: ctx.seed,
        actor: ctx.actor.as_ref().map(person),
        roles: ctx.roles.clone(),
        acting_for: ctx.acting_for.as_ref().map(person),
        confirmed_by: ctx.confirmed_by.iter().map(person).collect(),
    };
    let host = FakeHost::new();
    after_school::Registered::act(&host, raw, action, None, content(input)?)
        .map_err(|refusal| anyhow::anyhow!("the plugin refused natively: {refusal:?}"))
}

type Native = fn(&twoway_runtime::Context, &Question) -> anyhow::Result<()>;

fn one(
    table: &mut Table,
    name: &str,
    guest: &Guest,
    native: Option<Native>,
    (pooled, mapped): (&Runtime, &Runtime),
    effort: Effort,
) -> anyhow::Result<()> {
    let plugin = pooled.load(&guest.component, &guest.manifest).context("the guest does not load")?;
    let unpooled = mapped.load(&guest.component, &guest.manifest)?;
    let fuel = u64::from(guest.manifest.limits.fuel_millions) * 1_000_000;
    let core = CoreCall::new(pooled.engine(), &guest.component, fuel, ENROLLED).map_err(core_problem)?;
    let (ctx, question, grant) = (context(), question(), grant());
    let settings = ctx.settings.to_string();
    let Question::Act { action, input, .. } = &question else { anyhow::bail!("the question is no action") };
    let input = input.to_string();
    let words = Words { context: &ctx, settings: &settings, action, input: &input };
    let decide = |plugin: &Plugin| -> anyhow::Result<()> {
        let decision = plugin.decide_here(&ctx, &question, &grant, Box::new(Still))?;
        anyhow::ensure!(decision.writes.len() == 1, "the decision wrote {:?}, {:?}", decision.outcome, decision.writes);
        Ok(())
    };
    let mut cases = vec![
        Case::each("core module", || {
            anyhow::ensure!(core.call(&words).map_err(core_problem)? == 1, "the core module wrote nothing");
            Ok(())
        }),
        Case::each("decision", || decide(&plugin)),
        Case::each("decision through the queue", || {
            plugin.decide_blocking(&ctx, &question, &grant, Box::new(Still))?;
            Ok(())
        }),
        Case::each("decision without a pool", || decide(&unpooled)),
    ];
    if let Some(native) = &native {
        cases.push(Case::each("natively", || native(&ctx, &question)));
    }
    let rounds = interleaved(&mut cases, effort, TIMES)?;
    drop(cases);
    table.heading(format!("P1  fresh guarded decision: {name} ({} bytes of JSON in)", input.len()));
    table.cost("its core module, fresh, in the same pool", rounds.cost(0));
    table.judged(
        "P1 decision / core module",
        Some(rounds.cost(1)),
        &Figure::times(rounds.ratio(1, 0)),
        Goal::AtMost(1.3),
    );
    let faults = Figure { value: rounds.cost(1).faults, decimals: 2, unit: "" };
    table.judged("P1 page faults of a decision", None, &faults, Goal::AtMost(0.0));
    table.figure(
        "the same through the queue and its threads",
        Some(rounds.cost(2)),
        &Figure::times(rounds.ratio(2, 0)),
    );
    table.figure(
        "the same with wasmtime's default allocator",
        Some(rounds.cost(3)),
        &Figure::times(rounds.ratio(3, 0)),
    );
    if native.is_some() {
        table.figure("the same rules, natively", Some(rounds.cost(4)), &Figure::times(rounds.ratio(4, 0)));
        table.figure("decision / natively", None, &Figure::times(rounds.ratio(1, 4)));
    }
    threads(table, &plugin, &decide, effort)
}

/// P3: the same number of decisions, on one thread and shared by two.
fn threads(
    table: &mut Table,
    plugin: &Arc<Plugin>,
    decide: &(impl Fn(&Plugin) -> anyhow::Result<()> + Sync),
    effort: Effort,
) -> anyhow::Result<()> {
    if std::thread::available_parallelism()?.get() < 2 {
        table.missing("P3: this machine has one core");
        return Ok(());
    }
    let on = |threads: u32| {
        move |times: u32| -> anyhow::Result<f64> {
            std::thread::scope(|scope| {
                let running: Vec<_> = (0..threads)
                    .map(|_| scope.spawn(|| (0..times / threads).try_for_each(|_| decide(plugin))))
                    .collect();
                running
                    .into_iter()
                    .try_for_each(|thread| thread.join().map_err(|_| anyhow::anyhow!("a thread panicked"))?)
                    .map(|()| 0.0)
            })
        }
    };
    let mut cases = [Case::new("one thread", on(1)), Case::new("two threads", on(2))];
    let rounds = interleaved(&mut cases, effort, 2 * TIMES)?;
    let (one, two): (Cost, Cost) = (rounds.cost(0), rounds.cost(1));
    table.cost("decisions on one thread", one);
    table.judged(
        "P3 two threads / one, in decisions per second",
        Some(two),
        &Figure::times(rounds.ratio(0, 1)),
        Goal::AtLeast(1.6),
    );
    Ok(())
}
