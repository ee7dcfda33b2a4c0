use oxeye_plugin_proto::{PlayerName, SyncReason};

use super::*;
use crate::happening::Present;
use SourceKind::{Log, Management, Ping, Rcon};

fn name(player: &str) -> PlayerName {
    PlayerName::try_from(player).expect("a name")
}

fn server(name: &str) -> ServerName {
    name.parse().expect("a server's name")
}

fn heartbeat() -> HeartbeatSecs {
    HeartbeatSecs::try_from(15).expect("a promise")
}

fn roster(players: &[&str]) -> Presence {
    let players = players.iter().map(|player| Present::named(name(player)));
    players.collect()
}

fn everybody(players: &[&str]) -> News {
    News::Names {
        presence: roster(players),
        knows_everyone: true,
    }
}

fn join(player: &str, at: i64) -> Seen {
    let what = Happening::Join {
        player: name(player),
        uuid: None,
        server: None,
    };
    Seen {
        what,
        at: UnixSeconds(at),
    }
}

fn leave(player: &str, at: i64) -> Seen {
    let what = Happening::Leave {
        player: name(player),
    };
    Seen {
        what,
        at: UnixSeconds(at),
    }
}

fn seen(what: Happening, at: i64) -> Seen {
    Seen {
        what,
        at: UnixSeconds(at),
    }
}

/// Reports in short: `+Alex@5`, `-Alex@5`, `=Alex,Bob@5`, `startup=@5`, the link in front unless it
/// is the main one.
fn short(reports: &[Report]) -> Vec<String> {
    reports.iter().map(in_short).collect()
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
        Event::Heartbeat { .. } => format!("{link}heartbeat@{at}"),
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

/// A watch whose sources can be told things one after the other.
struct Scene {
    watch: Watch,
}

impl Scene {
    fn with(settling: &[SourceKind]) -> Self {
        Self::linked(vec![Link::Main], settling)
    }

    fn linked(links: Vec<Link>, settling: &[SourceKind]) -> Self {
        Self {
            watch: Watch::new(links, heartbeat(), settling.iter().copied()),
        }
    }

    fn tell(&mut self, from: SourceKind, news: News, now: i64) -> Vec<String> {
        short(&self.watch.take(from, news, UnixSeconds(now)))
    }

    fn happened(&mut self, from: SourceKind, seen: Seen) -> Vec<String> {
        let now = seen.at.0;
        self.tell(from, News::Happened(vec![seen]), now)
    }

    fn told(&self) -> Vec<&str> {
        let told = self.watch.told().iter();
        told.map(|present| present.player.as_str()).collect()
    }
}

#[test]
fn the_first_roster_is_told_with_joins_and_a_full_sync() {
    let mut scene = Scene::with(&[Log]);
    let mut players = Presence::default();
    players.apply(&join("Alex", 50).what, UnixSeconds(50));
    let news = News::Names {
        presence: players,
        knows_everyone: true,
    };

    assert_eq!(scene.tell(Log, news, 100), ["+Alex@50", "=Alex@99"]);
    assert_eq!(scene.happened(Log, join("Bob", 101)), ["+Bob@101"]);
    assert_eq!(scene.happened(Log, join("Bob", 102)), [""; 0]);
    assert_eq!(scene.happened(Log, leave("Alex", 103)), ["-Alex@103"]);
    assert_eq!(scene.happened(Log, leave("Alex", 103)), [""; 0]);
    assert_eq!(scene.told(), ["Bob"]);
}

#[test]
fn no_lesser_source_is_believed_while_a_better_one_settles() {
    let mut scene = Scene::with(&[Management, Log]);

    assert_eq!(scene.tell(Log, everybody(&["Alex"]), 100), [""; 0]);
    assert_eq!(scene.watch.believed(), None);
    let why = News::Fails("the port refuses".to_owned());
    assert_eq!(scene.tell(Management, why, 101), ["+Alex@101", "=Alex@100"]);
    assert_eq!(scene.watch.believed(), Some(Log));
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
    assert_eq!(scene.watch.believed(), Some(Management));
    assert_eq!(scene.happened(Log, leave("Bob", 103)), [""; 0]);
    assert_eq!(scene.happened(Management, leave("Bob", 103)), ["-Bob@103"]);
}

#[test]
fn when_the_best_source_dies_the_next_one_knows_what_happened_since() {
    let mut scene = Scene::with(&[Management, Log]);
    scene.tell(Log, everybody(&["Alex"]), 100);
    scene.tell(Management, everybody(&["Alex"]), 100);
    scene.happened(Log, seen(Happening::Stop, 110));

    let gone = News::Fails("the connection was closed".to_owned());
    assert_eq!(scene.tell(Management, gone, 111), ["-Alex@111", "=@110"]);
    assert_eq!(scene.watch.believed(), Some(Log));
}

#[test]
fn a_boot_tells_that_nobody_from_before_is_on() {
    let mut scene = Scene::with(&[Log]);
    scene.tell(Log, everybody(&["Alex"]), 100);

    assert_eq!(
        scene.happened(Log, seen(Happening::Boot, 200)),
        ["startup=@200"]
    );
    assert_eq!(scene.happened(Log, leave("Alex", 201)), [""; 0]);
}

#[test]
fn a_stop_and_a_crash_empty_the_list_at_their_time() {
    for end in [Happening::Stop, Happening::Crash] {
        let mut scene = Scene::with(&[Log]);
        scene.tell(Log, everybody(&["Alex"]), 100);

        assert_eq!(scene.happened(Log, seen(end, 200)), ["-Alex@200", "=@200"]);
        assert_eq!(scene.told(), [""; 0]);
    }
}

#[test]
fn what_happened_while_the_agent_was_away_is_told_with_its_times() {
    let mut scene = Scene::with(&[Log]);
    let news = News::Resumed {
        before: roster(&["Alex"]),
        seen: vec![leave("Alex", 50), join("Bob", 60)],
    };

    assert_eq!(scene.tell(Log, news, 100), ["-Alex@50", "+Bob@60"]);
    assert_eq!(scene.tell(Log, everybody(&["Bob"]), 100), ["=Bob@99"]);
}

#[test]
fn a_log_that_saw_no_boot_gives_way_to_a_list_and_never_syncs() {
    let mut scene = Scene::with(&[Log, Rcon]);
    let some = News::Names {
        presence: Presence::default(),
        knows_everyone: false,
    };
    assert_eq!(scene.tell(Log, some, 100), [""; 0]);
    assert!(scene.watch.wants(Rcon));
    assert_eq!(
        scene.tell(Rcon, everybody(&["Alex"]), 101),
        ["+Alex@101", "=Alex@100"]
    );

    let boot = scene.happened(Log, seen(Happening::Boot, 200));
    assert_eq!(boot, ["-Alex@200", "=@199"]);
    assert_eq!(scene.watch.believed(), Some(Log));
}

#[test]
fn a_log_that_saw_no_boot_tells_what_it_sees_when_there_is_nothing_else() {
    let mut scene = Scene::with(&[Log]);
    let some = News::Names {
        presence: Presence::default(),
        knows_everyone: false,
    };
    scene.tell(Log, some, 100);

    assert_eq!(scene.happened(Log, join("Alex", 101)), ["+Alex@101"]);
    assert!(scene.watch.resync(UnixSeconds(102)).is_empty());
    assert_eq!(
        scene.happened(Log, seen(Happening::Boot, 200)),
        ["startup=@200"]
    );
    assert_eq!(short(&scene.watch.resync(UnixSeconds(201))), ["=@200"]);
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
fn a_full_sync_goes_out_every_five_minutes() {
    let mut scene = Scene::with(&[Rcon]);
    scene.tell(Rcon, everybody(&["Alex"]), 100);

    assert!(scene.watch.tick(UnixSeconds(399)).is_empty());
    assert_eq!(short(&scene.watch.tick(UnixSeconds(400))), ["=Alex@399"]);
    assert!(scene.watch.tick(UnixSeconds(401)).is_empty());
}

#[test]
fn a_count_is_only_ever_a_count() {
    let mut scene = Scene::with(&[Ping]);

    assert_eq!(scene.tell(Ping, News::Count(7), 100), [""; 0]);
    assert_eq!(scene.watch.pulse(), Pulse::Count(7));
    assert!(scene.watch.resync(UnixSeconds(101)).is_empty());
}

#[test]
fn names_are_not_vouched_for_when_only_another_count_is_known() {
    let mut scene = Scene::with(&[Rcon, Ping]);
    scene.tell(Ping, News::Count(1), 99);
    scene.tell(Rcon, everybody(&["Alex"]), 100);
    assert_eq!(scene.watch.pulse(), Pulse::Names);

    scene.tell(Rcon, News::Fails("no answer".to_owned()), 110);
    assert_eq!(scene.watch.pulse(), Pulse::Names, "the same number");
    scene.tell(Ping, News::Count(2), 120);
    assert_eq!(scene.watch.pulse(), Pulse::Silent);
    assert_eq!(
        scene.tell(Ping, News::Count(0), 130),
        ["-Alex@130", "=@130"]
    );
}

#[test]
fn without_a_source_nothing_is_vouched_for_and_nobody_is_made_to_leave() {
    let mut scene = Scene::with(&[Log]);
    scene.tell(Log, everybody(&["Alex"]), 100);

    let gone = News::Fails("the log cannot be read".to_owned());
    assert_eq!(scene.tell(Log, gone, 110), [""; 0]);
    assert_eq!(scene.watch.pulse(), Pulse::Silent);
    assert_eq!(scene.told(), ["Alex"]);
}

#[test]
fn a_dead_port_empties_the_list_at_the_last_sign_of_life() {
    let mut scene = Scene::with(&[Log]);
    scene.tell(Log, everybody(&["Alex"]), 100);
    let dead = PortChange::Dead {
        last_alive: UnixSeconds(150),
    };

    let reports = scene.watch.port(dead, UnixSeconds(160));
    assert_eq!(short(&reports), ["-Alex@150", "=@150"]);
    assert_eq!(scene.watch.pulse(), Pulse::Names);

    let alive = scene.watch.port(PortChange::Alive, UnixSeconds(200));
    assert_eq!(short(&alive), ["+Alex@200", "=Alex@199"]);
}

#[test]
fn whoever_came_on_after_the_last_knock_was_on_until_then_at_least() {
    let mut scene = Scene::with(&[Log]);
    scene.tell(Log, everybody(&["Alex"]), 100);
    scene.happened(Log, join("Bob", 152));
    let dead = PortChange::Dead {
        last_alive: UnixSeconds(150),
    };

    let reports = scene.watch.port(dead, UnixSeconds(160));

    assert_eq!(short(&reports), ["-Alex@152", "-Bob@152", "=@152"]);
}

#[test]
fn a_boot_after_a_dead_port_leaves_nobody_to_come_back() {
    let mut scene = Scene::with(&[Log]);
    scene.tell(Log, everybody(&["Alex"]), 100);
    let dead = PortChange::Dead {
        last_alive: UnixSeconds(150),
    };
    scene.watch.port(dead, UnixSeconds(160));

    assert_eq!(
        scene.happened(Log, seen(Happening::Boot, 170)),
        ["startup=@170"]
    );
    assert_eq!(scene.happened(Log, join("Bob", 180)), ["+Bob@180"]);
    assert!(
        scene
            .watch
            .port(PortChange::Alive, UnixSeconds(190))
            .is_empty()
    );
    assert_eq!(scene.told(), ["Bob"]);
}

#[test]
fn each_server_behind_a_proxy_learns_its_own() {
    let lobby = Link::Behind(server("lobby"));
    let arena = Link::Behind(server("arena"));
    let mut scene = Scene::linked(vec![Link::Main, arena, lobby], &[Log]);
    scene.tell(Log, everybody(&[]), 100);
    let join = Happening::Join {
        player: name("Alex"),
        uuid: None,
        server: Some(server("lobby")),
    };
    let switch = |to| Happening::Switch {
        player: name("Alex"),
        server: server(to),
    };

    assert_eq!(
        scene.happened(Log, seen(join, 101)),
        ["+Alex@101", "lobby +Alex@101"]
    );
    assert_eq!(
        scene.happened(Log, seen(switch("arena"), 102)),
        ["lobby -Alex@102", "arena +Alex@102"]
    );
    assert_eq!(
        scene.happened(Log, seen(switch("unknown"), 103)),
        ["arena -Alex@103"]
    );
    assert_eq!(scene.happened(Log, leave("Alex", 104)), ["-Alex@104"]);
}
