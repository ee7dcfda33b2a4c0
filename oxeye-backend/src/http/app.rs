//! The state that all handlers share.

use std::fmt;
use std::sync::Arc;
use std::time::{Duration, Instant};

use axum::extract::FromRef;
use axum::http::HeaderValue;
use oxeye_db::{Database, GuildId, TimeZone};
use oxeye_process::clock::Clock;
use oxeye_text::SettingLimits;
use tokio::sync::{OwnedSemaphorePermit, Semaphore};
use tokio::time::timeout;

use super::address_limit::StrangerLimits;
use super::body_budget::BodyBudget;
use super::client_address::TrustedProxies;
use super::error::{ApiError, Unavailable, Unknown};
use super::readiness::Readiness;
use super::tokens::Tokens;
use crate::config::Config;
use crate::redis_mirror::MirrorState;
use crate::watching::Watching;

/// The most skins and icons decoded at the same time. Each can take a megabyte, and some milliseconds of a blocking
/// thread.
const PICTURES_AT_ONCE: usize = 4;

/// The most exports and backups made at the same time. Each keeps a blocking thread and the disk busy.
pub(crate) const COPIES_AT_ONCE: usize = 2;

/// The most answers of `/api` computed at the same time. Others wait for their turn, up to their time limit.
pub(crate) const COMPUTED_AT_ONCE: usize = 4;

/// How long an export or a backup waits for its turn.
const LONGEST_WAIT_FOR_A_COPY: Duration = Duration::from_secs(5);

/// The state of the connection to Discord, which the HTTP code only passes on.
#[derive(Debug, Clone)]
pub(crate) struct DiscordReport {
    /// The state in words.
    pub(crate) words: String,
    /// False if an operator has to change something before the bot can connect.
    pub(crate) ok: bool,
    /// False if the bot should be connected but is not.
    pub(crate) up: bool,
    /// Whether Discord refuses to send the presences that DISCORD_PRESENCE asks for.
    pub(crate) lacks_presence_intent: bool,
    /// Number of activities of members that Discord has sent since the start and that could not be read.
    pub(crate) skipped_activities: u64,
}

/// Returns the current state of the connection.
pub(crate) type AskDiscord = Box<dyn Fn() -> DiscordReport + Send + Sync>;

/// The state that all handlers share. After the start, only what has a lock of its own changes.
pub(crate) struct App {
    pub(crate) database: Database,
    pub(crate) clock: Clock,
    /// When the program started.
    pub(crate) started: Instant,
    pub(crate) tokens: Tokens,
    pub(crate) body_limit: usize,
    pub(crate) request_timeout: Duration,
    pub(crate) trusted_proxies: TrustedProxies,
    pub(crate) stranger_limits: StrangerLimits,
    pub(crate) time_zone: TimeZone,
    /// What guilds may set.
    pub(crate) setting_limits: SettingLimits,
    pub(crate) picture_permits: Semaphore,
    pub(crate) copy_permits: Arc<Semaphore>,
    /// Permits to compute an answer.
    pub(crate) computing: Arc<Semaphore>,
    pub(crate) bodies: BodyBudget,
    /// The same for the operator, so that nobody else can use it up.
    pub(crate) operator_bodies: BodyBudget,
    pub(crate) readiness: Readiness,
    pub(crate) discord: AskDiscord,
    /// Has addresses watched.
    pub(crate) watching: Arc<Watching>,
    /// The copy of activity in Redis, if there is one.
    pub(crate) redis_mirror: Option<MirrorState>,
}

impl App {
    /// Collects everything that the routes need.
    pub(crate) fn new(
        config: &Config,
        database: Database,
        tokens: Tokens,
        clock: Clock,
        discord: AskDiscord,
        watching: Arc<Watching>,
        redis_mirror: Option<MirrorState>,
    ) -> App {
        App {
            tokens,
            body_limit: config.http.request_body_limit,
            request_timeout: config.http.request_timeout,
            trusted_proxies: TrustedProxies::new(&config.http.trusted_proxies),
            stranger_limits: StrangerLimits::new(config.http.link_attempts_per_min),
            time_zone: config.time_zone,
            setting_limits: config.setting_limits(),
            picture_permits: Semaphore::new(PICTURES_AT_ONCE),
            copy_permits: Arc::new(Semaphore::new(COPIES_AT_ONCE)),
            computing: Arc::new(Semaphore::new(COMPUTED_AT_ONCE)),
            bodies: BodyBudget::for_bodies_of(config.http.request_body_limit),
            operator_bodies: BodyBudget::for_bodies_of(config.http.request_body_limit),
            readiness: Readiness::default(),
            database,
            clock,
            started: Instant::now(),
            discord,
            watching,
            redis_mirror,
        }
    }

    /// Returns the time zone of a guild, or ours if it has set none.
    pub(crate) fn zone_of(&self, guild: GuildId) -> TimeZone {
        self.database.time_zone_of(guild, self.time_zone)
    }

    /// Returns the id of the presence memory, which responses carry that are for no server in particular.
    pub(crate) fn boot_id(&self) -> HeaderValue {
        self.boot_id_after(0)
    }

    /// Returns the id that responses for a server carry whose roster was lost so often.
    pub(crate) fn boot_id_after(&self, roster_losses: u32) -> HeaderValue {
        // A UUID is always a valid header value.
        HeaderValue::try_from(self.database.boot_id_after(roster_losses).to_string())
            .unwrap_or_else(|_| HeaderValue::from_static("unknown"))
    }

    /// Returns how long a handler may take. The limit on receiving a body is half as long, so that a slow body is
    /// reported as such.
    pub(crate) fn time_limit(&self) -> Duration {
        self.request_timeout * 2
    }

    /// Decodes pictures that a plugin sent, on a blocking thread, a few at a time.
    pub(crate) async fn decode_pictures<T: Send + 'static>(
        &self,
        decode: impl FnOnce() -> T + Send + 'static,
    ) -> Result<T, ApiError> {
        let permit = self.picture_permits.acquire().await;
        let _permit = permit.map_err(|_closed| Unavailable::Stopping)?;
        let decoded = tokio::task::spawn_blocking(decode).await;
        decoded.map_err(|_| ApiError::Internal("decoding a picture panicked".to_owned()))
    }

    /// Waits for a permit to make an export or a backup. It must be held until the last byte has been sent.
    pub(crate) async fn copy_permit(&self) -> Result<OwnedSemaphorePermit, ApiError> {
        let permit = Arc::clone(&self.copy_permits).acquire_owned();
        match timeout(LONGEST_WAIT_FOR_A_COPY, permit).await {
            Ok(Ok(permit)) => Ok(permit),
            Ok(Err(_closed)) => Err(Unavailable::Stopping.into()),
            Err(_elapsed) => Err(Unavailable::CopiesFull.into()),
        }
    }

    /// Returns the error for a server that a guild does not have. It names the servers or guilds that exist.
    pub(crate) fn unknown_server(&self, guild: GuildId) -> ApiError {
        let known = self.database.known_servers(self.now());
        let of_guild = known.iter().filter(|server| server.guild == guild);
        let servers: Vec<_> = of_guild.map(|server| server.name.clone()).collect();
        if !servers.is_empty() {
            return Unknown::Server { guild, servers }.into();
        }
        let mut guilds: Vec<_> = known.iter().map(|server| server.guild).collect();
        guilds.dedup();
        Unknown::Guild { guild, guilds }.into()
    }

    /// Returns the current time, which handlers pass to the store.
    pub(crate) fn now(&self) -> oxeye_db::UnixSeconds {
        (self.clock)()
    }
}

impl FromRef<Arc<App>> for TrustedProxies {
    fn from_ref(app: &Arc<App>) -> TrustedProxies {
        app.trusted_proxies.clone()
    }
}

impl FromRef<Arc<App>> for StrangerLimits {
    fn from_ref(app: &Arc<App>) -> StrangerLimits {
        app.stranger_limits.clone()
    }
}

impl fmt::Debug for App {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter
            .debug_struct("App")
            .field("boot_id", &self.database.boot_id())
            .finish_non_exhaustive()
    }
}
