//! Binds the ports before anything else, so that a failed start leaves nothing behind.

use std::io::{self, ErrorKind};
use std::net::SocketAddr;
use std::time::Duration;

use anyhow::anyhow;
use oxeye_text::Text;
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
    pub(crate) async fn bind(config: &Config, text: Text) -> anyhow::Result<Listeners> {
        let public = bind(text, config.http.listen, "PORT").await?;
        let operator = match config.http.operator_listen {
            Some(listen) => Some(bind(text, listen, "OPERATOR_LISTEN").await?),
            None => None,
        };
        Ok(Listeners {
            public,
            operator,
            redis_clients: bind_for_redis_clients(config, text).await?,
        })
    }
}

async fn bind_for_redis_clients(
    config: &Config,
    text: Text,
) -> anyhow::Result<Option<TcpListener>> {
    let Some(listen) = config.resp_listen else {
        return Ok(None);
    };
    if config.activity.is_none() {
        tracing::warn!("ACTIVITY_RESP_LISTEN has no effect, because ACTIVITY is off");
        return Ok(None);
    }
    let listener = TcpListener::bind(listen).await;
    let setting = "ACTIVITY_RESP_LISTEN";
    Ok(Some(listener.map_err(|error| {
        cannot_listen(text, listen, setting, &error)
    })?))
}

/// Binds a port for HTTP, which this setting names.
async fn bind(text: Text, listen: SocketAddr, setting: &str) -> anyhow::Result<TcpListener> {
    match TcpListener::bind(listen).await {
        Ok(listener) => Ok(listener),
        Err(error) if error.kind() == ErrorKind::AddrInUse => {
            Err(anyhow!(in_use(text, listen, setting).await))
        }
        Err(error) => Err(cannot_listen(text, listen, setting, &error)),
    }
}

fn cannot_listen(text: Text, listen: SocketAddr, setting: &str, why: &io::Error) -> anyhow::Error {
    anyhow!(text.cannot_listen(&listen.to_string(), setting, &text.system_error(why)))
}

async fn in_use(text: Text, listen: SocketAddr, setting: &str) -> String {
    let url = local_url(listen);
    match is_oxeye(&url).await {
        true => text.port_of_oxeye(&url, setting),
        false => text.port_in_use(&listen.port().to_string(), setting),
    }
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
