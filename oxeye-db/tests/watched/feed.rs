//! What the change feed and the uptime say of watched servers.

use std::time::Duration;

use oxeye_db::{Changes, Edition, FeedEvent, KnownBy, LinkState, Poll, PolledPlayers, Span};

use crate::site::{Site, answered};

/// Returns how many changes were published since the last call.
async fn heard(site: &Site, changes: &mut Changes) -> usize {
    // A transaction begins only after the changes of the previous one were published.
    site.store.check_files().await.unwrap();
    let mut heard = 0;
    loop {
        tokio::select! {
            biased;
            change = changes.next() => {
                assert!(matches!(change, Some(FeedEvent::Server(_))));
                heard += 1;
            }
            () = std::future::ready(()) => return heard,
        }
    }
}

#[tokio::test]
async fn polls_are_published_if_people_see_something_new_and_only_then() {
    let mut site = Site::new();
    let mut changes = site.store.changes();
    let server = site.watches("hub").await;
    assert_eq!(heard(&site, &mut changes).await, 1, "a new server");

    site.names(server, &["Alex"]).await;
    assert_eq!(heard(&site, &mut changes).await, 1, "the first answer");
    site.at(30).names(server, &["Alex"]).await;
    site.at(60).fails(server).await;
    assert_eq!(heard(&site, &mut changes).await, 0, "nothing new");
    site.at(65).fails(server).await;
    assert_eq!(heard(&site, &mut changes).await, 1, "down");
    for second in (95..400).step_by(30) {
        site.at(second).fails(server).await;
    }
    assert_eq!(heard(&site, &mut changes).await, 0, "still down");
    site.at(400).counts(server, 20).await;
    assert_eq!(heard(&site, &mut changes).await, 1, "up");
    site.at(430).counts(server, 20).await;
    assert_eq!(heard(&site, &mut changes).await, 0, "as many as before");
    site.at(460).counts(server, 21).await;
    assert_eq!(heard(&site, &mut changes).await, 1, "one more");
}

#[tokio::test]
async fn an_address_beside_a_plugin_shows_its_uptime_and_when_it_crashed() {
    let mut site = Site::new();
    let server = site.links("survival").await;
    site.watches_beside(server).await.unwrap();
    let poll = answered(PolledPlayers::Unknown);
    for second in (0..=600).step_by(30) {
        site.at(second).poll(server, poll.clone()).await;
    }
    site.at(630).fails(server).await;
    site.at(635).fails(server).await;
    assert_eq!(site.state(server), (LinkState::Down, Some(630)));
    site.at(690).poll(server, poll).await;

    let uptime = site.store.uptime(server, Span::ALL, 10, site.now());
    let uptime = uptime.unwrap();
    assert_eq!(uptime.down, Duration::from_secs(60));
    assert_eq!(uptime.up, Duration::from_secs(630));
    let reasons: Vec<_> = uptime.outages.iter().map(|out| out.known_by).collect();
    assert_eq!(reasons, [KnownBy::Probe]);
}

#[tokio::test]
async fn an_address_that_never_answered_has_neither_uptime_nor_outages_after_a_restart_either() {
    let mut site = Site::new();
    let server = site.watches("hub").await;
    for second in [0, 5, 35] {
        site.at(second).fails(server).await;
    }
    let mut site = site.restarted().await;
    for second in [65, 70, 100] {
        site.at(second).fails(server).await;
    }

    let uptime = site.store.uptime(server, Span::ALL, 10, site.now());
    let uptime = uptime.unwrap();
    assert_eq!((uptime.share(), uptime.outage_count), (None, 0));
    assert_eq!(uptime.unknown, Duration::from_secs(100));
    let reasons: Vec<_> = uptime.gaps.iter().map(|gap| gap.known_by).collect();
    assert_eq!(reasons, [KnownBy::Probe]);
}

#[tokio::test]
async fn the_edition_is_that_of_the_last_answer() {
    let mut site = Site::new();
    let server = site.watches("hub").await;
    let edition = |site: &Site| site.store.watched(server.id()).unwrap().edition;
    assert_eq!(edition(&site), None);
    let poll = Poll::Answered {
        edition: Edition::Bedrock,
        players: PolledPlayers::Count(1),
        about: None,
    };
    site.poll(server, poll).await;
    site.at(30).fails(server).await;
    assert_eq!(edition(&site), Some(Edition::Bedrock));
}
