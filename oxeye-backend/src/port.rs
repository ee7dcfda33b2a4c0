//! The port is taken before anything else, so that a start which fails leaves nothing behind.

use std::io::ErrorKind;
use std::time::Duration;

use anyhow::anyhow;
use tokio::net::TcpListener;

use crate::config::Config;
use crate::http::health::ReadyResponse;

/// An Oxeye on this machine answers sooner.
const TIMEOUT: Duration = Duration::from_secs(2);

/// Listens where HOST and PORT say.
///
/// # Errors
/// When that is not possible, with what to do about it.
pub(crate) async fn take(config: &Config) -> anyhow::Result<TcpListener> {
    match TcpListener::bind(config.http.listen).await {
        Ok(listener) => Ok(listener),
        Err(error) if error.kind() == ErrorKind::AddrInUse => Err(taken(config).await),
        Err(error) => Err(anyhow!(
            "cannot listen on {} (HOST, PORT): {error}",
            config.http.listen
        )),
    }
}

async fn taken(config: &Config) -> anyhow::Error {
    let (port, url) = (config.http.listen.port(), config.local_url());
    if is_oxeye(&url).await {
        return anyhow!(
            "an Oxeye is already running at {url}; stop it first, or set PORT to another number"
        );
    }
    anyhow!("another program is using port {port}; set PORT to another number")
}

async fn is_oxeye(url: &str) -> bool {
    let client = reqwest::Client::builder().timeout(TIMEOUT).no_proxy();
    let Ok(client) = client.build() else {
        return false;
    };
    match client.get(format!("{url}/readyz")).send().await {
        Ok(answer) => answer.json::<ReadyResponse>().await.is_ok(),
        Err(_) => false,
    }
}
