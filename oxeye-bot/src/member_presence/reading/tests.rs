use std::collections::BTreeSet;

use oxeye_db::{PresenceKind, Shard};
use serde_json::json;

use super::*;

const GUILD: GuildId = GuildId(1);
const ALEX: UserId = UserId(5);

/// Guilds that are set up, and who joined in them.
#[derive(Debug, Default)]
struct Joined {
    guilds: BTreeSet<u64>,
    members: BTreeSet<(u64, u64)>,
}

impl Consent for Joined {
    fn is_set_up(&self, guild: GuildId) -> bool {
        self.guilds.contains(&guild.0)
    }

    fn keeps(&self, guild: GuildId, user: UserId) -> bool {
        self.members.contains(&(guild.0, user.0))
    }
}

/// A bot on whose guild 1 Alex (5) joined, and Steve (6) did not.
struct Bot {
    joined: Joined,
    places: Places,
    links: Links,
    sees_activities: bool,
    skipped: u64,
}

impl Bot {
    fn new() -> Self {
        Self {
            joined: Joined {
                guilds: [1].into(),
                members: [(1, 5)].into(),
            },
            places: Places::default(),
            links: Links::new(1),
            sees_activities: true,
            skipped: 0,
        }
    }

    /// Reads an event as Discord sends it: with serenity, and with us.
    fn reads(&mut self, kind: &str, payload: Value) -> Vec<Observation> {
        let mut event = json!({"t": kind});
        event["d"] = payload;
        let event = serde_json::from_value(event).unwrap();
        let mut reading = Reading {
            consent: &self.joined,
            places: &self.places,
            links: &self.links,
            shard: 0,
            sees_activities: self.sees_activities,
            skipped: 0,
        };
        let read = reading.read(&event);
        self.skipped += reading.skipped;
        read
    }
}

fn presence(user: u64, activities: Value) -> Value {
    let mut presence = json!({"user": {"id": user.to_string()}, "guild_id": "1",
                              "status": "online", "client_status": {"desktop": "online"}});
    presence["activities"] = activities;
    presence
}

fn game(name: &str) -> Value {
    json!({"type": 0, "name": name, "created_at": 1_700_000_000_000_u64})
}

fn voice_state(user: u64, channel: Value) -> Value {
    let mut state = json!({
        "user_id": user.to_string(), "guild_id": "1", "session_id": "s", "deaf": false, "mute": false,
        "self_deaf": false, "self_mute": false, "self_video": false, "suppress": false,
        "request_to_speak_timestamp": null,
    });
    state["channel_id"] = channel;
    state
}

/// A guild with the voice channel 7, in which Alex and Steve are, and which both play.
fn guild(presences: Value) -> Value {
    let mut guild = crate::guilds::testing::created(1);
    guild["channels"] = json!([{"id": "7", "type": 2, "name": "Lounge", "position": 0,
                                "permission_overwrites": [], "bitrate": 64_000}]);
    guild["voice_states"] = json!([voice_state(5, json!("7")), voice_state(6, json!("7"))]);
    guild["presences"] = presences;
    guild
}

/// Expects a guild in which exactly Alex is in voice and plays these games.
#[track_caller]
fn check_guild(read: &[Observation], games: Option<&[&str]>) {
    let [
        Observation::Guild {
            guild,
            voices,
            activities,
        },
    ] = read
    else {
        panic!("{read:?}");
    };
    assert_eq!(*guild, GUILD);
    let voices: Vec<_> = voices
        .iter()
        .map(|(user, voice)| (*user, voice.channel_name.as_deref()))
        .collect();
    assert_eq!(voices, [(ALEX, Some("Lounge"))]);
    let activities = activities.as_ref().map(|all| {
        let [(user, activities)] = &all[..] else {
            panic!("{all:?}");
        };
        assert_eq!(*user, ALEX);
        let names = activities.iter().map(|one| one.name.as_str());
        names.collect::<Vec<_>>()
    });
    assert_eq!(activities.as_deref(), games);
}

#[test]
fn only_members_who_joined_are_observed() {
    let mut bot = Bot::new();
    let read = bot.reads("PRESENCE_UPDATE", presence(5, json!([game("Chess")])));
    let [
        Observation::Activities {
            guild: GUILD,
            user: ALEX,
            activities,
        },
    ] = &read[..]
    else {
        panic!("{read:?}");
    };
    assert_eq!(
        (activities[0].kind, &*activities[0].name),
        (PresenceKind::Game, "Chess")
    );
    assert!(
        bot.reads("PRESENCE_UPDATE", presence(6, json!([game("Chess")])))
            .is_empty()
    );

    let voice = bot.reads("VOICE_STATE_UPDATE", voice_state(5, json!("7")));
    assert!(matches!(
        &voice[..],
        [Observation::Voice {
            user: ALEX,
            voice: Some(_),
            ..
        }]
    ));
    let left = bot.reads("VOICE_STATE_UPDATE", voice_state(5, json!(null)));
    assert!(matches!(
        &left[..],
        [Observation::Voice {
            user: ALEX,
            voice: None,
            ..
        }]
    ));
    assert!(
        bot.reads("VOICE_STATE_UPDATE", voice_state(6, json!("7")))
            .is_empty()
    );
}

#[test]
fn what_serenity_refuses_is_read_all_the_same() {
    let mut bot = Bot::new();
    let nameless = json!({"type": 0, "created_at": 1});

    let read = bot.reads(
        "PRESENCE_UPDATE",
        presence(5, json!([nameless, game("Chess")])),
    );

    let [Observation::Activities { activities, .. }] = &read[..] else {
        panic!("{read:?}");
    };
    assert_eq!((activities.len(), bot.skipped), (1, 1));
    assert!(
        bot.reads("PRESENCE_UPDATE", presence(6, json!([nameless])))
            .is_empty()
    );
    assert_eq!(bot.skipped, 1, "the presences of others are not even read");
    let odd = json!({"user_id": 5, "guild_id": 1, "channel_id": 7});
    let voice = bot.reads("VOICE_STATE_UPDATE", odd);
    assert!(matches!(
        &voice[..],
        [Observation::Voice {
            user: ALEX,
            voice: Some(_),
            ..
        }]
    ));
}

#[test]
fn a_guild_is_read_whether_serenity_understands_it_or_not() {
    let mut bot = Bot::new();
    let usual = guild(json!([
        presence(5, json!([game("Chess")])),
        presence(6, json!([game("Go")]))
    ]));
    check_guild(&bot.reads("GUILD_CREATE", usual.clone()), Some(&["Chess"]));

    let nameless = json!({"type": 0, "created_at": 1});
    let mut odd = usual.clone();
    odd["presences"] = json!([
        presence(5, json!([nameless, game("Chess")])),
        presence(6, json!(null)),
        5
    ]);
    check_guild(&bot.reads("GUILD_CREATE", odd), Some(&["Chess"]));
    assert_eq!(bot.skipped, 2);

    let mut huge = usual.clone();
    huge["member_count"] = json!(75_001);
    check_guild(&bot.reads("GUILD_CREATE", huge), None);
    bot.sees_activities = false;
    check_guild(&bot.reads("GUILD_CREATE", usual), None);
}

#[test]
fn a_guild_that_keeps_nothing_is_only_known_by_its_channels() {
    let mut bot = Bot::new();
    bot.joined.guilds.clear();

    assert!(bot.reads("GUILD_CREATE", guild(json!([]))).is_empty());
    assert!(
        bot.reads("GUILD_DELETE", json!({"id": "1", "unavailable": true}))
            .is_empty()
    );

    let read = bot.reads("VOICE_STATE_UPDATE", voice_state(5, json!("7")));
    let [
        Observation::Voice {
            voice: Some(voice), ..
        },
    ] = &read[..]
    else {
        panic!("{read:?}");
    };
    assert_eq!(voice.channel_name.as_deref(), Some("Lounge"));
}

#[test]
fn outages_and_new_sessions_make_guilds_unheard() {
    let mut bot = Bot::new();
    let away = |guilds| vec![Observation::Away { guilds }];
    for event in [json!({"id": "1", "unavailable": true}), json!({"id": "1"})] {
        let read = bot.reads("GUILD_DELETE", event);
        assert_eq!(read, away(AwayGuilds::One(GUILD)));
    }
    let only = Shard { id: 0, count: 1 };
    assert_eq!(
        bot.reads("RESUMED", json!({})),
        [Observation::Resumed(only)]
    );
    assert_eq!(
        bot.reads("READY", ready(&[1, 2])),
        away(AwayGuilds::New(only))
    );

    bot.links = Links::new(2);
    let first = Shard { id: 0, count: 2 };
    assert_eq!(
        bot.reads("READY", ready(&[1, 2])),
        away(AwayGuilds::New(first))
    );
    assert_eq!(
        bot.reads("RESUMED", json!({})),
        [Observation::Resumed(first)]
    );
}

fn ready(guilds: &[u64]) -> Value {
    let guilds: Vec<_> = guilds
        .iter()
        .map(|id| json!({"id": id.to_string(), "unavailable": true}))
        .collect();
    json!({"v": 10, "session_id": "s", "resume_gateway_url": "wss://localhost",
           "user": {"id": "1", "username": "oxeye", "discriminator": "0000", "verified": true,
                    "mfa_enabled": false, "bot": true},
           "guilds": guilds, "application": {"id": "1", "flags": 0}})
}

#[test]
fn a_presence_or_voice_state_that_does_not_say_of_whom_is_counted_and_costs_no_other() {
    let mut bot = Bot::new();
    let nameless = json!({"guild_id": "1", "activities": "none"});
    let of_no_guild = json!({"user": {"id": "5"}, "activities": 7});

    assert_eq!(bot.reads("PRESENCE_UPDATE", nameless.clone()), []);
    assert_eq!(bot.reads("PRESENCE_UPDATE", of_no_guild), []);
    let voice = json!({"guild_id": "1", "user_id": null, "channel_id": "7"});
    assert_eq!(bot.reads("VOICE_STATE_UPDATE", voice.clone()), []);
    assert_eq!(bot.skipped, 3);

    let guild = json!({"id": "1", "member_count": 3, "name": null,
                       "presences": [nameless, presence(5, json!([game("Chess")])), null],
                       "voice_states": [voice, {"user_id": "5", "channel_id": "7"}]});
    let [
        Observation::Guild {
            voices, activities, ..
        },
    ] = &bot.reads("GUILD_CREATE", guild)[..]
    else {
        panic!("a guild")
    };
    assert_eq!((voices.len(), activities.as_ref().unwrap().len()), (1, 1));
    assert_eq!(bot.skipped, 6);
}
