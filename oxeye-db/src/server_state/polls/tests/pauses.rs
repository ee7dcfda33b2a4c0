//! Times in which nobody asked, and the end of asking.

use super::*;

#[test]
fn failures_that_are_far_apart_or_before_a_jump_of_the_clock_are_not_in_a_row() {
    let gaps = [
        (89, LinkState::Down),
        (90, LinkState::Online),
        (-3_600, LinkState::Online),
    ];
    for (gap, expected) in gaps {
        let mut server = Server::new(Alone);
        server.names(&[], 0);
        server.fails(4_000);
        server.fails(4_000 + gap);
        let state = server.look(4_000 + gap).0;
        assert_eq!(state, expected, "{gap}");
        server.fails(4_005 + gap);
        assert_eq!(server.look(4_005 + gap).0, LinkState::Down, "{gap}");
    }
}

#[test]
fn the_time_in_which_nobody_asks_is_unknown() {
    let mut server = Server::new(Alone);
    server.names(&["Alex"], 0);
    server.names(&["Alex"], 30);
    assert_eq!(server.look(119).0, LinkState::Online);
    assert_eq!(server.look(120), (LinkState::Quiet, Some(30)));

    server.names(&["Alex"], 500);

    assert_eq!(server.look(500).0, LinkState::Online);
    let periods = [
        (0, UP, KnownBy::Probe),
        (30, UNKNOWN, KnownBy::Silence),
        (500, UP, KnownBy::Probe),
    ];
    assert_eq!(server.periods(), periods);
    let known_until = |second| server.state.state_known_until(UnixSeconds(START + second));
    assert_eq!(known_until(590).0.0 - START, 590);
    assert_eq!(known_until(591).0.0 - START, 500);
}

#[test]
fn a_server_that_was_down_when_the_polls_ended_is_not_shown_as_down_for_ever() {
    let mut server = Server::new(Beside);
    server.answers(0);
    server.fails(30);
    server.fails(35);
    assert_eq!(server.look(124), (LinkState::Down, Some(30)));
    assert_eq!(server.look(125).0, LinkState::AwaitingSync);

    // A server that nothing else reports for is asked and silent, and then not asked any more.
    let mut server = Server::new(Alone);
    server.names(&[], 0);
    for second in (30..3_000).step_by(30) {
        server.fails(second);
    }
    assert_eq!(server.look(3_000), (LinkState::Down, Some(30)));
    assert_eq!(server.look(3_059).0, LinkState::Down);
    assert_eq!(server.look(3_060).0, LinkState::Quiet);
}

#[test]
fn without_the_address_nothing_is_known_that_only_the_address_showed() {
    let mut server = Server::new(Beside);
    server.joins("Alex", 0);
    server.answers(10);
    server.fails(40);
    server.fails(45);

    server.does(50, |state, now, ledger| state.remove_address(now, ledger));

    assert_eq!(server.look(50), (LinkState::AwaitingSync, None));
    let last = server.periods().pop();
    assert_eq!(last, Some((45, UNKNOWN, KnownBy::NoHeartbeats)));
}
