//! What `/api` answers about members who joined: our own routes, and those of an original design.

mod doing;
mod figures;
mod sessions;

use oxeye_db::{MemberActivity, Observation, PresenceKind, PresenceKinds, Track, UserId, Voice};
use serde_json::json;

use super::*;

const GUILD: GuildId = GuildId(7);
const ALEX: UserId = UserId(501);
const BEA: UserId = UserId(502);

fn game(name: &str) -> MemberActivity {
    MemberActivity {
        kind: PresenceKind::Game,
        name: name.to_owned(),
        application: None,
        created_at: None,
        starts_at: None,
        details: Some("Wave 7".to_owned()),
        state: None,
        track: None,
        url: None,
    }
}

fn track() -> MemberActivity {
    MemberActivity {
        kind: PresenceKind::Spotify,
        track: Some(Track {
            id: Some("4uLU6h".to_owned()),
            title: "Fast, \"loud\"".to_owned(),
            artists: vec!["Ann".to_owned(), "Bo".to_owned()],
            album: None,
        }),
        ..game("Spotify")
    }
}

fn lounge() -> Voice {
    Voice {
        channel: 70,
        channel_name: Some("Lounge".to_owned()),
        connection: [1; 8],
        shares_screen: true,
        has_camera: false,
        is_afk_channel: false,
    }
}

impl Site {
    /// Has a guild keep everything, and these users join.
    async fn has_members(&self, users: &[UserId]) {
        let presence = self.database.presence();
        let set_up = presence.set_up(GUILD, PresenceKinds::all(), UnixSeconds(0));
        set_up.await.unwrap();
        for user in users {
            presence.join(GUILD, *user, UnixSeconds(0)).await.unwrap();
        }
    }

    async fn observes(&self, what: Observation, now: i64) {
        let told = self
            .database
            .presence()
            .observe(vec![what], UnixSeconds(now));
        told.await.unwrap();
    }

    /// Alex is in voice, plays and listens since 100, and Bea played from then to 700.
    async fn is_busy(&self) {
        self.has_members(&[ALEX, BEA]).await;
        let guild = Observation::Guild {
            guild: GUILD,
            voices: vec![(ALEX, lounge())],
            activities: Some(vec![
                (ALEX, vec![game("=Factorio"), track()]),
                (BEA, vec![game("=Factorio")]),
            ]),
        };
        self.observes(guild, 100).await;
        for now in (160..=1000).step_by(60) {
            if now == 700 {
                let nothing = Observation::Activities {
                    guild: GUILD,
                    user: BEA,
                    activities: vec![],
                };
                self.observes(nothing, now).await;
            }
            let checkpoint = self.database.presence().checkpoint(UnixSeconds(now));
            checkpoint.await.unwrap();
        }
    }
}

#[tokio::test]
async fn a_guild_has_routes_of_our_own() {
    let site = site();
    let before = site.operator("/api/presence").await.json();
    site.is_busy().await;

    let kept = site.operator("/api/guilds/7/presence").await.json();
    let voice = site.operator("/api/guilds/7/presence/voice").await.json();
    let top = site.operator("/api/guilds/7/presence/top?range=all").await;
    let artists = site
        .operator("/api/guilds/7/presence/top?kind=spotify&range=all")
        .await
        .json();
    let alex = site.operator("/api/guilds/7/presence/users/501?range=all");
    let alex = alex.await.json();

    assert_eq!(before, json!([]));
    assert_eq!(
        kept,
        json!({"guild_id": "7", "kinds": ["voice", "screen_share", "camera", "game", "streaming",
            "spotify"], "member_count": 2, "in_voice_count": 1, "day_count": 30})
    );
    assert_eq!(site.operator("/api/presence").await.json(), json!([kept]));
    assert_eq!(
        voice["members"],
        json!([{"user_id": "501", "channel_id": "70", "channel": "Lounge", "since_at": 100,
            "shares_screen": true, "has_camera": false}])
    );
    assert_eq!(
        top.json(),
        json!({"guild_id": "7", "range": "all", "time_zone": "UTC", "kind": "game",
            "total_secs": 1500, "member_count": 2, "figures": [{"game": "=Factorio",
                "application_id": null, "total_secs": 1500, "member_count": 2}]})
    );
    let names = artists["figures"].as_array().unwrap().iter();
    let names: Vec<_> = names.map(|figure| figure["artist"].clone()).collect();
    assert_eq!(names, ["Ann", "Bo"]);
    assert_eq!(alex["joined_at"], 0);
    assert_eq!(alex["session_count"], 4);
    assert_eq!(alex["tops"].as_array().unwrap().len(), 4);
    assert_eq!(
        alex["played_together"],
        json!([{"user_id": "502", "total_secs": 600, "games": ["=Factorio"]}])
    );
    let other = site.operator("/api/guilds/8/presence/voice").await.json();
    assert_eq!(other, json!({"guild_id": "8", "members": []}));
}

#[tokio::test]
async fn the_file_of_members_is_copied_once_there_is_one() {
    let site = site();

    let before = site.operator("/api/backup/presence").await;
    site.is_busy().await;
    let copy = site.operator("/api/backup/presence").await;

    assert_eq!(before.status, StatusCode::NO_CONTENT);
    assert_eq!(copy.status, StatusCode::OK);
    assert!(copy.body.starts_with(b"SQLite format 3\0"));
}
