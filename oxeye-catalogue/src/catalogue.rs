//! The sentences of a crate in all languages.

use std::fmt;

use fluent_bundle::concurrent::FluentBundle;
use fluent_bundle::{FluentArgs, FluentResource, FluentValue};
use unic_langid::LanguageIdentifier;

use crate::locale::Locale;

type Bundle = FluentBundle<FluentResource>;

/// The sentences of a crate, by language and key.
pub struct Catalogue {
    english: Bundle,
    german: Bundle,
}

impl fmt::Debug for Catalogue {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("Catalogue(..)")
    }
}

impl Catalogue {
    /// Parses a catalogue, given as one file per language. Messages that cannot be parsed are left out;
    /// `testing::faults` finds them.
    #[must_use]
    pub fn of(english: &str, german: &str) -> Self {
        Self {
            english: bundle(Locale::English, english),
            german: bundle(Locale::German, german),
        }
    }

    /// Renders a sentence. The tests render every sentence with its arguments, so no key and no argument
    /// can be missing.
    #[must_use]
    pub fn sentence<'a>(
        &self,
        locale: Locale,
        key: &str,
        arguments: impl IntoIterator<Item = (&'static str, FluentValue<'a>)>,
    ) -> String {
        let (text, _) = self.rendered(locale, key, arguments);
        text
    }

    /// Renders a sentence, and returns it with everything that is wrong with it.
    #[must_use]
    pub fn rendered<'a>(
        &self,
        locale: Locale,
        key: &str,
        arguments: impl IntoIterator<Item = (&'static str, FluentValue<'a>)>,
    ) -> (String, Vec<String>) {
        let bundle = match locale {
            Locale::English => &self.english,
            Locale::German => &self.german,
        };
        let mut named = FluentArgs::new();
        for (name, value) in arguments {
            named.set(name, value);
        }
        rendered(bundle, key, &named)
    }
}

fn rendered<'a>(
    bundle: &'a Bundle,
    key: &str,
    arguments: &'a FluentArgs<'a>,
) -> (String, Vec<String>) {
    let message = bundle.get_message(key);
    let Some(pattern) = message.and_then(|message| message.value()) else {
        return (key.to_owned(), vec![format!("there is no {key}")]);
    };
    let mut errors = Vec::new();
    let text = bundle.format_pattern(pattern, Some(arguments), &mut errors);
    let errors = errors.iter().map(ToString::to_string);
    (text.into_owned(), errors.collect())
}

fn bundle(locale: Locale, source: &str) -> Bundle {
    let language: LanguageIdentifier = locale.tag().parse().unwrap_or_default();
    let mut bundle = FluentBundle::new_concurrent(vec![language]);
    // Fluent would put direction marks around every name and number. The crates that print names add
    // them where they are needed.
    bundle.set_use_isolating(false);
    bundle.set_formatter(Some(match locale {
        Locale::English => |value, _| grouped(value, Locale::English),
        Locale::German => |value, _| grouped(value, Locale::German),
    }));
    let resource = match FluentResource::try_new(source.to_owned()) {
        Ok(resource) | Err((resource, _)) => resource,
    };
    bundle.add_resource_overriding(resource);
    bundle
}

/// Writes a whole number with separators between its thousands.
fn grouped(value: &FluentValue<'_>, locale: Locale) -> Option<String> {
    let FluentValue::Number(number) = value else {
        return None;
    };
    Some(locale.grouped(&number.value.to_string()))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn numbers_have_the_separators_of_their_language() {
        let check = |number: usize, english: &str, german: &str| {
            assert_eq!(grouped(&number.into(), Locale::English).unwrap(), english);
            assert_eq!(grouped(&number.into(), Locale::German).unwrap(), german);
        };
        check(0, "0", "0");
        check(999, "999", "999");
        check(1_000, "1,000", "1.000");
        check(12_345, "12,345", "12.345");
        check(1_234_567, "1,234,567", "1.234.567");
    }

    #[test]
    fn a_sentence_is_in_the_language_that_is_asked_for() {
        let catalogue = Catalogue::of("hello = Hello { $name }", "hello = Hallo { $name }");
        let hello = |locale| catalogue.sentence(locale, "hello", [("name", "Alex".into())]);

        assert_eq!(hello(Locale::English), "Hello Alex");
        assert_eq!(hello(Locale::German), "Hallo Alex");
    }
}
