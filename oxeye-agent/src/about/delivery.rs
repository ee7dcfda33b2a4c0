//! Sends what a server says about itself. It is not urgent and only the latest counts, so it does not
//! wait in a spool, where it could displace joins and leaves.

use std::time::Duration;

use oxeye_plugin_client::{ClientError, LinkedClient};
use oxeye_plugin_proto::AboutRequest;
use oxeye_process::backoff;
use tokio::sync::watch;
use tokio::time::sleep;

/// The longest pause after a first failure.
const FIRST_PAUSE: Duration = Duration::from_secs(5);

/// The longest pause after repeated failures.
const LONGEST_PAUSE: Duration = Duration::from_secs(5 * 60);

/// Sends the latest request until the backend has taken it.
#[derive(Debug)]
pub(crate) struct AboutDelivery {
    pub(crate) client: LinkedClient,
    pub(crate) requests: watch::Receiver<Option<AboutRequest>>,
}

impl AboutDelivery {
    /// Sends until there will be no more requests.
    pub(crate) async fn run(mut self) {
        let mut failures: u32 = 0;
        loop {
            let request = self.requests.borrow_and_update().clone();
            let outcome = match request {
                Some(request) => self.send(request).await,
                None => Ok(()),
            };
            let must_repeat = match outcome {
                Ok(()) => false,
                Err(error) if is_refused(&error) => {
                    tracing::debug!(
                        "the backend does not take what the server says about itself: {error}"
                    );
                    false
                }
                Err(_) => true,
            };
            if must_repeat {
                let ceiling = backoff::ceiling(FIRST_PAUSE, LONGEST_PAUSE, failures);
                failures = failures.saturating_add(1);
                sleep(FIRST_PAUSE + backoff::random_part(ceiling)).await;
            } else {
                failures = 0;
                if self.requests.changed().await.is_err() {
                    return;
                }
            }
        }
    }

    /// Sends it, without the icon if the backend does not want that one.
    async fn send(&self, request: AboutRequest) -> Result<(), ClientError> {
        match self.client.about(&request).await {
            Err(error) if request.icon.is_some() && is_refused(&error) => {
                let icon = None;
                self.client.about(&AboutRequest { icon, ..request }).await
            }
            outcome => outcome,
        }
    }
}

/// Whether sending the same again would be no use. A key that is no longer valid is reported by the
/// heartbeats.
fn is_refused(error: &ClientError) -> bool {
    match error {
        ClientError::NotLinked => true,
        ClientError::Refused { status, .. } => *status == 400,
        error => error.is_unsupported(),
    }
}

#[cfg(test)]
mod tests {
    use oxeye_plugin_client::{Client, RetryPolicy};
    use oxeye_plugin_proto::{AboutText, ApiKey, IconData};

    use super::*;
    use crate::outbox::backend::{Backend, Behaviour};

    #[tokio::test]
    async fn an_icon_that_the_backend_does_not_want_is_left_out() {
        let mut backend = Backend::start(Behaviour::Refuses).await;
        let icon = IconData::from_png(vec![1, 2, 3]).ok();
        let request = AboutRequest {
            motd: AboutText::new("Hi"),
            icon,
            ..AboutRequest::default()
        };
        let (requests, latest) = watch::channel(None);
        let client = Client::with_key(backend.url(), ApiKey::generate());
        let delivery = AboutDelivery {
            client: client.retrying(RetryPolicy::never()),
            requests: latest,
        };
        requests.send_replace(Some(request));
        let sent = async { [backend.next_request().await, backend.next_request().await] };

        let sent = tokio::select! {
            () = delivery.run() => None,
            sent = sent => Some(sent),
        };

        let sent = sent
            .expect("two requests")
            .map(|request| request.has_icon());
        assert_eq!(sent, [true, false]);
    }
}
