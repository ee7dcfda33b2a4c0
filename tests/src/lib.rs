//! Actors for stories that cross the crates: the real `oxeye` binary, a stand-in for Discord, a
//! plugin. The stories themselves are in `tests/stories`, the load program in `src/bin/load`.
//!
//! | module      | who it plays                                                              |
//! |-------------|---------------------------------------------------------------------------|
//! | [`agent`]   | the real agent as a process, beside a server                              |
//! | [`agent_trial`] | a server that goes on while agent and backend are killed                |
//! | [`backend`] | the real binary as a process: start, SIGTERM, `kill -9`, start again      |
//! | [`binary`]  | where the real binaries are                                               |
//! | [`crash`]   | plugins that go on while the backend is killed again and again            |
//! | [`damaged_log`] | copies of a store whose write-ahead log is damaged                    |
//! | [`discord`] | Discord: REST v10 and gateway on loopback, its limits and its bad days    |
//! | [`load`]    | many busy plugins at once, and a bare axum to compare with                |
//! | [`management`] | Minecraft's management server                                         |
//! | [`minecraft`] | a Minecraft server: its log, its port                                   |
//! | [`plugin`]  | a Minecraft server that reports                                           |
//! | [`process`] | what Linux says of a process: its memory, its time on the processor       |
//! | [`raw`]     | anybody who can open a TCP socket: HTTP/1.1 byte by byte                  |
//! | [`rcon`]    | a server's RCON                                                           |
//! | [`skins`]   | skin pictures, honest and lying                                           |
//! | [`watched`] | the one way to wait: until a condition holds, at most so long             |
//!
//! Nothing here sleeps to give another party time, and nothing leaves loopback.

pub mod agent;
pub mod agent_trial;
pub mod backend;
pub mod binary;
pub mod crash;
pub mod damaged_log;
pub mod discord;
pub mod load;
pub mod management;
pub mod minecraft;
mod output;
pub mod plugin;
pub mod process;
pub mod raw;
pub mod rcon;
pub mod skins;
pub mod watched;
