//! Logs with arbitrary bytes do not stop a reader.

use oxeye_agent::log::lines::{Lines, MAX_LINE_BYTES};
use oxeye_agent::log::{LogOptions, LogReader};
use proptest::prelude::*;

/// Pieces of the lines that servers print, and bytes that break them.
fn piece() -> impl Strategy<Value = Vec<u8>> {
    let pieces: Vec<&[u8]> = vec![
        b"[12:00:00] [Server thread/INFO]: ",
        b"[12:00:00 INFO]: ",
        b"[19Jul2025 12:00:00.001] [Server thread/INFO] [net.minecraft.server.MinecraftServer/]: ",
        b"2011-06-05 12:00:00 [INFO] ",
        b"2026-11-20 10:49:20 INFO  [pumpkin@main] ",
        b"2026-11-20T10:49:20.123Z ",
        b"[2024-02-06 19:16:03.695 INFO][Server] ",
        b"2026-08-22 10:00:00  INFO main ThreadId(01) pumpkin::world: ",
        b" INFO pumpkin: ",
        b"17.06 15:30:24 [Server] Server thread/INFO ",
        b"2020-08-26 [10:26:16] [Server thread/INFO]: ",
        b"2024-01-01 12:00:00.123 [main] INFO  - ",
        b"10:00:00 [main] [INFO] ",
        b"[Fri Nov 20 12:00:00 CET 2026] [Server thread/INFO]: ",
        b"[1:10:00 PM INFO]: ",
        b"[12-00-00 +0100] [x/INFO]: ",
        b"Nov 20, 2026 ",
        b"[Server] ",
        b"  ",
        b"\xc2\xa7",
        b"\xa7b",
        b"System chat: ",
        b"ThreadId(",
        b" (world, 1, 2, 3)",
        b" logged out due to ",
        b"[NetworkSession: ",
        b"20.11.",
        b"12:00",
        b" a.m.",
        b"Nov 20 10:00:00 host java[12]: ",
        b"mc-1  | ",
        b"[2024-04-01 21:46:33:199 INFO] ",
        b"UUID of player ",
        b"Steve",
        b"[/192.0.2.7:5] logged in with entity id 7",
        b" lost connection: ",
        b" joined the game",
        b"[connected player] ",
        b" (/192.0.2.7:5) has connected",
        b"Player connected: ",
        b", xuid: ",
        b"] <-> ServerConnector [",
        b"] has connected",
        b"\x1b[",
        b"\x1b]",
        b"\x1b",
        b"\x00",
        b"\r",
        b"\n",
        b"> ",
        b"[",
        b"]",
        b"\xff\xfe",
        b"\xe2\x98",
    ];
    prop_oneof![
        8 => prop::sample::select(pieces).prop_map(<[u8]>::to_vec),
        1 => prop::collection::vec(any::<u8>(), 0..20),
    ]
}

fn log() -> impl Strategy<Value = Vec<u8>> {
    prop::collection::vec(piece(), 0..40).prop_map(|pieces| pieces.concat())
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 512, failure_persistence: None, ..ProptestConfig::default() })]

    #[test]
    fn any_bytes_can_be_read(log in log()) {
        let mut reader = LogReader::new(LogOptions::default());
        for line in log.split(|byte| *byte == b'\n') {
            let event = reader.read_line(line);
            // The time of an event is the one that is read from the line alone.
            if let Some(event) = event {
                prop_assert_eq!(event.time, reader.time_of(line));
            }
        }
    }

    #[test]
    fn lines_are_the_same_however_the_bytes_arrive(log in log(), sizes in prop::collection::vec(1_usize..30, 1..20)) {
        let mut whole = Vec::new();
        let mut lines = Lines::new();
        lines.feed(&log, |line| whole.push(line.to_vec()));
        lines.finish(|line| whole.push(line.to_vec()));

        let mut parts = Vec::new();
        let mut lines = Lines::new();
        let mut rest = &log[..];
        for size in sizes.iter().cycle() {
            let (part, after) = rest.split_at(rest.len().min(*size));
            lines.feed(part, |line| parts.push(line.to_vec()));
            rest = after;
            if rest.is_empty() {
                break;
            }
        }
        lines.finish(|line| parts.push(line.to_vec()));
        prop_assert_eq!(parts, whole);
    }
}

#[test]
fn a_line_of_a_hundred_megabytes_is_cut_and_the_next_is_read() {
    let mut lines = Lines::new();
    let mut reader = LogReader::new(LogOptions::default());
    let mut lengths = Vec::new();
    let mut events = 0;
    let megabyte = vec![b'x'; 1 << 20];
    let mut each = |line: &[u8]| {
        lengths.push(line.len());
        events += usize::from(reader.read_line(line).is_some());
    };
    lines.feed(b"[12:00:00] [Server thread/INFO]: ", &mut each);
    for _ in 0..100 {
        lines.feed(&megabyte, &mut each);
    }
    lines.feed(
        b"\n[12:00:00] [Server thread/INFO]: Steve joined the game\n",
        &mut each,
    );
    assert_eq!((lengths[0], lengths.len(), events), (MAX_LINE_BYTES, 2, 1));
}

#[test]
fn nuls_before_a_line_do_not_count_toward_its_length() {
    let mut lines = Lines::new();
    let mut reader = LogReader::new(LogOptions::default());
    let mut read = Vec::new();
    let mut each = |line: &[u8]| read.push(reader.read_line(line).is_some());
    let hole = vec![0; 2 * MAX_LINE_BYTES];
    let join = |player| format!("[12:00:00] [Server thread/INFO]: {player} joined the game\n");

    lines.feed(&[join("Fern").as_bytes(), &hole].concat(), &mut each);
    lines.feed(&hole, &mut each);
    lines.feed(join("Moss").as_bytes(), &mut each);
    lines.feed(&[&hole, join("Alder").as_bytes()].concat(), &mut each);

    assert_eq!(read, [true, true, true]);
}
