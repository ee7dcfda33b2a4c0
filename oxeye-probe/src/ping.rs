//! The server list ping, which every server answers unless it is configured not to.
//!
//! It is made for the server list of the game: it contains a sample of at most twelve names, in which
//! plugins put advertising and players may hide. So the names count only if they are provably complete.

mod description;
mod legacy;
mod packet;
mod status;
mod version;

use std::{net::SocketAddr, time::Duration};

use tokio::{net::TcpStream, time::timeout};

pub(crate) use self::packet::LargeAnswers;
pub use self::version::software_and_version;
use crate::{Address, Listing, ProbeError, wire};

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

/// What a server tells even if it hides the number of players.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Appearance {
    pub(crate) version: String,
    pub(crate) motd: String,
    pub(crate) icon: Option<String>,
}

/// The status of a server that answers.
#[derive(Debug)]
pub(crate) enum Status {
    /// With the number of players, and perhaps their names.
    Counted(PingAnswer),
    /// Without the number of players, which the server hides.
    #[cfg_attr(
        not(feature = "watch"),
        expect(dead_code, reason = "only whoever watches an address reads it")
    )]
    WithoutCount(Appearance),
}

/// Pings a server once, first in the form of Minecraft 1.7 and later, then in that of 1.4 to 1.6.
///
/// # Errors
/// When the server cannot be reached, or answers neither form.
pub async fn ping(address: &Address) -> Result<PingAnswer, ProbeError> {
    match both_forms(address, None, None).await? {
        Status::Counted(answer) => Ok(answer),
        Status::WithoutCount(_) => Err(ProbeError::NoCount {
            address: address.clone(),
        }),
    }
}

/// Pings a server in the newer form and, if it does not understand that, in the older one. With `at`,
/// the connection goes exactly there, whatever the name in `address` means. `large_answers` limits how
/// many answers may be large at the same time.
pub(crate) async fn both_forms(
    address: &Address,
    at: Option<SocketAddr>,
    large_answers: Option<&LargeAnswers>,
) -> Result<Status, ProbeError> {
    // An old server takes the new form for a broken packet and closes the connection, so the old form
    // needs another one.
    match newer_form(address, at, large_answers).await {
        Err(error @ (ProbeError::Closed { .. } | ProbeError::NotUnderstood { .. })) => {
            match older_form(address, at).await {
                Ok(answer) => Ok(Status::Counted(answer)),
                Err(_) => Err(error),
            }
        }
        answer => answer,
    }
}

async fn newer_form(
    address: &Address,
    at: Option<SocketAddr>,
    large_answers: Option<&LargeAnswers>,
) -> Result<Status, ProbeError> {
    let mut socket = connect(address, at).await?;
    in_time(address, status::ask(&mut socket, address, large_answers)).await
}

async fn older_form(address: &Address, at: Option<SocketAddr>) -> Result<PingAnswer, ProbeError> {
    let mut socket = connect(address, at).await?;
    in_time(address, legacy::ask(&mut socket, address)).await
}

async fn connect(address: &Address, at: Option<SocketAddr>) -> Result<TcpStream, ProbeError> {
    match at {
        Some(at) => wire::connect_to(address, at).await,
        None => wire::connect(address).await,
    }
}

async fn in_time<T>(
    address: &Address,
    answer: impl Future<Output = Result<T, ProbeError>>,
) -> Result<T, ProbeError> {
    timeout(ANSWER_TIMEOUT, answer)
        .await
        .unwrap_or_else(|_elapsed| Err(ProbeError::no_answer(address)))
}

#[cfg(test)]
mod tests;
