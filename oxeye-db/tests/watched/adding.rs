//! Adding addresses.

use oxeye_db::{Edition, GuildId, LinkState, NewWatch, WatchError, WatchTarget, WatchedAs};

use crate::site::{GUILD, PORT, Site, new_watch};

#[tokio::test]
async fn an_address_is_known_after_a_restart_with_what_its_answers_said() {
    let mut site = Site::new();
    let server = site.watches("hub").await;
    assert_eq!(site.state(server).0, LinkState::AwaitingSync);
    site.at(10).names(server, &["Alex"]).await;

    let site = site.restarted().await;

    let addresses = site.store.watched_addresses();
    assert_eq!(addresses.len(), 1);
    let address = &addresses[0];
    assert_eq!((address.server, address.guild), (server.id(), GUILD));
    assert_eq!(address.host, "hub.example.org");
    assert_eq!(address.port, Some(PORT));
    assert_eq!(address.watched_as, WatchedAs::Alone);
    assert_eq!(address.edition, Some(Edition::Java));
    assert_eq!(address.answered_at, Some(site.now()));
    assert_eq!(site.status(server).watched, Some(WatchedAs::Alone));
    assert_eq!(site.online(server), ["Alex"]);
}

#[tokio::test]
async fn a_linked_server_can_have_an_address_beside_its_plugin() {
    let site = Site::new();
    let server = site.links("survival").await;

    site.watches_beside(server).await.unwrap();

    let again = site.watches_beside(server).await;
    assert!(matches!(again, Err(WatchError::AlreadyWatched(name)) if name.as_str() == "survival"));
    let other = site.adds_new(NewWatch {
        target: WatchTarget::Beside(server),
        ..new_watch(GUILD, "unused", "other.example.org")
    });
    assert!(matches!(other.await, Err(WatchError::HasAddress)));
    let site = site.restarted().await;
    assert_eq!(site.status(server).watched, Some(WatchedAs::Beside));
}

#[tokio::test]
async fn an_address_is_watched_once_per_guild_in_any_case_and_a_name_is_not_taken_twice() {
    let site = Site::new();
    site.adds(GUILD, "hub", "play.example.org").await.unwrap();

    let same = site.adds(GUILD, "other", "PLAY.example.org").await;
    assert!(matches!(same, Err(WatchError::AlreadyWatched(name)) if name.as_str() == "hub"));
    let taken = site.adds(GUILD, "HUB", "two.example.org").await;
    assert!(matches!(taken, Err(WatchError::NameTaken)));
    site.links("survival").await;
    let taken = site.adds(GUILD, "survival", "two.example.org").await;
    assert!(matches!(taken, Err(WatchError::NameTaken)));

    let added = site.adds_new(NewWatch {
        port: Some(19_132),
        ..new_watch(GUILD, "other port", "play.example.org")
    });
    added.await.unwrap();
    site.adds(GuildId(8), "hub", "play.example.org")
        .await
        .unwrap();
}

#[tokio::test]
async fn a_guild_and_all_guilds_together_have_limits() {
    let site = Site::new();
    for number in 0..3 {
        let name = format!("server {number}");
        site.adds(GUILD, &name, &format!("{number}.example.org"))
            .await
            .unwrap();
    }

    let one_more = site.adds(GUILD, "more", "more.example.org").await;
    assert!(matches!(one_more, Err(WatchError::TooManyInGuild(3))));
    for guild in [8, 9] {
        site.adds(GuildId(guild), "hub", "play.example.org")
            .await
            .unwrap();
    }
    let one_more = site.adds(GuildId(10), "hub", "play.example.org").await;
    assert!(matches!(one_more, Err(WatchError::TooManyInAll(5))));
    assert_eq!(site.store.watched_addresses().len(), 5);
    assert!(!site.store.has_servers(GuildId(10)));
}

#[tokio::test]
async fn a_disconnected_server_keeps_its_history_when_its_address_is_watched() {
    let mut site = Site::new();
    let server = site.links("Survival").await;
    let join = oxeye_db::testing::join("Alex");
    site.store
        .player_join(server.id(), join, site.now())
        .await
        .unwrap();
    site.at(10);
    site.store.disconnect(server, site.now()).await.unwrap();

    let same = site.adds(GUILD, "survival", "play.example.org").await;

    assert_eq!(same.unwrap(), server);
    let site = site.restarted().await;
    assert_eq!(site.status(server).name.as_str(), "survival");
    assert_eq!(site.status(server).watched, Some(WatchedAs::Alone));
    assert_eq!(site.seen(server), [("Alex".to_owned(), 0)]);
}
