//! The routes that need an API key.

use std::{
    fmt,
    sync::{Arc, Mutex, MutexGuard, PoisonError},
};

use oxeye_plugin_proto::{
    AboutRequest, ActivityEvent, ActivityResponse, ApiKey, EpochResponse, EventBatch,
    EventsRequest, EventsResponse, HeartbeatRequest, HeartbeatResponse, JoinRequest, LeaveRequest,
    MemberCodeRequest, SkinRequest, SyncRequest, SyncResponse,
};
use reqwest::{Method, StatusCode};
use serde::Serialize;
use uuid::Uuid;

use crate::{
    ClientError, RetryPolicy,
    boot::BootMemory,
    refusal::sanitize,
    retry::RetryPlan,
    spool::{Rules as _, Spooled},
    transport::{Answer, Request, Transport},
};

/// A client for a linked server. Clones are cheap and share the connections and the last known boot
/// id.
///
/// All requests are retried, since repeating them is harmless. Give late events an `at`, so that a
/// retry does not change their time. Send the events of a server one after the other: two concurrent
/// requests may arrive in any order.
#[derive(Clone)]
pub struct LinkedClient {
    transport: Transport,
    api_key: ApiKey,
    boot: Arc<Mutex<BootMemory>>,
}

/// Whether the backend wants a player's skin.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum JoinReply {
    /// The backend has the skin.
    SkinKnown,
    /// The backend wants the skin: send it with [`LinkedClient::skin`].
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

    /// Returns the same client with another retry policy.
    #[must_use]
    pub fn retrying(mut self, policy: RetryPolicy) -> Self {
        self.transport.retry = RetryPlan::new(policy);
        self
    }

    /// Returns the key to store for [`Client::with_key`](crate::Client::with_key).
    #[must_use]
    pub fn api_key(&self) -> &ApiKey {
        &self.api_key
    }

    /// Returns whether the backend needs a full sync: its boot id has changed, or it has asked for a
    /// sync in the answer to a heartbeat or a batch, and it has accepted no [`sync`](Self::sync) or
    /// batch with a sync since. A plugin should always sync when it starts, whatever this returns.
    #[must_use]
    pub fn needs_full_sync(&self) -> bool {
        self.boot().needs_full_sync()
    }

    /// Reports that a player has joined.
    ///
    /// # Errors
    ///
    /// As the variants of [`ClientError`] say, which is true of all routes.
    pub async fn join(&self, request: JoinRequest) -> Result<JoinReply, ClientError> {
        let answer = self.post("/join", request).await?;
        answer.expect_status(&[StatusCode::OK, StatusCode::ACCEPTED])?;
        Ok(if answer.status == StatusCode::ACCEPTED {
            JoinReply::SkinWanted
        } else {
            JoinReply::SkinKnown
        })
    }

    /// Reports that a player has left.
    ///
    /// # Errors
    ///
    /// As [`join`](Self::join).
    pub async fn leave(&self, request: LeaveRequest) -> Result<(), ClientError> {
        self.post("/leave", request)
            .await?
            .expect_status(&[StatusCode::OK])
    }

    /// Reports that exactly these players are online.
    ///
    /// # Errors
    ///
    /// As [`join`](Self::join).
    pub async fn sync(&self, request: SyncRequest) -> Result<SyncResponse, ClientError> {
        let answer = self.post("/sync", request).await?;
        answer.expect_status(&[StatusCode::OK])?;
        self.boot().record_sync(answer.boot_id);
        answer.json()
    }

    /// Reports that the server is still running.
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
            self.boot().request_sync();
        }
        Ok(response)
    }

    /// Reports what the server says about itself. It replaces what was reported before.
    ///
    /// # Errors
    ///
    /// As [`join`](Self::join). [`ClientError::is_unsupported`] says whether the backend is too old to
    /// take it.
    pub async fn about(&self, request: &AboutRequest) -> Result<(), ClientError> {
        self.post("/about", request)
            .await?
            .expect_status(&[StatusCode::OK])
    }

    /// Passes on a code that a player typed in the game, with which a member of the guild proves that they
    /// are this player. The answer does not say whether the code was right.
    ///
    /// # Errors
    ///
    /// As [`join`](Self::join). [`ClientError::is_unsupported`] says whether the backend is too old to
    /// take it.
    pub async fn member_code(&self, request: &MemberCodeRequest) -> Result<(), ClientError> {
        self.post("/member-code", request)
            .await?
            .expect_status(&[StatusCode::OK])
    }

    /// Reports a batch of events, in order. Repeating a batch is harmless: the backend recognises an
    /// event by its number. [`deliver`](crate::deliver) calls this for the events in a
    /// [`Spool`](crate::Spool).
    ///
    /// # Errors
    ///
    /// As [`join`](Self::join), and [`ClientError::EpochRefused`] if the backend does not accept the
    /// batch's epoch.
    pub async fn events(&self, request: &EventsRequest) -> Result<EventsResponse, ClientError> {
        self.send_batch(request).await
    }

    /// Reports what a player did. Each call counts once, however often the request is retried. To report
    /// it exactly once even if the plugin is killed, use a [`Spool`](crate::Spool).
    ///
    /// # Errors
    ///
    /// As [`join`](Self::join). [`ClientError::is_unsupported`] says whether the backend keeps no
    /// activity.
    pub async fn activity(&self, event: &ActivityEvent) -> Result<ActivityResponse, ClientError> {
        let request = Request::new(Method::POST, ActivityEvent::ROUTE)
            .with_body(event)
            .with_idempotency_key(Uuid::new_v4());
        let answer = self.send(request).await?;
        answer.expect_status(&[StatusCode::OK])?;
        answer.json()
    }

    /// Reports a batch of what players did. Repeating a batch is harmless. Its numbers have nothing to do
    /// with those of [`events`](Self::events).
    ///
    /// # Errors
    ///
    /// As [`activity`](Self::activity) and [`events`](Self::events).
    pub async fn activity_batch(
        &self,
        request: &EventBatch<ActivityEvent>,
    ) -> Result<EventsResponse, ClientError> {
        self.send_batch(request).await
    }

    /// Sends a batch to the route of its events.
    pub(crate) async fn send_batch<E: Spooled>(
        &self,
        request: &EventBatch<E>,
    ) -> Result<EventsResponse, ClientError> {
        let answer = self.post(E::ROUTE, request).await?;
        if answer.status == StatusCode::CONFLICT
            && let Ok(refusal) = answer.json::<EpochResponse>()
        {
            return Err(epoch_refused(&refusal));
        }
        answer.expect_status(&[StatusCode::OK])?;
        let mut response: EventsResponse = answer.json()?;
        for refused in &mut response.refused {
            refused.error = sanitize(&refused.error);
        }
        if !E::IS_PRESENCE || !is_plausible(request, &response) {
            return Ok(response);
        }
        if response.resync {
            self.boot().request_sync();
        } else if accepted_sync(request, &response) {
            self.boot().record_sync(answer.boot_id);
        }
        Ok(response)
    }

    /// Sends a skin that the answer to a join or a sync asked for.
    ///
    /// # Errors
    ///
    /// As [`join`](Self::join).
    pub async fn skin(&self, request: SkinRequest) -> Result<(), ClientError> {
        self.post("/skin", request)
            .await?
            .expect_status(&[StatusCode::OK])
    }

    /// Revokes the key.
    ///
    /// # Errors
    ///
    /// As [`join`](Self::join). [`ClientError::NotLinked`] may also mean that an earlier attempt
    /// arrived although its answer was lost.
    pub async fn disconnect(&self) -> Result<(), ClientError> {
        self.send(Request::new(Method::POST, "/disconnect"))
            .await?
            .expect_status(&[StatusCode::OK])
    }

    /// Asks whether the key is still valid.
    ///
    /// # Errors
    ///
    /// As [`join`](Self::join), except that [`ClientError::NotLinked`] becomes `false`. Any web server
    /// may answer with 200, so an answer without a boot id is [`ClientError::NotOxeye`].
    pub async fn status(&self) -> Result<bool, ClientError> {
        let answer = self.send(Request::new(Method::GET, "/status")).await?;
        match answer.expect_status(&[StatusCode::OK]) {
            Ok(()) if answer.boot_id.is_none() => Err(answer.not_oxeye()),
            Ok(()) => Ok(true),
            Err(ClientError::NotLinked) => Ok(false),
            Err(error) => Err(error),
        }
    }

    /// Asks whether the backend can store reports now.
    ///
    /// # Errors
    ///
    /// As [`join`](Self::join): [`ClientError::Refused`] with 503 and the reason if it cannot.
    pub async fn readiness(&self) -> Result<(), ClientError> {
        self.send(Request::new(Method::GET, "/readyz"))
            .await?
            .expect_status(&[StatusCode::OK])
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
            self.boot().record(boot_id);
        }
        Ok(answer)
    }

    /// Locks what we know about the boot id. The lock is never held across an `.await`. Each single
    /// change leaves a valid state, so a poisoned lock can be used.
    fn boot(&self) -> MutexGuard<'_, BootMemory> {
        self.boot.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

fn epoch_refused(refusal: &EpochResponse) -> ClientError {
    ClientError::EpochRefused {
        error: sanitize(&refusal.error),
        newest_epoch: refusal.newest_epoch,
        server_time: refusal.server_time,
    }
}

/// Returns whether an answer acknowledges a part of the batch and nothing beyond it. Any other answer
/// is ignored.
fn is_plausible<E>(batch: &EventBatch<E>, response: &EventsResponse) -> bool {
    (batch.first_seq()..=batch.last_seq()).contains(&response.acked_seq)
}

/// Returns whether the backend has accepted a sync of the batch.
pub(crate) fn accepted_sync<E: Spooled>(batch: &EventBatch<E>, response: &EventsResponse) -> bool {
    batch
        .numbered()
        .take_while(|(seq, _)| *seq <= response.acked_seq)
        .any(|(_, event)| event.is_sync())
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
