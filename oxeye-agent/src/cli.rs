//! The command line: one file per command.

pub(crate) mod connect;
pub(crate) mod doctor;
pub mod parse;
pub(crate) mod status;

use std::path::PathBuf;

use clap::{
    Arg, ArgMatches, Command, CommandFactory as _, FromArgMatches as _, Parser, Subcommand,
};
use oxeye_plugin_proto::ServerName;
use oxeye_process::settings::variables;

use crate::settings::{Given, InvalidSetting, SETTINGS, Setting};

/// Reports who is online on a Minecraft server to an Oxeye backend, without a plugin
#[derive(Debug, Parser)]
#[command(name = "oxeye-agent", bin_name = "oxeye-agent", version, about, after_help = EXAMPLES)]
pub(crate) struct CommandLine {
    /// The command.
    #[command(subcommand)]
    pub(crate) action: Action,
}

const EXAMPLES: &str = "\
Examples, in the Minecraft server's folder:
  oxeye-agent connect oxeye-g9s95eh0g5 --backend https://oxeye.example.org
  oxeye-agent doctor
  oxeye-agent run

Each setting is a flag, a variable (OXEYE_AGENT_HEARTBEAT_SECS=15) or a line of
oxeye-agent.toml (heartbeat_secs = 15). The secrets `key`, `management_secret` and
`rcon_password` cannot be flags, because everybody on a machine can read flags.";

/// The commands.
#[derive(Debug, Subcommand)]
pub(crate) enum Action {
    /// Redeem a link code and store the key
    Connect {
        /// The code, from `/oxeye connect` in Discord or `oxeye link` beside the backend
        code: String,
        /// The server behind the proxy that the code is for, under the proxy's name for it
        #[arg(long, value_name = "NAME", value_parser = server_name)]
        server: Option<ServerName>,
    },
    /// Report who is online, until stopped
    Run,
    /// Try every source; show which ones work and which settings would add more
    Doctor,
    /// Print the events in logs as JSON lines
    Parse {
        /// Logs, also .gz; - for standard input
        #[arg(required = true, value_name = "FILE")]
        files: Vec<PathBuf>,
    },
    /// Show the state of the running agent
    Status {
        /// Print JSON
        #[arg(long)]
        json: bool,
    },
}

fn server_name(text: &str) -> Result<ServerName, String> {
    text.parse()
        .map_err(|error: oxeye_plugin_proto::InvalidServerName| error.to_string())
}

/// Returns the command and all settings as they were given.
///
/// # Errors
///
/// When a name is not a setting or a file cannot be read. Wrong flags end the program with an error
/// from clap.
pub(crate) fn read() -> Result<(CommandLine, Given), InvalidSetting> {
    let matches = command().get_matches();
    let line = CommandLine::from_arg_matches(&matches).unwrap_or_else(|error| error.exit());
    let file = matches.get_one::<PathBuf>("config");
    let given = Given::gather(flags(&matches), file.map(PathBuf::as_path), variables())?;
    Ok((line, given))
}

/// Returns the commands, with all settings as flags.
#[must_use]
pub(crate) fn command() -> Command {
    let config = Arg::new("config")
        .long("config")
        .value_name("FILE")
        .value_parser(clap::value_parser!(PathBuf))
        .global(true)
        .help_heading("Settings")
        .help("A file with settings [default: oxeye-agent.toml, if there is one]");
    let settings = SETTINGS.iter().filter(|setting| !setting.is_secret);
    let settings = settings.map(|setting| {
        Arg::new(setting.name)
            .long(setting.flag())
            .value_name(setting.value)
            .allow_hyphen_values(true)
            .global(true)
            .help_heading("Settings")
            .help(setting.help)
    });
    CommandLine::command().arg(config).args(settings)
}

fn flags(matches: &ArgMatches) -> Vec<(&'static Setting, String)> {
    let settings = SETTINGS.iter().filter(|setting| !setting.is_secret);
    let given = settings.filter_map(|setting| {
        let value = matches.get_one::<String>(setting.name)?;
        Some((setting, value.clone()))
    });
    given.collect()
}

/// Prints to standard output. Commands print nowhere else, except for `parse`.
fn say(text: &str) {
    use std::io::Write as _;
    // A reader that has closed the pipe, such as `head`, is not an error.
    let _ = writeln!(std::io::stdout(), "{text}");
}
