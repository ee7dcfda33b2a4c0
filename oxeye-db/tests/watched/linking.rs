//! A server that is watched alone and gets a plugin.

use oxeye_db::testing::{join, server_name};
use oxeye_db::{IssueCodeError, LinkState, WatchedAs};

use crate::site::{GUILD, Site};

#[tokio::test]
async fn a_plugin_continues_the_server_of_its_name_with_its_history_and_address() {
    let mut site = Site::new();
    let server = site.watches("hub").await;
    site.names(server, &["Alex", "Steve"]).await;
    site.at(30).names(server, &["Alex"]).await;

    let code = site
        .store
        .issue_link_code(GUILD, server_name("Hub"), site.now());
    let code = code.await.unwrap().code;
    let key = site.store.redeem_link_code(&code, site.now()).await;
    let plugin = site.store.authenticate(&key.unwrap().api_key, site.now());
    let plugin = plugin.unwrap();

    assert_eq!(plugin.id, server.id());
    assert_eq!(site.status(server).watched, Some(WatchedAs::Beside));
    assert_eq!(site.status(server).name.as_str(), "Hub");
    site.at(40).fails(server).await;
    site.at(41).names(server, &["Steve"]).await;
    assert_eq!(site.online(server), ["Alex"], "the plugin has the roster");
    site.at(50);
    site.store
        .player_join(plugin.reporter, join("Jeb"), site.now())
        .await
        .unwrap();
    assert_eq!(site.online(server), ["Alex", "Jeb"]);
    let taken = site
        .store
        .issue_link_code(GUILD, server_name("hub"), site.now());
    assert!(matches!(taken.await, Err(IssueCodeError::NameTaken)));
    let site = site.restarted().await;
    assert_eq!(site.status(server).watched, Some(WatchedAs::Beside));
    assert_eq!(site.seen(server), [("Steve".to_owned(), 0)]);
    assert_eq!(site.state(server).0, LinkState::AwaitingSync);
}

#[tokio::test]
async fn polls_that_wait_while_a_plugin_links_count_for_what_the_server_is_when_their_turn_comes() {
    for (poll_is_first, expected) in [(true, "Steve"), (false, "Alex")] {
        let mut site = Site::new();
        let server = site.watches("hub").await;
        site.names(server, &["Alex"]).await;
        let code = site
            .store
            .issue_link_code(GUILD, server_name("hub"), site.now());
        let code = code.await.unwrap().code;
        site.at(30);

        let link = site.store.redeem_link_code(&code, site.now());
        let poll = site.names(server, &["Steve"]);
        let linked = if poll_is_first {
            tokio::join!(biased; poll, link).1
        } else {
            tokio::join!(biased; link, poll).0
        };

        linked.unwrap();
        assert_eq!(site.online(server), [expected]);
        assert_eq!(site.status(server).watched, Some(WatchedAs::Beside));
    }
}

#[tokio::test]
async fn whatever_is_asked_in_the_moment_of_a_link_leaves_memory_and_file_in_agreement() {
    for is_unwatched in [true, false] {
        let site = Site::new();
        let hub = site.watches("hub").await;
        let survival = site.links("survival").await;
        let code = site
            .store
            .issue_link_code(GUILD, server_name("hub"), site.now());
        let code = code.await.unwrap().code;

        let link = site.store.redeem_link_code(&code, site.now());
        let end = async {
            if is_unwatched {
                site.store.unwatch(hub, site.now()).await.unwrap();
            } else {
                site.store.disconnect(hub, site.now()).await.unwrap();
            }
        };
        let watch = site.watches_beside(survival);
        let disconnect = site.store.disconnect(survival, site.now());
        let (linked, (), _, disconnected) = tokio::join!(biased; link, end, watch, disconnect);

        let key = linked.unwrap().api_key;
        disconnected.unwrap();
        assert_eq!(
            site.store.authenticate(&key, site.now()).is_some(),
            is_unwatched
        );
        let look = |site: &Site| {
            let state = |server| (site.state(server).0, site.status(server).watched);
            (state(hub), state(survival), site.watched())
        };
        let before = look(&site);
        assert!(!before.2.contains(&"hub".to_owned()));
        let site = site.restarted().await;
        assert_eq!(look(&site), before);
    }
}
