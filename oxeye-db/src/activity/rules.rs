//! The rules by which activity is counted. They take data, and a time where it matters, and give data: no store, no
//! clock and nothing asynchronous.
//!
//! | module        | subject                                                          |
//! |---------------|------------------------------------------------------------------|
//! | [`kinds`]     | what each type of event counts, and whose events are ignored     |
//! | [`fold`]      | what one event adds to counters and collections                  |
//! | [`day`]       | UTC days, by which activity is counted                           |
//! | [`play`]      | sessions and playtime, derived from stays                        |
//! | `lifetimes`   | the windows of time in which everything is kept                  |

pub mod day;
pub mod fold;
pub mod kinds;
pub(crate) mod lifetimes;
pub mod play;
