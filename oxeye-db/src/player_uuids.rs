//! Accounts: the UUIDs that servers report with their players' names.

use std::time::Duration;

use hashbrown::HashMap;
use oxeye_plugin_proto::{UnixSeconds, limits};
use parking_lot::Mutex;
use uuid::Uuid;

use crate::ids::GuildId;
use crate::players::PlayerId;

/// A UUID that goes on being reported under the same name is written down this often.
pub(crate) const WRITTEN_EVERY: Duration = Duration::from_secs(24 * 3600);

/// Maximum number of UUIDs kept of one player in one guild: a name that changes hands has a few.
pub(crate) const MAX_UUIDS_OF_PLAYER: usize = 16;

/// UUIDs in one generation of what is known in memory.
const GENERATION: usize = 32_768;

/// A UUID that was reported under a name in a guild.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct ReportedUuid {
    /// The account.
    pub uuid: Uuid,
    /// The earliest evidence.
    pub first_reported_at: UnixSeconds,
    /// The latest evidence, to the day.
    pub last_reported_at: UnixSeconds,
}

/// What a UUID proves.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum UuidKind {
    /// An account that Mojang authenticated (version 4).
    Online,
    /// Made from the name by a server in offline mode (version 3): proves nothing.
    Offline,
    /// A Bedrock account that came through Floodgate (the upper half is zero).
    Floodgate,
    /// Anything else.
    Other,
}

impl UuidKind {
    /// The word for programs.
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
    /// A UUID that was reported once.
    pub(crate) fn once(uuid: Uuid, at: UnixSeconds) -> Self {
        Self {
            uuid,
            first_reported_at: at,
            last_reported_at: at,
        }
    }

    /// What it proves.
    #[must_use]
    pub fn kind(&self) -> UuidKind {
        let (upper_half, _) = self.uuid.as_u64_pair();
        match self.uuid.get_version_num() {
            _ if upper_half == 0 => UuidKind::Floodgate,
            4 => UuidKind::Online,
            3 => UuidKind::Offline,
            _ => UuidKind::Other,
        }
    }

    /// Adds a report to the UUIDs of one player in one guild, by the rule of the file. Returns whether
    /// that changes anything: a player with the maximum number of UUIDs gets no more.
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

    /// Whether nothing is new in another report.
    fn covers(&self, other: &Self) -> bool {
        self.uuid == other.uuid
            && self.first_reported_at <= other.first_reported_at
            && other.last_reported_at <= self.last_reported_at
    }

    /// Whether it can have been reported so.
    #[must_use]
    pub fn is_possible(&self, now: UnixSeconds) -> bool {
        !self.uuid.is_nil()
            && self.first_reported_at <= self.last_reported_at
            && self.last_reported_at <= now.plus(limits::EARLY_EVENT_LIMIT)
    }
}

/// The UUIDs that the file knows of, as far as they are in use: they need not be written again.
/// Two generations, so that memory is bounded and what is in use stays. Only the writer's thread
/// takes the lock.
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
}

impl KnownUuids {
    /// A UUID was reported. Returns whether that is to be written.
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
        let is_known =
            before.is_some_and(|times| times.first <= at && at < times.last.plus(WRITTEN_EVERY));
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

    /// The file knows of this.
    pub(crate) fn load(&self, guild: GuildId, player: PlayerId, reported: &ReportedUuid) {
        let times = Times {
            first: reported.first_reported_at,
            last: reported.last_reported_at,
        };
        self.0.lock().insert((guild, player, reported.uuid), times);
    }

    /// Forgets a player.
    pub(crate) fn forget_player(&self, player: PlayerId) {
        let mut known = self.0.lock();
        known.young.retain(|(_, of, _), _| *of != player);
        known.old.retain(|(_, of, _), _| *of != player);
    }

    /// What was to be written may not have been: all of it is written when it is reported again.
    pub(crate) fn clear(&self) {
        *self.0.lock() = Generations::default();
    }
}

impl Generations {
    /// Finds a UUID, which is in use from now on.
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
mod tests {
    use super::*;

    const GUILD: GuildId = GuildId(7);
    const ALEX: PlayerId = PlayerId(1);
    const DAY: i64 = 24 * 3600;

    fn uuid(number: u128) -> Uuid {
        Uuid::from_u128(number)
    }

    fn reported(known: &KnownUuids, at: i64) -> bool {
        known.report(GUILD, ALEX, uuid(1), UnixSeconds(at))
    }

    #[test]
    fn a_uuid_reported_again_under_the_same_name_is_written_once_a_day() {
        let known = KnownUuids::default();
        let written = (0..3 * 24).filter(|hour| reported(&known, hour * 3600));

        assert_eq!(written.collect::<Vec<_>>(), [0, 24, 48]);
    }

    #[test]
    fn earlier_evidence_that_comes_late_is_written() {
        let known = KnownUuids::default();
        assert!(reported(&known, 10 * DAY));

        assert!(reported(&known, 9 * DAY));
        assert!(!reported(&known, 9 * DAY + 1));
    }

    #[test]
    fn after_a_write_that_failed_everything_is_news_again() {
        let known = KnownUuids::default();
        reported(&known, 0);

        known.clear();

        assert!(reported(&known, 0));
    }

    #[test]
    fn what_is_known_in_memory_is_bounded_and_what_is_in_use_stays() {
        let known = KnownUuids::default();
        reported(&known, 0);
        for number in 2..200_000 {
            known.report(GUILD, ALEX, uuid(number), UnixSeconds(0));
            assert!(!reported(&known, 0), "{number}");
        }

        let generations = known.0.lock();
        assert!(generations.young.len() + generations.old.len() <= 2 * GENERATION);
    }

    #[track_caller]
    fn check(text: &str, kind: UuidKind) {
        let uuid = Uuid::try_parse(text).unwrap();
        let reported = ReportedUuid::once(uuid, UnixSeconds(0));
        assert_eq!(reported.kind(), kind, "{text}");
    }

    #[test]
    fn the_kind_of_a_uuid_says_what_it_proves() {
        check("853c80ef-3c37-49fd-aa49-938b674adae6", UuidKind::Online);
        check("36532b5e-c442-3dbb-bf04-cc0d6c0a4d4a", UuidKind::Offline);
        check("00000000-0000-0000-0009-01f2e4d5c6b7", UuidKind::Floodgate);
        check("f81d4fae-7dec-11d0-a765-00a0c91e6bf6", UuidKind::Other);
    }
}
