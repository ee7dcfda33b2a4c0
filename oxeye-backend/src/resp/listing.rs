//! All keys that there are, in the order of `SCAN`. A list is made for each `KEYS`, `DBSIZE` and beginning of a `SCAN`,
//! and kept for a moment.

use std::sync::Arc;
use std::time::Duration;

use oxeye_db::activity::listing::ListedPlayer;
use oxeye_db::{Database, GuildId, StoreError, UnixSeconds};
use tokio::sync::Mutex;
use tokio::task::spawn_blocking;
use tokio::time::Instant;

use super::pages::{page, place};
use crate::activity_records::{RecordKey, listed_keys};

/// Which keys a client may read.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Reach {
    /// Those of guild 0.
    LocalGuild,
    /// All: the client has sent the operator token.
    AllGuilds,
}

/// How old a list may be for a client that goes on with a `SCAN`.
const KEPT: Duration = Duration::from_secs(10);

/// All keys that a client may read.
#[derive(Debug)]
pub(super) struct Listing {
    made_at: Instant,
    /// How long it took to make.
    took: Duration,
    now: UnixSeconds,
    listed: Vec<Listed>,
    key_count: usize,
    /// How many of the keys do not expire.
    lasting_count: usize,
}

/// The keys of one player, or the key of the set of players who are on in a guild.
#[derive(Debug)]
pub(super) struct Listed {
    place: u64,
    guild: GuildId,
    key_count: usize,
    /// The player whose keys these are; `None` for the keys of the online set.
    player: Option<ListedPlayer>,
}

impl Listing {
    async fn make(database: &Database, reach: Reach, now: UnixSeconds) -> Result<Self, StoreError> {
        let made_at = Instant::now();
        let mut guilds = database.activity_guilds();
        match reach {
            Reach::LocalGuild => guilds = [GuildId::LOCAL].into(),
            Reach::AllGuilds => drop(guilds.insert(GuildId::LOCAL)),
        }
        let mut players = Vec::new();
        for guild in guilds {
            players.push((guild, database.activity_listing(guild, now).await?));
        }
        // With 50,000 players this takes long enough to delay others.
        let listing = spawn_blocking(move || Self::of(players, made_at, now));
        listing.await.map_err(|_panic| StoreError::Panicked)
    }

    fn of(players: Vec<(GuildId, Vec<ListedPlayer>)>, made_at: Instant, now: UnixSeconds) -> Self {
        let mut listed = Vec::new();
        for (guild, players) in players {
            if players.iter().any(|player| player.traces.is_on) {
                listed.push(Listed {
                    place: place(&guild.0),
                    guild,
                    key_count: 1,
                    player: None,
                });
            }
            listed.extend(players.into_iter().map(|player| Listed {
                place: place(&(guild.0, player.player.id())),
                guild,
                key_count: listed_keys(guild, &player, now).len(),
                player: Some(player),
            }));
        }
        listed.sort_unstable_by_key(|listed| listed.place);
        let lasting = listed.iter().filter(|listed| listed.player.is_none());
        Self {
            took: made_at.elapsed(),
            made_at,
            now,
            key_count: listed.iter().map(|listed| listed.key_count).sum(),
            lasting_count: lasting.count(),
            listed,
        }
    }

    /// Returns how many keys there are.
    pub(super) fn key_count(&self) -> usize {
        self.key_count
    }

    /// Returns all of them, by player.
    pub(super) fn all(&self) -> &[Listed] {
        &self.listed
    }

    /// Returns about as many keys as asked for, from a cursor on, and the next cursor.
    pub(super) fn page(&self, cursor: u64, count: usize) -> (u64, &[Listed]) {
        let (place, weight) = (
            |listed: &Listed| listed.place,
            |listed: &Listed| listed.key_count,
        );
        page(&self.listed, cursor, count, place, weight)
    }

    /// Returns the keys of one entry.
    pub(super) fn keys_of(&self, listed: &Listed) -> Vec<RecordKey> {
        match &listed.player {
            Some(player) => listed_keys(listed.guild, player, self.now),
            None => vec![RecordKey::online_players(listed.guild)],
        }
    }

    /// Returns what `INFO` says of the keys.
    pub(super) fn described(&self) -> String {
        let (keys, expires) = (self.key_count, self.key_count - self.lasting_count);
        match keys {
            0 => "# Keyspace\r\n".to_owned(),
            _ => format!("# Keyspace\r\ndb0:keys={keys},expires={expires},avg_ttl=0\r\n"),
        }
    }
}

/// The lists that are kept. While one is being made, others wait for it.
#[derive(Debug, Default)]
pub(super) struct Listings {
    local: Mutex<Option<Arc<Listing>>>,
    all: Mutex<Option<Arc<Listing>>>,
}

impl Listings {
    /// Returns a list that is new, or no older than the time it takes to make one, so that making lists takes up at
    /// most half of the time.
    pub(super) async fn newest(
        &self,
        database: &Database,
        reach: Reach,
        now: UnixSeconds,
    ) -> Result<Arc<Listing>, StoreError> {
        let is_new = |listing: &Listing| listing.made_at.elapsed() <= listing.took * 2;
        self.kept_or_new(database, reach, now, is_new).await
    }

    /// Returns a list that may be some seconds old.
    pub(super) async fn recent(
        &self,
        database: &Database,
        reach: Reach,
        now: UnixSeconds,
    ) -> Result<Arc<Listing>, StoreError> {
        let is_recent = |listing: &Listing| listing.made_at.elapsed() <= KEPT;
        self.kept_or_new(database, reach, now, is_recent).await
    }

    async fn kept_or_new(
        &self,
        database: &Database,
        reach: Reach,
        now: UnixSeconds,
        may_be_used: impl Fn(&Listing) -> bool,
    ) -> Result<Arc<Listing>, StoreError> {
        let mut kept = match reach {
            Reach::LocalGuild => self.local.lock().await,
            Reach::AllGuilds => self.all.lock().await,
        };
        if let Some(listing) = kept.as_ref().filter(|listing| may_be_used(listing)) {
            return Ok(Arc::clone(listing));
        }
        let listing = Arc::new(Listing::make(database, reach, now).await?);
        *kept = Some(Arc::clone(&listing));
        Ok(listing)
    }

    /// Drops lists that nobody may use any more.
    pub(super) async fn forget_old(&self) {
        for kept in [&self.local, &self.all] {
            let mut kept = kept.lock().await;
            let is_old = |listing: &Arc<Listing>| listing.made_at.elapsed() > KEPT;
            if kept.as_ref().is_some_and(is_old) {
                *kept = None;
            }
        }
    }
}
