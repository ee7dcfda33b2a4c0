//! All hearts beat on a thread of their own, so that nothing holds them up.

use std::thread::{self, JoinHandle};

use anyhow::Context;
use futures_util::future::join_all;
use tokio_util::sync::CancellationToken;

use crate::feed::{Message, Messages};
use crate::heart::Heart;
use crate::watch::Link;

/// Beating hearts; they stop when this is dropped.
#[derive(Debug)]
pub(super) struct Hearts {
    stop: CancellationToken,
    thread: Option<JoinHandle<()>>,
}

impl Hearts {
    pub(super) fn start(hearts: Vec<(Link, Heart)>, messages: &Messages) -> anyhow::Result<Self> {
        let stop = CancellationToken::new();
        let stopped = stop.clone();
        let messages = messages.clone();
        let runtime = tokio::runtime::Builder::new_current_thread()
            .enable_all()
            .build()?;
        let thread = thread::Builder::new()
            .name("heartbeat".to_owned())
            .spawn(move || {
                let beating = hearts.into_iter().map(|(link, heart)| {
                    let messages = messages.clone();
                    heart.beat(move |word| {
                        // Nobody listens any more once the agent stops.
                        let _ = messages.send(Message::Word(link.clone(), word));
                    })
                });
                runtime.block_on(stopped.run_until_cancelled(join_all(beating)));
            })
            .context("cannot start the heartbeat")?;
        Ok(Self {
            stop,
            thread: Some(thread),
        })
    }
}

impl Drop for Hearts {
    fn drop(&mut self) {
        self.stop.cancel();
        if let Some(thread) = self.thread.take() {
            let _ = thread.join();
        }
    }
}
