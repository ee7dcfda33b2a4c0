//! A game server for every player: started when they come, kept while they are there, stopped when
//! they are gone, and deleted a little later.
//!
//! | module         | subject                                                                        |
//! |----------------|--------------------------------------------------------------------------------|
//! | [`program`]    | the whole program: reads the settings, then runs the command                     |
//! | `cli`          | the command line                                                               |
//! | `serve`        | starts everything, and stops everything together                                |
//! | `demo`         | tiny servers and made-up players                                               |
//! | [`settings`]   | every setting, its default and what is wrong with a value                       |
//! | [`ids`]        | [`PlayerId`](ids::PlayerId), [`SessionId`](ids::SessionId), [`SlotId`](ids::SlotId), [`WorldName`](ids::WorldName) |
//! | [`time`]       | [`Now`](time::Now): the monotonic clock that the rules use, and the time shown to people |
//! | [`rules`]      | what happens to slots and sessions, and when: pure                               |
//! | [`engine`]     | what starts and stops game servers: the trait, and the engines                   |
//! | [`worlds`]     | players' worlds on disk: list, back up, delete                                  |
//! | [`store`]      | the rows that survive a restart                                                 |
//! | [`controller`] | feeds events to the rules, and does what they decide                             |
//! | `readiness`    | asks a game server whether it is ready, and who is on                         |
//! | [`view`]       | what HTTP, the feed and the command line may see of the fleet                    |
//! | `tiny_server`  | the game server that the program contains, for trying the fleet                 |
//! | [`operator_messages`] | the JSON of the operator routes                                        |
//! | `oxeye`        | each slot as a server in an Oxeye                                              |
//! | [`http`]       | the routes of players, operators and the dashboard; the proxy and the feed       |

mod cli;
pub mod controller;
mod demo;
pub mod engine;
pub mod http;
pub mod ids;
pub mod operator_messages;
mod oxeye;
pub mod program;
mod readiness;
pub mod rules;
mod serve;
pub mod settings;
pub mod store;
pub mod time;
mod tiny_server;
pub mod view;
pub mod worlds;
