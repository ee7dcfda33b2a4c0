mod choice;
mod day;
mod hidden;
mod port;
mod server;

use std::collections::BTreeSet;

use oxeye_plugin_proto::{PlayerName, SyncReason};

use super::*;
use crate::game_event::GameEvent;
use crate::roster::Roster;
use crate::roster::RosterEntry;
use crate::source_update::SourceKind::{Log, Management, Ping, Rcon};

fn name(player: &str) -> PlayerName {
    PlayerName::try_from(player).expect("a name")
}

fn server(name: &str) -> ServerName {
    name.parse().expect("a server's name")
}

fn heartbeat() -> HeartbeatSecs {
    HeartbeatSecs::try_from(15).expect("an interval")
}

fn roster(players: &[&str]) -> Roster {
    let players = players
        .iter()
        .map(|player| RosterEntry::named(name(player)));
    players.collect()
}

fn everyone(players: &[&str]) -> SourceUpdate {
    SourceUpdate::Roster {
        roster: roster(players),
        knows_everyone: true,
        run: None,
        events: Vec::new(),
    }
}

fn join(player: &str, at: i64) -> TimedEvent {
    let what = GameEvent::Join {
        player: name(player),
        uuid: None,
        server: None,
    };
    TimedEvent {
        what,
        at: UnixSeconds(at),
    }
}

fn leave(player: &str, at: i64) -> TimedEvent {
    let what = GameEvent::Leave {
        player: name(player),
    };
    TimedEvent {
        what,
        at: UnixSeconds(at),
    }
}

fn event(what: GameEvent, at: i64) -> TimedEvent {
    TimedEvent {
        what,
        at: UnixSeconds(at),
    }
}

/// Formats reports as `+Alex@5`, `-Alex@5`, `=Alex,Bob@5` or `startup=@5`, after the link unless that
/// is the main one. Leaves out the state of the game server.
fn short(reports: &[Report]) -> Vec<String> {
    let is_state = |report: &&Report| matches!(report.event, Event::Heartbeat { .. });
    reports
        .iter()
        .filter(|report| !is_state(report))
        .map(in_short)
        .collect()
}

fn in_short(report: &Report) -> String {
    let link = match &report.link {
        Link::Main => String::new(),
        Link::Behind(server) => format!("{server} "),
    };
    let at = report.event.at().0;
    match &report.event {
        Event::Join { player, .. } => format!("{link}+{player}@{at}"),
        Event::Leave { player, .. } => format!("{link}-{player}@{at}"),
        Event::About { .. } => format!("{link}about@{at}"),
        Event::Heartbeat { server, since, .. } => {
            let state = format!("{:?}", server.expect("a state")).to_lowercase();
            let since = since.map_or(String::new(), |since| format!(" since {}", since.0));
            format!("{link}{state}{since}@{at}")
        }
        Event::Sync {
            players, reason, ..
        } => {
            let startup = match reason {
                Some(SyncReason::Startup) => "startup",
                _ => "",
            };
            let names: Vec<_> = players.valid.iter().map(|p| p.player.as_str()).collect();
            format!("{link}{startup}={}@{at}", names.join(","))
        }
    }
}

/// A reconciler that takes in updates, with its reports in short.
struct Scene {
    reconciler: Reconciler,
}

impl Scene {
    fn with(settling: &[SourceKind]) -> Self {
        Self::linked(vec![Link::Main], settling)
    }

    fn linked(links: Vec<Link>, settling: &[SourceKind]) -> Self {
        Self {
            reconciler: Reconciler::new(links, heartbeat(), settling.iter().copied()),
        }
    }

    fn tell(&mut self, from: SourceKind, update: SourceUpdate, now: i64) -> Vec<String> {
        short(&self.reconciler.take(from, update, UnixSeconds(now)))
    }

    fn happened(&mut self, from: SourceKind, event: TimedEvent) -> Vec<String> {
        let now = event.at.0;
        self.tell(from, SourceUpdate::Events(vec![event]), now)
    }

    fn tick(&mut self, now: i64) -> Vec<String> {
        short(&self.reconciler.tick(UnixSeconds(now)))
    }

    fn reported(&self) -> Vec<&str> {
        let reported = self.reconciler.reported().iter();
        reported.map(|entry| entry.player.as_str()).collect()
    }
}

#[test]
fn the_first_roster_is_reported_with_joins_and_a_full_sync() {
    let mut scene = Scene::with(&[Log]);
    let mut players = Roster::default();
    players.apply(&join("Alex", 50).what, UnixSeconds(50));
    let update = SourceUpdate::Roster {
        roster: players,
        knows_everyone: true,
        run: None,
        events: Vec::new(),
    };

    assert_eq!(scene.tell(Log, update, 100), ["+Alex@50", "=Alex@99"]);
    assert_eq!(scene.happened(Log, join("Bob", 101)), ["+Bob@101"]);
    assert_eq!(scene.happened(Log, join("Bob", 102)), [""; 0]);
    assert_eq!(scene.happened(Log, leave("Alex", 103)), ["-Alex@103"]);
    assert_eq!(scene.happened(Log, leave("Alex", 103)), [""; 0]);
    assert_eq!(scene.reported(), ["Bob"]);
}

#[test]
fn a_boot_reports_that_nobody_is_online() {
    let mut scene = Scene::with(&[Log]);
    scene.tell(Log, everyone(&["Alex"]), 100);

    assert_eq!(
        scene.happened(Log, event(GameEvent::Boot, 200)),
        ["startup=@200"]
    );
    assert_eq!(scene.happened(Log, leave("Alex", 201)), [""; 0]);
}

#[test]
fn events_from_while_the_agent_was_stopped_are_reported_with_their_times() {
    let mut scene = Scene::with(&[Log]);
    let update = SourceUpdate::Resumed {
        before: roster(&["Alex"]),
        is_reported: true,
        run: None,
        visited: BTreeSet::new(),
        last_event: None,
        events: vec![leave("Alex", 50), join("Bob", 60)],
        forgotten: Vec::new(),
        visible_until: UnixSeconds(45),
    };

    assert_eq!(scene.tell(Log, update, 100), ["-Alex@50", "+Bob@60"]);
    assert_eq!(scene.tell(Log, everyone(&["Bob"]), 100), ["=Bob@99"]);
}

#[test]
fn players_online_when_the_first_run_was_killed_are_reported_before_they_leave() {
    let mut scene = Scene::with(&[Log]);
    let mut before = Roster::default();
    before.apply(&join("Alex", 40).what, UnixSeconds(40));
    let update = SourceUpdate::Resumed {
        before,
        is_reported: false,
        run: None,
        visited: BTreeSet::new(),
        last_event: None,
        events: vec![leave("Alex", 50)],
        forgotten: Vec::new(),
        visible_until: UnixSeconds(45),
    };

    assert_eq!(scene.tell(Log, update, 100), ["+Alex@40", "-Alex@50"]);
}

#[test]
fn forgotten_players_were_online_while_the_log_was_followed() {
    let mut scene = Scene::with(&[Log]);
    let update = SourceUpdate::Resumed {
        before: roster(&["Alex", "Bob"]),
        is_reported: true,
        run: None,
        visited: BTreeSet::new(),
        last_event: None,
        events: vec![leave("Bob", 50)],
        forgotten: vec![name("Alex")],
        visible_until: UnixSeconds(45),
    };

    assert_eq!(scene.tell(Log, update, 100), ["-Bob@50", "-Alex@45"]);
}

#[test]
fn a_full_sync_is_sent_every_five_minutes() {
    let mut scene = Scene::with(&[Rcon]);
    scene.tell(Rcon, everyone(&["Alex"]), 100);

    assert!(scene.reconciler.tick(UnixSeconds(399)).is_empty());
    assert_eq!(
        short(&scene.reconciler.tick(UnixSeconds(400))),
        ["=Alex@399"]
    );
    assert!(scene.reconciler.tick(UnixSeconds(401)).is_empty());
}

#[test]
fn setting_the_clock_back_does_not_delay_a_full_sync() {
    let mut scene = Scene::with(&[Rcon]);
    scene.tell(Rcon, everyone(&["Alex"]), 10_000);
    scene.tick(10_001);

    assert_eq!(scene.tick(6_400), [""; 0]);

    assert_eq!(scene.tick(6_700), ["=Alex@6699"]);
}

#[test]
fn setting_the_clock_back_does_not_delay_a_changeover() {
    let mut scene = Scene::with(&[Management, Log]);
    scene.tell(Management, everyone(&["Alex"]), 10_000);
    scene.tell(Log, everyone(&["Alex"]), 10_000);
    let gone = SourceUpdate::Failed("the connection was closed".to_owned());
    scene.tell(Management, gone, 10_001);
    scene.tick(10_001);

    scene.tick(6_400);
    scene.tick(6_402);

    assert_eq!(scene.reconciler.believed(), Some(Log));
}

#[test]
fn setting_the_clock_back_does_not_delay_recovery_or_death() {
    let mut scene = Scene::with(&[Log]);
    scene.tell(Log, everyone(&["Alex"]), 10_000);
    let dead = |last_alive| PortChange::Dead {
        last_alive: UnixSeconds(last_alive),
    };
    scene.reconciler.port(dead(10_000), UnixSeconds(10_005));
    scene
        .reconciler
        .port(PortChange::Alive, UnixSeconds(10_010));
    scene.tick(10_010);

    scene.tick(6_400);
    assert_eq!(scene.tick(6_402), ["+Alex@6402", "=Alex@6402"]);

    let died = scene.reconciler.port(dead(10_010), UnixSeconds(6_410));
    assert_eq!(short(&died), ["-Alex@6410", "=@6410"]);
}

#[test]
fn each_server_behind_a_proxy_gets_its_own_reports() {
    let lobby = Link::Behind(server("lobby"));
    let arena = Link::Behind(server("arena"));
    let mut scene = Scene::linked(vec![Link::Main, arena, lobby], &[Log]);
    scene.tell(Log, everyone(&[]), 100);
    let join = GameEvent::Join {
        player: name("Alex"),
        uuid: None,
        server: Some(server("lobby")),
    };
    let switch = |to| GameEvent::Switch {
        player: name("Alex"),
        server: server(to),
    };

    assert_eq!(
        scene.happened(Log, event(join, 101)),
        ["+Alex@101", "lobby +Alex@101"]
    );
    assert_eq!(
        scene.happened(Log, event(switch("arena"), 102)),
        ["lobby -Alex@102", "arena +Alex@102"]
    );
    assert_eq!(
        scene.happened(Log, event(switch("unknown"), 103)),
        ["arena -Alex@103"]
    );
    assert_eq!(scene.happened(Log, leave("Alex", 104)), ["-Alex@104"]);
}
