//! The command of the `process` engine. It is split into arguments here, once, and never sees a shell.

use oxeye_process::config::{ConfigError, Sources};

use super::list;

/// What the command may name.
const PLACEHOLDERS: [&str; 3] = ["{port}", "{player}", "{world}"];

/// A command with placeholders, split into its arguments: at least the program.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct SlotCommand {
    arguments: Vec<String>,
}

impl SlotCommand {
    /// Makes a command of a program and its arguments.
    #[must_use]
    pub fn new(program: impl Into<String>, arguments: impl IntoIterator<Item = String>) -> Self {
        let mut all = vec![program.into()];
        all.extend(arguments);
        Self { arguments: all }
    }

    /// Returns the program.
    #[must_use]
    pub fn program(&self) -> &str {
        &self.arguments[0]
    }

    /// Returns the program and its arguments with the placeholders filled in. What is filled in is never
    /// split or expanded again.
    #[must_use]
    pub fn filled_in(&self, port: u16, player: &str, world: &str) -> Vec<String> {
        let fill = |argument: &String| fill_in(argument, &port.to_string(), player, world);
        self.arguments.iter().map(fill).collect()
    }
}

/// Replaces each placeholder of one argument. Goes through the text once, so that a player called
/// `{world}` keeps that name.
fn fill_in(argument: &str, port: &str, player: &str, world: &str) -> String {
    let mut filled = String::with_capacity(argument.len());
    let mut rest = argument;
    while let Some(start) = rest.find('{') {
        filled.push_str(&rest[..start]);
        rest = &rest[start..];
        let known = PLACEHOLDERS.iter().zip([port, player, world]);
        match known.into_iter().find(|(name, _)| rest.starts_with(**name)) {
            Some((name, value)) => {
                filled.push_str(value);
                rest = &rest[name.len()..];
            }
            None => {
                filled.push('{');
                rest = &rest[1..];
            }
        }
    }
    filled.push_str(rest);
    filled
}

/// Reads the command; `None` stands for the built-in tiny server.
pub(super) fn read(from: &Sources) -> Result<Option<SlotCommand>, ConfigError> {
    let expected = "a command such as `java -jar /srv/server.jar --port {port} --world {world}`, with closed quotes and {port}, and {player} only within a longer argument such as --player={player}";
    from.optional(list::FLEET_COMMAND, expected, parse)
}

/// A name that begins with `-` must not become an option, so `{player}` cannot be a whole argument.
fn parse(text: &str) -> Option<SlotCommand> {
    let arguments = shlex::split(text)?;
    let names_port = arguments.iter().any(|argument| argument.contains("{port}"));
    let could_be_option = arguments
        .iter()
        .any(|argument| argument.starts_with("{player}"));
    let is_usable = names_port && !could_be_option && !arguments[0].contains('{');
    is_usable.then_some(SlotCommand { arguments })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_name_is_one_argument_whatever_it_contains() {
        let command = parse("server --port {port} '--player={player}' --dir={world}").unwrap();

        let filled = command.filled_in(8081, "a b\"'; $(reboot) {world}", "/w/x");

        assert_eq!(
            filled,
            [
                "server",
                "--port",
                "8081",
                "--player=a b\"'; $(reboot) {world}",
                "--dir=/w/x"
            ]
        );
    }

    #[test]
    fn a_command_that_cannot_work_is_refused() {
        for text in [
            "",
            "server",
            "server 'open {port}",
            "server {port} {player}",
            "{world} {port}",
        ] {
            assert_eq!(parse(text), None, "{text}");
        }
    }
}
