//! The demo: two made-up servers with four weeks of history and activity, which report through the same HTTP API as a real plugin.
//! Their store is deleted when the demo stops.
//!
//! | module     | subject                                                    |
//! |------------|------------------------------------------------------------|
//! | `folder`   | the temporary folder with the store of the demo            |
//! | `history`  | makes up who was on in the past four weeks                 |
//! | `activity` | makes up what they did                                     |
//! | `players`  | the made-up players and their habits                       |
//! | `server`   | a made-up server, as its plugin reports it                 |
//! | `skins`    | draws their faces                                          |

mod activity;
mod folder;
mod history;
mod players;
mod server;
mod skins;

use std::net::SocketAddr;
use std::time::Duration;

use anyhow::Context;
use oxeye_db::{
    ActivityReport, Database, GuildId, Place, PortableRecord, PortableStay, SessionEnd, TimeZone,
    UnixSeconds,
};
use oxeye_plugin_proto::limits::MAX_EVENTS_PER_BATCH;
use oxeye_plugin_proto::{Epoch, EventBatch, Seq, ServerName};
use oxeye_process::clock::Clock;
use oxeye_text::{Locale, Text};
use rand::rngs::StdRng;
use rand::{Rng, SeedableRng};
use tokio::time::sleep;
use tokio_util::sync::CancellationToken;

use self::activity::{Deed, during, something};
pub(crate) use self::folder::{DemoFolder, is_set_up, token};
use self::history::{Stay, four_weeks};
use self::players::EVERYONE;
use self::server::MadeUpServer;
use crate::config::local_url;

/// The names of the servers. [`players::Habits::home`] is an index into this list.
const SERVERS: [&str; 2] = ["survival", "creative"];

/// The number of records per import.
const PORTION: usize = 500;

const DAY_SECS: i64 = 24 * 3600;

/// The pause between two changes, in seconds.
const PAUSE: std::ops::Range<u64> = 6..18;

/// With this many players or fewer on a server, nobody leaves it.
const FEW: usize = 2;

/// Runs the demo until the stop signal.
pub(crate) async fn run(
    database: Database,
    address: SocketAddr,
    zone: TimeZone,
    clock: Clock,
    stop: CancellationToken,
) {
    let played = tokio::select! {
        played = play(&database, address, zone, clock) => played,
        () = stop.cancelled() => Ok(()),
    };
    if let Err(error) = played {
        let why = crate::terminal::sentence(Text::of(Locale::English), &error);
        tracing::warn!("the demo has stopped: {why}");
    }
}

async fn play(
    database: &Database,
    address: SocketAddr,
    zone: TimeZone,
    clock: Clock,
) -> anyhow::Result<()> {
    let stays = four_weeks(clock(), zone);
    remember(database, &stays, clock()).await?;
    let mut demo = Demo {
        servers: Vec::new(),
        chance: StdRng::from_os_rng(),
    };
    let url = local_url(address);
    for name in SERVERS {
        let name = ServerName::try_from(name)?;
        let server = MadeUpServer::link(database, &url, name, clock()).await?;
        demo.servers.push(server);
    }
    demo.open(&stays).await?;
    if database.keeps_activity() {
        demo.remember_activity(database, &during(&stays, clock())?)
            .await?;
    }
    let names = SERVERS.join(" and ");
    tracing::info!(
        "the demo is running: the servers {names} and everything they report are made up; `oxeye status` shows them"
    );
    loop {
        let pause = demo.chance.random_range(PAUSE);
        sleep(Duration::from_secs(pause)).await;
        demo.make_a_change().await?;
    }
}

/// Imports the stays that have ended, as if they came from another Oxeye.
async fn remember(database: &Database, stays: &[Stay], now: UnixSeconds) -> anyhow::Result<()> {
    let over = stays.iter().filter_map(|stay| record(stay).transpose());
    let over: Vec<PortableRecord> = over.collect::<anyhow::Result<_>>()?;
    for portion in over.chunks(PORTION) {
        database.import(portion.to_vec(), None, now).await?;
    }
    Ok(())
}

fn record(stay: &Stay) -> anyhow::Result<Option<PortableRecord>> {
    let Some(left_at) = stay.left_at else {
        return Ok(None);
    };
    let place = Place {
        guild: GuildId::LOCAL,
        server: ServerName::try_from(SERVERS[stay.server])?,
    };
    let portable = PortableStay {
        account: None,
        joined_at: stay.joined_at,
        seen_at: left_at,
        end: Some((left_at, SessionEnd::Left)),
    };
    let player = EVERYONE[stay.player].name()?;
    Ok(Some(PortableRecord::Session(place, player, portable)))
}

/// The state of the demo.
struct Demo {
    servers: Vec<MadeUpServer>,
    chance: StdRng,
}

impl Demo {
    /// Reports the players who have not left yet. Their joins come before the first sync, which ends every stay that
    /// it does not name.
    async fn open(&mut self, stays: &[Stay]) -> anyhow::Result<()> {
        for stay in stays.iter().filter(|stay| stay.left_at.is_none()) {
            let server = &mut self.servers[stay.server];
            server.joins(stay.player, Some(stay.joined_at)).await?;
        }
        for server in &self.servers {
            server.syncs().await?;
        }
        Ok(())
    }

    /// Records what was done, portion by portion, each as of its own time: a store takes nothing that is older than a
    /// week.
    async fn remember_activity(&self, database: &Database, deeds: &[Deed]) -> anyhow::Result<()> {
        for (index, server) in self.servers.iter().enumerate() {
            let done: Vec<&Deed> = deeds.iter().filter(|deed| deed.server == index).collect();
            let Some(first) = done.first() else { continue };
            let reporter = server.reporter(database, first.at)?;
            let epoch = Epoch::try_from(first.at.0)?;
            let days = done.chunk_by(|a, b| a.at.0 / DAY_SECS == b.at.0 / DAY_SECS);
            let mut seq = Seq::FIRST;
            for portion in days.flat_map(|day| day.chunks(MAX_EVENTS_PER_BATCH)) {
                let events: Vec<_> = portion.iter().map(|deed| deed.event.clone()).collect();
                let now = portion.last().map_or(first.at, |last| last.at);
                let batch = EventBatch::new(epoch, seq, events)?;
                seq = seq.checked_add(batch.count()).context("too many events")?;
                database
                    .take_activity(reporter, ActivityReport::Batch(batch), now)
                    .await?;
            }
        }
        Ok(())
    }

    async fn make_a_change(&mut self) -> anyhow::Result<()> {
        for server in &self.servers {
            if server.needs_full_sync() {
                server.syncs().await?;
            } else {
                server.beats().await?;
            }
        }
        let someone = self.chance.random_range(0..EVERYONE.len());
        let moves = self.chance.random_bool(0.4);
        let place = self
            .servers
            .iter()
            .position(|server| server.online.contains(&someone));
        match place {
            Some(place) if !moves => {
                let deed = something(EVERYONE[someone].name()?, &mut self.chance)?;
                self.servers[place].reports(&deed).await
            }
            Some(place) if self.servers[place].online.len() > FEW => {
                self.servers[place].leaves(someone).await
            }
            None if moves => {
                let home = EVERYONE[someone].habits.home;
                self.servers[home].joins(someone, None).await
            }
            _ => Ok(()),
        }
    }
}
