//! Tests that we read and write the JSON files in `fixtures/` as intended.

mod activity;
mod batch;

use std::fmt::Debug;

use serde::{Serialize, de::DeserializeOwned};
use serde_json::Value;

use crate::{
    AboutRequest, AboutText, ApiKey, ConnectRequest, ConnectResponse, ErrorResponse,
    GameServerState, HeartbeatRequest, HeartbeatResponse, HeartbeatSecs, IconData, JoinRequest,
    LeaveRequest, MemberCodeRequest, MissingSkin, PlayerName, SkinRequest, SkippedPlayer,
    SyncPlayer, SyncReason, SyncRequest, SyncResponse, TextureHash, UnixSeconds,
};

/// Checks that reading the fixture gives the message and writing the message gives the fixture.
#[track_caller]
fn check<T: DeserializeOwned + Serialize + PartialEq + Debug>(fixture: &str, message: &T) {
    assert_eq!(
        &serde_json::from_str::<T>(fixture).expect("the fixture is valid"),
        message
    );
    let written = serde_json::to_value(message).expect("the message can be written");
    assert_eq!(
        written,
        serde_json::from_str::<Value>(fixture).expect("the fixture is JSON")
    );
}

fn name(name: &str) -> PlayerName {
    PlayerName::try_from(name).expect(name)
}

fn texture_hash() -> TextureHash {
    "3b60a1f6d562f52aaebbf1434f1de147933a3affe0e764fa49ea057536623cd3"
        .parse()
        .expect("64 digits")
}

fn jeb() -> SyncPlayer {
    let uuid = "853c80ef-3c37-49fd-aa49-938b674adae6"
        .parse()
        .expect("a UUID");
    SyncPlayer {
        player: name("jeb_"),
        texture_hash: Some(texture_hash()),
        uuid: Some(uuid),
    }
}

fn missing() -> MissingSkin {
    MissingSkin {
        player: name("jeb_"),
        texture_hash: texture_hash(),
    }
}

fn every_15_seconds() -> HeartbeatSecs {
    HeartbeatSecs::try_from(15).expect("a promise")
}

#[test]
fn a_connect_and_its_answer() {
    let code = "oxeye-7k2m9qx4tz".parse().expect("a code");
    check(
        include_str!("../fixtures/connect_request.json"),
        &ConnectRequest { code },
    );

    let api_key: ApiKey = "oxk_ThisKeyOpensNothingItIsOnlyAnExample123456744AErf"
        .parse()
        .expect("a key");
    check(
        include_str!("../fixtures/connect_response.json"),
        &ConnectResponse {
            api_key: ApiKey::clone(&api_key),
            replaces_key: false,
        },
    );
    check(
        include_str!("../fixtures/connect_response_rotated.json"),
        &ConnectResponse {
            api_key,
            replaces_key: true,
        },
    );
}

#[test]
fn a_join() {
    let SyncPlayer {
        player,
        texture_hash,
        uuid,
    } = jeb();
    let join = JoinRequest {
        player,
        texture_hash,
        uuid,
        at: Some(UnixSeconds(1_700_000_000)),
    };

    check(include_str!("../fixtures/join_request.json"), &join);
}

#[test]
fn a_leave() {
    let leave = LeaveRequest {
        player: name(".Bedrock Guy"),
        at: Some(UnixSeconds(1_700_000_060)),
    };

    check(include_str!("../fixtures/leave_request.json"), &leave);
}

#[test]
fn a_sync_of_objects() {
    let players = [jeb(), SyncPlayer::new(name("@everyone"))]
        .into_iter()
        .collect();
    let sync = SyncRequest {
        players,
        heartbeat_secs: Some(every_15_seconds()),
        reason: Some(SyncReason::Startup),
    };

    check(include_str!("../fixtures/sync_request.json"), &sync);
}

#[test]
fn a_sync_of_bare_names_can_be_read() {
    let sync: SyncRequest =
        serde_json::from_str(include_str!("../fixtures/sync_request_names.json"))
            .expect("the older shape");

    let players = ["jeb_", "@everyone"]
        .map(|player| SyncPlayer::new(name(player)))
        .into_iter()
        .collect();
    assert_eq!(
        sync,
        SyncRequest {
            players,
            heartbeat_secs: None,
            reason: None
        }
    );
}

#[test]
fn the_answer_to_a_sync() {
    let missing = vec![missing()];
    let why = "a player name must not start or end with white space".to_owned();
    let skipped = vec![SkippedPlayer {
        player: " Alex".to_owned(),
        why,
    }];

    check(
        include_str!("../fixtures/sync_response.json"),
        &SyncResponse { missing, skipped },
    );
}

#[test]
fn the_answer_to_a_sync_without_problems_looks_like_that_of_the_older_protocol() {
    let written =
        serde_json::to_string(&SyncResponse::default()).expect("the message can be written");

    assert_eq!(written, r#"{"missing":[]}"#);
}

#[test]
fn a_heartbeat_and_its_answer() {
    check(
        include_str!("../fixtures/heartbeat_request.json"),
        &HeartbeatRequest {
            players: Some(2),
            heartbeat_secs: Some(every_15_seconds()),
            server: Some(GameServerState::Up),
            since: Some(UnixSeconds(1_700_000_000)),
            member_codes: true,
        },
    );
    check(
        include_str!("../fixtures/heartbeat_response.json"),
        &HeartbeatResponse { resync: false },
    );
    check("{}", &HeartbeatRequest::default());
}

#[test]
fn a_code_that_a_player_typed() {
    let SyncPlayer { player, uuid, .. } = jeb();
    let code = "7K2M-9QX4".parse().expect("a code");
    check(
        include_str!("../fixtures/member_code_request.json"),
        &MemberCodeRequest { player, uuid, code },
    );
}

#[test]
fn what_a_server_says_about_itself() {
    check(
        include_str!("../fixtures/about_request.json"),
        &AboutRequest {
            version: AboutText::new("1.21.11"),
            software: AboutText::new("Paper"),
            motd: AboutText::new("A Minecraft Server"),
            max_players: Some(20),
            address: AboutText::new("play.example.org"),
            icon: Some(IconData::from_png(b"\x89PNG".to_vec()).expect("an icon")),
        },
    );
    check("{}", &AboutRequest::default());
}

#[test]
fn a_heartbeat_of_the_older_protocol_makes_no_promise() {
    let heartbeat = HeartbeatRequest {
        players: Some(2),
        ..HeartbeatRequest::default()
    };

    check(r#"{"players": 2}"#, &heartbeat);
    let null = serde_json::from_str(r#"{"players": 2, "member_codes": null}"#);
    assert_eq!(null.ok(), Some(heartbeat));
}

#[test]
fn a_skin() {
    let fixture = include_str!("../fixtures/skin_request.json");
    let png = serde_json::from_str::<SkinRequest>(fixture)
        .expect("the fixture is valid")
        .png()
        .expect("base64");
    assert!(png.starts_with(b"\x89PNG\r\n\x1a\n"));

    let texture_url = Some("https://textures.example.org/texture/abc".to_owned());
    check(
        fixture,
        &SkinRequest {
            texture_url,
            ..SkinRequest::new(name("jeb_"), texture_hash(), &png)
        },
    );
}

#[test]
fn an_error() {
    let error = "this server is not linked any more; get a new link code and link it again";
    let details = Some("the API key is unknown".to_owned());

    check(
        include_str!("../fixtures/error_response.json"),
        &ErrorResponse {
            code: Some("not_linked".to_owned()),
            details,
            ..ErrorResponse::new(error)
        },
    );
    // A backend older than the codes.
    check(r#"{"error": "no"}"#, &ErrorResponse::new("no"));
}

#[test]
fn an_unknown_reason_from_a_newer_plugin_is_accepted() {
    let sync: SyncRequest =
        serde_json::from_str(r#"{"players": [], "reason": "full moon"}"#).expect("a sync");

    assert_eq!(sync.reason, Some(SyncReason::Other("full moon".to_owned())));
}
