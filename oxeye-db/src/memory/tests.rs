//! The list of those seen lately on a server, if many accounts have several names.

use oxeye_plugin_proto::SyncPlayer;
use uuid::Uuid;

use super::*;
use crate::events::SyncEvent;
use crate::testing::{self, TestStore};

const NOW: UnixSeconds = UnixSeconds(100_000);

/// A roster of accounts under names that begin alike.
fn roster(prefix: &str, accounts: u64) -> SyncEvent {
    let player = |number: u64| SyncPlayer {
        player: testing::player(&format!("{prefix}{number}")),
        texture_hash: None,
        uuid: Some(Uuid::from_u64_pair(0x4111, number)),
    };
    SyncEvent {
        roster: (0..accounts).map(player).collect(),
        heartbeat: None,
        is_startup: false,
        at: None,
    }
}

/// A store with a server on which accounts were seen under an old name, and then under a new one.
async fn renamed(accounts: u64) -> (TestStore, ServerId) {
    let store = TestStore::new(NOW);
    let (server, _) = store.link(GuildId(7), "survival", NOW).await;
    for (seconds, event) in [
        (0, roster("Old", accounts)),
        (10, roster("New", accounts)),
        (20, roster("Other", 1)),
    ] {
        let at = UnixSeconds(NOW.0 + seconds);
        store.sync_players(server, event, at).await.unwrap();
    }
    (store, server)
}

#[track_caller]
fn check(store: &TestStore, server: ServerId, is_folded_under_lock: bool) -> usize {
    let memory = &store.inner.memory;
    let now = UnixSeconds(NOW.0 + 20);
    let read = |state: &ServerState, _: &Visible| state.players().len();
    let ask = |lately: &Lately<'_>| {
        assert_eq!(memory.cache.is_locked(server), is_folded_under_lock);
        let listed: Vec<_> = lately.newest_first().collect();
        let is_new = |(name, _): &(&PlayerName, UnixSeconds)| name.as_str().starts_with("New");
        assert!(listed.iter().all(is_new));
        assert_eq!(listed.len(), lately.count());
        lately.count()
    };
    let answer = memory.read_with_lately(server, Visible::everybody, now, read, ask);
    let (online, seen) = answer.unwrap();
    assert_eq!(online, 1);
    seen
}

#[tokio::test]
async fn a_server_is_not_locked_while_many_accounts_with_several_names_are_folded() {
    let (few, server) = renamed(10).await;
    assert_eq!(check(&few, server, true), 9);
    let (many, server) = renamed(600).await;
    assert_eq!(check(&many, server, false), 599);
}
