//! What whoever set a counter is told when something is wrong with it.

use oxeye_db::{Counter, CounterUpdate, Database, GuildId, StopReason, StoreError, UnixSeconds};
use oxeye_text::Text;

use crate::view::channel_link;

/// The most troubles in one message, so that it stays within 2000 characters.
const MOST_TROUBLES: usize = 3;

/// Says what is wrong with a counter; `None` if nothing is.
pub(crate) fn trouble(text: Text, counter: &Counter) -> Option<String> {
    let channel = channel_link(counter.channel);
    match counter.stopped.map(|stopped| stopped.reason) {
        Some(StopReason::NoPermission) => Some(text.counter_given_up_permission(&channel)),
        Some(_) => Some(text.counter_given_up_refused(&channel)),
        None => {
            let is_blocked = counter.blocked_since.is_some();
            is_blocked.then(|| text.counter_blocked(&channel))
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

#[cfg(test)]
mod tests {
    use oxeye_db::testing::TestStore;
    use oxeye_db::{GuildServers, NewCounter, Stopped};
    use oxeye_text::{Locale, width};

    use super::super::{MOST_COUNTERS, example};
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

    #[test]
    fn trouble_is_named_and_fits_into_a_message_even_if_all_counters_have_it() {
        let reasons = [StopReason::NoPermission, StopReason::Refused];
        for locale in Locale::ALL {
            let text = Text::of(locale);
            assert_eq!(trouble(text, &example()), None);
            let mut blocked = example();
            blocked.blocked_since = Some(UnixSeconds(1));
            let blocked = trouble(text, &blocked).unwrap();
            let mut sentences = vec![blocked];
            for reason in reasons {
                let mut stopped = example();
                let at = UnixSeconds(1);
                stopped.stopped = Some(Stopped { at, reason });
                sentences.push(trouble(text, &stopped).unwrap());
            }
            sentences.dedup();
            assert_eq!(sentences.len(), 3);
            assert!(sentences.iter().all(|sentence| width(sentence) < 450));
        }
    }
}
