//! What members do in voice channels and elsewhere, as Discord tells the bot.

use serde_json::{Value, json};

use super::channel::Channel;
use super::gateway::{PRESENCES, VOICE_STATES};
use super::people::Person;
use super::world::World;

impl Person {
    /// Enters a voice channel, or moves to another one.
    pub fn enters(&self, channel: &Channel) {
        self.is_in_voice(&json!({"channel_id": channel.id_text()}));
    }

    /// Enters a voice channel, or changes what is shown there: `self_stream`, `self_video` and so on.
    pub fn enters_with(&self, channel: &Channel, mut state: Value) {
        state["channel_id"] = json!(channel.id_text());
        self.is_in_voice(&state);
    }

    /// Leaves voice.
    pub fn leaves_voice(&self) {
        self.is_in_voice(&json!({"channel_id": null}));
    }

    /// Does all of this now, as Discord sends it: a list of activities, or whatever else a story puts in
    /// their place.
    pub fn does(&self, activities: &Value) {
        self.has_presence(self.presence_with(activities));
    }

    /// Returns this person's presence with these activities.
    pub(super) fn presence_with(&self, activities: &Value) -> Value {
        let mut presence = json!({"user": {"id": self.id().to_string()}, "status": "online",
                                  "client_status": {"desktop": "online"}});
        presence["activities"] = activities.clone();
        presence
    }

    /// Has this presence, as Discord sends it.
    pub fn has_presence(&self, mut presence: Value) {
        let guild = self.guild();
        self.world().change(|world| {
            if let Some(guild) = world.guilds.get_mut(&guild) {
                guild.presences.insert(self.id(), presence.clone());
            }
            presence["guild_id"] = json!(guild.to_string());
            world.dispatch_if(PRESENCES, "PRESENCE_UPDATE", &presence);
        });
    }

    fn is_in_voice(&self, change: &Value) {
        let guild = self.guild();
        self.world().change(|world| {
            let mut state = json!({
                "user_id": self.id().to_string(), "session_id": format!("voice-of-{}", self.id()),
                "deaf": false, "mute": false, "self_deaf": false, "self_mute": false,
                "self_video": false, "suppress": false, "request_to_speak_timestamp": null,
            });
            for (field, value) in change.as_object().into_iter().flatten() {
                state[field] = value.clone();
            }
            if let Some(guild) = world.guilds.get_mut(&guild) {
                match state["channel_id"].is_null() {
                    true => guild.voice_states.remove(&self.id()),
                    false => guild.voice_states.insert(self.id(), state.clone()),
                };
            }
            state["guild_id"] = json!(guild.to_string());
            world.dispatch_if(VOICE_STATES, "VOICE_STATE_UPDATE", &state);
        });
    }
}

impl World {
    /// Dispatches an event if the bot has asked for its kind.
    fn dispatch_if(&mut self, intent: u64, kind: &str, data: &Value) {
        if self.intents & intent != 0 {
            self.dispatch(kind, data);
        }
    }

    /// The voice state of a member who is in a voice channel.
    pub(super) fn voice_state(&self, guild: u64, user: u64) -> Option<Value> {
        let mut state = self.guilds.get(&guild)?.voice_states.get(&user)?.clone();
        state["guild_id"] = json!(guild.to_string());
        Some(state)
    }
}
