//! What people read, made from what the store knows: data in, text or embed out.
//!
//! No clock, no store, no Discord connection, so all of it is tested without any of them and the
//! command line shows the same facts.
//!
//! | module        | shows                                                   |
//! |---------------|---------------------------------------------------------|
//! | `status`      | one server, as an embed                                 |
//! | `plain`       | servers, as plain text for the command line             |
//! | `facts`       | what is said of a server, wherever it is shown          |
//! | `overview`    | all servers of a guild, and a menu to open one          |
//! | `linking`     | link codes, the how-to, disconnecting                   |
//! | `rows`        | buttons and the menu under a message                    |
//! | `message`     | a whole Discord message, in each form Discord takes it  |
//! | `state`       | the words, dots and colours of a server's state         |
//! | `duration`    | `30s`, `45m`, `2h`, `5d`                                |
//! | `plural`      | `1 session`, `2 sessions`                               |
//! | `bullets`     | lists that end in "...and N more"                       |
//! | `markdown`    | names shown exactly as they are                         |

pub(crate) mod bullets;
pub(crate) mod duration;
pub(crate) mod facts;
pub(crate) mod linking;
pub(crate) mod markdown;
pub(crate) mod message;
pub(crate) mod overview;
pub(crate) mod plain;
pub(crate) mod plural;
pub(crate) mod rows;
pub(crate) mod state;
pub(crate) mod status;

pub use duration::{long_duration, short_duration};
pub use markdown::{escape_markdown, neutralise};
pub use plain::{server_text, status_text};
pub use plural::counted;
pub use status::status_embed;

/// Players per list that are asked of the store: more never fit in an embed.
pub(crate) const LAST_SEEN_LIMIT: usize = 200;
