//! Which clients are connected, and which of them makes room for a new one.

use std::collections::HashMap;
use std::sync::Arc;
use std::time::Duration;

use parking_lot::Mutex;
use tokio::time::Instant;
use tokio_util::sync::CancellationToken;

/// The most clients connected at the same time.
pub(super) const MAX_CLIENTS: usize = 64;

/// How long a client that asks nothing keeps its place when others want it.
const KEEPS_ITS_PLACE: Duration = Duration::from_secs(5);

/// All connected clients.
#[derive(Debug, Default)]
pub(super) struct Clients {
    table: Mutex<Table>,
}

#[derive(Debug, Default)]
struct Table {
    connected: HashMap<i64, Place>,
    last_id: i64,
}

#[derive(Debug)]
struct Place {
    /// Since when the client asks nothing.
    idle_since: Option<Instant>,
    gives_way: CancellationToken,
}

/// One connected client. Dropping it makes room for another.
#[derive(Debug)]
pub(super) struct Connected {
    all: Arc<Clients>,
    id: i64,
    gives_way: CancellationToken,
}

impl Clients {
    /// Admits a client. If there is no room, the one that has asked nothing for the longest time makes room, unless it
    /// asked only just now; then there is no room.
    pub(super) fn admit(self: &Arc<Self>) -> Option<Connected> {
        let mut table = self.table.lock();
        if table.connected.len() >= MAX_CLIENTS {
            table.evict_longest_idle()?;
        }
        table.last_id += 1;
        let (id, gives_way) = (table.last_id, CancellationToken::new());
        let place = Place {
            idle_since: Some(Instant::now()),
            gives_way: gives_way.clone(),
        };
        table.connected.insert(id, place);
        Some(Connected {
            all: Arc::clone(self),
            id,
            gives_way,
        })
    }

    /// Returns how many clients are connected.
    pub(super) fn count(&self) -> usize {
        self.table.lock().connected.len()
    }
}

impl Table {
    fn evict_longest_idle(&mut self) -> Option<()> {
        let idle = self.connected.iter();
        let idle = idle.filter_map(|(id, place)| Some((place.idle_since?, *id)));
        let (since, id) = idle.min()?;
        if since.elapsed() < KEEPS_ITS_PLACE {
            return None;
        }
        self.connected.remove(&id)?.gives_way.cancel();
        Some(())
    }
}

impl Connected {
    /// The number of the client, which grows from client to client.
    pub(super) fn id(&self) -> i64 {
        self.id
    }

    /// Notes whether the client is asking something.
    pub(super) fn set_busy(&self, is_busy: bool) {
        if let Some(place) = self.all.table.lock().connected.get_mut(&self.id) {
            place.idle_since = (!is_busy).then(Instant::now);
        }
    }

    /// Resolves when the client has to make room for another.
    pub(super) async fn gives_way(&self) {
        self.gives_way.cancelled().await;
    }
}

impl Drop for Connected {
    fn drop(&mut self) {
        self.all.table.lock().connected.remove(&self.id);
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn full() -> (Arc<Clients>, Vec<Connected>) {
        let all = Arc::new(Clients::default());
        let connected = (0..MAX_CLIENTS).map(|_| all.admit().unwrap()).collect();
        (all, connected)
    }

    #[tokio::test(start_paused = true)]
    async fn no_more_clients_are_admitted_than_there_is_room_for() {
        let (all, mut connected) = full();

        assert!(all.admit().is_none());
        connected.pop();
        assert!(all.admit().is_some());
        drop(connected);
        assert_eq!(all.count(), 0);
    }

    #[tokio::test(start_paused = true)]
    async fn a_client_that_asks_nothing_for_five_seconds_makes_room() {
        let (all, connected) = full();
        connected[0].set_busy(true);
        tokio::time::advance(KEEPS_ITS_PLACE).await;
        for client in &connected[2..] {
            client.set_busy(false);
        }

        let newcomer = all.admit().unwrap();

        let gave_way = connected
            .iter()
            .map(|client| client.gives_way.is_cancelled());
        assert_eq!(gave_way.collect::<Vec<_>>()[..3], [false, true, false]);
        assert!(newcomer.id() > connected[63].id());
        assert!(all.admit().is_none(), "the others asked only just now");
    }
}
