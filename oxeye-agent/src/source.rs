//! What is asked over the network: who is on, by the server's own word.
//!
//! | module         | what it asks                                                          |
//! |----------------|-----------------------------------------------------------------------|
//! | [`management`] | Minecraft's management protocol, which also tells of every change     |
//! | [`rcon`]       | the command `list uuids`, on one kept connection                      |
//! | [`query`]      | the full status of GameSpy's query protocol                           |
//! | [`mod@ping`]   | the server list's ping: often no more than a number                   |
//!
//! Every client gives up when its future is dropped: nothing goes on in the background.

mod address;
mod error;
mod listing;
pub mod management;
pub mod ping;
mod profile_name;
pub mod query;
pub mod rcon;
#[cfg(test)]
mod stand_in;
mod wire;

pub use address::{Address, InvalidAddress};
pub use error::SourceError;
pub use listing::Listing;
pub use management::{
    Fingerprint, InvalidFingerprint, Management, ManagementNews, ManagementSettings, Roster, Tls,
};
pub use oxeye_probe::Secret;
pub use ping::{PingAnswer, ping};
pub use query::{Query, QueryAnswer};
pub use rcon::{Rcon, RconSettings};
