//! Reports who is on a Minecraft server without a plugin of ours, from what the server already offers:
//! its log, its management protocol, RCON, Query or the server list ping.
//!
//! An event at the server passes through these modules from top to bottom:
//!
//! | module            | what it holds                                                         |
//! |-------------------|-----------------------------------------------------------------------|
//! | [`log`]           | the grammar of server logs: bytes in, events out; no I/O              |
//! | [`follow`]        | follows a log file through rotation, truncation and restart           |
//! | [`source`]        | what is asked over the network                                        |
//! | [`feed`]          | runs each source and passes on its updates                            |
//! | [`source_update`] | an update from a source                                               |
//! | [`reconcile`]     | which source is believed, and what is reported; no I/O                |
//! | [`outbox`]        | events wait on disk until the backend accepts them                    |
//! | [`heartbeat`]     | heartbeats to the backend                                             |
//!
//! and around it:
//!
//! | module            | what it holds                                                         |
//! |-------------------|-----------------------------------------------------------------------|
//! | [`game_event`]    | what any source can report: a join, a leave, a boot, a stop           |
//! | [`roster`]        | who is on, worked out from events                                     |
//! | [`settings`]      | every setting, checked                                                |
//! | [`links`]         | the keys that `connect` obtained                                      |
//! | [`program`]       | the whole program, from its settings to its exit code                 |
//! | [`run`]           | everything together, until a signal or an error stops it              |
//! | [`cli`]           | the commands                                                          |
//! | [`status`]        | the state of a running agent, in a file                               |

pub mod cli;
pub mod feed;
pub mod follow;
pub mod game_event;
pub mod heartbeat;
pub mod links;
pub mod log;
pub mod outbox;
pub mod program;
pub mod reconcile;
pub mod roster;
pub mod run;
pub mod settings;
pub mod source;
pub mod source_update;
pub mod status;
