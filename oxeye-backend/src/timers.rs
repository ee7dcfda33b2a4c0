//! Everything that is done again and again without being asked. Each job is one line in `JOBS`,
//! and one store call that may be repeated: who wants it done now makes that call.

use std::time::Duration;

use futures_util::future::BoxFuture;
use oxeye_db::{ClockTrust, Database, Expired, StoreError, UnixSeconds};
use oxeye_process::clock::Clock;
use tokio::time::{MissedTickBehavior, interval};
use tokio_util::sync::CancellationToken;

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
        name: "publish what time alone has changed",
        every: Duration::from_secs(1),
        run: |database, now| Box::pin(async move { database.publish_time_changes(now).await }),
    },
    Job {
        name: "forget skins that nobody wears any more",
        every: Duration::from_secs(3600),
        run: |database, now| {
            Box::pin(async move {
                match database.trust_in_clock(now).await? {
                    ClockTrust::Believed => database.prune_skins(now).await.map(|_| ()),
                    ClockTrust::DoubtedUntil(_) => Ok(()),
                }
            })
        },
    },
    Job {
        name: "forget what no late event can reach any more",
        every: Duration::from_secs(3600),
        run: |database, now| {
            Box::pin(async move {
                match database.trust_in_clock(now).await? {
                    ClockTrust::Believed => database.forget_loose_ends(now).await,
                    ClockTrust::DoubtedUntil(_) => Ok(()),
                }
            })
        },
    },
    Job {
        name: "truncate the write-ahead log, which still holds a forgotten player's name",
        every: Duration::from_secs(5),
        run: |database, _| Box::pin(async move { database.truncate_wal().await }),
    },
    Job {
        name: "check that the store's files are still there",
        every: Duration::from_secs(5),
        run: |database, _| Box::pin(async move { database.check_files().await }),
    },
];

/// How often we delete sessions that are older than SESSION_RETENTION_DAYS.
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
    let mut doubted = false;
    let mut ticks = interval(EXPIRY);
    ticks.set_missed_tick_behavior(MissedTickBehavior::Delay);
    loop {
        ticks.tick().await;
        let expired = expire_once(database, retention, clock(), &mut doubted).await;
        if let Err(error) = expired {
            tracing::warn!(%error, "old sessions are left for the next time");
        }
    }
}

/// Deletes nothing by a clock that may be wrong, and says so once.
async fn expire_once(
    database: &Database,
    retention: Duration,
    now: UnixSeconds,
    doubted: &mut bool,
) -> Result<(), StoreError> {
    let trust = database.trust_in_clock(now).await?;
    if let ClockTrust::DoubtedUntil(time) = trust {
        if !std::mem::replace(doubted, true) {
            let hours = time.saturating_since(now).as_secs().div_ceil(3600);
            tracing::warn!(
                hours,
                "SESSION_RETENTION_DAYS: nothing is deleted now, since the clock may be wrong: it has jumped, or no server has reported within a day. If it is wrong, set it right; if it is right, deleting goes on in so many hours"
            );
        }
        return Ok(());
    }
    *doubted = false;
    let Expired { sessions, players } = database.expire_sessions(now.minus(retention), now).await?;
    if sessions + players > 0 {
        tracing::info!(
            sessions,
            players,
            "deleted what is older than SESSION_RETENTION_DAYS"
        );
    }
    Ok(())
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

#[cfg(test)]
mod tests {
    use oxeye_db::GuildId;
    use oxeye_db::testing::{TestStore, join, leave, player};

    use super::*;

    const NOW: UnixSeconds = UnixSeconds(1_700_000_000);
    const DAY: Duration = Duration::from_secs(86_400);

    /// A store with one session that has just ended.
    async fn store() -> TestStore {
        let database = TestStore::new(NOW);
        let (server, _) = database.link(GuildId::LOCAL, "survival", NOW).await;
        let joined = database.player_join(server, join("Alex"), NOW);
        joined.await.unwrap();
        let left = database.player_leave(server, leave("Alex"), NOW);
        left.await.unwrap();
        database
    }

    #[tokio::test]
    async fn one_start_with_the_clock_a_year_ahead_deletes_no_history() {
        let database = store().await;
        let mut doubted = false;
        let year = NOW.plus(365 * DAY);

        for now in [NOW, year, year.plus(DAY), NOW.plus(DAY)] {
            let done = expire_once(&database, 30 * DAY, now, &mut doubted).await;
            done.unwrap();
        }

        assert!(doubted);
        let alex = player("Alex");
        let forgotten = database.forget_player(alex, NOW).await.unwrap();
        assert_eq!(forgotten.map(|forgotten| forgotten.sessions), Some(1));
    }

    #[tokio::test]
    async fn after_a_pause_of_a_year_old_sessions_go_once_the_clock_has_gone_on() {
        let database = store().await;
        let mut doubted = false;
        let year = NOW.plus(365 * DAY);

        for hour in 0..=72 {
            let now = year.plus(Duration::from_secs(3600 * hour));
            let done = expire_once(&database, 30 * DAY, now, &mut doubted).await;
            done.unwrap();
        }

        assert!(!doubted);
        let alex = player("Alex");
        assert_eq!(database.forget_player(alex, NOW).await.unwrap(), None);
    }
}
