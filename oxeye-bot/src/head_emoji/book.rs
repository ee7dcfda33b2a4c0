//! Which emoji there are, whose heads they show, and what to do next. Neither I/O nor a clock.

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
/// The most emoji that wait to be made. What is beyond them is wanted again when it is shown again.
const MOST_WANTED: usize = 500;
/// The most players of whom we know that a face is theirs. A default head may belong to thousands.
const MOST_PLAYERS: usize = 50;
/// How long an emoji of an earlier process stays that nobody is shown with.
const UNCLAIMED_FOR: Duration = Duration::from_hours(12);
/// How long an emoji stays with which nobody is shown.
const UNSHOWN_FOR: Duration = Duration::from_hours(30 * 24);
/// How long an emoji is safe from making room for another one.
const SAFE_FOR: Duration = Duration::from_mins(10);

/// The players of guilds whose head is one face.
type Players = HashSet<(GuildId, PlayerName)>;

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
    /// Empty as long as nobody was shown with it since we started.
    players: Players,
}

#[derive(Debug, Default)]
pub(super) struct Book {
    emoji: HashMap<Face, Emoji>,
    /// Number of the application's emoji that are not ours.
    foreign: usize,
    /// Faces that are to be shown, the first one longest.
    wanted: VecDeque<Face>,
    wanted_heads: HashMap<Face, (Head, Players)>,
    /// Emoji that are to be deleted.
    doomed: Vec<(Face, u64)>,
}

impl Book {
    /// Takes note of the emoji that the application has, by name and id.
    pub(super) fn adopt(&mut self, found: impl IntoIterator<Item = (String, u64)>, now: Instant) {
        let before = std::mem::take(&mut self.emoji);
        self.doomed.clear();
        self.foreign = 0;
        for (name, id) in found {
            let Some(face) = Face::of_name(&name) else {
                self.foreign += 1;
                continue;
            };
            let (shown_at, players) = match before.get(&face) {
                Some(emoji) => (emoji.shown_at, emoji.players.clone()),
                None => (now, self.unwant(face)),
            };
            let emoji = Emoji {
                id,
                shown_at,
                players,
            };
            self.emoji.insert(face, emoji);
        }
    }

    /// Returns the emoji of these players of a guild, who are shown now; `None` if they are too many, or if
    /// one of them has none yet. What is missing is wanted from now on.
    pub(super) fn show(
        &mut self,
        guild: GuildId,
        players: &[(PlayerName, Head)],
        now: Instant,
    ) -> Option<Vec<u64>> {
        if players.len() > MOST_HEADS {
            return None;
        }
        let ids = players.iter().map(|(player, head)| {
            let face = Face::of(head);
            let Some(emoji) = self.emoji.get_mut(&face) else {
                self.want(face, *head, (guild, player.clone()));
                return None;
            };
            emoji.shown_at = now;
            note(&mut emoji.players, (guild, player.clone()));
            Some(emoji.id)
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
            let (head, players) = self.wanted_heads.get(&face)?;
            if players
                .iter()
                .all(|(guild, player)| sight(*guild, player) == Sight::None)
            {
                self.unwant(face);
                continue;
            }
            if self.emoji.len() + self.foreign < MOST_EMOJI {
                return Some(Step::Make { face, head: *head });
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
            self.wanted.clear();
            self.wanted_heads.clear();
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

    /// Notes that the emoji of a face was made. Returns whether no other is wanted.
    pub(super) fn made(&mut self, face: Face, id: u64, now: Instant) -> bool {
        let players = self.unwant(face);
        let emoji = Emoji {
            id,
            shown_at: now,
            players,
        };
        self.emoji.insert(face, emoji);
        self.wanted.is_empty()
    }

    /// Gives up a face, whose emoji Discord refuses.
    pub(super) fn refused(&mut self, face: Face) {
        self.unwant(face);
    }

    /// Notes that the application may have no more emoji than it has.
    pub(super) fn is_full(&mut self) {
        self.foreign = self
            .foreign
            .max(MOST_EMOJI.saturating_sub(self.emoji.len()));
    }

    /// Looks who may be seen. An emoji goes with the last of its players who may; so does one that nobody was
    /// shown with for long.
    pub(super) fn sweep(&mut self, sight: impl Fn(GuildId, &PlayerName) -> Sight, now: Instant) {
        let mut gone = Vec::new();
        for (face, emoji) in &mut self.emoji {
            let was_unclaimed = emoji.players.is_empty();
            let mut is_online = false;
            emoji.players.retain(|(guild, player)| {
                let sight = sight(*guild, player);
                is_online |= sight == Sight::Online;
                sight != Sight::None
            });
            if is_online {
                emoji.shown_at = now;
            }
            let unshown_for = now.saturating_duration_since(emoji.shown_at);
            let is_over = match was_unclaimed {
                true => unshown_for >= UNCLAIMED_FOR,
                false => emoji.players.is_empty() || unshown_for >= UNSHOWN_FOR,
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
        if let Some(emoji) = self.emoji.remove(&face) {
            self.doomed.push((face, emoji.id));
        }
    }

    fn want(&mut self, face: Face, head: Head, player: (GuildId, PlayerName)) {
        if let Some((_, players)) = self.wanted_heads.get_mut(&face) {
            note(players, player);
        } else if self.wanted.len() < MOST_WANTED {
            self.wanted.push_back(face);
            self.wanted_heads.insert(face, (head, [player].into()));
        }
    }

    /// Removes a face from those that are wanted, and returns its players.
    fn unwant(&mut self, face: Face) -> Players {
        self.wanted.retain(|wanted| *wanted != face);
        let removed = self.wanted_heads.remove(&face);
        removed.map(|(_, players)| players).unwrap_or_default()
    }
}

fn note(players: &mut Players, player: (GuildId, PlayerName)) {
    if players.len() < MOST_PLAYERS {
        players.insert(player);
    }
}

#[cfg(test)]
mod tests;
