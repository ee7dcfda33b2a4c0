//! `oxeye-agent run`: everything put together, until it is told to stop.

mod agent;
mod changes;
mod hearts;
mod hiding;
mod links;
mod sources;

use std::sync::Arc;

use anyhow::{Context, bail};
use tokio::sync::mpsc;
use tokio::task::LocalSet;
use tokio::time::{Duration, MissedTickBehavior, interval};

use self::agent::Agent;
pub use self::agent::NotLinked;
use self::changes::Changes;
use self::hearts::Hearts;
use self::links::all_credentials;
pub use self::links::spool_file;
use self::sources::Sources;
use crate::clock::Clock;
use crate::private_file;
use crate::settings::{Given, Settings};
use crate::signals::StopSignals;
use crate::status::Status;

/// How often it is looked whether a full sync is due.
const TICK: Duration = Duration::from_secs(1);

/// Runs until a signal comes, or until the backend knows none of the keys any more. When the Minecraft
/// server's folder comes to offer something else, it begins anew with that; not before a source that
/// works and is to be asked differently has stopped working, since a server reads its settings when it
/// starts.
///
/// # Errors
///
/// When something cannot be started, and [`NotLinked`] when the keys are not valid any more.
pub fn run(given: Given, settings: Settings, clock: Clock) -> anyhow::Result<()> {
    for complaint in &settings.found.complaints {
        tracing::warn!("{complaint}");
    }
    if settings.sources().is_empty() {
        bail!(
            "there is nothing to watch: give --server-dir with the Minecraft server's folder, or --log with its log; `oxeye-agent doctor` tells more"
        );
    }
    private_file::create_folder(&settings.data_dir)
        .with_context(|| format!("cannot use the folder {}", settings.data_dir.display()))?;
    let runtime = tokio::runtime::Builder::new_current_thread()
        .enable_all()
        .build()?;
    let running = async {
        let mut signals = StopSignals::listen().context("cannot listen for signals")?;
        let given = Arc::new(given);
        let mut settings = Arc::new(settings);
        loop {
            let changes = Changes::watch(&given, &settings)?;
            match watch(&settings, &changes, clock, &mut signals).await? {
                End::Stopped => return Ok(()),
                End::Changed(new) => settings = new,
            }
        }
    };
    LocalSet::new().block_on(&runtime, running)
}

/// Why nothing is watched any more.
enum End {
    Stopped,
    Changed(Arc<Settings>),
}

async fn watch(
    settings: &Settings,
    changes: &Changes,
    clock: Clock,
    signals: &mut StopSignals,
) -> anyhow::Result<End> {
    let (messages, mut inbox) = mpsc::unbounded_channel();
    let linked = all_credentials(settings)?;
    let (mut agent, hearts) = Agent::start(settings, &linked, clock, &messages)?;
    let hearts = Hearts::start(hearts, &messages)?;
    let mut sources = Sources::start(settings, clock, &messages, &agent.wanted())?;
    let mut ticks = interval(TICK);
    ticks.set_missed_tick_behavior(MissedTickBehavior::Delay);
    let outcome = loop {
        tokio::select! {
            message = inbox.recv() => {
                let Some(message) = message else { break Ok(End::Stopped) };
                if let Err(error) = agent.take(message) {
                    break Err(error);
                }
            }
            _ = ticks.tick() => {
                if let Err(error) = agent.tick() {
                    break Err(error);
                }
                if let Some(new) = changes.offer()
                    && !agent.relies_on(&new.other_sources(settings))
                {
                    tracing::info!("the server's folder offers something else than before; beginning anew with it");
                    break Ok(End::Changed(new));
                }
            }
            signal = signals.next() => {
                tracing::info!("stopping after {signal}");
                break Ok(End::Stopped);
            }
        }
    };
    // What the log has told so far is put on disk; what it would tell from now on waits in the log.
    sources.stop();
    while let Ok(message) = inbox.try_recv() {
        // That the keys are not valid any more changes nothing now.
        let _ = agent.take(message);
    }
    // Before the sources: the log may wait for an answer to what it told last.
    drop(inbox);
    drop(sources);
    drop(hearts);
    drop(agent);
    Status::remove(&settings.data_dir);
    outcome
}
