//! What polls change.

use oxeye_db::{LinkState, Poll};

use crate::site::Site;

#[tokio::test]
async fn a_server_that_is_watched_alone_is_down_after_two_failures_and_back_at_once() {
    let mut site = Site::new();
    let server = site.watches("hub").await;
    site.names(server, &["Alex", "Steve"]).await;
    site.at(30).names(server, &["Alex"]).await;
    assert_eq!(site.state(server), (LinkState::Online, Some(0)));

    site.at(60).fails(server).await;
    assert_eq!(site.state(server), (LinkState::Online, Some(0)));
    assert_eq!(site.online(server), ["Alex"]);
    site.at(65).fails(server).await;

    assert_eq!(site.state(server), (LinkState::Down, Some(60)));
    assert_eq!(site.online(server), [""; 0]);
    let seen = [("Alex".to_owned(), 30), ("Steve".to_owned(), 0)];
    assert_eq!(site.seen(server), seen);
    site.at(95).names(server, &["Alex"]).await;
    assert_eq!(site.state(server), (LinkState::Online, Some(95)));
    assert_eq!(site.online(server), ["Alex"]);
}

#[tokio::test]
async fn two_failures_with_a_restart_or_an_answer_between_them_are_not_in_a_row() {
    let mut site = Site::new();
    let server = site.watches("hub").await;
    site.names(server, &["Alex"]).await;
    site.at(30).fails(server).await;
    site.at(35).names(server, &["Alex"]).await;
    site.at(60).fails(server).await;
    let mut site = site.restarted().await;

    site.at(65).fails(server).await;
    assert_ne!(site.state(server).0, LinkState::Down);
    assert_eq!(site.online(server), ["Alex"]);
    site.at(70).fails(server).await;
    assert_eq!(site.state(server), (LinkState::Down, Some(65)));
    let site = site.restarted().await;
    assert_eq!(site.state(server), (LinkState::Down, Some(65)));
}

#[tokio::test]
async fn a_number_without_names_is_shown_and_ends_the_stays_whose_names_were_known() {
    let mut site = Site::new();
    let server = site.watches("hub").await;
    site.names(server, &["Alex"]).await;

    site.at(30).counts(server, 40).await;

    let status = site.status(server);
    assert_eq!(status.state, LinkState::Online);
    assert_eq!(status.reported_count, Some(40));
    assert_eq!(site.seen(server), [("Alex".to_owned(), 0)]);
    site.at(60).counts(server, 0).await;
    assert_eq!(site.status(server).reported_count, None);
    assert_eq!(site.state(server).0, LinkState::Online);
    site.at(90).names(server, &["Alex"]).await;
    assert_eq!(site.online(server), ["Alex"]);
}

#[tokio::test]
async fn a_server_whose_address_is_no_longer_asked_is_quiet_and_then_stale() {
    let mut site = Site::new();
    let server = site.watches("hub").await;
    site.names(server, &["Alex"]).await;

    assert_eq!(site.at(89).state(server).0, LinkState::Online);
    assert_eq!(site.at(90).state(server), (LinkState::Quiet, Some(0)));
    for second in (90..=400).step_by(5) {
        let now = site.at(second).now();
        site.store.close_stale_sessions(now).await.unwrap();
    }
    assert_eq!(site.state(server), (LinkState::Stale, Some(0)));
    site.at(410).names(server, &["Alex"]).await;
    assert_eq!(site.state(server).0, LinkState::Online);
}

#[tokio::test]
async fn a_poll_of_an_address_that_was_replaced_meanwhile_changes_nothing() {
    let mut site = Site::new();
    let server = site.watches("hub").await;
    let old = site.store.watched(server.id()).unwrap();
    site.names(server, &["Alex"]).await;
    site.at(10);
    site.store.unwatch(server, site.now()).await.unwrap();
    let same = site.watches("hub").await;
    assert_eq!(same, server);

    for second in [20, 25] {
        let now = site.at(second).now();
        site.store.take_poll(&old, Poll::Failed, now).await.unwrap();
    }

    assert_eq!(site.state(server).0, LinkState::AwaitingSync);
}

#[tokio::test]
async fn an_address_that_never_answered_is_not_said_to_have_run_after_a_restart_either() {
    let mut site = Site::new();
    let server = site.watches("hub").await;
    site.fails(server).await;
    site.at(5).fails(server).await;
    assert_eq!(site.state(server), (LinkState::Down, None));

    let mut site = site.restarted().await;

    assert_eq!(site.state(server), (LinkState::Down, None));
    site.at(35).names(server, &["Alex"]).await;
    assert_eq!(site.state(server), (LinkState::Online, Some(35)));
}
