//! How long the question for similar proposals takes among 5,000.

use crate::measure::Effort;
use crate::table::{Figure, Goal, Table};
use crate::thousands::{PAGE, opened};
use anyhow::Context;
use sea_orm::ActiveValue::Set;
use sea_orm::{ActiveModelTrait, EntityTrait, IntoActiveModel};
use std::collections::{BTreeMap, BTreeSet};
use std::time::Instant;
use tokio::runtime::Runtime;
use twoway::Tx;
use twoway::proposals::queries::Sight;
use twoway::proposals::similar::{self, measure::grams};
use twoway_entity::proposals::{ProposalState, proposal};
use twoway_entity::propose::{gram, gram_count, sketch};
use twoway_ids::{DAY, Uuid};
use twoway_tests::{Backend, TestApp};

const MANY: usize = 5_000;
/// Every so manieth proposal asks what it resembles.
const EVERY: usize = 25;

pub fn measure(table: &mut Table, runtime: &Runtime, effort: Effort) -> anyhow::Result<()> {
    let many = if effort.quick { 100 } else { MANY };
    table.heading(format!("What a proposal resembles among {many}"));
    for (backend, name) in [(Backend::Sqlite, "SQLite"), (Backend::Postgres, "PostgreSQL")] {
        if !backend.is_there() {
            table.missing(format!("similar proposals on {name}: TWOWAY_TEST_POSTGRES_URL names no server"));
            continue;
        }
        let mut took = runtime.block_on(asked(backend, many))?;
        took.sort_by(f64::total_cmp);
        let figure = |value| Figure { value, decimals: 1, unit: " ms" };
        table.figure(format!("{name}: half within"), None, &figure(took[took.len() / 2]));
        let slow = figure(took[took.len() * 95 / 100]);
        table.judged(format!("{name}: 95 of 100 within"), None, &slow, Goal::AtMost(PAGE));
    }
    Ok(())
}

/// A text of about 200 characters, put together from phrases of which some are in nearly all texts and some in few.
fn text(n: usize) -> (String, String) {
    const WHOM: [&str; 8] =
        ["留守儿童", "独居老人", "残疾居民", "外来务工家庭", "新就业群体", "低保家庭", "孕产妇", "退役军人"];
    const WHAT: [&str; 10] = [
        "课后看护",
        "上门助浴",
        "法律咨询",
        "旧衣回收",
        "河道巡护",
        "防诈宣传",
        "义务理发",
        "应急救护培训",
        "书籍漂流",
        "心理陪伴",
    ];
    let (whom, what, street) = (WHOM[n % 8], WHAT[n / 8 % 10], n % 997);
    let summary = format!(
        "面向第{street}街区的{whom}，由社区志愿服务队组织志愿者开展{what}。每周固定时间在社区活动室服务，服务前培训，服务后回访，\
         建立台账。第{n}号方案由居民议事会提出，计划覆盖{}户，由{}号楼志愿骨干牵头，街道提供场地和保险，年底公开服务情况，\
         接受居民评议，并形成可以推广的做法。",
        n % 613,
        n % 211
    );
    (format!("{whom}{what}志愿服务项目{n}"), summary)
}

fn id(n: usize) -> Uuid {
    Uuid::from_u128(1_000 + n as u128)
}

/// Milliseconds that each question took.
async fn asked(backend: Backend, many: usize) -> anyhow::Result<Vec<f64>> {
    let app = TestApp::new(backend).await;
    let (tenant, db) = (app.app.tenant, app.app.db.clone());
    let (_, first) = opened(&app, 1).await;
    app.advance(20 * DAY).await;
    let row = proposal::Entity::find_by_id((tenant, first)).one(db.read()).await?.context("the first")?;
    filled(&app, &row, many).await?;
    let who = app.office().await.who().await;
    let mut took = Vec::new();
    for n in (0..many).step_by(EVERY) {
        let row = proposal::Entity::find_by_id((tenant, id(n))).one(db.read()).await?.context("a proposal")?;
        let begun = Instant::now();
        let found = similar::of(db.read(), &who, &row, Sight::Office)
            .await
            .map_err(|refusal| anyhow::anyhow!("{refusal:?}"))?;
        took.push(begun.elapsed().as_secs_f64() * 1_000.0);
        anyhow::ensure!(found.len() == similar::MOST, "most texts of one kind resemble each other");
    }
    app.tampers();
    app.finish().await;
    Ok(took)
}

/// That many proposals, and the index of what they say.
async fn filled(app: &TestApp, like: &proposal::Model, many: usize) -> anyhow::Result<()> {
    let tenant = app.app.tenant;
    let (mut having, mut made, mut sketches, mut pieces) = (BTreeMap::new(), Vec::new(), Vec::new(), Vec::new());
    for n in 0..many {
        let (title, summary) = text(n);
        let set: BTreeSet<i64> = grams(&format!("{title}\n{summary}"));
        for one in &set {
            *having.entry(*one).or_insert(0) += 1;
            pieces.push(gram::ActiveModel { tenant_id: Set(tenant), gram: Set(*one), proposal_id: Set(id(n)) });
        }
        sketches.push(sketch::ActiveModel {
            tenant_id: Set(tenant),
            proposal_id: Set(id(n)),
            hash: Set(n.to_string()),
            grams: Set(set.iter().flat_map(|one| one.to_be_bytes()).collect()),
        });
        let receipt = Some(format!("T{n}"));
        made.push(proposal::Model {
            id: id(n),
            title,
            summary,
            receipt,
            state: ProposalState::Eligible,
            ..like.clone()
        });
    }
    app.step(move |step| async move {
        for chunk in made.chunks(200) {
            let models = chunk.iter().map(|row| row.clone().into_active_model().reset_all());
            proposal::Entity::insert_many(models).exec_without_returning(step.tx()).await?;
            step.wrote_rows(chunk);
        }
        Ok(())
    })
    .await;
    let index = move |tx: Tx| async move {
        gram_count::Entity::delete_many().exec(&*tx).await?;
        let counts: Vec<_> = std::iter::once((0, i32::try_from(many).unwrap_or(i32::MAX))).chain(having).collect();
        for chunk in counts.chunks(2_000) {
            let models = chunk.iter().map(|(gram, having)| gram_count::ActiveModel {
                tenant_id: Set(tenant),
                gram: Set(*gram),
                having: Set(*having),
            });
            gram_count::Entity::insert_many(models).exec_without_returning(&*tx).await?;
        }
        for chunk in sketches.chunks(200) {
            sketch::Entity::insert_many(chunk.to_vec()).exec_without_returning(&*tx).await?;
        }
        for chunk in pieces.chunks(2_000) {
            gram::Entity::insert_many(chunk.to_vec()).exec_without_returning(&*tx).await?;
        }
        Ok(())
    };
    app.app.db.transact(index).await?;
    Ok(())
}
