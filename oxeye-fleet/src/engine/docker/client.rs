//! The connection to the engine: a new one for each call, so an engine that was restarted is found again.

use std::path::PathBuf;
use std::sync::atomic::{AtomicBool, Ordering};
use std::time::Duration;

use axum::body::Bytes;
use bollard::{API_DEFAULT_VERSION, Docker};
use http_body_util::{BodyExt, Empty, Limited};
use hyper::client::conn::http1;
use hyper::header::HOST;
use hyper::{Request, StatusCode};
use hyper_util::rt::TokioIo;
use serde::de::{DeserializeOwned, IgnoredAny};
use tokio::net::UnixStream;
use tokio::time::timeout;

use super::labels;
use super::state::{Inspected, Machine, Summary, VolumeList, VolumeSummary};
use super::trouble::Trouble;

/// How long the engine may take to begin an answer. It starts containers one after another.
const CALL_TIMEOUT: Duration = Duration::from_secs(60);

/// How long the engine may take to say something.
const LOOK_TIMEOUT: Duration = Duration::from_secs(10);

/// The longest answer that we read: a list of thousands of containers.
const MAX_ANSWER: usize = 64 * 1024 * 1024;

/// The way to the engine.
#[derive(Debug)]
pub(super) struct Client {
    socket: PathBuf,
    /// What speaks the engine's version of the API, once the engine has told it.
    docker: tokio::sync::Mutex<Option<Docker>>,
    is_away: AtomicBool,
}

impl Client {
    /// Names the socket. Nothing is opened.
    pub(super) fn of(socket: PathBuf) -> Self {
        Self {
            socket,
            docker: tokio::sync::Mutex::default(),
            is_away: AtomicBool::default(),
        }
    }

    /// Returns what speaks to the engine. Asks the engine for its version first, unless it has said so
    /// since it could not be reached last.
    pub(super) async fn docker(&self) -> Result<Docker, Trouble> {
        let mut known = self.docker.lock().await;
        if let Some(docker) = &*known {
            return Ok(docker.clone());
        }
        let docker = self.noted(self.negotiated().await)?;
        *known = Some(docker.clone());
        Ok(docker)
    }

    async fn negotiated(&self) -> Result<Docker, Trouble> {
        let seconds = CALL_TIMEOUT.as_secs();
        let socket = self.socket.to_string_lossy();
        let docker = Docker::connect_with_unix(&socket, seconds, API_DEFAULT_VERSION)?;
        let negotiated = timeout(LOOK_TIMEOUT, docker.negotiate_version()).await;
        Ok(negotiated.unwrap_or(Err(bollard::errors::Error::RequestTimeoutError))?)
    }

    /// Returns what the engine says about a container, which it is given by name or id; `None` if there is
    /// no such container.
    pub(super) async fn inspect(&self, container: &str) -> Result<Option<Inspected>, Trouble> {
        match self.get(&format!("/containers/{container}/json")).await {
            Ok(inspected) => Ok(Some(inspected)),
            Err(trouble) if trouble.is_missing() => Ok(None),
            Err(trouble) => Err(trouble),
        }
    }

    /// Returns every container with the label of this fleet.
    pub(super) async fn list(&self, fleet: &str) -> Result<Vec<Summary>, Trouble> {
        let filters = with_label_of(fleet);
        self.get(&format!("/containers/json?all=true&filters={filters}"))
            .await
    }

    /// Returns what the engine says about its machine.
    pub(super) async fn machine(&self) -> Result<Machine, Trouble> {
        self.get("/info").await
    }

    /// Returns whether the engine has an image.
    pub(super) async fn has_image(&self, image: &str) -> Result<bool, Trouble> {
        let parts: Vec<_> = image.split('/').map(percent_encoded).collect();
        let path = format!("/images/{}/json", parts.join("/"));
        match self.get::<IgnoredAny>(&path).await {
            Ok(_) => Ok(true),
            Err(trouble) if trouble.is_missing() => Ok(false),
            Err(trouble) => Err(trouble),
        }
    }

    /// Returns every volume with the label of this fleet.
    pub(super) async fn volumes(&self, fleet: &str) -> Result<Vec<VolumeSummary>, Trouble> {
        let filters = with_label_of(fleet);
        let listed: VolumeList = self.get(&format!("/volumes?filters={filters}")).await?;
        Ok(listed.volumes.unwrap_or_default())
    }

    /// Reads something. Goes without a version of the API, like bollard's calls.
    async fn get<T: DeserializeOwned>(&self, path: &str) -> Result<T, Trouble> {
        let answer = timeout(LOOK_TIMEOUT, self.exchange(path)).await;
        let answer = answer.unwrap_or_else(|_elapsed| unanswered(&"no answer in time"));
        let (status, body) = self.noted(answer)?;
        if !status.is_success() {
            return Err(Trouble::said(status.as_u16(), &words_of(&body)));
        }
        serde_json::from_slice(&body).or_else(|error| unanswered(&error))
    }

    async fn exchange(&self, path: &str) -> Result<(StatusCode, Bytes), Trouble> {
        let stream = UnixStream::connect(&self.socket).await;
        let stream = stream.map_err(|error| Trouble::Unreachable(error.to_string()))?;
        let (mut sender, connection) = http1::handshake(TokioIo::new(stream))
            .await
            .or_else(|error| unanswered(&error))?;
        let request = Request::get(path)
            .header(HOST, "localhost")
            .body(Empty::<Bytes>::new())
            .or_else(|error| unanswered(&error))?;
        let answer = async move {
            let response = sender.send_request(request).await;
            let response = response.or_else(|error| unanswered(&error))?;
            let status = response.status();
            let body = Limited::new(response.into_body(), MAX_ANSWER).collect();
            let body = body.await.or_else(|error| unanswered(&error))?;
            Ok((status, body.to_bytes()))
        };
        // The connection ends when the answer has come, because nobody can send anything then.
        let (answer, _ended) = tokio::join!(answer, connection);
        answer
    }

    /// Tells operators when the engine cannot be reached and when it can be again. One that does not answer may be
    /// either.
    fn noted<T>(&self, answer: Result<T, Trouble>) -> Result<T, Trouble> {
        let reason = match &answer {
            Err(Trouble::Unreachable(reason)) => Some(reason),
            Err(Trouble::Unanswered(_)) => return answer,
            Ok(_) | Err(Trouble::Said { .. }) => None,
        };
        let was_away = self.is_away.swap(reason.is_some(), Ordering::Relaxed);
        match reason {
            Some(reason) if !was_away => {
                let socket = self.socket.display();
                tracing::warn!("cannot reach the container engine at {socket}: {reason}");
            }
            None if was_away => tracing::info!("the container engine is back"),
            _ => {}
        }
        answer
    }

    /// Has the version asked for again, since another engine may be there next time.
    pub(super) async fn ask_again(&self) {
        *self.docker.lock().await = None;
    }
}

fn unanswered<T>(reason: &impl ToString) -> Result<T, Trouble> {
    Err(Trouble::Unanswered(reason.to_string()))
}

/// Returns the sentence in an error of the engine.
fn words_of(body: &[u8]) -> String {
    #[derive(serde::Deserialize)]
    struct Error {
        message: String,
    }
    let error = serde_json::from_slice::<Error>(body);
    let words = error.map(|error| error.message);
    words.unwrap_or_else(|_| String::from_utf8_lossy(body).into_owned())
}

/// Returns the filters for what has the label of this fleet, for a URL.
fn with_label_of(fleet: &str) -> String {
    let label = format!("{}={fleet}", labels::FLEET);
    let filters = serde_json::json!({ "label": [label] }).to_string();
    percent_encoded(&filters)
}

fn percent_encoded(text: &str) -> String {
    let encode = |byte: u8| match byte {
        b'A'..=b'Z' | b'a'..=b'z' | b'0'..=b'9' | b'-' | b'.' | b'_' => {
            char::from(byte).to_string()
        }
        _ => format!("%{byte:02X}"),
    };
    text.bytes().map(encode).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn filters_fit_into_a_url() {
        let encoded = percent_encoded(r#"{"label":["a.b=c d"]}"#);
        assert_eq!(encoded, "%7B%22label%22%3A%5B%22a.b%3Dc%20d%22%5D%7D");
    }

    #[test]
    fn the_sentence_of_an_error_is_found() {
        assert_eq!(
            words_of(br#"{"message": "no such image"}"#),
            "no such image"
        );
        assert_eq!(words_of(b"bad gateway"), "bad gateway");
    }
}
