//! The API of the original design, as the programs that measure the fleet use it.

use std::net::SocketAddr;

use anyhow::{Context, ensure};
use http_body_util::{BodyExt, Full};
use hyper::Request;
use hyper::body::Bytes;
use hyper_util::client::legacy::Client;
use hyper_util::client::legacy::connect::HttpConnector;
use hyper_util::rt::TokioExecutor;
use serde_json::{Value, json};

/// A way to join and leave. Clones share their connections.
#[derive(Clone)]
pub(crate) struct JoinApi {
    address: SocketAddr,
    client: Client<HttpConnector, Full<Bytes>>,
}

impl JoinApi {
    pub(crate) fn new(address: SocketAddr) -> Self {
        Self {
            address,
            client: Client::builder(TokioExecutor::new()).build_http(),
        }
    }

    /// Joins, and returns the session.
    pub(crate) async fn join(&self, player: &str) -> anyhow::Result<String> {
        let joined = self.post("join", json!({ "playerId": player })).await?;
        let session = joined["sessionId"].as_str();
        Ok(session.context("no session")?.to_owned())
    }

    pub(crate) async fn leave(&self, session: &str) -> anyhow::Result<()> {
        self.post("leave", json!({ "sessionId": session })).await?;
        Ok(())
    }

    async fn post(&self, what: &str, body: Value) -> anyhow::Result<Value> {
        let url = format!("http://{}/api/player/{what}", self.address);
        let request = Request::post(url).body(Full::from(body.to_string()))?;
        let answer = self.client.request(request).await?.into_body();
        let answer: Value = serde_json::from_slice(&answer.collect().await?.to_bytes())?;
        ensure!(answer["success"] == true, "{what}: {answer}");
        Ok(answer)
    }
}
