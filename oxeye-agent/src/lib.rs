//! Reports who is on a Minecraft server that has no plugin of ours, from what the server already
//! tells: its log, its management protocol, RCON, Query or the server list.
//!
//! | module                | what it holds                                                     |
//! |-----------------------|-------------------------------------------------------------------|
//! | [`happening`]         | what any source can tell: a join, a leave, a boot, a stop         |
//! | [`presence`]          | who is on, from what has happened                                 |
//! | [`log`]               | the grammar of server logs: bytes in, happenings out; no I/O      |
//! | [`follow`]            | a log file followed through rotation, truncation and restart      |
//! | [`source`]            | what is asked over the network                                    |
//! | [`server_properties`] | what a server was told to offer                                   |
//! | [`clock`]             | the one reader of the wall clock                                  |

pub mod clock;
pub mod follow;
pub mod happening;
pub mod log;
pub mod presence;
pub mod server_properties;
pub mod source;
