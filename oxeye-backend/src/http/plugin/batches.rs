//! `POST /events`: numbered batches of events, such as those that happened while we could not be reached.

use std::sync::Arc;

use axum::extract::State;
use axum::http::StatusCode;
use axum::response::Response;
use oxeye_db::{
    AboutEvent, EpochError, EventBatch, HeartbeatEvent, JoinEvent, LeaveEvent, ServerEvent,
    SyncEvent, TakeEventsError, UnixSeconds,
};
use oxeye_plugin_proto::limits::MAX_EVENTS_BATCH_BYTES;
use oxeye_plugin_proto::{Event, EventsRequest, EventsResponse, RefusedEvent, Seq};

use super::about::server_about;
use crate::http::app::App;
use crate::http::authentication::BulkReporter;
use crate::http::body::JsonWithin;
use crate::http::error::{ApiError, json_response};

/// Accepts a batch, and answers once all new events in it are on disk.
pub(crate) async fn events(
    State(app): State<Arc<App>>,
    bulk: BulkReporter,
    JsonWithin(request): JsonWithin<MAX_EVENTS_BATCH_BYTES, EventsRequest>,
) -> Result<Response, ApiError> {
    let now = app.now();
    let last_seq = request.last_seq();
    let batch = decode(&app, request).await?;
    let taken = app.database.take_events(bulk.reporter, batch, now);
    let answer = taken.await.map_err(|error| refusal(error, now))?;
    let response = EventsResponse {
        acked_seq: acked_seq(answer.acked_seq, last_seq),
        resync: answer.resync,
        server_time: now,
        missing: answer.missing,
        refused: wire_refusals(answer.refused),
    };
    Ok(json_response(StatusCode::OK, &response))
}

/// Returns the number up to which a batch is acknowledged. It always fits, because a plugin sent it as a `Seq`.
pub(super) fn acked_seq(seq: u64, last_seq: Seq) -> Seq {
    wire_seq(seq).unwrap_or(last_seq)
}

/// Returns the refused events of a batch as the plugin reads them.
pub(super) fn wire_refusals(refused: Vec<oxeye_db::RefusedEvent>) -> Vec<RefusedEvent> {
    let wire = |refused: oxeye_db::RefusedEvent| {
        Some(RefusedEvent {
            seq: wire_seq(refused.seq)?,
            error: refused.why,
        })
    };
    refused.into_iter().filter_map(wire).collect()
}

fn wire_seq(seq: u64) -> Option<Seq> {
    Seq::try_from(i64::try_from(seq).ok()?).ok()
}

fn refusal(error: TakeEventsError, now: UnixSeconds) -> ApiError {
    match error {
        TakeEventsError::Epoch(error) => epoch_refusal(error, now),
        TakeEventsError::Event(error) => error.into(),
    }
}

pub(super) fn epoch_refusal(error: EpochError, now: UnixSeconds) -> ApiError {
    ApiError::EpochRefused {
        why: error.to_string(),
        newest: error.newest(),
        now,
    }
}

/// Turns a request into what the store takes. Only icons take so long that they must not hold up a worker.
async fn decode(app: &App, request: EventsRequest) -> Result<EventBatch, ApiError> {
    let has_icon =
        |event: &Event| matches!(event, Event::About { about, .. } if about.icon.is_some());
    if request.events().iter().any(has_icon) {
        app.decode_pictures(move || batch(request)).await
    } else {
        Ok(batch(request))
    }
}

fn batch(request: EventsRequest) -> EventBatch {
    EventBatch {
        epoch: request.epoch().get().unsigned_abs(),
        first_seq: request.first_seq().get().unsigned_abs(),
        events: request
            .into_entries()
            .map(|entry| match entry {
                Ok(event) => server_event(event),
                Err(wrong) => ServerEvent::Invalid(wrong.error),
            })
            .collect(),
    }
}

fn server_event(event: Event) -> ServerEvent {
    match event {
        Event::Join {
            player,
            texture_hash,
            uuid,
            at,
        } => ServerEvent::Join(JoinEvent {
            player,
            texture_hash,
            uuid,
            at: Some(at),
        }),
        Event::Leave { player, at } => ServerEvent::Leave(LeaveEvent {
            player,
            at: Some(at),
        }),
        Event::Sync {
            players,
            heartbeat_secs,
            reason,
            at,
        } => ServerEvent::Sync(SyncEvent {
            roster: players.valid,
            heartbeat: heartbeat_secs.map(|every| every.duration()),
            is_startup: reason == Some(oxeye_plugin_proto::SyncReason::Startup),
            at: Some(at),
        }),
        Event::Heartbeat {
            players,
            heartbeat_secs,
            server,
            since,
            at,
        } => ServerEvent::Heartbeat(HeartbeatEvent {
            players: players.and_then(|players| usize::try_from(players).ok()),
            heartbeat: heartbeat_secs.map(|every| every.duration()),
            server,
            since,
            at: Some(at),
        }),
        Event::About { about, at } => match server_about(*about) {
            Ok(about) => ServerEvent::About(AboutEvent {
                about,
                at: Some(at),
            }),
            Err(why) => ServerEvent::Invalid(why),
        },
    }
}
