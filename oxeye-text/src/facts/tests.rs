use super::*;
use crate::Locale;

fn discord(locale: Locale) -> Facts {
    Facts::in_discord(Text::of(locale))
}

fn terminal(locale: Locale) -> Facts {
    Facts::in_terminal(Text::of(locale))
}

fn named(named: usize) -> Headcount {
    Headcount {
        named,
        reported: None,
    }
}

#[track_caller]
fn check(state: LinkState, headcount: Headcount, in_discord: &str, in_terminal: &str) {
    let (heard_at, now) = (Some(UnixSeconds(40)), UnixSeconds(100));
    let summary = |facts: Facts| facts.summary(state, headcount, heard_at, now).join(", ");
    assert_eq!(summary(discord(Locale::English)), in_discord);
    assert_eq!(summary(terminal(Locale::English)), in_terminal);
}

#[track_caller]
fn check_reported(state: LinkState, named: usize, count: usize, expected: &str) {
    let reported = Some(count);
    let discord = expected.replace("no word for 1m", "last heard from <t:40:R>");
    check(state, Headcount { named, reported }, &discord, expected);
}

#[test]
fn a_server_that_reports_only_a_number_is_shown_with_that_number() {
    use LinkState::{AwaitingSync, Quiet};
    let expected = "7 players online, names not reported";
    check_reported(AwaitingSync, 0, 7, expected);
    let expected = "1 player online, names not reported";
    check_reported(AwaitingSync, 0, 1, expected);
    check_reported(AwaitingSync, 0, 0, "nobody online");
    let expected = "7 players online, names not reported, 2 players last known";
    check_reported(AwaitingSync, 2, 7, expected);
    check_reported(Quiet, 0, 7, "no word for 1m, 7 players last known");
    check_reported(Quiet, 0, 0, "no word for 1m");
    check_reported(Quiet, 2, 7, "no word for 1m, 2 players last known");
}

#[test]
fn every_state_is_shown_with_the_known_facts() {
    use LinkState::{AwaitingSync, Disconnected, Online, Quiet, Stale};
    check(
        Online,
        named(2),
        "online, 2 players online",
        "online, 2 players online",
    );
    check(
        Quiet,
        named(2),
        "last heard from <t:40:R>, 2 players last known",
        "no word for 1m, 2 players last known",
    );
    check(
        Stale,
        named(0),
        "last heard from <t:40:R> - nobody is shown as online",
        "no word for 1m - nobody is shown as online",
    );
    check(
        AwaitingSync,
        named(1),
        "waiting for the server to report, 1 player last known, last heard from <t:40:R>",
        "waiting for the server to report, 1 player last known, no word for 1m",
    );
    check(
        Disconnected,
        named(0),
        "disconnected, last heard from <t:40:R>",
        "disconnected, no word for 1m",
    );
}

#[test]
fn a_server_that_was_never_heard_from_is_shown_without_a_time() {
    for state in LinkState::ALL {
        let summary = discord(Locale::English).summary(state, named(0), None, UnixSeconds(100));
        assert!(!summary.join(" ").contains("last heard"), "{summary:?}");
    }
}

#[test]
fn every_state_is_shown_in_german() {
    use LinkState::{AwaitingSync, Disconnected, Online, Quiet, Stale};
    let check = |state, headcount, in_discord: &str, in_terminal: &str| {
        let (heard_at, now) = (Some(UnixSeconds(40)), UnixSeconds(100));
        let summary = |facts: Facts| facts.summary(state, headcount, heard_at, now).join(", ");
        assert_eq!(summary(discord(Locale::German)), in_discord);
        assert_eq!(summary(terminal(Locale::German)), in_terminal);
    };
    let nobody = "niemand wird als online angezeigt";
    check(
        Online,
        named(0),
        "online, niemand online",
        "online, niemand online",
    );
    check(
        Quiet,
        named(2),
        "letzte Meldung <t:40:R>, zuletzt 2 Spieler",
        "seit 1 Minute keine Meldung, zuletzt 2 Spieler",
    );
    check(
        Stale,
        named(0),
        &format!("letzte Meldung <t:40:R> – {nobody}"),
        &format!("seit 1 Minute keine Meldung – {nobody}"),
    );
    check(
        AwaitingSync,
        named(1),
        "hat sich noch nicht gemeldet, zuletzt 1 Spieler, letzte Meldung <t:40:R>",
        "hat sich noch nicht gemeldet, zuletzt 1 Spieler, seit 1 Minute keine Meldung",
    );
    check(
        Disconnected,
        named(0),
        "getrennt, letzte Meldung <t:40:R>",
        "getrennt, seit 1 Minute keine Meldung",
    );
    let unnamed = Headcount {
        named: 0,
        reported: Some(7),
    };
    let expected = "7 Spieler online, Namen nicht gemeldet";
    check(AwaitingSync, unnamed, expected, expected);
}
