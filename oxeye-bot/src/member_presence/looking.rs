//! Looks at what somebody does at the moment at which they join. Discord sends a voice state only when
//! it changes.

use std::convert::Infallible;
use std::time::Duration;

use oxeye_db::{Database, GuildId, UserId};
use serenity::http::{Http, LightMethod, Request, Route};
use tokio::time::{MissedTickBehavior, interval, timeout};

use super::Sessions;
use super::looks::Found;
use crate::failure::{describe_error, is_forbidden, is_gone};

/// How long a member who joins waits for it.
const LIMIT: Duration = Duration::from_secs(2);

/// How often we look again at members who have joined.
const LOOK_EVERY: Duration = Duration::from_secs(30);

/// Looks whether a member who has just joined is in a voice channel.
pub(crate) async fn look_at_voice(http: &Http, sessions: &Sessions, guild: GuildId, user: UserId) {
    let queue = &sessions.queue;
    if queue.begin_look(guild, user) {
        let found = look(http, sessions, guild, user).await;
        queue.end_look(guild, user, found);
    }
}

/// Looks once more at those who were looked at, and of whom the gateway has told nothing since: what they did just before
/// they joined was not kept, and the first answer may be from before that. The future never completes.
pub(crate) async fn keep_looking(
    http: &Http,
    sessions: Option<&Sessions>,
    database: &Database,
) -> Infallible {
    let Some(sessions) = sessions else {
        return std::future::pending().await;
    };
    let queue = &sessions.queue;
    let mut ticks = interval(LOOK_EVERY);
    ticks.set_missed_tick_behavior(MissedTickBehavior::Delay);
    loop {
        ticks.tick().await;
        for (guild, user) in queue.to_look_at_again() {
            if !database.presence().keeps(guild, user) {
                queue.drop_look(guild, user);
                continue;
            }
            // Without an answer, the next round asks again.
            let found = look(http, sessions, guild, user).await;
            queue.end_second_look(guild, user, found);
        }
    }
}

/// Asks in which voice channel a member is.
async fn look(http: &Http, sessions: &Sessions, guild: GuildId, user: UserId) -> Found {
    let route = Route::GuildVoiceStates {
        guild_id: serenity::all::GuildId::new(guild.0),
        user_id: serenity::all::UserId::new(user.0),
    };
    let asked = http.request(Request::new(route, LightMethod::Get));
    let answer = match timeout(LIMIT, asked).await {
        Ok(Ok(answer)) => answer,
        // They are in no channel.
        Ok(Err(error)) if is_gone(&error) => return Found::OutOfVoice,
        Ok(Err(error)) if is_forbidden(&error) => return Found::Refused,
        Ok(Err(error)) => {
            let error = describe_error(&error);
            tracing::debug!(error, "Discord does not say who is in voice");
            return Found::NoAnswer;
        }
        Err(_) => return Found::NoAnswer,
    };
    match answer.json().await {
        Ok(state) => match sessions.places.voice(guild, &state) {
            Some(voice) => Found::InVoice(voice),
            None => Found::OutOfVoice,
        },
        Err(_) => Found::NoAnswer,
    }
}
