//! Asks a game server whether it is ready, and who is on.

use std::time::Duration;

use http_body_util::Empty;
use hyper::body::Bytes;
use hyper_util::client::legacy::Client;
use hyper_util::client::legacy::connect::HttpConnector;
use hyper_util::rt::TokioExecutor;
use oxeye_probe::{Address, PingAnswer, ping};
use oxeye_process::backoff::ceiling;
use tokio::net::TcpStream;
use tokio::time::{Instant, sleep, timeout};

use crate::rules::Occupancy;
use crate::settings::ReadyProbe;

/// How soon a starting server is asked again at first: small ones are ready at once.
const FIRST_PAUSE: Duration = Duration::from_millis(25);

/// How often one is asked that takes longer.
const PROBE_EVERY: Duration = Duration::from_millis(500);

/// How long an answer may take.
const PROBE_TIMEOUT: Duration = Duration::from_secs(2);

/// Asks game servers in the way that the operator chose.
#[derive(Debug, Clone)]
pub(crate) struct Prober {
    probe: ReadyProbe,
    http: Client<HttpConnector, Empty<Bytes>>,
}

impl Prober {
    pub(crate) fn new(probe: ReadyProbe) -> Self {
        Self {
            probe,
            http: Client::builder(TokioExecutor::new()).build_http(),
        }
    }

    /// Waits until a server is ready, for ever if it never is. Where it is may become known only while we
    /// wait.
    pub(crate) async fn ready(&self, place: impl Fn() -> Address) {
        let started = Instant::now();
        for doublings in 0.. {
            let address = place();
            let is_ready = timeout(PROBE_TIMEOUT, self.is_ready(&address, started)).await;
            if is_ready.unwrap_or_default() {
                return;
            }
            sleep(ceiling(FIRST_PAUSE, PROBE_EVERY, doublings)).await;
        }
    }

    async fn is_ready(&self, address: &Address, started: Instant) -> bool {
        match &self.probe {
            ReadyProbe::Ping => self.ping(address).await.is_some(),
            ReadyProbe::Tcp => TcpStream::connect((address.host(), address.port()))
                .await
                .is_ok(),
            ReadyProbe::Http(path) => self.is_served(address, path).await,
            ReadyProbe::After(time) => started.elapsed() >= *time,
        }
    }

    /// Asks who is on.
    pub(crate) async fn occupancy(&self, address: &Address) -> Occupancy {
        if self.probe != ReadyProbe::Ping {
            return Occupancy::CannotBeAsked;
        }
        match timeout(PROBE_TIMEOUT, self.ping(address)).await {
            Ok(Some(answer)) => Occupancy::Players(answer.listing.count()),
            Ok(None) | Err(_) => Occupancy::Silent,
        }
    }

    /// Returns an answer that names a version. A server that still prepares its world leaves that out.
    async fn ping(&self, address: &Address) -> Option<PingAnswer> {
        let answer = ping(address).await.ok()?;
        (!answer.version.is_empty()).then_some(answer)
    }

    async fn is_served(&self, address: &Address, path: &str) -> bool {
        let host = address.host();
        let host = if host.contains(':') {
            format!("[{host}]")
        } else {
            host.to_owned()
        };
        let uri = format!("http://{host}:{}{path}", address.port());
        let Ok(uri) = uri.parse() else { return false };
        let answer = self.http.get(uri).await;
        answer.is_ok_and(|answer| answer.status().as_u16() < 400)
    }
}

#[cfg(test)]
mod tests {
    use std::cell::Cell;

    use tokio::net::TcpListener;

    use super::*;

    #[tokio::test]
    async fn a_server_whose_place_becomes_known_late_is_found() {
        let server = TcpListener::bind("127.0.0.1:0").await.unwrap();
        let port = server.local_addr().unwrap().port();
        let asked = Cell::new(0);

        // Nobody listens on port 0.
        let place = || {
            asked.set(asked.get() + 1);
            match asked.get() {
                1 => Address::new("127.0.0.1", 0),
                _ => Address::new("127.0.0.1", port),
            }
        };
        Prober::new(ReadyProbe::Tcp).ready(place).await;

        assert_eq!(asked.get(), 2);
    }
}
