//! Which source is believed, and what a changeover reports.

use super::*;

#[test]
fn no_lesser_source_is_believed_while_a_better_one_settles() {
    let mut scene = Scene::with(&[Management, Log]);

    assert_eq!(scene.tell(Log, everyone(&["Alex"]), 100), [""; 0]);
    assert_eq!(scene.reconciler.believed(), None);
    let why = SourceUpdate::Failed("the port refuses".to_owned());
    assert_eq!(scene.tell(Management, why, 101), ["+Alex@101", "=Alex@101"]);
    assert_eq!(scene.reconciler.believed(), Some(Log));
}

#[test]
fn a_better_source_that_comes_back_takes_over_without_a_false_event() {
    let mut scene = Scene::with(&[Log]);
    scene.tell(Log, everyone(&["Alex"]), 100);
    scene.happened(Log, join("Bob", 101));

    assert_eq!(
        scene.tell(Management, everyone(&["Alex", "Bob"]), 102),
        ["=Alex,Bob@101"]
    );
    assert_eq!(scene.reconciler.believed(), Some(Management));
    assert_eq!(scene.happened(Log, join("Cid", 103)), [""; 0]);
    assert_eq!(scene.happened(Management, join("Cid", 103)), ["+Cid@103"]);
    assert_eq!(scene.happened(Management, leave("Bob", 104)), ["-Bob@104"]);
    assert_eq!(scene.happened(Log, leave("Bob", 104)), [""; 0]);
}

#[test]
fn when_the_best_source_fails_the_next_one_knows_what_has_happened_since() {
    let mut scene = Scene::with(&[Management, Log]);
    scene.tell(Log, everyone(&["Alex"]), 100);
    scene.tell(Management, everyone(&["Alex"]), 100);
    scene.happened(Log, event(GameEvent::Stop, 110));

    let gone = SourceUpdate::Failed("the connection was closed".to_owned());
    assert_eq!(scene.tell(Management, gone, 111), [""; 0]);
    assert_eq!(scene.tick(113), ["-Alex@113", "=@112"]);
    assert_eq!(scene.reconciler.believed(), Some(Log));
}

#[test]
fn nobody_leaves_because_the_log_is_a_moment_behind_a_list_that_failed() {
    let mut scene = Scene::with(&[Management, Log]);
    scene.tell(Log, everyone(&[]), 100);
    scene.tell(Management, everyone(&[]), 100);
    assert_eq!(scene.happened(Management, join("Alex", 110)), ["+Alex@110"]);

    let gone = SourceUpdate::Failed("the connection was closed".to_owned());
    assert_eq!(scene.tell(Management, gone, 110), [""; 0]);
    assert_eq!(scene.happened(Log, join("Alex", 110)), [""; 0]);
    assert_eq!(scene.tick(112), ["=Alex@111"]);
}

#[test]
fn everyone_leaves_at_the_time_of_a_stop_or_crash() {
    for end in [GameEvent::Stop, GameEvent::Crash] {
        let mut scene = Scene::with(&[Log]);
        scene.tell(Log, everyone(&["Alex"]), 100);

        assert_eq!(scene.happened(Log, event(end, 200)), ["-Alex@200", "=@200"]);
        assert_eq!(scene.reported(), [""; 0]);
    }
}

#[test]
fn a_list_is_preferred_to_a_log_without_a_boot() {
    let mut scene = Scene::with(&[Log, Rcon]);
    let some = SourceUpdate::Roster {
        roster: Roster::default(),
        knows_everyone: false,
        run: None,
        events: Vec::new(),
    };
    assert_eq!(scene.tell(Log, some, 100), [""; 0]);
    assert!(scene.reconciler.wants(Rcon));
    assert_eq!(
        scene.tell(Rcon, everyone(&["Alex"]), 101),
        ["+Alex@101", "=Alex@101"]
    );

    let boot = scene.happened(Log, event(GameEvent::Boot, 200));
    assert_eq!(boot, [""; 0]);
    assert_eq!(scene.tick(202), ["-Alex@202", "=@201"]);
    assert_eq!(scene.reconciler.believed(), Some(Log));
}

#[test]
fn a_log_without_a_boot_is_used_if_there_is_nothing_else() {
    let mut scene = Scene::with(&[Log]);
    let some = SourceUpdate::Roster {
        roster: roster(&["Steve"]),
        knows_everyone: false,
        run: None,
        events: Vec::new(),
    };
    assert_eq!(scene.tell(Log, some, 100), ["+Steve@100"]);

    assert_eq!(scene.happened(Log, join("Alex", 101)), ["+Alex@101"]);
    assert!(scene.reconciler.resync(UnixSeconds(102)).is_empty());
    assert_eq!(
        scene.happened(Log, event(GameEvent::Boot, 200)),
        ["startup=@200"]
    );
    assert_eq!(short(&scene.reconciler.resync(UnixSeconds(201))), ["=@200"]);
}

#[test]
fn the_difference_between_two_lists_is_reported() {
    let mut scene = Scene::with(&[Rcon]);
    scene.tell(Rcon, everyone(&["Alex"]), 100);

    assert_eq!(
        scene.tell(Rcon, everyone(&["Bob"]), 105),
        ["-Alex@105", "+Bob@105"]
    );
}

#[test]
fn a_count_is_only_reported_as_a_count() {
    let mut scene = Scene::with(&[Ping]);

    let first = scene.tell(Ping, SourceUpdate::Count(7), 100);
    assert_eq!(first, ["=@100"], "nobody from an earlier run stays");
    assert_eq!(scene.tell(Ping, SourceUpdate::Count(7), 105), [""; 0]);
    assert_eq!(scene.reconciler.liveness(), Liveness::Count(7));
    assert!(scene.reconciler.resync(UnixSeconds(101)).is_empty());
}

#[test]
fn players_leave_when_only_a_different_count_is_known() {
    let mut scene = Scene::with(&[Rcon, Ping]);
    scene.tell(Ping, SourceUpdate::Count(1), 99);
    scene.tell(Rcon, everyone(&["Alex"]), 100);
    assert_eq!(scene.reconciler.liveness(), Liveness::Roster);

    scene.tell(Rcon, SourceUpdate::Failed("no answer".to_owned()), 110);
    assert_eq!(scene.tell(Ping, SourceUpdate::Count(1), 111), [""; 0]);
    assert_eq!(
        scene.reconciler.liveness(),
        Liveness::Roster,
        "the number is the same"
    );
    let others = scene.tell(Ping, SourceUpdate::Count(2), 120);
    assert_eq!(others, ["-Alex@120", "=@120"]);
    assert_eq!(scene.reconciler.liveness(), Liveness::Count(2));
}

#[test]
fn without_a_source_nothing_is_known_but_nobody_leaves() {
    let mut scene = Scene::with(&[Log]);
    scene.tell(Log, everyone(&["Alex"]), 100);

    let gone = SourceUpdate::Failed("the log cannot be read".to_owned());
    assert_eq!(scene.tell(Log, gone, 110), [""; 0]);
    assert_eq!(scene.reconciler.liveness(), Liveness::Unknown);
    assert_eq!(scene.reported(), ["Alex"]);
}

#[test]
fn a_stale_list_is_not_believed_when_the_log_fails() {
    let mut scene = Scene::with(&[Log, Rcon]);
    let some = SourceUpdate::Roster {
        roster: Roster::default(),
        knows_everyone: false,
        run: None,
        events: Vec::new(),
    };
    scene.tell(Log, some, 100);
    scene.tell(Rcon, everyone(&["Alex"]), 101);
    scene.happened(Log, event(GameEvent::Boot, 200));
    scene.tick(202);
    scene.happened(Log, join("Jeb", 300));

    let gone = SourceUpdate::Failed("the log is gone".to_owned());
    assert_eq!(scene.tell(Log, gone, 400), [""; 0]);
    assert_eq!(scene.reported(), ["Jeb"], "Alex was online long ago");
    assert_eq!(scene.tell(Rcon, everyone(&["Jeb"]), 401), ["=Jeb@400"]);
}

#[test]
fn events_from_while_the_log_could_not_be_read_are_reported_with_their_times() {
    let mut scene = Scene::with(&[Log]);
    scene.tell(Log, everyone(&["Alex"]), 100);
    scene.tell(
        Log,
        SourceUpdate::Failed("the disk is gone".to_owned()),
        110,
    );
    let update = SourceUpdate::Roster {
        roster: roster(&["Jeb"]),
        knows_everyone: true,
        run: None,
        events: vec![
            leave("Alex", 115),
            join("Steve", 116),
            leave("Steve", 118),
            join("Jeb", 119),
        ],
    };

    assert_eq!(
        scene.tell(Log, update, 130),
        [
            "-Alex@115",
            "+Steve@116",
            "-Steve@118",
            "+Jeb@119",
            "=Jeb@129"
        ]
    );
}

#[test]
fn players_who_left_unseen_left_when_they_were_last_seen() {
    let mut scene = Scene::with(&[Rcon]);
    scene.tell(Rcon, everyone(&["Alex", "Bob"]), 100);

    let after_pause = scene.tell(Rcon, everyone(&["Bob"]), 500);
    assert_eq!(after_pause, ["-Alex@100"]);
    scene.tell(Rcon, SourceUpdate::Failed("no answer".to_owned()), 505);
    let back = scene.tell(Rcon, everyone(&[]), 600);
    assert_eq!(back, ["-Bob@505", "=@599"]);
}

#[test]
fn a_list_without_servers_leaves_players_on_their_servers() {
    let lobby = Link::Behind(server("lobby"));
    let mut scene = Scene::linked(vec![Link::Main, lobby], &[Log, Ping]);
    let mut players = Roster::default();
    let joined = GameEvent::Join {
        player: name("Alex"),
        uuid: None,
        server: Some(server("lobby")),
    };
    players.apply(&joined, UnixSeconds(90));
    let update = SourceUpdate::Roster {
        roster: players,
        knows_everyone: true,
        run: None,
        events: Vec::new(),
    };
    assert_eq!(
        scene.tell(Log, update, 100),
        ["+Alex@90", "lobby +Alex@90", "=Alex@99", "lobby =Alex@99"]
    );

    scene.tell(Log, SourceUpdate::Failed("gone".to_owned()), 110);
    let by_list = scene.tell(Ping, everyone(&["Alex", "Bob"]), 111);
    assert_eq!(by_list, ["+Bob@111", "=Alex,Bob@111"]);
    assert!(!scene.reconciler.knows_servers());
    let gone = scene.tell(Ping, everyone(&["Bob"]), 116);
    assert_eq!(gone, ["-Alex@116", "lobby -Alex@116"]);
}
