//! Tests of a spool: restarts, crashes, damage, limits, two processes.

mod crash;
mod damage;
mod limits;
mod source_numbers;

use std::{fs, path::PathBuf};

use oxeye_plugin_proto::{PlayerName, UnixSeconds};
use tempfile::TempDir;

use super::*;

const NOW: UnixSeconds = UnixSeconds(1_700_000_000);

/// A plugin with a folder for its spool.
struct Plugin {
    folder: TempDir,
    limits: SpoolLimits,
}

impl Plugin {
    fn new() -> Self {
        Self {
            folder: tempfile::tempdir().expect("a folder"),
            limits: SpoolLimits::default(),
        }
    }

    fn path(&self) -> PathBuf {
        self.folder.path().join("events.spool")
    }

    fn start(&self) -> (Spool, SpoolFound) {
        Spool::<Event>::open(self.path(), NOW, self.limits).expect("a spool")
    }

    fn spool(&self) -> Spool {
        self.start().0
    }

    fn bytes(&self) -> Vec<u8> {
        fs::read(self.path()).expect("the file")
    }

    fn write(&self, bytes: impl AsRef<[u8]>) {
        fs::write(self.path(), bytes).expect("the file");
    }
}

fn name(name: &str) -> PlayerName {
    PlayerName::try_from(name).expect(name)
}

fn join(player: &str) -> Event {
    Event::join(name(player), UnixSeconds(5))
}

fn heartbeat(at: i64) -> Event {
    Event::Heartbeat {
        players: Some(2),
        heartbeat_secs: None,
        server: None,
        since: None,
        at: UnixSeconds(at),
    }
}

fn seq(number: i64) -> Seq {
    Seq::try_from(number).expect("a number")
}

/// Returns the first number and the events of the next batch.
#[track_caller]
fn batch(spool: &mut Spool) -> (i64, Vec<Event>) {
    let batch = spool
        .next_batch(MAX_EVENTS_PER_BATCH)
        .expect("a file")
        .expect("an event");
    (batch.first_seq().get(), batch.events().to_vec())
}

#[test]
fn an_event_waits_until_it_is_acknowledged() {
    let plugin = Plugin::new();
    let mut spool = plugin.spool();
    assert_eq!(
        spool.next_batch(MAX_EVENTS_PER_BATCH).expect("a file"),
        None
    );

    assert_eq!(spool.push(&join("Alex")).expect("a push"), Seq::FIRST);
    spool.push(&join("Steve")).expect("a push");
    assert_eq!(batch(&mut spool), (1, vec![join("Alex"), join("Steve")]));
    assert_eq!(batch(&mut spool), (1, vec![join("Alex"), join("Steve")]));

    spool.acknowledge(seq(1)).expect("a file");
    assert_eq!(batch(&mut spool), (2, vec![join("Steve")]));
    spool.acknowledge(seq(1)).expect("a repetition is harmless");
    spool.acknowledge(seq(2)).expect("a file");
    assert!(spool.is_empty());
}

#[test]
fn epoch_and_numbers_continue_after_a_restart() {
    let plugin = Plugin::new();
    let mut spool = plugin.spool();
    spool.push(&join("Alex")).expect("a push");
    spool.push(&join("Steve")).expect("a push");
    drop(spool);

    let later = UnixSeconds(NOW.0 + 60);
    let (mut spool, found) = Spool::open(plugin.path(), later, plugin.limits).expect("a spool");

    assert_eq!(found, SpoolFound::Intact);
    assert_eq!(spool.epoch().get(), NOW.0);
    assert_eq!(spool.push(&join("Eve")).expect("a push"), seq(3));
    assert_eq!(
        batch(&mut spool),
        (1, vec![join("Alex"), join("Steve"), join("Eve")])
    );
}

#[test]
fn numbers_continue_after_everything_was_acknowledged() {
    let plugin = Plugin::new();
    let mut spool = plugin.spool();
    spool.push(&join("Alex")).expect("a push");
    batch(&mut spool);
    spool.acknowledge(seq(1)).expect("a file");

    assert_eq!(spool.push(&join("Steve")).expect("a push"), seq(2));
    assert_eq!(batch(&mut spool), (2, vec![join("Steve")]));
}

#[test]
fn a_higher_epoch_starts_after_the_file_was_lost() {
    let plugin = Plugin::new();
    let first = plugin.spool().epoch();
    fs::remove_file(plugin.path()).expect("the file");

    let (second, found) =
        Spool::<Event>::open(plugin.path(), UnixSeconds(NOW.0 + 1), plugin.limits)
            .expect("a spool");

    assert_eq!(found, SpoolFound::Nothing);
    assert!(second.epoch() > first);
}

#[test]
fn consecutive_heartbeats_become_one() {
    let plugin = Plugin::new();
    let mut spool = plugin.spool();
    spool.push(&join("Alex")).expect("a push");
    spool.push(&heartbeat(1000)).expect("a push");
    let before = plugin.bytes().len();

    assert_eq!(spool.push(&heartbeat(1015)).expect("a push"), seq(2));

    let expected = (1, vec![join("Alex"), heartbeat(1015)]);
    assert_eq!(batch(&mut spool), expected);
    assert_eq!(plugin.bytes().len(), before);
    drop(spool);
    assert_eq!(batch(&mut plugin.spool()), expected);
}

#[test]
fn a_heartbeat_with_new_facts_is_kept() {
    let plugin = Plugin::new();
    let mut spool = plugin.spool();
    let of_three = Event::Heartbeat {
        players: Some(3),
        heartbeat_secs: None,
        server: None,
        since: None,
        at: UnixSeconds(1015),
    };
    let events = [
        heartbeat(1000),
        of_three,
        join("Alex"),
        heartbeat(1030),
        heartbeat(20_000),
    ];
    for event in &events {
        spool.push(event).expect("a push");
    }

    assert_eq!(batch(&mut spool), (1, events.to_vec()));
}

#[test]
fn a_heartbeat_that_may_have_been_sent_is_not_replaced() {
    let plugin = Plugin::new();
    let mut spool = plugin.spool();
    spool.push(&heartbeat(1000)).expect("a push");
    batch(&mut spool);

    assert_eq!(spool.push(&heartbeat(1015)).expect("a push"), seq(2));
    drop(spool);
    let mut spool = plugin.spool();

    assert_eq!(spool.push(&heartbeat(1030)).expect("a push"), seq(3));
    assert_eq!(
        batch(&mut spool).1,
        [heartbeat(1000), heartbeat(1015), heartbeat(1030)]
    );
}

#[test]
fn an_event_that_no_backend_could_read_is_refused_at_once() {
    let plugin = Plugin::new();
    let mut spool = plugin.spool();
    let milliseconds = Event::leave(name("Alex"), UnixSeconds(1_700_000_000_000));

    let error = spool.push(&milliseconds).expect_err("milliseconds");

    assert_eq!(
        error.to_string(),
        "the event cannot be sent: the time 1700000000000 looks like milliseconds; send whole seconds since 1970"
    );
    assert!(spool.is_empty());
    assert_eq!(spool.push(&join("Steve")).expect("a push"), Seq::FIRST);
}

#[test]
fn two_processes_cannot_share_a_spool() {
    let plugin = Plugin::new();
    let mut spool = plugin.spool();
    spool.push(&join("Alex")).expect("a push");

    let error = Spool::<Event>::open(plugin.path(), NOW, plugin.limits).expect_err("in use");
    assert!(matches!(error, SpoolError::InUse { .. }), "{error:?}");

    drop(spool);
    assert_eq!(plugin.spool().len(), 1);
}

#[test]
fn the_error_about_a_missing_folder_names_the_file() {
    let plugin = Plugin::new();
    let path = plugin.folder.path().join("missing/events.spool");

    let error = Spool::<Event>::open(path, NOW, plugin.limits).expect_err("no folder");

    assert!(
        error
            .to_string()
            .contains("missing/events.spool for waiting events cannot be used"),
        "{error}"
    );
}

#[cfg(unix)]
#[test]
fn the_file_is_readable_only_by_its_owner() {
    use std::os::unix::fs::PermissionsExt as _;

    let plugin = Plugin::new();
    let mode = || {
        let metadata = fs::metadata(plugin.path()).expect("the file");
        metadata.permissions().mode() & 0o777
    };
    drop(plugin.spool());
    assert_eq!(mode(), 0o600);

    fs::set_permissions(plugin.path(), fs::Permissions::from_mode(0o644)).expect("the file");
    drop(plugin.spool());
    assert_eq!(mode(), 0o600);
}
