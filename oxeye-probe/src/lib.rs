//! Asks a game server who is on, and reads what its own files say about it. Nothing here is a fact of
//! Oxeye: what comes out is what a server says.
//!
//! | module                | what it holds                                             | feature  |
//! |-----------------------|-----------------------------------------------------------|----------|
//! | [`server_properties`] | the lines of `server.properties` that matter to us        |          |
//! | [`mod@ping`]          | the server list ping: often no more than a number         | `ping`   |
//! | [`query`]             | the full status of the Query protocol                     | `query`  |
//! | [`rcon`]              | RCON: `list uuids`, over one connection that stays open   | `rcon`   |
//! | `listing`             | [`Listing`]: who is on, as far as an answer proves it     | each     |
//! | `profile_name`        | which texts can be the name of a player's account         | each     |
//! | `address`             | [`Address`]: a host and a port                            | each     |
//! | `error`               | [`ProbeError`]: what went wrong, as a sentence            | each     |
//! | [`wire`]              | one connection to a server                                | each     |
//! | [`stand_in`]          | what stand-ins for servers are made of, for tests         | `stand-in` |
//!
//! A client stops when its future is dropped: nothing goes on in the background.

#[cfg(feature = "network")]
mod address;
#[cfg(feature = "network")]
mod error;
#[cfg(feature = "network")]
mod listing;
#[cfg(feature = "ping")]
pub mod ping;
#[cfg(feature = "network")]
mod profile_name;
#[cfg(feature = "query")]
pub mod query;
#[cfg(feature = "rcon")]
pub mod rcon;
pub mod server_properties;
#[cfg(feature = "stand-in")]
pub mod stand_in;
#[cfg(feature = "network")]
pub mod wire;

#[cfg(feature = "network")]
pub use address::{Address, InvalidAddress};
#[cfg(feature = "network")]
pub use error::ProbeError;
#[cfg(feature = "network")]
pub use listing::{ListedPlayer, Listing};
#[cfg(feature = "ping")]
pub use ping::{PingAnswer, ping};
#[cfg(feature = "query")]
pub use query::{Query, QueryAnswer};
#[cfg(feature = "rcon")]
pub use rcon::{Rcon, RconSettings};
pub use server_properties::ServerProperties;
