//! The tables of the file of presence: plain functions over a connection.
//!
//! | module          | subject                                              |
//! |-----------------|------------------------------------------------------|
//! | `guild_kinds`   | the kinds that each guild keeps                      |
//! | `members`       | the members who joined                               |
//! | `member_kinds`  | the kinds to which each of them agreed               |
//! | `sessions`      | sessions, open and ended                             |
//! | `open_sessions` | the last evidence of those that last                 |
//! | `gaps`          | the times within sessions of which nothing is known  |

pub(crate) mod gaps;
pub(crate) mod guild_kinds;
pub(crate) mod member_kinds;
pub(crate) mod members;
pub(crate) mod open_sessions;
pub(crate) mod sessions;
