use clap::CommandFactory;

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

#[test]
fn without_a_command_oxeye_serves() {
    let command_line = CommandLine::try_parse_from(["oxeye"]).unwrap();

    assert!(matches!(
        command_line.command.unwrap_or_default(),
        Command::Serve { demo: false }
    ));
}
