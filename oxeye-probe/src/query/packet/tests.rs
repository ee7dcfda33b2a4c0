//! Tests of the packets of the Query protocol.

use proptest::{
    collection::vec,
    prelude::{any, prop},
    prop_assert, proptest,
};

use super::*;

const SESSION: Session = Session(0x0102_0304);

/// Makes a full status as Minecraft writes it. `count` need not match the names.
pub(in crate::query) fn full_status(session: [u8; 4], count: usize, names: &[&[u8]]) -> Vec<u8> {
    let mut packet = vec![STATUS];
    packet.extend_from_slice(&session);
    packet.extend_from_slice(SETTINGS_START);
    let count = count.to_string();
    for (key, value) in [
        ("hostname", "A Minecraft Server"),
        ("gametype", "SMP"),
        ("game_id", "MINECRAFT"),
        ("version", "1.21.9"),
        ("plugins", "Paper on 1.21.9: Ox 1.0; Eye 2.0"),
        ("map", "world"),
        ("numplayers", &count),
        ("maxplayers", "20"),
        ("hostport", "25565"),
        ("hostip", "127.0.0.1"),
    ] {
        packet.extend_from_slice(format!("{key}\0{value}\0").as_bytes());
    }
    packet.push(0);
    packet.extend_from_slice(PLAYERS_START);
    for name in names {
        packet.extend_from_slice(name);
        packet.push(0);
    }
    packet.push(0);
    packet
}

fn session_bytes() -> [u8; 4] {
    SESSION.0.to_be_bytes()
}

#[track_caller]
fn check_listing(count: usize, names: &[&[u8]], expected: Option<&[&str]>) {
    let packet = full_status(session_bytes(), count, names);
    let Status::Answer(answer) = status(&packet, SESSION) else {
        panic!("no answer in {packet:?}");
    };
    let read = match &answer.listing {
        Listing::Names(present) => {
            Some(present.iter().map(|p| p.name.as_str()).collect::<Vec<_>>())
        }
        Listing::Count(_) => None,
    };
    assert_eq!(read.as_deref(), expected, "{names:?}");
    assert_eq!(answer.listing.count() as usize, count);
}

#[test]
fn a_complete_answer_is_read_in_full() {
    let packet = full_status(session_bytes(), 1, &[b"Alex"]);
    let Status::Answer(answer) = status(&packet, SESSION) else {
        panic!("no answer");
    };

    assert_eq!((answer.max, answer.version.as_str()), (20, "1.21.9"));
    assert_eq!(answer.software, "Paper on 1.21.9: Ox 1.0; Eye 2.0");
}

#[test]
fn names_count_only_if_they_are_complete() {
    check_listing(0, &[], Some(&[]));
    check_listing(2, &[b"Alex", b".Bo"], Some(&["Alex", ".Bo"]));
    check_listing(5, &[b"Alex", b"Bo", b"Cy", b"Di"], None);
    check_listing(1, &[b"Alex", b"Bo"], None);
    check_listing(2, &[b"Alex", b"Alex"], None);
    check_listing(1, &[b"\x10\x33\x35"], None);
    check_listing(1, &[b"\xe4"], None);
    check_listing(1, &[b"[VIP] Alex"], None);
}

#[test]
fn a_truncated_answer_is_broken_or_gives_only_the_number() {
    let packet = full_status(session_bytes(), 2, &[b"Alex", b"Bo"]);
    let players_start = memchr::memmem::find(&packet, b"\x01player_").unwrap();
    for length in 0..packet.len() {
        match status(&packet[..length], SESSION) {
            Status::Foreign => assert!(length < 5, "{length}"),
            Status::Broken => assert!(length < players_start, "{length}"),
            Status::Answer(answer) => {
                assert!(length >= players_start, "{length}");
                assert_eq!(answer.listing, Listing::Count(2), "{length}");
            }
        }
    }
}

#[test]
fn other_sessions_and_kinds_are_foreign() {
    let packet = full_status([1, 2, 3, 5], 0, &[]);
    assert_eq!(status(&packet, SESSION), Status::Foreign);

    let mut packet = full_status(session_bytes(), 0, &[]);
    packet[0] = HANDSHAKE;
    assert_eq!(status(&packet, SESSION), Status::Foreign);
    assert_eq!(token(&packet, SESSION), None);
}

#[test]
fn a_token_is_a_number_as_text() {
    #[track_caller]
    fn check(text: &[u8], expected: Option<i32>) {
        let mut packet = vec![HANDSHAKE];
        packet.extend_from_slice(&session_bytes());
        packet.extend_from_slice(text);
        assert_eq!(token(&packet, SESSION), expected, "{text:?}");
    }
    check(b"9513307\0", Some(9_513_307));
    check(b"-12\0", Some(-12));
    check(b"12", Some(12));
    check(b"", None);
    check(b"99999999999\0", None);
    check(b"\xff\0", None);
}

#[test]
fn a_session_has_only_the_bits_that_minecraft_keeps() {
    assert_eq!(Session::new(u32::MAX), Session(0x0f0f_0f0f));
    assert_eq!(handshake_request(SESSION), [0xfe, 0xfd, 9, 1, 2, 3, 4]);
    assert_eq!(
        status_request(SESSION, 9_513_307),
        [
            0xfe, 0xfd, 0, 1, 2, 3, 4, 0x00, 0x91, 0x29, 0x5b, 0, 0, 0, 0
        ]
    );
}

proptest! {
    #[test]
    fn any_packet_can_be_read(packet in vec(any::<u8>(), 0..200)) {
        status(&packet, SESSION);
        token(&packet, SESSION);
    }

    #[test]
    fn a_damaged_answer_never_panics(
        damage in vec((any::<prop::sample::Index>(), any::<u8>()), 1..8),
    ) {
        let mut packet = full_status(session_bytes(), 2, &[b"Alex", b"Bo"]);
        for (place, byte) in damage {
            let place = place.index(packet.len());
            packet[place] = byte;
        }
        if let Status::Answer(answer) = status(&packet, SESSION)
            && let Listing::Names(names) = &answer.listing
        {
            prop_assert!(names.len() as u32 == answer.listing.count());
        }
    }
}
