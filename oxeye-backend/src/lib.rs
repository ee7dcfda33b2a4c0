//! The HTTP server, the settings and the `oxeye` command. The only entry point is [`program::main`]: this
//! is a library so that other packages, such as the tests, can build the same program.
//!
//! The server answers plugins (`POST /join` and so on), operators (`/api`), and browsers (`/`). To find a
//! route, start in `http`; for a setting, in `config`; for a command, in `cli`.
//!
//! | module           | subject                                                                  |
//! |------------------|--------------------------------------------------------------------------|
//! | [`program`]      | `main`: from the settings to a clean stop; the only one that knows the bot |
//! | `config`         | the settings: one list, and a reader per concern; the operator token     |
//! | `port`           | binds the port, before a start changes anything                          |
//! | `server`         | the listener: connections, their limits and how they end                 |
//! | `open_files`     | how many connections the limit on open files leaves room for             |
//! | `memory_use`     | how much memory this process uses                                        |
//! | `http`           | all routes and all error responses                                       |
//! | `api_messages`   | the JSON of `/api`, shared by the server and the command line            |
//! | `activity_records` | what players did as keys and values of Redis                         |
//! | `redis_mirror`   | the copy of activity in Redis                                            |
//! | `resp`           | activity for Redis clients, straight from the store                      |
//! | `portable_lines` | the lines of an export                                                   |
//! | `answer_body`    | reads the bodies of answers that others give us, up to a limit           |
//! | `file_stream`    | a file as a stream of bytes                                              |
//! | `skin_lookup`    | asks Mojang for the skins that servers do not send                       |
//! | `polling`        | asks the watched addresses                                               |
//! | `watching`       | has addresses watched, as the operator API and the bot ask for it        |
//! | `fleet`          | asks the fleet what runs                                                 |
//! | `timers`         | the jobs that run at intervals                                           |
//! | `cli`            | the command line: its arguments and what each command does               |
//! | `terminal`       | what the program prints at the terminal                                  |
//! | `in_words`       | says in the language of the person at the terminal what went wrong       |
//! | `demo`           | two made-up servers with a history, in a store of their own              |

mod activity_records;
mod answer_body;
mod api_messages;
mod cli;
mod config;
mod demo;
mod file_stream;
mod fleet;
mod http;
mod in_words;
mod memory_use;
mod open_files;
mod polling;
mod port;
mod portable_lines;
pub mod program;
mod redis_mirror;
mod resp;
mod server;
mod skin_lookup;
mod terminal;
mod timers;
mod watching;
