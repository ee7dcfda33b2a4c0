//! Join and leave messages with a sign or a word in brackets before the name: never an event, because chat
//! may look like that, but reported if the log names players in no other way.

use super::*;

const HEADS: [&str; 4] = [
    "[12:00:00] [Server thread/INFO]: ",
    "[12:00:00 INFO]: ",
    "[12:00:00] [Server thread/INFO] (Minecraft) ",
    "[12:00:00] [Server thread/INFO]: System chat: ",
];

const HIDDEN: [&str; 6] = [
    "★ Steve joined the game",
    "[VIP] ★ Steve left the game",
    "[+] Steve joined the game",
    "§a[§2+§a] §eSteve left the game.",
    "✦ ✦ .Steve_2 joined the game.",
    "(i) Steve left the game",
];

fn log_of(family: Option<Family>) -> Log {
    Log(LogReader::new(LogOptions {
        family,
        ..LogOptions::default()
    }))
}

#[test]
fn a_name_behind_an_unknown_sign_is_no_event_but_is_reported() {
    for family in [None, Some(Family::Java)] {
        for (head, message) in HEADS
            .iter()
            .flat_map(|head| HIDDEN.map(|hidden| (head, hidden)))
        {
            let mut log = log_of(family);
            let line = format!("{head}{message}");
            log.says("Starting minecraft server version 1.21");
            assert_eq!(log.line(&line), "nothing", "{line}");
            // One line may be chat.
            assert!(!log.0.hides_joins(), "{line}");
            assert_eq!(log.line(&line), "nothing", "{line}");
            assert!(log.0.hides_joins(), "{line}");
            // The boot was read, so the rest of the log still counts.
            assert!(log.0.is_understood(), "{line}");
            assert_eq!(log.online(), [""; 0], "{line}");
        }
    }
}

#[test]
fn a_log_with_nothing_but_such_lines_is_not_understood() {
    for family in [None, Some(Family::Java)] {
        for hidden in HIDDEN {
            let mut log = log_of(family);
            log.says("<Fern> hello");
            log.says(hidden);
            assert!(log.0.is_understood(), "{hidden}");
            log.says(hidden);
            assert!(!log.0.is_understood(), "{hidden}");
        }
    }
}

#[test]
fn a_log_that_names_players_in_any_other_way_hides_nobody() {
    let login = "Fern[/192.0.2.7:5] logged in with entity id 7";
    for hidden in HIDDEN {
        let mut before = Log::new();
        assert_eq!(before.says(login), "join Fern");
        before.says(hidden);
        before.says(hidden);
        assert!(!before.0.hides_joins(), "{hidden}");
        // On Paper, the message comes first.
        let mut after = Log::new();
        after.says(hidden);
        after.says(hidden);
        assert_eq!(after.says(login), "join Fern");
        assert!(!after.0.hides_joins(), "{hidden}");
        assert!(after.0.is_understood(), "{hidden}");
    }
}

#[test]
fn what_players_and_the_console_say_hides_nobody() {
    for said in [
        "<Fern> Moss joined the game",
        "<Fern> ★ Moss joined the game",
        "Fern: ★ Moss left the game",
        "[VIP] Fern: Moss joined the game",
        "[VIP] Fern » Moss left the game",
        "* Fern joined the game",
        "[Not Secure] [Fern] Moss joined the game",
        "[Server] Moss joined the game",
        "[Rcon] Moss left the game",
        "[Fern: Moss left the game]",
        "★ Fern said that Moss joined the game",
        "★ Moss joined the game of Fern",
        "★ the <x> joined the game",
        "joined the game",
    ] {
        let mut log = Log::new();
        for _ in 0..3 {
            assert_eq!(log.says(said), "nothing", "{said}");
        }
        assert!(!log.0.hides_joins(), "{said}");
        assert!(log.0.is_understood(), "{said}");
    }
}

#[test]
fn what_plugins_warn_of_or_print_in_threads_of_chat_and_other_mods_hides_nobody() {
    for head in [
        "[12:00:00] [Server thread/WARN]: ",
        "[12:00:00] [Async Chat Thread - #1/INFO]: ",
        "[12:00:00] [Server thread/INFO] (somemod) ",
        "[12:00:00] [Server thread/INFO] [com.example.Bridge/]: ",
    ] {
        let mut log = Log::new();
        log.says("Starting minecraft server version 1.21");
        for _ in 0..3 {
            assert_eq!(
                log.line(&format!("{head}★ Moss joined the game")),
                "nothing"
            );
        }
        assert!(!log.0.hides_joins(), "{head}");
    }
}

#[test]
fn other_kinds_of_servers_print_what_they_like() {
    let mut proxy = Log::new();
    assert_eq!(
        proxy.line("[12:00:00 INFO]: Booting up Velocity 3.4.0 (git-1)..."),
        "boot"
    );
    for _ in 0..3 {
        proxy.line("[12:00:00 INFO]: ★ Moss joined the game");
    }
    assert!(!proxy.0.hides_joins());
}

#[test]
fn patterns_read_such_lines() {
    let mut log = Log::with_patterns(Patterns {
        join: Some("^★ (?<player>\\S+) joined".parse().unwrap()),
        ..Patterns::default()
    });
    log.says("[VIP] ★ Steve left the game");
    log.says("[VIP] ★ Steve left the game");
    assert!(!log.0.hides_joins());
    assert_eq!(log.says("★ Steve joined the game"), "join Steve");
}

#[test]
fn other_loggers_in_parentheses_print_no_event_and_leave_the_log_understood() {
    for logger in ["somemod", "Server thread", "net.example.Bridge", "★"] {
        let mut log = Log::new();
        let boot =
            "[12:00:00] [Server thread/INFO] (Minecraft) Starting minecraft server version 1";
        assert_eq!(log.line(boot), "boot");
        for message in [
            "Moss[/192.0.2.7:5] logged in with entity id 7",
            "Moss joined the game",
            "★ Moss joined the game",
            "Moss lost connection: Disconnected",
            "Stopping server",
        ] {
            let line = format!("[12:00:00] [Server thread/INFO] ({logger}) {message}");
            for _ in 0..3 {
                assert_eq!(log.line(&line), "nothing", "{line}");
            }
        }
        assert!(log.0.is_understood() && !log.0.hides_joins(), "{logger}");
        let joined = "[12:00:00] [Server thread/INFO] (Minecraft) Fern joined the game";
        assert_eq!(log.line(joined), "join Fern");
    }
}

#[test]
fn a_layout_with_the_logger_in_brackets_behind_the_head_is_refused() {
    // Better Fabric Console prints these, the first to the console and the second to the file.
    for head in [
        "[12:00:00 INFO] [Server thread]: ",
        "[12:00:00] [Server thread/INFO]: ",
    ] {
        let mut log = Log::new();
        for message in [
            "[DedicatedServer] Starting minecraft server version 1.21",
            "[MinecraftServer] Fern joined the game",
            "[PlayerList] Fern[/192.0.2.7:5] logged in with entity id 7",
            "[ServerGamePacketListenerImpl] Fern lost connection: Disconnected",
            "[MinecraftServer] Fern left the game",
        ] {
            assert_eq!(log.line(&format!("{head}{message}")), "nothing", "{head}");
        }
        assert!(!log.0.is_understood(), "{head}");
    }
}
