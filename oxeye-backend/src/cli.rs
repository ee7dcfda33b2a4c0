//! The command line: its arguments, and a module per subject.
//!
//! | module          | subject                                              |
//! |-----------------|------------------------------------------------------|
//! | `servers`       | `link`, `unlink`, `rotate-key`, `rename`, `remove`   |
//! | `settings`      | `settings`                                           |
//! | `watching`      | `watch`, `unwatch`                                   |
//! | `status`        | `status`                                             |
//! | `alerts`        | `alerts`                                             |
//! | `notify`        | `notify`                                             |
//! | `members`       | `members`                                            |
//! | `player`        | `player`                                             |
//! | `player_names`  | a player's name with the former ones                 |
//! | `picture_file`  | saves a picture                                      |
//! | `sessions`      | `sessions`                                           |
//! | `top`           | `top`                                                |
//! | `chart`         | `chart`                                              |
//! | `history`       | `history`                                            |
//! | `uptime`        | `uptime`                                             |
//! | `activity`      | `activity`                                           |
//! | `presence`      | `presence`                                           |
//! | `check`         | `check`                                              |
//! | `health`        | `health`                                             |
//! | `backup`        | `backup`, `export`                                   |
//! | `backup_stream` | `backup -`                                           |
//! | `import`        | `import`                                             |
//! | `forget`        | `forget`                                             |
//! | `backend`       | the client for the operator API of a running Oxeye   |
//! | `server_choice` | which servers a command applies to                   |
//! | `refusals`      | what the running Oxeye refuses, in words             |
//! | `output_file`   | a file that appears only when it is complete         |
//! | `store_files`   | the files of the store, which no command overwrites  |
//! | `near_commands` | which command was meant by one that does not exist    |
//! | `wrong_use`     | why arguments cannot be understood, in words         |

pub(crate) mod activity;
pub(crate) mod alerts;
mod backend;
pub(crate) mod backup;
mod backup_stream;
pub(crate) mod chart;
pub(crate) mod check;
pub(crate) mod forget;
pub(crate) mod health;
pub(crate) mod history;
pub(crate) mod import;
pub(crate) mod members;
mod near_commands;
pub(crate) mod notify;
mod output_file;
mod picture_file;
pub(crate) mod player;
mod player_names;
pub(crate) mod presence;
mod refusals;
mod server_choice;
pub(crate) mod servers;
pub(crate) mod sessions;
pub(crate) mod settings;
pub(crate) mod status;
mod store_files;
pub(crate) mod top;
pub(crate) mod uptime;
pub(crate) mod watching;
mod wrong_use;

use std::env::args_os;
use std::path::PathBuf;
use std::process::ExitCode;

use clap::{Parser, Subcommand};
use oxeye_text::Text;

use crate::terminal::fail;
use wrong_use::limit;

/// The exit code for a command line that cannot be understood, as in other programs.
const WRONG_USE: u8 = 2;

/// An example of each command. The help of a command has more of them.
const EXAMPLES: &str = "Examples:
  oxeye                                  run everything
  oxeye serve --demo                     try it with two made-up servers
  oxeye link survival                    get a link code for a server
  oxeye unlink survival                  revoke the key of a server
  oxeye rotate-key survival              get a code for a new key
  oxeye watch mc.example.org             show a server by its address
  oxeye unwatch mc.example.org           stop watching it
  oxeye rename survival main             rename a server
  oxeye remove survival                  delete a server and its history
  oxeye status survival                  see who is online
  oxeye player jeb_                      see how long and how often somebody played
  oxeye top --range 30d                  see who played most
  oxeye sessions jeb_                    see when somebody was online
  oxeye chart survival                   see how many were on over time
  oxeye history yesterday 20:15          see who was on at a moment
  oxeye uptime survival                  see how much of the time a server was up
  oxeye activity jeb_                    see what somebody did in the game
  oxeye alerts --guild ID                see which channels say that a server is down
  oxeye notify --guild ID                see which members are told when a player comes on
  oxeye members                          see which Discord members are which players
  oxeye presence --voice                 see which Discord members are in voice
  oxeye settings language=de             change what a guild has set
  oxeye check                            find out what is wrong
  oxeye health                           exit with 0 if reports can be stored
  oxeye backup oxeye-backup.db           copy everything to a file
  oxeye export --output oxeye.jsonl      write servers, settings and sessions as lines of JSON
  oxeye import oxeye.jsonl               add the contents of such a file
  oxeye import minecraft /srv/mc/world   add the playtime recorded in a world
  oxeye forget jeb_                      delete everything known about a player

Settings come from the environment, from .env, or from the file given with --config.";

/// Shows a Discord community who is on its Minecraft servers and who was on recently.
#[derive(Debug, Parser)]
#[command(name = "oxeye", bin_name = "oxeye", version, after_help = EXAMPLES)]
pub(crate) struct CommandLine {
    /// A TOML file with settings; the environment and .env take precedence
    #[arg(long, global = true, value_name = "FILE")]
    pub(crate) config: Option<PathBuf>,
    /// The command; without one, `serve`
    #[command(subcommand)]
    pub(crate) command: Option<Command>,
}

/// The commands of `oxeye`.
#[derive(Debug, Subcommand)]
pub(crate) enum Command {
    /// Run the backend and, with DISCORD_TOKEN, the bot (what `oxeye` alone does)
    #[command(
        after_help = "Examples:\n  PORT=8080 DISCORD_TOKEN=... oxeye serve\n  oxeye serve --demo                          then, in a second terminal: oxeye status"
    )]
    Serve {
        /// Show two made-up servers, with a store of their own that is deleted when Oxeye stops
        #[arg(long)]
        demo: bool,
    },
    /// Print a link code for a new server; Oxeye must be running
    #[command(
        after_help = "Example:\n  oxeye link survival\n\nThen, on the Minecraft server: /oxeye connect CODE with the mod, or oxeye-agent connect CODE"
    )]
    Link(servers::LinkArgs),
    /// Unlink a server, so that its key stops working; Oxeye must be running
    #[command(after_help = "Example:\n  oxeye unlink survival")]
    Unlink(servers::LinkArgs),
    /// Print a code for a new key of a linked server; Oxeye must be running
    #[command(
        after_help = "Example:\n  oxeye rotate-key survival\n\nThen, on the Minecraft server: /oxeye connect CODE with the mod, or, with the agent stopped, oxeye-agent connect CODE. The old key keeps working until 24 hours after the new one is first used."
    )]
    RotateKey(servers::LinkArgs),
    /// Show a server by its address, with nothing installed on it, or list such servers; Oxeye must be running
    #[command(
        after_help = "Examples:\n  oxeye watch mc.example.org                       the server is called like its host\n  oxeye watch 203.0.113.7:25566 --name creative\n  oxeye watch mc.example.org --server survival     beside the plugin of a linked server\n  oxeye watch                                      list the watched addresses"
    )]
    Watch(watching::WatchArgs),
    /// Stop watching the address of a server, which keeps its history; Oxeye must be running
    #[command(after_help = "Example:\n  oxeye unwatch creative")]
    Unwatch(watching::UnwatchArgs),
    /// Rename a server, which keeps its key and history; Oxeye must be running
    #[command(after_help = "Example:\n  oxeye rename survival skyblock")]
    Rename(servers::RenameArgs),
    /// Delete a server with its whole history; Oxeye must be running
    #[command(
        after_help = "Examples:\n  oxeye remove survival          asks first\n  oxeye remove survival --yes    for scripts\n\nEarlier backups and exports still contain the server."
    )]
    Remove(servers::RemoveArgs),
    /// Print what a guild has set, or change it; Oxeye must be running
    #[command(
        after_help = "Examples:\n  oxeye settings --guild 123456789012345678\n  oxeye settings --guild 123456789012345678 time_zone=Europe/Berlin language=de\n  oxeye settings last_seen_hours=12 shown=heads,history\n  oxeye settings retention_days=90               asks before sessions are deleted\n  oxeye settings retention_days=                 as SESSION_RETENTION_DAYS says"
    )]
    Settings(settings::SettingsArgs),
    /// Print who is online and who was recently; Oxeye must be running
    #[command(
        after_help = "Examples:\n  oxeye status                                   the only server, or a list of all\n  oxeye status survival --picture status.png     also save the picture\n  oxeye status survival --all                    everybody who was there recently\n  oxeye status survival --json | jq '.[0].online_players'"
    )]
    Status(status::StatusArgs),
    /// Print how long and how often somebody played; Oxeye must be running
    #[command(
        after_help = "Examples:\n  oxeye player jeb_                                         on each server\n  oxeye player jeb_ --server survival --tz Europe/Berlin    with days that end at midnight in Berlin\n  oxeye player jeb_ --server survival --json                for scripts\n  oxeye player jeb_ --picture jeb_.png                      also save a picture of the last 14 days"
    )]
    Player(player::PlayerArgs),
    /// Print who played most; Oxeye must be running
    #[command(
        after_help = "Examples:\n  oxeye top                                  this week, on all servers combined\n  oxeye top survival --range 30d --limit 20  on one server, in the last 30 days"
    )]
    Top(top::TopArgs),
    /// Print how many players were on over time, and when it is best to come on; Oxeye must be running
    #[command(
        after_help = "Examples:\n  oxeye chart survival                             the last 7 days\n  oxeye chart --range 90d --tz Europe/Berlin       all servers together\n  oxeye chart survival --picture chart.png         also save the picture\n  oxeye chart survival --json | jq .peak_count     for scripts"
    )]
    Chart(chart::ChartArgs),
    /// Print who was on at a moment of the past, without those who hide; Oxeye must be running
    #[command(
        after_help = "Examples:\n  oxeye history 2026-11-29 20:15\n  oxeye history yesterday 20:15 --server survival\n  oxeye history 2h ago --tz Europe/Berlin\n  oxeye history 20:15 --json | jq .servers          for scripts"
    )]
    History(history::HistoryArgs),
    /// Print somebody's sessions, newest first; Oxeye must be running
    #[command(after_help = "Example:\n  oxeye sessions jeb_ --server survival --limit 50")]
    Sessions(sessions::SessionsArgs),
    /// Print how much of the time servers were up; Oxeye must be running
    #[command(
        after_help = "Examples:\n  oxeye uptime survival --days 7\n  oxeye uptime --json | jq '.[].up_percent'"
    )]
    Uptime(uptime::UptimeArgs),
    /// Print what somebody did in the game, or who did most; Oxeye must be running
    #[command(
        after_help = "Examples:\n  oxeye activity jeb_                              now, today, in the last 30 days, and the newest events\n  oxeye activity --top deaths --range 30d          who died most\n  oxeye activity jeb_ --json | jq .summary         for scripts"
    )]
    Activity(activity::ActivityArgs),
    /// Print what Discord members who joined do: who is in voice, what most time went into, one member; Oxeye must be running
    #[command(
        after_help = "Examples:\n  oxeye presence                                   what each guild keeps\n  oxeye presence --voice                           who is in voice now\n  oxeye presence --top game --range 30d            which games were played most\n  oxeye presence 234567890123456789 --range all    what one member did"
    )]
    Presence(presence::PresenceArgs),
    /// Report what is wrong with this installation: settings, operator token, store, Discord
    #[command(
        after_help = "Example:\n  oxeye check || echo something is wrong\n\nIt exits with 1 if anything is wrong. It also checks an Oxeye that is stopped, which is not wrong by itself: it says NOT RUNNING. A script that wants to know whether Oxeye runs asks oxeye health, which exits with 1 then."
    )]
    Check,
    /// Exit with 0 if Oxeye runs and can store reports, for health checks; it needs no token
    #[command(
        after_help = "Example:\n  oxeye health || echo Oxeye needs help\n\nIt asks the Oxeye at HOST and PORT for /readyz and exits with 1 if nobody answers or the store cannot be written. It does not ask Discord; oxeye check does."
    )]
    Health,
    /// Write a copy of the whole store to a file; Oxeye must be running
    #[command(
        after_help = "Examples:\n  oxeye backup /var/backups/oxeye-$(date +%F).db\n  oxeye backup - > oxeye-backup.tar                 for example out of a container\n\nWith - all files, the store, what players did and what Discord members do, go to standard output as one tar archive."
    )]
    Backup(backup::BackupArgs),
    /// Print servers, settings of guilds and sessions as lines of JSON; Oxeye must be running
    #[command(
        after_help = "Examples:\n  oxeye export --output oxeye.jsonl\n  oxeye export | jq 'select(.player == \"jeb_\")'"
    )]
    Export(backup::ExportArgs),
    /// Add what is not yet known from an export; Oxeye must be running
    #[command(after_help = "Example:\n  oxeye import oxeye.jsonl")]
    Import(import::ImportArgs),
    /// Print which channels of a Discord guild say that a server is down, set one, turn one off, or test one; Oxeye must be running
    #[command(
        after_help = "Examples:\n  oxeye alerts --guild 123456789012345678\n  oxeye alerts --guild 123456789012345678 --set 234567890123456789 --server survival\n  oxeye alerts --guild 123456789012345678 --test 1\n  oxeye alerts --guild 123456789012345678 --off 1"
    )]
    Alerts(alerts::AlertsArgs),
    /// Print which members of a Discord guild are told when a player comes on, or end such a notice; Oxeye must be running
    #[command(
        after_help = "Examples:\n  oxeye notify --guild 123456789012345678\n  oxeye notify --guild 123456789012345678 --remove 1"
    )]
    Notify(notify::NotifyArgs),
    /// Print which members of Discord guilds are which players and who hides, end such a link, or forget a member; Oxeye must be running
    #[command(
        after_help = "Examples:\n  oxeye members\n  oxeye members --guild 123456789012345678 --unlink 234567890123456789\n  oxeye members --forget 234567890123456789\n\nEarlier backups still contain a member who is forgotten. A player to whom they were linked is kept; 'oxeye forget' deletes the player."
    )]
    Members(members::MembersArgs),
    /// Delete everything known about a player; Oxeye must be running
    #[command(
        after_help = "Example:\n  oxeye forget jeb_\n\nEarlier backups and exports still contain the player. If the player is online or joins again, the next report adds them as a new player."
    )]
    Forget(forget::ForgetArgs),
}

impl CommandLine {
    /// Parses the arguments. If there is nothing to run, prints the error or the requested help and returns the exit
    /// code.
    pub(crate) fn read(text: Text) -> Result<CommandLine, ExitCode> {
        CommandLine::try_parse().map_err(|mut error| {
            let words: Vec<_> = args_os().collect();
            let words = words.iter().filter_map(|word| word.to_str());
            near_commands::suggest(&mut error, words);
            if let Some(sentence) = wrong_use::sentence(text, &error) {
                return fail(WRONG_USE, &sentence);
            }
            // If even that cannot be written, there is still the exit code.
            let _ = error.print();
            ExitCode::from(if error.use_stderr() { WRONG_USE } else { 0 })
        })
    }
}

impl Default for Command {
    fn default() -> Command {
        Command::Serve { demo: false }
    }
}

#[cfg(test)]
mod tests;
