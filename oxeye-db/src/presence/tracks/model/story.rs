//! Stories: what happens to two users in three guilds on two shards, and when.

use oxeye_plugin_proto::UnixSeconds;
use proptest::prelude::*;

use crate::ids::{GuildId, UserId};
use crate::presence::kinds::PresenceKind;
use crate::presence::observation::{AwayGuilds, MemberActivity, Observation, Shard, Voice};
use crate::presence::seen::tests::{game, spotify};

/// The first and the last belong to one shard, the other to another.
pub(super) const GUILDS: [GuildId; 3] = [GuildId(4 << 22), GuildId(5 << 22), GuildId(6 << 22)];
/// Number of shards.
pub(super) const SHARDS: u32 = 2;
const USERS: [UserId; 2] = [UserId(5), UserId(6)];
const BEGIN: i64 = 1_700_000_000;

/// Something that happens.
#[derive(Debug, Clone)]
pub(super) enum Happening {
    Told(Observation),
    Checkpoint,
    Join(GuildId, UserId),
    Leave(GuildId, UserId),
    /// The guild keeps everything from now on.
    Widen(GuildId),
    /// Memory is lost.
    Restart,
}

fn guild() -> impl Strategy<Value = GuildId> {
    prop::sample::select(GUILDS.to_vec())
}

fn shard() -> impl Strategy<Value = Shard> {
    guild().prop_map(|guild| Shard::of(guild, SHARDS))
}

fn user() -> impl Strategy<Value = UserId> {
    prop::sample::select(USERS.to_vec())
}

fn voice() -> impl Strategy<Value = Voice> {
    let flags = (any::<bool>(), any::<bool>(), prop::bool::weighted(0.1));
    (1..3_u64, 1..3_u8, flags).prop_map(|(channel, connection, (share, camera, afk))| Voice {
        channel,
        channel_name: None,
        connection: [connection; 8],
        shares_screen: share,
        has_camera: camera,
        is_afk_channel: afk,
    })
}

/// A time that an activity claims: often within the story, sometimes long before or after it.
fn claim() -> impl Strategy<Value = Option<UnixSeconds>> {
    let claim = prop_oneof![
        6 => -100..6_000_i64,
        1 => -100_000..100_000_i64,
    ];
    prop::option::of(claim.prop_map(|secs| UnixSeconds(BEGIN + secs)))
}

fn activity() -> impl Strategy<Value = MemberActivity> {
    let what = prop_oneof![
        3 => prop::sample::select(vec![game("Factorio"), game("Celeste")]),
        2 => prop::sample::select(vec![spotify("Roygbiv"), spotify("Olson"), spotify("Aquarius")]),
    ];
    (what, any::<bool>(), claim()).prop_map(|(mut activity, is_stream, claim)| {
        if activity.kind == PresenceKind::Spotify {
            activity.starts_at = claim;
        } else {
            activity.created_at = claim;
            if is_stream && activity.name == "Celeste" {
                activity.kind = PresenceKind::Streaming;
            }
        }
        activity
    })
}

fn activities() -> impl Strategy<Value = Vec<MemberActivity>> {
    prop::collection::vec(activity(), 0..4)
}

fn observation() -> impl Strategy<Value = Observation> {
    let all_voices = prop::collection::vec(prop::option::of(voice()), 2);
    let all_activities = prop::collection::vec(prop::option::of(activities()), 2);
    let away = prop_oneof![
        1 => Just(AwayGuilds::All),
        4 => shard().prop_map(AwayGuilds::Lost),
        1 => shard().prop_map(AwayGuilds::New),
        1 => guild().prop_map(AwayGuilds::One),
    ];
    prop_oneof![
        5 => (guild(), user(), activities())
            .prop_map(|(guild, user, activities)| Observation::Activities { guild, user, activities }),
        4 => (guild(), user(), prop::option::of(voice()))
            .prop_map(|(guild, user, voice)| Observation::Voice { guild, user, voice }),
        3 => (guild(), all_voices, prop::option::weighted(0.8, all_activities))
            .prop_map(|(guild, voices, activities)| {
                let named = USERS.into_iter().zip(voices);
                let voices = named.filter_map(|(user, voice)| Some((user, voice?))).collect();
                let activities = activities.map(|all| {
                    let named = USERS.into_iter().zip(all);
                    named.filter_map(|(user, list)| Some((user, list?))).collect()
                });
                Observation::Guild { guild, voices, activities }
            }),
        2 => (guild(), user()).prop_map(|(guild, user)| Observation::Left { guild, user }),
        1 => (guild(), user()).prop_map(|(guild, user)| Observation::OutOfVoice { guild, user }),
        3 => away.prop_map(|guilds| Observation::Away { guilds }),
        3 => shard().prop_map(Observation::Resumed),
    ]
}

fn happening() -> impl Strategy<Value = Happening> {
    prop_oneof![
        14 => observation().prop_map(Happening::Told),
        5 => Just(Happening::Checkpoint),
        2 => (guild(), user()).prop_map(|(guild, user)| Happening::Join(guild, user)),
        1 => (guild(), user()).prop_map(|(guild, user)| Happening::Leave(guild, user)),
        1 => guild().prop_map(Happening::Widen),
        1 => Just(Happening::Restart),
    ]
}

/// What happens, each after a pause in seconds. Most of the time at least one member has joined.
pub(super) fn story() -> impl Strategy<Value = Vec<(u16, Happening)>> {
    let pause = prop_oneof![
        3 => Just(0_u16),
        6 => 0..15_u16,
        6 => 0..90_u16,
        3 => 0..400_u16,
        1 => 0..1_500_u16,
    ];
    let rest = prop::collection::vec((pause, happening()), 0..40);
    let joins = prop::collection::vec((guild(), user()), 1..4);
    (joins, rest).prop_map(|(joins, rest)| {
        let joins = joins.into_iter();
        let joins = joins.map(|(guild, user)| (0, Happening::Join(guild, user)));
        joins.chain(rest).collect()
    })
}
