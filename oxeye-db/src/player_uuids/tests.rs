use super::*;

const GUILD: GuildId = GuildId(7);
const ALEX: PlayerId = PlayerId(1);
const DAY: i64 = 24 * 3600;

fn uuid(number: u128) -> Uuid {
    Uuid::from_u128(number)
}

fn reported(known: &KnownUuids, at: i64) -> bool {
    known.report(GUILD, ALEX, uuid(1), UnixSeconds(at))
}

#[test]
fn a_uuid_reported_again_under_the_same_name_is_written_once_a_day() {
    let known = KnownUuids::default();
    let written = (0..3 * 24).filter(|hour| reported(&known, hour * 3600));

    assert_eq!(written.collect::<Vec<_>>(), [0, 24, 48]);
}

#[test]
fn a_uuid_that_the_file_has_is_not_written_again_on_the_same_day() {
    let known = KnownUuids::default();
    let in_file = ReportedUuid {
        uuid: uuid(1),
        first_reported_at: UnixSeconds(0),
        last_reported_at: UnixSeconds(DAY),
    };

    known.load(GUILD, ALEX, &in_file);

    assert!(!reported(&known, DAY + 3600));
    assert!(reported(&known, 2 * DAY));
}

#[test]
fn of_two_uuids_only_one_that_proves_an_account_takes_the_place_of_the_first() {
    let of_version = |version: u64, number| {
        Uuid::from_u64_pair(0x1111_0000_0000_0000 + 0x1000 * version, number)
    };
    let (offline, other_offline) = (of_version(3, 1), of_version(3, 2));
    let (online, other_online) = (of_version(4, 1), of_version(4, 2));
    for (first, second, better) in [
        (offline, online, online),
        (online, offline, online),
        (online, other_online, online),
        (offline, other_offline, offline),
    ] {
        assert_eq!(UuidKind::better(Some(first), Some(second)), Some(better));
    }
    assert_eq!(UuidKind::better(None, Some(offline)), Some(offline));
}

#[test]
fn earlier_evidence_that_arrives_late_is_written() {
    let known = KnownUuids::default();
    assert!(reported(&known, 10 * DAY));

    assert!(reported(&known, 9 * DAY));
    assert!(!reported(&known, 9 * DAY + 1));
}

#[test]
fn after_a_failed_write_every_uuid_is_written_again() {
    let known = KnownUuids::default();
    reported(&known, 0);

    known.clear();

    assert!(reported(&known, 0));
}

#[test]
fn the_uuids_in_memory_are_bounded_and_those_in_use_stay() {
    let known = KnownUuids::default();
    reported(&known, 0);
    for number in 2..200_000 {
        known.report(GUILD, ALEX, uuid(number), UnixSeconds(0));
        assert!(!reported(&known, 0), "{number}");
    }

    let generations = known.0.lock();
    assert!(generations.young.len() + generations.old.len() <= 2 * GENERATION);
}

#[track_caller]
fn check(text: &str, kind: UuidKind) {
    let uuid = Uuid::try_parse(text).unwrap();
    let reported = ReportedUuid::once(uuid, UnixSeconds(0));
    assert_eq!(reported.kind(), kind, "{text}");
}

#[test]
fn the_kind_of_a_uuid_says_what_it_proves() {
    check("853c80ef-3c37-49fd-aa49-938b674adae6", UuidKind::Online);
    check("36532b5e-c442-3dbb-bf04-cc0d6c0a4d4a", UuidKind::Offline);
    check("00000000-0000-0000-0009-01f2e4d5c6b7", UuidKind::Floodgate);
    check("f81d4fae-7dec-11d0-a765-00a0c91e6bf6", UuidKind::Other);
}

#[test]
fn the_account_under_a_name_is_the_one_reported_last_and_a_made_up_one_only_for_lack_of_another() {
    let [online, other, offline] = [
        "853c80ef-3c37-49fd-aa49-938b674adae6",
        "069a79f4-44e9-4726-a5be-fca90e38aaf5",
        "36532b5e-c442-3dbb-bf04-cc0d6c0a4d4a",
    ]
    .map(|text| Uuid::try_parse(text).unwrap());
    let check = |reported: &[(Uuid, i64)], expected: Option<Uuid>| {
        let reported = reported.iter();
        let reported = reported.map(|(uuid, at)| ReportedUuid::once(*uuid, UnixSeconds(*at)));
        let account = ReportedUuid::account(reported);
        assert_eq!(account.map(|account| account.uuid), expected);
    };

    check(&[], None);
    check(&[(offline, 1)], Some(offline));
    check(&[(online, 1), (offline, 2)], Some(online));
    check(&[(online, 1), (other, 2), (offline, 3)], Some(other));
    check(&[(other, 2), (online, 1)], Some(other));
}

#[test]
fn a_name_that_becomes_the_newest_again_is_written_at_once() {
    let known = KnownUuids::default();
    let report = |player: u32, at| {
        let uuid = Uuid::from_u128(7);
        known.report(GuildId(1), PlayerId(player), uuid, UnixSeconds(at))
    };

    let written = [(1, 10), (2, 20), (2, 30), (1, 40), (1, 50), (2, 45)];
    let written = written.map(|(player, at)| report(player, at));

    assert_eq!(written, [true, true, false, true, false, false]);
}

#[test]
fn an_account_that_has_a_name_again_is_written_at_once() {
    let known = KnownUuids::default();
    let report = |number: u128, at| known.report(GUILD, ALEX, uuid(number), UnixSeconds(at));

    let written = [(1, 10), (2, 20), (2, 30), (1, 40), (1, 50), (2, 45)];
    let written = written.map(|(number, at)| report(number, at));

    assert_eq!(written, [true, true, false, true, false, false]);
}

#[test]
fn a_uuid_made_from_the_name_takes_it_from_nobody() {
    let known = KnownUuids::default();
    let offline = Uuid::from_u128(0x3653_2b5e_c442_3dbb_bf04_cc0d_6c0a_4d4a);

    let written = [(uuid(1), 10), (offline, 20), (uuid(1), 30), (offline, 40)];
    let written = written.map(|(uuid, at)| known.report(GUILD, ALEX, uuid, UnixSeconds(at)));

    assert_eq!(written, [true, true, false, false]);
}

#[test]
fn the_names_of_the_kinds_are_those_of_the_reference() {
    let kinds = [
        UuidKind::Online,
        UuidKind::Offline,
        UuidKind::Floodgate,
        UuidKind::Other,
    ];
    let names = kinds.map(UuidKind::as_str);

    assert_eq!(names, ["online", "offline", "floodgate", "other"]);
}

#[test]
fn a_uuid_is_possible_unless_it_is_nil_or_its_times_are_wrong() {
    let is_possible = |number, first, last| {
        let reported = ReportedUuid {
            uuid: uuid(number),
            first_reported_at: UnixSeconds(first),
            last_reported_at: UnixSeconds(last),
        };
        reported.is_possible(UnixSeconds(100))
    };

    assert!(is_possible(1, 50, 60) && is_possible(1, 50, 50));
    assert!(!is_possible(0, 50, 60), "nil");
    assert!(!is_possible(1, 60, 50), "the last report before the first");
    assert!(is_possible(1, 50, 130), "clocks may differ by 30 s");
    assert!(!is_possible(1, 50, 131), "in the future");
    assert!(!is_possible(0, 60, 200));
}

#[test]
fn after_players_are_forgotten_only_their_uuids_are_written_again() {
    let known = KnownUuids::default();
    let report = |player: u32, number, at| {
        let (player, at) = (PlayerId(player), UnixSeconds(at));
        known.report(GUILD, player, uuid(number), at)
    };
    assert!(report(1, 1, 10) && report(2, 2, 10));

    known.forget_players(&HashSet::from_iter([PlayerId(1)]));

    assert!(known.contains(GUILD, PlayerId(2), uuid(2)));
    assert!(!known.contains(GUILD, PlayerId(1), uuid(1)));
    assert!(report(2, 3, 5), "somebody who had the name before");
    assert!(!report(2, 2, 20), "it is still the last one under the name");
    assert!(report(1, 1, 20), "forgotten");
}

#[test]
fn players_who_were_reported_long_ago_are_forgotten_as_well() {
    let known = KnownUuids::default();
    let report = |player: u32, number| {
        known.report(GUILD, PlayerId(player), uuid(number), UnixSeconds(0));
    };
    report(1, 1);
    report(2, 2);
    (0..GENERATION as u128).for_each(|number| report(3, 100 + number));

    known.forget_players(&HashSet::from_iter([PlayerId(1)]));

    assert!(!known.contains(GUILD, PlayerId(1), uuid(1)));
    assert!(known.contains(GUILD, PlayerId(2), uuid(2)));
}

#[test]
fn after_players_are_forgotten_it_is_still_known_under_which_name_others_were_reported_last() {
    let known = KnownUuids::default();
    let report = |player: u32, number, at| {
        let (player, at) = (PlayerId(player), UnixSeconds(at));
        known.report(GUILD, player, uuid(number), at)
    };
    // The account 2 had the name 2 and then the name 3.
    assert!(report(1, 1, 10) && report(2, 2, 10) && report(3, 2, 20));

    known.forget_players(&HashSet::from_iter([PlayerId(1)]));

    assert!(report(2, 2, 30), "it has the former name again");
    assert!(report(3, 2, 40), "and the other one again");
}

#[test]
fn of_two_names_in_one_second_the_later_report_is_written() {
    let known = KnownUuids::default();
    let report = |player: u32, at| {
        let (player, at) = (PlayerId(player), UnixSeconds(at));
        known.report(GUILD, player, uuid(1), at)
    };
    assert!(report(1, 10) && report(2, 20));

    assert!(report(1, 20), "the former name, within the same second");
    assert!(!report(1, 20), "it is the newest one now");
}

#[test]
fn a_known_uuid_changes_only_with_an_earlier_or_a_later_report() {
    let reported = |first, last| ReportedUuid {
        uuid: uuid(1),
        first_reported_at: UnixSeconds(first),
        last_reported_at: UnixSeconds(last),
    };
    for (added, after) in [
        (reported(20, 30), None),
        (reported(22, 28), None),
        (reported(10, 30), Some(reported(10, 30))),
        (reported(20, 40), Some(reported(20, 40))),
        (reported(10, 40), Some(reported(10, 40))),
        (reported(10, 15), Some(reported(10, 30))),
    ] {
        let mut known = vec![reported(20, 30)];
        assert_eq!(added.add_to(&mut known), after.is_some(), "{added:?}");
        assert_eq!(known, [after.unwrap_or(reported(20, 30))]);
    }
}
