//! One page of the players last seen on a server, for a list that goes on changing while somebody
//! leafs through it.

use std::time::Duration;

use oxeye_plugin_proto::{ServerName, UnixSeconds};

use crate::database::Database;
use crate::guild_server::GuildServer;
use crate::server_state::{Lately, LinkState, OfflinePlayerInfo, ServerState};
use crate::visibility::Visible;

/// Where a page of last seen begins.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub struct PageStart {
    /// Number of players before the page when somebody asked for it.
    pub position: usize,
    /// When the player just before the page was last seen. If players were added or removed since
    /// `position` was counted, the page still follows this player; among players of the same second,
    /// `position` decides.
    pub after: Option<UnixSeconds>,
}

/// One page of the players last seen on a server, newest first.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct LastSeenPage {
    /// The server's name.
    pub name: ServerName,
    /// The state of the server.
    pub state: LinkState,
    /// The length of the window of last seen.
    pub window: Duration,
    /// Number of players before this page.
    pub position: usize,
    /// The players on this page.
    pub players: Vec<OfflinePlayerInfo>,
    /// Number of players in the window of last seen.
    pub total: usize,
}

impl Database {
    /// Returns at most `size` of the players last seen on a server, without those who hide; `None` if it was
    /// removed. A start beyond the end of the list gives the last page.
    #[must_use]
    pub fn last_seen_page(
        &self,
        server: GuildServer,
        start: PageStart,
        size: usize,
        now: UnixSeconds,
    ) -> Option<LastSeenPage> {
        let memory = &self.inner.memory;
        let visible = || memory.hidden.visible_to_members(server.guild());
        let read = |state: &ServerState, visible: &Visible| LastSeenPage {
            name: state.name().clone(),
            state: state.link_state(now),
            window: state.window_seen_by(visible),
            position: 0,
            players: Vec::new(),
            total: 0,
        };
        let ask = |lately: &Lately<'_>| {
            let total = lately.count();
            let times = lately.newest_first().map(|(_, at)| at);
            let position = start.position(times, total, size);
            let shown = lately.newest_first().skip(position).take(size);
            let shown = shown.map(|(player, last_seen)| OfflinePlayerInfo {
                player_name: player.clone(),
                last_seen,
            });
            (position, shown.collect(), total)
        };
        let (page, (position, players, total)) =
            memory.read_with_lately(server.id(), visible, now, read, ask)?;
        Some(LastSeenPage {
            position,
            players,
            total,
            ..page
        })
    }
}

impl PageStart {
    /// Returns the number of players before the page now. `times` has `total` items, newest first.
    fn position(
        self,
        times: impl Iterator<Item = UnixSeconds>,
        total: usize,
        size: usize,
    ) -> usize {
        let position = match self.after {
            None => self.position,
            Some(after) => {
                let not_older = times.take_while(|at| *at >= after);
                let (newer, same) = not_older.fold((0, 0), |(newer, same), at| {
                    if at > after {
                        (newer + 1, same)
                    } else {
                        (newer, same + 1)
                    }
                });
                // At least one of those of the same second is the player before the page.
                self.position.clamp(newer + same.min(1), newer + same)
            }
        };
        if position < total {
            return position;
        }
        let pages = total.div_ceil(size.max(1));
        pages.saturating_sub(1) * size
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;
    use crate::ids::GuildId;
    use crate::testing::{TestStore, join_at, leave_at, player};

    const NOW: UnixSeconds = UnixSeconds(100_000);

    #[track_caller]
    fn check(times: &[i64], position: usize, after: Option<i64>, expected: usize) {
        let start = PageStart {
            position,
            after: after.map(UnixSeconds),
        };
        let found = start.position(times.iter().copied().map(UnixSeconds), times.len(), 3);
        assert_eq!(found, expected, "{start:?} in {times:?}");
    }

    #[test]
    fn a_page_follows_the_player_before_it_wherever_that_is_now() {
        let times = [90, 80, 70, 60, 50, 40, 30];
        check(&times, 3, Some(70), 3);
        // Two players were added before it, or two removed.
        check(&times, 1, Some(70), 3);
        check(&times, 5, Some(70), 3);
        // The player before it is online again.
        check(&times, 3, Some(65), 3);
        // The position decides among players of one second.
        check(&[90, 70, 70, 70, 70, 50], 3, Some(70), 3);
        check(&[90, 70, 70, 70, 70, 50], 9, Some(70), 5);
    }

    #[test]
    fn behind_the_end_of_the_list_is_its_last_page() {
        let times = [90, 80, 70, 60];
        check(&times, usize::MAX, None, 3);
        check(&times, usize::MAX, Some(i64::MIN), 3);
        check(&times[..3], 3, None, 0);
        check(&times, usize::MAX, Some(i64::MAX), 0);
        check(&[], usize::MAX, None, 0);
        check(&[], 7, Some(80), 0);
    }

    proptest! {
        #[test]
        fn whatever_happens_meanwhile_the_next_page_begins_right_after_the_one_before(
            times in prop::collection::btree_set(0i64..500, 4..60),
            added in prop::collection::btree_set(500i64..600, 0..20),
            removed in prop::collection::vec(any::<prop::sample::Index>(), 0..20),
            page in 0usize..5,
        ) {
            let before: Vec<i64> = times.iter().rev().copied().collect();
            let position = (page * 3).min((before.len() - 1) / 3 * 3);
            let shown = &before[position..before.len().min(position + 3)];
            let last = *shown.last().unwrap();
            let gone: Vec<_> = removed.iter().map(|index| *index.get(&before)).collect();
            let kept = before.iter().filter(|at| !gone.contains(at));
            let after: Vec<i64> = added.iter().rev().chain(kept).copied().collect();
            let rest: Vec<i64> = after.iter().copied().filter(|at| *at < last).collect();

            let start = PageStart { position: position + 3, after: Some(UnixSeconds(last)) };
            let found = start.position(after.iter().copied().map(UnixSeconds), after.len(), 3);

            if rest.is_empty() {
                prop_assert!(found <= after.len());
            } else {
                prop_assert_eq!(&after[found..], &rest[..]);
            }
        }
    }

    #[tokio::test]
    async fn every_player_is_on_exactly_one_page() {
        let database = TestStore::new(NOW);
        let (server, _) = database.link(GuildId::LOCAL, "survival", NOW).await;
        for number in 0..8 {
            let (name, left) = (format!("p{number}"), UnixSeconds(NOW.0 - number));
            let join = join_at(&name, UnixSeconds(left.0 - 60));
            database.player_join(server, join, NOW).await.unwrap();
            let leave = leave_at(&name, left);
            database.player_leave(server, leave, NOW).await.unwrap();
        }
        let of_guild = database.guild_server(GuildId::LOCAL, server).unwrap();

        let mut start = PageStart::default();
        let mut seen = Vec::new();
        while seen.len() < 8 {
            let page = database.last_seen_page(of_guild, start, 3, NOW).unwrap();
            assert_eq!((page.position, page.total), (seen.len(), 8));
            let last = page.players.last().unwrap().last_seen;
            seen.extend(page.players.into_iter().map(|player| player.player_name));
            start = PageStart {
                position: seen.len(),
                after: Some(last),
            };
        }

        let expected: Vec<_> = (0..8).map(|number| player(&format!("p{number}"))).collect();
        assert_eq!(seen, expected);
    }
}
