//! Telling Discord which commands there are. It never holds up anything else.

use std::convert::Infallible;
use std::time::Duration;

use oxeye_process::backoff::Backoff;
use serenity::http::Http;
use tokio::sync::Notify;
use tokio::time::{sleep, timeout};

use crate::commands;
use crate::failure::describe;

const FIRST_WAIT: Duration = Duration::from_secs(2);
const LONGEST_WAIT: Duration = Duration::from_secs(300);
const TRY_LIMIT: Duration = Duration::from_secs(60);

/// Registers the commands once Discord has said who we are, trying until it is done. Never ends,
/// so that it can run beside the connection.
pub(crate) async fn keep_registered(http: &Http, identified: &Notify) -> Infallible {
    identified.notified().await;
    let commands = commands::all();
    let mut backoff = Backoff::new(FIRST_WAIT, LONGEST_WAIT);
    loop {
        let error = match timeout(
            TRY_LIMIT,
            poise::builtins::register_globally(http, &commands),
        )
        .await
        {
            Ok(Ok(())) => break,
            Ok(Err(error)) => describe(&error),
            Err(_) => "no answer in time".to_owned(),
        };
        tracing::warn!(error, "the commands are not registered yet; trying again");
        sleep(backoff.next_wait()).await;
    }
    tracing::info!("the commands are registered");
    std::future::pending().await
}
