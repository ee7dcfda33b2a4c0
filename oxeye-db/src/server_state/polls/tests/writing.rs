//! How often the file is written because of polls.

use super::*;

#[test]
fn answers_that_only_confirm_what_is_known_are_written_once_a_minute() {
    for watched_as in [Alone, Beside] {
        let mut server = Server::new(watched_as);
        assert!(server.names(&["Alex"], 0) > 0);
        assert_eq!(server.names(&["Alex"], 30), 0);
        assert_eq!(server.names(&["Alex"], 59), 0);
        assert_eq!(server.names(&["Alex"], 60), 2);
        assert_eq!(server.names(&["Alex"], 119), 0);
    }
}

#[test]
fn a_message_of_the_day_that_changes_with_each_answer_is_taken_every_ten_minutes() {
    let mut server = Server::new(Alone);
    let mut taken = Vec::new();
    for second in (0..1_800).step_by(30) {
        let about = ServerAbout {
            motd: AboutText::new(&format!("second {second}")),
            ..ServerAbout::default()
        };
        let about = Some(AboutEvent { about, at: None });
        server.polled(&answer(PolledPlayers::Count(1), about), second);
        let motd = server.state.about().motd.clone();
        if taken.last() != Some(&motd) {
            taken.push(motd);
        }
    }
    assert_eq!(taken.len(), 3, "{taken:?}");
}

#[test]
fn a_server_that_comes_and_goes_all_the_time_changes_at_most_once_a_minute() {
    let mut server = Server::new(Alone);
    let mut shown = Vec::new();
    for round in 0..360 {
        let second = round * 10;
        server.names(&["Alex"], second);
        shown.push(server.look(second).0);
        server.fails(second + 4);
        server.fails(second + 8);
        shown.push(server.look(second + 8).0);
    }
    shown.dedup();
    assert!(shown.len() <= 10 + 60, "{} changes are shown", shown.len());
    let last = server.periods().pop();
    assert_eq!(
        last.map(|last| (last.1, last.2)),
        Some((UNKNOWN, KnownBy::TooManyChanges))
    );
}

#[test]
fn a_change_of_a_server_that_comes_and_goes_all_the_time_is_written() {
    let mut server = Server::new(Alone);
    for second in [0, 3, 6, 9, 12] {
        server.names(&[], second);
        server.fails(second + 1);
        server.fails(second + 2);
    }
    server.names(&[], 15);
    server.names(&[], 100);
    server.fails(101);

    assert!(server.polled(&Poll::Failed, 102) > 0);
    assert_eq!(server.look(102).0, LinkState::Down);
}
