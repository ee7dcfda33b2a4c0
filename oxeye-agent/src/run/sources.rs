//! Starts the sources that the settings name.

use oxeye_probe::Address;
use oxeye_process::clock::Clock;
use tokio::sync::watch;
use tokio::task::JoinSet;

use crate::feed::log::LogFeed;
use crate::feed::management::listen;
use crate::feed::poller::{Poller, Wanted, poll};
use crate::feed::port_monitor::{PortMonitor, check_port};
use crate::feed::{Messages, input};
use crate::follow::{LogFileSettings, StreamFollower};
use crate::settings::{LogFrom, Settings};

/// All running sources. They stop when this is dropped.
#[derive(Debug)]
pub(super) struct Sources {
    tasks: JoinSet<()>,
    log: Option<LogFeed>,
}

impl Sources {
    pub(super) fn start(
        settings: &Settings,
        clock: Clock,
        messages: &Messages,
        wanted: &watch::Receiver<Wanted>,
    ) -> anyhow::Result<Self> {
        let mut tasks = JoinSet::new();
        // The port on which players connect is the best one to check, but that of a source will do.
        let checks_players_port = settings.ping.is_some();
        let monitor = |address: &Address| {
            PortMonitor::at(address, &settings.data_dir, clock, messages.clone())
        };
        for poller in pollers(settings) {
            let wanted = wanted.clone();
            let monitor = (!checks_players_port).then(|| monitor(poller.address()));
            tasks.spawn_local(poll(poller, wanted, messages.clone(), monitor));
        }
        if let Some(address) = settings.ping.clone() {
            // Whoever does not want the ping as a source does not want the server to be pinged.
            let asks = settings.ping_is_source;
            tasks.spawn_local(check_port(address.clone(), monitor(&address), asks));
        }
        if let Some(management) = settings.management.clone() {
            let monitor = (!checks_players_port).then(|| monitor(management.address()));
            tasks.spawn_local(listen(management, clock, messages.clone(), monitor));
        }
        let log = start_log(settings, clock, messages)?;
        Ok(Self { tasks, log })
    }

    /// Stops all sources. Updates that they have sent may still be processed.
    pub(super) fn stop(&mut self) {
        self.tasks.abort_all();
        if let Some(log) = &mut self.log {
            log.stop();
        }
    }
}

fn pollers(settings: &Settings) -> Vec<Poller> {
    let rcon = settings.rcon.clone().map(|settings| Poller::Rcon {
        settings,
        connection: None,
    });
    let query = settings.query.clone().map(|address| Poller::Query {
        address,
        socket: None,
    });
    let ping = settings.ping.clone().filter(|_| settings.ping_is_source);
    let ping = ping.map(Poller::Ping);
    [rcon, query, ping].into_iter().flatten().collect()
}

fn start_log(
    settings: &Settings,
    clock: Clock,
    messages: &Messages,
) -> anyhow::Result<Option<LogFeed>> {
    let options = settings.log_options.clone();
    let time_zone = settings.time_zone;
    match &settings.log {
        None => Ok(None),
        Some(LogFrom::Input) => {
            let kinds = options.activity.kinds;
            let follower = StreamFollower::new(options, time_zone);
            input::start(follower, kinds, clock, messages.clone())?;
            Ok(None)
        }
        Some(LogFrom::File(path)) => {
            let file = LogFileSettings {
                path: path.clone(),
                options,
                time_zone,
            };
            LogFeed::start(file, &settings.data_dir, clock, messages.clone()).map(Some)
        }
    }
}
