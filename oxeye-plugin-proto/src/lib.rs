//! The words a Minecraft plugin and an Oxeye backend exchange.
//!
//! No I/O and no async here: the client is `oxeye-plugin-client`. Every value is checked by its
//! constructor, and its `Deserialize` goes through that constructor: what has been read is right.
//!
//! | module           | what it holds                                                          |
//! |------------------|------------------------------------------------------------------------|
//! | `messages`       | the body of every request and answer, one file per route               |
//! | `player_name`    | [`PlayerName`]: kept and compared exactly as sent                      |
//! | `server_name`    | [`ServerName`]: what the operator calls the server, trimmed            |
//! | `texture_hash`   | [`TextureHash`]: the plugin's name for a skin                          |
//! | `link_code`      | [`LinkCode`]: one-time code that links a server to a guild             |
//! | `api_key`        | [`ApiKey`]: the secret a plugin gets for its code                      |
//! | `secret_text`    | what both of them have in common                                       |
//! | `boot_id`        | [`BootId`]: random id of the backend's presence memory                 |
//! | `sequence`       | [`Epoch`] and [`Seq`]: by which an event of a batch is known again     |
//! | `heartbeat_secs` | [`HeartbeatSecs`]: how soon a server promises to be heard again        |
//! | `unix_seconds`   | [`UnixSeconds`]: every time on the wire                                |
//! | [`hex`]          | 32 bytes as hexadecimal digits: every hash that is shown or sent       |
//! | [`limits`]       | every number both sides must agree on                                  |
//!
//! One JSON file per message is under `fixtures/`; the tests of every speaker of the protocol read
//! them.

mod api_key;
mod boot_id;
#[cfg(test)]
mod fixtures;
mod heartbeat_secs;
pub mod hex;
pub mod limits;
mod link_code;
mod messages;
mod player_name;
mod secret_text;
mod sequence;
mod server_name;
mod texture_hash;
mod unix_seconds;

pub use api_key::{ApiKey, InvalidApiKey};
pub use boot_id::{BootId, InvalidBootId};
pub use heartbeat_secs::{HeartbeatSecs, InvalidHeartbeatSecs};
pub use link_code::{InvalidLinkCode, LinkCode};
pub use messages::*;
pub use player_name::{InvalidPlayerName, PlayerName};
pub use sequence::{Epoch, InvalidSequence, Seq};
pub use server_name::{InvalidServerName, ServerName};
pub use texture_hash::{InvalidTextureHash, TextureHash};
pub use unix_seconds::UnixSeconds;
