//! What a server calls its version in an answer to a ping.

/// The longest name of a server's software, in words.
const MAX_SOFTWARE_WORDS: usize = 3;

/// Splits `Paper 1.21.11` into software and version. A vanilla server says only `1.21.11`; a text of a
/// plugin, such as `Requires 1.8 or later`, is neither.
#[must_use]
pub fn software_and_version(version: &str) -> (Option<&str>, Option<&str>) {
    let version = version.trim();
    let is_version = |text: &str| text.starts_with(|c: char| c.is_ascii_digit());
    if is_version(version) && !version.contains(' ') {
        return (None, Some(version));
    }
    let is_name = |name: &str| {
        let in_name = |c: char| c.is_ascii_alphabetic() || c == '-' || c == '_';
        let words = name.split(' ');
        words.clone().count() <= MAX_SOFTWARE_WORDS
            && words
                .into_iter()
                .all(|word| !word.is_empty() && word.chars().all(in_name))
    };
    match version.rsplit_once(' ') {
        Some((name, version)) if is_name(name) && is_version(version) => {
            (Some(name), Some(version))
        }
        _ => (None, None),
    }
}

#[cfg(test)]
mod tests {
    use super::software_and_version as split;

    #[test]
    fn the_version_of_a_ping_may_name_the_software() {
        assert_eq!(split("Paper 1.21.11"), (Some("Paper"), Some("1.21.11")));
        assert_eq!(split("1.21.11"), (None, Some("1.21.11")));
        let proxy = split("Velocity 1.7.2-1.21.11");
        assert_eq!(proxy, (Some("Velocity"), Some("1.7.2-1.21.11")));
        for words in [
            "",
            "Requires 1.8 or later",
            "1.8 to 1.21",
            "§4offline",
            "§aOpen 24",
        ] {
            assert_eq!(split(words), (None, None), "{words}");
        }
    }
}
