//! Who was online at a moment on the servers of a guild, as far as its members may see it.

use oxeye_plugin_proto::{PlayerName, ServerName, UnixSeconds};

use super::Record;
use super::crowd::Crowd;
use super::moment::PresentSession;
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

/// Who was online at a moment on one server. Players who hide are neither named nor counted.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct PastRoster {
    /// The server.
    pub server: ServerName,
    /// The players, in the order in which they joined.
    pub players: Vec<PlayerName>,
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
            let name = |session: PresentSession| {
                let name = database.name_of(session.player)?;
                let is_shown = visible.shows_stay(&name, session.account);
                is_shown.then_some(name)
            };
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
                    past.servers.push(PastRoster {
                        server: summary.name,
                        players: present(&record, at, name),
                        is_known: is_known(record, periods, at),
                    });
                }
            }
            past
        })
        .await
    }
}

/// Returns those who were online, in the order in which they joined. Whoever has no name is left out.
fn present(
    record: &Record,
    at: UnixSeconds,
    name: impl Fn(PresentSession) -> Option<PlayerName>,
) -> Vec<PlayerName> {
    let sessions = record.present_at(at).into_iter();
    let present = sessions.filter_map(|session| {
        Some(OnlinePlayer {
            player: name(session)?,
            joined_at: session.joined_at,
        })
    });
    let mut present: Vec<_> = present.collect();
    present.sort_unstable_by(OnlinePlayer::by_joining);
    present.into_iter().map(|one| one.player).collect()
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
            let found = present(&record, at, |session| World::name(session.player));
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
