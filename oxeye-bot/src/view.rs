//! What people see in Discord: these functions take facts from the store and return embeds and
//! messages.
//!
//! They need no clock, no store and no connection to Discord, so their tests need none either. The
//! sentences come from `oxeye-text`, which the command line uses, too.
//!
//! | module            | shows                                                        |
//! |-------------------|--------------------------------------------------------------|
//! | `status`          | one server, as an embed                                      |
//! | `last_seen`       | everybody who was seen on a server recently, in pages        |
//! | `overview`        | all servers of a guild, and a menu to open one               |
//! | `board`           | a board: one server, or all servers of a guild               |
//! | `counter`         | answers about counters                                       |
//! | `alert`           | messages of alerts, and answers about them                   |
//! | `visits`          | messages about who has joined and left                       |
//! | `notice`          | messages of notices, and answers about them                  |
//! | `board_answers`   | private answers about boards, and the names of permissions   |
//! | `linking`         | link codes, linking instructions, and answers about a server |
//! | `watching`        | answers about watched addresses                              |
//! | `members`         | answers about members and their players                      |
//! | `member_data`     | what is kept about a member's player, as a file              |
//! | `presence`        | answers about members' sessions                              |
//! | `chart`           | the players over time                                        |
//! | `help`            | the commands that a member may use                           |
//! | `history`         | who was on at a moment                                       |
//! | `player`          | what is known of one player                                  |
//! | `top`             | who has most of something                                    |
//! | `fleet`           | the servers that the fleet starts for players                |
//! | `settings`        | what a guild has set, with a menu for each setting           |
//! | `rows`            | the buttons and the menu under a message                     |
//! | `message`         | a whole message, in every form that Discord accepts          |
//! | `channel_message` | a message that is posted in a channel and edited later       |

pub(crate) mod alert;
pub(crate) mod board;
pub(crate) mod board_answers;
pub(crate) mod channel_message;
pub(crate) mod chart;
pub(crate) mod counter;
pub(crate) mod fleet;
pub(crate) mod help;
pub(crate) mod history;
pub(crate) mod last_seen;
pub(crate) mod linking;
pub(crate) mod member_data;
pub(crate) mod members;
pub(crate) mod message;
pub(crate) mod notice;
pub(crate) mod overview;
pub(crate) mod player;
pub(crate) mod presence;
pub(crate) mod rows;
pub(crate) mod settings;
pub(crate) mod status;
pub(crate) mod top;
pub(crate) mod visits;
pub(crate) mod watching;

/// Returns what Discord shows as the name of a member. Our messages notify nobody.
pub(crate) fn mention(user: u64) -> String {
    format!("<@{user}>")
}

/// Returns what Discord shows as a link to a channel.
pub(crate) fn channel_link(channel: u64) -> String {
    format!("<#{channel}>")
}
