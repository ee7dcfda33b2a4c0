//! Nothing is kept without consent, and nothing is left after it is taken back.

use std::path::Path;

use oxeye_db::testing::TestStore;
use oxeye_db::{Joined, Observation, PresenceKind, PresenceKinds, UserId};

use crate::site::{ALEX, BEA, GUILD, OTHER, STRANGER, Site, at, game, game_since, track, voice};

/// Whether the bytes of any file in a folder contain a text.
fn contain(folder: &Path, bytes: &[u8]) -> bool {
    std::fs::read_dir(folder).unwrap().any(|file| {
        let content = std::fs::read(file.unwrap().path()).unwrap();
        content.windows(bytes.len()).any(|window| window == bytes)
    })
}

#[tokio::test]
async fn without_a_guild_that_was_set_up_there_is_no_file_and_nobody_can_join() {
    let store = TestStore::new(at(0));
    let presence = store.presence();

    assert_eq!(
        presence.join(GUILD, ALEX, at(0)).await.unwrap(),
        Joined::NotSetUp
    );
    presence
        .set_up(GUILD, PresenceKinds::NONE, at(0))
        .await
        .unwrap();
    let told = Observation::Voice {
        guild: GUILD,
        user: ALEX,
        voice: Some(voice(1)),
    };
    presence.observe(vec![told], at(1)).await.unwrap();
    presence.checkpoint(at(2)).await.unwrap();

    assert!(!oxeye_db::presence::path_beside(store.file()).exists());
    assert!(store.backup_presence().await.unwrap().is_none());
}

#[tokio::test]
async fn nothing_of_somebody_who_did_not_join_reaches_the_disk() {
    let site = Site::with_alex().await;
    let listening = track("Unheard Song", &["Nobody"], 0);

    site.does(STRANGER, &[game("Secret Game"), listening.clone()], 10)
        .await;
    site.is_in(STRANGER, Some(voice(1)), 10).await;
    let voices = [(STRANGER, voice(1))];
    site.shows(
        &voices,
        &[(STRANGER, vec![game("Secret Game"), listening])],
        20,
    )
    .await;
    site.minutes(60, 120).await;

    assert!(!site.presence().keeps(GUILD, STRANGER));
    for secret in [
        &b"Secret Game"[..],
        b"Unheard Song",
        &STRANGER.0.to_be_bytes(),
    ] {
        assert!(!contain(site.store.folder(), secret));
    }
    assert_eq!(site.presence().in_voice(GUILD, &crate::site::nobody()), []);
}

#[tokio::test]
async fn whoever_leaves_leaves_no_byte_behind() {
    let site = Site::new().await;
    site.joins(STRANGER, 0).await;
    site.joins(BEA, 0).await;
    for number in 0..200 {
        let name = format!("Secret Game {number}");
        site.does(STRANGER, &[game(&name)], number * 100).await;
        site.does(BEA, &[game("Factorio")], number * 100).await;
    }
    assert!(contain(site.store.folder(), b"Secret Game"));
    assert!(contain(site.store.folder(), &STRANGER.0.to_be_bytes()));

    let left = site
        .presence()
        .leave(GUILD, STRANGER)
        .await
        .unwrap()
        .unwrap();

    assert_eq!((left.members, left.sessions, left.is_wiped), (1, 200, true));
    assert!(!contain(site.store.folder(), b"Secret Game"));
    assert!(!contain(site.store.folder(), &STRANGER.0.to_be_bytes()));
    assert_eq!(site.sessions(BEA).await.len(), 1);
    assert_eq!(site.presence().leave(GUILD, STRANGER).await.unwrap(), None);
    assert!(!site.presence().keeps(GUILD, STRANGER));
}

#[tokio::test]
async fn leaving_one_of_two_guilds_keeps_what_the_other_one_covers() {
    let site = Site::with_alex().await;
    let presence = site.presence();
    let games: PresenceKinds = [PresenceKind::Game].into_iter().collect();
    presence.set_up(OTHER, games, at(0)).await.unwrap();
    site.is_in(ALEX, Some(voice(1)), 0).await;
    site.does(ALEX, &[game("Celeste")], 0).await;
    site.does(ALEX, &[game("Factorio"), track("Roygbiv", &[], 100)], 100)
        .await;
    presence.join(OTHER, ALEX, at(200)).await.unwrap();
    site.minutes(240, 300).await;

    let left = presence.leave(GUILD, ALEX).await.unwrap().unwrap();

    // Voice, Celeste and the track are deleted, Factorio is cut.
    assert_eq!(left.sessions, 4);
    assert_eq!(site.told(ALEX).await, [("game", 200, 300, true, 100)]);
    let site = site.restarted(310).await;
    assert_eq!(site.told(ALEX).await, [("game", 200, 300, true, 100)]);
}

#[tokio::test]
async fn what_a_guild_no_longer_keeps_is_deleted_and_counts_again_once_the_member_agrees_again() {
    let site = Site::with_alex().await;
    site.does(ALEX, &[game_since("Factorio", 0)], 0).await;
    site.is_in(ALEX, Some(voice(1)), 0).await;

    let presence = site.presence();
    presence
        .set_up(GUILD, PresenceKinds::in_voice(), at(100))
        .await
        .unwrap();
    site.minutes(120, 120).await;
    assert_eq!(site.told(ALEX).await, [("voice", 0, 120, true, 120)]);
    presence
        .set_up(GUILD, PresenceKinds::all(), at(130))
        .await
        .unwrap();
    presence.join(GUILD, ALEX, at(135)).await.unwrap();
    site.does(ALEX, &[game_since("Factorio", 0)], 140).await;

    assert_eq!(site.told(ALEX).await[1], ("game", 135, 140, true, 5));
}

#[tokio::test]
async fn what_a_guild_keeps_in_addition_reaches_the_disk_only_once_the_member_agrees() {
    let store = oxeye_db::testing::TestStore::new(at(0));
    let site = Site { store };
    let presence = site.presence();
    let (voice_only, all) = (PresenceKinds::in_voice(), PresenceKinds::all());
    presence.set_up(GUILD, voice_only, at(0)).await.unwrap();
    site.joins(ALEX, 0).await;
    presence.set_up(GUILD, all, at(10)).await.unwrap();
    site.does(ALEX, &[game("Secret Game")], 20).await;
    let site = site.restarted(30).await;
    site.does(ALEX, &[game_since("Secret Game", 0)], 40).await;
    let presence = site.presence();

    assert!(!contain(site.store.folder(), b"Secret Game"));
    assert_eq!(site.sessions(ALEX).await, []);
    let more = all.without(voice_only);
    assert_eq!(presence.not_agreed(GUILD, ALEX), more);
    let joined = presence.join(GUILD, ALEX, at(50)).await.unwrap();
    assert_eq!(joined, Joined::More(more));
    let site = site.restarted(60).await;
    site.does(ALEX, &[game_since("Secret Game", 0)], 70).await;
    assert_eq!(site.told(ALEX).await, [("game", 50, 70, true, 20)]);
    let again = site.presence().join(GUILD, ALEX, at(80)).await.unwrap();
    assert_eq!(again, Joined::Already);
    assert_eq!(site.presence().joined_at(GUILD, ALEX), Some(at(0)));
}

#[tokio::test]
async fn a_guild_that_keeps_nothing_any_more_has_no_members() {
    let site = Site::with_alex().await;
    site.does(ALEX, &[game("Secret Game")], 0).await;

    let presence = site.presence();
    presence
        .set_up(GUILD, PresenceKinds::NONE, at(10))
        .await
        .unwrap();

    assert!(!presence.keeps(GUILD, ALEX) && presence.kinds_of(GUILD).is_empty());
    assert!(!contain(site.store.folder(), b"Secret Game"));
    assert_eq!(
        presence.join(GUILD, ALEX, at(20)).await.unwrap(),
        Joined::NotSetUp
    );
}

#[tokio::test]
async fn a_member_who_joins_and_leaves_again_and_again_is_in_the_end_what_they_did_last() {
    let site = Site::new().await;
    for round in 0..20 {
        let joined = site.presence().join(GUILD, ALEX, at(round)).await.unwrap();
        assert_eq!(joined, Joined::New);
        site.does(ALEX, &[game("Factorio")], round).await;
        site.presence().leave(GUILD, ALEX).await.unwrap().unwrap();
        site.does(ALEX, &[game("Factorio")], round).await;
    }

    let site = site.restarted(30).await;
    assert!(!site.presence().keeps(GUILD, ALEX));
    assert_eq!(site.sessions(ALEX).await, []);
    site.joins(ALEX, 40).await;
    assert_eq!(
        site.presence().join(GUILD, ALEX, at(50)).await.unwrap(),
        Joined::Already
    );
}

#[tokio::test]
async fn a_guild_that_removed_the_bot_30_days_ago_has_no_members_any_more() {
    const DAY: i64 = 86_400;
    let site = Site::with_alex().await;
    site.does(ALEX, &[game("Secret Game")], 0).await;
    site.store.guild_removed(GUILD, at(100)).await.unwrap();

    site.store
        .delete_removed_guilds(at(29 * DAY))
        .await
        .unwrap();
    assert!(site.presence().keeps(GUILD, ALEX));
    site.store
        .delete_removed_guilds(at(31 * DAY))
        .await
        .unwrap();

    assert!(!site.presence().keeps(GUILD, ALEX));
    assert!(!contain(site.store.folder(), b"Secret Game"));
}

#[tokio::test]
async fn a_user_who_is_forgotten_has_left_all_guilds() {
    let site = Site::with_alex().await;
    let presence = site.presence();
    presence
        .set_up(OTHER, PresenceKinds::all(), at(0))
        .await
        .unwrap();
    presence.join(OTHER, ALEX, at(0)).await.unwrap();
    site.does(ALEX, &[game("Secret Game")], 0).await;

    let forgotten = presence.forget(ALEX).await.unwrap().unwrap();

    assert_eq!((forgotten.members, forgotten.sessions), (2, 1));
    assert_eq!(presence.guilds_of(ALEX), []);
    assert!(!contain(site.store.folder(), b"Secret Game"));
    assert_eq!(presence.forget(UserId(1)).await.unwrap(), None);
}
