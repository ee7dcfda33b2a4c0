//! The players who were on at a moment.

use oxeye_plugin_proto::{PlayerName, UnixSeconds};

use super::Record;
use crate::database::Database;
use crate::guild_server::GuildServer;
use crate::players::PlayerId;
use crate::record::span::Span;
use crate::store::StoreError;

/// The players who were on at a moment, as far as that is known.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Moment {
    /// Who joined first comes first.
    pub present: Vec<Present>,
    /// After this, nothing is known.
    pub known_until: UnixSeconds,
}

/// A player who was on.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Present {
    /// The player.
    pub player: PlayerName,
    /// Since when.
    pub joined_at: UnixSeconds,
    /// Until when; `None` when they still are.
    pub left_at: Option<UnixSeconds>,
}

impl Record {
    /// The players who were on in the second that begins at a moment: since when, and until when if their
    /// stay is over.
    #[must_use]
    pub fn present_at(&self, at: UnixSeconds) -> Vec<(PlayerId, UnixSeconds, Option<UnixSeconds>)> {
        let second = Span {
            from: at,
            to: UnixSeconds(at.0.saturating_add(1)),
        };
        let closed = self.history.stays_in(second);
        let closed = closed
            .filter(|(_, stay)| stay.contains(at))
            .map(|(player, stay)| (player, stay.from, Some(stay.to)));
        // Whoever is on now was so at the last moment that is known, too.
        let open = self.open.iter();
        let open = open
            .filter(|open| open.joined_at <= at && at <= self.so_far(open).to)
            .map(|open| (open.player, open.joined_at, None));
        closed.chain(open).collect()
    }
}

impl Database {
    /// The players who were on a server at a moment; `None` when it was removed.
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
            let present = present.filter_map(|(player, joined_at, left_at)| {
                Some(Present {
                    player: database.name_of(player)?,
                    joined_at,
                    left_at,
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
    use super::*;
    use crate::record::naive::{START, cases, worlds};
    use proptest::prelude::*;

    proptest! {
        #![proptest_config(cases(256))]

        #[test]
        fn who_was_on_is_whose_stay_had_begun_and_not_ended(
            world in worlds(0),
            after in 0..3 * 86_400_i64,
        ) {
            let at = UnixSeconds(START + after);
            let mut found = world.record().present_at(at);
            let mut expected: Vec<_> = world.closed.iter()
                .filter(|stay| stay.joined_at <= at && at < stay.left_at)
                .map(|stay| (stay.player, stay.joined_at, Some(stay.left_at)))
                .collect();
            expected.extend(world.open.iter()
                .filter(|open| open.joined_at <= at && at <= world.known_until.max(open.joined_at))
                .map(|open| (open.player, open.joined_at, None)));
            found.sort_unstable();
            expected.sort_unstable();
            prop_assert_eq!(found, expected);
        }
    }
}
