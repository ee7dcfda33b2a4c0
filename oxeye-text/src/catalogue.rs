//! The catalogues: one file of sentences per language.

use std::sync::LazyLock;

use fluent_bundle::concurrent::FluentBundle;
use fluent_bundle::{FluentArgs, FluentResource, FluentValue};
use unic_langid::LanguageIdentifier;

use crate::locale::Locale;

pub(crate) const ENGLISH: &str = include_str!("../en.ftl");
pub(crate) const GERMAN: &str = include_str!("../de.ftl");

type Bundle = FluentBundle<FluentResource>;

/// The sentences of one language.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Text(Locale);

impl Text {
    /// Selects the sentences of a language.
    #[must_use]
    pub const fn of(locale: Locale) -> Self {
        Self(locale)
    }

    /// Selects the sentences for a language tag, such as `de-AT`.
    #[must_use]
    pub fn of_tag(tag: &str) -> Self {
        Self::of(Locale::of_tag(tag))
    }

    /// Returns the language of the sentences.
    #[must_use]
    pub fn locale(self) -> Locale {
        self.0
    }

    /// Renders a sentence of the catalogue. The tests render every sentence with its arguments, so no
    /// key and no argument can be missing.
    pub(crate) fn sentence<const N: usize>(
        self,
        key: &'static str,
        arguments: [(&'static str, FluentValue<'_>); N],
    ) -> String {
        let (text, _) = self.rendered(key, arguments);
        text
    }

    /// Renders a sentence, and returns it with everything that is wrong with it.
    pub(crate) fn rendered<'a>(
        self,
        key: &'static str,
        arguments: impl IntoIterator<Item = (&'static str, FluentValue<'a>)>,
    ) -> (String, Vec<String>) {
        static BUNDLES: LazyLock<[Bundle; 2]> = LazyLock::new(|| {
            [
                bundle(Locale::English, ENGLISH),
                bundle(Locale::German, GERMAN),
            ]
        });
        let [english, german] = &*BUNDLES;
        let bundle = match self.0 {
            Locale::English => english,
            Locale::German => german,
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

/// Parses a catalogue. Messages that cannot be parsed are left out; the tests make sure that there
/// are none.
fn bundle(locale: Locale, source: &str) -> Bundle {
    let language: LanguageIdentifier = locale.tag().parse().unwrap_or_default();
    let mut bundle = FluentBundle::new_concurrent(vec![language]);
    // Fluent would put direction marks around every name and number. `isolate` adds them where they
    // are needed.
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
    fn both_catalogues_parse_without_errors() {
        for source in [ENGLISH, GERMAN] {
            if let Err((_, errors)) = FluentResource::try_new(source.to_owned()) {
                panic!("{errors:?}");
            }
        }
    }

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
}
