//! The jobs that run at intervals. Each job is one entry in `JOBS` and one store call that may be repeated, so tests
//! make that call and never wait for a timer.

use std::sync::atomic::{AtomicBool, Ordering};
use std::time::Duration;

use futures_util::future::{BoxFuture, join_all};
use oxeye_db::{ClockTrust, Database, Expired, StoreError, UnixSeconds};
use oxeye_process::clock::Clock;
use tokio::time::{MissedTickBehavior, interval};
use tokio_util::sync::CancellationToken;

/// The state that the jobs share.
#[derive(Debug)]
pub(crate) struct JobContext {
    database: Database,
    /// How long ended sessions are kept. Without a value they are kept for ever.
    session_retention: Option<Duration>,
    /// Whether we have logged that nothing is deleted because the clock may be wrong.
    has_warned_of_clock: AtomicBool,
}

impl JobContext {
    /// Creates the context. Without a retention, no session is ever deleted.
    #[must_use]
    pub(crate) fn new(database: Database, session_retention: Option<Duration>) -> JobContext {
        JobContext {
            database,
            session_retention,
            has_warned_of_clock: AtomicBool::new(false),
        }
    }

    /// Returns whether the clock can be trusted enough to delete data by it.
    async fn trusts_clock(&self, now: UnixSeconds) -> Result<bool, StoreError> {
        let trust = self.database.check_clock(now).await?;
        Ok(matches!(trust, ClockTrust::Trusted))
    }
}

/// A job, and how often it runs.
struct Job {
    name: &'static str,
    every: Duration,
    run: for<'a> fn(&'a JobContext, UnixSeconds) -> BoxFuture<'a, Result<(), StoreError>>,
}

/// Sweeps of activity in one go. Each looks at 500 players.
const SWEEPS: usize = 20;

/// Sweeps of members' sessions in one go. Each deletes up to 500 sessions of a kind.
const PRESENCE_SWEEPS: usize = 1_000;

const HOUR: Duration = Duration::from_secs(3600);

const JOBS: &[Job] = &[
    Job {
        name: "close the sessions of silent servers",
        every: Duration::from_millis(500),
        run: |context, now| Box::pin(close_stale_sessions(context, now)),
    },
    Job {
        name: "publish what time alone has changed",
        every: Duration::from_secs(1),
        run: |context, now| Box::pin(context.database.publish_time_changes(now)),
    },
    Job {
        name: "forget skins that nobody wears any more",
        every: HOUR,
        run: |context, now| Box::pin(prune_skins(context, now)),
    },
    Job {
        name: "forget what no late event can reach any more",
        every: HOUR,
        run: |context, now| Box::pin(forget_loose_ends(context, now)),
    },
    Job {
        name: "delete sessions older than SESSION_RETENTION_DAYS, or than their guild keeps them",
        every: HOUR,
        run: |context, now| Box::pin(expire_sessions(context, now)),
    },
    Job {
        name: "delete keys that were replaced a day ago",
        every: HOUR,
        run: |context, now| Box::pin(delete_replaced_keys(context, now)),
    },
    Job {
        name: "delete guilds that removed the bot 30 days ago",
        every: HOUR,
        run: |context, now| Box::pin(delete_removed_guilds(context, now)),
    },
    Job {
        name: "delete what players did too long ago",
        every: Duration::from_secs(60),
        run: |context, now| Box::pin(sweep_activity(context, now)),
    },
    Job {
        name: "overwrite what was deleted of what players did",
        every: HOUR,
        run: |context, _| Box::pin(context.database.wipe_activity()),
    },
    Job {
        name: "write down the last evidence of members' sessions",
        every: Duration::from_secs(60),
        run: |context, now| Box::pin(checkpoint_presence(context, now)),
    },
    Job {
        name: "delete members' sessions older than PRESENCE_RETENTION_DAYS",
        every: HOUR,
        run: |context, now| Box::pin(sweep_presence(context, now)),
    },
    Job {
        name: "make rankings of activity ready for a new day",
        every: Duration::from_secs(15),
        run: |context, now| Box::pin(context.database.renew_activity_rankings(now)),
    },
    Job {
        name: "truncate the write-ahead log, which still holds a forgotten player's name",
        every: Duration::from_secs(5),
        run: |context, _| Box::pin(context.database.truncate_wal()),
    },
    Job {
        name: "check that the store's files are still there",
        every: Duration::from_secs(5),
        run: |context, _| Box::pin(context.database.check_files()),
    },
];

/// Runs all jobs until the stop signal.
pub(crate) async fn run(context: JobContext, clock: Clock, stop: CancellationToken) {
    let jobs = JOBS.iter().map(|job| repeat(job, &context, clock));
    tokio::select! {
        _ = join_all(jobs) => {}
        () = stop.cancelled() => {}
    }
}

async fn repeat(job: &Job, context: &JobContext, clock: Clock) {
    let mut ticks = interval(job.every);
    ticks.set_missed_tick_behavior(MissedTickBehavior::Delay);
    let mut is_failing = false;
    loop {
        ticks.tick().await;
        let done = (job.run)(context, clock()).await;
        if let Some(error) = newly_failed(done, &mut is_failing) {
            tracing::warn!(%error, job = job.name, "failed; we try again until it works");
        }
    }
}

/// Returns the error of a job if it is to be logged: the first in a row.
fn newly_failed(done: Result<(), StoreError>, is_failing: &mut bool) -> Option<StoreError> {
    let was_failing = std::mem::replace(is_failing, done.is_err());
    // The store logs itself, once, that it has lost its file.
    done.err()
        .filter(|error| !was_failing && !matches!(error, StoreError::Lost(_)))
}

async fn close_stale_sessions(context: &JobContext, now: UnixSeconds) -> Result<(), StoreError> {
    let done = context.database.close_stale_sessions(now).await?;
    if done.servers > 0 {
        let (servers, sessions) = (done.servers, done.sessions);
        tracing::warn!(servers, sessions, "closed the sessions of silent servers");
    }
    Ok(())
}

async fn prune_skins(context: &JobContext, now: UnixSeconds) -> Result<(), StoreError> {
    if context.trusts_clock(now).await? {
        context.database.prune_skins(now).await?;
    }
    Ok(())
}

async fn forget_loose_ends(context: &JobContext, now: UnixSeconds) -> Result<(), StoreError> {
    if context.trusts_clock(now).await? {
        context.database.forget_loose_ends(now).await?;
    }
    Ok(())
}

async fn delete_replaced_keys(context: &JobContext, now: UnixSeconds) -> Result<(), StoreError> {
    let trusts_clock = context.trusts_clock(now).await?;
    context
        .database
        .delete_replaced_keys(now, trusts_clock)
        .await?;
    Ok(())
}

async fn delete_removed_guilds(context: &JobContext, now: UnixSeconds) -> Result<(), StoreError> {
    if !context.trusts_clock(now).await? {
        return Ok(());
    }
    for guild in context.database.delete_removed_guilds(now).await? {
        tracing::info!(%guild, "deleted a guild that removed the bot 30 days ago");
    }
    Ok(())
}

/// Deletes what players did too long ago, in sweeps between which events are taken.
async fn sweep_activity(context: &JobContext, now: UnixSeconds) -> Result<(), StoreError> {
    if !context.database.has_activity() || !context.trusts_clock(now).await? {
        return Ok(());
    }
    for _ in 0..SWEEPS {
        if !context.database.sweep_activity(now).await? {
            break;
        }
    }
    Ok(())
}

async fn checkpoint_presence(context: &JobContext, now: UnixSeconds) -> Result<(), StoreError> {
    let done = context.database.presence().checkpoint(now).await?;
    if done.stale > 0 {
        let sessions = done.stale;
        tracing::info!(
            sessions,
            "ended sessions of members of which nothing was heard"
        );
    }
    Ok(())
}

/// Deletes members' sessions that are too old, in sweeps between which others are written.
async fn sweep_presence(context: &JobContext, now: UnixSeconds) -> Result<(), StoreError> {
    if !context.trusts_clock(now).await? {
        return Ok(());
    }
    for _ in 0..PRESENCE_SWEEPS {
        if !context.database.presence().sweep(now).await? {
            break;
        }
    }
    Ok(())
}

/// Deletes sessions that are older than the retention. While the clock may be wrong, deletes nothing and logs that
/// once.
async fn expire_sessions(context: &JobContext, now: UnixSeconds) -> Result<(), StoreError> {
    let retention = context.session_retention;
    if retention.is_none() && !context.database.any_guild_deletes_sessions() {
        return Ok(());
    }
    if let ClockTrust::DistrustedUntil(time) = context.database.check_clock(now).await? {
        let had_warned = context.has_warned_of_clock.swap(true, Ordering::Relaxed);
        if !had_warned {
            let hours = time.saturating_since(now).as_secs().div_ceil(3600);
            tracing::warn!(
                hours,
                "SESSION_RETENTION_DAYS and settings of guilds: nothing is deleted for now, because the clock may be wrong: it has jumped, or no server has reported for a day. If it is wrong, correct it; if it is right, deletion resumes after this many hours"
            );
        }
        return Ok(());
    }
    context.has_warned_of_clock.store(false, Ordering::Relaxed);
    let before = retention.map_or(UnixSeconds(i64::MIN), |kept| now.minus(kept));
    let Expired { sessions, players } = context.database.expire_sessions(before, now).await?;
    if sessions + players > 0 {
        tracing::info!(
            sessions,
            players,
            "deleted what is older than SESSION_RETENTION_DAYS or than a guild keeps it"
        );
    }
    Ok(())
}

#[cfg(test)]
mod tests;
