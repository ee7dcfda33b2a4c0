//! Tests of how many events wait, how many a batch has, and how large the file gets.

use oxeye_plugin_proto::{
    EventsRequest, SyncPlayer, SyncPlayers, TextureHash,
    limits::{MAX_EVENTS_BATCH_BYTES, MAX_PLAYERS_PER_SYNC},
};

use super::{super::limits::REWRITE_BYTES, *};

/// Returns the longest possible name: 32 characters of 4 bytes each.
fn crowded_name(number: usize) -> PlayerName {
    let last = u32::try_from(number)
        .ok()
        .and_then(|number| char::from_u32(0x20000 + number))
        .expect("an ideograph");
    name(&format!("{}{last}", "😀".repeat(31)))
}

/// Returns players with the longest possible names, a skin and an account.
fn crowd(count: usize) -> SyncPlayers {
    let player = |number: usize| SyncPlayer {
        player: crowded_name(number),
        texture_hash: Some(TextureHash([0xab; 32])),
        uuid: Some(uuid::Uuid::from_u128(number as u128)),
    };
    (0..count).map(player).collect()
}

fn sync(players: SyncPlayers) -> Event {
    Event::Sync {
        players,
        heartbeat_secs: None,
        reason: None,
        at: UnixSeconds(5),
    }
}

fn body_bytes(batch: &EventsRequest) -> usize {
    serde_json::to_vec(batch).expect("JSON").len()
}

#[test]
fn a_full_spool_drops_the_oldest_events_and_skips_their_numbers() {
    let mut plugin = Plugin::new();
    plugin.limits.max_events = 3;
    let mut spool = plugin.spool();
    for player in ["a", "b", "c", "d", "e"] {
        spool.push(&join(player)).expect("a push");
    }

    let expected = (3, vec![join("c"), join("d"), join("e")]);
    assert_eq!((spool.len(), spool.dropped()), (3, 2));
    assert_eq!(batch(&mut spool), expected);
    drop(spool);
    assert_eq!(batch(&mut plugin.spool()), expected);
}

#[test]
fn the_newest_event_is_kept_even_if_it_exceeds_the_limit_of_bytes() {
    let mut plugin = Plugin::new();
    plugin.limits.max_bytes = 100;
    let mut spool = plugin.spool();
    spool.push(&join("a")).expect("a push");
    spool.push(&join("b")).expect("a push");
    assert_eq!(spool.len(), 2);
    spool.push(&join("c")).expect("a push");
    assert_eq!((spool.len(), spool.dropped()), (2, 1));

    spool.push(&sync(crowd(10))).expect("a push");

    assert_eq!(batch(&mut spool), (4, vec![sync(crowd(10))]));
}

#[test]
fn a_batch_has_at_most_500_events() {
    let plugin = Plugin::new();
    let mut spool = plugin.spool();
    for number in 0..501 {
        spool
            .push(&join(&format!("player{number}")))
            .expect("a push");
    }

    assert_eq!(batch(&mut spool).1.len(), 500);
    spool.acknowledge(seq(500)).expect("a file");
    assert_eq!(batch(&mut spool), (501, vec![join("player500")]));
}

#[test]
fn a_batch_has_at_most_256_kib() {
    let plugin = Plugin::new();
    let mut spool = plugin.spool();
    let event = sync(crowd(100));
    for _ in 0..20 {
        spool.push(&event).expect("a push");
    }
    let mut sizes = Vec::new();
    while let Some(batch) = spool.next_batch(MAX_EVENTS_PER_BATCH).expect("a file") {
        assert!(body_bytes(&batch) <= MAX_EVENTS_BATCH_BYTES);
        sizes.push(batch.events().len());
        spool.acknowledge(batch.last_seq()).expect("a file");
    }

    assert_eq!(sizes.iter().sum::<usize>(), 20);
    assert!(sizes.len() > 1 && sizes[0] > 1, "{sizes:?}");
}

#[test]
fn a_sync_that_is_too_large_for_a_batch_is_reduced_to_its_names() {
    let plugin = Plugin::new();
    let mut spool = plugin.spool();
    spool
        .push(&sync(crowd(MAX_PLAYERS_PER_SYNC)))
        .expect("a push");

    let batch = spool
        .next_batch(MAX_EVENTS_PER_BATCH)
        .expect("a file")
        .expect("a batch");

    assert!(body_bytes(&batch) <= MAX_EVENTS_BATCH_BYTES);
    let Event::Sync { players, .. } = &batch.events()[0] else {
        panic!("{batch:?}");
    };
    assert_eq!(players.valid.len(), MAX_PLAYERS_PER_SYNC);
    assert_eq!(
        players.valid[999],
        SyncPlayer::new(crowd(1000).valid[999].player.clone())
    );
}

#[test]
fn a_line_that_is_too_large_for_a_batch_is_sent_alone() {
    let plugin = Plugin::new();
    let event = serde_json::to_string(&sync(crowd(MAX_PLAYERS_PER_SYNC))).expect("JSON");
    plugin.spool();
    plugin.write([plugin.bytes(), format!("{event}\n").repeat(2).into_bytes()].concat());

    assert_eq!(batch(&mut plugin.spool()).1.len(), 1);
}

#[test]
fn a_sync_of_too_many_players_is_refused_at_once() {
    let plugin = Plugin::new();
    let error = plugin
        .spool()
        .push(&sync(crowd(MAX_PLAYERS_PER_SYNC + 1)))
        .expect_err("1001 players");

    assert!(
        error
            .to_string()
            .contains("a sync names at most 1000 players"),
        "{error}"
    );
}

#[test]
fn the_file_does_not_grow_while_events_are_acknowledged() {
    let plugin = Plugin::new();
    let mut spool = plugin.spool();
    let mut largest = 0;
    for _ in 0..2_000 {
        let last = spool.push(&join("Alex")).expect("a push");
        batch(&mut spool);
        spool.acknowledge(last).expect("a file");
        largest = largest.max(plugin.bytes().len());
    }

    assert!(largest as u64 <= REWRITE_BYTES + 200, "{largest} bytes");
    assert_eq!(spool.push(&join("Steve")).expect("a push"), seq(2001));
    drop(spool);
    let (first, events) = batch(&mut plugin.spool());
    assert_eq!(first + events.len() as i64, 2002);
}

#[test]
fn the_file_of_a_full_spool_is_bounded() {
    let mut plugin = Plugin::new();
    plugin.limits.max_bytes = 20_000;
    let mut spool = plugin.spool();
    for number in 0..2_000 {
        spool
            .push(&join(&format!("player{number}")))
            .expect("a push");
        assert!(plugin.bytes().len() as u64 <= 2 * 20_000 + REWRITE_BYTES);
    }
    let waiting = spool.len();
    assert_eq!(spool.dropped(), 2_000 - waiting as u64);
    drop(spool);

    let mut spool = plugin.spool();
    assert_eq!(spool.len(), waiting);
    assert_eq!(spool.push(&join("Eve")).expect("a push"), seq(2001));
}
