//! Slash commands, and the suggestions of autocomplete for them.

use serde_json::Value;

use super::{count, items, length};

/// Returns all violations in a list of global commands.
pub(in super::super) fn violations(commands: &Value) -> Vec<String> {
    let mut found = Vec::new();
    found.extend(count("commands", commands, 100));
    for command in items(commands) {
        found.extend(named(command));
        found.extend(option_violations(command, 0));
        let size = text_length(command);
        if size > 8000 {
            found.push(format!(
                "the command {} has {size} characters; 8000 are allowed",
                command["name"]
            ));
        }
    }
    found
}

/// Returns all violations in a list of choices.
pub(in super::super) fn choice_violations(what: &str, choices: &[Value]) -> Vec<String> {
    let mut found = Vec::new();
    if choices.len() > 25 {
        found.push(format!(
            "{} choices of {what}; 25 are allowed",
            choices.len()
        ));
    }
    for choice in choices {
        found.extend(length("a choice's name", &choice["name"], 1..=100));
        if choice["value"].is_string() {
            found.extend(length("a choice's value", &choice["value"], 1..=100));
        }
    }
    found
}

fn named(thing: &Value) -> Vec<String> {
    let mut found = Vec::new();
    let name = thing["name"].as_str().unwrap_or_default();
    let fits = |c: char| matches!(c, '-' | '_' | '\'') || c.is_alphanumeric() && !c.is_uppercase();
    let others = thing["name_localizations"]
        .as_object()
        .into_iter()
        .flatten();
    let others = others.map(|(_, name)| name.as_str().unwrap_or_default());
    for name in std::iter::once(name).chain(others) {
        if name.is_empty() || name.chars().count() > 32 || !name.chars().all(fits) {
            found.push(format!(
                "{name:?} is not a valid name of a command or option"
            ));
        }
    }
    found.extend(length(
        &format!("the description of {name}"),
        &thing["description"],
        1..=100,
    ));
    let others = thing["description_localizations"].as_object();
    for (locale, description) in others.into_iter().flatten() {
        let what = format!("the description of {name} in {locale}");
        found.extend(length(&what, description, 1..=100));
    }
    found
}

/// `depth` counts the nesting: command > group > subcommand > options.
fn option_violations(parent: &Value, depth: usize) -> Vec<String> {
    let mut found = Vec::new();
    found.extend(count("options", &parent["options"], 25));
    let mut optional_before = false;
    let mut names = std::collections::HashMap::new();
    for option in items(&parent["options"]) {
        let own = option["name"].as_str().unwrap_or_default();
        let others = option["name_localizations"]
            .as_object()
            .into_iter()
            .flatten();
        let others = others.filter_map(|(_, name)| name.as_str());
        for name in others.chain([own]) {
            if names.insert(name, own).is_some_and(|other| other != own) {
                found.push(format!("two options can be called {name:?}"));
            }
        }
        found.extend(named(option));
        let choices: Vec<_> = items(&option["choices"]).cloned().collect();
        found.extend(choice_violations(&option["name"].to_string(), &choices));
        let required = option["required"] == true;
        if required && optional_before {
            found.push(format!(
                "the required option {} follows an optional one",
                option["name"]
            ));
        }
        optional_before |= !required;
        let is_command = matches!(option["type"].as_u64(), Some(1 | 2));
        if is_command && depth == 2 {
            found.push(format!("{} is nested too deep", option["name"]));
        }
        if is_command && !option["default_member_permissions"].is_null() {
            found.push(format!(
                "permissions on the subcommand {} are dropped",
                option["name"]
            ));
        }
        found.extend(option_violations(option, depth + 1));
    }
    found
}

/// Returns the total length of name, description and values of a command and everything in it, each in its longest
/// language.
fn text_length(command: &Value) -> usize {
    let width = |text: &Value| text.as_str().map_or(0, |text| text.chars().count());
    let longest = |name: &str| {
        let others = command[format!("{name}_localizations")].as_object();
        let others = others.into_iter().flatten().map(|(_, text)| width(text));
        others.max().unwrap_or_default().max(width(&command[name]))
    };
    let own = longest("name") + longest("description") + width(&command["value"]);
    let below = items(&command["options"]).chain(items(&command["choices"]));
    own + below.map(text_length).sum::<usize>()
}

#[cfg(test)]
mod tests {
    use super::*;
    use serde_json::json;

    #[track_caller]
    fn check(command: &Value, expected: &[&str]) {
        let found = violations(&json!([command]));
        assert_eq!(found.len(), expected.len(), "{found:?}");
        for (found, expected) in found.iter().zip(expected) {
            assert!(found.contains(expected), "{found}");
        }
    }

    #[test]
    fn commands_have_names_descriptions_and_an_order() {
        let option = |name: &str, required: bool| json!({"type": 3, "name": name, "description": "d", "required": required});
        check(&json!({"name": "oxeye", "description": "d"}), &[]);
        check(
            &json!({"name": "Oxeye", "description": "d"}),
            &["not a valid name"],
        );
        check(
            &json!({"name": "oxeye", "description": ""}),
            &["description"],
        );
        let options = [option("a", false), option("b", true)];
        check(
            &json!({"name": "oxeye", "description": "d", "options": options}),
            &["follows an optional one"],
        );
    }

    #[test]
    fn autocomplete_has_25_choices() {
        let choices = vec![json!({"name": "n", "value": "v"}); 26];
        assert_eq!(choice_violations("server", &choices).len(), 1);
        assert!(choice_violations("server", &choices[..25]).is_empty());
        let long = [json!({"name": "n".repeat(101), "value": "v"})];
        assert_eq!(choice_violations("server", &long).len(), 1);
    }
}
