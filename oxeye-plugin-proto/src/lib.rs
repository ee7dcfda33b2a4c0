//! The messages that a Minecraft plugin and an Oxeye backend exchange.
//!
//! A plugin sends JSON over HTTP. It redeems a one-time [`LinkCode`] (`POST /connect`) for an [`ApiKey`],
//! and sends that with everything else (`Authorization: Bearer KEY`). It reports joins, leaves, heartbeats
//! and full player lists (*syncs*) as they happen, or later as numbered events in batches
//! (`POST /events`), which count once however often they are sent. When an answer carries another [`BootId`]
//! than before, the backend no longer knows who is online, so the plugin sends a sync. A plugin that sees
//! the chat can pass on the codes with which members prove who they are (`POST /member-code`), and says so in
//! its heartbeats.
//!
//! There is no I/O and no async code here; the client is `oxeye-plugin-client`. Every constructor
//! checks its value, and `Deserialize` uses the constructor, so any value that exists is valid.
//!
//! | module           | what it holds                                                          |
//! |------------------|------------------------------------------------------------------------|
//! | `messages`       | the body of every request and answer, one file per route               |
//! | `player_name`    | [`PlayerName`]: stored and compared exactly as sent                    |
//! | `server_name`    | [`ServerName`]: what the operator calls the server, trimmed            |
//! | `texture_hash`   | [`TextureHash`]: the plugin's name for a skin                          |
//! | `link_code`      | [`LinkCode`]: the one-time code that links a server to a guild         |
//! | `member_code`    | [`MemberCode`]: the one-time code that a member types in the game      |
//! | `crockford`      | the symbols of which codes are made                                    |
//! | `api_key`        | [`ApiKey`]: the secret that a plugin gets for its code                 |
//! | `secret_text`    | the conversions that codes and keys have in common                     |
//! | `event_type`     | [`EventType`]: what a player did                                       |
//! | `details`        | [`Details`]: more about what a player did                              |
//! | `about_text`     | [`AboutText`]: a text that a server says about itself                   |
//! | `boot_id`        | [`BootId`]: the random id of the backend's presence memory             |
//! | `sequence`       | [`Epoch`] and [`Seq`]: the numbers that identify an event of a batch   |
//! | `heartbeat_secs` | [`HeartbeatSecs`]: how soon a server promises its next message         |
//! | `unix_seconds`   | [`UnixSeconds`]: every time on the wire                                |
//! | `unreadable`     | [`why_unreadable`]: why JSON is not a message, for operators           |
//! | [`hex`]          | 32 bytes as hexadecimal digits: every hash that is shown or sent       |
//! | [`limits`]       | every limit that both sides must agree on                              |
//!
//! `fixtures/` has one JSON file per message. The tests of every implementation of the protocol read
//! them.

mod about_text;
mod api_key;
mod boot_id;
mod crockford;
mod details;
mod event_type;
#[cfg(test)]
mod fixtures;
mod heartbeat_secs;
pub mod hex;
pub mod limits;
mod link_code;
mod member_code;
mod messages;
mod player_name;
mod secret_text;
mod sequence;
mod server_name;
mod texture_hash;
mod unix_seconds;
mod unreadable;

pub use about_text::{AboutText, EmptyAboutText};
pub use api_key::{ApiKey, InvalidApiKey};
pub use boot_id::{BootId, InvalidBootId};
pub use details::{Details, InvalidDetails};
pub use event_type::{EventType, InvalidEventType};
pub use heartbeat_secs::{HeartbeatSecs, InvalidHeartbeatSecs};
pub use link_code::{InvalidLinkCode, LinkCode};
pub use member_code::{InvalidMemberCode, MemberCode};
pub use messages::*;
pub use player_name::{InvalidPlayerName, PlayerName};
pub use sequence::{Epoch, InvalidSequence, Seq};
pub use server_name::{InvalidServerName, ServerName, is_disruptive};
pub use texture_hash::{InvalidTextureHash, TextureHash};
pub use unix_seconds::UnixSeconds;
pub use unreadable::{Sent, Unreadable, Wanted, why_unreadable};
