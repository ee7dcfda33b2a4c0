//! Chat, commands and plugins say what they like: nobody joins or leaves by it.
//!
//! Real players come and go on servers of several kinds, and between these lines stands whatever else
//! a server prints, most of it made to look like a join, a leave, a start or a stop.
//! `OXEYE_AGENT_NOISE_LINES=1000000` reads a million lines instead of some thousands.

use std::collections::BTreeSet;

use oxeye_agent::happening::Happening;
use oxeye_agent::log::{LogOptions, LogReader};
use proptest::prelude::*;
use proptest::test_runner::{Config, TestRunner};

/// Some thousands of lines take a second or two.
const USUAL_LINES: u32 = 12_000;
const STEPS_PER_LOG: usize = 100;

/// Names that Mojang, Floodgate and servers in offline mode let players have.
const PLAYERS: [&str; 16] = [
    "Steve",
    "Alex_2",
    ".Crossplay",
    "joined",
    "left",
    "lost",
    "logged",
    "UUID",
    "Done",
    "Stopping",
    "The",
    "Zoë",
    // What the first of these says looks like what is said of the second.
    "x",
    "<x>",
    "[Server]",
    "*",
];
/// Nobody of this name ever plays.
const STRANGERS: [&str; 4] = ["Herobrine", "Nobody", "*x", "Notch"];

/// How one kind of server prints its lines.
#[derive(Debug, Clone, Copy)]
struct Kind {
    /// Before an ordinary message of the server itself.
    head: &'static str,
    /// Before a warning.
    warning: &'static str,
    /// Before what a plugin or a mod prints.
    plugin: &'static str,
    /// Before chat, where that has a thread of its own.
    chat_thread: Option<&'static str>,
    announces: bool,
    shows_joins_first: bool,
}

const KINDS: [Kind; 5] = [
    Kind {
        head: "[12:00:00] [Server thread/INFO]: ",
        warning: "[12:00:00] [Server thread/WARN]: ",
        plugin: "[12:00:00] [Server thread/INFO]: [Plugin] ",
        chat_thread: Some("[12:00:00] [Async Chat Thread - #1/INFO]: "),
        announces: true,
        shows_joins_first: true,
    },
    Kind {
        head: "[12:00:00 INFO]: ",
        warning: "\u{1b}[33m[12:00:00 WARN]: ",
        plugin: "[12:00:00 INFO]: [Plugin] ",
        chat_thread: None,
        announces: true,
        shows_joins_first: true,
    },
    Kind {
        head: "[19Jul2025 12:00:00.001] [Server thread/INFO] [net.minecraft.server.MinecraftServer/]: ",
        warning: "[19Jul2025 12:00:00.001] [Server thread/WARN] [net.minecraft.server.MinecraftServer/]: ",
        plugin: "[19Jul2025 12:00:00.001] [Server thread/INFO] [com.example.Mod/]: ",
        chat_thread: None,
        announces: false,
        shows_joins_first: false,
    },
    Kind {
        head: "[12:00:00] [Server thread/INFO] (Minecraft) ",
        warning: "[12:00:00] [Server thread/WARN] (Minecraft) ",
        plugin: "[12:00:00] [Server thread/INFO] (somemod) ",
        chat_thread: None,
        announces: true,
        shows_joins_first: false,
    },
    Kind {
        head: "2013-03-20 12:00:00 [INFO] ",
        warning: "2013-03-20 12:00:00 [WARNING] ",
        plugin: "2013-03-20 12:00:00 [INFO] [Plugin] ",
        chat_thread: None,
        announces: false,
        shows_joins_first: false,
    },
];

/// One thing that happens on the server.
#[derive(Debug, Clone)]
enum Step {
    /// A player comes, or goes if they are on.
    ComeOrGo(&'static str),
    /// A line that means nothing. `{p}` is a player, `{t}` is a text that somebody chose.
    Noise {
        frame: Frame,
        player: &'static str,
        text: String,
    },
}

/// What stands around a text that somebody chose.
#[derive(Debug, Clone, Copy)]
enum Frame {
    Server(&'static str),
    Warning(&'static str),
    Plugin,
    ChatThread,
    Continuation,
    /// The text is a display name.
    Shown(&'static str),
}

/// Who writes the text chooses only what stands for `{t}`.
const SERVER_FRAMES: [&str; 26] = [
    "<{p}> {t}",
    "[Not Secure] <{p}> {t}",
    "[Not Secure] [{p}] {t}",
    "* {p} {t}",
    "[{p}] {t}",
    "[Server] {t}",
    "[Rcon] {t}",
    "[{p}: {t}]",
    "[{p}: Set own game mode to {t}]",
    "{p} issued server command: /say {t}",
    "{p} issued server command: /me {t}",
    "{p} has made the advancement [{t}]",
    "{p} was slain by {t}",
    "{p} was shot by Skeleton using [{t}]",
    "{p} fell from a high place",
    "{p} left the confines of this world",
    "{p} joined the game of {t}",
    "{p}: {t}",
    "[VIP] {p}: {t}",
    "{p} whispers to you: {t}",
    "{p} » {t}",
    "Disconnecting {p} (/192.0.2.7:5): {t}",
    "{p} (/192.0.2.7:5) lost connection: {t}",
    "/192.0.2.7:5 lost connection: {t}",
    "com.mojang.authlib.GameProfile@1[id=<null>,name={p}] (/192.0.2.7:5) lost connection: {t}",
    "Named entity EntityWolf['{t}'/12] died: {t}",
];

fn frame() -> impl Strategy<Value = Frame> {
    prop_oneof![
        10 => prop::sample::select(&SERVER_FRAMES[..]).prop_map(Frame::Server),
        2 => prop::sample::select(vec![
            "{p} moved too quickly! 1.5,2.5,3.5",
            "{p} was kicked for floating too long!",
            "{t}",
        ]).prop_map(Frame::Warning),
        2 => Just(Frame::Plugin),
        2 => Just(Frame::ChatThread),
        1 => Just(Frame::Continuation),
        1 => prop::sample::select(vec!["joined the game", "left the game", "left the game."]).prop_map(Frame::Shown),
    ]
}

/// What somebody writes who wants to be taken for the server.
fn spoof() -> impl Strategy<Value = String> {
    let names: Vec<&str> = PLAYERS.iter().chain(&STRANGERS).copied().collect();
    let texts = vec![
        "{n} joined the game",
        "{n} left the game.",
        "the game",
        "joined the game",
        "lost connection: Disconnected",
        "logged in with entity id 7",
        "{n} lost connection: Disconnected",
        "{n} (formerly known as x) joined the game",
        "{n}[/192.0.2.7:5] logged in with entity id 7 at (1.0, 2.0, 3.0)",
        "{n}[local] logged in with entity id 7",
        "[/192.0.2.7:5] logged in with entity id 7",
        "UUID of player {n} is 6f1c2a34-9b0d-4e57-8c11-2d3e4f5a6b7c",
        "Done (1.0s)! For help, type \"help\"",
        "Stopping server",
        "Stopping the server",
        "This crash report has been saved to: /srv/x.txt",
        "Starting minecraft server version 1.21",
        "[12:00:00] [Server thread/INFO]: {n} joined the game",
        "[12:00:00 INFO]: {n} left the game",
        "> [12:00:00] [Server thread/INFO]: {n} left the game",
        "[connected player] {n} (/192.0.2.7:5) has disconnected",
        "[{n}] -> UpstreamBridge has disconnected",
        "Player disconnected: {n}, xuid: 1",
    ];
    let text = prop::sample::select(texts);
    (text, prop::sample::select(names)).prop_map(|(text, name)| text.replace("{n}", name))
}

fn step() -> impl Strategy<Value = Step> {
    let player = || prop::sample::select(&PLAYERS[..]);
    let text = prop_oneof![4 => spoof(), 1 => "\\PC{0,40}", 1 => (spoof(), spoof()).prop_map(|(a, b)| format!("{a} {b}"))];
    prop_oneof![
        1 => player().prop_map(Step::ComeOrGo),
        9 => (frame(), player(), text).prop_map(|(frame, player, text)| Step::Noise { frame, player, text }),
    ]
}

#[test]
fn nobody_joins_or_leaves_by_what_others_say() {
    let cases = lines() / STEPS_PER_LOG as u32;
    let config = Config {
        cases,
        failure_persistence: None,
        ..Config::default()
    };
    let log = (
        prop::sample::select(&KINDS[..]),
        prop::collection::vec(step(), STEPS_PER_LOG),
    );
    let run = TestRunner::new(config).run(&log, |(kind, steps)| {
        Server::boot(kind).run(&steps);
        Ok(())
    });
    if let Err(error) = run {
        panic!("{error}");
    }
}

fn lines() -> u32 {
    #[expect(
        clippy::disallowed_methods,
        reason = "the long run is asked for from outside"
    )]
    let told = std::env::var("OXEYE_AGENT_NOISE_LINES").ok();
    told.map_or(USUAL_LINES, |lines| {
        lines.parse().expect("a number of lines")
    })
}

fn is_odd(player: &str) -> bool {
    ["<x>", "[Server]", "*"].contains(&player)
}

/// A server whose log is read as it is written.
struct Server {
    kind: Kind,
    reader: LogReader,
    online: BTreeSet<&'static str>,
    anybody_came: bool,
}

impl Server {
    fn boot(kind: Kind) -> Self {
        let mut server = Self {
            kind,
            reader: LogReader::new(LogOptions::default()),
            online: BTreeSet::new(),
            anybody_came: false,
        };
        let boot = server.says("Starting minecraft server version 1.21");
        let start = server.says("Done (7.0s)! For help, type \"help\"");
        assert_eq!(
            (boot, start),
            (Some(Happening::Boot), Some(Happening::Start))
        );
        server
    }

    fn run(mut self, steps: &[Step]) {
        for step in steps {
            match step {
                Step::ComeOrGo(player) if self.online.remove(player) => self.goes(player),
                Step::ComeOrGo(player) => self.comes(player),
                Step::Noise {
                    frame,
                    player,
                    text,
                } => self.makes_noise(*frame, player, text),
            }
            let read: BTreeSet<&str> = self.reader.online().map(|player| player.as_str()).collect();
            assert_eq!(read, self.online);
        }
    }

    fn comes(&mut self, player: &'static str) {
        self.online.insert(player);
        self.anybody_came = true;
        let login = format!("{player}[/192.0.2.7:5] logged in with entity id 7 at (1.0, 2.0, 3.0)");
        let shown = format!("{player} joined the game");
        let lines = match self.kind.shows_joins_first {
            true => [shown, login],
            false => [login, shown],
        };
        if self.kind.announces {
            let announced =
                format!("UUID of player {player} is 6f1c2a34-9b0d-4e57-8c11-2d3e4f5a6b7c");
            assert_eq!(self.says(&announced), None);
        }
        // What is shown of an odd name is not believed before the login.
        let late = is_odd(player) && self.kind.shows_joins_first;
        let joined = |read| matches!(read, Some(Happening::Join { player: read, .. }) if read.as_str() == player);
        let read = lines.map(|line| joined(self.says(&line)));
        assert_eq!(read, [!late, late], "{player}");
    }

    fn goes(&mut self, player: &str) {
        let left = |read| matches!(read, Some(Happening::Leave { player: read }) if read.as_str() == player);
        let lost = left(self.says(&format!("{player} lost connection: Disconnected")));
        let shown = left(self.says(&format!("{player} left the game")));
        // Chat may have said the one, so it takes both.
        assert_eq!((lost, shown), (!is_odd(player), is_odd(player)), "{player}");
    }

    fn makes_noise(&mut self, frame: Frame, player: &str, text: &str) {
        let kind = self.kind;
        let fill = |frame: &str| frame.replace("{p}", player).replace("{t}", text);
        let line = match frame {
            Frame::Server(frame) => kind.head.to_owned() + &fill(frame),
            // Nobody but the server warns of a crash.
            Frame::Warning("{t}") if text.contains("crash report") => return,
            Frame::Warning(frame) => kind.warning.to_owned() + &fill(frame),
            Frame::Plugin => kind.plugin.to_owned() + text,
            Frame::ChatThread => match kind.chat_thread {
                Some(head) => head.to_owned() + text,
                None => return,
            },
            // A whole head at the start of a line cannot be told from the server's own. Chat has no line
            // breaks, so only an administrator could put it there.
            Frame::Continuation if text.contains("[12:00:00") => return,
            Frame::Continuation => text.to_owned(),
            // Before anybody came, a log might be one that shows joins and nothing else.
            Frame::Shown(_) if !self.anybody_came => return,
            Frame::Shown(what) => format!(
                "{}{} {what}",
                kind.head,
                STRANGERS[text.len() % STRANGERS.len()]
            ),
        };
        let read = self.reader.read_line(line.as_bytes());
        assert_eq!(read, None, "{line:?}");
    }

    fn says(&mut self, message: &str) -> Option<Happening> {
        let line = self.kind.head.to_owned() + message;
        self.reader
            .read_line(line.as_bytes())
            .map(|event| event.what)
    }
}
