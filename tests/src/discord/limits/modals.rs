//! Modals: a title, and rows with one text input each.

use std::collections::HashSet;

use serde_json::Value;

use super::{items, length};

/// Returns all violations in a modal.
pub(in super::super) fn violations(modal: &Value) -> Vec<String> {
    let mut found = Vec::new();
    found.extend(length("a modal's title", &modal["title"], 1..=45));
    found.extend(length("a modal's custom_id", &modal["custom_id"], 1..=100));
    let rows: Vec<_> = items(&modal["components"]).collect();
    if !(1..=5).contains(&rows.len()) {
        found.push(format!("a modal with {} rows", rows.len()));
    }
    let mut ids = HashSet::new();
    for row in rows {
        let inputs: Vec<_> = items(&row["components"]).collect();
        if row["type"] != 1 || inputs.len() != 1 || inputs[0]["type"] != 4 {
            found.push(format!("a row of a modal is {row}"));
            continue;
        }
        let input = inputs[0];
        found.extend(input_violations(input));
        if !ids.insert(input["custom_id"].as_str()) {
            found.push("two inputs of a modal have one custom_id".to_owned());
        }
    }
    found
}

fn input_violations(input: &Value) -> Vec<String> {
    let mut found = Vec::new();
    found.extend(length("an input's custom_id", &input["custom_id"], 1..=100));
    found.extend(length("an input's label", &input["label"], 1..=45));
    found.extend(length(
        "an input's placeholder",
        &input["placeholder"],
        0..=100,
    ));
    found.extend(length("an input's value", &input["value"], 0..=4000));
    if !matches!(input["style"].as_u64(), Some(1 | 2)) {
        found.push(format!("an input has the style {}", input["style"]));
    }
    let most = input["max_length"].as_u64().unwrap_or(4_000);
    let least = input["min_length"].as_u64().unwrap_or(0);
    if !(1..=4_000).contains(&most) || least > most {
        found.push(format!("an input takes {least} to {most} characters"));
    }
    found
}

#[cfg(test)]
mod tests {
    use super::*;
    use serde_json::json;

    #[test]
    fn a_modal_has_a_title_and_one_input_per_row() {
        let input = json!({"type": 4, "custom_id": "v", "label": "Value", "style": 1});
        let modal = |title: &str, row: Value| json!({"title": title, "custom_id": "m", "components": [row]});
        let row = json!({"type": 1, "components": [input]});
        assert!(violations(&modal("Title", row.clone())).is_empty());
        assert_eq!(violations(&modal(&"x".repeat(46), row)).len(), 1);
        let bare = violations(&modal("Title", input));
        assert_eq!(bare.len(), 1, "{bare:?}");
    }
}
