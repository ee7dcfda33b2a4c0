//! Tests of lines about what players did, as servers of every kind print them, and of chat that imitates
//! them.

mod member_codes;
mod options;
mod sentences;

use super::*;
use crate::game_event::GameEvent;
use crate::log::{LogOptions, LogReader};

/// How servers begin a line of their own, among them all that print loggers or have other threads.
const HEADS: [&str; 14] = [
    "[12:00:00] [Server thread/INFO]: ",
    "[12:00:00 INFO]: ",
    "[12:00:00] [Server thread/INFO] (Minecraft) ",
    "[19Jul2025 12:00:00.450] [Server thread/INFO] [net.minecraft.server.MinecraftServer/]: ",
    "[12:00:00] [Server thread/INFO] [minecraft/DedicatedServer]: ",
    "[12:00:00] [Region Scheduler Thread #2/INFO]: ",
    "[12:00:00] [Folia Region Scheduler Thread #2/INFO]: ",
    "[09Sep2026 12:00:00.255] [dimthread_server_overworld/INFO] [net.minecraft.server.MinecraftServer/]: ",
    "[12:00:00] [dimthread_minigames/arena/INFO]: ",
    "[12:00:00] [serverlevel-tick-worker [world]/INFO]: ",
    "[12:00:00] [Async-Tick-Pool-Thread-3/INFO]: ",
    "2013-03-20 12:00:00 [INFO] ",
    "[12:00:00] [Server thread/INFO]: System chat: ",
    "17.06 12:00:00 [Server] Server thread/INFO ",
];

const VANILLA: &str = HEADS[0];

/// The log of a server on which some players are.
struct Log(LogReader);

impl Log {
    fn with(options: LogOptions) -> Self {
        let mut log = Self(LogReader::new(options));
        log.0
            .read_line(b"[11:00:00] [Server thread/INFO]: Starting minecraft server version 1.21");
        for player in ["Steve", "Alex", ".Some Body", "<x>", "[Server]", "*", "x"] {
            let login = format!(
                "[11:00:01] [Server thread/INFO]: {player}[/192.0.2.7:5] logged in with entity id 7"
            );
            log.0.read_line(login.as_bytes());
        }
        assert_eq!(log.0.online().count(), 7);
        log
    }

    fn usual() -> Self {
        Self::with(LogOptions::default().with_activity(ActivityKinds::USUAL))
    }

    /// Reads a line. Returns an event in short.
    fn read(&mut self, line: &str) -> Option<String> {
        let name = |participant: Participant| participant.player.to_string();
        let GameEvent::Activity(activity) = self.0.read_line(line.as_bytes())?.what else {
            return Some("another event".to_owned());
        };
        Some(match activity {
            Activity::Death {
                player,
                cause,
                killer,
            } => {
                let killer = killer.map_or(String::new(), |killer| format!(" by {}", name(killer)));
                format!("{} died of {}{killer}", name(player), cause.unwrap_or("?"))
            }
            Activity::Kill { player, victim } => {
                format!("{} killed {:?}", name(player), victim.map(name))
            }
            Activity::Advancement {
                player,
                kind,
                title,
            } => format!("{} {} {title:?}", name(player), kind.name()),
            Activity::Chat { player } => format!("{} wrote", name(player)),
            Activity::MemberCode { player, code } => {
                assert_eq!(code.to_type(), member_codes::TYPED);
                format!("{} typed a code", name(player))
            }
        })
    }
}

#[track_caller]
fn check(message: &str, expected: &str) {
    let read = Log::usual().read(&format!("{VANILLA}{message}"));
    assert_eq!(read.as_deref(), Some(expected), "{message}");
}

#[track_caller]
fn check_silent(log: &mut Log, line: &str) {
    assert_eq!(log.read(line), None, "{line}");
}

#[test]
fn every_kind_of_server_is_understood() {
    let mut log = Log::usual();
    for head in HEADS {
        for (message, expected) in [
            ("Steve drowned", "Steve died of drown"),
            ("Steve was slain by Zombie", "Steve died of mob"),
            (
                "Steve was shot by Alex using [Punch]",
                "Steve died of arrow by Alex",
            ),
            (
                "Alex has made the advancement [Stone Age]",
                r#"Alex advancement Some("Stone Age")"#,
            ),
            (
                "Alex has reached the goal [Sky's the Limit]",
                r#"Alex goal Some("Sky's the Limit")"#,
            ),
            (
                "Alex has completed the challenge [Two by Two]",
                r#"Alex challenge Some("Two by Two")"#,
            ),
        ] {
            let line = format!("{head}{message}");
            assert_eq!(log.read(&line).as_deref(), Some(expected), "{line}");
        }
    }
}

#[test]
fn deaths_of_all_versions_are_understood() {
    check("Steve died", "Steve died of generic");
    check("Steve blew up", "Steve died of explosion");
    check("Steve was killed", "Steve died of genericKill");
    check(
        "Steve was killed by [Intentional Game Design]",
        "Steve died of badRespawnPoint",
    );
    check("Steve was killed by magic", "Steve died of magic");
    check(
        "Steve was killed by Witch using magic",
        "Steve died of indirectMagic",
    );
    check(
        "Steve was killed by Alex using magic",
        "Steve died of indirectMagic by Alex",
    );
    check(
        "Steve was killed by even more magic",
        "Steve died of even_more_magic",
    );
    check(
        "Steve was killed while trying to hurt Alex",
        "Steve died of thorns by Alex",
    );
    check(
        "Steve was killed trying to hurt Guardian",
        "Steve died of thorns",
    );
    check(
        "Steve drowned whilst trying to escape Alex",
        "Steve died of drown by Alex",
    );
    check(
        "Steve was burnt to a crisp whilst fighting Blaze",
        "Steve died of onFire",
    );
}

#[test]
fn killers_items_and_names_may_have_any_form() {
    check(
        "Steve fell too far and was finished by Alex using [Bow]",
        "Steve died of fell.finish by Alex",
    );
    check(
        "Steve went off with a bang due to a firework fired from [Crossbow] by Alex",
        "Steve died of fireworks by Alex",
    );
    check(
        "Steve was slain by Bob the Zombie using [Alex]",
        "Steve died of mob",
    );
    check(
        "Steve was slain by .Some Body using [Sword]",
        "Steve died of player by .Some Body",
    );
    check(
        ".Some Body fell from a high place",
        ".Some Body died of fell.accident.generic",
    );
    check(
        "Actually, the message was too long to deliver fully. Sorry! Here's a stripped version: Steve was slain by Zombie using [x]",
        "Steve died of mob",
    );
    check(
        "§cSteve§r was slain by §aAlex",
        "Steve died of player by Alex",
    );
    check(
        "x was slain by lost connection: Disconnected",
        "x died of mob",
    );
    check("x was slain by y left the game", "x died of mob");
    check(
        "Steve has just earned the achievement [Taking Inventory]",
        r#"Steve advancement Some("Taking Inventory")"#,
    );
}

#[test]
fn nobody_dies_because_of_what_somebody_says() {
    let mut log = Log::usual();
    for head in HEADS {
        for chat in [
            "<Steve> Alex drowned",
            "<Steve> drowned",
            "<x> drowned",
            "[Not Secure] <Steve> Alex was slain by Zombie",
            "[Not Secure] [Steve] Alex drowned",
            "[Server] Alex drowned",
            "[Server] drowned",
            "[Steve] drowned",
            "[Rcon] Alex has made the advancement [x]",
            "* Steve drowned",
            "* drowned",
            "* Alex was slain by Steve",
            "[Steve: Alex drowned]",
            "Steve: drowned",
            "Steve: Alex drowned",
            "Steve » was slain by Zombie",
            "Steve > drowned",
            "[VIP] Steve: Alex drowned",
            "[VIP] Steve drowned",
            "Steve whispers to you: Alex drowned",
            "Steve issued server command: /me drowned",
            "[CHAT] Steve drowned",
            "-> [Team] <Steve> drowned",
            "[Steve -> me] Alex drowned",
            "Herobrine drowned",
            "Herobrine was slain by Steve",
            "Villager was slain by Steve",
            "Named entity Wolf['Steve'/12, l='world'] died: Steve was slain by Zombie",
            "Villager Villager['Steve'/12, l='world'] died, message: 'Steve was slain by Zombie'",
            "Steve drowned.",
            "Steve drowned in the rain",
            "Steve drowned ]",
            " Steve drowned",
            "Steve  drowned",
            "Steve was slain by ",
            "Steve was slain",
            "Steve was kicked for floating too long!",
            "Steve has made the advancement ",
            "Steve has made the advancement []",
            "Steve has made the advancement [x] twice",
            "Steve has made the advancement [x] and [y]",
            "Steve has lost the achievement [x]",
            "Steve has the following entity data: {Name: Alex drowned}",
            "steve drowned",
            "Disconnecting Steve (/192.0.2.7:5): Alex drowned",
        ] {
            check_silent(&mut log, &format!("{head}{chat}"));
        }
    }
}

#[test]
fn only_the_server_itself_is_believed() {
    let mut log = Log::usual();
    for line in [
        "Steve drowned",
        "\tSteve drowned",
        "[12:00:00] [Server thread/WARN]: Steve drowned",
        "[12:00:00] [Async Chat Thread - #0/INFO]: Steve drowned",
        "[12:00:00] [Craft Scheduler Thread - 3/INFO]: Steve drowned",
        "[12:00:00] [Folia Async Scheduler Thread #1/INFO]: Steve drowned",
        "[09Sep2026 12:00:00.255] [modloading-worker-0/INFO] [net.minecraft.server.MinecraftServer/]: Steve drowned",
        "[12:00:00] [dimthread_server_overworld/INFO] [com.example.Bridge/]: Steve drowned",
        "[12:00:00] [Server thread/INFO]: [DiscordSRV] Steve drowned",
        "[12:00:00] [Server thread/INFO] [com.example.Bridge/]: Steve drowned",
        "[12:00:00] [Server thread/INFO] (discord-bridge) Steve drowned",
        "[12:00:00] [Server thread/INFO] [STDOUT]: Steve drowned",
        "x [12:00:00] [Server thread/INFO]: Steve drowned",
        "<Steve> [12:00:00] [Server thread/INFO]: Alex drowned",
    ] {
        check_silent(&mut log, line);
    }
}

#[test]
fn nobody_dies_before_they_join_or_after_they_leave() {
    let mut log = Log::usual();
    let died = format!("{VANILLA}Eve drowned");
    check_silent(&mut log, &died);
    log.read(&format!(
        "{VANILLA}Eve[/192.0.2.7:5] logged in with entity id 8"
    ));
    assert_eq!(log.read(&died).as_deref(), Some("Eve died of drown"));
    log.read(&format!("{VANILLA}Eve lost connection: Disconnected"));
    check_silent(&mut log, &died);
    log.read(&format!("{VANILLA}Stopping server"));
    check_silent(&mut log, &format!("{VANILLA}Steve drowned"));
}
