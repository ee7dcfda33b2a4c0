//! Looks at what somebody does at the moment at which they join. Discord sends a voice state only when
//! it changes.

use std::convert::Infallible;
use std::time::Duration;

use oxeye_db::{GuildId, UserId, Voice};
use serenity::http::{Http, LightMethod, Request, Route};
use tokio::time::{MissedTickBehavior, interval, timeout};

use super::Sessions;
use crate::failure::{describe_error, is_gone};

/// How long a member who joins waits for it.
const LIMIT: Duration = Duration::from_secs(2);

/// How often we look again at members who were found in voice.
const LOOK_EVERY: Duration = Duration::from_secs(30);

/// Looks whether a member who has just joined is in a voice channel.
pub(crate) async fn look_at_voice(http: &Http, sessions: &Sessions, guild: GuildId, user: UserId) {
    let queue = &sessions.queue;
    if queue.begin_look(guild, user) {
        let found = look(http, sessions, guild, user).await.flatten();
        queue.end_look(guild, user, found);
    }
}

/// Looks once more at those who were found in voice, and of whom the gateway has told nothing since: they may have left
/// just before the gateway began to tell us of them, and nothing else would end their session. The future never completes.
pub(crate) async fn keep_looking(http: &Http, sessions: Option<&Sessions>) -> Infallible {
    let Some(sessions) = sessions else {
        return std::future::pending().await;
    };
    let queue = &sessions.queue;
    let mut ticks = interval(LOOK_EVERY);
    ticks.set_missed_tick_behavior(MissedTickBehavior::Delay);
    loop {
        ticks.tick().await;
        for (guild, user) in queue.to_look_at_again() {
            // Without an answer, the next round asks again.
            if let Some(found) = look(http, sessions, guild, user).await {
                queue.end_second_look(guild, user, found.is_some());
            }
        }
    }
}

/// Asks in which voice channel a member is. Returns `None` without an answer.
async fn look(
    http: &Http,
    sessions: &Sessions,
    guild: GuildId,
    user: UserId,
) -> Option<Option<Voice>> {
    let route = Route::GuildVoiceStates {
        guild_id: serenity::all::GuildId::new(guild.0),
        user_id: serenity::all::UserId::new(user.0),
    };
    let asked = http.request(Request::new(route, LightMethod::Get));
    let answer = match timeout(LIMIT, asked).await {
        Ok(Ok(answer)) => answer,
        // They are in no channel.
        Ok(Err(error)) if is_gone(&error) => return Some(None),
        Ok(Err(error)) => {
            let error = describe_error(&error);
            tracing::debug!(error, "Discord does not say who is in voice");
            return None;
        }
        Err(_) => return None,
    };
    let state = answer.json().await.ok()?;
    Some(sessions.places.voice(guild, &state))
}
