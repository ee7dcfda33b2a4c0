//! Files that are truncated or overwritten after another program has used them through SQLite.

use super::other_programs::{checkpoint, insert, run};
use super::*;

/// What happens to the files after another program has written to them, through SQLite.
async fn check_after_use(what: &str, happens: impl Fn(&Site), expected: LostFile) {
    // A new table changes the page that SQLite reads first.
    for used in ["", "CREATE TABLE more (id INTEGER PRIMARY KEY)"] {
        check_after(used, what, &happens, expected).await;
    }
}

async fn check_after(used: &str, what: &str, happens: impl Fn(&Site), expected: LostFile) {
    let site = Site::new().await;
    let other = site.other();
    checkpoint(&other, "TRUNCATE");
    site.write(4).await.unwrap();
    insert(&other);
    run(&other, used);

    happens(&site);

    let refused = site.write(10).await;
    assert!(
        matches!(&refused, Err(StoreError::Lost(lost)) if *lost == expected),
        "{used} {what}: {refused:?}"
    );
    site.write(11).await.unwrap_err();
}

#[tokio::test]
async fn a_use_through_sqlite_does_not_hide_what_happens_to_the_files() {
    use FileLoss::{Missing, Overwritten, Replaced, Truncated};
    let cut = |left: u64| move |site: &Site| truncate(&site.at(LOG), left);
    check_after_use("the log is emptied", cut(0), LostFile::log(Truncated)).await;
    check_after_use("the log is cut short", cut(5_000), LostFile::log(Truncated)).await;
    let write_over = |name: &'static str, offset: u64| {
        move |site: &Site| {
            let file = fs::OpenOptions::new().write(true).open(site.at(name));
            file.unwrap().write_all_at(&[7; 24], offset).unwrap();
        }
    };
    for (part, offset) in [("magic", 0), ("page size", 8), ("checksum", 24)] {
        let overwritten = write_over(LOG, offset);
        check_after_use(part, overwritten, LostFile::log(Overwritten)).await;
    }
    let last_frame = |site: &Site| {
        let length = fs::metadata(site.at(LOG)).unwrap().len();
        write_over(LOG, length - 4096 - 24)(site);
    };
    check_after_use("the last frame", last_frame, LostFile::log(Overwritten)).await;
    let stranger = write_over(STORE, 0);
    check_after_use("the store", stranger, LostFile::store(Overwritten)).await;
    let empty = |site: &Site| truncate(&site.at(STORE), 4_096);
    check_after_use("the store is cut short", empty, LostFile::store(Truncated)).await;
    let remove = |site: &Site| fs::remove_file(site.at(LOG)).unwrap();
    check_after_use("the log is deleted", remove, LostFile::log(Missing)).await;
    let replace = |site: &Site| {
        fs::copy(site.at(STORE), site.at("copy")).unwrap();
        fs::rename(site.at("copy"), site.at(STORE)).unwrap();
    };
    check_after_use("a copy", replace, LostFile::store(Replaced)).await;
}

#[tokio::test]
async fn contents_are_checked_again_after_waiting_for_the_lock() {
    let site = Site::new().await;
    let ours = site.other();
    let mut watch = site.watch();
    watch.check(&ours).unwrap();

    run(&ours, "BEGIN IMMEDIATE");
    truncate(&site.at(LOG), 5_000);
    watch.checked_at = watch.checked_at.checked_sub(2 * CHECK_VALID_FOR).unwrap();

    let lost = watch.check_in_transaction(&ours);
    assert_eq!(lost, Err(LostFile::log(FileLoss::Truncated)));
}

/// The header of an earlier log is whole, too.
#[tokio::test]
async fn an_earlier_log_in_the_place_of_the_log_is_noticed() {
    for length in [32, usize::MAX] {
        let site = Site::new().await;
        let other = site.other();
        let earlier = fs::read(site.at(LOG)).unwrap();
        checkpoint(&other, "RESTART");
        site.write(4).await.unwrap();
        insert(&other);

        let log = fs::OpenOptions::new().write(true).open(site.at(LOG));
        let part = &earlier[..length.min(earlier.len())];
        log.unwrap().write_all_at(part, 0).unwrap();

        let refused = site.write(10).await;
        let expected = LostFile::log(FileLoss::Overwritten);
        assert!(
            matches!(&refused, Err(StoreError::Lost(lost)) if *lost == expected),
            "{length}: {refused:?}"
        );
    }
}

/// `cp` keeps the file and replaces what is in it.
#[tokio::test]
async fn a_backup_copied_into_the_stores_file_is_noticed() {
    for is_used in [false, true] {
        let site = Site::new().await;
        let other = site.other();
        checkpoint(&other, "TRUNCATE");
        fs::copy(site.at(STORE), site.at("backup")).unwrap();
        run(&other, "CREATE TABLE large AS SELECT zeroblob(300000)");
        checkpoint(&other, "TRUNCATE");
        run(&other, "DROP TABLE large; VACUUM");
        checkpoint(&other, "TRUNCATE");
        site.write(4).await.unwrap();
        if is_used {
            insert(&other);
            checkpoint(&other, "PASSIVE");
        }

        fs::copy(site.at("backup"), site.at(STORE)).unwrap();

        let refused = site.write(10).await;
        let expected = LostFile::store(FileLoss::Overwritten);
        assert!(
            matches!(&refused, Err(StoreError::Lost(lost)) if *lost == expected),
            "{is_used}: {refused:?}"
        );
    }
}
