//! A client of the feed that notes what it sees, and when.

use std::collections::{HashSet, VecDeque};
use std::net::SocketAddr;
use std::sync::Arc;
use std::sync::atomic::{AtomicU64, AtomicUsize, Ordering};
use std::time::{Duration, Instant};

use futures_util::StreamExt;
use oxeye_process::tasks::Tasks;
use tokio::net::TcpStream;
use tokio_tungstenite::tungstenite::Message;
use tokio_tungstenite::{WebSocketStream, client_async};

use crate::changes::{Change, Changes, NAME};

/// What all dashboards have seen.
#[derive(Default)]
pub(crate) struct Seen {
    changes: AtomicUsize,
    messages: AtomicUsize,
    bytes: AtomicUsize,
    slowest_micros: AtomicU64,
}

impl Seen {
    pub(crate) fn count(&self) -> usize {
        self.changes.load(Ordering::Relaxed)
    }

    pub(crate) fn messages(&self) -> usize {
        self.messages.load(Ordering::Relaxed)
    }

    /// Returns the size of the largest message.
    pub(crate) fn bytes(&self) -> usize {
        self.bytes.load(Ordering::Relaxed)
    }

    pub(crate) fn slowest(&self) -> Duration {
        Duration::from_micros(self.slowest_micros.load(Ordering::Relaxed))
    }

    fn note(&self, change: Change, now: Instant) {
        let micros = now.duration_since(change.at).as_micros();
        let micros = u64::try_from(micros).unwrap_or(u64::MAX);
        self.slowest_micros.fetch_max(micros, Ordering::Relaxed);
        self.changes.fetch_add(1, Ordering::Relaxed);
    }
}

/// Opens a dashboard, which listens until the tasks are told to stop.
pub(crate) async fn open(
    address: SocketAddr,
    changes: Arc<Changes>,
    seen: Arc<Seen>,
    tasks: &Tasks,
) -> anyhow::Result<()> {
    let stream = TcpStream::connect(address).await?;
    let (socket, _) = client_async(format!("ws://{address}/"), stream).await?;
    let stop = tasks.stop_signal();
    tasks.spawn(async move {
        stop.run_until_cancelled(listen(socket, &changes, &seen))
            .await;
    });
    Ok(())
}

async fn listen(mut socket: WebSocketStream<TcpStream>, changes: &Changes, seen: &Seen) {
    let (mut known, mut pending) = (0, VecDeque::new());
    while let Some(Ok(message)) = socket.next().await {
        let now = Instant::now();
        let Message::Text(text) = message else {
            continue;
        };
        seen.messages.fetch_add(1, Ordering::Relaxed);
        seen.bytes.fetch_max(text.len(), Ordering::Relaxed);
        let new = changes.after(known);
        known += new.len();
        pending.extend(new);
        let there = players_in(&text);
        // Changes are seen in the order in which they were made.
        while let Some(change) = pending.front()
            && there.contains(&change.player) == change.came
        {
            seen.note(*change, now);
            pending.pop_front();
        }
    }
}

/// Returns the numbers of the players who come and go in a message.
fn players_in(text: &str) -> HashSet<u32> {
    // Not those in the news.
    let names = text.split("\"playerId\":\"").skip(1);
    let numbers = names.filter_map(|rest| {
        let name = rest.strip_prefix(NAME)?;
        name.split('"').next()?.parse().ok()
    });
    numbers.collect()
}
