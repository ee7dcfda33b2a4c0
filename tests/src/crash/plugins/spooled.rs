//! Events that wait in a spool, which outlives the backend, and are delivered in batches.

use std::net::SocketAddr;

use anyhow::{Context as _, Result, bail, ensure};
use oxeye_plugin_client::{
    Client, ClientError, DeliveryError, LinkedClient, RetryPolicy, Spool, SpoolFound, SpoolLimits,
    deliver,
};
use oxeye_plugin_proto::{Event, PlayerName, SyncPlayer, SyncPlayers, UnixSeconds};
use rand::Rng as _;
use tempfile::TempDir;

use super::Answered;
use crate::crash::now;
use crate::crash::script::Script;

/// The most joins and leaves in a batch.
const BATCH: usize = 60;

/// A spool in a folder of its own.
pub(super) struct Spooled {
    folder: TempDir,
    /// Whether the backend does not know who is online.
    owes_sync: bool,
}

impl Spooled {
    pub(super) fn new() -> Result<Self> {
        Ok(Self {
            folder: TempDir::with_prefix("oxeye-spool-")?,
            owes_sync: false,
        })
    }

    /// Delivers joins and leaves until the backend is gone. The plugin's own process restarts each
    /// time too: the spool is read from its file.
    pub(super) async fn hammer(
        &mut self,
        key: &str,
        scripts: &mut [Script],
        address: SocketAddr,
        answered: &Answered,
    ) -> Result<()> {
        let (client, mut spool) = (client(key, address)?, self.spool()?);
        loop {
            if spool.is_empty() {
                self.push_events(&mut spool, scripts)?;
            }
            match self.deliver(&client, &mut spool, scripts).await? {
                Some(count) => answered.change(|answered| *answered += count),
                None => return Ok(()),
            }
        }
    }

    /// Delivers the events that wait.
    pub(super) async fn finish(
        &mut self,
        key: &str,
        scripts: &mut [Script],
        address: SocketAddr,
    ) -> Result<()> {
        let (client, mut spool) = (client(key, address)?, self.spool()?);
        let delivered = self.deliver(&client, &mut spool, scripts).await?;
        ensure!(delivered.is_some() && spool.is_empty(), "events still wait");
        Ok(())
    }

    fn spool(&self) -> Result<Spool> {
        let path = self.folder.path().join("events.spool");
        let limits = SpoolLimits::default();
        let (spool, found) = Spool::open(path, UnixSeconds(now()?), limits)?;
        let is_well = matches!(found, SpoolFound::Nothing | SpoolFound::Intact);
        ensure!(is_well, "the spool was found to be {found:?}");
        Ok(spool)
    }

    fn push_events(&mut self, spool: &mut Spool, scripts: &mut [Script]) -> Result<()> {
        let mut random = rand::rng();
        let at = now()?;
        if std::mem::take(&mut self.owes_sync) {
            spool.push(&sync(scripts, at)?)?;
        }
        for _ in 0..random.random_range(1..=BATCH) {
            let place = random.random_range(0..scripts.len());
            let player = name(&scripts[place])?;
            let report = scripts[place].next_report(at..=at);
            spool.push(&match report.is_join {
                true => Event::join(player, UnixSeconds(at)),
                false => Event::leave(player, UnixSeconds(at)),
            })?;
        }
        Ok(())
    }

    /// Returns how many joins and leaves were accepted, or `None` when the backend is gone.
    async fn deliver(
        &mut self,
        client: &LinkedClient,
        spool: &mut Spool,
        scripts: &mut [Script],
    ) -> Result<Option<u64>> {
        let delivery = deliver(client, spool).await;
        ensure!(delivery.refused.is_empty(), "{:?}", delivery.refused);
        match delivery.stopped_by {
            None => {}
            Some(DeliveryError::Client(ClientError::Unreachable { .. })) => return Ok(None),
            Some(error) => bail!("a delivery stopped: {error}"),
        }
        self.owes_sync = delivery.resync;
        let count: usize = scripts.iter().map(Script::in_flight).sum();
        let now = now()?;
        scripts.iter_mut().for_each(|script| script.answered(now));
        Ok(Some(count as u64))
    }
}

fn client(key: &str, address: SocketAddr) -> Result<LinkedClient> {
    let key = key.parse().context("the key of a linked server")?;
    let client = Client::with_key(format!("http://{address}"), key);
    Ok(client.retrying(RetryPolicy::never()))
}

fn sync(scripts: &[Script], at: i64) -> Result<Event> {
    let online = scripts.iter().filter(|script| script.is_on());
    let valid = online.map(|script| Ok(SyncPlayer::new(name(script)?)));
    Ok(Event::Sync {
        players: SyncPlayers {
            valid: valid.collect::<Result<_>>()?,
            skipped: Vec::new(),
        },
        heartbeat_secs: None,
        reason: None,
        at: UnixSeconds(at),
    })
}

fn name(script: &Script) -> Result<PlayerName> {
    Ok(PlayerName::try_from(script.player.clone())?)
}
