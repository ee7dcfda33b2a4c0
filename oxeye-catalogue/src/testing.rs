//! Finds what a catalogue lacks, for the tests of the crates that have one (feature `testing`).

use std::collections::{BTreeMap, BTreeSet};
use std::io;
use std::path::Path;

use fluent_bundle::{FluentResource, FluentValue};

use crate::{Catalogue, Locale, Sentence};

/// How often a sentence is rendered, each time with other values.
const ROUNDS: usize = 4;

/// Returns what is wrong with a catalogue, given as one file per language: what cannot be parsed, sentences
/// and arguments that a language lacks or has in addition to `sentences`, and sentences that cannot be
/// rendered.
#[must_use]
pub fn faults(english: &str, german: &str, sentences: &[Sentence]) -> Vec<String> {
    let mut faults = Vec::new();
    let listed: BTreeMap<&str, BTreeSet<&str>> = sentences
        .iter()
        .map(|(key, arguments)| (*key, arguments.iter().map(|(name, _)| *name).collect()))
        .collect();
    if listed.len() < sentences.len() {
        faults.push("a sentence is listed twice".to_owned());
    }
    for (locale, source) in [(Locale::English, english), (Locale::German, german)] {
        let found = messages(source, &mut faults);
        let keys: BTreeSet<_> = listed.keys().chain(found.keys()).collect();
        let differing = keys
            .into_iter()
            .filter(|key| listed.get(*key) != found.get(*key));
        faults.extend(differing.map(|key| {
            let (listed, found) = (listed.get(key), found.get(key));
            format!("{key} has {listed:?} in the list, and {found:?} in {locale:?}")
        }));
    }
    let catalogue = Catalogue::of(english, german);
    for locale in Locale::ALL {
        for sentence in sentences {
            faults.extend(misrendered(&catalogue, locale, *sentence));
        }
    }
    faults
}

/// Returns the messages of one language with the arguments that each of them uses.
fn messages<'a>(source: &'a str, faults: &mut Vec<String>) -> BTreeMap<&'a str, BTreeSet<&'a str>> {
    if let Err((_, errors)) = FluentResource::try_new(source.to_owned()) {
        faults.extend(errors.iter().map(ToString::to_string));
    }
    let mut messages: BTreeMap<&str, BTreeSet<&str>> = BTreeMap::new();
    let mut current = "";
    for line in source.lines().filter(|line| !line.starts_with('#')) {
        if let Some((key, _)) = line.split_once(" =")
            && !line.starts_with(' ')
        {
            current = key;
            if messages.insert(key, BTreeSet::new()).is_some() {
                faults.push(format!("{key} is defined twice"));
            }
        }
        let named = line.split('$').skip(1).map(|rest| {
            let end = rest.find(|c: char| !c.is_ascii_alphanumeric() && c != '_');
            &rest[..end.unwrap_or(rest.len())]
        });
        if let Some(arguments) = messages.get_mut(current) {
            arguments.extend(named);
        }
    }
    messages
}

fn misrendered(catalogue: &Catalogue, locale: Locale, (key, arguments): Sentence) -> Vec<String> {
    let mut faults = Vec::new();
    for round in 0..ROUNDS {
        let (sentence, errors) = catalogue.rendered(locale, key, sample(arguments, round));
        let is_whole = errors.is_empty() && !sentence.trim().is_empty() && !sentence.contains('{');
        if !is_whole {
            faults.push(format!("{key} in {locale:?} is {sentence:?}: {errors:?}"));
        }
    }
    faults
}

/// Returns values for the arguments of a sentence, other ones for each round: among them, every number
/// that changes the words around it.
pub fn sample<'a>(
    arguments: &'a [(&'static str, &'static str)],
    round: usize,
) -> impl Iterator<Item = (&'static str, FluentValue<'static>)> + use<'a> {
    let value = move |kind| match kind {
        "&str" => FluentValue::from(["Alex", "hours"][round % 2]),
        _ => FluentValue::from([0, 1, 2, 1_234_567][round % ROUNDS]),
    };
    arguments
        .iter()
        .map(move |(name, kind)| (*name, value(*kind)))
}

/// Returns the keys of the sentences that this source code does not render.
#[must_use]
pub fn unused(sentences: &[Sentence], source: &str) -> Vec<&'static str> {
    let is_used = |key: &str| {
        let uses = [format!(".{key}("), format!("Text::{key}")];
        uses.iter().any(|call| source.contains(call))
    };
    let keys = sentences.iter().map(|(key, _)| *key);
    keys.filter(|key| !is_used(key)).collect()
}

/// Returns the source code in all Rust files below these folders.
///
/// # Errors
/// When a folder or file cannot be read.
pub fn source_below(folders: impl IntoIterator<Item = impl AsRef<Path>>) -> io::Result<String> {
    let mut source = String::new();
    for folder in folders {
        read_below(folder.as_ref(), &mut source)?;
    }
    Ok(source)
}

fn read_below(folder: &Path, source: &mut String) -> io::Result<()> {
    for entry in std::fs::read_dir(folder)? {
        let path = entry?.path();
        if path.is_dir() {
            read_below(&path, source)?;
        } else if path.extension().is_some_and(|kind| kind == "rs") {
            source.push_str(&std::fs::read_to_string(&path)?);
        }
    }
    Ok(())
}

#[cfg(test)]
mod tests {
    use super::*;

    const LISTED: &[Sentence] = &[("here", &[("count", "usize")])];

    #[track_caller]
    fn check(english: &str, german: &str, faults_about: &[&str]) {
        let faults = faults(english, german, LISTED);
        assert_eq!(faults.is_empty(), faults_about.is_empty(), "{faults:?}");
        for words in faults_about {
            assert!(
                faults.iter().any(|fault| fault.contains(words)),
                "{faults:?}"
            );
        }
    }

    #[test]
    fn a_catalogue_with_the_listed_sentences_has_no_faults() {
        check("here = { $count } here", "here = { $count } da", &[]);
    }

    #[test]
    fn every_difference_from_the_list_is_found() {
        let english = "here = { $count } here";
        check(
            english,
            "",
            &["in German is \"here\": [\"there is no here\"]"],
        );
        check(
            english,
            "here = da",
            &["{\"count\"}) in the list, and Some({}) in German"],
        );
        check(
            english,
            "here = { $count } da\nthere = dort",
            &["there has None in the list"],
        );
        check(
            english,
            "here = { $number } da",
            &["Unknown variable: $number"],
        );
        check(
            english,
            "here = { $count } da\nhere = { $count } hier",
            &["here is defined twice"],
        );
        check("here = {", english, &["Expected", "in English"]);
    }
}
