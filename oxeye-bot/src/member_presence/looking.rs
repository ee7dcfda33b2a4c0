//! Looks at what somebody does at the moment at which they join. Discord sends a voice state only when
//! it changes.

use std::convert::Infallible;
use std::time::Duration;

use oxeye_db::{Database, GuildId, UserId};
use tokio::time::{MissedTickBehavior, interval, timeout};

use super::Sessions;
use super::looks::Found;
use crate::rest::Rest;

/// How long a member who joins waits for it.
const LIMIT: Duration = Duration::from_secs(2);

/// How often we look again at members who have joined.
const LOOK_EVERY: Duration = Duration::from_secs(30);

/// Looks whether a member who has just joined is in a voice channel.
pub(crate) async fn look_at_voice(
    rest: Option<&Rest>,
    sessions: &Sessions,
    guild: GuildId,
    user: UserId,
) {
    let queue = &sessions.queue;
    if queue.begin_look(guild, user) {
        let found = look(rest, sessions, guild, user).await;
        queue.end_look(guild, user, found);
    }
}

/// Looks once more at those who were looked at, and of whom the gateway has told nothing since: what they did just before
/// they joined was not kept, and the first answer may be from before that. The future never completes.
pub(crate) async fn keep_looking(
    rest: Option<&Rest>,
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
            let found = look(rest, sessions, guild, user).await;
            queue.end_second_look(guild, user, found);
        }
    }
}

/// Asks in which voice channel a member is.
async fn look(rest: Option<&Rest>, sessions: &Sessions, guild: GuildId, user: UserId) -> Found {
    let Some(rest) = rest else {
        return Found::NoAnswer;
    };
    let state = match timeout(LIMIT, rest.voice_state(guild.0, user.0)).await {
        Ok(Ok(state)) => state,
        Ok(Err(error)) => {
            return match error.status() {
                // They are in no channel.
                Some(404) => Found::OutOfVoice,
                Some(403) => Found::Refused,
                _ => {
                    let error = error.to_string();
                    tracing::debug!(error, "Discord does not say who is in voice");
                    Found::NoAnswer
                }
            };
        }
        Err(_) => return Found::NoAnswer,
    };
    match sessions.places.voice(guild, &state) {
        Some(voice) => Found::InVoice(voice),
        None => Found::OutOfVoice,
    }
}
