//! When players were in a guild: their stays on the guild's servers, which the presence core keeps in memory.

use oxeye_plugin_proto::{PlayerName, UnixSeconds};

use super::day::UtcDay;
use super::lifetimes::SUMMARY_DAYS;
use super::play::{GAP, GuildStay, PlaySession, sessions};
use crate::accounts::AccountId;
use crate::database::Database;
use crate::ids::GuildId;
use crate::memory::Memory;
use crate::players::PlayerId;
use crate::record::Record;
use crate::record::span::Span;
use crate::server_state::ServerState;
use crate::store::StoreError;

/// Returns the span whose stays count in a summary of today: 30 days, and the one before them, on which a session that
/// reaches into them may have begun.
pub(super) fn counted(now: UnixSeconds) -> Span {
    let (first, _) = UtcDay::of(now).and_before(SUMMARY_DAYS + 1);
    Span {
        from: first.begin(),
        to: UnixSeconds(i64::MAX),
    }
}

/// Returns the span whose stays count on a day, whenever it was: that day, and the one before it.
fn counted_on(day: UtcDay, now: UnixSeconds) -> Span {
    let (first, _) = day.and_before(2);
    Span {
        from: first.begin().min(counted(now).from),
        to: UnixSeconds(i64::MAX),
    }
}

impl Database {
    /// Returns a player's sessions of the last 30 days and the one before them that reaches into them.
    pub(super) async fn play_sessions(
        &self,
        guild: GuildId,
        player: &PlayerName,
        now: UnixSeconds,
    ) -> Result<Vec<PlaySession>, StoreError> {
        self.play_sessions_in(guild, player, counted(now), now)
            .await
    }

    /// Returns a player's sessions that count on a day.
    pub(super) async fn play_sessions_on(
        &self,
        guild: GuildId,
        player: &PlayerName,
        day: UtcDay,
        now: UnixSeconds,
    ) -> Result<Vec<PlaySession>, StoreError> {
        self.play_sessions_in(guild, player, counted_on(day, now), now)
            .await
    }

    async fn play_sessions_in(
        &self,
        guild: GuildId,
        player: &PlayerName,
        counted: Span,
        now: UnixSeconds,
    ) -> Result<Vec<PlaySession>, StoreError> {
        let player = player.clone();
        self.compute(move |database| {
            sessions(database.stays_of(guild, &player, (counted, now), |_| true))
        })
        .await
    }

    /// Returns a player's stays in a guild that touch a span, of the accounts that are wanted. Blocks.
    pub(super) fn stays_of(
        &self,
        guild: GuildId,
        name: &PlayerName,
        (counted, now): (Span, UnixSeconds),
        is_wanted: impl Fn(Option<AccountId>) -> bool,
    ) -> Vec<GuildStay> {
        stays_in(&self.inner.memory, guild, name, (counted, now), is_wanted)
    }

    /// Calls `take` with each stay of anybody in a guild that counts in a summary of today, and the account that it
    /// knows. Blocks.
    pub(super) fn each_stay(
        &self,
        guild: GuildId,
        now: UnixSeconds,
        mut take: impl FnMut((PlayerId, Option<AccountId>), GuildStay),
    ) {
        let cache = &self.inner.memory.cache;
        for server in cache.ids(Some(guild)) {
            let record = cache.read(server, |state| Record::of(state, now));
            let record = record.iter();
            let stays = record.flat_map(|record| record.each_in(counted(now)));
            for (player, account, span, is_open) in stays {
                let stay = GuildStay {
                    server,
                    span,
                    is_open,
                };
                take((player, account), stay);
            }
        }
    }

    /// Whether a player is or was on any server of a guild.
    pub(super) fn has_been_on(&self, guild: GuildId, player: PlayerId, name: &PlayerName) -> bool {
        let cache = &self.inner.memory.cache;
        let was_here = |state: &ServerState| {
            state.players().contains_key(name) || state.history().has_player(player)
        };
        let mut servers = cache.ids(Some(guild)).into_iter();
        servers.any(|server| cache.read(server, was_here) == Some(true))
    }
}

/// Returns when the session began that a player is in; also if it ended so lately that another server may continue it.
/// Blocks.
pub(super) fn session_begin(
    memory: &Memory,
    guild: GuildId,
    name: &PlayerName,
    now: UnixSeconds,
) -> Option<UnixSeconds> {
    let player = memory.players.id(name)?;
    let was_lately_on = |state: &ServerState| {
        let history = state.history();
        state.players().contains_key(name) || history.last_since(player, now.minus(GAP)).is_some()
    };
    let mut servers = memory.cache.ids(Some(guild)).into_iter();
    servers.find(|server| memory.cache.read(*server, was_lately_on) == Some(true))?;
    let sessions = sessions(stays_in(memory, guild, name, (counted(now), now), |_| true));
    let last = sessions.last()?;
    (last.is_open || now <= last.end.plus(GAP)).then_some(last.begin)
}

fn stays_in(
    memory: &Memory,
    guild: GuildId,
    name: &PlayerName,
    (counted, now): (Span, UnixSeconds),
    is_wanted: impl Fn(Option<AccountId>) -> bool,
) -> Vec<GuildStay> {
    let Some(player) = memory.players.id(name) else {
        return Vec::new();
    };
    let cache = &memory.cache;
    let mut stays = Vec::new();
    for server in cache.ids(Some(guild)) {
        let here = cache.read(server, |state| {
            stays_on(state, (player, name), (counted, now), &is_wanted)
        });
        let here = here.into_iter().flatten();
        stays.extend(here.map(|(span, is_open)| GuildStay {
            server,
            span,
            is_open,
        }));
    }
    stays
}

/// Returns a player's stays on a server that touch a span, and whether each is open.
fn stays_on(
    state: &ServerState,
    (player, name): (PlayerId, &PlayerName),
    (counted, now): (Span, UnixSeconds),
    is_wanted: impl Fn(Option<AccountId>) -> bool,
) -> Vec<(Span, bool)> {
    let closed = state
        .history()
        .spans_since(player, counted.from, &is_wanted);
    let closed = closed.into_iter().map(|span| (span, false));
    let open = state.players().get(name);
    let open = open.filter(|stay| is_wanted(stay.account)).map(|stay| {
        let until = state.known_until(now);
        let from = state.counts_from(stay, until);
        let to = until.max(from);
        (Span { from, to }, true)
    });
    closed
        .chain(open)
        .filter(|(span, _)| span.touches(counted))
        .collect()
}

#[cfg(test)]
mod tests {
    use std::time::Duration;

    use super::*;
    use crate::testing::{TestStore, join, join_at, leave_at, player};

    const GUILD: GuildId = GuildId(7);
    /// 2026-11-28 12:00 UTC.
    const NOON: UnixSeconds = UnixSeconds(1_795_867_200);
    const DAY: i64 = 86_400;

    /// Players who come and go on two servers for 40 days. One is still there, and so is a stranger elsewhere.
    async fn community() -> TestStore {
        let store = TestStore::new(UnixSeconds(NOON.0 - 40 * DAY));
        let (lobby, _) = store.link(GUILD, "lobby", NOON).await;
        let (survival, _) = store.link(GUILD, "survival", NOON).await;
        let (elsewhere, _) = store.link(GuildId(8), "survival", NOON).await;
        for day in (0..40).rev() {
            for (number, name) in (0..).zip(["Alex", "jeb_", "Steve"]) {
                let server = if (day + number) % 3 == 0 {
                    lobby
                } else {
                    survival
                };
                let at = UnixSeconds(NOON.0 - day * DAY - 3_600 * number - 7_200);
                let left = at.plus(Duration::from_secs(50_000));
                let joined = store.player_join(server, join_at(name, at), at).await;
                joined.unwrap();
                let left_at = left.0.min(NOON.0 - 1);
                let left = leave_at(name, UnixSeconds(left_at));
                store
                    .player_leave(server, left, UnixSeconds(left_at))
                    .await
                    .unwrap();
            }
        }
        for (server, name) in [(survival, "Alex"), (elsewhere, "jeb_")] {
            store.player_join(server, join(name), NOON).await.unwrap();
        }
        store
    }

    #[tokio::test]
    async fn one_players_stays_are_those_among_all_stays_of_the_guild() {
        let store = community().await;
        let store = store.restarted(NOON).await;

        for (now, name) in [0, DAY / 2, 9 * DAY, 31 * DAY]
            .into_iter()
            .flat_map(|later| ["Alex", "jeb_", "Steve", "Nobody"].map(|name| (later, name)))
        {
            let now = UnixSeconds(NOON.0 + now);
            let id = store.inner.memory.players.id(&player(name));
            let mut expected = Vec::new();
            store.each_stay(GUILD, now, |(of, _), stay| {
                if Some(of) == id {
                    expected.push(stay);
                }
            });
            let mut found = store.stays_of(GUILD, &player(name), (counted(now), now), |_| true);
            found.sort_unstable_by_key(|stay| (stay.span.from, stay.server.0));
            expected.sort_unstable_by_key(|stay| (stay.span.from, stay.server.0));
            assert_eq!(found, expected, "{name} at {now:?}");
        }
        let alex = store.stays_of(GUILD, &player("Alex"), (counted(NOON), NOON), |_| true);
        assert!(alex.iter().any(|stay| stay.is_open));
        assert!(alex.len() > 30, "{alex:?}");
    }
}
