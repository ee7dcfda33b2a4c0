//! Who was online at a moment on the servers of a guild, as far as its members may see it.

use oxeye_plugin_proto::{PlayerName, ServerName, UnixSeconds};

use super::Record;
use super::crowd::Crowd;
use super::moment::PresentSession;
use crate::accounts::AccountId;
use crate::database::Database;
use crate::guild_server::GuildServers;
use crate::period::Period;
use crate::server_state::OnlinePlayer;
use crate::store::StoreError;

/// Who was online at a moment on some servers.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct PastMoment {
    /// The moment.
    pub at: UnixSeconds,
    /// When the first session on these servers began; `None` if there is none yet.
    pub begins_at: Option<UnixSeconds>,
    /// The servers that had a session until then, by name.
    pub servers: Vec<PastRoster>,
}

/// Who was online at a moment on one server. Players who hide are counted and not named.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct PastRoster {
    /// The server.
    pub server: ServerName,
    /// The players, in the order in which they joined.
    pub players: Vec<PlayerName>,
    /// Number of players who hide.
    pub hidden_count: usize,
    /// Whether it is known who was online.
    pub is_known: bool,
}

impl Database {
    /// Returns who was online at a moment on one server or on all servers of a guild.
    ///
    /// # Errors
    /// When the store is closed.
    pub async fn past_moment(
        &self,
        servers: GuildServers,
        at: UnixSeconds,
        now: UnixSeconds,
    ) -> Result<PastMoment, StoreError> {
        self.compute(move |database| {
            let mut past = PastMoment {
                at,
                begins_at: None,
                servers: Vec::new(),
            };
            let guild = servers.guild();
            let visible = database.inner.memory.hidden.visible_to_members(guild);
            let name = |session: PresentSession| database.name_of(session.player);
            let is_shown = |name: &PlayerName, account| visible.shows_stay(name, account);
            let is_meant = |id| servers.server().is_none_or(|only| only == id);
            for summary in database.servers(guild, now) {
                let found = database.record_and_periods(summary.id, now);
                let found = found.filter(|_| is_meant(summary.id));
                let Some((record, periods)) = found else {
                    continue;
                };
                let begins_at = record.begins_at();
                past.begins_at = past.begins_at.into_iter().chain(begins_at).min();
                if begins_at.is_some_and(|begins_at| begins_at <= at) {
                    let (players, hidden_count) = present(&record, at, name, is_shown);
                    past.servers.push(PastRoster {
                        server: summary.name,
                        players,
                        hidden_count,
                        is_known: is_known(record, periods, at),
                    });
                }
            }
            past
        })
        .await
    }
}

/// Returns those who were online and are shown, in the order in which they joined, and the number of the others. Whoever
/// has no name is left out.
fn present(
    record: &Record,
    at: UnixSeconds,
    name: impl Fn(PresentSession) -> Option<PlayerName>,
    is_shown: impl Fn(&PlayerName, Option<AccountId>) -> bool,
) -> (Vec<PlayerName>, usize) {
    let mut present = Vec::new();
    let mut hidden_count = 0;
    for session in record.present_at(at) {
        let Some(player) = name(session) else {
            continue;
        };
        if is_shown(&player, session.account) {
            let joined_at = session.joined_at;
            present.push(OnlinePlayer { player, joined_at });
        } else {
            hidden_count += 1;
        }
    }
    present.sort_unstable_by(OnlinePlayer::by_joining);
    let players = present.into_iter().map(|one| one.player).collect();
    (players, hidden_count)
}

/// Whether it is known who was online. What is known until now is known of this second as well.
fn is_known(record: Record, periods: Vec<Period>, at: UnixSeconds) -> bool {
    let until = record.known_until();
    let last = UnixSeconds(until.0.saturating_sub(1));
    at <= until && Crowd::of(vec![(record, periods)]).is_known(at.min(last))
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;
    use crate::record::known::tests::periods;
    use crate::record::naive::{START, World, cases, worlds};

    proptest! {
        #![proptest_config(cases(128))]

        #[test]
        fn those_who_were_online_come_in_the_order_in_which_they_joined(
            world in worlds(0),
            periods in periods(START, 3 * 86_400),
            after in 0..3 * 86_400_i64,
        ) {
            let at = UnixSeconds(START + after);
            let stays = world.stays().into_iter().filter(|(_, stay)| stay.contains(at));
            let named = stays.filter_map(|(player, stay)| Some((stay.from, World::name(player)?)));
            let mut expected: Vec<_> = named.collect();
            expected.sort_unstable();
            let record = world.record();
            let name = |session: PresentSession| World::name(session.player);
            let (found, hidden_count) = present(&record, at, name, |_, _| true);
            prop_assert_eq!(hidden_count, 0);
            let (shown, hidden_count) = present(&record, at, name, |_, _| false);
            prop_assert_eq!((shown.len(), hidden_count), (0, found.len()));
            // Of those who are still online, the last known second counts as well.
            if at != world.known_until {
                let expected: Vec<_> = expected.into_iter().map(|(_, player)| player).collect();
                prop_assert_eq!(found, expected);
            }
            let is_later = at > record.known_until();
            prop_assert!(!is_later || !is_known(record, periods, at));
        }
    }
}
