//! Who was online at a moment on the servers of a guild, as far as its members may see it.

use std::cell::LazyCell;

use oxeye_plugin_proto::{PlayerName, ServerName, UnixSeconds};

use super::Record;
use super::crowd::Crowd;
use super::moment::PresentSession;
use crate::database::Database;
use crate::guild_server::GuildServers;
use crate::period::Period;
use crate::persons::{Person, Persons};
use crate::store::StoreError;
use crate::visibility::Visible;

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
    pub players: Vec<PastPlayer>,
    /// Number of players who hide.
    pub hidden_count: usize,
    /// Whether it is known who was online.
    pub is_known: bool,
}

/// A player who was online.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct PastPlayer {
    /// The player, by their newest name.
    pub player: PlayerName,
    /// If another account has that name now: until when this one was there.
    pub until: Option<UnixSeconds>,
}

/// Whose session it was, as members see it.
#[derive(Debug, Clone, PartialEq, Eq)]
enum Whose {
    Shown(PastPlayer),
    Hidden,
    Nameless,
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
            let persons = database.persons_in(guild);
            let of_guild = LazyCell::new(|| database.servers_of(guild, now));
            let last_seen = |person: &Person<'_>| {
                let seen = database.last_seen_of(person, &of_guild, now);
                seen.map(|(_, at)| at)
            };
            let whose =
                |session: &PresentSession| database.whose(session, &persons, &visible, last_seen);
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
                    let (players, hidden_count) = present(&record, at, whose);
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

impl Database {
    /// Returns whose session it was. `last_seen` tells until when a person was there, whose name another has now.
    fn whose(
        &self,
        session: &PresentSession,
        persons: &Persons,
        visible: &Visible,
        last_seen: impl Fn(&Person<'_>) -> Option<UnixSeconds>,
    ) -> Whose {
        let key = persons.of_stay(session.player, session.account);
        // Of an account that was reported a moment ago, no name is known yet.
        let newest = persons.newest_name(key).unwrap_or(session.player);
        let named = self.name_of(session.player).zip(self.name_of(newest));
        let Some((worn, player)) = named else {
            return Whose::Nameless;
        };
        if !visible.shows_stay(&worn, session.account) || !visible.shows_person(key, &player) {
            return Whose::Hidden;
        }
        let mut called = persons.called(newest).into_iter();
        let before = called.find(|person| person.key() == key && !person.has_newest_name());
        let until = before.as_ref().and_then(last_seen);
        Whose::Shown(PastPlayer { player, until })
    }
}

/// Returns those who were online and are shown, in the order in which they joined, and the number of those who hide.
/// Whoever has no name is left out.
fn present(
    record: &Record,
    at: UnixSeconds,
    whose: impl Fn(&PresentSession) -> Whose,
) -> (Vec<PastPlayer>, usize) {
    let mut present = Vec::new();
    let mut hidden_count = 0;
    for session in record.present_at(at) {
        match whose(&session) {
            Whose::Shown(player) => present.push((session.joined_at, player)),
            Whose::Hidden => hidden_count += 1,
            Whose::Nameless => {}
        }
    }
    present.sort_unstable_by(|(joined_at, one), (other_joined_at, other)| {
        (joined_at, &one.player, one.until).cmp(&(other_joined_at, &other.player, other.until))
    });
    let players = present.into_iter().map(|(_, player)| player).collect();
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
            let shown = |session: &PresentSession| {
                let player = World::name(session.player);
                player.map_or(Whose::Nameless, |player| Whose::Shown(PastPlayer { player, until: None }))
            };
            let (found, hidden_count) = present(&record, at, shown);
            prop_assert_eq!(hidden_count, 0);
            let hidden = |session: &PresentSession| match shown(session) {
                Whose::Shown(_) => Whose::Hidden,
                nameless => nameless,
            };
            let (named, hidden_count) = present(&record, at, hidden);
            prop_assert_eq!((named.len(), hidden_count), (0, found.len()));
            // Of those who are still online, the last known second counts as well.
            if at != world.known_until {
                let found = found.into_iter().map(|one| one.player);
                let expected: Vec<_> = expected.into_iter().map(|(_, player)| player).collect();
                prop_assert_eq!(found.collect::<Vec<_>>(), expected);
            }
            let is_later = at > record.known_until();
            prop_assert!(!is_later || !is_known(record, periods, at));
        }
    }
}
