//! Everything that waits in a spool is sent.

mod suspects;

use reqwest::StatusCode;

use self::suspects::Suspects;
use super::{ClientError, LinkedClient, SpoolError, linked::took_sync, spool::Spool};
use crate::{ErrorResponse, Event, EventsRequest, EventsResponse, MissingSkin, UnixSeconds};

/// What became of the events that waited.
#[derive(Debug, Default)]
#[must_use = "it may ask for a sync, and tells what was refused"]
pub struct Delivery {
    /// How many events the backend has taken.
    pub delivered: u64,
    /// Something was lost or the backend does not know who is online, and no sync came after that:
    /// send a full one.
    pub resync: bool,
    /// Events that the backend never takes. They are dropped, so that the others get through.
    pub refused: Vec<RefusedEvent>,
    /// Skins the backend would like to have.
    pub missing: Vec<MissingSkin>,
    /// The backend's clock in its last answer.
    pub server_time: Option<UnixSeconds>,
    /// Why events still wait; `None` when none do.
    pub stopped_by: Option<DeliveryError>,
}

/// An event that was dropped.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct RefusedEvent {
    /// What the plugin wanted to tell.
    pub event: Event,
    /// What the backend said about it.
    pub why: ErrorResponse,
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
    /// The backend answered, but has taken none of the events it was sent. Sending them at once
    /// again would go on for ever.
    #[error("the backend took none of the events it was sent; they are kept and sent again later")]
    NothingTaken,
}

/// Sends what waits, oldest first, until nothing does. What is not acknowledged goes on waiting, so
/// dropping the future or the process loses nothing.
///
/// A batch that is refused for what it says (400, 413 or 422) is halved until the one event at fault
/// is alone; that one is dropped, its number is skipped, and all others are delivered. Any other
/// error, such as 409 for an epoch that goes back, is not about one event and ends the delivery, after the retries of the client's
/// [`RetryPolicy`](super::RetryPolicy).
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
    let mut suspects = Suspects::default();
    while let Some(batch) = spool.next_batch_of(suspects.batch_size())? {
        let sent = batch.events().len();
        match client.events(&batch).await {
            Ok(response) => {
                let waited = spool.len();
                spool.acked(response.acked_seq)?;
                let taken = waited - spool.len();
                delivery.add(&batch, response, taken);
                if taken == 0 {
                    return Err(DeliveryError::NothingTaken);
                }
                suspects.taken(taken);
            }
            Err(ClientError::Refused {
                status, refusal, ..
            }) if is_about_events(status) => {
                if sent == 1 {
                    delivery.refuse(spool.drop_first(), refusal);
                }
                suspects.refused(sent);
            }
            Err(error) => return Err(error.into()),
        }
    }
    Ok(())
}

/// Whether an answer with this status will be the same for the same events, and another for others.
fn is_about_events(status: u16) -> bool {
    [
        StatusCode::BAD_REQUEST,
        StatusCode::PAYLOAD_TOO_LARGE,
        StatusCode::UNPROCESSABLE_ENTITY,
    ]
    .iter()
    .any(|about_events| about_events.as_u16() == status)
}

impl Delivery {
    fn add(&mut self, batch: &EventsRequest, response: EventsResponse, taken: usize) {
        self.delivered += taken as u64;
        self.resync = response.resync || (self.resync && !took_sync(batch, &response));
        self.missing.extend(response.missing);
        self.server_time = Some(response.server_time);
    }

    fn refuse(&mut self, event: Option<Event>, why: ErrorResponse) {
        self.refused
            .extend(event.map(|event| RefusedEvent { event, why }));
    }
}

#[cfg(test)]
mod tests;
