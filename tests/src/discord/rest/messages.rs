//! Messages in channels that the bot writes of its own accord.

use std::collections::VecDeque;
use std::time::{Duration, Instant};

use axum::extract::{Path, State};
use axum::http::StatusCode;
use axum::routing::{get, post};
use axum::{Json, Router};
use serde_json::{Map, Value};

use super::super::permissions::Permissions;
use super::super::upload::{Upload, UploadedFile};
use super::super::world::{Message, World};
use super::super::{Shared, limits};
use super::refusal::Refusal;

/// Edits of messages older than an hour, per channel.
const OLD_EDITS: (usize, Duration) = (3, Duration::from_secs(20));
const HOUR: Duration = Duration::from_secs(3600);
/// Messages in one answer.
const NEWEST: usize = 50;
/// How long Discord remembers a nonce.
const NONCE_REMEMBERED: Duration = Duration::from_secs(180);

pub(super) fn routes() -> Router<Shared> {
    let message = get(read).patch(edit).delete(delete);
    Router::new()
        .route("/channels/{channel}/messages", post(create).get(newest))
        .route("/channels/{channel}/messages/{message}", message)
}

async fn create(
    State(world): State<Shared>,
    Path(channel): Path<u64>,
    upload: Upload,
) -> Result<Json<Value>, Refusal> {
    world.change(|world| world.post(channel, upload)).map(Json)
}

/// The newest messages of a channel, newest first. Without the permission to read them there are none.
async fn newest(
    State(world): State<Shared>,
    Path(channel): Path<u64>,
) -> Result<Json<Value>, Refusal> {
    world.change(|world| {
        let place = world.seen(channel)?;
        if !world
            .bot_permissions(place)
            .has(Permissions::READ_MESSAGE_HISTORY)
        {
            return Ok(Json(Value::Array(Vec::new())));
        }
        let here = world.messages.iter().filter(|(_, message)| {
            message.channel == channel && !message.deleted && !message.ephemeral
        });
        let mut here: Vec<_> = here.map(|(id, _)| *id).collect();
        here.sort_unstable_by_key(|id| std::cmp::Reverse(*id));
        here.truncate(NEWEST);
        Ok(Json(here.into_iter().map(|id| world.shown(id)).collect()))
    })
}

async fn edit(
    State(world): State<Shared>,
    Path((channel, message)): Path<(u64, u64)>,
    upload: Upload,
) -> Result<Json<Value>, Refusal> {
    world
        .change(|world| world.edit(channel, message, upload))
        .map(Json)
}

async fn read(
    State(world): State<Shared>,
    Path((channel, message)): Path<(u64, u64)>,
) -> Result<Json<Value>, Refusal> {
    world
        .read(|world| {
            world.permitted(channel, Permissions::READ_MESSAGE_HISTORY)?;
            world.message_in(channel, message)?;
            Ok(world.shown(message))
        })
        .map(Json)
}

async fn delete(
    State(world): State<Shared>,
    Path((channel, message)): Path<(u64, u64)>,
) -> Result<StatusCode, Refusal> {
    world.change(|world| {
        world.seen(channel)?;
        world.refuse_archived(channel)?;
        world.message_in(channel, message)?;
        if let Some(message) = world.messages.get_mut(&message) {
            message.deleted = true;
            message.edition += 1;
        }
        Ok(StatusCode::NO_CONTENT)
    })
}

impl World {
    /// Sends a message, or returns the one that was sent with the same enforced nonce.
    pub(super) fn post(&mut self, channel: u64, upload: Upload) -> Result<Value, Refusal> {
        let mut body = upload.body.as_object().cloned().unwrap_or_default();
        let place = self.writable(channel, content(&body, &upload.files))?;
        let recipient = place.recipient;
        if recipient.is_some_and(|person| self.closed_to_direct.contains(&person)) {
            let message = "Cannot send messages to this user";
            return Err(Refusal::new(StatusCode::FORBIDDEN, 50_007, message));
        }
        self.refuse_if(&limits::messages::new_message_violations(&body))?;
        let nonce = body.remove("nonce");
        let enforced = body.remove("enforce_nonce") == Some(Value::Bool(true));
        if let Some(id) = enforced
            .then(|| self.with_nonce(channel, nonce.as_ref()))
            .flatten()
        {
            return Ok(self.shown(id));
        }
        let message = Message {
            nonce,
            ..Message::in_channel(channel)
        };
        let sent = self.add_message(message, body, upload.files)?;
        self.unarchive_by_writing(channel);
        Ok(sent)
    }

    /// Adds a message, unless what is in it is refused.
    pub(super) fn add_message(
        &mut self,
        message: Message,
        body: Map<String, Value>,
        files: Vec<UploadedFile>,
    ) -> Result<Value, Refusal> {
        let id = self.next_id();
        self.add_message_as(id, message, body, files)
    }

    /// Adds a message with an id that exists already: the first of a post has that of its thread.
    pub(super) fn add_message_as(
        &mut self,
        id: u64,
        message: Message,
        body: Map<String, Value>,
        files: Vec<UploadedFile>,
    ) -> Result<Value, Refusal> {
        self.messages.insert(id, message);
        if let Err(refusal) = self.write(id, body, files) {
            self.messages.remove(&id);
            return Err(refusal);
        }
        Ok(self.shown(id))
    }

    fn with_nonce(&self, channel: u64, nonce: Option<&Value>) -> Option<u64> {
        let nonce = nonce?;
        let mut all = self.messages.iter();
        let found = all.find(|(_, message)| {
            message.channel == channel
                && message.nonce.as_ref() == Some(nonce)
                && message.age() < NONCE_REMEMBERED
        });
        found.map(|(id, _)| *id)
    }

    /// A message in an archived thread that is not locked unarchives it.
    fn unarchive_by_writing(&mut self, channel: u64) {
        let thread = self.channels.get(&channel).and_then(|place| place.thread);
        if thread.is_some_and(|thread| thread.archived) {
            self.change_channel(channel, |place| {
                if let Some(thread) = &mut place.thread {
                    thread.archived = false;
                }
            });
        }
    }

    fn edit(&mut self, channel: u64, message: u64, upload: Upload) -> Result<Value, Refusal> {
        let body = upload.body.as_object().cloned().unwrap_or_default();
        self.seen(channel)?;
        let written = self.message_in(channel, message)?;
        let old = written.age() > HOUR;
        if written.asked_by.is_some() {
            self.violated("the answer to an interaction was edited as if it were a plain message");
        }
        self.permitted(channel, content(&body, &upload.files))?;
        self.refuse_archived(channel)?;
        self.refuse_old_edit(channel, old)?;
        self.refuse_if(&limits::messages::edit_violations(&body))?;
        self.write(message, body, upload.files)?;
        Ok(self.shown(message))
    }

    fn refuse_archived(&self, channel: u64) -> Result<(), Refusal> {
        let thread = self.channels.get(&channel).and_then(|place| place.thread);
        match thread {
            Some(thread) if thread.archived => {
                Err(Refusal::bad_request(50_083, "Thread is archived"))
            }
            _ => Ok(()),
        }
    }

    /// Few edits of messages older than an hour are allowed. The answer says neither how many nor
    /// how long to wait.
    fn refuse_old_edit(&mut self, channel: u64, old: bool) -> Result<(), Refusal> {
        let limit = self.old_edits.unwrap_or(OLD_EDITS);
        let Some(place) = self.channels.get_mut(&channel).filter(|_| old) else {
            return Ok(());
        };
        if is_beyond(&mut place.old_edits, limit) {
            let message =
                "Maximum number of edits to messages older than 1 hour reached. Try again later";
            let status = StatusCode::TOO_MANY_REQUESTS;
            return Err(Refusal::new(status, 30_046, message));
        }
        place.old_edits.push_back(Instant::now());
        Ok(())
    }

    fn message_in(&self, channel: u64, message: u64) -> Result<&Message, Refusal> {
        let found = self.messages.get(&message);
        let found =
            found.filter(|found| found.channel == channel && !found.deleted && !found.ephemeral);
        found.ok_or_else(|| Refusal::unknown(10_008, "Message"))
    }
}

/// Whether one more would be beyond the limit.
pub(super) fn is_beyond(lately: &mut VecDeque<Instant>, (most, within): (usize, Duration)) -> bool {
    lately.retain(|at| at.elapsed() < within);
    lately.len() >= most
}

/// The permissions that the content of a message needs.
pub(super) fn content(body: &Map<String, Value>, files: &[UploadedFile]) -> Permissions {
    let embeds = body.get("embeds").and_then(Value::as_array);
    let mut needed = Permissions::NONE;
    if embeds.is_some_and(|embeds| !embeds.is_empty()) {
        needed = needed | Permissions::EMBED_LINKS;
    }
    if !files.is_empty() {
        needed = needed | Permissions::ATTACH_FILES;
    }
    needed
}
