//! One message about who has joined and left, on its way to Discord.

use std::time::Duration;

use oxeye_db::{Alert, UnixSeconds};
use tokio::time::Instant;

use super::super::Tools;
use super::super::delivery::{is_doubtful, post_once};
use crate::rest::{Payload, RestError};
use crate::view::visits::{ServerVisits, posted};

/// Keeps the nonces of these messages apart from those of other messages in the same channel.
const NONCE_MARK: u64 = 0b11 << 61;
/// How long a message is tried. Later than this it is no news.
const TRIED_FOR: Duration = Duration::from_secs(600);
/// Pause after the first attempt that failed, which doubles, and the longest one.
const FIRST_PAUSE: Duration = Duration::from_millis(500);
const LONGEST_PAUSE: Duration = Duration::from_secs(60);

/// A message that Discord does not have yet, as far as we know.
#[derive(Debug)]
pub(super) struct Sending {
    /// The alert in whose name it is sent.
    pub(super) alert: Alert,
    visits: Vec<ServerVisits>,
    at: UnixSeconds,
    /// The message as it was first sent.
    payload: Option<Payload>,
    tried_at: Option<UnixSeconds>,
    nonce: u64,
    attempts: u32,
    pub(super) retry_at: Option<Instant>,
    pub(super) is_under_way: bool,
}

impl Sending {
    pub(super) fn new(alert: Alert, visits: Vec<ServerVisits>, at: UnixSeconds) -> Self {
        Self {
            alert,
            visits,
            at,
            payload: None,
            tried_at: None,
            nonce: NONCE_MARK | rand::random::<u64>() >> 3,
            attempts: 0,
            retry_at: None,
            is_under_way: false,
        }
    }

    /// Returns an attempt at the message; `None` if there is nothing to say any more. Whoever hides by now is left out;
    /// once Discord may have the message, that ends it, because another message would double it.
    pub(super) fn attempt(
        &mut self,
        tools: &Tools,
        now: UnixSeconds,
    ) -> Option<impl Future<Output = Result<u64, RestError>> + Send + use<>> {
        if now.saturating_since(self.at) >= TRIED_FOR {
            return None;
        }
        let guild = self.alert.guild;
        let before = self.visits.clone();
        for visits in &mut self.visits {
            // Nobody is named of a server that was removed.
            let server = tools.database.guild_server(guild, visits.id);
            visits.keep(|player| {
                server.is_some_and(|server| tools.database.may_be_named(server, player))
            });
        }
        self.visits.retain(|visits| !visits.is_empty());
        if self.visits.is_empty() || (self.payload.is_some() && self.visits != before) {
            return None;
        }
        let doubtful = is_doubtful(self.tried_at, false, now);
        let payload = self
            .payload
            .get_or_insert_with(|| posted(&self.alert.locale, &self.visits, self.at));
        self.tried_at.get_or_insert(now);
        self.attempts += 1;
        self.is_under_way = true;
        let (tools, channel) = (tools.clone(), self.alert.channel);
        let (payload, nonce) = (payload.clone(), self.nonce);
        Some(async move { post_once(&tools, channel, &payload, nonce, doubtful).await })
    }

    /// Takes note that Discord did not take the message for a reason that is likely to pass.
    pub(super) fn failed(&mut self, error: &RestError) {
        let pause = FIRST_PAUSE * 2_u32.pow(self.attempts.clamp(1, 10) - 1);
        let pause = pause.min(LONGEST_PAUSE);
        let pause = pause.max(error.retry_after().unwrap_or_default());
        self.retry_at = Some(Instant::now() + pause);
        self.is_under_way = false;
    }
}
