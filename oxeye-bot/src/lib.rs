//! Discord: the `/oxeye` commands, and a connection that recovers from every failure.
//!
//! | module       | what it holds                                                              |
//! |--------------|----------------------------------------------------------------------------|
//! | `supervisor` | [`run`], which keeps the bot connected                                     |
//! | `connection` | one connection to Discord, from its first request to its end               |
//! | `followers`  | everything else that follows the events of the gateway                     |
//! | `guilds`     | the guilds that the bot is in, and which of them removed it                |
//! | `boards`     | keeps the boards true, whatever the gateway does                           |
//! | `alerts`     | says in a channel that a server is down and that it is back up             |
//! | `notices`    | tells members when a player comes on whom they asked about                 |
//! | `member_presence` | [`MemberPresence`]: members' sessions in voice, games and Spotify     |
//! | `presence`   | the bot's own presence: how many players are on                            |
//! | `counters`   | channels whose status or name shows how many players are on                |
//! | `restarting` | starts a task again if it panics                                           |
//! | `health`     | [`BotHealth`]: whether Discord is connected, for the rest of the program   |
//! | `failure`    | what an error from Discord means, and whether a retry makes sense          |
//! | `head_emoji` | heads of players as emoji in lines of text                                 |
//! | `framework`  | dispatches everything that Discord sends us                                |
//! | `bot`        | the state that commands and buttons share; the languages of an interaction |
//! | `commands`   | the list of the `/oxeye` commands, and their registration with Discord     |
//! | `components` | the buttons and menus under our messages                                   |
//! | `custom_id`  | the ids of those buttons and menus                                         |
//! | `members`    | what is kept about a member and their player: collecting and forgetting it |
//! | `showing`    | shows the status of one server with its picture                            |
//! | `access`     | what the bot may do in a channel; [`invite_link`]                          |
//! | `rest`       | requests to Discord that serenity cannot make                              |
//! | `answer`     | the first answer to an interaction, edits, and retries                     |
//! | `error`      | what can go wrong in a command                                             |
//! | `on_error`   | tells the member or the log what went wrong                                |
//! | `pauses`     | pauses between two refreshes of one message, leaving and joining again     |
//! | `link_requests` | how often members may ask to be linked, and which question counts       |
//! | `claims`     | members who say that they are a player: proven by a code, or confirmed     |
//! | `rotation`   | issues a code for a new key of a server                                    |
//! | `watching`   | [`AddressWatcher`]: who asks addresses and has them watched                |
//! | `fleet`      | [`FleetReader`]: who asks the fleet what runs                              |
//! | `view`       | what people see, as pure functions                                         |
//!
//! This crate never reads the clock and knows neither an HTTP server nor SQL. `clock` is an argument
//! of [`run`], all facts come from [`oxeye_db::Database`], and all sentences from `oxeye-text`.

mod access;
mod alerts;
mod answer;
mod boards;
mod bot;
mod claims;
mod commands;
mod components;
mod connection;
mod counters;
mod custom_id;
mod error;
mod failure;
#[cfg(test)]
mod fake_discord;
mod fleet;
mod followers;
mod framework;
mod guilds;
mod head_emoji;
mod health;
mod link_requests;
mod member_presence;
mod members;
mod notices;
mod on_error;
mod pauses;
mod presence;
mod rest;
mod restarting;
mod rotation;
mod showing;
mod supervisor;
mod view;
mod watching;

pub use access::invite_link;
pub use connection::BotOptions;
pub use fleet::FleetReader;
pub use health::{BotHealth, BotState};
pub use member_presence::MemberPresence;
pub use supervisor::run;
pub use watching::{AddressWatcher, NotWatched};
