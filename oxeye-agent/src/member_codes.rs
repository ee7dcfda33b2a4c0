//! Passes on the codes that members type in the game to prove which player they are.
//!
//! A code that is late is worth nothing, so it does not wait on disk, where it would also outlive its use.

use oxeye_plugin_client::LinkedClient;
use oxeye_plugin_proto::limits::MEMBER_CODE_LIFETIME;
use oxeye_plugin_proto::{MemberCodeRequest, UnixSeconds};
use oxeye_process::clock::Clock;
use tokio::sync::mpsc;

/// Codes that wait at most while one is sent. More of them come from people who guess.
const MOST_WAITING: usize = 16;

/// A code that a player typed.
#[derive(Debug)]
pub(crate) struct TypedCode {
    pub(crate) request: MemberCodeRequest,
    /// When it was typed.
    pub(crate) at: UnixSeconds,
}

impl TypedCode {
    /// Whether the code may still count. The agent may read an old part of the log.
    fn may_count(&self, now: UnixSeconds) -> bool {
        now.saturating_since(self.at) < MEMBER_CODE_LIFETIME
    }
}

/// The way to the delivery.
#[derive(Debug)]
pub(crate) struct MemberCodes {
    codes: mpsc::Sender<TypedCode>,
    clock: Clock,
}

/// Sends codes, one after the other.
#[derive(Debug)]
pub(crate) struct MemberCodeDelivery {
    codes: mpsc::Receiver<TypedCode>,
    client: LinkedClient,
    clock: Clock,
}

impl MemberCodes {
    /// Returns the delivery of codes and the way to it.
    pub(crate) fn new(client: LinkedClient, clock: Clock) -> (Self, MemberCodeDelivery) {
        let (sender, codes) = mpsc::channel(MOST_WAITING);
        let delivery = MemberCodeDelivery {
            codes,
            client,
            clock,
        };
        let codes = sender;
        (Self { codes, clock }, delivery)
    }

    /// Passes on a code, unless it is too old or too many wait.
    pub(crate) fn pass_on(&self, typed: TypedCode) {
        if typed.may_count((self.clock)()) && self.codes.try_send(typed).is_err() {
            tracing::debug!("a member's code was left out, because too many of them wait");
        }
    }
}

impl MemberCodeDelivery {
    /// Sends codes until there will be no more. A backend that is older does not take them, and has not
    /// issued any.
    pub(crate) async fn run(mut self) {
        while let Some(typed) = self.codes.recv().await {
            if !typed.may_count((self.clock)()) {
                continue;
            }
            if let Err(error) = self.client.member_code(&typed.request).await {
                tracing::debug!("a member's code was not delivered: {error}");
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use oxeye_plugin_client::Client;
    use oxeye_plugin_proto::{ApiKey, MemberCode, PlayerName};

    use super::*;
    use crate::outbox::backend::{Backend, Behaviour};

    fn typed(player: &str, at: i64) -> TypedCode {
        TypedCode {
            request: MemberCodeRequest {
                player: PlayerName::try_from(player).unwrap(),
                uuid: None,
                code: MemberCode::generate(),
            },
            at: UnixSeconds(at),
        }
    }

    #[tokio::test]
    async fn a_backend_that_is_older_is_asked_once_for_each_code_that_may_count() {
        let mut backend = Backend::start(Behaviour::Unsupported).await;
        let client = Client::with_key(backend.url(), ApiKey::generate());
        let (codes, delivery) = MemberCodes::new(client, || UnixSeconds(600));
        for (player, at) in [("Eve", 0), ("Alex", 1), ("Steve", 600)] {
            codes.pass_on(typed(player, at));
        }
        drop(codes);

        delivery.run().await;

        for player in ["Alex", "Steve"] {
            let request = backend.next_request().await;
            assert_eq!(request.path, "/member-code");
            assert_eq!(request.member_code().player.as_str(), player);
        }
        assert!(backend.received_request().is_none());
    }

    #[tokio::test]
    async fn codes_beyond_those_that_may_wait_are_left_out() {
        let client = Client::with_key("http://127.0.0.1:9", ApiKey::generate());
        let (codes, mut delivery) = MemberCodes::new(client, || UnixSeconds(0));
        for _ in 0..1_000 {
            codes.pass_on(typed("Alex", 0));
        }
        drop(codes);

        let mut waiting = 0;
        while delivery.codes.recv().await.is_some() {
            waiting += 1;
        }
        assert_eq!(waiting, MOST_WAITING);
    }
}
