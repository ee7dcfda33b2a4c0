//! The ids of the buttons under a leaderboard: `<what>:<range>:<server or ->:<part>`.

use std::fmt;
use std::str::FromStr;

use oxeye_db::record::leaderboard::RankedBy;
use oxeye_db::{Range, ServerId};

use super::UnknownCustomId;

/// A part of a leaderboard.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) struct TopId {
    pub(crate) by: RankedById,
    pub(crate) range: Range,
    /// The server; `None` for all servers together.
    pub(crate) server: Option<ServerId>,
    pub(crate) part: TopPart,
}

/// What persons are ranked by. A counter's name may be as long as an id, so a hash stands for it.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum RankedById {
    Playtime,
    Visits,
    Counter(u32),
}

/// Which part of a leaderboard a button shows.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum TopPart {
    /// The first page.
    First,
    /// The page of this number, from 0.
    Page(u32),
    /// The page with the member who presses it.
    Own,
    /// The first page, in a message of its own for the member who presses it.
    Beside,
    /// Nothing: the button is disabled, and an id of its own is all it needs.
    Nowhere,
}

impl RankedById {
    /// Returns what stands for what persons are ranked by.
    pub(crate) fn of(by: &RankedBy) -> Self {
        match by {
            RankedBy::Playtime => Self::Playtime,
            RankedBy::Visits => Self::Visits,
            RankedBy::Counter(counter) => Self::Counter(hash(counter)),
        }
    }

    /// Returns what is meant; `None` if the counter does not exist any more.
    pub(crate) fn meant(self, counters: Vec<String>) -> Option<RankedBy> {
        match self {
            Self::Playtime => Some(RankedBy::Playtime),
            Self::Visits => Some(RankedBy::Visits),
            Self::Counter(of) => {
                let mut counters = counters.into_iter();
                counters
                    .find(|counter| hash(counter) == of)
                    .map(RankedBy::Counter)
            }
        }
    }
}

/// Returns the same number for the same name in every version of Oxeye (FNV-1a).
fn hash(counter: &str) -> u32 {
    let mix = |hash: u32, byte: u8| (hash ^ u32::from(byte)).wrapping_mul(0x0100_0193);
    counter.bytes().fold(0x811C_9DC5, mix)
}

impl fmt::Display for TopId {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self.by {
            RankedById::Playtime => f.write_str("p")?,
            RankedById::Visits => f.write_str("v")?,
            RankedById::Counter(hash) => write!(f, "c{hash:08x}")?,
        }
        write!(f, ":{}:", self.range)?;
        match self.server {
            Some(server) => write!(f, "{server}")?,
            None => f.write_str("-")?,
        }
        match self.part {
            TopPart::First => f.write_str(":f"),
            TopPart::Page(number) => write!(f, ":{number}"),
            TopPart::Own => f.write_str(":o"),
            TopPart::Beside => f.write_str(":b"),
            TopPart::Nowhere => f.write_str(":x"),
        }
    }
}

impl FromStr for TopId {
    type Err = UnknownCustomId;

    fn from_str(text: &str) -> Result<Self, UnknownCustomId> {
        let parts: Vec<_> = text.split(':').collect();
        let [by, range, server, part] = parts[..] else {
            return Err(UnknownCustomId);
        };
        let by = match (by, by.strip_prefix('c')) {
            ("p", _) => RankedById::Playtime,
            ("v", _) => RankedById::Visits,
            (_, Some(hash)) => {
                RankedById::Counter(u32::from_str_radix(hash, 16).map_err(|_| UnknownCustomId)?)
            }
            _ => return Err(UnknownCustomId),
        };
        let server = match server {
            "-" => None,
            id => Some(ServerId(id.parse().map_err(|_| UnknownCustomId)?)),
        };
        let part = match part {
            "f" => TopPart::First,
            "o" => TopPart::Own,
            "b" => TopPart::Beside,
            number => TopPart::Page(number.parse().map_err(|_| UnknownCustomId)?),
        };
        Ok(Self {
            by,
            range: range.parse().map_err(|_| UnknownCustomId)?,
            server,
            part,
        })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_counter_is_found_by_the_hash_of_its_name() {
        let counters = || ["deaths", "kills"].map(str::to_owned).to_vec();
        let kills = RankedBy::Counter("kills".to_owned());
        assert_eq!(RankedById::of(&kills).meant(counters()), Some(kills));
        let gone = RankedBy::Counter("bells".to_owned());
        assert_eq!(RankedById::of(&gone).meant(counters()), None);
        assert_eq!(RankedById::Visits.meant(Vec::new()), Some(RankedBy::Visits));
        assert_eq!(hash("deaths"), 0x0521_E89A, "old buttons have it");
    }
}
