//! Actors for stories that span several crates: the real `oxeye` binary, a stand-in for Discord, a
//! plugin. The stories themselves are in `tests/stories`, the measuring programs in `src/bin`.
//!
//! | module      | what it plays                                                             |
//! |-------------|---------------------------------------------------------------------------|
//! | [`agent`]   | the real agent as a process beside a Minecraft server                     |
//! | [`agent_trial`] | a server that keeps running while agent and backend are killed        |
//! | [`arguments`] | nothing: reads the arguments of the measuring programs                   |
//! | [`backend`] | the real backend as a process: start, SIGTERM, `kill -9`, restart         |
//! | [`bedrock_server`] | a Bedrock server that answers the unconnected ping                  |
//! | [`binary`]  | where the real binaries are                                               |
//! | [`chat`]    | a chat client: draws a message as people see it                           |
//! | [`community`] | a guild whose bot is up                                               |
//! | [`copied`]  | a backend, and the Redis to which it copies activity                      |
//! | [`crash`]   | plugins that keep reporting while the backend is killed again and again   |
//! | [`damaged_log`] | copies of a store whose write-ahead log is damaged                    |
//! | [`discord`] | Discord: REST v10 and gateway on loopback, with its limits and faults     |
//! | [`fleet`]   | the real `oxeye-fleet` with its tiny servers                              |
//! | [`folder`]  | what is in a folder, seen from outside                                    |
//! | [`load`]    | many busy plugins at once, and a bare axum handler for comparison         |
//! | [`loopback`] | addresses of this machine, of which each party has one for itself           |
//! | [`management`] | Minecraft's management server                                         |
//! | [`members_file`] | members' sessions, as an earlier run would have left them              |
//! | [`minecraft`] | a Minecraft server: its log and its port                                |
//! | [`mojang`]  | Mojang's session server and texture host, with their faults               |
//! | [`odd_names`] | names of players to which Discord could give a meaning              |
//! | [`output`]  | what a process prints, and what a test tells people although it passes    |
//! | [`plugin`]  | a Minecraft server that reports                                           |
//! | [`process`] | what Linux reports about a process: its memory, its processor time        |
//! | [`python_client`] | a program in Python that was written for the original's keys in Redis |
//! | [`raw`]     | a client with a bare TCP socket: HTTP/1.1 byte by byte                    |
//! | [`rcon`]    | a server's RCON                                                           |
//! | [`redis`]   | a real Redis or Valkey, if one is installed                               |
//! | [`redis_client`] | a Redis client: a bare socket, and the real `redis-cli`                |
//! | [`reverse_proxy`] | a real nginx or Caddy, as `docs/` configures it                       |
//! | [`skins`]   | skin pictures, valid and malicious                                        |
//! | [`watched`] | the one way to wait: until a condition holds, within a time limit         |
//!
//! Nothing here sleeps to give another party time, and nothing leaves loopback.

pub mod agent;
pub mod agent_trial;
pub mod arguments;
pub mod backend;
pub mod bedrock_server;
pub mod binary;
pub mod chat;
pub mod community;
pub mod copied;
pub mod crash;
pub mod damaged_log;
pub mod discord;
pub mod fleet;
pub mod folder;
pub mod game_server;
pub mod load;
pub mod loopback;
pub mod management;
pub mod members_file;
pub mod minecraft;
pub mod mojang;
pub mod odd_names;
pub mod output;
pub mod plugin;
pub mod process;
pub mod python_client;
pub mod raw;
pub mod rcon;
pub mod redis;
pub mod redis_client;
pub mod reverse_proxy;
pub mod skins;
pub mod watched;
