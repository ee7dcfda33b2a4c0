use oxeye_db::testing::server_status;
use oxeye_db::{AboutText, PlayerName, ServerAbout};

use super::*;
use crate::{Headcount, Locale};

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
        max: None,
    }
}

/// Makes what is known of a server that changed into its state at second 70 and was heard at second 40.
fn standing(state: LinkState, headcount: Headcount) -> Standing {
    Standing {
        state,
        since: Some(UnixSeconds(70)),
        heard_at: Some(UnixSeconds(40)),
        headcount,
        is_watched_alone: false,
    }
}

#[track_caller]
fn check(state: LinkState, headcount: Headcount, in_discord: &str, in_terminal: &str) {
    let now = UnixSeconds(100);
    let summary = |facts: Facts| facts.summary(standing(state, headcount), now).join(", ");
    assert_eq!(summary(discord(Locale::English)), in_discord);
    assert_eq!(summary(terminal(Locale::English)), in_terminal);
}

#[test]
fn a_server_that_is_watched_alone_answers_and_does_not_report() {
    let alone = |state| Standing {
        is_watched_alone: true,
        heard_at: None,
        ..standing(state, named(0))
    };
    let text = Text::of(Locale::English);
    let shown = |state| discord(Locale::English).summary(alone(state), UnixSeconds(100));
    assert_eq!(shown(LinkState::AwaitingSync), ["waiting for an answer"]);
    assert_eq!(shown(LinkState::Down), ["down since <t:70:R>"]);
    let never = Standing {
        since: None,
        ..alone(LinkState::Down)
    };
    for (language, words, meaning) in [
        (Locale::English, "has never answered", "nothing has ever"),
        (Locale::German, "hat noch nie geantwortet", "noch nie etwas"),
    ] {
        for facts in [discord(language), terminal(language)] {
            assert_eq!(facts.summary(never, UnixSeconds(100)), [words]);
        }
        let said = Text::of(language).meaning(never).unwrap_or_default();
        assert!(said.contains(meaning), "{said}");
    }
    let hidden = Standing {
        heard_at: Some(UnixSeconds(90)),
        ..alone(LinkState::AwaitingSync)
    };
    assert_eq!(
        discord(Locale::English).summary(hidden, UnixSeconds(100)),
        ["online", "the number of players is hidden"]
    );
    assert_eq!(text.meaning(hidden), None);
    let counted = Headcount {
        reported: Some(7),
        max: Some(20),
        ..named(0)
    };
    assert_eq!(
        discord(Locale::English).summary(standing(LinkState::Online, counted), UnixSeconds(100)),
        ["7/20 online", "names not reported"]
    );
    let meaning = |state| text.meaning(alone(state)).unwrap_or_default();
    assert!(meaning(LinkState::AwaitingSync).contains("its address"));
    assert!(meaning(LinkState::Quiet).contains("stopped asking"));
    assert_eq!(meaning(LinkState::Online), "");
}

#[track_caller]
fn check_reported(state: LinkState, named: usize, count: usize, expected: &str) {
    let reported = Some(count);
    let discord = expected.replace("no word for 1m", "last heard from <t:40:R>");
    let max = None;
    check(
        state,
        Headcount {
            named,
            reported,
            max,
        },
        &discord,
        expected,
    );
}

#[test]
fn a_server_that_reports_only_a_number_is_shown_with_that_number() {
    use LinkState::{AwaitingSync, Quiet};
    let expected = "7 online, names not reported";
    check_reported(AwaitingSync, 0, 7, expected);
    let expected = "1 online, names not reported";
    check_reported(AwaitingSync, 0, 1, expected);
    check_reported(AwaitingSync, 0, 0, "nobody online");
    let expected = "7 online, names not reported, 2 players last known";
    check_reported(AwaitingSync, 2, 7, expected);
    check_reported(Quiet, 0, 7, "no word for 1m, 7 players last known");
    check_reported(Quiet, 0, 0, "no word for 1m");
    check_reported(Quiet, 2, 7, "no word for 1m, 2 players last known");
}

#[test]
fn every_state_is_shown_with_the_known_facts() {
    use LinkState::{AwaitingSync, Disconnected, Down, Online, Quiet, Stale, Starting};
    check(Down, named(2), "down since <t:70:R>", "down for 30s");
    check(Starting, named(2), "starting", "starting");
    check(Online, named(2), "2 online", "2 online");
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
        let never = Standing {
            since: None,
            heard_at: None,
            ..standing(state, named(0))
        };
        let summary = discord(Locale::English).summary(never, UnixSeconds(100));
        assert!(!summary.join(" ").contains("<t:"), "{summary:?}");
    }
}

#[test]
fn every_state_is_shown_in_german() {
    use LinkState::{AwaitingSync, Disconnected, Down, Online, Quiet, Stale, Starting};
    let check = |state, headcount, in_discord: &str, in_terminal: &str| {
        let now = UnixSeconds(100);
        let summary = |facts: Facts| facts.summary(standing(state, headcount), now).join(", ");
        assert_eq!(summary(discord(Locale::German)), in_discord);
        assert_eq!(summary(terminal(Locale::German)), in_terminal);
    };
    check(
        Down,
        named(0),
        "läuft nicht, lief bis <t:70:R>",
        "läuft seit 30 Sekunden nicht",
    );
    check(Starting, named(0), "startet", "startet");
    let nobody = "niemand wird als online angezeigt";
    check(Online, named(0), "niemand online", "niemand online");
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
        max: None,
    };
    let expected = "7 online, Namen nicht gemeldet";
    check(AwaitingSync, unnamed, expected, expected);
    check(Online, unnamed, expected, expected);
}

/// Returns a status with this many players of the same name, who joined at second 40.
fn crowd(name: &str, players: usize) -> ServerStatus {
    server_status(&vec![(name, 40); players], &[])
}

#[test]
fn the_names_of_few_players_are_shown_with_the_times_at_which_they_joined() {
    let now = UnixSeconds(100);
    let status = server_status(&[("jeb_", 40), ("Alex", 90)], &[]);
    let roster = |facts: Facts| facts.roster(&status, &Heads::none(), now).unwrap();
    assert_eq!(
        roster(discord(Locale::English)),
        r"Joined: jeb\_ (<t:40:R>), Alex (<t:90:R>)"
    );
    assert_eq!(
        roster(terminal(Locale::English)),
        "jeb_ (for 1m), Alex (for 10s)"
    );
    let german = roster(terminal(Locale::German));
    assert_eq!(german, "jeb_ (seit 1 Minute), Alex (seit 10 Sekunden)");
    let few = discord(Locale::English).roster(&crowd("Alex", 12), &Heads::none(), now);
    assert_eq!(few.unwrap().matches("(<t:40:R>)").count(), 12);
}

#[test]
fn nothing_in_discord_is_shown_as_happening_in_the_future() {
    let now = UnixSeconds(30);
    let facts = discord(Locale::English);
    let status = server_status(&[("Alex", 40)], &[("Steve", 50)]);

    let down = facts.summary(standing(LinkState::Down, named(0)), now);
    let last_seen: Vec<_> = facts.last_seen(&status.last_seen, now).collect();

    assert_eq!(down, ["down since <t:30:R>"]);
    assert_eq!(
        facts.roster(&status, &Heads::none(), now).unwrap(),
        "Joined: Alex (<t:30:R>)"
    );
    assert_eq!(last_seen, ["• Steve (<t:30:R>)"]);
}

#[test]
fn the_names_of_many_players_are_shown_alone_and_as_many_as_fit() {
    let roster = |facts: Facts, players| {
        let roster = facts.roster(&crowd("jeb_", players), &Heads::none(), UnixSeconds(100));
        roster.unwrap()
    };
    let names = vec![r"jeb\_"; 13].join(", ");
    assert_eq!(roster(discord(Locale::English), 13), names);
    let many = roster(discord(Locale::English), 1_000);
    assert!(many.ends_with(r", jeb\_, +941 more"), "{many}");
    assert_eq!(many.matches("jeb").count(), 59);
    assert!(width(&many) <= NAMES_LIMIT);
    let many = roster(terminal(Locale::English), 1_000);
    assert_eq!(many.matches("jeb_").count(), 1_000);
    assert!(!many.contains("more") && !many.contains("for"));
}

#[test]
fn nobody_online_is_no_line_at_all() {
    let roster =
        discord(Locale::English).roster(&crowd("Alex", 0), &Heads::none(), UnixSeconds(100));
    assert_eq!(roster, None);
}

#[test]
fn names_that_may_be_outdated_are_introduced_as_the_last_known_ones() {
    let mut status = crowd("Alex", 1);
    for state in [LinkState::Quiet, LinkState::AwaitingSync] {
        status.state = state;
        let roster = |locale| discord(locale).roster(&status, &Heads::none(), UnixSeconds(100));
        let english = roster(Locale::English).unwrap();
        assert_eq!(english, "Last known: Alex (<t:40:R>)");
        let german = roster(Locale::German).unwrap();
        assert_eq!(german, "Letzter Stand: Alex (<t:40:R>)");
    }
}

#[test]
fn the_number_online_is_shown_with_the_maximum_if_the_server_names_it() {
    let of_twenty = |named, reported| Headcount {
        named,
        reported,
        max: Some(20),
    };
    let online = |named| of_twenty(named, None);
    check(LinkState::Online, online(3), "3/20 online", "3/20 online");
    check(LinkState::Online, online(0), "0/20 online", "0/20 online");
    let nameless = of_twenty(0, Some(7));
    let expected = "7/20 online, names not reported";
    check(LinkState::AwaitingSync, nameless, expected, expected);
}

#[test]
fn the_software_is_shown_while_the_server_runs_and_cannot_garble_the_message() {
    let mut status = server_status(&[], &[]);
    status.about = std::sync::Arc::new(ServerAbout {
        software: AboutText::new("**@everyone**"),
        version: AboutText::new("26.2"),
        ..ServerAbout::default()
    });
    assert_eq!(
        discord(Locale::English).software(&status).as_deref(),
        Some(r"\*\*\@everyone\*\* 26\.2")
    );
    assert_eq!(
        terminal(Locale::English).software(&status).as_deref(),
        Some("**@everyone** 26.2")
    );

    status.state = LinkState::Stale;

    assert_eq!(discord(Locale::English).software(&status), None);
}

/// Returns heads for these players, with ids from 1 on.
fn heads(players: &[&str]) -> Heads {
    let players = players
        .iter()
        .map(|name| PlayerName::try_from(*name).unwrap());
    Heads::new(players.zip(1..))
}

#[test]
fn heads_are_shown_before_the_names_of_few_players() {
    let status = server_status(&[("jeb_", 40), ("Alex", 90)], &[]);
    let (facts, now) = (discord(Locale::English), UnixSeconds(100));
    let roster = facts.roster(&status, &heads(&["jeb_", "Alex"]), now);
    assert_eq!(
        roster.unwrap(),
        r"Joined: <:h:1> jeb\_ (<t:40:R>), <:h:2> Alex (<t:90:R>)"
    );
    let many = facts.roster(&crowd("Alex", 13), &heads(&["Alex"]), now);
    assert_eq!(many.unwrap(), ["Alex"; 13].join(", "));
}

#[test]
fn a_list_has_the_heads_of_all_its_players_or_no_heads() {
    let status = server_status(&[("jeb_", 40), ("Alex", 90)], &[]);
    let (facts, now) = (discord(Locale::English), UnixSeconds(100));
    let heads = heads(&["jeb_", "Alex"]);
    let list = |budget| {
        let list = facts.online_players(&status.online, &heads, now, budget);
        list.text
    };
    let line = |budget| facts.online_within(&status.online, &heads, now, budget);
    let (jeb, alex) = (r"<:h:1> jeb\_ (<t:40:R>)", "<:h:2> Alex (<t:90:R>)");

    assert_eq!(list(90), format!("{jeb}\n{alex}"));
    assert_eq!(list(75), "• jeb\\_ (<t:40:R>)\n• Alex (<t:90:R>)");
    let both = format!("{jeb}, {alex}");
    assert_eq!(line(width(&both)), both);
    assert_eq!(line(width(&both) - 1), "+2 more");
    let without_alex = self::heads(&["jeb_"]);
    let list = facts.online_players(&status.online, &without_alex, now, 90);
    assert!(list.text.starts_with("• jeb"), "{}", list.text);
}
