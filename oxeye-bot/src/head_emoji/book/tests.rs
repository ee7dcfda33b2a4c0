use super::super::face::testing::head;
use super::*;

const GUILD: GuildId = GuildId(7);

fn player(number: u16) -> (PlayerName, Head) {
    let name = format!("player{number}").parse().expect("a name");
    (name, head(number))
}

fn players(numbers: std::ops::Range<u16>) -> Vec<(PlayerName, Head)> {
    numbers.map(player).collect()
}

fn everybody(_: GuildId, _: &PlayerName) -> Sight {
    Sight::Offline
}

fn nobody(_: GuildId, _: &PlayerName) -> Sight {
    Sight::None
}

/// Makes what is wanted, with ids from 100 on, and returns how many that were.
fn make_all(book: &mut Book, now: Instant) -> u64 {
    let mut made = 0;
    while let Some(step) = book.next(everybody, now) {
        match step {
            Step::Make { face, .. } => {
                book.made(face, 100 + made, now);
                made += 1;
            }
            Step::Delete { face, .. } => book.deleted(face),
        }
    }
    made
}

#[test]
fn a_list_has_heads_once_all_of_its_players_have_an_emoji() {
    let (mut book, now) = (Book::default(), Instant::now());
    let both = players(1..3);

    assert_eq!(book.show(GUILD, &both, now), None);
    let Some(Step::Make { face, head }) = book.next(everybody, now) else {
        panic!("nothing is wanted");
    };
    assert_eq!((face, head), (Face::of(&both[0].1), both[0].1));
    book.made(face, 100, now);
    assert!(!book.takes_news(false));
    assert_eq!(book.show(GUILD, &both, now), None);
    assert_eq!(book.show(GUILD, &both[..1], now), Some(vec![100]));
    assert_eq!(make_all(&mut book, now), 1);

    assert_eq!(book.show(GUILD, &both, now), Some(vec![100, 100]));
    assert!(book.takes_news(false) && !book.takes_news(true));
    assert_eq!(book.next(everybody, now), None);
    assert_eq!(book.show(GUILD, &[], now), Some(vec![]));
}

#[test]
fn a_long_list_has_no_heads_and_wants_none() {
    let (mut book, now) = (Book::default(), Instant::now());
    assert_eq!(book.show(GUILD, &players(0..41), now), None);
    assert_eq!(book.next(everybody, now), None);
    assert_eq!(book.show(GUILD, &players(0..40), now), None);
    assert_eq!(make_all(&mut book, now), 40);
}

#[test]
fn emoji_of_an_earlier_process_are_shown_and_those_of_others_left_alone() {
    let (mut book, now) = (Book::default(), Instant::now());
    let found = [player(1), player(2)].map(|(_, head)| Face::of(&head).to_string());
    assert_eq!(book.show(GUILD, &players(2..3), now), None);

    let foreign = ("pepe".to_owned(), 9);
    book.adopt(found.into_iter().zip(1..).chain([foreign]), now);

    assert_eq!(book.show(GUILD, &players(2..3), now), Some(vec![2]));
    let later = now + UNCLAIMED_FOR;
    book.sweep(everybody, later - Duration::from_secs(1));
    assert_eq!(book.next(everybody, later), None);
    book.sweep(everybody, later);
    let face = Face::of(&head(1));
    let deletion = Step::Delete { face, emoji: 1 };
    assert_eq!(book.next(everybody, later), Some(deletion));
    book.deleted(face);
    assert_eq!(book.next(everybody, later), None);
}

#[test]
fn emoji_of_an_earlier_process_go_if_nobody_may_be_seen_with_them_and_stay_for_those_who_are_off() {
    let (mut book, now) = (Book::default(), Instant::now());
    let faces = [1, 2, 3, 4].map(|number| Face::of(&head(number)));
    book.adopt(faces.map(|face| face.to_string()).into_iter().zip(1..), now);
    assert_eq!(book.show(GUILD, &players(3..4), now), Some(vec![3]));
    assert!(book.has_unclaimed());
    let not_an_emoji = Face::of(&head(9));
    let of_one = (GUILD, player(1).0);

    book.learn(&of_one, &[faces[0], faces[1], not_an_emoji]);
    book.delete_unclaimed();

    assert!(!book.has_unclaimed());
    let deletion = Step::Delete {
        face: faces[3],
        emoji: 4,
    };
    assert_eq!(book.next(everybody, now), Some(deletion));
    book.deleted(faces[3]);
    let later = now + UNCLAIMED_FOR;
    book.sweep(everybody, later);
    assert_eq!(book.next(everybody, later), None);
    book.sweep(nobody, later);
    let mut gone = 0;
    while let Some(Step::Delete { face, .. }) = book.next(nobody, later) {
        book.deleted(face);
        gone += 1;
    }
    assert_eq!((gone, book.players.len(), book.faces.len()), (3, 0, 0));
}

#[test]
fn a_player_who_is_shown_with_one_of_the_faces_of_before_has_no_other() {
    let (mut book, now) = (Book::default(), Instant::now());
    let faces = [1, 2].map(|number| Face::of(&head(number)));
    book.adopt(faces.map(|face| face.to_string()).into_iter().zip(1..), now);
    book.learn(&(GUILD, player(1).0), &faces);
    book.delete_unclaimed();
    assert_eq!(book.next(everybody, now), None);

    assert_eq!(book.show(GUILD, &players(1..2), now), Some(vec![1]));

    let later = now + UNCLAIMED_FOR;
    book.sweep(everybody, later);
    let deletion = Step::Delete {
        face: faces[1],
        emoji: 2,
    };
    assert_eq!(book.next(everybody, later), Some(deletion));
}

#[test]
fn an_emoji_goes_with_the_last_of_its_players_who_may_be_seen() {
    let (mut book, now) = (Book::default(), Instant::now());
    let twins = [player(1), ("twin".parse().expect("a name"), head(1))];
    book.show(GUILD, &twins, now);
    assert_eq!(make_all(&mut book, now), 1);

    let twin_alone = |_: GuildId, name: &PlayerName| match name.as_str() {
        "twin" => Sight::Offline,
        _ => Sight::None,
    };
    book.sweep(twin_alone, now);
    assert_eq!(book.show(GUILD, &twins[1..], now), Some(vec![100]));
    assert_eq!(book.next(everybody, now), None);

    book.sweep(nobody, now);
    assert_eq!(book.show(GUILD, &twins[..1], now), None);
    let deletion = book.next(everybody, now);
    assert!(matches!(deletion, Some(Step::Delete { emoji: 100, .. })));
}

#[test]
fn nothing_is_made_for_a_player_who_hides_meanwhile() {
    let (mut book, now) = (Book::default(), Instant::now());
    book.show(GUILD, &players(1..3), now);
    let second_alone = |_: GuildId, name: &PlayerName| match name.as_str() {
        "player2" => Sight::Online,
        _ => Sight::None,
    };
    let step = book.next(second_alone, now);
    assert!(matches!(step, Some(Step::Make { face, .. }) if face == Face::of(&head(2))));
    assert_eq!(book.next(nobody, now), None);
    assert_eq!(book.next(everybody, now), None);
}

#[test]
fn an_emoji_with_which_nobody_is_shown_for_a_month_goes_unless_its_player_is_on() {
    let (mut book, now) = (Book::default(), Instant::now());
    book.show(GUILD, &players(1..3), now);
    make_all(&mut book, now);
    let month = now + UNSHOWN_FOR;
    book.sweep(
        |_, name| match name.as_str() {
            "player1" => Sight::Online,
            _ => Sight::Offline,
        },
        month,
    );
    assert!(matches!(
        book.next(everybody, month),
        Some(Step::Delete { .. })
    ));
    book.deleted(Face::of(&head(2)));
    assert_eq!(book.next(everybody, month), None);
    assert!(book.show(GUILD, &players(1..2), month).is_some());
}

#[test]
fn a_full_application_drops_what_was_not_shown_for_longest() {
    let (mut book, now) = (Book::default(), Instant::now());
    for first in (0..1_900).step_by(20) {
        let at = now + Duration::from_secs(first.into());
        book.show(GUILD, &players(first..first + 20), at);
        make_all(&mut book, at);
    }
    let full = now + Duration::from_secs(1_900);

    book.show(GUILD, &players(5_000..5_001), full);
    let Some(Step::Delete { face, .. }) = book.next(everybody, full) else {
        panic!("no room was made");
    };
    assert!((0..20).any(|number| Face::of(&head(number)) == face));
    book.deleted(face);
    assert!(matches!(
        book.next(everybody, full),
        Some(Step::Make { .. })
    ));
}

#[test]
fn an_application_without_room_has_no_more_emoji_made_until_one_may_go() {
    let (mut book, now) = (Book::default(), Instant::now());
    book.show(GUILD, &players(1..2), now);
    make_all(&mut book, now);
    book.show(GUILD, &players(2..3), now);
    book.is_full();
    assert!(!book.takes_lack_of_room());
    assert_eq!(book.next(everybody, now), None);
    assert!(book.takes_lack_of_room());
    book.show(GUILD, &players(2..3), now);
    assert_eq!(book.next(everybody, now), None);
    assert!(!book.takes_lack_of_room(), "it was said before");

    let later = now + SAFE_FOR;
    book.show(GUILD, &players(2..3), later);
    assert!(matches!(
        book.next(everybody, later),
        Some(Step::Delete { emoji: 100, .. })
    ));
}

#[test]
fn what_waits_and_who_is_known_is_bounded() {
    let (mut book, now) = (Book::default(), Instant::now());
    for first in (0..2_000).step_by(20) {
        book.show(GUILD, &players(first..first + 20), now);
    }
    assert_eq!((book.wanted.len(), book.wanted_heads.len()), (500, 500));
    assert_eq!((book.players.len(), book.faces.len()), (500, 500));
    for number in 0..200 {
        let name = format!("same{number}").parse().expect("a name");
        book.show(GUILD, &[(name, head(1))], now);
    }
    assert_eq!(book.players[&Face::of(&head(1))].len(), 50);
    assert_eq!(book.faces.len(), 549);
}

#[test]
fn a_former_skin_is_nobodys_and_goes_after_an_hour() {
    let (mut book, now) = (Book::default(), Instant::now());
    let alex: PlayerName = "Alex".parse().expect("a name");
    book.show(GUILD, &[(alex.clone(), head(1))], now);
    make_all(&mut book, now);
    book.show(GUILD, &[(alex, head(2))], now);
    make_all(&mut book, now);

    let online = |_: GuildId, _: &PlayerName| Sight::Online;
    book.sweep(online, now + UNCLAIMED_FOR - Duration::from_secs(1));
    assert_eq!(book.next(online, now), None);
    book.sweep(online, now + UNCLAIMED_FOR);
    let step = book.next(online, now);
    assert!(matches!(step, Some(Step::Delete { face, .. }) if face == Face::of(&head(1))));
    book.deleted(Face::of(&head(1)));
    assert_eq!(book.next(online, now), None);
}

#[test]
fn a_face_that_discord_does_not_accept_is_wanted_again_after_a_day() {
    let (mut book, now) = (Book::default(), Instant::now());
    book.show(GUILD, &players(1..2), now);
    book.refused(Face::of(&head(1)), now);
    book.show(GUILD, &players(1..2), now);
    assert_eq!(book.next(everybody, now), None);
    let day = now + REFUSED_FOR;
    book.show(GUILD, &players(1..2), day);
    assert!(matches!(book.next(everybody, day), Some(Step::Make { .. })));
}

#[test]
fn while_discord_lets_us_have_no_emoji_there_are_no_heads() {
    let (mut book, now) = (Book::default(), Instant::now());
    book.show(GUILD, &players(1..2), now);
    make_all(&mut book, now);
    book.turn_off();
    assert!(book.takes_news(false));
    assert_eq!(book.show(GUILD, &players(1..2), now), None);
    assert_eq!(book.next(everybody, now), None);
    book.adopt([(Face::of(&head(1)).to_string(), 5)], now);
    assert_eq!(book.show(GUILD, &players(1..2), now), Some(vec![5]));
}
