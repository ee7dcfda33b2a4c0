//! Reports who is on a Minecraft server that has no plugin of ours, from what the server already
//! tells: its log, its management protocol, RCON, Query or the server list.
//!
//! What happens at the server goes through these modules from top to bottom:
//!
//! | module                | what it holds                                                     |
//! |-----------------------|-------------------------------------------------------------------|
//! | [`log`]               | the grammar of server logs: bytes in, happenings out; no I/O      |
//! | [`follow`]            | a log file followed through rotation, truncation and restart      |
//! | [`source`]            | what is asked over the network                                    |
//! | [`feed`]              | what keeps each source going and passes on its news               |
//! | [`news`]              | what the sources tell                                             |
//! | [`watch`]             | which source is believed, and what the backend is told; no I/O    |
//! | [`outbox`]            | what is told waits on disk until the backend has it               |
//! | [`heart`]             | a sign of life at every heartbeat                                 |
//!
//! and around it:
//!
//! | module                | what it holds                                                     |
//! |-----------------------|-------------------------------------------------------------------|
//! | [`happening`]         | what any source can tell: a join, a leave, a boot, a stop         |
//! | [`presence`]          | who is on, from what has happened                                 |
//! | [`settings`]          | every setting, checked                                            |
//! | [`links`]             | the keys that `connect` got                                       |
//! | [`private_file`]      | files that only their owner can read                              |
//! | [`program`]           | the whole program, from its settings to its exit code             |
//! | [`run`]               | everything put together, until it is told to stop                 |
//! | [`cli`]               | the commands                                                      |
//! | [`status`]            | what a running agent knows, in a file                             |
//! | [`clock`]             | the one reader of the wall clock                                  |
//! | [`logging`]           | where the agent's own log lines go                                |
//! | [`signals`]           | being told to stop                                                |

pub mod cli;
pub mod clock;
pub mod feed;
pub mod follow;
pub mod happening;
pub mod heart;
pub mod links;
pub mod log;
pub mod logging;
pub mod news;
pub mod outbox;
pub mod presence;
pub mod private_file;
pub mod program;
pub mod run;
pub mod settings;
pub mod signals;
pub mod source;
pub mod status;
pub mod watch;
