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
fn after_a_restart_a_server_that_was_down_is_down_until_it_could_have_been_asked() {
    let mut server = Server::new(Beside);
    server.answers(10);
    server.fails(40);
    server.fails(45);
    let watch = server.state.watch().unwrap();
    let read = Watch::new(watch.address.clone(), Beside, UnixSeconds(START));
    let answered_at = Some(UnixSeconds(START + 10));

    server
        .state
        .set_watch(read.last_answered(Some(Edition::Java), answered_at));
    server.state.listen_from(UnixSeconds(START + 1_000));

    let known = server.state.or_last_poll(None, UnixSeconds(START + 1_000));
    assert_eq!(known, answered_at);
    assert_eq!(server.look(1_089), (LinkState::Down, Some(40)));
    assert_eq!(server.look(1_090).0, LinkState::AwaitingSync);
}

#[test]
fn a_failure_before_a_pause_is_not_the_first_of_two_in_a_row() {
    let mut server = Server::new(Alone);
    server.names(&[], 0);
    server.fails(30);

    server.state.listen_from(UnixSeconds(START + 40));

    server.fails(45);
    assert_eq!(server.look(45).0, LinkState::Online);
    server.fails(75);
    assert_eq!(server.look(75), (LinkState::Down, Some(45)));
}

#[test]
fn polls_that_show_nothing_do_not_tell_how_long_a_server_stays_up() {
    let mut server = Server::new(Beside);
    server.fails(10);
    server.joins("Alex", 15);
    assert_eq!(server.periods(), [(15, UNKNOWN, KnownBy::NoHeartbeats)]);
}

#[test]
fn nothing_is_known_about_a_time_without_polls_of_a_server_without_heartbeats() {
    let mut server = Server::new(Beside);
    for second in [10, 40, 1_000] {
        server.answers(second);
    }
    let periods = [
        (10, UP, KnownBy::Probe),
        (40, UNKNOWN, KnownBy::Silence),
        (1_000, UP, KnownBy::Probe),
    ];
    assert_eq!(server.periods(), periods);
}

#[test]
fn without_the_address_it_is_still_known_what_the_plugin_said() {
    let mut server = Server::new(Beside);
    server.does(0, |state, now, ledger| {
        state.sync_players(&vec![SyncPlayer::new(player("Alex"))].into(), now, ledger);
    });
    server.answers(10);

    server.does(20, |state, now, ledger| state.remove_address(now, ledger));

    assert_eq!(server.look(20), (LinkState::Online, Some(0)));
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
