//! Tests of damaged files, new epochs and full disks.

use super::{super::open::epoch_at_least, *};

/// Checks that the file is moved aside unchanged and a new epoch starts.
#[track_caller]
fn check_damaged(bytes: &[u8], expected: &str) {
    let plugin = Plugin::new();
    plugin.write(bytes);

    let (mut spool, found) = plugin.start();

    let SpoolFound::Damaged { moved_to, why } = found else {
        panic!("{found:?}");
    };
    assert!(why.starts_with(expected), "{why}");
    assert_eq!(moved_to, plugin.folder.path().join("events.spool.damaged"));
    assert_eq!(fs::read(&moved_to).expect("the old file"), bytes);
    assert!(spool.is_empty() && spool.unseen_loss());
    assert_eq!(spool.push(&join("Eve")).expect("a push"), Seq::FIRST);
    assert_eq!(
        plugin.bytes().iter().filter(|byte| **byte == b'\n').count(),
        2
    );
}

fn header(epoch: i64, first_seq: i64) -> String {
    format!("{{\"oxeye_spool\":1,\"epoch\":{epoch},\"first_seq\":{first_seq}}}\n")
}

#[test]
fn a_damaged_file_is_moved_aside() {
    let event = "{\"type\":\"heartbeat\",\"at\":5}\n";
    check_damaged(b"hello", "line 1: ");
    check_damaged(&[0; 512], "line 1: ");
    check_damaged(b"\xff\xfe\n", "line 1: ");
    check_damaged(header(5, 1).trim_end().as_bytes(), "line 1: ");
    check_damaged(header(-5, 1).as_bytes(), "line 1: the epoch of a batch is");
    check_damaged(
        (header(5, 1) + event + "{}\n" + event).as_bytes(),
        "line 3: ",
    );
    check_damaged((header(5, 1) + "\n" + event).as_bytes(), "line 2: ");
    check_damaged(
        (header(5, i64::MAX) + event).as_bytes(),
        "its sequence numbers run out",
    );
    check_damaged(
        b"{\"oxeye_spool\":2,\"epoch\":5,\"first_seq\":1}\n",
        "its version is 2, not 1",
    );
}

#[test]
fn the_epoch_after_damage_is_higher_even_if_the_clock_was_set_back() {
    let plugin = Plugin::new();
    plugin.write(header(NOW.0 + 3600, 1) + "not an event\n");

    assert_eq!(plugin.spool().epoch().get(), NOW.0 + 3601);

    plugin.write(header(5, 1) + "not an event\n");
    assert_eq!(plugin.spool().epoch(), epoch_at_least(NOW.0));
}

#[test]
fn an_empty_file_is_not_damaged() {
    let plugin = Plugin::new();
    plugin.write("");

    let (spool, found) = plugin.start();

    assert_eq!(found, SpoolFound::Nothing);
    assert!(spool.is_empty() && !plugin.bytes().is_empty());
}

#[test]
fn an_acknowledgement_of_too_much_removes_only_what_was_sent() {
    let plugin = Plugin::new();
    let mut spool = plugin.spool();
    spool.push(&join("Alex")).expect("a push");

    spool.acknowledge(seq(500)).expect("nothing was sent");
    assert_eq!(batch(&mut spool), (1, vec![join("Alex")]));

    spool.push(&join("Steve")).expect("a push");
    spool.acknowledge(seq(500)).expect("one event was sent");
    assert_eq!(batch(&mut spool), (2, vec![join("Steve")]));
}

#[test]
fn a_new_epoch_keeps_the_waiting_events_and_survives_a_restart() {
    let plugin = Plugin::new();
    let mut spool = plugin.spool();
    for player in ["Alex", "Steve"] {
        spool.push(&join(player)).expect("a push");
    }
    batch(&mut spool);
    spool.acknowledge(seq(1)).expect("a file");
    let epoch = epoch_at_least(5);

    spool.begin_epoch(epoch).expect("a file");
    drop(spool);

    let mut spool = plugin.spool();
    assert_eq!(spool.epoch(), epoch);
    assert_eq!(batch(&mut spool), (1, vec![join("Steve")]));
    assert_eq!(spool.push(&join("Eve")).expect("a push"), seq(2));
}

#[cfg(target_os = "linux")]
#[test]
fn an_event_lost_to_a_full_disk_is_an_error_and_requires_a_sync() {
    let plugin = Plugin::new();
    let mut spool = plugin.spool();
    spool.push(&join("Alex")).expect("a push");
    let full = fs::File::options()
        .read(true)
        .write(true)
        .open("/dev/full")
        .expect("Linux");
    let real = spool.file.swap(full);

    let error = spool.push(&join("Steve")).expect_err("a full disk");
    assert!(matches!(error, SpoolError::Disk { .. }), "{error:?}");
    assert!(spool.unseen_loss());

    spool.file.swap(real);
    assert_eq!(spool.push(&join("Eve")).expect("a writable disk"), seq(2));
    drop(spool);
    assert_eq!(
        batch(&mut plugin.spool()),
        (1, vec![join("Alex"), join("Eve")])
    );
}
