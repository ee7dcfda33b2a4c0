//! Servers and proxies of the other families.

use std::collections::BTreeSet;

use oxeye_agent::game_event::GameEvent;
use oxeye_agent::log::{LogOptions, LogReader};
use proptest::prelude::*;

use super::{STEPS_PER_LOG, run, text};

/// How one kind of server prints its lines. `{p}` is a player, `{t}` is a text that somebody chose,
/// `{n}` is another number for each connection.
#[derive(Debug, Clone, Copy)]
struct Kind {
    boot: &'static str,
    players: &'static [&'static str],
    /// The lines of somebody who comes: one of them is the join.
    comes: &'static [&'static str],
    /// The ways in which somebody goes: one line of each is the leave.
    goes: &'static [&'static [&'static str]],
    /// Lines that mean nothing.
    noise: &'static [&'static str],
    /// A line without a head goes on with somebody's message.
    goes_on: bool,
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
    comes: &[
        "[2026-11-20 12:00:00:000 INFO] Player connected: {p}, xuid: 2535",
        "[2026-11-20 12:00:00:000 INFO] Player Spawned: {p} xuid: 2535, pfid: 2c31",
    ],
    goes: &[&["[2026-11-20 12:00:00:000 INFO] Player disconnected: {p}, xuid: 2535, pfid: 2c31"]],
    noise: &[
        "[2026-11-20 12:00:00:000 INFO] [Scripting] {t}",
        "[2026-11-20 12:00:00:000 INFO] [{p}]: {t}",
        "[2026-11-20 12:00:00:000 INFO] <{p}> {t}",
        "[2026-11-20 12:00:00:000 ERROR] {t}",
        "[2026-11-20 12:00:00:000 INFO] Running AutoCompaction...",
    ],
    goes_on: true,
};

const LEVILAMINA: Kind = Kind {
    boot: "[2026-11-20 12:00:00.000 INFO][Server] Starting Server",
    players: GAMERTAGS,
    comes: &["[2026-11-20 12:00:00.000 INFO][Server] Player connected: {p}, xuid: 2535"],
    goes: &[&["[2026-11-20 12:00:00.000 INFO][Server] Player disconnected: {p}, xuid: 2535"]],
    noise: &[
        "[2026-11-20 12:00:00.000 INFO][SomeMod] {t}",
        "[2026-11-20 12:00:00.000 INFO][Server] <{p}> {t}",
        "[2026-11-20 12:00:00.000 INFO][Server] [{p}] {t}",
        "[2026-11-20 12:00:00.000 WARN][Server] {t}",
        "[2026-11-20 12:00:00.000 INFO] {p}: {t}",
    ],
    goes_on: true,
};

const LEVILAMINA_CONSOLE: Kind = Kind {
    boot: "12:00:00.000 INFO [Server] Starting Server",
    players: GAMERTAGS,
    comes: &["12:00:00.000 INFO [Server] Player connected: {p}, xuid: 2535"],
    goes: &[&["12:00:00.000 INFO [Server] Player disconnected: {p}, xuid: 2535"]],
    noise: &[
        "12:00:00.000 INFO [SomeMod] {t}",
        "12:00:00.000 INFO [Server] <{p}> {t}",
        "12:00:00.000 WARN [Server] {t}",
    ],
    goes_on: true,
};

const ENDSTONE: Kind = Kind {
    boot: "[12:00:00] [2345/INFO]: [Server] Starting Server",
    players: GAMERTAGS,
    comes: &["[12:00:00] [2345/INFO]: [Server] Player connected: {p}, xuid: 2535"],
    goes: &[&["[12:00:00] [2345/INFO]: [Server] Player disconnected: {p}, xuid: 2535"]],
    noise: &[
        "[12:00:00] [2345/INFO]: [SomePlugin] {t}",
        "[12:00:00] [2345/INFO]: [Server] <{p}> {t}",
        "[12:00:00] [2345/INFO]: <{p}> {t}",
        "[12:00:00] [2345/INFO]: {p} issued server command: /{t}",
        "[12:00:00] [2345/WARN]: [Server] {t}",
    ],
    goes_on: true,
};

const ENDSTONE_CONSOLE: Kind = Kind {
    boot: "[12:00:00 INFO]: [Server] Starting Server",
    players: GAMERTAGS,
    comes: &["[12:00:00 INFO]: [Server] Player connected: {p}, xuid: 2535"],
    goes: &[&["[12:00:00 INFO]: [Server] Player disconnected: {p}, xuid: 2535"]],
    noise: &[
        "[12:00:00 INFO]: [SomePlugin] {t}",
        "[12:00:00 INFO]: [Server] <{p}> {t}",
        "[12:00:00 INFO]: <{p}> {t}",
        "[12:00:00 INFO]: {p} issued server command: /{t}",
    ],
    goes_on: true,
};

const POCKETMINE: Kind = Kind {
    boot: "[12:00:00.000] [Server thread/INFO]: Starting Minecraft: Bedrock Edition server version v1.21",
    players: NAMES,
    comes: &[
        "[12:00:00.000] [Server thread/INFO]: [NetworkSession: 192.0.2.7 5] Player: {p}",
        "[12:00:00.000] [Server thread/INFO]: {p}[/192.0.2.7:5] logged in with entity id 3 at (world, 1, 2, 3)",
        "[12:00:00.000] [Server thread/INFO]: {p} joined the game",
    ],
    goes: &[
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
    goes_on: true,
};

const NUKKIT: Kind = Kind {
    boot: "12:00:00 [INFO ] Starting Minecraft: BE server version v1.21",
    players: NAMES,
    comes: &[
        "12:00:00 [INFO ] §e{p} joined the game",
        "12:00:00 [INFO ] §b{p}§f[/192.0.2.7:5] logged in with entity id 2 at (world, 1.0, 2.0, 3.0)",
    ],
    goes: &[
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
    goes_on: true,
};

const PUMPKIN: Kind = Kind {
    boot: "2026-11-20 12:00:00  INFO main ThreadId(01) pumpkin: Starting Pumpkin 0.1.0",
    players: PLAIN,
    comes: &["2026-11-20 12:00:00  INFO tokio ThreadId(02) pumpkin::world: {p} joined the game"],
    goes: &[&["2026-11-20 12:00:00  INFO tokio ThreadId(02) pumpkin::world: {p} left the game"]],
    noise: &[
        "2026-11-20 12:00:00  INFO tokio ThreadId(02) pumpkin::net: <chat> {p}: {t}",
        "2026-11-20 12:00:00  INFO tokio ThreadId(02) pumpkin::world: [{p}] {t}",
        "2026-11-20 12:00:00  INFO tokio ThreadId(02) pumpkin_plugin: {t}",
        "2026-11-20 12:00:00  INFO tokio ThreadId(02) plugin: {t}",
        "2026-11-20 12:00:00  WARN tokio ThreadId(02) pumpkin::world: {t}",
    ],
    goes_on: false,
};

const PUMPKIN_FILE: Kind = Kind {
    boot: "[INFO] Starting Pumpkin 0.1.0",
    players: PLAIN,
    comes: &["[INFO] {p} joined the game"],
    goes: &[&["[INFO] {p} left the game"]],
    noise: &["[INFO] <chat> {p}: {t}", "[INFO] [{p}] {t}", "[WARN] {t}"],
    goes_on: false,
};

const VELOCITY: Kind = Kind {
    boot: "[12:00:00 INFO]: Booting up Velocity 3.4.0 (git-1)...",
    players: OFFLINE,
    comes: &[
        "[12:00:00 INFO]: [connected player] {p} (/192.0.2.7:{n}) has connected",
        "[12:00:00 INFO]: [server connection] {p} -> lobby has connected",
    ],
    goes: &[
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
    goes_on: true,
};

const BUNGEECORD: Kind = Kind {
    boot: "12:00:00 [INFO] Enabled BungeeCord version git:x:1",
    players: PLAIN,
    comes: &["12:00:00 [INFO] [{p}|/192.0.2.7:{n}] <-> ServerConnector [lobby] has connected"],
    goes: &[&[
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
    goes_on: true,
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

/// One thing that happens on the server. Which player, way and line is meant counts around.
#[derive(Debug, Clone)]
enum Step {
    ComeOrGo {
        player: usize,
        way: usize,
        text: String,
    },
    Noise {
        player: usize,
        line: usize,
        text: String,
    },
    GoesOn(String),
}

fn step() -> impl Strategy<Value = Step> {
    let number = || 0..64_usize;
    prop_oneof![
        2 => (number(), number(), text())
            .prop_map(|(player, way, text)| Step::ComeOrGo { player, way, text }),
        8 => (number(), number(), text())
            .prop_map(|(player, line, text)| Step::Noise { player, line, text }),
        1 => text().prop_map(Step::GoesOn),
    ]
}

#[test]
fn nobody_moves_on_other_servers_by_what_others_say() {
    let log = (
        prop::sample::select(&KINDS[..]),
        prop::collection::vec(step(), STEPS_PER_LOG),
    );
    run(&log, |(kind, steps)| Server::boot(kind).run(&steps));
}

/// A server whose log is read as it is written.
struct Server {
    kind: Kind,
    reader: LogReader,
    /// By which connection they are on.
    online: Vec<(&'static str, u16)>,
    connections: u16,
}

impl Server {
    fn boot(kind: Kind) -> Self {
        let mut reader = LogReader::new(LogOptions::default());
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
            goes,
            noise,
            goes_on,
            ..
        } = self.kind;
        for step in steps {
            match step {
                Step::ComeOrGo { player, way, text } => {
                    let player = players[player % players.len()];
                    self.moves(player, goes[way % goes.len()], text);
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
                // A whole head at the start of a line cannot be told from the server's own.
                Step::GoesOn(text) if !goes_on || text.contains("[12:00:00") => {}
                Step::GoesOn(text) => assert_eq!(self.reads(text), None, "{text:?}"),
            }
            let read: BTreeSet<&str> = self.reader.online().map(|player| player.as_str()).collect();
            let online: BTreeSet<&str> = self.online.iter().map(|(player, _)| *player).collect();
            assert_eq!(read, online);
        }
    }

    fn moves(&mut self, player: &'static str, way: &[&str], text: &str) {
        let place = self.online.iter().position(|(online, _)| *online == player);
        let (lines, connection) = match place {
            Some(place) => (way, self.online.remove(place).1),
            None => {
                self.connections += 1;
                self.online.push((player, self.connections));
                (self.kind.comes, self.connections)
            }
        };
        let mut told = 0;
        for line in lines {
            let line = line
                .replace("{p}", player)
                .replace("{n}", &connection.to_string());
            told += usize::from(match self.reads(&line.replace("{t}", text)) {
                Some(GameEvent::Join { player: read, .. }) => {
                    place.is_none() && read.as_str() == player
                }
                Some(GameEvent::Leave { player: read }) => {
                    place.is_some() && read.as_str() == player
                }
                _ => false,
            });
        }
        assert_eq!(told, 1, "{lines:?} of {player}");
    }

    fn reads(&mut self, line: &str) -> Option<GameEvent> {
        self.reader
            .read_line(line.as_bytes())
            .map(|event| event.what)
    }
}
