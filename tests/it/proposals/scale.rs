//! How long the question for similar proposals takes among 5,000, and how much it reads. Run by hand:
//! `cargo test -p twoway-tests --test it -- --ignored among_five_thousand --nocapture`; the figures stand in
//! `docs/adr/0015-similar-proposals.md`.

use crate::calls::world::*;
use sea_orm::ActiveValue::Set;
use sea_orm::{ActiveModelTrait, EntityTrait, IntoActiveModel};
use std::collections::{BTreeMap, BTreeSet};
use std::time::Instant;
use twoway::proposals::queries::Sight;
use twoway::proposals::similar::{self, measure::grams};
use twoway_entity::proposals::{ProposalState, proposal};
use twoway_entity::propose::{gram, gram_count, sketch};
use twoway_ids::{DAY, Uuid};
use twoway_tests::{Backend, TestApp};

const MANY: usize = 5_000;

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

async fn measured(backend: Backend) {
    if !backend.is_there() {
        return;
    }
    let app = TestApp::new(backend).await;
    let call = open_call(&app).await;
    let first = submitted(&app.team(1).await, call, "留守儿童课后看护").await;
    app.advance(20 * DAY).await;
    let row = proposal::Entity::find_by_id((app.app.tenant, first))
        .one(app.app.db.read())
        .await
        .expect("read")
        .expect("there");
    let (mut having, mut made, mut sketches, mut pieces) = (BTreeMap::new(), Vec::new(), Vec::new(), Vec::new());
    for n in 0..MANY {
        let (title, summary) = text(n);
        let id = Uuid::from_u128(1_000 + n as u128);
        let set: BTreeSet<i64> = grams(&format!("{title}\n{summary}"));
        for one in &set {
            *having.entry(*one).or_insert(0) += 1;
            pieces.push(gram::ActiveModel { tenant_id: Set(app.app.tenant), gram: Set(*one), proposal_id: Set(id) });
        }
        let packed = set.iter().flat_map(|one| one.to_be_bytes()).collect();
        sketches.push(sketch::ActiveModel {
            tenant_id: Set(app.app.tenant),
            proposal_id: Set(id),
            hash: Set(n.to_string()),
            grams: Set(packed),
        });
        let other = proposal::Model {
            id,
            title,
            summary,
            receipt: Some(format!("T{n}")),
            state: ProposalState::Eligible,
            ..row.clone()
        };
        made.push(other);
    }
    let rows = pieces.len();
    app.step(move |step| async move {
        let tx = step.tx();
        for chunk in made.chunks(200) {
            let models = chunk.iter().map(|row| row.clone().into_active_model().reset_all());
            proposal::Entity::insert_many(models).exec_without_returning(tx).await?;
            step.wrote_rows(chunk);
        }
        Ok(())
    })
    .await;
    let tenant = app.app.tenant;
    let index = move |tx: twoway::Tx| async move {
        gram_count::Entity::delete_many().exec(&*tx).await?;
        let counts: Vec<_> = std::iter::once((0, MANY as i32)).chain(having).collect();
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
    app.app.db.transact(index).await.expect("indexed");
    let who = app.office().await.who().await;
    let mut times = Vec::new();
    for n in (0..MANY).step_by(100) {
        let id = Uuid::from_u128(1_000 + n as u128);
        let row =
            proposal::Entity::find_by_id((tenant, id)).one(app.app.db.read()).await.expect("read").expect("there");
        let begun = Instant::now();
        let found = similar::of(app.app.db.read(), &who, &row, Sight::Office).await.expect("found");
        times.push(begun.elapsed());
        assert_eq!(found.len(), similar::MOST, "most texts of one kind resemble each other");
    }
    times.sort_unstable();
    println!(
        "{backend:?}: {MANY} proposals, {rows} rows; median {:?}, 95th percentile {:?}",
        times[times.len() / 2],
        times[times.len() * 95 / 100]
    );
    app.tampers();
    app.finish().await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
#[ignore = "it measures; its figures stand in docs/adr/0015"]
async fn among_five_thousand_on_sqlite() {
    measured(Backend::Sqlite).await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
#[ignore = "it measures; its figures stand in docs/adr/0015"]
async fn among_five_thousand_on_postgres() {
    measured(Backend::Postgres).await;
}
