//! What whoever set an alert is told when something is wrong with it.

use oxeye_db::{Alert, AlertUpdate, Database, GuildId, StopReason, StoreError, UnixSeconds};
use oxeye_text::Text;

use crate::rest::code;
use crate::view::channel_link;

/// The most alerts that one answer tells of.
const MOST_TOLD: usize = 3;

/// Says what is wrong with an alert, in its language; `None` if nothing is.
pub(super) fn trouble(alert: &Alert) -> Option<String> {
    trouble_in(Text::of_tag(&alert.locale), alert)
}

fn trouble_in(text: Text, alert: &Alert) -> Option<String> {
    let channel = channel_link(alert.channel);
    match (
        alert.stopped.map(|stopped| stopped.reason),
        alert.blocked_since,
    ) {
        (Some(StopReason::ChannelDeleted), _) => Some(text.alert_channel_deleted(&channel)),
        (Some(_), _) | (None, Some(_)) => Some(match alert.blocked_code {
            code::MISSING_ACCESS | code::MISSING_PERMISSIONS => text.alert_blocked(&channel),
            code::THREAD_LOCKED => text.alert_thread_locked(&channel),
            code => text.alert_refused(&channel, &code.to_string()),
        }),
        (None, None) => None,
    }
}

/// Returns what is wrong with a guild's alerts and nobody was told yet, for the next private answer to an
/// admin: whoever set them may refuse direct messages.
pub(crate) async fn untold(
    database: &Database,
    guild: GuildId,
    text: Text,
    now: UnixSeconds,
) -> Result<Vec<String>, StoreError> {
    let mut told = Vec::new();
    for alert in database.guild_alerts(guild).await? {
        let is_untold = alert.told_at.is_none();
        let Some(sentence) = trouble_in(text, &alert).filter(|_| is_untold) else {
            continue;
        };
        let update = AlertUpdate::Told(now);
        database.update_alert(alert.id, update).await?;
        told.push(sentence);
        if told.len() == MOST_TOLD {
            break;
        }
    }
    Ok(told)
}

#[cfg(test)]
mod tests {
    use oxeye_db::testing::TestStore;
    use oxeye_db::{AlertTopics, GuildServers, NewAlert, Stopped};

    use super::*;

    const NOW: UnixSeconds = UnixSeconds(1_700_000_000);
    const GUILD: GuildId = GuildId(7);

    async fn alert(store: &TestStore, channel: u64, update: Option<AlertUpdate>) {
        let new = NewAlert {
            servers: GuildServers::All(GUILD),
            channel,
            role: None,
            locale: "de".to_owned(),
            set_by: Some(1),
            topics: AlertTopics::default(),
        };
        let alert = store.set_alert(new, 10, NOW).await.unwrap();
        if let Some(update) = update {
            store.update_alert(alert.id, update).await.unwrap();
        }
    }

    #[tokio::test]
    async fn what_nobody_was_told_is_told_once() {
        let store = TestStore::new(NOW);
        let stopped = Stopped {
            at: NOW,
            reason: StopReason::ChannelDeleted,
        };
        alert(&store, 1, None).await;
        alert(&store, 2, Some(AlertUpdate::Stopped(stopped))).await;
        alert(&store, 3, Some(AlertUpdate::Blocked(NOW, 50_013))).await;
        let english = Text::of_tag("en");

        let told = untold(&store, GUILD, english, NOW).await.unwrap();

        assert_eq!(told.len(), 2, "{told:?}");
        assert!(
            told[0].contains("deleted") && told[0].contains("<#2>"),
            "{told:?}"
        );
        assert!(told[1].contains("**Send Messages**"), "{told:?}");
        alert(&store, 4, Some(AlertUpdate::Blocked(NOW, 160_005))).await;
        alert(&store, 5, Some(AlertUpdate::Blocked(NOW, 20_009))).await;
        let others = untold(&store, GUILD, english, NOW).await.unwrap();
        assert!(others[0].contains("locked"), "{others:?}");
        assert!(others[1].contains("error 20009"), "{others:?}");
        let again = untold(&store, GUILD, english, NOW).await.unwrap();
        assert_eq!(again, Vec::<String>::new());
        let german = store.guild_alerts(GUILD).await.unwrap();
        assert!(trouble(&german[1]).unwrap().contains("gelöscht"));
        assert_eq!(trouble(&german[0]), None);
    }
}
