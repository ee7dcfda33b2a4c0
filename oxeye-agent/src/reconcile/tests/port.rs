//! A port that no longer accepts connections.

use super::*;

#[test]
fn when_the_port_dies_everyone_left_at_its_last_answer() {
    let mut scene = Scene::with(&[Log]);
    scene.tell(Log, everyone(&["Alex"]), 100);
    let dead = PortChange::Dead {
        last_alive: UnixSeconds(150),
    };

    let reports = scene.reconciler.port(dead, UnixSeconds(160));
    assert_eq!(short(&reports), ["-Alex@150", "=@150"]);
    assert_eq!(scene.reconciler.liveness(), Liveness::Roster);

    scene.reconciler.port(PortChange::Alive, UnixSeconds(198));
    assert_eq!(short(&scene.reconciler.tick(UnixSeconds(199))), [""; 0]);
    let alive = scene.reconciler.tick(UnixSeconds(200));
    assert_eq!(short(&alive), ["+Alex@200", "=Alex@200"]);
}

// A restarted server opens its port at about the time it logs its boot.
#[test]
fn nobody_comes_back_if_the_port_opens_before_the_boot_is_read() {
    let mut scene = Scene::with(&[Log]);
    scene.tell(Log, everyone(&["Alex"]), 100);
    let dead = PortChange::Dead {
        last_alive: UnixSeconds(150),
    };
    scene.reconciler.port(dead, UnixSeconds(160));

    let alive = scene.reconciler.port(PortChange::Alive, UnixSeconds(170));
    assert_eq!(short(&alive), [""; 0]);
    assert_eq!(short(&scene.reconciler.tick(UnixSeconds(171))), [""; 0]);
    let boot = scene.happened(Log, event(GameEvent::Boot, 170));
    assert_eq!(boot, ["startup=@170"]);
    assert_eq!(short(&scene.reconciler.tick(UnixSeconds(175))), [""; 0]);
}

#[test]
fn nobody_comes_back_after_a_boot() {
    let mut scene = Scene::with(&[Log]);
    scene.tell(Log, everyone(&["Alex"]), 100);
    let dead = PortChange::Dead {
        last_alive: UnixSeconds(150),
    };
    scene.reconciler.port(dead, UnixSeconds(160));

    assert_eq!(
        scene.happened(Log, event(GameEvent::Boot, 170)),
        ["startup=@170"]
    );
    assert_eq!(scene.happened(Log, join("Bob", 180)), ["+Bob@180"]);
    assert!(
        scene
            .reconciler
            .port(PortChange::Alive, UnixSeconds(190))
            .is_empty()
    );
    assert_eq!(scene.reported(), ["Bob"]);
}

#[test]
fn a_join_after_the_last_check_shows_that_the_server_was_alive() {
    let mut scene = Scene::with(&[Log]);
    scene.tell(Log, everyone(&["Alex"]), 100);
    scene.happened(Log, join("Bob", 152));
    let dead = PortChange::Dead {
        last_alive: UnixSeconds(150),
    };

    let reports = scene.reconciler.port(dead, UnixSeconds(160));

    assert_eq!(short(&reports), ["-Alex@152", "-Bob@152", "=@152"]);
}

#[test]
fn an_event_in_an_earlier_run_shows_that_the_server_was_alive() {
    let mut scene = Scene::with(&[Log]);
    let resumed = SourceUpdate::Resumed {
        before: roster(&["Alex"]),
        is_reported: true,
        run: None,
        visited: BTreeSet::new(),
        last_event: Some(UnixSeconds(152)),
        events: Vec::new(),
        forgotten: Vec::new(),
        visible_until: UnixSeconds(155),
    };
    scene.tell(Log, resumed, 160);
    scene.tell(Log, everyone(&["Alex"]), 160);
    let dead = PortChange::Dead {
        last_alive: UnixSeconds(150),
    };

    let reports = scene.reconciler.port(dead, UnixSeconds(170));

    assert_eq!(short(&reports), ["-Alex@152", "=@152"]);
}
