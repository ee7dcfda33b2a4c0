//! The command line: its words, and what each command does.

mod backend;
pub mod backup;
pub mod check;
mod columns;
pub mod export;
pub mod forget;
pub mod import;
mod kept_file;
pub mod link;
pub mod player;
pub mod remove;
pub mod rename;
mod server_choice;
pub mod sessions;
pub mod status;
pub mod top;
pub mod unlink;

use std::fmt::Display;
use std::io::Write;
use std::path::PathBuf;
use std::process::ExitCode;

use clap::{Args, Parser, Subcommand};

/// Tells a Discord community who is on its Minecraft servers, and who was there lately.
#[derive(Debug, Parser)]
#[command(
    name = "oxeye",
    bin_name = "oxeye",
    version,
    after_help = "Examples:\n  oxeye                          run everything\n  oxeye serve --demo             ... with a made-up server to look at\n  oxeye link survival            get a link code for a server\n  oxeye status survival          see who is on it\n  oxeye top                      see who played most this week\n  oxeye check                    find out what is wrong\n\nSettings come from the environment, from .env, or from the file given with --config."
)]
pub struct CommandLine {
    /// A TOML file with settings; the environment and .env are stronger
    #[arg(long, global = true, value_name = "FILE")]
    pub config: Option<PathBuf>,
    /// What to do; `serve` when nothing is said
    #[command(subcommand)]
    pub command: Option<Command>,
}

/// What `oxeye` can do.
#[derive(Debug, Subcommand)]
pub enum Command {
    /// Run the backend and, with DISCORD_TOKEN, the bot (what `oxeye` alone does)
    #[command(after_help = "Example:\n  PORT=8080 DISCORD_TOKEN=... oxeye serve")]
    Serve {
        /// Add a made-up server whose players come and go
        #[arg(long)]
        demo: bool,
    },
    /// Print a link code for a new server; the backend must be running
    #[command(
        after_help = "Example:\n  oxeye link survival\n\nThen, at the Minecraft server: /oxeye connect CODE"
    )]
    Link(LinkArgs),
    /// Unlink a server, so that its key stops working; the backend must be running
    #[command(after_help = "Example:\n  oxeye unlink survival")]
    Unlink(LinkArgs),
    /// Give a server another name; its key and history stay. The backend must be running
    #[command(after_help = "Example:\n  oxeye rename survival skyblock")]
    Rename(rename::RenameArgs),
    /// Remove a server with its whole history; the backend must be running
    #[command(
        after_help = "Examples:\n  oxeye remove survival          asks first\n  oxeye remove survival --yes    for scripts\n\nBackups and exports made before still know the server."
    )]
    Remove(remove::RemoveArgs),
    /// Print who is on and who was there lately; the backend must be running
    #[command(
        after_help = "Examples:\n  oxeye status                                   the only server, or a list of all\n  oxeye status survival --picture status.png     also save the picture\n  oxeye status survival --json | jq .online      for scripts"
    )]
    Status(StatusArgs),
    /// Print how long and how often somebody played; the backend must be running
    #[command(
        after_help = "Examples:\n  oxeye player jeb_                                         on each server\n  oxeye player jeb_ --server survival --tz Europe/Berlin    with days that end at midnight in Berlin\n  oxeye player jeb_ --server survival --json                for scripts"
    )]
    Player(player::PlayerArgs),
    /// Print who played most; the backend must be running
    #[command(
        after_help = "Examples:\n  oxeye top                                  this week, on all servers together\n  oxeye top survival --range 30d --limit 20  on one server, in the last 30 days"
    )]
    Top(top::TopArgs),
    /// Print somebody's sessions, newest first; the backend must be running
    #[command(after_help = "Example:\n  oxeye sessions jeb_ --server survival --limit 50")]
    Sessions(sessions::SessionsArgs),
    /// Say what is wrong with this installation: settings, store, Discord token
    #[command(after_help = "Example:\n  oxeye check && echo all is well")]
    Check,
    /// Write a copy of everything Oxeye keeps to a file; the backend must be running
    #[command(after_help = "Example:\n  oxeye backup /var/backups/oxeye-$(date +%F).db")]
    Backup(backup::BackupArgs),
    /// Print servers and sessions as lines of JSON; the backend must be running
    #[command(
        after_help = "Examples:\n  oxeye export --output oxeye.jsonl\n  oxeye export | jq 'select(.player == \"jeb_\")'"
    )]
    Export(export::ExportArgs),
    /// Add what an export holds; what is known already is skipped. The backend must be running
    #[command(after_help = "Example:\n  oxeye import oxeye.jsonl")]
    Import(import::ImportArgs),
    /// Forget a player on all servers; the backend must be running
    #[command(
        after_help = "Example:\n  oxeye forget jeb_\n\nBackups and exports made before still know the player. If the player is online, or joins again, the next report brings them back as somebody new."
    )]
    Forget(forget::ForgetArgs),
}

/// `oxeye link` and `oxeye unlink`.
#[derive(Debug, Args)]
pub struct LinkArgs {
    /// The name of the server
    pub name: String,
    /// The Discord guild it belongs to; without it, the server is local
    #[arg(long, value_name = "ID", default_value_t = 0)]
    pub guild: u64,
}

/// `oxeye status`.
#[derive(Debug, Args)]
pub struct StatusArgs {
    /// The server's name; not needed when there is only one
    pub server: Option<String>,
    /// Only servers of this Discord guild; 0 for local ones
    #[arg(long, value_name = "ID")]
    pub guild: Option<u64>,
    /// Save the picture of who is on to this file
    #[arg(long, value_name = "FILE.png")]
    pub picture: Option<PathBuf>,
    /// Print JSON instead of text
    #[arg(long)]
    pub json: bool,
}

impl Default for Command {
    fn default() -> Command {
        Command::Serve { demo: false }
    }
}

/// Says why the program ends, on standard error.
pub fn fail(code: u8, why: &dyn Display) -> ExitCode {
    // If even that cannot be written, the exit code still tells.
    let _ = writeln!(std::io::stderr(), "oxeye: {why}");
    ExitCode::from(code)
}

/// Prints to standard output. A reader that has gone, such as `head`, is no failure.
pub(crate) fn say(text: &str) -> std::io::Result<()> {
    match writeln!(std::io::stdout(), "{text}") {
        Err(error) if error.kind() != std::io::ErrorKind::BrokenPipe => Err(error),
        _ => Ok(()),
    }
}

#[cfg(test)]
mod tests {
    use clap::CommandFactory;

    use super::*;

    #[test]
    fn the_command_line_is_consistent_and_every_command_has_an_example() {
        let command = CommandLine::command();
        command.clone().debug_assert();
        for command in std::iter::once(&command).chain(command.get_subcommands()) {
            let help = command
                .get_after_help()
                .map(ToString::to_string)
                .unwrap_or_default();
            assert!(help.starts_with("Example"), "{}", command.get_name());
        }
    }

    #[test]
    fn nothing_said_means_serve() {
        let said = CommandLine::try_parse_from(["oxeye"]).unwrap();

        assert!(matches!(
            said.command.unwrap_or_default(),
            Command::Serve { demo: false }
        ));
    }
}
