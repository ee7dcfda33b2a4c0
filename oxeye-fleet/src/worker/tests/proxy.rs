//! A cable between a fleet and its worker that can be cut: what is sent is lost, and nobody hears of it.

use std::net::SocketAddr;

use oxeye_process::tasks::Tasks;
use tokio::io::{AsyncReadExt as _, AsyncWriteExt as _};
use tokio::net::tcp::{OwnedReadHalf, OwnedWriteHalf};
use tokio::net::{TcpListener, TcpStream};
use tokio::sync::watch;

/// Forwards connections until it is cut.
pub(super) struct Cable {
    pub(super) address: SocketAddr,
    is_cut: watch::Sender<bool>,
}

impl Cable {
    /// Lays a cable to an address. `tasks` end it.
    pub(super) async fn to(worker: SocketAddr, tasks: &Tasks) -> Self {
        let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
        let address = listener.local_addr().unwrap();
        let (is_cut, cut) = watch::channel(false);
        let (stop, pieces) = (tasks.stop_signal(), tasks.clone());
        tasks.spawn(async move {
            while let Some(accepted) = stop.run_until_cancelled(listener.accept()).await {
                let (ours, _) = accepted.unwrap();
                let theirs = TcpStream::connect(worker).await.unwrap();
                let (our_end, their_end) = (ours.into_split(), theirs.into_split());
                for (from, to) in [(our_end.0, their_end.1), (their_end.0, our_end.1)] {
                    let (stop, cut) = (stop.clone(), cut.clone());
                    pieces.spawn(async move {
                        stop.run_until_cancelled(forward(from, to, cut)).await;
                    });
                }
            }
        });
        Self { address, is_cut }
    }

    /// Cuts it: connections stay open, and nothing arrives.
    pub(super) fn cut(&self) {
        self.is_cut.send_replace(true);
    }

    /// Mends it. What was sent meanwhile is lost.
    pub(super) fn mend(&self) {
        self.is_cut.send_replace(false);
    }
}

/// Forwards one direction. A connection on which something was lost stays dead after the cable is mended.
async fn forward(mut from: OwnedReadHalf, mut to: OwnedWriteHalf, cut: watch::Receiver<bool>) {
    let mut buffer = [0; 4_096];
    let mut has_lost = false;
    loop {
        match from.read(&mut buffer).await {
            Ok(length) if length > 0 => {
                has_lost |= *cut.borrow();
                if !has_lost && to.write_all(&buffer[..length]).await.is_err() {
                    return;
                }
            }
            _ if has_lost || *cut.borrow() => std::future::pending().await,
            _ => return,
        }
    }
}
