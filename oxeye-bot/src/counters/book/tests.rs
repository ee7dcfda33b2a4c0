use std::time::Duration;

use oxeye_db::{LinkState, ServerId, StopReason, Stopped, UnixSeconds};

use super::*;
use crate::counters::example;

const KEY: Key = (GuildId(7), 11);
const LONG: Duration = Duration::from_secs(3600);

fn counter() -> Counter {
    Counter {
        server: Some(ServerId(1)),
        template: "{online} on".to_owned(),
        ..example()
    }
}

fn online(players: usize) -> impl Fn(&Counter) -> Values {
    move |_| Values {
        online: Some(players),
        max: None,
        state: LinkState::Online,
        has_never_answered: false,
        server: None,
    }
}

/// Lets Discord accept what is due.
#[track_caller]
fn accept(book: &mut Book, expected: &str, now: Instant) {
    let due = book.take_due(5, now);
    let texts: Vec<_> = due.iter().map(|due| due.text.as_str()).collect();
    assert_eq!(texts, [expected]);
    let entry = book.entry(due[0].key).unwrap();
    entry.is_busy = false;
    entry.pace.accept(expected.to_owned(), now);
}

#[test]
fn a_counter_shows_the_number_until_it_is_off_and_then_nothing() {
    let (mut book, start) = (Book::default(), Instant::now());
    book.reload(vec![counter()], &online(3), start);
    accept(&mut book, "3 on", start);
    book.count(|_| false, &online(4), start);
    assert_eq!(book.next_due(), None);
    book.count(|_| true, &online(4), start);
    accept(&mut book, "4 on", start + LONG);

    let mut off = counter();
    off.ended_at = Some(UnixSeconds(1));
    book.reload(vec![off], &online(9), start + 2 * LONG);
    book.count(|_| true, &online(5), start + 2 * LONG);

    assert!(book.finished().is_empty());
    accept(&mut book, "", start + 2 * LONG);
    assert_eq!(book.finished(), [KEY]);
}

#[test]
fn a_name_is_restored_when_the_server_is_removed() {
    let (mut book, start) = (Book::default(), Instant::now());
    let mut by_name = counter();
    by_name.original_name = Some("Lounge".to_owned());
    by_name.shown = Some("3 on".to_owned());
    book.reload(vec![by_name.clone()], &online(3), start);
    assert_eq!(book.take_due(5, start), []);

    book.reload(vec![], &online(0), start);

    accept(&mut book, "Lounge", start);
    assert_eq!(book.finished(), [KEY]);
    // A name that was never changed needs no request.
    by_name.shown = None;
    let mut book = Book::default();
    book.reload(vec![], &online(0), start);
    book.reload(vec![by_name.clone()], &online(3), start);
    book.reload(vec![], &online(0), start);
    assert_eq!((book.next_due(), book.finished()), (None, vec![KEY]));
    // An earlier run may have changed it.
    let mut book = Book::default();
    book.reload(vec![by_name], &online(3), start);
    book.reload(vec![], &online(0), start);
    reads(&mut book, "3 on", start);
    accept(&mut book, "Lounge", start);
}

/// Reads the name of the channel, which is due.
#[track_caller]
fn reads(book: &mut Book, name: &str, now: Instant) {
    let due = book.take_due(5, now);
    let steps: Vec<_> = due.iter().map(|due| due.step).collect();
    assert_eq!(steps, [Step::ReadName]);
    let entry = book.entry(due[0].key).unwrap();
    entry.is_busy = false;
    entry.pace.learn_name(name.to_owned());
}

#[test]
fn a_name_is_read_before_it_is_sent_again() {
    let (mut book, start) = (Book::default(), Instant::now());
    book.reload(vec![in_name()], &online(4), start);
    let minute = start + Duration::from_secs(60);
    assert_eq!(book.take_due(5, minute)[0].step, Step::Show);
    let entry = book.entry(KEY).unwrap();
    entry.is_busy = false;
    entry.pace.fail(minute);

    reads(&mut book, "3 on", minute + Duration::from_secs(2));

    accept(&mut book, "4 on", minute + Duration::from_secs(2));
}

#[test]
fn a_counter_that_is_set_again_while_it_ends_goes_on() {
    let (mut book, start) = (Book::default(), Instant::now());
    let mut off = counter();
    off.ended_at = Some(UnixSeconds(1));
    off.shown = Some("3 on".to_owned());
    book.reload(vec![off], &online(3), start);

    let mut again = counter();
    again.template = "{online}!".to_owned();
    again.shown = Some("3 on".to_owned());
    book.reload(vec![again], &online(3), start);

    accept(&mut book, "3!", start + LONG);
    assert!(book.finished().is_empty());
}

#[test]
fn what_is_under_way_is_not_sent_twice_and_what_was_given_up_not_at_all() {
    let (mut book, start) = (Book::default(), Instant::now());
    book.reload(vec![counter()], &online(3), start);
    assert_eq!(book.take_due(5, start).len(), 1);
    assert_eq!((book.next_due(), book.take_due(5, start)), (None, vec![]));

    let mut given_up = counter();
    given_up.stopped = Some(Stopped {
        at: UnixSeconds(1),
        reason: StopReason::NoPermission,
    });
    let mut book = Book::default();
    book.reload(vec![given_up], &online(3), start);

    assert_eq!((book.next_due(), book.finished()), (None, vec![]));
}

#[test]
fn a_counter_that_is_set_again_is_tried_at_once() {
    let (mut book, start) = (Book::default(), Instant::now());
    let mut blocked = counter();
    blocked.blocked_since = Some(UnixSeconds(0));
    book.reload(vec![blocked.clone()], &online(3), start);
    book.entry(KEY).unwrap().pace.refuse(start);

    book.reload(vec![blocked], &online(3), start);
    assert!(book.next_due().unwrap() > start);
    book.reload(vec![counter()], &online(3), start);
    assert_eq!(book.next_due(), Some(start));
}

#[test]
fn only_what_was_refused_in_that_guild_is_tried_again() {
    let (mut book, start) = (Book::default(), Instant::now());
    let mut blocked = counter();
    blocked.blocked_since = Some(UnixSeconds(0));
    book.reload(vec![blocked], &online(3), start);
    book.entry(KEY).unwrap().pace.refuse(start);

    book.retry(GuildId(8));
    assert!(book.next_due().unwrap() > start);
    book.retry(GuildId(7));
    assert_eq!(book.next_due(), Some(start));
}

/// Lets Discord accept or refuse the try of a status that is due.
#[track_caller]
fn tried(book: &mut Book, is_accepted: bool, now: Instant) {
    let due = book.take_due(5, now);
    let tries: Vec<_> = due.iter().map(|due| (due.place, due.step)).collect();
    assert_eq!(tries, [(Place::Status, Step::TryStatus)]);
    let entry = book.entry(KEY).unwrap();
    entry.is_busy = false;
    if is_accepted {
        entry.return_to_status(now);
    }
}

fn in_name() -> Counter {
    Counter {
        original_name: Some("Lounge".to_owned()),
        shown: Some("3 on".to_owned()),
        ..counter()
    }
}

#[test]
fn a_counter_in_a_name_returns_to_the_status_as_soon_as_it_may() {
    let (mut book, start) = (Book::default(), Instant::now());
    book.reload(vec![in_name()], &online(3), start);
    book.try_statuses(GuildId(8), start);
    assert!(book.next_due().unwrap() > start);
    book.try_statuses(KEY.0, start);
    tried(&mut book, false, start);
    let tomorrow = book.next_due().unwrap();
    assert!(tomorrow > start + LONG);

    tried(&mut book, true, tomorrow);
    // The row does not know of it yet, and the number changes.
    book.reload(vec![in_name()], &online(4), tomorrow);
    book.count(|_| true, &online(4), tomorrow);
    accept(&mut book, "Lounge", tomorrow);
    book.entry(KEY).unwrap().arrive_in_status(tomorrow);
    book.count(|_| true, &online(4), tomorrow);

    let due = book.take_due(5, tomorrow);
    assert_eq!((due[0].place, &*due[0].text), (Place::Status, "4 on"));
    book.entry(KEY).unwrap().is_busy = false;
    assert_eq!(due[0].step, Step::Show);
}

#[test]
fn a_counter_that_is_off_while_it_returns_leaves_nothing_in_name_and_status() {
    let (mut book, start) = (Book::default(), Instant::now());
    book.reload(vec![in_name()], &online(3), start);
    book.try_statuses(KEY.0, start);
    tried(&mut book, true, start);

    let mut off = in_name();
    off.ended_at = Some(UnixSeconds(1));
    book.reload(vec![off], &online(3), start);

    accept(&mut book, "Lounge", start);
    book.entry(KEY).unwrap().arrive_in_status(start);
    assert!(book.finished().is_empty());
    accept(&mut book, "", start);
    assert_eq!(book.finished(), [KEY]);
}
