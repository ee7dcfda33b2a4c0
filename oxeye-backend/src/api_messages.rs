//! The JSON of `/api`, which the server writes and the command line reads.
//!
//! | module       | subject                                                    |
//! |--------------|------------------------------------------------------------|
//! | `servers`    | which servers there are, who is on, linking and renaming   |
//! | `about`      | what a server says about itself                            |
//! | `players`    | the players of a server: playtime, sessions                |
//! | `activity`   | what players did, as the original design names it          |
//! | `presence`   | what members of guilds do in Discord                       |
//! | `analytics`  | the same, as the original design names it                  |
//! | `persons`    | one person on all servers of a guild together              |
//! | `leaderboard`| who played most                                            |
//! | `headcount`  | how many are on, now and over time                         |
//! | `chart`      | the players over time, with record and what is usual       |
//! | `uptime`     | how much of the time a server was up                       |
//! | `alerts`     | channels that say that a server is down                    |
//! | `notices`    | members who are told when a player comes on                |
//! | `watching`   | watched addresses                                          |
//! | `health`     | sessions, the store's writer, the whole installation       |
//! | `warning`    | what an operator should look at                            |
//! | `stored_data`| what is imported and forgotten                             |
//! | `refusal`    | errors: a sentence, and a code with the facts in it        |
//! | `members`    | members of guilds who are linked to players                |
//! | `guild_id`   | a guild id in JSON                                         |
//! | `user_id`    | the id of a Discord account in JSON                        |
//!
//! The keys follow one vocabulary: `guild_id` is a string of digits, `server` and `player` are names, `*_at` is a
//! time in Unix seconds, `*_secs` a number of seconds, `*_count` any other number, and a plural is a list.

pub(crate) mod about;
pub(crate) mod activity;
pub(crate) mod alerts;
pub(crate) mod analytics;
pub(crate) mod chart;
pub(crate) mod guild_id;
pub(crate) mod headcount;
pub(crate) mod health;
pub(crate) mod leaderboard;
pub(crate) mod members;
pub(crate) mod notices;
pub(crate) mod persons;
pub(crate) mod players;
pub(crate) mod presence;
pub(crate) mod refusal;
pub(crate) mod servers;
pub(crate) mod settings;
pub(crate) mod stored_data;
pub(crate) mod uptime;
pub(crate) mod user_id;
pub(crate) mod warning;
pub(crate) mod watching;
