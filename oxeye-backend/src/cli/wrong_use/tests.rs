//! What is said of each kind of wrong use, in both languages.

use clap::{CommandFactory as _, Parser as _};
use oxeye_text::Locale;

use super::*;
use crate::cli::{CommandLine, near_commands};

fn error(words: &[&str]) -> clap::Error {
    let mut error = CommandLine::try_parse_from(words).expect_err("it cannot be understood");
    near_commands::suggest(&mut error, words.iter().copied());
    error
}

#[track_caller]
fn check(words: &[&str], english: &str, german: &str) {
    let error = error(words);
    let sentence = |locale| sentence(Text::of(locale), &error);
    assert_eq!(sentence(Locale::English).as_deref(), Some(english));
    assert_eq!(sentence(Locale::German).as_deref(), Some(german));
}

#[test]
fn a_mistyped_name_is_answered_with_a_suggestion() {
    check(
        &["oxeye", "stauts"],
        "there is no command `stauts`; did you mean `status`? `oxeye --help` lists all commands",
        "es gibt keinen Befehl `stauts`; meintest du `status`? `oxeye --help` zeigt alle Befehle",
    );
    check(
        &["oxeye", "status", "--jsno"],
        "there is no option `--jsno`; did you mean `--json`? Add `--help` to see all options",
        "es gibt keine Option `--jsno`; meintest du `--json`? Mit `--help` siehst du alle Optionen",
    );
}

#[test]
fn an_option_before_its_command_is_answered_with_where_it_belongs() {
    check(
        &["oxeye", "--json", "status"],
        "`--json` belongs after the command, as in `oxeye status --json`",
        "`--json` gehört hinter den Befehl, etwa `oxeye status --json`",
    );
}

#[test]
fn a_name_that_looks_like_an_option_is_answered_with_how_to_write_it() {
    check(
        &["oxeye", "player", "-Fern"],
        "there is no option `-F`; if a name begins with `-`, write `--` before it, as in `oxeye player -- -Fern`",
        "es gibt keine Option `-F`; wenn ein Name mit `-` beginnt, schreibe `--` davor, etwa `oxeye player -- -Fern`",
    );
}

#[test]
fn a_number_that_is_too_large_is_called_so() {
    let sentence = |locale| {
        let number = "99999999999999999999";
        let error = error(&["oxeye", "top", "--limit", number]);
        super::sentence(Text::of(locale), &error).unwrap()
    };
    let english = sentence(Locale::English);
    assert!(english.ends_with("it is too large"), "{english}");
    let german = sentence(Locale::German);
    assert!(german.ends_with("das ist zu groß"), "{german}");
}

#[test]
fn an_invalid_name_is_explained_in_the_language_of_the_command_line() {
    for command in ["link", "unlink", "remove"] {
        check(
            &["oxeye", command, ""],
            "a server name needs at least one visible character",
            "ein Servername braucht mindestens ein sichtbares Zeichen",
        );
    }
    check(
        &["oxeye", "rename", "survival", "a\nb"],
        "a server name cannot contain line breaks, control characters or invisible characters",
        "ein Servername darf keine Zeilenumbrüche, Steuerzeichen oder unsichtbaren Zeichen enthalten",
    );
    for command in ["player", "sessions", "activity", "forget"] {
        check(
            &["oxeye", command, ""],
            "a player name cannot be empty",
            "ein Spielername darf nicht leer sein",
        );
    }
}

#[test]
fn a_value_that_is_not_accepted_is_answered_with_how_it_is_written() {
    check(
        &["oxeye", "top", "--tz", "Mars/Base"],
        "`Mars/Base` is not accepted for `--tz <ZONE>`: time zones are written like Europe/Berlin or UTC",
        "`Mars/Base` geht nicht für `--tz <ZONE>`: Zeitzonen schreibt man wie Europe/Berlin oder UTC",
    );
    check(
        &["oxeye", "chart", "--range", "30"],
        "`30` is not accepted for `--range <RANGE>`: a range is today, week, month, all, or a number of days \
         from 1d to 3660d, such as 30d",
        "`30` geht nicht für `--range <RANGE>`: ein Zeitraum ist today, week, month, all oder eine Zahl von \
         Tagen von 1d bis 3660d, zum Beispiel 30d",
    );
    check(
        &["oxeye", "activity", "--top", "deaths", "--range", "31d"],
        "`31d` is not accepted for `--range <RANGE>`: a ranking covers today, week, month, or a number of days \
         from 1d to 30d, such as 3d",
        "`31d` geht nicht für `--range <RANGE>`: eine Rangliste umfasst today, week, month oder eine Zahl von \
         Tagen von 1d bis 30d, zum Beispiel 3d",
    );
    check(
        &["oxeye", "presence", "--top", "games"],
        "`games` is not accepted for `--top <KIND>`: a kind is voice, screen_share, camera, game, streaming or \
         spotify",
        "`games` geht nicht für `--top <KIND>`: eine Art ist voice, screen_share, camera, game, streaming oder \
         spotify",
    );
}

#[test]
fn an_id_of_discord_is_answered_with_where_to_find_it() {
    check(
        &["oxeye", "status", "--guild", "mine"],
        "`mine` is not accepted for `--guild <ID>`: a guild id is a number such as 123456789012345678, or 0 for \
         the local servers. Turn on Developer Mode in Discord (User Settings, Advanced), right-click the guild, \
         and copy its ID",
        "`mine` geht nicht für `--guild <ID>`: eine Guild-ID ist eine Zahl wie 123456789012345678, oder 0 für \
         die lokalen Server. Schalte in Discord den Entwicklermodus ein (Benutzereinstellungen, Erweitert), klicke \
         mit der rechten Maustaste auf die Guild und kopiere die ID",
    );
    for (words, argument) in [
        (&["oxeye", "presence"][..], "[USER_ID]"),
        (
            &["oxeye", "alerts", "--guild", "7", "--set"],
            "--set <CHANNEL>",
        ),
        (
            &["oxeye", "alerts", "--guild", "7", "--set", "8", "--role"],
            "--role <ID>",
        ),
        (
            &["oxeye", "members", "--guild", "7", "--unlink"],
            "--unlink <ID>",
        ),
        (&["oxeye", "members", "--forget"], "--forget <ID>"),
    ] {
        let words = [words, &["#general"]].concat();
        check(
            &words,
            &format!(
                "`#general` is not accepted for `{argument}`: it must be the id that Discord has for it, a number \
                 such as 234567890123456789. Turn on Developer Mode in Discord (User Settings, Advanced), \
                 right-click it, and copy its ID"
            ),
            &format!(
                "`#general` geht nicht für `{argument}`: das ist die ID, die Discord dafür hat, eine Zahl wie \
                 234567890123456789. Schalte in Discord den Entwicklermodus ein (Benutzereinstellungen, Erweitert), \
                 klicke mit der rechten Maustaste darauf und kopiere die ID"
            ),
        );
    }
}

#[test]
fn a_page_has_at_least_one_line() {
    for words in [
        &["oxeye", "top", "--limit"][..],
        &["oxeye", "sessions", "Alex", "--limit"],
        &["oxeye", "activity", "Alex", "--limit"],
        &["oxeye", "presence", "--voice", "--limit"],
    ] {
        for typed in ["0", "1.5", "many"] {
            check(
                &[words, &[typed]].concat(),
                &format!(
                    "`{typed}` is not accepted for `--limit <N>`: it must be a whole number, 1 or more"
                ),
                &format!("`{typed}` geht nicht für `--limit <N>`: das ist eine ganze Zahl ab 1"),
            );
        }
        CommandLine::try_parse_from([words, &["1"]].concat()).unwrap();
    }
}

#[test]
fn what_is_like_nothing_else_is_named() {
    check(
        &["oxeye", "frobnicate"],
        "there is no command `frobnicate`; `oxeye --help` lists all commands",
        "es gibt keinen Befehl `frobnicate`; `oxeye --help` zeigt alle Befehle",
    );
    check(
        &["oxeye", "status", "--xyz"],
        "there is no option `--xyz`; add `--help` to see all options",
        "es gibt keine Option `--xyz`; mit `--help` siehst du alle Optionen",
    );
    check(
        &["oxeye", "status", "my", "server"],
        "`server` is one word too many; a name with spaces needs quotes around it. Add `--help` to see how the \
         command is used",
        "`server` ist ein Wort zu viel; ein Name mit Leerzeichen braucht Anführungszeichen. Mit `--help` siehst du, \
         wie man den Befehl schreibt",
    );
}

#[test]
fn what_is_imported_is_explained_after_a_slip() {
    check(
        &["oxeye", "import", "my", "backup.jsonl"],
        "`backup.jsonl` is one word too many; a name with spaces needs quotes around it. Add `--help` to see how the \
         command is used",
        "`backup.jsonl` ist ein Wort zu viel; ein Name mit Leerzeichen braucht Anführungszeichen. Mit `--help` siehst \
         du, wie man den Befehl schreibt",
    );
    for typed in ["mincraft", "Minecraft"] {
        check(
            &["oxeye", "import", typed, "/srv/mc/world", "--server", "hub"],
            &format!(
                "there is no command `import {typed}`; did you mean `import minecraft`? `oxeye --help` lists all \
                 commands"
            ),
            &format!(
                "es gibt keinen Befehl `import {typed}`; meintest du `import minecraft`? `oxeye --help` zeigt alle \
                 Befehle"
            ),
        );
    }
}

#[test]
fn what_is_missing_is_named_with_the_way_to_write_the_command() {
    check(
        &["oxeye", "link"],
        "`<NAME>` is missing; use it like this: `oxeye link <NAME>`",
        "es fehlt `<NAME>`; so schreibt man den Befehl: `oxeye link <NAME>`",
    );
    check(
        &["oxeye", "rename"],
        "`<OLD>` and `<NEW>` are missing; use it like this: `oxeye rename <OLD> <NEW>`",
        "es fehlen `<OLD>` und `<NEW>`; so schreibt man den Befehl: `oxeye rename <OLD> <NEW>`",
    );
    check(
        &["oxeye", "alerts", "--guild", "7", "--role", "8"],
        "`--set <CHANNEL>` is missing; use it like this: `oxeye alerts --guild <ID> --set <CHANNEL> --role <ID>`",
        "es fehlt `--set <CHANNEL>`; so schreibt man den Befehl: `oxeye alerts --guild <ID> --set <CHANNEL> --role \
         <ID>`",
    );
    check(
        &["oxeye", "top", "--range"],
        "`--range <RANGE>` needs a value",
        "`--range <RANGE>` braucht einen Wert",
    );
}

#[test]
fn what_does_not_go_together_is_named() {
    check(
        &[
            "oxeye", "alerts", "--guild", "7", "--off", "1", "--test", "1",
        ],
        "`--off <NUMBER>` cannot be used together with `--test <NUMBER>`",
        "`--off <NUMBER>` geht nicht zusammen mit `--test <NUMBER>`",
    );
    check(
        &["oxeye", "top", "--range", "today", "--range", "week"],
        "`--range <RANGE>` can be given only once",
        "`--range <RANGE>` darf nur einmal vorkommen",
    );
    check(
        &["oxeye", "status", "--json=yes"],
        "`--json` takes no value, but `yes` is given",
        "`--json` nimmt keinen Wert an, auch nicht `yes`",
    );
}

#[test]
fn numbers_and_choices_are_described() {
    check(
        &["oxeye", "uptime", "--days", "3661"],
        "`3661` is not accepted for `--days <N>`: it must be a whole number from 1 to 3,660",
        "`3661` geht nicht für `--days <N>`: das ist eine ganze Zahl von 1 bis 3.660",
    );
    check(
        &["oxeye", "notify", "--guild", "7", "--remove", "first"],
        "`first` is not accepted for `--remove <NUMBER>`: it must be a whole number, 1 or more",
        "`first` geht nicht für `--remove <NUMBER>`: das ist eine ganze Zahl ab 1",
    );
    check(
        &[
            "oxeye", "alerts", "--guild", "7", "--set", "8", "--topics", "deaths",
        ],
        "`deaths` is not accepted for `--topics <TOPICS>`: it must be visits, records or newcomers",
        "`deaths` geht nicht für `--topics <TOPICS>`: möglich ist visits, records oder newcomers",
    );
}

/// Every argument of every command, with its command.
fn arguments(command: &clap::Command, words: &[String], all: &mut Vec<(Vec<String>, clap::Arg)>) {
    for argument in command.get_arguments() {
        all.push((words.to_vec(), argument.clone()));
    }
    for subcommand in command.get_subcommands() {
        let words = [words, &[subcommand.get_name().to_owned()]].concat();
        arguments(subcommand, &words, all);
    }
}

#[test]
fn every_value_that_an_option_refuses_is_refused_in_words_of_ours() {
    let mut all = Vec::new();
    arguments(&CommandLine::command(), &["oxeye".to_owned()], &mut all);
    let options = all.iter().filter_map(|(words, option)| {
        let takes_value = option.get_action().takes_values();
        let long = option.get_long().filter(|_| takes_value)?;
        Some([&words[..], &[format!("--{long}"), "\n".to_owned()]].concat())
    });
    for words in options {
        let Err(error) = CommandLine::try_parse_from(&words) else {
            continue;
        };

        let said = sentence(Text::of(Locale::German), &error);

        assert!(said.is_some(), "{words:?}: {error}");
    }
}
