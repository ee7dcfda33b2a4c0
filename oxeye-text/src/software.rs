//! The software of a server and its version, as people read them.

use oxeye_db::ServerAbout;

use crate::cut;

/// Longest software with version, in UTF-16 units. Some servers write a sentence there.
const LIMIT: usize = 40;

/// Returns the software and its version, such as "Paper 1.21.11", as the server reported them.
pub(crate) fn with_version(about: &ServerAbout) -> Option<String> {
    let software = about.software.as_ref().map(|text| text.as_str());
    let version = about.version.as_ref().map(|text| text.as_str());
    let label = match (software, version) {
        // Some servers write their name into their version.
        (Some(software), Some(version)) if starts_with(version, software) => version.to_owned(),
        // Others write their version behind their name.
        (Some(software), Some(version)) if names(software, version) => software.to_owned(),
        (Some(software), Some(version)) => format!("{software} {version}"),
        (Some(only), None) => only.to_owned(),
        (None, Some(version)) if version.starts_with(|c: char| c.is_ascii_digit()) => {
            format!("Minecraft {version}")
        }
        (None, Some(version)) => version.to_owned(),
        (None, None) => return None,
    };
    Some(cut(&label, LIMIT))
}

/// Whether the version is one of the words.
fn names(software: &str, version: &str) -> bool {
    software.split_whitespace().any(|word| word == version)
}

fn starts_with(text: &str, start: &str) -> bool {
    text.to_lowercase().starts_with(&start.to_lowercase())
}

#[cfg(test)]
mod tests {
    use oxeye_db::AboutText;

    use super::*;

    #[track_caller]
    fn check(software: &str, version: &str, expected: Option<&str>) {
        let about = ServerAbout {
            software: AboutText::new(software),
            version: AboutText::new(version),
            ..ServerAbout::default()
        };
        assert_eq!(with_version(&about).as_deref(), expected);
    }

    #[test]
    fn the_software_is_named_once_with_its_version() {
        check("Paper", "1.21.11", Some("Paper 1.21.11"));
        check("Paper", "paper 1.21.11", Some("paper 1.21.11"));
        check("Paper 1.21.11", "1.21.11", Some("Paper 1.21.11"));
        check("Paper 1.21.11", "1.21", Some("Paper 1.21.11 1.21"));
        check("Velocity", "", Some("Velocity"));
        check("", "1.21.11", Some("Minecraft 1.21.11"));
        check(
            "",
            "BungeeCord 1.8.x-1.21.x",
            Some("BungeeCord 1.8.x-1.21.x"),
        );
        check("", "", None);
    }

    #[test]
    fn a_sentence_in_place_of_a_version_is_cut() {
        let sentence = "Requires MC 1.8 / 1.21, see our forum for how to join";
        check(
            "",
            sentence,
            Some("Requires MC 1.8 / 1.21, see our forum f…"),
        );
    }
}
