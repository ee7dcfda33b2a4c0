//! What follows from an answer of Discord.

use oxeye_db::{Counter, CounterUpdate};
use serde::Deserialize as _;
use serenity::json::Value;
use tokio::time::Instant;

use super::super::book::{Due, Key, Step};
use super::super::outcome::Outcome;
use super::super::pace::Place;
use super::super::status_tries::Overwrites;
use super::super::values;
use super::{Answer, Keeper};
use crate::rest::RestError;

impl Keeper<'_> {
    pub(super) async fn take(&mut self, answer: Answer) {
        let (Answer::Shown(Due { key, .. }, _)
        | Answer::Name(Due { key, .. }, _)
        | Answer::Channel(key, _)) = &answer;
        let Some(entry) = self.book.entry(*key) else {
            return;
        };
        entry.is_busy = false;
        match answer {
            Answer::Shown(due, result) => self.take_shown(due, &result).await,
            Answer::Name(due, result) => self.take_name(due, result).await,
            Answer::Channel(key, result) => self.take_own_name(key, result).await,
        }
    }

    async fn take_shown(&mut self, due: Due, result: &Result<(), RestError>) {
        let now = Instant::now();
        if due.step == Step::TryStatus {
            return self.take_try(due.key, result).await;
        }
        let Some(entry) = self.book.entry(due.key) else {
            return;
        };
        if entry.pace.place() != due.place {
            // The counter was set again meanwhile, to be shown elsewhere.
            return;
        }
        let is_over = entry.is_over();
        let outcome = Outcome::of(result).in_outage(self.away.contains(&due.key.0));
        match outcome {
            Outcome::Accepted if entry.is_returning => self.arrive(due.key).await,
            Outcome::Accepted => {
                entry.counter.blocked_since = None;
                entry.counter.told_at = None;
                entry.is_trying_name = false;
                entry.pace.accept(due.text.clone(), now);
                self.update(due.key, CounterUpdate::Shown(due.text)).await;
            }
            Outcome::Limited(wait) => entry.pace.limit(wait, now),
            Outcome::Failed => entry.pace.fail(now),
            // Nothing can be restored there.
            Outcome::Forbidden | Outcome::NoStatus | Outcome::Refused if is_over => {
                self.forget(due.key).await;
            }
            Outcome::NoStatus if due.place == Place::Status => {
                entry.tries.give_up();
                self.ask_name(due.key);
            }
            Outcome::Forbidden if due.place == Place::Status => self.ask_name(due.key),
            Outcome::Forbidden | Outcome::NoStatus => {
                // Neither is allowed: the status is what we want.
                if std::mem::take(&mut entry.is_trying_name) {
                    entry.pace.move_to(Place::Status, None, now);
                    entry.counter.original_name = None;
                    self.update(due.key, CounterUpdate::ByStatus).await;
                }
                self.blocked(due.key).await;
            }
            Outcome::Gone => self.forget(due.key).await,
            Outcome::Refused => self.refused(due.key).await,
        }
    }

    /// Asks for the name of a channel whose status we may not set, to show the number there.
    fn ask_name(&mut self, key: Key) {
        if let Some(entry) = self.book.entry(key) {
            entry.is_busy = true;
            let rest = self.rest.clone();
            self.requests.push(Box::pin(async move {
                Answer::Channel(key, rest.channel(key.1).await)
            }));
        }
    }

    /// Takes the name of a channel. If it is the text already, Discord has taken that from an earlier request.
    async fn take_name(&mut self, due: Due, result: Result<Value, RestError>) {
        let error = match result {
            Ok(channel) => {
                let name = channel["name"].as_str().unwrap_or_default();
                if name == due.text {
                    return self.take_shown(due, &Ok(())).await;
                }
                if let Some(entry) = self.book.entry(due.key)
                    && entry.pace.place() == due.place
                {
                    entry.pace.learn_name(name.to_owned());
                }
                return;
            }
            Err(error) => error,
        };
        self.take_shown(due, &Err(error)).await;
    }

    async fn take_own_name(&mut self, key: Key, result: Result<Value, RestError>) {
        let (now, is_away) = (Instant::now(), self.away.contains(&key.0));
        let Some(entry) = self.book.entry(key) else {
            return;
        };
        match result {
            Ok(channel) => {
                let original = channel["name"].as_str().unwrap_or_default().to_owned();
                entry.pace.move_to(Place::Name, Some(original.clone()), now);
                entry.tries.begin(now);
                if let Ok(overwrites) = Overwrites::deserialize(&channel["permission_overwrites"]) {
                    entry.tries.learn(overwrites);
                }
                entry.counter.original_name = Some(original.clone());
                entry.is_trying_name = true;
                // Whatever happens now, this is the name to restore.
                self.update(key, CounterUpdate::ByName { original }).await;
            }
            Err(error) => match Outcome::of_error(&error).in_outage(is_away) {
                Outcome::Limited(wait) => entry.pace.limit(wait, now),
                Outcome::Forbidden | Outcome::NoStatus => self.blocked(key).await,
                Outcome::Gone => self.forget(key).await,
                Outcome::Accepted | Outcome::Failed | Outcome::Refused => entry.pace.fail(now),
            },
        }
    }

    /// Takes the answer to a try of the status while the counter is in the name. Once the status shows the
    /// text, the channel gets its own name back.
    async fn take_try(&mut self, key: Key, result: &Result<(), RestError>) {
        let (now, is_away) = (Instant::now(), self.away.contains(&key.0));
        let Some(entry) = self.book.entry(key) else {
            return;
        };
        let original = entry.counter.original_name.clone();
        let Some(original) = original.filter(|_| entry.pace.place() == Place::Name) else {
            // The counter was set again meanwhile, to be shown elsewhere.
            return;
        };
        match Outcome::of(result).in_outage(is_away) {
            Outcome::Accepted => {
                entry.return_to_status(now);
                // An unknown name says to the next process that this may be half done.
                let is_restored = entry.pace.is_true();
                self.update(key, CounterUpdate::ByName { original }).await;
                if is_restored {
                    self.arrive(key).await;
                }
            }
            Outcome::NoStatus => entry.tries.give_up(),
            Outcome::Limited(wait) => entry.tries.fail(Some(wait), now),
            Outcome::Failed => entry.tries.fail(None, now),
            Outcome::Gone => self.forget(key).await,
            Outcome::Forbidden | Outcome::Refused => {}
        }
    }

    /// Takes note that a channel has its own name again, and shows the number in its status from now on.
    async fn arrive(&mut self, key: Key) {
        let (database, now) = (self.database.clone(), (self.clock)());
        let Some(entry) = self.book.entry(key) else {
            return;
        };
        entry.arrive_in_status(Instant::now());
        let is_it = |counter: &Counter| (counter.guild, counter.channel) == key;
        let values = |counter: &Counter| values(&database, counter, now);
        self.book.count(is_it, &values, Instant::now());
        self.update(key, CounterUpdate::ByStatus).await;
    }
}
