//! Tests of what the user chooses: which events are read, and patterns for other sentences.

use super::*;

#[test]
fn nothing_is_read_that_the_user_does_not_want() {
    let by_alex = format!("{VANILLA}Steve was slain by Alex");
    let earned = format!("{VANILLA}Steve has made the advancement [x]");
    let only = |kinds: &str| Log::with(LogOptions::default().with_activity(kinds.parse().unwrap()));
    for mut log in [Log::with(LogOptions::default()), only("chat")] {
        check_silent(&mut log, &by_alex);
        check_silent(&mut log, &earned);
    }
    let mut kills = only("kill");
    check_silent(&mut kills, &format!("{VANILLA}Steve drowned"));
    check_silent(&mut kills, &earned);
    check_silent(&mut kills, &format!("{VANILLA}Steve was slain by Steve"));
    let killed = kills.read(&by_alex);
    assert_eq!(killed.as_deref(), Some(r#"Alex killed Some("Steve")"#));
    let died = only("death").read(&by_alex);
    assert_eq!(died.as_deref(), Some("Steve died of player by Alex"));
    let both = only("death,kill").read(&by_alex);
    assert_eq!(both, died);
}

#[test]
fn chat_is_counted_only_where_the_user_wants_it() {
    let mut log = Log::with(LogOptions::default().with_activity("chat".parse().unwrap()));
    for line in [
        "[12:00:00] [Server thread/INFO]: <Steve> hello",
        "[12:00:00] [Server thread/INFO]: [Not Secure] <Steve> hello",
        "[12:00:00] [Async Chat Thread - #0/INFO]: <Steve> Alex drowned",
        "[12:00:00 INFO]: <Steve> <Alex> hello",
    ] {
        assert_eq!(log.read(line).as_deref(), Some("Steve wrote"), "{line}");
        check_silent(&mut Log::usual(), line);
    }
    for line in [
        "[12:00:00] [Server thread/INFO]: <Herobrine> hello",
        "[12:00:00] [Server thread/INFO]: * <Steve> hello",
        "[12:00:00] [Server thread/INFO]: [Server] <Steve> hello",
        "[12:00:00] [Server thread/INFO]: <[VIP] Steve> hello",
        "[12:00:00] [Server thread/INFO] [com.example.Bridge/]: <Steve> hello",
        "<Steve> hello",
    ] {
        check_silent(&mut log, line);
    }
}

/// Returns options with patterns for a server in German.
fn german() -> LogOptions {
    let pattern = |text: &str| Some(text.parse().unwrap());
    let mut options = LogOptions::default().with_activity(ActivityKinds::USUAL);
    options.activity.patterns = ActivityPatterns {
        death: pattern(r"(?<player>\S+) (ertrank|wurde von (?<killer>.+) erschlagen)$"),
        kill: pattern(r"(?<player>\S+) hat (?<victim>\S+) besiegt$"),
        advancement: pattern(r"(?<player>\S+) hat den Fortschritt \[(?<title>.+)\] erzielt$"),
        goal: pattern(r"(?<player>\S+) hat das Ziel \[(?<title>.+)\] erreicht$"),
        challenge: pattern(r"(?<player>\S+) hat die Aufgabe gemeistert$"),
    };
    options
}

#[test]
fn the_users_patterns_describe_other_languages() {
    let mut log = Log::with(german());
    for (message, expected) in [
        ("Steve ertrank", "Steve died of ?"),
        ("Steve wurde von Alex erschlagen", "Steve died of ? by Alex"),
        ("Steve wurde von Zombie erschlagen", "Steve died of ?"),
        ("Steve hat Alex besiegt", r#"Steve killed Some("Alex")"#),
        ("Steve hat Zombie besiegt", "Steve killed None"),
        (
            "Steve hat den Fortschritt [Steinzeit] erzielt",
            r#"Steve advancement Some("Steinzeit")"#,
        ),
        (
            "Steve hat das Ziel [Himmel] erreicht",
            r#"Steve goal Some("Himmel")"#,
        ),
        ("Steve hat die Aufgabe gemeistert", "Steve challenge None"),
    ] {
        let line = format!("{VANILLA}{message}");
        assert_eq!(log.read(&line).as_deref(), Some(expected), "{line}");
    }
}

#[test]
fn patterns_add_to_the_sentences_of_the_game() {
    let mut log = Log::with(german());
    for (message, expected) in [
        ("Steve drowned", "Steve died of drown"),
        ("Steve was slain by Alex", "Steve died of player by Alex"),
        (
            "Steve has made the advancement [x]",
            r#"Steve advancement Some("x")"#,
        ),
        ("Steve has reached the goal [x]", r#"Steve goal Some("x")"#),
    ] {
        let line = format!("{VANILLA}{message}");
        assert_eq!(log.read(&line).as_deref(), Some(expected), "{line}");
    }
}

#[test]
fn a_pattern_is_never_matched_in_chat() {
    let mut log = Log::with(german());
    for message in [
        "Herobrine ertrank",
        "<Steve> Alex ertrank",
        "[Server] Alex ertrank",
        "* Steve ertrank",
        "* Alex ertrank",
        "[VIP] Steve: Alex ertrank",
    ] {
        check_silent(&mut log, &format!("{VANILLA}{message}"));
    }
    check_silent(
        &mut log,
        "[12:00:00] [Async Chat Thread - #0/INFO]: Steve ertrank",
    );
}
