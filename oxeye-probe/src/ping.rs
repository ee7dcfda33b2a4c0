//! The server list ping, which every server answers unless it is configured not to.
//!
//! It is made for the server list of the game: it contains a sample of at most twelve names, in which
//! plugins put advertising and players may hide. So the names count only if they are provably complete.

mod description;
mod legacy;
mod status;

use std::time::Duration;

use tokio::time::timeout;

use crate::{
    Address, Listing, ProbeError,
    wire::{self, Wire},
};

/// Name of the protocol in error messages.
const PROTOCOL: &str = "the server list ping";

/// Time limit for the whole answer.
const ANSWER_TIMEOUT: Duration = Duration::from_secs(5);

/// The answer to a ping.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct PingAnswer {
    /// The players who are online, or only their number.
    pub listing: Listing,
    /// Number of players that the server allows.
    pub max: u32,
    /// The server's version, in its own words.
    pub version: String,
    /// The message of the day as plain text, with its colour codes. Often empty.
    pub motd: String,
    /// The icon: a PNG in base64, as the server sends it. Nothing here checks it.
    pub icon: Option<String>,
}

/// Pings a server once, first in the form of Minecraft 1.7 and later, then in that of 1.4 to 1.6.
///
/// # Errors
/// When the server cannot be reached, or answers neither form.
pub async fn ping(address: &Address) -> Result<PingAnswer, ProbeError> {
    let answer = ask(address, async |wire| status::ask(wire, address).await).await;
    // An old server takes the new form for a broken packet and closes the connection, so the old form
    // needs another one.
    match answer {
        Err(error @ (ProbeError::Closed { .. } | ProbeError::NotUnderstood { .. })) => {
            match ask(address, async |wire| legacy::ask(wire, address).await).await {
                Ok(answer) => Ok(answer),
                Err(_) => Err(error),
            }
        }
        answer => answer,
    }
}

async fn ask(
    address: &Address,
    form: impl AsyncFnOnce(&mut dyn Wire) -> Result<PingAnswer, ProbeError>,
) -> Result<PingAnswer, ProbeError> {
    let mut socket = wire::connect(address).await?;
    timeout(ANSWER_TIMEOUT, form(&mut socket))
        .await
        .unwrap_or_else(|_elapsed| Err(ProbeError::no_answer(address)))
}

#[cfg(test)]
mod tests;
