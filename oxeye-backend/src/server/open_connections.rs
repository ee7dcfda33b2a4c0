//! Which connections are open, and which of them gives way to a newcomer.
//!
//! One mutex around the table, taken when a connection opens or closes. A request takes no lock: what a connection is
//! doing is one atomic number of its own.

use std::collections::HashMap;
use std::net::IpAddr;
use std::sync::Arc;
use std::sync::atomic::{AtomicU64, Ordering};

use ipnet::IpNet;
use parking_lot::Mutex;
use tokio::time::Instant;
use tokio_util::sync::CancellationToken;

use crate::http::network::address_network;

/// A connection with a request in flight. Any other number is the time since which it has been idle, in microseconds.
const BUSY: u64 = u64::MAX;

/// A connection that gave way to a newcomer.
const EVICTED: u64 = u64::MAX - 1;

/// The share of all connections that one address may have.
const SHARE_OF_AN_ADDRESS: usize = 4;

/// Why a newcomer is turned away.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum NoRoom {
    /// Its address has its share, each with a request in flight.
    ForThisAddress,
    /// All connections have a request in flight.
    ForAnybody,
}

/// All open connections.
#[derive(Debug)]
pub(super) struct OpenConnections {
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

/// What one connection is doing.
#[derive(Debug)]
struct ConnectionState {
    /// `None` for a trusted proxy, which speaks for many.
    address: Option<IpNet>,
    doing: AtomicU64,
    gives_way: CancellationToken,
}

/// One open connection. Dropping it makes room for another.
#[derive(Debug)]
pub(super) struct OpenConnection {
    all: Arc<OpenConnections>,
    id: u64,
    state: Arc<ConnectionState>,
}

/// A newcomer that was let in.
#[derive(Debug)]
pub(super) struct Admitted {
    pub(super) connection: OpenConnection,
    /// Idle connections that gave way to it.
    pub(super) evicted: u64,
}

impl OpenConnections {
    pub(super) fn new(limit: usize) -> Arc<OpenConnections> {
        Arc::new(OpenConnections {
            limit,
            started: Instant::now(),
            table: Mutex::default(),
        })
    }

    /// Lets a newcomer in; when its address has its share, or all connections are taken, the longest idle one is
    /// closed for it.
    pub(super) fn admit(
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
            // Until its first request it is idle: it counts by its age.
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

    /// Nothing to do for a connection that gave way before it ended.
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

    /// Walks through all: it happens only when there is no room, and then costs a microsecond per thousand.
    fn evict_longest_idle(&mut self, may_go: impl Fn(&ConnectionState) -> bool) -> Option<()> {
        loop {
            let idle = self.open.iter().filter_map(|(id, state)| {
                let since = state.doing.load(Ordering::Acquire);
                (since < EVICTED && may_go(state)).then_some((since, *id))
            });
            let (since, id) = idle.min()?;
            // A request may have come in since we looked; then it is not idle any more.
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
    /// A request is in flight from now on.
    pub(super) fn is_asked(&self) {
        self.state.doing.store(BUSY, Ordering::Release);
    }

    /// Nothing is in flight any more.
    pub(super) fn is_idle(&self) {
        let now = self.all.micros();
        self.state.doing.store(now, Ordering::Release);
    }

    /// Whether a request is in flight.
    pub(super) fn is_busy(&self) -> bool {
        self.state.doing.load(Ordering::Acquire) == BUSY
    }

    /// Resolves when the connection has to make room for another.
    pub(super) async fn gives_way(&self) {
        self.state.gives_way.cancelled().await;
    }
}

impl Drop for OpenConnection {
    fn drop(&mut self) {
        self.all.table.lock().remove(self.id);
    }
}

#[cfg(test)]
mod tests {
    use std::time::Duration;

    use super::*;

    fn address(number: u8) -> IpAddr {
        IpAddr::from([192, 0, 2, number])
    }

    fn let_in(all: &Arc<OpenConnections>, peer: IpAddr) -> OpenConnection {
        all.admit(peer, false).unwrap().connection
    }

    fn gave_way(connection: &OpenConnection) -> bool {
        connection.state.gives_way.is_cancelled()
    }

    async fn a_moment() {
        tokio::time::advance(Duration::from_secs(1)).await;
    }

    #[tokio::test(start_paused = true)]
    async fn the_longest_idle_connection_gives_way_to_a_newcomer() {
        let all = OpenConnections::new(4);
        let mut held = Vec::new();
        for number in 0..4 {
            held.push(let_in(&all, address(number)));
            a_moment().await;
        }
        held[0].is_asked();
        held[1].is_asked();
        held[1].is_idle();

        let newcomer = let_in(&all, address(9));

        let closed: Vec<_> = held.iter().map(gave_way).collect();
        assert_eq!(closed, [false, false, true, false]);
        assert_eq!(all.table.lock().open.len(), 4);
        drop((held, newcomer));
        assert!(all.table.lock().open.is_empty() && all.table.lock().by_address.is_empty());
    }

    #[tokio::test(start_paused = true)]
    async fn whoever_has_a_request_in_flight_stays() {
        let all = OpenConnections::new(1);
        let held = let_in(&all, address(1));
        held.is_asked();

        assert_eq!(
            all.admit(address(2), false).unwrap_err(),
            NoRoom::ForAnybody
        );

        assert!(!gave_way(&held) && held.is_busy());
        drop(held);
        let_in(&all, address(2));
    }

    #[tokio::test(start_paused = true)]
    async fn an_address_has_at_most_a_quarter_and_makes_room_for_itself() {
        let all = OpenConnections::new(8);
        let other = let_in(&all, address(1));
        let mut held = Vec::new();
        for host in 0..3 {
            a_moment().await;
            held.push(let_in(
                &all,
                IpAddr::from([0x2001, 0xdb8, 0, 1, 0, 0, 0, host]),
            ));
        }

        assert!(gave_way(&held[0]) && !gave_way(&held[1]) && !gave_way(&other));
        assert_eq!(all.table.lock().open.len(), 3);
        held[1].is_asked();
        held[2].is_asked();
        let same_network = IpAddr::from([0x2001, 0xdb8, 0, 1, 9, 9, 9, 9]);
        let refused = all.admit(same_network, false).unwrap_err();
        assert_eq!(refused, NoRoom::ForThisAddress);
        let_in(&all, IpAddr::from([0x2001, 0xdb8, 0, 2, 0, 0, 0, 1]));
    }

    #[tokio::test(start_paused = true)]
    async fn an_ipv4_address_written_as_ipv6_is_the_same_address() {
        let all = OpenConnections::new(8);
        let busy = ["192.0.2.1", "::ffff:192.0.2.1"].map(|peer| {
            let connection = let_in(&all, peer.parse().unwrap());
            connection.is_asked();
            connection
        });

        let refused = all.admit(address(1), false).unwrap_err();

        assert_eq!(refused, NoRoom::ForThisAddress);
        let_in(&all, "::ffff:192.0.2.2".parse().unwrap());
        drop(busy);
    }

    #[tokio::test(start_paused = true)]
    async fn a_trusted_proxy_may_have_them_all() {
        let all = OpenConnections::new(4);
        let proxy = || {
            all.admit(address(1), true)
                .map(|admitted| admitted.connection)
        };

        let held: Vec<_> = (0..4).map(|_| proxy().unwrap()).collect();
        held.iter().for_each(OpenConnection::is_asked);

        assert_eq!(proxy().unwrap_err(), NoRoom::ForAnybody);
    }
}
