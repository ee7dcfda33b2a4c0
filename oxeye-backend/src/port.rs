//! Binds the ports before anything else, so that a failed start leaves nothing behind.

use std::io::ErrorKind;
use std::net::SocketAddr;
use std::time::Duration;

use anyhow::{Context, anyhow};
use tokio::net::TcpListener;

use crate::config::{Config, local_url};
use crate::http::health::ReadyResponse;

/// How long an Oxeye on this machine may take to answer.
const TIMEOUT: Duration = Duration::from_secs(2);

/// Everything that this process listens on.
#[derive(Debug)]
pub(crate) struct Listeners {
    /// HOST and PORT.
    pub(crate) public: TcpListener,
    /// OPERATOR_LISTEN, if it is set.
    pub(crate) operator: Option<TcpListener>,
    /// ACTIVITY_RESP_LISTEN, if it is set and activity is on.
    pub(crate) redis_clients: Option<TcpListener>,
}

impl Listeners {
    /// Binds all ports. The error says what to do if that is not possible.
    pub(crate) async fn bind(config: &Config) -> anyhow::Result<Listeners> {
        let public = bind(config.http.listen, "HOST, PORT", "PORT to another number").await?;
        let operator = match config.http.operator_listen {
            Some(listen) => {
                let remedy = "OPERATOR_LISTEN to another address";
                Some(bind(listen, "OPERATOR_LISTEN", remedy).await?)
            }
            None => None,
        };
        Ok(Listeners {
            public,
            operator,
            redis_clients: bind_for_redis_clients(config).await?,
        })
    }
}

async fn bind_for_redis_clients(config: &Config) -> anyhow::Result<Option<TcpListener>> {
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

/// Binds a port for HTTP, which these settings name.
async fn bind(listen: SocketAddr, settings: &str, remedy: &str) -> anyhow::Result<TcpListener> {
    match TcpListener::bind(listen).await {
        Ok(listener) => Ok(listener),
        Err(error) if error.kind() == ErrorKind::AddrInUse => Err(in_use(listen, remedy).await),
        Err(error) => Err(anyhow!("cannot listen on {listen} ({settings}): {error}")),
    }
}

async fn in_use(listen: SocketAddr, remedy: &str) -> anyhow::Error {
    let (port, url) = (listen.port(), local_url(listen));
    if is_oxeye(&url).await {
        return anyhow!("an Oxeye is already running at {url}; stop it first, or set {remedy}");
    }
    anyhow!("another program is using port {port}; set {remedy}")
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
