//! The presences that serenity was tried with. It refuses most of them whole.

use oxeye_db::UnixSeconds;
use serde_json::{Value, json};

use super::*;

const CREATED: UnixSeconds = UnixSeconds(1_700_000_000);

/// A game with one field changed, or without it.
fn game(field: &str, value: Value) -> Value {
    let mut activity = json!({"name": "X", "type": 0, "created_at": 1_700_000_000_000_u64});
    match value {
        Value::Null if field == "created_at" || field == "name" => {
            activity.as_object_mut().unwrap().remove(field);
        }
        value => activity[field] = value,
    }
    activity
}

fn presence(activities: Value) -> Value {
    let mut presence = json!({"user": {"id": "5"}, "guild_id": "1", "status": "online",
                              "client_status": {"desktop": "online"}});
    presence["activities"] = activities;
    presence
}

fn of(activity: Value) -> Activities {
    activities(&presence(Value::Array(vec![activity])))
}

/// Expects the game X, with what is beside its name.
#[track_caller]
fn check_game(activity: Value, created_at: Option<UnixSeconds>) {
    let found = of(activity);
    let [game] = &found.kept[..] else {
        panic!("{found:?}")
    };
    assert_eq!(
        (game.kind, &*game.name, game.created_at, found.skipped),
        (PresenceKind::Game, "X", created_at, 0)
    );
    assert_eq!(
        (&game.track, &game.url, game.application),
        (&None, &None, None)
    );
}

#[track_caller]
fn check_skipped(activity: Value) {
    let (kept, skipped) = (Vec::new(), 1);
    assert_eq!(of(activity), Activities { kept, skipped });
}

fn spotify_track() -> Value {
    json!({
        "id": "spotify:1", "type": 2, "name": "Spotify", "flags": 48,
        "details": "Song", "state": "Alex; Steve and Co; ", "session_id": "s",
        "sync_id": "5kqIPrATaCc2LqxVWzQGbk", "created_at": 1_700_000_000_000_u64,
        "party": {"id": "spotify:5"}, "timestamps": {"start": 1_517_831_446_419_u64, "end": 1_517_831_683_719_u64},
        "assets": {"large_text": "Album", "large_image": "spotify:ab67616d"},
    })
}

#[test]
fn a_spotify_track_is_read_with_its_artists_and_its_id() {
    let found = of(spotify_track());
    let [listening] = &found.kept[..] else {
        panic!("{found:?}")
    };
    assert_eq!(listening.kind, PresenceKind::Spotify);
    assert_eq!(listening.starts_at, Some(UnixSeconds(1_517_831_446)));
    let track = Track {
        id: Some("5kqIPrATaCc2LqxVWzQGbk".to_owned()),
        title: "Song".to_owned(),
        artists: vec!["Alex".to_owned(), "Steve and Co".to_owned()],
        album: Some("Album".to_owned()),
    };
    assert_eq!(listening.track, Some(track));
}

#[test]
fn listening_elsewhere_and_spotify_without_a_title_are_no_tracks() {
    let imitation = json!({"type": 2, "name": "Spotify", "details": "Song", "state": "Me"});
    assert_eq!(of(imitation), Activities::default());
    let mut untitled = spotify_track();
    untitled["details"] = json!(null);
    check_skipped(untitled);
}

#[test]
fn a_game_whose_created_at_is_odd_is_still_a_game() {
    check_game(game("created_at", Value::Null), None);
    check_game(game("created_at", json!("1700000000000")), Some(CREATED));
    check_game(
        game("created_at", json!(1_700_000_000_000.5)),
        Some(CREATED),
    );
    check_game(game("created_at", json!(-1)), None);
    check_game(game("created_at", json!([])), None);
}

#[test]
fn a_game_without_a_name_is_skipped_and_counted() {
    check_skipped(game("name", Value::Null));
    let mut null = game("details", json!("x"));
    null["name"] = Value::Null;
    check_skipped(null);
    check_skipped(game("name", json!("  ")));
    check_skipped(game("name", json!(5)));
}

#[test]
fn odd_fields_beside_the_name_cost_nothing_but_themselves() {
    for (field, value) in [
        ("url", json!("")),
        ("url", json!("twitch")),
        ("party", json!({"size": [1]})),
        ("party", json!({"size": [1, -1]})),
        ("party", json!({"size": [1, 5_000_000_000_u64]})),
        ("party", json!({"id": 5})),
        ("timestamps", json!({"start": -1})),
        ("timestamps", json!({"start": "x"})),
        ("application_id", json!("")),
        ("application_id", json!("0")),
        ("flags", json!(1_u64 << 40)),
        ("buttons", json!(["Join", "Watch"])),
        (
            "buttons",
            json!([{"label": "Join", "url": "https://example.org"}]),
        ),
        ("emoji", json!({"name": null})),
    ] {
        check_game(game(field, value), Some(CREATED));
    }
    let found = of(game("timestamps", json!({"start": "1000"})));
    assert_eq!(found.kept[0].starts_at, Some(UnixSeconds(1)));
}

#[test]
fn types_that_nobody_knows_are_skipped_and_counted() {
    for odd in [json!(7), json!(300), json!(-1), json!("0"), json!(null)] {
        check_skipped(game("type", odd));
    }
    check_skipped(json!("a game"));
    check_skipped(json!(null));
    for ignored in [3, 4, 6] {
        assert_eq!(of(game("type", json!(ignored))), Activities::default());
    }
    let competing = of(game("type", json!(5)));
    assert_eq!(competing.kept[0].kind, PresenceKind::Game);
}

#[test]
fn a_stream_has_the_address_of_a_web_page_or_none() {
    let stream = |url: Value| {
        let mut stream = game("type", json!(1));
        stream["url"] = url;
        of(stream).kept.remove(0)
    };
    let twitch = stream(json!("https://twitch.tv/alex"));
    assert_eq!(twitch.kind, PresenceKind::Streaming);
    assert_eq!(twitch.url.as_deref(), Some("https://twitch.tv/alex"));
    assert_eq!(stream(json!("")).url, None);
    assert_eq!(stream(json!("twitch")).url, None);
}

#[test]
fn the_rest_of_a_presence_never_costs_its_activities() {
    for (field, value) in [
        ("status", json!("invisible")),
        ("status", json!("streaming")),
        ("client_status", json!({"vr": "online"})),
        ("client_status", json!({"desktop": "unknown"})),
        ("user", json!({"id": "5", "username": 5})),
    ] {
        let mut presence = presence(json!([game("type", json!(0))]));
        presence[field] = value;
        assert_eq!(activities(&presence).kept.len(), 1, "{field}");
    }
}

#[test]
fn somebody_without_activities_does_nothing() {
    let mut missing = presence(json!([]));
    missing.as_object_mut().unwrap().remove("activities");
    let mut offline = presence(json!([game("type", json!(0))]));
    offline["status"] = json!("offline");
    for presence in [
        missing,
        presence(json!(null)),
        presence(json!("x")),
        offline,
        json!(5),
    ] {
        assert_eq!(activities(&presence), Activities::default(), "{presence}");
    }
}

#[test]
fn a_hundred_activities_with_long_names_and_fifty_artists_stay_small() {
    let many: Vec<_> = (0..100)
        .map(|_| game("details", json!("x".repeat(10_000))))
        .collect();
    let found = activities(&presence(json!(many)));
    assert_eq!((found.kept.len(), found.skipped), (MOST_ACTIVITIES, 68));
    assert!(
        found
            .kept
            .iter()
            .all(|game| game.details.as_ref().unwrap().len() == 128)
    );

    let mut choir = spotify_track();
    choir["state"] = json!(vec!["A"; 50].join("; "));
    let track = of(choir).kept.remove(0).track.unwrap();
    assert_eq!(track.artists.len(), MOST_ARTISTS);
}
