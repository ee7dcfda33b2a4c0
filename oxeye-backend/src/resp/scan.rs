//! `SCAN`, `SSCAN` and `KEYS`.
//!
//! A cursor is a place in an order that never changes: by a hash of the name. So whatever is there from the first to
//! the last page is returned, whatever comes and goes meanwhile.

use std::collections::BTreeSet;
use std::io;

use tokio::io::{AsyncRead, AsyncWrite};
use tokio::task::yield_now;

use super::listing::Listing;
use super::pages::{page, place};
use super::pattern::matches;
use super::refusal::Refusal;
use super::replies::Replies;
use super::request::integer;
use super::wire::Wire;

/// How many are looked at for one page, unless the client asks for another number.
const DEFAULT_COUNT: usize = 10;

/// The most that are looked at for one page, so that a page takes about a millisecond.
const MAX_COUNT: usize = 1_000;

/// After how many players a long list of keys gives way to other work. Each has up to 17 keys.
const PLAYERS_AT_ONCE: usize = 32;

/// Reads a cursor.
pub(super) fn cursor(text: &[u8]) -> Result<u64, Refusal> {
    let text = std::str::from_utf8(text).ok();
    let text = text.filter(|text| text.bytes().all(|byte| byte.is_ascii_digit()));
    let cursor = text.and_then(|text| text.parse().ok());
    cursor.ok_or(Refusal::InvalidCursor)
}

/// What a client wants to see of what is looked at.
#[derive(Debug)]
pub(super) struct Options {
    pattern: Option<Vec<u8>>,
    type_name: Option<Vec<u8>>,
    count: usize,
}

impl Options {
    /// Reads the options of `SCAN`.
    pub(super) fn of_keys(options: &[Vec<u8>]) -> Result<Self, Refusal> {
        Self::read(options, true)
    }

    fn read(mut options: &[Vec<u8>], has_type: bool) -> Result<Self, Refusal> {
        let mut read = Self {
            pattern: None,
            type_name: None,
            count: DEFAULT_COUNT,
        };
        while let [option, rest @ ..] = options {
            options = match (option.to_ascii_lowercase().as_slice(), rest) {
                (b"match", [pattern, rest @ ..]) => {
                    read.pattern = Some(pattern.clone());
                    rest
                }
                (b"count", [count, rest @ ..]) => {
                    let count = integer(count).ok_or(Refusal::NoInteger)?;
                    let count = usize::try_from(count).ok().filter(|count| *count > 0);
                    read.count = count.ok_or(Refusal::Syntax)?.min(MAX_COUNT);
                    rest
                }
                (b"type", [name, rest @ ..]) if has_type => {
                    read.type_name = Some(name.to_ascii_lowercase());
                    rest
                }
                _ => return Err(Refusal::Syntax),
            };
        }
        Ok(read)
    }

    fn shows(&self, name: &str) -> bool {
        let pattern = self.pattern.as_deref();
        pattern.is_none_or(|pattern| matches(pattern, name.as_bytes()))
    }

    fn shows_type(&self, type_name: &str) -> bool {
        let wanted = self.type_name.as_deref();
        wanted.is_none_or(|wanted| wanted == type_name.as_bytes())
    }
}

/// Answers `SCAN`.
pub(super) fn page_of_keys(
    listing: &Listing,
    cursor: u64,
    options: &Options,
    replies: &mut Replies,
) {
    let (next, page) = listing.page(cursor, options.count);
    let keys = page.iter().flat_map(|listed| listing.keys_of(listed));
    let keys = keys.filter(|key| options.shows_type(key.subject.type_name()));
    let names = keys.map(|key| key.to_string());
    write(next, names.filter(|name| options.shows(name)), replies);
}

/// Answers `SSCAN`.
pub(super) fn members(
    set: BTreeSet<String>,
    cursor: u64,
    options: &[Vec<u8>],
    replies: &mut Replies,
) -> Result<(), Refusal> {
    let options = match set.is_empty() {
        // As Redis does: what does not exist is not looked at any further.
        true => Options::read(&[], false)?,
        false => Options::read(options, false)?,
    };
    let mut members: Vec<_> = set.into_iter().map(|name| (place(&name), name)).collect();
    members.sort_unstable();
    let (next, page) = page(&members, cursor, options.count, |(place, _)| *place, |_| 1);
    let names = page.iter().map(|(_, name)| name.clone());
    write(next, names.filter(|name| options.shows(name)), replies);
    Ok(())
}

fn write(next: u64, names: impl Iterator<Item = String>, replies: &mut Replies) {
    let names: Vec<_> = names.collect();
    replies.array(2);
    replies.bulk(next.to_string());
    replies.array(names.len());
    names.iter().for_each(|name| replies.bulk(name));
}

/// Answers `KEYS`: counts them first, and then sends one after another, so that they need not all be in memory.
///
/// # Errors
/// When the connection is lost, or the client reads too slowly.
pub(super) async fn keys<S: AsyncRead + AsyncWrite>(
    listing: &Listing,
    pattern: &[u8],
    wire: &mut Wire<S>,
) -> io::Result<()> {
    let matching = |listed| {
        let names = listing.keys_of(listed).into_iter();
        let names = names.map(|key| key.to_string());
        names.filter(|name| matches(pattern, name.as_bytes()))
    };
    let mut count = 0;
    for some in listing.all().chunks(PLAYERS_AT_ONCE) {
        count += some.iter().flat_map(matching).count();
        yield_now().await;
    }
    wire.replies.array(count);
    for some in listing.all().chunks(PLAYERS_AT_ONCE) {
        for name in some.iter().flat_map(matching) {
            wire.replies.bulk(name);
        }
        wire.relieve().await?;
        yield_now().await;
    }
    Ok(())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[track_caller]
    fn check_pages(places: &[u64], count: usize, expected: &[&[u64]]) {
        let (mut cursor, mut pages) = (0, Vec::new());
        loop {
            let (next, found) = page(places, cursor, count, |place| *place, |_| 1);
            pages.push(found);
            cursor = next;
            if cursor == 0 {
                break;
            }
        }
        assert_eq!(pages, expected);
    }

    #[test]
    fn all_pages_together_are_everything_once() {
        check_pages(&[1, 3, 5, 7], 2, &[&[1, 3], &[5, 7]]);
        check_pages(&[1, 3, 5], 2, &[&[1, 3], &[5]]);
        check_pages(&[], 2, &[&[]]);
    }

    #[test]
    fn things_with_the_same_place_are_on_the_same_page() {
        check_pages(&[1, 3, 3, 3, 5], 2, &[&[1, 3, 3, 3], &[5]]);
    }

    #[test]
    fn a_cursor_whose_place_is_gone_goes_on_behind_it() {
        let (next, found) = page(&[1, 9], 4, 10, |place| *place, |_| 1);

        assert_eq!((next, found), (0, &[9][..]));
    }

    #[test]
    fn cursors_are_digits() {
        assert_eq!(cursor(b"0"), Ok(0));
        assert_eq!(cursor(b"281474976710655"), Ok((1 << 48) - 1));
        for text in ["", "x", "-1", "5x", "99999999999999999999"] {
            assert_eq!(
                cursor(text.as_bytes()),
                Err(Refusal::InvalidCursor),
                "{text}"
            );
        }
    }
}
