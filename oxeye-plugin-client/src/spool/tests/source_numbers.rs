//! Tests of events that their source pushes again after it was interrupted.

use super::*;

/// Pushes the joins of these players, with the numbers 1, 2, 3 and so on.
fn push_all(spool: &mut Spool, players: &[&str]) {
    for (number, player) in (1..).zip(players) {
        spool.push_once(number, &join(player)).expect("a push");
    }
}

fn joins(players: &[&str]) -> Vec<Event> {
    players.iter().map(|player| join(player)).collect()
}

#[test]
fn an_event_that_is_pushed_again_with_its_number_is_there_once() {
    let plugin = Plugin::new();
    let mut spool = plugin.spool();

    assert_eq!(
        spool.push_once(1, &join("Alex")).expect("a push"),
        Some(Seq::FIRST)
    );
    assert_eq!(spool.push_once(1, &join("Alex")).expect("a push"), None);
    push_all(&mut spool, &["Alex", "Steve"]);
    drop(spool);
    let mut spool = plugin.spool();
    assert_eq!(spool.source_number(), 2);
    push_all(&mut spool, &["Alex", "Steve", "Eve"]);

    assert_eq!(batch(&mut spool), (1, joins(&["Alex", "Steve", "Eve"])));
}

#[test]
fn wherever_a_crash_truncates_the_file_each_event_is_there_once_after_another_push() {
    let players = ["Alex", "Müller", "Eve"];
    let plugin = Plugin::new();
    let mut spool = plugin.spool();
    let header = plugin.bytes().len();
    push_all(&mut spool, &players);
    drop(spool);
    let whole = plugin.bytes();

    for cut in header..=whole.len() {
        plugin.write(&whole[..cut]);
        push_all(&mut plugin.spool(), &players);

        assert_eq!(plugin.bytes(), whole, "cut after {cut} bytes");
    }
    assert_eq!(batch(&mut plugin.spool()), (1, joins(&players)));
}

#[test]
fn numbers_outlive_their_events() {
    let plugin = Plugin::new();
    let mut spool = plugin.spool();
    push_all(&mut spool, &["Alex", "Steve"]);
    batch(&mut spool);
    spool.acknowledge(seq(2)).expect("a file");
    let later = Epoch::try_from(NOW.0 + 60).expect("an epoch");

    spool.begin_epoch(later).expect("the file is rewritten");

    push_all(&mut spool, &["Alex", "Steve"]);
    assert!(spool.is_empty());
    drop(spool);
    let mut spool = plugin.spool();
    push_all(&mut spool, &["Alex", "Steve"]);
    assert!(spool.is_empty());
}

#[test]
fn a_number_is_known_when_its_event_displaces_others() {
    let plugin = Plugin {
        limits: SpoolLimits {
            max_events: 1,
            ..SpoolLimits::default()
        },
        ..Plugin::new()
    };
    let mut spool = plugin.spool();
    let names: Vec<_> = (0..1_000).map(|number| format!("Player{number}")).collect();
    for (number, name) in (1..).zip(&names) {
        spool.push_once(number, &join(name)).expect("a push");
        if number % 100 == 0 {
            assert!(plugin.bytes().len() < 40_000, "the file is rewritten");
        }
    }
    drop(spool);

    assert_eq!(plugin.spool().source_number(), 1_000);
}

#[test]
fn a_heartbeat_with_a_number_replaces_none_and_is_replaced_by_none() {
    let plugin = Plugin::new();
    let mut spool = plugin.spool();

    spool.push(&heartbeat(1000)).expect("a push");
    spool.push_once(1, &heartbeat(1001)).expect("a push");
    spool.push_once(2, &heartbeat(1002)).expect("a push");
    spool.push(&heartbeat(1003)).expect("a push");

    assert_eq!(batch(&mut spool).1, [1000, 1001, 1002, 1003].map(heartbeat));
}

#[test]
fn a_number_is_neither_sent_nor_needed() {
    let plugin = Plugin::new();
    plugin.write(format!(
        "{{\"oxeye_spool\":1,\"epoch\":{},\"first_seq\":7}}\n{}\n",
        NOW.0,
        serde_json::to_string(&join("Alex")).expect("JSON")
    ));
    let mut spool = plugin.spool();
    assert_eq!(spool.source_number(), 0);

    spool.push_once(1, &join("Steve")).expect("a push");

    let batch = spool.next_batch(MAX_EVENTS_PER_BATCH).expect("a file");
    let sent = serde_json::to_string(&batch.expect("a batch")).expect("JSON");
    assert!(
        sent.contains("Steve") && !sent.contains("source_number"),
        "{sent}"
    );
}
