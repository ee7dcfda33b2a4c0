//! Everything that is done again and again without being asked. Each job is one line in `JOBS`,
//! and one store call that may be repeated: who wants it done now makes that call.

use std::time::Duration;

use futures_util::future::BoxFuture;
use oxeye_db::{Database, Expired, StoreError, UnixSeconds};
use tokio::time::{MissedTickBehavior, interval};
use tokio_util::sync::CancellationToken;

use crate::clock::Clock;

/// What is done, and how often.
struct Job {
    name: &'static str,
    every: Duration,
    run: fn(Database, UnixSeconds) -> BoxFuture<'static, Result<(), StoreError>>,
}

const JOBS: &[Job] = &[
    Job {
        name: "close the sessions of silent servers",
        every: Duration::from_millis(500),
        run: |database, now| {
            Box::pin(async move {
                let done = database.close_stale_sessions(now).await?;
                if done.servers > 0 {
                    let (servers, sessions) = (done.servers, done.sessions);
                    tracing::warn!(servers, sessions, "closed the sessions of silent servers");
                }
                Ok(())
            })
        },
    },
    Job {
        name: "forget skins that nobody wears any more",
        every: Duration::from_secs(3600),
        run: |database, now| Box::pin(async move { database.prune_skins(now).await.map(|_| ()) }),
    },
    Job {
        name: "forget what no late event can reach any more",
        every: Duration::from_secs(3600),
        run: |database, now| Box::pin(async move { database.forget_loose_ends(now).await }),
    },
    Job {
        name: "empty the log in which the name of a forgotten player still stands",
        every: Duration::from_secs(5),
        run: |database, _| Box::pin(async move { database.empty_log().await }),
    },
    Job {
        name: "check that the store's files are still there",
        every: Duration::from_secs(5),
        run: |database, _| Box::pin(async move { database.check_files().await }),
    },
];

/// How often it is looked whether sessions are older than they are to be kept.
const EXPIRY: Duration = Duration::from_secs(3600);

/// Runs all jobs until the stop.
pub async fn run(
    database: Database,
    retention: Option<Duration>,
    clock: Clock,
    stop: CancellationToken,
) {
    let jobs = JOBS.iter().map(|job| repeat(job, &database, clock));
    let all = async {
        let expiry = expire(&database, retention, clock);
        tokio::join!(futures_util::future::join_all(jobs), expiry)
    };
    tokio::select! {
        _ = all => {}
        () = stop.cancelled() => {}
    }
}

/// The one job that a setting asks for: nothing is deleted unless asked.
async fn expire(database: &Database, retention: Option<Duration>, clock: Clock) {
    let Some(retention) = retention else { return };
    let mut ticks = interval(EXPIRY);
    ticks.set_missed_tick_behavior(MissedTickBehavior::Delay);
    loop {
        ticks.tick().await;
        let now = clock();
        match database.expire_sessions(now.minus(retention), now).await {
            Ok(Expired { sessions, players }) if sessions + players > 0 => {
                tracing::info!(
                    sessions,
                    players,
                    "deleted what is older than SESSION_RETENTION_DAYS"
                );
            }
            Ok(_) => {}
            Err(error) => tracing::warn!(%error, "old sessions are left for the next time"),
        }
    }
}

async fn repeat(job: &Job, database: &Database, clock: Clock) {
    let mut ticks = interval(job.every);
    ticks.set_missed_tick_behavior(MissedTickBehavior::Delay);
    loop {
        ticks.tick().await;
        match (job.run)(database.clone(), clock()).await {
            // The store has said that once.
            Ok(()) | Err(StoreError::Lost(_)) => {}
            Err(error) => {
                tracing::warn!(%error, job = job.name, "left for the next time");
            }
        }
    }
}
