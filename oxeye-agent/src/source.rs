//! Sources that are asked over the network who is on.
//!
//! | module         | what it asks                                                          |
//! |----------------|-----------------------------------------------------------------------|
//! | [`management`] | Minecraft's management protocol, which also tells of every change     |
//! | `listed`       | what the answers of the other protocols are to us                     |
//! | `error`        | [`SourceError`]: why a source did not tell who is on                  |
//!
//! RCON, Query and the server list ping are spoken by `oxeye-probe`. Every client gives up when its
//! future is dropped: nothing goes on in the background.

mod error;
mod listed;
pub mod management;

pub use error::SourceError;
pub(crate) use listed::everyone;
pub use management::{
    Fingerprint, FirstRoster, InvalidFingerprint, InvalidManagementAddress, Management,
    ManagementSettings, ManagementUpdate, Tls,
};
