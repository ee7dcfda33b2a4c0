//! Messages that Java servers, PocketMine-MP and Nukkit have in common.

use memchr::memmem;

/// Whether the message is `Done (7.692s)! For help, type "help"`. Geyser prints a different `Done`,
/// without the part about help.
pub(super) fn is_done(message: &[u8]) -> bool {
    let Some(rest) = message.strip_prefix(b"Done") else {
        return false;
    };
    let rest = match rest.strip_prefix(b" (") {
        Some(seconds) => {
            let digits = seconds.iter().take_while(|byte| **byte != b')').count();
            seconds.get(digits.min(32) + 1..).unwrap_or_default()
        }
        // Before 1.0 there was no number.
        None => rest,
    };
    rest.starts_with(b"! For help, type ")
}

/// Whether the text after an entity id is a world and three numbers, which PocketMine-MP and Nukkit
/// print. Java servers print the numbers alone, or the world in brackets.
pub(super) fn is_world_and_place(text: &[u8]) -> bool {
    let inner = text
        .strip_prefix(b" at (")
        .and_then(|text| text.strip_suffix(b")"));
    inner.is_some_and(|inner| {
        !inner.starts_with(b"[") && memmem::find_iter(inner, b", ").count() >= 3
    })
}
