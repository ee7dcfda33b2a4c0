//! What a linked server reports: join, leave, sync and heartbeat.

use std::sync::Arc;

use axum::extract::State;
use axum::http::StatusCode;
use axum::response::Response;
use oxeye_db::{HeartbeatEvent, JoinEvent, LeaveEvent, SkinAnswer, SyncAnswer, SyncEvent};
use oxeye_plugin_proto::{
    HeartbeatRequest, HeartbeatResponse, JoinRequest, LeaveRequest, SyncReason, SyncRequest,
    SyncResponse,
};

use super::member_codes;
use crate::http::app::App;
use crate::http::authentication::{BulkReporter, LinkedServer};
use crate::http::body::{Json, OptionalJson};
use crate::http::error::{ApiError, json_response};

/// `POST /join`: answers with 202 to ask for the skin.
pub(crate) async fn join(
    State(app): State<Arc<App>>,
    LinkedServer(server): LinkedServer,
    Json(request): Json<JoinRequest>,
) -> Result<StatusCode, ApiError> {
    let event = JoinEvent {
        player: request.player,
        texture_hash: request.texture_hash,
        uuid: request.uuid,
        at: request.at,
    };
    match app.database.player_join(server, event, app.now()).await? {
        SkinAnswer::Known => Ok(StatusCode::OK),
        SkinAnswer::Wanted => Ok(StatusCode::ACCEPTED),
    }
}

/// `POST /leave`: answers with 200 even if the player was not online.
pub(crate) async fn leave(
    State(app): State<Arc<App>>,
    LinkedServer(server): LinkedServer,
    Json(request): Json<LeaveRequest>,
) -> Result<StatusCode, ApiError> {
    let event = LeaveEvent {
        player: request.player,
        at: request.at,
    };
    app.database.player_leave(server, event, app.now()).await?;
    Ok(StatusCode::OK)
}

/// `POST /sync`: takes the whole roster. Names that cannot be used are reported back.
pub(crate) async fn sync(
    State(app): State<Arc<App>>,
    bulk: BulkReporter,
    Json(request): Json<SyncRequest>,
) -> Result<Response, ApiError> {
    let mut skipped = request.players.skipped;
    let event = SyncEvent {
        roster: request.players.valid,
        heartbeat: request.heartbeat_secs.map(|every| every.duration()),
        is_startup: request.reason == Some(SyncReason::Startup),
        at: None,
    };
    let synced = app.database.sync_players(bulk.reporter, event, app.now());
    let SyncAnswer {
        missing,
        skipped: left_out,
    } = synced.await?;
    skipped.extend(left_out);
    Ok(json_response(
        StatusCode::OK,
        &SyncResponse { missing, skipped },
    ))
}

/// `POST /heartbeat`: says that nothing has changed. The body is optional.
pub(crate) async fn heartbeat(
    State(app): State<Arc<App>>,
    LinkedServer(server): LinkedServer,
    OptionalJson(request): OptionalJson<HeartbeatRequest>,
) -> Result<Response, ApiError> {
    let request = request.unwrap_or_default();
    let carries_until = member_codes::carried_until(&request, app.now());
    app.database.note_member_codes(server, carries_until);
    let event = HeartbeatEvent {
        players: request
            .players
            .and_then(|players| usize::try_from(players).ok()),
        heartbeat: request.heartbeat_secs.map(|every| every.duration()),
        server: request.server,
        since: request.since,
        at: None,
    };
    let resync = app.database.heartbeat(server, event, app.now()).await?;
    Ok(json_response(StatusCode::OK, &HeartbeatResponse { resync }))
}
