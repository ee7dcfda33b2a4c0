//! Which connections are open, and which of them is closed to make room for a new one.
//!
//! A mutex guards the table; it is locked when a connection opens or closes. A request needs no lock, because the
//! state of a connection is an atomic number.

use std::collections::HashMap;
use std::net::IpAddr;
use std::sync::Arc;
use std::sync::atomic::{AtomicU64, Ordering};

use ipnet::IpNet;
use parking_lot::Mutex;
use tokio::time::Instant;
use tokio_util::sync::CancellationToken;

use super::network::address_network;

/// The state of a connection with a request in flight. Any smaller number is when it became idle, in microseconds.
const BUSY: u64 = u64::MAX;

/// The state of a connection that was chosen to make room.
const EVICTED: u64 = u64::MAX - 1;

/// The fraction of all connections that one address may have: one in this many.
const SHARE_OF_AN_ADDRESS: usize = 4;

/// Why a new connection is refused.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum NoRoom {
    /// Its address has its full share of connections, each with a request in flight.
    ForThisAddress,
    /// All connections have a request in flight.
    ForAnybody,
}

/// All open connections.
#[derive(Debug)]
pub struct OpenConnections {
    limit: usize,
    started: Instant,
    table: Mutex<Table>,
}

#[derive(Debug, Default)]
struct Table {
    open: HashMap<u64, Arc<ConnectionState>>,
    by_address: HashMap<IpNet, usize>,
    next_id: u64,
}

/// The state of one connection.
#[derive(Debug)]
struct ConnectionState {
    /// The network that counts as one address; `None` for a trusted proxy, which speaks for many clients.
    address: Option<IpNet>,
    doing: AtomicU64,
    gives_way: CancellationToken,
}

/// One open connection. Dropping it makes room for another.
#[derive(Debug)]
pub struct OpenConnection {
    all: Arc<OpenConnections>,
    id: u64,
    state: Arc<ConnectionState>,
}

/// A new connection that was admitted.
#[derive(Debug)]
pub struct Admitted {
    /// The connection.
    pub connection: OpenConnection,
    /// The number of idle connections that were closed for it.
    pub evicted: u64,
}

impl OpenConnections {
    /// Starts without connections, of which there may be `limit`.
    #[must_use]
    pub fn new(limit: usize) -> Arc<OpenConnections> {
        Arc::new(OpenConnections {
            limit,
            started: Instant::now(),
            table: Mutex::default(),
        })
    }

    /// Admits a new connection. If its address has its full share, or if all connections are taken, closes the one
    /// that has been idle longest.
    ///
    /// # Errors
    /// When no connection that could make room is idle.
    pub fn admit(
        self: &Arc<Self>,
        peer: IpAddr,
        is_trusted_proxy: bool,
    ) -> Result<Admitted, NoRoom> {
        let address = (!is_trusted_proxy).then(|| address_network(peer));
        let mut table = self.table.lock();
        let mut evicted = 0;
        if let Some(address) = &address
            && table.count_of(address) >= self.limit_per_address()
        {
            table
                .evict_longest_idle(|other| other.address.as_ref() == Some(address))
                .ok_or(NoRoom::ForThisAddress)?;
            evicted += 1;
        }
        if table.open.len() >= self.limit {
            table
                .evict_longest_idle(|_| true)
                .ok_or(NoRoom::ForAnybody)?;
            evicted += 1;
        }
        let state = Arc::new(ConnectionState {
            address,
            // It is idle until its first request.
            doing: AtomicU64::new(self.micros()),
            gives_way: CancellationToken::new(),
        });
        let id = table.insert(Arc::clone(&state));
        let connection = OpenConnection {
            all: Arc::clone(self),
            id,
            state,
        };
        Ok(Admitted {
            connection,
            evicted,
        })
    }

    fn limit_per_address(&self) -> usize {
        (self.limit / SHARE_OF_AN_ADDRESS).max(1)
    }

    fn micros(&self) -> u64 {
        let micros = self.started.elapsed().as_micros();
        u64::try_from(micros).unwrap_or(EVICTED - 1)
    }
}

impl Table {
    fn count_of(&self, address: &IpNet) -> usize {
        self.by_address.get(address).copied().unwrap_or(0)
    }

    fn insert(&mut self, state: Arc<ConnectionState>) -> u64 {
        if let Some(address) = state.address {
            *self.by_address.entry(address).or_default() += 1;
        }
        let id = self.next_id;
        self.next_id += 1;
        self.open.insert(id, state);
        id
    }

    /// Removes a connection, unless it was already removed to make room.
    fn remove(&mut self, id: u64) {
        let Some(address) = self.open.remove(&id).and_then(|open| open.address) else {
            return;
        };
        if let Some(count) = self.by_address.get_mut(&address) {
            *count -= 1;
            if *count == 0 {
                self.by_address.remove(&address);
            }
        }
    }

    /// Closes the connection that has been idle longest. This walks through all of them, at about 1 µs per thousand.
    fn evict_longest_idle(&mut self, may_go: impl Fn(&ConnectionState) -> bool) -> Option<()> {
        loop {
            let idle = self.open.iter().filter_map(|(id, state)| {
                let since = state.doing.load(Ordering::Acquire);
                (since < EVICTED && may_go(state)).then_some((since, *id))
            });
            let (since, id) = idle.min()?;
            // If a request has arrived since we looked, the connection is no longer idle.
            if self.open[&id].evict(since) {
                self.remove(id);
                return Some(());
            }
        }
    }
}

impl ConnectionState {
    fn evict(&self, idle_since: u64) -> bool {
        let was_idle = self
            .doing
            .compare_exchange(idle_since, EVICTED, Ordering::AcqRel, Ordering::Acquire)
            .is_ok();
        if was_idle {
            self.gives_way.cancel();
        }
        was_idle
    }
}

impl OpenConnection {
    /// Marks the connection as busy: a request is in flight from now on.
    pub fn set_busy(&self) {
        self.state.doing.store(BUSY, Ordering::Release);
    }

    /// Marks the connection as idle: nothing is in flight any more.
    pub fn set_idle(&self) {
        let now = self.all.micros();
        self.state.doing.store(now, Ordering::Release);
    }

    /// Returns whether a request is in flight.
    #[must_use]
    pub fn is_busy(&self) -> bool {
        self.state.doing.load(Ordering::Acquire) == BUSY
    }

    /// Resolves when the connection has to make room for another.
    pub async fn gives_way(&self) {
        self.state.gives_way.cancelled().await;
    }
}

impl Drop for OpenConnection {
    fn drop(&mut self) {
        self.all.table.lock().remove(self.id);
    }
}

#[cfg(test)]
mod tests;
