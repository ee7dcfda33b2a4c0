//! Files that earlier versions have left behind.

use uuid::Uuid;

use super::*;

/// The rows of a file, each in the version that first had its columns.
const ROWS: [&str; 6] = [
    "INSERT INTO slots (id, owner, world, port, state, run, wanted, created_at) VALUES
        (1, 'Ada', 'ada', 8081, 'running', 3, 0, 1700000000000),
        (2, 'Bea', 'bea', 8082, 'stopping', 4, 1, 1700000000123);
    INSERT INTO sessions (id, slot_id, player, joined_at) VALUES
        (x'00112233445566778899aabbccddeeff', 1, 'O''Neil', 1700000000456);",
    "UPDATE slots SET ended = 1, restarts = 2 WHERE id = 2;",
    "UPDATE slots SET worker = 'attic' WHERE id = 2;
    DELETE FROM homes;
    INSERT INTO homes (world, worker) VALUES ('ada', 'local'), ('bea', 'attic'), ('cem', 'attic');",
    "INSERT INTO workers (name, are_worlds_known) VALUES ('attic', 1), ('local', 0);",
    "UPDATE workers SET is_draining = 1 WHERE name = 'attic';",
    "UPDATE homes SET is_made = 0 WHERE world = 'cem';",
];

/// Makes the file that a version has left behind.
fn leave_file(path: &Path, version: usize) {
    let old = Connection::open(path).unwrap();
    for migration in &SCHEMA.migrations[..version] {
        old.execute_batch(migration).unwrap();
    }
    for rows in &ROWS[..version] {
        old.execute_batch(rows).unwrap();
    }
    old.pragma_update(None, "application_id", SCHEMA.application_id)
        .unwrap();
    let version = i64::try_from(version).unwrap();
    old.pragma_update(None, "user_version", version).unwrap();
}

/// Returns what has to be read of it. What a version did not keep has the value that it always had then.
fn expected(version: usize) -> Kept {
    let attic = |since| if version >= since { "attic" } else { "local" };
    let ada = SlotRow {
        id: SlotId(1),
        owner: "Ada".parse().unwrap(),
        world: "ada".parse().unwrap(),
        worker: "local".parse().unwrap(),
        port: 8081,
        state: State::Running,
        run: Run(3),
        ended: false,
        restarts: 0,
        wanted: false,
        created_at: UnixMillis(1_700_000_000_000),
    };
    let bea = SlotRow {
        id: SlotId(2),
        owner: "Bea".parse().unwrap(),
        world: "bea".parse().unwrap(),
        worker: attic(3).parse().unwrap(),
        port: 8082,
        state: State::Stopping,
        run: Run(4),
        ended: version >= 2,
        restarts: if version >= 2 { 2 } else { 0 },
        wanted: true,
        created_at: UnixMillis(1_700_000_000_123),
    };
    let session = SessionRow {
        id: SessionId(Uuid::from_u128(0x0011_2233_4455_6677_8899_aabb_ccdd_eeff)),
        slot: SlotId(1),
        player: "O'Neil".parse().unwrap(),
        joined_at: UnixMillis(1_700_000_000_456),
    };
    let home = |world: &str, worker: &str, is_made| HomeRow {
        world: world.parse().unwrap(),
        worker: worker.parse().unwrap(),
        is_made,
    };
    // Until worlds had homes, the worlds of the slots lay where the program was.
    let mut homes = vec![home("ada", "local", true), home("bea", attic(3), true)];
    if version >= 3 {
        homes.push(home("cem", "attic", version < 6));
    }
    let worker = |name: &str, are_worlds_known, is_draining| WorkerRow {
        name: name.parse().unwrap(),
        are_worlds_known,
        is_draining,
    };
    let workers = match version {
        ..4 => Vec::new(),
        _ => vec![
            worker("attic", true, version >= 5),
            worker("local", false, false),
        ],
    };
    Kept {
        slots: vec![ada, bea],
        sessions: vec![session],
        homes,
        workers,
    }
}

#[tokio::test]
async fn everything_that_an_earlier_version_has_kept_is_read() {
    assert_eq!(ROWS.len(), SCHEMA.migrations.len(), "a version has no rows");
    for version in 1..=ROWS.len() {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("fleet.db");
        leave_file(&path, version);
        let mut expected = expected(version);

        let (store, kept) = FleetStore::open(&path).unwrap();
        assert_eq!(kept, expected, "version {version}");
        expected.slots[1].state = State::Stopped;
        let written = Write::Slot(expected.slots[1].clone());
        store.write(vec![written]).await.unwrap();
        store.close().await;
        drop(store);

        let (_store, kept) = FleetStore::open(&path).unwrap();
        assert_eq!(kept, expected, "version {version}, written since");
    }
}
