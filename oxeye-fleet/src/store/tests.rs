mod earlier;

use crate::ids::{SessionId, SlotId, WorldName};
use crate::rules::{HomeRow, Run, SessionRow, SlotRow, State, WorkerRow};
use crate::time::UnixMillis;
use uuid::Uuid;

use super::*;

fn slot(id: u64, state: State) -> SlotRow {
    let owner = format!("player {id}").parse().unwrap();
    SlotRow {
        id: SlotId(id),
        world: WorldName::of(&owner),
        worker: ["attic", "local"][usize::from(id == 2)].parse().unwrap(),
        owner,
        port: 8081 + u16::try_from(id).unwrap(),
        state,
        run: Run(3),
        ended: id == 2,
        restarts: 3,
        wanted: id == 2,
        created_at: UnixMillis(1_700_000_000_000),
    }
}

fn home(worker: &str) -> HomeRow {
    HomeRow {
        world: "ada".parse().unwrap(),
        worker: worker.parse().unwrap(),
        is_made: worker == "local",
    }
}

fn worker(are_worlds_known: bool) -> WorkerRow {
    WorkerRow {
        name: "attic".parse().unwrap(),
        are_worlds_known,
        is_draining: are_worlds_known,
    }
}

fn session(slot: u64) -> SessionRow {
    SessionRow {
        id: SessionId::random(),
        slot: SlotId(slot),
        player: "O'Neil \"; DROP TABLE slots".parse().unwrap(),
        joined_at: UnixMillis(1_700_000_000_123),
    }
}

#[tokio::test]
async fn what_was_written_is_there_after_a_restart() {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("fleet.db");
    let (store, kept) = FleetStore::open(&path).unwrap();
    assert!(kept.slots.is_empty() && kept.sessions.is_empty());
    let visit = session(1);
    // A server that was found may have any number.
    let found = SlotRow {
        id: SlotId(u64::MAX),
        ..slot(3, State::Running)
    };
    let guest = SessionRow {
        id: SessionId(Uuid::from_u128(u128::MAX)),
        ..session(u64::MAX)
    };
    let rows = vec![
        Write::Slot(slot(1, State::Starting)),
        Write::Slot(slot(2, State::Stopping)),
        Write::Slot(found.clone()),
        Write::Session(visit.clone()),
        Write::Session(guest.clone()),
        Write::Home(home("attic")),
        Write::Home(home("local")),
        Write::Home(HomeRow {
            world: "bea".parse().unwrap(),
            ..home("attic")
        }),
        Write::HomeGone("bea".parse().unwrap()),
        Write::Worker(worker(false)),
        Write::Worker(worker(true)),
    ];
    store.write(rows).await.unwrap();
    store
        .write(vec![Write::Slot(slot(1, State::Running))])
        .await
        .unwrap();
    store.close().await;
    drop(store);

    let (_store, kept) = FleetStore::open(&path).unwrap();

    assert_eq!(
        kept.slots,
        [found, slot(1, State::Running), slot(2, State::Stopping)]
    );
    assert_eq!(kept.sessions, [visit, guest]);
    assert_eq!(kept.homes, [home("local")]);
    assert_eq!(kept.workers, [worker(true)]);
}

#[tokio::test]
async fn with_a_slot_its_sessions_go_and_late_ones_do_not_come_back() {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("fleet.db");
    let (store, _) = FleetStore::open(&path).unwrap();
    let rows = vec![
        Write::Slot(slot(1, State::Stopped)),
        Write::Session(session(1)),
    ];
    store.write(rows).await.unwrap();

    store.write(vec![Write::SlotGone(SlotId(1))]).await.unwrap();
    store.write_later(vec![Write::Session(session(1))]);
    store.close().await;
    drop(store);

    let (_store, kept) = FleetStore::open(&path).unwrap();
    assert!(kept.slots.is_empty() && kept.sessions.is_empty());
}

#[tokio::test]
async fn of_a_step_that_cannot_be_written_nothing_is_kept() {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("fleet.db");
    let (store, _) = FleetStore::open(&path).unwrap();
    store
        .write(vec![Write::Slot(slot(1, State::Running))])
        .await
        .unwrap();
    let same_port = SlotRow {
        port: slot(1, State::Running).port,
        ..slot(2, State::Starting)
    };

    let result = store
        .write(vec![
            Write::SlotGone(SlotId(9)),
            Write::Session(session(1)),
            Write::Slot(same_port),
        ])
        .await;

    result.expect_err("two slots cannot have one port");
    store.close().await;
    drop(store);
    let (_store, kept) = FleetStore::open(&path).unwrap();
    assert_eq!(kept.slots.len(), 1);
    assert!(kept.sessions.is_empty());
}

#[tokio::test]
async fn a_store_whose_file_is_gone_cannot_be_written() {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("fleet.db");
    let (store, _) = FleetStore::open(&path).unwrap();

    assert!(store.check_writable().await.is_ok());
    std::fs::remove_file(&path).unwrap();

    assert!(store.check_writable().await.is_err());
}
