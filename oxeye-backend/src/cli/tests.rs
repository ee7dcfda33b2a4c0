use clap::CommandFactory;
use oxeye_text::Locale;

use super::*;

fn examples(command: &clap::Command) -> String {
    let help = command.get_after_help();
    help.map(ToString::to_string).unwrap_or_default()
}

#[track_caller]
fn check_examples(command: &clap::Command, words: &str) {
    assert!(examples(command).starts_with("Example"), "{words}");
    for subcommand in command.get_subcommands() {
        check_examples(subcommand, &format!("{words} {}", subcommand.get_name()));
    }
}

#[test]
fn every_command_has_an_example_in_its_own_help_and_in_the_general_help() {
    let command = CommandLine::command();
    command.clone().debug_assert();
    check_examples(&command, "oxeye");
    for subcommand in command.get_subcommands() {
        let example = format!("\n  oxeye {}", subcommand.get_name());
        assert!(examples(&command).contains(&example), "{example}");
    }
}

#[track_caller]
fn check_suggestion(words: &[&str], expected: Option<&str>) {
    let error = CommandLine::try_parse_from(words).expect_err("it cannot be understood");
    match (suggestion(Text::of(Locale::English), &error), expected) {
        (Some(sentence), Some(expected)) => {
            assert!(sentence.contains(expected), "{sentence}");
        }
        (sentence, expected) => assert_eq!(sentence.as_deref(), expected, "{error}"),
    }
}

#[test]
fn a_mistyped_name_is_answered_with_a_suggestion() {
    check_suggestion(
        &["oxeye", "stauts"],
        Some("no command `stauts`; did you mean `status`?"),
    );
    check_suggestion(
        &["oxeye", "status", "--jsno"],
        Some("no option `--jsno`; did you mean `--json`?"),
    );
    check_suggestion(&["oxeye", "frobnicate"], None);
    check_suggestion(&["oxeye", "link"], None);
}

#[track_caller]
fn check_invalid_name(words: &[&str], english: &str, german: &str) {
    let error = CommandLine::try_parse_from(words).expect_err("the name is not valid");
    let sentence = |locale| invalid_name(Text::of(locale), &error);
    assert_eq!(sentence(Locale::English).as_deref(), Some(english));
    assert_eq!(sentence(Locale::German).as_deref(), Some(german));
}

#[test]
fn an_invalid_name_is_explained_in_the_language_of_the_command_line() {
    for command in ["link", "unlink", "remove"] {
        check_invalid_name(
            &["oxeye", command, ""],
            "A server name needs at least one visible character.",
            "Ein Servername braucht mindestens ein sichtbares Zeichen.",
        );
    }
    check_invalid_name(
        &["oxeye", "rename", "survival", "a\nb"],
        "A server name cannot contain line breaks, control characters or invisible characters.",
        "Ein Servername darf keine Zeilenumbrüche, Steuerzeichen oder unsichtbaren Zeichen enthalten.",
    );
    for command in ["player", "sessions", "activity", "forget"] {
        check_invalid_name(
            &["oxeye", command, ""],
            "A player name cannot be empty.",
            "Ein Spielername darf nicht leer sein.",
        );
    }
}

#[test]
fn without_a_command_oxeye_serves() {
    let command_line = CommandLine::try_parse_from(["oxeye"]).unwrap();

    assert!(matches!(
        command_line.command.unwrap_or_default(),
        Command::Serve { demo: false }
    ));
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
            let error = CommandLine::try_parse_from([words, &[typed]].concat());
            let error = error.expect_err("no such limit").to_string();
            assert!(error.contains("--limit"), "{error}");
        }
        CommandLine::try_parse_from([words, &["1"]].concat()).unwrap();
    }
}
