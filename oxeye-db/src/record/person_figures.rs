//! What is known of one person on all servers of a guild together.

use std::collections::HashMap;
use std::time::Duration;

use oxeye_plugin_proto::{PlayerName, ServerName, UnixSeconds};

use super::Record;
use crate::database::Database;
use crate::ids::{GuildId, ServerId};
use crate::persons::{Person, PersonKey};
use crate::players::PlayerId;
use crate::record::calendar::TimeZone;
use crate::record::namesakes::AskedPerson;
use crate::record::range::Range;
use crate::record::span::{Span, merged};
use crate::server_state::{ServerState, latest};
use crate::store::StoreError;
use crate::visibility::Visible;

/// The days of which the playtime of each is told.
pub const DAYS: u16 = 14;

/// What is known of a person in a guild.
#[derive(Debug, Clone, PartialEq)]
pub struct PersonFigures {
    /// The player, by their newest name.
    pub player: PlayerName,
    /// The other names of the same account, the newest first.
    pub former_names: Vec<PlayerName>,
    /// If another account has the newest name now: until when this one was there.
    pub until: Option<UnixSeconds>,
    /// The servers that the player is on, and since when; the one joined first at the beginning.
    pub on: Vec<(ServerName, UnixSeconds)>,
    /// The latest evidence of the player, and where it was.
    pub last_seen: Option<(ServerName, UnixSeconds)>,
    /// When the first session began; `None` if no session is known.
    pub first_seen: Option<UnixSeconds>,
    /// Playtime today, this week and in all. A second on two servers, such as a proxy and a server behind it, counts
    /// once.
    pub playtime: [Duration; 3],
    /// The last days, today at the end, and the playtime on each.
    pub days: Vec<(Span, Duration)>,
    /// The place by playtime in all, and how many have one; `None` for whoever has no session or hides, and for members
    /// who are shown no rankings.
    pub place: Option<(usize, usize)>,
    /// Number of sessions, including those that are going on.
    pub visits: usize,
    /// Length of the longest session; an open one counts with its length so far.
    pub longest: Duration,
    /// Playtime from before Oxeye, which is part of no other figure.
    pub imported: Duration,
    /// Deaths and advancements of the last 30 UTC days; `None` if no activity is kept.
    pub did: Option<Did>,
    /// The time zone of the days.
    pub zone: TimeZone,
}

/// What a person did in the last 30 UTC days.
#[derive(Debug, Clone, Copy, Default, PartialEq)]
pub struct Did {
    /// How often they died.
    pub deaths: f64,
    /// How many advancements they made.
    pub advancements: f64,
}

/// Who asks about a person.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum AskedBy {
    /// The members of a guild, for whom whoever hides is as unknown as whoever was never there.
    Members,
    /// The operator, who sees everybody.
    Operator,
}

/// A person, and what is known of them.
type Known = (PersonKey, PersonFigures);

/// One server of the guild, as memory holds it.
pub(super) struct OnServer {
    id: ServerId,
    name: ServerName,
    record: Record,
    shows_players: bool,
}

impl Database {
    /// Returns what is known in a guild of the person whom a name means: who has exactly that name, else who had it
    /// last; else the same with a name in another case, if only one person is meant. `None` if nobody is, or if they
    /// hide from those who ask. Of those who had the name before, [`AskedPerson::until`] says who is meant.
    ///
    /// # Errors
    /// When a store cannot be read.
    pub async fn person_figures(
        &self,
        guild: GuildId,
        asked: impl Into<AskedPerson>,
        asked_by: AskedBy,
        zone: TimeZone,
        now: UnixSeconds,
    ) -> Result<Option<PersonFigures>, StoreError> {
        let asked = asked.into();
        let turn = self.inner.memory.figures.take(guild).await;
        let imported = self.imported_by(guild, &asked.name).await?;
        let found = self.compute(move |database| {
            let visible = match asked_by {
                AskedBy::Members => database.inner.memory.hidden.visible_to_members(guild),
                AskedBy::Operator => Visible::everybody(),
            };
            database.known_figures(guild, &asked, &imported, &visible, (zone, now))
        });
        let Some((key, mut figures)) = found.await? else {
            return Ok(None);
        };
        if asked_by == AskedBy::Members && !self.guild_settings(guild).shown.rankings {
            figures.place = None;
        }
        figures.did = self.did(guild, key, &figures, now).await?;
        // Until then, so that a guild that asks often keeps no other from reading the files.
        drop(turn);
        Ok(Some(figures))
    }

    /// Reads the imported playtime of each person whom a name may mean, in any case.
    async fn imported_by(
        &self,
        guild: GuildId,
        name: &PlayerName,
    ) -> Result<HashMap<PersonKey, Duration>, StoreError> {
        let persons = self.persons_in(guild);
        let exact = self.inner.memory.players.id(name);
        let others = self.inner.memory.players.others_in_case(name);
        let called = exact
            .into_iter()
            .chain(others.into_iter().map(|(id, _)| id));
        let called: Vec<_> = called.flat_map(|id| persons.called(id)).collect();
        let keys: Vec<_> = called.iter().map(Person::key).collect();
        let names: Vec<PlayerId> = called.iter().flat_map(Person::names).copied().collect();
        let mut sums = HashMap::new();
        for server in self.inner.memory.cache.ids(Some(guild)) {
            // A world counts by account, so what was imported under a later name includes the earlier one's.
            let mut most: HashMap<PersonKey, Duration> = HashMap::new();
            for one in self.imported_playtime_of(server, &keys, &names).await? {
                let whose = most.entry(persons.of_stay(one.player, one.account));
                let playtime = whose.or_default();
                *playtime = one.playtime.max(*playtime);
            }
            for (person, playtime) in most {
                *sums.entry(person).or_default() += playtime;
            }
        }
        Ok(sums)
    }

    /// Returns who is meant, and what is known of them.
    fn known_figures(
        &self,
        guild: GuildId,
        AskedPerson { name, until }: &AskedPerson,
        imported: &HashMap<PersonKey, Duration>,
        visible: &Visible,
        (zone, now): (TimeZone, UnixSeconds),
    ) -> Option<Known> {
        let persons = self.persons_in(guild);
        let servers = self.servers_of(guild, now);
        let figures = |person: &Person<'_>| {
            let imported = imported.get(&person.key()).copied().unwrap_or_default();
            let figures = self.figures_of(person, &servers, imported, visible, (zone, now))?;
            let is_meant = until.is_none() || figures.until == *until;
            is_meant.then_some((person.key(), figures))
        };
        let exact = self.inner.memory.players.id(name);
        let exact = exact.and_then(|id| persons.called(id).iter().find_map(figures));
        let (key, mut figures) = match exact {
            Some(exact) => exact,
            None => {
                let others = self.inner.memory.players.others_in_case(name);
                let mut alike: Vec<Known> = Vec::new();
                for (id, _) in others {
                    let found = persons.called(id).iter().find_map(figures);
                    alike.extend(
                        found.filter(|(key, ..)| alike.iter().all(|(other, ..)| other != key)),
                    );
                }
                match alike.len() {
                    1 => alike.remove(0),
                    _ => return None,
                }
            }
        };
        let records: Vec<_> = servers.into_iter().map(|server| server.record).collect();
        figures.place = self.place_among(guild, &records, &persons, key);
        Some((key, figures))
    }

    /// Returns the servers of a guild.
    pub(super) fn servers_of(&self, guild: GuildId, now: UnixSeconds) -> Vec<OnServer> {
        let cache = &self.inner.memory.cache;
        let read = |id| {
            cache.read(id, |state: &ServerState| OnServer {
                id,
                name: state.name().clone(),
                record: Record::of(state, now),
                shows_players: state.may_have_players(now),
            })
        };
        cache
            .ids(Some(guild))
            .into_iter()
            .filter_map(read)
            .collect()
    }

    fn figures_of(
        &self,
        person: &Person<'_>,
        servers: &[OnServer],
        imported: Duration,
        visible: &Visible,
        (zone, now): (TimeZone, UnixSeconds),
    ) -> Option<PersonFigures> {
        let names = person.names().iter().map(|name| self.name_of(*name));
        let mut names: Vec<_> = names.collect::<Option<_>>()?;
        if !visible.shows_person(person.key(), names.first()?) {
            return None;
        }
        let stays: Vec<Span> = servers
            .iter()
            .flat_map(|server| server.record.stays_of(person))
            .collect();
        let last_seen = self.last_seen_of(person, servers, now);
        if last_seen.is_none() && imported.is_zero() {
            return None;
        }
        let mut on: Vec<_> = servers
            .iter()
            .filter(|server| server.shows_players)
            .filter_map(|server| {
                let open = server.record.open_of(person);
                Some((server.name.clone(), open.map(|open| open.joined_at).min()?))
            })
            .collect();
        on.sort_by_key(|(_, since)| *since);
        let played = merged(stays.clone());
        let within = |span: Span| {
            let seconds = played.iter().map(|played| played.within(span).seconds());
            Duration::from_secs(seconds.sum())
        };
        let longest = stays.iter().map(|stay| stay.seconds()).max();
        let player = names.remove(0);
        Some(PersonFigures {
            player,
            former_names: names,
            until: last_seen
                .as_ref()
                .map(|(_, at)| *at)
                .filter(|_| !person.has_newest_name()),
            on,
            last_seen,
            first_seen: stays.iter().map(|stay| stay.from).min(),
            playtime: [Range::Today, Range::Week, Range::All]
                .map(|range| within(range.span(zone, now))),
            days: days(zone, now)
                .into_iter()
                .map(|day| (day, within(day)))
                .collect(),
            place: None,
            visits: stays.len(),
            longest: Duration::from_secs(longest.unwrap_or_default()),
            imported,
            did: None,
            zone,
        })
    }

    /// Returns the latest evidence of a person, and where it was.
    pub(super) fn last_seen_of(
        &self,
        person: &Person<'_>,
        servers: &[OnServer],
        now: UnixSeconds,
    ) -> Option<(ServerName, UnixSeconds)> {
        let seen = servers
            .iter()
            .filter_map(|server| Some((self.last_seen_on(person, server)?, &server.name)));
        let (at, server) = seen.max()?;
        Some((server.clone(), at.min(latest(now))))
    }

    /// Returns the latest evidence of a person on a server.
    fn last_seen_on(&self, person: &Person<'_>, server: &OnServer) -> Option<UnixSeconds> {
        let names = person.names_alone().filter_map(|name| self.name_of(name));
        // What was seen under a name lately is whose name it is now.
        let names: Vec<_> = names.filter(|_| person.has_newest_name()).collect();
        // A leave without a session is evidence, too.
        let lately = self.inner.memory.cache.read(server.id, |state| {
            let seen = names.iter().filter_map(|name| state.last_seen().get(name));
            seen.max()
        });
        server.record.last_seen(person).max(lately.flatten())
    }

    /// Returns what the person did.
    async fn did(
        &self,
        guild: GuildId,
        person: PersonKey,
        figures: &PersonFigures,
        now: UnixSeconds,
    ) -> Result<Option<Did>, StoreError> {
        if self.inner.activity.is_none() {
            return Ok(None);
        }
        let names = [&figures.player].into_iter().chain(&figures.former_names);
        let names = names.cloned().collect();
        let counters = self.done_by(guild, person, names, now).await?;
        let count = |counter: &str| counters.get(counter).copied().unwrap_or(0.0);
        Ok(Some(Did {
            deaths: count("deaths"),
            advancements: count("advancements"),
        }))
    }
}

/// Returns the last days, today at the end.
fn days(zone: TimeZone, now: UnixSeconds) -> Vec<Span> {
    let mut at = zone.last_days(DAYS, now).from;
    let days = std::iter::repeat_with(|| {
        let day = zone.day(at);
        at = day.to;
        day
    });
    days.take(usize::from(DAYS)).collect()
}
