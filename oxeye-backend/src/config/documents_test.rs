//! Checks that the documents name all settings with their real defaults.

use oxeye_process::config::Setting;

use super::list;

const REFERENCE: &str = include_str!("../../../docs/settings.md");
const EXAMPLE: &str = include_str!("../../../.env.example");

/// Returns every setting with its default, which is empty if there is none.
fn in_code() -> Vec<(String, String)> {
    let row = |setting: &Setting| {
        let default = setting.default.unwrap_or_default();
        (setting.name.to_owned(), default.to_owned())
    };
    list::ALL.iter().map(row).collect()
}

/// Reads `#NAME=default`, one per line.
fn in_the_example(text: &str) -> Vec<(String, String)> {
    let lines = text.lines().filter_map(|line| line.strip_prefix('#'));
    let mut rows: Vec<_> = lines
        .filter(|line| line.starts_with(|first: char| first.is_ascii_uppercase()))
        .filter_map(|line| line.split_once('='))
        .filter(|(name, _)| !name.contains(' '))
        .map(|(name, default)| (name.to_owned(), default.to_owned()))
        .collect();
    rows.sort();
    rows
}

/// Reads the rows of the first table: names in backticks, and the default of each in the same order. `none`, and a
/// sentence in place of a value, stand for no default.
fn in_the_reference(text: &str) -> Vec<(String, String)> {
    let table = text
        .lines()
        .skip_while(|line| !line.starts_with("| variable |"))
        .skip(2)
        .take_while(|line| line.starts_with('|'));
    let mut rows = Vec::new();
    for line in table {
        let mut cells = line.trim_matches('|').split('|').map(str::trim);
        let names = cells.next().unwrap_or_default();
        let defaults = cells.next().unwrap_or_default();
        let names: Vec<_> = names
            .split(", ")
            .map(|name| name.trim_matches('`'))
            .collect();
        let defaults: Vec<_> = match names.len() {
            1 => vec![defaults],
            _ => defaults.split(", ").collect(),
        };
        assert_eq!(names.len(), defaults.len(), "names and defaults of {line}");
        let without = |default: &str| default == "none" || default.contains(' ');
        rows.extend(names.into_iter().zip(defaults).map(|(name, default)| {
            let default = if without(default) { "" } else { default };
            (name.to_owned(), default.to_owned())
        }));
    }
    rows.sort();
    rows
}

#[test]
fn the_example_file_has_every_setting_with_its_default() {
    assert_eq!(in_the_example(EXAMPLE), in_code());
}

#[test]
fn the_reference_has_every_setting_with_its_default() {
    assert_eq!(in_the_reference(REFERENCE), in_code());
}

#[test]
fn the_list_is_sorted_and_names_nothing_twice() {
    let names: Vec<_> = list::LIST.names().collect();
    let mut sorted = names.clone();
    sorted.sort_unstable();
    sorted.dedup();

    assert_eq!(names, sorted);
}
