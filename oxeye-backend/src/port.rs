//! Binds the ports before anything else, so that a failed start leaves nothing behind.

use std::io::ErrorKind;
use std::time::Duration;

use anyhow::{Context, anyhow};
use tokio::net::TcpListener;

use crate::config::Config;
use crate::http::health::ReadyResponse;

/// How long an Oxeye on this machine may take to answer.
const TIMEOUT: Duration = Duration::from_secs(2);

/// Binds ACTIVITY_RESP_LISTEN, if it is set and activity is on.
pub(crate) async fn bind_for_redis_clients(config: &Config) -> anyhow::Result<Option<TcpListener>> {
    let Some(listen) = config.resp_listen else {
        return Ok(None);
    };
    if config.activity.is_none() {
        tracing::warn!("ACTIVITY_RESP_LISTEN has no effect, because ACTIVITY is off");
        return Ok(None);
    }
    let listener = TcpListener::bind(listen).await;
    let listener =
        listener.with_context(|| format!("cannot listen on {listen} (ACTIVITY_RESP_LISTEN)"));
    Ok(Some(listener?))
}

/// Binds HOST and PORT. The error says what to do if that is not possible.
pub(crate) async fn bind(config: &Config) -> anyhow::Result<TcpListener> {
    match TcpListener::bind(config.http.listen).await {
        Ok(listener) => Ok(listener),
        Err(error) if error.kind() == ErrorKind::AddrInUse => Err(in_use(config).await),
        Err(error) => Err(anyhow!(
            "cannot listen on {} (HOST, PORT): {error}",
            config.http.listen
        )),
    }
}

async fn in_use(config: &Config) -> anyhow::Error {
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
