//! The task that makes and deletes emoji, one request at a time.

use std::time::Duration;

use base64::Engine as _;
use base64::prelude::BASE64_STANDARD;
use oxeye_db::{Changes, Database, GuildId, Head, PlayerName};
use tokio::time::{Instant, sleep, sleep_until};
use tokio_util::sync::CancellationToken;

use super::book::Step;
use super::face::Face;
use super::pace::Pace;
use super::{HeadEmoji, wearers};
use crate::boards::Boards;
use crate::rest::{Rest, RestError, code};
use crate::restarting::Runs;

/// Pixels along a side of an emoji. Discord shows emoji at up to 128 pixels.
const SIDE: u32 = 128;
/// How often we look who may still be seen, and how long after a change of a server: a player may hide now.
const SWEEP_EVERY: Duration = Duration::from_mins(10);
const SWEEP_AFTER: Duration = Duration::from_secs(2);
/// How often the emoji are read again: somebody else may have made or deleted some.
const READ_EVERY: Duration = Duration::from_hours(1);
/// How long boards wait for heads that others still have to get.
const NEWS_AFTER: Duration = Duration::from_mins(1);
/// The pause after Discord did not carry out a request and did not say when to try again.
const PAUSE: Duration = Duration::from_secs(10);
/// The shortest pause, whatever Discord says.
const SHORTEST_PAUSE: Duration = Duration::from_secs(1);
/// The pause after Discord refused to let us have emoji.
const REFUSED_PAUSE: Duration = Duration::from_hours(1);

/// What the task needs.
#[derive(Debug, Clone)]
pub(crate) struct Tools {
    pub(crate) database: Database,
    pub(crate) rest: Rest,
    pub(crate) boards: Boards,
    pub(crate) heads: HeadEmoji,
}

/// Makes and deletes emoji until `stop` is cancelled.
pub(crate) async fn run(tools: Tools, stop: CancellationToken) {
    let mut runs = Runs::of("head emoji");
    loop {
        let keeping = async { _ = stop.run_until_cancelled(keep(&tools)).await };
        if !runs.runs_again_after(keeping, &stop).await {
            return;
        }
    }
}

/// Deletes the emoji that an earlier process has made, if there are any.
pub(crate) async fn delete_all(rest: Rest) {
    loop {
        match delete_ours(&rest).await {
            Ok(()) => return,
            Err(error) if error.is_transient() => pause_after(&error).await,
            Err(error) => {
                tracing::debug!(%error, "the emoji of an earlier process cannot be deleted");
                return;
            }
        }
    }
}

async fn delete_ours(rest: &Rest) -> Result<(), RestError> {
    let application = rest.application().await?;
    for emoji in rest.emoji(application).await? {
        if Face::of_name(&emoji.name).is_some() {
            rest.delete_emoji(application, emoji.id).await?;
        }
    }
    Ok(())
}

async fn keep(tools: &Tools) {
    let mut pace = Pace::default();
    let mut knows_wearers = false;
    loop {
        let ended = async {
            let application = adopt(tools).await?;
            let working = Keeper::new(tools, application, &mut pace).work();
            let learning = async {
                if !knows_wearers && tools.heads.book.lock().has_unclaimed() {
                    knows_wearers = wearers::learn(tools).await;
                }
            };
            let (ended, ()) = tokio::join!(working, learning);
            ended
        };
        match ended.await {
            Ok(()) => {}
            Err(error) if error.is_transient() => pause_after(&error).await,
            Err(error) => {
                tracing::error!(
                    %error,
                    "HEAD_EMOJI: Discord lets us have no emoji, so names are shown without heads; \
                     trying again in an hour"
                );
                tools.heads.book.lock().turn_off();
                knows_wearers = false;
                tools.boards.show_heads();
                sleep(REFUSED_PAUSE).await;
            }
        }
    }
}

/// Learns who we are and which emoji there are.
async fn adopt(tools: &Tools) -> Result<u64, RestError> {
    let application = tools.rest.application().await?;
    let emoji = tools.rest.emoji(application).await?;
    let found = emoji.into_iter().map(|emoji| (emoji.name, emoji.id));
    tools.heads.book.lock().adopt(found, Instant::now());
    Ok(application)
}

/// Carries out what is to be done.
struct Keeper<'a> {
    tools: &'a Tools,
    application: u64,
    pace: &'a mut Pace,
    changes: Changes,
    /// When we look who may still be seen.
    sweep_at: Instant,
    /// When the emoji have to be read again.
    read_at: Instant,
    /// When boards show what was made, even if more is to be made.
    news_at: Instant,
    /// Until when Discord makes no emoji, and deletes none.
    no_making_before: Instant,
    no_deleting_before: Instant,
}

impl<'a> Keeper<'a> {
    fn new(tools: &'a Tools, application: u64, pace: &'a mut Pace) -> Self {
        let now = Instant::now();
        Self {
            tools,
            application,
            pace,
            changes: tools.database.changes(),
            sweep_at: now,
            read_at: now + READ_EVERY,
            news_at: now,
            no_making_before: now,
            no_deleting_before: now,
        }
    }

    /// Works until the emoji have to be read again.
    async fn work(mut self) -> Result<(), RestError> {
        while Instant::now() < self.read_at {
            self.sweep();
            self.tell_boards();
            let sight =
                |guild: GuildId, player: &PlayerName| self.tools.database.sight(guild, player);
            let step = self.tools.heads.book.lock().next(sight, Instant::now());
            self.report_lack_of_room();
            let due = match step {
                Some(Step::Delete { .. }) => self.no_deleting_before,
                Some(Step::Make { .. }) => {
                    self.no_making_before.max(self.pace.next(Instant::now()))
                }
                None => self.read_at,
            };
            match step {
                Some(step) if due <= Instant::now() => {
                    if self.take(step).await? == Taken::ReadAgain {
                        return Ok(());
                    }
                }
                _ => self.wait_until(due).await,
            }
        }
        Ok(())
    }

    /// Waits until something is to be done, at most until `due`.
    async fn wait_until(&mut self, due: Instant) {
        let due = due.min(self.sweep_at).min(self.read_at);
        tokio::select! {
            () = self.tools.heads.changed.notified() => {}
            () = sleep_until(due) => {}
            Some(_) = self.changes.next() => {
                self.sweep_at = self.sweep_at.min(Instant::now() + SWEEP_AFTER);
            }
        }
    }

    /// Looks who may still be seen, if it is time.
    fn sweep(&mut self) {
        let now = Instant::now();
        if self.sweep_at <= now {
            let sight =
                |guild: GuildId, player: &PlayerName| self.tools.database.sight(guild, player);
            self.tools.heads.book.lock().sweep(sight, now);
            self.sweep_at = now + SWEEP_EVERY;
        }
    }

    /// Has boards show what was made: once nothing more is to be made, or after a while.
    fn tell_boards(&mut self) {
        let now = Instant::now();
        if self.tools.heads.book.lock().takes_news(self.news_at <= now) {
            self.news_at = now + NEWS_AFTER;
            self.tools.boards.show_heads();
        }
    }

    fn report_lack_of_room(&self) {
        if self.tools.heads.book.lock().takes_lack_of_room() {
            tracing::warn!(
                "HEAD_EMOJI: the bot's application has as many emoji as it can have, so some lists show names without \
                 heads; delete emoji that are not needed in the Discord developer portal"
            );
        }
    }

    async fn take(&mut self, step: Step) -> Result<Taken, RestError> {
        match step {
            Step::Delete { face, emoji } => self.delete(face, emoji).await,
            Step::Make { face, head } => self.make(face, head).await,
        }
    }

    async fn delete(&mut self, face: Face, emoji: u64) -> Result<Taken, RestError> {
        match self.tools.rest.delete_emoji(self.application, emoji).await {
            Err(error) if error.is_transient() => {
                self.no_deleting_before = Instant::now() + pause(&error);
            }
            Err(error) if error.status() != Some(404) => return Err(error),
            Ok(()) | Err(_) => self.tools.heads.book.lock().deleted(face),
        }
        Ok(Taken::Done)
    }

    async fn make(&mut self, face: Face, head: Head) -> Result<Taken, RestError> {
        self.pace.spend(Instant::now());
        let png = BASE64_STANDARD.encode(head.to_png(SIDE));
        let (name, image) = (face.to_string(), format!("data:image/png;base64,{png}"));
        let made = self
            .tools
            .rest
            .create_emoji(self.application, &name, &image);
        let made = made.await;
        let mut book = self.tools.heads.book.lock();
        match made {
            Ok(id) => book.made(face, id, Instant::now()),
            Err(error) if error.code() == code::TOO_MANY_EMOJI => book.is_full(),
            Err(error) if error.is_rate_limit() => {
                tracing::debug!(%error, "emoji have to wait");
                self.no_making_before = Instant::now() + pause(&error);
            }
            // It may have been made: then it is found when all emoji are read again.
            Err(error) if error.is_transient() => return Err(error),
            Err(error) if error.status() == Some(400) => {
                tracing::warn!(%error, "Discord does not accept a head as emoji");
                book.refused(face, Instant::now());
                return Ok(Taken::ReadAgain);
            }
            Err(error) => return Err(error),
        }
        Ok(Taken::Done)
    }
}

/// What follows from a step.
#[derive(Debug, PartialEq, Eq)]
enum Taken {
    Done,
    /// There may be other emoji than we know.
    ReadAgain,
}

fn pause(error: &RestError) -> Duration {
    error.retry_after().unwrap_or(PAUSE).max(SHORTEST_PAUSE)
}

async fn pause_after(error: &RestError) {
    tracing::debug!(%error, "emoji have to wait");
    sleep(pause(error)).await;
}
