//! One player, and two connections of theirs at once.

use super::*;

/// BungeeCord says this at a second of the minute.
pub(super) fn bungee(log: &mut Log, second: u32, message: &str) -> String {
    log.line(&format!("12:00:{second:02} [INFO] {message}"))
}

pub(super) fn velocity(log: &mut Log, message: &str) -> String {
    log.line(&format!("[12:00:00 INFO]: [connected player] {message}"))
}

#[test]
fn a_plugin_that_ends_as_bungeecord_does_is_no_boot() {
    let mut log = Log::new();
    let boot = "Enabled BungeeCord version git:x:1";
    assert_eq!(bungee(&mut log, 0, boot), "boot");
    let plugin = "Enabled plugin VoiceCord version 1.2 by somebody";
    assert_eq!(bungee(&mut log, 0, plugin), "nothing");
}

#[test]
fn a_server_that_takes_somebody_who_has_just_gone_joins_nobody() {
    let mut log = Log::new();
    let taken = "[Fern] <-> ServerConnector [lobby] has connected";
    let gone = "[Fern] -> UpstreamBridge has disconnected";
    let greeted = "[Fern] <-> InitialHandler has connected";
    assert_eq!(bungee(&mut log, 0, greeted), "nothing");
    assert_eq!(bungee(&mut log, 0, taken), "join Fern");
    assert_eq!(bungee(&mut log, 8, gone), "leave Fern");
    assert_eq!(bungee(&mut log, 9, taken), "nothing");
    assert_eq!(log.online(), [""; 0]);
    // Who comes back at once is greeted again.
    assert_eq!(bungee(&mut log, 10, greeted), "nothing");
    assert_eq!(bungee(&mut log, 10, taken), "join Fern");
    assert_eq!(bungee(&mut log, 20, gone), "leave Fern");
    assert_eq!(bungee(&mut log, 23, taken), "join Fern");
}

#[test]
fn addresses_tell_a_late_line_from_a_new_connection() {
    let mut log = Log::new();
    let taken =
        |port| format!("[Fern|/192.0.2.7:{port}] <-> ServerConnector [lobby] has connected");
    let gone = "[/192.0.2.7:5|Fern] -> UpstreamBridge has disconnected";
    assert_eq!(bungee(&mut log, 0, &taken(5)), "join Fern");
    assert_eq!(bungee(&mut log, 8, gone), "leave Fern");
    assert_eq!(bungee(&mut log, 8, &taken(5)), "nothing");
    assert_eq!(bungee(&mut log, 9, gone), "nothing");
    assert_eq!(bungee(&mut log, 9, &taken(6)), "join Fern");
}

#[test]
fn whom_the_first_server_lets_go_at_once_was_never_there() {
    let mut log = Log::new();
    let taken = "[Fern] <-> ServerConnector [lobby] has connected";
    let let_go = "[Fern] <-> ServerConnector [lobby] has disconnected";
    assert_eq!(bungee(&mut log, 0, taken), "join Fern");
    assert_eq!(bungee(&mut log, 1, let_go), "leave Fern");
    assert_eq!(bungee(&mut log, 5, taken), "join Fern");
    // They have been there for a while, or come from another server.
    assert_eq!(bungee(&mut log, 9, let_go), "nothing");
    let other = "[Fern] <-> ServerConnector [pvp] has connected";
    assert_eq!(bungee(&mut log, 20, other), "switch Fern pvp");
    let let_go = "[Fern] <-> ServerConnector [pvp] has disconnected";
    assert_eq!(bungee(&mut log, 20, let_go), "nothing");
    assert_eq!(log.online(), ["Fern"]);
}

#[test]
fn a_second_connection_that_velocity_ends_is_no_leave() {
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
