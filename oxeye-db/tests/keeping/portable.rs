//! Exports from one store and imports into another.

use oxeye_db::{
    Database, GuildId, Imported, LinkState, Place, PortablePlaytime, PortableRecord, PortableStay,
    SessionEnd, UnixSeconds,
};

use crate::site::{GUILD, NOW, Site, of_guild, player, server_name};

pub(crate) async fn exported(database: &Database) -> Vec<PortableRecord> {
    let mut export = database.export();
    let mut records = Vec::new();
    while let Some(chunk) = export.next_chunk().await {
        records.extend(chunk.unwrap());
    }
    records
}

/// Returns an export as sorted text, because its order is not defined.
async fn sorted_export(database: &Database) -> Vec<String> {
    let records = exported(database).await;
    let mut lines: Vec<_> = records.iter().map(|record| format!("{record:?}")).collect();
    lines.sort();
    lines
}

pub(crate) async fn import(database: &Database, records: Vec<PortableRecord>) -> Imported {
    database.import(records, None, NOW).await.unwrap()
}

fn place(server: &str) -> Place {
    Place {
        guild: GUILD,
        server: server_name(server),
    }
}

pub(crate) fn session(name: &str, joined_at: i64, left_at: i64) -> PortableRecord {
    let stay = PortableStay {
        account: None,
        joined_at: UnixSeconds(joined_at),
        seen_at: UnixSeconds(left_at),
        end: Some((UnixSeconds(left_at), SessionEnd::Left)),
    };
    PortableRecord::Session(place("survival"), player(name), stay)
}

pub(crate) fn counts(added: u64, skipped: u64, servers: u64) -> Imported {
    Imported {
        added,
        skipped,
        servers,
        ..Imported::default()
    }
}

#[tokio::test]
async fn an_export_can_be_imported_elsewhere_and_counts_only_once() {
    let site = Site::new();
    let server = site.linked("survival").await;
    for number in 0..700 {
        let from = NOW.0 - 100_000 + 100 * number;
        site.stay(server, "Alex", from, from + 50).await;
    }
    let records = exported(&site.database).await;
    let other = Site::new();

    let first = import(&other.database, records.clone()).await;
    let again = import(&other.database, records).await;

    assert_eq!(first, counts(700, 0, 1));
    assert_eq!(again, counts(0, 700, 0));
    let here = sorted_export(&site.database).await;
    assert_eq!(sorted_export(&other.database).await, here);
    let other = other.restarted().await;
    assert_eq!(sorted_export(&other.database).await, here);
}

#[tokio::test]
async fn a_server_created_by_an_import_is_not_linked_until_a_plugin_links_it() {
    let site = Site::new();
    import(&site.database, vec![session("Alex", NOW.0 - 60, NOW.0)]).await;

    let server = site
        .database
        .find_server(GUILD, &server_name("survival"))
        .map(|(server, _)| server.id());
    let status = site
        .database
        .status(of_guild(&site.database, server.unwrap()), 9, NOW)
        .unwrap();
    assert_eq!(status.state, LinkState::Disconnected);
    assert_eq!(status.last_seen[0].player_name, player("Alex"));

    assert_eq!(site.linked("survival").await, server.unwrap());
}

#[tokio::test]
async fn all_servers_can_be_imported_into_another_guild() {
    let site = Site::new();
    let records = vec![session("Alex", 100, 200)];

    let other = Some(GuildId::LOCAL);
    let imported = site.database.import(records, other, NOW).await.unwrap();

    assert_eq!(imported, counts(1, 0, 1));
    let find = |guild| {
        site.database
            .find_server(guild, &server_name("survival"))
            .map(|(server, _)| server.id())
    };
    assert!(find(GuildId::LOCAL).is_some() && find(GUILD).is_none());
}

#[tokio::test]
async fn a_session_that_overlaps_another_of_the_player_is_skipped() {
    let site = Site::new();
    let server = site.linked("survival").await;
    site.stay(server, "Alex", NOW.0 - 500, NOW.0 - 400).await;
    site.join(server, "Alex", NOW.0 - 100).await;

    let at = |from: i64, to: i64| session("Alex", NOW.0 - from, NOW.0 - to);
    let imported = import(
        &site.database,
        vec![
            at(500, 450), // begins with the known session
            at(450, 350), // overlaps the end of the known session
            at(600, 300), // contains the known session
            at(100, 100), // begins with the open session
            at(50, 10),   // is within the open session
            at(600, 500), // ends when the known session begins
            at(400, 300), // begins when the known session ends
            at(350, 320), // overlaps the previous record
            session("Steve", NOW.0 - 500, NOW.0 - 400),
        ],
    )
    .await;

    assert_eq!(imported, counts(3, 6, 0));
    assert_eq!(site.online(server), ["Alex"]);
}

#[tokio::test]
async fn an_open_session_ends_at_its_last_evidence_when_it_is_imported() {
    let site = Site::new();
    let server = site.linked("survival").await;
    site.join(server, "Alex", NOW.0 - 500).await;
    site.stay(server, "Steve", NOW.0 - 300, NOW.0 - 200).await;
    let other = Site::new();

    import(&other.database, exported(&site.database).await).await;

    let ended = PortableStay {
        account: None,
        joined_at: UnixSeconds(NOW.0 - 500),
        seen_at: UnixSeconds(NOW.0 - 200),
        end: Some((UnixSeconds(NOW.0 - 200), SessionEnd::Stale)),
    };
    let expected = PortableRecord::Session(place("survival"), player("Alex"), ended);
    assert!(exported(&other.database).await.contains(&expected));
}

#[tokio::test]
async fn playtime_is_imported_and_exported_but_never_replaced() {
    let site = Site::new();
    let playtime = |seconds| {
        let playtime = PortablePlaytime {
            seconds,
            account: None,
        };
        let record = PortableRecord::ImportedPlaytime(place("survival"), player("Alex"), playtime);
        vec![record]
    };

    assert_eq!(import(&site.database, playtime(60)).await, counts(1, 0, 1));
    assert_eq!(import(&site.database, playtime(90)).await, counts(0, 1, 0));

    let records = exported(&site.database).await;
    assert!(records.contains(&playtime(60)[0]), "{records:?}");
}

#[tokio::test]
async fn an_export_does_not_include_later_writes() {
    let site = Site::new();
    let server = site.linked("survival").await;
    let many = (0..2_000).map(|number| session("Alex", 100 * number, 100 * number + 50));
    import(&site.database, many.collect()).await;

    let mut export = site.database.export();
    let mut records = export.next_chunk().await.unwrap().unwrap();
    site.join(server, "Steve", NOW.0).await;
    while let Some(chunk) = export.next_chunk().await {
        records.extend(chunk.unwrap());
    }

    assert_eq!(records.len(), 2_001);
    assert!(exported(&site.database).await.len() > records.len());
}
