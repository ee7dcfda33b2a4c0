//! Lines of other kinds of servers, and in layouts that administrators choose.

use super::*;

#[track_caller]
fn check(lines: &[(&str, &str)]) {
    let mut log = Log::new();
    for (line, expected) in lines {
        assert_eq!(log.line(line), *expected, "{line}");
    }
}

#[test]
fn messages_shown_to_players_since_26_3_are_read() {
    let mut log = Log::new();
    log.says("Starting minecraft server version 26.3");
    assert_eq!(log.says("System chat: Fern joined the game"), "join Fern");
    assert_eq!(log.says("System chat: Fern left the game"), "leave Fern");
    // No other shown message counts.
    for typed in [
        "Fern lost connection: x",
        "Fern[/192.0.2.7:5] logged in with entity id 7",
        "Stopping server",
        "Done (1.0s)! For help, type \"help\"",
        "<Fern> Moss joined the game",
        "System chat: Moss joined the game",
    ] {
        assert_eq!(
            log.says(&format!("System chat: {typed}")),
            "nothing",
            "{typed}"
        );
    }
}

#[test]
fn colour_codes_are_not_part_of_a_name() {
    check(&[
        ("10:00:00 [INFO ] §eFern joined the game", "join Fern"),
        (
            "10:00:01 [INFO ] §bFern§f[/192.0.2.7:5] logged in with entity id 2 at (world, 1, 2, 3)",
            "nothing",
        ),
        (
            "10:00:02 [INFO ] §bSome Body§f[/192.0.2.7:6] logged in with entity id 3 at (world, 1, 2, 3)",
            "join Some Body",
        ),
        (
            "10:00:03 [INFO ] §eSome Body left the game",
            "leave Some Body",
        ),
        (
            "10:00:04 [INFO ] §bFern§f[/192.0.2.7:5] logged out due to disconnected",
            "leave Fern",
        ),
    ]);
    let mut log = Log::new();
    assert_eq!(log.says("§eFern joined the game§r"), "join Fern");
    assert_eq!(log.says("§eFern§r left the game"), "leave Fern");
}

#[test]
fn the_end_of_a_pocketmine_session_is_a_leave() {
    let thread = |message: &str| format!("[10:00:00.085] [Server thread/INFO]: {message}");
    let mut log = Log::new();
    let mut says = |message: &str| log.line(&thread(message));
    let boot = "Starting Minecraft: Bedrock Edition server version v1.21.0";
    assert_eq!(says(boot), "boot");
    assert_eq!(
        says("[NetworkSession: 192.0.2.7 5] Session opened"),
        "nothing"
    );
    let login = "Some Body[/192.0.2.7:5] logged in with entity id 3 at (my world, 256, 70, -2.5)";
    assert_eq!(says(login), "join Some Body");
    assert_eq!(
        says("<Some Body> [NetworkSession: Some Body] Session closed"),
        "nothing"
    );
    assert_eq!(
        says("[NetworkSession: Some Body] Session closed due to client disconnect"),
        "leave Some Body"
    );
    assert_eq!(says("Some Body left the game"), "nothing");
    // A player who was not let in was never online.
    assert_eq!(
        says("Moss[/192.0.2.7:6] logged out due to not whitelisted"),
        "nothing"
    );
    let crash = "[10:00:00.085] [Server thread/EMERGENCY]: An unrecoverable error has occurred and \
                 the server has crashed. Creating a crash dump";
    assert_eq!(log.line(crash), "crash");
}

#[test]
fn variants_of_the_bedrock_server_are_read() {
    check(&[
        ("[10:00:00 INFO]: [Server] Starting Server", "boot"),
        ("[10:00:01 INFO]: [Server] Server started.", "start"),
        (
            "[10:00:02 INFO]: [Server] Player connected: Some Body, xuid: 2535",
            "join Some Body",
        ),
        (
            "[10:00:03 INFO]: [Server] <x> Player disconnected: Some Body, xuid: 2535",
            "nothing",
        ),
        (
            "[10:00:03 INFO]: [SomePlugin] Player disconnected: Some Body, xuid: 2535",
            "nothing",
        ),
        (
            "[10:00:03 INFO]: Player disconnected: Some Body, xuid: 2535",
            "nothing",
        ),
        (
            "[10:00:03 INFO]: [Server] Player disconnected: Some Body, xuid: 2535 said somebody",
            "nothing",
        ),
        (
            "[10:00:04 INFO]: [Server] Player disconnected: Some Body, xuid: 2535, pfid: 2c",
            "leave Some Body",
        ),
        ("[10:00:05 INFO]: [Server] Server stop requested.", "stop"),
    ]);
}

#[test]
fn a_panel_may_keep_the_servers_own_head() {
    let line = |message: &str| {
        format!("25.01 13:48:26 [Server] INFO [13:48:26] [Server thread/INFO]: {message}")
    };
    let mut log = Log::new();
    for (message, expected) in [
        ("Starting minecraft server version 1.21", "boot"),
        ("Fern[/192.0.2.7:5] logged in with entity id 7", "join Fern"),
        ("<Fern> Fern left the game", "nothing"),
        ("Fern lost connection: Disconnected", "leave Fern"),
    ] {
        assert_eq!(log.line(&line(message)), expected, "{message}");
    }
}

#[test]
fn the_earlier_console_of_endstone_is_read() {
    let line = |message: &str| format!("[2024-05-22 20:28:10.123 INFO] {message}");
    let mut log = Log::new();
    for (message, expected) in [
        ("[Server] Starting Server", "boot"),
        ("[Server] Server started.", "start"),
        (
            "[Server] Player connected: Some Body, xuid: 2535",
            "join Some Body",
        ),
        (
            "[SomePlugin] Player disconnected: Some Body, xuid: 2535",
            "nothing",
        ),
        (
            "[Server] Player disconnected: Some Body, xuid: 2535, pfid: 2c",
            "leave Some Body",
        ),
        ("[Server] Server stop requested.", "stop"),
    ] {
        assert_eq!(log.line(&line(message)), expected, "{message}");
    }
}

#[test]
fn chat_on_java_in_the_layout_of_endstones_earlier_console_is_no_event() {
    let mut log = Log::new();
    log.line("[2024-05-22 20:28:10.123 INFO] Starting minecraft server version 1.21");
    for said in ["Player connected: Fern, xuid: 5", "Starting Server"] {
        let line = format!("[2024-05-22 20:28:10.123 INFO] [Server] {said}");
        assert_eq!(log.line(&line), "nothing", "{line}");
    }
}

#[test]
fn chat_on_java_that_looks_like_endstone_is_no_event() {
    let mut log = Log::new();
    log.line("[10:00:00 INFO]: Starting minecraft server version 1.21");
    for said in [
        "Player connected: Fern, xuid: 5",
        "Player disconnected: Fern, xuid: 5",
        "Server started.",
        "Starting Server",
    ] {
        let line = format!("[10:00:00 INFO]: [Server] {said}");
        assert_eq!(log.line(&line), "nothing", "{line}");
    }
}

#[test]
fn lines_of_pumpkin_plugins_are_no_events() {
    let line = |module: &str, message: &str| {
        format!("2026-08-22 10:00:00  INFO tokio ThreadId(02) {module}: {message}")
    };
    let mut log = Log::new();
    assert_eq!(
        log.line(&line("pumpkin::world", "Fern joined the game")),
        "join Fern"
    );
    for module in ["plugin", "pumpkin_plugin", "pumpkin::plugin::wasm", "other"] {
        let left = line(module, "Fern left the game");
        assert_eq!(log.line(&left), "nothing", "{module}");
    }
    let chat = line("pumpkin::net", "<chat> Fern: Fern left the game");
    assert_eq!(log.line(&chat), "nothing");
}

#[test]
fn lines_of_plugins_of_earlier_versions_of_pumpkin_are_no_events() {
    let line =
        |module: &str, message: &str| format!("2026-11-20 10:49:20 INFO  [{module}] {message}");
    let mut log = Log::new();
    for module in [
        "pumpkin_plugin@main",
        "pumpkin::plugin@main",
        "pumpkin_plugin",
    ] {
        let joined = line(module, "Fern joined the game");
        assert_eq!(log.line(&joined), "nothing", "{module}");
    }
    for module in ["pumpkin::world@main", "pumpkin@main", "pumpkin"] {
        assert_eq!(
            log.line(&line(module, "Fern joined the game")),
            "join Fern",
            "{module}"
        );
        assert_eq!(
            log.line(&line(module, "Fern left the game")),
            "leave Fern",
            "{module}"
        );
    }
}

#[test]
fn leading_spaces_that_only_one_line_has_belong_to_the_message() {
    let mut log = Log::new();
    log.says("Starting minecraft server version 1.21");
    assert_eq!(log.says("Fern joined the game"), "join Fern");
    assert_eq!(log.says(" Fern left the game"), "nothing");
    assert_eq!(log.says("  Moss joined the game"), "nothing");
    assert_eq!(log.online(), ["Fern"]);
}

#[test]
fn a_sign_that_all_lines_have_before_the_message_is_not_part_of_it() {
    for head in [
        "[12:00:00] [Server thread/INFO] - ",
        "[12:00:00] [Server thread/INFO]  - ",
        "[12:00:00] [Server thread/INFO]: - ",
        "[12:00:00] [Server thread/INFO] » ",
        "[12:00:00 INFO] -> ",
        "[12:00:00] [INFO] | ",
        "12:00:00 [INFO] : ",
        "[12:00:00] [Server thread/INFO] [minecraft/PlayerList]: - ",
    ] {
        let mut log = Log::new();
        let mut says = |message: &str| log.line(&format!("{head}{message}"));
        assert_eq!(
            says("Starting minecraft server version 1.21"),
            "boot",
            "{head}"
        );
        assert_eq!(says(""), "nothing", "{head}");
        let login = "Fern[/192.0.2.7:5] logged in with entity id 7";
        assert_eq!(says(login), "join Fern", "{head}");
        assert_eq!(says("- Fern left the game"), "nothing", "{head}");
        assert_eq!(
            says("Fern lost connection: Disconnected"),
            "leave Fern",
            "{head}"
        );
    }
    let geyser = |message: &str| format!("[12:00:00 INFO] - {message}");
    check(&[
        (
            &geyser("Fern (logged in as: Fern) has connected to the Java server"),
            "join Fern",
        ),
        (
            &geyser("Fern has disconnected from the Java server because of x"),
            "leave Fern",
        ),
    ]);
}

#[test]
fn a_sign_that_only_some_lines_have_is_part_of_the_message() {
    let mut log = Log::new();
    log.says("Starting minecraft server version 1.21");
    assert_eq!(log.says("Fern joined the game"), "join Fern");
    for sign in ["-", "*", ">", "»", "|"] {
        for listed in [
            "Fern left the game",
            "Fern lost connection: bye",
            "Moss joined the game",
            "Moss[/192.0.2.7:5] logged in with entity id 8",
        ] {
            assert_eq!(log.says(&format!("{sign} {listed}")), "nothing");
        }
    }
    assert_eq!(log.online(), ["Fern"]);
}

#[test]
fn a_name_that_begins_with_a_sign_and_a_space_counts_only_if_it_was_announced() {
    for name in ["- Fern", "* Fern", "-Fern Oak", ".Fern Oak"] {
        let mut log = Log::new();
        log.says("Starting minecraft server version 1.21");
        let login = format!("{name}[/192.0.2.7:5] logged in with entity id 7");
        if name.starts_with("- ") || name.starts_with("* ") {
            assert_eq!(log.says(&login), "nothing", "{name}");
        }
        log.says(&format!(
            "UUID of player {name} is 00000000-0000-0000-0009-01f9044dece0"
        ));
        assert_eq!(log.says(&login), format!("join {name}"));
        let lost = format!("{name} lost connection: Disconnected");
        assert_eq!(log.says(&lost), format!("leave {name}"));
    }
}

#[test]
fn a_line_that_only_another_family_understands_for_certain_is_of_that_family() {
    check(&[
        ("12:00:00 [INFO] (12) Fern joined the game", "join Fern"),
        ("12:00:00 [INFO] (12) Fern left the game", "leave Fern"),
    ]);
}

#[test]
fn the_oldest_versions_of_pocketmine_boot_without_a_colon() {
    for edition in [" PE", ": PE", ": Bedrock Edition"] {
        let mut log = Log::new();
        let boot =
            format!("12:00:00 [INFO] Starting Minecraft{edition} server version v0.8.1 alpha");
        assert_eq!(log.line(&boot), "boot", "{boot}");
        assert_eq!(log.0.family(), Some(Family::Pocketmine), "{boot}");
    }
}

#[test]
fn a_proxy_that_never_logs_disconnects_is_noticed() {
    let to =
        |server| format!("[12:00:00 INFO]: [server connection] Fern -> {server} has connected");
    let mut log = Log::new();
    assert_eq!(log.line(&to("hub")), "join Fern");
    assert_eq!(log.line(&to("pvp")), "switch Fern pvp");
    assert_eq!(log.line(&to("hub")), "switch Fern hub");
    assert!(!log.0.records_no_leaves());
    assert_eq!(log.line(&to("hub")), "nothing");
    assert!(log.0.records_no_leaves());
    let gone = "[12:00:00 INFO]: [connected player] Fern (/192.0.2.7:5) has disconnected";
    assert_eq!(log.line(gone), "leave Fern");
    assert!(!log.0.records_no_leaves());
}

#[test]
fn a_proxy_that_logs_no_disconnects_when_it_stops_is_noticed() {
    let boot = "[12:00:00 INFO]: Booting up Velocity 3.4.0...";
    let stop = "[12:00:00 INFO]: Shutting down the proxy...";
    let came = "[12:00:00 INFO]: [connected player] Fern (/192.0.2.7:5) has connected";
    let gone = "[12:00:00 INFO]: [connected player] Fern (/192.0.2.7:5) has disconnected";
    let read = |lines: &[&str]| {
        let mut log = Log::new();
        for line in lines {
            log.line(line);
        }
        log.0.records_no_leaves()
    };
    assert!(read(&[boot, came, stop, boot]));
    assert!(!read(&[boot, came, stop, gone, boot]));
    // This proxy was killed.
    assert!(!read(&[boot, came, boot]));
}

#[test]
fn chat_that_imitates_the_console_of_thermos_is_no_stop() {
    let mut log = Log::new();
    let mut reads = |head: &str, message: &str| log.line(&format!("[09:00:00] {head}: {message}"));
    let minecraft = "[Server thread/INFO] [net.minecraft.server.MinecraftServer/]";
    let login = "Fern[/192.0.2.7:5] logged in with entity id 7";
    let end = ("[Server thread/INFO] [FML/]", "Unloading dimension 0");
    assert_eq!(reads(minecraft, login), "join Fern");
    assert_eq!(reads(end.0, end.1), "nothing");
    for (head, chat) in [
        ("[Netty IO #3/INFO] [/]", "CONSOLE: Stopping the server.."),
        (
            "[Craft Scheduler Thread - 3/INFO] [/]",
            "Rcon: Stopping the server..",
        ),
        (
            "[Async Chat Thread - #1/INFO] [/]",
            "Rcon: Stopping the server..",
        ),
        ("[Server thread/INFO] [/]", "Fern: Stopping the server.."),
        (
            "[Server thread/INFO] [/]",
            "<Rcon> Rcon: Stopping the server..",
        ),
        ("[Server thread/INFO] [/]", "Rcon: Stopping the server..."),
        (
            "[Server thread/INFO] [Chat/]",
            "Rcon: Stopping the server..",
        ),
    ] {
        assert_eq!(reads(head, chat), "nothing", "{head}");
        assert_eq!(reads(end.0, end.1), "nothing", "{head}");
    }
    // With a nickname, the line looks the same, but nobody can type the other.
    for nickname in ["CONSOLE", "Rcon"] {
        let chat = format!("{nickname}: Stopping the server..");
        assert_eq!(reads("[Server thread/INFO] [/]", &chat), "nothing");
        for typed in ["Unloading dimension 0", "[FML/]: Unloading dimension 0"] {
            assert_eq!(reads("[Server thread/INFO] [/]", typed), "nothing");
            assert_eq!(reads("[Netty IO #3/INFO] [FML/]", typed), "nothing");
        }
        assert_eq!(reads(end.0, "Unloading dimension 7"), "nothing");
    }
    assert_eq!(log.online(), ["Fern"]);
}

#[test]
fn a_stop_that_the_console_of_thermos_announces_counts_when_the_overworld_is_unloaded() {
    for sender in ["CONSOLE", "Rcon"] {
        let mut log = Log::new();
        let mut says =
            |message: &str| log.line(&format!("[09:00:00] [Server thread/INFO] {message}"));
        let login = "[net.minecraft.server.MinecraftServer/]: Fern[/192.0.2.7:5] logged in with entity id 7";
        let announced = format!("[/]: {sender}: Stopping the server..");
        assert_eq!(says(login), "join Fern");
        assert_eq!(says(&announced), "nothing");
        assert_eq!(says("[FML/]: Unloading dimension 0"), "stop");
        assert_eq!(says("[FML/]: Unloading dimension 0"), "nothing");
        // Whoever joins shows that an announcement was chat.
        assert_eq!(says(&announced), "nothing");
        assert_eq!(says(login), "join Fern");
        assert_eq!(says("[FML/]: Unloading dimension 0"), "nothing");
        assert_eq!(log.online(), ["Fern"]);
    }
}
