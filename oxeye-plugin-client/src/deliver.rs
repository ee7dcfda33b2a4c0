//! Sends everything that waits in a spool.

use oxeye_plugin_proto::{
    Epoch, Event, EventBatch, EventsResponse, MissingSkin, UnixSeconds,
    limits::MAX_EVENTS_PER_BATCH,
};
use reqwest::StatusCode;

use crate::{
    ClientError, LinkedClient, SpoolError,
    linked::accepted_sync,
    spool::{Spool, Spooled},
};

/// The outcome of a delivery.
#[derive(Debug)]
#[must_use = "it may ask for a sync, and lists the refused events"]
pub struct Delivery<E = Event> {
    /// Number of events that the backend has accepted.
    pub delivered: u64,
    /// Whether to send a full sync: events were lost, or the backend does not know who is online, and
    /// no sync has followed. A delivery of activity never asks for one.
    pub resync: bool,
    /// Events that the backend will never accept. They have left the spool.
    pub refused: Vec<RejectedEvent<E>>,
    /// Skins that the backend wants.
    pub missing: Vec<MissingSkin>,
    /// The backend's clock in its last answer.
    pub server_time: Option<UnixSeconds>,
    /// Why events still wait, or `None` if none do.
    pub stopped_by: Option<DeliveryError>,
}

/// An event that was not accepted, or a sync of which some players were skipped.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct RejectedEvent<E = Event> {
    /// The event.
    pub event: E,
    /// The backend's reason, on one line of bounded length.
    pub why: String,
}

/// Why a delivery ended before everything was sent.
#[derive(Debug, thiserror::Error)]
pub enum DeliveryError {
    /// The backend cannot be reached, or does not accept the batch now.
    #[error(transparent)]
    Client(#[from] ClientError),
    /// The spool's file cannot be used.
    #[error(transparent)]
    Spool(#[from] SpoolError),
    /// The backend accepted none of the events in a batch. Repeating the batch at once could go on
    /// forever.
    #[error(
        "the backend accepted none of the events it was sent; they are kept and will be sent again later"
    )]
    NothingAccepted,
    /// The backend acknowledged more than it was sent, so its answer cannot be trusted.
    #[error(
        "the backend acknowledged events that it was not sent; the waiting events are kept and will be sent again later"
    )]
    FalseAcknowledgement,
}

/// Sends the events in a spool, oldest first, until it is empty. Events stay in the spool until they
/// are acknowledged, so nothing is lost when the future is dropped or the process ends.
///
/// An event that the backend refuses is reported in [`Delivery::refused`] and leaves the spool. If the
/// backend does not accept the spool's epoch (409), all waiting events move to a new epoch, once per
/// delivery. A batch that is too large for the backend (413) is halved, and a single event that is too
/// large is dropped. Any other error ends the delivery, after the retries of the client's
/// [`RetryPolicy`](crate::RetryPolicy).
///
/// Between requests, this uses the spool's file, which blocks for as long as the disk takes.
pub async fn deliver<E: Spooled>(client: &LinkedClient, spool: &mut Spool<E>) -> Delivery<E> {
    let mut delivery = Delivery::default();
    let outcome = send_all(client, spool, &mut delivery).await;
    delivery.resync |= spool.unseen_loss();
    match outcome {
        Ok(()) => spool.clear_unseen_loss(),
        Err(error) => delivery.stopped_by = Some(error),
    }
    delivery
}

async fn send_all<E: Spooled>(
    client: &LinkedClient,
    spool: &mut Spool<E>,
    delivery: &mut Delivery<E>,
) -> Result<(), DeliveryError> {
    let mut most = MAX_EVENTS_PER_BATCH;
    let mut is_new_epoch = false;
    while let Some(batch) = spool.next_batch(most)? {
        match client.send_batch(&batch).await {
            Ok(response) => delivery.take(spool, &batch, response)?,
            Err(ClientError::EpochRefused {
                newest_epoch,
                server_time,
                ..
            }) if !is_new_epoch => {
                is_new_epoch = true;
                spool.begin_epoch(epoch_after(newest_epoch, server_time))?;
            }
            Err(ClientError::Refused {
                status, refusal, ..
            }) if status == StatusCode::PAYLOAD_TOO_LARGE => {
                if batch.count() == 1 {
                    delivery.refuse(spool.drop_first(), refusal.error);
                }
                most = (batch.count() / 2).max(1);
            }
            Err(error) => return Err(error.into()),
        }
    }
    Ok(())
}

/// Returns an epoch that the backend accepts after it has refused another one.
fn epoch_after(newest: Epoch, server_time: UnixSeconds) -> Epoch {
    let number = server_time.0.max(newest.get().saturating_add(1));
    Epoch::try_from(number).unwrap_or(newest)
}

impl<E> Default for Delivery<E> {
    fn default() -> Self {
        Self {
            delivered: 0,
            resync: false,
            refused: Vec::new(),
            missing: Vec::new(),
            server_time: None,
            stopped_by: None,
        }
    }
}

impl<E: Spooled> Delivery<E> {
    /// Evaluates the answer to a batch. An implausible acknowledgement is an error.
    fn take(
        &mut self,
        spool: &mut Spool<E>,
        batch: &EventBatch<E>,
        response: EventsResponse,
    ) -> Result<(), DeliveryError> {
        if response.acked_seq > batch.last_seq() {
            return Err(DeliveryError::FalseAcknowledgement);
        }
        let waited = spool.len();
        spool.acknowledge(response.acked_seq)?;
        let taken = waited - spool.len();
        self.resync = E::IS_PRESENCE
            && (response.resync || (self.resync && !accepted_sync(batch, &response)));
        self.server_time = Some(response.server_time);
        self.missing.extend(response.missing);
        let refused_before = self.refused.len();
        for (seq, event) in batch.numbered().take(taken) {
            if let Some(refused) = response.refused.iter().find(|refused| refused.seq == seq) {
                self.refuse(Some(event.clone()), refused.error.clone());
            }
        }
        self.delivered += (taken - (self.refused.len() - refused_before)) as u64;
        if taken == 0 {
            return Err(DeliveryError::NothingAccepted);
        }
        Ok(())
    }

    fn refuse(&mut self, event: Option<E>, why: String) {
        self.refused
            .extend(event.map(|event| RejectedEvent { event, why }));
    }
}

#[cfg(test)]
mod tests;
