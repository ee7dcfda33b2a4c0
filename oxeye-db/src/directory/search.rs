//! Searching the known players of a guild for a part of their names.
//!
//! The writer waits for the lock of these names, so a search holds it only while it looks at some of them, and never
//! while whoever searches looks at a player who was found.

use std::mem;
use std::sync::Arc;
use std::vec;

use parking_lot::RwLock;

use super::KnownNames;
use super::names::Named;
use crate::players::PlayerId;

/// Number of names that are found while the lock is held once, of those that start with a text.
const NAMES_AT_ONCE: usize = 1_024;

/// Number of names after which one search looks at no more for those that contain a text elsewhere than at the
/// beginning.
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
        let mut found = Vec::new();
        let place = mem::replace(&mut self.place, Place::End);
        self.place = match place {
            Place::Starting(after) => {
                let names = names.in_order.after(|one| match &after {
                    Some((name, player)) => one <= (&**name, *player),
                    None => one.0 < text,
                });
                let mut last = None;
                let names = names.take_while(|(name, _)| name.starts_with(text));
                for one in names.take(NAMES_AT_ONCE) {
                    found.push(one.1);
                    last = Some(one);
                }
                match last.filter(|_| found.len() == NAMES_AT_ONCE) {
                    Some((name, player)) => Place::Starting(Some((name.into(), player))),
                    None => Place::Containing(None),
                }
            }
            Place::Containing(after) if self.left > 0 => {
                let is_before = |one: Named<'_>| match &after {
                    Some((name, player)) => one <= (&**name, *player),
                    None => false,
                };
                match names.in_order.containing(text, is_before) {
                    Some((players, (name, player), count)) => {
                        found = players;
                        self.left = self.left.saturating_sub(count);
                        Place::Containing(Some((name.into(), player)))
                    }
                    None => Place::End,
                }
            }
            Place::Containing(_) | Place::End => return false,
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

#[cfg(test)]
mod tests {
    use super::*;

    /// A search for `x`, which looks at no more names than `left` once it has none that start with it.
    struct Limited {
        names: Arc<RwLock<KnownNames>>,
        search: Search,
    }

    impl Limited {
        fn new(left: usize) -> Self {
            let names = Arc::<RwLock<KnownNames>>::default();
            let search = Search {
                left,
                ..Search::new(Some(Arc::clone(&names)), "x")
            };
            Self { names, search }
        }

        fn add(&self, name: &str, player: u32) {
            let mut names = self.names.write();
            names.in_order.insert((name, PlayerId(player)));
        }
    }

    #[test]
    fn a_search_ends_with_the_block_of_names_in_which_its_limit_lies() {
        let found = |left| {
            let limited = Limited::new(left);
            for player in 0..2_000 {
                limited.add(&format!("a{player:04}x"), player);
            }
            limited.search.count()
        };
        let (none, one) = (found(0), found(1));
        assert_eq!(none, 0);
        assert!((1..1_000).contains(&one), "{one}");
        assert_eq!(found(one), one);
        assert!((one + 1..2_000).contains(&found(one + 1)));
        assert_eq!(found(2_000), 2_000);
    }

    #[test]
    fn names_that_were_looked_at_count_once() {
        let mut limited = Limited::new(4);
        limited.add("ax", 1);
        limited.add("bx", 2);
        assert_eq!(limited.search.next(), Some(PlayerId(1)));
        assert_eq!(limited.search.next(), Some(PlayerId(2)));
        limited.add("cx", 3);
        assert_eq!(limited.search.next(), Some(PlayerId(3)));
        limited.add("dx", 4);
        assert_eq!(limited.search.next(), Some(PlayerId(4)));
        limited.add("ex", 5);
        assert_eq!(limited.search.next(), None);
    }
}
