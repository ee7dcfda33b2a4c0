//! Asks a game server who is online, and reads its `server.properties`. This crate knows nothing of
//! Oxeye: it returns what a server says.
//!
//! Each way to ask is a Cargo feature. For a server that the caller has configured, use [`ping()`],
//! [`Query`] or [`Rcon`]; RCON is the most reliable about names. For an address that a person typed,
//! use [`AddressProbe`], which decides where it may connect.
//!
//! | module              | what it holds                                                   | feature    |
//! |---------------------|-----------------------------------------------------------------|------------|
//! | `server_properties` | [`ServerProperties`]: the settings that matter to us            |            |
//! | `ping`              | [`ping()`]: the server list ping, which often has only a number | `ping`     |
//! | `query`             | [`Query`]: the full status of the Query protocol                | `query`    |
//! | `rcon`              | [`Rcon`]: `list uuids` over one connection that stays open      | `rcon`     |
//! | `listing`           | [`Listing`]: who is online, as far as an answer proves it       | all three  |
//! | `profile_name`      | which texts can be the name of an account                       | all three  |
//! | `address`           | [`Address`]: a host and a port                                  | all three  |
//! | `error`             | [`ProbeError`]: what went wrong, as a message for people        | all three  |
//! | `watch`             | [`AddressProbe`]: asks at an address that a person typed        | `watch`    |
//! | [`wire`]            | one connection to a server                                      | all three  |
//! | [`stand_in`]        | building blocks for fake servers in tests                       | `stand-in` |
//!
//! Nothing runs in the background: dropping a future stops its request.

#[cfg(feature = "network")]
mod address;
#[cfg(feature = "network")]
mod error;
#[cfg(feature = "network")]
mod listing;
#[cfg(feature = "ping")]
mod ping;
#[cfg(feature = "network")]
mod profile_name;
#[cfg(feature = "query")]
mod query;
#[cfg(feature = "rcon")]
mod rcon;
mod server_properties;
#[cfg(feature = "stand-in")]
pub mod stand_in;
#[cfg(feature = "watch")]
mod watch;
#[cfg(feature = "network")]
pub mod wire;

#[cfg(feature = "network")]
pub use address::{Address, InvalidAddress};
#[cfg(feature = "network")]
pub use error::ProbeError;
#[cfg(feature = "network")]
pub use listing::{ListedPlayer, Listing};
#[cfg(feature = "ping")]
pub use ping::{PingAnswer, ping, software_and_version};
#[cfg(feature = "query")]
pub use query::{Query, QueryAnswer};
#[cfg(feature = "rcon")]
pub use rcon::{Rcon, RconSettings};
pub use server_properties::{InvalidPort, ManagementProperties, ServerProperties};
#[cfg(feature = "watch")]
pub use watch::{
    AddressPolicy, AddressProbe, Asked, Edition, Forbidden, InvalidTypedAddress, RefusedAddress,
    TypedAddress, WatchAnswer, WatchError,
};
