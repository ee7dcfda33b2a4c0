//! Tests of the codes that members type in the chat, and of everything that looks like one.

use super::*;

/// What a member has to type.
pub(super) const TYPED: &str = "!oxeye 10AB-1X0Y";

/// A head that begins a line of chat in which the server itself speaks, not a player.
const SYSTEM_CHAT: &str = "System chat: ";

fn options() -> LogOptions {
    let mut options = LogOptions::default();
    options.activity.member_codes = true;
    options
}

#[test]
fn a_code_is_read_from_the_chat_of_every_kind_of_java_server() {
    let mut log = Log::with(options());
    for head in HEADS.iter().filter(|head| !head.ends_with(SYSTEM_CHAT)) {
        for chat in ["<Steve> ", "[Not Secure] <Steve> "] {
            let line = format!("{head}{chat}{TYPED}");
            let read = log.read(&line);
            assert_eq!(read.as_deref(), Some("Steve typed a code"), "{line}");
        }
    }
    for line in [
        "[12:00:00] [Async Chat Thread - #3/INFO]: <Steve> !oxeye 1oab-lxoy",
        "\u{1b}[32m[12:00:00 INFO]: <Steve> !oxeye 10AB-1X0Y\u{1b}[m",
    ] {
        let read = log.read(line);
        assert_eq!(read.as_deref(), Some("Steve typed a code"), "{line}");
    }
    let bedrock = log.read(&format!("{VANILLA}<.Some Body> {TYPED}"));
    assert_eq!(bedrock.as_deref(), Some(".Some Body typed a code"));
}

#[test]
fn nothing_but_a_player_who_types_exactly_a_code_is_read() {
    let mut log = Log::with(options());
    for head in HEADS {
        for chat in [
            "<Steve> my address is a secret",
            "<Steve> !oxeye",
            "<Steve> !oxeye 10AB-1X0",
            "<Steve> !oxeye 10AB-1X0YZ",
            "<Steve> !oxeye 10AB-1X0Y ",
            "<Steve>  !oxeye 10AB-1X0Y",
            "<Steve>!oxeye 10AB-1X0Y",
            "<Steve> type !oxeye 10AB-1X0Y",
            "<Steve> !oxeye 10AB-1X0Y is my code",
            "<Steve> §a!oxeye 10AB-1X0Y",
            "<Steve> !oxeye §a10AB-1X0Y",
            "<Steve> <Alex> !oxeye 10AB-1X0Y",
            "<Steve> > !oxeye 10AB-1X0Y",
            "<Steve> [12:00:00] [Server thread/INFO]: <Alex> !oxeye 10AB-1X0Y",
            "<§aSteve§r> !oxeye 10AB-1X0Y",
            "§a<Steve> !oxeye 10AB-1X0Y",
            "<[VIP] Steve> !oxeye 10AB-1X0Y",
            "<steve> !oxeye 10AB-1X0Y",
            "<Herobrine> !oxeye 10AB-1X0Y",
            "<<x>> !oxeye 10AB-1X0Y",
            "<> !oxeye 10AB-1X0Y",
            "<Alex> Steve> !oxeye 10AB-1X0Y",
            " <Steve> !oxeye 10AB-1X0Y",
            "!oxeye 10AB-1X0Y",
            "Steve !oxeye 10AB-1X0Y",
            "Steve: !oxeye 10AB-1X0Y",
            "[Server] !oxeye 10AB-1X0Y",
            "[Server] <Steve> !oxeye 10AB-1X0Y",
            "[Steve] !oxeye 10AB-1X0Y",
            "[Rcon] <Steve> !oxeye 10AB-1X0Y",
            "[Not Secure] [Steve] !oxeye 10AB-1X0Y",
            "[Not Secure] [Server] <Steve> !oxeye 10AB-1X0Y",
            "[Not Secure] [Not Secure] <Steve> !oxeye 10AB-1X0Y",
            "* Steve !oxeye 10AB-1X0Y",
            "* Alex <Steve> !oxeye 10AB-1X0Y",
            "[Not Secure] * Steve !oxeye 10AB-1X0Y",
            "[Steve: <Alex> !oxeye 10AB-1X0Y]",
            "-> [Team] <Steve> !oxeye 10AB-1X0Y",
            "Steve whispers to Alex: !oxeye 10AB-1X0Y",
            "Steve issued server command: /say !oxeye 10AB-1X0Y",
            "Steve has made the advancement [!oxeye 10AB-1X0Y]",
            "Disconnecting Steve (/192.0.2.7:5): <Alex> !oxeye 10AB-1X0Y",
        ] {
            check_silent(&mut log, &format!("{head}{chat}"));
        }
    }
    let tellraw = format!("{VANILLA}{SYSTEM_CHAT}<Steve> {TYPED}");
    check_silent(&mut log, &tellraw);
}

#[test]
fn a_code_that_no_server_itself_printed_is_not_believed() {
    let mut log = Log::with(options());
    for line in [
        "<Steve> !oxeye 10AB-1X0Y",
        "\t<Steve> !oxeye 10AB-1X0Y",
        "[12:00:00] [Server thread/WARN]: <Steve> !oxeye 10AB-1X0Y",
        "[12:00:00] [Craft Scheduler Thread - 3/INFO]: <Steve> !oxeye 10AB-1X0Y",
        "[12:00:00] [Server thread/INFO]: [DiscordSRV] <Steve> !oxeye 10AB-1X0Y",
        "[12:00:00] [Server thread/INFO] [com.example.Bridge/]: <Steve> !oxeye 10AB-1X0Y",
        "[12:00:00] [Server thread/INFO] [STDOUT]: <Steve> !oxeye 10AB-1X0Y",
        "x [12:00:00] [Server thread/INFO]: <Steve> !oxeye 10AB-1X0Y",
    ] {
        check_silent(&mut log, line);
    }
    log.read(&format!("{VANILLA}Steve lost connection: Disconnected"));
    check_silent(&mut log, &format!("{VANILLA}<Steve> {TYPED}"));
}

#[test]
fn codes_are_read_only_if_they_are_wanted_and_chat_that_is_wanted_is_read_beside_them() {
    let chat = LogOptions::default().with_activity("chat".parse().unwrap());
    let mut both = chat.clone();
    both.activity.member_codes = true;
    let typed = format!("{VANILLA}<Steve> {TYPED}");
    let wrote = format!("{VANILLA}<Steve> hello");

    let mut log = Log::with(chat);
    assert_eq!(log.read(&typed).as_deref(), Some("Steve wrote"));
    let mut log = Log::with(both);
    assert_eq!(log.read(&typed).as_deref(), Some("Steve typed a code"));
    assert_eq!(log.read(&wrote).as_deref(), Some("Steve wrote"));
    check_silent(&mut Log::usual(), &typed);
    let mut log = Log::with(options());
    check_silent(&mut log, &format!("{VANILLA}Steve drowned"));
}

#[test]
fn the_logs_of_other_families_show_no_codes() {
    let mut log = LogReader::new(options());
    assert!(!log.reads_member_codes());
    log.read_line(b"[12:00:00] [Server thread/INFO]: Starting minecraft server version 1.21");
    assert!(log.reads_member_codes());
    for family in [Family::Pocketmine, Family::Velocity, Family::Bedrock] {
        let log = LogReader::new(LogOptions {
            family: Some(family),
            ..options()
        });
        assert!(!log.reads_member_codes(), "{family}");
    }
    assert!(!Log::usual().0.reads_member_codes());
}
