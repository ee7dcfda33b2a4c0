//! The task that makes and deletes emoji, one request at a time.

use std::convert::Infallible;
use std::time::Duration;

use base64::Engine as _;
use base64::prelude::BASE64_STANDARD;
use oxeye_db::{Database, GuildId, PlayerName};
use tokio::time::{Instant, sleep, sleep_until};
use tokio_util::sync::CancellationToken;

use super::HeadEmoji;
use super::book::Step;
use super::face::Face;
use super::pace::Pace;
use crate::boards::Boards;
use crate::rest::{Rest, RestError, code};
use crate::restarting::Runs;

/// Pixels along a side of an emoji. Discord shows emoji at up to 128 pixels.
const SIDE: u32 = 128;
/// How often we look who may still be seen, at least, and at most, which is when servers have changed: a
/// player may hide now.
const SWEEP_EVERY: Duration = Duration::from_mins(10);
const SWEEP_AFTER: Duration = Duration::from_secs(2);
/// The pause after Discord did not carry out a request and did not say when to try again.
const PAUSE: Duration = Duration::from_secs(30);

/// What the task needs.
#[derive(Debug, Clone)]
pub(crate) struct Tools {
    pub(crate) database: Database,
    pub(crate) rest: Rest,
    pub(crate) boards: Boards,
    pub(crate) heads: HeadEmoji,
}

/// Makes and deletes emoji until `stop` is cancelled, or until Discord lets us have none.
pub(crate) async fn run(tools: Tools, stop: CancellationToken) {
    let mut runs = Runs::of("head emoji");
    loop {
        let keeping = stop.run_until_cancelled(keep(&tools));
        let Some(pause) = runs.run(async { _ = keeping.await }).await else {
            return;
        };
        if stop.run_until_cancelled(sleep(pause)).await.is_none() {
            return;
        }
    }
}

async fn keep(tools: &Tools) {
    let mut pace = Pace::default();
    let refused = loop {
        match adopt(tools).await {
            Ok(application) => match work(tools, &mut pace, application).await {
                Ok(never) => match never {},
                Err(error) if error.is_transient() => pause_after(&error).await,
                Err(error) => break error,
            },
            Err(error) if error.is_transient() => pause_after(&error).await,
            Err(error) => break error,
        }
    };
    tracing::error!(error = %refused, "HEAD_EMOJI: Discord lets us have no emoji; names are shown without heads");
}

/// Learns who we are and which emoji there are.
async fn adopt(tools: &Tools) -> Result<u64, RestError> {
    let application = tools.rest.application().await?;
    let emoji = tools.rest.emoji(application).await?;
    let found = emoji.into_iter().map(|emoji| (emoji.name, emoji.id));
    tools.heads.book.lock().adopt(found, Instant::now());
    tools.boards.show_heads();
    Ok(application)
}

/// Carries out what is to be done, and returns only an error.
async fn work(tools: &Tools, pace: &mut Pace, application: u64) -> Result<Infallible, RestError> {
    let mut sweep_at = Instant::now() + SWEEP_EVERY;
    let mut changes = tools.database.changes();
    let sight = |guild: GuildId, player: &PlayerName| tools.database.sight(guild, player);
    loop {
        if sweep_at <= Instant::now() {
            tools.heads.book.lock().sweep(sight, Instant::now());
            sweep_at = Instant::now() + SWEEP_EVERY;
        }
        let step = tools.heads.book.lock().next(sight, Instant::now());
        match step {
            None => {
                tokio::select! {
                    () = tools.heads.changed.notified() => {}
                    () = sleep_until(sweep_at) => {}
                    Some(_) = changes.next() => {
                        sweep_at = sweep_at.min(Instant::now() + SWEEP_AFTER);
                    }
                }
            }
            Some(Step::Delete { face, emoji }) => delete(tools, application, face, emoji).await?,
            Some(Step::Make { .. }) if pace.next(Instant::now()) > Instant::now() => {
                sleep_until(pace.next(Instant::now()).min(sweep_at)).await;
            }
            Some(Step::Make { face, head }) => {
                pace.spend(Instant::now());
                let png = BASE64_STANDARD.encode(head.to_png(SIDE));
                let image = format!("data:image/png;base64,{png}");
                let name = face.to_string();
                let made = tools.rest.create_emoji(application, &name, &image);
                match made.await {
                    Ok(id) => {
                        let is_last = tools.heads.book.lock().made(face, id, Instant::now());
                        if is_last {
                            tools.boards.show_heads();
                        }
                    }
                    Err(error) => not_made(tools, face, error).await?,
                }
            }
        }
    }
}

async fn delete(tools: &Tools, application: u64, face: Face, emoji: u64) -> Result<(), RestError> {
    match tools.rest.delete_emoji(application, emoji).await {
        Err(error) if error.is_transient() => pause_after(&error).await,
        Err(error) if error.code() != code::UNKNOWN_EMOJI => return Err(error),
        Ok(()) | Err(_) => tools.heads.book.lock().deleted(face),
    }
    Ok(())
}

/// Draws the consequences of an emoji that was not made, or of which we do not know.
async fn not_made(tools: &Tools, face: Face, error: RestError) -> Result<(), RestError> {
    let is_invalid = matches!(error, RestError::Refused { status: 400, .. });
    if error.code() == code::TOO_MANY_EMOJI {
        tools.heads.book.lock().is_full();
    } else if matches!(error, RestError::Lost(_)) {
        // It may have been made: then it is found when all emoji are read again.
        return Err(error);
    } else if error.is_transient() {
        pause_after(&error).await;
    } else if is_invalid {
        tracing::warn!(%error, "Discord does not accept a head as emoji");
        tools.heads.book.lock().refused(face);
    } else {
        return Err(error);
    }
    Ok(())
}

async fn pause_after(error: &RestError) {
    let pause = error.retry_after().unwrap_or(PAUSE);
    tracing::debug!(%error, pause_s = pause.as_secs(), "emoji have to wait");
    sleep(pause).await;
}
