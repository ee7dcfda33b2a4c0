//! Discord: the `/oxeye` commands, and the connection that stays up by itself.
//!
//! | module           | fact                                                         |
//! |------------------|--------------------------------------------------------------|
//! | [`run`]          | the supervised loop: a connection, a pause, the next one     |
//! | `connection`     | one connection to Discord, from its first request to its end |
//! | `registration`   | telling Discord which commands there are                     |
//! | `health`         | whether Discord is connected, for everybody else             |
//! | `framework`      | everything that Discord can send us, and who answers it      |
//! | `bot`            | what every command and button works with                     |
//! | `commands`       | the `/oxeye` commands                                        |
//! | `components`     | the buttons and the menu under our messages                  |
//! | `custom_id`      | what those carry                                             |
//! | `showing`        | one server's status with its picture, never later for it     |
//! | `answer`         | the first answer, edits, and trying again                    |
//! | `error`          | what can go wrong in a command, and for whom it is said      |
//! | `on_error`       | saying it                                                    |
//! | `failure`        | what an error of Discord means                               |
//! | `cooldown`       | a short pause between two refreshes of one message           |
//! | `view`           | what people see; pure                                        |
//!
//! Nothing here reads a clock, knows HTTP or SQL: `clock` is an argument of [`run`], all facts come
//! from [`oxeye_db::Database`], and all sentences from `oxeye-text`.

mod answer;
mod bot;
mod commands;
mod components;
mod connection;
mod cooldown;
mod custom_id;
#[cfg(test)]
mod discord_in_tests;
mod error;
mod failure;
mod framework;
mod health;
mod on_error;
mod registration;
mod showing;
mod supervisor;
mod view;

pub use connection::BotOptions;
pub use health::{BotHealth, BotState};
pub use supervisor::run;
