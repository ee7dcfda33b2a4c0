//! Catalogues of sentences for people, one per language, in Fluent's format. The catalogues themselves are
//! in the crates that print the sentences, such as `oxeye-text` and `oxeye-fleet`.
//!
//! | module      | what it holds                                                               |
//! |-------------|-----------------------------------------------------------------------------|
//! | `locale`    | [`Locale`]: the languages, who reads which, and how each writes numbers     |
//! | `catalogue` | [`Catalogue`]: the sentences of a crate in all languages                    |
//! | `sentences` | [`sentences!`]: the list of the sentences of a crate, each of them a method |
//! | `testing`   | finds what a catalogue lacks (feature `testing`)                            |
//!
//! A crate has a type `Text` that is `Copy`, selects a language, and renders a sentence with its method
//! `sentence`. Its catalogues are a `static` [`Catalogue`] behind that method.
//!
//! This crate never reads the clock or the environment.

mod catalogue;
mod locale;
mod sentences;
#[cfg(feature = "testing")]
pub mod testing;

pub use catalogue::Catalogue;
pub use fluent_bundle::FluentValue;
pub use locale::Locale;
pub use sentences::Sentence;
