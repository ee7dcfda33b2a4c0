//! The commands: their names, and how many arguments they take.

use std::ops::RangeInclusive;

use super::request::MAX_ARGUMENTS;
use super::writing::WRITING;

/// A command that is answered.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Command {
    // The connection.
    Auth,
    Client,
    Described,
    Discard,
    Echo,
    Exec,
    Hello,
    Info,
    Multi,
    Ping,
    Quit,
    Reset,
    Select,
    Unwatch,
    Watch,
    // Keys and their values.
    DbSize,
    Exists,
    Get,
    Keys,
    LIndex,
    LLen,
    LRange,
    MGet,
    PTtl,
    SCard,
    SIsMember,
    SMembers,
    SScan,
    Scan,
    StrLen,
    Ttl,
    Type,
}

const ANY: usize = MAX_ARGUMENTS;

/// Name, command, and how many arguments a request has, the name included.
const ANSWERED: &[(&str, Command, RangeInclusive<usize>)] = &[
    ("auth", Command::Auth, 2..=ANY),
    ("client", Command::Client, 2..=ANY),
    ("command", Command::Described, 1..=ANY),
    ("dbsize", Command::DbSize, 1..=1),
    ("discard", Command::Discard, 1..=1),
    ("echo", Command::Echo, 2..=2),
    ("exec", Command::Exec, 1..=1),
    ("exists", Command::Exists, 2..=ANY),
    ("get", Command::Get, 2..=2),
    ("hello", Command::Hello, 1..=ANY),
    ("info", Command::Info, 1..=ANY),
    ("keys", Command::Keys, 2..=2),
    ("lindex", Command::LIndex, 3..=3),
    ("llen", Command::LLen, 2..=2),
    ("lrange", Command::LRange, 4..=4),
    ("mget", Command::MGet, 2..=ANY),
    ("multi", Command::Multi, 1..=1),
    ("ping", Command::Ping, 1..=2),
    ("pttl", Command::PTtl, 2..=2),
    ("quit", Command::Quit, 1..=ANY),
    ("reset", Command::Reset, 1..=1),
    ("scan", Command::Scan, 2..=ANY),
    ("scard", Command::SCard, 2..=2),
    ("select", Command::Select, 2..=2),
    ("sismember", Command::SIsMember, 3..=3),
    ("smembers", Command::SMembers, 2..=2),
    ("sscan", Command::SScan, 3..=ANY),
    ("strlen", Command::StrLen, 2..=2),
    ("ttl", Command::Ttl, 2..=2),
    ("type", Command::Type, 2..=2),
    ("unwatch", Command::Unwatch, 1..=1),
    ("watch", Command::Watch, 2..=ANY),
];

/// How many bytes of the arguments an error about an unknown command quotes.
const QUOTED: usize = 128;

/// Returns the command that a request names.
///
/// # Errors
/// When it is not answered; then the error as Redis says it.
pub(super) fn command(request: &[Vec<u8>]) -> Result<Command, String> {
    let given = request.first().map(Vec::as_slice).unwrap_or_default();
    let name = given.to_ascii_lowercase();
    let known = ANSWERED
        .iter()
        .find(|(known, _, _)| known.as_bytes() == name);
    if let Some((known, command, lengths)) = known {
        return match lengths.contains(&request.len()) {
            true => Ok(*command),
            false => Err(wrong_number(known)),
        };
    }
    let writes = WRITING.binary_search_by(|known| known.as_bytes().cmp(&name));
    if writes.is_ok() || is_writing_subcommand(&name, request) {
        return Err("READONLY You can't write against a read only replica.".to_owned());
    }
    Err(unknown(given, &request[1..]))
}

/// Returns the error for a wrong number of arguments.
pub(super) fn wrong_number(command: &str) -> String {
    format!("ERR wrong number of arguments for '{command}' command")
}

/// Whether a command that only sometimes writes would write now.
fn is_writing_subcommand(name: &[u8], request: &[Vec<u8>]) -> bool {
    let subcommand = request.get(1).map(|given| given.to_ascii_lowercase());
    match (name, subcommand.unwrap_or_default().as_slice()) {
        (b"config", subcommand) => subcommand == b"set",
        (b"function", subcommand) => {
            matches!(subcommand, b"delete" | b"flush" | b"load" | b"restore")
        }
        _ => false,
    }
}

fn unknown(name: &[u8], arguments: &[Vec<u8>]) -> String {
    let quoted = |text: &[u8], most: usize| {
        let text = &text[..text.len().min(most)];
        format!("'{}'", String::from_utf8_lossy(text))
    };
    let mut shown = String::new();
    for argument in arguments {
        if shown.len() >= QUOTED {
            break;
        }
        let left = QUOTED - shown.len();
        shown.push_str(&quoted(argument, left));
        shown.push(' ');
    }
    let name = quoted(name, QUOTED);
    format!("ERR unknown command {name}, with args beginning with: {shown}")
}

#[cfg(test)]
mod tests {
    use super::*;

    fn asked(line: &str) -> Result<Command, String> {
        let request: Vec<_> = line
            .split(' ')
            .map(|word| word.as_bytes().to_vec())
            .collect();
        command(&request)
    }

    #[test]
    fn names_may_be_written_in_any_case() {
        assert_eq!(asked("get a"), Ok(Command::Get));
        assert_eq!(asked("SMembers a"), Ok(Command::SMembers));
    }

    #[test]
    fn a_wrong_number_of_arguments_is_refused_as_redis_refuses_it() {
        for (line, name) in [("GET", "get"), ("get a b", "get"), ("Ping a b", "ping")] {
            let error = format!("ERR wrong number of arguments for '{name}' command");
            assert_eq!(asked(line), Err(error));
        }
    }

    #[test]
    fn every_command_that_writes_is_refused_however_many_arguments_it_has() {
        for name in WRITING {
            let error = asked(name).unwrap_err();
            assert_eq!(
                error,
                "READONLY You can't write against a read only replica."
            );
        }
        for line in [
            "SetEx a 1 b",
            "EVAL x 0",
            "evalsha 5b1c 0",
            "CONFIG Set a b",
            "FUNCTION load x",
        ] {
            assert_eq!(asked(line), asked("FLUSHALL"), "{line}");
        }
        assert_ne!(asked("CONFIG GET a"), asked("FLUSHALL"));
        assert_ne!(asked("FUNCTION LIST"), asked("FLUSHALL"));
    }

    #[test]
    fn an_unknown_command_is_quoted_as_redis_quotes_it() {
        let check = |line: &str, expected: &str| assert_eq!(asked(line).unwrap_err(), expected);

        check(
            "foo",
            "ERR unknown command 'foo', with args beginning with: ",
        );
        check(
            "Foo bar baz",
            "ERR unknown command 'Foo', with args beginning with: 'bar' 'baz' ",
        );
        let long = format!("foo {} bar", "a".repeat(200));
        let quoted = "a".repeat(128);
        check(
            &long,
            &format!("ERR unknown command 'foo', with args beginning with: '{quoted}' "),
        );
    }

    #[test]
    fn the_names_are_in_order() {
        assert!(ANSWERED.is_sorted_by_key(|(name, _, _)| *name));
        assert!(WRITING.is_sorted());
        assert!(ANSWERED.iter().all(|(name, _, _)| !WRITING.contains(name)));
    }
}
