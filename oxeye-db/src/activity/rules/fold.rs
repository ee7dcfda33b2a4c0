//! What one event adds to a player's counters and collections.

use std::collections::BTreeMap;

use oxeye_plugin_proto::{Details, EventType};
use serde_json::Value;

use super::kinds::{ACTIONS, Kind, Kinds};

/// The largest number that one event may add to a counter.
pub const MAX_AMOUNT: f64 = 1e12;

/// Characters of a collected value.
pub(crate) const MAX_VALUE_CHARS: usize = 64;

/// What one event counts.
#[derive(Debug, Clone, PartialEq, Default)]
pub struct Counted<'k> {
    /// The amount that is added to each counter.
    pub counters: BTreeMap<&'k str, f64>,
    /// The value that is added to each collection.
    pub collected: BTreeMap<&'k str, String>,
}

/// Why an event cannot be counted.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum InvalidAmount {
    /// The field is to be summed.
    #[error("details.{0} is a number from 0 to 1000000000000")]
    NoAmount(String),
    /// The field is to be collected.
    #[error("details.{0} is a number or a text of 1 to {MAX_VALUE_CHARS} characters")]
    NoValue(String),
}

/// Returns what an event counts. A field that is missing or `null` adds nothing.
///
/// # Errors
/// When a field that is counted has a value that cannot be.
pub fn counted<'k>(
    kinds: &'k Kinds,
    event_type: &EventType,
    details: &Details,
) -> Result<Counted<'k>, InvalidAmount> {
    let mut counted = Counted::default();
    counted.counters.insert(ACTIONS, 1.0);
    if let Some(kind) = kinds.of(event_type) {
        counted.add_counters(kind);
        counted.add_sums(kind, details)?;
        counted.add_collected(kind, details)?;
    }
    Ok(counted)
}

impl<'k> Counted<'k> {
    fn add_counters(&mut self, kind: &'k Kind) {
        for counter in &kind.counters {
            *self.counters.entry(counter).or_default() += 1.0;
        }
    }

    fn add_sums(&mut self, kind: &'k Kind, details: &Details) -> Result<(), InvalidAmount> {
        for (field, counter) in &kind.sums {
            let amount = match details.get(field) {
                None | Some(Value::Null) => 0.0,
                Some(value) => {
                    amount(value).ok_or_else(|| InvalidAmount::NoAmount(field.clone()))?
                }
            };
            *self.counters.entry(counter).or_default() += amount;
        }
        Ok(())
    }

    fn add_collected(&mut self, kind: &'k Kind, details: &Details) -> Result<(), InvalidAmount> {
        for (field, collection) in &kind.collections {
            let Some(value) = details.get(field) else {
                continue;
            };
            match collectable(value) {
                Collectable::Value(text) => drop(self.collected.insert(collection, text)),
                Collectable::Nothing => {}
                Collectable::Invalid => return Err(InvalidAmount::NoValue(field.clone())),
            }
        }
        Ok(())
    }
}

fn amount(value: &Value) -> Option<f64> {
    let amount = value.as_f64()?;
    (0.0..=MAX_AMOUNT).contains(&amount).then_some(amount)
}

/// What a value is for a collection.
enum Collectable {
    Value(String),
    /// The original design takes 0 and empty values for "no sector".
    Nothing,
    Invalid,
}

fn collectable(value: &Value) -> Collectable {
    match value {
        Value::Null | Value::Bool(false) => Collectable::Nothing,
        Value::Number(number) if number.as_f64() == Some(0.0) => Collectable::Nothing,
        Value::Number(number) => Collectable::Value(number.to_string()),
        Value::String(text) if text.is_empty() || text == "0" => Collectable::Nothing,
        Value::String(text) if text.chars().count() <= MAX_VALUE_CHARS => {
            Collectable::Value(text.clone())
        }
        _ => Collectable::Invalid,
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use serde_json::json;

    /// Amounts by counter, and collected values.
    type Found = (Vec<(String, f64)>, Vec<String>);

    fn count(event_type: &str, details: Value) -> Result<Found, String> {
        let kinds = Kinds::built_in();
        let details = serde_json::from_value(details).unwrap();
        let counted = counted(&kinds, &event_type.parse().unwrap(), &details);
        let counted = counted.map_err(|error| error.to_string())?;
        let counters = counted.counters.into_iter();
        let counters = counters.map(|(name, amount)| (name.to_owned(), amount));
        Ok((
            counters.collect(),
            counted.collected.into_values().collect(),
        ))
    }

    #[track_caller]
    fn check(event_type: &str, details: Value, counters: &[(&str, f64)], collected: &[&str]) {
        let counters = counters
            .iter()
            .map(|(name, amount)| ((*name).to_owned(), *amount));
        let collected = collected.iter().map(|value| (*value).to_owned());
        assert_eq!(
            count(event_type, details),
            Ok((counters.collect(), collected.collect()))
        );
    }

    #[test]
    fn a_trade_counts_its_value() {
        let trade = |value| [("actions", 1.0), ("trade_volume", value), ("trades", 1.0)];
        check(
            "trade_buy",
            json!({"total_value": 150.5}),
            &trade(150.5),
            &[],
        );
        check("trade_sell", json!({}), &trade(0.0), &[]);
        check("trade_sell", json!({"total_value": null}), &trade(0.0), &[]);
    }

    #[test]
    fn what_is_no_amount_refuses_the_event() {
        for value in [
            json!("150"),
            json!(-1),
            json!(1.1e12),
            json!([]),
            json!(true),
        ] {
            let refused = count("trade_buy", json!({"total_value": value}));
            assert_eq!(
                refused,
                Err("details.total_value is a number from 0 to 1000000000000".to_owned())
            );
        }
    }

    #[test]
    fn journeys_collect_the_sectors_and_zero_is_none() {
        for event_type in ["sector_move", "warp"] {
            check(
                event_type,
                json!({"sector_id": 12}),
                &[("actions", 1.0)],
                &["12"],
            );
            check(
                event_type,
                json!({"sector_id": "B7"}),
                &[("actions", 1.0)],
                &["B7"],
            );
            for none in [json!(0), json!("0"), json!(""), json!(null), json!(false)] {
                check(
                    event_type,
                    json!({"sector_id": none}),
                    &[("actions", 1.0)],
                    &[],
                );
            }
        }
        let refused = count("warp", json!({"sector_id": [1]})).unwrap_err();
        assert!(
            refused.starts_with("details.sector_id is a number or a text"),
            "{refused}"
        );
    }

    #[test]
    fn an_unknown_type_is_one_action() {
        check(
            "mymod:ritual",
            json!({"total_value": "much"}),
            &[("actions", 1.0)],
            &[],
        );
    }
}
