//! Requests to Discord's REST API that serenity 0.12 cannot make, or whose refusals it hides: messages
//! that the bot keeps true, the status of voice channels, names of channels, posts in forums, and
//! direct messages.
//!
//! | module     | what it holds                                        |
//! |------------|------------------------------------------------------|
//! | `commands` | the commands of the application                      |
//! | `direct`   | direct messages                                      |
//! | `emoji`    | the emoji of the application                         |
//! | `error`    | [`RestError`]: why a request was not carried out     |
//! | `limits`   | Discord's rate limits and our own pace; pure         |
//! | `forums`   | posts in forums, and threads that are archived       |
//! | `places`   | channels and guilds, and who is there                |

mod commands;
mod direct;
mod emoji;
mod error;
mod forums;
mod limits;
mod places;

use std::sync::Arc;
use std::time::Duration;

use oxeye_process::Secret;
use parking_lot::Mutex;
use reqwest::header::{AUTHORIZATION, HeaderMap, HeaderValue};
use reqwest::multipart::{Form, Part};
use reqwest::redirect::Policy;
use reqwest::{Client, Method, RequestBuilder, Response};
use serde_json::{Value, json};
use tokio::time::{Instant, sleep, sleep_until};

pub(crate) use error::{RestError, code};
pub(crate) use forums::ForumPost;
use limits::{RateLimits, Route};

const DISCORD: &str = "https://discord.com";

/// Who we are, in the form that Discord asks for: a URL and a version. Oxeye has no page of its own, so the URL is that
/// of the page on which whoever runs it has made its application.
/// <https://discord.com/developers/docs/reference#user-agent>
const USER_AGENT: &str = concat!(
    "DiscordBot (https://discord.com/developers/applications, ",
    env!("CARGO_PKG_VERSION"),
    ")"
);

/// How long a whole answer may take.
const ANSWER_TIMEOUT: Duration = Duration::from_secs(10);

/// The longest rate limit that we wait for. Whoever asks is told of a longer one.
const SHORT_WAIT: Duration = Duration::from_secs(3);

/// How often a request is sent that is refused because of a short rate limit.
const ATTEMPTS: usize = 3;

/// The number of a channel's newest messages that we read.
const NEWEST: u32 = 50;

/// How often a message is to be deleted, and the pause after the first failure, which doubles.
const DELETIONS: u32 = 6;
const DELETE_AGAIN: Duration = Duration::from_secs(1);

/// A message as Discord receives it.
#[derive(Debug, Clone, Default, PartialEq)]
pub(crate) struct Payload {
    /// Its fields. `attachments` has an entry for each file, with its position as `id`.
    pub(crate) json: Value,
    pub(crate) files: Vec<File>,
}

/// A message that Discord has.
#[derive(Debug, Clone, PartialEq)]
pub(crate) struct Message {
    pub(crate) id: u64,
    /// Its fields.
    pub(crate) json: Value,
}

/// A file of a message.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct File {
    pub(crate) name: &'static str,
    pub(crate) bytes: Arc<[u8]>,
}

/// Whether a request keeps to our own pace. Discord's rate limits hold for each.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Turn {
    /// It is sent after those that came before it.
    InOrder,
    /// It is sent at once, since a member waits for the answer.
    Now,
}

/// Sends requests in the name of the bot. Clones share the rate limits.
#[derive(Debug, Clone)]
pub(crate) struct Rest {
    client: Client,
    /// Everything before the path of a request.
    base: Arc<str>,
    limits: Arc<Mutex<RateLimits>>,
}

impl Rest {
    /// Prepares requests to Discord, or to the stand-in at `api_base`.
    pub(crate) fn new(token: &Secret, api_base: Option<&str>) -> Result<Self, RestError> {
        let lost = |error: String| RestError::Lost(error);
        let mut token = HeaderValue::from_str(&format!("Bot {}", token.expose()))
            .map_err(|_| lost("the token contains impossible characters".to_owned()))?;
        token.set_sensitive(true);
        let client = Client::builder()
            .user_agent(USER_AGENT)
            .default_headers(HeaderMap::from_iter([(AUTHORIZATION, token)]))
            .redirect(Policy::none())
            .timeout(ANSWER_TIMEOUT)
            .build()
            .map_err(|error| lost(error.to_string()))?;
        let base = api_base.unwrap_or(DISCORD).trim_end_matches('/');
        Ok(Self {
            client,
            base: format!("{base}/api/v10").into(),
            limits: Arc::default(),
        })
    }

    /// Posts a message and returns it. With the same `nonce`, a repeated request of the next few minutes posts
    /// nothing and returns the same message.
    pub(crate) async fn create_message(
        &self,
        channel: u64,
        message: &Payload,
        nonce: u64,
    ) -> Result<Message, RestError> {
        let mut json = message.json.clone();
        json["nonce"] = json!(nonce.to_string());
        json["enforce_nonce"] = json!(true);
        let path = format!("/channels/{channel}/messages");
        let route = Route("create message", channel);
        let created = self.send_payload(Method::POST, path, route, &json, &message.files);
        Message::new(json_of(created.await?).await?)
    }

    /// Replaces a message. Files that the payload does not name are removed.
    pub(crate) async fn edit_message(
        &self,
        channel: u64,
        message: u64,
        edited: &Payload,
    ) -> Result<(), RestError> {
        let path = format!("/channels/{channel}/messages/{message}");
        let route = Route("edit message", channel);
        let sent = self.send_payload(Method::PATCH, path, route, &edited.json, &edited.files);
        sent.await.map(drop)
    }

    /// Returns a message.
    pub(crate) async fn message(&self, channel: u64, message: u64) -> Result<Value, RestError> {
        let path = format!("/channels/{channel}/messages/{message}");
        let sent = self.send_bare(Method::GET, path, Route("get message", channel));
        json_of(sent.await?).await
    }

    /// Returns the newest messages of a channel, newest first.
    pub(crate) async fn newest_messages(&self, channel: u64) -> Result<Vec<Message>, RestError> {
        let path = format!("/channels/{channel}/messages?limit={NEWEST}");
        let sent = self.send_bare(Method::GET, path, Route("get messages", channel));
        let json = json_of(sent.await?).await?;
        let all = json.as_array().cloned().unwrap_or_default();
        Ok(all
            .into_iter()
            .filter_map(|one| Message::new(one).ok())
            .collect())
    }

    /// Deletes a message. Nobody else tries that again, so this takes a minute if Discord fails.
    pub(crate) async fn delete_message(&self, channel: u64, message: u64) -> Result<(), RestError> {
        let mut pause = DELETE_AGAIN;
        for _ in 1..DELETIONS {
            match self.delete_message_once(channel, message).await {
                Err(error) if error.is_transient() => {
                    sleep(pause.max(error.retry_after().unwrap_or_default())).await;
                }
                answered => return answered,
            }
            pause *= 2;
        }
        self.delete_message_once(channel, message).await
    }

    async fn delete_message_once(&self, channel: u64, message: u64) -> Result<(), RestError> {
        let path = format!("/channels/{channel}/messages/{message}");
        let sent = self.send_bare(Method::DELETE, path, Route("delete message", channel));
        sent.await.map(drop)
    }

    /// Renames a channel. Discord allows this twice in ten minutes.
    pub(crate) async fn rename_channel(&self, channel: u64, name: &str) -> Result<(), RestError> {
        self.edit_channel(channel, "rename channel", &json!({"name": name}))
            .await
    }

    async fn edit_channel(
        &self,
        channel: u64,
        what: &'static str,
        json: &Value,
    ) -> Result<(), RestError> {
        let path = format!("/channels/{channel}");
        let sent = self.send_payload(Method::PATCH, path, Route(what, channel), json, &[]);
        sent.await.map(drop)
    }

    /// Sets the status of a voice channel, which people read below its name. An empty one clears it.
    pub(crate) async fn set_voice_status(
        &self,
        channel: u64,
        status: &str,
    ) -> Result<(), RestError> {
        let path = format!("/channels/{channel}/voice-status");
        let route = Route("voice status", channel);
        let json = json!({"status": status});
        let sent = self.send_payload(Method::PUT, path, route, &json, &[]);
        sent.await.map(drop)
    }

    /// Sends JSON, and files beside it if there are any.
    async fn send_payload(
        &self,
        method: Method,
        path: String,
        route: Route,
        json: &Value,
        files: &[File],
    ) -> Result<Response, RestError> {
        self.send(
            method,
            path,
            (route, Turn::InOrder),
            |request| match files {
                [] => request.json(json),
                files => request.multipart(form(json, files)),
            },
        )
        .await
    }

    async fn send_bare(
        &self,
        method: Method,
        path: String,
        route: Route,
    ) -> Result<Response, RestError> {
        let turn = (route, Turn::InOrder);
        self.send(method, path, turn, |request| request).await
    }

    /// Sends a request, and once more after each short rate limit.
    async fn send(
        &self,
        method: Method,
        path: String,
        (route, turn): (Route, Turn),
        fill: impl Fn(RequestBuilder) -> RequestBuilder,
    ) -> Result<Response, RestError> {
        let url = format!("{}{path}", self.base);
        let mut refusal = None;
        for _ in 0..ATTEMPTS {
            self.wait_for(route, turn).await?;
            let request = fill(self.client.request(method.clone(), &url));
            match self.send_once(request, route).await {
                Err(error) if error.is_rate_limit() && error.retry_after().is_some() => {
                    refusal = Some(error);
                }
                other => return other,
            }
        }
        Err(refusal.unwrap_or_else(|| RestError::Lost("nothing was sent".to_owned())))
    }

    async fn send_once(
        &self,
        request: RequestBuilder,
        route: Route,
    ) -> Result<Response, RestError> {
        let sent = request.send().await;
        let response = sent.map_err(|error| lost(&error))?;
        let headers = response.headers();
        self.limits.lock().note(route, headers, Instant::now());
        if response.status().is_success() {
            return Ok(response);
        }
        let status = response.status().as_u16();
        let header = limits::seconds(headers, "retry-after");
        let is_global = headers.get("x-ratelimit-global").is_some();
        // Something between us and Discord may answer with a page instead of JSON.
        let body: error::RefusalBody = response.json().await.unwrap_or_default();
        let retry_after = body.retry_after(header);
        let is_global = is_global || body.global;
        let error = body.into_error(status, retry_after);
        if let Some(wait) = retry_after.filter(|_| error.is_rate_limit()) {
            let mut limits = self.limits.lock();
            limits.close(route, is_global, wait, Instant::now());
        }
        Err(error)
    }

    /// Waits until a request may be sent, unless that takes long. Meanwhile, the answer to another request may have
    /// closed the route or all of them, so this looks again after each wait.
    async fn wait_for(&self, route: Route, turn: Turn) -> Result<(), RestError> {
        let mut has_place = false;
        loop {
            let closed_for = self.limits.lock().closed_for(route, Instant::now());
            if closed_for > SHORT_WAIT {
                return Err(RestError::limited(closed_for));
            }
            if !closed_for.is_zero() {
                sleep(closed_for).await;
                // Many may have waited for this, and go on one after another.
                has_place = false;
                continue;
            }
            if has_place || turn == Turn::Now {
                return Ok(());
            }
            let place = self.limits.lock().reserve(Instant::now());
            sleep_until(place).await;
            has_place = true;
        }
    }
}

impl Message {
    fn new(json: Value) -> Result<Self, RestError> {
        let id = id(&json)?;
        Ok(Self { id, json })
    }
}

fn form(json: &Value, files: &[File]) -> Form {
    let json = Form::new().text("payload_json", json.to_string());
    files.iter().enumerate().fold(json, |form, (number, file)| {
        let part = Part::bytes(file.bytes.to_vec()).file_name(file.name);
        form.part(format!("files[{number}]"), part)
    })
}

async fn json_of(response: Response) -> Result<Value, RestError> {
    response.json().await.map_err(|error| lost(&error))
}

/// Describes a missing answer. The URL is left out: it says nothing that the caller does not know.
fn lost(error: &reqwest::Error) -> RestError {
    let what = match error {
        error if error.is_timeout() => "timeout",
        error if error.is_connect() => "no connection",
        error if error.is_decode() => "not JSON",
        _ => "the connection broke",
    };
    RestError::Lost(what.to_owned())
}

fn id(json: &Value) -> Result<u64, RestError> {
    let id = json["id"].as_str().and_then(|id| id.parse().ok());
    id.ok_or_else(|| RestError::Lost("the answer has no id".to_owned()))
}

#[cfg(test)]
mod tests;
