//! Retention, and the file beside the store.

use std::io::Read;

use oxeye_db::Joined;
use oxeye_db::testing::TestStore;

use crate::site::{ALEX, BEA, GUILD, Site, at, game};

const DAY: i64 = 86_400;

#[tokio::test]
async fn what_ended_30_days_ago_is_deleted_and_what_lasts_is_not() {
    let site = Site::with_alex().await;
    site.does(ALEX, &[game("Celeste"), game("Factorio")], 0)
        .await;
    site.does(ALEX, &[game("Factorio")], 100).await;

    assert!(!site.presence().sweep(at(30 * DAY)).await.unwrap());
    assert_eq!(site.sessions(ALEX).await.len(), 2);
    site.does(ALEX, &[game("Factorio")], 30 * DAY + 50).await;
    site.presence().sweep(at(30 * DAY + 101)).await.unwrap();

    let sessions = site.sessions(ALEX).await;
    assert_eq!(sessions.len(), 1);
    assert!(sessions[0].is_open());
}

#[tokio::test]
async fn a_member_of_whom_nothing_was_told_for_30_days_is_no_longer_joined() {
    let site = Site::with_alex().await;
    site.joins(BEA, 0).await;
    site.does(BEA, &[game("Factorio")], 5 * DAY).await;
    let site = site.restarted(6 * DAY).await;

    site.presence().sweep(at(31 * DAY)).await.unwrap();

    assert_eq!(site.presence().members(GUILD), [BEA]);
}

#[tokio::test]
async fn a_member_who_joins_again_stays_for_30_days_more() {
    let site = Site::with_alex().await;
    let again = site.presence().join(GUILD, ALEX, at(29 * DAY)).await;
    assert_eq!(again.unwrap(), Joined::Already);

    site.presence().sweep(at(31 * DAY)).await.unwrap();

    assert_eq!(site.presence().members(GUILD), [ALEX]);
    let site = site.restarted(58 * DAY).await;
    assert_eq!(site.presence().members(GUILD), [ALEX]);
    site.presence().sweep(at(59 * DAY + 1)).await.unwrap();
    assert_eq!(site.presence().members(GUILD), []);
}

#[tokio::test]
async fn a_backup_has_everything_and_opens_beside_a_store() {
    let site = Site::with_alex().await;
    site.does(ALEX, &[game("Factorio")], 0).await;

    let mut copy = site.store.backup_presence().await.unwrap().unwrap();

    let mut bytes = Vec::new();
    copy.read_to_end(&mut bytes).unwrap();
    let restored = TestStore::new(at(0));
    let beside = |file: &std::path::Path| {
        let path = oxeye_db::presence::path_beside(file);
        std::fs::write(&path, bytes).unwrap();
        let seen = oxeye_db::presence::inspect(&path).unwrap();
        assert_eq!(seen.found, seen.known);
    };
    let restored = restored.restarted_after(beside, at(10)).await;
    assert!(restored.presence().keeps(GUILD, ALEX));
    assert_eq!(restored.presence().open_sessions().len(), 1);
}

#[tokio::test]
async fn a_lost_file_is_noticed_and_what_happened_meanwhile_is_written_later() {
    let site = Site::with_alex().await;
    let path = oxeye_db::presence::path_beside(site.store.file());
    let away = path.with_extension("away");
    std::fs::rename(&path, &away).unwrap();

    let lost = site.presence().checkpoint(at(5)).await;
    assert!(lost.is_err() && site.store.check_files().await.is_err());
    let told = oxeye_db::Observation::Activities {
        guild: GUILD,
        user: ALEX,
        activities: vec![game("Factorio")],
    };
    site.presence()
        .observe(vec![told], at(10))
        .await
        .unwrap_err();
    std::fs::rename(&away, &path).unwrap();
    site.minutes(20, 20).await;

    assert_eq!(site.told(ALEX).await, [("game", 10, 20, true, 10)]);
}

#[tokio::test]
async fn a_file_that_was_not_rewritten_after_a_deletion_is_rewritten_by_a_sweep_after_the_next_start()
 {
    let site = Site::with_alex().await;
    // As after a kill between the deletion and the rewriting.
    let store = site.store.restarted_after(
        |store| {
            let path = oxeye_db::presence::path_beside(store);
            let file = rusqlite::Connection::open(path).unwrap();
            file.execute_batch("INSERT INTO rewriting (id) VALUES (1)")
                .unwrap();
        },
        at(10),
    );
    let site = Site { store: store.await };

    site.presence().sweep(at(20)).await.unwrap();

    let path = oxeye_db::presence::path_beside(site.store.file());
    let file = rusqlite::Connection::open(path).unwrap();
    let left = file.query_row("SELECT count(*) FROM rewriting", [], |row| row.get(0));
    assert_eq!(left, Ok(0));
}
