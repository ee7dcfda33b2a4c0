//! Classic components: rows of buttons, or one menu per row.

use std::collections::HashSet;

use serde_json::Value;

use super::{count, items, length};

/// Returns all violations in the components of a message.
pub(super) fn violations(rows: &Value) -> Vec<String> {
    let mut found = Vec::new();
    found.extend(count("rows of components", rows, 5));
    let mut ids = HashSet::new();
    for row in items(rows) {
        found.extend(row_violations(row));
        for component in items(&row["components"]) {
            if let Some(id) = component["custom_id"].as_str()
                && !ids.insert(id)
            {
                found.push(format!("two components have the custom_id {id:?}"));
            }
        }
    }
    found
}

fn row_violations(row: &Value) -> Vec<String> {
    let mut found = Vec::new();
    if row["type"] != 1 {
        found.push(format!("a row has the type {}", row["type"]));
    }
    let components: Vec<_> = items(&row["components"]).collect();
    let menus = components
        .iter()
        .filter(|component| component["type"] != 2)
        .count();
    if components.is_empty()
        || components.len() > 5
        || menus > 1
        || menus == 1 && components.len() > 1
    {
        found.push(format!(
            "a row with {} components, {menus} of them menus",
            components.len()
        ));
    }
    for component in components {
        match component["type"].as_u64() {
            Some(2) => found.extend(button_violations(component)),
            Some(3) => found.extend(menu_violations(component)),
            _ => found.push(format!("a component has the type {}", component["type"])),
        }
    }
    found
}

fn button_violations(button: &Value) -> Vec<String> {
    let mut found = Vec::new();
    // An icon could stand in for the label, but our buttons all have one. Discord allows 80
    // characters; its guidelines recommend 38 at most.
    found.extend(length("a button's label", &button["label"], 1..=38));
    if !matches!(button["style"].as_u64(), Some(1..=5)) {
        found.push(format!("a button has the style {}", button["style"]));
    }
    if !(button["disabled"].is_null() || button["disabled"].is_boolean()) {
        found.push(format!("a button is disabled: {}", button["disabled"]));
    }
    if button["style"] == 5 {
        found.extend(length("a button's link", &button["url"], 1..=512));
    } else {
        found.extend(length(
            "a button's custom_id",
            &button["custom_id"],
            1..=100,
        ));
    }
    found
}

fn menu_violations(menu: &Value) -> Vec<String> {
    let mut found = Vec::new();
    found.extend(length("a menu's custom_id", &menu["custom_id"], 1..=100));
    found.extend(length(
        "a menu's placeholder",
        &menu["placeholder"],
        0..=150,
    ));
    found.extend(count("options of a menu", &menu["options"], 25));
    let mut values = HashSet::new();
    for option in items(&menu["options"]) {
        found.extend(length("an option's label", &option["label"], 1..=100));
        found.extend(length("an option's value", &option["value"], 1..=100));
        found.extend(length(
            "an option's description",
            &option["description"],
            0..=100,
        ));
        if !values.insert(option["value"].as_str()) {
            found.push(format!(
                "two options of a menu have the value {}",
                option["value"]
            ));
        }
    }
    if values.is_empty() {
        found.push("a menu has no options".to_owned());
    }
    let most = menu["max_values"].as_u64().unwrap_or(1);
    let least = menu["min_values"].as_u64().unwrap_or(1);
    let chosen = items(&menu["options"]).filter(|option| option["default"] == true);
    if !(1..=25).contains(&most) || least > most || chosen.count() as u64 > most {
        found.push(format!("a menu takes {least} to {most} values"));
    }
    found
}
