//! `oxeye-agent run`: starts everything and runs until a signal or an error stops it.

mod about;
mod agent;
mod changes;
mod hiding;
mod links;
mod server;
mod sources;

use std::sync::Arc;

use anyhow::{Context, bail};
use oxeye_process::clock::Clock;
use oxeye_process::private_file;
use oxeye_process::signals::StopSignals;
use tokio::sync::mpsc;
use tokio::task::LocalSet;
use tokio::time::{Duration, MissedTickBehavior, interval};

use self::agent::Agent;
pub(crate) use self::agent::NotLinked;
use self::changes::Changes;
use self::links::all_credentials;
pub(crate) use self::links::{activity_spool_file, spool_file};
use self::sources::Sources;
use crate::heartbeat::HeartbeatThread;
use crate::settings::{Given, Settings};
use crate::status::Status;

/// How often the agent checks what is due.
const TICK: Duration = Duration::from_secs(1);

/// Runs until a signal arrives or the backend no longer knows any of the keys. When the files of the
/// Minecraft server lead to other settings, the agent restarts with those; but not while a source that
/// they change is still working, because the server reads its settings only when it starts.
///
/// # Errors
///
/// When something cannot be started, and [`NotLinked`] when no key is valid any longer.
pub(crate) fn run(given: Given, settings: Settings, clock: Clock) -> anyhow::Result<()> {
    for complaint in &settings.found.complaints {
        tracing::warn!("{complaint}");
    }
    if settings.sources().is_empty() {
        bail!(
            "there is nothing to report from: give the Minecraft server's folder with --server-dir, or its log with --log; `oxeye-agent doctor` shows more"
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
            let changes = Changes::start(&given, &settings)?;
            match run_until_changed(&settings, &changes, clock, &mut signals).await? {
                End::Stopped => return Ok(()),
                End::Changed(new) => settings = new,
            }
        }
    };
    LocalSet::new().block_on(&runtime, running)
}

/// Why a run ended.
enum End {
    Stopped,
    Changed(Arc<Settings>),
}

async fn run_until_changed(
    settings: &Settings,
    changes: &Changes,
    clock: Clock,
    signals: &mut StopSignals,
) -> anyhow::Result<End> {
    let (messages, mut inbox) = mpsc::unbounded_channel();
    let linked = all_credentials(settings)?;
    let (mut agent, heartbeats) = Agent::start(settings, &linked, clock, &messages)?;
    let about = agent.about_delivery(&linked);
    let member_codes = agent.member_code_delivery(&linked);
    let heartbeats = HeartbeatThread::start(heartbeats, about, member_codes, &messages)?;
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
                    && !agent.relies_on(&new.changed_sources(settings))
                {
                    tracing::info!("the server's settings have changed; restarting with the new ones");
                    break Ok(End::Changed(new));
                }
            }
            signal = signals.next() => {
                tracing::info!("stopping after {signal}");
                break Ok(End::Stopped);
            }
        }
    };
    // Events read so far are written to disk. Later ones are read from the log by the next run.
    sources.stop();
    while let Ok(message) = inbox.try_recv() {
        // Whether the keys are still valid no longer matters.
        let _ = agent.take(message);
    }
    // The inbox is dropped before the sources, because the log may be waiting for its last receipt.
    drop(inbox);
    agent.stop_waiting();
    drop(sources);
    drop(heartbeats);
    drop(agent);
    Status::remove(&settings.data_dir);
    outcome
}
