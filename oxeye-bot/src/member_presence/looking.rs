//! Looks at what somebody does at the moment at which they join. Discord sends a voice state only when
//! it changes.

use std::time::Duration;

use oxeye_db::{GuildId, Observation, UserId};
use serenity::http::{Http, LightMethod, Request, Route};
use tokio::time::timeout;

use super::Sessions;
use crate::failure::{describe_error, is_gone};

/// How long a member who joins waits for it.
const LIMIT: Duration = Duration::from_secs(2);

/// Looks whether a member who has just joined is in a voice channel.
pub(crate) async fn look_at_voice(http: &Http, sessions: &Sessions, guild: GuildId, user: UserId) {
    let route = Route::GuildVoiceStates {
        guild_id: serenity::all::GuildId::new(guild.0),
        user_id: serenity::all::UserId::new(user.0),
    };
    let asked = http.request(Request::new(route, LightMethod::Get));
    let answer = match timeout(LIMIT, asked).await {
        Ok(Ok(answer)) => answer,
        // Nobody is in no channel.
        Ok(Err(error)) if is_gone(&error) => return,
        Ok(Err(error)) => {
            let error = describe_error(&error);
            tracing::debug!(error, "Discord does not say who is in voice");
            return;
        }
        Err(_) => return,
    };
    let Ok(state) = answer.json().await else {
        return;
    };
    let voice = sessions.places.voice(guild, &state);
    if voice.is_some() {
        let observation = Observation::Voice { guild, user, voice };
        sessions.queue.push_last(observation);
    }
}
