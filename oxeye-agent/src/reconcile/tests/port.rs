//! A port on which nobody listens any more.

use super::*;

#[test]
fn a_dead_port_empties_the_list_at_the_last_sign_of_life() {
    let mut scene = Scene::with(&[Log]);
    scene.tell(Log, everybody(&["Alex"]), 100);
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

/// A server that is started anew opens its port about when it writes that it boots.
#[test]
fn a_port_that_opens_before_the_boot_is_read_brings_nobody_back() {
    let mut scene = Scene::with(&[Log]);
    scene.tell(Log, everybody(&["Alex"]), 100);
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
fn a_boot_after_a_dead_port_leaves_nobody_to_come_back() {
    let mut scene = Scene::with(&[Log]);
    scene.tell(Log, everybody(&["Alex"]), 100);
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
fn whoever_came_on_after_the_last_knock_was_on_until_then_at_least() {
    let mut scene = Scene::with(&[Log]);
    scene.tell(Log, everybody(&["Alex"]), 100);
    scene.happened(Log, join("Bob", 152));
    let dead = PortChange::Dead {
        last_alive: UnixSeconds(150),
    };

    let reports = scene.reconciler.port(dead, UnixSeconds(160));

    assert_eq!(short(&reports), ["-Alex@152", "-Bob@152", "=@152"]);
}

#[test]
fn whatever_an_earlier_run_saw_shows_that_the_server_was_alive_then() {
    let mut scene = Scene::with(&[Log]);
    let resumed = SourceUpdate::Resumed {
        before: roster(&["Alex"]),
        is_reported: true,
        last_event: Some(UnixSeconds(152)),
        events: Vec::new(),
        forgotten: Vec::new(),
        visible_until: UnixSeconds(155),
    };
    scene.tell(Log, resumed, 160);
    scene.tell(Log, everybody(&["Alex"]), 160);
    let dead = PortChange::Dead {
        last_alive: UnixSeconds(150),
    };

    let reports = scene.reconciler.port(dead, UnixSeconds(170));

    assert_eq!(short(&reports), ["-Alex@152", "=@152"]);
}
