//! Cleaning up happens in steps, between which others write.

use oxeye_plugin_proto::UnixSeconds;
use uuid::Uuid;

use crate::guild_settings::SettingChange;
use crate::ids::GuildId;
use crate::notice::NewNotice;
use crate::player_uuids::ReportedUuid;
use crate::portable::{Place, PortableRecord, PortableStay};
use crate::session::SessionEnd;
use crate::store::watcher::watch;
use crate::testing::{TestStore, player, server_name};

const GUILD: GuildId = GuildId(7);
const OTHER: GuildId = GuildId(8);
const NOW: UnixSeconds = UnixSeconds(1_700_000_000);
const DAY: i64 = 24 * 3600;
const NEVER: UnixSeconds = UnixSeconds(i64::MIN);

async fn import(store: &TestStore, records: impl Iterator<Item = PortableRecord>) {
    let records: Vec<_> = records.collect();
    for chunk in records.chunks(500) {
        let imported = store.import(chunk.to_vec(), None, NOW).await;
        assert_eq!(imported.unwrap().skipped, 0);
    }
}

fn named(number: u64) -> oxeye_plugin_proto::PlayerName {
    player(&format!("Player{number}"))
}

/// Returns a stay of one minute that ended a number of days ago.
fn stay(guild: GuildId, number: u64, days: i64) -> PortableRecord {
    let left_at = UnixSeconds(NOW.0 - days * DAY);
    let place = Place {
        guild,
        server: server_name("survival"),
    };
    let stay = PortableStay {
        account: None,
        joined_at: UnixSeconds(left_at.0 - 60),
        seen_at: left_at,
        end: Some((left_at, SessionEnd::Left)),
    };
    PortableRecord::Session(place, named(number), stay)
}

/// Returns an account that was reported under a name for the last time a number of days ago.
fn account(guild: GuildId, number: u64, days: i64) -> PortableRecord {
    let uuid = Uuid::from_u128(0x853c_80ef_3c37_4d49_aa49_0000_0000_0000 + u128::from(number));
    let reported = ReportedUuid::once(uuid, UnixSeconds(NOW.0 - days * DAY));
    PortableRecord::PlayerUuid(guild, named(number), reported)
}

#[tokio::test]
async fn the_former_names_of_one_guild_go_a_thousand_at_a_time_and_those_of_others_stay() {
    let store = TestStore::new(NOW);
    for guild in [GUILD, OTHER] {
        store.link(guild, "survival", NOW).await;
    }
    // The other guild knows the players, and would delete nothing.
    let known = (0..2_300).map(|number| stay(OTHER, number, 100));
    import(&store, known).await;
    let accounts = [GUILD, OTHER].map(|guild| (0..2_300).map(move |one| account(guild, one, 100)));
    import(&store, accounts.into_iter().flatten()).await;
    // One is still in use.
    import(&store, [account(GUILD, 5, 1)].into_iter()).await;
    let change = vec![SettingChange::RetentionDays(Some(30))];
    let changed = store.change_guild_settings(GUILD, change, NOW).await;
    changed.unwrap();

    let counts = watch(&store.inner.store, "player_uuids", 2_301);
    let expired = store.expire_sessions(NEVER, NOW).await.unwrap();
    let counts = counts.await.unwrap();

    assert_eq!((expired.sessions, expired.players), (0, 0));
    let steps = counts.windows(2).map(|counts| counts[0] - counts[1]);
    assert!(steps.max() <= Some(1_000), "{counts:?}");
    assert_eq!((counts[0], counts.last()), (4_600, Some(&2_301)));
    let persons = |guild| store.inner.memory.persons.of(guild).use_count();
    assert_eq!((persons(GUILD), persons(OTHER)), (1, 2_300));
}

#[tokio::test]
async fn players_of_whom_nothing_is_left_go_a_few_hundred_at_a_time() {
    let store = TestStore::new(NOW);
    store.link(GUILD, "survival", NOW).await;
    import(&store, (0..1_200).map(|number| stay(GUILD, number, 3))).await;
    import(&store, (0..10).map(|number| stay(GUILD, number, 1))).await;
    assert_eq!(store.inner.memory.outdated_in_directory(GUILD), []);
    let edge = UnixSeconds(NOW.0 - 2 * DAY);

    let counts = watch(&store.inner.store, "players", 10);
    let expired = store.expire_sessions(edge, NOW).await.unwrap();
    let counts = counts.await.unwrap();

    assert_eq!((expired.sessions, expired.players), (1_200, 1_190));
    assert_eq!(counts, [1_200, 700, 200, 10]);
    assert_eq!(store.inner.memory.outdated_in_directory(GUILD), []);
    let knows = |number| {
        let player = store.inner.memory.players.id(&named(number));
        player.is_some_and(|player| store.inner.memory.directory.knows(GUILD, player))
    };
    assert!(knows(9) && !knows(10));
}

#[tokio::test]
async fn the_member_of_a_notice_that_goes_with_an_account_is_in_no_byte() {
    let store = TestStore::new(NOW);
    for guild in [GUILD, OTHER] {
        store.link(guild, "survival", NOW).await;
    }
    import(
        &store,
        [stay(GUILD, 1, 100), account(GUILD, 1, 100)].into_iter(),
    )
    .await;
    // Another guild knows the name, so that it stays.
    import(&store, [stay(OTHER, 1, 1)].into_iter()).await;
    let member: u64 = 0x0102_0304_0506_0708;
    let notice = NewNotice {
        guild: GUILD,
        user: member,
        player: named(1),
        channel: None,
        locale: "en".to_owned(),
    };
    store.add_notice(notice, NOW).await.unwrap();
    let change = vec![SettingChange::RetentionDays(Some(30))];
    let changed = store.change_guild_settings(GUILD, change, NOW).await;
    changed.unwrap();
    let copies = || {
        let of = |path: std::path::PathBuf| {
            let bytes = std::fs::read(path).unwrap_or_default();
            let copies = bytes
                .windows(8)
                .filter(|bytes| *bytes == member.to_be_bytes());
            copies.count()
        };
        let mut log = store.file().as_os_str().to_owned();
        log.push("-wal");
        of(store.file().to_path_buf()) + of(log.into())
    };
    assert!(copies() > 0);

    // The sessions go first, and the account with the last clean-up.
    for _ in 0..2 {
        store.expire_sessions(NEVER, NOW).await.unwrap();
    }

    assert_eq!(store.notices(None).await.unwrap(), []);
    assert_eq!(copies(), 0);
}

#[tokio::test]
async fn a_guild_that_keeps_less_forgets_a_player_whom_another_still_knows() {
    let store = TestStore::new(NOW);
    for guild in [GUILD, OTHER] {
        store.link(guild, "survival", NOW).await;
        import(&store, [stay(guild, 1, 100)].into_iter()).await;
    }
    let change = vec![SettingChange::RetentionDays(Some(30))];
    let changed = store.change_guild_settings(GUILD, change, NOW).await;
    changed.unwrap();

    let expired = store.expire_sessions(NEVER, NOW).await.unwrap();

    assert_eq!((expired.sessions, expired.players), (1, 0));
    let memory = &store.inner.memory;
    let player = memory.players.id(&named(1)).unwrap();
    let knows = [GUILD, OTHER].map(|guild| memory.directory.knows(guild, player));
    assert_eq!(knows, [false, true]);
}

#[tokio::test]
async fn a_server_that_is_linked_while_the_last_one_is_removed_keeps_what_the_guild_knows() {
    let store = TestStore::new(NOW);
    store.link(OTHER, "survival", NOW).await;
    let (removed, _) = store.link(GUILD, "survival", NOW).await;
    // The other guild knows the names.
    import(&store, (0..1_250).map(|number| stay(OTHER, number, 1))).await;
    import(&store, (0..1_250).map(|number| account(GUILD, number, 1))).await;
    let code = store.issue_link_code(GUILD, server_name("creative"), NOW);
    let code = code.await.unwrap().code;
    // Hold the writer until the first write of the removal and the link are queued.
    let (go, wait) = std::sync::mpsc::channel::<()>();
    let hold = store.inner.store.write(move |_| Ok(wait.recv()), |_, _| ());

    let (_, forgotten, linked, ..) = tokio::join!(
        hold,
        store.forget_uuids_with(GUILD, removed),
        store.redeem_link_code(&code, NOW),
        async { go.send(()) },
    );

    forgotten.unwrap();
    let linked = linked.unwrap();
    assert_eq!(store.inner.memory.persons.of(GUILD).use_count(), 250);
    let linked = store.authenticate(&linked.api_key, NOW).unwrap();
    let old = store.guild_server(GUILD, removed).unwrap();
    store.remove_server(old, NOW).await.unwrap().unwrap();
    assert_eq!(store.inner.memory.persons.of(GUILD).use_count(), 250);
    // And all of it goes with that one.
    let last = store.guild_server(GUILD, linked.id).unwrap();
    store.remove_server(last, NOW).await.unwrap().unwrap();
    assert_eq!(store.inner.memory.persons.of(GUILD).use_count(), 0);
}

#[tokio::test]
async fn the_accounts_of_the_last_server_of_a_guild_go_a_few_at_a_time_with_it() {
    let store = TestStore::new(NOW);
    store.link(OTHER, "survival", NOW).await;
    let (server, _) = store.link(GUILD, "survival", NOW).await;
    // The other guild knows the names, and one of the accounts.
    import(&store, (0..1_250).map(|number| stay(OTHER, number, 1))).await;
    import(&store, (0..1_250).map(|number| account(GUILD, number, 1))).await;
    import(&store, [account(OTHER, 5, 1)].into_iter()).await;
    let server = store.guild_server(GUILD, server).unwrap();

    let uuids = watch(&store.inner.store, "player_uuids", 1);
    let accounts = watch(&store.inner.store, "accounts", 1);
    let removed = store.remove_server(server, NOW).await.unwrap().unwrap();
    let (uuids, accounts) = (uuids.await.unwrap(), accounts.await.unwrap());

    assert!(removed.is_wiped);
    assert_eq!(uuids, [1_251, 251, 1]);
    let steps = accounts.windows(2).map(|counts| counts[0] - counts[1]);
    assert_eq!(steps.max(), Some(100), "{accounts:?}");
    let memory = &store.inner.memory;
    let persons = |guild| memory.persons.of(guild).use_count();
    assert_eq!((persons(GUILD), persons(OTHER)), (0, 1));
    let number = |number| match account(GUILD, number, 1) {
        PortableRecord::PlayerUuid(_, _, reported) => memory.accounts.id(reported.uuid),
        _ => None,
    };
    assert!(number(5).is_some() && number(6).is_none());
}
