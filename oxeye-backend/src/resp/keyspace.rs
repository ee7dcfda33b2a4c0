//! What clients may read: records of activity, as they are at the moment.

use std::fmt;
use std::sync::Arc;

use oxeye_db::{Database, GuildId, StoreError, UnixSeconds};
use oxeye_process::clock::Clock;
use tokio::sync::Semaphore;

use super::clients::Clients;
use super::listing::{Listing, Listings, Reach};
use super::refusal::Refusal;
use crate::activity_records::{Record, RecordKey, record};
use crate::http::tokens::Tokens;

/// The most records read at the same time, so that clients do not keep all connections to the store busy.
const READ_AT_ONCE: usize = 2;

/// Everything that the clients share.
pub(crate) struct Keyspace {
    database: Database,
    clock: Clock,
    tokens: Tokens,
    reading: Semaphore,
    listings: Listings,
    pub(super) clients: Arc<Clients>,
}

impl Keyspace {
    /// Collects what the clients read.
    pub(crate) fn new(database: Database, tokens: Tokens, clock: Clock) -> Self {
        Self {
            database,
            clock,
            tokens,
            reading: Semaphore::new(READ_AT_ONCE),
            listings: Listings::default(),
            clients: Arc::default(),
        }
    }

    /// Whether a user name and a password allow to read everything: the password is a token of the operator API.
    pub(super) fn may_read(&self, user: &[u8], token: &[u8]) -> bool {
        user == b"default" && self.tokens.holder(token).is_some()
    }

    /// Returns the key that a client has named; `None` if there can be no such key.
    pub(super) fn key(&self, named: &[u8], reach: Reach) -> Result<Option<RecordKey>, Refusal> {
        let text = std::str::from_utf8(named).ok();
        let key = text.and_then(|text| text.parse::<RecordKey>().ok());
        match key {
            Some(key) if key.guild != GuildId::LOCAL && reach == Reach::LocalGuild => {
                Err(Refusal::NeedsAuthentication)
            }
            key => Ok(key),
        }
    }

    /// Returns the record under a key.
    pub(super) async fn record(&self, key: Option<&RecordKey>) -> Result<Option<Record>, Refusal> {
        let Some(key) = key else { return Ok(None) };
        let _permit = self.reading.acquire().await;
        let found = record(&self.database, key, self.now()).await;
        found.map_err(|error| unreadable(&error))
    }

    /// Returns the keys that there are now.
    pub(super) async fn listing(&self, reach: Reach) -> Result<Arc<Listing>, Refusal> {
        let listing = self.listings.newest(&self.database, reach, self.now());
        listing.await.map_err(|error| unreadable(&error))
    }

    /// Returns the keys for somebody who goes on with a `SCAN`.
    pub(super) async fn listing_to_go_on(&self, reach: Reach) -> Result<Arc<Listing>, Refusal> {
        let listing = self.listings.recent(&self.database, reach, self.now());
        listing.await.map_err(|error| unreadable(&error))
    }

    /// Frees the memory of lists of keys that nobody has used lately.
    pub(super) async fn forget_old_listings(&self) {
        self.listings.forget_old().await;
    }

    pub(super) fn now(&self) -> UnixSeconds {
        (self.clock)()
    }
}

fn unreadable(error: &StoreError) -> Refusal {
    tracing::error!(%error, "a Redis client was not answered");
    Refusal::Unreadable
}

impl fmt::Debug for Keyspace {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Keyspace").finish_non_exhaustive()
    }
}
