//! The ping of the server list: what every server answers unless it was told not to.
//!
//! It is made for a player's list of servers: the names in it are a sample of at most twelve, in which
//! plugins put advertising and people may hide. So they count only where they are provably everybody.

mod legacy;
mod status;

use std::time::Duration;

use tokio::time::timeout;

use crate::{
    Address, Listing, ProbeError,
    wire::{self, Wire},
};

/// For sentences.
const PROTOCOL: &str = "the server list's ping";

/// For the whole answer.
const ANSWER_TIMEOUT: Duration = Duration::from_secs(5);

/// What a server tells whoever has it in his list.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct PingAnswer {
    /// The players who are on, or only how many.
    pub listing: Listing,
    /// How many could be.
    pub max: u32,
    /// The server's version, in its own words.
    pub version: String,
}

/// Asks once, in the form of Minecraft 1.7 and later, then in that of 1.4 to 1.6.
///
/// # Errors
/// When the server cannot be reached or answers in neither form.
pub async fn ping(address: &Address) -> Result<PingAnswer, ProbeError> {
    let answer = ask(address, async |wire| status::ask(wire, address).await).await;
    // An old server takes the new form for a broken packet, and hangs up: it needs a connection of
    // its own.
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
