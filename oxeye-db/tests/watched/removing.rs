//! How watching ends.

use std::collections::BTreeSet;
use std::io::Read;
use std::path::Path;
use std::time::Duration;

use oxeye_db::testing::server_name;
use oxeye_db::{GuildId, LinkState, NewWatch, UnwatchError, WatchError, WatchedBy};

use crate::site::{GUILD, Site, new_watch};

#[tokio::test]
async fn unwatching_disconnects_a_server_without_a_plugin_and_leaves_one_with_a_plugin_linked() {
    let mut site = Site::new();
    let (hub, survival) = (site.watches("hub").await, site.links("survival").await);
    site.watches_beside(survival).await.unwrap();
    site.names(hub, &["Alex"]).await;
    site.at(20);

    for server in [hub, survival] {
        site.store.unwatch(server, site.now()).await.unwrap();
        let again = site.store.unwatch(server, site.now()).await;
        assert!(matches!(again, Err(UnwatchError::NotWatched)));
    }

    let site = site.restarted().await;
    assert_eq!(site.watched(), [""; 0]);
    assert_eq!(site.state(hub), (LinkState::Disconnected, Some(20)));
    assert_eq!(site.seen(hub), [("Alex".to_owned(), 0)]);
    assert_eq!(site.state(survival).0, LinkState::AwaitingSync);
    assert_eq!(site.status(survival).watched, None);
}

#[tokio::test]
async fn an_address_ends_with_the_link_or_the_server_and_survives_a_new_name() {
    let site = Site::new();
    let survival = site.links("survival").await;
    site.watches_beside(survival).await.unwrap();
    let (hub, lobby) = (site.watches("hub").await, site.watches("lobby").await);
    let mut changes = site.store.watch_changes();

    site.store.disconnect(survival, site.now()).await.unwrap();
    assert!(changes.has_changed().unwrap());
    changes.mark_unchanged();
    site.store.remove_server(hub, site.now()).await.unwrap();
    assert!(changes.has_changed().unwrap());
    changes.mark_unchanged();
    let renamed = site.store.rename_server(lobby, server_name("Lobby 2"));
    renamed.await.unwrap();

    assert!(!changes.has_changed().unwrap());
    assert_eq!(site.watched(), ["Lobby 2"]);
    let site = site.restarted().await;
    assert_eq!(site.watched(), ["Lobby 2"]);
}

#[tokio::test]
async fn a_guild_that_removes_the_bot_is_not_watched_any_more() {
    let site = Site::new();
    let other = GuildId(8);
    site.watches("hub").await;
    site.adds(other, "other", "other.example.org")
        .await
        .unwrap();
    site.adds(GuildId::LOCAL, "local", "local.example.org")
        .await
        .unwrap();
    let all = BTreeSet::from([GUILD, other]);
    site.store.bot_is_in(all, site.now()).await.unwrap();

    site.store.guild_removed(GUILD, site.now()).await.unwrap();
    assert_eq!(site.watched(), ["local", "other"]);
    let none = BTreeSet::new();
    site.store.bot_is_in(none, site.now()).await.unwrap();

    assert_eq!(site.watched(), ["local"]);
    let site = site.restarted().await;
    assert_eq!(site.watched(), ["local"]);
    assert!(site.store.has_servers(GUILD));
}

#[tokio::test]
async fn a_member_cannot_add_an_address_once_the_guild_has_removed_the_bot() {
    let site = Site::new();
    let by_member = |name: &str| NewWatch {
        by: WatchedBy::Member,
        ..new_watch(GUILD, name, "play.example.org")
    };
    for has_history in [false, true] {
        site.store.guild_returned(GUILD, site.now()).await.unwrap();
        if has_history {
            let hub = site.adds_new(by_member("hub")).await.unwrap();
            site.store.unwatch(hub, site.now()).await.unwrap();
        }
        site.store.guild_removed(GUILD, site.now()).await.unwrap();

        let added = site.adds_new(by_member("late")).await;

        assert!(matches!(added, Err(WatchError::BotRemoved)), "{added:?}");
        assert_eq!(site.watched(), [""; 0]);
    }
    // The refusal leaves the guild as one that is deleted in 30 days.
    let later = site.now().plus(Duration::from_secs(30 * 86_400));
    let deleted = site.store.delete_removed_guilds(later).await.unwrap();
    assert_eq!(deleted, [GUILD]);
}

#[tokio::test]
async fn an_address_added_while_the_guild_removes_the_bot_ends_with_it() {
    let by_member = || NewWatch {
        by: WatchedBy::Member,
        ..new_watch(GUILD, "hub", "play.example.org")
    };
    for is_added_first in [true, false] {
        let site = Site::new();
        site.store.guild_returned(GUILD, site.now()).await.unwrap();
        let adding = site.adds_new(by_member());
        let removing = site.store.guild_removed(GUILD, site.now());

        // Both wait for the writer at the same time, in this order.
        let (added, removed) = if is_added_first {
            tokio::join!(biased; adding, removing)
        } else {
            let (removed, added) = tokio::join!(biased; removing, adding);
            (added, removed)
        };

        removed.unwrap();
        assert_eq!(added.is_ok(), is_added_first, "{added:?}");
        assert_eq!(site.watched(), [""; 0]);
    }
}

#[tokio::test]
async fn an_interrupted_removal_is_completed_when_the_bot_next_hears_of_its_guilds() {
    let site = Site::new();
    site.store.guild_returned(GUILD, site.now()).await.unwrap();
    site.watches("hub").await;

    let interrupt = |file: &Path| {
        let file = rusqlite::Connection::open(file).unwrap();
        file.execute("UPDATE guilds SET bot_since = NULL, removed_at = 1", [])
            .unwrap();
    };
    let now = site.now();
    let store = site.store.restarted_after(interrupt, now).await;
    let site = Site { store, second: 0 };
    assert_eq!(site.watched(), ["hub"]);
    let none = BTreeSet::new();
    site.store.bot_is_in(none, site.now()).await.unwrap();

    assert_eq!(site.watched(), [""; 0]);
}

#[tokio::test]
async fn a_removed_server_leaves_no_trace_of_its_address_in_the_files() {
    let site = Site::new();
    let (hub, _) = (site.watches("hub").await, site.watches("lobby").await);
    site.names(hub, &["Alex"]).await;

    let removed = site.store.remove_server(hub, site.now()).await.unwrap();

    assert!(removed.unwrap().is_wiped);
    let mut bytes = Vec::new();
    for entry in std::fs::read_dir(site.store.folder()).unwrap() {
        bytes.extend(std::fs::read(entry.unwrap().path()).unwrap());
    }
    let holds = |text: &str| {
        bytes
            .windows(text.len())
            .any(|part| part == text.as_bytes())
    };
    assert!(!holds("hub.example.org"));
    assert!(holds("lobby.example.org"));
}

#[tokio::test]
async fn a_backup_contains_the_addresses() {
    let site = Site::new();
    site.watches("hub").await;

    let mut copy = site.store.backup().await.unwrap();

    let mut bytes = Vec::new();
    copy.read_to_end(&mut bytes).unwrap();
    let folder = tempfile::tempdir().unwrap();
    let file = folder.path().join("oxeye.db");
    std::fs::write(&file, bytes).unwrap();
    let restored = oxeye_db::Database::open(&oxeye_db::testing::options(file), site.now());
    let addresses = restored.unwrap().watched_addresses();
    assert_eq!(addresses[0].host, "hub.example.org");
}
