//! Sends one request, retries it if that helps, and reads the answer.

use std::error::Error as _;
use std::time::Duration;

use oxeye_plugin_proto::{ApiKey, BootId, ErrorResponse, limits::BOOT_ID_HEADER};
use reqwest::{
    Method, RequestBuilder, Response, StatusCode,
    header::{CONTENT_TYPE, HeaderMap, RETRY_AFTER},
    redirect,
};
use serde::{Serialize, de::DeserializeOwned};
use uuid::Uuid;

use crate::{
    ClientError, RetryPolicy,
    address::Address,
    refusal::sanitize_refusal,
    retry::{Repeat, RetryPlan},
};

/// Time limit for a TCP and TLS connection.
const CONNECT_TIMEOUT: Duration = Duration::from_secs(5);

/// Time limit for a request with its answer, which is longer than the backend's own limit.
const REQUEST_TIMEOUT: Duration = Duration::from_secs(15);

/// Largest answer that we read. The largest honest one, to a sync of 1000 players without known skins,
/// has about 200 KiB.
const MAX_ANSWER_BYTES: usize = 1024 * 1024;

/// Name of the header by which the backend recognises a single event that is sent again.
const IDEMPOTENCY_KEY: &str = "idempotency-key";

/// Sends requests to one backend. Clones are cheap and share the connections.
#[derive(Debug, Clone)]
pub(crate) struct Transport {
    http: reqwest::Client,
    /// `None` if the client was made with an invalid address. Then every request fails.
    address: Option<Address>,
    pub(crate) retry: RetryPlan,
}

/// A request that can be sent repeatedly.
pub(crate) struct Request<'a> {
    method: Method,
    path: &'static str,
    body: Option<Vec<u8>>,
    api_key: Option<&'a ApiKey>,
    repeat: Repeat,
    idempotency_key: Option<Uuid>,
}

/// A complete answer with any status.
#[derive(Debug)]
pub(crate) struct Answer {
    pub(crate) status: StatusCode,
    pub(crate) boot_id: Option<BootId>,
    retry_after: Option<Duration>,
    body: Vec<u8>,
    address: String,
}

impl<'a> Request<'a> {
    pub(crate) fn new(method: Method, path: &'static str) -> Self {
        Self {
            method,
            path,
            body: None,
            api_key: None,
            repeat: Repeat::Always,
            idempotency_key: None,
        }
    }

    pub(crate) fn with_body(mut self, message: &impl Serialize) -> Self {
        self.body = Some(
            serde_json::to_vec(message).expect("all keys of a message are text, so it is JSON"),
        );
        self
    }

    pub(crate) fn with_key(mut self, api_key: &'a ApiKey) -> Self {
        self.api_key = Some(api_key);
        self
    }

    /// Adds a key by which the backend recognises a repetition.
    pub(crate) fn with_idempotency_key(mut self, key: Uuid) -> Self {
        self.idempotency_key = Some(key);
        self
    }

    pub(crate) fn repeated(mut self, repeat: Repeat) -> Self {
        self.repeat = repeat;
        self
    }
}

impl Transport {
    /// Makes a client that connects to the address directly. It follows no redirects, which could send
    /// a key elsewhere, and uses no proxy from the environment, which this crate does not read.
    pub(crate) fn new(base_url: &str) -> Self {
        let http = reqwest::Client::builder()
            .user_agent(concat!("oxeye/", env!("CARGO_PKG_VERSION")))
            .redirect(redirect::Policy::none())
            .no_proxy()
            .connect_timeout(CONNECT_TIMEOUT)
            .timeout(REQUEST_TIMEOUT)
            .build()
            .expect(
                "TLS and its certificates are compiled in, so this does not depend on the machine",
            );
        Self {
            http,
            address: Address::parse(base_url),
            retry: RetryPlan::new(RetryPolicy::default()),
        }
    }

    /// Returns the last answer, whatever its status, or an error if the last attempt had no answer.
    pub(crate) async fn send(&self, request: &Request<'_>) -> Result<Answer, ClientError> {
        let address = self.address.as_ref().ok_or(ClientError::Address)?;
        let mut sent = 0;
        loop {
            let outcome = self.send_once(request, address).await;
            sent += 1;
            let (repeatable, retry_after) = match &outcome {
                Ok(answer) => (
                    request.repeat.allowed_after_status(answer.status),
                    answer.retry_after,
                ),
                Err(error) => (request.repeat.allowed_after_error(error), None),
            };
            let may_retry = if repeatable {
                self.retry.wait(sent, retry_after).await
            } else {
                false
            };
            if !may_retry {
                return outcome.map_err(|error| unreachable(address, error));
            }
        }
    }

    async fn send_once(
        &self,
        request: &Request<'_>,
        address: &Address,
    ) -> Result<Answer, reqwest::Error> {
        let response = self.build(request, address).send().await?;
        let (status, boot_id) = (response.status(), boot_id(response.headers()));
        let retry_after = retry_after(response.headers());
        let body = read_body(response).await?;
        Ok(Answer {
            status,
            boot_id,
            retry_after,
            body,
            address: address.to_string(),
        })
    }

    fn build(&self, request: &Request<'_>, address: &Address) -> RequestBuilder {
        let mut builder = self
            .http
            .request(request.method.clone(), address.route(request.path));
        if let Some(api_key) = request.api_key {
            builder = builder.bearer_auth(api_key.expose());
        }
        if let Some(key) = request.idempotency_key {
            builder = builder.header(IDEMPOTENCY_KEY, key.to_string());
        }
        if let Some(body) = &request.body {
            builder = builder
                .header(CONTENT_TYPE, "application/json")
                .body(body.clone());
        }
        builder
    }
}

fn unreachable(address: &Address, error: reqwest::Error) -> ClientError {
    let address = address.to_string();
    if is_answer_without_tls(&error) {
        return ClientError::PlainHttp { address };
    }
    let source = error.without_url();
    ClientError::Unreachable { address, source }
}

/// Whether the other side answered the first message of TLS with something else. The TLS library says
/// so only in words.
fn is_answer_without_tls(error: &reqwest::Error) -> bool {
    let causes = std::iter::successors(error.source(), |&cause| cause.source());
    error.is_connect()
        && causes
            .map(ToString::to_string)
            .any(|cause| cause.contains("InvalidContentType"))
}

fn boot_id(headers: &HeaderMap) -> Option<BootId> {
    headers.get(BOOT_ID_HEADER)?.to_str().ok()?.parse().ok()
}

/// Reads `Retry-After` in seconds. The form with a date would need a clock, and the backend does not
/// send it.
fn retry_after(headers: &HeaderMap) -> Option<Duration> {
    headers
        .get(RETRY_AFTER)?
        .to_str()
        .ok()?
        .trim()
        .parse()
        .ok()
        .map(Duration::from_secs)
}

/// Reads the body up to the limit. A longer one is truncated, so it is not valid JSON.
async fn read_body(mut response: Response) -> Result<Vec<u8>, reqwest::Error> {
    let mut body = Vec::new();
    while let Some(chunk) = response.chunk().await? {
        let room = MAX_ANSWER_BYTES - body.len();
        body.extend_from_slice(&chunk[..chunk.len().min(room)]);
        if body.len() == MAX_ANSWER_BYTES {
            break;
        }
    }
    Ok(body)
}

impl Answer {
    /// Returns an error unless the answer has one of these statuses.
    pub(crate) fn expect_status(&self, expected: &[StatusCode]) -> Result<(), ClientError> {
        if expected.contains(&self.status) {
            Ok(())
        } else {
            Err(self.refusal())
        }
    }

    /// Turns the answer into an error. Only an error in our own form says something about the key: a
    /// 401 may also come from a proxy in front of the backend.
    pub(crate) fn refusal(&self) -> ClientError {
        match self.json::<ErrorResponse>() {
            Ok(_) if self.status == StatusCode::UNAUTHORIZED => ClientError::NotLinked,
            Ok(refusal) => self.refused(sanitize_refusal(&refusal)),
            Err(_) if self.status.is_server_error() => self.refused(ErrorResponse::new(format!(
                "a proxy in front of the backend at {} answered with {}; check that the backend is running",
                self.address, self.status
            ))),
            Err(not_oxeye) => not_oxeye,
        }
    }

    fn refused(&self, refusal: ErrorResponse) -> ClientError {
        ClientError::Refused {
            status: self.status.as_u16(),
            refusal,
            retry_after: self.retry_after,
        }
    }

    pub(crate) fn json<T: DeserializeOwned>(&self) -> Result<T, ClientError> {
        serde_json::from_slice(&self.body).map_err(|_| self.not_oxeye())
    }

    pub(crate) fn not_oxeye(&self) -> ClientError {
        ClientError::NotOxeye {
            address: self.address.clone(),
            status: self.status.as_u16(),
        }
    }
}
