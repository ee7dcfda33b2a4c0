//! What is known when the agent starts again.

use super::*;

#[test]
fn what_happened_while_the_agent_was_stopped_is_reported_with_its_times() {
    let mut scene = Scene::with(&[Log]);
    let resumed = SourceUpdate::Resumed {
        before: roster(&["Alex"]),
        is_reported: true,
        run: since(Up, 50),
        visited: BTreeSet::new(),
        last_event: None,
        events: vec![event(GameEvent::Stop, 110), event(GameEvent::Boot, 120)],
        forgotten: Vec::new(),
        visible_until: UnixSeconds(100),
    };

    assert_eq!(
        scene.states_after(Log, resumed, 130),
        ["down since 110@110", "starting since 120@120"]
    );
}

#[test]
fn a_server_is_up_since_before_the_agent_was_stopped() {
    let mut scene = Scene::with(&[Log]);
    let resumed = SourceUpdate::Resumed {
        before: roster(&["Alex", "Bob"]),
        is_reported: true,
        run: since(Up, 50),
        visited: BTreeSet::from([server("lobby")]),
        last_event: None,
        events: vec![leave("Bob", 110)],
        forgotten: Vec::new(),
        visible_until: UnixSeconds(100),
    };
    scene.tell(Log, resumed, 130);

    let reported = scene.states_after(Log, up_since(50), 131);

    assert_eq!(reported, ["up since 50@131"]);
    let lobby = Link::Behind(server("lobby"));
    let known = scene.reconciler.server_run_at(&lobby);
    assert_eq!(known.map(|run| run.state), Some(Up));
}

#[test]
fn an_old_log_does_not_say_that_a_server_is_up_before_its_port_was_checked() {
    let mut scene = Scene::with(&[Log]);
    scene.reconciler.await_port();
    assert_eq!(scene.tell(Log, up_since(50), 100), ["+Alex@100"]);
    assert_eq!(scene.run(), None);

    let alive = scene.reconciler.port(PortChange::Alive, UnixSeconds(101));
    let alive: Vec<_> = alive.iter().map(in_short).collect();
    assert_eq!(alive, ["up since 50@101", "=Alex@100"]);
}

#[test]
fn a_port_out_of_reach_changes_nothing_about_what_the_log_says() {
    let mut scene = Scene::with(&[Log]);
    scene.reconciler.await_port();
    scene.tell(Log, up_since(50), 100);

    assert_eq!(
        scene.states_of_port(PortChange::Unclear, 101),
        ["up since 50@101"]
    );
    assert_eq!(
        scene.states_of(GameEvent::Crash, 200),
        ["down since 200@200"]
    );
}
