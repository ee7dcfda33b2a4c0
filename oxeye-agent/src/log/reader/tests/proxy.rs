//! Proxies, and players with two connections at once.

use super::*;

/// Reads a message of BungeeCord, logged at this second of the minute.
pub(super) fn bungee(log: &mut Log, second: u32, message: &str) -> String {
    log.line(&format!("12:00:{second:02} [INFO] {message}"))
}

pub(super) fn velocity(log: &mut Log, message: &str) -> String {
    log.line(&format!("[12:00:00 INFO]: [connected player] {message}"))
}

#[test]
fn a_plugin_whose_name_ends_with_cord_is_no_boot() {
    let mut log = Log::new();
    let boot = "Enabled BungeeCord version git:x:1";
    assert_eq!(bungee(&mut log, 0, boot), "boot");
    let plugin = "Enabled plugin VoiceCord version 1.2 by somebody";
    assert_eq!(bungee(&mut log, 0, plugin), "nothing");
}

#[test]
fn any_line_of_a_stop_stops_bungeecord_once() {
    let accepted = "[Fern] <-> ServerConnector [lobby] has connected";
    let lines = [
        "Disconnecting 0 connections",
        "Disconnecting 17 connections",
        "Disconnecting 1,234 connections",
        "Disconnecting 1.234 connections",
        "Disconnecting 1\u{a0}234 connections",
        "Disconnecting 1\u{202f}234 connections",
        "Disconnecting 1’234 connections",
        "Closing IO threads",
        "Thank you and goodbye",
    ];
    for (at, line) in lines.iter().enumerate() {
        let mut log = Log::new();
        bungee(&mut log, 0, "Enabled BungeeCord version git:x:1");
        assert_eq!(bungee(&mut log, 1, accepted), "join Fern");
        let reload = "Closing listener [id: 0x1, L:/0.0.0.0:25577]";
        assert_eq!(bungee(&mut log, 2, reload), "nothing");
        assert_eq!(bungee(&mut log, 3, line), "stop", "{line}");
        assert_eq!(log.online(), [""; 0]);
        for later in &lines[at..] {
            assert_eq!(bungee(&mut log, 4, later), "nothing", "{later}");
        }
    }
}

#[test]
fn what_only_looks_like_a_stop_of_bungeecord_is_none() {
    let mut log = Log::new();
    bungee(&mut log, 0, "Enabled BungeeCord version git:x:1");
    for line in [
        "[Plugin] Closing IO threads",
        "[Disconnecting 1 connections] executed command: /glist",
        "Disconnecting Fern connections",
        "Disconnecting  connections",
        "Disconnecting , connections",
        "Disconnecting 1, connections",
        "Disconnecting 1 234 connections",
        "Disconnecting 1,Fern,4 connections",
        "Disconnecting 1 connections of Fern",
        "Closing IO threads of Fern",
        "Closing pending connections",
        "Disabling plugins",
    ] {
        assert_eq!(bungee(&mut log, 1, line), "nothing", "{line}");
    }
}

#[test]
fn a_server_that_accepts_a_player_who_has_just_left_is_no_join() {
    let mut log = Log::new();
    let accepted = "[Fern] <-> ServerConnector [lobby] has connected";
    let gone = "[Fern] -> UpstreamBridge has disconnected";
    let greeted = "[Fern] <-> InitialHandler has connected";
    assert_eq!(bungee(&mut log, 0, greeted), "nothing");
    assert_eq!(bungee(&mut log, 0, accepted), "join Fern");
    assert_eq!(bungee(&mut log, 8, gone), "leave Fern");
    assert_eq!(bungee(&mut log, 9, accepted), "nothing");
    assert_eq!(log.online(), [""; 0]);
    // A player who comes back at once is greeted again.
    assert_eq!(bungee(&mut log, 10, greeted), "nothing");
    assert_eq!(bungee(&mut log, 10, accepted), "join Fern");
    assert_eq!(bungee(&mut log, 20, gone), "leave Fern");
    assert_eq!(bungee(&mut log, 23, accepted), "join Fern");
}

#[test]
fn a_player_who_connects_again_to_bungeecord_stays_through_the_new_connection() {
    let greeted = "[Fern,/192.0.2.7:6] <-> InitialHandler has connected";
    let accepted = "[Fern] <-> ServerConnector [lobby] has connected";
    let refused = "[Fern] disconnected with: You are already connected to this proxy!";
    let gone = "[Fern] -> UpstreamBridge has disconnected";
    let from_lobby = "[Fern] <-> DownstreamBridge <-> [lobby] has disconnected";

    // The earlier connection ends before the new one is accepted.
    let mut log = Log::new();
    bungee(&mut log, 0, greeted);
    assert_eq!(bungee(&mut log, 1, accepted), "join Fern");
    for (line, expected) in [
        (greeted, "nothing"),
        (refused, "nothing"),
        (gone, "leave Fern"),
        (from_lobby, "nothing"),
        (accepted, "join Fern"),
    ] {
        assert_eq!(bungee(&mut log, 8, line), expected, "{line}");
    }
    assert_eq!(bungee(&mut log, 9, gone), "leave Fern");
    assert_eq!(bungee(&mut log, 9, accepted), "nothing");

    // It ends after that.
    bungee(&mut log, 20, greeted);
    assert_eq!(bungee(&mut log, 21, accepted), "join Fern");
    for (line, expected) in [
        (greeted, "nothing"),
        (refused, "nothing"),
        (accepted, "nothing"),
        (from_lobby, "nothing"),
        (gone, "nothing"),
    ] {
        assert_eq!(bungee(&mut log, 30, line), expected, "{line}");
    }
    assert_eq!(log.online(), ["Fern"]);
    assert_eq!(bungee(&mut log, 31, gone), "leave Fern");
}

#[test]
fn a_player_who_connects_again_stays_although_only_the_refusal_names_them() {
    let greeted = "[/192.0.2.7:6] <-> InitialHandler has connected";
    let accepted = |server| format!("[Fern] <-> ServerConnector [{server}] has connected");
    let refused = "[Fern] disconnected with: §cYou are already connected to this proxy!";
    let gone = "[Fern] -> UpstreamBridge has disconnected";
    let mut log = Log::new();
    assert_eq!(bungee(&mut log, 0, &accepted("pvp")), "join Fern");
    assert_eq!(bungee(&mut log, 20, greeted), "nothing");
    assert_eq!(bungee(&mut log, 20, refused), "nothing");
    assert_eq!(bungee(&mut log, 20, &accepted("hub")), "switch Fern hub");
    assert_eq!(bungee(&mut log, 21, gone), "nothing");
    assert_eq!(log.online(), ["Fern"]);
    // A command that somebody types ends no other way.
    let typed = "[Moss] executed command: /me [Fern] disconnected with: You are already connected to this proxy!";
    assert_eq!(bungee(&mut log, 30, typed), "nothing");
    assert_eq!(bungee(&mut log, 30, gone), "leave Fern");
}

#[test]
fn addresses_distinguish_a_late_line_from_a_new_connection() {
    let mut log = Log::new();
    let accepted =
        |port| format!("[Fern|/192.0.2.7:{port}] <-> ServerConnector [lobby] has connected");
    let gone = "[/192.0.2.7:5|Fern] -> UpstreamBridge has disconnected";
    assert_eq!(bungee(&mut log, 0, &accepted(5)), "join Fern");
    assert_eq!(bungee(&mut log, 8, gone), "leave Fern");
    assert_eq!(bungee(&mut log, 8, &accepted(5)), "nothing");
    assert_eq!(bungee(&mut log, 9, gone), "nothing");
    assert_eq!(bungee(&mut log, 9, &accepted(6)), "join Fern");
}

#[test]
fn a_player_whom_the_first_server_drops_at_once_leaves() {
    let mut log = Log::new();
    let accepted = "[Fern] <-> ServerConnector [lobby] has connected";
    let dropped = "[Fern] <-> ServerConnector [lobby] has disconnected";
    assert_eq!(bungee(&mut log, 0, accepted), "join Fern");
    assert_eq!(bungee(&mut log, 1, dropped), "leave Fern");
    assert_eq!(bungee(&mut log, 5, accepted), "join Fern");
    // It does not count if the player has been there for a while. One who came from another server is
    // still there.
    assert_eq!(bungee(&mut log, 9, dropped), "nothing");
    let other = "[Fern] <-> ServerConnector [pvp] has connected";
    assert_eq!(bungee(&mut log, 20, other), "switch Fern pvp");
    let dropped = "[Fern] <-> ServerConnector [pvp] has disconnected";
    assert_eq!(bungee(&mut log, 21, dropped), "switch Fern lobby");
    assert_eq!(bungee(&mut log, 21, dropped), "nothing");
    assert_eq!(log.online(), ["Fern"]);
}

#[test]
fn the_end_of_a_second_connection_to_velocity_is_no_leave() {
    let mut log = Log::new();
    let boot =
        "[12:00:00] [main/INFO] [com.velocitypowered.proxy.VelocityServer]: Booting up Velocity 3";
    assert_eq!(log.line(boot), "boot");
    let came = "Fern (/192.0.2.7:5) has connected";
    assert_eq!(velocity(&mut log, came), "join Fern");
    let refused = "Fern (/192.0.2.7:5) has disconnected: You are already connected to this proxy!";
    assert_eq!(velocity(&mut log, refused), "nothing");
    let other = "Fern (/192.0.2.8:6) has disconnected: whatever";
    assert_eq!(velocity(&mut log, other), "nothing");
    // The new connection takes over, and the old one ends.
    let over = "Fern (/192.0.2.8:7) has connected";
    assert_eq!(velocity(&mut log, over), "nothing");
    let old = "Fern (/192.0.2.7:5) has disconnected";
    assert_eq!(velocity(&mut log, old), "nothing");
    let state = serde_json::to_string(&log.0.state()).unwrap();
    assert!(!state.contains("192.0.2"), "{state}");
    let left = "Fern (/192.0.2.8:7) has disconnected: bye";
    assert_eq!(velocity(&mut log, left), "leave Fern");
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
