//! A sign of life at every heartbeat, from a task that nothing else holds up.

#[cfg(test)]
mod tests;

use std::sync::Arc;
use std::time::Duration;

use oxeye_plugin_client::{ClientError, LinkedClient};
use oxeye_plugin_proto::{Event, HeartbeatRequest, HeartbeatSecs, UnixSeconds};
use tokio::sync::watch;
use tokio::time::{MissedTickBehavior, interval, timeout};

use crate::clock::Clock;
use crate::outbox::{Outbox, Told, Word};
use crate::watch::Pulse;

/// Events that are under way may hold back so many beats in a row, so that a disk which hangs does not
/// stop the heart.
const MOST_HELD_BACK: u32 = 2;

/// What the heart of one linked server needs to know at each beat.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Vital {
    /// What may be vouched for.
    pub pulse: Pulse,
    /// How many are on at this linked server, if everybody is known.
    pub online: Option<u32>,
}

/// One linked server's heart.
#[derive(Debug)]
pub struct Heart {
    /// The way to the backend; of its own, so that no delivery holds it up.
    pub client: LinkedClient,
    /// What is promised.
    pub every: HeartbeatSecs,
    /// What is known.
    pub vital: watch::Receiver<Vital>,
    /// Takes the heartbeats that the backend does not.
    pub outbox: Arc<Outbox>,
    /// Reads the time.
    pub clock: Clock,
}

impl Heart {
    /// Beats for ever. `word` is called when the backend wants something.
    pub async fn beat(self, word: impl Fn(Word)) {
        let every = Duration::from_secs(u64::from(self.every.get()));
        let mut beats = interval(every);
        beats.set_missed_tick_behavior(MissedTickBehavior::Delay);
        let mut held_back = 0;
        loop {
            beats.tick().await;
            let vital = self.vital.borrow().clone();
            let Some(request) = self.request(&vital) else {
                continue;
            };
            if self.must_queue(held_back) {
                held_back += 1;
                self.keep(&request, (self.clock)());
            } else {
                held_back = 0;
                self.beat_once(request, &vital, every, &word).await;
            }
        }
    }

    /// A beat must not overtake events that wait: the backend takes it as the latest word on who is
    /// on, and what it is told afterwards of an earlier start of the server as old news.
    fn must_queue(&self, held_back: u32) -> bool {
        let is_busy = self.outbox.waiting() > 0 && held_back < MOST_HELD_BACK;
        self.outbox.is_held_up() || is_busy
    }

    /// `None` while nothing can be vouched for.
    fn request(&self, vital: &Vital) -> Option<HeartbeatRequest> {
        let players = match vital.pulse {
            Pulse::Silent => return None,
            Pulse::Count(count) => Some(count),
            // While events wait, the backend's number is another one and that is all right.
            Pulse::Names => vital.online.filter(|_| self.outbox.waiting() == 0),
        };
        Some(HeartbeatRequest {
            players,
            heartbeat_secs: Some(self.every),
        })
    }

    async fn beat_once(
        &self,
        request: HeartbeatRequest,
        vital: &Vital,
        every: Duration,
        word: &impl Fn(Word),
    ) {
        let at = (self.clock)();
        match timeout(every, self.client.heartbeat(request.clone())).await {
            Ok(Ok(answer)) => {
                if answer.resync && vital.pulse == Pulse::Names {
                    word(Word::ResyncWanted);
                }
            }
            Ok(Err(ClientError::NotLinked)) => word(Word::NotLinked),
            Ok(Err(_)) | Err(_) => self.keep(&request, at),
        }
    }

    /// The backend learns later that the server was watched at this time.
    fn keep(&self, request: &HeartbeatRequest, at: UnixSeconds) {
        self.outbox.tell(Told {
            event: Event::Heartbeat {
                players: None,
                heartbeat_secs: request.heartbeat_secs,
                at,
            },
            receipt: None,
        });
    }
}
