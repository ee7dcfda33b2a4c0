//! What polls may say about a server whose plugin reports, too.

use super::*;

#[test]
fn the_crash_of_a_server_whose_plugin_sends_no_heartbeats_is_noticed() {
    let mut server = Server::new(Beside);
    server.joins("Alex", 0);
    server.answers(10);
    server.names(&["Alex", "Steve"], 40);
    server.fails(70);
    server.fails(75);

    assert_eq!(server.look(75), (LinkState::Down, Some(70)));
    assert_eq!(server.ends(), [(40, SessionEnd::ServerStopped)]);
    server.names(&["Alex"], 105);
    assert_eq!(server.look(105).0, LinkState::AwaitingSync);
    assert!(
        server.state.players().is_empty(),
        "the plugin has the roster"
    );
    server.joins("Alex", 110);
    let periods = [
        (0, UNKNOWN, KnownBy::NoHeartbeats),
        (10, UP, KnownBy::Probe),
        (70, DOWN, KnownBy::Probe),
        (105, UP, KnownBy::Probe),
    ];
    assert_eq!(server.periods(), periods);
}

#[test]
fn each_time_that_polls_close_sessions_the_plugin_has_to_send_its_roster_again() {
    let mut server = Server::new(Beside);
    server.joins("Alex", 0);
    server.answers(10);
    server.fails(40);
    assert_eq!(server.state.roster_losses().count(), 0);
    for second in [45, 75, 105] {
        server.fails(second);
        assert_eq!(server.state.roster_losses().count(), 1, "{second}");
    }

    // It was only the network.
    server.joins("Steve", 120);
    server.fails(135);
    server.fails(140);

    assert_eq!(server.state.roster_losses().count(), 2);
}

#[test]
fn an_address_that_never_answered_says_nothing_about_a_plugins_server() {
    let mut server = Server::new(Beside);
    server.joins("Alex", 0);
    for second in [30, 35, 65, 95] {
        server.fails(second);
    }
    assert_eq!(server.look(95).0, LinkState::AwaitingSync);
    assert_eq!(server.state.players().len(), 1);
}

#[test]
fn a_plugin_that_speaks_between_two_failures_is_believed_whatever_the_clock_says() {
    for heard in [31, 30, -500] {
        let mut server = Server::new(Beside);
        server.answers(0);
        server.fails(30);
        server.joins("Alex", heard);

        server.fails(35);
        assert_eq!(server.state.players().len(), 1, "{heard}");
        server.fails(65);
        assert_eq!(server.look(65), (LinkState::Down, Some(35)));
    }
}

#[test]
fn a_plugin_that_keeps_its_promise_is_believed_and_one_that_is_late_is_not() {
    let mut server = Server::new(Beside);
    server.answers(0);
    server.beats(None, 28);
    server.fails(30);
    server.fails(35);
    assert_ne!(server.look(35).0, LinkState::Down);
    server.fails(50);
    assert_ne!(server.look(50).0, LinkState::Down, "one heartbeat is late");

    server.fails(65);

    // Without the address it would be quiet from second 73 on.
    assert_eq!(server.look(65), (LinkState::Down, Some(30)));
    server.fails(95);
    assert_eq!(server.look(100), (LinkState::Down, Some(30)));
    server.answers(125);
    assert_eq!(server.look(125).0, LinkState::Quiet);
}

#[test]
fn answers_do_not_contradict_a_plugin_that_says_that_its_server_is_down() {
    let mut server = Server::new(Beside);
    server.beats(None, 0);
    server.beats(Some(Down), 15);
    server.answers(20);
    assert_eq!(server.look(20), (LinkState::Down, Some(15)));

    // The plugin falls silent with its machine, which comes back without it.
    for second in [50, 55, 85] {
        server.fails(second);
    }
    assert_eq!(server.look(85), (LinkState::Down, Some(15)));
    server.answers(115);
    assert_eq!(server.look(115).0, LinkState::Quiet);
    server.beats(None, 120);
    assert_eq!(server.look(120), (LinkState::AwaitingSync, None));
    let periods = [
        (0, UP, KnownBy::Report),
        (15, DOWN, KnownBy::Report),
        (115, UP, KnownBy::Probe),
    ];
    assert_eq!(server.periods(), periods);
}
