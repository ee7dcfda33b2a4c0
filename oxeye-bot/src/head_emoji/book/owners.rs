//! Whose a face is.

use std::collections::HashSet;
use std::collections::hash_map::Entry;

use super::{Book, Player};
use crate::head_emoji::face::Face;

/// The most players of whom we know that a face is theirs. A default head may belong to thousands.
const MOST_PLAYERS: usize = 50;

impl Book {
    /// Whether there are emoji of whose players nothing is known.
    pub(in crate::head_emoji) fn has_unclaimed(&self) -> bool {
        self.unclaimed().next().is_some()
    }

    /// Notes the faces with which a player may be seen, as far as they have an emoji.
    pub(in crate::head_emoji) fn learn(&mut self, player: &Player, faces: &[Face]) {
        for face in faces {
            if self.emoji.contains_key(face) {
                self.claim(*face, player);
            }
        }
    }

    /// Has the emoji deleted that are nobody's. Everybody who may be seen must have been learned.
    pub(in crate::head_emoji) fn delete_unclaimed(&mut self) {
        let unclaimed: Vec<_> = self.unclaimed().collect();
        for face in unclaimed {
            self.doom(face);
        }
    }

    fn unclaimed(&self) -> impl Iterator<Item = Face> {
        let faces = self.emoji.keys().copied();
        faces.filter(|face| self.players.get(face).is_none_or(HashSet::is_empty))
    }

    /// Notes whose face it is. It was another one if they have changed their skin.
    pub(super) fn own(&mut self, face: Face, player: &Player) {
        self.claim(face, player);
        let faces = self.faces.get_mut(player);
        let Some(faces) = faces.filter(|faces| faces.contains(&face)) else {
            return;
        };
        for former in faces.extract_if(.., |other| *other != face) {
            if let Some(others) = self.players.get_mut(&former) {
                others.remove(player);
            }
        }
    }

    /// Notes that a face is a player's, beside others.
    fn claim(&mut self, face: Face, player: &Player) {
        let players = self.players.entry(face).or_default();
        if players.len() >= MOST_PLAYERS || players.contains(player) {
            return;
        }
        players.insert(player.clone());
        self.faces.entry(player.clone()).or_default().push(face);
    }

    /// Forgets whose face it is.
    pub(super) fn disown(&mut self, face: Face) {
        for player in self.players.remove(&face).into_iter().flatten() {
            if let Entry::Occupied(mut faces) = self.faces.entry(player) {
                faces.get_mut().retain(|other| *other != face);
                if faces.get().is_empty() {
                    faces.remove();
                }
            }
        }
    }
}
