//! Reads the message of the day, which is a text or a tree of texts with colours.

use serde_json::Value;

/// Most characters that are kept. A server list shows two lines.
const MAX_CHARS: usize = 1024;

/// Most levels of texts within texts that are read.
const MAX_DEPTH: usize = 16;

/// Returns the text without its formatting, apart from colour codes in the text itself.
pub(super) fn plain(description: &Value) -> String {
    let mut text = String::new();
    append(description, MAX_DEPTH, &mut text);
    text.chars().take(MAX_CHARS).collect()
}

fn append(part: &Value, depth: usize, text: &mut String) {
    if depth == 0 || text.len() > MAX_CHARS * 4 {
        return;
    }
    match part {
        Value::String(words) => text.push_str(words),
        Value::Array(parts) => parts.iter().for_each(|part| append(part, depth - 1, text)),
        Value::Object(fields) => {
            // A text that the client would translate has its English words as a fallback, if any.
            for name in ["text", "fallback", "extra"] {
                if let Some(part) = fields.get(name) {
                    append(part, depth - 1, text);
                }
            }
        }
        _ => {}
    }
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    #[test]
    fn a_tree_of_texts_is_read_in_order() {
        let tree = json!({"text": "§aHi ", "bold": true, "extra": [
            {"text": "all", "extra": ["!", {"color": "red", "text": "?"}]}, " x", 7,
        ]});
        assert_eq!(plain(&tree), "§aHi all!? x");
        assert_eq!(plain(&json!("A Minecraft Server")), "A Minecraft Server");
        assert_eq!(plain(&json!({"translate": "a.b", "fallback": "Hi"})), "Hi");
        assert_eq!(plain(&json!(null)), "");
    }

    #[test]
    fn a_tree_without_end_is_cut() {
        let mut deep = json!("bottom");
        for _ in 0..1_000 {
            deep = json!({"text": "a", "extra": [deep]});
        }
        assert!(plain(&deep).chars().all(|c| c == 'a'));
        let wide = json!(vec!["ä".repeat(1_000); 100]);
        assert_eq!(plain(&wide).chars().count(), MAX_CHARS);
    }
}
