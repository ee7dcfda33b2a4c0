//! What the store remembers of notices, and what they may say.

mod by_account;

use super::*;
use crate::events::JoinEvent;
use crate::testing::{TestStore, join, player};

const NOW: UnixSeconds = UnixSeconds(1_700_000_000);
const GUILD: GuildId = GuildId(7);
const USER: UserId = UserId(5);

fn about(name: &str) -> NewNotice {
    NewNotice {
        guild: GUILD,
        user: USER.0,
        player: player(name),
        channel: None,
        locale: "en".to_owned(),
    }
}

/// A store whose server knows Alex, who is on, and the id of the server.
async fn with_alex() -> (TestStore, ServerId) {
    let store = TestStore::new(NOW);
    let (server, key) = store.link(GUILD, "survival", NOW).await;
    let reporter = store.authenticate(&key, NOW).unwrap().reporter;
    let joined: JoinEvent = join("Alex");
    store
        .sync_players(reporter, crate::events::SyncEvent::default(), NOW)
        .await
        .unwrap();
    store.player_join(reporter, joined, NOW).await.unwrap();
    (store, server)
}

#[tokio::test]
async fn a_member_has_one_notice_for_a_player_whom_the_guild_knows() {
    let (store, _) = with_alex().await;

    let added = store.add_notice(about("ALEX"), NOW).await.unwrap();
    let again = store.add_notice(about("Alex"), NOW).await;
    let unknown = store.add_notice(about("Steve"), NOW).await;
    let elsewhere = NewNotice {
        guild: GuildId(8),
        ..about("Alex")
    };
    let elsewhere = store.add_notice(elsewhere, NOW).await;

    assert_eq!((added.player.clone(), added.user), (player("Alex"), 5));
    assert!(matches!(again, Err(AddNoticeError::Exists(_))));
    assert!(matches!(unknown, Err(AddNoticeError::UnknownPlayer)));
    assert!(matches!(elsewhere, Err(AddNoticeError::UnknownPlayer)));
    let kept = store.notices(Some(GUILD)).await.unwrap();
    assert_eq!(kept, std::slice::from_ref(&added));
    assert_eq!(store.end_notice(UserId(6), added.id).await.unwrap(), None);
    let foreign = store.remove_notice(GuildId(8), added.id).await.unwrap();
    assert_eq!(foreign, None);
    let ended = store.end_notice(USER, added.id).await.unwrap();
    assert_eq!(ended, Some(added));
}

#[tokio::test]
async fn somebody_who_hides_is_unknown_and_on_no_roster() {
    let (store, server) = with_alex().await;
    let alex = WatchedPlayer::Name(player("Alex"));
    let watched = HashSet::from([alex.clone()]);
    let seen = |store: &TestStore| store.watched_roster(server, &watched, NOW).unwrap();
    let on = WatchedRoster::Known(vec![(alex, NOW)]);
    assert_eq!(seen(&store), on);
    let linked = store.link_member(GUILD, 9, player("Alex"), None, NOW);
    linked.await.unwrap();

    store.hide_member(GUILD, 9, NOW).await.unwrap();

    let refused = store.add_notice(about("Alex"), NOW).await;
    assert!(matches!(refused, Err(AddNoticeError::UnknownPlayer)));
    assert_eq!(seen(&store), WatchedRoster::Known(vec![]));
}

#[tokio::test]
async fn a_member_is_told_once_in_half_an_hour_also_over_a_restart() {
    let (store, server) = with_alex().await;
    let id = store.add_notice(about("Alex"), NOW).await.unwrap().id;
    let later = |seconds| UnixSeconds(NOW.0 + seconds);

    let begun = store.begin_notice(id, server, NOW).await.unwrap().unwrap();
    let store = store.restarted(later(60)).await;
    let pending = store.notices(None).await.unwrap().remove(0).pending;
    store.settle_notice(id, NoticeOutcome::Told).await.unwrap();
    let again = store.begin_notice(id, server, later(1_799)).await.unwrap();
    let next = store.begin_notice(id, server, later(1_800)).await.unwrap();
    let refused = NoticeOutcome::Refused(later(1_801));
    store.settle_notice(id, refused).await.unwrap();

    assert_eq!((begun.sent_at, begun.pending), (Some(NOW), Some(server)));
    assert_eq!(pending, Some(server));
    assert_eq!(again, None);
    assert_eq!(next.unwrap().sent_at, Some(later(1_800)));
    let kept = store.notices(None).await.unwrap().remove(0);
    assert_eq!((kept.pending, kept.refused_at), (None, Some(later(1_801))));
    let unknown = store.watched_roster(server, &HashSet::new(), later(60));
    assert_eq!(unknown, Some(WatchedRoster::Unknown));
}

#[tokio::test]
async fn what_was_not_sent_begins_no_pause() {
    let (store, server) = with_alex().await;
    let id = store.add_notice(about("Alex"), NOW).await.unwrap().id;
    store.begin_notice(id, server, NOW).await.unwrap();
    let dropped = store.settle_notice(id, NoticeOutcome::Dropped);
    dropped.await.unwrap();
    let soon = UnixSeconds(NOW.0 + 180);
    let next = store.begin_notice(id, server, soon).await.unwrap();
    assert_eq!(next.unwrap().sent_at, Some(soon));
}

#[tokio::test]
async fn a_notice_is_off_after_three_refusals_until_it_is_added_again() {
    let (store, server) = with_alex().await;
    let id = store.add_notice(about("Alex"), NOW).await.unwrap().id;
    for round in 0..3 {
        let now = UnixSeconds(NOW.0 + 1_800 * round);
        let begun = store.begin_notice(id, server, now).await.unwrap();
        assert!(begun.is_some(), "{round}");
        let refused = NoticeOutcome::Refused(now);
        store.settle_notice(id, refused).await.unwrap();
    }
    let later = UnixSeconds(NOW.0 + 9_000);
    let off = store.begin_notice(id, server, later).await.unwrap();
    let kept = store.notices_of(GUILD, USER).await.unwrap().remove(0);
    let again = store.add_notice(about("Alex"), later).await.unwrap();
    let begun = store.begin_notice(id, server, later).await.unwrap();

    assert_eq!(off, None);
    assert!(kept.is_ended());
    assert!(again.id == id && !again.is_ended());
    assert!(begun.is_some());
}

#[tokio::test]
async fn asking_again_with_a_channel_changes_the_channel() {
    let (store, _) = with_alex().await;
    let first = store.add_notice(about("Alex"), NOW).await.unwrap();
    let with_channel = NewNotice {
        channel: Some(3),
        ..about("Alex")
    };
    let changed = store.add_notice(with_channel.clone(), NOW).await.unwrap();
    let again = store.add_notice(with_channel, NOW).await;
    assert_eq!((changed.id, changed.channel), (first.id, Some(3)));
    assert!(matches!(again, Err(AddNoticeError::Exists(_))));
}

#[tokio::test]
async fn the_limit_of_a_guild_is_named_with_its_own_number() {
    let (store, _) = with_alex().await;
    for user in 100..2_100 {
        let of_user = NewNotice {
            user,
            ..about("Alex")
        };
        store.add_notice(of_user, NOW).await.unwrap();
    }
    let refused = store.add_notice(about("Alex"), NOW).await;
    let limit = NoticeLimit::OfGuild(2_000);
    assert!(matches!(refused, Err(AddNoticeError::TooMany(of)) if of == limit));
}

#[tokio::test]
async fn notices_go_with_the_player_the_member_and_the_guild() {
    let (store, _) = with_alex().await;
    store.add_notice(about("Alex"), NOW).await.unwrap();
    store.forget_player(player("Alex"), NOW).await.unwrap();
    assert_eq!(store.notices(None).await.unwrap(), []);

    let (store, _) = with_alex().await;
    store.add_notice(about("Alex"), NOW).await.unwrap();
    let elsewhere = store.forget_notices_of(Some(GuildId(8)), USER).await;
    assert_eq!(elsewhere.unwrap(), 0);
    store.forget_account(USER).await.unwrap();
    assert_eq!(store.notices(None).await.unwrap(), []);

    let (store, _) = with_alex().await;
    store.add_notice(about("Alex"), NOW).await.unwrap();
    store.guild_removed(GUILD, NOW).await.unwrap();
    assert_eq!(store.notices(None).await.unwrap(), []);
}

#[tokio::test]
async fn a_member_has_at_most_25_notices() {
    let (store, server) = with_alex().await;
    let key = store.link(GUILD, "hub", NOW).await.1;
    let reporter = store.authenticate(&key, NOW).unwrap().reporter;
    for number in 0..26 {
        let joined = join(&format!("p{number}"));
        store.player_join(reporter, joined, NOW).await.unwrap();
        let added = store.add_notice(about(&format!("p{number}")), NOW).await;
        assert_eq!(added.is_ok(), number < 25, "{number}");
    }
    assert!(store.watched_roster(server, &HashSet::new(), NOW).is_some());
}
