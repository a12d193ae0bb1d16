use super::handlers::HANDLERS;
use super::recurring;
use crate::{App, Refusal};
use std::time::Duration;
use tokio_util::sync::CancellationToken;
use twoway_entity::jobs::job;
use twoway_ids::{Clock, Millis};

/// Claims and does up to 16 jobs that are due now. Returns how many were claimed.
pub async fn run_due(app: &App) -> Result<usize, Refusal> {
    let (tenant, now) = (app.tenant, app.now());
    let claimed =
        app.db.transact(move |tx| async move { Ok(twoway_jobs::claim(&*tx, tenant, now, 16).await?) }).await?;
    let count = claimed.len();
    for job in claimed {
        run_one(app, job).await?;
    }
    Ok(count)
}

async fn run_one(app: &App, job: job::Model) -> Result<(), Refusal> {
    let outcome = match HANDLERS.iter().find(|(kind, _)| *kind == job.kind) {
        Some((_, handler)) => handler(app.clone(), job.clone()).await,
        None => Err(anyhow::anyhow!("no feature handles jobs of kind {}", job.kind).into()),
    };
    if let Err(refusal) = &outcome {
        tracing::warn!(kind = job.kind, key = job.key, attempt = job.attempts, %refusal, "a job failed");
    }
    let now = app.now();
    let again = recurring::again(app, &job).await?;
    app.db
        .transact(move |tx| async move {
            match outcome {
                Ok(()) => match again {
                    Some(next) => twoway_jobs::wait_again(&*tx, &job, next).await?,
                    None => {
                        twoway_jobs::finish(&*tx, &job, now).await?;
                    }
                },
                Err(refusal) => twoway_jobs::fail(&*tx, &job, &refusal.to_string(), now).await?,
            }
            Ok(())
        })
        .await
}

/// Steps a simulated clock to `until`, doing every job at the moment it is due. With the system's clock it only does what is due.
pub async fn run_until(app: &App, until: Millis) -> Result<(), Refusal> {
    loop {
        while run_due(app).await? > 0 {}
        match twoway_jobs::next_due(app.db.read(), app.tenant).await? {
            Some(next) if next <= until && matches!(app.clock, Clock::Simulated(_)) => {
                app.clock.set(next.max(app.now()))
            }
            _ => break,
        }
    }
    app.clock.set(until.max(app.now()));
    Ok(())
}

/// The worker of a running host: looks for due work until it is told to stop.
pub async fn forever(app: App, stop: CancellationToken) {
    let mut planted = false;
    loop {
        let worked = match planted {
            true => run_due(&app).await,
            false => recurring::plant(&app).await.map(|()| 0),
        };
        planted |= worked.is_ok();
        let pause = match worked {
            Ok(0) => Duration::from_millis(500),
            Ok(_) => Duration::ZERO,
            Err(refusal) => {
                tracing::error!(%refusal, "the job worker could not reach the database");
                Duration::from_secs(5)
            }
        };
        tokio::select! {
            () = stop.cancelled() => return,
            () = tokio::time::sleep(pause) => {}
        }
    }
}
