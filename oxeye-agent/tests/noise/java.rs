//! Servers of the Java family, also behind panels and wrappers.

use std::collections::BTreeSet;

use oxeye_agent::game_event::{Activity, GameEvent};
use oxeye_agent::log::{ActivityKinds, LogOptions, LogReader};
use proptest::prelude::*;

use super::java_kinds::{KINDS, Kind};
use super::{PLAYERS, STEPS_PER_LOG, STRANGERS, run, text};

/// An event on the server.
#[derive(Debug, Clone)]
enum Step {
    /// A player joins, or leaves if they are online.
    JoinOrLeave(&'static str),
    /// A player dies or makes an advancement.
    Deed {
        sentence: &'static str,
        player: &'static str,
        text: String,
    },
    /// A line without an event. `{p}` is a player, and `{t}` is text that somebody chose.
    Noise {
        frame: Frame,
        player: &'static str,
        text: String,
    },
}

/// The line around text that somebody chose.
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

/// Lines of the server. The author of the text chooses only `{t}`.
const SERVER_FRAMES: [&str; 39] = [
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
    "{p} joined the game of {t}",
    "{p} > {t}",
    "[{p} -> me] {t}",
    "({p}) {t}",
    "-> [{p}] <x> {t}",
    "{p} has the following entity data: {t}",
    "{p} has lost the achievement [{t}]",
    "{p} was slain by",
    "{p} was kicked: {t}",
    "{p} has made the advancement {t}",
    "Herobrine was slain by {t}",
    "Herobrine has made the advancement [{t}]",
    "{p}: {t}",
    "[VIP] {p}: {t}",
    "{p} whispers to you: {t}",
    "{p} » {t}",
    "Disconnecting {p} (/192.0.2.7:5): {t}",
    "{p} (/192.0.2.7:5) lost connection: {t}",
    "/192.0.2.7:5 lost connection: {t}",
    "com.mojang.authlib.GameProfile@1[id=<null>,name={p}] (/192.0.2.7:5) lost connection: {t}",
    "System chat: <{p}> {t}",
    "System chat: {p}: {t}",
    "System chat: [{p}: {t}]",
    "Villager Villager['{t}'/12, l='world'] died, message: '{t}'",
    "Named entity EntityWolf['{t}'/12] died: {t}",
    "★ {p} joined the game",
    "[VIP] ★ {p} left the game",
    "★ {t}",
];

/// What a player really does. Somebody may have chosen `{t}`: the name of a creature or of an item, or the
/// title in a data pack.
const DEEDS: [&str; 6] = [
    "{p} has made the advancement [{t}]",
    "{p} was slain by {t}",
    "{p} was shot by Skeleton using [{t}]",
    "{p} fell from a high place",
    "{p} left the confines of this world",
    "{p} drowned while trying to escape {t}",
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

fn step() -> impl Strategy<Value = Step> {
    let player = || prop::sample::select(&PLAYERS[..]);
    prop_oneof![
        1 => player().prop_map(Step::JoinOrLeave),
        1 => (prop::sample::select(&DEEDS[..]), player(), text())
            .prop_map(|(sentence, player, text)| Step::Deed { sentence, player, text }),
        9 => (frame(), player(), text()).prop_map(|(frame, player, text)| Step::Noise { frame, player, text }),
    ]
}

#[test]
fn nobody_joins_leaves_or_dies_because_of_what_others_say() {
    let log = (
        prop::sample::select(&KINDS[..]),
        prop::collection::vec(step(), STEPS_PER_LOG),
    );
    run(&log, |(kind, steps)| Server::boot(kind).run(&steps));
}

/// Returns options with which all activity is read that is read by default.
fn options() -> LogOptions {
    LogOptions::default().with_activity(ActivityKinds::USUAL)
}

fn is_odd(player: &str) -> bool {
    ["<x>", "[Server]", "*"].contains(&player)
}

#[test]
fn chat_is_no_event_even_in_an_unknown_log() {
    let line = (
        prop::sample::select(&KINDS[..]),
        prop::sample::select(&SERVER_FRAMES[..]),
        prop::sample::select(&PLAYERS[..]),
        text(),
    );
    run(&line, |(kind, frame, player, text)| {
        let said = frame.replace("{p}", player).replace("{t}", &text);
        // Until somebody logs in, an operator's chat looks like the console of Endstone.
        if said.starts_with("[Server] ") {
            return;
        }
        let mut reader = LogReader::new(options());
        let read = reader.read_line((kind.head.to_owned() + &said).as_bytes());
        assert_eq!(read, None, "{} {said}", kind.head);
    });
}

/// A server whose log is read while it is written.
struct Server {
    kind: Kind,
    reader: LogReader,
    online: BTreeSet<&'static str>,
    /// Whether any player has joined.
    was_joined: bool,
    /// Whether a leave message has followed a leave.
    shows_leaves: bool,
}

impl Server {
    fn boot(kind: Kind) -> Self {
        let mut server = Self {
            kind,
            reader: LogReader::new(options()),
            online: BTreeSet::new(),
            was_joined: false,
            shows_leaves: false,
        };
        let boot = server.says("Starting minecraft server version 1.21");
        let start = server.says("Done (7.0s)! For help, type \"help\"");
        assert_eq!(
            (boot, start),
            (Some(GameEvent::Boot), Some(GameEvent::Start))
        );
        server
    }

    fn run(mut self, steps: &[Step]) {
        for step in steps {
            match step {
                Step::JoinOrLeave(player) if self.online.remove(player) => self.leaves(player),
                Step::JoinOrLeave(player) => self.joins(player),
                Step::Deed {
                    sentence,
                    player,
                    text,
                } => self.does(sentence, player, text),
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

    fn joins(&mut self, player: &'static str) {
        self.online.insert(player);
        self.was_joined = true;
        let login = format!("{player}[/192.0.2.7:5] logged in with entity id 7 at (1.0, 2.0, 3.0)");
        let shown = format!("{}{player} joined the game", self.kind.shown);
        let lines = match self.kind.shows_joins_first {
            true => [shown, login],
            false => [login, shown],
        };
        if self.kind.announces {
            let announced =
                format!("UUID of player {player} is 6f1c2a34-9b0d-4e57-8c11-2d3e4f5a6b7c");
            assert_eq!(self.says(&announced), None);
        }
        // A join message with an odd name is not believed before the login.
        let late = is_odd(player) && self.kind.shows_joins_first;
        let joined = |read| matches!(read, Some(GameEvent::Join { player: read, .. }) if read.as_str() == player);
        let read = lines.map(|line| joined(self.says(&line)));
        assert_eq!(read, [!late, late], "{player}");
    }

    fn leaves(&mut self, player: &str) {
        let left = |read| matches!(read, Some(GameEvent::Leave { player: read }) if read.as_str() == player);
        let lost = left(self.says(&format!("{player} lost connection: Disconnected")));
        let shown = left(self.says(&format!("{}{player} left the game", self.kind.shown)));
        // If one of the lines may be chat, a player with an odd name leaves only when both are printed.
        let is_said = is_odd(player) && self.can_be_said(player);
        assert_eq!((lost, shown), (!is_said, is_said), "{player}");
        self.shows_leaves |= !is_said;
    }

    /// Whether somebody who is online, under whatever nickname, or the console can say something that
    /// looks like a line about this odd name. Nicknames count only where leave messages are not hidden.
    fn can_be_said(&self, odd: &str) -> bool {
        let can_say = |online: &&str| odd.contains(*online) || ["lost", "left"].contains(online);
        self.shows_leaves || odd == "[Server]" || self.online.iter().any(can_say)
    }

    /// A player does something. It counts if the player is online and the name does not look like chat.
    fn does(&mut self, sentence: &str, player: &str, text: &str) {
        let done = sentence.replace("{p}", player).replace("{t}", text);
        let read = self.says(&format!("{}{done}", self.kind.shown));
        let who = match &read {
            None => None,
            Some(GameEvent::Activity(
                Activity::Death { player, .. } | Activity::Advancement { player, .. },
            )) => Some(player.player.as_str()),
            Some(other) => panic!("{other:?} in {done:?}"),
        };
        let is_known = self.online.contains(player) && !is_odd(player);
        // A text without anything visible names nobody, and brackets in a title may be those of chat.
        let is_title = sentence.contains("advancement");
        let may_be_missing = text.trim().is_empty() || (is_title && text.contains(['[', ']']));
        if is_known && !may_be_missing {
            assert_eq!(who, Some(player), "{done:?}");
        } else {
            assert!(
                who.is_none() || (is_known && who == Some(player)),
                "{done:?}"
            );
        }
    }

    fn makes_noise(&mut self, frame: Frame, player: &str, text: &str) {
        let kind = self.kind;
        let fill = |frame: &str| frame.replace("{p}", player).replace("{t}", text);
        // Nobody speaks who is not online. This matters only for what looks like a line about an odd name.
        let speaks = |frame: &str| !frame.contains("{p}") || self.online.contains(player);
        let is_about = |line: &str| {
            let first = line.split(' ').next().unwrap_or_default();
            is_odd(first) && self.online.contains(first)
        };
        let line = match frame {
            Frame::Server(frame) if !speaks(frame) && is_about(&fill(frame)) => return,
            Frame::Server(frame) => kind.head.to_owned() + &fill(frame),
            // Only the server warns of a crash.
            Frame::Warning("{t}") if text.contains("crash report") => return,
            Frame::Warning(frame) => kind.warning.to_owned() + &fill(frame),
            Frame::Plugin => kind.plugin.to_owned() + text,
            Frame::ChatThread => match kind.chat_thread {
                Some(head) => head.to_owned() + text,
                None => return,
            },
            // A complete head at the start of a line cannot be distinguished from the server's own.
            // Chat has no line breaks, so only an administrator could put one there.
            Frame::Continuation if text.contains("[12:00:00") => return,
            Frame::Continuation => text.to_owned(),
            // Until a player has joined, the log might be one that has only join messages.
            Frame::Shown(_) if !self.was_joined => return,
            Frame::Shown(what) => format!(
                "{}{}{} {what}",
                kind.head,
                kind.shown,
                STRANGERS[text.len() % STRANGERS.len()]
            ),
        };
        let read = self.reader.read_line(line.as_bytes());
        assert_eq!(read, None, "{line:?}");
    }

    fn says(&mut self, message: &str) -> Option<GameEvent> {
        let line = self.kind.head.to_owned() + message;
        self.reader
            .read_line(line.as_bytes())
            .map(|event| event.what)
    }
}
