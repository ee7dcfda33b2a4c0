//! What polls say about a server that nothing reports for.

use super::*;

#[test]
fn a_server_without_a_plugin_shows_who_is_on_with_its_first_answer() {
    let mut server = Server::new(Alone);
    server.names(&["Alex", "Steve"], 0);
    server.fails(30);
    server.fails(35);
    assert_eq!(server.ends(), [(0, SessionEnd::ServerStopped); 2]);

    server.names(&["Alex", "Steve"], 40);

    assert_eq!(server.look(40).0, LinkState::Online);
    assert_eq!(server.state.players().len(), 2);
}

#[test]
fn an_answer_that_does_not_name_everybody_is_no_evidence_of_anybody() {
    let mut server = Server::new(Beside);
    server.joins("Alex", 0);
    server.joins("Steve", 5);
    server.names(&["Alex"], 40);
    server.fails(70);
    server.fails(75);
    assert_eq!(server.ends(), [(5, SessionEnd::ServerStopped); 2]);
}

#[test]
fn before_the_first_answer_of_an_address_nothing_is_known() {
    let mut server = Server::new(Alone);
    for second in [0, 5, 35, 65] {
        server.fails(second);
    }
    assert_eq!(server.periods(), [(0, UNKNOWN, KnownBy::Probe)]);

    server.answers(95);
    server.fails(125);
    server.fails(130);

    assert_eq!(
        server.periods(),
        [
            (0, UNKNOWN, KnownBy::Probe),
            (95, UP, KnownBy::Probe),
            (125, DOWN, KnownBy::Probe),
        ]
    );
}

#[test]
fn a_server_that_is_disconnected_before_its_first_word_is_unknown_from_then_on() {
    let mut server = Server::new(Alone);

    server.does(5, |state, now, ledger| {
        state.disconnect(DisconnectedBy::Operator, now, ledger);
    });

    assert_eq!(server.periods(), [(5, UNKNOWN, KnownBy::Unlinked)]);
}

#[test]
fn since_when_an_address_that_never_answered_is_down_is_not_known() {
    let mut server = Server::new(Alone);
    server.fails(0);
    assert_eq!(server.look(0), (LinkState::AwaitingSync, None));
    server.fails(5);
    assert_eq!(server.look(5), (LinkState::Down, None));

    server.answers(35);
    server.fails(65);
    server.fails(70);

    assert_eq!(server.look(70), (LinkState::Down, Some(65)));
}
