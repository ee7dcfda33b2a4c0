//! Reads what a game server's own files say about it: the one reader of `server.properties` for every
//! program of ours.
//!
//! | module                | what it holds                                                     |
//! |-----------------------|-------------------------------------------------------------------|
//! | [`server_properties`] | the lines of `server.properties` that matter to us                |
//! | [`secret`]            | passwords and tokens, which are never printed                     |

pub mod secret;
pub mod server_properties;

pub use secret::Secret;
pub use server_properties::ServerProperties;
