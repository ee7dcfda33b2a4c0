//! Looks up the skins of players whose servers send none: asks Mojang's session server for the account's profile, and
//! Mojang's texture host for the skin in it (`SKIN_LOOKUP`).
//!
//! This happens beside everything else. No answer to anybody waits for it, and it holds no lock. The accounts to ask
//! for are those of the players online; a URL that a request names is never fetched.
//!
//! | module    | subject                                                             |
//! |-----------|---------------------------------------------------------------------|
//! | `plan`    | whose skin is asked for next, and when; pure                        |
//! | `pace`    | the rate limit, and the pauses when Mojang refuses or fails; pure   |
//! | `settled` | the accounts that need not be asked for again for now; pure         |
//! | `mojang`  | the requests, within limits                                         |
//! | `profile` | what a profile says; pure                                           |
//! | `trouble` | why a lookup failed                                                 |

mod mojang;
mod pace;
mod plan;
mod profile;
mod settled;
#[cfg(test)]
mod tests;
mod trouble;

use std::collections::BTreeSet;
use std::time::Duration;

use oxeye_db::{Database, FeedEvent, NewSkin, ServerId, SkinlessAccount, StoreError};
use oxeye_process::clock::{self, Clock};
use oxeye_process::tasks::Tasks;
use oxeye_process::waiting::until;
use tokio::time::{Instant, MissedTickBehavior, interval, sleep_until};
use tokio_util::sync::CancellationToken;

use mojang::Mojang;
use plan::{MAX_WAITING_OF_GUILD, Plan};
use trouble::Trouble;

/// How long changes are collected before we look who has come.
const COLLECTED: Duration = Duration::from_millis(250);

/// How often we look at all servers: what is due again causes no change.
const EVERYTHING_EVERY: Duration = Duration::from_secs(60);

/// Starts to look up the skins that servers do not send; does nothing without a session server to ask.
///
/// # Errors
/// When the HTTPS client cannot be made.
pub(crate) fn start(
    session_server: Option<&reqwest::Url>,
    database: &Database,
    tasks: &Tasks,
) -> reqwest::Result<()> {
    if let Some(base) = session_server {
        let lookup = SkinLookup::new(base, database.clone(), clock::now)?;
        tasks.spawn(lookup.run(tasks.stop_signal()));
    }
    Ok(())
}

/// The lookup of skins.
#[derive(Debug)]
struct SkinLookup {
    mojang: Mojang,
    database: Database,
    clock: Clock,
    plan: Plan,
    /// When the lookup began. The plan counts from here.
    began: Instant,
    /// What people were last told about a failure.
    trouble: Option<String>,
}

impl SkinLookup {
    /// Prepares the lookup. Nobody is asked yet.
    fn new(base: &reqwest::Url, database: Database, clock: Clock) -> reqwest::Result<Self> {
        Ok(Self {
            mojang: Mojang::at(base)?,
            database,
            clock,
            plan: Plan::default(),
            began: Instant::now(),
            trouble: None,
        })
    }

    /// Looks skins up until the stop.
    async fn run(self, stop: CancellationToken) {
        tokio::select! {
            () = self.look_up() => {}
            () = stop.cancelled() => {}
        }
    }

    async fn look_up(mut self) {
        let mut changes = self.database.changes();
        let mut everything = interval(EVERYTHING_EVERY);
        everything.set_missed_tick_behavior(MissedTickBehavior::Delay);
        let mut changed = BTreeSet::new();
        let mut offer_at = self.began;
        loop {
            let ask_at = self.plan.due().map(|due| self.began + due);
            tokio::select! {
                _ = everything.tick() => changed = self.all_servers(),
                change = changes.next() => match change {
                    Some(FeedEvent::Server(change)) => { changed.insert(change.server); }
                    Some(FeedEvent::Everything) => changed = self.all_servers(),
                    None => return,
                },
                () = sleep_until(offer_at), if !changed.is_empty() => {
                    for server in std::mem::take(&mut changed) {
                        self.offer(server).await;
                    }
                    offer_at = Instant::now() + COLLECTED;
                }
                () = until(ask_at) => self.ask_for_next().await,
            }
        }
    }

    fn all_servers(&self) -> BTreeSet<ServerId> {
        let servers = self.database.known_servers((self.clock)());
        servers.into_iter().map(|server| server.id).collect()
    }

    /// Plans to ask for the accounts on a server whose skins are missing.
    async fn offer(&mut self, server: ServerId) {
        if let Err(error) = self.try_to_offer(server).await {
            tracing::debug!(%error, "the players without a skin cannot be found");
        }
    }

    async fn try_to_offer(&mut self, server: ServerId) -> Result<(), StoreError> {
        let now = (self.clock)();
        let mut skinless = self.database.skinless_accounts(server, now).await?;
        skinless.retain(|account| !self.plan.is_settled(account.uuid, self.time()));
        let mut due = Vec::new();
        for accounts in skinless.chunks(MAX_WAITING_OF_GUILD) {
            let uuids = accounts.iter().map(|account| account.uuid).collect();
            let looked_up = self.database.looked_up_at(uuids).await?;
            for (account, looked_up_at) in accounts.iter().zip(looked_up) {
                // A lookup in the future was recorded by a clock that was ahead.
                let believed = looked_up_at.filter(|at| *at <= now);
                let age = believed.map(|at| now.saturating_since(at));
                if self.plan.is_due(account.uuid, age, self.time()) {
                    due.push(*account);
                }
            }
            if due.len() >= MAX_WAITING_OF_GUILD {
                break;
            }
        }
        self.plan.offer(&due);
        Ok(())
    }

    async fn ask_for_next(&mut self) {
        let Some(account) = self.plan.take(self.time()) else {
            return;
        };
        if !self.database.is_skinless(&account, (self.clock)()) {
            return;
        }
        self.plan.ask(self.time());
        match self.mojang.skin_of(account.uuid).await {
            Ok(skin) => self.keep(account, skin).await,
            Err(trouble) => self.note_failure(account, &trouble),
        }
    }

    async fn keep(&mut self, account: SkinlessAccount, skin: Option<NewSkin>) {
        if self.trouble.take().is_some() {
            tracing::info!("SKIN_LOOKUP: skins are looked up again");
        }
        let kept = self
            .database
            .keep_looked_up_skin(account, skin, (self.clock)());
        // After an error the account is compared with the store again soon, as if it were stored.
        let is_stored = kept.await.unwrap_or_else(|error| {
            tracing::debug!(%error, "a skin that was looked up cannot be stored");
            true
        });
        self.plan.answered(account.uuid, is_stored, self.time());
    }

    fn note_failure(&mut self, account: SkinlessAccount, trouble: &Trouble) {
        let pause = self
            .plan
            .failed(account.uuid, trouble.retry_after(), self.time());
        let words = trouble.to_string();
        if self.trouble.as_ref() != Some(&words) {
            let secs = pause.as_secs();
            tracing::warn!(
                "SKIN_LOOKUP: {words}; players without a skin keep a default head, and Oxeye asks again in {secs} s"
            );
            self.trouble = Some(words);
        }
    }

    fn time(&self) -> Duration {
        self.began.elapsed()
    }
}
