//! The running backend, as the command line asks it: its operator API on this machine.

use std::time::Duration;

use anyhow::{Context, anyhow, bail};
use axum::body::Bytes;
use futures_util::TryStreamExt;
use http_body_util::StreamBody;
use hyper::body::Frame;
use oxeye_plugin_proto::ErrorResponse;
use oxeye_process::Secret;
use oxeye_text::{Text, neutralise};
use reqwest::{Body, Client, RequestBuilder, Response, StatusCode, Url};
use tokio::fs::File;

use crate::config::{Config, OperatorTokenError, kept_operator_token, operator_token_path};
use crate::demo;
use crate::pieces;

const PATIENCE: Duration = Duration::from_secs(10);

/// For what takes as long as there is data. A backend that stops within it is noticed earlier.
const AS_LONG_AS_IT_TAKES: Duration = Duration::from_secs(6 * 3600);

/// An answer that comes piece by piece.
pub(super) struct Download {
    answer: Response,
    text: Text,
}

/// What the backend answers to a request it does not take.
#[derive(Debug, thiserror::Error)]
#[error("{sentence}")]
struct Refusal {
    status: StatusCode,
    sentence: String,
}

/// Where the backend is and the token it accepts.
pub(super) struct Backend {
    text: Text,
    client: Client,
    url: Url,
    token: Secret,
    /// Where the token was found, for whoever has to look after it.
    origin: String,
    is_demo: bool,
}

impl Backend {
    /// From HOST, PORT and the operator token beside the store.
    pub(super) fn of(config: &Config, text: Text) -> anyhow::Result<Backend> {
        if config.http.listen.port() == 0 {
            bail!(text.port_is_zero());
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
            url: Url::parse(&config.local_url())?,
            token,
            origin: origin(config, text),
            is_demo,
        })
    }

    /// Whether it is the demo, which has a store of its own.
    pub(super) fn is_demo(&self) -> bool {
        self.is_demo
    }

    /// `GET` of a path given in segments, which are escaped as needed.
    pub(super) async fn get(&self, segments: &[&str]) -> anyhow::Result<Response> {
        self.ask(self.client.get(self.at(segments))).await
    }

    /// The same with words after the `?`; `None` when there is no such thing.
    pub(super) async fn find(
        &self,
        segments: &[&str],
        question: &[(&str, String)],
    ) -> anyhow::Result<Option<Response>> {
        let request = self.client.get(self.at(segments)).query(question);
        match self.ask(request).await {
            Err(error) if is_not_found(&error) => Ok(None),
            answer => answer.map(Some),
        }
    }

    /// `POST` of a JSON body.
    pub(super) async fn post(
        &self,
        segments: &[&str],
        body: &impl serde::Serialize,
    ) -> anyhow::Result<Response> {
        self.ask(self.client.post(self.at(segments)).json(body))
            .await
    }

    /// `POST` without a body, of something that takes as long as there is data.
    pub(super) async fn post_unhurried(&self, segments: &[&str]) -> anyhow::Result<Response> {
        let request = self.client.post(self.at(segments));
        self.ask(request.timeout(AS_LONG_AS_IT_TAKES)).await
    }

    /// `DELETE` of a path given in segments.
    pub(super) async fn delete(&self, segments: &[&str]) -> anyhow::Result<Response> {
        self.ask(self.client.delete(self.at(segments))).await
    }

    /// `GET` of something that takes as long as there is data.
    pub(super) async fn download(&self, segments: &[&str]) -> anyhow::Result<Download> {
        let request = self.client.get(self.at(segments));
        let answer = self.ask(request.timeout(AS_LONG_AS_IT_TAKES)).await?;
        Ok(Download {
            answer,
            text: self.text,
        })
    }

    /// `POST` of a file, piece by piece.
    pub(super) async fn upload(
        &self,
        segments: &[&str],
        query: &[(&str, &str)],
        file: File,
    ) -> anyhow::Result<Response> {
        let frames = pieces::of(file).map_ok(Frame::data);
        let request = self.client.post(self.at(segments)).query(query);
        let request = request.body(Body::wrap(StreamBody::new(frames)));
        self.ask(request.timeout(AS_LONG_AS_IT_TAKES)).await
    }

    fn at(&self, segments: &[&str]) -> Url {
        below(self.url.clone(), segments)
    }

    async fn ask(&self, request: RequestBuilder) -> anyhow::Result<Response> {
        let answer = request
            .bearer_auth(self.token.expose())
            .send()
            .await
            .map_err(|error| self.unreachable(&error))?;
        if answer.status().is_success() {
            return Ok(answer);
        }
        let status = answer.status();
        if status == StatusCode::UNAUTHORIZED {
            bail!(self.text.token_refused(self.url.as_str(), &self.origin));
        }
        let refusal: ErrorResponse = answer.json().await.with_context(|| {
            self.text
                .strange_answer(self.url.as_str(), &status.to_string())
        })?;
        let sentence = neutralise(&refusal.error);
        Err(Refusal { status, sentence }.into())
    }

    fn unreachable(&self, error: &reqwest::Error) -> anyhow::Error {
        if error.is_timeout() {
            return anyhow!(self.text.backend_silent(self.url.as_str()));
        }
        anyhow!(self.text.backend_not_running(self.url.as_str()))
    }
}

impl Download {
    /// The next piece; `None` after the last.
    pub(super) async fn piece(&mut self) -> anyhow::Result<Option<Bytes>> {
        let piece = tokio::time::timeout(PATIENCE, self.answer.chunk()).await;
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

/// Loopback is not reached through a proxy.
pub(super) fn client() -> Result<Client, reqwest::Error> {
    Client::builder().timeout(PATIENCE).no_proxy().build()
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
