//! HTTP, settings and the `oxeye` command. `program.rs` puts the pieces together and is the only
//! place that knows both this crate and the bot.
//!
//! | module                | subject                                                              |
//! |-----------------------|----------------------------------------------------------------------|
//! | [`config`]            | every setting, its default, what is accepted; the operator's token   |
//! | [`secret`]            | a token that cannot be printed by accident                           |
//! | `http`                | all routes, and what they refuse                                     |
//! | [`port`]              | taking the port, before anything else                                |
//! | `server`              | the listener: connections, their limits, their end                   |
//! | `api_messages`        | the JSON of `/api`, for the server and the command line              |
//! | `portable_lines`      | an export as text                                                    |
//! | `pieces`              | a file as a stream                                                   |
//! | [`cli`]               | the command line: its words, and a file per command                  |
//! | [`demo`]              | two made-up servers with a history, in a store of their own          |
//! | `terminal`            | what the program tells the person at the terminal                    |
//! | [`program`]           | the whole program, from settings to a clean stop                     |
//! | [`tasks`]             | everything that runs beside `main`                                   |
//! | [`timers`]            | everything that is done again and again                              |
//! | [`signals`]           | being told to stop                                                   |
//! | [`logging`]           | where log lines go                                                   |
//! | [`clock`]             | the one reader of the wall clock                                     |

mod api_messages;
pub mod cli;
pub mod clock;
pub mod config;
pub mod demo;
mod http;
pub mod logging;
mod pieces;
pub mod port;
mod portable_lines;
pub mod program;
pub mod secret;
mod server;
pub mod signals;
pub mod tasks;
mod terminal;
pub mod timers;
