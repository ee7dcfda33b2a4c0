//! The HTTP API of the cluster: plain JSON, one function for each verb.

use std::path::{Path, PathBuf};
use std::time::Duration;
use std::{fs, io};

use reqwest::{Certificate, Client, Method, RequestBuilder, Response, StatusCode};
use serde::Deserialize;
use serde::de::DeserializeOwned;
use serde_json::{Value, json};

use super::AgonesError;
use super::objects::List;
use crate::engine::words::readable;
use crate::rules::CallFailure;
use crate::settings::AgonesSettings;

/// How long an answer may take.
const TIMEOUT: Duration = Duration::from_secs(5);

/// How long the cluster keeps a watch open, in seconds.
const WATCH_SECS: u64 = 60;

/// How long a watch may take altogether: a connection that has died says nothing.
const WATCH_TIMEOUT: Duration = Duration::from_secs(WATCH_SECS + 15);

/// Bytes of an answer at most.
const MAX_ANSWER: usize = 32 << 20;

/// The objects that we use.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Kind {
    GameServer,
    Claim,
    Pod,
}

/// Why a call of the API has failed. That an object is missing or there already is no failure.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) enum ApiError {
    /// Nothing was done.
    Unreachable,
    /// Nobody knows what was done.
    Unknown,
    /// The cluster refuses, and would refuse again.
    Refused(String),
}

/// What came of making an object: there may be one of that name.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Made {
    New,
    Exists,
}

/// What came of changing an object: somebody else may have changed it since it was read.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Changed {
    Done,
    Missing,
    Outdated,
}

/// A client of the API, for one namespace.
#[derive(Debug)]
pub(super) struct Api {
    http: Client,
    url: String,
    namespace: String,
    token: PathBuf,
}

/// How the cluster refuses.
#[derive(Debug, Default, Deserialize)]
#[serde(default)]
struct Refusal {
    message: String,
}

impl Kind {
    fn path(self) -> (&'static str, &'static str) {
        match self {
            Self::GameServer => ("apis/agones.dev/v1", "gameservers"),
            Self::Claim => ("api/v1", "persistentvolumeclaims"),
            Self::Pod => ("api/v1", "pods"),
        }
    }
}

impl Api {
    /// Makes a client. Nothing is asked yet.
    pub(super) fn new(settings: &AgonesSettings) -> Result<Self, AgonesError> {
        let mut client = Client::builder().no_proxy();
        if settings.api.starts_with("https:") {
            let authority = read(&settings.account.join("ca.crt"))?;
            client = client
                .tls_built_in_root_certs(false)
                .add_root_certificate(Certificate::from_pem(authority.as_bytes())?);
        }
        let namespace = match &settings.namespace {
            Some(namespace) => namespace.clone(),
            None => read(&settings.account.join("namespace"))?.trim().to_owned(),
        };
        Ok(Self {
            http: client.build()?,
            url: settings.api.trim_end_matches('/').to_owned(),
            namespace,
            token: settings.account.join("token"),
        })
    }

    /// Returns an object, if it is there.
    pub(super) async fn get<T: DeserializeOwned>(
        &self,
        kind: Kind,
        name: &str,
    ) -> Result<Option<T>, ApiError> {
        let answer = self.send(self.request(Method::GET, kind, name)).await?;
        match answer.status() {
            StatusCode::NOT_FOUND => Ok(None),
            status if status.is_success() => parse(answer).await.map(Some),
            _ => Err(failure(answer).await),
        }
    }

    /// Returns all objects with these labels.
    pub(super) async fn list<T: DeserializeOwned>(
        &self,
        kind: Kind,
        labels: &str,
    ) -> Result<List<T>, ApiError> {
        let request = self.request(Method::GET, kind, "");
        let answer = self
            .send(request.query(&[("labelSelector", labels)]))
            .await?;
        match answer.status().is_success() {
            true => parse(answer).await,
            false => Err(failure(answer).await),
        }
    }

    /// Makes an object.
    pub(super) async fn make(&self, kind: Kind, object: &Value) -> Result<Made, ApiError> {
        let request = self.request(Method::POST, kind, "").json(object);
        let answer = self.send(request).await?;
        match answer.status() {
            StatusCode::CONFLICT => Ok(Made::Exists),
            status if status.is_success() => Ok(Made::New),
            _ => Err(failure(answer).await),
        }
    }

    /// Changes the metadata of an object; `null` removes an entry. With a `resourceVersion`, only if
    /// nobody has changed it since.
    pub(super) async fn change(
        &self,
        kind: Kind,
        name: &str,
        metadata: &Value,
    ) -> Result<Changed, ApiError> {
        let request = self
            .request(Method::PATCH, kind, name)
            .header("content-type", "application/merge-patch+json")
            .json(&json!({"metadata": metadata}));
        let answer = self.send(request).await?;
        match answer.status() {
            StatusCode::NOT_FOUND => Ok(Changed::Missing),
            StatusCode::CONFLICT => Ok(Changed::Outdated),
            status if status.is_success() => Ok(Changed::Done),
            _ => Err(failure(answer).await),
        }
    }

    /// Deletes an object, unless it is another one of the same name. A pod has these seconds to exit.
    pub(super) async fn delete(
        &self,
        kind: Kind,
        name: &str,
        uid: &str,
        grace_secs: Option<u64>,
    ) -> Result<(), ApiError> {
        let mut options = json!({
            "apiVersion": "v1",
            "kind": "DeleteOptions",
            "preconditions": {"uid": uid},
        });
        if let Some(seconds) = grace_secs {
            options["gracePeriodSeconds"] = seconds.into();
        }
        let request = self.request(Method::DELETE, kind, name).json(&options);
        let answer = self.send(request).await?;
        match answer.status() {
            StatusCode::NOT_FOUND | StatusCode::CONFLICT => Ok(()),
            status if status.is_success() => Ok(()),
            _ => Err(failure(answer).await),
        }
    }

    /// Opens a stream of what happens to objects with these labels after a version of the list.
    pub(super) async fn watch(
        &self,
        kind: Kind,
        labels: &str,
        version: &str,
    ) -> Result<Response, ApiError> {
        let seconds = WATCH_SECS.to_string();
        let query = [
            ("watch", "true"),
            ("labelSelector", labels),
            ("resourceVersion", version),
            ("timeoutSeconds", &seconds),
        ];
        let request = self.request(Method::GET, kind, "").query(&query);
        let answer = self.send(request.timeout(WATCH_TIMEOUT)).await?;
        match answer.status().is_success() {
            true => Ok(answer),
            false => Err(failure(answer).await),
        }
    }

    fn request(&self, method: Method, kind: Kind, name: &str) -> RequestBuilder {
        let (group, plural) = kind.path();
        let (url, namespace) = (&self.url, &self.namespace);
        let mut path = format!("{url}/{group}/namespaces/{namespace}/{plural}");
        if !name.is_empty() {
            path = format!("{path}/{name}");
        }
        self.http.request(method, path).timeout(TIMEOUT)
    }

    /// Sends a request with the token, which the cluster replaces again and again.
    async fn send(&self, request: RequestBuilder) -> Result<Response, ApiError> {
        let token = tokio::fs::read_to_string(&self.token).await;
        let token = token.map_err(|error| {
            let path = self.token.display();
            ApiError::Refused(format!("cannot read {path}: {error}"))
        })?;
        let sent = request.bearer_auth(token.trim()).send().await;
        sent.map_err(|error| match error.is_connect() || error.is_builder() {
            true => ApiError::Unreachable,
            false => ApiError::Unknown,
        })
    }
}

impl From<ApiError> for CallFailure {
    fn from(error: ApiError) -> Self {
        match error {
            ApiError::Unreachable => Self::Unreachable,
            ApiError::Unknown => Self::Unknown,
            ApiError::Refused(sentence) => Self::Refused(sentence),
        }
    }
}

async fn parse<T: DeserializeOwned>(answer: Response) -> Result<T, ApiError> {
    let body = body(answer).await?;
    serde_json::from_slice(&body).map_err(|_| ApiError::Unknown)
}

async fn body(mut answer: Response) -> Result<Vec<u8>, ApiError> {
    let mut body = Vec::new();
    while let Some(chunk) = answer.chunk().await.map_err(|_| ApiError::Unknown)? {
        if body.len() + chunk.len() > MAX_ANSWER {
            return Err(ApiError::Unknown);
        }
        body.extend_from_slice(&chunk);
    }
    Ok(body)
}

/// Turns an answer that is no success into a failure.
async fn failure(answer: Response) -> ApiError {
    let status = answer.status();
    match status {
        StatusCode::TOO_MANY_REQUESTS | StatusCode::SERVICE_UNAVAILABLE => ApiError::Unreachable,
        status if status.is_client_error() => {
            let refusal: Refusal = parse(answer).await.unwrap_or_default();
            let said = readable(&refusal.message);
            ApiError::Refused(format!("the cluster answered {status}: {said}"))
        }
        _ => ApiError::Unknown,
    }
}

fn read(path: &Path) -> Result<String, AgonesError> {
    fs::read_to_string(path).map_err(|error: io::Error| AgonesError::Account {
        path: path.display().to_string(),
        error,
    })
}
