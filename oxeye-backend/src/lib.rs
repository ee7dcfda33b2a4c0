//! HTTP, settings and the `oxeye` command. `program.rs` puts the pieces together and is the only
//! place that knows both this crate and the bot.
//!
//! | module                | subject                                                              |
//! |-----------------------|----------------------------------------------------------------------|
//! | [`config`]            | the settings: one list, and a reader per concern; the operator token |
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
//! | [`timers`]            | everything that is done again and again                              |

mod api_messages;
pub mod cli;
pub mod config;
pub mod demo;
mod http;
mod pieces;
pub mod port;
mod portable_lines;
pub mod program;
mod server;
mod terminal;
pub mod timers;
