//! A linked server, with what carries reports to it.

use std::path::PathBuf;
use std::sync::Arc;

use oxeye_plugin_client::{Client, RetryPolicy};
use oxeye_plugin_proto::ActivityEvent;
use oxeye_process::clock::Clock;
use tokio::sync::watch;

use super::links::{Credentials, activity_spool_file, spool_file};
use crate::feed::{Message, Messages, send};
use crate::heartbeat::{Heartbeat, HeartbeatState};
use crate::outbox::{Outbox, OutboxSettings, Outgoing};
use crate::reconcile::Link;
use crate::settings::Settings;

/// A linked server.
#[derive(Debug)]
pub(super) struct Server {
    pub(super) outbox: Arc<Outbox>,
    heartbeat_state: watch::Sender<HeartbeatState>,
    pub(super) is_linked: bool,
}

impl Server {
    /// Opens the server's outbox. The returned heartbeat still has to be started.
    pub(super) fn open(
        settings: &Settings,
        linked: &Credentials,
        clock: Clock,
        messages: &Messages,
    ) -> anyhow::Result<(Self, Heartbeat)> {
        let spool = spool_file(&settings.data_dir, &linked.link);
        let outbox = Arc::new(open_outbox(spool, linked, clock, messages)?);
        let (heartbeat_state, states) = watch::channel(HeartbeatState::unknown());
        let client = Client::with_key(&linked.backend, linked.key.clone());
        let heartbeat = Heartbeat {
            client: client.retrying(RetryPolicy::never()),
            every: settings.heartbeat,
            state: states,
            outbox: Arc::clone(&outbox),
            clock,
        };
        let server = Self {
            outbox,
            heartbeat_state,
            is_linked: true,
        };
        Ok((server, heartbeat))
    }

    /// Gives the heartbeat another state, if it is another one.
    pub(super) fn show(&self, state: HeartbeatState) {
        self.heartbeat_state.send_if_modified(|before| {
            let is_new = *before != state;
            *before = state;
            is_new
        });
    }
}

/// Opens the outbox for what players did. It has a thread of its own, so that it delays nothing else.
pub(super) fn open_activity(
    settings: &Settings,
    linked: &Credentials,
    clock: Clock,
    messages: &Messages,
) -> anyhow::Result<Outbox<ActivityEvent>> {
    let spool = activity_spool_file(&settings.data_dir);
    open_outbox(spool, linked, clock, messages)
}

fn open_outbox<E: Outgoing>(
    spool: PathBuf,
    linked: &Credentials,
    clock: Clock,
    messages: &Messages,
) -> anyhow::Result<Outbox<E>> {
    let link = linked.link.clone();
    let name = match &link {
        Link::Main => "this server".to_owned(),
        Link::Behind(server) => server.to_string(),
    };
    let messages = messages.clone();
    let signal = move |signal| {
        send(&messages, Message::Backend(link.clone(), signal));
    };
    let settings = OutboxSettings {
        backend: linked.backend.clone(),
        key: linked.key.clone(),
        name,
        spool,
    };
    Outbox::open(settings, clock, signal)
}
