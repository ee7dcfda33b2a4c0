//! The ids of our buttons and menus. They carry everything their handler needs, so buttons work
//! after a restart.
//!
//! Anyone who can see a message can press its buttons, so an id is a request, never a permission.

use std::fmt;
use std::str::FromStr;

use oxeye_db::{PageStart, ServerId, UnixSeconds};

/// A button or menu of ours. As text it is `ox1:<letter>[:<server id>[:<where a page begins>]]`,
/// where 1 is the version of this format.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum CustomId {
    /// Shows the current status of this server.
    Refresh(ServerId),
    /// Shows the current overview.
    RefreshOverview,
    /// The menu that opens a server. The menu's value says which one.
    Open,
    /// The same menu below a board: it opens the server for the member alone.
    OpenBeside,
    /// Shows everybody who was seen on this server recently, in a message of its own.
    ShowAll(ServerId),
    /// Turns to another page of those who were seen on this server recently.
    Page(ServerId, PageStart),
    /// Disconnects this server.
    Disconnect(ServerId),
    /// Leaves the server linked.
    Keep,
}

/// The id is not ours, or comes from another version of Oxeye.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) struct UnknownCustomId;

impl fmt::Display for CustomId {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Refresh(server) => write!(f, "ox1:r:{server}"),
            Self::RefreshOverview => f.write_str("ox1:a"),
            Self::Open => f.write_str("ox1:o"),
            Self::OpenBeside => f.write_str("ox1:b"),
            Self::ShowAll(server) => write!(f, "ox1:s:{server}"),
            Self::Page(server, PageStart { position, after }) => {
                write!(f, "ox1:p:{server}:{position}")?;
                after.map_or(Ok(()), |after| write!(f, ":{}", after.0))
            }
            Self::Disconnect(server) => write!(f, "ox1:d:{server}"),
            Self::Keep => f.write_str("ox1:k"),
        }
    }
}

impl FromStr for CustomId {
    type Err = UnknownCustomId;

    fn from_str(text: &str) -> Result<Self, Self::Err> {
        let rest = text.strip_prefix("ox1:").ok_or(UnknownCustomId)?;
        let server = |id: &str| id.parse().map(ServerId).map_err(|_| UnknownCustomId);
        match rest.split_once(':') {
            Some(("r", id)) => server(id).map(Self::Refresh),
            Some(("s", id)) => server(id).map(Self::ShowAll),
            Some(("p", page)) => {
                let (id, start) = page.split_once(':').ok_or(UnknownCustomId)?;
                Ok(Self::Page(server(id)?, page_start(start)?))
            }
            Some(("d", id)) => server(id).map(Self::Disconnect),
            Some(_) => Err(UnknownCustomId),
            None => match rest {
                "a" => Ok(Self::RefreshOverview),
                "o" => Ok(Self::Open),
                "b" => Ok(Self::OpenBeside),
                "k" => Ok(Self::Keep),
                _ => Err(UnknownCustomId),
            },
        }
    }
}

/// Reads `60` or `60:1764000000`.
fn page_start(text: &str) -> Result<PageStart, UnknownCustomId> {
    let (position, after) = match text.split_once(':') {
        Some((position, after)) => (position, Some(after)),
        None => (text, None),
    };
    let after = after.map(|after| after.parse().map(UnixSeconds));
    Ok(PageStart {
        position: position.parse().map_err(|_| UnknownCustomId)?,
        after: after.transpose().map_err(|_| UnknownCustomId)?,
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_id_survives_the_round_trip_through_text() {
        for id in [
            CustomId::Refresh(ServerId(i64::MIN)),
            CustomId::RefreshOverview,
            CustomId::Open,
            CustomId::OpenBeside,
            CustomId::ShowAll(ServerId(7)),
            CustomId::Page(ServerId(7), PageStart::default()),
            CustomId::Page(
                ServerId(i64::MIN),
                PageStart {
                    position: usize::MAX,
                    after: Some(UnixSeconds(i64::MIN)),
                },
            ),
            CustomId::Disconnect(ServerId(7)),
            CustomId::Keep,
        ] {
            assert_eq!(id.to_string().parse(), Ok(id));
            assert!(id.to_string().len() <= 100);
        }
        assert_eq!(CustomId::Refresh(ServerId(7)).to_string(), "ox1:r:7");
    }

    #[test]
    fn ids_that_are_not_ours_are_refused() {
        for text in [
            "",
            "ox1",
            "ox1:",
            "ox1:x",
            "ox1:r",
            "ox1:r:",
            "ox1:r:seven",
            "ox1:k:1",
            "ox1:s",
            "ox1:p:7",
            "ox1:p:7:",
            "ox1:p:7:-1",
            "ox1:p:7:99999999999999999999",
            "ox1:p:7:1:soon",
            "ox1:p:7:1:2:3",
            "ox2:r:7",
        ] {
            assert_eq!(text.parse::<CustomId>(), Err(UnknownCustomId), "{text}");
        }
    }
}
