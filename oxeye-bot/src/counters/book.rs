//! All counters with their paces: what is to be sent, and what becomes of a counter whose row is gone.
//! It knows neither Discord nor the store.

use std::collections::{BTreeMap, BTreeSet};

use oxeye_db::{Counter, GuildId};
use oxeye_text::Text;
use tokio::time::Instant;

use super::pace::{Pace, Place};
use super::template::{Template, Values};

/// The guild and the channel of a counter.
pub(crate) type Key = (GuildId, u64);

/// A counter and its pace.
#[derive(Debug)]
pub(crate) struct Entry {
    pub(crate) counter: Counter,
    pub(crate) pace: Pace,
    template: Template,
    /// Whether we are finding out if we may change the name of the channel, because we may not set its
    /// status.
    pub(crate) is_trying_name: bool,
    /// Whether a request is under way.
    pub(crate) is_busy: bool,
    /// Whether the store has forgotten it, because its server was removed or its guild removed the bot.
    pub(crate) is_orphan: bool,
}

impl Entry {
    /// Whether the channel is to be as it was.
    pub(crate) fn is_over(&self) -> bool {
        self.is_orphan || self.counter.ended_at.is_some()
    }
}

/// A text that is due.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Due {
    pub(crate) key: Key,
    pub(crate) place: Place,
    pub(crate) text: String,
}

/// All counters that are kept up to date.
#[derive(Debug, Default)]
pub(crate) struct Book {
    entries: BTreeMap<Key, Entry>,
    /// Whether the counters of an earlier run have been read.
    is_read: bool,
}

impl Book {
    /// Takes the counters as the store has them now.
    pub(crate) fn reload(
        &mut self,
        counters: Vec<Counter>,
        values: &impl Fn(&Counter) -> Values,
        now: Instant,
    ) {
        let mut known = BTreeSet::new();
        for counter in counters {
            let is_given_up = counter.stopped.is_some() && counter.ended_at.is_none();
            let template = counter.template.parse::<Template>();
            let Some(template) = template.ok().filter(|_| !is_given_up) else {
                continue;
            };
            known.insert((counter.guild, counter.channel));
            self.put(counter, template, values, now);
        }
        for (key, entry) in &mut self.entries {
            if !known.contains(key) && !entry.is_orphan {
                entry.is_orphan = true;
                entry.pace.restore(before(&entry.counter), now);
            }
        }
        self.is_read = true;
    }

    fn put(
        &mut self,
        counter: Counter,
        template: Template,
        values: &impl Fn(&Counter) -> Values,
        now: Instant,
    ) {
        let text = template.render(Text::of_tag(&counter.locale), &values(&counter));
        let key = (counter.guild, counter.channel);
        let is_new = self.is_read;
        let entry = self.entries.entry(key).or_insert_with(|| Entry {
            pace: new_pace(&counter, is_new, text.clone(), now),
            counter: counter.clone(),
            template: template.clone(),
            is_trying_name: false,
            is_busy: false,
            is_orphan: false,
        });
        if entry.pace.place() != place_of(&counter) {
            entry.pace = new_pace(&counter, true, text.clone(), now);
            entry.is_trying_name = false;
        }
        if counter.blocked_since.is_none() && entry.counter.blocked_since.is_some() {
            // It was set again.
            entry.pace.retry();
        }
        if counter.ended_at.is_some() {
            entry.pace.restore(before(&counter), now);
        } else {
            entry.pace.resume(text, now);
        }
        entry.counter = counter;
        entry.template = template;
        entry.is_orphan = false;
    }

    /// Counts again for the counters for which `is_meant` is true.
    pub(crate) fn count(
        &mut self,
        is_meant: impl Fn(&Counter) -> bool,
        values: &impl Fn(&Counter) -> Values,
        now: Instant,
    ) {
        for entry in self.entries.values_mut() {
            if !entry.is_over() && is_meant(&entry.counter) {
                let values = values(&entry.counter);
                let text = entry
                    .template
                    .render(Text::of_tag(&entry.counter.locale), &values);
                entry.pace.want(text, now);
            }
        }
    }

    /// Returns when the next text is due.
    pub(crate) fn next_due(&self) -> Option<Instant> {
        let idle = self.entries.values().filter(|entry| !entry.is_busy);
        idle.filter_map(|entry| entry.pace.due()).min()
    }

    /// Takes the texts that are due, at most `limit`. Their counters are busy from now on.
    pub(crate) fn take_due(&mut self, limit: usize, now: Instant) -> Vec<Due> {
        let is_due = |entry: &Entry| entry.pace.due().is_some_and(|due| due <= now);
        let due = self
            .entries
            .iter_mut()
            .filter(|(_, entry)| !entry.is_busy && is_due(entry));
        let take = |(key, entry): (&Key, &mut Entry)| {
            entry.is_busy = true;
            Due {
                key: *key,
                place: entry.pace.place(),
                text: entry.pace.wanted().to_owned(),
            }
        };
        due.take(limit).map(take).collect()
    }

    /// Returns the counters that are over and whose channels are as they were.
    pub(crate) fn finished(&self) -> Vec<Key> {
        let is_finished = |entry: &Entry| !entry.is_busy && entry.is_over() && entry.pace.is_true();
        let finished = self.entries.iter().filter(|(_, entry)| is_finished(entry));
        finished.map(|(key, _)| *key).collect()
    }

    /// Returns a counter.
    pub(crate) fn entry(&mut self, key: Key) -> Option<&mut Entry> {
        self.entries.get_mut(&key)
    }

    /// Drops a counter.
    pub(crate) fn remove(&mut self, key: Key) {
        self.entries.remove(&key);
    }

    /// Tries again what was refused in a guild.
    pub(crate) fn retry(&mut self, guild: GuildId) {
        let of_guild = self.entries.iter_mut().filter(|((of, _), _)| *of == guild);
        for (_, entry) in of_guild.filter(|(_, entry)| entry.counter.blocked_since.is_some()) {
            entry.pace.retry();
        }
    }
}

/// Returns the text of the channel before it had a counter.
fn before(counter: &Counter) -> String {
    counter.original_name.clone().unwrap_or_default()
}

/// Returns where a counter is shown.
fn place_of(counter: &Counter) -> Place {
    match counter.original_name {
        Some(_) => Place::Name,
        None => Place::Status,
    }
}

/// Returns the pace of a counter. An earlier run may have changed the channel's own name without learning
/// that Discord took it.
fn new_pace(counter: &Counter, is_new: bool, text: String, now: Instant) -> Pace {
    let place = place_of(counter);
    match counter.shown.clone() {
        Some(shown) => Pace::new(place, Some(shown), text, now),
        None => {
            let own = counter.original_name.clone().filter(|_| is_new);
            Pace::first(place, own, text, now)
        }
    }
}

#[cfg(test)]
mod tests {
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
        assert_eq!(book.next_due(), None);

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
        accept(&mut book, "Lounge", start);
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
}
