//! The languages, and who reads which.

/// A language that Oxeye speaks.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub enum Locale {
    /// English, also for people whose language we do not speak.
    #[default]
    English,
    /// German.
    German,
}

impl Locale {
    /// Every language.
    pub const ALL: [Self; 2] = [Self::English, Self::German];

    /// Returns the language of a tag such as `de`, `de-AT` or `de_DE.UTF-8`, as Discord and Unix
    /// write them.
    #[must_use]
    pub fn of_tag(tag: &str) -> Self {
        let language = tag.split(['-', '_', '.', '@']).next().unwrap_or_default();
        match language.to_ascii_lowercase().as_str() {
            "de" => Self::German,
            _ => Self::English,
        }
    }

    /// Returns the language for a program's messages. `variables` are the values of `LC_ALL`,
    /// `LC_MESSAGES` and `LANG`, of which the first that is set and not empty counts.
    #[must_use]
    pub fn of_environment(variables: [Option<&str>; 3]) -> Self {
        let set = variables.into_iter().flatten().find(|tag| !tag.is_empty());
        set.map(Self::of_tag).unwrap_or_default()
    }

    /// Returns the tag of the language.
    #[must_use]
    pub fn tag(self) -> &'static str {
        match self {
            Self::English => "en",
            Self::German => "de",
        }
    }

    /// Writes the digits of a whole number with the separator between its thousands.
    pub(crate) fn grouped(self, digits: &str) -> String {
        let separator = match self {
            Self::English => ',',
            Self::German => '.',
        };
        let mut grouped = String::with_capacity(digits.len() * 2);
        for (place, digit) in digits.chars().enumerate() {
            if place > 0 && (digits.len() - place).is_multiple_of(3) {
                grouped.push(separator);
            }
            grouped.push(digit);
        }
        grouped
    }

    /// Returns what stands between a whole number and its decimals.
    pub(crate) fn decimal_point(self) -> char {
        match self {
            Self::English => '.',
            Self::German => ',',
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_country_and_encoding_in_a_tag_are_ignored() {
        for german in ["de", "de-AT", "de_CH.UTF-8", "DE", "de@euro"] {
            assert_eq!(Locale::of_tag(german), Locale::German, "{german}");
        }
        for other in ["en-US", "C", "C.UTF-8", "POSIX", "fr", "den", ""] {
            assert_eq!(Locale::of_tag(other), Locale::English, "{other}");
        }
    }

    #[test]
    fn the_first_variable_that_is_set_counts() {
        let german = Some("de_DE.UTF-8");
        let check = |variables, expected| {
            assert_eq!(Locale::of_environment(variables), expected, "{variables:?}");
        };
        check([None, None, german], Locale::German);
        check([Some(""), None, german], Locale::German);
        check([Some("C"), german, german], Locale::English);
        check([None, Some("en_GB"), german], Locale::English);
        check([None, None, None], Locale::English);
    }
}
