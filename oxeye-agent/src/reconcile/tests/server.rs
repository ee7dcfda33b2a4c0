//! Whether the game server runs: what shows it, and what does not.

mod lists;
mod restarts;

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
        scene.states_at(4_399),
        [""; 0],
        "its boot will be in the log"
    );
    assert_eq!(scene.states_at(4_400), ["up since 4100@4400"]);
}

#[test]
fn a_server_does_not_start_for_ever() {
    let mut scene = Scene::up();
    scene.states_of(GameEvent::Boot, 200);
    assert_eq!(scene.states_at(1_999), [""; 0]);
    assert_eq!(
        scene.states_at(2_000),
        ["up@2000"],
        "a pattern for the start is missing"
    );

    let mut scene = Scene::up();
    scene.states_of_port(dead(150), 157);
    scene.states_of(GameEvent::Boot, 200);
    assert_eq!(
        scene.states_at(2_000),
        ["down since 200@2000"],
        "its port is dead"
    );
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

// Its log prints the time of another zone, or its clock is wrong.
#[test]
fn a_server_whose_clock_is_slow_is_starting_nevertheless() {
    let mut scene = Scene::up();
    let boot = SourceUpdate::Events(vec![event(GameEvent::Boot, 1_000)]);
    scene.states_after(Log, boot, 4_600);

    assert_eq!(scene.states_at(4_601), [""; 0]);
    assert_eq!(scene.run(), since(Starting, 1_000));
    assert_eq!(scene.states_at(6_400), ["up@6400"]);
}

#[test]
fn setting_the_clock_back_does_not_delay_the_end_of_a_start() {
    let mut scene = Scene::up();
    scene.tick(10_000);
    scene.states_of(GameEvent::Boot, 10_000);
    scene.tick(6_400);

    assert_eq!(scene.states_at(8_200), ["up@8200"]);
}
