//! Which source is believed, and what a change-over tells.

use super::*;

#[test]
fn no_lesser_source_is_believed_while_a_better_one_settles() {
    let mut scene = Scene::with(&[Management, Log]);

    assert_eq!(scene.tell(Log, everybody(&["Alex"]), 100), [""; 0]);
    assert_eq!(scene.reconciler.believed(), None);
    let why = SourceUpdate::Failed("the port refuses".to_owned());
    assert_eq!(scene.tell(Management, why, 101), ["+Alex@101", "=Alex@101"]);
    assert_eq!(scene.reconciler.believed(), Some(Log));
}

#[test]
fn a_better_source_that_comes_back_takes_over_without_a_false_event() {
    let mut scene = Scene::with(&[Log]);
    scene.tell(Log, everybody(&["Alex"]), 100);
    scene.happened(Log, join("Bob", 101));

    assert_eq!(
        scene.tell(Management, everybody(&["Alex", "Bob"]), 102),
        ["=Alex,Bob@101"]
    );
    assert_eq!(scene.reconciler.believed(), Some(Management));
    assert_eq!(scene.happened(Log, join("Cid", 103)), [""; 0]);
    assert_eq!(scene.happened(Management, join("Cid", 103)), ["+Cid@103"]);
    assert_eq!(scene.happened(Management, leave("Bob", 104)), ["-Bob@104"]);
    assert_eq!(scene.happened(Log, leave("Bob", 104)), [""; 0]);
}

#[test]
fn when_the_best_source_dies_the_next_one_knows_what_happened_since() {
    let mut scene = Scene::with(&[Management, Log]);
    scene.tell(Log, everybody(&["Alex"]), 100);
    scene.tell(Management, everybody(&["Alex"]), 100);
    scene.happened(Log, event(GameEvent::Stop, 110));

    let gone = SourceUpdate::Failed("the connection was closed".to_owned());
    assert_eq!(scene.tell(Management, gone, 111), [""; 0]);
    assert_eq!(scene.tick(113), ["-Alex@113", "=@112"]);
    assert_eq!(scene.reconciler.believed(), Some(Log));
}

#[test]
fn a_log_that_is_a_moment_behind_the_list_that_died_makes_nobody_leave() {
    let mut scene = Scene::with(&[Management, Log]);
    scene.tell(Log, everybody(&[]), 100);
    scene.tell(Management, everybody(&[]), 100);
    assert_eq!(scene.happened(Management, join("Alex", 110)), ["+Alex@110"]);

    let gone = SourceUpdate::Failed("the connection was closed".to_owned());
    assert_eq!(scene.tell(Management, gone, 110), [""; 0]);
    assert_eq!(scene.happened(Log, join("Alex", 110)), [""; 0]);
    assert_eq!(scene.tick(112), ["=Alex@111"]);
}

#[test]
fn a_stop_and_a_crash_empty_the_list_at_their_time() {
    for end in [GameEvent::Stop, GameEvent::Crash] {
        let mut scene = Scene::with(&[Log]);
        scene.tell(Log, everybody(&["Alex"]), 100);

        assert_eq!(scene.happened(Log, event(end, 200)), ["-Alex@200", "=@200"]);
        assert_eq!(scene.reported(), [""; 0]);
    }
}

#[test]
fn a_log_that_saw_no_boot_gives_way_to_a_list_and_never_syncs() {
    let mut scene = Scene::with(&[Log, Rcon]);
    let some = SourceUpdate::Roster {
        roster: Roster::default(),
        knows_everyone: false,
        events: Vec::new(),
    };
    assert_eq!(scene.tell(Log, some, 100), [""; 0]);
    assert!(scene.reconciler.wants(Rcon));
    assert_eq!(
        scene.tell(Rcon, everybody(&["Alex"]), 101),
        ["+Alex@101", "=Alex@101"]
    );

    let boot = scene.happened(Log, event(GameEvent::Boot, 200));
    assert_eq!(boot, [""; 0]);
    assert_eq!(scene.tick(202), ["-Alex@202", "=@201"]);
    assert_eq!(scene.reconciler.believed(), Some(Log));
}

#[test]
fn a_log_that_saw_no_boot_tells_what_it_sees_when_there_is_nothing_else() {
    let mut scene = Scene::with(&[Log]);
    let some = SourceUpdate::Roster {
        roster: roster(&["Steve"]),
        knows_everyone: false,
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
fn a_list_asked_again_tells_who_came_and_went() {
    let mut scene = Scene::with(&[Rcon]);
    scene.tell(Rcon, everybody(&["Alex"]), 100);

    assert_eq!(
        scene.tell(Rcon, everybody(&["Bob"]), 105),
        ["-Alex@105", "+Bob@105"]
    );
}

#[test]
fn a_count_is_only_ever_a_count() {
    let mut scene = Scene::with(&[Ping]);

    let nobody_from_before = scene.tell(Ping, SourceUpdate::Count(7), 100);
    assert_eq!(nobody_from_before, ["=@100"], "of an earlier run");
    assert_eq!(scene.tell(Ping, SourceUpdate::Count(7), 105), [""; 0]);
    assert_eq!(scene.reconciler.liveness(), Liveness::Count(7));
    assert!(scene.reconciler.resync(UnixSeconds(101)).is_empty());
}

#[test]
fn names_are_not_vouched_for_when_only_another_count_is_known() {
    let mut scene = Scene::with(&[Rcon, Ping]);
    scene.tell(Ping, SourceUpdate::Count(1), 99);
    scene.tell(Rcon, everybody(&["Alex"]), 100);
    assert_eq!(scene.reconciler.liveness(), Liveness::Roster);

    scene.tell(Rcon, SourceUpdate::Failed("no answer".to_owned()), 110);
    assert_eq!(scene.tell(Ping, SourceUpdate::Count(1), 111), [""; 0]);
    assert_eq!(
        scene.reconciler.liveness(),
        Liveness::Roster,
        "the same number"
    );
    let others = scene.tell(Ping, SourceUpdate::Count(2), 120);
    assert_eq!(others, ["-Alex@120", "=@120"]);
    assert_eq!(scene.reconciler.liveness(), Liveness::Count(2));
}

#[test]
fn without_a_source_nothing_is_vouched_for_and_nobody_is_made_to_leave() {
    let mut scene = Scene::with(&[Log]);
    scene.tell(Log, everybody(&["Alex"]), 100);

    let gone = SourceUpdate::Failed("the log cannot be read".to_owned());
    assert_eq!(scene.tell(Log, gone, 110), [""; 0]);
    assert_eq!(scene.reconciler.liveness(), Liveness::Unknown);
    assert_eq!(scene.reported(), ["Alex"]);
}

#[test]
fn a_list_that_nobody_asked_for_is_not_believed_when_the_log_dies() {
    let mut scene = Scene::with(&[Log, Rcon]);
    let some = SourceUpdate::Roster {
        roster: Roster::default(),
        knows_everyone: false,
        events: Vec::new(),
    };
    scene.tell(Log, some, 100);
    scene.tell(Rcon, everybody(&["Alex"]), 101);
    scene.happened(Log, event(GameEvent::Boot, 200));
    scene.tick(202);
    scene.happened(Log, join("Jeb", 300));

    let gone = SourceUpdate::Failed("the log is gone".to_owned());
    assert_eq!(scene.tell(Log, gone, 400), [""; 0]);
    assert_eq!(scene.reported(), ["Jeb"], "Alex was on hours ago");
    assert_eq!(scene.tell(Rcon, everybody(&["Jeb"]), 401), ["=Jeb@400"]);
}

#[test]
fn what_a_log_saw_while_it_could_not_be_read_is_told_with_its_times() {
    let mut scene = Scene::with(&[Log]);
    scene.tell(Log, everybody(&["Alex"]), 100);
    scene.tell(
        Log,
        SourceUpdate::Failed("the disk is away".to_owned()),
        110,
    );
    let update = SourceUpdate::Roster {
        roster: roster(&["Jeb"]),
        knows_everyone: true,
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
fn whoever_left_while_nobody_saw_has_left_when_they_were_last_seen() {
    let mut scene = Scene::with(&[Rcon]);
    scene.tell(Rcon, everybody(&["Alex", "Bob"]), 100);

    let slept = scene.tell(Rcon, everybody(&["Bob"]), 500);
    assert_eq!(slept, ["-Alex@100"]);
    scene.tell(Rcon, SourceUpdate::Failed("no answer".to_owned()), 505);
    let back = scene.tell(Rcon, everybody(&[]), 600);
    assert_eq!(back, ["-Bob@505", "=@599"]);
}

#[test]
fn a_list_without_servers_moves_nobody_behind_a_proxy() {
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
        events: Vec::new(),
    };
    assert_eq!(
        scene.tell(Log, update, 100),
        ["+Alex@90", "lobby +Alex@90", "=Alex@99", "lobby =Alex@99"]
    );

    scene.tell(Log, SourceUpdate::Failed("gone".to_owned()), 110);
    let by_list = scene.tell(Ping, everybody(&["Alex", "Bob"]), 111);
    assert_eq!(by_list, ["+Bob@111", "=Alex,Bob@111"]);
    assert!(!scene.reconciler.knows_servers());
    let gone = scene.tell(Ping, everybody(&["Bob"]), 116);
    assert_eq!(gone, ["-Alex@116", "lobby -Alex@116"]);
}
