//! Counters: channels whose status or name shows how many players are on.
//!
//! | module     | what it holds                                        |
//! |------------|------------------------------------------------------|
//! | `template` | what an admin wants to read, with placeholders       |
//! | `pace`     | when a text is sent to Discord                       |
//! | `book`     | all counters with their paces                        |
//! | `nudge`    | what happens in Discord that concerns counters       |
//! | `keeper`   | [`run`], which keeps all counters up to date         |
//! | `outcome`  | what an answer of Discord means for a counter        |

mod book;
mod keeper;
mod nudge;
mod outcome;
mod pace;
pub(crate) mod template;

use oxeye_db::{Counter, CounterUpdate, Database, GuildId, StoreError, UnixSeconds};
use oxeye_text::Text;
use template::Values;

use crate::view::counter::trouble;

pub(crate) use keeper::{FirstAnswer, run};
pub(crate) use nudge::{Nudge, Nudges};
pub(crate) use pace::Place;

/// The most troubles in one message, so that it stays within 2000 characters.
const MOST_TROUBLES: usize = 3;

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

/// Returns what is wrong with a guild's counters and nobody was told yet, for the next message to an
/// admin. The channel that the message is about anyway is left out.
pub(crate) async fn untold(
    database: &Database,
    (guild, but): (GuildId, u64),
    text: Text,
    now: UnixSeconds,
) -> Result<Vec<String>, StoreError> {
    let mut told = Vec::new();
    for counter in database.guild_counters(guild).await? {
        let is_untold = counter.told_at.is_none() && counter.channel != but;
        let Some(sentence) = trouble(text, &counter).filter(|_| is_untold) else {
            continue;
        };
        let update = CounterUpdate::Told(now);
        database
            .update_counter(guild, counter.channel, update)
            .await?;
        told.push(sentence);
        if told.len() == MOST_TROUBLES {
            break;
        }
    }
    Ok(told)
}

/// The counter of a channel of guild 7 that has not been shown yet.
#[cfg(test)]
pub(crate) fn example() -> Counter {
    Counter {
        guild: GuildId(7),
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

#[cfg(test)]
mod tests {
    use oxeye_db::testing::TestStore;
    use oxeye_db::{GuildServers, NewCounter};
    use oxeye_text::Locale;

    use super::*;

    const GUILD: GuildId = GuildId(7);
    const NOW: UnixSeconds = UnixSeconds(1_700_000_000);

    #[tokio::test]
    async fn trouble_that_nobody_was_told_is_told_once() {
        let store = TestStore::new(NOW);
        for channel in 1..=5 {
            let new = NewCounter {
                servers: GuildServers::All(GUILD),
                channel,
                template: "{online}".to_owned(),
                locale: "en".to_owned(),
                original_name: None,
                set_by: 5,
            };
            store.set_counter(new, MOST_COUNTERS, NOW).await.unwrap();
            if channel > 1 {
                let blocked = CounterUpdate::Blocked(NOW);
                store.update_counter(GUILD, channel, blocked).await.unwrap();
            }
        }
        let told = async || {
            let text = Text::of(Locale::English);
            untold(&store, (GUILD, 2), text, NOW).await.unwrap()
        };

        let first = told().await;

        assert!(first[0].contains("<#3>") && first[2].contains("<#5>"));
        assert_eq!(first.len(), MOST_TROUBLES);
        assert!(told().await.is_empty());
    }
}
