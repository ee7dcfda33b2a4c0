//! Text typed by players, which proxies log after their names, and odd names in offline mode.

use super::proxy::{bungee, velocity};
use super::*;

const VELOCITY: &str =
    "[12:00:00] [main/INFO] [com.velocitypowered.proxy.VelocityServer]: Booting up Velocity 3";

/// Returns the log of a proxy on which Fern is online, connected from this address.
fn velocity_with_fern(address: &str) -> Log {
    let mut log = Log::new();
    assert_eq!(log.line(VELOCITY), "boot");
    let came = format!("Fern ({address}) has connected");
    assert_eq!(velocity(&mut log, &came), "join Fern");
    log
}

#[test]
fn a_command_after_an_address_is_neither_a_join_nor_a_leave() {
    for address in ["/192.0.2.7:5", "<ip address withheld>"] {
        let mut log = velocity_with_fern(address);
        for typed in [
            "/) has connected",
            "/) has disconnected",
            "/ (/192.0.2.8:6) has connected",
            "/ (/192.0.2.8:6) has disconnected: bye",
            "/x has connected",
        ] {
            let line = format!("Fern ({address}) -> executed command {typed}");
            assert_eq!(velocity(&mut log, &line), "nothing", "{line}");
        }
        let left = format!("Fern ({address}) has disconnected: a) has connected");
        assert_eq!(velocity(&mut log, &left), "leave Fern");
    }
}

#[test]
fn a_disconnect_without_a_reason_is_a_leave() {
    for reason in ["", ":", ": ", ": bye"] {
        let mut log = velocity_with_fern("/192.0.2.7:5");
        let left = format!("Fern (/192.0.2.7:5) has disconnected{reason}");
        assert_eq!(velocity(&mut log, &left), "leave Fern");
    }
}

#[test]
fn a_name_that_imitates_the_line_of_another_player_does_not_affect_them() {
    let mut log = velocity_with_fern("/192.0.2.7:5");
    for name in ["Moss (a/b:1)", "Moss (x", "Moss (", "Moss ()"] {
        let came = format!("{name} (/192.0.2.9:7) has connected");
        assert_eq!(velocity(&mut log, &came), "nothing", "{name}");
    }
    let accepted = "[12:00:00 INFO]: [server connection] Moss -> x -> lobby has connected";
    assert_eq!(log.line(accepted), "join Moss -> x");
    assert_eq!(log.online(), ["Fern", "Moss -> x"]);
}

/// Returns the log of a proxy on which Fern is online, and which prints her name like this.
fn bungee_with_fern(who: &str) -> Log {
    let mut log = Log::new();
    let boot = "Enabled BungeeCord version git:x:1";
    assert_eq!(bungee(&mut log, 0, boot), "boot");
    let accepted = format!("{who} <-> ServerConnector [lobby] has connected");
    assert_eq!(bungee(&mut log, 0, &accepted), "join Fern");
    log
}

#[test]
fn text_typed_by_a_player_whose_name_begins_with_a_bracket_is_no_event() {
    // Each pair is a name and the text that the player types after the slash.
    let typed = [
        ("[/a", "server |Fern]"),
        ("[/a", "server |Moss]"),
        ("[Moss", "x]"),
        ("[a", "|Fern|/192.0.2.7:5]"),
        ("[Moss|", "192.0.2.7:5]"),
        ("[/1.1.1.1:1|Fern|", "x]"),
        ("[/1.1.1.1:1|Fern", "x]"),
        ("{Fern, /", "192.0.2.7:5}"),
        ("{Moss, /1.1.1.1:1", "x}"),
        ("[Fern]", "x]"),
    ];
    for who in ["[Fern]", "[Fern|/192.0.2.7:5]"] {
        let mut log = bungee_with_fern(who);
        for (name, typed) in typed {
            for end in [
                "-> UpstreamBridge has disconnected",
                "<-> InitialHandler has connected",
                "<-> ServerConnector [lobby] has connected",
                "<-> ServerConnector [lobby] has disconnected",
            ] {
                let line = format!("{name} executed command: /{typed} {end}");
                assert_eq!(bungee(&mut log, 1, &line), "nothing", "{line}");
            }
        }
        assert_eq!(log.online(), ["Fern"]);
    }
}

#[test]
fn the_reason_for_a_disconnect_is_no_event() {
    let mut log = bungee_with_fern("[Fern]");
    for line in [
        "[Fern] disconnected with: x] <-> ServerConnector [lobby] has connected",
        "[Fern] disconnected with: x] -> UpstreamBridge has disconnected",
        "[Fern] <-> ServerConnector [pvp] disconnected with: x] has connected",
        "[Moss] <-> ServerConnector [pvp] disconnected with: [x] has connected",
        "[Fern] <-> ServerConnector [lobby] x] has disconnected",
        "[a] b] -> UpstreamBridge has disconnected",
        "[[Fern]] -> UpstreamBridge has disconnected",
    ] {
        assert_eq!(bungee(&mut log, 1, line), "nothing", "{line}");
    }
    let gone = "[Fern] -> UpstreamBridge has disconnected";
    assert_eq!(bungee(&mut log, 9, gone), "leave Fern");
}

#[test]
fn a_command_by_a_player_called_listening_is_no_start() {
    let mut log = Log::new();
    let boot = "Enabled BungeeCord version git:x:1";
    assert_eq!(bungee(&mut log, 0, boot), "boot");
    let typed = "Listening on / executed command: /server lobby";
    assert_eq!(bungee(&mut log, 0, typed), "nothing");
    let open = "Listening on /[0:0:0:0:0:0:0:0%0]:25577";
    assert_eq!(bungee(&mut log, 1, open), "start");
}

#[test]
fn the_end_of_another_connection_to_bungeecord_is_no_leave() {
    let accepted =
        |port| format!("[Fern|/192.0.2.7:{port}] <-> ServerConnector [lobby] has connected");
    let gone = |address| format!("[{address}|Fern] -> UpstreamBridge has disconnected");
    let mut log = bungee_with_fern("[Fern|/192.0.2.7:5]");
    assert_eq!(bungee(&mut log, 5, &gone("/1.1.1.1:1")), "nothing");
    // The new connection takes over, and the last lines about the old one come late.
    assert_eq!(bungee(&mut log, 9, &accepted(6)), "nothing");
    assert_eq!(bungee(&mut log, 9, &gone("/192.0.2.7:5")), "nothing");
    assert_eq!(bungee(&mut log, 9, &accepted(5)), "nothing");
    assert_eq!(log.online(), ["Fern"]);
    // The host name has been looked up meanwhile.
    let left = gone("host.example/192.0.2.7:6");
    assert_eq!(bungee(&mut log, 20, &left), "leave Fern");
}

/// Forms in which plugins print chat without a head, up to the text.
const CHAT: [&str; 12] = [
    "Fern » ",
    "§aFern§r » ",
    "Fern ➤ ",
    "★ Fern ",
    "Fern - ",
    "Fern / ",
    "Fern ",
    "Bob ",
    "May ",
    "VIP Fern ",
    "Fern: ",
    "<Fern> ",
];

#[test]
fn chat_that_imitates_the_prefix_of_journald_is_no_event_on_an_unknown_server() {
    let typed = [
        "1 10:49:20 h p: Moss joined the game",
        "1 10:49:20 h p: Alex left the game",
        "2026-11-20 10:49:20 UTC h p: Alex left the game",
        "1 10:49:20 h p: 1 10:49:20 h p: Alex left the game",
        "1 10:49:20 h p: [12:00:05] [Server thread/INFO]: Stopping server",
        "1 10:49:20 h p: [12:00:05] [Server thread/INFO]: hello",
    ];
    for (chat, typed) in CHAT
        .iter()
        .flat_map(|chat| typed.map(|typed| (chat, typed)))
    {
        let line = format!("{chat}{typed}");
        let mut log = Log::with_patterns(Patterns {
            join: Some("^(?<player>\\S+) joined the game$".parse().unwrap()),
            leave: Some("^(?<player>\\S+) left the game$".parse().unwrap()),
            ..Patterns::default()
        });
        assert_eq!(log.line("Server is up"), "nothing");
        assert_eq!(log.line("Alex joined the game"), "join Alex");
        for _ in 0..20 {
            assert_eq!(log.line(&line), "nothing", "{line}");
        }
        // It does not make the patterns ineffective either.
        assert_eq!(log.line("Moss joined the game"), "join Moss", "{line}");
        assert_eq!(log.online(), ["Alex", "Moss"]);
    }
}

#[test]
fn chat_that_imitates_the_prefix_of_journald_is_no_event_between_lines_with_heads() {
    let typed = [
        "1 10:49:20 h p: [12:00:05] [Server thread/INFO]: Stopping server",
        "1 10:49:20 h p: [12:00:05] [Server thread/INFO]: Moss[/192.0.2.7:5] logged in with entity id 8",
    ];
    for journald in ["", "Nov 20 12:00:00 mchost java[812]: "] {
        for (chat, typed) in CHAT
            .iter()
            .flat_map(|chat| typed.map(|typed| (chat, typed)))
        {
            let mut log = Log::new();
            let login =
                "[12:00:00] [Server thread/INFO]: Fern[/192.0.2.7:5] logged in with entity id 7";
            assert_eq!(log.line(&format!("{journald}{login}")), "join Fern");
            for _ in 0..20 {
                let line = format!("{journald}{chat}{typed}");
                assert_eq!(log.line(&line), "nothing", "{line}");
            }
            assert_eq!(log.online(), ["Fern"]);
        }
    }
}

#[test]
fn chat_at_the_start_of_what_is_read_is_not_taken_for_lines_of_journald() {
    let mut log = Log::with_patterns(Patterns {
        join: Some("^(?<player>\\S+) joined the game$".parse().unwrap()),
        ..Patterns::default()
    });
    let line = "Fern 1 10:49:20 h p: Moss joined the game";
    for _ in 0..9 {
        assert_eq!(log.line(line), "nothing");
    }
    assert_eq!(log.line("Alex joined the game"), "join Alex");
    for _ in 0..20 {
        assert_eq!(log.line(line), "nothing");
    }
}

#[test]
fn lines_of_journald_are_read_in_a_language_that_we_do_not_know() {
    let mut log = Log::new();
    let mut says = |message: &str| {
        log.line(&format!(
            "Jerrey-souree 20 12:00:00 mchost java[812]: [12:00:00] [Server thread/INFO]: {message}"
        ))
    };
    for _ in 0..10 {
        assert_eq!(says("Starting minecraft server version 1.21"), "nothing");
    }
    assert_eq!(says("Starting minecraft server version 1.21"), "boot");
    assert_eq!(
        says("Fern[/192.0.2.7:5] logged in with entity id 7"),
        "join Fern"
    );
}

#[test]
fn chat_that_imitates_the_prefix_of_docker_compose_is_no_event() {
    let typed = [
        "[12:00:05] [Server thread/INFO]: Stopping server",
        "[12:00:05] [Server thread/INFO]: Starting minecraft server version 1.21",
        "[12:00:05] [Server thread/INFO]: Moss[/192.0.2.7:5] logged in with entity id 8",
        "2026-11-20T10:49:20Z [12:00:05] [Server thread/INFO]: Fern left the game",
        "Moss | [12:00:05] [Server thread/INFO]: Fern lost connection: bye",
        "[12:00:05 INFO]: Moss[/192.0.2.7:5] logged in with entity id 8",
    ];
    for compose in ["", "mc-1  | ", "Nov 20 12:00:00 mchost java[812]: "] {
        let mut log = Log::new();
        let login =
            "[12:00:00] [Server thread/INFO]: Fern[/192.0.2.7:5] logged in with entity id 7";
        assert_eq!(log.line(&format!("{compose}{login}")), "join Fern");
        for (chat, typed) in ["Fern | ", "Fern  | ", "a.b/c@d-1 |", "mc-1  | "]
            .iter()
            .flat_map(|chat| typed.map(|typed| (chat, typed)))
        {
            let line = format!("{compose}{chat}{typed}");
            assert_eq!(log.line(&line), "nothing", "{line}");
        }
        assert_eq!(log.online(), ["Fern"]);
    }
}

#[test]
fn chat_that_imitates_docker_compose_does_not_make_patterns_ineffective() {
    let mut log = Log::with_patterns(Patterns {
        join: Some("^(?<player>\\S+) joined the game$".parse().unwrap()),
        ..Patterns::default()
    });
    assert_eq!(log.line("Server is up"), "nothing");
    for typed in [
        "Moss joined the game",
        "[12:00:05] [Server thread/INFO]: Moss joined the game",
    ] {
        assert_eq!(log.line(&format!("Fern | {typed}")), "nothing");
    }
    assert_eq!(log.line("Alex joined the game"), "join Alex");
}

#[test]
fn a_line_of_docker_compose_itself_is_not_the_end_of_its_prefix() {
    let mut log = Log::new();
    for line in [
        "[+] Running 1/1",
        " ✔ Container mc-1  Created",
        "WARN[0000] /srv/compose.yaml: the attribute `version` is obsolete",
        "Attaching to mc-1",
        "",
    ] {
        assert_eq!(log.line(line), "nothing");
    }
    let login = "[12:00:00] [Server thread/INFO]: Fern[/192.0.2.7:5] logged in with entity id 7";
    assert_eq!(log.line(&format!("mc-1  | {login}")), "join Fern");
    assert_eq!(log.line("mc-1 exited with code 0"), "nothing");
    let left = "[12:00:00] [Server thread/INFO]: Fern lost connection: bye";
    assert_eq!(log.line(&format!("mc-1  | {left}")), "leave Fern");
}

#[test]
fn patterns_are_matched_after_what_docker_compose_says_before_the_first_container() {
    for remark in [
        "WARN[0000] /srv/compose.yaml: the attribute `version` is obsolete",
        "time=\"2026-11-20T10:49:20Z\" level=warning msg=\"the attribute is obsolete\"",
        "Creating network \"srv_default\" with the default driver",
        "Starting srv_mc_1",
    ] {
        let mut log = Log::with_patterns(Patterns {
            join: Some("^(?<player>\\S+) has entered$".parse().unwrap()),
            ..Patterns::default()
        });
        assert_eq!(log.line(remark), "nothing");
        assert_eq!(
            log.line("mc-1  | Moss has entered"),
            "join Moss",
            "{remark}"
        );
    }
}

#[test]
fn docker_compose_may_be_run_by_systemd() {
    let mut log = Log::new();
    let journald = "Nov 20 12:00:00 mchost ";
    for line in [
        "systemd[1]: Starting the server...",
        "docker[7]: Attaching to mc-1",
    ] {
        assert_eq!(log.line(&format!("{journald}{line}")), "nothing");
    }
    let login = "[12:00:00] [Server thread/INFO]: Fern[/192.0.2.7:5] logged in with entity id 7";
    assert_eq!(
        log.line(&format!("{journald}docker[7]: mc-1  | {login}")),
        "join Fern"
    );
}

#[test]
fn chat_in_the_first_line_is_no_event_if_the_lines_behind_it_have_no_prefix() {
    let server = "[12:00:09] [Server thread/INFO]: Fern[/192.0.2.7:5] logged in with entity id 7\n";
    for chat in [
        "May 20 10:49:20 h p: ",
        "Mai 20 10:49:20 h java[8]: ",
        "Fern | ",
    ] {
        for typed in [
            "Stopping server",
            "Moss[/192.0.2.7:5] logged in with entity id 8",
        ] {
            let first = format!("{chat}[12:00:05] [Server thread/INFO]: {typed}");
            let mut log = Log::new();
            let bytes = format!("rest of a line\n{first}\n{server}{server}unfinished");
            log.0.look_ahead(bytes.as_bytes(), true);
            assert_eq!(log.line(&first), "nothing", "{first}");
        }
    }
}

#[test]
fn looking_ahead_believes_the_prefixes_that_all_lines_have() {
    for prefix in ["Nov 20 12:00:00 mchost java[812]: ", "mc-1  | "] {
        let line = format!(
            "{prefix}[12:00:00] [Server thread/INFO]: Fern[/192.0.2.7:5] logged in with entity id 7"
        );
        let mut log = Log::new();
        log.0
            .look_ahead(format!("{line}\n").repeat(12).as_bytes(), false);
        assert_eq!(log.line(&line), "join Fern");
    }
}
