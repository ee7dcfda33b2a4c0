//! What people see in Discord, made from what the store knows: data in, embed or message out.
//!
//! No clock, no store, no Discord connection, so all of it is tested without any of them. The
//! sentences are `oxeye-text`'s, and so are the facts, which the command line shows as well.
//!
//! | module        | shows                                                   |
//! |---------------|---------------------------------------------------------|
//! | `status`      | one server, as an embed                                 |
//! | `overview`    | all servers of a guild, and a menu to open one          |
//! | `linking`     | link codes, the how-to, disconnecting                   |
//! | `rows`        | buttons and the menu under a message                    |
//! | `message`     | a whole Discord message, in each form Discord takes it  |

pub(crate) mod linking;
pub(crate) mod message;
pub(crate) mod overview;
pub(crate) mod rows;
pub(crate) mod status;
