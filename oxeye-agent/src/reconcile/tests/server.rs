//! Whether the game server runs: what shows it, and what does not.

use oxeye_plugin_proto::GameServerState::{self, Down, Starting, Up};

use super::*;
use crate::server_run::ServerRun;

/// Returns the changes of the state, in short.
fn states(reports: &[Report]) -> Vec<String> {
    let is_state = |report: &&Report| matches!(report.event, Event::Heartbeat { .. });
    reports.iter().filter(is_state).map(in_short).collect()
}

fn dead(last_alive: i64) -> PortChange {
    PortChange::Dead {
        last_alive: UnixSeconds(last_alive),
    }
}

fn since(state: GameServerState, since: i64) -> Option<ServerRun> {
    Some(ServerRun::since(state, UnixSeconds(since)))
}

fn up_since(since: i64) -> SourceUpdate {
    SourceUpdate::Roster {
        roster: roster(&["Alex"]),
        knows_everyone: true,
        run: Some(ServerRun::since(Up, UnixSeconds(since))),
        events: Vec::new(),
    }
}

fn failed() -> SourceUpdate {
    SourceUpdate::Failed("there is no answer".to_owned())
}

impl Scene {
    /// Returns a scene in which the log says that the server is up since 50.
    fn up() -> Self {
        let mut scene = Self::with(&[Log]);
        scene.tell(Log, up_since(50), 100);
        scene
    }

    fn states_after(&mut self, from: SourceKind, update: SourceUpdate, now: i64) -> Vec<String> {
        states(&self.reconciler.take(from, update, UnixSeconds(now)))
    }

    fn states_of(&mut self, what: GameEvent, at: i64) -> Vec<String> {
        self.states_after(Log, SourceUpdate::Events(vec![event(what, at)]), at)
    }

    fn states_of_port(&mut self, change: PortChange, now: i64) -> Vec<String> {
        states(&self.reconciler.port(change, UnixSeconds(now)))
    }

    fn states_at(&mut self, now: i64) -> Vec<String> {
        states(&self.reconciler.tick(UnixSeconds(now)))
    }

    fn run(&self) -> Option<ServerRun> {
        self.reconciler.server_run()
    }
}

#[test]
fn a_restart_is_reported_step_by_step_after_what_it_means_for_the_players() {
    let mut scene = Scene::with(&[Log]);
    assert_eq!(
        scene.states_after(Log, up_since(50), 100),
        ["up since 50@100"]
    );
    let events = [
        (GameEvent::Stop, 200),
        (GameEvent::Boot, 205),
        (GameEvent::Start, 230),
    ];
    let events = events.map(|(what, at)| event(what, at)).to_vec();

    let reports = scene
        .reconciler
        .take(Log, SourceUpdate::Events(events), UnixSeconds(231));

    let all: Vec<_> = reports.iter().map(in_short).collect();
    assert_eq!(
        all,
        [
            "-Alex@200",
            "=@200",
            "down since 200@200",
            "startup=@205",
            "starting since 205@205",
            "up since 230@230",
        ]
    );
}

#[test]
fn a_state_is_reported_once() {
    let mut scene = Scene::up();
    assert_eq!(
        scene.states_of(GameEvent::Stop, 200),
        ["down since 200@200"]
    );
    assert_eq!(scene.states_of(GameEvent::Stop, 201), [""; 0]);
    assert_eq!(scene.states_at(300), [""; 0]);
    assert_eq!(scene.run(), since(Down, 200));
}

#[test]
fn nothing_is_reported_while_nothing_is_known() {
    let mut scene = Scene::with(&[Log]);
    let first = scene.reconciler.take(Log, everyone(&[]), UnixSeconds(100));

    assert_eq!(states(&first), [""; 0]);
    assert_eq!(scene.run(), None);
    let promises = first.iter().any(|report| {
        matches!(
            report.event,
            Event::Sync {
                heartbeat_secs: Some(_),
                ..
            }
        )
    });
    assert!(!promises, "there will be no heartbeats");
    assert_eq!(scene.states_of_port(PortChange::Alive, 105), ["up@105"]);
}

#[test]
fn a_killed_server_is_down_since_its_port_last_answered() {
    let mut scene = Scene::up();
    assert_eq!(scene.states_of_port(dead(150), 157), ["down since 150@157"]);

    scene.reconciler.port(PortChange::Alive, UnixSeconds(170));
    assert_eq!(scene.states_at(171), [""; 0]);
    assert_eq!(scene.states_at(172), ["up since 170@172"]);
}

#[test]
fn a_dead_port_does_not_make_a_server_down_that_has_begun_to_start() {
    let mut scene = Scene::up();
    scene.states_of(GameEvent::Stop, 200);
    scene.states_of(GameEvent::Boot, 204);

    assert_eq!(scene.states_of_port(dead(201), 207), [""; 0]);
    scene.reconciler.port(PortChange::Alive, UnixSeconds(210));
    assert_eq!(scene.states_at(212), [""; 0]);
    assert_eq!(scene.run(), since(Starting, 204));
    assert_eq!(
        scene.states_of_port(dead(210), 217),
        ["down since 210@217"],
        "its port had opened already"
    );
}

#[test]
fn a_server_that_stopped_is_down_although_its_port_still_accepts_connections() {
    let mut scene = Scene::up();
    scene.reconciler.port(PortChange::Alive, UnixSeconds(101));
    scene.states_of(GameEvent::Stop, 200);

    assert_eq!(
        scene.states_at(4_000),
        [""; 0],
        "it may be a proxy of the port"
    );
    scene.states_of_port(dead(4_000), 4_007);
    scene.states_of_port(PortChange::Alive, 4_100);
    assert_eq!(
        scene.states_at(4_219),
        [""; 0],
        "its boot will be in the log"
    );
    assert_eq!(scene.states_at(4_220), ["up since 4100@4220"]);
}

#[test]
fn no_source_that_fails_makes_a_server_down() {
    for kind in [Management, Log, Rcon, Ping] {
        let mut scene = Scene::with(&[kind]);
        scene.tell(kind, up_since(50), 100);
        scene.tell(kind, failed(), 200);

        assert_ne!(scene.run().map(|run| run.state), Some(Down), "{kind}");
        assert_eq!(scene.states_at(9_999), [""; 0], "{kind}");
    }
}

#[test]
fn a_list_that_answers_shows_that_the_server_is_up() {
    let mut scene = Scene::with(&[Rcon]);
    assert_eq!(scene.states_after(Rcon, everyone(&[]), 100), ["up@100"]);
    scene.tell(Rcon, failed(), 105);
    assert_eq!(scene.states_of_port(dead(100), 108), ["down since 100@108"]);

    let back = scene.states_after(Rcon, everyone(&[]), 120);

    assert_eq!(back, ["up since 120@120"]);
    assert_eq!(scene.states_at(130), [""; 0]);
}

#[test]
fn a_list_may_answer_while_the_server_saves_its_worlds() {
    let mut scene = Scene::with(&[Management]);
    scene.tell(Management, everyone(&["Alex"]), 100);
    let stop = SourceUpdate::Events(vec![event(GameEvent::Stop, 110)]);
    assert_eq!(
        scene.states_after(Management, stop, 110),
        ["down since 110@110"]
    );

    assert_eq!(scene.states_after(Management, everyone(&[]), 170), [""; 0]);
    scene.tell(Management, failed(), 175);
    let back = scene.states_after(Management, everyone(&[]), 190);
    assert_eq!(back, ["up since 190@190"]);
}

#[test]
fn a_management_server_may_answer_before_the_server_has_started() {
    let mut scene = Scene::with(&[Management]);
    let starting = SourceUpdate::Roster {
        roster: Roster::default(),
        knows_everyone: true,
        run: since(Starting, 100),
        events: Vec::new(),
    };
    assert_eq!(
        scene.states_after(Management, starting, 100),
        ["starting since 100@100"]
    );
    assert_eq!(scene.states_after(Management, everyone(&[]), 160), [""; 0]);
    let start = SourceUpdate::Events(vec![event(GameEvent::Start, 170)]);
    assert_eq!(
        scene.states_after(Management, start, 170),
        ["up since 170@170"]
    );
}

#[test]
fn a_server_does_not_start_for_ever() {
    let mut scene = Scene::up();
    scene.states_of(GameEvent::Boot, 200);
    assert_eq!(scene.states_at(1_099), [""; 0]);
    assert_eq!(
        scene.states_at(1_100),
        ["up@1100"],
        "a pattern for the start is missing"
    );

    let mut scene = Scene::up();
    scene.states_of_port(dead(150), 157);
    scene.states_of(GameEvent::Boot, 200);
    assert_eq!(
        scene.states_at(1_100),
        ["down since 200@1100"],
        "its port is dead"
    );
}

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

#[test]
fn a_list_that_answers_outweighs_a_log_that_ended_long_ago() {
    let mut scene = Scene::with(&[Rcon, Log]);
    scene.tell(Rcon, everyone(&[]), 1_000);
    let ended = SourceUpdate::Roster {
        roster: Roster::default(),
        knows_everyone: true,
        run: since(Down, 50),
        events: Vec::new(),
    };

    assert_eq!(scene.states_after(Log, ended, 1_001), ["up@1001"]);
}

#[test]
fn a_server_behind_a_proxy_is_up_once_a_player_was_on_it_while_the_proxy_is_up() {
    let lobby = Link::Behind(server("lobby"));
    let mut scene = Scene::linked(vec![Link::Main, lobby.clone()], &[Log]);
    assert_eq!(
        scene.states_of(GameEvent::Boot, 100),
        ["starting since 100@100"]
    );
    scene.tell(Log, everyone(&[]), 101);
    assert_eq!(scene.states_of(GameEvent::Start, 102), ["up since 102@102"]);
    assert_eq!(scene.reconciler.server_run_at(&lobby), None);
    let join = GameEvent::Join {
        player: name("Alex"),
        uuid: None,
        server: Some(server("lobby")),
    };
    assert_eq!(scene.states_of(join, 110), ["lobby up@110"]);

    let player = name("Alex");
    assert_eq!(scene.states_of(GameEvent::Leave { player }, 120), [""; 0]);
    assert!(scene.reconciler.server_run_at(&lobby).is_some());
    assert_eq!(
        scene.states_of(GameEvent::Stop, 200),
        ["down since 200@200"]
    );
    assert_eq!(scene.reconciler.server_run_at(&lobby), None, "nobody knows");
}

#[test]
fn setting_the_clock_back_does_not_delay_the_end_of_a_start() {
    let mut scene = Scene::up();
    scene.tick(10_000);
    scene.states_of(GameEvent::Boot, 10_000);
    scene.tick(6_400);

    assert_eq!(scene.states_at(7_300), ["up@7300"]);
}
