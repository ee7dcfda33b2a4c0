//! The client for the operator routes of the fleet on this machine.

use std::net::SocketAddr;
use std::time::Duration;

use anyhow::{Context, anyhow, bail};
use http_body_util::{BodyExt, Full};
use hyper::body::{Bytes, Incoming};
use hyper::header::{AUTHORIZATION, CONTENT_TYPE};
use hyper::{Method, Request, Response, StatusCode};
use hyper_util::client::legacy::Client;
use hyper_util::client::legacy::connect::HttpConnector;
use hyper_util::rt::TokioExecutor;
use oxeye_process::Secret;
use oxeye_process::config::locally_reachable;
use oxeye_process::token_file;
use serde::Serialize;
use serde::de::DeserializeOwned;
use tokio::time::timeout;

use super::output::harmless;
use crate::demo;
use crate::operator_messages::ErrorMessage;
use crate::settings::Settings;
use crate::text::Text;

/// How long the fleet may take to answer.
const TIMEOUT: Duration = Duration::from_secs(10);

/// The most bytes of an answer that is not a file.
const MAX_ANSWER: usize = 16 * 1024 * 1024;

/// The fleet on this machine.
pub(super) struct Running {
    text: Text,
    client: Client<HttpConnector, Full<Bytes>>,
    address: SocketAddr,
    token: Secret,
}

impl Running {
    /// Finds the fleet at the first address of `FLEET_LISTEN`, with the token in the data folder. If a demo
    /// runs there, the folder is that of the demo.
    pub(super) fn of(settings: &Settings, text: Text) -> anyhow::Result<Self> {
        let address = locally_reachable(settings.listen[0]);
        let demo = demo::running(settings);
        Ok(Self {
            text,
            client: Client::builder(TokioExecutor::new()).build_http(),
            address,
            token: token(demo.as_ref().unwrap_or(settings), text)?,
        })
    }

    /// Returns where it is, for messages.
    pub(super) fn url(&self) -> String {
        format!("http://{}", self.address)
    }

    /// Reads a JSON answer.
    pub(super) async fn get<T: DeserializeOwned>(&self, path: &str) -> anyhow::Result<T> {
        let answer = self.ask(Method::GET, path, Bytes::new()).await?;
        let body = whole(answer, self.text).await?;
        serde_json::from_slice(&body).with_context(|| self.text.odd_answer())
    }

    /// Changes something.
    pub(super) async fn post(&self, path: &str, body: &impl Serialize) -> anyhow::Result<()> {
        let body = Bytes::from(serde_json::to_vec(body)?);
        self.ask(Method::POST, path, body).await.map(drop)
    }

    /// Deletes something.
    pub(super) async fn delete(&self, path: &str) -> anyhow::Result<()> {
        self.ask(Method::DELETE, path, Bytes::new()).await.map(drop)
    }

    /// Starts to read a file.
    pub(super) async fn download(&self, path: &str) -> anyhow::Result<Incoming> {
        Ok(self.ask(Method::GET, path, Bytes::new()).await?.into_body())
    }

    async fn ask(
        &self,
        method: Method,
        path: &str,
        body: Bytes,
    ) -> anyhow::Result<Response<Incoming>> {
        let request = Request::builder()
            .method(method)
            .uri(format!("{}{path}", self.url()))
            .header(AUTHORIZATION, format!("Bearer {}", self.token.expose()))
            .header(CONTENT_TYPE, "application/json")
            .body(Full::new(body))?;
        let answer = timeout(TIMEOUT, self.client.request(request)).await;
        let answer = answer.with_context(|| self.text.fleet_silent(&self.url()))?;
        let answer = answer.map_err(|_| anyhow!(self.text.fleet_not_found(&self.url())))?;
        match answer.status() {
            status if status.is_success() => Ok(answer),
            StatusCode::UNAUTHORIZED => bail!(self.text.token_refused(&self.url())),
            status => {
                let body = whole(answer, self.text).await?;
                bail!(sentence(status, &body, self.text))
            }
        }
    }
}

/// Returns the sentence of an error answer.
fn sentence(status: StatusCode, body: &[u8], text: Text) -> String {
    let message: Result<ErrorMessage, _> = serde_json::from_slice(body);
    message.map_or_else(
        |_| text.odd_status(&status.to_string()),
        |message| text.said(&harmless(&message.error)),
    )
}

async fn whole(answer: Response<Incoming>, text: Text) -> anyhow::Result<Bytes> {
    let body = http_body_util::Limited::new(answer.into_body(), MAX_ANSWER);
    let body = timeout(TIMEOUT, body.collect())
        .await
        .with_context(|| text.answer_too_slow())?;
    let body = body.map_err(|_| anyhow!(text.answer_broke_off()))?;
    Ok(body.to_bytes())
}

fn token(settings: &Settings, text: Text) -> anyhow::Result<Secret> {
    if let Some(token) = &settings.operator_token {
        return Ok(token.clone());
    }
    let token = token_file::read(&settings.operator_token_path());
    token.map_err(|error| anyhow!(text.no_token(&error)))
}
