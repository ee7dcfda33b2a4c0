//! Which emoji there are, whose heads they show, and what to do next. Neither I/O nor a clock.

mod owners;

use std::collections::{HashMap, HashSet, VecDeque};
use std::time::Duration;

use oxeye_db::{GuildId, Head, PlayerName, Sight};
use tokio::time::Instant;

use super::face::Face;

/// The most heads in a list. Each takes about 27 of the 4096 characters of an embed's description.
pub(crate) const MOST_HEADS: usize = 40;
/// The most emoji of an application that we cause. Discord's limit is 2,000.
/// <https://discord.com/developers/docs/resources/emoji>
const MOST_EMOJI: usize = 1_900;
/// The most emoji that wait to be made, and the most that Discord does not accept. What is beyond them is
/// wanted again when it is shown again.
const MOST_WANTED: usize = 500;
/// How long an emoji stays that is nobody's: a former skin, or one of an earlier process if the store cannot say whose
/// it is.
const UNCLAIMED_FOR: Duration = Duration::from_hours(1);
/// How long an emoji stays with which nobody is shown.
const UNSHOWN_FOR: Duration = Duration::from_hours(30 * 24);
/// How long an emoji is safe from making room for another one.
const SAFE_FOR: Duration = Duration::from_mins(10);
/// How long a face is not wanted again that Discord does not accept.
const REFUSED_FOR: Duration = Duration::from_hours(24);

/// A player of a guild.
pub(super) type Player = (GuildId, PlayerName);

/// What is to be done next.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Step {
    Delete { face: Face, emoji: u64 },
    Make { face: Face, head: Head },
}

/// An emoji that can be shown.
#[derive(Debug)]
struct Emoji {
    id: u64,
    /// When somebody was last shown with it, or when we found it.
    shown_at: Instant,
}

/// Whether there is room for the emoji that are wanted.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
enum Room {
    #[default]
    Enough,
    Lacking,
    /// Lacking, and somebody has said so.
    LackReported,
}

#[derive(Debug, Default)]
pub(super) struct Book {
    emoji: HashMap<Face, Emoji>,
    /// Number of the application's emoji that are not ours.
    foreign: usize,
    /// Faces that are to be shown, the first one longest.
    wanted: VecDeque<Face>,
    wanted_heads: HashMap<Face, Head>,
    /// The players whose head is a face that has an emoji or is wanted.
    players: HashMap<Face, HashSet<Player>>,
    /// The faces of each of them: the one they were shown with last, or all that the store knows.
    faces: HashMap<Player, Vec<Face>>,
    /// Emoji that are to be deleted.
    doomed: Vec<(Face, u64)>,
    /// Faces that Discord did not accept, and when.
    refused: HashMap<Face, Instant>,
    room: Room,
    /// Whether emoji were made that no board shows yet.
    has_news: bool,
    /// Whether Discord lets us have no emoji at present.
    is_off: bool,
}

impl Book {
    /// Takes note of the emoji that the application has, by name and id.
    pub(super) fn adopt(&mut self, found: impl IntoIterator<Item = (String, u64)>, now: Instant) {
        let mut before = std::mem::take(&mut self.emoji);
        self.doomed.clear();
        self.foreign = 0;
        self.is_off = false;
        for (name, id) in found {
            let Some(face) = Face::of_name(&name) else {
                self.foreign += 1;
                continue;
            };
            self.unwant(face);
            self.refused.remove(&face);
            let shown_at = before.remove(&face).map_or(now, |emoji| emoji.shown_at);
            self.emoji.insert(face, Emoji { id, shown_at });
        }
        for face in before.into_keys() {
            self.disown(face);
        }
        self.has_news = true;
    }

    /// Notes that Discord lets us have no emoji, until [`Self::adopt`] is called again.
    pub(super) fn turn_off(&mut self) {
        *self = Self {
            has_news: true,
            is_off: true,
            ..Self::default()
        };
    }

    /// Returns the emoji of these players of a guild, who are shown now; `None` if they are too many, or if
    /// one of them has none yet. What is missing is wanted from now on.
    pub(super) fn show(
        &mut self,
        guild: GuildId,
        players: &[(PlayerName, Head)],
        now: Instant,
    ) -> Option<Vec<u64>> {
        if players.len() > MOST_HEADS || self.is_off {
            return None;
        }
        let ids = players.iter().map(|(player, head)| {
            let face = Face::of(head);
            let id = self.emoji.get_mut(&face).map(|emoji| {
                emoji.shown_at = now;
                emoji.id
            });
            if id.is_some() || self.want(face, *head, now) {
                self.own(face, &(guild, player.clone()));
            }
            id
        });
        // All of them are looked at, so that all that are missing are wanted.
        let ids: Vec<_> = ids.collect();
        ids.into_iter().collect()
    }

    /// Returns what is to be done next. Deletions come first.
    pub(super) fn next(
        &mut self,
        sight: impl Fn(GuildId, &PlayerName) -> Sight,
        now: Instant,
    ) -> Option<Step> {
        if let Some((face, emoji)) = self.doomed.last().copied() {
            return Some(Step::Delete { face, emoji });
        }
        loop {
            let face = *self.wanted.front()?;
            let head = self.wanted_heads.get(&face).copied();
            let mut players = self.players.get(&face).into_iter().flatten();
            let is_seen = players.any(|(guild, player)| sight(*guild, player) != Sight::None);
            let Some(head) = head.filter(|_| is_seen) else {
                self.unwant(face);
                self.disown(face);
                continue;
            };
            if self.emoji.len() + self.foreign < MOST_EMOJI {
                return Some(Step::Make { face, head });
            }
            return self.make_room(now);
        }
    }

    /// Has the emoji deleted that was not shown for longest, or gives up what is wanted if all of them are in
    /// use.
    fn make_room(&mut self, now: Instant) -> Option<Step> {
        let oldest = self
            .emoji
            .iter()
            .min_by_key(|(face, emoji)| (emoji.shown_at, **face));
        let oldest = oldest.map(|(face, emoji)| (*face, emoji.shown_at));
        let Some((face, _)) = oldest.filter(|(_, at)| *at + SAFE_FOR <= now) else {
            for face in std::mem::take(&mut self.wanted) {
                self.wanted_heads.remove(&face);
                self.disown(face);
            }
            if self.room == Room::Enough {
                self.room = Room::Lacking;
            }
            return None;
        };
        self.doom(face);
        let (face, emoji) = self.doomed.last().copied()?;
        Some(Step::Delete { face, emoji })
    }

    /// Notes that an emoji is gone.
    pub(super) fn deleted(&mut self, face: Face) {
        self.doomed.retain(|(doomed, _)| *doomed != face);
    }

    /// Notes that the emoji of a face was made.
    pub(super) fn made(&mut self, face: Face, id: u64, now: Instant) {
        self.unwant(face);
        self.emoji.insert(face, Emoji { id, shown_at: now });
        self.has_news = true;
        self.room = Room::Enough;
    }

    /// Gives up a face for a day, whose emoji Discord does not accept.
    pub(super) fn refused(&mut self, face: Face, now: Instant) {
        self.unwant(face);
        self.disown(face);
        if self.refused.len() >= MOST_WANTED {
            self.refused.clear();
        }
        self.refused.insert(face, now);
    }

    /// Notes that the application may have no more emoji than it has.
    pub(super) fn is_full(&mut self) {
        self.foreign = self
            .foreign
            .max(MOST_EMOJI.saturating_sub(self.emoji.len()));
    }

    /// Whether wanted emoji were given up for lack of room. Returns `true` once until one is made again.
    pub(super) fn takes_lack_of_room(&mut self) -> bool {
        let takes = self.room == Room::Lacking;
        if takes {
            self.room = Room::LackReported;
        }
        takes
    }

    /// Whether emoji were made since the last call that returned `true`, and no other is wanted, or one is
    /// that `is_late`.
    pub(super) fn takes_news(&mut self, is_late: bool) -> bool {
        let takes = self.has_news && (is_late || self.wanted.is_empty());
        self.has_news &= !takes;
        takes
    }

    /// Looks who may be seen. An emoji goes with the last of its players who may; so does one that nobody was
    /// shown with for long.
    pub(super) fn sweep(&mut self, sight: impl Fn(GuildId, &PlayerName) -> Sight, now: Instant) {
        let mut gone = Vec::new();
        for (face, emoji) in &mut self.emoji {
            let mut players = self.players.get(face).into_iter().flatten().peekable();
            let is_nobodys = players.peek().is_none();
            let best = players.map(|(guild, player)| sight(*guild, player)).max();
            if best == Some(Sight::Online) {
                emoji.shown_at = now;
            }
            let unshown_for = now.saturating_duration_since(emoji.shown_at);
            let is_over = match is_nobodys {
                true => unshown_for >= UNCLAIMED_FOR,
                false => best == Some(Sight::None) || unshown_for >= UNSHOWN_FOR,
            };
            if is_over {
                gone.push(*face);
            }
        }
        for face in gone {
            self.doom(face);
        }
    }

    fn doom(&mut self, face: Face) {
        self.disown(face);
        if let Some(emoji) = self.emoji.remove(&face) {
            self.doomed.push((face, emoji.id));
        }
    }

    /// Wants the emoji of a face, unless too much is wanted or Discord does not accept it.
    fn want(&mut self, face: Face, head: Head, now: Instant) -> bool {
        if self.wanted_heads.contains_key(&face) {
            return true;
        }
        let refused_at = self.refused.get(&face);
        let is_refused = refused_at.is_some_and(|at| now < *at + REFUSED_FOR);
        if is_refused || self.wanted.len() >= MOST_WANTED {
            return false;
        }
        self.wanted.push_back(face);
        self.wanted_heads.insert(face, head);
        true
    }

    fn unwant(&mut self, face: Face) {
        if self.wanted_heads.remove(&face).is_some() {
            self.wanted.retain(|wanted| *wanted != face);
        }
    }
}

#[cfg(test)]
mod tests;
