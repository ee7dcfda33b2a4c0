//! Asks the fleet at `FLEET_URL` what runs, for the bot and for `oxeye check`.
//!
//! | module     | subject                                             |
//! |------------|-----------------------------------------------------|
//! | `messages` | what the fleet answers, as far as we read it; pure  |
//! | `trouble`  | why there is no usable answer                       |

mod messages;
#[cfg(test)]
mod tests;
mod trouble;

use std::sync::Arc;
use std::time::Duration;

use oxeye_text::Fleet;
use reqwest::redirect::Policy;
use reqwest::{Client, StatusCode};
use serde::de::DeserializeOwned;
use tokio::sync::Mutex;
use tokio::time::Instant;

use self::messages::{Capacity, Health, Servers};
pub(crate) use self::trouble::Trouble;
use crate::answer_body;

/// How long an answer may take, with its body.
const ANSWER_TIMEOUT: Duration = Duration::from_secs(5);

/// Longest answer that is read, in bytes. A fleet of 1,000 servers with a player on each answers with about 450 KiB.
const MAX_ANSWER_BYTES: usize = 4 * 1024 * 1024;

/// How long an answer is repeated instead of asking again, so that members cannot make us flood the fleet.
const REPEATED_FOR: Duration = Duration::from_secs(2);

/// A fleet, which is asked when somebody wants to see it.
#[derive(Debug)]
pub(crate) struct FleetClient {
    client: Client,
    /// The address of the fleet, without a slash at the end.
    base: String,
    /// The last answer. Whoever asks holds the lock, so that only one question is under way.
    last: Mutex<Option<Asked>>,
}

/// What came of a question.
#[derive(Debug, Clone)]
struct Asked {
    at: Instant,
    fleet: Result<Arc<Fleet>, Trouble>,
}

impl FleetClient {
    /// Prepares questions to the fleet at an address. Nothing is sent yet.
    pub(crate) fn at(base: &str) -> reqwest::Result<Self> {
        Self::with_timeout(base, ANSWER_TIMEOUT)
    }

    fn with_timeout(base: &str, timeout: Duration) -> reqwest::Result<Self> {
        let client = Client::builder()
            .user_agent(concat!("Oxeye/", env!("CARGO_PKG_VERSION")))
            .redirect(Policy::none())
            .timeout(timeout)
            .build()?;
        Ok(Self {
            client,
            base: base.to_owned(),
            last: Mutex::default(),
        })
    }

    /// Returns the fleet as it is now, or was at most two seconds ago.
    pub(crate) async fn fleet(&self) -> Result<Arc<Fleet>, Trouble> {
        let mut last = self.last.lock().await;
        if let Some(asked) = &*last
            && asked.at.elapsed() < REPEATED_FOR
        {
            return asked.fleet.clone();
        }
        let fleet = self.ask().await.map(Arc::new);
        let before = last.replace(Asked {
            at: Instant::now(),
            fleet: fleet.clone(),
        });
        log_change(before.as_ref(), fleet.as_ref().err());
        fleet
    }

    /// Returns how many servers the fleet has now.
    pub(crate) async fn server_count(&self) -> Result<usize, Trouble> {
        let capacity: Capacity = self.get("/api/capacity").await?;
        Ok(capacity.auto_scaled_servers)
    }

    async fn ask(&self) -> Result<Fleet, Trouble> {
        let (servers, health) = tokio::try_join!(
            self.get::<Servers>("/api/servers"),
            self.get::<Health>("/health")
        )?;
        Ok(messages::fleet(servers, &health))
    }

    async fn get<T: DeserializeOwned>(&self, path: &str) -> Result<T, Trouble> {
        let url = format!("{}{path}", self.base);
        let response = self.client.get(url).send().await?;
        if response.status() != StatusCode::OK {
            return Err(Trouble::Status(response.status().as_u16()));
        }
        let body = answer_body::read(response, MAX_ANSWER_BYTES).await?;
        let body = body.ok_or(Trouble::NotAFleet)?;
        serde_json::from_slice(&body).map_err(|_| Trouble::NotAFleet)
    }
}

/// Logs why the fleet does not answer, once, and when it answers again.
fn log_change(before: Option<&Asked>, trouble: Option<&Trouble>) {
    let trouble_before = before.and_then(|asked| asked.fleet.as_ref().err());
    match trouble {
        _ if trouble == trouble_before => {}
        Some(trouble) => tracing::warn!("FLEET_URL: {trouble}"),
        None => tracing::info!("FLEET_URL: the fleet answers again"),
    }
}
