//! Messages: text, embeds, components, files.

use serde_json::{Map, Value};

use super::super::answer::Attachment;
use super::{components, count, embeds, length};

const MIB: usize = 1024 * 1024;

/// Everything that is wrong with a message as it would stand after it is written.
pub(in super::super) fn violations(body: &Map<String, Value>, files: &[Attachment]) -> Vec<String> {
    let part = |name: &str| body.get(name).unwrap_or(&Value::Null);
    let mut found = Vec::new();
    found.extend(length("content", part("content"), 0..=2000));
    found.extend(count("embeds", part("embeds"), 10));
    found.extend(embeds::violations(part("embeds"), files));
    found.extend(components::violations(part("components")));
    found.extend(file_violations(files));
    let empty = part("content").as_str().unwrap_or_default().is_empty()
        && [part("embeds"), part("components")]
            .iter()
            .all(|list| super::items(list).count() == 0)
        && files.is_empty();
    if empty {
        found.push("an empty message".to_owned());
    }
    found
}

fn file_violations(files: &[Attachment]) -> Vec<String> {
    let mut found = Vec::new();
    if files.len() > 10 {
        found.push(format!("{} files, allowed are 10", files.len()));
    }
    if files.iter().map(|file| file.bytes.len()).sum::<usize>() > 25 * MIB {
        found.push("more than 25 MiB of files".to_owned());
    }
    for file in files {
        if file.bytes.len() > 10 * MIB {
            found.push(format!("{} has more than 10 MiB", file.name));
        }
        if file
            .description
            .as_deref()
            .is_some_and(|alt| alt.chars().count() > 1024)
        {
            found.push(format!(
                "the alt text of {} has more than 1024 characters",
                file.name
            ));
        }
    }
    found
}
