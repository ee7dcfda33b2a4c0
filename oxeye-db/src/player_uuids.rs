//! The UUIDs of accounts, as servers report them with their players' names.

use std::cmp::Reverse;
use std::time::Duration;

use hashbrown::{HashMap, HashSet};
use oxeye_plugin_proto::{UnixSeconds, limits};
use parking_lot::Mutex;
use uuid::Uuid;

use crate::ids::GuildId;
use crate::players::PlayerId;

/// How often we write a UUID that keeps being reported under the same name.
pub(crate) const WRITE_INTERVAL: Duration = Duration::from_secs(24 * 3600);

/// Maximum number of UUIDs kept of one player in one guild: a name that changes hands has a few.
pub(crate) const MAX_UUIDS_OF_PLAYER: usize = 16;

/// Maximum number of names of one account in one guild: its owner changes it at most once a month.
pub(crate) const MAX_NAMES_OF_ACCOUNT: usize = 32;

/// Number of UUIDs in one generation in memory.
const GENERATION: usize = 32_768;

/// A UUID that was reported under a name in a guild.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct ReportedUuid {
    /// The UUID of the account.
    pub uuid: Uuid,
    /// Time of the earliest evidence.
    pub first_reported_at: UnixSeconds,
    /// Time of the latest evidence, accurate to a day.
    pub last_reported_at: UnixSeconds,
}

/// What a UUID proves.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum UuidKind {
    /// An account authenticated by Mojang (version 4).
    Online,
    /// A UUID that a server in offline mode derived from the name (version 3); it proves nothing.
    Offline,
    /// A Bedrock account that joined through Floodgate (the upper half is zero).
    Floodgate,
    /// Anything else.
    Other,
}

impl UuidKind {
    /// Returns what a UUID proves.
    #[must_use]
    pub fn of(uuid: Uuid) -> Self {
        let (upper_half, _) = uuid.as_u64_pair();
        match uuid.get_version_num() {
            _ if upper_half == 0 => Self::Floodgate,
            4 => Self::Online,
            3 => Self::Offline,
            _ => Self::Other,
        }
    }

    /// Whether a UUID proves an account: a server in offline mode did not make it from the name.
    pub(crate) fn is_proof(uuid: Uuid) -> bool {
        Self::of(uuid) != Self::Offline
    }

    /// Returns the first of two UUIDs, unless only the second one proves an account.
    pub(crate) fn better(first: Option<Uuid>, second: Option<Uuid>) -> Option<Uuid> {
        match (first, second) {
            (Some(first), Some(second)) if Self::is_proof(second) && !Self::is_proof(first) => {
                Some(second)
            }
            _ => first.or(second),
        }
    }

    /// Returns the name of the kind in JSON.
    #[must_use]
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Online => "online",
            Self::Offline => "offline",
            Self::Floodgate => "floodgate",
            Self::Other => "other",
        }
    }
}

impl ReportedUuid {
    /// Creates a UUID that was reported once.
    pub(crate) fn once(uuid: Uuid, at: UnixSeconds) -> Self {
        Self {
            uuid,
            first_reported_at: at,
            last_reported_at: at,
        }
    }

    /// Returns what the UUID proves.
    #[must_use]
    pub fn kind(&self) -> UuidKind {
        UuidKind::of(self.uuid)
    }

    /// Returns the account of a player, given what was reported under the name in a guild: what was reported last.
    /// A UUID that a server in offline mode derived from the name stands in only if there is no other.
    pub(crate) fn account(reported: impl IntoIterator<Item = Self>) -> Option<Self> {
        let reported = reported.into_iter();
        reported.max_by_key(|one| {
            let is_proven = one.kind() != UuidKind::Offline;
            (is_proven, one.last_reported_at, Reverse(one.uuid))
        })
    }

    /// Adds a report to the UUIDs of a player in a guild, in the same way as the file does. Returns
    /// whether this changes anything: a player with the maximum number of UUIDs gets no more.
    pub(crate) fn add_to(self, known: &mut Vec<Self>) -> bool {
        let is_full = known.len() >= MAX_UUIDS_OF_PLAYER;
        match known.iter_mut().find(|known| known.uuid == self.uuid) {
            Some(known) if known.covers(&self) => false,
            Some(known) => {
                known.first_reported_at = known.first_reported_at.min(self.first_reported_at);
                known.last_reported_at = known.last_reported_at.max(self.last_reported_at);
                true
            }
            None if is_full => false,
            None => {
                known.push(self);
                true
            }
        }
    }

    /// Whether another report adds nothing to this one.
    fn covers(&self, other: &Self) -> bool {
        self.uuid == other.uuid
            && self.first_reported_at <= other.first_reported_at
            && other.last_reported_at <= self.last_reported_at
    }

    /// Whether the UUID and its times are plausible.
    #[must_use]
    pub fn is_possible(&self, now: UnixSeconds) -> bool {
        !self.uuid.is_nil()
            && self.first_reported_at <= self.last_reported_at
            && self.last_reported_at <= now.plus(limits::EARLY_EVENT_LIMIT)
    }
}

/// The UUIDs in use that are in the file already, so that they are not written again. There are two
/// generations: memory is bounded, and UUIDs in use stay. Only the writer's thread takes the lock.
#[derive(Debug, Default)]
pub(crate) struct KnownUuids(Mutex<Generations>);

type Key = (GuildId, PlayerId, Uuid);

#[derive(Debug, Clone, Copy)]
struct Times {
    first: UnixSeconds,
    last: UnixSeconds,
}

#[derive(Debug, Default)]
struct Generations {
    young: HashMap<Key, Times>,
    old: HashMap<Key, Times>,
    /// The name under which each UUID was reported last, and when.
    newest: HashMap<(GuildId, Uuid), (PlayerId, UnixSeconds)>,
    /// The UUID that was reported last under each name, and when. Those that prove nothing do not count.
    holders: HashMap<(GuildId, PlayerId), (Uuid, UnixSeconds)>,
}

impl KnownUuids {
    /// Notes a reported UUID. Returns whether it has to be written: once a day, and whenever its name is not the
    /// one that it had last or another UUID had the name last, so that the file knows which name is an account's
    /// newest, and who has a name now.
    pub(crate) fn report(
        &self,
        guild: GuildId,
        player: PlayerId,
        uuid: Uuid,
        at: UnixSeconds,
    ) -> bool {
        let mut known = self.0.lock();
        let key = (guild, player, uuid);
        let before = known.find(&key);
        let is_newest = known.note_name(guild, player, uuid, at);
        let is_holder = known.note_holder(guild, player, uuid, at);
        let is_known = before.is_some_and(|times| {
            let is_covered = times.first <= at && at <= times.last;
            let is_recent = times.first <= at && at < times.last.plus(WRITE_INTERVAL);
            is_covered || (is_recent && is_newest && is_holder)
        });
        if !is_known {
            let times = before.unwrap_or(Times {
                first: at,
                last: at,
            });
            let times = Times {
                first: times.first.min(at),
                last: times.last.max(at),
            };
            known.insert(key, times);
        }
        !is_known
    }

    /// Whether a UUID is known under a name in a guild.
    pub(crate) fn contains(&self, guild: GuildId, player: PlayerId, uuid: Uuid) -> bool {
        let (known, key) = (self.0.lock(), (guild, player, uuid));
        known.young.contains_key(&key) || known.old.contains_key(&key)
    }

    /// Adds a UUID that is in the file already.
    pub(crate) fn load(&self, guild: GuildId, player: PlayerId, reported: &ReportedUuid) {
        let times = Times {
            first: reported.first_reported_at,
            last: reported.last_reported_at,
        };
        let mut known = self.0.lock();
        known.insert((guild, player, reported.uuid), times);
        known.note_name(guild, player, reported.uuid, times.last);
        known.note_holder(guild, player, reported.uuid, times.last);
    }

    /// Forgets players. It looks at all that is known, so it is called once for all of them.
    pub(crate) fn forget_players(&self, players: &HashSet<PlayerId>) {
        let mut known = self.0.lock();
        known.young.retain(|(_, of, _), _| !players.contains(of));
        known.old.retain(|(_, of, _), _| !players.contains(of));
        known.newest.retain(|_, (of, _)| !players.contains(of));
        known.holders.retain(|(_, of), _| !players.contains(of));
    }

    /// Forgets everything after a write that may have failed, so that each UUID is written when it is
    /// reported again.
    pub(crate) fn clear(&self) {
        *self.0.lock() = Generations::default();
    }
}

impl Generations {
    /// Notes the name under which a UUID was reported. Returns whether it was known as the newest already, or
    /// is an older one.
    fn note_name(&mut self, guild: GuildId, player: PlayerId, uuid: Uuid, at: UnixSeconds) -> bool {
        if self.newest.len() >= GENERATION {
            self.newest.clear();
        }
        let newest = self.newest.entry((guild, uuid)).or_insert((player, at));
        let (before, last) = *newest;
        if at >= last {
            *newest = (player, at);
        }
        before == player || at < last
    }

    /// Notes the UUID that was reported under a name. Returns whether it was known as the last one already, is
    /// an older one, or proves nothing.
    fn note_holder(
        &mut self,
        guild: GuildId,
        player: PlayerId,
        uuid: Uuid,
        at: UnixSeconds,
    ) -> bool {
        if UuidKind::of(uuid) == UuidKind::Offline {
            return true;
        }
        if self.holders.len() >= GENERATION {
            self.holders.clear();
        }
        let holder = self.holders.entry((guild, player)).or_insert((uuid, at));
        let (before, last) = *holder;
        if at >= last {
            *holder = (uuid, at);
        }
        before == uuid || at < last
    }

    /// Finds a UUID and marks it as in use.
    fn find(&mut self, key: &Key) -> Option<Times> {
        if let Some(times) = self.young.get(key) {
            return Some(*times);
        }
        let times = self.old.remove(key)?;
        self.insert(*key, times);
        Some(times)
    }

    fn insert(&mut self, key: Key, times: Times) {
        self.young.insert(key, times);
        if self.young.len() == GENERATION {
            self.old = std::mem::take(&mut self.young);
        }
    }
}

#[cfg(test)]
mod tests;
