//! The two routes of Oxeye's operator API that link and unlink a server.

use std::time::Duration;

use oxeye_plugin_client::{Client, LinkedClient};
use oxeye_plugin_proto::{LinkCode, ServerName};
use oxeye_process::Secret;
use reqwest::{StatusCode, Url};
use serde::Deserialize;
use serde_json::json;

use crate::settings::OxeyeSettings;

/// How long Oxeye may take to answer.
const TIMEOUT: Duration = Duration::from_secs(10);

/// Oxeye's operator API.
#[derive(Debug)]
pub(super) struct OperatorApi {
    url: String,
    token: Secret,
    guild_id: u64,
    http: reqwest::Client,
}

/// Why a server could not be linked, as a sentence without secrets.
#[derive(Debug, thiserror::Error)]
pub(super) enum LinkError {
    /// There was no answer.
    #[error("Oxeye cannot be reached; check OXEYE_URL")]
    Unreachable,
    /// The token was refused.
    #[error("Oxeye does not accept OXEYE_TOKEN")]
    Unauthorized,
    /// Another answer.
    #[error("Oxeye answered {0}")]
    Refused(StatusCode),
    /// The code could not be redeemed.
    #[error("the link code was refused: {0}")]
    Code(String),
}

#[derive(Deserialize)]
struct Issued {
    code: String,
}

impl OperatorApi {
    pub(super) fn new(settings: &OxeyeSettings) -> Self {
        let client = reqwest::Client::builder().timeout(TIMEOUT).no_proxy();
        Self {
            url: settings.url.clone(),
            token: settings.token.clone(),
            guild_id: settings.guild_id,
            http: client.build().unwrap_or_default(),
        }
    }

    /// Links a server. If it is linked already, as after a restart of ours, that link ends: its key is
    /// lost, but the server keeps its history.
    ///
    /// # Errors
    /// When Oxeye cannot be reached or refuses.
    pub(super) async fn link(&self, name: &ServerName) -> Result<LinkedClient, LinkError> {
        self.unlink(name).await?;
        let order = json!({"server": name.as_str(), "guild_id": self.guild_id.to_string()});
        let request = self
            .http
            .post(format!("{}/api/links", self.url))
            .json(&order);
        let answer = self.send(request).await?;
        if !answer.status().is_success() {
            return Err(LinkError::Refused(answer.status()));
        }
        let issued: Issued = answer.json().await.map_err(|_| LinkError::Unreachable)?;
        let code: LinkCode = issued.code.parse().map_err(|_| LinkError::Unreachable)?;
        let connected = Client::new(&self.url).connect(&code).await;
        connected.map_err(|error| LinkError::Code(error.to_string()))
    }

    async fn unlink(&self, name: &ServerName) -> Result<(), LinkError> {
        let mut url = Url::parse(&self.url).map_err(|_| LinkError::Unreachable)?;
        let guild = self.guild_id.to_string();
        if let Ok(mut path) = url.path_segments_mut() {
            path.pop_if_empty()
                .extend(["api", "servers", guild.as_str(), name.as_str()]);
        }
        let answer = self.send(self.http.delete(url)).await?;
        match answer.status() {
            status if status.is_success() || status == StatusCode::NOT_FOUND => Ok(()),
            status => Err(LinkError::Refused(status)),
        }
    }

    async fn send(&self, request: reqwest::RequestBuilder) -> Result<reqwest::Response, LinkError> {
        let request = request.bearer_auth(self.token.expose());
        let answer = request.send().await.map_err(|_| LinkError::Unreachable)?;
        match answer.status() {
            StatusCode::UNAUTHORIZED => Err(LinkError::Unauthorized),
            _ => Ok(answer),
        }
    }
}
