//! What one source says about the server.

use oxeye_plugin_proto::{AboutRequest, AboutText, IconData};
use oxeye_probe::{PingAnswer, QueryAnswer, ServerProperties, software_and_version};

use crate::log::KindOfServer;

/// What every PNG begins with.
const PNG: [u8; 8] = *b"\x89PNG\r\n\x1a\n";

/// Who says something about the server. The variants are ordered by trust, best first.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub(crate) enum AboutSource {
    /// The server's log.
    Log,
    /// The answer to the server list ping, which plugins may change.
    Ping,
    /// The management protocol.
    Management,
    /// The Query protocol.
    Query,
    /// The server's folder.
    Folder,
}

/// What one source says.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub(crate) struct Facts {
    pub(crate) software: Option<AboutText>,
    pub(crate) version: Option<AboutText>,
    pub(crate) motd: Option<AboutText>,
    pub(crate) max_players: Option<u32>,
    pub(crate) icon: Option<IconData>,
}

impl Facts {
    /// Returns the facts of a source that only names software and version.
    #[must_use]
    pub(crate) fn of_versions(software: Option<&str>, version: Option<&str>) -> Self {
        Self {
            software: software.and_then(AboutText::new),
            version: version.and_then(AboutText::new),
            ..Self::default()
        }
    }

    /// Adds what is missing.
    pub(super) fn complete_with(&mut self, other: &Self) {
        let fill = |mine: &mut Option<AboutText>, theirs: &Option<AboutText>| {
            if mine.is_none() {
                mine.clone_from(theirs);
            }
        };
        fill(&mut self.software, &other.software);
        fill(&mut self.version, &other.version);
        fill(&mut self.motd, &other.motd);
        self.max_players = self.max_players.or(other.max_players);
        if self.icon.is_none() {
            self.icon.clone_from(&other.icon);
        }
    }
}

impl From<Facts> for AboutRequest {
    fn from(facts: Facts) -> Self {
        Self {
            version: facts.version,
            software: facts.software,
            motd: facts.motd,
            max_players: facts.max_players,
            address: None,
            icon: facts.icon,
        }
    }
}

impl From<&KindOfServer> for Facts {
    fn from(kind: &KindOfServer) -> Self {
        Self::of_versions(kind.software.as_deref(), kind.version.as_deref())
    }
}

impl From<&PingAnswer> for Facts {
    fn from(answer: &PingAnswer) -> Self {
        let (software, version) = software_and_version(&answer.version);
        Self {
            motd: AboutText::new(&answer.motd),
            // Servers without a limit say 0 or -1.
            max_players: Some(answer.max).filter(|max| *max > 0),
            icon: answer
                .icon
                .clone()
                .and_then(|icon| IconData::try_from(icon).ok())
                .filter(is_icon),
            ..Self::of_versions(software, version)
        }
    }
}

impl From<&QueryAnswer> for Facts {
    fn from(answer: &QueryAnswer) -> Self {
        Self {
            max_players: Some(answer.max).filter(|max| *max > 0),
            ..Self::of_versions(None, Some(&answer.version))
        }
    }
}

impl Facts {
    /// Returns what the server's folder says: its settings, and its icon.
    #[must_use]
    pub(crate) fn of_folder(properties: Option<&ServerProperties>, icon: Option<Vec<u8>>) -> Self {
        let motd = properties.and_then(|properties| properties.motd.as_deref());
        Self {
            motd: motd.and_then(AboutText::new),
            max_players: properties.and_then(|properties| properties.max_players),
            icon: icon
                .and_then(|png| IconData::from_png(png).ok())
                .filter(is_icon),
            ..Self::default()
        }
    }
}

/// Whether this looks like a PNG of 64x64 pixels. The backend decodes it.
fn is_icon(icon: &IconData) -> bool {
    let png = icon.png();
    let size = png.get(16..24);
    png.starts_with(&PNG) && size == Some(&[0, 0, 0, 64, 0, 0, 0, 64])
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_icon_that_is_no_png_of_64_by_64_pixels_is_left_out() {
        let icon_of = |icon: &str| {
            let answer = PingAnswer {
                listing: oxeye_probe::Listing::Count(0),
                max: 0,
                version: String::new(),
                motd: "§aHi".to_owned(),
                icon: Some(icon.to_owned()),
            };
            Facts::from(&answer)
        };

        let facts = icon_of("iVBORw0KGgoAAAANSUhEUgAAAEAAAABA");
        assert_eq!(facts.icon.expect("an icon").png()[..8], PNG);
        assert_eq!(facts.motd, AboutText::new("Hi"));
        assert_eq!(facts.max_players, None);
        assert_eq!(icon_of("iVBORw0KGgoAAAANSUhEUgAAAEEAAABA").icon, None);
        assert_eq!(icon_of("iVBORw==").icon, None);
        assert_eq!(icon_of("not base64").icon, None);
    }
}
