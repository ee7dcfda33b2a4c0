//! The way of observations from the gateway to the store.

use std::sync::Arc;
use std::time::Duration;

use oxeye_db::{Database, GuildId, Observation, StoreError, UnixSeconds, UserId};
use oxeye_process::backoff::Backoff;
use parking_lot::Mutex;
use tokio::sync::Notify;
use tokio::task::Id;
use tokio::time::{Instant, sleep};

use super::Sessions;
use super::looks::{Found, Looks};
use super::waiting::Waiting;

/// How long observations are gathered before the store takes them together.
const GATHER_FOR: Duration = Duration::from_millis(50);
/// Longest pause after the store was busy for the first time, and after any later time.
const FIRST_PAUSE: Duration = Duration::from_millis(100);
const LONGEST_PAUSE: Duration = Duration::from_secs(5);

/// Observations for the store. Clones are cheap and refer to the same queue.
///
/// serenity starts a task for each event, so two tasks may push in the wrong order. tokio numbers tasks
/// in the order in which they are started: it does not promise that, but as long as it does so, the
/// numbers restore the order of the events of a shard.
#[derive(Debug, Clone, Default)]
pub(crate) struct Queue(Arc<Shared>);

#[derive(Debug, Default)]
struct Shared {
    state: Mutex<State>,
    changed: Notify,
}

#[derive(Debug, Default)]
struct State {
    waiting: Waiting<Option<Id>>,
    /// The last task that has pushed something.
    last: Option<Id>,
    looks: Looks<Option<Id>>,
    is_closed: bool,
}

impl Queue {
    /// Adds what the task that calls this has observed. Never waits.
    pub(super) fn push(&self, observations: Vec<Observation>) {
        self.add(tokio::task::try_id(), observations);
    }

    fn add(&self, order: Option<Id>, observations: Vec<Observation>) {
        if observations.is_empty() {
            return;
        }
        let mut state = self.0.state.lock();
        state.looks.note(order, &observations);
        state.push(order, observations);
        drop(state);
        self.0.changed.notify_one();
    }

    /// Adds what was observed after everything else so far.
    pub(crate) fn push_last(&self, observation: Observation) {
        self.0.state.lock().push_last(observation);
        self.0.changed.notify_one();
    }

    /// Begins to look whether a member is in voice. Returns false if too many are being looked at.
    pub(super) fn begin_look(&self, guild: GuildId, user: UserId) -> bool {
        let mut state = self.0.state.lock();
        state.looks.begin(guild, user, Instant::now())
    }

    /// Takes what a look has found, unless the gateway has told of the member meanwhile: that may be newer.
    pub(super) fn end_look(&self, guild: GuildId, user: UserId, found: Found) {
        let mut state = self.0.state.lock();
        let order = state.last;
        let Some(voice) = state.looks.end_first(guild, user, found, order) else {
            return;
        };
        let voice = Some(voice);
        state.push_last(Observation::Voice { guild, user, voice });
        drop(state);
        self.0.changed.notify_one();
    }

    /// Returns the members who were looked at a while ago, and of whom the gateway has told nothing since.
    pub(super) fn to_look_at_again(&self) -> Vec<(GuildId, UserId)> {
        self.0.state.lock().looks.due(Instant::now())
    }

    /// Takes what a second look has found, which corrects the first one if that was out of date.
    pub(super) fn end_second_look(&self, guild: GuildId, user: UserId, found: Found) {
        let mut state = self.0.state.lock();
        for observation in state.looks.end_second(guild, user, found) {
            state.push_last(observation);
        }
        drop(state);
        self.0.changed.notify_one();
    }

    /// Ends the look at a member of whom nothing is kept any more.
    pub(super) fn drop_look(&self, guild: GuildId, user: UserId) {
        self.0.state.lock().looks.drop_look(guild, user);
    }

    /// Lets [`run`] end once the store has taken everything.
    pub(crate) fn close(&self) {
        self.0.state.lock().is_closed = true;
        self.0.changed.notify_one();
    }

    fn is_closed(&self) -> bool {
        self.0.state.lock().is_closed
    }

    /// Returns the next observations in order; `None` if there will be no more.
    async fn next(&self) -> Option<Vec<Observation>> {
        loop {
            let changed = self.0.changed.notified();
            let step = self.0.state.lock().step(Instant::now());
            match step {
                Step::Take(observations) => return Some(observations),
                Step::Gather => sleep(GATHER_FOR).await,
                Step::Wait => changed.await,
                Step::End => return None,
            }
        }
    }
}

/// What to do next with the observations that are waiting.
enum Step {
    Take(Vec<Observation>),
    /// Some have not waited long enough.
    Gather,
    /// There are none.
    Wait,
    End,
}

impl State {
    fn push(&mut self, order: Option<Id>, observations: Vec<Observation>) {
        let now = Instant::now();
        self.last = self.last.max(order);
        for observation in observations {
            self.waiting.push(order, now, observation);
        }
    }

    /// Adds what was observed after everything else so far.
    fn push_last(&mut self, observation: Observation) {
        self.push(self.last, vec![observation]);
    }

    fn step(&mut self, now: Instant) -> Step {
        let is_empty = self.waiting.is_empty();
        if self.is_closed {
            return match is_empty {
                true => Step::End,
                false => Step::Take(self.waiting.take_all()),
            };
        }
        let settled = self.waiting.take_settled(now);
        match (settled.is_empty(), is_empty) {
            (false, _) => Step::Take(settled),
            (true, false) => Step::Gather,
            (true, true) => Step::Wait,
        }
    }
}

/// Hands everything that is observed to the store, until the queue is closed.
pub(crate) async fn run(sessions: &Sessions, database: &Database, clock: fn() -> UnixSeconds) {
    let Sessions { queue, places, .. } = sessions;
    let mut is_failing = false;
    while let Some(mut observations) = queue.next().await {
        places.name_channels(&mut observations);
        let taken = take(queue, database, observations, clock()).await;
        // The store logs itself that it has lost its file.
        if let Err(error) = &taken
            && !is_failing
            && !matches!(error, StoreError::Lost(_))
        {
            tracing::error!(%error, "could not write down what Discord members do; trying again with what follows");
        }
        is_failing = taken.is_err();
    }
}

/// Has the store take observations, and waits while it is busy. If it fails to write them, it knows them
/// nevertheless and writes them later, so that what follows is not held up and has its own time.
async fn take(
    queue: &Queue,
    database: &Database,
    observations: Vec<Observation>,
    now: UnixSeconds,
) -> Result<(), StoreError> {
    let mut backoff = Backoff::new(FIRST_PAUSE, LONGEST_PAUSE);
    loop {
        match database.presence().observe(observations.clone(), now).await {
            Err(StoreError::Busy) if !queue.is_closed() => sleep(backoff.next_wait()).await,
            taken => return taken,
        }
    }
}

#[cfg(test)]
mod tests {
    use oxeye_db::Shard;
    use tokio::task::JoinSet;

    use super::super::places::Places;
    use super::*;

    fn leaves(user: u64) -> Observation {
        Observation::Voice {
            guild: GuildId(1),
            user: UserId(user),
            voice: None,
        }
    }

    #[tokio::test(flavor = "multi_thread", worker_threads = 4)]
    async fn tasks_that_run_at_the_same_time_keep_the_order_in_which_they_were_started() {
        let queue = Queue::default();
        let mut tasks = JoinSet::new();
        for user in 0..2_000 {
            let queue = queue.clone();
            tasks.spawn(async move { queue.push(vec![leaves(user)]) });
        }
        while let Some(ended) = tasks.join_next().await {
            ended.unwrap();
        }
        let resumed = Observation::Resumed(Shard { id: 0, count: 1 });
        queue.push_last(resumed.clone());
        queue.close();

        let mut expected: Vec<_> = (0..2_000).map(leaves).collect();
        expected.push(resumed);
        assert_eq!(queue.next().await, Some(expected));
        assert_eq!(queue.next().await, None);
    }

    #[tokio::test(start_paused = true)]
    async fn an_event_that_is_read_after_an_answer_that_follows_it_is_checked_by_a_second_look() {
        let queue = Queue::default();
        let (guild, user) = (GuildId(1), UserId(5));
        let state = serde_json::json!({"channel_id": "7"});
        let voice = Places::default().voice(guild, &state).unwrap();
        assert!(queue.begin_look(guild, user));
        let (read, later) = tokio::sync::oneshot::channel();
        let mut tasks = JoinSet::new();
        let first = queue.clone();
        tasks.spawn(async move {
            later.await.unwrap();
            first.push(vec![leaves(5)]);
        });
        let second = queue.clone();
        tasks.spawn(async move {
            second.push(vec![leaves(6)]);
            second.end_look(guild, user, Found::InVoice(voice));
            read.send(()).unwrap();
        });
        while let Some(ended) = tasks.join_next().await {
            ended.unwrap();
        }
        tokio::time::advance(Duration::from_secs(30)).await;
        assert_eq!(queue.to_look_at_again(), [(guild, user)]);

        queue.end_second_look(guild, user, Found::OutOfVoice);

        let taken = queue.next().await.unwrap();
        assert_eq!(taken[..2], [leaves(5), leaves(6)]);
        assert_eq!(taken.last(), Some(&Observation::OutOfVoice { guild, user }));
    }

    #[tokio::test(start_paused = true)]
    async fn observations_are_gathered_and_taken_together() {
        let queue = Queue::default();
        queue.push(vec![leaves(1)]);
        queue.push(vec![leaves(2)]);

        let taken = queue.next().await;

        assert_eq!(taken, Some(vec![leaves(1), leaves(2)]));
        let later = queue.clone();
        let mut tasks = JoinSet::new();
        tasks.spawn(async move { later.push(vec![leaves(3)]) });
        assert_eq!(queue.next().await, Some(vec![leaves(3)]));
    }
}
