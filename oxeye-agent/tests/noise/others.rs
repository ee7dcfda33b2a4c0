//! Servers and proxies of the other families.

use std::collections::BTreeSet;

use oxeye_agent::game_event::GameEvent;
use oxeye_agent::log::{ActivityKinds, LogOptions, LogReader};
use proptest::prelude::*;

use super::{STEPS_PER_LOG, run, text};

/// How one kind of server prints its lines. `{p}` is a player, `{t}` is text that somebody chose, and
/// `{n}` is the number of the connection.
#[derive(Debug, Clone, Copy)]
struct Kind {
    boot: &'static str,
    players: &'static [&'static str],
    /// The lines when a player joins. One of them is the join.
    joins: &'static [&'static str],
    /// The ways in which a player leaves. One line of each is the leave.
    leaves: &'static [&'static [&'static str]],
    /// Lines without an event.
    noise: &'static [&'static str],
    /// Whether a line without a head continues somebody's message.
    has_continuations: bool,
}

const GAMERTAGS: &[&str] = &[
    "Fern",
    "Old Oak Tree",
    "guest, the 2nd",
    "a, xuid: 5",
    "Server started.",
];
const NAMES: &[&str] = &["Fern", "Old Oak", "Alder_2", "joined", "Done"];
const PLAIN: &[&str] = &["Fern", "Alder_2", "left", "Stopping", "x"];
const OFFLINE: &[&str] = &["Fern", "Alder_2", "joined", ".Old Oak", "<x>", "*"];

const BEDROCK: Kind = Kind {
    boot: "[2026-11-20 12:00:00:000 INFO] Starting Server",
    players: GAMERTAGS,
    joins: &[
        "[2026-11-20 12:00:00:000 INFO] Player connected: {p}, xuid: 2535",
        "[2026-11-20 12:00:00:000 INFO] Player Spawned: {p} xuid: 2535, pfid: 2c31",
    ],
    leaves: &[&["[2026-11-20 12:00:00:000 INFO] Player disconnected: {p}, xuid: 2535, pfid: 2c31"]],
    noise: &[
        "[2026-11-20 12:00:00:000 INFO] [Scripting] {t}",
        "[2026-11-20 12:00:00:000 INFO] [{p}]: {t}",
        "[2026-11-20 12:00:00:000 INFO] <{p}> {t}",
        "[2026-11-20 12:00:00:000 ERROR] {t}",
        "[2026-11-20 12:00:00:000 INFO] Running AutoCompaction...",
    ],
    has_continuations: true,
};

const LEVILAMINA: Kind = Kind {
    boot: "[2026-11-20 12:00:00.000 INFO][Server] Starting Server",
    players: GAMERTAGS,
    joins: &["[2026-11-20 12:00:00.000 INFO][Server] Player connected: {p}, xuid: 2535"],
    leaves: &[&["[2026-11-20 12:00:00.000 INFO][Server] Player disconnected: {p}, xuid: 2535"]],
    noise: &[
        "[2026-11-20 12:00:00.000 INFO][SomeMod] {t}",
        "[2026-11-20 12:00:00.000 INFO][Server] <{p}> {t}",
        "[2026-11-20 12:00:00.000 INFO][Server] [{p}] {t}",
        "[2026-11-20 12:00:00.000 WARN][Server] {t}",
        "[2026-11-20 12:00:00.000 INFO] {p}: {t}",
    ],
    has_continuations: true,
};

const LEVILAMINA_CONSOLE: Kind = Kind {
    boot: "12:00:00.000 INFO [Server] Starting Server",
    players: GAMERTAGS,
    joins: &["12:00:00.000 INFO [Server] Player connected: {p}, xuid: 2535"],
    leaves: &[&["12:00:00.000 INFO [Server] Player disconnected: {p}, xuid: 2535"]],
    noise: &[
        "12:00:00.000 INFO [SomeMod] {t}",
        "12:00:00.000 INFO [Server] <{p}> {t}",
        "12:00:00.000 WARN [Server] {t}",
    ],
    has_continuations: true,
};

const ENDSTONE: Kind = Kind {
    boot: "[12:00:00] [2345/INFO]: [Server] Starting Server",
    players: GAMERTAGS,
    joins: &["[12:00:00] [2345/INFO]: [Server] Player connected: {p}, xuid: 2535"],
    leaves: &[&["[12:00:00] [2345/INFO]: [Server] Player disconnected: {p}, xuid: 2535"]],
    noise: &[
        "[12:00:00] [2345/INFO]: [SomePlugin] {t}",
        "[12:00:00] [2345/INFO]: [Server] <{p}> {t}",
        "[12:00:00] [2345/INFO]: <{p}> {t}",
        "[12:00:00] [2345/INFO]: {p} issued server command: /{t}",
        "[12:00:00] [2345/WARN]: [Server] {t}",
    ],
    has_continuations: true,
};

const ENDSTONE_CONSOLE: Kind = Kind {
    boot: "[12:00:00 INFO]: [Server] Starting Server",
    players: GAMERTAGS,
    joins: &["[12:00:00 INFO]: [Server] Player connected: {p}, xuid: 2535"],
    leaves: &[&["[12:00:00 INFO]: [Server] Player disconnected: {p}, xuid: 2535"]],
    noise: &[
        "[12:00:00 INFO]: [SomePlugin] {t}",
        "[12:00:00 INFO]: [Server] <{p}> {t}",
        "[12:00:00 INFO]: <{p}> {t}",
        "[12:00:00 INFO]: {p} issued server command: /{t}",
    ],
    has_continuations: true,
};

const POCKETMINE: Kind = Kind {
    boot: "[12:00:00.000] [Server thread/INFO]: Starting Minecraft: Bedrock Edition server version v1.21",
    players: NAMES,
    joins: &[
        "[12:00:00.000] [Server thread/INFO]: [NetworkSession: 192.0.2.7 5] Player: {p}",
        "[12:00:00.000] [Server thread/INFO]: {p}[/192.0.2.7:5] logged in with entity id 3 at (world, 1, 2, 3)",
        "[12:00:00.000] [Server thread/INFO]: {p} joined the game",
    ],
    leaves: &[
        &[
            "[12:00:00.000] [Server thread/INFO]: {p} left the game",
            "[12:00:00.000] [Server thread/INFO]: [NetworkSession: {p}] Session closed due to {t}",
        ],
        &["[12:00:00.000] [Server thread/INFO]: {p}[/192.0.2.7:5] logged out due to {t}"],
    ],
    noise: &[
        "[12:00:00.000] [Server thread/INFO]: <{p}> {t}",
        "[12:00:00.000] [Server thread/INFO]: * {p} {t}",
        "[12:00:00.000] [Server thread/INFO]: [{p}] {t}",
        "[12:00:00.000] [Server thread/INFO]: [{p}: {t}]",
        "[12:00:00.000] [Server thread/INFO]: [SomePlugin] {t}",
        "[12:00:00.000] [Server thread/INFO]: {p} > {t}",
        "[12:00:00.000] [Server thread/INFO]: {p}: {t}",
        "[12:00:00.000] [Server thread/INFO]: {p} was slain by {t}",
        "[12:00:00.000] [Server thread/WARNING]: {p} moved wrongly!",
        "[12:00:00.000] [AsyncWorker#0 thread/INFO]: [{t}",
    ],
    has_continuations: true,
};

const NUKKIT: Kind = Kind {
    boot: "12:00:00 [INFO ] Starting Minecraft: BE server version v1.21",
    players: NAMES,
    joins: &[
        "12:00:00 [INFO ] §e{p} joined the game",
        "12:00:00 [INFO ] §b{p}§f[/192.0.2.7:5] logged in with entity id 2 at (world, 1.0, 2.0, 3.0)",
    ],
    leaves: &[
        &[
            "12:00:00 [INFO ] §e{p} left the game",
            "12:00:00 [INFO ] §b{p}§f[/192.0.2.7:5] logged out due to {t}",
        ],
        &["12:00:00 [INFO ] §b{p}§f[/192.0.2.7:5] logged out due to {t}"],
    ],
    noise: &[
        "12:00:00 [INFO ] <§7{p}§f> {t}",
        "12:00:00 [INFO ] §7* {p} {t}",
        "12:00:00 [INFO ] §d[{p}] {t}",
        "12:00:00 [INFO ] §8[§eVIP§8] §f{p}: {t}",
        "12:00:00 [INFO ] [SomePlugin] {t}",
        "12:00:00 [WARN ] {p} moved wrongly!",
    ],
    has_continuations: true,
};

const PUMPKIN: Kind = Kind {
    boot: "2026-11-20 12:00:00  INFO main ThreadId(01) pumpkin: Starting Pumpkin 0.1.0",
    players: PLAIN,
    joins: &["2026-11-20 12:00:00  INFO tokio ThreadId(02) pumpkin::world: {p} joined the game"],
    leaves: &[&["2026-11-20 12:00:00  INFO tokio ThreadId(02) pumpkin::world: {p} left the game"]],
    noise: &[
        "2026-11-20 12:00:00  INFO tokio ThreadId(02) pumpkin::net: <chat> {p}: {t}",
        "2026-11-20 12:00:00  INFO tokio ThreadId(02) pumpkin::world: [{p}] {t}",
        "2026-11-20 12:00:00  INFO tokio ThreadId(02) pumpkin_plugin: {t}",
        "2026-11-20 12:00:00  INFO tokio ThreadId(02) plugin: {t}",
        "2026-11-20 12:00:00  WARN tokio ThreadId(02) pumpkin::world: {t}",
    ],
    has_continuations: false,
};

const PUMPKIN_FILE: Kind = Kind {
    boot: "[INFO] Starting Pumpkin 0.1.0",
    players: PLAIN,
    joins: &["[INFO] {p} joined the game"],
    leaves: &[&["[INFO] {p} left the game"]],
    noise: &["[INFO] <chat> {p}: {t}", "[INFO] [{p}] {t}", "[WARN] {t}"],
    has_continuations: false,
};

const VELOCITY: Kind = Kind {
    boot: "[12:00:00 INFO]: Booting up Velocity 3.4.0 (git-1)...",
    players: OFFLINE,
    joins: &[
        "[12:00:00 INFO]: [connected player] {p} (/192.0.2.7:{n}) has connected",
        "[12:00:00 INFO]: [server connection] {p} -> lobby has connected",
    ],
    leaves: &[
        &["[12:00:00 INFO]: [connected player] {p} (/192.0.2.7:{n}) has disconnected: {t}"],
        &["[12:00:00 INFO]: [connected player] {p} (/192.0.2.7:{n}) has disconnected"],
    ],
    noise: &[
        "[12:00:00 INFO]: [connected player] {p} (/192.0.2.7:1) -> executed command /{t}",
        "[12:00:00 INFO]: [connected player] {p} (/192.0.2.7:1): kicked from server lobby: {t}",
        "[12:00:00 INFO]: <{p}> {t}",
        "[12:00:00 INFO]: {p}: {t}",
        "[12:00:00 INFO] [someplugin]: {t}",
        "[12:00:00 WARN]: {t}",
    ],
    has_continuations: true,
};

const BUNGEECORD: Kind = Kind {
    boot: "12:00:00 [INFO] Enabled BungeeCord version git:x:1",
    players: PLAIN,
    joins: &["12:00:00 [INFO] [{p}|/192.0.2.7:{n}] <-> ServerConnector [lobby] has connected"],
    leaves: &[&[
        "12:00:00 [INFO] [/192.0.2.7:{n}|{p}] -> UpstreamBridge has disconnected",
        "12:00:00 [INFO] [/192.0.2.7:{n}|{p}] <-> DownstreamBridge <-> [lobby] has disconnected",
    ]],
    noise: &[
        "12:00:00 [INFO] {p} executed command: /{t}",
        "12:00:00 [INFO] [{p}] disconnected with: {t}",
        "12:00:00 [INFO] [SomePlugin] {t}",
        "12:00:00 [INFO] {p}: {t}",
        "12:00:00 [WARNING] {t}",
    ],
    has_continuations: true,
};

const KINDS: [Kind; 11] = [
    BEDROCK,
    LEVILAMINA,
    LEVILAMINA_CONSOLE,
    ENDSTONE,
    ENDSTONE_CONSOLE,
    POCKETMINE,
    NUKKIT,
    PUMPKIN,
    PUMPKIN_FILE,
    VELOCITY,
    BUNGEECORD,
];

/// An event on the server. The numbers of players, ways and lines wrap around.
#[derive(Debug, Clone)]
enum Step {
    JoinOrLeave {
        player: usize,
        way: usize,
        text: String,
    },
    Noise {
        player: usize,
        line: usize,
        text: String,
    },
    Continuation(String),
}

fn step() -> impl Strategy<Value = Step> {
    let number = || 0..64_usize;
    prop_oneof![
        2 => (number(), number(), text())
            .prop_map(|(player, way, text)| Step::JoinOrLeave { player, way, text }),
        8 => (number(), number(), text())
            .prop_map(|(player, line, text)| Step::Noise { player, line, text }),
        1 => text().prop_map(Step::Continuation),
    ]
}

#[test]
fn nobody_joins_leaves_or_dies_on_other_servers_because_of_what_others_say() {
    let log = (
        prop::sample::select(&KINDS[..]),
        prop::collection::vec(step(), STEPS_PER_LOG),
    );
    run(&log, |(kind, steps)| Server::boot(kind).run(&steps));
}

/// A server whose log is read while it is written.
struct Server {
    kind: Kind,
    reader: LogReader,
    /// The players who are online, each with the number of their connection.
    online: Vec<(&'static str, u16)>,
    connections: u16,
}

impl Server {
    fn boot(kind: Kind) -> Self {
        let options = LogOptions::default().with_activity(ActivityKinds::USUAL);
        let mut reader = LogReader::new(options);
        let boot = reader.read_line(kind.boot.as_bytes());
        assert_eq!(
            boot.map(|event| event.what),
            Some(GameEvent::Boot),
            "{}",
            kind.boot
        );
        Self {
            kind,
            reader,
            online: Vec::new(),
            connections: 1,
        }
    }

    fn run(mut self, steps: &[Step]) {
        let Kind {
            players,
            leaves,
            noise,
            has_continuations,
            ..
        } = self.kind;
        for step in steps {
            match step {
                Step::JoinOrLeave { player, way, text } => {
                    let player = players[player % players.len()];
                    self.join_or_leave(player, leaves[way % leaves.len()], text);
                }
                Step::Noise { player, line, text } => {
                    let line =
                        noise[line % noise.len()].replace("{p}", players[player % players.len()]);
                    assert_eq!(
                        self.reads(&line.replace("{t}", text)),
                        None,
                        "{line} {text:?}"
                    );
                }
                // A complete head at the start of a line cannot be distinguished from the server's own.
                Step::Continuation(text) if !has_continuations || text.contains("[12:00:00") => {}
                Step::Continuation(text) => assert_eq!(self.reads(text), None, "{text:?}"),
            }
            let read: BTreeSet<&str> = self.reader.online().map(|player| player.as_str()).collect();
            let online: BTreeSet<&str> = self.online.iter().map(|(player, _)| *player).collect();
            assert_eq!(read, online);
        }
    }

    fn join_or_leave(&mut self, player: &'static str, way: &[&str], text: &str) {
        let place = self.online.iter().position(|(online, _)| *online == player);
        let (lines, connection) = match place {
            Some(place) => (way, self.online.remove(place).1),
            None => {
                self.connections += 1;
                self.online.push((player, self.connections));
                (self.kind.joins, self.connections)
            }
        };
        let mut events = 0;
        for line in lines {
            let line = line
                .replace("{p}", player)
                .replace("{n}", &connection.to_string());
            events += usize::from(match self.reads(&line.replace("{t}", text)) {
                Some(GameEvent::Join { player: read, .. }) => {
                    place.is_none() && read.as_str() == player
                }
                Some(GameEvent::Leave { player: read }) => {
                    place.is_some() && read.as_str() == player
                }
                _ => false,
            });
        }
        assert_eq!(events, 1, "{lines:?} of {player}");
    }

    fn reads(&mut self, line: &str) -> Option<GameEvent> {
        self.reader
            .read_line(line.as_bytes())
            .map(|event| event.what)
    }
}
