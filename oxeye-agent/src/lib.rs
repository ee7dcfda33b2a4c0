//! Reports who is on a Minecraft server that has no plugin of ours, from what the server already
//! tells: its log, its management protocol, RCON, Query or the server list.
//!
//! | module        | what it holds                                                             |
//! |---------------|---------------------------------------------------------------------------|
//! | [`happening`] | what any source can tell: a join, a leave, a boot, a stop                 |
//! | [`presence`]  | who is on, from what has happened                                         |
//! | [`log`]       | the grammar of server logs: bytes in, happenings out; no I/O              |
//! | [`follow`]    | a log file followed through rotation, truncation and restart              |
//! | [`source`]    | what is asked over the network                                            |
//! | [`cli`]       | what the program does when it is not reporting                            |
//! | [`clock`]     | the one reader of the wall clock                                          |

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
pub mod run;
pub mod server_properties;
pub mod settings;
pub mod signals;
pub mod source;
pub mod status;
pub mod watch;
