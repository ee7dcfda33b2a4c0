//! The routes that need an API key.

use std::{
    fmt,
    sync::{Arc, Mutex, MutexGuard, PoisonError},
};

use oxeye_plugin_proto::{
    ApiKey, EpochResponse, Event, EventsRequest, EventsResponse, HeartbeatRequest,
    HeartbeatResponse, JoinRequest, LeaveRequest, SkinRequest, SyncRequest, SyncResponse,
};
use reqwest::{Method, StatusCode};
use serde::Serialize;

use crate::{
    ClientError, RetryPolicy,
    boot::BootMemory,
    refusal::shown,
    retry::RetryPlan,
    transport::{Answer, Request, Transport},
};

/// A linked server's client. Cheap to clone; clones share connections and what was learnt about the
/// backend's boot id.
///
/// All requests are retried, since each does the same twice as once; give late events an `at`, so
/// that a retry does not move them. Send a server's events one after the other: two at once may
/// arrive in any order.
#[derive(Clone)]
pub struct LinkedClient {
    transport: Transport,
    api_key: ApiKey,
    boot: Arc<Mutex<BootMemory>>,
}

/// What the backend thinks of a player's skin.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum JoinReply {
    /// Nothing more is needed.
    SkinKnown,
    /// Send the skin with [`LinkedClient::skin`].
    SkinWanted,
}

impl LinkedClient {
    pub(crate) fn new(transport: Transport, api_key: ApiKey) -> Self {
        Self {
            transport,
            api_key,
            boot: Arc::default(),
        }
    }

    /// The same client with other patience.
    #[must_use]
    pub fn retrying(mut self, policy: RetryPolicy) -> Self {
        self.transport.retry = RetryPlan::new(policy);
        self
    }

    /// The key to keep for [`Client::with_key`](crate::Client::with_key).
    #[must_use]
    pub fn api_key(&self) -> &ApiKey {
        &self.api_key
    }

    /// The backend has forgotten who is online (its boot id changed) or asked for a sync in its
    /// answer to a heartbeat or a batch, and no [`sync`](Self::sync) or batch with a sync has
    /// satisfied it since. A plugin syncs when it starts,
    /// whatever this says.
    #[must_use]
    pub fn needs_full_sync(&self) -> bool {
        self.boot().needs_full_sync()
    }

    /// A player has joined.
    ///
    /// # Errors
    ///
    /// As the variants of [`ClientError`] say; this holds for all routes.
    pub async fn join(&self, request: JoinRequest) -> Result<JoinReply, ClientError> {
        let answer = self.post("/join", request).await?;
        answer.expect_status(&[StatusCode::OK, StatusCode::ACCEPTED])?;
        Ok(if answer.status == StatusCode::ACCEPTED {
            JoinReply::SkinWanted
        } else {
            JoinReply::SkinKnown
        })
    }

    /// A player has left.
    ///
    /// # Errors
    ///
    /// As [`join`](Self::join).
    pub async fn leave(&self, request: LeaveRequest) -> Result<(), ClientError> {
        self.post("/leave", request)
            .await?
            .expect_status(&[StatusCode::OK])
    }

    /// These players are online, and no others.
    ///
    /// # Errors
    ///
    /// As [`join`](Self::join).
    pub async fn sync(&self, request: SyncRequest) -> Result<SyncResponse, ClientError> {
        let answer = self.post("/sync", request).await?;
        answer.expect_status(&[StatusCode::OK])?;
        self.boot().synced(answer.boot_id);
        answer.json()
    }

    /// The server is still there.
    ///
    /// # Errors
    ///
    /// As [`join`](Self::join).
    pub async fn heartbeat(
        &self,
        request: HeartbeatRequest,
    ) -> Result<HeartbeatResponse, ClientError> {
        let answer = self.post("/heartbeat", request).await?;
        answer.expect_status(&[StatusCode::OK])?;
        let response: HeartbeatResponse = answer.json()?;
        if response.resync {
            self.boot().asked_to_sync();
        }
        Ok(response)
    }

    /// What happened, in order. A batch can be sent again and again: the backend knows an event by
    /// its number. [`deliver`](crate::deliver) does this for events that wait in a
    /// [`Spool`](crate::Spool).
    ///
    /// # Errors
    ///
    /// As [`join`](Self::join), and [`ClientError::EpochRefused`] when the backend does not go on
    /// with the batch's epoch.
    pub async fn events(&self, request: &EventsRequest) -> Result<EventsResponse, ClientError> {
        let answer = self.post("/events", request).await?;
        if answer.status == StatusCode::CONFLICT
            && let Ok(refusal) = answer.json::<EpochResponse>()
        {
            return Err(epoch_refused(&refusal));
        }
        answer.expect_status(&[StatusCode::OK])?;
        let mut response: EventsResponse = answer.json()?;
        for refused in &mut response.refused {
            refused.error = shown(&refused.error);
        }
        if !is_plausible(request, &response) {
            return Ok(response);
        }
        if response.resync {
            self.boot().asked_to_sync();
        } else if took_sync(request, &response) {
            self.boot().synced(answer.boot_id);
        }
        Ok(response)
    }

    /// Sends a skin that a join or a sync was asked for.
    ///
    /// # Errors
    ///
    /// As [`join`](Self::join).
    pub async fn skin(&self, request: SkinRequest) -> Result<(), ClientError> {
        self.post("/skin", request)
            .await?
            .expect_status(&[StatusCode::OK])
    }

    /// Gives the key back; afterwards it is worth nothing.
    ///
    /// # Errors
    ///
    /// As [`join`](Self::join). [`ClientError::NotLinked`] also after a retry whose first try did
    /// arrive.
    pub async fn disconnect(&self) -> Result<(), ClientError> {
        self.send(Request::new(Method::POST, "/disconnect"))
            .await?
            .expect_status(&[StatusCode::OK])
    }

    /// Whether the backend still knows the key.
    ///
    /// # Errors
    ///
    /// As [`join`](Self::join), but never [`ClientError::NotLinked`]: that is the answer `false`.
    pub async fn status(&self) -> Result<bool, ClientError> {
        let answer = self.send(Request::new(Method::GET, "/status")).await?;
        match answer.expect_status(&[StatusCode::OK]) {
            Ok(()) => Ok(true),
            Err(ClientError::NotLinked) => Ok(false),
            Err(error) => Err(error),
        }
    }

    async fn post(
        &self,
        path: &'static str,
        message: impl Serialize,
    ) -> Result<Answer, ClientError> {
        self.send(Request::new(Method::POST, path).with_body(&message))
            .await
    }

    async fn send(&self, request: Request<'_>) -> Result<Answer, ClientError> {
        let answer = self
            .transport
            .send(&request.with_key(&self.api_key))
            .await?;
        if let Some(boot_id) = answer.boot_id {
            self.boot().saw(boot_id);
        }
        Ok(answer)
    }

    /// Never held across an `.await`; what it guards is right after every single step, so a panic
    /// spoils nothing.
    fn boot(&self) -> MutexGuard<'_, BootMemory> {
        self.boot.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

fn epoch_refused(refusal: &EpochResponse) -> ClientError {
    ClientError::EpochRefused {
        error: shown(&refusal.error),
        newest_epoch: refusal.newest_epoch,
        server_time: refusal.server_time,
    }
}

/// Whether an answer acknowledges some of the batch and nothing beyond it. Nothing else that another
/// answer says is believed.
fn is_plausible(batch: &EventsRequest, response: &EventsResponse) -> bool {
    (batch.first_seq()..=batch.last_seq()).contains(&response.acked_seq)
}

/// Whether the answer says that a sync of the batch has been taken.
pub(crate) fn took_sync(batch: &EventsRequest, response: &EventsResponse) -> bool {
    batch
        .numbered()
        .take_while(|(seq, _)| *seq <= response.acked_seq)
        .any(|(_, event)| matches!(event, Event::Sync { .. }))
}

impl fmt::Debug for LinkedClient {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("LinkedClient")
            .field("transport", &self.transport)
            .finish_non_exhaustive()
    }
}

#[cfg(test)]
mod tests;
