//! The thread that sends all heartbeats.

use std::thread::{self, JoinHandle};

use anyhow::Context;
use futures_util::future::join_all;
use tokio_util::sync::CancellationToken;

use super::Heartbeat;
use crate::feed::{Message, Messages};
use crate::reconcile::Link;

/// Sends the heartbeats of all linked servers until it is dropped.
#[derive(Debug)]
pub struct HeartbeatThread {
    stop: CancellationToken,
    thread: Option<JoinHandle<()>>,
}

impl HeartbeatThread {
    /// Starts the thread.
    ///
    /// # Errors
    ///
    /// When the thread cannot be started.
    pub fn start(heartbeats: Vec<(Link, Heartbeat)>, messages: &Messages) -> anyhow::Result<Self> {
        let stop = CancellationToken::new();
        let stopped = stop.clone();
        let messages = messages.clone();
        let runtime = tokio::runtime::Builder::new_current_thread()
            .enable_all()
            .build()?;
        let thread = thread::Builder::new()
            .name("heartbeat".to_owned())
            .spawn(move || {
                let running = heartbeats.into_iter().map(|(link, heartbeat)| {
                    let messages = messages.clone();
                    heartbeat.run(move |signal| {
                        // Once the agent stops, nobody receives the messages.
                        let _ = messages.send(Message::Backend(link.clone(), signal));
                    })
                });
                runtime.block_on(stopped.run_until_cancelled(join_all(running)));
            })
            .context("cannot start the heartbeat")?;
        Ok(Self {
            stop,
            thread: Some(thread),
        })
    }
}

impl Drop for HeartbeatThread {
    fn drop(&mut self) {
        self.stop.cancel();
        if let Some(thread) = self.thread.take() {
            let _ = thread.join();
        }
    }
}
