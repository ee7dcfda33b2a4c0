//! The catalogue of this crate: the sentences in `en.ftl` and `de.ftl`.

use std::sync::LazyLock;

use oxeye_catalogue::{Catalogue, FluentValue, Locale};

pub(crate) const ENGLISH: &str = include_str!("../en.ftl");
pub(crate) const GERMAN: &str = include_str!("../de.ftl");

pub(crate) static CATALOGUE: LazyLock<Catalogue> = LazyLock::new(|| Catalogue::of(ENGLISH, GERMAN));

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

    pub(crate) fn sentence<const N: usize>(
        self,
        key: &'static str,
        arguments: [(&'static str, FluentValue<'_>); N],
    ) -> String {
        CATALOGUE.sentence(self.0, key, arguments)
    }
}
