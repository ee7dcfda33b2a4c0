//! Whether every kind of button and menu that an answer shows is pressed in a scene.

use std::collections::BTreeMap;

use oxeye_tests::discord::Answer;
use serde_json::Value;

use crate::asked::Deed;
use crate::scenes::ALL;
use crate::unless;

/// The buttons and menus of all answers.
#[derive(Default)]
pub(crate) struct Components {
    /// One text of each kind, which is the beginning of its id: `ox1:r`.
    labels: BTreeMap<String, Vec<String>>,
}

impl Components {
    /// Adds those of an answer.
    pub(crate) fn are_on(&mut self, answer: &Answer) {
        self.collect(&answer.body["components"]);
    }

    fn collect(&mut self, value: &Value) {
        match value {
            Value::Array(all) => all.iter().for_each(|one| self.collect(one)),
            Value::Object(fields) => {
                self.notes(value);
                fields.values().for_each(|one| self.collect(one));
            }
            _ => {}
        }
    }

    /// Notes a component that somebody can press.
    fn notes(&mut self, component: &Value) {
        let Some(id) = component["custom_id"].as_str() else {
            return;
        };
        if component["disabled"] == true {
            return;
        }
        let kind: Vec<_> = id.split(':').take(2).collect();
        let labels = self.labels.entry(kind.join(":")).or_default();
        let label = component["label"].as_str().unwrap_or(id).to_owned();
        if !labels.contains(&label) {
            labels.push(label);
        }
    }

    /// Prints the kinds of which nobody presses one.
    pub(crate) fn print(&self) -> Vec<String> {
        let mut missed = Vec::new();
        for (kind, labels) in &self.labels {
            let is_pressed = labels.iter().any(|label| is_pressed(label));
            let figure = format!("{kind} ({}) pressed", labels.join(", "));
            missed.extend(unless(is_pressed, &figure));
        }
        println!("\n| kinds of buttons and menus shown, never pressed | |");
        println!("|---|---|");
        println!("| {} | {} |", self.labels.len(), missed.len());
        missed
    }
}

/// Whether a scene presses this button, or chooses from this menu.
fn is_pressed(label: &str) -> bool {
    let mut deeds = ALL.iter().copied().flatten().map(|asked| asked.deed);
    deeds.any(|deed| match deed {
        Deed::Presses(button) => label == button,
        Deed::Opens => label == "ox1:o",
        Deed::Chooses(setting, _) | Deed::Fills(setting, _) => label.ends_with(setting),
        Deed::Types(..) => false,
    })
}
