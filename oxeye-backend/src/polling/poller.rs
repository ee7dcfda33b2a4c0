//! The loop that asks. All questions belong to this one task, and a stop drops them.

use std::time::Duration;

use futures_util::StreamExt as _;
use futures_util::stream::FuturesUnordered;
use oxeye_db::{AboutEvent, Database, EventError, Poll};
use oxeye_probe::{TypedAddress, WatchAnswer};
use oxeye_process::clock::Clock;
use oxeye_process::waiting::until;
use tokio::task::spawn_blocking;
use tokio::time::Instant;
use tokio_util::sync::CancellationToken;

use super::plan::{AboutReport, Outcome, Plan, Question};
use super::{AddressWatch, answer};

/// Asks the watched addresses.
#[derive(Debug)]
pub(super) struct Poller {
    context: Context,
    plan: Plan,
    /// Maximum number of questions at the same time.
    at_once: usize,
}

/// What each question needs.
#[derive(Debug, Clone)]
struct Context {
    watch: AddressWatch,
    database: Database,
    clock: Clock,
    /// When the polling began. The plan counts from here.
    began: Instant,
}

impl Poller {
    /// Prepares the poller. No address is asked yet.
    pub(super) fn new(
        watch: AddressWatch,
        interval: Duration,
        at_once: usize,
        database: Database,
        clock: Clock,
    ) -> Self {
        let context = Context {
            watch,
            database,
            clock,
            began: Instant::now(),
        };
        let plan = Plan::new(interval);
        Self {
            context,
            plan,
            at_once,
        }
    }

    /// Asks until the stop.
    pub(super) async fn run(self, stop: CancellationToken) {
        tokio::select! {
            () = self.ask() => {}
            () = stop.cancelled() => {}
        }
    }

    async fn ask(mut self) {
        let mut changes = self.context.database.watch_changes();
        self.read_list();
        let mut questions = FuturesUnordered::new();
        loop {
            while questions.len() < self.at_once
                && let Some(question) = self.plan.take(self.context.time())
            {
                questions.push(self.context.clone().ask(question));
            }
            let due = self
                .plan
                .due()
                .filter(|_| questions.len() < self.at_once)
                .map(|due| self.context.began + due);
            tokio::select! {
                changed = changes.changed() => match changed {
                    Ok(()) => self.read_list(),
                    Err(_) => return,
                },
                Some((question, outcome)) = questions.next() => self.note(&question, outcome),
                () = until(due) => {}
            }
        }
    }

    fn read_list(&mut self) {
        let addresses = self.context.database.watched_addresses();
        self.plan.set(addresses, self.context.time());
        let mut failures = self.context.watch.failures.lock();
        failures.retain(|server, _| self.plan.has(*server));
        tracing::debug!(addresses = self.plan.len(), "watching");
    }

    fn note(&mut self, question: &Question, outcome: Outcome) {
        let server = question.watched.server;
        if !self.plan.note(question, outcome, self.context.time()) {
            return;
        }
        let mut failures = self.context.watch.failures.lock();
        match outcome {
            Outcome::Answered(..) => failures.remove(&server),
            Outcome::Failed(error) | Outcome::LearnedNothing(error) => {
                failures.insert(server, error)
            }
        };
    }
}

impl Context {
    fn time(&self) -> Duration {
        self.began.elapsed()
    }

    /// Asks one server, and reports what comes of it.
    async fn ask(self, question: Question) -> (Question, Outcome) {
        let watched = &question.watched;
        let address = TypedAddress::from_parts(watched.host.as_str(), watched.port);
        let outcome = match self.watch.probe.ask(&address, question.edition).await {
            Ok(answer) => self.report_answer(&question, answer).await,
            Err(error) if error.is_evidence() => {
                self.report(&question, Poll::Failed).await;
                Outcome::Failed(error)
            }
            Err(error) => Outcome::LearnedNothing(error),
        };
        (question, outcome)
    }

    async fn report_answer(&self, question: &Question, answer: WatchAnswer) -> Outcome {
        let (found_edition, hash) = (answer.edition, answer::hash_of_about(&answer));
        let (edition, players) = (answer::edition(&answer), answer::players(&answer));
        let at = self.time();
        let news = question
            .is_news(hash, at)
            .then_some(AboutReport { hash, at });
        let about = match news {
            // A hostile icon may take a while to decode.
            Some(_) => spawn_blocking(move || answer::about(&answer)).await.ok(),
            None => None,
        };
        let about = about.map(|about| AboutEvent { about, at: None });
        let poll = Poll::Answered {
            edition,
            players,
            about,
        };
        let is_reported = self.report(question, poll).await;
        Outcome::Answered(found_edition, news.filter(|_| is_reported))
    }

    /// Reports a poll. Returns whether the store has taken it.
    async fn report(&self, question: &Question, poll: Poll) -> bool {
        let now = (self.clock)();
        match self.database.take_poll(&question.watched, poll, now).await {
            Ok(()) => true,
            // Its address was removed meanwhile.
            Err(EventError::NotLinked) => false,
            // The store logs its own failures.
            Err(EventError::Store(error)) => {
                tracing::debug!(%error, "what a watched address answered cannot be stored");
                false
            }
        }
    }
}
