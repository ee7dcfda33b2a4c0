//! The accounts named in reports are kept per guild, and deleted with their player.

use oxeye_db::{
    GuildId, JoinEvent, PortableRecord, ReportedUuid, ServerId, SyncEvent, SyncPlayer, UnixSeconds,
    Uuid, UuidKind,
};

use super::site::{DAY, GUILD, NOW, Site, of_guild, player};

const ONLINE: Uuid = Uuid::from_u128(0x853c_80ef_3c37_49fd_aa49_938b_674a_dae6);
const OFFLINE: Uuid = Uuid::from_u128(0x3653_2b5e_c442_3dbb_bf04_cc0d_6c0a_4d4a);

impl Site {
    pub(crate) async fn join_as(&self, server: ServerId, name: &str, uuid: Uuid, at: i64) {
        let event = JoinEvent {
            player: player(name),
            texture_hash: None,
            uuid: Some(uuid),
            at: None,
        };
        let joined = self.database.player_join(server, event, UnixSeconds(at));
        joined.await.unwrap();
    }

    async fn uuids(&self, name: &str) -> Vec<ReportedUuid> {
        let uuids = self.database.player_uuids(GUILD, &player(name)).await;
        uuids.unwrap()
    }

    pub(crate) async fn exported_uuids(&self) -> Vec<PortableRecord> {
        let mut export = self.database.export();
        let mut uuids = Vec::new();
        while let Some(chunk) = export.next_chunk().await {
            let records = chunk.unwrap().into_iter();
            uuids.extend(records.filter(|record| record.place().is_none()));
        }
        uuids
    }

    /// Returns how often the bytes of a UUID occur in the store's files.
    pub(crate) fn copies_of(&self, uuid: Uuid) -> usize {
        let files = std::fs::read_dir(self.folder()).unwrap();
        let contents = files.map(|file| std::fs::read(file.unwrap().path()).unwrap());
        let copies = |bytes: Vec<u8>| {
            let windows = bytes.windows(16);
            windows.filter(|window| *window == uuid.as_bytes()).count()
        };
        contents.map(copies).sum()
    }
}

fn reported(uuid: Uuid, first: i64, last: i64) -> ReportedUuid {
    ReportedUuid {
        uuid,
        first_reported_at: UnixSeconds(first),
        last_reported_at: UnixSeconds(last),
    }
}

#[tokio::test]
async fn the_accounts_of_a_name_are_kept_with_their_times_and_kinds() {
    let site = Site::new();
    let (survival, creative) = (site.linked("survival").await, site.linked("creative").await);
    site.join_as(survival, "Alex", OFFLINE, NOW.0).await;
    site.leave(survival, "Alex", NOW.0 + 1).await;
    site.join_as(creative, "Alex", ONLINE, NOW.0 + 5).await;
    let mut alex = SyncPlayer::new(player("Alex"));
    alex.uuid = Some(ONLINE);
    let sync = SyncEvent::from(vec![alex]);
    let tomorrow = UnixSeconds(NOW.0 + 5 + DAY);
    let synced = site.database.sync_players(creative, sync, tomorrow);
    synced.await.unwrap();

    let site = site.restarted().await;

    let uuids = site.uuids("Alex").await;
    let online = reported(ONLINE, NOW.0 + 5, NOW.0 + 5 + DAY);
    assert_eq!(uuids, [online, reported(OFFLINE, NOW.0, NOW.0)]);
    let kinds: Vec<_> = uuids.iter().map(ReportedUuid::kind).collect();
    assert_eq!(kinds, [UuidKind::Online, UuidKind::Offline]);
    let alex = player("Alex");
    let elsewhere = site.database.player_uuids(GuildId(8), &alex);
    assert_eq!(elsewhere.await.unwrap(), []);
    assert_eq!(site.uuids("Steve").await, []);
}

#[tokio::test]
async fn the_number_of_accounts_per_name_is_bounded() {
    let site = Site::new();
    let server = site.linked("survival").await;
    for number in 1..40 {
        let uuid = Uuid::from_u128(number);
        site.join_as(server, "Alex", uuid, NOW.0).await;
    }

    assert_eq!(site.uuids("Alex").await.len(), 16);
}

#[tokio::test]
async fn an_import_counts_the_accounts_that_are_dropped_or_repeated_as_skipped() {
    let site = Site::new();
    site.linked("survival").await;
    let record = |number| {
        let of = reported(Uuid::from_u128(number), NOW.0, NOW.0);
        PortableRecord::PlayerUuid(GUILD, player("Alex"), of)
    };
    let import = |records| site.database.import(records, None, NOW);

    let first = import((1..=20).chain(1..=2).map(record).collect()).await;
    let again = import(vec![record(1), record(30)]).await;

    let (first, again) = (first.unwrap(), again.unwrap());
    assert_eq!((first.added, first.skipped), (16, 6));
    assert_eq!((again.added, again.skipped), (0, 2));
    assert_eq!((first.uuids_left_out, again.uuids_left_out), (4, 1));
    assert_eq!(site.uuids("Alex").await.len(), 16);
}

#[tokio::test]
async fn an_import_says_how_many_names_an_account_had_no_room_for() {
    let site = Site::new();
    site.linked("survival").await;
    // Only accounts of Mojang are known by all their names.
    let account = Uuid::from_u128(0x853c_80ef_3c37_49fd_aa49_938b_674a_dae6);
    let record = |number: i64| {
        let at = NOW.0 - 100 + number;
        let of = reported(account, at, at);
        PortableRecord::PlayerUuid(GUILD, player(&format!("Alex{number}")), of)
    };
    let records = |names| Iterator::map(names, record).collect();
    let first = site.database.import(records(0..20), None, NOW).await;
    let second = site.database.import(records(20..34), None, NOW).await;
    let third = site.database.import(records(0..34), None, NOW).await;

    let counts = [first, second, third].map(|part| {
        let part = part.unwrap();
        (part.added, part.skipped, part.uuids_left_out)
    });
    assert_eq!(counts, [(20, 0, 0), (12, 2, 2), (0, 34, 2)]);
}

#[tokio::test]
async fn forgotten_players_leave_no_account_in_the_files() {
    let site = Site::new();
    let server = site.linked("survival").await;
    let account = |account: u128, number: u128| Uuid::from_u128(account << 80 | number << 16 | 7);
    // Each additional account of a player splits pages, which leaves copies of what moved.
    for round in 1..8 {
        let roster = (0..900).map(|number| {
            let mut entry = SyncPlayer::new(player(&format!("Player{number}")));
            entry.uuid = Some(account(round, number));
            entry
        });
        let sync = SyncEvent::from(roster.collect::<Vec<_>>());
        site.database.sync_players(server, sync, NOW).await.unwrap();
    }
    let forgotten = || (0..900).step_by(90);
    let copies = || {
        let accounts =
            (1..8).flat_map(|round| forgotten().map(move |number| account(round, number)));
        accounts.map(|uuid| site.copies_of(uuid)).sum::<usize>()
    };
    assert!(copies() > 0);

    for number in forgotten() {
        let name = player(&format!("Player{number}"));
        let forgotten = site.database.forget_player(name, NOW).await;
        assert!(forgotten.unwrap().unwrap().is_wiped);
    }

    assert_eq!(copies(), 0);
    assert_eq!(site.uuids("Player1").await.len(), 7);
    site.join_as(server, "Player0", ONLINE, NOW.0 + 9).await;
    let expected = reported(ONLINE, NOW.0 + 9, NOW.0 + 9);
    assert_eq!(site.uuids("Player0").await, [expected]);
}

#[tokio::test]
async fn accounts_are_deleted_with_a_player_of_whom_nothing_is_left() {
    let site = Site::new();
    let server = site.linked("survival").await;
    site.join_as(server, "Alex", ONLINE, NOW.0).await;
    site.leave(server, "Alex", NOW.0 + 60).await;

    let edge = UnixSeconds(NOW.0 + 61);
    let later = UnixSeconds(NOW.0 + 90 * DAY);
    let expired = site.database.expire_sessions(edge, later).await.unwrap();

    assert_eq!((expired.sessions, expired.players), (1, 1));
    assert_eq!(site.exported_uuids().await, []);
}

#[tokio::test]
async fn accounts_are_deleted_with_the_last_server_of_their_guild() {
    let site = Site::new();
    let (survival, creative) = (site.linked("survival").await, site.linked("creative").await);
    site.join_as(survival, "Alex", ONLINE, NOW.0).await;
    site.leave(survival, "Alex", NOW.0 + 1).await;
    site.stay(creative, "Alex", NOW.0, NOW.0 + 1).await;

    let remove = |server| {
        let server = of_guild(&site.database, server);
        site.database.remove_server(server, NOW)
    };
    remove(survival).await.unwrap();
    assert_eq!(site.exported_uuids().await.len(), 1);
    remove(creative).await.unwrap();

    assert_eq!(site.exported_uuids().await, []);
}

#[tokio::test]
async fn accounts_are_exported_and_imported_once() {
    let site = Site::new();
    let server = site.linked("survival").await;
    site.join_as(server, "Alex", ONLINE, NOW.0).await;
    let uuids = site.exported_uuids().await;
    let of = reported(ONLINE, NOW.0, NOW.0);
    let expected = PortableRecord::PlayerUuid(GUILD, player("Alex"), of);
    assert_eq!(uuids, [expected]);

    let other = Site::new();
    let import = |records| other.database.import(records, None, NOW);
    let without_server = import(uuids.clone()).await.unwrap();
    other.linked("creative").await;
    let first = import(uuids.clone()).await.unwrap();
    let again = import(uuids.clone()).await.unwrap();

    assert_eq!((without_server.added, without_server.skipped), (0, 1));
    assert_eq!((first.added, first.skipped), (1, 0));
    assert_eq!((again.added, again.skipped), (0, 1));
    assert_eq!(other.uuids("Alex").await, [of]);
}
