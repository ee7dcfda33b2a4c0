//! All counters with their paces: what is to be sent, and what becomes of a counter whose row is gone.
//! It knows neither Discord nor the store.

use std::collections::{BTreeMap, BTreeSet};

use oxeye_db::{Counter, GuildId};
use oxeye_text::Text;
use tokio::time::Instant;

use super::pace::{Pace, Place};
use super::status_tries::StatusTries;
use super::template::{Template, Values};

/// The guild and the channel of a counter.
pub(crate) type Key = (GuildId, u64);

/// A counter and its pace.
#[derive(Debug)]
pub(crate) struct Entry {
    pub(crate) counter: Counter,
    pub(crate) pace: Pace,
    template: Template,
    /// When it tries the status while it is in the name.
    pub(crate) tries: StatusTries,
    /// Whether it is in the status already, and the channel gets its own name back.
    pub(crate) is_returning: bool,
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

    /// Returns when there is something to send.
    fn due(&self) -> Option<Instant> {
        let due = [self.pace.due(), self.try_due()];
        due.into_iter().flatten().min()
    }

    /// Returns when the status is tried, if the counter is in the name.
    fn try_due(&self) -> Option<Instant> {
        let is_settled = !self.is_over() && !self.is_returning && !self.is_trying_name;
        let is_in_name = self.pace.place() == Place::Name;
        self.tries.due().filter(|_| is_in_name && is_settled)
    }

    /// Returns what to do first of what is due.
    fn step(&self, now: Instant) -> Step {
        if self.try_due().is_some_and(|due| due <= now) {
            Step::TryStatus
        } else if self.pace.is_name_unknown() {
            Step::ReadName
        } else {
            Step::Show
        }
    }

    /// Takes note that Discord has accepted the text as the status of a channel that has it in its name.
    pub(crate) fn return_to_status(&mut self, now: Instant) {
        self.is_returning = true;
        self.pace.restore(before(&self.counter), now);
    }

    /// Takes note that the channel has its own name again. What its status should say now has to be counted.
    pub(crate) fn arrive_in_status(&mut self, now: Instant) {
        self.is_returning = false;
        self.counter.original_name = None;
        self.pace.move_to(Place::Status, None, now);
        if self.is_over() {
            self.pace.restore(String::new(), now);
        }
    }
}

/// What is to be done with a text.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Step {
    /// Show it.
    Show,
    /// Show it in the status, while the counter is in the name.
    TryStatus,
    /// Read the name of the channel, which may be that text already: we do not know whether Discord has taken
    /// it, and few changes of a name are allowed.
    ReadName,
}

/// A text that is due.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Due {
    pub(crate) key: Key,
    pub(crate) place: Place,
    pub(crate) text: String,
    pub(crate) step: Step,
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
            tries: match is_new {
                true => StatusTries::default(),
                false => StatusTries::of_earlier_process(counter.shown.is_some(), now),
            },
            is_returning: false,
            counter: counter.clone(),
            template: template.clone(),
            is_trying_name: false,
            is_busy: false,
            is_orphan: false,
        });
        if entry.pace.place() != place_of(&counter) {
            entry.pace = new_pace(&counter, true, text.clone(), now);
            entry.is_trying_name = false;
            entry.is_returning = false;
        }
        if counter.blocked_since.is_none() && entry.counter.blocked_since.is_some() {
            // It was set again.
            entry.pace.retry();
        }
        if counter.ended_at.is_some() {
            entry.pace.restore(before(&counter), now);
        } else if !entry.is_returning {
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
            if !entry.is_over() && !entry.is_returning && is_meant(&entry.counter) {
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
        idle.filter_map(Entry::due).min()
    }

    /// Takes the texts that are due, at most `limit`. Their counters are busy from now on.
    pub(crate) fn take_due(&mut self, limit: usize, now: Instant) -> Vec<Due> {
        let is_due = |entry: &Entry| entry.due().is_some_and(|due| due <= now);
        let due = self
            .entries
            .iter_mut()
            .filter(|(_, entry)| !entry.is_busy && is_due(entry));
        let take = |(key, entry): (&Key, &mut Entry)| {
            entry.is_busy = true;
            let step = entry.step(now);
            let place = match step {
                Step::TryStatus => Place::Status,
                Step::Show | Step::ReadName => entry.pace.place(),
            };
            if step == Step::TryStatus {
                entry.tries.begin(now);
            }
            Due {
                key: *key,
                place,
                text: entry.pace.wanted().to_owned(),
                step,
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

    /// Tries the statuses of a guild, since its permissions have changed.
    pub(crate) fn try_statuses(&mut self, guild: GuildId, now: Instant) {
        let of_guild = self.entries.iter_mut().filter(|((of, _), _)| *of == guild);
        for (_, entry) in of_guild {
            entry.tries.hurry(now);
        }
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
mod tests;
