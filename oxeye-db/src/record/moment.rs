//! Who was online at a given moment.

use oxeye_plugin_proto::{PlayerName, UnixSeconds};

use super::Record;
use crate::accounts::AccountId;
use crate::database::Database;
use crate::guild_server::GuildServer;
use crate::players::PlayerId;
use crate::record::span::Span;
use crate::store::StoreError;

/// The players who were online at a moment, as far as known.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Moment {
    /// The players, in the order in which they joined.
    pub present: Vec<Present>,
    /// The time after which nothing is known.
    pub known_until: UnixSeconds,
}

/// A player who was online.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Present {
    /// The player.
    pub player: PlayerName,
    /// When the player joined.
    pub joined_at: UnixSeconds,
    /// When the player left; `None` if they are still online.
    pub left_at: Option<UnixSeconds>,
}

/// The session of somebody who was online.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub struct PresentSession {
    /// The player whose session it is.
    pub player: PlayerId,
    /// The account whose session it is, if a report of it said so.
    pub account: Option<AccountId>,
    /// When the player joined.
    pub joined_at: UnixSeconds,
    /// When the player left; `None` if they are still online.
    pub left_at: Option<UnixSeconds>,
}

impl Record {
    /// Returns the sessions of those who were online in the second that begins at a moment.
    #[must_use]
    pub fn present_at(&self, at: UnixSeconds) -> Vec<PresentSession> {
        let second = Span {
            from: at,
            to: UnixSeconds(at.0.saturating_add(1)),
        };
        let closed = self.history.owned_stays_in(second);
        let closed =
            closed
                .filter(|(_, _, stay)| stay.contains(at))
                .map(|(player, account, stay)| PresentSession {
                    player,
                    account,
                    joined_at: stay.from,
                    left_at: Some(stay.to),
                });
        // Players who are online now were also online at the last known moment.
        let open = self.open.iter();
        let open = open
            .filter(|open| open.joined_at <= at && at <= self.so_far(open).to)
            .map(|open| PresentSession {
                player: open.player,
                account: open.account,
                joined_at: open.joined_at,
                left_at: None,
            });
        closed.chain(open).collect()
    }
}

impl Database {
    /// Returns the players who were online on a server at a moment; `None` if it was removed.
    ///
    /// # Errors
    /// When the store is closed.
    pub async fn online_at(
        &self,
        server: GuildServer,
        at: UnixSeconds,
        now: UnixSeconds,
    ) -> Result<Option<Moment>, StoreError> {
        let server = server.id();
        self.compute(move |database| {
            let record = database.record(server, now)?;
            let present = record.present_at(at).into_iter();
            let present = present.filter_map(|session| {
                Some(Present {
                    player: database.name_of(session.player)?,
                    joined_at: session.joined_at,
                    left_at: session.left_at,
                })
            });
            let mut present: Vec<Present> = present.collect();
            present
                .sort_unstable_by(|a, b| (a.joined_at, &a.player).cmp(&(b.joined_at, &b.player)));
            Some(Moment {
                present,
                known_until: record.known_until(),
            })
        })
        .await
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;
    use crate::record::naive::{START, cases, worlds};

    proptest! {
        #![proptest_config(cases(256))]

        #[test]
        fn players_are_present_from_their_join_until_they_leave(
            world in worlds(0),
            after in 0..3 * 86_400_i64,
        ) {
            let at = UnixSeconds(START + after);
            let mut found = world.record().present_at(at);
            let mut expected: Vec<_> = world.closed.iter()
                .filter(|stay| stay.joined_at <= at && at < stay.left_at)
                .map(|stay| PresentSession {
                    player: stay.player,
                    account: stay.account,
                    joined_at: stay.joined_at,
                    left_at: Some(stay.left_at),
                })
                .collect();
            expected.extend(world.open.iter()
                .filter(|open| open.joined_at <= at && at <= world.known_until.max(open.joined_at))
                .map(|open| PresentSession {
                    player: open.player,
                    account: open.account,
                    joined_at: open.joined_at,
                    left_at: None,
                }));
            found.sort_unstable();
            expected.sort_unstable();
            prop_assert_eq!(found, expected);
        }
    }
}
