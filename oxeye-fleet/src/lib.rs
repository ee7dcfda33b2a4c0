//! Runs a game server for every player: started when they join, kept while they play, stopped when they
//! have left, and deleted some time later. This is the library behind the program `oxeye-fleet`, which
//! `docs/fleet.md` describes.
//!
//! A *slot* is a place for one game server, with a port and a player's world. A *session* is one visit of
//! a player to a slot, kept alive by heartbeats. A *container* is whatever an engine makes for a slot.
//! [`program::main`] runs everything. To embed a fleet or test one, give [`controller::start`] an
//! [`Engine`](engine::Engine), and use the [`FleetHandle`](controller::FleetHandle) that it returns.
//!
//! | module         | subject                                                                        |
//! |----------------|--------------------------------------------------------------------------------|
//! | [`program`]    | the whole program: reads the settings, then runs the command                     |
//! | `cli`          | the command line                                                               |
//! | `text`         | what people read on the command line, in English or German                       |
//! | `serve`        | starts everything, and stops everything together                                |
//! | `demo`         | tiny servers and made-up players                                               |
//! | [`settings`]   | every setting, its default and what is wrong with a value                       |
//! | [`ids`]        | [`PlayerId`](ids::PlayerId), [`SessionId`](ids::SessionId), [`SlotId`](ids::SlotId), [`WorldName`](ids::WorldName) |
//! | [`time`]       | [`Now`](time::Now): the monotonic clock that the rules use, and the time shown to people |
//! | [`rules`]      | what happens to slots and sessions, and when: pure                               |
//! | [`engine`]     | what starts and stops game servers: the trait, and the engines                   |
//! | [`worlds`]     | players' worlds on disk: list, back up, delete                                  |
//! | [`store`]      | the rows that survive a restart                                                 |
//! | [`controller`] | feeds events to the rules, and carries out what they decide                      |
//! | `readiness`    | asks a game server whether it is ready, and who is on                         |
//! | [`view`]       | what HTTP, the feed and the command line may see of the fleet                    |
//! | `tiny_server`  | the game server that the program contains, for trying the fleet                 |
//! | [`operator_messages`] | the JSON of the operator routes                                        |
//! | `oxeye`        | each slot as a server in an Oxeye                                              |
//! | `worker`       | the worker: holds the engine, and offers it to a fleet on this machine or another     |
//! | `log_lines`    | the lines that were logged, for tests                                           |
//! | `log_once`     | log lines that are written once, though what they say happens again and again   |
//! | `token`        | secrets that callers must have                                                 |
//! | [`http`]       | the routes of players, operators and the dashboard; the proxy and the feed       |

mod cli;
pub mod controller;
mod demo;
pub mod engine;
pub mod http;
pub mod ids;
#[cfg(all(test, target_os = "linux"))]
mod log_lines;
mod log_once;
pub mod operator_messages;
mod oxeye;
pub mod program;
mod readiness;
pub mod rules;
mod serve;
pub mod settings;
pub mod store;
mod text;
pub mod time;
mod tiny_server;
mod token;
pub mod view;
#[cfg(target_os = "linux")]
mod worker;
pub mod worlds;
