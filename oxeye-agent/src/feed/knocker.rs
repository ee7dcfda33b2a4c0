//! Knocks at the port where players connect: a log does not tell of a server that was killed.

use std::io;
use std::time::Duration;

use oxeye_probe::Address;
use tokio::net::TcpStream;
use tokio::time::{MissedTickBehavior, interval, timeout};

use super::door::Door;
use crate::watch::Knock;

/// A connection that is closed at once leaves no line in the log of a Java server.
const KNOCK_EVERY: Duration = Duration::from_secs(5);

/// A server that hangs still lets connections in; this is for the machine below it.
const NO_ANSWER_AFTER: Duration = Duration::from_secs(4);

/// Knocks for ever.
pub async fn knock_again_and_again(address: Address, mut door: Door) {
    let mut knocks = interval(KNOCK_EVERY);
    knocks.set_missed_tick_behavior(MissedTickBehavior::Delay);
    loop {
        knocks.tick().await;
        door.knocked(knock(&address).await);
    }
}

async fn knock(address: &Address) -> Knock {
    let connecting = TcpStream::connect((address.host(), address.port()));
    match timeout(NO_ANSWER_AFTER, connecting).await {
        Ok(Ok(_)) => Knock::Answered,
        Ok(Err(error)) if error.kind() == io::ErrorKind::ConnectionRefused => Knock::Refused,
        Ok(Err(_)) | Err(_) => Knock::Silent,
    }
}
