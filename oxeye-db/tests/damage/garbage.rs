//! A damaged store is refused with a message that says what to do, and left as it is.

use super::*;

/// Asserts that the store is refused with a message that says what to do, and that neither the file nor
/// its log has changed.
#[track_caller]
fn assert_refused(folder: &Path, what: &str) {
    // An empty log is equivalent to no log.
    let read = |name| std::fs::read(folder.join(name)).unwrap_or_default();
    let before = (read("oxeye.db"), read("oxeye.db-wal"));
    let refused = open(folder).map(|_| ()).expect_err(what).to_string();
    assert!(refused.contains("restore a backup"), "{what}: {refused}");
    assert!(refused.contains("oxeye.db is "), "{what}: {refused}");
    let after = (read("oxeye.db"), read("oxeye.db-wal"));
    assert!(before == after, "{what}: the file has changed");
}

#[tokio::test]
async fn a_store_with_a_garbage_page_is_refused_and_left_as_it_is() {
    let crashed = Crashed::new().await;
    checkpoint(crashed.store.folder());
    // The log is not empty: closing the file must not checkpoint it.
    let last = crashed
        .store
        .take_events(crashed.server, batch(BATCHES), NOW);
    last.await.unwrap();
    let whole = std::fs::read(crashed.store.folder().join("oxeye.db")).unwrap();
    let file = Connection::open(crashed.store.folder().join("oxeye.db")).unwrap();
    let roots = "SELECT rootpage FROM sqlite_schema WHERE tbl_name = 'skins'";
    let skins: Vec<u32> = file
        .prepare(roots)
        .unwrap()
        .query_map([], |row| row.get(0))
        .unwrap()
        .map(Result::unwrap)
        .collect();
    let in_log = pages_in_log(&crashed.store.folder().join("oxeye.db-wal"));
    let pages = whole.len() / 4096;
    assert!(pages > 20, "{pages} pages");
    for page in 1..=pages {
        let number = u32::try_from(page).unwrap();
        if skins.contains(&number) || in_log.contains(&number) {
            continue;
        }
        let copy = crashed.copy();
        let mut bytes = whole.clone();
        bytes[(page - 1) * 4096..page * 4096].fill(0xa5);
        std::fs::write(copy.path().join("oxeye.db"), bytes).unwrap();
        assert_refused(copy.path(), &format!("page {page}"));
    }
}

/// Returns the pages of which the log has newer versions.
fn pages_in_log(log: &Path) -> Vec<u32> {
    let log = std::fs::read(log).unwrap();
    let frames = log[32..].chunks(24 + 4096);
    frames
        .map(|frame| u32::from_be_bytes(frame[..4].try_into().unwrap()))
        .collect()
}

#[tokio::test]
async fn a_truncated_store_or_one_with_a_garbled_header_is_refused_and_left_as_it_is() {
    let crashed = Crashed::new().await;
    checkpoint(crashed.store.folder());
    let whole = std::fs::read(crashed.store.folder().join("oxeye.db")).unwrap();
    let half = &whole[..whole.len() / 8192 * 4096];
    let garbled = [&[0xa5; 100], &whole[100..]].concat();
    let no_magic = [b"SQLite format 4\0", &whole[16..]].concat();

    for (what, bytes) in [("half", half), ("header", &garbled), ("magic", &no_magic)] {
        let copy = crashed.copy();
        std::fs::write(copy.path().join("oxeye.db"), bytes).unwrap();
        assert_refused(copy.path(), what);
    }
}

#[tokio::test]
async fn a_value_that_oxeye_never_writes_is_damage() {
    for sql in [
        "UPDATE players SET name = '' WHERE id = 1",
        "UPDATE sessions SET ended = 'somehow' WHERE ended IS NOT NULL",
        "UPDATE sessions SET id = 1 << 40 WHERE id = 1",
        "UPDATE servers SET name = ''",
    ] {
        let crashed = Crashed::new().await;
        let copy = crashed.copy();
        let file = Connection::open(copy.path().join("oxeye.db")).unwrap();
        file.execute_batch(sql).unwrap();
        drop(file);

        assert_refused(copy.path(), sql);
    }
}

#[tokio::test]
async fn a_closed_store_is_one_file_beside_its_lock() {
    let Crashed { store, .. } = Crashed::new().await;

    store.close().await;

    let files = std::fs::read_dir(store.folder()).unwrap();
    let mut files: Vec<_> = files.map(|file| file.unwrap().file_name()).collect();
    files.sort();
    assert_eq!(files, ["oxeye.db", "oxeye.db.lock"]);
}
