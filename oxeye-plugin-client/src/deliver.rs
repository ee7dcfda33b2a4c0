//! Everything that waits in a spool is sent.

use oxeye_plugin_proto::{
    Epoch, Event, EventsRequest, EventsResponse, MissingSkin, UnixSeconds,
    limits::MAX_EVENTS_PER_BATCH,
};
use reqwest::StatusCode;

use crate::{ClientError, LinkedClient, SpoolError, linked::took_sync, spool::Spool};

/// What became of the events that waited.
#[derive(Debug, Default)]
#[must_use = "it may ask for a sync, and tells what was refused"]
pub struct Delivery {
    /// How many events the backend has taken.
    pub delivered: u64,
    /// Something was lost or the backend does not know who is online, and no sync came after that:
    /// send a full one.
    pub resync: bool,
    /// Events that the backend does not take, however often they are sent. They wait no longer.
    pub refused: Vec<NotTaken>,
    /// Skins the backend would like to have.
    pub missing: Vec<MissingSkin>,
    /// The backend's clock in its last answer.
    pub server_time: Option<UnixSeconds>,
    /// Why events still wait; `None` when none do.
    pub stopped_by: Option<DeliveryError>,
}

/// An event that was not taken, or a sync of which some players were left out.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct NotTaken {
    /// What the plugin reported.
    pub event: Event,
    /// What the backend said about it, on one line of bounded length.
    pub why: String,
}

/// Why a delivery ended before everything was sent.
#[derive(Debug, thiserror::Error)]
pub enum DeliveryError {
    /// The backend cannot be reached or does not take the batch now.
    #[error(transparent)]
    Client(#[from] ClientError),
    /// The spool's file cannot be used.
    #[error(transparent)]
    Spool(#[from] SpoolError),
    /// The backend answered, but has taken none of the events it was sent. Sending them again at
    /// once would go on for ever.
    #[error("the backend took none of the events it was sent; they are kept and sent again later")]
    NothingTaken,
    /// The backend acknowledged more than it was sent, so its answer says nothing.
    #[error(
        "the backend acknowledged events that it was not sent; those that wait are kept and sent again later"
    )]
    FalseAcknowledgement,
}

/// Sends what waits, oldest first, until nothing does. What is not acknowledged goes on waiting, so
/// dropping the future or the process loses nothing.
///
/// An event that the backend refuses alone is reported in [`Delivery::refused`] and waits no longer.
/// When the backend does not go on with the spool's epoch (409), a new one begins with all that
/// waits, once in a delivery. A batch that is too large for this backend (413) is halved; an event
/// that is too large alone is dropped. Any other error ends the delivery, after the retries of the
/// client's [`RetryPolicy`](crate::RetryPolicy).
///
/// The spool's file is used between the requests, which blocks for as long as the disk takes.
pub async fn deliver(client: &LinkedClient, spool: &mut Spool) -> Delivery {
    let mut delivery = Delivery::default();
    let outcome = send_all(client, spool, &mut delivery).await;
    delivery.resync |= spool.missed();
    match outcome {
        Ok(()) => spool.told_of_missed(),
        Err(error) => delivery.stopped_by = Some(error),
    }
    delivery
}

async fn send_all(
    client: &LinkedClient,
    spool: &mut Spool,
    delivery: &mut Delivery,
) -> Result<(), DeliveryError> {
    let mut most = MAX_EVENTS_PER_BATCH;
    let mut is_new_epoch = false;
    while let Some(batch) = spool.next_batch_of(most)? {
        match client.events(&batch).await {
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

/// The epoch that a backend goes on with after it has refused another.
fn epoch_after(newest: Epoch, server_time: UnixSeconds) -> Epoch {
    let number = server_time.0.max(newest.get().saturating_add(1));
    Epoch::try_from(number).unwrap_or(newest)
}

impl Delivery {
    /// Takes an answer at its word only where it can be true.
    fn take(
        &mut self,
        spool: &mut Spool,
        batch: &EventsRequest,
        response: EventsResponse,
    ) -> Result<(), DeliveryError> {
        if response.acked_seq > batch.last_seq() {
            return Err(DeliveryError::FalseAcknowledgement);
        }
        let waited = spool.len();
        spool.acked(response.acked_seq)?;
        let taken = waited - spool.len();
        self.resync = response.resync || (self.resync && !took_sync(batch, &response));
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
            return Err(DeliveryError::NothingTaken);
        }
        Ok(())
    }

    fn refuse(&mut self, event: Option<Event>, why: String) {
        self.refused
            .extend(event.map(|event| NotTaken { event, why }));
    }
}

#[cfg(test)]
mod tests;
