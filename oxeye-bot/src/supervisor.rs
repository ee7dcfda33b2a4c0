//! Keeps the bot connected: after each connection ends, waits for a while and connects again, until
//! we are told to stop.

use std::sync::Arc;
use std::time::Duration;

use oxeye_db::{Database, GuildId, UnixSeconds, UserId};
use oxeye_process::backoff::Backoff;
use tokio::runtime::{Builder, Runtime};
use tokio::sync::{Notify, mpsc};
use tokio::time::{Instant, sleep};
use tokio_util::sync::CancellationToken;

use crate::alerts::{self, Alerts};
use crate::boards::{self, Boards, EDIT_EVERY, Tools};
use crate::bot::Bot;
use crate::connection::{BotOptions, ConnectionEnd, run_connection};
use crate::counters::{self, Nudges};
use crate::failure::Failure;
use crate::guilds::Guilds;
use crate::head_emoji::{self, HeadEmoji};
use crate::health::{BotHealth, BotState};
use crate::link_requests::LinkRequests;
use crate::member_presence::queue;
use crate::member_presence::{MemberPresence, Sessions};
use crate::notices::{self, Notices};
use crate::pauses::{BETWEEN_DELETIONS, BETWEEN_REFRESHES, BETWEEN_TURNS, Pauses};
use crate::rest::Rest;
use crate::restarting::Runs;

/// Longest pause after the first transient failure, and after any later one.
const FIRST_PAUSE: Duration = Duration::from_secs(1);
const LONGEST_PAUSE: Duration = Duration::from_secs(60);
/// Pause after Discord refused us. It bans an address that tries much more often.
const REFUSED_PAUSE: Duration = Duration::from_secs(15 * 60);
/// Pause before the next connection when Discord has refused an intent. It lets a bot identify only once
/// in this time.
const IDENTIFY_PAUSE: Duration = Duration::from_secs(5);
/// A connection that lasted longer than this resets the backoff.
const GOOD_CONNECTION: Duration = Duration::from_secs(120);

/// What outlives a connection: what tells boards, counters and alerts what happens, and what members have
/// done lately.
#[derive(Clone)]
struct Handles {
    boards: Boards,
    alerts: Alerts,
    notices: Notices,
    counters: Nudges,
    sessions: Sessions,
    link_requests: Arc<LinkRequests>,
    left_lately: Arc<Pauses<(GuildId, UserId)>>,
    deleted_lately: Arc<Pauses<GuildId>>,
    heads: Option<HeadEmoji>,
    /// `None` if the token cannot be sent, which the connection says.
    rest: Option<Rest>,
}

/// Keeps the bot connected until `stop` is cancelled, whatever Discord does. Boards, counters and alerts
/// are kept meanwhile, whether or not the gateway is connected.
pub async fn run(
    options: BotOptions,
    database: Database,
    clock: fn() -> UnixSeconds,
    health: BotHealth,
    stop: CancellationToken,
) {
    let (boards, asked) = Boards::new();
    let (alerts, asked_of_alerts) = Alerts::new();
    let of_alerts = (alerts.clone(), asked_of_alerts);
    let (notices, asked_of_notices) = Notices::new();
    let (counters, nudged) = mpsc::unbounded_channel();
    let sessions = Sessions::default();
    let rest = Rest::new(&options.token, options.api_base.as_deref());
    let handles = Handles {
        boards,
        alerts,
        notices,
        counters,
        sessions: sessions.clone(),
        link_requests: Arc::default(),
        left_lately: Arc::new(Pauses::new(BETWEEN_DELETIONS)),
        deleted_lately: Arc::new(Pauses::new(BETWEEN_DELETIONS)),
        heads: options.head_emoji.then(HeadEmoji::new),
        rest: rest.as_ref().ok().cloned(),
    };
    let (heads, show_heads) = (handles.heads.clone(), handles.boards.clone());
    let connected = keep_connected(
        options.clone(),
        database.clone(),
        clock,
        handles,
        health,
        &stop,
    );
    let connected = with_sessions(connected, sessions, database.clone(), clock);
    let rest = match rest {
        Ok(rest) => rest,
        Err(error) => {
            // The connection says what is wrong with the token.
            tracing::error!(%error, "boards, counters and alerts are not kept up to date");
            return connected.await;
        }
    };
    let tools = Tools {
        database: database.clone(),
        rest: rest.clone(),
        clock,
        last_seen_shown: options.last_seen_shown,
        heads: heads.clone(),
        quiet_at_start: EDIT_EVERY,
    };
    let boards = boards::run(tools, asked, stop.clone());
    let heads_tools = heads.map(|heads| head_emoji::Tools {
        database: database.clone(),
        rest: rest.clone(),
        boards: show_heads,
        heads,
    });
    let with_heads = keep_heads(heads_tools, rest.clone(), stop.clone());
    let tools = alerts::Tools::new(&database, &rest, clock);
    let notices = notices::run(tools.clone(), asked_of_notices, stop.clone());
    let alerts = alerts::run(tools, of_alerts, stop.clone());
    let counters = stop.run_until_cancelled(counters::run(database, rest, clock, nudged));
    tokio::join!(connected, boards, alerts, notices, counters, with_heads);
}

/// Keeps the heads as emoji or, where they are turned off, deletes those of an earlier run.
async fn keep_heads(tools: Option<head_emoji::Tools>, rest: Rest, stop: CancellationToken) {
    match tools {
        Some(tools) => head_emoji::run(tools, stop).await,
        None => {
            let deleted = head_emoji::delete_all(rest);
            stop.run_until_cancelled(deleted).await;
        }
    }
}

/// Has the store take what members do, while the bot is kept connected and until the last of it is
/// taken.
async fn with_sessions(
    connected: impl Future<Output = ()>,
    sessions: Sessions,
    database: Database,
    clock: fn() -> UnixSeconds,
) {
    let connected = async {
        connected.await;
        sessions.queue.close();
    };
    let taking = async {
        let mut runs = Runs::of("member presence");
        while let Some(pause) = runs.run(queue::run(&sessions, &database, clock)).await {
            sleep(pause).await;
        }
    };
    tokio::join!(connected, taking);
}

async fn keep_connected(
    options: BotOptions,
    database: Database,
    clock: fn() -> UnixSeconds,
    handles: Handles,
    health: BotHealth,
    stop: &CancellationToken,
) {
    let mut backoff = Backoff::new(FIRST_PAUSE, LONGEST_PAUSE);
    loop {
        let mode = match health.lacks_presence_intent() {
            true => options.member_presence.without_presences(),
            false => options.member_presence,
        };
        let mut bot = new_bot(&options, database.clone(), clock, handles.clone());
        bot.member_presence = mode;
        let started = Instant::now();
        let end = run_isolated(run_connection(
            options.clone(),
            bot,
            health.clone(),
            stop.clone(),
        ))
        .await;
        if started.elapsed() > GOOD_CONNECTION {
            backoff.reset();
        }
        let pause = match end {
            ConnectionEnd::Failed(Failure::IntentsNotAllowed(_)) if mode == MemberPresence::On => {
                do_without_presences(&health);
                IDENTIFY_PAUSE
            }
            end => match pause_after(end, &mut backoff, &health) {
                Some(pause) => pause,
                None => return,
            },
        };
        tokio::select! {
            () = sleep(pause) => {}
            () = stop.cancelled() => return,
        }
    }
}

fn new_bot(
    options: &BotOptions,
    database: Database,
    clock: fn() -> UnixSeconds,
    handles: Handles,
) -> Bot {
    Bot {
        database,
        clock,
        refreshes: Pauses::new(BETWEEN_REFRESHES),
        turns: Pauses::new(BETWEEN_TURNS),
        link_requests: handles.link_requests,
        left_lately: handles.left_lately,
        deleted_lately: handles.deleted_lately,
        last_seen_shown: options.last_seen_shown,
        time_zone: options.time_zone,
        retention_days: options.session_retention_days,
        guilds: Guilds::default(),
        watcher: options.watcher.clone(),
        fleet: options.fleet.clone(),
        member_presence: options.member_presence,
        sessions: handles.sessions,
        boards: handles.boards,
        heads: handles.heads,
        rest: handles.rest,
        alerts: handles.alerts,
        notices: handles.notices,
        counters: handles.counters,
        identified: Arc::new(Notify::new()),
        command_id: Arc::default(),
        ending: CancellationToken::new(),
    }
}

/// Has the bot go on without the presence intent, which Discord has refused.
fn do_without_presences(health: &BotHealth) {
    health.set_lacks_presence_intent();
    health.set(BotState::Reconnecting);
    tracing::error!(
        "Discord refuses to send presences (close code 4014), so DISCORD_PRESENCE works like \
         \"voice\": games, streams and Spotify are not seen. To change that, turn on \
         \"Presence Intent\" at https://discord.com/developers/applications, on the page Bot under \
         Privileged Gateway Intents, and restart Oxeye"
    );
}

/// Logs how a connection ended, updates `health`, and returns the pause before the next connection,
/// or `None` if we were told to stop.
fn pause_after(end: ConnectionEnd, backoff: &mut Backoff, health: &BotHealth) -> Option<Duration> {
    match end {
        ConnectionEnd::Stopped => None,
        ConnectionEnd::Failed(Failure::Refused(reason) | Failure::IntentsNotAllowed(reason)) => {
            // The health page shows the reason that the log gives.
            let state = BotState::Refused {
                reason: reason.clone(),
            };
            health.set(state);
            tracing::error!(
                reason,
                "Discord refused the bot; trying again in 15 minutes"
            );
            Some(REFUSED_PAUSE)
        }
        ConnectionEnd::Failed(Failure::Transient(reason)) => {
            let pause = backoff.next_wait();
            tracing::warn!(
                reason,
                pause_ms = pause.as_millis(),
                "Discord is not connected; trying again"
            );
            health.set(BotState::Reconnecting);
            Some(pause)
        }
        ConnectionEnd::NotBefore(pause) => {
            // Discord may say 0 and still refuse us. Without a pause we would flood it.
            let pause = pause.max(FIRST_PAUSE + backoff.next_wait());
            tracing::error!(
                pause_s = pause.as_secs(),
                "Discord allows this bot no more connections for now"
            );
            health.set(BotState::Reconnecting);
            Some(pause)
        }
    }
}

/// Runs a connection on a runtime of its own, which is shut down with it.
///
/// serenity spawns tasks that we can neither await nor stop: its shard queue outlives its client,
/// and a shard that Discord closed with code 4010 or 4011 spins until its next heartbeat. On a
/// separate runtime they can neither leak into the next connection nor take threads from the HTTP
/// server.
async fn run_isolated(
    connection: impl Future<Output = ConnectionEnd> + Send + 'static,
) -> ConnectionEnd {
    let failed = |reason: String| ConnectionEnd::Failed(Failure::Transient(reason));
    let runtime = match Builder::new_multi_thread()
        .worker_threads(2)
        .thread_name("discord")
        .enable_all()
        .build()
    {
        Ok(runtime) => OwnRuntime(Some(runtime)),
        Err(error) => return failed(format!("could not start threads for the bot: {error}")),
    };
    let Some(running) = runtime.0.as_ref().map(|runtime| runtime.spawn(connection)) else {
        return failed("could not start threads for the bot".to_owned());
    };
    running
        .await
        .unwrap_or_else(|error| failed(format!("the task of the connection failed: {error}")))
}

/// A runtime that is shut down without waiting, even when the future that owns it is dropped.
struct OwnRuntime(Option<Runtime>);

impl Drop for OwnRuntime {
    fn drop(&mut self) {
        if let Some(runtime) = self.0.take() {
            runtime.shutdown_background();
        }
    }
}

#[cfg(test)]
mod tests;
