//! The measuring programs say how they are used, and what they cannot use.

use std::process::{Command, Output};

/// Every measuring program, with one of its options.
const PROGRAMS: [(&str, &str); 11] = [
    (env!("CARGO_BIN_EXE_agent_load"), "--megabytes N"),
    (env!("CARGO_BIN_EXE_agent_trial"), "--cycles N"),
    (env!("CARGO_BIN_EXE_boards"), "--idle BOARDS"),
    (env!("CARGO_BIN_EXE_commands"), "--sessions N"),
    (env!("CARGO_BIN_EXE_crash"), "--sessions N"),
    (env!("CARGO_BIN_EXE_load"), "--only TABLES"),
    (env!("CARGO_BIN_EXE_members"), "--kills N"),
    (env!("CARGO_BIN_EXE_message"), "FOLDER"),
    (env!("CARGO_BIN_EXE_neighbour"), "--only TABLES"),
    (env!("CARGO_BIN_EXE_wal"), "--copies N"),
    (env!("CARGO_BIN_EXE_watching"), "--hostile N"),
];

fn run(program: &str, argument: &str) -> Output {
    let mut command = Command::new(program);
    command.arg(argument).env("RUST_BACKTRACE", "1");
    command.output().expect("the program can be started")
}

#[test]
fn help_is_printed_and_is_no_error() {
    for (program, option) in PROGRAMS {
        let help = run(program, "--help");
        let printed = String::from_utf8_lossy(&help.stdout);
        assert_eq!(help.status.code(), Some(0), "{program}");
        assert!(printed.contains(option), "{program}: {printed}");
        assert!(help.stderr.is_empty(), "{program}");
    }
}

#[test]
fn an_argument_that_there_is_not_is_named_in_one_sentence() {
    for (program, _) in PROGRAMS {
        let misused = run(program, "--hats");
        let said = String::from_utf8_lossy(&misused.stderr);
        assert_eq!(misused.status.code(), Some(2), "{program}: {said}");
        let expected = "there is no argument --hats; --help lists those that there are\n";
        assert_eq!(said, expected, "{program}");
        assert!(misused.stdout.is_empty(), "{program}");
    }
}
