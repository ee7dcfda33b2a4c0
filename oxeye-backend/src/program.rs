//! The whole program: reads the settings, then starts everything or asks the running Oxeye.
//!
//! This is the only module that knows both this crate and the bot. The `oxeye` binary only calls [`main`], so that
//! cargo can build the same program as a second binary beside the tests.

mod fleet_of_bot;
mod watcher_of_bot;

use std::process::ExitCode;
use std::sync::Arc;
use std::time::Duration;

use anyhow::Context;
use oxeye_bot::{BotHealth, BotOptions, BotState, MemberPresence, invite_link};
use oxeye_db::{Database, DatabaseOptions, OpenError};
use oxeye_process::clock;
use oxeye_process::logging::{LogFormat, Logging, Quiet};
use oxeye_process::signals::StopSignals;
use oxeye_process::tasks::Tasks;
use oxeye_text::{Text, without_error_numbers};
use tokio::time::{Instant, timeout_at};

use self::watcher_of_bot::WatcherOfBot;
use crate::cli::{self, Command, CommandLine};
use crate::config::{
    Config, DiscordPresence, EXIT_BAD_CONFIG, OperatorTokenError, check_operator_token, language,
    operator_token,
};
use crate::demo::{self, DemoFolder};
use crate::http::app::{App, AskDiscord, DiscordReport};
use crate::http::health::DISCORD_OFF;
use crate::http::tokens::Tokens;
use crate::in_words::in_words;
use crate::port::Listeners;
use crate::redis_mirror::{MirrorState, RedisMirror};
use crate::resp::{self, Keyspace};
use crate::server::{self, Limits};
use crate::terminal::fail;
use crate::timers::JobContext;
use crate::watching::Watching;
use crate::{config, polling, skin_lookup, timers};

/// The number of read connections to the store. Pictures, heads and questions need them; presence does not.
const STORE_READERS: usize = 3;

/// The part of the shutdown time reserved for closing the store, in case a task does not end.
const STORE_CLOSE_TIME: Duration = Duration::from_millis(500);

/// How long the runtime waits for blocking threads at the end. One may still be drawing a picture.
const BLOCKING_THREADS_TIME: Duration = Duration::from_millis(200);

/// Libraries whose log lines can contain what ours must not: the tokens of the bot and of interactions, and watched
/// addresses. At `warn`, serenity logs whole gateway payloads that it could not parse, and the DNS client names; at
/// `trace`, the websocket library logs every frame. We still log why Discord closed a connection.
const QUIET: &[Quiet] = &[
    quiet("serenity", "serenity=error,serenity::gateway::shard=warn"),
    quiet("tungstenite", "tungstenite=info"),
    quiet("tokio_tungstenite", "tokio_tungstenite=info"),
    quiet("hickory_resolver", "hickory_resolver=off"),
    quiet("hickory_net", "hickory_net=off"),
    quiet("hickory_proto", "hickory_proto=off"),
];

const fn quiet(library: &'static str, directives: &'static str) -> Quiet {
    Quiet {
        library,
        directives,
        unless_named: true,
    }
}

fn logging(format: LogFormat) -> Logging {
    Logging {
        format,
        with_module: true,
        quiet: QUIET,
        program: "Oxeye",
        exit_after_panic: None,
    }
}

/// Runs the command that the command line names and returns the exit code of the process.
#[must_use]
pub fn main() -> ExitCode {
    let text = Text::of(language());
    let command_line = match CommandLine::read(text) {
        Ok(command_line) => command_line,
        Err(code) => return code,
    };
    let config = match Config::load(command_line.config.as_deref()) {
        Ok(config) => config,
        Err(error) => {
            return fail(
                EXIT_BAD_CONFIG,
                &without_error_numbers(&config::in_words(text, &error)),
            );
        }
    };
    let runtime = match tokio::runtime::Builder::new_multi_thread()
        .enable_all()
        .build()
    {
        Ok(runtime) => runtime,
        Err(error) => return fail(1, &error),
    };
    let done = runtime.block_on(run(command_line.command.unwrap_or_default(), &config, text));
    runtime.shutdown_timeout(BLOCKING_THREADS_TIME);
    match done {
        Ok(()) => ExitCode::SUCCESS,
        Err(error) => fail(exit_code(&error), &in_words(text, &error)),
    }
}

/// Returns the exit code for an error. An unusable operator token counts as a bad setting, even if it is in a file, and
/// so does a store where no file can be.
fn exit_code(error: &anyhow::Error) -> u8 {
    let is_token_unusable = matches!(
        error.downcast_ref(),
        Some(OperatorTokenError::Unusable { .. } | OperatorTokenError::IsReaderToken)
    );
    let store = error.downcast_ref::<OpenError>();
    match is_token_unusable || store.is_some_and(OpenError::is_place_unusable) {
        true => EXIT_BAD_CONFIG,
        false => 1,
    }
}

async fn run(command: Command, config: &Config, text: Text) -> anyhow::Result<()> {
    match command {
        Command::Serve { demo } => serve(config, text, demo).await,
        Command::Link(order) => cli::servers::link(config, text, order).await,
        Command::Unlink(order) => cli::servers::unlink(config, text, order).await,
        Command::Settings(order) => cli::settings::run(config, text, order).await,
        Command::RotateKey(order) => cli::servers::rotate_key(config, text, order).await,
        Command::Watch(order) => cli::watching::watch(config, text, order).await,
        Command::Unwatch(order) => cli::watching::unwatch(config, text, order).await,
        Command::Rename(order) => cli::servers::rename(config, text, order).await,
        Command::Remove(order) => cli::servers::remove(config, text, order).await,
        Command::Status(question) => cli::status::run(config, text, question).await,
        Command::Player(question) => cli::player::run(config, text, question).await,
        Command::History(question) => cli::history::run(config, text, question).await,
        Command::Chart(question) => cli::chart::run(config, text, question).await,
        Command::Top(question) => cli::top::run(config, text, question).await,
        Command::Sessions(question) => cli::sessions::run(config, text, question).await,
        Command::Uptime(question) => cli::uptime::run(config, text, question).await,
        Command::Activity(question) => cli::activity::run(config, text, question).await,
        Command::Presence(question) => cli::presence::run(config, text, question).await,
        Command::Check => cli::check::run(config, text, invite_link).await,
        Command::Health => cli::health::run(config, text).await,
        Command::Backup(order) => cli::backup::backup(config, text, order).await,
        Command::Export(order) => cli::backup::export(config, text, order).await,
        Command::Import(order) => cli::import::run(config, text, order).await,
        Command::Alerts(order) => cli::alerts::run(config, text, order).await,
        Command::Notify(order) => cli::notify::run(config, text, order).await,
        Command::Members(order) => cli::members::run(config, text, order).await,
        Command::Forget(order) => cli::forget::run(config, text, order).await,
    }
}

async fn serve(config: &Config, text: Text, with_demo: bool) -> anyhow::Result<()> {
    logging(config.logs.format).start(&config.logs.filter);
    let mut signals = StopSignals::listen().context("cannot listen for signals")?;
    let tasks = Tasks::new();

    // What can fail a start comes before what leaves something behind.
    let listeners = Listeners::bind(config, text).await?;
    let address = listeners.public.local_addr()?;
    let folder = with_demo.then(|| DemoFolder::create(config, address.port()));
    let folder = folder.transpose()?;
    let config = folder.as_ref().map_or(config, DemoFolder::config);
    check_operator_token(config)?;
    let database = open_store(config).await?;
    warn_of_unknown_servers(&database);
    let tokens = Tokens::new(&operator_token(config)?, config.reader_token.as_ref());
    let questions = config.watch.as_ref().map_or(0, |_| polling::most_at_once());
    let addresses = polling::start(config.watch.as_ref(), questions, &database, &tasks);
    let asker = config.watch.clone().zip(addresses);
    let watching = Arc::new(Watching::new(database.clone(), clock::now, asker));
    let discord = start_bot(config, &database, &watching, &tasks)?;
    let redis_mirror = start_redis_mirror(config, &database, &tasks);
    let skin_lookup = config.skin_lookup.as_ref();
    skin_lookup::start(skin_lookup, &database, &tasks).context("SKIN_LOOKUP: no HTTPS")?;

    let app = Arc::new(App::new(
        config,
        database.clone(),
        tokens.clone(),
        clock::now,
        discord,
        watching,
        redis_mirror,
    ));
    let limits = Limits {
        connections: config.http.max_connections,
        questions,
        first_request: config.http.request_timeout,
    };
    server::start(listeners.public, listeners.operator, &app, limits, &tasks);
    if let Some(listener) = listeners.redis_clients {
        let keyspace = Keyspace::new(database.clone(), tokens, clock::now);
        tasks.spawn(resp::serve(listener, keyspace, tasks.clone()));
    }
    let context = JobContext::new(database.clone(), config.store.session_retention);
    tasks.spawn(timers::run(context, clock::now, tasks.stop_signal()));
    if with_demo {
        tasks.spawn(demo::run(
            database.clone(),
            address,
            config.time_zone,
            clock::now,
            tasks.stop_signal(),
        ));
    }

    let signal = signals.next().await;
    tracing::info!("{signal}: stopping once the requests in flight are answered");
    stop(&tasks, &database, config.shutdown_timeout).await;
    Ok(())
}

/// Opens the store on a thread of its own, because reading and migrating it blocks.
async fn open_store(config: &Config) -> anyhow::Result<Database> {
    let options = DatabaseOptions {
        path: config.store.path.clone(),
        recent_window: config.store.recent_window,
        rate_limits: config.rate_limits,
        silence_limits: config.store.silence_limits,
        readers: STORE_READERS,
        activity: config.activity.clone(),
        presence_retention_days: config.store.presence_retention_days,
        fonts: Arc::clone(&config.fonts),
    };
    let opened = tokio::task::spawn_blocking(move || Database::open(&options, clock::now())).await;
    Ok(opened.context("opening the store panicked")??)
}

/// Warns of servers that ACTIVITY_KINDS names and nobody has linked, probably because of a typing error.
fn warn_of_unknown_servers(database: &Database) {
    for name in database.unknown_servers_in_kinds(clock::now()) {
        let name = name.as_str();
        tracing::warn!("ACTIVITY_KINDS names the server {name:?}, but none is linked under it");
    }
}

/// Starts the bot. Without a token there is none, and everything else runs.
fn start_bot(
    config: &Config,
    database: &Database,
    watching: &Arc<Watching>,
    tasks: &Tasks,
) -> anyhow::Result<AskDiscord> {
    let Some(token) = &config.discord.token else {
        tracing::info!("DISCORD_TOKEN is not set: the Discord bot is off, everything else runs");
        if config.discord.presence != DiscordPresence::Off {
            tracing::warn!("DISCORD_PRESENCE has no effect, because DISCORD_TOKEN is not set");
        }
        if config.fleet_url.is_some() {
            tracing::warn!("FLEET_URL has no effect, because DISCORD_TOKEN is not set");
        }
        return Ok(Box::new(|| DiscordReport {
            words: DISCORD_OFF.to_owned(),
            ok: true,
            up: true,
            lacks_presence_intent: false,
            skipped_activities: 0,
        }));
    };
    let options = BotOptions {
        token: token.clone(),
        api_base: config.discord.api_base.clone(),
        last_seen_shown: config.discord.last_seen_shown,
        head_emoji: config.discord.head_emoji,
        time_zone: config.time_zone,
        session_retention_days: config.setting_limits().retention_days,
        watcher: WatcherOfBot::of(watching),
        member_presence: match config.discord.presence {
            DiscordPresence::Off => MemberPresence::Off,
            DiscordPresence::Voice => MemberPresence::Voice,
            DiscordPresence::On => MemberPresence::On,
        },
        fleet: fleet_of_bot::reader(config.fleet_url.as_deref()).context("FLEET_URL: no HTTPS")?,
    };
    let health = BotHealth::default();
    tasks.spawn(oxeye_bot::run(
        options,
        database.clone(),
        clock::now,
        health.clone(),
        tasks.stop_signal(),
    ));
    Ok(Box::new(move || {
        let state = health.state();
        DiscordReport {
            words: state.to_string(),
            ok: !state.is_refused(),
            up: matches!(state, BotState::Ready { .. }),
            lacks_presence_intent: health.lacks_presence_intent(),
            skipped_activities: health.skipped_activities(),
        }
    }))
}

/// Starts to copy activity to Redis, if that is wanted.
fn start_redis_mirror(config: &Config, database: &Database, tasks: &Tasks) -> Option<MirrorState> {
    let url = config.redis.clone()?;
    if config.activity.is_none() {
        tracing::warn!("REDIS_URL has no effect, because ACTIVITY is off");
        return None;
    }
    let mirror = RedisMirror::new(url, database.clone(), clock::now);
    let state = mirror.state();
    tasks.spawn(mirror.run(tasks.stop_signal()));
    Some(state)
}

/// Stops everything within the limit: first the users of the store, then the store.
async fn stop(tasks: &Tasks, database: &Database, limit: Duration) {
    let deadline = Instant::now() + limit;
    tasks.stop();
    if !tasks
        .finished_within(limit.saturating_sub(STORE_CLOSE_TIME))
        .await
    {
        tracing::warn!("some requests did not finish in time and were cut off");
    }
    if timeout_at(deadline, database.close()).await.is_err() {
        tracing::warn!("the store did not close in time; nothing that was answered is lost");
    }
    tracing::info!("stopped");
}
