//! Tests of crashes at any byte of a write.

use super::*;

fn events() -> Vec<Event> {
    vec![
        join("Alex"),
        heartbeat(1000),
        Event::Sync {
            players: ["Alex", "Müller"]
                .map(|player| oxeye_plugin_proto::SyncPlayer::new(name(player)))
                .into_iter()
                .collect(),
            heartbeat_secs: None,
            reason: None,
            at: UnixSeconds(1001),
        },
        Event::leave(name("Alex"), UnixSeconds(1002)),
    ]
}

#[test]
fn every_event_whose_push_had_returned_survives_a_file_truncated_anywhere() {
    let plugin = Plugin::new();
    let mut spool = plugin.spool();
    let header = plugin.bytes().len();
    let mut ends = Vec::new();
    for event in events() {
        spool.push(&event).expect("a push");
        ends.push(plugin.bytes().len());
    }
    drop(spool);
    let whole = plugin.bytes();

    for cut in header..=whole.len() {
        plugin.write(&whole[..cut]);
        let (mut spool, found) = plugin.start();

        let complete = ends.iter().filter(|end| **end <= cut).count();
        assert_eq!(spool.len(), complete, "cut after {cut} bytes");
        let torn = cut != header && !ends.contains(&cut);
        assert_eq!(found == SpoolFound::TornLine, torn, "cut after {cut} bytes");

        let next = spool.push(&join("Eve")).expect("a push");
        assert_eq!(next, seq(complete as i64 + 1));
        drop(spool);
        let mut expected = events();
        expected.truncate(complete);
        expected.push(join("Eve"));
        assert_eq!(batch(&mut plugin.spool()), (1, expected));
    }
}

#[test]
fn zeros_at_the_end_after_a_power_failure_are_a_torn_line() {
    let plugin = Plugin::new();
    plugin.spool().push(&join("Alex")).expect("a push");
    plugin.write([plugin.bytes(), vec![0; 100]].concat());

    let (mut spool, found) = plugin.start();

    assert_eq!(found, SpoolFound::TornLine);
    assert_eq!(batch(&mut spool), (1, vec![join("Alex")]));
}

#[test]
fn an_acknowledged_event_that_reappears_after_a_crash_has_its_old_number() {
    let plugin = Plugin::new();
    let mut spool = plugin.spool();
    for player in ["Alex", "Steve", "Eve"] {
        spool.push(&join(player)).expect("a push");
    }
    batch(&mut spool);
    spool.acknowledge(seq(2)).expect("a file");
    drop(spool);

    let (first, events) = batch(&mut plugin.spool());

    let place = usize::try_from(3 - first).expect("at most the third");
    assert_eq!(events[place], join("Eve"));
}

#[test]
fn an_unfinished_rewrite_has_no_effect() {
    let plugin = Plugin::new();
    plugin.spool().push(&join("Alex")).expect("a push");
    let unfinished = plugin.folder.path().join("events.spool.new");
    fs::write(&unfinished, "{\"oxeye").expect("a file");

    let mut spool = plugin.spool();
    assert_eq!(batch(&mut spool), (1, vec![join("Alex")]));

    spool.begin_epoch(spool.epoch()).expect("a rewrite");
    assert!(!unfinished.exists());
}
