//! Guilds, channels, threads and direct channels.

use std::time::{Duration, Instant};

use axum::extract::{Path, State};
use axum::http::StatusCode;
use axum::routing::{get, post, put};
use axum::{Json, Router};
use serde_json::{Map, Value, json};

use super::super::channels::{ChannelKind, ChannelState};
use super::super::guilds::{GuildState, Membership};
use super::super::permissions::Permissions;
use super::super::upload::Upload;
use super::super::world::{APPLICATION, Message, World};
use super::super::{Call, Shared, limits, payloads};
use super::messages::{content, is_beyond};
use super::refusal::Refusal;

/// Renames of one channel.
const RENAMES: (usize, Duration) = (2, Duration::from_secs(600));

pub(super) fn routes() -> Router<Shared> {
    Router::new()
        .route("/channels/{channel}", get(read_channel).patch(change))
        .route("/channels/{channel}/voice-status", put(voice_status))
        .route("/channels/{channel}/threads", post(create_thread))
        .route("/users/@me/channels", post(open_direct))
        .route("/guilds/{guild}", get(read_guild))
        .route("/guilds/{guild}/roles", get(read_roles))
        .route("/guilds/{guild}/channels", get(read_channels))
        .route("/guilds/{guild}/threads/active", get(read_threads))
        .route("/guilds/{guild}/members/{member}", get(read_member))
        .route("/guilds/{guild}/voice-states/{user}", get(read_voice))
}

async fn read_channel(
    State(world): State<Shared>,
    Path(channel): Path<u64>,
) -> Result<Json<Value>, Refusal> {
    world.read(|world| {
        world
            .seen(channel)
            .map(|channel| Json(payloads::channel(channel)))
    })
}

async fn read_voice(
    State(world): State<Shared>,
    Path((guild, user)): Path<(u64, u64)>,
) -> Result<Json<Value>, Refusal> {
    let state = world.read(|world| world.voice_state(guild, user));
    let unknown = || Refusal::new(StatusCode::NOT_FOUND, 10_065, "Unknown Voice State");
    state.map(Json).ok_or_else(unknown)
}

async fn change(
    State(world): State<Shared>,
    Path(channel): Path<u64>,
    Json(body): Json<Map<String, Value>>,
) -> Result<Json<Value>, Refusal> {
    world.change(|world| {
        let thread = world.seen(channel)?.thread.is_some();
        if thread {
            world.change_thread(channel, &body)?;
        } else {
            world.rename(channel, &body)?;
        }
        world
            .seen(channel)
            .map(|channel| Json(payloads::channel(channel)))
    })
}

async fn voice_status(
    State(world): State<Shared>,
    Path(channel): Path<u64>,
    Json(body): Json<Value>,
) -> Result<StatusCode, Refusal> {
    world.change(|world| {
        let needed = Permissions::SET_VOICE_CHANNEL_STATUS | Permissions::MANAGE_CHANNELS;
        let kind = world.permitted(channel, needed)?.kind;
        if kind != ChannelKind::Voice {
            let message = "Cannot execute action on this channel type";
            return Err(Refusal::bad_request(50_024, message));
        }
        let status = &body["status"];
        world.refuse_if(&limits::voice_status_violations(status))?;
        if let Some(channel) = world.channels.get_mut(&channel) {
            channel.voice_status = status.as_str().map(str::to_owned);
        }
        Ok(StatusCode::NO_CONTENT)
    })
}

/// In a forum, a post with its first message; elsewhere a thread.
async fn create_thread(
    State(world): State<Shared>,
    Path(channel): Path<u64>,
    upload: Upload,
) -> Result<(StatusCode, Json<Value>), Refusal> {
    world.change(|world| {
        let first = upload.body["message"].as_object().cloned();
        let first = first.unwrap_or_default();
        let needed = Permissions::SEND_MESSAGES | content(&first, &upload.files);
        if world.permitted(channel, needed)?.kind != ChannelKind::Forum {
            let message = "Cannot execute action on this channel type";
            return Err(Refusal::bad_request(50_024, message));
        }
        world.refuse_if(&limits::thread_violations(&upload.body))?;
        world.refuse_if(&limits::messages::first_message_violations(&first))?;
        let name = upload.body["name"].as_str().unwrap_or_default();
        let thread = world.add_thread(channel, APPLICATION, name);
        let message = Message::in_channel(thread);
        let message = world.add_message_as(thread, message, first, upload.files);
        if message.is_err() {
            world.delete_channel(thread);
        }
        let message = message?;
        let mut created = payloads::channel(world.seen(thread)?);
        created["message"] = message;
        Ok((StatusCode::CREATED, Json(created)))
    })
}

async fn open_direct(
    State(world): State<Shared>,
    Json(body): Json<Value>,
) -> Result<Json<Value>, Refusal> {
    world.change(|world| {
        let person = body["recipient_id"].as_str().and_then(|id| id.parse().ok());
        let person = person.ok_or_else(|| Refusal::bad_request(50_033, "Invalid Recipient(s)"))?;
        let id = world.direct_channel(person);
        world
            .seen(id)
            .map(|channel| Json(payloads::channel(channel)))
    })
}

async fn read_guild(
    State(world): State<Shared>,
    Path(guild): Path<u64>,
) -> Result<Json<Value>, Refusal> {
    about_guild(&world, guild, payloads::guild)
}

async fn read_roles(
    State(world): State<Shared>,
    Path(guild): Path<u64>,
) -> Result<Json<Value>, Refusal> {
    about_guild(&world, guild, |_, guild| json!(payloads::roles(guild)))
}

async fn read_channels(
    State(world): State<Shared>,
    Path(guild): Path<u64>,
) -> Result<Json<Value>, Refusal> {
    about_guild(&world, guild, |world, guild| {
        payloads::guild(world, guild)["channels"].clone()
    })
}

/// The threads that are not archived.
async fn read_threads(
    State(world): State<Shared>,
    Path(guild): Path<u64>,
) -> Result<Json<Value>, Refusal> {
    about_guild(&world, guild, |world, guild| {
        let threads = payloads::guild(world, guild)["threads"].clone();
        json!({"threads": threads, "members": []})
    })
}

async fn read_member(
    State(world): State<Shared>,
    Path((guild, member)): Path<(u64, u64)>,
) -> Result<Json<Value>, Refusal> {
    let found = about_guild(&world, guild, |_, guild| {
        if member == APPLICATION {
            return payloads::bot_member(guild);
        }
        match guild.left.contains(&member) {
            true => Value::Null,
            false => payloads::member(member, 0),
        }
    })?;
    if found.is_null() {
        return Err(Refusal::unknown(10_007, "Member"));
    }
    Ok(found)
}

fn about_guild(
    world: &Shared,
    guild: u64,
    what: impl FnOnce(&World, &GuildState) -> Value,
) -> Result<Json<Value>, Refusal> {
    world.read(|world| {
        let guild = world.guilds.get(&guild);
        let guild = guild.filter(|guild| guild.bot != Membership::Removed);
        let guild = guild.ok_or_else(|| Refusal::unknown(10_004, "Guild"))?;
        Ok(Json(what(world, guild)))
    })
}

impl World {
    /// Renames a channel, twice in ten minutes at most.
    fn rename(&mut self, id: u64, body: &Map<String, Value>) -> Result<(), Refusal> {
        self.permitted(id, Permissions::MANAGE_CHANNELS)?;
        let Some(name) = body.get("name") else {
            return Ok(());
        };
        self.refuse_if(&limits::name_violations(name))?;
        let Some(channel) = self.channels.get_mut(&id) else {
            return Ok(());
        };
        if is_beyond(&mut channel.renames, RENAMES) {
            let first = channel.renames.front().map_or(RENAMES.1, Instant::elapsed);
            let wait = RENAMES.1.saturating_sub(first);
            self.rates
                .asked_to_wait((Call::ChangeChannel, Some(id)), wait);
            return Err(Refusal::rate_limited(wait, false, 0));
        }
        channel.renames.push_back(Instant::now());
        let name = name.as_str().unwrap_or_default().to_owned();
        self.change_channel(id, |channel| channel.name = name);
        Ok(())
    }

    /// Archives, unarchives, locks or renames a thread.
    fn change_thread(&mut self, id: u64, body: &Map<String, Value>) -> Result<(), Refusal> {
        let flag = |name: &str| body.get(name).and_then(Value::as_bool);
        let thread = self.seen(id)?.thread.unwrap_or_default();
        let only_unarchives = flag("archived") == Some(false) && body.len() == 1;
        let own = thread.owner == APPLICATION && flag("locked").is_none();
        let needed = if thread.locked || !(only_unarchives || own) {
            Permissions::MANAGE_THREADS
        } else {
            Permissions::SEND_MESSAGES_IN_THREADS
        };
        self.permitted(id, needed)?;
        if thread.archived && flag("archived") != Some(false) {
            return Err(Refusal::bad_request(50_083, "Thread is archived"));
        }
        let name = body.get("name").and_then(Value::as_str).map(str::to_owned);
        self.change_channel(id, |channel| {
            if let Some(thread) = &mut channel.thread {
                thread.archived = flag("archived").unwrap_or(thread.archived);
                thread.locked = flag("locked").unwrap_or(thread.locked);
            }
            channel.name = name.unwrap_or_else(|| channel.name.clone());
        });
        Ok(())
    }

    /// Returns the direct channel to somebody, and opens it if there is none.
    pub(in super::super) fn direct_channel(&mut self, person: u64) -> u64 {
        let mut all = self.channels.values();
        if let Some(open) = all.find(|channel| channel.recipient == Some(person)) {
            return open.id;
        }
        let id = self.next_id();
        let mut channel = ChannelState::new(id, None, ChannelKind::Direct, "");
        channel.recipient = Some(person);
        self.channels.insert(id, channel);
        id
    }
}
