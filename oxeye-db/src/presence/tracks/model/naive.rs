//! The model. It remembers all that was ever told, and every session as the times that count in it. Whether a guild is
//! heard, it finds out by reading what was told backwards.
//!
//! | module    | subject                                              |
//! |-----------|------------------------------------------------------|
//! | `hearing` | which guilds are heard, and what follows if not      |
//! | `rows`    | what a report makes of the sessions of a user        |

mod hearing;
mod rows;

use crate::ids::{GuildId, UserId};
use crate::presence::key::PresenceKey;
use crate::presence::kinds::PresenceKind;
use crate::presence::observation::Observation;
use crate::presence::seen::{Seen, in_activities, in_voice};

use super::Facts;
use super::story::GUILDS;

/// Something that was told.
#[derive(Debug, Clone)]
pub(super) enum Told {
    Gateway(Observation),
    Checkpoint,
    /// A user is no longer joined in a guild.
    Withdrawn(GuildId, UserId),
    Restart,
}

/// Whether a session is heard of.
#[derive(Debug, Clone, Copy, PartialEq)]
enum Lost {
    No,
    /// With a connection that may be resumed.
    WithConnection,
    ForGood,
}

#[derive(Debug, Clone)]
struct Row {
    user: UserId,
    key: PresenceKey,
    connection: Option<[u8; 8]>,
    /// The times that count, in order. The end of the last one is the last evidence.
    parts: Vec<(i64, i64)>,
    /// When a report last named it.
    told: i64,
    end: Option<(i64, bool)>,
    lost: Lost,
}

#[derive(Debug, Default)]
pub(super) struct Naive {
    told: Vec<Told>,
    joined: Vec<(GuildId, UserId, i64)>,
    agreed: Vec<(GuildId, UserId, PresenceKind, i64)>,
    /// The guilds that keep everything although they did not at first.
    widened: Vec<GuildId>,
    rows: Vec<Row>,
}

impl Row {
    fn seen(&self) -> i64 {
        self.parts.last().unwrap().1
    }

    fn until(&self) -> i64 {
        self.end.map_or(self.seen(), |(at, _)| at)
    }

    fn hear(&mut self, now: i64) {
        let last = self.parts.last_mut().unwrap();
        match now - last.1 >= 300 {
            true => self.parts.push((now, now)),
            false => last.1 = last.1.max(now),
        }
    }

    /// Takes back what counts since a report last named it.
    fn take_back(&mut self) {
        let proven = self.told.max(self.parts[0].0);
        self.parts.retain(|(from, _)| *from <= proven);
        let last = self.parts.last_mut().unwrap();
        last.1 = last.1.min(proven);
    }

    fn is_proven_by(&self, seen: &Seen) -> bool {
        match self.key.place {
            Some(_) => self.connection == seen.about.connection,
            None => seen.since.is_none_or(|since| since.0 - 1 <= self.seen()),
        }
    }

    fn is_same_thing(&self, user: UserId, key: &PresenceKey) -> bool {
        let both_tracks = self.key.kind == PresenceKind::Spotify && key.kind == self.key.kind;
        self.user == user && (self.key == *key || both_tracks)
    }

    /// Cuts off what lies before a time. Returns whether anything is left.
    fn cut(&mut self, from: i64) -> bool {
        if self.end.is_some() && self.until() <= from {
            return false;
        }
        if self.parts[0].0 < from {
            let seen = self.seen().max(from);
            self.parts.retain(|(_, to)| *to > from);
            for part in &mut self.parts {
                part.0 = part.0.max(from);
            }
            if self.parts.first().is_none_or(|(begin, _)| *begin > from) {
                self.parts.insert(0, (from, from));
            }
            if self.seen() < seen {
                self.parts.push((seen, seen));
            }
        }
        true
    }
}

impl Naive {
    pub(super) fn join(&mut self, guild: GuildId, user: UserId, now: i64) {
        if !self.guilds_of(user).contains(&guild) {
            self.joined.push((guild, user, now));
        }
        for kind in PresenceKind::ALL {
            let is_new = self.since_in(guild, user, kind).is_none();
            if is_new && self.is_kept(guild, kind) {
                self.agreed.push((guild, user, kind, now));
            }
        }
    }

    pub(super) fn widen(&mut self, guild: GuildId) {
        self.widened.push(guild);
    }

    fn is_kept(&self, guild: GuildId, kind: PresenceKind) -> bool {
        let is_first = matches!(kind, PresenceKind::Voice | PresenceKind::Game);
        guild == GUILDS[0] || is_first || self.widened.contains(&guild)
    }

    pub(super) fn leave(&mut self, guild: GuildId, user: UserId) {
        self.told.push(Told::Withdrawn(guild, user));
        self.joined
            .retain(|(of, who, _)| (*of, *who) != (guild, user));
        self.agreed
            .retain(|(of, who, ..)| (*of, *who) != (guild, user));
        let mut rows = std::mem::take(&mut self.rows);
        rows.retain_mut(|row| {
            row.user != user || self.since(user, &row.key).is_some_and(|from| row.cut(from))
        });
        self.rows = rows;
    }

    /// Memory is lost. The last evidence of what is open is that of the file.
    pub(super) fn restart(&mut self, in_file: &[Facts]) {
        self.told.push(Told::Restart);
        for row in &mut self.rows {
            row.lost = Lost::ForGood;
            row.told = row.seen();
            if row.end.is_some() {
                continue;
            }
            let key = format!("{:?}", row.key);
            let is_it = |facts: &&Facts| facts.0 == row.user && facts.1 == key;
            let saved = in_file.iter().find(is_it).unwrap().3;
            let last = row.parts.last_mut().unwrap();
            assert!(last.0 <= saved && saved <= last.1, "{saved} {last:?}");
            last.1 = saved;
            row.told = saved;
        }
    }

    fn since_in(&self, guild: GuildId, user: UserId, kind: PresenceKind) -> Option<i64> {
        let mut agreed = self.agreed.iter();
        agreed
            .find(|of| (of.0, of.1, of.2) == (guild, user, kind))
            .map(|of| of.3)
    }

    fn since(&self, user: UserId, key: &PresenceKey) -> Option<i64> {
        let guilds = GUILDS.into_iter();
        let guilds = guilds.filter(|guild| key.place.is_none_or(|place| place.guild == *guild));
        guilds
            .filter_map(|guild| self.since_in(guild, user, key.kind))
            .min()
    }

    fn guilds_of(&self, user: UserId) -> Vec<GuildId> {
        let joined = self.joined.iter().filter(|of| of.1 == user);
        joined.map(|of| of.0).collect()
    }

    pub(super) fn tell(&mut self, told: Told, now: i64) {
        if let Told::Gateway(
            Observation::Activities { guild, user, .. }
            | Observation::Voice { guild, user, .. }
            | Observation::Left { guild, user },
        ) = &told
            && !self.guilds_of(*user).contains(guild)
        {
            return;
        }
        let before = self.told.len();
        self.told.push(told.clone());
        match told {
            Told::Gateway(Observation::Activities {
                user, activities, ..
            }) => {
                self.take(user, None, in_activities(&activities), now);
            }
            Told::Gateway(Observation::Voice { guild, user, voice }) => {
                let seen = voice.map_or_else(Vec::new, |voice| in_voice(guild, &voice));
                self.take(user, Some(guild), seen, now);
            }
            Told::Gateway(Observation::Guild {
                guild,
                voices,
                activities,
            }) => {
                for (_, user, _) in self.joined.clone().into_iter().filter(|of| of.0 == guild) {
                    let voice = voices.iter().find(|(who, _)| *who == user);
                    let seen = voice.map_or_else(Vec::new, |(_, voice)| in_voice(guild, voice));
                    self.take(user, Some(guild), seen, now);
                    let Some(all) = &activities else { continue };
                    match all.iter().find(|(who, _)| *who == user) {
                        Some((_, list)) => self.take(user, None, in_activities(list), now),
                        None if self.may_be_absent(guild, user) => {
                            self.take(user, None, Vec::new(), now)
                        }
                        None => {}
                    }
                }
            }
            Told::Gateway(Observation::Left { user, .. }) => self.take_leaving(user),
            Told::Gateway(Observation::OutOfVoice { guild, user }) => {
                self.take_out_of_voice(guild, user)
            }
            Told::Gateway(Observation::Away { .. }) => self.lose(now),
            Told::Gateway(Observation::Resumed(shard)) => self.resume(shard, before, now),
            Told::Checkpoint => self.pass_time(now),
            Told::Withdrawn(..) | Told::Restart => {}
        }
    }

    fn may_be_absent(&self, guild: GuildId, user: UserId) -> bool {
        let mut guilds = self.guilds_of(user);
        guilds.retain(|of| *of == guild || !self.has_left(*of, user));
        let len = self.told.len();
        let mut rows = self
            .rows
            .iter()
            .filter(|row| row.user == user && row.key.place.is_none());
        let is_heard_of = rows.any(|row| row.end.is_none() && row.lost == Lost::No);
        guilds.iter().all(|guild| self.hears(*guild, len)) && (guilds.len() == 1 || !is_heard_of)
    }

    pub(super) fn facts(&self) -> Vec<Facts> {
        let facts = self.rows.iter().map(|row| {
            let mut known: Vec<(i64, i64)> = Vec::new();
            let grace = row.end.map(|(at, _)| (row.seen(), at));
            for (from, to) in row
                .parts
                .iter()
                .copied()
                .chain(grace)
                .filter(|(from, to)| from < to)
            {
                match known.last_mut() {
                    Some(last) if last.1 == from => last.1 = to,
                    _ => known.push((from, to)),
                }
            }
            (
                row.user,
                format!("{:?}", row.key),
                row.parts[0].0,
                row.seen(),
                row.end,
                known,
            )
        });
        facts.collect()
    }
}
