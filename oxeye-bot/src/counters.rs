//! Counters: channels whose status or name shows how many players are on.
//!
//! | module         | what it holds                                              |
//! |----------------|------------------------------------------------------------|
//! | `template`     | what an admin wants to read, with placeholders             |
//! | `pace`         | when a text is sent to Discord                             |
//! | `status_tries` | when a counter in a channel's name tries the status; pure  |
//! | `book`         | all counters with their paces                              |
//! | `nudge`        | what happens in Discord that concerns counters             |
//! | `keeper`       | [`run`], which keeps all counters up to date               |
//! | `outcome`      | what an answer of Discord means for a counter              |
//! | `notice`       | what an admin is told when something is wrong              |

mod book;
mod keeper;
mod notice;
mod nudge;
mod outcome;
mod pace;
mod status_tries;
pub(crate) mod template;

use oxeye_db::{Counter, Database, UnixSeconds};
use template::Values;

pub(crate) use keeper::run;
pub(crate) use notice::untold;
pub(crate) use nudge::{FirstAnswer, Nudge, Nudges};
pub(crate) use pace::Place;

/// The most counters of a guild.
pub(crate) const MOST_COUNTERS: usize = 10;

/// Returns what the placeholders of a counter stand for now.
pub(crate) fn values(database: &Database, counter: &Counter, now: UnixSeconds) -> Values {
    let servers = database.servers(counter.guild, now);
    match counter.server {
        None => Values::of_all(&servers, database.players_on(&servers)),
        Some(server) => {
            let shown = servers.iter().find(|shown| shown.id == server);
            shown.map_or_else(Values::of_none, Values::of_one)
        }
    }
}

/// The counter of a channel of guild 7 that has not been shown yet.
#[cfg(test)]
pub(crate) fn example() -> Counter {
    Counter {
        guild: oxeye_db::GuildId(7),
        channel: 11,
        server: None,
        template: "{online}".to_owned(),
        locale: "en".to_owned(),
        original_name: None,
        set_by: 5,
        set_at: UnixSeconds(0),
        shown: None,
        blocked_since: None,
        told_at: None,
        ended_at: None,
        stopped: None,
    }
}
