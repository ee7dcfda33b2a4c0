//! The client for the operator API of the Oxeye that runs on this machine.

use std::time::Duration;

use anyhow::{Context, anyhow, bail};
use axum::body::Bytes;
use futures_util::TryStreamExt;
use http_body_util::StreamBody;
use hyper::body::Frame;
use oxeye_process::Secret;
use oxeye_text::Text;
use reqwest::{Body, Client, RequestBuilder, Response, StatusCode, Url};
use tokio::fs::File;

use super::refusals;
use crate::api_messages::health::HealthReport;
use crate::api_messages::refusal::{self, ErrorAnswer};
use crate::config::{Config, OperatorTokenError, kept_operator_token, operator_token_path};
use crate::demo;
use crate::file_stream;

/// How long the backend may take to answer, or to send the next piece of an answer.
const TIMEOUT: Duration = Duration::from_secs(10);

/// The timeout of requests that make the backend ask a game server.
const PATIENT_TIMEOUT: Duration = Duration::from_secs(30);

/// The timeout of requests whose time depends on the amount of data. If the backend stops, we notice that earlier.
const LONG_TIMEOUT: Duration = Duration::from_secs(6 * 3600);

/// A response that is read piece by piece.
pub(super) struct Download {
    answer: Response,
    text: Text,
}

impl Download {
    /// Returns the number of bytes.
    pub(super) fn bytes(&self) -> anyhow::Result<u64> {
        let bytes = self.answer.content_length();
        bytes.with_context(|| self.text.answer_broke_off())
    }

    /// Whether there is nothing to download.
    pub(super) fn is_empty(&self) -> bool {
        self.answer.status() == StatusCode::NO_CONTENT
    }
}

/// An error response of the backend.
#[derive(Debug, thiserror::Error)]
#[error("{sentence}")]
struct Refusal {
    status: StatusCode,
    sentence: String,
    /// The code with its facts, if this version knows it.
    code: Option<refusal::Refusal>,
}

/// Returns the code with which the backend has refused something, if that is the error.
pub(super) fn refusal_of(error: &anyhow::Error) -> Option<&refusal::Refusal> {
    error.downcast_ref::<Refusal>()?.code.as_ref()
}

/// The address of the backend, and the token that it accepts.
pub(super) struct Backend {
    text: Text,
    client: Client,
    url: Url,
    /// The setting with the port in that URL.
    port_setting: &'static str,
    token: Secret,
    /// Where the token was found, for an error message.
    origin: String,
    is_demo: bool,
}

impl Backend {
    /// Finds the backend at OPERATOR_LISTEN, or else at HOST and PORT, with the operator token beside the store or
    /// that of a demo.
    pub(super) fn of(config: &Config, text: Text) -> anyhow::Result<Backend> {
        let port_setting = config.operator_port_setting();
        if config.operator_address().port() == 0 {
            bail!(text.port_is_zero(port_setting));
        }
        let is_kept_here = match kept_operator_token(config) {
            Err(OperatorTokenError::Missing { .. }) => None,
            kept => Some(kept?),
        };
        let port = config.http.listen.port();
        let (token, is_demo) = match (is_kept_here, demo::token(port)) {
            (Some(token), _) => (token, demo::is_set_up(port)),
            (None, Some(token)) => (token, true),
            (None, None) => (kept_operator_token(config)?, false),
        };
        Ok(Backend {
            text,
            client: client()?,
            url: Url::parse(&config.operator_url())?,
            port_setting,
            token,
            origin: origin(config, text),
            is_demo,
        })
    }

    /// Returns whether the backend is the demo, which has a store of its own.
    pub(super) fn is_demo(&self) -> bool {
        self.is_demo
    }

    /// Sends a `GET` request. The segments of the path are escaped as needed.
    pub(super) async fn get(&self, segments: &[&str]) -> anyhow::Result<Response> {
        self.ask(self.client.get(self.at(segments))).await
    }

    /// Asks how the installation is doing. While events are refused, the report has the status of an error.
    pub(super) async fn health(&self) -> anyhow::Result<HealthReport> {
        let request = self.client.get(self.at(&["api", "health"]));
        let answer = self.send(request).await?;
        let status = answer.status();
        let body = answer.bytes().await?;
        let may_be_report = status.is_success() || status == StatusCode::SERVICE_UNAVAILABLE;
        match serde_json::from_slice(&body) {
            Ok(report) if may_be_report => Ok(report),
            Err(error) if status.is_success() => Err(error.into()),
            _ => Err(self.refusal(status, &body)),
        }
    }

    /// Sends a `GET` request with query parameters. Returns `None` if the answer is 404.
    pub(super) async fn find(
        &self,
        segments: &[&str],
        query: &[(&str, String)],
    ) -> anyhow::Result<Option<Response>> {
        let request = self.client.get(self.at(segments)).query(query);
        match self.ask(request).await {
            Err(error) if is_not_found(&error) => Ok(None),
            answer => answer.map(Some),
        }
    }

    /// Sends a `POST` request with a JSON body.
    pub(super) async fn post(
        &self,
        segments: &[&str],
        body: &impl serde::Serialize,
    ) -> anyhow::Result<Response> {
        self.ask(self.client.post(self.at(segments)).json(body))
            .await
    }

    /// Sends a `POST` request with a JSON body, to which the backend answers only when somebody else has answered it.
    pub(super) async fn post_patiently(
        &self,
        segments: &[&str],
        body: &impl serde::Serialize,
    ) -> anyhow::Result<Response> {
        let request = self.client.post(self.at(segments)).json(body);
        self.ask(request.timeout(PATIENT_TIMEOUT)).await
    }

    /// Sends a `POST` request without a body, for something whose time depends on the amount of data.
    pub(super) async fn post_slow(&self, segments: &[&str]) -> anyhow::Result<Response> {
        let request = self.client.post(self.at(segments));
        self.ask(request.timeout(LONG_TIMEOUT)).await
    }

    /// Sends a `PUT` request with a JSON body.
    pub(super) async fn put(
        &self,
        segments: &[&str],
        body: &impl serde::Serialize,
    ) -> anyhow::Result<Response> {
        self.ask(self.client.put(self.at(segments)).json(body))
            .await
    }

    /// Sends a `PATCH` request with a JSON body.
    pub(super) async fn patch(
        &self,
        segments: &[&str],
        body: &impl serde::Serialize,
    ) -> anyhow::Result<Response> {
        self.ask(self.client.patch(self.at(segments)).json(body))
            .await
    }

    /// Sends a `DELETE` request.
    pub(super) async fn delete(&self, segments: &[&str]) -> anyhow::Result<Response> {
        self.ask(self.client.delete(self.at(segments))).await
    }

    /// Sends a `GET` request for something whose time depends on the amount of data.
    pub(super) async fn download(&self, segments: &[&str]) -> anyhow::Result<Download> {
        let request = self.client.get(self.at(segments));
        let answer = self.ask(request.timeout(LONG_TIMEOUT)).await?;
        Ok(Download {
            answer,
            text: self.text,
        })
    }

    /// Sends a `POST` request with a file as its body, piece by piece.
    pub(super) async fn upload(
        &self,
        segments: &[&str],
        query: &[(&str, &str)],
        file: File,
    ) -> anyhow::Result<Response> {
        let frames = file_stream::of(file).map_ok(Frame::data);
        let request = self.client.post(self.at(segments)).query(query);
        let request = request.body(Body::wrap(StreamBody::new(frames)));
        self.ask(request.timeout(LONG_TIMEOUT)).await
    }

    fn at(&self, segments: &[&str]) -> Url {
        below(self.url.clone(), segments)
    }

    async fn ask(&self, request: RequestBuilder) -> anyhow::Result<Response> {
        let answer = self.send(request).await?;
        if answer.status().is_success() {
            return Ok(answer);
        }
        let status = answer.status();
        let body = answer.bytes().await;
        Err(self.refusal(status, &body.unwrap_or_default()))
    }

    async fn send(&self, request: RequestBuilder) -> anyhow::Result<Response> {
        let answer = request.bearer_auth(self.token.expose()).send().await;
        answer.map_err(|error| self.unreachable(&error))
    }

    /// Returns the error that a response describes.
    fn refusal(&self, status: StatusCode, body: &[u8]) -> anyhow::Error {
        if status == StatusCode::UNAUTHORIZED {
            return anyhow!(self.text.token_refused(self.url.as_str(), &self.origin));
        }
        match serde_json::from_slice::<ErrorAnswer>(body) {
            Ok(answer) => {
                let sentence = refusals::sentence(self.text, &answer);
                let code = answer.refusal;
                Refusal {
                    status,
                    sentence,
                    code,
                }
                .into()
            }
            Err(_) => {
                let status = status.to_string();
                let url = self.url.as_str();
                anyhow!(self.text.strange_answer(url, &status, self.port_setting))
            }
        }
    }

    fn unreachable(&self, error: &reqwest::Error) -> anyhow::Error {
        if error.is_timeout() {
            return anyhow!(self.text.backend_silent(self.url.as_str()));
        }
        anyhow!(
            self.text
                .backend_not_running(self.url.as_str(), self.port_setting)
        )
    }
}

impl Download {
    /// Returns the next piece, or `None` after the last.
    pub(super) async fn piece(&mut self) -> anyhow::Result<Option<Bytes>> {
        let piece = tokio::time::timeout(TIMEOUT, self.answer.chunk()).await;
        piece
            .map_err(|_elapsed| anyhow!(self.text.answer_stopped()))?
            .with_context(|| self.text.answer_broke_off())
    }
}

fn origin(config: &Config, text: Text) -> String {
    if config.operator_token.is_some() {
        return text.token_in_setting();
    }
    let path = operator_token_path(config);
    let path = std::path::absolute(&path).unwrap_or(path);
    text.token_in_file(&path.display().to_string())
}

fn is_not_found(error: &anyhow::Error) -> bool {
    let refusal = error.downcast_ref::<Refusal>();
    refusal.is_some_and(|refusal| refusal.status == StatusCode::NOT_FOUND)
}

/// Appends path segments to an HTTP URL, which always has a path.
fn below(mut url: Url, segments: &[&str]) -> Url {
    if let Ok(mut path) = url.path_segments_mut() {
        path.pop_if_empty().extend(segments);
    }
    url
}

/// Asks for `/readyz`, which anybody may read.
pub(super) async fn readyz(url: &str) -> Result<Response, reqwest::Error> {
    client()?.get(format!("{url}/readyz")).send().await
}

/// Makes an HTTP client that uses no proxy, because the backend runs on this machine.
fn client() -> Result<Client, reqwest::Error> {
    Client::builder().timeout(TIMEOUT).no_proxy().build()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_name_is_one_segment_of_the_path() {
        let url = Url::parse("http://127.0.0.1:8080").unwrap();

        let url = below(url, &["api", "servers", "0", "a/b?c#d%"]);

        assert_eq!(
            url.as_str(),
            "http://127.0.0.1:8080/api/servers/0/a%2Fb%3Fc%23d%25"
        );
    }
}
