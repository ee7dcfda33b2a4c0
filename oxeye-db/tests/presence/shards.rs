//! Guilds of several shards, each of which loses its connection and comes back alone.

use oxeye_db::{AwayGuilds, GuildId, MemberActivity, Observation, PresenceKinds, Shard};

use crate::site::{ALEX, BEA, Site, at, game_since, voice};

/// Guilds of two shards.
const NEAR: GuildId = GuildId(4 << 22);
const FAR: GuildId = GuildId(5 << 22);

/// A store in which Alex has joined in both guilds, and Bea in one.
async fn two_shards() -> Site {
    let site = Site::new().await;
    for guild in [NEAR, FAR] {
        let set_up = site.presence().set_up(guild, PresenceKinds::all(), at(0));
        set_up.await.unwrap();
        site.presence().join(guild, ALEX, at(0)).await.unwrap();
    }
    site.presence().join(FAR, BEA, at(0)).await.unwrap();
    site
}

fn shard_of(guild: GuildId) -> Shard {
    Shard::of(guild, 2)
}

fn lost(guild: GuildId) -> Observation {
    let guilds = AwayGuilds::Lost(shard_of(guild));
    Observation::Away { guilds }
}

fn is_new(guild: GuildId) -> Observation {
    let guilds = AwayGuilds::New(shard_of(guild));
    Observation::Away { guilds }
}

fn doing(guild: GuildId, activities: &[MemberActivity]) -> Observation {
    Observation::Activities {
        guild,
        user: ALEX,
        activities: activities.to_vec(),
    }
}

#[test]
fn a_guild_belongs_to_one_shard() {
    assert_ne!(shard_of(NEAR), shard_of(FAR));
    for count in 1..20 {
        let all = (0..count).map(|id| Shard { id, count });
        let of = all.filter(|shard| shard.has(FAR));
        assert_eq!(of.collect::<Vec<_>>(), [Shard::of(FAR, count)]);
    }
    assert_eq!(Shard::of(FAR, 0).id, 0);
}

#[tokio::test]
async fn a_quiet_session_of_one_shard_goes_on_while_another_resumes_or_begins_anew() {
    let site = two_shards().await;
    let in_voice = Observation::Voice {
        guild: FAR,
        user: BEA,
        voice: Some(voice(1)),
    };
    site.observes(in_voice, 0).await;
    site.observes(doing(NEAR, &[]), 0).await;
    site.minutes(60, 60).await;

    site.observes(lost(NEAR), 100).await;
    site.observes(Observation::Resumed(shard_of(NEAR)), 110)
        .await;
    site.observes(lost(NEAR), 120).await;
    site.observes(is_new(NEAR), 130).await;
    site.minutes(180, 1_200).await;

    assert_eq!(site.told(BEA).await, [("voice", 0, 1_200, true, 1_200)]);
}

#[tokio::test]
async fn a_shard_that_resumes_brings_back_its_own_sessions_without_a_gap_and_no_others() {
    let site = two_shards().await;
    for (guild, user) in [(NEAR, ALEX), (FAR, BEA)] {
        let voice = Some(voice(1));
        site.observes(Observation::Voice { guild, user, voice }, 0)
            .await;
    }
    site.minutes(60, 60).await;
    site.observes(lost(NEAR), 100).await;
    site.observes(lost(FAR), 100).await;

    site.observes(Observation::Resumed(shard_of(FAR)), 120)
        .await;
    site.minutes(180, 480).await;

    assert_eq!(site.told(BEA).await, [("voice", 0, 480, true, 480)]);
    assert_eq!(site.told(ALEX).await, [("voice", 0, 220, false, 220)]);
}

#[tokio::test]
async fn a_game_goes_on_while_any_shard_tells_of_it() {
    let site = two_shards().await;
    for guild in [NEAR, FAR] {
        site.observes(doing(guild, &[game_since("Factorio", 0)]), 0)
            .await;
    }
    site.minutes(60, 60).await;

    site.observes(lost(NEAR), 100).await;
    site.observes(is_new(NEAR), 110).await;
    site.minutes(120, 900).await;
    assert_eq!(site.told(ALEX).await, [("game", 0, 900, true, 900)]);

    site.observes(lost(FAR), 930).await;
    site.minutes(960, 1_020).await;
    assert_eq!(site.told(ALEX).await, [("game", 0, 930, true, 930)]);
    site.observes(Observation::Resumed(shard_of(FAR)), 1_040)
        .await;
    site.observes(doing(FAR, &[]), 1_050).await;
    assert_eq!(site.told(ALEX).await, [("game", 0, 1_050, false, 1_050)]);
}
