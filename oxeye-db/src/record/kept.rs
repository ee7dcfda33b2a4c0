//! Keeps the answers to questions about a whole guild for a moment, so that however many members press the same buttons,
//! what they ask for is computed once.
//!
//! An answer is dropped as soon as somebody hides or is forgotten, sessions are deleted, or the guild changes its
//! settings. Whoever asks after that gets a new one: the answer that is being computed is no longer found.

use std::future::Future;
use std::hash::Hash;
use std::sync::Arc;
use std::time::Duration;

use hashbrown::HashMap;
use oxeye_plugin_proto::UnixSeconds;

use super::chart::PlayerChart;
use super::leaderboard::{RankedBy, Ranking};
use crate::guild_server::GuildServers;
use crate::ids::GuildId;
use crate::record::calendar::TimeZone;
use crate::record::range::Range;

/// How long an answer is kept.
const KEPT_FOR: Duration = Duration::from_secs(10);
/// The most answers of a kind that are kept.
const MOST_ANSWERS: usize = 64;
/// The most entries that they have together: some 50 MB of places on leaderboards, and of the persons as they were then.
const MOST_ENTRIES: usize = 1_000_000;

/// The answers that are kept of everything that members ask again and again.
#[derive(Debug, Default)]
pub(crate) struct KeptFigures {
    pub(crate) rankings: Kept<(GuildServers, RankedBy, Range, TimeZone), Ranking>,
    pub(crate) charts: Kept<(GuildServers, Range, TimeZone), PlayerChart>,
}

impl KeptFigures {
    /// Drops the answers about a guild, or about all of them.
    pub(crate) fn drop_of(&self, guild: Option<GuildId>) {
        let is_other = |servers: GuildServers| guild.is_some_and(|guild| guild != servers.guild());
        self.rankings.retain(|(servers, ..)| is_other(*servers));
        self.charts.retain(|(servers, ..)| is_other(*servers));
    }
}

/// Answers to questions of one kind.
#[derive(Debug)]
pub(crate) struct Kept<Q, A>(parking_lot::Mutex<Answers<Q, A>>);

#[derive(Debug)]
struct Answers<Q, A> {
    by_question: HashMap<Q, Answer<A>>,
    /// How often anybody has asked.
    asked: u64,
}

#[derive(Debug)]
struct Answer<A> {
    slot: Slot<A>,
    entries: usize,
    /// When it was asked for last.
    asked: u64,
    /// When it was computed; `None` while it is.
    at: Option<UnixSeconds>,
}

/// An answer and when it was computed, or nothing while it is.
type Slot<A> = Arc<tokio::sync::Mutex<Option<(UnixSeconds, Arc<A>)>>>;

impl<Q, A> Default for Kept<Q, A> {
    fn default() -> Self {
        let answers = Answers {
            by_question: HashMap::new(),
            asked: 0,
        };
        Self(parking_lot::Mutex::new(answers))
    }
}

impl<Q: Clone + Eq + Hash, A> Kept<Q, A> {
    /// Returns the answer to a question: the one that is kept, or else one that is computed now. Those who ask for the
    /// same meanwhile wait for it. `entries` says how large an answer is.
    pub(crate) async fn recent<E>(
        &self,
        question: Q,
        now: UnixSeconds,
        entries: impl Fn(&A) -> usize,
        compute: impl Future<Output = Result<Option<A>, E>>,
    ) -> Result<Option<Arc<A>>, E> {
        let slot = self.slot(&question, now);
        let mut kept = slot.lock().await;
        if let Some((at, answer)) = &*kept
            && is_recent(*at, now)
        {
            return Ok(Some(Arc::clone(answer)));
        }
        let Some(answer) = compute.await? else {
            self.0.lock().by_question.remove(&question);
            return Ok(None);
        };
        let answer = Arc::new(answer);
        *kept = Some((now, Arc::clone(&answer)));
        self.note_size(&question, entries(&answer), now);
        Ok(Some(answer))
    }

    /// Returns the slot of a question, and drops the answers whose time is over.
    fn slot(&self, question: &Q, now: UnixSeconds) -> Slot<A> {
        let mut answers = self.0.lock();
        let is_kept = |answer: &Answer<A>| answer.at.is_none_or(|at| is_recent(at, now));
        answers.by_question.retain(|_, answer| is_kept(answer));
        answers.asked += 1;
        let asked = answers.asked;
        if let Some(answer) = answers.by_question.get_mut(question) {
            answer.asked = asked;
            return Arc::clone(&answer.slot);
        }
        let slot = Slot::default();
        let answer = Answer {
            slot: Arc::clone(&slot),
            entries: 0,
            asked,
            at: None,
        };
        answers.by_question.insert(question.clone(), answer);
        answers.shrink();
        slot
    }

    /// Notes how large an answer is. One that was dropped meanwhile stays dropped.
    fn note_size(&self, question: &Q, entries: usize, now: UnixSeconds) {
        let mut answers = self.0.lock();
        if let Some(answer) = answers.by_question.get_mut(question) {
            answer.entries = entries;
            answer.at = Some(now);
        }
        answers.shrink();
    }

    fn retain(&self, is_kept: impl Fn(&Q) -> bool) {
        let mut answers = self.0.lock();
        answers.by_question.retain(|question, _| is_kept(question));
    }
}

/// Whether an answer that was computed at a time is kept.
fn is_recent(at: UnixSeconds, now: UnixSeconds) -> bool {
    now.minus(KEPT_FOR) < at && at <= now
}

impl<Q: Clone + Eq + Hash, A> Answers<Q, A> {
    /// Drops the answers that nobody has asked for the longest, until the others fit.
    fn shrink(&mut self) {
        let entries = |answers: &Self| -> usize {
            let all = answers.by_question.values();
            all.map(|answer| answer.entries).sum()
        };
        while self.by_question.len() > MOST_ANSWERS || entries(self) > MOST_ENTRIES {
            let oldest = self.by_question.iter().min_by_key(|(_, one)| one.asked);
            let Some(oldest) = oldest.map(|(question, _)| question.clone()) else {
                return;
            };
            self.by_question.remove(&oldest);
        }
    }
}

#[cfg(test)]
mod tests {
    use std::convert::Infallible;
    use std::sync::atomic::{AtomicUsize, Ordering};

    use futures_util::future::join_all;

    use super::*;

    #[derive(Debug, Default)]
    struct World {
        kept: Kept<u32, usize>,
        computed: AtomicUsize,
    }

    impl World {
        /// Asks a question at a time, whose answer has this many entries.
        async fn asks(&self, question: u32, now: i64, entries: usize) -> usize {
            let compute = async {
                tokio::task::yield_now().await;
                self.computed.fetch_add(1, Ordering::SeqCst);
                Ok::<_, Infallible>(Some(entries))
            };
            let size = |entries: &usize| *entries;
            let answer = self.kept.recent(question, UnixSeconds(now), size, compute);
            *answer.await.unwrap().unwrap()
        }

        fn computed(&self) -> usize {
            self.computed.load(Ordering::SeqCst)
        }
    }

    #[tokio::test]
    async fn fifty_who_ask_at_once_cost_one_computation_and_ten_seconds_later_another() {
        let world = World::default();
        join_all((0..50).map(|_| world.asks(1, 100, 7))).await;
        assert_eq!(world.computed(), 1);
        world.asks(1, 109, 7).await;
        assert_eq!(world.computed(), 1);
        world.asks(1, 110, 7).await;
        assert_eq!(world.computed(), 2);
        // The clock was set back.
        world.asks(1, 50, 7).await;
        assert_eq!(world.computed(), 3);
        world.asks(2, 50, 7).await;
        assert_eq!(world.computed(), 4);
    }

    #[tokio::test]
    async fn whoever_asks_after_it_was_dropped_gets_a_new_answer_also_while_the_old_one_is_computed()
     {
        let world = World::default();
        let old = world.kept.slot(&1, UnixSeconds(100));
        let computing = old.lock().await;
        world.kept.retain(|_| false);
        assert_eq!(world.asks(1, 100, 7).await, 7);
        drop(computing);
        assert_eq!(world.asks(1, 100, 8).await, 7);
    }

    #[tokio::test]
    async fn answers_that_nobody_asks_for_any_more_make_room() {
        let world = World::default();
        for question in 0..200 {
            world.asks(question, 0, 1).await;
            world.asks(0, 0, 1).await;
        }
        assert_eq!(world.computed(), 200);
        let count = || world.kept.0.lock().by_question.len();
        assert_eq!(count(), MOST_ANSWERS);
        for question in 300..310 {
            world.asks(question, 0, MOST_ENTRIES / 4).await;
        }
        assert_eq!(count(), 4);
        world.asks(400, 0, MOST_ENTRIES + 1).await;
        assert_eq!(count(), 0);
    }
}
