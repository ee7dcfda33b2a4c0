//! Reads channels and guilds, and who is there.

use serde::de::DeserializeOwned;
use serde_json::Value;
use serenity::all::{Channel, GuildChannel, Member, PartialGuild};

use super::limits::Route;
use super::{Method, Rest, RestError, Turn, code, json, json_of};

impl Rest {
    /// Returns a channel.
    pub(crate) async fn channel(&self, channel: u64) -> Result<Value, RestError> {
        let path = format!("/channels/{channel}");
        let sent = self.send_bare(Method::GET, path, Route("get channel", channel));
        json_of(sent.await?).await
    }

    /// Returns the name of a guild.
    pub(crate) async fn guild_name(&self, guild: u64) -> Result<String, RestError> {
        let path = format!("/guilds/{guild}");
        let sent = self.send_bare(Method::GET, path, Route("get guild", guild));
        let json = json_of(sent.await?).await?;
        Ok(json["name"].as_str().unwrap_or_default().to_owned())
    }

    /// Whether somebody is a member of a guild.
    pub(crate) async fn is_member(&self, guild: u64, user: u64) -> Result<bool, RestError> {
        let path = format!("/guilds/{guild}/members/{user}");
        let sent = self.send_bare(Method::GET, path, Route("get member", guild));
        match sent.await {
            Ok(_) => Ok(true),
            Err(error) if error.code() == code::UNKNOWN_MEMBER => Ok(false),
            Err(error) => Err(error),
        }
    }

    /// Returns the voice state of a member of a guild. It is refused with status 404 if they are in no channel.
    pub(crate) async fn voice_state(&self, guild: u64, user: u64) -> Result<Value, RestError> {
        let path = format!("/guilds/{guild}/voice-states/{user}");
        let sent = self.send_bare(Method::GET, path, Route("get voice state", guild));
        json_of(sent.await?).await
    }

    /// Returns a channel for somebody who waits.
    pub(crate) async fn channel_now(&self, channel: u64) -> Result<Channel, RestError> {
        let path = format!("/channels/{channel}");
        let read = self.read_now(path, Route("get channel", channel));
        parsed(read.await?)
    }

    /// Returns all channels of a guild for somebody who waits, also those that the bot cannot see.
    pub(crate) async fn channels_now(&self, guild: u64) -> Result<Vec<GuildChannel>, RestError> {
        let path = format!("/guilds/{guild}/channels");
        let read = self.read_now(path, Route("get channels", guild));
        parsed(read.await?)
    }

    /// Returns a guild with its roles for somebody who waits.
    pub(crate) async fn guild_now(&self, guild: u64) -> Result<PartialGuild, RestError> {
        let path = format!("/guilds/{guild}");
        let read = self.read_now(path, Route("get guild", guild));
        parsed(read.await?)
    }

    /// Returns a member of a guild for somebody who waits.
    pub(crate) async fn member_now(&self, guild: u64, user: u64) -> Result<Member, RestError> {
        let path = format!("/guilds/{guild}/members/{user}");
        let read = self.read_now(path, Route("get member", guild));
        let mut member = read.await?;
        member["guild_id"] = json!(guild.to_string());
        parsed(member)
    }

    async fn read_now(&self, path: String, route: Route) -> Result<Value, RestError> {
        let turn = (route, Turn::Now);
        let sent = self.send(Method::GET, path, turn, |request| request);
        json_of(sent.await?).await
    }
}

fn parsed<T: DeserializeOwned>(json: Value) -> Result<T, RestError> {
    serde_json::from_value(json).map_err(|error| RestError::Lost(error.to_string()))
}
