//! All sources that the settings name, set going.

use oxeye_probe::Address;
use tokio::sync::watch;
use tokio::task::JoinSet;

use crate::clock::Clock;
use crate::feed::asker::{Asker, Wanted, ask_again_and_again};
use crate::feed::door::Door;
use crate::feed::knocker::knock_again_and_again;
use crate::feed::listener::listen;
use crate::feed::log::LogFeed;
use crate::feed::{Messages, input};
use crate::follow::{LogFileSettings, StreamFollower};
use crate::settings::{LogFrom, Settings};

/// Everything that brings news; it stops when this is dropped.
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
        // Where players connect is the best place to knock. Otherwise a source that refuses tells.
        let knocks = settings.ping.is_some();
        let door =
            |address: &Address| Door::at(address, &settings.data_dir, clock, messages.clone());
        for asker in askers(settings) {
            let wanted = wanted.clone();
            let door = (!knocks).then(|| door(asker.address()));
            tasks.spawn_local(ask_again_and_again(asker, wanted, messages.clone(), door));
        }
        if let Some(address) = settings.ping.clone() {
            tasks.spawn_local(knock_again_and_again(address.clone(), door(&address)));
        }
        if let Some(management) = settings.management.clone() {
            let door = (!knocks).then(|| door(management.address()));
            tasks.spawn_local(listen(management, clock, messages.clone(), door));
        }
        let log = start_log(settings, clock, messages)?;
        Ok(Self { tasks, log })
    }

    /// Nothing new is brought any more; what was brought may still be worked on.
    pub(super) fn stop(&mut self) {
        self.tasks.abort_all();
        if let Some(log) = &mut self.log {
            log.stop();
        }
    }
}

fn askers(settings: &Settings) -> Vec<Asker> {
    let rcon = settings.rcon.clone().map(|settings| Asker::Rcon {
        settings,
        connection: None,
    });
    let query = settings.query.clone().map(|address| Asker::Query {
        address,
        socket: None,
    });
    let ping = settings.ping.clone().filter(|_| settings.ping_is_source);
    let ping = ping.map(Asker::Ping);
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
            let follower = StreamFollower::new(options, time_zone);
            input::start(follower, clock, messages.clone())?;
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
