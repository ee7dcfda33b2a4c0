//! Searching the known players of a guild for a part of their names.
//!
//! The writer waits for the lock of these names, so a search holds it only while it looks at some of them, and never
//! while whoever searches looks at a player who was found.

use std::mem;
use std::ops::Bound;
use std::sync::Arc;
use std::vec;

use parking_lot::RwLock;

use super::KnownNames;
use crate::players::PlayerId;

/// Number of names that are looked at while the lock is held once.
const NAMES_AT_ONCE: usize = 1_024;

/// Maximum number of names that one search looks at for those that contain a text elsewhere than at the beginning.
const MAX_NAMES: usize = 250_000;

/// A search for the players whose names start with a text in lower case, and then for those whose names contain it
/// elsewhere, each in the order of their names. Players who come meanwhile may be found or not.
#[derive(Debug)]
pub(super) struct Search {
    names: Option<Arc<RwLock<KnownNames>>>,
    text: Box<str>,
    place: Place,
    found: vec::IntoIter<PlayerId>,
    /// Number of names that may still be looked at.
    left: usize,
}

/// What a search looks for next, and after which name.
#[derive(Debug)]
enum Place {
    Starting(Option<(Box<str>, PlayerId)>),
    Containing(Option<(Box<str>, PlayerId)>),
    End,
}

impl Search {
    pub(super) fn new(names: Option<Arc<RwLock<KnownNames>>>, text: &str) -> Self {
        Self {
            names,
            text: text.into(),
            place: Place::Starting(None),
            found: Vec::new().into_iter(),
            left: MAX_NAMES,
        }
    }

    /// Looks at the next names. Returns whether there may be more.
    fn look_further(&mut self) -> bool {
        let Some(names) = &self.names else {
            return false;
        };
        let names = names.read();
        let text = &*self.text;
        let (mut found, mut last, mut count) = (Vec::new(), None, 0);
        let place = mem::replace(&mut self.place, Place::End);
        self.place = match place {
            Place::Starting(after) => {
                let from = match after {
                    Some(after) => Bound::Excluded(after),
                    None => Bound::Included((text.into(), PlayerId(0))),
                };
                let names = names.in_order.range((from, Bound::Unbounded));
                for one in names.take(NAMES_AT_ONCE) {
                    let (name, player) = one;
                    if !name.starts_with(text) {
                        break;
                    }
                    found.push(*player);
                    (last, count) = (Some(one), count + 1);
                }
                match last.filter(|_| count == NAMES_AT_ONCE) {
                    Some(last) => Place::Starting(Some(last.clone())),
                    None => Place::Containing(None),
                }
            }
            Place::Containing(after) => {
                let from = after.map_or(Bound::Unbounded, Bound::Excluded);
                let names = names.in_order.range((from, Bound::Unbounded));
                for one in names.take(NAMES_AT_ONCE.min(self.left)) {
                    let (name, player) = one;
                    if name.find(text).is_some_and(|place| place > 0) {
                        found.push(*player);
                    }
                    (last, count) = (Some(one), count + 1);
                }
                self.left -= count;
                match last {
                    Some(last) => Place::Containing(Some(last.clone())),
                    None => Place::End,
                }
            }
            Place::End => return false,
        };
        drop(names);
        self.found = found.into_iter();
        true
    }
}

impl Iterator for Search {
    type Item = PlayerId;

    fn next(&mut self) -> Option<PlayerId> {
        loop {
            if let Some(player) = self.found.next() {
                return Some(player);
            }
            if !self.look_further() {
                return None;
            }
        }
    }
}
