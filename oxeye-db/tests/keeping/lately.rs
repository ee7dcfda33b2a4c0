//! One person, one history: last seen has each person once, under the newest name, and nobody who is on.

use oxeye_db::testing::{self, TestStore};
use oxeye_db::{FeedEvent, JoinEvent, PageStart, ServerId, UnixSeconds, Uuid};

use super::site::{GUILD, NOW, Site, of_guild, online, player};

const ALEX: Uuid = Uuid::from_u128(0x853c_80ef_3c37_49fd_aa49_938b_674a_dae6);
const OTHER: Uuid = Uuid::from_u128(0x0694_51a5_1f5d_4b5c_9d0b_2f9d_3c0a_77b1);
const OFFLINE: Uuid = Uuid::from_u128(0x3653_2b5e_c442_3dbb_bf04_cc0d_6c0a_4d4a);

/// Reports a join as an account, this many seconds after the start.
async fn joins(store: &TestStore, server: ServerId, name: &str, uuid: Uuid, second: i64) {
    let at = UnixSeconds(NOW.0 + second);
    let join = JoinEvent {
        uuid: Some(uuid),
        ..testing::join(name)
    };
    store.player_join(server, join, at).await.unwrap();
}

/// Reports a stay of an account from one second to another.
async fn stays(store: &TestStore, server: ServerId, name: &str, uuid: Uuid, seconds: (i64, i64)) {
    joins(store, server, name, uuid, seconds.0).await;
    let at = UnixSeconds(NOW.0 + seconds.1);
    let left = store.player_leave(server, testing::leave(name), at);
    left.await.unwrap();
}

/// Returns who was on a server lately, and at which second, as members and operators see it, and on pages of one.
#[track_caller]
fn seen(store: &TestStore, server: ServerId, second: i64) -> Vec<(String, i64)> {
    let (server, now) = (of_guild(store, server), UnixSeconds(NOW.0 + second));
    let of_members = store.status(server, 10, now).unwrap();
    let whole = store.whole_status(server, 10, now).unwrap();
    assert_eq!(of_members.last_seen, whole.last_seen);
    assert_eq!(of_members.last_seen_total, of_members.last_seen.len());
    for (position, one) in of_members.last_seen.iter().enumerate() {
        let start = PageStart {
            position,
            after: None,
        };
        let page = store.last_seen_page(server, start, 1, now).unwrap();
        assert_eq!(page.players.as_slice(), std::slice::from_ref(one));
        assert_eq!(page.total, of_members.last_seen_total);
    }
    let seen = of_members.last_seen.into_iter();
    seen.map(|one| (one.player_name.to_string(), one.last_seen.0 - NOW.0))
        .collect()
}

fn at(name: &str, second: i64) -> (String, i64) {
    (name.to_owned(), second)
}

#[tokio::test]
async fn whoever_is_on_under_a_new_name_was_not_seen_lately_under_the_old_one() {
    let site = Site::new();
    let server = site.linked("survival").await;
    stays(&site.database, server, "Old", ALEX, (0, 10)).await;
    assert_eq!(seen(&site.database, server, 10), [at("Old", 10)]);

    joins(&site.database, server, "New", ALEX, 20).await;

    assert_eq!(online(&site.database, server), ["New"]);
    assert_eq!(seen(&site.database, server, 20), []);
    let site = site.restarted().await;
    assert_eq!(seen(&site.database, server, 20), []);
}

#[tokio::test]
async fn several_names_of_one_account_are_one_player_under_the_newest_name() {
    let site = Site::new();
    let server = site.linked("survival").await;
    for (name, second) in [("A", 0), ("B", 4), ("C", 8), ("D", 12), ("E", 16)] {
        let seconds = (second, second + 2);
        stays(&site.database, server, name, ALEX, seconds).await;
    }
    let last = 18;
    stays(&site.database, server, "Bob", OTHER, (last, last + 1)).await;

    let expected = [at("Bob", last + 1), at("E", last)];
    assert_eq!(seen(&site.database, server, last + 1), expected);
    let site = site.restarted().await;
    assert_eq!(seen(&site.database, server, last + 1), expected);
}

#[tokio::test]
async fn names_whose_accounts_prove_nothing_or_are_unknown_stay_as_they_are() {
    let site = Site::new();
    let server = site.linked("survival").await;
    stays(&site.database, server, "Old", OFFLINE, (0, 10)).await;
    stays(&site.database, server, "New", OFFLINE, (20, 30)).await;
    site.stay(server, "Steve", NOW.0 + 40, NOW.0 + 50).await;

    let expected = [at("Steve", 50), at("New", 30), at("Old", 10)];
    assert_eq!(seen(&site.database, server, 50), expected);
}

#[tokio::test]
async fn a_name_that_another_account_took_over_does_not_mix_them() {
    let site = Site::new();
    let server = site.linked("survival").await;
    stays(&site.database, server, "Alex", ALEX, (0, 10)).await;
    stays(&site.database, server, "Lex", ALEX, (90_000, 90_010)).await;
    stays(&site.database, server, "Alex", OTHER, (90_020, 90_030)).await;

    let expected = [at("Alex", 90_030), at("Lex", 90_010)];
    assert_eq!(seen(&site.database, server, 90_030), expected);
    joins(&site.database, server, "Alex", OTHER, 90_040).await;
    assert_eq!(seen(&site.database, server, 90_040), [at("Lex", 90_010)]);
}

#[tokio::test]
async fn a_rename_on_another_server_is_shown_and_published_where_the_player_was() {
    let site = Site::new();
    let survival = site.linked("survival").await;
    let lobby = site.linked("lobby").await;
    stays(&site.database, survival, "Old", ALEX, (0, 10)).await;
    let mut changes = site.database.changes();
    let mut heard = async || {
        site.database.check_files().await.unwrap();
        let mut servers = Vec::new();
        loop {
            tokio::select! {
                biased;
                change = changes.next() => match change {
                    Some(FeedEvent::Server(change)) => servers.push(change.server),
                    other => panic!("{other:?}"),
                },
                () = std::future::ready(()) => return servers,
            }
        }
    };
    heard().await;

    joins(&site.database, lobby, "New", ALEX, 20).await;

    assert!(heard().await.contains(&survival));
    assert_eq!(seen(&site.database, survival, 20), [at("New", 10)]);
    assert_eq!(seen(&site.database, lobby, 20), []);
}

#[tokio::test]
async fn another_guild_knows_nothing_of_the_names() {
    let site = Site::new();
    let server = site.linked("survival").await;
    let (elsewhere, _) = site
        .database
        .link(oxeye_db::GuildId(8), "survival", NOW)
        .await;
    stays(&site.database, server, "Old", ALEX, (0, 10)).await;

    joins(&site.database, elsewhere, "New", ALEX, 20).await;

    assert_eq!(seen(&site.database, server, 20), [at("Old", 10)]);
}

#[tokio::test]
async fn whoever_hides_is_seen_under_none_of_their_names() {
    let site = Site::new();
    let server = site.linked("survival").await;
    stays(&site.database, server, "Old", ALEX, (0, 10)).await;
    stays(&site.database, server, "New", ALEX, (90_000, 90_010)).await;
    let now = UnixSeconds(NOW.0 + 90_010);
    let linked = site
        .database
        .link_member(GUILD, 1, player("New"), None, now);
    linked.await.unwrap();
    let hidden = site.database.hide_member(GUILD, 1, now).await;
    hidden.unwrap();

    let of_guild = of_guild(&site.database, server);
    let seen = site.database.status(of_guild, 10, now).unwrap();
    assert_eq!((seen.last_seen.len(), seen.last_seen_total), (0, 0));
    let whole = site.database.whole_status(of_guild, 10, now).unwrap();
    let names: Vec<_> = whole
        .last_seen
        .iter()
        .map(|one| one.player_name.as_str())
        .collect();
    assert_eq!((names, whole.last_seen_total), (vec!["New"], 1));
}
