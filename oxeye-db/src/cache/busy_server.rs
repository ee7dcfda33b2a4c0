//! Questions about a server that is busy do not block the thread that drives requests.

use std::sync::mpsc;
use std::thread;
use std::time::Duration;

use oxeye_plugin_proto::{MemberCode, TextureHash};

use super::*;
use crate::events::JoinEvent;
use crate::ids::SkinId;
use crate::skins::NewSkin;
use crate::testing::{TestStore, join, player};

const NOW: UnixSeconds = UnixSeconds(1_700_000_000);
const GUILD: GuildId = GuildId(7);
const TEXTURE: TextureHash = TextureHash([1; 32]);

/// Returns a store with a server on which Alex is online.
async fn with_alex() -> (TestStore, ServerId) {
    let store = TestStore::new(NOW);
    let (server, _) = store.link(GUILD, "survival", NOW).await;
    let event = JoinEvent {
        texture_hash: Some(TEXTURE),
        ..join("Alex")
    };
    store.player_join(server, event, NOW).await.unwrap();
    (store, server)
}

/// Asks while the server is locked. The lock is released only by the thread that asks, once the question lets it go on.
async fn ask<T>(store: &TestStore, server: ServerId, question: impl Future<Output = T>) -> T {
    let memory = Arc::clone(&store.inner.memory);
    let (lock, locked) = mpsc::channel();
    let (release, released) = mpsc::channel();
    let holder = thread::spawn(move || {
        let hold = |_: &ServerState| {
            lock.send(()).unwrap();
            released.recv_timeout(Duration::from_secs(10)).is_ok()
        };
        memory.cache.read(server, hold)
    });
    locked.recv().unwrap();

    let (answer, _) = tokio::join!(question, async move { release.send(()) });

    assert_eq!(holder.join().unwrap(), Some(true), "the thread was blocked");
    answer
}

#[tokio::test]
async fn heads_are_read_beside_the_thread_that_asks() {
    let (store, server) = with_alex().await;
    let of_guild = store.guild_server(GUILD, server).unwrap();

    let heads = ask(&store, server, store.heads_online(of_guild, 9)).await;

    assert_eq!(heads.unwrap().unwrap()[0].0, player("Alex"));
}

#[tokio::test]
async fn a_picture_is_drawn_beside_the_thread_that_asks() {
    let (store, server) = with_alex().await;
    let of_guild = store.guild_server(GUILD, server).unwrap();

    let first = ask(&store, server, store.status_picture(of_guild)).await;
    let again = ask(&store, server, store.status_picture(of_guild)).await;

    assert_eq!(first.unwrap().unwrap(), again.unwrap().unwrap());
}

#[tokio::test]
async fn a_skin_is_stored_beside_the_thread_that_asks() {
    let (store, server) = with_alex().await;
    let skin = NewSkin {
        id: SkinId([3; 32]),
        png: vec![1],
        head: [3; 192],
    };
    let alex = player("Alex");

    let stored = store.store_skin(server, &alex, TEXTURE, skin, NOW);
    ask(&store, server, stored).await.unwrap();

    assert!(store.head(SkinId([3; 32])).await.unwrap().is_some());
}

#[tokio::test]
async fn a_code_is_looked_up_beside_the_thread_that_asks() {
    let (store, server) = with_alex().await;
    let issued = store.issue_member_code(GUILD, 9, player("Alex"), NOW);
    let wrong = MemberCode::generate();

    for code in [&wrong, &issued.code] {
        let taken = store.take_member_code(server.into(), player("Alex"), None, code, NOW);
        ask(&store, server, taken).await.unwrap();
    }

    // The right one was used up.
    issued.outcome.await.unwrap();
}
