//! Asks a Java server with the server list ping.

use std::net::SocketAddr;

use super::{WatchAnswer, WatchError};
use crate::{
    Address,
    ping::{LargeAnswers, both_forms},
};

/// Asks the first of these places that accepts a connection. `host` is what the server is told that it
/// was asked for, which matters to proxies.
pub(super) async fn ask(
    host: &str,
    places: &[SocketAddr],
    large_answers: &LargeAnswers,
) -> Result<WatchAnswer, WatchError> {
    let mut found = WatchError::OwnNetwork;
    for place in places {
        let address = Address::new(host, place.port());
        match both_forms(&address, Some(*place), Some(large_answers)).await {
            Ok(status) => return Ok(status.into()),
            Err(error) => {
                let error = WatchError::from(&error);
                if error == WatchError::NotMinecraft {
                    return Err(error);
                }
                // What says something about the server counts more than what is wrong here.
                if error.is_evidence() {
                    found = error;
                }
            }
        }
    }
    Err(found)
}
