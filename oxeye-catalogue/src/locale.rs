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

    /// Returns the language for a program's messages: that of `LC_ALL`, `LC_MESSAGES` or `LANG`, whichever
    /// is the first to be set and not empty. `variable` reads a variable of the environment.
    #[must_use]
    pub fn of_environment(variable: impl Fn(&str) -> Option<String>) -> Self {
        let mut tags = ["LC_ALL", "LC_MESSAGES", "LANG"]
            .into_iter()
            .filter_map(variable);
        let set = tags.find(|tag| !tag.is_empty());
        set.map(|tag| Self::of_tag(&tag)).unwrap_or_default()
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
    #[must_use]
    pub fn grouped(self, digits: &str) -> String {
        let separator = self.thousands_separator();
        let mut grouped = String::with_capacity(digits.len() * 2);
        for (place, digit) in digits.chars().enumerate() {
            if place > 0 && (digits.len() - place).is_multiple_of(3) {
                grouped.push(separator);
            }
            grouped.push(digit);
        }
        grouped
    }

    /// Returns what stands between the thousands of a number.
    #[must_use]
    pub fn thousands_separator(self) -> char {
        match self {
            Self::English => ',',
            Self::German => '.',
        }
    }

    /// Returns what stands between a whole number and its decimals.
    #[must_use]
    pub fn decimal_point(self) -> char {
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
        let check = |values: &[(&str, &str)], expected| {
            let variable = |name: &str| {
                let value = values.iter().find(|(set, _)| *set == name);
                value.map(|(_, value)| (*value).to_owned())
            };
            assert_eq!(Locale::of_environment(variable), expected, "{values:?}");
        };
        let german = "de_DE.UTF-8";
        check(&[("LANG", german)], Locale::German);
        check(&[("LC_ALL", ""), ("LANG", german)], Locale::German);
        check(
            &[("LC_ALL", "C"), ("LC_MESSAGES", german), ("LANG", german)],
            Locale::English,
        );
        check(
            &[("LC_MESSAGES", "en_GB"), ("LANG", german)],
            Locale::English,
        );
        check(&[], Locale::English);
    }
}
