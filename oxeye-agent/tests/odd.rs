//! Odd and hostile logs: wrappers, panels and pipes, damaged and rotated files, other programs, other languages. Each is
//! read rightly or refused with a reason, and nothing that somebody typed is an event.

#![expect(clippy::unwrap_used, reason = "a test that cannot go on may panic")]

use std::io::Write;

use flate2::Compression;
use flate2::write::GzEncoder;
use oxeye_agent::cli::parse;
use oxeye_agent::log::LogOptions;
use serde_json::Value;

/// The lines of a Java server on which Fern comes and goes, without what stands before the messages.
const VISIT: [&str; 6] = [
    "Starting minecraft server version 1.21.8",
    "Done (3.100s)! For help, type \"help\"",
    "UUID of player Fern is 6f1c2a34-9b0d-4e57-8c11-2d3e4f5a6b7c",
    "Fern[/192.0.2.7:5] logged in with entity id 7 at (1.0, 64.0, 3.0)",
    "Fern joined the game",
    "Fern lost connection: Disconnected",
];
const VISITED: &str = "boot, start, join Fern, leave Fern";

/// Returns the visit with a head before each message, and the lines joined by an ending.
fn visit(head: &str, ending: &str) -> String {
    VISIT
        .map(|message| format!("{head}{message}{ending}"))
        .concat()
}

/// Returns the visit of a usual server with these lines between the last two of its own.
fn visit_with(lines: &[&str]) -> String {
    let server = "[12:00:00] [Server thread/INFO]: ";
    let mut log = visit(server, "\n");
    let end = log.rfind(server).unwrap();
    let lines: String = lines.iter().map(|line| format!("{line}\n")).collect();
    log.insert_str(end, &lines);
    log
}

/// Returns the events of a log as words, and why it is refused, if it is.
fn read(log: &[u8]) -> String {
    let mut printed = Vec::new();
    let concerns = parse::print_events(log, &LogOptions::default(), None, &mut printed);
    let printed = String::from_utf8(printed).unwrap();
    let mut found: Vec<String> = printed
        .lines()
        .map(|line| {
            let event: Value = serde_json::from_str(line).unwrap();
            let words = [&event["event"], &event["player"], &event["server"]];
            let words: Vec<_> = words.iter().filter_map(|word| word.as_str()).collect();
            words.join(" ")
        })
        .collect();
    match concerns {
        Ok(concerns) => found.extend(concerns.iter().map(|concern| format!("{concern:?}"))),
        Err(_) => found.push("cannot be read".to_owned()),
    }
    found.join(", ")
}

#[track_caller]
fn check(log: impl AsRef<[u8]>, expected: &str) {
    let log = log.as_ref();
    assert_eq!(read(log), expected, "{}", String::from_utf8_lossy(log));
}

fn gzip(text: &str) -> Vec<u8> {
    let mut encoder = GzEncoder::new(Vec::new(), Compression::fast());
    encoder.write_all(text.as_bytes()).unwrap();
    encoder.finish().unwrap()
}

#[test]
fn a_log_with_windows_line_endings_or_a_byte_order_mark_is_read() {
    let server = "[12:00:00] [Server thread/INFO]: ";
    check(visit(server, "\r\n"), VISITED);
    check(format!("\u{feff}{}", visit(server, "\r\n")), VISITED);
    check(visit("[12:00:00 INFO]: ", "\r\r\n"), VISITED);
}

#[test]
fn a_log_in_utf_16_is_refused_in_both_byte_orders() {
    let log = visit("[12:00:00] [Server thread/INFO]: ", "\r\n");
    let little = [0xfeff].into_iter().chain(log.encode_utf16());
    let big = [0xfeff].into_iter().chain(log.encode_utf16());
    check(
        little.flat_map(u16::to_le_bytes).collect::<Vec<_>>(),
        "Utf16",
    );
    check(big.flat_map(u16::to_be_bytes).collect::<Vec<_>>(), "Utf16");
}

#[test]
fn a_line_that_was_cut_off_is_no_event() {
    let log = visit("[12:00:00] [Server thread/INFO]: ", "\n");
    let cut = log
        .trim_end()
        .strip_suffix("nection: Disconnected")
        .unwrap();
    check(cut, "boot, start, join Fern");
    // The server was killed within a line, and the next start is glued to it.
    let glued = format!(
        "{cut}[12:05:00] [Server thread/INFO]: Moss[/192.0.2.7:5] logged in with entity id 9\n"
    );
    check(&glued, "boot, start, join Fern");
    let again = format!("{glued}{log}");
    check(again, &format!("boot, start, join Fern, {VISITED}"));
}

#[test]
fn nuls_after_a_loss_of_power_are_skipped() {
    let log = visit("[12:00:00] [Server thread/INFO]: ", "\n");
    let (before, after) = log.split_at(log.find("Done").unwrap());
    let (before, line) = before.split_at(before.rfind('\n').unwrap() + 1);
    check(
        format!("{before}{}{line}{after}", "\0".repeat(70_000)),
        VISITED,
    );
}

#[test]
fn rotated_logs_are_read_also_in_parts_and_one_that_was_cut_off_to_its_end() {
    let log = visit("[12:00:00] [Server thread/INFO]: ", "\n");
    let (first, second) = log.split_at(log.find("UUID").unwrap());
    check([gzip(first), gzip(second)].concat(), VISITED);
    let noise: String = (0..20_000_u32)
        .map(|number| {
            format!(
                "[12:00:00] [Server thread/INFO]: {}\n",
                number.wrapping_mul(2_654_435_769)
            )
        })
        .collect();
    let long = gzip(&format!("{log}{noise}"));
    check(
        &long[..long.len() / 2],
        &format!("{VISITED}, cannot be read"),
    );
}

#[test]
fn consoles_that_draw_and_colour_lines_are_read() {
    for head in [
        "\x1b]0;server\x07\x1b[K[12:00:00 INFO]: ",
        "\x1b[?2004h>\x1b[?2004l\r[12:00:00 INFO]: ",
        "\x1b[38;5;8m[\x1b[39m12:00:00\x1b[38;5;8m] [\x1b[32mServer thread/INFO\x1b[38;5;8m]: \x1b[0m",
        ">....\r[12:00:00 INFO]: ",
        "\r\x1b[K[12:00:00 INFO]: ",
    ] {
        check(visit(head, "\x1b[m\n"), VISITED);
    }
}

#[test]
fn wrappers_that_print_lines_of_their_own_in_between_change_nothing() {
    let log = visit_with(&[
        "\x1b[33m\x1b[1m[Pterodactyl Daemon]:\x1b[39m Server marked as running...",
        "container@pterodactyl~ Server marked as running...",
        "[init] Starting the Minecraft server...",
        "[mc-server-runner] 2026/11/20 12:00:00 Stopping server",
        "2026-11-20T12:00:00.000Z\tINFO\tmc-server-runner\tMoss joined the game",
        "==> logs/latest.log <==",
        "OpenJDK 64-Bit Server VM warning: Moss joined the game",
        "Picked up JAVA_TOOL_OPTIONS: -Xmx4G",
        "*** Error, this build is outdated ***",
        "\tat net.minecraft.server.Main.main(Main.java:1) ~[?:?]",
        "Caused by: java.io.IOException: Moss left the game",
    ]);
    check(log, VISITED);
}

#[test]
fn prefixes_that_are_not_known_are_refused_and_not_guessed() {
    for head in [
        // moreutils' ts, daemontools, grep, cat -n, AMP, log4j as JSON and as XML, docker's own files, and layouts of log4j.
        "Nov 20 12:00:00 [12:00:00] [Server thread/INFO]: ",
        "@400000006740f0a81b2c3d4e [12:00:00] [Server thread/INFO]: ",
        "latest.log:12:[12:00:00] [Server thread/INFO]: ",
        "     7\t[12:00:00] [Server thread/INFO]: ",
        "[12:00:00] [Console:Info         ] : [12:00:00] [Server thread/INFO]: ",
        "{\"level\":\"INFO\",\"thread\":\"Server thread\",\"message\":\"",
        "<log4j:Event logger=\"x\" level=\"INFO\" thread=\"Server thread\"><log4j:Message><![CDATA[",
        "{\"log\":\"[12:00:00] [Server thread/INFO]: ",
        "[12:00:00 nachm.] [Server thread/INFO]: ",
        "12:00:00.000 | INFO | Server thread | ",
        "level=info thread=\"Server thread\" msg=",
    ] {
        check(visit(head, "\n"), "Foreign");
    }
}

#[test]
fn layouts_with_a_sign_before_the_message_are_read() {
    for sign in ["-", "–", "|", "»", ">", "->", "::", ":"] {
        for head in [
            "[12:00:00] [Server thread/INFO]",
            "[12:00:00 INFO]",
            "[12:00:00] [INFO]",
        ] {
            check(visit(&format!("{head} {sign} "), "\n"), VISITED);
        }
    }
}

#[test]
fn layouts_that_hide_the_players_are_refused() {
    for head in [
        "[12:00:00] [Server thread/INFO] + ",
        "[12:00:00] [Server thread/INFO] [minecraft/PlayerList] ",
        "[12:00:00] [Server thread/INFO] [PlayerList] - ",
        "[12:00:00] [Server thread/INFO]: net.minecraft.server.players.PlayerList: ",
        "[12:00:00] [Server thread/INFO] [minecraft/PlayerList]: + ",
    ] {
        check(visit(head, "\n"), "Foreign");
    }
}

#[test]
fn logs_of_other_programs_are_refused() {
    for log in [
        "[12:00:00] Player Fern has joined the game\n[12:05:00] Player Fern has left the game\n",
        "Fern has joined.\nFern has left.\n",
        "2026-11-20T12:00:00.000Z\tINFO\tproxy\tplayer connected\t{\"player\": \"Fern\"}\n",
        "11/20/2026 12:00:00: Got character ZDOID from Fern : 1:1\n",
        "192.0.2.7 - - [20/Nov/2026:12:00:00 +0000] \"GET /Fern%20joined%20the%20game HTTP/1.1\" 200 5\n",
        "12:00:00 [DEBUG] joined the game\n",
        "Nov 20 12:00:00 mchost sshd[9]: Accepted publickey for Fern joined the game\n",
    ] {
        check(log, "Foreign");
    }
}

#[test]
fn hybrid_servers_with_the_loggers_of_mod_loaders_are_read() {
    for head in [
        "[12:00:00] [Server thread/INFO] [minecraft/PlayerList]: ",
        "[20Nov2026 12:00:00.123] [Server thread/INFO] [net.minecraft.server.players.PlayerList/]: ",
        "[12:00:00 INFO] [minecraft/PlayerList]: ",
        "[12:00:00] [Server thread/INFO] (Minecraft) ",
        "[12:00:00] [Server thread/INFO] (MinecraftServer) ",
        "[12:00:00 INFO]: ",
        "[2026-11-20 12:00:00] [Server thread/INFO]: ",
        "[20.11.2026 12:00:00 INFO]: ",
        "[12:00:00 PM] [Server thread/INFO]: ",
    ] {
        check(visit(head, "\n"), VISITED);
    }
}

#[test]
fn what_plugins_quote_is_no_event() {
    let log = visit_with(&[
        "[12:00:00] [Server thread/INFO]: [LogViewer] [12:00:00] [Server thread/INFO]: Moss joined the game",
        "[12:00:00] [Async Chat Thread - #1/INFO]: <Fern> [12:00:00] [Server thread/INFO]: Stopping server",
        "[12:00:00] [Server thread/INFO]: Fern issued server command: /say Moss joined the game",
        "[12:00:00] [Server thread/INFO]: [Not Secure] <Fern> Moss left the game",
        "[12:00:00] [Server thread/INFO]: [Fern: Set own game mode to Creative Mode]",
        "[12:00:00] [Server thread/INFO]: * Fern joined the game",
        "[12:00:00] [Server thread/INFO]: [DiscordSRV] [Chat: Discord -> Minecraft] Moss > Fern left the game",
        "[12:00:00] [JDA MainWS-ReadThread/INFO]: [Discord] Moss: Stopping the server",
        "[12:00:00] [Server thread/INFO]: Fern has made the advancement [Moss joined the game]",
        "[12:00:00] [Server thread/INFO]: [Rcon: Fern left the game]",
        "[12:00:00] [Craft Scheduler Thread - 3 - Web/INFO]: Moss joined the game by web",
        "[12:00:00] [Server thread/INFO]: -- Fern left the game --",
    ]);
    check(log, VISITED);
}

#[test]
fn chat_without_a_head_is_no_event_whatever_the_plugin_puts_before_it() {
    let typed = [
        "[12:00:05] [Server thread/INFO]: Stopping server",
        "[12:00:05 INFO]: Moss[/192.0.2.7:5] logged in with entity id 8",
    ];
    let before = [
        "Fern | ",
        "Fern  | ",
        "mc-1  | ",
        "Fern: ",
        "Fern > ",
        "Fern » ",
        "<Fern> ",
        "[VIP] Fern ",
        "May 20 12:00:00 h p: ",
        "Mai 20 12:00:00 h p: ",
        "Fern 20 12:00:00 h p: ",
        "[Fern] ",
        "[Fern -> Moss] ",
        "(Fern) ",
        "* Fern ",
        "Fern~ ",
    ];
    for before in before {
        let lines = typed.map(|typed| format!("{before}{typed}"));
        check(visit_with(&lines.each_ref().map(String::as_str)), VISITED);
    }
}

#[test]
fn connections_that_end_before_a_player_is_in_the_game_are_no_leaves() {
    let log = visit_with(&[
        "[12:00:00] [Server thread/INFO]: Fern (/192.0.2.7:6) lost connection: Disconnected",
        "[12:00:00] [Server thread/INFO]: com.mojang.authlib.GameProfile@6f1c2a34[id=<null>,name=Fern,properties={},legacy=false] (/192.0.2.7:6) lost connection: Disconnected",
        "[12:00:00] [Server thread/INFO]: Disconnecting Fern (/192.0.2.7:6): You are not white-listed on this server!",
        "[12:00:00] [Server thread/INFO]: Disconnecting com.mojang.authlib.GameProfile@6f1c2a34[name=Fern] (/192.0.2.7:6): banned",
        "[12:00:00] [Server thread/INFO]: /192.0.2.7:6 lost connection: Timed out",
        "[12:00:00] [User Authenticator #2/INFO]: UUID of player Moss is 0b9a8c7d-1e2f-4a3b-9c4d-5e6f7a8b9c0d",
        "[12:00:00] [Server thread/INFO]: Moss (/192.0.2.9:6) lost connection: Internal Exception: io.netty.handler.timeout.ReadTimeoutException",
    ]);
    check(log, VISITED);
}

#[test]
fn a_second_login_of_the_same_player_is_one_leave_and_one_join_at_most() {
    let log = visit_with(&[
        "[12:00:00] [Server thread/INFO]: Fern lost connection: You logged in from another location",
        "[12:00:00] [Server thread/INFO]: Fern left the game",
        "[12:00:00] [Server thread/INFO]: Fern[/192.0.2.7:6] logged in with entity id 9 at (1.0, 64.0, 3.0)",
        "[12:00:00] [Server thread/INFO]: Fern joined the game",
    ]);
    check(
        log,
        "boot, start, join Fern, leave Fern, join Fern, leave Fern",
    );
}

#[test]
fn names_that_are_not_utf_8_and_lines_without_end_do_no_harm() {
    let mut log = visit_with(&[]).into_bytes();
    log.extend(
        b"[12:00:00] [Server thread/INFO]: Zo\xeb[/192.0.2.7:5] logged in with entity id 8\n",
    );
    log.extend(b"[12:00:00] [Server thread/INFO]: Zo\xeb joined the game\n");
    log.extend(b"[12:00:00] [Server thread/INFO]: ");
    log.extend(vec![b'x'; 3_000_000]);
    log.extend(b"\n[12:00:01] [Server thread/INFO]: Stopping server\n");
    check(log, &format!("{VISITED}, stop"));
}

#[test]
fn bedrock_servers_behind_wrappers_are_read() {
    let lines = [
        "NO LOG FILE! - [2026-11-20 12:00:00:001 INFO] Starting Server\r\n",
        "[2026-11-20 12:00:01:000 INFO] Server started.\r\n",
        "[2026-11-20 12:00:02:000 INFO] Player connected: Old Oak, xuid: 2535000000000001\r\n",
        "[2026-11-20 12:00:02:100 INFO] Player Spawned: Old Oak xuid: 2535000000000001, pfid: 00a1\r\n",
        "[2026-11-20 12:00:03:000 INFO] [Scripting] Player connected: Moss, xuid: 1\r\n",
        "[2026-11-20 12:00:03:000 WARN] [Scripting] Player disconnected: Old Oak, xuid: 1\r\n",
        "[2026-11-20 12:00:04:000 INFO] Player disconnected: Old Oak, xuid: 2535000000000001, pfid: 00a1\r\n",
        "[2026-11-20 12:00:05:000 INFO] Server stop requested.\r\n",
        "Quit correctly\r\n",
    ];
    let expected = "boot, start, join Old Oak, leave Old Oak, stop";
    check(lines.concat(), expected);
    check(
        lines.map(|line| format!("bds-1  | {line}")).concat(),
        expected,
    );
}
