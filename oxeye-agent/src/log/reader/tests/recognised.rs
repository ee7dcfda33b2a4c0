//! How the family of a log is recognised: never by the layout of its heads alone, and never by what
//! players type.

use super::*;

fn family_of(lines: &[&str]) -> Option<Family> {
    let mut log = Log::new();
    for line in lines {
        log.line(line);
    }
    log.0.family()
}

#[test]
fn a_layout_alone_does_not_reveal_the_family() {
    for line in [
        "12:19:30.368 INFO [SomeMod] hello",
        "2026-11-20 10:49:20 INFO  [gate@main] hello",
        "[2024-02-06 19:16:03.695 INFO] hello",
        "[2024-02-06 19:16:03.695 INFO][SomeMod] Player connected: Fern, xuid: 5",
        "2026-08-22 10:00:00  INFO main ThreadId(01) gate::proxy: hello",
        "[INFO] hello",
        "12:00:00 [INFO] hello",
        "2024-01-01 12:00:00.123 [main] INFO  - hello",
        "[12:00:00 INFO]: hello",
    ] {
        let mut log = Log::new();
        assert_eq!(log.line(line), "nothing");
        assert_eq!(
            (log.0.family(), log.0.is_understood()),
            (None, false),
            "{line}"
        );
    }
}

#[test]
fn lines_that_only_one_family_prints_reveal_it() {
    use Family::{Bedrock, Java, Pocketmine, Pumpkin, Velocity};
    for (line, family) in [
        (
            "[2024-02-06 19:16:03 INFO] Running AutoCompaction...",
            Bedrock,
        ),
        ("12:19:30.368 INFO [Server] Server started.", Bedrock),
        ("[10:00:00 INFO]: [Server] Server started.", Bedrock),
        (
            "[10:00:00] [Server thread/INFO]: This server is running PocketMine-MP version 5.1",
            Pocketmine,
        ),
        (
            "10:00:00 [main] [INFO] Starting Minecraft: BE server version v1.21",
            Pocketmine,
        ),
        ("2026-08-22 10:00:00  INFO pumpkin::net: hello", Pumpkin),
        (
            "[10:00:00 INFO]: Booting up Ember 3.4.0 (git-1)...",
            Velocity,
        ),
        ("[10:00:00 INFO]: Done (2.31s)!", Velocity),
        (
            "[10:00:00 INFO]: Done (2.31s)! For help, type \"help\"",
            Java,
        ),
    ] {
        assert_eq!(family_of(&[line]), Some(family), "{line}");
    }
    let both = "[10:00:00] [Server thread/INFO]: Done (2.31s)! For help, type \"help\" or \"?\"";
    assert_eq!(family_of(&[both]), None);
}

#[test]
fn chat_does_not_change_a_family_that_is_known() {
    let boot = "Starting minecraft server version 1.21";
    for said in [
        "[Server] Starting Server",
        "[Server] Server started.",
        "Booting up Fern 3.4.0...",
        "<Fern> Starting Minecraft: BE server version v1.21",
    ] {
        let lines = [boot, said].map(|said| format!("[12:00:00 INFO]: {said}"));
        let [boot, said] = &lines;
        assert_eq!(family_of(&[boot, said]), Some(Family::Java), "{said}");
    }
}

#[test]
fn a_family_mistaken_because_of_chat_is_corrected_at_the_next_login() {
    for head in [
        "[12:00:00 INFO]: ",
        "[2026-11-20 12:00:00.123 INFO] ",
        "[20.11.2026 12:00:00 INFO] ",
    ] {
        let mut log = Log::new();
        let mut says = |message: &str| log.line(&format!("{head}{message}"));
        // Nothing else in the log has been read so far.
        assert_eq!(says("[Server] Server started."), "start", "{head}");
        assert_eq!(says("Moss joined the game"), "nothing", "{head}");
        assert_eq!(
            says("Fern[/192.0.2.7:5] logged in with entity id 7"),
            "join Fern",
            "{head}"
        );
        assert_eq!(
            says("[Server] Player disconnected: Fern, xuid: 5"),
            "nothing",
            "{head}"
        );
        assert_eq!(log.0.family(), Some(Family::Java), "{head}");
    }
}

#[test]
fn a_head_that_the_family_never_prints_is_part_of_a_message() {
    let mut log = Log::new();
    log.says("Starting minecraft server version 1.21");
    assert_eq!(log.says("Fern joined the game"), "join Fern");
    for line in [
        " INFO pumpkin::world: Fern left the game",
        "12:00:00.123 INFO [Server] Fern left the game",
        "2026-08-22 10:00:00  INFO Fern left the game",
    ] {
        assert_eq!(log.line(line), "nothing", "{line}");
    }
    assert_eq!(log.online(), ["Fern"]);
}

#[test]
fn a_plugin_that_boots_is_not_velocity() {
    let mut log = Log::new();
    let mut says = |message: &str| log.line(&format!("[12:00:00 INFO]: {message}"));
    assert_eq!(says("Fern joined the game"), "join Fern");
    assert_eq!(says("Booting up PacketMagic 1.2..."), "nothing");
    assert_eq!(says("Booting up Velocity support..."), "nothing");
    assert_eq!(says("Booting up Lithium..."), "nothing");
    assert_eq!(says("Fern left the game"), "leave Fern");
    assert_eq!(says("Starting minecraft server version 1.21"), "boot");
    assert_eq!(says("Booting up Velocity support..."), "nothing");
    assert_eq!(says("Booting up PacketMagic 1.2 (git-1)..."), "nothing");
    assert_eq!(log.0.family(), Some(Family::Java));
}

#[test]
fn a_fork_of_velocity_may_boot_under_its_own_title() {
    let mut log = Log::new();
    let logger = "[12:00:00] [main/INFO] [com.velocitypowered.proxy.VelocityServer]: ";
    assert_eq!(
        log.line(&format!("{logger}Booting up Ember 3 (git-1)...")),
        "boot"
    );
    let came = "[12:00:00 INFO]: [connected player] Fern (/192.0.2.7:5) has connected";
    assert_eq!(log.line(came), "join Fern");
    assert_eq!(
        log.line("[12:00:00 INFO]: Booting up Ember 3 (git-1)..."),
        "boot"
    );
    assert_eq!(log.online(), [""; 0]);
}

#[test]
fn the_title_of_a_fork_of_velocity_may_have_several_words() {
    let boots = |title: &str| family_of(&[&format!("[12:00:00 INFO]: Booting up {title}...")]);
    assert_eq!(boots("Green Ember 3.4.0 (git-1)"), Some(Family::Velocity));
    assert_eq!(boots("Velocity support for 3 worlds"), None);
    assert_eq!(boots("Green Ember 3.4.0"), None);
}

#[test]
fn a_log_in_which_players_stand_behind_other_words_is_not_understood() {
    let login = "Fern[/192.0.2.7:5] logged in with entity id 7";
    let boot = "Starting minecraft server version 1.21";
    let loss = "Fern lost connection: Disconnected";
    for between in [
        "+ ",
        "-- >> ",
        "[minecraft/PlayerList] ",
        "(minecraft) - ",
        "net.minecraft.X: ",
        "INFO minecraft/X - ",
    ] {
        // One line about a player may be chat.
        for (hidden, times) in [(login, 2), (loss, 2), (boot, 1)] {
            for family in [None, Some(Family::Java)] {
                let mut log = Log(LogReader::new(LogOptions {
                    family,
                    ..LogOptions::default()
                }));
                log.line("[12:00:00] [User Authenticator #1/INFO] + hello");
                let line = format!("[12:00:00] [Server thread/INFO] {between}{hidden}");
                for _ in 0..times {
                    assert!(log.0.is_understood(), "{line}");
                    assert_eq!(log.line(&line), "nothing", "{line}");
                }
                assert!(!log.0.is_understood(), "{line}");
            }
        }
    }
}

#[test]
fn chat_that_quotes_a_login_does_not_make_a_log_one_that_is_not_understood() {
    let mut log = Log::new();
    log.says("<Fern> - Moss[/192.0.2.7:5] logged in with entity id 7");
    log.says("Fern: Starting minecraft server version 1.21");
    assert!(log.0.is_understood());
    // Whoever has such a nickname changes nothing once an event was read.
    assert_eq!(log.says("Fern joined the game"), "join Fern");
    log.says("[Fern] Moss[/192.0.2.7:5] logged in with entity id 7");
    assert!(log.0.is_understood());
}

#[test]
fn a_bedrock_player_whose_name_has_a_period_and_a_space_hides_nothing() {
    for family in [None, Some(Family::Java)] {
        let mut log = Log(LogReader::new(LogOptions {
            family,
            ..LogOptions::default()
        }));
        // The log was rotated while they were online.
        for name in [".Fern Oak", ".Moss_1 Elm", ".2Reed Ash"] {
            let lost = format!("{name} lost connection: Disconnected");
            assert_eq!(log.says(&lost), "nothing");
        }
        assert!(log.0.is_understood());
    }
}

#[test]
fn one_line_of_chat_under_a_nickname_in_brackets_is_no_layout() {
    let mut log = Log::new();
    log.says("[Fern] Moss lost connection: x");
    assert!(log.0.is_understood());
    log.says("[Fern] hello");
    assert_eq!(log.says("Moss joined the game"), "join Moss");
    log.says("[Fern] Moss lost connection: x");
    assert!(log.0.is_understood());
}

#[test]
fn a_list_at_the_start_of_what_is_read_is_no_layout() {
    let mut log = Log::new();
    let lines = "[12:00:00] [Server thread/INFO]: - Fern joined the game\n\
                 [12:00:00] [Server thread/INFO]: <Moss> hello\n";
    log.0.look_ahead(lines.as_bytes(), false);
    assert_eq!(log.says("- Fern joined the game"), "nothing");
}

#[test]
fn a_layout_of_a_time_and_a_level_alone_may_be_that_of_any_family() {
    for (boot, family) in [
        ("Starting minecraft server version 1.21", Family::Java),
        (
            "Starting Minecraft: PE server version v1.21",
            Family::Pocketmine,
        ),
        ("Enabled BungeeCord version git:x:1", Family::Bungeecord),
        ("Booting up Velocity 3.4.0 (git-1)...", Family::Velocity),
        ("Starting Pumpkin 0.1.0", Family::Pumpkin),
    ] {
        for head in [
            "12:00:00 INFO ",
            "2026-11-20 12:00:00,123 INFO  ",
            "12:00:00.123  INFO ",
        ] {
            let mut log = Log::new();
            assert_eq!(log.line(&format!("{head}{boot}")), "boot", "{head}");
            assert_eq!(log.0.family(), Some(family), "{head}{boot}");
        }
    }
    let mut log = Log::new();
    let mut says = |message: &str| log.line(&format!("12:00:00 INFO {message}"));
    assert_eq!(
        says("Fern[/192.0.2.7:5] logged in with entity id 7"),
        "join Fern"
    );
    assert_eq!(says("<Fern> Moss joined the game"), "nothing");
    assert_eq!(says("Fern lost connection: Disconnected"), "leave Fern");
    assert_eq!(says("Starting minecraft server version 1.21"), "boot");
    assert_eq!(says("Moss joined the game"), "join Moss");

    let mut log = Log::new();
    let mut says = |message: &str| log.line(&format!("12:00:00 INFO  {message}"));
    assert_eq!(says("Booting up Velocity 3.4.0 (git-1)..."), "boot");
    assert_eq!(
        says("[connected player] Fern (/192.0.2.7:5) has connected"),
        "join Fern"
    );
    assert_eq!(says("[Server] Player connected: Moss, xuid: 5"), "nothing");
    assert_eq!(
        says("[connected player] Fern (/192.0.2.7:5) has disconnected"),
        "leave Fern"
    );
}

#[test]
fn the_first_message_after_a_time_and_a_level_alone_may_begin_with_brackets() {
    for blanks in [" ", "  "] {
        for login in [
            "Fern[/192.0.2.7:5] logged in with entity id 7",
            "Fern joined the game",
        ] {
            let mut log = Log::new();
            let mut says = |message: &str| log.line(&format!("12:00:00 INFO{blanks}{message}"));
            assert_eq!(says("[bootstrap] Running Java 21"), "nothing");
            assert_eq!(says("[SomePlugin] hello"), "nothing");
            assert_eq!(says("Loading libraries, please wait..."), "nothing");
            assert_eq!(says("[Server] Player connected: Reed, xuid: 5"), "nothing");
            assert_eq!(says(login), "join Fern");
            assert_eq!(says("<Fern> Moss joined the game"), "nothing");
            assert_eq!(says("[SomePlugin] Moss joined the game"), "nothing");
            assert_eq!(says("Fern lost connection: Disconnected"), "leave Fern");
            assert_eq!(says("Starting minecraft server version 1.21"), "boot");
            assert_eq!(says("Moss joined the game"), "join Moss");
            assert_eq!(log.0.family(), Some(Family::Java));
        }
    }
}

#[test]
fn a_proxy_whose_messages_begin_with_brackets_may_print_a_time_and_a_level_alone() {
    let mut log = Log::new();
    let mut says = |message: &str| log.line(&format!("12:00:00 INFO {message}"));
    let player = "[connected player] Fern (/192.0.2.7:5)";
    assert_eq!(says("[someplugin] hello"), "nothing");
    assert_eq!(says(&format!("{player} has connected")), "join Fern");
    assert_eq!(says(&format!("{player} has disconnected")), "leave Fern");
    assert_eq!(log.0.family(), Some(Family::Velocity));
}

#[test]
fn a_title_of_a_server_shows_that_heads_have_titles() {
    for (head, other, login, joined, family) in [
        (
            "12:00:00.123 INFO [Server]",
            "12:00:00.123 INFO [SomeMod]",
            "Player connected: Fern, xuid: 5",
            "Moss joined the game",
            Family::Bedrock,
        ),
        (
            "2026-11-20 10:49:20 INFO  [pumpkin::world@main]",
            "2026-11-20 10:49:20 INFO  [gate@main]",
            "Fern joined the game",
            "Moss[/192.0.2.7:5] logged in with entity id 7",
            Family::Pumpkin,
        ),
    ] {
        let mut log = Log::new();
        assert_eq!(log.line(&format!("{other} hello")), "nothing");
        assert_eq!(log.line(&format!("{head} hello")), "nothing");
        // Such a line continues a message.
        assert_eq!(log.line("12:00:00 INFO hello"), "nothing");
        assert_eq!(log.line(&format!("{head} {login}")), "join Fern");
        assert_eq!(log.line(&format!("12:00:00 INFO {joined}")), "nothing");
        assert_eq!(log.0.family(), Some(family));
        assert_eq!(log.online(), ["Fern"]);
    }
}

#[test]
fn a_line_like_a_time_and_a_level_continues_a_message_in_any_other_layout() {
    let mut log = Log::new();
    log.line("12:00:00 INFO [bootstrap] Running Java 21");
    log.says("hello");
    for line in [
        "Starting minecraft server version 1.21",
        "Fern[/192.0.2.7:5] logged in with entity id 7",
        "[connected player] Fern (/192.0.2.7:5) has connected",
    ] {
        assert_eq!(log.line(&format!("12:00:00 INFO {line}")), "nothing");
    }
    assert_eq!(log.0.family(), None);
}
