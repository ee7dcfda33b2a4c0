//! `POST /member-code`: codes that members type in the game to prove which player they are. A plugin says in its
//! heartbeats that it passes them on.

use std::sync::Arc;
use std::time::Duration;

use axum::extract::State;
use axum::http::StatusCode;
use oxeye_plugin_proto::{GameServerState, HeartbeatRequest, MemberCodeRequest, UnixSeconds};

use crate::http::app::App;
use crate::http::authentication::LinkedServer;
use crate::http::body::Json;
use crate::http::error::ApiError;

/// How long what a heartbeat says holds at least.
const AT_LEAST: Duration = Duration::from_secs(90);

/// How many promised heartbeats may be missing.
const MISSING: u32 = 3;

/// Takes a code. The answer does not say whether it was right, so that it cannot be guessed here.
pub(crate) async fn member_code(
    State(app): State<Arc<App>>,
    LinkedServer(server): LinkedServer,
    Json(request): Json<MemberCodeRequest>,
) -> Result<StatusCode, ApiError> {
    let MemberCodeRequest { player, uuid, code } = request;
    let taken = app
        .database
        .take_member_code(server, player, uuid, &code, app.now());
    taken.await?;
    Ok(StatusCode::OK)
}

/// Returns until when members can type codes on a server, according to a heartbeat.
pub(super) fn carried_until(heartbeat: &HeartbeatRequest, now: UnixSeconds) -> Option<UnixSeconds> {
    let is_down = heartbeat.server == Some(GameServerState::Down);
    let promised = heartbeat
        .heartbeat_secs
        .map(|every| every.duration().saturating_mul(MISSING));
    let until = now.plus(promised.unwrap_or(AT_LEAST).max(AT_LEAST));
    (heartbeat.member_codes && !is_down).then_some(until)
}

#[cfg(test)]
mod tests {
    use oxeye_plugin_proto::HeartbeatSecs;

    use super::*;

    #[test]
    fn codes_can_be_typed_until_three_heartbeats_are_missing() {
        let carries = HeartbeatRequest {
            heartbeat_secs: HeartbeatSecs::try_from(60).ok(),
            member_codes: true,
            ..HeartbeatRequest::default()
        };
        let until = |heartbeat: &HeartbeatRequest| carried_until(heartbeat, UnixSeconds(100));
        assert_eq!(until(&carries), Some(UnixSeconds(280)));
        assert_eq!(until(&HeartbeatRequest::default()), None);
        let often = HeartbeatRequest {
            heartbeat_secs: HeartbeatSecs::try_from(1).ok(),
            ..carries.clone()
        };
        assert_eq!(until(&often), Some(UnixSeconds(190)));
        let is_down = HeartbeatRequest {
            server: Some(GameServerState::Down),
            ..carries
        };
        assert_eq!(until(&is_down), None);
    }
}
