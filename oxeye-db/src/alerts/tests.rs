//! What the store remembers of alerts.

use super::*;
use crate::alert::AlertTopics;
use crate::board::{StopReason, Stopped};
use crate::guild_server::GuildServers;
use crate::record::chart::Peak;
use crate::testing::{TestStore, server_name};

const NOW: UnixSeconds = UnixSeconds(1_700_000_000);
const GUILD: GuildId = GuildId(7);
const DOWN: ServerPhase = ServerPhase::Down {
    since: NOW,
    is_announced: true,
};
const EVENT: AlertEvent = AlertEvent::Down { since: NOW };

fn for_channel(channel: u64) -> NewAlert {
    NewAlert {
        servers: GuildServers::All(GUILD),
        channel,
        role: None,
        locale: "de".to_owned(),
        set_by: Some(5),
        topics: AlertTopics::default(),
    }
}

#[tokio::test]
async fn a_channel_has_one_alert_of_the_same_servers_and_a_guild_has_a_limit() {
    let store = TestStore::new(NOW);
    let first = store.set_alert(for_channel(1), 2, NOW).await.unwrap();
    let with_role = NewAlert {
        role: Some(9),
        ..for_channel(1)
    };

    let again = store.set_alert(with_role, 2, NOW).await.unwrap();
    store.set_alert(for_channel(2), 2, NOW).await.unwrap();
    let refused = store.set_alert(for_channel(3), 2, NOW).await;

    assert_eq!((again.id, again.role), (first.id, Some(9)));
    assert!(matches!(refused, Err(SetAlertError::TooMany(2))));
    assert_eq!(store.guild_alerts(GUILD).await.unwrap().len(), 2);
    assert!(!store.remove_alert(GuildId(8), first.id).await.unwrap());
    assert!(store.remove_alert(GUILD, first.id).await.unwrap());
    assert_eq!(store.alerts().await.unwrap().len(), 1);
}

#[tokio::test]
async fn a_phase_and_its_message_are_remembered_together_until_discord_has_it() {
    let store = TestStore::new(NOW);
    let (server, _) = store.link(GUILD, "survival", NOW).await;
    let alert = store.set_alert(for_channel(1), 9, NOW).await.unwrap();
    let of = (alert.id, server);

    let set = store
        .set_alert_phase(of, Some(DOWN), Some(EVENT), NOW)
        .await;
    let message = set.unwrap().unwrap();
    let first = store.try_alert_message(message.id, "down".to_owned(), UnixSeconds(1));
    let first = first.await.unwrap();
    let renamed = store.try_alert_message(message.id, "renamed".to_owned(), UnixSeconds(2));
    let renamed = renamed.await.unwrap();

    assert_eq!(
        (first.as_deref(), renamed.as_deref()),
        (Some("down"), Some("down"))
    );
    assert_eq!(message.created_at, NOW);
    assert_eq!(message.event, EVENT);
    let phases = store.alert_phases().await.unwrap();
    assert_eq!(phases, [(alert.id, server, DOWN)]);
    let waiting = store.alert_messages().await.unwrap();
    assert_eq!(waiting[0].tried_at, Some(UnixSeconds(1)));
    store.end_alert_message(message.id).await.unwrap();
    assert_eq!(store.alert_messages().await.unwrap(), []);
    let gone = store
        .try_alert_message(message.id, String::new(), NOW)
        .await;
    assert_eq!(gone.unwrap(), None);
    let forgotten = store.set_alert_phase(of, None, None, NOW).await.unwrap();
    assert_eq!(
        (forgotten, store.alert_phases().await.unwrap()),
        (None, vec![])
    );
}

#[tokio::test]
async fn topics_and_the_records_that_were_said_are_remembered_over_a_restart() {
    let store = TestStore::new(NOW);
    let (server, _) = store.link(GUILD, "survival", NOW).await;
    let topics = AlertTopics {
        visits: true,
        records: false,
        newcomers: true,
    };
    let with_topics = NewAlert {
        topics,
        ..for_channel(1)
    };
    let alert = store.set_alert(with_topics, 9, NOW).await.unwrap();
    let peak = |players, at| Peak {
        players,
        at: UnixSeconds(at),
    };
    let (new, before) = (peak(32, 500), peak(31, 100));
    let event = AlertEvent::Record { new, before };
    let told = ToldRecord {
        record_at: new.at,
        told_at: NOW,
    };
    let of = (alert.id, server);
    let message = store.tell_record(of, told, event).await.unwrap().unwrap();

    let store = store.restarted(NOW).await;

    let kept = store.alerts().await.unwrap();
    assert_eq!(kept, std::slice::from_ref(&alert));
    assert_eq!(alert.topics, topics);
    let waiting = store.alert_messages().await.unwrap();
    assert_eq!(waiting, std::slice::from_ref(&message));
    assert_eq!(message.event, event);
    let records = store.alert_records().await.unwrap();
    assert_eq!(records, [(alert.id, server, told)]);
    let without = store.set_alert(for_channel(1), 9, NOW).await.unwrap();
    assert_eq!(without.topics, AlertTopics::default());
    store.remove_alert(GUILD, alert.id).await.unwrap();
    assert_eq!(store.alert_records().await.unwrap(), []);
}

#[tokio::test]
async fn nothing_is_remembered_of_another_guilds_server() {
    let store = TestStore::new(NOW);
    let (foreign, _) = store.link(GuildId(8), "secret", NOW).await;
    let alert = store.set_alert(for_channel(1), 9, NOW).await.unwrap();

    let set = store.set_alert_phase((alert.id, foreign), Some(DOWN), Some(EVENT), NOW);

    assert_eq!(set.await.unwrap(), None);
    assert_eq!(store.alert_phases().await.unwrap(), []);
    let tested = store.test_alert(GuildId(8), alert.id, NOW).await.unwrap();
    assert_eq!(tested, None);
}

#[tokio::test]
async fn messages_that_discord_never_takes_are_limited() {
    let store = TestStore::new(NOW);
    let alert = store.set_alert(for_channel(1), 9, NOW).await.unwrap();
    for second in 0..60 {
        let now = UnixSeconds(NOW.0 + second);
        store.test_alert(GUILD, alert.id, now).await.unwrap();
    }
    let waiting = store.alert_messages().await.unwrap();
    assert_eq!(waiting.len(), 50);
    let at = UnixSeconds(NOW.0 + 10);
    assert_eq!(waiting[0].event, AlertEvent::Test { at });
}

#[tokio::test]
async fn an_outage_that_gives_way_takes_its_recovery_along() {
    let store = TestStore::new(NOW);
    let (server, _) = store.link(GUILD, "survival", NOW).await;
    let alert = store.set_alert(for_channel(1), 9, NOW).await.unwrap();
    let of = (alert.id, server);
    let up = AlertEvent::Up {
        since: UnixSeconds(NOW.0 + 90),
        down_since: NOW,
    };
    for (phase, event) in [(DOWN, EVENT), (ServerPhase::Up, up)] {
        let set = store.set_alert_phase(of, Some(phase), Some(event), NOW);
        set.await.unwrap();
    }
    for second in 0..49 {
        let now = UnixSeconds(NOW.0 + second);
        store.test_alert(GUILD, alert.id, now).await.unwrap();
    }
    let waiting = store.alert_messages().await.unwrap();
    assert_eq!(waiting.len(), 49);
    let is_test = |event| matches!(event, AlertEvent::Test { .. });
    assert!(waiting.iter().all(|message| is_test(message.event)));
}

#[tokio::test]
async fn the_end_of_an_outage_that_gave_way_before_is_not_said() {
    let store = TestStore::new(NOW);
    let (server, _) = store.link(GUILD, "survival", NOW).await;
    let alert = store.set_alert(for_channel(1), 9, NOW).await.unwrap();
    let of = (alert.id, server);
    let down = store.set_alert_phase(of, Some(DOWN), Some(EVENT), NOW);
    let outage = down.await.unwrap().unwrap();
    for second in 0..50 {
        let now = UnixSeconds(NOW.0 + second);
        store.test_alert(GUILD, alert.id, now).await.unwrap();
    }
    let waiting = store.alert_messages().await.unwrap();
    assert!(waiting.iter().all(|message| message.id != outage.id));
    let quiet = ServerPhase::Down {
        since: NOW,
        is_announced: false,
    };
    assert_eq!(
        store.alert_phases().await.unwrap(),
        [(alert.id, server, quiet)]
    );

    let up = AlertEvent::Up {
        since: UnixSeconds(NOW.0 + 90),
        down_since: NOW,
    };
    let said = store.set_alert_phase(of, Some(ServerPhase::Up), Some(up), NOW);

    assert_eq!(said.await.unwrap(), None);
    let phases = store.alert_phases().await.unwrap();
    assert_eq!(phases, [(alert.id, server, ServerPhase::Up)]);
    assert_eq!(store.alert_messages().await.unwrap(), waiting);
}

#[tokio::test]
async fn an_outage_that_people_may_read_has_its_end() {
    let store = TestStore::new(NOW);
    let (server, _) = store.link(GUILD, "survival", NOW).await;
    let alert = store.set_alert(for_channel(1), 9, NOW).await.unwrap();
    let of = (alert.id, server);
    let tests = async |count| {
        for second in 0..count {
            let now = UnixSeconds(NOW.0 + second);
            store.test_alert(GUILD, alert.id, now).await.unwrap();
        }
    };
    let waiting = async || {
        let waiting = store.alert_messages().await.unwrap().into_iter();
        let events: Vec<_> = waiting.map(|message| message.event).collect();
        let is_test = |event: &AlertEvent| matches!(event, AlertEvent::Test { .. });
        let others = events.iter().copied().filter(|event| !is_test(event));
        let others: Vec<_> = others.collect();
        (others, events.len())
    };
    let down = store.set_alert_phase(of, Some(DOWN), Some(EVENT), NOW);
    let outage = down.await.unwrap().unwrap().id;
    // Discord is being asked.
    let words = store.try_alert_message(outage, "{}".to_owned(), NOW).await;
    assert_eq!(words.unwrap().as_deref(), Some("{}"));
    tests(60).await;
    assert_eq!(waiting().await, (vec![EVENT], 50));
    assert_eq!(
        store.alert_phases().await.unwrap(),
        [(alert.id, server, DOWN)]
    );

    let up = AlertEvent::Up {
        since: UnixSeconds(NOW.0 + 90),
        down_since: NOW,
    };
    let said = store.set_alert_phase(of, Some(ServerPhase::Up), Some(up), NOW);
    assert!(said.await.unwrap().is_some());
    tests(60).await;
    assert_eq!(waiting().await, (vec![EVENT, up], 50));
    // Discord has the outage, and refuses the end for hours.
    store.end_alert_message(outage).await.unwrap();
    tests(60).await;
    assert_eq!(waiting().await, (vec![up], 50));
}

#[tokio::test]
async fn an_alert_speaks_the_language_that_its_guild_sets_later() {
    let store = TestStore::new(NOW);
    let alert = store.set_alert(for_channel(1), 9, NOW).await.unwrap();
    let language = crate::SettingChange::Language(Some("en".to_owned()));
    let changed = store.change_guild_settings(GUILD, vec![language], NOW);
    changed.await.unwrap();

    assert_eq!(alert.locale, "de");
    assert_eq!(store.alerts().await.unwrap()[0].locale, "en");
    assert_eq!(store.guild_alerts(GUILD).await.unwrap()[0].locale, "en");
}

#[tokio::test]
async fn an_alert_that_was_given_up_starts_over_when_it_is_set_again() {
    let store = TestStore::new(NOW);
    let (server, _) = store.link(GUILD, "survival", NOW).await;
    let alert = store.set_alert(for_channel(1), 9, NOW).await.unwrap();
    let phase = store.set_alert_phase((alert.id, server), Some(DOWN), None, NOW);
    phase.await.unwrap();
    let stopped = AlertUpdate::Stopped(Stopped {
        at: NOW,
        reason: StopReason::ChannelDeleted,
    });
    for update in [
        AlertUpdate::Blocked(NOW, 50_013),
        AlertUpdate::Told(NOW),
        stopped,
    ] {
        assert!(store.update_alert(alert.id, update).await.unwrap());
    }
    let kept = store.alerts().await.unwrap().remove(0);
    assert!(kept.stopped.is_some() && kept.blocked_since == Some(NOW));
    let tested = store.test_alert(GUILD, alert.id, NOW).await.unwrap();
    assert_eq!(tested, None);

    let again = store.set_alert(for_channel(1), 9, NOW).await.unwrap();

    assert_eq!(again, alert);
    assert_eq!(store.alert_phases().await.unwrap(), []);
}

#[tokio::test]
async fn an_alert_that_was_given_up_takes_no_place() {
    let store = TestStore::new(NOW);
    let first = store.set_alert(for_channel(1), 1, NOW).await.unwrap();
    let stopped = AlertUpdate::Stopped(Stopped {
        at: NOW,
        reason: StopReason::ChannelDeleted,
    });
    store.update_alert(first.id, stopped).await.unwrap();

    let second = store.set_alert(for_channel(2), 1, NOW).await.unwrap();

    assert_eq!(store.guild_alerts(GUILD).await.unwrap(), [second]);
    let refused = store.set_alert(for_channel(3), 1, NOW).await;
    assert!(matches!(refused, Err(SetAlertError::TooMany(1))));
}

#[tokio::test]
async fn alerts_go_with_their_server_and_their_guild() {
    let store = TestStore::new(NOW);
    let (server, _) = store.link(GUILD, "survival", NOW).await;
    let of_server = NewAlert {
        servers: GuildServers::One(store.guild_server(GUILD, server).unwrap()),
        ..for_channel(1)
    };
    let own = store.set_alert(of_server, 9, NOW).await.unwrap();
    let of_all = store.set_alert(for_channel(1), 9, NOW).await.unwrap();
    for alert in [own.id, of_all.id] {
        let set = store.set_alert_phase((alert, server), Some(DOWN), Some(EVENT), NOW);
        set.await.unwrap();
    }

    let (server, _) = store.find_server(GUILD, &server_name("survival")).unwrap();
    store.remove_server(server, NOW).await.unwrap();

    assert_eq!(store.alerts().await.unwrap(), [of_all]);
    assert_eq!(store.alert_phases().await.unwrap(), []);
    assert_eq!(store.alert_messages().await.unwrap(), []);
    store.guild_removed(GUILD, NOW).await.unwrap();
    assert_eq!(store.alerts().await.unwrap(), []);
}
