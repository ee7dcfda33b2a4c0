//! The command line: its arguments, and a module per subject.
//!
//! | module    | subject                                                        |
//! |-----------|----------------------------------------------------------------|
//! | `fleet`   | `list`, `stop`, `drain`                                         |
//! | `worlds`  | `worlds`                                                       |
//! | `check`   | `check`                                                        |
//! | `running` | the client for the operator routes of the fleet on this machine |
//! | `output`  | how it is printed: lines, tables, questions                     |

pub(crate) mod check;
pub(crate) mod fleet;
mod output;
mod running;
pub(crate) mod worlds;

use std::path::PathBuf;

use clap::{Parser, Subcommand};

use crate::tiny_server::TinyServerArgs;

pub(crate) use self::output::fail;

/// An example of each command.
const EXAMPLES: &str = "Examples:
  oxeye-fleet serve --demo                try it: tiny servers and made-up players
  oxeye-fleet                             run the fleet
  oxeye-fleet list                        see the servers
  oxeye-fleet stop auto-1762578000000     stop one, whoever plays on it
  oxeye-fleet drain                       start no new servers, before maintenance
  oxeye-fleet drain attic                 start none on the worker `attic`
  oxeye-fleet worlds                      see the worlds
  oxeye-fleet worlds backup NAME          copy a world to NAME.tar
  oxeye-fleet worlds delete NAME          delete a world
  oxeye-fleet worlds bind NAME attic      have its player get servers on the worker `attic`
  oxeye-fleet worker                      hold the engine for a fleet with FLEET_WORKERS
  oxeye-fleet check                       find out what is wrong

Settings come from the environment, from .env, or from the file given with --config.";

/// Starts a game server for every player, and stops it when they are gone.
#[derive(Debug, Parser)]
#[command(name = "oxeye-fleet", bin_name = "oxeye-fleet", version, after_help = EXAMPLES)]
pub(crate) struct CommandLine {
    /// A TOML file with settings; the environment and .env take precedence
    #[arg(long, global = true, value_name = "FILE")]
    pub(crate) config: Option<PathBuf>,
    /// The command; without one, `serve`
    #[command(subcommand)]
    pub(crate) command: Option<Command>,
}

/// The commands of `oxeye-fleet`.
#[derive(Debug, Subcommand)]
pub(crate) enum Command {
    /// Run the fleet (what `oxeye-fleet` alone does)
    #[command(
        after_help = "Examples:\n  oxeye-fleet serve --demo\n  FLEET_COMMAND='java -jar /srv/server.jar --port {port} --world {world}' oxeye-fleet serve"
    )]
    Serve {
        /// Show tiny servers and made-up players, in a folder of its own that is deleted afterwards
        #[arg(long)]
        demo: bool,
    },
    /// Print the servers and who is on them; the fleet must be running
    List {
        /// Print JSON, for scripts
        #[arg(long)]
        json: bool,
    },
    /// Stop a server, whoever plays on it; the fleet must be running
    Stop {
        /// The server, as `list` shows it
        server: String,
    },
    /// Start no new servers, so that the fleet or one worker empties; the fleet must be running
    Drain {
        /// The worker, as `list` shows it; without one, the whole fleet
        worker: Option<String>,
        /// Start new servers again
        #[arg(long)]
        off: bool,
    },
    /// List, back up and delete worlds, and bind them to workers; the fleet must be running
    Worlds {
        /// What to do; without it, list them
        #[command(subcommand)]
        action: Option<worlds::WorldsAction>,
    },
    /// Hold the engine, so that the program that answers HTTP does not; Linux only
    #[command(
        after_help = "Example, in two terminals:\n  FLEET_WORKER_LISTEN=unix:/run/oxeye/fleet.sock oxeye-fleet worker\n  FLEET_WORKERS=unix:/run/oxeye/fleet.sock oxeye-fleet serve"
    )]
    Worker,
    /// Check the settings, the folder and the running fleet, and say what is wrong
    Check,
    /// Run the tiny game server that the fleet starts when FLEET_COMMAND is not set
    #[command(hide = true)]
    TinyServer(TinyServerArgs),
}
