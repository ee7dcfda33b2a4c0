//! Reports who is online on a Minecraft server without a plugin of ours, from what the server already
//! offers: its log, its management protocol, RCON, Query or the server list ping.
//!
//! An event at the server passes through these modules from top to bottom:
//!
//! | module          | what it does                                                            |
//! |-----------------|-------------------------------------------------------------------------|
//! | [`log`]         | reads lines of server logs: bytes in, events out; no I/O                |
//! | `follow`        | follows a log file through rotation, truncation and restarts            |
//! | `source`        | asks a server over the network who is online                            |
//! | `feed`          | runs each source and passes on its updates                              |
//! | `source_update` | what a source reports                                                   |
//! | `reconcile`     | decides which source is believed and what is reported; no I/O           |
//! | `outbox`        | keeps events on disk until the backend accepts them                     |
//! | `heartbeat`     | sends heartbeats to the backend                                         |
//! | `member_codes`  | passes on codes that members type, with which they prove who they are   |
//! | `about`         | what the server says about itself: version, icon and the like           |
//!
//! These modules start the ones above, or are shared by them:
//!
//! | module          | what it does                                                            |
//! |-----------------|-------------------------------------------------------------------------|
//! | [`program`]     | runs the whole program, from its settings to its exit code              |
//! | [`cli`]         | parses the command line; one file per command                           |
//! | `run`           | starts everything for `run`, until a signal or an error stops it        |
//! | `settings`      | gathers and checks all settings                                         |
//! | `links`         | stores the keys that `connect` obtained                                 |
//! | `status`        | stores the state of a running agent in a file, for `status`             |
//! | [`game_event`]  | the events that a source can report: a join, a leave, a boot, a stop    |
//! | `roster`        | who is online, worked out from events                                   |
//! | `server_run`    | whether the game server runs, worked out from events                    |
//!
//! On its way from a line of a log to the backend, an event is a line, a `GameEvent`, a `TimedEvent`,
//! part of a `SourceUpdate`, a `Report`, and an `Event` in the spool. ARCHITECTURE.md has these words,
//! and those that the agent shares with the backend, in its glossary.

mod about;
pub mod cli;
mod feed;
mod follow;
pub mod game_event;
mod heartbeat;
mod links;
pub mod log;
mod member_codes;
mod outbox;
pub mod program;
mod reconcile;
mod roster;
mod run;
mod server_run;
mod settings;
mod source;
mod source_update;
mod status;
