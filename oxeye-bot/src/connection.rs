//! One connection to Discord, from its first request to its end.

use std::convert::Infallible;
use std::sync::Arc;
use std::time::Duration;

use oxeye_db::{AwayGuilds, Database, Observation, TimeZone, UnixSeconds};
use oxeye_process::Secret;
use serenity::all::{BotGateway, GatewayIntents, ShardManager};
use serenity::builder::CreateAllowedMentions;
use serenity::client::{Client, ClientBuilder};
use serenity::gateway::ConnectionStage;
use serenity::http::{Http, HttpBuilder};
use tokio::time::{Instant, interval, timeout};
use tokio_util::sync::CancellationToken;
use tokio_util::task::TaskTracker;

use crate::bot::Bot;
use crate::commands::{Registration, keep_registered};
use crate::failure::Failure;
use crate::fleet::FleetReader;
use crate::framework::Dispatch;
use crate::health::{BotHealth, BotState};
use crate::member_presence::{
    Asking, Follower, Links, MemberPresence, Sessions, keep_asking, keep_looking, keep_proving,
    lose,
};
use crate::presence::keep_shown;
use crate::watching::AddressWatcher;

/// How often we check the shards.
const WATCH_INTERVAL: Duration = Duration::from_millis(250);
/// Time without a connection after which we start over. serenity keeps the old shard count and URL
/// forever when it reconnects, and after some close codes it does not reconnect at all.
const STUCK_AFTER: Duration = Duration::from_secs(180);
/// Additional time per shard. Discord makes shards identify one after another, 5 s apart.
const PER_SHARD: Duration = Duration::from_secs(7);
const FIRST_REQUEST_LIMIT: Duration = Duration::from_secs(30);
const SHARDS_STOP_LIMIT: Duration = Duration::from_secs(2);
const IN_FLIGHT_LIMIT: Duration = Duration::from_secs(3);

/// How the bot reaches Discord, and what it shows there.
#[derive(Debug, Clone)]
pub struct BotOptions {
    /// The bot's token.
    pub token: Secret,
    /// Another base URL for Discord's REST API, such as `http://127.0.0.1:8123`. Requests go to
    /// `/api/v10/...` below it, and it says where the gateway is.
    pub api_base: Option<String>,
    /// The most players whom a status names as last seen; 0 hides that list.
    pub last_seen_shown: usize,
    /// The time zone of days and hours in charts.
    pub time_zone: TimeZone,
    /// The most days that sessions are kept; `None`: for ever.
    pub session_retention_days: Option<u16>,
    /// Watches addresses for members; `None` if that is turned off.
    pub watcher: Option<Arc<dyn AddressWatcher>>,
    /// Asks the fleet what runs; without it, there is no `/oxeye fleet`.
    pub fleet: Option<Arc<dyn FleetReader>>,
    /// What of members' presences is observed, if they and their guild want it.
    pub member_presence: MemberPresence,
    /// Whether lines of text show the heads of players as emoji of the application.
    pub head_emoji: bool,
}

/// How a connection ended.
#[derive(Debug)]
pub(crate) enum ConnectionEnd {
    /// We were told to stop.
    Stopped,
    /// We lost Discord, or never reached it.
    Failed(Failure),
    /// Discord allows no new connection until this time has passed.
    NotBefore(Duration),
}

impl From<serenity::Error> for ConnectionEnd {
    fn from(error: serenity::Error) -> Self {
        Self::Failed(Failure::of(&error))
    }
}

/// Runs one connection until it ends or `stop` is cancelled.
pub(crate) async fn run_connection(
    options: BotOptions,
    bot: Bot,
    health: BotHealth,
    stop: CancellationToken,
) -> ConnectionEnd {
    let clock = bot.clock;
    let identified = Arc::clone(&bot.identified);
    let command_id = Arc::clone(&bot.command_id);
    let rest = bot.rest.clone();
    let ending = bot.ending.clone();
    let (database, guilds) = (bot.database.clone(), bot.guilds.clone());
    let sessions = bot.member_presence.is_on().then(|| bot.sessions.clone());
    let asking = sessions
        .as_ref()
        .filter(|_| bot.member_presence == MemberPresence::On);
    let asking = asking.map(|sessions| sessions.asking.clone());
    let in_flight = TaskTracker::new();
    let prepared = tokio::select! {
        prepared = prepare(&options, bot, &health, in_flight.clone()) => prepared,
        () = stop.cancelled() => return ConnectionEnd::Stopped,
    };
    let (mut client, links) = match prepared {
        Ok(prepared) => prepared,
        Err(end) => return end,
    };
    let shards = links.total();
    let manager = Arc::clone(&client.shard_manager);
    let http = Arc::clone(&client.http);
    let end = tokio::select! {
        ended = client.start_shards(shards) => match ended {
            Ok(()) => ConnectionEnd::Failed(Failure::Transient("the connection ended".to_owned())),
            Err(error) => error.into(),
        },
        end = watch(&manager, shards, &health, clock) => end,
        never = keep_asking_about_members(&manager, &links, asking.as_ref(), &database, clock) => match never {},
        never = keep_looking(rest.as_ref(), sessions.as_ref(), &database) => match never {},
        never = keep_links(&manager, &links, sessions.as_ref(), &in_flight) => match never {},
        never = keep_registered(Registration {
            http: &http,
            rest: rest.as_ref(),
            identified: &identified,
            command_id: &command_id,
            has_fleet: options.fleet.is_some(),
        }) => match never {},
        never = guilds.keep_told(&database, clock) => match never {},
        never = keep_shown(&manager, &database, &guilds, clock) => match never {},
        () = stop.cancelled() => ConnectionEnd::Stopped,
    };
    ending.cancel();
    shut_down(&manager, &in_flight).await;
    if let Some(sessions) = sessions {
        let guilds = AwayGuilds::All;
        sessions.queue.push_last(Observation::Away { guilds });
    }
    end
}

/// Asks Discord where to connect and with how many shards, and builds the client.
async fn prepare(
    options: &BotOptions,
    bot: Bot,
    health: &BotHealth,
    in_flight: TaskTracker,
) -> Result<(Client, Links), ConnectionEnd> {
    let http = http(options);
    // We ask before serenity does: when its own request fails, it goes on with a built-in URL.
    let gateway = first_request(&http).await?;
    let limit = &gateway.session_start_limit;
    if limit.remaining == 0 {
        return Err(ConnectionEnd::NotBefore(Duration::from_millis(
            limit.reset_after,
        )));
    }
    let links = Links::new(gateway.shards.max(1));
    let mode = bot.member_presence;
    let mut builder = ClientBuilder::new_with_http(http, GatewayIntents::GUILDS | mode.intents());
    if mode.is_on() {
        let followers = bot.followers();
        let (health, links) = (health.clone(), links.clone());
        builder =
            builder.raw_event_handler(Follower::new(&bot.sessions, mode, followers, health, links));
    }
    let client = builder.framework(Dispatch::new(bot, in_flight)).await?;
    *client.ws_url.lock().await = gateway.url;
    Ok((client, links))
}

async fn first_request(http: &Http) -> Result<BotGateway, ConnectionEnd> {
    match timeout(FIRST_REQUEST_LIMIT, http.get_bot_gateway()).await {
        Ok(answer) => Ok(answer?),
        Err(_) => Err(ConnectionEnd::Failed(Failure::Transient(
            "Discord did not answer in time".to_owned(),
        ))),
    }
}

fn http(options: &BotOptions) -> Http {
    let mut http = HttpBuilder::new(options.token.expose())
        .default_allowed_mentions(CreateAllowedMentions::new());
    if let Some(base) = &options.api_base {
        // Both are needed: with its rate limiter on, serenity 0.12 silently ignores the proxy.
        http = http.proxy(base).ratelimiter_disabled(true);
    }
    http.build()
}

/// Keeps `health` up to date, and returns when the shards have been down for too long.
async fn watch(
    manager: &ShardManager,
    shards: u32,
    health: &BotHealth,
    clock: fn() -> UnixSeconds,
) -> ConnectionEnd {
    let limit = STUCK_AFTER + PER_SHARD * shards;
    let mut ticks = interval(WATCH_INTERVAL);
    let mut down_since = Some(Instant::now());
    loop {
        ticks.tick().await;
        match (all_connected(manager, shards).await, down_since) {
            (true, Some(_)) => {
                down_since = None;
                health.set(BotState::Ready { since: clock() });
                tracing::info!(shards, "connected to Discord");
            }
            (false, None) => {
                down_since = Some(Instant::now());
                health.set(BotState::Reconnecting);
                tracing::warn!("lost the connection to Discord; reconnecting");
            }
            (false, Some(since)) if since.elapsed() > limit => {
                let reason = "serenity has not reconnected for minutes".to_owned();
                return ConnectionEnd::Failed(Failure::Transient(reason));
            }
            _ => {}
        }
    }
}

/// Takes note of each shard that loses its connection. The future never completes.
async fn keep_links(
    manager: &ShardManager,
    links: &Links,
    sessions: Option<&Sessions>,
    in_flight: &TaskTracker,
) -> Infallible {
    let Some(sessions) = sessions else {
        return std::future::pending().await;
    };
    let mut ticks = interval(WATCH_INTERVAL);
    loop {
        ticks.tick().await;
        // A shard that resumes waits for this lock before it hands over another event, so the loss
        // precedes whatever it sends then.
        let runners = manager.runners.lock().await;
        let connected = runners
            .iter()
            .filter(|(_, runner)| runner.stage == ConnectionStage::Connected);
        let lost = links.note(&connected.map(|(shard, _)| shard.0).collect());
        if lost.is_empty() {
            continue;
        }
        let (links, queue) = (links.clone(), sessions.queue.clone());
        // A task of its own, because the number of the task is its place in the order.
        in_flight.spawn(async move { lose(&queue, &links, &lost) });
    }
}

/// Asks the gateway what members do, if it sends that at all. The future never completes.
async fn keep_asking_about_members(
    manager: &ShardManager,
    links: &Links,
    asking: Option<&Asking>,
    database: &Database,
    clock: fn() -> UnixSeconds,
) -> Infallible {
    let Some(asking) = asking else {
        return std::future::pending().await;
    };
    tokio::select! {
        never = keep_asking(manager, links, asking) => never,
        never = keep_proving(database, asking, clock) => never,
    }
}

async fn all_connected(manager: &ShardManager, shards: u32) -> bool {
    let runners = manager.runners.lock().await;
    let connected = runners
        .values()
        .filter(|runner| runner.stage == ConnectionStage::Connected);
    u32::try_from(connected.count()) == Ok(shards)
}

/// Closes the shards, so that no new interaction arrives, and waits for the answers in flight.
async fn shut_down(manager: &ShardManager, in_flight: &TaskTracker) {
    if timeout(SHARDS_STOP_LIMIT, manager.shutdown_all())
        .await
        .is_err()
    {
        tracing::debug!("a shard did not close in time");
    }
    in_flight.close();
    if timeout(IN_FLIGHT_LIMIT, in_flight.wait()).await.is_err() {
        tracing::warn!(
            count = in_flight.len(),
            "stopped before all interactions were answered"
        );
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_debug_output_does_not_contain_the_token() {
        let options = BotOptions {
            token: Secret::new("secret"),
            api_base: None,
            last_seen_shown: 10,
            head_emoji: false,
            time_zone: oxeye_db::TimeZone::UTC,
            session_retention_days: None,
            watcher: None,
            fleet: None,
            member_presence: MemberPresence::Off,
        };
        assert!(!format!("{options:?}").contains("secret"));
    }
}
