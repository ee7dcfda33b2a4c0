//! Lines of other kinds of servers, and in layouts that administrators choose.

use super::*;

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
