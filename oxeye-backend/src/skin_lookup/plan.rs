//! Whose skin is asked for next, and when. Times count from the start of the lookup.
//!
//! Guilds take turns, so that a guild with a thousand new players does not keep another one waiting. In a guild, those
//! who joined first come first, because a picture begins with them. Accounts that find no room are offered again
//! within a minute, if they are still online.

use std::cmp::Reverse;
use std::collections::BTreeMap;
use std::ops::Bound;
use std::time::Duration;

use oxeye_db::{GuildId, SkinlessAccount};
use uuid::Uuid;

use super::pace::Pace;
use super::settled::Settled;

/// After how long an account that is online, or joins again, is looked up again.
const LOOK_UP_AGAIN: Duration = Duration::from_secs(24 * 3600);

/// How long we remember that an account is not due, before we compare it with the store again: what was looked up for
/// it may be gone, together with a forgotten player.
const COMPARE_AGAIN: Duration = Duration::from_secs(10 * 60);

/// After how long an account is asked for again when that has failed; each further failure doubles it.
const TRY_AGAIN: Duration = Duration::from_secs(2 * 60);

/// The longest such wait. An account that fails for ever must not pause the others every other minute.
const TRY_AGAIN_AT_LAST: Duration = Duration::from_secs(3600);

/// Maximum number of accounts of one guild that wait. More than can be asked for until they are offered again.
pub(super) const MAX_WAITING_OF_GUILD: usize = 128;

/// The accounts that wait, and when the next one may be asked for.
#[derive(Debug, Default)]
pub(super) struct Plan {
    /// Those who joined first are at the end.
    waiting: BTreeMap<GuildId, Vec<SkinlessAccount>>,
    /// The guild whose turn it was last.
    last: Option<GuildId>,
    settled: Settled,
    pace: Pace,
}

impl Plan {
    /// Whether an account need not be asked for now.
    pub(super) fn is_settled(&self, account: Uuid, now: Duration) -> bool {
        self.settled.contains(account, now)
    }

    /// Whether an account is to be asked for that was last looked up so long ago, or never.
    pub(super) fn is_due(&mut self, account: Uuid, age: Option<Duration>, now: Duration) -> bool {
        let left = age.map_or(Duration::ZERO, |age| LOOK_UP_AGAIN.saturating_sub(age));
        if !left.is_zero() {
            self.settled.insert(account, now + left.min(COMPARE_AGAIN));
        }
        left.is_zero()
    }

    /// Adds the accounts of a server that are due, in the order in which a picture shows them. They replace those of the
    /// same server that still wait.
    pub(super) fn offer(&mut self, accounts: &[SkinlessAccount]) {
        let Some(SkinlessAccount { guild, server, .. }) = accounts.first() else {
            return;
        };
        let waiting = self.waiting.entry(*guild).or_default();
        waiting.retain(|account| account.server != *server);
        waiting.extend(accounts.iter().rev());
        waiting.sort_by_key(|account| Reverse(account.joined_at));
        let beyond = waiting.len().saturating_sub(MAX_WAITING_OF_GUILD);
        waiting.drain(..beyond);
    }

    /// Returns when the next account may be asked for; `None` if none waits.
    pub(super) fn due(&self) -> Option<Duration> {
        (!self.waiting.is_empty()).then(|| self.pace.next())
    }

    /// Takes the account that is asked for next: the first one of the next guild that is not settled, perhaps because
    /// it was asked for by another guild.
    pub(super) fn take(&mut self, now: Duration) -> Option<SkinlessAccount> {
        loop {
            let guild = self.next_guild()?;
            self.last = Some(guild);
            let waiting = self.waiting.get_mut(&guild)?;
            let account = waiting.pop();
            if waiting.is_empty() {
                self.waiting.remove(&guild);
            }
            let unsettled = account.filter(|account| !self.is_settled(account.uuid, now));
            if unsettled.is_some() {
                return unsettled;
            }
        }
    }

    fn next_guild(&self) -> Option<GuildId> {
        let after = self.last.map_or(Bound::Unbounded, Bound::Excluded);
        let mut later = self.waiting.range((after, Bound::Unbounded));
        let next = later.next().or_else(|| self.waiting.iter().next());
        next.map(|(guild, _)| *guild)
    }

    /// Notes that an account is asked for.
    pub(super) fn ask(&mut self, now: Duration) {
        self.pace.ask(now);
    }

    /// Notes that there was an answer about an account, whatever it was. If it could not be stored, only we know that
    /// the account was asked for.
    pub(super) fn answered(&mut self, account: Uuid, is_stored: bool, now: Duration) {
        self.pace.answered();
        let wait = if is_stored {
            COMPARE_AGAIN
        } else {
            LOOK_UP_AGAIN
        };
        self.settled.insert(account, now + wait);
    }

    /// Notes that there was no answer about an account, and returns how long nothing is asked.
    pub(super) fn failed(
        &mut self,
        account: Uuid,
        retry_after: Option<Duration>,
        now: Duration,
    ) -> Duration {
        let waits = (TRY_AGAIN, TRY_AGAIN_AT_LAST);
        self.settled.insert_failed(account, waits, now);
        self.pace.failed(retry_after, now)
    }
}

#[cfg(test)]
mod tests {
    use oxeye_db::{PlayerId, ServerId, UnixSeconds};

    use super::*;

    const START: Duration = Duration::ZERO;

    /// Returns an account whose number also says when it joined and on which server.
    fn account(guild: u64, number: u32) -> SkinlessAccount {
        SkinlessAccount {
            guild: GuildId(guild),
            server: ServerId(i64::from(number / 100)),
            player: PlayerId(number),
            uuid: Uuid::from_u128(u128::from(number)),
            joined_at: UnixSeconds(i64::from(number % 100)),
        }
    }

    fn offer(plan: &mut Plan, guild: u64, numbers: &[u32]) {
        let accounts = numbers.iter().map(|number| account(guild, *number));
        plan.offer(&accounts.collect::<Vec<_>>());
    }

    /// Takes everything that waits, without regard to the pace.
    fn taken(plan: &mut Plan) -> Vec<(u64, u32)> {
        std::iter::from_fn(|| plan.take(START))
            .map(|account| (account.guild.0, account.player.0))
            .collect()
    }

    #[test]
    fn guilds_take_turns() {
        let mut plan = Plan::default();
        offer(&mut plan, 7, &[1, 2, 3]);
        offer(&mut plan, 5, &[11]);
        offer(&mut plan, 9, &[12]);

        let order = taken(&mut plan);

        assert_eq!(order, [(5, 11), (7, 1), (9, 12), (7, 2), (7, 3)]);
        assert_eq!(plan.due(), None);
    }

    #[test]
    fn those_who_joined_first_on_any_server_of_a_guild_come_first() {
        let mut plan = Plan::default();
        offer(&mut plan, 5, &[20, 30]);
        offer(&mut plan, 5, &[115]);
        offer(&mut plan, 5, &[10, 20, 30]);

        assert_eq!(taken(&mut plan), [(5, 10), (5, 115), (5, 20), (5, 30)]);
    }

    #[test]
    fn an_account_is_asked_for_once_for_all_guilds() {
        let mut plan = Plan::default();
        offer(&mut plan, 5, &[1]);
        offer(&mut plan, 7, &[1]);

        let first = plan.take(START).unwrap();
        plan.answered(first.uuid, true, START);

        assert_eq!(plan.take(START), None);
    }

    #[test]
    fn an_answer_that_is_not_stored_is_remembered_for_as_long_as_a_stored_one() {
        let mut plan = Plan::default();
        let [stored, other] = [1, 2].map(|number| account(5, number).uuid);

        plan.answered(stored, true, START);
        plan.answered(other, false, START);

        assert!(plan.is_settled(stored, START) && !plan.is_settled(stored, COMPARE_AGAIN));
        assert!(plan.is_settled(other, COMPARE_AGAIN));
        assert!(!plan.is_settled(other, LOOK_UP_AGAIN));
    }

    #[test]
    fn what_one_guild_offers_is_bounded_and_delays_no_other() {
        let mut plan = Plan::default();
        for server in 0..100 {
            let numbers: Vec<_> = (0..100).map(|at| server * 100 + at).collect();
            offer(&mut plan, 5, &numbers);
        }

        offer(&mut plan, 7, &[20_000]);

        let order = taken(&mut plan);
        assert_eq!(order.len(), MAX_WAITING_OF_GUILD + 1);
        assert_eq!(order[1], (7, 20_000));
        assert!(
            order
                .iter()
                .all(|(_, number)| number % 100 <= 1 || *number == 20_000)
        );
    }

    #[test]
    fn an_account_that_was_looked_up_is_due_again_after_a_day() {
        let mut plan = Plan::default();
        let (hour, minute) = (Duration::from_secs(3600), Duration::from_secs(60));
        let account = account(5, 1).uuid;
        assert!(plan.is_due(account, None, START));
        assert!(plan.is_due(account, Some(24 * hour), START));
        assert!(!plan.is_settled(account, START));

        assert!(!plan.is_due(account, Some(24 * hour - minute), START));
        assert!(plan.is_settled(account, START) && !plan.is_settled(account, minute));
        assert!(!plan.is_due(account, Some(hour), START));
        assert!(!plan.is_settled(account, COMPARE_AGAIN));
    }

    #[test]
    fn a_failure_pauses_everything_and_its_account_for_longer() {
        let mut plan = Plan::default();
        offer(&mut plan, 5, &[1, 2]);
        let first = plan.take(START).unwrap();
        plan.ask(START);

        let pause = plan.failed(first.uuid, None, START);

        assert_eq!(plan.due(), Some(pause));
        offer(&mut plan, 5, &[1, 2]);
        assert_eq!(taken(&mut plan), [(5, 2)]);
        assert!(!plan.is_settled(first.uuid, TRY_AGAIN));
    }
    #[test]
    fn an_account_that_fails_again_and_again_is_asked_for_less_and_less() {
        let mut plan = Plan::default();
        let account = account(5, 1).uuid;
        let mut waits = Vec::new();
        let mut now = START;
        for _ in 0..7 {
            plan.failed(account, None, now);
            let failed_at = now;
            while plan.is_settled(account, now) {
                now += Duration::from_secs(60);
            }
            waits.push((now - failed_at).as_secs() / 60);
        }
        assert_eq!(waits, [2, 4, 8, 16, 32, 60, 60]);

        plan.answered(account, false, now);
        plan.failed(account, None, now);

        assert!(!plan.is_settled(account, now + TRY_AGAIN));
    }
}
