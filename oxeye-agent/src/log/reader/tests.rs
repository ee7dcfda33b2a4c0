use chrono::{NaiveDate, NaiveTime};
use oxeye_plugin_proto::UnixSeconds;

use super::*;
use crate::game_event::GameEvent;

mod before_messages;
mod hidden_joins;
mod layouts;
mod proxy;
mod recognised;
mod shown;
mod typed;

/// Reads lines of one log and checks the event of each.
#[track_caller]
fn check(lines: &[(&str, &str)]) {
    let mut log = Log::new();
    for (line, expected) in lines {
        assert_eq!(log.line(line), *expected, "{line}");
    }
}

/// A server's log that is read while it is written.
struct Log(LogReader);

impl Log {
    fn new() -> Self {
        Self(LogReader::new(LogOptions::default()))
    }

    fn with_patterns(patterns: Patterns) -> Self {
        Self(LogReader::new(LogOptions {
            patterns,
            ..LogOptions::default()
        }))
    }

    /// Reads a message of the server and returns the event as a word and a name.
    fn says(&mut self, message: &str) -> String {
        self.line(&format!("[12:00:00] [Server thread/INFO]: {message}"))
    }

    fn line(&mut self, line: &str) -> String {
        match self.0.read_line(line.as_bytes()).map(|event| event.what) {
            None => "nothing".to_owned(),
            Some(GameEvent::Join { player, .. }) => format!("join {}", player.as_str()),
            Some(GameEvent::Leave { player }) => format!("leave {}", player.as_str()),
            Some(GameEvent::Switch { player, server }) => {
                format!("switch {} {}", player.as_str(), server.as_str())
            }
            Some(other) => format!("{other:?}").to_lowercase(),
        }
    }

    fn online(&self) -> Vec<&str> {
        self.0.online().map(|player| player.as_str()).collect()
    }
}

#[test]
fn a_display_name_is_no_join_in_a_log_with_better_lines() {
    let mut log = Log::new();
    log.says("Starting minecraft server version 1.21");
    log.says("UUID of player Fern is 6f1c2a34-9b0d-4e57-8c11-2d3e4f5a6b7c");
    assert_eq!(log.says("SirNick joined the game"), "nothing");
    assert_eq!(
        log.says("Fern[/192.0.2.7:5] logged in with entity id 7"),
        "join Fern"
    );
    assert_eq!(log.says("Fern lost connection: Disconnected"), "leave Fern");
    assert_eq!(log.says("SirNick left the game"), "nothing");
    // A player who was hidden and appears again is known.
    assert_eq!(log.says("Fern joined the game"), "join Fern");
    assert_eq!(log.online(), ["Fern"]);
}

#[test]
fn a_player_created_by_a_mod_joins_when_the_join_is_shown() {
    let mut log = Log::new();
    let login = "Bot[local] logged in with entity id 7";
    assert_eq!(log.says(login), "nothing");
    assert_eq!(log.says("Bot joined the game"), "join Bot");
    // A fake player that digs for somebody is never shown.
    assert_eq!(
        log.says("Quarry[local] logged in with entity id 8"),
        "nothing"
    );
    assert_eq!(log.says("Bot left the game"), "leave Bot");
    assert_eq!(log.says(login), "nothing");
    assert_eq!(log.says("System chat: Bot joined the game"), "join Bot");
    assert_eq!(log.online(), ["Bot"]);
    // Paper shows the join first.
    log.says("UUID of player Fern is 6f1c2a34-9b0d-4e57-8c11-2d3e4f5a6b7c");
    assert_eq!(log.says("Puppet joined the game"), "nothing");
    assert_eq!(
        log.says("Puppet[local] logged in with entity id 9"),
        "join Puppet"
    );
}

#[test]
fn leaves_and_joins_after_a_stop_are_events() {
    let mut log = Log::new();
    assert!(!log.0.knows_everyone());
    log.says("Fern joined the game");
    assert_eq!(log.says("Stopping the server"), "stop");
    assert_eq!(log.says("Stopping server"), "nothing");
    assert!(log.0.knows_everyone() && log.online().is_empty());
    assert_eq!(log.says("Fern left the game"), "leave Fern");
    assert_eq!(log.says("Fern lost connection: Server closed"), "nothing");
    assert_eq!(log.says("Fern joined the game"), "join Fern");
    assert_eq!(log.says("Stopping server"), "stop");
    assert!(log.0.knows_everyone());
}

#[test]
fn a_crash_is_reported_once_per_run() {
    let mut log = Log::new();
    let crash = "[12:00:00] [Server thread/ERROR]: This crash report has been saved to: /srv/x.txt";
    assert_eq!(log.line(crash), "crash");
    assert_eq!(
        log.says("We were unable to save this crash report to disk."),
        "nothing"
    );
    assert_eq!(log.says("Starting minecraft server version 1.21"), "boot");
    assert_eq!(log.line(crash), "crash");
}

#[test]
fn a_player_who_switches_servers_is_still_online() {
    let mut log = Log::new();
    let to =
        |server| format!("[12:00:00 INFO]: [server connection] Fern -> {server} has connected");
    assert_eq!(log.line(&to("lobby")), "join Fern");
    assert_eq!(log.line(&to("lobby")), "nothing");
    assert_eq!(log.line(&to("survival")), "switch Fern survival");
    assert_eq!(
        log.0.present().next().unwrap().server.unwrap().as_str(),
        "survival"
    );
    assert_eq!(log.0.family(), Some(Family::Velocity));
}

#[test]
fn only_the_family_that_the_user_named_is_read() {
    let options = LogOptions {
        family: Some(Family::Bedrock),
        ..LogOptions::default()
    };
    let mut log = Log(LogReader::new(options));
    assert_eq!(
        log.says("Starting minecraft server version 1.21"),
        "nothing"
    );
    assert_eq!(log.says("Fern joined the game"), "nothing");
    assert_eq!(log.says("Player connected: Fern, xuid: 5"), "join Fern");
    assert_eq!(log.0.family(), Some(Family::Bedrock));
}

#[test]
fn the_users_patterns_replace_the_grammar() {
    let mut log = Log::with_patterns(Patterns {
        join: Some(
            "^--> (?<player>\\w+)@(?<server>\\w+) (?<uuid>\\S+)$"
                .parse()
                .unwrap(),
        ),
        stop: Some("^bye$".parse().unwrap()),
        ..Patterns::default()
    });
    assert_eq!(log.says("Moss joined the game"), "nothing");
    assert_eq!(
        log.says("--> Fern@lobby 6f1c2a34-9b0d-4e57-8c11-2d3e4f5a6b7c"),
        "join Fern"
    );
    let fern = log.0.present().next().unwrap();
    assert!(fern.uuid.is_some() && fern.server.is_some());
    assert_eq!(log.says("Fern left the game"), "leave Fern");
    assert_eq!(log.says("Stopping server"), "nothing");
    assert_eq!(log.says("bye"), "stop");
}

#[test]
fn the_users_patterns_do_not_match_chat() {
    let patterns = || Patterns {
        join: Some("(?<player>\\w+) came".parse().unwrap()),
        ..Patterns::default()
    };
    let mut log = Log::with_patterns(patterns());
    assert_eq!(log.line("Fern came"), "join Fern");
    assert_eq!(log.says("<Fern> Moss came"), "nothing");
    assert_eq!(log.says("[Not Secure] <Fern> Moss came"), "nothing");
    assert_eq!(
        log.line("[12:00:00] [Async Chat Thread - #1/INFO]: Moss came"),
        "nothing"
    );
    // The log has heads, so a line without one continues somebody's message.
    assert_eq!(log.line("Moss came"), "nothing");
    assert_eq!(log.says("Moss came"), "join Moss");
}

#[test]
fn events_read_by_patterns_have_the_servers_own_times() {
    let mut log = Log::with_patterns(Patterns {
        join: Some("^(?<player>\\w+) has come$".parse().unwrap()),
        leave: Some("^.* - (?<player>\\w+) has gone$".parse().unwrap()),
        ..Patterns::default()
    });
    let time = |log: &mut Log, line: &str| {
        let event = log.0.read_line(line.as_bytes()).unwrap();
        event.time.map(|time| time.time.to_string())
    };
    let came = time(&mut log, "[01:10:00 PM] Fern has come");
    assert_eq!(came.as_deref(), Some("13:10:00"));
    let gone = time(&mut log, "(2026-11-20 13-20-00) - Fern has gone");
    assert_eq!(gone.as_deref(), Some("13:20:00"));
    assert!(!log.0.lacks_times());
}

#[test]
fn the_time_comes_from_the_server_and_the_instant_from_the_prefix() {
    let reader = LogReader::new(LogOptions::default());
    let line = "2026-11-20T10:49:20.5Z [12:49:20] [Server thread/INFO]: hello";
    let time = reader.time_of(line.as_bytes()).unwrap();
    assert_eq!((time.text.as_str(), time.date), ("12:49:20", None));
    assert_eq!(time.instant, Some(UnixSeconds(1_795_171_760)));

    let time = reader
        .time_of(b"2026-11-20T10:49:20.5Z [INFO] hello")
        .unwrap();
    assert_eq!(time.date, NaiveDate::from_ymd_opt(2026, 11, 20));
    assert_eq!(
        NaiveTime::from_hms_milli_opt(10, 49, 20, 500),
        Some(time.time)
    );
    assert_eq!(reader.time_of(b"\tat java.lang.Thread.run"), None);
}

#[test]
fn the_state_of_a_reader_is_bounded() {
    let mut log = Log::new();
    for number in 0..20_010 {
        log.says(&format!(
            "UUID of player N{number} is 6f1c2a34-9b0d-4e57-8c11-2d3e4f5a6b7c"
        ));
        log.says(&format!(
            "N{number}[/192.0.2.7:5] logged in with entity id 7"
        ));
        log.says(&format!("X{number} lost connection: Disconnected"));
    }
    assert_eq!(log.online().len(), 20_000);
    let state = serde_json::to_string(&log.0.state()).unwrap();
    assert!(state.len() < 2_500_000, "{}", state.len());
}
