//! Fields of Discord's payloads, any of which may be missing, `null` or of another type.
//!
//! Discord's documentation says of activities that the types of their fields are not validated, so a
//! field that cannot be read counts as missing.

use oxeye_db::UnixSeconds;
use serde_json::Value;

/// Longest text that is kept, in characters. It is Discord's own limit for names and details.
const LONGEST_TEXT: usize = 128;
/// Longest address that is kept, in bytes.
const LONGEST_URL: usize = 512;

/// Returns a text that is not empty, cut to what is kept.
pub(super) fn text(payload: &Value, field: &str) -> Option<String> {
    shortened(payload[field].as_str()?)
}

/// Returns a text as it is kept; `None` if nothing is left of it.
pub(super) fn shortened(text: &str) -> Option<String> {
    let text: String = text.trim().chars().take(LONGEST_TEXT).collect();
    (!text.is_empty()).then_some(text)
}

/// Returns an id, which Discord writes as a string of digits.
pub(super) fn id(payload: &Value, field: &str) -> Option<u64> {
    number(&payload[field])
}

/// Returns what an id says.
pub(super) fn number(id: &Value) -> Option<u64> {
    let id = match id {
        Value::String(digits) => digits.parse().ok()?,
        Value::Number(number) => number.as_u64()?,
        _ => return None,
    };
    (id != 0).then_some(id)
}

/// Returns a moment, which Discord writes in milliseconds.
pub(super) fn moment(payload: &Value, field: &str) -> Option<UnixSeconds> {
    let milliseconds = match &payload[field] {
        Value::Number(number) => number.as_i64().or_else(|| whole(number.as_f64()?))?,
        Value::String(digits) => digits.parse().ok()?,
        _ => return None,
    };
    (milliseconds > 0).then_some(UnixSeconds(milliseconds / 1_000))
}

/// Returns a flag that is missing if it is not set.
pub(super) fn flag(payload: &Value, field: &str) -> bool {
    payload[field].as_bool().unwrap_or_default()
}

/// Returns the address of a web page.
pub(super) fn url(payload: &Value, field: &str) -> Option<String> {
    let url = payload[field].as_str()?;
    let is_web = url.starts_with("https://") || url.starts_with("http://");
    let is_plain = url.chars().all(|c| !c.is_control() && !c.is_whitespace());
    (is_web && is_plain && url.len() <= LONGEST_URL).then(|| url.to_owned())
}

/// Returns a list, which is empty if it is missing.
pub(super) fn list<'a>(payload: &'a Value, field: &str) -> &'a [Value] {
    payload[field].as_array().map_or(&[], Vec::as_slice)
}

/// Returns the whole part of a number of milliseconds that an `i64` can hold.
fn whole(number: f64) -> Option<i64> {
    const LARGEST: f64 = 9e15;
    #[expect(
        clippy::cast_possible_truncation,
        reason = "the fraction is to be cut, and the number is small enough"
    )]
    (number.abs() < LARGEST).then_some(number as i64)
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    #[test]
    fn a_field_of_another_type_counts_as_missing() {
        for odd in [json!(null), json!([]), json!({}), json!(true), json!("")] {
            let payload = json!({"field": odd});
            assert_eq!(text(&payload, "field"), None, "{odd}");
            assert_eq!(id(&payload, "field"), None, "{odd}");
            assert_eq!(moment(&payload, "field"), None, "{odd}");
            assert_eq!(url(&payload, "field"), None, "{odd}");
            assert!(list(&payload, "field").is_empty(), "{odd}");
        }
        assert!(!flag(&json!({"field": "true"}), "field"));
        assert_eq!(text(&json!(5), "field"), None);
    }

    #[test]
    fn moments_are_read_from_whatever_discord_writes() {
        for milliseconds in [
            json!(1_700_000_000_999_u64),
            json!("1700000000999"),
            json!(1_700_000_000_999.5),
        ] {
            let payload = json!({"at": milliseconds});
            assert_eq!(moment(&payload, "at"), Some(UnixSeconds(1_700_000_000)));
        }
        for odd in [
            json!(-1),
            json!(0),
            json!(u64::MAX),
            json!(1e300),
            json!("-5"),
        ] {
            assert_eq!(moment(&json!({"at": odd}), "at"), None, "{odd}");
        }
    }

    #[test]
    fn long_texts_are_cut_between_characters() {
        let long = json!({"name": format!("  {}", "ü".repeat(10_000))});
        assert_eq!(text(&long, "name"), Some("ü".repeat(LONGEST_TEXT)));
    }

    #[test]
    fn only_addresses_of_web_pages_are_kept() {
        let of = |address: &str| url(&json!({"url": address}), "url");
        assert!(of("https://twitch.tv/alex").is_some());
        for odd in [
            "",
            "twitch",
            "javascript:alert(1)",
            "https://a b",
            "file:///etc",
        ] {
            assert_eq!(of(odd), None, "{odd}");
        }
        assert_eq!(of(&format!("https://{}", "x".repeat(600))), None);
    }
}
